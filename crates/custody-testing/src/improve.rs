//! Pairs of cases, one of which is better than the other.

use crate::change::{self, governing};
use crate::generate::{self, Case, Choices};
use crate::{Checked, measure, not_applicable};
use custody_controls::Date;
use custody_controls::assessment::{AssessmentDocument, Claim, NarrowedClaim};
use custody_controls::taxonomy::{ClaimKey, Status};

type Step = Option<(Case, Case)>;

/// Two cases, of which the second is better: either it was improved, or something was removed from the
/// first.
pub fn improvement(case: &Case, choices: &mut Choices<'_>) -> Checked<(Case, Case)> {
    let step = match choices.below(7) {
        0 => improve_a_cell(case, choices)?,
        1 => improve_a_wide_claim(case, choices),
        2 => cite_current_evidence(case, choices),
        3 => extend_a_validity(case, choices),
        4 => remove_a_claim(case, choices),
        5 => remove_a_citation(case, choices),
        _ => shorten_a_validity(case, choices),
    };
    step.ok_or_else(not_applicable)
}

/// A better claim, unless the control is already excluded.
fn improved(
    before: Option<NarrowedClaim>,
    document: &mut AssessmentDocument,
    day: Date,
    choices: &mut Choices<'_>,
) -> Option<NarrowedClaim> {
    let status = before.as_ref().map(|claim| claim.status);
    let can_become_partial = matches!(
        status,
        None | Some(Status::Planned | Status::NotImplemented)
    );
    if status == Some(Status::NotApplicable) {
        return None;
    }
    if can_become_partial && choices.happens(1, 3) {
        let mut partial = change::with_status(before, Status::Partial);
        partial.missing = Some("The rest.".to_owned());
        if choices.happens(1, 2) {
            partial.part_evidence.push(change::collect(document, day));
        }
        return Some(partial);
    }
    let mut claim = change::in_place(before);
    if status.is_some_and(Status::is_in_place) || choices.happens(1, 2) {
        claim.evidence.push(change::collect(document, day));
    }
    Some(claim)
}

fn improve_a_cell(case: &Case, choices: &mut Choices<'_>) -> Checked<Step> {
    let cells: Vec<_> = measure(case, |coverage| {
        coverage
            .cells()
            .map(|cell| (cell.control.id.clone(), cell.subject.id.clone()))
            .collect()
    })?;
    let Some((control, subject)) = choices.one_of(&cells) else {
        return Ok(None);
    };
    let mut better = case.clone();
    let before = governing(&case.document, control.as_str(), subject.as_str());
    let claim = improved(before, &mut better.document, case.settings.as_of, choices);
    Ok(claim.map(|claim| {
        change::set_claim(&mut better.document, &control, subject.as_str(), claim);
        (case.clone(), better)
    }))
}

fn improve_a_wide_claim(case: &Case, choices: &mut Choices<'_>) -> Step {
    let controls: Vec<_> = case
        .catalog
        .controls()
        .map(|control| control.id.clone())
        .collect();
    let control = choices.one_of(&controls)?;
    let mut better = case.clone();
    let before = case
        .document
        .claims
        .get(&control)
        .and_then(Option::as_ref)
        .and_then(change::wide_part);
    let claim = improved(before, &mut better.document, case.settings.as_of, choices)?;
    change::set_general_claim(&mut better.document, &control, claim);
    Some((case.clone(), better))
}

/// For each claim, wide and narrowed, the list that its status allows: what may back it, or what shows
/// the shortfall.
pub fn citations(
    document: &mut AssessmentDocument,
) -> Vec<&mut Vec<custody_controls::id::EvidenceId>> {
    let mut lists = Vec::new();
    for claim in document.claims.values_mut().flatten() {
        if let Some(status) = claim.status {
            lists.push(if status == Status::Partial {
                &mut claim.part_evidence
            } else if status.allows(ClaimKey::Evidence) {
                &mut claim.evidence
            } else {
                &mut claim.observations
            });
        }
        let narrowed = claim.wallets.values_mut().flatten();
        lists.extend(narrowed.map(|narrower| {
            if narrower.status == Status::Partial {
                &mut narrower.part_evidence
            } else if narrower.status.allows(ClaimKey::Evidence) {
                &mut narrower.evidence
            } else {
                &mut narrower.observations
            }
        }));
    }
    lists
}

fn cite_current_evidence(case: &Case, choices: &mut Choices<'_>) -> Step {
    let mut better = case.clone();
    let item = change::collect(&mut better.document, case.settings.as_of);
    let mut lists = citations(&mut better.document);
    let index = choices.below(lists.len());
    lists.get_mut(index)?.push(item);
    Some((case.clone(), better))
}

fn extend_a_validity(case: &Case, choices: &mut Choices<'_>) -> Step {
    let mut better = case.clone();
    let index = choices.below(better.document.evidence.len());
    let more = u32::try_from(choices.between(1, 60)).ok()?;
    let (_, item) = better.document.evidence.get_index_mut(index)?;
    match &mut item.valid_until {
        Some(until) => *until = until.plus_days(i32::try_from(more).ok()?),
        None => *better.document.evidence_max_age.get_mut(&item.kind)? += more,
    }
    Some((case.clone(), better))
}

/// It has not been assessed after all. Exclusions stay: taking one away is neither better nor worse.
fn remove_a_claim(case: &Case, choices: &mut Choices<'_>) -> Step {
    let mut worse = case.clone();
    let index = choices.below(worse.document.claims.len());
    let (_, entry) = worse.document.claims.get_index_mut(index)?;
    let claim = entry.as_mut()?;
    let index = choices.below(claim.wallets.len() + 1);
    match claim.wallets.get_index_mut(index) {
        Some((_, narrower)) => {
            let never_excluded = |narrower: &mut NarrowedClaim| {
                let mut earlier = narrower.earlier.iter();
                narrower.status != Status::NotApplicable
                    && earlier.all(|earlier| earlier.status != Status::NotApplicable)
            };
            narrower.take_if(never_excluded)?;
            let is_empty = claim.status.is_none() && claim.wallets.values().all(Option::is_none);
            entry.take_if(|_| is_empty);
        }
        None if matches!(claim.status, None | Some(Status::NotApplicable)) => return None,
        None if (claim.earlier.iter()).any(|earlier| earlier.status == Status::NotApplicable) => {
            return None;
        }
        None => {
            let wallets = std::mem::take(&mut claim.wallets);
            let narrows = wallets.values().any(Option::is_some);
            *entry = narrows.then(|| {
                let mut claim = Claim::default();
                claim.wallets = wallets;
                claim
            });
        }
    }
    Some((worse, case.clone()))
}

fn remove_a_citation(case: &Case, choices: &mut Choices<'_>) -> Step {
    let mut worse = case.clone();
    let lists = citations(&mut worse.document);
    let mut lists: Vec<_> = lists.into_iter().filter(|list| !list.is_empty()).collect();
    let index = choices.below(lists.len());
    let list = lists.get_mut(index)?;
    list.remove(choices.below(list.len()));
    Some((worse, case.clone()))
}

fn shorten_a_validity(case: &Case, choices: &mut Choices<'_>) -> Step {
    let mut worse = case.clone();
    let index = choices.below(worse.document.evidence.len());
    let (_, item) = case.document.evidence.get_index(index)?;
    let days = item
        .collected
        .days_until(generate::last_day(&case.document, item));
    let days = choices.below(usize::try_from(days).ok()?);
    let until = item.collected.plus_days(i32::try_from(days).ok()?);
    worse.document.evidence.get_index_mut(index)?.1.valid_until = Some(until);
    Some((worse, case.clone()))
}
