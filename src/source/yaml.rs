//! YAML text → tree, from the events of the YAML crate's parser.
//!
//! Why events and not the crate's typed reader: a typed reader stops at the first value of a wrong
//! type, and this one reports every error of a file in one pass. What the options of the typed reader
//! would enforce is enforced here for each event; a test reads the same files with the typed reader
//! in its strict profile and compares.

use super::tree::{NodeId, Span, Style, Tree};
use super::{Failure, empty, syntax, too_deep, too_many_entries};
use crate::diagnostic::Code;
use crate::index::index;
use crate::limits;
use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle, StructureStyle, options};
use std::collections::BTreeMap;

struct Open {
    mapping: bool,
    flow: bool,
    start: usize,
    anchor: usize,
    /// The position of its first child in `Builder::pending`.
    first: usize,
    /// How much it contains, itself included, counting what aliases repeat.
    weight: Weight,
}

/// How much a value contains: values, and bytes of text.
#[derive(Clone, Copy, Default)]
struct Weight {
    values: usize,
    text: usize,
}

impl Weight {
    fn of_text(text: usize) -> Self {
        Self { values: 1, text }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            values: self.values.saturating_add(other.values),
            text: self.text.saturating_add(other.text),
        }
    }
}

struct Builder<'t> {
    text: &'t str,
    tree: Tree,
    open: Vec<Open>,
    pending: Vec<NodeId>,
    /// Which of `pending` are aliases, and where.
    pending_aliases: Vec<(usize, Span)>,
    /// Anchored nodes, and how much each contains.
    anchors: BTreeMap<usize, (NodeId, Weight)>,
    held: Weight,
    aliases: usize,
}

pub(super) fn parse(text: &str) -> Result<Tree, Failure> {
    if let Some(at) = text.find('\0') {
        return Err(
            Failure::new(Code::NotYaml, at, "the file contains a NUL character")
                .help("the file may be UTF-16; save it as UTF-8"),
        );
    }
    let options = options! {
        emit_comments: false,
        disallow_directives: true,
        flow_nesting_limit: limits::DEPTH,
        block_nesting_limit: limits::DEPTH * 2,
    };
    let mut builder = Builder {
        text,
        tree: Tree::with_capacity(text.len()),
        open: Vec::new(),
        pending: Vec::new(),
        pending_aliases: Vec::new(),
        anchors: BTreeMap::new(),
        held: Weight::default(),
        aliases: 0,
    };
    let mut documents = 0;
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|error| syntax::failure(text, &error))?;
        let range = span.byte_range().unwrap_or(0..0);
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "which other events there are depends on the features of the parser"
        )]
        match event {
            Event::DocumentStart(..) => {
                documents += 1;
                if documents > 1 {
                    return Err(Failure::new(
                        Code::SeveralDocuments,
                        range.start,
                        "a second document starts here",
                    )
                    .help("write one document per file"));
                }
            }
            Event::Scalar(value, style, anchor, tag) => {
                builder.refuse_tag(tag.is_some(), range.start)?;
                builder.scalar(&value, style, anchor, &range)?;
            }
            Event::SequenceStart(style, anchor, tag) => {
                builder.refuse_tag(tag.is_some(), range.start)?;
                let flow = matches!(style, StructureStyle::Flow);
                builder.begin(false, flow, anchor, range.start)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                builder.refuse_tag(tag.is_some(), range.start)?;
                let flow = matches!(style, StructureStyle::Flow);
                builder.begin(true, flow, anchor, range.start)?;
            }
            Event::SequenceEnd | Event::MappingEnd => builder.end(range.end)?,
            Event::Alias(anchor) => builder.alias(anchor, &range)?,
            _ => {}
        }
    }
    let root = *builder.pending.first().ok_or_else(|| empty(0))?;
    if builder.tree.is_nothing(root, text) {
        return Err(empty(0));
    }
    builder.tree.set_root(root);
    Ok(builder.tree)
}

impl Builder<'_> {
    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        anchor: usize,
        range: &std::ops::Range<usize>,
    ) -> Result<(), Failure> {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
            ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
        };
        if style == Style::Plain && value == "<<" && self.is_key() {
            return Err(
                Failure::new(Code::MergeKey, range.start, "merge keys are not allowed")
                    .help("write the entries out"),
            );
        }
        let span = self.span(range);
        let node = match borrowed(self.text, value) {
            Some(content) => self.tree.push_borrowed(span, content, style),
            None => self.tree.push_owned(span, value, style),
        };
        let weight = Weight::of_text(value.len());
        self.count(weight, range.start)?;
        self.add(node, anchor, weight)
    }

    fn span(&self, range: &std::ops::Range<usize>) -> Span {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let end = range.start + text.trim_end().len();
        (index(range.start), index(end.max(range.start)))
    }

    fn is_key(&self) -> bool {
        self.open
            .last()
            .is_some_and(|open| open.mapping && (self.pending.len() - open.first).is_multiple_of(2))
    }

    fn begin(
        &mut self,
        mapping: bool,
        flow: bool,
        anchor: usize,
        start: usize,
    ) -> Result<(), Failure> {
        if self.open.len() >= limits::DEPTH {
            return Err(too_deep(start));
        }
        if self.is_key() {
            return Err(
                Failure::new(Code::WrongType, start, "expected a string as key")
                    .help("put text that starts with a bracket or a brace in quotes"),
            );
        }
        self.open.push(Open {
            mapping,
            flow,
            start,
            anchor,
            first: self.pending.len(),
            weight: Weight::of_text(0),
        });
        Ok(())
    }

    fn end(&mut self, end: usize) -> Result<(), Failure> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let begin = self
            .pending_aliases
            .partition_point(|(at, _)| *at < open.first);
        for (at, span) in self.pending_aliases.drain(begin..) {
            self.tree.push_alias(at - open.first, span);
        }
        let children = self.pending.get(open.first..).unwrap_or_default();
        let span = self.span(&(open.start..end.max(open.start)));
        let node = if open.mapping {
            self.tree.push_mapping(span, children, open.flow)
        } else {
            self.tree.push_sequence(span, children, open.flow)
        };
        self.pending.truncate(open.first);
        self.count(Weight::of_text(0), open.start)?;
        self.add(node, open.anchor, open.weight)
    }

    fn alias(&mut self, anchor: usize, range: &std::ops::Range<usize>) -> Result<(), Failure> {
        self.aliases += 1;
        if self.aliases > limits::aliases(self.text.len()) {
            return Err(Failure::new(
                Code::LimitExceeded,
                range.start,
                "the file contains too many aliases",
            )
            .help("write the values out"));
        }
        let Some((node, weight)) = self.anchors.get(&anchor).copied() else {
            return Err(Failure::new(Code::NotYaml, range.start, "recursive alias")
                .help("write the value out"));
        };
        self.count(weight, range.start)?;
        let span = self.span(range);
        self.pending_aliases.push((self.pending.len(), span));
        self.add(node, 0, weight)
    }

    /// Counts each value once, and once more for each alias that repeats it.
    fn count(&mut self, new: Weight, at: usize) -> Result<(), Failure> {
        self.held = self.held.plus(new);
        let length = self.text.len();
        if self.held.values <= limits::values(length) && self.held.text <= limits::text(length) {
            return Ok(());
        }
        let message = "the file contains too many values or too much text";
        let help = "each alias counts as much as the value that it repeats; split the file";
        Err(Failure::new(Code::LimitExceeded, at, message).help(help))
    }

    fn add(&mut self, node: NodeId, anchor: usize, weight: Weight) -> Result<(), Failure> {
        if anchor != 0 {
            self.anchors.insert(anchor, (node, weight));
        }
        if let Some(open) = self.open.last_mut() {
            open.weight = open.weight.plus(weight);
            let parts = self.pending.len() - open.first;
            let entries = if open.mapping { parts / 2 } else { parts };
            if entries >= limits::ENTRIES {
                return Err(too_many_entries(open.start));
            }
        }
        self.pending.push(node);
        Ok(())
    }

    fn refuse_tag(&self, tagged: bool, at: usize) -> Result<(), Failure> {
        if tagged {
            let start = tag_before(self.text, at);
            let rest = self.text.get(start..).unwrap_or_default();
            let tag = rest.split(char::is_whitespace).next().unwrap_or_default();
            let blank = rest.get(tag.len()..).unwrap_or_default();
            let blank = blank.len() - blank.trim_start_matches(' ').len();
            let failure = Failure::new(Code::TagNotAllowed, start, "tags are not allowed")
                .help("remove the tag, the word that starts with `!`");
            return Err(if tag.starts_with('!') {
                let end = start + tag.len() + blank;
                let ends_line = self
                    .text
                    .get(end..)
                    .is_none_or(|rest| rest.is_empty() || rest.starts_with(['\n', '\r']));
                let before = self.text.get(..start).unwrap_or_default();
                let start = if ends_line {
                    before.trim_end_matches(' ').len()
                } else {
                    start
                };
                failure.repair("remove the tag", start..end, "")
            } else {
                failure
            });
        }
        Ok(())
    }
}

/// Where the tag of a value begins; an anchor may be between them.
fn tag_before(text: &str, value: usize) -> usize {
    let mut before = text.get(..value).unwrap_or_default();
    for _ in 0..2 {
        before = before.trim_end();
        let start = before
            .rfind(|c: char| c.is_whitespace() || matches!(c, '[' | '{' | ','))
            .map_or(0, |at| at + 1);
        let word = before.get(start..).unwrap_or_default();
        if word.starts_with('!') {
            return start;
        }
        before = before.get(..start).unwrap_or_default();
    }
    value
}

/// Where a value is in the text, if the text contains it literally.
fn borrowed(text: &str, value: &str) -> Option<Span> {
    let start = (value.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    let end = start.checked_add(value.len())?;
    std::ptr::eq(text.get(start..end)?, value).then(|| (index(start), index(end)))
}
