//! A table in CSV: headings and rows, each cell with its position.

use super::words::plain_heading;
use crate::catalog::{NamedReference, ReferenceReader};
use crate::diagnostic::{Code, Diagnostic};
use crate::index::index;
use crate::limits;
use crate::source::{LONE_CARRIAGE_RETURN, SAVE_WITH_LINE_FEEDS, Source};

/// The largest number of columns.
const COLUMNS: usize = 1_000;

/// A recognized column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Reference,
    Applicable,
    Status,
    Justification,
    /// Why the control was selected, which states nothing about what is in place.
    Inclusion,
    /// Why the control was not selected.
    Exclusion,
    Remark,
    Title,
}

/// The recognized headings, in the form of [`plain_heading`]. Names of the framework before
/// them are allowed, such as in `ISO 27001 control`.
const HEADINGS: [(Column, &[&str]); 8] = [
    (
        Column::Reference,
        &[
            "reference",
            "reference id",
            "ref",
            "ref id",
            "ref no",
            "control",
            "control id",
            "control identifier",
            "control no",
            "control nr",
            "control number",
            "control code",
            "control ref",
            "control reference",
            "id",
            "no",
            "nr",
            "number",
            "clause",
            "annex a",
            "annex a control",
            "subcategory",
            "subcategory id",
            "requirement",
            "requirement id",
        ],
    ),
    (
        Column::Applicable,
        &[
            "applicable",
            "applicability",
            "applicability decision",
            "applies",
            "appl",
            "is applicable",
            "in scope",
            "included",
        ],
    ),
    (
        Column::Status,
        &[
            "status",
            "status of implementation",
            "state of implementation",
            "implementation status",
            "implementation state",
            "implementation level",
            "level of implementation",
            "implementation",
            "implemented",
            "control status",
            "current status",
            "compliance status",
            "compliance",
        ],
    ),
    (
        Column::Justification,
        &["justification", "reason", "rationale"],
    ),
    (
        Column::Inclusion,
        &[
            "justification for inclusion",
            "reason for inclusion",
            "reason for selection",
            "justification of inclusion",
            "inclusion justification",
        ],
    ),
    (
        Column::Exclusion,
        &[
            "justification for exclusion",
            "reason for exclusion",
            "justification of exclusion",
            "exclusion justification",
            "justification for inclusion/exclusion",
            "justification for inclusion or exclusion",
            "reason for inclusion/exclusion",
            "reason for inclusion or exclusion",
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

fn column_of(heading: &str, references: &ReferenceReader<'_>) -> Option<Column> {
    let heading = plain_heading(heading);
    let words: Vec<&str> = heading.split(' ').collect();
    let of_framework = words.iter().take_while(|word| references.is_name(word));
    (0..=of_framework.count()).find_map(|skipped| {
        let rest = words.get(skipped..)?.join(" ");
        let mut known = HEADINGS.iter();
        let found = known.find(|(_, names)| names.contains(&rest.as_str()));
        found.map(|(column, _)| *column)
    })
}

/// The recognized columns and their positions.
pub(super) struct Columns(Vec<(Column, usize)>);

impl Columns {
    pub(super) fn in_headings(head: &Record, references: &ReferenceReader<'_>) -> Self {
        let headings = head.cells.iter().enumerate();
        let columns =
            headings.filter_map(|(at, heading)| Some((column_of(heading, references)?, at)));
        Self(columns.collect())
    }

    /// Of several columns that may contain the references, keeps the one that does. The others are
    /// numbers of rows or titles.
    pub(super) fn choose_reference(&mut self, rows: &[Record], references: &ReferenceReader<'_>) {
        let candidates: Vec<usize> = self.of_kind(Column::Reference).collect();
        if candidates.len() < 2 {
            return;
        }
        let is_read = |cell: &str| references.read(cell) != NamedReference::Unlisted;
        let count = |at: usize| {
            let cells = rows.iter().filter_map(|row| row.text(Some(at)));
            cells.filter(|cell| is_read(cell)).count()
        };
        let counts: Vec<usize> = candidates.iter().map(|at| count(*at)).collect();
        let most = counts.iter().copied().max().unwrap_or_default();
        for (at, count) in candidates.iter().zip(counts) {
            if count < most {
                let mut columns = self.0.iter_mut();
                if let Some(column) = columns.find(|(_, other)| other == at) {
                    column.0 = Column::Title;
                }
            }
        }
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
        let texts: Vec<String> = texts.map(|text| text.replace("\r\n", "\n")).collect();
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

/// A carriage return without a line feed that ends a line, rather than one within quotes.
fn lone_line_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut is_quoted = false;
    bytes.iter().enumerate().find_map(|(at, byte)| {
        is_quoted ^= *byte == b'"';
        let is_alone = *byte == b'\r' && bytes.get(at + 1) != Some(&b'\n');
        (is_alone && !is_quoted).then_some(at)
    })
}

/// The headings and all rows below.
pub(super) fn records(
    source: &Source,
    references: &ReferenceReader<'_>,
) -> Result<Table, Box<Diagnostic>> {
    let text = source.text.as_str();
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let from = text.len() - body.len();
    if let Some(at) = lone_line_end(text) {
        let diagnostic = report(
            source,
            Code::NotCsv,
            (index(at), index(at + 1)),
            LONE_CARRIAGE_RETURN,
        );
        return Err(Box::new(diagnostic.help(SAVE_WITH_LINE_FEEDS)));
    }
    if is_markdown(body) {
        let message = "expected CSV, found a Markdown table";
        let diagnostic = report(source, Code::NotCsv, (index(from), index(from)), message);
        let help = "write a row as `A.5.15;yes;implemented`, or export the table as CSV (UTF-8)";
        return Err(Box::new(diagnostic.help(help)));
    }
    if let Some((separator, length)) = named_separator(body) {
        return records_by(source, separator, from + length, usize::MAX);
    }
    let mut best = (b',', (0, 0));
    for separator in [b',', b';', b'\t', b'|'] {
        let head = match records_by(source, separator, from, 1) {
            Ok((head, _)) => head,
            Err(diagnostic) if diagnostic.code == Code::LimitExceeded => return Err(diagnostic),
            Err(_) => None,
        };
        let recognized = head.map(|head| {
            let recognized = Columns::in_headings(&head, references).0.len();
            (recognized, head.len())
        });
        if let Some(recognized) = recognized.filter(|recognized| *recognized > best.1) {
            best = (separator, recognized);
        }
    }
    records_by(source, best.0, from, usize::MAX)
}

/// The separator that a first line such as `sep=;` names to spreadsheets, and how long the line is.
fn named_separator(body: &str) -> Option<(u8, usize)> {
    let end = body.find('\n')? + 1;
    let line = body.get(..end)?.trim_end_matches(['\r', '\n']);
    let line = line.trim_matches('"');
    let (key, separator) = line.split_once('=')?;
    match separator.as_bytes() {
        [separator @ (b',' | b';' | b'\t' | b'|')] if key.eq_ignore_ascii_case("sep") => {
            Some((*separator, end))
        }
        _ => None,
    }
}

/// Whether a text has a line that parts the headings of a Markdown table from its rows.
fn is_markdown(body: &str) -> bool {
    let mut lines = body.lines().take(100).map(str::trim);
    lines.any(|line| {
        line.contains("--")
            && line.contains('|')
            && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
    })
}

/// The first records from a byte on, at most a number of them.
fn records_by(
    source: &Source,
    separator: u8,
    from: usize,
    most: usize,
) -> Result<Table, Box<Diagnostic>> {
    let text = source.text.as_str();
    let body = text.get(from..).unwrap_or_default();
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(body.as_bytes());
    let mut records: Vec<Record> = Vec::new();
    let mut filled = 0;
    for record in reader.records() {
        if filled == most {
            break;
        }
        let at = |position: Option<&::csv::Position>| {
            let byte = position.map_or(0, ::csv::Position::byte);
            from + usize::try_from(byte).unwrap_or_default()
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
        let is_long = |cell: &str| cell.len() > limits::TEXT && cell.chars().count() > limits::TEXT;
        if let Some(long) = record.iter().position(is_long) {
            let message = format!("expected at most {} characters in a cell", limits::TEXT);
            let help = "shorten it, or write it in a document and cite that";
            let place = spans
                .get(long)
                .or(spans.first())
                .copied()
                .unwrap_or_default();
            let diagnostic = report(source, Code::LimitExceeded, place, message);
            return Err(Box::new(diagnostic.help(help)));
        }
        let record = Record {
            cells: record.iter().map(str::to_owned).collect(),
            spans,
        };
        filled += usize::from(!record.is_empty());
        records.push(record);
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
