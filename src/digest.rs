//! Digests as text.

use crate::index::proven;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The SHA-256 of the compact JSON of a value, as hexadecimal digits.
pub(crate) fn of_json(value: &impl Serialize) -> String {
    // Typed values with texts as keys can always be written.
    let json = serde_json::to_vec(value);
    hex(&Sha256::digest(proven(json.ok())))
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}
