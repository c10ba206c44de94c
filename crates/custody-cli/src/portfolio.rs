//! `custody portfolio`: reports on many assessments at once.

use crate::inputs::{Day, day};
use crate::view::{number, words};
use crate::{Exit, Failure, diagnostics, output};
use anstyle::{AnsiColor, Style};
use custody_controls::catalog::Catalog;
use custody_controls::diagnostic::Diagnostics;
use custody_controls::portfolio::{
    Finished, INVALID_KEPT, Obstacle, Portfolio, Rendering, Run, RunError, Table,
};
use custody_controls::report::Report;
use custody_controls::settings::Settings;
use custody_controls::taxonomy::Severity;
use custody_controls::text::count;
use custody_controls::text::sanitize;
use custody_controls::vocabulary;
use custody_formats::{Format, PortfolioFormat, Render};
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Maximum number of errors shown for each input; `custody check` shows all.
const SHOWN_ERRORS: usize = 5;

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

impl Rendering for Reports {
    fn report_extension(&self) -> Option<&str> {
        self.format().map(|(_, extension)| extension)
    }

    fn report(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        self.format()
            .map_or(Ok(()), |(format, _)| report.write(format, out))
    }

    fn rows(&self, table: Table, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let format = match table {
            Table::Cells => Format::NdjsonCells,
            Table::Risks => Format::NdjsonRisks,
            Table::Gaps | _ => Format::NdjsonGaps,
        };
        report.write(format, out)
    }

    fn overview(&self, portfolio: &Portfolio, out: &mut dyn Write) -> io::Result<()> {
        portfolio.write(PortfolioFormat::Html, out)
    }
}

/// Report on many assessments at once.
///
/// Writes the directory `as_of=DATE` with an overview (`index.html`), a report on each assessment,
/// tables of cells, risks and gaps as NDJSON, and `manifest.json` with the digest of every file that
/// was read or written. Unreadable inputs are reported and do not stop the run. The directory of a
/// date is replaced as a whole or not at all.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit_codes!(
    "  1  a gap of any assessment has the severity of --fail-on or higher\n"
))]
pub(crate) struct Arguments {
    /// Directories of assessments, or single files. In a directory, each `.yaml`, `.yml` or `.json`
    /// file and each directory with such files is one assessment.
    #[arg(required = true, value_name = "PATH")]
    folders: Vec<PathBuf>,
    /// Reporting date: YYYY-MM-DD or `today` (in UTC).
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Day,
    /// Output directory; results are written to `as_of=DATE` in it, and other dates are kept.
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
    /// Format of the report on each assessment.
    #[arg(long, value_parser = words::<Reports>(), default_value = "html", value_name = "FORMAT")]
    reports: Reports,
    /// Number of threads [default: one per core].
    #[arg(long, short, value_name = "NUMBER", allow_negative_numbers = true, value_parser = number::<u16>(1..=1024))]
    jobs: Option<u16>,
    /// Report evidence and acceptances that expire within this many days.
    #[arg(long, value_name = "DAYS", default_value_t = 90, allow_negative_numbers = true, value_parser = number::<u32>(0..=36_500))]
    horizon: u32,
    /// Exit with status 1 if any gap of any assessment has this severity or higher.
    #[arg(long, value_parser = words::<Severity>(), value_name = "SEVERITY")]
    fail_on: Option<Severity>,
}

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let mut settings = Settings::on(arguments.as_of.resolve()?);
    settings.horizon = arguments.horizon;
    // Drawn only on a terminal.
    let bar = ProgressBar::no_length();
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len}, {eta} left") {
        bar.set_style(style);
    }
    let run = Run {
        catalog,
        settings,
        inputs: arguments.folders.clone(),
        output: arguments.output.clone(),
        rendering: &arguments.reports,
        threads: arguments.jobs.map(usize::from),
        progress: &|_, all| {
            bar.set_length(all as u64);
            bar.inc(1);
        },
    };
    let finished = match run.execute() {
        // The verdict of the gate does not depend on whether the output can be written.
        Err(error @ RunError::Write { .. }) if arguments.fail_on.is_some() => {
            let portfolio = run.evaluate().map_err(failure)?;
            bar.finish_and_clear();
            return verdict(&portfolio, arguments.fail_on).despite(Err(failure(error)));
        }
        finished => finished,
    };
    bar.finish_and_clear();
    let finished = finished.map_err(failure)?;
    print_errors(&finished);
    let Finished {
        portfolio, folder, ..
    } = finished;
    let written = output::write(None, &summary(&portfolio, &folder));
    verdict(&portfolio, arguments.fail_on).despite(written)
}

/// The exit code of a portfolio. Inputs that could not be evaluated weigh more than gaps.
fn verdict(portfolio: &Portfolio, fail_on: Option<Severity>) -> Exit {
    let is_faulty = |obstacle: Obstacle| portfolio.faulty.iter().any(|i| i.obstacle == obstacle);
    let highest = portfolio
        .assessments
        .iter()
        .flat_map(|member| &member.summary.gaps)
        .filter(|entry| entry.count > 0)
        .map(|entry| entry.severity)
        .max();
    if is_faulty(Obstacle::Unreadable) {
        Exit::Io
    } else if !portfolio.faulty.is_empty() {
        Exit::Invalid
    } else if fail_on
        .zip(highest)
        .is_some_and(|(threshold, highest)| highest >= threshold)
    {
        Exit::Gaps
    } else {
        Exit::Clean
    }
}

fn failure(error: RunError) -> Failure {
    let message = error.to_string();
    let help = match error {
        RunError::Read(error) => return Failure::Input(error),
        RunError::Write { path, source } => {
            let path = Some(path);
            return Failure::Write { path, source };
        }
        RunError::NoAssessment => {
            "pass directories that contain `.yaml`, `.yml` or `.json` files, or directories with \
             such files; `custody init` writes an assessment to begin with"
        }
        RunError::OutputIsInput { .. } => "pass a different directory to `--output`",
        RunError::Foreign { .. } | _ => "move it away, or pass another directory to `--output`",
    };
    Failure::usage(message, Some(help.to_owned()))
}

/// Prints the inputs that are not part of the result to standard error, by name.
fn print_errors(finished: &Finished) {
    let portfolio = &finished.portfolio;
    let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
    let mut text = String::new();
    for input in portfolio.faulty.iter().take(INVALID_KEPT) {
        if let Some(found) = finished.diagnostics.get(&input.name) {
            text.push_str(&first_errors(found, &input.name));
        } else {
            let (name, message) = (sanitize(&input.name), sanitize(&input.first.message));
            let _ = writeln!(text, "{red}error{red:#}: {name}: {message}\n");
        }
    }
    let more = portfolio.faulty.len().saturating_sub(INVALID_KEPT);
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

/// The first errors of an input, and the number of the others.
fn first_errors(found: &Diagnostics, name: &str) -> String {
    let mut text = diagnostics::show_first(found, SHOWN_ERRORS);
    let more = found.error_count().saturating_sub(SHOWN_ERRORS);
    if more > 0 {
        let more = count(more, "more error", "more errors");
        let name = sanitize(name);
        let _ = writeln!(text, "{name} has {more}; `custody check` lists them\n");
    }
    text
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
            "{} skipped, as listed in the manifest",
            count(portfolio.left_out.len(), "entry was", "entries were")
        );
    }
    let _ = writeln!(text, "overview: {}/index.html", sanitize(&folder));
    text
}
