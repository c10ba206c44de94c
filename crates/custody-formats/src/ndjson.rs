//! NDJSON, for databases: one JSON object per line, each with all columns.
//! `schemas/*-row.schema.json` describe them.
//!
//! Lines are equal to the serialization of their rows, byte for byte; a test compares them. The
//! names of columns and the values that all rows of a report share are serialized once and copied.

use custody_controls::id::RiskId;
use custody_controls::json;
use custody_controls::report::rows::{Field, Row};
use std::io::{self, Write};

/// The number of bytes that are collected before they are written.
const BLOCK: usize = 64 << 10;

pub(super) fn write<R: Row>(
    rows: impl Iterator<Item = R>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut names = Vec::with_capacity(R::COLUMNS.len());
    for column in R::COLUMNS {
        let mut name = vec![if names.is_empty() { b'{' } else { b',' }];
        json::write_text(column, &mut name)?;
        name.push(b':');
        names.push(name);
    }
    let mut lines = Vec::with_capacity(BLOCK + BLOCK / 4);
    // The beginning of the first row, which all rows share, once it is written.
    let mut shared = Vec::new();
    for row in rows {
        let mut position = if shared.is_empty() { 0 } else { R::SHARED };
        lines.extend_from_slice(&shared);
        let mut written = Ok(());
        row.each_field(position, |field| {
            if written.is_ok() {
                lines.extend_from_slice(names.get(position).map(Vec::as_slice).unwrap_or_default());
                written = put(&field, &mut lines);
                position += 1;
                if position == R::SHARED && shared.is_empty() {
                    shared.clone_from(&lines);
                }
            }
        });
        written?;
        lines.extend_from_slice(b"}\n");
        if lines.len() >= BLOCK {
            out.write_all(&lines)?;
            lines.clear();
        }
    }
    out.write_all(&lines)
}

fn put(field: &Field<'_>, line: &mut Vec<u8>) -> io::Result<()> {
    match field {
        Field::Empty => line.extend_from_slice(b"null"),
        Field::Number(number) => serde_json::to_writer(line, number)?,
        Field::Day(day) => write!(line, "\"{day}\"")?,
        Field::Text(text) => json::write_text(text, line)?,
        Field::Risks(risks) => list(risks.iter().map(RiskId::as_str), line)?,
        Field::Texts(texts) => list(texts.iter().map(AsRef::as_ref), line)?,
    }
    Ok(())
}

fn list<'t>(texts: impl Iterator<Item = &'t str>, line: &mut Vec<u8>) -> io::Result<()> {
    line.push(b'[');
    for (position, text) in texts.enumerate() {
        if position > 0 {
            line.push(b',');
        }
        json::write_text(text, line)?;
    }
    line.push(b']');
    Ok(())
}
