//! Efforts to close gaps, and the order of controls.

use super::Check;
use crate::assessment::document::ControlEfforts;
use crate::diagnostic::Code;
use crate::id::ControlId;
use crate::source::Step;
use indexmap::{IndexMap, IndexSet};

impl<'d> Check<'d, '_> {
    /// Checks what efforts refer to.
    pub(super) fn efforts(&mut self) {
        let Some(efforts) = &self.document.efforts else {
            return;
        };
        for id in efforts.evidence.keys() {
            let route = [Step::Key("evidence"), Step::Name(id.as_str())];
            self.evidence_item(id, efforts.place, &route);
        }
        for (id, control) in &efforts.controls {
            let place = control.place;
            if !self.is_known(id) {
                self.unknown_control(id, place, &[]);
            }
            self.repeated(&control.after, place, &[Step::Key("after")]);
            for before in &control.after {
                let route = [Step::Key("after"), Step::Item(before.as_str(), 0)];
                if !self.is_known(before) {
                    self.unknown_control(before, place, &route);
                }
            }
        }
        self.cycles(&efforts.controls);
    }

    /// Reports controls that directly or indirectly come after themselves.
    pub(super) fn cycles(&mut self, controls: &'d IndexMap<ControlId, ControlEfforts>) {
        // Controls that wait for no other one are removed repeatedly; what remains is in a cycle,
        // or waits for one.
        let mut waits: IndexMap<&ControlId, usize> = controls.keys().map(|id| (id, 0)).collect();
        let mut waiting: IndexMap<&ControlId, Vec<&ControlId>> = IndexMap::new();
        for (id, control) in controls {
            for before in control.after.iter().filter(|id| controls.contains_key(*id)) {
                waiting.entry(before).or_default().push(id);
                *waits.entry(id).or_default() += 1;
            }
        }
        let ready = waits.iter().filter(|(_, count)| **count == 0);
        let mut ready: Vec<&ControlId> = ready.map(|(id, _)| *id).collect();
        while let Some(id) = ready.pop() {
            for next in waiting.get(id).into_iter().flatten() {
                let count = waits.entry(next).or_default();
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.push(next);
                }
            }
        }
        let left = waits.into_iter().filter(|(_, count)| *count > 0);
        let left: IndexSet<&ControlId> = left.map(|(id, _)| id).collect();
        let mut seen: IndexSet<&ControlId> = IndexSet::new();
        for start in &left {
            // Following `after` from any of them leads into a cycle.
            let mut path: IndexSet<&ControlId> = IndexSet::new();
            let mut at = *start;
            while seen.insert(at) {
                path.insert(at);
                let next = controls.get(at).and_then(|control| {
                    let mut waits = control.after.iter();
                    waits.find_map(|id| left.get(id).copied())
                });
                at = next.unwrap_or(at);
            }
            // If the path ends on an earlier one, that cycle has been reported.
            let Some(cycle) = path.get_index_of(at) else {
                continue;
            };
            let mut names: Vec<&str> = path.iter().skip(cycle).map(|id| id.as_str()).collect();
            let Some(first) = names.iter().min().copied() else {
                continue;
            };
            if self.diagnostics.is_full() {
                return;
            }
            let turn = names.iter().position(|name| *name == first);
            names.rotate_left(turn.unwrap_or_default());
            let Some(control) = controls.get(first) else {
                continue;
            };
            let next = names.get(1).copied().unwrap_or(first);
            let message = format!(
                "`{first}` comes after itself: `{}` → `{first}`",
                names.join("` → `")
            );
            let route = [Step::Key("after"), Step::Item(next, 0)];
            let help = Some("remove one of them from `after`".to_owned());
            self.report(Code::CircularOrder, control.place, &route, message, help);
        }
    }
}
