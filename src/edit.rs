//! Editing files: changes to single entries that keep every other byte as it is, comments, order,
//! quotes and line breaks included.
//!
//! An edit is a range of the text and what replaces it. What the parser knows about the layout of a
//! file decides which ranges an operation replaces. Then the result is read again with the same
//! reader and compared with the same operation on the values: if they differ, the file stays as it
//! is, and a [`Refusal`] gives the reason. An unusual file may be refused, but none is damaged.

pub use crate::diagnostic::Edit;
pub use crate::source::{Pointer, Refusal, Value};

use crate::diagnostic::Diagnostic;
use crate::location::TextRange;
use crate::source::{Slot, Source, Splice};

/// Applies edits to a text. Which files the edits name does not matter.
///
/// ```
/// use custody_controls::edit::{Edit, apply};
/// use custody_controls::location::TextRange;
///
/// let edit = Edit::new("mine.yaml", TextRange::new(6, 9), "cold");
/// assert_eq!(apply("tier: hot # for now\n", [&edit]).as_deref(), Ok("tier: cold # for now\n"));
/// ```
///
/// # Errors
///
/// [`Refusal::Overlap`] and [`Refusal::OutOfRange`].
pub fn apply<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> Result<String, Refusal> {
    let edits = edits.into_iter();
    replace(text, edits.map(|edit| (edit.range, edit.text.as_str())))
}

fn replace<'e>(
    text: &str,
    edits: impl Iterator<Item = (TextRange, &'e str)>,
) -> Result<String, Refusal> {
    let mut edits: Vec<(TextRange, &str)> = edits.collect();
    edits.sort_unstable();
    let mut result = String::with_capacity(text.len() + 64);
    let mut copied = 0;
    let mut last: Option<TextRange> = None;
    for (range, new) in edits {
        if last.is_some_and(|last| collide(last, range)) {
            return Err(Refusal::Overlap);
        }
        range.of(text).ok_or(Refusal::OutOfRange)?;
        let kept = TextRange::new(copied, range.start).of(text);
        result.push_str(kept.ok_or(Refusal::OutOfRange)?);
        result.push_str(new);
        copied = range.end;
        last = Some(range);
    }
    result.push_str(text.get(copied as usize..).unwrap_or_default());
    Ok(result)
}

/// Whether the result of two edits depends on their order.
pub(crate) fn collide(one: TextRange, other: TextRange) -> bool {
    let (first, second) = if one <= other {
        (one, other)
    } else {
        (other, one)
    };
    second.start < first.end || second.start == first.start
}

/// A file that is being edited.
///
/// ```
/// use custody_controls::edit::{Editor, Value};
///
/// let text = "wallets:\n  hot:   # ours\n    tier: hot\n    traits: [hsm]\n";
/// let mut editor = Editor::new("mine.yaml", text)?;
/// editor.push(&"/wallets/hot/traits".parse()?, "multisig")?;
/// editor.set(&"/wallets/hot/tier".parse()?, "warm")?;
/// let order = ["title", "tier", "traits"];
/// editor.insert(&"/wallets/hot".parse()?, "title", "Hot wallet: Bitcoin", &order)?;
/// assert_eq!(
///     editor.text(),
///     "wallets:\n  hot:   # ours\n    title: \"Hot wallet: Bitcoin\"\n    tier: warm\n    traits: [hsm, multisig]\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Editor {
    source: Source,
    value: Value,
}

impl Editor {
    /// A file to edit. A name that ends in `.json` is read as JSON, any other as YAML.
    ///
    /// # Errors
    ///
    /// Why the text cannot be parsed.
    pub fn new(name: &str, text: impl Into<Vec<u8>>) -> Result<Self, Box<Diagnostic>> {
        let (source, diagnostic) = Source::parse(name, text.into());
        let root = source.tree.root();
        match (root, diagnostic) {
            (_, Some(diagnostic)) => Err(Box::new(diagnostic)),
            (root, None) => Ok(Self {
                value: root.map_or_else(Value::null, |root| source.value(root)),
                source,
            }),
        }
    }

    /// The text as it is now.
    pub fn text(&self) -> &str {
        &self.source.text
    }

    /// The text as it is now.
    pub fn into_text(self) -> String {
        self.source.text
    }

    /// What the document means.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Replaces a value with another one, on one line. Gives the edits that were made.
    ///
    /// # Errors
    ///
    /// A [`Refusal`]; then nothing has changed.
    pub fn set(&mut self, at: &Pointer, value: impl Into<Value>) -> Result<Vec<Edit>, Refusal> {
        let value = value.into();
        let trail = self.trail(at)?;
        let splices = self.source.set(&trail, &value)?;
        self.change(splices, &trail, |old| {
            *old = value;
            Some(())
        })
    }

    /// Inserts an entry into a mapping, or into a value that is nothing. `order` lists the keys of
    /// the mapping in order: the entry is inserted after the last one that precedes it; to the end if
    /// its key is not listed. A mapping becomes one key per line in block style, anything else is
    /// on one line. Gives the edits that were made.
    ///
    /// # Errors
    ///
    /// A [`Refusal`]; then nothing has changed.
    pub fn insert(
        &mut self,
        mapping: &Pointer,
        key: &str,
        value: impl Into<Value>,
        order: &[&str],
    ) -> Result<Vec<Edit>, Refusal> {
        let value = value.into();
        let (splices, trail, position) = self.insertion(mapping, key, &value, order)?;
        self.change(splices, &trail, |mapping| {
            insert(mapping, key, value, position)
        })
    }

    /// Inserts an entry with the same key into several mappings, as [`Editor::insert`] does, but the
    /// result is read again only once. Gives a result for each mapping: those that are refused stay
    /// as they are, and if the result does not read as intended, all are refused.
    pub fn insert_each(
        &mut self,
        entries: &[(Pointer, Value)],
        key: &str,
        order: &[&str],
    ) -> Vec<Result<(), Refusal>> {
        let mut splices = Vec::new();
        let mut changes = Vec::new();
        let mut results = Vec::new();
        for (mapping, value) in entries {
            let inserted = self.insertion(mapping, key, value, order);
            results.push(inserted.map(|(own, trail, position)| {
                splices.extend(own);
                changes.push((trail, value, position));
            }));
        }
        let outcome = self.change_all(splices, |intended| {
            changes
                .into_iter()
                .try_for_each(|(trail, value, position)| {
                    insert(reach(intended, &trail)?, key, value.clone(), position)
                })
        });
        match outcome {
            Ok(_) => results,
            Err(refusal) => results
                .into_iter()
                .map(|result| result.and(Err(refusal)))
                .collect(),
        }
    }

    /// The splices that insert an entry, the trail of its mapping and its position in it.
    fn insertion(
        &self,
        mapping: &Pointer,
        key: &str,
        value: &Value,
        order: &[&str],
    ) -> Result<(Vec<Splice>, Vec<Slot>, usize), Refusal> {
        let trail = self.trail(mapping)?;
        let node = self.source.node(&trail).ok_or(Refusal::NoSuchEntry)?;
        let keys = self.source.tree.keys(node, &self.source.text);
        if keys.contains(&key) {
            return Err(Refusal::KeyExists);
        }
        let after = match order.iter().position(|listed| *listed == key) {
            Some(rank) => keys.iter().rposition(|present| {
                let mut before = order.iter().take(rank);
                before.any(|listed| listed == present)
            }),
            None => keys.len().checked_sub(1),
        };
        let (splices, position) = self.source.insert(&trail, after, key, value)?;
        Ok((splices, trail, position))
    }

    /// Whether there is a value at a pointer.
    pub fn contains(&self, at: &Pointer) -> bool {
        self.source.trail(at).is_some()
    }

    /// Appends an item to a list, or to a value that is nothing. Gives the edits that were made.
    ///
    /// # Errors
    ///
    /// A [`Refusal`]; then nothing has changed.
    pub fn push(&mut self, list: &Pointer, value: impl Into<Value>) -> Result<Vec<Edit>, Refusal> {
        let value = value.into();
        let trail = self.trail(list)?;
        let splices = self.source.push(&trail, &value)?;
        self.change(splices, &trail, |list| {
            if list.is_null() {
                *list = Value::List(Vec::new());
            }
            let Value::List(items) = list else {
                return None;
            };
            items.push(value);
            Some(())
        })
    }

    /// Removes an entry or an item, with the comment at the end of its last line. Comments above it
    /// stay. A mapping or list that becomes empty is written `{}` or `[]`. Gives the edits that were
    /// made.
    ///
    /// # Errors
    ///
    /// A [`Refusal`]; then nothing has changed.
    pub fn remove(&mut self, at: &Pointer) -> Result<Vec<Edit>, Refusal> {
        let trail = self.trail(at)?;
        let (slot, outer) = trail.split_last().ok_or(Refusal::NoSuchEntry)?;
        let splices = self.source.remove(&trail)?;
        self.change(splices, outer, |container| {
            match container {
                Value::List(items) if slot.index < items.len() => drop(items.remove(slot.index)),
                Value::Mapping(entries) if slot.index < entries.len() => {
                    drop(entries.remove(slot.index));
                }
                Value::Literal(_) | Value::Text(_) | Value::List(_) | Value::Mapping(_) => {
                    return None;
                }
            }
            Some(())
        })
    }

    /// Renames the key of an entry. Gives the edits that were made.
    ///
    /// # Errors
    ///
    /// A [`Refusal`]; then nothing has changed.
    pub fn rename(&mut self, at: &Pointer, key: &str) -> Result<Vec<Edit>, Refusal> {
        let trail = self.trail(at)?;
        let (slot, outer) = trail.split_last().ok_or(Refusal::NoSuchEntry)?;
        if self
            .source
            .tree
            .slot(&self.source.text, slot.container, key)
            .is_some()
        {
            return Err(Refusal::KeyExists);
        }
        self.source.refuse_aliases(outer, None)?;
        let splices = self.source.rename(*slot, key)?;
        self.change(splices, outer, |container| {
            let Value::Mapping(entries) = container else {
                return None;
            };
            key.clone_into(&mut entries.get_mut(slot.index)?.0);
            Some(())
        })
    }

    fn trail(&self, at: &Pointer) -> Result<Vec<Slot>, Refusal> {
        self.source.trail(at).ok_or(Refusal::NoSuchEntry)
    }

    /// Applies splices if the result reads like the values after the same change to the value at
    /// the end of a trail.
    fn change(
        &mut self,
        splices: Vec<Splice>,
        trail: &[Slot],
        change: impl FnOnce(&mut Value) -> Option<()>,
    ) -> Result<Vec<Edit>, Refusal> {
        self.change_all(splices, |intended| reach(intended, trail).and_then(change))
    }

    /// Applies splices if the result reads like the values after the same change to all of them.
    fn change_all(
        &mut self,
        splices: Vec<Splice>,
        change: impl FnOnce(&mut Value) -> Option<()>,
    ) -> Result<Vec<Edit>, Refusal> {
        let edits = splices.iter();
        let text = replace(
            &self.source.text,
            edits.map(|(range, new)| (*range, new.as_str())),
        )?;
        let mut intended = self.value.clone();
        change(&mut intended).ok_or(Refusal::NoSuchEntry)?;
        let name = self.source.name.clone();
        let (source, diagnostic) = Source::parse(&name, text.into_bytes());
        let read = source.tree.root().map(|root| source.value(root));
        if diagnostic.is_some() || read.as_ref() != Some(&intended) {
            return Err(Refusal::Differs);
        }
        self.source = source;
        self.value = intended;
        let edits = splices.into_iter();
        Ok(edits
            .map(|(range, text)| Edit::new(&*name, range, text))
            .collect())
    }
}

/// Inserts an entry into a mapping, or into a value that is nothing.
fn insert(mapping: &mut Value, key: &str, value: Value, position: usize) -> Option<()> {
    if mapping.is_null() {
        *mapping = Value::Mapping(Vec::new());
    }
    let Value::Mapping(entries) = mapping else {
        return None;
    };
    entries.insert(position.min(entries.len()), (key.to_owned(), value));
    Some(())
}

/// The value at the end of a trail.
fn reach<'v>(value: &'v mut Value, trail: &[Slot]) -> Option<&'v mut Value> {
    trail.iter().try_fold(value, |value, slot| match value {
        Value::List(items) => items.get_mut(slot.index),
        Value::Mapping(entries) => entries.get_mut(slot.index).map(|(_, value)| value),
        Value::Literal(_) | Value::Text(_) => None,
    })
}
