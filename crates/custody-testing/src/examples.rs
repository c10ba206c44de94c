//! The reports of the examples.

use crate::golden;
use custody_controls::{AssessmentFiles, Catalog, Report, Settings};

/// The names of the example assessments: files of `examples/`.
pub const EXAMPLES: [&str; 3] = ["exchange", "cold-custody", "small-firm"];

/// The report of an example, as of a day or of the last day of its period.
pub fn example(name: &str, day: Option<&str>) -> Report {
    let file = format!("examples/{name}.yaml");
    of_text(&file, golden::read(&file), day)
}

/// The report of a text with the name of a file, as of a day or of the last day of its period.
pub fn of_text(name: &str, text: String, day: Option<&str>) -> Report {
    let assessment = AssessmentFiles::from_text(name, text)
        .resolve(Catalog::builtin())
        .unwrap_or_else(|faults| panic!("{faults}"));
    let day = day.map_or(assessment.period().to, |day| day.parse().unwrap());
    assessment.measure(&Settings::on(day)).report()
}
