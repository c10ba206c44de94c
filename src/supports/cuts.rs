//! The supports of each cell, and the sets of supports whose loss leaves a risk without treatment.

use super::{CutRow, RiskAt, Support, SupportKind, SupportRow};
use crate::assessment::SubjectId;
use crate::catalog::Risk;
use crate::coverage::{Coverage, RiskOutcome};
use crate::index::{CellIndex, IndexVec, Position, indices, proven};
use crate::location::Location;
use crate::taxonomy::{RiskVerdict, Severity, Status};
use indexmap::IndexSet;
use std::collections::{BTreeMap, BTreeSet};

indices! {
    /// A support.
    pub(super) SupportIndex;
    /// A cell that is effective, or partial with evidence of that part.
    pub(super) HoldingIndex;
}

/// The maximum number of sets that are examined for one risk and subject; if it is reached, the
/// result is marked as incomplete.
const SEARCHED: usize = 200_000;

/// How often the search for all cuts looks at a support of a cell, in total. Each risk and subject may
/// use its share of what is left; if that is not enough, the result is marked as incomplete.
const LOOKS: u64 = 100_000_000;

/// What a cut that was found costs in looks: it is checked, named and kept.
const LOOKS_OF_CUT: u64 = 100;

/// A cell that is effective, or partial with evidence of that part, and the supports on which that
/// depends.
pub(super) struct Holding {
    cell: CellIndex,
    /// Supports that are all required: the cell is lost if any of them is lost.
    any: Vec<SupportIndex>,
    /// The evidence that backs the cell, which is lost if all of it is lost.
    backing: Vec<SupportIndex>,
    /// The wallet of the cell. It belongs to no cut: a risk is judged for a wallet, and that it is
    /// lost with the wallet says nothing.
    wallet: Option<SupportIndex>,
}

impl Holding {
    fn is_lost(&self, lost: &[SupportIndex], looks: &mut u64) -> bool {
        *looks += 1;
        let is_gone = |support: SupportIndex| lost.contains(&support);
        self.any.iter().any(|support| is_gone(*support))
            || self.backing.iter().all(|item| {
                *looks += 1;
                is_gone(*item)
            })
    }

    /// The supports of which at least one has to be lost for the cell to be lost.
    fn next(&self, lost: &[SupportIndex]) -> Vec<SupportIndex> {
        let mut next = self.any.clone();
        let mut backing = self.backing.iter();
        next.extend(backing.find(|item| !lost.contains(item)));
        next
    }

    /// The supports whose loss alone loses the cell, each once.
    fn alone(&self) -> Vec<SupportIndex> {
        let mut alone = self.any.clone();
        alone.extend(self.wallet);
        if let [item, others @ ..] = self.backing.as_slice()
            && others.iter().all(|other| other == item)
        {
            alone.push(*item);
        }
        alone.sort_unstable();
        alone.dedup();
        alone
    }
}

/// A risk for an affected subject, and the effective and partial cells of the controls that treat it
/// directly.
struct Held<'c> {
    risk: &'c Risk,
    outcome: &'c RiskOutcome,
    cells: Vec<HoldingIndex>,
}

/// The effect of the loss of a support.
#[derive(Clone, Default)]
struct Loss {
    cells: Vec<HoldingIndex>,
    /// Positions of the risks that nothing would be shown to treat any more.
    without_treatment: Vec<usize>,
    /// Positions of the risks that would no longer be treated.
    opened: Vec<usize>,
}

/// The cuts of all risks and subjects.
pub(super) struct CutRows {
    pub(super) rows: Vec<CutRow>,
    /// The number of pairs of a risk and a subject that are treated or partly treated.
    pub(super) held: usize,
    /// The number of those whose risk is critical.
    pub(super) critical_held: usize,
    /// The number of those that have no cut up to the size.
    pub(super) critical_without_cut: usize,
}

pub(super) struct Structure {
    pub(super) supports: IndexSet<Support>,
    pub(super) cells: IndexVec<HoldingIndex, Holding>,
    by_cell: BTreeMap<CellIndex, HoldingIndex>,
}

impl Structure {
    pub(super) fn of(coverage: &Coverage) -> Self {
        let mut structure = Self {
            supports: IndexSet::new(),
            cells: IndexVec::default(),
            by_cell: BTreeMap::new(),
        };
        let assessment = coverage.assessment();
        for cell in coverage.cells() {
            if !coverage.holds(cell.index) {
                continue;
            }
            let Some(assertion) = coverage.assertion_on(cell.index) else {
                continue;
            };
            let mut any = vec![structure.add(SupportKind::Control, cell.control.id.as_str())];
            let wallet = match &cell.subject.id {
                SubjectId::Wallet(id) => Some(structure.add(SupportKind::Wallet, id.as_str())),
                SubjectId::Organization => None,
            };
            let parts = assessment.parts(assertion);
            if let Some(owner) = parts.owner {
                any.push(structure.add(SupportKind::Person, owner.as_str()));
            }
            if let Some(provider) = parts
                .provider
                .filter(|_| assertion.status == Status::Inherited)
            {
                any.push(structure.add(SupportKind::Provider, provider.as_str()));
            }
            let cited = assessment.cited_by(assertion).iter();
            let backing = cited.filter(|item| coverage.backs(**item, cell.index.subject));
            let backing = backing
                .map(|item| {
                    let (id, ..) = assessment.evidence_at(*item);
                    structure.add(SupportKind::Evidence, id.as_str())
                })
                .collect();
            let holding = structure.cells.push(Holding {
                cell: cell.index,
                any,
                backing,
                wallet,
            });
            structure.by_cell.insert(cell.index, holding);
        }
        structure
    }

    fn add(&mut self, kind: SupportKind, id: &str) -> SupportIndex {
        let support = Support {
            kind,
            id: id.to_owned(),
        };
        SupportIndex::at(self.supports.insert_full(support).0)
    }

    pub(super) fn named(&self, cut: &[SupportIndex]) -> Vec<Support> {
        let supports = cut.iter().map(|support| self.support(*support));
        let mut named: Vec<Support> = supports.cloned().collect();
        named.sort();
        named
    }

    pub(super) fn index_of(&self, support: &Support) -> Option<SupportIndex> {
        self.supports.get_index_of(support).map(SupportIndex::at)
    }

    fn support(&self, index: SupportIndex) -> &Support {
        proven(self.supports.get_index(index.position()))
    }

    pub(super) fn names(&self, coverage: &Coverage, cells: &[HoldingIndex]) -> Vec<String> {
        let cells = cells.iter().map(|cell| self.cells[*cell].cell);
        cells
            .map(|cell| coverage.assessment().cell_name(cell))
            .collect()
    }

    /// All risks for affected subjects with effective or partial direct controls.
    fn held<'c>(&self, coverage: &'c Coverage) -> Vec<Held<'c>> {
        let outcomes = coverage.outcomes().map(|(risk, _, outcome)| {
            let cells = coverage.direct_cells(outcome).into_iter();
            let cells = cells.filter_map(|cell| self.by_cell.get(&cell).copied());
            Held {
                risk,
                outcome,
                cells: cells.collect(),
            }
        });
        outcomes.filter(|held| !held.cells.is_empty()).collect()
    }

    /// All cuts of each risk and subject up to a size, with the numbers of what has none.
    pub(super) fn cut_rows(&self, coverage: &Coverage, size: usize) -> CutRows {
        let all = self.held(coverage);
        let mut rows = Vec::new();
        let is_critical = |held: &&Held<'_>| held.risk.severity == Severity::Critical;
        let critical_held = all.iter().filter(is_critical).count();
        let mut critical_without_cut = 0;
        let mut left = LOOKS;
        for (
            position,
            Held {
                risk,
                outcome,
                cells,
            },
        ) in all.iter().enumerate()
        {
            let others = (all.len() - position) as u64;
            let mut search = Search {
                cells: cells.iter().map(|cell| &self.cells[*cell]).collect(),
                size,
                found: BTreeSet::new(),
                sets: 0,
                looks: 0,
                most: left / others,
            };
            search.extend(&mut Vec::new());
            let (found, complete) = self.minimal(&mut search);
            left = left.saturating_sub(search.looks);
            if found.is_empty() && complete {
                critical_without_cut += usize::from(risk.severity == Severity::Critical);
                continue;
            }
            rows.push(CutRow {
                risk: risk_at(coverage, risk, outcome),
                verdict: outcome.verdict,
                holding: self.names(coverage, cells),
                cuts: found.iter().map(|cut| self.named(cut)).collect(),
                complete,
            });
        }
        CutRows {
            rows,
            held: all.len(),
            critical_held,
            critical_without_cut,
        }
    }

    /// The minimal cuts that a search found, by size and then in order, and whether it was complete.
    fn minimal(&self, search: &mut Search<'_>) -> (Vec<Vec<SupportIndex>>, bool) {
        let complete = !search.is_over();
        let mut cuts: Vec<Vec<SupportIndex>> = std::mem::take(&mut search.found)
            .into_iter()
            .filter(|cut| {
                (0..cut.len()).all(|left_out| {
                    let mut fewer = cut.clone();
                    fewer.remove(left_out);
                    !search.are_lost(&fewer)
                })
            })
            .collect();
        cuts.sort_by_cached_key(|cut| (cut.len(), self.named(cut)));
        (cuts, complete)
    }

    /// By support, the effect of its loss. One pass over the cells and the risks, since each depends
    /// on few supports.
    fn losses(&self, held: &[Held<'_>]) -> IndexVec<SupportIndex, Loss> {
        let none = vec![Loss::default(); self.supports.len()];
        let mut losses: IndexVec<SupportIndex, Loss> = none.into_iter().collect();
        let holdings = self.cells.iter();
        let alone: IndexVec<HoldingIndex, Vec<SupportIndex>> =
            holdings.map(Holding::alone).collect();
        for (cell, supports) in alone.enumerate() {
            for support in supports {
                losses[*support].cells.push(cell);
            }
        }
        for (position, of) in held.iter().enumerate() {
            let mut counts: BTreeMap<SupportIndex, usize> = BTreeMap::new();
            for support in of.cells.iter().flat_map(|cell| &alone[*cell]) {
                *counts.entry(*support).or_default() += 1;
            }
            for (support, cells) in counts {
                let loss = &mut losses[support];
                if cells == of.cells.len() {
                    loss.without_treatment.push(position);
                }
                if of.outcome.verdict == RiskVerdict::Treated {
                    loss.opened.push(position);
                }
            }
        }
        losses
    }

    fn row(
        &self,
        coverage: &Coverage,
        held: &[Held<'_>],
        (support, loss): (SupportIndex, &Loss),
    ) -> SupportRow {
        let risks = |positions: &[usize]| {
            let held = positions.iter().filter_map(|at| held.get(*at));
            let mut risks: Vec<RiskAt> = held
                .map(|of| risk_at(coverage, of.risk, of.outcome))
                .collect();
            risks.sort_by_key(|risk| std::cmp::Reverse(risk.severity));
            risks
        };
        let support = self.support(support);
        let (title, location) = facts(coverage, support);
        SupportRow {
            support: support.clone(),
            title,
            location,
            cells: self.names(coverage, &loss.cells),
            without_treatment: risks(&loss.without_treatment),
            opened: risks(&loss.opened),
        }
    }

    /// The effect of the loss of one support.
    pub(super) fn row_of(&self, coverage: &Coverage, support: SupportIndex) -> SupportRow {
        let held = self.held(coverage);
        let losses = self.losses(&held);
        self.row(coverage, &held, (support, &losses[support]))
    }

    pub(super) fn single(&self, coverage: &Coverage) -> Vec<SupportRow> {
        let held = self.held(coverage);
        let losses = self.losses(&held);
        let decisive = losses.enumerate().filter(|(support, loss)| {
            !loss.without_treatment.is_empty() && self.support(*support).kind != SupportKind::Wallet
        });
        let mut rows: Vec<SupportRow> = decisive
            .map(|loss| self.row(coverage, &held, loss))
            .collect();
        // The risks of each row are in the order of severity.
        rows.sort_by(|a, b| {
            let weight = |row: &SupportRow| {
                let severities = row.without_treatment.iter().map(|risk| risk.severity);
                std::cmp::Reverse(severities.collect::<Vec<Severity>>())
            };
            (weight(a), &a.support).cmp(&(weight(b), &b.support))
        });
        rows
    }
}

/// The search for the cuts of one risk and subject.
struct Search<'s> {
    cells: Vec<&'s Holding>,
    size: usize,
    found: BTreeSet<Vec<SupportIndex>>,
    /// The number of sets that were examined.
    sets: usize,
    looks: u64,
    /// The number of looks that are allowed.
    most: u64,
}

impl Search<'_> {
    /// Whether a limit was reached. The first set is always examined.
    fn is_over(&self) -> bool {
        self.sets > SEARCHED || self.sets > 1 && self.looks > self.most
    }

    fn are_lost(&mut self, lost: &[SupportIndex]) -> bool {
        let looks = &mut self.looks;
        self.cells.iter().all(|cell| cell.is_lost(lost, looks))
    }

    /// A set that removes all cells contains one of the required supports of each remaining cell.
    fn extend(&mut self, lost: &mut Vec<SupportIndex>) {
        self.sets += 1;
        if self.is_over() {
            return;
        }
        let looks = &mut self.looks;
        let left = self.cells.iter().filter(|cell| !cell.is_lost(lost, looks));
        let Some(next) = left.map(|cell| cell.next(lost)).min_by_key(Vec::len) else {
            let mut cut = lost.clone();
            cut.sort_unstable();
            if self.found.insert(cut) {
                self.looks += LOOKS_OF_CUT;
            }
            return;
        };
        if lost.len() == self.size {
            return;
        }
        for support in next {
            lost.push(support);
            self.extend(lost);
            lost.pop();
        }
    }
}

/// The risk of an outcome, for its subject, as plans and supports name it.
pub fn risk_at(coverage: &Coverage, risk: &Risk, outcome: &RiskOutcome) -> RiskAt {
    let subject = coverage.assessment().subject(outcome.subject);
    RiskAt {
        risk: risk.id.clone(),
        title: risk.title.clone(),
        severity: risk.severity,
        subject: subject.id.clone(),
    }
}

/// The title of a support, and the location of its declaration.
fn facts(coverage: &Coverage, support: &Support) -> (String, Option<Location>) {
    let assessment = coverage.assessment();
    let document = assessment.document();
    let id = support.id.as_str();
    let no_location = |text: &str| (text.to_owned(), None);
    match support.kind {
        SupportKind::Evidence => {
            let index = proven(assessment.evidence_index(id));
            let (_, evidence, facts) = assessment.evidence_at(index);
            (evidence.title.clone(), facts.location.clone())
        }
        SupportKind::Control => {
            no_location(proven(assessment.catalog().control(id)).title.as_str())
        }
        SupportKind::Person => {
            let person = document.people.get(id);
            no_location(person.map_or(id, |person| person.name.as_str()))
        }
        SupportKind::Provider => {
            let provider = document.providers.get(id);
            no_location(provider.map_or(id, |provider| provider.name.as_str()))
        }
        SupportKind::Wallet => {
            let subject = assessment.subject(proven(assessment.subject_index(id)));
            let title = proven(document.wallets.get(id)).title.clone();
            (title.unwrap_or_default(), subject.location.clone())
        }
    }
}
