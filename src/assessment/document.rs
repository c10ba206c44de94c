//! The assessment as it is authored: the structure of the file that a security officer or an
//! auditor writes. `docs/format.md` describes it with examples.
//!
//! New keys may be added to these types in minor releases. Outside of this crate, create them with
//! `new` or `default`, and then set their fields.

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

/// An assessment, or the part of one that a file contains.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AssessmentDocument {
    /// The id of the assessment; each of its files repeats it.
    pub assessment: AssessmentId,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The catalog that it targets; `iso-tr-23576` is built in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog: Option<CatalogId>,
    /// The custodian that is assessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub custodian: Option<Custodian>,
    /// The period that the assessment covers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    /// The people who assess.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assessors: Vec<PersonId>,
    /// All people that claims, evidence items and acceptances refer to.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub people: IndexMap<PersonId, Person>,
    /// Third parties that controls are inherited from.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub providers: IndexMap<ProviderId, Provider>,
    /// The number of days after its collection for which evidence of a kind is valid if the item
    /// has no `valid_until`: from 1 to 36500.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub evidence_max_age: IndexMap<EvidenceKind, u32>,
    /// Facts about the custodian as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<Organization>,
    /// Groups of signature keys that are handled alike.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub wallets: IndexMap<WalletId, Wallet>,
    /// The evidence that claims rest on.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub evidence: IndexMap<EvidenceId, Evidence>,
    /// The claims on controls. An empty claim means that the control has not been assessed.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub claims: IndexMap<ControlId, Option<Claim>>,
    /// Risks that are accepted.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub accepted_risks: IndexMap<RiskId, Acceptance>,
    /// The effort to close gaps. It changes no verdict; `custody plan` uses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub efforts: Option<Efforts>,
    /// Where the document was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(AssessmentDocument {
    ;
    title, catalog, custodian, period, assessors, people, providers, evidence_max_age, organization, wallets,
    evidence, claims, accepted_risks, efforts
} place assessment = stand_in());

/// Replaces an id that is missing or invalid, so that the rest of the file can be checked.
fn stand_in() -> AssessmentId {
    AssessmentId::unnamed()
}

impl AssessmentDocument {
    /// An assessment with nothing but an id.
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

/// The custodian that is assessed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Custodian {
    /// Its name.
    pub name: String,
    /// The jurisdiction in which it is supervised, as free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jurisdiction: Option<String>,
}
record!(Custodian { name; jurisdiction });

impl Custodian {
    /// A custodian with nothing but a name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            jurisdiction: None,
        }
    }
}

/// The period that an assessment covers, both days included.
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

/// A person, or a function that a person performs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Person {
    /// The name of the person or the function.
    pub name: String,
    /// The organization that the person works for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// The role of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
}
record!(Person { name; organization, role });

impl Person {
    /// A person with nothing but a name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            organization: None,
            role: None,
        }
    }
}

/// A third party that controls are inherited from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Provider {
    /// Its name.
    pub name: String,
    /// The service that it provides to the custodian.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
}
record!(Provider { name; service });

impl Provider {
    /// A provider with nothing but a name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            service: None,
        }
    }
}

/// Facts about the custodian as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Organization {
    /// How people and programs reach the system: the complete list.
    #[serde(default)]
    pub channels: Vec<Channel>,
}
record!(Organization { ; channels });

impl Organization {
    /// An organization with all its channels.
    pub fn new(channels: Vec<Channel>) -> Self {
        Self { channels }
    }
}

/// A wallet: a group of signature keys that are handled alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Wallet {
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// How exposed its keys are to a network.
    pub tier: Tier,
    /// Its properties: the complete list. The wallet does not have a trait that is left out.
    pub traits: Vec<Trait>,
    /// The assets that it holds, in the custodian's own terms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<String>,
    /// Figures about it, for the parameters of a profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<WalletFacts>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(Wallet { tier, traits; title, assets, facts } place);

impl Wallet {
    /// A wallet with its tier and all its traits.
    pub fn new(tier: Tier, traits: Vec<Trait>) -> Self {
        Self {
            title: None,
            tier,
            traits,
            assets: Vec::new(),
            facts: None,
            place: Place::default(),
        }
    }
}

/// Figures about a wallet. A figure that is left out is not stated; it is not 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct WalletFacts {
    /// Its share, by value and in percent, of all assets held for customers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_of_assets: Option<Figure>,
    /// The number of signers or share holders who together can move its assets, and their total.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quorum: Option<Quorum>,
    /// The number of backups of its keys, not counting the keys in use: a whole number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backups: Option<Figure>,
    /// The smallest distance, in kilometres, between any two places where its keys or backups are
    /// kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backup_distance: Option<Figure>,
    /// The evidence for the figures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceId>,
}
record!(WalletFacts { ; share_of_assets, quorum, backups, backup_distance, evidence });

/// A number of signers or share holders out of a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Quorum {
    /// The number that is required.
    pub required: u32,
    /// The total.
    pub of: u32,
}
record!(Quorum { required, of; });

/// An item of evidence. In OSCAL: an observation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Evidence {
    /// Its title.
    pub title: String,
    /// What kind of evidence it is.
    pub kind: EvidenceKind,
    /// How it was obtained.
    pub technique: Technique,
    /// The date of collection, from which the evidence is valid. In OSCAL: `collected`.
    pub collected: Date,
    /// The last day on which it is valid. If it is left out, `evidence_max_age` determines it. In
    /// OSCAL: `expires`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
    /// Where it is stored: a relative path within the evidence directory, or an address in another
    /// system.
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
    /// Remarks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
impl Evidence {
    /// An evidence item without an expiry date of its own.
    pub fn new(
        title: impl Into<String>,
        kind: EvidenceKind,
        technique: Technique,
        collected: Date,
        locator: impl Into<String>,
    ) -> Self {
        Self {
            title: title.into(),
            kind,
            technique,
            collected,
            valid_until: None,
            locator: locator.into(),
            sha256: None,
            by: None,
            note: None,
            place: Place::default(),
        }
    }

    /// Whether the locator is an address in another system, or a path that cannot point outside the
    /// directory in which it is looked up.
    pub(crate) fn has_sound_locator(&self) -> bool {
        let locator = self.locator.as_str();
        let is_absolute = locator.starts_with(['/', '\\']) || locator.chars().nth(1) == Some(':');
        locator.contains("://")
            || !is_absolute && locator.split(['/', '\\']).all(|part| part != "..")
    }
}

record!(Evidence { title, kind, technique, collected, locator; valid_until, sha256, by, note } place);

/// A claim on a control: its status, and what that rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Claim {
    /// Where a proposal comes from, such as `iso-27002-2022 8.24`. A claim with this key is a
    /// proposal: its cells are unknown until it is confirmed, by assessing the control and then
    /// deleting this line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<String>,
    /// The status of the control. Left out if there are only claims of wallets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The evidence that it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceId>,
    /// Required for `alternative`: what is in place instead, and why it is as good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationale: Option<String>,
    /// Required for `inherited`: who provides the control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderId>,
    /// Required for `partial`: what is not in place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// Required for `planned`, optional for `partial` and `not-implemented`: the date by which the
    /// control is to be in place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Required for `not-applicable`: why the subject of the control does not exist here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// Who is responsible. Required for `planned`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// Remarks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Claims of single wallets, which take precedence over the general claim. An empty claim means
    /// that the control has not been assessed for the wallet.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub wallets: IndexMap<WalletId, Option<NarrowedClaim>>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(Claim {
    ; proposed, status, evidence, rationale, provider, missing, due, because, owner, note, wallets
} place);

impl Claim {
    /// A claim with nothing but a status.
    pub fn new(status: Status) -> Self {
        Self {
            status: Some(status),
            ..Self::default()
        }
    }

    /// The same claim for one wallet, with another status if this one has none.
    pub fn narrowed(&self, otherwise: Status) -> NarrowedClaim {
        NarrowedClaim {
            status: self.status.unwrap_or(otherwise),
            evidence: self.evidence.clone(),
            rationale: self.rationale.clone(),
            provider: self.provider.clone(),
            missing: self.missing.clone(),
            due: self.due,
            because: self.because.clone(),
            owner: self.owner.clone(),
            note: self.note.clone(),
            place: self.place,
        }
    }
}

/// A claim on a control for one wallet. The keys are those of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct NarrowedClaim {
    /// The status of the control.
    pub status: Status,
    /// The evidence that it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceId>,
    /// Required for `alternative`: what is in place instead, and why it is as good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationale: Option<String>,
    /// Required for `inherited`: who provides the control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderId>,
    /// Required for `partial`: what is not in place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// Required for `planned`, optional for `partial` and `not-implemented`: the date by which the
    /// control is to be in place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Required for `not-applicable`: why the subject of the control does not exist here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// Who is responsible. Required for `planned`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// Remarks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(NarrowedClaim {
    status; evidence, rationale, provider, missing, due, because, owner, note
} place);

impl NarrowedClaim {
    /// A narrowed claim with nothing but a status.
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

/// The acceptance of a risk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Acceptance {
    /// Why the risk is accepted.
    pub because: String,
    /// Who approved it; must not own a claim on a control that treats the risk directly.
    pub approved_by: PersonId,
    /// The first day of the acceptance; if it is left out, the acceptance is in force on every day
    /// until `until`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day of the acceptance.
    pub until: Date,
    /// The only wallets for which the risk is accepted; if it is left out, all wallets to which the
    /// risk applies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wallets: Vec<WalletId>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(Acceptance { because, approved_by, until; from, wallets } place);

impl Acceptance {
    /// An acceptance on every day until the last one, for all wallets.
    pub fn new(because: impl Into<String>, approved_by: PersonId, until: Date) -> Self {
        Self {
            because: because.into(),
            approved_by,
            from: None,
            until,
            wallets: Vec::new(),
            place: Place::default(),
        }
    }
}

/// The effort to close gaps, each a whole number from 1 to 36500 of the same unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Efforts {
    /// The unit of the numbers, such as `days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// To renew an evidence item, or to correct its file. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renew: Option<u32>,
    /// To collect evidence for a claim that a control is in place. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prove: Option<u32>,
    /// To complete a control that is partly in place, with its evidence. Default: 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete: Option<u32>,
    /// To assess a control that has not been assessed, and to put in place what is missing.
    /// Default: 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assess: Option<u32>,
    /// To put a control in place, with its evidence. Default: 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub implement: Option<u32>,
    /// To renew single evidence items.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub evidence: IndexMap<EvidenceId, u32>,
    /// Other efforts for single controls, for each subject to which they apply.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub controls: IndexMap<ControlId, ControlEfforts>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(Efforts { ; unit, renew, prove, complete, assess, implement, evidence, controls } place);

/// The effort to close the gaps of a control.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ControlEfforts {
    /// To collect evidence for a claim on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prove: Option<u32>,
    /// To complete it if it is partly in place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete: Option<u32>,
    /// To assess it, and to put in place what is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assess: Option<u32>,
    /// To put it in place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub implement: Option<u32>,
    /// Controls that must be effective before it can be completed or put in place: for the same
    /// wallet, or for the organization.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<ControlId>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(ControlEfforts { ; prove, complete, assess, implement, after } place);

/// A SHA-256: 64 hexadecimal digits, in lower case.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Sha256(Box<str>);

/// The text is not a SHA-256.
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
