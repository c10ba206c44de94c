//! The register of evidence as Markdown: a table of the items, and the files that no item names.

use super::escape::{code, codes, escape, origin, place};
use super::page::Page;
use custody_controls::register::{EvidenceRegister, RegisterItem};
use std::io;

pub(crate) fn write(register: &EvidenceRegister, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Page::new(out);
    let facts = &register.facts;
    out.line(format_args!("# Evidence: {}", escape(&facts.title)));
    out.gap();
    out.line(format_args!(
        "Custodian: {}, as of {}. Assessment {}, catalog {} {}{}.",
        escape(&facts.custodian),
        facts.as_of,
        code(&facts.assessment),
        code(&facts.catalog),
        escape(&facts.catalog_version),
        origin(facts.catalog_origin)
    ));
    if let Some(wallets) = &facts.only_wallets {
        out.gap();
        out.line(format_args!(
            "Control instances are those of the organization and {}.",
            codes(wallets)
        ));
    }
    out.heading(2, format_args!("Items: {}", register.items.len()));
    if !register.items.is_empty() {
        let headings = [
            "Evidence",
            "Title",
            "Kind",
            "Until",
            ">Days left",
            "State",
            "Renewed by",
            "Claims",
            ">Instances",
            "Effective only with it",
            "File",
            "Locator",
            "Location",
        ];
        out.table(&headings, register.items.iter().map(item));
    }
    unlisted(&mut out, register);
    out.finish()
}

fn item(item: &RegisterItem) -> Vec<String> {
    let row = &item.row;
    let people = item.renewed_by.iter().map(|person| escape(&person.name));
    vec![
        code(&row.evidence),
        escape(&row.title),
        row.kind.to_string(),
        row.until.to_string(),
        row.days_left.to_string(),
        row.state.to_string(),
        people.collect::<Vec<_>>().join(", "),
        codes(&item.claims),
        row.cited_by.len().to_string(),
        codes(&item.falls),
        row.file.to_string(),
        escape(&row.locator),
        place(row.location.as_ref()),
    ]
}

fn unlisted(out: &mut Page<'_>, register: &EvidenceRegister) {
    let Some(unlisted) = &register.unlisted else {
        return;
    };
    out.heading(
        2,
        format_args!("Files that no item names: {}", unlisted.count),
    );
    for file in &unlisted.files {
        out.line(format_args!("- {}", code(file)));
    }
    let more = unlisted.count.saturating_sub(unlisted.files.len() as u64);
    if more > 0 {
        out.line(format_args!("- and {more} more"));
    }
    if !unlisted.complete {
        out.gap();
        out.line("The directory has too many entries: not all of them were searched.");
    }
}
