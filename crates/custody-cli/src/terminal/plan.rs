//! A plan: what to do in which order, what it takes, and which risk verdicts it raises.

use super::layout::{BOLD, DIM, PLAIN, Screen, at, hanging, heading, paragraph, style_of};
use custody_controls::gap::StepKind;
use custody_controls::supports::RiskAt;
use custody_controls::taxonomy::{Severity, Word};
use custody_controls::text::count;
use custody_plan::{Days, Lifted, Plan, PlanStep};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The plan, with the first steps and raised risk verdicts.
pub(crate) fn write(plan: &Plan, screen: Screen) -> String {
    let Screen { width, entries } = screen;
    let mut out = String::new();
    let mut add = |text: &str, style| paragraph(&mut out, text, ("", ""), width, style);
    add(&format!("{}, as of {}", plan.title, plan.as_of), BOLD);
    if let Some(remark) = plan.catalog_origin.remark() {
        add(&format!("The catalog is {remark}."), PLAIN);
    }
    add(&summary(plan), PLAIN);
    if plan.steps.is_empty() {
        return out;
    }
    let proven = format!(
        "Proven coverage rises from {} to {}; {} excluded.",
        plan.proven_before, plan.proven_after, plan.excluded
    );
    add(&proven, PLAIN);
    if let Some(assessed) = assessed(plan) {
        add(&assessed, PLAIN);
    }
    heading(&mut out, "Steps in order");
    for (number, step) in (1..).zip(&plan.steps).take(entries) {
        describe(&mut out, plan, number, step, width);
    }
    more(&mut out, plan.steps.len(), entries, width);
    if let Some(departure) = departure(plan) {
        hanging(&mut out, "  ", &departure, width, DIM);
    }
    heading(&mut out, "Improved risk verdicts");
    let rows = raised(&plan.lifted);
    if rows.is_empty() {
        hanging(&mut out, "  ", "none", width, PLAIN);
    }
    for (severity, text) in rows.iter().take(entries) {
        let lead = format!("  {:<9} ", severity.word());
        hanging(&mut out, &lead, text, width, style_of(*severity));
    }
    more(&mut out, rows.len(), entries, width);
    foot(&mut out, plan, width);
    out
}

fn more(out: &mut String, all: usize, shown: usize, width: u16) {
    if let Some(more) = all.checked_sub(shown).filter(|more| *more > 0) {
        let text = format!("… and {more} more; `--first` sets how many are shown");
        hanging(out, "  ", &text, width, PLAIN);
    }
}

/// An effort with its unit, if the assessment has one.
fn effort(plan: &Plan, effort: u64) -> String {
    match &plan.unit {
        Some(unit) => format!("{effort} {unit}"),
        None => effort.to_string(),
    }
}

/// What the plan reaches, what it takes, and whether that is proven to be optimal.
fn summary(plan: &Plan) -> String {
    match plan.budget {
        None => reaching(plan),
        Some(budget) => within(plan, budget),
    }
}

fn reaching(plan: &Plan) -> String {
    let targets = format!("`{}`", plan.targets.join("` and `"));
    if plan.steps.is_empty() {
        return format!("{targets} is already reached: there is nothing to do.");
    }
    let proof = if plan.optimal {
        "No cheaper set of steps exists.".to_owned()
    } else {
        format!(
            "This is not proven to be the minimum, which is at least {}{}.",
            effort(plan, plan.at_least.unwrap_or_default()),
            given_up(plan)
        )
    };
    format!(
        "{} with a total effort of {}{} {} {targets}. {proof}",
        count(plan.steps.len(), "step", "steps"),
        effort(plan, plan.effort),
        assumed(plan),
        if plan.steps.len() == 1 {
            "reaches"
        } else {
            "reach"
        }
    )
}

/// What steps that assess take for granted: that they find their controls in place.
fn assumed(plan: &Plan) -> String {
    let steps = plan.steps.iter();
    let assessments = steps
        .filter(|step| step.step.kind == StepKind::Assess)
        .count();
    let which = match (assessments, plan.steps.len()) {
        (0, _) => return String::new(),
        (1, 1) => "an assessment".to_owned(),
        (1, _) => "1 of them an assessment".to_owned(),
        (all, steps) if all == steps => "all of them assessments".to_owned(),
        (some, _) => format!("{some} of them assessments"),
    };
    let (are, its) = match assessments {
        1 => ("is", "its control"),
        _ => ("are", "their controls"),
    };
    format!(" ({which} that {are} assumed to find {its} in place)")
}

/// The limits that the search reached, after what was not proven because of them.
fn given_up(plan: &Plan) -> String {
    let limits: Vec<String> = plan.given_up.iter().map(ToString::to_string).collect();
    match limits.as_slice() {
        [] => String::new(),
        limits => format!(": {}", limits.join("; ")),
    }
}

fn within(plan: &Plan, budget: u64) -> String {
    let budget = effort(plan, budget);
    if plan.steps.is_empty() {
        return format!("No step within a budget of {budget} raises a risk verdict.");
    }
    let levels: Vec<String> = plan
        .reductions
        .iter()
        .filter(|reduction| reduction.of > 0)
        .map(|reduction| {
            let levels = format!(
                "{} of {} levels ({})",
                reduction.levels, reduction.of, reduction.severity
            );
            match reduction.bound.filter(|bound| *bound > reduction.levels) {
                Some(bound) => format!("{levels}, of which at most {bound} are possible"),
                None => levels,
            }
        })
        .collect();
    let proof = if plan.optimal {
        "This is proven to be the maximum, the most severe risks first.".to_owned()
    } else {
        format!("This is not proven to be the maximum{}.", given_up(plan))
    };
    format!(
        "Within a budget of {budget}, {} with a total effort of {}{} {} risk verdicts by {}. {proof}",
        count(plan.steps.len(), "step", "steps"),
        effort(plan, plan.effort),
        assumed(plan),
        if plan.steps.len() == 1 {
            "raises"
        } else {
            "raise"
        },
        levels.join(", ")
    )
}

fn describe(out: &mut String, plan: &Plan, number: usize, step: &PlanStep, width: u16) {
    let lead = format!("  {number:>3}  {:<9} ", step.severity.word());
    let mut text = format!("{}; effort {}", step.describe(), effort(plan, step.effort));
    let mut add = |part: String| {
        text.push_str("; ");
        text.push_str(&part);
    };
    if let Some(owner) = &step.owner {
        add(owner.to_string());
    }
    if let Some(due) = step.due {
        add(format!("by {due}"));
    }
    if !step.after.is_empty() {
        let numbers: Vec<String> = step.after.iter().map(ToString::to_string).collect();
        add(format!("after {}", numbers.join(", ")));
    }
    text.push_str(&at(step.location.as_ref()));
    hanging(out, &lead, &text, width, style_of(step.severity));
}

/// What it takes if an assessment does not find its control in place.
fn assessed(plan: &Plan) -> Option<String> {
    let mut steps = plan.steps.iter();
    let implement = plan.defaults.get(&StepKind::Implement).copied();
    steps.any(|step| step.step.kind == StepKind::Assess).then(|| {
        format!(
            "A control that is not found in place has to be implemented as well, with an effort of {} unless `efforts` states another.",
            effort(plan, implement.unwrap_or_default())
        )
    })
}

/// Where the plan and the list of gaps part, and why.
fn departure(plan: &Plan) -> Option<String> {
    let departure = plan.departure.as_ref()?;
    let criterion = match plan.budget {
        Some(_) => "raise the most risk verdicts within the budget",
        None => "reach the target with the least effort",
    };
    Some(format!(
        "`custody gaps` sorts gaps by severity and action; a plan selects the steps that {criterion}. The two orders differ from step {} on: of the gaps that a step can close, the next one in the report is `{}` ({}).",
        departure.step, departure.gap, departure.title
    ))
}

/// The raised verdicts; subjects with the same change of the same risk share a line.
fn raised(rows: &[Lifted]) -> Vec<(Severity, String)> {
    let mut groups: Vec<(String, String, Vec<&str>, Severity)> = Vec::new();
    for row in rows {
        let RiskAt {
            risk,
            title,
            severity,
            subject,
        } = &row.risk;
        let name = format!("{risk} {title}");
        let change = format!("{} → {}", row.from, row.to);
        let known = groups
            .iter_mut()
            .find(|(known, same, ..)| *known == name && *same == change);
        match known {
            Some((_, _, subjects, _)) => subjects.push(subject.as_str()),
            None => groups.push((name, change, vec![subject.as_str()], *severity)),
        }
    }
    groups
        .into_iter()
        .map(|(name, change, subjects, severity)| {
            let subjects = subjects.join(", ");
            (severity, format!("{name}, for {subjects}: {change}"))
        })
        .collect()
}

fn foot(out: &mut String, plan: &Plan, width: u16) {
    out.push('\n');
    let mut text = String::new();
    if !plan.beyond.is_empty() {
        let names: BTreeSet<&str> = plan.beyond.iter().map(|at| at.risk.as_str()).collect();
        let names: Vec<&str> = names.into_iter().collect();
        text = format!(
            "The catalog has no direct control for {}, so no step raises {}. ",
            names.join(", "),
            if names.len() == 1 {
                "its verdict"
            } else {
                "their verdicts"
            }
        );
    }
    if plan.days == Some(Days::Working) {
        text.push_str("Efforts are working days: Monday to Friday, including public holidays. ");
    }
    let kinds: Vec<String> = plan
        .defaults
        .iter()
        .map(|(kind, effort)| format!("{kind} {effort}"))
        .collect();
    let _ = write!(
        text,
        "Default efforts, unless `efforts` in the assessment sets others: {}. `docs/reasoning.md` defines the steps.",
        kinds.join(", ")
    );
    paragraph(out, &text, ("", ""), width, DIM);
}
