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
    reason = "a failing test panics, and prints what it found"
)]

mod authoring;
mod check;
mod cli;
mod difference;
mod doubts;
mod examples;
mod exits;
mod facade;
#[cfg(unix)]
mod files;
mod forecast;
mod formats;
mod inert;
#[cfg(target_os = "linux")]
mod narrow;
#[cfg(unix)]
mod outputs;
mod plan;
mod portfolio;
#[cfg(unix)]
mod todo;
mod unproven;
