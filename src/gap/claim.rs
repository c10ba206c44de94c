//! A cell with the claim about it, looked up and evaluated once.

use super::parameter;
use crate::assessment::{Assertion, Assessed, CellClaim, ClaimParts, Proposal};
use crate::coverage::{Cell, Coverage, ParameterFinding, Standing, verdict};
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
    /// Whether a claim that is written, or confirmed, counts only once somebody has assessed it.
    new_needs_assessment: bool,
}

/// What is claimed about a cell.
#[derive(Clone, Copy)]
pub(super) struct JudgedClaim<'c> {
    /// The index of the current claim.
    pub(super) index: AssertionIndex,
    /// What counts of it on the day, or else what will count.
    pub(super) assertion: &'c Assertion,
    pub(super) parts: ClaimParts<'c>,
    /// The evidence items that may back it.
    pub(super) cited: &'c [EvidenceIndex],
    pub(super) standing: Standing,
    /// The verdict that the claim alone gives.
    pub(super) verdict: Verdict,
    /// The verdict that the claim alone would give if it were assessed on the day.
    pub(super) if_assessed: Verdict,
}

impl<'c> ClaimedCell<'c> {
    pub(crate) fn of(coverage: &'c Coverage, cell: &'c Cell<'c>) -> Self {
        let assessment = coverage.assessment();
        let claim = match assessment.cell(cell.index) {
            CellClaim::Claimed(index) => {
                let standing = coverage.standing(index);
                let assertion = assessment.assertion(standing.in_force.unwrap_or(index));
                let is_backed = coverage.cites_backing(assertion, cell.index.subject);
                let if_assessed = verdict(assertion.status, standing.is_approved, is_backed);
                Some(JudgedClaim {
                    index,
                    assertion,
                    parts: assessment.parts(assertion),
                    cited: assessment.cited_by(assertion),
                    standing,
                    verdict: coverage.claimed(index, cell.index.subject),
                    if_assessed,
                })
            }
            CellClaim::NoClaim | CellClaim::Proposed(_) | CellClaim::OutOfScope => None,
        };
        let proposal = assessment.proposal_on(cell.index);
        Self {
            cell,
            claim,
            proposal,
            parameters: parameter::falling_short(coverage, cell),
            new_needs_assessment: needs_assessment(coverage, cell, proposal),
        }
    }

    /// The claim, if it counts on the day.
    pub(super) fn in_force(&self) -> Option<JudgedClaim<'c>> {
        self.claim.filter(|claim| claim.standing.in_force.is_some())
    }

    /// Whether there is a claim that counts only from a later day.
    pub(super) fn is_pending(&self) -> bool {
        self.claim.is_some() && self.in_force().is_none()
    }

    /// Whether a claim on the cell counts only once somebody has assessed it: there is none, it is
    /// stale, or it does not count yet.
    pub(super) fn needs_assessment(&self) -> bool {
        self.claim.map_or(self.new_needs_assessment, |claim| {
            claim.standing.is_stale || claim.standing.in_force.is_none()
        })
    }

    /// The verdict that the claim alone would give if it were assessed on the day.
    pub(super) fn if_assessed(&self) -> Verdict {
        self.claim
            .map_or(Verdict::Unknown, |claim| claim.if_assessed)
    }

    /// The verdict that the claim alone gives.
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

    /// Whether no independent person has confirmed that the control is not applicable.
    pub(super) fn is_unconfirmed_exclusion(&self) -> bool {
        self.claim.is_some_and(|claim| {
            claim.assertion.status == Status::NotApplicable && !claim.standing.is_approved
        })
    }
}

/// Whether a new claim on a cell counts only once somebody has assessed it: claims may be relied on
/// only for some time after that, or the proposal takes over days of its file on which that is not so.
fn needs_assessment(coverage: &Coverage, cell: &Cell<'_>, proposal: Option<&Proposal>) -> bool {
    let day = coverage.settings().as_of;
    let of_file = proposal.map_or(&[][..], |proposal| &proposal.assessed);
    let has_begun = Assessed::first_day(of_file).is_none_or(|first| first <= day);
    let within = coverage.assessment().reassess_within(cell.index.control);
    let is_stale = within.is_some_and(|within| {
        let within = i32::try_from(within).unwrap_or(i32::MAX);
        let last = Assessed::last_day(of_file, day);
        last.is_none_or(|last| last.plus_days(within) < day)
    });
    !has_begun || is_stale
}
