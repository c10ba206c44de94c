//! The keys of a claim other than its status.

use super::{Claim, NarrowedClaim};
use crate::date::Date;
use crate::id::{EvidenceId, PersonId, ProviderId};
use crate::taxonomy::{ClaimKey, Word};

/// The keys that a claim and a claim of a wallet have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClaimParts<'d> {
    pub(crate) rationale: Option<&'d str>,
    pub(crate) provider: Option<&'d ProviderId>,
    pub(crate) missing: Option<&'d str>,
    pub(crate) due: Option<Date>,
    pub(crate) because: Option<&'d str>,
    pub(crate) owner: Option<&'d PersonId>,
    pub(crate) note: Option<&'d str>,
    pub(crate) evidence: &'d [EvidenceId],
}

macro_rules! parts_of {
    ($claim:expr) => {
        ClaimParts {
            rationale: $claim.rationale.as_deref(),
            provider: $claim.provider.as_ref(),
            missing: $claim.missing.as_deref(),
            due: $claim.due,
            because: $claim.because.as_deref(),
            owner: $claim.owner.as_ref(),
            note: $claim.note.as_deref(),
            evidence: &$claim.evidence,
        }
    };
}

impl Claim {
    pub(crate) fn parts(&self) -> ClaimParts<'_> {
        parts_of!(self)
    }
}

impl NarrowedClaim {
    pub(crate) fn parts(&self) -> ClaimParts<'_> {
        parts_of!(self)
    }
}

impl<'d> ClaimParts<'d> {
    /// Whether the claim has a key. A proposal is never among the claims.
    pub(crate) fn has(&self, key: ClaimKey) -> bool {
        match key {
            ClaimKey::Provider => self.provider.is_some(),
            ClaimKey::Due => self.due.is_some(),
            ClaimKey::Owner => self.owner.is_some(),
            ClaimKey::Proposed => false,
            ClaimKey::Rationale | ClaimKey::Missing | ClaimKey::Because => self.text(key).is_some(),
        }
    }

    /// The text of a key, if it has one.
    pub(crate) fn text(&self, key: ClaimKey) -> Option<&'d str> {
        match key {
            ClaimKey::Rationale => self.rationale,
            ClaimKey::Missing => self.missing,
            ClaimKey::Because => self.because,
            ClaimKey::Proposed | ClaimKey::Provider | ClaimKey::Due | ClaimKey::Owner => None,
        }
    }

    /// Whether the claim has no key other than its status and its wallets.
    pub(crate) fn is_empty(&self) -> bool {
        self.note.is_none()
            && self.evidence.is_empty()
            && !ClaimKey::values().into_iter().any(|key| self.has(key))
    }
}
