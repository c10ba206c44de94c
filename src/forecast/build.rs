//! [`Assessment`] → [`Forecast`]: the days on which something turns, each measured and compared with
//! the one before.

use super::{
    Cause, CellChange, CellHold, Forecast, Numbers, ProvenHold, Renewal, RiskChange, RiskHold,
    RiskSubjectChange, SCHEMA, Step,
};
use crate::assessment::{Assertion, Assessment, CellClaim};
use crate::coverage::{Coverage, EvidenceStanding, Ratio};
use crate::date::Date;
use crate::id::{EvidenceId, PersonId, RiskId};
use crate::report::{Facts, SeverityCount, VerdictCount};
use crate::settings::Settings;
use crate::taxonomy::{EvidenceState, FileCheck, RiskVerdict, Severity, Turn, Verdict};
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
        holds.note(
            &step,
            &comparison.cell_positions,
            &comparison.risk_positions,
        );
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
    /// The position of the evidence item, the acceptance or the assertion.
    position: u32,
}

/// Every day on which something turns, and what.
struct Turns {
    days: BTreeMap<Date, Vec<Event>>,
    /// By assertion, the cells that are overdue once its due day has passed.
    overdue: BTreeMap<u32, Vec<String>>,
}

impl Turns {
    fn of(first: &Coverage, until: Date) -> Self {
        let assessment = first.assessment();
        let mut turns = Self {
            days: BTreeMap::new(),
            overdue: BTreeMap::new(),
        };
        let window = (first.settings().as_of, until);
        for position in 0..crate::source::index(assessment.document().evidence.len()) {
            let Some((id, evidence, facts)) = assessment.evidence_at(position) else {
                continue;
            };
            let cause = |kind, day| Cause {
                kind,
                entry: id.to_string(),
                title: evidence.title.clone(),
                day,
                location: facts.location.clone(),
            };
            // What may not be relied on has nothing to say, and begins nothing.
            let file = first.evidence_at(position).map(|standing| standing.file);
            if !file.is_some_and(FileCheck::is_against) {
                turns.begins(window, cause(Turn::EvidenceBegins, facts.from), position);
            }
            turns.ends(window, cause(Turn::EvidenceEnds, facts.until), position);
        }
        let accepted = assessment.document().accepted_risks.iter();
        for (position, ((id, acceptance), facts)) in
            (0..).zip(accepted.zip(assessment.acceptances()))
        {
            let risk = assessment.catalog().risk_at(facts.risk);
            let cause = |kind, day| Cause {
                kind,
                entry: id.to_string(),
                title: risk.map(|risk| risk.title.clone()).unwrap_or_default(),
                day,
                location: facts.location.clone(),
            };
            if let Some(from) = acceptance.from {
                turns.begins(window, cause(Turn::AcceptanceBegins, from), position);
            }
            turns.ends(
                window,
                cause(Turn::AcceptanceEnds, acceptance.until),
                position,
            );
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
            if let Some((position, assertion)) = assertion_of(assessment, cell.position)
                && matches!(cell.verdict, Verdict::Partial | Verdict::Absent)
                && due_of(assessment, assertion).is_some()
            {
                let name = cell.name();
                self.overdue.entry(position).or_default().push(name);
            }
        }
        let positions: Vec<u32> = self.overdue.keys().copied().collect();
        for position in positions {
            let Some((assertion, due, control)) =
                assessment.assertion(position).and_then(|assertion| {
                    let control = assessment.catalog().control_at(assertion.control)?;
                    Some((assertion, due_of(assessment, assertion)?, control))
                })
            else {
                continue;
            };
            let wallet = assertion
                .narrowed
                .and_then(|subject| assessment.subjects().get(subject as usize));
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
            self.ends(window, cause, position);
        }
    }

    fn begins(&mut self, (first, until): (Date, Date), cause: Cause, position: u32) {
        if first < cause.day && cause.day <= until {
            let events = self.days.entry(cause.day).or_default();
            events.push(Event { cause, position });
        }
    }

    /// What ends is still there on its last day.
    fn ends(&mut self, (first, until): (Date, Date), cause: Cause, position: u32) {
        if first <= cause.day && cause.day < until {
            let events = self.days.entry(cause.day.next()).or_default();
            events.push(Event { cause, position });
        }
    }
}

fn assertion_of<'a>(
    assessment: &'a Assessment,
    (subject, control): (usize, u32),
) -> Option<(u32, &'a Assertion)> {
    match assessment.cell(subject, control) {
        CellClaim::Claimed(position) => Some((position, assessment.assertion(position)?)),
        CellClaim::NoClaim | CellClaim::Proposed(_) | CellClaim::OutOfScope => None,
    }
}

fn due_of(assessment: &Assessment, assertion: &Assertion) -> Option<Date> {
    assessment.parts(assertion)?.due
}

/// The verdict of each risk's worst subject, in catalogue order.
fn worst_verdicts(coverage: &Coverage) -> Vec<RiskVerdict> {
    let risks = coverage.assessment().catalog().risks().len();
    let mut worst = vec![RiskVerdict::OutOfScope; risks];
    for (_, _, outcome) in coverage.outcomes() {
        if let Some(entry) = worst.get_mut(outcome.risk as usize)
            && outcome.verdict.rank() < entry.rank()
        {
            *entry = outcome.verdict;
        }
    }
    worst
}

fn numbers(coverage: &Coverage, worst: &[RiskVerdict]) -> Numbers {
    let assessment = coverage.assessment();
    let as_of = coverage.settings().as_of;
    let cells = coverage.tally();
    let (severities, overdue) = coverage.gap_severities();
    let mut critical = Ratio::default();
    for (risk, verdict) in assessment.catalog().risks().zip(worst) {
        if risk.severity == Severity::Critical && *verdict != RiskVerdict::OutOfScope {
            critical.denominator += 1;
            critical.numerator += u64::from(*verdict == RiskVerdict::Treated);
        }
    }
    let items = assessment.document().evidence.len();
    let (mut current, mut expired) = (0, 0);
    for standing in
        (0..crate::source::index(items)).filter_map(|position| coverage.evidence_at(position))
    {
        current += u64::from(standing.is_reliable());
        expired += u64::from(standing.state == EvidenceState::Expired);
    }
    let in_force = assessment
        .document()
        .accepted_risks
        .values()
        .filter(|it| it.from.is_none_or(|from| from <= as_of) && as_of <= it.until);
    Numbers {
        cells,
        proven: cells.proven(),
        possible: cells.possible(),
        risks: VerdictCount::of(worst),
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
    worst_after: Vec<RiskVerdict>,
    cells: Vec<CellChange>,
    /// Where each changed cell stands among all cells.
    cell_positions: Vec<usize>,
    risks: Vec<RiskChange>,
    /// Where each changed risk stands in the catalogue.
    risk_positions: Vec<u32>,
    /// By evidence item that ended, the cells that fall and those that another item still proves.
    lost: BTreeMap<u32, (Vec<String>, Vec<String>)>,
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
            risk_positions: Vec::new(),
            lost: BTreeMap::new(),
            worsened: BTreeMap::new(),
        };
        let changed = comparison.compare_cells();
        comparison.compare_risks(&changed);
        comparison
    }

    fn is_reliable(coverage: &Coverage, item: u32) -> bool {
        coverage
            .evidence_at(item)
            .is_some_and(EvidenceStanding::is_reliable)
    }

    /// Compares all cells, and gives by position the items that changed cells rested on.
    fn compare_cells(&mut self) -> BTreeMap<(usize, u32), Vec<EvidenceId>> {
        let (before, after) = (self.before, self.after);
        let assessment = after.assessment();
        let mut changed = BTreeMap::new();
        for (place, (old, new)) in before.cells().zip(after.cells()).enumerate() {
            let was_or_is_proven =
                old.verdict == Verdict::Effective || new.verdict == Verdict::Effective;
            let Some((_, assertion)) =
                assertion_of(assessment, new.position).filter(|_| was_or_is_proven)
            else {
                continue;
            };
            let cited = assessment.cited_by(assertion);
            let ended = cited.iter().filter(|item| {
                Self::is_reliable(before, **item) && !Self::is_reliable(after, **item)
            });
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
            let items: Vec<u32> = if new.verdict == Verdict::Effective {
                let begun = cited.iter().filter(|item| {
                    !Self::is_reliable(before, **item) && Self::is_reliable(after, **item)
                });
                begun.copied().collect()
            } else {
                ended.copied().collect()
            };
            let because: Vec<EvidenceId> = items
                .into_iter()
                .filter_map(|item| Some(assessment.evidence_at(item)?.0.clone()))
                .collect();
            changed.insert(new.position, because.clone());
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

    fn compare_risks(&mut self, changed: &BTreeMap<(usize, u32), Vec<EvidenceId>>) {
        if changed.is_empty() {
            return;
        }
        let worst_before = worst_verdicts(self.before);
        let mut found: BTreeMap<u32, RiskChange> = BTreeMap::new();
        for ((risk, subject, old), (_, _, new)) in self.before.outcomes().zip(self.after.outcomes())
        {
            if old.verdict == new.verdict {
                continue;
            }
            let verdict = |verdicts: &[RiskVerdict]| {
                let verdict = verdicts.get(new.risk as usize).copied();
                verdict.unwrap_or(RiskVerdict::OutOfScope)
            };
            let change = found.entry(new.risk).or_insert_with(|| RiskChange {
                risk: risk.id.clone(),
                title: risk.title.clone(),
                severity: risk.severity,
                from: verdict(&worst_before),
                to: verdict(&self.worst_after),
                subjects: Vec::new(),
                because: Vec::new(),
            });
            change.subjects.push(RiskSubjectChange {
                subject: subject.id.clone(),
                from: old.verdict,
                to: new.verdict,
            });
            let of_organization = risk.links.direct_organization.iter().map(|it| (0, *it));
            let of_wallet = risk.links.direct_wallet.iter();
            let of_wallet = of_wallet.map(|it| (new.subject as usize, *it));
            for items in of_organization
                .chain(of_wallet)
                .filter_map(|cell| changed.get(&cell))
            {
                change.because.extend(items.iter().cloned());
            }
        }
        let mut found: Vec<(u32, RiskChange)> = found.into_iter().collect();
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
        (self.risk_positions, self.risks) = found.into_iter().unzip();
    }

    /// What has to be renewed so that what ends does not end; nothing for what begins.
    fn renewal(&self, event: &Event, overdue: &BTreeMap<u32, Vec<String>>) -> Option<Renewal> {
        let assessment = self.after.assessment();
        let cause = &event.cause;
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
        match cause.kind {
            Turn::EvidenceEnds => {
                let (id, evidence, _) = assessment.evidence_at(event.position)?;
                renewal.evidence_kind = Some(evidence.kind);
                renewal.locator = Some(evidence.locator.clone());
                renewal.person.clone_from(&evidence.by);
                if let Some((falls, weakens)) = self.lost.get(&event.position) {
                    renewal.falls.clone_from(falls);
                    renewal.weakens.clone_from(weakens);
                }
                renewal.risks = self.worsened.get(id).cloned().unwrap_or_default();
            }
            Turn::AcceptanceEnds => {
                let (_, acceptance) = assessment
                    .document()
                    .accepted_risks
                    .get_index(event.position as usize)?;
                renewal.person = Some(acceptance.approved_by.clone());
                renewal.falls = self.reopened(&cause.entry);
            }
            Turn::DuePasses => {
                let assertion = assessment.assertion(event.position)?;
                let owner: Option<&PersonId> = assessment.parts(assertion)?.owner;
                renewal.person = owner.cloned();
                renewal.falls = overdue.get(&event.position).cloned().unwrap_or_default();
            }
            Turn::EvidenceBegins | Turn::AcceptanceBegins => return None,
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
    /// In catalogue order.
    risks: Vec<RiskHold>,
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
            .zip(worst_verdicts(first))
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

    fn note(&mut self, step: &Step, cells: &[usize], risks: &[u32]) {
        for (change, place) in step.cells.iter().zip(cells) {
            if let Some(hold) = self.cells.get_mut(*place)
                && hold.until.is_none()
            {
                hold.until = Some(step.day.previous());
                hold.then = Some(change.to);
                hold.because.clone_from(&change.because);
            }
        }
        for (change, place) in step.risks.iter().zip(risks) {
            if let Some(hold) = self.risks.get_mut(*place as usize)
                && hold.until.is_none()
                && change.from != change.to
            {
                hold.until = Some(step.day.previous());
                hold.then = Some(change.to);
                hold.because = causes_among(step, &change.because);
            }
        }
    }

    fn risks(&mut self) -> Vec<RiskHold> {
        let mut risks = std::mem::take(&mut self.risks);
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
