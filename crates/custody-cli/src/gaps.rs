//! `custody gaps`: what is covered, what is not, why, and what would close it.

use crate::filters::Filters;
use crate::inputs::{self, Input};
use crate::terminal::{self, Screen};
#[cfg(feature = "xlsx")]
use crate::view::WORKBOOK;
use crate::view::{ViewOrWorkbook, number, views_or_workbook, words};
use crate::{Exit, Failure, output};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use custody_controls::catalog::Catalog;
use custody_controls::difference::baseline::{Baseline, Ratchet};
use custody_controls::doubt::DoubtCode;
use custody_controls::report::Report;
use custody_controls::taxonomy::{Severity, Word};
use custody_formats::{Format, Render};
use std::path::{Path, PathBuf};

type View = ViewOrWorkbook<Format>;

/// Whether a format is one of `--format`: short forms have their own option.
fn is_listed(word: &str) -> bool {
    !word.ends_with("-brief")
}

/// Report coverage and gaps: what is not covered, why, and what would close it.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit_codes!(
    "  1  a gap has the severity of --fail-on or higher, or is new or worse than in
     --baseline; the catalog differs from that of --baseline; or a doubt is
     reported (--fail-on-doubt)
"
))]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// Output format.
    #[arg(long, value_parser = views_or_workbook::<Format>(is_listed), default_value = "terminal")]
    format: View,
    /// Write a short form: with `--format markdown` for pull requests, with `html` or `typst` two
    /// printed pages for a board.
    #[arg(long)]
    brief: bool,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Maximum number of gaps shown in full on the terminal.
    #[arg(long, value_name = "COUNT", default_value_t = 5, allow_negative_numbers = true, value_parser = number::<usize>(0..=u64::MAX))]
    first: usize,
    /// Exit with status 1 if any gap has this severity or higher.
    #[arg(long, value_parser = words::<Severity>(), value_name = "SEVERITY")]
    fail_on: Option<Severity>,
    /// Compare with an earlier report in JSON: exit with status 1 only if a gap is new or worse
    /// and, with `--fail-on`, has at least that severity.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Exit with status 1 if any doubt is reported, or any with one of these codes; with
    /// `--baseline`, only if the baseline does not have it. `custody explain CODE` explains a code.
    #[arg(
        long,
        value_name = "CODE",
        num_args = 0..=1,
        require_equals = true,
        value_delimiter = ',',
        default_missing_value = ANY,
        value_parser = doubts()
    )]
    fail_on_doubt: Vec<Doubted>,
    #[command(
        flatten,
        next_help_heading = "Filters (they list fewer gaps; numbers and the exit status are for all gaps)"
    )]
    filters: Filters,
}

/// The doubts that a gate does not let pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doubted {
    Any,
    Code(DoubtCode),
}

const ANY: &str = "any";

fn doubts() -> impl TypedValueParser<Value = Doubted> {
    let words = DoubtCode::words().iter().copied().chain([ANY]);
    PossibleValuesParser::new(words.collect::<Vec<_>>())
        .map(|word| DoubtCode::from_word(&word).map_or(Doubted::Any, Doubted::Code))
}

impl Arguments {
    fn view(&self) -> Result<View, Failure> {
        let view = match (self.brief, self.format) {
            (false, view) => view,
            (true, View::Document(Format::Markdown)) => View::Document(Format::MarkdownBrief),
            (true, View::Document(Format::Html)) => View::Document(Format::HtmlBrief),
            (true, View::Document(Format::Typst)) => View::Document(Format::TypstBrief),
            (true, _) => {
                return Err(Failure::usage(
                    "`--brief` requires `--format markdown`, `html` or `typst`",
                    Some("add `--format markdown`, or omit `--brief`".to_owned()),
                ));
            }
        };
        if let View::Document(format) = view
            && self.filters.are_set()
            && !can_be_filtered(format)
        {
            return Err(Failure::usage(
                format!("`--format {format}` always has all gaps and cannot be filtered"),
                Some(
                    "leave out the filters, or use `custody todo`, which filters rows and JSON as well"
                        .to_owned(),
                ),
            ));
        }
        Ok(view)
    }
}

/// Whether a format is one that people read and annotate, so that they see that gaps are left out.
/// Programs read the others, and a PDF is signed.
fn can_be_filtered(format: Format) -> bool {
    matches!(
        format,
        Format::Markdown | Format::MarkdownBrief | Format::Html
    )
}

impl output::Files for Arguments {
    fn output(&self) -> Option<&Path> {
        self.output.as_deref()
    }

    fn inputs(&self) -> Vec<&Path> {
        let files = self.input.files.iter().chain(&self.baseline);
        files.map(PathBuf::as_path).collect()
    }
}

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let view = arguments.view()?;
    let path = arguments.output.as_deref();
    #[cfg(feature = "xlsx")]
    if matches!(view, View::Workbook) {
        output::refuse_terminal(WORKBOOK, path)?;
    }
    let baseline = arguments
        .baseline
        .as_ref()
        .map(Baseline::read)
        .transpose()?;
    inputs::evaluate(&arguments.input, path, catalog, |coverage| {
        let mut report = coverage.report();
        let ratchet = baseline.as_ref().map(|baseline| baseline.compare(&report));
        if arguments.filters.are_set() {
            let criteria = arguments.filters.criteria(coverage.assessment())?;
            report.selection = Some(coverage.select(&report.gaps, criteria));
        }
        let written = match view {
            View::Document(format) => output::write_with(path, |out| report.write(format, out)),
            #[cfg(feature = "xlsx")]
            View::Workbook => output::write_with(path, |out| custody_workbook::write(&report, out)),
            View::Terminal => {
                let screen = Screen {
                    width: output::width_for(path),
                    entries: arguments.first,
                };
                let mut text = terminal::report(&report, screen, &arguments.input.as_arguments());
                if let Some(ratchet) = &ratchet {
                    text.push_str(&terminal::baseline(ratchet, screen));
                }
                output::write(path, &text)
            }
        };
        exit(arguments, &report, ratchet.as_ref(), view).despite(written)
    })
}

/// The exit code by severity and doubts, or by what is new or worse since a baseline. With another
/// catalog than that of the baseline, gaps are not comparable, so the gate does not pass.
fn exit(arguments: &Arguments, report: &Report, ratchet: Option<&Ratchet>, view: View) -> Exit {
    let threshold = arguments.fail_on;
    let is_doubted = |code: DoubtCode| {
        let mut doubted = arguments.fail_on_doubt.iter();
        doubted.any(|doubted| [Doubted::Any, Doubted::Code(code)].contains(doubted))
    };
    let doubtful: Vec<&str> = match ratchet {
        None => {
            let doubts = report.doubts.iter();
            let doubts = doubts.filter(|doubt| is_doubted(doubt.code()));
            doubts.map(|doubt| doubt.id.as_str()).collect()
        }
        Some(ratchet) => {
            let doubts = ratchet.doubts.iter();
            let doubts = doubts.filter(|doubt| is_doubted(doubt.code));
            doubts.map(|doubt| doubt.id.as_str()).collect()
        }
    };
    let (threshold, highest) = match ratchet {
        None => (threshold, report.highest_severity()),
        Some(ratchet) => (
            threshold.or(Some(Severity::Low)),
            ratchet.highest_severity(),
        ),
    };
    let is_reached = threshold
        .zip(highest)
        .is_some_and(|(threshold, highest)| highest >= threshold)
        || !doubtful.is_empty()
        || ratchet.is_some_and(|ratchet| ratchet.catalogs.is_some());
    if let (Some(ratchet), true) = (ratchet, is_reached)
        && !matches!(view, View::Terminal)
    {
        // Documents do not contain the comparison, so the reason for the exit code is printed.
        let screen = Screen {
            width: output::WIDTH,
            entries: usize::MAX,
        };
        output::print_to_stderr(&terminal::baseline(ratchet, screen));
    }
    if !doubtful.is_empty() {
        output::print_to_stderr(&terminal::doubtful(&doubtful));
    }
    if is_reached { Exit::Gaps } else { Exit::Clean }
}
