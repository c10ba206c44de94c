//! The directory of a date: written to a temporary directory, which then replaces it as a whole.
//!
//! Temporary directories are in `.custody` of the output directory. Only one run at a time writes
//! there; leftovers of an interrupted run are removed by the next.

use super::run::RunError;
use super::{OutputFile, OutputKind, SCHEMA, Table};
use crate::date::Date;
use crate::digest::hex;
use crate::taxonomy::Word;
use sha2::{Digest, Sha256};
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

const BUFFER: usize = 64 << 10;

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
        fs::create_dir_all(&temporary).map_err(failed(&temporary))?;
        let lock = lock(output, &temporary)?;
        clear(output, &temporary).map_err(failed(&temporary))?;
        let folder = Self {
            target,
            new: temporary.join(format!("as_of={as_of}{NEW}")),
            old: temporary.join(format!("as_of={as_of}{OLD}")),
            _lock: lock,
        };
        for table in Table::values() {
            let table = folder.new.join(table.word());
            fs::create_dir_all(&table).map_err(failed(&table))?;
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
        let digested = digested().map_err(failed(&target))?;
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
        fs::remove_file(&target).map_err(failed(&target))?;
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

/// Refuses to replace a directory that this program has not written.
fn refuse_foreign(target: &Path) -> Result<(), RunError> {
    let Ok(metadata) = target.symlink_metadata() else {
        return Ok(());
    };
    let begins = format!(
        "{{\n  \"schema\": \"{}",
        SCHEMA.trim_end_matches(|c: char| c.is_ascii_digit())
    );
    let mut beginning = Vec::new();
    let read = File::open(target.join("manifest.json"))
        .and_then(|file| file.take(begins.len() as u64).read_to_end(&mut beginning));
    if metadata.is_dir() && read.is_ok() && beginning == begins.as_bytes() {
        return Ok(());
    }
    Err(RunError::Foreign {
        path: target.to_path_buf(),
    })
}

fn lock(output: &Path, temporary: &Path) -> Result<File, RunError> {
    let path = temporary.join("lock");
    let file = File::create(&path).map_err(failed(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(failed(output)(io::Error::other(
            "another run is writing to it",
        ))),
        Err(TryLockError::Error(error)) => Err(failed(&path)(error)),
    }
}

/// Removes the leftovers of an interrupted run: unfinished directories are removed, and a replaced
/// directory is restored if no new one took its place.
fn clear(output: &Path, temporary: &Path) -> io::Result<()> {
    for entry in fs::read_dir(temporary)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(NEW) {
            fs::remove_dir_all(&path)?;
        } else if let Some(day) = name.strip_suffix(OLD) {
            let target = output.join(day);
            if target.exists() {
                fs::remove_dir_all(&path)?;
            } else {
                fs::rename(&path, target)?;
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
