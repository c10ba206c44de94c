//! Golden files: committed files that must equal what the code generates. `UPDATE=1 cargo test`
//! rewrites them, and the difference is reviewed. Paths are relative to the root of the repository.

use std::path::{Path, PathBuf};

/// The path of a file in the repository.
pub fn path(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
        .join(path)
}

/// The text of a file of the repository.
pub fn read(file: &str) -> String {
    std::fs::read_to_string(path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Whether golden files are rewritten.
pub fn update() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// Compares a golden file with the generated text, and panics with the first line that differs.
pub fn equal(file: &str, made: &str) {
    if update() {
        let path = path(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        if std::fs::read_to_string(&path).ok().as_deref() != Some(made) {
            std::fs::write(&path, made).unwrap();
        }
        return;
    }
    let committed = std::fs::read_to_string(path(file)).unwrap_or_default();
    if committed == made {
        return;
    }
    let mut lines = (1..).zip(committed.lines()).zip(made.lines());
    let difference = lines
        .find(|((_, committed), made)| committed != made)
        .map_or_else(
            || {
                format!(
                    "{} lines are committed, {} are generated",
                    committed.lines().count(),
                    made.lines().count()
                )
            },
            |((line, committed), made)| {
                format!("line {line}:\n  committed: {committed}\n  generated: {made}")
            },
        );
    panic!(
        "{file} differs from what the code generates; `UPDATE=1 cargo test` rewrites it\n{difference}"
    );
}

/// Compares two documents, and panics with the text around the first byte that differs.
#[track_caller]
pub fn same(one: &[u8], other: &[u8], what: &str) {
    if one != other {
        let at = one.iter().zip(other).take_while(|(a, b)| a == b).count();
        let near = |bytes: &[u8]| {
            let (from, to) = (at.saturating_sub(80), (at + 80).min(bytes.len()));
            String::from_utf8_lossy(&bytes[from.min(to)..to]).into_owned()
        };
        panic!(
            "{what} differs at byte {at}:\n{}\n---\n{}",
            near(one),
            near(other)
        );
    }
}
