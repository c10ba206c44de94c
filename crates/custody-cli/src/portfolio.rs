//! `custody portfolio`: many assessments at once, side by side.

mod day;
mod hands;
mod inputs;

use super::{Exit, Failure, gaps, output, words};
use anstyle::{AnsiColor, Style};
use custody_controls::catalog::Catalog;
use custody_controls::portfolio::{Obstacle, OutputKind, Portfolio};
use custody_controls::settings::Settings;
use custody_controls::taxonomy::{Severity, Word};
use custody_controls::text::count;
use custody_controls::text::sanitize;
use custody_controls::vocabulary;
use custody_formats::{Format, PortfolioFormat, Render};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

vocabulary! {
    /// The form in which a report of each assessment is written.
    Reports, "form of reports" {
        /// One HTML file each.
        Html,
        /// Markdown.
        Markdown,
        /// JSON.
        Json,
        /// No reports; the overview and the rows stand alone.
        None,
    }
}

impl Reports {
    /// The format, and how the name of its files ends.
    fn format(self) -> Option<(Format, &'static str)> {
        match self {
            Self::Html => Some((Format::Html, "html")),
            Self::Markdown => Some((Format::Markdown, "md")),
            Self::Json => Some((Format::Json, "json")),
            Self::None => None,
        }
    }
}

/// Report many assessments at once, side by side.
///
/// Writes a folder `as_of=DAY` with an overview (`index.html`), a report of each, tables of cells, risks
/// and gaps as NDJSON, and `manifest.json` with the digest of every file that was read or written.
/// What cannot be read is told and stops nothing else. A day is replaced as a whole or not at all.
#[derive(Debug, clap::Args)]
#[command(after_help = super::EXIT_CODES)]
pub(super) struct Arguments {
    /// Folders of assessments: each `.yaml`, `.yml` or `.json` file in them is one, and each folder
    /// that holds such files is one. A single file is one, too.
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
    /// The day for which verdicts are given: YYYY-MM-DD or `today`.
    #[arg(long, value_name = "DAY", value_parser = gaps::day)]
    as_of: gaps::Day,
    /// The folder in which the folder of the day is written; other days stay beside it.
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
    /// The form of the report of each assessment.
    #[arg(long, value_parser = words::<Reports>(), default_value = "html", value_name = "FORM")]
    reports: Reports,
    /// How many assessments are read at the same time; one for each core, where it is left out.
    #[arg(long, short, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// For how many days ahead what runs out is named.
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(0..=36500))]
    horizon: u32,
    /// Exit with 1 where a gap of any assessment has this severity or a graver one.
    #[arg(long, value_parser = words::<Severity>(), value_name = "SEVERITY")]
    fail_on: Option<Severity>,
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let mut settings = Settings::as_of(arguments.as_of.resolve()?);
    settings.horizon = arguments.horizon;
    let found = inputs::find(&arguments.folders, &arguments.output)?;
    if found.inputs.is_empty() {
        return Err(Failure::asked(
            "there is no assessment in what was given",
            Some(
                "give folders that hold `.yaml`, `.yml` or `.json` files, or folders with them; \
                 `custody init` writes one to begin with"
                    .to_owned(),
            ),
        ));
    }
    let day = day::Day::begin(&arguments.output, settings.as_of)?;
    let jobs = arguments.jobs.map_or_else(
        || std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        usize::from,
    );
    let work = hands::Work::new(
        &found.inputs,
        catalog,
        &settings,
        &day,
        arguments.reports.format(),
    );
    let mut done = work.with(jobs.min(found.inputs.len()))?;
    for output in done.gathering.set_apart_repeated() {
        day.remove(&output.path)?;
    }
    for entry in found.left_out {
        done.gathering.add_left_out(entry);
    }
    let mut portfolio = done.gathering.into_portfolio(catalog, &settings);
    let overview = day.write("index.html", OutputKind::Overview, |out| {
        portfolio.write(PortfolioFormat::Html, out)
    })?;
    portfolio.overview = Some(overview);
    day.write("manifest.json", OutputKind::Overview, |out| {
        portfolio.write(PortfolioFormat::Json, out)
    })?;
    let folder = day.finish()?;
    tell_faults(&done.shown, &portfolio);
    output::deliver(&told(&portfolio, &folder), None)?;
    let is_faulty = |obstacle: Obstacle| portfolio.faulty.iter().any(|i| i.obstacle == obstacle);
    let gravest = portfolio
        .assessments
        .iter()
        .flat_map(|member| &member.summary.gaps)
        .filter(|entry| entry.count > 0)
        .map(|entry| entry.severity)
        .max();
    Ok(if is_faulty(Obstacle::Unreadable) {
        Exit::Unavailable
    } else if !portfolio.faulty.is_empty() {
        Exit::Faulty
    } else if arguments
        .fail_on
        .zip(gravest)
        .is_some_and(|(threshold, gravest)| gravest >= threshold)
    {
        Exit::Gaps
    } else {
        Exit::Clean
    })
}

/// Says on standard error what is in no number, in the order of names.
fn tell_faults(shown: &BTreeMap<String, String>, portfolio: &Portfolio) {
    let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let mut text = String::new();
    for input in portfolio.faulty.iter().take(hands::SHOWN_INPUTS) {
        if let Some(faults) = shown.get(&input.name) {
            text.push_str(faults);
        } else {
            let (name, message) = (sanitize(&input.name), sanitize(&input.first.message));
            let _ = writeln!(text, "{red}error{red:#}: {name}: {message}\n");
        }
    }
    let more = portfolio.faulty.len().saturating_sub(hands::SHOWN_INPUTS);
    if more > 0 {
        let _ = writeln!(
            text,
            "{} cannot be read; the manifest lists all",
            count(more as u64, "more input", "more inputs")
        );
    }
    let warnings = portfolio.assessments.iter().map(|member| member.warnings);
    let (all, members) = warnings
        .filter(|warnings| *warnings > 0)
        .fold((0, 0), |(all, members), more| (all + more, members + 1));
    if all > 0 {
        let _ = writeln!(
            text,
            "{} in {}; `custody check` shows them",
            count(all, "warning", "warnings"),
            count(members, "assessment", "assessments")
        );
    }
    let _ = anstream::stderr().write_all(text.as_bytes());
}

fn told(portfolio: &Portfolio, folder: &Path) -> String {
    let folder = folder.to_string_lossy();
    let mut text = format!("{}\n", portfolio.headline());
    let totals = &portfolio.totals;
    for entry in &totals.gaps {
        let _ = write!(text, "{} {}, ", entry.count, entry.severity.word());
    }
    let _ = writeln!(text, "{} overdue", totals.overdue);
    if !portfolio.left_out.is_empty() {
        let _ = writeln!(
            text,
            "{} not looked at; the manifest lists them",
            count(portfolio.left_out.len() as u64, "entry was", "entries were")
        );
    }
    let _ = writeln!(text, "{}/index.html", sanitize(&folder));
    text
}
