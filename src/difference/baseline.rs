//! A ratchet: a report held against an earlier one that is kept in the repository, so that a gate
//! stops at what got worse and not at what is known.
//!
//! The earlier report is the JSON form of a [`Report`] and comes from strangers as much as an
//! assessment does. Of it only the form, the day, the gaps and the verdicts of cells are read, within
//! [`limits::REPORT`].

use super::{Shift, ShiftCounts, Weight, shift};
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::error::{Error, Result};
use crate::gap::Gap;
use crate::id::AssessmentId;
use crate::limits;
use crate::location::Location;
use crate::report::{Report, SCHEMA};
use crate::source;
use crate::taxonomy::{GapKind, Severity, Verdict};
use serde::Deserialize;
use serde_json::error::Category;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

/// An earlier report, as far as a ratchet needs it.
///
/// ```
/// use custody_controls::difference::baseline::Baseline;
/// use custody_controls::{AssessmentFiles, Catalog, Settings, json};
///
/// let text = include_str!("../../examples/small-firm.yaml");
/// let assessment = AssessmentFiles::from_text("small-firm.yaml", text).resolve(Catalog::builtin())?;
/// let report = assessment.measure(&Settings::on("2026-09-30".parse()?)).report();
/// let mut kept = Vec::new();
/// json::write(&report, &mut kept)?;
/// let ratchet = Baseline::from_json("kept.json", &kept)?.compare(&report);
/// assert!(ratchet.worse.is_empty() && ratchet.unchanged == report.gaps.len() as u64);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Baseline {
    assessment: AssessmentId,
    as_of: Date,
    gaps: BTreeMap<String, (GapKind, Weight)>,
}

/// What became of a report since its baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ratchet {
    /// The assessment of the baseline.
    pub assessment: AssessmentId,
    /// The day of the baseline.
    pub as_of: Date,
    /// How many gaps are new, worse, better, closed and of another kind.
    pub changes: ShiftCounts,
    /// How many gaps are as they were.
    pub unchanged: u64,
    /// The gaps that are new or worse, in the order of the report.
    pub worse: Vec<WorseGap>,
}

/// A gap that is new or worse than in the baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorseGap {
    /// Its id.
    pub id: String,
    /// Whether it is new or worse.
    pub change: Shift,
    /// How much it matters.
    pub severity: Severity,
}

impl Ratchet {
    /// What became of the report, in a sentence.
    pub fn verdict(&self) -> String {
        let moved = match self.changes.moved {
            0 => String::new(),
            moved => format!(", {moved} of another kind"),
        };
        format!(
            "Since the baseline ({} as of {}): {}{moved}; {} as before.",
            self.assessment,
            self.as_of,
            super::counts(self.changes),
            self.unchanged
        )
    }

    /// The gravest severity among gaps that are new or worse.
    pub fn gravest(&self) -> Option<Severity> {
        self.worse.iter().map(|gap| gap.severity).max()
    }
}

/// What is read of a report's JSON form.
#[derive(Deserialize)]
struct Kept<'t> {
    facts: KeptFacts,
    #[serde(borrow)]
    gaps: Vec<KeptGap<'t>>,
    #[serde(borrow)]
    applicability: Vec<KeptControl<'t>>,
}

#[derive(Deserialize)]
struct KeptFacts {
    assessment: AssessmentId,
    as_of: Date,
}

#[derive(Deserialize)]
struct KeptGap<'t> {
    #[serde(borrow)]
    id: Cow<'t, str>,
    kind: GapKind,
    severity: Severity,
}

#[derive(Deserialize)]
struct KeptControl<'t> {
    #[serde(borrow)]
    control: Cow<'t, str>,
    #[serde(borrow)]
    cells: Vec<KeptCell<'t>>,
}

#[derive(Deserialize)]
struct KeptCell<'t> {
    #[serde(borrow)]
    subject: Cow<'t, str>,
    verdict: Verdict,
}

/// What every report says of its form, whatever else its form is.
#[derive(Deserialize)]
struct Form<'t> {
    #[serde(borrow)]
    schema: Option<Cow<'t, str>>,
}

impl Baseline {
    /// What a ratchet needs of a report.
    pub fn of(report: &Report) -> Self {
        Self {
            assessment: report.facts.assessment.clone(),
            as_of: report.facts.as_of,
            gaps: weights(report)
                .map(|(gap, weight)| (gap.id.clone(), (gap.kind, weight)))
                .collect(),
        }
    }

    /// Reads a report that was written as JSON.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] where there is nothing to read, [`Error::Invalid`] where it is no such report.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let name = path.to_string_lossy().replace('\\', "/");
        match source::read_bounded(path, limits::REPORT)? {
            Some(bytes) => Self::from_json(&name, &bytes).map_err(Error::Invalid),
            None => Err(Error::Invalid(too_large(&name))),
        }
    }

    /// Reads a report that was written as JSON from a text.
    ///
    /// # Errors
    ///
    /// What is wrong with the text.
    pub fn from_json(name: &str, text: &[u8]) -> Result<Self, Diagnostics> {
        if text.len() as u64 > limits::REPORT {
            return Err(too_large(name));
        }
        let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
        let fail = |error: &serde_json::Error| report(name, error);
        let form: Form<'_> = serde_json::from_slice(text).map_err(|error| fail(&error))?;
        match form.schema.as_deref() {
            Some(SCHEMA) => {}
            Some(other) => {
                let message = format!(
                    "the file is of the form `{other}`, and a baseline is of the form `{SCHEMA}`"
                );
                return Err(refuse(name, Code::UnknownWord, message));
            }
            None => {
                let message = format!("the file does not say that it is of the form `{SCHEMA}`");
                return Err(refuse(name, Code::MissingKey, message));
            }
        }
        let kept: Kept<'_> = serde_json::from_slice(text).map_err(|error| fail(&error))?;
        let mut cells: BTreeMap<(&str, &str), Verdict> = BTreeMap::new();
        for row in &kept.applicability {
            let of_row = row.cells.iter();
            cells.extend(of_row.map(|cell| ((&*row.control, &*cell.subject), cell.verdict)));
        }
        let mut gaps = BTreeMap::new();
        for gap in &kept.gaps {
            let cell = gap
                .id
                .split_once('@')
                .and_then(|key| cells.get(&key))
                .copied();
            if cell.is_none() && !gap.kind.is_of_risk() {
                let message = format!(
                    "the gap `{}` is of a cell that the report does not have",
                    gap.id
                );
                return Err(refuse(name, Code::UnknownReference, message));
            }
            let weight = Weight::new(gap.severity, cell, gap.kind);
            if gaps
                .insert(gap.id.clone().into_owned(), (gap.kind, weight))
                .is_some()
            {
                let message = format!("the gap `{}` stands twice in the report", gap.id);
                return Err(refuse(name, Code::RepeatedItem, message));
            }
        }
        Ok(Self {
            assessment: kept.facts.assessment,
            as_of: kept.facts.as_of,
            gaps,
        })
    }

    /// Holds a report against this one.
    pub fn compare(&self, report: &Report) -> Ratchet {
        let mut changes = ShiftCounts::default();
        let (mut worse, mut unchanged, mut known) = (Vec::new(), 0, 0);
        for (gap, weight) in weights(report) {
            let kept = self.gaps.get(&gap.id).copied();
            known += u64::from(kept.is_some());
            let change = shift(kept.map(|(_, weight)| weight), Some(weight)).or_else(|| {
                let is_other = kept.is_some_and(|(kind, _)| kind != gap.kind);
                is_other.then_some(Shift::Moved)
            });
            let Some(change) = change else {
                unchanged += 1;
                continue;
            };
            changes.add(change);
            if change.is_worse() {
                worse.push(WorseGap {
                    id: gap.id.clone(),
                    change,
                    severity: gap.severity,
                });
            }
        }
        changes.closed = self.gaps.len() as u64 - known;
        Ratchet {
            assessment: self.assessment.clone(),
            as_of: self.as_of,
            changes,
            unchanged,
            worse,
        }
    }
}

fn weights(report: &Report) -> impl Iterator<Item = (&Gap, Weight)> {
    let rows = report.applicability.iter();
    let cells: BTreeMap<(&str, &str), Verdict> = rows
        .flat_map(|row| {
            let cells = row.cells.iter();
            cells.map(|cell| ((row.control.as_str(), cell.subject.as_str()), cell.verdict))
        })
        .collect();
    report.gaps.iter().map(move |gap| {
        let control = gap.control.as_ref();
        let verdict =
            control.and_then(|control| cells.get(&(control.as_str(), gap.subject.as_str())));
        (gap, Weight::new(gap.severity, verdict.copied(), gap.kind))
    })
}

const HELP: &str = "a baseline is an earlier report: `custody gaps … --format json --output FILE`";

fn refuse(name: &str, code: Code, message: String) -> Diagnostics {
    let diagnostic = Diagnostic::new(code, message)
        .at(Location::start_of(name))
        .help(HELP);
    Diagnostics::sorted(vec![diagnostic])
}

fn too_large(name: &str) -> Diagnostics {
    let message = format!("the report is longer than {} MiB", limits::REPORT >> 20);
    refuse(name, Code::LimitExceeded, message)
}

fn report(name: &str, error: &serde_json::Error) -> Diagnostics {
    let told = error.to_string();
    let told = told.split(" at line ").next().unwrap_or_default();
    let code = match error.classify() {
        Category::Syntax if told.starts_with("recursion limit") => Code::LimitExceeded,
        Category::Data if told.starts_with("missing field") => Code::MissingKey,
        Category::Data if told.starts_with("unknown variant") => Code::UnknownWord,
        Category::Data => Code::WrongType,
        Category::Syntax | Category::Eof | Category::Io => Code::NotJson,
    };
    let message = if code == Code::NotJson {
        format!("this is not JSON: {told}")
    } else {
        format!("this is no report: {told}")
    };
    let (line, column) = (
        crate::index::index(error.line()).max(1),
        crate::index::index(error.column()).max(1),
    );
    let place = Location {
        line,
        column,
        end_line: line,
        end_column: column,
        ..Location::start_of(name)
    };
    Diagnostics::sorted(vec![Diagnostic::new(code, message).at(place).help(HELP)])
}
