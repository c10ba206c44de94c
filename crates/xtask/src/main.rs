//! Tasks for contributors. `cargo xtask` without a task lists them.

use std::process::{Command, ExitCode};

const TASKS: &str = "cargo xtask TASK

generate  write all generated files anew: the packed catalog, JSON Schemas, reports of the examples,
          expected messages and screens; then show which of them changed
check     what a pull request needs: format, word list, lints, tests (100 cases for each property)
ci        everything that CI checks; `cargo xtask ci STEP…` runs some steps only";

/// Why a task ended early.
enum Failure {
    /// A command could not be started.
    NotStarted(String, std::io::Error),
    /// A command failed.
    Failed(String),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["generate"] => generate(),
        ["check"] => check(),
        ["ci", ref steps @ ..] => run("bash", &[&[".ci/run"], steps].concat(), &[]),
        _ => {
            print(TASKS);
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::NotStarted(command, error)) => {
            print(&format!("cannot start `{command}`: {error}"));
            ExitCode::FAILURE
        }
        Err(Failure::Failed(command)) => {
            print(&format!("`{command}` failed"));
            ExitCode::FAILURE
        }
    }
}

/// The tests own the generated files and write them if `UPDATE` is set. The second run uses the catalog
/// that the first one packed.
fn generate() -> Result<(), Failure> {
    let environment = [("UPDATE", "1"), ("LAW_CASES", "40")];
    for _ in 0..2 {
        run(
            "cargo",
            &["test", "--quiet", "--no-fail-fast"],
            &environment,
        )?;
    }
    run("git", &["status", "--short"], &[])
}

fn check() -> Result<(), Failure> {
    run("cargo", &["fmt", "--all", "--", "--check"], &[])?;
    run("bash", &[".ci/words.sh"], &[])?;
    let lints = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--",
        "-D",
        "warnings",
    ];
    run("cargo", &lints, &[])?;
    run("cargo", &["test", "--quiet"], &[("LAW_CASES", "100")])
}

fn run(program: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Result<(), Failure> {
    let command = format!("{program} {}", arguments.join(" "));
    let mut child = Command::new(program);
    child.args(arguments).envs(environment.iter().copied());
    match child.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Failure::Failed(command)),
        Err(error) => Err(Failure::NotStarted(command, error)),
    }
}

#[expect(
    clippy::print_stderr,
    reason = "a program for contributors, on a terminal"
)]
fn print(text: &str) {
    eprintln!("{text}");
}
