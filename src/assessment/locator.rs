//! Locators: where evidence is stored, parsed as what they are.

use iri_string::types::UriStr;

/// Where an evidence item is stored.
///
/// ```
/// use custody_controls::assessment::{Locator, LocatorError};
///
/// assert_eq!(Locator::parse("evidence/policy.pdf"), Ok(Locator::Path("evidence/policy.pdf")));
/// assert_eq!(Locator::parse("https://example.org/1"), Ok(Locator::Uri("https://example.org/1")));
/// assert_eq!(Locator::parse("../policy.pdf"), Err(LocatorError::ParentDirectory));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locator<'l> {
    /// A relative path within the evidence directory, with `/` between its parts.
    Path(&'l str),
    /// An address in another system: an absolute URI of RFC 3986. It is never accessed.
    Uri(&'l str),
}

/// Why a text is not a locator. What a text means must not depend on the machine, so paths of one
/// system or of one machine are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LocatorError {
    /// A path that begins with `/`.
    #[error("is an absolute path, which points outside the evidence directory")]
    Absolute,
    /// A path on a drive of Windows, such as `C:/policy.pdf`. A URI with a scheme of one letter
    /// cannot be distinguished from it.
    #[error("begins with a drive letter, which points outside the evidence directory")]
    Drive,
    /// A part of a path is `..`.
    #[error("points outside the evidence directory with `..`")]
    ParentDirectory,
    /// A path has a `\`, which separates directories on Windows and is part of a name elsewhere.
    #[error("has a backslash, which separates directories on Windows only")]
    Backslash,
    /// A URI of the scheme `file`.
    #[error("is a `file:` URI, which names a file of one machine")]
    FileUri,
    /// A text that begins with the scheme of a URI and is not a URI.
    #[error("begins like an address but is not a URI (RFC 3986)")]
    NotUri,
}

impl LocatorError {
    /// How to repair the locator.
    pub fn help(self) -> &'static str {
        match self {
            Self::Absolute | Self::Drive | Self::ParentDirectory | Self::FileUri => {
                "use a relative path, such as `evidence/policy.pdf`, or an address in another system, such as `https://…`"
            }
            Self::Backslash => "write `/` between directories on every system",
            Self::NotUri => {
                "percent-encode spaces and letters outside of ASCII, such as `%20` for a space; write `./` before the name of a file with a colon"
            }
        }
    }
}

impl<'l> Locator<'l> {
    /// Parses a locator.
    ///
    /// # Errors
    ///
    /// [`LocatorError`] if it is neither a relative path within a directory nor an absolute URI.
    pub fn parse(text: &'l str) -> Result<Self, LocatorError> {
        if let Some(scheme) = scheme(text) {
            return match UriStr::new(text) {
                _ if scheme.len() == 1 => Err(LocatorError::Drive),
                _ if scheme.eq_ignore_ascii_case("file") => Err(LocatorError::FileUri),
                Ok(_) => Ok(Self::Uri(text)),
                Err(_) => Err(LocatorError::NotUri),
            };
        }
        if text.starts_with(['/', '\\']) {
            Err(LocatorError::Absolute)
        } else if text.split(['/', '\\']).any(|part| part == "..") {
            Err(LocatorError::ParentDirectory)
        } else if text.contains('\\') {
            Err(LocatorError::Backslash)
        } else {
            Ok(Self::Path(text))
        }
    }

    /// The names of the directories and the file of a path; empty parts and `.` are passed over. A
    /// URI has none.
    pub fn names(self) -> impl Iterator<Item = &'l str> {
        let path = match self {
            Self::Path(path) => path,
            Self::Uri(_) => "",
        };
        path.split('/').filter(|part| !matches!(*part, "" | "."))
    }
}

/// The text before the first colon, if it is the scheme of a URI: a letter, then letters, digits,
/// `+`, `-` and `.`.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let is_of_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let begins = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    (begins && scheme.chars().all(is_of_scheme)).then_some(scheme)
}
