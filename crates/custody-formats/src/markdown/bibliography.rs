//! A bibliography as Markdown: a list of the documents with what the catalog states about each.

use super::escape::{at_start, code, codes, escape};
use super::page::Page;
use custody_controls::bibliography::{Bibliography, BibliographyEntry};
use std::io;

pub(crate) fn write(bibliography: &Bibliography<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Page::new(out);
    out.line("# References");
    out.gap();
    out.line("Each state holds for the day that is given with it, and is not updated by itself.");
    out.gap();
    for entry in &bibliography.entries {
        document(&mut out, entry);
    }
    out.finish()
}

fn document(out: &mut Page<'_>, entry: &BibliographyEntry<'_>) {
    let document = entry.document;
    out.line(format_args!(
        "- {}: {}",
        code(entry.id),
        escape(&document.citation())
    ));
    for (what, others) in [
        ("Became", &document.became),
        ("Replaces", &document.replaces),
    ] {
        if !others.is_empty() {
            out.line(format_args!("  - {what} {}", codes(others)));
        }
    }
    if !document.drafts.is_empty() {
        let drafts = escape(&document.drafts.join(", "));
        out.line(format_args!("  - Drafted as {drafts}"));
    }
    for text in [&document.relation, &document.note].into_iter().flatten() {
        out.line(format_args!("  - {}", at_start(&escape(text))));
    }
    let found_in = escape(&document.found_in.join("; "));
    let source = if found_in.is_empty() {
        String::new()
    } else {
        format!("; found in: {found_in}")
    };
    out.line(format_args!(
        "  - Certainty: {}{source}",
        document.certainty
    ));
}
