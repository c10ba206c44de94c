//! A bibliography in every format.

use custody_controls::Catalog;
use custody_controls::bibliography::BibliographyEntry;
use custody_controls::report::rows::Row;
use custody_controls::taxonomy::Word;
use custody_formats::{BibliographyFormat, Render};
use custody_testing::hostile;
use serde_json::{Value, json};

/// The variables of an item that are used, with what the public schema of CSL-JSON
/// (`csl-data.json`, 1.0) allows for each. It allows no others.
fn assert_is_csl(items: &Value) {
    for item in items.as_array().expect("an array of items") {
        let item = item.as_object().unwrap();
        for required in ["id", "type"] {
            assert!(item.contains_key(required), "{item:?}");
        }
        for (variable, value) in item {
            let is_valid = match variable.as_str() {
                "id" | "title" | "publisher" | "status" | "note" => value.is_string(),
                "number" | "edition" => value.is_string() || value.is_number(),
                "type" => value == "standard" || value == "report",
                "issued" => {
                    let parts = value["date-parts"].as_array().unwrap();
                    let date = parts[0].as_array().unwrap();
                    value.as_object().unwrap().len() == 1
                        && parts.len() == 1
                        && (1..=3).contains(&date.len())
                        && date.iter().all(Value::is_u64)
                }
                _ => false,
            };
            assert!(is_valid, "{variable}: {value}");
        }
    }
}

#[test]
fn csl_json_has_the_shape_of_its_schema_and_the_day_of_each_state() {
    let bibliography = Catalog::builtin().bibliography(|_| true);
    let text = bibliography.render(BibliographyFormat::CslJson).unwrap();
    let items: Value = serde_json::from_str(&text).unwrap();
    assert_is_csl(&items);
    let items = items.as_array().unwrap();
    assert_eq!(items.len(), Catalog::builtin().references().len());
    let find = |id: &str| items.iter().find(|item| item["id"] == id).unwrap();
    assert_eq!(
        *find("iso-22739-2020"),
        json!({
            "id": "iso-22739-2020",
            "type": "standard",
            "title": "Vocabulary",
            "number": "ISO 22739",
            "edition": "1",
            "issued": { "date-parts": [[2020, 7, 13]] },
            "publisher": "ISO/TC 307",
            "status": "withdrawn (as of 2025-06-02)",
            "note": "Adopted in Europe as EN ISO 22739:2022."
        })
    );
    assert_eq!(
        find("iso-23257-2022")["issued"],
        json!({ "date-parts": [[2022, 2]] })
    );
    assert_eq!(find("linddun")["status"], "published (day not known)");
}

#[test]
fn every_format_has_every_document_and_its_state() {
    let bibliography = Catalog::builtin().bibliography(|_| true);
    for format in BibliographyFormat::values() {
        let text = bibliography.render(format).unwrap();
        assert_eq!(text, bibliography.render(format).unwrap(), "{format}");
        for entry in &bibliography.entries {
            assert!(text.contains(entry.id.as_str()), "{format}: {}", entry.id);
            assert!(text.contains(entry.document.state.word()), "{format}");
        }
    }
    let table = bibliography.render(BibliographyFormat::Csv).unwrap();
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    assert_eq!(reader.headers().unwrap(), BibliographyEntry::COLUMNS);
    assert_eq!(
        reader.records().map(Result::unwrap).count(),
        bibliography.entries.len()
    );
}

#[test]
fn hostile_texts_stay_text() {
    for text in hostile::texts() {
        let title = serde_json::to_string(&text).unwrap();
        let catalog = format!(
            r#"{{ "catalog": {{ "id": "own", "title": "Own", "standard": "Own", "edition": "1", "version": "1", "published": "2026-01-01" }},
"references": {{ "d1": {{ "title": {title}, "kind": "report", "body": {title}, "state": "draft", "certainty": "low", "number": {title}, "edition": {title}, "relation": {title}, "note": {title}, "drafts": [{title}], "found_in": [{title}] }} }} }}"#
        );
        let Ok(catalog) = Catalog::from_text("own.json", catalog) else {
            continue;
        };
        let bibliography = catalog.bibliography(|_| true);
        for format in BibliographyFormat::values() {
            let written = bibliography.render(format).unwrap();
            assert_eq!(
                hostile::harmful(&written.replace('\r', "")),
                None,
                "{format}: {text:?}"
            );
            match format {
                BibliographyFormat::Json | BibliographyFormat::CslJson => {
                    let items: Value = serde_json::from_str(&written).unwrap();
                    assert_eq!(items[0]["title"], Value::from(text.as_str()));
                }
                BibliographyFormat::Markdown => assert!(!written.contains("<script"), "{written}"),
                _ => assert_eq!(written.matches("\r\n").count(), 2, "{written}"),
            }
        }
    }
}
