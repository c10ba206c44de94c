//! Where something stands: as a reader sees it, and as the tree has it.

use smol_str::SmolStr;

/// A stretch of a file, as an editor counts: lines and columns from 1, columns in characters.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Location {
    /// The name of the file, as it was given.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub file: SmolStr,
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

/// The place in the read files that an entry of a document came from.
///
/// Documents made in code have none. A place is where an entry *is*, not what it *says*: two entries
/// that say the same are equal, wherever they stand, and a place is never written.
#[derive(Clone, Copy, Default)]
pub struct Place(Option<Spot>);

/// A file, and the nodes of an entry's key and value; the same node twice where it has no key.
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
