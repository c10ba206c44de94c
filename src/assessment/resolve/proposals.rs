//! Proposals, which are kept apart from claims.

use super::Check;
use super::claims::Claims;
use crate::assessment::document::{AssessmentDocument, Claim};
use crate::assessment::{Assessed, CellClaim, Proposal, SubjectId};
use crate::diagnostic::Code;
use crate::id::ControlId;
use crate::index::{Position, ProposalIndex};
use crate::source::{Sources, Step};
use crate::taxonomy::ClaimKey;
use indexmap::IndexMap;
use std::collections::BTreeMap;

/// The `assessed` of the file of each proposal, if the file has any.
pub(super) fn assessed_of_files(
    documents: &[AssessmentDocument],
) -> BTreeMap<ControlId, Vec<Assessed>> {
    let mut found = BTreeMap::new();
    for document in documents {
        for (id, claim) in &document.claims {
            let is_proposal = claim.as_ref().is_some_and(|claim| claim.proposed.is_some());
            if is_proposal && !document.assessed.is_empty() {
                let assessed = || document.assessed.clone();
                found.entry(id.clone()).or_insert_with(assessed);
            }
        }
    }
    found
}

/// Moves the proposals out of the claims, so that they cannot be mistaken for claims.
pub(super) fn set_apart(
    document: &mut AssessmentDocument,
    mut assessed: BTreeMap<ControlId, Vec<Assessed>>,
    sources: &Sources,
) -> IndexMap<ControlId, Proposal> {
    let mut proposals = IndexMap::new();
    for (id, entry) in &mut document.claims {
        let Some(claim) = entry.take_if(|claim| claim.proposed.is_some()) else {
            continue;
        };
        let wallets = claim.wallets.clone();
        if !wallets.is_empty() {
            // The claims of wallets are claims.
            *entry = Some(Claim {
                wallets,
                place: claim.place,
                ..Claim::default()
            });
        }
        let location = sources.locate(claim.place);
        let claim = Claim {
            wallets: IndexMap::new(),
            ..claim
        };
        let origin = claim.proposed.as_deref().unwrap_or_default().into();
        let proposal = Proposal {
            claim,
            location,
            assessed: assessed.remove(id).unwrap_or_default(),
            origin,
        };
        proposals.insert(id.clone(), proposal);
    }
    let is_left =
        |id: &ControlId, claim: &Option<Claim>| claim.is_some() || !proposals.contains_key(id);
    document.claims.retain(|id, claim| is_left(id, claim));
    proposals
}

impl Check<'_, '_> {
    /// Checks what proposals refer to. The keys that a status requires are not needed until a
    /// proposal is confirmed.
    pub(super) fn proposals(&mut self, claims: &mut Claims) {
        let (document, proposals) = (self.document, self.proposals);
        for (nth, (id, proposal)) in proposals.iter().enumerate() {
            let (claim, place) = (&proposal.claim, proposal.claim.place);
            let narrowed = document.claims.get(id).and_then(Option::as_ref);
            let Some(control) = self.catalog.control_index(id.as_str()) else {
                if narrowed.is_none() {
                    self.unknown_claim(id, Some(claim));
                }
                continue;
            };
            if claim.status.is_none() && !self.diagnostics.sources.has(place, "status") {
                let message = format!("the proposal on `{id}` has no status");
                let help = Some("add `status`, or remove the proposal".to_owned());
                self.report(Code::ClaimWithoutStatus, place, &[], message, help);
            }
            for (key, is_empty) in [
                ("assessed", claim.assessed.is_empty()),
                ("earlier", claim.earlier.is_empty()),
            ] {
                if !is_empty {
                    let message = format!(
                        "`{key}` is not allowed with `proposed`: a proposal is not assessed"
                    );
                    let help = Some("remove it, or confirm the proposal".to_owned());
                    let route = [Step::Name(key)];
                    self.report(Code::KeyOutOfPlace, place, &route, message, help);
                }
            }
            self.named(claim.parts(), place);
            for key in [
                ClaimKey::Evidence,
                ClaimKey::PartEvidence,
                ClaimKey::Observations,
            ] {
                let cited = self.cited(claim.parts(), key, place);
                claims.proposed.extend(cited);
            }
            for (subject, entry) in self.subjects.enumerate() {
                let is_narrowed = narrowed.is_some_and(|claim| match &entry.id {
                    SubjectId::Wallet(wallet) => claim.wallets.contains_key(wallet),
                    SubjectId::Organization => false,
                });
                let cell = &mut claims.cells[(subject, control)];
                if *cell == CellClaim::NoClaim && !is_narrowed {
                    *cell = CellClaim::Proposed(ProposalIndex::at(nth));
                }
            }
        }
    }
}
