//! The values of the columns of rows.

use crate::assessment::SubjectId;
use crate::date::Date;
use crate::doubt::DoubtCode;
use crate::id::{
    AssessmentId, CatalogId, ClauseNumber, ControlId, EvidenceId, FrameworkId, PersonId,
    ProviderId, RiskId,
};
use crate::taxonomy::{
    Action, Applicability, CatalogOrigin, Confidence, EvidenceKind, EvidenceState, FileCheck,
    ForeignVerdict, GapKind, RiskVerdict, Severity, Status, Technique, Tier, Verdict, Word,
};
use std::borrow::Cow;

/// The value of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field<'r> {
    /// No value.
    Empty,
    /// An integer.
    Number(i64),
    /// A date.
    Day(Date),
    /// A text, a word of a vocabulary or an id.
    Text(Cow<'r, str>),
    /// Several risks.
    Risks(&'r [RiskId]),
    /// Several texts.
    Texts(&'r [Cow<'r, str>]),
}

/// A type of values.
pub(super) trait Column {
    fn field(&self) -> Field<'_>;
}

impl Column for &str {
    fn field(&self) -> Field<'_> {
        Field::Text(Cow::Borrowed(self))
    }
}

impl Column for Cow<'_, str> {
    fn field(&self) -> Field<'_> {
        Field::Text(Cow::Borrowed(self))
    }
}

impl Column for Date {
    fn field(&self) -> Field<'_> {
        Field::Day(*self)
    }
}

impl<T: Column> Column for Option<T> {
    fn field(&self) -> Field<'_> {
        self.as_ref().map_or(Field::Empty, T::field)
    }
}

impl Column for &[RiskId] {
    fn field(&self) -> Field<'_> {
        Field::Risks(self)
    }
}

impl Column for Vec<Cow<'_, str>> {
    fn field(&self) -> Field<'_> {
        Field::Texts(self)
    }
}

macro_rules! fields {
    (numbers: $($number:ty)+; words: $($word:ty)+; ids: $($id:ty)+;) => {
        $(impl Column for $number {
            fn field(&self) -> Field<'_> {
                Field::Number(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        })+
        $(impl Column for $word {
            fn field(&self) -> Field<'_> {
                Field::Text(Cow::Borrowed(self.word()))
            }
        })+
        $(impl Column for &$id {
            fn field(&self) -> Field<'_> {
                Field::Text(Cow::Borrowed(self.as_str()))
            }
        })+
    };
}

fields! {
    numbers: u8 u32 i32 u64;
    words: Action Applicability CatalogOrigin Confidence DoubtCode EvidenceKind EvidenceState FileCheck
           ForeignVerdict GapKind RiskVerdict Severity Status Technique Tier Verdict;
    ids: AssessmentId CatalogId ClauseNumber ControlId EvidenceId FrameworkId PersonId ProviderId RiskId
         SubjectId;
}
