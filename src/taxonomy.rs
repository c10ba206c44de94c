//! The vocabularies of the field: enums whose words are the words of the YAML files, of the JSON
//! Schemas and of every report.
//!
//! Entries that people edit (risks, controls, clauses, families) are data and are in
//! [`crate::catalog`]; an axis on which code decides is an enum here. The only logic here is what a
//! word means for the others, such as [`Status::requires`].
//!
//! # Which vocabularies grow
//!
//! The description of each vocabulary ends with one of two statements:
//!
//! - *Closed*, with the reason: its words are exhaustive by definition. Code outside of this crate may
//!   match all of them, and a new word is a breaking change.
//! - *May grow*: the enum is `#[non_exhaustive]`, and a minor release may add words. Code outside of
//!   this crate uses the methods of the word, such as [`Word::meaning`], and handles unknown words.

mod document;
mod evidence;
mod feature;
mod model;
mod origin;
mod parameter;
mod risk;
pub(crate) mod synonym;
mod treatment;
mod verdict;

pub use document::{Certainty, DocumentKind, DocumentState};
pub use evidence::{EvidenceKind, Technique};
pub use feature::{Channel, Feature, Features, Tier, Trait};
pub use model::{ClauseKind, ComponentGroup, Direction, FactorGroup, TransitionKind};
pub use origin::{CatalogOrigin, Confidence, Provenance, Strength};
pub use parameter::{ParameterKind, ParameterStanding};
pub use risk::{Actor, Asset, Factor, Severity, Threat};
pub use treatment::{ClaimKey, Function, Status, SubjectKind};
pub use verdict::{
    Action, Applicability, EventKind, EvidenceState, FileCheck, ForeignVerdict, GapKind, Relevance,
    RiskVerdict, Verdict,
};

use std::fmt;

/// A word of a vocabulary.
///
/// Every vocabulary of this crate implements it, so that messages can list the allowed words and
/// `custody explain` can define them.
pub trait Word: Copy + Eq + std::fmt::Debug + 'static {
    /// The name of the vocabulary in a message, such as `tier`.
    const VOCABULARY: &'static str;

    /// All words, in the order of the documentation.
    fn words() -> &'static [&'static str];

    /// All values, in the order of the documentation.
    fn values() -> Vec<Self>;

    /// The value of a word.
    fn from_word(word: &str) -> Option<Self>;

    /// The word as it is written in files and reports.
    fn word(self) -> &'static str;

    /// The meaning of the word, in a sentence or two.
    fn meaning(self) -> String;
}

/// The text is not a word of the vocabulary.
///
/// ```
/// use custody_controls::taxonomy::Tier;
///
/// let error = "lukewarm".parse::<Tier>().unwrap_err();
/// assert_eq!(error.word, "lukewarm");
/// assert_eq!(error.allowed, ["hot", "warm", "cold"]);
/// assert_eq!(
///     error.to_string(),
///     "`lukewarm` is not a valid tier; expected one of `hot`, `warm`, `cold`"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WordError {
    /// The name of the vocabulary, such as `tier`.
    pub vocabulary: &'static str,
    /// The text.
    pub word: String,
    /// The words of the vocabulary.
    pub allowed: &'static [&'static str],
}

impl WordError {
    /// The error for a text that is not a word of the vocabulary `W`.
    pub fn of<W: Word>(word: &str) -> Self {
        Self {
            vocabulary: W::VOCABULARY,
            word: word.to_owned(),
            allowed: W::words(),
        }
    }
}

impl fmt::Display for WordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a valid {}", self.word, self.vocabulary)?;
        for (position, word) in self.allowed.iter().enumerate() {
            let lead = if position == 0 {
                "; expected one of "
            } else {
                ", "
            };
            write!(f, "{lead}`{word}`")?;
        }
        Ok(())
    }
}

impl std::error::Error for WordError {}

/// Declares a vocabulary: an enum with documented variants whose words, kebab-case unless another one is
/// given, are the same for serde, strum and [`Word`]. The calling crate depends on `serde` and `strum`.
///
/// [`Word`]: crate::taxonomy::Word
#[macro_export]
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident, $called:literal {
        $($(#[doc = $doc:literal])+ $variant:ident $(= $word:literal)?,)+
    }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
            strum::Display, strum::EnumString, strum::IntoStaticStr, strum::VariantNames,
            strum::EnumIter,
        )]
        #[serde(rename_all = "kebab-case")]
        #[strum(
            serialize_all = "kebab-case",
            parse_err_ty = $crate::taxonomy::WordError,
            parse_err_fn = $crate::taxonomy::WordError::of::<$name>
        )]
        pub enum $name {
            $($(#[doc = $doc])+ $(#[serde(rename = $word)] #[strum(serialize = $word)])? $variant,)+
        }

        impl $crate::taxonomy::Word for $name {
            const VOCABULARY: &'static str = $called;

            fn words() -> &'static [&'static str] {
                <Self as strum::VariantNames>::VARIANTS
            }

            fn values() -> Vec<Self> {
                <Self as strum::IntoEnumIterator>::iter().collect()
            }

            fn from_word(word: &str) -> Option<Self> {
                word.parse().ok()
            }

            fn word(self) -> &'static str {
                self.into()
            }

            fn meaning(self) -> String {
                match self {
                    $(Self::$variant => concat!($($doc, "\n"),+),)+
                }
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
            }
        }
    };
}

/// A [`vocabulary!`] with a JSON Schema.
macro_rules! schema_vocabulary {
    ($($body:tt)*) => {
        $crate::vocabulary! {
            #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
            $($body)*
        }
    };
}
pub(crate) use schema_vocabulary;
