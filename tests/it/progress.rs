//! How far an assessment is: equal to a recount over the verdicts of the naive implementation.

use custody_controls::report::{AssessedCells, AssessedRow};
use custody_controls::{Date, Report};
use custody_testing::naive;
use custody_testing::{check, resolve};
use proptest::prelude::{prop_assert, prop_assert_eq};
use std::collections::BTreeMap;

/// The assessments of a cell: who, and on which day.
fn assessments<'r>(report: &'r Report, control: &str, subject: &str) -> &'r [AssessedRow] {
    let mut rows = report.applicability.iter();
    let row = rows.find(|row| row.control.as_str() == control).unwrap();
    let mut cells = row.cells.iter();
    let cell = cells.find(|cell| cell.subject.as_str() == subject).unwrap();
    &cell.assessed
}

fn figures(of: &AssessedCells) -> (u64, u64, Option<Date>, Option<Date>, u64) {
    let cells = of.cells;
    (
        cells.numerator,
        cells.denominator,
        of.first,
        of.last,
        of.undated,
    )
}

/// All cells that a condition selects, counted at once.
fn recount<'c>(
    cells: impl Iterator<Item = (&'c str, Vec<Date>)>,
) -> (u64, u64, Option<Date>, Option<Date>, u64) {
    let all: Vec<(&str, Vec<Date>)> = cells.collect();
    let assessed = || all.iter().filter(|(verdict, _)| *verdict != "unknown");
    let days: Vec<Date> = assessed().flat_map(|(_, days)| days.clone()).collect();
    (
        assessed().count() as u64,
        all.len() as u64,
        days.iter().min().copied(),
        days.iter().max().copied(),
        assessed().filter(|(_, days)| days.is_empty()).count() as u64,
    )
}

#[test]
fn progress_and_a_recount_agree() {
    check(|case| {
        let report = resolve(case)?.measure(&case.settings).report();
        let cells = naive::evaluate(&case.plain, &case.document, &case.settings).cells;
        let days = |control: &str, subject: &str| -> Vec<Date> {
            let rows = assessments(&report, control, subject).iter();
            rows.filter_map(|row| row.on).collect()
        };
        let of =
            |wanted: &dyn Fn(&str, &str) -> bool| {
                let cells = cells.iter();
                let cells = cells.filter(|((control, subject), _)| wanted(control, subject));
                recount(cells.map(|((control, subject), verdict)| {
                    (verdict.as_str(), days(control, subject))
                }))
            };
        let progress = &report.progress;
        prop_assert_eq!(figures(&report.summary.assessed), of(&|_, _| true));
        for row in &progress.families {
            let family = row.id.as_deref().unwrap();
            let own =
                of(&|control, _| case.catalog.control(control).unwrap().family.as_str() == family);
            prop_assert_eq!(figures(&row.assessed), own, "{}", family);
        }
        for row in &progress.subjects {
            let subject = row.id.as_deref().unwrap();
            let own = of(&|_, of| of == subject);
            prop_assert_eq!(figures(&row.assessed), own, "{}", subject);
        }
        // One cell counts once for each person, whoever else is named.
        let mut people: BTreeMap<Option<String>, u64> = BTreeMap::new();
        for ((control, subject), verdict) in &cells {
            if verdict == "unknown" {
                continue;
            }
            let rows = assessments(&report, control, subject);
            let mut named: Vec<String> = rows
                .iter()
                .filter_map(|row| Some(row.by.as_ref()?.to_string()))
                .collect();
            named.sort();
            named.dedup();
            if named.is_empty() {
                *people.entry(None).or_default() += 1;
            }
            for person in named {
                *people.entry(Some(person)).or_default() += 1;
            }
        }
        for row in &progress.people {
            let counted = people.remove(&row.id).unwrap_or_default();
            prop_assert_eq!(row.assessed.cells.numerator, counted, "{:?}", row.id);
            prop_assert_eq!(row.assessed.cells.denominator, cells.len() as u64);
        }
        prop_assert!(people.is_empty(), "{people:?}");
        // The complement of what has not been assessed.
        let assessed = report.summary.assessed.cells;
        let unknown = report.summary.cells.unknown;
        prop_assert_eq!(assessed.numerator + unknown, assessed.denominator);
        Ok(())
    });
}
