//! Plans as a user meets them.

use crate::cli::{CLEAN, custody};
use serde_json::Value;

/// The JSON that a run prints.
pub(crate) fn json(arguments: &[&str]) -> Value {
    let run = custody(&[arguments, &["--format", "json"]].concat()).exits(CLEAN);
    serde_json::from_str(&run.out).unwrap()
}
