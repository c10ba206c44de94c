//! `custody supports`: single points of failure, and small combinations of supports.

use crate::inputs::{self, Input};
use crate::terminal::{self, Screen};
use crate::view::{Json, View, number, views};
use crate::{Exit, Failure, output};
use custody_controls::catalog::Catalog;
use custody_controls::supports::LARGEST_CUT;
use std::path::PathBuf;

/// Find single points of failure among evidence, controls, people, providers and wallets.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// Maximum number of supports in a combination whose loss leaves a risk without treatment.
    #[arg(long, value_name = "COUNT", default_value_t = 2, allow_negative_numbers = true, value_parser = number::<u8>(1..=LARGEST_CUT as u64))]
    size: u8,
    /// Maximum number of single points of failure shown on the terminal.
    #[arg(long, value_name = "COUNT", default_value_t = 10, allow_negative_numbers = true, value_parser = number::<usize>(0..=u64::MAX))]
    first: usize,
    /// Output format; `custody schema supports` describes the JSON.
    #[arg(long, value_parser = views::<Json>(), default_value = "terminal")]
    format: View<Json>,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

output::files_of_input!(Arguments);

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let path = arguments.output.as_deref();
    inputs::evaluate(&arguments.input, path, catalog, |coverage| {
        let supports = coverage.supports(usize::from(arguments.size));
        match arguments.format {
            View::Document(Json::Json) => output::write_json(path, &supports),
            View::Terminal => {
                let screen = Screen {
                    width: output::width_for(path),
                    entries: arguments.first,
                };
                output::write(path, &terminal::supports(&supports, screen))
            }
        }
    })
}
