//! A trend as a page.

use crate::difference::trend::Trend;
use std::io;

pub(in crate::render) fn write(_trend: &Trend, _out: &mut dyn io::Write) -> io::Result<()> {
    Ok(())
}
