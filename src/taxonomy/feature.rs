//! Features of subjects, which decide which controls and risks apply to them.

use super::schema_vocabulary;
use serde::{Deserialize, Serialize};

macro_rules! features {
    (
        tiers { $($(#[doc = $tier_doc:literal])+ $tier:ident,)+ }
        traits { $($(#[doc = $trait_doc:literal])+ $trait_:ident,)+ }
        channels { $($(#[doc = $channel_doc:literal])+ $channel:ident,)+ }
    ) => {
        schema_vocabulary! {
            /// How exposed the keys of a wallet are to a network.
            ///
            /// Closed: limits on shares of assets are defined over these tiers.
            Tier, "tier" { $($(#[doc = $tier_doc])+ $tier,)+ }
        }
        schema_vocabulary! {
            /// A property of a wallet. A wallet declares all its traits: it does not have a trait
            /// that is left out.
            ///
            /// May grow.
            #[non_exhaustive]
            Trait, "trait" { $($(#[doc = $trait_doc])+ $trait_,)+ }
        }
        schema_vocabulary! {
            /// How people and programs reach the custodian's system.
            ///
            /// Closed: an organization declares the complete list of its channels.
            Channel, "channel" { $($(#[doc = $channel_doc])+ $channel,)+ }
        }
        schema_vocabulary! {
            /// A tier, a trait or a channel: what the `when` of a control or a risk may name.
            ///
            /// May grow.
            #[non_exhaustive]
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
            /// Whether it is a feature of a wallet (a tier or a trait) rather than of the
            /// organization (a channel).
            pub fn is_of_wallet(self) -> bool {
                match self {
                    $(Self::$tier => true,)+
                    $(Self::$trait_ => true,)+
                    $(Self::$channel => false,)+
                }
            }

            /// Whether it is a tier. A wallet has exactly one.
            pub fn is_tier(self) -> bool {
                match self {
                    $(Self::$tier => true,)+
                    $(Self::$trait_ => false,)+
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
        /// Keys are online, or brought online temporarily, and a person takes part in signing. The
        /// source does not define the term.
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
        /// A transaction needs signatures by several keys. A threshold signature is a single
        /// signature, so it is not this trait.
        Multisig,
        /// A key or its backup is divided into shares, from which it is put together again. The key
        /// of a threshold signature never is, so it is not this trait.
        SecretSharing,
        /// Key pairs are derived from a master seed.
        Deterministic,
        /// At least one backup of the keys or of the seed exists, on any medium.
        BackedUp,
        /// Key backups are on movable media other than paper, such as USB memory, DVD or metal plates.
        RemovableMedia,
        /// The storage of key backups can be reached from a network.
        OnlineBackup,
        /// Another organization provides the wallet service or holds one or more of the keys.
        ThirdParty,
    }
    channels {
        /// Customers use web pages or apps in which they authenticate themselves.
        CustomerWeb,
        /// Customers' programs, mobile apps or external systems call an API.
        CustomerApi,
        /// Operators or administrators access the system from outside its facilities.
        OperatorRemote,
    }
}

/// A set of [`Feature`]s, and of traits that a catalog declares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Features(u64);

/// The bit of the first declared trait; those below it are for the built-in features.
const DECLARED: u32 = 32;
const _: () = assert!(<Feature as strum::VariantNames>::VARIANTS.len() <= DECLARED as usize);

impl Features {
    /// The number of declared traits for which there is room.
    pub(crate) const MOST_DECLARED: usize = (u64::BITS - DECLARED) as usize;

    /// Whether the set contains the feature.
    pub fn contains(self, feature: Feature) -> bool {
        self.0 & (1 << feature as u32) != 0
    }

    /// Whether this set contains all features of `other`.
    pub fn contains_all(self, other: Features) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the two sets have a feature in common.
    pub fn meets(self, other: Features) -> bool {
        self.0 & other.0 != 0
    }

    /// The features of both sets.
    #[must_use]
    pub fn with(self, other: Features) -> Self {
        Self(self.0 | other.0)
    }

    /// Adds a feature.
    pub fn insert(&mut self, feature: Feature) {
        self.0 |= 1 << feature as u32;
    }

    /// A trait that a catalog declares, by its position among them.
    pub(crate) fn declared(position: u32) -> Self {
        Self(1_u64.checked_shl(DECLARED + position).unwrap_or_default())
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
