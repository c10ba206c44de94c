//! Plans for the gaps of an assessment: the cheapest steps that reach a target, or the steps that
//! reduce risk most within a budget.
//!
//! Candidates are the steps of [`Coverage::steps`](custody_controls::Coverage::steps), with their
//! [efforts](custody_controls::gap::Step::effort). The choice is an integer program with one binary
//! variable per step, solved by branch and bound. Every solution is checked in integer arithmetic
//! before it is returned. A plan is *optimal* if the solver has
//! proven that no other plan is better; if the search reached a limit first, the plan states the limit
//! and the bound that was proven. Limits are counted in steps of work and never in seconds, so that the
//! same input gives the same plan. Problems that are too large for the solver are answered by
//! choosing the cheapest steps one after the other.

mod answer;
pub mod facade;
mod greedy;
mod plan;
mod program;
mod question;
mod schedule;
mod search;
mod target;
mod weights;

pub use plan::{Departure, GivenUp, Lifted, Plan, PlanStep, Reduction};
pub use schedule::Days;
pub use target::{Target, TargetError};

use custody_controls::Error;
use custody_controls::id::WalletId;

/// The identifier and version of the JSON form of a plan. The number is raised by breaking changes.
pub const SCHEMA: &str = "custody-controls/plan/3";

/// The JSON Schema of the JSON form of a plan.
#[cfg(feature = "schema")]
pub fn schema() -> serde_json::Value {
    custody_controls::schema::schema_of_result::<Plan>(
        SCHEMA,
        "What to do next about the gaps of a digital asset custodian",
    )
}

/// Why no plan could be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A target names a wallet that the assessment does not declare or that the settings leave out.
    #[error("wallet `{0}` is not declared or not evaluated")]
    UnknownWallet(WalletId),
    /// The steps of the assessment have to wait for more other steps than are allowed.
    #[error(
        "expected at most {limit} pairs of a step and a gap that has to be closed before, found more; name fewer controls in `after`, or evaluate fewer wallets at once"
    )]
    TooManyPrerequisites {
        /// The limit.
        limit: usize,
    },
    /// The solver found no solution, or one that did not pass the check.
    #[error("no plan was found: {0}")]
    Unsolved(String),
}

impl From<PlanError> for Error {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::UnknownWallet(_) | PlanError::TooManyPrerequisites { .. } => {
                Self::Analysis(Box::new(error))
            }
            PlanError::Unsolved(_) => Self::Internal {
                invariant: error.to_string(),
            },
        }
    }
}
