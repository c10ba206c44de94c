//! Crosswalks, and the editions of a framework compared with each other.

use super::check::CatalogCheck;
use super::document::{CatalogDocument, ControlCrosswalk, Framework};
use super::reference::{NamedReference, ReferenceReader};
use crate::diagnostic::Code;
use crate::id::FrameworkId;
use crate::location::Place;
use crate::source::Step;
use indexmap::{IndexMap, IndexSet};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The id of a framework without its edition, which follows the last `-`.
pub(super) fn family_of(id: &FrameworkId) -> &str {
    let id = id.as_str();
    id.rsplit_once('-').map_or(id, |(family, _)| family)
}

/// An edition of a framework and the next one in the catalog.
pub(super) struct Editions<'f> {
    earlier_id: &'f FrameworkId,
    earlier: &'f Framework,
    later_id: &'f FrameworkId,
    later: &'f Framework,
    /// The predecessors of each reference of the later edition.
    from: BTreeMap<&'f str, Vec<&'f String>>,
}

impl<'f> Editions<'f> {
    pub(super) fn all(frameworks: &'f IndexMap<FrameworkId, Framework>) -> Vec<Self> {
        let mut families: BTreeMap<&str, Vec<(&FrameworkId, &Framework)>> = BTreeMap::new();
        for (id, framework) in frameworks {
            families
                .entry(family_of(id))
                .or_default()
                .push((id, framework));
        }
        let mut all = Vec::new();
        for family in families.values_mut() {
            family.sort_by_key(|(_, framework)| framework.published);
            for (earlier_id, earlier) in family.iter() {
                let next =
                    family.partition_point(|(_, other)| other.published <= earlier.published);
                let Some((later_id, later)) = family.get(next) else {
                    continue;
                };
                let mut from: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
                for (reference, known) in &earlier.references {
                    for became in &known.becomes {
                        from.entry(became).or_default().push(reference);
                    }
                }
                all.push(Self {
                    earlier_id,
                    earlier,
                    later_id,
                    later,
                    from,
                });
            }
        }
        all
    }

    /// The predecessors of a reference of the later edition.
    fn from(&self, reference: &str) -> &[&'f String] {
        self.from.get(reference).map_or(&[], Vec::as_slice)
    }
}

/// The other edition of a framework that has a reference, and its successors or predecessors, as
/// help.
pub(super) fn in_other_edition(
    frameworks: &IndexMap<FrameworkId, Framework>,
    id: &FrameworkId,
    written: &str,
) -> Option<String> {
    let (other_id, other, reference) = frameworks.iter().find_map(|(other_id, other)| {
        if other_id == id || family_of(other_id) != family_of(id) {
            return None;
        }
        let named = ReferenceReader::new(other_id, other).read(written);
        if let NamedReference::Listed(reference) = named {
            Some((other_id, other, reference))
        } else {
            None
        }
    })?;
    let mut help = format!("use a reference of `{id}`; this one is of `{other_id}`");
    let known = other.references.get(reference)?;
    for pair in Editions::all(frameworks) {
        let came = pair.from(reference);
        if pair.earlier_id == other_id && pair.later_id == id && !known.becomes.is_empty() {
            let _ = write!(help, " and became {}", list(&known.becomes));
        } else if pair.earlier_id == id && pair.later_id == other_id && !came.is_empty() {
            let _ = write!(help, " and came from {}", list(came.iter().copied()));
        }
    }
    Some(help)
}

fn list<'r>(references: impl IntoIterator<Item = &'r String>) -> String {
    let quoted = references
        .into_iter()
        .map(|reference| format!("`{reference}`"));
    quoted.collect::<Vec<_>>().join(", ")
}

impl CatalogCheck<'_> {
    pub(super) fn crosswalk(
        &mut self,
        id: &str,
        crosswalk: &ControlCrosswalk,
        document: &CatalogDocument,
        editions: &[Editions<'_>],
        place: Place,
    ) {
        self.empty(id, crosswalk, place);
        self.both_editions(id, crosswalk, editions, place);
        for (framework_id, references) in &crosswalk.references {
            let Some(framework) = document.frameworks.get(framework_id) else {
                let all = document.frameworks.keys().map(FrameworkId::as_str);
                self.known(
                    id,
                    "framework",
                    framework_id.as_str(),
                    false,
                    all,
                    (
                        place,
                        &[
                            Step::Key("crosswalk"),
                            Step::Key("references"),
                            Step::Name(framework_id.as_str()),
                        ],
                    ),
                );
                continue;
            };
            let mut seen: IndexSet<&str> = IndexSet::new();
            for reference in references {
                let item = |nth| {
                    [
                        Step::Key("crosswalk"),
                        Step::Key("references"),
                        Step::Key(framework_id.as_str()),
                        Step::Item(reference, nth),
                    ]
                };
                let is_known = framework.references.contains_key(reference);
                if !is_known && !self.diagnostics.is_full() {
                    let message =
                        format!("`{reference}` of `{id}` is not a reference of `{framework_id}`");
                    let place = (place, &item(0)[..]);
                    let other = in_other_edition(&document.frameworks, framework_id, reference);
                    if framework.withdrawn.contains(reference) {
                        let message =
                            format!("`{reference}` of `{id}` is withdrawn in `{framework_id}`");
                        self.report_at(Code::UnknownReference, place, message, None);
                    } else if other.is_some() {
                        self.report_at(Code::ReferenceOfOtherEdition, place, message, other);
                    } else {
                        let all = framework.references.keys().map(String::as_str);
                        self.unknown(message, reference, all, place);
                    }
                }
                if !seen.insert(reference) {
                    let message = format!("`{id}` lists `{reference}` of `{framework_id}` twice");
                    let help = Some("keep one of them".to_owned());
                    self.report_at(Code::RepeatedItem, (place, &item(1)), message, help);
                }
            }
        }
    }

    /// A crosswalk has at least one reference of each framework.
    pub(super) fn empty(&mut self, id: &str, crosswalk: &ControlCrosswalk, place: Place) {
        if !self.is_complete {
            return;
        }
        if crosswalk.references.is_empty() {
            let message = format!("the crosswalk of `{id}` is empty");
            let help = Some("add references, or remove the crosswalk".to_owned());
            let route = [Step::Key("crosswalk"), Step::Name("references")];
            self.report_at(Code::EmptyCrosswalk, (place, &route), message, help);
        }
        for (framework, references) in &crosswalk.references {
            if references.is_empty() {
                let message =
                    format!("the crosswalk of `{id}` lists no references of `{framework}`");
                let help = Some(format!("add references, or remove `{framework}`"));
                let route = [
                    Step::Key("crosswalk"),
                    Step::Key("references"),
                    Step::Name(framework.as_str()),
                ];
                self.report_at(Code::EmptyCrosswalk, (place, &route), message, help);
            }
        }
    }

    /// A control that maps to a reference of one edition also maps to one of its successors in the
    /// next edition or of its predecessors in the previous one, if it maps to that edition at all.
    pub(super) fn both_editions(
        &mut self,
        id: &str,
        crosswalk: &ControlCrosswalk,
        editions: &[Editions<'_>],
        place: Place,
    ) {
        for pair in editions {
            let (earlier_id, later_id) = (pair.earlier_id, pair.later_id);
            let named = |framework: &FrameworkId| crosswalk.references.get(framework);
            let (Some(old), Some(new)) = (named(earlier_id), named(later_id)) else {
                continue;
            };
            let set = |references: &'_ [String]| -> BTreeSet<String> {
                references.iter().cloned().collect()
            };
            let (old_ones, new_ones) = (set(old), set(new));
            for reference in old {
                let became = pair.earlier.references.get(reference);
                let became = became.map_or(&[][..], |known| &known.becomes);
                if !became.is_empty() && !became.iter().any(|later| new_ones.contains(later)) {
                    let message = format!(
                        "`{id}` maps to `{reference}` of `{earlier_id}`, but to none of its successors in `{later_id}`"
                    );
                    let help = format!(
                        "add a successor, or check the mapping: it became {}",
                        list(became)
                    );
                    self.left_out(place, earlier_id, reference, message, help);
                }
            }
            for reference in new {
                let is_new = pair.later.references.get(reference);
                let is_new = is_new.is_none_or(|known| known.new);
                let from = pair.from(reference);
                if !is_new
                    && !from.is_empty()
                    && !from.iter().any(|earlier| old_ones.contains(*earlier))
                {
                    let message = format!(
                        "`{id}` maps to `{reference}` of `{later_id}`, but to none of its predecessors in `{earlier_id}`"
                    );
                    let from = list(from.iter().copied());
                    let help =
                        format!("add a predecessor, or check the mapping: it came from {from}");
                    self.left_out(place, later_id, reference, message, help);
                }
            }
        }
    }

    fn left_out(
        &mut self,
        place: Place,
        framework: &FrameworkId,
        reference: &str,
        message: String,
        help: String,
    ) {
        let route = [
            Step::Key("crosswalk"),
            Step::Key("references"),
            Step::Key(framework.as_str()),
            Step::Item(reference, 0),
        ];
        self.report_at(Code::EditionLeftOut, (place, &route), message, Some(help));
    }

    /// The successors of a reference are in the next edition and are not marked `new` there, and
    /// references that are not marked `new` have a predecessor.
    pub(super) fn editions(&mut self, editions: &[Editions<'_>]) {
        if !self.is_complete {
            return;
        }
        for pair in editions {
            let (earlier_id, earlier) = (pair.earlier_id, pair.earlier);
            let (later_id, later) = (pair.later_id, pair.later);
            let mut has_successors = false;
            for (reference, known) in &earlier.references {
                for became in &known.becomes {
                    has_successors = true;
                    let route = [
                        Step::Key("references"),
                        Step::Key(reference),
                        Step::Key("becomes"),
                        Step::Item(became, 0),
                    ];
                    let at = (earlier.place, &route[..]);
                    match later.references.get(became) {
                        None => {
                            let all = later.references.keys().map(String::as_str);
                            let message = format!(
                                "`{reference}` of `{earlier_id}` became `{became}`, which is not a reference of `{later_id}`"
                            );
                            self.unknown(message, became, all, at);
                        }
                        Some(known) if known.new => {
                            let message = format!(
                                "`{reference}` of `{earlier_id}` became `{became}`, which is marked `new` in `{later_id}`"
                            );
                            let help = Some("correct `becomes` or `new`".to_owned());
                            self.report_at(Code::EditionsDisagree, at, message, help);
                        }
                        Some(_) => {}
                    }
                }
            }
            for (reference, known) in later.references.iter().filter(|_| has_successors) {
                if !known.new && pair.from(reference).is_empty() {
                    let message = format!(
                        "`{reference}` of `{later_id}` is not marked `new`, but has no predecessor in `{earlier_id}`"
                    );
                    let route = [Step::Key("references"), Step::Name(reference)];
                    let help = Some("correct `becomes` or `new`".to_owned());
                    self.report_at(Code::EditionsDisagree, (later.place, &route), message, help);
                }
            }
        }
    }
}
