//! References and ids of a profile.

use super::resolve::Own;
use super::{EntryLeftOut, ProfileDocument};
use crate::catalog::Catalog;
use crate::catalog::check::CatalogCheck;
use crate::catalog::document::CatalogDocument;
use crate::diagnostic::{Code, did_you_mean, suggest};
use crate::id::{ClauseNumber, RiskId};
use crate::location::Place;
use crate::source::Step;
use indexmap::{IndexMap, IndexSet};

impl CatalogCheck<'_> {
    /// The base is the catalog that the profile names.
    pub(super) fn base(&mut self, document: &ProfileDocument, base: &Catalog) {
        let loaded = &base.facts().id;
        // A missing or invalid key has been reported already.
        if self.is_complete && document.catalog != *loaded {
            let message = format!(
                "the profile selects from catalog `{}`, but `{loaded}` is loaded",
                document.catalog
            );
            let help =
                did_you_mean(document.catalog.as_str(), [loaded.as_str()]).unwrap_or_else(|| {
                    "put the profile into the directory of that catalog, and load the directory"
                        .to_owned()
                });
            self.report_at(
                Code::UnknownCatalog,
                (document.place, &[Step::Key("catalog")]),
                message,
                Some(help),
            );
            let route = [Step::Key("catalog")];
            self.diagnostics
                .correct(document.place, &route, [loaded.as_str()]);
        }
        if document.profile == *loaded {
            let message =
                format!("`{loaded}` is also the id of the catalog that the profile selects from");
            let place = (document.place, &[Step::Key("profile")][..]);
            let help = Some("choose another id".to_owned());
            self.report_at(Code::RepeatedId, place, message, help);
        }
    }

    /// The selection and the exception refer to entries of the base.
    pub(super) fn names(&mut self, document: &ProfileDocument, base: &Catalog) {
        let (select, except) = (&document.select, &document.except);
        for (section, place, clauses, families, controls, risks) in [
            (
                "select",
                select.place,
                &select.clauses,
                &select.families,
                &select.controls,
                &select.risks,
            ),
            (
                "except",
                except.place,
                &except.clauses,
                &except.families,
                &except.controls,
                &except.risks,
            ),
        ] {
            let all = base.clauses().keys().map(ClauseNumber::as_str);
            self.listed((section, "clause", "clauses"), clauses, all, place);
            let all = base.families().map(|family| family.id.as_str());
            self.listed((section, "family", "families"), families, all, place);
            let all = base.controls().map(|control| control.id.as_str());
            self.listed((section, "control", "controls"), controls, all, place);
            let all = base.risks().map(|risk| risk.id.as_str());
            self.listed((section, "risk", "risks"), risks, all, place);
        }
        self.once("select", "functions", &select.functions, select.place);
        self.once("select", "strengths", &select.strengths, select.place);
        self.once("select", "tiers", &select.tiers, select.place);
    }

    fn listed<'k, T: std::fmt::Display + Eq + std::hash::Hash>(
        &mut self,
        (section, what, key): (&str, &str, &str),
        items: &[T],
        all: impl Iterator<Item = &'k str>,
        place: Place,
    ) {
        let all: IndexSet<&str> = if items.is_empty() {
            IndexSet::new()
        } else {
            all.collect()
        };
        for item in items {
            let name = item.to_string();
            if !all.contains(name.as_str()) {
                let route = [Step::Key(key), Step::Item(&name, 0)];
                let message = format!("`{section}` refers to the unknown {what} `{name}`");
                let help = suggest(&name, all.iter().copied());
                let help = help.or_else(|| Some("correct the id, or remove it".to_owned()));
                self.report_at(Code::UnknownReference, (place, &route), message, help);
                self.diagnostics.correct(place, &route, all.iter().copied());
            }
        }
        self.once(section, key, items, place);
    }

    pub(in crate::catalog) fn once<T: std::fmt::Display + Eq + std::hash::Hash>(
        &mut self,
        section: &str,
        key: &str,
        items: &[T],
        place: Place,
    ) {
        let mut seen: IndexSet<&T> = IndexSet::new();
        for item in items {
            if !seen.insert(item) {
                let name = item.to_string();
                let route = [Step::Key(key), Step::Item(&name, 1)];
                let message = format!("duplicate item `{name}` in `{section}`");
                let help = Some("keep one of them".to_owned());
                self.report_at(Code::RepeatedItem, (place, &route), message, help);
            }
        }
    }

    /// The base has no entries with the ids of the profile's own.
    pub(super) fn is_new(&mut self, document: &ProfileDocument, base: &Catalog) {
        let id = &base.facts().id;
        let mut taken: Vec<(&str, Place)> = Vec::new();
        for (risk, entry) in &document.risks {
            if base.risk(risk.as_str()).is_some() || base.control(risk.as_str()).is_some() {
                taken.push((risk.as_str(), entry.place));
            }
        }
        for (id, entry) in &document.traits {
            if base.traits().get(id.as_str()).is_some() {
                taken.push((id.as_str(), entry.place));
            }
        }
        for (family, entry) in &document.families {
            if base.family(family.as_str()).is_some() {
                taken.push((family.as_str(), entry.place));
            }
        }
        for (name, place) in taken {
            let message = format!("`{name}` is already the id of an entry of `{id}`");
            self.report(Code::RepeatedId, place, message, "choose another id");
        }
        let sections = [
            (
                "sources",
                taken_of(document.sources.keys(), |key| {
                    base.sources().contains_key(key.as_str())
                }),
            ),
            (
                "clauses",
                taken_of(document.clauses.keys(), |key| {
                    base.clauses().contains_key(key)
                }),
            ),
            (
                "frameworks",
                taken_of(document.frameworks.keys(), |key| {
                    base.frameworks().contains_key(key.as_str())
                }),
            ),
        ];
        for (section, names) in sections {
            for name in names {
                let route = [Step::Key(section), Step::Name(&name)];
                let message = format!("`{name}` is already the id of an entry of `{id}`");
                let help = Some("choose another id".to_owned());
                self.report_at(Code::RepeatedId, (document.place, &route), message, help);
            }
        }
    }

    /// Something is selected, and the profile's own entries do not depend on what it leaves out.
    pub(super) fn what_is_left(
        &mut self,
        document: &ProfileDocument,
        left: &CatalogDocument,
        own: &Own,
        risks_left_out: &IndexMap<RiskId, EntryLeftOut>,
    ) {
        // A selection of unknown entries has been reported already.
        if left.families.is_empty() && self.diagnostics.list.is_empty() {
            let message = format!("`{}` selects no control and adds none", document.profile);
            self.report_at(
                Code::InconsistentCatalog,
                (document.place, &[Step::Key("select")]),
                message,
                Some("correct `select` or `except`, or add a control".to_owned()),
            );
        }
        for risk in own
            .risks
            .iter()
            .filter(|risk| risks_left_out.contains_key(*risk))
        {
            let message = format!("`{risk}` is both added and left out");
            let route = [Step::Key("risks"), Step::Item(risk.as_str(), 0)];
            self.report_at(
                Code::InconsistentCatalog,
                (document.except.place, &route),
                message,
                Some("remove it from `except`, or do not add it".to_owned()),
            );
        }
        let controls = left.families.values().flat_map(|family| &family.controls);
        for (id, control) in controls.filter(|(id, _)| own.controls.contains(id)) {
            if control.treats.directly.is_empty() && control.treats.supporting.is_empty() {
                let message = format!("`{id}` treats only risks that the profile leaves out");
                self.report_at(
                    Code::InconsistentCatalog,
                    (control.place, &[Step::Key("treats")]),
                    message,
                    Some("add a risk that the profile selects".to_owned()),
                );
            }
        }
    }
}

fn taken_of<'k, K: std::fmt::Display + 'k>(
    keys: impl Iterator<Item = &'k K>,
    is_taken: impl Fn(&K) -> bool,
) -> Vec<String> {
    keys.filter(|key| is_taken(key))
        .map(ToString::to_string)
        .collect()
}
