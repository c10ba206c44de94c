//! A statement of applicability as a workbook: a sheet with a row for each reference, and a sheet with
//! what it is about.

use crate::list;
use crate::sheet::{Column, Sheets, Value};
use custody_controls::crosswalk::{StatementOfApplicability, StatementReference};
use custody_controls::taxonomy::Word;
use rust_xlsxwriter::{Workbook, XlsxError};
use std::io;

/// Writes a statement of applicability as a workbook with the sheets *Statement of applicability* and
/// *About*. The same statement gives the same bytes.
///
/// # Errors
///
/// Fails if `out` fails, or if a sheet would have more than 1,048,576 rows.
pub fn write_statement(
    statement: &StatementOfApplicability,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    out.write_all(&workbook(statement).map_err(io::Error::other)?)
}

fn workbook(statement: &StatementOfApplicability) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let properties = crate::properties("Statement of applicability", &statement.facts);
    workbook.set_properties(&properties);
    let mut sheets = Sheets::new(&mut workbook);
    references(&mut sheets, statement)?;
    about(&mut sheets, statement)?;
    workbook.save_to_buffer()
}

fn references(
    sheets: &mut Sheets<'_>,
    statement: &StatementOfApplicability,
) -> Result<(), XlsxError> {
    let columns = [
        Column::new("Reference", 12).repeated(),
        Column::wide(statement.title_heading(), 40),
        Column::graded("Applicability", 13),
        Column::wide("Reason", 60),
        Column::graded("Status", 14),
        Column::new("Effective", 10),
        Column::new("Of", 6),
        Column::new("Excluded", 10),
        Column::wide("Evidence", 40),
        Column::wide("Owners", 18),
        Column::new("Confidence", 11),
        Column::wide("Controls", 30),
        Column::wide("Risks", 30),
        Column::remark("Auditor's remark"),
    ];
    let rows = statement.references.iter().map(row);
    sheets.add("Statement of applicability", &columns, rows)
}

fn row(row: &StatementReference) -> Vec<Value> {
    let evidence = row.evidence.iter().map(|item| match item.objection() {
        Some(objection) => format!("{}: {} ({objection})", item.evidence, item.title),
        None => format!("{}: {}", item.evidence, item.title),
    });
    let confidence = row.confidence.map(|word| Value::word(word.word()));
    vec![
        Value::text(&row.reference),
        Value::text(row.title.as_deref().unwrap_or_default()),
        Value::word(row.applicability.word()),
        Value::text(&row.reason),
        Value::word(row.status.word()),
        Value::count(row.effective.numerator),
        Value::count(row.effective.denominator),
        Value::count(row.excluded),
        Value::lines(evidence),
        list(&row.owners, ", "),
        confidence.unwrap_or(Value::Nothing),
        list(&row.controls, ", "),
        list(&row.risks, ", "),
    ]
}

fn about(sheets: &mut Sheets<'_>, statement: &StatementOfApplicability) -> Result<(), XlsxError> {
    let (facts, framework) = (&statement.facts, &statement.framework);
    let row = |item: &str, value: Value| vec![Value::word(item), value];
    let mut rows = vec![
        row("Summary", Value::text(statement.headline())),
        row("Title", Value::text(&facts.title)),
        row("Custodian", Value::text(&facts.custodian)),
        row("Assessment", Value::text(facts.assessment.as_str())),
        row("As of", Value::Day(facts.as_of)),
        row("Framework", Value::text(&framework.title)),
        row("Edition", Value::text(&framework.edition)),
        row("Framework id", Value::text(framework.framework.as_str())),
    ];
    if let Some(note) = &framework.note {
        rows.push(row("About the references", Value::text(note)));
    }
    if let Some(wallets) = &facts.only_wallets {
        rows.push(row("Only wallets", list(wallets, ", ")));
    }
    if let Some(remark) = facts.catalog_origin.remark() {
        rows.push(row("Catalog origin", Value::word(remark)));
    }
    let method = statement.method.iter();
    rows.extend(method.map(|rule| row("Method", Value::text(rule))));
    let columns = [Column::new("Item", 24), Column::wide("Value", 100)];
    sheets.add("About", &columns, rows)
}
