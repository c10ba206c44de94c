//! A to-do list as Markdown: a table for each group.

use super::escape::{code, codes, escape, place, sentence};
use super::page::Page;
use custody_controls::todo::{Todo, TodoEntry};
use std::io;

pub(crate) fn write(todo: &Todo, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Page::new(out);
    let facts = &todo.facts;
    out.line(format_args!("# To do: {}", escape(&facts.title)));
    out.gap();
    out.line(format_args!(
        "As of {}, for {}. Assessment {}.",
        facts.as_of,
        escape(&facts.custodian),
        code(&facts.assessment)
    ));
    out.gap();
    out.line(format_args!("**{}**", escape(&todo.headline())));
    let catalog = facts.catalog_origin.remark();
    let catalog = catalog.map(|remark| format!("The catalog is {remark}."));
    let wallets = facts.only_wallets.as_ref();
    let wallets = wallets.map(|of| format!("Limited to the organization and {}.", codes(of)));
    let selection = todo.selection();
    let selection = selection.map(|message| format!("{}.", sentence(&message)));
    let departure = todo.departure_in_words().map(|text| escape(&text));
    let remarks = [catalog, wallets, selection, departure];
    for remark in remarks.into_iter().flatten() {
        out.gap();
        out.line(remark);
    }
    for entries in todo.groups() {
        if todo.by_owner {
            let first = entries.first().and_then(|of| of.responsible.as_ref());
            let owner = first.map_or("Nobody is responsible".to_owned(), |of| {
                format!("{} ({})", escape(&of.name), code(&of.person))
            });
            out.heading(2, format_args!("{owner}: {}", entries.len()));
        } else {
            out.gap();
        }
        let headings = [
            ">",
            "Severity",
            "To",
            "Gap",
            "Title",
            "Kind",
            "Because",
            "Closes if",
            "Owner",
            "Due",
            ">Effort",
            "Location",
        ];
        out.table(&headings, entries.iter().map(|entry| row(todo, entry)));
    }
    out.finish()
}

fn row(todo: &Todo, entry: &TodoEntry) -> Vec<String> {
    let gap = &entry.gap;
    let because = gap.main_reasons().map(|reason| sentence(&reason.message()));
    let closes_if = gap.alternatives().map(|way| sentence(&way));
    let effort = todo.step(entry).map(|of| todo.effort_in_words(of.effort));
    vec![
        entry.number.to_string(),
        gap.severity.to_string(),
        gap.kind.action().to_string(),
        code(&gap.id),
        escape(&gap.title),
        gap.kind.to_string(),
        because.collect::<Vec<_>>().join("; "),
        closes_if.collect::<Vec<_>>().join("; or: "),
        entry.person().map(code).unwrap_or_default(),
        entry.due_in_words().unwrap_or_default(),
        effort.map(|effort| escape(&effort)).unwrap_or_default(),
        place(gap.location.as_ref()),
    ]
}
