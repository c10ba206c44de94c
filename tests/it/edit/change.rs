//! Changes to documents, and the same changes to what a second reader reads.

use super::document::Choices;
use custody_controls::edit::{Edit, Editor, Pointer, Refusal, Value};
use serde_yaml::Value as Yaml;

/// A change to a document.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Set(Pointer, Value),
    Insert(Pointer, String, Value, Vec<&'static str>),
    Push(Pointer, Value),
    Remove(Pointer),
    Rename(Pointer, String),
}

impl Change {
    pub(super) fn make(&self, editor: &mut Editor) -> Result<Vec<Edit>, Refusal> {
        match self.clone() {
            Self::Set(path, value) => editor.set(&path, value),
            Self::Insert(path, key, value, order) => editor.insert(&path, &key, value, &order),
            Self::Push(path, value) => editor.push(&path, value),
            Self::Remove(path) => editor.remove(&path),
            Self::Rename(path, key) => editor.rename(&path, &key),
        }
    }

    /// The same change to what a second reader has read.
    pub(super) fn make_plainly(&self, document: &mut Yaml) {
        match self.clone() {
            Self::Set(path, value) => *reach(document, path.tokens()) = yaml(&value),
            Self::Insert(path, key, value, _) => {
                let mapping = reach(document, path.tokens());
                if mapping.is_null() {
                    *mapping = Yaml::Mapping(serde_yaml::Mapping::new());
                }
                let mapping = mapping.as_mapping_mut().unwrap();
                mapping.insert(key.into(), yaml(&value));
            }
            Self::Push(path, value) => {
                let list = reach(document, path.tokens());
                if list.is_null() {
                    *list = Yaml::Sequence(Vec::new());
                }
                list.as_sequence_mut().unwrap().push(yaml(&value));
            }
            Self::Remove(path) => {
                let (last, outer) = path.tokens().split_last().unwrap();
                match reach(document, outer) {
                    Yaml::Mapping(mapping) => drop(mapping.remove(last.as_str()).unwrap()),
                    Yaml::Sequence(items) => drop(items.remove(last.parse().unwrap())),
                    other => panic!("{other:?} has no entries"),
                }
            }
            Self::Rename(path, key) => {
                let (last, outer) = path.tokens().split_last().unwrap();
                let mapping = reach(document, outer).as_mapping_mut().unwrap();
                let value = mapping.remove(last.as_str()).unwrap();
                mapping.insert(key.into(), value);
            }
        }
    }
}

fn reach<'y>(document: &'y mut Yaml, path: &[String]) -> &'y mut Yaml {
    path.iter().fold(document, |value, token| match value {
        Yaml::Mapping(mapping) => mapping.get_mut(token.as_str()).unwrap(),
        Yaml::Sequence(items) => &mut items[token.parse::<usize>().unwrap()],
        other => panic!("{other:?} has no `{token}`"),
    })
}

fn yaml(value: &Value) -> Yaml {
    match value {
        Value::Literal(text) => serde_yaml::from_str(text).unwrap(),
        Value::Text(text) => text.as_str().into(),
        Value::List(items) => items.iter().map(yaml).collect(),
        Value::Mapping(entries) => Yaml::Mapping(
            entries
                .iter()
                .map(|(key, value)| (key.as_str().into(), yaml(value)))
                .collect(),
        ),
        other => panic!("{other:?}"),
    }
}

/// All paths of a document, with their values.
fn paths<'v>(path: &Pointer, value: &'v Value, all: &mut Vec<(Pointer, &'v Value)>) {
    all.push((path.clone(), value));
    match value {
        Value::List(items) => {
            for (position, item) in items.iter().enumerate() {
                paths(&path.child(position.to_string()), item, all);
            }
        }
        Value::Mapping(entries) => {
            for (key, value) in entries {
                paths(&path.child(key), value, all);
            }
        }
        _ => {}
    }
}

fn new_value(choices: &mut Choices<'_>) -> Value {
    match choices.below(9) {
        0 => Value::from("cold"),
        1 => Value::from(7),
        2 => Value::from(true),
        3 => Value::from("needs: quotes # here"),
        4 => Value::from("two\nlines\u{202e} 𝕏"),
        5 => ["a", "b c", "no"].into_iter().collect(),
        6 => Value::mapping([("kind", Value::from("policy")), ("days", Value::from(30))]),
        7 => Value::mapping([(
            "inner",
            Value::mapping([(
                "list",
                [Value::mapping([("k", "v".into())])].into_iter().collect(),
            )]),
        )]),
        _ => Value::null(),
    }
}

pub(super) fn change(choices: &mut Choices<'_>, document: &Value) -> Change {
    let mut all = Vec::new();
    paths(&Pointer::root(), document, &mut all);
    let (path, value) = all[choices.below(all.len())].clone();
    let keys = ["new", "title", "zz top", "9.1-a", "null", "newer", "newest"];
    let is_free = |key: &&str| value.get(key).is_none() || choices.left.len() % 16 == 0;
    let free: Vec<&str> = keys.into_iter().filter(is_free).collect();
    let key = choices.pick(&free);
    match (choices.below(4), value) {
        (0, Value::Mapping(_)) => Change::Insert(
            path,
            key.to_owned(),
            new_value(choices),
            vec!["title", "tier", "new", "traits"],
        ),
        (0 | 1, Value::List(_)) => Change::Push(path, new_value(choices)),
        (0, value) if value.is_null() && choices.one_in(2) => {
            Change::Insert(path, key.to_owned(), new_value(choices), Vec::new())
        }
        (0, value) if value.is_null() => Change::Push(path, new_value(choices)),
        (1, _) if !path.tokens().is_empty() => Change::Remove(path),
        (2, _) if !path.tokens().is_empty() => {
            let parent = path.parent().unwrap();
            let (_, holder) = all.iter().find(|(path, _)| *path == parent).unwrap();
            match holder {
                Value::Mapping(_) => Change::Rename(path, key.to_owned()),
                _ => Change::Remove(path),
            }
        }
        (_, Value::Mapping(_)) if path.tokens().is_empty() => {
            let (path, _) = all[1 % all.len()].clone();
            Change::Set(path, new_value(choices))
        }
        _ => Change::Set(path, new_value(choices)),
    }
}
