//! Causes that are about the evidence of a claim.

use super::search::Search;
use super::{CauseDetail, DayMatter, Days};
use crate::id::ControlId;
use crate::report::{CellRow, EvidenceRow};
use crate::taxonomy::EvidenceState;
use crate::validity::Validity;
use std::cmp::Reverse;

impl Search<'_, '_> {
    /// Why a claim is backed in one report only, or lacks proof in another way.
    pub(super) fn citations(&mut self, control: &ControlId, was: &CellRow, is: &CellRow) {
        let (control, subject) = (|| control.clone(), || is.subject.clone());
        let removed = was.evidence.iter();
        for item in removed.filter(|item| !is.evidence.contains(item)) {
            let row = self.before.evidence.get(item.as_str()).copied();
            let removed = CauseDetail::EvidenceRemoved {
                evidence: item.clone(),
                control: control(),
                subject: subject(),
            };
            self.add(removed, row.and_then(|row| row.location.as_ref()));
        }
        for item in &is.evidence {
            let (old, new) = (
                self.before.evidence.get(item.as_str()).copied(),
                self.after.evidence.get(item.as_str()).copied(),
            );
            if !was.evidence.contains(item) {
                let added = CauseDetail::EvidenceAdded {
                    evidence: item.clone(),
                    control: control(),
                    subject: subject(),
                };
                self.add(added, new.and_then(|row| row.location.as_ref()));
            } else if let (Some(old), Some(new)) = (old, new) {
                self.item(old, new);
                self.relevance(old, new, is);
            }
        }
    }

    /// Whether an item that both reports cite can back claims for the subject in one of them only.
    fn relevance(&mut self, old: &EvidenceRow, new: &EvidenceRow, cell: &CellRow) {
        let (before, after) = (
            self.before.relevance(old, &cell.subject),
            self.after.relevance(new, &cell.subject),
        );
        if before != after {
            let changed = CauseDetail::RelevanceChanged {
                evidence: new.evidence.clone(),
                subject: cell.subject.clone(),
                before,
                after,
            };
            self.add(changed, new.location.as_ref());
        }
    }

    /// Why an item that both reports cite has another state, or another result of the file check.
    fn item(&mut self, old: &EvidenceRow, new: &EvidenceRow) {
        let location = new.location.as_ref();
        let evidence = || new.evidence.clone();
        if old.file != new.file && (old.file.is_against() || new.file.is_against()) {
            let changed = CauseDetail::FileChanged {
                evidence: evidence(),
                before: old.file,
                after: new.file,
            };
            self.add(changed, location);
        }
        if old.state == new.state {
            return;
        }
        let meanwhile = Validity::new(old.collected, old.until).state_on(self.after.day());
        let (before, after) = (old.state, new.state);
        let by_the_day = match (before, meanwhile) {
            (EvidenceState::NotYetValid | EvidenceState::Current, EvidenceState::Expired) => {
                Some(CauseDetail::EvidenceExpired {
                    evidence: evidence(),
                    before,
                    after,
                    until: old.until,
                })
            }
            (EvidenceState::NotYetValid, EvidenceState::Current) => {
                Some(CauseDetail::EvidenceBegan {
                    evidence: evidence(),
                    before,
                    after,
                    from: old.collected,
                })
            }
            (then, state) if then != state => Some(CauseDetail::DayMovedBack {
                matter: DayMatter::Evidence {
                    evidence: evidence(),
                    before,
                    after,
                    state,
                },
            }),
            _ => None,
        };
        if let Some(detail) = by_the_day {
            self.add(detail, location);
        }
        if meanwhile != after {
            self.add(validity(old, new), location);
        }
    }
}

/// Another validity of an item.
fn validity(old: &EvidenceRow, new: &EvidenceRow) -> CauseDetail {
    let days = |row: &EvidenceRow| Days {
        from: row.collected,
        until: row.until,
    };
    let length = |row: &EvidenceRow| (row.until, Reverse(row.collected));
    let (evidence, before, after) = (new.evidence.clone(), days(old), days(new));
    if length(new) > length(old) {
        CauseDetail::EvidenceRenewed {
            evidence,
            before,
            after,
        }
    } else {
        CauseDetail::EvidenceShortened {
            evidence,
            before,
            after,
        }
    }
}
