//! How much a document may hold before it is refused.
//!
//! A real assessment has about 53 values to the kilobyte, half of what is allowed, and its 200
//! claims with their evidence take 60 kB.

/// The total length of the files of an assessment or catalog, in bytes: 16 MiB.
pub const BYTES: u64 = 16 << 20;
/// The length of a stored report that is compared with a later one, in bytes: 64 MiB.
pub const REPORT: u64 = 64 << 20;
/// The length of a request to [`crate::facade`], in bytes: 128 MiB.
pub const REQUEST: usize = 128 << 20;
/// How deep mappings and lists may be nested.
pub const DEPTH: usize = 16;
/// The number of entries in a mapping or list; the largest real one has some hundreds.
pub const ENTRIES: usize = 100_000;
/// The number of wallets in an assessment: each of them has a cell for each control.
pub const WALLETS: usize = 1_000;
/// The length of a text, such as a title or a note, in characters. Reports repeat many texts for each
/// cell.
pub const TEXT: usize = 10_000;
/// The number of evidence items in an assessment.
pub const EVIDENCE: usize = 20_000;
/// The number of assessments of one claim, by person and day.
pub const ASSESSED: usize = 100;
/// The number of earlier claims that one claim replaced.
pub const EARLIER: usize = 100;
/// The number of traits that a catalog declares: each of them is a bit in a set.
pub const TRAITS: usize = 32;
/// The number of controls in a catalog, and of risks: the built-in one and 2,000 of your own fit.
pub const CONTROLS: usize = 2_500;
/// The number of cells of an assessment, and of verdicts of risks for a subject. The built-in catalog
/// and [`WALLETS`] wallets with all traits have about 66,000 cells and 38,000 verdicts.
pub const CELLS: usize = 100_000;
/// What the reports on an assessment repeat for its cells and verdicts, in characters: texts of claims
/// and of evidence for each cell that they are about; 256 Mi.
pub const REPEATED: u64 = 256 << 20;
/// What a forecast lists, in changed cells, risks, subjects and evidence items; it ends before a day
/// on which more would change.
pub const CHANGES: usize = 2_000_000;
/// The number of parameters in a profile: each of them is compared with each wallet.
pub const PARAMETERS: usize = 100;
/// The number of diagnostics that are reported; once they are repaired, the next ones follow.
pub const DIAGNOSTICS: usize = 1_000;
/// The number of words among which a near one is looked for.
pub const NEAR_WORDS: usize = 2_000;
/// The longest line, in bytes, whose columns are counted in characters; beyond it, in bytes.
pub const LINE: usize = 64 << 10;
/// The number of files of an evidence directory that are listed because no item names them.
pub const UNLISTED: usize = 1_000;
/// The number of files in one assessment or catalog.
pub const FILES: usize = 1_000;

/// The number of values in a file of so many bytes, counting those that aliases repeat.
pub fn values(bytes: usize) -> usize {
    50_000 + bytes / 10
}

/// The bytes of text in a file of so many bytes, counting those that aliases repeat.
pub fn text(bytes: usize) -> usize {
    (1 << 20) + bytes * 4
}

/// The number of aliases in a file of so many bytes.
pub fn aliases(bytes: usize) -> usize {
    5_000 + bytes / 100
}
