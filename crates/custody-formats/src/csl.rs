//! CSL-JSON, the input of citation processors (Citation Style Language, `csl-data.json`).
//!
//! The state of a document with its day is in the variable `status`.

use custody_controls::bibliography::{Bibliography, BibliographyEntry};
use custody_controls::date::PartialDate;
use custody_controls::json;
use custody_controls::taxonomy::Word;
use serde::Serialize;
use std::io;

/// An item. The words of [`DocumentKind`](custody_controls::taxonomy::DocumentKind) are types of
/// CSL.
#[derive(Serialize)]
struct Item<'b> {
    id: &'b str,
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'b str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'b str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edition: Option<&'b str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued: Option<Day>,
    publisher: &'b str,
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'b str>,
}

/// A date, as far as it is known.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Day {
    date_parts: [Vec<u16>; 1],
}

impl Day {
    fn of(date: PartialDate) -> Self {
        Self {
            date_parts: [date.parts()],
        }
    }
}

pub(super) fn write(bibliography: &Bibliography<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let items: Vec<Item<'_>> = bibliography.entries.iter().map(item).collect();
    json::write(&items, out)
}

fn item<'b>(entry: &BibliographyEntry<'b>) -> Item<'b> {
    let document = entry.document;
    Item {
        id: entry.id.as_str(),
        kind: document.kind.word(),
        title: &document.title,
        number: document.number.as_deref(),
        edition: document.edition.as_deref(),
        issued: document.date.map(Day::of),
        publisher: &document.body,
        status: document.dated_state(),
        note: document.note.as_deref(),
    }
}
