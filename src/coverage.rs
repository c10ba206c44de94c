//! The measure: what is covered on a day, and how far that is proven. `docs/coverage.md` is the
//! definition; this room computes it and nothing else.
//!
//! 1. Each evidence item is not yet valid, current or expired, and so each claim is backed or not.
//! 2. Each cell, a (control, subject) pair to which the control applies, gets a [`Verdict`] from the
//!    narrowest claim on it; the parameters of a profile may leave less of it.
//! 3. Each risk gets a [`RiskVerdict`] per subject from the cells of the controls that treat it
//!    directly; supporting controls are counted beside it.
//!
//! The result holds numbers and positions; names and reasons are added by [`crate::gap`] and
//! [`crate::report`].

mod parameter;

pub use parameter::ParameterFinding;

use crate::assessment::{Assertion, Assessment, CellClaim, Subject};
use crate::catalog::{Control, Risk};
use crate::index::{
    AssertionIndex, CellIndex, ControlIndex, EvidenceIndex, Grid, IndexVec, RiskIndex,
    SubjectIndex, proven,
};
use crate::settings::Settings;
use crate::taxonomy::{EvidenceState, FileCheck, Function, RiskVerdict, Status, Verdict};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is covered on a day.
///
/// ```
/// use custody_controls::{AssessmentFiles, Catalog, Coverage, Settings};
///
/// let text = include_str!("../examples/small-firm.yaml");
/// let assessment = AssessmentFiles::from_text("small-firm.yaml", text).resolve(Catalog::builtin())?;
/// let coverage = Coverage::measure(&assessment, &Settings::as_of("2026-09-30".parse()?));
/// let tally = coverage.tally();
/// assert!(tally.proven().numerator <= tally.possible().numerator);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Coverage {
    assessment: Assessment,
    settings: Settings,
    evidence: IndexVec<EvidenceIndex, EvidenceStanding>,
    /// None if there is no cell.
    cells: Grid<SubjectIndex, ControlIndex, Option<Verdict>>,
    /// Whether each subject is evaluated.
    included: IndexVec<SubjectIndex, bool>,
    /// By risk, then by subject.
    outcomes: Vec<RiskOutcome>,
}

/// What an evidence item is worth on the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EvidenceStanding {
    /// Whether the day lies in its validity.
    pub state: EvidenceState,
    /// What became of looking at its file.
    pub file: FileCheck,
}

impl EvidenceStanding {
    /// Whether a claim may rest on it.
    pub fn is_reliable(self) -> bool {
        self.state == EvidenceState::Current && !self.file.is_against()
    }
}

/// A cell and its verdict.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Cell<'a> {
    /// The control.
    pub control: &'a Control,
    /// The subject to which it applies.
    pub subject: &'a Subject,
    /// The verdict.
    pub verdict: Verdict,
    pub(crate) index: CellIndex,
}

impl Cell<'_> {
    /// What reports call it: `control@subject`.
    pub fn name(&self) -> String {
        [self.control.id.as_str(), "@", self.subject.id.as_str()].concat()
    }
}

/// What came out for a risk and a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RiskOutcome {
    pub(crate) risk: RiskIndex,
    pub(crate) subject: SubjectIndex,
    /// The measured verdict; an acceptance never hides it.
    pub verdict: RiskVerdict,
    /// How many cells of controls that treat it directly are effective, of how many.
    pub direct: Ratio,
    /// How many cells of controls that support its treatment are effective, of how many.
    pub supporting: Ratio,
    /// What effective direct cells do.
    pub depth: Depth,
    /// Whether a detective direct control applies here, excluded or not.
    pub detection_offered: bool,
    /// Whether a detective direct control applies here and is not excluded.
    pub(crate) detection_left: bool,
    /// Whether the risk is accepted on the day.
    pub accepted: bool,
}

/// What the effective cells of controls that treat a risk directly do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Depth {
    /// At least one prevents.
    pub prevents: bool,
    /// At least one detects.
    pub detects: bool,
    /// At least one corrects.
    pub corrects: bool,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ratio {
    /// How many.
    pub numerator: u64,
    /// Of how many.
    pub denominator: u64,
}

impl Ratio {
    /// Whole per cent, rounded down, so that 100 appears only where all are; none where there is
    /// nothing to count.
    pub fn percent(self) -> Option<u64> {
        (u128::from(self.numerator) * 100)
            .checked_div(u128::from(self.denominator))
            .map(|percent| u64::try_from(percent).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.percent() {
            Some(percent) => write!(
                f,
                "{} of {} ({percent} %)",
                self.numerator, self.denominator
            ),
            None => f.write_str("not applicable"),
        }
    }
}

/// How many cells have which verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tally {
    /// In place and proven.
    pub effective: u64,
    /// Said to be in place, not proven.
    pub unproven: u64,
    /// Some of it in place.
    pub partial: u64,
    /// Not in place.
    pub absent: u64,
    /// Not looked at.
    pub unknown: u64,
    /// Not applicable, with a justification; in no denominator.
    pub excluded: u64,
}

impl Tally {
    /// Counts a cell.
    pub fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Effective => self.effective += 1,
            Verdict::Unproven => self.unproven += 1,
            Verdict::Partial => self.partial += 1,
            Verdict::Absent => self.absent += 1,
            Verdict::Unknown => self.unknown += 1,
            Verdict::Excluded => self.excluded += 1,
        }
    }

    /// How many cells have a verdict.
    pub fn count(self, verdict: Verdict) -> u64 {
        match verdict {
            Verdict::Effective => self.effective,
            Verdict::Unproven => self.unproven,
            Verdict::Partial => self.partial,
            Verdict::Absent => self.absent,
            Verdict::Unknown => self.unknown,
            Verdict::Excluded => self.excluded,
        }
    }

    /// All cells but the excluded ones.
    pub fn denominator(self) -> u64 {
        self.effective + self.unproven + self.partial + self.absent + self.unknown
    }

    /// The lower bound: what is in place and proven.
    pub fn proven(self) -> Ratio {
        Ratio {
            numerator: self.effective,
            denominator: self.denominator(),
        }
    }

    /// The upper bound: what is proven, what only lacks proof, and what nobody has looked at. What
    /// lies between the bounds is work for the auditor, not for the engineer.
    pub fn possible(self) -> Ratio {
        Ratio {
            numerator: self.effective + self.unproven + self.unknown,
            denominator: self.denominator(),
        }
    }

    /// The verdict that a risk would have over these cells of controls that treat it directly.
    pub fn risk_verdict(self) -> RiskVerdict {
        judge(
            self.denominator(),
            self.effective,
            self.partial,
            self.unknown,
        )
    }
}

/// The verdict over a number of cells, excluded ones left out, of controls that treat a risk
/// directly.
fn judge(cells: u64, effective: u64, partial: u64, unknown: u64) -> RiskVerdict {
    if cells == 0 {
        RiskVerdict::OutOfScope
    } else if effective == cells {
        RiskVerdict::Treated
    } else if effective + partial > 0 {
        RiskVerdict::PartlyTreated
    } else if unknown == cells {
        RiskVerdict::Unknown
    } else {
        RiskVerdict::Untreated
    }
}

impl Coverage {
    /// Measures an assessment.
    pub fn measure(assessment: &Assessment, settings: &Settings) -> Self {
        let evidence: IndexVec<EvidenceIndex, EvidenceStanding> = assessment
            .evidence()
            .iter()
            .zip(assessment.document().evidence.keys())
            .map(|(facts, id)| EvidenceStanding {
                state: facts.validity().state_on(settings.as_of),
                file: settings
                    .files
                    .get(id)
                    .copied()
                    .unwrap_or(FileCheck::NotChecked),
            })
            .collect();
        let verdicts: IndexVec<AssertionIndex, Verdict> = assessment
            .assertions()
            .iter()
            .map(|assertion| {
                let mut cited = assessment.cited_by(assertion).iter();
                let backed = cited.any(|item| evidence[*item].is_reliable());
                verdict(assertion.status, backed)
            })
            .collect();
        let mut cells = assessment.cells().map(|cell| match cell {
            CellClaim::OutOfScope => None,
            CellClaim::NoClaim | CellClaim::Proposed(_) => Some(Verdict::Unknown),
            CellClaim::Claimed(assertion) => Some(verdicts[*assertion]),
        });
        parameter::cap(assessment, &mut cells);
        let subjects = assessment.subjects().iter();
        let mut coverage = Self {
            assessment: assessment.clone(),
            settings: settings.clone(),
            evidence,
            cells,
            included: subjects
                .map(|subject| settings.includes(&subject.id))
                .collect(),
            outcomes: Vec::new(),
        };
        coverage.outcomes = coverage.judge_risks();
        coverage
    }

    fn judge_risks(&self) -> Vec<RiskOutcome> {
        let assessment = &self.assessment;
        let catalog = assessment.catalog();
        let functions: IndexVec<ControlIndex, Depth> = catalog.controls().map(depth_of).collect();
        let wallets = || assessment.subject_indices().skip(1);
        let mut outcomes = Vec::new();
        for (index, risk) in catalog.indexed_risks() {
            let links = &risk.links;
            let add = |count: &mut Count, subject, controls: &[ControlIndex]| {
                for control in controls {
                    if let Some(verdict) = self.cells[(subject, *control)] {
                        count.add(verdict, functions[*control]);
                    }
                }
            };
            let organization = SubjectIndex::ORGANIZATION;
            let (mut direct, mut supporting) = (Count::default(), Count::default());
            add(&mut direct, organization, &links.direct_organization);
            add(
                &mut supporting,
                organization,
                &links.supporting_organization,
            );
            if !risk.is_per_wallet() {
                for subject in wallets().filter(|subject| self.included[*subject]) {
                    add(&mut supporting, subject, &links.supporting_wallet);
                }
                outcomes.push(self.outcome((index, risk), organization, direct, supporting));
                continue;
            }
            for subject in wallets() {
                let features = assessment.subject(subject).features;
                if !self.included[subject] || !risk.when.holds(features) {
                    continue;
                }
                let (mut direct, mut supporting) = (direct, supporting);
                add(&mut direct, subject, &links.direct_wallet);
                add(&mut supporting, subject, &links.supporting_wallet);
                outcomes.push(self.outcome((index, risk), subject, direct, supporting));
            }
        }
        outcomes
    }

    fn outcome(
        &self,
        (index, risk): (RiskIndex, &Risk),
        subject: SubjectIndex,
        direct: Count,
        supporting: Count,
    ) -> RiskOutcome {
        let verdict = if risk.has_direct_control() {
            judge(
                direct.cells,
                direct.effective,
                direct.partial,
                direct.unknown,
            )
        } else {
            RiskVerdict::NoControl
        };
        RiskOutcome {
            risk: index,
            subject,
            verdict,
            direct: Ratio {
                numerator: direct.effective,
                denominator: direct.cells,
            },
            supporting: Ratio {
                numerator: supporting.effective,
                denominator: supporting.cells,
            },
            depth: direct.depth,
            detection_offered: direct.detection_offered,
            detection_left: direct.detection_left,
            accepted: self.is_accepted(index, subject),
        }
    }

    fn is_accepted(&self, risk: RiskIndex, subject: SubjectIndex) -> bool {
        self.acceptance_of(risk, subject)
            .is_some_and(|(_, acceptance, _)| acceptance.validity().includes(self.settings.as_of))
    }

    /// The acceptance of a risk for a subject, in force or not.
    pub(crate) fn acceptance_of(
        &self,
        risk: RiskIndex,
        subject: SubjectIndex,
    ) -> Option<(
        &crate::id::RiskId,
        &crate::assessment::Acceptance,
        &crate::assessment::AcceptanceFacts,
    )> {
        let mut acceptances = self.assessment.acceptances().enumerate();
        let (index, _) = acceptances.find(|(_, facts)| facts.risk == risk)?;
        let (id, acceptance, facts) = self.assessment.acceptance(index);
        let subject = self.assessment.subject(subject).id.as_str();
        let mut wallets = acceptance.wallets.iter();
        let is_meant =
            acceptance.wallets.is_empty() || wallets.any(|wallet| wallet.as_str() == subject);
        is_meant.then_some((id, acceptance, facts))
    }

    /// The assessment that was measured.
    pub fn assessment(&self) -> &Assessment {
        &self.assessment
    }

    /// The question that was asked.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// All cells with their verdicts: by subject, the organization first; then in catalogue order.
    pub fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        self.included_rows().flat_map(move |(index, row)| {
            let subject = self.assessment.subject(index);
            let controls = self.assessment.catalog().indexed_controls();
            controls
                .zip(row)
                .filter_map(move |((control_index, control), verdict)| {
                    verdict.map(|verdict| Cell {
                        control,
                        subject,
                        verdict,
                        index: CellIndex {
                            subject: index,
                            control: control_index,
                        },
                    })
                })
        })
    }

    /// The verdicts of each subject that is evaluated, in the order of controls.
    fn included_rows(&self) -> impl Iterator<Item = (SubjectIndex, &[Option<Verdict>])> {
        let included = self.included.enumerate().filter(|(_, included)| **included);
        included.map(|(subject, _)| (subject, self.cells.row(subject)))
    }

    /// The verdict of a cell; none where the control does not apply to the subject.
    pub fn verdict(&self, control: &str, subject: &str) -> Option<Verdict> {
        let control = self.assessment.catalog().control_index(control)?;
        let subject = self.assessment.subject_index(subject)?;
        self.verdict_at(CellIndex { subject, control })
            .filter(|_| self.included[subject])
    }

    /// A cell by its index; none if the control does not apply to the subject.
    pub(crate) fn cell(&self, index: CellIndex) -> Option<Cell<'_>> {
        self.verdict_at(index).map(|verdict| Cell {
            control: self.assessment.catalog().control_at(index.control),
            subject: self.assessment.subject(index.subject),
            verdict,
            index,
        })
    }

    /// The verdict of a cell by its index; none if the control does not apply to the subject.
    pub fn verdict_at(&self, cell: CellIndex) -> Option<Verdict> {
        self.cells[(cell.subject, cell.control)]
    }

    /// How the facts stand to the parameters that give a figure to the control of a cell.
    pub fn parameters(&self, cell: &Cell<'_>) -> Vec<ParameterFinding<'_>> {
        self.parameters_at(cell.index.subject, cell.control)
    }

    pub(crate) fn parameters_at(
        &self,
        subject: SubjectIndex,
        control: &Control,
    ) -> Vec<ParameterFinding<'_>> {
        parameter::findings(&self.assessment, subject, control.id.as_str())
    }

    /// Whether a claim may rest on at least one of the items that it cites.
    pub(crate) fn is_backed(&self, assertion: &Assertion) -> bool {
        let mut cited = self.assessment.cited_by(assertion).iter();
        cited.any(|item| self.evidence_at(*item).is_reliable())
    }

    /// The verdict that a claim alone would give.
    pub(crate) fn claimed(&self, assertion: &Assertion) -> Verdict {
        verdict(assertion.status, self.is_backed(assertion))
    }

    /// How many cells have which verdict.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for (_, row) in self.included_rows() {
            row.iter().flatten().for_each(|verdict| tally.add(*verdict));
        }
        tally
    }

    /// What came out for each risk and each subject that it is judged for, with both.
    pub fn outcomes(&self) -> impl Iterator<Item = (&Risk, &Subject, &RiskOutcome)> {
        self.outcomes.iter().map(|outcome| {
            (
                self.assessment.catalog().risk_at(outcome.risk),
                self.assessment.subject(outcome.subject),
                outcome,
            )
        })
    }

    /// What came out for a risk and a subject; none where the risk is not judged for it.
    pub fn outcome_of(&self, risk: &str, subject: &str) -> Option<&RiskOutcome> {
        self.outcomes()
            .find(|(entry, of, _)| entry.id.as_str() == risk && of.id.as_str() == subject)
            .map(|(.., outcome)| outcome)
    }

    pub(crate) fn outcomes_at(&self, risk: RiskIndex) -> &[RiskOutcome] {
        let start = self.outcomes.partition_point(|outcome| outcome.risk < risk);
        let of_risk = proven(self.outcomes.get(start..));
        let end = of_risk.partition_point(|outcome| outcome.risk <= risk);
        proven(of_risk.get(..end))
    }

    /// The cells on which the verdict of a risk for a subject rests, by subject and control: those of
    /// controls that treat it directly, be they there or not.
    pub fn direct_cells(&self, outcome: &RiskOutcome) -> Vec<CellIndex> {
        let links = &self.assessment.catalog().risk_at(outcome.risk).links;
        let of = |subject| {
            move |control: &ControlIndex| CellIndex {
                subject,
                control: *control,
            }
        };
        let of_organization = links.direct_organization.iter();
        let of_organization = of_organization.map(of(SubjectIndex::ORGANIZATION));
        let of_wallet = links.direct_wallet.iter().map(of(outcome.subject));
        let is_of_wallet = outcome.subject != SubjectIndex::ORGANIZATION;
        of_organization
            .chain(of_wallet.filter(|_| is_of_wallet))
            .collect()
    }

    /// What an evidence item is worth on the day.
    pub fn evidence(&self, id: &str) -> Option<EvidenceStanding> {
        let index = self.assessment.evidence_index(id)?;
        Some(self.evidence_at(index))
    }

    pub(crate) fn evidence_at(&self, index: EvidenceIndex) -> EvidenceStanding {
        self.evidence[index]
    }
}

/// The verdict of a claim.
pub(crate) fn verdict(status: Status, backed: bool) -> Verdict {
    match status {
        Status::Implemented | Status::Alternative | Status::Inherited if backed => {
            Verdict::Effective
        }
        Status::Implemented | Status::Alternative | Status::Inherited => Verdict::Unproven,
        Status::Partial => Verdict::Partial,
        Status::Planned | Status::NotImplemented => Verdict::Absent,
        Status::NotApplicable => Verdict::Excluded,
    }
}

fn depth_of(control: &Control) -> Depth {
    Depth {
        prevents: control.functions.contains(&Function::Preventive),
        detects: control.functions.contains(&Function::Detective),
        corrects: control.functions.contains(&Function::Corrective),
    }
}

#[derive(Clone, Copy, Default)]
struct Count {
    cells: u64,
    effective: u64,
    partial: u64,
    unknown: u64,
    depth: Depth,
    detection_offered: bool,
    detection_left: bool,
}

impl Count {
    /// Counts a cell of a control with these functions; an excluded one does not count.
    fn add(&mut self, verdict: Verdict, functions: Depth) {
        self.detection_offered |= functions.detects;
        match verdict {
            Verdict::Excluded => return,
            Verdict::Effective => {
                self.effective += 1;
                self.depth.prevents |= functions.prevents;
                self.depth.detects |= functions.detects;
                self.depth.corrects |= functions.corrects;
            }
            Verdict::Partial => self.partial += 1,
            Verdict::Unknown => self.unknown += 1,
            Verdict::Unproven | Verdict::Absent => {}
        }
        self.cells += 1;
        self.detection_left |= functions.detects;
    }
}
