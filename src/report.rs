//! The report on an assessment as of a date: complete, sorted and independent of the assessment.
//!
//! A [`Report`] does not know about formats: each format is a pure function of it and does not
//! filter, sort or compute. Its JSON form has the structure of the type and is identified by
//! [`SCHEMA`]; a test compares the published JSON Schema with it, so that no change goes unnoticed.

mod build;
pub mod rows;

use crate::assessment::{InputFile, SubjectId};
use crate::catalog::Catalog;
use crate::coverage::{Coverage, Depth, EvidenceStanding, Ratio, Tally};
use crate::date::Date;
use crate::doubt::{Doubt, DoubtCount};
use crate::figure::Figure;
use crate::gap::Gap;
use crate::id::{
    AssessmentId, CatalogId, ClauseNumber, ComponentId, ControlId, EvidenceId, FamilyId,
    MatrixRowId, ParameterId, PersonId, ProviderId, RiskId, WalletId,
};
use crate::json::Stored;
use crate::location::Location;
use crate::settings::files_in_words;
use crate::taxonomy::{
    Action, Asset, CatalogOrigin, ComponentGroup, EvidenceKind, EvidenceState, FactorGroup,
    FileCheck, Function, ParameterKind, ParameterStanding, RiskVerdict, Severity, Status,
    SubjectKind, Technique, Threat, Tier, Trait, Verdict, Word,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
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
    /// All risks: by severity, the most severe first, then by verdict from worst to best, then in
    /// catalog order.
    pub risks: Vec<RiskRow>,
    /// The signature-key matrix of clause 8.2.2.2 with the verdicts of its risks.
    pub signature_key_matrix: SignatureKeyMatrix,
    /// The reference model of clause 5.2 with open risks by component.
    pub model: ReferenceModel,
    /// All gaps, the most severe first.
    pub gaps: Vec<Gap>,
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

/// The assessment, the catalog and the settings of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Facts {
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
    /// The date as of which verdicts are given.
    pub as_of: Date,
    /// The last day of the horizon; evidence that expires by then is reported.
    pub horizon_end: Date,
    /// The assessors.
    pub assessors: Vec<String>,
    /// The id of the catalog.
    pub catalog: CatalogId,
    /// The title of the catalog.
    pub catalog_title: String,
    /// The standard on which the catalog is based.
    pub catalog_standard: String,
    /// The edition of the standard.
    pub catalog_edition: String,
    /// The version of the catalog.
    pub catalog_version: String,
    /// The SHA-256 of the canonical form of the catalog.
    pub catalog_sha256: String,
    /// Where the catalog comes from.
    pub catalog_origin: CatalogOrigin,
    /// The profile, if the catalog was built from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileFacts>,
    /// The version of this library.
    pub program_version: String,
    /// The files of the assessment, by name.
    pub files: Vec<InputFile>,
    /// The wallets to which the report is limited, if it is limited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only_wallets: Option<Vec<WalletId>>,
    /// Whether evidence files were checked.
    pub evidence_files_checked: bool,
    /// The directory in which evidence files were checked, as it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_directory: Option<String>,
}

impl Facts {
    /// The facts of a coverage.
    pub(crate) fn of(coverage: &Coverage) -> Self {
        build::facts(coverage)
    }
}

/// A profile: the catalog on which it is based, and what it leaves out and adds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ProfileFacts {
    /// The id of the base catalog.
    pub base: CatalogId,
    /// The title of the base catalog.
    pub base_title: String,
    /// The version of the base catalog.
    pub base_version: String,
    /// The SHA-256 of the canonical form of the base catalog.
    pub base_sha256: String,
    /// The numbers of entries that the profile leaves out and adds, in words.
    pub scope: String,
    /// The controls that the profile leaves out, in catalog order.
    pub controls_left_out: Vec<ControlLeftOut>,
    /// The risks that the profile leaves out, in catalog order.
    pub risks_left_out: Vec<RiskLeftOut>,
    /// The controls that the profile adds.
    pub own_controls: Vec<ControlId>,
    /// The risks that the profile adds.
    pub own_risks: Vec<RiskId>,
    /// The parameters of the profile.
    pub parameters: Vec<ParameterRow>,
}

/// A figure that a profile requires, and its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ParameterRow {
    /// The id of the parameter.
    pub parameter: ParameterId,
    /// The quantity that the parameter bounds.
    pub kind: ParameterKind,
    /// The figure: in percent for a share, in kilometres for a distance, in days for an age.
    pub figure: Figure,
    /// The control to which the figure applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control: Option<ControlId>,
    /// The kind of evidence whose age is bounded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceKind>,
    /// The jurisdiction or the entities for which the figure holds.
    pub jurisdiction: String,
    /// The title of the source.
    pub source: String,
    /// The publisher of the source.
    pub publisher: String,
    /// The place within the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation: Option<String>,
    /// The address of the source.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The date of the source.
    pub date: Date,
}

/// A control that a profile leaves out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ControlLeftOut {
    /// The id of the control.
    pub control: ControlId,
    /// The title.
    pub title: String,
    /// The clause.
    pub clause: ClauseNumber,
}

/// A risk that a profile leaves out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RiskLeftOut {
    /// The id of the risk.
    pub risk: RiskId,
    /// The title.
    pub title: String,
    /// The clause.
    pub clause: ClauseNumber,
}

/// The key figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Summary {
    /// Control instances by verdict.
    pub cells: Tally,
    /// Effective control instances, of all that are not excluded.
    pub proven: Ratio,
    /// Control instances that are effective, unproven or unknown, of all that are not excluded.
    pub possible: Ratio,
    /// Gaps by severity, the most severe first.
    pub gaps: Vec<SeverityCount>,
    /// Gaps by what has to be done about them first.
    pub actions: Vec<ActionCount>,
    /// Risks by verdict of their worst subject, from worst to best.
    pub risks: Vec<VerdictCount>,
    /// Critical risks that are treated for every affected subject, of all critical risks in scope.
    pub critical_risks_treated: Ratio,
    /// Critical risks that no control is shown to treat for at least one subject: untreated, without
    /// a direct control, or unknown.
    pub critical_risks_without_treatment: u64,
    /// Reliable evidence items, of all.
    pub evidence_current: Ratio,
    /// Evidence items by the result of checking their files; results that do not occur are left out.
    /// Empty if files were not checked.
    #[serde(default)]
    pub evidence_files: Vec<FileCheckCount>,
    /// Evidence items that have expired.
    pub evidence_expired: u64,
    /// Current evidence items that expire within the horizon.
    pub evidence_expiring: u64,
    /// Acceptances in force.
    pub acceptances_in_force: u64,
    /// Gaps whose due date has passed.
    pub overdue: u64,
    /// Doubts by code; codes that do not occur are left out.
    pub doubts: Vec<DoubtCount>,
    /// The numbers if excluded control instances were absent.
    pub without_exclusions: WithoutExclusions,
}

/// The number of evidence items whose file was checked with a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FileCheckCount {
    /// The result.
    pub check: FileCheck,
    /// The number of items.
    pub count: u64,
    /// The number of these items that may be relied on. Only `matches` verifies a file.
    pub reliable: u64,
}

impl Summary {
    /// How many evidence files are verified by their SHA-256, and why the others are not, in words.
    pub fn evidence_files_in_words(&self) -> String {
        let counts = self.evidence_files.iter();
        files_in_words(counts.map(|entry| (entry.check, entry.count)))
    }

    /// The number of doubts.
    pub fn doubt_count(&self) -> u64 {
        self.doubts.iter().map(|entry| entry.count).sum()
    }

    /// Control instances that have not been assessed, of all that are not excluded.
    pub fn unknown(&self) -> Ratio {
        Ratio {
            numerator: self.cells.unknown,
            denominator: self.cells.denominator(),
        }
    }

    /// The gaps by action, in words: `3 to repair, 0 to prove, 12 to assess`.
    pub fn actions_in_words(&self) -> String {
        let counts = self.actions.iter();
        let counts = counts.map(|entry| format!("{} to {}", entry.count, entry.action));
        counts.collect::<Vec<_>>().join(", ")
    }

    /// The doubts by code, in words: `3: 1 long-validity, 2 other-kind`.
    pub fn doubts_in_words(&self) -> String {
        let counts = self.doubts.iter();
        let counts: Vec<String> = counts
            .map(|entry| format!("{} {}", entry.count, entry.code))
            .collect();
        if counts.is_empty() {
            return "0".to_owned();
        }
        format!("{}: {}", self.doubt_count(), counts.join(", "))
    }
}

/// The numbers if excluded control instances were absent. Rankings use them, so that an exclusion
/// improves no rank.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct WithoutExclusions {
    /// Effective control instances, of all, including excluded ones.
    pub proven: Ratio,
    /// Gaps by severity, the most severe first.
    pub gaps: Vec<SeverityCount>,
}

/// The number of gaps that call for an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ActionCount {
    /// The action.
    pub action: Action,
    /// The number.
    pub count: u64,
}

impl ActionCount {
    /// The number of gaps by action; actions that do not occur are included.
    fn of(gaps: &[Gap]) -> Vec<Self> {
        let actions = Action::values().into_iter();
        let count = |action| Self {
            action,
            count: gaps
                .iter()
                .filter(|gap| gap.kind.action() == action)
                .count() as u64,
        };
        actions.map(count).collect()
    }
}

/// The number of gaps of a severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SeverityCount {
    /// The severity.
    pub severity: Severity,
    /// The number.
    pub count: u64,
}

impl SeverityCount {
    /// The number of each severity, the most severe first; severities that do not occur are
    /// included.
    pub(crate) fn of(severities: impl Iterator<Item = Severity>) -> Vec<Self> {
        build::by_severity_of(severities)
    }

    /// The same from the number of each severity that occurs.
    pub(crate) fn of_counts(counts: &BTreeMap<Severity, u64>) -> Vec<Self> {
        let mut all = Self::of(std::iter::empty());
        for entry in &mut all {
            entry.count = counts.get(&entry.severity).copied().unwrap_or_default();
        }
        all
    }
}

/// The number of risks with a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct VerdictCount {
    /// The verdict of the worst subject.
    pub verdict: RiskVerdict,
    /// The number.
    pub count: u64,
}

impl VerdictCount {
    /// The number of each verdict, from worst to best; verdicts that do not occur are included.
    pub(crate) fn of(verdicts: &[RiskVerdict]) -> Vec<Self> {
        build::by_verdict(verdicts)
    }
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
    pub traits: Vec<Trait>,
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

/// The signature-key matrix: threat factors by threats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SignatureKeyMatrix {
    /// The columns.
    pub threats: Vec<Threat>,
    /// The rows, in catalog order.
    pub rows: Vec<MatrixRow>,
}

/// A threat factor of the signature-key matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MatrixRow {
    /// The id of the row.
    pub row: MatrixRowId,
    /// The group of the factor.
    pub group: FactorGroup,
    /// The factor.
    pub factor: String,
    /// The cells of the row, in the order of the columns; threats that do not apply are left out.
    pub cells: Vec<MatrixCell>,
}

/// A cell of the signature-key matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MatrixCell {
    /// The threat.
    pub threat: Threat,
    /// The risk to which the cell belongs.
    pub risk: RiskId,
    /// The verdict of the risk for its worst subject.
    pub verdict: RiskVerdict,
}

/// The reference model of a custodian with open risks by component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ReferenceModel {
    /// The functional components, in catalog order.
    pub components: Vec<ComponentRow>,
    /// External parties to which components are linked, in catalog order.
    pub outside: Vec<OutsideRow>,
    /// The flows between components and parties, in catalog order.
    pub links: Vec<LinkRow>,
    /// Open risks that belong to no component, in the order of the risks.
    pub elsewhere: Vec<RiskId>,
}

/// A component of the reference model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ComponentRow {
    /// The id of the component.
    pub component: ComponentId,
    /// The title.
    pub title: String,
    /// The part of the system to which the component belongs.
    pub group: ComponentGroup,
    /// The function of the component.
    pub summary: String,
    /// The assets that the component holds or handles; empty if the catalog states none.
    pub assets: Vec<Asset>,
    /// The open risks to these assets, in the order of the risks.
    pub open_risks: Vec<RiskId>,
    /// The open risks by severity, the most severe first.
    pub severities: Vec<SeverityCount>,
}

/// An external party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct OutsideRow {
    /// The id of the party.
    pub party: ComponentId,
    /// The title.
    pub title: String,
}

/// A flow between two components, or between a component and an external party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LinkRow {
    /// The origin.
    pub from: ComponentId,
    /// The destination.
    pub to: ComponentId,
    /// Whether the flow is in both directions.
    pub both_ways: bool,
    /// What is carried, if the catalog states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carries: Option<String>,
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
    /// The control instances whose claims cite the evidence, as `control@subject`.
    pub cited_by: Vec<String>,
    /// The location of the declaration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

impl EvidenceRow {
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
    /// The evidence that the claim cites.
    pub evidence: Vec<EvidenceId>,
    /// How the facts compare with the parameters of the profile for this control.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<CellParameter>,
    /// The location of the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
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
            1 => " 1 reason to doubt.".to_owned(),
            count => format!(" {count} reasons to doubt."),
        };
        let catalog = match self.facts.catalog_origin.remark() {
            Some(remark) => format!(" The catalog is {remark}."),
            None => String::new(),
        };
        if let Some(uncounted) = self.summary.cells.uncounted_in_words() {
            format!("{uncounted}. {open}.{doubts}{catalog}")
        } else if proven == possible {
            format!("Coverage is proven for {proven}; {excluded}. {open}.{doubts}{catalog}")
        } else {
            let unknown = match self.summary.unknown() {
                Ratio { numerator: 0, .. } => String::new(),
                unknown => format!(", not assessed for {unknown}"),
            };
            format!(
                "Coverage is proven for {proven}{unknown}, possible for {possible}; {excluded}. {open}.{doubts}{catalog}"
            )
        }
    }

    /// The severity of the most severe gap.
    pub fn highest_severity(&self) -> Option<Severity> {
        self.gaps.iter().map(|gap| gap.severity).max()
    }
}
