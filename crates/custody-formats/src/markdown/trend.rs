//! A trend as a table, the earliest date first.

use super::escape::{code, escape, severities};
use super::page::Page;
use custody_controls::difference::trend::{Trend, TrendPoint};
use std::io;

pub(crate) fn write(trend: &Trend, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Page::new(out);
    out.line(format_args!("## Trend: {}", escape(&trend.title())));
    out.gap();
    for caution in trend.cautions() {
        out.line(escape(&caution));
        out.gap();
    }
    let several = trend.custodians().len() > 1;
    let headings = [
        "As of",
        "Assessment",
        ">Proven",
        ">Excluded",
        ">Possible",
        ">Assessed",
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
    let rows = trend.points.iter().map(|point| row(point, several));
    out.table(&headings, rows);
    out.finish()
}

/// A row, with the custodian if there are several.
fn row(point: &TrendPoint, several: bool) -> Vec<String> {
    let record = &point.record;
    let custodian = if several {
        format!(" ({})", escape(&record.custodian))
    } else {
        String::new()
    };
    let mut row = vec![
        record.as_of.to_string(),
        format!("{}{custodian}", code(&record.assessment)),
        point.proven.to_string(),
        point.excluded.to_string(),
        point.possible.to_string(),
        point.assessed.to_string(),
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
