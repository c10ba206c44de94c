//! Edits that change one entry of a file and leave every other byte as it is.
//!
//! What is worked out here may be wrong for a file that is laid out in a way that nobody thought of.
//! So [`crate::edit`] reads the result again and compares it with what was intended.

use super::Source;
use super::layout::Layout;
use super::tree::{NodeId, Slot, Style};
use super::value::{Notation, Value, is_short};
use crate::index::index;
use crate::location::TextRange;

/// Why a file is not edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// There is no such entry or item, or it is not of the kind that the edit needs.
    #[error("there is no such entry")]
    NoSuchEntry,
    /// The mapping has the key already.
    #[error("the mapping already has this key")]
    KeyExists,
    /// A [`Value::Literal`] that YAML or JSON would read as a string, or not at all.
    #[error("the value is not a number, a boolean or null")]
    NotALiteral,
    /// The value is an alias, or an alias repeats the value or something around it.
    #[error("an alias repeats this value; edit it by hand")]
    Alias,
    /// A comment would be lost.
    #[error("a comment within it would be lost; edit it by hand")]
    Comment,
    /// The layout of the file is not one that can be edited safely, such as an explicit key (`?`).
    #[error("the layout of the file is too unusual here; edit it by hand")]
    Layout,
    /// Two edits change the same text, or insert at the same offset.
    #[error("two edits change the same text")]
    Overlap,
    /// An edit's range is not one of the text, or cuts a character in two.
    #[error("the text has no such range")]
    OutOfRange,
    /// The edited file would not read as intended; for instance, a text after `|+` would change.
    #[error("the edited file would not read as intended; edit it by hand")]
    Differs,
}

/// A range of the text, and what replaces it.
pub(crate) type Splice = (TextRange, String);

fn splice(start: usize, end: usize, text: impl Into<String>) -> Splice {
    (TextRange::new(index(start), index(end)), text.into())
}

impl Source {
    /// Replaces the text of a scalar, in the quotes that it has.
    pub(crate) fn rewrite(&self, node: NodeId, text: &str) -> Result<Vec<Splice>, Refusal> {
        let slot = self
            .tree
            .trail(node)
            .and_then(|trail| trail.last().copied());
        match slot.filter(|slot| self.tree.key(*slot) == Some(node)) {
            Some(slot) => self.rename(slot, text),
            None => self.rewrite_scalar(node, text),
        }
    }

    /// Replaces the key of an entry.
    pub(crate) fn rename(&self, slot: Slot, key: &str) -> Result<Vec<Splice>, Refusal> {
        if self.tree.has_alias_key(slot) {
            return Err(Refusal::Alias);
        }
        // The span of a JSON key with escapes is not known, so no colon is found behind it.
        Layout::of(self).colon(slot).ok_or(Refusal::Layout)?;
        self.rewrite_scalar(self.tree.key(slot).ok_or(Refusal::NoSuchEntry)?, key)
    }

    fn rewrite_scalar(&self, node: NodeId, text: &str) -> Result<Vec<Splice>, Refusal> {
        let layout = Layout::of(self);
        let (start, end) = self.tree.span(node);
        let (start, end) = (start as usize, end as usize);
        let written = layout.between(start, end);
        let is_one_word = matches!(self.tree.style(node), Some(Style::Plain | Style::Quoted))
            && !written.is_empty()
            && !written.contains('\n');
        if !is_one_word {
            return Err(Refusal::Layout);
        }
        let notation = layout.notation(start);
        let double_quoted = notation.double_quoted(text);
        let needs_escapes = double_quoted.contains('\\');
        let new = match written.chars().next() {
            Some('"') => double_quoted,
            Some('\'') if !needs_escapes => format!("'{}'", text.replace('\'', "''")),
            _ => notation.text(text, true),
        };
        Ok(vec![splice(start, end, new)])
    }

    /// Puts quotes around a plain scalar, or takes them off.
    pub(crate) fn requote(&self, node: NodeId, text: &str, quotes: bool) -> Vec<Splice> {
        let (start, end) = self.tree.span(node);
        let text = if quotes {
            Layout::of(self).notation(0).double_quoted(text)
        } else {
            text.to_owned()
        };
        vec![splice(start as usize, end as usize, text)]
    }

    /// Replaces the value at the end of a trail with one on one line.
    pub(crate) fn set(&self, trail: &[Slot], value: &Value) -> Result<Vec<Splice>, Refusal> {
        let layout = Layout::of(self);
        let (slot, outer) = trail.split_last().ok_or(Refusal::Layout)?;
        let node = self.tree.value(*slot).ok_or(Refusal::NoSuchEntry)?;
        self.refuse_aliases(outer, Some(*slot))?;
        if self.tree.is_repeated(node) {
            return Err(Refusal::Alias);
        }
        let (start, end) = self.tree.span(node);
        let (start, end) = (start as usize, end as usize);
        let new = layout.notation(start).inline(value, self.in_flow(trail))?;
        let behind_origin = |new: String| {
            let origin = layout.origin(trail).ok_or(Refusal::Layout)?;
            let end = layout.end(*slot).ok_or(Refusal::Layout)?;
            if layout.has_comment(origin, end) {
                return Err(Refusal::Comment);
            }
            Ok(vec![splice(origin, end, format!(" {new}"))])
        };
        match self.tree.style(node) {
            Some(Style::Plain) if start >= end => {
                if self.tree.is_mapping(slot.container) {
                    layout.colon(*slot).ok_or(Refusal::Layout)?;
                }
                let at = layout.end(*slot).ok_or(Refusal::Layout)?;
                Ok(vec![splice(at, at, format!(" {new}"))])
            }
            Some(Style::Plain | Style::Quoted) => Ok(vec![splice(start, end, new)]),
            Some(Style::Block) => {
                let origin = layout.origin(trail).ok_or(Refusal::Layout)?;
                let end = layout.end(*slot).ok_or(Refusal::Layout)?;
                if layout.has_comment(origin, layout.line_end(origin)) {
                    return Err(Refusal::Comment);
                }
                Ok(vec![splice(origin, end, format!(" {new}"))])
            }
            None if layout.has_comment(start, end) => Err(Refusal::Comment),
            None if layout.is_in_brackets(node) => Ok(vec![splice(start, end, new)]),
            None => behind_origin(new),
        }
    }

    /// Inserts entries into the mapping at the end of a trail, after one of its entries or before
    /// all of them. A value that is nothing becomes a mapping. Also gives the position of the first.
    pub(crate) fn insert(
        &self,
        trail: &[Slot],
        after: Option<usize>,
        entries: &[(String, Value)],
    ) -> Result<(Vec<Splice>, usize), Refusal> {
        let layout = Layout::of(self);
        let mapping = self.node(trail).ok_or(Refusal::NoSuchEntry)?;
        self.refuse_aliases(trail, None)?;
        if self.tree.is_nothing(mapping, &self.text) {
            return Ok((self.open_mapping(trail, entries)?, 0));
        }
        if !self.tree.is_mapping(mapping) {
            return Err(Refusal::NoSuchEntry);
        }
        if self.tree.len(mapping) == 0
            && let Some(splices) = self.fill_empty(trail, mapping, entries)?
        {
            return Ok((splices, 0));
        }
        if self.tree.is_flow(mapping) {
            let start = self.tree.span(mapping).0 as usize;
            let notation = layout.notation(start);
            let entries = entries.iter();
            let entries: Result<Vec<_>, _> = entries
                .map(|(key, value)| notation.entry_inline(key, value, true))
                .collect();
            let splices = layout.insert_in_brackets(mapping, after, &entries?.join(", "))?;
            return Ok((splices, after.map_or(0, |after| after + 1)));
        }
        let slot = |index| Slot {
            container: mapping,
            index,
        };
        let first = self.tree.key(slot(0)).ok_or(Refusal::Layout)?;
        let first = self.tree.span(first).0 as usize;
        let column = layout.indent(first)?;
        let has_comment_above = layout.opens_line(first)
            && layout
                .between(0, layout.line_start(first))
                .lines()
                .next_back()
                .is_some_and(|line| line.trim_start().starts_with('#'));
        let notation = layout.notation(first);
        let mut line = String::new();
        notation.begin_line(&mut line, column);
        let entries = entries.iter();
        let entries: Result<Vec<_>, _> = entries
            .map(|(key, value)| notation.entry(key, value, column))
            .collect();
        let text = entries?.join(&line);
        match after.or_else(|| has_comment_above.then_some(0)) {
            Some(index) => {
                let at = layout.below(slot(index))?;
                Ok((vec![splice(at, at, line + &text)], index + 1))
            }
            None => Ok((vec![splice(first, first, text + &line)], 0)),
        }
    }

    /// Makes a block of a mapping `{}` that is not itself in brackets; none if it has another place.
    fn fill_empty(
        &self,
        trail: &[Slot],
        mapping: NodeId,
        entries: &[(String, Value)],
    ) -> Result<Option<Vec<Splice>>, Refusal> {
        let layout = Layout::of(self);
        let (start, end) = self.tree.span(mapping);
        let Some(slot) = trail.last().copied().filter(|_| !layout.json) else {
            return Ok(None);
        };
        let is_in_block = self.tree.is_mapping(slot.container) && !self.in_flow(trail);
        if !is_in_block || layout.between(start as usize, end as usize) != "{}" {
            return Ok(None);
        }
        let origin = layout.origin(trail).ok_or(Refusal::Layout)?;
        if layout.between(origin, start as usize) != " " {
            return Ok(None);
        }
        let mut splices = vec![splice(origin, end as usize, "")];
        splices.extend(self.lines_below(slot, entries)?);
        Ok(Some(splices))
    }

    /// Makes a mapping of a value that is nothing.
    fn open_mapping(
        &self,
        trail: &[Slot],
        entries: &[(String, Value)],
    ) -> Result<Vec<Splice>, Refusal> {
        let slot = *trail.last().ok_or(Refusal::Layout)?;
        let node = self.tree.value(slot).ok_or(Refusal::NoSuchEntry)?;
        let span = self.tree.span(node);
        let is_block = self.tree.is_mapping(slot.container) && !self.in_flow(trail);
        if !is_block || span.0 < span.1 {
            return self.set(trail, &Value::Mapping(entries.to_vec()));
        }
        self.lines_below(slot, entries)
    }

    /// Entries on the lines below an entry, two spaces further in than its key.
    fn lines_below(&self, slot: Slot, entries: &[(String, Value)]) -> Result<Vec<Splice>, Refusal> {
        let layout = Layout::of(self);
        let outer = self.tree.key(slot).ok_or(Refusal::Layout)?;
        let column = layout.indent(self.tree.span(outer).0 as usize)? + 2;
        let at = layout.below(slot)?;
        let notation = layout.notation(at);
        let mut text = String::new();
        for (key, value) in entries {
            notation.begin_line(&mut text, column);
            text.push_str(&notation.entry(key, value, column)?);
        }
        Ok(vec![splice(at, at, text)])
    }

    /// Appends an item to the list at the end of a trail. A value that is nothing becomes a list.
    pub(crate) fn push(&self, trail: &[Slot], value: &Value) -> Result<Vec<Splice>, Refusal> {
        let layout = Layout::of(self);
        let list = self.node(trail).ok_or(Refusal::NoSuchEntry)?;
        self.refuse_aliases(trail, None)?;
        if self.tree.is_nothing(list, &self.text) {
            return self.set(trail, &Value::List(vec![value.clone()]));
        }
        if self.tree.is_mapping(list) || self.tree.style(list).is_some() {
            return Err(Refusal::NoSuchEntry);
        }
        let end = self.tree.slots(list).last();
        if self.tree.is_flow(list) {
            let start = self.tree.span(list).0 as usize;
            let text = layout.notation(start).inline(value, true)?;
            return layout.insert_in_brackets(list, end.map(|end| end.index), &text);
        }
        let slot = end.ok_or(Refusal::Layout)?;
        let dash = layout.dash(trail, slot).ok_or(Refusal::Layout)?;
        let column = layout.indent(dash)?;
        let at = layout.below(slot)?;
        let notation = layout.notation(at);
        let mut text = String::new();
        notation.begin_line(&mut text, column);
        let is_short = self.tree.key_of(trail, &self.text).is_some_and(is_short);
        text.push_str(&notation.item(value, column, is_short)?);
        Ok(vec![splice(at, at, text)])
    }

    /// Removes the entry or item at the end of a trail, with the comment on its last line. Comments
    /// above it stay.
    pub(crate) fn remove(&self, trail: &[Slot]) -> Result<Vec<Splice>, Refusal> {
        let layout = Layout::of(self);
        let (slot, outer) = trail.split_last().ok_or(Refusal::Layout)?;
        let slot = *slot;
        self.refuse_aliases(outer, None)?;
        self.tree.value(slot).ok_or(Refusal::NoSuchEntry)?;
        if self.tree.is_flow(slot.container) {
            return layout.remove_in_brackets(slot);
        }
        let start_of = |slot| match self.tree.key(slot) {
            Some(key) => Some(self.tree.span(key).0 as usize),
            None => layout.dash(outer, slot),
        };
        let start = start_of(slot).ok_or(Refusal::Layout)?;
        let end = layout.end(slot).ok_or(Refusal::Layout)?;
        let line_end = layout.closed_line(end)?;
        let whole_lines = splice(layout.line_start(start), layout.next_line(end), "");
        if self.tree.len(slot.container) == 1 {
            let empty = if self.tree.is_mapping(slot.container) {
                "{}"
            } else {
                "[]"
            };
            let origin = layout.origin(outer).filter(|_| !outer.is_empty());
            return Ok(match origin {
                Some(origin) if origin < layout.line_start(start) => {
                    vec![splice(origin, origin, format!(" {empty}")), whole_lines]
                }
                _ => vec![splice(start, end, empty)],
            });
        }
        if layout.opens_line(start) {
            return Ok(vec![whole_lines]);
        }
        if slot.index > 0 {
            return Err(Refusal::Layout);
        }
        let next = start_of(Slot { index: 1, ..slot }).ok_or(Refusal::Layout)?;
        if layout.has_comment(line_end, next) {
            return Err(Refusal::Comment);
        }
        Ok(vec![splice(start, next, "")])
    }

    /// The node at the end of a trail.
    pub(crate) fn node(&self, trail: &[Slot]) -> Option<NodeId> {
        trail
            .last()
            .map_or_else(|| self.tree.root(), |slot| self.tree.value(*slot))
    }

    fn in_flow(&self, trail: &[Slot]) -> bool {
        trail.iter().any(|slot| self.tree.is_flow(slot.container))
    }

    /// Refuses a change within a value that an alias repeats, or that is an alias.
    pub(crate) fn refuse_aliases(
        &self,
        trail: &[Slot],
        value: Option<Slot>,
    ) -> Result<(), Refusal> {
        let slots = trail.iter().copied().chain(value);
        let mut is_alias = slots.filter(|slot| self.tree.alias(*slot).is_some());
        let mut nodes = trail.iter().filter_map(|slot| self.tree.value(*slot));
        if is_alias.next().is_some() || nodes.any(|node| self.tree.is_repeated(node)) {
            return Err(Refusal::Alias);
        }
        Ok(())
    }
}

impl Layout<'_> {
    pub(super) fn notation(&self, at: usize) -> Notation<'static> {
        Notation {
            json: self.json,
            line_break: self.line_break(at),
        }
    }

    fn is_in_brackets(&self, node: NodeId) -> bool {
        let start = self.tree.span(node).0 as usize;
        self.tree.is_flow(node) && self.after(start).starts_with(['[', '{'])
    }

    /// The column of a key or a dash, if only spaces and dashes come before it.
    fn indent(&self, at: usize) -> Result<usize, Refusal> {
        let before = self.between(self.line_start(at), at);
        if before.bytes().all(|b| matches!(b, b' ' | b'-')) {
            Ok(self.column(at))
        } else {
            Err(Refusal::Layout)
        }
    }

    /// The end of a line on which nothing but a comment follows.
    fn closed_line(&self, at: usize) -> Result<usize, Refusal> {
        if self.closes_line(at) {
            Ok(self.line_end(at))
        } else {
            Err(Refusal::Layout)
        }
    }

    /// The end of the last line of an entry or item, to go on below it.
    fn below(&self, slot: Slot) -> Result<usize, Refusal> {
        let at = self.closed_line(self.end(slot).ok_or(Refusal::Layout)?)?;
        // Readers differ on whether a block scalar without a line break at the end of a file has
        // one, so none may be added.
        if at == self.text.len() && self.ends_in_block_scalar(slot) {
            return Err(Refusal::Differs);
        }
        Ok(at)
    }

    fn ends_in_block_scalar(&self, slot: Slot) -> bool {
        let value = self
            .tree
            .value(slot)
            .filter(|_| self.tree.alias(slot).is_none());
        let Some(value) = value else { return false };
        match self.tree.style(value) {
            Some(style) => style == Style::Block,
            None => self.tree.len(value).checked_sub(1).is_some_and(|index| {
                self.ends_in_block_scalar(Slot {
                    container: value,
                    index,
                })
            }),
        }
    }

    /// Inserts an entry or item in brackets, after another one or before all.
    fn insert_in_brackets(
        &self,
        container: NodeId,
        after: Option<usize>,
        text: &str,
    ) -> Result<Vec<Splice>, Refusal> {
        if !self.is_in_brackets(container) {
            return Err(Refusal::Layout);
        }
        let slot = |index| Slot { container, index };
        if self.tree.len(container) == 0 {
            let at = self.tree.span(container).0 as usize + 1;
            let padded = self.tree.is_mapping(container) && self.begins(at, '}');
            let text = if padded {
                format!(" {text} ")
            } else {
                text.to_owned()
            };
            return Ok(vec![splice(at, at, text)]);
        }
        let neighbour = slot(after.unwrap_or(0));
        let start = self.flow_start(neighbour).ok_or(Refusal::Layout)?;
        let end = self.end(neighbour).ok_or(Refusal::Layout)?;
        let has_own_line = self.opens_line(start);
        let mut line = String::new();
        self.notation(start)
            .begin_line(&mut line, self.column(start));
        if after.is_none() {
            let gap = if has_own_line { line } else { " ".to_owned() };
            return Ok(vec![splice(start, start, format!("{text},{gap}"))]);
        }
        let next = self.skip_blank(end);
        let has_comma = self.begins(next, ',') && self.line_end(next) == self.line_end(end);
        let behind = if has_comma { next + 1 } else { end };
        if !has_own_line || !self.closes_line(behind) {
            let gap = if has_own_line { line } else { " ".to_owned() };
            return Ok(vec![splice(end, end, format!(",{gap}{text}"))]);
        }
        let at = self.line_end(behind);
        Ok(if has_comma {
            vec![splice(at, at, format!("{line}{text},"))]
        } else if at == end {
            vec![splice(at, at, format!(",{line}{text}"))]
        } else {
            vec![splice(end, end, ","), splice(at, at, line + text)]
        })
    }

    fn remove_in_brackets(&self, slot: Slot) -> Result<Vec<Splice>, Refusal> {
        if !self.is_in_brackets(slot.container) {
            return Err(Refusal::Layout);
        }
        let start = self.flow_start(slot).ok_or(Refusal::Layout)?;
        let end = self.end(slot).ok_or(Refusal::Layout)?;
        let next = self.skip_blank(end);
        let comma = self.begins(next, ',').then_some(next);
        let behind = comma.map_or(end, |comma| comma + 1);
        let count = self.tree.len(slot.container);
        if count == 1 {
            let (open, close) = self.tree.span(slot.container);
            let (open, close) = (open as usize + 1, close as usize - 1);
            let has_comment = self.has_comment(open, start) || self.has_comment(end, close);
            return Ok(if has_comment {
                vec![splice(start, behind, "")]
            } else {
                vec![splice(open, close, "")]
            });
        }
        let has_own_line = self.opens_line(start) && self.closes_line(behind);
        if comma.is_some() && has_own_line {
            let lines = splice(self.line_start(start), self.next_line(behind), "");
            return Ok(vec![lines]);
        }
        if slot.index + 1 < count {
            let next = self
                .flow_start(Slot {
                    index: slot.index + 1,
                    ..slot
                })
                .ok_or(Refusal::Layout)?;
            let upto = if self.has_comment(behind, next) {
                behind
            } else {
                next
            };
            return Ok(vec![splice(start, upto, "")]);
        }
        let before = Slot {
            index: slot.index - 1,
            ..slot
        };
        let before = self.end(before).ok_or(Refusal::Layout)?;
        if self.has_comment(before, start) {
            // The comma before it stays, which YAML allows.
            return Ok(vec![splice(start, behind, "")]);
        }
        let upto = if has_own_line {
            self.line_end(end)
        } else {
            end
        };
        Ok(vec![splice(before, upto, "")])
    }
}
