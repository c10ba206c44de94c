//! What a report is about: the assessment, the catalog, its profile and the settings.

use crate::assessment::InputFile;
use crate::coverage::Coverage;
use crate::date::Date;
use crate::figure::Figure;
use crate::id::{AssessmentId, CatalogId, ClauseNumber, ControlId, ParameterId, RiskId, WalletId};
use crate::taxonomy::{CatalogOrigin, EvidenceKind, ParameterKind};
use serde::{Deserialize, Serialize};

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
        super::build::facts(coverage)
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
