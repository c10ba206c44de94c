//! The examples in the formats of this crate.

use custody_controls::Report;
use custody_formats::{Format, Render};
use custody_testing::examples::{EXAMPLES, example, of_text};
use custody_testing::golden;

#[test]
fn each_report_lies_beside_its_assessment() {
    for name in EXAMPLES {
        let report = example(name, None).render(Format::Markdown).unwrap();
        golden::equal(&format!("examples/{name}.md"), &report);
    }
}

/// Addresses and titles as they are found in the wild come through every format.
#[test]
fn each_format_renders_each_incident() {
    for (name, day, untreated) in [
        ("2018-01-single-signature", "2018-01-25", "8.2.2.3-b"),
        ("2018-12-one-person", "2018-12-08", "8.2.2.3-a"),
        ("2025-02-shown-another", "2025-02-20", "8.2.2.5-h"),
    ] {
        let file = format!("examples/incidents/{name}.yaml");
        let report: Report = of_text(&file, golden::read(&file), None);
        for (format, must_hold) in [
            (Format::Markdown, untreated),
            (Format::Json, "\"untreated\""),
            (Format::Html, "</html>"),
            (Format::Sarif, "\"results\""),
            (Format::Junit, "</testsuites>"),
            (Format::Typst, day),
        ] {
            let text = report.render(format).unwrap();
            assert!(text.contains(must_hold), "{name}: {format:?}");
        }
    }
}
