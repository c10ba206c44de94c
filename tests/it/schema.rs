//! The JSON Schemas of `schemas/` are those of the library, and say of every record the same as the
//! reader: which keys it has, which of them are needed, and that there are no others.

#![cfg(test)]

use crate::committed;
use custody_controls::diagnostic::{Code, Diagnostics};
use custody_controls::schema::{Document, schema};
use custody_controls::taxonomy::Word;
use custody_controls::{AssessmentFiles, Catalog};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

#[test]
fn the_schemas_are_committed() {
    for document in Document::values() {
        let mut text = serde_json::to_string_pretty(&schema(document, Catalog::builtin())).unwrap();
        text.push('\n');
        committed::equal(&format!("schemas/{document}.schema.json"), &text);
    }
}

/// A document that has every key of its schema, and where its records stand in it.
struct Sample {
    schema: Value,
    records: Vec<Record>,
}

/// An object with named keys: where it stands, and the keys that the schema gives it.
#[derive(Clone, Debug)]
struct Record {
    pointer: String,
    keys: BTreeSet<String>,
    needed: Vec<String>,
}

impl Sample {
    fn of(document: Document) -> (Value, Vec<Record>) {
        let schema = schema(document, Catalog::builtin());
        let mut sample = Self {
            schema: schema.clone(),
            records: Vec::new(),
        };
        let value = sample.value(&schema, "");
        (value, sample.records)
    }

    /// A value that the schema allows.
    fn value(&mut self, schema: &Value, pointer: &str) -> Value {
        if let Some(name) = schema["$ref"].as_str() {
            let target = self
                .schema
                .pointer(name.trim_start_matches('#'))
                .unwrap()
                .clone();
            return self.value(&target, pointer);
        }
        if let Some(word) = schema.get("const") {
            return word.clone();
        }
        for choice in ["allOf", "anyOf", "oneOf"] {
            if let Some(first) = schema[choice].as_array().and_then(|all| all.first())
                && first.get("if").is_none()
                && first.get("required").is_none()
            {
                return self.value(&first.clone(), pointer);
            }
        }
        if let Some(first) = schema["enum"].as_array().and_then(|all| all.first()) {
            return first.clone();
        }
        let kind = &schema["type"];
        let kind = kind.as_str().or_else(|| kind[0].as_str());
        match kind.unwrap_or_else(|| panic!("{pointer}: {schema}")) {
            "object" => self.object(schema, pointer),
            "array" => json!([self.value(&schema["items"].clone(), &format!("{pointer}/0"))]),
            "boolean" => true.into(),
            "number" => 5.into(),
            "integer" => schema["minimum"].as_u64().unwrap_or_default().max(1).into(),
            "string" => string(schema).into(),
            other => panic!("{pointer}: {other}"),
        }
    }

    fn object(&mut self, schema: &Value, pointer: &str) -> Value {
        let mut object = Map::new();
        if let Some(properties) = schema["properties"].as_object() {
            // Sections whose keys are the ids of the catalogue are mappings and no records.
            let is_record = properties.len() < 50;
            for (key, value) in properties.iter().take(if is_record { 50 } else { 1 }) {
                let value = self.value(value, &format!("{pointer}/{key}"));
                object.insert(key.clone(), value);
            }
            if is_record && !pointer.ends_with("/evidence_max_age") && !pointer.ends_with("/cells")
            {
                assert_eq!(schema["additionalProperties"], false, "{pointer}");
                let needed = schema["required"].as_array().cloned().unwrap_or_default();
                self.records.push(Record {
                    pointer: pointer.to_owned(),
                    keys: properties.keys().cloned().collect(),
                    needed: needed
                        .iter()
                        .map(|key| key.as_str().unwrap().to_owned())
                        .collect(),
                });
            }
            return object.into();
        }
        let patterns = schema["patternProperties"].as_object();
        let value = patterns
            .and_then(|patterns| patterns.values().next())
            .unwrap_or(&schema["additionalProperties"]);
        let clauses =
            patterns.is_some_and(|patterns| patterns.keys().any(|p| p.starts_with("^[0-9]")));
        let key = match pointer.rsplit('/').next() {
            Some("evidence_max_age") => "policy",
            Some("cells") => "loss",
            _ if clauses => "9.3.7",
            _ => "entry-a",
        };
        let value = self.value(&value.clone(), &format!("{pointer}/{key}"));
        object.insert(key.to_owned(), value);
        object.into()
    }
}

fn string(schema: &Value) -> String {
    let pattern = schema["pattern"].as_str().unwrap_or_default();
    match schema["format"].as_str() {
        Some("date") => "2026-01-01".to_owned(),
        _ if pattern.contains("{64}") => "0".repeat(64),
        _ if pattern.starts_with("^[0-9]") => "9.3.7".to_owned(),
        _ => "entry-a".to_owned(),
    }
}

/// The faults of a document that are about its shape.
fn faults(document: Document, value: &Value) -> Vec<(Code, String)> {
    let text = value.to_string();
    let found: Diagnostics = match document {
        Document::Assessment => AssessmentFiles::from_text("sample.json", text)
            .resolve(Catalog::builtin())
            .map_or_else(|faults| faults, |assessment| assessment.warnings().clone()),
        Document::Catalog | Document::Profile => Catalog::from_text("sample.json", text)
            .map_or_else(|faults| faults, |_| Diagnostics::default()),
        Document::Report
        | Document::Supports
        | Document::Forecast
        | Document::Crosswalk
        | Document::CellRow
        | Document::RiskRow
        | Document::GapRow
        | Document::Difference
        | Document::Trend
        | Document::Explanation
        | Document::Plan
        | Document::Portfolio => panic!("reports are not read"),
    };
    found
        .iter()
        .filter(|fault| {
            matches!(
                fault.code,
                Code::UnknownKey
                    | Code::MissingKey
                    | Code::WrongType
                    | Code::UnknownWord
                    | Code::EmptyText
                    | Code::MalformedId
                    | Code::IdLooksLikeNumber
                    | Code::MalformedDate
                    | Code::MalformedHash
                    | Code::MalformedNumber
                    | Code::NotJson
            )
        })
        .map(|fault| (fault.code, format!("{fault}")))
        .collect()
}

const READ: [Document; 3] = [Document::Assessment, Document::Catalog, Document::Profile];

#[test]
fn every_key_of_a_schema_is_read() {
    for document in READ {
        let (sample, records) = Sample::of(document);
        assert_eq!(faults(document, &sample), [], "{document}: {sample:#}");
        assert!(records.len() > 8, "{document}: {records:?}");
    }
}

/// What is offered where a key is far from all that are known is the reader's own list of keys.
#[test]
fn every_key_that_is_read_is_in_the_schema_and_no_other() {
    for document in READ {
        let (sample, records) = Sample::of(document);
        for record in records {
            let mut wrong = sample.clone();
            let object = wrong.pointer_mut(&record.pointer).unwrap();
            object["quizzaciously"] = Value::Bool(true);
            let faults = faults(document, &wrong);
            let [(Code::UnknownKey, told)] = faults.as_slice() else {
                panic!("{document}{}: {faults:?}", record.pointer);
            };
            let (_, offered) = told
                .split_once("use one of ")
                .unwrap_or_else(|| panic!("{told}"));
            let offered: BTreeSet<String> = offered
                .split(", ")
                .map(|key| key.trim_matches('`').to_owned())
                .collect();
            assert_eq!(offered, record.keys, "{document}{}", record.pointer);
        }
    }
}

#[test]
fn every_key_that_a_schema_requires_is_needed_and_no_other() {
    for document in READ {
        let (sample, records) = Sample::of(document);
        for record in records {
            for key in &record.keys {
                let mut wrong = sample.clone();
                let object = wrong.pointer_mut(&record.pointer).unwrap();
                object.as_object_mut().unwrap().remove(key);
                let missing = faults(document, &wrong).iter().any(|(code, told)| {
                    *code == Code::MissingKey && told.contains(&format!("`{key}`"))
                });
                // What an assessment says of itself may stand in any of its files, so the schema of
                // a file cannot require it.
                let header = record.pointer.is_empty()
                    && matches!(
                        key.as_str(),
                        "title" | "catalog" | "custodian" | "period" | "organization" | "wallets"
                    );
                // What a parameter needs depends on its kind.
                let header = header || record.pointer.ends_with("/parameters/entry-a");
                let place = format!("{document}{}/{key}", record.pointer);
                assert!(missing == record.needed.contains(key) || header, "{place}");
            }
        }
    }
}

/// Every object has the keys that the schema says, and no other.
pub(crate) fn shaped(value: &Value, schema: &Value, name: &str) {
    check(value, schema, schema, name);
}

fn check(value: &Value, schema: &Value, root: &Value, place: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        return check(
            value,
            root.pointer(name.trim_start_matches('#')).unwrap(),
            root,
            place,
        );
    }
    if let Some(all) = schema["allOf"].as_array() {
        return all.iter().for_each(|part| check(value, part, root, place));
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let (kind, null) = (&any[0], &any[1]);
        assert_eq!(null["type"], "null", "{place}");
        if !value.is_null() {
            check(value, kind, root, place);
        }
        return;
    }
    if let Some(all) = schema["oneOf"].as_array() {
        let tag = |choice: &Value| {
            choice.get("const").cloned().or_else(|| {
                let properties = choice["properties"].as_object()?;
                let tag = properties
                    .iter()
                    .find(|(_, value)| value.get("const").is_some())?;
                (value[tag.0] == tag.1["const"]).then(|| value.clone())
            })
        };
        let chosen = all
            .iter()
            .find(|choice| tag(choice).as_ref() == Some(value));
        let chosen = chosen.unwrap_or_else(|| panic!("{place}: {value} is none of {schema}"));
        if chosen.get("const").is_none() {
            check(value, chosen, root, place);
        }
        return;
    }
    match value {
        Value::Object(object) => {
            let properties = schema["properties"]
                .as_object()
                .unwrap_or_else(|| panic!("{place}: {schema}"));
            for (key, value) in object {
                let schema = properties
                    .get(key)
                    .unwrap_or_else(|| panic!("{place}/{key} is not in the schema"));
                check(value, schema, root, &format!("{place}/{key}"));
            }
            for key in schema["required"].as_array().into_iter().flatten() {
                assert!(
                    object.contains_key(key.as_str().unwrap()),
                    "{place} has no {key}"
                );
            }
        }
        Value::Array(items) => {
            for item in items {
                check(item, &schema["items"], root, place);
            }
        }
        Value::Null => assert!(schema["type"].to_string().contains("null"), "{place}"),
        Value::Bool(_) => assert_eq!(schema["type"], "boolean", "{place}"),
        Value::Number(_) => {
            let kind = schema["type"].to_string();
            assert!(
                kind.contains("integer") || kind.contains("number"),
                "{place}"
            );
        }
        Value::String(_) => {
            assert!(
                schema["type"].to_string().contains("string") || schema["const"] == *value,
                "{place}: {schema}"
            );
        }
    }
}

/// Every object of what is written has the keys that the schema says, and no other.
#[test]
fn what_is_written_has_the_shape_of_its_schema() {
    let report_schema = schema(Document::Report, Catalog::builtin());
    let crosswalk_schema = schema(Document::Crosswalk, Catalog::builtin());
    let forecast_schema = schema(Document::Forecast, Catalog::builtin());
    let supports_schema = schema(Document::Supports, Catalog::builtin());
    for name in ["exchange", "cold-custody", "small-firm"] {
        let text = committed::read(&format!("examples/{name}.yaml"));
        let assessment = AssessmentFiles::from_text("mine.yaml", text)
            .resolve(Catalog::builtin())
            .unwrap();
        let settings = custody_controls::Settings::as_of(assessment.period().to);
        let coverage = custody_controls::Coverage::measure(&assessment, &settings);
        let report = custody_controls::Report::new(&coverage);
        let text = report.render(custody_controls::render::Format::Json);
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["schema"], custody_controls::report::SCHEMA);
        shaped(&value, &report_schema, name);

        for framework in Catalog::builtin().frameworks().keys() {
            let crosswalk =
                custody_controls::Crosswalk::new(&report, Catalog::builtin(), framework.as_str());
            let text = crosswalk
                .unwrap()
                .render(custody_controls::render::CrosswalkFormat::Json);
            let value: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(value["schema"], custody_controls::crosswalk::SCHEMA);
            shaped(&value, &crosswalk_schema, name);
        }

        let until = settings.as_of.plus_days(730);
        let forecast = custody_controls::Forecast::new(&assessment, &settings, until);
        let text = forecast.render(custody_controls::render::ForecastFormat::Json);
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["schema"], custody_controls::forecast::SCHEMA);
        shaped(&value, &forecast_schema, name);

        let supports = custody_controls::supports::Supports::new(&coverage, 2);
        let value = serde_json::to_value(&supports).unwrap();
        assert_eq!(value["schema"], custody_controls::supports::SCHEMA);
        shaped(&value, &supports_schema, name);
    }
}
