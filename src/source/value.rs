//! Values without their positions, comments and style: what a file means, and what is written into
//! it.

use super::Source;
use super::splice::Refusal;
use super::tree::{Kind, NodeId};
use crate::id::is_read_as_other;
use crate::text::{begins_log_command, is_harmful};
use std::fmt::Write;

/// A value of a document.
///
/// ```
/// use custody_controls::edit::Value;
///
/// let entry = Value::mapping([("tier", Value::from("hot")), ("backups", Value::from(2))]);
/// assert_eq!(entry.get("tier"), Some(&Value::from("hot")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// Null, a boolean, a number, or another word that YAML readers do not take for a string; as
    /// it is written, without quotes.
    Literal(String),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A mapping, in the order of the file.
    Mapping(Vec<(String, Value)>),
}

impl Value {
    /// Nothing.
    pub fn null() -> Self {
        Self::Literal("null".to_owned())
    }

    /// A mapping with these entries.
    pub fn mapping<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        let entries = entries.into_iter();
        Self::Mapping(entries.map(|(key, value)| (key.into(), value)).collect())
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Literal(text) if text == "null")
    }

    /// The value of a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Mapping(entries) => entries
                .iter()
                .find(|(name, _)| name == key)
                .map(|(_, value)| value),
            Self::Literal(_) | Self::Text(_) | Self::List(_) => None,
        }
    }

    /// Whether it is written on one line in any case.
    fn is_scalar(&self) -> bool {
        matches!(self, Self::Literal(_) | Self::Text(_))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Literal(value.to_string())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Literal(number.to_string())
    }
}

impl<V: Into<Value>> FromIterator<V> for Value {
    fn from_iter<I: IntoIterator<Item = V>>(items: I) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}

impl Source {
    /// What a node means.
    pub(crate) fn value(&self, node: NodeId) -> Value {
        match self.tree.kind(node, &self.text) {
            Kind::Scalar { text, plain } if plain && is_read_as_other(text) => {
                Value::Literal(match text {
                    "" | "~" => "null".to_owned(),
                    text => text.to_owned(),
                })
            }
            Kind::Scalar { text, .. } => Value::Text(text.to_owned()),
            Kind::Sequence(items) => {
                Value::List(items.iter().map(|item| self.value(*item)).collect())
            }
            Kind::Mapping(children) => {
                let entries = children.chunks_exact(2).filter_map(|pair| {
                    let [key, value] = *pair else { return None };
                    let Kind::Scalar { text, .. } = self.tree.kind(key, &self.text) else {
                        return None;
                    };
                    Some((text.to_owned(), self.value(value)))
                });
                Value::Mapping(entries.collect())
            }
        }
    }
}

/// A string in double quotes as YAML, with escapes for everything that cannot be seen.
pub(crate) fn double_quoted(text: &str) -> String {
    YAML.double_quoted(text)
}

/// A key and its value as lines of YAML, mappings with one key per line.
pub(crate) fn yaml_entry(key: &str, value: &Value) -> Result<String, Refusal> {
    Ok(YAML.entry(key, value, 0)? + "\n")
}

const YAML: Notation<'static> = Notation {
    json: false,
    line_break: "\n",
};

/// Keys whose mappings are written on one line, as `docs/format.md` does, if they fit.
const SHORT: [&str; 4] = ["assessed", "earlier", "period", "quorum"];

/// Whether the mappings of a key are written on one line if they fit.
pub(super) fn is_short(key: &str) -> bool {
    SHORT.contains(&key)
}

/// The longest line of a mapping that is written on one line, in characters.
pub(super) const WIDTH: usize = 100;

/// Writes values in the notation of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Notation<'n> {
    pub(super) json: bool,
    /// How lines end.
    pub(super) line_break: &'n str,
}

impl Notation<'_> {
    /// A value on one line. `flow` if it is within brackets.
    pub(super) fn inline(self, value: &Value, flow: bool) -> Result<String, Refusal> {
        match value {
            Value::Literal(text) => self.literal(text),
            Value::Text(text) => Ok(self.text(text, flow)),
            Value::List(items) => {
                let items: Result<Vec<_>, _> =
                    items.iter().map(|item| self.inline(item, true)).collect();
                Ok(format!("[{}]", items?.join(", ")))
            }
            Value::Mapping(entries) if entries.is_empty() => Ok("{}".to_owned()),
            Value::Mapping(entries) => {
                let entries: Result<Vec<_>, _> = entries
                    .iter()
                    .map(|(key, value)| self.entry_inline(key, value, true))
                    .collect();
                Ok(format!("{{ {} }}", entries?.join(", ")))
            }
        }
    }

    /// A key and its value on one line.
    pub(super) fn entry_inline(
        self,
        key: &str,
        value: &Value,
        flow: bool,
    ) -> Result<String, Refusal> {
        let key = self.key(key, flow);
        Ok(format!("{key}: {}", self.inline(value, flow)?))
    }

    /// A key and its value in block style: mappings with one key per line, two spaces further in.
    pub(super) fn entry(self, key: &str, value: &Value, indent: usize) -> Result<String, Refusal> {
        let mut text = format!("{}:", self.key(key, false));
        let short = is_short(key);
        match value {
            _ if value.is_null() => {}
            Value::Mapping(entries) if !entries.is_empty() => {
                let line = if short {
                    self.inline(value, false)?
                } else {
                    String::new()
                };
                if short && indent + key.len() + 2 + line.chars().count() <= WIDTH {
                    text.push(' ');
                    text.push_str(&line);
                    return Ok(text);
                }
                for (key, value) in entries {
                    self.begin_line(&mut text, indent + 2);
                    text.push_str(&self.entry(key, value, indent + 2)?);
                }
            }
            Value::List(items) if !items.iter().all(Value::is_scalar) => {
                for item in items {
                    self.begin_line(&mut text, indent + 2);
                    text.push_str(&self.item(item, indent + 2, short)?);
                }
            }
            Value::Literal(_) | Value::Text(_) | Value::List(_) | Value::Mapping(_) => {
                text.push(' ');
                text.push_str(&self.inline(value, false)?);
            }
        }
        Ok(text)
    }

    /// An item of a list in block style; a short one is on one line if it fits.
    pub(super) fn item(self, value: &Value, indent: usize, short: bool) -> Result<String, Refusal> {
        let mut text = "- ".to_owned();
        let line = self.inline(value, false)?;
        let fits = short && indent + 2 + line.chars().count() <= WIDTH;
        let entries = match value {
            Value::Mapping(entries) if !fits => entries,
            Value::Literal(_) | Value::Text(_) | Value::List(_) | Value::Mapping(_) => {
                text.push_str(&line);
                return Ok(text);
            }
        };
        if entries.is_empty() {
            text.push_str("{}");
        }
        for (position, (key, value)) in entries.iter().enumerate() {
            if position > 0 {
                self.begin_line(&mut text, indent + 2);
            }
            text.push_str(&self.entry(key, value, indent + 2)?);
        }
        Ok(text)
    }

    pub(super) fn begin_line(self, text: &mut String, indent: usize) {
        text.push_str(self.line_break);
        text.extend(std::iter::repeat_n(' ', indent));
    }

    fn literal(self, text: &str) -> Result<String, Refusal> {
        let is_literal = if self.json {
            serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
                && !text.starts_with(['"', '[', '{'])
        } else {
            let mut bytes = text.bytes();
            !text.is_empty()
                && is_read_as_other(text)
                && bytes.all(|b| b.is_ascii_alphanumeric() || b"+-._~".contains(&b))
        };
        if is_literal {
            Ok(text.to_owned())
        } else {
            Err(Refusal::NotALiteral)
        }
    }

    /// A key: `on` as `docs/format.md` writes it, although readers of YAML 1.1 take it for a boolean.
    fn key(self, key: &str, flow: bool) -> String {
        if key == "on" && !self.json {
            key.to_owned()
        } else {
            self.text(key, flow)
        }
    }

    /// A string: without quotes if no reader can take it for anything else.
    pub(super) fn text(self, text: &str, flow: bool) -> String {
        let begins_well = text.starts_with(char::is_alphanumeric);
        let is_plain = !self.json
            && begins_well
            && !text.ends_with(' ')
            && !is_read_as_other(text)
            && text.chars().all(|c| {
                c.is_alphanumeric() || " ._/-".contains(c) || !flow && ",;()'".contains(c)
            });
        if is_plain {
            text.to_owned()
        } else {
            self.double_quoted(text)
        }
    }

    pub(super) fn double_quoted(self, text: &str) -> String {
        let mut quoted = String::with_capacity(text.len() + 2);
        quoted.push('"');
        for (at, c) in text.char_indices() {
            match c {
                '#' if begins_log_command(text.get(at..).unwrap_or_default()) => {
                    self.escape(c, &mut quoted);
                }
                '"' | '\\' => quoted.extend(['\\', c]),
                '\n' => quoted.push_str("\\n"),
                '\r' => quoted.push_str("\\r"),
                '\t' => quoted.push_str("\\t"),
                '\u{2028}' | '\u{2029}' => self.escape(c, &mut quoted),
                c if is_harmful(c) => self.escape(c, &mut quoted),
                c => quoted.push(c),
            }
        }
        quoted.push('"');
        quoted
    }

    fn escape(self, c: char, quoted: &mut String) {
        let code = u32::from(c);
        if self.json {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(quoted, "\\u{unit:04x}");
            }
        } else if code > 0xffff {
            let _ = write!(quoted, "\\U{code:08x}");
        } else {
            let _ = write!(quoted, "\\u{code:04x}");
        }
    }
}
