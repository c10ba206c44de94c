//! Causes of the gaps of risks.

use super::search::Search;
use super::{CauseDetail, ControlChange, RiskChange};
use crate::assessment::SubjectId;
use crate::difference::record::Record;
use crate::id::{ControlId, RiskId};
use crate::report::RiskRow;
use crate::taxonomy::{Function, GapKind, RiskVerdict};
use std::collections::BTreeSet;

impl Search<'_, '_> {
    /// Only one of the catalogs has the risk.
    pub(super) fn risk_existence(&mut self, risk: &RiskId, is_new: bool) {
        let risk = risk.clone();
        let detail = if is_new {
            CauseDetail::RiskAdded { risk }
        } else {
            CauseDetail::RiskRemoved { risk }
        };
        self.add(detail, None);
    }

    /// Another severity of a risk.
    pub(super) fn severity(&mut self, old: &RiskRow, new: &RiskRow) {
        let changed = CauseDetail::SeverityChanged {
            risk: new.risk.clone(),
            before: old.severity,
            after: new.severity,
        };
        self.add(changed, None);
    }

    /// A risk that is open for a subject in one report only.
    pub(super) fn open_risk(&mut self, risk: &RiskId, subject: &SubjectId, opened: bool) {
        let verdict = |record: &Record<'_>| {
            let verdict = match subject {
                // A risk that is open for any wallet counts for the cells of the organization.
                SubjectId::Organization => {
                    let row = record.risks.get(risk.as_str());
                    row.map(|row| row.verdict)
                }
                SubjectId::Wallet(wallet) => record.judged(risk.as_str(), wallet.as_str()),
            };
            verdict.unwrap_or(RiskVerdict::OutOfScope)
        };
        let (before, after) = (verdict(self.before), verdict(self.after));
        let (risk, subject) = (risk.clone(), subject.clone());
        let detail = if opened {
            CauseDetail::RiskOpened {
                risk,
                subject,
                before,
                after,
            }
        } else {
            CauseDetail::RiskClosed {
                risk,
                subject,
                before,
                after,
            }
        };
        self.add(detail, None);
    }

    /// Why a gap of a risk is not as it was.
    pub(super) fn risk(&mut self, kind: GapKind, risk: &RiskId, subject: &SubjectId) {
        let (Some(was), Some(is)) = (
            self.before.risks.get(risk.as_str()).copied(),
            self.after.risks.get(risk.as_str()).copied(),
        ) else {
            let is_new = self.after.risks.contains_key(risk.as_str());
            return self.risk_existence(risk, is_new);
        };
        let judged = |record: &Record<'_>| record.judged(risk.as_str(), subject.as_str());
        let (Some(then), Some(now)) = (judged(self.before), judged(self.after)) else {
            return self.judgement((was, is), subject);
        };
        if kind == GapKind::NoControl && then != now {
            self.definition(risk, RiskChange::DirectControls);
        } else if kind == GapKind::NoDetection {
            self.detection((was, is), subject);
        } else if kind == GapKind::AcceptanceExpired && then.is_open() != now.is_open() {
            self.open_risk(risk, subject, now.is_open());
        }
        self.acceptance(risk, subject);
        if was.severity != is.severity {
            self.severity(was, is);
        }
    }

    /// Another definition of a risk.
    fn definition(&mut self, risk: &RiskId, change: RiskChange) {
        let risk = risk.clone();
        self.add(CauseDetail::RiskChanged { risk, change }, None);
    }

    /// Why a risk has a verdict for a subject in one report only.
    fn judgement(&mut self, (was, is): (&RiskRow, &RiskRow), subject: &SubjectId) {
        let mut is_explained = self.subject(subject);
        if was.direct_controls != is.direct_controls {
            self.definition(&is.risk, RiskChange::DirectControls);
            is_explained = true;
        }
        let controls = is.direct_controls.iter();
        for control in controls.filter(|id| was.direct_controls.contains(id)) {
            let row = |record: &Record<'_>| {
                let row = record.controls.get(control.as_str());
                row.map(|row| (row.subject, row.when.clone()))
            };
            if let (Some(old), Some(new)) = (row(self.before), row(self.after))
                && old.0 != new.0
            {
                self.applicability(control.clone(), &old.1, &new.1);
                is_explained = true;
            }
        }
        let facts = (&self.before.report.facts, &self.after.report.facts);
        if !is_explained && facts.0.catalog_sha256 != facts.1.catalog_sha256 {
            self.definition(&is.risk, RiskChange::Subjects);
        } else if !is_explained {
            self.features(subject);
        }
    }

    /// Why the detective controls of a risk have other verdicts.
    fn detection(&mut self, (was, is): (&RiskRow, &RiskRow), subject: &SubjectId) {
        let detects = |record: &Record<'_>, control: &ControlId| {
            let row = record.controls.get(control.as_str());
            row.is_some_and(|row| row.functions.contains(&Function::Detective))
        };
        let controls = was.direct_controls.iter().chain(&is.direct_controls);
        for control in controls.collect::<BTreeSet<&ControlId>>() {
            let (then, now) = (detects(self.before, control), detects(self.after, control));
            if !then && !now {
                continue;
            }
            let is_linked = |row: &RiskRow| row.direct_controls.contains(control);
            if is_linked(was) != is_linked(is) {
                self.definition(&is.risk, RiskChange::DirectControls);
            } else if then != now {
                let control = control.clone();
                let change = ControlChange::Detects { detective: now };
                self.add(CauseDetail::ControlChanged { control, change }, None);
            }
            for subject in [&SubjectId::Organization, subject] {
                let verdict = |record: &Record<'_>| {
                    let cell = record.cell(control.as_str(), subject.as_str());
                    cell.map(|cell| cell.verdict)
                };
                if verdict(self.before) != verdict(self.after) {
                    self.cell(control, subject);
                }
            }
        }
    }
}
