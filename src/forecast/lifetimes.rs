//! The last day of each verdict of the first day.

use super::comparison::{Comparison, worst_verdicts};
use super::{
    Cause, CellLifetime, Entry, ProvenUntil, RiskChange, RiskLifetime, RiskSubjectChange, Step,
};
use crate::assessment::SubjectId;
use crate::coverage::Coverage;
use crate::date::Date;
use crate::id::EvidenceId;
use crate::index::{CellIndex, IndexVec, RiskIndex};
use crate::taxonomy::{EventKind, Verdict};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The last day of each verdict of the first day.
pub(super) struct Lifetimes {
    pub(super) cells: Vec<CellLifetime>,
    /// The position of each cell among them.
    positions: BTreeMap<CellIndex, usize>,
    risks: IndexVec<RiskIndex, RiskLifetime>,
}

impl Lifetimes {
    pub(super) fn of(first: &Coverage) -> Self {
        let cells = first.cells().map(|cell| CellLifetime {
            control: cell.control.id.clone(),
            subject: cell.subject.id.clone(),
            verdict: cell.verdict,
            until: None,
            then: None,
            because: Vec::new(),
        });
        let risks = first.assessment().catalog().risks();
        let risks = risks
            .zip(worst_verdicts(first).into_vec())
            .map(|(risk, verdict)| RiskLifetime {
                risk: risk.id.clone(),
                title: risk.title.clone(),
                severity: risk.severity,
                verdict,
                until: None,
                then: None,
                subjects: Vec::new(),
                because: Vec::new(),
            });
        Self {
            positions: first.cells().map(|cell| cell.index).zip(0..).collect(),
            cells: cells.collect(),
            risks: risks.collect(),
        }
    }

    /// Notes the verdicts that change after a last day, with the step that follows it.
    pub(super) fn note(
        &mut self,
        last_day: Date,
        step: &Step,
        comparison: &Comparison<'_>,
        coverage: &Coverage,
    ) {
        let mut wallets = step.causes.iter();
        if wallets.any(|cause| cause.kind == EventKind::WalletEnds) {
            for (cell, position) in &self.positions {
                let lifetime = self.cells.get_mut(*position);
                let lifetime = lifetime.filter(|lifetime| lifetime.until.is_none());
                if let Some(lifetime) = lifetime.filter(|_| !coverage.includes(cell.subject)) {
                    lifetime.until = Some(last_day);
                }
            }
        }
        for (change, cell) in step.cells.iter().zip(&comparison.cell_indices) {
            let position = self.positions.get(cell).copied().unwrap_or(usize::MAX);
            if let Some(lifetime) = self.cells.get_mut(position)
                && lifetime.until.is_none()
            {
                lifetime.until = Some(last_day);
                lifetime.then = Some(change.to);
                lifetime.because.clone_from(&change.because);
            }
        }
        for (change, risk) in step.risks.iter().zip(&comparison.risk_indices) {
            let lifetime = &mut self.risks[*risk];
            if lifetime.until.is_none() && change.from != change.to {
                lifetime.until = Some(last_day);
                lifetime.then = Some(change.to);
                lifetime.subjects = subjects_of(change);
                lifetime.because = causes_among(step, change.because.iter());
                if lifetime.because.is_empty() {
                    // A wallet that begins or ends.
                    lifetime.because.clone_from(&step.causes);
                }
            }
        }
    }

    /// The lifetimes of risks: the earliest end first, then the most severe.
    pub(super) fn risks(&mut self) -> Vec<RiskLifetime> {
        let mut risks = std::mem::take(&mut self.risks).into_vec();
        // A stable sort keeps the order of the catalog within.
        risks.sort_by_key(|risk| (risk.until.is_none(), risk.until, Reverse(risk.severity)));
        risks
    }

    /// How long everything that is proven on the first day remains proven.
    pub(super) fn proven(&self, steps: &[Step]) -> ProvenUntil {
        let cells = self.cells.iter();
        let proven = cells.filter(|cell| cell.verdict == Verdict::Effective);
        // What ends with its wallet is not lost.
        let proven = proven.filter(|cell| cell.until.is_none() || cell.then.is_some());
        let until = proven.clone().filter_map(|cell| cell.until).min();
        let lost: Vec<&CellLifetime> = proven
            .filter(|cell| until.is_some() && cell.until == until)
            .collect();
        let items = lost.iter().flat_map(|cell| &cell.because);
        let mut pairs = steps.iter().zip(steps.iter().skip(1));
        let next = pairs.find(|(before, _)| Some(before.until) == until);
        ProvenUntil {
            first: steps
                .first()
                .map(|step| step.numbers.proven)
                .unwrap_or_default(),
            until,
            loses_proof: lost.len() as u64,
            because: next
                .map(|(_, step)| causes_among(step, items))
                .map(|causes| match (causes.is_empty(), next) {
                    // A wallet or an assessment that ends.
                    (true, Some((_, step))) => step.causes.clone(),
                    _ => causes,
                })
                .unwrap_or_default(),
        }
    }
}

/// The subjects that have the new verdict of a risk; if there are none, those whose verdict changes.
fn subjects_of(change: &RiskChange) -> Vec<SubjectId> {
    let has_it = |subject: &&RiskSubjectChange| subject.to == change.to;
    let has_any = change.subjects.iter().any(|subject| has_it(&subject));
    let subjects = change.subjects.iter();
    let subjects = subjects.filter(|subject| !has_any || has_it(subject));
    subjects.map(|subject| subject.subject.clone()).collect()
}

/// The causes of a step that are about some evidence items.
fn causes_among<'i>(step: &Step, items: impl Iterator<Item = &'i EvidenceId>) -> Vec<Cause> {
    let items: BTreeSet<&EvidenceId> = items.collect();
    let is_among = |cause: &&Cause| matches!(&cause.entry, Entry::Evidence { evidence } if items.contains(evidence));
    step.causes.iter().filter(is_among).cloned().collect()
}
