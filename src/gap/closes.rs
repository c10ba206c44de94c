//! What would close the gap of a cell.

use super::Change;
use super::claim::ClaimedCell;
use super::parameter;
use crate::assessment::Proposal;
use crate::coverage::{Coverage, EvidenceStanding};
use crate::index::EvidenceIndex;
use crate::taxonomy::{ClaimKey, EvidenceState, FileCheck, Status, Verdict, Word};

/// The verdict of a cell if its proposal were confirmed without other changes.
#[derive(Clone, Copy)]
enum Confirmed {
    Effective,
    Unproven,
    Excluded,
    /// It would be another gap, or something that its status requires is missing.
    Open,
}

impl Coverage {
    /// The alternatives that make a cell effective, or exclude it.
    pub(crate) fn closes_cell(&self, cell: &ClaimedCell<'_>) -> Vec<Vec<Change>> {
        let mut alternatives = self.proves_cell(cell);
        if cell.claimed() != Verdict::Unknown {
            return alternatives;
        }
        let (control, subject) = (&cell.cell.control.id, &cell.cell.subject.id);
        if let Some(Confirmed::Excluded) = cell.proposal.map(|proposal| self.confirmed(proposal)) {
            let control = control.clone();
            alternatives.insert(0, vec![Change::Confirm { control }]);
        } else {
            alternatives.push(vec![Change::Exclude {
                control: control.clone(),
                subject: subject.clone(),
                without: obsolete(cell, Status::NotApplicable),
            }]);
        }
        alternatives
    }

    /// The alternatives that make a cell effective.
    pub(super) fn proves_cell(&self, cell: &ClaimedCell<'_>) -> Vec<Vec<Change>> {
        let control = cell.cell.control.id.clone();
        let subject = cell.cell.subject.id.clone();
        let put_in_place = || self.puts_in_place(cell, Status::Implemented);
        let cite = Change::Cite {
            control: control.clone(),
            subject: subject.clone(),
        };
        let confirm = Change::Confirm { control };
        let confirmed = cell.proposal.map(|proposal| self.confirmed(proposal));
        let mut alternatives = match cell.claimed() {
            // Only parameters leave less of it.
            Verdict::Effective if cell.parameters.is_empty() => Vec::new(),
            Verdict::Effective => vec![Vec::new()],
            Verdict::Excluded => Vec::new(),
            Verdict::Unknown => match confirmed {
                Some(Confirmed::Effective) => vec![vec![confirm]],
                Some(Confirmed::Unproven) => vec![vec![confirm, cite]],
                None | Some(Confirmed::Open | Confirmed::Excluded) => vec![put_in_place()],
            },
            Verdict::Partial | Verdict::Absent => vec![put_in_place()],
            Verdict::Unproven => {
                let cited = cell.claim.map(|claim| claim.cited).unwrap_or_default();
                let mut alternatives: Vec<Vec<Change>> =
                    cited.iter().map(|item| self.mend(*item)).collect();
                alternatives.push(vec![cite]);
                alternatives
            }
        };
        let meets = parameter::meets(&cell.parameters, &subject);
        for changes in &mut alternatives {
            changes.extend(meets.iter().cloned());
        }
        alternatives
    }

    /// What gives the claim on a cell a status by which the control is in place. The claim or the
    /// proposal keeps its evidence, so nothing else is cited if that is reliable.
    pub(super) fn puts_in_place(&self, cell: &ClaimedCell<'_>, status: Status) -> Vec<Change> {
        let (control, subject) = (&cell.cell.control.id, &cell.cell.subject.id);
        let is_backed = match (&cell.claim, cell.proposal) {
            (Some(claim), _) => claim.is_backed,
            (None, Some(proposal)) => self.backs(proposal),
            (None, None) => false,
        };
        let state = Change::State {
            control: control.clone(),
            subject: subject.clone(),
            without: obsolete(cell, status),
        };
        let cite = (!is_backed).then(|| Change::Cite {
            control: control.clone(),
            subject: subject.clone(),
        });
        std::iter::once(state).chain(cite).collect()
    }

    /// Whether a claim would be backed if the proposal were confirmed.
    fn backs(&self, proposal: &Proposal) -> bool {
        proposal.claim.evidence.iter().any(|id| {
            self.evidence(id.as_str())
                .is_some_and(EvidenceStanding::is_reliable)
        })
    }

    fn confirmed(&self, proposal: &Proposal) -> Confirmed {
        let (claim, parts) = (&proposal.claim, proposal.claim.parts());
        let Some(status) = claim.status else {
            return Confirmed::Open;
        };
        let is_stray = |key| parts.has(key) && !status.allows(key);
        let is_missing = |key: &ClaimKey| !parts.has(*key);
        if ClaimKey::values().into_iter().any(is_stray) || status.requires().iter().any(is_missing)
        {
            return Confirmed::Open;
        }
        if status == Status::NotApplicable {
            Confirmed::Excluded
        } else if !status.is_in_place() {
            Confirmed::Open
        } else if self.backs(proposal) {
            Confirmed::Effective
        } else {
            Confirmed::Unproven
        }
    }

    /// What makes an evidence item reliable.
    pub(crate) fn mend(&self, item: EvidenceIndex) -> Vec<Change> {
        let (id, _, facts) = self.assessment().evidence_at(item);
        let standing = self.evidence_at(item);
        let evidence = || id.clone();
        let validity = match standing.state {
            EvidenceState::Expired => Some(Change::Renew {
                evidence: evidence(),
                until: self.settings().as_of,
            }),
            EvidenceState::NotYetValid => Some(Change::Await {
                evidence: evidence(),
                from: facts.from,
            }),
            EvidenceState::Current => None,
        };
        let file = match standing.file {
            FileCheck::Missing | FileCheck::OtherCase => Some(Change::RestoreFile {
                evidence: evidence(),
            }),
            FileCheck::Mismatch => Some(Change::CorrectFile {
                evidence: evidence(),
            }),
            FileCheck::NotAFile
            | FileCheck::Outside
            | FileCheck::Unreadable
            | FileCheck::OwnInput
            | FileCheck::Ambiguous => Some(Change::ProvideFile {
                evidence: evidence(),
            }),
            FileCheck::NotChecked
            | FileCheck::OtherSystem
            | FileCheck::Present
            | FileCheck::Matches => None,
        };
        validity.into_iter().chain(file).collect()
    }
}

/// The keys of the claim or the proposal on a cell that have to be deleted if it gets a status.
fn obsolete(cell: &ClaimedCell<'_>, status: Status) -> Vec<ClaimKey> {
    let of_claim = cell.claim.map(|claim| claim.parts);
    let parts = of_claim.or_else(|| cell.proposal.map(|proposal| proposal.claim.parts()));
    let is_obsolete = |key: &ClaimKey| {
        if *key == ClaimKey::Proposed {
            cell.proposal.is_some()
        } else {
            parts.is_some_and(|parts| parts.has(*key)) && !status.allows(*key)
        }
    };
    let keys = ClaimKey::values().into_iter();
    keys.filter(is_obsolete).collect()
}
