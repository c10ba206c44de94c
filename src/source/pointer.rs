//! Paths of values in a document, as JSON Pointers (RFC 6901).

use super::Source;
use super::tree::{Kind, Slot};
use std::fmt;

/// The path of a value in a document: the keys of mappings and the positions in lists, from 0, that
/// lead to it. Written as a JSON Pointer (RFC 6901), in YAML files as well.
///
/// ```
/// use custody_controls::source::Pointer;
///
/// let path: Pointer = "/claims/9.3.7.3-a/evidence/0".parse()?;
/// assert_eq!(path.tokens(), ["claims", "9.3.7.3-a", "evidence", "0"]);
/// assert_eq!(Pointer::root().child("a/b").to_string(), "/a~1b");
/// # Ok::<(), custody_controls::source::PointerError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(Vec<String>);

/// A text is not a JSON Pointer: it is not empty and does not start with `/`, or `~` is not followed
/// by `0` or `1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a JSON Pointer is empty or starts with `/`, and writes `~` as `~0`")]
pub struct PointerError;

impl Pointer {
    /// The path of the whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// The path of an entry or item of the value at this path.
    #[must_use]
    pub fn child(&self, token: impl Into<String>) -> Self {
        let mut tokens = self.0.clone();
        tokens.push(token.into());
        Self(tokens)
    }

    /// The path of what the value at this path is in; none for the whole document.
    pub fn parent(&self) -> Option<Self> {
        let (_, outer) = self.0.split_last()?;
        Some(Self(outer.to_vec()))
    }

    /// The keys and positions.
    pub fn tokens(&self) -> &[String] {
        &self.0
    }
}

impl<T: Into<String>> FromIterator<T> for Pointer {
    fn from_iter<I: IntoIterator<Item = T>>(tokens: I) -> Self {
        Self(tokens.into_iter().map(Into::into).collect())
    }
}

impl std::str::FromStr for Pointer {
    type Err = PointerError;

    fn from_str(text: &str) -> Result<Self, PointerError> {
        if text.is_empty() {
            return Ok(Self::root());
        }
        let tokens = text.strip_prefix('/').ok_or(PointerError)?.split('/');
        let token = |token: &str| {
            let plain = token.replace("~1", "/").replace("~0", "~");
            let escapes = token.matches("~0").count() + token.matches("~1").count();
            (token.matches('~').count() == escapes).then_some(plain)
        };
        let tokens: Option<Vec<String>> = tokens.map(token).collect();
        tokens.map(Self).ok_or(PointerError)
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for token in &self.0 {
            write!(f, "/{}", token.replace('~', "~0").replace('/', "~1"))?;
        }
        Ok(())
    }
}

impl Source {
    /// The entries and items that a path leads through. The first entry if a key is repeated.
    pub(crate) fn trail(&self, path: &Pointer) -> Option<Vec<Slot>> {
        let mut here = self.tree.root()?;
        let mut trail = Vec::with_capacity(path.0.len());
        for token in &path.0 {
            let slot = match self.tree.kind(here, &self.text) {
                Kind::Mapping(_) => self.tree.slot(&self.text, here, token)?,
                Kind::Sequence(_) => Slot {
                    container: here,
                    index: position(token)?,
                },
                Kind::Scalar { .. } => return None,
            };
            here = self.tree.value(slot)?;
            trail.push(slot);
        }
        Some(trail)
    }

    /// The path that leads through entries and items.
    pub(super) fn path(&self, trail: &[Slot]) -> Pointer {
        let token = |slot: &Slot| {
            let key = self.tree.key(*slot);
            match key.map(|key| self.tree.kind(key, &self.text)) {
                Some(Kind::Scalar { text, .. }) => text.to_owned(),
                _ => slot.index.to_string(),
            }
        };
        trail.iter().map(token).collect()
    }
}

fn position(token: &str) -> Option<usize> {
    let is_canonical = token == "0" || !token.starts_with(['0', '+']);
    token.parse().ok().filter(|_| is_canonical)
}
