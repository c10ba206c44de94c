//! A forecast: a line for each date on which something changes, the risk verdicts that change first,
//! and the first renewals.

use super::layout::{
    BOLD, DIM, PLAIN, Screen, at, catalog, hanging, heading, line, paint, paragraph, scope,
    style_of,
};
use super::supports::some;
use custody_controls::assessment::SubjectId;
use custody_controls::coverage::Ratio;
use custody_controls::forecast::{Cause, Forecast, Renewal, Step};
use custody_controls::taxonomy::{EventKind, RiskVerdict};
use custody_controls::text::{count, sanitize};

/// The width of a bar of all cells, in columns.
const BAR: u64 = 24;

/// The forecast, with the first risks and renewals.
pub(crate) fn write(forecast: &Forecast, screen: Screen) -> String {
    let Screen { width, entries } = screen;
    let mut out = String::new();
    let facts = &forecast.facts;
    let title = format!(
        "{}: from {} to {}, if nothing is renewed",
        facts.title, facts.as_of, forecast.until
    );
    paragraph(&mut out, &title, ("", ""), width, BOLD);
    let remark = "; evidence figures are for the whole assessment";
    catalog(&mut out, facts.catalog_origin, width);
    scope(&mut out, facts.only_wallets.as_deref(), remark, width);
    paragraph(
        &mut out,
        &forecast.headline().to_string(),
        ("", ""),
        width,
        PLAIN,
    );
    lapsed(&mut out, forecast, width, entries);
    // Exclusions do not depend on the date.
    let first = forecast.steps.first().map(|step| step.numbers.cells);
    let excluded = first.unwrap_or_default().excluded_in_words();
    heading(
        &mut out,
        &format!("Timeline: proven; {excluded} on all dates"),
    );
    for (before, step) in std::iter::once(None)
        .chain(forecast.steps.iter().map(Some))
        .zip(&forecast.steps)
    {
        event(&mut out, before, step, width);
    }
    risks(&mut out, forecast, width, entries);
    renewals(&mut out, forecast, width, entries);
    out
}

/// A line of the timeline: the date, the proven cells, and what changed.
fn event(out: &mut String, before: Option<&Step>, step: &Step, width: u16) {
    let proven = step.numbers.proven;
    let lead = format!(
        "  {}  {:<20} {}  ",
        step.day,
        proven.to_string(),
        bar(proven)
    );
    let Some(before) = before else {
        line(out, format_args!("{lead}first day"));
        return;
    };
    let mut changes = Vec::new();
    let was = before.numbers.proven.numerator;
    if was != proven.numerator {
        let sign = if proven.numerator < was { '-' } else { '+' };
        changes.push(format!("{sign}{}", proven.numerator.abs_diff(was)));
    }
    let is_worse = |from: RiskVerdict, to: RiskVerdict| to.rank() < from.rank();
    let worse = step.risks.iter();
    let worse = worse
        .filter(|change| is_worse(change.from, change.to))
        .count();
    if worse > 0 {
        changes.push(count(worse, "risk worse", "risks worse"));
    }
    for kind in [
        EventKind::EvidenceEnds,
        EventKind::AcceptanceEnds,
        EventKind::DuePasses,
        EventKind::EvidenceBegins,
        EventKind::AcceptanceBegins,
        EventKind::WalletEnds,
        EventKind::WalletBegins,
        EventKind::AssessmentEnds,
        EventKind::AssessmentBegins,
    ] {
        let causes = step.causes.iter().filter(|cause| cause.kind == kind);
        let entries: Vec<String> = causes.map(|cause| cause.entry.to_string()).collect();
        if !entries.is_empty() {
            changes.push(format!("{}: {}", describe(kind), entries.join(", ")));
        }
    }
    hanging(out, &lead, &changes.join("; "), width, PLAIN);
}

fn describe(kind: EventKind) -> &'static str {
    match kind {
        EventKind::EvidenceEnds => "expired",
        EventKind::AcceptanceEnds => "no longer accepted",
        EventKind::DuePasses => "overdue",
        EventKind::EvidenceBegins => "now valid",
        EventKind::AcceptanceBegins => "accepted",
        EventKind::WalletEnds => "no longer holds keys",
        EventKind::WalletBegins => "holds keys",
        EventKind::AssessmentEnds => "to be assessed again",
        EventKind::AssessmentBegins => "assessed",
    }
}

/// The proven share of cells. At least one character is full if any cell is proven.
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

fn risks(out: &mut String, forecast: &Forecast, width: u16, first: usize) {
    heading(out, "Risk verdicts that change first");
    let ending: Vec<_> = forecast
        .risks
        .iter()
        .filter(|hold| hold.until.is_some())
        .collect();
    for hold in ending.iter().take(first) {
        let name = format!("{} {}", hold.risk, hold.title);
        let lead = format!("  {}  ", paint(style_of(hold.severity), hold.severity));
        paragraph(out, &name, (&lead, "    "), width, PLAIN);
        let because = |cause: &Cause| format!("{cause}{}", at(cause.location.as_ref()));
        let because: Vec<String> = hold.because.iter().map(because).collect();
        let verdict = match (hold.until, hold.then) {
            (Some(day), Some(then)) => {
                let subjects: Vec<&str> = hold.subjects.iter().map(SubjectId::as_str).collect();
                let subjects = subjects.join(", ");
                format!("{} until {day}, then {then} for {subjects}", hold.verdict)
            }
            _ => hold.verdict.to_string(),
        };
        paragraph(out, &verdict, ("    ", "      "), width, PLAIN);
        let leads = ("    because  ", "             ");
        paragraph(out, &because.join(", and "), leads, width, PLAIN);
    }
    let treated = |is_ending: bool| {
        let holds = forecast.risks.iter().filter(|hold| {
            hold.verdict == RiskVerdict::Treated && hold.until.is_some() == is_ending
        });
        holds.count()
    };
    let changes = match ending.len() {
        0 => "No risk verdict changes".to_owned(),
        all => count(all, "risk verdict changes", "risk verdicts change"),
    };
    let treated_first = match (treated(true) + treated(false), treated(false)) {
        (0, _) => "No risk is treated on the first day.".to_owned(),
        (all, rest) => format!(
            "{} on the first day, {} throughout the forecast.",
            count(all, "risk is treated", "risks are treated"),
            match (all, rest) {
                (1, 0) => "but not".to_owned(),
                (1, _) => "and".to_owned(),
                (_, 0) => "none of them".to_owned(),
                (_, rest) => format!("{rest} of them"),
            }
        ),
    };
    let rest = format!("{changes} by {}. {treated_first}", forecast.until);
    hanging(out, "  ", &rest, width, DIM);
}

fn renewals(out: &mut String, forecast: &Forecast, width: u16, first: usize) {
    let all = forecast.renewals.len();
    let shown = all.min(first);
    heading(
        out,
        &format!("First renewals ({shown} of {all} calendar entries)"),
    );
    for renewal in forecast.renewals.iter().take(first) {
        entry(out, renewal, width);
    }
    if all == 0 {
        line(out, "  none: nothing expires or is due");
    }
    let text = "`--format ics` writes a calendar; `--format markdown` and `--format json` write the full forecast.";
    line(out, "");
    paragraph(out, text, ("", ""), width, DIM);
}

/// What lapsed before the first day: what has to be done at once.
fn lapsed(out: &mut String, forecast: &Forecast, width: u16, first: usize) {
    let all = forecast.lapsed.len();
    if all == 0 {
        return;
    }
    let shown = all.min(first);
    let title = format!("Lapsed before {} ({shown} of {all})", forecast.facts.as_of);
    heading(out, &title);
    for renewal in forecast.lapsed.iter().take(first) {
        let indent = head(out, renewal, width);
        let state = match renewal.kind {
            EventKind::EvidenceEnds | EventKind::EvidenceBegins => {
                if renewal.affected.is_empty() {
                    "expired; still proven by other evidence"
                } else {
                    "expired; unproven"
                }
            }
            EventKind::AcceptanceEnds | EventKind::AcceptanceBegins => {
                "no longer accepted; still open"
            }
            EventKind::DuePasses => "overdue",
            EventKind::WalletEnds | EventKind::WalletBegins => "other controls apply",
            EventKind::AssessmentEnds | EventKind::AssessmentBegins => {
                "to be assessed again; until then unproven or not excluded"
            }
        };
        let cells = if renewal.affected.is_empty() {
            &renewal.loses_one_of_several
        } else {
            &renewal.affected
        };
        let text = format!("{state}: {}", some(cells, SHOWN));
        paragraph(out, &text, (indent, indent), width, PLAIN);
    }
}

/// The number of cells of an entry that are named.
const SHOWN: usize = 5;

/// The day, the entry and where it is declared; returns the indentation of what follows.
fn head(out: &mut String, renewal: &Renewal, width: u16) -> &'static str {
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
    hanging(out, &lead, &name, width, PLAIN);
    "              "
}

fn entry(out: &mut String, renewal: &Renewal, width: u16) {
    let indent = head(out, renewal, width);
    let cells = renewal.affected.len();
    let effect = match renewal.kind {
        EventKind::EvidenceEnds | EventKind::EvidenceBegins => {
            let weakened = renewal.loses_one_of_several.len();
            let risks = renewal.risks.len();
            let mut parts = vec![count(cells, "cell unproven", "cells unproven")];
            if weakened > 0 {
                let cells = count(weakened, "cell", "cells");
                parts.push(format!("{cells} with less evidence"));
            }
            if risks > 0 {
                parts.push(count(risks, "risk worse", "risks worse"));
            }
            format!("if not renewed: {}", parts.join(", "))
        }
        EventKind::AcceptanceEnds | EventKind::AcceptanceBegins => format!(
            "if not renewed: {} with an open risk that is not accepted",
            count(cells, "subject", "subjects")
        ),
        EventKind::WalletEnds | EventKind::WalletBegins => "other controls apply".to_owned(),
        EventKind::AssessmentEnds | EventKind::AssessmentBegins => format!(
            "if not assessed again: {} unproven or no longer excluded",
            count(cells, "cell", "cells")
        ),
        EventKind::DuePasses => format!("if not done: {} overdue", count(cells, "cell", "cells")),
    };
    paragraph(out, &effect, (indent, indent), width, PLAIN);
}
