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
use crate::settings::Settings;
use crate::taxonomy::{EvidenceState, FileCheck, Function, RiskVerdict, Status, Verdict};
use serde::Serialize;
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
    evidence: Vec<EvidenceStanding>,
    /// By subject, then by control; none where there is no cell.
    cells: Vec<Option<Verdict>>,
    /// Whether each subject is looked at.
    included: Vec<bool>,
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
    pub(crate) position: (usize, u32),
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
    pub(crate) risk: u32,
    pub(crate) subject: u32,
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
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
        let evidence: Vec<EvidenceStanding> = assessment
            .evidence()
            .iter()
            .zip(assessment.document().evidence.keys())
            .map(|(facts, id)| EvidenceStanding {
                state: if settings.as_of < facts.from {
                    EvidenceState::NotYetValid
                } else if settings.as_of <= facts.until {
                    EvidenceState::Current
                } else {
                    EvidenceState::Expired
                },
                file: settings
                    .files
                    .get(id)
                    .copied()
                    .unwrap_or(FileCheck::NotChecked),
            })
            .collect();
        let verdicts: Vec<Verdict> = assessment
            .assertions()
            .iter()
            .map(|assertion| {
                let cited = assessment.cited_by(assertion);
                verdict(
                    assertion.status,
                    cited.iter().any(|item| {
                        evidence
                            .get(*item as usize)
                            .is_some_and(|standing| standing.is_reliable())
                    }),
                )
            })
            .collect();
        let mut cells: Vec<Option<Verdict>> = assessment
            .cells()
            .iter()
            .map(|cell| match cell {
                CellClaim::OutOfScope => None,
                CellClaim::NoClaim | CellClaim::Proposed(_) => Some(Verdict::Unknown),
                CellClaim::Claimed(assertion) => verdicts.get(*assertion as usize).copied(),
            })
            .collect();
        parameter::cap(assessment, &mut cells);
        let included = assessment
            .subjects()
            .iter()
            .map(|subject| match (&subject.id, &settings.wallets) {
                (crate::assessment::SubjectId::Wallet(id), Some(wallets)) => wallets.contains(id),
                _ => true,
            })
            .collect();
        let mut coverage = Self {
            assessment: assessment.clone(),
            settings: settings.clone(),
            evidence,
            cells,
            included,
            outcomes: Vec::new(),
        };
        coverage.outcomes = coverage.judge_risks();
        coverage
    }

    fn judge_risks(&self) -> Vec<RiskOutcome> {
        let functions: Vec<Depth> = self.assessment.catalog().controls().map(depth_of).collect();
        let mut outcomes = Vec::new();
        for (position, risk) in self.assessment.catalog().risks().enumerate() {
            let position = crate::source::index(position);
            let links = &risk.links;
            let mut organization = Count::default();
            organization.add_cells(&self.cells, 0, &links.direct_organization, &functions);
            let mut organization_supporting = Count::default();
            organization_supporting.add_cells(
                &self.cells,
                0,
                &links.supporting_organization,
                &functions,
            );
            if !risk.is_per_wallet() {
                let mut supporting = organization_supporting;
                for subject in 1..self.assessment.subjects().len() {
                    if self.is_included(subject) {
                        supporting.add_cells(
                            &self.cells,
                            self.row(subject),
                            &links.supporting_wallet,
                            &functions,
                        );
                    }
                }
                outcomes.push(self.outcome(position, risk, 0, organization, supporting));
                continue;
            }
            for (subject, entry) in self.assessment.subjects().iter().enumerate().skip(1) {
                if !self.is_included(subject) || !risk.when.holds(entry.features) {
                    continue;
                }
                let (mut direct, mut supporting) = (organization, organization_supporting);
                direct.add_cells(
                    &self.cells,
                    self.row(subject),
                    &links.direct_wallet,
                    &functions,
                );
                supporting.add_cells(
                    &self.cells,
                    self.row(subject),
                    &links.supporting_wallet,
                    &functions,
                );
                outcomes.push(self.outcome(position, risk, subject, direct, supporting));
            }
        }
        outcomes
    }

    fn row(&self, subject: usize) -> usize {
        subject * self.assessment.catalog().controls().len()
    }

    fn is_included(&self, subject: usize) -> bool {
        self.included.get(subject).copied().unwrap_or(false)
    }

    fn outcome(
        &self,
        position: u32,
        risk: &Risk,
        subject: usize,
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
            risk: position,
            subject: crate::source::index(subject),
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
            accepted: self.is_accepted(position, subject),
        }
    }

    fn is_accepted(&self, risk: u32, subject: usize) -> bool {
        self.acceptance_of(risk, subject)
            .is_some_and(|(_, acceptance, _)| {
                acceptance
                    .from
                    .is_none_or(|from| from <= self.settings.as_of)
                    && self.settings.as_of <= acceptance.until
            })
    }

    /// The acceptance that speaks about a risk and a subject, in force or not.
    pub(crate) fn acceptance_of(
        &self,
        risk: u32,
        subject: usize,
    ) -> Option<(
        &crate::id::RiskId,
        &crate::assessment::Acceptance,
        &crate::assessment::AcceptanceFacts,
    )> {
        let found = self
            .assessment
            .acceptances()
            .iter()
            .position(|facts| facts.risk == risk)?;
        let (id, acceptance) = self.assessment.document().accepted_risks.get_index(found)?;
        let facts = self.assessment.acceptances().get(found)?;
        let of_subject = acceptance.wallets.is_empty()
            || self
                .assessment
                .subjects()
                .get(subject)
                .is_some_and(|subject| {
                    acceptance
                        .wallets
                        .iter()
                        .any(|wallet| wallet.as_str() == subject.id.as_str())
                });
        of_subject.then_some((id, acceptance, facts))
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
        let controls = self.assessment.catalog().controls().len();
        self.assessment
            .subjects()
            .iter()
            .enumerate()
            .filter(|(index, _)| self.is_included(*index))
            .flat_map(move |(index, subject)| {
                let row = self
                    .cells
                    .get(index * controls..(index + 1) * controls)
                    .unwrap_or_default();
                row.iter()
                    .zip(self.assessment.catalog().controls())
                    .enumerate()
                    .filter_map(move |(control_position, (verdict, control))| {
                        verdict.map(|verdict| Cell {
                            control,
                            subject,
                            verdict,
                            position: (index, crate::source::index(control_position)),
                        })
                    })
            })
    }

    /// The verdict of a cell; none where the control does not apply to the subject.
    pub fn verdict(&self, control: &str, subject: &str) -> Option<Verdict> {
        let position = self.assessment.catalog().control_position(control)?;
        let subject = self
            .assessment
            .subjects()
            .iter()
            .position(|entry| entry.id.as_str() == subject)?;
        self.verdict_at(subject, position)
            .filter(|_| self.is_included(subject))
    }

    pub fn verdict_at(&self, subject: usize, control: u32) -> Option<Verdict> {
        self.cells
            .get(self.row(subject) + control as usize)
            .copied()
            .flatten()
    }

    /// How the facts stand to the parameters that give a figure to the control of a cell.
    pub fn parameters(&self, cell: &Cell<'_>) -> Vec<ParameterFinding<'_>> {
        self.parameters_at(cell.position.0, cell.control)
    }

    pub(crate) fn parameters_at(
        &self,
        subject: usize,
        control: &Control,
    ) -> Vec<ParameterFinding<'_>> {
        parameter::findings(&self.assessment, subject, control.id.as_str())
    }

    /// Whether a claim may rest on at least one of the items that it cites.
    pub(crate) fn is_backed(&self, assertion: &Assertion) -> bool {
        let mut cited = self.assessment.cited_by(assertion).iter();
        cited.any(|item| {
            self.evidence_at(*item)
                .is_some_and(EvidenceStanding::is_reliable)
        })
    }

    /// The verdict that a claim alone would give.
    pub(crate) fn claimed(&self, assertion: &Assertion) -> Verdict {
        verdict(assertion.status, self.is_backed(assertion))
    }

    /// How many cells have which verdict.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for (subject, row) in self
            .cells
            .chunks(self.assessment.catalog().controls().len().max(1))
            .enumerate()
        {
            if self.is_included(subject) {
                row.iter().flatten().for_each(|verdict| tally.add(*verdict));
            }
        }
        tally
    }

    /// What came out for each risk and each subject that it is judged for, with both.
    pub fn outcomes(&self) -> impl Iterator<Item = (&Risk, &Subject, &RiskOutcome)> {
        self.outcomes.iter().filter_map(|outcome| {
            Some((
                self.assessment.catalog().risk_at(outcome.risk)?,
                self.assessment.subjects().get(outcome.subject as usize)?,
                outcome,
            ))
        })
    }

    /// What came out for a risk and a subject; none where the risk is not judged for it.
    pub fn outcome_of(&self, risk: &str, subject: &str) -> Option<&RiskOutcome> {
        self.outcomes()
            .find(|(entry, of, _)| entry.id.as_str() == risk && of.id.as_str() == subject)
            .map(|(.., outcome)| outcome)
    }

    pub(crate) fn outcomes_at(&self, risk: u32) -> &[RiskOutcome] {
        let start = self.outcomes.partition_point(|outcome| outcome.risk < risk);
        let end = self
            .outcomes
            .partition_point(|outcome| outcome.risk <= risk);
        self.outcomes.get(start..end).unwrap_or_default()
    }

    /// The cells on which the verdict of a risk for a subject rests, by subject and control: those of
    /// controls that treat it directly, be they there or not.
    pub fn direct_cells(&self, outcome: &RiskOutcome) -> Vec<(usize, u32)> {
        let Some(risk) = self.assessment.catalog().risk_at(outcome.risk) else {
            return Vec::new();
        };
        let of_organization = risk.links.direct_organization.iter();
        let of_organization = of_organization.map(|control| (0, *control));
        let subject = outcome.subject as usize;
        let of_wallet = risk.links.direct_wallet.iter();
        let of_wallet = of_wallet.map(|control| (subject, *control));
        of_organization
            .chain(of_wallet.filter(|_| subject > 0))
            .collect()
    }

    /// What an evidence item is worth on the day.
    pub fn evidence(&self, id: &str) -> Option<EvidenceStanding> {
        self.evidence_at(crate::source::index(
            self.assessment.document().evidence.get_index_of(id)?,
        ))
    }

    pub(crate) fn evidence_at(&self, position: u32) -> Option<EvidenceStanding> {
        self.evidence.get(position as usize).copied()
    }
}

/// The verdict of a claim.
fn verdict(status: Status, backed: bool) -> Verdict {
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
    /// Counts the cells of some controls in the row of one subject; excluded cells do not count.
    fn add_cells(
        &mut self,
        cells: &[Option<Verdict>],
        row: usize,
        controls: &[u32],
        functions: &[Depth],
    ) {
        for control in controls {
            let control = *control as usize;
            let (Some(Some(verdict)), Some(depth)) =
                (cells.get(row + control), functions.get(control))
            else {
                continue;
            };
            self.detection_offered |= depth.detects;
            match verdict {
                Verdict::Excluded => continue,
                Verdict::Effective => {
                    self.effective += 1;
                    self.depth.prevents |= depth.prevents;
                    self.depth.detects |= depth.detects;
                    self.depth.corrects |= depth.corrects;
                }
                Verdict::Partial => self.partial += 1,
                Verdict::Unknown => self.unknown += 1,
                Verdict::Unproven | Verdict::Absent => {}
            }
            self.cells += 1;
            self.detection_left |= depth.detects;
        }
    }
}
