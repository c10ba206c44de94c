//! JSON text → tree. The JSON crate parses; the position of each value follows from the raw slices
//! that it borrows from the text.

use super::tree::{NodeId, Span, Style, Tree};
use super::{Failure, empty, too_deep, too_many_entries};
use crate::diagnostic::Code;
use crate::index::index;
use crate::limits;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

struct Builder<'t> {
    text: &'t str,
    tree: Tree,
    values: usize,
}

pub(super) fn parse(text: &str) -> Result<Tree, Failure> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    if body.trim().is_empty() {
        return Err(empty(0));
    }
    let raw: &RawValue = serde_json::from_str(body).map_err(|error| {
        let at = offset(text, error.line(), error.column());
        let message = without_place(&error);
        if message.starts_with("recursion limit") {
            too_deep(at)
        } else {
            not_json(at, &message)
        }
    })?;
    let mut builder = Builder {
        text,
        tree: Tree::with_capacity(text.len()),
        values: 0,
    };
    let root = builder.add(raw.get(), 0)?;
    builder.tree.set_root(root);
    Ok(builder.tree)
}

impl<'t> Builder<'t> {
    fn add(&mut self, raw: &'t str, depth: usize) -> Result<NodeId, Failure> {
        let span = self.span(raw);
        let at = span.0 as usize;
        self.values += 1;
        let Some(left) = limits::values(self.text.len()).checked_sub(self.values) else {
            return Err(too_many(at));
        };
        let inner = |error: serde_json::Error| match without_place(&error) {
            message if message == TOO_MANY && left < limits::ENTRIES => too_many(at),
            message if message == TOO_MANY => too_many_entries(at),
            message => not_json(at, &message),
        };
        match raw.bytes().next() {
            Some(b'{' | b'[') if depth >= limits::DEPTH => Err(too_deep(at)),
            Some(b'{') => {
                let entries = serde_json::Deserializer::from_str(raw)
                    .deserialize_map(Entries {
                        left: left.min(limits::ENTRIES),
                    })
                    .map_err(inner)?;
                let mut children = Vec::with_capacity(entries.len() * 2);
                for (key, value) in entries {
                    children.push(self.key(key, value.get()));
                    children.push(self.add(value.get(), depth + 1)?);
                }
                Ok(self.tree.push_mapping(span, &children, true))
            }
            Some(b'[') => {
                let items = serde_json::Deserializer::from_str(raw)
                    .deserialize_seq(Items {
                        left: left.min(limits::ENTRIES),
                    })
                    .map_err(inner)?;
                let children = items
                    .into_iter()
                    .map(|item| self.add(item.get(), depth + 1))
                    .collect::<Result<Vec<_>, _>>()?;
                Ok(self.tree.push_sequence(span, &children, true))
            }
            Some(b'"') => {
                let value: Cow<'_, str> = match serde_json::from_str::<&str>(raw) {
                    Ok(value) => Cow::Borrowed(value),
                    Err(_) => Cow::Owned(serde_json::from_str(raw).map_err(inner)?),
                };
                Ok(match value {
                    Cow::Borrowed(_) => {
                        self.tree
                            .push_borrowed(span, (span.0 + 1, span.1 - 1), Style::Quoted)
                    }
                    Cow::Owned(value) => self.tree.push_owned(span, &value, Style::Quoted),
                })
            }
            _ => Ok(self.tree.push_borrowed(span, span, Style::Plain)),
        }
    }

    fn key(&mut self, key: Cow<'t, str>, value: &str) -> NodeId {
        match key {
            Cow::Borrowed(key) => {
                let content = self.span(key);
                self.tree
                    .push_borrowed((content.0 - 1, content.1 + 1), content, Style::Quoted)
            }
            // A key with escapes is not a slice of the text; its value marks the position.
            Cow::Owned(key) => {
                let span = self.span(value);
                self.tree.push_owned(span, &key, Style::Quoted)
            }
        }
    }

    fn span(&self, raw: &str) -> Span {
        let start = (raw.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        (index(start), index(start + raw.len()))
    }
}

const TOO_MANY: &str = "the file contains too many values";

fn too_many(at: usize) -> Failure {
    Failure::new(Code::LimitExceeded, at, TOO_MANY)
}

/// The message of the JSON crate without the position, which is reported separately.
fn not_json(at: usize, message: &str) -> Failure {
    Failure::new(Code::NotJson, at, format!("invalid JSON: {message}"))
        .help("check for a missing comma, colon, quote or bracket")
}

fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message
        .split(" at line ")
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The entries of an object, up to a limit.
struct Entries {
    left: usize,
}

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(Key(key)) = map.next_key()? {
            if entries.len() >= self.left {
                return Err(serde::de::Error::custom(TOO_MANY));
            }
            entries.push((key, map.next_value()?));
        }
        Ok(entries)
    }
}

/// The items of a list, up to a limit.
struct Items {
    left: usize,
}

impl<'de> Visitor<'de> for Items {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            if items.len() >= self.left {
                return Err(serde::de::Error::custom(TOO_MANY));
            }
            items.push(item);
        }
        Ok(items)
    }
}

/// A key, borrowed if it has no escapes.
struct Key<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Lent;
        impl<'de> Visitor<'de> for Lent {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(Lent)
    }
}
