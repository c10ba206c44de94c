//! Coverage and progress by subject and by family, as a table and as charts, and progress by person.

use crate::sheet::{BARS, Column, Sheets, Value};
use custody_controls::coverage::Tally;
use custody_controls::report::{AssessedCells, ProgressRow, Report};
use custody_controls::taxonomy::Verdict;
use rust_xlsxwriter::XlsxError;

const NAME: &str = "Coverage";

/// The verdicts of a chart, each with its column and its colour. Excluded instances are not counted.
const SERIES: [(u16, &str); 5] = [
    (3, "#1F5F46"),
    (4, "#8FBC9F"),
    (5, "#E3B04B"),
    (6, "#A83A2C"),
    (7, "#A5ADB5"),
];

/// The columns of verdicts, in the order of [`SERIES`], and of those that are not counted.
const VERDICTS: [Verdict; 6] = [
    Verdict::Effective,
    Verdict::Unproven,
    Verdict::Partial,
    Verdict::Absent,
    Verdict::Unknown,
    Verdict::Excluded,
];

/// Adds the sheets *Coverage* and *Charts*.
pub(super) fn sheets(sheets: &mut Sheets<'_>, report: &Report) -> Result<(), XlsxError> {
    let columns = [
        Column::new("By", 10),
        Column::new("Id", 24),
        Column::wide("Title", 36),
        Column::new("Effective", 10),
        Column::new("Unproven", 10),
        Column::new("Partial", 9),
        Column::new("Absent", 9),
        Column::new("Unknown", 10),
        Column::new("Excluded", 10),
        Column::new("Assessed", 10),
        Column::new("Of", 7),
        Column::new("First assessed", 14),
        Column::new("Last assessed", 14),
        Column::new("Without a day", 14),
    ];
    let progress = &report.progress;
    let subjects = report.subjects.iter().map(|row| Some(row.cells));
    let families = report.families.iter().map(|row| Some(row.cells));
    let people = progress.people.iter().map(|_| None);
    let rows = progress.subjects.iter().zip(subjects);
    let rows = rows.map(|row| ("subject", row));
    let rows = rows.chain(
        progress
            .families
            .iter()
            .zip(families)
            .map(|row| ("family", row)),
    );
    let rows = rows.chain(
        progress
            .people
            .iter()
            .zip(people)
            .map(|row| ("person", row)),
    );
    sheets.add(
        NAME,
        &columns,
        rows.map(|(by, (row, cells))| cells_of(by, row, cells)),
    )?;
    sheets.charts()?;
    let mut first = 1;
    let mut place = 0;
    for (what, rows) in [
        ("subject", report.subjects.len()),
        ("family of controls", report.families.len()),
    ] {
        let rows = u32::try_from(rows).unwrap_or(u32::MAX);
        let shown = rows.min(BARS);
        if shown > 0 {
            let title = if rows > shown {
                format!("Control instances by verdict and {what}, the first {shown} of {rows}")
            } else {
                format!("Control instances by verdict and {what}")
            };
            let last = first + shown - 1;
            sheets.chart(&title, (NAME, 2), (first, last), &SERIES, place)?;
            // The default height of a row is 20 pixels.
            place += (140 + 24 * shown) / 20 + 3;
        }
        first = first.saturating_add(rows);
    }
    Ok(())
}

fn cells_of(by: &str, row: &ProgressRow, cells: Option<Tally>) -> Vec<Value> {
    let AssessedCells {
        cells: assessed,
        first,
        last,
        undated,
        ..
    } = row.assessed;
    let mut values = vec![
        Value::word(by),
        Value::text(row.id.as_deref().unwrap_or_default()),
        Value::text(&row.title),
    ];
    values.extend(
        VERDICTS.map(|verdict| {
            cells.map_or(Value::Nothing, |cells| Value::count(cells.count(verdict)))
        }),
    );
    values.extend([
        Value::count(assessed.numerator),
        Value::count(assessed.denominator),
        first.map_or(Value::Nothing, Value::Day),
        last.map_or(Value::Nothing, Value::Day),
        Value::count(undated),
    ]);
    values
}
