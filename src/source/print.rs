//! A YAML file in house style: two spaces per level, entries in a given order, one space after a
//! colon, lists and mappings in brackets only if they fit on one line.
//!
//! Scalars are copied as they are written. A comment belongs to the entry that follows it or to the
//! line that it ends; a comment that is further in than what follows belongs to what is before it.
//! What does not fit this description is an [`Obstacle`], and the file stays as it is.

use super::Source;
use super::layout::Layout;
use super::tree::{NodeId, Slot, Span, Style};
use super::value::WIDTH;
use crate::index::index;
use crate::location::TextRange;

/// Something that cannot be printed in another way without the risk of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Obstacle {
    /// Its offset.
    pub(crate) at: usize,
    /// What it is.
    pub(crate) what: &'static str,
}

fn obstacle<T>(at: usize, what: &'static str) -> Result<T, Obstacle> {
    Err(Obstacle { at, what })
}

/// The positions of the entries of a mapping in the order in which they are printed, given the path
/// and the keys.
pub(crate) type Order<'o> = &'o dyn Fn(&[String], &[&str]) -> Vec<usize>;

/// A comment, and whether nothing else is on its line.
struct Comment {
    start: usize,
    end: usize,
    is_alone: bool,
}

struct Printer<'s> {
    layout: Layout<'s>,
    comments: Vec<Comment>,
    order: Order<'s>,
}

/// What comes after a list or mapping: where it begins, and its column; none at the end of the file.
#[derive(Clone, Copy)]
struct Next {
    at: usize,
    column: Option<usize>,
}

impl Source {
    /// The texts of all comments, in the order of the file.
    pub(crate) fn comments(&self) -> Vec<&str> {
        let (comments, _) = self.comment_spans();
        let texts = comments.into_iter().map(TextRange::from);
        texts
            .filter_map(|range| Some(range.of(&self.text)?.trim_end()))
            .collect()
    }

    /// Whether there is a comment within the entry or item at the end of a trail.
    pub(crate) fn holds_comment(&self, trail: &[Slot]) -> bool {
        let layout = Layout::of(self);
        let Some(slot) = trail.last() else {
            return true;
        };
        let start = match self.tree.key(*slot) {
            Some(key) => self.tree.span(key).0,
            None => self
                .tree
                .value(*slot)
                .map_or(0, |value| self.tree.span(value).0),
        };
        let end = layout.end(*slot).unwrap_or(self.text.len());
        layout.has_comment(start as usize, end) && {
            let (comments, _) = self.comment_spans();
            let first = comments.partition_point(|comment| comment.0 < start);
            comments
                .get(first)
                .is_some_and(|comment| (comment.0 as usize) < end)
        }
    }

    /// Where the comments are, and where the first anchor is, if there is any: what is not in a
    /// scalar is punctuation, or one of them.
    fn comment_spans(&self) -> (Vec<Span>, Option<usize>) {
        let mut comments = Vec::new();
        let mut anchor = None;
        let end = index(self.text.len());
        let mut from = 0;
        for (start, end) in self.tree.scalars().chain([(end, end)]) {
            let mut at = from as usize;
            while let Some(gap) = self.text.get(at..start as usize) {
                let Some(found) = gap.find(['#', '&']) else {
                    break;
                };
                at += found;
                let rest = self.text.get(at..).unwrap_or_default();
                let line = rest.lines().next().unwrap_or_default();
                if rest.starts_with('#') {
                    comments.push((index(at), index(at + line.len())));
                    at += line.len();
                } else {
                    anchor = anchor.or(Some(at));
                    at += 1;
                }
            }
            from = from.max(end);
        }
        (comments, anchor)
    }

    /// The file in house style.
    pub(crate) fn print(&self, order: Order<'_>) -> Result<String, Obstacle> {
        let layout = Layout::of(self);
        let (spans, anchor) = self.comment_spans();
        if let Some(at) = anchor {
            return obstacle(at, "an anchor");
        }
        let comments = spans.into_iter().map(|(start, end)| Comment {
            start: start as usize,
            end: end as usize,
            is_alone: layout.opens_line(start as usize),
        });
        let printer = Printer {
            comments: comments.collect(),
            layout,
            order,
        };
        let Some(root) = self.tree.root().filter(|root| self.tree.is_mapping(*root)) else {
            return obstacle(0, "a document that is not a mapping");
        };
        let mut text = String::new();
        if self.text.starts_with('\u{feff}') {
            text.push('\u{feff}');
        }
        let end = Next {
            at: self.text.len(),
            column: None,
        };
        if self.tree.is_flow(root) {
            let start = self.tree.span(root).0 as usize;
            printer.refuse_comments(start, self.tree.span(root).1 as usize)?;
            text.push_str(&printer.lead(0, start, 0));
            text.push_str(&printer.flow_as_block(root, &mut Vec::new(), 0)?);
            text.push('\n');
            let (_, close) = self.tree.span(root);
            text.push_str(&printer.lead(self.next_line(close as usize), end.at, 0));
        } else {
            let (block, _) = printer.block(root, &mut Vec::new(), 0, 0, end)?;
            text.push_str(&block);
        }
        if printer.layout.line_break(0) == "\r\n" {
            text = text.replace('\n', "\r\n");
        }
        Ok(text)
    }

    fn next_line(&self, at: usize) -> usize {
        Layout::of(self).next_line(at)
    }
}

impl Printer<'_> {
    /// The comments that begin in a range.
    fn comments(&self, from: usize, to: usize) -> &[Comment] {
        let first = self.comments.partition_point(|one| one.start < from);
        let last = self.comments.partition_point(|one| one.start < to);
        self.comments.get(first..last).unwrap_or_default()
    }

    fn refuse_comments(&self, from: usize, to: usize) -> Result<(), Obstacle> {
        match self.comments(from, to) {
            [] => Ok(()),
            [first, ..] => obstacle(first.start, "a comment in a place of its own"),
        }
    }

    fn text_of(&self, comment: &Comment) -> &str {
        let text = self.layout.between(comment.start, comment.end);
        text.trim_end()
    }

    /// The comment at the end of the line of an offset, with the blanks before it.
    fn at_line_end(&self, at: usize) -> String {
        let end = self.layout.line_end(at);
        match self.comments(at, end) {
            [comment] if !comment.is_alone => {
                let before = self.layout.between(at, comment.start);
                let blanks = before.len() - before.trim_end_matches(' ').len();
                let text = self.text_of(comment);
                format!("{}{text}", " ".repeat(blanks.max(1)))
            }
            _ => String::new(),
        }
    }

    /// The comments on lines of their own in a range that begins with a line, with single blank
    /// lines between them.
    fn lead(&self, from: usize, to: usize, indent: usize) -> String {
        let mut text = String::new();
        let mut at = from;
        let mut is_blank = false;
        for comment in self.comments(from, to).iter().filter(|one| one.is_alone) {
            is_blank |= self.has_blank_line(at, comment.start);
            if is_blank {
                text.push('\n');
            }
            is_blank = false;
            push_indent(&mut text, indent);
            text.push_str(self.text_of(comment));
            text.push('\n');
            at = self.layout.next_line(comment.start);
        }
        if self.has_blank_line(at, to) && to < self.layout.text.len() {
            text.push('\n');
        }
        text
    }

    /// Whether there is a line with only blanks between the beginning of a line and an offset.
    fn has_blank_line(&self, from: usize, to: usize) -> bool {
        let text = self.layout.between(from, to);
        let mut lines = text.split_inclusive('\n');
        lines.any(|line| line.ends_with('\n') && line.trim().is_empty())
    }

    /// The entries of a list or mapping in block style, each on lines of its own. `from` is the
    /// beginning of the line after the one on which it was announced. Also gives the offset up to
    /// which comments were printed.
    fn block(
        &self,
        node: NodeId,
        path: &mut Vec<String>,
        indent: usize,
        from: usize,
        next: Next,
    ) -> Result<(String, usize), Obstacle> {
        let tree = self.layout.tree;
        let slots: Vec<Slot> = tree.slots(node).collect();
        let starts: Vec<usize> = self.starts(node, &slots)?;
        let column = starts.first().map_or(0, |start| self.layout.column(*start));
        let mut chunks = Vec::new();
        let mut printed = from;
        for (position, (slot, start)) in slots.iter().zip(&starts).enumerate() {
            let lead = self.lead(printed, *start, indent);
            let following = match starts.get(position + 1) {
                Some(at) => Next {
                    at: *at,
                    column: Some(column),
                },
                None => next,
            };
            path.push(self.token(*slot));
            let mut body = String::new();
            push_indent(&mut body, indent);
            let (entry, upto) = self.entry(*slot, *start, path, indent, following)?;
            path.pop();
            body.push_str(&entry);
            printed = upto;
            let inner = |own| own > column && following.column.is_none_or(|next| own > next);
            let upto = self.comments_while(upto, following.at, inner);
            if upto > printed {
                body.push_str(self.lead(printed, upto, indent + 2).trim_end_matches('\n'));
                body.push('\n');
                printed = upto;
            }
            chunks.push((lead, body));
        }
        let is_root = path.is_empty();
        let mut text = String::new();
        if is_root && let Some((lead, _)) = chunks.first_mut() {
            // What is at the top of a file stays there.
            text.push_str(lead.trim_start_matches('\n'));
            lead.clear();
        }
        let order = if tree.is_mapping(node) {
            let keys = tree.keys(node, self.layout.text);
            (self.order)(path, &keys)
        } else {
            (0..chunks.len()).collect()
        };
        for (position, index) in order.into_iter().enumerate() {
            let Some((lead, body)) = chunks.get(index) else {
                continue;
            };
            let lead = if position == 0 && index > 0 {
                lead.trim_start_matches('\n')
            } else {
                lead
            };
            text.push_str(lead);
            text.push_str(body);
        }
        // Comments that are further in than what follows.
        let inner = |own| own >= column && next.column.is_none_or(|next| own > next);
        let mut upto = self.comments_while(printed, next.at, inner);
        if next.column.is_none() && is_root {
            upto = next.at;
        }
        if upto > printed {
            let tail = self.lead(printed, upto, indent);
            text.push_str(if upto < next.at {
                tail.trim_end_matches('\n')
            } else {
                &tail
            });
            if !text.ends_with('\n') {
                text.push('\n');
            }
        }
        Ok((text, upto))
    }

    /// The beginning of the line after the first comments of a range that are on lines of their own
    /// and whose columns meet a condition; the beginning of the range if there are none.
    fn comments_while(&self, from: usize, to: usize, meets: impl Fn(usize) -> bool) -> usize {
        let comments = self.comments(from, to).iter();
        let first = comments
            .filter(|one| one.is_alone)
            .take_while(|one| meets(self.layout.column(one.start)));
        first
            .last()
            .map_or(from, |last| self.layout.next_line(last.start))
    }

    /// Where the entries of a block list or mapping begin.
    fn starts(&self, node: NodeId, slots: &[Slot]) -> Result<Vec<usize>, Obstacle> {
        let tree = self.layout.tree;
        let trail = tree.trail(node).unwrap_or_default();
        let mut starts = Vec::with_capacity(slots.len());
        for slot in slots {
            let start = match tree.key(*slot) {
                Some(key) => Some(tree.span(key).0 as usize),
                None => self.layout.dash(&trail, *slot),
            };
            let Some(start) = start else {
                return obstacle(tree.span(node).0 as usize, "an unusual list");
            };
            let before = self.layout.between(self.layout.line_start(start), start);
            if !before.bytes().all(|byte| matches!(byte, b' ' | b'-')) {
                return obstacle(start, "an unusual entry");
            }
            starts.push(start);
        }
        Ok(starts)
    }

    fn token(&self, slot: Slot) -> String {
        let tree = self.layout.tree;
        match tree.key_of(&[slot], self.layout.text) {
            Some(key) => key.to_owned(),
            None => slot.index.to_string(),
        }
    }

    /// An entry or item from its key or dash, with the end of its last line. Also gives the offset
    /// up to which comments were printed: the beginning of a line.
    fn entry(
        &self,
        slot: Slot,
        start: usize,
        path: &mut Vec<String>,
        indent: usize,
        next: Next,
    ) -> Result<(String, usize), Obstacle> {
        let tree = self.layout.tree;
        let layout = &self.layout;
        let (lead, origin) = match tree.key(slot) {
            Some(key) => {
                let (from, to) = tree.span(key);
                let written = layout.between(from as usize, to as usize);
                let Some(colon) = layout.colon(slot).filter(|_| !written.contains('\n')) else {
                    return obstacle(start, "an unusual key");
                };
                (format!("{written}:"), colon + 1)
            }
            None => ("-".to_owned(), start + 1),
        };
        let Some(value) = tree.value(slot).filter(|_| tree.alias(slot).is_none()) else {
            return obstacle(start, "an alias");
        };
        let (from, _) = tree.span(value);
        let from = from as usize;
        let mut text = lead;
        match tree.style(value) {
            Some(Style::Block) => {
                let end = layout.end(slot).unwrap_or(origin);
                self.block_scalar(&mut text, origin, end, indent)?;
                Ok((text, layout.next_line(end.saturating_sub(1).max(origin))))
            }
            Some(Style::Plain | Style::Quoted) => {
                let Some(end) = layout.end(slot) else {
                    return obstacle(start, "an unusual value");
                };
                if end > origin {
                    self.refuse_comments(origin, from)?;
                    text.push(' ');
                    push_lines(&mut text, layout.between(from, end), indent);
                }
                text.push_str(&self.at_line_end(end));
                text.push('\n');
                Ok((text, layout.next_line(end)))
            }
            None if tree.is_flow(value) => {
                let (_, end) = tree.span(value);
                let end = end as usize;
                self.refuse_comments(origin, end)?;
                let line = self.flow(value, path)?;
                let comment = self.at_line_end(end);
                let length = text.chars().count() + 1 + line.chars().count();
                if indent + length <= WIDTH || tree.len(value) == 0 {
                    text.push(' ');
                    text.push_str(&line);
                    text.push_str(&comment);
                } else if tree.key(slot).is_some() {
                    text.push_str(&comment);
                    text.push('\n');
                    text.push_str(&self.flow_as_block(value, path, indent + 2)?);
                } else if comment.is_empty() {
                    text.push(' ');
                    let block = self.flow_as_block(value, path, indent + 2)?;
                    text.push_str(block.trim_start_matches(' '));
                } else {
                    return obstacle(end, "a comment behind a long list or mapping");
                }
                text.push('\n');
                Ok((text, layout.next_line(end)))
            }
            None => {
                let slots: Vec<Slot> = tree.slots(value).take(1).collect();
                let Some(first) = self.starts(value, &slots)?.first().copied() else {
                    return obstacle(start, "an unusual value");
                };
                if tree.key(slot).is_some() {
                    text.push_str(&self.at_line_end(origin));
                    text.push('\n');
                    let line = layout.next_line(origin);
                    let (block, upto) = self.block(value, path, indent + 2, line, next)?;
                    text.push_str(&block);
                    return Ok((text, upto));
                }
                self.refuse_comments(origin, first)?;
                let (block, upto) = self.block(value, path, indent + 2, first, next)?;
                // Comments of the key that is now the first one go above the dash.
                let mut rest = block.as_str();
                let mut above = String::new();
                while let Some((line, after)) = rest.split_once('\n') {
                    let line = line.trim_start();
                    if !line.is_empty() && !line.starts_with('#') {
                        break;
                    }
                    if !line.is_empty() {
                        above.push_str(line);
                        above.push('\n');
                        push_indent(&mut above, indent);
                    }
                    rest = after;
                }
                Ok((
                    format!("{above}{text} {}", rest.trim_start_matches(' ')),
                    upto,
                ))
            }
        }
    }

    /// A scalar after `|` or `>`: its header and its lines.
    fn block_scalar(
        &self,
        text: &mut String,
        origin: usize,
        end: usize,
        indent: usize,
    ) -> Result<(), Obstacle> {
        let layout = &self.layout;
        let at = layout.skip_blank(origin);
        let line_end = layout.line_end(at);
        let header = layout.between(at, line_end);
        let mark = header.split([' ', '\t']).next().unwrap_or_default();
        if !matches!(mark, "|" | "|-" | ">" | ">-") || layout.line_end(origin) != line_end {
            return obstacle(at, "a block scalar with an unusual header");
        }
        text.push(' ');
        text.push_str(header.trim_end());
        let lines = layout.between(layout.next_line(at), end);
        let lines = lines.trim_end_matches(['\n', '\r']);
        let first = lines.lines().find(|line| !line.trim().is_empty());
        let own = first.map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
        for line in lines.lines() {
            text.push('\n');
            if let Some(rest) = line.get(own..).filter(|rest| !rest.is_empty()) {
                push_indent(text, indent + 2);
                text.push_str(rest);
            }
        }
        text.push('\n');
        Ok(())
    }

    /// A value in brackets on one line.
    fn flow(&self, node: NodeId, path: &mut Vec<String>) -> Result<String, Obstacle> {
        let tree = self.layout.tree;
        if tree.style(node).is_some() {
            let (start, end) = tree.span(node);
            let written = self.layout.between(start as usize, end as usize);
            return if written.contains('\n') {
                obstacle(start as usize, "a text of several lines in brackets")
            } else {
                Ok(written.to_owned())
            };
        }
        let entries = self.flow_entries(node, path)?;
        Ok(match (tree.is_mapping(node), entries.is_empty()) {
            (true, true) => "{}".to_owned(),
            (true, false) => format!("{{ {} }}", entries.join(", ")),
            (false, _) => format!("[{}]", entries.join(", ")),
        })
    }

    /// The entries or items of a value in brackets, in order.
    fn flow_entries(&self, node: NodeId, path: &mut Vec<String>) -> Result<Vec<String>, Obstacle> {
        let tree = self.layout.tree;
        let mut entries = Vec::new();
        for slot in tree.slots(node) {
            let Some(value) = tree.value(slot).filter(|_| tree.alias(slot).is_none()) else {
                return obstacle(tree.span(node).0 as usize, "an alias");
            };
            path.push(self.token(slot));
            let mut written = self.flow(value, path)?;
            path.pop();
            if let Some(key) = tree.key(slot) {
                if written.is_empty() {
                    written.push_str("null");
                }
                written = format!("{}: {written}", self.flow(key, path)?);
            } else if written.is_empty() {
                return obstacle(tree.span(node).0 as usize, "an empty item in brackets");
            }
            entries.push(written);
        }
        if !tree.is_mapping(node) {
            return Ok(entries);
        }
        let keys = tree.keys(node, self.layout.text);
        let order = (self.order)(path, &keys).into_iter();
        Ok(order
            .filter_map(|index| entries.get(index).cloned())
            .collect())
    }

    /// A value in brackets that is too long for one line: one entry per line, without the last line
    /// break.
    fn flow_as_block(
        &self,
        node: NodeId,
        path: &mut Vec<String>,
        indent: usize,
    ) -> Result<String, Obstacle> {
        let tree = self.layout.tree;
        let mut entries = Vec::new();
        for slot in tree.slots(node) {
            let Some(value) = tree.value(slot).filter(|_| tree.alias(slot).is_none()) else {
                return obstacle(tree.span(node).0 as usize, "an alias");
            };
            let mut text = String::new();
            push_indent(&mut text, indent);
            match tree.key(slot) {
                Some(key) => {
                    text.push_str(&self.flow(key, path)?);
                    text.push(':');
                }
                None => text.push('-'),
            }
            path.push(self.token(slot));
            let line = self.flow(value, path)?;
            let length = text.chars().count() + 1 + line.chars().count();
            if tree.is_flow(value) && length > WIDTH && tree.len(value) > 0 {
                let block = self.flow_as_block(value, path, indent + 2)?;
                if tree.key(slot).is_some() {
                    text.push('\n');
                    text.push_str(&block);
                } else {
                    text.push(' ');
                    text.push_str(block.trim_start_matches(' '));
                }
            } else if !line.is_empty() {
                text.push(' ');
                text.push_str(&line);
            }
            path.pop();
            entries.push(text);
        }
        if tree.is_mapping(node) {
            let keys = tree.keys(node, self.layout.text);
            let order = (self.order)(path, &keys).into_iter();
            entries = order
                .filter_map(|index| entries.get(index).cloned())
                .collect();
        }
        Ok(entries.join("\n"))
    }
}

fn push_indent(text: &mut String, indent: usize) {
    text.extend(std::iter::repeat_n(' ', indent));
}

/// A scalar that may be on several lines.
fn push_lines(text: &mut String, written: &str, indent: usize) {
    for (position, line) in written.split('\n').enumerate() {
        if position == 0 {
            text.push_str(line.trim_end_matches('\r'));
            continue;
        }
        let line = line.trim();
        text.push('\n');
        if !line.is_empty() {
            push_indent(text, indent + 2);
            text.push_str(line);
        }
    }
}
