//! A schedule for the steps, and the claims that state it.

use super::Plan;
use custody_controls::assessment::{Assessment, Claim, ORGANIZATION};
use custody_controls::date::Date;
use custody_controls::gap::StepKind;
use custody_controls::id::{ControlId, PersonId, WalletId};
use custody_controls::taxonomy::Status;
use indexmap::IndexMap;
use std::collections::BTreeMap;

impl Plan {
    /// Gives each step a due date, with efforts as days: each owner takes one step after the other,
    /// and no step begins before the steps that it waits for are done. Steps without an owner are
    /// assigned to `default_owner`, if given.
    #[must_use]
    pub fn scheduled(mut self, begin: Date, default_owner: Option<&PersonId>) -> Self {
        let mut free: BTreeMap<Option<PersonId>, Date> = BTreeMap::new();
        let mut done: Vec<Date> = Vec::with_capacity(self.steps.len());
        for step in &mut self.steps {
            if step.owner.is_none() {
                step.owner = default_owner.cloned();
            }
            let before = step.after.iter();
            let before = before.filter_map(|number| done.get(number.checked_sub(1)?).copied());
            let free = free.entry(step.owner.clone()).or_insert(begin);
            let start = before.fold(*free, Ord::max);
            let days = i32::try_from(step.effort).unwrap_or(i32::MAX);
            let due = start.plus_days(days);
            *free = due;
            step.due = Some(due);
            done.push(due);
        }
        self
    }

    /// The claims for the controls that the plan completes or implements, to be used until that is
    /// done: complete entries, with owner and due date. Steps without an owner or a due date are
    /// left out, and so are steps that only assess a control or collect evidence.
    pub fn claims(&self, assessment: &Assessment) -> IndexMap<ControlId, Claim> {
        let mut claims: IndexMap<ControlId, Claim> = IndexMap::new();
        for step in &self.steps {
            let is_building = matches!(step.step.kind, StepKind::Complete | StepKind::Implement)
                && !step.step.is_only_about_parameters();
            let (Some(control), Some(owner), Some(due)) =
                (&step.step.control, &step.owner, step.due)
            else {
                continue;
            };
            if !is_building {
                continue;
            }
            let current = assessment.document().claims.get(control).cloned();
            let claim = claims
                .entry(control.clone())
                .or_insert_with(|| current.flatten().unwrap_or_default());
            for subject in step.step.subjects() {
                assign(claim, subject, (owner, due));
            }
        }
        claims.sort_unstable_keys();
        claims
    }
}

/// States in a claim by whom and by when the control is implemented for a subject.
fn assign(claim: &mut Claim, subject: &str, (owner, due): (&PersonId, Date)) {
    if subject == ORGANIZATION {
        claim.owner = Some(owner.clone());
        claim.due = Some(due);
        if claim.status == Some(Status::NotImplemented) {
            claim.status = Some(Status::Planned);
        }
        return;
    }
    let Ok(wallet) = WalletId::new(subject) else {
        return;
    };
    let wide = claim.narrowed(Status::NotImplemented);
    let narrowed = claim.wallets.entry(wallet).or_insert(Some(wide.clone()));
    let narrowed = narrowed.get_or_insert(wide);
    narrowed.owner = Some(owner.clone());
    narrowed.due = Some(due);
    if narrowed.status == Status::NotImplemented {
        narrowed.status = Status::Planned;
    }
}
