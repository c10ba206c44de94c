//! Portfolios: the overview of many assessments, and the files that were read and written for it.
//!
//! A [`Portfolio`] is a pure function of a set of assessments: the order in which they were read
//! and the number of threads do not change a byte. The results of all threads are merged, then
//! sorted and summed up. Its JSON form has the structure of the type and is identified by
//! [`SCHEMA`].

mod folder;
mod gathering;
mod inputs;
mod layout;
mod run;
mod totals;
mod worst;

pub use crate::source::{LeftOut, Omission};
pub use gathering::Gathering;
pub use layout::{Table, custodian_key, report_path, rows_path, same_id};
pub use run::{Finished, INVALID_KEPT, Progress, Rendering, Run, RunError};
pub use totals::Totals;
pub use worst::WorstRisk;

use crate::assessment::InputFile;
use crate::coverage::{Ratio, Tally};
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostics, Level};
use crate::id::{AssessmentId, CatalogId, ClauseNumber};
use crate::json::{self, Stored};
use crate::report::{ClauseCoverage, Report, Summary};
use crate::taxonomy::{CatalogOrigin, Severity, Tier, schema_vocabulary};
use crate::text::count;
use serde::{Deserialize, Serialize};
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io;
use totals::sum;

/// The identifier and version of the JSON form of a portfolio. The number is raised by breaking
/// changes.
pub const SCHEMA: &str = "custody-controls/portfolio/2";

/// The rule by which assessments are sorted.
const RANKING: &str = "The worst first: by the number of critical gaps, then of high gaps, then by the share of proven control instances, the lowest first, then by id. For this order only, excluded control instances count as absent, so that an exclusion improves no rank. No weights are used.";

/// Many assessments as of a date, with the files that were read and written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Portfolio {
    /// The value of [`SCHEMA`].
    pub schema: String,
    /// The date as of which verdicts are given.
    pub as_of: Date,
    /// The last day of the horizon; evidence that expires by then is reported.
    pub horizon_end: Date,
    /// The id of the catalog.
    pub catalog: CatalogId,
    /// The standard on which the catalog is based.
    pub catalog_standard: String,
    /// The version of the catalog.
    pub catalog_version: String,
    /// The SHA-256 of the canonical form of the catalog.
    pub catalog_sha256: String,
    /// Where the catalog comes from.
    pub catalog_origin: CatalogOrigin,
    /// The version of this library.
    pub program_version: String,
    /// Totals of all assessments.
    pub totals: Totals,
    /// Totals by clause, in the order of the standard. A clause with more than three numbers is
    /// counted with the one to which it belongs: `9.3.7.2` with `9.3.7`.
    pub clauses: Vec<ClauseCoverage>,
    /// Totals by tier: organizations, then wallets from hot to cold.
    pub tiers: Vec<TierCells>,
    /// The rule by which assessments are sorted.
    pub ranking: String,
    /// The overview page, if it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overview: Option<OutputFile>,
    /// The assessments, the worst first.
    pub assessments: Vec<Member>,
    /// Invalid inputs, which are not included in any number, by name.
    pub faulty: Vec<FaultyInput>,
    /// Skipped entries, by name.
    pub left_out: Vec<LeftOut>,
}

impl Stored for Portfolio {
    const SCHEMA: &'static str = SCHEMA;

    fn write_json(&self, out: &mut dyn io::Write) -> io::Result<()> {
        json::write_entries(self, out)
    }
}

/// An assessment of a portfolio.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Member {
    /// The id of the assessment.
    pub assessment: AssessmentId,
    /// The title.
    pub title: String,
    /// The custodian.
    pub custodian: String,
    /// The jurisdiction in which the custodian is supervised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<String>,
    /// The first day of the assessed period.
    pub period_from: Date,
    /// The last day of the assessed period.
    pub period_to: Date,
    /// The key figures of the report.
    pub summary: Summary,
    /// The worst open risks, at most five: by severity, then by verdict.
    pub worst_risks: Vec<WorstRisk>,
    /// Control instances by clause, as in the portfolio.
    pub clauses: Vec<ClauseCells>,
    /// Control instances by tier, as in the portfolio.
    pub tiers: Vec<TierCells>,
    /// Warnings about the assessment.
    pub warnings: u64,
    /// The files of the assessment.
    pub inputs: Vec<InputFile>,
    /// The files that were written for the assessment.
    pub outputs: Vec<OutputFile>,
}

/// Control instances of a clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ClauseCells {
    /// The clause.
    pub clause: ClauseNumber,
    /// Control instances by verdict.
    pub cells: Tally,
}

/// Control instances for the wallets of a tier, or for organizations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TierCells {
    /// The tier; absent for organizations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// The number of wallets or organizations.
    pub subjects: u64,
    /// Their control instances by verdict.
    pub cells: Tally,
}

/// A written file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OutputFile {
    /// The content of the file.
    pub kind: OutputKind,
    /// The path, relative to the directory of the date.
    pub path: String,
    /// The number of rows, for a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// The size in bytes.
    pub bytes: u64,
    /// The SHA-256 of the content.
    pub sha256: String,
}

schema_vocabulary! {
    /// The content of a written file.
    ///
    /// May grow.
    #[non_exhaustive]
    OutputKind, "kind of output" {
        /// A row for each control instance.
        Cells,
        /// A row for each risk and subject.
        Risks,
        /// A row for each gap.
        Gaps,
        /// The report of an assessment.
        Report,
        /// The overview of all assessments.
        Overview,
    }
}

schema_vocabulary! {
    /// Why an input is invalid.
    ///
    /// Closed: an input that was not evaluated was unreadable, invalid or ambiguous.
    Obstacle, "obstacle" {
        /// The input has errors; `custody check` reports them.
        Faults,
        /// The input cannot be read.
        Unreadable,
        /// The id is also that of another assessment, so it is not known which of them counts. Ids
        /// are compared regardless of case, like file names on some systems.
        RepeatedId,
    }
}

/// An invalid input, which is not included in any number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FaultyInput {
    /// The file or directory, as given.
    pub name: String,
    /// The reason.
    pub obstacle: Obstacle,
    /// The number of errors.
    pub faults: u64,
    /// The first error.
    pub first: FirstFault,
}

/// The first error of an input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FirstFault {
    /// The code of the diagnostic, for errors of a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// The message.
    pub message: String,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The column, from 1, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

impl Member {
    /// The part of a report that a portfolio keeps.
    pub fn new(report: &Report, warnings: usize, outputs: Vec<OutputFile>) -> Self {
        let facts = &report.facts;
        let mut clauses: BTreeMap<ClauseNumber, Tally> = BTreeMap::new();
        for row in &report.clauses {
            let cells = clauses.entry(column(&row.clause)).or_default();
            *cells = sum(*cells, row.cells);
        }
        let mut tiers: BTreeMap<Option<Tier>, (u64, Tally)> = BTreeMap::new();
        for row in &report.subjects {
            let (subjects, cells) = tiers.entry(row.tier).or_default();
            *subjects += 1;
            *cells = sum(*cells, row.cells);
        }
        Self {
            assessment: facts.assessment.clone(),
            title: facts.title.clone(),
            custodian: facts.custodian.clone(),
            jurisdiction: facts.jurisdiction.clone(),
            period_from: facts.period_from,
            period_to: facts.period_to,
            summary: report.summary.clone(),
            worst_risks: worst::worst_risks(report),
            clauses: clauses
                .into_iter()
                .map(|(clause, cells)| ClauseCells { clause, cells })
                .collect(),
            tiers: in_order(tiers),
            warnings: warnings as u64,
            inputs: facts.files.clone(),
            outputs,
        }
    }

    /// The file of the report, if it was written.
    pub fn report(&self) -> Option<&OutputFile> {
        self.outputs
            .iter()
            .find(|output| output.kind == OutputKind::Report)
    }

    /// The number of gaps of a severity.
    pub fn gaps(&self, severity: Severity) -> u64 {
        let counts = self.summary.gaps.iter();
        counts
            .filter(|entry| entry.severity == severity)
            .map(|entry| entry.count)
            .sum()
    }

    /// The control instances of a clause of the portfolio.
    pub fn cells_of_clause(&self, clause: &ClauseNumber) -> Tally {
        let cells = self.clauses.iter().find(|row| row.clause == *clause);
        cells.map(|row| row.cells).unwrap_or_default()
    }

    /// The control instances for a tier, or for the organization.
    pub fn cells_of_tier(&self, tier: Option<Tier>) -> Option<&TierCells> {
        self.tiers.iter().find(|row| row.tier == tier)
    }

    fn rank(&self, other: &Self) -> Ordering {
        let gaps = |member: &Self, severity| {
            let counts = member.summary.without_exclusions.gaps.iter();
            let counts = counts.filter(|entry| entry.severity == severity);
            Reverse(counts.map(|entry| entry.count).sum::<u64>())
        };
        gaps(self, Severity::Critical)
            .cmp(&gaps(other, Severity::Critical))
            .then_with(|| gaps(self, Severity::High).cmp(&gaps(other, Severity::High)))
            .then_with(|| {
                let proven = |member: &Self| member.summary.without_exclusions.proven;
                share(proven(self), proven(other))
            })
            .then_with(|| self.assessment.cmp(&other.assessment))
    }
}

/// The smaller share first; assessments without control instances last.
fn share(one: Ratio, other: Ratio) -> Ordering {
    let part = |of: Ratio, by: Ratio| u128::from(of.numerator) * u128::from(by.denominator);
    match (one.denominator, other.denominator) {
        (0, 0) => Ordering::Equal,
        (0, _) => Ordering::Greater,
        (_, 0) => Ordering::Less,
        _ => part(one, other).cmp(&part(other, one)),
    }
}

/// The clause of the portfolio to which a clause belongs: its first three numbers.
fn column(clause: &ClauseNumber) -> ClauseNumber {
    let text = clause.as_str();
    let end = text
        .match_indices('.')
        .nth(2)
        .map_or(text.len(), |(at, _)| at);
    text.get(..end)
        .and_then(|text| ClauseNumber::new(text).ok())
        .unwrap_or_else(|| clause.clone())
}

fn in_order(tiers: BTreeMap<Option<Tier>, (u64, Tally)>) -> Vec<TierCells> {
    let row = |(tier, (subjects, cells))| TierCells {
        tier,
        subjects,
        cells,
    };
    tiers.into_iter().map(row).collect()
}

impl FaultyInput {
    /// An input with errors. Warnings are not counted.
    pub fn faults(name: impl Into<String>, faults: &Diagnostics) -> Self {
        let errors = || faults.iter().filter(|fault| fault.level() == Level::Error);
        let first = errors().next();
        let location = first.and_then(|fault| fault.location.as_ref());
        Self {
            name: name.into(),
            obstacle: Obstacle::Faults,
            faults: errors().count() as u64,
            first: FirstFault {
                code: first.map(|fault| fault.code),
                message: first.map(|fault| fault.message.clone()).unwrap_or_default(),
                file: location.map(|location| location.file.to_string()),
                line: location.map(|location| location.line),
                column: location.map(|location| location.column),
            },
        }
    }

    /// An input that cannot be read.
    pub fn unreadable(name: impl Into<String>, why: impl Into<String>) -> Self {
        Self::without_place(name.into(), Obstacle::Unreadable, why.into())
    }

    fn without_place(name: String, obstacle: Obstacle, message: String) -> Self {
        Self {
            name,
            obstacle,
            faults: 1,
            first: FirstFault {
                code: None,
                message,
                file: None,
                line: None,
                column: None,
            },
        }
    }
}

impl Portfolio {
    /// The result in one or two sentences.
    pub fn headline(&self) -> String {
        let Totals {
            assessments,
            proven,
            possible,
            ..
        } = self.totals;
        let mut headline = count(assessments, "assessment", "assessments");
        let cells = self.totals.cells;
        let _ = match cells.uncounted_in_words() {
            _ if assessments == 0 => headline.write_char('.'),
            Some(uncounted) => write!(headline, ". {uncounted}."),
            None => write!(
                headline,
                ": coverage is proven for {proven}, possible for {possible}; {}.",
                cells.excluded_in_words()
            ),
        };
        if let Some(remark) = self.catalog_origin.remark() {
            let _ = write!(headline, " The catalog is {remark}.");
        }
        if self.totals.doubts > 0 {
            let doubts = count(self.totals.doubts, "reason", "reasons");
            let _ = write!(headline, " {doubts} to doubt.");
        }
        if !self.faulty.is_empty() {
            let _ = write!(
                headline,
                " {} invalid and not included.",
                count(self.faulty.len() as u64, "input is", "inputs are")
            );
        }
        headline
    }

    /// The number of custodians, by name.
    pub fn custodians(&self) -> usize {
        let names = self.assessments.iter().map(|member| &member.custodian);
        names.collect::<BTreeSet<_>>().len()
    }
}
