//! The folder of a day: written beside, and then in its place as a whole.
//!
//! What is unfinished lies in `.custody` of the output folder, which no reader looks into. One run
//! at a time writes there; what an interrupted run has left is cleared away by the next.

use crate::Failure;
use custody_controls::date::Date;
use custody_controls::digest::hex;
use custody_controls::portfolio::{OutputFile, OutputKind, SCHEMA, Table};
use custody_controls::taxonomy::Word;
use sha2::{Digest, Sha256};
use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

const BUFFER: usize = 64 << 10;

/// How names of unfinished and of replaced days end.
const NEW: &str = ".new";
const OLD: &str = ".old";

#[derive(Debug)]
pub(super) struct Day {
    /// Where the day will lie.
    place: PathBuf,
    /// Where it is written.
    new: PathBuf,
    /// Where what it replaces waits to be removed.
    old: PathBuf,
    /// Held as long as this run writes.
    _lock: File,
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> Failure {
    let path = Some(path.to_path_buf());
    |source| Failure::Write { path, source }
}

impl Day {
    pub(super) fn begin(output: &Path, as_of: Date) -> Result<Self, Failure> {
        let room = output.join(".custody");
        let place = output.join(format!("as_of={as_of}"));
        is_ours(&place)?;
        fs::create_dir_all(&room).map_err(failed(&room))?;
        let lock = lock(output, &room)?;
        clear(output, &room).map_err(failed(&room))?;
        let day = Self {
            place,
            new: room.join(format!("as_of={as_of}{NEW}")),
            old: room.join(format!("as_of={as_of}{OLD}")),
            _lock: lock,
        };
        for table in Table::values() {
            let folder = day.new.join(table.word());
            fs::create_dir_all(&folder).map_err(failed(&folder))?;
        }
        Ok(day)
    }

    /// Writes a file, and seals it while it is written.
    pub(super) fn write(
        &self,
        path: &str,
        kind: OutputKind,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<OutputFile, Failure> {
        let target = self.new.join(path);
        let is_table = matches!(
            kind,
            OutputKind::Cells | OutputKind::Risks | OutputKind::Gaps
        );
        let sealed = || {
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder)?;
            }
            let mut out = BufWriter::with_capacity(
                BUFFER,
                Sealed {
                    file: File::create_new(&target)?,
                    digest: Sha256::new(),
                    bytes: 0,
                    lines: is_table.then_some(0),
                },
            );
            write(&mut out)?;
            out.into_inner().map_err(io::IntoInnerError::into_error)
        };
        let sealed = sealed().map_err(failed(&target))?;
        Ok(OutputFile {
            kind,
            path: path.to_owned(),
            rows: sealed.lines,
            bytes: sealed.bytes,
            sha256: hex(&sealed.digest.finalize()),
        })
    }

    /// Removes a file again, and its folder where nothing else is in it.
    pub(super) fn remove(&self, path: &str) -> Result<(), Failure> {
        let target = self.new.join(path);
        fs::remove_file(&target).map_err(failed(&target))?;
        if let Some(folder) = target.parent()
            && folder.parent() != Some(&self.new)
        {
            // It stays where other files are in it.
            let _ = fs::remove_dir(folder);
        }
        Ok(())
    }

    /// Puts the day in its place.
    pub(super) fn finish(self) -> Result<PathBuf, Failure> {
        let swap = || {
            let replaces = self.place.exists();
            if replaces {
                fs::rename(&self.place, &self.old)?;
            }
            fs::rename(&self.new, &self.place)?;
            if replaces {
                fs::remove_dir_all(&self.old)?;
            }
            Ok(())
        };
        swap().map_err(failed(&self.place))?;
        Ok(self.place)
    }
}

/// Refuses to replace what this program has not written.
fn is_ours(place: &Path) -> Result<(), Failure> {
    let Ok(metadata) = place.symlink_metadata() else {
        return Ok(());
    };
    let begins = format!(
        "{{\n  \"schema\": \"{}",
        SCHEMA.trim_end_matches(|c: char| c.is_ascii_digit())
    );
    let mut beginning = Vec::new();
    let read = File::open(place.join("manifest.json"))
        .and_then(|file| file.take(begins.len() as u64).read_to_end(&mut beginning));
    if metadata.is_dir() && read.is_ok() && beginning == begins.as_bytes() {
        return Ok(());
    }
    Err(Failure::asked(
        format!(
            "`{}` is there and holds no manifest of a portfolio",
            place.display()
        ),
        Some("it is not replaced; move it away, or give another folder to `--output`".to_owned()),
    ))
}

fn lock(output: &Path, room: &Path) -> Result<File, Failure> {
    let path = room.join("lock");
    let file = File::create(&path).map_err(failed(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let busy = io::Error::other("another run is writing there");
            Err(failed(output)(busy))
        }
        Err(TryLockError::Error(error)) => Err(failed(&path)(error)),
    }
}

/// Clears away what an interrupted run has left: what it had begun is removed, and what it had moved
/// out of the way comes back where nothing took its place.
fn clear(output: &Path, room: &Path) -> io::Result<()> {
    for entry in fs::read_dir(room)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(NEW) {
            fs::remove_dir_all(&path)?;
        } else if let Some(day) = name.strip_suffix(OLD) {
            let place = output.join(day);
            if place.exists() {
                fs::remove_dir_all(&path)?;
            } else {
                fs::rename(&path, place)?;
            }
        }
    }
    Ok(())
}

/// A file that is counted and digested while it is written.
struct Sealed {
    file: File,
    digest: Sha256,
    bytes: u64,
    /// How many lines there are, where that is asked for.
    lines: Option<u64>,
}

impl Write for Sealed {
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
