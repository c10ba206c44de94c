//! Test support shared by the crates of this workspace: golden files, random assessments, a second
//! implementation of the coverage definition, and the runner of property tests.

#![allow(
    missing_docs,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use,
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
    reason = "test support: a failing check panics"
)]

pub mod change;
pub mod examples;
pub mod framework;
pub mod generate;
pub mod golden;
pub mod hostile;
mod improve;
pub mod naive;
mod properties;
pub mod random;
pub mod shape;
mod wallets;

pub use improve::{citations, improvement};
pub use properties::{
    Checked, SMALL_CASES_PER_LARGE_CASE_OF_EQUALITY, check, check_with, measure, not_applicable,
    resolve, run, small_cases,
};
pub use wallets::remove_wallet;

/// A document with some of its fields set: `with!(Wallet::new(tier, traits); title, facts: None)`.
#[macro_export]
macro_rules! with {
    ($new:expr; $($field:ident $(: $value:expr)?),* $(,)?) => {{
        let mut made = $new;
        $(made.$field = $crate::with!(@ $field $(: $value)?);)*
        made
    }};
    (@ $field:ident : $value:expr) => { $value };
    (@ $field:ident) => { $field };
}

/// The JSON of a result.
pub fn json(value: &impl serde::Serialize) -> String {
    let mut bytes = Vec::new();
    custody_controls::json::write(value, &mut bytes).expect("memory can be written to");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}
