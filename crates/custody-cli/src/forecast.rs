//! `custody forecast`: until when it holds if nothing is renewed, and what to renew by when.

use super::{Exit, Failure, gaps, output};
use crate::terminal;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use custody_controls::catalog::Catalog;
use custody_controls::date::Date;
use custody_controls::forecast::Forecast;
use custody_controls::taxonomy::Word;
use custody_formats::{ForecastFormat, Render};
use std::path::PathBuf;

/// How far a forecast may reach, in days: twenty years.
const LONGEST: i32 = 20 * 366;

/// The forms in which the program can show a forecast.
#[derive(Clone, Copy, Debug)]
enum View {
    /// A screen: the timeline, which verdicts end first, what to renew first.
    Terminal,
    /// A document.
    Document(ForecastFormat),
}

fn view() -> impl TypedValueParser<Value = View> {
    let words = ["terminal"]
        .into_iter()
        .chain(ForecastFormat::words().iter().copied());
    PossibleValuesParser::new(words.collect::<Vec<_>>())
        .map(|word| ForecastFormat::from_word(&word).map_or(View::Terminal, View::Document))
}

/// Tell until when proven coverage holds if nothing is renewed, and what to renew by when.
#[derive(Debug, clap::Args)]
#[command(after_help = super::EXIT_CODES)]
pub(super) struct Arguments {
    #[command(flatten)]
    input: gaps::Input,
    /// The last day of the forecast, YYYY-MM-DD: at most twenty years after its first day, which
    /// is that of `--as-of`.
    #[arg(long, value_name = "DAY")]
    until: Date,
    /// The form of the forecast.
    #[arg(long, value_parser = view(), default_value = "terminal")]
    format: View,
    /// Write the forecast to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How many risks and renewals the terminal shows in full.
    #[arg(long, value_name = "COUNT", default_value_t = 5)]
    first: usize,
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    output::spares(arguments.output.as_deref(), &arguments.input.files)?;
    let (files, question) = (&arguments.input.files, &arguments.input.question);
    gaps::evaluate(files, question, catalog, |coverage| {
        let (settings, until) = (coverage.settings(), arguments.until);
        let first = settings.as_of;
        if until < first {
            return Err(Failure::asked(
                format!("a forecast from {first} cannot end on {until}, which is earlier"),
                Some(
                    "name a later day with `--until`, or an earlier one with `--as-of`".to_owned(),
                ),
            ));
        }
        if until > first.plus_days(LONGEST) {
            return Err(Failure::asked(
                format!("a forecast from {first} until {until} is longer than twenty years"),
                Some(format!(
                    "name a day no later than {} with `--until`",
                    first.plus_days(LONGEST)
                )),
            ));
        }
        let forecast = Forecast::new(coverage.assessment(), settings, until);
        let path = arguments.output.as_deref();
        match arguments.format {
            View::Document(format) => output::deliver_with(path, |out| forecast.write(format, out)),
            View::Terminal => {
                let width = path.map_or_else(output::width, |_| 100);
                let screen = terminal::write_forecast(&forecast, width, arguments.first);
                output::deliver(&screen, path)
            }
        }
    })
}
