//! A ratchet: a report is compared with an earlier one that is stored in the repository, so that a gate
//! fails if something got worse, and not because of what is known.
//!
//! The earlier report is the JSON form of a [`Report`] and is untrusted, as an assessment is. Only its
//! schema, its day, its catalog, its gaps, its doubts, the verdicts of its cells and what they cite for a
//! shortfall are read, within [`limits::REPORT`].

use super::reused::{self, Reused, Shortfalls};
use super::{Shift, ShiftCounts, Weight, shift};
use crate::date::Date;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::doubt::DoubtCode;
use crate::error::{Error, Result};
use crate::gap::Gap;
use crate::id::{AssessmentId, CatalogId};
use crate::json::hint;
use crate::limits;
use crate::location::Location;
use crate::report::{Facts, Report, SCHEMA};
use crate::source;
use crate::taxonomy::{GapKind, Severity, Verdict};
use serde::Deserialize;
use serde_json::error::Category;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
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
/// let mut stored = Vec::new();
/// json::write(&report, &mut stored)?;
/// let ratchet = Baseline::from_json("stored.json", &stored)?.compare(&report);
/// assert!(ratchet.worse.is_empty() && ratchet.unchanged == report.gaps.len() as u64);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Baseline {
    assessment: AssessmentId,
    as_of: Date,
    catalog: CatalogVersion,
    doubts: BTreeSet<String>,
    gaps: BTreeMap<String, (GapKind, Weight)>,
    shortfalls: Shortfalls,
}

/// A catalog and what identifies its content.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CatalogVersion {
    /// Its id.
    pub id: CatalogId,
    /// Its version.
    pub version: String,
    /// The SHA-256 of its canonical form.
    pub sha256: String,
}

impl CatalogVersion {
    fn of(facts: &Facts) -> Self {
        Self {
            id: facts.catalog.clone(),
            version: facts.catalog_version.clone(),
            sha256: facts.catalog_sha256.clone(),
        }
    }
}

impl fmt::Display for CatalogVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digest = self.sha256.get(..12).unwrap_or(&self.sha256);
        write!(f, "{} {}, SHA-256 {digest}…", self.id, self.version)
    }
}

/// How a report changed since its baseline.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ratchet {
    /// The assessment of the baseline.
    pub assessment: AssessmentId,
    /// The day of the baseline.
    pub as_of: Date,
    /// The number of gaps that are new, worse, better, closed and of another kind.
    pub changes: ShiftCounts,
    /// The number of gaps that did not change.
    pub unchanged: u64,
    /// The gaps that are new or worse, in the order of the report.
    pub worse: Vec<WorseGap>,
    /// The doubts that the baseline does not have, in the order of the report. All doubts are new
    /// if the baseline was written before reports had doubts.
    pub doubts: Vec<NewDoubt>,
    /// The evidence items that showed a shortfall in the baseline and are now cited as proof, although
    /// they are not newer than what showed the shortfall.
    pub reused: Vec<Reused>,
    /// The catalogs of the baseline and of the report, if they differ. Gaps with different catalogs
    /// are not comparable, so a gate must not pass.
    pub catalogs: Option<[CatalogVersion; 2]>,
}

/// A doubt that the baseline does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewDoubt {
    /// Its id.
    pub id: String,
    /// Its code.
    pub code: DoubtCode,
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
    /// How the report changed, in a sentence.
    pub fn headline(&self) -> String {
        let moved = match self.changes.moved {
            0 => String::new(),
            moved => format!(", {moved} of another kind"),
        };
        let doubts = match self.doubts.len() {
            0 => String::new(),
            1 => " 1 doubt is new.".to_owned(),
            new => format!(" {new} doubts are new."),
        };
        let catalogs = match &self.catalogs {
            None => String::new(),
            Some([before, after]) => format!(
                " The catalog differs from that of the baseline, so the gaps are not comparable: it was {before}; it is {after}. Check the new catalog, then write a new baseline."
            ),
        };
        format!(
            "Since the baseline ({} as of {}): {}{moved}; {} unchanged.{doubts}{}{catalogs}",
            self.assessment,
            self.as_of,
            super::counts(self.changes),
            self.unchanged,
            reused::sentence(&self.reused),
        )
    }

    /// The highest severity among gaps that are new or worse.
    pub fn highest_severity(&self) -> Option<Severity> {
        self.worse.iter().map(|gap| gap.severity).max()
    }
}

/// What is read of the JSON form of a report.
#[derive(Deserialize)]
struct StoredReport<'t> {
    facts: StoredFacts,
    #[serde(borrow)]
    gaps: Vec<StoredGap<'t>>,
    #[serde(borrow)]
    applicability: Vec<StoredControl<'t>>,
    #[serde(borrow, default)]
    doubts: Vec<StoredDoubt<'t>>,
    #[serde(borrow, default)]
    evidence: Vec<StoredEvidence<'t>>,
}

#[derive(Deserialize)]
struct StoredEvidence<'t> {
    #[serde(borrow)]
    evidence: Cow<'t, str>,
    collected: Date,
}

#[derive(Deserialize)]
struct StoredFacts {
    assessment: AssessmentId,
    as_of: Date,
    catalog: CatalogId,
    catalog_version: String,
    catalog_sha256: String,
}

#[derive(Deserialize)]
struct StoredDoubt<'t> {
    #[serde(borrow)]
    id: Cow<'t, str>,
}

#[derive(Deserialize)]
struct StoredGap<'t> {
    #[serde(borrow)]
    id: Cow<'t, str>,
    kind: GapKind,
    severity: Severity,
}

#[derive(Deserialize)]
struct StoredControl<'t> {
    #[serde(borrow)]
    control: Cow<'t, str>,
    #[serde(borrow)]
    cells: Vec<StoredCell<'t>>,
}

#[derive(Deserialize)]
struct StoredCell<'t> {
    #[serde(borrow)]
    subject: Cow<'t, str>,
    verdict: Verdict,
    #[serde(borrow, default)]
    part_evidence: Vec<Cow<'t, str>>,
    #[serde(borrow, default)]
    observations: Vec<Cow<'t, str>>,
}

/// The schema of a stored report.
#[derive(Deserialize)]
struct StoredSchema<'t> {
    #[serde(borrow)]
    schema: Option<Cow<'t, str>>,
}

impl Baseline {
    /// What a ratchet needs of a report.
    pub fn of(report: &Report) -> Self {
        Self {
            assessment: report.facts.assessment.clone(),
            as_of: report.facts.as_of,
            catalog: CatalogVersion::of(&report.facts),
            doubts: report.doubts.iter().map(|doubt| doubt.id.clone()).collect(),
            gaps: weights(report)
                .map(|(gap, weight)| (gap.id.clone(), (gap.kind, weight)))
                .collect(),
            shortfalls: Shortfalls::of(report),
        }
    }

    /// Reads a stored report.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] if the file cannot be read, [`Error::Invalid`] if it is not such a report.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let name = source::name_of(path);
        match source::read_bounded(path, limits::REPORT)? {
            Some(bytes) => Self::from_json(&name, &bytes).map_err(Error::Invalid),
            None => Err(Error::Invalid(too_large(&name))),
        }
    }

    /// Reads a stored report from a text.
    ///
    /// # Errors
    ///
    /// The diagnostics of the text.
    pub fn from_json(name: &str, text: &[u8]) -> Result<Self, Diagnostics> {
        if text.len() as u64 > limits::REPORT {
            return Err(too_large(name));
        }
        let text = source::utf8(name, text).map_err(|mut diagnostic| {
            let help = diagnostic.help.take().unwrap_or_default();
            Diagnostics::sorted(vec![diagnostic.help(format!("{help}; {HELP}"))])
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let fail = |error: &serde_json::Error| invalid(name, error);
        let form: StoredSchema<'_> = serde_json::from_str(text).map_err(|error| fail(&error))?;
        match form.schema.as_deref() {
            Some(SCHEMA | EARLIER_SCHEMA) => {}
            Some(other) => {
                let hint = hint(SCHEMA, other);
                let message = format!("expected schema `{SCHEMA}`, found `{other}`{hint}");
                return Err(refuse(name, Code::UnknownWord, message));
            }
            None => {
                let message = format!("missing key `schema`: expected `{SCHEMA}`");
                return Err(refuse(name, Code::MissingKey, message));
            }
        }
        let stored: StoredReport<'_> = serde_json::from_str(text).map_err(|error| fail(&error))?;
        let mut cells: BTreeMap<(&str, &str), Verdict> = BTreeMap::new();
        for row in &stored.applicability {
            let of_row = row.cells.iter();
            cells.extend(of_row.map(|cell| ((&*row.control, &*cell.subject), cell.verdict)));
        }
        let rows = stored.evidence.iter();
        let collected = rows.map(|row| (&*row.evidence, row.collected));
        let collected: BTreeMap<&str, Date> = collected.collect();
        let mut shortfalls = Shortfalls::default();
        for row in &stored.applicability {
            for cell in &row.cells {
                let items = cell.part_evidence.iter().chain(&cell.observations);
                shortfalls.add((&row.control, &cell.subject), items.map(|id| &**id), |id| {
                    collected.get(id).copied()
                });
            }
        }
        let mut gaps = BTreeMap::new();
        for gap in &stored.gaps {
            let cell = gap
                .id
                .split_once('@')
                .and_then(|key| cells.get(&key))
                .copied();
            if cell.is_none() && !gap.kind.is_of_risk() {
                let message = format!("the report has no cell for the gap `{}`", gap.id);
                return Err(refuse(name, Code::UnknownReference, message));
            }
            let weight = Weight::new(gap.severity, cell, gap.kind);
            if gaps
                .insert(gap.id.clone().into_owned(), (gap.kind, weight))
                .is_some()
            {
                let message = format!("duplicate gap `{}`", gap.id);
                return Err(refuse(name, Code::RepeatedItem, message));
            }
        }
        Ok(Self {
            assessment: stored.facts.assessment,
            as_of: stored.facts.as_of,
            catalog: CatalogVersion {
                id: stored.facts.catalog,
                version: stored.facts.catalog_version,
                sha256: stored.facts.catalog_sha256,
            },
            doubts: stored
                .doubts
                .into_iter()
                .map(|doubt| doubt.id.into_owned())
                .collect(),
            gaps,
            shortfalls,
        })
    }

    /// Compares a report with this one.
    pub fn compare(&self, report: &Report) -> Ratchet {
        let mut changes = ShiftCounts::default();
        let (mut worse, mut unchanged, mut known) = (Vec::new(), 0, 0);
        for (gap, weight) in weights(report) {
            let stored = self.gaps.get(&gap.id).copied();
            known += u64::from(stored.is_some());
            let Some(change) = change(stored, (gap.kind, weight)) else {
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
            doubts: report
                .doubts
                .iter()
                .filter(|doubt| !self.doubts.contains(&doubt.id))
                .map(|doubt| NewDoubt {
                    id: doubt.id.clone(),
                    code: doubt.code(),
                })
                .collect(),
            reused: self.shortfalls.reused(report),
            catalogs: (self.catalog.sha256 != report.facts.catalog_sha256)
                .then(|| [self.catalog.clone(), CatalogVersion::of(&report.facts)]),
        }
    }
}

/// How a gap of a report changed; none if it did not.
pub(super) fn change(
    before: Option<(GapKind, Weight)>,
    (kind, weight): (GapKind, Weight),
) -> Option<Shift> {
    shift(before.map(|(_, weight)| weight), Some(weight)).or_else(|| {
        let is_other = before.is_some_and(|(before, _)| before != kind);
        is_other.then_some(Shift::Moved)
    })
}

/// The gaps of a report with their weights.
pub(super) fn weights(report: &Report) -> impl Iterator<Item = (&Gap, Weight)> {
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

/// The form before reports had doubts. The rest of what is read is the same.
const EARLIER_SCHEMA: &str = "custody-controls/report/1";

const HELP: &str = "a baseline is a stored report: `custody gaps … --format json --output FILE`";

fn refuse(name: &str, code: Code, message: String) -> Diagnostics {
    let diagnostic = Diagnostic::new(code, message)
        .at(Location::start_of(name))
        .help(HELP);
    Diagnostics::sorted(vec![diagnostic])
}

fn too_large(name: &str) -> Diagnostics {
    let message = format!("the report is larger than {} MiB", limits::REPORT >> 20);
    refuse(name, Code::LimitExceeded, message)
}

fn invalid(name: &str, error: &serde_json::Error) -> Diagnostics {
    let described = error.to_string();
    let described = described.split(" at line ").next().unwrap_or_default();
    let code = match error.classify() {
        Category::Syntax if described.starts_with("recursion limit") => Code::LimitExceeded,
        Category::Data if described.starts_with("missing field") => Code::MissingKey,
        Category::Data if described.starts_with("unknown variant") => Code::UnknownWord,
        Category::Data => Code::WrongType,
        Category::Syntax | Category::Eof | Category::Io => Code::NotJson,
    };
    let message = if code == Code::NotJson {
        format!("not valid JSON: {described}")
    } else {
        format!("not a report: {described}")
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
