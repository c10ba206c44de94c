//! In other frameworks' words: what our evidence says about each reference of another framework.
//!
//! The catalogue knows which of its controls touch a reference of another framework, and a report
//! knows what every cell of these controls has come to. A [`Crosswalk`] puts both together and adds
//! no fact: it is a pure function of a [`Report`] and the [`Catalog`] that it was made with.
//!
//! 1. The cells of a reference are those of all controls that touch it.
//! 2. Its [`ForeignVerdict`] follows from these cells, excluded ones left out, as `docs/coverage.md`
//!    says; it is `proven` only where every one of them is effective.
//! 3. It rests on a mapping that somebody made, and its confidence is that of the weakest one.
//!
//! A mapping says that two texts touch the same subject. Nobody says that our controls cover a
//! reference entirely, so there is no share of a framework here, and no word for compliance.

use crate::assessment::SubjectId;
use crate::catalog::{Catalog, Mapping};
use crate::coverage::{Ratio, Tally};
use crate::date::Date;
use crate::diagnostic::suggest;
use crate::id::{ClauseNumber, ControlId, FrameworkId, RiskId};
use crate::report::rows::{Field, Row};
use crate::report::{ApplicabilityRow, Facts, Report};
use crate::source::Location;
use crate::taxonomy::{Confidence, ForeignVerdict, Provenance, Verdict, Word};
use crate::text::count;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The name and version of the crosswalk's JSON form. A change that breaks readers raises the
/// number.
pub const SCHEMA: &str = "custody-controls/crosswalk/1";
/// The name and version of the row of a reference and a control.
pub const ROW_SCHEMA: &str = "custody-controls/crosswalk-row/1";

/// What a report says about each reference of another framework: owned, complete, in order.
///
/// ```
/// use custody_controls::taxonomy::ForeignVerdict;
/// use custody_controls::{AssessmentFiles, Catalog, Coverage, Crosswalk, Report, Settings};
///
/// let text = include_str!("../examples/exchange.yaml");
/// let assessment = AssessmentFiles::from_text("exchange.yaml", text).resolve(Catalog::builtin())?;
/// let settings = Settings::as_of("2026-09-30".parse()?);
/// let report = Report::new(&Coverage::measure(&assessment, &settings));
/// let crosswalk = Crosswalk::new(&report, Catalog::builtin(), "iso-27002-2022")?;
///
/// for row in &crosswalk.references {
///     // Proven only where every cell that touches it is.
///     let is_proven = row.effective.denominator > 0
///         && row.effective.numerator == row.effective.denominator;
///     assert_eq!(row.verdict == ForeignVerdict::Proven, is_proven);
///     assert_eq!(row.verdict == ForeignVerdict::Untouched, row.controls.is_empty());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Crosswalk {
    /// [`SCHEMA`].
    pub schema: String,
    /// What the report is about and what it was made from.
    pub facts: Facts,
    /// The other framework.
    pub framework: ForeignFramework,
    /// References by verdict, in the order of the vocabulary.
    pub summary: Vec<ForeignCount>,
    /// Every reference that the catalogue lists of the framework, in the order of that list.
    pub references: Vec<ReferenceRow>,
    /// How to read it.
    pub method: Vec<String>,
}

/// Another framework, in one edition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ForeignFramework {
    /// Its id, edition included.
    pub framework: FrameworkId,
    /// What it is called.
    pub title: String,
    /// Its edition; numbers of other editions differ.
    pub edition: String,
    /// The day on which that edition was published.
    pub published: Date,
    /// Who publishes it.
    pub publisher: String,
    /// What a reader should know about the list of references, such as that it is not complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How many references have a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ForeignCount {
    /// The verdict.
    pub verdict: ForeignVerdict,
    /// How many.
    pub count: u64,
}

/// A reference of another framework and what came out for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ReferenceRow {
    /// Its number or short name.
    pub reference: String,
    /// Its title, where that may be repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What the cells that touch it come to.
    pub verdict: ForeignVerdict,
    /// How far the weakest mapping that the verdict rests on can be relied on: of the controls that
    /// apply here, or of all that touch it where none applies. None where nothing touches it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// The cells that touch it, by verdict.
    pub cells: Tally,
    /// How many of them are effective, of how many that are not excluded.
    pub effective: Ratio,
    /// The controls that touch it, in catalogue order.
    pub controls: Vec<TouchingControl>,
    /// What that means and what it does not, in a sentence.
    pub remark: String,
}

/// A control of the catalogue that touches a reference of another framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TouchingControl {
    /// The control.
    pub control: ControlId,
    /// What readers call it.
    pub title: String,
    /// The clause that it belongs to.
    pub clause: ClauseNumber,
    /// How far its mapping to the reference can be relied on.
    pub confidence: Confidence,
    /// How the control was found. That it touches the reference is the catalogue's own analysis.
    pub provenance: Provenance,
    /// Where the substance of the control was found.
    pub source: String,
    /// Its cells, by verdict.
    pub cells: Tally,
    /// How many of them are effective, of how many that are not excluded.
    pub effective: Ratio,
    /// Its cells: the organization first, then wallets by id. None where it applies to nothing here.
    pub subjects: Vec<TouchingCell>,
}

/// A cell that touches a reference of another framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TouchingCell {
    /// The subject.
    pub subject: SubjectId,
    /// The verdict of the cell.
    pub verdict: Verdict,
    /// Where the claim stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// Why a report cannot be told in the words of a framework.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CrosswalkError {
    /// The catalogue has no such framework.
    #[error("the catalogue leads to no framework `{name}`")]
    UnknownFramework {
        /// What was asked for.
        name: String,
        /// What may have been meant.
        help: Option<String>,
    },
    /// The report was made with another catalogue than the one that is given.
    #[error("the report was made with the catalogue `{of_report}`, and `{given}` is another one")]
    OtherCatalog {
        /// The catalogue of the report, with the beginning of its digest.
        of_report: String,
        /// The one that is given, with the beginning of its digest.
        given: String,
    },
}

impl Crosswalk {
    /// What a report says about each reference of a framework, edition included, such as
    /// `iso-27002-2022`.
    ///
    /// # Errors
    ///
    /// Where the catalogue leads to no such framework, or is not the one that the report was made
    /// with.
    pub fn new(
        report: &Report,
        catalog: &Catalog,
        framework: &str,
    ) -> Result<Self, CrosswalkError> {
        let facts = &report.facts;
        if facts.catalog_sha256 != catalog.sha256() {
            let name =
                |id: &str, digest: &str| format!("{id} ({}…)", digest.get(..12).unwrap_or(digest));
            return Err(CrosswalkError::OtherCatalog {
                of_report: name(facts.catalog.as_str(), &facts.catalog_sha256),
                given: name(catalog.facts().id.as_str(), catalog.sha256()),
            });
        }
        let Some((id, entry)) = catalog.frameworks().get_key_value(framework) else {
            let all = catalog.frameworks().keys().map(FrameworkId::as_str);
            return Err(CrosswalkError::UnknownFramework {
                name: framework.to_owned(),
                help: suggest(framework, all),
            });
        };
        let rows: BTreeMap<&ControlId, &ApplicabilityRow> = report
            .applicability
            .iter()
            .map(|row| (&row.control, row))
            .collect();
        let mut touching: BTreeMap<&str, Vec<TouchingControl>> = BTreeMap::new();
        for mapping in catalog.mappings() {
            if mapping.framework_id == id
                && let Some(row) = rows.get(&mapping.control.id)
            {
                let control = touching_control(&mapping, row, catalog);
                touching.entry(mapping.reference).or_default().push(control);
            }
        }
        let references: Vec<ReferenceRow> = entry
            .references
            .iter()
            .map(|(reference, known)| {
                let controls = touching.remove(reference.as_str()).unwrap_or_default();
                reference_row(reference, known.title.clone(), controls)
            })
            .collect();
        let counted = |verdict| ForeignCount {
            verdict,
            count: references
                .iter()
                .filter(|row| row.verdict == verdict)
                .count() as u64,
        };
        Ok(Self {
            schema: SCHEMA.to_owned(),
            facts: facts.clone(),
            framework: ForeignFramework {
                framework: id.clone(),
                title: entry.title.clone(),
                edition: entry.edition.clone(),
                published: entry.published,
                publisher: entry.publisher.clone(),
                note: entry.note.clone(),
            },
            summary: ForeignVerdict::values().into_iter().map(counted).collect(),
            references,
            method: METHOD.iter().map(|line| (*line).to_owned()).collect(),
        })
    }

    /// A reference by its number or short name.
    pub fn reference(&self, reference: &str) -> Option<&ReferenceRow> {
        self.references
            .iter()
            .find(|row| row.reference == reference)
    }

    /// The references that no control of the catalogue touches.
    pub fn untouched(&self) -> impl Iterator<Item = &ReferenceRow> {
        let references = self.references.iter();
        references.filter(|row| row.verdict == ForeignVerdict::Untouched)
    }

    /// A row for each reference and each control that touches it, and one for each reference that
    /// nothing touches.
    pub fn records(&self) -> impl Iterator<Item = CrosswalkRecord<'_>> {
        self.references.iter().flat_map(move |reference| {
            let none = reference.controls.is_empty().then_some(None);
            let controls = reference.controls.iter().map(Some).chain(none);
            controls.map(move |control| CrosswalkRecord {
                schema: ROW_SCHEMA,
                crosswalk: self,
                reference,
                control,
            })
        })
    }
}

/// How to read it.
const METHOD: [&str; 5] = [
    "A mapping says that a control and a reference touch the same subject. It is the analysis of the catalogue, many to many, and never says that two texts are equivalent or that one covers the other entirely.",
    "The cells of a reference are those of all controls that touch it. Proven: every cell is effective. Partly-proven: some are. Unproven: all are said to be in place, and none is proven. Partial: some are said to be in place, at least in part, and none is proven. Absent: none is in place, not even in part. Unknown: nobody has looked at any of them.",
    "Excluded cells are left out and counted beside; where all are excluded, so is the reference. Out-of-scope: controls touch it, and none of them applies here. Untouched: no control of the catalogue touches it, so nothing here speaks about it.",
    "The confidence is that of the weakest mapping that a verdict rests on.",
    "There is no share of the framework, on purpose: whether what touches a reference is enough for it is for whoever audits against that framework to say.",
];

fn touching_control(
    mapping: &Mapping<'_>,
    row: &ApplicabilityRow,
    catalog: &Catalog,
) -> TouchingControl {
    let mut cells = Tally::default();
    row.cells.iter().for_each(|cell| cells.add(cell.verdict));
    let details = catalog.control_details(&row.control);
    TouchingControl {
        control: row.control.clone(),
        title: row.title.clone(),
        clause: row.clause.clone(),
        confidence: mapping.confidence,
        provenance: details.map_or(Provenance::Own, |details| details.provenance),
        source: details
            .map(|details| details.source.clone())
            .unwrap_or_default(),
        cells,
        effective: cells.proven(),
        subjects: row
            .cells
            .iter()
            .map(|cell| TouchingCell {
                subject: cell.subject.clone(),
                verdict: cell.verdict,
                location: cell.location.clone(),
            })
            .collect(),
    }
}

fn reference_row(
    reference: &str,
    title: Option<String>,
    controls: Vec<TouchingControl>,
) -> ReferenceRow {
    let mut cells = Tally::default();
    for cell in controls.iter().flat_map(|control| &control.subjects) {
        cells.add(cell.verdict);
    }
    let verdict = if controls.is_empty() {
        ForeignVerdict::Untouched
    } else {
        verdict(cells)
    };
    // The vocabulary goes from high to low, so the weakest is the greatest.
    let weakest = |of: &dyn Fn(&&TouchingControl) -> bool| {
        let controls = controls.iter().filter(of);
        controls.map(|control| control.confidence).max()
    };
    ReferenceRow {
        reference: reference.to_owned(),
        title,
        verdict,
        confidence: weakest(&|control| !control.subjects.is_empty()).or_else(|| weakest(&|_| true)),
        cells,
        effective: cells.proven(),
        remark: remark(verdict, cells, &controls),
        controls,
    }
}

/// The verdict over the cells of all controls that touch a reference.
fn verdict(cells: Tally) -> ForeignVerdict {
    let counted = cells.denominator();
    if counted == 0 {
        if cells.excluded > 0 {
            ForeignVerdict::Excluded
        } else {
            ForeignVerdict::OutOfScope
        }
    } else if cells.effective == counted {
        ForeignVerdict::Proven
    } else if cells.effective > 0 {
        ForeignVerdict::PartlyProven
    } else if cells.unproven == counted {
        ForeignVerdict::Unproven
    } else if cells.unproven + cells.partial > 0 {
        ForeignVerdict::Partial
    } else if cells.unknown == counted {
        ForeignVerdict::Unknown
    } else {
        ForeignVerdict::Absent
    }
}

fn remark(verdict: ForeignVerdict, cells: Tally, controls: &[TouchingControl]) -> String {
    let (touch, they) = match controls.len() {
        0 => {
            return "no control of the catalogue touches it, so nothing here speaks about it"
                .to_owned();
        }
        1 => ("one control touches it".to_owned(), "it"),
        many => (format!("{many} controls touch it together"), "they"),
    };
    let excluded = count(cells.excluded, "cell is excluded", "cells are excluded");
    match verdict {
        ForeignVerdict::OutOfScope => {
            let apply = if they == "it" { "applies" } else { "apply" };
            format!("{touch}, and {they} {apply} to nothing here")
        }
        ForeignVerdict::Excluded => format!("{touch}, and nothing is left to judge: {excluded}"),
        ForeignVerdict::Proven
        | ForeignVerdict::PartlyProven
        | ForeignVerdict::Unproven
        | ForeignVerdict::Partial
        | ForeignVerdict::Absent
        | ForeignVerdict::Unknown
        | ForeignVerdict::Untouched => {
            let covers = if they == "it" { "covers" } else { "cover" };
            let beside = if cells.excluded > 0 {
                format!("; {excluded}")
            } else {
                String::new()
            };
            format!("{touch}; nobody says that {they} {covers} it entirely{beside}")
        }
    }
}

/// A reference and a control that touches it, as a row.
#[derive(Clone, Copy, Debug)]
pub struct CrosswalkRecord<'r> {
    schema: &'static str,
    crosswalk: &'r Crosswalk,
    reference: &'r ReferenceRow,
    control: Option<&'r TouchingControl>,
}

impl Row for CrosswalkRecord<'_> {
    const COLUMNS: &'static [&'static str] = &[
        "schema",
        "assessment",
        "custodian",
        "jurisdiction",
        "as_of",
        "catalog",
        "catalog_version",
        "catalog_sha256",
        "framework",
        "edition",
        "reference",
        "title",
        "verdict",
        "confidence",
        "control",
        "clause",
        "control_title",
        "control_confidence",
        "control_provenance",
        "effective",
        "counted",
        "excluded",
        "remark",
    ];

    fn each_field<'s>(&'s self, from: usize, take: impl FnMut(Field<'s>)) {
        let (facts, framework) = (&self.crosswalk.facts, &self.crosswalk.framework);
        let (reference, control) = (self.reference, self.control);
        let text = |text: &'s str| Field::Text(Cow::Borrowed(text));
        let maybe = |found: Option<&'s str>| found.map_or(Field::Empty, text);
        let number = |number: u64| Field::Number(i64::try_from(number).unwrap_or(i64::MAX));
        let of_control = |found: fn(&TouchingControl) -> u64| {
            control.map_or(Field::Number(0), |control| number(found(control)))
        };
        let fields = [
            text(self.schema),
            text(facts.assessment.as_str()),
            text(&facts.custodian),
            maybe(facts.jurisdiction.as_deref()),
            Field::Day(facts.as_of),
            text(facts.catalog.as_str()),
            text(&facts.catalog_version),
            text(&facts.catalog_sha256),
            text(framework.framework.as_str()),
            text(&framework.edition),
            text(&reference.reference),
            maybe(reference.title.as_deref()),
            text(reference.verdict.word()),
            maybe(reference.confidence.map(Word::word)),
            maybe(control.map(|control| control.control.as_str())),
            maybe(control.map(|control| control.clause.as_str())),
            maybe(control.map(|control| control.title.as_str())),
            maybe(control.map(|control| control.confidence.word())),
            maybe(control.map(|control| control.provenance.word())),
            of_control(|control| control.effective.numerator),
            of_control(|control| control.effective.denominator),
            of_control(|control| control.cells.excluded),
            text(&reference.remark),
        ];
        fields.into_iter().skip(from).for_each(take);
    }
}

/// As an object whose keys are the columns.
impl Serialize for CrosswalkRecord<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            Self::COLUMNS
                .iter()
                .zip(self.fields())
                .map(|(column, field)| {
                    let value = match field {
                        Field::Empty => serde_json::Value::Null,
                        Field::Number(number) => number.into(),
                        Field::Day(day) => day.to_string().into(),
                        Field::Text(text) => text.into_owned().into(),
                        Field::Risks(risks) => risks.iter().map(RiskId::as_str).collect(),
                        Field::Texts(texts) => texts.iter().map(AsRef::as_ref).collect(),
                    };
                    (column, value)
                }),
        )
    }
}
