//! Traits that a catalog declares, and the words of conditions.

use super::CatalogCheck;
use crate::catalog::document::{CatalogDocument, TraitDocument};
use crate::catalog::traits::{DeclaredTrait, OrDeclared, Traits};
use crate::diagnostic::Code;
use crate::id::TraitId;
use crate::limits;
use crate::location::Place;
use crate::source::Step;
use crate::taxonomy::{Feature, Tier, Word};
use indexmap::{IndexMap, IndexSet};

impl CatalogCheck<'_> {
    /// Words of conditions that are neither built in nor declared. What such a condition means is
    /// unknown, so this is checked first.
    pub(super) fn words(&mut self, document: &CatalogDocument, traits: &Traits) {
        let risks = document.risks.values().map(|risk| (&risk.when, risk.place));
        let controls = document
            .families
            .values()
            .flat_map(|family| &family.controls);
        let controls = controls.map(|(_, control)| (&control.when, control.place));
        for (when, place) in risks.chain(controls) {
            for (index, all) in when.iter().enumerate() {
                let route = [Step::Key("when"), Step::At(index)];
                self.unknown_words(all, traits, place, &route);
            }
        }
        for declared in document.traits.values() {
            let place = declared.place;
            self.unknown_words(&declared.implies, traits, place, &[Step::Key("implies")]);
            self.unknown_words(&declared.excludes, traits, place, &[Step::Key("excludes")]);
        }
    }

    fn unknown_words<W: Word>(
        &mut self,
        words: &[OrDeclared<W>],
        traits: &Traits,
        place: Place,
        route: &[Step<'_>],
    ) {
        for word in words {
            let OrDeclared::Declared(id) = word else {
                continue;
            };
            let text = id.as_str();
            if traits.get(text).is_some() || self.diagnostics.is_full() {
                continue;
            }
            let message = format!("unknown {} `{text}`", W::VOCABULARY);
            let help = traits.suggest::<W>(text);
            let route = [route, &[Step::Item(text, 0)]].concat();
            self.report_at(Code::UnknownWord, (place, &route), message, help);
            self.diagnostics.correct(place, &route, traits.words::<W>());
            self.is_complete = false;
        }
    }

    /// The rules of declared traits: no shadow, no circle, no contradiction.
    pub(super) fn traits(&mut self, document: &CatalogDocument, traits: &Traits) {
        let documents = &document.traits;
        if let Some((id, declared)) = documents.get_index(limits::TRAITS) {
            let (most, found) = (limits::TRAITS, documents.len());
            let message =
                format!("expected at most {most} traits, found {found}; `{id}` exceeds the limit");
            let help = "remove traits, or split the catalog into several";
            self.report(Code::LimitExceeded, declared.place, message, help);
        }
        let mut in_circle = IndexSet::new();
        for (id, declared) in documents {
            let place = declared.place;
            if Feature::from_word(id.as_str()).is_some() {
                let message = format!("`{id}` is already a built-in tier, trait or channel");
                self.report(Code::TraitShadowsWord, place, message, "choose another id");
            }
            self.once(id.as_str(), "tiers", &declared.tiers, place);
            self.once(id.as_str(), "implies", &declared.implies, place);
            self.once(id.as_str(), "excludes", &declared.excludes, place);
            if let Some(circle) = circle(id, documents)
                && !in_circle.contains(id)
            {
                self.circular(&circle, documents);
                in_circle.extend(circle);
            }
        }
        for (id, declared) in documents {
            if !in_circle.contains(id) {
                self.contradiction(id, declared, documents, traits);
            }
        }
    }

    fn circular(&mut self, circle: &[TraitId], documents: &IndexMap<TraitId, TraitDocument>) {
        let next = |position: usize| circle.get((position + 1) % circle.len());
        let mut chain: Vec<String> = circle.iter().map(|id| format!("`{id}`")).collect();
        chain.extend(chain.first().cloned());
        let message = format!("circular traits: {}", chain.join(" → "));
        let mut places = circle.iter().enumerate().filter_map(|(position, id)| {
            let route = [
                Step::Key("implies"),
                Step::Item(next(position)?.as_str(), 0),
            ];
            let place = documents.get(id)?.place;
            Some(self.diagnostics.at(Code::CircularTraits, place, &route, ""))
        });
        let Some(mut diagnostic) = places.next() else {
            return;
        };
        for (other, id) in places.zip(circle.iter().skip(1)) {
            diagnostic = diagnostic.related(format!("what `{id}` implies"), other.location);
        }
        diagnostic.message = message;
        let help = "remove one of them from `implies`; of two traits that are always declared together, keep one";
        self.diagnostics.push(diagnostic.help(help));
    }

    /// A trait that no wallet can have. Reported at the trait from which it follows, not at those that
    /// imply this one.
    fn contradiction(
        &mut self,
        id: &TraitId,
        declared: &TraitDocument,
        documents: &IndexMap<TraitId, TraitDocument>,
        traits: &Traits,
    ) {
        let Some(own) = traits.get(id.as_str()) else {
            return;
        };
        let is_impossible =
            |entry: &DeclaredTrait| entry.tiers.is_empty() || entry.features.meets(entry.excluded);
        let mut implied = declared
            .implies
            .iter()
            .filter_map(|word| traits.get(word.as_str()));
        if !is_impossible(own) || implied.any(is_impossible) {
            return;
        }
        // The part of the rule that is contradicted: what excludes, and what implies.
        let within = documents.iter().filter(|(other, _)| {
            traits
                .get(other.as_str())
                .is_some_and(|other| own.features.meets(other.own))
        });
        let within: Vec<(&TraitId, &TraitDocument)> = within.collect();
        let (code, place) = (Code::TraitContradictsItself, declared.place);
        for (other, entry) in &within {
            for excluded in &entry.excludes {
                let word = std::slice::from_ref(excluded);
                if !own.features.meets(traits.alone(word)) {
                    continue;
                }
                let message = format!(
                    "no wallet can have `{id}`: it requires `{excluded}`, which `{other}` excludes"
                );
                let there = [Step::Key("excludes"), Step::Item(excluded.as_str(), 0)];
                let there = self.diagnostics.at(code, entry.place, &there, "");
                // What brings the excluded trait in.
                let brings = declared.implies.iter().find(|word| {
                    let features = traits.features(std::slice::from_ref(*word));
                    features.meets(traits.alone(std::slice::from_ref(excluded)))
                });
                let name = brings.map_or("", OrDeclared::as_str);
                let here = [Step::Key("implies"), Step::Item(name, 0)];
                let here = if brings.is_some() { &here[..] } else { &[] };
                let diagnostic = self.diagnostics.at(code, place, here, message);
                self.diagnostics.push(
                    diagnostic
                        .related(format!("`{excluded}` is excluded here"), there.location)
                        .help("remove it from `implies` or from `excludes`"),
                );
                return;
            }
        }
        let rules = within.iter().filter(|(_, entry)| !entry.tiers.is_empty());
        let rules: Vec<String> = rules
            .map(|(other, entry)| rule(other, &entry.tiers))
            .collect();
        let message = format!("no tier can have `{id}`: {}", rules.join(", but "));
        let mut diagnostic = self.diagnostics.at(code, place, &[], message);
        for (other, entry) in within
            .iter()
            .filter(|(other, entry)| *other != id && !entry.tiers.is_empty())
        {
            let there = self
                .diagnostics
                .at(code, entry.place, &[Step::Key("tiers")], "");
            diagnostic = diagnostic.related(format!("the tiers of `{other}`"), there.location);
        }
        self.diagnostics
            .push(diagnostic.help("correct `tiers` or `implies`"));
    }
}

/// `mpc` is only for hot and warm wallets.
fn rule(id: &TraitId, tiers: &[Tier]) -> String {
    let tiers: Vec<&str> = tiers.iter().map(|tier| tier.word()).collect();
    format!("`{id}` is only for {} wallets", tiers.join(" and "))
}

/// The traits through which a trait implies itself, from itself on.
fn circle(id: &TraitId, documents: &IndexMap<TraitId, TraitDocument>) -> Option<Vec<TraitId>> {
    let mut before: IndexMap<&TraitId, &TraitId> = IndexMap::new();
    let mut open = vec![id];
    while let Some(here) = open.pop() {
        for word in &documents.get(here)?.implies {
            let OrDeclared::Declared(next) = word else {
                continue;
            };
            let Some((next, _)) = documents.get_key_value(next) else {
                continue;
            };
            if next == id {
                let mut circle = vec![here.clone()];
                let mut at = here;
                while let Some(earlier) = before.get(at) {
                    circle.push((*earlier).clone());
                    at = earlier;
                }
                circle.reverse();
                return Some(circle);
            }
            if !before.contains_key(next) {
                before.insert(next, here);
                open.push(next);
            }
        }
    }
    None
}
