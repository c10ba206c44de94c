//! Laws of profiles: what a profile leaves out changes no cell that it keeps, and engine and naive
//! side agree on what is left.

use super::{alternatives_close, answer, key, order_aside, rank};
use custody_controls::Coverage;
use custody_controls::assessment::{AssessmentDocument, Quorum, WalletFacts};
use custody_controls::catalog::ProfileDocument;
use custody_controls::catalog::profile::{Exception, Parameter, ParameterSource, Selection};
use custody_controls::figure::Figure;
use custody_controls::id::{ControlId, ParameterId};
use custody_controls::taxonomy::{EvidenceKind, Function, ParameterKind, SubjectKind, Word};
use custody_testing::generate::{Case, Choices, parse};
use custody_testing::naive;
use custody_testing::with;
use custody_testing::{Checked, check, measure, not_applicable};
use indexmap::IndexMap;
use proptest::prelude::{prop_assert, prop_assert_eq};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A profile of the catalog of a case, of which nothing is known but its name.
fn profile_of(case: &Case) -> ProfileDocument {
    let base = case.catalog.facts().id.clone();
    ProfileDocument::new(
        parse("narrowed"),
        "Narrowed".to_owned(),
        base,
        parse("2026-01-01"),
    )
}

/// The case against a profile. An acceptance that names wallets of a risk that is judged per wallet
/// no more would be a fault, so it is left out.
fn against(case: &Case, profile: ProfileDocument) -> Checked<Case> {
    let catalog = profile
        .resolve(&case.catalog)
        .map_err(|faults| proptest::prelude::TestCaseError::fail(faults.to_string()))?;
    let mut case = case.with_document(|document| {
        document.catalog = Some(parse("narrowed"));
        document.accepted_risks.retain(|id, acceptance| {
            acceptance.wallets.is_empty()
                || catalog
                    .risk(id.as_str())
                    .is_none_or(custody_controls::catalog::Risk::is_per_wallet)
        });
    });
    case.catalog = Arc::new(catalog);
    Ok(case)
}

fn some_controls(case: &Case, choices: &mut Choices<'_>) -> Vec<ControlId> {
    let all: Vec<ControlId> = case
        .catalog
        .controls()
        .map(|control| control.id.clone())
        .collect();
    choices.some_of(&all, 1, 3)
}

#[test]
fn a_profile_without_selection_changes_nothing() {
    check(|case| {
        let same = against(case, profile_of(case))?;
        prop_assert_eq!(measure(case, answer)?, measure(&same, answer)?);
        Ok(())
    });
}

#[test]
fn leaving_a_control_out_changes_no_other_cell() {
    check(|case| {
        let mut choices = case.choices();
        let gone = some_controls(case, &mut choices);
        if gone.is_empty() || gone.len() == case.catalog.controls().len() {
            return Err(not_applicable());
        }
        let mut profile = profile_of(case);
        profile.except.controls.clone_from(&gone);
        let narrowed = against(case, profile)?;
        let gone: BTreeSet<String> = gone.iter().map(ToString::to_string).collect();
        let mut cells = cells(case)?;
        cells.retain(|(control, _), _| !gone.contains(control));
        prop_assert_eq!(cells, self::cells(&narrowed)?);
        Ok(())
    });
}

fn cells(case: &Case) -> Checked<BTreeMap<(String, String), String>> {
    measure(case, |coverage| {
        let cells = coverage.cells();
        cells
            .map(|cell| {
                (
                    key(&cell.control.id, cell.subject),
                    cell.verdict.to_string(),
                )
            })
            .collect()
    })
}

/// Any selection and exception: engine and naive side agree on all that is measured.
#[test]
fn engine_and_naive_agree_on_a_profile() {
    check(|case| {
        let mut choices = case.choices();
        let mut profile = profile_of(case);
        profile.select = selection(case, &mut choices);
        profile.except = Exception::default();
        if choices.happens(1, 2) {
            profile.except.controls = some_controls(case, &mut choices);
        }
        let plain = naive::narrowed(
            &case.plain,
            &words(&profile.select.controls),
            &words(&profile.select.risks),
            &words(&profile.select.functions),
            &words(&profile.except.controls),
        );
        if plain.controls.is_empty() {
            prop_assert!(profile.resolve(&case.catalog).is_err());
            return Ok(());
        }
        let mut narrowed = against(case, profile)?;
        narrowed.plain = Arc::new(plain);
        let mut engine = measure(&narrowed, answer)?;
        let mut naive = naive::evaluate(&narrowed.plain, &narrowed.document, &narrowed.settings);
        let orders = (order_aside(&mut engine), order_aside(&mut naive));
        prop_assert_eq!(engine, naive);
        prop_assert_eq!(orders.0, orders.1);
        Ok(())
    });
}

fn selection(case: &Case, choices: &mut Choices<'_>) -> Selection {
    let mut selection = Selection::default();
    match choices.below(4) {
        0 => selection.controls = some_controls(case, choices),
        1 => {
            let all: Vec<_> = case.catalog.risks().map(|risk| risk.id.clone()).collect();
            selection.risks = choices.some_of(&all, 1, 2);
        }
        2 => {
            let all = Function::values();
            selection.functions = choices.some_of(&all, 1, 2);
        }
        _ => {}
    }
    selection
}

fn words<T: ToString>(items: &[T]) -> BTreeSet<String> {
    items.iter().map(ToString::to_string).collect()
}

/// The case against a profile with parameters, and with facts of its wallets.
fn with_parameters(case: &Case, choices: &mut Choices<'_>) -> Checked<Case> {
    let parameters = some_parameters(case, choices);
    let case = case.with_document(|document| state_facts(document, choices));
    bounded_by(&case, parameters)
}

fn bounded_by(case: &Case, parameters: IndexMap<ParameterId, Parameter>) -> Checked<Case> {
    let mut plain = (*case.plain).clone();
    plain.parameters = parameters
        .values()
        .map(|parameter| naive::Parameter {
            kind: parameter.kind.to_string(),
            figure: naive::hundredths(&parameter.figure),
            about: match &parameter.control {
                Some(control) => control.to_string(),
                None => parameter.evidence.unwrap().to_string(),
            },
        })
        .collect();
    let mut profile = profile_of(case);
    profile.parameters = parameters;
    let mut bounded = against(case, profile)?;
    bounded.plain = Arc::new(plain);
    Ok(bounded)
}

/// At most one parameter about shares for a control: whoever lowers one share lowers the other.
fn some_parameters(case: &Case, choices: &mut Choices<'_>) -> IndexMap<ParameterId, Parameter> {
    let mut parameters: IndexMap<ParameterId, Parameter> = IndexMap::new();
    for number in 0..choices.between(1, 4) {
        let kind = choices.one_of(&ParameterKind::values()).unwrap();
        let is_share = |kind| {
            matches!(
                kind,
                ParameterKind::LargestHotShare | ParameterKind::LargestOnlineShare
            )
        };
        let fitting: Vec<ControlId> = case
            .catalog
            .controls()
            .filter(|control| is_share(kind) || control.subject == SubjectKind::Wallet)
            .map(|control| control.id.clone())
            .filter(|control| {
                !is_share(kind)
                    || !parameters
                        .values()
                        .any(|old| is_share(old.kind) && old.control.as_ref() == Some(control))
            })
            .collect();
        let is_age = kind == ParameterKind::LargestEvidenceAge;
        let control = choices.one_of(&fitting).filter(|_| !is_age);
        if control.is_none() && !is_age {
            continue;
        }
        let figure = Figure::whole(u32::try_from(choices.between(1, 6)).unwrap());
        let source = with!(
            ParameterSource::new("A rule", "An authority");
            citation: Some("article 1".to_owned())
        );
        let parameter = with!(
            Parameter::new(kind, figure, "CH", source, parse("2026-01-01"));
            control,
            evidence: is_age.then(|| choices.one_of(&EvidenceKind::values()).unwrap()),
        );
        parameters.insert(parse(&format!("parameter-{number}")), parameter);
    }
    parameters
}

fn state_facts(document: &mut AssessmentDocument, choices: &mut Choices<'_>) {
    let figure = |choices: &mut Choices<'_>| {
        let known = choices.happens(3, 4);
        let text = format!("{}.{}", choices.below(5), choices.below(100));
        text.parse::<Figure>().ok().filter(|_| known)
    };
    for wallet in document.wallets.values_mut() {
        if choices.happens(1, 8) {
            continue;
        }
        let required = u32::try_from(choices.between(1, 6)).unwrap();
        let of = required + 1;
        wallet.facts = Some(with!(
            WalletFacts::default();
            share_of_assets: figure(choices),
            quorum: choices.happens(3, 4).then_some(Quorum { required, of }),
            backups: figure(choices).map(|figure| Figure::whole(figure.floor() + 1)),
            backup_distance: figure(choices),
        ));
    }
}

#[test]
fn engine_and_naive_agree_on_parameters() {
    check(|case| {
        let case = with_parameters(case, &mut case.choices())?;
        let mut engine = measure(&case, answer)?;
        let mut naive = naive::evaluate(&case.plain, &case.document, &case.settings);
        let orders = (order_aside(&mut engine), order_aside(&mut naive));
        prop_assert_eq!(&engine.cells, &naive.cells);
        prop_assert_eq!(engine, naive);
        prop_assert_eq!(orders.0, orders.1);
        Ok(())
    });
}

/// No verdict of a cell is higher in the first than in the second, and no less is left out.
fn is_no_higher(lower: &Case, higher: &Case) -> Checked {
    let ranks = |coverage: &Coverage| -> BTreeMap<(String, String), Option<u8>> {
        let cells = coverage.cells();
        cells
            .map(|cell| (key(&cell.control.id, cell.subject), rank(cell.verdict)))
            .collect()
    };
    let (low, high) = (measure(lower, ranks)?, measure(higher, ranks)?);
    prop_assert_eq!(
        low.keys().collect::<Vec<_>>(),
        high.keys().collect::<Vec<_>>()
    );
    for (cell, rank) in &low {
        prop_assert_eq!(rank.is_none(), high[cell].is_none(), "{:?}", cell);
        prop_assert!(*rank <= high[cell], "{:?}", cell);
    }
    let proven = |coverage: &Coverage| coverage.tally().proven().numerator;
    prop_assert!(measure(lower, proven)? <= measure(higher, proven)?);
    let possible = |coverage: &Coverage| coverage.tally().possible().numerator;
    prop_assert!(measure(lower, possible)? <= measure(higher, possible)?);
    Ok(())
}

#[test]
fn a_parameter_never_raises_a_verdict_and_a_tighter_one_neither() {
    check(|case| {
        let mut choices = case.choices();
        let bounded = with_parameters(case, &mut choices)?;
        let free = bounded_by(&bounded_base(case, &bounded), IndexMap::new())?;
        is_no_higher(&bounded, &free)?;
        let mut parameters = bounded.catalog.profile().unwrap().parameters.clone();
        let ids: Vec<ParameterId> = parameters.keys().cloned().collect();
        let Some(id) = choices.one_of(&ids) else {
            return Err(not_applicable());
        };
        let parameter = &mut parameters[&id];
        let is_upper = parameter.kind.word().starts_with("largest");
        let figure = parameter.figure.floor();
        parameter.figure = Figure::whole(if !is_upper {
            figure + 1
        } else if parameter.kind == ParameterKind::LargestEvidenceAge {
            figure.saturating_sub(1).max(1)
        } else {
            figure - 1
        });
        let tighter = bounded_by(&bounded_base(case, &bounded), parameters)?;
        is_no_higher(&tighter, &bounded)
    });
}

/// The catalog of a case with the document of another one.
fn bounded_base(case: &Case, bounded: &Case) -> Case {
    let mut base = case.clone();
    base.document = bounded.document.clone();
    base
}

#[test]
fn a_better_fact_never_lowers_a_verdict() {
    check(|case| {
        let mut choices = case.choices();
        let worse = with_parameters(case, &mut choices)?;
        let wallets: Vec<_> = worse.document.wallets.keys().cloned().collect();
        let wallet = choices.one_of(&wallets).ok_or_else(not_applicable)?;
        let which = choices.below(4);
        let better = worse.with_document(|document| {
            let Some(facts) = &mut document.wallets[&wallet].facts else {
                return;
            };
            let more = |figure: Figure| figure.plus(Figure::whole(1));
            match which {
                0 => facts.share_of_assets = facts.share_of_assets.map(|_| Figure::whole(0)),
                1 => facts.backups = facts.backups.map(more),
                2 => facts.backup_distance = facts.backup_distance.map(more),
                _ => {
                    if let Some(quorum) = &mut facts.quorum {
                        quorum.required += 1;
                    }
                }
            }
        });
        if better.document == worse.document {
            return Err(not_applicable());
        }
        is_no_higher(&worse, &better)
    });
}

#[test]
fn an_alternative_closes_its_gap_under_parameters() {
    check(|case| {
        let case = with_parameters(case, &mut case.choices())?;
        let parameters = case
            .catalog
            .profile()
            .map(|profile| profile.parameters.values());
        let shares = parameters.into_iter().flatten().filter(|parameter| {
            matches!(
                parameter.kind,
                ParameterKind::LargestHotShare | ParameterKind::LargestOnlineShare
            )
        });
        // Whoever lowers or states one share lowers or states the other: a gap of detection that both
        // stand behind may close with either.
        if shares.count() > 1 {
            return Err(not_applicable());
        }
        alternatives_close(&case)
    });
}
