//! A statement of applicability of another framework: every reference in the order of the framework,
//! whether it is applicable and why, and what the claims on the mapped controls show about it.
//!
//! Nothing is concluded from a missing mapping: whether a reference is applicable to which no control
//! is mapped, or whose mapped controls are all excluded, remains for the firm to decide.

use super::{Crosswalk, CrosswalkError, ForeignFramework, ReferenceRow};
use crate::catalog::Catalog;
use crate::coverage::Ratio;
use crate::date::Date;
use crate::id::{ControlId, EvidenceId, PersonId, RiskId};
use crate::json::Stored;
use crate::report::rows::{ApplicabilityRecord, row_of};
use crate::report::{ApplicabilityRow, CellRow, EvidenceRow, Facts, Report};
use crate::taxonomy::{
    Applicability, Confidence, EvidenceState, ForeignVerdict, Status, Verdict, Word,
};
use crate::text::count;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The identifier and version of the JSON form of a statement of applicability. The number is raised
/// by breaking changes.
pub const STATEMENT_SCHEMA: &str = "custody-controls/statement-of-applicability/1";
/// The identifier and version of the row of a reference.
const ROW_SCHEMA: &str = "custody-controls/applicability-row/1";

/// The number of controls whose titles a reason has.
const TITLES: usize = 3;

/// A statement of applicability of another framework.
///
/// ```
/// use custody_controls::taxonomy::{Applicability, ForeignVerdict};
/// use custody_controls::{AssessmentFiles, Catalog, Settings};
///
/// let text = include_str!("../../examples/exchange.yaml");
/// let assessment = AssessmentFiles::from_text("exchange.yaml", text).resolve(Catalog::builtin())?;
/// let settings = Settings::on("2026-09-30".parse()?);
/// let report = assessment.measure(&settings).report();
/// let statement = report.statement_of_applicability(Catalog::builtin(), "iso-27001")?;
///
/// assert_eq!(statement.references.len(), 93);
/// for row in &statement.references {
///     assert!(row.reference.starts_with("A."));
///     // Nothing is known about a reference to which no control is mapped.
///     let is_untouched = row.status == ForeignVerdict::Untouched;
///     assert!(!is_untouched || row.applicability == Applicability::Undecided);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StatementOfApplicability {
    /// The value of [`STATEMENT_SCHEMA`].
    pub schema: String,
    /// The facts of the report.
    pub facts: Facts,
    /// The framework.
    pub framework: ForeignFramework,
    /// Whether the titles of references may be reproduced. If not, the firm adds those of its copy.
    pub has_titles: bool,
    /// References by applicability, in the order of the vocabulary.
    pub summary: Vec<ApplicabilityCount>,
    /// All references of the framework that the catalog lists, in their order.
    pub references: Vec<StatementReference>,
    /// How to read the statement.
    pub method: Vec<String>,
}

impl Stored for StatementOfApplicability {
    const SCHEMA: &'static str = STATEMENT_SCHEMA;
}

/// The number of references with an applicability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ApplicabilityCount {
    /// The applicability.
    pub applicability: Applicability,
    /// The number.
    pub count: u64,
}

/// A reference in a statement of applicability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StatementReference {
    /// The number or short name, as the framework writes it.
    pub reference: String,
    /// The title, if it may be reproduced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether the reference is applicable, as far as the mapped controls show.
    pub applicability: Applicability,
    /// Why, with the justifications of exclusions.
    pub reason: String,
    /// What is shown about the reference: its verdict in the crosswalk.
    pub status: ForeignVerdict,
    /// The confidence of the weakest mapping on which the status is based. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// Effective instances of the mapped controls, of all that are not excluded.
    pub effective: Ratio,
    /// Excluded instances of the mapped controls.
    pub excluded: u64,
    /// The mapped controls, in catalog order.
    pub controls: Vec<ControlId>,
    /// The risks that those of them treat directly which apply: why they are selected.
    pub risks: Vec<RiskId>,
    /// The evidence that their claims cite as proof, by id; that of exclusions is left out.
    pub evidence: Vec<StatementEvidence>,
    /// The owners of their claims, by id; those of exclusions are left out.
    pub owners: Vec<PersonId>,
}

/// An evidence item in a statement of applicability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StatementEvidence {
    /// The id of the evidence item.
    pub evidence: EvidenceId,
    /// The title.
    pub title: String,
    /// The last day on which the evidence is valid.
    pub until: Date,
    /// The state of the evidence as of the date of the report.
    pub state: EvidenceState,
    /// Whether a claim may rely on the evidence.
    pub reliable: bool,
}

impl StatementEvidence {
    fn of(row: &EvidenceRow) -> Self {
        Self {
            evidence: row.evidence.clone(),
            title: row.title.clone(),
            until: row.until,
            state: row.state,
            reliable: row.is_reliable(),
        }
    }

    /// Why no claim may rely on the evidence, in a few words. None if a claim may.
    pub fn objection(&self) -> Option<String> {
        let (state, until) = (self.state, self.until);
        match state {
            _ if self.reliable => None,
            EvidenceState::Current => Some("its file is not reliable".to_owned()),
            EvidenceState::Expired => Some(format!("expired on {until}")),
            EvidenceState::NotYetValid => Some("not yet valid".to_owned()),
        }
    }
}

impl Report {
    /// The statement of applicability of a framework, such as `iso-27001` or `ccss-9.0`;
    /// [`Catalog::framework`] defines the names.
    ///
    /// # Errors
    ///
    /// Fails if the catalog has no such framework, or is not the one with which the report was made.
    pub fn statement_of_applicability(
        &self,
        catalog: &Catalog,
        framework: &str,
    ) -> Result<StatementOfApplicability, CrosswalkError> {
        let Crosswalk {
            facts,
            framework,
            references,
            ..
        } = self.crosswalk(catalog, framework)?;
        let rows = self.applicability.iter();
        let lookup = Lookup {
            controls: rows.map(|row| (&row.control, row)).collect(),
            evidence: self
                .evidence
                .iter()
                .map(|row| (&row.evidence, row))
                .collect(),
        };
        let references: Vec<StatementReference> = references
            .into_iter()
            .map(|row| lookup.reference(row))
            .collect();
        let counted = |applicability| ApplicabilityCount {
            applicability,
            count: references
                .iter()
                .filter(|row| row.applicability == applicability)
                .count() as u64,
        };
        Ok(StatementOfApplicability {
            schema: STATEMENT_SCHEMA.to_owned(),
            facts,
            framework,
            has_titles: references.iter().any(|row| row.title.is_some()),
            summary: Applicability::values().into_iter().map(counted).collect(),
            references,
            method: METHOD.iter().map(|line| (*line).to_owned()).collect(),
        })
    }
}

/// How to read the statement.
const METHOD: [&str; 5] = [
    "Applicable: a control of the catalog that addresses the same subject applies here. Excluded: every instance of these controls is excluded, with a justification and a confirmation. Undecided: no control is mapped to the reference, none of them applies, or they are claimed not to be applicable without confirmation.",
    "A mapping never means that a control covers a reference completely. So an exclusion does not show that nothing of the reference is applicable, and a reference without a mapped control may be applicable: the firm decides.",
    "Status: what the claims on the mapped controls show. Proven: every instance is effective. Partly-proven: some are. Unproven: all are claimed to be in place, and none is proven. Partial: some are claimed to be in place, at least in part, and none is proven. Absent: none is in place. Unknown: none has been assessed.",
    "Risks are those that the applicable controls treat directly: the reason for which they are selected.",
    "Evidence and owners are those of the claims on the mapped controls, without exclusions.",
];

/// The rows of a report by their ids.
struct Lookup<'r> {
    controls: BTreeMap<&'r ControlId, &'r ApplicabilityRow>,
    evidence: BTreeMap<&'r EvidenceId, &'r EvidenceRow>,
}

impl Lookup<'_> {
    fn reference(&self, row: ReferenceRow) -> StatementReference {
        let mapped = row.controls.iter();
        let mapped: Vec<&ApplicabilityRow> = mapped
            .filter_map(|of| self.controls.get(&of.control).copied())
            .collect();
        let applying: Vec<&ApplicabilityRow> = mapped
            .iter()
            .copied()
            .filter(|control| control.cells.iter().any(|cell| !is_claimed_excluded(cell)))
            .collect();
        let cells = || mapped.iter().flat_map(|control| &control.cells);
        let claimed = || cells().filter(|cell| !is_claimed_excluded(cell));
        let cited: BTreeSet<&EvidenceId> = claimed()
            .flat_map(|cell| cell.evidence.iter().chain(&cell.part_evidence))
            .collect();
        let owners: BTreeSet<&PersonId> =
            claimed().filter_map(|cell| cell.owner.as_ref()).collect();
        let mut seen = BTreeSet::new();
        let risks = applying.iter().flat_map(|control| &control.directly);
        let risks = risks.filter(|risk| seen.insert(*risk)).cloned().collect();
        let has_cells = cells().next().is_some();
        let applicability = if !applying.is_empty() {
            Applicability::Applicable
        } else if has_cells && cells().all(|cell| cell.verdict == Verdict::Excluded) {
            Applicability::Excluded
        } else {
            Applicability::Undecided
        };
        StatementReference {
            reason: reason(applicability, &mapped, &applying, has_cells),
            applicability,
            status: row.verdict,
            confidence: row.confidence,
            effective: row.effective,
            excluded: row.cells.excluded,
            controls: mapped.iter().map(|of| of.control.clone()).collect(),
            risks,
            evidence: cited
                .into_iter()
                .filter_map(|item| self.evidence.get(item))
                .map(|row| StatementEvidence::of(row))
                .collect(),
            owners: owners.into_iter().cloned().collect(),
            reference: row.reference,
            title: row.title,
        }
    }
}

/// Whether a control is claimed not to be applicable, confirmed or not.
fn is_claimed_excluded(cell: &CellRow) -> bool {
    cell.status == Some(Status::NotApplicable)
}

fn reason(
    applicability: Applicability,
    mapped: &[&ApplicabilityRow],
    applying: &[&ApplicabilityRow],
    has_cells: bool,
) -> String {
    let exclusions = exclusions(mapped);
    match applicability {
        Applicability::Applicable => {
            let verb = if applying.len() == 1 {
                "applies"
            } else {
                "apply"
            };
            let excluded = match exclusions.as_str() {
                "" => String::new(),
                exclusions => format!("; {exclusions}"),
            };
            format!("{} {verb} here{excluded}", titles(applying))
        }
        Applicability::Excluded => format!("every mapped control is excluded: {exclusions}"),
        Applicability::Undecided if mapped.is_empty() => {
            "no control of the catalog is mapped to it".to_owned()
        }
        Applicability::Undecided if !has_cells => {
            let verb = if mapped.len() == 1 {
                "is mapped to it and does not apply here"
            } else {
                "are mapped to it, and none of them applies here"
            };
            format!("{} {verb}", titles(mapped))
        }
        Applicability::Undecided => exclusions,
    }
}

/// The titles of the first controls, with their ids, and how many there are besides.
fn titles(controls: &[&ApplicabilityRow]) -> String {
    let shown = controls.iter().take(TITLES);
    let shown: Vec<String> = shown
        .map(|control| format!("{} ({})", control.title, control.control))
        .collect();
    match controls.len().saturating_sub(TITLES) {
        0 => match shown.split_last() {
            Some((last, others @ [_, ..])) => format!("{} and {last}", others.join(", ")),
            _ => shown.concat(),
        },
        more => format!(
            "{} and {}",
            shown.join(", "),
            count(more as u64, "other control", "other controls")
        ),
    }
}

/// What is claimed not to be applicable, for whom, why, and who confirmed it.
fn exclusions(mapped: &[&ApplicabilityRow]) -> String {
    let mut all = Vec::new();
    for control in mapped {
        let cells = control
            .cells
            .iter()
            .filter(|cell| is_claimed_excluded(cell));
        let cells: Vec<&CellRow> = cells.collect();
        let same = |a: &&CellRow, b: &&CellRow| {
            let of = |cell: &CellRow| cell.verdict;
            of(a) == of(b) && a.explanation == b.explanation && a.approved_by == b.approved_by
        };
        for alike in cells.chunk_by(same) {
            let Some(first) = alike.first() else { continue };
            let subjects: Vec<String> = alike.iter().map(|cell| cell.subject.to_string()).collect();
            let because = first.explanation.as_deref().unwrap_or_default();
            let is_confirmed = first.verdict == Verdict::Excluded;
            let (said, by) = match &first.approved_by {
                Some(by) if is_confirmed => ("is excluded", format!("confirmed by {by}")),
                _ if is_confirmed => ("is excluded", "confirmed".to_owned()),
                _ => (
                    "is claimed not to be applicable",
                    "not confirmed, so it counts as not assessed".to_owned(),
                ),
            };
            all.push(format!(
                "{} {said} for {}: {because} ({by})",
                control.control,
                subjects.join(", ")
            ));
        }
    }
    all.join("; ")
}

impl StatementOfApplicability {
    /// How many references are applicable, excluded and undecided, in a sentence.
    pub fn headline(&self) -> String {
        let counts = self.summary.iter();
        let counts: Vec<String> = counts
            .map(|row| format!("{} {}", row.count, row.applicability))
            .collect();
        let all = count(self.references.len() as u64, "reference", "references");
        format!("{all}: {}.", counts.join(", "))
    }

    /// The heading of the column of titles: titles that are protected are added by the firm.
    pub fn title_heading(&self) -> &'static str {
        if self.has_titles {
            "Title"
        } else {
            "Title (from your copy)"
        }
    }

    /// A row for each reference.
    pub fn records(&self) -> impl Iterator<Item = ApplicabilityRecord<'_>> {
        self.references.iter().map(|row| {
            row_of!(
                self,
                ROW_SCHEMA,
                ApplicabilityRecord {
                    framework: &self.framework.framework,
                    edition: &self.framework.edition,
                    reference: &row.reference,
                    title: row.title.as_deref(),
                    applicability: row.applicability,
                    reason: &row.reason,
                    status: row.status,
                    effective: row.effective.numerator,
                    counted: row.effective.denominator,
                    excluded: row.excluded,
                    confidence: row.confidence,
                    controls: row.controls.iter().map(|of| of.as_str().into()).collect(),
                    risks: &row.risks,
                    evidence: row
                        .evidence
                        .iter()
                        .map(|of| of.evidence.as_str().into())
                        .collect(),
                    owners: row.owners.iter().map(|of| of.as_str().into()).collect(),
                }
            )
        })
    }
}
