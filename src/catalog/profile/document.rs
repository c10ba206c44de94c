//! The profile as it is authored. `docs/profiles.md` describes it with examples.

use crate::catalog::document::{
    CatalogSource, Clause, FamilyDocument, Framework, RiskDocument, TraitDocument,
};
use crate::date::Date;
use crate::figure::Figure;
use crate::id::{
    CatalogId, ClauseNumber, ControlId, FamilyId, FrameworkId, ParameterId, RiskId, SourceId,
    TraitId,
};
use crate::location::Place;
use crate::source::NodeId;
use crate::source::decode::{Decode, Fields, Reader, record};
use crate::taxonomy::{EvidenceKind, Function, ParameterKind, Strength, Tier};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A profile: what it selects from a catalog, and what it adds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ProfileDocument {
    /// Its id, which assessments refer to as their catalog.
    pub profile: CatalogId,
    /// Its title.
    pub title: String,
    /// The catalog that it selects from, its base; `iso-tr-23576` is built in.
    pub catalog: CatalogId,
    /// The version of the profile itself.
    pub version: String,
    /// The day on which that version was published.
    pub published: Date,
    /// Remarks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The controls and risks of the base that it includes; all by default.
    #[serde(default)]
    pub select: Selection,
    /// The controls and risks that it excludes from the selection.
    #[serde(default)]
    pub except: Exception,
    /// The sources that its own entries are based on.
    #[serde(default)]
    pub sources: IndexMap<SourceId, CatalogSource>,
    /// What it does not cover, in addition to the limits of its base.
    #[serde(default)]
    pub limits: Vec<String>,
    /// Its own clauses, by number.
    #[serde(default)]
    pub clauses: IndexMap<ClauseNumber, Clause>,
    /// Traits of wallets that it declares, beside those of the base.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub traits: IndexMap<TraitId, TraitDocument>,
    /// Its own risks.
    #[serde(default)]
    pub risks: IndexMap<RiskId, RiskDocument>,
    /// Its own controls, by family; they come after those of the base.
    #[serde(default)]
    pub families: IndexMap<FamilyId, FamilyDocument>,
    /// Frameworks that its own crosswalks refer to.
    #[serde(default)]
    pub frameworks: IndexMap<FrameworkId, Framework>,
    /// Its parameters: figures that it requires.
    #[serde(default)]
    pub parameters: IndexMap<ParameterId, Parameter>,
    /// Where the profile was read from.
    #[serde(skip)]
    pub place: Place,
}

impl ProfileDocument {
    /// A profile that selects everything and adds nothing.
    pub fn new(profile: CatalogId, title: String, catalog: CatalogId, published: Date) -> Self {
        Self {
            profile,
            title,
            catalog,
            version: "0.1.0".to_owned(),
            published,
            note: None,
            select: Selection::default(),
            except: Exception::default(),
            sources: IndexMap::new(),
            limits: Vec::new(),
            clauses: IndexMap::new(),
            traits: IndexMap::new(),
            risks: IndexMap::new(),
            families: IndexMap::new(),
            frameworks: IndexMap::new(),
            parameters: IndexMap::new(),
            place: Place::default(),
        }
    }
}

impl Decode for ProfileDocument {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        const KEYS: &[&str] = &[
            "profile",
            "title",
            "catalog",
            "version",
            "published",
            "note",
            "select",
            "except",
            "sources",
            "limits",
            "clauses",
            "traits",
            "risks",
            "families",
            "frameworks",
            "parameters",
        ];
        const REQUIRED: &[&str] = &["profile", "title", "catalog", "version", "published"];
        let fields = Fields::open(node, KEYS, REQUIRED, reader)?;
        let (profile, title) = (
            fields.required("profile", reader),
            fields.required("title", reader),
        );
        let (catalog, version) = (
            fields.required("catalog", reader),
            fields.required("version", reader),
        );
        let published = fields.required("published", reader);
        // Invalid values are replaced, so that the rest of the file can be checked; a profile with
        // errors is never used for anything else.
        let unnamed = || CatalogId::new("unnamed").ok();
        let text = String::stand_in;
        Some(Self {
            profile: profile.or_else(unnamed)?,
            title: title.or_else(text)?,
            catalog: catalog.or_else(unnamed)?,
            version: version.or_else(text)?,
            published: published.or_else(|| "2000-01-01".parse().ok())?,
            note: fields.optional("note", reader).unwrap_or_default(),
            select: fields.optional("select", reader).unwrap_or_default(),
            except: fields.optional("except", reader).unwrap_or_default(),
            sources: fields.optional("sources", reader).unwrap_or_default(),
            limits: fields.optional("limits", reader).unwrap_or_default(),
            clauses: fields.optional("clauses", reader).unwrap_or_default(),
            traits: fields.optional("traits", reader).unwrap_or_default(),
            risks: fields.optional("risks", reader).unwrap_or_default(),
            families: fields.optional("families", reader).unwrap_or_default(),
            frameworks: fields.optional("frameworks", reader).unwrap_or_default(),
            parameters: fields.optional("parameters", reader).unwrap_or_default(),
            place: reader.place(node),
        })
    }

    fn wanted() -> String {
        "a mapping".to_owned()
    }
}

/// A figure that a profile requires, and its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Parameter {
    /// What it limits.
    pub kind: ParameterKind,
    /// The figure: in percent for a share, in kilometres for a distance, in days for an age.
    pub figure: Figure,
    /// The control that it belongs to; required for all kinds but `largest-evidence-age`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<ControlId>,
    /// The kind of evidence whose age it limits; for `largest-evidence-age` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceKind>,
    /// The jurisdiction in which it applies, or for whom.
    pub jurisdiction: String,
    /// The text that requires it.
    pub source: ParameterSource,
    /// The date of the text.
    pub date: Date,
    /// Remarks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(Parameter { kind, figure, jurisdiction, source, date; control, evidence, note } place);

impl Parameter {
    /// A parameter that belongs to no control and to no kind of evidence yet.
    pub fn new(
        kind: ParameterKind,
        figure: Figure,
        jurisdiction: impl Into<String>,
        source: ParameterSource,
        date: Date,
    ) -> Self {
        Self {
            kind,
            figure,
            control: None,
            evidence: None,
            jurisdiction: jurisdiction.into(),
            source,
            date,
            note: None,
            place: Place::default(),
        }
    }
}

/// The text that a parameter was taken from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ParameterSource {
    /// Its title.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// The passage; required if there is no `url`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citation: Option<String>,
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}
record!(ParameterSource { title, publisher; citation, url });

impl ParameterSource {
    /// A text by its title and publisher, without a citation or an address yet.
    pub fn new(title: impl Into<String>, publisher: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            publisher: publisher.into(),
            citation: None,
            url: None,
        }
    }
}

/// What a profile selects from its base. Each key narrows the selection; the items of a list are
/// alternatives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Selection {
    /// Only controls of these clauses and the clauses within them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<ClauseNumber>,
    /// Only controls of these families.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub families: Vec<FamilyId>,
    /// Only these controls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<ControlId>,
    /// Only these risks, and controls that treat one of them, directly or supporting.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<RiskId>,
    /// Only controls that act on an event in one of these ways.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<Function>,
    /// Only controls that their source words this strongly.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub strengths: Vec<Strength>,
    /// Only wallet controls that can apply to a wallet of these tiers, and all organization
    /// controls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
    /// Where the selection was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(Selection { ; clauses, families, controls, risks, functions, strengths, tiers } place);

/// What a profile excludes from its selection. What any of the keys names is excluded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Exception {
    /// Controls of these clauses and the clauses within them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<ClauseNumber>,
    /// Controls of these families.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub families: Vec<FamilyId>,
    /// These controls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<ControlId>,
    /// These risks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<RiskId>,
    /// Where the exception was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(Exception { ; clauses, families, controls, risks } place);
