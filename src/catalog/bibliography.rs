//! The documents that a catalog cites, with their states, and the terms that it uses.

use super::Catalog;
use super::check::CatalogCheck;
use super::document::CatalogDocument;
use crate::date::PartialDate;
use crate::diagnostic::Code;
use crate::id::{DocumentId, TermId};
use crate::location::Place;
use crate::source::Step;
use crate::source::decode::record;
use crate::taxonomy::synonym::plain;
use crate::taxonomy::{Certainty, DocumentKind, DocumentState};
use indexmap::{IndexMap, IndexSet};
use serde::{Deserialize, Serialize};

/// A document that the catalog cites, or one near its subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CitedDocument {
    /// Its title.
    pub title: String,
    /// What it is.
    pub kind: DocumentKind,
    /// Who publishes it or works on it.
    pub body: String,
    /// Its state on the day under `as_of`.
    pub state: DocumentState,
    /// How certain the facts are.
    pub certainty: Certainty,
    /// The day for which the state was looked up, if it is known.
    #[serde(default)]
    pub as_of: Option<PartialDate>,
    /// Its number, with the letters of its publisher, such as `ISO/TR 23576`.
    #[serde(default)]
    pub number: Option<String>,
    /// Its edition or version.
    #[serde(default)]
    pub edition: Option<String>,
    /// When it was published.
    #[serde(default)]
    pub date: Option<PartialDate>,
    /// The stage code of ISO, such as `60.60`.
    #[serde(default)]
    pub stage: Option<String>,
    /// Names under which it was drafted.
    #[serde(default)]
    pub drafts: Vec<String>,
    /// The documents in which the work on it went on.
    #[serde(default)]
    pub became: Vec<DocumentId>,
    /// The documents that it replaces.
    #[serde(default)]
    pub replaces: Vec<DocumentId>,
    /// How the catalog names it: in `source`, and the ids under `sources` and `frameworks`.
    #[serde(default)]
    pub cited_as: Vec<String>,
    /// The public sources of these facts.
    #[serde(default)]
    pub found_in: Vec<String>,
    /// What it has to do with the catalog, in our own words.
    #[serde(default)]
    pub relation: Option<String>,
    /// Remarks, such as what is not certain.
    #[serde(default)]
    pub note: Option<String>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(CitedDocument {
    title, kind, body, state, certainty;
    as_of, number, edition, date, stage, drafts, became, replaces, cited_as, found_in, relation, note
} place);

impl CitedDocument {
    /// The number, if there is one, and the title.
    pub fn name(&self) -> String {
        match &self.number {
            Some(number) => format!("{number}, {}", self.title),
            None => self.title.clone(),
        }
    }

    /// The state and the day for which it was looked up: `published (as of 2025-06-02)`.
    pub fn dated_state(&self) -> String {
        match self.as_of {
            Some(day) => format!("{} (as of {day})", self.state),
            None => format!("{} (day not known)", self.state),
        }
    }

    /// The number, title, edition, date, publisher and dated state in one line.
    pub fn citation(&self) -> String {
        let edition = self.edition.as_ref();
        let parts = [
            Some(self.name()),
            edition.map(|edition| format!("edition {edition}")),
            self.date.map(|date| date.to_string()),
            Some(self.body.clone()),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        format!("{}; {}", parts.join(", "), self.dated_state())
    }

    /// Whether a text names the document by one of its forms, as a whole word.
    fn is_cited_in(&self, text: &str) -> bool {
        self.cited_as.iter().any(|form| contains_word(text, form))
    }
}

/// Whether a text contains a name that is not a part of a longer one.
fn contains_word(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | ':' | '/');
    text.match_indices(name).any(|(at, _)| {
        let (before, rest) = text.split_at(at);
        let after = rest.strip_prefix(name).unwrap_or_default();
        !name.is_empty() && !before.ends_with(is_part) && !after.starts_with(is_part)
    })
}

/// A term of the field, in our own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CatalogTerm {
    /// The term.
    pub term: String,
    /// Its meaning.
    pub meaning: String,
    /// Other names of it.
    #[serde(default)]
    pub also: Vec<String>,
    /// The documents that define or describe it. Their wording is not reproduced and may differ.
    #[serde(default)]
    pub defined_in: Vec<DocumentId>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(CatalogTerm { term, meaning; also, defined_in } place);

impl CatalogTerm {
    fn is_named(&self, id: &TermId, name: &str) -> bool {
        let mut names = [id.as_str(), &self.term]
            .into_iter()
            .chain(self.also.iter().map(String::as_str));
        names.any(|other| plain(other) == name)
    }
}

impl Catalog {
    /// The documents that the catalog cites, and others near its subject, in the order of their ids.
    pub fn references(&self) -> &IndexMap<DocumentId, CitedDocument> {
        &self.annex().references
    }

    /// The documents that a text names: the `source` of an entry, or the id of a source or a
    /// framework.
    ///
    /// ```
    /// use custody_controls::Catalog;
    ///
    /// let cited = Catalog::builtin().cited_in("derived from I-D-07 §6.2; CCSS v9.0 1.01");
    /// let ids: Vec<&str> = cited.map(|(id, _)| id.as_str()).collect();
    /// assert_eq!(ids, ["ccss-9.0", "i-d-vcgtf-07"]);
    /// ```
    pub fn cited_in<'c>(
        &'c self,
        text: &'c str,
    ) -> impl Iterator<Item = (&'c DocumentId, &'c CitedDocument)> {
        let all = self.references().iter();
        all.filter(|(_, document)| document.is_cited_in(text))
    }

    /// The terms of the field, in the order of their ids.
    pub fn terms(&self) -> &IndexMap<TermId, CatalogTerm> {
        &self.annex().terms
    }

    /// A term by its id or one of its names, in upper or lower case.
    pub fn term(&self, name: &str) -> Option<(&TermId, &CatalogTerm)> {
        let name = plain(name);
        let mut terms = self.terms().iter();
        terms.find(|(id, term)| term.is_named(id, &name))
    }
}

impl CatalogCheck<'_> {
    /// Documents refer to known documents other than themselves, terms to known documents, and a
    /// name is that of one document or one term.
    pub(super) fn bibliography(&mut self, document: &CatalogDocument) {
        let all = &document.references;
        let mut forms: IndexSet<&str> = IndexSet::new();
        for (id, entry) in all {
            for (key, others) in [("became", &entry.became), ("replaces", &entry.replaces)] {
                for other in others {
                    let route = [Step::Key(key), Step::Item(other.as_str(), 0)];
                    self.document_of(id.as_str(), other, document, (entry.place, &route));
                    if other == id {
                        let message = format!("`{id}` refers to itself under `{key}`");
                        let help = Some("name another document, or remove the item".to_owned());
                        let place = (entry.place, &route[..]);
                        self.report_at(Code::InconsistentCatalog, place, message, help);
                    }
                }
            }
            for form in &entry.cited_as {
                if !forms.insert(form) {
                    let message = format!("`{form}` is listed twice under `cited_as`");
                    let help = "keep it for one document";
                    self.report(Code::RepeatedId, entry.place, message, help);
                }
            }
        }
        let mut names: IndexSet<String> = IndexSet::new();
        for (id, term) in &document.terms {
            for other in &term.defined_in {
                let route = [Step::Key("defined_in"), Step::Item(other.as_str(), 0)];
                self.document_of(id.as_str(), other, document, (term.place, &route));
            }
            let own = [id.as_str(), &term.term].into_iter();
            let own: IndexSet<String> = own
                .chain(term.also.iter().map(String::as_str))
                .map(plain)
                .collect();
            for name in own {
                if names.contains(&name) {
                    let message = format!("`{name}` names two terms");
                    self.report(Code::RepeatedId, term.place, message, "rename one of them");
                }
                names.insert(name);
            }
        }
    }

    fn document_of(
        &mut self,
        owner: &str,
        id: &DocumentId,
        document: &CatalogDocument,
        place: (Place, &[Step<'_>]),
    ) {
        let all = document.references.keys().map(DocumentId::as_str);
        let is_known = document.references.contains_key(id);
        self.known(owner, "document", id.as_str(), is_known, all, place);
    }
}
