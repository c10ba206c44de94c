//! `custody forecast`: how long proven coverage lasts, and what to renew when.

use crate::inputs::{self, Input};
use crate::terminal::{self, Screen};
use crate::view::{View, number, views};
use crate::{Exit, Failure, output};
use custody_controls::catalog::Catalog;
use custody_controls::date::Date;
use custody_controls::forecast::LONGEST;
use custody_formats::{ForecastFormat, Render};
use std::path::PathBuf;

/// Forecast how long proven coverage lasts if nothing is renewed, and what to renew when.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// Last day of the forecast, YYYY-MM-DD, at most twenty years after `--as-of`, its first day.
    #[arg(long, value_name = "DATE")]
    until: Date,
    /// Output format.
    #[arg(long, value_parser = views::<ForecastFormat>(), default_value = "terminal")]
    format: View<ForecastFormat>,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Maximum number of risks and renewals shown in full on the terminal.
    #[arg(long, value_name = "COUNT", default_value_t = 5, allow_negative_numbers = true, value_parser = number::<usize>(0..=u64::MAX))]
    first: usize,
}

output::files_of_input!(Arguments);

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let path = arguments.output.as_deref();
    inputs::evaluate(&arguments.input, path, catalog, |coverage| {
        let (settings, until) = (coverage.settings(), arguments.until);
        let first = settings.as_of;
        if until < first {
            return Err(Failure::usage(
                format!("the forecast would end on {until}, before its first day {first}"),
                Some("pass a later date to `--until`, or an earlier one to `--as-of`".to_owned()),
            ));
        }
        if until > first.plus_days(LONGEST) {
            return Err(Failure::usage(
                format!("a forecast from {first} to {until} is longer than twenty years"),
                Some(format!(
                    "pass {} or an earlier date to `--until`",
                    first.plus_days(LONGEST)
                )),
            ));
        }
        let forecast = coverage.assessment().forecast(settings, until);
        match arguments.format {
            View::Document(format) => output::write_with(path, |out| forecast.write(format, out)),
            View::Terminal => {
                let screen = Screen {
                    width: output::width_for(path),
                    entries: arguments.first,
                };
                output::write(path, &terminal::forecast(&forecast, screen))
            }
        }
    })
}
