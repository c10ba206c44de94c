//! `custody portfolio`: reports on many assessments at once.

#[path = "../../../src/portfolio/folder.rs"]
mod day;
#[path = "../../../src/portfolio/inputs.rs"]
mod inputs;
#[path = "../../../src/portfolio/run.rs"]
mod workers;

use crate::inputs::{Day, day};
use crate::view::words;
use crate::{Exit, Failure, output};
use anstyle::{AnsiColor, Style};
use custody_controls::catalog::Catalog;
use custody_controls::portfolio::{Obstacle, OutputKind, Portfolio};
use custody_controls::settings::Settings;
use custody_controls::taxonomy::Severity;
use custody_controls::text::count;
use custody_controls::text::sanitize;
use custody_controls::vocabulary;
use custody_formats::{Format, PortfolioFormat, Render};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

vocabulary! {
    /// The format of the report on each assessment.
    Reports, "report format" {
        /// HTML.
        Html,
        /// Markdown.
        Markdown,
        /// JSON.
        Json,
        /// No reports, only the overview and the tables.
        None,
    }
}

impl Reports {
    /// The format and the extension of its files.
    fn format(self) -> Option<(Format, &'static str)> {
        match self {
            Self::Html => Some((Format::Html, "html")),
            Self::Markdown => Some((Format::Markdown, "md")),
            Self::Json => Some((Format::Json, "json")),
            Self::None => None,
        }
    }
}

/// Report on many assessments at once.
///
/// Writes the directory `as_of=DATE` with an overview (`index.html`), a report on each assessment,
/// tables of cells, risks and gaps as NDJSON, and `manifest.json` with the digest of every file that
/// was read or written. Unreadable inputs are reported and do not stop the run. The directory of a
/// date is replaced as a whole or not at all.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::EXIT_CODES)]
pub(crate) struct Arguments {
    /// Directories of assessments, or single files. In a directory, each `.yaml`, `.yml` or `.json`
    /// file and each directory with such files is one assessment.
    #[arg(required = true, value_name = "PATH")]
    folders: Vec<PathBuf>,
    /// Reporting date: YYYY-MM-DD or `today`.
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Day,
    /// Output directory; results are written to `as_of=DATE` in it, and other dates are kept.
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
    /// Format of the report on each assessment.
    #[arg(long, value_parser = words::<Reports>(), default_value = "html", value_name = "FORMAT")]
    reports: Reports,
    /// Number of threads [default: one per core].
    #[arg(long, short, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Report evidence and acceptances that expire within this many days.
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(0..=36500))]
    horizon: u32,
    /// Exit with status 1 if any gap of any assessment has this severity or higher.
    #[arg(long, value_parser = words::<Severity>(), value_name = "SEVERITY")]
    fail_on: Option<Severity>,
}

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let mut settings = Settings::on(arguments.as_of.resolve()?);
    settings.horizon = arguments.horizon;
    let found = inputs::find(&arguments.folders, &arguments.output)?;
    if found.inputs.is_empty() {
        return Err(Failure::usage(
            "no assessment found",
            Some(
                "pass directories that contain `.yaml`, `.yml` or `.json` files, or directories \
                 with such files; `custody init` writes an assessment to begin with"
                    .to_owned(),
            ),
        ));
    }
    let day = day::Day::begin(&arguments.output, settings.as_of)?;
    let threads = arguments.jobs.map_or_else(
        || std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        usize::from,
    );
    let job = workers::Job::new(
        &found.inputs,
        catalog,
        &settings,
        &day,
        arguments.reports.format(),
    );
    let mut done = job.run(threads.min(found.inputs.len()))?;
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
    print_errors(&done.shown, &portfolio);
    output::write(None, &summary(&portfolio, &folder))?;
    let is_faulty = |obstacle: Obstacle| portfolio.faulty.iter().any(|i| i.obstacle == obstacle);
    let highest = portfolio
        .assessments
        .iter()
        .flat_map(|member| &member.summary.gaps)
        .filter(|entry| entry.count > 0)
        .map(|entry| entry.severity)
        .max();
    Ok(if is_faulty(Obstacle::Unreadable) {
        Exit::Io
    } else if !portfolio.faulty.is_empty() {
        Exit::Invalid
    } else if arguments
        .fail_on
        .zip(highest)
        .is_some_and(|(threshold, highest)| highest >= threshold)
    {
        Exit::Gaps
    } else {
        Exit::Clean
    })
}

/// Prints the inputs that are not part of the result to standard error, by name.
fn print_errors(shown: &BTreeMap<String, String>, portfolio: &Portfolio) {
    let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let mut text = String::new();
    for input in portfolio.faulty.iter().take(workers::SHOWN_INPUTS) {
        if let Some(faults) = shown.get(&input.name) {
            text.push_str(faults);
        } else {
            let (name, message) = (sanitize(&input.name), sanitize(&input.first.message));
            let _ = writeln!(text, "{red}error{red:#}: {name}: {message}\n");
        }
    }
    let more = portfolio.faulty.len().saturating_sub(workers::SHOWN_INPUTS);
    if more > 0 {
        let _ = writeln!(
            text,
            "{} not be read; the manifest lists all",
            count(more, "more input could", "more inputs could")
        );
    }
    let warnings = portfolio.assessments.iter().map(|member| member.warnings);
    let (all, members) = warnings
        .filter(|warnings| *warnings > 0)
        .fold((0, 0), |(all, members), more| (all + more, members + 1));
    if all > 0 {
        let _ = writeln!(
            text,
            "{} in {}; `custody check` lists them",
            count(all, "warning", "warnings"),
            count(members, "assessment", "assessments")
        );
    }
    output::print_to_stderr(&text);
}

fn summary(portfolio: &Portfolio, folder: &Path) -> String {
    let folder = folder.to_string_lossy();
    let mut text = format!("{}\n", portfolio.headline());
    let totals = &portfolio.totals;
    let gaps: Vec<String> = totals
        .gaps
        .iter()
        .map(|entry| format!("{} {}", entry.count, entry.severity))
        .collect();
    let _ = writeln!(
        text,
        "gaps: {}; {} overdue",
        gaps.join(", "),
        totals.overdue
    );
    if !portfolio.left_out.is_empty() {
        let _ = writeln!(
            text,
            "{} skipped; the manifest lists them",
            count(portfolio.left_out.len(), "entry was", "entries were")
        );
    }
    let _ = writeln!(text, "overview: {}/index.html", sanitize(&folder));
    text
}
