//! The parts of a claim beside its status, by key.

use super::ClaimParts;
use crate::taxonomy::{ClaimKey, Word};

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

    /// Whether the claim has no key beside its status and its wallets.
    pub(crate) fn is_empty(&self) -> bool {
        self.note.is_none()
            && self.evidence.is_empty()
            && !ClaimKey::values().into_iter().any(|key| self.has(key))
    }
}
