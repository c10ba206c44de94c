//! What is wrong with a document: errors and warnings, each with its position and a way to repair it.
//!
//! A diagnostic is a reason why an assessment or a catalog cannot be relied on as it is. A
//! shortcoming of the custodian is not a diagnostic but a [`crate::gap::Gap`].

mod code;
mod fix;
mod suggest;

pub use code::{Code, Level};
pub use fix::{Applicability, Edit, Fix};
pub(crate) use suggest::did_you_mean;
pub use suggest::{Near, near, nearest, suggest, suggest_word};

use crate::location::{Location, TextRange, Utf16Columns};
use crate::text::{sanitize, without_log_commands};
use std::fmt;

/// An error or a warning about a document: what is wrong, where, and how to repair it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// What kind of error or warning it is.
    pub code: Code,
    /// What is wrong, in lower case; what the author wrote is in backticks.
    pub message: String,
    /// How to repair it, for people.
    pub help: Option<String>,
    /// Where it is; none for documents that were made in code.
    pub location: Option<Location>,
    /// The bytes of the file that `location` marks; none if only the line is known.
    #[serde(default)]
    pub range: Option<TextRange>,
    /// The columns of `location` as most editors count them; given with `range`.
    #[serde(default)]
    pub utf16_columns: Option<Utf16Columns>,
    /// Other positions that it is about.
    pub related: Vec<Related>,
    /// Repairs for programs, the most likely one first.
    #[serde(default)]
    pub fixes: Vec<Fix>,
    /// The lines of the file that `location` marks, for display.
    #[serde(skip)]
    pub excerpt: Option<String>,
    /// The number that was written in place of an id. Which numbers are those of clauses is known
    /// only with the catalog.
    #[serde(skip)]
    pub(crate) number: Option<NumberForId>,
}

/// A number in place of an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NumberForId {
    pub(crate) number: Box<str>,
    /// What the id is of, such as `control`.
    pub(crate) called: &'static str,
}

/// Another position that a diagnostic is about.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Related {
    /// What is there.
    pub message: String,
    /// Its location.
    pub location: Location,
}

impl Diagnostic {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            help: None,
            location: None,
            range: None,
            utf16_columns: None,
            related: Vec::new(),
            fixes: Vec::new(),
            excerpt: None,
            number: None,
        }
    }

    #[must_use]
    pub(crate) fn at(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }

    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub(crate) fn related(
        mut self,
        message: impl Into<String>,
        location: Option<Location>,
    ) -> Self {
        if let Some(location) = location {
            self.related.push(Related {
                message: message.into(),
                location,
            });
        }
        self
    }

    /// Whether it is an error or a warning.
    pub fn level(&self) -> Level {
        self.code.level()
    }
}

/// The diagnostic in a few lines, without the lines of the file. What the author wrote is passed
/// through [`sanitize`], so that it cannot control a terminal or a log.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = &self.location {
            let location = location.to_string();
            write!(f, "{}: ", without_log_commands(&sanitize(&location)))?;
        }
        let message = sanitize(&self.message);
        let message = without_log_commands(&message);
        write!(f, "{}[{}]: {message}", self.level(), self.code)?;
        for related in &self.related {
            let text = format!("{}: {}", related.location, related.message);
            write!(f, "\n  {}", without_log_commands(&sanitize(&text)))?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {}", without_log_commands(&sanitize(help)))?;
        }
        Ok(())
    }
}

/// The errors and warnings of a document, in the order of their positions.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    pub(crate) fn sorted(mut diagnostics: Vec<Diagnostic>) -> Self {
        diagnostics.sort_by(|a, b| {
            (&a.location, a.code, &a.message).cmp(&(&b.location, b.code, &b.message))
        });
        diagnostics.dedup();
        Self(diagnostics)
    }

    /// Whether any of them is an error.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|diagnostic| diagnostic.level() == Level::Error)
    }

    /// How many of them are errors.
    pub fn error_count(&self) -> usize {
        let errors = self.0.iter();
        errors
            .filter(|diagnostic| diagnostic.level() == Level::Error)
            .count()
    }

    /// The diagnostics, in the order of their positions.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'d> IntoIterator for &'d Diagnostics {
    type Item = &'d Diagnostic;
    type IntoIter = std::slice::Iter<'d, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            diagnostic.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

impl std::error::Error for Diagnostics {}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}
