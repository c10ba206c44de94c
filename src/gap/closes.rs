//! What would close the gap of a cell.

use super::Change;
use super::claim::ClaimedCell;
use super::parameter;
use crate::assessment::Proposal;
use crate::coverage::{Coverage, EvidenceStanding};
use crate::index::EvidenceIndex;
use crate::taxonomy::{ClaimKey, EvidenceState, FileCheck, Status, Verdict, Word};

/// What a cell would come to if its proposal were confirmed without other changes.
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
        let control = cell.cell.control.id.clone();
        let subject = cell.cell.subject.id.clone();
        let proposal = cell.proposal;
        let state = Change::State {
            control: control.clone(),
            subject: subject.clone(),
            without: obsolete(cell),
        };
        let cite = Change::Cite {
            control: control.clone(),
            subject: subject.clone(),
        };
        let confirm = Change::Confirm {
            control: control.clone(),
        };
        let meets = parameter::meets(&cell.parameters, &subject);
        let confirmed = proposal.map(|proposal| self.confirmed(proposal));
        let claimed = cell.claimed();
        let is_backed = cell.claim.is_some_and(|claim| claim.is_backed);
        let mut alternatives = match claimed {
            // Only parameters leave less of it.
            Verdict::Effective if meets.is_empty() => Vec::new(),
            Verdict::Effective => vec![Vec::new()],
            Verdict::Excluded => Vec::new(),
            Verdict::Unknown => match confirmed {
                Some(Confirmed::Effective) => vec![vec![confirm.clone()]],
                Some(Confirmed::Unproven) => vec![vec![confirm.clone(), cite]],
                None | Some(Confirmed::Open | Confirmed::Excluded) => vec![vec![state, cite]],
            },
            Verdict::Partial | Verdict::Absent if is_backed => vec![vec![state]],
            Verdict::Partial | Verdict::Absent => vec![vec![state, cite]],
            Verdict::Unproven => {
                let cited = cell.claim.map(|claim| claim.cited).unwrap_or_default();
                let mut alternatives: Vec<Vec<Change>> =
                    cited.iter().map(|item| self.mend(*item)).collect();
                alternatives.push(vec![cite]);
                alternatives
            }
        };
        for changes in &mut alternatives {
            changes.extend(meets.iter().cloned());
        }
        if claimed == Verdict::Unknown && matches!(confirmed, Some(Confirmed::Excluded)) {
            alternatives.insert(0, vec![confirm]);
        } else if claimed == Verdict::Unknown {
            alternatives.push(vec![Change::Exclude { control, subject }]);
        }
        alternatives
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
        let is_backed = claim.evidence.iter().any(|id| {
            self.evidence(id.as_str())
                .is_some_and(EvidenceStanding::is_reliable)
        });
        if status == Status::NotApplicable {
            Confirmed::Excluded
        } else if !status.is_in_place() {
            Confirmed::Open
        } else if is_backed {
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
            FileCheck::Missing => Some(Change::RestoreFile {
                evidence: evidence(),
            }),
            FileCheck::Mismatch => Some(Change::CorrectFile {
                evidence: evidence(),
            }),
            FileCheck::NotChecked | FileCheck::Present | FileCheck::Matches => None,
        };
        validity.into_iter().chain(file).collect()
    }
}

/// The keys of the claim or the proposal that are not allowed once the control is in place.
fn obsolete(cell: &ClaimedCell<'_>) -> Vec<ClaimKey> {
    let mut keys = Vec::new();
    keys.extend(cell.proposal.map(|_| ClaimKey::Proposed));
    let of_claim = cell.claim.map(|claim| claim.parts);
    let parts = of_claim.or_else(|| cell.proposal.map(|proposal| proposal.claim.parts()));
    if let Some(parts) = parts {
        keys.extend(parts.missing.map(|_| ClaimKey::Missing));
        keys.extend(parts.due.map(|_| ClaimKey::Due));
    }
    keys
}
