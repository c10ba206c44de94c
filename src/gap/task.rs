//! Tasks: what is done as one piece of work, and the cells that are effective when it is done.

use super::closes::assesses;
use super::{Change, ClaimedCell, Gap};
use crate::coverage::Coverage;
use crate::date::Date;
use crate::id::{ControlId, EvidenceId, PersonId};
use crate::index::{AssertionIndex, CellIndex, EvidenceIndex};
use crate::location::Location;
use crate::message::Message;
use crate::taxonomy::{Relevance, Status, Verdict, schema_vocabulary};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

schema_vocabulary! {
    /// The kind of a step.
    ///
    /// Closed: efforts are stated for each kind of step.
    StepKind, "kind of step" {
        /// An unreliable evidence item is made reliable: it is renewed, or its file is
        /// corrected. Every claim that cites it then has current evidence.
        Renew,
        /// A claim that a control is in place gets current evidence.
        Prove,
        /// A control that is partly in place is completed, with current evidence.
        Complete,
        /// A control that has not been assessed is assessed, and put in place if it is not, with
        /// current evidence.
        Assess,
        /// A control that is not in place is put in place, with current evidence.
        Implement,
    }
}

/// A piece of work: all of its changes are made, or none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Step {
    /// Its kind.
    pub kind: StepKind,
    /// The evidence item, for `renew`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceId>,
    /// The control, for all others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control: Option<ControlId>,
    /// The cells that are effective when it is done and are not now, as `control@subject`.
    pub cells: Vec<String>,
    /// What is changed in the assessment.
    pub changes: Vec<Change>,
}

/// A cell that is neither effective nor excluded.
#[derive(Clone, Debug)]
pub struct Shortfall {
    /// Its subject and its control.
    pub cell: CellIndex,
    /// Its name, `control@subject`.
    pub name: String,
}

/// A step, with its cells by position.
#[derive(Clone, Debug)]
pub struct Task {
    /// The step.
    pub step: Step,
    /// The cells of the step, as positions in [`Tasks::shortfalls`].
    pub cells: Vec<usize>,
}

/// Everything that falls short, and every task that would change that.
#[derive(Debug)]
pub struct Tasks {
    /// The cells that fall short: by subject, the organization first; then in the order of the catalog.
    pub shortfalls: Vec<Shortfall>,
    /// Positions in `shortfalls`, by cell.
    pub by_cell: BTreeMap<CellIndex, usize>,
    /// The tasks: evidence items first, then claims, then cells, each in their order.
    pub all: Vec<Task>,
    /// For each shortfall, the positions in `all` of the tasks of which each closes it.
    pub closing: Vec<Vec<usize>>,
}

impl Coverage {
    /// All steps that can be taken: evidence items first, then claims, then cells, each in their
    /// order. Waiting for evidence to become valid is not a step.
    pub fn steps(&self) -> Vec<Step> {
        let tasks = Tasks::of(self).all.into_iter();
        tasks.map(|task| task.step).collect()
    }
}

impl Step {
    /// The subjects of its cells: `organization`, or the id of a wallet, in the order of the cells.
    pub fn subjects(&self) -> impl Iterator<Item = &str> {
        let cells = self.cells.iter();
        cells.filter_map(|cell| cell.split_once('@').map(|(_, subject)| subject))
    }

    /// Whether the claim can remain as it is, and only figures of a profile have to be met or stated.
    pub fn is_only_about_parameters(&self) -> bool {
        let mut changes = self.changes.iter();
        !self.changes.is_empty() && changes.all(|change| matches!(change, Change::Meet { .. }))
    }

    /// Whether the claim can remain as it is, and only has to be assessed again.
    fn is_only_assessed(&self) -> bool {
        let mut changes = self.changes.iter();
        changes.all(|change| matches!(change, Change::Assess { .. }))
    }

    /// What is done, in words.
    pub fn title(&self) -> Message<'_> {
        let mut title = Message::default();
        let (before, after) = match self.kind {
            _ if self.is_only_about_parameters() => ("for ", ", ensure that "),
            StepKind::Renew => ("renew ", ""),
            StepKind::Prove => ("collect evidence for ", ""),
            StepKind::Complete => ("complete ", ""),
            StepKind::Assess if self.is_only_assessed() => ("assess ", " again"),
            StepKind::Assess => ("assess ", " and implement what is missing"),
            StepKind::Implement => ("implement ", ""),
        };
        title.push(before);
        if let Some(control) = &self.control {
            title.push(control);
        } else if let Some(evidence) = &self.evidence {
            title.push(evidence);
        }
        title.push(after);
        if self.is_only_about_parameters() {
            let changes = self.changes.iter().map(Change::message);
            title.extend(Message::joined(changes, ", and "));
        }
        title
    }
}

/// What makes a cell effective that is not in place, that has to be assessed again, or that does not meet
/// a parameter. Confirming its proposal or renewing evidence would change other cells too.
fn put_in_place(coverage: &Coverage, cell: &ClaimedCell<'_>) -> Vec<Change> {
    let alternatives = coverage.proves_cell(cell);
    let is_of_this_cell = |change: &Change| {
        matches!(
            change,
            Change::State { .. }
                | Change::Cite { .. }
                | Change::Assess { .. }
                | Change::Meet { .. }
        )
    };
    let of_this_cell = alternatives
        .iter()
        .find(|changes| changes.iter().all(is_of_this_cell));
    if let Some(changes) = of_this_cell {
        return changes.clone();
    }
    let proposed = cell.proposal.and_then(|proposal| proposal.claim.status);
    let status = proposed.filter(|status| status.is_in_place());
    let mut changes = coverage.puts_in_place(cell, status.unwrap_or(Status::Implemented));
    changes.extend(assesses(cell));
    let meets = alternatives.into_iter().next().unwrap_or_default();
    let meets = meets.into_iter();
    changes.extend(meets.filter(|change| matches!(change, Change::Meet { .. })));
    changes
}

impl Task {
    /// Who is responsible, if anyone is named, and where the claim or the evidence item is written.
    /// `tasks` are those that the task is one of.
    pub fn responsible(
        &self,
        coverage: &Coverage,
        tasks: &Tasks,
    ) -> (Option<PersonId>, Option<Location>) {
        let assessment = coverage.assessment();
        if let Some(id) = self.step.evidence.as_ref() {
            let found = assessment.evidence_index(id.as_str());
            let found = found.map(|index| assessment.evidence_at(index));
            return found.map_or((None, None), |(_, item, facts)| {
                (item.by.clone(), facts.location.clone())
            });
        }
        let shortfall = self
            .cells
            .first()
            .and_then(|cell| tasks.shortfalls.get(*cell));
        let assertion = shortfall.and_then(|shortfall| coverage.assertion_on(shortfall.cell));
        assertion.map_or((None, None), |assertion| {
            let owner = assessment.parts(assertion).owner;
            (owner.cloned(), assertion.location.clone())
        })
    }
}

/// How a gap is closed.
pub(crate) struct Closing {
    /// The position in [`Tasks::all`] of the cheapest task that closes it. None for a gap of a risk,
    /// which is closed by closing others or by accepting the risk.
    pub(crate) task: Option<usize>,
    /// Who closes it: the owner of the claim, or else the person who collected the evidence item that
    /// the task renews.
    pub(crate) responsible: Option<PersonId>,
}

impl Tasks {
    /// How each of some gaps of the coverage is closed, in their order.
    pub(crate) fn closings(&self, coverage: &Coverage, gaps: &[Gap]) -> Vec<Closing> {
        let assessment = coverage.assessment();
        let efforts = assessment.document().efforts.clone().unwrap_or_default();
        let tasks = self.all.iter();
        let efforts: Vec<u64> = tasks.map(|task| task.step.effort(&efforts)).collect();
        let names = self.shortfalls.iter().map(|cell| cell.name.as_str());
        let by_name: BTreeMap<&str, &Vec<usize>> = names.zip(&self.closing).collect();
        let closing = |gap: &Gap| {
            let tasks = by_name.get(gap.id.as_str()).copied().into_iter().flatten();
            let cheapest = tasks.min_by_key(|at| (efforts.get(**at), **at)).copied();
            let task = cheapest.and_then(|at| self.all.get(at));
            let of_task = || task?.responsible(coverage, self).0;
            Closing {
                task: cheapest,
                responsible: gap.owner.clone().or_else(of_task),
            }
        };
        gaps.iter().map(closing).collect()
    }

    /// The tasks of an assessment that was measured.
    pub fn of(coverage: &Coverage) -> Self {
        let assessment = coverage.assessment();
        let mut shortfalls = Vec::new();
        let mut by_cell = BTreeMap::new();
        // With the first day on which the item may be collected, if it was collected too early.
        let mut by_item: BTreeMap<EvidenceIndex, (Vec<usize>, Option<Date>)> = BTreeMap::new();
        let mut by_claim: BTreeMap<AssertionIndex, Vec<usize>> = BTreeMap::new();
        let mut to_do = Vec::new();
        for cell in coverage.cells() {
            if matches!(cell.verdict, Verdict::Effective | Verdict::Excluded) {
                continue;
            }
            let at = shortfalls.len();
            by_cell.insert(cell.index, at);
            shortfalls.push(Shortfall {
                cell: cell.index,
                name: cell.name(),
            });
            let claimed = ClaimedCell::of(coverage, &cell);
            let is_met = claimed.parameters.is_empty();
            let only_lacks_proof = is_met && !claimed.needs_assessment();
            if let (Verdict::Unproven, Some(claim), true) =
                (cell.verdict, &claimed.claim, only_lacks_proof)
            {
                by_claim.entry(claim.index).or_default().push(at);
                for item in claim.cited {
                    let from = match assessment.relevance(*item, cell.index.subject) {
                        Relevance::Relevant => None,
                        Relevance::BeforeSubject => cell.subject.since,
                        Relevance::OtherSubject | Relevance::General => continue,
                    };
                    let (cells, first) = by_item.entry(*item).or_default();
                    *first = from.max(*first);
                    if cells.last() != Some(&at) {
                        cells.push(at);
                    }
                }
            } else {
                let kind = match cell.verdict {
                    Verdict::Unproven if is_met => StepKind::Assess,
                    Verdict::Partial | Verdict::Unproven => StepKind::Complete,
                    Verdict::Unknown => StepKind::Assess,
                    Verdict::Effective | Verdict::Absent | Verdict::Excluded => StepKind::Implement,
                };
                let changes = put_in_place(coverage, &claimed);
                to_do.push((kind, cell.control.id.clone(), at, changes));
            }
        }
        let mut all = Self {
            closing: vec![Vec::new(); shortfalls.len()],
            shortfalls,
            by_cell,
            all: Vec::new(),
        };
        for (item, (cells, from)) in by_item {
            let changes = coverage.mend(item, from);
            let waits = |change: &Change| matches!(change, Change::Await { .. });
            if !changes.iter().any(waits) {
                let (id, ..) = assessment.evidence_at(item);
                all.add(StepKind::Renew, (Some(id.clone()), None), cells, changes);
            }
        }
        for (claim, cells) in by_claim {
            let control = assessment.assertion(claim).control;
            let id = assessment.catalog().control_at(control).id.clone();
            let subjects = cells.iter().filter_map(|cell| all.shortfalls.get(*cell));
            let changes = subjects
                .filter_map(|shortfall| coverage.cell(shortfall.cell))
                .map(|cell| coverage.cite(&ClaimedCell::of(coverage, &cell)))
                .collect();
            all.add(StepKind::Prove, (None, Some(id)), cells, changes);
        }
        // What is met for one wallet can be met for others with it, such as a share of all assets.
        let mut shared: Vec<(StepKind, ControlId, Vec<usize>, Vec<Change>)> = Vec::new();
        let mut met: BTreeMap<(ControlId, Vec<Change>), usize> = BTreeMap::new();
        for (kind, control, cell, changes) in to_do {
            let mut all_changes = changes.iter();
            if all_changes.all(|change| matches!(change, Change::Meet { .. })) {
                let same = (control.clone(), changes.clone());
                let at = *met.entry(same).or_insert(shared.len());
                if let Some((_, _, cells, _)) = shared.get_mut(at) {
                    cells.push(cell);
                    continue;
                }
            }
            shared.push((kind, control, vec![cell], changes));
        }
        for (kind, control, cells, changes) in shared {
            all.add(kind, (None, Some(control)), cells, changes);
        }
        all
    }

    fn add(
        &mut self,
        kind: StepKind,
        (evidence, control): (Option<EvidenceId>, Option<ControlId>),
        cells: Vec<usize>,
        changes: Vec<Change>,
    ) {
        let at = self.all.len();
        let mut names = Vec::with_capacity(cells.len());
        for cell in &cells {
            names.extend(self.shortfalls.get(*cell).map(|cell| cell.name.clone()));
            if let Some(closing) = self.closing.get_mut(*cell) {
                closing.push(at);
            }
        }
        self.all.push(Task {
            step: Step {
                kind,
                evidence,
                control,
                cells: names,
                changes,
            },
            cells,
        });
    }
}
