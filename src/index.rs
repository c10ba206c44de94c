//! Typed indices and what they index.
//!
//! An index is made by the list that it indexes, from which nothing is ever removed, so access with it
//! always succeeds: callers need not handle an `Option`, and a wrong index cannot become a verdict.
//! What is unpacked from bytes is checked first ([`crate::Error::Internal`]). Should an index be wrong
//! all the same, `proven` ends the computation; the program reports that as an internal error with
//! an exit code of its own, and so does [`crate::facade`].

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// An offset or position as a 32-bit number. Files are at most 64 MiB long and lists far shorter,
/// so none is too large; one that were would become [`u32::MAX`].
pub fn index(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// What an invariant of this crate guarantees to be there: of an index, that it is used with the list
/// that made it. This is the one place that relies on invariants.
#[track_caller]
pub(crate) fn proven<T>(found: Option<T>) -> T {
    #[expect(
        clippy::expect_used,
        reason = "a broken invariant is a bug, and must not look like a verdict"
    )]
    found.expect("an invariant of custody-controls holds")
}

/// A position in one kind of list.
pub(crate) trait Position: Copy {
    fn at(position: usize) -> Self;
    fn position(self) -> usize;
}

macro_rules! indices {
    ($($(#[$meta:meta])* $vis:vis $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        $vis struct $name(u32);

        impl $crate::index::Position for $name {
            fn at(position: usize) -> Self {
                Self($crate::index::index(position))
            }

            fn position(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}
pub(crate) use indices;

indices! {
    /// A control of a catalog, in catalog order.
    pub ControlIndex;
    /// A risk of a catalog, in catalog order.
    pub RiskIndex;
    /// A subject of an assessment: the organization, then wallets by id.
    pub SubjectIndex;
    /// An evidence item of an assessment, in the order of ids.
    pub EvidenceIndex;
    /// What one claim of an assessment asserts, for all subjects or for one wallet.
    pub AssertionIndex;
    /// A proposal of an assessment, in the order of ids.
    pub ProposalIndex;
    /// An accepted risk of an assessment, in the order of ids.
    pub AcceptanceIndex;
}

impl SubjectIndex {
    /// The organization, which every assessment has.
    pub const ORGANIZATION: Self = Self(0);
}

/// A control and a subject: one place in the matrix of an assessment. The order is by subject, then
/// by control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellIndex {
    /// The subject.
    pub subject: SubjectIndex,
    /// The control.
    pub control: ControlIndex,
}

/// A list whose items are found by an index of their own kind.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct IndexVec<I, T> {
    items: Vec<T>,
    index: PhantomData<fn(I)>,
}

impl<I: Position, T> IndexVec<I, T> {
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// Adds an item, and gives its index.
    pub(crate) fn push(&mut self, item: T) -> I {
        self.items.push(item);
        I::at(self.items.len() - 1)
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }

    /// All indices, in order.
    pub(crate) fn indices(&self) -> impl ExactSizeIterator<Item = I> + use<I, T> {
        (0..self.items.len()).map(I::at)
    }

    /// All items, each with its index.
    pub(crate) fn enumerate(&self) -> impl ExactSizeIterator<Item = (I, &T)> {
        self.indices().zip(&self.items)
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        &self.items
    }

    pub(crate) fn into_vec(self) -> Vec<T> {
        self.items
    }
}

impl<I, T> Default for IndexVec<I, T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            index: PhantomData,
        }
    }
}

impl<I, T> FromIterator<T> for IndexVec<I, T> {
    fn from_iter<A: IntoIterator<Item = T>>(items: A) -> Self {
        Self {
            items: items.into_iter().collect(),
            index: PhantomData,
        }
    }
}

impl<I, T: fmt::Debug> fmt::Debug for IndexVec<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.items.fmt(f)
    }
}

impl<I: Position, T> Index<I> for IndexVec<I, T> {
    type Output = T;

    fn index(&self, index: I) -> &T {
        proven(self.items.get(index.position()))
    }
}

impl<I: Position, T> IndexMut<I> for IndexVec<I, T> {
    fn index_mut(&mut self, index: I) -> &mut T {
        proven(self.items.get_mut(index.position()))
    }
}

/// A table with a value for each row and each column.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Grid<R, C, T> {
    columns: usize,
    values: Vec<T>,
    axes: PhantomData<fn(R, C)>,
}

impl<R: Position, C: Position, T> Grid<R, C, T> {
    /// The same value everywhere.
    pub(crate) fn filled(rows: usize, columns: usize, value: T) -> Self
    where
        T: Clone,
    {
        Self {
            columns,
            values: vec![value; rows * columns],
            axes: PhantomData,
        }
    }

    /// A table of the same size with what follows from each value.
    pub(crate) fn map<U>(&self, follows: impl FnMut(&T) -> U) -> Grid<R, C, U> {
        Grid {
            columns: self.columns,
            values: self.values.iter().map(follows).collect(),
            axes: PhantomData,
        }
    }

    /// The values of a row, in the order of columns.
    pub(crate) fn row(&self, row: R) -> &[T] {
        let start = row.position() * self.columns;
        proven(self.values.get(start..start + self.columns))
    }

    /// All values, row by row.
    pub(crate) fn values(&self) -> std::slice::Iter<'_, T> {
        self.values.iter()
    }

    /// All values with their places, row by row.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (R, C, &T)> {
        let columns = self.columns.max(1);
        let values = self.values.iter().enumerate();
        values.map(move |(at, value)| (R::at(at / columns), C::at(at % columns), value))
    }

    fn position(&self, row: R, column: C) -> usize {
        // A column beyond the last one would be a place in another row.
        let column = proven(Some(column.position()).filter(|column| *column < self.columns));
        row.position() * self.columns + column
    }
}

impl<R, C, T: fmt::Debug> fmt::Debug for Grid<R, C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.values.fmt(f)
    }
}

impl<R: Position, C: Position, T> Index<(R, C)> for Grid<R, C, T> {
    type Output = T;

    fn index(&self, (row, column): (R, C)) -> &T {
        proven(self.values.get(self.position(row, column)))
    }
}

impl<R: Position, C: Position, T> IndexMut<(R, C)> for Grid<R, C, T> {
    fn index_mut(&mut self, (row, column): (R, C)) -> &mut T {
        let position = self.position(row, column);
        proven(self.values.get_mut(position))
    }
}
