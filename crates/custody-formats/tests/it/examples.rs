//! The examples in the formats of this crate.

use custody_controls::Report;
use custody_formats::{Format, Render};
use custody_testing::examples::{EXAMPLES, example, of_text};
use custody_testing::golden;
use std::collections::BTreeSet;

#[test]
fn the_report_of_the_exchange_is_committed() {
    let report = example("exchange", None).render(Format::Markdown).unwrap();
    golden::equal("examples/exchange.md", &report);
}

/// Complete formats name every gap, every risk, every control and every evidence item.
#[test]
fn complete_formats_leave_nothing_out() {
    for name in EXAMPLES {
        let report = example(name, None);
        let gaps = report.gaps.iter().map(|row| row.id.clone());
        let risks = report.risks.iter().map(|row| row.risk.to_string());
        let controls = report
            .applicability
            .iter()
            .map(|row| row.control.to_string());
        let evidence = report.evidence.iter().map(|row| row.evidence.to_string());
        let ids: Vec<String> = gaps.chain(risks).chain(controls).chain(evidence).collect();
        for format in [Format::Markdown, Format::Html, Format::Json, Format::Typst] {
            let text = report.render(format).unwrap();
            let is_of_id = |c: char| c.is_alphanumeric() || "-_.@:".contains(c);
            let words: BTreeSet<&str> = text.split(|c| !is_of_id(c)).collect();
            let missing = ids.iter().filter(|id| !words.contains(id.as_str()));
            let missing: Vec<&String> = missing.collect();
            assert!(missing.is_empty(), "{name} as {format}: {missing:?}");
        }
    }
}

/// Reports of real incidents, whose sources have unusual titles and addresses, in every kind of format.
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
