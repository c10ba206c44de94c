//! Workbooks of the examples.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::cloned_ref_to_slice_refs,
    clippy::too_many_lines,
    clippy::format_push_string,
    clippy::format_collect,
    clippy::naive_bytecount,
    clippy::case_sensitive_file_extension_comparisons,
    clippy::manual_is_multiple_of,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a failing test panics, and prints what it found"
)]

use custody_controls::gap::Criteria;
use custody_controls::{AssessmentFiles, Catalog, Settings};
use custody_testing::examples::of_text;
use custody_testing::golden;

const ASSESSMENTS: [&str; 4] = [
    "examples/exchange.yaml",
    "examples/cold-custody.yaml",
    "examples/small-firm.yaml",
    "tests/print/hostile.yaml",
];

#[test]
fn a_workbook_is_a_zip_and_the_same_every_time() {
    for file in ASSESSMENTS {
        let text = golden::read(file).replace("LONG", &"long | <b> #panic() ".repeat(500));
        let report = of_text(file, text, None);
        let workbook = || {
            let mut bytes = Vec::new();
            custody_workbook::write(&report, &mut bytes).unwrap();
            bytes
        };
        let bytes = workbook();
        assert_eq!(bytes.get(..4), Some(&b"PK\x03\x04"[..]), "{file}");
        let end = bytes.len() - 22;
        assert_eq!(&bytes[end..end + 4], b"PK\x05\x06", "{file}: it is cut");
        assert_eq!(workbook(), bytes, "{file}");
        for sheet in 1..=5 {
            let name = format!("xl/worksheets/sheet{sheet}.xml");
            let has = bytes
                .windows(name.len())
                .any(|part| part == name.as_bytes());
            assert!(has, "{file}: {name}");
        }
    }
}

#[test]
fn a_statement_of_applicability_is_a_workbook_and_the_same_every_time() {
    for file in ASSESSMENTS {
        let report = of_text(file, golden::read(file), None);
        for framework in ["iso-27001", "ccss-9.0"] {
            let statement = report.statement_of_applicability(Catalog::builtin(), framework);
            let statement = statement.unwrap();
            let workbook = || {
                let mut bytes = Vec::new();
                custody_workbook::write_statement(&statement, &mut bytes).unwrap();
                bytes
            };
            let bytes = workbook();
            assert_eq!(bytes.get(..4), Some(&b"PK\x03\x04"[..]), "{file}");
            assert_eq!(workbook(), bytes, "{file}");
        }
    }
}

#[test]
fn a_to_do_list_is_a_workbook_and_the_same_every_time() {
    for file in ASSESSMENTS {
        let files = AssessmentFiles::from_text(file, golden::read(file));
        let assessment = files.resolve(Catalog::builtin()).unwrap();
        let settings = Settings::on(assessment.period().to);
        let coverage = assessment.measure(&settings);
        let workbook = || {
            let mut bytes = Vec::new();
            let todo = coverage.todo(&Criteria::default());
            custody_workbook::write_todo(&todo, &mut bytes).unwrap();
            bytes
        };
        let bytes = workbook();
        assert_eq!(bytes.get(..4), Some(&b"PK\x03\x04"[..]), "{file}");
        assert_eq!(workbook(), bytes, "{file}");
    }
}
