//! Doubts about when claims were assessed, and by whom.

use super::find::doubt;
use super::{Doubt, DoubtKind};
use crate::assessment::{ORGANIZATION, SubjectId};
use crate::catalog::Control;
use crate::coverage::Coverage;
use crate::index::{CellIndex, ControlIndex};

impl Coverage {
    pub(super) fn doubt_assessed(&self, found: &mut Vec<Doubt>) {
        self.doubt_assessed_after_period(found);
        self.doubt_assessed_before_wallets(found);
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
            control: assessment.catalog().control_at(first.control).id.clone(),
            subject: first
                .narrowed
                .map(|narrowed| assessment.subject(narrowed.subject).id.clone()),
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
