//! A forecast as Markdown: the timeline, how long the verdict of each risk holds, and what to
//! renew.

use super::escape::{code, codes, escape, origin, place, sentence, severities};
use super::page::Page;
use custody_controls::forecast::{Cause, Forecast, Renewal, RiskLifetime, Step};
use std::io;

pub(crate) fn write(forecast: &Forecast, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Page::new(out);
    head(&mut out, forecast);
    lapsed(&mut out, forecast);
    timeline(&mut out, forecast);
    risks(&mut out, forecast);
    renewals(&mut out, forecast);
    out.heading(2, "How the forecast is computed");
    for line in &forecast.method {
        out.line(format_args!("- {}", escape(line)));
    }
    out.finish()
}

fn head(out: &mut Page<'_>, forecast: &Forecast) {
    let facts = &forecast.facts;
    out.line(format_args!("# Forecast: {}", escape(&facts.title)));
    out.gap();
    out.line(format_args!(
        "Custodian: {}, from {} until {}, if nothing is renewed. Assessment {}, catalog {} {}{}.",
        escape(&facts.custodian),
        facts.as_of,
        forecast.until,
        code(&facts.assessment),
        code(&facts.catalog),
        escape(&facts.catalog_version),
        origin(facts.catalog_origin)
    ));
    if let Some(wallets) = &facts.only_wallets {
        out.gap();
        out.line(format_args!(
            "Limited to the organization and {}.",
            codes(wallets)
        ));
    }
    out.gap();
    out.line(format_args!("**{}**", sentence(&forecast.headline())));
    for cause in &forecast.proven.because {
        out.line(format_args!("- {}", describe(cause)));
    }
}

/// A cause in words, with its location.
fn describe(cause: &Cause) -> String {
    let place = place(cause.location.as_ref());
    let place = if place.is_empty() {
        place
    } else {
        format!(" ({place})")
    };
    format!("{}{place}", sentence(&cause.message()))
}

fn timeline(out: &mut Page<'_>, forecast: &Forecast) {
    out.heading(2, "Timeline");
    let row = |step: &Step| {
        let numbers = &step.numbers;
        vec![
            step.day.to_string(),
            numbers.proven.to_string(),
            numbers.cells.excluded.to_string(),
            numbers.possible.to_string(),
            numbers.critical_risks_treated.to_string(),
            severities(&numbers.gaps),
            numbers.overdue.to_string(),
            step.cells.len().to_string(),
            step.risks.len().to_string(),
            step.causes
                .iter()
                .map(describe)
                .collect::<Vec<_>>()
                .join("; "),
        ]
    };
    out.table(
        &[
            "From",
            ">Proven",
            ">Excluded",
            ">Possible",
            ">Critical risks treated",
            "Gaps",
            ">Overdue",
            ">Instances that change",
            ">Risks that change",
            "Events",
        ],
        forecast.steps.iter().map(row),
    );
}

fn risks(out: &mut Page<'_>, forecast: &Forecast) {
    out.heading(2, "How long the verdicts of risks hold");
    let row = |hold: &RiskLifetime| {
        vec![
            hold.until.map_or_else(
                || format!("beyond {}", forecast.until),
                |day| day.to_string(),
            ),
            code(&hold.risk),
            escape(&hold.title),
            hold.severity.to_string(),
            hold.verdict.to_string(),
            hold.then
                .map(|then| format!("{then} for {}", codes(&hold.subjects)))
                .unwrap_or_default(),
            hold.because
                .iter()
                .map(describe)
                .collect::<Vec<_>>()
                .join("; "),
        ]
    };
    out.table(
        &[
            "Until",
            "Risk",
            "Title",
            "Severity",
            "Verdict",
            "Next verdict",
            "Because",
        ],
        forecast
            .risks
            .iter()
            .filter(|hold| hold.verdict.is_in_scope())
            .map(row),
    );
}

/// What lapsed before the first day.
fn lapsed(out: &mut Page<'_>, forecast: &Forecast) {
    if forecast.lapsed.is_empty() {
        return;
    }
    let title = format_args!("Lapsed before {}", forecast.facts.as_of);
    out.heading(2, title);
    entries(
        out,
        [
            "Until",
            "Not proven, accepted or done",
            "Proven by other evidence",
        ],
        &forecast.lapsed,
    );
}

fn renewals(out: &mut Page<'_>, forecast: &Forecast) {
    out.heading(2, "What to renew, and by when");
    if forecast.renewals.is_empty() {
        out.line("Nothing expires or becomes due.");
        return;
    }
    entries(
        out,
        ["By", "No longer proven", "Still proven"],
        &forecast.renewals,
    );
}

fn entries(out: &mut Page<'_>, [by, affected, others]: [&str; 3], renewals: &[Renewal]) {
    let row = |renewal: &Renewal| {
        vec![
            renewal.day.to_string(),
            renewal.kind.to_string(),
            code(&renewal.entry),
            escape(&renewal.title),
            renewal.name.as_deref().map(escape).unwrap_or_default(),
            codes(&renewal.affected),
            codes(&renewal.loses_one_of_several),
            codes(&renewal.risks),
            renewal.locator.as_deref().map(escape).unwrap_or_default(),
            place(renewal.location.as_ref()),
        ]
    };
    out.table(
        &[
            by,
            "Event",
            "Entry",
            "Title",
            "Responsible",
            affected,
            others,
            "Risks that get worse",
            "Locator",
            "Declared at",
        ],
        renewals.iter().map(row),
    );
}
