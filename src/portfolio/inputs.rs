//! The inputs of a portfolio. A directory in a directory is one assessment. The files of a directory
//! that have the same id are one assessment, too, with those that have none, if there is one id only.

use super::run::RunError;
use super::{LeftOut, Omission};
use crate::assessment::{Head, head};
use crate::error::Error;
use crate::source;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The files of an assessment, or a directory that contains them.
#[derive(Debug)]
pub(super) struct Input {
    /// The path of the directory or of the first file, as it was passed.
    pub(super) name: String,
    pub(super) paths: Vec<PathBuf>,
}

impl Input {
    fn new(paths: Vec<PathBuf>) -> Self {
        let name = paths.first().map(|path| source::name_of(path));
        Self {
            name: name.unwrap_or_default(),
            paths,
        }
    }
}

#[derive(Debug)]
pub(super) struct Found {
    /// By path.
    pub(super) inputs: Vec<Input>,
    pub(super) left_out: Vec<LeftOut>,
}

pub(super) fn find(given: &[PathBuf], output: &Path) -> Result<Found, RunError> {
    let own = output.canonicalize().ok();
    let is_own = |path: &Path| own.is_some() && path.canonicalize().ok() == own;
    let mut directories = BTreeSet::new();
    // Files, and whether they are named.
    let mut files: BTreeMap<PathBuf, bool> = BTreeMap::new();
    let mut left_out: BTreeMap<PathBuf, Omission> = BTreeMap::new();
    for path in given {
        let metadata = std::fs::metadata(path).map_err(|source| Error::Read {
            path: path.clone(),
            source,
        })?;
        if !metadata.is_dir() {
            // A file that is passed by name is read whatever its extension.
            files.insert(path.clone(), true);
            continue;
        }
        if is_own(path) {
            let path = path.clone();
            return Err(RunError::OutputIsInput { path });
        }
        let listing = source::list(path)?;
        for file in listing.files {
            files.entry(file).or_insert(false);
        }
        left_out.extend(
            listing
                .left_out
                .into_iter()
                .filter(|(path, _)| !is_own(path)),
        );
        for directory in listing.directories {
            if is_own(&directory) {
                continue;
            }
            // A directory that cannot be listed is an error when it is read.
            if source::list(&directory).is_ok_and(|listing| listing.files.is_empty()) {
                left_out.insert(directory, Omission::OtherKind);
            } else {
                directories.insert(directory);
            }
        }
    }
    left_out.retain(|path, _| !files.contains_key(path));
    for path in repeated(&directories, &files) {
        directories.remove(&path);
        files.remove(&path);
        left_out.insert(path, Omission::Repeated);
    }
    let mut inputs: BTreeMap<PathBuf, Input> = directories
        .into_iter()
        .map(|path| (path.clone(), Input::new(vec![path])))
        .collect();
    for paths in group(files, &mut left_out) {
        if let Some(first) = paths.first() {
            inputs.insert(first.clone(), Input::new(paths));
        }
    }
    let left_out = left_out.into_iter();
    Ok(Found {
        inputs: inputs.into_values().collect(),
        left_out: left_out
            .map(|(path, omission)| LeftOut::new(source::name_of(&path), omission))
            .collect(),
    })
}

/// What is read under another path already: through a link, as part of a directory that is one
/// assessment, or because it is passed twice. A link beside its file is part of the same assessment.
fn repeated(directories: &BTreeSet<PathBuf>, files: &BTreeMap<PathBuf, bool>) -> Vec<PathBuf> {
    let directories = directories.iter().map(|path| (path, true));
    let files = files.keys().map(|path| (path, false));
    let mut entries: Vec<(&PathBuf, bool)> = directories.chain(files).collect();
    // A stable sort: what links point to comes before them, and directories before their files.
    entries.sort_by_key(|(path, _)| path.is_symlink());
    let mut read: BTreeSet<PathBuf> = BTreeSet::new();
    let mut repeated = Vec::new();
    for (path, is_directory) in entries {
        let own = path.parent().and_then(|parent| parent.canonicalize().ok());
        let Ok(target) = path.canonicalize() else {
            continue;
        };
        let is_beside = !is_directory && own.as_deref() == target.parent();
        let entry = own.zip(path.file_name()).map(|(own, name)| own.join(name));
        let is_in_read = target.parent().is_some_and(|parent| read.contains(parent));
        let place = if is_beside { entry } else { None };
        if !is_directory && is_in_read || !read.insert(place.unwrap_or(target)) {
            repeated.push(path.clone());
        }
    }
    repeated
}

/// The files of each assessment: those in one directory with the same id. Files without an id belong
/// to the assessment in their directory if there is exactly one.
fn group(
    files: BTreeMap<PathBuf, bool>,
    left_out: &mut BTreeMap<PathBuf, Omission>,
) -> Vec<Vec<PathBuf>> {
    let mut directories: BTreeMap<PathBuf, BTreeMap<Head, Vec<PathBuf>>> = BTreeMap::new();
    let mut groups = Vec::new();
    for (path, is_named) in files {
        let head = match head(&path) {
            Ok(Head::Foreign) if is_named => Head::Missing,
            Ok(head) => head,
            // It is reported alone when it is read.
            Err(_) => {
                groups.push(vec![path]);
                continue;
            }
        };
        let directory = path.parent().unwrap_or(&path).to_path_buf();
        let heads = directories.entry(directory).or_default();
        heads.entry(head).or_default().push(path);
    }
    for mut heads in directories.into_values() {
        let foreign = heads.remove(&Head::Foreign).unwrap_or_default();
        let mut headless = heads.remove(&Head::Missing).unwrap_or_default();
        if heads.is_empty() && headless.is_empty() {
            // As in `AssessmentFiles::read`: if no file is part of an assessment, all are errors.
            headless = foreign;
        } else {
            let foreign = foreign.into_iter();
            left_out.extend(foreign.map(|path| (path, Omission::NoAssessment)));
        }
        let is_single = heads.len() == 1;
        for (_, mut paths) in heads {
            if is_single {
                paths.append(&mut headless);
                paths.sort();
            }
            groups.push(paths);
        }
        groups.extend(headless.into_iter().map(|path| vec![path]));
    }
    groups
}
