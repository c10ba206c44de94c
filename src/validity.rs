//! The days on which something is valid, and the subjects for which an evidence item is relevant.

use crate::date::Date;
use crate::taxonomy::{EvidenceState, Relevance};

/// A period of validity, in whole days, both ends included: of an evidence item, or of the
/// acceptance of a risk.
///
/// ```
/// use custody_controls::Date;
/// use custody_controls::taxonomy::EvidenceState;
/// use custody_controls::validity::Validity;
///
/// let first: Date = "2026-01-01".parse()?;
/// let validity = Validity::new(first, "2026-12-31".parse()?);
/// assert!(validity.includes("2026-12-31".parse()?));
/// assert_eq!(validity.state_on("2027-01-01".parse()?), EvidenceState::Expired);
/// # Ok::<(), custody_controls::date::DateError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// The first day; none if it is valid on every day until the last one.
    from: Option<Date>,
    /// The last day.
    until: Date,
}

impl Validity {
    /// From the first to the last day. A period without a first day is valid on every day until the
    /// last one; a period that ends before it begins includes no day.
    pub fn new(from: impl Into<Option<Date>>, until: Date) -> Self {
        let from = from.into();
        Self { from, until }
    }

    /// Whether a day is before, within or after the period.
    pub fn state_on(self, day: Date) -> EvidenceState {
        if self.from.is_some_and(|from| day < from) {
            EvidenceState::NotYetValid
        } else if day <= self.until {
            EvidenceState::Current
        } else {
            EvidenceState::Expired
        }
    }

    /// Whether a day is within the period.
    pub fn includes(self, day: Date) -> bool {
        self.state_on(day) == EvidenceState::Current
    }
}

impl Relevance {
    /// The relevance of an item for a subject: whether the kind of the item is particular, the day on
    /// which it was collected, whether it names the subject (none if it names no subjects at all), and
    /// the first day of the subject, if it is stated.
    pub fn of(
        is_particular: bool,
        collected: Date,
        names: Option<bool>,
        since: Option<Date>,
    ) -> Self {
        match (names, since) {
            (Some(false), _) => Self::OtherSubject,
            (_, Some(_)) if !is_particular => Self::General,
            (None, Some(since)) if collected < since => Self::BeforeSubject,
            _ => Self::Relevant,
        }
    }
}
