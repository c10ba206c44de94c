//! House style: entries in a fixed order, and one layout.

use super::reconcile::{Order, written};
use crate::assessment::AssessmentFiles;
use crate::catalog::Catalog;
use crate::diagnostic::Diagnostics;
use crate::edit::Value;
use crate::location::Location;
use crate::source::Source;
use std::collections::BTreeMap;
use std::fmt;

/// A text in house style.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HouseStyle {
    /// The text.
    pub text: String,
}

/// Why a file is not formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotFormatted {
    /// It is not a valid file of an assessment.
    Invalid(Diagnostics),
    /// It is JSON, which has no comments and no house style.
    Json,
    /// It contains something that cannot be moved safely.
    Obstacle {
        /// Its location.
        location: Location,
        /// What it is, with its article.
        what: &'static str,
    },
    /// The formatted file would not read as before, or would lose a comment.
    Differs,
}

impl fmt::Display for NotFormatted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(_) => f.write_str("the file has errors"),
            Self::Json => f.write_str("JSON files have no house style"),
            Self::Obstacle { location, what } => {
                write!(
                    f,
                    "line {} has {what}, which cannot be formatted",
                    location.line
                )
            }
            Self::Differs => f.write_str("the formatted file would not read as before"),
        }
    }
}

/// A file of an assessment in house style: the keys of each entry in the order of the documentation,
/// claims and accepted risks in the order of the catalog, other entries by id; two spaces per level;
/// at most 100 columns, unless a single text is longer. The values are the same, and every comment
/// stays with its entry. A file in house style stays as it is.
///
/// ```
/// use custody_controls::Catalog;
/// use custody_controls::authoring::house_style;
///
/// let text = "title: Mine\nassessment:   mine # ours\n";
/// let house = house_style("mine.yaml", text, Catalog::builtin()).map_err(|why| why.to_string())?;
/// assert_eq!(house.text, "assessment: mine # ours\ntitle: Mine\n");
/// # Ok::<(), String>(())
/// ```
///
/// # Errors
///
/// The reason why the file has to stay as it is.
pub fn house_style(name: &str, text: &str, catalog: &Catalog) -> Result<HouseStyle, NotFormatted> {
    if crate::source::is_json(name) {
        return Err(NotFormatted::Json);
    }
    let files = AssessmentFiles::from_text(name, text);
    let (Some(source), Some(document), true) = (
        files.sources().next(),
        files.documents().first(),
        files.has_no_errors(),
    ) else {
        let found = files.resolve(catalog).err().unwrap_or_default();
        return Err(NotFormatted::Invalid(found));
    };
    let ranks = Order::of_catalog(catalog);
    let keys = written(document);
    let keys = Keys::of(&keys);
    let order = |path: &[String], present: &[&str]| order(&keys, &ranks, path, present);
    let printed = source.print(&order).map_err(|found| {
        let at = crate::index::index(found.at);
        NotFormatted::Obstacle {
            location: source.location((at, at)),
            what: found.what,
        }
    })?;
    let read = AssessmentFiles::from_text(name, printed.as_str());
    let Some(after) = read.sources().next() else {
        return Err(NotFormatted::Differs);
    };
    let comments = |source: &Source| {
        let mut comments: Vec<String> = source.comments().into_iter().map(str::to_owned).collect();
        comments.sort_unstable();
        comments
    };
    let is_same = read.is_complete()
        && comments(source) == comments(after)
        && values(source) == values(after)
        && read.documents().first() == Some(document)
        // What is in house style stays as it is; anything else would never come to rest.
        && after.print(&order).as_deref() == Ok(&printed);
    if is_same {
        Ok(HouseStyle { text: printed })
    } else {
        Err(NotFormatted::Differs)
    }
}

/// What a file means, without the order of its keys.
fn values(source: &Source) -> Option<Value> {
    fn sort(value: &mut Value) {
        match value {
            Value::Mapping(entries) => {
                entries.sort_by(|one, other| one.0.cmp(&other.0));
                for (_, value) in entries {
                    sort(value);
                }
            }
            Value::List(items) => items.iter_mut().for_each(sort),
            Value::Literal(_) | Value::Text(_) => {}
        }
    }
    let mut value = source.value(source.tree.root()?);
    sort(&mut value);
    Some(value)
}

/// The positions of the entries of a mapping in house order.
fn order(keys: &Keys<'_>, ranks: &Order, path: &[String], present: &[&str]) -> Vec<usize> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let mut positions: Vec<usize> = (0..present.len()).collect();
    let key = |position: usize| present.get(position).copied().unwrap_or_default();
    match path.as_slice() {
        ["claims" | "accepted_risks"] | ["efforts", "controls"] => {
            positions.sort_by(|one, other| ranks.rank(key(*one)).cmp(&ranks.rank(key(*other))));
        }
        ["claims", _, "wallets"] => {
            positions.sort_by(|one, other| key(*one).cmp(key(*other)));
        }
        _ => {
            // A key without a value is not among the keys that are written; it stays behind the one
            // before it.
            let mut rank = 0;
            let listed = keys.at(&path);
            let ranked: Vec<usize> = present
                .iter()
                .map(|key| {
                    rank = listed.iter().position(|one| one == key).unwrap_or(rank);
                    rank
                })
                .collect();
            positions.sort_by_key(|position| ranked.get(*position).copied());
        }
    }
    positions
}

/// The keys of each mapping of a document, in the order in which they are written.
struct Keys<'v> {
    document: &'v Value,
    /// The entries of the sections, which may be many.
    entries: BTreeMap<(&'v str, &'v str), &'v Value>,
}

impl<'v> Keys<'v> {
    fn of(document: &'v Value) -> Self {
        let mut entries = BTreeMap::new();
        if let Value::Mapping(sections) = document {
            for (section, value) in sections {
                if let Value::Mapping(own) = value {
                    let own = own.iter();
                    entries.extend(own.map(|(id, entry)| ((section.as_str(), id.as_str()), entry)));
                }
            }
        }
        Self { document, entries }
    }

    /// The keys of the mapping at a path.
    fn at(&self, path: &[&str]) -> Vec<&'v str> {
        let (begin, rest) = match path {
            [section, id, rest @ ..] => (self.entries.get(&(*section, *id)).copied(), rest),
            path => (Some(self.document), path),
        };
        let found = rest.iter().try_fold(begin, |value, token| match value? {
            Value::List(items) => Some(items.get(token.parse::<usize>().ok()?)),
            value @ Value::Mapping(_) => Some(value.get(token)),
            // The only item of a list is written without the list.
            Value::Literal(_) | Value::Text(_) => None,
        });
        match found.flatten() {
            Some(Value::Mapping(entries)) => entries.iter().map(|(key, _)| key.as_str()).collect(),
            _ => Vec::new(),
        }
    }
}
