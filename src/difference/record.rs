//! A report with its entries by their ids.

use super::Weight;
use crate::assessment::SubjectId;
use crate::date::Date;
use crate::gap::Gap;
use crate::id::WalletId;
use crate::report::{
    AcceptanceRow, ApplicabilityRow, CellRow, EvidenceRow, Report, RiskRow, SubjectCoverage,
};
use crate::taxonomy::{GapKind, Relevance, RiskVerdict, Status, Verdict};
use std::collections::BTreeMap;

/// A report with its entries by their ids.
pub(super) struct Record<'r> {
    pub(super) report: &'r Report,
    pub(super) gaps: BTreeMap<&'r str, &'r Gap>,
    pub(super) risks: BTreeMap<&'r str, &'r RiskRow>,
    pub(super) controls: BTreeMap<&'r str, &'r ApplicabilityRow>,
    cells: BTreeMap<(&'r str, &'r str), &'r CellRow>,
    pub(super) subjects: BTreeMap<&'r str, &'r SubjectCoverage>,
    pub(super) evidence: BTreeMap<&'r str, &'r EvidenceRow>,
    acceptances: BTreeMap<&'r str, &'r AcceptanceRow>,
}

impl<'r> Record<'r> {
    pub(super) fn of(report: &'r Report) -> Self {
        let rows = report.applicability.iter();
        let cells = rows.clone().flat_map(|row| {
            let key = |cell: &'r CellRow| ((row.control.as_str(), cell.subject.as_str()), cell);
            row.cells.iter().map(key)
        });
        Self {
            report,
            gaps: report
                .gaps
                .iter()
                .map(|gap| (gap.id.as_str(), gap))
                .collect(),
            risks: report
                .risks
                .iter()
                .map(|row| (row.risk.as_str(), row))
                .collect(),
            controls: rows.map(|row| (row.control.as_str(), row)).collect(),
            cells: cells.collect(),
            subjects: report
                .subjects
                .iter()
                .map(|row| (row.subject.as_str(), row))
                .collect(),
            evidence: report
                .evidence
                .iter()
                .map(|row| (row.evidence.as_str(), row))
                .collect(),
            acceptances: report
                .acceptances
                .iter()
                .map(|row| (row.risk.as_str(), row))
                .collect(),
        }
    }

    pub(super) fn day(&self) -> Date {
        self.report.facts.as_of
    }

    pub(super) fn cell(&self, control: &str, subject: &str) -> Option<&'r CellRow> {
        self.cells.get(&(control, subject)).copied()
    }

    /// Whether an evidence item can back a claim for a subject.
    pub(super) fn relevance(&self, item: &EvidenceRow, subject: &SubjectId) -> Relevance {
        let row = self.subjects.get(subject.as_str());
        let names = item.covers.as_ref().map(|covers| covers.contains(subject));
        let since = row.and_then(|row| row.since);
        Relevance::of(item.kind.is_particular(), item.collected, names, since)
    }

    /// All cells of the report.
    pub(super) fn all_cells(&self) -> impl Iterator<Item = (&'r str, &'r CellRow)> {
        self.cells
            .iter()
            .map(|((control, _), cell)| (*control, *cell))
    }

    /// The verdict of the cell of a gap; none for a gap of a risk.
    pub(super) fn verdict(&self, gap: &Gap) -> Option<Verdict> {
        let cell = self.cell(gap.control.as_ref()?.as_str(), gap.subject.as_str())?;
        Some(cell.verdict)
    }

    /// Whether a claim excludes a control and is confirmed, stale or not.
    pub(super) fn is_confirmed(&self, control: &str, cell: &CellRow) -> bool {
        let id = [control, "@", cell.subject.as_str()].concat();
        let gap = self.gaps.get(id.as_str());
        cell.status == Some(Status::NotApplicable)
            && gap.is_none_or(|gap| gap.kind != GapKind::ExclusionUnconfirmed)
    }

    pub(super) fn weight(&self, gap: &Gap) -> Weight {
        Weight::new(gap.severity, self.verdict(gap), gap.kind)
    }

    /// The verdict of a risk for a subject, if it has one.
    pub(super) fn judged(&self, risk: &str, subject: &str) -> Option<RiskVerdict> {
        let mut subjects = self.risks.get(risk)?.subjects.iter();
        let row = subjects.find(|row| row.subject.as_str() == subject)?;
        Some(row.verdict)
    }

    /// The acceptance of a risk that includes a subject, in force or not.
    pub(super) fn acceptance(&self, risk: &str, subject: &str) -> Option<&'r AcceptanceRow> {
        let row = self.acceptances.get(risk).copied()?;
        let names = |wallet: &WalletId| wallet.as_str() == subject;
        (row.wallets.is_empty() || row.wallets.iter().any(names)).then_some(row)
    }
}
