//! Embed the library: read an assessment and print its most severe gaps.
//!
//! `cargo run --example embed`

#![expect(clippy::print_stdout, reason = "an example shows what it finds")]

use custody_controls::{AssessmentFiles, Catalog, Settings};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    // As written: the files, with the location of every error.
    let files = AssessmentFiles::read(["examples/exchange.yaml"])?;

    // Resolved: every id is known to the catalog, or all errors at once.
    let assessment = files.resolve(Catalog::builtin())?;

    // As measured, on a day that you name; there is no clock in the library.
    let settings = Settings::on(assessment.period().to);
    let report = assessment.measure(&settings).report();

    println!(
        "proven {}, possible {}",
        report.summary.proven, report.summary.possible
    );
    for gap in report.gaps.iter().take(3) {
        println!("\n{} {} {}: {}", gap.severity, gap.kind, gap.id, gap.title);
        if let Some(reason) = gap.because.first() {
            println!("  because {reason}");
        }
        for alternative in gap.alternatives() {
            println!("  closes if {alternative}");
        }
    }
    Ok(())
}
