//! Untrusted texts and names of files are inert in what only the program writes: screens,
//! messages, diagnostics, and files in YAML. The formats have the same test in `custody-formats`.

use crate::cli::{CLEAN, FAULTY, Run, finish, folder, names, program, put};
use custody_controls::Catalog;
use custody_testing::{golden, hostile};
use serde_yaml::Value;
use std::path::Path;

/// Runs the program in a folder, with and without colours.
fn run(folder: &Path, arguments: &[&str]) -> Run {
    let [plain, colored] = [None, Some("1")].map(|colours| {
        let mut command = program(arguments);
        command.current_dir(folder);
        if let Some(forced) = colours {
            command.env("CLICOLOR_FORCE", forced);
        }
        finish(command)
    });
    for run in [&plain, &colored] {
        inert(&format!("{arguments:?}"), &run.out);
        inert(&format!("{arguments:?}"), &run.err);
    }
    plain
}

/// Holds that a text neither controls a terminal nor a build server.
#[track_caller]
fn inert(what: &str, text: &str) {
    if let Some(c) = hostile::harmful(text) {
        let line = text.lines().find(|line| hostile::harmful(line).is_some());
        panic!("{what}: {c:?} in {line:?}");
    }
    if let Some(command) = hostile::command(text) {
        panic!("{what}: the command {command:?}");
    }
}

/// The keys of a document, and which of its values are text.
fn shape(value: &Value) -> Value {
    match value {
        Value::String(_) => Value::from("text"),
        Value::Sequence(items) => items.iter().map(shape).collect(),
        Value::Mapping(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| (key.clone(), shape(value)));
            Value::Mapping(entries.collect())
        }
        other => other.clone(),
    }
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn names_of_files_are_inert_in_messages() {
    for name in hostile::FILE_NAMES {
        let folder = folder();
        let path = folder.path();
        put(path, name, "claimz: {}\nevidence: { a: b }\n");
        run(path, &["check", name]).exits(FAULTY);
        run(path, &["check", ".", "--output", "out.txt"]).exits(FAULTY);
        inert(
            name,
            &std::fs::read_to_string(path.join("out.txt")).unwrap(),
        );
        run(path, &["check", name, "--format", "sarif"]).exits(FAULTY);
        run(path, &["gaps", name]).exits(FAULTY);
        run(path, &["gaps", name, name, "-o", name]).exits(FAULTY);
        run(
            path,
            &["portfolio", ".", "--as-of", "2026-01-01", "-o", "all"],
        )
        .exits(FAULTY);
        run(
            path,
            &["portfolio", name, "--as-of", "2026-01-01", "-o", "all"],
        )
        .exits(FAULTY);
        run(path, &["catalog", "controls", "--catalog", name]).exits(FAULTY);
        run(path, &["gaps", "absent", "--baseline", name]);
        std::fs::rename(path.join(name), path.join("moved.yaml")).unwrap();
        run(path, &["check", name]);
        // A name as any other argument.
        run(path, &["gaps", "moved.yaml", "--as-of", name]).exits(FAULTY);
        run(path, &["gaps", "moved.yaml", "--format", name]).exits(FAULTY);
        run(path, &["gaps", "moved.yaml", &format!("--{name}")]).exits(FAULTY);
        run(path, &[name]).exits(FAULTY);
        run(path, &["explain", name]).exits(FAULTY);
        // A title that can be repaired, in a file of this name.
        let fixable = golden::read("examples/small-firm.yaml")
            .replace("status: implemented", "status: Implemented");
        put(path, name, fixable);
        run(path, &["check", name, "--fix", "--dry-run"]);
        run(path, &["check", name, "--fix"]);
    }
}

/// An assessment with hostile texts in a file with a hostile name, and another in which the same
/// texts are a harmless word.
fn twins(folder: &Path, first: usize) -> [&'static str; 2] {
    const NAMES: [&str; 2] = ["##[error]a ; ::b\n::error::c.json", "harmless.json"];
    // As many different ones: two people with one name are one person.
    let texts = 0..hostile::texts().len();
    let harmless = texts.map(|nth| format!("word{nth}")).collect();
    for (name, texts) in NAMES.into_iter().zip([hostile::texts(), harmless]) {
        let mut document = hostile::document(&texts, first);
        // `plan --begin` accepts no other unit.
        document["efforts"]["unit"] = "days".into();
        put(folder, name, document.to_string());
    }
    NAMES
}

#[test]
fn texts_are_inert_on_every_screen() {
    for first in [0, 19] {
        let folder = folder();
        let path = folder.path();
        let [name, _] = twins(path, first);
        let all: [&[&str]; 22] = [
            &["check", name],
            &["gaps", name, "--first", "1000"],
            &["gaps", name, "--format", "markdown", "--brief"],
            &["gaps", name, "--as-of", "2026-12-31"],
            &["explain", "9.3.8-d", "--in", name],
            &["explain", "8.2.2.3-a", "--in", name],
            &["explain", "9.3.8-d@alt-hot", "--in", name],
            &["supports", name],
            &["evidence", "list", name],
            &["todo", name, "--as-of", "2026-12-31", "--first", "1000"],
            &["todo", name, "--as-of", "2026-12-31", "--by-owner"],
            &[
                "todo",
                name,
                "--as-of",
                "2026-12-31",
                "--format",
                "markdown",
            ],
            &[
                "todo",
                name,
                "--as-of",
                "2026-12-31",
                "--format",
                "ics",
                "-o",
                "calendars",
            ],
            &["gaps", name, "--severity", "high", "--unowned"],
            &["forecast", name, "--until", "2027-12-31"],
            &["crosswalk", name, "--to", "iso-27002-2022"],
            &["soa", name, "--to", "iso-27001"],
            &["soa", name, "--to", "iso-27001", "--format", "markdown"],
            &["diff", name, name, "--as-of-before", "2026-06-30"],
            &[
                "trend",
                name,
                "--as-of",
                "2026-06-30",
                "--as-of",
                "2026-12-31",
            ],
            &["plan", name, "--target", "held=critical"],
            &["portfolio", name, "--as-of", "2026-12-31", "-o", "all"],
        ];
        for arguments in all {
            let run = run(path, arguments);
            assert!(run.code == CLEAN, "{arguments:?}: {}", run.err);
            assert!(!run.out.is_empty(), "{arguments:?}");
        }
    }
}

#[test]
fn texts_are_inert_in_yaml_that_is_written() {
    let folder = folder();
    let path = folder.path();
    // A reference for each text, and the text in every column that may have one.
    let statement = |texts: &[String]| {
        let mut table = "Control;Title;Applicable;Status;Justification;Evidence\n".to_owned();
        let frameworks = Catalog::builtin().frameworks();
        let references = frameworks.get("iso-27002-2022").unwrap();
        for (reference, text) in references.references.keys().zip(texts.iter().cycle()) {
            let text = format!("\"{}\"", text.replace('"', "\"\""));
            table += &format!("A.{reference};{text};yes;partially implemented;{text};{text}\n");
        }
        table
    };
    let harmless = vec!["word".to_owned()];
    for first in [0, 19] {
        let names = twins(path, first);
        let plans = names.map(|name| {
            let arguments = [
                "plan",
                name,
                "--target",
                "held=critical",
                "--begin",
                "2026-11-02",
                "--owner",
                "wallet-lead",
                "--format",
                "claims",
            ];
            yaml(&run(path, &arguments).clean())
        });
        assert_eq!(shape(&plans[0]), shape(&plans[1]));
        let mut texts = hostile::texts();
        texts.rotate_left(first);
        let imports = [texts, harmless.clone()].map(|texts| {
            let mut like = hostile::document(&texts, 0);
            like["efforts"]["unit"] = "days".into();
            like["claims"] = serde_json::json!({});
            put(path, "like.json", like.to_string());
            put(path, "soa.csv", statement(&texts));
            let arguments = [
                "import",
                "soa.csv",
                "--from",
                "iso-27002-2022",
                "--like",
                "like.json",
            ];
            let run = run(path, &arguments).exits(CLEAN);
            yaml(&run.out)
        });
        assert_eq!(shape(&imports[0]), shape(&imports[1]));
        assert!(imports[0]["claims"].as_mapping().unwrap().len() > 20);
    }
}

#[test]
fn titles_of_a_catalog_are_inert_in_a_starter() {
    let folder = folder();
    let path = folder.path();
    let catalog = |title: &str| {
        let title = serde_json::to_string(title).unwrap();
        serde_json::from_str::<serde_json::Value>(&format!(
            r#"{{
"catalog": {{ "id": "own", "title": {title}, "standard": {title}, "edition": "1", "version": "1", "published": "2026-01-01" }},
"clauses": {{ "1": {{ "title": {title}, "kind": "control", "summary": {title} }} }},
"risks": {{ "r1": {{ "clause": "1", "title": {title}, "severity": "critical", "threats": ["loss"], "factors": ["operation-error"], "actors": ["insider"], "assets": ["signature-key"], "consequence": {title}, "source": {title}, "provenance": "own" }} }},
"families": {{ "f1": {{ "title": {title}, "order": 1, "controls": {{ "c1": {{ "clause": "1", "title": {title}, "statement": {title}, "treats": {{ "directly": ["r1"] }}, "subject": "wallet", "functions": ["preventive", "detective", "corrective"], "evidence": [{title}], "techniques": ["examine"], "source": {title}, "strength": "must", "provenance": "own" }} }} }} }},
"references": {{ "d1": {{ "title": {title}, "kind": "report", "body": {title}, "state": "draft", "certainty": "low", "cited_as": [{title}] }} }},
"terms": {{ "t1": {{ "term": {title}, "meaning": {title}, "defined_in": ["d1"] }} }} }}"#
        ))
        .unwrap()
        .to_string()
    };
    let starter = |title: &str| {
        put(path, "own.json", catalog(title));
        let init = [
            "init",
            "--catalog",
            "own.json",
            "--wallet",
            "w=hot,hsm",
            "--from",
            "2026-01-01",
            "--to",
            "2026-12-31",
        ];
        run(path, &["catalog", "controls", "--catalog", "own.json"]);
        for section in ["references", "terms"] {
            run(path, &["catalog", section, "--catalog", "own.json"]);
        }
        for id in ["c1", "d1", "t1"] {
            run(path, &["explain", id, "--catalog", "own.json"]);
        }
        run(path, &init)
    };
    let harmless = yaml(&starter("word").clean());
    let mut read = 0;
    for text in hostile::texts() {
        let run = starter(&text);
        if run.code != CLEAN {
            continue;
        }
        read += 1;
        assert_eq!(yaml(&run.out), harmless, "{text:?}");
        // The parser of the program agrees.
        put(path, "mine.yaml", &run.out);
        let gaps = self::run(path, &["gaps", "mine.yaml", "--catalog", "own.json"]).exits(CLEAN);
        assert!(gaps.out.contains("0 of 1"), "{text:?}: {}", gaps.out);
    }
    assert!(read > 40, "{read} catalogs were accepted");
    assert_eq!(names(path), ["mine.yaml", "own.json"]);
}
