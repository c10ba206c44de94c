//! The values of one file, in one arena. A node is a number, so an alias costs nothing and a place
//! takes eight bytes.

use super::Source;
use crate::index::index;
use indexmap::IndexSet;

pub(crate) type NodeId = u32;

/// A range of the text, in bytes.
pub(crate) type Span = (u32, u32);

/// The nodes of a file, each after those within it, in the order of the text.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    children: Vec<NodeId>,
    /// The children that are aliases, by their position in `children`, with their own spans.
    aliases: Vec<(u32, Span)>,
    root: Option<NodeId>,
}

#[derive(Debug)]
struct Node {
    span: Span,
    value: Value,
}

/// Scalars that occur in the text as they are point into it; lists and mappings point to a run of
/// `children`, which alternates keys and values in a mapping.
#[derive(Debug)]
enum Value {
    Borrowed { start: u32, end: u32, style: Style },
    Owned { text: Box<str>, style: Style },
    Sequence { start: u32, end: u32, flow: bool },
    Mapping { start: u32, end: u32, flow: bool },
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Quoted,
    /// `|` or `>`; the span begins after the header.
    Block,
}

/// What a node is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind<'t> {
    /// `plain` if it has no quotes, so that other readers may read it as a number.
    Scalar {
        text: &'t str,
        plain: bool,
    },
    Sequence(&'t [NodeId]),
    /// Keys and values alternate.
    Mapping(&'t [NodeId]),
}

/// An entry of a mapping or an item of a list, by its position from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) container: NodeId,
    pub(crate) index: usize,
}

impl Tree {
    pub(crate) fn root(&self) -> Option<NodeId> {
        self.root
    }

    pub(crate) fn set_root(&mut self, root: NodeId) {
        self.root = Some(root);
    }

    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self {
            nodes: Vec::with_capacity(bytes / 18),
            children: Vec::with_capacity(bytes / 18),
            aliases: Vec::new(),
            root: None,
        }
    }

    pub(crate) fn span(&self, node: NodeId) -> Span {
        self.nodes
            .get(node as usize)
            .map_or((0, 0), |node| node.span)
    }

    pub(crate) fn kind<'t>(&'t self, node: NodeId, text: &'t str) -> Kind<'t> {
        match self.nodes.get(node as usize).map(|node| &node.value) {
            Some(Value::Borrowed { start, end, style }) => Kind::Scalar {
                text: text.get(*start as usize..*end as usize).unwrap_or_default(),
                plain: *style == Style::Plain,
            },
            Some(Value::Owned { text, style }) => Kind::Scalar {
                text,
                plain: *style == Style::Plain,
            },
            Some(Value::Sequence { .. }) => Kind::Sequence(self.children(node)),
            Some(Value::Mapping { .. }) => Kind::Mapping(self.children(node)),
            None => Kind::Scalar {
                text: "",
                plain: true,
            },
        }
    }

    /// How a scalar is written; none for lists and mappings.
    pub(super) fn style(&self, node: NodeId) -> Option<Style> {
        match self.nodes.get(node as usize).map(|node| &node.value) {
            Some(Value::Borrowed { style, .. } | Value::Owned { style, .. }) => Some(*style),
            _ => None,
        }
    }

    /// Whether a list or mapping is written in brackets.
    pub(super) fn is_flow(&self, node: NodeId) -> bool {
        matches!(
            self.nodes.get(node as usize).map(|node| &node.value),
            Some(Value::Sequence { flow: true, .. } | Value::Mapping { flow: true, .. })
        )
    }

    pub(super) fn is_mapping(&self, node: NodeId) -> bool {
        matches!(
            self.nodes.get(node as usize).map(|node| &node.value),
            Some(Value::Mapping { .. })
        )
    }

    fn run(&self, node: NodeId) -> (u32, u32) {
        match self.nodes.get(node as usize).map(|node| &node.value) {
            Some(Value::Sequence { start, end, .. } | Value::Mapping { start, end, .. }) => {
                (*start, *end)
            }
            _ => (0, 0),
        }
    }

    fn children(&self, node: NodeId) -> &[NodeId] {
        let (start, end) = self.run(node);
        self.children
            .get(start as usize..end as usize)
            .unwrap_or_default()
    }

    /// How many entries or items a node has.
    pub(crate) fn len(&self, node: NodeId) -> usize {
        let children = self.children(node).len();
        if self.is_mapping(node) {
            children / 2
        } else {
            children
        }
    }

    /// The entries or items of a node.
    pub(super) fn slots(&self, container: NodeId) -> impl Iterator<Item = Slot> {
        (0..self.len(container)).map(move |index| Slot { container, index })
    }

    /// The key of an entry; none for an item.
    pub(crate) fn key(&self, slot: Slot) -> Option<NodeId> {
        let children = self.children(slot.container);
        self.is_mapping(slot.container)
            .then(|| children.get(slot.index * 2).copied())?
    }

    /// The value of an entry, or an item.
    pub(crate) fn value(&self, slot: Slot) -> Option<NodeId> {
        self.children(slot.container)
            .get(self.value_position(slot))
            .copied()
    }

    fn value_position(&self, slot: Slot) -> usize {
        if self.is_mapping(slot.container) {
            slot.index * 2 + 1
        } else {
            slot.index
        }
    }

    /// The span of the alias that represents a value, if one does.
    pub(super) fn alias(&self, slot: Slot) -> Option<Span> {
        self.alias_at(slot.container, self.value_position(slot))
    }

    /// Whether a key is an alias.
    pub(super) fn has_alias_key(&self, slot: Slot) -> bool {
        self.is_mapping(slot.container) && self.alias_at(slot.container, slot.index * 2).is_some()
    }

    fn alias_at(&self, container: NodeId, child: usize) -> Option<Span> {
        let position = self.run(container).0 + index(child);
        let found = self
            .aliases
            .binary_search_by_key(&position, |(at, _)| *at)
            .ok()?;
        self.aliases.get(found).map(|(_, span)| *span)
    }

    /// Whether an alias elsewhere repeats a node.
    pub(super) fn is_repeated(&self, node: NodeId) -> bool {
        self.aliases
            .iter()
            .any(|(position, _)| self.children.get(*position as usize) == Some(&node))
    }

    /// The entries and items that a node is within, from the root; the last one has it as its key or
    /// value.
    pub(super) fn trail(&self, node: NodeId) -> Option<Vec<Slot>> {
        let mut trail = Vec::new();
        let mut here = self.root?;
        while here != node {
            // A node comes after those within it, so the first one that is not before the wanted
            // one holds it; an alias represents a node that is before all that follow the alias.
            let children = self.children(here);
            let position = if self.aliases.is_empty() {
                children.partition_point(|child| *child < node)
            } else {
                children.iter().enumerate().position(|(position, child)| {
                    *child >= node && self.alias_at(here, position).is_none()
                })?
            };
            let index = if self.is_mapping(here) {
                position / 2
            } else {
                position
            };
            trail.push(Slot {
                container: here,
                index,
            });
            here = *children.get(position)?;
        }
        Some(trail)
    }

    pub(crate) fn push_borrowed(&mut self, span: Span, content: Span, style: Style) -> NodeId {
        self.push(
            span,
            Value::Borrowed {
                start: content.0,
                end: content.1,
                style,
            },
        )
    }

    pub(crate) fn push_owned(&mut self, span: Span, text: &str, style: Style) -> NodeId {
        self.push(
            span,
            Value::Owned {
                text: text.into(),
                style,
            },
        )
    }

    pub(crate) fn push_sequence(&mut self, span: Span, items: &[NodeId], flow: bool) -> NodeId {
        let (start, end) = self.push_children(items);
        self.push(span, Value::Sequence { start, end, flow })
    }

    pub(crate) fn push_mapping(&mut self, span: Span, entries: &[NodeId], flow: bool) -> NodeId {
        let (start, end) = self.push_children(entries);
        self.push(span, Value::Mapping { start, end, flow })
    }

    /// Notes that a child of the list or mapping that is pushed next is an alias.
    pub(super) fn push_alias(&mut self, child: usize, span: Span) {
        self.aliases
            .push((index(self.children.len() + child), span));
    }

    fn push_children(&mut self, children: &[NodeId]) -> (u32, u32) {
        let start = index(self.children.len());
        self.children.extend_from_slice(children);
        (start, index(self.children.len()))
    }

    fn push(&mut self, span: Span, value: Value) -> NodeId {
        self.nodes.push(Node { span, value });
        index(self.nodes.len() - 1)
    }

    /// Whether nothing was written.
    pub(crate) fn is_nothing(&self, node: NodeId, text: &str) -> bool {
        matches!(
            self.kind(node, text),
            Kind::Scalar {
                text: "" | "~" | "null",
                plain: true
            }
        )
    }

    /// The keys of a mapping.
    pub(crate) fn keys<'t>(&'t self, node: NodeId, text: &'t str) -> Vec<&'t str> {
        let Kind::Mapping(entries) = self.kind(node, text) else {
            return Vec::new();
        };
        let keys = entries.chunks_exact(2).filter_map(|pair| pair.first());
        keys.filter_map(|key| match self.kind(*key, text) {
            Kind::Scalar { text, .. } => Some(text),
            Kind::Sequence(_) | Kind::Mapping(_) => None,
        })
        .collect()
    }

    /// The spans of all scalars, keys included, in the order of the text.
    pub(super) fn scalars(&self) -> impl Iterator<Item = Span> {
        let scalars = self
            .nodes
            .iter()
            .filter(|node| matches!(node.value, Value::Borrowed { .. } | Value::Owned { .. }));
        scalars.map(|node| node.span)
    }

    /// The key of the entry at the end of a trail.
    pub(super) fn key_of<'t>(&'t self, trail: &[Slot], text: &'t str) -> Option<&'t str> {
        match self.kind(self.key(*trail.last()?)?, text) {
            Kind::Scalar { text, .. } => Some(text),
            Kind::Sequence(_) | Kind::Mapping(_) => None,
        }
    }

    /// Adds the scalars within a value, keys included, to a set.
    pub(crate) fn add_words<'t>(
        &'t self,
        node: NodeId,
        text: &'t str,
        words: &mut IndexSet<&'t str>,
    ) {
        match self.kind(node, text) {
            Kind::Scalar { text, .. } => {
                words.insert(text);
            }
            Kind::Sequence(children) | Kind::Mapping(children) => {
                for child in children {
                    self.add_words(*child, text, words);
                }
            }
        }
    }

    /// How many items a list has.
    pub(crate) fn item_count(&self, node: NodeId, text: &str) -> usize {
        match self.kind(node, text) {
            Kind::Sequence(items) => items.len(),
            Kind::Scalar { .. } | Kind::Mapping(_) => 0,
        }
    }

    /// The key and the value of an entry of a mapping.
    pub(crate) fn entry(&self, text: &str, mapping: NodeId, key: &str) -> Option<(NodeId, NodeId)> {
        let slot = self.slot(text, mapping, key)?;
        Some((self.key(slot)?, self.value(slot)?))
    }

    /// The entry of a mapping with a key: the first one if it is repeated.
    pub(crate) fn slot(&self, text: &str, mapping: NodeId, key: &str) -> Option<Slot> {
        let Kind::Mapping(entries) = self.kind(mapping, text) else {
            return None;
        };
        let index = entries.chunks_exact(2).position(|pair| {
            let key_of = |node: &NodeId| self.kind(*node, text);
            matches!(pair.first().map(key_of), Some(Kind::Scalar { text, .. }) if text == key)
        })?;
        Some(Slot {
            container: mapping,
            index,
        })
    }
}

/// A step from a value to one within it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'s> {
    /// The value of a key.
    Key(&'s str),
    /// An item of a list by its text: the first, the second … with this text, from 0.
    Item(&'s str, usize),
    /// An item of a list by its position, from 0.
    At(usize),
    /// The key itself instead of its value; the last step of a route.
    Name(&'s str),
}

/// What a route leads to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    /// The key, value or item that a diagnostic marks.
    pub(super) node: NodeId,
    /// The entry or item that it belongs to; none if the route has no steps.
    pub(super) slot: Option<Slot>,
}

impl Source {
    /// Follows a route from the value of an entry as far as it leads: the entry's key if it leads
    /// nowhere.
    pub(super) fn follow(&self, key: NodeId, value: NodeId, route: &[Step<'_>]) -> Target {
        let (tree, text) = (&self.tree, self.text.as_str());
        let mut here = value;
        let mut found = Target {
            node: key,
            slot: None,
        };
        for step in route {
            let slot = match *step {
                Step::Key(key) | Step::Name(key) => tree.slot(text, here, key),
                Step::Item(wanted, nth) => match tree.kind(here, text) {
                    Kind::Sequence(items) => items
                        .iter()
                        .enumerate()
                        .filter(|(_, item)| {
                            matches!(tree.kind(**item, text), Kind::Scalar { text, .. } if text == wanted)
                        })
                        .nth(nth)
                        .map(|(index, _)| Slot {
                            container: here,
                            index,
                        }),
                    Kind::Scalar { .. } | Kind::Mapping(_) => None,
                },
                Step::At(index) => match tree.kind(here, text) {
                    Kind::Sequence(items) => (index < items.len()).then_some(Slot {
                        container: here,
                        index,
                    }),
                    Kind::Scalar { .. } | Kind::Mapping(_) => None,
                },
            };
            let Some((slot, value)) = slot.and_then(|slot| Some((slot, tree.value(slot)?))) else {
                break;
            };
            let node = match step {
                Step::Name(_) => tree.key(slot).unwrap_or(value),
                Step::Key(_) | Step::Item(..) | Step::At(_) => value,
            };
            here = value;
            found = Target {
                node,
                slot: Some(slot),
            };
        }
        found
    }

    /// The span that a diagnostic about a node marks: its first character if it is long.
    pub(super) fn mark(&self, node: NodeId) -> Span {
        let span = self.tree.span(node);
        match self.tree.kind(node, &self.text) {
            Kind::Scalar { .. } => span,
            Kind::Sequence(_) | Kind::Mapping(_) => (span.0, span.0),
        }
    }
}
