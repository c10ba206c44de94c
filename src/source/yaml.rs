//! YAML text → tree, by the events of the YAML crate's own parser.
//!
//! Why events and not the crate's typed reader: a typed reader stops at the first value of a wrong
//! type, and ours has to show every fault of a file in one pass. What the typed reader's options
//! would enforce is enforced here, as each event comes; a test reads the same files with the typed
//! reader in its strict profile and compares.

use super::tree::{NodeId, Span, Tree};
use super::{Failure, too_many_entries};
use crate::diagnostic::Code;
use crate::index::index;
use crate::limits;
use serde_saphyr::granit_parser::{self, Event, Parser, ScalarStyle, options};
use std::collections::BTreeMap;

struct Open {
    mapping: bool,
    start: usize,
    anchor: usize,
    /// Where its children begin in `Builder::pending`.
    first: usize,
    /// How much it holds, itself included, with what aliases repeat.
    weight: Weight,
}

/// How much a value holds: values, and bytes of text.
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
    /// Anchored nodes, and how much each stands for.
    anchors: BTreeMap<usize, (NodeId, Weight)>,
    held: Weight,
    aliases: usize,
}

pub(super) fn parse(text: &str) -> Result<Tree, Failure> {
    if let Some(at) = text.find('\0') {
        return Err(
            Failure::new(Code::NotYaml, at, "the file holds a NUL character")
                .help("a file in UTF-16 looks like this; save it as UTF-8"),
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
        anchors: BTreeMap::new(),
        held: Weight::default(),
        aliases: 0,
    };
    let mut documents = 0;
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|error| syntax(text, &error))?;
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
                        "a second document begins here",
                    )
                    .help("a file holds one document; put the other one in a file of its own"));
                }
            }
            Event::Scalar(value, style, anchor, tag) => {
                builder.refuse_tag(tag.is_some(), range.start)?;
                builder.scalar(&value, style, anchor, &range)?;
            }
            Event::SequenceStart(_, anchor, tag) => {
                builder.refuse_tag(tag.is_some(), range.start)?;
                builder.begin(false, anchor, range.start)?;
            }
            Event::MappingStart(_, anchor, tag) => {
                builder.refuse_tag(tag.is_some(), range.start)?;
                builder.begin(true, anchor, range.start)?;
            }
            Event::SequenceEnd | Event::MappingEnd => builder.end(range.end)?,
            Event::Alias(anchor) => builder.alias(anchor, &range)?,
            _ => {}
        }
    }
    let empty = || Failure::new(Code::EmptyDocument, 0, "the file holds no document");
    let root = *builder.pending.first().ok_or_else(empty)?;
    if builder.tree.is_nothing(root, text) {
        return Err(empty());
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
        let plain = matches!(style, ScalarStyle::Plain);
        if plain && value == "<<" && self.is_key() {
            return Err(
                Failure::new(Code::MergeKey, range.start, "merge keys may not be used")
                    .help("write the entries out: a reader must see what each one says"),
            );
        }
        let span = self.span(range);
        let node = match borrowed(self.text, value) {
            Some(content) => self.tree.push_borrowed(span, content, plain),
            None => self.tree.push_owned(span, value, plain),
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

    fn begin(&mut self, mapping: bool, anchor: usize, start: usize) -> Result<(), Failure> {
        if self.open.len() >= limits::DEPTH {
            return Err(too_deep(start));
        }
        if self.is_key() {
            return Err(Failure::new(
                Code::WrongType,
                start,
                "a key must be a single word or text",
            ));
        }
        self.open.push(Open {
            mapping,
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
        let children = self.pending.get(open.first..).unwrap_or_default();
        let span = self.span(&(open.start..end.max(open.start)));
        let node = if open.mapping {
            self.tree.push_mapping(span, children)
        } else {
            self.tree.push_sequence(span, children)
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
                "the file holds too many aliases",
            ));
        }
        let Some((node, weight)) = self.anchors.get(&anchor).copied() else {
            return Err(Failure::new(
                Code::NotYaml,
                range.start,
                "an alias stands within what it repeats",
            ));
        };
        self.count(weight, range.start)?;
        self.add(node, 0, weight)
    }

    /// Counts what is new: each value once, and once more for each alias that repeats it.
    fn count(&mut self, new: Weight, at: usize) -> Result<(), Failure> {
        self.held = self.held.plus(new);
        let length = self.text.len();
        if self.held.values <= limits::values(length) && self.held.text <= limits::text(length) {
            return Ok(());
        }
        let message = "the file holds too many values or too much text";
        Err(Failure::new(Code::LimitExceeded, at, message)
            .help("aliases that repeat large parts count each time; write less, or split the file"))
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
            let failure = Failure::new(
                Code::TagNotAllowed,
                tag_before(self.text, at),
                "tags may not be used",
            );
            return Err(failure.help("leave the tag out, the word that begins with `!`"));
        }
        Ok(())
    }
}

/// Where the tag of a value begins; an anchor may stand between them.
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

/// Where a value stands in the text, if it stands there as it is.
fn borrowed(text: &str, value: &str) -> Option<Span> {
    let start = (value.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    let end = start.checked_add(value.len())?;
    std::ptr::eq(text.get(start..end)?, value).then(|| (index(start), index(end)))
}

fn too_deep(at: usize) -> Failure {
    Failure::new(
        Code::LimitExceeded,
        at,
        format!(
            "lists and mappings lie more than {} levels deep",
            limits::DEPTH
        ),
    )
}

fn syntax(text: &str, error: &granit_parser::ScanError) -> Failure {
    let at = error
        .marker()
        .byte_offset()
        .unwrap_or(text.len())
        .min(text.len());
    let info = error.info();
    if info.contains("nesting") || info.contains("recursion") || info.contains("depth") {
        return too_deep(at);
    }
    if info == "unclosed quote" || info.contains("multiline quoted scalar") {
        let at = opening_quote(text, at);
        return Failure::new(Code::NotYaml, at, "this text in quotes does not end")
            .help("close it with the same mark that it begins with");
    }
    // The parser tells where the text around a tab begins.
    let tab = text.get(at..).unwrap_or_default().find('\t');
    let (at, help) = if info.contains("tab") {
        (at + tab.unwrap_or(0), "indent with spaces")
    } else if info.contains("mapping values are not allowed") {
        let help = "put a text that holds a colon and a space in quotes; a key begins a line";
        (at, help)
    } else {
        (at, "")
    };
    let message = format!("this is not YAML: {}", info.trim_end_matches('.'));
    let failure = Failure::new(Code::NotYaml, at, message);
    if help.is_empty() {
        failure
    } else {
        failure.help(help)
    }
}

/// Where a text in quotes that does not end by here begins.
fn opening_quote(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    let begins = |(quote, _): &(usize, char)| {
        let ahead = before.get(..*quote).unwrap_or_default();
        ahead.is_empty() || ahead.ends_with([' ', '\n', '[', '{', ','])
    };
    let mut quotes = before
        .char_indices()
        .filter(|(_, c)| matches!(c, '"' | '\''));
    quotes.rfind(begins).map_or(at, |(quote, _)| quote)
}
