//! Coverage on one day after another: only what the events of a day affect is evaluated again.

use super::{
    Count, Coverage, EvidenceStanding, RiskOutcome, Standing, depth_of, for_risks, parameter,
    verdict,
};
use crate::date::Date;
use crate::index::{
    AcceptanceIndex, AssertionIndex, CellIndex, ControlIndex, EvidenceIndex, Grid, IndexVec,
    RiskIndex, SubjectIndex, proven,
};
use crate::taxonomy::{Relevance, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// A coverage that moves from one day to a later one. The supporting controls of its outcomes remain
/// those of the first day.
pub(crate) struct Moving {
    coverage: Coverage,
    /// By evidence item, the assertions that cite it.
    citing: IndexVec<EvidenceIndex, Vec<AssertionIndex>>,
    /// By cell, how many of the items that its claim cites back it.
    backing: Grid<SubjectIndex, ControlIndex, usize>,
    /// By assertion, the cells that it is about, in order.
    cells: IndexVec<AssertionIndex, Vec<CellIndex>>,
    /// The verdict that the parameters of a profile leave to an effective claim, for each cell.
    highest: Grid<SubjectIndex, ControlIndex, Option<Verdict>>,
}

/// What differs from the day before.
#[derive(Default)]
pub(crate) struct Changes {
    /// The evidence items whose state changed, with the previous state.
    pub(crate) evidence: BTreeMap<EvidenceIndex, EvidenceStanding>,
    /// The cells whose verdict changed, with the previous verdict.
    pub(crate) cells: BTreeMap<CellIndex, Verdict>,
    /// The partial cells for which evidence now shows the part that is in place, or no longer does.
    pub(crate) parts: BTreeMap<CellIndex, bool>,
    /// The outcomes that were evaluated again, by position, with their previous values.
    pub(crate) outcomes: BTreeMap<usize, RiskOutcome>,
}

impl Moving {
    pub(crate) fn new(coverage: Coverage) -> Self {
        let assessment = coverage.assessment();
        let assertions = assessment.assertions();
        let items = assessment.evidence().iter();
        let mut citing: IndexVec<EvidenceIndex, Vec<AssertionIndex>> =
            items.map(|_| Vec::new()).collect();
        for (index, _) in assessment.current_assertions() {
            // A wallet that begins or a claim that is replaced starts anew, see `restart`.
            if let Some(in_force) = coverage.standing(index).in_force {
                for item in assessment.cited_by(assessment.assertion(in_force)) {
                    citing[*item].push(index);
                }
            }
        }
        let controls = assessment.catalog().controls().len();
        let mut backing = Grid::filled(assessment.subjects().len(), controls, 0);
        let mut cells: IndexVec<AssertionIndex, Vec<CellIndex>> =
            assertions.iter().map(|_| Vec::new()).collect();
        for cell in coverage.cells() {
            if let Some(current) = assessment.assertion_index_on(cell.index) {
                cells[current].push(cell.index);
                let Some(assertion) = coverage.assertion_on(cell.index) else {
                    continue;
                };
                let cited = assessment.cited_by(assertion).iter();
                let subject = cell.index.subject;
                let backs = |item: &&EvidenceIndex| coverage.backs(**item, subject);
                backing[(subject, cell.index.control)] = cited.filter(backs).count();
            }
        }
        let mut highest = Grid::filled(
            assessment.subjects().len(),
            controls,
            Some(Verdict::Effective),
        );
        parameter::cap(assessment, coverage.settings().as_of, &mut highest);
        Self {
            coverage,
            citing,
            backing,
            cells,
            highest,
        }
    }

    pub(crate) fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// The assertions that cite an evidence item.
    pub(crate) fn citing(&self, item: EvidenceIndex) -> &[AssertionIndex] {
        &self.citing[item]
    }

    /// The cells that an assertion is about, in order.
    pub(crate) fn cells_of(&self, assertion: AssertionIndex) -> &[CellIndex] {
        &self.cells[assertion]
    }

    /// Moves to a later day. The events in between are about these evidence items and acceptances, and
    /// about the end of the assessments of these claims.
    /// Stops with `None` if more than `most` outcomes and links to their controls would have to be
    /// evaluated again; the coverage must not be used then.
    pub(crate) fn advance(
        &mut self,
        day: Date,
        items: &[EvidenceIndex],
        acceptances: &[AcceptanceIndex],
        claims: &[AssertionIndex],
        most: &mut usize,
    ) -> Option<Changes> {
        self.coverage.settings.as_of = day;
        let mut changes = Changes::default();
        let mut touched = BTreeSet::new();
        for item in items {
            self.move_item(*item, &mut changes, &mut touched);
        }
        for claim in claims {
            let standing = Standing::of(&self.coverage.assessment, *claim, day);
            self.coverage.standings[*claim] = standing;
            touched.insert(*claim);
        }
        let mut outcomes = BTreeSet::new();
        for assertion in touched {
            self.judge_cells(assertion, &mut changes, &mut outcomes, most)?;
        }
        for acceptance in acceptances {
            let (_, _, facts) = self.coverage.assessment.acceptance(*acceptance);
            outcomes.extend(self.positions_of(facts.risk));
        }
        for position in outcomes {
            let before = *proven(self.coverage.outcomes.get(position));
            let after = self.judge_again(&before, most)?;
            *proven(self.coverage.outcomes.get_mut(position)) = after;
            changes.outcomes.insert(position, before);
        }
        Some(changes)
    }

    /// Moves to a later day on which a wallet begins or ends, or a claim is assessed: everything is
    /// measured again. Stops with
    /// `None` if that takes more than `most` allows.
    pub(crate) fn restart(&mut self, day: Date, most: &mut usize) -> Option<Changes> {
        let before = &self.coverage;
        let cells = before.cells.values().len();
        *most = most.checked_sub(cells.saturating_add(before.outcomes.len()))?;
        let mut settings = before.settings.clone();
        settings.as_of = day;
        let after = before.assessment.measure(&settings);
        let mut changes = Changes::default();
        for (item, standing) in before.evidence.enumerate() {
            if after.evidence_at(item) != *standing {
                changes.evidence.insert(item, *standing);
            }
        }
        for (subject, control, &verdict) in before.cells.entries() {
            let cell = CellIndex { subject, control };
            let exists = before.included[subject] && after.included[subject];
            if let Some(verdict) = verdict.filter(|_| exists)
                && after.verdict_at(cell) != Some(verdict)
            {
                changes.cells.insert(cell, verdict);
            } else if exists && verdict == Some(Verdict::Partial) {
                let is_backed = after.backed[(subject, control)];
                if before.backed[(subject, control)] != is_backed {
                    changes.parts.insert(cell, is_backed);
                }
            }
        }
        for (position, outcome) in after.outcomes.iter().enumerate() {
            let all = before.outcomes_at(outcome.risk);
            let found = all.binary_search_by_key(&outcome.subject, |other| other.subject);
            let old = found.ok().and_then(|at| all.get(at));
            if let Some(old) = old.filter(|old| *old != outcome) {
                changes.outcomes.insert(position, *old);
            }
        }
        *self = Self::new(after);
        Some(changes)
    }

    fn move_item(
        &mut self,
        item: EvidenceIndex,
        changes: &mut Changes,
        touched: &mut BTreeSet<AssertionIndex>,
    ) {
        let before = self.coverage.evidence[item];
        let (_, _, facts) = self.coverage.assessment.evidence_at(item);
        let state = facts.validity().state_on(self.coverage.settings.as_of);
        let after = EvidenceStanding { state, ..before };
        if after == before {
            return;
        }
        self.coverage.evidence[item] = after;
        changes.evidence.insert(item, before);
        if before.is_reliable() == after.is_reliable() {
            return;
        }
        let assessment = &self.coverage.assessment;
        for assertion in &self.citing[item] {
            let relevant = self.cells[*assertion]
                .iter()
                .filter(|cell| assessment.relevance(item, cell.subject) == Relevance::Relevant);
            for cell in relevant {
                let backing = &mut self.backing[(cell.subject, cell.control)];
                if after.is_reliable() {
                    *backing += 1;
                } else {
                    *backing = backing.saturating_sub(1);
                }
                touched.insert(*assertion);
            }
        }
    }

    /// Judges the cells of an assertion again, and collects the outcomes that depend on those that
    /// changed.
    fn judge_cells(
        &mut self,
        assertion: AssertionIndex,
        changes: &mut Changes,
        outcomes: &mut BTreeSet<usize>,
        most: &mut usize,
    ) -> Option<()> {
        let standing = self.coverage.standing(assertion);
        let Some(in_force) = standing.in_force else {
            return Some(());
        };
        let status = self.coverage.assessment.assertion(in_force).status;
        let is_confirmed = standing.is_approved && !standing.is_stale;
        for cell in &self.cells[assertion] {
            let at = (cell.subject, cell.control);
            let is_backed = self.backing[at] > 0 && !standing.is_stale;
            let claimed = verdict(status, is_confirmed, is_backed);
            let after = parameter::at_most(proven(self.highest[at]), claimed);
            let was_backed = std::mem::replace(&mut self.coverage.backed[at], is_backed);
            let before = proven(self.coverage.cells[at].replace(after));
            if before != after {
                changes.cells.insert(*cell, before);
            } else if after == Verdict::Partial && was_backed != is_backed {
                changes.parts.insert(*cell, is_backed);
            }
            if for_risks(before, was_backed) == for_risks(after, is_backed) {
                continue;
            }
            let control = self.coverage.assessment.catalog().control_at(cell.control);
            for risk in &control.direct_risks {
                let positions = self.positions_of(*risk);
                if cell.subject == SubjectIndex::ORGANIZATION {
                    *most = most.checked_sub(positions.len())?;
                    outcomes.extend(positions);
                } else {
                    let of_risk = proven(self.coverage.outcomes.get(positions.clone()));
                    let found =
                        of_risk.binary_search_by_key(&cell.subject, |outcome| outcome.subject);
                    outcomes.extend(found.ok().map(|at| positions.start + at));
                }
            }
        }
        Some(())
    }

    /// The positions of the outcomes of a risk.
    fn positions_of(&self, risk: RiskIndex) -> std::ops::Range<usize> {
        let outcomes = &self.coverage.outcomes;
        let start = outcomes.partition_point(|outcome| outcome.risk < risk);
        let end = outcomes.partition_point(|outcome| outcome.risk <= risk);
        start..end
    }

    fn judge_again(&self, before: &RiskOutcome, most: &mut usize) -> Option<RiskOutcome> {
        let coverage = &self.coverage;
        let catalog = coverage.assessment.catalog();
        let mut direct = Count::default();
        let cells = coverage.direct_cells(before);
        *most = most.checked_sub(cells.len() + 1)?;
        for cell in cells {
            if let Some(verdict) = coverage.verdict_for_risks(cell) {
                direct.add(verdict, depth_of(catalog.control_at(cell.control)));
            }
        }
        let risk = catalog.risk_at(before.risk);
        let after = coverage.outcome(
            (before.risk, risk),
            before.subject,
            direct,
            Count::default(),
        );
        Some(RiskOutcome {
            supporting: before.supporting,
            ..after
        })
    }
}
