//! Why nothing could be computed at all.

use crate::diagnostic::Diagnostics;
use std::path::PathBuf;

/// What can go wrong before there is an assessment or a catalogue to work with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// A folder holds no `.yaml`, `.yml` or `.json` file.
    #[error("`{}` holds no `.yaml`, `.yml` or `.json` file", path.display())]
    NoFile {
        /// The folder.
        path: PathBuf,
    },
    /// A folder holds more files than an assessment or catalogue may have.
    #[error("`{}` holds more than {} files", path.display(), crate::limits::FILES)]
    TooManyFiles {
        /// The folder.
        path: PathBuf,
    },
    /// The documents have faults.
    #[error("the input has {} {}", .0.len(), if .0.len() == 1 { "fault" } else { "faults" })]
    Faulty(Diagnostics),
}

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;
