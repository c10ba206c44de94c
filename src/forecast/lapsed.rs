//! What lapsed before the first day of a forecast and still has an effect.

use super::Renewal;
use super::events::{EntryIndex, Event, Events};
use crate::assessment::Assessment;
use crate::coverage::Coverage;
use crate::index::{AssertionIndex, EvidenceIndex, RiskIndex};
use crate::taxonomy::{EvidenceState, Verdict};
use std::collections::BTreeMap;

/// What ended or was due before the first day, the earliest first. An entry without an effect, such as
/// an expired item that no claim cites, is left out.
pub(super) fn lapsed(first: &Coverage, events: &Events) -> Vec<Renewal> {
    let (mut unproven, mut proven) = expired(first);
    let mut reopened = reopened(first);
    let mut stale = stale(first);
    let entries = events.lapsed.iter().map(|event| {
        let mut renewal = event.entry(first.assessment());
        match event.index {
            EntryIndex::Evidence(item) => {
                renewal.affected = unproven.remove(&item).unwrap_or_default();
                renewal.loses_one_of_several = proven.remove(&item).unwrap_or_default();
            }
            EntryIndex::Acceptance(index) => {
                let (.., facts) = first.assessment().acceptance(index);
                renewal.affected = reopened.remove(&facts.risk).unwrap_or_default();
            }
            EntryIndex::Claim(index) => {
                renewal.affected = events.overdue.get(&index).cloned().unwrap_or_default();
            }
            EntryIndex::Assessment(index) => {
                renewal.affected = stale.remove(&index).unwrap_or_default();
            }
            // A wallet that has ended has no cells.
            EntryIndex::Wallet => {}
        }
        renewal
    });
    let has_effect = |renewal: &Renewal| {
        !renewal.affected.is_empty() || !renewal.loses_one_of_several.is_empty()
    };
    entries.filter(has_effect).collect()
}

type CellsByItem = BTreeMap<EvidenceIndex, Vec<String>>;

/// By expired item, the cells whose claims cite it: those without proof, and those that have another
/// proof.
fn expired(first: &Coverage) -> (CellsByItem, CellsByItem) {
    let assessment = first.assessment();
    let (mut unproven, mut proven) = (CellsByItem::new(), CellsByItem::new());
    for cell in first.cells() {
        let by_item = match cell.verdict {
            Verdict::Unproven => &mut unproven,
            Verdict::Effective => &mut proven,
            Verdict::Partial | Verdict::Absent | Verdict::Unknown | Verdict::Excluded => continue,
        };
        let Some(assertion) = first.assertion_on(cell.index) else {
            continue;
        };
        for item in assessment.cited_by(assertion) {
            if first.evidence_at(*item).state == EvidenceState::Expired {
                let cells = by_item.entry(*item).or_default();
                let name = cell.name();
                if cells.last() != Some(&name) {
                    cells.push(name);
                }
            }
        }
    }
    (unproven, proven)
}

/// By stale claim, the cells that it does not prove or exclude because of that.
fn stale(first: &Coverage) -> BTreeMap<AssertionIndex, Vec<String>> {
    let mut stale: BTreeMap<AssertionIndex, Vec<String>> = BTreeMap::new();
    for cell in first.cells() {
        let current = first.assessment().assertion_index_on(cell.index);
        let Some(current) = current.filter(|current| first.standing(*current).is_stale) else {
            continue;
        };
        if first
            .assertion_on(cell.index)
            .is_some_and(|claim| !claim.status.is_shortfall())
        {
            stale.entry(current).or_default().push(cell.name());
        }
    }
    stale
}

/// By risk, the subjects for which it is open and its acceptance has ended, as `risk@subject`.
fn reopened(first: &Coverage) -> BTreeMap<RiskIndex, Vec<String>> {
    let as_of = first.settings().as_of;
    let mut reopened: BTreeMap<RiskIndex, Vec<String>> = BTreeMap::new();
    for (risk, subject, outcome) in first.outcomes() {
        let acceptance = first.acceptance_of(outcome.risk, outcome.subject);
        let has_ended = acceptance.is_some_and(|(_, acceptance, _)| acceptance.until < as_of);
        if has_ended && outcome.verdict.is_open() {
            let name = format!("{}@{}", risk.id, subject.id);
            reopened.entry(outcome.risk).or_default().push(name);
        }
    }
    reopened
}

impl Event {
    /// The entry of the event as something to renew, without what depends on it.
    pub(super) fn entry(&self, assessment: &Assessment) -> Renewal {
        let cause = &self.cause;
        let (mut evidence_kind, mut locator) = (None, None);
        let person = match self.index {
            EntryIndex::Evidence(item) => {
                let (_, evidence, _) = assessment.evidence_at(item);
                evidence_kind = Some(evidence.kind);
                locator = Some(evidence.locator.clone());
                evidence.by.clone()
            }
            EntryIndex::Acceptance(index) => {
                Some(assessment.acceptance(index).1.approved_by.clone())
            }
            EntryIndex::Claim(index) | EntryIndex::Assessment(index) => {
                let parts = assessment.parts(assessment.assertion(index));
                parts.owner.cloned()
            }
            EntryIndex::Wallet => None,
        };
        let people = &assessment.document().people;
        let named = person.as_ref().and_then(|person| people.get(person));
        Renewal {
            day: cause.day,
            kind: cause.kind,
            entry: cause.entry.clone(),
            title: cause.title.clone(),
            evidence_kind,
            locator,
            name: named.map(|person| person.name.clone()),
            person,
            affected: Vec::new(),
            loses_one_of_several: Vec::new(),
            risks: Vec::new(),
            location: cause.location.clone(),
        }
    }
}
