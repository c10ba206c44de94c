//! Crosswalks in every format.

use custody_controls::Catalog;
use custody_controls::crosswalk::Crosswalk;
use custody_controls::taxonomy::Word;
use custody_formats::{CrosswalkFormat, Render};
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
        Ok(())
    });
}
