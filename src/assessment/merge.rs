//! Several files → one document. Equal entries are one entry; different definitions of an entry are
//! a conflict, and neither wins.

use super::document::{Assessed, AssessmentDocument, Claim};
use crate::diagnostic::{Code, Level};
use crate::id::AssessmentId;
use crate::location::Place;
use crate::source::{Collector, Step};
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::hash::Hash;

/// The value of a key.
trait Entry: Clone + PartialEq + Serialize {
    fn place(&self) -> Place {
        Place::default()
    }

    /// Sorts lists whose order has no meaning.
    fn put_in_order(&mut self) {}

    fn is_same_as(&self, other: &Self) -> bool {
        let in_order = |entry: &Self| {
            let mut entry = entry.clone();
            entry.put_in_order();
            entry
        };
        self == other || in_order(self) == in_order(other)
    }

    /// The keys whose values differ.
    fn differing_from(&self, other: &Self) -> Vec<String> {
        let (mut one, mut other) = (self.clone(), other.clone());
        one.put_in_order();
        other.put_in_order();
        differing(&one, &other)
    }
}

macro_rules! entries {
    ($($name:ident: $($place:ident)? [$($list:ident),*];)+) => {
        $(impl Entry for super::document::$name {
            $(fn place(&self) -> Place {
                self.$place
            })?

            fn put_in_order(&mut self) {
                $(self.$list.sort();)*
            }
        })+
    };
}
entries! {
    Wallet: place [traits, assets];
    Acceptance: place [wallets];
    Organization: [channels];
    Custodian: [];
    Period: [];
    Person: [];
    Provider: [];
}
macro_rules! claims {
    ($($name:ident [$($earlier:ident)?];)+) => {
        $(impl Entry for super::document::$name {
            fn place(&self) -> Place {
                self.place
            }

            fn put_in_order(&mut self) {
                self.evidence.sort();
                self.part_evidence.sort();
                self.observations.sort();
                put_assessed_in_order(&mut self.assessed);
                $(
                    self.$earlier.iter_mut().for_each(Entry::put_in_order);
                    self.$earlier.sort_by_key(|claim| Assessed::first_day(&claim.assessed));
                )?
            }
        })+
    };
}
claims! {
    Claim [earlier];
    NarrowedClaim [earlier];
    EarlierClaim [];
}
/// Sorts by day, then by person.
fn put_assessed_in_order(assessed: &mut [Assessed]) {
    assessed.sort_by(|one, other| (one.on, &one.by).cmp(&(other.on, &other.by)));
}
impl Entry for super::document::ReassessWithin {
    fn put_in_order(&mut self) {
        if let Self::BySeverity(days) = self {
            days.sort_unstable_keys();
        }
    }
}
impl Entry for super::document::Evidence {
    fn place(&self) -> Place {
        self.place
    }

    fn put_in_order(&mut self) {
        if let Some(covers) = &mut self.covers {
            covers.sort();
        }
    }
}
impl Entry for super::document::Efforts {
    fn put_in_order(&mut self) {
        self.evidence.sort_unstable_keys();
        self.controls.sort_unstable_keys();
        for control in self.controls.values_mut() {
            control.after.sort();
        }
    }
}
impl Entry for u32 {}
impl Entry for String {}
impl Entry for crate::id::CatalogId {}

impl<T: Entry> Entry for Option<T> {
    fn place(&self) -> Place {
        self.as_ref().map_or_else(Place::default, Entry::place)
    }

    fn put_in_order(&mut self) {
        if let Some(entry) = self {
            entry.put_in_order();
        }
    }
}

/// Merges documents. If there is a conflict, the first definition of the entry is kept.
pub(super) fn merge(
    documents: &[AssessmentDocument],
    diagnostics: &mut Collector<'_>,
) -> Option<AssessmentDocument> {
    let (first, rest) = documents.split_first()?;
    let mut whole = first.clone();
    let whole_place = whole.place;
    for document in rest {
        // The first file that has an entry is the one that defines it.
        let places = |has: &dyn Fn(&AssessmentDocument) -> bool| {
            let first = documents.iter().find(|document| has(document));
            (
                first.map_or(whole_place, |first| first.place),
                document.place,
            )
        };
        macro_rules! headers {
            ($($key:ident),+) => {$({
                let places = places(&|document| document.$key.is_some());
                let part = document.$key.as_ref();
                header(diagnostics, &mut whole.$key, part, stringify!($key), places);
            })+};
        }
        macro_rules! sections {
            ($($key:ident),+) => {$({
                section(diagnostics, &mut whole.$key, &document.$key, stringify!($key), &|entry| {
                    places(&|document| document.$key.contains_key(entry))
                });
            })+};
        }
        // A file without the key, or with an invalid one, has been reported already.
        let is_named =
            |place: Place| place.spot().is_none() || diagnostics.sources.has(place, "assessment");
        let is_invalid = diagnostics
            .list
            .iter()
            .any(|one| one.level() == Level::Error)
            && [&whole.assessment, &document.assessment].contains(&&AssessmentId::unnamed());
        if whole.assessment != document.assessment
            && is_named(whole_place)
            && is_named(document.place)
            && !is_invalid
        {
            let places = (whole_place, document.place);
            conflict(diagnostics, ("assessment", &[]), places, &["assessment"]);
        }
        headers!(
            title,
            catalog,
            custodian,
            period,
            organization,
            reassess_within,
            efforts
        );
        for person in &document.assessors {
            if !whole.assessors.contains(person) {
                whole.assessors.push(person.clone());
            }
        }
        sections!(
            people,
            providers,
            evidence_max_age,
            wallets,
            evidence,
            accepted_risks
        );
        claims(diagnostics, &mut whole, document);
    }
    put_in_order(&mut whole);
    Some(whole)
}

/// Gives each claim of a file that has no `assessed` of its own that of the file. Proposals have not
/// been assessed.
pub(super) fn apply_assessed_of_file(document: &mut AssessmentDocument) {
    let of_file = &document.assessed;
    if of_file.is_empty() {
        return;
    }
    let apply = |assessed: &mut Vec<Assessed>| {
        if assessed.is_empty() {
            let of_file = of_file.iter().cloned();
            *assessed = of_file.map(Assessed::without_place).collect();
        }
    };
    for claim in document.claims.values_mut().flatten() {
        if claim.status.is_some() && claim.proposed.is_none() {
            apply(&mut claim.assessed);
        }
        for narrowed in claim.wallets.values_mut().flatten() {
            apply(&mut narrowed.assessed);
        }
    }
}

/// Sorts entries by id, so that the order of entries and files has no effect.
pub(super) fn put_in_order(whole: &mut AssessmentDocument) {
    whole.assessors.sort();
    whole.reassess_within.put_in_order();
    whole.organization.put_in_order();
    whole.people.sort_unstable_keys();
    whole.providers.sort_unstable_keys();
    whole.evidence_max_age.sort_unstable_keys();
    whole.wallets.sort_unstable_keys();
    whole.wallets.values_mut().for_each(Entry::put_in_order);
    whole.evidence.sort_unstable_keys();
    whole.evidence.values_mut().for_each(Entry::put_in_order);
    whole.claims.sort_unstable_keys();
    for claim in whole.claims.values_mut().flatten() {
        claim.put_in_order();
        claim.wallets.sort_unstable_keys();
        claim.wallets.values_mut().for_each(Entry::put_in_order);
    }
    whole.accepted_risks.sort_unstable_keys();
    whole
        .accepted_risks
        .values_mut()
        .for_each(Entry::put_in_order);
    whole.efforts.put_in_order();
}

fn route<'s>(keys: &[&'s str]) -> Vec<Step<'s>> {
    let mut route: Vec<Step<'s>> = keys.iter().map(|key| Step::Key(key)).collect();
    if let (Some(last), Some(key)) = (route.last_mut(), keys.last()) {
        *last = Step::Name(key);
    }
    route
}

/// The keys whose values differ between two definitions of an entry, in alphabetical order; none if
/// an entry is not a mapping.
fn differing<T: Serialize>(one: &T, other: &T) -> Vec<String> {
    let value = |entry: &T| serde_json::to_value(entry).unwrap_or_default();
    let (Value::Object(one), Value::Object(other)) = (value(one), value(other)) else {
        return Vec::new();
    };
    let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let keys = keys
        .into_iter()
        .filter(|key| one.get(*key) != other.get(*key));
    keys.cloned().collect()
}

/// Two files define an entry, with different values for some keys.
fn conflict(
    diagnostics: &mut Collector<'_>,
    (what, keys): (&str, &[String]),
    places: (Place, Place),
    route_to_entry: &[&str],
) {
    let differ = match keys {
        [] => String::new(),
        [key] => format!(": `{key}` differs"),
        keys => format!(": `{}` differ", keys.join("`, `")),
    };
    let there = diagnostics
        .at(Code::Conflict, places.0, &route(route_to_entry), "")
        .location;
    let diagnostic = diagnostics
        .at(
            Code::Conflict,
            places.1,
            &route(route_to_entry),
            format!("conflicting definitions of `{what}` in two files{differ}"),
        )
        .related("the other definition", there)
        .help(format!(
            "define `{what}` in one file only; an entry in two files must be equal in both"
        ));
    diagnostics.push(diagnostic);
}

fn header<T: Entry>(
    diagnostics: &mut Collector<'_>,
    whole: &mut Option<T>,
    part: Option<&T>,
    key: &str,
    places: (Place, Place),
) {
    match (whole.as_ref(), part) {
        (Some(one), Some(other)) if !one.is_same_as(other) => {
            let keys = one.differing_from(other);
            conflict(diagnostics, (key, &keys), places, &[key]);
        }
        (None, Some(other)) => *whole = Some(other.clone()),
        _ => {}
    }
}

fn section<K, V>(
    diagnostics: &mut Collector<'_>,
    whole: &mut IndexMap<K, V>,
    part: &IndexMap<K, V>,
    section: &str,
    places: &dyn Fn(&K) -> (Place, Place),
) where
    K: Clone + Eq + Hash + Display,
    V: Entry,
{
    for (key, value) in part {
        match whole.get(key) {
            None => {
                whole.insert(key.clone(), value.clone());
            }
            Some(other) if other.is_same_as(value) => {}
            Some(other) => {
                let name = key.to_string();
                let keys = other.differing_from(value);
                if value.place().spot().is_some() {
                    let places = (other.place(), value.place());
                    conflict(diagnostics, (&name, &keys), places, &[]);
                } else {
                    let route = [section, &name];
                    conflict(diagnostics, (&name, &keys), places(key), &route);
                }
            }
        }
    }
}

/// Claims are merged by cell: one file may have the general claim and another one those of wallets.
fn claims(
    diagnostics: &mut Collector<'_>,
    whole: &mut AssessmentDocument,
    part: &AssessmentDocument,
) {
    for (control, claim) in &part.claims {
        match (whole.claims.get_mut(control), claim) {
            (None, _) => {
                whole.claims.insert(control.clone(), claim.clone());
            }
            (Some(_), None) => {}
            (Some(empty @ None), Some(claim)) => *empty = Some(claim.clone()),
            (Some(Some(there)), Some(claim)) => {
                let places = (there.place, claim.place);
                section(
                    diagnostics,
                    &mut there.wallets,
                    &claim.wallets,
                    "wallets",
                    &|_| places,
                );
                if general(claim) == general(&Claim::default()) {
                    continue;
                }
                // A claim takes precedence over a proposal.
                if claim.proposed.is_some() && there.status.is_some() && there.proposed.is_none() {
                    continue;
                }
                let yields = there.proposed.is_some() && claim.proposed.is_none();
                if yields || general(there) == general(&Claim::default()) {
                    *there = Claim {
                        wallets: std::mem::take(&mut there.wallets),
                        ..claim.clone()
                    };
                } else if general(there) != general(claim) {
                    let keys = differing(&general(there), &general(claim));
                    conflict(diagnostics, (control.as_str(), &keys), places, &[]);
                }
            }
        }
    }
}

/// A claim without the claims of wallets.
fn general(claim: &Claim) -> Claim {
    let mut general = Claim {
        wallets: IndexMap::new(),
        ..claim.clone()
    };
    general.put_in_order();
    general
}
