//! The numbers of a day, kept up to date by what changes from one day to the next.

use super::Numbers;
use crate::coverage::{Changes, Coverage, Moving, Ratio, RiskOutcome, Tally};
use crate::index::{CellIndex, ControlIndex, Grid, IndexVec, RiskIndex, SubjectIndex};
use crate::report::{SeverityCount, VerdictCount};
use crate::taxonomy::{EvidenceState, RiskVerdict, Severity, Word};
use std::collections::{BTreeMap, BTreeSet};

/// The numbers of a day.
pub(super) struct Running {
    cells: Tally,
    /// The severity of the gap of each cell that has one.
    severities: Grid<SubjectIndex, ControlIndex, Option<Severity>>,
    /// The severities of the gaps of each outcome, by position.
    of_outcomes: Vec<Vec<Severity>>,
    gaps: BTreeMap<Severity, u64>,
    overdue: u64,
    /// By risk, the number of subjects by the rank of their verdict.
    ranks: IndexVec<RiskIndex, BTreeMap<u8, u64>>,
    /// By risk, the number of subjects for which it is open.
    open: IndexVec<RiskIndex, u64>,
    evidence_current: u64,
    evidence_expired: u64,
}

impl Running {
    pub(super) fn of(coverage: &Coverage) -> Self {
        let assessment = coverage.assessment();
        let risks = || assessment.catalog().risks();
        let (_, overdue) = coverage.gap_severities();
        let mut running = Self {
            cells: coverage.tally(),
            severities: Grid::filled(
                assessment.subjects().len(),
                assessment.catalog().controls().len(),
                None,
            ),
            of_outcomes: Vec::new(),
            gaps: BTreeMap::new(),
            overdue,
            ranks: risks().map(|_| BTreeMap::new()).collect(),
            open: risks().map(|_| 0).collect(),
            evidence_current: 0,
            evidence_expired: 0,
        };
        for item in assessment.evidence().indices() {
            let standing = coverage.evidence_at(item);
            running.evidence_current += u64::from(standing.is_reliable());
            running.evidence_expired += u64::from(standing.state == EvidenceState::Expired);
        }
        for (_, _, outcome) in coverage.outcomes() {
            *running.ranks[outcome.risk]
                .entry(outcome.verdict.rank())
                .or_default() += 1;
            running.open[outcome.risk] += u64::from(outcome.verdict.is_open());
        }
        for (position, (_, _, outcome)) in coverage.outcomes().enumerate() {
            running.of_outcomes.push(Vec::new());
            running.judge_outcome(coverage, position, outcome);
        }
        for cell in coverage.cells() {
            running.judge_cell(coverage, cell.index);
        }
        running
    }

    /// Takes over what changed. `overdue` are the cells whose due date has passed since.
    pub(super) fn apply(&mut self, moving: &Moving, changes: &Changes, overdue: u64) {
        let coverage = moving.coverage();
        self.overdue += overdue;
        for (item, before) in &changes.evidence {
            let after = coverage.evidence_at(*item);
            self.evidence_current += u64::from(after.is_reliable());
            self.evidence_current -= u64::from(before.is_reliable());
            self.evidence_expired += u64::from(after.state == EvidenceState::Expired);
            self.evidence_expired -= u64::from(before.state == EvidenceState::Expired);
        }
        let mut cells: BTreeSet<CellIndex> = changes.cells.keys().copied().collect();
        for (cell, before) in &changes.cells {
            self.cells.remove(*before);
            if let Some(after) = coverage.verdict_at(*cell) {
                self.cells.add(after);
            }
        }
        for (position, before) in &changes.outcomes {
            if let Some(after) = coverage.outcome_at(*position) {
                self.move_outcome(coverage, before, after, &mut cells);
            }
        }
        for position in changes.outcomes.keys() {
            if let Some(outcome) = coverage.outcome_at(*position) {
                self.judge_outcome(coverage, *position, outcome);
            }
        }
        for cell in cells {
            self.judge_cell(coverage, cell);
        }
    }

    /// Counts the verdict of an outcome, and collects the cells whose severity depends on whether the
    /// risk is open.
    fn move_outcome(
        &mut self,
        coverage: &Coverage,
        before: &RiskOutcome,
        after: &RiskOutcome,
        cells: &mut BTreeSet<CellIndex>,
    ) {
        let (risk, subject) = (after.risk, after.subject);
        let ranks = &mut self.ranks[risk];
        let old = ranks.entry(before.verdict.rank()).or_default();
        *old = old.saturating_sub(1);
        *ranks.entry(after.verdict.rank()).or_default() += 1;
        let (was_open, is_open) = (before.verdict.is_open(), after.verdict.is_open());
        if was_open == is_open {
            return;
        }
        let links = &coverage.assessment().catalog().risk_at(risk).links;
        let at = |subject| {
            move |control: &ControlIndex| CellIndex {
                subject,
                control: *control,
            }
        };
        let of_wallets = || links.direct_wallet.iter().chain(&links.supporting_wallet);
        if subject == SubjectIndex::ORGANIZATION {
            let wallets = coverage.assessment().subject_indices().skip(1);
            let included = wallets.filter(|wallet| coverage.includes(*wallet));
            cells.extend(included.flat_map(|wallet| of_wallets().map(at(wallet))));
        } else {
            cells.extend(of_wallets().map(at(subject)));
        }
        let open = &mut self.open[risk];
        let was_open_anywhere = *open > 0;
        *open += u64::from(is_open);
        *open -= u64::from(was_open);
        if was_open_anywhere != (*open > 0) {
            let of_organization = links.direct_organization.iter();
            let of_organization = of_organization.chain(&links.supporting_organization);
            cells.extend(of_organization.map(at(SubjectIndex::ORGANIZATION)));
        }
    }

    fn judge_outcome(&mut self, coverage: &Coverage, position: usize, outcome: &RiskOutcome) {
        let risk = coverage.assessment().catalog().risk_at(outcome.risk);
        let after: Vec<Severity> = coverage.risk_gap_severities(risk, outcome).collect();
        let Some(of_outcome) = self.of_outcomes.get_mut(position) else {
            return;
        };
        for severity in std::mem::replace(of_outcome, after.clone()) {
            self.count(Some(severity), None);
        }
        for severity in after {
            self.count(None, Some(severity));
        }
    }

    fn judge_cell(&mut self, coverage: &Coverage, cell: CellIndex) {
        let Some(verdict) = coverage.verdict_at(cell) else {
            return;
        };
        let is_organization = cell.subject == SubjectIndex::ORGANIZATION;
        let after = coverage.cell_severity(cell, verdict, |risk| {
            if is_organization {
                self.open[risk] > 0
            } else {
                coverage.open_outcome(risk, cell.subject).is_some()
            }
        });
        let at = (cell.subject, cell.control);
        let before = std::mem::replace(&mut self.severities[at], after);
        self.count(before, after);
    }

    fn count(&mut self, before: Option<Severity>, after: Option<Severity>) {
        if let Some(count) = before.and_then(|before| self.gaps.get_mut(&before)) {
            *count = count.saturating_sub(1);
        }
        if let Some(after) = after {
            *self.gaps.entry(after).or_default() += 1;
        }
    }

    /// The verdict of the worst subject of a risk.
    pub(super) fn worst(&self, risk: RiskIndex) -> RiskVerdict {
        let mut ranks = self.ranks[risk].iter();
        let worst = ranks.find(|(_, subjects)| **subjects > 0);
        let of_rank = |rank: u8| {
            let mut verdicts = RiskVerdict::values().into_iter();
            verdicts.find(|verdict| verdict.rank() == rank)
        };
        let worst = worst.and_then(|(rank, _)| of_rank(*rank));
        worst.unwrap_or(RiskVerdict::OutOfScope)
    }

    /// The verdict of the worst subject of each risk.
    pub(super) fn all_worst(&self) -> BTreeMap<RiskIndex, RiskVerdict> {
        let risks = self.ranks.indices();
        risks.map(|risk| (risk, self.worst(risk))).collect()
    }

    /// The numbers as a result.
    pub(super) fn numbers(&self, coverage: &Coverage) -> Numbers {
        let assessment = coverage.assessment();
        let as_of = coverage.settings().as_of;
        let mut critical = Ratio::default();
        let mut worst = Vec::new();
        for (index, risk) in assessment.catalog().indexed_risks() {
            let verdict = self.worst(index);
            worst.push(verdict);
            if risk.severity == Severity::Critical && verdict.is_in_scope() {
                critical.denominator += 1;
                critical.numerator += u64::from(verdict == RiskVerdict::Treated);
            }
        }
        let accepted = assessment.document().accepted_risks.values();
        let in_force = accepted.filter(|acceptance| acceptance.validity().includes(as_of));
        Numbers {
            cells: self.cells,
            proven: self.cells.proven(),
            possible: self.cells.possible(),
            risks: VerdictCount::of(&worst),
            critical_risks_treated: critical,
            gaps: SeverityCount::of_counts(&self.gaps),
            overdue: self.overdue,
            evidence_current: Ratio {
                numerator: self.evidence_current,
                denominator: assessment.document().evidence.len() as u64,
            },
            evidence_expired: self.evidence_expired,
            acceptances_in_force: in_force.count() as u64,
        }
    }
}
