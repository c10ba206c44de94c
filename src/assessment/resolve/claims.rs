//! Claims, general and narrowed to wallets, and their cells.

use super::Check;
use crate::assessment::document::{Claim, EarlierClaim, NarrowedClaim};
use crate::assessment::{
    Assertion, Assessed, CellClaim, ClaimParts, ClaimTexts, Narrowed, SubjectId,
};
use crate::catalog::Control;
use crate::diagnostic::Code;
use crate::id::ControlId;
use crate::index::{
    AssertionIndex, ControlIndex, EvidenceIndex, Grid, IndexVec, Position, SubjectIndex,
};
use crate::location::Place;
use crate::source::Step;
use crate::taxonomy::{ClaimKey, Status, SubjectKind, Word};

pub(super) struct Claims {
    pub(super) assertions: IndexVec<AssertionIndex, Assertion>,
    pub(super) cited: Vec<EvidenceIndex>,
    /// The evidence that only proposals cite.
    pub(super) proposed: Vec<EvidenceIndex>,
    pub(super) cells: Grid<SubjectIndex, ControlIndex, CellClaim>,
    /// The evidence that is cited by claims on controls that a profile leaves out.
    pub(super) cited_for_nothing: Vec<EvidenceIndex>,
}

/// Where a claim is: its position in the document, and the control that it is on.
#[derive(Clone, Copy)]
pub(super) struct ClaimPosition {
    claim: usize,
    control: ControlIndex,
    narrowed: Option<Narrowed>,
    /// Its position among the earlier claims, if it is one.
    nth_earlier: Option<usize>,
}

impl<'d> Check<'d, '_> {
    pub(super) fn claims(&mut self) -> Claims {
        let controls = self.catalog.controls().len();
        let mut claims = Claims {
            assertions: IndexVec::default(),
            cited: Vec::new(),
            proposed: Vec::new(),
            cells: Grid::filled(self.subjects.len(), controls, CellClaim::OutOfScope),
            cited_for_nothing: Vec::new(),
        };
        for (index, control) in self.catalog.indexed_controls() {
            for (subject, entry) in self.subjects.enumerate() {
                let is_organization = entry.id == SubjectId::Organization;
                let applies = is_organization == (control.subject == SubjectKind::Organization)
                    && control.when.holds(entry.features);
                if applies {
                    claims.cells[(subject, index)] = CellClaim::NoClaim;
                }
            }
        }
        let document = self.document;
        for (position, (id, claim)) in document.claims.iter().enumerate() {
            let Some(control) = self.catalog.control_index(id.as_str()) else {
                if self.is_left_out(id) {
                    self.left_out_control(id, claim.as_ref(), &mut claims);
                } else {
                    self.unknown_claim(id, claim.as_ref());
                }
                continue;
            };
            if let Some(claim) = claim {
                let position = ClaimPosition {
                    claim: position,
                    control,
                    narrowed: None,
                    nth_earlier: None,
                };
                self.claim(position, claim, &mut claims);
            }
        }
        claims
    }

    pub(super) fn claim(&mut self, position: ClaimPosition, claim: &'d Claim, claims: &mut Claims) {
        let control = self.catalog.control_at(position.control);
        let cells = self
            .subjects
            .indices()
            .map(|subject| (subject, position.control));
        let in_scope: Vec<(SubjectIndex, ControlIndex)> = cells
            .filter(|cell| claims.cells[*cell] == CellClaim::NoClaim)
            .collect();
        if in_scope.is_empty() && self.is_scope_clear {
            let message = format!(
                "`{}` applies to no subject of this assessment, so this claim has no effect",
                control.id
            );
            let among = control.when.among(control.subject);
            let help = format!("remove the claim; the control applies to {among}");
            self.report(Code::ClaimOutOfScope, claim.place, &[], message, Some(help));
        }
        let has_status =
            claim.status.is_some() || self.diagnostics.sources.has(claim.place, "status");
        if !has_status
            && claim.wallets.is_empty()
            && !self.diagnostics.sources.has(claim.place, "wallets")
        {
            let help =
                "add `status`, or leave the claim empty if the control has not been assessed"
                    .to_owned();
            let message = format!("the claim on `{}` has no status", control.id);
            self.report(
                Code::ClaimWithoutStatus,
                claim.place,
                &[],
                message,
                Some(help),
            );
        }
        if let Some(status) = claim.status {
            let assertion = self.assertion(position, status, claim.parts(), claim.place, claims);
            for cell in &in_scope {
                claims.cells[*cell] = CellClaim::Claimed(assertion);
            }
        } else if !has_status {
            self.without_status(control, claim);
        }
        let narrowed = self.claims_of_wallets(position, claim, claims);
        if claim.status.is_some() && !in_scope.is_empty() && narrowed == in_scope.len() {
            let message = format!(
                "every wallet overrides the claim on `{}`, so the general claim has no effect",
                control.id
            );
            let help = "remove the general claim, or claims of wallets that do not differ from it";
            self.report(
                Code::ClaimOutOfScope,
                claim.place,
                &[Step::Name("status")],
                message,
                Some(help.to_owned()),
            );
        }
    }

    /// Replaces the general claim by the claims of wallets, and counts the wallets that have one.
    pub(super) fn claims_of_wallets(
        &mut self,
        position: ClaimPosition,
        claim: &'d Claim,
        claims: &mut Claims,
    ) -> usize {
        let control = self.catalog.control_at(position.control);
        let mut narrowed = 0;
        for (nth, (wallet, own)) in claim.wallets.iter().enumerate() {
            let (place, route) = match own {
                Some(own) => (own.place, vec![]),
                None => (
                    self.first_file_with(|document| {
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
            let cell = (subject, position.control);
            if claims.cells[cell] == CellClaim::OutOfScope {
                if self.unclear[subject] {
                    continue;
                }
                let message = format!("`{}` does not apply to `{wallet}`", control.id);
                let among = control.when.among(control.subject);
                let help = format!("remove `{wallet}`; the control applies to {among}");
                self.report(
                    Code::ControlNotForWallet,
                    place,
                    &route,
                    message,
                    Some(help),
                );
                continue;
            }
            narrowed += 1;
            let claimed = own
                .as_ref()
                .map_or(CellClaim::NoClaim, |own: &NarrowedClaim| {
                    let claim = nth;
                    let narrowed = Some(Narrowed { subject, claim });
                    CellClaim::Claimed(self.assertion(
                        ClaimPosition {
                            narrowed,
                            ..position
                        },
                        own.status,
                        own.parts(),
                        own.place,
                        claims,
                    ))
                });
            claims.cells[cell] = claimed;
        }
        narrowed
    }

    pub(super) fn assertion(
        &mut self,
        position: ClaimPosition,
        status: Status,
        parts: ClaimParts<'d>,
        place: Place,
        claims: &mut Claims,
    ) -> AssertionIndex {
        self.assessed(parts.assessed, place);
        self.replaced(parts, place);
        let first = claims.assertions.len();
        for (nth, former) in parts.earlier.iter().enumerate() {
            let position = ClaimPosition {
                nth_earlier: Some(nth),
                ..position
            };
            self.assertion(
                position,
                former.status,
                former.parts(),
                former.place,
                claims,
            );
        }
        let earlier = first..claims.assertions.len();
        self.keys(status, parts, place);
        let start = claims.cited.len();
        for key in [ClaimKey::Evidence, ClaimKey::PartEvidence] {
            claims.cited.extend(self.cited(parts, key, place));
        }
        let evidence = start..claims.cited.len();
        claims
            .cited
            .extend(self.cited(parts, ClaimKey::Observations, place));
        claims.assertions.push(Assertion {
            control: position.control,
            claim: position.claim,
            narrowed: position.narrowed,
            nth_earlier: position.nth_earlier,
            from: Assessed::first_day(parts.assessed),
            earlier,
            status,
            evidence,
            cited: start..claims.cited.len(),
            location: self.diagnostics.sources.locate(place),
            texts: ClaimTexts::of(status, parts),
        })
    }

    /// A claim has the keys that its status requires, and no key that its status does not allow.
    fn keys(&mut self, status: Status, parts: ClaimParts<'_>, place: Place) {
        for key in status.requires() {
            // A key with an invalid value has been reported already.
            if !parts.has(*key) && !self.diagnostics.sources.has(place, key.word()) {
                let meaning = in_a_sentence(&key.meaning());
                let message = format!("status `{status}` requires `{key}`: {meaning}");
                self.report(
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
                self.key_out_of_place(key, status, parts, place);
            }
        }
        self.named(parts, place);
    }

    fn key_out_of_place(
        &mut self,
        key: ClaimKey,
        status: Status,
        parts: ClaimParts<'_>,
        place: Place,
    ) {
        let message = format!("`{key}` is not allowed with status `{status}`");
        let marked = [Step::Name(key.word())];
        let (code, help) = match key {
            ClaimKey::Evidence => (
                Code::EvidenceOfShortfall,
                if status == Status::Partial {
                    "rename it to `part_evidence` if it shows the part that is in place, or to `observations`"
                } else {
                    "rename it to `observations`"
                },
            ),
            ClaimKey::Observations => (
                Code::KeyOutOfPlace,
                "remove it, and cite newer `evidence`, or correct the status",
            ),
            ClaimKey::Proposed
            | ClaimKey::Rationale
            | ClaimKey::Provider
            | ClaimKey::Missing
            | ClaimKey::Due
            | ClaimKey::Because
            | ClaimKey::Owner
            | ClaimKey::PartEvidence
            | ClaimKey::ApprovedBy => (Code::KeyOutOfPlace, "remove it or correct the status"),
        };
        self.report(code, place, &marked, message, Some(help.to_owned()));
        if code == Code::EvidenceOfShortfall && !parts.has(ClaimKey::Observations) {
            self.diagnostics
                .rename(place, &marked, ClaimKey::Observations.word());
        }
    }

    /// The owner, the provider and the person who approved a claim.
    pub(super) fn named(&mut self, parts: ClaimParts<'_>, place: Place) {
        if let Some(owner) = parts.owner {
            self.person(owner, place, &[Step::Key("owner")]);
        }
        if let Some(provider) = parts.provider {
            self.provider(provider, place, &[Step::Key("provider")]);
        }
        if let Some(approver) = parts.approved_by {
            self.person(approver, place, &[Step::Key("approved_by")]);
        }
    }

    /// A claim without a status has only claims of wallets.
    pub(super) fn without_status(&mut self, control: &Control, claim: &Claim) {
        if !claim.parts().is_empty() && !claim.wallets.is_empty() {
            let message = format!("the claim on `{}` has details but no status", control.id);
            let help = "add `status`, or move the details to the wallets".to_owned();
            self.report(
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
            let narrowed = narrowed.map(NarrowedClaim::parts);
            let all = std::iter::once(claim.parts()).chain(narrowed);
            all.flat_map(|parts| {
                let earlier = parts.earlier.iter().map(EarlierClaim::parts);
                parts.cited().chain(earlier.flat_map(ClaimParts::cited))
            })
        });
        let evidence = &self.document.evidence;
        let positions = cited.filter_map(|item| evidence.get_index_of(item).map(EvidenceIndex::at));
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
                self.first_file_with(|document| document.claims.contains_key(id)),
                vec![Step::Key("claims"), Step::Name(id.as_str())],
            ),
        }
    }

    pub(super) fn unknown_claim(&mut self, id: &ControlId, claim: Option<&Claim>) {
        if self.diagnostics.is_full() {
            return;
        }
        let (place, route) = self.place_of_claim(id, claim);
        self.unknown_control(id, place, &route);
    }
}

/// The code for a claim without a key that its status requires.
fn code_of_missing(key: ClaimKey) -> Code {
    match key {
        ClaimKey::Rationale => Code::AlternativeWithoutRationale,
        ClaimKey::Provider => Code::InheritedWithoutProvider,
        ClaimKey::Missing => Code::PartialWithoutMissing,
        ClaimKey::Due => Code::PlannedWithoutDate,
        ClaimKey::Because => Code::NotApplicableWithoutReason,
        ClaimKey::Owner => Code::PlannedWithoutOwner,
        // No status requires these.
        ClaimKey::Proposed
        | ClaimKey::Evidence
        | ClaimKey::PartEvidence
        | ClaimKey::Observations
        | ClaimKey::ApprovedBy => Code::MissingKey,
    }
}

/// A meaning as the end of another sentence.
fn in_a_sentence(meaning: &str) -> String {
    let meaning = meaning.trim_end_matches('.');
    let mut chars = meaning.chars();
    let first = chars.next().map(char::to_lowercase);
    first.into_iter().flatten().chain(chars).collect()
}
