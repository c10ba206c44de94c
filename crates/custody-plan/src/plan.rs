//! The plan as a result.

use crate::question::Question;
use crate::{Days, PlanError, Target};
use custody_controls::coverage::{Coverage, Ratio};
use custody_controls::date::Date;
use custody_controls::gap::{Step, StepKind};
use custody_controls::id::{AssessmentId, PersonId};
use custody_controls::json::Stored;
use custody_controls::location::Location;
use custody_controls::message::Part;
use custody_controls::supports::RiskAt;
use custody_controls::taxonomy::{CatalogOrigin, RiskVerdict, Severity};
use custody_controls::text::count;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// A step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PlanStep {
    /// The step.
    #[serde(flatten)]
    pub step: Step,
    /// The title of the control or the evidence item.
    pub title: String,
    /// The severity of the most severe gap that the step closes.
    pub severity: Severity,
    /// The effort of the step.
    pub effort: u64,
    /// The numbers of the steps that have to be taken before this one, counted from 1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<usize>,
    /// The owner of the claim, or the person who collected the evidence, if stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// The day by which the step is done, if the plan is scheduled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// The location of the claim or the evidence item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

impl PlanStep {
    /// What is done, and for which subjects, in words.
    pub fn describe(&self) -> String {
        let mut words = String::new();
        let step = self.step.title();
        for part in step.parts() {
            let is_of_assessing = self.step.kind == StepKind::Assess && !words.is_empty();
            if !(is_of_assessing && matches!(part, Part::Text(_))) {
                let _ = write!(words, "{part}");
            }
            if let (Part::Id(..), false) = (part, words.contains('(')) {
                let _ = write!(words, " ({})", self.title);
            }
        }
        let mut subjects: Vec<&str> = self.step.subjects().collect();
        subjects.dedup();
        let subjects = subjects.join(", ");
        let _ = match self.step.kind {
            StepKind::Renew => {
                let cells = count(self.step.cells.len(), "cell", "cells");
                write!(words, " for {cells} of {subjects}")
            }
            StepKind::Prove | StepKind::Complete | StepKind::Assess | StepKind::Implement => {
                write!(words, " for {subjects}")
            }
        };
        words
    }
}

/// Where the order of a plan parts from that of the gaps in the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Departure {
    /// The number of the first step that does not close the next open gap of the report, counted
    /// from 1.
    pub step: usize,
    /// The id of that gap.
    pub gap: String,
    /// Its title.
    pub title: String,
}

/// By how much a plan raises the verdicts of the risks of one severity.
///
/// A risk for a subject can be raised by up to two levels: from untreated, unproven or unknown to partly
/// treated, and from partly treated to treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Reduction {
    /// The severity.
    pub severity: Severity,
    /// By how many levels the plan raises the verdicts, in total.
    pub levels: u64,
    /// By how many levels the verdicts could be raised at most, in total.
    pub of: u64,
    /// The proven maximum of `levels` within the budget, among plans that do as much for more
    /// severe risks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<u64>,
}

/// A risk whose verdict the plan raises.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lifted {
    /// The risk and the subject.
    #[serde(flatten)]
    pub risk: RiskAt,
    /// The current verdict.
    pub from: RiskVerdict,
    /// The verdict after all steps.
    pub to: RiskVerdict,
}

/// A limit that the search for a plan reached, and what was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "limit_of", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum GivenUp {
    /// The search ended after this number of nodes: the plan is the best that was found until then.
    Nodes {
        /// The number of nodes, which is lower for larger problems.
        limit: u64,
    },
    /// The problem has more rows and columns than the solver is given: steps were chosen one after
    /// the other, the cheapest first.
    Size {
        /// The largest number of rows and columns.
        limit: u64,
        /// The number of rows and columns of the problem.
        found: u64,
    },
    /// There are more possible steps than are compared for a budget: steps were chosen one after the
    /// other, the cheapest first.
    Tasks {
        /// The largest number of possible steps.
        limit: u64,
        /// The number of possible steps.
        found: u64,
    },
}

impl fmt::Display for GivenUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const ONE_BY_ONE: &str = "so steps were chosen one after the other, the cheapest first";
        match self {
            Self::Nodes { limit } => write!(f, "the search ended at its limit of {limit} nodes"),
            Self::Size { limit, found } => write!(
                f,
                "the problem has {found} rows and columns, and the solver is limited to {limit}, {ONE_BY_ONE}"
            ),
            Self::Tasks { limit, found } => write!(
                f,
                "there are {found} possible steps, and the search for a budget is limited to {limit}, {ONE_BY_ONE}"
            ),
        }
    }
}

/// Steps that reach a target, or that reduce risk most within a budget.
///
/// ```
/// use custody_plan::Plan;
/// use custody_controls::{AssessmentFiles, Catalog, Settings};
///
/// let text = include_str!("../../../examples/exchange.yaml");
/// let assessment = AssessmentFiles::from_text("exchange.yaml", text).resolve(Catalog::builtin())?;
/// let coverage = assessment.measure(&Settings::on("2026-09-30".parse()?));
/// let plan = Plan::reaching(&coverage, &["held=critical".parse()?])?;
/// assert!(plan.optimal);
/// assert_eq!(plan.effort, plan.steps.iter().map(|step| step.effort).sum::<u64>());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Plan {
    /// The value of [`SCHEMA`](crate::SCHEMA).
    pub schema: String,
    /// The id of the assessment.
    pub assessment: AssessmentId,
    /// The title of the assessment.
    pub title: String,
    /// The date of the coverage on which the plan is based.
    pub as_of: Date,
    /// Where the catalog comes from.
    pub catalog_origin: CatalogOrigin,
    /// The targets, as requested; empty for a plan within a budget.
    pub targets: Vec<String>,
    /// The budget, for a plan within a budget.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<u64>,
    /// The unit of efforts, if the assessment states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// By kind, the effort of steps without an effort of their own.
    pub defaults: BTreeMap<StepKind, u64>,
    /// The days that count as effort, if the plan is scheduled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<Days>,
    /// The steps in an order in which they can be taken, the most severe first.
    pub steps: Vec<PlanStep>,
    /// Where the order of the steps parts from that of the gaps in the report; absent if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departure: Option<Departure>,
    /// The total effort of all steps.
    pub effort: u64,
    /// The proven lower bound of the effort of any plan that does the same, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u64>,
    /// Whether it is proven that no plan is better.
    pub optimal: bool,
    /// The limits that the search reached, each once: what was given up because of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given_up: Vec<GivenUp>,
    /// Proven coverage before the plan.
    pub proven_before: Ratio,
    /// Proven coverage after all steps.
    pub proven_after: Ratio,
    /// Excluded control instances, which neither ratio counts.
    pub excluded: u64,
    /// By severity, by how much the plan raises the verdicts of risks, the most severe first.
    pub reductions: Vec<Reduction>,
    /// The risks whose verdict is raised, the most severe first.
    pub lifted: Vec<Lifted>,
    /// The risks for which the catalog has no direct control: no step raises their verdict, and
    /// targets do not include them.
    pub beyond: Vec<RiskAt>,
}

impl Stored for Plan {
    const SCHEMA: &'static str = crate::SCHEMA;
}

impl Plan {
    /// Finds the cheapest steps that reach all targets.
    ///
    /// # Errors
    ///
    /// [`PlanError::UnknownWallet`] if a target names a wallet that is not measured;
    /// [`PlanError::TooManyPrerequisites`]; [`PlanError::Unsolved`] if the solver fails, which no known
    /// input causes.
    pub fn reaching(coverage: &Coverage, targets: &[Target]) -> Result<Self, PlanError> {
        Question::new(coverage)?.cheapest(targets)
    }

    /// Finds the steps that reduce risk most and whose total effort is within the budget: first
    /// that of critical risks, then that of high ones, and so on. Among equal sets of steps, the
    /// cheapest is chosen.
    ///
    /// # Errors
    ///
    /// [`PlanError::TooManyPrerequisites`]; [`PlanError::Unsolved`] if the solver fails, which no known
    /// input causes.
    pub fn within(coverage: &Coverage, budget: u64) -> Result<Self, PlanError> {
        Question::new(coverage)?.within(budget)
    }
}
