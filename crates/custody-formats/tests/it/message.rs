//! Ids in messages become links and code by their type; untrusted text with backticks does not.

use custody_controls::{AssessmentFiles, Catalog, Report, Settings};
use custody_formats::{Format, Render};
use custody_testing::golden;

/// Names a control that the report has.
const NOTE: &str = "see `9.3.7.5-a` and `implemented`";

fn report() -> Report {
    let text = golden::read("examples/cold-custody.yaml");
    let found = "Fresh addresses for a split exist for the vault, not for the 212 archived keys.";
    assert!(text.contains(found));
    let text = text.replace(found, &format!("\"{NOTE}\""));
    let assessment = AssessmentFiles::from_text("cold-custody.yaml", text)
        .resolve(Catalog::builtin())
        .unwrap();
    let settings = Settings::on(assessment.period().to);
    assessment.measure(&settings).report()
}

#[test]
fn backticks_of_untrusted_text_are_not_markup() {
    let report = report();
    let html = report.render(Format::Html).unwrap();
    assert!(html.contains(&format!("missing: {NOTE}")));
    assert!(html.contains("the claim on <a href=\"#control-"));
    let markdown = report.render(Format::Markdown).unwrap();
    assert!(markdown.contains("missing: see \\`9.3.7.5-a\\` and \\`implemented\\`"));
    assert!(markdown.contains("the claim on `"));
}
