//! How long proven coverage lasts if nothing is renewed, and what ends it.
//!
//! Verdicts depend on the day in few ways: the validity of an evidence item begins or ends, an
//! acceptance or a wallet begins or ends, a due date passes. Between two such events nothing changes, so a
//! [`Forecast`] consists of the first day and the days of events only, and still answers for every day:
//!
//! 1. The days of events are collected from the assessment.
//! 2. On each of them, the cells and risks that the events affect are evaluated again (all of them if a
//!    wallet begins or ends), and compared with the day before: which have another verdict, and which
//!    evidence items those verdicts rested on.
//! 3. The comparisons give the last day of each verdict, and what has to be renewed by when.
//!
//! The invariant: a forecast for a day equals the report as of that day. A property test checks it.

mod build;
mod comparison;
mod entry;
mod events;
mod lapsed;
mod lifetimes;
mod running;

pub use entry::Entry;

use crate::assessment::{Assessment, SubjectId};
use crate::coverage::{Ratio, Tally};
use crate::date::Date;
use crate::id::{ControlId, EvidenceId, PersonId, RiskId};
use crate::json::Stored;
use crate::limits;
use crate::location::Location;
use crate::message::{Message, Part, message};
use crate::report::{Facts, SeverityCount, VerdictCount};
use crate::settings::Settings;
use crate::taxonomy::{EventKind, EvidenceKind, RiskVerdict, Severity, Verdict};
use crate::text::count;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The name and version of the forecast's JSON form. A change that breaks readers raises the number.
pub const SCHEMA: &str = "custody-controls/forecast/2";

/// The maximum length of a forecast in days: twenty years.
pub const LONGEST: i32 = 20 * 366;

/// How the coverage of an assessment changes from a day on if nothing is renewed: complete and in
/// order.
///
/// ```
/// use custody_controls::{AssessmentFiles, Catalog, Settings};
///
/// let text = include_str!("../examples/small-firm.yaml");
/// let assessment = AssessmentFiles::from_text("small-firm.yaml", text).resolve(Catalog::builtin())?;
/// let settings = Settings::on("2026-09-30".parse()?);
/// let forecast = assessment.forecast(&settings, "2027-09-30".parse()?);
///
/// // How long all of it remains proven, and what ends that.
/// let until = forecast.proven.until.ok_or("all of it remains proven")?;
/// assert_eq!(forecast.proven.because[0].day, until);
///
/// // Any day in between, without measuring again.
/// let step = forecast.on("2027-01-15".parse()?).ok_or("the day is not in the forecast")?;
/// assert!(step.numbers.proven < forecast.proven.first);
/// assert!(step.causes.iter().all(|cause| cause.day < step.day));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Forecast {
    /// [`SCHEMA`].
    pub schema: String,
    /// What the forecast is about and what it was made from; `as_of` is its first day.
    pub facts: Facts,
    /// Its last day.
    pub until: Date,
    /// The requested last day, if the forecast ends earlier because more verdicts change
    /// than [`CHANGES`](crate::limits::CHANGES).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_until: Option<Date>,
    /// How long everything that is proven on the first day remains proven.
    pub proven: ProvenUntil,
    /// The first day, then every day with an event; each lasts until the next one.
    pub steps: Vec<Step>,
    /// The last day of the verdict of each risk: the earliest first, then the most severe, then in
    /// the order of the catalog.
    pub risks: Vec<RiskLifetime>,
    /// The last day of the verdict of each cell: by subject, the organization first; then in the order
    /// of the catalog.
    pub cells: Vec<CellLifetime>,
    /// What ended or was due before the first day and still has an effect, by day. The cells and
    /// subjects are those of the first day.
    pub lapsed: Vec<Renewal>,
    /// What ends or is due before the last day, by day.
    pub renewals: Vec<Renewal>,
    /// How the forecast is made.
    pub method: Vec<String>,
}

impl Stored for Forecast {
    const SCHEMA: &'static str = SCHEMA;
}

/// How long everything that is proven on the first day remains proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ProvenUntil {
    /// What is proven on the first day.
    pub first: Ratio,
    /// The last day on which every cell that is proven on the first day is still proven; none if all
    /// of them are to the end. Cells that become proven in between do not make up for others; those of
    /// a wallet count until it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The number of these cells that are no longer proven on the day after.
    #[serde(rename = "falls")]
    pub loses_proof: u64,
    /// The evidence that ends on `until` and that these cells rest on.
    pub because: Vec<Cause>,
}

/// A stretch of days on which nothing changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Step {
    /// The first of the days.
    pub day: Date,
    /// The last of them.
    pub until: Date,
    /// The numbers of a report that is made on any of them.
    pub numbers: Numbers,
    /// The events that begin the step; none on the first day of a forecast.
    pub causes: Vec<Cause>,
    /// The cells with another verdict than before, without those of wallets that begin or end: by subject, the organization first; then in the
    /// order of the catalog.
    pub cells: Vec<CellChange>,
    /// The risks with another verdict for a subject: the most severe first, then in the order of the
    /// catalog.
    pub risks: Vec<RiskChange>,
}

/// The numbers of a report that depend on the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Numbers {
    /// Cells by verdict.
    pub cells: Tally,
    /// Cells in place and proven, of all that are not excluded.
    pub proven: Ratio,
    /// Cells that are proven or may still turn out to be, of all that are not excluded.
    pub possible: Ratio,
    /// Risks by verdict of their worst subject, from worst to best.
    pub risks: Vec<VerdictCount>,
    /// Critical risks that are treated for each of their subjects, of all critical risks in scope.
    pub critical_risks_treated: Ratio,
    /// Gaps by severity, the most severe first.
    pub gaps: Vec<SeverityCount>,
    /// Gaps whose due day has passed.
    pub overdue: u64,
    /// Reliable evidence items, of all items.
    pub evidence_current: Ratio,
    /// Evidence items that have expired.
    pub evidence_expired: u64,
    /// Acceptances in force.
    pub acceptances_in_force: u64,
}

/// An event: something begins, ends or is due.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Cause {
    /// What happens.
    pub kind: EventKind,
    /// The entry that it happens to.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(with = "entry::Form<'static>"))]
    pub entry: Entry,
    /// The title of the entry.
    pub title: String,
    /// The last day of what ends, the due date, or the first day of what begins.
    pub day: Date,
    /// Where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

impl Cause {
    /// The event in words.
    pub fn message(&self) -> Message<'_> {
        let (before, after) = match self.kind {
            EventKind::EvidenceEnds => ("", ") is valid until "),
            EventKind::AcceptanceEnds => ("the acceptance of ", ") ends on "),
            EventKind::DuePasses => ("", ") is due on "),
            EventKind::EvidenceBegins => ("", ") is valid from "),
            EventKind::AcceptanceBegins => ("the acceptance of ", ") begins on "),
            EventKind::WalletEnds => ("", ") holds keys until "),
            EventKind::WalletBegins => ("", ") holds keys from "),
            EventKind::AssessmentEnds => ("the assessment of ", ") can be relied on until "),
            EventKind::AssessmentBegins => ("", ") is assessed on "),
        };
        message![
            before,
            &self.entry,
            " (",
            Part::quote(&self.title),
            after,
            self.day,
        ]
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

/// A cell whose verdict changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CellChange {
    /// The control.
    pub control: ControlId,
    /// The subject.
    pub subject: SubjectId,
    /// The title of the control.
    pub title: String,
    /// The verdict before.
    pub from: Verdict,
    /// The verdict from the day on.
    pub to: Verdict,
    /// The evidence items whose validity ended or began.
    pub because: Vec<EvidenceId>,
}

/// A risk whose verdict changes for at least one subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RiskChange {
    /// The risk.
    pub risk: RiskId,
    /// Its title.
    pub title: String,
    /// The severity of its stated consequence.
    pub severity: Severity,
    /// The verdict of its worst subject before.
    pub from: RiskVerdict,
    /// The verdict of its worst subject from the day on; the same if a worse subject is unchanged.
    pub to: RiskVerdict,
    /// The subjects for which the verdict changes.
    pub subjects: Vec<RiskSubjectChange>,
    /// The evidence items whose validity ended or began.
    pub because: Vec<EvidenceId>,
}

/// A subject for which the verdict of a risk changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// The last day of the verdict of a risk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RiskLifetime {
    /// The risk.
    pub risk: RiskId,
    /// Its title.
    pub title: String,
    /// The severity of its stated consequence.
    pub severity: Severity,
    /// The verdict of its worst subject on the first day.
    pub verdict: RiskVerdict,
    /// The last day on which that is its verdict; none if that is so to the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The verdict on the day after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<RiskVerdict>,
    /// The subjects that have this verdict from then on; if there are none, those whose verdict
    /// changes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<SubjectId>,
    /// The events on that day, or on the day after for what begins.
    pub because: Vec<Cause>,
}

/// The last day of the verdict of a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CellLifetime {
    /// The control.
    pub control: ControlId,
    /// The subject.
    pub subject: SubjectId,
    /// The verdict on the first day.
    pub verdict: Verdict,
    /// The last day on which that is its verdict; none if that is so to the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The verdict on the day after; none if the wallet ends on that day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<Verdict>,
    /// The evidence items that end on that day, or begin on the day after.
    pub because: Vec<EvidenceId>,
}

/// Something that has to be renewed, or to be in place, by a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Renewal {
    /// The last day on which it is valid or in force, or its due date.
    pub day: Date,
    /// What happens otherwise.
    pub kind: EventKind,
    /// The entry that it happens to.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(with = "entry::Form<'static>"))]
    pub entry: Entry,
    /// Its title.
    pub title: String,
    /// The kind of an evidence item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence_kind: Option<EvidenceKind>,
    /// Where an evidence item is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locator: Option<String>,
    /// Who collected the item, approved the acceptance or owns the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The name of `person`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What is affected on the day after. Evidence: the cells that are no longer proven. An
    /// acceptance: the risks and subjects, as `risk@subject`, that are open and no longer accepted. A
    /// due date: the cells that are overdue.
    #[serde(rename = "falls")]
    pub affected: Vec<String>,
    /// The cells that lose this item and are still proven by another one.
    #[serde(rename = "weakens")]
    pub loses_one_of_several: Vec<String>,
    /// The risks that have a worse verdict on the day after, in the order of the catalog.
    pub risks: Vec<RiskId>,
    /// Where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

impl Assessment {
    /// The forecast from the day of the settings until another day, both included. If the other day is
    /// earlier, the forecast is for the day of the settings only.
    pub fn forecast(&self, settings: &Settings, until: Date) -> Forecast {
        build::forecast(self, settings, until)
    }
}

impl Forecast {
    /// The step that includes a day; none if the forecast does not include it.
    pub fn on(&self, day: Date) -> Option<&Step> {
        let after = self.steps.partition_point(|step| step.day <= day);
        self.steps
            .get(after.checked_sub(1)?)
            .filter(|step| day <= step.until)
    }

    /// The whole forecast in a sentence or two: how long all of it remains proven, what ends that, and
    /// what remains proven on the last day.
    pub fn headline(&self) -> Message<'_> {
        let mut message = self.headline_until();
        let critical = self.steps.first();
        let critical = critical.map(|step| step.numbers.critical_risks_treated);
        if critical.is_some_and(|critical| critical.numerator == 0 && critical.denominator > 0) {
            message.push(" No critical risk is treated on the first day.");
        }
        if !self.lapsed.is_empty() {
            let lapsed = count(self.lapsed.len(), "entry has", "entries have");
            message.extend(message![" ", Part::made(lapsed), " lapsed already."]);
        }
        if let Some(asked) = self.asked_until {
            message.extend(message![
                " The forecast ends before ",
                asked,
                ", because more changes follow than it may contain: ",
                limits::CHANGES as u64,
                "."
            ]);
        }
        message
    }

    fn headline_until(&self) -> Message<'_> {
        let ProvenUntil { first, until, .. } = &self.proven;
        let cells = self.steps.first().map(|step| step.numbers.cells);
        let cells = cells.unwrap_or_default();
        if let Some(uncounted) = cells.uncounted_in_words() {
            return message![Part::made(uncounted), "."];
        }
        let excluded = cells.excluded_in_words();
        let proven = Part::made(format!("Coverage is proven for {first}; {excluded}"));
        if first.numerator == 0 {
            let mut message = message![
                proven,
                ". No control instance is proven on ",
                self.facts.as_of,
                ", so none can lose its proof."
            ];
            let left = self.steps.last().map(|step| step.numbers.proven);
            if let Some(left) = left.filter(|left| left.numerator > 0) {
                let left = Part::made(left.to_string());
                message.extend(message![" ", left, " will be proven on ", self.until, "."]);
            }
            return message;
        }
        let Some(day) = *until else {
            return message![
                proven,
                ". All of it remains proven beyond ",
                self.until,
                "."
            ];
        };
        let causes = &self.proven.because;
        let cells = match self.proven.loses_proof {
            1 => "1 of these cells is".to_owned(),
            cells => format!("{cells} of these cells are"),
        };
        let left = self.steps.last().map(|step| step.numbers.proven);
        let left = left.unwrap_or_default();
        let mut message = message![proven, ". All of it remains proven until ", day];
        message.push(", the last day of ");
        let causes = causes.iter().map(|cause| message![&cause.entry]);
        message.extend(Message::joined(causes, ", "));
        message.extend(message![
            ": ",
            Part::made(cells),
            " no longer proven from the next day on. If nothing is renewed, ",
            Part::made(left.to_string()),
            " will still be proven on ",
            self.until,
            ".",
        ]);
        message
    }
}
