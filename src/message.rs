//! Sentences as data: our own words, ids, days and untrusted text as separate parts.
//!
//! Reasons, changes and causes hold typed data; their words are made on demand, as a [`Message`].
//! Every format renders the parts in its own way, so that none of them has to find an id within a
//! sentence, and no untrusted text can pass for an id.

use crate::assessment::SubjectId;
use crate::date::Date;
use crate::id::{ControlId, EvidenceId, ParameterId, PersonId, RiskId, WalletId};
use crate::taxonomy::Word;
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// The kind of entry that an id in a message refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum IdKind {
    /// A control of the catalog.
    Control,
    /// A risk of the catalog.
    Risk,
    /// An evidence item.
    Evidence,
    /// The organization or a wallet.
    Subject,
    /// A cell, as `control@subject`.
    Cell,
    /// A parameter of the profile.
    Parameter,
    /// A person of the assessment.
    Person,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Part<'m> {
    /// Our own words, and numbers.
    Text(Cow<'m, str>),
    /// The id of an entry, of the grammar of ids, to link to.
    Id(IdKind, Cow<'m, str>),
    /// A word of a vocabulary or a key, as it is written in files.
    Word(Cow<'m, str>),
    /// Untrusted text: a title, a note, a source.
    Quote(Cow<'m, str>),
    /// Untrusted text that is shown character by character: a path or an address.
    Literal(Cow<'m, str>),
    /// A calendar day.
    Day(Date),
}

/// A sentence, or a clause of one, as a sequence of parts.
///
/// Its plain form has ids, words and literals between backticks:
///
/// ```
/// use custody_controls::gap::Change;
/// use custody_controls::message::{IdKind, Part};
///
/// let change = Change::Confirm { control: "9.3.9.4-d".parse()? };
/// let message = change.message();
/// assert_eq!(message.to_string(), "the proposal for `9.3.9.4-d` is confirmed by deleting its key `proposed`");
/// assert!(message.parts().contains(&Part::Id(IdKind::Control, "9.3.9.4-d".into())));
/// # Ok::<(), custody_controls::id::IdError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Message<'m> {
    parts: Vec<Part<'m>>,
}

impl<'m> Message<'m> {
    /// A message of some parts.
    pub fn new(parts: Vec<Part<'m>>) -> Self {
        Self { parts }
    }

    /// Its parts, in order.
    pub fn parts(&self) -> &[Part<'m>] {
        &self.parts
    }

    pub(crate) fn push(&mut self, part: impl Into<Part<'m>>) {
        self.parts.push(part.into());
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.parts.extend(other.parts);
    }

    /// Some messages in a row, with our own words between them.
    pub(crate) fn joined(messages: impl IntoIterator<Item = Self>, between: &'static str) -> Self {
        let mut all = Self::default();
        for (position, message) in messages.into_iter().enumerate() {
            if position > 0 {
                all.push(between);
            }
            all.extend(message);
        }
        all
    }
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| part.fmt(f))
    }
}

impl fmt::Display for Part<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Quote(text) => f.write_str(text),
            Self::Id(_, code) | Self::Word(code) | Self::Literal(code) => {
                f.write_str("`")?;
                f.write_str(code)?;
                f.write_str("`")
            }
            Self::Day(day) => day.fmt(f),
        }
    }
}

impl<'m> Part<'m> {
    /// A word of a vocabulary within our own words.
    pub(crate) fn plain(word: impl Word) -> Self {
        Self::Text(word.word().into())
    }

    /// Our own words that are made on the spot.
    pub(crate) fn made(text: String) -> Self {
        Self::Text(text.into())
    }

    /// Untrusted text.
    pub(crate) fn quote(text: &'m str) -> Self {
        Self::Quote(text.into())
    }

    /// A key of a file.
    pub(crate) fn key(key: &'static str) -> Self {
        Self::Word(key.into())
    }

    /// A cell.
    pub(crate) fn cell(control: &ControlId, subject: &SubjectId) -> Self {
        let name = [control.as_str(), "@", subject.as_str()].concat();
        Self::Id(IdKind::Cell, name.into())
    }
}

/// Only constants are converted implicitly, so that untrusted text is never taken for our own words.
impl From<&'static str> for Part<'_> {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<u64> for Part<'_> {
    fn from(number: u64) -> Self {
        Self::made(number.to_string())
    }
}

impl From<Date> for Part<'_> {
    fn from(day: Date) -> Self {
        Self::Day(day)
    }
}

impl<W: Word> From<W> for Part<'_> {
    fn from(word: W) -> Self {
        Self::Word(word.word().into())
    }
}

macro_rules! ids {
    ($($id:ident => $kind:ident,)+) => {$(
        impl<'m> From<&'m $id> for Part<'m> {
            fn from(id: &'m $id) -> Self {
                Self::Id(IdKind::$kind, id.as_str().into())
            }
        }
    )+};
}

ids! {
    ControlId => Control,
    RiskId => Risk,
    EvidenceId => Evidence,
    SubjectId => Subject,
    WalletId => Subject,
    ParameterId => Parameter,
    PersonId => Person,
}

/// A message of parts, each of which is converted.
macro_rules! message {
    ($($part:expr),+ $(,)?) => {
        $crate::message::Message::new(vec![$($crate::message::Part::from($part)),+])
    };
}
pub(crate) use message;

/// Serializes a message as its plain text.
pub(crate) fn as_text<S: Serializer>(
    message: &Message<'_>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(message)
}
