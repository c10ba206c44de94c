//! NDJSON, for databases: a JSON object a line, each with all columns. `schemas/*-row.schema.json`
//! describe them.

use crate::legible;
use crate::report::rows::Row;
use std::io;

pub(super) fn write<R: Row>(
    rows: impl Iterator<Item = R>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut line = Vec::new();
    for row in rows {
        line.clear();
        legible::json_line(&row, &mut line)?;
        line.push(b'\n');
        out.write_all(&line)?;
    }
    Ok(())
}
