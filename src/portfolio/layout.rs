//! The path of each file of a portfolio, relative to the directory of its date. Names of custodians
//! are untrusted text, and ids may be file names that some system reserves.

use crate::digest::hex;
use crate::id::AssessmentId;
use crate::taxonomy::schema_vocabulary;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The maximum length of the key of a custodian, in bytes. File names can have 255 bytes on all
/// systems.
const LONGEST_KEY: usize = 120;

schema_vocabulary! {
    /// The tables of rows.
    ///
    /// May grow.
    #[non_exhaustive]
    Table, "table" {
        /// A row for each control instance.
        Cells,
        /// A row for each risk and subject.
        Risks,
        /// A row for each gap.
        Gaps,
    }
}

/// The key of a custodian in paths: the name, percent-encoded except for ASCII letters, digits,
/// `-`, `_` and `.`. A long name is truncated and followed by `~` and the beginning of its digest.
///
/// It is not a column of the rows, because query engines that parse paths would use it instead of
/// the name, which the rows contain.
///
/// ```
/// use custody_controls::portfolio::custodian_key;
///
/// assert_eq!(custodian_key("Quillmere Exchange AG"), "Quillmere%20Exchange%20AG");
/// assert_eq!(custodian_key("../a=b/c"), "..%2Fa%3Db%2Fc");
/// assert_eq!(custodian_key(&"x".repeat(300)).len(), 120);
/// ```
pub fn custodian_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len() + 16);
    let mut cut = 0;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') {
            key.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                let _ = write!(key, "%{byte:02X}");
            }
        }
        if key.len() <= LONGEST_KEY - 17 {
            cut = key.len();
        }
        if key.len() > LONGEST_KEY {
            break;
        }
    }
    // Some systems drop a full stop at the end, and Hive has a name for null values.
    if key.len() > LONGEST_KEY || key.is_empty() || key.ends_with('.') || key.starts_with("__HIVE")
    {
        key.truncate(cut);
        let digest = hex(Sha256::digest(name.as_bytes()).get(..8).unwrap_or_default());
        key.push('~');
        key.push_str(&digest);
    }
    key
}

/// The name of a file about an assessment without its extension: the id, escaped if some system
/// reserves that name.
fn stem(assessment: &AssessmentId) -> String {
    const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];
    let id = assessment.as_str();
    let first = id
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_port = ["com", "lpt"].iter().any(|port| {
        first
            .strip_prefix(port)
            .is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|b| b.is_ascii_digit()))
    });
    match id.as_bytes().first() {
        Some(byte) if is_port || RESERVED.contains(&first.as_str()) => {
            format!("%{byte:02X}{}", id.get(1..).unwrap_or_default())
        }
        _ => id.to_owned(),
    }
}

/// The key by which ids are compared regardless of case.
pub fn same_id(assessment: &AssessmentId) -> String {
    assessment.as_str().to_ascii_lowercase()
}

/// The path of the rows of an assessment.
pub fn rows_path(table: Table, custodian: &str, assessment: &AssessmentId) -> String {
    let (key, stem) = (custodian_key(custodian), stem(assessment));
    format!("{table}/custodian_key={key}/{stem}.ndjson")
}

/// The path of the report of an assessment.
pub fn report_path(assessment: &AssessmentId, extension: &str) -> String {
    format!("reports/{}.{extension}", stem(assessment))
}
