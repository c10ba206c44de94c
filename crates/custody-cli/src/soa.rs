//! `custody soa`: a statement of applicability of another framework.

use crate::inputs::{self, Input};
#[cfg(feature = "xlsx")]
use crate::view::WORKBOOK;
use crate::view::{ViewOrWorkbook, views_or_workbook};
use crate::{Exit, Failure, crosswalk, output, terminal};
use custody_controls::catalog::Catalog;
use custody_formats::{Render, StatementFormat};
use std::path::PathBuf;

type View = ViewOrWorkbook<StatementFormat>;

/// Write a statement of applicability of another framework.
///
/// It lists all references in the order of the framework: applicable or not and why, status, evidence
/// and owners. Whether a reference is applicable to which no control is mapped is for the firm to
/// decide.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// Framework, such as iso-27001 (its Annex A), iso-27002-2022 or ccss-9.0; without an edition the
    /// latest one. `custody catalog frameworks` lists them.
    #[arg(long, value_name = "FRAMEWORK")]
    to: String,
    /// Output format; `custody schema statement-of-applicability` describes the JSON.
    #[arg(long, value_parser = views_or_workbook::<StatementFormat>(|_| true), default_value = "terminal")]
    format: View,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

output::files_of_input!(Arguments);

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let path = arguments.output.as_deref();
    #[cfg(feature = "xlsx")]
    if matches!(arguments.format, View::Workbook) {
        output::refuse_terminal(WORKBOOK, path)?;
    }
    crosswalk::refuse_unknown(&arguments.to, catalog)?;
    inputs::evaluate(&arguments.input, path, catalog, |coverage| {
        let report = coverage.report();
        let statement = report.statement_of_applicability(catalog, &arguments.to);
        let statement = statement.map_err(crosswalk::failure)?;
        match arguments.format {
            View::Document(format) => output::write_with(path, |out| statement.write(format, out)),
            #[cfg(feature = "xlsx")]
            View::Workbook => output::write_with(path, |out| {
                custody_workbook::write_statement(&statement, out)
            }),
            View::Terminal => {
                let width = output::width_for(path);
                output::write(path, &terminal::statement(&statement, width))
            }
        }
    })
}
