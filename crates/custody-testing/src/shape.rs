//! JSON values held against JSON Schemas.

use serde_json::Value;

/// Every object has the keys that the schema says, and no other.
pub fn shaped(value: &Value, schema: &Value, name: &str) {
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
