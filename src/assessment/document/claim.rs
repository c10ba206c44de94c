//! Claims on controls, and acceptances of risks.

use super::assessed::{self, Assessed};
use crate::date::Date;
use crate::id::{EvidenceId, PersonId, ProviderId, WalletId};
use crate::location::Place;
use crate::source::decode::record;
use crate::taxonomy::Status;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

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
    /// The evidence that the control, or what replaces it, is in place, or that its subject does not
    /// exist here. Not allowed with `partial`, `planned` and `not-implemented`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceId>,
    /// Only for `partial`: the evidence of the part that is in place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub part_evidence: Vec<EvidenceId>,
    /// Only for `partial`, `planned` and `not-implemented`: the evidence of the shortfall. It never
    /// backs a claim.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub observations: Vec<EvidenceId>,
    /// Required for `alternative`: what is in place instead, and why it is equivalent.
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
    /// Required for `not-applicable`: why the control cannot apply to this custodian or wallet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// Only for `not-applicable`: who confirmed it. Until a person who is not an assessor and neither
    /// owns nor assessed the claim has, the control counts as not assessed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<PersonId>,
    /// Who is responsible. Required for `planned`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// Remarks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who assessed the claim as it is written, and on which days. It counts from the first of these
    /// days. If it is left out, that of the file.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "assessed::one_or_several"
    )]
    #[cfg_attr(feature = "schema", schemars(with = "assessed::OneOrSeveral"))]
    pub assessed: Vec<Assessed>,
    /// Former claims in place of this one, each of which counts from its own first day until the next
    /// one begins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<EarlierClaim>,
    /// Claims of single wallets, which take precedence over the general claim. An empty claim means
    /// that the control has not been assessed for the wallet.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub wallets: IndexMap<WalletId, Option<NarrowedClaim>>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(Claim {
    ; proposed, status, evidence, part_evidence, observations, rationale, provider, missing, due, because,
    approved_by, owner, note, assessed, earlier, wallets
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
        NarrowedClaim::of(self, self.status.unwrap_or(otherwise))
    }
}

/// Declares claims whose keys are those of [`Claim`], without `proposed` and `wallets`.
macro_rules! claims {
    ($(
        $(#[$meta:meta])*
        $name:ident {
            $($(#[$own_meta:meta])* $own:ident: $type:ty,)*
        }
    )+) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields)]
        #[non_exhaustive]
        pub struct $name {
            /// The status of the control.
            pub status: Status,
            /// The evidence that the control, or what replaces it, is in place, or that its subject
            /// does not exist here. Not allowed with `partial`, `planned` and `not-implemented`.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub evidence: Vec<EvidenceId>,
            /// Only for `partial`: the evidence of the part that is in place.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub part_evidence: Vec<EvidenceId>,
            /// Only for `partial`, `planned` and `not-implemented`: the evidence of the shortfall. It
            /// never backs a claim.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            pub observations: Vec<EvidenceId>,
            /// Required for `alternative`: what is in place instead, and why it is equivalent.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub rationale: Option<String>,
            /// Required for `inherited`: who provides the control.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub provider: Option<ProviderId>,
            /// Required for `partial`: what is not in place.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub missing: Option<String>,
            /// Required for `planned`, optional for `partial` and `not-implemented`: the date by which
            /// the control is to be in place.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub due: Option<Date>,
            /// Required for `not-applicable`: why the control cannot apply to this custodian or wallet.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub because: Option<String>,
            /// Only for `not-applicable`: who confirmed it. Until a person who is not an assessor and
            /// neither owns nor assessed the claim has, the control counts as not assessed.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub approved_by: Option<PersonId>,
            /// Who is responsible. Required for `planned`.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub owner: Option<PersonId>,
            /// Remarks.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub note: Option<String>,
            /// Who assessed the claim as it is written, and on which days. It counts from the first of
            /// these days. If it is left out, that of the file; an earlier claim states at least one day.
            #[serde(
                default,
                skip_serializing_if = "Vec::is_empty",
                deserialize_with = "assessed::one_or_several"
            )]
            #[cfg_attr(feature = "schema", schemars(with = "assessed::OneOrSeveral"))]
            pub assessed: Vec<Assessed>,
            $($(#[$own_meta])* pub $own: $type,)*
            /// Where the entry was read from.
            #[serde(skip)]
            pub place: Place,
        }
        record!($name {
            status; evidence, part_evidence, observations, rationale, provider, missing, due, because,
            approved_by, owner, note, assessed
            $(, $own)*
        } place);

        impl $name {
            /// The keys of a claim, with a status.
            pub(crate) fn of(claim: &Claim, status: Status) -> Self {
                Self {
                    status,
                    evidence: claim.evidence.clone(),
                    part_evidence: claim.part_evidence.clone(),
                    observations: claim.observations.clone(),
                    rationale: claim.rationale.clone(),
                    provider: claim.provider.clone(),
                    missing: claim.missing.clone(),
                    due: claim.due,
                    because: claim.because.clone(),
                    approved_by: claim.approved_by.clone(),
                    owner: claim.owner.clone(),
                    note: claim.note.clone(),
                    assessed: claim.assessed.clone(),
                    $($own: claim.$own.clone(),)*
                    place: claim.place,
                }
            }

            /// A claim with nothing but a status.
            pub fn new(status: Status) -> Self {
                Self {
                    status,
                    evidence: Vec::new(),
                    part_evidence: Vec::new(),
                    observations: Vec::new(),
                    rationale: None,
                    provider: None,
                    missing: None,
                    due: None,
                    because: None,
                    approved_by: None,
                    owner: None,
                    note: None,
                    assessed: Vec::new(),
                    $($own: Vec::new(),)*
                    place: Place::default(),
                }
            }
        }
    )+};
}

claims! {
    /// A claim on a control for one wallet. The keys are those of a claim.
    NarrowedClaim {
        /// Former claims in place of this one, each of which counts from its own first day until the
        /// next one begins.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        earlier: Vec<EarlierClaim>,
    }

    /// A former claim on a control, for the same subjects as the claim that replaced it. The keys are
    /// those of a claim.
    EarlierClaim {}
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
    /// The day of the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
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
record!(Acceptance { because, approved_by, until; on, from, wallets } place);

impl Acceptance {
    /// An acceptance on every day until the last one, for all wallets.
    pub fn new(because: impl Into<String>, approved_by: PersonId, until: Date) -> Self {
        Self {
            because: because.into(),
            approved_by,
            on: None,
            from: None,
            until,
            wallets: Vec::new(),
            place: Place::default(),
        }
    }
}
