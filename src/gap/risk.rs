//! Gaps of risks: no control, no detection, an acceptance that has ended.

use super::claim::ClaimedCell;
use super::reason::{Reason, ReasonKind, SeverityRule};
use super::{Change, Gap, parameter};
use crate::assessment::{Acceptance, AcceptanceFacts, SubjectId};
use crate::catalog::Risk;
use crate::coverage::{Cell, Coverage, RiskOutcome};
use crate::taxonomy::{Function, GapKind, RiskVerdict, Severity, Verdict};

/// Which gaps an outcome has.
#[derive(Clone, Copy)]
struct RiskGaps<'c> {
    /// No control treats the risk directly, and it is not accepted.
    lacks_control: bool,
    /// The catalog has detective controls, none of them is effective, and the risk is not accepted.
    lacks_detection: bool,
    /// The acceptance that ended before the day and leaves the risk open.
    ended: Option<(&'c Acceptance, &'c AcceptanceFacts)>,
}

impl<'c> RiskGaps<'c> {
    fn of(coverage: &'c Coverage, outcome: &RiskOutcome) -> Self {
        let acceptance = coverage.acceptance_of(outcome.risk, outcome.subject);
        let ended = acceptance.map(|(_, acceptance, facts)| (acceptance, facts));
        let as_of = coverage.settings().as_of;
        Self {
            lacks_control: outcome.verdict == RiskVerdict::NoControl && !outcome.accepted,
            lacks_detection: !outcome.depth.detects && outcome.detection_left && !outcome.accepted,
            ended: ended.filter(|(it, _)| it.until < as_of && outcome.verdict.is_open()),
        }
    }
}

impl Coverage {
    /// The severities of the gaps of a risk for a subject.
    pub(crate) fn risk_gap_severities(
        &self,
        risk: &Risk,
        outcome: &RiskOutcome,
    ) -> impl Iterator<Item = Severity> {
        let gaps = RiskGaps::of(self, outcome);
        let of_risk = [gaps.lacks_control, gaps.ended.is_some()];
        let of_risk = of_risk.into_iter().filter(|is_so| *is_so);
        let below = gaps.lacks_detection.then(|| risk.severity.one_step_lower());
        of_risk.map(|_| risk.severity).chain(below)
    }

    /// The gaps of a risk for a subject.
    pub(super) fn risk_gaps(
        &self,
        risk: &Risk,
        subject: &SubjectId,
        outcome: &RiskOutcome,
    ) -> Vec<Gap> {
        let found = RiskGaps::of(self, outcome);
        let gap = |kind, severity| risk_gap(kind, severity, (risk, subject), outcome);
        let mut gaps = Vec::new();
        if found.lacks_control {
            let mut gap = gap(GapKind::NoControl, risk.severity);
            self.no_control(&mut gap, risk);
            gaps.push(because_of_severity(gap, SeverityRule::Risk));
        }
        if found.lacks_detection {
            let mut gap = gap(GapKind::NoDetection, risk.severity.one_step_lower());
            self.no_detection(&mut gap, risk, outcome);
            let highest = risk.severity;
            gaps.push(because_of_severity(
                gap,
                SeverityRule::BelowRisk { highest },
            ));
        }
        if let Some((acceptance, facts)) = found.ended {
            let mut gap = gap(GapKind::AcceptanceExpired, risk.severity);
            gap.location.clone_from(&facts.location);
            self.acceptance_expired(&mut gap, risk, acceptance, outcome);
            gaps.push(because_of_severity(gap, SeverityRule::Risk));
        }
        gaps
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
            gap.closes_if.extend(self.proves_cell(&claimed));
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

    fn acceptance_expired(
        &self,
        gap: &mut Gap,
        risk: &Risk,
        acceptance: &Acceptance,
        outcome: &RiskOutcome,
    ) {
        let ended = ReasonKind::AcceptanceEnded {
            risk: risk.id.clone(),
            approved_by: acceptance.approved_by.clone(),
            until: acceptance.until,
        };
        let location = gap.location.clone();
        gap.because.push(Reason::new(ended, location));
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

/// Adds the rule that the severity of a gap follows from.
fn because_of_severity(mut gap: Gap, rule: SeverityRule) -> Gap {
    let severity = gap.severity;
    let kind = ReasonKind::Severity { severity, rule };
    gap.because.push(Reason::new(kind, None));
    gap
}

/// A gap of a risk without its reasons and changes.
fn risk_gap(
    kind: GapKind,
    severity: Severity,
    (risk, subject): (&Risk, &SubjectId),
    outcome: &RiskOutcome,
) -> Gap {
    let is_open = outcome.verdict.is_open();
    Gap {
        id: format!("{}@{subject}:{kind}", risk.id),
        kind,
        severity,
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
