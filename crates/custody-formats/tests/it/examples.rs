//! The examples in the formats of this crate.

use custody_controls::Report;
use custody_controls::taxonomy::Severity;
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

/// A small custodian whose critical risks are mostly unknown, and one of high severity is known to
/// be untreated: the case in which an order by verdict hides what is critical.
fn mostly_unknown() -> Report {
    let text = golden::read("examples/small-firm.yaml");
    let kept = text.lines().take_while(|line| *line != "claims:");
    let kept: Vec<&str> = kept.collect();
    let claims = "claims:\n  9.3.9.3-e: { status: not-implemented }\n";
    of_text("new.yaml", format!("{}\n{claims}", kept.join("\n")), None)
}

#[test]
fn risks_are_listed_by_severity_then_by_verdict() {
    for report in EXAMPLES.map(|name| example(name, None)) {
        let keys = report.risks.iter();
        let keys = keys.map(|row| (std::cmp::Reverse(row.severity), row.verdict.rank()));
        assert!(keys.is_sorted());
    }
    let report = mostly_unknown();
    let worst = report.worst_risks().next().unwrap();
    assert_eq!(worst.severity, Severity::Critical);
    let unknown = report
        .risks
        .iter()
        .filter(|row| row.severity == Severity::Critical && row.verdict.is_without_treatment());
    let unknown = unknown.count() as u64;
    assert!(unknown > 1, "{unknown}");
    assert_eq!(report.summary.critical_risks_without_treatment, unknown);
}

/// Every summary names the same worst risks in the same order.
#[test]
fn the_worst_risks_are_the_same_in_every_format() {
    for report in [mostly_unknown(), example("exchange", None)] {
        let worst: Vec<&str> = report.worst_risks().map(|row| row.risk.as_str()).collect();
        let html = report.render(Format::Html).unwrap();
        let list = html.split("<ol class=\"worst\">").nth(1).unwrap();
        let list = list.split("</ol>").next().unwrap();
        let named = list.split("\"#risk-").skip(1);
        let named: Vec<&str> = named.map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(named, worst[..5]);
        let brief = report.render(Format::MarkdownBrief).unwrap();
        let list = brief.split("### Worst risks").nth(1).unwrap();
        let list = list.split("\n### ").next().unwrap();
        let lines = list.lines().filter(|line| line.starts_with("- "));
        let named: Vec<&str> = lines.map(|line| line.split('`').nth(1).unwrap()).collect();
        assert_eq!(named, worst[..5]);
        let markdown = report.render(Format::Markdown).unwrap();
        let table = markdown.split("\n## Risks\n").nth(1).unwrap();
        let table = table.split("\n## ").next().unwrap();
        let named = table.split('`').skip(1).step_by(2);
        let named: Vec<&str> = named.filter(|name| worst.contains(name)).collect();
        assert_eq!(named, worst);
    }
}
