//! Rows say the same as CSV, as NDJSON and as their schema, and sum up to the summary.

use custody_controls::report::rows::{CellRecord, DoubtRecord, GapRecord, RiskRecord, Row};
use custody_controls::schema::{Document, schema};
use custody_controls::{AssessmentFiles, Catalog, Report, Settings};
use custody_formats::{Format, Render};
use custody_testing::golden;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const EXAMPLES: [&str; 3] = ["exchange", "cold-custody", "small-firm"];

/// A table: its formats, its schema and its columns.
const TABLES: [(Format, Format, Document, &[&str]); 3] = [
    (
        Format::CsvCells,
        Format::NdjsonCells,
        Document::CellRow,
        CellRecord::COLUMNS,
    ),
    (
        Format::CsvRisks,
        Format::NdjsonRisks,
        Document::RiskRow,
        RiskRecord::COLUMNS,
    ),
    (
        Format::CsvGaps,
        Format::NdjsonGaps,
        Document::GapRow,
        GapRecord::COLUMNS,
    ),
];

fn report(name: &str) -> Report {
    report_of(&format!("examples/{name}.yaml"))
}

fn report_of(path: &str) -> Report {
    let text = golden::read(path);
    let assessment = AssessmentFiles::from_text("mine.yaml", text)
        .resolve(Catalog::builtin())
        .unwrap();
    // A day on which some evidence lies ahead, so that some age is negative.
    let settings = Settings::on("2026-08-15".parse().unwrap());
    assessment.measure(&settings).report()
}

fn lines(report: &Report, format: Format) -> Vec<Map<String, Value>> {
    let text = report.render(format).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

/// What a value of NDJSON is in CSV.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        // So that it remains text.
        Value::String(text) if text.parse::<f64>().is_ok() => format!("'{text}"),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

#[test]
fn tables_say_the_same_in_each_form() {
    let mut negative = 0;
    for name in EXAMPLES {
        let report = report(name);
        for (csv, ndjson, document, columns) in TABLES {
            let text = report.render(csv).unwrap();
            let mut table = csv::Reader::from_reader(text.as_bytes());
            assert_eq!(table.headers().unwrap(), columns);
            let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
            let lines = lines(&report, ndjson);
            assert_eq!(rows.len(), lines.len(), "{name} as {csv}");
            assert!(rows.len() > 20, "{name} as {csv}");
            for (row, line) in rows.iter().zip(&lines) {
                assert_eq!(line["schema"], format!("custody-controls/{document}/1"));
                for (column, field) in columns.iter().zip(row) {
                    assert_eq!(shown(&line[*column]), field, "{name} as {csv}: {column}");
                }
                let age = line.get("evidence_age_days").and_then(Value::as_i64);
                negative += usize::from(age.is_some_and(|days| days < 0));
            }
            // The order of columns is that of the first line, which `Map` does not keep.
            let first = report.render(ndjson).unwrap();
            let first = first.lines().next().unwrap();
            let places: Vec<usize> = columns
                .iter()
                .map(|column| first.find(&format!("\"{column}\":")).unwrap())
                .collect();
            assert!(places.is_sorted(), "{ndjson}: {first}");
        }
    }
    assert!(negative > 0, "no evidence lies ahead");
}

fn of_itself<R: Row>(rows: impl Iterator<Item = R>) -> Vec<String> {
    rows.map(|row| serde_json::to_string(&row).unwrap())
        .collect()
}

/// A line of NDJSON is what a row serializes to: byte for byte where its texts are harmless, and the
/// very texts where some characters are written as escapes.
#[test]
fn lines_are_what_rows_serialize_to() {
    let mut escaped = 0;
    let examples = EXAMPLES.map(|name| format!("examples/{name}.yaml"));
    for name in examples
        .iter()
        .map(String::as_str)
        .chain(["tests/html/hostile.yaml"])
    {
        let report = report_of(name);
        let expected = [
            of_itself(report.cell_records()),
            of_itself(report.risk_records()),
            of_itself(report.gap_records()),
        ];
        for ((_, format, ..), expected) in TABLES.iter().zip(expected) {
            let text = report.render(*format).unwrap();
            assert_eq!(text.lines().count(), expected.len(), "{name} as {format}");
            for (line, expected) in text.lines().zip(&expected) {
                if line == expected {
                    continue;
                }
                escaped += 1;
                let is_harmful = |c: char| !c.is_ascii_graphic() && c != ' ';
                assert!(expected.contains(is_harmful), "{line}\n{expected}");
                let value = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
                assert_eq!(value(line), value(expected), "{name} as {format}");
            }
        }
    }
    assert!(escaped > 0, "no text had to be escaped");
}

/// The published schema names each column, says that each is there, and allows what is in it.
#[test]
fn tables_are_as_their_schema_says() {
    for (_, ndjson, document, columns) in TABLES {
        let schema = schema(document, Catalog::builtin());
        let columns: BTreeSet<&str> = columns.iter().copied().collect();
        let properties = schema["properties"].as_object().unwrap();
        let named: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
        assert_eq!(named, columns, "{document}");
        let required = schema["required"].as_array().unwrap();
        let required: BTreeSet<&str> = required.iter().filter_map(Value::as_str).collect();
        assert_eq!(required, columns, "{document}");
        let nullable = |column: &str| properties[column].to_string().contains("\"null\"");
        let mut seen = BTreeSet::new();
        for name in EXAMPLES {
            for line in lines(&report(name), ndjson) {
                for (column, value) in line {
                    assert!(
                        !value.is_null() || nullable(&column),
                        "{document}: {column}"
                    );
                    if value.is_null() {
                        seen.insert(column);
                    }
                }
            }
        }
        assert!(seen.len() > 1, "{document}: {seen:?}");
    }
}

#[test]
fn rows_sum_up_to_the_summary() {
    for name in EXAMPLES {
        let report = report(name);
        let summary = &report.summary;
        let sum = |column: fn(&CellRecord<'_>) -> u8| -> u64 {
            report
                .cell_records()
                .map(|row| u64::from(column(&row)))
                .sum()
        };
        assert_eq!(sum(|row| row.proven), summary.proven.numerator, "{name}");
        assert_eq!(
            sum(|row| row.possible),
            summary.possible.numerator,
            "{name}"
        );
        assert_eq!(sum(|row| row.counted), summary.proven.denominator, "{name}");
        for entry in &summary.risks {
            let rows = report.risk_records().filter(|row| row.worst == 1);
            let count = rows.filter(|row| row.verdict == entry.verdict).count() as u64;
            assert_eq!(count, entry.count, "{name}: {}", entry.verdict);
        }
        for entry in &summary.gaps {
            let rows = report
                .gap_records()
                .filter(|row| row.severity == entry.severity);
            assert_eq!(
                rows.count() as u64,
                entry.count,
                "{name}: {}",
                entry.severity
            );
        }
    }
}

/// Doubts are rows of their own, and every row names the origin of its catalog.
#[test]
fn doubts_are_rows_and_every_row_names_the_origin_of_its_catalog() {
    let text = "assessment: firm\ntitle: Firm\ncatalog: iso-tr-23576\ncustodian: { name: Firm }\n\
        period: { from: 2026-01-01, to: 2026-06-30 }\norganization: { channels: [] }\n";
    let report = custody_testing::examples::of_text("mine.yaml", text.to_owned(), None);
    let doubts = lines(&report, Format::NdjsonDoubts);
    assert_eq!(doubts.len(), report.doubts.len());
    assert_eq!(doubts[0]["code"], "no-wallets");
    assert_eq!(doubts[0]["schema"], "custody-controls/doubt-row/1");
    assert_eq!(doubts[0]["text"], report.doubts[0].message().to_string());
    let csv = report.render(Format::CsvDoubts).unwrap();
    let mut table = csv::Reader::from_reader(csv.as_bytes());
    assert_eq!(table.headers().unwrap(), DoubtRecord::COLUMNS);
    let row = table.records().next().unwrap().unwrap();
    for (column, field) in DoubtRecord::COLUMNS.iter().zip(&row) {
        assert_eq!(shown(&doubts[0][*column]), field, "{column}");
    }
    for (_, ndjson, ..) in TABLES {
        assert_eq!(lines(&report, ndjson)[0]["catalog_origin"], "built-in");
    }
}

/// Who looked at the cold vault, and when, can be answered from the rows alone.
#[test]
fn rows_state_who_assessed_claims_and_when() {
    let report = report("exchange");
    let cells = lines(&report, Format::NdjsonCells);
    let of_vault = cells.iter().filter(|row| row["subject"] == "btc-cold");
    let claimed: Vec<_> = of_vault.filter(|row| !row["status"].is_null()).collect();
    assert!(claimed.len() > 20);
    for row in claimed {
        assert_eq!(row["since"], "2024-05-21");
        assert!(
            !row["assessed_by"].as_array().unwrap().is_empty(),
            "{row:?}"
        );
        let last = row["assessed_last"].as_str().unwrap();
        assert!(row["assessed_first"].as_str().unwrap() <= last);
        assert!(last <= "2026-08-15" && "2026-08-15" < row["reassess_by"].as_str().unwrap());
    }
}
