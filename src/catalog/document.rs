//! The catalog as it is authored: the structure of the files under `controls/`.
//!
//! Every file of a catalog is a [`CatalogDocument`] with some of the sections; the files are
//! merged, and [`CatalogDocument::resolve`] checks the result.

use super::bibliography::{CatalogTerm, CitedDocument};
use super::traits::OrDeclared;
use crate::date::Date;
use crate::id::{
    CatalogId, ClauseNumber, ComponentId, ControlId, DocumentId, FamilyId, FlowId, FrameworkId,
    KeyStateId, KeyTypeId, MatrixRowId, RiskId, SourceId, TermId, TraitId,
};
use crate::location::Place;
use crate::source::decode::record;
use crate::taxonomy::{
    Actor, Asset, ClauseKind, ComponentGroup, Confidence, Direction, Factor, FactorGroup, Feature,
    Function, Provenance, Severity, Strength, SubjectKind, Technique, Threat, Tier, Trait,
    TransitionKind,
};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A catalog, or the part of one that a file contains.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct CatalogDocument {
    /// Metadata of the catalog, in one of its files.
    pub catalog: Option<CatalogFacts>,
    /// The sources that the catalog is based on.
    pub sources: IndexMap<SourceId, CatalogSource>,
    /// What the catalog does not cover. Reports repeat it, so that their scope is clear.
    pub limits: Vec<String>,
    /// The clauses of the standard, by number.
    pub clauses: IndexMap<ClauseNumber, Clause>,
    /// The functional components of the reference model (clause 5.2).
    pub components: IndexMap<ComponentId, Component>,
    /// Parties outside the reference model that its links connect to.
    pub outside: IndexMap<ComponentId, OutsideParty>,
    /// What is exchanged between components.
    pub links: Vec<ComponentLink>,
    /// The types of keys (clause 5.4).
    pub key_types: IndexMap<KeyTypeId, KeyType>,
    /// The states that keys and seeds can be in.
    pub key_states: IndexMap<KeyStateId, KeyState>,
    /// The transitions between states of keys and seeds.
    pub key_transitions: Vec<KeyTransition>,
    /// How assets move (clause 5.3).
    pub flows: IndexMap<FlowId, Flow>,
    /// The signature-key matrix (clause 8.2.2.2): threat factors by threats.
    pub signature_key_matrix: IndexMap<MatrixRowId, FactorRow>,
    /// Traits of wallets, beside the built-in ones.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub traits: IndexMap<TraitId, TraitDocument>,
    /// What can go wrong (clause 8).
    pub risks: IndexMap<RiskId, RiskDocument>,
    /// What should be in place (clause 9), by family.
    pub families: IndexMap<FamilyId, FamilyDocument>,
    /// The frameworks that crosswalks refer to.
    pub frameworks: IndexMap<FrameworkId, Framework>,
    /// The documents that the catalog cites, and others near its subject, with their states.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub references: IndexMap<DocumentId, CitedDocument>,
    /// The terms of the field, in our own words.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub terms: IndexMap<TermId, CatalogTerm>,
}
record!(CatalogDocument {
    ; catalog, sources, limits, clauses, components, outside, links, key_types, key_states, key_transitions, flows,
    signature_key_matrix, traits, risks, families, frameworks, references, terms
});

/// Metadata of a catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CatalogFacts {
    /// Its id, which assessments refer to.
    pub id: CatalogId,
    /// Its title.
    pub title: String,
    /// The standard that it structures.
    pub standard: String,
    /// The edition of that standard.
    pub edition: String,
    /// The version of the catalog itself.
    pub version: String,
    /// The day on which that version was published.
    pub published: Date,
    /// Remarks.
    #[serde(default)]
    pub note: Option<String>,
}
record!(CatalogFacts { id, title, standard, edition, version, published; note });

/// A document that a catalog is based on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CatalogSource {
    /// Its title.
    pub title: String,
    /// Its date.
    #[serde(default)]
    pub date: Option<Date>,
    /// What was taken from it.
    #[serde(default)]
    pub note: Option<String>,
}
record!(CatalogSource { title; date, note });

/// A clause of the standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Its title in the public outline of the standard.
    pub title: String,
    /// Its purpose.
    pub kind: ClauseKind,
    /// A summary in our own words.
    pub summary: String,
    /// The sections of the public ancestor that correspond to it.
    #[serde(default)]
    pub ancestor_section: Option<String>,
    /// What the summary is based on.
    #[serde(default)]
    pub basis: Option<String>,
}
record!(Clause { title, kind, summary; ancestor_section, basis });

/// A functional component of a custodian's system (clause 5.2). Components are logical: functions
/// may be merged, remote or outsourced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Component {
    /// Its title.
    pub title: String,
    /// The part of the system that it belongs to.
    pub group: ComponentGroup,
    /// What it does.
    pub summary: String,
    /// The clause that describes it.
    pub clause: ClauseNumber,
    /// Where the substance comes from.
    pub source: String,
    /// The assets that it holds or handles. Empty if the model does not state any.
    #[serde(default)]
    pub assets: Vec<Asset>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(Component { title, group, summary, clause, source; assets } place);

/// A party outside the reference model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OutsideParty {
    /// Its title.
    pub title: String,
    /// Who it is.
    pub summary: String,
}
record!(OutsideParty { title, summary; });

/// A link between two components, or between a component and an outside party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ComponentLink {
    /// The sender.
    pub from: ComponentId,
    /// The recipient.
    pub to: ComponentId,
    /// The direction; `forward` by default.
    #[serde(default)]
    pub direction: Option<Direction>,
    /// What is exchanged.
    #[serde(default)]
    pub carries: Option<String>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(ComponentLink { from, to; direction, carries } place);

/// A type of key (clause 5.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyType {
    /// Its title.
    pub title: String,
    /// What kind of secret or public value it is.
    pub form: String,
    /// What it is used for.
    #[serde(rename = "use")]
    pub purpose: String,
    /// The clause that describes it.
    pub clause: ClauseNumber,
    /// Where the substance comes from.
    pub source: String,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}

impl crate::source::decode::Decode for KeyType {
    fn decode(
        node: crate::source::NodeId,
        reader: &mut crate::source::decode::Reader<'_>,
    ) -> Option<Self> {
        const KEYS: &[&str] = &["title", "form", "use", "clause", "source"];
        let fields = crate::source::decode::Fields::open(node, KEYS, KEYS, reader)?;
        let title = fields.required("title", reader);
        let form = fields.required("form", reader);
        let purpose = fields.required("use", reader);
        let clause = fields.required("clause", reader);
        let source = fields.required("source", reader);
        Some(Self {
            title: title?,
            form: form?,
            purpose: purpose?,
            clause: clause?,
            source: source?,
            place: reader.place(node),
        })
    }

    fn wanted() -> String {
        "a mapping".to_owned()
    }
}

/// A state that a kind of key can be in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyState {
    /// What is in the state: a type of key, `key-pair` or `any-key`.
    pub subject: KeyTypeId,
    /// The state.
    pub state: String,
}
record!(KeyState { subject, state; });

/// A transition between two states of keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyTransition {
    /// The state before.
    pub from: KeyStateId,
    /// The state after.
    pub to: KeyStateId,
    /// What the transition means.
    pub kind: TransitionKind,
    /// Features that a wallet must have for it.
    #[serde(default)]
    pub only: Vec<Feature>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(KeyTransition { from, to, kind; only } place);

/// A transaction flow (clause 5.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// Its title.
    pub title: String,
    /// The clause that describes it.
    pub clause: ClauseNumber,
    /// Where the substance comes from.
    pub source: String,
    /// Its steps, in order.
    pub steps: Vec<String>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(Flow { title, clause, source, steps; } place);

/// A row of the signature-key matrix (clause 8.2.2.2): one threat factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FactorRow {
    /// The group of the factor.
    pub group: FactorGroup,
    /// The factor.
    pub factor: String,
    /// The risk of each threat. A threat that is left out is marked as not applicable in the
    /// source.
    pub cells: IndexMap<Threat, RiskId>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(FactorRow { group, factor, cells; } place);

/// A trait of wallets that a catalog declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TraitDocument {
    /// Its title.
    pub title: String,
    /// What a wallet that has it is like.
    pub meaning: String,
    /// The only tiers whose wallets may have it; every tier if it is left out.
    #[serde(default)]
    pub tiers: Vec<Tier>,
    /// The traits that a wallet with it also has, without declaring them.
    #[serde(default)]
    pub implies: Vec<OrDeclared<Trait>>,
    /// The traits that no wallet with it has.
    #[serde(default)]
    pub excludes: Vec<OrDeclared<Trait>>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(TraitDocument { title, meaning; tiers, implies, excludes } place);

/// A risk: one way in which harm can occur (clause 8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RiskDocument {
    /// The clause that it belongs to.
    pub clause: ClauseNumber,
    /// Its title.
    pub title: String,
    /// The severity of the stated consequence, not a level of risk.
    pub severity: Severity,
    /// What may happen.
    pub threats: Vec<Threat>,
    /// Why it may happen.
    pub factors: Vec<Factor>,
    /// Who or what gives rise to it.
    pub actors: Vec<Actor>,
    /// What is at stake.
    pub assets: Vec<Asset>,
    /// The only wallets to which it applies: alternatives, each a list of tiers and traits that a
    /// wallet must all have. If it is left out: every wallet, or the organization.
    #[serde(default)]
    pub when: Vec<Vec<OrDeclared<Feature>>>,
    /// The consequence for customers' assets.
    pub consequence: String,
    /// Where the substance comes from.
    pub source: String,
    /// How the substance was found.
    pub provenance: Provenance,
    /// References of other frameworks that address the same subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crosswalk: Option<ControlCrosswalk>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(RiskDocument {
    clause, title, severity, threats, factors, actors, assets, consequence, source, provenance; when, crosswalk
} place);

/// A family of controls: a chapter of the catalog, one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FamilyDocument {
    /// Its title.
    pub title: String,
    /// Its position among the families, from 1.
    pub order: u32,
    /// Its controls.
    pub controls: IndexMap<ControlId, ControlDocument>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(FamilyDocument { title, order, controls; } place);

/// A control: one thing that should be in place (clause 9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ControlDocument {
    /// The clause that it belongs to.
    pub clause: ClauseNumber,
    /// Its title.
    pub title: String,
    /// What is to be in place, in our own words.
    pub statement: String,
    /// The risks that it treats.
    pub treats: Treats,
    /// Whether it applies to the organization or to wallets.
    pub subject: SubjectKind,
    /// When it applies: alternatives, each a list of features that a subject must all have. Wallet
    /// controls name tiers and traits, organization controls channels. If it is left out: always.
    #[serde(default)]
    pub when: Vec<Vec<OrDeclared<Feature>>>,
    /// How it acts on an event.
    pub functions: Vec<Function>,
    /// Evidence that typically shows that it is in place.
    pub evidence: Vec<String>,
    /// Techniques by which an assessor typically obtains evidence.
    pub techniques: Vec<Technique>,
    /// Where the substance comes from.
    pub source: String,
    /// How strongly the source words it.
    pub strength: Strength,
    /// How the substance was found.
    pub provenance: Provenance,
    /// The ids of controls that it replaced; they are never reused.
    #[serde(default)]
    pub replaces: Vec<ControlId>,
    /// References of other frameworks that address the same subject.
    #[serde(default)]
    pub crosswalk: Option<ControlCrosswalk>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(ControlDocument {
    clause, title, statement, treats, subject, functions, evidence, techniques, source, strength, provenance;
    when, replaces, crosswalk
} place);

/// The risks that a control treats.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Treats {
    /// Risks whose event the control itself prevents, detects or corrects when it works as stated.
    pub directly: Vec<RiskId>,
    /// Risks for which it ensures that other controls exist, work or remain suitable.
    pub supporting: Vec<RiskId>,
}
record!(Treats { ; directly, supporting });

/// References of other frameworks that address the same subject as a control or a risk. A mapping is an
/// analyst's work, many to many, and never states that two texts are equivalent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ControlCrosswalk {
    /// How far the mapping can be relied on.
    pub confidence: Confidence,
    /// References by framework, including its edition.
    pub references: IndexMap<FrameworkId, Vec<String>>,
}
record!(ControlCrosswalk { confidence, references; });

/// A framework in one edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Its title.
    pub title: String,
    /// The edition; the numbering of other editions differs.
    pub edition: String,
    /// The day on which that edition was published.
    pub published: Date,
    /// Who publishes it.
    pub publisher: String,
    /// Remarks on the list of references.
    #[serde(default)]
    pub note: Option<String>,
    /// Its references, by number or short name.
    pub references: IndexMap<ReferenceKey, FrameworkReference>,
    /// References that the edition withdrew: it has their numbers, but they require nothing.
    #[serde(default)]
    pub withdrawn: Vec<ReferenceKey>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(Framework { title, edition, published, publisher, references; note, withdrawn } place);

/// The number or short name of a reference in a framework, such as `10.1.2` or `SC-28(3)`.
pub type ReferenceKey = String;

impl crate::source::decode::DecodeKey for ReferenceKey {
    const KEY: &'static str = "reference";

    fn decode_key(
        text: &str,
        at: crate::source::NodeId,
        reader: &mut crate::source::decode::Reader<'_>,
    ) -> Option<Self> {
        crate::source::decode::Decode::decode(at, reader).filter(|key: &Self| key == text)
    }
}

/// A reference of a framework.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FrameworkReference {
    /// Its title, if it may be reproduced.
    pub title: Option<String>,
    /// Its successors in the next edition.
    pub becomes: Vec<String>,
    /// Whether it has no predecessor in the previous edition.
    pub new: bool,
}
record!(FrameworkReference { ; title, becomes, new });

macro_rules! merge_maps {
    ($into:ident, $from:ident, $report:ident, [$($section:ident),+]) => {$(
        for (key, value) in $from.$section {
            if $into.$section.contains_key(&key) {
                $report(stringify!($section), key.to_string());
            } else {
                $into.$section.insert(key, value);
            }
        }
    )+};
}

impl CatalogDocument {
    /// Adds the sections of another file. Entries that both have are reported by section and id.
    pub(super) fn merge(&mut self, other: Self, mut report: impl FnMut(&'static str, String)) {
        if let Some(facts) = other.catalog {
            if self.catalog.is_some() {
                report("catalog", facts.id.to_string());
            } else {
                self.catalog = Some(facts);
            }
        }
        merge_maps!(
            self,
            other,
            report,
            [
                sources,
                clauses,
                components,
                outside,
                key_types,
                key_states,
                flows,
                signature_key_matrix,
                traits,
                risks,
                families,
                frameworks,
                references,
                terms
            ]
        );
        self.limits.extend(other.limits);
        self.links.extend(other.links);
        self.key_transitions.extend(other.key_transitions);
    }
}
