//! What rests on what, held against assessments from which the supports are really taken away, word
//! by word, and which are measured anew.

use custody_controls::assessment::{AssessmentDocument, EarlierClaim};
use custody_controls::id::PersonId;
use custody_controls::supports::{Duty, LARGEST_CUT, RiskAt, Support, SupportKind, Supports};
use custody_controls::taxonomy::{RiskVerdict, Status};
use custody_controls::{Coverage, id::ControlId};
use custody_testing::change::{in_force, set_claim, with_status};
use custody_testing::generate::{Case, Choices};
use custody_testing::naive::ORGANIZATION;
use custody_testing::{Checked, check, measure, not_applicable, resolve};
use proptest::prelude::{TestCaseError, prop_assert, prop_assert_eq};
use std::collections::BTreeSet;

/// The case, with people who have collected the evidence.
fn collected(case: &Case, choices: &mut Choices<'_>) -> Case {
    let people: Vec<PersonId> = case.document.people.keys().cloned().collect();
    case.with_document(|document| {
        for item in document.evidence.values_mut() {
            if choices.happens(2, 3) {
                item.by = choices.one_of(&people);
            }
        }
    })
}

/// Every pair of a control and a subject to which it applies.
fn cells(case: &Case) -> Checked<Vec<(ControlId, String)>> {
    measure(case, |coverage| {
        let cells = coverage.cells();
        cells
            .map(|cell| (cell.control.id.clone(), cell.subject.id.to_string()))
            .collect()
    })
}

fn without_evidence(document: &mut AssessmentDocument, is_lost: impl Fn(&str) -> bool) {
    let earlier = |all: &mut Vec<EarlierClaim>| {
        for claim in all {
            claim.evidence.retain(|id| !is_lost(id.as_str()));
            claim.part_evidence.retain(|id| !is_lost(id.as_str()));
        }
    };
    for claim in document.claims.values_mut().flatten() {
        claim.evidence.retain(|id| !is_lost(id.as_str()));
        claim.part_evidence.retain(|id| !is_lost(id.as_str()));
        earlier(&mut claim.earlier);
        for narrower in claim.wallets.values_mut().flatten() {
            narrower.evidence.retain(|id| !is_lost(id.as_str()));
            narrower.part_evidence.retain(|id| !is_lost(id.as_str()));
            earlier(&mut narrower.earlier);
        }
    }
}

/// The assessment without some supports.
fn without(case: &Case, lost: &[Support]) -> Checked<Case> {
    let cells = cells(case)?;
    let mut made = case.clone();
    for support in lost {
        let document = &mut made.document;
        let id = support.id.as_str();
        match support.kind {
            SupportKind::Evidence => without_evidence(document, |item| item == id),
            SupportKind::Person
            | SupportKind::Control
            | SupportKind::Provider
            | SupportKind::Wallet => {}
        }
        for (control, subject) in &cells {
            let claim = in_force(&made, control.as_str(), subject);
            let owner = claim.as_ref().and_then(|claim| claim.owner.as_ref());
            let provider = claim.as_ref().and_then(|claim| claim.provider.as_ref());
            let is_lost = match support.kind {
                SupportKind::Evidence => false,
                SupportKind::Control => control.as_str() == id,
                SupportKind::Wallet => subject != ORGANIZATION && subject == id,
                SupportKind::Person => owner.is_some_and(|owner| owner.as_str() == id),
                SupportKind::Provider => provider.is_some_and(|provider| provider.as_str() == id),
            };
            // What does not hold cannot be lost.
            let holds = claim
                .as_ref()
                .is_some_and(|claim| claim.status.is_in_place() || claim.status == Status::Partial);
            if is_lost && holds {
                let absent = with_status(claim, Status::NotImplemented);
                set_claim(&mut made.document, control, subject, absent);
            }
        }
    }
    Ok(made)
}

fn key(risk: &RiskAt) -> (String, String) {
    (risk.risk.to_string(), risk.subject.to_string())
}

/// The risks and subjects that nothing is shown to treat.
fn untreated_of(coverage: &Coverage) -> BTreeSet<(String, String)> {
    with_verdict(coverage, RiskVerdict::is_without_treatment)
}

/// The risks and subjects with some verdict.
fn with_verdict(
    coverage: &Coverage,
    is_wanted: impl Fn(RiskVerdict) -> bool,
) -> BTreeSet<(String, String)> {
    coverage
        .outcomes()
        .filter(|(.., outcome)| is_wanted(outcome.verdict))
        .map(|(risk, subject, _)| (risk.id.to_string(), subject.id.to_string()))
        .collect()
}

fn holding(coverage: &Coverage) -> BTreeSet<String> {
    coverage
        .cells()
        .filter(|cell| coverage.holds(cell.index()))
        .map(|cell| format!("{}@{}", cell.control.id, cell.subject.id))
        .collect()
}

/// A cut leaves its risk untreated, and nothing less than it does.
#[test]
fn a_cut_is_enough_and_nothing_less_is() {
    check(|case| {
        let mut choices = case.choices();
        let case = collected(case, &mut choices);
        let size = choices.between(1, 3);
        let supports = measure(&case, |coverage| coverage.supports(size))?;
        let cuts = supports.cuts.iter().flat_map(|row| {
            let cuts = row.cuts.iter();
            cuts.map(move |cut| (key(&row.risk), cut))
        });
        let all: Vec<_> = cuts.collect();
        let Some((risk, cut)) = choices.one_of(&all) else {
            return Err(not_applicable());
        };
        prop_assert!(cut.len() <= size);
        let untreated = |lost: &[Support]| -> Checked<bool> {
            measure(&without(&case, lost)?, |coverage| {
                untreated_of(coverage).contains(&risk)
            })
        };
        prop_assert!(untreated(cut)?, "{risk:?} survives the loss of {cut:?}");
        for left_out in 0..cut.len() {
            let mut fewer = cut.clone();
            fewer.remove(left_out);
            prop_assert!(!untreated(&fewer)?, "{risk:?}: {fewer:?} is enough");
        }
        Ok(())
    });
}

/// Whatever two supports are taken away: what that does is told, and nothing else is.
#[test]
fn no_cut_is_missed() {
    check(|case| {
        let mut choices = case.choices();
        let case = collected(case, &mut choices);
        let (all, supports, before) = measure(&case, |coverage| {
            (
                coverage.all_supports(),
                coverage.supports(2),
                untreated_of(coverage),
            )
        })?;
        // A risk is judged for a wallet, so that its loss with the wallet is no finding.
        let all: Vec<Support> = all
            .into_iter()
            .filter(|support| support.kind != SupportKind::Wallet)
            .collect();
        let (Some(one), Some(other)) = (choices.one_of(&all), choices.one_of(&all)) else {
            return Err(not_applicable());
        };
        let mut lost = vec![one, other];
        lost.sort();
        lost.dedup();
        let untreated = |lost: &[Support]| -> Checked<BTreeSet<(String, String)>> {
            let after = measure(&without(&case, lost)?, untreated_of)?;
            let after: BTreeSet<_> = after.difference(&before).cloned().collect();
            Ok(after)
        };
        let is_held = |risk: &(String, String)| -> Checked<bool> {
            measure(&case, |coverage| {
                coverage
                    .outcome_of(&risk.0, &risk.1)
                    .is_some_and(|outcome| {
                        matches!(
                            outcome.verdict,
                            RiskVerdict::Treated | RiskVerdict::PartlyTreated
                        )
                    })
            })
        };
        let together = untreated(&lost)?;
        let mut alone = BTreeSet::new();
        if lost.len() > 1 {
            for support in &lost {
                alone.extend(untreated(std::slice::from_ref(support))?);
            }
        }
        let mut expected = BTreeSet::new();
        for risk in together.difference(&alone) {
            if is_held(risk)? {
                expected.insert(risk.clone());
            }
        }
        let told: BTreeSet<_> = supports
            .cuts
            .iter()
            .filter(|row| row.cuts.contains(&lost))
            .map(|row| key(&row.risk))
            .collect();
        prop_assert_eq!(told, expected, "{:?}", lost);
        Ok(())
    });
}

/// What falls with a support, and what it opens again, is what a new measure finds.
#[test]
fn what_falls_with_a_support_is_told() {
    check(|case| {
        let mut choices = case.choices();
        let case = collected(case, &mut choices);
        let all = measure(&case, Coverage::all_supports)?;
        let Some(support) = choices.one_of(&all) else {
            return Err(not_applicable());
        };
        let assessment = resolve(&case)?;
        let before = assessment.measure(&case.settings);
        let row = before
            .if_lost(&support)
            .ok_or_else(|| TestCaseError::fail("it is no support"))?;
        let lost = without(&case, std::slice::from_ref(&support))?;
        let assessment = resolve(&lost)?;
        let after = assessment.measure(&lost.settings);
        let fallen: BTreeSet<_> = holding(&before)
            .difference(&holding(&after))
            .cloned()
            .collect();
        prop_assert_eq!(row.cells.iter().cloned().collect::<BTreeSet<_>>(), fallen);
        let opened: BTreeSet<_> = with_verdict(&before, |of| of == RiskVerdict::Treated)
            .difference(&with_verdict(&after, |of| of == RiskVerdict::Treated))
            .cloned()
            .collect();
        prop_assert_eq!(row.opened.iter().map(key).collect::<BTreeSet<_>>(), opened);
        let supports = before.supports(1);
        let single = supports.single.iter().find(|row| row.support == support);
        if support.kind == SupportKind::Wallet {
            let mut cuts = supports
                .cuts
                .iter()
                .flat_map(|row| row.cuts.iter().flatten());
            prop_assert!(single.is_none() && cuts.all(|lost| *lost != support));
            return Ok(());
        }
        prop_assert_eq!(single.is_some(), !row.without_treatment.is_empty());
        prop_assert!(single.is_none_or(|single| *single == row));
        let cuts = supports.cuts.iter();
        let alone = cuts.filter(|row| row.cuts.contains(&vec![support.clone()]));
        let alone: BTreeSet<_> = alone.map(|row| key(&row.risk)).collect();
        prop_assert_eq!(
            row.without_treatment
                .iter()
                .map(key)
                .collect::<BTreeSet<_>>(),
            alone
        );
        Ok(())
    });
}

/// Larger cuts are found, too, and a smaller size only leaves some out.
#[test]
fn a_smaller_size_only_leaves_cuts_out() {
    check(|case| {
        let case = collected(case, &mut case.choices());
        let (large, small) = measure(&case, |coverage| {
            (coverage.supports(LARGEST_CUT), coverage.supports(2))
        })?;
        let up_to = |supports: &Supports, size: usize| -> BTreeSet<_> {
            let rows = supports.cuts.iter().flat_map(|row| {
                let cuts = row.cuts.iter().filter(move |cut| cut.len() <= size);
                cuts.map(|cut| (key(&row.risk), cut.clone()))
            });
            rows.collect()
        };
        prop_assert_eq!(up_to(&large, 2), up_to(&small, 2));
        prop_assert!(large.cuts.iter().all(|row| row.complete || case.is_builtin));
        Ok(())
    });
}

#[test]
fn duties_that_come_together_are_told() {
    let mut document = generate_document();
    let supports = |document: &AssessmentDocument| {
        let assessment = document
            .clone()
            .resolve(custody_controls::Catalog::builtin())
            .unwrap();
        let settings = custody_controls::Settings::on("2026-06-30".parse().unwrap());
        assessment.measure(&settings).supports(1)
    };
    assert_eq!(supports(&document).duties, []);
    document.evidence["register"].by = Some("keller".parse().unwrap());
    let duties = supports(&document).duties;
    let told: Vec<_> = duties
        .iter()
        .map(|row| (row.person.as_str(), row.duties.clone(), row.cells.clone()))
        .collect();
    assert_eq!(
        told,
        [(
            "keller",
            vec![Duty::Owns, Duty::Evidences],
            vec!["9.3.3-a@organization".to_owned()]
        )]
    );
    document.assessors.push("keller".parse().unwrap());
    let duties = supports(&document).duties;
    assert_eq!(
        duties[0].duties,
        [Duty::Assesses, Duty::Owns, Duty::Evidences]
    );
}

fn generate_document() -> AssessmentDocument {
    let text = "
assessment: harbour
title: Harbour
catalog: iso-tr-23576
custodian: { name: Harbour }
period: { from: 2026-01-01, to: 2026-06-30 }
organization: { channels: [] }
people:
  keller: { name: M. Keller }
  brandt: { name: A. Brandt }
evidence:
  register:
    { title: Register, kind: record, technique: examine, collected: 2026-02-01,
      valid_until: 2026-12-31, locator: register.pdf, by: brandt }
claims:
  9.3.3-a: { status: implemented, evidence: [register], owner: keller }
";
    let files = custody_controls::AssessmentFiles::from_text("harbour.yaml", text);
    files.documents()[0].clone()
}
