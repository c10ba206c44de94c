//! `custody trend`: many assessments, or many days of one, side by side.

use super::gaps::{Day, Question, day, evaluate};
use super::{Exit, Failure, output};
use crate::terminal;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use custody_controls::catalog::Catalog;
use custody_controls::difference::trend::Trend;
use custody_controls::report::Report;
use custody_controls::taxonomy::Word;
use custody_formats::{Render, TrendFormat};
use std::path::PathBuf;

/// Lay many assessments, or many days of one, side by side.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The assessments: each a file, or a folder with its files.
    #[arg(required = true, value_name = "ASSESSMENT")]
    assessments: Vec<PathBuf>,
    /// A day for which verdicts are given: YYYY-MM-DD or `today`; may be repeated, for several days of
    /// each assessment. The last day of its period, where it is left out.
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Vec<Day>,
    /// The form of the trend.
    #[arg(long, value_parser = view(), default_value = "terminal")]
    format: View,
    /// Write to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The forms in which the program can show a trend: on a screen, or a document.
type View = Option<TrendFormat>;

fn view() -> impl TypedValueParser<Value = View> {
    let words = ["terminal"]
        .into_iter()
        .chain(TrendFormat::words().iter().copied());
    PossibleValuesParser::new(words.collect::<Vec<_>>()).map(|word| TrendFormat::from_word(&word))
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let path = arguments.output.as_deref();
    output::spares(path, &arguments.assessments)?;
    let days: Vec<Option<Day>> = if arguments.as_of.is_empty() {
        vec![None]
    } else {
        arguments.as_of.iter().copied().map(Some).collect()
    };
    let mut reports = Vec::new();
    for assessment in &arguments.assessments {
        for day in &days {
            let files = std::slice::from_ref(assessment);
            let question = Question::on(*day);
            let report = evaluate(files, &question, catalog, |coverage| {
                Ok(Report::new(coverage))
            });
            reports.push(report?);
        }
    }
    let trend = Trend::of(&reports);
    if let Some(format) = arguments.format {
        return output::deliver_with(path, |out| trend.write(format, out));
    }
    let width = path.map_or_else(output::width, |_| 100);
    let screen = terminal::Screen { width, gaps: 0 };
    output::deliver(&terminal::write_trend(&trend, screen), path)
}
