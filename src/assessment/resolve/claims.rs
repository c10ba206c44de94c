//! Claims, wide and narrowed, and the cells that they are about.

use super::Check;
use crate::assessment::document::{Claim, NarrowedClaim};
use crate::assessment::{Assertion, CellClaim, ClaimParts, SubjectId};
use crate::catalog::Control;
use crate::diagnostic::Code;
use crate::id::ControlId;
use crate::source::{Place, Step, index};
use crate::taxonomy::{ClaimKey, Status, SubjectKind, Word};

#[derive(Default)]
pub(super) struct Claims {
    pub(super) assertions: Vec<Assertion>,
    pub(super) cited: Vec<u32>,
    /// What only proposals cite.
    pub(super) proposed: Vec<u32>,
    pub(super) cells: Vec<CellClaim>,
    /// What is cited by claims on controls that a profile leaves out.
    pub(super) cited_for_nothing: Vec<u32>,
}

impl<'d> Check<'d, '_> {
    pub(super) fn claims(&mut self) -> Claims {
        let controls = self.catalog.controls().len();
        let mut claims = Claims {
            cells: vec![CellClaim::OutOfScope; controls * self.subjects.len()],
            ..Claims::default()
        };
        for (position, control) in self.catalog.controls().enumerate() {
            for (subject, entry) in self.subjects.iter().enumerate() {
                let is_organization = entry.id == SubjectId::Organization;
                let applies = is_organization == (control.subject == SubjectKind::Organization)
                    && control.when.holds(entry.features);
                if applies && let Some(cell) = claims.cells.get_mut(subject * controls + position) {
                    *cell = CellClaim::NoClaim;
                }
            }
        }
        let document = self.document;
        for (id, claim) in &document.claims {
            let Some(position) = self.catalog.control_position(id.as_str()) else {
                if self.is_left_out(id) {
                    self.left_out_control(id, claim.as_ref(), &mut claims);
                } else {
                    self.unknown_control(id, claim.as_ref());
                }
                continue;
            };
            if let (Some(claim), Some(control)) = (claim, self.catalog.control_at(position)) {
                self.claim(control, position, claim, &mut claims);
            }
        }
        claims
    }

    pub(super) fn claim(
        &mut self,
        control: &Control,
        position: u32,
        claim: &'d Claim,
        claims: &mut Claims,
    ) {
        let controls = self.catalog.controls().len();
        let subjects = self.subjects.len();
        let cells = (0..subjects).map(|subject| subject * controls + position as usize);
        let in_scope: Vec<usize> = cells
            .filter(|cell| claims.cells.get(*cell) == Some(&CellClaim::NoClaim))
            .collect();
        if in_scope.is_empty() && self.is_scope_clear() {
            let message = format!(
                "`{}` applies to nothing here, so this claim changes nothing",
                control.id
            );
            let help = format!("it applies to {}", control.when.among(control.subject));
            self.fault(Code::ClaimOutOfScope, claim.place, &[], message, Some(help));
        }
        let has_status = claim.status.is_some() || self.faults.sources.has(claim.place, "status");
        if !has_status
            && claim.wallets.is_empty()
            && !self.faults.sources.has(claim.place, "wallets")
        {
            let help =
                "add `status`; or leave everything after the colon out, if nobody has looked"
                    .to_owned();
            let message = format!("the claim on `{}` has no status", control.id);
            self.fault(
                Code::ClaimWithoutStatus,
                claim.place,
                &[],
                message,
                Some(help),
            );
        }
        if let Some(status) = claim.status {
            let assertion =
                self.assertion(position, None, status, claim.parts(), claim.place, claims);
            for cell in &in_scope {
                if let Some(cell) = claims.cells.get_mut(*cell) {
                    *cell = CellClaim::Claimed(assertion);
                }
            }
        } else if !has_status {
            self.without_status(control, claim);
        }
        let narrowed = self.narrower(control, position, claim, claims);
        if claim.status.is_some() && !in_scope.is_empty() && narrowed == in_scope.len() {
            let message = format!(
                "each wallet has a narrower claim on `{}`, so the wider one changes nothing",
                control.id
            );
            self.fault(
                Code::ClaimOutOfScope,
                claim.place,
                &[Step::Name("status")],
                message,
                None,
            );
        }
    }

    /// Puts narrower claims in the place of the wider one, and counts the wallets that have one.
    pub(super) fn narrower(
        &mut self,
        control: &Control,
        position: u32,
        claim: &'d Claim,
        claims: &mut Claims,
    ) -> usize {
        let controls = self.catalog.controls().len();
        let mut narrowed = 0;
        for (wallet, narrower) in &claim.wallets {
            let (place, route) = match narrower {
                Some(said) => (said.place, vec![]),
                None => (
                    self.home(|document| {
                        let claim = document.claims.get(&control.id).and_then(Option::as_ref);
                        claim.is_some_and(|claim| claim.wallets.contains_key(wallet))
                    }),
                    vec![
                        Step::Key("claims"),
                        Step::Key(control.id.as_str()),
                        Step::Key("wallets"),
                        Step::Name(wallet.as_str()),
                    ],
                ),
            };
            let Some(subject) = self.wallet(wallet, place, &route) else {
                continue;
            };
            let cell = subject * controls + position as usize;
            if claims
                .cells
                .get(cell)
                .is_none_or(|cell| *cell == CellClaim::OutOfScope)
            {
                if self.is_unclear(subject) {
                    continue;
                }
                let message = format!("`{}` does not apply to `{wallet}`", control.id);
                let help = match control.subject {
                    SubjectKind::Organization => {
                        "it is about the organization as a whole".to_owned()
                    }
                    SubjectKind::Wallet => {
                        format!("it applies to wallets that are: {}", control.when)
                    }
                };
                self.fault(
                    Code::ControlNotForWallet,
                    place,
                    &route,
                    message,
                    Some(help),
                );
                continue;
            }
            narrowed += 1;
            let said = narrower
                .as_ref()
                .map_or(CellClaim::NoClaim, |narrower: &NarrowedClaim| {
                    let (subject, status) = (Some(index(subject)), narrower.status);
                    CellClaim::Claimed(self.assertion(
                        position,
                        subject,
                        status,
                        narrower.parts(),
                        narrower.place,
                        claims,
                    ))
                });
            if let Some(cell) = claims.cells.get_mut(cell) {
                *cell = said;
            }
        }
        narrowed
    }

    pub(super) fn assertion(
        &mut self,
        control: u32,
        narrowed: Option<u32>,
        status: Status,
        parts: ClaimParts<'d>,
        place: Place,
        claims: &mut Claims,
    ) -> u32 {
        self.keys(status, parts, place);
        let start = index(claims.cited.len());
        claims.cited.extend(self.cited(parts, place));
        claims.assertions.push(Assertion {
            control,
            narrowed,
            status,
            evidence: start..index(claims.cited.len()),
            location: self.faults.sources.locate(place),
        });
        index(claims.assertions.len() - 1)
    }

    /// A claim has the keys that its status requires, and no key that its status does not allow.
    fn keys(&mut self, status: Status, parts: ClaimParts<'_>, place: Place) {
        for key in status.requires() {
            // A key with an invalid value has been reported already.
            if !parts.has(*key) && !self.faults.sources.has(place, key.word()) {
                let meaning = in_a_sentence(&key.meaning());
                let message = format!("status `{status}` requires `{key}`: {meaning}");
                self.fault(
                    code_of_missing(*key),
                    place,
                    &[Step::Key("status")],
                    message,
                    Some(format!("add `{key}`")),
                );
            }
        }
        for key in ClaimKey::values() {
            if parts.has(key) && !status.allows(key) {
                let message = format!("`{key}` is not allowed with status `{status}`");
                self.fault(
                    Code::KeyOutOfPlace,
                    place,
                    &[Step::Name(key.word())],
                    message,
                    Some("remove it or correct the status".to_owned()),
                );
            }
        }
        self.named(parts, place);
    }

    /// The people and providers that a claim names.
    pub(super) fn named(&mut self, parts: ClaimParts<'_>, place: Place) {
        if let Some(owner) = parts.owner {
            self.person(owner, place, &[Step::Key("owner")]);
        }
        if let Some(provider) = parts.provider
            && !self.document.providers.contains_key(provider)
        {
            let all = self
                .document
                .providers
                .keys()
                .map(crate::id::ProviderId::as_str);
            let what = (Code::UnknownProvider, "provider", "providers");
            self.reference(
                what,
                provider.as_str(),
                all,
                place,
                &[Step::Key("provider")],
            );
        }
    }

    /// A claim that only narrows says nothing else.
    pub(super) fn without_status(&mut self, control: &Control, claim: &Claim) {
        if !claim.parts().is_empty() && !claim.wallets.is_empty() {
            let message = format!(
                "the claim on `{}` says something and has no status",
                control.id
            );
            let help = "add `status`, or move what it says to the wallets".to_owned();
            self.fault(
                Code::ClaimWithoutStatus,
                claim.place,
                &[],
                message,
                Some(help),
            );
        }
    }

    pub(super) fn left_out_control(
        &mut self,
        id: &ControlId,
        claim: Option<&Claim>,
        claims: &mut Claims,
    ) {
        let (place, route) = self.place_of_claim(id, claim);
        self.left_out("claim", id.as_str(), place, &route);
        let cited = claim.iter().flat_map(|claim| {
            let narrowed = claim.wallets.values().flatten();
            claim
                .evidence
                .iter()
                .chain(narrowed.flat_map(|narrower| &narrower.evidence))
        });
        let evidence = &self.document.evidence;
        let positions = cited.filter_map(|item| evidence.get_index_of(item).map(index));
        claims.cited_for_nothing.extend(positions);
    }

    pub(super) fn place_of_claim<'i>(
        &mut self,
        id: &'i ControlId,
        claim: Option<&Claim>,
    ) -> (Place, Vec<Step<'i>>) {
        match claim {
            Some(claim) => (claim.place, vec![]),
            None => (
                self.home(|document| document.claims.contains_key(id)),
                vec![Step::Key("claims"), Step::Name(id.as_str())],
            ),
        }
    }

    pub(super) fn unknown_control(&mut self, id: &ControlId, claim: Option<&Claim>) {
        if self.faults.is_full() {
            return;
        }
        let (place, route) = self.place_of_claim(id, claim);
        self.no_control(id, place, &route);
    }
}

/// The code for a claim without a key that its status requires.
fn code_of_missing(key: ClaimKey) -> Code {
    match key {
        ClaimKey::Proposed => Code::MissingKey,
        ClaimKey::Rationale => Code::AlternativeWithoutRationale,
        ClaimKey::Provider => Code::InheritedWithoutProvider,
        ClaimKey::Missing => Code::PartialWithoutMissing,
        ClaimKey::Due => Code::PlannedWithoutDate,
        ClaimKey::Because => Code::NotApplicableWithoutReason,
        ClaimKey::Owner => Code::PlannedWithoutOwner,
    }
}

/// A meaning as the end of another sentence.
fn in_a_sentence(meaning: &str) -> String {
    let meaning = meaning.trim_end_matches('.');
    let mut chars = meaning.chars();
    let first = chars.next().map(|first| first.to_lowercase());
    first.into_iter().flatten().chain(chars).collect()
}
