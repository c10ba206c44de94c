//! JSON in, JSON out: plans for programs in other languages, as [`custody_controls::facade`] has the
//! other analyses.

use crate::{Plan, PlanError};
use custody_controls::facade::{Evaluation, Failure, FailureKind, Options, TextFile, answer};
use custody_controls::json::Stored;
use serde::{Deserialize, Serialize};

/// An assessment, and either targets or a budget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFor {
    /// The files of the assessment.
    pub files: Vec<TextFile>,
    /// The files of a catalog or profile; the built-in catalog by default.
    #[serde(default)]
    pub catalog: Vec<TextFile>,
    /// The settings.
    #[serde(default)]
    pub settings: Options,
    /// The targets to reach, such as `held=critical`; none if there is a budget.
    #[serde(default)]
    pub targets: Vec<String>,
    /// The effort that may be spent, if there are no targets.
    pub budget: Option<u32>,
}

/// Finds what to do next. The result is a [`Plan`]. Takes a [`PlanFor`].
pub fn plan(request: &str) -> String {
    answer(request, |request: PlanFor| {
        let refused = |message: String| Failure::new(FailureKind::Request, message);
        let mut targets = Vec::new();
        for target in &request.targets {
            let target = target.parse();
            targets.push(target.map_err(|error: crate::TargetError| refused(error.to_string()))?);
        }
        let evaluation = Evaluation {
            files: request.files,
            catalog: request.catalog,
            settings: request.settings,
        };
        let plan = match (targets.as_slice(), request.budget) {
            ([], Some(budget)) => Plan::within(&evaluation.coverage()?, u64::from(budget))?,
            ([_, ..], None) => Plan::reaching(&evaluation.coverage()?, &targets)?,
            _ => return Err(refused("expected either `targets` or `budget`".to_owned())),
        };
        Ok(plan.to_json())
    })
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        let kind = match &error {
            PlanError::UnknownWallet(_) => FailureKind::Unknown,
            PlanError::TooManyPrerequisites { .. } => FailureKind::Request,
            PlanError::Unsolved(_) => FailureKind::Internal,
        };
        Self::new(kind, error.to_string())
    }
}
