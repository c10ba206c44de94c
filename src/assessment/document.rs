//! The assessment as it is authored: the structure of the file that a security officer or an
//! auditor writes. `docs/format.md` describes it with examples.
//!
//! New keys may be added to these types in minor releases. Outside of this crate, create them with
//! `new` or `default`, and then set their fields.

mod assessed;
mod claim;
mod efforts;
mod evidence;
mod wallet;

pub use assessed::{Assessed, ReassessWithin};
pub use claim::{Acceptance, Claim, EarlierClaim, NarrowedClaim};
pub use efforts::{ControlEfforts, Efforts};
pub use evidence::{Evidence, Sha256, Sha256Error};
pub use wallet::{Quorum, Wallet, WalletFacts};

use crate::date::Date;
use crate::id::{
    AssessmentId, CatalogId, ControlId, EvidenceId, PersonId, ProviderId, RiskId, WalletId,
};
use crate::location::Place;
use crate::source::decode::record;
use crate::taxonomy::{Channel, EvidenceKind};
use crate::text::same_name;
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
    /// Who assessed the claims of this file, and on which days, for each claim that has no `assessed`
    /// of its own. It applies neither to proposals nor to the claims of other files.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "assessed::one_or_several"
    )]
    #[cfg_attr(feature = "schema", schemars(with = "assessed::OneOrSeveral"))]
    pub assessed: Vec<Assessed>,
    /// For how many days after its last assessment a claim may be relied on. If it is left out,
    /// without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reassess_within: Option<ReassessWithin>,
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
    /// Groups of signature keys that are handled in the same way.
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
    title, catalog, custodian, period, assessors, assessed, reassess_within, people, providers,
    evidence_max_age, organization, wallets, evidence, claims, accepted_risks, efforts
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
            assessed: Vec::new(),
            reassess_within: None,
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

    /// Name and organization in a form in which they are equal for one person with two ids.
    pub(crate) fn identity(&self) -> (String, String) {
        let organization = self.organization.as_deref().unwrap_or_default();
        (same_name(&self.name), same_name(organization))
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
