//! The totals of assessments.

use super::{Member, OutputKind};
use crate::coverage::{Ratio, Tally};
use crate::report::{SeverityCount, VerdictCount};
use crate::taxonomy::{RiskVerdict, Severity, Word};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// The totals of assessments. Totals of parts can be [merged](Totals::merge) in any order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Totals {
    /// The number of assessments.
    pub assessments: u64,
    /// Control instances by verdict.
    pub cells: Tally,
    /// Effective control instances, of all that are not excluded.
    pub proven: Ratio,
    /// Control instances that are effective, unproven or unknown, of all that are not excluded.
    pub possible: Ratio,
    /// Control instances that have been assessed, of all, including excluded ones.
    #[serde(default)]
    pub assessed: Ratio,
    /// Gaps by severity, the most severe first.
    pub gaps: Vec<SeverityCount>,
    /// Risks of all assessments by verdict of their worst subject, from worst to best.
    pub risks: Vec<VerdictCount>,
    /// Critical risks that are treated for every affected subject, of all critical risks in scope.
    pub critical_risks_treated: Ratio,
    /// Reliable evidence items, of all.
    pub evidence_current: Ratio,
    /// Evidence items that have expired.
    pub evidence_expired: u64,
    /// Current evidence items that expire within the horizon.
    pub evidence_expiring: u64,
    /// Acceptances in force.
    pub acceptances_in_force: u64,
    /// Gaps whose due date has passed.
    pub overdue: u64,
    /// Doubts of all assessments.
    pub doubts: u64,
    /// The number of written rows of control instances.
    pub cell_rows: u64,
    /// The number of written rows of risks.
    pub risk_rows: u64,
    /// The number of written rows of gaps.
    pub gap_rows: u64,
}

/// Empty totals. Merging them does not change other totals.
impl Default for Totals {
    fn default() -> Self {
        let mut severities = Severity::values();
        severities.sort_by_key(|severity| Reverse(*severity));
        let mut verdicts = RiskVerdict::values();
        verdicts.sort_by_key(|verdict| verdict.rank());
        Self {
            assessments: 0,
            cells: Tally::default(),
            proven: Ratio::default(),
            possible: Ratio::default(),
            assessed: Ratio::default(),
            gaps: severities
                .into_iter()
                .map(|severity| SeverityCount { severity, count: 0 })
                .collect(),
            risks: verdicts
                .into_iter()
                .map(|verdict| VerdictCount { verdict, count: 0 })
                .collect(),
            critical_risks_treated: Ratio::default(),
            evidence_current: Ratio::default(),
            evidence_expired: 0,
            evidence_expiring: 0,
            acceptances_in_force: 0,
            overdue: 0,
            doubts: 0,
            cell_rows: 0,
            risk_rows: 0,
            gap_rows: 0,
        }
    }
}

impl Totals {
    /// The totals of one assessment.
    pub fn of(member: &Member) -> Self {
        let summary = &member.summary;
        let rows = |kind| {
            let tables = member.outputs.iter().filter(|output| output.kind == kind);
            tables.filter_map(|output| output.rows).sum()
        };
        let mut totals = Self::default();
        for gaps in &mut totals.gaps {
            let counts = summary.gaps.iter();
            gaps.count = counts
                .filter(|entry| entry.severity == gaps.severity)
                .map(|entry| entry.count)
                .sum();
        }
        for risks in &mut totals.risks {
            let counts = summary.risks.iter();
            risks.count = counts
                .filter(|entry| entry.verdict == risks.verdict)
                .map(|entry| entry.count)
                .sum();
        }
        Self {
            assessments: 1,
            cells: summary.cells,
            proven: summary.proven,
            possible: summary.possible,
            assessed: summary.assessed.cells,
            critical_risks_treated: summary.critical_risks_treated,
            evidence_current: summary.evidence_current,
            evidence_expired: summary.evidence_expired,
            evidence_expiring: summary.evidence_expiring,
            acceptances_in_force: summary.acceptances_in_force,
            overdue: summary.overdue,
            doubts: summary.doubt_count(),
            cell_rows: rows(OutputKind::Cells),
            risk_rows: rows(OutputKind::Risks),
            gap_rows: rows(OutputKind::Gaps),
            ..totals
        }
    }

    /// The sum of two totals. Merging is commutative and associative.
    #[must_use]
    pub fn merge(mut self, other: &Self) -> Self {
        self.assessments += other.assessments;
        self.cells = sum(self.cells, other.cells);
        self.proven = both(self.proven, other.proven);
        self.possible = both(self.possible, other.possible);
        self.assessed = both(self.assessed, other.assessed);
        for (own, others) in self.gaps.iter_mut().zip(&other.gaps) {
            own.count += others.count;
        }
        for (own, others) in self.risks.iter_mut().zip(&other.risks) {
            own.count += others.count;
        }
        self.critical_risks_treated =
            both(self.critical_risks_treated, other.critical_risks_treated);
        self.evidence_current = both(self.evidence_current, other.evidence_current);
        self.evidence_expired += other.evidence_expired;
        self.evidence_expiring += other.evidence_expiring;
        self.acceptances_in_force += other.acceptances_in_force;
        self.overdue += other.overdue;
        self.doubts += other.doubts;
        self.cell_rows += other.cell_rows;
        self.risk_rows += other.risk_rows;
        self.gap_rows += other.gap_rows;
        self
    }
}

fn both(one: Ratio, other: Ratio) -> Ratio {
    Ratio {
        numerator: one.numerator + other.numerator,
        denominator: one.denominator + other.denominator,
    }
}

pub(super) fn sum(one: Tally, other: Tally) -> Tally {
    Tally {
        effective: one.effective + other.effective,
        unproven: one.unproven + other.unproven,
        partial: one.partial + other.partial,
        absent: one.absent + other.absent,
        unknown: one.unknown + other.unknown,
        excluded: one.excluded + other.excluded,
    }
}
