//! Reading documents from the file system: which files of a directory are read, and how much of them.

use super::{Sources, sources};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::limits;
use crate::taxonomy::schema_vocabulary;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

schema_vocabulary! {
    /// Why an entry of a directory is not read.
    ///
    /// May grow.
    #[non_exhaustive]
    Omission, "omission" {
        /// A hidden entry: its name begins with a full stop.
        Hidden,
        /// Not a `.yaml`, `.yml` or `.json` file, and not a directory that contains one.
        OtherKind,
        /// A link that points outside the directory or to nothing.
        LeadsOut,
        /// A pipe, a socket or a device: reading it could take forever.
        SpecialFile,
        /// A file without any key of an assessment, such as that of another program or a report of
        /// this one, or without any content, beside an assessment.
        NoAssessment,
        /// A file or directory that is read under another path already.
        Repeated,
    }
}

/// A skipped entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LeftOut {
    /// The file or directory, as given.
    pub name: String,
    /// The reason.
    pub omission: Omission,
}

impl LeftOut {
    /// A skipped entry.
    pub fn new(name: impl Into<String>, omission: Omission) -> Self {
        Self {
            name: name.into(),
            omission,
        }
    }
}

/// Whether a file in a directory is read as a document, by its name: `.yaml`, `.yml` and `.json`
/// files are, in upper or lower case, except JSON Schemas (`.schema.json`).
///
/// A file that is passed by name is read, whatever its name.
pub fn is_document(path: &Path) -> bool {
    let Some(name) = path.file_name() else {
        return false;
    };
    let name = name.to_string_lossy().to_ascii_lowercase();
    [".yaml", ".yml", ".json"]
        .iter()
        .any(|end| name.ends_with(end))
        && !name.ends_with(".schema.json")
}

/// The files that are read if a path is passed: the file itself, or the documents of a directory, in
/// the order of their names.
///
/// A directory contributes the documents directly in it, or with `deep` those at any depth, which is
/// the rule for catalogs. Hidden entries, links that point outside of the directory, and everything that
/// is not a regular file are left out.
///
/// # Errors
///
/// [`Error::Read`] if a directory cannot be read, and [`Error::TooManyFiles`].
pub fn documents(path: &Path, deep: bool) -> Result<Vec<PathBuf>, Error> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut files = Vec::new();
    collect(path, deep, 0, &mut files, &mut Vec::new())?;
    Ok(files)
}

fn collect(
    directory: &Path,
    deep: bool,
    depth: usize,
    files: &mut Vec<PathBuf>,
    left_out: &mut Vec<LeftOut>,
) -> Result<(), Error> {
    let listing = list(directory)?;
    let omitted = listing.left_out.iter();
    left_out.extend(omitted.map(|(path, omission)| LeftOut::new(name_of(path), *omission)));
    // Documents and directories in one order.
    let documents = listing.files.into_iter().map(|path| (path, false));
    let directories = listing.directories.into_iter().map(|path| (path, true));
    let mut entries: Vec<(PathBuf, bool)> = documents.chain(directories).collect();
    entries.sort();
    for (path, is_directory) in entries {
        if !is_directory {
            files.push(path);
        } else if deep && depth < limits::DEPTH && !path.is_symlink() {
            collect(&path, deep, depth + 1, files, left_out)?;
        } else {
            left_out.push(LeftOut::new(name_of(&path), Omission::OtherKind));
        }
        if files.len() > limits::FILES {
            return Err(Error::TooManyFiles {
                path: directory.to_path_buf(),
            });
        }
    }
    Ok(())
}

/// The entries of a directory, each kind in the order of names.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Documents.
    pub(crate) files: Vec<PathBuf>,
    /// Directories, and links to directories within this one.
    pub(crate) directories: Vec<PathBuf>,
    /// Entries that are not read.
    pub(crate) left_out: Vec<(PathBuf, Omission)>,
}

/// Lists a directory. This is the only rule for which files make an assessment.
pub(crate) fn list(directory: &Path) -> Result<Listing, Error> {
    let failed = |source| Error::Read {
        path: directory.to_path_buf(),
        source,
    };
    let root = directory.canonicalize().map_err(failed)?;
    let mut entries = std::fs::read_dir(directory)
        .map_err(failed)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<PathBuf>, _>>()
        .map_err(failed)?;
    entries.sort();
    let mut listing = Listing::default();
    for path in entries {
        let file_name = path.file_name().unwrap_or_default();
        let omission = if file_name.as_encoded_bytes().starts_with(b".") {
            Omission::Hidden
        } else if path.is_symlink() && !leads_into(&path, &root) {
            Omission::LeadsOut
        } else {
            match path.metadata() {
                Ok(metadata) if metadata.is_dir() => {
                    listing.directories.push(path);
                    continue;
                }
                // A file that cannot be examined is an error when it is read.
                Ok(metadata) if !metadata.is_file() => Omission::SpecialFile,
                _ if is_document(&path) => {
                    listing.files.push(path);
                    continue;
                }
                _ => Omission::OtherKind,
            }
        };
        listing.left_out.push((path, omission));
    }
    Ok(listing)
}

fn leads_into(link: &Path, root: &Path) -> bool {
    link.canonicalize()
        .is_ok_and(|target| target.starts_with(root))
}

/// The name of a file in reports: its path, with bytes that are not UTF-8 as `\xE9`.
pub(crate) fn name_of(path: &Path) -> String {
    let mut name = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        if cfg!(windows) {
            name.push_str(&chunk.valid().replace('\\', "/"));
        } else {
            name.push_str(chunk.valid());
        }
        for byte in chunk.invalid() {
            let _ = write!(name, "\\x{byte:02X}");
        }
    }
    name
}

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct Files {
    pub(crate) sources: Sources,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The names of the files that are read because they are in a directory.
    pub(crate) listed: BTreeSet<String>,
    /// The entries of directories that are not read.
    pub(crate) left_out: Vec<LeftOut>,
}

/// Reads files, and the [`documents`] in directories.
///
/// # Errors
///
/// [`Error::Read`] if a path cannot be read, [`Error::NoFile`] if a directory contains no document,
/// and [`Error::TooManyFiles`].
pub(crate) fn read(paths: &[PathBuf], deep: bool) -> Result<Files, Error> {
    let mut read = Files::default();
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        collect(path, deep, 0, &mut files, &mut read.left_out)?;
        let found = files.get(before..).unwrap_or_default();
        if found.is_empty() {
            return Err(Error::NoFile { path: path.clone() });
        }
        read.listed.extend(found.iter().map(|path| name_of(path)));
    }
    for path in files {
        let name = name_of(&path);
        match read_bounded(&path, read.sources.remaining())? {
            Some(bytes) => read.diagnostics.extend(read.sources.add(&name, bytes)),
            None => read.diagnostics.push(sources::too_large(&name)),
        }
    }
    Ok(read)
}

/// The bytes of a file; none if it is longer than allowed.
pub(crate) fn read_bounded(path: &Path, longest: u64) -> Result<Option<Vec<u8>>, Error> {
    use std::io::Read;
    let failed = |source| Error::Read {
        path: path.to_path_buf(),
        source,
    };
    let metadata = std::fs::metadata(path).map_err(failed)?;
    refuse_special(path, &metadata).map_err(failed)?;
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

/// Refuses what is not a regular file: opening a pipe can block, and a device may never end. What the
/// program was started with (`/dev/stdin`, `/dev/fd/63` of `<(…)`) is open already.
fn refuse_special(path: &Path, metadata: &Metadata) -> io::Result<()> {
    let open = ["/dev/stdin", "/dev/fd", "/proc/self/fd"];
    if metadata.is_file() || open.iter().any(|open| path.starts_with(open)) {
        return Ok(());
    }
    let found = if metadata.is_dir() {
        "a directory"
    } else {
        "a pipe, a socket or a device"
    };
    let message = format!("expected a regular file, found {found}");
    Err(io::Error::new(io::ErrorKind::InvalidInput, message))
}
