//! Assessments as YAML: the only place that writes it.
//!
//! Starters and proposals are written line by line, with comments beside the entries; [`claims`]
//! writes whole entries, each key on a line of its own.

use super::Claim;
use crate::edit::Editor;
use crate::id::ControlId;
use crate::source::{double_quoted, yaml_entry};
use crate::text::{sanitize, without_log_commands};
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use std::fmt::{Display, Write};

/// Claims as the `claims` section of an assessment. An empty claim is a key without a value.
///
/// # Errors
///
/// The message of the YAML writer; claims that were read from a file can always be written.
pub fn claims(claims: &IndexMap<ControlId, Option<Claim>>) -> Result<String, String> {
    // Keys in the order of the documentation, which JSON values do not keep.
    let text = serde_json::to_string(claims).map_err(|error| error.to_string())?;
    let read = Editor::new("claims.json", text).map_err(|error| error.to_string())?;
    yaml_entry("claims", read.value()).map_err(|error| error.to_string())
}

/// A text as a comment on one line, after its `# `.
pub(crate) fn comment(text: &str) -> String {
    without_log_commands(&sanitize(text)).into_owned()
}

/// Writes a key with its value on one line, or nothing if the value is empty. `organization` is
/// written even if it is empty, since an assessment requires it.
pub(crate) fn entry(out: &mut String, key: &str, value: &impl Serialize) {
    let value = serde_json::to_value(value).unwrap_or_default();
    let is_empty = match &value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty() && key != "organization",
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    };
    if !is_empty {
        let _ = writeln!(out, "{key}: {}", flow(&value));
    }
}

/// Writes a mapping with one entry per line, or nothing if it is empty.
pub(crate) fn section<K: Display, V: Serialize>(
    out: &mut String,
    key: &str,
    entries: &IndexMap<K, V>,
) {
    if entries.is_empty() {
        return;
    }
    let _ = writeln!(out, "{key}:");
    for (id, value) in entries {
        let value = serde_json::to_value(value).unwrap_or_default();
        let _ = writeln!(out, "  {id}: {}", flow(&value));
    }
}

/// A value on one line.
pub(crate) fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Object(entries) => {
            let entries = entries.iter();
            let entries = entries.map(|(key, value)| format!("{key}: {}", flow(value)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// A text as a scalar: plain if it is a word such as those of the vocabularies, quoted otherwise.
pub(crate) fn scalar(text: &str) -> String {
    let is_word = text.len() > 2
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
        && !crate::id::is_read_as_other(text);
    if is_word {
        return text.to_owned();
    }
    double_quoted(text)
}
