//! Doubts about when claims were assessed, and by whom.

use super::find::doubt;
use super::{Doubt, DoubtKind};
use crate::assessment::{Assertion, ORGANIZATION, SubjectId};
use crate::catalog::Control;
use crate::coverage::Coverage;
use crate::id::{ControlId, PersonId};
use crate::index::{CellIndex, ControlIndex};
use std::collections::BTreeMap;

impl Coverage {
    pub(super) fn doubt_assessed(&self, found: &mut Vec<Doubt>) {
        self.doubt_assessed_after_period(found);
        self.doubt_assessed_before_wallets(found);
        self.doubt_claims_without(found);
        self.doubt_assessed_by_owner(found);
        self.doubt_acceptances_without_day(found);
    }

    fn control_of(&self, assertion: &Assertion) -> ControlId {
        let catalog = self.assessment().catalog();
        catalog.control_at(assertion.control).id.clone()
    }

    fn wallet_of(&self, assertion: &Assertion) -> Option<SubjectId> {
        let narrowed = assertion.narrowed?;
        Some(self.assessment().subject(narrowed.subject).id.clone())
    }

    /// Claims that do not state by whom, or on which day, they were assessed, if others do.
    fn doubt_claims_without(&self, found: &mut Vec<Doubt>) {
        let assessment = self.assessment();
        let (mut of, mut without) = (0, [(0, None), (0, None)]);
        for (_, assertion) in assessment.current_assertions() {
            let assessed = assessment.parts(assertion).assessed;
            let has_assessor = assessed.iter().any(|one| one.by.is_some());
            let has_day = assessed.iter().any(|one| one.on.is_some());
            of += 1;
            for ((claims, first), has) in without.iter_mut().zip([has_assessor, has_day]) {
                if !has {
                    *claims += 1;
                    first.get_or_insert(assertion);
                }
            }
        }
        for (is_day, (claims, first)) in [false, true].into_iter().zip(without) {
            let Some(first) = first.filter(|_| claims < of) else {
                continue;
            };
            let (control, subject) = (self.control_of(first), self.wallet_of(first));
            let kind = if is_day {
                DoubtKind::ClaimWithoutDay {
                    claims,
                    of,
                    control,
                    subject,
                }
            } else {
                DoubtKind::ClaimWithoutAssessor {
                    claims,
                    of,
                    control,
                    subject,
                }
            };
            found.push(doubt(ORGANIZATION, kind, first.location.as_ref()));
        }
    }

    /// Claims that only their owner assessed, until the day, by owner.
    fn doubt_assessed_by_owner(&self, found: &mut Vec<Doubt>) {
        let assessment = self.assessment();
        let day = self.settings().as_of;
        let mut by_owner: BTreeMap<&PersonId, (u64, &Assertion)> = BTreeMap::new();
        for (_, assertion) in assessment.current_assertions() {
            let parts = assessment.parts(assertion);
            let until = parts.assessed.iter();
            let until = until.filter(|one| one.on.is_none_or(|on| on <= day));
            let mut assessors = until.filter_map(|one| one.by.as_ref()).peekable();
            let Some(owner) = parts.owner.filter(|_| assessors.peek().is_some()) else {
                continue;
            };
            if assessors.all(|by| assessment.document().is_same_person(by, owner)) {
                by_owner.entry(owner).or_insert((0, assertion)).0 += 1;
            }
        }
        for (owner, (claims, first)) in by_owner {
            let kind = DoubtKind::AssessedByOwner {
                person: owner.clone(),
                claims,
                control: self.control_of(first),
                subject: self.wallet_of(first),
            };
            found.push(doubt(owner.as_str(), kind, first.location.as_ref()));
        }
    }

    /// Acceptances that do not state the day of the decision, if others do.
    fn doubt_acceptances_without_day(&self, found: &mut Vec<Doubt>) {
        let assessment = self.assessment();
        let all = || {
            let indices = assessment.acceptances().indices();
            indices.map(|index| assessment.acceptance(index))
        };
        if !all().any(|(_, acceptance, _)| acceptance.on.is_some()) {
            return;
        }
        for (risk, _, facts) in all().filter(|(_, acceptance, _)| acceptance.on.is_none()) {
            let kind = DoubtKind::AcceptanceWithoutDay { risk: risk.clone() };
            found.push(doubt(risk.as_str(), kind, facts.location.as_ref()));
        }
    }

    fn doubt_assessed_after_period(&self, found: &mut Vec<Doubt>) {
        let assessment = self.assessment();
        let (day, period_to) = (self.settings().as_of, assessment.period().to);
        let mut late = assessment
            .current_assertions()
            .filter_map(|(index, assertion)| {
                let on = assessment.last_assessed(index, day)?;
                (on > period_to).then_some((assertion, on))
            });
        let Some((first, on)) = late.next() else {
            return;
        };
        let kind = DoubtKind::AssessedAfterPeriod {
            claims: 1 + late.count() as u64,
            control: self.control_of(first),
            subject: self.wallet_of(first),
            on,
            period_to,
        };
        found.push(doubt(ORGANIZATION, kind, first.location.as_ref()));
    }

    fn doubt_assessed_before_wallets(&self, found: &mut Vec<Doubt>) {
        let assessment = self.assessment();
        let day = self.settings().as_of;
        for (subject, entry) in assessment.subject_indices().zip(assessment.subjects()) {
            let (SubjectId::Wallet(wallet), Some(since)) = (&entry.id, entry.since) else {
                continue;
            };
            if !entry.exists_on(day) {
                continue;
            }
            let before = |(control, of): (ControlIndex, &Control)| {
                let index = assessment.assertion_index_on(CellIndex { subject, control })?;
                let on = assessment.last_assessed(index, day)?;
                (on < since).then(|| (of.id.clone(), on))
            };
            let mut early = assessment.catalog().indexed_controls().filter_map(before);
            if let Some((control, on)) = early.next() {
                let kind = DoubtKind::AssessedBeforeWallet {
                    wallet: wallet.clone(),
                    since,
                    claims: 1 + early.count() as u64,
                    control,
                    on,
                };
                found.push(doubt(wallet.as_str(), kind, entry.location.as_ref()));
            }
        }
    }
}
