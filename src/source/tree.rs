//! The values of one file, in one arena. A node is a number, so an alias costs nothing and a place
//! is eight bytes.

use super::Source;
use crate::index::index;

pub(crate) type NodeId = u32;

/// A stretch of the text, in bytes.
pub(crate) type Span = (u32, u32);

#[derive(Debug, Default)]
pub(crate) struct Tree {
    nodes: Vec<Node>,
    children: Vec<NodeId>,
    root: Option<NodeId>,
}

#[derive(Debug)]
struct Node {
    span: Span,
    value: Value,
}

/// Scalars that stand in the text as they are point into it; lists and mappings point to a run of
/// `children`, in a mapping key and value by turns.
#[derive(Debug)]
enum Value {
    Borrowed { start: u32, end: u32, plain: bool },
    Owned { text: Box<str>, plain: bool },
    Sequence { start: u32, end: u32 },
    Mapping { start: u32, end: u32 },
}

/// What a node is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind<'t> {
    /// `plain` where it has no quotes, so that other readers may take it for a number.
    Scalar {
        text: &'t str,
        plain: bool,
    },
    Sequence(&'t [NodeId]),
    /// Keys and values by turns.
    Mapping(&'t [NodeId]),
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
            root: None,
        }
    }

    pub(crate) fn span(&self, node: NodeId) -> Span {
        self.nodes
            .get(node as usize)
            .map_or((0, 0), |node| node.span)
    }

    pub(crate) fn kind<'t>(&'t self, node: NodeId, text: &'t str) -> Kind<'t> {
        let run = |start: u32, end: u32| {
            self.children
                .get(start as usize..end as usize)
                .unwrap_or_default()
        };
        match self.nodes.get(node as usize).map(|node| &node.value) {
            Some(Value::Borrowed { start, end, plain }) => Kind::Scalar {
                text: text.get(*start as usize..*end as usize).unwrap_or_default(),
                plain: *plain,
            },
            Some(Value::Owned { text, plain }) => Kind::Scalar {
                text,
                plain: *plain,
            },
            Some(Value::Sequence { start, end }) => Kind::Sequence(run(*start, *end)),
            Some(Value::Mapping { start, end }) => Kind::Mapping(run(*start, *end)),
            None => Kind::Scalar {
                text: "",
                plain: true,
            },
        }
    }

    pub(crate) fn push_borrowed(&mut self, span: Span, content: Span, plain: bool) -> NodeId {
        self.push(
            span,
            Value::Borrowed {
                start: content.0,
                end: content.1,
                plain,
            },
        )
    }

    pub(crate) fn push_owned(&mut self, span: Span, text: &str, plain: bool) -> NodeId {
        self.push(
            span,
            Value::Owned {
                text: text.into(),
                plain,
            },
        )
    }

    pub(crate) fn push_sequence(&mut self, span: Span, items: &[NodeId]) -> NodeId {
        let (start, end) = self.push_children(items);
        self.push(span, Value::Sequence { start, end })
    }

    pub(crate) fn push_mapping(&mut self, span: Span, entries: &[NodeId]) -> NodeId {
        let (start, end) = self.push_children(entries);
        self.push(span, Value::Mapping { start, end })
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
        let keys = entries
            .iter()
            .step_by(2)
            .filter_map(|key| match self.kind(*key, text) {
                Kind::Scalar { text, .. } => Some(text),
                Kind::Sequence(_) | Kind::Mapping(_) => None,
            });
        keys.collect()
    }

    /// Whether a word stands anywhere within a value.
    pub(crate) fn holds_word(&self, node: NodeId, text: &str, word: &str) -> bool {
        match self.kind(node, text) {
            Kind::Scalar { text, .. } => text == word,
            Kind::Sequence(children) | Kind::Mapping(children) => children
                .iter()
                .any(|child| self.holds_word(*child, text, word)),
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
        let Kind::Mapping(entries) = self.kind(mapping, text) else {
            return None;
        };
        entries.chunks_exact(2).find_map(|pair| match *pair {
            [k, v] => matches!(self.kind(k, text), Kind::Scalar { text, .. } if text == key)
                .then_some((k, v)),
            _ => None,
        })
    }
}

/// A step from a value to one within it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'s> {
    /// The value of a key.
    Key(&'s str),
    /// An item of a list by its text: the first, the second … that says so, from 0.
    Item(&'s str, usize),
    /// The key itself instead of its value; the last step of a route.
    Name(&'s str),
}

impl Source {
    /// Follows a route from the value of an entry as far as it leads; the entry's key where it leads
    /// nowhere.
    pub(super) fn follow(&self, key: NodeId, value: NodeId, route: &[Step<'_>]) -> Span {
        let (tree, text) = (&self.tree, self.text.as_str());
        let (mut here, mut found) = (value, key);
        for step in route {
            let next = match *step {
                Step::Key(key) => tree.entry(text, here, key).map(|(_, value)| (value, value)),
                Step::Name(key) => tree.entry(text, here, key).map(|(key, value)| (value, key)),
                Step::Item(wanted, nth) => match tree.kind(here, text) {
                    Kind::Sequence(items) => items
                        .iter()
                        .filter(|item| {
                            matches!(tree.kind(**item, text), Kind::Scalar { text, .. } if text == wanted)
                        })
                        .nth(nth)
                        .map(|item| (*item, *item)),
                    Kind::Scalar { .. } | Kind::Mapping(_) => None,
                },
            };
            let Some((next, mark)) = next else { break };
            (here, found) = (next, mark);
        }
        let span = tree.span(found);
        match tree.kind(found, text) {
            Kind::Scalar { .. } => span,
            // A long value is pointed to by its first character.
            Kind::Sequence(_) | Kind::Mapping(_) => (span.0, span.0),
        }
    }
}
