//! The door: arguments, one function a subcommand, and named exit codes.

mod catalog;
mod check;
mod crosswalk;
mod diff;
mod explain;
mod faults;
mod forecast;
mod gaps;
mod import;
mod init;
mod output;
#[cfg(feature = "plan")]
mod plan;
mod portfolio;
mod schema;
mod supports;
mod terminal;
mod trend;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{CommandFactory, Parser, Subcommand};
use custody_controls::catalog::Catalog;
use custody_controls::error::Error;
use custody_controls::vocabulary;
use std::path::PathBuf;
use std::process::ExitCode;

vocabulary! {
    /// The forms of what is told on the terminal or as JSON only.
    View, "form" {
        /// For people.
        Terminal,
        /// For programs; `custody schema` describes it.
        Json,
    }
}

/// What the program's exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Exit {
    /// Everything is well, or gaps stay below the threshold.
    Clean = 0,
    /// A gap is at or above the threshold of `--fail-on`, or got worse where that was asked.
    Gaps = 1,
    /// The input is faulty, or the command line is.
    Faulty = 2,
    /// Something cannot be read or written.
    Unavailable = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

const EXIT_CODES: &str = "Exit codes:
  0  clean: no fault, and no gap at or above --fail-on, or none that is new or worse
  1  gaps: a gap is at or above --fail-on; with --baseline or --fail-on-worse, one that is new or worse
  2  faulty: the input or the command line has faults
  3  unavailable: something cannot be read or written";

/// Coverage gaps of digital asset custodians against ISO/TR 23576:2020.
///
/// Reads an assessment from YAML or JSON, measures what is covered and how far that is proven, and
/// tells for every gap why it is open and what would close it.
#[derive(Debug, Parser)]
#[command(name = "custody", version, after_help = EXIT_CODES, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// A catalogue of your own, a file or a folder, instead of the built-in one.
    #[arg(long, global = true, value_name = "PATH")]
    catalog: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Gaps(gaps::Arguments),
    Forecast(forecast::Arguments),
    Crosswalk(crosswalk::Arguments),
    Diff(diff::Arguments),
    Trend(trend::Arguments),
    Portfolio(portfolio::Arguments),
    Check(check::Arguments),
    Init(init::Arguments),
    Import(import::Arguments),
    Explain(explain::Arguments),
    Catalog(catalog::Arguments),
    Supports(supports::Arguments),
    #[cfg(feature = "plan")]
    Plan(plan::Arguments),
    Schema(schema::Arguments),
    Completions(schema::Completions),
    Man(schema::Manual),
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let exit = if error.use_stderr() {
                Exit::Faulty
            } else {
                Exit::Clean
            };
            return match error.print() {
                Ok(()) => exit.into(),
                Err(_) => Exit::Unavailable.into(),
            };
        }
    };
    dispatch(arguments).unwrap_or_else(Failure::tell).into()
}

fn dispatch(arguments: Arguments) -> Result<Exit, Failure> {
    let own;
    let catalog = match &arguments.catalog {
        None => Catalog::builtin(),
        Some(path) => {
            own = Catalog::read(path)?;
            if matches!(arguments.command, Command::Check(_)) {
                gaps::tell_warnings(own.warnings());
            }
            &own
        }
    };
    match arguments.command {
        Command::Gaps(arguments) => gaps::run(&arguments, catalog),
        Command::Forecast(arguments) => forecast::run(&arguments, catalog),
        Command::Crosswalk(arguments) => crosswalk::run(&arguments, catalog),
        Command::Diff(arguments) => diff::run(&arguments, catalog),
        Command::Trend(arguments) => trend::run(&arguments, catalog),
        Command::Portfolio(arguments) => portfolio::run(&arguments, catalog),
        Command::Check(arguments) => check::run(&arguments, catalog),
        Command::Init(arguments) => init::run(&arguments, catalog),
        Command::Import(arguments) => import::run(&arguments, catalog),
        Command::Explain(arguments) => explain::run(&arguments, catalog),
        Command::Catalog(arguments) => catalog::run(&arguments, catalog),
        Command::Supports(arguments) => supports::run(&arguments, catalog),
        #[cfg(feature = "plan")]
        Command::Plan(arguments) => plan::run(&arguments, catalog),
        Command::Schema(arguments) => schema::run(&arguments, catalog),
        Command::Completions(arguments) => schema::completions(&arguments, Arguments::command()),
        Command::Man(arguments) => schema::manual(&arguments, Arguments::command()),
    }
}

/// Why a subcommand could not do its work.
#[derive(Debug)]
enum Failure {
    /// Nothing could be computed.
    Input(Error),
    /// What was asked for does not exist.
    Asked {
        message: String,
        help: Option<String>,
    },
    /// The result could not be written.
    Write {
        path: Option<PathBuf>,
        source: std::io::Error,
    },
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Input(error)
    }
}

impl Failure {
    fn asked(message: impl Into<String>, help: Option<String>) -> Self {
        Self::Asked {
            message: message.into(),
            help,
        }
    }

    /// Says why, and gives the exit code for it.
    fn tell(self) -> Exit {
        match self {
            Self::Input(Error::Faulty(faults)) => {
                faults::tell(&faults);
                Exit::Faulty
            }
            Self::Input(error @ Error::Read { .. }) => {
                let cause = std::error::Error::source(&error)
                    .map(|cause| format!(": {cause}"))
                    .unwrap_or_default();
                output::complain(&format!("{error}{cause}"), None);
                Exit::Unavailable
            }
            Self::Input(error) => {
                output::complain(&error.to_string(), None);
                Exit::Unavailable
            }
            Self::Asked { message, help } => {
                output::complain(&message, help.as_deref());
                Exit::Faulty
            }
            Self::Write { source, .. } if source.kind() == std::io::ErrorKind::BrokenPipe => {
                Exit::Clean
            }
            Self::Write { path, source } => {
                let name = path.map_or_else(
                    || "the output".to_owned(),
                    |path| format!("`{}`", path.display()),
                );
                output::complain(&format!("cannot write {name}: {source}"), None);
                Exit::Unavailable
            }
        }
    }
}

/// The words of a vocabulary as the values of an argument.
fn words<W: custody_controls::taxonomy::Word + Send + Sync>() -> impl TypedValueParser<Value = W> {
    PossibleValuesParser::new(W::words())
        .try_map(|word| W::from_word(&word).ok_or("not a word of the vocabulary"))
}
