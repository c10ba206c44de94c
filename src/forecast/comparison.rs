//! What differs between a day with events and the day before.

use super::events::{EntryIndex, Event};
use super::running::Running;
use super::{CellChange, Renewal, RiskChange, RiskSubjectChange};
use crate::coverage::{Changes, Coverage, Moving};
use crate::id::{EvidenceId, RiskId};
use crate::index::{AssertionIndex, CellIndex, EvidenceIndex, IndexVec, RiskIndex};
use crate::taxonomy::{EventKind, RiskVerdict, Verdict};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The verdict of each risk's worst subject.
pub(super) fn worst_verdicts(coverage: &Coverage) -> IndexVec<RiskIndex, RiskVerdict> {
    let risks = coverage.assessment().catalog().risks();
    let mut worst: IndexVec<_, _> = risks.map(|_| RiskVerdict::OutOfScope).collect();
    for (_, _, outcome) in coverage.outcomes() {
        let worst = &mut worst[outcome.risk];
        if outcome.verdict.rank() < worst.rank() {
            *worst = outcome.verdict;
        }
    }
    worst
}

/// What the end of an evidence item means for the cells that cite it.
#[derive(Default)]
struct Loss {
    /// The cells that are no longer proven.
    proof: Vec<CellIndex>,
    /// The cells that another item still proves.
    one_of_several: Vec<CellIndex>,
}

/// By assertion, the items that it cites and that ended or began.
type Moved = BTreeMap<AssertionIndex, Vec<EvidenceIndex>>;

/// What differs between two days.
pub(super) struct Comparison<'c> {
    moving: &'c Moving,
    changes: &'c Changes,
    pub(super) cells: Vec<CellChange>,
    /// The changed cells.
    pub(super) cell_indices: Vec<CellIndex>,
    pub(super) risks: Vec<RiskChange>,
    /// The changed risks.
    pub(super) risk_indices: Vec<RiskIndex>,
    /// By evidence item that ended, what its cells lose.
    lost: BTreeMap<EvidenceIndex, Loss>,
    /// By evidence item that ended, the risks that got worse.
    worsened: BTreeMap<EvidenceId, Vec<RiskId>>,
}

impl<'c> Comparison<'c> {
    /// `before` are the verdicts of the worst subjects of the risks that were evaluated again. Takes what
    /// has to be listed off `left`; `None` if that is not enough.
    pub(super) fn of(
        moving: &'c Moving,
        changes: &'c Changes,
        before: &BTreeMap<RiskIndex, RiskVerdict>,
        after: &Running,
        left: &mut usize,
    ) -> Option<Self> {
        let mut comparison = Self {
            moving,
            changes,
            cells: Vec::new(),
            cell_indices: Vec::new(),
            risks: Vec::new(),
            risk_indices: Vec::new(),
            lost: BTreeMap::new(),
            worsened: BTreeMap::new(),
        };
        let (ended, begun) = comparison.moved(left)?;
        let rested_on = comparison.compare_cells(&ended, &begun, left)?;
        comparison.compare_risks(&rested_on, before, after, left)?;
        Some(comparison)
    }

    /// The items that ended and that began, and what the cells that cite the former lose.
    fn moved(&mut self, left: &mut usize) -> Option<(Moved, Moved)> {
        let (mut ended, mut begun) = (Moved::new(), Moved::new());
        for (item, before) in &self.changes.evidence {
            let after = self.moving.coverage().evidence_at(*item);
            let moved = match (before.is_reliable(), after.is_reliable()) {
                (true, false) => &mut ended,
                (false, true) => &mut begun,
                _ => continue,
            };
            for assertion in self.moving.citing(*item) {
                moved.entry(*assertion).or_default().push(*item);
            }
            if before.is_reliable() {
                let mut loss = Loss::default();
                let cells = self.moving.citing(*item).iter();
                for cell in cells.flat_map(|assertion| self.moving.cells_of(*assertion)) {
                    let now = self.moving.coverage().verdict_at(*cell);
                    let was = self.changes.cells.get(cell).copied().or(now);
                    if was != Some(Verdict::Effective) {
                        continue;
                    }
                    *left = left.checked_sub(1)?;
                    if now == was {
                        loss.one_of_several.push(*cell);
                    } else {
                        loss.proof.push(*cell);
                    }
                }
                loss.proof.sort_unstable();
                loss.one_of_several.sort_unstable();
                self.lost.insert(*item, loss);
            }
        }
        Some((ended, begun))
    }

    /// Lists the changed cells, and returns the items that each of them, and each partial cell, rested
    /// on.
    fn compare_cells(
        &mut self,
        ended: &Moved,
        begun: &Moved,
        left: &mut usize,
    ) -> Option<BTreeMap<CellIndex, Vec<EvidenceId>>> {
        let assessment = self.moving.coverage().assessment();
        let mut changed = BTreeMap::new();
        for (cell, is_backed) in &self.changes.parts {
            let moved = if *is_backed { begun } else { ended };
            let assertion = assessment.assertion_index_on(*cell);
            let items = assertion.and_then(|assertion| moved.get(&assertion));
            let items: Vec<EvidenceId> = items
                .into_iter()
                .flatten()
                .map(|item| assessment.evidence_at(*item).0.clone())
                .collect();
            *left = left.checked_sub(1 + items.len())?;
            changed.insert(*cell, items);
        }
        for (index, from) in &self.changes.cells {
            let (Some(cell), Some(assertion)) = (
                self.moving.coverage().cell(*index),
                assessment.assertion_index_on(*index),
            ) else {
                continue;
            };
            let moved = if cell.verdict == Verdict::Effective {
                begun
            } else {
                ended
            };
            let items = moved.get(&assertion).into_iter().flatten();
            let because: Vec<EvidenceId> = items
                .map(|item| assessment.evidence_at(*item).0.clone())
                .collect();
            *left = left.checked_sub(1 + because.len())?;
            changed.insert(*index, because.clone());
            self.cell_indices.push(*index);
            self.cells.push(CellChange {
                control: cell.control.id.clone(),
                subject: cell.subject.id.clone(),
                title: cell.control.title.clone(),
                from: *from,
                to: cell.verdict,
                because,
            });
        }
        Some(changed)
    }

    fn compare_risks(
        &mut self,
        changed: &BTreeMap<CellIndex, Vec<EvidenceId>>,
        before: &BTreeMap<RiskIndex, RiskVerdict>,
        after: &Running,
        left: &mut usize,
    ) -> Option<()> {
        let coverage = self.moving.coverage();
        let assessment = coverage.assessment();
        // Each with the cells whose items are among its own already.
        let mut found: BTreeMap<RiskIndex, (RiskChange, BTreeSet<CellIndex>)> = BTreeMap::new();
        for (position, old) in &self.changes.outcomes {
            let new = coverage.outcome_at(*position);
            let Some(new) = new.filter(|new| new.verdict != old.verdict) else {
                continue;
            };
            let risk = assessment.catalog().risk_at(new.risk);
            let (change, seen) = found.entry(new.risk).or_insert_with(|| {
                let change = RiskChange {
                    risk: risk.id.clone(),
                    title: risk.title.clone(),
                    severity: risk.severity,
                    from: before.get(&new.risk).copied().unwrap_or(old.verdict),
                    to: after.worst(new.risk),
                    subjects: Vec::new(),
                    because: Vec::new(),
                };
                (change, BTreeSet::new())
            });
            *left = left.checked_sub(1)?;
            change.subjects.push(RiskSubjectChange {
                subject: assessment.subject(new.subject).id.clone(),
                from: old.verdict,
                to: new.verdict,
            });
            for cell in coverage.direct_cells(new) {
                if let Some(items) = changed.get(&cell).filter(|_| seen.insert(cell)) {
                    *left = left.checked_sub(items.len())?;
                    change.because.extend(items.iter().cloned());
                }
            }
        }
        // A wallet that begins or ends changes the worst verdict without another verdict of a subject.
        for (index, from) in before {
            let to = after.worst(*index);
            if *from == to || found.contains_key(index) {
                continue;
            }
            let risk = assessment.catalog().risk_at(*index);
            *left = left.checked_sub(1)?;
            let change = RiskChange {
                risk: risk.id.clone(),
                title: risk.title.clone(),
                severity: risk.severity,
                from: *from,
                to,
                subjects: Vec::new(),
                because: Vec::new(),
            };
            found.insert(*index, (change, BTreeSet::new()));
        }
        let found = found.into_iter().map(|(risk, (change, _))| (risk, change));
        let mut found: Vec<(RiskIndex, RiskChange)> = found.collect();
        for (_, change) in &mut found {
            change.because.sort();
            change.because.dedup();
            if change.to.rank() < change.from.rank() {
                for item in &change.because {
                    let worsened = self.worsened.entry(item.clone()).or_default();
                    worsened.push(change.risk.clone());
                }
            }
        }
        // A stable sort keeps the order of the catalog within.
        found.sort_by_key(|(_, change)| Reverse(change.severity));
        (self.risk_indices, self.risks) = found.into_iter().unzip();
        Some(())
    }

    /// What has to be renewed because of an event; nothing if it begins something, or if a wallet ends.
    pub(super) fn renewal(
        &self,
        event: &Event,
        overdue: &BTreeMap<AssertionIndex, Vec<String>>,
    ) -> Option<Renewal> {
        let assessment = self.moving.coverage().assessment();
        let cause = &event.cause;
        if matches!(
            cause.kind,
            EventKind::EvidenceBegins
                | EventKind::AcceptanceBegins
                | EventKind::WalletBegins
                | EventKind::WalletEnds
                | EventKind::AssessmentBegins
        ) {
            return None;
        }
        let mut renewal = event.entry(assessment);
        match event.index {
            EntryIndex::Evidence(item) => {
                let (id, ..) = assessment.evidence_at(item);
                if let Some(loss) = self.lost.get(&item) {
                    let names = |cells: &[CellIndex]| {
                        let cells = cells.iter();
                        cells.map(|cell| assessment.cell_name(*cell)).collect()
                    };
                    renewal.affected = names(&loss.proof);
                    renewal.loses_one_of_several = names(&loss.one_of_several);
                }
                renewal.risks = self.worsened.get(id).cloned().unwrap_or_default();
            }
            EntryIndex::Acceptance(index) => {
                let (id, _, facts) = assessment.acceptance(index);
                renewal.affected = self.reopened(id, facts.risk);
            }
            EntryIndex::Wallet => {}
            EntryIndex::Assessment(index) => {
                let cells = self.moving.cells_of(index).iter();
                let lost = cells.filter(|cell| {
                    let before = self.changes.cells.get(cell);
                    matches!(before, Some(Verdict::Effective | Verdict::Excluded))
                });
                renewal.affected = lost.map(|cell| assessment.cell_name(*cell)).collect();
            }
            EntryIndex::Claim(index) => {
                renewal.affected = overdue.get(&index).cloned().unwrap_or_default();
            }
        }
        Some(renewal)
    }

    /// The subjects for which a risk is open and no longer accepted, as `risk@subject`.
    fn reopened(&self, id: &RiskId, risk: RiskIndex) -> Vec<String> {
        let coverage = self.moving.coverage();
        let outcomes = self.changes.outcomes.iter();
        let outcomes = outcomes.filter(|(_, old)| old.risk == risk && old.accepted);
        let reopened = outcomes.filter_map(|(position, _)| {
            let new = coverage.outcome_at(*position)?;
            (!new.accepted && new.verdict.is_open()).then_some(new.subject)
        });
        reopened
            .map(|subject| format!("{id}@{}", coverage.assessment().subject(subject).id))
            .collect()
    }
}
