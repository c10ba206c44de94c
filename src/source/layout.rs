//! Where the entries of a file begin and end in its text, with their punctuation and comments.
//!
//! The parser gives the span of each scalar and of what is in brackets. A block list or mapping ends
//! where the next token begins, an empty value has its span before the colon, and nothing gives the
//! place of a dash, so these are worked out here.

use super::tree::{Slot, Style, Tree};
use super::{Source, is_json};

pub(super) struct Layout<'s> {
    pub(super) text: &'s str,
    pub(super) tree: &'s Tree,
    pub(super) json: bool,
}

impl<'s> Layout<'s> {
    pub(super) fn of(source: &'s Source) -> Self {
        Self {
            text: &source.text,
            tree: &source.tree,
            json: is_json(&source.name),
        }
    }

    pub(super) fn after(&self, at: usize) -> &'s str {
        self.text.get(at..).unwrap_or_default()
    }

    pub(super) fn between(&self, start: usize, end: usize) -> &'s str {
        self.text.get(start..end).unwrap_or_default()
    }

    pub(super) fn begins(&self, at: usize, mark: char) -> bool {
        self.after(at).starts_with(mark)
    }

    /// The next offset that is neither blank nor in a comment.
    pub(super) fn skip_blank(&self, mut at: usize) -> usize {
        loop {
            let rest = self.after(at);
            let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r']);
            at += rest.len() - trimmed.len();
            let begins_comment = trimmed.starts_with('#')
                && self
                    .between(0, at)
                    .chars()
                    .next_back()
                    .is_none_or(|c| c.is_whitespace() || c == '\u{feff}');
            if !begins_comment {
                return at;
            }
            at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    /// Whether there is a comment between two offsets, neither of which is in a scalar.
    pub(super) fn has_comment(&self, start: usize, end: usize) -> bool {
        self.between(start, end).contains('#')
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        match self.between(0, at).rfind('\n') {
            Some(line_break) => line_break + 1,
            None if self.begins(0, '\u{feff}') => '\u{feff}'.len_utf8().min(at),
            None => 0,
        }
    }

    /// The end of the line's text, before its line break.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let line = self.after(at).split('\n').next().unwrap_or_default();
        at + line.strip_suffix('\r').unwrap_or(line).len()
    }

    /// The beginning of the next line, or the end of the text.
    pub(super) fn next_line(&self, at: usize) -> usize {
        self.after(at)
            .find('\n')
            .map_or(self.text.len(), |line_break| at + line_break + 1)
    }

    /// How the lines of the file end: as the line before does, or else the first one.
    pub(super) fn line_break(&self, at: usize) -> &'static str {
        let before = self.between(0, at);
        let upto = before.rfind('\n').or_else(|| self.text.find('\n'));
        match upto {
            Some(line_break) if self.between(0, line_break).ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    /// Whether nothing but spaces is before an offset on its line.
    pub(super) fn opens_line(&self, at: usize) -> bool {
        self.between(self.line_start(at), at)
            .bytes()
            .all(|b| b == b' ')
    }

    /// Whether nothing but a comment follows on the line.
    pub(super) fn closes_line(&self, at: usize) -> bool {
        let tail = self.between(at, self.line_end(at));
        let trimmed = tail.trim_start();
        trimmed.is_empty() || trimmed.starts_with('#') && trimmed.len() < tail.len()
    }

    pub(super) fn column(&self, at: usize) -> usize {
        at - self.line_start(at)
    }

    /// The offset after the colon or the dash that comes before the value of the last slot of a
    /// trail, and after its anchor; the beginning of the document for the root.
    pub(super) fn origin(&self, trail: &[Slot]) -> Option<usize> {
        let Some((slot, outer)) = trail.split_last() else {
            return Some(self.document_start());
        };
        let at = if self.tree.is_mapping(slot.container) {
            self.colon(*slot)? + 1
        } else if self.tree.is_flow(slot.container) {
            return None;
        } else {
            self.dash(outer, *slot)? + 1
        };
        Some(self.after_anchor(at))
    }

    fn document_start(&self) -> usize {
        let start = self.line_start(0);
        let at = self.skip_blank(start);
        let marker = self.after(at).strip_prefix("---");
        if marker.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) {
            at + 3
        } else {
            start
        }
    }

    fn after_anchor(&self, at: usize) -> usize {
        let next = self.skip_blank(at);
        if self.begins(next, '&') {
            let word = self.after(next).split(char::is_whitespace).next();
            next + word.unwrap_or_default().len()
        } else {
            at
        }
    }

    /// The colon of an entry.
    pub(super) fn colon(&self, slot: Slot) -> Option<usize> {
        if self.tree.has_alias_key(slot) {
            return None;
        }
        let key = self.tree.key(slot)?;
        let at = self.skip_blank(self.tree.span(key).1 as usize);
        self.begins(at, ':').then_some(at)
    }

    /// The dash of an item of a block list; `outer` leads to the list.
    pub(super) fn dash(&self, outer: &[Slot], slot: Slot) -> Option<usize> {
        let from = match slot.index.checked_sub(1) {
            Some(index) => self.end(Slot { index, ..slot })?,
            None => self.origin(outer)?,
        };
        let at = self.skip_blank(from);
        self.begins(at, '-').then_some(at)
    }

    /// Where an entry or item in brackets begins, its anchor included.
    pub(super) fn flow_start(&self, slot: Slot) -> Option<usize> {
        let open = self.tree.span(slot.container).0 as usize;
        if !self.after(open).starts_with(['[', '{']) {
            return None;
        }
        let Some(index) = slot.index.checked_sub(1) else {
            return Some(self.skip_blank(open + 1));
        };
        let comma = self.skip_blank(self.end(Slot { index, ..slot })?);
        self.begins(comma, ',').then(|| self.skip_blank(comma + 1))
    }

    /// Where the value of a slot ends, without comments and line breaks after it.
    pub(super) fn end(&self, slot: Slot) -> Option<usize> {
        if let Some(alias) = self.tree.alias(slot) {
            return Some(alias.1 as usize);
        }
        let value = self.tree.value(slot)?;
        let (start, end) = self.tree.span(value);
        let (start, end) = (start as usize, end as usize);
        let Some(style) = self.tree.style(value) else {
            let is_in_brackets =
                self.tree.is_flow(value) && self.after(start).starts_with(['[', '{']);
            return if is_in_brackets {
                Some(end)
            } else {
                self.end(Slot {
                    container: value,
                    index: self.tree.len(value).checked_sub(1)?,
                })
            };
        };
        match style {
            // A block scalar without text has no span of its own.
            Style::Block if end <= start => None,
            Style::Plain if end <= start && self.tree.is_mapping(slot.container) => {
                let key = self.tree.span(self.tree.key(slot)?).1 as usize;
                Some(self.colon(slot).map_or(key, |colon| start.max(colon + 1)))
            }
            Style::Plain | Style::Quoted | Style::Block => Some(end),
        }
    }
}
