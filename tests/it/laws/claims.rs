//! What a claim may rest on, and what its status alone can change.

use custody_controls::assessment::{Assessed, Claim, NarrowedClaim, ORGANIZATION};
use custody_controls::id::ControlId;
use custody_controls::taxonomy::{ClaimKey, Status, Verdict, Word};
use custody_controls::{AssessmentDocument, Coverage};
use custody_testing::change;
use custody_testing::generate::{Case, Choices};
use custody_testing::{check, measure, not_applicable};
use proptest::prelude::{prop_assert, prop_assert_eq};
use std::collections::BTreeSet;

/// One status of all claims, wide and narrowed.
fn some_status<'d>(
    document: &'d mut AssessmentDocument,
    choices: &mut Choices<'_>,
) -> Option<&'d mut Status> {
    let mut statuses = Vec::new();
    for claim in document.claims.values_mut().flatten() {
        statuses.extend(&mut claim.status);
        let narrowed = claim.wallets.values_mut().flatten();
        statuses.extend(narrowed.map(|narrowed| &mut narrowed.status));
    }
    let index = choices.below(statuses.len());
    statuses.into_iter().nth(index)
}

fn effective(coverage: &Coverage) -> BTreeSet<String> {
    let cells = coverage.cells();
    let effective = cells.filter(|cell| cell.verdict == Verdict::Effective);
    effective.map(|cell| cell.name()).collect()
}

/// Changing only the status of a claim never makes a cell effective that was not, unless the file then
/// has an error.
#[test]
fn law_13_a_status_alone_proves_nothing() {
    check(|case| {
        let before = measure(case, effective)?;
        for status in Status::values() {
            let mut changed = case.clone();
            let of_claim = some_status(&mut changed.document, &mut case.choices());
            *of_claim.ok_or_else(not_applicable)? = status;
            let Ok(assessment) = changed.document.clone().resolve(&changed.catalog) else {
                continue;
            };
            let after = effective(&assessment.measure(&changed.settings));
            let new: Vec<_> = after.difference(&before).collect();
            prop_assert!(new.is_empty(), "{status} alone proves {new:?}");
        }
        Ok(())
    });
}

/// Nobody has assessed a control for a subject.
fn unclaimed(case: &Case, control: &ControlId, subject: &str) -> Case {
    case.with_document(|document| {
        let claim = document.claims.entry(control.clone()).or_default();
        if subject == ORGANIZATION {
            *claim = None;
        } else {
            let claim = claim.get_or_insert_with(Claim::default);
            claim.wallets.insert(subject.parse().unwrap(), None);
        }
    })
}

/// The numbers and verdicts, and the gaps without their kinds and words.
fn without_words(coverage: &Coverage) -> String {
    let cells = coverage.cells().map(|cell| (cell.name(), cell.verdict));
    let outcomes = coverage.outcomes().map(|(_, _, outcome)| outcome);
    let gaps = coverage.gaps().into_iter();
    let gaps = gaps.map(|gap| (gap.id, gap.severity, gap.open_risks));
    format!(
        "{:?} {:?} {:?}",
        cells.collect::<Vec<_>>(),
        outcomes.collect::<Vec<_>>(),
        gaps.collect::<Vec<_>>()
    )
}

/// An exclusion that is not confirmed gives, but for words, the report in which nobody has assessed the
/// control.
#[test]
fn law_14_an_exclusion_without_confirmation_counts_as_not_assessed() {
    check(|case| {
        let mut choices = case.choices();
        let cells: Vec<_> = measure(case, |coverage| {
            let cells = coverage.cells();
            cells
                .map(|cell| (cell.control.id.clone(), cell.subject.id.to_string()))
                .collect()
        })?;
        let (control, subject) = choices.one_of(&cells).ok_or_else(not_applicable)?;
        let none = unclaimed(case, &control, &subject);
        let mut exclusion = NarrowedClaim::new(Status::NotApplicable);
        exclusion.because = Some("There is none.".to_owned());
        let people = ["keller", "operations"];
        let owner = choices.one_of(&people).unwrap();
        exclusion.owner = Some(owner.parse().unwrap());
        // The first of them is the assessor.
        let approvers = [None, Some(people[0]), Some(owner)];
        let approver = choices.one_of(&approvers).flatten();
        exclusion.approved_by = approver.map(|approver| approver.parse().unwrap());
        let excluded = case.with_document(|document| {
            change::set_claim(document, &control, &subject, exclusion.clone());
        });
        let expected = measure(&none, without_words)?;
        prop_assert_eq!(measure(&excluded, without_words)?, expected);
        Ok(())
    });
}

/// What backs a claim is cited under the key that its status allows, and nothing else is.
#[test]
fn an_observation_never_backs_a_claim() {
    check(|case| {
        let cited = case.with_document(|document| {
            let day = case.settings.as_of;
            let item = change::collect(document, day);
            for claim in document.claims.values_mut().flatten() {
                let narrowed = claim.wallets.values_mut().flatten();
                for (status, observations) in narrowed
                    .map(|claim| (claim.status, &mut claim.observations))
                    .chain(claim.status.map(|status| (status, &mut claim.observations)))
                {
                    if status.allows(ClaimKey::Observations) {
                        observations.push(item.clone());
                    }
                }
            }
        });
        let outcomes = |coverage: &Coverage| {
            let outcomes = coverage.outcomes().map(|(_, _, outcome)| *outcome);
            outcomes.collect::<Vec<_>>()
        };
        prop_assert_eq!(measure(case, outcomes)?, measure(&cited, outcomes)?);
        prop_assert_eq!(measure(case, effective)?, measure(&cited, effective)?);
        Ok(())
    });
}

/// A later assessment with everything else equal never lowers a verdict on a day on or after it.
#[test]
fn a_further_assessment_never_lowers_a_verdict() {
    check(|case| {
        let assessed = case.with_document(|document| {
            let mut lists = Vec::new();
            for claim in document.claims.values_mut().flatten() {
                if claim.status.is_some() {
                    lists.push(&mut claim.assessed);
                }
                let narrowed = claim.wallets.values_mut().flatten();
                lists.extend(narrowed.map(|narrowed| &mut narrowed.assessed));
            }
            let index = case.choices().below(lists.len());
            let begun = |all: &Vec<Assessed>| {
                let first = Assessed::first_day(all);
                first.is_some_and(|first| first <= case.settings.as_of)
            };
            if let Some(list) = lists.into_iter().nth(index).filter(|list| begun(list)) {
                // The person has assessed it before: that of a later day may be the one who approved it.
                let mut until = list.iter().rev();
                let until = until.find(|one| one.on.is_none_or(|on| on <= case.settings.as_of));
                let mut further = until.cloned().unwrap();
                further.on = Some(case.settings.as_of);
                let is_same = |one: &Assessed| (&one.by, one.on) == (&further.by, further.on);
                if !list.iter().any(is_same) {
                    list.push(further);
                }
            }
        });
        measure(case, |before| {
            measure(&assessed, |after| {
                for (one, other) in before.cells().zip(after.cells()) {
                    let may_rise = one.verdict == other.verdict
                        || matches!(one.verdict, Verdict::Unproven | Verdict::Unknown)
                            && matches!(other.verdict, Verdict::Effective | Verdict::Excluded);
                    prop_assert!(may_rise, "{}: {:?}", one.name(), other.verdict);
                }
                for ((_, _, one), (_, _, other)) in before.outcomes().zip(after.outcomes()) {
                    prop_assert!(one.verdict.rank() <= other.verdict.rank());
                }
                Ok(())
            })
        })???;
        Ok(())
    });
}

/// In a file in which every claim and acceptance has its day, the report as of a day does not depend on
/// what was stated, collected or decided after it.
#[test]
fn what_is_stated_later_changes_no_earlier_report() {
    check(|case| {
        let day = case.settings.as_of;
        let dated = case.with_document(|document| {
            let mut choices = case.choices();
            let mut date = |assessed: &mut Vec<Assessed>| {
                assessed.retain(|one| one.on.is_some());
                if assessed.is_empty() {
                    let on = day.plus_days(i32::try_from(choices.below(41)).unwrap() - 20);
                    assessed.push(Assessed::new("keller".parse().unwrap(), on));
                }
            };
            for claim in document.claims.values_mut().flatten() {
                // The days of what was replaced come before.
                claim.earlier.clear();
                if claim.status.is_some() {
                    date(&mut claim.assessed);
                }
                for narrowed in claim.wallets.values_mut().flatten() {
                    narrowed.earlier.clear();
                    date(&mut narrowed.assessed);
                }
            }
            for acceptance in document.accepted_risks.values_mut() {
                let from = acceptance.from.unwrap_or(acceptance.until);
                acceptance.on = Some(from.min(acceptance.until));
            }
        });
        // What was stated or decided later does not exist.
        let earlier = dated.with_document(|document| {
            for entry in document.claims.values_mut() {
                let Some(claim) = entry else { continue };
                for narrowed in claim.wallets.values_mut() {
                    if let Some(own) = narrowed {
                        own.assessed
                            .retain(|one| one.on.is_some_and(|on| on <= day));
                        if own.assessed.is_empty() {
                            *narrowed = None;
                        }
                    }
                }
                claim
                    .assessed
                    .retain(|one| one.on.is_some_and(|on| on <= day));
                if claim.status.is_some() && claim.assessed.is_empty() {
                    let wallets = std::mem::take(&mut claim.wallets);
                    let is_empty = wallets.values().all(Option::is_none);
                    *entry = (!is_empty).then(|| {
                        let mut claim = Claim::default();
                        claim.wallets = wallets;
                        claim
                    });
                }
            }
            document
                .accepted_risks
                .retain(|_, acceptance| acceptance.on.is_none_or(|on| on <= day));
        });
        let expected = measure(&earlier, without_words)?;
        prop_assert_eq!(measure(&dated, without_words)?, expected);
        Ok(())
    });
}
