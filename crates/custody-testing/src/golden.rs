//! Files that are kept in the repository and equal what the code makes. `UPDATE=1 cargo test` writes
//! them anew; the difference is then read in review.

#![cfg(test)]

use std::path::{Path, PathBuf};

/// A path of the repository.
pub(crate) fn path(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The text of a file of the repository.
pub(crate) fn read(file: &str) -> String {
    std::fs::read_to_string(path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Whether committed files are to be written anew.
pub(crate) fn update() -> bool {
    std::env::var_os("UPDATE").is_some()
}

/// Holds a committed file equal to what was made, and shows the first line that differs.
pub(crate) fn equal(file: &str, made: &str) {
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
                    "{} lines are committed, {} are made",
                    committed.lines().count(),
                    made.lines().count()
                )
            },
            |((line, committed), made)| {
                format!("line {line}:\n  committed: {committed}\n  made:      {made}")
            },
        );
    panic!("{file} is not what the code makes; `UPDATE=1 cargo test` writes it anew\n{difference}");
}
