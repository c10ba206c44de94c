//! Causes that are about the acceptance of a risk.

use super::search::Search;
use super::{CauseDetail, DayMatter};
use crate::assessment::SubjectId;
use crate::date::Date;
use crate::id::RiskId;
use crate::report::AcceptanceRow;
use crate::taxonomy::EvidenceState;
use crate::validity::Validity;

impl Search<'_, '_> {
    /// Why an acceptance is in force, or has ended, in one report only.
    pub(super) fn acceptance(&mut self, risk: &RiskId, subject: &SubjectId) {
        let acceptances = (
            self.before.acceptance(risk.as_str(), subject.as_str()),
            self.after.acceptance(risk.as_str(), subject.as_str()),
        );
        let (id, subject) = (|| risk.clone(), || subject.clone());
        match acceptances {
            (None, None) => {}
            (None, Some(is)) => {
                let added = CauseDetail::AcceptanceAdded {
                    risk: id(),
                    subject: subject(),
                    after: is.until,
                };
                self.add(added, is.location.as_ref());
            }
            (Some(was), None) => {
                let removed = CauseDetail::AcceptanceRemoved {
                    risk: id(),
                    subject: subject(),
                    before: was.until,
                };
                self.add(removed, was.location.as_ref());
            }
            (Some(was), Some(is)) => self.days(risk, was, is),
        }
    }

    fn days(&mut self, risk: &RiskId, was: &AcceptanceRow, is: &AcceptanceRow) {
        let then = state(was, self.before.day());
        let meanwhile = state(was, self.after.day());
        let now = state(is, self.after.day());
        if then == now {
            return;
        }
        let (before, after) = (was.until, is.until);
        let id = || risk.clone();
        let by_the_day = if then < meanwhile && meanwhile == EvidenceState::Expired {
            Some(CauseDetail::AcceptanceEnded {
                risk: id(),
                before,
                after,
            })
        } else if then < meanwhile {
            Some(CauseDetail::AcceptanceBegan {
                risk: id(),
                before,
                after,
            })
        } else if then > meanwhile {
            let matter = DayMatter::Acceptance {
                risk: id(),
                before,
                after,
            };
            Some(CauseDetail::DayMovedBack { matter })
        } else {
            None
        };
        if let Some(detail) = by_the_day {
            self.add(detail, is.location.as_ref());
        }
        if meanwhile != now {
            let changed = CauseDetail::AcceptanceChanged {
                risk: id(),
                before,
                after,
            };
            self.add(changed, is.location.as_ref());
        }
    }
}

/// Whether a day is before, within or after the days of an acceptance.
fn state(row: &AcceptanceRow, day: Date) -> EvidenceState {
    Validity::new(row.from, row.until).state_on(day)
}
