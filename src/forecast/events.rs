//! The days on which something begins, ends or is due.

use super::{Cause, Entry};
use crate::assessment::{Assessment, CellClaim, SubjectId};
use crate::coverage::Coverage;
use crate::date::Date;
use crate::index::{AcceptanceIndex, AssertionIndex, CellIndex, EvidenceIndex};
use crate::taxonomy::{EventKind, Status};
use std::collections::BTreeMap;

/// An event, and where its entry is in the assessment.
pub(super) struct Event {
    pub(super) cause: Cause,
    pub(super) index: EntryIndex,
}

/// An entry of the assessment.
#[derive(Clone, Copy)]
pub(super) enum EntryIndex {
    Evidence(EvidenceIndex),
    Acceptance(AcceptanceIndex),
    Claim(AssertionIndex),
    /// The assessments of a current claim and of those that it replaced.
    Assessment(AssertionIndex),
    Wallet,
}

/// All events of a forecast.
pub(super) struct Events {
    /// By the last day before an event changes something.
    pub(super) days: BTreeMap<Date, Vec<Event>>,
    /// By assertion, the cells that are overdue once its due date has passed.
    pub(super) overdue: BTreeMap<AssertionIndex, Vec<String>>,
    /// What ended or was due before the first day.
    pub(super) lapsed: Vec<Event>,
    /// The first and the last day of the forecast.
    window: (Date, Date),
}

impl Events {
    pub(super) fn of(first: &Coverage, until: Date) -> Self {
        let mut events = Self {
            days: BTreeMap::new(),
            overdue: BTreeMap::new(),
            lapsed: Vec::new(),
            window: (first.settings().as_of, until),
        };
        events.add_evidence(first);
        events.add_acceptances(first.assessment());
        events.add_dues(first);
        events.add_assessments(first);
        events.add_wallets(first);
        for events in events.days.values_mut() {
            events.sort_by(|a, b| a.cause.cmp(&b.cause));
        }
        let lapsed = &mut events.lapsed;
        lapsed.sort_by(|a, b| (a.cause.day, &a.cause).cmp(&(b.cause.day, &b.cause)));
        events
    }

    fn add_evidence(&mut self, first: &Coverage) {
        let assessment = first.assessment();
        for item in assessment.evidence().indices() {
            let (id, evidence, facts) = assessment.evidence_at(item);
            let index = EntryIndex::Evidence(item);
            let cause = |kind, day| Cause {
                kind,
                entry: Entry::Evidence {
                    evidence: id.clone(),
                },
                title: evidence.title.clone(),
                day,
                location: facts.location.clone(),
            };
            // An item whose file is missing or differs does not become reliable.
            if !first.evidence_at(item).file.is_against() {
                self.begins(cause(EventKind::EvidenceBegins, facts.from), index);
            }
            self.ends(cause(EventKind::EvidenceEnds, facts.until), index);
        }
    }

    fn add_acceptances(&mut self, assessment: &Assessment) {
        for index in assessment.acceptances().indices() {
            let (id, acceptance, facts) = assessment.acceptance(index);
            let index = EntryIndex::Acceptance(index);
            let cause = |kind, day| Cause {
                kind,
                entry: Entry::Acceptance { risk: id.clone() },
                title: assessment.catalog().risk_at(facts.risk).title.clone(),
                day,
                location: facts.location.clone(),
            };
            if let Some(from) = acceptance.from.or(acceptance.on) {
                self.begins(cause(EventKind::AcceptanceBegins, from), index);
            }
            self.ends(cause(EventKind::AcceptanceEnds, acceptance.until), index);
        }
    }

    /// A claim that is not closed in time makes gaps overdue, if it has any.
    fn add_dues(&mut self, first: &Coverage) {
        let assessment = first.assessment();
        let mut dues: BTreeMap<AssertionIndex, Cause> = BTreeMap::new();
        for (subject, control, claim) in assessment.cells().entries() {
            let CellClaim::Claimed(index) = *claim else {
                continue;
            };
            for version in assessment.versions(index) {
                let assertion = assessment.assertion(version);
                let Some(day) = assessment.parts(assertion).due else {
                    continue;
                };
                // What does not exist or does not count on the day after is not overdue then.
                let of = assessment.subject(subject);
                let judged = day.next().max(first.settings().as_of);
                let counts = assessment.assertion_in_force(index, judged) == Some(version);
                let exists = first.settings().includes(&of.id) && of.exists_on(judged);
                let cell = first.cell(CellIndex { subject, control });
                let Some(cell) = cell.filter(|_| exists && counts) else {
                    continue;
                };
                self.overdue.entry(version).or_default().push(cell.name());
                let cause = of_claim(assessment, version, EventKind::DuePasses, day);
                dues.entry(version).or_insert(cause);
            }
        }
        for (index, cause) in dues {
            self.ends(cause, EntryIndex::Claim(index));
        }
    }

    /// A claim counts from the day on which it was first assessed, and its last assessment may be relied
    /// on for some time only.
    fn add_assessments(&mut self, first: &Coverage) {
        let assessment = first.assessment();
        for (index, _) in assessment.current_assertions() {
            let entry = EntryIndex::Assessment(index);
            for version in assessment.versions(index) {
                let days = assessment.assessed_days(version);
                let cause = |kind, day| of_claim(assessment, version, kind, day);
                for day in &days {
                    self.begins(cause(EventKind::AssessmentBegins, *day), entry);
                }
                // What is not in place remains so, whether or not somebody assesses it again.
                let status = assessment.status(version);
                let is_absent = matches!(status, Status::Planned | Status::NotImplemented);
                let ends = days
                    .iter()
                    .filter(|_| !is_absent)
                    .filter_map(|day| assessment.reassess_by(version, *day));
                for last_day in ends {
                    let judged = last_day.next();
                    let counts = assessment.assertion_in_force(index, judged) == Some(version);
                    let has_ended = assessment.reassess_by(version, judged) == Some(last_day);
                    if counts && has_ended {
                        self.ends(cause(EventKind::AssessmentEnds, last_day), entry);
                    }
                }
            }
        }
    }

    fn add_wallets(&mut self, first: &Coverage) {
        let assessment = first.assessment();
        for subject in assessment.subjects() {
            let SubjectId::Wallet(wallet) = &subject.id else {
                continue;
            };
            if !first.settings().includes(&subject.id) {
                continue;
            }
            let of_document = assessment.document().wallets.get(wallet);
            let title = of_document.and_then(|wallet| wallet.title.as_deref());
            let cause = |kind, day| Cause {
                kind,
                entry: Entry::Wallet {
                    wallet: wallet.clone(),
                },
                title: title.unwrap_or(wallet.as_str()).to_owned(),
                day,
                location: subject.location.clone(),
            };
            if let Some(since) = subject.since {
                self.begins(cause(EventKind::WalletBegins, since), EntryIndex::Wallet);
            }
            if let Some(until) = subject.until {
                self.ends(cause(EventKind::WalletEnds, until), EntryIndex::Wallet);
            }
        }
    }

    /// What begins changes something on its first day.
    fn begins(&mut self, cause: Cause, index: EntryIndex) {
        let (first, until) = self.window;
        if first < cause.day && cause.day <= until {
            self.add(cause.day.previous(), cause, index);
        }
    }

    /// What ends changes something on the day after its last one.
    fn ends(&mut self, cause: Cause, index: EntryIndex) {
        let (first, until) = self.window;
        if first <= cause.day && cause.day < until {
            self.add(cause.day, cause, index);
        } else if cause.day < first {
            self.lapsed.push(Event { cause, index });
        }
    }

    fn add(&mut self, last_day: Date, cause: Cause, index: EntryIndex) {
        let events = self.days.entry(last_day).or_default();
        events.push(Event { cause, index });
    }
}

/// Something that happens to a claim on a day.
fn of_claim(assessment: &Assessment, index: AssertionIndex, kind: EventKind, day: Date) -> Cause {
    let assertion = assessment.assertion(index);
    let control = assessment.catalog().control_at(assertion.control);
    let narrowed = assertion.narrowed.map(|narrowed| narrowed.subject);
    let wallet = narrowed.and_then(|subject| match &assessment.subject(subject).id {
        SubjectId::Wallet(wallet) => Some(wallet.clone()),
        SubjectId::Organization => None,
    });
    Cause {
        kind,
        entry: Entry::Claim {
            control: control.id.clone(),
            wallet,
        },
        title: control.title.clone(),
        day,
        location: assertion.location.clone(),
    }
}
