//! Why a verdict is what it is, on a screen: from the risk through cells, claims and evidence to the
//! lines of the file, and what is the least that would lift it.

use super::{BOLD, paragraph};
use anstyle::Style;
use custody_controls::date::Date;
use custody_controls::explanation::{
    CellReason, EvidenceReason, Explanation, Lift, ParameterReason, RiskReason,
};
use custody_controls::gap::{Step, StepKind};
use custody_controls::taxonomy::{EvidenceState, FileCheck, ParameterStanding};

/// Adds the derivation of all verdicts that an explanation is about.
pub(crate) fn write(out: &mut String, why: &Explanation, width: u16) {
    for cell in &why.cells {
        cell_line(out, cell, "", width);
    }
    if !why.cells.is_empty() {
        out.push('\n');
    }
    for risk in &why.risks {
        risk_lines(out, risk, why.as_of, width);
        out.push('\n');
    }
}

fn risk_lines(out: &mut String, row: &RiskReason, as_of: Date, width: u16) {
    let at = &row.risk;
    let accepted = if row.accepted { ", and accepted" } else { "" };
    let text = format!(
        "`{}` ({}, {}) is {} for `{}` as of {as_of}: {} of {} direct controls are effective{accepted}",
        at.risk,
        at.title,
        at.severity,
        row.verdict,
        at.subject,
        row.direct.numerator,
        row.direct.denominator
    );
    paragraph(out, &text, ("", ""), width, BOLD);
    for cell in &row.cells {
        cell_line(out, cell, "  ", width);
    }
    for lift in &row.lifts {
        lift_lines(out, lift, width);
    }
}

fn cell_line(out: &mut String, cell: &CellReason, indent: &str, width: u16) {
    let said = match (&cell.status, &cell.location) {
        (Some(status), Some(location)) => format!("the claim says `{status}` ({location})"),
        (Some(status), None) => format!("the claim says `{status}`"),
        (None, location) => match (&cell.proposed, location) {
            (Some(origin), Some(location)) => {
                format!(
                    "a claim is proposed from {origin}, and nobody has confirmed it ({location})"
                )
            }
            (Some(origin), None) => {
                format!("a claim is proposed from {origin}, and nobody has confirmed it")
            }
            (None, _) => "nobody has looked".to_owned(),
        },
    };
    let held_down = if cell.held_down {
        " for want of a parameter"
    } else {
        ""
    };
    let text = format!(
        "{} {}, {}{held_down}: {said}",
        cell.cell, cell.title, cell.verdict
    );
    let lead = format!("{indent}- ");
    let rest = format!("{indent}  ");
    paragraph(out, &text, (&lead, &rest), width, Style::new());
    let cited = cell.evidence.iter().map(|item| {
        let text = format!("`{}` {}: {}", item.evidence, item.title, worth(item));
        match &item.location {
            Some(location) => format!("{text} ({location})"),
            None => text,
        }
    });
    let lead = format!("{indent}    - ");
    let rest = format!("{indent}      ");
    for text in cited.chain(cell.parameters.iter().map(asked)) {
        paragraph(out, &text, (&lead, &rest), width, Style::new());
    }
}

/// What a parameter asks for, how the facts stand to it, and where they are.
fn asked(reason: &ParameterReason) -> String {
    let standing = match reason.standing {
        ParameterStanding::Met => "is met",
        ParameterStanding::NotMet => "is not met",
        ParameterStanding::FactMissing => "cannot be judged, because not all facts are stated",
    };
    let facts: Vec<String> = reason
        .facts
        .iter()
        .map(|stated| {
            let fact = stated.fact.as_deref().unwrap_or("nothing");
            match &stated.location {
                Some(location) => format!("`{}` states {fact} ({location})", stated.subject),
                None => format!("`{}` states {fact}", stated.subject),
            }
        })
        .collect();
    let facts = if facts.is_empty() {
        String::new()
    } else {
        format!(": {}", facts.join(", "))
    };
    format!(
        "parameter `{}`: that {} {standing}{facts} ({})",
        reason.parameter, reason.asks, reason.authority
    )
}

fn worth(item: &EvidenceReason) -> String {
    let days = match item.state {
        EvidenceState::Current => format!("current until {}", item.until),
        EvidenceState::Expired => format!("expired since {}", item.until.plus_days(1)),
        EvidenceState::NotYetValid => format!("speaks only from {}", item.from),
    };
    match item.file {
        FileCheck::NotChecked | FileCheck::Present | FileCheck::Matches => days,
        FileCheck::Missing => format!("{days}; its file is missing"),
        FileCheck::Mismatch => format!("{days}; its file has another SHA-256"),
    }
}

fn lift_lines(out: &mut String, lift: &Lift, width: u16) {
    let mut say = |text: &str, lead: &str| {
        let rest = " ".repeat(lead.chars().count());
        paragraph(out, text, (lead, &rest), width, Style::new());
    };
    let more = if lift.complete {
        ""
    } else {
        " (there are more ways)"
    };
    let word = lift.to;
    let has_choice = lift.alternatives.iter().any(|way| !way.is_empty());
    match lift.always.as_slice() {
        [] => {}
        [step] if !has_choice => say(&format!("to be {word}: {}", told(step)), "  "),
        steps => {
            say(&format!("to be {word}, all of these:"), "  ");
            for step in steps {
                say(&told(step), "    - ");
            }
        }
    }
    if !has_choice {
        return;
    }
    match (lift.always.is_empty(), lift.alternatives.as_slice()) {
        (true, [way]) => return say(&format!("to be {word}: {}", steps(way)), "  "),
        (true, _) => say(&format!("to be {word}, one of these{more}:"), "  "),
        (false, _) => say(&format!("  and one of these{more}:"), "  "),
    }
    for way in &lift.alternatives {
        say(&steps(way), "    - ");
    }
}

fn steps(steps: &[Step]) -> String {
    let told: Vec<String> = steps.iter().map(told).collect();
    told.join(", and ")
}

/// A step, and for whom it is taken.
fn told(step: &Step) -> String {
    match step.kind {
        StepKind::Renew => step.title(),
        StepKind::Prove | StepKind::Complete | StepKind::Assess | StepKind::Implement => {
            let subjects: Vec<&str> = step.subjects().collect();
            format!("{} for {}", step.title(), subjects.join(", "))
        }
    }
}
