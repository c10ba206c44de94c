//! Crosswalks in every format.

use custody_controls::Catalog;
use custody_controls::crosswalk::Crosswalk;
use custody_controls::taxonomy::Word;
use custody_formats::{CrosswalkFormat, Render, StatementFormat};
use custody_testing::examples::example;
use custody_testing::framework::{FRAMEWORK, with_framework};
use custody_testing::{generate, resolve, run};
use proptest::prelude::prop_assert;
use std::collections::BTreeSet;
use std::sync::Arc;

fn of_example(name: &str, framework: &str) -> Crosswalk {
    example(name, None)
        .crosswalk(Catalog::builtin(), framework)
        .unwrap()
}

/// No format has a percentage of the framework, and each states what a mapping does not mean.
#[test]
fn no_format_has_a_percentage() {
    for name in ["exchange", "cold-custody", "small-firm"] {
        for framework in Catalog::builtin().frameworks().keys() {
            let crosswalk = of_example(name, framework.as_str());
            for format in CrosswalkFormat::values() {
                let text = crosswalk.render(format).unwrap();
                assert!(
                    !text.contains('%') && !text.contains("per cent"),
                    "{format}"
                );
                assert!(
                    text.contains("cover"),
                    "{format} does not limit the mapping"
                );
            }
        }
    }
}

/// The table is read back by the reader of others, row by row.
#[test]
fn the_table_has_every_reference_and_control() {
    let crosswalk = of_example("exchange", "iso-27002-2022");
    let text = crosswalk.render(CrosswalkFormat::Csv).unwrap();
    let mut lines = text.split("\r\n");
    let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!(columns.len(), 24);
    let expected: usize = crosswalk
        .references
        .iter()
        .map(|row| row.controls.len().max(1))
        .sum();
    assert_eq!(lines.filter(|line| !line.is_empty()).count(), expected);
    for record in crosswalk.records() {
        let row = serde_json::to_value(record).unwrap();
        let keys: BTreeSet<&str> = row
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(keys, columns.iter().copied().collect());
    }
}

/// Every reference has a row in every format, in the order of the framework, and no format has a
/// percentage of the framework.
#[test]
fn a_statement_of_applicability_has_every_reference_in_order() {
    for (framework, first, last) in [
        ("iso-27001", "A.5.1", "A.8.34"),
        ("iso-27002-2022", "5.1", "8.34"),
        ("ccss-9.0", "1.01.1", "2.04.2"),
        ("nist-sp-800-53-r5", "AC-1", "SR-12"),
    ] {
        let report = example("exchange", None);
        let statement = report
            .statement_of_applicability(Catalog::builtin(), framework)
            .unwrap();
        let references: Vec<&str> = statement
            .references
            .iter()
            .map(|row| row.reference.as_str())
            .collect();
        assert_eq!(references.first(), Some(&first));
        assert_eq!(references.last(), Some(&last));
        for format in StatementFormat::values() {
            let text = statement.render(format).unwrap();
            assert!(
                !text.contains('%') && !text.contains("per cent"),
                "{format}"
            );
            assert_eq!(text, statement.render(format).unwrap());
        }
        let table = statement.render(StatementFormat::Csv).unwrap();
        let rows: Vec<&str> = table.split("\r\n").skip(1).collect();
        assert_eq!(rows.len(), references.len() + 1);
        for (row, reference) in rows.iter().zip(&references) {
            let cell = format!(",{reference},");
            let guarded = format!(",'{reference},");
            assert!(row.contains(&cell) || row.contains(&guarded), "{row}");
        }
        let markdown = statement.render(StatementFormat::Markdown).unwrap();
        let mut rest = markdown.as_str();
        for reference in references {
            let cell = format!("\n| `{reference}` | ");
            rest = rest.split_once(&cell).expect(reference).1;
        }
        let is_protected = markdown.contains("| Title (from your copy) |");
        assert_eq!(is_protected, framework.starts_with("iso"), "{framework}");
    }
}

/// A stranger's framework is shown and never obeyed.
#[test]
fn texts_of_a_framework_stay_texts() {
    let turned = '\u{202e}';
    let hostile = "=1+1|<img src=x>\u{202e}`a`";
    run(1, generate::small(), |case| {
        let mut numbers = case.choices();
        let mut case = with_framework(case, &mut numbers);
        let mut authored = (*case.authored).clone();
        let framework = &mut authored.frameworks[FRAMEWORK];
        framework.title = hostile.to_owned();
        framework.note = Some(hostile.to_owned());
        for reference in framework.references.values_mut() {
            reference.title = Some(hostile.to_owned());
        }
        case.catalog = Arc::new(authored.resolve().unwrap());
        let report = resolve(&case)?.measure(&case.settings).report();
        let crosswalk = report.crosswalk(&case.catalog, FRAMEWORK).unwrap();
        let markdown = crosswalk.render(CrosswalkFormat::Markdown).unwrap();
        prop_assert!(!markdown.contains("<img") && !markdown.contains(turned));
        let table = crosswalk.render(CrosswalkFormat::Csv).unwrap();
        prop_assert!(table.contains(",'=1+1") && !table.contains(turned));
        let statement = report
            .statement_of_applicability(&case.catalog, FRAMEWORK)
            .unwrap();
        let markdown = statement.render(StatementFormat::Markdown).unwrap();
        prop_assert!(!markdown.contains("<img") && !markdown.contains(turned));
        let table = statement.render(StatementFormat::Csv).unwrap();
        prop_assert!(table.contains(",'=1+1") && !table.contains(turned));
        Ok(())
    });
}
