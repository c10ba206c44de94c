//! Evidence of a shortfall that is cited as proof afterwards.

use crate::date::Date;
use crate::id::EvidenceId;
use crate::report::Report;
use crate::taxonomy::Status;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// An evidence item that showed a shortfall, and is now cited as proof that the control is in place,
/// although it is not newer than what showed the shortfall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Reused {
    /// The control instance, as `control@subject`.
    pub cell: String,
    /// The item.
    pub evidence: EvidenceId,
}

/// What a report cites for the shortfall of each control instance.
#[derive(Clone, Debug, Default)]
pub(super) struct Shortfalls(BTreeMap<String, Shortfall>);

#[derive(Clone, Debug, Default)]
struct Shortfall {
    items: BTreeSet<String>,
    /// The newest day on which any of them was collected.
    newest: Option<Date>,
}

impl Shortfalls {
    pub(super) fn of(report: &Report) -> Self {
        let collected = collected(report);
        let mut found = Self::default();
        for row in &report.applicability {
            for cell in &row.cells {
                let items = cell.part_evidence.iter().chain(&cell.observations);
                let items = items.map(EvidenceId::as_str);
                found.add((row.control.as_str(), cell.subject.as_str()), items, |id| {
                    collected.get(id).copied()
                });
            }
        }
        found
    }

    /// Adds what a control instance cites for its shortfall.
    pub(super) fn add<'t>(
        &mut self,
        (control, subject): (&str, &str),
        items: impl Iterator<Item = &'t str>,
        collected: impl Fn(&str) -> Option<Date>,
    ) {
        for item in items {
            let of_cell = self.0.entry([control, "@", subject].concat()).or_default();
            of_cell.items.insert(item.to_owned());
            of_cell.newest = of_cell.newest.max(collected(item));
        }
    }

    /// The items among them that a later report cites as proof, by control instance.
    pub(super) fn reused(&self, after: &Report) -> Vec<Reused> {
        let collected = collected(after);
        let mut found = Vec::new();
        for row in &after.applicability {
            for cell in &row.cells {
                if !cell.status.is_some_and(Status::is_in_place) {
                    continue;
                }
                let cell_name = [row.control.as_str(), "@", cell.subject.as_str()].concat();
                let Some(shortfall) = self.0.get(&cell_name) else {
                    continue;
                };
                let is_reused = |item: &&EvidenceId| {
                    let day = collected.get(item.as_str()).copied();
                    shortfall.items.contains(item.as_str()) && day <= shortfall.newest
                };
                found.extend(cell.evidence.iter().filter(is_reused).map(|item| Reused {
                    cell: cell_name.clone(),
                    evidence: item.clone(),
                }));
            }
        }
        found
    }
}

/// The day on which each evidence item was collected.
fn collected(report: &Report) -> BTreeMap<&str, Date> {
    let rows = report.evidence.iter();
    rows.map(|row| (row.evidence.as_str(), row.collected))
        .collect()
}

/// The items in a sentence that continues others; empty if there are none.
pub(super) fn sentence(reused: &[Reused]) -> String {
    match reused {
        [] => String::new(),
        [one] => format!(
            " `{}`, which showed what `{}` lacked, is now cited as proof although it is not newer.",
            one.evidence, one.cell
        ),
        all => format!(
            " {} claims cite as proof evidence that showed the shortfall before and is not newer.",
            all.len()
        ),
    }
}
