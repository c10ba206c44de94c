//! What holds for every format: the same bytes from the same question, nothing but places told by the
//! order of a file, and nothing that a stranger writes gets out of its text.
//!
//! The tests go over `Format::values()`, so that a new format is held to this on its first day.

use custody_controls::difference::trend::Trend;
use custody_controls::gap::Criteria;
use custody_controls::taxonomy::Word;
use custody_controls::{Assessment, AssessmentFiles, Catalog, Report, Settings};
use custody_formats::{
    CrosswalkFormat, DiagnosticFormat, DifferenceFormat, ForecastFormat, Format, PortfolioFormat,
    RegisterFormat, Render, StatementFormat, TodoFormat, TrendFormat, todo_calendars,
};
use custody_testing::golden::{self, same};
use custody_testing::hostile;
use serde_json::Value;
use std::collections::BTreeSet;

const EXAMPLES: [&str; 3] = ["exchange", "cold-custody", "small-firm"];

/// The report of a text, for the last day of its period.
fn report(name: &str, text: String) -> Report {
    let assessment = AssessmentFiles::from_text(name, text)
        .resolve(Catalog::builtin())
        .unwrap_or_else(|faults| panic!("{faults}"));
    let settings = Settings::on(assessment.period().to);
    assessment.measure(&settings).report()
}

fn example(name: &str) -> Report {
    let file = format!("examples/{name}.yaml");
    report(&file, golden::read(&file))
}

fn render(report: &Report, format: Format) -> Vec<u8> {
    let mut bytes = Vec::new();
    report.write(format, &mut bytes).unwrap();
    let has_none = format == Format::NdjsonDoubts && report.doubts.is_empty();
    assert_eq!(bytes.is_empty(), has_none, "{format} is empty");
    bytes
}

#[test]
fn rendered_twice_it_is_the_same_bytes() {
    for name in EXAMPLES {
        let (one, other) = (example(name), example(name));
        for format in Format::values() {
            let what = format!("{name} as {format}");
            same(&render(&one, format), &render(&one, format), &what);
            same(&render(&one, format), &render(&other, format), &what);
        }
    }
}

/// Takes away what tells where something stands: places, and the digests of the files.
fn without_places(report: &mut Report) {
    report.facts.files.clear();
    for gap in &mut report.gaps {
        gap.location = None;
        gap.because
            .iter_mut()
            .for_each(|reason| reason.location = None);
    }
    report
        .subjects
        .iter_mut()
        .for_each(|row| row.location = None);
    report
        .evidence
        .iter_mut()
        .for_each(|row| row.location = None);
    report
        .acceptances
        .iter_mut()
        .for_each(|row| row.location = None);
    let cells = report
        .applicability
        .iter_mut()
        .flat_map(|row| &mut row.cells);
    cells.for_each(|cell| cell.location = None);
}

/// The same mappings with their entries in another order: the last first, and what was in the middle
/// at the end.
fn shuffled(value: serde_yaml::Value, turn: usize) -> serde_yaml::Value {
    match value {
        serde_yaml::Value::Mapping(mapping) => {
            let mut entries: Vec<_> = mapping
                .into_iter()
                .map(|(key, value)| (key, shuffled(value, turn)))
                .collect();
            entries.reverse();
            let by = turn % entries.len().max(1);
            entries.rotate_left(by);
            serde_yaml::Value::Mapping(entries.into_iter().collect())
        }
        serde_yaml::Value::Sequence(items) => {
            items.into_iter().map(|item| shuffled(item, turn)).collect()
        }
        other => other,
    }
}

#[test]
fn the_order_of_entries_changes_nothing_but_places() {
    for name in EXAMPLES {
        let file = format!("examples/{name}.yaml");
        let text = golden::read(&file);
        let value: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        let mut written = report(&file, text);
        assert!(
            render(&written, Format::Json)
                .windows(6)
                .any(|w| w == b"\"line\"")
        );
        without_places(&mut written);
        for turn in [0, 1, 7] {
            let text = serde_yaml::to_string(&shuffled(value.clone(), turn)).unwrap();
            let mut other = report(&file, text);
            without_places(&mut other);
            for format in Format::values() {
                let (one, other) = (render(&written, format), render(&other, format));
                same(
                    &one,
                    &other,
                    &format!("{name} as {format}, turned by {turn}"),
                );
            }
            // What this test does not know as a place would be told here.
            let json = render(&other, Format::Json);
            assert!(!json.windows(6).any(|w| w == b"\"line\""));
        }
    }
}

/// An assessment in which every free text is hostile, and so is the name of the file.
fn poisoned(first: usize) -> Assessment {
    let document = hostile::document(&hostile::texts(), first).to_string();
    AssessmentFiles::from_text("a:b/=1+1;=1 <b>\u{202e}%20\u{1b}[31m.json", document)
        .resolve(Catalog::builtin())
        .unwrap_or_else(|faults| panic!("{faults}"))
}

/// Reads a table as spreadsheets do: at the commas, at semicolons (most of Europe), at both, and at
/// tabs. No cell is a formula, and no text is a number: `5.10` is not `5.1`.
fn read_csv(text: &str, word: &str, names: &[&str]) {
    let mut table = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let columns = table.headers().unwrap().clone();
    assert_eq!(
        text.matches('\n').count(),
        text.matches("\r\n").count(),
        "{word}"
    );
    for row in table.records() {
        let row = row.unwrap_or_else(|error| panic!("{word}: {error}"));
        assert_eq!(row.len(), columns.len(), "{word}");
        for (column, field) in columns.iter().zip(&row) {
            if names.contains(&column) {
                assert!(field.parse::<f64>().is_err(), "{word}, {column}: {field}");
            }
        }
    }
    // The last reader splits at both.
    for (delimiter, text) in [
        (b',', text.to_owned()),
        (b';', text.to_owned()),
        (b'\t', text.to_owned()),
        (b',', text.replace(';', ",")),
    ] {
        let mut reader = csv::ReaderBuilder::new();
        reader.delimiter(delimiter).flexible(true);
        for row in reader.from_reader(text.as_bytes()).records() {
            for field in &row.unwrap_or_else(|error| panic!("{word}: {error}")) {
                let is_number = field.parse::<i64>().is_ok();
                let shown = field.trim_start_matches(|c: char| {
                    c.is_whitespace() || matches!(c, '"' | '\u{200e}')
                });
                let is_formula = shown.starts_with([
                    '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
                ]);
                assert!(
                    is_number || !is_formula,
                    "{word} split at {delimiter}: {field}"
                );
            }
        }
    }
}

/// Reads all of an XML document: tags match, names and references are known, and attributes are
/// whole.
fn read_xml(text: &str, word: &str) {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    loop {
        match reader
            .read_event()
            .unwrap_or_else(|error| panic!("{word}: {error}"))
        {
            Event::Eof => break,
            Event::Start(element) | Event::Empty(element) => {
                for attribute in element.attributes() {
                    attribute.unwrap_or_else(|error| panic!("{word}: {error}"));
                }
            }
            Event::GeneralRef(name) => {
                let is_known =
                    name.is_char_ref() || matches!(&*name, "lt" | "gt" | "amp" | "quot" | "apos");
                assert!(is_known, "{word}: {name:?}");
            }
            _ => {}
        }
    }
}

/// Reads a document with a reader of its format by others; formats that are no text of a known kind
/// have readers in tests of their own. Formats for people are no commands for a build server.
fn read(word: &str, text: &str) {
    // Lines of CSV and of calendars end as in Windows.
    let lines = if word.starts_with("csv") || word == "ics" {
        text.replace("\r\n", "\n")
    } else {
        text.to_owned()
    };
    if let Some(c) = hostile::harmful(&lines) {
        panic!("{word}: {c:?} stands as it is");
    }
    if word.starts_with("markdown")
        && let Some(command) = hostile::command(text)
    {
        panic!("{word}: {command}");
    }
    if text.starts_with('{') && text.contains("\n{\"") || word.starts_with("ndjson") {
        for line in text.lines() {
            let value: Value =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{word}: {error}"));
            assert!(value.is_object(), "{word}");
        }
    } else if word.starts_with("csv") {
        const NAMES: [&str; 13] = [
            "reason",
            "assessment",
            "custodian",
            "jurisdiction",
            "catalog_version",
            "clause",
            "title",
            "control_title",
            "edition",
            "reference",
            "explanation",
            "file",
            "remark",
        ];
        read_csv(text, word, &NAMES);
    } else if text.starts_with("<?xml") {
        read_xml(text, word);
    } else if text.starts_with(['{', '[']) {
        serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{word}: {error}"));
    }
}

/// Reads a result in all its formats; packed ones have a reader in a test of their own.
fn read_all<R: Render>(result: &R)
where
    R::Format: Copy,
{
    for format in R::Format::values() {
        let mut bytes = Vec::new();
        result.write(format, &mut bytes).unwrap();
        let is_packed = bytes.starts_with(b"PK") || bytes.starts_with(b"%PDF");
        if !is_packed {
            read(format.word(), &String::from_utf8(bytes).unwrap());
        }
    }
}

#[test]
fn hostile_texts_stay_texts() {
    for first in [0, 17, 31] {
        let assessment = poisoned(first);
        let settings = Settings::on(assessment.period().to);
        let report = assessment.measure(&settings).report();
        let day = settings.as_of.plus_days(-60);
        let before = assessment.measure(&Settings::on(day)).report();
        read_all(&report);
        read_all(
            &report
                .crosswalk(Catalog::builtin(), "iso-27002-2022")
                .unwrap(),
        );
        read_all(
            &report
                .statement_of_applicability(Catalog::builtin(), "iso-27001")
                .unwrap(),
        );
        read_all(&assessment.forecast(&settings, settings.as_of.plus_days(400)));
        read_all(&report.since(&before));
        let coverage = assessment.measure(&settings);
        read_all(&coverage.evidence_register());
        let todo = coverage.todo(&Criteria::default());
        read_all(&todo);
        read_all(&todo.clone().by_owner());
        for calendar in todo_calendars(&todo).unwrap() {
            read("ics", &String::from_utf8(calendar.bytes).unwrap());
        }
        read_all(&Trend::of([&before, &report]));
        // Programs read the very texts.
        let json: Value = serde_json::from_slice(&render(&report, Format::Json)).unwrap();
        assert_eq!(json, serde_json::to_value(&report).unwrap());
    }
}

#[test]
fn references_of_a_crosswalk_are_as_many_as_are_written() {
    let report = example("small-firm");
    for (framework, _) in Catalog::builtin().frameworks() {
        let crosswalk = report
            .crosswalk(Catalog::builtin(), framework.as_str())
            .unwrap();
        let text = crosswalk.render(CrosswalkFormat::Csv).unwrap();
        let mut table = csv::Reader::from_reader(text.as_bytes());
        let columns = table.headers().unwrap().clone();
        let at = columns
            .iter()
            .position(|column| column == "reference")
            .unwrap();
        let written: Vec<String> = table
            .records()
            .map(|row| row.unwrap()[at].to_owned())
            .collect();
        // What a reader that recognizes numbers makes of them.
        let read = |text: &String| text.parse().map_or(text.clone(), |n: f64| n.to_string());
        let distinct: BTreeSet<String> = written.iter().map(read).collect();
        let references: BTreeSet<&str> = crosswalk
            .references
            .iter()
            .map(|row| row.reference.as_str())
            .collect();
        assert_eq!(distinct.len(), references.len(), "{framework}");
    }
}

#[test]
fn every_format_has_a_word_and_a_meaning() {
    fn words<W: Word>() {
        for (value, word) in W::values().into_iter().zip(W::words()) {
            assert_eq!(value.word(), *word);
            assert!(W::from_word(word).is_some());
            assert!(value.meaning().ends_with('.'), "{word}");
        }
    }
    words::<Format>();
    words::<ForecastFormat>();
    words::<CrosswalkFormat>();
    words::<StatementFormat>();
    words::<RegisterFormat>();
    words::<TodoFormat>();
    words::<DifferenceFormat>();
    words::<TrendFormat>();
    words::<PortfolioFormat>();
    words::<DiagnosticFormat>();
}
