//! Cells that became effective although nothing was stated about them.

use super::record::Record;
use crate::id::EvidenceId;
use crate::report::CellRow;
use crate::taxonomy::{EvidenceState, Relevance, Verdict};
use std::collections::BTreeSet;

/// The cells, as `control@subject`, that are effective in the later report and were not in the earlier
/// one, although their claim is one that the earlier report has, and no item that backs it is new, was
/// renewed, became valid or now names the subject.
pub(super) fn unstated(before: &Record<'_>, after: &Record<'_>) -> Vec<String> {
    // The general claims of the earlier report: the control, and what is claimed about it.
    let general: BTreeSet<_> = before
        .all_cells()
        .filter(|(_, cell)| !cell.narrowed && cell.status.is_some())
        .map(|(control, cell)| (control, claimed(cell)))
        .collect();
    let became = after.all_cells().filter(|(control, cell)| {
        let was = before.cell(control, cell.subject.as_str());
        if cell.verdict != Verdict::Effective
            || was.is_some_and(|was| was.verdict == Verdict::Effective)
        {
            return false;
        }
        let is_same_claim = match was {
            Some(was) => {
                claimed(was) == claimed(cell)
                    && was.parameters == cell.parameters
                    && was.last_assessed() == cell.last_assessed()
            }
            None => !cell.narrowed && general.contains(&(*control, claimed(cell))),
        };
        is_same_claim && !has_new_evidence(before, after, cell)
    });
    became
        .map(|(control, cell)| format!("{control}@{}", cell.subject))
        .collect()
}

/// What a cell claims, apart from words.
fn claimed(cell: &CellRow) -> (Option<&str>, BTreeSet<&str>) {
    let evidence = cell.evidence.iter().map(EvidenceId::as_str);
    (cell.status.map(<&str>::from), evidence.collect())
}

/// Whether an item that backs a cell is new, was renewed or corrected, became valid, or now names the
/// subject.
fn has_new_evidence(before: &Record<'_>, after: &Record<'_>, cell: &CellRow) -> bool {
    cell.evidence.iter().any(|item| {
        let Some(new) = after.evidence.get(item.as_str()).copied() else {
            return false;
        };
        if !new.is_reliable() || after.relevance(new, &cell.subject) != Relevance::Relevant {
            return false;
        }
        let Some(old) = before.evidence.get(item.as_str()).copied() else {
            return true;
        };
        let names = |covers: &Option<Vec<_>>| {
            covers
                .as_ref()
                .is_some_and(|covers| covers.contains(&cell.subject))
        };
        old.collected < new.collected
            || old.state == EvidenceState::NotYetValid
            || !old.is_reliable()
            || names(&new.covers) && !names(&old.covers)
    })
}
