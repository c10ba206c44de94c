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

mod api;
mod authoring;
mod bibliography;
mod catalog;
mod crosswalk;
mod date;
mod difference;
mod differential;
mod documents;
mod doubts;
mod edit;
mod examples;
mod explanation;
mod facade;
mod fixes;
mod forecast;
mod history;
mod hostile;
mod id;
mod import;
mod incidents;
mod internal;
mod invalid;
mod laws;
mod layers;
mod message;
mod modern;
mod profile;
mod progress;
mod proposals;
mod register;
mod rules;
// `cargo test` at the top builds the library with this feature, because the program asks for it.
#[cfg(feature = "schema")]
mod schema;
mod stored;
mod text;
mod todo;
mod verify;
