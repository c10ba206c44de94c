//! The record: everything that a reader needs to know about an assessment on a day, owned, complete
//! and in order.
//!
//! A [`Report`] has never heard of a format: every format is a pure function of it, and none of them
//! filters, sorts or computes. Its JSON form is its own shape, named by [`SCHEMA`]; a test compares
//! the published JSON Schema with it, so that no change goes unnoticed.

mod build;
pub mod rows;

use crate::assessment::{InputFile, SubjectId};
use crate::catalog::Catalog;
use crate::coverage::{Coverage, Depth, EvidenceStanding, Ratio, Tally};
use crate::date::Date;
use crate::figure::Figure;
use crate::gap::Gap;
use crate::id::{
    AssessmentId, CatalogId, ClauseNumber, ComponentId, ControlId, EvidenceId, FamilyId,
    MatrixRowId, ParameterId, PersonId, ProviderId, RiskId, WalletId,
};
use crate::source::Location;
use crate::taxonomy::{
    Asset, ComponentGroup, EvidenceKind, EvidenceState, FactorGroup, FileCheck, Function,
    ParameterKind, ParameterStanding, RiskVerdict, Severity, Status, SubjectKind, Technique,
    Threat, Tier, Trait, Verdict,
};
use serde::{Deserialize, Serialize};

/// The name and version of the report's JSON form. A change that breaks readers raises the number.
pub const SCHEMA: &str = "custody-controls/report/1";

/// Everything that a reader needs to know about an assessment on a day.
///
/// ```
/// use custody_controls::{AssessmentFiles, Catalog, Coverage, Report, Settings};
///
/// let text = include_str!("../examples/small-firm.yaml");
/// let assessment = AssessmentFiles::from_text("small-firm.yaml", text).resolve(Catalog::builtin())?;
/// let settings = Settings::as_of("2026-09-30".parse()?);
/// let report = Report::new(&Coverage::measure(&assessment, &settings));
/// assert!(report.gaps.iter().all(|gap| !gap.because.is_empty() && !gap.closes_if.is_empty()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// What the report is about and what it was made from.
    pub facts: Facts,
    /// The numbers that everything else explains.
    pub summary: Summary,
    /// Coverage per clause, in the order of the standard.
    pub clauses: Vec<ClauseCoverage>,
    /// Every clause that a control, a risk or a gap belongs to, in the order of the standard.
    pub clause_titles: Vec<ClauseTitle>,
    /// Coverage per subject: the organization, then wallets by id.
    pub subjects: Vec<SubjectCoverage>,
    /// The families of controls, in catalogue order.
    pub families: Vec<FamilyCoverage>,
    /// Every risk: by verdict from worst to best, then the gravest first, then in catalogue order.
    pub risks: Vec<RiskRow>,
    /// The signature-key matrix of clause 8.2.2.2 with what came out for its risks.
    pub signature_key_matrix: SignatureKeyMatrix,
    /// The reference model of clause 5.2 with where open risks sit.
    pub model: ReferenceModel,
    /// What falls short, the gravest first.
    pub gaps: Vec<Gap>,
    /// By what rule the gaps are in their order.
    pub ranking: String,
    /// Every evidence item, by the last day on which it may be relied on.
    pub evidence: Vec<EvidenceRow>,
    /// Every control, in or out of scope and why, with the verdict of each of its cells; in catalogue
    /// order.
    pub applicability: Vec<ApplicabilityRow>,
    /// Risks that are knowingly kept, in force or not, in catalogue order.
    pub acceptances: Vec<AcceptanceRow>,
    /// Risks that the catalogue offers no direct control for, in catalogue order.
    pub not_covered: Vec<NotCovered>,
    /// What the catalogue does not speak about at all.
    pub limits: Vec<String>,
    /// How the numbers come about.
    pub method: Vec<String>,
}

/// What a report is about and what it was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Facts {
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
    /// The day for which verdicts are given.
    pub as_of: Date,
    /// The last day of the horizon within which what runs out is named.
    pub horizon_end: Date,
    /// Who assessed.
    pub assessors: Vec<String>,
    /// The catalogue.
    pub catalog: CatalogId,
    /// What readers call the catalogue.
    pub catalog_title: String,
    /// The standard that the catalogue structures.
    pub catalog_standard: String,
    /// The edition of that standard.
    pub catalog_edition: String,
    /// The version of the catalogue.
    pub catalog_version: String,
    /// The SHA-256 of the catalogue's canonical form.
    pub catalog_sha256: String,
    /// What the catalogue was made of and leaves out, where it is a profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileFacts>,
    /// The version of this crate.
    pub program_version: String,
    /// The files that the assessment was read from, by name.
    pub files: Vec<InputFile>,
    /// The only wallets that were looked at, where not all were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only_wallets: Option<Vec<WalletId>>,
    /// Whether the files of evidence were looked at.
    pub evidence_files_checked: bool,
}

impl Facts {
    /// The facts of what was measured.
    pub(crate) fn of(coverage: &Coverage) -> Self {
        build::facts(coverage)
    }
}

/// What a catalogue that is a profile was made of, and what it leaves out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ProfileFacts {
    /// The catalogue that it selects from.
    pub base: CatalogId,
    /// What readers call that catalogue.
    pub base_title: String,
    /// The version of that catalogue.
    pub base_version: String,
    /// The SHA-256 of that catalogue's canonical form.
    pub base_sha256: String,
    /// What it leaves out and adds, in numbers.
    pub scope: String,
    /// The controls that it leaves out, in catalogue order.
    pub controls_left_out: Vec<ControlLeftOut>,
    /// The risks that it leaves out, in catalogue order.
    pub risks_left_out: Vec<RiskLeftOut>,
    /// The controls that it adds.
    pub own_controls: Vec<ControlId>,
    /// The risks that it adds.
    pub own_risks: Vec<RiskId>,
    /// The figures that it asks for.
    pub parameters: Vec<ParameterRow>,
}

/// A figure that a profile asks for, and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ParameterRow {
    /// The parameter.
    pub parameter: ParameterId,
    /// What it bounds.
    pub kind: ParameterKind,
    /// The figure: in percent for a share, in kilometres for a distance, in days for an age.
    pub figure: Figure,
    /// The control that it gives the figure to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control: Option<ControlId>,
    /// The kind of evidence whose age it bounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceKind>,
    /// Where, or for whom, it holds.
    pub jurisdiction: String,
    /// What the text that says so is called.
    pub source: String,
    /// Who publishes that text.
    pub publisher: String,
    /// Where in that text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation: Option<String>,
    /// Where that text can be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The day of that text.
    pub date: Date,
}

/// A control that a profile leaves out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ControlLeftOut {
    /// The control.
    pub control: ControlId,
    /// What readers call it.
    pub title: String,
    /// The clause that it belongs to.
    pub clause: ClauseNumber,
}

/// A risk that a profile leaves out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RiskLeftOut {
    /// The risk.
    pub risk: RiskId,
    /// What readers call it.
    pub title: String,
    /// The clause that it belongs to.
    pub clause: ClauseNumber,
}

/// The numbers that everything else explains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Summary {
    /// Cells by verdict.
    pub cells: Tally,
    /// Cells in place and proven, of all that are not excluded.
    pub proven: Ratio,
    /// Cells that may be in place, of all that are not excluded.
    pub possible: Ratio,
    /// Gaps by severity, the gravest first.
    pub gaps: Vec<SeverityCount>,
    /// Risks by verdict of their worst subject, from worst to best.
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
}

/// How many gaps have a severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SeverityCount {
    /// The severity.
    pub severity: Severity,
    /// How many.
    pub count: u64,
}

impl SeverityCount {
    /// The number of each severity, the gravest first; none is left out.
    pub(crate) fn of(severities: impl Iterator<Item = Severity>) -> Vec<Self> {
        build::by_severity_of(severities)
    }
}

/// How many risks have a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct VerdictCount {
    /// The verdict of the worst subject.
    pub verdict: RiskVerdict,
    /// How many.
    pub count: u64,
}

impl VerdictCount {
    /// The number of each verdict, from worst to best; none is left out.
    pub(crate) fn of(verdicts: &[RiskVerdict]) -> Vec<Self> {
        build::by_verdict(verdicts)
    }
}

/// A clause and what the catalogue calls it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ClauseTitle {
    /// The clause.
    pub clause: ClauseNumber,
    /// Its title.
    pub title: String,
}

/// Coverage of the controls of a clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ClauseCoverage {
    /// The clause.
    pub clause: ClauseNumber,
    /// Its title.
    pub title: String,
    /// Its cells by verdict.
    pub cells: Tally,
    /// Cells in place and proven.
    pub proven: Ratio,
    /// Cells that may be in place.
    pub possible: Ratio,
}

impl ClauseCoverage {
    /// What the cells of a clause come to.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SubjectCoverage {
    /// The subject.
    pub subject: SubjectId,
    /// What readers call it.
    pub title: String,
    /// The tier of a wallet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// The traits of a wallet.
    pub traits: Vec<Trait>,
    /// Its cells by verdict.
    pub cells: Tally,
    /// Cells in place and proven.
    pub proven: Ratio,
    /// Cells that may be in place.
    pub possible: Ratio,
    /// Gaps by severity, the gravest first.
    pub gaps: Vec<SeverityCount>,
    /// Where the wallet is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// Coverage of a family of controls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FamilyCoverage {
    /// The family.
    pub family: FamilyId,
    /// What readers call it.
    pub title: String,
    /// Its cells by verdict.
    pub cells: Tally,
    /// Cells in place and proven.
    pub proven: Ratio,
    /// Cells that may be in place.
    pub possible: Ratio,
}

/// A risk and what came out for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RiskRow {
    /// The risk.
    pub risk: RiskId,
    /// What readers call it.
    pub title: String,
    /// The clause that it belongs to.
    pub clause: ClauseNumber,
    /// What happens to customers' assets.
    pub consequence: String,
    /// How bad the stated consequence is.
    pub severity: Severity,
    /// The verdict of its worst subject; `out-of-scope` where it is judged for none.
    pub verdict: RiskVerdict,
    /// The worst subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst: Option<SubjectId>,
    /// What came out for each subject that it is judged for.
    pub subjects: Vec<RiskSubjectRow>,
    /// What came out in each family that has cells of controls that treat it directly, in catalogue
    /// order.
    pub families: Vec<RiskFamilyRow>,
    /// The controls that treat it directly.
    pub direct_controls: Vec<ControlId>,
    /// The controls that support its treatment.
    pub supporting_controls: Vec<ControlId>,
}

/// What came out for a risk in a family of controls, over all subjects that the risk is judged for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RiskFamilyRow {
    /// The family.
    pub family: FamilyId,
    /// The verdict that these cells alone would give.
    pub verdict: RiskVerdict,
    /// Effective cells of the family's controls that treat the risk directly.
    pub direct: Ratio,
}

/// The signature-key matrix: threat factors by threats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SignatureKeyMatrix {
    /// Its columns.
    pub threats: Vec<Threat>,
    /// Its rows, in catalogue order.
    pub rows: Vec<MatrixRow>,
}

/// A threat factor of the signature-key matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MatrixRow {
    /// The row.
    pub row: MatrixRowId,
    /// What the factor belongs to.
    pub group: FactorGroup,
    /// The factor.
    pub factor: String,
    /// Its cells, in the order of the columns; a threat that does not apply is left out.
    pub cells: Vec<MatrixCell>,
}

/// A cell of the signature-key matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MatrixCell {
    /// The threat.
    pub threat: Threat,
    /// The risk that the cell rolls up to.
    pub risk: RiskId,
    /// The verdict of that risk's worst subject.
    pub verdict: RiskVerdict,
}

/// The reference model of a custodian with where open risks sit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ReferenceModel {
    /// The functional components, in catalogue order.
    pub components: Vec<ComponentRow>,
    /// Parties outside that the links reach, in catalogue order.
    pub outside: Vec<OutsideRow>,
    /// What passes between them, in catalogue order.
    pub links: Vec<LinkRow>,
    /// Open risks to assets that no component is said to hold or handle, in the order of the risks.
    pub elsewhere: Vec<RiskId>,
}

/// A component of the reference model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ComponentRow {
    /// The component.
    pub component: ComponentId,
    /// What readers call it.
    pub title: String,
    /// Which part of the system it belongs to.
    pub group: ComponentGroup,
    /// What it does.
    pub summary: String,
    /// What it itself holds or handles; empty where the catalogue does not say.
    pub assets: Vec<Asset>,
    /// Open risks to these assets, in the order of the risks.
    pub open_risks: Vec<RiskId>,
    /// The same by severity, the gravest first.
    pub severities: Vec<SeverityCount>,
}

/// A party outside of the reference model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct OutsideRow {
    /// The party.
    pub party: ComponentId,
    /// What readers call it.
    pub title: String,
}

/// Something that passes between two components, or between one and a party outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LinkRow {
    /// Where it comes from.
    pub from: ComponentId,
    /// Where it goes.
    pub to: ComponentId,
    /// Whether it also goes back.
    pub both_ways: bool,
    /// What passes, where the catalogue says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carries: Option<String>,
}

/// What came out for a risk and a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RiskSubjectRow {
    /// The subject.
    pub subject: SubjectId,
    /// The measured verdict.
    pub verdict: RiskVerdict,
    /// Effective cells of controls that treat it directly.
    pub direct: Ratio,
    /// Effective cells of controls that support its treatment.
    pub supporting: Ratio,
    /// What effective direct cells do.
    pub depth: Depth,
    /// Where no effective direct cell detects: whether the catalogue offers a detective control
    /// here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<&'static str>,
    /// The last day of the acceptance that is in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_until: Option<Date>,
}

/// An evidence item and what it is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct EvidenceRow {
    /// The item.
    pub evidence: EvidenceId,
    /// What it is.
    pub title: String,
    /// What kind of thing it is.
    pub kind: EvidenceKind,
    /// How it was obtained.
    pub technique: Technique,
    /// The day from which it speaks.
    pub collected: Date,
    /// The last day on which it may be relied on.
    pub until: Date,
    /// What it is worth on the day.
    pub state: EvidenceState,
    /// How many days it may still be relied on; negative where it has expired.
    pub days_left: i32,
    /// Whether it is current and expires within the horizon.
    pub expiring: bool,
    /// What became of looking at its file.
    pub file: FileCheck,
    /// Where it is.
    pub locator: String,
    /// The SHA-256 of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Who produced or collected it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
    /// The cells whose claims cite it, as `control@subject`.
    pub cited_by: Vec<String>,
    /// Where it is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

impl EvidenceRow {
    /// Whether a claim may rest on it.
    pub fn is_reliable(&self) -> bool {
        let (state, file) = (self.state, self.file);
        EvidenceStanding { state, file }.is_reliable()
    }
}

/// A control in the statement of applicability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ApplicabilityRow {
    /// The control.
    pub control: ControlId,
    /// What readers call it.
    pub title: String,
    /// What is to be in place.
    pub statement: String,
    /// The clause that it belongs to.
    pub clause: ClauseNumber,
    /// The family that it belongs to.
    pub family: FamilyId,
    /// Whom it is about.
    pub subject: SubjectKind,
    /// How it acts on an event.
    pub functions: Vec<Function>,
    /// Whether it applies to any subject.
    pub applies: bool,
    /// Where it applies, in words.
    pub when: String,
    /// The risks that it treats directly.
    pub directly: Vec<RiskId>,
    /// The risks whose treatment it supports.
    pub supporting: Vec<RiskId>,
    /// Its cells.
    pub cells: Vec<CellRow>,
}

/// A cell in the statement of applicability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CellRow {
    /// The subject.
    pub subject: SubjectId,
    /// The verdict.
    pub verdict: Verdict,
    /// What the claim says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Whether the claim is narrowed to this subject.
    pub narrowed: bool,
    /// The claim's justification, rationale, or what is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// Anything else that the claim says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who provides the control, where it is inherited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderId>,
    /// Who is responsible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// By when it is to be in place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// What the claim cites.
    pub evidence: Vec<EvidenceId>,
    /// How the facts stand to the parameters of the profile that give its control a figure.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<CellParameter>,
    /// Where the claim stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// How the facts of a subject stand to a parameter of the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CellParameter {
    /// The parameter.
    pub parameter: ParameterId,
    /// How the facts stand to it.
    pub standing: ParameterStanding,
    /// What they state, as far as they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fact: Option<Figure>,
}

/// A risk that is knowingly kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AcceptanceRow {
    /// The risk.
    pub risk: RiskId,
    /// What readers call it.
    pub title: String,
    /// How bad the stated consequence is.
    pub severity: Severity,
    /// The measured verdict of the worst subject that the acceptance is about.
    pub verdict: RiskVerdict,
    /// Why it is accepted.
    pub because: String,
    /// Who decided it.
    pub approved_by: PersonId,
    /// The name behind `approved_by`.
    pub approver: String,
    /// The first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day.
    pub until: Date,
    /// The only wallets that it is about.
    pub wallets: Vec<WalletId>,
    /// Whether it is in force on the day.
    pub in_force: bool,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// A risk that the catalogue offers no direct control for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NotCovered {
    /// The risk.
    pub risk: RiskId,
    /// What readers call it.
    pub title: String,
    /// How bad the stated consequence is.
    pub severity: Severity,
    /// The controls that support its treatment.
    pub supporting_controls: Vec<ControlId>,
    /// Whether it is accepted on the day.
    pub accepted: bool,
}

impl Report {
    /// The record of what was measured.
    pub fn new(coverage: &Coverage) -> Self {
        build::report(coverage)
    }

    /// How many evidence items speak only from a later day.
    pub fn evidence_not_yet_valid(&self) -> usize {
        let rows = self.evidence.iter();
        rows.filter(|row| row.state == EvidenceState::NotYetValid)
            .count()
    }

    /// The whole report in a sentence or two: what is proven, what is possible, and what is open.
    pub fn verdict(&self) -> String {
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
        let open = match (of_severity(Severity::Critical), self.gaps.len()) {
            (_, 0) => "No gap is open".to_owned(),
            (critical, 1) => format!("1 gap is open, {critical} of them critical"),
            (critical, all) => format!("{all} gaps are open, {critical} of them critical"),
        };
        let overdue = match self.summary.overdue {
            0 => String::new(),
            overdue => format!(" and {overdue} overdue"),
        };
        if proven.denominator == 0 {
            format!("No control applies. {open}{overdue}.")
        } else if proven == possible {
            format!("Coverage is proven for {proven}. {open}{overdue}.")
        } else {
            format!("Coverage is proven for {proven}, possible for {possible}. {open}{overdue}.")
        }
    }

    /// The gravest severity among the gaps.
    pub fn gravest(&self) -> Option<Severity> {
        self.gaps.iter().map(|gap| gap.severity).max()
    }
}
