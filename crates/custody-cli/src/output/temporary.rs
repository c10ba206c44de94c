//! Temporary files beside outputs. If a run is killed, its temporary file stays, and the next run that
//! writes to the directory removes it.
//!
//! The name ends in a digest of the rest, so that no file of somebody else has such a name by chance,
//! and a run holds a lock on its file, so that no other run removes it.

use custody_controls::digest::hex;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions, TryLockError};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};

const PREFIX: &str = ".custody-";

/// A file that is removed unless it is renamed.
#[derive(Debug)]
pub(super) struct Temporary {
    path: PathBuf,
    pub(super) file: File,
}

impl Temporary {
    /// Creates a temporary file, and removes those of runs that were killed.
    pub(super) fn create(folder: &Path) -> io::Result<Self> {
        clear(folder);
        loop {
            let id = format!("{:016x}", RandomState::new().build_hasher().finish());
            let path = folder.join(format!("{PREFIX}{id}-{}", seal(&id)));
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = match options.open(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                opened => opened?,
            };
            // Another run may have removed the file before it was locked. A file system without locks
            // keeps what killed runs leave.
            let is_taken = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
            if !is_taken && path.symlink_metadata().is_ok() {
                return Ok(Self { path, file });
            }
        }
    }

    /// Gives the file its name.
    pub(super) fn persist(self, target: &Path) -> io::Result<()> {
        std::fs::rename(&self.path, target)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // A file that was renamed is not there any more.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn seal(id: &str) -> String {
    let digest = Sha256::digest(format!("temporary file of custody {id}"));
    hex(digest.get(..8).unwrap_or_default())
}

fn is_ours(name: &str) -> bool {
    let parts = name
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(id, sealed)| id.len() == 16 && seal(id) == sealed)
}

/// Removes the temporary files of runs that were killed. What cannot be removed stays.
fn clear(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if !is_file || !entry.file_name().to_str().is_some_and(is_ours) {
            continue;
        }
        // While it is locked here, no run uses it: names are not used twice.
        if let Ok(file) = File::open(entry.path())
            && file.try_lock().is_ok()
        {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}
