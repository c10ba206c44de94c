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

mod bibliography;
mod crosswalk;
mod difference;
mod examples;
mod forecast;
mod formats;
mod html;
mod laws;
mod message;
mod print;
mod profile;
mod rows;
mod sarif;
mod stored;
mod todo;
