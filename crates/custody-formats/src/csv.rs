//! CSV (RFC 4180), for spreadsheets: a header, then a line for each row.
//!
//! Spreadsheets interpret a text that begins like a formula as a formula. Such a text is prefixed
//! with an apostrophe, which spreadsheets interpret as "this is text".

use custody_controls::id::RiskId;
use custody_controls::report::rows::{Field, Row};
use custody_controls::text::sanitize;
use std::borrow::Cow;
use std::io;

pub(super) fn write<R: Row>(
    rows: impl Iterator<Item = R>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut table = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(out);
    table.write_record(R::COLUMNS)?;
    for row in rows {
        for field in row.fields() {
            match field {
                Field::Empty => table.write_field("")?,
                Field::Number(number) => table.write_field(number.to_string())?,
                Field::Day(day) => table.write_field(&*guarded(&day.to_string()))?,
                Field::Text(text) => table.write_field(&*guarded(&text))?,
                Field::Risks(risks) => {
                    let risks: Vec<&str> = risks.iter().map(RiskId::as_str).collect();
                    table.write_field(&*guarded(&risks.join(";")))?;
                }
                Field::Texts(texts) => table.write_field(&*guarded(&texts.join(";")))?,
            }
        }
        table.write_record(None::<&[u8]>)?;
    }
    table.flush()
}

/// The text without formulas and control characters.
fn guarded(text: &str) -> Cow<'_, str> {
    let is_formula = text.starts_with([
        '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ]);
    if is_formula {
        Cow::Owned(format!("'{}", sanitize(text)))
    } else {
        sanitize(text)
    }
}
