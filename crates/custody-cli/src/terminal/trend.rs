//! A trend on a screen: a line for each record, the earliest day first.

use super::{BOLD, DIM, Screen, heading, line, paragraph, table};
use custody_controls::coverage::Ratio;
use custody_controls::difference::trend::{Trend, TrendPoint};
use custody_controls::text::sanitize;

/// The trend on a screen.
pub(crate) fn write(trend: &Trend, screen: Screen) -> String {
    let mut out = String::new();
    let title = trend
        .points
        .last()
        .map_or("", |point| point.record.custodian.as_str());
    paragraph(&mut out, title, ("", ""), screen.width, BOLD);
    let headings = [
        "as of",
        "assessment",
        "proven",
        "possible",
        "critical",
        "evidence",
    ];
    heading(&mut out, "How far is it proven?");
    rows(&mut out, trend, screen, &headings, |point| {
        let assessment = sanitize(point.record.assessment.as_str());
        let of = |ratio: Ratio| format!("{} of {}", ratio.numerator, ratio.denominator);
        vec![
            assessment.into_owned(),
            point.proven.to_string(),
            point.possible.to_string(),
            of(point.critical_risks_treated),
            of(point.evidence_current),
        ]
    });
    let key = "critical: critical risks that are treated everywhere; evidence: items that may be relied on";
    paragraph(&mut out, key, (" ", " "), screen.width, DIM);
    let headings = [
        "as of", "critical", "high", "medium", "low", "overdue", "new", "worse", "better", "closed",
    ];
    heading(&mut out, "What is open, and what became of it?");
    rows(&mut out, trend, screen, &headings, gaps);
    out
}

fn rows(
    out: &mut String,
    trend: &Trend,
    screen: Screen,
    headings: &[&str],
    of: impl Fn(&TrendPoint) -> Vec<String>,
) {
    let mut table = table(screen.width, headings);
    for point in &trend.points {
        let mut row = vec![point.record.as_of.to_string()];
        row.extend(of(point));
        table.add_row(row);
    }
    line(out, table.trim_fmt());
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
