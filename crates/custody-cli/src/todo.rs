//! `custody todo`: what to do next, by whom, with which effort and by when.

use crate::filters::Filters;
use crate::inputs::{self, Input};
use crate::output::folder;
use crate::terminal::{self, Screen};
#[cfg(feature = "xlsx")]
use crate::view::WORKBOOK;
use crate::view::number;
use crate::{Exit, Failure, output};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use custody_controls::catalog::Catalog;
use custody_controls::taxonomy::Word;
use custody_controls::text::{count, sanitize};
use custody_controls::todo::Todo;
use custody_formats::{Render, TodoFormat, is_todo_calendar, todo_calendars};
use std::fmt::Write;
use std::path::{Path, PathBuf};

const EXIT_CODES: &str = "Exit status:
  0  success, whatever is to be done
  2  invalid input or command line
  3  I/O error: a file could not be read or written
  4  internal error: a bug in custody; please report it";

/// An output format of a to-do list.
#[derive(Clone, Copy, Debug)]
enum View {
    Terminal,
    Document(TodoFormat),
    Calendars,
    #[cfg(feature = "xlsx")]
    Workbook,
}

const CALENDARS: &str = "ics";

fn views() -> impl TypedValueParser<Value = View> {
    let formats = TodoFormat::words().iter().copied();
    let words = ["terminal"].into_iter().chain(formats).chain([CALENDARS]);
    #[cfg(feature = "xlsx")]
    let words = words.chain([WORKBOOK]);
    PossibleValuesParser::new(words.collect::<Vec<_>>()).map(|word| match word.as_str() {
        CALENDARS => View::Calendars,
        #[cfg(feature = "xlsx")]
        WORKBOOK => View::Workbook,
        word => TodoFormat::from_word(word).map_or(View::Terminal, View::Document),
    })
}

/// List what to do next, overdue gaps first: who closes each, by which step and by when.
#[derive(Debug, clap::Args)]
#[command(
    after_help = EXIT_CODES,
    mut_arg("as_of", |day| day.required(true).help("Reporting date: YYYY-MM-DD or `today` (in UTC)")),
    mut_arg("horizon", |days| days.hide(true))
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// Group entries by who closes them.
    #[arg(long)]
    by_owner: bool,
    /// Output format; `ics` is a directory of calendars, one for each person; `custody schema todo`
    /// describes the JSON.
    #[arg(long, value_parser = views(), default_value = "terminal")]
    format: View,
    /// Write to this file (for `ics`, this directory) instead of standard output.
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Maximum number of entries shown on the terminal, of each person with `--by-owner`.
    #[arg(long, value_name = "COUNT", default_value_t = 10, allow_negative_numbers = true, value_parser = number::<usize>(0..=u64::MAX))]
    first: usize,
    #[command(
        flatten,
        next_help_heading = "Filters (a gap is listed if it meets all of them)"
    )]
    filters: Filters,
}

output::files_of_input!(Arguments);

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let path = arguments.output.as_deref();
    #[cfg(feature = "xlsx")]
    if matches!(arguments.format, View::Workbook) {
        output::refuse_terminal(WORKBOOK, path)?;
    }
    inputs::evaluate(&arguments.input, path, catalog, |coverage| {
        let criteria = arguments.filters.criteria(coverage.assessment())?;
        let mut todo = coverage.todo(&criteria);
        if arguments.by_owner {
            todo = todo.by_owner();
        }
        match arguments.format {
            View::Document(format) => output::write_with(path, |out| todo.write(format, out)),
            View::Calendars => calendars(path, &todo),
            #[cfg(feature = "xlsx")]
            View::Workbook => {
                output::write_with(path, |out| custody_workbook::write_todo(&todo, out))
            }
            View::Terminal => {
                let screen = Screen {
                    width: output::width_for(path),
                    entries: arguments.first,
                };
                output::write(path, &terminal::todo(&todo, screen))
            }
        }
    })
}

fn calendars(path: Option<&Path>, todo: &Todo) -> Result<Exit, Failure> {
    let Some(directory) = path.filter(|path| !output::is_standard_output(Some(path))) else {
        return Err(Failure::usage(
            "`--format ics` writes a directory",
            Some("name it with `--output`".to_owned()),
        ));
    };
    let failed = |source| Failure::Write {
        path: Some(directory.to_path_buf()),
        source,
    };
    let calendars = todo_calendars(todo).map_err(failed)?;
    let files = calendars
        .iter()
        .map(|calendar| (calendar.file.as_str(), calendar.bytes.as_slice()));
    let is_own = |bytes: &[u8]| is_todo_calendar(bytes, &todo.facts.assessment);
    // A limited list does not show that nothing is left for the others.
    let is_complete = todo.criteria.is_empty() && todo.facts.only_wallets.is_none();
    let files = files.collect::<Vec<_>>();
    let removed = folder::replace(directory, &files, is_complete.then_some("ics"), is_own)?;
    let mut text = String::new();
    for calendar in &calendars {
        let gaps = count(calendar.entries as u64, "gap", "gaps");
        let _ = writeln!(text, "{}: {gaps}", calendar.file);
    }
    for file in removed {
        let _ = writeln!(text, "{}: removed, no gap is left", sanitize(&file));
    }
    if calendars.is_empty() {
        text.push_str("no gap, so no calendar\n");
    }
    output::write(None, &text)
}
