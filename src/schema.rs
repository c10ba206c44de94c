//! JSON Schemas of the documents that people write, and of all results. Editors use them for
//! completion and hover, so that the words of the vocabularies and the controls of the catalog are
//! at hand.

use crate::assessment::AssessmentDocument;
use crate::catalog::{Catalog, CatalogDocument, ProfileDocument};
use crate::crosswalk::{Crosswalk, STATEMENT_SCHEMA, StatementOfApplicability};
use crate::difference::Difference;
use crate::difference::trend::Trend;
use crate::forecast::Forecast;
use crate::portfolio::Portfolio;
use crate::register::EvidenceRegister;
use crate::report::Report;
use crate::report::rows::{
    CellRecord, DoubtRecord, EvidenceRecord, GapRecord, RiskRecord, TodoRecord,
};
use crate::taxonomy::{
    EvidenceKind, ParameterKind, Severity, Status, Threat, Word, schema_vocabulary,
};
use crate::todo::Todo;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

schema_vocabulary! {
    /// The documents that have a JSON Schema.
    ///
    /// May grow.
    #[non_exhaustive]
    Document, "document" {
        /// An assessment, with the controls and risks of a catalog as its keys.
        Assessment,
        /// A catalog, or the part of one that a file contains.
        Catalog,
        /// A profile: a selection from a catalog, with entries of its own.
        Profile,
        /// The JSON form of a report.
        Report,
        /// The single points of failure of an assessment.
        Supports,
        /// The JSON form of the register of evidence.
        EvidenceRegister,
        /// The JSON form of a to-do list.
        Todo,
        /// The JSON form of a forecast.
        Forecast,
        /// The JSON form of a crosswalk: a report by references of another framework.
        Crosswalk,
        /// The JSON form of a statement of applicability of another framework.
        StatementOfApplicability,
        /// A row of the table of cells, as a line of NDJSON.
        CellRow,
        /// A row of the table of risks and subjects, as a line of NDJSON.
        RiskRow,
        /// A row of the table of gaps, as a line of NDJSON.
        GapRow,
        /// A row of the register of evidence, as a line of NDJSON.
        EvidenceRow,
        /// A row of a to-do list, as a line of NDJSON.
        TodoRow,
        /// A row of the table of doubts, as a line of NDJSON.
        DoubtRow,
        /// The JSON form of a difference between two reports.
        Difference,
        /// The JSON form of a trend over several reports.
        Trend,
        /// The manifest of a portfolio.
        Portfolio,
        /// The JSON form of an explanation.
        Explanation,
    }
}

impl Document {
    /// The title of the schema.
    pub fn title(self) -> &'static str {
        match self {
            Self::Assessment => "An assessment of a digital asset custodian",
            Self::Catalog => "A catalog of custody risks and controls",
            Self::Profile => "A profile: a selection from a catalog of custody controls",
            Self::Report => "A gap report of a digital asset custodian",
            Self::Supports => "Single points of failure of an assessment",
            Self::EvidenceRegister => "The evidence of an assessment and what rests on it",
            Self::Todo => "What to do next about the gaps of a digital asset custodian",
            Self::Forecast => "A forecast of the proven coverage of a digital asset custodian",
            Self::Crosswalk => "A gap report by references of another framework",
            Self::StatementOfApplicability => "A statement of applicability of another framework",
            Self::CellRow => "A cell of a gap report: a control for a subject",
            Self::RiskRow => "A risk of a gap report for a subject",
            Self::GapRow => "A gap of a gap report",
            Self::EvidenceRow => "An evidence item of an assessment",
            Self::TodoRow => "A gap and how it is closed",
            Self::DoubtRow => "A reason to doubt an assessment",
            Self::Difference => "What changed between two gap reports",
            Self::Trend => "A comparison of several gap reports",
            Self::Portfolio => "Gap reports of several digital asset custodians",
            Self::Explanation => "Why the verdicts of a gap report are what they are",
        }
    }

    /// The value of the `schema` key of a result: its name and version. None for documents that
    /// people write, and for rows.
    pub fn form(self) -> Option<&'static str> {
        match self {
            Self::Assessment
            | Self::Catalog
            | Self::Profile
            | Self::CellRow
            | Self::RiskRow
            | Self::GapRow
            | Self::DoubtRow
            | Self::EvidenceRow
            | Self::TodoRow => None,
            Self::Report => Some(crate::report::SCHEMA),
            Self::Supports => Some(crate::supports::SCHEMA),
            Self::EvidenceRegister => Some(crate::register::SCHEMA),
            Self::Todo => Some(crate::todo::SCHEMA),
            Self::Forecast => Some(crate::forecast::SCHEMA),
            Self::Crosswalk => Some(crate::crosswalk::SCHEMA),
            Self::StatementOfApplicability => Some(STATEMENT_SCHEMA),
            Self::Difference => Some(crate::difference::SCHEMA),
            Self::Trend => Some(crate::difference::trend::SCHEMA),
            Self::Portfolio => Some(crate::portfolio::SCHEMA),
            Self::Explanation => Some(crate::explanation::SCHEMA),
        }
    }
}

/// The JSON Schema of a document. The schema of an assessment lists the controls and risks of the
/// given catalog.
pub fn schema(document: Document, catalog: &Catalog) -> Value {
    let mut schema = match document {
        Document::Assessment => authored::<AssessmentDocument>(),
        Document::Catalog => authored::<CatalogDocument>(),
        Document::Profile => authored::<ProfileDocument>(),
        Document::Report => result::<Report>(),
        Document::Supports => result::<crate::supports::Supports>(),
        Document::EvidenceRegister => result::<EvidenceRegister>(),
        Document::Todo => result::<Todo>(),
        Document::Forecast => result::<Forecast>(),
        Document::Crosswalk => result::<Crosswalk>(),
        Document::StatementOfApplicability => result::<StatementOfApplicability>(),
        Document::CellRow => result::<CellRecord<'_>>(),
        Document::RiskRow => result::<RiskRecord<'_>>(),
        Document::GapRow => result::<GapRecord<'_>>(),
        Document::EvidenceRow => result::<EvidenceRecord<'_>>(),
        Document::TodoRow => result::<TodoRecord<'_>>(),
        Document::DoubtRow => result::<DoubtRecord<'_>>(),
        Document::Difference => result::<Difference>(),
        Document::Trend => result::<Trend>(),
        Document::Portfolio => result::<Portfolio>(),
        Document::Explanation => result::<crate::explanation::Explanation>(),
    };
    // Every row has every column, which may be null; in other documents, a null is left out.
    let mut has_nulls = false;
    match document {
        Document::Assessment => complete_from(&mut schema, catalog),
        Document::Catalog => {
            word_keys::<Threat>(&mut schema, "/definitions/FactorRow/properties/cells");
        }
        Document::Profile => keys_of_parameter(&mut schema),
        Document::CellRow
        | Document::RiskRow
        | Document::GapRow
        | Document::EvidenceRow
        | Document::TodoRow
        | Document::DoubtRow => {
            has_nulls = true;
        }
        Document::Report
        | Document::Supports
        | Document::EvidenceRegister
        | Document::Todo
        | Document::Forecast
        | Document::Crosswalk
        | Document::StatementOfApplicability
        | Document::Difference
        | Document::Trend
        | Document::Portfolio
        | Document::Explanation => {}
    }
    tidy(&mut schema, has_nulls);
    if matches!(
        document,
        Document::Assessment | Document::Catalog | Document::Profile
    ) {
        limits(&mut schema);
    }
    finish(&mut schema, document.form(), document.title());
    schema
}

/// The schema of a document that people write.
fn authored<D: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft07().into_generator();
    generator.into_root_schema_for::<D>().to_value()
}

/// The schema of a result.
fn result<R: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft07().for_serialize().into_generator();
    generator.into_root_schema_for::<R>().to_value()
}

/// Adds the rules of assessments, and the controls and risks of a catalog as keys.
fn complete_from(schema: &mut Value, catalog: &Catalog) {
    let controls = catalog.controls().map(|control| {
        let help = format!(
            "{}\n\nClause {}. Applies to {}.",
            control.statement,
            control.clause,
            control.when.among(control.subject)
        );
        (control.id.as_str(), control.title.as_str(), help)
    });
    name_keys(schema, "claims", controls);
    name_traits(schema, catalog);
    let risks = catalog.risks().map(|risk| {
        let help = format!(
            "{}\n\nClause {}. Severity {}.",
            risk.consequence, risk.clause, risk.severity
        );
        (risk.id.as_str(), risk.title.as_str(), help)
    });
    name_keys(schema, "accepted_risks", risks);
    // At the id of a control, editors show its statement rather than what a claim is.
    for entry in ["Claim", "NarrowedClaim", "Acceptance"] {
        if let Some(Value::Object(entry)) = schema.pointer_mut(&format!("/definitions/{entry}")) {
            entry.remove("description");
        }
    }
    word_keys::<EvidenceKind>(schema, "/properties/evidence_max_age");
    word_keys::<Severity>(schema, "/definitions/ReassessWithin/anyOf/1");
    for claim in ["Claim", "NarrowedClaim", "EarlierClaim"] {
        keys_of_status(schema, claim);
    }
}

/// Makes the traits that are built in or declared by a catalog the only ones.
fn name_traits(schema: &mut Value, catalog: &Catalog) {
    let pointer = "/definitions/Wallet/properties/traits/items";
    if let Some(items) = schema.pointer_mut(pointer) {
        let built_in = items.pointer("/anyOf/0").cloned().unwrap_or_default();
        let declared = catalog.traits().iter().map(|(id, declared)| {
            let document = &declared.document;
            json!({ "const": id, "title": document.title, "description": document.meaning })
        });
        let declared: Vec<Value> = declared.collect();
        *items = if declared.is_empty() {
            built_in
        } else {
            json!({ "anyOf": [built_in, { "oneOf": declared }] })
        };
    }
    if let Some(Value::Object(definitions)) = schema.pointer_mut("/definitions") {
        definitions.remove("TraitId");
    }
}

/// The JSON Schema of a result of another crate of this project, such as a plan: `form` is the
/// value of its `schema` key.
pub fn schema_of_result<R: JsonSchema>(form: &str, title: &str) -> Value {
    let mut schema = result::<R>();
    tidy(&mut schema, false);
    finish(&mut schema, Some(form), title);
    schema
}

/// Adds the title, and the only value of the `schema` key of a result.
fn finish(schema: &mut Value, form: Option<&str>, title: &str) {
    if let (Some(form), Some(key)) = (form, schema.pointer_mut("/properties/schema")) {
        *key = json!({ "description": key.get("description"), "const": form });
    }
    if let Value::Object(schema) = schema {
        schema.insert("title".to_owned(), title.into());
    }
}

/// The keys that a claim must have, depending on its status.
fn keys_of_status(schema: &mut Value, claim: &str) {
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

/// The keys that a parameter must have, depending on its kind.
fn keys_of_parameter(schema: &mut Value) {
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

/// The limits of texts and numbers: a text is not blank, and a number is within the range of days
/// and efforts.
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

/// Makes the words of a vocabulary the only keys of a mapping.
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

/// Makes a schema fit for editors: a description is made of paragraphs without examples and remarks
/// for users of the Rust library, and `null` is not offered as the value of an optional key.
fn tidy(node: &mut Value, has_nulls: bool) {
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
                && !has_nulls
            {
                properties.values_mut().for_each(without_null);
            }
            object.values_mut().for_each(|value| tidy(value, has_nulls));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| tidy(item, has_nulls)),
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

/// Makes the ids of the catalog the only keys of a section.
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
