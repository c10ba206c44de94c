//! References to entries: people, providers, wallets, evidence, controls and risks.

use super::Check;
use crate::assessment::document::AssessmentDocument;
use crate::catalog::Risk;
use crate::diagnostic::{Code, NumberForId, suggest};
use crate::id::{ControlId, EvidenceId, PersonId, ProviderId, RiskId, WalletId};
use crate::index::{EvidenceIndex, Position, RiskIndex, SubjectIndex};
use crate::location::Place;
use crate::source::Step;
use crate::taxonomy::ClauseKind;
use indexmap::{IndexMap, IndexSet};

/// A section of an assessment whose entries are referenced by id.
struct Section {
    key: &'static str,
    /// What an entry is, in a message.
    noun: &'static str,
    /// The code for a reference to an entry that is not declared.
    code: Code,
}

const PEOPLE: Section = Section {
    key: "people",
    noun: "person",
    code: Code::UnknownPerson,
};

const PROVIDERS: Section = Section {
    key: "providers",
    noun: "provider",
    code: Code::UnknownProvider,
};

const WALLETS: Section = Section {
    key: "wallets",
    noun: "wallet",
    code: Code::UnknownWallet,
};

const EVIDENCE: Section = Section {
    key: "evidence",
    noun: "evidence item",
    code: Code::UnknownEvidence,
};

impl<'c> Check<'_, 'c> {
    /// Reports items that a list contains more than once.
    pub(super) fn repeated<T: Eq + std::hash::Hash + std::fmt::Display>(
        &mut self,
        items: &[T],
        place: Place,
        route: &[Step<'_>],
    ) {
        let mut seen: IndexMap<&T, usize> = IndexMap::with_capacity(items.len());
        for value in items {
            if self.diagnostics.is_full() {
                return;
            }
            let nth = seen.entry(value).and_modify(|nth| *nth += 1).or_insert(0);
            if *nth > 0 {
                let text = value.to_string();
                let mut route = route.to_vec();
                route.push(Step::Item(&text, *nth));
                let message = format!("duplicate item `{text}`");
                let help = Some("keep one of them".to_owned());
                self.report(Code::RepeatedItem, place, &route, message, help);
            }
        }
    }

    /// Reports a reference to an entry that no file declares.
    fn undeclared<'w>(
        &mut self,
        section: &Section,
        id: &str,
        declared: impl Iterator<Item = &'w str>,
        (place, route): (Place, &[Step<'_>]),
    ) {
        let Section { key, noun, code } = section;
        // An entry that is declared but invalid has been reported already.
        if self.diagnostics.is_full() || self.diagnostics.keys(key).contains(id) {
            return;
        }
        // Suggestions are skipped if there are too many errors.
        let known = if self.diagnostics.list.len() < 100 {
            let invalid = self.diagnostics.keys(key).iter().copied();
            let mut known: IndexSet<&str> =
                invalid.filter(|id| EvidenceId::new(id).is_ok()).collect();
            for id in declared {
                known.insert(id);
            }
            known.sort_unstable();
            known
        } else {
            IndexSet::new()
        };
        let near = suggest(id, known.iter().copied());
        let help = match near {
            Some(near) if near.starts_with("did you mean") => near,
            Some(words) => format!("{words}, or declare it under `{key}`"),
            None => format!("declare it under `{key}`"),
        };
        let message = format!("unknown {noun} `{id}`");
        self.report(*code, place, route, message, Some(help));
        self.diagnostics.correct(place, route, known);
    }

    pub(super) fn person(&mut self, id: &PersonId, place: Place, route: &[Step<'_>]) {
        let people = &self.document.people;
        if !people.contains_key(id) {
            let declared = people.keys().map(PersonId::as_str);
            self.undeclared(&PEOPLE, id.as_str(), declared, (place, route));
        }
    }

    pub(super) fn provider(&mut self, id: &ProviderId, place: Place, route: &[Step<'_>]) {
        let providers = &self.document.providers;
        if !providers.contains_key(id) {
            let declared = providers.keys().map(ProviderId::as_str);
            self.undeclared(&PROVIDERS, id.as_str(), declared, (place, route));
        }
    }

    /// The subject that a wallet is.
    pub(super) fn wallet(
        &mut self,
        id: &WalletId,
        place: Place,
        route: &[Step<'_>],
    ) -> Option<SubjectIndex> {
        let wallets = &self.document.wallets;
        let position = wallets.get_index_of(id);
        if position.is_none() {
            let declared = wallets.keys().map(WalletId::as_str);
            self.undeclared(&WALLETS, id.as_str(), declared, (place, route));
        }
        // The organization is before them.
        position.map(|position| SubjectIndex::at(position + 1))
    }

    /// The evidence item of an id.
    pub(super) fn evidence_item(
        &mut self,
        id: &EvidenceId,
        place: Place,
        route: &[Step<'_>],
    ) -> Option<EvidenceIndex> {
        let evidence = &self.document.evidence;
        let position = evidence.get_index_of(id);
        if position.is_none() {
            let declared = evidence.keys().map(EvidenceId::as_str);
            self.undeclared(&EVIDENCE, id.as_str(), declared, (place, route));
        }
        position.map(EvidenceIndex::at)
    }

    /// The risk of an id.
    pub(super) fn risk(&mut self, id: &RiskId, place: Place) -> Option<(RiskIndex, &'c Risk)> {
        let found = self
            .catalog
            .risk_index(id.as_str())
            .map(|index| (index, self.catalog.risk_at(index)));
        let profile = self.catalog.profile();
        if profile.is_some_and(|profile| profile.risks_left_out.contains_key(id)) {
            self.left_out("acceptance", id.as_str(), place, &[]);
        } else if found.is_none() && !self.diagnostics.is_full() {
            let help = self.catalog.help_with_id(ClauseKind::Risk, id.as_str());
            let help = help.unwrap_or_else(|| "list risks with `custody catalog risks`".to_owned());
            let message = format!("unknown risk `{id}`");
            self.report(Code::UnknownRisk, place, &[], message, Some(help));
            if self.catalog.control(id.as_str()).is_none() {
                let risks = self.catalog.risks().map(|risk| risk.id.as_str());
                self.diagnostics.correct(place, &[], risks);
            }
        }
        found
    }

    pub(super) fn unknown_control(&mut self, id: &ControlId, place: Place, route: &[Step<'_>]) {
        let help = self.catalog.help_with_id(ClauseKind::Control, id.as_str());
        let help =
            help.unwrap_or_else(|| "list controls with `custody catalog controls`".to_owned());
        let message = format!("unknown control `{id}`");
        self.report(Code::UnknownControl, place, route, message, Some(help));
        if let Some(new) = self.catalog.replacement(id.as_str()) {
            self.diagnostics.replace(place, route, new);
        } else if self.catalog.risk(id.as_str()).is_none() {
            let controls = self.catalog.controls().map(|control| control.id.as_str());
            self.diagnostics.correct(place, route, controls);
        }
    }

    /// Clause numbers in place of ids, which were reported before it was known which clauses exist.
    pub(super) fn clause_numbers(&mut self) {
        for diagnostic in &mut self.diagnostics.list {
            let Some(NumberForId { number, called }) = &diagnostic.number else {
                continue;
            };
            let (code, kind) = match *called {
                ControlId::CALLED => (Code::UnknownControl, ClauseKind::Control),
                RiskId::CALLED => (Code::UnknownRisk, ClauseKind::Risk),
                _ => continue,
            };
            let mut clauses = self.catalog.clauses().keys();
            if !clauses.any(|clause| clause.as_str() == &**number) {
                continue;
            }
            let help = self.catalog.help_with_id(kind, number);
            diagnostic.code = code;
            diagnostic.help = help.or_else(|| Some(format!("name a {called}")));
            diagnostic.message = format!("`{number}` is a clause, not a {called}");
        }
    }

    /// Whether a control is in the catalog, or was left out of it by a profile. True if there are
    /// too many errors to report another one.
    pub(super) fn is_known(&self, id: &ControlId) -> bool {
        let is_known = self.catalog.control(id.as_str()).is_some() || self.is_left_out(id);
        is_known || self.diagnostics.is_full()
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
            "`{id}` is left out by the profile `{}`, so the {what} has no effect",
            self.catalog.facts().id
        );
        let help = format!(
            "remove the {what}, or load `{}`, the catalog that the profile selects from",
            profile.base.id
        );
        self.report(Code::LeftOutByProfile, place, route, message, Some(help));
    }

    /// The place of the first file for which a condition holds.
    pub(super) fn first_file_with(&self, has: impl Fn(&AssessmentDocument) -> bool) -> Place {
        let first = self.documents.iter().find(|document| has(document));
        first.map_or(self.document.place, |document| document.place)
    }
}
