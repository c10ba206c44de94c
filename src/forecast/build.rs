//! [`Assessment`] → [`Forecast`]: the days on which something turns, each measured and compared with
//! the one before.

use super::{
    Cause, CellChange, CellHold, Forecast, Numbers, ProvenHold, Renewal, RiskChange, RiskHold,
    RiskSubjectChange, SCHEMA, Step,
};
use crate::assessment::{Assessment, CellClaim};
use crate::coverage::{Coverage, Ratio};
use crate::date::Date;
use crate::id::{EvidenceId, RiskId};
use crate::index::{
    AcceptanceIndex, AssertionIndex, CellIndex, EvidenceIndex, IndexVec, RiskIndex,
};
use crate::report::{Facts, SeverityCount, VerdictCount};
use crate::settings::Settings;
use crate::taxonomy::{EvidenceState, RiskVerdict, Severity, Turn, Verdict};
use std::cmp::Reverse;
use std::collections::BTreeMap;

pub(super) fn forecast(assessment: &Assessment, settings: &Settings, until: Date) -> Forecast {
    let until = until.max(settings.as_of);
    let first = Coverage::measure(assessment, settings);
    let mut turns = Turns::of(&first, until);
    let mut steps = vec![Step {
        day: settings.as_of,
        until,
        numbers: numbers(&first, &worst_verdicts(&first)),
        causes: Vec::new(),
        cells: Vec::new(),
        risks: Vec::new(),
    }];
    let mut holds = Holds::of(&first);
    let mut renewals = Vec::new();
    let mut settings = settings.clone();
    let (facts, mut before) = (Facts::of(&first), first);
    while let Some((day, events)) = turns.days.pop_first() {
        settings.as_of = day;
        let after = Coverage::measure(assessment, &settings);
        let mut comparison = Comparison::of(&before, &after);
        renewals.extend(
            events
                .iter()
                .filter_map(|event| comparison.renewal(event, &turns.overdue)),
        );
        let step = Step {
            day,
            until,
            numbers: numbers(&after, &comparison.worst_after),
            causes: events.into_iter().map(|event| event.cause).collect(),
            cells: std::mem::take(&mut comparison.cells),
            risks: std::mem::take(&mut comparison.risks),
        };
        holds.note(&step, &comparison.cell_positions, &comparison.risk_indices);
        if let Some(last) = steps.last_mut() {
            last.until = day.previous();
        }
        steps.push(step);
        before = after;
    }
    Forecast {
        schema: SCHEMA.to_owned(),
        proven: proven(&steps, &holds.cells),
        risks: holds.risks(),
        cells: holds.cells,
        method: method(&facts, until),
        facts,
        until,
        steps,
        renewals,
    }
}

/// Something that turns, and where it stands in the assessment.
struct Event {
    cause: Cause,
    entry: Entry,
}

/// An entry of the assessment.
#[derive(Clone, Copy)]
enum Entry {
    Evidence(EvidenceIndex),
    Acceptance(AcceptanceIndex),
    Claim(AssertionIndex),
}

/// Every day on which something turns, and what.
struct Turns {
    days: BTreeMap<Date, Vec<Event>>,
    /// By assertion, the cells that are overdue once its due day has passed.
    overdue: BTreeMap<AssertionIndex, Vec<String>>,
}

impl Turns {
    fn of(first: &Coverage, until: Date) -> Self {
        let assessment = first.assessment();
        let mut turns = Self {
            days: BTreeMap::new(),
            overdue: BTreeMap::new(),
        };
        let window = (first.settings().as_of, until);
        for item in assessment.evidence().indices() {
            let (id, evidence, facts) = assessment.evidence_at(item);
            let entry = Entry::Evidence(item);
            let cause = |kind, day| Cause {
                kind,
                entry: id.to_string(),
                title: evidence.title.clone(),
                day,
                location: facts.location.clone(),
            };
            // What may not be relied on has nothing to say, and begins nothing.
            if !first.evidence_at(item).file.is_against() {
                turns.begins(window, cause(Turn::EvidenceBegins, facts.from), entry);
            }
            turns.ends(window, cause(Turn::EvidenceEnds, facts.until), entry);
        }
        for index in assessment.acceptances().indices() {
            let (id, acceptance, facts) = assessment.acceptance(index);
            let risk = assessment.catalog().risk_at(facts.risk);
            let entry = Entry::Acceptance(index);
            let cause = |kind, day| Cause {
                kind,
                entry: id.to_string(),
                title: risk.title.clone(),
                day,
                location: facts.location.clone(),
            };
            if let Some(from) = acceptance.from {
                turns.begins(window, cause(Turn::AcceptanceBegins, from), entry);
            }
            turns.ends(window, cause(Turn::AcceptanceEnds, acceptance.until), entry);
        }
        turns.add_dues(first, window);
        for events in turns.days.values_mut() {
            events.sort_by(|a, b| a.cause.cmp(&b.cause));
        }
        turns
    }

    /// A claim that nobody could close in time makes gaps overdue, if any cell is left to it.
    fn add_dues(&mut self, first: &Coverage, window: (Date, Date)) {
        let assessment = first.assessment();
        for cell in first.cells() {
            if let CellClaim::Claimed(assertion) = assessment.cell(cell.index)
                && matches!(cell.verdict, Verdict::Partial | Verdict::Absent)
                && due_of(assessment, assertion).is_some()
            {
                let name = cell.name();
                self.overdue.entry(assertion).or_default().push(name);
            }
        }
        let overdue: Vec<AssertionIndex> = self.overdue.keys().copied().collect();
        for index in overdue {
            let Some(due) = due_of(assessment, index) else {
                continue;
            };
            let assertion = assessment.assertion(index);
            let control = assessment.catalog().control_at(assertion.control);
            let narrowed = assertion.narrowed;
            let wallet = narrowed.map(|narrowed| assessment.subject(narrowed.subject));
            let cause = Cause {
                kind: Turn::DuePasses,
                entry: match wallet {
                    Some(wallet) => format!("{}@{}", control.id, wallet.id),
                    None => control.id.to_string(),
                },
                title: control.title.clone(),
                day: due,
                location: assertion.location.clone(),
            };
            self.ends(window, cause, Entry::Claim(index));
        }
    }

    fn begins(&mut self, (first, until): (Date, Date), cause: Cause, entry: Entry) {
        if first < cause.day && cause.day <= until {
            let events = self.days.entry(cause.day).or_default();
            events.push(Event { cause, entry });
        }
    }

    /// What ends is still there on its last day.
    fn ends(&mut self, (first, until): (Date, Date), cause: Cause, entry: Entry) {
        if first <= cause.day && cause.day < until {
            let events = self.days.entry(cause.day.next()).or_default();
            events.push(Event { cause, entry });
        }
    }
}

fn due_of(assessment: &Assessment, assertion: AssertionIndex) -> Option<Date> {
    assessment.parts(assessment.assertion(assertion)).due
}

/// The verdict of each risk's worst subject, in catalogue order.
fn worst_verdicts(coverage: &Coverage) -> IndexVec<RiskIndex, RiskVerdict> {
    let risks = coverage.assessment().catalog().risks();
    let mut worst: IndexVec<_, _> = risks.map(|_| RiskVerdict::OutOfScope).collect();
    for (_, _, outcome) in coverage.outcomes() {
        let worst = &mut worst[outcome.risk];
        if outcome.verdict.rank() < worst.rank() {
            *worst = outcome.verdict;
        }
    }
    worst
}

fn numbers(coverage: &Coverage, worst: &IndexVec<RiskIndex, RiskVerdict>) -> Numbers {
    let assessment = coverage.assessment();
    let as_of = coverage.settings().as_of;
    let cells = coverage.tally();
    let (severities, overdue) = coverage.gap_severities();
    let mut critical = Ratio::default();
    for (risk, verdict) in assessment.catalog().risks().zip(worst.iter()) {
        if risk.severity == Severity::Critical && *verdict != RiskVerdict::OutOfScope {
            critical.denominator += 1;
            critical.numerator += u64::from(*verdict == RiskVerdict::Treated);
        }
    }
    let items = assessment.document().evidence.len();
    let (mut current, mut expired) = (0, 0);
    for item in assessment.evidence().indices() {
        let standing = coverage.evidence_at(item);
        current += u64::from(standing.is_reliable());
        expired += u64::from(standing.state == EvidenceState::Expired);
    }
    let in_force = assessment
        .document()
        .accepted_risks
        .values()
        .filter(|acceptance| acceptance.validity().includes(as_of));
    Numbers {
        cells,
        proven: cells.proven(),
        possible: cells.possible(),
        risks: VerdictCount::of(worst.as_slice()),
        critical_risks_treated: critical,
        gaps: SeverityCount::of(severities.into_iter()),
        overdue,
        evidence_current: Ratio {
            numerator: current,
            denominator: items as u64,
        },
        evidence_expired: expired,
        acceptances_in_force: in_force.count() as u64,
    }
}

/// What differs between two days.
struct Comparison<'c> {
    before: &'c Coverage,
    after: &'c Coverage,
    worst_after: IndexVec<RiskIndex, RiskVerdict>,
    cells: Vec<CellChange>,
    /// Where each changed cell stands among all cells.
    cell_positions: Vec<usize>,
    risks: Vec<RiskChange>,
    /// Where each changed risk stands in the catalogue.
    risk_indices: Vec<RiskIndex>,
    /// By evidence item that ended, the cells that fall and those that another item still proves.
    lost: BTreeMap<EvidenceIndex, (Vec<String>, Vec<String>)>,
    /// By evidence item that ended, the risks that got worse.
    worsened: BTreeMap<EvidenceId, Vec<RiskId>>,
}

impl<'c> Comparison<'c> {
    fn of(before: &'c Coverage, after: &'c Coverage) -> Self {
        let mut comparison = Self {
            before,
            after,
            worst_after: worst_verdicts(after),
            cells: Vec::new(),
            cell_positions: Vec::new(),
            risks: Vec::new(),
            risk_indices: Vec::new(),
            lost: BTreeMap::new(),
            worsened: BTreeMap::new(),
        };
        let changed = comparison.compare_cells();
        comparison.compare_risks(&changed);
        comparison
    }

    /// Compares all cells, and gives the items that each changed cell rested on.
    fn compare_cells(&mut self) -> BTreeMap<CellIndex, Vec<EvidenceId>> {
        let (before, after) = (self.before, self.after);
        let assessment = after.assessment();
        let mut changed = BTreeMap::new();
        for (place, (old, new)) in before.cells().zip(after.cells()).enumerate() {
            let was_or_is_proven =
                old.verdict == Verdict::Effective || new.verdict == Verdict::Effective;
            let assertion = assessment.assertion_on(new.index);
            let Some(assertion) = assertion.filter(|_| was_or_is_proven) else {
                continue;
            };
            let cited = assessment.cited_by(assertion);
            let is_reliable =
                |on: &Coverage, item: &EvidenceIndex| on.evidence_at(*item).is_reliable();
            let ended = cited
                .iter()
                .filter(|item| is_reliable(before, item) && !is_reliable(after, item));
            if old.verdict == Verdict::Effective {
                for item in ended.clone() {
                    let (falls, weakens) = self.lost.entry(*item).or_default();
                    let name = new.name();
                    if new.verdict == Verdict::Effective {
                        weakens.push(name);
                    } else {
                        falls.push(name);
                    }
                }
            }
            if old.verdict == new.verdict {
                continue;
            }
            let items: Vec<EvidenceIndex> = if new.verdict == Verdict::Effective {
                let begun = cited
                    .iter()
                    .filter(|item| !is_reliable(before, item) && is_reliable(after, item));
                begun.copied().collect()
            } else {
                ended.copied().collect()
            };
            let because: Vec<EvidenceId> = items
                .into_iter()
                .map(|item| assessment.evidence_at(item).0.clone())
                .collect();
            changed.insert(new.index, because.clone());
            self.cell_positions.push(place);
            self.cells.push(CellChange {
                control: new.control.id.clone(),
                subject: new.subject.id.clone(),
                title: new.control.title.clone(),
                from: old.verdict,
                to: new.verdict,
                because,
            });
        }
        changed
    }

    fn compare_risks(&mut self, changed: &BTreeMap<CellIndex, Vec<EvidenceId>>) {
        if changed.is_empty() {
            return;
        }
        let worst_before = worst_verdicts(self.before);
        let mut found: BTreeMap<RiskIndex, RiskChange> = BTreeMap::new();
        for ((risk, subject, old), (_, _, new)) in self.before.outcomes().zip(self.after.outcomes())
        {
            if old.verdict == new.verdict {
                continue;
            }
            let change = found.entry(new.risk).or_insert_with(|| RiskChange {
                risk: risk.id.clone(),
                title: risk.title.clone(),
                severity: risk.severity,
                from: worst_before[new.risk],
                to: self.worst_after[new.risk],
                subjects: Vec::new(),
                because: Vec::new(),
            });
            change.subjects.push(RiskSubjectChange {
                subject: subject.id.clone(),
                from: old.verdict,
                to: new.verdict,
            });
            let cells = self.after.direct_cells(new).into_iter();
            for items in cells.filter_map(|cell| changed.get(&cell)) {
                change.because.extend(items.iter().cloned());
            }
        }
        let mut found: Vec<(RiskIndex, RiskChange)> = found.into_iter().collect();
        for (_, change) in &mut found {
            change.because.sort();
            change.because.dedup();
            if change.to.rank() < change.from.rank() {
                for item in &change.because {
                    let worsened = self.worsened.entry(item.clone()).or_default();
                    worsened.push(change.risk.clone());
                }
            }
        }
        // A stable sort keeps catalogue order within.
        found.sort_by_key(|(_, change)| Reverse(change.severity));
        (self.risk_indices, self.risks) = found.into_iter().unzip();
    }

    /// What has to be renewed so that what ends does not end; nothing for what begins.
    fn renewal(
        &self,
        event: &Event,
        overdue: &BTreeMap<AssertionIndex, Vec<String>>,
    ) -> Option<Renewal> {
        let assessment = self.after.assessment();
        let cause = &event.cause;
        if matches!(cause.kind, Turn::EvidenceBegins | Turn::AcceptanceBegins) {
            return None;
        }
        let mut renewal = Renewal {
            day: cause.day,
            kind: cause.kind,
            entry: cause.entry.clone(),
            title: cause.title.clone(),
            evidence_kind: None,
            locator: None,
            person: None,
            name: None,
            falls: Vec::new(),
            weakens: Vec::new(),
            risks: Vec::new(),
            location: cause.location.clone(),
        };
        match event.entry {
            Entry::Evidence(item) => {
                let (id, evidence, _) = assessment.evidence_at(item);
                renewal.evidence_kind = Some(evidence.kind);
                renewal.locator = Some(evidence.locator.clone());
                renewal.person.clone_from(&evidence.by);
                if let Some((falls, weakens)) = self.lost.get(&item) {
                    renewal.falls.clone_from(falls);
                    renewal.weakens.clone_from(weakens);
                }
                renewal.risks = self.worsened.get(id).cloned().unwrap_or_default();
            }
            Entry::Acceptance(index) => {
                let (_, acceptance, _) = assessment.acceptance(index);
                renewal.person = Some(acceptance.approved_by.clone());
                renewal.falls = self.reopened(&cause.entry);
            }
            Entry::Claim(index) => {
                let parts = assessment.parts(assessment.assertion(index));
                renewal.person = parts.owner.cloned();
                renewal.falls = overdue.get(&index).cloned().unwrap_or_default();
            }
        }
        let people = &assessment.document().people;
        renewal.name = renewal
            .person
            .as_ref()
            .and_then(|person| people.get(person))
            .map(|person| person.name.clone());
        Some(renewal)
    }

    /// The subjects for which a risk is accepted no longer, and open.
    fn reopened(&self, risk: &str) -> Vec<String> {
        let outcomes = self.before.outcomes().zip(self.after.outcomes());
        outcomes
            .filter(|((entry, _, old), (_, _, new))| {
                entry.id.as_str() == risk && old.accepted && !new.accepted && new.verdict.is_open()
            })
            .map(|((entry, subject, _), _)| format!("{}@{}", entry.id, subject.id))
            .collect()
    }
}

/// Until when each verdict of the first day holds.
struct Holds {
    cells: Vec<CellHold>,
    risks: IndexVec<RiskIndex, RiskHold>,
}

impl Holds {
    fn of(first: &Coverage) -> Self {
        let cells = first.cells().map(|cell| CellHold {
            control: cell.control.id.clone(),
            subject: cell.subject.id.clone(),
            verdict: cell.verdict,
            until: None,
            then: None,
            because: Vec::new(),
        });
        let risks = first.assessment().catalog().risks();
        let risks = risks
            .zip(worst_verdicts(first).into_vec())
            .map(|(risk, verdict)| RiskHold {
                risk: risk.id.clone(),
                title: risk.title.clone(),
                severity: risk.severity,
                verdict,
                until: None,
                then: None,
                because: Vec::new(),
            });
        Self {
            cells: cells.collect(),
            risks: risks.collect(),
        }
    }

    fn note(&mut self, step: &Step, cells: &[usize], risks: &[RiskIndex]) {
        for (change, place) in step.cells.iter().zip(cells) {
            if let Some(hold) = self.cells.get_mut(*place)
                && hold.until.is_none()
            {
                hold.until = Some(step.day.previous());
                hold.then = Some(change.to);
                hold.because.clone_from(&change.because);
            }
        }
        for (change, risk) in step.risks.iter().zip(risks) {
            let hold = &mut self.risks[*risk];
            if hold.until.is_none() && change.from != change.to {
                hold.until = Some(step.day.previous());
                hold.then = Some(change.to);
                hold.because = causes_among(step, &change.because);
            }
        }
    }

    fn risks(&mut self) -> Vec<RiskHold> {
        let mut risks = std::mem::take(&mut self.risks).into_vec();
        // A stable sort keeps catalogue order within.
        risks.sort_by_key(|hold| (hold.until.is_none(), hold.until, Reverse(hold.severity)));
        risks
    }
}

/// The causes of a step that are about some evidence items.
fn causes_among(step: &Step, items: &[EvidenceId]) -> Vec<Cause> {
    let is_among = |cause: &&Cause| {
        matches!(cause.kind, Turn::EvidenceEnds | Turn::EvidenceBegins)
            && items.iter().any(|item| item.as_str() == cause.entry)
    };
    step.causes.iter().filter(is_among).cloned().collect()
}

fn proven(steps: &[Step], cells: &[CellHold]) -> ProvenHold {
    let numbers = steps.first().map(|step| step.numbers.proven);
    let proven = || {
        cells
            .iter()
            .filter(|hold| hold.verdict == Verdict::Effective)
    };
    let until = proven().filter_map(|hold| hold.until).min();
    let falling = || proven().filter(|hold| until.is_some() && hold.until == until);
    let items: Vec<EvidenceId> = falling().flat_map(|hold| hold.because.clone()).collect();
    let drop = until.and_then(|until| steps.iter().find(|step| step.day.previous() == until));
    ProvenHold {
        first: numbers.unwrap_or_default(),
        until,
        falls: falling().count() as u64,
        because: drop
            .map(|step| causes_among(step, &items))
            .unwrap_or_default(),
    }
}

fn method(facts: &Facts, until: Date) -> Vec<String> {
    let mut method = vec![
        format!(
            "From {} until {until} nothing is added, renewed or repaired: only days pass.",
            facts.as_of
        ),
        "Each step stands for the report that would be made on any of its days. What is valid until a day may still be relied on that day; it is missing on the day after.".to_owned(),
        "A cell stays effective as long as one of the items that its claim cites is current; it falls with the last of them, and is weakened by the others.".to_owned(),
        "A due day that passes makes a gap overdue and changes no verdict: a plan proves nothing.".to_owned(),
    ];
    if facts.evidence_files_checked {
        method.push("The files of evidence are taken as they were found on the day on which they were looked at.".to_owned());
    }
    method
}
