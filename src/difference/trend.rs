//! Several reports side by side, in the order of their days.

use super::baseline::Baseline;
use super::{ShiftCounts, Side};
use crate::coverage::Ratio;
use crate::json::Stored;
use crate::report::{Report, SeverityCount};
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;

/// The name and version of the JSON form of a trend. A change that breaks readers raises the number.
pub const SCHEMA: &str = "custody-controls/trend/2";

/// Several reports side by side, in the order of their days.
///
/// ```
/// use custody_controls::difference::trend::Trend;
/// use custody_controls::{AssessmentFiles, Catalog, Settings};
///
/// let text = include_str!("../../examples/small-firm.yaml");
/// let assessment = AssessmentFiles::from_text("small-firm.yaml", text).resolve(Catalog::builtin())?;
/// let mut reports = Vec::new();
/// for day in ["2026-12-31", "2026-09-30"] {
///     reports.push(assessment.measure(&Settings::on(day.parse()?)).report());
/// }
/// let trend = Trend::of(&reports);
/// assert!(trend.points[0].record.as_of < trend.points[1].record.as_of);
/// // Evidence expires; nothing gets better by itself.
/// assert!(trend.points[1].proven.numerator <= trend.points[0].proven.numerator);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Trend {
    /// [`SCHEMA`].
    pub schema: String,
    /// The reports: by day, then by assessment, then in the order given.
    pub points: Vec<TrendPoint>,
}

impl Stored for Trend {
    const SCHEMA: &'static str = SCHEMA;
}

/// A report of a trend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TrendPoint {
    /// What it is about and what it was made from.
    pub record: Side,
    /// Cells in place and proven.
    pub proven: Ratio,
    /// Cells that are proven or may still turn out to be.
    pub possible: Ratio,
    /// Excluded cells, which neither of the two counts.
    pub excluded: u64,
    /// Doubts.
    pub doubts: u64,
    /// Critical risks that are treated for each of their subjects.
    pub critical_risks_treated: Ratio,
    /// Gaps by severity, the most severe first.
    pub gaps: Vec<SeverityCount>,
    /// Gaps whose due date has passed.
    pub overdue: u64,
    /// Reliable evidence items.
    pub evidence_current: Ratio,
    /// How the gaps changed since the report before, in which those of another kind count as moved.
    /// None for the first report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since_previous: Option<ShiftCounts>,
}

impl Trend {
    /// Compares reports.
    pub fn of<R: Borrow<Report>>(reports: impl IntoIterator<Item = R>) -> Self {
        let mut reports: Vec<R> = reports.into_iter().collect();
        reports.sort_by(|a, b| {
            let (a, b) = (&a.borrow().facts, &b.borrow().facts);
            (a.as_of, &a.assessment).cmp(&(b.as_of, &b.assessment))
        });
        let mut previous: Option<Baseline> = None;
        let mut points = Vec::with_capacity(reports.len());
        for report in &reports {
            let report = report.borrow();
            let since = previous
                .as_ref()
                .map(|previous| previous.compare(report).changes);
            points.push(point(report, since));
            previous = Some(Baseline::of(report));
        }
        Self {
            schema: SCHEMA.to_owned(),
            points,
        }
    }
}

impl Trend {
    /// The custodians of the reports, each once, in the order of the points.
    pub fn custodians(&self) -> Vec<&str> {
        let mut custodians: Vec<&str> = Vec::new();
        for point in &self.points {
            let custodian = point.record.custodian.as_str();
            if !custodians.contains(&custodian) {
                custodians.push(custodian);
            }
        }
        custodians
    }

    /// The heading of the trend: its custodian, or the first two of several.
    pub fn title(&self) -> String {
        match self.custodians().as_slice() {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [one, other] => format!("{one} and {other}"),
            [one, other, rest @ ..] => format!("{one}, {other} and {} more", rest.len()),
        }
    }

    /// That the reports are about several custodians, in words, if they are.
    pub fn caution(&self) -> Option<String> {
        let custodians = self.custodians().len();
        (custodians > 1).then(|| {
            format!(
                "The reports are about {custodians} custodians: what differs between them is not a change over time."
            )
        })
    }
}

fn point(report: &Report, since_previous: Option<ShiftCounts>) -> TrendPoint {
    let summary = &report.summary;
    TrendPoint {
        record: Side::of(report),
        proven: summary.proven,
        possible: summary.possible,
        excluded: summary.cells.excluded,
        doubts: summary.doubt_count(),
        critical_risks_treated: summary.critical_risks_treated,
        gaps: summary.gaps.clone(),
        overdue: summary.overdue,
        evidence_current: summary.evidence_current,
        since_previous,
    }
}
