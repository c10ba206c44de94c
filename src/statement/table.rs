//! A table in CSV: headings and rows, each cell with its position.

use super::plain;
use crate::diagnostic::{Code, Diagnostic};
use crate::index::index;
use crate::limits;
use crate::source::Source;

/// The largest number of columns.
const COLUMNS: usize = 1_000;

/// A recognized column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Reference,
    Applicable,
    Status,
    Justification,
    Remark,
    Title,
}

/// The recognized headings, in lower case, separated by single spaces.
const HEADINGS: [(Column, &[&str]); 6] = [
    (
        Column::Reference,
        &[
            "reference",
            "ref",
            "control",
            "control id",
            "control no",
            "control number",
            "control reference",
            "id",
            "no",
            "number",
            "clause",
            "annex a",
            "annex a control",
        ],
    ),
    (
        Column::Applicable,
        &["applicable", "applicability", "applies"],
    ),
    (
        Column::Status,
        &[
            "status",
            "implementation status",
            "implementation",
            "implemented",
        ],
    ),
    (
        Column::Justification,
        &[
            "justification",
            "reason",
            "rationale",
            "justification for exclusion",
            "justification for inclusion",
            "reason for exclusion",
            "reason for inclusion",
        ],
    ),
    (
        Column::Remark,
        &[
            "evidence", "remark", "remarks", "comment", "comments", "note", "notes",
        ],
    ),
    (
        Column::Title,
        &[
            "title",
            "name",
            "control title",
            "control name",
            "description",
        ],
    ),
];

fn column_of(heading: &str) -> Option<Column> {
    let heading = plain(heading);
    let mut known = HEADINGS.iter();
    let found = known.find(|(_, names)| names.contains(&heading.as_str()));
    found.map(|(column, _)| *column)
}

/// The recognized columns and their positions.
pub(super) struct Columns(Vec<(Column, usize)>);

impl Columns {
    pub(super) fn in_headings(head: &Record) -> Self {
        let headings = head.cells.iter().enumerate();
        let columns = headings.filter_map(|(at, heading)| Some((column_of(heading)?, at)));
        Self(columns.collect())
    }

    /// The first column of a kind.
    pub(super) fn of(&self, wanted: Column) -> Option<usize> {
        self.of_kind(wanted).next()
    }

    fn of_kind(&self, wanted: Column) -> impl Iterator<Item = usize> {
        let all = self.0.iter();
        all.filter(move |(column, _)| *column == wanted)
            .map(|(_, at)| *at)
    }

    /// Columns with the same meaning as an earlier one, if only one is allowed.
    pub(super) fn repeated(&self) -> Vec<usize> {
        [Column::Reference, Column::Applicable, Column::Status]
            .into_iter()
            .flat_map(|column| self.of_kind(column).skip(1))
            .collect()
    }

    /// The texts of a row in all columns of a kind.
    pub(super) fn texts(&self, wanted: Column, row: &Record) -> Option<String> {
        let texts = self.of_kind(wanted).filter_map(|at| row.text(Some(at)));
        let texts: Vec<&str> = texts.collect();
        (!texts.is_empty()).then(|| texts.join("; "))
    }

    /// The headings that are not recognized.
    pub(super) fn unread(&self, head: &Record) -> Vec<String> {
        let is_read = |at: &usize| self.0.iter().any(|(_, read)| read == at);
        let headings = head.cells.iter().enumerate();
        let unread = headings.filter(|(at, heading)| !is_read(at) && !heading.trim().is_empty());
        unread
            .map(|(_, heading)| heading.trim().to_owned())
            .collect()
    }
}

/// A row of the table, with the byte span of each cell.
pub(super) struct Record {
    cells: Vec<String>,
    spans: Vec<(u32, u32)>,
}

impl Record {
    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }

    /// The text of a column, if it has one.
    pub(super) fn text(&self, column: Option<usize>) -> Option<&str> {
        let text = self.cells.get(column?)?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// The byte span of a cell, or of the whole row.
    pub(super) fn span(&self, column: Option<usize>) -> (u32, u32) {
        let first = self.spans.first().map_or(0, |span| span.0);
        let whole = (first, self.spans.last().map_or(first, |span| span.1));
        column
            .and_then(|column| self.spans.get(column).copied())
            .unwrap_or(whole)
    }
}

/// The headings, and all rows below.
pub(super) type Table = (Option<Record>, Vec<Record>);

pub(super) fn report(
    source: &Source,
    code: Code,
    span: (u32, u32),
    message: impl Into<String>,
) -> Diagnostic {
    source.diagnostic(code, message, span)
}

/// The headings and all rows below. The separator is the comma, semicolon or tab with which the
/// headings are recognized.
pub(super) fn records(source: &Source) -> Result<Table, Box<Diagnostic>> {
    let first = records_by(source, b',');
    let is_recognized = |found: &Result<Table, Box<Diagnostic>>| {
        let head = found.as_ref().ok().and_then(|(head, _)| head.as_ref());
        head.is_some_and(|head| Columns::in_headings(head).0.len() > 1)
    };
    if is_recognized(&first) {
        return first;
    }
    let mut others = [b';', b'\t']
        .into_iter()
        .map(|separator| records_by(source, separator));
    others.find(is_recognized).unwrap_or(first)
}

fn records_by(source: &Source, separator: u8) -> Result<Table, Box<Diagnostic>> {
    let text = source.text.as_str();
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let skipped = text.len() - body.len();
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(body.as_bytes());
    let mut records = Vec::new();
    for record in reader.records() {
        let at = |position: Option<&::csv::Position>| {
            let byte = position.map_or(0, ::csv::Position::byte);
            skipped + usize::try_from(byte).unwrap_or_default()
        };
        let record = record.map_err(|error| {
            let start = index(at(error.position()));
            Box::new(report(source, Code::NotCsv, (start, start), "invalid CSV"))
        })?;
        let (spans, is_closed) = spans(text, at(record.position()), separator);
        if !is_closed {
            let opened = spans.last().map_or(0, |span| span.0);
            let message = "unclosed quote";
            let diagnostic = report(source, Code::NotCsv, (opened, opened + 1), message);
            let help = "close it; write a quote within quotes twice";
            return Err(Box::new(diagnostic.help(help)));
        }
        let too_many = if records.len() > limits::ENTRIES {
            Some(format!("expected at most {} rows", limits::ENTRIES))
        } else if record.len() > COLUMNS {
            Some(format!("expected at most {COLUMNS} cells in a row"))
        } else {
            None
        };
        if let Some(message) = too_many {
            let help = "check the file: a statement of applicability has a few hundred rows";
            let start = spans.first().copied().unwrap_or_default();
            let diagnostic = report(source, Code::LimitExceeded, start, message);
            return Err(Box::new(diagnostic.help(help)));
        }
        records.push(Record {
            cells: record.iter().map(str::to_owned).collect(),
            spans,
        });
    }
    let Some(head) = records.iter().position(|record| !record.is_empty()) else {
        return Ok((None, Vec::new()));
    };
    let rows = records.split_off(head + 1);
    Ok((records.pop(), rows))
}

/// The byte spans of the cells of the record that begins at a byte, without quotes around them, and
/// whether its last quote is closed.
fn spans(text: &str, start: usize, separator: u8) -> (Vec<(u32, u32)>, bool) {
    let bytes = text.as_bytes();
    let ends = |byte: Option<&u8>| {
        byte.is_none_or(|byte| *byte == separator || matches!(byte, b'\r' | b'\n'))
    };
    let mut at = start;
    while matches!(bytes.get(at), Some(b'\r' | b'\n')) {
        at += 1;
    }
    let mut spans = Vec::new();
    loop {
        let is_quoted = bytes.get(at) == Some(&b'"');
        let first = at + usize::from(is_quoted);
        let mut end = first;
        while is_quoted && bytes.get(end).is_some() {
            match (bytes.get(end), bytes.get(end + 1)) {
                (Some(b'"'), Some(b'"')) => end += 2,
                (Some(b'"'), _) => break,
                _ => end += 1,
            }
        }
        if is_quoted && bytes.get(end).is_none() {
            spans.push((index(at), index(end)));
            return (spans, false);
        }
        let mut next = end;
        while !ends(bytes.get(next)) {
            next += 1;
        }
        spans.push((index(first), index(if is_quoted { end } else { next })));
        if bytes.get(next) != Some(&separator) {
            return (spans, true);
        }
        at = next + 1;
    }
}
