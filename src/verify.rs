//! Looking at the files of evidence: whether they are there and are the ones that were collected.
//!
//! Nothing outside of the folder that is given is ever read: locators that are absolute, that climb
//! up, or that a symbolic link leads out are not followed.

use crate::assessment::{Assessment, Evidence};
use crate::error::{Error, Result};
use crate::id::EvidenceId;
use crate::taxonomy::FileCheck;
use indexmap::IndexMap;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// Looks at the file of each evidence item in a folder; the result goes to
/// [`crate::Settings::files`]. A locator that is an address in another system (`https://…`) is not
/// looked at.
///
/// # Errors
///
/// [`Error::Read`] where the folder, or a file in it, cannot be read.
pub fn files(assessment: &Assessment, folder: &Path) -> Result<IndexMap<EvidenceId, FileCheck>> {
    let failed = |source| Error::Read {
        path: folder.to_path_buf(),
        source,
    };
    let root = folder.canonicalize().map_err(failed)?;
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
    let Some(wanted) = &evidence.sha256 else {
        return Ok(FileCheck::Present);
    };
    let found = digest(&path).map_err(|source| Error::Read { path, source })?;
    Ok(if found == wanted.as_str() {
        FileCheck::Matches
    } else {
        FileCheck::Mismatch
    })
}

/// The regular file that a locator names, if it lies within the root.
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
