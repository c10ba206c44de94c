//! A statement of applicability of another framework: what it says is read with all its faults, and
//! becomes proposals for the controls of the catalogue that touch the same subjects.
//!
//! A proposal is no claim: it counts as unknown until somebody confirms it. Nothing is guessed. What
//! the crosswalk does not connect, what says nothing of its status, and what is claimed already is
//! left out by name. `docs/format.md` has the columns and words that are understood.

mod propose;
mod table;

pub use propose::{LeftOut, Proposals};

use crate::catalog::Catalog;
use crate::catalog::document::Framework;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest, suggest};
use crate::error::Result;
use crate::id::FrameworkId;
use crate::source::{self, Location, Source, limits};
use crate::taxonomy::{Status, Word};
use indexmap::IndexMap;
use std::path::Path;
use table::{Column, Columns, Record};

/// What a statement of applicability says, line by line.
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
/// // No control of the catalogue touches 8.17.
/// assert!(proposals.left_out.iter().any(|left_out| left_out.what == "8.17"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement {
    /// The name of the file.
    pub name: String,
    /// The framework, edition included.
    pub framework: FrameworkId,
    /// What it says of each reference, in its own order.
    pub lines: IndexMap<String, StatementLine>,
    /// The columns that are not read, by their headings.
    pub unread: Vec<String>,
}

/// What a statement says of a reference, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatementLine {
    /// What it says.
    pub said: Said,
    /// Why, where it says so.
    pub justification: Option<String>,
    /// Anything else, such as where the evidence is.
    pub remark: Option<String>,
    /// Where it says so.
    pub location: Location,
}

/// What a statement says of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// A status.
    Status(Status),
    /// That it is applicable, and not how far it is implemented.
    Applicable,
    /// Nothing.
    Nothing,
}

/// The words of a status that are understood, in lower case, with blanks between words.
const STATUSES: [(Status, &[&str]); 7] = [
    (
        Status::Implemented,
        &["implemented", "fully implemented", "in place"],
    ),
    (Status::Alternative, &["alternative"]),
    (Status::Inherited, &["inherited"]),
    (
        Status::Partial,
        &["partial", "partially implemented", "partly implemented"],
    ),
    (Status::Planned, &["planned"]),
    (Status::NotImplemented, &["not implemented"]),
    (
        Status::NotApplicable,
        &["not applicable", "n/a", "na", "excluded"],
    ),
];

/// What `yes` and `no` are written as.
const ANSWERS: [(bool, &[&str]); 2] = [
    (true, &["yes", "y", "true"]),
    (false, &["no", "n", "false"]),
];

impl Statement {
    /// Reads a statement of applicability from a CSV file.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Read`] where it cannot be read, [`crate::Error::Faulty`] with all its faults.
    pub fn read(path: &Path, framework: &str, catalog: &Catalog) -> Result<Self> {
        let name = path.to_string_lossy().replace('\\', "/");
        let statement = match source::read_bounded(path, limits::BYTES)? {
            Some(bytes) => Self::from_text(&name, bytes, framework, catalog),
            None => Err(Diagnostics::sorted(vec![too_long(&name)])),
        };
        statement.map_err(crate::Error::Faulty)
    }

    /// Reads a statement of applicability from a text.
    ///
    /// # Errors
    ///
    /// All faults of the text.
    pub fn from_text(
        name: &str,
        text: impl Into<Vec<u8>>,
        framework: &str,
        catalog: &Catalog,
    ) -> Result<Self, Diagnostics> {
        let failed = |fault| Diagnostics::sorted(vec![fault]);
        let Some((id, entry)) = catalog.frameworks().get_key_value(framework) else {
            let all = catalog.frameworks().keys().map(FrameworkId::as_str);
            let message = format!("the catalogue leads to no framework `{framework}`");
            let mut fault = Diagnostic::new(Code::UnknownReference, message);
            fault.help = suggest(framework, all);
            return Err(failed(fault));
        };
        let bytes = text.into();
        if bytes.len() as u64 > limits::BYTES {
            return Err(failed(too_long(name)));
        }
        let source = Source::plain(name, bytes).map_err(|fault| failed(*fault))?;
        let mut reading = Reading {
            source: &source,
            catalog,
            framework: entry,
            id,
            faults: Vec::new(),
        };
        match reading.statement() {
            Some(statement) if reading.faults.is_empty() => Ok(statement),
            _ => Err(Diagnostics::sorted(reading.faults)),
        }
    }
}

fn too_long(name: &str) -> Diagnostic {
    Diagnostic::new(Code::LimitExceeded, "the file is longer than 16 MiB")
        .at(Location::start_of(name))
        .help("a statement of applicability has some hundred lines; is this the right file?")
}

struct Reading<'r> {
    source: &'r Source,
    catalog: &'r Catalog,
    framework: &'r Framework,
    id: &'r FrameworkId,
    faults: Vec<Diagnostic>,
}

impl Reading<'_> {
    fn fault(
        &mut self,
        code: Code,
        span: (u32, u32),
        message: impl Into<String>,
        help: Option<String>,
    ) {
        if self.faults.len() < limits::FAULTS {
            let mut fault = table::fault(self.source, code, span, message);
            fault.help = help;
            self.faults.push(fault);
        }
    }

    fn statement(&mut self) -> Option<Statement> {
        let (head, rows) = match table::records(self.source) {
            Ok(records) => records,
            Err(fault) => {
                self.faults.push(*fault);
                return None;
            }
        };
        let Some(head) = head else {
            let help = "begin with headings, such as `reference`, `applicable`, `status`, `justification`, `evidence`";
            let message = "the file holds nothing";
            self.fault(Code::EmptyDocument, (0, 0), message, Some(help.to_owned()));
            return None;
        };
        let columns = self.columns(&head)?;
        if rows.iter().all(Record::is_empty) {
            let help = "write a row for each control, with its reference in the framework";
            let message = "there are headings and no rows below them";
            let span = head.span(None);
            self.fault(Code::EmptyDocument, span, message, Some(help.to_owned()));
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

    /// Where each column stands; none where the table cannot be understood.
    fn columns(&mut self, head: &Record) -> Option<Columns> {
        let columns = Columns::in_headings(head);
        let before = self.faults.len();
        for at in columns.repeated() {
            let heading = head.text(Some(at)).unwrap_or_default();
            let message = format!("`{heading}` means the same as an earlier column");
            let help = Some("keep one of them".to_owned());
            self.fault(Code::RepeatedColumn, head.span(Some(at)), message, help);
        }
        let is_judged =
            columns.of(Column::Status).is_some() || columns.of(Column::Applicable).is_some();
        for (is_there, what, names) in [
            (
                columns.of(Column::Reference).is_some(),
                "the reference",
                "`reference`, `control`, `control id` or `id`",
            ),
            (
                is_judged,
                "the status or the applicability",
                "`status`, `implementation status`, `implemented` or `applicable`",
            ),
        ] {
            if !is_there {
                let message = format!("no column is headed as {what}");
                let help = Some(format!("call it {names}"));
                self.fault(Code::MissingColumn, head.span(None), message, help);
            }
        }
        (self.faults.len() == before).then_some(columns)
    }

    fn line(
        &mut self,
        row: &Record,
        head: &Record,
        columns: &Columns,
        lines: &mut IndexMap<String, StatementLine>,
    ) {
        if self.faults.len() >= limits::FAULTS {
            return;
        }
        if row.len() != head.len() {
            let message = format!(
                "the row has {} cells, and there are {} headings",
                row.len(),
                head.len()
            );
            let help = if row.len() > head.len() {
                "put a cell that holds the sign between cells in quotes"
            } else {
                "give the row a cell for each heading; what is not known stays empty"
            };
            let help = Some(help.to_owned());
            self.fault(Code::NotCsv, row.span(None), message, help);
            return;
        }
        let said = self.said(row, columns, head);
        let at = columns.of(Column::Reference);
        let span = row.span(at);
        let Some(written) = row.text(at) else {
            let message = "this row has no reference";
            self.fault(Code::EmptyText, row.span(None), message, None);
            return;
        };
        let Some(reference) = self.reference(written, span) else {
            return;
        };
        if let Some(earlier) = lines.get(&reference) {
            let message = format!("`{reference}` stands in this table twice");
            let fault = table::fault(self.source, Code::RepeatedItem, span, message)
                .related("the earlier row", Some(earlier.location.clone()));
            self.faults.push(fault);
            return;
        }
        let Some(said) = said else { return };
        let line = StatementLine {
            said,
            justification: columns.texts(Column::Justification, row),
            remark: columns.texts(Column::Remark, row),
            location: self.source.location(span),
        };
        lines.insert(reference, line);
    }

    /// The reference that is meant, as the catalogue writes it.
    fn reference(&mut self, written: &str, span: (u32, u32)) -> Option<String> {
        let framework = self.framework;
        let known = |text: &str| {
            let is_known = framework.references.contains_key(text);
            is_known.then(|| text.to_owned())
        };
        // The annex of ISO/IEC 27001 has the numbers of ISO/IEC 27002 with a letter before them.
        let without_letter = written
            .strip_prefix("A.")
            .or_else(|| written.strip_prefix("A "))
            .map(str::trim);
        if let Some(found) = known(written).or_else(|| known(without_letter?)) {
            return Some(found);
        }
        let id = self.id;
        let message = format!("`{written}` is no reference of `{id}`");
        let asked = without_letter.unwrap_or(written);
        if let Some(help) = self.catalog.in_other_edition(id, asked) {
            self.fault(Code::ReferenceOfOtherEdition, span, message, Some(help));
            return None;
        }
        let all = framework.references.keys().map(String::as_str);
        let help = nearest(asked, all).map_or_else(
            || "the catalogue lists each reference that it knows in its `frameworks`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        self.fault(Code::UnknownReference, span, message, Some(help));
        None
    }

    /// What a row says; none where that is faulty.
    fn said(&mut self, row: &Record, columns: &Columns, head: &Record) -> Option<Said> {
        let status = columns.of(Column::Status);
        let by_status = self.said_by_status(row, status, head);
        let by_applicability = self.said_by_applicability(row, columns.of(Column::Applicable));
        let (by_applicability, by_status) = (by_applicability?, by_status?);
        let excluded = Said::Status(Status::NotApplicable);
        let said = match (by_applicability, by_status) {
            (one, Said::Nothing) => Some(one),
            (Said::Nothing, other) => Some(other),
            (one, other) if one == other => Some(one),
            (Said::Applicable, other) if other != excluded => Some(other),
            (one, Said::Applicable) if one != excluded => Some(one),
            // What does not apply is not implemented either.
            (one, Said::Status(Status::NotImplemented)) if one == excluded => Some(one),
            _ => None,
        };
        if said.is_none() {
            let word = row.text(status).unwrap_or_default();
            let message = format!("`{word}` contradicts what the row says of its applicability");
            let help = Some("decide what is true and say it once".to_owned());
            self.fault(Code::Conflict, row.span(status), message, help);
        }
        said
    }

    fn said_by_status(
        &mut self,
        row: &Record,
        status: Option<usize>,
        head: &Record,
    ) -> Option<Said> {
        // `yes` answers the heading `implemented`, and no other one of a status.
        let is_question = head
            .text(status)
            .is_some_and(|heading| plain(heading) == "implemented");
        match row.text(status).map(plain) {
            None => Some(Said::Nothing),
            Some(word) => match (status_of(&word), answer(&word)) {
                (Some(status), _) => Some(Said::Status(status)),
                (None, Some(true)) if is_question => Some(Said::Status(Status::Implemented)),
                (None, Some(false)) if is_question => Some(Said::Status(Status::NotImplemented)),
                (None, _) if word == "applicable" => Some(Said::Applicable),
                (None, _) => {
                    let word = row.text(status).unwrap_or_default();
                    let message = format!("`{word}` is no status that is understood");
                    let words = Status::words().iter().copied().chain(["applicable"]);
                    let help = suggest(word, words);
                    self.fault(Code::UnknownWord, row.span(status), message, help);
                    None
                }
            },
        }
    }

    fn said_by_applicability(&mut self, row: &Record, applicable: Option<usize>) -> Option<Said> {
        match row.text(applicable).map(plain) {
            None => Some(Said::Nothing),
            Some(word) => match (answer(&word), status_of(&word)) {
                (Some(true), _) => Some(Said::Applicable),
                (Some(false), _) => Some(Said::Status(Status::NotApplicable)),
                (None, Some(status)) => Some(Said::Status(status)),
                (None, None) if word == "applicable" => Some(Said::Applicable),
                (None, None) => {
                    let word = row.text(applicable).unwrap_or_default();
                    let message = format!("`{word}` does not say whether it is applicable");
                    let help = "use one of `yes`, `no`, or the words of a status".to_owned();
                    self.fault(Code::UnknownWord, row.span(applicable), message, Some(help));
                    None
                }
            },
        }
    }
}

/// A text in lower case, with one blank for whatever stands between words.
fn plain(text: &str) -> String {
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, '_' | '-' | '.' | ':'));
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(" ").to_lowercase()
}

fn status_of(word: &str) -> Option<Status> {
    let mut known = STATUSES.iter();
    let found = known.find(|(_, words)| words.contains(&word));
    found.map(|(status, _)| *status)
}

fn answer(word: &str) -> Option<bool> {
    let mut known = ANSWERS.iter();
    let found = known.find(|(_, words)| words.contains(&word));
    found.map(|(answer, _)| *answer)
}
