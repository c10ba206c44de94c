//! The profile as it is authored. `docs/profiles.md` tells the same with examples.

use crate::catalog::document::{CatalogSource, Clause, FamilyDocument, Framework, RiskDocument};
use crate::date::Date;
use crate::figure::Figure;
use crate::id::{
    CatalogId, ClauseNumber, ControlId, FamilyId, FrameworkId, ParameterId, RiskId, SourceId,
};
use crate::source::decode::{Decode, Fields, Reader, record};
use crate::source::{NodeId, Place};
use crate::taxonomy::{EvidenceKind, Function, ParameterKind, Strength, Tier};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A profile: what it selects from a catalogue, and what it adds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProfileDocument {
    /// Its id, which assessments name as their catalogue.
    pub profile: CatalogId,
    /// What readers call it.
    pub title: String,
    /// The catalogue that it selects from, its base; `iso-tr-23576` is built in.
    pub catalog: CatalogId,
    /// The version of the profile itself.
    pub version: String,
    /// The day on which that version was published.
    pub published: Date,
    /// What a reader should know about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Which controls and risks of the base it has; all where it is left out.
    #[serde(default)]
    pub select: Selection,
    /// What it leaves out of those.
    #[serde(default)]
    pub except: Exception,
    /// The sources that its own entries draw on.
    #[serde(default)]
    pub sources: IndexMap<SourceId, CatalogSource>,
    /// What it does not speak about, beside what its base says of itself.
    #[serde(default)]
    pub limits: Vec<String>,
    /// Its own clauses, by number.
    #[serde(default)]
    pub clauses: IndexMap<ClauseNumber, Clause>,
    /// Its own risks.
    #[serde(default)]
    pub risks: IndexMap<RiskId, RiskDocument>,
    /// Its own controls, by family; they stand after those of the base.
    #[serde(default)]
    pub families: IndexMap<FamilyId, FamilyDocument>,
    /// Frameworks that its own crosswalks lead to.
    #[serde(default)]
    pub frameworks: IndexMap<FrameworkId, Framework>,
    /// The figures that it asks for.
    #[serde(default)]
    pub parameters: IndexMap<ParameterId, Parameter>,
    /// Where the profile was read.
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
            "risks",
            "families",
            "frameworks",
            "parameters",
        ];
        let fields = Fields::open(node, KEYS, reader)?;
        let (profile, title) = (
            fields.required("profile", reader),
            fields.required("title", reader),
        );
        let (catalog, version) = (
            fields.required("catalog", reader),
            fields.required("version", reader),
        );
        let published = fields.required("published", reader);
        // What could not be read is stood in for, so that the rest of the file can be judged; a
        // profile with faults is never used for anything else.
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

/// A figure that a profile asks for, and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// What it bounds.
    pub kind: ParameterKind,
    /// The figure: in percent for a share, in kilometres for a distance, in days for an age.
    pub figure: Figure,
    /// The control that it gives the figure to; needed but for `largest-evidence-age`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<ControlId>,
    /// The kind of evidence whose age it bounds; for `largest-evidence-age` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceKind>,
    /// Where, or for whom, it holds.
    pub jurisdiction: String,
    /// Who says so.
    pub source: ParameterSource,
    /// The day of the text that says so.
    pub date: Date,
    /// What a reader should know about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the entry was read.
    #[serde(skip)]
    pub place: Place,
}
record!(Parameter { kind, figure, jurisdiction, source, date; control, evidence, note } place);

/// The text that a parameter was taken from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ParameterSource {
    /// What it is called.
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// Where in it; needed where there is no `url`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub citation: Option<String>,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}
record!(ParameterSource { title, publisher; citation, url });

/// What a profile selects from its base. Each key that is written narrows the selection; a list
/// names alternatives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
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
    /// Only controls about wallets that a wallet of these tiers can need, and all controls about the
    /// organization.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
    /// Where the selection was read.
    #[serde(skip)]
    pub place: Place,
}
record!(Selection { ; clauses, families, controls, risks, functions, strengths, tiers } place);

/// What a profile leaves out of what it selects. Whatever one of the keys names is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
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
    /// Where the exception was read.
    #[serde(skip)]
    pub place: Place,
}
record!(Exception { ; clauses, families, controls, risks } place);
