//! The report as rows for tables and databases: one for each control instance, one for each risk
//! and subject, one for each gap, and one for each doubt; and the rows of other lists.
//!
//! Each row repeats the assessment and the catalog, so that rows of many assessments can be
//! combined in one table. Columns keep their names and order; new columns are appended. See
//! `docs/formats.md`.

mod column;

pub use column::Field;

use super::{
    ApplicabilityRow, CellRow, EvidenceRow, Report, RiskRow, RiskSubjectRow, SubjectCoverage,
};
use crate::assessment::SubjectId;
use crate::date::Date;
use crate::doubt::DoubtCode;
use crate::gap::Gap;
use crate::id::{
    AssessmentId, CatalogId, ClauseNumber, ControlId, EvidenceId, FrameworkId, PersonId,
    ProviderId, RiskId,
};
use crate::location::Location;
use crate::taxonomy::{
    Action, Applicability, CatalogOrigin, Confidence, EvidenceKind, EvidenceState, FileCheck,
    ForeignVerdict, GapKind, RiskVerdict, Severity, Status, Technique, Tier, Verdict,
};
use column::Column;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The identifier and version of the row of a control instance.
pub const CELL_SCHEMA: &str = "custody-controls/cell-row/1";
/// The identifier and version of the row of a risk and a subject.
pub const RISK_SCHEMA: &str = "custody-controls/risk-row/1";
/// The identifier and version of the row of a gap.
pub const GAP_SCHEMA: &str = "custody-controls/gap-row/1";
/// The identifier and version of the row of an evidence item.
pub const EVIDENCE_SCHEMA: &str = "custody-controls/evidence-row/1";
/// The identifier and version of the row of an entry of a to-do list.
pub const TODO_SCHEMA: &str = "custody-controls/todo-row/1";
/// The identifier and version of the row of a doubt.
pub const DOUBT_SCHEMA: &str = "custody-controls/doubt-row/1";

/// A row: named columns in a fixed order.
pub trait Row: Serialize {
    /// The names of the columns.
    const COLUMNS: &'static [&'static str];

    /// The number of leading columns that have the same values in all rows of a report.
    const SHARED: usize = 0;

    /// Passes the value of each column, beginning with column `from`, to a function, in order.
    fn each_field<'s>(&'s self, from: usize, take: impl FnMut(Field<'s>));

    /// The values of all columns.
    fn fields(&self) -> Vec<Field<'_>> {
        let mut fields = Vec::with_capacity(Self::COLUMNS.len());
        self.each_field(0, |field| fields.push(field));
        fields
    }
}

/// Passes values to a function, except those of columns that are to be skipped; `before` is the
/// number of columns before these.
macro_rules! hand_over {
    (($before:ident, $take:ident, $row:expr) $($column:ident)+) => {$(
        if $before == 0 {
            $take($row.$column.field());
        }
        $before = $before.saturating_sub(1);
    )+};
}

/// Declares rows with the common columns and columns of their own.
macro_rules! rows {
    ($($(#[$meta:meta])* $name:ident { $($(#[$column_meta:meta])+ $column:ident: $kind:ty,)+ })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub struct $name<'r> {
            /// The identifier and version of the row.
            pub schema: &'static str,
            /// The id of the assessment.
            pub assessment: &'r AssessmentId,
            /// The custodian.
            pub custodian: &'r str,
            /// The jurisdiction in which the custodian is supervised.
            pub jurisdiction: Option<&'r str>,
            /// The date as of which verdicts are given.
            pub as_of: Date,
            /// The id of the catalog.
            pub catalog: &'r CatalogId,
            /// The version of the catalog.
            pub catalog_version: &'r str,
            /// The SHA-256 of the canonical form of the catalog.
            pub catalog_sha256: &'r str,
            $($(#[$column_meta])+ pub $column: $kind,)+
            /// Where the catalog comes from.
            pub catalog_origin: CatalogOrigin,
        }

        impl Row for $name<'_> {
            const COLUMNS: &'static [&'static str] = &[
                "schema", "assessment", "custodian", "jurisdiction", "as_of", "catalog",
                "catalog_version", "catalog_sha256", $(stringify!($column),)+ "catalog_origin",
            ];

            const SHARED: usize = 8;

            fn each_field<'s>(&'s self, from: usize, mut take: impl FnMut(Field<'s>)) {
                let mut before = from;
                hand_over!(
                    (before, take, self) schema assessment custodian jurisdiction as_of catalog
                    catalog_version catalog_sha256 $($column)+ catalog_origin
                );
            }
        }
    )+};
}

rows! {
    /// A control instance: a control and a subject to which it applies.
    CellRecord {
        /// The subject.
        subject: &'r SubjectId,
        /// The tier, for a wallet.
        tier: Option<Tier>,
        /// The id of the control.
        control: &'r ControlId,
        /// The clause that the control belongs to.
        clause: &'r ClauseNumber,
        /// The title of the control.
        title: &'r str,
        /// The verdict.
        verdict: Verdict,
        /// 1 if the instance is counted, 0 if it is excluded.
        counted: u8,
        /// 1 if the instance is effective, otherwise 0.
        proven: u8,
        /// 1 if the instance is effective, unproven or unknown, otherwise 0.
        possible: u8,
        /// The status of the claim.
        status: Option<Status>,
        /// The justification or rationale of the claim, or what is missing.
        explanation: Option<&'r str>,
        /// The number of evidence items that the claim cites as proof, also of a part.
        evidence_count: u64,
        /// The number of cited reliable evidence items.
        evidence_current: u64,
        /// The collection date of the newest cited evidence.
        evidence_newest: Option<Date>,
        /// The age of the newest cited evidence as of the date of the report, in days; negative if
        /// it was collected later.
        evidence_age_days: Option<i32>,
        /// The provider, if the control is inherited.
        provider: Option<&'r ProviderId>,
        /// The responsible person.
        owner: Option<&'r PersonId>,
        /// The due date.
        due: Option<Date>,
        /// The risks that the control treats directly.
        risks: &'r [RiskId],
        /// The file of the claim.
        file: Option<&'r str>,
        /// The line of the claim, from 1.
        line: Option<u32>,
        /// The column of the claim, from 1, in characters.
        column: Option<u32>,
        /// The first day on which the wallet holds keys, if it is stated.
        since: Option<Date>,
        /// The last day on which the wallet holds keys, if it is stated.
        until: Option<Date>,
        /// Who assessed the claim until the date of the report, in the order of the days.
        assessed_by: Vec<Cow<'r, str>>,
        /// The first day on which the claim was assessed.
        assessed_first: Option<Date>,
        /// The last day, until the date of the report, on which the claim was assessed.
        assessed_last: Option<Date>,
        /// The last day on which this assessment may be relied on, if that is limited.
        reassess_by: Option<Date>,
        /// Who approved the exclusion, for `not-applicable`.
        approved_by: Option<&'r PersonId>,
    }

    /// A risk and an affected subject. A risk that affects no subject has one row without a
    /// subject.
    RiskRecord {
        /// The subject.
        subject: Option<&'r SubjectId>,
        /// The tier, for a wallet.
        tier: Option<Tier>,
        /// The id of the risk.
        risk: &'r RiskId,
        /// The clause that the risk belongs to.
        clause: &'r ClauseNumber,
        /// The title of the risk.
        title: &'r str,
        /// The severity of the consequence.
        severity: Severity,
        /// The measured verdict.
        verdict: RiskVerdict,
        /// 1 if the verdict is open, otherwise 0.
        open: u8,
        /// 1 in the row of the worst subject, otherwise 0. Each risk has one worst subject.
        worst: u8,
        /// Effective controls that treat the risk directly, for this subject.
        direct_effective: u64,
        /// Controls that treat the risk directly, for this subject.
        direct_total: u64,
        /// Effective controls that support the treatment of the risk, for this subject.
        supporting_effective: u64,
        /// Controls that support the treatment of the risk, for this subject.
        supporting_total: u64,
        /// 1 if an effective direct control is preventive, otherwise 0.
        prevents: u8,
        /// 1 if an effective direct control is detective, otherwise 0.
        detects: u8,
        /// 1 if an effective direct control is corrective, otherwise 0.
        corrects: u8,
        /// The last day of the acceptance in force, if there is one.
        accepted_until: Option<Date>,
        /// Why no effective direct control is detective, if none is.
        remark: Option<&'r str>,
    }

    /// A gap: a control instance or a risk that falls short.
    GapRecord {
        /// The id of the gap, which is the same in every report.
        gap: &'r str,
        /// The kind of gap.
        kind: GapKind,
        /// The severity of the gap.
        severity: Severity,
        /// Whether the control is about wallets or the organization.
        subject: &'r SubjectId,
        /// The tier, for a wallet.
        tier: Option<Tier>,
        /// The control, for a gap of a control instance.
        control: Option<&'r ControlId>,
        /// The risk, for a gap of a risk.
        risk: Option<&'r RiskId>,
        /// The clause that the control or the risk belongs to.
        clause: &'r ClauseNumber,
        /// The title of the control or the risk.
        title: &'r str,
        /// The open risks that the control treats directly.
        open_risks: &'r [RiskId],
        /// The reasons, with their locations.
        because: Vec<Cow<'r, str>>,
        /// The alternatives, each of which closes the gap.
        closes_if: Vec<Cow<'r, str>>,
        /// The responsible person.
        owner: Option<&'r PersonId>,
        /// The due date.
        due: Option<Date>,
        /// The file of the claim or the acceptance.
        file: Option<&'r str>,
        /// The line, from 1.
        line: Option<u32>,
        /// The column, from 1, in characters.
        column: Option<u32>,
        /// What has to be done about the gap first.
        action: Action,
    }

    /// A gap and how it is closed.
    TodoRecord {
        /// Its place in the order of work, from 1.
        number: u64,
        /// The id of the gap, which is the same in every report.
        gap: &'r str,
        /// What has to be done about the gap first.
        action: Action,
        /// The kind of gap.
        kind: GapKind,
        /// The severity of the gap.
        severity: Severity,
        /// The organization or the wallet.
        subject: &'r SubjectId,
        /// The control, for a gap of a control instance.
        control: Option<&'r ControlId>,
        /// The risk, for a gap of a risk.
        risk: Option<&'r RiskId>,
        /// The clause that the control or the risk belongs to.
        clause: &'r ClauseNumber,
        /// The title of the control or the risk.
        title: &'r str,
        /// The cheapest step that closes the gap.
        step: Option<Cow<'r, str>>,
        /// The effort of the step. Rows with the same step share it.
        effort: Option<u64>,
        /// The responsible person.
        owner: Option<&'r PersonId>,
        /// The name of the responsible person.
        owner_name: Option<&'r str>,
        /// The due date.
        due: Option<Date>,
        /// The number of days until the due date; negative if it is overdue.
        days_left: Option<i32>,
        /// The reasons.
        because: Vec<Cow<'r, str>>,
        /// The alternatives, each of which closes the gap.
        closes_if: Vec<Cow<'r, str>>,
        /// The file of the claim or the acceptance.
        file: Option<&'r str>,
        /// The line, from 1.
        line: Option<u32>,
        /// The column, from 1, in characters.
        column: Option<u32>,
    }

    /// A reference of another framework in a statement of applicability.
    ApplicabilityRecord {
        /// The framework, including its edition.
        framework: &'r FrameworkId,
        /// The edition of the framework.
        edition: &'r str,
        /// The number or short name, as the framework writes it.
        reference: &'r str,
        /// The title, if it may be reproduced; otherwise empty, for the firm to add.
        title: Option<&'r str>,
        /// Whether the reference is applicable, as far as the mapped controls show.
        applicability: Applicability,
        /// Why, with the justifications of exclusions.
        reason: &'r str,
        /// What is shown about the reference.
        status: ForeignVerdict,
        /// Effective instances of the mapped controls.
        effective: u64,
        /// Instances of the mapped controls that are not excluded.
        counted: u64,
        /// Excluded instances of the mapped controls.
        excluded: u64,
        /// The confidence of the weakest mapping on which the status is based.
        confidence: Option<Confidence>,
        /// The mapped controls, in catalog order.
        controls: Vec<Cow<'r, str>>,
        /// The risks that those of them treat directly which apply.
        risks: &'r [RiskId],
        /// The evidence that their claims cite as proof.
        evidence: Vec<Cow<'r, str>>,
        /// The owners of their claims.
        owners: Vec<Cow<'r, str>>,
    }

    /// A reason to doubt the assessment.
    DoubtRecord {
        /// The id of the doubt, which is the same in every report.
        doubt: &'r str,
        /// What is doubtful.
        code: DoubtCode,
        /// The doubt in words.
        text: Cow<'r, str>,
        /// The file of the entry that the doubt is about.
        file: Option<&'r str>,
        /// The line, from 1.
        line: Option<u32>,
        /// The column, from 1, in characters.
        column: Option<u32>,
    }

    /// An evidence item.
    EvidenceRecord {
        /// The id of the evidence item.
        evidence: &'r EvidenceId,
        /// The title of the item.
        title: &'r str,
        /// The kind of evidence.
        kind: EvidenceKind,
        /// The assessment technique.
        technique: Technique,
        /// The date of collection, from which the evidence is valid.
        collected: Date,
        /// The last day on which the evidence is valid.
        until: Date,
        /// The state of the evidence as of the date of the report.
        state: EvidenceState,
        /// The number of days for which the evidence is still valid; negative if it has expired.
        days_left: i32,
        /// The locator: where the evidence is stored.
        locator: &'r str,
        /// Where the file was looked for, if files were checked.
        path: Option<&'r str>,
        /// The result of checking the file.
        file_check: FileCheck,
        /// The stated SHA-256 of the file.
        sha256: Option<&'r str>,
        /// The people who renew the evidence.
        renewed_by: Vec<Cow<'r, str>>,
        /// The claims that cite the evidence, as `control` or `control@wallet`.
        claims: Vec<Cow<'r, str>>,
        /// The number of control instances whose claims cite the evidence.
        cells: u64,
        /// The number of control instances that would no longer be effective without it.
        falling: u64,
        /// These control instances, as `control@subject`.
        falls: Vec<Cow<'r, str>>,
        /// The file of the declaration.
        file: Option<&'r str>,
        /// The line of the declaration, from 1.
        line: Option<u32>,
        /// The column of the declaration, from 1, in characters.
        column: Option<u32>,
        /// Who produced or collected the evidence.
        by: Option<&'r PersonId>,
        /// The subjects that the evidence is about, if it names them.
        covers: Vec<Cow<'r, str>>,
    }
}

/// A row with the common columns.
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
            catalog_origin: $report.facts.catalog_origin,
        }
    };
}
pub(crate) use row_of;

impl Report {
    /// A row for each control instance, in the order of [`Report::applicability`].
    pub fn cell_records(&self) -> impl Iterator<Item = CellRecord<'_>> {
        let subjects = self
            .subjects
            .iter()
            .map(|row| (&row.subject, row))
            .collect();
        let evidence: BTreeMap<&EvidenceId, &EvidenceRow> = self
            .evidence
            .iter()
            .map(|row| (&row.evidence, row))
            .collect();
        self.applicability
            .iter()
            .flat_map(|row| row.cells.iter().map(move |cell| (row, cell)))
            .map(move |(row, cell)| self.cell_record(row, cell, &subjects, &evidence))
    }

    fn cell_record<'r>(
        &'r self,
        row: &'r ApplicabilityRow,
        cell: &'r CellRow,
        subjects: &BTreeMap<&SubjectId, &SubjectCoverage>,
        evidence: &BTreeMap<&EvidenceId, &EvidenceRow>,
    ) -> CellRecord<'r> {
        let mut newest = None;
        let mut current = 0;
        let cited = cell.evidence.iter().chain(&cell.part_evidence);
        for item in cited.clone().filter_map(|item| evidence.get(item)) {
            newest = newest.max(Some(item.collected));
            current += u64::from(item.is_reliable());
        }
        let (file, line, column) = place(cell.location.as_ref());
        let subject = subjects.get(&cell.subject);
        let mut assessed_by: Vec<Cow<'r, str>> = Vec::new();
        for by in cell.assessed.iter().filter_map(|row| row.by.as_ref()) {
            if !assessed_by.iter().any(|other| other == by.as_str()) {
                assessed_by.push(by.as_str().into());
            }
        }
        row_of!(
            self,
            CELL_SCHEMA,
            CellRecord {
                subject: &cell.subject,
                tier: subject.and_then(|row| row.tier),
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
                evidence_count: cited.count() as u64,
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
                since: subject.and_then(|row| row.since),
                until: subject.and_then(|row| row.until),
                assessed_by,
                assessed_first: cell.assessed.iter().filter_map(|row| row.on).min(),
                assessed_last: cell.last_assessed(),
                reassess_by: cell.reassess_by,
                approved_by: cell.approved_by.as_ref(),
            }
        )
    }

    /// A row for each risk and each affected subject, in the order of [`Report::risks`].
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
                remark: outcome.and_then(|outcome| outcome.remark.as_deref()),
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
                action: gap.kind.action(),
            }
        )
    }

    /// A row for each doubt, in the order of [`Report::doubts`].
    pub fn doubt_records(&self) -> impl Iterator<Item = DoubtRecord<'_>> {
        self.doubts.iter().map(|doubt| {
            let (file, line, column) = place(doubt.location.as_ref());
            row_of!(
                self,
                DOUBT_SCHEMA,
                DoubtRecord {
                    doubt: &doubt.id,
                    code: doubt.code(),
                    text: Cow::Owned(doubt.message().to_string()),
                    file,
                    line,
                    column,
                }
            )
        })
    }

    fn tiers(&self) -> BTreeMap<&SubjectId, Tier> {
        self.subjects
            .iter()
            .filter_map(|row| Some((&row.subject, row.tier?)))
            .collect()
    }
}

pub(crate) fn place(location: Option<&Location>) -> (Option<&str>, Option<u32>, Option<u32>) {
    match location {
        Some(location) => (
            Some(&*location.file),
            Some(location.line),
            Some(location.column),
        ),
        None => (None, None, None),
    }
}
