//! `custody supports`: what rests on what, and what would be left untreated without it.

use super::{Exit, Failure, View, gaps, output};
use crate::terminal;
use anstyle::Style;
use custody_controls::catalog::Catalog;
use custody_controls::supports::{CutRow, LARGEST_CUT, RiskAt, SupportRow, Supports};
use custody_controls::taxonomy::{Severity, Word};
use custody_controls::text::count;
use std::fmt::Write;
use std::path::PathBuf;

/// Tell what rests on a single support, or on few: evidence, controls, people, providers, wallets.
#[derive(Debug, clap::Args)]
#[command(after_help = super::EXIT_CODES)]
pub(super) struct Arguments {
    #[command(flatten)]
    input: gaps::Input,
    /// The size up to which sets of supports are looked for, whose loss together leaves a risk
    /// untreated.
    #[arg(long, value_name = "COUNT", default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=LARGEST_CUT as i64))]
    size: u8,
    /// How many single supports the terminal shows.
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    first: usize,
    /// The form.
    #[arg(long, value_parser = super::words::<View>(), default_value = "terminal")]
    format: View,
    /// Write to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let path = arguments.output.as_deref();
    output::spares(path, &arguments.input.files)?;
    let (files, question) = (&arguments.input.files, &arguments.input.question);
    gaps::evaluate(files, question, catalog, |coverage| {
        let supports = Supports::new(coverage, usize::from(arguments.size));
        match arguments.format {
            View::Json => {
                output::deliver_with(path, |out| custody_controls::json::write(&supports, out))
            }
            View::Terminal => output::deliver(&screen(&supports, arguments), path),
        }
    })
}

const BOLD: Style = Style::new().bold();
const PLAIN: Style = Style::new();

/// A line of what is found, wrapped, with what stands before it.
fn line(out: &mut String, lead: &str, text: &str) {
    let rest = " ".repeat(lead.chars().count());
    terminal::paragraph(out, text, (lead, &rest), output::width(), PLAIN);
}

fn screen(supports: &Supports, arguments: &Arguments) -> String {
    let mut out = String::new();
    let title = format!("{}, as of {}", supports.title, supports.as_of);
    terminal::paragraph(&mut out, &title, ("", ""), output::width(), BOLD);
    heading(&mut out, "What rests on a single support?");
    if supports.single.is_empty() {
        line(
            &mut out,
            "  ",
            "no risk: each keeps a control in place whatever one support is lost",
        );
    }
    for row in supports.single.iter().take(arguments.first) {
        single(&mut out, row, SHOWN);
    }
    if supports.single.len() > arguments.first {
        let more = supports.single.len() - arguments.first;
        let text = format!("… and {more} more; `--first` shows more of them");
        line(&mut out, "  ", &text);
    }
    heading(
        &mut out,
        "What is the least that leaves a critical risk untreated?",
    );
    critical(&mut out, supports);
    heading(&mut out, "Who has more than one duty for the same thing?");
    if supports.duties.is_empty() {
        line(&mut out, "  ", "nobody");
    }
    for row in &supports.duties {
        let duties: Vec<&str> = row.duties.iter().map(|duty| duty.word()).collect();
        let text = format!(
            "{} ({}) {}: {}",
            row.person,
            row.name,
            duties.join(" and "),
            some(&row.cells, SHOWN)
        );
        line(&mut out, "  ", &text);
    }
    let _ = writeln!(out);
    let text = "A support is lost when the evidence may not be relied on, the control or wallet does not hold, the provider fails, or the person is gone. `docs/reasoning.md` has the definition; `--format json` has every set.";
    terminal::paragraph(
        &mut out,
        text,
        ("", ""),
        output::width(),
        Style::new().dimmed(),
    );
    out
}

fn heading(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{BOLD}{text}{BOLD:#}");
}

/// How many of a list are shown.
const SHOWN: usize = 5;

fn some(items: &[String], most: usize) -> String {
    let shown: Vec<&str> = items.iter().take(most).map(String::as_str).collect();
    match items.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The risks, each with its subjects.
fn risks(risks: &[RiskAt]) -> Vec<String> {
    let mut told: Vec<(String, Vec<&str>)> = Vec::new();
    for at in risks {
        let risk = format!("{} {} ({})", at.risk, at.title, at.severity);
        match told.iter_mut().find(|(known, _)| *known == risk) {
            Some((_, subjects)) => subjects.push(at.subject.as_str()),
            None => told.push((risk, vec![at.subject.as_str()])),
        }
    }
    let told = told.into_iter();
    told.map(|(risk, subjects)| format!("{risk} for {}", subjects.join(", ")))
        .collect()
}

/// What the loss of a support would do, with as many cells and risks as are wanted.
pub(super) fn single(out: &mut String, row: &SupportRow, most: usize) {
    let at = row
        .location
        .as_ref()
        .map(|place| format!(" ({place})"))
        .unwrap_or_default();
    let title = match row.title.as_str() {
        "" => String::new(),
        title => format!(": {title}"),
    };
    let name = format!("{}{title}{at}", row.support);
    terminal::paragraph(out, &name, ("  ", "    "), output::width(), BOLD);
    if row.cells.is_empty() {
        line(out, "    ", "no cell falls with it alone");
        return;
    }
    let cells = count(row.cells.len(), "cell", "cells");
    line(
        out,
        "    falls      ",
        &format!("{cells}: {}", some(&row.cells, most)),
    );
    let untreated = risks(&row.untreated);
    for (index, text) in untreated.iter().take(most).enumerate() {
        let lead = if index == 0 {
            "    untreated  "
        } else {
            INDENT
        };
        line(out, lead, text);
    }
    if untreated.len() > most {
        let more = count(untreated.len() - most, "risk", "risks");
        line(out, INDENT, &format!("… and {more} more"));
    }
    if untreated.is_empty() {
        line(out, "    untreated  ", "no risk");
    }
    if !row.opened.is_empty() {
        let mut opened: Vec<&str> = row.opened.iter().map(|at| at.risk.as_str()).collect();
        opened.sort_unstable();
        opened.dedup();
        line(
            out,
            "    open again ",
            &format!("{} (treated now)", opened.join(", ")),
        );
    }
}

const INDENT: &str = "               ";

fn critical(out: &mut String, supports: &Supports) {
    let Some(smallest) = supports.smallest else {
        let text = format!("no set of {} or fewer supports does", supports.size);
        line(out, "  ", &text);
        return;
    };
    let is_of = |row: &&CutRow| {
        row.risk.severity == Severity::Critical
            && row.cuts.first().is_some_and(|cut| cut.len() == smallest)
    };
    let rows: Vec<&CutRow> = supports.cuts.iter().filter(is_of).collect();
    let text = format!(
        "{}, for {} of a critical risk and a subject; {} that hold have none of {} or fewer",
        count(smallest, "support", "supports"),
        count(rows.len(), "pair", "pairs"),
        supports.critical_without_cut,
        supports.size,
    );
    line(out, "  ", &text);
    for row in rows.iter().take(SHOWN) {
        let risk = format!(
            "{} {} for {}",
            row.risk.risk, row.risk.title, row.risk.subject
        );
        line(out, "  ", &risk);
        for cut in row
            .cuts
            .iter()
            .filter(|cut| cut.len() == smallest)
            .take(SHOWN)
        {
            let cut: Vec<String> = cut.iter().map(ToString::to_string).collect();
            line(out, "    without ", &cut.join(" and "));
        }
        if !row.complete {
            line(out, "    ", "the search was given up: there are more");
        }
    }
    if rows.len() > SHOWN {
        line(out, "  ", &format!("and {} more", rows.len() - SHOWN));
    }
}
