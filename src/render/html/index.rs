//! What belongs to what, so that every name can lead to its entry.

use crate::gap::Gap;
use crate::report::{ApplicabilityRow, Report};
use std::collections::{BTreeMap, BTreeSet};

/// Where the entries of a report are found by name.
pub(super) struct Index<'r> {
    controls: BTreeSet<&'r str>,
    risks: BTreeSet<&'r str>,
    evidence: BTreeSet<&'r str>,
    clauses: BTreeMap<&'r str, &'r str>,
    of_control: BTreeMap<&'r str, Vec<&'r Gap>>,
    of_risk: BTreeMap<&'r str, Vec<&'r Gap>>,
    of_subject: BTreeMap<&'r str, Vec<&'r Gap>>,
}

impl<'r> Index<'r> {
    pub(super) fn of(report: &'r Report) -> Self {
        let mut index = Self {
            controls: report
                .applicability
                .iter()
                .map(|row| row.control.as_str())
                .collect(),
            risks: report.risks.iter().map(|row| row.risk.as_str()).collect(),
            evidence: report
                .evidence
                .iter()
                .map(|row| row.evidence.as_str())
                .collect(),
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

    /// The link to the entry that has this name.
    pub(super) fn anchor(&self, name: &str) -> Option<String> {
        let kind = if self.controls.contains(name) {
            "control"
        } else if self.risks.contains(name) {
            "risk"
        } else if self.evidence.contains(name) {
            "evidence"
        } else {
            return None;
        };
        Some(format!("#{kind}-{name}"))
    }

    /// The title of a clause that has cells.
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

/// The controls clause by clause, in the order of the standard.
pub(super) fn by_clause(
    report: &Report,
) -> BTreeMap<&crate::id::ClauseNumber, Vec<&ApplicabilityRow>> {
    let mut clauses: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in &report.applicability {
        clauses.entry(&row.clause).or_default().push(row);
    }
    clauses
}
