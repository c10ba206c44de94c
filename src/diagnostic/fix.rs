//! Repairs as data: what to replace in which file, and whether a program may do it unasked.

use crate::location::TextRange;
use crate::taxonomy::schema_vocabulary;

schema_vocabulary! {
    /// Whether a fix may be applied without asking.
    ///
    /// Closed: it may, or it may not.
    Applicability, "applicability" {
        /// The fix changes how something is written and not what it means: `custody check --fix`
        /// applies it. A similar word is certain only if it differs only in case, `_` or spaces
        /// instead of `-`, and spaces around it.
        Certain,
        /// The fix is probably what the author meant, or removes something: a person decides.
        Suggestion,
    }
}

/// A repair of a diagnostic. All of its edits belong together.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Fix {
    /// What the fix does, in the imperative, such as "replace `hott` with `hot`".
    pub title: String,
    /// What it changes; the edits do not overlap.
    pub edits: Vec<Edit>,
    /// Whether it may be applied without asking.
    pub applicability: Applicability,
}

impl Fix {
    /// A fix with these edits.
    pub fn new(title: impl Into<String>, applicability: Applicability, edits: Vec<Edit>) -> Self {
        Self {
            title: title.into(),
            edits,
            applicability,
        }
    }

    /// Whether the fix may be applied without asking.
    pub fn is_certain(&self) -> bool {
        self.applicability == Applicability::Certain
    }
}

/// A replacement in the text of a file. An empty range inserts; an empty text removes.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Edit {
    /// The name of the file, as in [`crate::location::Location`].
    pub file: String,
    /// What is replaced.
    pub range: TextRange,
    /// What it is replaced with.
    pub text: String,
}

impl Edit {
    /// An edit of a file.
    pub fn new(file: impl Into<String>, range: TextRange, text: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            range,
            text: text.into(),
        }
    }
}
