//! Choices without the solver, for problems that are too large for it: one need after the other, each
//! with the steps that are cheapest on their own.

use crate::program::{Program, RiskClass};
use std::collections::BTreeMap;

/// How many tasks and shortfalls are examined for raises that may not fit into a budget.
const LOOKS: usize = 20_000_000;

/// A choice that grows.
struct Growing<'p> {
    closing: &'p [Vec<usize>],
    efforts: &'p [u64],
    /// By task, the shortfalls that it has to wait for.
    waits_for: Vec<Vec<usize>>,
    /// By task, the shortfalls that it closes.
    closes: Vec<Vec<usize>>,
    /// By shortfall, the task that closes it with the least effort, prerequisites included.
    best: Vec<Option<usize>>,
    /// By task, its effort and that of its prerequisites, as if no two shared any.
    costs: Vec<u64>,
    chosen: Vec<bool>,
    closed: Vec<bool>,
}

impl<'p> Growing<'p> {
    fn new(program: &'p Program<'_>) -> Self {
        let tasks = program.efforts.len();
        let mut waits_for = vec![Vec::new(); tasks];
        for (task, shortfall) in program.after {
            if let Some(waits) = waits_for.get_mut(*task) {
                waits.push(*shortfall);
            }
        }
        let mut closes = vec![Vec::new(); tasks];
        for (shortfall, closing) in program.closing.iter().enumerate() {
            for task in closing {
                if let Some(closes) = closes.get_mut(*task) {
                    closes.push(shortfall);
                }
            }
        }
        let mut growing = Self {
            closing: program.closing,
            efforts: program.efforts,
            waits_for,
            closes,
            best: vec![None; program.closing.len()],
            costs: program.efforts.to_vec(),
            chosen: vec![false; tasks],
            closed: vec![false; program.closing.len()],
        };
        growing.find_costs();
        growing
    }

    /// Finds the costs of all tasks: a task comes after those that it waits for.
    fn find_costs(&mut self) {
        let mut awaited = vec![Vec::new(); self.closing.len()];
        let mut left: Vec<usize> = self.waits_for.iter().map(Vec::len).collect();
        for (task, waits) in self.waits_for.iter().enumerate() {
            for shortfall in waits {
                if let Some(awaited) = awaited.get_mut(*shortfall) {
                    awaited.push(task);
                }
            }
        }
        let mut open: Vec<usize> = self.closing.iter().map(Vec::len).collect();
        let mut ready: Vec<usize> = (0..self.costs.len())
            .filter(|task| left.get(*task) == Some(&0))
            .collect();
        while let Some(task) = ready.pop() {
            let waits = self.waits_for.get(task).into_iter().flatten();
            let before = waits.map(|shortfall| self.cost(*shortfall));
            let before = before.fold(0, u64::saturating_add);
            if let Some(cost) = self.costs.get_mut(task) {
                *cost = cost.saturating_add(before);
            }
            for shortfall in self.closes.get(task).into_iter().flatten() {
                let Some(open) = open.get_mut(*shortfall) else {
                    continue;
                };
                *open -= 1;
                if *open > 0 {
                    continue;
                }
                let closing = self.closing.get(*shortfall).into_iter().flatten();
                let best = closing.min_by_key(|task| self.costs.get(**task).copied());
                if let Some(of) = self.best.get_mut(*shortfall) {
                    *of = best.copied();
                }
                for waiting in awaited.get(*shortfall).into_iter().flatten() {
                    if let Some(left) = left.get_mut(*waiting) {
                        *left -= 1;
                        if *left == 0 {
                            ready.push(*waiting);
                        }
                    }
                }
            }
        }
    }

    /// The task that closes a shortfall at the least cost; the first one if its prerequisites are
    /// circular, which assessments exclude.
    fn task_for(&self, shortfall: usize) -> Option<usize> {
        let best = self.best.get(shortfall).copied().flatten();
        best.or_else(|| self.closing.get(shortfall)?.first().copied())
    }

    /// What it costs to close a shortfall.
    fn cost(&self, shortfall: usize) -> u64 {
        let task = self.task_for(shortfall);
        let cost = task.and_then(|task| self.costs.get(task).copied());
        cost.unwrap_or(u64::MAX)
    }

    fn is_closed(&self, shortfall: usize) -> bool {
        self.closed.get(shortfall).copied().unwrap_or_default()
    }

    /// The tasks that have to be added to close some shortfalls, and the looks that it took.
    fn missing(&self, shortfalls: &[usize]) -> (BTreeMap<usize, u64>, usize) {
        let mut tasks = BTreeMap::new();
        let mut open = shortfalls.to_vec();
        let mut looks = 0;
        while let Some(shortfall) = open.pop() {
            looks += 1;
            if self.is_closed(shortfall) {
                continue;
            }
            let Some(task) = self.task_for(shortfall) else {
                continue;
            };
            let effort = self.efforts.get(task).copied().unwrap_or_default();
            if tasks.insert(task, effort).is_none() {
                open.extend(self.waits_for.get(task).into_iter().flatten());
            }
        }
        (tasks, looks)
    }

    fn choose(&mut self, tasks: impl IntoIterator<Item = usize>) {
        for task in tasks {
            if let Some(chosen) = self.chosen.get_mut(task) {
                *chosen = true;
            }
            for shortfall in self.closes.get(task).into_iter().flatten() {
                if let Some(closed) = self.closed.get_mut(*shortfall) {
                    *closed = true;
                }
            }
        }
    }

    fn close(&mut self, shortfalls: &[usize]) {
        let (tasks, _) = self.missing(shortfalls);
        self.choose(tasks.into_keys());
    }
}

impl Program<'_> {
    /// Tasks that meet the requirements, and a lower bound of the least effort that does.
    pub(super) fn greedy_least(&self) -> (Vec<bool>, u64) {
        let mut growing = Growing::new(self);
        let mut bound = 0;
        for shortfall in &self.required {
            bound = bound.max(self.least_effort(std::slice::from_ref(shortfall)));
            growing.close(&[*shortfall]);
        }
        for one_of in &self.one_of {
            bound = bound.max(self.least_effort(one_of));
            if one_of.iter().any(|of| growing.is_closed(*of)) {
                continue;
            }
            let cheapest = one_of.iter().min_by_key(|of| growing.cost(**of));
            growing.close(cheapest.map(std::slice::from_ref).unwrap_or_default());
        }
        let mut proven = growing.closed.iter().filter(|closed| **closed).count() as u64;
        let mut cheapest_first: Vec<usize> = (0..self.closing.len()).collect();
        cheapest_first.sort_by_key(|shortfall| growing.cost(*shortfall));
        for shortfall in cheapest_first {
            if proven >= self.proven {
                break;
            }
            if growing.is_closed(shortfall) {
                continue;
            }
            let (tasks, _) = growing.missing(&[shortfall]);
            for task in tasks.into_keys() {
                let closes = growing.closes.get(task).into_iter().flatten();
                proven += closes.filter(|of| !growing.is_closed(**of)).count() as u64;
                growing.choose([task]);
            }
        }
        (growing.chosen, bound)
    }

    /// Tasks that raise the verdicts of these classes within the budget, those of the first class
    /// first, and in each class the cheapest first.
    pub(super) fn greedy_most(&self, classes: &[RiskClass]) -> Vec<bool> {
        let mut growing = Growing::new(self);
        let mut left = self.limit();
        let mut looks = 0;
        for class in classes {
            // Each raise by its cost: one shortfall makes a risk held, all of them make it treated.
            let mut raises: Vec<(u64, Vec<usize>)> = Vec::new();
            for goal in &class.goals {
                let cost = |of: &&usize| growing.cost(**of);
                let cheapest = goal.shortfalls.iter().min_by_key(cost);
                if let Some(cheapest) = cheapest.filter(|_| !goal.is_held) {
                    raises.push((growing.cost(*cheapest), vec![*cheapest]));
                }
                let costs = goal.shortfalls.iter().map(|of| growing.cost(*of));
                let cost = costs.fold(0, u64::saturating_add);
                raises.push((cost, goal.shortfalls.clone()));
            }
            raises.sort();
            for (_, shortfalls) in raises {
                if looks > LOOKS {
                    break;
                }
                let (tasks, looked) = growing.missing(&shortfalls);
                looks += looked;
                let effort = tasks.values().sum();
                if let Some(rest) = left.checked_sub(effort) {
                    left = rest;
                    growing.choose(tasks.into_keys());
                }
            }
        }
        growing.chosen
    }

    /// The least effort of a task that closes any of these shortfalls.
    fn least_effort(&self, shortfalls: &[usize]) -> u64 {
        let tasks = self.closing_of(shortfalls);
        let efforts = tasks.filter_map(|task| self.efforts.get(task).copied());
        efforts.min().unwrap_or_default()
    }
}
