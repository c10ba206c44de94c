//! What entries name: people, wallets, controls and other entries.

use super::Check;
use crate::assessment::document::AssessmentDocument;
use crate::diagnostic::{Code, suggest};
use crate::id::{ControlId, EvidenceId, PersonId, WalletId};
use crate::index::{Position, SubjectIndex};
use crate::source::{Place, Step, limits};
use indexmap::{IndexMap, IndexSet};

impl Check<'_, '_> {
    pub(super) fn repeated<T: Eq + std::hash::Hash + std::fmt::Display>(
        &mut self,
        items: &[T],
        place: Place,
        route: &[Step<'_>],
    ) {
        let mut seen: IndexMap<&T, usize> = IndexMap::with_capacity(items.len());
        for value in items {
            if self.faults.is_full() {
                return;
            }
            let nth = seen.entry(value).and_modify(|nth| *nth += 1).or_insert(0);
            if *nth > 0 {
                let text = value.to_string();
                let mut route = route.to_vec();
                route.push(Step::Item(&text, *nth));
                let message = format!("`{text}` stands in this list twice");
                self.fault(Code::RepeatedItem, place, &route, message, None);
            }
        }
    }

    /// A reference to an entry of a section of the assessment.
    pub(super) fn reference<'w>(
        &mut self,
        (code, what, section): (Code, &str, &str),
        id: &str,
        all: impl Iterator<Item = &'w str>,
        place: Place,
        route: &[Step<'_>],
    ) {
        // An entry that is there but faulty has been reported already.
        if self.faults.is_full() || !self.may_look() || self.faults.sources.mention(section, id) {
            return;
        }
        // Whoever has so many faults is not helped by a near word for each.
        let near = if self.faults.list.len() < 100 {
            let faulty = self.faults.sources.keys(section).into_iter();
            let mut known: IndexSet<&str> =
                faulty.filter(|id| EvidenceId::new(id).is_ok()).collect();
            for id in all {
                known.insert(id);
            }
            known.sort_unstable();
            suggest(id, known)
        } else {
            None
        };
        let help = match near {
            Some(near) if near.starts_with("use one") => {
                format!("{near}, or declare it under `{section}`")
            }
            Some(near) => near,
            None => format!("declare it under `{section}`"),
        };
        self.fault(
            code,
            place,
            route,
            format!("unknown {what} `{id}`"),
            Some(help),
        );
    }

    /// Whether the files may be searched once more for something that could not be understood; a
    /// thousand searches are enough for anybody.
    pub(super) fn may_look(&mut self) -> bool {
        self.looks += 1;
        self.looks <= limits::FAULTS
    }

    pub(super) fn person(&mut self, person: &PersonId, place: Place, route: &[Step<'_>]) {
        let people = &self.document.people;
        if !people.contains_key(person) {
            let all = people.keys().map(PersonId::as_str);
            self.reference(
                (Code::UnknownPerson, "person", "people"),
                person.as_str(),
                all,
                place,
                route,
            );
        }
    }

    pub(super) fn wallet(
        &mut self,
        wallet: &WalletId,
        place: Place,
        route: &[Step<'_>],
    ) -> Option<SubjectIndex> {
        let position = self.document.wallets.get_index_of(wallet);
        if position.is_none() {
            let all = self.document.wallets.keys().map(WalletId::as_str);
            self.reference(
                (Code::UnknownWallet, "wallet", "wallets"),
                wallet.as_str(),
                all,
                place,
                route,
            );
        }
        // The organization is before them.
        position.map(|position| SubjectIndex::at(position + 1))
    }

    pub(super) fn no_control(&mut self, id: &ControlId, place: Place, route: &[Step<'_>]) {
        let help = if self.catalog.risk(id.as_str()).is_some() {
            Some("this is the id of a risk; claims are made on controls".to_owned())
        } else {
            suggest(
                id.as_str(),
                self.catalog.controls().map(|control| control.id.as_str()),
            )
        };
        let help =
            help.or_else(|| Some("`custody catalog controls` lists all controls".to_owned()));
        self.fault(
            Code::UnknownControl,
            place,
            route,
            format!("unknown control `{id}`"),
            help,
        );
    }

    /// Whether a control is neither in the catalogue nor left out of it by a profile.
    pub(super) fn is_nowhere(&self, id: &ControlId) -> bool {
        let is_known = self.catalog.control(id.as_str()).is_some() || self.is_left_out(id);
        !is_known && !self.faults.is_full()
    }

    pub(super) fn is_left_out(&self, id: &ControlId) -> bool {
        let profile = self.catalog.profile();
        profile.is_some_and(|profile| profile.controls_left_out.contains_key(id))
    }

    pub(super) fn left_out(&mut self, what: &str, id: &str, place: Place, route: &[Step<'_>]) {
        let Some(profile) = self.catalog.profile() else {
            return;
        };
        let message = format!(
            "`{id}` is left out by the profile `{}`, so the {what} changes nothing",
            self.catalog.facts().id
        );
        let help = format!(
            "remove the {what}, or load `{}`, which the profile selects from",
            profile.base.id
        );
        self.fault(Code::LeftOutByProfile, place, route, message, Some(help));
    }

    /// The place of the file that says something.
    pub(super) fn home(&self, says: impl Fn(&AssessmentDocument) -> bool) -> Place {
        let home = self.documents.iter().find(|document| says(document));
        home.map_or(self.document.place, |document| document.place)
    }
}
