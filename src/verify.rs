//! Verification of the files of evidence: whether they exist and are the ones that were collected.
//!
//! Nothing outside the given directory is ever read: absolute locators, locators with `..` and
//! symbolic links that point outside are not followed.

use crate::assessment::{Assessment, Evidence};
use crate::error::{Error, Result};
use crate::id::EvidenceId;
use crate::taxonomy::FileCheck;
use indexmap::IndexMap;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// Checks the file of each evidence item in a directory. The result is for
/// [`crate::Settings::files`]. A locator that is an address in another system (`https://…`) is not
/// checked.
///
/// # Errors
///
/// [`Error::Read`] if the directory, or a file in it, cannot be read.
pub fn files(assessment: &Assessment, directory: &Path) -> Result<IndexMap<EvidenceId, FileCheck>> {
    let failed = |source| Error::Read {
        path: directory.to_path_buf(),
        source,
    };
    let root = directory.canonicalize().map_err(failed)?;
    if !root.is_dir() {
        return Err(failed(std::io::ErrorKind::NotADirectory.into()));
    }
    let evidence = assessment.document().evidence.iter();
    evidence
        .map(|(id, evidence)| Ok((id.clone(), check(evidence, &root)?)))
        .collect()
}

fn check(evidence: &Evidence, root: &Path) -> Result<FileCheck> {
    if evidence.locator.contains("://") {
        return Ok(FileCheck::NotChecked);
    }
    let Some(path) = within(root, Path::new(&evidence.locator)) else {
        return Ok(FileCheck::Missing);
    };
    let Some(expected) = &evidence.sha256 else {
        return Ok(FileCheck::Present);
    };
    let found = digest(&path).map_err(|source| Error::Read { path, source })?;
    Ok(if found == expected.as_str() {
        FileCheck::Matches
    } else {
        FileCheck::Mismatch
    })
}

/// The regular file of a locator, if it is within the root.
fn within(root: &Path, locator: &Path) -> Option<PathBuf> {
    let stays = locator
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    let path = stays.then(|| root.join(locator).canonicalize().ok())??;
    (path.starts_with(root) && path.is_file()).then_some(path)
}

fn digest(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        hasher.update(buffer.get(..count).unwrap_or_default());
    }
    Ok(crate::digest::hex(&hasher.finalize()))
}
