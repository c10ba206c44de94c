//! Which claims count on a day, and until when an assessment of them may be relied on.

use super::{Assessed, Assessment};
use crate::date::Date;
use crate::index::{AssertionIndex, ControlIndex, Position};
use crate::taxonomy::Status;

impl Assessment {
    /// The status that an assertion states.
    pub fn status(&self, assertion: AssertionIndex) -> Status {
        self.assertion(assertion).status
    }

    /// What counts on a day of a current assertion and of the earlier ones that it replaced, if any
    /// of them does. Each counts from the first day on which it was assessed until the next one
    /// begins; an assertion that states no such day counts on every day.
    pub fn assertion_in_force(&self, current: AssertionIndex, day: Date) -> Option<AssertionIndex> {
        let has_begun = |index: &AssertionIndex| {
            let from = self.assertion(*index).from;
            from.is_none_or(|from| from <= day)
        };
        self.versions(current).rev().find(has_begun)
    }

    /// A current assertion after the earlier ones that it replaced, by the days from which they count.
    pub(crate) fn versions(
        &self,
        current: AssertionIndex,
    ) -> impl DoubleEndedIterator<Item = AssertionIndex> + use<> {
        let earlier = self.assertion(current).earlier.clone();
        earlier.map(AssertionIndex::at).chain([current])
    }

    /// The days on which an assertion was assessed, in order.
    pub(crate) fn assessed_days(&self, assertion: AssertionIndex) -> Vec<Date> {
        let assessed = self.parts(self.assertion(assertion)).assessed.iter();
        let mut days: Vec<Date> = assessed.filter_map(|one| one.on).collect();
        days.sort_unstable();
        days.dedup();
        days
    }

    /// The last day, not after another day, on which an assertion was assessed.
    pub fn last_assessed(&self, assertion: AssertionIndex, day: Date) -> Option<Date> {
        let parts = self.parts(self.assertion(assertion));
        Assessed::last_day(parts.assessed, day)
    }

    /// For how many days after its last assessment a claim on a control may be relied on; none if
    /// without end.
    pub fn reassess_within(&self, control: ControlIndex) -> Option<u32> {
        let within = self.document().reassess_within.as_ref()?;
        let control = self.catalog().control_at(control);
        within.days(self.catalog().worst_direct_risk(control))
    }

    /// The last day on which an assertion may be relied on, given its assessments until a day. None
    /// if it has not been assessed until then, or may be relied on without end.
    pub fn reassess_by(&self, assertion: AssertionIndex, day: Date) -> Option<Date> {
        let within = self.reassess_within(self.assertion(assertion).control)?;
        let last = self.last_assessed(assertion, day)?;
        Some(last.plus_days(i32::try_from(within).unwrap_or(i32::MAX)))
    }
}
