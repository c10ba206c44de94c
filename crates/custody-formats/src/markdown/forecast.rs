//! A forecast as Markdown: the timeline, until when the verdict of each risk holds, the calendar.

use super::escape::{code, codes, escape, place, prose, severities};
use super::page::Page;
use custody_controls::forecast::{Cause, Forecast, Renewal, RiskHold, Step};
use custody_controls::taxonomy::RiskVerdict;
use std::io;

pub(crate) fn write(forecast: &Forecast, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Page::new(out);
    head(&mut out, forecast);
    timeline(&mut out, forecast);
    risks(&mut out, forecast);
    renewals(&mut out, forecast);
    out.heading(2, "How it comes about");
    for line in &forecast.method {
        out.line(format_args!("- {}", prose(line)));
    }
    out.finish()
}

fn head(out: &mut Page<'_>, forecast: &Forecast) {
    let facts = &forecast.facts;
    out.line(format_args!("# Forecast: {}", escape(&facts.title)));
    out.gap();
    out.line(format_args!(
        "{}, from {} until {}, if nothing is renewed. Assessment {}, catalogue {} {}.",
        escape(&facts.custodian),
        facts.as_of,
        forecast.until,
        code(&facts.assessment),
        code(&facts.catalog),
        escape(&facts.catalog_version)
    ));
    if let Some(wallets) = &facts.only_wallets {
        out.gap();
        out.line(format_args!(
            "Only the organization and {} were looked at.",
            codes(wallets)
        ));
    }
    out.gap();
    out.line(format_args!("**{}**", prose(&forecast.verdict())));
    for cause in &forecast.proven.because {
        out.line(format_args!("- {}", told(cause)));
    }
}

/// A cause in words, with its place.
fn told(cause: &Cause) -> String {
    let place = place(cause.location.as_ref());
    let place = if place.is_empty() {
        place
    } else {
        format!(" ({place})")
    };
    format!("{}{place}", prose(&cause.to_string()))
}

fn timeline(out: &mut Page<'_>, forecast: &Forecast) {
    out.heading(2, "The timeline");
    let row = |step: &Step| {
        let numbers = &step.numbers;
        vec![
            step.day.to_string(),
            numbers.proven.to_string(),
            numbers.possible.to_string(),
            numbers.critical_risks_treated.to_string(),
            severities(&numbers.gaps),
            numbers.overdue.to_string(),
            step.cells.len().to_string(),
            step.risks.len().to_string(),
            step.causes.iter().map(told).collect::<Vec<_>>().join("; "),
        ]
    };
    out.table(
        &[
            "From",
            ">Proven",
            ">Possible",
            ">Critical risks treated",
            "Gaps",
            ">Overdue",
            ">Cells that change",
            ">Risks that change",
            "What turns",
        ],
        forecast.steps.iter().map(row),
    );
}

fn risks(out: &mut Page<'_>, forecast: &Forecast) {
    out.heading(2, "Until when the verdicts of risks hold");
    let row = |hold: &RiskHold| {
        vec![
            hold.until.map_or_else(
                || format!("beyond {}", forecast.until),
                |day| day.to_string(),
            ),
            code(&hold.risk),
            escape(&hold.title),
            hold.severity.to_string(),
            hold.verdict.to_string(),
            hold.then.map(|then| then.to_string()).unwrap_or_default(),
            hold.because.iter().map(told).collect::<Vec<_>>().join("; "),
        ]
    };
    out.table(
        &[
            "Until", "Risk", "Title", "Severity", "Verdict", "Then", "Because",
        ],
        forecast
            .risks
            .iter()
            .filter(|hold| hold.verdict != RiskVerdict::OutOfScope)
            .map(row),
    );
}

fn renewals(out: &mut Page<'_>, forecast: &Forecast) {
    out.heading(2, "What to renew, and by when");
    if forecast.renewals.is_empty() {
        out.line("Nothing ends or falls due.");
        return;
    }
    let row = |renewal: &Renewal| {
        vec![
            renewal.day.to_string(),
            renewal.kind.to_string(),
            code(&renewal.entry),
            escape(&renewal.title),
            renewal.name.as_deref().map(escape).unwrap_or_default(),
            codes(&renewal.falls),
            codes(&renewal.weakens),
            codes(&renewal.risks),
            renewal.locator.as_deref().map(escape).unwrap_or_default(),
            place(renewal.location.as_ref()),
        ]
    };
    out.table(
        &[
            "By",
            "What",
            "Entry",
            "Title",
            "Who",
            "Lets fall",
            "Weakens",
            "Worse risks",
            "Where it is",
            "Written at",
        ],
        forecast.renewals.iter().map(row),
    );
}
