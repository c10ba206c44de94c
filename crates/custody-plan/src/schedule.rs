//! A schedule for the steps, and the claims that state it.

use super::Plan;
use custody_controls::assessment::{Assessment, Claim, ORGANIZATION};
use custody_controls::date::Date;
use custody_controls::gap::StepKind;
use custody_controls::id::{ControlId, PersonId, WalletId};
use custody_controls::taxonomy::Status;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The days that count as effort.
///
/// Closed: public holidays are not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Days {
    /// Every day of the calendar.
    Calendar,
    /// Monday to Friday, including public holidays.
    Working,
}

impl Days {
    /// The day on which work is done that begins on a day and takes this effort.
    fn after(self, begin: Date, effort: u64) -> Date {
        match self {
            Self::Calendar => begin.plus_days(i32::try_from(effort).unwrap_or(i32::MAX)),
            Self::Working => begin.plus_working_days(u32::try_from(effort).unwrap_or(u32::MAX)),
        }
    }
}

impl Plan {
    /// Gives each step a due date, with efforts as days: each owner takes one step after the other,
    /// and no step begins before the steps that it waits for are done. Steps without an owner are
    /// assigned to `default_owner`, if given.
    #[must_use]
    pub fn scheduled(mut self, begin: Date, default_owner: Option<&PersonId>, days: Days) -> Self {
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
            let due = days.after(start, step.effort);
            *free = due;
            step.due = Some(due);
            done.push(due);
        }
        self.days = Some(days);
        self
    }

    /// The claims on the controls that the plan assesses, completes or implements, as complete entries.
    ///
    /// Those that are completed or implemented have an owner and a due date, to be used until that is
    /// done. Those that are only assessed are empty for the subjects that are assessed, so that the
    /// status that is found can be filled in. Left out are steps without an owner or a due date, steps
    /// that collect evidence, and controls for which there is a proposal, which has to be confirmed.
    pub fn claims(&self, assessment: &Assessment) -> IndexMap<ControlId, Option<Claim>> {
        let mut claims: IndexMap<ControlId, Option<Claim>> = IndexMap::new();
        for step in &self.steps {
            let (Some(control), Some(owner), Some(due)) =
                (&step.step.control, &step.owner, step.due)
            else {
                continue;
            };
            let is_building = match step.step.kind {
                StepKind::Complete | StepKind::Implement => true,
                StepKind::Assess => false,
                StepKind::Renew | StepKind::Prove => continue,
            };
            let is_proposed = assessment.proposals().contains_key(control);
            if step.step.is_only_about_parameters() || !is_building && is_proposed {
                continue;
            }
            let current = assessment.document().claims.get(control).cloned();
            let current = current.flatten();
            for subject in step.step.subjects() {
                // What counts on the day may be an earlier claim. The current one stays if it states
                // that the control is in place, and whatever it states if that has to be assessed.
                let status = current.as_ref().and_then(|claim| stated(claim, subject));
                if status.is_some_and(|status| !is_building || !status.is_shortfall()) {
                    continue;
                }
                let claim = claims
                    .entry(control.clone())
                    .or_insert_with(|| current.clone());
                if is_building {
                    assign(claim.get_or_insert_default(), subject, (owner, due));
                } else if let Ok(wallet) = WalletId::new(subject)
                    && subject != ORGANIZATION
                {
                    let wallets = &mut claim.get_or_insert_default().wallets;
                    wallets.entry(wallet).or_insert(None);
                }
            }
        }
        claims.sort_unstable_keys();
        claims
    }
}

/// The status that a claim has for a subject.
fn stated(claim: &Claim, subject: &str) -> Option<Status> {
    match claim.wallets.get(subject) {
        Some(narrowed) => narrowed.as_ref().map(|narrowed| narrowed.status),
        None => claim.status,
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
