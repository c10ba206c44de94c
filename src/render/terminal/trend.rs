//! A trend on a screen: a line for each record, the earliest day first.

use super::{BOLD, Screen, line, paragraph, table};
use crate::coverage::Ratio;
use crate::difference::trend::{Trend, TrendPoint};
use crate::render::legible;

/// The trend on a screen.
pub fn write(trend: &Trend, screen: Screen) -> String {
    let mut out = String::new();
    let title = trend
        .points
        .last()
        .map_or("", |point| point.record.custodian.as_str());
    paragraph(&mut out, title, ("", ""), screen.width, BOLD);
    line(&mut out, "");
    let headings = [
        "as of",
        "assessment",
        "proven",
        "possible",
        "critical",
        "high",
        "medium",
        "low",
        "new",
        "worse",
        "better",
        "closed",
    ];
    let mut table = table(screen.width, &headings);
    for point in &trend.points {
        table.add_row(row(point));
    }
    line(&mut out, table.trim_fmt());
    line(&mut out, "");
    for point in &trend.points {
        let of = |ratio: Ratio| format!("{} of {}", ratio.numerator, ratio.denominator);
        let text = format!(
            "{}  critical risks treated everywhere {}, evidence that may be relied on {}, {} overdue",
            point.record.as_of,
            of(point.critical_risks_treated),
            of(point.evidence_current),
            point.overdue
        );
        paragraph(
            &mut out,
            &text,
            ("", "            "),
            screen.width,
            anstyle::Style::new(),
        );
    }
    out
}

fn row(point: &TrendPoint) -> Vec<String> {
    let mut row = vec![
        point.record.as_of.to_string(),
        legible(point.record.assessment.as_str()).into_owned(),
        point.proven.to_string(),
        point.possible.to_string(),
    ];
    row.extend(point.gaps.iter().map(|entry| entry.count.to_string()));
    row.extend(match point.since_previous {
        None => ["", "", "", ""].map(str::to_owned),
        Some(since) => {
            [since.new, since.worse, since.better, since.closed].map(|count| count.to_string())
        }
    });
    row
}
