//! The choice of tasks as an integer program. Only this module uses the solver.

use crate::weights::LexicographicWeights;
use crate::{GivenUp, PlanError};
use custody_controls::taxonomy::Severity;
use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, SolveOutcome, Variable};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// The work of the solver for one plan, in steps: one for each row and each column of a problem, and
/// each node of its search. It is counted and not timed, so that the same input gives the same plan.
const WORK: u64 = 4_000_000;

/// The largest problem that the solver is given, in rows and columns: its time grows with their square.
const SIZE: u64 = 40_000;

/// The largest number of tasks that are compared with each other, see [`Program::prefer`].
const COMPARED: usize = 3_000;

/// The program: which tasks to choose. Tasks and shortfalls are referred to by position.
pub(super) struct Program<'p> {
    /// By shortfall, the tasks that close it.
    pub(super) closing: &'p [Vec<usize>],
    /// By task, its effort.
    pub(super) efforts: &'p [u64],
    /// Tasks, each with a shortfall that has to be closed before.
    pub(super) after: &'p [(usize, usize)],
    /// The shortfalls that have to be closed.
    pub(super) required: BTreeSet<usize>,
    /// Sets of shortfalls, of each of which at least one has to be closed.
    pub(super) one_of: Vec<Vec<usize>>,
    /// How many shortfalls have to be closed.
    pub(super) proven: u64,
    /// The maximum of the total effort.
    pub(super) budget: Option<u64>,
    /// Classes of risks, each with the number of levels by which they have to be raised in total.
    pub(super) keep: Vec<(RiskClass, u64)>,
    /// A choice that is known to be feasible.
    pub(super) known: Option<Vec<bool>>,
    /// The steps of work that are left.
    pub(super) work: Cell<u64>,
}

/// A risk for a subject whose verdict can be raised.
#[derive(Clone)]
pub(super) struct Goal {
    /// Whether the risk is partly treated already.
    pub(super) is_held: bool,
    /// The shortfalls that have to be closed for the risk to be treated.
    pub(super) shortfalls: Vec<usize>,
}

/// The risks of one severity.
#[derive(Clone)]
pub(super) struct RiskClass {
    pub(super) severity: Severity,
    pub(super) goals: Vec<Goal>,
}

impl RiskClass {
    /// By how many levels the verdicts can be raised, in total.
    fn levels(&self) -> u64 {
        let goals = self.goals.iter();
        goals.map(|goal| if goal.is_held { 1 } else { 2 }).sum()
    }
}

/// The best choice that the solver found.
pub(super) struct Solution {
    /// By task, whether it is chosen.
    pub(super) chosen: Vec<bool>,
    /// The proven bound of the objective, as an integer.
    pub(super) bound: u64,
    /// The limit that the search reached, if it reached one.
    pub(super) given_up: Option<GivenUp>,
}

/// What decides which of two tasks is preferred.
struct Traits {
    effort: u64,
    /// The shortfalls that the task closes.
    closes: BTreeSet<usize>,
    /// Whether no other task closes any of them.
    is_alone: bool,
    /// The risks to which any of them belongs.
    bears_on: BTreeSet<usize>,
    /// Whether the task has to wait for another.
    waits: bool,
    /// Whether another task has to wait for any of them.
    is_awaited: bool,
}

impl Traits {
    fn new(effort: u64) -> Self {
        Self {
            effort,
            closes: BTreeSet::new(),
            is_alone: true,
            bears_on: BTreeSet::new(),
            waits: false,
            is_awaited: false,
        }
    }
}

/// The program in the solver's terms.
struct Model {
    problem: Problem,
    tasks: Vec<Variable>,
    shortfalls: Vec<Variable>,
    /// The number of rows and columns.
    size: u64,
}

impl<'p> Program<'p> {
    /// A program without any requirement yet.
    pub(super) fn new(
        closing: &'p [Vec<usize>],
        efforts: &'p [u64],
        after: &'p [(usize, usize)],
    ) -> Self {
        Self {
            closing,
            efforts,
            after,
            required: BTreeSet::new(),
            one_of: Vec::new(),
            proven: 0,
            budget: None,
            keep: Vec::new(),
            known: None,
            work: Cell::new(WORK),
        }
    }

    /// Why the solver cannot be used, if the problem is too large for it.
    pub(super) fn too_large(&self) -> Option<GivenUp> {
        let tasks = self.efforts.len();
        if self.budget.is_some() && tasks > COMPARED {
            let (limit, found) = (COMPARED as u64, tasks as u64);
            return Some(GivenUp::Tasks { limit, found });
        }
        let several = self.closing.iter().filter(|closing| closing.len() != 1);
        let found = tasks + several.count() * 2 + self.after.len() + self.one_of.len();
        let (limit, found) = (SIZE, (found + self.required.len()) as u64);
        (found > limit).then_some(GivenUp::Size { limit, found })
    }

    /// The cheapest tasks that meet the requirements.
    pub(super) fn least(&self) -> Result<Solution, PlanError> {
        if let Some(given_up) = self.too_large() {
            let (chosen, bound) = self.greedy_least();
            return Ok(Solution {
                chosen,
                bound,
                given_up: Some(given_up),
            });
        }
        let mut model = self.model(OptimizationDirection::Minimize, 1.0);
        self.require_kept(&mut model);
        if self.budget.is_some() {
            self.prefer(&mut model, &[]);
        }
        let work = self.work.get();
        self.solve(&model, work, self.limit(), |bound| (bound - 1e-6).ceil())
    }

    /// The tasks that raise the verdicts of these classes most, the first class first. With
    /// `and_effort`, the cheapest of such tasks.
    ///
    /// The bound is in terms of [`Self::weights`].
    pub(super) fn most(
        &self,
        classes: &[RiskClass],
        and_effort: bool,
    ) -> Result<Solution, PlanError> {
        let weights = self.weights(classes, and_effort);
        let of_effort = if and_effort { -1.0 } else { 0.0 };
        let mut model = self.model(OptimizationDirection::Maximize, of_effort);
        for (class, weight) in classes.iter().zip(weights.weights()) {
            raise(&mut model, &class.goals, number(*weight));
        }
        self.require_kept(&mut model);
        self.prefer(&mut model, classes);
        let spare = if and_effort { self.limit() } else { 0 };
        // Other searches follow.
        let work = self.work.get() / 2;
        let mut solution = self.solve(&model, work, weights.maximum(), |bound| {
            (bound + number(spare) + 1e-6).floor()
        })?;
        solution.bound = solution.bound.min(weights.maximum());
        Ok(solution)
    }

    /// The maximum of the total effort.
    pub(super) fn limit(&self) -> u64 {
        let all = self.efforts.iter().sum();
        self.budget.map_or(all, |budget| budget.min(all))
    }

    /// How the levels of some classes are combined into one number; with `and_effort`, together
    /// with the effort that is left of the budget.
    pub(super) fn weights(&self, classes: &[RiskClass], and_effort: bool) -> LexicographicWeights {
        let of_classes = classes.iter().map(RiskClass::levels);
        LexicographicWeights::new(of_classes.chain(and_effort.then(|| self.limit())))
    }

    /// The variables and constraints of the program, with effort as the only objective so far.
    fn model(&self, direction: OptimizationDirection, of_effort: f64) -> Model {
        let mut problem = Problem::new(direction);
        let mut tasks = Vec::with_capacity(self.efforts.len());
        for effort in self.efforts {
            tasks.push(problem.add_binary_var(of_effort * number(*effort)));
        }
        let mut model = Model {
            problem,
            size: tasks.len() as u64,
            shortfalls: Vec::with_capacity(self.closing.len()),
            tasks,
        };
        for closing in self.closing {
            let closing: Vec<Variable> = closing
                .iter()
                .filter_map(|task| model.tasks.get(*task).copied())
                .collect();
            let closed = match closing.as_slice() {
                // A shortfall that only one task closes is closed if that task is chosen.
                [task] => *task,
                several => {
                    let closed = model.level(0.0);
                    let mut sum: Vec<(Variable, f64)> =
                        several.iter().map(|task| (*task, -1.0)).collect();
                    sum.push((closed, 1.0));
                    model.not_positive(&sum);
                    closed
                }
            };
            model.shortfalls.push(closed);
        }
        for (task, shortfall) in self.after {
            if let (Some(task), Some(closed)) =
                (model.tasks.get(*task), model.shortfalls.get(*shortfall))
            {
                let pair = [(*task, 1.0), (*closed, -1.0)];
                model.not_positive(&pair);
            }
        }
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
            let sum: Vec<(Variable, f64)> = model.tasks.iter().copied().zip(efforts).collect();
            model.constrain(&sum, ComparisonOp::Le, number(budget));
        }
        model
    }

    /// Verdicts that have to be kept.
    fn require_kept(&self, model: &mut Model) {
        for (class, levels) in &self.keep {
            let sum = raise(model, &class.goals, 0.0);
            model.constrain(&sum, ComparisonOp::Ge, number(*levels) - 0.5);
        }
    }

    /// Excludes choices that are never better than others. A task that bears on no risk is
    /// needless. Of two tasks, if the first costs no more than the second
    ///
    /// - and closes everything that the second closes, the second is needless;
    /// - and bears on every risk on which the second bears, and no other task closes what the first
    ///   closes, the second is chosen only with the first: the second alone is not better, since
    ///   none of these risks is treated without the first.
    ///
    /// A task that has to wait is never the first, and one for which others wait is never the
    /// second. The risks are those of `classes` and those whose verdicts have to be kept.
    fn prefer(&self, model: &mut Model, classes: &[RiskClass]) {
        let traits = self.traits(classes);
        let tasks = model.tasks.clone();
        for (task, of_task) in tasks.iter().zip(&traits) {
            if of_task.bears_on.is_empty() && !of_task.is_awaited {
                let needless = [(*task, 1.0)];
                model.not_positive(&needless);
            }
        }
        for (first, of_first) in traits.iter().enumerate() {
            for (then, of_then) in traits.iter().enumerate() {
                let (Some(one), Some(other)) = (tasks.get(first), tasks.get(then)) else {
                    continue;
                };
                if of_first.waits
                    || of_then.is_awaited
                    || of_then.bears_on.is_empty()
                    || of_first.effort > of_then.effort
                {
                    continue;
                }
                // Of two equal tasks, the first in order is preferred.
                let is_more = |more: &BTreeSet<usize>, less: &BTreeSet<usize>| {
                    let is_like = of_first.effort == of_then.effort && more == less;
                    more.is_superset(less) && (!is_like || first < then)
                };
                if is_more(&of_first.closes, &of_then.closes) {
                    let needless = [(*other, 1.0)];
                    model.not_positive(&needless);
                } else if of_first.is_alone && is_more(&of_first.bears_on, &of_then.bears_on) {
                    let pair = [(*other, 1.0), (*one, -1.0)];
                    model.not_positive(&pair);
                }
            }
        }
    }

    fn traits(&self, classes: &[RiskClass]) -> Vec<Traits> {
        let mut traits: Vec<Traits> = self
            .efforts
            .iter()
            .map(|effort| Traits::new(*effort))
            .collect();
        for (shortfall, closing) in self.closing.iter().enumerate() {
            for task in closing {
                if let Some(of_task) = traits.get_mut(*task) {
                    of_task.closes.insert(shortfall);
                    of_task.is_alone &= closing.len() == 1;
                }
            }
        }
        let kept = self.keep.iter().map(|(class, _)| class);
        let goals = classes.iter().chain(kept).flat_map(|class| &class.goals);
        for (at, goal) in goals.enumerate() {
            for task in self.closing_of(&goal.shortfalls) {
                if let Some(of_task) = traits.get_mut(task) {
                    of_task.bears_on.insert(at);
                }
            }
        }
        for (task, shortfall) in self.after {
            if let Some(of_task) = traits.get_mut(*task) {
                of_task.waits = true;
            }
            for task in self.closing_of(std::slice::from_ref(shortfall)) {
                if let Some(of_task) = traits.get_mut(task) {
                    of_task.is_awaited = true;
                }
            }
        }
        traits
    }

    /// The tasks that close any of these shortfalls.
    pub(super) fn closing_of(&self, shortfalls: &[usize]) -> impl Iterator<Item = usize> {
        let closing = shortfalls.iter().filter_map(|at| self.closing.get(*at));
        closing.flatten().copied()
    }

    /// Solves a model whose optimum is an integer of at most `maximum`, with so much `work`. `round`
    /// makes an integer of the solver's bound.
    fn solve(
        &self,
        model: &Model,
        work: u64,
        maximum: u64,
        round: impl Fn(f64) -> f64,
    ) -> Result<Solution, PlanError> {
        let mut options = SolveOptions::default();
        let nodes = (work / model.size.max(1)).max(1);
        options.node_limit = Some(nodes);
        // Efforts and levels are integers: a solution less than 1 away from the bound is optimal.
        options.mip_gap = 0.9 / number(maximum.max(1));
        if let Some(known) = &self.known {
            let values = model.tasks.iter().zip(known);
            let values = values.map(|(task, is)| (*task, if *is { 1.0 } else { 0.0 }));
            options.warm_start = Some(values.collect());
        }
        let outcome = model
            .problem
            .solve_with(options)
            .map_err(|error| PlanError::Unsolved(error.to_string()))?;
        let stats = outcome.stats();
        let bound = stats.best_bound.unwrap_or(0.0);
        let used = stats.nodes_solved.max(1).saturating_mul(model.size);
        self.work.set(self.work.get().saturating_sub(used));
        let given_up = (stats.nodes_solved >= nodes).then_some(GivenUp::Nodes { limit: nodes });
        let chosen = match &outcome {
            SolveOutcome::Solution(solution) => model.chosen(solution),
            SolveOutcome::Interrupted(_) => self
                .known
                .clone()
                // Choosing every task is feasible if there is no budget.
                .or_else(|| {
                    self.budget
                        .is_none()
                        .then(|| vec![true; self.efforts.len()])
                })
                .unwrap_or_else(|| vec![false; self.efforts.len()]),
        };
        Ok(Solution {
            chosen,
            bound: to_integer(round(bound)),
            given_up,
        })
    }
}

impl Model {
    fn constrain(&mut self, sum: &[(Variable, f64)], comparison: ComparisonOp, to: f64) {
        self.problem.add_constraint(sum, comparison, to);
        self.size += 1;
    }

    /// Adds a variable between 0 and 1.
    fn level(&mut self, weight: f64) -> Variable {
        self.size += 1;
        self.problem.add_var(weight, (0.0, 1.0))
    }

    /// Requires a sum to be at most zero.
    fn not_positive(&mut self, sum: &[(Variable, f64)]) {
        self.constrain(sum, ComparisonOp::Le, 0.0);
    }

    /// Requires at least `count` of these shortfalls to be closed.
    fn at_least(&mut self, shortfalls: &[usize], count: u64) {
        let sum = weighted_sum(self.cells(shortfalls), 1.0);
        self.constrain(&sum, ComparisonOp::Ge, number(count));
    }

    fn cells(&self, shortfalls: &[usize]) -> Vec<Variable> {
        let find = |shortfall: &usize| self.shortfalls.get(*shortfall).copied();
        shortfalls.iter().filter_map(find).collect()
    }

    fn chosen(&self, solution: &microlp::Solution) -> Vec<bool> {
        let tasks = self.tasks.iter();
        tasks.map(|task| solution.var_value(*task) > 0.5).collect()
    }
}

/// A weighted sum with each variable once: the variable of a task that alone closes several
/// shortfalls occurs once for each of them.
fn weighted_sum(variables: Vec<Variable>, weight: f64) -> Vec<(Variable, f64)> {
    let mut sum: BTreeMap<usize, (Variable, f64)> = BTreeMap::new();
    for variable in variables {
        let entry = sum.entry(variable.idx()).or_insert((variable, 0.0));
        entry.1 += weight;
    }
    sum.into_values().collect()
}

/// Adds a variable for each level by which verdicts can be raised, and returns their sum. Risks
/// with the same shortfalls share variables.
fn raise(model: &mut Model, goals: &[Goal], weight: f64) -> Vec<(Variable, f64)> {
    let mut treated: BTreeMap<Vec<usize>, u64> = BTreeMap::new();
    let mut held: BTreeMap<Vec<usize>, u64> = BTreeMap::new();
    for goal in goals.iter().filter(|goal| !goal.shortfalls.is_empty()) {
        let mut cells = goal.shortfalls.clone();
        cells.sort_unstable();
        if !goal.is_held {
            *held.entry(cells.clone()).or_default() += 1;
        }
        *treated.entry(cells).or_default() += 1;
    }
    let mut levels = Vec::new();
    for (cells, count) in treated {
        let count = number(count);
        let level = model.level(weight * count);
        for cell in model.cells(&cells) {
            let pair = [(level, 1.0), (cell, -1.0)];
            model.not_positive(&pair);
        }
        levels.push((level, count));
    }
    for (cells, count) in held {
        let count = number(count);
        let level = model.level(weight * count);
        let mut sum = weighted_sum(model.cells(&cells), -1.0);
        sum.push((level, 1.0));
        model.not_positive(&sum);
        levels.push((level, count));
    }
    levels
}

/// Efforts and counts are far below the limit of integers in floating-point numbers.
#[expect(
    clippy::cast_precision_loss,
    reason = "below 2^53: at most 36500 for each of some million steps"
)]
fn number(count: u64) -> f64 {
    count as f64
}

/// An integer from a floating-point number; zero if it is negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number, cut off at both ends"
)]
fn to_integer(number: f64) -> u64 {
    number.max(0.0) as u64
}
