//! What a choice of tasks comes to, computed in integers, and the plan that it makes.

use crate::program::Solution;
use crate::question::{Question, RiskGoal};
use crate::{Departure, Lifted, Plan, PlanStep, Reduction, SCHEMA, Target};
use custody_controls::coverage::Ratio;
use custody_controls::gap::task::Task;
use custody_controls::gap::{Gap, Step};
use custody_controls::taxonomy::{RiskVerdict, Severity, Verdict, Word};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

impl Question<'_> {
    /// By shortfall, whether it is closed by the chosen tasks.
    fn closed(&self, chosen: &[bool]) -> Vec<bool> {
        let closing = self.tasks.closing.iter();
        closing
            .map(|tasks| tasks.iter().any(|task| is_set(chosen, *task)))
            .collect()
    }

    /// The total effort of the chosen tasks.
    pub(super) fn effort(&self, chosen: &[bool]) -> u64 {
        let efforts = self.efforts.iter().zip(chosen);
        efforts
            .filter(|(_, is_chosen)| **is_chosen)
            .map(|(effort, _)| *effort)
            .sum()
    }

    /// The verdict of a risk if these shortfalls are closed.
    fn verdict_after(&self, goal: &RiskGoal, closed: &[bool]) -> RiskVerdict {
        let mut tally = goal.tally;
        for at in &goal.shortfalls {
            let shortfall = self.tasks.shortfalls.get(*at);
            let Some(shortfall) = shortfall.filter(|_| is_set(closed, *at)) else {
                continue;
            };
            match self.coverage.verdict_for_risks(shortfall.cell) {
                Some(Verdict::Unproven) => tally.unproven -= 1,
                Some(Verdict::Partial) => tally.partial -= 1,
                Some(Verdict::Absent) => tally.absent -= 1,
                Some(Verdict::Unknown) => tally.unknown -= 1,
                Some(Verdict::Effective | Verdict::Excluded) | None => continue,
            }
            tally.effective += 1;
        }
        tally.risk_verdict()
    }

    /// Whether the chosen tasks reach a target.
    pub(super) fn is_reached(&self, target: &Target, chosen: &[bool]) -> bool {
        let closed = self.closed(chosen);
        let all_of = |severity: Severity, is_good: fn(RiskVerdict) -> bool| {
            let goals = self.goals.iter();
            goals
                .filter(|goal| goal.risk.severity >= severity)
                .all(|goal| is_good(self.verdict_after(goal, &closed)))
        };
        match target {
            Target::Treated(severity) => {
                all_of(*severity, |verdict| verdict == RiskVerdict::Treated)
            }
            Target::Held(severity) => all_of(*severity, |verdict| {
                matches!(verdict, RiskVerdict::Treated | RiskVerdict::PartlyTreated)
            }),
            Target::Proven(percent) => count(&closed) >= self.missing(*percent),
            Target::Wallet(wallet) => self
                .shortfalls_of(wallet)
                .is_ok_and(|cells| cells.iter().all(|at| is_set(&closed, *at))),
        }
    }

    /// Whether everything that the chosen tasks have to wait for is chosen too.
    pub(super) fn is_feasible(&self, chosen: &[bool]) -> bool {
        let closed = self.closed(chosen);
        let mut after = self.after.iter();
        after.all(|(task, shortfall)| !is_set(chosen, *task) || is_set(&closed, *shortfall))
    }

    /// By how many levels the chosen tasks raise the verdicts of risks of a severity, in total.
    pub(super) fn levels(&self, severity: Severity, chosen: &[bool]) -> u64 {
        let closed = self.closed(chosen);
        let goals = self.goals.iter();
        goals
            .filter(|goal| goal.risk.severity == severity)
            .map(|goal| match self.verdict_after(goal, &closed) {
                RiskVerdict::Treated => goal.levels(),
                RiskVerdict::PartlyTreated => u64::from(goal.is_untreated()),
                RiskVerdict::Unproven
                | RiskVerdict::Untreated
                | RiskVerdict::Unknown
                | RiskVerdict::NoControl
                | RiskVerdict::ExcludedByClaim
                | RiskVerdict::OutOfScope => 0,
            })
            .sum()
    }

    /// The plan that a solution makes.
    pub(super) fn plan(&self, solution: &Solution) -> Plan {
        let document = self.coverage.assessment().document();
        let gaps = self.coverage.gaps();
        let steps = self.steps(&solution.chosen, &gaps);
        let closed = self.closed(&solution.chosen);
        let effort = self.effort(&solution.chosen);
        let before = self.coverage.tally().proven();
        let lifted = self.goals.iter().filter_map(|goal| {
            let to = self.verdict_after(goal, &closed);
            (to != goal.verdict).then(|| Lifted {
                risk: goal.risk.clone(),
                from: goal.verdict,
                to,
            })
        });
        Plan {
            schema: SCHEMA.to_owned(),
            assessment: document.assessment.clone(),
            title: document.title.clone().unwrap_or_default(),
            as_of: self.coverage.settings().as_of,
            catalog_origin: self.coverage.assessment().catalog().origin(),
            targets: Vec::new(),
            budget: None,
            unit: document.efforts.as_ref().and_then(|of| of.unit.clone()),
            defaults: self.default_efforts(),
            days: None,
            departure: departure(&gaps, &steps),
            steps,
            effort,
            at_least: Some(solution.bound.min(effort)).filter(|bound| *bound > 0 || effort == 0),
            optimal: solution.bound >= effort,
            excluded: self.coverage.tally().excluded,
            given_up: solution.given_up.into_iter().collect(),
            proven_before: before,
            proven_after: Ratio {
                numerator: before.numerator + count(&closed),
                denominator: before.denominator,
            },
            reductions: self.reductions(&solution.chosen),
            lifted: lifted.collect(),
            beyond: self.beyond.clone(),
        }
    }

    fn reductions(&self, chosen: &[bool]) -> Vec<Reduction> {
        let reduction = |severity| Reduction {
            severity,
            levels: self.levels(severity, chosen),
            of: self
                .goals
                .iter()
                .filter(|goal| goal.risk.severity == severity)
                .map(RiskGoal::levels)
                .sum(),
            bound: None,
        };
        let mut reductions: Vec<Reduction> =
            Severity::values().into_iter().map(reduction).collect();
        reductions.sort_by_key(|reduction| Reverse(reduction.severity));
        reductions
    }

    /// The chosen tasks in an order in which they can be done: prerequisites first, then the most
    /// severe, then the cheapest.
    fn steps(&self, chosen: &[bool], gaps: &[Gap]) -> Vec<PlanStep> {
        let severities: BTreeMap<&str, Severity> = gaps
            .iter()
            .map(|gap| (gap.id.as_str(), gap.severity))
            .collect();
        let severity_of = |task: &Task| {
            let cells = task.step.cells.iter();
            let known = cells.filter_map(|cell| severities.get(cell.as_str()).copied());
            known.max().unwrap_or(Severity::Low)
        };
        let mut left: Vec<usize> = (0..self.tasks.all.len())
            .filter(|task| is_set(chosen, *task))
            .collect();
        left.sort_by_key(|at| {
            let task = self.tasks.all.get(*at);
            let severity = task.map_or(Severity::Low, severity_of);
            (Reverse(severity), self.efforts.get(*at).copied(), *at)
        });
        let before = self.prerequisites(chosen);
        let order = in_order(&left, &before);
        let numbers: BTreeMap<usize, usize> = order.iter().copied().zip(1..).collect();
        let steps = order.iter().filter_map(|at| {
            let task = self.tasks.all.get(*at)?;
            let mut after: Vec<usize> = before
                .get(at)
                .into_iter()
                .flatten()
                .filter_map(|before| numbers.get(before).copied())
                .collect();
            after.sort_unstable();
            let (owner, location) = task.responsible(self.coverage, &self.tasks);
            Some(PlanStep {
                title: self.title_of(&task.step),
                step: task.step.clone(),
                severity: severity_of(task),
                effort: self.efforts.get(*at).copied().unwrap_or_default(),
                after,
                owner,
                due: None,
                location,
            })
        });
        steps.collect()
    }

    /// The title of the control or the evidence item of a step.
    fn title_of(&self, step: &Step) -> String {
        let assessment = self.coverage.assessment();
        let control = step.control.as_ref();
        let control = control.and_then(|id| assessment.catalog().control(id.as_str()));
        let evidence = step.evidence.as_ref();
        let evidence = evidence.and_then(|id| assessment.document().evidence.get(id));
        let title = control.map(|control| control.title.clone());
        title
            .or_else(|| evidence.map(|item| item.title.clone()))
            .unwrap_or_default()
    }

    /// By chosen task, the chosen tasks that have to be done before.
    fn prerequisites(&self, chosen: &[bool]) -> BTreeMap<usize, BTreeSet<usize>> {
        let mut before: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let waits = self.after.iter();
        for (task, shortfall) in waits.filter(|(task, _)| is_set(chosen, *task)) {
            let closing = self.tasks.closing.get(*shortfall).into_iter().flatten();
            let closing = closing.copied().filter(|task| is_set(chosen, *task));
            before.entry(*task).or_default().extend(closing);
        }
        before
    }
}

/// The first step that does not close the next gap in the order of the report, of those that a step
/// can close and that no earlier step has closed.
fn departure(gaps: &[Gap], steps: &[PlanStep]) -> Option<Departure> {
    let mut closed: BTreeSet<&str> = BTreeSet::new();
    let mut gaps = gaps.iter().filter(|gap| !gap.kind.is_of_risk());
    for (number, step) in (1..).zip(steps) {
        let next = gaps.by_ref().find(|gap| !closed.contains(gap.id.as_str()));
        let next = next?;
        if !step.step.cells.contains(&next.id) {
            return Some(Departure {
                step: number,
                gap: next.id.clone(),
                title: next.title.clone(),
            });
        }
        closed.extend(step.step.cells.iter().map(String::as_str));
    }
    None
}

/// Some tasks in the given order, except that each comes after those that have to be done before.
fn in_order(tasks: &[usize], before: &BTreeMap<usize, BTreeSet<usize>>) -> Vec<usize> {
    let ranks: BTreeMap<usize, usize> = tasks.iter().copied().zip(0..).collect();
    let mut waiting: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut left: BTreeMap<usize, usize> = BTreeMap::new();
    for (task, all) in before {
        left.insert(*task, all.len());
        for earlier in all {
            waiting.entry(*earlier).or_default().push(*task);
        }
    }
    let is_ready = |task: &usize| left.get(task).is_none_or(|count| *count == 0);
    let mut ready: BTreeSet<(usize, usize)> = tasks
        .iter()
        .filter(|task| is_ready(task))
        .filter_map(|task| Some((*ranks.get(task)?, *task)))
        .collect();
    // There are no cycles: they are errors of the assessment.
    let mut order = Vec::with_capacity(tasks.len());
    while let Some((_, task)) = ready.pop_first() {
        order.push(task);
        for later in waiting.get(&task).into_iter().flatten() {
            let count = left.entry(*later).or_default();
            *count = count.saturating_sub(1);
            if let (0, Some(rank)) = (*count, ranks.get(later)) {
                ready.insert((*rank, *later));
            }
        }
    }
    order
}

fn is_set(all: &[bool], at: usize) -> bool {
    all.get(at).copied().unwrap_or(false)
}

fn count(all: &[bool]) -> u64 {
    all.iter().filter(|is_set| **is_set).count() as u64
}
