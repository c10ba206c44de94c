//! JSON values compared with JSON Schemas.

use serde_json::Value;
use std::collections::BTreeMap;

/// Checks that every object has the keys that the schema requires, and no unknown ones.
pub fn shaped(value: &Value, schema: &Value, name: &str) {
    check(value, schema, schema, name);
}

fn check(value: &Value, schema: &Value, root: &Value, place: &str) {
    if let Value::Object(object) = value {
        let mut keys = Keys::default();
        keys.gather(value, schema, root, place);
        for (key, value) in object {
            let schema = keys.known.get(key.as_str());
            let schema = schema.unwrap_or_else(|| panic!("{place}/{key} is not in the schema"));
            check(value, schema, root, &format!("{place}/{key}"));
        }
        for key in keys.required {
            assert!(object.contains_key(key), "{place} has no {key}");
        }
        return;
    }
    if let Some(target) = target(schema, root) {
        return check(value, target, root, place);
    }
    if let Some(all) = schema["allOf"].as_array() {
        return all.iter().for_each(|part| check(value, part, root, place));
    }
    if let Some(any) = schema["anyOf"].as_array() {
        let (kind, null) = (&any[0], &any[1]);
        if target(null, root).is_some_and(|id| id["pattern"].is_string()) {
            assert!(
                value.is_string(),
                "{place}: {value} is neither a word nor an id"
            );
            return;
        }
        assert_eq!(null["type"], "null", "{place}");
        if !value.is_null() {
            check(value, kind, root, place);
        }
        return;
    }
    if let Some(all) = schema["oneOf"].as_array() {
        let is_chosen = all.iter().any(|choice| choice["const"] == *value);
        assert!(is_chosen, "{place}: {value} is none of {schema}");
        return;
    }
    match value {
        Value::Object(_) => {}
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

/// The schema to which a reference points.
fn target<'s>(schema: &Value, root: &'s Value) -> Option<&'s Value> {
    let name = schema["$ref"].as_str()?;
    Some(root.pointer(name.trim_start_matches('#')).unwrap())
}

/// The keys that a schema allows and requires for an object.
#[derive(Default)]
struct Keys<'s> {
    known: BTreeMap<&'s str, &'s Value>,
    required: Vec<&'s str>,
}

impl<'s> Keys<'s> {
    fn gather(&mut self, value: &Value, schema: &'s Value, root: &'s Value, place: &str) {
        if let Some(target) = target(schema, root) {
            self.gather(value, target, root, place);
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.gather(value, part, root, place);
        }
        for choices in ["anyOf", "oneOf"] {
            if let Some(choices) = schema[choices].as_array() {
                let chosen = choices.iter().find(|choice| is_chosen(value, choice, root));
                let chosen = chosen.unwrap_or_else(|| panic!("{place}: {value}: {schema}"));
                self.gather(value, chosen, root, place);
            }
        }
        for (key, schema) in schema["properties"].as_object().into_iter().flatten() {
            self.known.insert(key, schema);
        }
        let required = schema["required"].as_array().into_iter().flatten();
        self.required.extend(required.filter_map(Value::as_str));
    }
}

/// Whether an object has the keys that a choice requires, and its constants.
fn is_chosen(value: &Value, choice: &Value, root: &Value) -> bool {
    let choice = target(choice, root).unwrap_or(choice);
    let mut required = choice["required"].as_array().into_iter().flatten();
    let mut properties = choice["properties"].as_object().into_iter().flatten();
    choice["type"] != "null"
        && required.all(|key| value.get(key.as_str().unwrap()).is_some())
        && properties.all(|(key, schema)| {
            schema
                .get("const")
                .is_none_or(|constant| value[key] == *constant)
        })
}
