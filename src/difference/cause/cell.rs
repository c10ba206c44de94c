//! Causes of the gaps of cells.

use super::search::Search;
use super::{CauseDetail, ControlChange, DayMatter};
use crate::assessment::SubjectId;
use crate::catalog::OrDeclared;
use crate::date::Date;
use crate::difference::record::Record;
use crate::gap::Gap;
use crate::id::{ControlId, ParameterId, RiskId};
use crate::report::{CellRow, Report, RiskRow, SubjectCoverage};
use crate::settings::is_included;
use crate::taxonomy::{ParameterStanding, Severity, Status, Verdict, Word};
use std::collections::BTreeSet;

impl Search<'_, '_> {
    /// Why a cell is not as it was.
    pub(super) fn cell(&mut self, control: &ControlId, subject: &SubjectId) {
        let (id, name) = (control.as_str(), subject.as_str());
        match (self.before.cell(id, name), self.after.cell(id, name)) {
            (None, None) => {}
            (Some(was), Some(is)) => self.claim(control, was, is),
            (None, Some(_)) | (Some(_), None) => self.existence(control, subject),
        }
    }

    /// Why only one of the reports has a cell.
    fn existence(&mut self, control: &ControlId, subject: &SubjectId) {
        let (was, is) = (
            self.before.controls.get(control.as_str()).copied(),
            self.after.controls.get(control.as_str()).copied(),
        );
        let control = || control.clone();
        let mut is_explained = true;
        match (was, is) {
            (None, _) => self.add(CauseDetail::ControlAdded { control: control() }, None),
            (_, None) => self.add(CauseDetail::ControlRemoved { control: control() }, None),
            (Some(was), Some(is)) => {
                is_explained = (was.subject, &was.when) != (is.subject, &is.when);
                if is_explained {
                    self.applicability(control(), &was.when, &is.when);
                }
            }
        }
        is_explained |= self.subject(subject);
        if !is_explained {
            // Channels of the organization are the only features that no row has.
            self.features(subject);
        }
    }

    /// Another definition of where a control applies.
    pub(super) fn applicability(&mut self, control: ControlId, was: &str, is: &str) {
        let change = ControlChange::Applies {
            before: was.to_owned(),
            after: is.to_owned(),
        };
        self.add(CauseDetail::ControlChanged { control, change }, None);
    }

    /// Adds the cause if only one of the reports has the subject, or if it differs. Returns whether it
    /// does.
    pub(super) fn subject(&mut self, subject: &SubjectId) -> bool {
        let name = subject.as_str();
        let (was, is) = (
            self.before.subjects.get(name).copied(),
            self.after.subjects.get(name).copied(),
        );
        let id = subject.clone();
        let scope = |included| CauseDetail::ScopeChanged {
            subject: subject.clone(),
            included,
        };
        let (detail, row) = match (was, is) {
            (None, None) => return false,
            (Some(was), Some(is)) => {
                let differs = (was.tier, &was.traits) != (is.tier, &is.traits);
                if differs {
                    self.features(subject);
                }
                return differs;
            }
            (None, Some(is)) if is_left_out(self.before.report, subject) => (scope(true), is),
            (None, Some(is)) if !exists_on(is, self.before.day()) => (days(is), is),
            (Some(was), None) if !exists_on(was, self.after.day()) => (days(was), was),
            (None, Some(is)) => (CauseDetail::SubjectAdded { subject: id }, is),
            (Some(was), None) if is_left_out(self.after.report, subject) => (scope(false), was),
            (Some(was), None) => (CauseDetail::SubjectRemoved { subject: id }, was),
        };
        self.add(detail, row.location.as_ref());
        true
    }

    /// Another tier, other traits or other channels of a subject.
    pub(super) fn features(&mut self, subject: &SubjectId) {
        let name = subject.as_str();
        let before = self.before.subjects.get(name).copied();
        let after = self.after.subjects.get(name).copied();
        let changed = CauseDetail::SubjectChanged {
            subject: subject.clone(),
            before: before.map(features),
            after: after.map(features),
        };
        self.add(changed, after.and_then(|row| row.location.as_ref()));
    }

    /// Why a cell that both reports have has another verdict or another kind of gap.
    fn claim(&mut self, control: &ControlId, was: &CellRow, is: &CellRow) {
        let (control, subject) = (|| control.clone(), || is.subject.clone());
        let location = is.location.as_ref().or(was.location.as_ref());
        match (was.status, is.status) {
            (None, None) => return,
            (None, Some(after)) => {
                let added = CauseDetail::ClaimAdded {
                    control: control(),
                    subject: subject(),
                    after,
                };
                self.add(added, location);
            }
            (Some(before), None) => {
                let removed = CauseDetail::ClaimRemoved {
                    control: control(),
                    subject: subject(),
                    before,
                };
                self.add(removed, location);
            }
            (Some(before), Some(after)) => {
                if before != after {
                    let changed = CauseDetail::StatusChanged {
                        control: control(),
                        subject: subject(),
                        before,
                        after,
                    };
                    self.add(changed, location);
                }
                if was.narrowed != is.narrowed {
                    let (control, subject) = (control(), subject());
                    let detail = if is.narrowed {
                        CauseDetail::ClaimNarrowed { control, subject }
                    } else {
                        CauseDetail::ClaimWidened { control, subject }
                    };
                    self.add(detail, location);
                }
            }
        }
        let control = &control();
        self.assessment(control, was, is);
        self.due(control, was, is);
        self.facts(control, was, is);
        let is_in_place = |row: &CellRow| row.status.is_some_and(Status::is_in_place);
        if is_in_place(was) || is_in_place(is) {
            self.citations(control, was, is);
        }
    }

    /// An assessment that may be relied on in one report only, or an exclusion that is confirmed in one.
    fn assessment(&mut self, control: &ControlId, was: &CellRow, is: &CellRow) {
        let (before, after) = (self.before, self.after);
        let confirmed = after.is_confirmed(control.as_str(), is);
        let is_other = before.is_confirmed(control.as_str(), was) != confirmed;
        let (control, subject) = (control.clone(), is.subject.clone());
        // A shortfall does not depend on when it was assessed.
        let depends = |row: &CellRow| row.status.is_some_and(|status| !status.is_shortfall());
        if !depends(was) || !depends(is) {
            return;
        }
        let detail = if was.stale != is.stale {
            match was.reassess_by {
                Some(until) if is.stale && is.reassess_by == was.reassess_by => {
                    CauseDetail::AssessmentEnded {
                        control,
                        subject,
                        until,
                    }
                }
                before => CauseDetail::AssessmentChanged {
                    control,
                    subject,
                    before,
                    after: is.reassess_by,
                },
            }
        } else if was.status == is.status && is_other {
            CauseDetail::ConfirmationChanged {
                control,
                subject,
                confirmed,
            }
        } else {
            return;
        };
        self.add(detail, is.location.as_ref());
    }

    /// Parameters that facts meet in one report only, or for which one report only has facts.
    fn facts(&mut self, control: &ControlId, was: &CellRow, is: &CellRow) {
        let rows = was.parameters.iter().chain(&is.parameters);
        let ids: BTreeSet<&ParameterId> = rows.map(|row| &row.parameter).collect();
        for id in ids {
            // A parameter that does not exist requires nothing.
            let standing = |row: &CellRow| {
                let row = row.parameters.iter().find(|row| row.parameter == *id);
                row.map_or(ParameterStanding::Met, |row| row.standing)
            };
            let (before, after) = (standing(was), standing(is));
            if before != after {
                let changed = CauseDetail::FactsChanged {
                    control: control.clone(),
                    subject: is.subject.clone(),
                    parameter: id.clone(),
                    before,
                    after,
                };
                self.add(changed, is.location.as_ref());
            }
        }
    }

    /// Why a claim that is not in place in either report is overdue in one of them only.
    fn due(&mut self, control: &ControlId, was: &CellRow, is: &CellRow) {
        let falls_short = |row: &CellRow| matches!(row.verdict, Verdict::Partial | Verdict::Absent);
        if !(falls_short(was) && falls_short(is)) {
            return;
        }
        let overdue = |due: Option<Date>, day| due.is_some_and(|due| due < day);
        let then = overdue(was.due, self.before.day());
        let meanwhile = overdue(was.due, self.after.day());
        let now = overdue(is.due, self.after.day());
        if then == now {
            return;
        }
        let (control, subject) = (|| control.clone(), || is.subject.clone());
        let after = is.due;
        match (was.due, then, meanwhile) {
            (Some(before), false, true) => {
                let passed = CauseDetail::DuePassed {
                    control: control(),
                    subject: subject(),
                    before,
                    after,
                };
                self.add(passed, is.location.as_ref());
            }
            (Some(before), true, false) => {
                let matter = DayMatter::Due {
                    control: control(),
                    subject: subject(),
                    before,
                    after,
                };
                self.add(CauseDetail::DayMovedBack { matter }, is.location.as_ref());
            }
            _ => {}
        }
        if meanwhile != now {
            let changed = CauseDetail::DueChanged {
                control: control(),
                subject: subject(),
                before: was.due,
                after,
            };
            self.add(changed, is.location.as_ref());
        }
    }

    /// Why other open risks of a control count for the severity of its gap, if that changed it.
    pub(super) fn severity_of_cell(&mut self, control: &ControlId, was: &Gap, is: &Gap) {
        let (of_was, of_is) = (
            open_risks(self.before, control, was),
            open_risks(self.after, control, is),
        );
        let highest = |open: &[OpenRisk<'_>]| open.iter().map(OpenRisk::weight).max();
        let (then, now) = (highest(&of_was), highest(&of_is));
        if was.severity == is.severity || then == now {
            return;
        }
        let rises = now > then;
        let (high, (low, of_low), lowest) = if rises {
            (of_is, (self.before, of_was), then)
        } else {
            (of_was, (self.after, of_is), now)
        };
        for open in high {
            if Some(open.weight()) <= lowest {
                continue;
            }
            let (risk, row) = (&open.row.risk, open.row);
            let other = low.risks.get(risk.as_str()).copied();
            let of_control = low.controls.get(control.as_str());
            let is_linked = of_control.is_some_and(|row| {
                let links = if open.is_direct {
                    &row.directly
                } else {
                    &row.supporting
                };
                links.contains(risk)
            });
            match other {
                None => self.risk_existence(risk, rises),
                Some(_) if !is_linked => {
                    let change = ControlChange::Treats {
                        risk: risk.clone(),
                        treats: rises,
                    };
                    let control = control.clone();
                    self.add(CauseDetail::ControlChanged { control, change }, None);
                }
                Some(_) if of_low.iter().all(|other| other.row.risk != *risk) => {
                    self.open_risk(risk, &is.subject, rises);
                }
                Some(other) => {
                    let (old, new) = if rises { (other, row) } else { (row, other) };
                    self.severity(old, new);
                }
            }
        }
    }
}

/// An open risk on which the severity of a gap of a cell depends.
struct OpenRisk<'r> {
    row: &'r RiskRow,
    is_direct: bool,
    /// The severity that the gap of a cell that is absent has because of it.
    counts_as: Severity,
}

impl OpenRisk<'_> {
    /// How much it counts: for a cell that is partial or unproven, a risk that its control treats directly
    /// counts one step lower, and one whose treatment it supports does not.
    fn weight(&self) -> (Severity, bool) {
        (self.counts_as, !self.is_direct)
    }
}

/// The open risks that a control treats directly, or else those whose treatment it supports.
fn open_risks<'r>(record: &Record<'r>, control: &ControlId, gap: &Gap) -> Vec<OpenRisk<'r>> {
    let row = |risk: &RiskId| record.risks.get(risk.as_str()).copied();
    let directly = gap.open_risks.iter().filter_map(row);
    let directly: Vec<OpenRisk<'_>> = directly
        .map(|row| OpenRisk {
            row,
            is_direct: true,
            counts_as: row.severity,
        })
        .collect();
    if !directly.is_empty() {
        return directly;
    }
    let of_control = record.controls.get(control.as_str());
    let supported = of_control.into_iter().flat_map(|row| &row.supporting);
    let is_open = |row: &&RiskRow| {
        let mut subjects = row.subjects.iter();
        subjects.any(|of| {
            let counts = gap.subject == SubjectId::Organization
                || of.subject == SubjectId::Organization
                || of.subject == gap.subject;
            counts && of.verdict.is_open()
        })
    };
    let supported = supported.filter_map(row).filter(is_open);
    supported
        .map(|row| OpenRisk {
            row,
            is_direct: false,
            counts_as: row.severity.one_step_lower().one_step_lower(),
        })
        .collect()
}

/// Whether a wallet holds keys on a day, according to a report.
fn exists_on(row: &SubjectCoverage, day: Date) -> bool {
    row.since.is_none_or(|since| since <= day) && row.until.is_none_or(|until| day <= until)
}

fn days(row: &SubjectCoverage) -> CauseDetail {
    CauseDetail::WalletDays {
        subject: row.subject.clone(),
        since: row.since,
        until: row.until,
    }
}

/// Whether a report is limited to other wallets.
fn is_left_out(report: &Report, subject: &SubjectId) -> bool {
    !is_included(subject, report.facts.only_wallets.as_deref())
}

fn features(row: &SubjectCoverage) -> String {
    let tier = row.tier.map(Word::word);
    let traits = row.traits.iter().map(OrDeclared::as_str);
    tier.into_iter()
        .chain(traits)
        .collect::<Vec<_>>()
        .join(", ")
}
