//! CSV (RFC 4180), for spreadsheets: a header, then a line for each row.
//!
//! Spreadsheets interpret a text that begins like a formula as a formula, and every reader that
//! recognizes types interprets `5.10` as the number 5.1. Such a text is prefixed with an apostrophe.
//! Many spreadsheets split at semicolons, where quotes in the middle of a cell have no meaning, so a
//! formula after a semicolon is prefixed as well.

use custody_controls::id::RiskId;
use custody_controls::report::rows::{Field, Row};
use custody_controls::text::sanitize;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

pub(super) fn write<R: Row>(
    rows: impl Iterator<Item = R>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    out.write_all(R::COLUMNS.join(",").as_bytes())?;
    out.write_all(b"\r\n")?;
    let mut line = String::new();
    for row in rows {
        line.clear();
        for (position, field) in row.fields().into_iter().enumerate() {
            if position > 0 {
                line.push(',');
            }
            match field {
                Field::Empty => {}
                Field::Number(number) => {
                    let _ = write!(line, "{number}");
                }
                Field::Day(day) => {
                    let _ = write!(line, "{day}");
                }
                Field::Text(text) => put(&text, &mut line),
                Field::Risks(risks) => {
                    let risks: Vec<&str> = risks.iter().map(RiskId::as_str).collect();
                    put(&risks.join(";"), &mut line);
                }
                Field::Texts(texts) => put(&texts.join(";"), &mut line),
            }
        }
        line.push_str("\r\n");
        out.write_all(line.as_bytes())?;
    }
    Ok(())
}

/// Adds a text, in quotes if it contains a character that a reader may split at.
fn put(text: &str, line: &mut String) {
    let text = guarded(text);
    if text.contains([',', ';', '"']) {
        line.push('"');
        line.push_str(&text.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(&text);
    }
}

/// The text without formulas, numbers and control characters. Line breaks and tabs are spaces.
fn guarded(text: &str) -> Cow<'_, str> {
    let text = sanitize(text);
    let is_number = text.trim().parse::<f64>().is_ok();
    if !is_number && !text.split(';').any(is_formula) {
        return text;
    }
    let mut guarded = String::with_capacity(text.len() + 4);
    for (position, cell) in text.split(';').enumerate() {
        if position > 0 {
            guarded.push(';');
        }
        if is_number || is_formula(cell) {
            guarded.push('\'');
        }
        guarded.push_str(cell);
    }
    Cow::Owned(guarded)
}

/// Whether a spreadsheet may evaluate a cell: what readers may remove from its beginning (blanks,
/// quotes, marks of direction and joiners) is passed over.
fn is_formula(cell: &str) -> bool {
    let is_passed_over = |c: char| {
        c.is_whitespace() || matches!(c, '"' | '\u{ad}' | '\u{61c}' | '\u{200c}'..='\u{200f}')
    };
    cell.trim_start_matches(is_passed_over).starts_with([
        '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '\u{fe66}', '\u{fe62}',
        '\u{fe63}', '\u{fe6b}',
    ])
}
