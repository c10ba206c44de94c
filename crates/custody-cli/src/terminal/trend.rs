//! A trend: a line for each report, the earliest date first.

use super::layout::{BOLD, DIM, PLAIN, hanging, heading, line, of, paragraph, table};
use custody_controls::difference::trend::{Trend, TrendPoint};
use custody_controls::text::sanitize;

/// The trend.
pub(crate) fn write(trend: &Trend, width: u16) -> String {
    let mut out = String::new();
    paragraph(&mut out, &trend.title(), ("", ""), width, BOLD);
    for caution in trend.cautions() {
        paragraph(&mut out, &caution, ("", ""), width, PLAIN);
    }
    let several = trend.custodians().len() > 1;
    let headings = [
        "as of",
        "assessment",
        "proven",
        "excluded",
        "possible",
        "assessed",
        "critical",
        "evidence",
        "doubts",
    ];
    heading(&mut out, "Coverage");
    rows(&mut out, trend, width, &headings, |point| {
        let record = &point.record;
        let mut assessment = sanitize(record.assessment.as_str()).into_owned();
        if several {
            assessment = format!("{assessment} ({})", sanitize(&record.custodian));
        }
        vec![
            assessment,
            point.proven.to_string(),
            point.excluded.to_string(),
            point.possible.to_string(),
            of(point.assessed),
            of(point.critical_risks_treated),
            of(point.evidence_current),
            point.doubts.to_string(),
        ]
    });
    let key =
        "critical: critical risks treated for every subject; evidence: reliable evidence items";
    hanging(&mut out, " ", key, width, DIM);
    let headings = [
        "as of", "critical", "high", "medium", "low", "overdue", "new", "worse", "better", "closed",
    ];
    heading(&mut out, "Gaps");
    rows(&mut out, trend, width, &headings, gaps);
    out
}

fn rows(
    out: &mut String,
    trend: &Trend,
    width: u16,
    headings: &[&str],
    of: impl Fn(&TrendPoint) -> Vec<String>,
) {
    let rows = trend.points.iter().map(|point| {
        let mut row = vec![point.record.as_of.to_string()];
        row.extend(of(point));
        row
    });
    line(out, table(width, headings, &rows.collect::<Vec<_>>()));
}

fn gaps(point: &TrendPoint) -> Vec<String> {
    let mut row: Vec<String> = point
        .gaps
        .iter()
        .map(|entry| entry.count.to_string())
        .collect();
    row.push(point.overdue.to_string());
    row.extend(match point.since_previous {
        None => ["", "", "", ""].map(str::to_owned),
        Some(since) => {
            [since.new, since.worse, since.better, since.closed].map(|count| count.to_string())
        }
    });
    row
}
