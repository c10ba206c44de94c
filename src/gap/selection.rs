//! Selecting gaps: by who closes them, what has to be done, severity and due date.

use super::Gap;
use super::task::Tasks;
use crate::assessment::Assessment;
use crate::coverage::Coverage;
use crate::date::Date;
use crate::diagnostic::suggest;
use crate::error::Error;
use crate::id::PersonId;
use crate::message::{Message, Part, message};
use crate::taxonomy::{Action, Severity};
use serde::{Deserialize, Serialize};

/// Criteria for gaps. A gap is selected if it meets each criterion that is set; without criteria,
/// all gaps are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Criteria {
    /// The people of whom one is responsible for the gap.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<PersonId>,
    /// Whether gaps for which nobody is responsible are selected: only these, or also these if there
    /// are `owners`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unowned: bool,
    /// What has to be done first, one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Action>,
    /// The lowest severity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The last due date. Gaps without a due date do not meet it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_by: Option<Date>,
}

/// The gaps that a report lists, if it does not list all. Its numbers count all gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Selection {
    /// The criteria.
    pub criteria: Criteria,
    /// The ids of the gaps that meet them, in the order of the report.
    pub gaps: Vec<String>,
    /// The number of the other gaps.
    pub left_out: u64,
}

impl Criteria {
    /// Whether no criterion is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a gap meets the criteria; `responsible` is who closes it.
    pub fn admit(&self, gap: &Gap, responsible: Option<&PersonId>) -> bool {
        let is_of_owner = match responsible {
            Some(person) => self.owners.contains(person),
            None => self.unowned,
        };
        (is_of_owner || self.owners.is_empty() && !self.unowned)
            && (self.actions.is_empty() || self.actions.contains(&gap.kind.action()))
            && self.severity.is_none_or(|lowest| gap.severity >= lowest)
            && self
                .due_by
                .is_none_or(|last| gap.due.is_some_and(|due| due <= last))
    }

    /// Fails if an owner is not a person of the assessment.
    ///
    /// # Errors
    ///
    /// [`UnknownPerson`] with the first such owner.
    pub fn check(&self, assessment: &Assessment) -> Result<(), UnknownPerson> {
        let mut owners = self.owners.iter();
        owners.try_for_each(|owner| UnknownPerson::check(assessment, owner))
    }

    /// The criteria in words, and how many gaps meet them: `Only gaps of owner …`.
    pub fn message(&self, listed: u64, left_out: u64) -> Message<'_> {
        let mut parts = Vec::new();
        let owners = self.owners.iter().map(|owner| message![owner]);
        let mut owners: Vec<Message<'_>> = owners.collect();
        if self.unowned {
            owners.push(message!["nobody"]);
        }
        if !owners.is_empty() {
            let mut owner = message!["for which "];
            owner.extend(Message::joined(owners, " or "));
            owner.push(" is responsible");
            parts.push(owner);
        }
        if !self.actions.is_empty() {
            let mut actions = message!["to "];
            let words = self
                .actions
                .iter()
                .map(|action| message![Part::plain(*action)]);
            actions.extend(Message::joined(words, " or "));
            parts.push(actions);
        }
        if let Some(severity) = self.severity {
            parts.push(message![
                "of severity ",
                Part::plain(severity),
                " or higher"
            ]);
        }
        if let Some(day) = self.due_by {
            parts.push(message!["due on ", day, " or before"]);
        }
        let mut message = message!["Only gaps "];
        message.extend(Message::joined(parts, ", "));
        message.extend(message![
            ": ",
            Part::from(listed),
            " listed, ",
            Part::from(left_out),
            " left out",
        ]);
        message
    }
}

impl Selection {
    /// The criteria in words, and how many gaps meet them.
    pub fn message(&self) -> Message<'_> {
        let mut message = self.criteria.message(self.gaps.len() as u64, self.left_out);
        message.push(". Numbers and verdicts are for all gaps.");
        message
    }
}

impl Coverage {
    /// The gaps that meet some criteria, of all gaps of this coverage in their order.
    pub fn select(&self, gaps: &[Gap], criteria: Criteria) -> Selection {
        let closings = Tasks::of(self).closings(self, gaps);
        let selected = gaps.iter().zip(closings).filter(|(gap, closing)| {
            let responsible = closing.responsible.as_ref();
            criteria.admit(gap, responsible)
        });
        let selected: Vec<String> = selected.map(|(gap, _)| gap.id.clone()).collect();
        Selection {
            left_out: (gaps.len() - selected.len()) as u64,
            gaps: selected,
            criteria,
        }
    }
}

/// An assessment has no person with an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the assessment has no person `{id}`")]
#[non_exhaustive]
pub struct UnknownPerson {
    /// The id.
    pub id: String,
    /// A similar id, or what to do if there is none.
    pub help: Option<String>,
}

impl UnknownPerson {
    /// Fails if a person is not declared.
    ///
    /// # Errors
    ///
    /// The error, with a similar id if there is one.
    pub fn check(assessment: &Assessment, person: &PersonId) -> Result<(), Self> {
        let people = &assessment.document().people;
        if people.contains_key(person) {
            return Ok(());
        }
        let near = suggest(person.as_str(), people.keys().map(PersonId::as_str));
        Err(Self {
            id: person.to_string(),
            help: Some(near.unwrap_or_else(|| "add the person under `people`".to_owned())),
        })
    }
}

impl From<UnknownPerson> for Error {
    fn from(error: UnknownPerson) -> Self {
        Self::Analysis(Box::new(error))
    }
}
