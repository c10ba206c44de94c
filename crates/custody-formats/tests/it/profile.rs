//! Reports against profiles in the formats for people.

use custody_controls::taxonomy::Word;
use custody_controls::{AssessmentFiles, Catalog, Report, Settings};
use custody_formats::{Format, Render};
use custody_testing::examples::{PROFILES, against_profile, profile};
use custody_testing::golden;
use std::collections::BTreeSet;

const JAPAN: &str = "tests/cmd/japan.yaml";

/// The report of the worked case, with changes of its text.
fn kaede(catalog: &Catalog, changes: &[(&str, &str)]) -> Report {
    let mut text = golden::read(JAPAN);
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let files = AssessmentFiles::from_text("mine.yaml", text);
    let assessment = files
        .resolve(catalog)
        .unwrap_or_else(|faults| panic!("{faults}"));
    let settings = Settings::on(assessment.period().to);
    assessment.measure(&settings).report()
}

#[test]
fn a_report_names_what_its_profile_leaves_out_in_every_long_format() {
    for name in PROFILES {
        let catalog = profile(name);
        let report = against_profile("exchange", &catalog);
        let profile = report.facts.profile.clone().unwrap();
        let left_out: BTreeSet<String> = profile
            .controls_left_out
            .iter()
            .map(|entry| entry.control.to_string())
            .chain(
                profile
                    .risks_left_out
                    .iter()
                    .map(|entry| entry.risk.to_string()),
            )
            .collect();
        assert_eq!(
            left_out.is_empty(),
            ["japan", "modern-custody"].contains(&name)
        );
        for format in [Format::Json, Format::Markdown, Format::Html, Format::Typst] {
            let text = report.render(format).unwrap();
            for id in &left_out {
                assert!(text.contains(id), "{name} as {format} hides {id}");
            }
        }
        let numbers = format!("leaves out {} control", profile.controls_left_out.len());
        for format in Format::values() {
            let is_long = matches!(
                format,
                Format::Markdown
                    | Format::MarkdownBrief
                    | Format::Html
                    | Format::HtmlBrief
                    | Format::Typst
                    | Format::TypstBrief
                    | Format::Json
            );
            let text = report.render(format).unwrap().replace('\n', " ");
            assert!(!is_long || text.contains(&numbers), "{name} as {format}");
        }
    }
}

#[test]
fn every_long_format_has_the_parameters_and_their_sources() {
    let report = kaede(&profile("japan"), &[]);
    for format in [Format::Json, Format::Markdown, Format::Html, Format::Typst] {
        let text = report.render(format).unwrap();
        for part in ["jp-online-share", "article 27, paragraph 2", "2024-04-01"] {
            assert!(text.contains(part), "{format} lacks {part}");
        }
    }
    let json: serde_json::Value =
        serde_json::from_str(&report.render(Format::Json).unwrap()).unwrap();
    let schema = custody_controls::schema::schema(
        custody_controls::schema::Document::Report,
        Catalog::builtin(),
    );
    custody_testing::shape::shaped(&json, &schema, "japan");
}
