//! Ids that the catalog does not have: what was probably meant.

use super::Catalog;
use crate::diagnostic::did_you_mean;
use crate::id::ClauseNumber;
use crate::taxonomy::ClauseKind;

/// The largest number of entries that a help lists.
const LISTED: usize = 12;

impl Catalog {
    /// How to correct the id of a control or a risk that the catalog does not have; none if it
    /// has nothing like it.
    ///
    /// ```
    /// use custody_controls::Catalog;
    /// use custody_controls::taxonomy::ClauseKind;
    ///
    /// let help = Catalog::builtin().help_with_id(ClauseKind::Control, "9.3.7.6-h");
    /// assert_eq!(help.as_deref(), Some("`9.3.7.6-h` was replaced by `9.3.5-b`"));
    /// ```
    pub fn help_with_id(&self, kind: ClauseKind, id: &str) -> Option<String> {
        let is_control = kind == ClauseKind::Control;
        if is_control && self.risk(id).is_some() {
            return Some(format!("name a control; `{id}` is a risk"));
        }
        if !is_control && self.control(id).is_some() {
            return Some(format!("name a risk; `{id}` is a control"));
        }
        if let Some(new) = self.replacement(id).filter(|_| is_control) {
            return Some(format!("`{id}` was replaced by `{new}`"));
        }
        let entries: Vec<(&str, &str, &ClauseNumber)> = if is_control {
            let controls = self.controls();
            controls
                .map(|one| (one.id.as_str(), one.title.as_str(), &one.clause))
                .collect()
        } else {
            let risks = self.risks();
            risks
                .map(|one| (one.id.as_str(), one.title.as_str(), &one.clause))
                .collect()
        };
        did_you_mean(id, entries.iter().map(|(id, ..)| *id)).or_else(|| {
            let what = if is_control { "controls" } else { "risks" };
            self.of_clause(id, what, &entries)
        })
    }

    /// The id of the control that replaced one of an earlier version of the catalog.
    pub fn replacement(&self, id: &str) -> Option<&str> {
        let mut controls = self.controls();
        let replaces = |control: &&super::Control| {
            let old = &self.details(control).replaces;
            old.iter().any(|old| old.as_str() == id)
        };
        let new = controls.find(replaces);
        new.map(|control| control.id.as_str())
    }

    /// The entries of the clause that an id begins with, or the clauses of the nearest one above it
    /// that has entries.
    fn of_clause(
        &self,
        id: &str,
        what: &str,
        entries: &[(&str, &str, &ClauseNumber)],
    ) -> Option<String> {
        let number = id.split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
        let mut clause = ClauseNumber::new(number.trim_end_matches('.')).ok()?;
        let own = entries.iter().filter(|(.., of)| **of == clause);
        let own: Vec<_> = own.map(|(id, title, _)| (*id, *title)).collect();
        if !own.is_empty() {
            return Some(format!(
                "the {what} of clause `{clause}` are {}",
                listed(&own)
            ));
        }
        loop {
            let mut within: Vec<(&str, &str)> = Vec::new();
            for (.., of) in entries.iter().filter(|(.., of)| of.is_within(&clause)) {
                if within.last().is_none_or(|(last, _)| *last != of.as_str()) {
                    within.push((of.as_str(), self.clause_title(of)));
                }
            }
            if !within.is_empty() {
                let within = listed(&within);
                return Some(format!(
                    "the {what} of `{clause}` are in its clauses {within}"
                ));
            }
            let (above, _) = clause.as_str().rsplit_once('.')?;
            clause = ClauseNumber::new(above).ok()?;
        }
    }
}

/// Ids with their titles, at most [`LISTED`].
fn listed(entries: &[(&str, &str)]) -> String {
    let shown: Vec<String> = entries
        .iter()
        .take(LISTED)
        .map(|(id, title)| format!("`{id}` ({title})"))
        .collect();
    let shown = shown.join(", ");
    match entries.len().checked_sub(LISTED) {
        Some(more @ 1..) => format!("{shown} and {more} more"),
        _ => shown,
    }
}
