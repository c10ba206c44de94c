//! A cell with the claim about it, looked up and evaluated once.

use super::parameter;
use crate::assessment::{Assertion, CellClaim, ClaimParts, Proposal};
use crate::coverage::{Cell, Coverage, ParameterFinding};
use crate::index::{AssertionIndex, EvidenceIndex};
use crate::taxonomy::{Status, Verdict};

/// A cell with what is claimed about it.
pub(crate) struct ClaimedCell<'c> {
    pub(super) cell: &'c Cell<'c>,
    pub(super) claim: Option<JudgedClaim<'c>>,
    /// The proposal that awaits confirmation.
    pub(super) proposal: Option<&'c Proposal>,
    /// The parameters of the profile that fall short.
    pub(super) parameters: Vec<ParameterFinding<'c>>,
}

/// What is claimed about a cell.
#[derive(Clone, Copy)]
pub(super) struct JudgedClaim<'c> {
    /// The index of the assertion.
    pub(super) index: AssertionIndex,
    pub(super) assertion: &'c Assertion,
    pub(super) parts: ClaimParts<'c>,
    /// The evidence items that may back it.
    pub(super) cited: &'c [EvidenceIndex],
    /// The verdict that the claim alone would give.
    pub(super) verdict: Verdict,
}

impl<'c> ClaimedCell<'c> {
    pub(crate) fn of(coverage: &'c Coverage, cell: &'c Cell<'c>) -> Self {
        let assessment = coverage.assessment();
        let claim = match assessment.cell(cell.index) {
            CellClaim::Claimed(index) => {
                let assertion = assessment.assertion(index);
                let is_backed = coverage.is_backed(assertion, cell.index.subject);
                Some(JudgedClaim {
                    index,
                    assertion,
                    parts: assessment.parts(assertion),
                    cited: assessment.cited_by(assertion),
                    verdict: crate::coverage::verdict(assertion, is_backed),
                })
            }
            CellClaim::NoClaim | CellClaim::Proposed(_) | CellClaim::OutOfScope => None,
        };
        Self {
            cell,
            claim,
            proposal: assessment.proposal_on(cell.index),
            parameters: parameter::falling_short(coverage, cell),
        }
    }

    /// The verdict that the claim alone would give.
    pub(super) fn claimed(&self) -> Verdict {
        self.claim.map_or(Verdict::Unknown, |claim| claim.verdict)
    }

    /// The keys of the claim, or else of the proposal.
    pub(super) fn parts(&self) -> Option<ClaimParts<'c>> {
        let of_claim = self.claim.map(|claim| claim.parts);
        of_claim.or_else(|| self.proposal.map(|proposal| proposal.claim.parts()))
    }

    /// The status of the claim, or else of the proposal.
    pub(super) fn status(&self) -> Option<Status> {
        let of_claim = self.claim.map(|claim| claim.assertion.status);
        of_claim.or_else(|| self.proposal.and_then(|proposal| proposal.claim.status))
    }

    /// Whether nobody independent has confirmed that the control is not applicable.
    pub(super) fn is_unconfirmed_exclusion(&self) -> bool {
        let claim = self.claim.map(|claim| claim.assertion);
        claim.is_some_and(|claim| claim.status == Status::NotApplicable && !claim.is_confirmed)
    }
}
