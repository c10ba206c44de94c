//! `custody gaps`: what is covered, what is not, why, and what would close it.

use super::{Exit, Failure, faults, output, words};
use crate::terminal;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use custody_controls::assessment::AssessmentFiles;
use custody_controls::catalog::Catalog;
use custody_controls::coverage::Coverage;
use custody_controls::date::Date;
use custody_controls::diagnostic::{Diagnostics, suggest};
use custody_controls::difference::baseline::Baseline;
use custody_controls::error::Error;
use custody_controls::id::WalletId;
use custody_controls::report::Report;
use custody_controls::settings::Settings;
use custody_controls::taxonomy::{Severity, Word};
use custody_formats::{Format, Render};
use std::path::PathBuf;

/// The forms in which the program can show a report.
#[derive(Clone, Copy, Debug)]
enum View {
    /// A screen that answers: how far is it proven, what is open, what first.
    Terminal,
    /// A document.
    Document(Format),
    /// A workbook.
    #[cfg(feature = "xlsx")]
    Workbook,
}

#[cfg(feature = "xlsx")]
const WORKBOOK: &str = "xlsx";

fn view() -> impl TypedValueParser<Value = View> {
    // The short form is asked for by `--brief`, so that there is one way to say it.
    let formats = Format::words().iter().copied();
    let words = ["terminal"]
        .into_iter()
        .chain(formats.filter(|word| *word != Format::MarkdownBrief.word()));
    #[cfg(feature = "xlsx")]
    let words = words.chain([WORKBOOK]);
    PossibleValuesParser::new(words.collect::<Vec<_>>()).map(|word| {
        #[cfg(feature = "xlsx")]
        if word == WORKBOOK {
            return View::Workbook;
        }
        Format::from_word(&word).map_or(View::Terminal, View::Document)
    })
}

/// Report what is covered, what is not, why, and what would close it.
#[derive(Debug, clap::Args)]
#[command(after_help = super::EXIT_CODES)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) input: Input,
    /// The form of the report.
    #[arg(long, value_parser = view(), default_value = "terminal")]
    format: View,
    /// With `--format markdown`: the short form for a pull request instead of the whole report.
    #[arg(long)]
    brief: bool,
    /// Write the report to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How many gaps the terminal shows in full.
    #[arg(long, value_name = "COUNT", default_value_t = terminal::Screen::default().gaps)]
    first: usize,
    /// Exit with 1 where a gap has this severity or a graver one.
    #[arg(long, value_parser = words::<Severity>(), value_name = "SEVERITY")]
    fail_on: Option<Severity>,
    /// An earlier report, as `--format json` wrote it: exit with 1 only where a gap is new or worse
    /// since then, of any severity or of that of `--fail-on`.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
}

/// An assessment and the question that is asked about it.
#[derive(Debug, clap::Args)]
pub(super) struct Input {
    /// The files of one assessment, or a folder with them.
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) question: Question,
}

/// The question that is asked about an assessment.
#[derive(Debug, clap::Args)]
pub(super) struct Question {
    /// The day for which verdicts are given: YYYY-MM-DD or `today`. The last day of the period,
    /// where it is left out.
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Option<Day>,
    /// Look only at this wallet and the organization; may be repeated.
    #[arg(long, value_name = "WALLET")]
    wallet: Vec<String>,
    /// Look at the files of evidence in this folder; nothing outside of it is read.
    #[arg(long, value_name = "FOLDER")]
    verify_evidence: Option<PathBuf>,
    /// For how many days ahead what runs out is named.
    #[arg(long, value_name = "DAYS", default_value_t = 90, allow_negative_numbers = true, value_parser = clap::value_parser!(u32).range(0..=36500))]
    horizon: u32,
}

impl Question {
    /// For a day, about all wallets, with no files looked at.
    pub(super) fn on(day: Option<Day>) -> Self {
        Self {
            as_of: day,
            wallet: Vec::new(),
            verify_evidence: None,
            horizon: 90,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Day {
    Today,
    On(Date),
}

pub(super) fn day(text: &str) -> Result<Day, String> {
    if text == "today" {
        return Ok(Day::Today);
    }
    text.parse()
        .map(Day::On)
        .map_err(|error: custody_controls::date::DateError| error.to_string())
}

impl Day {
    /// The day of the calendar.
    pub(super) fn resolve(self) -> Result<Date, Failure> {
        match self {
            Self::On(day) => Ok(day),
            Self::Today => today(),
        }
    }
}

/// The only place where a clock is asked, and only where the user says `today`.
#[expect(clippy::disallowed_methods, reason = "the user asked for today")]
fn today() -> Result<Date, Failure> {
    let seconds = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .ok()
        .and_then(|passed| i32::try_from(passed.as_secs() / 86_400).ok())
        .ok_or_else(|| Failure::asked("the clock of this machine is wrong", None))?;
    let epoch: Date =
        "1970-01-01"
            .parse()
            .map_err(|error: custody_controls::date::DateError| {
                Failure::asked(error.to_string(), None)
            })?;
    Ok(epoch.plus_days(seconds))
}

/// Reads, checks and measures, and hands the result on.
pub(super) fn evaluate<T>(
    files: &[PathBuf],
    question: &Question,
    catalog: &Catalog,
    then: impl FnOnce(&Coverage) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let files = AssessmentFiles::read(files.iter().cloned())?;
    let assessment = files.resolve(catalog).map_err(Error::Faulty)?;
    tell_warnings(assessment.warnings());
    let mut settings = Settings::as_of(match question.as_of {
        None => assessment.period().to,
        Some(day) => day.resolve()?,
    });
    settings.horizon = question.horizon;
    if !question.wallet.is_empty() {
        let declared: Vec<&WalletId> = assessment.document().wallets.keys().collect();
        let mut wallets = Vec::new();
        for name in &question.wallet {
            let Some(id) = declared.iter().find(|id| id.as_str() == name) else {
                let help = suggest(name, declared.iter().map(|id| id.as_str()));
                return Err(Failure::asked(
                    format!("the assessment declares no wallet `{name}`"),
                    help,
                ));
            };
            wallets.push((*id).clone());
        }
        wallets.sort();
        wallets.dedup();
        settings.wallets = Some(wallets);
    }
    if let Some(folder) = &question.verify_evidence {
        settings.files = custody_controls::verify::files(&assessment, folder)?;
    }
    then(&Coverage::measure(&assessment, &settings))
}

/// Warnings are shown and keep nobody from a result.
pub(super) fn tell_warnings(warnings: &Diagnostics) {
    if !warnings.is_empty() {
        faults::tell(warnings);
    }
}

impl Arguments {
    fn view(&self) -> Result<View, Failure> {
        match (self.brief, self.format) {
            (false, view) => Ok(view),
            (true, View::Document(Format::Markdown)) => Ok(View::Document(Format::MarkdownBrief)),
            (true, _) => Err(Failure::asked(
                "only Markdown has a short form",
                Some("`--brief` goes with `--format markdown`".to_owned()),
            )),
        }
    }
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let view = arguments.view()?;
    let mut inputs = arguments.input.files.clone();
    inputs.extend(arguments.baseline.clone());
    output::spares(arguments.output.as_deref(), &inputs)?;
    #[cfg(feature = "xlsx")]
    if matches!(view, View::Workbook) {
        output::needs_file(WORKBOOK, arguments.output.as_deref())?;
    }
    let baseline = arguments
        .baseline
        .as_ref()
        .map(Baseline::read)
        .transpose()?;
    evaluate(
        &arguments.input.files,
        &arguments.input.question,
        catalog,
        |coverage| {
            let report = Report::new(coverage);
            let ratchet = baseline.as_ref().map(|baseline| baseline.compare(&report));
            let path = arguments.output.as_deref();
            match view {
                View::Document(format) => {
                    output::deliver_with(path, |out| report.write(format, out))?
                }
                #[cfg(feature = "xlsx")]
                View::Workbook => {
                    output::deliver_with(path, |out| custody_workbook::write(&report, out))?
                }
                View::Terminal => {
                    let width = path.map_or_else(output::width, |_| 100);
                    let gaps = arguments.first;
                    let screen = terminal::Screen { width, gaps };
                    let mut text = terminal::write(&report, screen);
                    if let Some(ratchet) = &ratchet {
                        text.push_str(&terminal::ratchet(ratchet, screen));
                    }
                    output::deliver(&text, path)?
                }
            };
            let (threshold, gravest) = match &ratchet {
                None => (arguments.fail_on, report.gravest()),
                Some(ratchet) => (arguments.fail_on.or(Some(Severity::Low)), ratchet.gravest()),
            };
            let reached = threshold
                .zip(gravest)
                .is_some_and(|(threshold, gravest)| gravest >= threshold);
            if let (Some(ratchet), View::Document(_)) = (&ratchet, view)
                && reached
            {
                // A document says nothing of a baseline, and a gate that shuts says why.
                let gaps = usize::MAX;
                output::tell(&terminal::ratchet(
                    ratchet,
                    terminal::Screen { width: 100, gaps },
                ));
            }
            Ok(if reached { Exit::Gaps } else { Exit::Clean })
        },
    )
}
