//! What a board reads of a report: the worst risks, what is proven, what nobody has assessed, and what
//! comes next. Lists have limited lengths, so that it fits on two pages.

use super::{EvidenceRow, Facts, ProgressRow, Report, RiskRow, SubjectCoverage, Summary};
use crate::gap::Gap;
use crate::id::PersonId;
use crate::taxonomy::Verdict;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The number of risks.
const RISKS: usize = 7;
/// The number of subjects, and of families that are not completely assessed.
const ROWS: usize = 10;
/// The number of people, overdue gaps and expiring evidence items.
const FEW: usize = 4;

/// The part of a report that fits on two pages.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Brief<'r> {
    /// The facts of the report.
    pub facts: &'r Facts,
    /// The key figures.
    pub summary: &'r Summary,
    /// The result in one or two sentences.
    pub headline: String,
    /// The open risks, the worst first.
    pub worst_risks: Beginning<&'r RiskRow>,
    /// Coverage by subject.
    pub subjects: Beginning<&'r SubjectCoverage>,
    /// The families of controls with control instances that have not been assessed.
    pub not_assessed: Beginning<&'r ProgressRow>,
    /// Who assessed how much.
    pub people: Beginning<&'r ProgressRow>,
    /// Gaps whose due date has passed, the most severe first.
    pub overdue: Beginning<&'r Gap>,
    /// Evidence items that expire within the horizon, by last valid date.
    pub expiring: Beginning<&'r EvidenceRow>,
    /// Which evidence files are verified, in words.
    pub evidence_files: String,
    /// Risks without a direct control in the catalog.
    pub not_covered: u64,
    /// Limits of the catalog.
    pub limits: u64,
}

/// The first entries of a list.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Beginning<T> {
    /// The first entries.
    pub shown: Vec<T>,
    /// The number of the others.
    pub more: u64,
}

impl<T> Beginning<T> {
    fn of(all: impl IntoIterator<Item = T>, length: usize) -> Self {
        let mut shown: Vec<T> = all.into_iter().collect();
        let more = shown.len().saturating_sub(length);
        shown.truncate(length);
        Self {
            shown,
            more: more as u64,
        }
    }

    /// The number of all entries.
    pub fn all(&self) -> u64 {
        self.shown.len() as u64 + self.more
    }
}

impl Report {
    /// Those who sign the report: each assessor, then each person who approved a risk acceptance or
    /// confirmed an exclusion, by name if the report has it; then the custodian and a supervisor.
    pub fn signatories(&self) -> Vec<String> {
        let names: BTreeMap<&PersonId, &str> = self
            .acceptances
            .iter()
            .map(|row| (&row.approved_by, row.approver.as_str()))
            .collect();
        let cells = self.applicability.iter().flat_map(|row| &row.cells);
        let excluded = cells.filter(|cell| cell.verdict == Verdict::Excluded);
        let confirmed = excluded.filter_map(|cell| cell.approved_by.as_ref());
        let approvers = self.acceptances.iter().map(|row| &row.approved_by);
        let mut seen = BTreeSet::new();
        let approvers = approvers
            .chain(confirmed)
            .filter(|person| seen.insert(*person))
            .map(|person| names.get(person).copied().unwrap_or(person.as_str()));
        let assessors = self.facts.assessors.iter();
        let assessors = assessors.map(|name| format!("Assessed by {name}"));
        let approvers = approvers.map(|name| format!("Approved by {name}"));
        let roles = ["For the custodian", "Supervisor"].map(str::to_owned);
        assessors.chain(approvers).chain(roles).collect()
    }

    /// What a board reads of the report.
    ///
    /// ```
    /// # use custody_controls::{AssessmentFiles, Catalog, Settings};
    /// # let text = include_str!("../../examples/exchange.yaml");
    /// # let assessment = AssessmentFiles::from_text("exchange.yaml", text).resolve(Catalog::builtin())?;
    /// # let report = assessment.measure(&Settings::on("2026-09-30".parse()?)).report();
    /// let brief = report.brief();
    /// let severities: Vec<_> = brief.worst_risks.shown.iter().map(|row| row.severity).collect();
    /// assert!(severities.is_sorted_by(|one, other| one >= other));
    /// assert_eq!(brief.worst_risks.all(), report.worst_risks().count() as u64);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn brief(&self) -> Brief<'_> {
        let families = self.progress.families.iter();
        let overdue = self.gaps.iter();
        Brief {
            facts: &self.facts,
            summary: &self.summary,
            headline: self.headline(),
            worst_risks: Beginning::of(self.worst_risks(), RISKS),
            subjects: Beginning::of(&self.subjects, ROWS),
            not_assessed: Beginning::of(families.filter(|row| row.is_incomplete()), ROWS),
            people: Beginning::of(&self.progress.people, FEW),
            overdue: Beginning::of(overdue.filter(|gap| gap.is_overdue(self.facts.as_of)), FEW),
            expiring: Beginning::of(self.evidence.iter().filter(|row| row.expiring), FEW),
            evidence_files: self.evidence_files_in_words(),
            not_covered: self.not_covered.len() as u64,
            limits: self.limits.len() as u64,
        }
    }
}
