//! Why something is not covered, and what would close it.
//!
//! A gap is one cell or one risk that falls short. It has its *because* (the chain of reasons from the
//! verdict to the line in the file) and its *closes if* (alternatives, each a set of changes of which
//! none can be left out). Both are data; their words are made on demand, as [`Message`]s.

mod change;
mod claim;
mod closes;
mod effort;
mod find;
mod parameter;
mod reason;
mod risk;
mod selection;
pub mod task;

pub use change::Change;
pub(crate) use claim::ClaimedCell;
pub use effort::DEFAULT_EFFORTS;
#[cfg(feature = "schema")]
pub(crate) use parameter::BoundForm;
pub use parameter::{Bound, Requirement};
pub use reason::{
    Claimed, Due, ExpiryRule, IrrelevantEvidence, Reason, ReasonKind, SeverityRule,
    UnreliableEvidence,
};
pub use selection::{Criteria, Selection, UnknownPerson};
pub use task::{Step, StepKind};

use crate::assessment::SubjectId;
use crate::date::Date;
use crate::id::{ClauseNumber, ControlId, PersonId, RiskId};
use crate::location::Location;
use crate::message::Message;
use crate::taxonomy::{GapKind, Severity};
use serde::{Deserialize, Serialize};

/// One cell or one risk that falls short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Gap {
    /// Its id, the same in every report: `control@subject` for a cell, `risk@subject:kind` for a
    /// risk.
    pub id: String,
    /// How it falls short.
    pub kind: GapKind,
    /// How much it matters; `docs/coverage.md` has the rule.
    pub severity: Severity,
    /// The control, for a gap of a cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control: Option<ControlId>,
    /// The risk, for a gap of a risk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<RiskId>,
    /// The subject.
    pub subject: SubjectId,
    /// The title of the control or the risk.
    pub title: String,
    /// The clause that the control or the risk belongs to.
    pub clause: ClauseNumber,
    /// The open risks that the control treats directly.
    pub open_risks: Vec<RiskId>,
    /// The chain of reasons from the verdict to the line in the file.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<reason::Form<'static>>"))]
    pub because: Vec<Reason>,
    /// Alternatives, each a set of changes that closes the gap when all of them are made.
    pub closes_if: Vec<Vec<Change>>,
    /// Who is responsible, if the claim names an owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// By when it is to be closed, if the claim has a due day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Where the claim or the acceptance is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

impl Gap {
    /// Each alternative that closes the gap, in words.
    pub fn alternatives(&self) -> impl Iterator<Item = Message<'_>> {
        self.closes_if.iter().map(|all| change::alternative(all))
    }

    /// The reasons for a list of many gaps, at most three: the first one, and those that name a place in
    /// a file, or all reasons of a gap of a risk.
    pub fn main_reasons(&self) -> impl Iterator<Item = &Reason> {
        let reasons = self.because.iter().enumerate();
        let main = reasons.filter(|(index, reason)| {
            *index == 0 || reason.location.is_some() || self.kind.is_of_risk()
        });
        main.map(|(_, reason)| reason).take(3)
    }

    /// Whether the day by which it was to be closed has passed.
    pub fn is_overdue(&self, as_of: Date) -> bool {
        self.due.is_some_and(|due| due < as_of)
    }
}
