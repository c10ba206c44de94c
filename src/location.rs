//! Where something is in a file: as people and editors count, in bytes, and in the tree of values.

use std::sync::Arc;

/// A part of a file, as people count: lines and columns from 1, columns in characters.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Location {
    /// The name of the file, as it was given.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub file: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column of the first character, from 1.
    pub column: u32,
    /// The last line.
    pub end_line: u32,
    /// The column after the last character.
    pub end_column: u32,
}

impl Location {
    /// The first character of a file.
    pub(crate) fn start_of(file: &str) -> Self {
        Self {
            file: file.into(),
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 1,
        }
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A range of a file's text, in bytes from 0. A byte order mark at the start of the file counts.
///
/// ```
/// use custody_controls::location::TextRange;
///
/// let range = TextRange::new(6, 9);
/// assert_eq!(range.of("tier: hot"), Some("hot"));
/// ```
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TextRange {
    /// The offset of the first byte.
    pub start: u32,
    /// The offset after the last byte. A range that marks a point has the same start and end.
    pub end: u32,
}

impl TextRange {
    /// A range from one offset up to another.
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// Whether the range marks a point between two bytes.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// Whether an offset is in the range or directly at its end, as a cursor after a word is.
    pub fn touches(self, offset: u32) -> bool {
        (self.start..=self.end).contains(&offset)
    }

    /// The range's part of a text; none if the text has no such range.
    pub fn of(self, text: &str) -> Option<&str> {
        text.get(self.start as usize..self.end as usize)
    }
}

impl From<(u32, u32)> for TextRange {
    fn from((start, end): (u32, u32)) -> Self {
        Self { start, end }
    }
}

/// The columns of a location in UTF-16 code units, from 1, as the Language Server Protocol and
/// JavaScript count. (LSP itself counts from 0.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Utf16Columns {
    /// The column of the first character.
    pub start: u32,
    /// The column after the last character.
    pub end: u32,
}

/// The position of an entry in the files that were read.
///
/// Documents made in code have none. A place is not part of the content: two entries with the same
/// content are equal wherever they are, and a place is never written.
#[derive(Clone, Copy, Default)]
pub struct Place(Option<Spot>);

/// A file, and the nodes of an entry's key and value; the same node twice if it has no key.
#[derive(Clone, Copy)]
pub(crate) struct Spot {
    pub(crate) file: u16,
    pub(crate) key: u32,
    pub(crate) value: u32,
}

impl Place {
    pub(crate) fn of_value(file: u16, value: u32) -> Self {
        Self(Some(Spot {
            file,
            key: value,
            value,
        }))
    }

    pub(crate) fn with_key(self, key: u32) -> Self {
        Self(self.0.map(|spot| Spot { key, ..spot }))
    }

    pub(crate) fn spot(self) -> Option<Spot> {
        self.0
    }
}

impl PartialEq for Place {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Place {}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(Spot { file, key, .. }) => write!(f, "Place({file}:{key})"),
            None => f.write_str("Place(-)"),
        }
    }
}
