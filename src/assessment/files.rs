//! Which files of a directory are part of an assessment.

use crate::assessment::AssessmentDocument;
use crate::diagnostic::{Code, Diagnostic, near};
use crate::error::Error;
use crate::limits;
use crate::location::Location;
use crate::source::{self, Files, LeftOut, Omission, Source, is_document};
use crate::taxonomy::Word;
use std::collections::BTreeSet;
use std::path::Path;

/// What the beginning of a file shows about the assessment that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Head {
    /// The value of its key `assessment`.
    Id(String),
    /// It has no such key, or cannot be parsed.
    Missing,
    /// It has no key of an assessment.
    Foreign,
}

/// Leaves out the files of directories that have no key of an assessment, unless no file has one.
pub(super) fn leave_out_foreign(read: &mut Files) {
    let listed = &read.listed;
    let mut empty = BTreeSet::new();
    for diagnostic in read.diagnostics.iter().filter(|one| is_empty(one)) {
        empty.extend(diagnostic.location.as_ref().map(|at| at.file.clone()));
    }
    let is_foreign = |source: &Source| is_foreign(source, empty.contains(&*source.name));
    let removed = read
        .sources
        .retain(|source| !listed.contains(&*source.name) || !is_foreign(source));
    let is_of_removed = |diagnostic: &Diagnostic| {
        let location = diagnostic.location.as_ref();
        location.is_some_and(|location| removed.iter().any(|name| **name == *location.file))
    };
    read.diagnostics
        .retain(|diagnostic| !is_of_removed(diagnostic));
    let removed = removed.into_iter();
    read.left_out
        .extend(removed.map(|name| LeftOut::new(name, Omission::NoAssessment)));
}

/// A warning for each file that has the name of a document and is not read.
pub(super) fn warnings(left_out: &[LeftOut]) -> impl Iterator<Item = Diagnostic> {
    let documents = left_out.iter().filter(|entry| {
        let is_directory = entry.omission == Omission::OtherKind;
        !is_directory && is_document(Path::new(&entry.name))
    });
    documents.map(|entry| {
        let message = format!("`{}` is not read: {}", entry.name, entry.omission.meaning());
        let help = match entry.omission {
            Omission::LeadsOut => {
                "replace the link by the file that it points to, or remove it if there is none"
            }
            Omission::SpecialFile => {
                "move it out of the directory; only regular files can be read from a directory"
            }
            Omission::Hidden
            | Omission::OtherKind
            | Omission::NoAssessment
            | Omission::Repeated => {
                "pass the file by name to read it, or move it out of the directory"
            }
        };
        Diagnostic::new(Code::SkippedFile, message)
            .at(Location::start_of(&entry.name))
            .help(help)
    })
}

/// The head of a file.
///
/// # Errors
///
/// [`Error::Read`] if it cannot be read.
pub(crate) fn head(path: &Path) -> Result<Head, Error> {
    let Some(bytes) = source::read_bounded(path, limits::BYTES)? else {
        return Ok(Head::Missing);
    };
    if let Some(id) = written_id(&bytes) {
        return Ok(Head::Id(id));
    }
    let (source, diagnostic) = Source::parse(&source::name_of(path), bytes);
    if is_foreign(&source, diagnostic.as_ref().is_some_and(is_empty)) {
        return Ok(Head::Foreign);
    }
    let id = source.scalar("assessment").map(str::to_owned);
    Ok(id.map_or(Head::Missing, Head::Id))
}

/// The id of a file in block style, without parsing it: a single line begins with the key.
fn written_id(bytes: &[u8]) -> Option<String> {
    const KEY: &[u8] = b"assessment:";
    let starts = memchr::memmem::find_iter(bytes, KEY);
    let mut lines = starts.filter(|start| {
        let before = start.checked_sub(1).and_then(|before| bytes.get(before));
        before.is_none_or(|byte| *byte == b'\n')
    });
    let (start, None) = (lines.next()?, lines.next()) else {
        return None;
    };
    let rest = bytes.get(start + KEY.len()..)?;
    let line = rest.split(|byte| matches!(byte, b'\n' | b'\r')).next()?;
    let value = std::str::from_utf8(line).ok()?.strip_prefix(' ')?.trim();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let (value, rest) = value.split_at(value.find(|c| !is_plain(c)).unwrap_or(value.len()));
    let ends = rest.is_empty() || rest.trim_start().starts_with('#') && rest.starts_with(' ');
    (ends && !value.is_empty()).then(|| value.to_owned())
}

/// Whether a file was found to be empty, or to contain only comments.
fn is_empty(diagnostic: &Diagnostic) -> bool {
    diagnostic.code == Code::EmptyDocument
}

fn is_foreign(source: &Source, is_empty: bool) -> bool {
    let Some(keys) = source.top_level_keys() else {
        return is_empty;
    };
    let is_result = source
        .scalar("schema")
        .is_some_and(|schema| schema.starts_with("custody-controls/"));
    let known = AssessmentDocument::KEYS;
    let is_known = |key: &&str| known.contains(key) || near(key, known.iter().copied()).is_some();
    is_result || !keys.iter().any(is_known)
}
