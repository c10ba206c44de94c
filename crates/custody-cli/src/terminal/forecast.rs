//! A forecast on a screen: a line for each day on which something turns, which verdicts end first,
//! and what to renew first.

use super::{BOLD, DIM, heading, line, paint, paragraph, style_of};
use anstyle::Style;
use custody_controls::coverage::Ratio;
use custody_controls::forecast::{Cause, Forecast, Renewal, Step};
use custody_controls::source::Location;
use custody_controls::taxonomy::{RiskVerdict, Turn};
use custody_controls::text::count;
use custody_controls::text::sanitize;

/// The width of the bar that stands for all cells.
const BAR: u64 = 24;

/// The forecast on a screen of a width, with so many risks and renewals in full.
pub(crate) fn write(forecast: &Forecast, width: u16, first: usize) -> String {
    let mut out = String::new();
    let facts = &forecast.facts;
    let title = format!(
        "{}: {} until {}, if nothing is renewed",
        facts.title, facts.as_of, forecast.until
    );
    paragraph(&mut out, &title, ("", ""), width, BOLD);
    if let Some(wallets) = &facts.only_wallets {
        let wallets: Vec<&str> = wallets
            .iter()
            .map(custody_controls::id::WalletId::as_str)
            .collect();
        let scope = format!(
            "Only the organization and {}; evidence is that of the whole assessment.",
            wallets.join(", ")
        );
        paragraph(&mut out, &scope, ("", ""), width, Style::new());
    }
    paragraph(&mut out, &forecast.verdict(), ("", ""), width, Style::new());
    heading(&mut out, "How does it go on?");
    for (before, step) in std::iter::once(None)
        .chain(forecast.steps.iter().map(Some))
        .zip(&forecast.steps)
    {
        moment(&mut out, before, step, width);
    }
    risks(&mut out, forecast, width, first);
    renewals(&mut out, forecast, width, first);
    out
}

/// A step: the day, what is proven, and what turned.
fn moment(out: &mut String, before: Option<&Step>, step: &Step, width: u16) {
    let proven = step.numbers.proven;
    let lead = format!(
        "  {}  {:<20} {}  ",
        step.day,
        proven.to_string(),
        bar(proven)
    );
    let indent = " ".repeat(lead.chars().count());
    let Some(before) = before else {
        line(out, format_args!("{lead}the first day"));
        return;
    };
    let mut told = Vec::new();
    let was = before.numbers.proven.numerator;
    if was != proven.numerator {
        let sign = if proven.numerator < was { '-' } else { '+' };
        told.push(format!("{sign}{}", proven.numerator.abs_diff(was)));
    }
    let is_worse = |from: RiskVerdict, to: RiskVerdict| to.rank() < from.rank();
    let worse = step.risks.iter();
    let worse = worse
        .filter(|change| is_worse(change.from, change.to))
        .count();
    if worse > 0 {
        told.push(count(worse, "risk worse", "risks worse"));
    }
    for kind in [
        Turn::EvidenceEnds,
        Turn::AcceptanceEnds,
        Turn::DuePasses,
        Turn::EvidenceBegins,
        Turn::AcceptanceBegins,
    ] {
        let causes = step.causes.iter().filter(|cause| cause.kind == kind);
        let entries: Vec<&str> = causes.map(|cause| cause.entry.as_str()).collect();
        if !entries.is_empty() {
            told.push(format!("{}: {}", turned(kind), entries.join(", ")));
        }
    }
    paragraph(out, &told.join("; "), (&lead, &indent), width, Style::new());
}

fn turned(kind: Turn) -> &'static str {
    match kind {
        Turn::EvidenceEnds => "ended",
        Turn::AcceptanceEnds => "accepted no longer",
        Turn::DuePasses => "overdue",
        Turn::EvidenceBegins => "begins",
        Turn::AcceptanceBegins => "accepted",
    }
}

/// What is proven of all that counts; a number above none is never shown as none, nor one below all
/// as all.
fn bar(proven: Ratio) -> String {
    let Ratio {
        numerator,
        denominator,
    } = proven;
    let share = (numerator * BAR).checked_div(denominator).unwrap_or(0);
    let full = share.max(u64::from(numerator > 0)).min(BAR);
    let count = |length: u64| usize::try_from(length).unwrap_or_default();
    let (full, empty) = (count(full), count(BAR - full));
    format!("{}{}", "█".repeat(full), "·".repeat(empty))
}

fn at(location: Option<&Location>) -> String {
    location
        .map(|location| format!(" ({location})"))
        .unwrap_or_default()
}

fn risks(out: &mut String, forecast: &Forecast, width: u16, first: usize) {
    heading(out, "Which verdicts end first?");
    let ending: Vec<_> = forecast
        .risks
        .iter()
        .filter(|hold| hold.until.is_some())
        .collect();
    for hold in ending.iter().take(first) {
        let name = format!("{} {}", hold.risk, hold.title);
        let lead = format!("  {}  ", paint(style_of(hold.severity), hold.severity));
        paragraph(out, &name, (&lead, "    "), width, Style::new());
        let because = |cause: &Cause| format!("{cause}{}", at(cause.location.as_ref()));
        let because: Vec<String> = hold.because.iter().map(because).collect();
        let verdict = match (hold.until, hold.then) {
            (Some(day), Some(then)) => format!("{} until {day}, then {then}", hold.verdict),
            _ => hold.verdict.to_string(),
        };
        line(out, format_args!("    {verdict}"));
        let leads = ("    because  ", "             ");
        paragraph(out, &because.join(", and "), leads, width, Style::new());
    }
    let treated = |is_ending: bool| {
        let holds = forecast.risks.iter().filter(|hold| {
            hold.verdict == RiskVerdict::Treated && hold.until.is_some() == is_ending
        });
        holds.count()
    };
    let rest = format!(
        "{} by {}; {} on the first day, and {} so beyond.",
        count(
            ending.len(),
            "verdict of a risk ends",
            "verdicts of risks end"
        ),
        forecast.until,
        count(
            treated(true) + treated(false),
            "risk is treated",
            "risks are treated"
        ),
        count(treated(false), "stays", "stay")
    );
    paragraph(out, &rest, ("  ", "  "), width, DIM);
}

fn renewals(out: &mut String, forecast: &Forecast, width: u16, first: usize) {
    let all = forecast.renewals.len();
    let shown = all.min(first);
    heading(
        out,
        &format!("What to renew first? ({shown} of {all} entries of the calendar)"),
    );
    for renewal in forecast.renewals.iter().take(first) {
        entry(out, renewal, width);
    }
    if all == 0 {
        line(out, "  nothing: nothing ends or falls due");
    }
    let text =
        "`--format ics` makes a calendar of it, `--format markdown` and `--format json` tell all.";
    line(out, "");
    paragraph(out, text, ("", ""), width, DIM);
}

fn entry(out: &mut String, renewal: &Renewal, width: u16) {
    let who = renewal
        .name
        .as_deref()
        .map(|name| format!(", {}", sanitize(name)))
        .unwrap_or_default();
    let name = format!(
        "{} {}{who}{}",
        renewal.entry,
        renewal.title,
        at(renewal.location.as_ref())
    );
    let lead = format!("  {}  ", paint(BOLD, renewal.day));
    let indent = "              ";
    paragraph(out, &name, (&lead, indent), width, Style::new());
    let falls = renewal.falls.len();
    let effect = match renewal.kind {
        Turn::EvidenceEnds | Turn::EvidenceBegins => format!(
            "otherwise {}, {}, {}",
            count(falls, "cell falls", "cells fall"),
            count(renewal.weakens.len(), "is weakened", "are weakened"),
            count(renewal.risks.len(), "risk gets worse", "risks get worse")
        ),
        Turn::AcceptanceEnds | Turn::AcceptanceBegins => format!(
            "otherwise {}",
            count(
                falls,
                "subject has an open risk that nobody accepts",
                "subjects have an open risk that nobody accepts"
            )
        ),
        Turn::DuePasses => {
            format!(
                "otherwise {}",
                count(falls, "cell is overdue", "cells are overdue")
            )
        }
    };
    paragraph(out, &effect, (indent, indent), width, Style::new());
}
