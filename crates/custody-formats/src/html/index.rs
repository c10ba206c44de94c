//! Which entries belong together, so that every id can link to its entry.

use custody_controls::gap::Gap;
use custody_controls::report::{ApplicabilityRow, Report};
use std::collections::BTreeMap;

/// The entries of a report by id.
pub(super) struct Index<'r> {
    clauses: BTreeMap<&'r str, &'r str>,
    of_control: BTreeMap<&'r str, Vec<&'r Gap>>,
    of_risk: BTreeMap<&'r str, Vec<&'r Gap>>,
    of_subject: BTreeMap<&'r str, Vec<&'r Gap>>,
}

impl<'r> Index<'r> {
    pub(super) fn of(report: &'r Report) -> Self {
        let mut index = Self {
            clauses: report
                .clauses
                .iter()
                .map(|row| (row.clause.as_str(), row.title.as_str()))
                .collect(),
            of_control: BTreeMap::new(),
            of_risk: BTreeMap::new(),
            of_subject: BTreeMap::new(),
        };
        for gap in &report.gaps {
            if let Some(control) = &gap.control {
                index
                    .of_control
                    .entry(control.as_str())
                    .or_default()
                    .push(gap);
            } else if let Some(risk) = &gap.risk {
                index.of_risk.entry(risk.as_str()).or_default().push(gap);
            }
            index
                .of_subject
                .entry(gap.subject.as_str())
                .or_default()
                .push(gap);
        }
        index
    }

    /// The title of a clause with control instances.
    pub(super) fn clause_title(&self, clause: &str) -> &'r str {
        self.clauses.get(clause).copied().unwrap_or_default()
    }

    pub(super) fn gaps_of_control(&self, id: &str) -> &[&'r Gap] {
        self.of_control
            .get(id)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    pub(super) fn gaps_of_risk(&self, id: &str) -> &[&'r Gap] {
        self.of_risk.get(id).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn gaps_of_subject(&self, id: &str) -> &[&'r Gap] {
        self.of_subject
            .get(id)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }
}

/// The controls by clause, in the order of the standard.
pub(super) fn by_clause(
    report: &Report,
) -> BTreeMap<&custody_controls::id::ClauseNumber, Vec<&ApplicabilityRow>> {
    let mut clauses: BTreeMap<_, Vec<_>> = BTreeMap::new();
    // Controls of a clause are mostly adjacent.
    for rows in report.applicability.chunk_by(|a, b| a.clause == b.clause) {
        if let Some(first) = rows.first() {
            clauses.entry(&first.clause).or_default().extend(rows);
        }
    }
    clauses
}
