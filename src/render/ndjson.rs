//! NDJSON, for databases: a JSON object a line, each with all columns. `schemas/*-row.schema.json`
//! describe them.
//!
//! The lines are those that a row's own serialization gives, to the byte; a test holds both together.
//! The names of columns and what all rows of a report share are written once and copied.

use crate::legible;
use crate::report::rows::{Field, Row};
use std::io::{self, Write};

pub(super) fn write<R: Row>(
    rows: impl Iterator<Item = R>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut names = Vec::with_capacity(R::COLUMNS.len());
    for column in R::COLUMNS {
        let mut name = vec![if names.is_empty() { b'{' } else { b',' }];
        legible::json_text(column, &mut name)?;
        name.push(b':');
        names.push(name);
    }
    let mut line = Vec::new();
    // Where what is shared ends, once it is written.
    let mut shared = 0;
    for row in rows {
        let mut position = if line.is_empty() { 0 } else { R::SHARED };
        line.truncate(shared);
        let mut written = Ok(());
        row.each_field(position, |field| {
            if written.is_ok() {
                line.extend_from_slice(names.get(position).map(Vec::as_slice).unwrap_or_default());
                written = put(&field, &mut line);
                position += 1;
                if position == R::SHARED {
                    shared = line.len();
                }
            }
        });
        written?;
        line.extend_from_slice(b"}\n");
        out.write_all(&line)?;
    }
    Ok(())
}

fn put(field: &Field<'_>, line: &mut Vec<u8>) -> io::Result<()> {
    match field {
        Field::Empty => line.extend_from_slice(b"null"),
        Field::Number(number) => serde_json::to_writer(line, number)?,
        Field::Day(day) => write!(line, "\"{day}\"")?,
        Field::Text(text) => legible::json_text(text, line)?,
        Field::List(items) => {
            line.push(b'[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    line.push(b',');
                }
                legible::json_text(item, line)?;
            }
            line.push(b']');
        }
    }
    Ok(())
}
