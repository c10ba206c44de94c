//! Several files → one document. Entries that say the same are one entry; entries that say different
//! things are a conflict, and neither wins.

use super::document::{AssessmentDocument, Claim};
use crate::diagnostic::Code;
use crate::source::{Faults, Place, Step};
use indexmap::IndexMap;
use std::fmt::Display;
use std::hash::Hash;

/// Entries whose place is known.
trait Placed {
    fn place(&self) -> Place {
        Place::default()
    }
}

macro_rules! placed {
    (with place: $($with:ident),+; without: $($without:ty),+) => {
        $(impl Placed for super::document::$with {
            fn place(&self) -> Place {
                self.place
            }
        })+
        $(impl Placed for $without {})+
    };
}
placed!(
    with place: Wallet, Evidence, Acceptance, NarrowedClaim;
    without: super::document::Person, super::document::Provider, u32
);

impl<T: Placed> Placed for Option<T> {
    fn place(&self) -> Place {
        self.as_ref().map_or_else(Place::default, Placed::place)
    }
}

/// Puts documents together; the first one of each entry stays where there is a conflict.
pub(super) fn merge(
    documents: &[AssessmentDocument],
    faults: &mut Faults<'_>,
) -> Option<AssessmentDocument> {
    let (first, rest) = documents.split_first()?;
    let mut whole = first.clone();
    for document in rest {
        let home = |says: &dyn Fn(&AssessmentDocument) -> bool| {
            let home = documents.iter().find(|document| says(document));
            (home.map_or(whole.place, |home| home.place), document.place)
        };
        let places = (whole.place, document.place);
        let of_title = home(&|document| document.title.is_some());
        let of_catalog = home(&|document| document.catalog.is_some());
        let of_custodian = home(&|document| document.custodian.is_some());
        let of_period = home(&|document| document.period.is_some());
        let of_organization = home(&|document| document.organization.is_some());
        if whole.assessment != document.assessment {
            conflict(
                faults,
                "assessment",
                places,
                &["assessment"],
                &["assessment"],
            );
        }
        header(
            faults,
            &mut whole.title,
            document.title.as_ref(),
            "title",
            of_title,
        );
        header(
            faults,
            &mut whole.catalog,
            document.catalog.as_ref(),
            "catalog",
            of_catalog,
        );
        header(
            faults,
            &mut whole.custodian,
            document.custodian.as_ref(),
            "custodian",
            of_custodian,
        );
        header(
            faults,
            &mut whole.period,
            document.period.as_ref(),
            "period",
            of_period,
        );
        header(
            faults,
            &mut whole.organization,
            document.organization.as_ref(),
            "organization",
            of_organization,
        );
        for person in &document.assessors {
            if !whole.assessors.contains(person) {
                whole.assessors.push(person.clone());
            }
        }
        section(
            faults,
            &mut whole.people,
            &document.people,
            "people",
            places,
        );
        section(
            faults,
            &mut whole.providers,
            &document.providers,
            "providers",
            places,
        );
        section(
            faults,
            &mut whole.evidence_max_age,
            &document.evidence_max_age,
            "evidence_max_age",
            places,
        );
        section(
            faults,
            &mut whole.wallets,
            &document.wallets,
            "wallets",
            places,
        );
        section(
            faults,
            &mut whole.evidence,
            &document.evidence,
            "evidence",
            places,
        );
        section(
            faults,
            &mut whole.accepted_risks,
            &document.accepted_risks,
            "accepted_risks",
            places,
        );
        claims(faults, &mut whole, document);
    }
    // What is written is read in the order of ids: the order of entries and files changes nothing.
    whole.assessors.sort();
    whole.people.sort_unstable_keys();
    whole.providers.sort_unstable_keys();
    whole.evidence_max_age.sort_unstable_keys();
    whole.wallets.sort_unstable_keys();
    whole.evidence.sort_unstable_keys();
    whole.claims.sort_unstable_keys();
    for claim in whole.claims.values_mut().flatten() {
        claim.wallets.sort_unstable_keys();
    }
    whole.accepted_risks.sort_unstable_keys();
    Some(whole)
}

fn route<'s>(keys: &[&'s str]) -> Vec<Step<'s>> {
    let mut route: Vec<Step<'s>> = keys.iter().map(|key| Step::Key(key)).collect();
    if let (Some(last), Some(key)) = (route.last_mut(), keys.last()) {
        *last = Step::Name(key);
    }
    route
}

fn conflict(
    faults: &mut Faults<'_>,
    what: &str,
    places: (Place, Place),
    first: &[&str],
    second: &[&str],
) {
    let there = faults
        .at(Code::Conflict, places.0, &route(first), "")
        .location;
    let fault = faults
        .at(
            Code::Conflict,
            places.1,
            &route(second),
            format!("two files say different things about `{what}`"),
        )
        .related("the other file says it here", there)
        .help("decide what is true and say it in one of them");
    faults.push(fault);
}

fn header<T: Clone + PartialEq>(
    faults: &mut Faults<'_>,
    whole: &mut Option<T>,
    part: Option<&T>,
    key: &str,
    places: (Place, Place),
) {
    match (whole.as_ref(), part) {
        (Some(one), Some(other)) if one != other => conflict(faults, key, places, &[key], &[key]),
        (None, Some(other)) => *whole = Some(other.clone()),
        _ => {}
    }
}

fn section<K, V>(
    faults: &mut Faults<'_>,
    whole: &mut IndexMap<K, V>,
    part: &IndexMap<K, V>,
    section: &str,
    places: (Place, Place),
) where
    K: Clone + Eq + Hash + Display,
    V: Clone + PartialEq + Placed,
{
    for (key, value) in part {
        match whole.get(key) {
            None => {
                whole.insert(key.clone(), value.clone());
            }
            Some(other) if other == value => {}
            Some(other) => {
                let name = key.to_string();
                if value.place().spot().is_some() {
                    conflict(faults, &name, (other.place(), value.place()), &[], &[]);
                } else {
                    conflict(faults, &name, places, &[section, &name], &[section, &name]);
                }
            }
        }
    }
}

/// For claims the unit is the cell: one file may claim and another one narrow.
fn claims(faults: &mut Faults<'_>, whole: &mut AssessmentDocument, part: &AssessmentDocument) {
    for (control, claim) in &part.claims {
        match (whole.claims.get_mut(control), claim) {
            (None, _) => {
                whole.claims.insert(control.clone(), claim.clone());
            }
            (Some(_), None) => {}
            (Some(empty @ None), Some(claim)) => *empty = Some(claim.clone()),
            (Some(Some(there)), Some(claim)) => {
                section(
                    faults,
                    &mut there.wallets,
                    &claim.wallets,
                    "wallets",
                    (there.place, claim.place),
                );
                if wide(claim) == wide(&Claim::default()) {
                    continue;
                }
                if wide(there) == wide(&Claim::default()) {
                    *there = Claim {
                        wallets: std::mem::take(&mut there.wallets),
                        ..claim.clone()
                    };
                } else if wide(there) != wide(claim) {
                    conflict(
                        faults,
                        control.as_str(),
                        (there.place, claim.place),
                        &[],
                        &[],
                    );
                }
            }
        }
    }
}

/// A claim without what it narrows.
fn wide(claim: &Claim) -> Claim {
    Claim {
        wallets: IndexMap::new(),
        ..claim.clone()
    }
}
