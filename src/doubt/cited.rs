//! Doubts about what claims cite: for which wallets, and how strong it is.

use super::find::doubt;
use super::{Doubt, DoubtKind};
use crate::assessment::{Assertion, CellClaim, SubjectId};
use crate::coverage::Coverage;
use crate::id::ControlId;
use crate::index::{ControlIndex, EvidenceIndex, IndexVec};
use crate::taxonomy::{Severity, Status, Technique};

/// The claims about several wallets that cite an item.
#[derive(Clone, Copy)]
struct Wide {
    claims: u64,
    /// Of the first one.
    control: ControlIndex,
    /// To which the first one applies.
    wallets: u64,
}

impl Coverage {
    /// Items of particular kinds that do not state for which of several wallets they are cited.
    pub(super) fn doubt_scope(&self, found: &mut Vec<Doubt>) {
        let assessment = self.assessment();
        let day = self.settings().as_of;
        let none = assessment.assertions().iter().map(|_| 0);
        let mut wallets: IndexVec<_, u64> = none.collect();
        for (subject, _, cell) in assessment.cells().entries() {
            let entry = assessment.subject(subject);
            if let CellClaim::Claimed(index) = cell
                && matches!(entry.id, SubjectId::Wallet(_))
                && entry.exists_on(day)
            {
                wallets[*index] += 1;
            }
        }
        let none = assessment.evidence().iter().map(|_| None);
        let mut wide: IndexVec<EvidenceIndex, Option<Wide>> = none.collect();
        for (index, assertion) in assessment.current_assertions() {
            if wallets[index] < 2 || assertion.status == Status::NotApplicable {
                continue;
            }
            for item in assessment.cited_by(assertion) {
                let first = Wide {
                    claims: 0,
                    control: assertion.control,
                    wallets: wallets[index],
                };
                wide[*item].get_or_insert(first).claims += 1;
            }
        }
        for (index, wide) in wide.enumerate() {
            let (id, _, facts) = assessment.evidence_at(index);
            if let Some(wide) = wide
                && facts.is_particular
                && facts.covers.is_none()
            {
                let kind = DoubtKind::EvidenceWithoutScope {
                    evidence: id.clone(),
                    claims: wide.claims,
                    control: assessment.catalog().control_at(wide.control).id.clone(),
                    wallets: wide.wallets,
                };
                found.push(doubt(id.as_str(), kind, facts.location.as_ref()));
            }
        }
    }

    /// Whether a claim on a critical risk rests on interviews and papers of its owner alone.
    pub(super) fn doubt_strength(
        &self,
        assertion: &Assertion,
        control: &ControlId,
        subject: Option<&SubjectId>,
    ) -> Option<DoubtKind> {
        let assessment = self.assessment();
        let of = assessment.catalog().control_at(assertion.control);
        if assessment.catalog().worst_direct_risk(of) != Some(Severity::Critical) {
            return None;
        }
        let owner = assessment.parts(assertion).owner;
        let (mut interviews, mut papers_of_owner) = (0, 0);
        for item in assessment.cited_by(assertion) {
            if !self.evidence_at(*item).is_reliable() {
                continue;
            }
            let (_, evidence, _) = assessment.evidence_at(*item);
            let is_of_owner = || {
                let by = evidence.by.as_ref().zip(owner);
                by.is_some_and(|(by, owner)| assessment.document().is_same_person(by, owner))
            };
            match evidence.technique {
                Technique::Interview => interviews += 1,
                Technique::Examine if is_of_owner() => papers_of_owner += 1,
                Technique::Examine | Technique::Observe | Technique::Test => return None,
            }
        }
        (interviews + papers_of_owner > 0).then(|| DoubtKind::WeakEvidence {
            control: control.clone(),
            subject: subject.cloned(),
            interviews,
            papers_of_owner,
        })
    }
}
