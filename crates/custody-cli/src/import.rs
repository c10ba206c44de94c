//! `custody import`: a statement of applicability of another framework as proposals.

use super::{Exit, Failure, crosswalk, gaps, output};
use custody_controls::assessment::AssessmentFiles;
use custody_controls::catalog::Catalog;
use custody_controls::error::Error;
use custody_controls::source::index;
use custody_controls::statement::Statement;
use custody_controls::text::count;
use std::path::{Path, PathBuf};

/// Propose claims from a statement of applicability of another framework.
///
/// Each proposal counts as unknown until somebody confirms it, by deleting its line `proposed`:
/// `custody import soa.csv --from iso-27002-2022 --like mine.yaml -o proposals.yaml`
#[derive(Debug, clap::Args)]
#[command(after_help = super::EXIT_CODES)]
pub(super) struct Arguments {
    /// The statement as CSV with headings: reference, applicable or status, justification, evidence.
    #[arg(value_name = "FILE")]
    statement: PathBuf,
    /// The framework that it is about, edition included; `custody catalog frameworks` lists them.
    #[arg(long, value_name = "FRAMEWORK")]
    from: String,
    /// The assessment that proposals are made for: a file or a folder; may be repeated. Controls that
    /// it claims are left alone.
    #[arg(long, value_name = "FILE", required = true)]
    like: Vec<PathBuf>,
    /// Write to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file that `--output` names, if it is there already.
    #[arg(long, requires = "output")]
    force: bool,
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let path = arguments.output.as_deref();
    let mut inputs = arguments.like.clone();
    inputs.push(arguments.statement.clone());
    output::spares(path, &inputs)?;
    output::is_free(path, arguments.force)?;
    crosswalk::known(&arguments.from, catalog)?;
    let files = AssessmentFiles::read(arguments.like.iter().cloned())?;
    let like = files.resolve(catalog).map_err(Error::Faulty)?;
    gaps::tell_warnings(like.warnings());
    let statement = Statement::read(&arguments.statement, &arguments.from, catalog)?;
    let proposals = statement.propose(&like);
    let exit = output::deliver(&proposals.to_yaml(), path)?;
    if path.is_some_and(|path| path != Path::new("-")) {
        output::tell(&format!(
            "{} from {}; not imported: {}, listed at the end\n",
            count(index(proposals.len()), "proposal", "proposals"),
            count(index(statement.lines.len()), "reference", "references"),
            proposals.left_out.len()
        ));
    }
    Ok(exit)
}
