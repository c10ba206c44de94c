//! JSON, for programs. The shapes are those of [`Report`] and [`Forecast`]; `schemas/` describes them.

use crate::diagnostic::Diagnostics;
use crate::legible;
use crate::portfolio::Portfolio;
use crate::report::Report;
use std::io;

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    legible::json(report, out)?;
    out.write_all(b"\n")
}

/// A difference or a trend, in its own shape.
pub(super) fn write_record(
    record: &impl serde::Serialize,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    legible::json(record, out)?;
    out.write_all(b"\n")
}

/// An assessment a line, so that many can be read and compared.
pub(super) fn portfolio(portfolio: &Portfolio, out: &mut dyn io::Write) -> io::Result<()> {
    legible::json_list(portfolio, out)?;
    out.write_all(b"\n")
}

pub(super) fn faults(faults: &Diagnostics, out: &mut dyn io::Write) -> io::Result<()> {
    legible::json(faults, out)?;
    out.write_all(b"\n")
}
