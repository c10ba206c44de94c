//! Until when: what becomes of proven coverage if nothing is renewed, and what ends it.
//!
//! Verdicts depend on the day in few ways: an evidence item begins to speak or ends, an acceptance
//! begins or ends, a day that something was due on passes. Between two such days nothing changes, so
//! a [`Forecast`] measures the first day and those days only, and still answers for every day:
//!
//! 1. The days on which something turns are collected from the assessment, each with its causes.
//! 2. The assessment is measured on each of them, and compared with the measure before: which cells
//!    and risks got another verdict, and which items they rested on.
//! 3. From the comparisons follow until when each verdict holds, and what has to be renewed by when.
//!
//! The law: what a forecast says of a day equals the report that is made as of that day. A property
//! test holds it.

mod build;

use crate::assessment::{Assessment, SubjectId};
use crate::coverage::{Ratio, Tally};
use crate::date::Date;
use crate::id::{ControlId, EvidenceId, PersonId, RiskId};
use crate::report::{Facts, SeverityCount, VerdictCount};
use crate::settings::Settings;
use crate::source::Location;
use crate::taxonomy::{EvidenceKind, RiskVerdict, Severity, Turn, Verdict};
use serde::Serialize;
use std::fmt;

/// The name and version of the forecast's JSON form. A change that breaks readers raises the number.
pub const SCHEMA: &str = "custody-controls/forecast/1";

/// What becomes of an assessment from a day on if nothing is renewed: owned, complete, in order.
///
/// ```
/// use custody_controls::{AssessmentFiles, Catalog, Forecast, Settings};
///
/// let text = include_str!("../examples/small-firm.yaml");
/// let assessment = AssessmentFiles::from_text("small-firm.yaml", text).resolve(Catalog::builtin())?;
/// let settings = Settings::as_of("2026-09-30".parse()?);
/// let forecast = Forecast::new(&assessment, &settings, "2027-09-30".parse()?);
///
/// // Until when it holds, and because of what.
/// let holds_until = forecast.proven.until.ok_or("it holds beyond")?;
/// assert_eq!(forecast.proven.because[0].day, holds_until);
///
/// // Any day in between, without measuring again.
/// let step = forecast.on("2027-01-15".parse()?).ok_or("the day is not in the forecast")?;
/// assert!(step.numbers.proven < forecast.proven.first);
/// assert!(step.causes.iter().all(|cause| cause.day < step.day));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Forecast {
    /// [`SCHEMA`].
    pub schema: String,
    /// What the forecast is about and what it was made from; `as_of` is its first day.
    pub facts: Facts,
    /// Its last day.
    pub until: Date,
    /// Until when what is proven on the first day stays proven.
    pub proven: ProvenHold,
    /// The first day, then every day on which something turns; each holds until the next one.
    pub steps: Vec<Step>,
    /// Until when the verdict of each risk holds: those that end first come first, then the gravest
    /// first, then in catalogue order.
    pub risks: Vec<RiskHold>,
    /// Until when the verdict of each cell holds: by subject, the organization first; then in
    /// catalogue order.
    pub cells: Vec<CellHold>,
    /// What ends or falls due before the last day, by day.
    pub renewals: Vec<Renewal>,
    /// How the forecast comes about.
    pub method: Vec<String>,
}

/// Until when what is proven on the first day stays proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ProvenHold {
    /// What is proven on the first day.
    pub first: Ratio,
    /// The last day on which every cell that is proven on the first day is still proven; none where
    /// that is so to the end. What begins to be proven in between makes up for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// How many of these cells fall on the day after.
    pub falls: u64,
    /// What ends on `until` and takes proof with it.
    pub because: Vec<Cause>,
}

/// A stretch of days on which nothing changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Step {
    /// The first of the days.
    pub day: Date,
    /// The last of them.
    pub until: Date,
    /// The numbers of a report that is made on any of them.
    pub numbers: Numbers,
    /// What turned; nothing on the first day of a forecast.
    pub causes: Vec<Cause>,
    /// The cells that got another verdict: by subject, the organization first; then in catalogue
    /// order.
    pub cells: Vec<CellChange>,
    /// The risks that got another verdict for a subject: the gravest first, then in catalogue order.
    pub risks: Vec<RiskChange>,
}

/// The numbers of a report that depend on the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Numbers {
    /// Cells by verdict.
    pub cells: Tally,
    /// Cells in place and proven, of all that are not excluded.
    pub proven: Ratio,
    /// Cells that may be in place, of all that are not excluded.
    pub possible: Ratio,
    /// Risks by verdict of their worst subject, from worst to best.
    pub risks: Vec<VerdictCount>,
    /// Critical risks that are treated for each of their subjects, of all critical risks in scope.
    pub critical_risks_treated: Ratio,
    /// Gaps by severity, the gravest first.
    pub gaps: Vec<SeverityCount>,
    /// Gaps whose due day has passed.
    pub overdue: u64,
    /// Evidence items that may be relied on, of all.
    pub evidence_current: Ratio,
    /// Evidence items that have expired.
    pub evidence_expired: u64,
    /// Acceptances in force.
    pub acceptances_in_force: u64,
}

/// Something that turns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Cause {
    /// What happens to it.
    pub kind: Turn,
    /// The evidence item, the risk that is accepted, or the control whose claim has a due day; with
    /// `@` and the wallet, where the claim is narrowed.
    pub entry: String,
    /// What readers call it.
    pub title: String,
    /// The last day of what ends, the day that something was due on, or the first day of what begins.
    pub day: Date,
    /// Where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            entry, title, day, ..
        } = self;
        match self.kind {
            Turn::EvidenceEnds => write!(f, "`{entry}` ({title}) may be relied on until {day}"),
            Turn::AcceptanceEnds => {
                write!(f, "the acceptance of `{entry}` ({title}) ends on {day}")
            }
            Turn::DuePasses => write!(f, "`{entry}` ({title}) is due on {day}"),
            Turn::EvidenceBegins => write!(f, "`{entry}` ({title}) speaks from {day}"),
            Turn::AcceptanceBegins => {
                write!(f, "the acceptance of `{entry}` ({title}) begins on {day}")
            }
        }
    }
}

/// A cell that gets another verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CellChange {
    /// The control.
    pub control: ControlId,
    /// The subject.
    pub subject: SubjectId,
    /// What readers call the control.
    pub title: String,
    /// The verdict before.
    pub from: Verdict,
    /// The verdict from the day on.
    pub to: Verdict,
    /// The items that ended, or that began to speak.
    pub because: Vec<EvidenceId>,
}

/// A risk that gets another verdict for at least one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RiskChange {
    /// The risk.
    pub risk: RiskId,
    /// What readers call it.
    pub title: String,
    /// How bad the stated consequence is.
    pub severity: Severity,
    /// The verdict of its worst subject before.
    pub from: RiskVerdict,
    /// The verdict of its worst subject from the day on; the same, where a worse subject stays as it
    /// is.
    pub to: RiskVerdict,
    /// The subjects for which the verdict changes.
    pub subjects: Vec<RiskSubjectChange>,
    /// The items that ended, or that began to speak.
    pub because: Vec<EvidenceId>,
}

/// A subject for which the verdict of a risk changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RiskSubjectChange {
    /// The subject.
    pub subject: SubjectId,
    /// The verdict before.
    pub from: RiskVerdict,
    /// The verdict from the day on.
    pub to: RiskVerdict,
}

/// Until when the verdict of a risk holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RiskHold {
    /// The risk.
    pub risk: RiskId,
    /// What readers call it.
    pub title: String,
    /// How bad the stated consequence is.
    pub severity: Severity,
    /// The verdict of its worst subject on the first day.
    pub verdict: RiskVerdict,
    /// The last day on which that is its verdict; none where it is so to the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The verdict on the day after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<RiskVerdict>,
    /// What ends on that day, or begins on the day after.
    pub because: Vec<Cause>,
}

/// Until when the verdict of a cell holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CellHold {
    /// The control.
    pub control: ControlId,
    /// The subject.
    pub subject: SubjectId,
    /// The verdict on the first day.
    pub verdict: Verdict,
    /// The last day on which that is its verdict; none where it is so to the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The verdict on the day after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<Verdict>,
    /// The items that end on that day, or begin on the day after.
    pub because: Vec<EvidenceId>,
}

/// Something that has to be renewed, or to be in place, by a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Renewal {
    /// The last day on which it may be relied on or is in force, or the day that it is due on.
    pub day: Date,
    /// What happens otherwise.
    pub kind: Turn,
    /// The evidence item, the risk that is accepted, or the control whose claim has a due day; with
    /// `@` and the wallet, where the claim is narrowed.
    pub entry: String,
    /// What readers call it.
    pub title: String,
    /// What kind of thing an evidence item is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_kind: Option<EvidenceKind>,
    /// Where an evidence item is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locator: Option<String>,
    /// Who collected the item, approved the acceptance or owns the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The name behind `person`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What falls on the day after. Evidence: the cells that nothing else proves. An acceptance: the
    /// risks and subjects, as `risk@subject`, that are open then. A due day: the cells that are then
    /// overdue.
    pub falls: Vec<String>,
    /// The cells that lose this item and are still proven by another one.
    pub weakens: Vec<String>,
    /// The risks that get a worse verdict with what falls, in catalogue order.
    pub risks: Vec<RiskId>,
    /// Where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

impl Forecast {
    /// What becomes of an assessment from the day of the settings until another one, both included.
    /// Where that lies earlier, the forecast is about the day of the settings only.
    pub fn new(assessment: &Assessment, settings: &Settings, until: Date) -> Self {
        build::forecast(assessment, settings, until)
    }

    /// The step that a day lies in; none where the forecast does not reach it.
    pub fn on(&self, day: Date) -> Option<&Step> {
        let after = self.steps.partition_point(|step| step.day <= day);
        self.steps
            .get(after.checked_sub(1)?)
            .filter(|step| day <= step.until)
    }

    /// The whole forecast in a sentence or two: until when it holds, because of what, and what is
    /// left on the last day.
    pub fn verdict(&self) -> String {
        let ProvenHold { first, until, .. } = &self.proven;
        if first.denominator == 0 {
            return "No control applies.".to_owned();
        }
        let Some(day) = until else {
            return format!(
                "Coverage is proven for {first}, and all of it stays so beyond {}.",
                self.until
            );
        };
        let causes: Vec<String> = self
            .proven
            .because
            .iter()
            .map(|cause| format!("`{}`", cause.entry))
            .collect();
        let fall = if self.proven.falls == 1 {
            "falls"
        } else {
            "fall"
        };
        let left = self
            .steps
            .last()
            .map(|step| step.numbers.proven)
            .unwrap_or_default();
        format!(
            "Coverage is proven for {first}. All of it holds until {day}, the last day of {}: {} of these cells {fall} on the day after. If nothing is renewed, {left} is left on {}.",
            causes.join(", "),
            self.proven.falls,
            self.until
        )
    }
}
