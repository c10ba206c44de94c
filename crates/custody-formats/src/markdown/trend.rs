//! A trend as a table, the earliest date first.

use super::escape::{code, escape, severities};
use super::page::Page;
use custody_controls::difference::trend::{Trend, TrendPoint};
use std::io;

pub(crate) fn write(trend: &Trend, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Page::new(out);
    let title = trend
        .points
        .last()
        .map_or("", |point| point.record.custodian.as_str());
    out.line(format_args!("## Trend: {}", escape(title)));
    out.gap();
    let headings = [
        "As of",
        "Assessment",
        ">Proven",
        ">Excluded",
        ">Possible",
        ">Critical risks treated",
        ">Evidence current",
        "Gaps",
        ">Overdue",
        ">New",
        ">Worse",
        ">Better",
        ">Closed",
        ">Doubts",
    ];
    out.table(&headings, trend.points.iter().map(row));
    out.finish()
}

fn row(point: &TrendPoint) -> Vec<String> {
    let mut row = vec![
        point.record.as_of.to_string(),
        code(&point.record.assessment),
        point.proven.to_string(),
        point.excluded.to_string(),
        point.possible.to_string(),
        point.critical_risks_treated.to_string(),
        point.evidence_current.to_string(),
        severities(&point.gaps),
        point.overdue.to_string(),
    ];
    row.extend(match point.since_previous {
        None => ["", "", "", ""].map(str::to_owned),
        Some(since) => {
            [since.new, since.worse, since.better, since.closed].map(|count| count.to_string())
        }
    });
    row.push(point.doubts.to_string());
    row
}
