//! One test crate, so that it links once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::cloned_ref_to_slice_refs,
    clippy::too_many_lines,
    clippy::format_push_string,
    clippy::format_collect,
    clippy::naive_bytecount,
    clippy::case_sensitive_file_extension_comparisons,
    clippy::manual_is_multiple_of,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, and says things at length"
)]

mod catalog;
#[cfg(feature = "cli")]
mod cli;
mod committed;
mod crosswalk;
mod date;
mod difference;
mod differential;
mod examples;
mod forecast;
mod formats;
mod hostile;
mod house;
mod html;
mod incidents;
mod invalid;
mod laws;
mod naive;
#[cfg(feature = "cli")]
mod portfolio;
mod print;
mod profile;
mod proposals;
mod random;
mod rows;
mod sarif;
mod schema;
