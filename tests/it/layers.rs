//! The modules of the library are in layers: a module uses only modules of the layers below it, and a
//! dependency that is hard to replace is named in one place only. `docs/architecture.md` gives the
//! reasons.

use custody_testing::golden;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The layers from the lowest to the highest, and the modules of each.
pub(crate) const LAYERS: [&[&str]; 14] = [
    &[
        "taxonomy", "id", "date", "figure", "text", "location", "limits", "index",
    ],
    &["json", "digest", "validity", "diagnostic"],
    &["error"],
    &["source"],
    &["edit"],
    &["catalog"],
    &["assessment"],
    &["settings", "statement", "starter", "authoring"],
    &["verify"],
    &["coverage", "message"],
    &["gap", "supports", "doubt"],
    &["report"],
    &[
        "bibliography",
        "explanation",
        "forecast",
        "crosswalk",
        "difference",
        "portfolio",
        "register",
        "todo",
    ],
    &["schema", "glossary", "facade"],
];

/// Names that may be written only in files whose path begins like this.
const CONFINED: [(&str, &[&str]); 19] = [
    ("microlp", &["crates/custody-plan/src/"]),
    ("rust_xlsxwriter", &["crates/custody-workbook/src/"]),
    ("quick_xml", &["crates/custody-formats/src/"]),
    ("maud", &["crates/custody-formats/src/"]),
    ("serde_saphyr", &["src/source/"]),
    ("granit_parser", &["src/source/"]),
    ("postcard", &["src/catalog/"]),
    ("clap", &["crates/custody-cli/src/"]),
    ("annotate_snippets", &["crates/custody-cli/src/"]),
    ("anstream", &["crates/custody-cli/src/"]),
    ("anstyle", &["crates/custody-cli/src/"]),
    ("comfy_table", &["crates/custody-cli/src/"]),
    ("textwrap", &["crates/custody-cli/src/"]),
    ("indicatif", &["crates/custody-cli/src/"]),
    ("ctor", &["crates/custody-cli/src/output.rs"]),
    ("rustix", &["crates/custody-cli/src/output.rs"]),
    ("similar", &["crates/custody-cli/src/"]),
    ("SystemTime", &["crates/custody-cli/src/"]),
    ("Instant", &[]),
];

/// A Rust file: its path from the root of the repository, and its lines without comments and tests.
struct File {
    name: String,
    lines: Vec<(usize, String)>,
}

impl File {
    /// The module of the library that the file belongs to, if it is not its root.
    fn module(&self) -> Option<&str> {
        let inside = self.name.strip_prefix("src/")?;
        let module = inside.split(['/', '.']).next()?;
        (inside != "lib.rs").then_some(module)
    }

    /// The names after a marker, with their lines.
    fn after<'f>(&'f self, marker: &'f str) -> impl Iterator<Item = (usize, &'f str)> {
        self.lines.iter().flat_map(move |(number, line)| {
            line.match_indices(marker).filter_map(move |(at, _)| {
                let begins = !line[..at].ends_with(is_of_name);
                begins.then(|| (*number, name(&line[at + marker.len()..])))
            })
        })
    }

    /// The lines that hold a name.
    fn naming<'f>(&'f self, wanted: &'f str) -> impl Iterator<Item = usize> {
        self.after(wanted)
            .filter_map(|(number, rest)| rest.is_empty().then_some(number))
    }
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The name at the beginning of a text.
fn name(text: &str) -> &str {
    let end = text.find(|c: char| !is_of_name(c)).unwrap_or(text.len());
    &text[..end]
}

/// The lines of a file that are code, up to its own tests.
fn code(text: &str) -> Vec<(usize, String)> {
    (1..)
        .zip(text.lines())
        .take_while(|(_, line)| *line != "#[cfg(test)]")
        .map(|(number, line)| {
            let code = line.split("//").next().unwrap_or_default();
            (number, code.replace("use super::super::", "use crate::"))
        })
        .collect()
}

/// The files of the library and of the other crates.
fn files() -> Vec<File> {
    fn list(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                list(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let mut paths = Vec::new();
    list(&golden::path("src"), &mut paths);
    for entry in std::fs::read_dir(golden::path("crates")).unwrap() {
        list(&entry.unwrap().path().join("src"), &mut paths);
    }
    paths.sort();
    let read = |path: PathBuf| {
        let inside = path.strip_prefix(golden::path("")).unwrap();
        File {
            name: inside.to_str().unwrap().replace('\\', "/"),
            lines: code(&std::fs::read_to_string(&path).unwrap()),
        }
    };
    paths.into_iter().map(read).collect()
}

/// The module of a name that the root exports: that of `Result` is `error`.
fn home<'n>(name: &'n str, root: &'n str) -> &'n str {
    root.lines()
        .filter_map(|line| line.strip_prefix("pub use ")?.split_once("::"))
        .find(|(_, names)| {
            let mut names = names.split(|c| !is_of_name(c));
            names.any(|exported| exported == name)
        })
        .map_or(name, |(module, _)| module)
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// Why a module may not use another one.
fn objection(module: &str, other: &str) -> Option<String> {
    if module == other || other == "vocabulary" {
        return None;
    }
    match (layer(module), layer(other)) {
        (None, _) => Some(format!("`{module}` is in no layer")),
        (Some(_), None) => Some(format!(
            "`{module}` may not use `{other}`, which is in no layer"
        )),
        (Some(own), Some(below)) if below < own => None,
        _ => Some(format!("`{module}` may not use `{other}`")),
    }
}

#[track_caller]
fn none(objections: &str) {
    assert!(objections.is_empty(), "\n{objections}");
}

#[test]
fn a_module_uses_only_layers_below_it() {
    let root = golden::read("src/lib.rs");
    let mut objections = String::new();
    for file in files() {
        let Some(module) = file.module() else {
            continue;
        };
        if layer(module).is_none() {
            let _ = writeln!(objections, "{}: `{module}` is in no layer", file.name);
        }
        // In the file of a module, `super` is the root. `crate::{gap, report}` is not written here, so
        // that each use can be found; its name is empty and in no layer.
        let is_top = file.name.matches('/').count() == 1;
        let upwards = file.after("use super::").filter(|_| is_top);
        for (line, other) in file.after("crate::").chain(upwards) {
            if let Some(objection) = objection(module, home(other, &root)) {
                let _ = writeln!(objections, "{}:{line}: {objection}", file.name);
            }
        }
    }
    none(&objections);
}

#[test]
fn every_module_is_in_a_layer_and_documented_at_the_root() {
    let root = golden::read("src/lib.rs");
    let modules: Vec<&str> = root
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    for module in &modules {
        assert!(layer(module).is_some(), "`{module}` is in no layer");
        assert!(
            root.contains(&format!("`{module}`")),
            "the table of modules lacks `{module}`"
        );
    }
    for module in LAYERS.concat() {
        assert!(modules.contains(&module), "`{module}` is not a module");
    }
}

#[test]
fn a_dependency_that_is_hard_to_replace_is_named_in_one_place() {
    let mut objections = String::new();
    for file in files() {
        for (foreign, homes) in CONFINED {
            if homes.iter().any(|home| file.name.starts_with(home)) {
                continue;
            }
            for line in file.naming(foreign) {
                let _ = writeln!(
                    objections,
                    "{}:{line}: `{foreign}` is named only in {}",
                    file.name,
                    if homes.is_empty() {
                        "no file".to_owned()
                    } else {
                        homes.join(", ")
                    }
                );
            }
        }
    }
    none(&objections);
}

/// The crates beside the library are independent of each other; only the program combines them.
#[test]
fn only_the_program_depends_on_other_crates_of_the_workspace() {
    for entry in std::fs::read_dir(golden::path("crates")).unwrap() {
        let folder = entry.unwrap().path();
        let name = folder.file_name().unwrap().to_str().unwrap();
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let (_, rest) = manifest.split_once("[dependencies]\n").unwrap_or_default();
        let own = rest
            .lines()
            .take_while(|line| !line.starts_with('['))
            .filter(|line| line.starts_with("custody-"))
            .filter(|line| !line.starts_with("custody-controls"));
        let own: Vec<&str> = own.collect();
        assert_eq!(own.is_empty(), name != "custody-cli", "{name}: {own:?}");
    }
}

#[test]
fn no_format_uses_another() {
    const FORMATS: &str = "crates/custody-formats/src/";
    /// Modules that all formats may use.
    const SHARED: [&str; 2] = ["lib", "words"];
    let module = |file: &File| {
        let inside = file.name.strip_prefix(FORMATS)?;
        inside.split(['/', '.']).next().map(str::to_owned)
    };
    let all = files();
    let formats: BTreeSet<String> = all
        .iter()
        .filter_map(module)
        .filter(|module| !SHARED.contains(&module.as_str()))
        .collect();
    let mut objections = String::new();
    for file in &all {
        let Some(own) = module(file).filter(|own| own != "lib") else {
            continue;
        };
        for (line, other) in file.after("crate::") {
            if other != own && formats.contains(other) {
                let _ = writeln!(
                    objections,
                    "{}:{line}: a format may not use `{other}`",
                    file.name
                );
            }
        }
    }
    none(&objections);
    assert!(formats.len() > 2);
}

#[test]
fn objections_are_made() {
    assert_eq!(objection("gap", "coverage"), None);
    assert_eq!(objection("source", "taxonomy"), None);
    assert_eq!(objection("source", "error"), None);
    for (module, other) in [
        ("coverage", "gap"),
        ("catalog", "assessment"),
        ("taxonomy", "id"),
        ("statement", "settings"),
        ("diagnostic", "source"),
        ("report", "schema"),
        ("unknown", "id"),
        ("report", "unknown"),
    ] {
        assert!(objection(module, other).is_some(), "{module} → {other}");
    }
    let root = "pub use error::{Error, Result};\npub use gap::Gap;\n";
    assert_eq!(home("Result", root), "error");
    assert_eq!(home("coverage", root), "coverage");
    let file = File {
        name: "src/gap.rs".to_owned(),
        lines: code(
            "use crate::report::Report; // crate::cli\nmycrate::id\n#[cfg(test)]\ncrate::cli",
        ),
    };
    assert_eq!(file.after("crate::").collect::<Vec<_>>(), [(1, "report")]);
    assert_eq!(file.module(), Some("gap"));
}
