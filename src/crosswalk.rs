//! Crosswalks: what the evidence of an assessment shows for each reference of another framework.
//!
//! The catalog maps its controls to references of other frameworks, and a report has the verdicts
//! of their instances. A [`Crosswalk`] combines both: it is a pure function of a [`Report`] and the
//! [`Catalog`] with which the report was made.
//!
//! 1. The control instances of a reference are those of all controls that are mapped to it, or that
//!    directly treat a risk that is mapped to it.
//! 2. Its [`ForeignVerdict`] is derived from these instances, without excluded ones, as defined by
//!    `docs/coverage.md`; it is `proven` only if all of them are effective.
//! 3. The verdict is based on mappings; its confidence is that of the weakest of them.
//!
//! A mapping means that a control and a reference address the same subject. It never means that
//! controls cover a reference completely; therefore there is no percentage of a framework and no
//! statement of compliance.

mod statement;

pub use statement::{
    ApplicabilityCount, STATEMENT_SCHEMA, StatementEvidence, StatementOfApplicability,
    StatementReference,
};

use crate::assessment::SubjectId;
use crate::catalog::{Catalog, Control, NamedFramework};
use crate::coverage::{Ratio, Tally};
use crate::date::Date;
use crate::error::Error;
use crate::id::{ClauseNumber, ControlId, FrameworkId, RiskId};
use crate::json::Stored;
use crate::location::Location;
use crate::report::rows::{Field, Row};
use crate::report::{ApplicabilityRow, Facts, Report};
use crate::taxonomy::{
    Confidence, ForeignVerdict, Provenance, RiskVerdict, Severity, Verdict, Word,
};
use crate::text::count;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The identifier and version of the JSON form of a crosswalk. The number is raised by breaking
/// changes.
pub const SCHEMA: &str = "custody-controls/crosswalk/2";
/// The identifier and version of the row of a reference and a control.
pub const ROW_SCHEMA: &str = "custody-controls/crosswalk-row/1";

/// A report evaluated for each reference of another framework.
///
/// ```
/// use custody_controls::taxonomy::ForeignVerdict;
/// use custody_controls::{AssessmentFiles, Catalog, Settings};
///
/// let text = include_str!("../examples/exchange.yaml");
/// let assessment = AssessmentFiles::from_text("exchange.yaml", text).resolve(Catalog::builtin())?;
/// let settings = Settings::on("2026-09-30".parse()?);
/// let report = assessment.measure(&settings).report();
/// let crosswalk = report.crosswalk(Catalog::builtin(), "iso-27002-2022")?;
///
/// for row in &crosswalk.references {
///     // Proven only if every control instance is effective.
///     let is_proven = row.effective.denominator > 0
///         && row.effective.numerator == row.effective.denominator;
///     assert_eq!(row.verdict == ForeignVerdict::Proven, is_proven);
///     assert_eq!(row.verdict == ForeignVerdict::Untouched, row.controls.is_empty());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Crosswalk {
    /// The value of [`SCHEMA`].
    pub schema: String,
    /// The facts of the report.
    pub facts: Facts,
    /// The other framework.
    pub framework: ForeignFramework,
    /// References by verdict, in the order of the vocabulary.
    pub summary: Vec<ForeignCount>,
    /// All references of the framework that the catalog lists, in their order.
    pub references: Vec<ReferenceRow>,
    /// How to read the crosswalk.
    pub method: Vec<String>,
}

impl Stored for Crosswalk {
    const SCHEMA: &'static str = SCHEMA;
}

/// An edition of another framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ForeignFramework {
    /// The id, including the edition.
    pub framework: FrameworkId,
    /// The framework in the catalog whose references these are, if it is another one: Annex A of
    /// ISO/IEC 27001 has those of ISO/IEC 27002.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed_as: Option<FrameworkId>,
    /// The title of the framework.
    pub title: String,
    /// The edition; numbers of other editions differ.
    pub edition: String,
    /// The date of publication of the edition, for an annex that of the list of its references.
    pub published: Date,
    /// The publisher.
    pub publisher: String,
    /// A note on the list of references, such as that it is incomplete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The number of references with a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ForeignCount {
    /// The verdict.
    pub verdict: ForeignVerdict,
    /// The number.
    pub count: u64,
}

/// A reference of another framework and its verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ReferenceRow {
    /// The number or short name.
    pub reference: String,
    /// The title, if it may be reproduced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The verdict of the reference.
    pub verdict: ForeignVerdict,
    /// The confidence of the weakest mapping on which the verdict is based: of the controls that
    /// apply, or of all mappings to the reference if none applies. Absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// The control instances of the reference by verdict.
    pub cells: Tally,
    /// Effective instances, of all that are not excluded.
    pub effective: Ratio,
    /// The controls that are mapped to the reference, by themselves or through the risks that they
    /// treat directly, in catalog order.
    pub controls: Vec<TouchingControl>,
    /// The risks that are mapped to the reference, in catalog order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<MappedRisk>,
    /// What the verdict means and what it does not, in a sentence.
    pub remark: String,
}

/// A control of the catalog that is mapped to a reference of another framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TouchingControl {
    /// The id of the control.
    pub control: ControlId,
    /// The title.
    pub title: String,
    /// The clause.
    pub clause: ClauseNumber,
    /// The confidence of the mapping to the reference.
    pub confidence: Confidence,
    /// The provenance of the control. The mapping itself is an analysis of the catalog.
    pub provenance: Provenance,
    /// The source of the control.
    pub source: String,
    /// The instances of the control by verdict.
    pub cells: Tally,
    /// Effective instances, of all that are not excluded.
    pub effective: Ratio,
    /// The instances of the control: the organization first, then wallets by id. Empty if the
    /// control is not in scope.
    pub subjects: Vec<TouchingCell>,
}

/// A risk of the catalog that is mapped to a reference of another framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MappedRisk {
    /// The id of the risk.
    pub risk: RiskId,
    /// The title.
    pub title: String,
    /// The severity of the consequence.
    pub severity: Severity,
    /// The confidence of the mapping to the reference.
    pub confidence: Confidence,
    /// The verdict for the worst subject; `out-of-scope` if no subject is affected.
    pub verdict: RiskVerdict,
    /// The worst subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst: Option<SubjectId>,
}

/// An instance of a control that is mapped to a reference of another framework.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TouchingCell {
    /// The subject.
    pub subject: SubjectId,
    /// The verdict of the instance.
    pub verdict: Verdict,
    /// The location of the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// Why a crosswalk cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CrosswalkError {
    /// The catalog has no such framework.
    #[error("the catalog has no framework `{name}`")]
    UnknownFramework {
        /// The requested framework.
        name: String,
        /// A similar id, if there is one.
        help: Option<String>,
    },
    /// The report was made with a catalog other than the given one.
    #[error("the report was made with catalog `{of_report}`, not with `{given}`")]
    OtherCatalog {
        /// The catalog of the report, with the beginning of its digest.
        of_report: String,
        /// The given catalog, with the beginning of its digest.
        given: String,
    },
}

impl From<CrosswalkError> for Error {
    fn from(error: CrosswalkError) -> Self {
        Self::Analysis(Box::new(error))
    }
}

impl Report {
    /// Maps the report to each reference of a framework, such as `iso-27002-2022` or `iso-27001`;
    /// [`Catalog::framework`] defines the names.
    ///
    /// # Errors
    ///
    /// Fails if the catalog has no such framework, or is not the one with which the report was
    /// made.
    pub fn crosswalk(
        &self,
        catalog: &Catalog,
        framework: &str,
    ) -> Result<Crosswalk, CrosswalkError> {
        let facts = &self.facts;
        if facts.catalog_sha256 != catalog.sha256() {
            let name =
                |id: &str, digest: &str| format!("{id} ({}…)", digest.get(..12).unwrap_or(digest));
            return Err(CrosswalkError::OtherCatalog {
                of_report: name(facts.catalog.as_str(), &facts.catalog_sha256),
                given: name(catalog.facts().id.as_str(), catalog.sha256()),
            });
        }
        let Some(named) = catalog.framework(framework) else {
            return Err(CrosswalkError::UnknownFramework {
                name: framework.to_owned(),
                help: catalog.framework_help(framework),
            });
        };
        let rows: BTreeMap<&ControlId, &ApplicabilityRow> = self
            .applicability
            .iter()
            .map(|row| (&row.control, row))
            .collect();
        let mut touching: BTreeMap<&str, Vec<TouchingControl>> = BTreeMap::new();
        let mut mapped = self.mapped_risks(catalog, named.listed_as);
        for control in catalog.controls() {
            if let Some(row) = rows.get(&control.id) {
                for (reference, confidence) in mapped_to(control, catalog, named.listed_as) {
                    let control = touching_control(control, confidence, row, catalog);
                    touching.entry(reference).or_default().push(control);
                }
            }
        }
        let by_risk = (!mapped.is_empty()).then_some(METHOD_OF_RISKS);
        let references: Vec<ReferenceRow> = named
            .framework
            .references
            .iter()
            .map(|(reference, known)| {
                let controls = touching.remove(reference.as_str()).unwrap_or_default();
                let risks = mapped.remove(reference.as_str()).unwrap_or_default();
                reference_row(
                    named.written(reference),
                    known.title.clone(),
                    controls,
                    risks,
                )
            })
            .collect();
        let counted = |verdict| ForeignCount {
            verdict,
            count: references
                .iter()
                .filter(|row| row.verdict == verdict)
                .count() as u64,
        };
        Ok(Crosswalk {
            schema: SCHEMA.to_owned(),
            facts: facts.clone(),
            framework: ForeignFramework::of(&named),
            summary: ForeignVerdict::values().into_iter().map(counted).collect(),
            references,
            method: METHOD
                .iter()
                .copied()
                .chain(by_risk)
                .map(str::to_owned)
                .collect(),
        })
    }

    /// The risks that are mapped to each reference of a framework, with their verdicts.
    fn mapped_risks<'c>(
        &self,
        catalog: &'c Catalog,
        framework: &FrameworkId,
    ) -> BTreeMap<&'c str, Vec<MappedRisk>> {
        let mut mapped: BTreeMap<&str, Vec<MappedRisk>> = BTreeMap::new();
        for row in &self.risks {
            let Some(crosswalk) = catalog.risk_crosswalk(&row.risk) else {
                continue;
            };
            for reference in crosswalk.references.get(framework).into_iter().flatten() {
                mapped.entry(reference).or_default().push(MappedRisk {
                    risk: row.risk.clone(),
                    title: row.title.clone(),
                    severity: row.severity,
                    confidence: crosswalk.confidence,
                    verdict: row.verdict,
                    worst: row.worst.clone(),
                });
            }
        }
        mapped
    }
}

impl ForeignFramework {
    fn of(named: &NamedFramework<'_>) -> Self {
        let framework = named.framework;
        Self {
            framework: named.id.clone(),
            listed_as: named.is_annex().then(|| named.listed_as.clone()),
            title: named.title().to_owned(),
            edition: framework.edition.clone(),
            published: framework.published,
            publisher: framework.publisher.clone(),
            note: framework.note.clone(),
        }
    }
}

impl Crosswalk {
    /// A reference by its number or short name, as the crosswalk writes it.
    pub fn reference(&self, reference: &str) -> Option<&ReferenceRow> {
        self.references
            .iter()
            .find(|row| row.reference == reference)
    }

    /// The references to which no control of the catalog is mapped.
    pub fn untouched(&self) -> impl Iterator<Item = &ReferenceRow> {
        let references = self.references.iter();
        references.filter(|row| row.verdict == ForeignVerdict::Untouched)
    }

    /// The references about which the assessment states nothing: nothing of the catalog is mapped to
    /// them, nothing that is mapped applies, or nothing of it has been assessed.
    pub fn not_addressed(&self) -> impl Iterator<Item = &ReferenceRow> {
        use ForeignVerdict::{OutOfScope, Unknown, Untouched};
        let references = self.references.iter();
        references.filter(|row| matches!(row.verdict, Untouched | OutOfScope | Unknown))
    }

    /// Whether risks are mapped to the framework.
    pub fn has_risks(&self) -> bool {
        self.references.iter().any(|row| !row.risks.is_empty())
    }

    /// A row for each reference and each control that is mapped to it, and one for each reference
    /// without such a control.
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

/// How to read the crosswalk.
const METHOD: [&str; 5] = [
    "A mapping means that a control and a reference address the same subject. Mappings are an analysis of the catalog, many to many; they never mean that two texts are equivalent or that one covers the other completely.",
    "The control instances of a reference are those of all controls that are mapped to it. Proven: every instance is effective. Partly-proven: some are. Unproven: all are claimed to be in place, and none is proven. Partial: some are claimed to be in place, at least in part, and none is proven. Absent: none is in place, not even in part. Unknown: none has been assessed.",
    "Excluded instances are left out and counted separately; if all are excluded, so is the reference. Out-of-scope: controls are mapped to it, but none of them applies to a subject of this assessment. Untouched: no control of the catalog is mapped to it, so nothing is known about it.",
    "The confidence is that of the weakest mapping on which the verdict is based.",
    "Coverage of the framework is deliberately not stated: whether the controls that are mapped to a reference satisfy it is for auditors of that framework to decide.",
];

/// The reading of references to which risks are mapped.
const METHOD_OF_RISKS: &str = "Risks are mapped to references of this framework. The controls of such a reference are those that treat its risks directly; each has the confidence of the weakest mapping of these risks.";

/// The references of a framework that a control is mapped to, by itself or through the risks that it
/// treats directly, each with the weakest confidence.
fn mapped_to<'c>(
    control: &'c Control,
    catalog: &'c Catalog,
    framework: &FrameworkId,
) -> IndexMap<&'c str, Confidence> {
    let of_risks = control.directly.iter();
    let of_risks = of_risks.filter_map(|risk| catalog.risk_crosswalk(risk));
    let mut mapped: IndexMap<&str, Confidence> = IndexMap::new();
    for crosswalk in catalog.crosswalk(&control.id).into_iter().chain(of_risks) {
        for reference in crosswalk.references.get(framework).into_iter().flatten() {
            let weakest = mapped.entry(reference).or_insert(crosswalk.confidence);
            // The vocabulary is sorted from high to low.
            *weakest = crosswalk.confidence.max(*weakest);
        }
    }
    mapped
}

fn touching_control(
    control: &Control,
    confidence: Confidence,
    row: &ApplicabilityRow,
    catalog: &Catalog,
) -> TouchingControl {
    let mut cells = Tally::default();
    row.cells.iter().for_each(|cell| cells.add(cell.verdict));
    let details = catalog.details(control);
    TouchingControl {
        control: row.control.clone(),
        title: row.title.clone(),
        clause: row.clause.clone(),
        confidence,
        provenance: details.provenance,
        source: details.source.clone(),
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
    reference: String,
    title: Option<String>,
    controls: Vec<TouchingControl>,
    risks: Vec<MappedRisk>,
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
    // The vocabulary is sorted from high to low, so the weakest is the greatest.
    let weakest = |of: &dyn Fn(&&TouchingControl) -> bool| {
        let controls = controls.iter().filter(of);
        controls.map(|control| control.confidence).max()
    };
    ReferenceRow {
        reference,
        title,
        verdict,
        confidence: weakest(&|control| !control.subjects.is_empty()).or_else(|| weakest(&|_| true)),
        cells,
        effective: cells.proven(),
        remark: remark(verdict, cells, controls.len(), !risks.is_empty()),
        controls,
        risks,
    }
}

/// The verdict of a reference over the instances of all controls that are mapped to it.
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

fn remark(verdict: ForeignVerdict, cells: Tally, controls: usize, by_risk: bool) -> String {
    let (mapped, apply, cover) = match (controls, by_risk) {
        (0, false) => {
            return "no control of the catalog is mapped to it, so nothing is known about it"
                .to_owned();
        }
        (0, true) => {
            return "no control of the catalog treats the risks that are mapped to it directly"
                .to_owned();
        }
        (1, false) => (
            "one control is mapped to it".to_owned(),
            "applies",
            "it covers",
        ),
        (1, true) => (
            "one control treats the risks that are mapped to it".to_owned(),
            "applies",
            "it covers",
        ),
        (many, false) => (
            format!("{many} controls are mapped to it"),
            "apply",
            "they cover",
        ),
        (many, true) => (
            format!("{many} controls treat the risks that are mapped to it"),
            "apply",
            "they cover",
        ),
    };
    let excluded = count(
        cells.excluded,
        "instance is excluded",
        "instances are excluded",
    );
    match verdict {
        ForeignVerdict::OutOfScope => {
            format!("{mapped}, but {apply} to no subject of this assessment")
        }
        ForeignVerdict::Excluded => {
            format!("{mapped}, but nothing is left to evaluate: {excluded}")
        }
        ForeignVerdict::Proven
        | ForeignVerdict::PartlyProven
        | ForeignVerdict::Unproven
        | ForeignVerdict::Partial
        | ForeignVerdict::Absent
        | ForeignVerdict::Unknown
        | ForeignVerdict::Untouched => {
            let without = if cells.excluded > 0 {
                format!("; {excluded}")
            } else {
                String::new()
            };
            format!("{mapped}, which does not mean that {cover} it completely{without}")
        }
    }
}

/// A reference and a control that is mapped to it, as a row.
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
        "catalog_origin",
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
            text(facts.catalog_origin.word()),
        ];
        fields.into_iter().skip(from).for_each(take);
    }
}

/// The row as an object whose keys are the columns.
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
