//! What to do next: each gap with who closes it, by which step, with which effort and by when.
//!
//! A to-do list has the gaps of a report in the order in which they are worked on: what is overdue
//! comes first, everything else is in the order of the report. [`Todo::departure`] names the first
//! entry at which the two orders differ.

use crate::coverage::Coverage;
use crate::date::Date;
use crate::gap::task::Tasks;
use crate::gap::{Criteria, Gap, Step};
use crate::id::PersonId;
use crate::json::Stored;
use crate::message::Message;
use crate::report::rows::{TODO_SCHEMA, TodoRecord, place, row_of};
use crate::report::{ActionCount, Facts};
use crate::text::count;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The identifier and version of the JSON form. The number is raised by breaking changes.
pub const SCHEMA: &str = "custody-controls/todo/1";

/// What to do next about the gaps of an assessment as of a date.
///
/// ```
/// use custody_controls::gap::Criteria;
/// use custody_controls::taxonomy::Action;
/// use custody_controls::{AssessmentFiles, Catalog, Settings};
///
/// let text = include_str!("../examples/small-firm.yaml");
/// let assessment = AssessmentFiles::from_text("small-firm.yaml", text).resolve(Catalog::builtin())?;
/// let coverage = assessment.measure(&Settings::on("2026-09-30".parse()?));
///
/// let mut criteria = Criteria::default();
/// criteria.actions = vec![Action::Repair];
/// let todo = coverage.todo(&criteria);
/// assert!(todo.entries.first().is_some_and(|entry| entry.is_overdue()));
/// assert_eq!(todo.left_out + todo.entries.len() as u64, coverage.gaps().len() as u64);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Todo {
    /// The value of [`SCHEMA`].
    pub schema: String,
    /// The assessment, the catalog and the settings.
    pub facts: Facts,
    /// The criteria by which gaps are selected.
    #[serde(default, skip_serializing_if = "Criteria::is_empty")]
    pub criteria: Criteria,
    /// The number of gaps that do not meet the criteria.
    pub left_out: u64,
    /// The entries by action.
    pub actions: Vec<ActionCount>,
    /// The number of overdue entries.
    pub overdue: u64,
    /// The total effort of all steps, each counted once.
    pub effort: u64,
    /// The unit of efforts, if the assessment states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whether entries are grouped by who closes them: people by id, then what nobody is responsible
    /// for. Within a group, entries are in the order of their numbers.
    pub by_owner: bool,
    /// The first entry at which the order differs from that of the gaps in the report; absent if it
    /// does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departure: Option<TodoDeparture>,
    /// The steps that close the gaps of the entries. One step may close several.
    pub steps: Vec<TodoStep>,
    /// The entries.
    pub entries: Vec<TodoEntry>,
}

impl Stored for Todo {
    const SCHEMA: &'static str = SCHEMA;
}

/// A gap and how it is closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TodoEntry {
    /// Its place in the order of work, from 1.
    pub number: u64,
    /// The gap.
    #[serde(flatten)]
    pub gap: Gap,
    /// Who closes it: the owner of the claim, or else the person who collected the evidence item that
    /// has to be renewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub responsible: Option<Responsible>,
    /// The number of days until the due date; negative if it is overdue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days_left: Option<i32>,
    /// The cheapest step that closes it, by its place in `steps` from 1. None for a gap of a risk,
    /// which is closed by closing others or by accepting the risk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<u64>,
}

/// A person who closes a gap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Responsible {
    /// The person.
    pub person: PersonId,
    /// The name of the person.
    pub name: String,
}

/// A step that closes gaps, with its effort.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TodoStep {
    /// The step. It may make more cells effective than there are entries.
    #[serde(flatten)]
    pub step: Step,
    /// The effort of the step.
    pub effort: u64,
}

/// Where the order of a to-do list differs from that of the gaps in the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TodoDeparture {
    /// The number of the first entry that is not the next gap of the report.
    pub entry: u64,
    /// The id of that gap.
    pub gap: String,
    /// Its title.
    pub title: String,
}

impl Coverage {
    /// The gaps that meet some criteria, with how each of them is closed.
    pub fn todo(&self, criteria: &Criteria) -> Todo {
        let (assessment, as_of) = (self.assessment(), self.settings().as_of);
        let gaps = self.gaps();
        let tasks = Tasks::of(self);
        let closings = tasks.closings(self, &gaps);
        let all = gaps.len();
        let mut selected: Vec<_> = gaps
            .into_iter()
            .zip(closings)
            .filter(|(gap, closing)| criteria.admit(gap, closing.responsible.as_ref()))
            .collect();
        let of_report: Vec<(String, String)> = selected
            .iter()
            .map(|(gap, _)| (gap.id.clone(), gap.title.clone()))
            .collect();
        // A stable sort keeps the order of the report among equals.
        selected.sort_by_key(|(gap, _)| !gap.is_overdue(as_of));
        let efforts = assessment.document().efforts.clone().unwrap_or_default();
        let mut steps: Vec<TodoStep> = Vec::new();
        let mut numbers: BTreeMap<usize, u64> = BTreeMap::new();
        let entries: Vec<TodoEntry> = (1..)
            .zip(selected)
            .map(|(number, (gap, closing))| {
                let task = closing.task.and_then(|at| Some((at, tasks.all.get(at)?)));
                let step = task.map(|(at, task)| {
                    *numbers.entry(at).or_insert_with(|| {
                        let effort = task.step.effort(&efforts);
                        let step = task.step.clone();
                        steps.push(TodoStep { step, effort });
                        steps.len() as u64
                    })
                });
                TodoEntry {
                    number,
                    responsible: closing.responsible.map(|person| Responsible {
                        name: assessment.name_of(&person).to_owned(),
                        person,
                    }),
                    days_left: gap.due.map(|due| as_of.days_until(due)),
                    step,
                    gap,
                }
            })
            .collect();
        Todo {
            schema: SCHEMA.to_owned(),
            facts: Facts::of(self),
            criteria: criteria.clone(),
            left_out: (all - entries.len()) as u64,
            actions: ActionCount::of(entries.iter().map(|entry| entry.gap.kind.action())),
            overdue: entries.iter().filter(|entry| entry.is_overdue()).count() as u64,
            effort: steps.iter().map(|step| step.effort).sum(),
            unit: efforts.unit,
            by_owner: false,
            departure: departure(&entries, of_report),
            steps,
            entries,
        }
    }
}

/// The first entry that is not the next gap of the report, of those that are selected.
fn departure(entries: &[TodoEntry], of_report: Vec<(String, String)>) -> Option<TodoDeparture> {
    let mut pairs = entries.iter().zip(of_report);
    let (entry, (gap, title)) = pairs.find(|(entry, (gap, _))| entry.gap.id != *gap)?;
    let entry = entry.number;
    Some(TodoDeparture { entry, gap, title })
}

impl TodoEntry {
    /// Whether the day by which the gap was to be closed has passed.
    pub fn is_overdue(&self) -> bool {
        self.days_left.is_some_and(|days| days < 0)
    }

    /// The person who closes the gap, if anyone is responsible.
    pub fn person(&self) -> Option<&PersonId> {
        self.responsible.as_ref().map(|of| &of.person)
    }

    /// The due date in words, if there is one: `due 2026-09-15, 15 days overdue`.
    pub fn due_in_words(&self) -> Option<String> {
        let (due, days): (Date, i32) = (self.gap.due?, self.days_left?);
        let number = count(i64::from(days).abs(), "day", "days");
        Some(match days {
            ..0 => format!("due {due}, {number} overdue"),
            0 => format!("due {due}, today"),
            1.. => format!("due {due}, in {number}"),
        })
    }
}

impl Todo {
    /// The same, grouped by who closes the entries.
    #[must_use]
    pub fn by_owner(mut self) -> Self {
        self.by_owner = true;
        self.entries.sort_by_cached_key(|entry| {
            let person = entry.person().cloned();
            (person.is_none(), person, entry.number)
        });
        self
    }

    /// The entries by who closes them, if they are grouped, or else all of them at once.
    pub fn groups(&self) -> impl Iterator<Item = &[TodoEntry]> {
        let is_same = |a: &TodoEntry, b: &TodoEntry| !self.by_owner || a.person() == b.person();
        self.entries.chunk_by(is_same)
    }

    /// The step that closes an entry, with its effort.
    pub fn step(&self, entry: &TodoEntry) -> Option<&TodoStep> {
        let at = usize::try_from(entry.step?).ok()?.checked_sub(1)?;
        self.steps.get(at)
    }

    /// An effort with its unit, if the assessment states one.
    pub fn effort_in_words(&self, effort: u64) -> String {
        match &self.unit {
            Some(unit) => format!("{effort} {unit}"),
            None => effort.to_string(),
        }
    }

    /// The entries in one or two sentences: how many of each action, overdue ones, and their effort.
    pub fn headline(&self) -> String {
        if self.entries.is_empty() {
            return match self.left_out {
                0 => "No gap is open: there is nothing to do.".to_owned(),
                _ => "No gap meets the criteria.".to_owned(),
            };
        }
        let gaps = count(self.entries.len() as u64, "gap", "gaps");
        let actions = ActionCount::in_words(&self.actions);
        let of_cells = self.entries.iter().filter(|entry| entry.step.is_some());
        let of_cells = of_cells.count();
        let closed = match (of_cells, self.entries.len() - of_cells) {
            (1, 0) => "it".to_owned(),
            (_, 0) => "them".to_owned(),
            (some, 1) => format!("{some} of them; the other one is a gap of a risk"),
            (some, others) => format!("{some} of them; the other {others} are gaps of risks"),
        };
        let effort = self.effort_in_words(self.effort);
        let steps = match self.steps.len() as u64 {
            0 => String::new(),
            1 => format!(" 1 step with an effort of {effort} closes {closed}."),
            many => format!(" {many} steps with a total effort of {effort} close {closed}."),
        };
        format!("{gaps}: {actions}; {} overdue.{steps}", self.overdue)
    }

    /// Which gaps are listed, if not all are, and how many are left out.
    pub fn selection(&self) -> Option<Message<'_>> {
        let listed = self.entries.len() as u64;
        let is_limited = !self.criteria.is_empty();
        is_limited.then(|| self.criteria.message(listed, self.left_out))
    }

    /// Where the order differs from that of the gaps in the report, and why, if it does.
    pub fn departure_in_words(&self) -> Option<String> {
        let departure = self.departure.as_ref()?;
        Some(format!(
            "What is overdue comes first; `custody gaps` sorts by severity and action. The two orders differ from entry {} on: the next gap in the report is `{}` ({}).",
            departure.entry, departure.gap, departure.title
        ))
    }

    /// A row for each entry.
    pub fn records(&self) -> impl Iterator<Item = TodoRecord<'_>> {
        self.entries.iter().map(|entry| self.record(entry))
    }

    fn record<'r>(&'r self, entry: &'r TodoEntry) -> TodoRecord<'r> {
        let gap = &entry.gap;
        let (file, line, column) = place(gap.location.as_ref());
        let step = self.step(entry);
        let because = gap.because.iter();
        row_of!(
            self,
            TODO_SCHEMA,
            TodoRecord {
                number: entry.number,
                gap: &gap.id,
                action: gap.kind.action(),
                kind: gap.kind,
                severity: gap.severity,
                subject: &gap.subject,
                control: gap.control.as_ref(),
                risk: gap.risk.as_ref(),
                clause: &gap.clause,
                title: &gap.title,
                step: step.map(|of| Cow::Owned(of.step.title().to_string())),
                effort: step.map(|of| of.effort),
                owner: entry.person(),
                owner_name: entry.responsible.as_ref().map(|of| of.name.as_str()),
                due: gap.due,
                days_left: entry.days_left,
                because: because.map(|reason| reason.to_string().into()).collect(),
                closes_if: gap
                    .alternatives()
                    .map(|alternative| alternative.to_string().into())
                    .collect(),
                file,
                line,
                column,
            }
        )
    }
}
