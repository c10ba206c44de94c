//! Many records side by side: what stands in the overview of many custodians, and what was read and
//! written for it.
//!
//! A [`Portfolio`] is a pure function of a set: in whatever order assessments were read, by however
//! many hands, it is the same to the byte. What each hand has gathered is merged, and only then put
//! in order and added up. Like the report, it is its own JSON form, named by [`SCHEMA`].

mod places;

pub use places::{Table, custodian_key, report_path, rows_path, same_id};

use crate::assessment::InputFile;
use crate::catalog::Catalog;
use crate::coverage::{Ratio, Tally};
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostics, Level};
use crate::id::{AssessmentId, CatalogId, ClauseNumber};
use crate::report::{ClauseCoverage, Report, SeverityCount, Summary, VerdictCount};
use crate::settings::Settings;
use crate::taxonomy::{RiskVerdict, Severity, Tier, Word, schema_vocabulary};
use crate::text::count;
use serde::Serialize;
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The name and version of the portfolio's JSON form. A change that breaks readers raises the
/// number.
pub const SCHEMA: &str = "custody-controls/portfolio/1";

/// By what rule the assessments are in their order.
const RANKING: &str = "The worst first: by the number of critical gaps, then of high gaps, then by the share of cells that is proven, the lowest first, then by id. No weights are used.";

/// Many assessments on a day, what was read for them and what was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Portfolio {
    /// [`SCHEMA`].
    pub schema: String,
    /// The day for which verdicts are given.
    pub as_of: Date,
    /// The last day of the horizon within which what runs out is named.
    pub horizon_end: Date,
    /// The catalogue.
    pub catalog: CatalogId,
    /// The standard that the catalogue structures.
    pub catalog_standard: String,
    /// The version of the catalogue.
    pub catalog_version: String,
    /// The SHA-256 of the catalogue's canonical form.
    pub catalog_sha256: String,
    /// The version of this crate.
    pub program_version: String,
    /// What all assessments come to.
    pub totals: Totals,
    /// The same by clause, in the order of the standard. A clause of more than three numbers counts
    /// with the one that it lies within: `9.3.7.2` with `9.3.7`.
    pub clauses: Vec<ClauseCoverage>,
    /// The same by tier: the organizations, then wallets from hot to cold.
    pub tiers: Vec<TierCells>,
    /// By what rule the assessments are in their order.
    pub ranking: String,
    /// The overview for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overview: Option<OutputFile>,
    /// The assessments, the worst first.
    pub assessments: Vec<Member>,
    /// What should have been an assessment and is in no number, by name.
    pub faulty: Vec<FaultyInput>,
    /// What was not looked at, by name.
    pub left_out: Vec<LeftOut>,
}

/// An assessment among others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Member {
    /// The assessment.
    pub assessment: AssessmentId,
    /// What readers call it.
    pub title: String,
    /// The firm that is assessed.
    pub custodian: String,
    /// Where it is supervised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<String>,
    /// The first day that the assessment is about.
    pub period_from: Date,
    /// The last day that the assessment is about.
    pub period_to: Date,
    /// The numbers of its report.
    pub summary: Summary,
    /// Its cells by clause, as the portfolio has them.
    pub clauses: Vec<ClauseCells>,
    /// Its cells by tier, as the portfolio has them.
    pub tiers: Vec<TierCells>,
    /// What is said that changes nothing.
    pub warnings: u64,
    /// The files that it was read from.
    pub inputs: Vec<InputFile>,
    /// The files that were written about it.
    pub outputs: Vec<OutputFile>,
}

/// Cells of the controls of a clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ClauseCells {
    /// The clause.
    pub clause: ClauseNumber,
    /// Its cells by verdict.
    pub cells: Tally,
}

/// Cells of the wallets of a tier, or of organizations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TierCells {
    /// The tier; none for organizations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// How many wallets or organizations there are.
    pub subjects: u64,
    /// Their cells by verdict.
    pub cells: Tally,
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OutputFile {
    /// What it holds.
    pub kind: OutputKind,
    /// Where it lies, from the folder of the day.
    pub path: String,
    /// How many rows it has, where it is a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Its size in bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes.
    pub sha256: String,
}

schema_vocabulary! {
    /// What a written file holds.
    OutputKind, "kind of output" {
        /// A row for each cell.
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
    /// Why something should have been an assessment and is in no number.
    Obstacle, "obstacle" {
        /// It has faults; `custody check` shows them.
        Faults,
        /// It cannot be read.
        Unreadable,
        /// Its id is that of another one, so nobody can tell which of them counts. Upper and lower
        /// case are the same here, as they are in the file names of some machines.
        RepeatedId,
    }
}

/// What should have been an assessment and is in no number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FaultyInput {
    /// The file or folder, as it was given.
    pub name: String,
    /// Why.
    pub obstacle: Obstacle,
    /// How many faults there are.
    pub faults: u64,
    /// The first of them.
    pub first: FirstFault,
}

/// The first fault of an input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FirstFault {
    /// What kind of fault it is, where it is one of a document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    /// What is wrong.
    pub message: String,
    /// The file in which it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Its line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Its column, from 1, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

schema_vocabulary! {
    /// Why something was not looked at.
    Omission, "omission" {
        /// Its name begins with a full stop.
        Hidden,
        /// It is no `.yaml`, `.yml` or `.json` file, and no folder that holds one.
        OtherKind,
        /// It is a link that leads out of the folder or nowhere.
        LeadsOut,
    }
}

/// Something that was not looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LeftOut {
    /// The file or folder, as it was given.
    pub name: String,
    /// Why.
    pub omission: Omission,
}

impl LeftOut {
    /// Something that was not looked at.
    pub fn new(name: impl Into<String>, omission: Omission) -> Self {
        Self {
            name: name.into(),
            omission,
        }
    }
}

/// What assessments come to. Totals of parts can be [merged](Totals::merge) in any order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Totals {
    /// How many assessments there are.
    pub assessments: u64,
    /// Cells by verdict.
    pub cells: Tally,
    /// Cells in place and proven, of all that are not excluded.
    pub proven: Ratio,
    /// Cells that may be in place, of all that are not excluded.
    pub possible: Ratio,
    /// Gaps by severity, the gravest first.
    pub gaps: Vec<SeverityCount>,
    /// Risks of each assessment by verdict of their worst subject, from worst to best.
    pub risks: Vec<VerdictCount>,
    /// Critical risks that are treated for each of their subjects, of all critical risks in scope.
    pub critical_risks_treated: Ratio,
    /// Evidence items that may be relied on, of all.
    pub evidence_current: Ratio,
    /// Evidence items that have expired.
    pub evidence_expired: u64,
    /// Current evidence items that expire within the horizon.
    pub evidence_expiring: u64,
    /// Acceptances in force.
    pub acceptances_in_force: u64,
    /// Gaps whose due day has passed.
    pub overdue: u64,
    /// Rows of cells that were written.
    pub cell_rows: u64,
    /// Rows of risks that were written.
    pub risk_rows: u64,
    /// Rows of gaps that were written.
    pub gap_rows: u64,
}

/// Nothing at all: merged with any totals it changes nothing.
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
            cell_rows: 0,
            risk_rows: 0,
            gap_rows: 0,
        }
    }
}

impl Totals {
    /// What one assessment comes to.
    pub fn of(member: &Member) -> Self {
        let summary = &member.summary;
        let rows = |kind| {
            let tables = member.outputs.iter().filter(|output| output.kind == kind);
            tables.filter_map(|output| output.rows).sum()
        };
        let mut totals = Self::default();
        for gaps in &mut totals.gaps {
            let told = summary.gaps.iter();
            gaps.count = told
                .filter(|entry| entry.severity == gaps.severity)
                .map(|entry| entry.count)
                .sum();
        }
        for risks in &mut totals.risks {
            let told = summary.risks.iter();
            risks.count = told
                .filter(|entry| entry.verdict == risks.verdict)
                .map(|entry| entry.count)
                .sum();
        }
        Self {
            assessments: 1,
            cells: summary.cells,
            proven: summary.proven,
            possible: summary.possible,
            critical_risks_treated: summary.critical_risks_treated,
            evidence_current: summary.evidence_current,
            evidence_expired: summary.evidence_expired,
            evidence_expiring: summary.evidence_expiring,
            acceptances_in_force: summary.acceptances_in_force,
            overdue: summary.overdue,
            cell_rows: rows(OutputKind::Cells),
            risk_rows: rows(OutputKind::Risks),
            gap_rows: rows(OutputKind::Gaps),
            ..totals
        }
    }

    /// Two totals as one. The order of the two changes nothing, nor does the grouping of more.
    #[must_use]
    pub fn merge(mut self, other: &Self) -> Self {
        self.assessments += other.assessments;
        self.cells = sum(self.cells, other.cells);
        self.proven = both(self.proven, other.proven);
        self.possible = both(self.possible, other.possible);
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

fn sum(one: Tally, other: Tally) -> Tally {
    Tally {
        effective: one.effective + other.effective,
        unproven: one.unproven + other.unproven,
        partial: one.partial + other.partial,
        absent: one.absent + other.absent,
        unknown: one.unknown + other.unknown,
        excluded: one.excluded + other.excluded,
    }
}

impl Member {
    /// What a portfolio keeps of a report.
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

    /// The file of the report, where one was written.
    pub fn report(&self) -> Option<&OutputFile> {
        self.outputs
            .iter()
            .find(|output| output.kind == OutputKind::Report)
    }

    /// How many gaps of a severity there are.
    pub fn gaps(&self, severity: Severity) -> u64 {
        let counts = self.summary.gaps.iter();
        counts
            .filter(|entry| entry.severity == severity)
            .map(|entry| entry.count)
            .sum()
    }

    /// Its cells in a column of the portfolio.
    pub fn cells_of_clause(&self, clause: &ClauseNumber) -> Tally {
        let cells = self.clauses.iter().find(|row| row.clause == *clause);
        cells.map(|row| row.cells).unwrap_or_default()
    }

    /// Its wallets of a tier, or its organization.
    pub fn cells_of_tier(&self, tier: Option<Tier>) -> Option<&TierCells> {
        self.tiers.iter().find(|row| row.tier == tier)
    }

    fn rank(&self, other: &Self) -> Ordering {
        let gaps = |member: &Self, severity| Reverse(member.gaps(severity));
        gaps(self, Severity::Critical)
            .cmp(&gaps(other, Severity::Critical))
            .then_with(|| gaps(self, Severity::High).cmp(&gaps(other, Severity::High)))
            .then_with(|| share(self.summary.proven, other.summary.proven))
            .then_with(|| self.assessment.cmp(&other.assessment))
    }
}

/// The smaller share first; where there is nothing to count comes last.
fn share(one: Ratio, other: Ratio) -> Ordering {
    let part = |of: Ratio, by: Ratio| u128::from(of.numerator) * u128::from(by.denominator);
    match (one.denominator, other.denominator) {
        (0, 0) => Ordering::Equal,
        (0, _) => Ordering::Greater,
        (_, 0) => Ordering::Less,
        _ => part(one, other).cmp(&part(other, one)),
    }
}

/// The clause in whose column another one counts: its first three numbers.
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
    /// An input with faults. Warnings beside them are not counted.
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

/// What one hand has gathered. Gatherings can be [merged](Gathering::merge) in any order.
#[derive(Clone, Debug, Default)]
pub struct Gathering {
    members: Vec<(String, Member)>,
    faulty: Vec<FaultyInput>,
    left_out: Vec<LeftOut>,
}

impl Gathering {
    /// Adds an assessment and the name of the file or folder that it was read from.
    pub fn add(&mut self, name: impl Into<String>, member: Member) {
        self.members.push((name.into(), member));
    }

    /// Adds what should have been an assessment.
    pub fn add_faulty(&mut self, input: FaultyInput) {
        self.faulty.push(input);
    }

    /// Adds what was not looked at.
    pub fn add_left_out(&mut self, entry: LeftOut) {
        self.left_out.push(entry);
    }

    /// What two hands have gathered.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.members.extend(other.members);
        self.faulty.extend(other.faulty);
        self.left_out.extend(other.left_out);
        self
    }

    /// Takes out assessments that have the same id, and puts them among what is faulty. What was
    /// written about them is returned, so that it can be removed.
    pub fn set_apart_repeated(&mut self) -> Vec<OutputFile> {
        let mut written = Vec::new();
        let mut by_id: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, member) in &self.members {
            let named = by_id.entry(same_id(&member.assessment)).or_default();
            named.push(name.clone());
        }
        let members = std::mem::take(&mut self.members);
        for (name, member) in members {
            let named = by_id.get(&same_id(&member.assessment));
            let others = named.map_or(0, |named| named.len() - 1);
            if others > 0 {
                let named = named.into_iter().flatten();
                let other = named.filter(|other| **other != name).min();
                let message = format!(
                    "the id `{}` is also that of `{}`{}",
                    member.assessment,
                    other.unwrap_or(&name),
                    match others {
                        1 => String::new(),
                        more => format!(" and {} more", more - 1),
                    }
                );
                let input = FaultyInput::without_place(name, Obstacle::RepeatedId, message);
                self.faulty.push(input);
                written.extend(member.outputs);
            } else {
                self.members.push((name, member));
            }
        }
        written
    }

    /// Puts everything in order and adds it up.
    pub fn into_portfolio(mut self, catalog: &Catalog, settings: &Settings) -> Portfolio {
        self.set_apart_repeated();
        let mut assessments: Vec<Member> =
            self.members.into_iter().map(|(_, member)| member).collect();
        assessments.sort_by(Member::rank);
        self.faulty.sort();
        self.left_out.sort();
        let mut totals = Totals::default();
        let mut clauses: BTreeMap<&ClauseNumber, Tally> = BTreeMap::new();
        let mut tiers: BTreeMap<Option<Tier>, (u64, Tally)> = BTreeMap::new();
        for member in &assessments {
            totals = totals.merge(&Totals::of(member));
            for row in &member.clauses {
                let cells = clauses.entry(&row.clause).or_default();
                *cells = sum(*cells, row.cells);
            }
            for row in &member.tiers {
                let (subjects, cells) = tiers.entry(row.tier).or_default();
                *subjects += row.subjects;
                *cells = sum(*cells, row.cells);
            }
        }
        let facts = catalog.facts();
        Portfolio {
            schema: SCHEMA.to_owned(),
            as_of: settings.as_of,
            horizon_end: settings.horizon_end(),
            catalog: facts.id.clone(),
            catalog_standard: facts.standard.clone(),
            catalog_version: facts.version.clone(),
            catalog_sha256: catalog.sha256().to_owned(),
            program_version: env!("CARGO_PKG_VERSION").to_owned(),
            totals,
            clauses: clauses
                .into_iter()
                .map(|(clause, cells)| ClauseCoverage::of(clause, cells, catalog))
                .collect(),
            tiers: in_order(tiers),
            ranking: RANKING.to_owned(),
            overview: None,
            assessments,
            faulty: self.faulty,
            left_out: self.left_out,
        }
    }
}

impl Portfolio {
    /// The portfolio in a sentence or two.
    pub fn verdict(&self) -> String {
        let Totals {
            assessments,
            proven,
            possible,
            ..
        } = self.totals;
        let mut verdict = count(assessments, "assessment", "assessments");
        if proven.denominator > 0 {
            let _ = write!(
                verdict,
                ": coverage is proven for {proven}, possible for {possible}"
            );
        }
        verdict.push('.');
        if !self.faulty.is_empty() {
            let _ = write!(
                verdict,
                " {} cannot be read and {} in no number.",
                count(self.faulty.len() as u64, "input", "inputs"),
                if self.faulty.len() == 1 { "is" } else { "are" }
            );
        }
        verdict
    }

    /// How many custodians there are, by name.
    pub fn custodians(&self) -> usize {
        let names = self.assessments.iter().map(|member| &member.custodian);
        names.collect::<BTreeSet<_>>().len()
    }
}
