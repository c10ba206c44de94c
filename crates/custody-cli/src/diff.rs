//! `custody diff`: what changed between two assessments, or two dates of one, and why.

use crate::inputs::{Day, Question, day, evaluate_files};
use crate::terminal::{self, Screen};
use crate::view::{View, number, views};
use crate::{Exit, Failure, output};
use custody_controls::catalog::Catalog;
use custody_formats::{DifferenceFormat, Render};
use std::path::{Path, PathBuf};

/// Show what changed between two assessments, or two dates of one, and why.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit_codes!("  1  a gap is new or worse (--fail-on-worse)\n"))]
pub(crate) struct Arguments {
    /// The earlier assessment: a file, or a directory that contains its files.
    #[arg(value_name = "BEFORE")]
    before: PathBuf,
    /// The later assessment; the same one to compare two dates.
    #[arg(value_name = "AFTER")]
    after: PathBuf,
    /// Date of the earlier assessment: YYYY-MM-DD or `today` (in UTC) [default: the last day of its
    /// period].
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of_before: Option<Day>,
    /// Date of the later assessment [default: the last day of its period].
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Day>,
    /// Catalog of the earlier assessment (file or directory) [default: the catalog of the later
    /// one].
    #[arg(long, value_name = "PATH")]
    catalog_before: Option<PathBuf>,
    /// Output format.
    #[arg(long, value_parser = views::<DifferenceFormat>(), default_value = "terminal")]
    format: View<DifferenceFormat>,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Maximum number of gaps shown in full on the terminal, for each kind of change.
    #[arg(long, value_name = "COUNT", default_value_t = 10, allow_negative_numbers = true, value_parser = number::<usize>(0..=u64::MAX))]
    first: usize,
    /// Exit with status 1 if any gap is new or worse.
    #[arg(long)]
    fail_on_worse: bool,
}

impl output::Files for Arguments {
    fn output(&self) -> Option<&Path> {
        self.output.as_deref()
    }

    fn inputs(&self) -> Vec<&Path> {
        vec![&self.before, &self.after]
    }

    fn catalogs(&self) -> Vec<&Path> {
        self.catalog_before.as_deref().into_iter().collect()
    }
}

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let path = arguments.output.as_deref();
    let own;
    let catalog_before = match &arguments.catalog_before {
        None => catalog,
        Some(path) => {
            own = Catalog::read(path)?;
            &own
        }
    };
    let report = |file: &PathBuf, day, catalog| {
        let files = std::slice::from_ref(file);
        evaluate_files(files, &Question::on(day), catalog, |coverage| {
            Ok(coverage.report())
        })
    };
    let before = report(&arguments.before, arguments.as_of_before, catalog_before)?;
    let after = report(&arguments.after, arguments.as_of, catalog)?;
    let difference = after.since(&before);
    let written = match arguments.format {
        View::Document(format) => output::write_with(path, |out| difference.write(format, out)),
        View::Terminal => {
            let screen = Screen {
                width: output::width_for(path),
                entries: arguments.first,
            };
            output::write(path, &terminal::difference(&difference, screen))
        }
    };
    if let Some(change) = difference
        .catalog_change()
        .filter(|_| arguments.fail_on_worse)
    {
        output::print_to_stderr(&format!("{}\n", change.trim_start()));
    }
    let is_worse = arguments.fail_on_worse && difference.highest_worse_severity().is_some();
    let verdict = if is_worse { Exit::Gaps } else { Exit::Clean };
    verdict.despite(written)
}
