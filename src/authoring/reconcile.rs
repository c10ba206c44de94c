//! Two documents → the edits that turn the text of the first into one of the second.
//!
//! Only the entries that differ are compared key by key. A key that both have alike is not touched,
//! however it is written.

use crate::assessment::{Acceptance, AssessmentDocument, Claim, Evidence};
use crate::catalog::Catalog;
use crate::edit::{Change, Editor, Pointer, Refusal, Value};
use indexmap::IndexMap;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many items of a list change one by one; a list of which more change is written anew.
const FEW: usize = 8;

/// Edits a file so that it contains the second document. Gives the paths of what cannot be edited.
pub(super) fn reconcile(
    editor: &mut Editor,
    (before, after): (&AssessmentDocument, &AssessmentDocument),
    catalog: &Catalog,
) -> Vec<(Pointer, Refusal)> {
    let mut plan = Plan {
        file: editor.value().clone(),
        first: Vec::new(),
        last: Vec::new(),
        refused: Vec::new(),
    };
    let clauses = Order::of_catalog(catalog);
    let (claims, risks) = (
        (&before.claims, &after.claims),
        (&before.accepted_risks, &after.accepted_risks),
    );
    plan.section(
        "evidence",
        (&before.evidence, &after.evidence),
        &Order::ById,
    );
    plan.section("claims", claims, &clauses);
    plan.section("accepted_risks", risks, &clauses);
    plan.make(editor)
}

/// An entry of a section, as a value.
trait Entry: PartialEq {
    fn value(&self) -> Value;
}

impl Entry for Option<Claim> {
    fn value(&self) -> Value {
        self.as_ref().map_or_else(Value::null, written)
    }
}

impl Entry for Evidence {
    fn value(&self) -> Value {
        written(self)
    }
}

impl Entry for Acceptance {
    fn value(&self) -> Value {
        written(self)
    }
}

/// An entry with its keys in house order; a single assessment is not in a list.
pub(super) fn written(entry: &impl Serialize) -> Value {
    // JSON keeps the order of keys, which its values do not.
    let text = serde_json::to_string(entry).unwrap_or_default();
    let read = Editor::new("entry.json", text);
    let mut value = read.map_or_else(|_| Value::null(), |read| read.value().clone());
    shorten(&mut value);
    value
}

fn shorten(value: &mut Value) {
    match value {
        Value::Mapping(entries) => {
            for (key, value) in entries {
                shorten(value);
                if let ("assessed", Value::List(items)) = (key.as_str(), &mut *value)
                    && items.len() == 1
                    && let Some(only) = items.pop()
                {
                    *value = only;
                }
            }
        }
        Value::List(items) => items.iter_mut().for_each(shorten),
        Value::Literal(_) | Value::Text(_) => {}
    }
}

/// Where new entries of a section go.
pub(super) enum Order {
    /// By id.
    ById,
    /// In the order of the catalog: position and clause of each id.
    ByCatalog(BTreeMap<String, (usize, String)>),
}

impl Order {
    /// The order of controls and risks in a catalog.
    pub(super) fn of_catalog(catalog: &Catalog) -> Self {
        let controls = catalog
            .controls()
            .map(|one| (one.id.to_string(), one.clause.to_string()));
        let risks = catalog
            .risks()
            .map(|one| (one.id.to_string(), one.clause.to_string()));
        let both = controls.chain(risks).enumerate();
        Self::ByCatalog(both.map(|(at, (id, clause))| (id, (at, clause))).collect())
    }

    /// The rank of an id; ids that the catalog does not have are after all others.
    pub(super) fn rank<'i>(&self, id: &'i str) -> (usize, &'i str) {
        match self {
            Self::ById => (0, id),
            Self::ByCatalog(ids) => (ids.get(id).map_or(usize::MAX, |(rank, _)| *rank), id),
        }
    }

    /// The key after which a new one goes: in order if the present ones are, otherwise after the last
    /// one of its clause, otherwise after the last one.
    fn after<'k>(&self, keys: &[&'k str], new: &str) -> Option<&'k str> {
        if keys.is_sorted_by_key(|key| self.rank(key)) {
            let position = keys.partition_point(|key| self.rank(key) < self.rank(new));
            return keys.get(position.checked_sub(1)?).copied();
        }
        let clause = |key: &str| match self {
            Self::ById => None,
            Self::ByCatalog(ids) => ids.get(key).map(|(_, clause)| clause),
        };
        let own = clause(new);
        let of_clause = keys.iter().rfind(|key| own.is_some() && clause(key) == own);
        of_clause.or(keys.last()).copied()
    }
}

/// The changes of a file.
struct Plan {
    /// What the file contains.
    file: Value,
    /// Changes that set and insert.
    first: Vec<Change>,
    /// Changes that remove, so that nothing is empty in between.
    last: Vec<Change>,
    refused: Vec<(Pointer, Refusal)>,
}

impl Plan {
    fn at(&self, path: &Pointer) -> Option<&Value> {
        let mut tokens = path.tokens().iter();
        tokens.try_fold(&self.file, |value, token| value.get(token))
    }

    fn section<K: std::fmt::Display + std::hash::Hash + Eq, V: Entry>(
        &mut self,
        name: &str,
        (before, after): (&IndexMap<K, V>, &IndexMap<K, V>),
        order: &Order,
    ) {
        let path = Pointer::root().child(name);
        let mut new = Vec::new();
        for (id, entry) in after {
            match before.get(id) {
                Some(old) if old == entry => {}
                Some(old) => {
                    self.differing(&path.child(id.to_string()), &old.value(), &entry.value());
                }
                None => new.push((id.to_string(), entry.value())),
            }
        }
        if new.is_empty() {
            return;
        }
        new.sort_by(|one, other| order.rank(&one.0).cmp(&order.rank(&other.0)));
        let Some(section) = self.at(&path) else {
            let entry = (name.to_owned(), Value::Mapping(new));
            self.insert(&Pointer::root(), vec![entry], AssessmentDocument::KEYS);
            return;
        };
        let keys: Vec<&str> = keys(section);
        let changes = insertions(&path, new, |key| order.after(&keys, key));
        self.first.extend(changes);
    }

    /// Turns an entry into another one.
    fn differing(&mut self, path: &Pointer, old: &Value, new: &Value) {
        let present = self.at(path).cloned();
        match (&present, old, new) {
            (Some(Value::Mapping(_)), Value::Mapping(_), Value::Mapping(entries)) => {
                self.keys(path, old, entries);
            }
            (Some(present), _, Value::Mapping(entries)) if present.is_null() => {
                self.first.push(Change::Insert {
                    mapping: path.clone(),
                    entries: entries.clone(),
                    after: None,
                });
            }
            (Some(Value::List(present)), old, new)
                if !old.is_null() && present.len() == items(old).len() =>
            {
                self.items(path, items(old), items(new));
            }
            _ => self.first.push(Change::Set(path.clone(), new.clone())),
        }
    }

    /// Changes the keys of a mapping whose values differ.
    fn keys(&mut self, path: &Pointer, old: &Value, new: &[(String, Value)]) {
        let order: Vec<&str> = new.iter().map(|(key, _)| key.as_str()).collect();
        let mut inserted = Vec::new();
        for (key, value) in new {
            let at = path.child(key);
            match (old.get(key), self.at(&at).is_some()) {
                (Some(old), true) if old == value => {}
                (Some(old), true) => self.differing(&at, old, value),
                (None, true) => self.differing(&at, &Value::null(), value),
                (_, false) => inserted.push((key.clone(), value.clone())),
            }
        }
        if let Value::Mapping(old) = old {
            for (key, _) in old {
                let at = path.child(key);
                if !order.contains(&key.as_str()) && self.at(&at).is_some() {
                    self.last.push(Change::Remove(at));
                }
            }
        }
        if !inserted.is_empty() {
            self.insert(path, inserted, &order);
        }
    }

    /// Inserts entries into a mapping, each after the last one that precedes it in an order.
    fn insert(&mut self, path: &Pointer, entries: Vec<(String, Value)>, order: &[&str]) {
        let Some(mapping) = self.at(path) else {
            self.refused.push((path.clone(), Refusal::NoSuchEntry));
            return;
        };
        let rank = |key: &str| order.iter().position(|listed| *listed == key);
        let keys = keys(mapping);
        let changes = insertions(path, entries, |key| {
            let own = rank(key);
            let before = |key: &&&str| rank(key).is_some_and(|rank| Some(rank) < own);
            keys.iter().rfind(before).copied()
        });
        self.first.extend(changes);
    }

    /// Changes a list: appends and removes items if that is enough, and writes it anew otherwise.
    fn items(&mut self, path: &Pointer, old: &[Value], new: &[Value]) {
        let mut kept = 0;
        let mut removed = Vec::new();
        for (position, item) in old.iter().enumerate() {
            if new.get(kept) == Some(item) {
                kept += 1;
            } else {
                removed.push(position);
            }
        }
        let added = new.get(kept..).unwrap_or_default();
        if kept == 0 || removed.len() + added.len() > FEW {
            let value = Value::List(new.to_vec());
            self.first.push(Change::Set(path.clone(), value));
            return;
        }
        for item in added {
            self.first.push(Change::Push(path.clone(), item.clone()));
        }
        for position in removed.into_iter().rev() {
            let at = path.child(position.to_string());
            self.last.push(Change::Remove(at));
        }
    }

    /// Makes the changes: all at once if possible, otherwise one after the other.
    fn make(mut self, editor: &mut Editor) -> Vec<(Pointer, Refusal)> {
        let refused = &mut self.refused;
        self.last.retain(|change| {
            if let Change::Remove(at) = change
                && editor.holds_comment(at)
            {
                refused.push((at.clone(), Refusal::Comment));
                return false;
            }
            true
        });
        for changes in [self.first, self.last] {
            if changes.is_empty() || editor.make(&changes).is_ok() {
                continue;
            }
            for change in changes {
                let path = match &change {
                    Change::Set(at, _) | Change::Push(at, _) | Change::Remove(at) => at,
                    Change::Insert { mapping, .. } => mapping,
                };
                if let Err(refusal) = editor.make(std::slice::from_ref(&change)) {
                    self.refused.push((path.clone(), refusal));
                }
            }
        }
        self.refused
    }
}

/// The insertion of entries into a mapping: those that go after the same key are inserted at once.
fn insertions<'k>(
    mapping: &Pointer,
    entries: Vec<(String, Value)>,
    after: impl Fn(&str) -> Option<&'k str>,
) -> Vec<Change> {
    let mut groups: IndexMap<Option<&str>, Vec<(String, Value)>> = IndexMap::new();
    for entry in entries {
        groups.entry(after(&entry.0)).or_default().push(entry);
    }
    let insert = |(after, entries): (Option<&str>, _)| Change::Insert {
        mapping: mapping.clone(),
        entries,
        after: after.map(str::to_owned),
    };
    groups.into_iter().map(insert).collect()
}

/// The items of a list; anything else is written like a list of one item.
fn items(value: &Value) -> &[Value] {
    match value {
        Value::List(items) => items,
        Value::Literal(_) | Value::Text(_) | Value::Mapping(_) => std::slice::from_ref(value),
    }
}

fn keys(mapping: &Value) -> Vec<&str> {
    match mapping {
        Value::Mapping(entries) => entries.iter().map(|(key, _)| key.as_str()).collect(),
        Value::Literal(_) | Value::Text(_) | Value::List(_) => Vec::new(),
    }
}
