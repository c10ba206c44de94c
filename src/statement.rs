//! A statement of applicability of another framework, which becomes proposals for the controls of
//! the catalog that map to its references.
//!
//! A proposal is not a claim: its cells are unknown until it is confirmed. Nothing is guessed.
//! References without a mapping or without a status, and controls that have a claim, are listed as
//! not imported. `docs/format.md` describes the recognized columns and words.

mod propose;
mod table;
mod words;

pub use propose::{NotImported, Proposals};

use crate::catalog::document::Framework;
use crate::catalog::{Catalog, NamedReference, ReferenceReader};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean, suggest};
use crate::error::Result;
use crate::id::FrameworkId;
use crate::limits;
use crate::location::Location;
use crate::source::{self, Source};
use crate::taxonomy::{Status, Word};
use indexmap::IndexMap;
use std::path::Path;
use table::{Column, Columns, Record};

/// A statement of applicability, line by line.
///
/// ```
/// use custody_controls::{AssessmentFiles, Catalog, statement::Statement};
///
/// let catalog = Catalog::builtin();
/// let table = "Control;Applicable;Status\n5.28;yes;implemented\n8.17;yes;implemented\n";
/// let statement = Statement::from_text("soa.csv", table, "iso-27002-2022", catalog)?;
///
/// let like = include_str!("../examples/small-firm.yaml");
/// let like = AssessmentFiles::from_text("small-firm.yaml", like).resolve(catalog)?;
/// let proposals = statement.propose(&like);
/// let claims = proposals.document.claims.values().flatten();
/// assert!(claims.into_iter().all(|claim| claim.proposed.is_some()));
/// // No control of the catalog maps to 8.17.
/// assert!(proposals.not_imported.iter().any(|entry| entry.what == "8.17"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement {
    /// The name of the file.
    pub name: String,
    /// The framework, including its edition.
    pub framework: FrameworkId,
    /// The line of each reference, in the order of the statement.
    pub lines: IndexMap<String, StatementLine>,
    /// The columns that were not recognized, by their headings.
    pub unread: Vec<String>,
    /// Rows without an effect: withdrawn references, and rows that state nothing about a number that
    /// the catalog does not list.
    pub skipped: Vec<NotImported>,
    /// What was read, but may have been meant differently.
    pub warnings: Diagnostics,
}

/// A line of a statement: a reference, and what is stated about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatementLine {
    /// The stated status.
    pub stated: StatedStatus,
    /// The stated status in the words of the statement, if they differ from its own.
    pub written: Option<String>,
    /// The reference that a spreadsheet may have shortened to this one by a trailing zero.
    pub unshortened: Option<String>,
    /// The justification, if there is one and its heading is neutral.
    pub justification: Option<String>,
    /// Why the control was selected.
    pub inclusion: Option<String>,
    /// Why the control was not selected.
    pub exclusion: Option<String>,
    /// Remarks, such as where the evidence is.
    pub remark: Option<String>,
    /// Where the line is.
    pub location: Location,
}

/// The status that a statement gives for a reference.
///
/// Closed: a statement gives a status, or only the applicability, or neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatedStatus {
    /// A status.
    Status(Status),
    /// It is applicable; whether it is implemented is not stated.
    Applicable,
    /// Nothing is stated.
    Unstated,
}

impl Statement {
    /// Reads a statement of applicability from a CSV file.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Read`] if it cannot be read, [`crate::Error::Invalid`] with all its errors.
    pub fn read(path: &Path, framework: &str, catalog: &Catalog) -> Result<Self> {
        let name = source::name_of(path);
        let statement = match source::read_bounded(path, limits::BYTES)? {
            Some(bytes) => Self::from_text(&name, bytes, framework, catalog),
            None => Err(Diagnostics::sorted(vec![too_long(&name)])),
        };
        statement.map_err(crate::Error::Invalid)
    }

    /// Reads a statement of applicability from a text.
    ///
    /// # Errors
    ///
    /// All errors in the text.
    pub fn from_text(
        name: &str,
        text: impl Into<Vec<u8>>,
        framework: &str,
        catalog: &Catalog,
    ) -> Result<Self, Diagnostics> {
        let failed = |diagnostic| Diagnostics::sorted(vec![diagnostic]);
        let Some(named) = catalog.framework(framework) else {
            let message = format!("unknown framework `{framework}`");
            let mut diagnostic = Diagnostic::new(Code::UnknownReference, message);
            diagnostic.help = catalog.framework_help(framework);
            return Err(failed(diagnostic));
        };
        let (id, entry) = (named.listed_as, named.framework);
        let bytes = text.into();
        if bytes.len() as u64 > limits::BYTES {
            return Err(failed(too_long(name)));
        }
        let source = Source::plain(name, bytes).map_err(|diagnostic| failed(*diagnostic))?;
        let mut reading = Reading {
            source: &source,
            catalog,
            framework: entry,
            id,
            references: ReferenceReader::new(id, entry),
            rows: Rows::default(),
            diagnostics: Vec::new(),
        };
        match reading.statement() {
            Some(statement) if reading.diagnostics.is_empty() => Ok(statement),
            _ => Err(Diagnostics::sorted(reading.diagnostics)),
        }
    }
}

fn too_long(name: &str) -> Diagnostic {
    Diagnostic::new(Code::LimitExceeded, "the file exceeds 16 MiB")
        .at(Location::start_of(name))
        .help("check the file: a statement of applicability has a few hundred rows")
}

struct Reading<'r> {
    source: &'r Source,
    catalog: &'r Catalog,
    framework: &'r Framework,
    id: &'r FrameworkId,
    references: ReferenceReader<'r>,
    rows: Rows,
    diagnostics: Vec<Diagnostic>,
}

/// What was read of the rows.
#[derive(Default)]
struct Rows {
    lines: IndexMap<String, StatementLine>,
    skipped: Vec<NotImported>,
    /// The lines whose reference is written as a decimal number.
    numbers: Vec<(String, (u32, u32))>,
    /// Whether a decimal number ends in a zero: then the zeros of the others were kept as well.
    has_trailing_zero: bool,
}

impl Reading<'_> {
    fn report(
        &mut self,
        code: Code,
        span: (u32, u32),
        message: impl Into<String>,
        help: Option<String>,
    ) {
        if self.diagnostics.len() < limits::DIAGNOSTICS {
            let mut diagnostic = table::report(self.source, code, span, message);
            diagnostic.help = help;
            self.diagnostics.push(diagnostic);
        }
    }

    fn statement(&mut self) -> Option<Statement> {
        let (head, rows) = match table::records(self.source, &self.references) {
            Ok(records) => records,
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                return None;
            }
        };
        let Some(head) = head else {
            let help = "start with headings, such as `reference`, `applicable`, `status`, `justification`, `evidence`";
            let message = "empty file";
            self.report(Code::EmptyDocument, (0, 0), message, Some(help.to_owned()));
            return None;
        };
        let columns = self.columns(&head, &rows)?;
        if rows.iter().all(Record::is_empty) {
            let help = "add a row for each control, with its reference in the framework";
            let message = "expected rows below the headings, found none";
            let span = head.span(None);
            self.report(Code::EmptyDocument, span, message, Some(help.to_owned()));
            return None;
        }
        for row in rows.iter().filter(|row| !row.is_empty()) {
            self.line(row, &head, &columns);
        }
        let warnings = self.shortened();
        let rows = std::mem::take(&mut self.rows);
        Some(Statement {
            name: self.source.name.to_string(),
            framework: self.id.clone(),
            lines: rows.lines,
            unread: columns.unread(&head),
            skipped: rows.skipped,
            warnings,
        })
    }

    /// Marks the references that a spreadsheet may have shortened, such as `5.10` to `5.1`, and warns
    /// of them.
    fn shortened(&mut self) -> Diagnostics {
        let mut warnings = Vec::new();
        let numbers = std::mem::take(&mut self.rows.numbers);
        for (reference, span) in numbers {
            let Some(longer) = self.unshortened(&reference) else {
                continue;
            };
            if self.rows.has_trailing_zero {
                continue;
            }
            let message = format!("`{reference}` may be `{longer}` without its trailing zero");
            let help = format!(
                "compare with the original; `'{reference}` and `'{longer}` are read as they are written"
            );
            let code = Code::AmbiguousReference;
            warnings.push(self.source.diagnostic(code, message, span).help(help));
            if let Some(line) = self.rows.lines.get_mut(&reference) {
                line.unshortened = Some(longer);
            }
        }
        Diagnostics::sorted(warnings)
    }

    /// The reference that a spreadsheet would shorten to this one, because it takes it for a number.
    fn unshortened(&self, reference: &str) -> Option<String> {
        let longer = format!("{reference}0");
        let is_listed = self.framework.references.contains_key(&longer);
        (is_decimal(reference) && is_listed).then_some(longer)
    }

    /// The recognized columns; none if a required one is missing or repeated.
    fn columns(&mut self, head: &Record, rows: &[Record]) -> Option<Columns> {
        let mut columns = Columns::in_headings(head, &self.references);
        columns.choose_reference(rows, &self.references);
        let before = self.diagnostics.len();
        for at in columns.repeated() {
            let heading = head.text(Some(at)).unwrap_or_default();
            let message = format!("`{heading}` has the same meaning as an earlier column");
            let help = Some("keep one of them".to_owned());
            self.report(Code::RepeatedColumn, head.span(Some(at)), message, help);
        }
        let is_judged =
            columns.of(Column::Status).is_some() || columns.of(Column::Applicable).is_some();
        for (is_there, what, names) in [
            (
                columns.of(Column::Reference).is_some(),
                "references",
                "`reference`, `control`, `control id` or `id`",
            ),
            (
                is_judged,
                "status or applicability",
                "`status`, `implementation status`, `implemented` or `applicable`",
            ),
        ] {
            if !is_there {
                let message = format!("missing column for {what}");
                let unread = columns.unread(head);
                let unread = unread.iter().take(5);
                let unread: Vec<String> = unread.map(|heading| format!("`{heading}`")).collect();
                let mut help = format!("add a column with the heading {names}");
                if !unread.is_empty() {
                    help = format!("{help}; not recognized: {}", unread.join(", "));
                }
                let help = Some(help);
                self.report(Code::MissingColumn, head.span(None), message, help);
            }
        }
        (self.diagnostics.len() == before).then_some(columns)
    }

    fn line(&mut self, row: &Record, head: &Record, columns: &Columns) {
        if self.diagnostics.len() >= limits::DIAGNOSTICS {
            return;
        }
        if row.len() != head.len() {
            let message = format!(
                "expected {} cells, as in the headings, found {}",
                head.len(),
                row.len()
            );
            let help = if row.len() > head.len() {
                "quote cells that contain the separator"
            } else {
                "add a cell for each heading; leave unknown ones empty"
            };
            let help = Some(help.to_owned());
            self.report(Code::NotCsv, row.span(None), message, help);
            return;
        }
        let stated = self.stated(row, columns, head);
        let at = columns.of(Column::Reference);
        let span = row.span(at);
        let Some(written) = row.text(at) else {
            let help = Some("add the reference, or remove the row".to_owned());
            let message = "missing reference in this row";
            self.report(Code::EmptyText, row.span(None), message, help);
            return;
        };
        let reference = match self.references.read(written) {
            NamedReference::Listed(reference) => reference.to_owned(),
            NamedReference::Withdrawn(reference) => {
                let why = "this edition of the framework withdrew it";
                self.skip(reference, why, span);
                return;
            }
            NamedReference::Several => {
                let message = format!("`{written}` names several references");
                let help = Some("write a row for each reference".to_owned());
                self.report(Code::UnknownReference, span, message, help);
                return;
            }
            NamedReference::Unlisted => {
                if stated == Some(StatedStatus::Unstated) {
                    let why = "the catalog lists no such reference, and the row gives no status";
                    self.skip(written, why, span);
                } else {
                    self.unlisted(written, span);
                }
                return;
            }
        };
        if is_decimal(written) {
            self.rows.has_trailing_zero |= written.ends_with('0');
            self.rows.numbers.push((reference.clone(), span));
        }
        if let Some(earlier) = self.rows.lines.get(&reference) {
            let message = format!("duplicate reference `{reference}`");
            let longer = self.unshortened(&reference).filter(|_| is_decimal(written));
            let help = longer.map_or_else(
                || "keep one of the rows".to_owned(),
                |longer| format!("keep one of the rows; if one of them is `{longer}`, a spreadsheet dropped its zero: format the column as text"),
            );
            let diagnostic = table::report(self.source, Code::RepeatedItem, span, message)
                .related("first listed here", Some(earlier.location.clone()))
                .help(help);
            self.diagnostics.push(diagnostic);
            return;
        }
        let Some(stated) = stated else { return };
        let line = StatementLine {
            stated,
            written: written_status(stated, row, columns),
            unshortened: None,
            justification: columns.texts(Column::Justification, row),
            inclusion: columns.texts(Column::Inclusion, row),
            exclusion: columns.texts(Column::Exclusion, row),
            remark: columns.texts(Column::Remark, row),
            location: self.source.location(span),
        };
        self.rows.lines.insert(reference, line);
    }

    fn skip(&mut self, what: &str, why: &str, span: (u32, u32)) {
        self.rows.skipped.push(NotImported {
            what: what.to_owned(),
            title: None,
            why: why.to_owned(),
            location: Some(self.source.location(span)),
        });
    }

    /// Reports a reference that the catalog does not list.
    fn unlisted(&mut self, written: &str, span: (u32, u32)) {
        let id = self.id;
        let message = format!("the catalog lists no reference `{written}` of `{id}`");
        if let Some(help) = self.catalog.in_other_edition(id, written) {
            self.report(Code::ReferenceOfOtherEdition, span, message, Some(help));
            return;
        }
        let all = self.framework.references.keys().map(String::as_str);
        let help = did_you_mean(written, all).unwrap_or_else(|| {
            "correct it, remove the row, or leave its status empty to have it listed as not imported".to_owned()
        });
        self.report(Code::UnknownReference, span, message, Some(help));
    }

    /// The status that a row gives; none if it is invalid.
    fn stated(&mut self, row: &Record, columns: &Columns, head: &Record) -> Option<StatedStatus> {
        let status = columns.of(Column::Status);
        let by_status = self.status_of_row(row, status, head);
        let by_applicability = self.applicability_of_row(row, columns.of(Column::Applicable));
        let (by_applicability, by_status) = (by_applicability?, by_status?);
        let excluded = StatedStatus::Status(Status::NotApplicable);
        let stated = match (by_applicability, by_status) {
            (one, StatedStatus::Unstated) => Some(one),
            (StatedStatus::Unstated, other) => Some(other),
            (one, other) if one == other => Some(one),
            (StatedStatus::Applicable, other) if other != excluded => Some(other),
            (one, StatedStatus::Applicable) if one != excluded => Some(one),
            // A control that is not applicable is not implemented either.
            (one, StatedStatus::Status(Status::NotImplemented)) if one == excluded => Some(one),
            _ => None,
        };
        if stated.is_none() {
            let word = row.text(status).unwrap_or_default();
            let message = format!("status `{word}` contradicts the applicability in this row");
            let help = Some("correct the status or the applicability".to_owned());
            self.report(Code::Conflict, row.span(status), message, help);
        }
        stated
    }

    fn status_of_row(
        &mut self,
        row: &Record,
        status: Option<usize>,
        head: &Record,
    ) -> Option<StatedStatus> {
        let is_question = head.text(status).is_some_and(words::is_question);
        let Some(word) = row.text(status) else {
            return Some(StatedStatus::Unstated);
        };
        let stated = words::status(word, is_question);
        if stated.is_none() {
            let message = format!("`{word}` is not a known status");
            let all = Status::words().iter().copied().chain(["applicable"]);
            let help = or_leave_empty(suggest(word, all));
            self.report(Code::UnknownWord, row.span(status), message, Some(help));
        }
        stated
    }

    fn applicability_of_row(
        &mut self,
        row: &Record,
        applicable: Option<usize>,
    ) -> Option<StatedStatus> {
        let Some(word) = row.text(applicable) else {
            return Some(StatedStatus::Unstated);
        };
        let stated = words::applicability(word);
        if stated.is_none() {
            let message = format!("`{word}` is not a known applicability");
            let help = or_leave_empty(Some("use `yes`, `no` or a status".to_owned()));
            self.report(Code::UnknownWord, row.span(applicable), message, Some(help));
        }
        stated
    }
}

/// Help for a word that is not known. No word of a vocabulary is right if the control has not been assessed.
fn or_leave_empty(help: Option<String>) -> String {
    let empty = "leave the cell empty if the control has not been assessed";
    help.map_or_else(|| empty.to_owned(), |help| format!("{help} ({empty})"))
}

/// The words of a row for its status, if they do not contain the word of the status.
fn written_status(stated: StatedStatus, row: &Record, columns: &Columns) -> Option<String> {
    let StatedStatus::Status(status) = stated else {
        return None;
    };
    let word = row.text(columns.of(Column::Status))?;
    let is_same = words::plain(word).contains(&words::plain(status.word()));
    let is_of_status = words::status(word, true) == Some(stated);
    (is_of_status && !is_same).then(|| word.to_owned())
}

/// Whether a text is a decimal number to a spreadsheet, such as `5.1`.
fn is_decimal(text: &str) -> bool {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.')
        .is_some_and(|(whole, part)| is_number(whole) && is_number(part))
}
