//! The register of evidence: a table of the items, and the files that no item names.

use super::layout::{
    BOLD, PLAIN, Screen, catalog, hanging, heading, line, more, paragraph, scope, table,
};
use custody_controls::register::{EvidenceRegister, RegisterItem};
use custody_controls::taxonomy::EvidenceState;
use custody_controls::text::{count, sanitize};

/// The items, and the first files that no item names.
pub(crate) fn write(register: &EvidenceRegister, screen: Screen) -> String {
    let mut out = String::new();
    let facts = &register.facts;
    let title = format!("{}, as of {}", facts.title, facts.as_of);
    paragraph(&mut out, &title, ("", ""), screen.width, BOLD);
    catalog(&mut out, facts.catalog_origin, screen.width);
    scope(&mut out, facts.only_wallets.as_deref(), "", screen.width);
    let items = count(register.items.len(), "evidence item", "evidence items");
    heading(&mut out, &items);
    if !register.items.is_empty() {
        let headings = [
            "evidence",
            "until",
            "days",
            "state",
            "file",
            "claims",
            "cells",
            "falls",
            "renewed by",
        ];
        let rows: Vec<Vec<String>> = register.items.iter().map(cells).collect();
        line(&mut out, table(screen.width, &headings, &rows));
    }
    details(&mut out, register, screen);
    unlisted(&mut out, register, screen);
    out
}

fn cells(item: &RegisterItem) -> Vec<String> {
    let row = &item.row;
    let people: Vec<&str> = item
        .renewed_by
        .iter()
        .map(|of| of.person.as_str())
        .collect();
    let cells = [
        row.evidence.to_string(),
        row.until.to_string(),
        row.days_left.to_string(),
        row.state.to_string(),
        row.file.to_string(),
        item.claims.len().to_string(),
        row.cited_by.len().to_string(),
        item.falls.len().to_string(),
        people.join(", "),
    ];
    cells.map(|cell| sanitize(&cell).into_owned()).to_vec()
}

/// The items without which control instances are no longer effective, by last valid date.
fn details(out: &mut String, register: &EvidenceRegister, screen: Screen) {
    let carries = |item: &&RegisterItem| !item.falls.is_empty();
    let items: Vec<&RegisterItem> = register.items.iter().filter(carries).collect();
    if items.is_empty() {
        return;
    }
    heading(out, "Effective only with one item");
    for item in items.iter().take(screen.entries) {
        let row = &item.row;
        let until = match row.state {
            EvidenceState::Current => "until",
            EvidenceState::Expired => "expired on",
            EvidenceState::NotYetValid => "from a later day until",
        };
        let text = format!("{} {}, {until} {}", row.evidence, row.title, row.until);
        paragraph(out, &text, ("  ", "    "), screen.width, PLAIN);
        let falls = item.falls.join(", ");
        hanging(out, "    ", &falls, screen.width, PLAIN);
    }
    more(out, "  ", items.len(), screen.entries);
}

fn unlisted(out: &mut String, register: &EvidenceRegister, screen: Screen) {
    let Some(unlisted) = &register.unlisted else {
        return;
    };
    let files = count(unlisted.count, "file", "files");
    heading(out, &format!("{files} that no item names"));
    for file in unlisted.files.iter().take(screen.entries) {
        paragraph(out, file, ("  ", "    "), screen.width, PLAIN);
    }
    let count = usize::try_from(unlisted.count).unwrap_or(usize::MAX);
    more(out, "  ", count, screen.entries);
    if !unlisted.complete {
        line(
            out,
            "  the directory has too many entries: not all were searched",
        );
    }
}
