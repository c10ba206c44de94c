//! Plans, held against all choices of steps where there are few, and against assessments in which
//! their changes are really made.

use custody_controls::assessment::{ControlEfforts, Efforts};
use custody_controls::gap::{Change, DEFAULT_EFFORTS, Step, StepKind};
use custody_controls::id::{ControlId, PersonId};
use custody_controls::taxonomy::{RiskVerdict, Severity, Verdict, Word};
use custody_controls::{Coverage, Date};
use custody_plan::{Days, GivenUp, Plan, Target};
use custody_testing::change::make;
use custody_testing::generate::{Case, Choices};
use custody_testing::naive::ORGANIZATION;
use custody_testing::{Checked, check, measure, resolve};
use proptest::prelude::{TestCaseError, prop_assert, prop_assert_eq};
use std::collections::{BTreeMap, BTreeSet};

/// More steps than these make too many choices to try them all.
const FEW: usize = 9;

/// The case, with efforts, and with some controls that wait for others.
fn with_efforts(case: &Case, choices: &mut Choices<'_>) -> Case {
    let controls: Vec<ControlId> = case.catalog.controls().map(|it| it.id.clone()).collect();
    let some = |choices: &mut Choices<'_>| {
        let number = u32::try_from(choices.between(1, 6)).expect("small");
        choices.happens(1, 2).then_some(number)
    };
    let mut efforts = Efforts::default();
    efforts.renew = some(choices);
    efforts.complete = some(choices);
    efforts.implement = some(choices);
    for (position, control) in controls.iter().enumerate() {
        if choices.happens(1, 3) {
            let mut of_control = ControlEfforts::default();
            of_control.prove = some(choices);
            of_control.assess = some(choices);
            of_control.implement = some(choices);
            // Each waits only for those before it, so nothing goes in a circle.
            if let Some(before) = controls.get(choices.below(position + 1))
                && before != control
                && choices.happens(1, 2)
            {
                of_control.after.push(before.clone());
            }
            efforts.controls.insert(control.clone(), of_control);
        }
    }
    for item in case.document.evidence.keys() {
        if let Some(effort) = some(choices) {
            efforts.evidence.insert(item.clone(), effort);
        }
    }
    case.with_document(|document| document.efforts = Some(efforts))
}

fn effort_of(case: &Case, step: &Step) -> u64 {
    let efforts = case.document.efforts.as_ref().expect("it has efforts");
    let own = step
        .control
        .as_ref()
        .and_then(|id| efforts.controls.get(id));
    let said = match step.kind {
        StepKind::Renew => {
            let item = step.evidence.as_ref().expect("a renewal is one of an item");
            efforts.evidence.get(item).copied().or(efforts.renew)
        }
        StepKind::Prove => own.and_then(|own| own.prove).or(efforts.prove),
        StepKind::Complete => own.and_then(|own| own.complete).or(efforts.complete),
        StepKind::Assess => own.and_then(|own| own.assess).or(efforts.assess),
        StepKind::Implement => own.and_then(|own| own.implement).or(efforts.implement),
    };
    let default = DEFAULT_EFFORTS.iter().find(|(kind, _)| *kind == step.kind);
    u64::from(said.unwrap_or_else(|| default.expect("each kind has a default").1))
}

/// A risk for a subject, with its cells of direct controls.
struct Judged {
    severity: Severity,
    before: RiskVerdict,
    cells: Vec<(String, Verdict)>,
}

/// What there is to choose from, by names only.
struct Choice {
    steps: Vec<(Step, u64)>,
    /// By step, the cells that have to be effective before.
    needs: Vec<BTreeSet<String>>,
    judged: Vec<Judged>,
    cells: BTreeMap<String, Verdict>,
}

fn look(case: &Case, coverage: &Coverage) -> Choice {
    let cells: BTreeMap<String, Verdict> = coverage
        .cells()
        .map(|cell| {
            (
                format!("{}@{}", cell.control.id, cell.subject.id),
                cell.verdict,
            )
        })
        .collect();
    let for_risks: BTreeMap<String, Verdict> = coverage
        .cells()
        .filter_map(|cell| Some((cell.name(), coverage.verdict_for_risks(cell.index())?)))
        .collect();
    let subjects: BTreeSet<String> = coverage
        .cells()
        .map(|it| it.subject.id.to_string())
        .collect();
    let judged = coverage.outcomes().map(|(risk, subject, outcome)| {
        let controls = case.catalog.controls();
        let direct = controls.filter(|control| control.directly.contains(&risk.id));
        let names = direct.map(|control| {
            let is_wide = control.subject.to_string() == ORGANIZATION;
            let whose = if is_wide {
                ORGANIZATION
            } else {
                subject.id.as_str()
            };
            format!("{}@{whose}", control.id)
        });
        Judged {
            severity: risk.severity,
            before: outcome.verdict,
            cells: names
                .filter_map(|name| for_risks.get(&name).map(|verdict| (name.clone(), *verdict)))
                .collect(),
        }
    });
    let judged = judged.collect();
    let efforts = case.document.efforts.as_ref().expect("it has efforts");
    let steps: Vec<(Step, u64)> = coverage
        .steps()
        .into_iter()
        .map(|step| (step.clone(), effort_of(case, &step)))
        .collect();
    let needs = steps.iter().map(|(step, _)| {
        let is_building = !matches!(step.kind, StepKind::Renew | StepKind::Prove);
        let control = step.control.as_ref().filter(|_| is_building);
        let after = control.and_then(|id| efforts.controls.get(id));
        let (_, subject) = step
            .cells
            .first()
            .and_then(|it| it.split_once('@'))
            .unwrap_or_default();
        let mut needs = BTreeSet::new();
        for before in after.into_iter().flat_map(|control| &control.after) {
            for whose in &subjects {
                let name = format!("{before}@{whose}");
                let counts = subject == ORGANIZATION || whose == ORGANIZATION || whose == subject;
                let falls_short = cells
                    .get(&name)
                    .is_some_and(|it| !matches!(it, Verdict::Effective | Verdict::Excluded));
                if counts && falls_short {
                    needs.insert(name);
                }
            }
        }
        needs
    });
    let needs = needs.collect();
    Choice {
        steps,
        needs,
        judged,
        cells,
    }
}

impl Choice {
    fn closed(&self, chosen: &[usize]) -> BTreeSet<&str> {
        let steps = chosen.iter().map(|at| &self.steps[*at].0);
        steps
            .flat_map(|step| step.cells.iter().map(String::as_str))
            .collect()
    }

    fn can_be_done(&self, chosen: &[usize], closed: &BTreeSet<&str>) -> bool {
        let needs = chosen.iter().flat_map(|at| &self.needs[*at]);
        needs.into_iter().all(|name| closed.contains(name.as_str()))
    }

    fn effort(&self, chosen: &[usize]) -> u64 {
        chosen.iter().map(|at| self.steps[*at].1).sum()
    }

    fn verdict(judged: &Judged, closed: &BTreeSet<&str>) -> RiskVerdict {
        let verdicts: Vec<Verdict> = judged
            .cells
            .iter()
            .filter(|(_, verdict)| *verdict != Verdict::Excluded)
            .map(|(name, verdict)| {
                if closed.contains(name.as_str()) {
                    Verdict::Effective
                } else {
                    *verdict
                }
            })
            .collect();
        if judged.before == RiskVerdict::NoControl || !judged.before.is_in_scope() {
            judged.before
        } else if verdicts.iter().all(|it| *it == Verdict::Effective) {
            RiskVerdict::Treated
        } else if verdicts
            .iter()
            .any(|it| matches!(it, Verdict::Effective | Verdict::Partial))
        {
            RiskVerdict::PartlyTreated
        } else if verdicts.iter().all(|it| *it == Verdict::Unknown) {
            RiskVerdict::Unknown
        } else if verdicts.contains(&Verdict::Unproven) {
            RiskVerdict::Unproven
        } else {
            RiskVerdict::Untreated
        }
    }

    fn is_reached(&self, target: &Target, closed: &BTreeSet<&str>) -> bool {
        let risks = |severity: Severity, good: &[RiskVerdict]| {
            let asked = self.judged.iter().filter(|judged| {
                let is_beyond =
                    judged.before == RiskVerdict::NoControl || !judged.before.is_in_scope();
                judged.severity >= severity && !is_beyond
            });
            asked
                .map(|judged| Self::verdict(judged, closed))
                .all(|it| good.contains(&it))
        };
        match target {
            Target::Treated(severity) => risks(*severity, &[RiskVerdict::Treated]),
            Target::Held(severity) => risks(
                *severity,
                &[RiskVerdict::Treated, RiskVerdict::PartlyTreated],
            ),
            Target::Proven(percent) => {
                let all = self
                    .cells
                    .values()
                    .filter(|it| **it != Verdict::Excluded)
                    .count();
                let effective = self.cells.values().filter(|it| **it == Verdict::Effective);
                let proven = effective.count() + closed.len();
                proven * 100 >= all * usize::from(*percent)
            }
            Target::Wallet(wallet) => self
                .cells
                .iter()
                .filter(|(name, _)| name.ends_with(&format!("@{wallet}")))
                .all(|(name, verdict)| {
                    matches!(verdict, Verdict::Effective | Verdict::Excluded)
                        || closed.contains(name.as_str())
                }),
        }
    }

    /// How many rungs the risks of each severity climb, the gravest first.
    fn rungs(&self, closed: &BTreeSet<&str>) -> Vec<u64> {
        let height = |verdict| match verdict {
            RiskVerdict::Treated => 2,
            RiskVerdict::PartlyTreated => 1,
            _ => 0,
        };
        let mut severities = Severity::values();
        severities.sort();
        let of = |severity| {
            let risks = self
                .judged
                .iter()
                .filter(|judged| judged.severity == severity);
            risks
                .map(|judged| height(Self::verdict(judged, closed)) - height(judged.before))
                .sum()
        };
        severities.into_iter().rev().map(of).collect()
    }

    /// Every choice that can be done.
    fn all(&self) -> impl Iterator<Item = (Vec<usize>, BTreeSet<&str>)> {
        (0..1_usize << self.steps.len()).filter_map(|mask| {
            let chosen: Vec<usize> = (0..self.steps.len())
                .filter(|at| mask >> at & 1 == 1)
                .collect();
            let closed = self.closed(&chosen);
            self.can_be_done(&chosen, &closed)
                .then_some((chosen, closed))
        })
    }
}

fn some_target(case: &Case, coverage: &Coverage, choices: &mut Choices<'_>) -> Target {
    let severity = choices.one_of(&Severity::values()).expect("there are some");
    let looked_at = coverage.cells().map(|cell| cell.subject.id.to_string());
    let looked_at: BTreeSet<String> = looked_at.filter(|id| id != ORGANIZATION).collect();
    let wallets: Vec<_> = case
        .document
        .wallets
        .keys()
        .filter(|id| looked_at.contains(id.as_str()))
        .collect();
    match (choices.below(4), choices.one_of(&wallets)) {
        (0, _) => Target::Treated(severity),
        (1, _) => Target::Held(severity),
        (2, Some(wallet)) => Target::Wallet(wallet.clone()),
        _ => Target::Proven(u8::try_from(choices.between(1, 100)).expect("per cent")),
    }
}

/// The search may be given up, but not where every choice can be tried, and not in silence.
fn is_proven_where_steps_are_few(plan: &Plan, choice: &Choice) -> Checked {
    prop_assert!(
        plan.optimal || choice.steps.len() > FEW,
        "given up: {plan:?}"
    );
    prop_assert!(plan.at_least.is_none_or(|least| least <= plan.effort));
    for row in &plan.reductions {
        prop_assert!(row.bound.is_none_or(|bound| bound >= row.levels));
    }
    Ok(())
}

fn all_changes(plan: &Plan) -> Vec<&Change> {
    plan.steps
        .iter()
        .flat_map(|step| &step.step.changes)
        .collect()
}

/// The steps stand in an order in which they can be taken, and say what they wait for.
fn is_in_order(plan: &Plan, choice: &Choice) -> Checked {
    for (number, step) in (1..).zip(&plan.steps) {
        let position = choice
            .steps
            .iter()
            .position(|(known, _)| *known == step.step);
        let needs = &choice.needs[position.expect("a plan is made of known steps")];
        let earlier = &plan.steps[..number - 1];
        for name in needs {
            prop_assert!(
                earlier.iter().any(|step| step.step.cells.contains(name)),
                "{name} comes too late in {plan:?}"
            );
        }
        prop_assert!(step.after.iter().all(|before| *before < number));
        prop_assert!(needs.is_empty() || !step.after.is_empty());
    }
    Ok(())
}

/// What a plan says comes true when it is carried out, and no choice that is cheaper does it.
#[test]
fn a_plan_reaches_its_target_and_nothing_cheaper_does() {
    check(|case| {
        let mut choices = case.choices();
        let case = with_efforts(case, &mut choices);
        let (choice, target, plan) = measure(&case, |coverage| {
            let target = some_target(&case, coverage, &mut choices);
            let plan = Plan::reaching(coverage, std::slice::from_ref(&target));
            (look(&case, coverage), target, plan)
        })?;
        let plan = plan.map_err(|error| TestCaseError::fail(error.to_string()))?;
        is_proven_where_steps_are_few(&plan, &choice)?;
        prop_assert!(!plan.optimal || plan.at_least == Some(plan.effort));
        is_in_order(&plan, &choice)?;
        let done = make(&case, &all_changes(&plan));
        measure(&done, |coverage| -> Checked {
            let after = look(&done, coverage);
            prop_assert!(
                after.is_reached(&target, &BTreeSet::new()),
                "{target}: {plan:?}"
            );
            prop_assert_eq!(coverage.tally().proven(), plan.proven_after);
            for row in &plan.lifted {
                let outcome =
                    coverage.outcome_of(row.risk.risk.as_str(), row.risk.subject.as_str());
                prop_assert_eq!(outcome.map(|outcome| outcome.verdict), Some(row.to));
                prop_assert!(row.to.rank() > row.from.rank());
            }
            Ok(())
        })??;
        if choice.steps.len() > FEW {
            return Ok(());
        }
        for (chosen, closed) in choice.all() {
            let effort = choice.effort(&chosen);
            prop_assert!(
                effort >= plan.effort || !choice.is_reached(&target, &closed),
                "{target} takes {} and not {effort}: {chosen:?} of {:?}",
                plan.effort,
                choice.steps
            );
        }
        Ok(())
    });
}

/// Within a budget nothing does more for the gravest risks, then for the next, and what does as much
/// takes no less.
#[test]
fn a_budget_is_spent_best() {
    check(|case| {
        if case.is_builtin {
            // There are too many steps to try them all.
            return Ok(());
        }
        let mut choices = case.choices();
        let case = with_efforts(case, &mut choices);
        let budget = choices.between(0, 25) as u64;
        let (choice, plan) = measure(&case, |coverage| {
            (look(&case, coverage), Plan::within(coverage, budget))
        })?;
        let plan = plan.map_err(|error| TestCaseError::fail(error.to_string()))?;
        is_proven_where_steps_are_few(&plan, &choice)?;
        is_in_order(&plan, &choice)?;
        prop_assert!(plan.effort <= budget);
        let done = make(&case, &all_changes(&plan));
        measure(&done, |coverage| -> Checked {
            for row in &plan.lifted {
                let outcome =
                    coverage.outcome_of(row.risk.risk.as_str(), row.risk.subject.as_str());
                prop_assert_eq!(outcome.map(|outcome| outcome.verdict), Some(row.to));
            }
            Ok(())
        })??;
        if choice.steps.len() > FEW {
            return Ok(());
        }
        let best = choice
            .all()
            .filter(|(chosen, _)| choice.effort(chosen) <= budget)
            .map(|(chosen, closed)| {
                (
                    choice.rungs(&closed),
                    std::cmp::Reverse(choice.effort(&chosen)),
                )
            })
            .max()
            .expect("to do nothing is a choice");
        let rungs: Vec<u64> = plan.reductions.iter().map(|row| row.levels).collect();
        prop_assert_eq!(
            (rungs, std::cmp::Reverse(plan.effort)),
            best,
            "{:?}",
            plan.steps
        );
        Ok(())
    });
}

/// A day, or the Monday after it if it is a Saturday or a Sunday.
fn workday(day: Date) -> Date {
    // 2026-01-05 is a Monday.
    let monday = Date::new(2026, 1, 5).expect("a day");
    match monday.days_until(day).rem_euclid(7) {
        5 => day.plus_days(2),
        6 => day.plus_days(1),
        _ => day,
    }
}

/// A plan with days keeps to its order, gives nobody two things at once, and its claims can be pasted:
/// the assessment stays sound, and no verdict changes by a promise.
#[test]
fn a_plan_with_days_can_be_promised() {
    check(|case| {
        let mut choices = case.choices();
        let case = with_efforts(case, &mut choices);
        let owner: Vec<PersonId> = case.document.people.keys().cloned().collect();
        let begin = case.settings.as_of.plus_days(10);
        let (before, plan) = measure(&case, |coverage| {
            let target = Target::Treated(Severity::Low);
            (
                look(&case, coverage).cells,
                Plan::reaching(coverage, &[target]),
            )
        })?;
        let plan = plan.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let days = if choices.happens(1, 2) {
            Days::Working
        } else {
            Days::Calendar
        };
        let plan = plan.scheduled(begin, owner.first(), days);
        // By person, the first day that is free.
        let mut free: BTreeMap<Option<&PersonId>, _> = BTreeMap::new();
        for step in &plan.steps {
            let before = step.after.iter();
            let before = before.map(|number| plan.steps[number - 1].due.expect("has a day"));
            let free = free.entry(step.owner.as_ref()).or_insert(begin);
            let mut day = before.fold(*free, Ord::max);
            match days {
                Days::Calendar => (0..step.effort).for_each(|_| day = day.next()),
                Days::Working => {
                    day = workday(day);
                    (0..step.effort).for_each(|_| day = workday(day.next()));
                }
            }
            prop_assert_eq!(step.due, Some(day));
            *free = day;
        }
        let promised = plan.claims(&resolve(&case)?);
        let case = case.with_document(|document| {
            for (control, claim) in &promised {
                document.claims.insert(control.clone(), claim.clone());
            }
        });
        let after = measure(&case, |coverage| look(&case, coverage).cells)?;
        prop_assert_eq!(before, after);
        Ok(())
    });
}

/// An assessment with so many wallets for which nothing is in place, and with an order of controls.
fn large(wallets: usize) -> String {
    let traits = "hsm, multisig, deterministic, backed-up, removable-media, online-backup, \
                  hardware-wallet, software-wallet, paper, secret-sharing, third-party";
    let wallets: String = (0..wallets)
        .map(|n| format!("  w{n}: {{ tier: hot, traits: [{traits}] }}\n"))
        .collect();
    format!(
        "assessment: large\ntitle: Large\ncatalog: iso-tr-23576\ncustodian: {{ name: Large }}\n\
         period: {{ from: 2026-01-01, to: 2026-12-31 }}\norganization: {{ channels: [] }}\n\
         wallets:\n{wallets}efforts:\n  controls:\n    9.3.7.1-b: {{ after: [9.3.7.1-a] }}\n"
    )
}

fn coverage_of(text: String) -> Coverage {
    let files = custody_controls::AssessmentFiles::from_text("large.yaml", text);
    let assessment = files.resolve(custody_controls::Catalog::builtin()).unwrap();
    let settings = custody_controls::Settings::on("2026-12-31".parse().unwrap());
    assessment.measure(&settings)
}

/// A search that is too large is refused to the solver, whose time would grow with the square of the
/// steps and more: the test ends because the work is counted.
#[test]
fn a_plan_for_many_wallets_is_made_step_by_step_and_reports_the_limit() {
    let coverage = coverage_of(large(300));
    let plan = Plan::within(&coverage, 3_000).unwrap();
    assert!(!plan.optimal);
    let given_up = plan.given_up.as_slice();
    assert!(
        matches!(given_up, [GivenUp::Tasks { limit, found }] if found > limit),
        "{given_up:?}"
    );
    assert!(plan.effort <= 3_000);
    assert!(plan.reductions[0].levels > 0, "{:?}", plan.reductions);
    let targets: Vec<Target> = ["held=critical", "treated=high", "proven=80", "wallet=w7"]
        .into_iter()
        .map(|target| target.parse().unwrap())
        .collect();
    for target in &targets {
        let plan = Plan::reaching(&coverage, std::slice::from_ref(target)).unwrap();
        assert!(!plan.steps.is_empty(), "{target}");
        let is_explained = plan.optimal || !plan.given_up.is_empty();
        assert!(is_explained && plan.at_least.is_some(), "{target}");
    }
    // Each step comes after those that it waits for.
    let plan = Plan::reaching(&coverage, &targets[1..2]).unwrap();
    let mut steps = plan.steps.iter().enumerate();
    assert!(steps.all(|(at, step)| step.after.iter().all(|number| *number <= at)));
}

/// With few nodes, the search ends and the plan names the limit.
#[test]
fn a_search_that_ends_at_its_limit_reports_it() {
    let coverage = coverage_of(large(12));
    let targets = ["proven=37".parse().unwrap(), "held=high".parse().unwrap()];
    let plan = Plan::reaching(&coverage, &targets).unwrap();
    assert_eq!(plan.optimal, plan.given_up.is_empty());
    assert!(plan.at_least.is_some_and(|least| least <= plan.effort));
}
