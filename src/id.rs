//! Ids of entries: one grammar, and a separate type for each kind of entry, so that the id of a
//! risk cannot be passed if the id of a control is expected:
//!
//! ```compile_fail,E0308
//! use custody_controls::id::{ControlId, RiskId};
//!
//! fn close(_: ControlId) {}
//!
//! let risk: RiskId = "8.2.2.3-a".parse().unwrap();
//! close(risk);
//! ```

use smol_str::SmolStr;
#[cfg(feature = "schema")]
use std::borrow::Cow;
use std::fmt;

/// The longest id, in characters.
pub const LONGEST_ID: usize = 64;

/// The pattern of an id in the JSON Schemas. In addition, an id must not be read by YAML as a
/// number, a date or a boolean.
pub const ID_PATTERN: &str = "^(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";

/// Why a text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// The text is empty or too long, does not begin with a letter or a digit, or contains a
    /// character that is not allowed.
    #[error(
        "an id consists of letters, digits, `.`, `-` and `_`, begins with a letter or a digit and has at most 64 characters"
    )]
    Malformed,
    /// YAML or a spreadsheet reads the text as a number, a date, a boolean or null.
    #[error("an id must not look like a number, a date, a boolean or null")]
    LooksLikeNumber,
}

/// Whether a text looks like a number, a date, a time or a version rather than like a name.
fn looks_like_number(text: &str) -> bool {
    is_read_as_other(text)
        || text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | ':' | '_' | '/'))
}

/// Whether a YAML parser may read the plain text as something other than a string.
pub(crate) fn is_read_as_other(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity",
    ];
    let Some(first) = text.bytes().next() else {
        return true;
    };
    if !(first.is_ascii_digit() || matches!(first, b'+' | b'-' | b'.')) {
        return text == "~"
            || text.len() <= 8 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    }
    if text.bytes().filter(|b| *b == b'.').count() > 1 {
        // No number has two full stops, and nearly all ids of the catalog do.
        return false;
    }
    let digits: String = text.chars().filter(|c| !matches!(c, '_' | ',')).collect();
    let unsigned = digits.strip_prefix(['+', '-']).unwrap_or(&digits);
    let radix = |prefixes: [&str; 2], radix: u32| {
        prefixes.iter().any(|prefix| {
            unsigned
                .strip_prefix(prefix)
                .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_digit(radix)))
        })
    };
    digits.parse::<f64>().is_ok()
        || radix(["0x", "0X"], 16)
        || radix(["0o", "0O"], 8)
        || radix(["0b", "0B"], 2)
        || matches!(unsigned.to_ascii_lowercase().as_str(), ".inf" | ".nan")
}

fn check(text: &str) -> Result<(), IdError> {
    let mut bytes = text.bytes();
    if !text.is_empty() && looks_like_number(text) {
        return Err(IdError::LooksLikeNumber);
    }
    let well_formed = text.len() <= LONGEST_ID
        && bytes.next().is_some_and(|b| b.is_ascii_alphanumeric())
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    if well_formed {
        Ok(())
    } else {
        Err(IdError::Malformed)
    }
}

macro_rules! ids {
    ($($(#[doc = $doc:literal])+ $name:ident, $called:literal;)+) => {$(
        $(#[doc = $doc])+
        ///
        /// Letters, digits, `.`, `-` and `_`; begins with a letter or a digit; at most 64
        /// characters; does not look like a number, a date or a boolean.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(SmolStr);

        impl $name {
            /// What the id identifies, in a message.
            pub const CALLED: &'static str = $called;

            pub(crate) const CALLED_ID: &'static str = concat!($called, " id");

            /// Creates an id from a text.
            ///
            /// # Errors
            ///
            /// [`IdError`] if the text is not a valid id.
            pub fn new(text: &str) -> Result<Self, IdError> {
                check(text).map(|()| Self(SmolStr::new(text)))
            }

            /// The id as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.0.as_str(), f)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == *other
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                // The packed form of the built-in catalog was checked when it was packed.
                let unchecked = !deserializer.is_human_readable();
                let text = SmolStr::deserialize(deserializer)?;
                if !unchecked {
                    check(&text).map_err(serde::de::Error::custom)?;
                }
                Ok(Self(text))
            }
        }

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn schema_id() -> Cow<'static, str> {
                concat!(module_path!(), "::", stringify!($name)).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string",
                    "description": concat!("An id (", $called, ")."),
                    "pattern": ID_PATTERN,
                })
            }
        }
    )+};
}

ids! {
    /// The id of a catalog, such as `iso-tr-23576`.
    CatalogId, "catalog";
    /// The id of a source that a catalog is based on, such as `I-D-07`.
    SourceId, "source";
    /// The id of a family of controls, such as `key-backup`.
    FamilyId, "family";
    /// The id of a control, such as `9.3.7.3-a`: its clause and a letter.
    ControlId, "control";
    /// The id of a risk, such as `8.2.2.3-a`: its clause and a letter.
    RiskId, "risk";
    /// The id of a row of the signature-key matrix, such as `8.2.2.2-f01`.
    MatrixRowId, "matrix row";
    /// The id of a functional component of the reference model (clause 5.2), or of a party outside
    /// it.
    ComponentId, "component";
    /// The id of a type of key (clause 5.4).
    KeyTypeId, "key type";
    /// The id of a state of a key: the type of key, a full stop, and the state.
    KeyStateId, "key state";
    /// The id of a transaction flow (clause 5.3).
    FlowId, "flow";
    /// The id of a framework that crosswalks refer to, including its edition, such as
    /// `iso-27002-2022`.
    FrameworkId, "framework";
    /// The id of a cited document, such as `itu-t-x-1401`.
    DocumentId, "document";
    /// The id of a term of the glossary of a catalog, such as `signature-key`.
    TermId, "term";
    /// The id of a parameter of a profile.
    ParameterId, "parameter";
    /// The id of a trait that a catalog declares, such as `mpc`.
    TraitId, "trait";
    /// The id of an assessment.
    AssessmentId, "assessment";
    /// The id of a wallet: a group of signature keys that are handled alike.
    WalletId, "wallet";
    /// The id of an evidence item.
    EvidenceId, "evidence item";
    /// The id of a person or a function in an assessment.
    PersonId, "person";
    /// The id of a third party that controls are inherited from.
    ProviderId, "provider";
}

impl AssessmentId {
    /// The replacement for an id that is missing or invalid.
    pub(crate) fn unnamed() -> Self {
        Self(SmolStr::new_static("unnamed"))
    }
}

/// The number of a clause of ISO/TR 23576:2020, such as `9.3.7.3`.
///
/// Ordered as in the standard: `9.3.2` comes before `9.3.10`.
#[derive(Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct ClauseNumber(SmolStr);

/// The text is not a clause number: groups of digits, separated by full stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a clause number consists of groups of digits, separated by full stops, such as `9.3.7`")]
pub struct ClauseNumberError;

impl ClauseNumber {
    /// Creates a clause number from a text.
    ///
    /// # Errors
    ///
    /// [`ClauseNumberError`] if the text is not of that form.
    pub fn new(text: &str) -> Result<Self, ClauseNumberError> {
        let well_formed = text.len() <= LONGEST_ID
            && text.split('.').all(|group| {
                (1..=4).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit())
            });
        if well_formed {
            Ok(Self(SmolStr::new(text)))
        } else {
            Err(ClauseNumberError)
        }
    }

    /// The number as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this clause is `other` or a subclause of it: `9.3.7.3` is within `9.3.7`, but
    /// `9.3.10` is not within `9.3.1`.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0
            .strip_prefix(other.0.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    fn groups(&self) -> impl Iterator<Item = u32> + '_ {
        // At most four digits each.
        let number = |group: &[u8]| {
            let digits = group.iter().map(|digit| u32::from(digit - b'0'));
            digits.fold(0, |number, digit| number * 10 + digit)
        };
        let groups = self.0.as_bytes().split(|byte| *byte == b'.');
        groups.map(number)
    }
}

impl PartialOrd for ClauseNumber {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ClauseNumber {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        if self == other {
            return std::cmp::Ordering::Equal;
        }
        self.groups()
            .cmp(other.groups())
            .then_with(|| self.0.cmp(&other.0))
    }
}

impl std::str::FromStr for ClauseNumber {
    type Err = ClauseNumberError;

    fn from_str(text: &str) -> Result<Self, ClauseNumberError> {
        Self::new(text)
    }
}

impl fmt::Display for ClauseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for ClauseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0.as_str(), f)
    }
}

impl<'de> serde::Deserialize<'de> for ClauseNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = SmolStr::deserialize(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for ClauseNumber {
    fn schema_name() -> Cow<'static, str> {
        "ClauseNumber".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "The number of a clause, in quotes.",
            "pattern": r"^[0-9]{1,4}(\.[0-9]{1,4})*$",
        })
    }
}
