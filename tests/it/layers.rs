//! The house has floors: a room imports only from the rooms before it, and a foreign crate that is
//! hard to leave is named in one room only. `docs/architecture.md` tells why.

#![cfg(test)]

use crate::committed;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// The floors, from the ground up, and the rooms on each.
const FLOORS: [&[&str]; 12] = [
    &[
        "taxonomy", "id", "date", "figure", "legible", "location", "limits", "index",
    ],
    &["diagnostic"],
    &["error"],
    &["source"],
    &["catalog"],
    &["assessment"],
    &["settings", "verify", "statement"],
    &["coverage"],
    &["gap", "supports"],
    &["report"],
    &[
        "explanation",
        "plan",
        "forecast",
        "crosswalk",
        "difference",
        "portfolio",
    ],
    &["render", "schema"],
];

/// The door, above all floors: it may use every room, and no room may use it.
const DOOR: &str = "cli";

/// A name that may be written only in files that begin like this.
const CONFINED: [(&str, &[&str]); 10] = [
    ("microlp", &["src/plan/program.rs"]),
    ("serde_saphyr", &["src/source/"]),
    ("granit_parser", &["src/source/"]),
    ("clap", &["src/cli.rs", "src/cli/"]),
    ("SystemTime", &["src/cli.rs", "src/cli/"]),
    ("Instant", &[]),
    ("annotate_snippets", &["src/cli/"]),
    ("anstream", &["src/cli.rs", "src/cli/"]),
    ("indicatif", &["src/cli/"]),
    ("postcard", &["src/catalog/"]),
];

/// A Rust file of the library: where it lies, and its lines without comments and tests.
struct File {
    name: String,
    lines: Vec<(usize, String)>,
}

impl File {
    /// The room that the file belongs to; nothing for the front of the house.
    fn room(&self) -> Option<&str> {
        let inside = self.name.strip_prefix("src/")?;
        let room = inside.split(['/', '.']).next()?;
        (!matches!(inside, "lib.rs" | "main.rs")).then_some(room)
    }

    /// What stands after a marker, as names, with the line.
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
    list(&committed::path("src"), &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let inside = path.strip_prefix(committed::path("")).unwrap();
        File {
            name: inside.to_str().unwrap().replace('\\', "/"),
            lines: code(&std::fs::read_to_string(&path).unwrap()),
        }
    };
    paths.into_iter().map(read).collect()
}

/// The room in which a name of the front of the house lives: `Result` lives in `error`.
fn home<'n>(name: &'n str, front: &'n str) -> &'n str {
    front
        .lines()
        .filter_map(|line| line.strip_prefix("pub use ")?.split_once("::"))
        .find(|(_, names)| {
            let mut names = names.split(|c| !is_of_name(c));
            names.any(|shown| shown == name)
        })
        .map_or(name, |(room, _)| room)
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// Why a room may not use another one.
fn objection(room: &str, other: &str) -> Option<String> {
    if room == other || room == DOOR {
        return None;
    }
    match (floor(room), floor(other)) {
        (None, _) => Some(format!("`{room}` is on no floor")),
        (Some(_), None) => Some(format!(
            "`{room}` may not use `{other}`, which is on no floor"
        )),
        (Some(own), Some(below)) if below < own => None,
        _ => Some(format!("`{room}` may not use `{other}`")),
    }
}

#[track_caller]
fn none(objections: &str) {
    assert!(objections.is_empty(), "\n{objections}");
}

#[test]
fn a_room_uses_only_the_rooms_below_it() {
    let front = committed::read("src/lib.rs");
    let mut objections = String::new();
    for file in files() {
        let Some(room) = file.room() else { continue };
        if floor(room).is_none() && room != DOOR {
            let _ = writeln!(objections, "{}: `{room}` is on no floor", file.name);
        }
        // At the front of a room, `super` is the house. `crate::{gap, report}` is not written here, so
        // that each use can be found; its name is empty, and no floor has it.
        let is_front = file.name.matches('/').count() == 1;
        let upwards = file.after("use super::").filter(|_| is_front);
        for (line, other) in file.after("crate::").chain(upwards) {
            if let Some(objection) = objection(room, home(other, &front)) {
                let _ = writeln!(objections, "{}:{line}: {objection}", file.name);
            }
        }
    }
    none(&objections);
}

#[test]
fn every_room_is_listed_at_the_front_of_the_house() {
    let front = committed::read("src/lib.rs");
    let rooms: Vec<&str> = front
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    for room in &rooms {
        assert!(
            floor(room).is_some() || *room == DOOR,
            "`{room}` is on no floor"
        );
        // What is behind a feature is told without a link.
        let is_told =
            front.contains(&format!("[`{room}`]")) || front.contains(&format!("| `{room}` |"));
        assert!(
            is_told || *room == DOOR,
            "the table of rooms leaves `{room}` out"
        );
    }
    for room in FLOORS.concat() {
        assert!(rooms.contains(&room), "there is no room `{room}`");
    }
}

#[test]
fn what_is_hard_to_leave_is_named_in_one_room() {
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
                        "no room".to_owned()
                    } else {
                        homes.join(", ")
                    }
                );
            }
        }
    }
    none(&objections);
}

#[test]
fn no_format_knows_another() {
    let formats: Vec<File> = files()
        .into_iter()
        .filter(|file| file.name.starts_with("src/render/"))
        .collect();
    let mut objections = String::new();
    for file in &formats {
        let used = file.after("super::").chain(file.after("crate::render::"));
        for (line, other) in used {
            let other_file = format!("src/render/{other}.rs");
            let is_format = formats.iter().any(|format| format.name == other_file);
            if is_format && other != "legible" && other_file != file.name {
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
fn the_floors_are_minded() {
    assert_eq!(objection("gap", "coverage"), None);
    assert_eq!(objection("cli", "render"), None);
    assert_eq!(objection("source", "taxonomy"), None);
    assert_eq!(objection("source", "error"), None);
    for (room, other) in [
        ("coverage", "gap"),
        ("catalog", "assessment"),
        ("taxonomy", "id"),
        ("verify", "settings"),
        ("diagnostic", "source"),
        ("schema", "render"),
        ("report", "cli"),
        ("attic", "id"),
        ("report", "attic"),
    ] {
        assert!(objection(room, other).is_some(), "{room} → {other}");
    }
    let front = "pub use error::{Error, Result};\npub use gap::Gap;\n";
    assert_eq!(home("Result", front), "error");
    assert_eq!(home("coverage", front), "coverage");
    let file = File {
        name: "src/gap.rs".to_owned(),
        lines: code(
            "use crate::report::Report; // crate::cli\nmycrate::id\n#[cfg(test)]\ncrate::cli",
        ),
    };
    assert_eq!(file.after("crate::").collect::<Vec<_>>(), [(1, "report")]);
    assert_eq!(file.room(), Some("gap"));
}
