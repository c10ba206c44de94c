//! The inputs of a portfolio: each file and each directory of files is an assessment. They are sorted
//! by name.

use super::run::RunError;
use super::{LeftOut, Omission};
use crate::error::Error;
use crate::limits;
use crate::source::is_document;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// The files of an assessment.
#[derive(Debug)]
pub(super) struct Input {
    /// Its path, as it was passed.
    pub(super) name: String,
    /// Its files, or the reason why they cannot be listed.
    pub(super) files: Result<Vec<PathBuf>, String>,
}

#[derive(Debug)]
pub(super) struct Found {
    /// By name.
    pub(super) inputs: Vec<Input>,
    pub(super) left_out: Vec<LeftOut>,
}

/// The kind of a directory entry.
enum Kind {
    File,
    Folder,
    LeftOut(Omission),
}

pub(super) fn find(folders: &[PathBuf], output: &Path) -> Result<Found, RunError> {
    let own = output.canonicalize().ok();
    let mut inputs = BTreeMap::new();
    let mut left_out = BTreeMap::new();
    let mut add = |path: PathBuf, files| {
        let name = name(&path);
        inputs.insert(name.clone(), Input { name, files });
    };
    for given in folders {
        let metadata = std::fs::metadata(given).map_err(|source| unreadable(given, source))?;
        if !metadata.is_dir() {
            // A file that is passed by name is read whatever its extension.
            add(given.clone(), Ok(vec![given.clone()]));
            continue;
        }
        let root = given
            .canonicalize()
            .map_err(|source| unreadable(given, source))?;
        if own.as_ref() == Some(&root) {
            return Err(RunError::OutputIsInput {
                path: given.clone(),
            });
        }
        for path in entries(given).map_err(|source| unreadable(given, source))? {
            if own.is_some() && path.canonicalize().ok() == own {
                continue;
            }
            match kind(&path, &root) {
                Kind::File => add(path.clone(), Ok(vec![path])),
                Kind::Folder => match files(&path, &root) {
                    Ok(files) if files.is_empty() => {
                        left_out.insert(name(&path), Omission::OtherKind);
                    }
                    Ok(files) => add(path, Ok(files)),
                    Err(reason) => add(path, Err(reason)),
                },
                Kind::LeftOut(omission) => {
                    left_out.insert(name(&path), omission);
                }
            }
        }
    }
    let left_out = left_out.into_iter();
    Ok(Found {
        inputs: inputs.into_values().collect(),
        left_out: left_out
            .map(|(name, omission)| LeftOut::new(name, omission))
            .collect(),
    })
}

fn unreadable(path: &Path, source: io::Error) -> Error {
    let path = path.to_path_buf();
    Error::Read { path, source }
}

fn name(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<PathBuf>>>()?;
    entries.sort();
    Ok(entries)
}

/// The files of the assessment in a directory.
fn files(folder: &Path, root: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = entries(folder).map_err(|error| error.to_string())?;
    let files: Vec<PathBuf> = entries
        .into_iter()
        .filter(|path| matches!(kind(path, root), Kind::File))
        .collect();
    if files.len() > limits::FILES {
        let path = folder.to_path_buf();
        return Err(Error::TooManyFiles { path }.to_string());
    }
    Ok(files)
}

fn kind(path: &Path, root: &Path) -> Kind {
    let file_name = path.file_name().unwrap_or_default().to_string_lossy();
    if file_name.starts_with('.') {
        return Kind::LeftOut(Omission::Hidden);
    }
    let is_link = path
        .symlink_metadata()
        .is_ok_and(|metadata| metadata.is_symlink());
    if is_link
        && !path
            .canonicalize()
            .is_ok_and(|target| target.starts_with(root))
    {
        return Kind::LeftOut(Omission::LeadsOut);
    }
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => Kind::Folder,
        // Only regular files: reading from a pipe could block.
        Ok(metadata) if metadata.is_file() && is_document(path) => Kind::File,
        _ => Kind::LeftOut(Omission::OtherKind),
    }
}
