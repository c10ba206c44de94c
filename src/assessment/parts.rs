//! The keys of a claim other than its status.

use super::{Assertion, Assessed, AssessmentDocument, Claim, EarlierClaim, NarrowedClaim, Person};
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
    pub(crate) part_evidence: &'d [EvidenceId],
    pub(crate) observations: &'d [EvidenceId],
    pub(crate) approved_by: Option<&'d PersonId>,
    pub(crate) assessed: &'d [Assessed],
    /// None for an earlier claim.
    pub(crate) earlier: &'d [EarlierClaim],
}

macro_rules! parts_of {
    ($claim:expr, $earlier:expr) => {
        ClaimParts {
            rationale: $claim.rationale.as_deref(),
            provider: $claim.provider.as_ref(),
            missing: $claim.missing.as_deref(),
            due: $claim.due,
            because: $claim.because.as_deref(),
            owner: $claim.owner.as_ref(),
            note: $claim.note.as_deref(),
            evidence: &$claim.evidence,
            part_evidence: &$claim.part_evidence,
            observations: &$claim.observations,
            approved_by: $claim.approved_by.as_ref(),
            assessed: &$claim.assessed,
            earlier: $earlier,
        }
    };
}

impl Claim {
    pub(crate) fn parts(&self) -> ClaimParts<'_> {
        parts_of!(self, &self.earlier)
    }
}

impl NarrowedClaim {
    pub(crate) fn parts(&self) -> ClaimParts<'_> {
        parts_of!(self, &self.earlier)
    }
}

impl EarlierClaim {
    pub(crate) fn parts(&self) -> ClaimParts<'_> {
        parts_of!(self, &[])
    }
}

impl AssessmentDocument {
    /// The keys of the claim that an assertion was made from.
    pub(super) fn parts(&self, assertion: &Assertion) -> Option<ClaimParts<'_>> {
        let claim = self.claims.get_index(assertion.claim)?.1.as_ref()?;
        let parts = match assertion.narrowed {
            None => claim.parts(),
            Some(own) => claim.wallets.get_index(own.claim)?.1.as_ref()?.parts(),
        };
        match assertion.nth_earlier {
            None => Some(parts),
            Some(nth) => Some(parts.earlier.get(nth)?.parts()),
        }
    }

    /// Whether two ids are those of one person: equal, or with the same name and organization.
    pub(crate) fn is_same_person(&self, one: &PersonId, other: &PersonId) -> bool {
        let identity = |id: &PersonId| self.people.get(id).map(Person::identity);
        one == other || identity(one) == identity(other)
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
            ClaimKey::ApprovedBy => self.approved_by.is_some(),
            ClaimKey::Evidence | ClaimKey::PartEvidence | ClaimKey::Observations => {
                !self.items(key).is_empty()
            }
            ClaimKey::Rationale | ClaimKey::Missing | ClaimKey::Because => self.text(key).is_some(),
        }
    }

    /// The text of a key, if it has one.
    pub(crate) fn text(&self, key: ClaimKey) -> Option<&'d str> {
        match key {
            ClaimKey::Rationale => self.rationale,
            ClaimKey::Missing => self.missing,
            ClaimKey::Because => self.because,
            ClaimKey::Proposed
            | ClaimKey::Provider
            | ClaimKey::Due
            | ClaimKey::Owner
            | ClaimKey::Evidence
            | ClaimKey::PartEvidence
            | ClaimKey::Observations
            | ClaimKey::ApprovedBy => None,
        }
    }

    /// The evidence items that a key lists.
    pub(crate) fn items(&self, key: ClaimKey) -> &'d [EvidenceId] {
        match key {
            ClaimKey::Evidence => self.evidence,
            ClaimKey::PartEvidence => self.part_evidence,
            ClaimKey::Observations => self.observations,
            ClaimKey::Proposed
            | ClaimKey::Rationale
            | ClaimKey::Provider
            | ClaimKey::Missing
            | ClaimKey::Due
            | ClaimKey::Because
            | ClaimKey::Owner
            | ClaimKey::ApprovedBy => &[],
        }
    }

    /// All evidence items that it cites.
    pub(crate) fn cited(self) -> impl Iterator<Item = &'d EvidenceId> {
        self.backing().chain(self.observations)
    }

    /// The evidence items that may back it: a status allows one of the two keys.
    pub(crate) fn backing(&self) -> impl Iterator<Item = &'d EvidenceId> + use<'d> {
        self.evidence.iter().chain(self.part_evidence)
    }

    /// Whether an independent person approved it, as an exclusion requires: one who does not own it, is
    /// not an assessor of the file, and has not assessed it until a day. So a further assessment never
    /// confirms anything.
    pub(crate) fn is_approved(&self, document: &AssessmentDocument, day: Date) -> bool {
        let Some(approver) = self.approved_by else {
            return false;
        };
        let until = self.assessed.iter();
        let until = until.filter(|one| one.on.is_none_or(|on| on <= day));
        let assessed = until.filter_map(|one| one.by.as_ref());
        let mut judges = document.assessors.iter().chain(assessed).chain(self.owner);
        !judges.any(|judge| document.is_same_person(judge, approver))
    }

    /// Whether the claim has no key other than its status and its wallets.
    pub(crate) fn is_empty(&self) -> bool {
        self.note.is_none()
            && self.assessed.is_empty()
            && self.earlier.is_empty()
            && !ClaimKey::values().into_iter().any(|key| self.has(key))
    }
}
