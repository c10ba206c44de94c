//! `custody`: command-line arguments, one module per subcommand, and exit codes.

mod accept;
mod catalog;
mod changes;
mod check;
mod confirm;
mod crosswalk;
mod diagnostics;
mod diff;
mod draft;
mod evidence;
mod explain;
mod filters;
mod fmt;
mod forecast;
mod gaps;
mod import;
mod init;
mod inputs;
mod output;
#[cfg(feature = "plan")]
mod plan;
mod portfolio;
mod schema;
mod set;
mod soa;
mod supports;
mod terminal;
mod todo;
mod trend;
mod view;

use clap::{CommandFactory, Parser, Subcommand};
use custody_controls::catalog::Catalog;
use custody_controls::diagnostic::Diagnostics;
use custody_controls::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

/// The exit code of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Exit {
    /// Success; no gap has reached the threshold.
    Clean = 0,
    /// A gap has the severity of `--fail-on` or higher, or is new or worse, if that was asked for.
    Gaps = 1,
    /// The input or the command line is invalid.
    Invalid = 2,
    /// A file could not be read or written.
    Io = 3,
    /// A bug in this program.
    Internal = 4,
}

impl Exit {
    /// The verdict of a gate, whatever became of the output. If the output could not be written, that
    /// is reported, and it decides only if the verdict is `Clean`.
    fn despite(self, written: Result<Exit, Failure>) -> Result<Self, Failure> {
        match (self, written) {
            (Self::Clean, Err(failure)) => Err(failure),
            (verdict, Err(failure)) => {
                failure.report();
                Ok(verdict)
            }
            (verdict, Ok(_)) => Ok(verdict),
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The help about exit codes, with that of a gate if the command has any.
macro_rules! exit_codes {
    ($($gate:literal)?) => {
        concat!(
            "Exit status:
  0  success
",
            $($gate,)?
            "  2  invalid input or command line
  3  I/O error: a file could not be read or written
  4  internal error: a bug in custody; please report it"
        )
    };
}
pub(crate) use exit_codes;

/// The exit codes of commands without a gate.
const EXIT_CODES: &str = exit_codes!();

/// Coverage gaps of digital asset custodians against ISO/TR 23576:2020.
///
/// Reads an assessment from YAML or JSON, computes what is covered and how far that is proven, and
/// reports, for every gap, why it is open and what would close it.
#[derive(Debug, Parser)]
#[command(name = "custody", version, propagate_version = true, after_help = exit_codes!(
    "  1  a gate has failed: --fail-on, --fail-on-doubt, --baseline or --fail-on-worse\n"
))]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Use this catalog (file or directory) instead of the built-in one.
    #[arg(long, global = true, value_name = "PATH")]
    catalog: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Arguments),
    Check(check::Arguments),
    Set(set::Arguments),
    Confirm(confirm::Arguments),
    Accept(accept::Arguments),
    Fmt(fmt::Arguments),
    Gaps(gaps::Arguments),
    Todo(todo::Arguments),
    Explain(explain::Arguments),
    #[cfg(feature = "plan")]
    Plan(plan::Arguments),
    Supports(supports::Arguments),
    Evidence(evidence::Arguments),
    Forecast(forecast::Arguments),
    Crosswalk(crosswalk::Arguments),
    Soa(soa::Arguments),
    Import(import::Arguments),
    Diff(diff::Arguments),
    Trend(trend::Arguments),
    Portfolio(portfolio::Arguments),
    Catalog(catalog::Arguments),
    Schema(schema::Arguments),
    Completions(schema::Completions),
    Man(schema::Manual),
}

/// Reports a broken invariant as an internal error, in whichever thread it is found.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let payload = panic.payload();
        let message = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("unknown");
        let location = panic.location().map_or(String::new(), |location| {
            format!(" at {}:{}", location.file(), location.line())
        });
        let help = "this is a bug in custody; please report it with this message";
        output::print_error(&format!("internal error{location}: {message}"), Some(help));
        std::process::exit(Exit::Internal as i32);
    }));
    #[cfg(debug_assertions)]
    {
        let requested = std::env::var_os("CUSTODY_TEST_INTERNAL_ERROR");
        assert!(requested.is_none(), "provoked by a test");
    }
}

fn main() -> ExitCode {
    report_panics();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(message) => {
            return output::print_usage::<Arguments>(message)
                .unwrap_or_else(Failure::report)
                .into();
        }
    };
    dispatch(arguments).unwrap_or_else(Failure::report).into()
}

impl Command {
    /// The files that a subcommand reads and writes; none for those that write no file.
    fn files(&self) -> Option<&dyn output::Files> {
        Some(match self {
            Self::Gaps(arguments) => arguments,
            Self::Todo(arguments) => arguments,
            Self::Forecast(arguments) => arguments,
            Self::Crosswalk(arguments) => arguments,
            Self::Soa(arguments) => arguments,
            Self::Diff(arguments) => arguments,
            Self::Trend(arguments) => arguments,
            Self::Check(arguments) => arguments,
            Self::Set(arguments) => arguments,
            Self::Confirm(arguments) => arguments,
            Self::Accept(arguments) => arguments,
            Self::Fmt(arguments) => arguments,
            Self::Init(arguments) => arguments,
            Self::Import(arguments) => arguments,
            Self::Supports(arguments) => arguments,
            Self::Evidence(arguments) => arguments,
            #[cfg(feature = "plan")]
            Self::Plan(arguments) => arguments,
            Self::Schema(arguments) => arguments,
            // A portfolio writes directories, which it checks itself.
            Self::Portfolio(_)
            | Self::Explain(_)
            | Self::Catalog(_)
            | Self::Completions(_)
            | Self::Man(_) => return None,
        })
    }
}

fn dispatch(arguments: Arguments) -> Result<Exit, Failure> {
    if let Some(files) = arguments.command.files() {
        output::refuse_overwriting(files, arguments.catalog.as_deref())?;
    }
    let own;
    let catalog = match &arguments.catalog {
        None => Catalog::builtin(),
        Some(path) => {
            own = Catalog::read(path)?;
            if matches!(arguments.command, Command::Check(_)) {
                inputs::print_warnings(own.warnings());
            }
            &own
        }
    };
    match arguments.command {
        Command::Gaps(arguments) => gaps::run(&arguments, catalog),
        Command::Todo(arguments) => todo::run(&arguments, catalog),
        Command::Forecast(arguments) => forecast::run(&arguments, catalog),
        Command::Crosswalk(arguments) => crosswalk::run(&arguments, catalog),
        Command::Soa(arguments) => soa::run(&arguments, catalog),
        Command::Diff(arguments) => diff::run(&arguments, catalog),
        Command::Trend(arguments) => trend::run(&arguments, catalog),
        Command::Portfolio(arguments) => portfolio::run(&arguments, catalog),
        Command::Check(arguments) => check::run(&arguments, catalog),
        Command::Set(arguments) => set::run(&arguments, catalog),
        Command::Confirm(arguments) => confirm::run(&arguments, catalog),
        Command::Accept(arguments) => accept::run(&arguments, catalog),
        Command::Fmt(arguments) => fmt::run(&arguments, catalog),
        Command::Init(arguments) => init::run(&arguments, catalog),
        Command::Import(arguments) => import::run(&arguments, catalog),
        Command::Explain(arguments) => explain::run(&arguments, catalog),
        Command::Catalog(arguments) => catalog::run(&arguments, catalog),
        Command::Supports(arguments) => supports::run(&arguments, catalog),
        Command::Evidence(arguments) => evidence::run(&arguments, catalog),
        #[cfg(feature = "plan")]
        Command::Plan(arguments) => plan::run(&arguments, catalog),
        Command::Schema(arguments) => schema::run(&arguments, catalog),
        Command::Completions(arguments) => schema::completions(&arguments, Arguments::command()),
        Command::Man(arguments) => schema::manual(&arguments, Arguments::command()),
    }
}

/// Why a subcommand failed.
#[derive(Debug)]
enum Failure {
    /// An input is invalid or could not be read.
    Input(Error),
    /// The command line asks for something that does not exist or is not possible.
    Usage {
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

impl From<Diagnostics> for Failure {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Input(diagnostics.into())
    }
}

impl Failure {
    fn usage(message: impl Into<String>, help: Option<String>) -> Self {
        Self::Usage {
            message: message.into(),
            help,
        }
    }

    /// Prints the reason and returns the exit code.
    fn report(self) -> Exit {
        match self {
            Self::Input(Error::Invalid(found)) => {
                diagnostics::print(&found);
                Exit::Invalid
            }
            Self::Input(error @ Error::Internal { .. }) => {
                output::print_error(&error.to_string(), None);
                Exit::Internal
            }
            Self::Input(error @ Error::Read { .. }) => {
                let cause = std::error::Error::source(&error)
                    .map(|cause| format!(": {cause}"))
                    .unwrap_or_default();
                output::print_error(&format!("{error}{cause}"), None);
                Exit::Io
            }
            Self::Input(error) => {
                output::print_error(&error.to_string(), None);
                Exit::Io
            }
            Self::Usage { message, help } => {
                output::print_error(&message, help.as_deref());
                Exit::Invalid
            }
            Self::Write { path, source } => {
                let name = path.map_or_else(
                    || "the output".to_owned(),
                    |path| format!("`{}`", path.display()),
                );
                output::print_error(&format!("cannot write {name}: {source}"), None);
                Exit::Io
            }
        }
    }
}
