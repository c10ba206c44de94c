//! JSON Schemas of the documents that people write, of the report, its rows and the forecast. Editors use them for
//! completion and hover, so that the words of the vocabularies and the controls of the catalogue are
//! read where they are written.

use crate::assessment::AssessmentDocument;
use crate::catalog::{Catalog, CatalogDocument, ProfileDocument};
use crate::crosswalk::Crosswalk;
use crate::difference::Difference;
use crate::difference::trend::Trend;
use crate::forecast::Forecast;
use crate::portfolio::Portfolio;
use crate::report::Report;
use crate::report::rows::{CellRecord, GapRecord, RiskRecord};
use crate::taxonomy::{EvidenceKind, ParameterKind, Status, Threat, Word, schema_vocabulary};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

schema_vocabulary! {
    /// The documents that have a JSON Schema.
    Document, "document" {
        /// An assessment, with the controls and risks of a catalogue as its keys.
        Assessment,
        /// A catalogue, or the part of one that a file holds.
        Catalog,
        /// A profile: a selection from a catalogue, with entries of its own.
        Profile,
        /// The JSON form of a report.
        Report,
        /// What the verdicts of an assessment rest on.
        Supports,
        /// The JSON form of a forecast.
        Forecast,
        /// The JSON form of a crosswalk: a report in the words of another framework.
        Crosswalk,
        /// A row of the table of cells, as a line of NDJSON.
        CellRow,
        /// A row of the table of risks and subjects, as a line of NDJSON.
        RiskRow,
        /// A row of the table of gaps, as a line of NDJSON.
        GapRow,
        /// The JSON form of a difference between two reports.
        Difference,
        /// The JSON form of a trend over many reports.
        Trend,
        /// The manifest of a portfolio.
        Portfolio,
        /// The JSON form of an explanation.
        Explanation,
    }
}

/// The JSON Schema of a document. That of an assessment offers the controls and risks of the
/// catalogue that is given.
pub fn schema(document: Document, catalog: &Catalog) -> Value {
    let generator = SchemaSettings::draft07();
    let mut schema = match document {
        Document::Assessment => generator
            .into_generator()
            .into_root_schema_for::<AssessmentDocument>(),
        Document::Catalog => generator
            .into_generator()
            .into_root_schema_for::<CatalogDocument>(),
        Document::Profile => generator
            .into_generator()
            .into_root_schema_for::<ProfileDocument>(),
        Document::Report => generator
            .for_serialize()
            .into_generator()
            .into_root_schema_for::<Report>(),
        Document::Supports => row::<crate::supports::Supports>(generator),
        Document::Forecast => generator
            .for_serialize()
            .into_generator()
            .into_root_schema_for::<Forecast>(),
        Document::Crosswalk => row::<Crosswalk>(generator),
        Document::CellRow => row::<CellRecord<'_>>(generator),
        Document::RiskRow => row::<RiskRecord<'_>>(generator),
        Document::GapRow => row::<GapRecord<'_>>(generator),
        Document::Difference => generator
            .for_serialize()
            .into_generator()
            .into_root_schema_for::<Difference>(),
        Document::Trend => generator
            .for_serialize()
            .into_generator()
            .into_root_schema_for::<Trend>(),
        Document::Portfolio => generator
            .for_serialize()
            .into_generator()
            .into_root_schema_for::<Portfolio>(),
        Document::Explanation => row::<crate::explanation::Explanation>(generator),
    }
    .to_value();
    if document == Document::Assessment {
        let controls = catalog.controls().map(|control| {
            let help = format!(
                "{}\n\nClause {}. Applies to {}.",
                control.statement,
                control.clause,
                control.when.among(control.subject)
            );
            (control.id.as_str(), control.title.as_str(), help)
        });
        name_keys(&mut schema, "claims", controls);
        let risks = catalog.risks().map(|risk| {
            let help = format!(
                "{}\n\nClause {}. Severity {}.",
                risk.consequence, risk.clause, risk.severity
            );
            (risk.id.as_str(), risk.title.as_str(), help)
        });
        name_keys(&mut schema, "accepted_risks", risks);
        // What a control says is shown where its id is written, and not what a claim is.
        for entry in ["Claim", "NarrowedClaim", "Acceptance"] {
            if let Some(Value::Object(entry)) = schema.pointer_mut(&format!("/definitions/{entry}"))
            {
                entry.remove("description");
            }
        }
        word_keys::<EvidenceKind>(&mut schema, "/properties/evidence_max_age");
        for claim in ["Claim", "NarrowedClaim"] {
            needs_of_status(&mut schema, claim);
        }
    }
    if document == Document::Catalog {
        word_keys::<Threat>(&mut schema, "/definitions/FactorRow/properties/cells");
    }
    if document == Document::Profile {
        needs_of_parameter(&mut schema);
    }
    // Every row has every column, be it null; what is null in other documents is left out there.
    let nulls_stay = matches!(
        document,
        Document::CellRow | Document::RiskRow | Document::GapRow
    );
    tidy(&mut schema, nulls_stay);
    match document {
        Document::Assessment | Document::Catalog | Document::Profile => limits(&mut schema),
        Document::Report => name_form(&mut schema, crate::report::SCHEMA),
        Document::Supports => name_form(&mut schema, crate::supports::SCHEMA),
        Document::Forecast => name_form(&mut schema, crate::forecast::SCHEMA),
        Document::Crosswalk => name_form(&mut schema, crate::crosswalk::SCHEMA),
        Document::Difference => name_form(&mut schema, crate::difference::SCHEMA),
        Document::Trend => name_form(&mut schema, crate::difference::trend::SCHEMA),
        Document::Portfolio => name_form(&mut schema, crate::portfolio::SCHEMA),
        Document::Explanation => name_form(&mut schema, crate::explanation::SCHEMA),
        Document::CellRow | Document::RiskRow | Document::GapRow => {}
    }
    if let Value::Object(schema) = &mut schema {
        let title = match document {
            Document::Assessment => "An assessment of a digital asset custodian",
            Document::Catalog => "A catalogue of custody risks and controls",
            Document::Profile => "A profile: a selection from a catalogue of custody controls",
            Document::Report => "A gap report of a digital asset custodian",
            Document::Supports => "What the verdicts of an assessment rest on",
            Document::Forecast => "A forecast of the proven coverage of a digital asset custodian",
            Document::Crosswalk => "A gap report in the words of another framework",
            Document::CellRow => "A cell of a gap report: a control for a subject",
            Document::RiskRow => "A risk of a gap report for a subject",
            Document::GapRow => "A gap of a gap report",
            Document::Difference => "What changed between two gap reports",
            Document::Trend => "Gap reports side by side",
            Document::Portfolio => "Gap reports of many digital asset custodians",
            Document::Explanation => "Why the verdicts of a gap report are what they are",
        };
        schema.insert("title".to_owned(), title.into());
    }
    schema
}

/// The JSON Schema of a result of another crate of this project, such as a plan: `form` is the name and
/// version that its `schema` field holds.
pub fn schema_of_result<R: JsonSchema>(form: &str, title: &str) -> Value {
    let mut schema = row::<R>(SchemaSettings::draft07()).to_value();
    tidy(&mut schema, false);
    name_form(&mut schema, form);
    if let Value::Object(schema) = &mut schema {
        schema.insert("title".to_owned(), title.into());
    }
    schema
}

/// Says that the form of a document is named by these very words.
fn name_form(schema: &mut Value, form: &str) {
    if let Some(name) = schema.pointer_mut("/properties/schema") {
        *name = json!({ "description": name.get("description"), "const": form });
    }
}

/// What a claim has to say beside its status.
fn needs_of_status(schema: &mut Value, claim: &str) {
    let Some(Value::Object(claim)) = schema.pointer_mut(&format!("/definitions/{claim}")) else {
        return;
    };
    let statuses = Status::values().into_iter();
    let with_needs = statuses.filter(|status| !status.requires().is_empty());
    let rules = with_needs.map(|status| {
        let keys: Vec<&str> = status.requires().iter().map(|key| key.word()).collect();
        json!({
            "if": {
                "properties": { "status": { "const": status.word() } },
                "required": ["status"],
                // A proposal need not be complete until it is confirmed.
                "not": { "required": ["proposed"] },
            },
            "then": { "required": keys },
        })
    });
    claim.insert("allOf".to_owned(), Value::Array(rules.collect()));
}

/// What a parameter has to say beside its kind.
fn needs_of_parameter(schema: &mut Value) {
    if let Some(Value::Object(parameter)) = schema.pointer_mut("/definitions/Parameter") {
        let age = ParameterKind::LargestEvidenceAge.word();
        let rule = json!({
            "if": { "properties": { "kind": { "const": age } }, "required": ["kind"] },
            "then": { "required": ["evidence"] },
            "else": { "required": ["control"] },
        });
        parameter.insert("allOf".to_owned(), Value::Array(vec![rule]));
    }
    if let Some(Value::Object(source)) = schema.pointer_mut("/definitions/ParameterSource") {
        let either = json!([{ "required": ["citation"] }, { "required": ["url"] }]);
        source.insert("anyOf".to_owned(), either);
    }
}

/// What the reader asks of texts and numbers: a text says something, a number is one of days or of
/// an order.
fn limits(node: &mut Value) {
    match node {
        Value::Object(object) => {
            let kind = object.get("type").and_then(Value::as_str);
            if kind == Some("string")
                && !["pattern", "format", "enum", "const"]
                    .iter()
                    .any(|key| object.contains_key(*key))
            {
                object.insert("pattern".to_owned(), r"\S".into());
            } else if object
                .get("format")
                .is_some_and(|format| format == "uint32")
            {
                object.insert("minimum".to_owned(), 1.into());
                object.insert("maximum".to_owned(), 36_500.into());
            }
            object.values_mut().for_each(limits);
        }
        Value::Array(items) => items.iter_mut().for_each(limits),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn row<R: JsonSchema>(generator: SchemaSettings) -> schemars::Schema {
    generator
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<R>()
}

/// Offers each word of a vocabulary as a key of a mapping, and no other key.
fn word_keys<W: Word>(schema: &mut Value, pointer: &str) {
    let Some(Value::Object(section)) = schema.pointer_mut(pointer) else {
        return;
    };
    let value = section.remove("additionalProperties").unwrap_or_default();
    let keys = W::values().into_iter().map(|word| {
        let key = json!({ "description": word.meaning(), "allOf": [value.clone()] });
        (word.word().to_owned(), key)
    });
    section.insert("properties".to_owned(), Value::Object(keys.collect()));
    section.insert("additionalProperties".to_owned(), Value::Bool(false));
}

/// Makes a schema fit for editors: a description is made of paragraphs without examples and remarks for
/// users of the Rust library, and `null` is not offered as the value of an optional key.
fn tidy(node: &mut Value, nulls_stay: bool) {
    match node {
        Value::Object(object) => {
            if let Some(Value::String(text)) = object.get_mut("description") {
                let of_rust = ["\n\n```", "\n\nClosed: ", "\n\nMay grow."];
                let end = of_rust.iter().filter_map(|begin| text.find(begin)).min();
                let prose = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
                let paragraphs = prose
                    .split("\n\n")
                    .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
                *text = paragraphs.collect::<Vec<_>>().join("\n\n");
            }
            if let Some(Value::Object(properties)) = object.get_mut("properties")
                && !nulls_stay
            {
                properties.values_mut().for_each(without_null);
            }
            object
                .values_mut()
                .for_each(|value| tidy(value, nulls_stay));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| tidy(item, nulls_stay)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn without_null(property: &mut Value) {
    let Value::Object(property) = property else {
        return;
    };
    if let Some(Value::Array(kinds)) = property.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [only] = kinds.as_slice() {
            let only = only.clone();
            property.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(mut any)) = property.remove("anyOf") {
        any.retain(|kind| *kind != json!({ "type": "null" }));
        property.insert("allOf".to_owned(), Value::Array(any));
    }
    if property.get("default") == Some(&Value::Null) {
        property.remove("default");
    }
}

/// Offers each id of the catalogue as a key of a section, and no other key.
fn name_keys<'c>(
    schema: &mut Value,
    section: &str,
    keys: impl Iterator<Item = (&'c str, &'c str, String)>,
) {
    let Some(section) = schema
        .pointer_mut(&format!("/properties/{section}"))
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    let value = ["additionalProperties", "patternProperties"]
        .iter()
        .filter_map(|key| section.remove(*key))
        .find_map(|value| match value {
            Value::Object(patterns)
                if !patterns.contains_key("$ref") && !patterns.contains_key("anyOf") =>
            {
                patterns.into_iter().next().map(|(_, value)| value)
            }
            Value::Bool(_) => None,
            Value::Null
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => Some(value),
        })
        .unwrap_or(Value::Bool(true));
    let properties: Map<String, Value> = keys
        .map(|(id, title, description)| {
            (
                id.to_owned(),
                json!({ "title": title, "description": description, "allOf": [value.clone()] }),
            )
        })
        .collect();
    section.insert("properties".to_owned(), Value::Object(properties));
    section.insert("additionalProperties".to_owned(), Value::Bool(false));
}
