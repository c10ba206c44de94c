//! Byte offsets ↔ lines and columns.
//!
//! Why not the crate `line-index`: it visits each character of a line that is not ASCII for each
//! offset, so an untrusted file of one long line would take time in the square of its length.

use crate::index::index;
use crate::limits;
use crate::location::{Location, TextRange};

/// A position in a text: line and columns, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct TextPosition {
    /// The line. Only a line feed, with or without a carriage return, ends a line.
    pub line: u32,
    /// The column in characters.
    pub column: u32,
    /// The column in UTF-16 code units, as editors count.
    pub utf16_column: u32,
}

/// Where the lines of a text begin, to convert between byte offsets and lines and columns.
///
/// A byte order mark has no column. Columns beyond [`limits::LINE`] are counted in bytes.
///
/// ```
/// use custody_controls::source::LineIndex;
///
/// let text = "assessment: mine\ntitle: 𝕏 custody\n";
/// let lines = LineIndex::new(text);
/// let at = lines.position(text, 29);
/// assert_eq!((at.line, at.column, at.utf16_column), (2, 10, 11));
/// assert_eq!(lines.offset(text, 2, 11), Some(29));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// The lines of a text.
    pub fn new(text: &str) -> Self {
        let breaks = memchr::memchr_iter(b'\n', text.as_bytes());
        let after_breaks = breaks.map(|at| index(at + 1));
        Self {
            starts: std::iter::once(0).chain(after_breaks).collect(),
        }
    }

    /// The position of a byte offset. `text` is the text that the index was made of.
    pub fn position(&self, text: &str, offset: u32) -> TextPosition {
        let line = self.starts.partition_point(|start| *start <= offset);
        let before = self.before(text, line, offset);
        let (column, utf16_column) = columns(before);
        TextPosition {
            line: index(line),
            column: column + 1,
            utf16_column: utf16_column + 1,
        }
    }

    /// The byte offset of a line and a column in UTF-16 code units, both from 1: the end of the line
    /// if it is shorter. None if there is no such line.
    pub fn offset(&self, text: &str, line: u32, utf16_column: u32) -> Option<u32> {
        let start = *self.starts.get(line.checked_sub(1)? as usize)?;
        let rest = text.get(start as usize..)?;
        let rest = rest.split('\n').next().unwrap_or_default();
        let rest = rest.strip_suffix('\r').unwrap_or(rest);
        let mark = if start == 0 && rest.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        let wanted = utf16_column.saturating_sub(1) as usize;
        let mut units = 0;
        let within = rest.get(mark..)?.char_indices().find(|(_, c)| {
            let reached = units + c.len_utf16() > wanted;
            units += c.len_utf16();
            reached
        });
        let within = within.map_or(rest.len(), |(at, _)| mark + at);
        Some(start + index(within))
    }

    /// The bytes that a location marks. None if the text has no such lines.
    pub fn range(&self, text: &str, location: &Location) -> Option<TextRange> {
        let offset = |line: u32, column: u32| {
            let start = *self.starts.get(line.checked_sub(1)? as usize)?;
            let rest = text.get(start as usize..)?.split('\n').next()?;
            let mark = usize::from(start == 0 && rest.starts_with('\u{feff}'));
            let before = mark + column.saturating_sub(1) as usize;
            let within = rest.char_indices().nth(before);
            Some(start + index(within.map_or(rest.len(), |(at, _)| at)))
        };
        Some(TextRange {
            start: offset(location.line, location.column)?,
            end: offset(location.end_line, location.end_column)?,
        })
    }

    /// The byte offset at which a line begins, from 1.
    pub(super) fn start(&self, line: u32) -> Option<usize> {
        let start = self.starts.get(line.checked_sub(1)? as usize)?;
        Some(*start as usize)
    }

    /// The text of a line before an offset, without a byte order mark.
    fn before<'t>(&self, text: &'t str, line: usize, offset: u32) -> &'t str {
        let start = line
            .checked_sub(1)
            .and_then(|line| self.starts.get(line))
            .copied()
            .unwrap_or(0);
        let before = text
            .get(start as usize..offset as usize)
            .unwrap_or_default();
        if start == 0 {
            before.strip_prefix('\u{feff}').unwrap_or(before)
        } else {
            before
        }
    }
}

/// How long a part of a line is, in characters and in UTF-16 code units.
pub(super) fn columns(part: &str) -> (u32, u32) {
    if part.len() > limits::LINE {
        return (index(part.len()), index(part.len()));
    }
    let (mut characters, mut units) = (0, 0);
    for c in part.chars() {
        characters += 1;
        units += c.len_utf16();
    }
    (index(characters), index(units))
}
