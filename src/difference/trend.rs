//! Several reports side by side, in the order of their days.

use super::baseline::{change, weights};
use super::{ShiftCounts, Side, Weight};
use crate::coverage::Ratio;
use crate::json::Stored;
use crate::report::{Report, SeverityCount};
use crate::taxonomy::{CatalogOrigin, GapKind};
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::convert::Infallible;

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
    /// Cells that have been assessed, of all, including excluded ones.
    #[serde(default)]
    pub assessed: Ratio,
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
    /// How the gaps changed since the previous report about the same custodian, in which those of
    /// another kind count as moved. None for the first report about a custodian.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since_previous: Option<ShiftCounts>,
}

/// What a trend keeps of a report.
struct Reduced {
    point: TrendPoint,
    /// The gaps, by their numbers in the trend.
    gaps: BTreeMap<usize, (GapKind, Weight)>,
}

impl Trend {
    /// Compares reports. Each is reduced to its numbers before the next one is made.
    pub fn of<R: Borrow<Report>>(reports: impl IntoIterator<Item = R>) -> Self {
        let Ok(trend) = Self::try_of(reports.into_iter().map(Ok::<R, Infallible>));
        trend
    }

    /// Compares reports that may fail to be made.
    ///
    /// # Errors
    ///
    /// The first error of the reports.
    pub fn try_of<R: Borrow<Report>, E>(
        reports: impl IntoIterator<Item = Result<R, E>>,
    ) -> Result<Self, E> {
        let mut numbers = BTreeMap::new();
        let mut all = Vec::new();
        for report in reports {
            all.push(reduced(report?.borrow(), &mut numbers));
        }
        all.sort_by(|a, b| {
            let (a, b) = (&a.point.record, &b.point.record);
            (a.as_of, &a.assessment).cmp(&(b.as_of, &b.assessment))
        });
        let mut previous: BTreeMap<String, BTreeMap<usize, (GapKind, Weight)>> = BTreeMap::new();
        let mut points = Vec::with_capacity(all.len());
        for Reduced { mut point, gaps } in all {
            let custodian = point.record.custodian.clone();
            let before = previous.get(&custodian);
            point.since_previous = before.map(|before| changes(before, &gaps));
            previous.insert(custodian, gaps);
            points.push(point);
        }
        Ok(Self {
            schema: SCHEMA.to_owned(),
            points,
        })
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

    /// What prevents the numbers from being read as those of one custodian under the built-in
    /// catalog, in sentences: several custodians, several catalogs, another catalog.
    pub fn cautions(&self) -> Vec<String> {
        let custodians = self.custodians();
        let mut cautions = Vec::new();
        let mut add = |named: &[String], lead: &str, rest: &str| {
            cautions.push(format!("{lead} ({}){rest}.", named.join(", ")));
        };
        if custodians.len() > 1 {
            let named: Vec<String> = custodians.iter().map(|name| (*name).to_owned()).collect();
            let lead = format!("The reports are about {} custodians", named.len());
            let rest = ", so differences between them are not changes over time";
            add(&named, &lead, rest);
        }
        let mut catalogs: BTreeMap<&str, String> = BTreeMap::new();
        for side in self.points.iter().map(|point| &point.record) {
            catalogs.entry(&side.catalog_sha256).or_insert_with(|| {
                let remark = side.catalog_origin.remark();
                let remark = remark.map(|remark| format!(": {remark}"));
                let digest: String = side.catalog_sha256.chars().take(12).collect();
                format!(
                    "{} {}, SHA-256 {digest}…{}",
                    side.catalog,
                    side.catalog_version,
                    remark.unwrap_or_default()
                )
            });
        }
        let named: Vec<String> = catalogs.into_values().collect();
        let mut origins = self.points.iter().map(|point| point.record.catalog_origin);
        if named.len() > 1 {
            let rest = ", so their numbers are not comparable";
            add(&named, "The catalogs of the reports differ", rest);
        } else if let Some(remark) = origins.find_map(CatalogOrigin::remark) {
            cautions.push(format!("The catalog is {remark}."));
        }
        cautions
    }
}

fn reduced(report: &Report, numbers: &mut BTreeMap<String, usize>) -> Reduced {
    let mut gaps = BTreeMap::new();
    for (gap, weight) in weights(report) {
        let known = numbers.get(&gap.id).copied();
        let number = known.unwrap_or_else(|| {
            let number = numbers.len();
            numbers.insert(gap.id.clone(), number);
            number
        });
        gaps.insert(number, (gap.kind, weight));
    }
    let summary = &report.summary;
    Reduced {
        point: TrendPoint {
            record: Side::of(report),
            proven: summary.proven,
            possible: summary.possible,
            excluded: summary.cells.excluded,
            assessed: summary.assessed.cells,
            doubts: summary.doubt_count(),
            critical_risks_treated: summary.critical_risks_treated,
            gaps: summary.gaps.clone(),
            overdue: summary.overdue,
            evidence_current: summary.evidence_current,
            since_previous: None,
        },
        gaps,
    }
}

fn changes(
    before: &BTreeMap<usize, (GapKind, Weight)>,
    after: &BTreeMap<usize, (GapKind, Weight)>,
) -> ShiftCounts {
    let mut changes = ShiftCounts::default();
    for (number, gap) in after {
        if let Some(change) = change(before.get(number).copied(), *gap) {
            changes.add(change);
        }
    }
    changes.closed = before
        .keys()
        .filter(|number| !after.contains_key(number))
        .count() as u64;
    changes
}
