//! Changes of claims, and confirmation of proposals.

use super::{Draft, Objection, Obstruction};
use crate::assessment::{Assessed, AssessmentDocument, Claim, EarlierClaim, NarrowedClaim};
use crate::date::Date;
use crate::diagnostic::suggest;
use crate::id::{ControlId, EvidenceId, PersonId, ProviderId, WalletId};
use crate::taxonomy::{ClaimKey, ClauseKind, Status, Word};
use std::collections::BTreeSet;

/// A change of the evidence items that a key of a claim lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemsChange {
    /// Exactly these items, in this order; none if the list is only added to and removed from.
    pub exactly: Option<Vec<EvidenceId>>,
    /// Items to append, unless they are listed already.
    pub added: Vec<EvidenceId>,
    /// Items to remove.
    pub removed: Vec<EvidenceId>,
}

impl ItemsChange {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Which keys a change removes from a claim.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removal {
    /// These keys.
    pub keys: BTreeSet<&'static str>,
    /// Also all keys that the new status does not allow.
    pub disallowed: bool,
}

/// A change of the claim on a control. What is none or empty stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields are the keys of a claim")]
pub struct ClaimChange {
    /// The control.
    pub control: ControlId,
    /// The wallet whose claim changes; none for the general claim.
    pub wallet: Option<WalletId>,
    pub status: Option<Status>,
    pub evidence: ItemsChange,
    pub part_evidence: ItemsChange,
    pub observations: ItemsChange,
    pub rationale: Option<String>,
    pub provider: Option<ProviderId>,
    pub missing: Option<String>,
    pub due: Option<Date>,
    pub because: Option<String>,
    pub approved_by: Option<PersonId>,
    pub owner: Option<PersonId>,
    pub note: Option<String>,
    /// Keys to remove.
    pub removal: Removal,
    /// Who found the claim, with its changes, to be correct, and on which day.
    pub assessed: Option<Assessed>,
    /// Whether a claim with another status was never correct: it is then replaced without becoming
    /// an earlier claim.
    pub is_correction: bool,
}

impl ClaimChange {
    /// A change that changes nothing yet.
    pub fn new(control: ControlId) -> Self {
        Self {
            control,
            wallet: None,
            status: None,
            evidence: ItemsChange::default(),
            part_evidence: ItemsChange::default(),
            observations: ItemsChange::default(),
            rationale: None,
            provider: None,
            missing: None,
            due: None,
            because: None,
            approved_by: None,
            owner: None,
            note: None,
            removal: Removal::default(),
            assessed: None,
            is_correction: false,
        }
    }

    /// The claim in a message: the control, and the wallet if there is one.
    fn name(&self) -> String {
        match &self.wallet {
            None => self.control.to_string(),
            Some(wallet) => format!("{}@{wallet}", self.control),
        }
    }

    /// The claim after the change. `former` is the claim that the result replaces, with its
    /// assessments and those of its file.
    fn applied_to(&self, claim: &Claim, former: &Former) -> Result<Claim, Vec<Objection>> {
        let mut objections = Vec::new();
        let mut next = claim.clone();
        if self.status.is_some() {
            next.status = self.status;
            next.proposed = None;
        }
        for key in &self.removal.keys {
            remove(&mut next, key);
        }
        let lists = [
            (&self.evidence, &mut next.evidence, ClaimKey::Evidence),
            (
                &self.part_evidence,
                &mut next.part_evidence,
                ClaimKey::PartEvidence,
            ),
            (
                &self.observations,
                &mut next.observations,
                ClaimKey::Observations,
            ),
        ];
        let mut named: BTreeSet<&str> = BTreeSet::new();
        for (change, items, key) in lists {
            if !change.is_empty() {
                named.insert(key.word());
            }
            if let Some(exactly) = &change.exactly {
                items.clone_from(exactly);
            }
            for id in &change.removed {
                let count = items.len();
                items.retain(|item| item != id);
                if items.len() == count {
                    let message =
                        format!("`{}` of `{}` does not list `{id}`", key.word(), self.name());
                    objections.push(Objection::new(
                        Obstruction::Unknown,
                        message,
                        "remove an item that it lists",
                    ));
                }
            }
            for id in &change.added {
                if !items.contains(id) {
                    items.push(id.clone());
                }
            }
        }
        macro_rules! replace {
            ($($key:ident),+) => {$(
                if self.$key.is_some() {
                    next.$key.clone_from(&self.$key);
                    named.insert(stringify!($key));
                }
            )+};
        }
        replace!(
            rationale,
            provider,
            missing,
            due,
            because,
            approved_by,
            owner,
            note
        );
        if let Some(status) = next.status.filter(|_| next.proposed.is_none()) {
            self.check_keys(&mut next, status, &named, &mut objections);
        }
        self.assess(&mut next, former, &mut objections);
        if objections.is_empty() {
            Ok(next)
        } else {
            Err(objections)
        }
    }

    /// Removes the keys that the status does not allow if that was asked for, and objects to them
    /// otherwise.
    fn check_keys(
        &self,
        next: &mut Claim,
        status: Status,
        named: &BTreeSet<&str>,
        objections: &mut Vec<Objection>,
    ) {
        let mut left = Vec::new();
        for key in ClaimKey::values() {
            let is_disallowed = !status.allows(key) && next.parts().has(key);
            if !is_disallowed || named.contains(key.word()) {
                // A key that was given is an error of the result.
                continue;
            }
            if self.removal.disallowed {
                remove(next, key.word());
            } else if self.status.is_some() {
                left.push(format!("`{}`", key.word()));
            }
        }
        if !left.is_empty() {
            let message = format!(
                "the claim on `{}` has {}, not allowed with `{status}`",
                self.name(),
                left.join(", ")
            );
            let help = "name each of them as a key to remove, or remove all that are not allowed";
            let obstruction = Obstruction::KeysNotAllowed;
            objections.push(Objection::new(obstruction, message, help));
        }
    }

    /// Keeps the former claim under `earlier` if its status changed, and records the assessment.
    fn assess(&self, next: &mut Claim, former: &Former, objections: &mut Vec<Objection>) {
        let Some((replaced, assessed)) = former.replaced_by(next, self.is_correction) else {
            // The same claim, or one that never counted.
            let Some(new) = &self.assessed else { return };
            if next.assessed.is_empty() && former.claim.status.is_some() {
                next.assessed.clone_from(&former.assessed);
            }
            if !next.assessed.contains(new) {
                next.assessed.push(new.clone());
            }
            return;
        };
        let Some(new) = &self.assessed else {
            let days = match Assessed::first_day(&assessed) {
                Some(day) => format!(" from {day}"),
                None => String::new(),
            };
            let message = format!(
                "`{}` was assessed as `{}`{days}, so another claim in its place has to be assessed",
                self.name(),
                replaced.status
            );
            let help = "state who assessed it and on which day, to keep the former claim under \
                        `earlier`; or state that it is a correction of a claim that was never true";
            let obstruction = Obstruction::NotAssessed;
            objections.push(Objection::new(obstruction, message, help));
            return;
        };
        if Assessed::first_day(&assessed).is_some() {
            next.earlier.clone_from(&former.claim.earlier);
            next.earlier.push(EarlierClaim {
                assessed,
                ..replaced
            });
        }
        next.assessed = vec![new.clone()];
    }
}

/// The claim that counts before a change, and who assessed it.
struct Former {
    claim: Claim,
    assessed: Vec<Assessed>,
    /// Whether it is the general claim, and the change makes one of a wallet.
    is_general: bool,
}

impl Former {
    /// The claim that is replaced, if it has been assessed and is not only a claim with other keys.
    fn replaced_by(
        &self,
        next: &Claim,
        is_correction: bool,
    ) -> Option<(EarlierClaim, Vec<Assessed>)> {
        let status = self
            .claim
            .status
            .filter(|_| self.claim.proposed.is_none())?;
        let is_replaced = self.is_general || next.status != Some(status);
        (is_replaced && !is_correction && !self.assessed.is_empty())
            .then(|| (EarlierClaim::of(&self.claim, status), self.assessed.clone()))
    }
}

/// Removes a key of a claim.
fn remove(claim: &mut Claim, key: &str) {
    let default = Claim::default();
    macro_rules! reset {
        ($($key:ident),+) => {
            $(if key == stringify!($key) {
                claim.$key.clone_from(&default.$key);
            })+
        };
    }
    reset!(
        evidence,
        part_evidence,
        observations,
        rationale,
        provider,
        missing,
        due,
        because,
        approved_by,
        owner,
        note
    );
}

fn widened(claim: &NarrowedClaim) -> Claim {
    let claim = claim.clone();
    Claim {
        evidence: claim.evidence,
        part_evidence: claim.part_evidence,
        observations: claim.observations,
        rationale: claim.rationale,
        provider: claim.provider,
        missing: claim.missing,
        due: claim.due,
        because: claim.because,
        approved_by: claim.approved_by,
        owner: claim.owner,
        note: claim.note,
        assessed: claim.assessed,
        earlier: claim.earlier,
        ..Claim::new(claim.status)
    }
}

/// The confirmation of proposals.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Confirmation {
    /// The controls on which there are proposals; none for all proposals.
    pub controls: Option<Vec<ControlId>>,
    /// Who assessed the controls, and on which day.
    pub assessed: Assessed,
}

impl Confirmation {
    /// A confirmation of the proposals on some controls, or on all.
    pub fn new(controls: Option<Vec<ControlId>>, assessed: Assessed) -> Self {
        Self { controls, assessed }
    }
}

impl Draft<'_> {
    /// Changes a claim, or adds one. Objections are given by [`Draft::finish`].
    pub fn set(&mut self, change: &ClaimChange) {
        let control = &change.control;
        let Some(entry) = self.catalog.control(control.as_str()) else {
            let help = self
                .catalog
                .help_with_id(ClauseKind::Control, control.as_str());
            let help =
                help.unwrap_or_else(|| "list controls with `custody catalog controls`".to_owned());
            self.object(
                Obstruction::Unknown,
                format!("unknown control `{control}`"),
                help,
            );
            return;
        };
        if change
            .wallet
            .as_ref()
            .is_some_and(|wallet| !self.knows_wallet(wallet))
        {
            return;
        }
        let holding: Vec<usize> = (0..self.files.len())
            .filter(|file| self.claim_in(*file, control).is_some())
            .collect();
        let file = match self.own_file(change, &holding) {
            Ok(Some(file)) => file,
            Ok(None) => {
                let clause = &entry.clause;
                let catalog = self.catalog;
                let of_clause = |id: &ControlId| {
                    let control = catalog.control(id.as_str());
                    control.is_some_and(|one| one.clause == *clause)
                };
                // The clause decides, and the number of claims among files that are equal in it.
                self.file_with_most(|document| {
                    let controls = document.claims.keys();
                    let of_clause = controls.filter(|id| of_clause(id)).count();
                    (of_clause, document.claims.len())
                })
            }
            Err(objection) => {
                self.objections.push(objection);
                return;
            }
        };
        let Some(held) = self.files.get(file) else {
            return;
        };
        let document = &held.after;
        let whole = self.claim_in(file, control).cloned().unwrap_or_default();
        let general = holding.iter().find_map(|file| {
            let claim = self.claim_in(*file, control)?;
            let of_file = self.files.get(*file)?;
            (claim.status.is_some() && claim.proposed.is_none())
                .then(|| (claim.clone(), effective(claim, &of_file.after)))
        });
        let result = match &change.wallet {
            None => {
                let former = Former {
                    assessed: effective(&whole, document),
                    claim: whole.clone(),
                    is_general: false,
                };
                change.applied_to(&whole, &former)
            }
            Some(wallet) => {
                let own = whole.wallets.get(wallet);
                let narrowed = own.and_then(Option::as_ref).map(widened);
                let former = match (&narrowed, own, general) {
                    (Some(narrowed), ..) => Former {
                        assessed: effective(narrowed, document),
                        claim: narrowed.clone(),
                        is_general: false,
                    },
                    (None, None, Some((claim, assessed))) => Former {
                        claim,
                        assessed,
                        is_general: true,
                    },
                    (None, ..) => Former {
                        claim: Claim::default(),
                        assessed: Vec::new(),
                        is_general: false,
                    },
                };
                narrow(change, wallet, whole.clone(), narrowed, &former)
            }
        };
        match result {
            Ok(next) => self.put(file, control, &whole, next, &change.name()),
            Err(found) => self.objections.extend(found),
        }
    }

    fn put(&mut self, file: usize, control: &ControlId, old: &Claim, new: Claim, name: &str) {
        let verb = match self.claim_in(file, control) {
            Some(_) if *old == new => "unchanged",
            Some(_) => "changed",
            None => "added",
        };
        let note = format!("{verb} the claim on {name} in {}", self.name_of(file));
        self.notes.push(note);
        if let Some(document) = self.document(file).filter(|_| *old != new) {
            document.claims.insert(control.clone(), Some(new));
        }
    }

    /// The claim of a file on a control: empty if the control is named without a claim.
    fn claim_in(&self, file: usize, control: &ControlId) -> Option<&Claim> {
        static EMPTY: std::sync::LazyLock<Claim> = std::sync::LazyLock::new(Claim::default);
        let claim = self.files.get(file)?.after.claims.get(control)?;
        Some(claim.as_ref().unwrap_or(&EMPTY))
    }

    /// The file whose claim a change is about, if one has it.
    fn own_file(
        &self,
        change: &ClaimChange,
        holding: &[usize],
    ) -> Result<Option<usize>, Objection> {
        let of = |file: &usize| self.claim_in(*file, &change.control);
        let has_own = |file: &&usize| {
            of(file).is_some_and(|claim| match &change.wallet {
                Some(wallet) => claim.wallets.contains_key(wallet),
                None => claim.status.is_some() || claim.proposed.is_some(),
            })
        };
        let own: Vec<usize> = holding.iter().filter(has_own).copied().collect();
        match (own.as_slice(), holding) {
            ([file], _) => Ok(Some(*file)),
            ([], [first, ..]) => Ok(Some(*first)),
            ([], []) => Ok(None),
            (several, _) => {
                let names: Vec<String> = several
                    .iter()
                    .map(|file| format!("`{}`", self.name_of(*file)))
                    .collect();
                let message = format!(
                    "`{}` has a claim in several files: {}",
                    change.name(),
                    names.join(", ")
                );
                Err(Objection::new(
                    Obstruction::SeveralFiles,
                    message,
                    "remove it from all files but one",
                ))
            }
        }
    }

    /// Confirms proposals: they become claims that have been assessed. Objections are given by
    /// [`Draft::finish`].
    pub fn confirm(&mut self, confirmation: &Confirmation) {
        let mut proposals: Vec<(usize, ControlId)> = Vec::new();
        for (position, file) in self.files.iter().enumerate() {
            for (id, claim) in &file.after.claims {
                if claim.as_ref().is_some_and(|claim| claim.proposed.is_some()) {
                    proposals.push((position, id.clone()));
                }
            }
        }
        for id in confirmation.controls.iter().flatten() {
            if proposals.iter().all(|(_, proposed)| proposed != id) {
                let known = proposals.iter().map(|(_, id)| id.as_str());
                let help = suggest(id.as_str(), known);
                let help = help.unwrap_or_else(|| "name a control with `proposed`".to_owned());
                self.object(
                    Obstruction::Unknown,
                    format!("there is no proposal on `{id}`"),
                    help,
                );
            }
        }
        let named: Option<BTreeSet<&ControlId>> = confirmation
            .controls
            .as_ref()
            .map(|all| all.iter().collect());
        let mut count = 0_usize;
        for (file, id) in proposals {
            if named.as_ref().is_some_and(|named| !named.contains(&id)) {
                continue;
            }
            let claims = self.document(file).map(|document| &mut document.claims);
            let Some(Some(claim)) = claims.and_then(|claims| claims.get_mut(&id)) else {
                continue;
            };
            claim.proposed = None;
            claim.assessed.push(confirmation.assessed.clone());
            count += 1;
            let note = format!("confirmed the proposal on {id} in {}", self.name_of(file));
            self.notes.push(note);
        }
        if count == 0 && confirmation.controls.is_none() {
            self.notes.push("there is no proposal".to_owned());
        }
    }
}

/// A claim with the changed claim of a wallet.
fn narrow(
    change: &ClaimChange,
    wallet: &WalletId,
    mut whole: Claim,
    narrowed: Option<Claim>,
    former: &Former,
) -> Result<Claim, Vec<Objection>> {
    let next = change.applied_to(&narrowed.unwrap_or_default(), former)?;
    let Some(status) = next.status else {
        let message = format!("`{}` has no claim of its own yet", change.name());
        return Err(vec![Objection::new(
            Obstruction::NoStatus,
            message,
            "state a status",
        )]);
    };
    let next = next.narrowed(status);
    whole.wallets.insert(wallet.clone(), Some(next));
    Ok(whole)
}

/// Who assessed a claim: as it states, or else as its file does.
fn effective(claim: &Claim, document: &AssessmentDocument) -> Vec<Assessed> {
    if claim.status.is_none() || claim.proposed.is_some() {
        return Vec::new();
    }
    let own = Some(&claim.assessed).filter(|own| !own.is_empty());
    own.unwrap_or(&document.assessed).clone()
}
