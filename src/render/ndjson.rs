//! NDJSON, for databases: a JSON object a line, each with all columns. `schemas/*-row.schema.json`
//! describe them.

use crate::legible;
use crate::report::rows::Row;
use std::io;

pub(super) fn write<R: Row>(
    rows: impl Iterator<Item = R>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for row in rows {
        legible::json_line(&row, out)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
