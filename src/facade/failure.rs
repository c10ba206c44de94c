//! Why a request has no result.

use crate::crosswalk::CrosswalkError;
use crate::diagnostic::Diagnostics;
use crate::error::Error;
use crate::gap::UnknownPerson;
use crate::json::StoredError;
use crate::settings::UnknownWallet;
use crate::taxonomy::schema_vocabulary;
use serde::{Deserialize, Serialize};

schema_vocabulary! {
    /// What kind of failure it is.
    ///
    /// May grow.
    #[non_exhaustive]
    FailureKind, "kind of failure" {
        /// The request is not JSON of the documented form.
        Request,
        /// The files have errors; `diagnostics` lists them.
        Invalid,
        /// The request names an entry that does not exist.
        Unknown,
        /// The analysis is not possible for these inputs.
        Analysis,
        /// A bug in this library.
        Internal,
    }
}

/// Why a request has no result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: FailureKind,
    /// What is wrong.
    pub message: String,
    /// How to repair it, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// All errors and warnings of the files, if these have errors.
    pub diagnostics: Diagnostics,
}

impl Failure {
    /// A failure without diagnostics.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            help: None,
            diagnostics: Diagnostics::default(),
        }
    }

    /// The same with help.
    #[must_use]
    pub fn help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }
}

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Self {
        let message = Error::from(diagnostics.clone()).to_string();
        Self {
            diagnostics,
            ..Self::new(FailureKind::Invalid, message)
        }
    }
}

impl From<StoredError> for Failure {
    fn from(error: StoredError) -> Self {
        Self::new(FailureKind::Request, error.to_string())
    }
}

impl From<UnknownWallet> for Failure {
    fn from(error: UnknownWallet) -> Self {
        Self::new(FailureKind::Unknown, error.to_string()).help(error.help)
    }
}

impl From<UnknownPerson> for Failure {
    fn from(error: UnknownPerson) -> Self {
        Self::new(FailureKind::Unknown, error.to_string()).help(error.help)
    }
}

impl From<CrosswalkError> for Failure {
    fn from(error: CrosswalkError) -> Self {
        let message = error.to_string();
        match error {
            CrosswalkError::UnknownFramework { help, .. } => {
                Self::new(FailureKind::Unknown, message).help(help)
            }
            CrosswalkError::OtherCatalog { .. } => Self::new(FailureKind::Analysis, message),
        }
    }
}
