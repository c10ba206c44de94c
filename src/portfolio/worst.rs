//! The worst risks of an assessment, as a portfolio keeps them.

use crate::assessment::SubjectId;
use crate::id::RiskId;
use crate::report::{Report, RiskRow};
use crate::taxonomy::{RiskVerdict, Severity};
use serde::{Deserialize, Serialize};

/// The number of risks that a portfolio keeps of each assessment.
pub(super) const KEPT: usize = 5;

/// An open risk of an assessment, among the worst.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct WorstRisk {
    /// The id of the risk.
    pub risk: RiskId,
    /// The title.
    pub title: String,
    /// The severity of the consequence.
    pub severity: Severity,
    /// The verdict for the worst subject.
    pub verdict: RiskVerdict,
    /// The worst subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst: Option<SubjectId>,
}

/// The first of the [worst risks](Report::worst_risks) of a report.
pub(super) fn worst_risks(report: &Report) -> Vec<WorstRisk> {
    let kept = |row: &RiskRow| WorstRisk {
        risk: row.risk.clone(),
        title: row.title.clone(),
        severity: row.severity,
        verdict: row.verdict,
        worst: row.worst.clone(),
    };
    report.worst_risks().take(KEPT).map(kept).collect()
}
