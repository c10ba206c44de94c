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

/// A change to one entry of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// Replaces the value at a path.
    Set(Pointer, Value),
    /// Inserts entries into the mapping at a path, or into a value that is nothing.
    Insert {
        /// The mapping.
        mapping: Pointer,
        /// The entries, none of which it has.
        entries: Vec<(String, Value)>,
        /// The key of the entry that is before them; none if they are the first.
        after: Option<String>,
    },
    /// Appends an item to the list at a path, or to a value that is nothing.
    Push(Pointer, Value),
    /// Removes the entry or item at a path.
    Remove(Pointer),
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

    /// The value at a path.
    pub fn get(&self, at: &Pointer) -> Option<&Value> {
        at.tokens()
            .iter()
            .try_fold(&self.value, |value, token| match value {
                Value::List(items) => items.get(token.parse::<usize>().ok()?),
                Value::Mapping(_) => value.get(token),
                Value::Literal(_) | Value::Text(_) => None,
            })
    }

    /// Whether there is a comment within an entry or item, other than at the end of its last line.
    pub fn holds_comment(&self, at: &Pointer) -> bool {
        let trail = self.source.trail(at);
        trail.is_some_and(|trail| self.source.holds_comment(&trail))
    }

    /// The name of the file.
    pub fn name(&self) -> &str {
        &self.source.name
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

    /// Makes several changes at once: the result is read again only once. The paths are those before
    /// the changes, except that several changes of one list follow each other. Gives the edits that
    /// were made.
    ///
    /// # Errors
    ///
    /// A [`Refusal`]; then nothing has changed. [`Refusal::Overlap`] if two changes are at the same
    /// place.
    pub fn make(&mut self, changes: &[Change]) -> Result<Vec<Edit>, Refusal> {
        let mut splices = Vec::new();
        let mut inserted = Vec::new();
        for change in changes {
            let (own, after) = self.splices(change)?;
            splices.extend(own);
            inserted.push(after);
        }
        let changes = changes.iter().zip(inserted);
        self.change_all(splices, |intended| {
            changes
                .into_iter()
                .try_for_each(|(change, after)| change.make(intended, after.as_deref()))
        })
    }

    /// The splices of a change, and after which key it inserts entries.
    fn splices(&self, change: &Change) -> Result<(Vec<Splice>, Option<String>), Refusal> {
        match change {
            Change::Set(at, value) => Ok((self.source.set(&self.trail(at)?, value)?, None)),
            Change::Push(list, value) => Ok((self.source.push(&self.trail(list)?, value)?, None)),
            Change::Remove(at) => Ok((self.source.remove(&self.trail(at)?)?, None)),
            Change::Insert {
                mapping,
                entries,
                after,
            } => {
                let trail = self.trail(mapping)?;
                let node = self.source.node(&trail).ok_or(Refusal::NoSuchEntry)?;
                let keys = self.source.tree.keys(node, &self.source.text);
                if entries.iter().any(|(key, _)| keys.contains(&key.as_str())) {
                    return Err(Refusal::KeyExists);
                }
                let position = |after: &String| keys.iter().position(|key| *key == after.as_str());
                let after = match after {
                    None => None,
                    Some(after) => Some(position(after).ok_or(Refusal::NoSuchEntry)?),
                };
                let (splices, position) = self.source.insert(&trail, after, entries)?;
                let after = position.checked_sub(1).and_then(|after| keys.get(after));
                Ok((splices, after.map(|after| (*after).to_owned())))
            }
        }
    }

    /// Replaces a value with another one, on one line. Gives the edits that were made.
    ///
    /// # Errors
    ///
    /// A [`Refusal`]; then nothing has changed.
    pub fn set(&mut self, at: &Pointer, value: impl Into<Value>) -> Result<Vec<Edit>, Refusal> {
        self.make(&[Change::Set(at.clone(), value.into())])
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
        let entry = (key.to_owned(), value.clone());
        let (splices, position) = self.source.insert(&trail, after, &[entry])?;
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
        self.make(&[Change::Push(list.clone(), value.into())])
    }

    /// Removes an entry or an item, with the comment at the end of its last line. Comments above it
    /// stay. A mapping or list that becomes empty is written `{}` or `[]`. Gives the edits that were
    /// made.
    ///
    /// # Errors
    ///
    /// A [`Refusal`]; then nothing has changed.
    pub fn remove(&mut self, at: &Pointer) -> Result<Vec<Edit>, Refusal> {
        self.make(&[Change::Remove(at.clone())])
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

impl Change {
    /// The same change to the values of the file; entries are inserted after a key.
    fn make(&self, document: &mut Value, after: Option<&str>) -> Option<()> {
        match self {
            Self::Set(at, value) => value.clone_into(follow(document, at.tokens())?),
            Self::Insert {
                mapping, entries, ..
            } => {
                let mapping = follow(document, mapping.tokens())?;
                let position = match (after, &*mapping) {
                    (Some(after), Value::Mapping(entries)) => {
                        1 + entries.iter().position(|(key, _)| key == after)?
                    }
                    _ => 0,
                };
                for (offset, (key, value)) in entries.iter().enumerate() {
                    insert(mapping, key, value.clone(), position + offset)?;
                }
            }
            Self::Push(at, value) => {
                let list = follow(document, at.tokens())?;
                if list.is_null() {
                    *list = Value::List(Vec::new());
                }
                let Value::List(items) = list else {
                    return None;
                };
                items.push(value.clone());
            }
            Self::Remove(at) => {
                let (last, outer) = at.tokens().split_last()?;
                match follow(document, outer)? {
                    Value::List(items) => {
                        let index = last.parse().ok().filter(|index| *index < items.len())?;
                        items.remove(index);
                    }
                    Value::Mapping(entries) => {
                        let index = entries.iter().position(|(key, _)| key == last)?;
                        entries.remove(index);
                    }
                    Value::Literal(_) | Value::Text(_) => return None,
                }
            }
        }
        Some(())
    }
}

/// The value at a path.
fn follow<'v>(value: &'v mut Value, path: &[String]) -> Option<&'v mut Value> {
    path.iter().try_fold(value, |value, token| match value {
        Value::List(items) => items.get_mut(token.parse::<usize>().ok()?),
        Value::Mapping(entries) => entries
            .iter_mut()
            .find_map(|(key, value)| (key == token).then_some(value)),
        Value::Literal(_) | Value::Text(_) => None,
    })
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
