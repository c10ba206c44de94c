//! What events happen to: evidence items, accepted risks, claims and wallets.

use crate::id::{ControlId, EvidenceId, RiskId, WalletId};
use crate::message::{IdKind, Part};
use serde::{Deserialize, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// An entry of the assessment that begins, ends or is due.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Entry {
    /// An evidence item.
    Evidence {
        /// The item.
        evidence: EvidenceId,
    },
    /// The acceptance of a risk.
    Acceptance {
        /// The risk.
        risk: RiskId,
    },
    /// A claim that has a due date.
    Claim {
        /// The control.
        control: ControlId,
        /// The wallet, if the claim is about this one only.
        wallet: Option<WalletId>,
    },
    /// A wallet.
    Wallet {
        /// The wallet.
        wallet: WalletId,
    },
}

/// An entry of the assessment that begins, ends or is due, by name and by type.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Entry"))]
pub(super) struct Form<'e> {
    /// The evidence item, the risk that is accepted, the wallet that begins or ends, or the control
    /// whose claim has a due date; with `@` and the wallet, if the claim is about this one only.
    entry: Cow<'e, str>,
    /// The evidence item.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<&'e EvidenceId>,
    /// The risk that is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    risk: Option<&'e RiskId>,
    /// The control whose claim has a due date.
    #[serde(skip_serializing_if = "Option::is_none")]
    control: Option<&'e ControlId>,
    /// The wallet that begins or ends, or the one that the claim is about, if it is about this one only.
    #[serde(skip_serializing_if = "Option::is_none")]
    wallet: Option<&'e WalletId>,
}

impl Entry {
    /// Its name: the id of the item, the risk, the wallet or the control; with `@` and the wallet, if the claim is
    /// about this one only.
    pub fn name(&self) -> Cow<'_, str> {
        match self {
            Self::Evidence { evidence } => evidence.as_str().into(),
            Self::Acceptance { risk } => risk.as_str().into(),
            Self::Wallet { wallet } => wallet.as_str().into(),
            Self::Claim {
                control,
                wallet: None,
            } => control.as_str().into(),
            Self::Claim {
                control,
                wallet: Some(wallet),
            } => format!("{control}@{wallet}").into(),
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name())
    }
}

impl<'m> From<&'m Entry> for Part<'m> {
    fn from(entry: &'m Entry) -> Self {
        let kind = match entry {
            Entry::Evidence { .. } => IdKind::Evidence,
            Entry::Acceptance { .. } => IdKind::Risk,
            Entry::Wallet { .. } => IdKind::Subject,
            Entry::Claim { wallet: None, .. } => IdKind::Control,
            Entry::Claim { .. } => IdKind::Cell,
        };
        Self::Id(kind, entry.name())
    }
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut form = Form {
            entry: self.name(),
            evidence: None,
            risk: None,
            control: None,
            wallet: None,
        };
        match self {
            Self::Evidence { evidence } => form.evidence = Some(evidence),
            Self::Acceptance { risk } => form.risk = Some(risk),
            Self::Wallet { wallet } => form.wallet = Some(wallet),
            Self::Claim { control, wallet } => {
                form.control = Some(control);
                form.wallet = wallet.as_ref();
            }
        }
        form.serialize(serializer)
    }
}
