//! Evidence items that are added and renewed, and risks that are accepted.

use super::{Draft, Obstruction};
use crate::assessment::{Acceptance, Evidence, Sha256};
use crate::date::Date;
use crate::diagnostic::suggest;
use crate::id::{EvidenceId, RiskId};
use crate::taxonomy::ClauseKind;

/// The renewal of an evidence item: the same kind of evidence, collected again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Renewal {
    /// The item.
    pub id: EvidenceId,
    /// The new day of collection.
    pub collected: Date,
    /// The new last day. An item that states one needs a new one, unless it is removed.
    pub valid_until: Option<Date>,
    /// The new location, if it changes.
    pub locator: Option<String>,
    /// The digest of the new file. An item that states one needs a new one, unless it is removed.
    pub sha256: Option<Sha256>,
    /// Whether `valid_until` is removed, so that the age of its kind determines the last day.
    pub without_valid_until: bool,
    /// Whether `sha256` is removed.
    pub without_sha256: bool,
}

impl Renewal {
    /// A renewal of an item on a day.
    pub fn new(id: EvidenceId, collected: Date) -> Self {
        Self {
            id,
            collected,
            valid_until: None,
            locator: None,
            sha256: None,
            without_valid_until: false,
            without_sha256: false,
        }
    }
}

/// The acceptance of a risk.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RiskAcceptance {
    /// The risk.
    pub risk: RiskId,
    /// The acceptance.
    pub acceptance: Acceptance,
    /// Whether it replaces a present acceptance of the risk.
    pub replaces: bool,
}

impl RiskAcceptance {
    /// An acceptance of a risk that is not accepted yet.
    pub fn new(risk: RiskId, acceptance: Acceptance) -> Self {
        Self {
            risk,
            acceptance,
            replaces: false,
        }
    }
}

impl Draft<'_> {
    /// Adds an evidence item. Objections are given by [`Draft::finish`].
    pub fn add_evidence(&mut self, id: &EvidenceId, evidence: Evidence) {
        if let Some(file) = self.file_of_evidence(id) {
            let message = format!("`{id}` is an evidence item of `{}`", self.name_of(file));
            self.object(
                Obstruction::Exists,
                message,
                "choose another id, or renew the item",
            );
            return;
        }
        let file = self.file_with_most(|document| (document.evidence.len(), document.claims.len()));
        self.notes.push(format!(
            "added the evidence item {id} to {}",
            self.name_of(file)
        ));
        if let Some(document) = self.document(file) {
            document.evidence.insert(id.clone(), evidence);
        }
    }

    /// Renews an evidence item. Objections are given by [`Draft::finish`].
    pub fn renew_evidence(&mut self, renewal: &Renewal) {
        let id = &renewal.id;
        let Some(file) = self.file_of_evidence(id) else {
            let items = self
                .documents()
                .flat_map(|document| document.evidence.keys());
            let help = suggest(id.as_str(), items.map(EvidenceId::as_str));
            let help = help.unwrap_or_else(|| "add it as a new item".to_owned());
            self.object(
                Obstruction::Unknown,
                format!("unknown evidence item `{id}`"),
                help,
            );
            return;
        };
        let note = format!("renewed the evidence item {id} in {}", self.name_of(file));
        let items = self.document(file).map(|document| &mut document.evidence);
        let Some(item) = items.and_then(|items| items.get_mut(id)) else {
            return;
        };
        let old = item.clone();
        item.collected = renewal.collected;
        item.valid_until = renewal.valid_until;
        item.sha256.clone_from(&renewal.sha256);
        if let Some(locator) = &renewal.locator {
            item.locator.clone_from(locator);
        }
        if renewal.collected < old.collected {
            self.object(
                Obstruction::CollectedLater,
                format!("`{id}` was collected on {}, which is later", old.collected),
                "state a later day, or add another item",
            );
        }
        for (key, is_lost) in [
            (
                "valid_until",
                old.valid_until.is_some()
                    && renewal.valid_until.is_none()
                    && !renewal.without_valid_until,
            ),
            (
                "sha256",
                old.sha256.is_some() && renewal.sha256.is_none() && !renewal.without_sha256,
            ),
        ] {
            if is_lost {
                self.object(
                    Obstruction::OfFormerEvidence,
                    format!("`{key}` of `{id}` is that of the former evidence"),
                    format!("state the new `{key}`, or state that it is removed"),
                );
            }
        }
        self.notes.push(note);
    }

    /// Accepts a risk. Objections are given by [`Draft::finish`].
    pub fn accept(&mut self, request: &RiskAcceptance) {
        let risk = &request.risk;
        if self.catalog.risk(risk.as_str()).is_none() {
            let help = self.catalog.help_with_id(ClauseKind::Risk, risk.as_str());
            let help = help.unwrap_or_else(|| "list risks with `custody catalog risks`".to_owned());
            self.object(Obstruction::Unknown, format!("unknown risk `{risk}`"), help);
            return;
        }
        let mut unknown = false;
        for wallet in &request.acceptance.wallets {
            unknown |= !self.knows_wallet(wallet);
        }
        if unknown {
            return;
        }
        let present = self
            .documents()
            .position(|document| document.accepted_risks.contains_key(risk));
        let file = match present {
            Some(file) if !request.replaces => {
                let message = format!("`{risk}` is accepted in `{}`", self.name_of(file));
                self.object(
                    Obstruction::Accepted,
                    message,
                    "state that the acceptance is replaced",
                );
                return;
            }
            Some(file) => file,
            None => self
                .file_with_most(|document| (document.accepted_risks.len(), document.claims.len())),
        };
        let note = format!("accepted the risk {risk} in {}", self.name_of(file));
        self.notes.push(note);
        if let Some(document) = self.document(file) {
            let acceptance = request.acceptance.clone();
            document.accepted_risks.insert(risk.clone(), acceptance);
        }
    }

    fn file_of_evidence(&self, id: &EvidenceId) -> Option<usize> {
        self.documents()
            .position(|document| document.evidence.contains_key(id))
    }
}
