//! Results as text for a terminal.
//!
//! Colours are ANSI sequences in the text; the caller strips them if they are not wanted. A colour
//! never carries information that the words do not.

mod catalog;
mod crosswalk;
mod difference;
mod entry;
mod explanation;
mod forecast;
mod gap;
mod layout;
#[cfg(feature = "plan")]
mod plan;
mod register;
mod report;
mod statement;
mod supports;
mod todo;
mod trend;

pub(crate) use catalog::listing;
pub(crate) use crosswalk::write as crosswalk;
pub(crate) use difference::{baseline, write as difference};
pub(crate) use entry::{reference, write as entry};
pub(crate) use explanation::write as explanation;
pub(crate) use forecast::write as forecast;
pub(crate) use gap::write as gap;
pub(crate) use layout::{Screen, catalog, paragraph, wrapped};
#[cfg(feature = "plan")]
pub(crate) use plan::write as plan;
pub(crate) use register::write as register;
pub(crate) use report::{doubtful, write as report};
pub(crate) use statement::write as statement;
pub(crate) use supports::{loss, write as supports};
pub(crate) use todo::write as todo;
pub(crate) use trend::write as trend;
