//! The catalogue as it is authored: the shape of the files under `controls/`.
//!
//! Every file of a catalogue is a [`CatalogDocument`] that holds some of the sections; the files are
//! put together, and [`CatalogDocument::resolve`] checks the whole.

use crate::date::Date;
use crate::id::{
    CatalogId, ClauseNumber, ComponentId, ControlId, FamilyId, FlowId, FrameworkId, KeyStateId,
    KeyTypeId, MatrixRowId, RiskId, SourceId,
};
use crate::source::Place;
use crate::source::decode::record;
use crate::taxonomy::{
    Actor, Asset, ClauseKind, ComponentGroup, Confidence, Direction, Factor, FactorGroup, Feature,
    Function, Provenance, Severity, Strength, SubjectKind, Technique, Threat, TransitionKind,
};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A catalogue, or the part of one that a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct CatalogDocument {
    /// The catalogue's own facts; they stand in one of its files.
    pub catalog: Option<CatalogFacts>,
    /// The sources that the catalogue draws on.
    pub sources: IndexMap<SourceId, CatalogSource>,
    /// What the catalogue does not speak about, so that no report can be read as if it did.
    pub limits: Vec<String>,
    /// The clauses of the standard, by number.
    pub clauses: IndexMap<ClauseNumber, Clause>,
    /// The functional components of the reference model (clause 5.2).
    pub components: IndexMap<ComponentId, Component>,
    /// Parties outside of the reference model that its links reach.
    pub outside: IndexMap<ComponentId, OutsideParty>,
    /// What passes between components.
    pub links: Vec<ComponentLink>,
    /// The types of keys (clause 5.4).
    pub key_types: IndexMap<KeyTypeId, KeyType>,
    /// The states that keys and seeds can be in.
    pub key_states: IndexMap<KeyStateId, KeyState>,
    /// How keys and seeds go from state to state.
    pub key_transitions: Vec<KeyTransition>,
    /// How assets move (clause 5.3).
    pub flows: IndexMap<FlowId, Flow>,
    /// The signature-key matrix (clause 8.2.2.2): threat factors by threats.
    pub signature_key_matrix: IndexMap<MatrixRowId, MatrixRow>,
    /// What can go wrong (clause 8).
    pub risks: IndexMap<RiskId, RiskDocument>,
    /// What should be in place (clause 9), by family.
    pub families: IndexMap<FamilyId, FamilyDocument>,
    /// The frameworks that crosswalks lead to.
    pub frameworks: IndexMap<FrameworkId, Framework>,
}
record!(CatalogDocument {
    ; catalog, sources, limits, clauses, components, outside, links, key_types, key_states, key_transitions, flows,
    signature_key_matrix, risks, families, frameworks
});

/// What a catalogue says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CatalogFacts {
    /// Its id, which assessments name.
    pub id: CatalogId,
    /// What readers call it.
    pub title: String,
    /// The standard that it structures.
    pub standard: String,
    /// The edition of that standard.
    pub edition: String,
    /// The version of the catalogue itself.
    pub version: String,
    /// The day on which that version was published.
    pub published: Date,
    /// What a reader should know about it.
    #[serde(default)]
    pub note: Option<String>,
}
record!(CatalogFacts { id, title, standard, edition, version, published; note });

/// A document that a catalogue draws on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CatalogSource {
    /// What it is called.
    pub title: String,
    /// Its date.
    #[serde(default)]
    pub date: Option<Date>,
    /// What it gave.
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
    /// What it is for.
    pub kind: ClauseKind,
    /// What it covers, in our words.
    pub summary: String,
    /// The sections of the public ancestor that correspond to it.
    #[serde(default)]
    pub ancestor_section: Option<String>,
    /// What the summary rests on.
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
    /// What it is called.
    pub title: String,
    /// Which part of the system it belongs to.
    pub group: ComponentGroup,
    /// What it does.
    pub summary: String,
    /// The clause that describes it.
    pub clause: ClauseNumber,
    /// Where the substance was found.
    pub source: String,
    /// What it itself holds or handles, in the words of the risks. Empty where the model does not
    /// say.
    #[serde(default)]
    pub assets: Vec<Asset>,
    /// Where the entry was read.
    #[serde(skip)]
    pub place: Place,
}
record!(Component { title, group, summary, clause, source; assets } place);

/// A party outside of the reference model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OutsideParty {
    /// What it is called.
    pub title: String,
    /// Who it is.
    pub summary: String,
}
record!(OutsideParty { title, summary; });

/// Something that passes between two components, or between one and a party outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ComponentLink {
    /// Where it comes from.
    pub from: ComponentId,
    /// Where it goes.
    pub to: ComponentId,
    /// Whether it also goes back; `forward` where it is left out.
    #[serde(default)]
    pub direction: Option<Direction>,
    /// What passes.
    #[serde(default)]
    pub carries: Option<String>,
    /// Where the entry was read.
    #[serde(skip)]
    pub place: Place,
}
record!(ComponentLink { from, to; direction, carries } place);

/// A type of key (clause 5.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyType {
    /// What it is called.
    pub title: String,
    /// What kind of secret or public value it is.
    pub form: String,
    /// What it is for.
    #[serde(rename = "use")]
    pub purpose: String,
    /// The clause that describes it.
    pub clause: ClauseNumber,
    /// Where the substance was found.
    pub source: String,
    /// Where the entry was read.
    #[serde(skip)]
    pub place: Place,
}

impl crate::source::decode::Decode for KeyType {
    fn decode(
        node: crate::source::NodeId,
        reader: &mut crate::source::decode::Reader<'_>,
    ) -> Option<Self> {
        let fields = crate::source::decode::Fields::open(
            node,
            &["title", "form", "use", "clause", "source"],
            reader,
        )?;
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

/// A line between two states of keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct KeyTransition {
    /// The state that it leaves.
    pub from: KeyStateId,
    /// The state that it reaches.
    pub to: KeyStateId,
    /// What the line means.
    pub kind: TransitionKind,
    /// What a wallet must have for it.
    #[serde(default)]
    pub only: Vec<Feature>,
    /// Where the entry was read.
    #[serde(skip)]
    pub place: Place,
}
record!(KeyTransition { from, to, kind; only } place);

/// How assets move (clause 5.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// What it is called.
    pub title: String,
    /// The clause that describes it.
    pub clause: ClauseNumber,
    /// Where the substance was found.
    pub source: String,
    /// Its steps, in order.
    pub steps: Vec<String>,
    /// Where the entry was read.
    #[serde(skip)]
    pub place: Place,
}
record!(Flow { title, clause, source, steps; } place);

/// A row of the signature-key matrix (clause 8.2.2.2): one threat factor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MatrixRow {
    /// What the factor belongs to.
    pub group: FactorGroup,
    /// The factor.
    pub factor: String,
    /// The risk that each threat of this row rolls up to. A threat that is left out is marked as not
    /// applicable in the source.
    pub cells: IndexMap<Threat, RiskId>,
    /// Where the entry was read.
    #[serde(skip)]
    pub place: Place,
}
record!(MatrixRow { group, factor, cells; } place);

/// A risk: one way to be harmed (clause 8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RiskDocument {
    /// The clause that it belongs to.
    pub clause: ClauseNumber,
    /// What readers call it.
    pub title: String,
    /// How bad the stated consequence is for customers' assets.
    pub severity: Severity,
    /// What may happen.
    pub threats: Vec<Threat>,
    /// Why it may happen.
    pub factors: Vec<Factor>,
    /// Who or what brings it about.
    pub actors: Vec<Actor>,
    /// What is at stake.
    pub assets: Vec<Asset>,
    /// The only wallets that can suffer it: alternatives of tiers and traits that must all hold.
    /// Every wallet, or the organization, where it is left out.
    #[serde(default)]
    pub when: Vec<Vec<Feature>>,
    /// What happens to customers' assets.
    pub consequence: String,
    /// Where the substance was found.
    pub source: String,
    /// How it was found.
    pub provenance: Provenance,
    /// Where the entry was read.
    #[serde(skip)]
    pub place: Place,
}
record!(RiskDocument {
    clause, title, severity, threats, factors, actors, assets, consequence, source, provenance; when
} place);

/// A family of controls: a chapter of the catalogue, one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct FamilyDocument {
    /// What readers call it.
    pub title: String,
    /// Its place among the families, from 1.
    pub order: u32,
    /// Its controls.
    pub controls: IndexMap<ControlId, ControlDocument>,
    /// Where the entry was read.
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
    /// What readers call it.
    pub title: String,
    /// What is to be in place, in our words.
    pub statement: String,
    /// The risks that it treats.
    pub treats: Treats,
    /// Whom it is about.
    pub subject: SubjectKind,
    /// Where it applies: alternatives of words that must all hold. A control about wallets names
    /// tiers and traits, one about the organization channels. Always, where it is left out.
    #[serde(default)]
    pub when: Vec<Vec<Feature>>,
    /// How it acts on an event.
    pub functions: Vec<Function>,
    /// What typically shows that it is in place.
    pub evidence: Vec<String>,
    /// How an assessor typically comes to know.
    pub techniques: Vec<Technique>,
    /// Where the substance was found.
    pub source: String,
    /// How strongly that source words it.
    pub strength: Strength,
    /// How it was found.
    pub provenance: Provenance,
    /// Ids of controls that it took the place of; they are never used again.
    #[serde(default)]
    pub replaces: Vec<ControlId>,
    /// What touches the same subject in other frameworks.
    #[serde(default)]
    pub crosswalk: Option<Crosswalk>,
    /// Where the entry was read.
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
    /// Risks for which it makes other controls exist, work or stay suitable.
    pub supporting: Vec<RiskId>,
}
record!(Treats { ; directly, supporting });

/// References to other frameworks that touch the same subject. They are analysts' work, many to
/// many, and never say that two texts are equivalent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Crosswalk {
    /// How far the mapping can be relied on.
    pub confidence: Confidence,
    /// References by framework; the edition belongs to the framework.
    pub references: IndexMap<FrameworkId, Vec<String>>,
}
record!(Crosswalk { confidence, references; });

/// A framework in one edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// What it is called.
    pub title: String,
    /// The edition; numbers of other editions differ.
    pub edition: String,
    /// The day on which that edition was published.
    pub published: Date,
    /// Who publishes it.
    pub publisher: String,
    /// What a reader should know about the list of references.
    #[serde(default)]
    pub note: Option<String>,
    /// Its references, by number or short name.
    pub references: IndexMap<ReferenceKey, FrameworkReference>,
    /// Where the entry was read.
    #[serde(skip)]
    pub place: Place,
}
record!(Framework { title, edition, published, publisher, references; note } place);

/// The number or short name of a reference in a framework, such as `10.1.2` or `SC-28(3)`.
pub type ReferenceKey = String;

impl crate::source::decode::DecodeKey for ReferenceKey {
    fn decode_key(
        text: &str,
        at: crate::source::NodeId,
        reader: &mut crate::source::decode::Reader<'_>,
    ) -> Option<Self> {
        crate::source::decode::Decode::decode(at, reader).filter(|key: &Self| key == text)
    }
}

/// What is known of a reference in a framework.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FrameworkReference {
    /// Its title, where that may be repeated.
    pub title: Option<String>,
    /// What it became in the next edition.
    pub becomes: Vec<String>,
    /// Whether it has no predecessor in the edition before.
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
    /// Adds the sections of another file. Entries that both hold are reported by section and id.
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
                risks,
                families,
                frameworks
            ]
        );
        self.limits.extend(other.limits);
        self.links.extend(other.links);
        self.key_transitions.extend(other.key_transitions);
    }
}
