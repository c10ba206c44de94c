//! The record as rows: one for each cell, each risk and subject, and each gap, for tables, databases
//! and many custodians side by side.
//!
//! Every row repeats what it is about, so that rows of many assessments can lie in one table. The
//! columns keep their names and their order; new ones come at the end. `docs/formats.md` tells more.

use super::{ApplicabilityRow, CellRow, EvidenceRow, Report, RiskRow, RiskSubjectRow};
use crate::assessment::SubjectId;
use crate::date::Date;
use crate::gap::Gap;
use crate::id::{
    AssessmentId, CatalogId, ClauseNumber, ControlId, EvidenceId, PersonId, ProviderId, RiskId,
};
use crate::source::Location;
use crate::taxonomy::{GapKind, RiskVerdict, Severity, Status, Tier, Verdict, Word};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The name and version of the row of a cell.
pub const CELL_SCHEMA: &str = "custody-controls/cell-row/1";
/// The name and version of the row of a risk and a subject.
pub const RISK_SCHEMA: &str = "custody-controls/risk-row/1";
/// The name and version of the row of a gap.
pub const GAP_SCHEMA: &str = "custody-controls/gap-row/1";

/// What stands in a column of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field<'r> {
    /// Nothing.
    Empty,
    /// A whole number.
    Number(i64),
    /// A day.
    Day(Date),
    /// A text, a word of a vocabulary or an id.
    Text(Cow<'r, str>),
    /// Several risks.
    Risks(&'r [RiskId]),
    /// Several texts.
    Texts(&'r [Cow<'r, str>]),
}

/// A row: named columns in a stated order.
pub trait Row: Serialize {
    /// The names of the columns.
    const COLUMNS: &'static [&'static str];

    /// How many of them, from the first, are known to be the same in all rows of a table, as they say
    /// what it is about.
    const SHARED: usize = 0;

    /// Hands over what stands in each column, from the given one on, in their order.
    fn each_field<'s>(&'s self, from: usize, take: impl FnMut(Field<'s>));

    /// What stands in them.
    fn fields(&self) -> Vec<Field<'_>> {
        let mut fields = Vec::with_capacity(Self::COLUMNS.len());
        self.each_field(0, |field| fields.push(field));
        fields
    }
}

/// A type that stands in a column.
trait Column {
    fn field(&self) -> Field<'_>;
}

impl Column for &str {
    fn field(&self) -> Field<'_> {
        Field::Text(Cow::Borrowed(self))
    }
}

impl Column for Date {
    fn field(&self) -> Field<'_> {
        Field::Day(*self)
    }
}

impl<T: Column> Column for Option<T> {
    fn field(&self) -> Field<'_> {
        self.as_ref().map_or(Field::Empty, T::field)
    }
}

impl Column for &[RiskId] {
    fn field(&self) -> Field<'_> {
        Field::Risks(self)
    }
}

impl Column for Vec<Cow<'_, str>> {
    fn field(&self) -> Field<'_> {
        Field::Texts(self)
    }
}

macro_rules! fields {
    (numbers: $($number:ty)+; words: $($word:ty)+; ids: $($id:ty)+;) => {
        $(impl Column for $number {
            fn field(&self) -> Field<'_> {
                Field::Number(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        })+
        $(impl Column for $word {
            fn field(&self) -> Field<'_> {
                Field::Text(Cow::Borrowed(self.word()))
            }
        })+
        $(impl Column for &$id {
            fn field(&self) -> Field<'_> {
                Field::Text(Cow::Borrowed(self.as_str()))
            }
        })+
    };
}

fields! {
    numbers: u8 u32 i32 u64;
    words: GapKind RiskVerdict Severity Status Tier Verdict;
    ids: AssessmentId CatalogId ClauseNumber ControlId PersonId ProviderId RiskId SubjectId;
}

/// Hands over columns but the first ones, of which `before` tells how many they are.
macro_rules! hand_over {
    (($before:ident, $take:ident, $row:expr) $($column:ident)+) => {$(
        if $before == 0 {
            $take($row.$column.field());
        }
        $before = $before.saturating_sub(1);
    )+};
}

/// Declares rows: what they are about, which is the same in all of them, and columns of their own.
macro_rules! rows {
    ($($(#[$meta:meta])* $name:ident { $($(#[$column_meta:meta])+ $column:ident: $kind:ty,)+ })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub struct $name<'r> {
            /// The name and version of the form of the row.
            pub schema: &'static str,
            /// The assessment.
            pub assessment: &'r AssessmentId,
            /// The firm that is assessed.
            pub custodian: &'r str,
            /// Where it is supervised.
            pub jurisdiction: Option<&'r str>,
            /// The day for which verdicts are given.
            pub as_of: Date,
            /// The catalogue.
            pub catalog: &'r CatalogId,
            /// The version of the catalogue.
            pub catalog_version: &'r str,
            /// The SHA-256 of the catalogue's canonical form.
            pub catalog_sha256: &'r str,
            $($(#[$column_meta])+ pub $column: $kind,)+
        }

        impl Row for $name<'_> {
            const COLUMNS: &'static [&'static str] = &[
                "schema", "assessment", "custodian", "jurisdiction", "as_of", "catalog",
                "catalog_version", "catalog_sha256", $(stringify!($column),)+
            ];

            const SHARED: usize = 8;

            fn each_field<'s>(&'s self, from: usize, mut take: impl FnMut(Field<'s>)) {
                let mut before = from;
                hand_over!(
                    (before, take, self) schema assessment custodian jurisdiction as_of catalog
                    catalog_version catalog_sha256 $($column)+
                );
            }
        }
    )+};
}

rows! {
    /// A cell: a control and a subject to which it applies.
    CellRecord {
        /// The subject.
        subject: &'r SubjectId,
        /// The tier of a wallet.
        tier: Option<Tier>,
        /// The control.
        control: &'r ControlId,
        /// The clause that the control belongs to.
        clause: &'r ClauseNumber,
        /// What readers call the control.
        title: &'r str,
        /// The verdict.
        verdict: Verdict,
        /// 1 where the cell counts in the denominator, 0 where it is excluded.
        counted: u8,
        /// 1 where the cell is in place and proven, otherwise 0.
        proven: u8,
        /// 1 where the cell may be in place, otherwise 0.
        possible: u8,
        /// What the claim says.
        status: Option<Status>,
        /// The claim's justification, rationale, or what is missing.
        explanation: Option<&'r str>,
        /// How many evidence items the claim cites.
        evidence_count: u64,
        /// How many of them may be relied on.
        evidence_current: u64,
        /// The day from which the newest of them speaks.
        evidence_newest: Option<Date>,
        /// How many days lie between that day and the day of the verdict; negative where it lies
        /// ahead.
        evidence_age_days: Option<i32>,
        /// Who provides the control, where it is inherited.
        provider: Option<&'r ProviderId>,
        /// Who is responsible.
        owner: Option<&'r PersonId>,
        /// By when it is to be in place.
        due: Option<Date>,
        /// The risks that the control treats directly.
        risks: &'r [RiskId],
        /// The file in which the claim stands.
        file: Option<&'r str>,
        /// The line of the claim, from 1.
        line: Option<u32>,
        /// The column of the claim, from 1, in characters.
        column: Option<u32>,
    }

    /// A risk and a subject that it is judged for. A risk that is judged for none has one row
    /// without a subject.
    RiskRecord {
        /// The subject.
        subject: Option<&'r SubjectId>,
        /// The tier of a wallet.
        tier: Option<Tier>,
        /// The risk.
        risk: &'r RiskId,
        /// The clause that the risk belongs to.
        clause: &'r ClauseNumber,
        /// What readers call the risk.
        title: &'r str,
        /// How bad the stated consequence is.
        severity: Severity,
        /// The measured verdict.
        verdict: RiskVerdict,
        /// 1 where something remains to be done about the risk, otherwise 0.
        open: u8,
        /// 1 in the row of the worst subject, of which each risk has one, otherwise 0.
        worst: u8,
        /// Effective cells of controls that treat it directly.
        direct_effective: u64,
        /// Cells of controls that treat it directly.
        direct_total: u64,
        /// Effective cells of controls that support its treatment.
        supporting_effective: u64,
        /// Cells of controls that support its treatment.
        supporting_total: u64,
        /// 1 where an effective direct cell prevents, otherwise 0.
        prevents: u8,
        /// 1 where an effective direct cell detects, otherwise 0.
        detects: u8,
        /// 1 where an effective direct cell corrects, otherwise 0.
        corrects: u8,
        /// The last day of the acceptance that is in force.
        accepted_until: Option<Date>,
        /// Where no effective direct cell detects: whether the catalogue offers a detective control
        /// here.
        remark: Option<&'r str>,
    }

    /// A gap: a cell or a risk that falls short.
    GapRecord {
        /// Its id, the same in every report.
        gap: &'r str,
        /// How it falls short.
        kind: GapKind,
        /// How much it matters.
        severity: Severity,
        /// Whom it is about.
        subject: &'r SubjectId,
        /// The tier of a wallet.
        tier: Option<Tier>,
        /// The control, for a gap of a cell.
        control: Option<&'r ControlId>,
        /// The risk, for a gap of a risk.
        risk: Option<&'r RiskId>,
        /// The clause that the control or the risk belongs to.
        clause: &'r ClauseNumber,
        /// What readers call the control or the risk.
        title: &'r str,
        /// The risks that stay open with it.
        open_risks: &'r [RiskId],
        /// The chain from the verdict to the line in the file.
        because: Vec<Cow<'r, str>>,
        /// Alternatives, each of which closes the gap.
        closes_if: Vec<Cow<'r, str>>,
        /// Who is responsible.
        owner: Option<&'r PersonId>,
        /// By when it is to be closed.
        due: Option<Date>,
        /// The file in which the claim or the acceptance stands.
        file: Option<&'r str>,
        /// Its line, from 1.
        line: Option<u32>,
        /// Its column, from 1, in characters.
        column: Option<u32>,
    }
}

/// A row with what every row says of the report.
macro_rules! row_of {
    ($report:expr, $schema:expr, $name:ident { $($column:ident $(: $value:expr)?,)+ }) => {
        $name {
            schema: $schema,
            assessment: &$report.facts.assessment,
            custodian: &$report.facts.custodian,
            jurisdiction: $report.facts.jurisdiction.as_deref(),
            as_of: $report.facts.as_of,
            catalog: &$report.facts.catalog,
            catalog_version: &$report.facts.catalog_version,
            catalog_sha256: &$report.facts.catalog_sha256,
            $($column $(: $value)?,)+
        }
    };
}

impl Report {
    /// A row for each cell, in the order of [`Report::applicability`].
    pub fn cell_records(&self) -> impl Iterator<Item = CellRecord<'_>> {
        let tiers = self.tiers();
        let evidence: BTreeMap<&EvidenceId, &EvidenceRow> = self
            .evidence
            .iter()
            .map(|row| (&row.evidence, row))
            .collect();
        self.applicability
            .iter()
            .flat_map(|row| row.cells.iter().map(move |cell| (row, cell)))
            .map(move |(row, cell)| self.cell_record(row, cell, &tiers, &evidence))
    }

    fn cell_record<'r>(
        &'r self,
        row: &'r ApplicabilityRow,
        cell: &'r CellRow,
        tiers: &BTreeMap<&SubjectId, Tier>,
        evidence: &BTreeMap<&EvidenceId, &EvidenceRow>,
    ) -> CellRecord<'r> {
        let mut newest = None;
        let mut current = 0;
        for item in cell.evidence.iter().filter_map(|item| evidence.get(item)) {
            newest = newest.max(Some(item.collected));
            current += u64::from(item.is_reliable());
        }
        let (file, line, column) = place(cell.location.as_ref());
        row_of!(
            self,
            CELL_SCHEMA,
            CellRecord {
                subject: &cell.subject,
                tier: tiers.get(&cell.subject).copied(),
                control: &row.control,
                clause: &row.clause,
                title: &row.title,
                verdict: cell.verdict,
                counted: u8::from(cell.verdict != Verdict::Excluded),
                proven: u8::from(cell.verdict == Verdict::Effective),
                possible: u8::from(matches!(
                    cell.verdict,
                    Verdict::Effective | Verdict::Unproven | Verdict::Unknown
                )),
                status: cell.status,
                explanation: cell.explanation.as_deref(),
                evidence_count: cell.evidence.len() as u64,
                evidence_current: current,
                evidence_newest: newest,
                evidence_age_days: newest.map(|day| day.days_until(self.facts.as_of)),
                provider: cell.provider.as_ref(),
                owner: cell.owner.as_ref(),
                due: cell.due,
                risks: &row.directly,
                file,
                line,
                column,
            }
        )
    }

    /// A row for each risk and each subject that it is judged for, in the order of
    /// [`Report::risks`].
    pub fn risk_records(&self) -> impl Iterator<Item = RiskRecord<'_>> {
        let tiers = self.tiers();
        self.risks
            .iter()
            .flat_map(|row| {
                let none = row.subjects.is_empty().then_some((row, None));
                let subjects = row.subjects.iter();
                subjects
                    .map(move |subject| (row, Some(subject)))
                    .chain(none)
            })
            .map(move |(row, subject)| self.risk_record(row, subject, &tiers))
    }

    fn risk_record<'r>(
        &'r self,
        row: &'r RiskRow,
        outcome: Option<&'r RiskSubjectRow>,
        tiers: &BTreeMap<&SubjectId, Tier>,
    ) -> RiskRecord<'r> {
        let subject = outcome.map(|outcome| &outcome.subject);
        let verdict = outcome.map_or(row.verdict, |outcome| outcome.verdict);
        let direct = outcome.map(|outcome| outcome.direct).unwrap_or_default();
        let supporting = outcome
            .map(|outcome| outcome.supporting)
            .unwrap_or_default();
        let depth = outcome.map(|outcome| outcome.depth).unwrap_or_default();
        row_of!(
            self,
            RISK_SCHEMA,
            RiskRecord {
                subject,
                tier: subject.and_then(|subject| tiers.get(subject).copied()),
                risk: &row.risk,
                clause: &row.clause,
                title: &row.title,
                severity: row.severity,
                verdict,
                open: u8::from(verdict.is_open()),
                worst: u8::from(subject == row.worst.as_ref()),
                direct_effective: direct.numerator,
                direct_total: direct.denominator,
                supporting_effective: supporting.numerator,
                supporting_total: supporting.denominator,
                prevents: u8::from(depth.prevents),
                detects: u8::from(depth.detects),
                corrects: u8::from(depth.corrects),
                accepted_until: outcome.and_then(|outcome| outcome.accepted_until),
                remark: outcome.and_then(|outcome| outcome.remark),
            }
        )
    }

    /// A row for each gap, in the order of [`Report::gaps`].
    pub fn gap_records(&self) -> impl Iterator<Item = GapRecord<'_>> {
        let tiers = self.tiers();
        self.gaps
            .iter()
            .map(move |gap| self.gap_record(gap, &tiers))
    }

    fn gap_record<'r>(&'r self, gap: &'r Gap, tiers: &BTreeMap<&SubjectId, Tier>) -> GapRecord<'r> {
        let (file, line, column) = place(gap.location.as_ref());
        row_of!(
            self,
            GAP_SCHEMA,
            GapRecord {
                gap: &gap.id,
                kind: gap.kind,
                severity: gap.severity,
                subject: &gap.subject,
                tier: tiers.get(&gap.subject).copied(),
                control: gap.control.as_ref(),
                risk: gap.risk.as_ref(),
                clause: &gap.clause,
                title: &gap.title,
                open_risks: &gap.open_risks,
                because: gap
                    .because
                    .iter()
                    .map(|reason| Cow::Owned(reason.to_string()))
                    .collect(),
                closes_if: gap
                    .alternatives()
                    .map(|alternative| Cow::Owned(alternative.to_string()))
                    .collect(),
                owner: gap.owner.as_ref(),
                due: gap.due,
                file,
                line,
                column,
            }
        )
    }

    fn tiers(&self) -> BTreeMap<&SubjectId, Tier> {
        self.subjects
            .iter()
            .filter_map(|row| Some((&row.subject, row.tier?)))
            .collect()
    }
}

fn place(location: Option<&Location>) -> (Option<&str>, Option<u32>, Option<u32>) {
    match location {
        Some(location) => (
            Some(location.file.as_str()),
            Some(location.line),
            Some(location.column),
        ),
        None => (None, None, None),
    }
}
