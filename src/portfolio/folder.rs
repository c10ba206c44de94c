//! The directory of a date: written to a temporary directory, which then replaces it as a whole.
//!
//! Temporary directories are in `.custody` of the output directory. Only one run at a time writes
//! there; leftovers of an interrupted run are removed by the next.

use super::run::RunError;
use super::{OutputFile, OutputKind, SCHEMA, Table};
use crate::date::Date;
use crate::digest::hex;
use crate::taxonomy::Word;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

const BUFFER: usize = 64 << 10;

/// The file that names all others of a directory.
const MANIFEST: &str = "manifest.json";

/// The content of the lock, by which a temporary directory is known to be ours.
const SEAL: &str =
    "Temporary directory of custody portfolio. Unfinished output in it is removed.\n";

/// Suffixes of unfinished and of replaced directories.
const NEW: &str = ".new";
const OLD: &str = ".old";

#[derive(Debug)]
pub(super) struct DateFolder {
    /// The directory of the date.
    target: PathBuf,
    /// Where it is written.
    new: PathBuf,
    /// Where the replaced directory is moved before it is removed.
    old: PathBuf,
    /// Held while this run writes.
    _lock: File,
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> RunError {
    let path = path.to_path_buf();
    |source| RunError::Write { path, source }
}

impl DateFolder {
    pub(super) fn begin(output: &Path, as_of: Date) -> Result<Self, RunError> {
        let temporary = output.join(".custody");
        let target = output.join(format!("as_of={as_of}"));
        refuse_foreign(&target)?;
        let lock = lock(output, &temporary)?;
        clear(output, &temporary)?;
        let folder = Self {
            target,
            new: temporary.join(format!("as_of={as_of}{NEW}")),
            old: temporary.join(format!("as_of={as_of}{OLD}")),
            _lock: lock,
        };
        for table in Table::values() {
            let table = table.word();
            fs::create_dir_all(folder.new.join(table))
                .map_err(failed(&folder.target.join(table)))?;
        }
        Ok(folder)
    }

    /// Writes a file, with its digest.
    pub(super) fn write(
        &self,
        path: &str,
        kind: OutputKind,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<OutputFile, RunError> {
        let target = self.new.join(path);
        let is_table = matches!(
            kind,
            OutputKind::Cells | OutputKind::Risks | OutputKind::Gaps
        );
        let digested = || {
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut out = BufWriter::with_capacity(
                BUFFER,
                Digested {
                    file: File::create_new(&target)?,
                    digest: Sha256::new(),
                    bytes: 0,
                    lines: is_table.then_some(0),
                },
            );
            write(&mut out)?;
            out.into_inner().map_err(io::IntoInnerError::into_error)
        };
        let digested = digested().map_err(failed(&self.target.join(path)))?;
        Ok(OutputFile {
            kind,
            path: path.to_owned(),
            rows: digested.lines,
            bytes: digested.bytes,
            sha256: hex(&digested.digest.finalize()),
        })
    }

    /// Removes a file, and its directory if that is empty.
    pub(super) fn remove(&self, path: &str) -> Result<(), RunError> {
        let target = self.new.join(path);
        fs::remove_file(&target).map_err(failed(&self.target.join(path)))?;
        if let Some(folder) = target.parent()
            && folder.parent() != Some(&self.new)
        {
            // A directory with other files is not removed.
            let _ = fs::remove_dir(folder);
        }
        Ok(())
    }

    /// Replaces the directory of the date.
    pub(super) fn finish(self) -> Result<PathBuf, RunError> {
        // Somebody may have added a file in the meantime.
        refuse_foreign(&self.target)?;
        let swap = || {
            let replaces = self.target.exists();
            if replaces {
                fs::rename(&self.target, &self.old)?;
            }
            fs::rename(&self.new, &self.target)?;
            if replaces {
                fs::remove_dir_all(&self.old)?;
            }
            Ok(())
        };
        swap().map_err(failed(&self.target))?;
        Ok(self.target)
    }
}

/// The part of a manifest that names the files of a directory.
#[derive(Deserialize)]
struct Written {
    schema: String,
    overview: Option<WrittenFile>,
    #[serde(default)]
    assessments: Vec<WrittenMember>,
}

#[derive(Deserialize)]
struct WrittenMember {
    #[serde(default)]
    outputs: Vec<WrittenFile>,
}

#[derive(Deserialize)]
struct WrittenFile {
    path: String,
}

/// Refuses to replace anything but a directory of a date in which every file is in its manifest.
fn refuse_foreign(target: &Path) -> Result<(), RunError> {
    let foreign = |path: &Path| {
        let path = path.to_path_buf();
        RunError::Foreign { path }
    };
    let Ok(metadata) = target.symlink_metadata() else {
        return Ok(());
    };
    let manifest = target.join(MANIFEST);
    let is_file = |path: &Path| path.symlink_metadata().is_ok_and(|found| found.is_file());
    if !metadata.is_dir() || !is_file(&manifest) {
        return Err(foreign(target));
    }
    let text = fs::read(&manifest).map_err(failed(&manifest))?;
    let kind = SCHEMA.trim_end_matches(|c: char| c.is_ascii_digit());
    let written: Written = serde_json::from_slice(&text)
        .ok()
        .filter(|written: &Written| written.schema.starts_with(kind))
        .ok_or_else(|| foreign(target))?;
    let outputs = written
        .assessments
        .iter()
        .flat_map(|member| &member.outputs);
    let mut known: BTreeSet<PathBuf> = outputs
        .chain(&written.overview)
        .map(|file| target.join(&file.path))
        .collect();
    known.insert(manifest);
    // An interrupted run leaves no directory, so each belongs to a file; those of tables may be empty.
    let mut directories = vec![target.to_path_buf()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).map_err(failed(&directory))? {
            let entry = entry.map_err(failed(&directory))?;
            let kind = entry.file_type().map_err(failed(&directory))?;
            let path = entry.path();
            if kind.is_dir() {
                directories.push(path);
            } else if !kind.is_file() || !known.contains(&path) {
                return Err(foreign(&path));
            }
        }
    }
    Ok(())
}

/// Creates the temporary directory, unless somebody else has one of this name, and locks it.
fn lock(output: &Path, temporary: &Path) -> Result<File, RunError> {
    let path = temporary.join("lock");
    let foreign = || RunError::Foreign {
        path: temporary.to_path_buf(),
    };
    let content = match temporary.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(temporary).map_err(failed(output))?;
            None
        }
        Err(error) => return Err(failed(output)(error)),
        Ok(found) if !found.is_dir() => return Err(foreign()),
        Ok(_) => match path.symlink_metadata() {
            Err(_) => None,
            Ok(found) if found.is_file() => Some(fs::read(&path).map_err(failed(&path))?),
            Ok(_) => return Err(foreign()),
        },
    };
    let is_sealed = content.as_deref() == Some(SEAL.as_bytes());
    if !is_sealed && !is_new(temporary, content.as_deref().unwrap_or_default()) {
        return Err(foreign());
    }
    let file = File::options()
        .write(true)
        .create_new(content.is_none())
        .open(&path);
    let file = file.map_err(failed(&path))?;
    match file.try_lock() {
        Ok(()) if is_sealed => Ok(file),
        Ok(()) => {
            let mut sealed = &file;
            sealed.write_all(SEAL.as_bytes()).map_err(failed(&path))?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => Err(failed(output)(io::Error::other(
            "another run is writing to it",
        ))),
        Err(TryLockError::Error(error)) => Err(failed(&path)(error)),
    }
}

/// Whether a temporary directory was just created: it has nothing but a lock, not yet sealed.
fn is_new(temporary: &Path, lock: &[u8]) -> bool {
    let mut others = fs::read_dir(temporary)
        .into_iter()
        .flatten()
        .filter(|entry| {
            entry
                .as_ref()
                .is_ok_and(|entry| entry.file_name() != "lock")
        });
    SEAL.as_bytes().starts_with(lock) && others.next().is_none()
}

/// Removes the leftovers of an interrupted run: unfinished directories are removed, and a replaced
/// directory is restored if no new one took its place. Nothing else is touched.
fn clear(output: &Path, temporary: &Path) -> Result<(), RunError> {
    for entry in fs::read_dir(temporary).map_err(failed(temporary))? {
        let entry = entry.map_err(failed(temporary))?;
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_str().unwrap_or_default();
        let is_of_date = |day: &str| {
            let date = day.strip_prefix("as_of=");
            date.is_some_and(|date| date.parse::<Date>().is_ok())
        };
        let is_directory = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if !is_directory {
            continue;
        }
        if name.strip_suffix(NEW).is_some_and(is_of_date) {
            fs::remove_dir_all(&path).map_err(failed(temporary))?;
        } else if let Some(day) = name.strip_suffix(OLD).filter(|day| is_of_date(day)) {
            let target = output.join(day);
            if target.symlink_metadata().is_err() {
                fs::rename(&path, target).map_err(failed(temporary))?;
            } else {
                fs::remove_dir_all(&path).map_err(failed(temporary))?;
            }
        }
    }
    Ok(())
}

/// A file with its size and digest, computed while it is written.
struct Digested {
    file: File,
    digest: Sha256,
    bytes: u64,
    /// Number of lines, for tables.
    lines: Option<u64>,
}

impl Write for Digested {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write_all(bytes)?;
        self.digest.update(bytes);
        self.bytes += bytes.len() as u64;
        if let Some(lines) = &mut self.lines {
            *lines += memchr::memchr_iter(b'\n', bytes).count() as u64;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
