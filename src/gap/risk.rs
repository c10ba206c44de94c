//! Gaps of risks: no control, no detection, an acceptance that has ended.

use super::claim::ClaimedCell;
use super::reason::{Reason, ReasonKind, SeverityRule};
use super::{Change, Gap, parameter};
use crate::assessment::{Acceptance, AcceptanceFacts, SubjectId};
use crate::catalog::Risk;
use crate::coverage::{Cell, Coverage, RiskOutcome};
use crate::taxonomy::{Function, GapKind, RiskVerdict, Severity, Verdict};

impl Coverage {
    /// The gaps of a risk for a subject.
    pub(super) fn risk_gaps<'c>(
        &'c self,
        risk: &'c Risk,
        subject: &'c SubjectId,
        outcome: &'c RiskOutcome,
    ) -> impl Iterator<Item = Gap> {
        kinds(self, outcome).map(move |kind| {
            let mut gap = risk_gap(kind, risk, subject, outcome);
            let severity = gap.severity;
            let rule = match kind {
                GapKind::NoDetection => SeverityRule::BelowRisk {
                    highest: risk.severity,
                },
                _ => SeverityRule::Risk,
            };
            match kind {
                GapKind::NoDetection => self.no_detection(&mut gap, risk, outcome),
                GapKind::AcceptanceExpired => self.acceptance_expired(&mut gap, risk, outcome),
                _ => self.no_control(&mut gap, risk),
            }
            gap.because
                .push(Reason::new(ReasonKind::Severity { severity, rule }, None));
            gap
        })
    }

    fn accept(&self, risk: &Risk, subject: &SubjectId) -> Vec<Change> {
        vec![Change::Accept {
            risk: risk.id.clone(),
            subject: subject.clone(),
            until: self.settings().as_of,
        }]
    }

    fn no_control(&self, gap: &mut Gap, risk: &Risk) {
        let supporting = self.assessment().catalog().supporting_controls(risk);
        let none = ReasonKind::NoDirectControl {
            risk: risk.id.clone(),
        };
        let supported = ReasonKind::SupportedBy {
            controls: supporting.map(|control| control.id.clone()).collect(),
        };
        gap.because = vec![Reason::new(none, None), Reason::new(supported, None)];
        gap.closes_if = vec![self.accept(risk, &gap.subject), vec![add_control(risk)]];
    }

    fn no_detection(&self, gap: &mut Gap, risk: &Risk, outcome: &RiskOutcome) {
        let none = ReasonKind::NoDetection {
            risk: risk.id.clone(),
            subject: gap.subject.clone(),
        };
        gap.because.push(Reason::new(none, None));
        for cell in self.detective_cells(outcome) {
            let claimed = ClaimedCell::of(self, &cell);
            let detective = ReasonKind::DetectiveControl {
                control: cell.control.id.clone(),
                title: cell.control.title.clone(),
                subject: cell.subject.id.clone(),
                verdict: cell.verdict,
            };
            let location = claimed
                .claim
                .and_then(|claim| claim.assertion.location.clone());
            gap.because.push(Reason::new(detective, location));
            // An exclusion would take the detective control away, not make it effective.
            let excludes = |change: &Change| matches!(change, Change::Exclude { .. });
            let alternatives = self.closes_cell(&claimed).into_iter();
            let alternatives = alternatives.filter(|all| !all.iter().any(excludes));
            gap.closes_if.extend(alternatives);
        }
        parameter::leave_out_detours(&mut gap.closes_if);
        gap.closes_if.push(self.accept(risk, &gap.subject));
    }

    /// The cells of detective controls that treat the risk of an outcome directly and are not
    /// excluded, in the order of the catalog.
    fn detective_cells(&self, outcome: &RiskOutcome) -> Vec<Cell<'_>> {
        let cells = self.direct_cells(outcome).into_iter();
        let mut cells: Vec<Cell<'_>> = cells
            .filter_map(|cell| self.cell(cell))
            .filter(|cell| {
                let is_detective = cell.control.functions.contains(&Function::Detective);
                is_detective && cell.verdict != Verdict::Excluded
            })
            .collect();
        cells.sort_by_key(|cell| cell.index.control);
        cells
    }

    /// The acceptance that ended before the day and leaves a risk open.
    fn ended_acceptance(&self, outcome: &RiskOutcome) -> Option<(&Acceptance, &AcceptanceFacts)> {
        let (_, acceptance, facts) = self.acceptance_of(outcome.risk, outcome.subject)?;
        let has_ended = acceptance.until < self.settings().as_of && outcome.verdict.is_open();
        has_ended.then_some((acceptance, facts))
    }

    fn acceptance_expired(&self, gap: &mut Gap, risk: &Risk, outcome: &RiskOutcome) {
        if let Some((acceptance, facts)) = self.ended_acceptance(outcome) {
            let ended = ReasonKind::AcceptanceEnded {
                risk: risk.id.clone(),
                approved_by: acceptance.approved_by.clone(),
                until: acceptance.until,
            };
            gap.location.clone_from(&facts.location);
            gap.because.push(Reason::new(ended, facts.location.clone()));
        }
        let verdict = ReasonKind::RiskVerdict {
            subject: gap.subject.clone(),
            verdict: outcome.verdict,
            direct: outcome.direct,
        };
        gap.because.push(Reason::new(verdict, None));
        let treat = if risk.has_direct_control() {
            Change::Treat {
                risk: risk.id.clone(),
                subject: gap.subject.clone(),
            }
        } else {
            add_control(risk)
        };
        gap.closes_if = vec![self.accept(risk, &gap.subject), vec![treat]];
    }
}

fn add_control(risk: &Risk) -> Change {
    Change::AddControl {
        risk: risk.id.clone(),
    }
}

/// The kinds of gaps that an outcome has.
pub(super) fn kinds<'c>(
    coverage: &'c Coverage,
    outcome: &'c RiskOutcome,
) -> impl Iterator<Item = GapKind> {
    let lacks_control = outcome.verdict == RiskVerdict::NoControl && !outcome.accepted;
    let lacks_detection = !outcome.depth.detects && outcome.detection_left && !outcome.accepted;
    let has_ended = coverage.ended_acceptance(outcome).is_some();
    let kinds = [
        (lacks_control, GapKind::NoControl),
        (lacks_detection, GapKind::NoDetection),
        (has_ended, GapKind::AcceptanceExpired),
    ];
    kinds
        .into_iter()
        .filter_map(|(is_so, kind)| is_so.then_some(kind))
}

/// The severity of a gap of a risk: that of the risk, or one level lower if only detection is missing.
pub(super) fn severity_of(kind: GapKind, risk: &Risk) -> Severity {
    if kind == GapKind::NoDetection {
        risk.severity.one_step_lower()
    } else {
        risk.severity
    }
}

/// A gap of a risk without its reasons and changes.
fn risk_gap(kind: GapKind, risk: &Risk, subject: &SubjectId, outcome: &RiskOutcome) -> Gap {
    let is_open = outcome.verdict.is_open();
    Gap {
        id: format!("{}@{subject}:{kind}", risk.id),
        kind,
        severity: severity_of(kind, risk),
        control: None,
        risk: Some(risk.id.clone()),
        subject: subject.clone(),
        title: risk.title.clone(),
        clause: risk.clause.clone(),
        open_risks: is_open.then(|| risk.id.clone()).into_iter().collect(),
        because: Vec::new(),
        closes_if: Vec::new(),
        owner: None,
        due: None,
        location: None,
    }
}
