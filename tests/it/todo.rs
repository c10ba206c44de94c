//! To-do lists, compared with the gaps and the steps that they are made of.

use custody_controls::assessment::{ControlEfforts, Efforts};
use custody_controls::gap::{Criteria, Gap, Step, StepKind};
use custody_controls::id::PersonId;
use custody_controls::taxonomy::{Action, Severity, Word};
use custody_controls::{AssessmentFiles, Catalog, Coverage, Settings, Stored, Todo, facade};
use custody_testing::generate::{Case, Choices};
use custody_testing::{check, golden, measure, resolve};
use proptest::prelude::{prop_assert, prop_assert_eq};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The case, with efforts for kinds of steps, some controls and some evidence items.
fn with_efforts(case: &Case, choices: &mut Choices<'_>) -> Case {
    let some = |choices: &mut Choices<'_>| {
        let effort = u32::try_from(choices.between(1, 5)).unwrap();
        choices.happens(1, 2).then_some(effort)
    };
    let mut efforts = Efforts::default();
    efforts.renew = some(choices);
    efforts.prove = some(choices);
    efforts.complete = some(choices);
    for control in case.catalog.controls() {
        let mut own = ControlEfforts::default();
        own.prove = some(choices);
        own.assess = some(choices);
        efforts.controls.insert(control.id.clone(), own);
    }
    for item in case.document.evidence.keys() {
        if let Some(effort) = some(choices) {
            efforts.evidence.insert(item.clone(), effort);
        }
    }
    case.with_document(|document| document.efforts = Some(efforts))
}

/// Who closes a gap, from the document alone.
fn responsible(case: &Case, gap: &Gap, step: Option<&Step>) -> Option<PersonId> {
    let renewed = step.filter(|step| step.kind == StepKind::Renew);
    let item = renewed.and_then(|step| case.document.evidence.get(step.evidence.as_ref()?));
    gap.owner.clone().or_else(|| item?.by.clone())
}

#[test]
fn a_list_has_each_gap_once_in_order_with_its_cheapest_step() {
    check(|case| {
        let case = with_efforts(case, &mut case.choices());
        let efforts = case.document.efforts.clone().unwrap_or_default();
        measure(&case, |coverage| {
            let (gaps, steps) = (coverage.gaps(), coverage.steps());
            let todo = coverage.todo(&Criteria::default());
            prop_assert_eq!(todo.left_out, 0);
            prop_assert_eq!(todo.entries.len(), gaps.len());
            let places: BTreeMap<&str, usize> =
                gaps.iter().map(|gap| gap.id.as_str()).zip(0..).collect();
            let order = |gap: &Gap| {
                (
                    !gap.is_overdue(case.settings.as_of),
                    places[gap.id.as_str()],
                )
            };
            for pair in todo.entries.windows(2) {
                prop_assert!(order(&pair[0].gap) < order(&pair[1].gap));
            }
            for (number, entry) in (1..).zip(&todo.entries) {
                prop_assert_eq!(entry.number, number);
                prop_assert_eq!(&entry.gap, &gaps[places[entry.gap.id.as_str()]]);
                prop_assert_eq!(
                    entry.is_overdue(),
                    entry.gap.is_overdue(case.settings.as_of)
                );
                let closing = steps
                    .iter()
                    .filter(|step| step.cells.contains(&entry.gap.id));
                let least = closing.map(|step| step.effort(&efforts)).min();
                let chosen = todo.step(entry);
                prop_assert_eq!(chosen.map(|of| of.effort), least);
                prop_assert!(chosen.is_none_or(|of| of.step.cells.contains(&entry.gap.id)));
                let person = responsible(&case, &entry.gap, chosen.map(|of| &of.step));
                prop_assert_eq!(entry.person(), person.as_ref());
            }
            let total: u64 = todo.steps.iter().map(|of| of.effort).sum();
            prop_assert_eq!(todo.effort, total);
            let differs = todo
                .entries
                .iter()
                .zip(&gaps)
                .find(|(a, b)| a.gap.id != b.id);
            let departure = differs.map(|(entry, gap)| (entry.number, gap.id.clone()));
            prop_assert_eq!(
                todo.departure.clone().map(|of| (of.entry, of.gap)),
                departure
            );
            prop_assert_eq!(Todo::from_json(&todo.to_json()).unwrap(), todo);
            Ok(())
        })?
    });
}

/// Some criteria, of people of the assessment.
fn criteria(case: &Case, choices: &mut Choices<'_>) -> Criteria {
    let mut criteria = Criteria::default();
    let people = case.document.people.keys();
    criteria.owners = people.filter(|_| choices.happens(1, 3)).cloned().collect();
    criteria.unowned = choices.happens(1, 3);
    criteria.actions = Action::values();
    criteria.actions.retain(|_| choices.happens(1, 2));
    criteria.severity = choices.happens(1, 2).then_some(Severity::Medium);
    let days = i32::try_from(choices.below(60)).unwrap() - 30;
    criteria.due_by = choices
        .happens(1, 4)
        .then(|| case.settings.as_of.plus_days(days));
    criteria
}

fn meets(criteria: &Criteria, gap: &Gap, person: Option<&PersonId>) -> bool {
    let owner = match person {
        _ if criteria.owners.is_empty() && !criteria.unowned => true,
        Some(person) => criteria.owners.contains(person),
        None => criteria.unowned,
    };
    let action = criteria.actions.is_empty() || criteria.actions.contains(&gap.kind.action());
    let severity = criteria.severity.is_none_or(|least| gap.severity >= least);
    let due = match (criteria.due_by, gap.due) {
        (None, _) => true,
        (Some(last), Some(due)) => due <= last,
        (Some(_), None) => false,
    };
    owner && action && severity && due
}

#[test]
fn criteria_select_the_same_gaps_for_lists_and_reports_and_change_no_number() {
    check(|case| {
        let mut choices = case.choices();
        let criteria = criteria(case, &mut choices);
        let coverage = resolve(case)?.measure(&case.settings);
        let all = coverage.todo(&Criteria::default());
        let some = coverage.todo(&criteria);
        let is_meant = |entry: &&custody_controls::todo::TodoEntry| {
            meets(&criteria, &entry.gap, entry.person())
        };
        let meant: Vec<&str> = all
            .entries
            .iter()
            .filter(is_meant)
            .map(|entry| entry.gap.id.as_str())
            .collect();
        let listed: Vec<&str> = some.entries.iter().map(|of| of.gap.id.as_str()).collect();
        prop_assert_eq!(&listed, &meant);
        let left_out = (all.entries.len() - listed.len()) as u64;
        prop_assert_eq!(some.left_out, left_out);

        let mut report = coverage.report();
        let complete = report.clone();
        report.selection = Some(coverage.select(&report.gaps, criteria.clone()));
        let mut of_report: Vec<&str> = report
            .listed_gaps()
            .iter()
            .map(|gap| gap.id.as_str())
            .collect();
        of_report.sort_unstable();
        let mut listed = listed;
        listed.sort_unstable();
        prop_assert_eq!(of_report, listed);
        prop_assert_eq!(report.headline(), complete.headline());
        prop_assert_eq!(report.highest_severity(), complete.highest_severity());
        prop_assert_eq!(&report.gaps, &complete.gaps);
        prop_assert_eq!(&report.summary, &complete.summary);

        let grouped = some.clone().by_owner();
        let people: Vec<_> = grouped.groups().map(|group| group[0].person()).collect();
        let mut sorted = people.clone();
        sorted.sort_by_key(|person| (person.is_none(), *person));
        sorted.dedup();
        prop_assert_eq!(people, sorted);
        for group in grouped.groups() {
            prop_assert!(group.windows(2).all(|pair| pair[0].number < pair[1].number));
        }
        prop_assert_eq!(grouped.entries.len(), some.entries.len());
        Ok(())
    });
}

fn example() -> Coverage {
    let file = "examples/exchange.yaml";
    let files = AssessmentFiles::from_text(file, golden::read(file));
    let assessment = files.resolve(Catalog::builtin()).unwrap();
    assessment.measure(&Settings::on("2026-09-30".parse().unwrap()))
}

/// One renewal closes several gaps and counts once; whoever collected the item renews it.
#[test]
fn a_step_that_closes_several_gaps_counts_once() {
    let todo = example().todo(&Criteria::default());
    let of_item = |entry: &&custody_controls::todo::TodoEntry| {
        let step = todo.step(entry);
        let item = step.and_then(|of| of.step.evidence.as_ref());
        item.is_some_and(|item| item.as_str() == "media-sanitization")
    };
    let entries: Vec<_> = todo.entries.iter().filter(of_item).collect();
    assert_eq!(entries.len(), 5);
    assert!(entries.iter().all(|entry| entry.step == entries[0].step));
    let people = entries.iter().map(|entry| entry.person().unwrap().as_str());
    assert!(people.eq(["vault-manager"; 5]));
}

#[test]
fn the_facade_requires_a_day_and_knows_the_people() {
    let file = "examples/small-firm.yaml";
    let files = json!([{ "name": file, "text": golden::read(file) }]);
    let ask = |more: Value| -> Value {
        let mut request = json!({ "files": files });
        request
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        serde_json::from_str(&facade::todo(&request.to_string())).unwrap()
    };
    assert_eq!(ask(json!({}))["error"]["kind"], "request");
    assert_eq!(ask(json!({ "settings": {} }))["error"]["kind"], "request");
    let settings = json!({ "as_of": "2026-09-30" });
    let unknown = json!({ "settings": settings, "criteria": { "owners": ["enginer"] } });
    let answer = ask(unknown);
    assert_eq!(answer["error"]["kind"], "unknown");
    assert_eq!(answer["error"]["help"], "did you mean `engineer`?");
    let known =
        json!({ "settings": settings, "criteria": { "owners": ["engineer"] }, "by_owner": true });
    let answer = ask(known);
    assert_eq!(answer["ok"]["schema"], "custody-controls/todo/1");
    assert_eq!(answer["ok"]["by_owner"], true);
    let entries = answer["ok"]["entries"].as_array().unwrap();
    assert!(!entries.is_empty());
    assert!(
        entries
            .iter()
            .all(|entry| entry["responsible"]["person"] == "engineer")
    );
}
