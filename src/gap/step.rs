//! What somebody does as one piece of work, and which cells are effective when it is done.

use super::Change;
use crate::assessment::{Assessment, CellClaim};
use crate::coverage::{Cell, Coverage};
use crate::id::{ControlId, EvidenceId, PersonId};
use crate::index::{AssertionIndex, CellIndex, EvidenceIndex};
use crate::source::Location;
use crate::taxonomy::{Verdict, schema_vocabulary};
use serde::Serialize;
use std::collections::BTreeMap;

schema_vocabulary! {
    /// What a piece of work is.
    ///
    /// Closed: efforts are stated for each kind of step.
    StepKind, "kind of step" {
        /// An evidence item that may not be relied on is made reliable: renewed, or its file put
        /// right. Every claim that cites it is backed then.
        Renew,
        /// A claim that says that a control is in place gets evidence that is current.
        Prove,
        /// A control that is partly in place is completed, and that is proven.
        Complete,
        /// A control that nobody has looked at is looked at, put in place where it is not, and that
        /// is proven.
        Assess,
        /// A control that is not in place is put in place, and that is proven.
        Implement,
    }
}

/// A piece of work: all of its changes are made, or none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Step {
    /// What it is.
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
    pub cell: CellIndex,
    pub name: String,
}

/// A step by positions.
#[derive(Clone, Debug)]
pub struct Work {
    pub step: Step,
    /// Positions in `Works::shortfalls`.
    pub cells: Vec<usize>,
}

/// All that falls short, and all that can be done about it.
#[derive(Debug)]
pub struct Works {
    pub shortfalls: Vec<Shortfall>,
    pub by_cell: BTreeMap<CellIndex, usize>,
    pub all: Vec<Work>,
    /// By shortfall, the works that close it.
    pub closing: Vec<Vec<usize>>,
}

impl Step {
    /// All steps that can be taken: evidence items first, then claims, then cells, each in their
    /// order. Waiting for evidence that speaks only from a later day is no step.
    pub fn all(coverage: &Coverage) -> Vec<Self> {
        let works = Works::of(coverage).all.into_iter();
        works.map(|work| work.step).collect()
    }

    /// The subjects of its cells: `organization`, or the id of a wallet, in the cells' order.
    pub fn subjects(&self) -> impl Iterator<Item = &str> {
        let cells = self.cells.iter();
        cells.filter_map(|cell| cell.split_once('@').map(|(_, subject)| subject))
    }

    /// Whether the claim can stay as it is, and only figures of a profile have to be met or stated.
    pub fn is_only_about_parameters(&self) -> bool {
        let mut changes = self.changes.iter();
        !self.changes.is_empty() && changes.all(|change| matches!(change, Change::Meet { .. }))
    }

    /// What is done, in words.
    pub fn title(&self) -> String {
        let id = |id: Option<&str>| id.unwrap_or_default().to_owned();
        let control = id(self.control.as_ref().map(ControlId::as_str));
        if self.is_only_about_parameters() {
            let asked: Vec<String> = self.changes.iter().map(ToString::to_string).collect();
            return format!("for `{control}`, see to it that {}", asked.join(", and "));
        }
        match self.kind {
            StepKind::Renew => {
                let item = id(self.evidence.as_ref().map(EvidenceId::as_str));
                format!("renew `{item}`")
            }
            StepKind::Prove => format!("collect evidence for `{control}`"),
            StepKind::Complete => format!("complete `{control}`"),
            StepKind::Assess => format!("look at `{control}`, and put in place what is missing"),
            StepKind::Implement => format!("put `{control}` in place"),
        }
    }
}

/// What makes a cell effective that is not in place, or that falls short of a parameter. To confirm what
/// is proposed for it would say the same of other cells too, and to exclude it would prove nothing.
fn put_in_place(cell: &Cell<'_>, alternatives: Vec<Vec<Change>>) -> Vec<Change> {
    let is_of_this_cell = |changes: &Vec<Change>| {
        let is_of_others =
            |change: &Change| matches!(change, Change::Confirm { .. } | Change::Exclude { .. });
        let waits = |change: &Change| matches!(change, Change::Await { .. });
        !changes
            .iter()
            .any(|change| is_of_others(change) || waits(change))
    };
    let meets = alternatives.first().cloned().unwrap_or_default();
    let meets = meets
        .into_iter()
        .filter(|change| matches!(change, Change::Meet { .. }));
    let meets: Vec<Change> = meets.collect();
    alternatives
        .into_iter()
        .find(is_of_this_cell)
        .unwrap_or_else(|| {
            let (control, subject) = (cell.control.id.clone(), cell.subject.id.clone());
            let state = Change::State {
                control: control.clone(),
                subject: subject.clone(),
                without: vec!["proposed"],
            };
            let cite = Change::Cite { control, subject };
            [state, cite].into_iter().chain(meets).collect()
        })
}

impl Work {
    /// Who is responsible, and where the claim or the evidence item is written.
    pub fn responsible(
        &self,
        assessment: &Assessment,
        works: &Works,
    ) -> (Option<PersonId>, Option<Location>) {
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
            .and_then(|cell| works.shortfalls.get(*cell));
        let assertion = shortfall.and_then(|shortfall| assessment.assertion_on(shortfall.cell));
        assertion.map_or((None, None), |assertion| {
            let owner = assessment.parts(assertion).owner;
            (owner.cloned(), assertion.location.clone())
        })
    }
}

impl Works {
    pub fn of(coverage: &Coverage) -> Self {
        let assessment = coverage.assessment();
        let mut shortfalls = Vec::new();
        let mut by_cell = BTreeMap::new();
        let mut by_item: BTreeMap<EvidenceIndex, Vec<usize>> = BTreeMap::new();
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
            let claim = match assessment.cell(cell.index) {
                CellClaim::Claimed(claim) => Some(claim),
                CellClaim::NoClaim | CellClaim::Proposed(_) | CellClaim::OutOfScope => None,
            };
            let assertion = claim.map(|claim| assessment.assertion(claim));
            let alternatives = coverage.closes_cell(&cell, assertion);
            let meets = alternatives
                .iter()
                .flatten()
                .any(|change| matches!(change, Change::Meet { .. }));
            if let (Verdict::Unproven, Some(claim), Some(assertion), false) =
                (cell.verdict, claim, assertion, meets)
            {
                by_claim.entry(claim).or_default().push(at);
                for item in assessment.cited_by(assertion) {
                    let cells = by_item.entry(*item).or_default();
                    if cells.last() != Some(&at) {
                        cells.push(at);
                    }
                }
            } else {
                let kind = match cell.verdict {
                    Verdict::Partial | Verdict::Unproven => StepKind::Complete,
                    Verdict::Unknown => StepKind::Assess,
                    Verdict::Effective | Verdict::Absent | Verdict::Excluded => StepKind::Implement,
                };
                let changes = put_in_place(&cell, alternatives);
                to_do.push((kind, cell.control.id.clone(), at, changes));
            }
        }
        let mut all = Self {
            closing: vec![Vec::new(); shortfalls.len()],
            shortfalls,
            by_cell,
            all: Vec::new(),
        };
        for (item, cells) in by_item {
            let changes = coverage.mend(item).unwrap_or_default();
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
                .map(|shortfall| Change::Cite {
                    control: id.clone(),
                    subject: assessment.subject(shortfall.cell.subject).id.clone(),
                })
                .collect();
            all.add(StepKind::Prove, (None, Some(id)), cells, changes);
        }
        // What is met for one wallet can be met for others with it, such as a share of all assets.
        let mut shared: Vec<(StepKind, ControlId, Vec<usize>, Vec<Change>)> = Vec::new();
        for (kind, control, cell, changes) in to_do {
            let is_only_met = changes
                .iter()
                .all(|change| matches!(change, Change::Meet { .. }));
            let same = shared
                .iter_mut()
                .find(|(_, known, _, made)| is_only_met && *known == control && *made == changes);
            match same {
                Some((_, _, cells, _)) => cells.push(cell),
                None => shared.push((kind, control, vec![cell], changes)),
            }
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
        self.all.push(Work {
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
