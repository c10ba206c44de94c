//! The causes in words.

use super::{CauseDetail, ControlChange, DayMatter, Days, RiskChange};
use crate::assessment::SubjectId;
use crate::date::Date;
use crate::id::{EvidenceId, RiskId};
use crate::message::{Message, Part, message};
use crate::taxonomy::{ParameterStanding, RiskVerdict};

impl CauseDetail {
    /// The cause in words.
    #[allow(clippy::too_many_lines, reason = "one sentence for each cause")]
    pub fn message(&self) -> Message<'_> {
        match self {
            Self::ClaimAdded {
                control,
                subject,
                after,
            } => message![
                "a claim on ",
                control,
                " for ",
                subject,
                " was added, with status ",
                *after,
            ],
            Self::ClaimRemoved {
                control,
                subject,
                before,
            } => message![
                "the claim on ",
                control,
                " for ",
                subject,
                ", with status ",
                *before,
                ", was removed",
            ],
            Self::StatusChanged {
                control,
                subject,
                before,
                after,
            } => changed(
                message!["the status of the claim on ", control, " for ", subject],
                *before,
                *after,
            ),
            Self::ClaimNarrowed { control, subject } => {
                message![subject, " now has a claim of its own on ", control]
            }
            Self::ClaimWidened { control, subject } => message![
                subject,
                " no longer has a claim of its own on ",
                control,
                ": the general claim applies",
            ],
            Self::DueChanged {
                control,
                subject,
                before,
                after,
            } => changed(
                message!["the due date of ", Part::cell(control, subject)],
                day_or_none(*before),
                day_or_none(*after),
            ),
            Self::DuePassed {
                control,
                subject,
                before,
                ..
            } => message![
                "the due date of ",
                Part::cell(control, subject),
                ", ",
                *before,
                ", has passed",
            ],
            Self::ConfirmationChanged {
                control,
                subject,
                confirmed: true,
            } => message![
                "the exclusion of ",
                Part::cell(control, subject),
                " is now confirmed"
            ],
            Self::ConfirmationChanged {
                control, subject, ..
            } => message![
                "the exclusion of ",
                Part::cell(control, subject),
                " is no longer confirmed"
            ],
            Self::AssessmentChanged {
                control,
                subject,
                before,
                after,
            } => {
                let mut message = message!["the assessment of ", Part::cell(control, subject)];
                message.extend(match after {
                    Some(after) => message![" can be relied on until ", *after],
                    None => message![" states no day"],
                });
                message.extend(match before {
                    Some(before) => message![" instead of ", *before],
                    None => message!["; before, it had no end"],
                });
                message
            }
            Self::AssessmentEnded {
                control,
                subject,
                until,
            } => message![
                "the assessment of ",
                Part::cell(control, subject),
                " could be relied on until ",
                *until,
            ],
            Self::EvidenceAdded {
                evidence,
                control,
                subject,
            } => message![Part::cell(control, subject), " now cites ", evidence],
            Self::EvidenceRemoved {
                evidence,
                control,
                subject,
            } => message![Part::cell(control, subject), " no longer cites ", evidence],
            Self::EvidenceRenewed {
                evidence,
                before,
                after,
            }
            | Self::EvidenceShortened {
                evidence,
                before,
                after,
            } => validity(evidence, *before, *after),
            Self::EvidenceExpired {
                evidence, until, ..
            } => message![evidence, " expired on ", *until],
            Self::EvidenceBegan { evidence, from, .. } => {
                message![evidence, " became valid on ", *from]
            }
            Self::FileChanged {
                evidence,
                before,
                after,
            } => changed(message!["the file check of ", evidence], *before, *after),
            Self::AcceptanceAdded {
                risk,
                subject,
                after,
            } => message![risk, " is now accepted for ", subject, " until ", *after],
            Self::AcceptanceRemoved { risk, subject, .. } => {
                message!["the acceptance of ", risk, " for ", subject, " was removed"]
            }
            Self::AcceptanceChanged {
                risk,
                before,
                after,
            } => changed(
                message!["the last day of the acceptance of ", risk],
                *before,
                *after,
            ),
            Self::AcceptanceEnded { risk, before, .. } => {
                message!["the acceptance of ", risk, " ended on ", *before]
            }
            Self::AcceptanceBegan { risk, .. } => {
                message!["the acceptance of ", risk, " has begun"]
            }
            Self::FactsChanged {
                parameter,
                before,
                after,
                ..
            } => message![
                "parameter ",
                parameter,
                " is ",
                standing(*after),
                "; it was ",
                standing(*before),
                " before",
            ],
            Self::RelevanceChanged {
                evidence,
                subject,
                before,
                after,
            } => changed(
                message!["the relevance of ", evidence, " for ", subject],
                *before,
                *after,
            ),
            Self::WalletDays {
                subject,
                since,
                until,
            } => {
                let mut message = message![subject, " holds keys"];
                if let Some(since) = since {
                    message.extend(message![" from ", *since]);
                }
                if let Some(until) = until {
                    message.extend(message![" until ", *until]);
                }
                message
            }
            Self::SubjectAdded { subject } => message![subject, " was added"],
            Self::SubjectRemoved { subject } => message![subject, " was removed"],
            Self::SubjectChanged {
                subject,
                before,
                after,
            } => features(subject, before.as_deref(), after.as_deref()),
            Self::ScopeChanged {
                subject,
                included: true,
            } => message![subject, " is now included in the report"],
            Self::ScopeChanged { subject, .. } => {
                message![subject, " is no longer included in the report"]
            }
            Self::ControlAdded { control } => {
                message!["control ", control, " was added to the catalog"]
            }
            Self::ControlRemoved { control } => {
                message!["control ", control, " was removed from the catalog"]
            }
            Self::ControlChanged { control, change } => {
                let mut message = message!["in the catalog, ", control];
                message.extend(change.message());
                message
            }
            Self::RiskAdded { risk } => message!["risk ", risk, " was added to the catalog"],
            Self::RiskRemoved { risk } => {
                message!["risk ", risk, " was removed from the catalog"]
            }
            Self::SeverityChanged {
                risk,
                before,
                after,
            } => changed(
                message!["in the catalog, the severity of ", risk],
                *before,
                *after,
            ),
            Self::RiskChanged {
                risk,
                change: RiskChange::DirectControls,
            } => message!["in the catalog, other controls treat ", risk, " directly"],
            Self::RiskChanged {
                risk,
                change: RiskChange::Subjects,
            } => message!["in the catalog, ", risk, " can affect other subjects"],
            Self::RiskOpened {
                risk,
                subject,
                before,
                after,
            }
            | Self::RiskClosed {
                risk,
                subject,
                before,
                after,
            } => verdict(risk, subject, *before, *after),
            Self::DayMovedBack { matter } => {
                let mut message = message!["on the earlier day, "];
                message.extend(matter.message());
                message
            }
            Self::PlaceChanged { .. } => message!["it moved to another place; otherwise unchanged"],
        }
    }
}

/// A value that changed: `… changed from … to …`.
fn changed<'m>(
    mut what: Message<'m>,
    before: impl Into<Part<'m>>,
    after: impl Into<Part<'m>>,
) -> Message<'m> {
    what.push(" changed from ");
    what.push(before);
    what.push(" to ");
    what.push(after);
    what
}

fn day_or_none(day: Option<Date>) -> Part<'static> {
    day.map_or(Part::from("none"), Part::Day)
}

fn validity(evidence: &EvidenceId, before: Days, after: Days) -> Message<'_> {
    message![
        evidence,
        " is now valid from ",
        after.from,
        " to ",
        after.until,
        ", and was valid from ",
        before.from,
        " to ",
        before.until,
    ]
}

fn standing(standing: ParameterStanding) -> &'static str {
    match standing {
        ParameterStanding::Met => "met",
        ParameterStanding::FactMissing => "missing a fact",
        ParameterStanding::NotMet => "not met",
    }
}

fn features<'m>(
    subject: &'m SubjectId,
    before: Option<&'m str>,
    after: Option<&'m str>,
) -> Message<'m> {
    match (subject, before, after) {
        (SubjectId::Wallet(_), Some(before), Some(after)) if before != after => changed(
            message!["the tier and traits of ", subject],
            Part::quote(before),
            Part::quote(after),
        ),
        _ => message![
            subject,
            " has other channels, or something else that decides which controls apply"
        ],
    }
}

fn verdict<'m>(
    risk: &'m RiskId,
    subject: &'m SubjectId,
    before: RiskVerdict,
    after: RiskVerdict,
) -> Message<'m> {
    let mut message = message![risk, " is ", Part::plain(after)];
    // The organization represents all subjects.
    if let SubjectId::Wallet(wallet) = subject {
        message.extend(message![" for ", wallet]);
    }
    message.extend(message![", and was ", Part::plain(before)]);
    message
}

impl ControlChange {
    fn message(&self) -> Message<'_> {
        match self {
            Self::Applies { before, after } => message![
                " applies to ",
                Part::quote(after),
                ", and applied to ",
                Part::quote(before),
            ],
            Self::Treats { risk, treats: true } => message![" now treats ", risk, " directly"],
            Self::Treats { risk, .. } => message![" no longer treats ", risk, " directly"],
            Self::Detects { detective: true } => message![" is now detective"],
            Self::Detects { .. } => message![" is no longer detective"],
        }
    }
}

impl DayMatter {
    fn message(&self) -> Message<'_> {
        match self {
            Self::Due {
                control,
                subject,
                before,
                ..
            } => message![
                "the due date of ",
                Part::cell(control, subject),
                ", ",
                *before,
                ", has not passed yet",
            ],
            Self::Evidence {
                evidence, state, ..
            } => message![evidence, " is ", Part::plain(*state)],
            Self::Acceptance { risk, .. } => {
                message![
                    "the acceptance of ",
                    risk,
                    " is not yet in force or has not ended yet"
                ]
            }
        }
    }
}
