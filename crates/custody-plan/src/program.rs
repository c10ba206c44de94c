//! The choice of steps as an integer program. Only this file knows the solver.

use super::PlanError;
use custody_controls::taxonomy::Severity;
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
    pub(super) climbs: Vec<Climb>,
}

impl Class {
    /// How many rungs its risks can climb together.
    pub(super) fn rungs(&self) -> u64 {
        let climbs = self.climbs.iter();
        climbs.map(|climb| if climb.is_held { 1 } else { 2 }).sum()
    }
}

/// Several counts as one number, of which the first matters most, like the digits of an odometer: one
/// more of it is more than all that follow can be.
pub(super) struct Odometer {
    /// By digit, the highest.
    highest: Vec<u64>,
    /// By digit, what one of it counts.
    weights: Vec<u64>,
}

impl Odometer {
    /// Up to where a solver in floating numbers tells one number from the next with certainty.
    const TELLS_APART: u64 = 1 << 32;

    fn new(highest: impl Iterator<Item = u64>) -> Self {
        let highest: Vec<u64> = highest.collect();
        let mut weights = Vec::with_capacity(highest.len());
        let mut weight = 1_u64;
        for of_digit in highest.iter().rev() {
            weights.push(weight);
            weight = weight.saturating_mul(of_digit.saturating_add(1));
        }
        weights.reverse();
        Self { highest, weights }
    }

    /// Whether a solver tells all its numbers apart.
    pub(super) fn is_exact(&self) -> bool {
        self.last() < Self::TELLS_APART
    }

    /// The highest number.
    fn last(&self) -> u64 {
        let digits = self.highest.iter().zip(&self.weights);
        digits.fold(0, |sum, (digit, weight)| {
            sum.saturating_add(digit.saturating_mul(*weight))
        })
    }

    /// The digits of a number.
    pub(super) fn digits(&self, mut number: u64) -> Vec<u64> {
        let weights = self.weights.iter();
        weights
            .map(|weight| {
                let digit = number.checked_div(*weight).unwrap_or_default();
                number -= digit * weight;
                digit
            })
            .collect()
    }
}

/// What the solver found.
pub(super) struct Found {
    /// By work, whether it is done.
    pub(super) chosen: Vec<bool>,
    /// What no choice can better, in whole numbers.
    pub(super) bound: u64,
}

/// What decides which of two works comes first.
struct Traits {
    effort: u64,
    /// The shortfalls that it closes.
    closes: BTreeSet<usize>,
    /// Whether nothing else closes what it closes.
    is_alone: bool,
    /// The risks of whose cells it closes one.
    bears_on: BTreeSet<usize>,
    /// Whether it has to wait for another.
    waits: bool,
    /// Whether another has to wait for what it closes.
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

/// A program as the solver knows it.
struct Model {
    problem: Problem,
    works: Vec<Variable>,
    shortfalls: Vec<Variable>,
}

impl Program<'_> {
    /// The works that take least.
    pub(super) fn least(&self) -> Result<Found, PlanError> {
        let mut model = self.model(OptimizationDirection::Minimize, 1.0);
        self.keep_climbing(&mut model);
        if self.budget.is_some() {
            self.prefer(&mut model, &[]);
        }
        self.solve(&model, self.limit(), |bound| (bound - 1e-6).ceil())
    }

    /// The works with which risks climb most, the gravest of these classes first; among such works,
    /// where `spares` says so, those that take least.
    ///
    /// The bound is the [`Odometer`]'s: one digit for each class, and one for what the budget spares.
    pub(super) fn most(&self, classes: &[Class], spares: bool) -> Result<Found, PlanError> {
        let odometer = self.odometer(classes, spares);
        let of_spare = if spares { -1.0 } else { 0.0 };
        let mut model = self.model(OptimizationDirection::Maximize, of_spare);
        for (class, weight) in classes.iter().zip(&odometer.weights) {
            climb(&mut model, &class.climbs, number(*weight));
        }
        self.keep_climbing(&mut model);
        self.prefer(&mut model, classes);
        let spare = if spares { self.limit() } else { 0 };
        let mut found = self.solve(&model, odometer.last(), |bound| {
            (bound + number(spare) + 1e-6).floor()
        })?;
        found.bound = found.bound.min(odometer.last());
        Ok(found)
    }

    /// What all works can take at most.
    pub(super) fn limit(&self) -> u64 {
        let all = self.efforts.iter().sum();
        self.budget.map_or(all, |budget| budget.min(all))
    }

    /// How what risks of some classes climb, and what the budget spares, are one number.
    pub(super) fn odometer(&self, classes: &[Class], spares: bool) -> Odometer {
        let of_classes = classes.iter().map(Class::rungs);
        Odometer::new(of_classes.chain(spares.then(|| self.limit())))
    }

    /// Everything but what is optimized.
    fn model(&self, direction: OptimizationDirection, of_effort: f64) -> Model {
        let mut problem = Problem::new(direction);
        let mut works = Vec::with_capacity(self.efforts.len());
        for effort in self.efforts {
            works.push(problem.add_binary_var(of_effort * number(*effort)));
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

    /// Leaves out what is never better. A work that bears on no risk is needless. Of two works, that which
    /// takes no more
    ///
    /// - and closes all that the other closes makes the other needless;
    /// - and bears on all risks on which the other bears, where nothing else closes what it closes, comes
    ///   first: to do only the other is no better, since no risk becomes treated on which the first bears.
    ///
    /// What has to wait comes first for nobody, and what is awaited is left as it is. The risks are those
    /// of some classes and those that have to be kept.
    fn prefer(&self, model: &mut Model, classes: &[Class]) {
        let traits = self.traits(classes);
        let works = model.works.clone();
        for (work, of_work) in works.iter().zip(&traits) {
            if of_work.bears_on.is_empty() && !of_work.is_awaited {
                let needless = [(*work, 1.0)];
                model.not_positive(&needless);
            }
        }
        for (first, of_first) in traits.iter().enumerate() {
            for (then, of_then) in traits.iter().enumerate() {
                let (Some(one), Some(other)) = (works.get(first), works.get(then)) else {
                    continue;
                };
                if of_first.waits
                    || of_then.is_awaited
                    || of_then.bears_on.is_empty()
                    || of_first.effort > of_then.effort
                {
                    continue;
                }
                // Of two that are alike, that which is named first.
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

    fn traits(&self, classes: &[Class]) -> Vec<Traits> {
        let mut traits: Vec<Traits> = self
            .efforts
            .iter()
            .map(|effort| Traits::new(*effort))
            .collect();
        for (shortfall, closing) in self.closing.iter().enumerate() {
            for work in closing {
                if let Some(of_work) = traits.get_mut(*work) {
                    of_work.closes.insert(shortfall);
                    of_work.is_alone &= closing.len() == 1;
                }
            }
        }
        let kept = self.keep.iter().map(|(class, _)| class);
        let climbs = classes.iter().chain(kept).flat_map(|class| &class.climbs);
        for (at, climb) in climbs.enumerate() {
            for work in self.closing_of(&climb.shortfalls) {
                if let Some(of_work) = traits.get_mut(work) {
                    of_work.bears_on.insert(at);
                }
            }
        }
        for (work, shortfall) in self.after {
            if let Some(of_work) = traits.get_mut(*work) {
                of_work.waits = true;
            }
            for work in self.closing_of(std::slice::from_ref(shortfall)) {
                if let Some(of_work) = traits.get_mut(work) {
                    of_work.is_awaited = true;
                }
            }
        }
        traits
    }

    /// The works of which each closes one of some shortfalls.
    fn closing_of(&self, shortfalls: &[usize]) -> impl Iterator<Item = usize> {
        let closing = shortfalls.iter().filter_map(|at| self.closing.get(*at));
        closing.flatten().copied()
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
    /// A sum that must not exceed nought.
    fn not_positive(&mut self, sum: &[(Variable, f64)]) {
        self.problem.add_constraint(sum, ComparisonOp::Le, 0.0);
    }

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
            model.not_positive(&pair);
        }
        rungs.push((rung, count));
    }
    for (cells, count) in held {
        let count = number(count);
        let rung = model.problem.add_var(weight * count, (0.0, 1.0));
        let mut sum = added(model.cells(&cells), -1.0);
        sum.push((rung, 1.0));
        model.not_positive(&sum);
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
