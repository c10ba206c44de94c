//! Why nothing could be computed.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::json::StoredError;
use crate::text::path_name;
use std::path::PathBuf;

/// What can go wrong before there is an assessment or a catalog to work with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or directory cannot be read.
    #[error("cannot read `{}`", path_name(path))]
    Read {
        /// The file or directory.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// A directory contains no document.
    #[error("`{}` contains no `.yaml`, `.yml` or `.json` file", path_name(path))]
    NoFile {
        /// The directory.
        path: PathBuf,
    },
    /// A directory contains more files than an assessment or catalog may have.
    #[error(
        "`{}` contains more than {} files",
        path_name(path),
        crate::limits::FILES
    )]
    TooManyFiles {
        /// The directory.
        path: PathBuf,
    },
    /// The documents have errors.
    #[error("{}", summary(.0))]
    Invalid(#[from] Diagnostics),
    /// A text is not a result of this crate, or one of another version.
    #[error(transparent)]
    Stored(#[from] StoredError),
    /// A requested analysis is not possible, such as [`crate::crosswalk::CrosswalkError`].
    #[error(transparent)]
    Analysis(Box<dyn std::error::Error + Send + Sync>),
    /// An invariant of this crate does not hold: a bug, not an error in the input.
    #[error("internal error: {invariant}; this is a bug in custody-controls, please report it")]
    Internal {
        /// What should be impossible.
        invariant: String,
    },
}

impl Error {
    pub(crate) fn internal(invariant: impl Into<String>) -> Self {
        Self::Internal {
            invariant: invariant.into(),
        }
    }

    /// All errors and warnings of the documents, if the documents have errors.
    pub fn diagnostics(&self) -> Option<&Diagnostics> {
        match self {
            Self::Invalid(diagnostics) => Some(diagnostics),
            Self::Read { .. }
            | Self::NoFile { .. }
            | Self::TooManyFiles { .. }
            | Self::Stored(_)
            | Self::Analysis(_)
            | Self::Internal { .. } => None,
        }
    }
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Invalid(diagnostic.into())
    }
}

/// The first diagnostic, and how many more there are.
fn summary(diagnostics: &Diagnostics) -> String {
    let mut errors = diagnostics.iter();
    match errors.next() {
        None => "the input is not valid".to_owned(),
        Some(first) => match errors.len() {
            0 => first.to_string(),
            more => format!("{first}\nand {more} more"),
        },
    }
}

/// A result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;
