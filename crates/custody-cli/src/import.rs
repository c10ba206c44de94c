//! `custody import`: proposals from a statement of applicability for another framework.

use crate::{Exit, Failure, crosswalk, inputs, output};
use custody_controls::assessment::AssessmentFiles;
use custody_controls::catalog::Catalog;
use custody_controls::statement::Statement;
use custody_controls::text::count;
use std::path::{Path, PathBuf};

/// Propose claims from a statement of applicability for another framework.
///
/// A proposal counts as unknown until it is confirmed by deleting its `proposed` line. Example:
/// `custody import soa.csv --from iso-27002-2022 --like mine.yaml -o proposals.yaml`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::EXIT_CODES)]
pub(crate) struct Arguments {
    /// The statement as CSV in UTF-8 (from a workbook, save the sheet as CSV). Its columns: reference,
    /// applicable or status; justification and evidence are optional. docs/format.md lists the
    /// recognized headings and words.
    #[arg(value_name = "FILE")]
    statement: PathBuf,
    /// Framework of the statement, such as iso-27002-2022, iso-27001 (its Annex A) or ccss-9.0; without
    /// an edition the latest one. `custody catalog frameworks` lists them.
    #[arg(long, value_name = "FRAMEWORK")]
    from: String,
    /// The assessment to propose claims for: a file or a directory (repeatable). Controls on which
    /// it already has a claim are skipped.
    #[arg(long, value_name = "FILE", required = true)]
    like: Vec<PathBuf>,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the output file if it exists.
    #[arg(long, requires = "output")]
    force: bool,
}

impl output::Files for Arguments {
    fn output(&self) -> Option<&Path> {
        self.output.as_deref()
    }

    fn inputs(&self) -> Vec<&Path> {
        let files = self.like.iter().chain([&self.statement]);
        files.map(PathBuf::as_path).collect()
    }
}

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let path = arguments.output.as_deref();
    output::refuse_existing(path, arguments.force)?;
    crosswalk::refuse_unknown(&arguments.from, catalog)?;
    let files = AssessmentFiles::read(arguments.like.iter().cloned())?;
    let like = files.resolve(catalog)?;
    inputs::print_warnings(like.warnings());
    let statement = Statement::read(&arguments.statement, &arguments.from, catalog)?;
    inputs::print_warnings(&statement.warnings);
    let proposals = statement.propose(&like);
    let exit = output::write_document(path, &proposals.to_yaml())?;
    if !output::is_standard_output(path) {
        output::print_to_stderr(&format!(
            "{} from {}; {} not imported, see the end of the file\n",
            count(proposals.len(), "proposal", "proposals"),
            count(statement.lines.len(), "reference", "references"),
            count(proposals.not_imported.len(), "entry", "entries")
        ));
    }
    Ok(exit)
}
