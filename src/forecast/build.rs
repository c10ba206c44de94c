//! [`Assessment`] → [`Forecast`]: the days with events, each measured and compared with the one before.

use super::comparison::{Comparison, worst_verdicts};
use super::events::Events;
use super::lifetimes::Lifetimes;
use super::{Forecast, Numbers, SCHEMA, Step};
use crate::assessment::Assessment;
use crate::coverage::{Coverage, Ratio};
use crate::date::Date;
use crate::index::{IndexVec, RiskIndex};
use crate::report::{Facts, SeverityCount, VerdictCount};
use crate::settings::Settings;
use crate::taxonomy::{EvidenceState, RiskVerdict, Severity};

pub(super) fn forecast(assessment: &Assessment, settings: &Settings, until: Date) -> Forecast {
    let until = until.max(settings.as_of);
    let first = assessment.measure(settings);
    let mut events = Events::of(&first, until);
    let mut steps = vec![Step {
        day: settings.as_of,
        until,
        numbers: numbers(&first, &worst_verdicts(&first)),
        causes: Vec::new(),
        cells: Vec::new(),
        risks: Vec::new(),
    }];
    let mut lifetimes = Lifetimes::of(&first);
    let mut renewals = Vec::new();
    let mut settings = settings.clone();
    let (facts, mut before) = (Facts::of(&first), first);
    while let Some((last_day, of_day)) = events.days.pop_first() {
        settings.as_of = last_day.next();
        let after = assessment.measure(&settings);
        let mut comparison = Comparison::of(&before, &after);
        let renewed = of_day.iter();
        renewals.extend(renewed.filter_map(|event| comparison.renewal(event, &events.overdue)));
        let step = Step {
            day: settings.as_of,
            until,
            numbers: numbers(&after, &comparison.worst_after),
            causes: of_day.into_iter().map(|event| event.cause).collect(),
            cells: std::mem::take(&mut comparison.cells),
            risks: std::mem::take(&mut comparison.risks),
        };
        lifetimes.note(last_day, &step, &comparison);
        if let Some(last) = steps.last_mut() {
            last.until = last_day;
        }
        steps.push(step);
        before = after;
    }
    Forecast {
        schema: SCHEMA.to_owned(),
        proven: lifetimes.proven(&steps),
        risks: lifetimes.risks(),
        cells: lifetimes.cells,
        method: method(&facts, until),
        facts,
        until,
        steps,
        renewals,
    }
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

fn method(facts: &Facts, until: Date) -> Vec<String> {
    let mut method = vec![
        format!(
            "From {} until {until} nothing is added, renewed or repaired; only time passes.",
            facts.as_of
        ),
        "Each step equals the report as of any of its days. What is valid until a day may be relied on that day, and no longer on the day after.".to_owned(),
        "A cell is effective as long as one of the items that its claim cites is current. It loses its proof with the last of them; the end of another item leaves it with one item less.".to_owned(),
        "A due date that passes makes a gap overdue and changes no verdict: a plan proves nothing.".to_owned(),
    ];
    if facts.evidence_files_checked {
        method.push(
            "The results of checking evidence files are those of the day of the check.".to_owned(),
        );
    }
    method
}
