//! What a subject is like: the words on which the applicability of controls and risks depends.

use super::schema_vocabulary;
use serde::{Deserialize, Serialize};

macro_rules! features {
    (
        tiers { $($(#[doc = $tier_doc:literal])+ $tier:ident,)+ }
        traits { $($(#[doc = $trait_doc:literal])+ $trait_:ident,)+ }
        channels { $($(#[doc = $channel_doc:literal])+ $channel:ident,)+ }
    ) => {
        schema_vocabulary! {
            /// How near to the network the keys of a wallet are.
            Tier, "tier" { $($(#[doc = $tier_doc])+ $tier,)+ }
        }
        schema_vocabulary! {
            /// What a wallet has. A wallet declares all its traits; leaving one out says that the
            /// wallet does not have it.
            Trait, "trait" { $($(#[doc = $trait_doc])+ $trait_,)+ }
        }
        schema_vocabulary! {
            /// How people and programs reach the custodian's system.
            Channel, "channel" { $($(#[doc = $channel_doc])+ $channel,)+ }
        }
        schema_vocabulary! {
            /// A tier, a trait or a channel: the words that a `when` of a control or a risk may
            /// name.
            Feature, "feature" {
                $($(#[doc = $tier_doc])+ $tier,)+
                $($(#[doc = $trait_doc])+ $trait_,)+
                $($(#[doc = $channel_doc])+ $channel,)+
            }
        }
        impl From<Tier> for Feature {
            fn from(tier: Tier) -> Self {
                match tier { $(Tier::$tier => Self::$tier,)+ }
            }
        }
        impl From<Trait> for Feature {
            fn from(trait_: Trait) -> Self {
                match trait_ { $(Trait::$trait_ => Self::$trait_,)+ }
            }
        }
        impl From<Channel> for Feature {
            fn from(channel: Channel) -> Self {
                match channel { $(Channel::$channel => Self::$channel,)+ }
            }
        }
        impl Feature {
            /// Whether the word speaks about a wallet (a tier or a trait) rather than about the
            /// organization (a channel).
            pub fn is_of_wallet(self) -> bool {
                match self {
                    $(Self::$tier => true,)+
                    $(Self::$trait_ => true,)+
                    $(Self::$channel => false,)+
                }
            }
        }
    };
}

features! {
    tiers {
        /// Keys are online, and signing may be automated.
        Hot,
        /// Keys are online, or brought online for a time, and a person takes part in signing. The
        /// source does not define the word.
        Warm,
        /// Keys are managed offline.
        Cold,
    }
    traits {
        /// Keys are held in a hardware security module.
        Hsm,
        /// Keys are held in a hardware wallet.
        HardwareWallet,
        /// Keys are held by software on a general-purpose machine.
        SoftwareWallet,
        /// Keys or key backups of the wallet are on paper.
        Paper,
        /// A transaction needs signatures by several keys.
        Multisig,
        /// A key or its backup is divided into shares.
        SecretSharing,
        /// Key pairs are derived from a master seed.
        Deterministic,
        /// At least one backup of the keys or of the seed exists, on whatever medium.
        BackedUp,
        /// Key backups are on movable digital media such as USB memory or DVD.
        RemovableMedia,
        /// The storage of key backups is reachable from a network.
        OnlineBackup,
        /// A wallet service, or one or more of the keys, is in the hands of another organization.
        ThirdParty,
    }
    channels {
        /// Customers act through pages or apps in which they authenticate themselves.
        CustomerWeb,
        /// Customer programs, mobile apps or external systems call an interface.
        CustomerApi,
        /// Operators or administrators reach the system from outside its facilities.
        OperatorRemote,
    }
}

/// A set of [`Feature`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Features(u32);

impl Features {
    /// Whether the set holds the feature.
    pub fn contains(self, feature: Feature) -> bool {
        self.0 & (1 << feature as u32) != 0
    }

    /// Whether this set holds all features of `other`.
    pub fn contains_all(self, other: Features) -> bool {
        self.0 & other.0 == other.0
    }

    /// Adds a feature.
    pub fn insert(&mut self, feature: Feature) {
        self.0 |= 1 << feature as u32;
    }
}

impl<F: Into<Feature>> FromIterator<F> for Features {
    fn from_iter<I: IntoIterator<Item = F>>(features: I) -> Self {
        let mut set = Self::default();
        for feature in features {
            set.insert(feature.into());
        }
        set
    }
}
