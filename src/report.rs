//! The report on an assessment as of a date: complete, sorted and independent of the assessment.
//!
//! A [`Report`] does not know about formats: each format is a pure function of it and does not
//! filter, sort or compute. Its JSON form has the structure of the type and is identified by
//! [`SCHEMA`]; a test compares the published JSON Schema with it, so that no change goes unnoticed.

mod brief;
mod build;
mod facts;
mod model;
mod progress;
pub mod rows;
mod summary;

pub use brief::{Beginning, Brief};
pub use facts::{ControlLeftOut, Facts, ParameterRow, ProfileFacts, RiskLeftOut};
pub use model::{
    ComponentRow, LinkRow, MatrixCell, MatrixRow, OutsideRow, ReferenceModel, SignatureKeyMatrix,
};
pub use progress::{AssessedCells, Progress, ProgressRow};
pub use summary::{
    ActionCount, CriticalRisks, FileCheckCount, SeverityCount, Summary, VerdictCount,
    WithoutExclusions,
};

use crate::assessment::SubjectId;
use crate::catalog::{Catalog, OrDeclared};
use crate::coverage::{Coverage, Depth, EvidenceStanding, Ratio, Tally};
use crate::date::Date;
use crate::doubt::{Doubt, DoubtCode};
use crate::figure::Figure;
use crate::gap::{Gap, Selection};
use crate::id::{
    ClauseNumber, ControlId, EvidenceId, FamilyId, ParameterId, PersonId, ProviderId, RiskId,
    WalletId,
};
use crate::json::Stored;
use crate::location::Location;
use crate::taxonomy::{
    EvidenceKind, EvidenceState, FileCheck, Function, ParameterStanding, RiskVerdict, Severity,
    Status, SubjectKind, Technique, Tier, Trait, Verdict,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The identifier and version of the JSON form of a report. The number is raised by breaking
/// changes.
pub const SCHEMA: &str = "custody-controls/report/2";

/// The report on an assessment as of a date.
///
/// ```
/// use custody_controls::{AssessmentFiles, Catalog, Settings};
///
/// let text = include_str!("../examples/small-firm.yaml");
/// let assessment = AssessmentFiles::from_text("small-firm.yaml", text).resolve(Catalog::builtin())?;
/// let settings = Settings::on("2026-09-30".parse()?);
/// let report = assessment.measure(&settings).report();
/// assert!(report.gaps.iter().all(|gap| !gap.because.is_empty() && !gap.closes_if.is_empty()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Report {
    /// The value of [`SCHEMA`].
    pub schema: String,
    /// The assessment, the catalog and the settings of the report.
    pub facts: Facts,
    /// The key figures.
    pub summary: Summary,
    /// Coverage by clause, in the order of the standard.
    pub clauses: Vec<ClauseCoverage>,
    /// The clauses of all controls, risks and gaps, in the order of the standard.
    pub clause_titles: Vec<ClauseTitle>,
    /// Coverage by subject: the organization, then wallets by id.
    pub subjects: Vec<SubjectCoverage>,
    /// Coverage by family of controls, in catalog order.
    pub families: Vec<FamilyCoverage>,
    /// How far the assessment itself is: by family, by subject and by person.
    #[serde(default)]
    pub progress: Progress,
    /// All risks: by severity, the most severe first, then by verdict from worst to best, then by the
    /// share of effective direct controls of the worst subject and by its depth, the least first, then in
    /// catalog order.
    pub risks: Vec<RiskRow>,
    /// The signature-key matrix of clause 8.2.2.2 with the verdicts of its risks.
    pub signature_key_matrix: SignatureKeyMatrix,
    /// The reference model of clause 5.2 with open risks by component.
    pub model: ReferenceModel,
    /// All gaps, the most severe first.
    pub gaps: Vec<Gap>,
    /// The gaps that are listed, if not all are. Numbers count all gaps, and `gaps` has all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<Selection>,
    /// The rule by which gaps are sorted.
    pub ranking: String,
    /// Doubts, by code. Doubts change no verdict, number or gap.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Vec<crate::doubt::Form<'static>>")
    )]
    pub doubts: Vec<Doubt>,
    /// All evidence items, by last valid date.
    pub evidence: Vec<EvidenceRow>,
    /// All controls, in or out of scope and why, with the verdicts of their instances; in catalog
    /// order.
    pub applicability: Vec<ApplicabilityRow>,
    /// Accepted risks, whether the acceptance is in force or not, in catalog order.
    pub acceptances: Vec<AcceptanceRow>,
    /// Risks for which the catalog has no direct control, in catalog order.
    pub not_covered: Vec<NotCovered>,
    /// The limits of the catalog: what it does not cover.
    pub limits: Vec<String>,
    /// How the numbers are computed.
    pub method: Vec<String>,
}

impl Stored for Report {
    const SCHEMA: &'static str = SCHEMA;
}

/// A clause and its title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ClauseTitle {
    /// The clause.
    pub clause: ClauseNumber,
    /// The title.
    pub title: String,
}

/// Coverage of the controls of a clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ClauseCoverage {
    /// The clause.
    pub clause: ClauseNumber,
    /// The title.
    pub title: String,
    /// Control instances by verdict.
    pub cells: Tally,
    /// Effective control instances, of all that are not excluded.
    pub proven: Ratio,
    /// Control instances that are effective, unproven or unknown, of all that are not excluded.
    pub possible: Ratio,
}

impl ClauseCoverage {
    /// The coverage of a clause with these control instances.
    pub(crate) fn of(clause: &ClauseNumber, cells: Tally, catalog: &Catalog) -> Self {
        Self {
            clause: clause.clone(),
            title: catalog.clause_title(clause).to_owned(),
            cells,
            proven: cells.proven(),
            possible: cells.possible(),
        }
    }
}

/// Coverage of a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SubjectCoverage {
    /// The subject.
    pub subject: SubjectId,
    /// The title.
    pub title: String,
    /// The tier, for a wallet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// The traits, for a wallet.
    pub traits: Vec<OrDeclared<Trait>>,
    /// The first day on which the wallet holds keys, if it is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// The last day on which the wallet holds keys, if it is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Control instances by verdict.
    pub cells: Tally,
    /// Effective control instances, of all that are not excluded.
    pub proven: Ratio,
    /// Control instances that are effective, unproven or unknown, of all that are not excluded.
    pub possible: Ratio,
    /// Gaps by severity, the most severe first.
    pub gaps: Vec<SeverityCount>,
    /// The location of the declaration, for a wallet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// Coverage of a family of controls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FamilyCoverage {
    /// The family.
    pub family: FamilyId,
    /// The title.
    pub title: String,
    /// Control instances by verdict.
    pub cells: Tally,
    /// Effective control instances, of all that are not excluded.
    pub proven: Ratio,
    /// Control instances that are effective, unproven or unknown, of all that are not excluded.
    pub possible: Ratio,
}

/// A risk and its verdicts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RiskRow {
    /// The id of the risk.
    pub risk: RiskId,
    /// The title.
    pub title: String,
    /// The clause.
    pub clause: ClauseNumber,
    /// The consequence for customers' assets.
    pub consequence: String,
    /// The severity of the consequence.
    pub severity: Severity,
    /// The verdict for the worst subject; `out-of-scope` if no subject is affected.
    pub verdict: RiskVerdict,
    /// The worst subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst: Option<SubjectId>,
    /// The verdict and its basis for each affected subject.
    pub subjects: Vec<RiskSubjectRow>,
    /// The verdict within each family whose controls treat the risk directly, in catalog order.
    pub families: Vec<RiskFamilyRow>,
    /// The controls that treat the risk directly.
    pub direct_controls: Vec<ControlId>,
    /// The controls that support the treatment of the risk.
    pub supporting_controls: Vec<ControlId>,
}

/// The verdict of a risk within a family of controls, over all affected subjects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RiskFamilyRow {
    /// The family.
    pub family: FamilyId,
    /// The verdict according to the controls of this family alone.
    pub verdict: RiskVerdict,
    /// Effective instances of the controls of this family that treat the risk directly.
    pub direct: Ratio,
}

/// The verdict of a risk for a subject, and its basis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RiskSubjectRow {
    /// The subject.
    pub subject: SubjectId,
    /// The measured verdict.
    pub verdict: RiskVerdict,
    /// Effective controls that treat the risk directly, for this subject.
    pub direct: Ratio,
    /// Effective controls that support the treatment of the risk, for this subject.
    pub supporting: Ratio,
    /// How the effective direct controls act.
    pub depth: Depth,
    /// Why no effective direct control is detective, if none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// The last day of the acceptance in force, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_until: Option<Date>,
    /// Who confirmed that the direct controls are not applicable, for `excluded-by-claim`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded_by: Vec<PersonId>,
}

/// An evidence item and its state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct EvidenceRow {
    /// The id of the evidence item.
    pub evidence: EvidenceId,
    /// The title.
    pub title: String,
    /// The kind of evidence.
    pub kind: EvidenceKind,
    /// The assessment technique.
    pub technique: Technique,
    /// The date of collection, from which the evidence is valid.
    pub collected: Date,
    /// The last day on which the evidence is valid.
    pub until: Date,
    /// The state of the evidence as of the date of the report.
    pub state: EvidenceState,
    /// The number of days for which the evidence is still valid; negative if it has expired.
    pub days_left: i32,
    /// Whether the evidence is current and expires within the horizon.
    pub expiring: bool,
    /// The result of checking the file.
    pub file: FileCheck,
    /// The locator: where the evidence is stored.
    pub locator: String,
    /// The stated SHA-256 of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The person who produced or collected the evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
    /// The subjects that the evidence is about, if it names them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<Vec<SubjectId>>,
    /// The control instances whose claims cite the evidence, as `control@subject`.
    pub cited_by: Vec<String>,
    /// The location of the declaration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

impl EvidenceRow {
    /// The evidence items of a coverage, by last valid date, then by id.
    pub(crate) fn all(coverage: &Coverage) -> Vec<Self> {
        build::evidence(coverage)
    }

    /// Whether a claim may rely on the evidence.
    pub fn is_reliable(&self) -> bool {
        let (state, file) = (self.state, self.file);
        EvidenceStanding { state, file }.is_reliable()
    }
}

/// A control in the statement of applicability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ApplicabilityRow {
    /// The id of the control.
    pub control: ControlId,
    /// The title.
    pub title: String,
    /// What the control requires.
    pub statement: String,
    /// The clause.
    pub clause: ClauseNumber,
    /// The family.
    pub family: FamilyId,
    /// Whether the control is about wallets or the organization.
    pub subject: SubjectKind,
    /// How the control acts: it prevents, detects or corrects.
    pub functions: Vec<Function>,
    /// Whether the control applies to any subject.
    pub applies: bool,
    /// The condition under which the control applies, in words.
    pub when: String,
    /// The risks that the control treats directly.
    pub directly: Vec<RiskId>,
    /// The risks whose treatment the control supports.
    pub supporting: Vec<RiskId>,
    /// The instances of the control.
    pub cells: Vec<CellRow>,
}

/// A control instance in the statement of applicability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CellRow {
    /// The subject.
    pub subject: SubjectId,
    /// The verdict.
    pub verdict: Verdict,
    /// The status of the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Whether the claim is specific to this subject.
    pub narrowed: bool,
    /// The justification or rationale of the claim, or what is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Arc<str>>,
    /// The note of the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Arc<str>>,
    /// The provider, if the control is inherited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderId>,
    /// The responsible person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// The due date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// The evidence that the claim cites as proof that the control is in place, or of its exclusion.
    pub evidence: Vec<EvidenceId>,
    /// The evidence of the part that is in place, for `partial`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub part_evidence: Vec<EvidenceId>,
    /// The evidence of the shortfall.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observations: Vec<EvidenceId>,
    /// Who assessed the claim until the day of the report, and on which days, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assessed: Vec<AssessedRow>,
    /// Whether the last of these assessments may no longer be relied on, or none states the day that is
    /// required.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
    /// The last day on which the last of these assessments may be relied on, if that is limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reassess_by: Option<Date>,
    /// Who approved an exclusion; it is confirmed if the verdict is `excluded`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<PersonId>,
    /// How the facts compare with the parameters of the profile for this control.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<CellParameter>,
    /// The location of the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// One assessment of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AssessedRow {
    /// Who assessed it, if that is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
    /// The day, if it is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
}

impl CellRow {
    /// Who assessed the claim last, and on which day: `assessed by keller on 2026-09-08`. None if
    /// nothing is stated.
    pub fn assessed_in_words(&self) -> Option<String> {
        let last = self.assessed.iter().max_by_key(|row| row.on)?;
        let mut words = "assessed".to_owned();
        if let Some(by) = &last.by {
            words = format!("{words} by {by}");
        }
        if let Some(on) = last.on {
            words = format!("{words} on {on}");
        }
        Some(words)
    }

    /// The day of the last assessment until the day of the report.
    pub fn last_assessed(&self) -> Option<Date> {
        self.assessed.iter().filter_map(|row| row.on).max()
    }
}

/// How the facts of a subject compare with a parameter of the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CellParameter {
    /// The id of the parameter.
    pub parameter: ParameterId,
    /// Whether the facts meet the parameter.
    pub standing: ParameterStanding,
    /// The stated fact, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fact: Option<Figure>,
}

/// An accepted risk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AcceptanceRow {
    /// The id of the risk.
    pub risk: RiskId,
    /// The title.
    pub title: String,
    /// The severity of the consequence.
    pub severity: Severity,
    /// The measured verdict for the worst subject of the acceptance.
    pub verdict: RiskVerdict,
    /// The justification.
    pub because: String,
    /// The person who approved the acceptance.
    pub approved_by: PersonId,
    /// The name of the person who approved the acceptance.
    pub approver: String,
    /// The first day on which the acceptance is in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day on which the acceptance is in force.
    pub until: Date,
    /// The wallets to which the acceptance is limited; empty if it is not limited.
    pub wallets: Vec<WalletId>,
    /// Whether the acceptance is in force as of the date of the report.
    pub in_force: bool,
    /// The location of the acceptance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// A risk for which the catalog has no direct control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NotCovered {
    /// The id of the risk.
    pub risk: RiskId,
    /// The title.
    pub title: String,
    /// The severity of the consequence.
    pub severity: Severity,
    /// The controls that support the treatment of the risk.
    pub supporting_controls: Vec<ControlId>,
    /// Whether the risk is accepted as of the date of the report.
    pub accepted: bool,
}

impl Coverage {
    /// The report on the coverage.
    pub fn report(&self) -> Report {
        build::report(self)
    }
}

impl Report {
    /// The number of evidence items that are not yet valid.
    pub fn evidence_not_yet_valid(&self) -> usize {
        let rows = self.evidence.iter();
        rows.filter(|row| row.state == EvidenceState::NotYetValid)
            .count()
    }

    /// The open risks, the worst first: by severity, then by verdict.
    pub fn worst_risks(&self) -> impl Iterator<Item = &RiskRow> {
        let risks = self.risks.iter();
        risks.filter(|row| row.verdict.is_open())
    }

    /// Which evidence files are verified, in words; `not checked` if they were not checked.
    pub fn evidence_files_in_words(&self) -> String {
        if self.facts.evidence_files_checked {
            self.summary.evidence_files_in_words()
        } else {
            "not checked".to_owned()
        }
    }

    /// That no wallet holds keys on the date, in a sentence, if there is none.
    pub fn remark_on_wallets(&self) -> Option<&'static str> {
        let mut codes = self.doubts.iter().map(Doubt::code);
        codes
            .any(|code| code == DoubtCode::NoWallets)
            .then_some("No wallet holds keys on the reporting date.")
    }

    /// The result in one or two sentences: proven and possible coverage, and open gaps.
    pub fn headline(&self) -> String {
        let Summary {
            proven, possible, ..
        } = self.summary;
        let of_severity = |wanted| {
            self.summary
                .gaps
                .iter()
                .find(|entry| entry.severity == wanted)
                .map_or(0, |entry| entry.count)
        };
        let overdue = self.summary.overdue;
        let open = match (self.gaps.len(), of_severity(Severity::Critical)) {
            (0, _) => "No gap is open".to_owned(),
            (1, critical) => {
                let critical = if critical > 0 { "critical " } else { "" };
                let overdue = if overdue > 0 { " and overdue" } else { "" };
                format!("1 {critical}gap is open{overdue}")
            }
            (all, critical) => {
                let (critical, and) = match critical {
                    0 => ("none".to_owned(), ","),
                    critical => (critical.to_string(), " and"),
                };
                let overdue = match overdue {
                    0 => String::new(),
                    overdue => format!("{and} {overdue} overdue"),
                };
                format!("{all} gaps are open, {critical} of them critical{overdue}")
            }
        };
        let excluded = self.summary.cells.excluded_in_words();
        let doubts = match self.summary.doubt_count() {
            0 => String::new(),
            1 => " 1 doubt.".to_owned(),
            count => format!(" {count} doubts."),
        };
        let catalog = match self.facts.catalog_origin.remark() {
            Some(remark) => format!(" The catalog is {remark}."),
            None => String::new(),
        };
        let wallets = match self.remark_on_wallets() {
            Some(remark) => format!(" {remark}"),
            None => String::new(),
        };
        let critical = match self.summary.critical_risks.all() {
            0 => String::new(),
            all => format!(
                " Of {}: {}.",
                crate::text::count(all, "critical risk", "critical risks"),
                self.summary.critical_risks.in_words()
            ),
        };
        let catalog = [critical, wallets, catalog].concat();
        if let Some(uncounted) = self.summary.cells.uncounted_in_words() {
            format!("{uncounted}. {open}.{doubts}{catalog}")
        } else if proven == possible {
            format!("Coverage is proven for {proven}; {excluded}. {open}.{doubts}{catalog}")
        } else {
            let unknown = match self.summary.unknown() {
                Ratio { numerator: 0, .. } => String::new(),
                unknown => format!(", unknown for {unknown}"),
            };
            format!(
                "Coverage is proven for {proven}{unknown}, possible for {possible}; {excluded}. {open}.{doubts}{catalog}"
            )
        }
    }

    /// The gaps to list: those of the selection if there is one, or else all.
    pub fn listed_gaps(&self) -> Vec<&Gap> {
        let Some(selection) = &self.selection else {
            return self.gaps.iter().collect();
        };
        let selected: BTreeSet<&str> = selection.gaps.iter().map(String::as_str).collect();
        let gaps = self.gaps.iter();
        gaps.filter(|gap| selected.contains(gap.id.as_str()))
            .collect()
    }

    /// The severity of the most severe gap.
    pub fn highest_severity(&self) -> Option<Severity> {
        self.gaps.iter().map(|gap| gap.severity).max()
    }
}
