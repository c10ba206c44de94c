//! JSON, for programs. The shape is that of [`Report`]; `schemas/report.schema.json` describes it.

use crate::report::Report;
use std::io;

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    out.write_all(b"\n")
}
