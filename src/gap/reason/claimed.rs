//! What is claimed about a control, as a reason.

use crate::assessment::SubjectId;
use crate::date::Date;
use crate::id::ControlId;
use crate::message::{Message, Part, message};
use crate::taxonomy::Status;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What is claimed about a control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Claimed {
    /// The control.
    pub control: ControlId,
    /// The subject, if the claim is about this one only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectId>,
    /// The status.
    pub status: Status,
    /// What is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Arc<str>>,
    /// When it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    /// A note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Arc<str>>,
}

/// When something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Due {
    /// The day.
    pub day: Date,
    /// The days from the day of the report until then; negative once it has passed.
    pub days_left: i32,
}

impl Claimed {
    pub(super) fn message(&self) -> Message<'_> {
        let mut message = message!["the claim on ", &self.control, " has status ", self.status];
        if let Some(subject) = &self.subject {
            message.extend(message![" for ", subject]);
        }
        if let Some(missing) = &self.missing {
            let missing = missing.trim_end_matches('.');
            message.extend(message!["; missing: ", Part::quote(missing)]);
        }
        if let Some(due) = self.due {
            message.extend(due.message());
        }
        if let Some(note) = &self.note {
            message.extend(message!["; note: ", Part::quote(note)]);
        }
        message
    }
}

impl Due {
    fn message(self) -> Message<'static> {
        let (is, days) = match self.days_left {
            0 => ("; it is due on ", ", today".to_owned()),
            1 => ("; it is due on ", ", tomorrow".to_owned()),
            -1 => ("; it was due on ", ", yesterday".to_owned()),
            days @ 2.. => ("; it is due on ", format!(", in {days} days")),
            days => ("; it was due on ", format!(", {} days ago", -days)),
        };
        message![is, self.day, Part::made(days)]
    }
}
