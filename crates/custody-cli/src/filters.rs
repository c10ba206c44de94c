//! The arguments that select gaps.

use crate::Failure;
use crate::view::words;
use custody_controls::assessment::Assessment;
use custody_controls::date::Date;
use custody_controls::gap::{Criteria, UnknownPerson};
use custody_controls::id::PersonId;
use custody_controls::taxonomy::{Action, Severity};

/// Which gaps are listed.
#[derive(Debug, clap::Args)]
pub(crate) struct Filters {
    /// Only gaps for which this person is responsible: as the owner of the claim, or else because
    /// they collected the evidence item that has to be renewed (repeatable).
    #[arg(long, value_name = "PERSON")]
    owner: Vec<PersonId>,
    /// Only gaps for which nobody is responsible; with `--owner`, these are listed too.
    #[arg(long)]
    unowned: bool,
    /// Only gaps that call for this action (repeatable).
    #[arg(long, value_parser = words::<Action>(), value_name = "ACTION", value_delimiter = ',')]
    kind: Vec<Action>,
    /// Only gaps of this severity or higher.
    #[arg(long, value_parser = words::<Severity>(), value_name = "SEVERITY")]
    severity: Option<Severity>,
    /// Only gaps that are due on this date, YYYY-MM-DD, or before.
    #[arg(long, value_name = "DATE")]
    due_by: Option<Date>,
}

impl Filters {
    /// The criteria, unless one of them names a person that the assessment does not have.
    pub(crate) fn criteria(&self, assessment: &Assessment) -> Result<Criteria, Failure> {
        let mut criteria = Criteria::default();
        criteria.owners.clone_from(&self.owner);
        criteria.unowned = self.unowned;
        criteria.actions.clone_from(&self.kind);
        criteria.severity = self.severity;
        criteria.due_by = self.due_by;
        criteria.check(assessment)?;
        Ok(criteria)
    }

    /// Whether any filter is set.
    pub(crate) fn are_set(&self) -> bool {
        let criteria = !self.owner.is_empty() || !self.kind.is_empty();
        criteria || self.unowned || self.severity.is_some() || self.due_by.is_some()
    }
}

impl From<UnknownPerson> for Failure {
    fn from(error: UnknownPerson) -> Self {
        Self::usage(error.to_string(), error.help)
    }
}
