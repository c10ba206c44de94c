//! The derivation of verdicts: from the risk through cells, claims and evidence to the lines of the
//! file, and the smallest sets of steps that would raise the verdict.

use super::layout::{BOLD, PLAIN, at, hanging, of, paragraph};
use custody_controls::date::Date;
use custody_controls::explanation::{
    CellReason, EvidenceReason, Explanation, Lift, ParameterReason, RiskReason,
};
use custody_controls::gap::{Step, StepKind};
use custody_controls::taxonomy::{EvidenceState, ParameterStanding, Relevance};

/// Adds the derivation of every verdict of an explanation.
pub(crate) fn write(out: &mut String, explanation: &Explanation, width: u16) {
    for reason in &explanation.cells {
        cell(out, reason, "", width);
    }
    if !explanation.cells.is_empty() {
        out.push('\n');
    }
    for reason in &explanation.risks {
        risk(out, reason, explanation.as_of, width);
        out.push('\n');
    }
}

fn risk(out: &mut String, row: &RiskReason, as_of: Date, width: u16) {
    let of_risk = &row.risk;
    let accepted = if row.accepted { "; accepted" } else { "" };
    let text = format!(
        "`{}` ({}, {}) is {} for `{}` as of {as_of}; effective direct controls: {}{accepted}",
        of_risk.risk,
        of_risk.title,
        of_risk.severity,
        row.verdict,
        of_risk.subject,
        of(row.direct)
    );
    paragraph(out, &text, ("", ""), width, BOLD);
    for reason in &row.cells {
        cell(out, reason, "  ", width);
    }
    for lift in &row.lifts {
        raise(out, lift, width);
    }
}

fn cell(out: &mut String, cell: &CellReason, indent: &str, width: u16) {
    let claim = match (&cell.status, &cell.proposed) {
        (Some(status), _) => format!("claimed `{status}`{}", at(cell.location.as_ref())),
        (None, Some(origin)) => format!(
            "a proposal from {origin}, not confirmed{}",
            at(cell.location.as_ref())
        ),
        (None, None) => "not assessed".to_owned(),
    };
    let limited = if cell.held_down {
        " because of a parameter"
    } else {
        ""
    };
    let text = format!(
        "{} {}, {}{limited}: {claim}",
        cell.cell, cell.title, cell.verdict
    );
    hanging(out, &format!("{indent}- "), &text, width, PLAIN);
    let evidence = cell.evidence.iter().map(|item| {
        format!(
            "`{}` {}: {}{}",
            item.evidence,
            item.title,
            validity(item),
            at(item.location.as_ref())
        )
    });
    let lead = format!("{indent}    - ");
    for text in evidence.chain(cell.parameters.iter().map(parameter)) {
        hanging(out, &lead, &text, width, PLAIN);
    }
}

/// A parameter, whether it is met, and the facts that decide it.
fn parameter(reason: &ParameterReason) -> String {
    let standing = match reason.standing {
        ParameterStanding::Met => "is met",
        ParameterStanding::NotMet => "is not met",
        ParameterStanding::FactMissing => "cannot be evaluated, because a fact is missing",
    };
    let facts: Vec<String> = reason
        .facts
        .iter()
        .map(|stated| {
            let fact = stated.fact.as_deref().unwrap_or("nothing");
            let location = at(stated.location.as_ref());
            format!("`{}` states {fact}{location}", stated.subject)
        })
        .collect();
    let facts = if facts.is_empty() {
        String::new()
    } else {
        format!(": {}", facts.join(", "))
    };
    format!(
        "parameter `{}` ({}) {standing}{facts} ({})",
        reason.bound.parameter,
        reason.bound.requirement(),
        reason.bound.authority
    )
}

fn validity(item: &EvidenceReason) -> String {
    let relevance = match item.relevance {
        Relevance::Relevant => "",
        Relevance::OtherSubject => "; does not cover this subject",
        Relevance::General => "; too general to back a claim for this wallet on its own",
        Relevance::BeforeSubject => "; collected before this wallet held keys",
        _ => "; not relevant to this subject",
    };
    [on_the_day(item), relevance.to_owned()].concat()
}

fn on_the_day(item: &EvidenceReason) -> String {
    let days = match item.state {
        EvidenceState::Current => format!("current until {}", item.until),
        EvidenceState::Expired => format!("expired on {}", item.until),
        EvidenceState::NotYetValid => format!("not valid before {}", item.from),
    };
    match item.file.objection() {
        None => days,
        Some(objection) => format!("{days}; it {objection}"),
    }
}

/// The sets of steps that would raise the verdict.
fn raise(out: &mut String, lift: &Lift, width: u16) {
    let mut add = |lead: &str, text: &str| hanging(out, lead, text, width, PLAIN);
    let more = if lift.complete {
        ""
    } else {
        " (there are others)"
    };
    let verdict = lift.to;
    let has_choice = lift.alternatives.iter().any(|way| !way.is_empty());
    match lift.always.as_slice() {
        [] => {}
        [step] if !has_choice => add("  ", &format!("to be {verdict}: {}", describe(step))),
        steps => {
            add("  ", &format!("to be {verdict}, all of these:"));
            for step in steps {
                add("    - ", &describe(step));
            }
        }
    }
    if !has_choice {
        return;
    }
    match (lift.always.is_empty(), lift.alternatives.as_slice()) {
        (true, [way]) => {
            return add(
                "  ",
                &format!("to be {verdict}{more}: {}", describe_all(way)),
            );
        }
        (true, _) => add("  ", &format!("to be {verdict}, one of these{more}:")),
        (false, _) => add("  ", &format!("  and one of these{more}:")),
    }
    for way in &lift.alternatives {
        add("    - ", &describe_all(way));
    }
}

fn describe_all(steps: &[Step]) -> String {
    let steps: Vec<String> = steps.iter().map(describe).collect();
    steps.join(", and ")
}

/// A step and its subjects.
fn describe(step: &Step) -> String {
    match step.kind {
        StepKind::Renew => step.title().to_string(),
        StepKind::Prove | StepKind::Complete | StepKind::Assess | StepKind::Implement => {
            let subjects: Vec<&str> = step.subjects().collect();
            format!("{} for {}", step.title(), subjects.join(", "))
        }
    }
}
