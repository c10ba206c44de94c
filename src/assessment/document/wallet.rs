//! Wallets and the figures about them.

use crate::catalog::OrDeclared;
use crate::date::Date;
use crate::figure::Figure;
use crate::id::EvidenceId;
use crate::location::Place;
use crate::source::decode::record;
use crate::taxonomy::{Tier, Trait};
use serde::{Deserialize, Serialize};

/// A wallet: a group of signature keys that are handled in the same way.
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
    /// Its properties, built in or declared by the catalog: the complete list. The wallet does not have a trait that is left out.
    pub traits: Vec<OrDeclared<Trait>>,
    /// The assets that it holds, in the custodian's own terms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<String>,
    /// Figures about it, for the parameters of a profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<WalletFacts>,
    /// The first day on which it holds keys. Before that day, no control applies to it. If it is left
    /// out, it holds keys on every day until `until`, and evidence of any age counts for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// The last day on which it holds keys. After that day, no control applies to it; its claims are
    /// kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
// A wallet without a valid tier is read as well, so that its traits are checked at the same time.
record!(Wallet { traits; title, assets, facts, since, until } place tier = Tier::Hot);

impl Wallet {
    /// A wallet with its tier and all its traits.
    pub fn new<T: Into<OrDeclared<Trait>>>(tier: Tier, traits: Vec<T>) -> Self {
        Self {
            title: None,
            tier,
            traits: traits.into_iter().map(Into::into).collect(),
            assets: Vec::new(),
            facts: None,
            since: None,
            until: None,
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
