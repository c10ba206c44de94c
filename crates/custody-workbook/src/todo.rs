//! A to-do list as a workbook: a sheet with what it is about, and a sheet with the entries.

use crate::sheet::{Column, Sheets, Value};
use crate::{file, line, reason};
use custody_controls::taxonomy::Word;
use custody_controls::todo::{Todo, TodoEntry};
use rust_xlsxwriter::{Workbook, XlsxError};
use std::io;

/// Writes a to-do list as a workbook with the sheets *To do* and *About*. The same list gives the same
/// bytes.
///
/// # Errors
///
/// Fails if `out` fails, or if a sheet would have more than 1,048,576 rows.
pub fn write_todo(todo: &Todo, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(&workbook(todo).map_err(io::Error::other)?)
}

fn workbook(todo: &Todo) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&crate::properties("To do", &todo.facts));
    let mut sheets = Sheets::new(&mut workbook);
    entries(&mut sheets, todo)?;
    about(&mut sheets, todo)?;
    workbook.save_to_buffer()
}

fn entries(sheets: &mut Sheets<'_>, todo: &Todo) -> Result<(), XlsxError> {
    let columns = [
        Column::new("Number", 8),
        Column::graded("Severity", 10),
        Column::new("Action", 10),
        Column::new("Kind", 22),
        Column::new("Gap", 26).repeated(),
        Column::new("Subject", 18),
        Column::wide("Title", 40),
        Column::wide("Because", 60),
        Column::wide("Closes if", 60),
        Column::wide("Step", 40),
        Column::new("Effort", 8),
        Column::new("Owner", 18),
        Column::wide("Name", 24),
        Column::new("Due", 11),
        Column::new("Days left", 10),
        Column::new("File", 24),
        Column::new("Line", 8),
        Column::remark("Remark"),
    ];
    let rows = todo.entries.iter().map(|entry| row(todo, entry));
    sheets.add("To do", &columns, rows)
}

fn row(todo: &Todo, entry: &TodoEntry) -> Vec<Value> {
    let gap = &entry.gap;
    let ways = gap.alternatives().enumerate();
    let step = todo.step(entry);
    vec![
        Value::count(entry.number),
        Value::word(gap.severity.word()),
        Value::word(gap.kind.action().word()),
        Value::word(gap.kind.word()),
        Value::text(&gap.id),
        Value::text(gap.subject.to_string()),
        Value::text(&gap.title),
        Value::lines(gap.main_reasons().map(reason)),
        Value::lines(ways.map(|(index, way)| match index {
            0 => way.to_string(),
            _ => format!("or: {way}"),
        })),
        step.map_or(Value::Nothing, |of| {
            Value::text(of.step.title().to_string())
        }),
        step.map_or(Value::Nothing, |of| Value::count(of.effort)),
        entry.person().map_or(Value::Nothing, Value::text),
        entry
            .responsible
            .as_ref()
            .map_or(Value::Nothing, |of| Value::text(&of.name)),
        gap.due.map_or(Value::Nothing, Value::Day),
        entry.days_left.map_or(Value::Nothing, Value::number),
        file(gap.location.as_ref()),
        line(gap.location.as_ref()),
    ]
}

fn about(sheets: &mut Sheets<'_>, todo: &Todo) -> Result<(), XlsxError> {
    let facts = &todo.facts;
    let row = |item: &str, value: Value| vec![Value::word(item), value];
    let mut rows = vec![
        row("Summary", Value::text(todo.headline())),
        row("Title", Value::text(&facts.title)),
        row("Custodian", Value::text(&facts.custodian)),
        row("Assessment", Value::text(facts.assessment.as_str())),
        row("As of", Value::Day(facts.as_of)),
        row("Gaps left out by filters", Value::count(todo.left_out)),
    ];
    if let Some(selection) = todo.selection() {
        rows.push(row("Filters", Value::text(selection.to_string())));
    }
    if let Some(wallets) = &facts.only_wallets {
        rows.push(row("Only wallets", crate::list(wallets, ", ")));
    }
    if let Some(departure) = todo.departure_in_words() {
        rows.push(row("Order", Value::text(departure)));
    }
    if let Some(unit) = &todo.unit {
        rows.push(row("Unit of efforts", Value::text(unit)));
    }
    if let Some(remark) = facts.catalog_origin.remark() {
        rows.push(row("Catalog origin", Value::word(remark)));
    }
    let columns = [Column::new("Item", 24), Column::wide("Value", 100)];
    sheets.add("About", &columns, rows)
}
