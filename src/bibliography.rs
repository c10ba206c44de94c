//! The bibliography of a catalog: the documents that it cites and others near its subject, to list
//! or to give to a reference manager.

use crate::catalog::{Catalog, CitedDocument};
use crate::id::DocumentId;
use crate::report::rows::{Field, Row};
use crate::taxonomy::Word;
use serde::Serialize;
use std::borrow::Cow;

/// Documents of a catalog, in the order of their ids.
///
/// ```
/// use custody_controls::Catalog;
/// use custody_controls::taxonomy::DocumentState;
///
/// let withdrawn = Catalog::builtin().bibliography(|document| document.state == DocumentState::Withdrawn);
/// assert!(withdrawn.entries.iter().any(|entry| entry.id.as_str() == "iso-22739-2020"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
#[non_exhaustive]
pub struct Bibliography<'c> {
    /// The documents.
    pub entries: Vec<BibliographyEntry<'c>>,
}

/// A document with its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BibliographyEntry<'c> {
    /// Its id.
    pub id: &'c DocumentId,
    /// The document.
    #[serde(flatten)]
    pub document: &'c CitedDocument,
}

impl Catalog {
    /// The documents of the catalog for which a condition holds.
    pub fn bibliography(&self, keep: impl Fn(&CitedDocument) -> bool) -> Bibliography<'_> {
        let kept = self.references().iter();
        let kept = kept.filter(|(_, document)| keep(document));
        Bibliography {
            entries: kept
                .map(|(id, document)| BibliographyEntry { id, document })
                .collect(),
        }
    }
}

impl Row for BibliographyEntry<'_> {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "number",
        "title",
        "kind",
        "edition",
        "date",
        "body",
        "state",
        "as_of",
        "stage",
        "certainty",
        "drafts",
        "became",
        "replaces",
        "found_in",
        "relation",
        "note",
    ];

    fn each_field<'s>(&'s self, from: usize, take: impl FnMut(Field<'s>)) {
        let document = self.document;
        let text = |text: &'s str| Field::Text(Cow::Borrowed(text));
        let maybe = |found: Option<&'s str>| found.map_or(Field::Empty, text);
        let owned = |text: String| {
            if text.is_empty() {
                Field::Empty
            } else {
                Field::Text(Cow::Owned(text))
            }
        };
        let date = |date: Option<crate::date::PartialDate>| {
            owned(date.map(|date| date.to_string()).unwrap_or_default())
        };
        let ids = |ids: &[DocumentId]| {
            let ids: Vec<&str> = ids.iter().map(DocumentId::as_str).collect();
            owned(ids.join(";"))
        };
        let fields = [
            text(self.id.as_str()),
            maybe(document.number.as_deref()),
            text(&document.title),
            text(document.kind.word()),
            maybe(document.edition.as_deref()),
            date(document.date),
            text(&document.body),
            text(document.state.word()),
            date(document.as_of),
            maybe(document.stage.as_deref()),
            text(document.certainty.word()),
            owned(document.drafts.join(";")),
            ids(&document.became),
            ids(&document.replaces),
            owned(document.found_in.join(";")),
            maybe(document.relation.as_deref()),
            maybe(document.note.as_deref()),
        ];
        fields.into_iter().skip(from).for_each(take);
    }
}
