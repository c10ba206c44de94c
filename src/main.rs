//! The `custody` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    custody_controls::cli::run()
}
