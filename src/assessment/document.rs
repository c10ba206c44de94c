//! The assessment as it is authored: the shape of the file that a security officer or an auditor
//! writes. `docs/format.md` tells the same with examples.

use crate::date::Date;
use crate::figure::Figure;
use crate::id::{
    AssessmentId, CatalogId, ControlId, EvidenceId, PersonId, ProviderId, RiskId, WalletId,
};
use crate::source::Place;
use crate::source::decode::record;
use crate::taxonomy::{Channel, EvidenceKind, Status, Technique, Tier, Trait};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// An assessment, or the part of one that a file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AssessmentDocument {
    /// The id of the assessment; every file of it repeats it.
    pub assessment: AssessmentId,
    /// What readers call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The catalogue that it is made against; `iso-tr-23576` is built in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog: Option<CatalogId>,
    /// The firm that is assessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custodian: Option<Custodian>,
    /// The days that the assessment is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// Who assesses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assessors: Vec<PersonId>,
    /// Everyone that a claim, an evidence item or an acceptance names.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub people: IndexMap<PersonId, Person>,
    /// Third parties that controls are inherited from.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub providers: IndexMap<ProviderId, Provider>,
    /// For how many days evidence of a kind may be relied on after it was collected, where the item
    /// has no `valid_until`: from 1 to 36500.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub evidence_max_age: IndexMap<EvidenceKind, u32>,
    /// What is true of the custodian as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<Organization>,
    /// Groups of signature keys that are handled alike.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub wallets: IndexMap<WalletId, Wallet>,
    /// What claims rest on.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub evidence: IndexMap<EvidenceId, Evidence>,
    /// What is said about each control. Nothing after the colon says that nobody has looked.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub claims: IndexMap<ControlId, Option<Claim>>,
    /// Risks that are knowingly kept.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub accepted_risks: IndexMap<RiskId, Acceptance>,
    /// What it takes to close gaps. It changes no verdict; `custody plan` reckons with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub efforts: Option<Efforts>,
    /// Where the document was read.
    #[serde(skip)]
    pub place: Place,
}
record!(AssessmentDocument {
    ;
    title, catalog, custodian, period, assessors, people, providers, evidence_max_age, organization, wallets,
    evidence, claims, accepted_risks, efforts
} place assessment = stand_in());

/// Takes the place of an id that is missing or faulty, so that the rest of the file can be judged.
fn stand_in() -> AssessmentId {
    AssessmentId::unnamed()
}

impl AssessmentDocument {
    /// An assessment of which nothing is known but its id.
    pub fn new(assessment: AssessmentId) -> Self {
        Self {
            assessment,
            title: None,
            catalog: None,
            custodian: None,
            period: None,
            assessors: Vec::new(),
            people: IndexMap::new(),
            providers: IndexMap::new(),
            evidence_max_age: IndexMap::new(),
            organization: None,
            wallets: IndexMap::new(),
            evidence: IndexMap::new(),
            claims: IndexMap::new(),
            accepted_risks: IndexMap::new(),
            efforts: None,
            place: Place::default(),
        }
    }
}

/// The firm that is assessed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Custodian {
    /// Its name.
    pub name: String,
    /// Where it is supervised, in the firm's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<String>,
}
record!(Custodian { name; jurisdiction });

/// The days that an assessment is about, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}
record!(Period { from, to; });

/// A person, or a function that a person fills.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The name of the person or the function.
    pub name: String,
    /// Whom the person works for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// What the person does here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}
record!(Person { name; organization, role });

/// A third party that controls are inherited from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Its name.
    pub name: String,
    /// What it does for the custodian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
}
record!(Provider { name; service });

/// What is true of the custodian as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// How people and programs reach the system; the complete list.
    #[serde(default)]
    pub channels: Vec<Channel>,
}
record!(Organization { ; channels });

/// A wallet: a group of signature keys that are handled alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Wallet {
    /// What readers call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How near to the network its keys are.
    pub tier: Tier,
    /// What it has; the complete list. A trait that is left out says that the wallet does not have
    /// it.
    pub traits: Vec<Trait>,
    /// The assets that it holds, as the firm calls them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<String>,
    /// What is stated of it in figures, for the parameters of a profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<WalletFacts>,
    /// Where the entry was read.
    #[serde(skip)]
    pub place: Place,
}
record!(Wallet { tier, traits; title, assets, facts } place);

/// What is stated of a wallet in figures. What is left out is not stated, and not 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct WalletFacts {
    /// How much of all assets that are held for customers it holds, by value, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_of_assets: Option<Figure>,
    /// How many signers or share holders together move its assets, and of how many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quorum: Option<Quorum>,
    /// How many backups of its keys there are, beside the keys in use: a whole number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backups: Option<Figure>,
    /// The least distance, in kilometres, between any two places where its keys or backups are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_distance: Option<Figure>,
    /// What the facts rest on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceId>,
}
record!(WalletFacts { ; share_of_assets, quorum, backups, backup_distance, evidence });

/// So many of so many signers or share holders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Quorum {
    /// How many of them are needed.
    pub required: u32,
    /// How many there are.
    pub of: u32,
}
record!(Quorum { required, of; });

/// What a claim rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What it is.
    pub title: String,
    /// What kind of thing it is.
    pub kind: EvidenceKind,
    /// How it was obtained.
    pub technique: Technique,
    /// The day from which it speaks.
    pub collected: Date,
    /// The last day on which it may be relied on. Where it is left out, `evidence_max_age` says for
    /// how many days evidence of its kind may be relied on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
    /// Where it is: a relative path that stays within its folder, or an address in another system.
    #[cfg_attr(
        feature = "schema",
        schemars(regex(pattern = r"^(.*://.*|(?![/\\]|.:)(?!(.*[/\\])?\.\.([/\\]|$)).*\S.*)$"))
    )]
    pub locator: String,
    /// The SHA-256 of the file, 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256>,
    /// Who produced or collected it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the entry was read.
    #[serde(skip)]
    pub place: Place,
}
impl Evidence {
    /// Whether the locator is an address of another system, or a path that cannot lead out of the
    /// folder that it is looked up in.
    pub(crate) fn has_sound_locator(&self) -> bool {
        let locator = self.locator.as_str();
        let is_absolute = locator.starts_with(['/', '\\']) || locator.chars().nth(1) == Some(':');
        locator.contains("://")
            || !is_absolute && locator.split(['/', '\\']).all(|part| part != "..")
    }
}

record!(Evidence { title, kind, technique, collected, locator; valid_until, sha256, by, note } place);

/// What is said about a control.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Where a proposal comes from, such as `iso-27002-2022 8.24`. A claim that has this key is a
    /// proposal: it counts as unknown until somebody confirms it, by looking and then deleting this
    /// line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<String>,
    /// What is said. Left out where the claim only narrows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceId>,
    /// For `alternative`: what is in place instead, and why it is as good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationale: Option<String>,
    /// For `inherited`: who provides the control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderId>,
    /// For `partial`: what is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// For `planned`, and if wanted for `partial` and `not-implemented`: by when it is to be in
    /// place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// For `not-applicable`: why the subject of the control does not exist here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// Who is responsible. Needed for `planned`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Narrower claims, which win for their wallets. Nothing after the colon says that nobody has
    /// looked at that wallet.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub wallets: IndexMap<WalletId, Option<NarrowedClaim>>,
    /// Where the entry was read.
    #[serde(skip)]
    pub place: Place,
}
record!(Claim {
    ; proposed, status, evidence, rationale, provider, missing, due, because, owner, note, wallets
} place);

impl Claim {
    /// A claim with a status and nothing else.
    pub fn new(status: Status) -> Self {
        Self {
            status: Some(status),
            ..Self::default()
        }
    }
}

/// What is said about a control for one wallet. The keys are those of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NarrowedClaim {
    /// What is said.
    pub status: Status,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceId>,
    /// For `alternative`: what is in place instead, and why it is as good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationale: Option<String>,
    /// For `inherited`: who provides the control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderId>,
    /// For `partial`: what is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// For `planned`, and if wanted for `partial` and `not-implemented`: by when it is to be in
    /// place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// For `not-applicable`: why the subject of the control does not exist here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// Who is responsible. Needed for `planned`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// Anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the entry was read.
    #[serde(skip)]
    pub place: Place,
}
record!(NarrowedClaim {
    status; evidence, rationale, provider, missing, due, because, owner, note
} place);

impl NarrowedClaim {
    /// A narrowed claim with a status and nothing else.
    pub fn new(status: Status) -> Self {
        Self {
            status,
            evidence: Vec::new(),
            rationale: None,
            provider: None,
            missing: None,
            due: None,
            because: None,
            owner: None,
            note: None,
            place: Place::default(),
        }
    }
}

/// A risk that is knowingly kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// Why.
    pub because: String,
    /// Who decided it: not the owner of a claim on a control that treats the risk directly.
    pub approved_by: PersonId,
    /// The first day of the acceptance; where it is left out, it holds on every day until `until`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day of the acceptance.
    pub until: Date,
    /// The only wallets for which the risk is accepted; all that can suffer it, where it is left
    /// out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wallets: Vec<WalletId>,
    /// Where the entry was read.
    #[serde(skip)]
    pub place: Place,
}
record!(Acceptance { because, approved_by, until; from, wallets } place);

/// What it takes to close gaps, each a whole number from 1 to 36500 of the same unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Efforts {
    /// What the numbers count, such as `days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// To renew an evidence item, or to put its file right: 1 where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renew: Option<u32>,
    /// To collect evidence for a claim that says that its control is in place: 1 where it is left
    /// out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prove: Option<u32>,
    /// To complete a control that is partly in place, with its evidence: 3 where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete: Option<u32>,
    /// To look at a control at which nobody has looked, and to put in place what is missing: 5 where
    /// it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assess: Option<u32>,
    /// To put a control in place, with its evidence: 5 where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub implement: Option<u32>,
    /// To renew single evidence items.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub evidence: IndexMap<EvidenceId, u32>,
    /// What differs for single controls, for each subject to which they apply.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub controls: IndexMap<ControlId, ControlEfforts>,
    /// Where the entry was read.
    #[serde(skip)]
    pub place: Place,
}
record!(Efforts { ; unit, renew, prove, complete, assess, implement, evidence, controls } place);

/// What it takes to close the gaps of a control.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ControlEfforts {
    /// To collect evidence for a claim on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prove: Option<u32>,
    /// To complete it where it is partly in place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete: Option<u32>,
    /// To look at it, and to put in place what is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assess: Option<u32>,
    /// To put it in place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub implement: Option<u32>,
    /// Controls that have to be effective before it can be completed or put in place: for the same
    /// wallet, or for the organization.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<ControlId>,
    /// Where the entry was read.
    #[serde(skip)]
    pub place: Place,
}
record!(ControlEfforts { ; prove, complete, assess, implement, after } place);

/// A SHA-256: 64 hexadecimal digits, in lower case.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Sha256(Box<str>);

/// A text is no SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 is 64 hexadecimal digits")]
pub struct Sha256Error;

impl Sha256 {
    /// The digits, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Sha256 {
    type Err = Sha256Error;

    fn from_str(text: &str) -> Result<Self, Sha256Error> {
        if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            Ok(Self(text.to_ascii_lowercase().into()))
        } else {
            Err(Sha256Error)
        }
    }
}

impl std::fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Sha256 {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Sha256".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^[0-9a-fA-F]{64}$",
            "description": "A SHA-256: 64 hexadecimal digits.",
        })
    }
}

impl crate::source::decode::Decode for Sha256 {
    fn decode(
        node: crate::source::NodeId,
        reader: &mut crate::source::decode::Reader<'_>,
    ) -> Option<Self> {
        reader.parse(
            node,
            "a SHA-256",
            crate::diagnostic::Code::MalformedHash,
            |error: &Sha256Error| error.to_string(),
        )
    }

    fn wanted() -> String {
        "a SHA-256, 64 hexadecimal digits".to_owned()
    }
}
