//! Reading documents from the file system: the only place in the library that does.

use super::{Sources, sources};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::limits;
use std::path::{Path, PathBuf};

/// Whether a file in a directory is read as a document, by its name: `.yaml`, `.yml` and `.json`
/// files are, except JSON Schemas (`.schema.json`).
///
/// A file that is named itself is read whatever its name.
pub fn is_document(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("yaml" | "yml" | "json"))
        && !path.to_string_lossy().ends_with(".schema.json")
}

/// Reads files, and the documents in directories, in the order of their names: those directly in a
/// directory, or with `deep` those at any depth.
///
/// # Errors
///
/// [`Error::Read`] if a path cannot be read, [`Error::NoFile`] if a directory contains no document,
/// and [`Error::TooManyFiles`].
pub(crate) fn read(paths: &[PathBuf], deep: bool) -> Result<(Sources, Vec<Diagnostic>), Error> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = files.len();
            list(path, deep, 0, &mut files)?;
            if files.len() == before {
                return Err(Error::NoFile { path: path.clone() });
            }
        } else {
            files.push(path.clone());
        }
    }
    let mut sources = Sources::default();
    let mut diagnostics = Vec::new();
    for path in files {
        let name = path.to_string_lossy().replace('\\', "/");
        match read_bounded(&path, sources.remaining())? {
            Some(bytes) => diagnostics.extend(sources.add(&name, bytes)),
            None => diagnostics.push(sources::too_large(&name)),
        }
    }
    Ok((sources, diagnostics))
}

/// The bytes of a file; none if it is longer than allowed.
pub(crate) fn read_bounded(path: &Path, longest: u64) -> Result<Option<Vec<u8>>, Error> {
    use std::io::Read;
    let failed = |source| Error::Read {
        path: path.to_path_buf(),
        source,
    };
    let file = std::fs::File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    if size > longest {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.take(longest + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok((bytes.len() as u64 <= longest).then_some(bytes))
}

fn list(directory: &Path, deep: bool, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let failed = |source| Error::Read {
        path: directory.to_path_buf(),
        source,
    };
    let mut entries: Vec<PathBuf> = std::fs::read_dir(directory)
        .map_err(failed)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(failed)?;
    entries.sort();
    for path in entries {
        if path.is_dir() {
            if deep && depth < limits::DEPTH {
                list(&path, deep, depth + 1, files)?;
            }
        } else if is_document(&path) {
            files.push(path);
        }
        if files.len() > limits::FILES {
            return Err(Error::TooManyFiles {
                path: directory.to_path_buf(),
            });
        }
    }
    Ok(())
}
