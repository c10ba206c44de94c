//! What changed between two days, and why: what a supervisor asks first.
//!
//! `cargo run --example compare -- examples/exchange.yaml 2026-09-30 2026-12-31`

#![expect(clippy::print_stdout, reason = "an example shows what it finds")]

use custody_controls::difference::Shift;
use custody_controls::taxonomy::Severity;
use custody_controls::{AssessmentFiles, Catalog, Report, Settings};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let (path, before, after) = match given.as_slice() {
        [path, before, after] => (path.as_str(), before.as_str(), after.as_str()),
        _ => ("examples/exchange.yaml", "2026-09-30", "2026-12-31"),
    };
    let files = AssessmentFiles::read([path])?;
    let assessment = files.resolve(Catalog::builtin())?;
    let report = |day: &str| -> Result<Report, Box<dyn std::error::Error>> {
        let settings = Settings::on(day.parse()?);
        Ok(assessment.measure(&settings).report())
    };
    let difference = report(after)?.since(&report(before)?);
    println!("{}", difference.headline());
    let severe =
        |gap: &&_| custody_controls::difference::GapDifference::severity(gap) >= Severity::High;
    for gap in difference
        .of(Shift::New)
        .chain(difference.of(Shift::Worse))
        .filter(severe)
    {
        for cause in &gap.causes {
            println!("{} {}: {cause}", gap.change, gap.id);
        }
    }
    Ok(())
}
