//! The JSON Schemas of `schemas/` are those of the library, and say of every record the same as the
//! reader: which keys it has, which of them are needed, and that there are no others.

use custody_controls::diagnostic::{Code, Diagnostics, Level};
use custody_controls::schema::{Document, schema};
use custody_controls::taxonomy::{
    Actor, Asset, Channel, ClauseKind, ComponentGroup, Confidence, Direction, EventKind,
    EvidenceKind, EvidenceState, Factor, FactorGroup, Feature, FileCheck, Function, GapKind,
    Provenance, RiskVerdict, Severity, Status, Strength, SubjectKind, Technique, Threat, Tier,
    Trait, TransitionKind, Verdict, Word,
};
use custody_controls::{AssessmentFiles, Catalog};
use custody_testing::shape::shaped;
use custody_testing::{golden, json};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt::Display;

#[test]
fn the_schemas_are_committed() {
    for document in Document::values() {
        let mut text = serde_json::to_string_pretty(&schema(document, Catalog::builtin())).unwrap();
        text.push('\n');
        golden::equal(&format!("schemas/{document}.schema.json"), &text);
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
            "array" => {
                serde_json::json!([self.value(&schema["items"].clone(), &format!("{pointer}/0"))])
            }
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
            // Sections whose keys are the ids of the catalog are mappings and no records.
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
        _ if pattern.starts_with(r"^\d{4}(") => "2026-01".to_owned(),
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
        _ => panic!("reports are not read"),
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
                .or_else(|| told.split_once("use "))
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

/// Every object of what is written has the keys that the schema says, and no other.
#[test]
fn what_is_written_has_the_shape_of_its_schema() {
    let report_schema = schema(Document::Report, Catalog::builtin());
    let crosswalk_schema = schema(Document::Crosswalk, Catalog::builtin());
    let statement_schema = schema(Document::StatementOfApplicability, Catalog::builtin());
    let forecast_schema = schema(Document::Forecast, Catalog::builtin());
    let supports_schema = schema(Document::Supports, Catalog::builtin());
    for name in ["exchange", "cold-custody", "small-firm"] {
        let text = golden::read(&format!("examples/{name}.yaml"));
        let assessment = AssessmentFiles::from_text("mine.yaml", text)
            .resolve(Catalog::builtin())
            .unwrap();
        let settings = custody_controls::Settings::on(assessment.period().to);
        let coverage = assessment.measure(&settings);
        let report = coverage.report();
        let text = json(&report);
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["schema"], custody_controls::report::SCHEMA);
        shaped(&value, &report_schema, name);

        for framework in Catalog::builtin().frameworks().keys() {
            let crosswalk = report.crosswalk(Catalog::builtin(), framework.as_str());
            let text = json(&crosswalk.unwrap());
            let value: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(value["schema"], custody_controls::crosswalk::SCHEMA);
            shaped(&value, &crosswalk_schema, name);

            let statement =
                report.statement_of_applicability(Catalog::builtin(), framework.as_str());
            let text = json(&statement.unwrap());
            let value: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(
                value["schema"],
                custody_controls::crosswalk::STATEMENT_SCHEMA
            );
            shaped(&value, &statement_schema, name);
        }

        let until = settings.as_of.plus_days(730);
        let forecast = assessment.forecast(&settings, until);
        let text = json(&forecast);
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["schema"], custody_controls::forecast::SCHEMA);
        shaped(&value, &forecast_schema, name);

        let supports = coverage.supports(2);
        let value = serde_json::to_value(&supports).unwrap();
        assert_eq!(value["schema"], custody_controls::supports::SCHEMA);
        shaped(&value, &supports_schema, name);
    }
}

/// A word is the same wherever it is read or written, and the JSON Schema offers it with its meaning.
fn same_everywhere<W>()
where
    W: Word + Display + serde::Serialize + serde::de::DeserializeOwned + schemars::JsonSchema,
{
    let schema = schemars::schema_for!(W).to_value();
    let offered: Vec<(&str, String)> = schema["oneOf"]
        .as_array()
        .unwrap_or_else(|| panic!("{}: {schema}", W::VOCABULARY))
        .iter()
        .map(|offer| {
            let meaning = offer["description"].as_str().unwrap_or_default();
            let meaning = meaning.split_whitespace().collect::<Vec<_>>().join(" ");
            (offer["const"].as_str().unwrap(), meaning)
        })
        .collect();
    assert_eq!(W::words().len(), W::values().len());
    assert_eq!(W::words().len(), offered.len(), "{}", W::VOCABULARY);
    for ((value, word), offer) in W::values().into_iter().zip(W::words()).zip(offered) {
        assert_eq!(value.word(), *word);
        assert_eq!(value.to_string(), *word);
        assert_eq!(W::from_word(word), Some(value));
        assert_eq!(serde_json::to_value(value).unwrap(), *word);
        assert_eq!(serde_json::from_value::<W>((*word).into()).unwrap(), value);
        assert_eq!(offer, (*word, value.meaning()));
        assert!(
            value.meaning().ends_with('.'),
            "{word}: {}",
            value.meaning()
        );
    }
}

#[test]
fn a_word_is_the_same_everywhere() {
    same_everywhere::<Tier>();
    same_everywhere::<Trait>();
    same_everywhere::<Channel>();
    same_everywhere::<Feature>();
    same_everywhere::<EvidenceKind>();
    same_everywhere::<Technique>();
    same_everywhere::<custody_controls::taxonomy::Applicability>();
    same_everywhere::<ClauseKind>();
    same_everywhere::<ComponentGroup>();
    same_everywhere::<Direction>();
    same_everywhere::<TransitionKind>();
    same_everywhere::<FactorGroup>();
    same_everywhere::<Provenance>();
    same_everywhere::<Strength>();
    same_everywhere::<Confidence>();
    same_everywhere::<Threat>();
    same_everywhere::<Factor>();
    same_everywhere::<Actor>();
    same_everywhere::<Asset>();
    same_everywhere::<Severity>();
    same_everywhere::<SubjectKind>();
    same_everywhere::<Function>();
    same_everywhere::<Status>();
    same_everywhere::<Verdict>();
    same_everywhere::<RiskVerdict>();
    same_everywhere::<EvidenceState>();
    same_everywhere::<FileCheck>();
    same_everywhere::<GapKind>();
    same_everywhere::<EventKind>();
    same_everywhere::<Code>();
    same_everywhere::<Level>();
    same_everywhere::<Document>();
}
