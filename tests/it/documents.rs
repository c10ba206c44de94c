//! What the documents state about the code, compared with the code.

use crate::layers::LAYERS;
use custody_controls::taxonomy::{GapKind, Word};
use custody_testing::golden;
use std::collections::{BTreeMap, BTreeSet};

/// The words in backticks of a text.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The rows of the first table of a document that has this heading, without the heading itself.
fn rows<'d>(document: &'d str, heading: &str) -> Vec<Vec<&'d str>> {
    let lines = document
        .lines()
        .skip_while(|line| !line.starts_with(heading));
    let rows = lines.skip(2).take_while(|line| line.starts_with('|'));
    let cells = |line: &'d str| line.trim_matches('|').split('|').map(str::trim).collect();
    let rows: Vec<Vec<&str>> = rows.map(cells).collect();
    assert!(!rows.is_empty(), "no table begins with `{heading}`");
    rows
}

#[test]
fn the_layers_of_the_architecture_are_those_of_the_code() {
    let document = golden::read("docs/architecture.md");
    let rows = rows(&document, "| layer | modules |");
    let documented: Vec<Vec<&str>> = rows.iter().map(|row| names(row[1]).collect()).collect();
    assert_eq!(documented, LAYERS);
}

#[test]
fn the_crates_of_the_architecture_are_those_of_the_workspace() {
    let document = golden::read("docs/architecture.md");
    let rows = rows(&document, "| crate | directory |");
    let documented: BTreeSet<String> = rows
        .iter()
        .flat_map(|row| names(row[1]))
        .filter(|directory| directory.starts_with("crates/"))
        .map(str::to_owned)
        .collect();
    let crates: BTreeSet<String> = std::fs::read_dir(golden::path("crates"))
        .unwrap()
        .map(|entry| format!("crates/{}", entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    assert_eq!(documented, crates);
}

#[test]
fn each_dependency_has_a_line_that_says_why() {
    let document = golden::read("docs/dependencies.md");
    let documented: BTreeSet<&str> = document
        .lines()
        .filter(|line| line.starts_with("| "))
        .filter_map(|line| line.split('|').nth(1))
        .flat_map(|cell| cell.split(|c: char| c.is_whitespace() || matches!(c, ',' | '`' | '(')))
        .collect();
    let mut manifests = vec!["Cargo.toml".to_owned(), "benches/Cargo.toml".to_owned()];
    for entry in std::fs::read_dir(golden::path("crates")).unwrap() {
        let name = entry.unwrap().file_name();
        manifests.push(format!("crates/{}/Cargo.toml", name.to_str().unwrap()));
    }
    let mut missing = BTreeSet::new();
    for manifest in manifests {
        let text = golden::read(&manifest);
        let mut is_dependency = false;
        for line in text.lines() {
            if line.starts_with('[') {
                is_dependency = line.ends_with("dependencies]") && !line.contains("workspace");
            } else if is_dependency && let Some((key, _)) = line.split_once('=') {
                let name = key.trim().trim_end_matches(".workspace");
                let is_documented = documented.contains(name) || name.starts_with("custody-");
                if !is_documented && !name.starts_with('#') {
                    missing.insert(format!("{name} ({manifest})"));
                }
            }
        }
    }
    assert_eq!(
        missing,
        BTreeSet::new(),
        "docs/dependencies.md has no line for these"
    );
}

#[test]
fn the_ranks_and_actions_of_gaps_are_those_of_the_document() {
    let document = golden::read("docs/coverage.md");
    let mut documented = BTreeMap::new();
    for row in rows(&document, "| rank | action | kinds |") {
        let action = names(row[1]).next().unwrap_or_default();
        for kind in names(row[2]) {
            let twice = documented.insert(kind, (row[0].to_owned(), action.to_owned()));
            assert_eq!(twice, None, "{kind} twice");
        }
    }
    let of_code = GapKind::values().into_iter().map(|kind| {
        let place = (kind.rank().to_string(), kind.action().to_string());
        (kind.word(), place)
    });
    assert_eq!(documented, of_code.collect());
}
