//! A to-do list: what to do next, by whom, with which effort and by when.

use super::layout::{
    BOLD, DIM, PLAIN, Screen, at, catalog, heading, line, paint, paragraph, scope, style_of,
};
use custody_controls::text::sanitize;
use custody_controls::todo::{Todo, TodoEntry};

/// The list, with the first entries of each group.
pub(crate) fn write(todo: &Todo, screen: Screen) -> String {
    let mut out = String::new();
    let Screen { width, entries } = screen;
    let facts = &todo.facts;
    let title = format!("{}, as of {}", facts.title, facts.as_of);
    paragraph(&mut out, &title, ("", ""), width, BOLD);
    catalog(&mut out, facts.catalog_origin, width);
    scope(&mut out, facts.only_wallets.as_deref(), "", width);
    if let Some(selection) = todo.selection() {
        let text = format!("{selection}.");
        paragraph(&mut out, &text, ("", ""), width, BOLD);
    }
    paragraph(&mut out, &todo.headline(), ("", ""), width, PLAIN);
    if let Some(departure) = todo.departure_in_words() {
        paragraph(&mut out, &departure, ("", ""), width, DIM);
    }
    for group in todo.groups() {
        let owner = group.first().and_then(|of| of.responsible.as_ref());
        match owner {
            _ if !todo.by_owner => out.push('\n'),
            None => heading(
                &mut out,
                &format!("Nobody is responsible ({})", group.len()),
            ),
            Some(of) => {
                let text = format!("{}, {} ({})", of.person, sanitize(&of.name), group.len());
                heading(&mut out, &text);
            }
        }
        for entry in group.iter().take(entries) {
            describe(&mut out, todo, entry, width);
        }
        let more = group.len().saturating_sub(entries);
        if more > 0 {
            let text = format!("… and {more} more; `--first` sets how many are shown");
            paragraph(&mut out, &text, ("  ", "  "), width, PLAIN);
        }
    }
    out
}

const INDENT: &str = "                 ";

fn describe(out: &mut String, todo: &Todo, entry: &TodoEntry, width: u16) {
    let gap = &entry.gap;
    let kind = paint(
        style_of(gap.severity),
        format_args!("{} {}", gap.severity, gap.kind),
    );
    let id = paint(BOLD, sanitize(&gap.id));
    let (number, action) = (entry.number, gap.kind.action());
    line(out, format_args!("{number:>4}  to {action}: {id}  {kind}"));
    paragraph(out, &gap.title, ("      ", "      "), width, PLAIN);
    let mut add = |lead: &str, text: &str| {
        let lead = format!("      {lead:<11}");
        paragraph(out, text, (&lead, INDENT), width, PLAIN);
    };
    for (index, reason) in gap.main_reasons().enumerate() {
        let text = format!("{reason}{}", at(reason.location.as_ref()));
        add(if index == 0 { "because" } else { "" }, &text);
    }
    for (index, alternative) in gap.alternatives().enumerate() {
        let lead = if index == 0 { "closes if" } else { "     or" };
        add(lead, &alternative.to_string());
    }
    if let (Some(of), false) = (&entry.responsible, todo.by_owner) {
        add("owner", &format!("{}, {}", of.person, of.name));
    }
    if let Some(due) = entry.due_in_words() {
        add("when", &due);
    }
    if let Some(of) = todo.step(entry) {
        let effort = todo.effort_in_words(of.effort);
        let others = of.step.cells.len().saturating_sub(1);
        let shared = match others {
            0 => String::new(),
            1 => "; closes 1 more gap".to_owned(),
            others => format!("; closes {others} more gaps"),
        };
        let step = of.step.title();
        add("step", &format!("{step}, effort {effort}{shared}"));
    }
    let is_named = gap.main_reasons().any(|of| of.location == gap.location);
    if let (Some(location), false) = (&gap.location, is_named) {
        add("at", &location.to_string());
    }
}
