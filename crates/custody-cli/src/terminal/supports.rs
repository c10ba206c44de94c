//! Single points of failure, the smallest combinations that leave a critical risk without treatment, and
//! people with several duties for the same control.

use super::layout::{BOLD, DIM, PLAIN, Screen, at, catalog, hanging, heading, paragraph};
use custody_controls::supports::{CutRow, RiskAt, SupportRow, Supports};
use custody_controls::taxonomy::{Severity, Word};
use custody_controls::text::count;

/// The supports, with the first single points of failure.
pub(crate) fn write(supports: &Supports, screen: Screen) -> String {
    let Screen { width, entries } = screen;
    let mut out = String::new();
    let title = format!("{}, as of {}", supports.title, supports.as_of);
    paragraph(&mut out, &title, ("", ""), width, BOLD);
    catalog(&mut out, supports.catalog_origin, width);
    heading(&mut out, "Single points of failure");
    if supports.single.is_empty() {
        hanging(&mut out, "  ", no_single(supports), width, PLAIN);
    }
    for row in supports.single.iter().take(entries) {
        loss(&mut out, row, SHOWN, width);
    }
    if supports.single.len() > entries {
        let more = supports.single.len() - entries;
        let text = format!("… and {more} more; `--first` sets how many are shown");
        hanging(&mut out, "  ", &text, width, PLAIN);
    }
    heading(
        &mut out,
        "Smallest combinations that leave a critical risk without treatment",
    );
    critical(&mut out, supports, width);
    heading(
        &mut out,
        "People with more than one duty for the same control",
    );
    if supports.duties.is_empty() {
        hanging(&mut out, "  ", "none", width, PLAIN);
    }
    for row in &supports.duties {
        let duties: Vec<&str> = row.duties.iter().map(|duty| duty.word()).collect();
        let text = format!(
            "{} ({}) {}: {}",
            row.person,
            row.name,
            and(&duties),
            some(&row.cells, SHOWN)
        );
        hanging(&mut out, "  ", &text, width, PLAIN);
    }
    out.push('\n');
    let text = "A support is lost if the evidence becomes unreliable, the control or the provider fails, or the person who owns it leaves. `docs/reasoning.md` has the definition; `--format json` lists every combination.";
    paragraph(&mut out, text, ("", ""), width, DIM);
    out
}

/// Why there is no single point of failure: there may be nothing that can be lost.
fn no_single(supports: &Supports) -> &'static str {
    if supports.holding == 0 {
        "no control is effective or partly in place, so there is nothing to lose"
    } else if supports.held == 0 {
        "no risk is treated, not even in part, so none can lose its treatment"
    } else {
        "none: no loss of one support leaves a risk without treatment that is now treated or partly treated"
    }
}

/// Words as a list, such as `a, b and c`.
fn and(words: &[&str]) -> String {
    match words {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => words.concat(),
    }
}

/// Number of entries of a list that are shown.
const SHOWN: usize = 5;

pub(super) fn some(items: &[String], most: usize) -> String {
    let shown: Vec<&str> = items.iter().take(most).map(String::as_str).collect();
    match items.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The risks, each with its subjects.
fn risks(risks: &[RiskAt]) -> Vec<String> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for at in risks {
        let risk = format!("{} {} ({})", at.risk, at.title, at.severity);
        match groups.iter_mut().find(|(known, _)| *known == risk) {
            Some((_, subjects)) => subjects.push(at.subject.as_str()),
            None => groups.push((risk, vec![at.subject.as_str()])),
        }
    }
    groups
        .into_iter()
        .map(|(risk, subjects)| format!("{risk} for {}", subjects.join(", ")))
        .collect()
}

/// Adds the effects of losing a support, with up to `most` cells and risks.
pub(crate) fn loss(out: &mut String, row: &SupportRow, most: usize, width: u16) {
    let title = match row.title.as_str() {
        "" => String::new(),
        title => format!(": {title}"),
    };
    let name = format!("{}{title}{}", row.support, at(row.location.as_ref()));
    paragraph(out, &name, ("  ", "    "), width, BOLD);
    if row.cells.is_empty() {
        hanging(out, "    ", "no cell depends on it alone", width, PLAIN);
        return;
    }
    let cells = count(row.cells.len(), "cell", "cells");
    let cells = format!("{cells}: {}", some(&row.cells, most));
    hanging(out, "    affected     ", &cells, width, PLAIN);
    let without_treatment = risks(&row.without_treatment);
    for (index, text) in without_treatment.iter().take(most).enumerate() {
        let lead = if index == 0 {
            "    not treated  "
        } else {
            INDENT
        };
        hanging(out, lead, text, width, PLAIN);
    }
    if without_treatment.len() > most {
        let more = count(without_treatment.len() - most, "more risk", "more risks");
        hanging(out, INDENT, &format!("… and {more}"), width, PLAIN);
    }
    if without_treatment.is_empty() {
        hanging(out, "    not treated  ", "no risk", width, PLAIN);
    }
    if !row.opened.is_empty() {
        let mut opened: Vec<&str> = row.opened.iter().map(|at| at.risk.as_str()).collect();
        opened.sort_unstable();
        opened.dedup();
        let text = format!("{} (currently treated)", opened.join(", "));
        hanging(out, "    reopened     ", &text, width, PLAIN);
    }
}

const INDENT: &str = "                 ";

fn critical(out: &mut String, supports: &Supports, width: u16) {
    if supports.critical_held == 0 {
        let text = "no critical risk is treated, not even in part, so none can lose its treatment";
        hanging(out, "  ", text, width, PLAIN);
        return;
    }
    let Some(smallest) = supports.smallest else {
        let text = format!(
            "none with at most {}: {} the loss of any {}",
            count(supports.size, "support", "supports"),
            count(
                supports.critical_held,
                "pair of a critical risk and a subject withstands",
                "pairs of a critical risk and a subject withstand"
            ),
            supports.size
        );
        hanging(out, "  ", &text, width, PLAIN);
        return;
    };
    let is_smallest = |row: &&CutRow| {
        row.risk.severity == Severity::Critical
            && row.cuts.first().is_some_and(|cut| cut.len() == smallest)
    };
    let rows: Vec<&CutRow> = supports.cuts.iter().filter(is_smallest).collect();
    let text = format!(
        "{} enough for {} of a critical risk and a subject; {} the loss of any {}",
        count(smallest, "support is", "supports are"),
        count(rows.len(), "pair", "pairs"),
        count(
            supports.critical_without_cut,
            "pair withstands",
            "pairs withstand"
        ),
        count(supports.size, "support", "supports"),
    );
    hanging(out, "  ", &text, width, PLAIN);
    for row in rows.iter().take(SHOWN) {
        let RiskAt {
            risk,
            title,
            subject,
            ..
        } = &row.risk;
        let risk = format!("{risk} {title} for {subject}");
        hanging(out, "  ", &risk, width, PLAIN);
        for cut in row
            .cuts
            .iter()
            .filter(|cut| cut.len() == smallest)
            .take(SHOWN)
        {
            let cut: Vec<String> = cut.iter().map(ToString::to_string).collect();
            hanging(out, "    without ", &cut.join(" and "), width, PLAIN);
        }
        if !row.complete {
            let text = "the search was stopped: there may be others";
            hanging(out, "    ", text, width, PLAIN);
        }
    }
    super::layout::more(out, "  ", rows.len(), SHOWN);
}
