//! A gate in CI: fail where a critical gap is open that nobody owns.
//!
//! `cargo run --example ci_gate -- examples/exchange.yaml`; the exit code is 1 where the gate is shut.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example shows what it finds"
)]

use custody_controls::taxonomy::Severity;
use custody_controls::{AssessmentFiles, Catalog, Error, Settings};
use std::process::ExitCode;

fn main() -> ExitCode {
    let path = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "examples/exchange.yaml".to_owned());
    match orphans(&path) {
        Ok(orphans) if orphans.is_empty() => ExitCode::SUCCESS,
        Ok(orphans) => {
            println!("critical gaps that nobody owns:");
            for gap in orphans {
                println!("  {gap}");
            }
            ExitCode::from(1)
        }
        Err(error) => {
            eprintln!("{error}");
            // Faults know their places; each one prints as `file:line:column: …`.
            if let Error::Invalid(faults) = error {
                eprintln!("{faults}");
            }
            ExitCode::from(2)
        }
    }
}

fn orphans(path: &str) -> Result<Vec<String>, Error> {
    let files = AssessmentFiles::read([path])?;
    let assessment = files.resolve(Catalog::builtin())?;
    let settings = Settings::on(assessment.period().to);
    let gaps = assessment.measure(&settings).gaps();
    let orphans = gaps
        .iter()
        .filter(|gap| gap.severity == Severity::Critical && gap.owner.is_none());
    Ok(orphans
        .map(|gap| format!("{} ({})", gap.id, gap.title))
        .collect())
}
