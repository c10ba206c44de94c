//! `custody diff`: what changed between two assessments, or between two days of one, and why.

use super::gaps::{Day, Question, day, evaluate};
use super::{Exit, Failure, output};
use crate::terminal;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use custody_controls::catalog::Catalog;
use custody_controls::difference::Difference;
use custody_controls::report::Report;
use custody_controls::taxonomy::Word;
use custody_formats::{DifferenceFormat, Render};
use std::path::PathBuf;

/// Tell what changed between two assessments, or between two days of one, and why.
#[derive(Debug, clap::Args)]
#[command(after_help = super::EXIT_CODES)]
pub(super) struct Arguments {
    /// The earlier assessment: a file, or a folder with its files.
    #[arg(value_name = "BEFORE")]
    before: PathBuf,
    /// The later assessment; the same one, to compare two days of it.
    #[arg(value_name = "AFTER")]
    after: PathBuf,
    /// The day of the earlier one: YYYY-MM-DD or `today`. The last day of its period, where it is left
    /// out.
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of_before: Option<Day>,
    /// The day of the later one. The last day of its period, where it is left out.
    #[arg(long, value_name = "DAY", value_parser = day)]
    as_of: Option<Day>,
    /// The catalogue of the earlier one, where it was another one than that of the later one.
    #[arg(long, value_name = "PATH")]
    catalog_before: Option<PathBuf>,
    /// The form of the difference.
    #[arg(long, value_parser = view(), default_value = "terminal")]
    format: View,
    /// Write to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How many gaps of each kind of change the terminal shows in full.
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    first: usize,
    /// Exit with 1 where a gap is new or worse.
    #[arg(long)]
    fail_on_worse: bool,
}

/// The forms in which the program can show a difference: on a screen, or a document.
type View = Option<DifferenceFormat>;

fn view() -> impl TypedValueParser<Value = View> {
    let words = ["terminal"]
        .into_iter()
        .chain(DifferenceFormat::words().iter().copied());
    PossibleValuesParser::new(words.collect::<Vec<_>>())
        .map(|word| DifferenceFormat::from_word(&word))
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let path = arguments.output.as_deref();
    output::spares(path, &[arguments.before.clone(), arguments.after.clone()])?;
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
        evaluate(files, &Question::on(day), catalog, |coverage| {
            Ok(Report::new(coverage))
        })
    };
    let before = report(&arguments.before, arguments.as_of_before, catalog_before)?;
    let after = report(&arguments.after, arguments.as_of, catalog)?;
    let difference = Difference::between(&before, &after);
    if let Some(format) = arguments.format {
        output::deliver_with(path, |out| difference.write(format, out))?;
    } else {
        let width = path.map_or_else(output::width, |_| 100);
        let gaps = arguments.first;
        let screen = terminal::Screen { width, gaps };
        output::deliver(&terminal::write_difference(&difference, screen), path)?;
    }
    let is_worse = arguments.fail_on_worse && difference.gravest_worse().is_some();
    Ok(if is_worse { Exit::Gaps } else { Exit::Clean })
}
