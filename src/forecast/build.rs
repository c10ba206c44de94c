//! [`Assessment`] → [`Forecast`]: the days with events, each compared with the one before.

use super::comparison::Comparison;
use super::events::{EntryIndex, Events};
use super::lapsed::lapsed;
use super::lifetimes::Lifetimes;
use super::running::Running;
use super::{Forecast, SCHEMA, Step};
use crate::assessment::Assessment;
use crate::coverage::Moving;
use crate::date::Date;
use crate::limits;
use crate::report::Facts;
use crate::settings::Settings;
use crate::taxonomy::EventKind;
use std::collections::BTreeMap;

/// How often the verdict of a risk for a subject, or a control that treats it, is examined again.
const LOOKS: usize = 100_000_000;

pub(super) fn forecast(assessment: &Assessment, settings: &Settings, until: Date) -> Forecast {
    let asked_until = until.max(settings.as_of);
    let mut until = asked_until;
    let first = assessment.measure(settings);
    let mut events = Events::of(&first, until);
    let mut running = Running::of(&first);
    let mut steps = vec![Step {
        day: settings.as_of,
        until,
        numbers: running.numbers(&first),
        causes: Vec::new(),
        cells: Vec::new(),
        risks: Vec::new(),
    }];
    let mut lifetimes = Lifetimes::of(&first);
    let lapsed = lapsed(&first, &events);
    let mut renewals = Vec::new();
    let facts = Facts::of(&first);
    let mut moving = Moving::new(first);
    let (mut looks, mut left) = (LOOKS, limits::CHANGES);
    while let Some((last_day, of_day)) = events.days.pop_first() {
        let (mut items, mut acceptances, mut claims) = (Vec::new(), Vec::new(), Vec::new());
        let mut overdue = 0;
        let mut scope_changes = false;
        for event in &of_day {
            match event.index {
                EntryIndex::Evidence(item) => items.push(item),
                EntryIndex::Acceptance(acceptance) => acceptances.push(acceptance),
                EntryIndex::Claim(claim) => {
                    overdue += events.overdue.get(&claim).map_or(0, Vec::len) as u64;
                }
                EntryIndex::Assessment(claim) => {
                    claims.push(claim);
                    scope_changes |= event.cause.kind == EventKind::AssessmentBegins;
                }
                EntryIndex::Wallet => scope_changes = true,
            }
        }
        let day = last_day.next();
        let (changes, worst);
        if scope_changes {
            // Other cells and outcomes exist on this day: everything is measured again.
            worst = running.all_worst();
            changes = moving.restart(day, &mut looks);
            if changes.is_some() {
                running = Running::of(moving.coverage());
            }
        } else {
            changes = moving.advance(day, &items, &acceptances, &claims, &mut looks);
            worst = changes.as_ref().map_or_else(BTreeMap::new, |changes| {
                let judged = changes.outcomes.values().map(|outcome| outcome.risk);
                judged.map(|risk| (risk, running.worst(risk))).collect()
            });
            if let Some(changes) = &changes {
                running.apply(&moving, changes, overdue);
            }
        }
        let comparison = changes
            .as_ref()
            .and_then(|changes| Comparison::of(&moving, changes, &worst, &running, &mut left));
        if let Some(last) = steps.last_mut() {
            last.until = last_day;
        }
        let Some(mut comparison) = comparison else {
            until = last_day;
            break;
        };
        let renewed = of_day.iter();
        renewals.extend(renewed.filter_map(|event| comparison.renewal(event, &events.overdue)));
        let step = Step {
            day,
            until,
            numbers: running.numbers(moving.coverage()),
            causes: of_day.into_iter().map(|event| event.cause).collect(),
            cells: std::mem::take(&mut comparison.cells),
            risks: std::mem::take(&mut comparison.risks),
        };
        lifetimes.note(last_day, &step, &comparison, moving.coverage());
        steps.push(step);
    }
    Forecast {
        schema: SCHEMA.to_owned(),
        proven: lifetimes.proven(&steps),
        risks: lifetimes.risks(),
        cells: lifetimes.cells,
        method: method(&facts, until),
        facts,
        until,
        asked_until: Some(asked_until).filter(|asked| *asked != until),
        steps,
        lapsed,
        renewals,
    }
}

fn method(facts: &Facts, until: Date) -> Vec<String> {
    let mut method = vec![
        format!(
            "From {} until {until} nothing is added, renewed or repaired; only time passes.",
            facts.as_of
        ),
        "Each step equals the report as of any of its days. An item that is valid until a day is reliable on that day, but not on the next.".to_owned(),
        "A cell is effective as long as any item that its claim cites is current. When the last of them expires, it is no longer proven; until then, each expiry leaves it with one item fewer.".to_owned(),
        "A due date that passes makes a gap overdue and changes no verdict: a plan proves nothing.".to_owned(),
    ];
    if facts.evidence_files_checked {
        method.push(
            "The results of checking evidence files are those of the day of the check.".to_owned(),
        );
    }
    method
}
