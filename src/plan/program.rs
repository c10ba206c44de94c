//! The choice of steps as an integer program. Only this file knows the solver.

use super::PlanError;
use crate::taxonomy::Severity;
use microlp::{
    ComparisonOp, OptimizationDirection, Problem, Solution, SolveOptions, SolveOutcome, Variable,
};
use std::collections::{BTreeMap, BTreeSet};

/// After how many nodes of its search the solver gives up: fewer where there are more works, since each
/// node takes longer then. A number of nodes, not a time: the same input gives the same plan.
fn nodes(works: usize) -> u64 {
    let works = u64::try_from(works).unwrap_or(u64::MAX).max(1);
    (1_000_000 / works).clamp(2_000, 50_000)
}

/// The program: which works to do.
pub(super) struct Program<'p> {
    /// By shortfall, the works that close it.
    pub(super) closing: &'p [Vec<usize>],
    /// By work, what it takes.
    pub(super) efforts: &'p [u64],
    /// Works and the shortfalls that have to be closed before.
    pub(super) after: &'p [(usize, usize)],
    /// Shortfalls that have to be closed.
    pub(super) required: BTreeSet<usize>,
    /// Shortfalls of which at least one has to be closed.
    pub(super) one_of: Vec<Vec<usize>>,
    /// How many shortfalls have to be closed.
    pub(super) proven: u64,
    /// What all works may take together.
    pub(super) budget: Option<u64>,
    /// Risks that have to climb at least so many rungs together.
    pub(super) keep: Vec<(Class, u64)>,
    /// A choice that is known to be possible.
    pub(super) known: Option<Vec<bool>>,
}

/// A risk for a subject that can climb.
#[derive(Clone)]
pub(super) struct Climb {
    /// Whether it is partly treated already.
    pub(super) is_held: bool,
    /// What has to be closed for it to be treated.
    pub(super) shortfalls: Vec<usize>,
}

/// Risks of one severity.
#[derive(Clone)]
pub(super) struct Class {
    pub(super) severity: Severity,
    /// What a rung counts: more than all rungs of all lower severities together.
    pub(super) weight: u64,
    pub(super) climbs: Vec<Climb>,
}

/// What the solver found.
pub(super) struct Found {
    /// By work, whether it is done.
    pub(super) chosen: Vec<bool>,
    /// What no choice can better, in whole numbers.
    pub(super) bound: u64,
}

/// A program as the solver knows it.
struct Model {
    problem: Problem,
    works: Vec<Variable>,
    shortfalls: Vec<Variable>,
}

impl Program<'_> {
    /// The works that take least.
    pub(super) fn least(&self) -> Result<Found, PlanError> {
        let mut model = self.model(OptimizationDirection::Minimize, true);
        self.keep_climbing(&mut model);
        let all = self.efforts.iter().sum();
        self.solve(&model, self.budget.unwrap_or(all), |bound| {
            (bound - 1e-6).ceil()
        })
    }

    /// The works with which risks climb most, when each rung counts with the weight of its class.
    pub(super) fn most(&self, classes: &[Class]) -> Result<Found, PlanError> {
        let mut model = self.model(OptimizationDirection::Maximize, false);
        let mut all = 0.0;
        for class in classes {
            let weight = number(class.weight);
            let rungs = climb(&mut model, &class.climbs, weight);
            all += rungs.iter().map(|(_, count)| count * weight).sum::<f64>();
        }
        self.solve(&model, to_whole(all), |bound| (bound + 1e-6).floor())
    }

    /// Everything but what is optimized.
    fn model(&self, direction: OptimizationDirection, weighs_effort: bool) -> Model {
        let mut problem = Problem::new(direction);
        let mut works = Vec::with_capacity(self.efforts.len());
        for effort in self.efforts {
            let weight = if weighs_effort { number(*effort) } else { 0.0 };
            works.push(problem.add_binary_var(weight));
        }
        let mut shortfalls = Vec::with_capacity(self.closing.len());
        for closing in self.closing {
            let closing: Vec<Variable> = closing
                .iter()
                .filter_map(|work| works.get(*work).copied())
                .collect();
            shortfalls.push(match closing.as_slice() {
                // What one work alone closes is closed with it.
                [work] => *work,
                several => {
                    let closed = problem.add_var(0.0, (0.0, 1.0));
                    let mut sum: Vec<(Variable, f64)> =
                        several.iter().map(|work| (*work, -1.0)).collect();
                    sum.push((closed, 1.0));
                    problem.add_constraint(sum.as_slice(), ComparisonOp::Le, 0.0);
                    closed
                }
            });
        }
        for (work, shortfall) in self.after {
            if let (Some(work), Some(closed)) = (works.get(*work), shortfalls.get(*shortfall)) {
                let pair = [(*work, 1.0), (*closed, -1.0)];
                problem.add_constraint(pair.as_slice(), ComparisonOp::Le, 0.0);
            }
        }
        let mut model = Model {
            problem,
            works,
            shortfalls,
        };
        for shortfall in &self.required {
            model.at_least(std::slice::from_ref(shortfall), 1);
        }
        for one_of in &self.one_of {
            model.at_least(one_of, 1);
        }
        if self.proven > 0 {
            let all: Vec<usize> = (0..model.shortfalls.len()).collect();
            model.at_least(&all, self.proven);
        }
        if let Some(budget) = self.budget {
            let efforts = self.efforts.iter().map(|effort| number(*effort));
            let sum: Vec<(Variable, f64)> = model.works.iter().copied().zip(efforts).collect();
            model
                .problem
                .add_constraint(sum.as_slice(), ComparisonOp::Le, number(budget));
        }
        model
    }

    /// What graver risks climb must not be lost.
    fn keep_climbing(&self, model: &mut Model) {
        for (class, rungs) in &self.keep {
            let sum = climb(model, &class.climbs, 0.0);
            model
                .problem
                .add_constraint(sum.as_slice(), ComparisonOp::Ge, number(*rungs) - 0.5);
        }
    }

    /// Solves a model whose optimum is a whole number and not above another.
    fn solve(
        &self,
        model: &Model,
        above: u64,
        whole: impl Fn(f64) -> f64,
    ) -> Result<Found, PlanError> {
        let mut options = SolveOptions::default();
        options.node_limit = Some(nodes(self.efforts.len()));
        // What is less than 1 away from a bound cannot be bettered, since efforts and rungs are whole.
        options.mip_gap = 0.9 / number(above.max(1));
        if let Some(known) = &self.known {
            let values = model.works.iter().zip(known);
            let values = values.map(|(work, is)| (*work, if *is { 1.0 } else { 0.0 }));
            options.warm_start = Some(values.collect());
        }
        let outcome = model
            .problem
            .solve_with(options)
            .map_err(|error| PlanError::Unsolved(error.to_string()))?;
        let bound = outcome.stats().best_bound.unwrap_or(0.0);
        let chosen = match &outcome {
            SolveOutcome::Solution(solution) => model.chosen(solution),
            SolveOutcome::Interrupted(_) => self
                .known
                .clone()
                // To do everything is always possible where there is no budget.
                .or_else(|| {
                    self.budget
                        .is_none()
                        .then(|| vec![true; self.efforts.len()])
                })
                .unwrap_or_else(|| vec![false; self.efforts.len()]),
        };
        Ok(Found {
            chosen,
            bound: to_whole(whole(bound)),
        })
    }
}

impl Model {
    /// So many of these shortfalls have to be closed.
    fn at_least(&mut self, shortfalls: &[usize], count: u64) {
        let sum = added(self.cells(shortfalls), 1.0);
        self.problem
            .add_constraint(sum.as_slice(), ComparisonOp::Ge, number(count));
    }

    fn cells(&self, shortfalls: &[usize]) -> Vec<Variable> {
        let find = |shortfall: &usize| self.shortfalls.get(*shortfall).copied();
        shortfalls.iter().filter_map(find).collect()
    }

    fn chosen(&self, solution: &Solution) -> Vec<bool> {
        let works = self.works.iter();
        works.map(|work| solution.var_value(*work) > 0.5).collect()
    }
}

/// The variables, each once: one work can close several shortfalls alone, and stands for all of them.
fn added(variables: Vec<Variable>, weight: f64) -> Vec<(Variable, f64)> {
    let mut sum: BTreeMap<usize, (Variable, f64)> = BTreeMap::new();
    for variable in variables {
        let entry = sum.entry(variable.idx()).or_insert((variable, 0.0));
        entry.1 += weight;
    }
    sum.into_values().collect()
}

/// A variable for each rung that risks can climb; their sum. Risks that climb with the same cells share
/// theirs.
fn climb(model: &mut Model, climbs: &[Climb], weight: f64) -> Vec<(Variable, f64)> {
    let mut treated: BTreeMap<Vec<usize>, u64> = BTreeMap::new();
    let mut held: BTreeMap<Vec<usize>, u64> = BTreeMap::new();
    for climb in climbs.iter().filter(|climb| !climb.shortfalls.is_empty()) {
        let mut cells = climb.shortfalls.clone();
        cells.sort_unstable();
        if !climb.is_held {
            *held.entry(cells.clone()).or_default() += 1;
        }
        *treated.entry(cells).or_default() += 1;
    }
    let mut rungs = Vec::new();
    for (cells, count) in treated {
        let count = number(count);
        let rung = model.problem.add_var(weight * count, (0.0, 1.0));
        for cell in model.cells(&cells) {
            let pair = [(rung, 1.0), (cell, -1.0)];
            model
                .problem
                .add_constraint(pair.as_slice(), ComparisonOp::Le, 0.0);
        }
        rungs.push((rung, count));
    }
    for (cells, count) in held {
        let count = number(count);
        let rung = model.problem.add_var(weight * count, (0.0, 1.0));
        let mut sum = added(model.cells(&cells), -1.0);
        sum.push((rung, 1.0));
        model
            .problem
            .add_constraint(sum.as_slice(), ComparisonOp::Le, 0.0);
        rungs.push((rung, count));
    }
    rungs
}

/// Efforts and counts are far below what a floating number holds exactly.
#[expect(
    clippy::cast_precision_loss,
    reason = "below 2^53: at most 36500 for each of some million steps"
)]
fn number(count: u64) -> f64 {
    count as f64
}

/// What is below nought is nought.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number, cut off at both ends"
)]
fn to_whole(number: f64) -> u64 {
    number.max(0.0) as u64
}
