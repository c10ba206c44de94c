//! The key figures of a report.

use super::{AssessedCells, RiskRow, RiskSubjectRow};
use crate::coverage::{Ratio, Tally};
use crate::doubt::DoubtCount;
use crate::settings::files_in_words;
use crate::taxonomy::{Action, FileCheck, RiskVerdict, Severity, Word};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The key figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Summary {
    /// Control instances by verdict.
    pub cells: Tally,
    /// Effective control instances, of all that are not excluded.
    pub proven: Ratio,
    /// Control instances that are effective, unproven or unknown, of all that are not excluded.
    pub possible: Ratio,
    /// How many control instances have been assessed, and on which days.
    #[serde(default)]
    pub assessed: AssessedCells,
    /// Gaps by severity, the most severe first.
    pub gaps: Vec<SeverityCount>,
    /// Gaps by what has to be done about them first.
    pub actions: Vec<ActionCount>,
    /// Risks by verdict of their worst subject, from worst to best.
    pub risks: Vec<VerdictCount>,
    /// Critical risks that are treated for every affected subject, of all critical risks in scope.
    pub critical_risks_treated: Ratio,
    /// Critical risks that no control is shown to treat for at least one subject: untreated, without
    /// a direct control, or unknown.
    pub critical_risks_without_treatment: u64,
    /// Critical risks in scope by how far they are treated for the subject for which that is least.
    #[serde(default)]
    pub critical_risks: CriticalRisks,
    /// Reliable evidence items, of all.
    pub evidence_current: Ratio,
    /// Evidence items by the result of checking their files; results that do not occur are left out.
    /// Empty if files were not checked.
    pub evidence_files: Vec<FileCheckCount>,
    /// Evidence items that have expired.
    pub evidence_expired: u64,
    /// Current evidence items that expire within the horizon.
    pub evidence_expiring: u64,
    /// Acceptances in force.
    pub acceptances_in_force: u64,
    /// Gaps whose due date has passed.
    pub overdue: u64,
    /// Doubts by code; codes that do not occur are left out.
    pub doubts: Vec<DoubtCount>,
    /// The numbers if excluded control instances were absent.
    pub without_exclusions: WithoutExclusions,
}

/// The number of evidence items whose file was checked with a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FileCheckCount {
    /// The result.
    pub check: FileCheck,
    /// The number of items.
    pub count: u64,
    /// The number of these items that may be relied on. Only `matches` verifies a file.
    pub reliable: u64,
}

impl Summary {
    /// How many evidence files are verified by their SHA-256, and why the others are not, in words.
    pub fn evidence_files_in_words(&self) -> String {
        let counts = self.evidence_files.iter();
        files_in_words(counts.map(|entry| (entry.check, entry.count)))
    }

    /// The number of doubts.
    pub fn doubt_count(&self) -> u64 {
        self.doubts.iter().map(|entry| entry.count).sum()
    }

    /// Control instances that have not been assessed, of all that are not excluded.
    pub fn unknown(&self) -> Ratio {
        Ratio {
            numerator: self.cells.unknown,
            denominator: self.cells.denominator(),
        }
    }

    /// The gaps by action, in words: `3 to repair, 0 to prove, 12 to assess`.
    pub fn actions_in_words(&self) -> String {
        ActionCount::in_words(&self.actions)
    }

    /// The doubts by code, in words: `3: 1 long-validity, 2 other-kind`.
    pub fn doubts_in_words(&self) -> String {
        let counts = self.doubts.iter();
        let counts: Vec<String> = counts
            .map(|entry| format!("{} {}", entry.count, entry.code))
            .collect();
        if counts.is_empty() {
            return "0".to_owned();
        }
        format!("{}: {}", self.doubt_count(), counts.join(", "))
    }
}

/// Critical risks in scope by how far they are treated. A risk with several subjects is counted by the
/// one for which it is treated least.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CriticalRisks {
    /// Treated: all direct control instances are effective.
    pub treated: u64,
    /// Treated in part, with an effective preventive and an effective detective direct control.
    pub prevented_and_detected: u64,
    /// Treated in part, and not so.
    pub by_something: u64,
    /// No direct control is shown to treat them, not even in part.
    pub by_nothing: u64,
}

impl CriticalRisks {
    pub(super) fn of(risks: &[RiskRow]) -> Self {
        let mut counts = Self::default();
        for row in risks
            .iter()
            .filter(|row| row.severity == Severity::Critical)
        {
            match row.subjects.iter().filter_map(Hold::of).min() {
                None => {}
                Some(Hold::ByNothing) => counts.by_nothing += 1,
                Some(Hold::BySomething) => counts.by_something += 1,
                Some(Hold::PreventedAndDetected) => counts.prevented_and_detected += 1,
                Some(Hold::Treated) => counts.treated += 1,
            }
        }
        counts
    }

    /// The number of critical risks in scope.
    pub fn all(self) -> u64 {
        self.treated + self.prevented_and_detected + self.by_something + self.by_nothing
    }

    /// The numbers in words: `1 treated, 4 partly treated with prevention and detection, 9 partly treated
    /// otherwise, 3 not shown to be treated`.
    pub fn in_words(self) -> String {
        format!(
            "{} treated, {} partly treated with prevention and detection, {} partly treated otherwise, {} not shown to be treated",
            self.treated, self.prevented_and_detected, self.by_something, self.by_nothing
        )
    }
}

/// How far a risk is treated for a subject, the least first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Hold {
    ByNothing,
    BySomething,
    PreventedAndDetected,
    Treated,
}

impl Hold {
    /// None if the risk is not in scope for the subject.
    fn of(row: &RiskSubjectRow) -> Option<Self> {
        match row.verdict {
            RiskVerdict::Untreated
            | RiskVerdict::NoControl
            | RiskVerdict::Unknown
            | RiskVerdict::Unproven => Some(Self::ByNothing),
            RiskVerdict::PartlyTreated if row.depth.prevents && row.depth.detects => {
                Some(Self::PreventedAndDetected)
            }
            RiskVerdict::PartlyTreated => Some(Self::BySomething),
            RiskVerdict::Treated => Some(Self::Treated),
            RiskVerdict::ExcludedByClaim | RiskVerdict::OutOfScope => None,
        }
    }
}

/// The numbers if excluded control instances were absent. Rankings use them, so that an exclusion
/// improves no rank.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct WithoutExclusions {
    /// Effective control instances, of all, including excluded ones.
    pub proven: Ratio,
    /// Gaps by severity, the most severe first.
    pub gaps: Vec<SeverityCount>,
}

/// The number of gaps that call for an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ActionCount {
    /// The action.
    pub action: Action,
    /// The number.
    pub count: u64,
}

impl ActionCount {
    /// The number of each action, in their order; actions that do not occur are included.
    pub(crate) fn of(actions: impl Iterator<Item = Action>) -> Vec<Self> {
        let words = Action::values().into_iter();
        let mut counts: BTreeMap<Action, u64> = words.map(|action| (action, 0)).collect();
        for action in actions {
            *counts.entry(action).or_default() += 1;
        }
        let counts = counts.into_iter();
        counts
            .map(|(action, count)| Self { action, count })
            .collect()
    }

    /// The numbers in words: `3 to repair, 0 to prove, 12 to assess`.
    pub(crate) fn in_words(counts: &[Self]) -> String {
        let counts = counts.iter();
        let counts = counts.map(|entry| format!("{} to {}", entry.count, entry.action));
        counts.collect::<Vec<_>>().join(", ")
    }
}

/// The number of gaps of a severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SeverityCount {
    /// The severity.
    pub severity: Severity,
    /// The number.
    pub count: u64,
}

impl SeverityCount {
    /// The number of each severity, the most severe first; severities that do not occur are
    /// included.
    pub(crate) fn of(severities: impl Iterator<Item = Severity>) -> Vec<Self> {
        super::build::by_severity_of(severities)
    }

    /// The same from the number of each severity that occurs.
    pub(crate) fn of_counts(counts: &BTreeMap<Severity, u64>) -> Vec<Self> {
        let mut all = Self::of(std::iter::empty());
        for entry in &mut all {
            entry.count = counts.get(&entry.severity).copied().unwrap_or_default();
        }
        all
    }
}

/// The number of risks with a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct VerdictCount {
    /// The verdict of the worst subject.
    pub verdict: RiskVerdict,
    /// The number.
    pub count: u64,
}

impl VerdictCount {
    /// The number of each verdict, from worst to best; verdicts that do not occur are included.
    pub(crate) fn of(verdicts: &[RiskVerdict]) -> Vec<Self> {
        super::build::by_verdict(verdicts)
    }
}
