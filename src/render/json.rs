//! JSON, for programs. The shapes are those of [`Report`] and [`Forecast`]; `schemas/` describes them.

use crate::diagnostic::Diagnostics;
use crate::forecast::Forecast;
use crate::legible;
use crate::report::Report;
use std::io;

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    legible::json(report, out)?;
    out.write_all(b"\n")
}

pub(super) fn forecast(forecast: &Forecast, out: &mut dyn io::Write) -> io::Result<()> {
    legible::json(forecast, out)?;
    out.write_all(b"\n")
}

pub(super) fn faults(faults: &Diagnostics, out: &mut dyn io::Write) -> io::Result<()> {
    legible::json(faults, out)?;
    out.write_all(b"\n")
}
