//! Coverage as of a date, and how much of it is proven, as defined by `docs/coverage.md`.
//!
//! 1. Each evidence item is not yet valid, current or expired, and it is relevant to some subjects;
//!    therefore each claim is backed for a subject or not.
//! 2. Each cell, a pair of a control and a subject to which it applies, gets a [`Verdict`] from its
//!    most specific claim; the parameters of a profile may lower it. Reports call it a *control
//!    instance*.
//! 3. Each risk gets a [`RiskVerdict`] for each affected subject from the cells of the controls
//!    that treat it directly; supporting controls are only counted.
//!
//! The result consists of numbers and indices; titles and reasons are added by [`crate::gap`] and
//! [`crate::report`].

mod moving;
mod parameter;
mod tally;

pub(crate) use moving::{Changes, Moving};
pub use parameter::ParameterFinding;
pub use tally::{Ratio, Tally};

use crate::assessment::{Assertion, Assessment, CellClaim, Subject};
use crate::catalog::{Control, Risk};
use crate::date::Date;
use crate::index::{
    AssertionIndex, CellIndex, ControlIndex, EvidenceIndex, Grid, IndexVec, RiskIndex,
    SubjectIndex, proven,
};
use crate::settings::Settings;
use crate::taxonomy::{
    EvidenceState, FileCheck, Function, Relevance, RiskVerdict, Status, Verdict,
};
use serde::{Deserialize, Serialize};

/// Coverage as of a date.
///
/// ```
/// use custody_controls::{AssessmentFiles, Catalog, Settings};
///
/// let text = include_str!("../examples/small-firm.yaml");
/// let assessment = AssessmentFiles::from_text("small-firm.yaml", text).resolve(Catalog::builtin())?;
/// let coverage = assessment.measure(&Settings::on("2026-09-30".parse()?));
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
    /// By current claim, what counts of it on the day.
    standings: IndexVec<AssertionIndex, Standing>,
    /// Whether what the claim on a cell states to be in place is backed.
    backed: Grid<SubjectIndex, ControlIndex, bool>,
    /// Whether each subject is evaluated: it was asked for, and it exists on the day.
    included: IndexVec<SubjectIndex, bool>,
    /// By risk, then by subject.
    outcomes: Vec<RiskOutcome>,
}

/// The state of an evidence item as of the date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EvidenceStanding {
    /// Whether the date is within its validity.
    pub state: EvidenceState,
    /// The result of checking its file.
    pub file: FileCheck,
}

impl EvidenceStanding {
    /// Whether a claim may rely on it.
    pub fn is_reliable(self) -> bool {
        self.state == EvidenceState::Current && !self.file.is_against()
    }
}

/// What counts on a day of a claim and of those that it replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The one that counts; none before the first day on which any of them was assessed.
    pub(crate) in_force: Option<AssertionIndex>,
    /// Whether its last assessment is too long ago, or states no day although it has to.
    pub(crate) is_stale: bool,
    /// Whether an independent person approved it, as an exclusion requires.
    pub(crate) is_approved: bool,
}

impl Standing {
    fn of(assessment: &Assessment, current: AssertionIndex, day: Date) -> Self {
        let in_force = assessment.assertion_in_force(current, day);
        let counts = in_force.unwrap_or(current);
        let assertion = assessment.assertion(counts);
        let parts = assessment.parts(assertion);
        let is_limited = assessment.reassess_within(assertion.control).is_some();
        let last_day = || assessment.reassess_by(counts, day);
        Self {
            in_force,
            is_stale: is_limited && last_day().is_none_or(|last_day| last_day < day),
            is_approved: parts.is_approved(assessment.document(), day),
        }
    }
}

/// A cell (control instance) and its verdict.
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
    /// Its position among those of all subjects and controls.
    pub fn index(&self) -> CellIndex {
        self.index
    }

    /// Its name in reports: `control@subject`.
    pub fn name(&self) -> String {
        [self.control.id.as_str(), "@", self.subject.id.as_str()].concat()
    }
}

/// The verdict of a risk for a subject, and its basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RiskOutcome {
    pub(crate) risk: RiskIndex,
    pub(crate) subject: SubjectIndex,
    /// The measured verdict, which does not depend on acceptances.
    pub verdict: RiskVerdict,
    /// Effective controls that treat the risk directly, of all that apply and are not excluded.
    pub direct: Ratio,
    /// Effective controls that support its treatment, of all that apply and are not excluded.
    pub supporting: Ratio,
    /// How the effective direct controls act.
    pub depth: Depth,
    /// Whether a detective direct control applies, excluded or not.
    pub detection_offered: bool,
    /// Whether a detective direct control applies and is not excluded.
    pub(crate) detection_left: bool,
    /// Whether the risk is accepted as of the date.
    pub accepted: bool,
}

/// How the effective controls that treat a risk directly act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Depth {
    /// At least one is preventive.
    pub prevents: bool,
    /// At least one is detective.
    pub detects: bool,
    /// At least one is corrective.
    pub corrects: bool,
}

impl Depth {
    /// How many of the three there are.
    pub(crate) fn count(self) -> u8 {
        u8::from(self.prevents) + u8::from(self.detects) + u8::from(self.corrects)
    }
}

impl Assessment {
    /// Measures the coverage as of the date of the settings.
    pub fn measure(&self, settings: &Settings) -> Coverage {
        Coverage::of(self, settings)
    }
}

impl Coverage {
    fn of(assessment: &Assessment, settings: &Settings) -> Self {
        let evidence: IndexVec<EvidenceIndex, EvidenceStanding> = assessment
            .evidence()
            .iter()
            .zip(assessment.document().evidence.keys())
            .map(|(facts, id)| EvidenceStanding {
                state: facts.validity().state_on(settings.as_of),
                file: settings.file_check(id),
            })
            .collect();
        let cells = assessment.cells().map(|cell| match cell {
            CellClaim::OutOfScope => None,
            // What is claimed is judged below, for each subject.
            CellClaim::NoClaim | CellClaim::Proposed(_) | CellClaim::Claimed(_) => {
                Some(Verdict::Unknown)
            }
        });
        let subjects = assessment.subjects().iter();
        let mut coverage = Self {
            assessment: assessment.clone(),
            settings: settings.clone(),
            evidence,
            standings: assessment
                .assertions()
                .indices()
                .map(|index| Standing::of(assessment, index, settings.as_of))
                .collect(),
            backed: cells.map(|_| false),
            cells,
            included: subjects
                .map(|subject| settings.includes_subject(subject))
                .collect(),
            outcomes: Vec::new(),
        };
        for (subject, control, cell) in assessment.cells().entries() {
            if let CellClaim::Claimed(assertion) = cell {
                let at = (subject, control);
                let backed = coverage.is_backed(*assertion, subject);
                coverage.backed[at] = backed;
                coverage.cells[at] = Some(coverage.judged(*assertion, backed));
            }
        }
        parameter::cap(assessment, settings.as_of, &mut coverage.cells);
        coverage.outcomes = coverage.judge_risks();
        coverage
    }

    /// The same coverage if every excluded cell were absent; `None` if no cell is excluded.
    pub(crate) fn without_exclusions(&self) -> Option<Self> {
        if self.tally().excluded == 0 {
            return None;
        }
        let mut coverage = Self {
            assessment: self.assessment.clone(),
            settings: self.settings.clone(),
            evidence: self.evidence.clone(),
            cells: self.cells.map(|verdict| match verdict {
                Some(Verdict::Excluded) => Some(Verdict::Absent),
                verdict => *verdict,
            }),
            standings: self.standings.clone(),
            backed: self.backed.clone(),
            included: self.included.clone(),
            outcomes: Vec::new(),
        };
        coverage.outcomes = coverage.judge_risks();
        Some(coverage)
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
                    let control = *control;
                    if let Some(verdict) = self.verdict_for_risks(CellIndex { subject, control }) {
                        count.add(verdict, functions[control]);
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
            direct.cells.risk_verdict()
        } else {
            RiskVerdict::NoControl
        };
        RiskOutcome {
            risk: index,
            subject,
            verdict,
            direct: direct.cells.proven(),
            supporting: supporting.cells.proven(),
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
        let risk = &self.assessment.catalog().risk_at(risk).id;
        let index = self.assessment.acceptance_index(risk)?;
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

    /// The settings with which it was measured.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// All cells with their verdicts: by subject, the organization first, then in catalog order.
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

    /// Whether a subject is evaluated: it was asked for, and it exists on the day.
    pub(crate) fn includes(&self, subject: SubjectIndex) -> bool {
        self.included[subject]
    }

    /// The verdicts of each subject that is evaluated, in the order of controls.
    fn included_rows(&self) -> impl Iterator<Item = (SubjectIndex, &[Option<Verdict>])> {
        let included = self.included.enumerate().filter(|(_, included)| **included);
        included.map(|(subject, _)| (subject, self.cells.row(subject)))
    }

    /// The verdict of a cell; `None` if the control does not apply to the subject.
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

    /// The verdict of a cell as it counts for the risks that its control treats: a partial cell counts
    /// as unproven unless evidence shows the part that is in place.
    pub fn verdict_for_risks(&self, cell: CellIndex) -> Option<Verdict> {
        let at = (cell.subject, cell.control);
        self.cells[at].map(|verdict| for_risks(verdict, self.backed[at]))
    }

    /// Whether evidence shows the control of a cell to be in place, at least in part: the cell is
    /// effective, or partial with evidence of the part.
    pub fn holds(&self, cell: CellIndex) -> bool {
        let verdict = self.verdict_for_risks(cell);
        matches!(verdict, Some(Verdict::Effective | Verdict::Partial))
    }

    /// How the facts compare with the parameters for the control of a cell.
    pub fn parameters(&self, cell: &Cell<'_>) -> Vec<ParameterFinding<'_>> {
        self.parameters_at(cell.index.subject, cell.control)
    }

    pub(crate) fn parameters_at(
        &self,
        subject: SubjectIndex,
        control: &Control,
    ) -> Vec<ParameterFinding<'_>> {
        let day = self.settings.as_of;
        parameter::findings(&self.assessment, day, subject, control.id.as_str())
    }

    /// Whether an evidence item backs the claims for a subject that cite it.
    pub(crate) fn backs(&self, item: EvidenceIndex, subject: SubjectIndex) -> bool {
        self.evidence_at(item).is_reliable()
            && self.assessment.relevance(item, subject) == Relevance::Relevant
    }

    /// What counts of a current claim on the day.
    pub(crate) fn standing(&self, current: AssertionIndex) -> Standing {
        self.standings[current]
    }

    /// What counts on the day of what is claimed of a control for a subject.
    pub(crate) fn assertion_on(&self, cell: CellIndex) -> Option<&Assertion> {
        let current = self.assessment.assertion_index_on(cell)?;
        let in_force = self.standings[current].in_force?;
        Some(self.assessment.assertion(in_force))
    }

    /// Whether a claim cites at least one evidence item that backs it for a subject.
    pub(crate) fn cites_backing(&self, assertion: &Assertion, subject: SubjectIndex) -> bool {
        let mut cited = self.assessment.cited_by(assertion).iter();
        cited.any(|item| self.backs(*item, subject))
    }

    /// Whether what counts of a current claim is backed for a subject.
    pub(crate) fn is_backed(&self, current: AssertionIndex, subject: SubjectIndex) -> bool {
        let standing = self.standings[current];
        let in_force = standing.in_force.filter(|_| !standing.is_stale);
        in_force.is_some_and(|index| {
            let assertion = self.assessment.assertion(index);
            self.cites_backing(assertion, subject)
        })
    }

    /// The verdict for a subject according to a current claim alone, without parameters.
    pub(crate) fn claimed(&self, current: AssertionIndex, subject: SubjectIndex) -> Verdict {
        self.judged(current, self.is_backed(current, subject))
    }

    fn judged(&self, current: AssertionIndex, backed: bool) -> Verdict {
        let standing = self.standings[current];
        let Some(index) = standing.in_force else {
            return Verdict::Unknown;
        };
        let is_confirmed = standing.is_approved && !standing.is_stale;
        let status = self.assessment.assertion(index).status;
        verdict(status, is_confirmed, backed)
    }

    /// Control instances by verdict.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for (_, row) in self.included_rows() {
            row.iter().flatten().for_each(|verdict| tally.add(*verdict));
        }
        tally
    }

    /// All risks with each affected subject, and the verdict.
    pub fn outcomes(&self) -> impl Iterator<Item = (&Risk, &Subject, &RiskOutcome)> {
        self.outcomes.iter().map(|outcome| {
            (
                self.assessment.catalog().risk_at(outcome.risk),
                self.assessment.subject(outcome.subject),
                outcome,
            )
        })
    }

    /// The verdict of a risk for a subject and its basis; `None` if the risk does not affect the
    /// subject.
    pub fn outcome_of(&self, risk: &str, subject: &str) -> Option<&RiskOutcome> {
        self.outcomes()
            .find(|(entry, of, _)| entry.id.as_str() == risk && of.id.as_str() == subject)
            .map(|(.., outcome)| outcome)
    }

    /// An outcome by its position among all.
    pub(crate) fn outcome_at(&self, position: usize) -> Option<&RiskOutcome> {
        self.outcomes.get(position)
    }

    /// The worst open outcome of a risk for a subject: for the organization that of all subjects, and
    /// for a wallet that of the organization if the risk is assessed for the organization.
    pub(crate) fn open_outcome(
        &self,
        risk: RiskIndex,
        subject: SubjectIndex,
    ) -> Option<&RiskOutcome> {
        let all = self.outcomes_at(risk);
        let is_per_wallet = self.assessment.catalog().risk_at(risk).is_per_wallet();
        if is_per_wallet && subject != SubjectIndex::ORGANIZATION {
            // The outcomes of a risk are in the order of subjects.
            let found = all.binary_search_by_key(&subject, |outcome| outcome.subject);
            let outcome = found.ok().and_then(|at| all.get(at));
            return outcome.filter(|outcome| outcome.verdict.is_open());
        }
        let open = all.iter().filter(|outcome| outcome.verdict.is_open());
        open.min_by_key(|outcome| outcome.verdict.rank())
    }

    pub(crate) fn outcomes_at(&self, risk: RiskIndex) -> &[RiskOutcome] {
        let start = self.outcomes.partition_point(|outcome| outcome.risk < risk);
        let of_risk = proven(self.outcomes.get(start..));
        let end = of_risk.partition_point(|outcome| outcome.risk <= risk);
        proven(of_risk.get(..end))
    }

    /// The subject and control of each cell on which the verdict of a risk for a subject depends:
    /// those of the controls that treat it directly, whether they apply or not.
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

    /// The state of an evidence item as of the date.
    pub fn evidence(&self, id: &str) -> Option<EvidenceStanding> {
        let index = self.assessment.evidence_index(id)?;
        Some(self.evidence_at(index))
    }

    pub(crate) fn evidence_at(&self, index: EvidenceIndex) -> EvidenceStanding {
        self.evidence[index]
    }
}

/// The verdict of a claim, by whether it is confirmed, if it is an exclusion, and whether it is backed.
pub(crate) fn verdict(status: Status, confirmed: bool, backed: bool) -> Verdict {
    match status {
        Status::Implemented | Status::Alternative | Status::Inherited if backed => {
            Verdict::Effective
        }
        Status::Implemented | Status::Alternative | Status::Inherited => Verdict::Unproven,
        Status::Partial => Verdict::Partial,
        Status::Planned | Status::NotImplemented => Verdict::Absent,
        Status::NotApplicable if confirmed => Verdict::Excluded,
        Status::NotApplicable => Verdict::Unknown,
    }
}

/// The verdict of a cell as it counts for risks, by whether its claim is backed.
fn for_risks(verdict: Verdict, backed: bool) -> Verdict {
    if verdict == Verdict::Partial && !backed {
        Verdict::Unproven
    } else {
        verdict
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
    cells: Tally,
    depth: Depth,
    detection_offered: bool,
    detection_left: bool,
}

impl Count {
    /// Counts a cell of a control with these functions, by the verdict that counts for risks.
    fn add(&mut self, verdict: Verdict, functions: Depth) {
        self.cells.add(verdict);
        self.detection_offered |= functions.detects;
        self.detection_left |= functions.detects && verdict != Verdict::Excluded;
        if verdict == Verdict::Effective {
            self.depth.prevents |= functions.prevents;
            self.depth.detects |= functions.detects;
            self.depth.corrects |= functions.corrects;
        }
    }
}
