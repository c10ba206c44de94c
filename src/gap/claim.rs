//! A cell with the claim about it, looked up and evaluated once.

use super::parameter;
use crate::assessment::{Assertion, CellClaim, ClaimParts, Proposal};
use crate::coverage::{Cell, Coverage, ParameterFinding};
use crate::index::{AssertionIndex, EvidenceIndex};
use crate::taxonomy::Verdict;

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
    /// The evidence items that are cited.
    pub(super) cited: &'c [EvidenceIndex],
    /// Whether at least one of them is reliable.
    pub(super) is_backed: bool,
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
                    is_backed,
                    verdict: crate::coverage::verdict(assertion.status, is_backed),
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
}
