//! The search for the cheapest steps that reach a target, and for the steps that reduce risk most
//! within a budget.

use crate::program::{Program, RiskClass, Solution};
use crate::question::Question;
use crate::{GivenUp, Plan, PlanError, Target};
use custody_controls::assessment::SubjectId;
use custody_controls::id::WalletId;
use custody_controls::taxonomy::Severity;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The best choice for a budget, and what is proven of it.
struct BudgetOptimum {
    chosen: Vec<bool>,
    /// By severity, the proven maximum of levels if the verdicts of more severe risks are raised as
    /// far as possible.
    bounds: BTreeMap<Severity, u64>,
    /// The least effort that raises the verdicts as far, if it is known.
    least: Option<u64>,
    /// Whether it is proven that no choice raises the verdicts further.
    is_proven: bool,
    /// The limits that the searches reached.
    given_up: Vec<GivenUp>,
}

/// The steps of work for leaving out needless tasks: each attempt takes one for each task, shortfall
/// and prerequisite.
const TRIES: usize = 200_000_000;

impl Question<'_> {
    /// The cheapest steps that reach all targets.
    pub(super) fn cheapest(&self, targets: &[Target]) -> Result<Plan, PlanError> {
        let mut program = self.program();
        for target in targets {
            self.require(target, &mut program)?;
        }
        let solution = program.least()?;
        if let Some(target) = targets
            .iter()
            .find(|target| !self.is_reached(target, &solution.chosen))
        {
            let message = format!("the solver's solution does not reach `{target}`");
            return Err(PlanError::Unsolved(message));
        }
        let mut plan = self.plan(&solution);
        plan.targets = targets.iter().map(ToString::to_string).collect();
        Ok(plan)
    }

    /// The steps that reduce risk most within a budget.
    pub(super) fn within(&self, budget: u64) -> Result<Plan, PlanError> {
        let mut program = self.program();
        program.budget = Some(budget);
        let optimum = self.optimum(&mut program, &self.classes())?;
        let solution = match optimum.least {
            Some(bound) => Solution {
                chosen: optimum.chosen,
                bound,
                given_up: None,
            },
            None if optimum.is_proven => program.least()?,
            // The least effort is of no use for a choice that may not be the best.
            None => Solution {
                chosen: self
                    .without_needless(optimum.chosen, |chosen| self.keeps(&program, chosen)),
                bound: 0,
                given_up: None,
            },
        };
        if !self.keeps(&program, &solution.chosen) || !self.is_feasible(&solution.chosen) {
            let message = "the solver's solution does less than is possible".to_owned();
            return Err(PlanError::Unsolved(message));
        }
        let mut plan = self.plan(&solution);
        plan.budget = Some(budget);
        plan.optimal &= optimum.is_proven;
        for given_up in optimum.given_up {
            if !plan.given_up.contains(&given_up) {
                plan.given_up.push(given_up);
            }
        }
        for reduction in &mut plan.reductions {
            reduction.bound = optimum
                .bounds
                .get(&reduction.severity)
                .copied()
                .or((reduction.of == 0).then_some(0));
        }
        Ok(plan)
    }

    /// The tasks that raise the verdicts of risks most: those of the most severe risks as far as
    /// possible, then those of the next severity as far as possible without loss to the former, and
    /// so on; and of such tasks the cheapest.
    ///
    /// The most severe risks are first searched alone, so that they come first even if the search
    /// for all reaches its limit; then all, in as few searches as the precision of the solver
    /// allows.
    fn optimum(
        &self,
        program: &mut Program<'_>,
        classes: &[RiskClass],
    ) -> Result<BudgetOptimum, PlanError> {
        let mut optimum = BudgetOptimum {
            chosen: vec![false; self.efforts.len()],
            bounds: BTreeMap::new(),
            least: classes.is_empty().then_some(0),
            is_proven: true,
            given_up: Vec::new(),
        };
        if let Some(given_up) = program.too_large() {
            optimum.chosen = program.greedy_most(classes);
            for class in classes {
                let levels = self.levels(class.severity, &optimum.chosen);
                program.keep.push((class.clone(), levels));
            }
            optimum.is_proven = classes.is_empty();
            optimum.given_up.push(given_up);
            return Ok(optimum);
        }
        if let [most_severe, _, ..] = classes {
            self.search(
                program,
                std::slice::from_ref(most_severe),
                false,
                &mut optimum,
            )?;
            program.keep.clear();
            optimum.is_proven = true;
        }
        let mut rest = classes;
        while !rest.is_empty() {
            let lengths = (1..=rest.len()).rev();
            let stage = lengths
                .flat_map(|length| [(length, length == rest.len()), (length, false)])
                .find(|(length, and_effort)| {
                    let now = rest.get(..*length).unwrap_or_default();
                    program.weights(now, *and_effort).is_exact()
                });
            let (length, and_effort) = stage.unwrap_or((1, false));
            let (now, later) = rest.split_at(length);
            self.search(program, now, and_effort, &mut optimum)?;
            rest = later;
        }
        Ok(optimum)
    }

    /// Searches for the best choice for some classes, after more severe ones, and keeps what it
    /// reaches. With `and_effort`, the effort is minimized in the same search.
    fn search(
        &self,
        program: &mut Program<'_>,
        now: &[RiskClass],
        and_effort: bool,
        optimum: &mut BudgetOptimum,
    ) -> Result<(), PlanError> {
        let solution = program.most(now, and_effort)?;
        optimum.given_up.extend(solution.given_up);
        let limit = program.limit();
        let reached = |chosen: &[bool]| -> Vec<u64> {
            let spare = and_effort.then(|| limit.saturating_sub(self.effort(chosen)));
            let of_classes = now.iter().map(|class| self.levels(class.severity, chosen));
            of_classes.chain(spare).collect()
        };
        if self.keeps(program, &solution.chosen)
            && reached(&solution.chosen) >= reached(&optimum.chosen)
        {
            optimum.chosen = solution.chosen;
        }
        let reached = reached(&optimum.chosen);
        let bounds = program.weights(now, and_effort).counts(solution.bound);
        for (class, (reached, bound)) in now.iter().zip(reached.iter().zip(&bounds)) {
            // A bound for less severe risks holds only if the maximum for more severe ones is
            // known.
            if optimum.is_proven {
                let of_class = optimum.bounds.entry(class.severity).or_insert(*bound);
                *of_class = (*of_class).min(*bound);
                optimum.is_proven = reached >= bound;
            }
            program.keep.push((class.clone(), *reached));
        }
        if and_effort && optimum.is_proven {
            let spare = bounds.last().copied().unwrap_or_default();
            optimum.least = Some(limit.saturating_sub(spare));
        }
        program.known = Some(optimum.chosen.clone());
        Ok(())
    }

    /// Adds a target to a program.
    fn require(&self, target: &Target, program: &mut Program<'_>) -> Result<(), PlanError> {
        match target {
            Target::Treated(severity) => {
                let goals = self.goals.iter();
                for goal in goals.filter(|goal| goal.risk.severity >= *severity) {
                    program.required.extend(&goal.shortfalls);
                }
            }
            Target::Held(severity) => {
                let goals = self.goals.iter();
                let open = goals
                    .filter(|goal| goal.risk.severity >= *severity && goal.is_untreated())
                    .map(|goal| goal.shortfalls.clone());
                program.one_of.extend(open);
            }
            Target::Proven(percent) => {
                program.proven = program.proven.max(self.missing(*percent));
            }
            Target::Wallet(wallet) => {
                program.required.extend(self.shortfalls_of(wallet)?);
            }
        }
        Ok(())
    }

    /// How many more control instances have to be effective to reach a percentage.
    pub(super) fn missing(&self, percent: u8) -> u64 {
        let proven = self.coverage.tally().proven();
        let wanted = (proven.denominator * u64::from(percent)).div_ceil(100);
        wanted.saturating_sub(proven.numerator)
    }

    /// The shortfalls of a wallet.
    pub(super) fn shortfalls_of(&self, wallet: &WalletId) -> Result<Vec<usize>, PlanError> {
        let wallet_id = SubjectId::Wallet(wallet.clone());
        let assessment = self.coverage.assessment();
        let mut subjects = assessment.subject_indices().zip(assessment.subjects());
        match subjects.find(|(_, subject)| subject.id == wallet_id) {
            Some((wallet, _)) if self.coverage.settings().includes(&wallet_id) => {
                let all = self.tasks.shortfalls.iter().enumerate();
                Ok(all
                    .filter(|(_, shortfall)| shortfall.cell.subject == wallet)
                    .map(|(at, _)| at)
                    .collect())
            }
            _ => Err(PlanError::UnknownWallet(wallet.clone())),
        }
    }

    /// Whether a choice is within the budget and raises the verdicts as far as has to be kept.
    fn keeps(&self, program: &Program<'_>, chosen: &[bool]) -> bool {
        let mut kept = program.keep.iter();
        kept.all(|(class, levels)| self.levels(class.severity, chosen) >= *levels)
            && self.effort(chosen) <= program.limit()
    }

    /// The choice without the tasks that can be left out, the most expensive first.
    fn without_needless(
        &self,
        mut chosen: Vec<bool>,
        keeps: impl Fn(&[bool]) -> bool,
    ) -> Vec<bool> {
        let mut most_expensive_first: Vec<usize> = (0..chosen.len()).collect();
        most_expensive_first.sort_by_key(|at| Reverse(self.efforts.get(*at).copied()));
        let size = self.tasks.closing.len() + self.after.len() + chosen.len();
        let goals = self.goals.iter().map(|goal| goal.shortfalls.len() + 1);
        let tries = TRIES / (size + goals.sum::<usize>()).max(1);
        most_expensive_first.retain(|at| chosen.get(*at) == Some(&true));
        for at in most_expensive_first.into_iter().take(tries) {
            let mut fewer = chosen.clone();
            let was_chosen = fewer.get_mut(at).is_some_and(std::mem::take);
            if was_chosen && self.is_feasible(&fewer) && keeps(&fewer) {
                chosen = fewer;
            }
        }
        chosen
    }
}
