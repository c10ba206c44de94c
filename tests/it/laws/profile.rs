//! Laws of profiles: what a profile leaves out changes no cell that it keeps, and engine and naive
//! side agree on what is left.

use super::{Checked, answer, check, key, measure, nothing_to_say, order_aside};
use crate::laws::generate::{Case, Choices, parse};
use crate::naive;
use custody_controls::catalog::ProfileDocument;
use custody_controls::catalog::profile::{Exception, Selection};
use custody_controls::id::ControlId;
use proptest::prelude::{prop_assert, prop_assert_eq};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A profile of the catalogue of a case, of which nothing is known but its name.
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
            return Err(nothing_to_say());
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
        profile.except = Exception {
            controls: if choices.happens(1, 2) {
                some_controls(case, &mut choices)
            } else {
                Vec::new()
            },
            ..Exception::default()
        };
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
            let all = custody_controls::taxonomy::Word::values();
            selection.functions = choices.some_of(&all, 1, 2);
        }
        _ => {}
    }
    selection
}

fn words<T: ToString>(items: &[T]) -> BTreeSet<String> {
    items.iter().map(ToString::to_string).collect()
}
