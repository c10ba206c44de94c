//! The search for causes.

use super::{Cause, CauseDetail};
use crate::difference::record::Record;
use crate::gap::Gap;
use crate::location::Location;

/// Why a gap is not as it was, in the order of kinds and then of what the causes are about.
pub(in crate::difference) fn causes(
    before: &Record<'_>,
    after: &Record<'_>,
    shown: &Gap,
    (was, is): (Option<&Gap>, Option<&Gap>),
) -> Vec<Cause> {
    let mut search = Search {
        before,
        after,
        found: Vec::new(),
    };
    if let Some(control) = &shown.control {
        search.cell(control, &shown.subject);
        if let (Some(was), Some(is)) = (was, is) {
            search.severity_of_cell(control, was, is);
        }
    } else if let Some(risk) = &shown.risk {
        search.risk(shown.kind, risk, &shown.subject);
    }
    if let (Some(was), Some(is)) = (was, is)
        && search.found.is_empty()
    {
        let place = |gap: &Gap| gap.location.as_ref().map(ToString::to_string);
        let moved = CauseDetail::PlaceChanged {
            gap: shown.id.clone(),
            before: place(was),
            after: place(is),
        };
        search.add(moved, is.location.as_ref());
    }
    let mut found = search.found;
    found.sort_by_cached_key(|cause| (cause.kind(), cause.about(), cause.to_string()));
    found
}

/// Two reports, and the causes that were found by comparing them.
pub(super) struct Search<'s, 'r> {
    pub(super) before: &'s Record<'r>,
    pub(super) after: &'s Record<'r>,
    found: Vec<Cause>,
}

impl Search<'_, '_> {
    /// Adds a cause, once.
    pub(super) fn add(&mut self, detail: CauseDetail, location: Option<&Location>) {
        let cause = Cause {
            detail,
            location: location.cloned(),
        };
        if !self.found.contains(&cause) {
            self.found.push(cause);
        }
    }
}
