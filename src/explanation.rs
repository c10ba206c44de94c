//! Why a verdict is what it is, down to the lines of the file, and the least that would raise it.

use crate::assessment::SubjectId;
use crate::catalog::Risk;
use crate::catalog::profile::measured;
use crate::coverage::{Coverage, ParameterFinding, Ratio, RiskOutcome};
use crate::date::Date;
use crate::figure::Figure;
#[cfg(feature = "schema")]
use crate::gap::BoundForm;
use crate::gap::task::{Task, Tasks};
use crate::gap::{Bound, Gap, Step, StepKind};
use crate::id::{AssessmentId, EvidenceId};
use crate::index::CellIndex;
use crate::json::Stored;
use crate::location::Location;
use crate::supports::{RiskAt, risk_at};
use crate::taxonomy::{
    CatalogOrigin, EvidenceState, FileCheck, ParameterStanding, Relevance, RiskVerdict, Status,
    Verdict,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The name and version of the JSON form. A change that breaks readers raises the number.
pub const SCHEMA: &str = "custody-controls/explanation/2";

/// The largest number of alternatives that a lift has.
pub const ALTERNATIVES: usize = 10;

/// The number of sets of steps after which the search for one lift stops.
const SEARCHED: usize = 20_000;

/// The number of sets of steps that are searched for all subjects of a risk, in equal shares.
const SEARCHED_FOR_ALL: usize = 2_000_000;

/// Whether an evidence item is reliable, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct EvidenceReason {
    /// The item.
    pub evidence: EvidenceId,
    /// Its title.
    pub title: String,
    /// Its validity on the day.
    pub state: EvidenceState,
    /// The result of checking its file.
    pub file: FileCheck,
    /// Whether it can back the claim for the subject.
    pub relevance: Relevance,
    /// The first day of its validity.
    pub from: Date,
    /// The last day of its validity.
    pub until: Date,
    /// Where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// The fact of a wallet that a parameter bounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StatedFact {
    /// The wallet.
    pub subject: SubjectId,
    /// The figure, if it is stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figure: Option<Figure>,
    /// The figure with its unit, if it is stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fact: Option<String>,
    /// The location of the statement, or of the declaration of the wallet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// A parameter of the profile that gives a figure to the control, and how the facts compare with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ParameterReason {
    /// The parameter, and what it requires.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(with = "BoundForm<'static>"))]
    pub bound: Bound,
    /// How the facts compare with it.
    pub standing: ParameterStanding,
    /// The facts that it bounds.
    pub facts: Vec<StatedFact>,
}

/// What the verdict of a cell follows from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CellReason {
    /// The cell, as `control@subject`.
    pub cell: String,
    /// The title of the control.
    pub title: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether a parameter of the profile lowers the verdict that follows from the claim.
    pub held_down: bool,
    /// Where the proposal comes from, if the claim is only proposed and awaits confirmation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposed: Option<String>,
    /// The status of the claim; none if the control has not been assessed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Where the claim is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The evidence that the claim cites.
    pub evidence: Vec<EvidenceReason>,
    /// The parameters of the profile, met or not.
    pub parameters: Vec<ParameterReason>,
}

/// What would raise the verdict of a risk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Lift {
    /// The verdict to which it is raised.
    pub to: RiskVerdict,
    /// Steps that every alternative needs.
    pub always: Vec<Step>,
    /// What has to be done as well, in one of these ways; no step of a way can be left out. The ways
    /// with the fewest steps come first. Each step is limited to the control instances that treat the
    /// risk for this subject, even if it makes others effective too.
    pub alternatives: Vec<Vec<Step>>,
    /// Whether these are all the ways.
    pub complete: bool,
}

/// What the verdict of a risk for a subject follows from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RiskReason {
    /// The risk and the subject.
    #[serde(flatten)]
    pub risk: RiskAt,
    /// The verdict.
    pub verdict: RiskVerdict,
    /// The effective cells of controls that treat it directly, of all that are not excluded.
    pub direct: Ratio,
    /// Whether the risk is accepted on the day.
    pub accepted: bool,
    /// The cells of controls that treat it directly.
    pub cells: Vec<CellReason>,
    /// What would raise the verdict, one level at a time.
    pub lifts: Vec<Lift>,
}

/// The verdicts of a control or a risk, with everything that they follow from.
///
/// ```
/// use custody_controls::{AssessmentFiles, Catalog, Settings};
///
/// let text = include_str!("../examples/exchange.yaml");
/// let assessment = AssessmentFiles::from_text("exchange.yaml", text).resolve(Catalog::builtin())?;
/// let coverage = assessment.measure(&Settings::on("2026-09-30".parse()?));
/// let why = coverage.explain("8.2.2.3-h@alt-hot").ok_or("no such entry")?;
/// let risk = why.risks.first().ok_or("the risk has a verdict for this wallet")?;
/// assert_eq!(risk.cells.len(), 1);
/// assert_eq!(risk.lifts.len(), 2, "to partly treated, and to treated");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Explanation {
    /// [`SCHEMA`].
    pub schema: String,
    /// The assessment.
    pub assessment: AssessmentId,
    /// Its title.
    pub title: String,
    /// The day for which verdicts are given.
    pub as_of: Date,
    /// Where the catalog comes from.
    pub catalog_origin: CatalogOrigin,
    /// The requested id.
    pub id: String,
    /// For a control: its cells.
    pub cells: Vec<CellReason>,
    /// For a risk: its verdict for each subject, the worst first.
    pub risks: Vec<RiskReason>,
    /// The gaps of the control or the risk.
    pub gaps: Vec<Gap>,
}

impl Stored for Explanation {
    const SCHEMA: &'static str = SCHEMA;
}

impl Coverage {
    /// Explains a control, a cell (`control@subject`), a risk, a risk for a subject
    /// (`risk@subject`) or a gap; none if the assessment has no such entry.
    pub fn explain(&self, id: &str) -> Option<Explanation> {
        let about = id.split_once(':').map_or(id, |(about, _)| about);
        let (about, subject) = match about.split_once('@') {
            Some((about, subject)) => (about, Some(subject)),
            None => (about, None),
        };
        let is_meant = |other: &SubjectId| subject.is_none_or(|id| id == other.as_str());
        let cells: Vec<CellReason> = self
            .cells()
            .filter(|cell| cell.control.id.as_str() == about && is_meant(&cell.subject.id))
            .map(|cell| cell_reason(self, cell.index, cell.verdict))
            .collect();
        let outcomes: Vec<_> = self
            .outcomes()
            .filter(|(risk, other, _)| risk.id.as_str() == about && is_meant(&other.id))
            .collect();
        let mut risks = Vec::with_capacity(outcomes.len());
        if !outcomes.is_empty() {
            let tasks = Tasks::of(self);
            let searched = SEARCHED.min(SEARCHED_FOR_ALL / outcomes.len());
            for (risk, _, outcome) in outcomes {
                risks.push(risk_reason(self, (&tasks, searched), risk, outcome));
            }
        }
        risks.sort_by_key(|risk| risk.verdict.rank());
        if cells.is_empty() && risks.is_empty() {
            return None;
        }
        let gaps = self.gaps().into_iter().filter(|gap| {
            let is_of_control = gap.control.as_ref().is_some_and(|id| id.as_str() == about);
            let is_of_risk = gap.risk.as_ref().is_some_and(|id| id.as_str() == about)
                || gap.open_risks.iter().any(|id| id.as_str() == about);
            let is_of_organization = gap.subject == SubjectId::Organization && is_of_risk;
            (is_of_control || is_of_risk) && (is_meant(&gap.subject) || is_of_organization)
        });
        let assessment = self.assessment();
        Some(Explanation {
            schema: SCHEMA.to_owned(),
            assessment: assessment.document().assessment.clone(),
            title: assessment.header().title.clone(),
            as_of: self.settings().as_of,
            catalog_origin: assessment.catalog().origin(),
            id: id.to_owned(),
            cells,
            risks,
            gaps: gaps.collect(),
        })
    }
}

fn cell_reason(coverage: &Coverage, cell: CellIndex, verdict: Verdict) -> CellReason {
    let assessment = coverage.assessment();
    let current = assessment.assertion_index_on(cell);
    let assertion = coverage.assertion_on(cell);
    let cited = assertion.map(|assertion| assessment.cited_by(assertion));
    let evidence = cited.unwrap_or_default().iter().map(|item| {
        let (id, evidence, facts) = assessment.evidence_at(*item);
        let standing = coverage.evidence_at(*item);
        EvidenceReason {
            evidence: id.clone(),
            title: evidence.title.clone(),
            state: standing.state,
            file: standing.file,
            relevance: assessment.relevance(*item, cell.subject),
            from: facts.from,
            until: facts.until,
            location: facts.location.clone(),
        }
    });
    let held_down =
        current.is_some_and(|current| coverage.claimed(current, cell.subject) != verdict);
    let proposal = assessment.proposal_on(cell);
    let control = assessment.catalog().control_at(cell.control);
    let parameters = coverage.parameters_at(cell.subject, control);
    CellReason {
        cell: assessment.cell_name(cell),
        title: control.title.clone(),
        verdict,
        held_down,
        proposed: proposal.map(|proposal| proposal.origin().to_owned()),
        status: assertion.map(|assertion| assertion.status),
        location: match proposal {
            Some(proposal) => proposal.location.clone(),
            None => assertion.and_then(|assertion| assertion.location.clone()),
        },
        evidence: evidence.collect(),
        parameters: parameters.iter().map(parameter_reason).collect(),
    }
}

fn parameter_reason(finding: &ParameterFinding<'_>) -> ParameterReason {
    let kind = finding.parameter.kind;
    let facts = finding.stated.iter().map(|(subject, fact)| StatedFact {
        subject: subject.id.clone(),
        figure: *fact,
        fact: fact.map(|figure| measured(kind, figure)),
        location: subject.place_of_facts(),
    });
    ParameterReason {
        bound: Bound::of(finding.id, finding.parameter),
        standing: finding.standing,
        facts: facts.collect(),
    }
}

fn risk_reason(
    coverage: &Coverage,
    (tasks, searched): (&Tasks, usize),
    risk: &Risk,
    outcome: &RiskOutcome,
) -> RiskReason {
    let cells = coverage.direct_cells(outcome);
    let find = |cell: &CellIndex| tasks.by_cell.get(cell).copied();
    let mut shortfalls: Vec<usize> = cells.iter().filter_map(find).collect();
    shortfalls.sort_unstable();
    let reasons = cells.iter().filter_map(|cell| {
        let verdict = coverage.verdict_at(*cell)?;
        Some(cell_reason(coverage, *cell, verdict))
    });
    RiskReason {
        risk: risk_at(coverage, risk, outcome),
        verdict: outcome.verdict,
        direct: outcome.direct,
        accepted: outcome.accepted,
        cells: reasons.collect(),
        lifts: lifts((tasks, searched), outcome.verdict, &shortfalls),
    }
}

fn lifts(
    (tasks, searched): (&Tasks, usize),
    verdict: RiskVerdict,
    shortfalls: &[usize],
) -> Vec<Lift> {
    let to_treated = || to_treated((tasks, searched), shortfalls);
    match verdict {
        RiskVerdict::Untreated | RiskVerdict::Unknown | RiskVerdict::Unproven => {
            vec![to_partly_treated(tasks, shortfalls), to_treated()]
        }
        RiskVerdict::PartlyTreated => vec![to_treated()],
        RiskVerdict::Treated
        | RiskVerdict::NoControl
        | RiskVerdict::ExcludedByClaim
        | RiskVerdict::OutOfScope => Vec::new(),
    }
}

/// Any step that closes one of the shortfalls is enough.
fn to_partly_treated(tasks: &Tasks, shortfalls: &[usize]) -> Lift {
    let closing = shortfalls.iter().filter_map(|at| tasks.closing.get(*at));
    let ways: BTreeSet<usize> = closing.flatten().copied().collect();
    let complete = ways.len() <= ALTERNATIVES;
    let ways = ways.into_iter().take(ALTERNATIVES);
    Lift {
        to: RiskVerdict::PartlyTreated,
        always: Vec::new(),
        alternatives: ways
            .map(|task| narrowed(tasks, task, shortfalls).into_iter().collect())
            .collect(),
        complete,
    }
}

/// Every shortfall has to be closed. What only one step closes needs that step; for the others there
/// is a choice.
fn to_treated((tasks, searched): (&Tasks, usize), shortfalls: &[usize]) -> Lift {
    let mut always = BTreeSet::new();
    let mut open: Vec<&[usize]> = Vec::new();
    for at in shortfalls {
        match tasks.closing.get(*at).map(Vec::as_slice) {
            Some([only]) => {
                always.insert(*only);
            }
            Some(several) => open.push(several),
            None => {}
        }
    }
    open.retain(|closing| !closing.iter().any(|task| always.contains(task)));
    let (ways, complete) = ways(&open, searched);
    let steps = |way: &BTreeSet<usize>| -> Vec<Step> {
        way.iter()
            .filter_map(|task| narrowed(tasks, *task, shortfalls))
            .collect()
    };
    Lift {
        to: RiskVerdict::Treated,
        always: steps(&always),
        alternatives: ways.iter().map(steps).collect(),
        complete,
    }
}

/// The sets of tasks that close everything and of which none can be left out: the smallest first, and
/// whether these are all. The search stops after `most` sets; at least one way is found.
fn ways(open: &[&[usize]], most: usize) -> (Vec<BTreeSet<usize>>, bool) {
    let mut found: Vec<BTreeSet<usize>> = Vec::new();
    let mut left = most;
    for size in 0..=open.len() {
        let mut of_size = BTreeSet::new();
        search(open, size, &mut BTreeSet::new(), &mut of_size, &mut left);
        for way in of_size {
            if found.len() == ALTERNATIVES {
                return (found, false);
            }
            found.push(way);
        }
        if left == 0 {
            if found.is_empty() {
                found.push(any_way(open));
            }
            return (found, false);
        }
    }
    (found, true)
}

/// A set of tasks that closes everything and of which none can be left out.
fn any_way(open: &[&[usize]]) -> BTreeSet<usize> {
    let mut way: BTreeSet<usize> = open
        .iter()
        .filter_map(|tasks| tasks.first())
        .copied()
        .collect();
    for task in way.clone() {
        if !is_needed(open, &way, task) {
            way.remove(&task);
        }
    }
    way
}

/// Whether a shortfall is closed by this task and by no other of those that are chosen.
fn is_needed(open: &[&[usize]], chosen: &BTreeSet<usize>, task: usize) -> bool {
    open.iter().any(|closing| {
        let mut others = closing.iter().filter(|other| **other != task);
        closing.contains(&task) && !others.any(|other| chosen.contains(other))
    })
}

/// Closes the first shortfall that is open in every possible way, with no more tasks than are left.
fn search(
    open: &[&[usize]],
    left: usize,
    chosen: &mut BTreeSet<usize>,
    found: &mut BTreeSet<BTreeSet<usize>>,
    sets: &mut usize,
) {
    *sets = sets.saturating_sub(1);
    if *sets == 0 {
        return;
    }
    let is_closed = |closing: &&&[usize], chosen: &BTreeSet<usize>| {
        closing.iter().any(|task| chosen.contains(task))
    };
    let Some(next) = open.iter().find(|closing| !is_closed(closing, chosen)) else {
        if left == 0 && chosen.iter().all(|task| is_needed(open, chosen, *task)) {
            found.insert(chosen.clone());
        }
        return;
    };
    if left == 0 {
        return;
    }
    for task in *next {
        chosen.insert(*task);
        search(open, left - 1, chosen, found, sets);
        chosen.remove(task);
    }
}

/// The step, limited to these shortfalls, which are in ascending order, as are the cells of a task.
/// Evidence is collected only for claims that are about them.
fn narrowed(tasks: &Tasks, task: usize, shortfalls: &[usize]) -> Option<Step> {
    let Task { step, cells } = tasks.all.get(task)?;
    let find = |cell: &usize| cells.binary_search(cell).ok();
    let needed: Vec<usize> = shortfalls.iter().filter_map(find).collect();
    let named = |at: &usize| step.cells.get(*at).cloned();
    let change = |at: &usize| step.changes.get(*at).cloned();
    Some(Step {
        kind: step.kind,
        evidence: step.evidence.clone(),
        control: step.control.clone(),
        cells: needed.iter().filter_map(named).collect(),
        changes: match step.kind {
            // Such a step has one change for each of its cells, in the same order.
            StepKind::Prove => needed.iter().filter_map(change).collect(),
            StepKind::Renew | StepKind::Complete | StepKind::Assess | StepKind::Implement => {
                step.changes.clone()
            }
        },
    })
}
