//! What is at an offset of a document, for hover and completion.

use super::layout::Layout;
use super::pointer::Pointer;
use super::tree::{Kind, NodeId, Slot};
use super::{LineIndex, Source};
use crate::diagnostic::Diagnostic;
use crate::index::index;
use crate::location::TextRange;

/// A document whose values can be found by offset and by path.
///
/// ```
/// use custody_controls::source::{Outline, Part, Pointer};
///
/// let text = "assessment: mine\nwallets:\n  hot: { tier: hot }\n";
/// let outline = Outline::parse("mine.yaml", text)?;
///
/// let at = outline.at(42).ok_or("nothing there")?;
/// assert_eq!(at.path.to_string(), "/wallets/hot/tier");
/// assert_eq!(at.part, Part::Value);
/// assert_eq!(at.value.of(text), Some("hot"));
///
/// let wallet = outline.find(&"/wallets/hot".parse()?).ok_or("no such wallet")?;
/// assert_eq!(wallet.value.of(text), Some("{ tier: hot }"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Outline {
    source: Source,
}

/// Which part of an entry an offset is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The key of an entry.
    Key,
    /// The value of an entry, or an item of a list. A cursor after the colon of an entry without a
    /// value is in its value.
    Value,
    /// Between the entries of a mapping or the items of a list: an entry could be added here.
    Between,
}

/// What kind of value it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// No value, or null.
    Nothing,
    /// A string, a number or a boolean.
    Scalar,
    /// A list.
    List,
    /// A mapping.
    Mapping,
}

/// A value of a document and its location.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Position {
    /// The path of the value.
    pub path: Pointer,
    /// The part that the offset is in.
    pub part: Part,
    /// What kind of value it is.
    pub kind: ValueKind,
    /// The key of the value, with its quotes; none for items and the whole document.
    pub key: Option<TextRange>,
    /// The value, with its quotes or brackets; an empty range after the colon if there is none. If
    /// it is an alias, the alias.
    pub value: TextRange,
}

impl Outline {
    /// Parses a document. A name that ends in `.json` is read as JSON, any other as YAML.
    ///
    /// # Errors
    ///
    /// Why the text cannot be parsed.
    pub fn parse(name: &str, text: impl Into<Vec<u8>>) -> Result<Self, Box<Diagnostic>> {
        match Source::parse(name, text.into()) {
            (source, None) => Ok(Self { source }),
            (_, Some(diagnostic)) => Err(Box::new(diagnostic)),
        }
    }

    /// The text of the document.
    pub fn text(&self) -> &str {
        &self.source.text
    }

    /// The lines of the text.
    pub fn lines(&self) -> &LineIndex {
        &self.source.lines
    }

    /// The value at a path.
    pub fn find(&self, path: &Pointer) -> Option<Position> {
        let trail = self.source.trail(path)?;
        self.position(&trail, Part::Value)
    }

    /// The innermost value at a byte offset; a cursor directly after a word is at that word. None
    /// if the offset is beyond the end of the text.
    pub fn at(&self, offset: u32) -> Option<Position> {
        if offset as usize > self.source.text.len() {
            return None;
        }
        let tree = &self.source.tree;
        let mut trail: Vec<Slot> = Vec::new();
        let mut here = tree.root()?;
        loop {
            let Some((slot, part)) = self.slot_at(here, offset) else {
                return self.position(&trail, Part::Between);
            };
            trail.push(slot);
            let value = tree.value(slot)?;
            let is_inner =
                part == Part::Between || tree.style(value).is_none() && tree.alias(slot).is_none();
            if part == Part::Key || !is_inner {
                return self.position(&trail, part);
            }
            here = value;
        }
    }

    /// The entry or item of a list or mapping that an offset is in. [`Part::Between`] if it is
    /// between the entries of its value.
    fn slot_at(&self, container: NodeId, offset: u32) -> Option<(Slot, Part)> {
        let tree = &self.source.tree;
        let mut before = None;
        for slot in tree.slots(container) {
            let key = tree.key(slot).map(|key| TextRange::from(tree.span(key)));
            if key.is_some_and(|key| key.touches(offset)) {
                return Some((slot, Part::Key));
            }
            let value = self.value_range(slot)?;
            if value.touches(offset) {
                return Some((slot, Part::Value));
            }
            if key.unwrap_or(value).start > offset {
                break;
            }
            before = Some(slot);
        }
        self.continued(before?, offset)
    }

    /// The entry before an offset, if the offset is indented like a part of its value.
    fn continued(&self, slot: Slot, offset: u32) -> Option<(Slot, Part)> {
        let tree = &self.source.tree;
        if tree.is_flow(slot.container) {
            return None;
        }
        let layout = Layout::of(&self.source);
        let (value, at) = (tree.value(slot)?, offset as usize);
        let begin = match tree.key(slot) {
            Some(key) => tree.span(key).0,
            None => self.value_range(slot)?.start,
        } as usize;
        let is_nothing = tree.is_nothing(value, &self.source.text);
        if is_nothing && tree.is_mapping(slot.container) {
            let colon = layout.colon(slot)?;
            let is_behind = at > colon && layout.line_end(colon) == layout.line_end(at);
            let is_below = layout.opens_line(at) && layout.column(at) > layout.column(begin);
            return (is_behind || is_below).then_some((slot, Part::Value));
        }
        let is_block = tree.style(value).is_none() && !tree.is_flow(value);
        let inner = tree.slots(value).next().filter(|_| is_block)?;
        let inner = match tree.key(inner) {
            Some(key) => tree.span(key).0 as usize,
            None => self.value_range(inner)?.start as usize,
        };
        let is_inner = layout.opens_line(at) && layout.column(at) >= layout.column(inner);
        is_inner.then_some((slot, Part::Between))
    }

    fn value_range(&self, slot: Slot) -> Option<TextRange> {
        let tree = &self.source.tree;
        if let Some(alias) = tree.alias(slot) {
            return Some(alias.into());
        }
        let layout = Layout::of(&self.source);
        let start = tree.span(tree.value(slot)?).0;
        let end = index(layout.end(slot)?);
        let is_empty = tree.style(tree.value(slot)?).is_some() && start >= end;
        let start = if is_empty || self.is_nothing_written(slot) {
            end
        } else {
            start
        };
        Some(TextRange::new(start, end))
    }

    /// Whether a value is nothing because nothing is written.
    fn is_nothing_written(&self, slot: Slot) -> bool {
        let tree = &self.source.tree;
        tree.value(slot).is_some_and(|value| {
            let span = tree.span(value);
            span.0 >= span.1 && tree.style(value).is_some()
        })
    }

    fn position(&self, trail: &[Slot], part: Part) -> Option<Position> {
        let tree = &self.source.tree;
        let node = self.source.node(trail)?;
        let kind = match tree.kind(node, &self.source.text) {
            Kind::Sequence(_) => ValueKind::List,
            Kind::Mapping(_) => ValueKind::Mapping,
            Kind::Scalar { .. } if tree.is_nothing(node, &self.source.text) => ValueKind::Nothing,
            Kind::Scalar { .. } => ValueKind::Scalar,
        };
        let (key, value) = match trail.last() {
            Some(slot) => {
                let key = tree.key(*slot).map(|key| tree.span(key).into());
                (key, self.value_range(*slot)?)
            }
            None => (None, tree.span(node).into()),
        };
        Some(Position {
            path: self.source.path(trail),
            part,
            kind,
            key,
            value,
        })
    }
}
