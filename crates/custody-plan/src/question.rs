//! What is known before anything is chosen: tasks with their efforts and prerequisites, and risks
//! with the control instances that they need.

use crate::PlanError;
use crate::program::{Goal, Program, RiskClass};
use custody_controls::assessment::Efforts;
use custody_controls::coverage::{Coverage, Tally};
use custody_controls::gap::StepKind;
use custody_controls::gap::task::Tasks;
use custody_controls::index::{CellIndex, SubjectIndex};
use custody_controls::supports::{RiskAt, risk_at};
use custody_controls::taxonomy::{RiskVerdict, Severity, Word};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The number of pairs of a task and a shortfall that has to be closed before.
const PREREQUISITES: usize = 5_000_000;

/// A risk for a subject, and what it takes to raise its verdict.
pub(super) struct RiskGoal {
    pub(super) risk: RiskAt,
    pub(super) verdict: RiskVerdict,
    /// The instances of controls that treat the risk directly, by the verdict that counts for risks.
    pub(super) tally: Tally,
    /// The instances among them that fall short.
    pub(super) shortfalls: Vec<usize>,
}

impl RiskGoal {
    /// Whether no control is shown to treat the risk, so that one more effective control raises it to
    /// partly treated.
    pub(super) fn is_untreated(&self) -> bool {
        self.verdict.is_without_treatment()
    }

    /// By how many levels the verdict can be raised.
    pub(super) fn levels(&self) -> u64 {
        u64::from(self.is_untreated()) + u64::from(self.verdict != RiskVerdict::Treated)
    }
}

/// The question to which a plan is the answer. Tasks and shortfalls are referred to by their
/// positions in `tasks`.
pub(super) struct Question<'q> {
    pub(super) coverage: &'q Coverage,
    pub(super) tasks: Tasks,
    /// By task, its effort.
    pub(super) efforts: Vec<u64>,
    /// Tasks, each with a shortfall that has to be closed before.
    pub(super) after: Vec<(usize, usize)>,
    /// The risks whose verdict can be raised, the most severe first.
    pub(super) goals: Vec<RiskGoal>,
    /// The risks without a direct control, the most severe first.
    pub(super) beyond: Vec<RiskAt>,
}

impl<'q> Question<'q> {
    /// # Errors
    ///
    /// [`PlanError::TooManyPrerequisites`].
    pub(super) fn new(coverage: &'q Coverage) -> Result<Self, PlanError> {
        let tasks = Tasks::of(coverage);
        let assessment = coverage.assessment();
        let efforts = assessment.document().efforts.clone().unwrap_or_default();
        let of_tasks = tasks.all.iter().map(|task| task.step.effort(&efforts));
        let mut question = Self {
            coverage,
            efforts: of_tasks.collect(),
            after: Vec::new(),
            goals: Vec::new(),
            beyond: Vec::new(),
            tasks,
        };
        question.find_prerequisites(&efforts)?;
        question.find_goals();
        Ok(question)
    }

    /// Finds the tasks that have to wait, and for what.
    fn find_prerequisites(&mut self, efforts: &Efforts) -> Result<(), PlanError> {
        let assessment = self.coverage.assessment();
        for (at, task) in self.tasks.all.iter().enumerate() {
            if matches!(task.step.kind, StepKind::Renew | StepKind::Prove) {
                continue;
            }
            let control = task.step.control.as_ref();
            let Some(before) = control.and_then(|id| efforts.controls.get(id)) else {
                continue;
            };
            let shortfall = task
                .cells
                .first()
                .and_then(|cell| self.tasks.shortfalls.get(*cell));
            let Some(subject) = shortfall.map(|shortfall| shortfall.cell.subject) else {
                continue;
            };
            for id in &before.after {
                let Some(control) = assessment.catalog().control_index(id.as_str()) else {
                    continue;
                };
                let organization = SubjectIndex::ORGANIZATION;
                let all = assessment.subject_indices();
                let subjects = all.filter(|of| subject == organization || *of == subject);
                for subject in subjects.chain([organization]) {
                    let cell = CellIndex { subject, control };
                    if let Some(shortfall) = self.tasks.by_cell.get(&cell) {
                        self.after.push((at, *shortfall));
                    }
                }
                if self.after.len() > PREREQUISITES {
                    return Err(PlanError::TooManyPrerequisites {
                        limit: PREREQUISITES,
                    });
                }
            }
        }
        self.after.sort_unstable();
        self.after.dedup();
        Ok(())
    }

    /// Finds the risks whose verdict can be raised, and those without a direct control.
    fn find_goals(&mut self) {
        for (risk, _, outcome) in self.coverage.outcomes() {
            let at = risk_at(self.coverage, risk, outcome);
            match outcome.verdict {
                RiskVerdict::NoControl => self.beyond.push(at),
                RiskVerdict::ExcludedByClaim | RiskVerdict::OutOfScope => {}
                RiskVerdict::Treated
                | RiskVerdict::PartlyTreated
                | RiskVerdict::Unproven
                | RiskVerdict::Untreated
                | RiskVerdict::Unknown => {
                    let cells = self.coverage.direct_cells(outcome);
                    let mut tally = Tally::default();
                    for cell in &cells {
                        if let Some(verdict) = self.coverage.verdict_for_risks(*cell) {
                            tally.add(verdict);
                        }
                    }
                    let find = |cell: &CellIndex| self.tasks.by_cell.get(cell).copied();
                    self.goals.push(RiskGoal {
                        risk: at,
                        verdict: outcome.verdict,
                        tally,
                        shortfalls: cells.iter().filter_map(find).collect(),
                    });
                }
            }
        }
        self.goals.sort_by_key(|goal| Reverse(goal.risk.severity));
        self.beyond.sort_by_key(|at| Reverse(at.severity));
    }

    /// The risks whose verdict can be raised by severity, the most severe first.
    pub(super) fn classes(&self) -> Vec<RiskClass> {
        let mut most_severe_first = Severity::values();
        most_severe_first.sort_by_key(|severity| Reverse(*severity));
        let class = |severity| {
            let goals = self.goals.iter();
            let goals =
                goals.filter(|goal| goal.risk.severity == severity && !goal.shortfalls.is_empty());
            let goals = goals.map(|goal| Goal {
                is_held: !goal.is_untreated(),
                shortfalls: goal.shortfalls.clone(),
            });
            RiskClass {
                severity,
                goals: goals.collect(),
            }
        };
        let classes = most_severe_first.into_iter().map(class);
        classes.filter(|class| !class.goals.is_empty()).collect()
    }

    /// An integer program without any requirement yet.
    pub(super) fn program(&self) -> Program<'_> {
        Program::new(&self.tasks.closing, &self.efforts, &self.after)
    }

    /// By kind, the effort of steps without an effort of their own.
    pub(super) fn default_efforts(&self) -> BTreeMap<StepKind, u64> {
        let document = self.coverage.assessment().document();
        let efforts = document.efforts.clone().unwrap_or_default();
        let default = |kind: StepKind| (kind, kind.effort(&efforts));
        StepKind::values().into_iter().map(default).collect()
    }
}
