//! The closed vocabularies of the field: enums whose words are the words of the YAML files, of the
//! JSON Schema and of every report. No logic lives here.
//!
//! Entries that people edit (risks, controls, clauses, families) are data and live in
//! [`crate::catalog`]; an axis on which code decides is an enum here.

mod evidence;
mod feature;
mod model;
mod origin;
mod parameter;
mod risk;
mod treatment;
mod verdict;

pub use evidence::{EvidenceKind, Technique};
pub use feature::{Channel, Feature, Features, Tier, Trait};
pub use model::{ClauseKind, ComponentGroup, Direction, FactorGroup, TransitionKind};
pub use origin::{Confidence, Provenance, Strength};
pub use parameter::{ParameterKind, ParameterStanding};
pub use risk::{Actor, Asset, Factor, Severity, Threat};
pub use treatment::{Function, Status, SubjectKind};
pub use verdict::{EvidenceState, FileCheck, ForeignVerdict, GapKind, RiskVerdict, Turn, Verdict};

/// A word of a closed vocabulary.
///
/// Every vocabulary of this crate implements it, so that messages can offer the allowed words and
/// `custody explain` can tell what each of them means.
pub trait Word: Copy + Eq + std::fmt::Debug + 'static {
    /// What the vocabulary is called in a message, such as `tier`.
    const VOCABULARY: &'static str;

    /// All words, in the order of the documentation.
    fn words() -> &'static [&'static str];

    /// All values, in the order of the documentation.
    fn values() -> Vec<Self>;

    /// The value that a word stands for.
    fn from_word(word: &str) -> Option<Self>;

    /// The word as it stands in files and reports.
    fn word(self) -> &'static str;

    /// What the word means, in a sentence or two.
    fn meaning(self) -> String;
}

/// Declares a vocabulary: an enum with documented variants whose kebab-case words are the same for
/// serde, strum and [`Word`]. The crate that calls it depends on `serde` and `strum`.
#[macro_export]
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident, $called:literal {
        $($(#[doc = $doc:literal])+ $variant:ident,)+
    }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
            strum::Display, strum::EnumString, strum::IntoStaticStr, strum::VariantNames,
            strum::EnumIter,
        )]
        #[serde(rename_all = "kebab-case")]
        #[strum(serialize_all = "kebab-case")]
        pub enum $name { $($(#[doc = $doc])+ $variant,)+ }

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

/// A [`vocabulary!`] that has a JSON Schema too.
macro_rules! schema_vocabulary {
    ($($body:tt)*) => {
        $crate::vocabulary! {
            #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
            $($body)*
        }
    };
}
pub(crate) use schema_vocabulary;
