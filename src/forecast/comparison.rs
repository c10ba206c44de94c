//! The comparison of the coverage on two days.

use super::events::{EntryIndex, Event};
use super::{CellChange, Renewal, RiskChange, RiskSubjectChange};
use crate::coverage::Coverage;
use crate::id::{EvidenceId, RiskId};
use crate::index::{AssertionIndex, CellIndex, EvidenceIndex, IndexVec, RiskIndex};
use crate::taxonomy::{EventKind, RiskVerdict, Verdict};
use std::cmp::Reverse;
use std::collections::BTreeMap;

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
    proof: Vec<String>,
    /// The cells that another item still proves.
    one_of_several: Vec<String>,
}

/// What differs between two days.
pub(super) struct Comparison<'c> {
    before: &'c Coverage,
    after: &'c Coverage,
    pub(super) worst_after: IndexVec<RiskIndex, RiskVerdict>,
    pub(super) cells: Vec<CellChange>,
    /// The position of each changed cell among all cells.
    pub(super) cell_positions: Vec<usize>,
    pub(super) risks: Vec<RiskChange>,
    /// The changed risks.
    pub(super) risk_indices: Vec<RiskIndex>,
    /// By evidence item that ended, what its cells lose.
    lost: BTreeMap<EvidenceIndex, Loss>,
    /// By evidence item that ended, the risks that got worse.
    worsened: BTreeMap<EvidenceId, Vec<RiskId>>,
}

impl<'c> Comparison<'c> {
    pub(super) fn of(before: &'c Coverage, after: &'c Coverage) -> Self {
        let mut comparison = Self {
            before,
            after,
            worst_after: worst_verdicts(after),
            cells: Vec::new(),
            cell_positions: Vec::new(),
            risks: Vec::new(),
            risk_indices: Vec::new(),
            lost: BTreeMap::new(),
            worsened: BTreeMap::new(),
        };
        let changed = comparison.compare_cells();
        comparison.compare_risks(&changed);
        comparison
    }

    /// Compares all cells, and returns the items that each changed cell rested on.
    fn compare_cells(&mut self) -> BTreeMap<CellIndex, Vec<EvidenceId>> {
        let (before, after) = (self.before, self.after);
        let assessment = after.assessment();
        let mut changed = BTreeMap::new();
        for (place, (old, new)) in before.cells().zip(after.cells()).enumerate() {
            let was_or_is_proven =
                old.verdict == Verdict::Effective || new.verdict == Verdict::Effective;
            let assertion = assessment.assertion_on(new.index);
            let Some(assertion) = assertion.filter(|_| was_or_is_proven) else {
                continue;
            };
            let cited = assessment.cited_by(assertion);
            let is_reliable =
                |on: &Coverage, item: &EvidenceIndex| on.evidence_at(*item).is_reliable();
            let ended = cited
                .iter()
                .filter(|item| is_reliable(before, item) && !is_reliable(after, item));
            if old.verdict == Verdict::Effective {
                for item in ended.clone() {
                    let loss = self.lost.entry(*item).or_default();
                    if new.verdict == Verdict::Effective {
                        loss.one_of_several.push(new.name());
                    } else {
                        loss.proof.push(new.name());
                    }
                }
            }
            if old.verdict == new.verdict {
                continue;
            }
            let items: Vec<EvidenceIndex> = if new.verdict == Verdict::Effective {
                let begun = cited
                    .iter()
                    .filter(|item| !is_reliable(before, item) && is_reliable(after, item));
                begun.copied().collect()
            } else {
                ended.copied().collect()
            };
            let because: Vec<EvidenceId> = items
                .into_iter()
                .map(|item| assessment.evidence_at(item).0.clone())
                .collect();
            changed.insert(new.index, because.clone());
            self.cell_positions.push(place);
            self.cells.push(CellChange {
                control: new.control.id.clone(),
                subject: new.subject.id.clone(),
                title: new.control.title.clone(),
                from: old.verdict,
                to: new.verdict,
                because,
            });
        }
        changed
    }

    fn compare_risks(&mut self, changed: &BTreeMap<CellIndex, Vec<EvidenceId>>) {
        if changed.is_empty() {
            return;
        }
        let worst_before = worst_verdicts(self.before);
        let mut found: BTreeMap<RiskIndex, RiskChange> = BTreeMap::new();
        for ((risk, subject, old), (_, _, new)) in self.before.outcomes().zip(self.after.outcomes())
        {
            if old.verdict == new.verdict {
                continue;
            }
            let change = found.entry(new.risk).or_insert_with(|| RiskChange {
                risk: risk.id.clone(),
                title: risk.title.clone(),
                severity: risk.severity,
                from: worst_before[new.risk],
                to: self.worst_after[new.risk],
                subjects: Vec::new(),
                because: Vec::new(),
            });
            change.subjects.push(RiskSubjectChange {
                subject: subject.id.clone(),
                from: old.verdict,
                to: new.verdict,
            });
            let cells = self.after.direct_cells(new).into_iter();
            for items in cells.filter_map(|cell| changed.get(&cell)) {
                change.because.extend(items.iter().cloned());
            }
        }
        let mut found: Vec<(RiskIndex, RiskChange)> = found.into_iter().collect();
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
    }

    /// What has to be renewed because of an event; nothing if it begins something.
    pub(super) fn renewal(
        &self,
        event: &Event,
        overdue: &BTreeMap<AssertionIndex, Vec<String>>,
    ) -> Option<Renewal> {
        let assessment = self.after.assessment();
        let cause = &event.cause;
        if matches!(
            cause.kind,
            EventKind::EvidenceBegins | EventKind::AcceptanceBegins
        ) {
            return None;
        }
        let mut renewal = Renewal {
            day: cause.day,
            kind: cause.kind,
            entry: cause.entry.clone(),
            title: cause.title.clone(),
            evidence_kind: None,
            locator: None,
            person: None,
            name: None,
            affected: Vec::new(),
            loses_one_of_several: Vec::new(),
            risks: Vec::new(),
            location: cause.location.clone(),
        };
        match event.index {
            EntryIndex::Evidence(item) => {
                let (id, evidence, _) = assessment.evidence_at(item);
                renewal.evidence_kind = Some(evidence.kind);
                renewal.locator = Some(evidence.locator.clone());
                renewal.person.clone_from(&evidence.by);
                if let Some(loss) = self.lost.get(&item) {
                    renewal.affected.clone_from(&loss.proof);
                    renewal
                        .loses_one_of_several
                        .clone_from(&loss.one_of_several);
                }
                renewal.risks = self.worsened.get(id).cloned().unwrap_or_default();
            }
            EntryIndex::Acceptance(index) => {
                let (id, acceptance, _) = assessment.acceptance(index);
                renewal.person = Some(acceptance.approved_by.clone());
                renewal.affected = self.reopened(id);
            }
            EntryIndex::Claim(index) => {
                let parts = assessment.parts(assessment.assertion(index));
                renewal.person = parts.owner.cloned();
                renewal.affected = overdue.get(&index).cloned().unwrap_or_default();
            }
        }
        let people = &assessment.document().people;
        renewal.name = renewal
            .person
            .as_ref()
            .and_then(|person| people.get(person))
            .map(|person| person.name.clone());
        Some(renewal)
    }

    /// The subjects for which a risk is open and no longer accepted, as `risk@subject`.
    fn reopened(&self, risk: &RiskId) -> Vec<String> {
        let outcomes = self.before.outcomes().zip(self.after.outcomes());
        outcomes
            .filter(|((entry, _, old), (_, _, new))| {
                entry.id == *risk && old.accepted && !new.accepted && new.verdict.is_open()
            })
            .map(|((entry, subject, _), _)| format!("{}@{}", entry.id, subject.id))
            .collect()
    }
}
