//! A statement of applicability of another framework, which becomes proposals for the controls of
//! the catalog that map to its references.
//!
//! A proposal is not a claim: its cells are unknown until it is confirmed. Nothing is guessed.
//! References without a mapping or without a status, and controls that have a claim, are listed as
//! not imported. `docs/format.md` describes the recognized columns and words.

mod propose;
mod table;

pub use propose::{NotImported, Proposals};

use crate::catalog::Catalog;
use crate::catalog::document::Framework;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean, suggest};
use crate::error::Result;
use crate::id::FrameworkId;
use crate::limits;
use crate::location::Location;
use crate::source::{self, Source};
use crate::taxonomy::synonym::{self, plain};
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
}

/// A line of a statement: a reference, and what is stated about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatementLine {
    /// The stated status.
    pub stated: StatedStatus,
    /// The justification, if there is one.
    pub justification: Option<String>,
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

/// The recognized words for `yes` and `no`.
const ANSWERS: [(bool, &[&str]); 2] = [
    (true, &["yes", "y", "true"]),
    (false, &["no", "n", "false"]),
];

impl Statement {
    /// Reads a statement of applicability from a CSV file.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Read`] if it cannot be read, [`crate::Error::Invalid`] with all its errors.
    pub fn read(path: &Path, framework: &str, catalog: &Catalog) -> Result<Self> {
        let name = path.to_string_lossy().replace('\\', "/");
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
        let Some((id, entry)) = catalog.frameworks().get_key_value(framework) else {
            let all = catalog.frameworks().keys().map(FrameworkId::as_str);
            let message = format!("unknown framework `{framework}`");
            let mut diagnostic = Diagnostic::new(Code::UnknownReference, message);
            diagnostic.help = suggest(framework, all);
            return Err(failed(diagnostic));
        };
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
    diagnostics: Vec<Diagnostic>,
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
        let (head, rows) = match table::records(self.source) {
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
        let columns = self.columns(&head)?;
        if rows.iter().all(Record::is_empty) {
            let help = "add a row for each control, with its reference in the framework";
            let message = "expected rows below the headings, found none";
            let span = head.span(None);
            self.report(Code::EmptyDocument, span, message, Some(help.to_owned()));
            return None;
        }
        let mut lines: IndexMap<String, StatementLine> = IndexMap::new();
        for row in rows.iter().filter(|row| !row.is_empty()) {
            self.line(row, &head, &columns, &mut lines);
        }
        Some(Statement {
            name: self.source.name.to_string(),
            framework: self.id.clone(),
            lines,
            unread: columns.unread(&head),
        })
    }

    /// The recognized columns; none if a required one is missing or repeated.
    fn columns(&mut self, head: &Record) -> Option<Columns> {
        let columns = Columns::in_headings(head);
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
                let help = Some(format!("add a column with the heading {names}"));
                self.report(Code::MissingColumn, head.span(None), message, help);
            }
        }
        (self.diagnostics.len() == before).then_some(columns)
    }

    fn line(
        &mut self,
        row: &Record,
        head: &Record,
        columns: &Columns,
        lines: &mut IndexMap<String, StatementLine>,
    ) {
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
        let Some(reference) = self.reference(written, span) else {
            return;
        };
        if let Some(earlier) = lines.get(&reference) {
            let message = format!("duplicate reference `{reference}`");
            let diagnostic = table::report(self.source, Code::RepeatedItem, span, message)
                .related("first listed here", Some(earlier.location.clone()))
                .help("keep one of the rows");
            self.diagnostics.push(diagnostic);
            return;
        }
        let Some(stated) = stated else { return };
        let line = StatementLine {
            stated,
            justification: columns.texts(Column::Justification, row),
            remark: columns.texts(Column::Remark, row),
            location: self.source.location(span),
        };
        lines.insert(reference, line);
    }

    /// The reference as it is written in the catalog.
    fn reference(&mut self, written: &str, span: (u32, u32)) -> Option<String> {
        let framework = self.framework;
        let known = |text: &str| {
            let is_known = framework.references.contains_key(text);
            is_known.then(|| text.to_owned())
        };
        // Annex A of ISO/IEC 27001 has the numbers of ISO/IEC 27002 with a letter before them.
        let without_letter = written
            .strip_prefix("A.")
            .or_else(|| written.strip_prefix("A "))
            .map(str::trim);
        if let Some(found) = known(written).or_else(|| known(without_letter?)) {
            return Some(found);
        }
        let id = self.id;
        let message = format!("`{written}` is not a reference of `{id}`");
        let asked = without_letter.unwrap_or(written);
        if let Some(help) = self.catalog.in_other_edition(id, asked) {
            self.report(Code::ReferenceOfOtherEdition, span, message, Some(help));
            return None;
        }
        let all = framework.references.keys().map(String::as_str);
        let help = did_you_mean(asked, all)
            .unwrap_or_else(|| format!("use a reference that the catalog lists under `{id}`"));
        self.report(Code::UnknownReference, span, message, Some(help));
        None
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
        // `yes` and `no` are answers to the heading `implemented` only.
        let is_question = head
            .text(status)
            .is_some_and(|heading| plain(heading) == "implemented");
        match row.text(status).map(plain) {
            None => Some(StatedStatus::Unstated),
            Some(word) => match (synonym::status(&word), answer(&word)) {
                (Some(status), _) => Some(StatedStatus::Status(status)),
                (None, Some(true)) if is_question => {
                    Some(StatedStatus::Status(Status::Implemented))
                }
                (None, Some(false)) if is_question => {
                    Some(StatedStatus::Status(Status::NotImplemented))
                }
                (None, _) if word == "applicable" => Some(StatedStatus::Applicable),
                (None, _) => {
                    let word = row.text(status).unwrap_or_default();
                    let message = format!("`{word}` is not a known status");
                    let words = Status::words().iter().copied().chain(["applicable"]);
                    let help = suggest(word, words);
                    self.report(Code::UnknownWord, row.span(status), message, help);
                    None
                }
            },
        }
    }

    fn applicability_of_row(
        &mut self,
        row: &Record,
        applicable: Option<usize>,
    ) -> Option<StatedStatus> {
        match row.text(applicable).map(plain) {
            None => Some(StatedStatus::Unstated),
            Some(word) => match (answer(&word), synonym::status(&word)) {
                (Some(true), _) => Some(StatedStatus::Applicable),
                (Some(false), _) => Some(StatedStatus::Status(Status::NotApplicable)),
                (None, Some(status)) => Some(StatedStatus::Status(status)),
                (None, None) if word == "applicable" => Some(StatedStatus::Applicable),
                (None, None) => {
                    let word = row.text(applicable).unwrap_or_default();
                    let message = format!("`{word}` is not a known applicability");
                    let help = "use `yes`, `no` or a status".to_owned();
                    self.report(Code::UnknownWord, row.span(applicable), message, Some(help));
                    None
                }
            },
        }
    }
}

fn answer(word: &str) -> Option<bool> {
    let mut known = ANSWERS.iter();
    let found = known.find(|(_, words)| words.contains(&word));
    found.map(|(answer, _)| *answer)
}
