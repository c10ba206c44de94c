//! `custody check`: faults only.

use super::{Exit, Failure, gaps, output};
use crate::assessment::AssessmentFiles;
use crate::catalog::Catalog;
use crate::error::Error;
use std::path::PathBuf;

/// Check an assessment and show all faults, with their places and how to repair them.
#[derive(Debug, clap::Args)]
#[command(after_help = super::EXIT_CODES)]
pub(super) struct Arguments {
    /// The files of one assessment, or a folder with them.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Show the faults as JSON on standard output.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let files = AssessmentFiles::read(arguments.files.iter().cloned())?;
    let result = files.resolve(catalog);
    if arguments.json {
        let (faults, exit) = match &result {
            Ok(assessment) => (assessment.warnings(), Exit::Clean),
            Err(faults) => (faults, Exit::Faulty),
        };
        let mut text = serde_json::to_string_pretty(faults).unwrap_or_default();
        text.push('\n');
        output::deliver(&text, None)?;
        return Ok(exit);
    }
    let assessment = result.map_err(Error::Faulty)?;
    gaps::tell_warnings(assessment.warnings());
    let document = assessment.document();
    let text = format!(
        "no errors: {} claims on {} cells, {} evidence items, {} wallets\n",
        document.claims.values().flatten().count(),
        assessment.cell_count(),
        document.evidence.len(),
        document.wallets.len()
    );
    output::deliver(&text, None)
}
