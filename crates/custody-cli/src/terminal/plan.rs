//! A plan on a screen: what to do in which order, what it takes, and what it lifts.

use super::{BOLD, DIM, heading, paragraph, style_of};
use anstyle::Style;
use custody_controls::gap::StepKind;
use custody_controls::supports::RiskAt;
use custody_controls::taxonomy::Word;
use custody_controls::text::count;
use custody_plan::{Lifted, Plan, PlanStep};
use std::collections::BTreeSet;
use std::fmt::Write;

/// The plan on a screen of a width, with so many steps and lifted risks in full.
pub(crate) fn write(plan: &Plan, width: u16, first: usize) -> String {
    let mut out = String::new();
    let mut say = |text: &str, style| paragraph(&mut out, text, ("", ""), width, style);
    say(&format!("{}, as of {}", plan.title, plan.as_of), BOLD);
    say(&sentence(plan), Style::new());
    if plan.steps.is_empty() {
        return out;
    }
    let proven = format!(
        "Proven coverage goes from {} to {}.",
        plan.proven_before, plan.proven_after
    );
    say(&proven, Style::new());
    heading(&mut out, "What to do, in this order?");
    for (number, step) in (1..).zip(&plan.steps).take(first) {
        told(&mut out, plan, number, step, width);
    }
    more(&mut out, plan.steps.len(), first, width);
    heading(&mut out, "What does it lift?");
    let rows = lifted(&plan.lifted);
    if rows.is_empty() {
        paragraph(
            &mut out,
            "no verdict of a risk",
            ("  ", "  "),
            width,
            Style::new(),
        );
    }
    for (severity, text) in rows.iter().take(first) {
        let lead = format!("  {:<9} ", severity.word());
        let indent = " ".repeat(lead.chars().count());
        paragraph(&mut out, text, (&lead, &indent), width, style_of(*severity));
    }
    more(&mut out, rows.len(), first, width);
    foot(&mut out, plan, width);
    out
}

fn more(out: &mut String, all: usize, first: usize, width: u16) {
    if let Some(more) = all.checked_sub(first).filter(|more| *more > 0) {
        let text = format!("… and {more} more; `--first` shows more of them");
        paragraph(out, &text, ("  ", "  "), width, Style::new());
    }
}

/// A number of units of effort.
fn effort(plan: &Plan, effort: u64) -> String {
    match &plan.unit {
        Some(unit) => format!("{effort} {unit}"),
        None => format!("an effort of {effort}"),
    }
}

/// What the plan reaches and what it takes, in a sentence or two.
fn sentence(plan: &Plan) -> String {
    let steps = count(plan.steps.len(), "step takes", "steps take");
    let takes = effort(plan, plan.effort);
    match plan.budget {
        None => {
            let targets = format!("`{}`", plan.targets.join("` and `"));
            if plan.steps.is_empty() {
                return format!("{targets} is reached already: there is nothing to do.");
            }
            let proof = if plan.optimal {
                "It is proven that nothing less does.".to_owned()
            } else {
                let least = plan.at_least.unwrap_or_default();
                format!(
                    "The search was given up before this was proven to be the least: it cannot be less than {}.",
                    effort(plan, least)
                )
            };
            format!("To reach {targets}, {steps} {takes}. {proof}")
        }
        Some(budget) => {
            let within = effort(plan, budget);
            let climb = if plan.steps.len() == 1 {
                "climbs"
            } else {
                "climb"
            };
            let rungs: Vec<String> = plan
                .reductions
                .iter()
                .filter(|reduction| reduction.of > 0)
                .map(|reduction| {
                    let all = format!(
                        "{} of {} {}",
                        reduction.levels, reduction.of, reduction.severity
                    );
                    match reduction.bound.filter(|bound| *bound > reduction.levels) {
                        Some(bound) => format!("{all} (no more than {bound})"),
                        None => all,
                    }
                })
                .collect();
            let proof = if plan.optimal {
                "It is proven that nothing does more, the gravest first."
            } else {
                "The search was given up before this was proven to be the most."
            };
            format!(
                "Within {within}, {steps} {takes} and {climb} these rungs of risks: {}. {proof}",
                rungs.join(", ")
            )
        }
    }
}

fn told(out: &mut String, plan: &Plan, number: usize, step: &PlanStep, width: u16) {
    let lead = format!("  {number:>3}  {:<9} ", step.severity.word());
    let indent = " ".repeat(lead.chars().count());
    let subjects: Vec<&str> = step.step.subjects().collect();
    let about = match step.step.kind {
        StepKind::Renew => format!("for {}", count(subjects.len(), "cell", "cells")),
        StepKind::Prove | StepKind::Complete | StepKind::Assess | StepKind::Implement => {
            format!("for {}", subjects.join(", "))
        }
    };
    let mut text = format!(
        "{} {about}: {}",
        step.step.title(),
        effort(plan, step.effort)
    );
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
    if let Some(location) = &step.location {
        let _ = write!(text, " ({location})");
    }
    paragraph(out, &text, (&lead, &indent), width, style_of(step.severity));
}

/// What is lifted, the same for several subjects told once.
fn lifted(rows: &[Lifted]) -> Vec<(custody_controls::taxonomy::Severity, String)> {
    let mut told: Vec<(
        String,
        String,
        Vec<&str>,
        custody_controls::taxonomy::Severity,
    )> = Vec::new();
    for row in rows {
        let RiskAt {
            risk,
            title,
            severity,
            subject,
        } = &row.risk;
        let what = format!("{risk} {title}");
        let how = format!("{} → {}", row.from, row.to);
        let known = told
            .iter_mut()
            .find(|(known, same, ..)| *known == what && *same == how);
        match known {
            Some((_, _, subjects, _)) => subjects.push(subject.as_str()),
            None => told.push((what, how, vec![subject.as_str()], *severity)),
        }
    }
    told.into_iter()
        .map(|(what, how, subjects, severity)| {
            (
                severity,
                format!("{what}, for {}: {how}", subjects.join(", ")),
            )
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
            "The catalogue has no direct control for {}, so no step lifts {}. ",
            names.join(", "),
            if names.len() == 1 { "it" } else { "them" }
        );
    }
    let kinds: Vec<String> = plan
        .defaults
        .iter()
        .map(|(kind, effort)| format!("{kind} {effort}"))
        .collect();
    let _ = write!(
        text,
        "Where `efforts` in the assessment says nothing else, a step takes: {}. `docs/reasoning.md` tells what a step is.",
        kinds.join(", ")
    );
    paragraph(out, &text, ("", ""), width, DIM);
}
