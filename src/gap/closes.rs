//! What would close the gap of a cell.

use super::Change;
use super::claim::ClaimedCell;
use super::parameter;
use crate::assessment::{ClaimParts, Proposal};
use crate::coverage::Coverage;
use crate::date::Date;
use crate::index::{EvidenceIndex, SubjectIndex};
use crate::taxonomy::{ClaimKey, EvidenceState, FileCheck, Relevance, Status, Verdict, Word};

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
        let (control, subject) = (cell.cell.control.id.clone(), cell.cell.subject.id.clone());
        let assess = assesses(cell);
        if let Some(Confirmed::Excluded) = self.confirmed(cell) {
            let confirm = [Change::Confirm { control }];
            alternatives.insert(0, confirm.into_iter().chain(assess).collect());
        } else if cell.is_unconfirmed_exclusion() {
            let approve = [Change::Approve { control, subject }];
            alternatives.insert(0, approve.into_iter().chain(assess).collect());
        } else if cell.if_assessed() == Verdict::Excluded {
            alternatives.insert(0, assess.into_iter().collect());
        } else if !assess
            .as_ref()
            .is_some_and(|assess| alternatives.contains(&vec![assess.clone()]))
        {
            // If assessing the claim is enough, excluding the control as well is not needed.
            let exclude = [Change::Exclude {
                control,
                subject,
                without: obsolete(cell, Status::NotApplicable),
            }];
            alternatives.push(exclude.into_iter().chain(assess).collect());
        }
        alternatives
    }

    /// The alternatives that make a cell effective.
    pub(super) fn proves_cell(&self, cell: &ClaimedCell<'_>) -> Vec<Vec<Change>> {
        let control = cell.cell.control.id.clone();
        let subject = cell.cell.subject.id.clone();
        let put_in_place = || self.puts_in_place(cell, Status::Implemented);
        let cite = self.cite(cell);
        let confirm = Change::Confirm { control };
        let confirmed = self.confirmed(cell);
        let assess = assesses(cell);
        let mut alternatives = match cell.if_assessed() {
            // Only parameters or its age leave less of it.
            Verdict::Effective if cell.parameters.is_empty() && assess.is_none() => Vec::new(),
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
                let mend = |item: &EvidenceIndex| self.mend_for(*item, cell.cell.index.subject);
                let mut alternatives: Vec<Vec<Change>> = cited.iter().flat_map(mend).collect();
                alternatives.push(vec![cite]);
                alternatives
            }
        };
        let meets = parameter::meets(&cell.parameters, &subject);
        for changes in &mut alternatives {
            changes.extend(assess.clone());
            changes.extend(meets.iter().cloned());
        }
        alternatives
    }

    /// What gives the claim on a cell a status by which the control is in place. A proposal keeps its
    /// evidence, so nothing else is cited if that backs it; what a claim that the control is not in
    /// place cites shows something else.
    pub(super) fn puts_in_place(&self, cell: &ClaimedCell<'_>, status: Status) -> Vec<Change> {
        let (control, subject) = (&cell.cell.control.id, &cell.cell.subject.id);
        let shows_other = cell.status() == Some(Status::NotApplicable);
        let is_backed = !shows_other
            && cell.proposal.is_some_and(|proposal| {
                self.would_be_backed(proposal.claim.parts(), cell.cell.index.subject)
            });
        let state = Change::State {
            control: control.clone(),
            subject: subject.clone(),
            without: obsolete(cell, status),
        };
        let cite = (!is_backed).then(|| self.cite(cell));
        std::iter::once(state).chain(cite).collect()
    }

    /// The claim on a cell cites evidence that backs it, and that is not older than what showed a
    /// shortfall.
    pub(super) fn cite(&self, cell: &ClaimedCell<'_>) -> Change {
        let subject = cell.cell.subject;
        let day = self.settings().as_of;
        let stated = cell.parts().into_iter().flat_map(|parts| {
            let items = parts.observations.iter().chain(parts.part_evidence);
            let document = self.assessment().document();
            let collected = items.filter_map(|item| Some(document.evidence.get(item)?.collected));
            collected.filter(move |collected| *collected <= day)
        });
        Change::Cite {
            control: cell.cell.control.id.clone(),
            subject: subject.id.clone(),
            particular: subject.since.is_some(),
            from: subject.since.max(stated.max()),
        }
    }

    /// Whether a claim would be backed for a subject if the proposal were confirmed.
    fn would_be_backed(&self, parts: ClaimParts<'_>, subject: SubjectIndex) -> bool {
        parts.evidence.iter().any(|id| {
            let item = self.assessment().evidence_index(id.as_str());
            item.is_some_and(|item| self.backs(item, subject))
        })
    }

    /// What the cell would come to if its proposal were confirmed; none if it has no proposal.
    fn confirmed(&self, cell: &ClaimedCell<'_>) -> Option<Confirmed> {
        let proposal = cell.proposal?;
        Some(self.confirmed_proposal(proposal, cell.cell.index.subject))
    }

    fn confirmed_proposal(&self, proposal: &Proposal, subject: SubjectIndex) -> Confirmed {
        let (claim, parts) = (&proposal.claim, proposal.parts_if_confirmed());
        let Some(status) = claim.status else {
            return Confirmed::Open;
        };
        let is_stray = |key| parts.has(key) && !status.allows(key);
        let is_missing = |key: &ClaimKey| !parts.has(*key);
        if ClaimKey::values().into_iter().any(is_stray) || status.requires().iter().any(is_missing)
        {
            return Confirmed::Open;
        }
        if status == Status::NotApplicable
            && parts.is_approved(self.assessment().document(), self.settings().as_of)
        {
            Confirmed::Excluded
        } else if !status.is_in_place() {
            Confirmed::Open
        } else if self.would_be_backed(parts, subject) {
            Confirmed::Effective
        } else {
            Confirmed::Unproven
        }
    }

    /// The alternatives that make an evidence item back a claim for a subject.
    fn mend_for(&self, item: EvidenceIndex, subject: SubjectIndex) -> Vec<Vec<Change>> {
        let assessment = self.assessment();
        let (id, _, facts) = assessment.evidence_at(item);
        let subject_of = assessment.subject(subject);
        let cover = || {
            let cover = Change::Cover {
                evidence: id.clone(),
                subject: subject_of.id.clone(),
            };
            [vec![cover], self.mend(item, None)].concat()
        };
        match assessment.relevance(item, subject) {
            Relevance::Relevant => vec![self.mend(item, None)],
            Relevance::OtherSubject if facts.is_particular || subject_of.since.is_none() => {
                vec![cover()]
            }
            Relevance::OtherSubject | Relevance::General => Vec::new(),
            // What has expired is collected anew, so that it is about the subject as well.
            Relevance::BeforeSubject if self.evidence_at(item).state == EvidenceState::Expired => {
                vec![self.mend(item, subject_of.since)]
            }
            Relevance::BeforeSubject => vec![self.mend(item, subject_of.since), cover()],
        }
    }

    /// What makes an evidence item reliable; `from` is the first day on which it may be collected, if
    /// it was collected too early.
    pub(crate) fn mend(&self, item: EvidenceIndex, from: Option<Date>) -> Vec<Change> {
        let (id, _, facts) = self.assessment().evidence_at(item);
        let standing = self.evidence_at(item);
        let evidence = || id.clone();
        let renew = Change::Renew {
            evidence: evidence(),
            until: self.settings().as_of,
            from,
        };
        let validity = match standing.state {
            EvidenceState::Expired => Some(renew),
            EvidenceState::Current if from.is_some() => Some(renew),
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

/// The assessment without which the claim on a cell does not count.
pub(super) fn assesses(cell: &ClaimedCell<'_>) -> Option<Change> {
    cell.needs_assessment().then(|| Change::Assess {
        control: cell.cell.control.id.clone(),
        subject: cell.cell.subject.id.clone(),
    })
}

/// The keys of the claim or the proposal on a cell that have to be deleted if it gets a status. What
/// shows that a control cannot apply does not show that it is in place.
fn obsolete(cell: &ClaimedCell<'_>, status: Status) -> Vec<ClaimKey> {
    let was_excluded = cell.status() == Some(Status::NotApplicable);
    let is_obsolete = |key: &ClaimKey| {
        if *key == ClaimKey::Proposed {
            return cell.proposal.is_some();
        }
        let shows_other = *key == ClaimKey::Evidence && was_excluded && status.is_in_place();
        let has = cell.parts().is_some_and(|parts| parts.has(*key));
        has && (shows_other || !status.allows(*key))
    };
    let keys = ClaimKey::values().into_iter();
    keys.filter(is_obsolete).collect()
}
