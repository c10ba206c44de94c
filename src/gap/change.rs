//! What would close a gap, as data, and in words on demand.

use super::parameter::Requirement;
use crate::assessment::SubjectId;
use crate::date::Date;
use crate::id::{ControlId, EvidenceId, RiskId};
use crate::message::{Message, Part, message};
use crate::taxonomy::{ClaimKey, Status};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A change that helps to close a gap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "change", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Change {
    /// The claim on a cell has a status by which the control is in place: `implemented`,
    /// `alternative` or `inherited`, with what these require.
    State {
        /// The control.
        control: ControlId,
        /// The subject of the claim.
        subject: SubjectId,
        /// The keys of the claim that are not allowed with such a status and have to be deleted.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        without: Vec<ClaimKey>,
    },
    /// The proposal for a control is confirmed: someone reviews it and deletes its key `proposed`.
    Confirm {
        /// The control.
        control: ControlId,
    },
    /// The claim on a cell cites evidence that is current on the day.
    Cite {
        /// The control.
        control: ControlId,
        /// The subject of the claim.
        subject: SubjectId,
        /// Whether the evidence has to be of a particular kind: a policy or a contract is not enough.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        particular: bool,
        /// The first day on which it may have been collected: the first day of the wallet, unless it
        /// names the wallet, and not before the newest item that showed a shortfall.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Date>,
    },
    /// An evidence item names a subject among those that it is about, which somebody has checked.
    Cover {
        /// The item.
        evidence: EvidenceId,
        /// The subject.
        subject: SubjectId,
    },
    /// Somebody assesses the claim on a cell as it stands, on the day or later, and states that under
    /// `assessed`.
    Assess {
        /// The control.
        control: ControlId,
        /// The subject of the claim.
        subject: SubjectId,
    },
    /// The claim that a control is not applicable is confirmed (`approved_by`) by a person who is not an
    /// assessor and neither owns nor assessed it.
    Approve {
        /// The control.
        control: ControlId,
        /// The subject of the claim.
        subject: SubjectId,
    },
    /// The claim on a cell has the status `not-applicable`, with a justification, and is confirmed by a
    /// person who is not an assessor and neither owns nor assessed it.
    Exclude {
        /// The control.
        control: ControlId,
        /// The subject of the claim.
        subject: SubjectId,
        /// The keys of the claim that are not allowed with such a status and have to be deleted.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        without: Vec<ClaimKey>,
    },
    /// An evidence item that has expired, or that is older than a wallet, is renewed and valid until
    /// the day or later.
    Renew {
        /// The item.
        evidence: EvidenceId,
        /// The day until which it must be valid.
        until: Date,
        /// The first day on which it may be collected, if the wallet is newer than the item.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Date>,
    },
    /// An evidence item becomes valid.
    Await {
        /// The item.
        evidence: EvidenceId,
        /// The first day of its validity.
        from: Date,
    },
    /// The file of an evidence item is restored at its locator.
    RestoreFile {
        /// The item.
        evidence: EvidenceId,
    },
    /// A regular file that can be read is stored at the locator of an evidence item, within the
    /// evidence directory and other than the files of the assessment.
    ProvideFile {
        /// The item.
        evidence: EvidenceId,
    },
    /// The file of an evidence item is replaced by the one that was collected, or the SHA-256 of the
    /// item is corrected after a review.
    CorrectFile {
        /// The item.
        evidence: EvidenceId,
    },
    /// A risk is accepted, by someone with the authority to do so, until the day or later.
    Accept {
        /// The risk.
        risk: RiskId,
        /// The subject of the acceptance.
        subject: SubjectId,
        /// The day until which it must be in force.
        until: Date,
    },
    /// Every direct control of a risk is effective.
    Treat {
        /// The risk.
        risk: RiskId,
        /// The subject.
        subject: SubjectId,
    },
    /// A catalog of your own has a control that treats the risk directly, and it is effective.
    AddControl {
        /// The risk.
        risk: RiskId,
    },
    /// The facts of wallets state what a parameter of the profile requires, and meet it.
    Meet {
        /// What it requires.
        #[serde(rename = "asked")]
        requirement: Requirement,
    },
}

impl Change {
    /// The state to which the change leads, in words.
    #[expect(clippy::too_many_lines, reason = "one sentence for each change")]
    pub fn message(&self) -> Message<'_> {
        match self {
            Self::State {
                control,
                subject,
                without,
            } => {
                let stated = message![
                    "the claim on ",
                    control,
                    " for ",
                    subject,
                    " has status ",
                    Status::Implemented,
                    ", ",
                    Status::Alternative,
                    " or ",
                    Status::Inherited,
                ];
                with_keys_deleted(stated, without)
            }
            Self::Confirm { control } => message![
                "the proposal for ",
                control,
                " is confirmed by deleting its key ",
                ClaimKey::Proposed,
            ],
            Self::Cite {
                control,
                subject,
                particular,
                from,
            } => {
                let mut message = message!["the claim on ", control, " for ", subject, " "];
                message.extend(cites(*particular, *from));
                message
            }
            Self::Cover { evidence, subject } => message![
                Part::key("covers"),
                " of ",
                evidence,
                " names ",
                subject,
                ", which it is about",
            ],
            Self::Assess { control, subject } => message![
                "the claim on ",
                control,
                " for ",
                subject,
                " is assessed, with a further ",
                Part::key("on"),
                " under ",
                Part::key("assessed"),
            ],
            Self::Approve { control, subject } => message![
                "a person who is not an assessor and neither owns nor assessed the claim on ",
                control,
                " for ",
                subject,
                " confirms it under ",
                ClaimKey::ApprovedBy,
            ],
            Self::Exclude {
                control,
                subject,
                without,
            } => {
                let excluded = message![
                    "the claim on ",
                    control,
                    " for ",
                    subject,
                    " has status ",
                    Status::NotApplicable,
                    " with a justification, confirmed under ",
                    ClaimKey::ApprovedBy,
                    " by a person who is not an assessor and neither owns nor assessed it",
                ];
                with_keys_deleted(excluded, without)
            }
            Self::Renew {
                evidence,
                until,
                from,
            } => {
                let mut message = message![evidence, " is renewed"];
                if let Some(from) = from {
                    message.extend(message![", collected on ", *from, " or later,"]);
                }
                message.extend(message![" and valid until ", *until, " or later"]);
                message
            }
            Self::Await { evidence, from } => message![evidence, " becomes valid on ", *from],
            Self::RestoreFile { evidence } => {
                message!["the file of ", evidence, " is restored at its locator"]
            }
            Self::ProvideFile { evidence } => message![
                "a regular file that can be read is stored at the locator of ",
                evidence,
                ", within the evidence directory and other than the files of the assessment",
            ],
            Self::CorrectFile { evidence } => message![
                "the file of ",
                evidence,
                " is replaced by the one that was collected, or its ",
                Part::key("sha256"),
                " is corrected",
            ],
            Self::Accept {
                risk,
                subject,
                until,
            } => message![
                risk,
                " is accepted for ",
                subject,
                " until ",
                *until,
                " or later",
            ],
            Self::Treat { risk, subject } => message![
                "every direct control of ",
                risk,
                " is effective for ",
                subject,
            ],
            Self::AddControl { risk } => message![
                "a control of your own catalog treats ",
                risk,
                " directly and is effective",
            ],
            Self::Meet { requirement } => requirement.message(),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

/// A statement about a claim, with the keys that have to be deleted.
fn with_keys_deleted<'m>(mut stated: Message<'m>, without: &'m [ClaimKey]) -> Message<'m> {
    if !without.is_empty() {
        stated.push(" (without ");
        let keys = without.iter().map(|key| message![*key]);
        stated.extend(Message::joined(keys, " and "));
        stated.push(")");
    }
    stated
}

/// An alternative, in words. The changes of it that are about one claim name the claim once.
pub(super) fn alternative(changes: &[Change]) -> Message<'_> {
    let is_of_claim =
        |change: &Change| matches!(change, Change::Confirm { .. } | Change::State { .. });
    let of_claim = changes.first().is_some_and(is_of_claim);
    let messages = changes.iter().enumerate().map(|(position, change)| {
        if let Change::Cite {
            particular, from, ..
        } = change
            && of_claim
            && position == 1
        {
            cites(*particular, *from)
        } else {
            change.message()
        }
    });
    Message::joined(messages, ", and ")
}

/// What a claim does that cites evidence.
fn cites(particular: bool, from: Option<Date>) -> Message<'static> {
    let mut message = message![if particular {
        "cites current particular evidence"
    } else {
        "cites current evidence"
    }];
    if let Some(from) = from {
        message.extend(message![", collected on ", from, " or later"]);
    }
    message
}
