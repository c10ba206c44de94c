//! The supports of each cell, and the sets of supports whose loss makes a risk untreated.

use super::{RiskAt, Support, SupportKind, SupportRow};
use crate::assessment::SubjectId;
use crate::catalog::Risk;
use crate::coverage::{Coverage, RiskOutcome};
use crate::index::{CellIndex, IndexVec, Position, indices, proven};
use crate::location::Location;
use crate::taxonomy::{RiskVerdict, Severity, Status, Verdict};
use indexmap::IndexSet;
use std::collections::{BTreeMap, BTreeSet};

indices! {
    /// A support.
    pub(super) SupportIndex;
    /// A cell that is effective or partial.
    pub(super) HoldingIndex;
}

/// The maximum number of sets that are examined for one risk and subject; if it is reached, the
/// result is marked as incomplete.
const SEARCHED: usize = 200_000;

/// A cell that is effective or partial, and the supports on which it depends.
struct Holding {
    cell: CellIndex,
    /// Supports that are all required: the cell is lost if any of them is lost.
    any: Vec<SupportIndex>,
    /// The evidence that backs the cell, which is lost if all of it is lost. Each item is lost by
    /// itself or with the person who collected it. `None` if the cell does not depend on evidence.
    backing: Option<Vec<(SupportIndex, Option<SupportIndex>)>>,
}

impl Holding {
    fn is_lost(&self, lost: &[SupportIndex]) -> bool {
        let is_gone = |support: SupportIndex| lost.contains(&support);
        self.any.iter().any(|support| is_gone(*support))
            || self.backing.as_ref().is_some_and(|backing| {
                backing
                    .iter()
                    .all(|(item, by)| is_gone(*item) || by.is_some_and(is_gone))
            })
    }

    /// The supports of which at least one has to be lost for the cell to be lost.
    fn next(&self, lost: &[SupportIndex]) -> Vec<SupportIndex> {
        let mut next = self.any.clone();
        let left = self.backing.iter().flatten().find(|(item, by)| {
            !lost.contains(item) && !by.is_some_and(|person| lost.contains(&person))
        });
        if let Some((item, by)) = left {
            next.push(*item);
            next.extend(by);
        }
        next
    }
}

pub(super) struct Structure {
    pub(super) supports: IndexSet<Support>,
    cells: IndexVec<HoldingIndex, Holding>,
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
            if !matches!(cell.verdict, Verdict::Effective | Verdict::Partial) {
                continue;
            }
            let Some(assertion) = assessment.assertion_on(cell.index) else {
                continue;
            };
            let mut any = vec![structure.add(SupportKind::Control, cell.control.id.as_str())];
            if let SubjectId::Wallet(wallet) = &cell.subject.id {
                any.push(structure.add(SupportKind::Wallet, wallet.as_str()));
            }
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
            let backing = (cell.verdict == Verdict::Effective).then(|| {
                let cited = assessment.cited_by(assertion).iter();
                let reliable = cited.filter(|item| coverage.evidence_at(**item).is_reliable());
                reliable
                    .map(|item| {
                        let (id, evidence, _) = assessment.evidence_at(*item);
                        let by = evidence.by.as_ref();
                        (
                            structure.add(SupportKind::Evidence, id.as_str()),
                            by.map(|by| structure.add(SupportKind::Person, by.as_str())),
                        )
                    })
                    .collect()
            });
            let holding = structure.cells.push(Holding {
                cell: cell.index,
                any,
                backing,
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

    /// All risks for affected subjects with effective or partial direct controls, and the cells of
    /// these.
    pub(super) fn holding<'c>(
        &'c self,
        coverage: &'c Coverage,
    ) -> impl Iterator<Item = (&'c Risk, &'c RiskOutcome, Vec<HoldingIndex>)> {
        coverage.outcomes().filter_map(|(risk, _, outcome)| {
            let cells: Vec<HoldingIndex> = coverage
                .direct_cells(outcome)
                .iter()
                .filter_map(|cell| self.by_cell.get(cell).copied())
                .collect();
            (!cells.is_empty()).then_some((risk, outcome, cells))
        })
    }

    fn are_lost(&self, cells: &[HoldingIndex], lost: &[SupportIndex]) -> bool {
        let mut cells = cells.iter();
        cells.all(|cell| self.cells[*cell].is_lost(lost))
    }

    /// All cuts up to a size, by size and then in order, and whether the search was complete.
    pub(super) fn cuts(
        &self,
        cells: &[HoldingIndex],
        size: usize,
    ) -> (Vec<Vec<SupportIndex>>, bool) {
        let mut found = BTreeSet::new();
        let mut searched = 0;
        self.search(cells, size, &mut Vec::new(), &mut found, &mut searched);
        let mut cuts: Vec<Vec<SupportIndex>> = found
            .into_iter()
            .filter(|cut: &Vec<SupportIndex>| {
                (0..cut.len()).all(|left_out| {
                    let mut fewer = cut.clone();
                    fewer.remove(left_out);
                    !self.are_lost(cells, &fewer)
                })
            })
            .collect();
        cuts.sort_by_cached_key(|cut| (cut.len(), self.named(cut)));
        (cuts, searched < SEARCHED)
    }

    /// A set that removes all cells contains one of the required supports of each remaining cell.
    fn search(
        &self,
        cells: &[HoldingIndex],
        size: usize,
        lost: &mut Vec<SupportIndex>,
        found: &mut BTreeSet<Vec<SupportIndex>>,
        searched: &mut usize,
    ) {
        *searched += 1;
        if *searched > SEARCHED {
            return;
        }
        let holding = cells.iter().map(|cell| &self.cells[*cell]);
        let left = holding.filter(|cell| !cell.is_lost(lost));
        let Some(next) = left.map(|cell| cell.next(lost)).min_by_key(Vec::len) else {
            let mut cut = lost.clone();
            cut.sort_unstable();
            found.insert(cut);
            return;
        };
        if lost.len() == size {
            return;
        }
        for support in next {
            lost.push(support);
            self.search(cells, size, lost, found, searched);
            lost.pop();
        }
    }

    pub(super) fn row(&self, coverage: &Coverage, support: SupportIndex) -> SupportRow {
        let lost = [support];
        let cells: Vec<HoldingIndex> = self
            .cells
            .indices()
            .filter(|cell| self.are_lost(&[*cell], &lost))
            .collect();
        let (mut untreated, mut opened) = (Vec::new(), Vec::new());
        for (risk, outcome, holding) in self.holding(coverage) {
            if self.are_lost(&holding, &lost) {
                untreated.push(risk_at(coverage, risk, outcome));
            }
            let is_touched = holding.iter().any(|cell| self.are_lost(&[*cell], &lost));
            if outcome.verdict == RiskVerdict::Treated && is_touched {
                opened.push(risk_at(coverage, risk, outcome));
            }
        }
        untreated.sort_by_key(|risk| std::cmp::Reverse(risk.severity));
        opened.sort_by_key(|risk| std::cmp::Reverse(risk.severity));
        let support = self.support(support);
        let (title, location) = facts(coverage, support);
        SupportRow {
            support: support.clone(),
            title,
            location,
            cells: self.names(coverage, &cells),
            untreated,
            opened,
        }
    }

    pub(super) fn single(&self, coverage: &Coverage) -> Vec<SupportRow> {
        let mut decisive = BTreeSet::new();
        for (_, _, cells) in self.holding(coverage) {
            let mut alone: Option<BTreeSet<SupportIndex>> = None;
            for cell in cells.iter().map(|cell| &self.cells[*cell]) {
                let takes: BTreeSet<SupportIndex> = cell
                    .next(&[])
                    .into_iter()
                    .filter(|support| cell.is_lost(&[*support]))
                    .collect();
                alone = Some(match alone {
                    None => takes,
                    Some(alone) => &alone & &takes,
                });
            }
            decisive.extend(alone.unwrap_or_default());
        }
        let mut rows: Vec<SupportRow> = decisive
            .into_iter()
            .map(|support| self.row(coverage, support))
            .collect();
        rows.sort_by(|a, b| {
            let weight = |row: &SupportRow| {
                let severities = row.untreated.iter().map(|risk| risk.severity);
                let mut severities: Vec<Severity> = severities.collect();
                severities.sort_unstable_by_key(|severity| std::cmp::Reverse(*severity));
                std::cmp::Reverse(severities)
            };
            (weight(a), &a.support).cmp(&(weight(b), &b.support))
        });
        rows
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
