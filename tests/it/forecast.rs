//! A forecast says of every day what the report of that day says; its calendar is one that others
//! can read; and `docs/reasoning.md` says what the program says.

use custody_controls::assessment::SubjectId;
use custody_controls::forecast::{Entry, Forecast, Numbers, Step};
use custody_controls::id::ControlId;
use custody_controls::report::Summary;
use custody_controls::taxonomy::{EventKind, GapKind, RiskVerdict, Verdict};
use custody_controls::{AssessmentFiles, Catalog, Coverage, Date, Settings};
use custody_testing::generate::{self, Case};
use custody_testing::golden;
use custody_testing::{Checked, check, resolve};
use proptest::prelude::{prop_assert, prop_assert_eq};
use std::collections::{BTreeMap, BTreeSet};

// The law.

/// What the forecast says of a day equals the report that is made as of that day, and no step is
/// without a change.
#[test]
fn on_every_day_the_forecast_is_the_report_of_that_day() {
    check(|case| {
        let mut choices = case.choices();
        let first = case.settings.as_of;
        let days = i32::try_from(choices.below(120)).unwrap();
        let until = first.plus_days(days);
        let assessment = resolve(case)?;
        let forecast = assessment.forecast(&case.settings, until);
        steps_follow_each_other(&forecast, first, until)?;
        what_ends_is_in_the_calendar(&forecast)?;

        // Any day, the last one, and days around one on which something begins or ends.
        let mut asked = vec![
            first.plus_days(i32::try_from(choices.below(120)).unwrap() % (days + 1)),
            until,
        ];
        if let Some(edge) = choices.one_of(&generate::edges(&case.document)) {
            asked.extend([edge, edge.next()]);
        }
        let start = assessment.measure(&case.settings);
        what_lapsed_is_what_the_report_shows(&forecast, &start)?;
        for day in asked {
            if day < first || until < day {
                prop_assert!(forecast.on(day).is_none());
                continue;
            }
            is_the_report_of(case, &forecast, &start, day)?;
        }
        Ok(())
    });
}

fn steps_follow_each_other(forecast: &Forecast, first: Date, until: Date) -> Checked {
    prop_assert_eq!(forecast.steps[0].day, first);
    prop_assert!(forecast.steps[0].causes.is_empty());
    prop_assert_eq!(forecast.steps[forecast.steps.len() - 1].until, until);
    for pair in forecast.steps.windows(2) {
        let [before, after] = pair else { continue };
        prop_assert_eq!(before.until.next(), after.day);
        prop_assert!(!after.causes.is_empty());
        // One acceptance may take the place of another on the same day.
        let is_swap = [EventKind::AcceptanceEnds, EventKind::AcceptanceBegins]
            .iter()
            .all(|kind| after.causes.iter().any(|cause| cause.kind == *kind));
        let is_of_wallet = |kind| {
            matches!(
                kind,
                EventKind::WalletBegins
                    | EventKind::WalletEnds
                    | EventKind::AssessmentBegins
                    | EventKind::AssessmentEnds
            )
        };
        let scope_changes = after.causes.iter().any(|cause| is_of_wallet(cause.kind));
        let is_swap = is_swap || scope_changes;
        // An item that ends where another one begins leaves as many to rely on, and one more expired.
        prop_assert!(before.numbers != after.numbers || is_swap, "{:?}", after);
        for change in &after.cells {
            prop_assert!(change.from != change.to);
            prop_assert!(scope_changes || !change.because.is_empty());
        }
        for change in &after.risks {
            let is_explained = !change.subjects.is_empty() && !change.because.is_empty();
            prop_assert!(scope_changes || is_explained);
            for subject in &change.subjects {
                prop_assert!(subject.from != subject.to);
            }
        }
    }
    Ok(())
}

/// What is not in place remains so when its assessment ends, so the calendar has no entry for it.
#[test]
fn the_assessment_of_what_is_not_in_place_does_not_end() {
    let text = |claim: &str| {
        format!(
            "assessment: a\ntitle: A\ncatalog: iso-tr-23576\ncustodian: {{ name: A }}\n\
             period: {{ from: 2026-01-01, to: 2026-12-31 }}\nassessors: [p]\n\
             assessed: {{ by: p, on: 2026-06-01 }}\nreassess_within: 30\n\
             people: {{ p: {{ name: P }} }}\norganization: {{ channels: [] }}\n\
             evidence: {{ e: {{ title: E, kind: record, technique: examine, \
             collected: 2026-05-01, valid_until: 2027-04-30, locator: e.pdf }} }}\n\
             claims: {{ 9.2-a: {{ {claim} }} }}\n"
        )
    };
    let ends = |claim: &str| {
        let files = AssessmentFiles::from_text("a.yaml", text(claim));
        let assessment = files.resolve(Catalog::builtin()).unwrap();
        let settings = Settings::on("2026-06-15".parse().unwrap());
        let forecast = assessment.forecast(&settings, "2026-12-31".parse().unwrap());
        let renewals = forecast.renewals.iter();
        renewals
            .filter(|renewal| renewal.kind == EventKind::AssessmentEnds)
            .count()
    };
    assert_eq!(ends("status: implemented, evidence: [e]"), 1);
    assert_eq!(
        ends("status: partial, missing: Half., part_evidence: [e]"),
        1
    );
    assert_eq!(ends("status: not-implemented, observations: [e]"), 0);
    assert_eq!(
        ends("status: planned, due: 2026-11-30, owner: p, observations: [e]"),
        0
    );
}

/// Every cause that ends something is an entry of the calendar, and what an entry lets fall is what
/// the step says.
fn what_ends_is_in_the_calendar(forecast: &Forecast) -> Checked {
    let begins = |kind: EventKind| {
        matches!(
            kind,
            EventKind::EvidenceBegins
                | EventKind::AcceptanceBegins
                | EventKind::WalletBegins
                | EventKind::WalletEnds
                | EventKind::AssessmentBegins
        )
    };
    let causes = forecast.steps.iter().flat_map(|step| &step.causes);
    let ending: Vec<(Date, EventKind, &Entry)> = causes
        .filter(|cause| !begins(cause.kind))
        .map(|cause| (cause.day, cause.kind, &cause.entry))
        .collect();
    let renewals: Vec<(Date, EventKind, &Entry)> = forecast
        .renewals
        .iter()
        .map(|renewal| (renewal.day, renewal.kind, &renewal.entry))
        .collect();
    prop_assert_eq!(ending, renewals);
    for renewal in &forecast.renewals {
        if renewal.kind != EventKind::EvidenceEnds {
            continue;
        }
        let step = forecast.on(renewal.day.next()).unwrap();
        let is_of = |ids: &[custody_controls::id::EvidenceId]| {
            ids.iter().any(|id| id.as_str() == renewal.entry.name())
        };
        let cells = step.cells.iter();
        let falls: Vec<String> = cells
            .filter(|change| change.from == Verdict::Effective && is_of(&change.because))
            .map(|change| format!("{}@{}", change.control, change.subject))
            .collect();
        prop_assert_eq!(&renewal.affected, &falls);
        prop_assert!(
            renewal
                .loses_one_of_several
                .iter()
                .all(|cell| !falls.contains(cell))
        );
        let risks = step.risks.iter();
        let worse: BTreeSet<_> = risks
            .filter(|change| change.to.rank() < change.from.rank() && is_of(&change.because))
            .map(|change| &change.risk)
            .collect();
        prop_assert_eq!(renewal.risks.iter().collect::<BTreeSet<_>>(), worse);
    }
    Ok(())
}

/// What lapsed before the first day comes with what the report of that day shows because of it.
fn what_lapsed_is_what_the_report_shows(forecast: &Forecast, start: &Coverage) -> Checked {
    let first = start.settings().as_of;
    let of_kind = |kind: EventKind| -> BTreeSet<String> {
        let lapsed = forecast.lapsed.iter().filter(|entry| entry.kind == kind);
        lapsed.flat_map(|entry| entry.affected.clone()).collect()
    };
    let gaps = start.gaps();
    let overdue = gaps.iter().filter(|gap| gap.is_overdue(first));
    let overdue: BTreeSet<String> = overdue.map(|gap| gap.id.clone()).collect();
    prop_assert_eq!(of_kind(EventKind::DuePasses), overdue);
    let ended = gaps
        .iter()
        .filter(|gap| gap.kind == GapKind::AcceptanceExpired);
    let ended: BTreeSet<String> = ended
        .filter_map(|gap| Some(gap.id.rsplit_once(':')?.0.to_owned()))
        .collect();
    prop_assert_eq!(of_kind(EventKind::AcceptanceEnds), ended);
    let unproven = of_kind(EventKind::EvidenceEnds);
    for gap in &gaps {
        if gap.kind == GapKind::EvidenceExpired {
            prop_assert!(unproven.contains(&gap.id), "{} is missing", gap.id);
        }
    }
    let verdicts: BTreeMap<String, Verdict> = start
        .cells()
        .map(|cell| (cell.name(), cell.verdict))
        .collect();
    for cell in unproven {
        prop_assert_eq!(verdicts.get(&cell), Some(&Verdict::Unproven));
    }
    for entry in &forecast.lapsed {
        prop_assert!(entry.day < first);
        prop_assert!(!entry.affected.is_empty() || !entry.loses_one_of_several.is_empty());
    }
    Ok(())
}

fn is_the_report_of(case: &Case, forecast: &Forecast, start: &Coverage, day: Date) -> Checked {
    let assessment = start.assessment();
    let settings = case.with_settings(|settings| settings.as_of = day).settings;
    let coverage = assessment.measure(&settings);
    let report = coverage.report();
    let step = forecast.on(day).unwrap();
    has_the_numbers_of(&step.numbers, &report.summary)?;

    let passed: Vec<&Step> = forecast
        .steps
        .iter()
        .filter(|step| step.day <= day)
        .collect();
    // Wallets that begin or end: their cells are in some of the reports only.
    let moved: BTreeSet<String> = forecast
        .steps
        .iter()
        .flat_map(|step| &step.causes)
        .filter(|cause| matches!(cause.entry, Entry::Wallet { .. }))
        .map(|cause| cause.entry.name().into_owned())
        .collect();
    let has_moved = |subject: &SubjectId| moved.contains(subject.as_str());
    // Cells: what they were on the first day, and every change since.
    let mut cells: BTreeMap<_, Verdict> = forecast
        .cells
        .iter()
        .map(|hold| ((hold.control.clone(), hold.subject.clone()), hold.verdict))
        .collect();
    for change in passed.iter().flat_map(|step| &step.cells) {
        let key = (change.control.clone(), change.subject.clone());
        let was = cells.insert(key, change.to);
        prop_assert!(was == Some(change.from) || was.is_none() && has_moved(&change.subject));
    }
    let measured: BTreeMap<_, Verdict> = coverage
        .cells()
        .map(|cell| {
            let key = (cell.control.id.clone(), cell.subject.id.clone());
            (key, cell.verdict)
        })
        .collect();
    let is_elsewhere = |(_, subject): &&(ControlId, SubjectId)| has_moved(subject);
    for key in cells.keys().filter(is_elsewhere) {
        let is_here = measured
            .get(key)
            .is_none_or(|verdict| cells[key] == *verdict);
        prop_assert!(is_here, "{key:?}");
    }
    let steady = |cells: &BTreeMap<(ControlId, SubjectId), Verdict>| {
        let mut cells = cells.clone();
        cells.retain(|(_, subject), _| !has_moved(subject));
        cells
    };
    prop_assert_eq!(steady(&cells), steady(&measured));
    for hold in &forecast.cells {
        let key = (hold.control.clone(), hold.subject.clone());
        let Some(verdict) = measured.get(&key).copied() else {
            prop_assert!(has_moved(&hold.subject) && hold.until.is_some_and(|until| until < day));
            continue;
        };
        if hold.until.is_none_or(|until| day <= until) {
            prop_assert_eq!(verdict, hold.verdict);
        }
        if hold.until.is_some_and(|until| day == until.next()) {
            prop_assert_eq!(Some(verdict), hold.then);
        }
        let ends = hold.until.is_some() && hold.then.is_none();
        prop_assert!(!ends || has_moved(&hold.subject));
        prop_assert!(hold.until.is_some() || hold.then.is_none());
        prop_assert!(hold.then != Some(hold.verdict));
    }

    // Risks: the worst subject's, and every subject's.
    let mut worst: BTreeMap<_, RiskVerdict> = forecast
        .risks
        .iter()
        .map(|hold| (hold.risk.clone(), hold.verdict))
        .collect();
    let mut subjects: BTreeMap<_, RiskVerdict> = start
        .outcomes()
        .map(|(risk, subject, outcome)| ((risk.id.clone(), subject.id.clone()), outcome.verdict))
        .collect();
    for change in passed.iter().flat_map(|step| &step.risks) {
        prop_assert_eq!(
            worst.insert(change.risk.clone(), change.to),
            Some(change.from)
        );
        for subject in &change.subjects {
            let key = (change.risk.clone(), subject.subject.clone());
            let was = subjects.insert(key, subject.to);
            prop_assert!(was == Some(subject.from) || was.is_none() && has_moved(&subject.subject));
        }
    }
    for row in &report.risks {
        prop_assert_eq!(worst.get(&row.risk), Some(&row.verdict));
        for subject in &row.subjects {
            let key = (row.risk.clone(), subject.subject.clone());
            let is_new = !subjects.contains_key(&key) && has_moved(&subject.subject);
            prop_assert!(is_new || subjects.get(&key) == Some(&subject.verdict));
        }
    }
    for hold in &forecast.risks {
        if hold.until.is_none_or(|until| day <= until) {
            prop_assert_eq!(worst[&hold.risk], hold.verdict);
        }
        if hold.until.is_some_and(|until| day == until.next()) {
            prop_assert_eq!(Some(worst[&hold.risk]), hold.then);
        }
        prop_assert_eq!(hold.until.is_some(), hold.then.is_some());
        prop_assert!(hold.then != Some(hold.verdict));
    }

    // The whole: what was proven on the first day.
    let was_proven = || {
        let cells = forecast.cells.iter();
        cells.filter(|hold| hold.verdict == Verdict::Effective)
    };
    let is_proven = |hold: &&custody_controls::forecast::CellLifetime| {
        // What ends with its wallet is not lost.
        let now = measured.get(&(hold.control.clone(), hold.subject.clone()));
        now.is_none_or(|verdict| *verdict == Verdict::Effective)
    };
    let lost = was_proven().filter(|hold| !is_proven(hold)).count();
    if forecast.proven.until.is_none_or(|until| day <= until) {
        prop_assert_eq!(lost, 0);
    }
    if forecast.proven.until.map(Date::next) == Some(day) {
        prop_assert_eq!(lost as u64, forecast.proven.loses_proof);
        prop_assert!(lost > 0 && !forecast.proven.because.is_empty());
    }
    Ok(())
}

fn has_the_numbers_of(numbers: &Numbers, summary: &Summary) -> Checked {
    prop_assert_eq!(numbers.cells, summary.cells);
    prop_assert_eq!(numbers.proven, summary.proven);
    prop_assert_eq!(numbers.possible, summary.possible);
    prop_assert_eq!(&numbers.risks, &summary.risks);
    prop_assert_eq!(
        numbers.critical_risks_treated,
        summary.critical_risks_treated
    );
    prop_assert_eq!(&numbers.gaps, &summary.gaps);
    prop_assert_eq!(numbers.overdue, summary.overdue);
    prop_assert_eq!(numbers.evidence_current, summary.evidence_current);
    prop_assert_eq!(numbers.evidence_expired, summary.evidence_expired);
    prop_assert_eq!(numbers.acceptances_in_force, summary.acceptances_in_force);
    Ok(())
}

/// The examples are small worlds of people, not of dice: every single day of two years.
#[test]
fn on_every_day_of_two_years_the_forecast_of_an_example_is_the_report() {
    let text = golden::read("examples/small-firm.yaml");
    let assessment = AssessmentFiles::from_text("small-firm.yaml", text)
        .resolve(Catalog::builtin())
        .unwrap();
    let mut settings = Settings::on(assessment.period().to);
    let until = settings.as_of.plus_days(730);
    let forecast = assessment.forecast(&settings, until);
    for day in std::iter::successors(Some(settings.as_of), |day| Some(day.next())).take(731) {
        settings.as_of = day;
        let report = assessment.measure(&settings).report();
        let numbers = &forecast.on(day).unwrap().numbers;
        has_the_numbers_of(numbers, &report.summary)
            .unwrap_or_else(|error| panic!("{day}: {error}"));
    }
    assert_eq!(forecast.on(until.next()), None);
    assert_eq!(forecast.on(forecast.facts.as_of.previous()), None);
}

fn forecast(name: &str, text: String, days: i32) -> Forecast {
    let assessment = AssessmentFiles::from_text(name, text)
        .resolve(Catalog::builtin())
        .unwrap_or_else(|faults| panic!("{faults}"));
    let settings = Settings::on(assessment.period().to);
    assessment.forecast(&settings, settings.as_of.plus_days(days))
}

#[test]
fn a_forecast_that_ends_before_it_begins_is_about_its_first_day() {
    let forecast = forecast("small-firm", golden::read("examples/small-firm.yaml"), -1);
    assert_eq!(forecast.until, forecast.facts.as_of);
    assert_eq!(forecast.steps.len(), 1);
    assert_eq!(forecast.proven.until, None);
    assert!(
        forecast
            .headline()
            .to_string()
            .contains("All of it remains proven beyond 2026-09-30")
    );
}
