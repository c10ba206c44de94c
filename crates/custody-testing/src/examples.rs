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

/// The names of the example profiles: files of `examples/profiles/`.
pub const PROFILES: [&str; 4] = ["core", "cold-custody", "japan", "modern-custody"];

/// An example profile.
pub fn profile(name: &str) -> Catalog {
    let file = format!("examples/profiles/{name}.yaml");
    Catalog::from_text(&file, golden::read(&file)).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The report of an example that names a profile as its catalog.
pub fn against_profile(name: &str, catalog: &Catalog) -> Report {
    let text = golden::read(&format!("examples/{name}.yaml"));
    let named = format!("catalog: {}", catalog.facts().id);
    let text = text.replacen("catalog: iso-tr-23576", &named, 1);
    let assessment = AssessmentFiles::from_text("mine.yaml", text)
        .resolve(catalog)
        .unwrap_or_else(|faults| panic!("{faults}"));
    let settings = Settings::on(assessment.period().to);
    assessment.measure(&settings).report()
}

/// The report of a text with the name of a file, as of a day or of the last day of its period.
pub fn of_text(name: &str, text: String, day: Option<&str>) -> Report {
    let assessment = AssessmentFiles::from_text(name, text)
        .resolve(Catalog::builtin())
        .unwrap_or_else(|faults| panic!("{faults}"));
    let day = day.map_or(assessment.period().to, |day| day.parse().unwrap());
    assessment.measure(&Settings::on(day)).report()
}
