//! Why a gap is open, as data, and in words on demand.

mod claimed;

pub use claimed::{Claimed, Due};

#[cfg(feature = "schema")]
use super::parameter::BoundForm;
use super::parameter::{Bound, fact_key};
use crate::assessment::SubjectId;
use crate::catalog::profile::measured;
use crate::coverage::Ratio;
use crate::date::Date;
use crate::figure::Figure;
use crate::id::{ControlId, EvidenceId, PersonId, RiskId};
use crate::location::Location;
use crate::message::{Message, Part, as_text, message};
use crate::taxonomy::{
    EvidenceKind, EvidenceState, FileCheck, ParameterKind, ParameterStanding, Relevance,
    RiskVerdict, Severity, Status, Verdict,
};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// A link of the chain from a verdict to a line in the file.
///
/// Its JSON form has its plain text in addition to its data.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Reason {
    /// The content of the reason.
    #[serde(flatten)]
    pub kind: ReasonKind,
    /// Where it is written.
    pub location: Option<Location>,
}

/// A reason, in words and as data.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Reason"))]
pub(super) struct Form<'r> {
    /// The reason in words.
    #[serde(serialize_with = "as_text")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    text: Message<'r>,
    #[serde(flatten)]
    kind: &'r ReasonKind,
    /// Where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<&'r Location>,
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let form = Form {
            text: self.message(),
            kind: &self.kind,
            location: self.location.as_ref(),
        };
        form.serialize(serializer)
    }
}

/// The content of the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "reason", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ReasonKind {
    /// Nothing is claimed about the control.
    NotAssessed {
        /// The control.
        control: ControlId,
        /// The subject.
        subject: SubjectId,
    },
    /// Nothing is claimed about the control, and a proposal awaits confirmation.
    Proposed {
        /// The control.
        control: ControlId,
        /// The subject.
        subject: SubjectId,
        /// The status that is proposed.
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<Status>,
        /// Where the proposal comes from.
        origin: Arc<str>,
    },
    /// What is claimed about the control.
    Claim(Claimed),
    /// The claim cites no evidence.
    NoEvidence,
    /// The claim that the control is partly in place cites no evidence of that part.
    NoPartEvidence,
    /// The last assessment of the claim may no longer be relied on.
    AssessmentStale {
        /// The day of the last assessment; none if no day is stated.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on: Option<Date>,
        /// The last day on which it could be relied on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Date>,
    },
    /// What is claimed counts only from a later day.
    ClaimBegins {
        /// The first day on which it was assessed.
        from: Date,
    },
    /// Nobody independent has confirmed that the control is not applicable.
    NotConfirmed {
        /// Who approved it, although they own it or are an assessor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approved_by: Option<PersonId>,
    },
    /// The claim cites an evidence item that may not be relied on.
    EvidenceNotReliable(Arc<UnreliableEvidence>),
    /// The claim cites an evidence item that cannot back it for the subject.
    EvidenceNotRelevant(IrrelevantEvidence),
    /// A parameter of the profile is not met, or a fact that it needs is not stated.
    Parameter {
        /// The parameter, and what it requires.
        #[serde(flatten)]
        #[cfg_attr(feature = "schema", schemars(with = "BoundForm<'static>"))]
        bound: Bound,
        /// How the facts compare with it.
        standing: ParameterStanding,
        /// The figure that follows from the facts, if it does not meet the parameter.
        #[serde(skip_serializing_if = "Option::is_none")]
        fact: Option<Figure>,
    },
    /// A fact that a parameter of the profile needs.
    Fact {
        /// Whose fact it is.
        subject: SubjectId,
        /// The kind of parameter that needs it.
        kind: ParameterKind,
        /// What is stated, if anything is.
        #[serde(skip_serializing_if = "Option::is_none")]
        fact: Option<Figure>,
        /// The evidence items that are cited for the facts of the subject.
        evidence: Vec<EvidenceId>,
    },
    /// An open risk that the control treats directly, which makes the gap matter.
    Matters {
        /// The risk.
        risk: RiskId,
        /// Its title.
        title: String,
        /// Its severity.
        severity: Severity,
        /// The subject for which its verdict is worst.
        subject: SubjectId,
        /// Its verdict for the subject.
        verdict: RiskVerdict,
        /// The effective cells of controls that treat it directly, of all that are not excluded.
        direct: Ratio,
        /// Whether it is accepted on the day.
        accepted: bool,
    },
    /// The severity of the gap, and the rule that it follows from.
    Severity {
        /// The severity.
        severity: Severity,
        /// The rule.
        #[serde(flatten)]
        rule: SeverityRule,
    },
    /// The catalog has no control that treats the risk directly.
    NoDirectControl {
        /// The risk.
        risk: RiskId,
    },
    /// The controls that support the treatment of the risk without treating it directly.
    SupportedBy {
        /// The controls; may be empty.
        controls: Vec<ControlId>,
    },
    /// No detective control of the risk is effective.
    NoDetection {
        /// The risk.
        risk: RiskId,
        /// The subject.
        subject: SubjectId,
    },
    /// A detective control of the risk, which is not effective.
    DetectiveControl {
        /// The control.
        control: ControlId,
        /// Its title.
        title: String,
        /// The subject of its cell.
        subject: SubjectId,
        /// The verdict of its cell.
        verdict: Verdict,
    },
    /// The acceptance of the risk has ended.
    AcceptanceEnded {
        /// The risk.
        risk: RiskId,
        /// Who approved the acceptance.
        approved_by: PersonId,
        /// The last day on which it was in force.
        until: Date,
    },
    /// The verdict of the risk.
    RiskVerdict {
        /// The subject.
        subject: SubjectId,
        /// The verdict for the subject.
        verdict: RiskVerdict,
        /// The effective cells of controls that treat it directly, of all that are not excluded.
        direct: Ratio,
    },
}

/// An evidence item that may not be relied on, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UnreliableEvidence {
    /// The item.
    pub evidence: EvidenceId,
    /// Its title.
    pub title: String,
    /// Its validity on the day of the report.
    pub state: EvidenceState,
    /// The result of checking its file.
    pub file: FileCheck,
    /// Its locator.
    pub locator: String,
    /// Where its file was looked for: the locator within the evidence directory. None if files were
    /// not checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The day on which it was collected.
    pub collected: Date,
    /// The first day of its validity.
    pub from: Date,
    /// The last day of its validity.
    pub until: Date,
    /// The rule that its last day follows from.
    pub expiry: ExpiryRule,
    /// The parameter of the profile that its last day follows from, for [`ExpiryRule::Profile`].
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<BoundForm<'static>>"))]
    pub shortened_by: Option<Bound>,
}

/// An evidence item that cannot back a claim for a subject, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct IrrelevantEvidence {
    /// The item.
    pub evidence: EvidenceId,
    /// What kind of evidence it is.
    pub kind: EvidenceKind,
    /// Why it is not relevant.
    pub relevance: Relevance,
    /// The subject.
    pub subject: SubjectId,
    /// The day on which the item was collected.
    pub collected: Date,
    /// The first day on which the wallet holds keys, if it is stated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
}

/// The rule that the last day of an evidence item follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ExpiryRule {
    /// The item states its last day.
    Stated,
    /// The assessment states how long evidence of this kind is valid.
    Age,
    /// A parameter of the profile shortens the validity.
    Profile,
}

/// The rule that the severity of a gap follows from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "rule", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SeverityRule {
    /// The highest among the open risks that the control treats directly.
    HighestRisk,
    /// One level below the highest among the open risks that the control treats directly.
    BelowHighestRisk {
        /// That highest severity.
        highest: Severity,
        /// The verdict of the cell, which lowers the severity.
        verdict: Verdict,
    },
    /// Two levels below the most severe open risk whose treatment the control supports, because it
    /// treats no open risk directly.
    Supported {
        /// That risk.
        risk: RiskId,
        /// Its title.
        title: String,
        /// Its severity.
        highest: Severity,
    },
    /// Low, because the control neither treats an open risk directly nor supports its treatment.
    NoOpenRisk,
    /// That of the risk.
    Risk,
    /// One level below that of the risk.
    BelowRisk {
        /// The severity of the risk.
        highest: Severity,
    },
}

impl Reason {
    pub(super) fn new(kind: ReasonKind, location: Option<Location>) -> Self {
        Self { kind, location }
    }

    /// The reason in words.
    pub fn message(&self) -> Message<'_> {
        self.kind.message()
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

impl ReasonKind {
    /// The reason in words.
    #[expect(clippy::too_many_lines, reason = "one sentence for each reason")]
    pub fn message(&self) -> Message<'_> {
        match self {
            Self::NotAssessed { control, subject } => {
                message![control, " has not been assessed for ", subject]
            }
            Self::Proposed {
                control,
                subject,
                status,
                origin,
            } => proposed(control, subject, *status, origin),
            Self::Claim(claim) => claim.message(),
            Self::NoEvidence => message!["it cites no evidence"],
            Self::NoPartEvidence => {
                message!["it cites no evidence of the part that is in place"]
            }
            Self::AssessmentStale {
                on: Some(on),
                until: Some(until),
            } => message![
                "it was last assessed on ",
                *on,
                " and could be relied on until ",
                *until,
            ],
            Self::AssessmentStale { .. } => message![
                "it states no day of assessment, which ",
                Part::key("reassess_within"),
                " requires",
            ],
            Self::ClaimBegins { from } => {
                message![
                    "the claim counts from ",
                    *from,
                    ", the day of its first assessment"
                ]
            }
            Self::NotConfirmed { approved_by: None } => {
                message!["no independent person has confirmed it"]
            }
            Self::NotConfirmed {
                approved_by: Some(person),
            } => message![
                "it is not confirmed: ",
                person,
                ", who approved it, owns or assessed it"
            ],
            Self::EvidenceNotReliable(item) => item.message(),
            Self::EvidenceNotRelevant(item) => item.message(),
            Self::Parameter {
                bound,
                standing,
                fact,
            } => {
                let mut message = message!["parameter ", &bound.parameter, " requires that "];
                message.push(Part::made(bound.requirement()));
                message.extend(match (standing, fact) {
                    (ParameterStanding::NotMet, Some(now)) => {
                        message!["; it is ", Part::made(measured(bound.kind, *now))]
                    }
                    _ => message!["; not all facts that it needs are stated"],
                });
                message.extend(message![" (", Part::quote(&bound.authority), ")"]);
                message
            }
            Self::Fact {
                subject,
                kind,
                fact,
                evidence,
            } => stated(subject, *kind, *fact, evidence),
            Self::Matters {
                risk,
                title,
                severity,
                subject,
                verdict,
                direct,
                accepted,
            } => message![
                "it directly treats ",
                risk,
                " (",
                Part::quote(title),
                ", ",
                Part::plain(*severity),
                "), which is ",
                Part::plain(*verdict),
                " for ",
                subject,
                " (",
                effective(*direct),
                if *accepted { "; accepted)" } else { ")" },
            ],
            Self::Severity { severity, rule } => rule.message(*severity),
            Self::NoDirectControl { risk } => {
                message!["the catalog has no control that treats ", risk, " directly"]
            }
            Self::SupportedBy { controls } if controls.is_empty() => {
                message!["no control supports its treatment either"]
            }
            Self::SupportedBy { controls } => {
                let mut message = message!["its treatment is only supported, by "];
                let controls = controls.iter().map(|control| message![control]);
                message.extend(Message::joined(controls, ", "));
                message
            }
            Self::NoDetection { risk, subject } => message![
                "no detective control for ",
                risk,
                " is effective for ",
                subject,
                ": the event would go unnoticed",
            ],
            Self::DetectiveControl {
                control,
                title,
                subject,
                verdict,
            } => message![
                control,
                " (",
                Part::quote(title),
                ") is ",
                Part::plain(*verdict),
                " for ",
                subject,
            ],
            Self::AcceptanceEnded {
                risk,
                approved_by,
                until,
            } => message![
                "the acceptance of ",
                risk,
                ", approved by ",
                approved_by,
                ", ended on ",
                *until,
            ],
            Self::RiskVerdict {
                subject,
                verdict,
                direct,
            } => message![
                "the risk is ",
                Part::plain(*verdict),
                " for ",
                subject,
                " (",
                effective(*direct),
                ")",
            ],
        }
    }
}

fn effective(direct: Ratio) -> Part<'static> {
    let (effective, all) = (direct.numerator, direct.denominator);
    Part::made(format!("effective direct controls: {effective} of {all}"))
}

fn proposed<'r>(
    control: &'r ControlId,
    subject: &'r SubjectId,
    status: Option<Status>,
    origin: &'r str,
) -> Message<'r> {
    let mut message = message![control, " has not been assessed for ", subject];
    message.extend(match status {
        Some(status) => message!["; the proposed status ", status],
        None => message!["; a proposal"],
    });
    message.extend(message![
        " (from ",
        Part::quote(origin),
        ") awaits confirmation"
    ]);
    message
}

fn stated<'r>(
    subject: &'r SubjectId,
    kind: ParameterKind,
    fact: Option<Figure>,
    evidence: &'r [EvidenceId],
) -> Message<'r> {
    let key = Part::key(fact_key(kind));
    let Some(fact) = fact else {
        return message![key, " is not stated for ", subject];
    };
    let mut message = message![
        key,
        " of ",
        subject,
        " is ",
        Part::made(measured(kind, fact))
    ];
    if evidence.is_empty() {
        message.push(", and no evidence is cited for it");
    } else {
        message.push(", with evidence ");
        let items = evidence.iter().map(|item| message![item]);
        message.extend(Message::joined(items, ", "));
    }
    message
}

impl IrrelevantEvidence {
    fn message(&self) -> Message<'_> {
        let (item, subject) = (&self.evidence, &self.subject);
        match (self.relevance, self.since) {
            (Relevance::BeforeSubject, Some(since)) => message![
                item,
                " was collected on ",
                self.collected,
                ", before ",
                subject,
                " held keys (since ",
                since,
                "), and does not name it",
            ],
            (Relevance::General, _) => message![
                item,
                " is a ",
                self.kind,
                ", which alone backs no claim for ",
                subject,
            ],
            _ => message![item, " does not cover ", subject],
        }
    }
}

impl UnreliableEvidence {
    fn message(&self) -> Message<'_> {
        let mut message = message![&self.evidence, " (", Part::quote(&self.title), ") "];
        let validity = match self.state {
            EvidenceState::NotYetValid => Some(message!["is not valid before ", self.from]),
            EvidenceState::Expired => Some(self.validity_ended()),
            EvidenceState::Current => None,
        };
        let path = self.path.as_ref().unwrap_or(&self.locator);
        let file = self
            .file
            .objection()
            .map(|objection| message![objection, " at ", Part::Literal(path.as_str().into())]);
        let why = [validity, file].into_iter().flatten();
        message.extend(Message::joined(why, " and "));
        message
    }

    fn validity_ended(&self) -> Message<'_> {
        let mut message = match self.expiry {
            ExpiryRule::Stated => return message!["expired on ", self.until],
            ExpiryRule::Age | ExpiryRule::Profile => message![
                "was collected on ",
                self.collected,
                " and was valid until ",
                self.until,
            ],
        };
        if let Some(bound) = &self.shortened_by {
            message.extend(message![
                ", under parameter ",
                &bound.parameter,
                ", which requires that ",
                Part::made(bound.requirement()),
                " (",
                Part::quote(&bound.authority),
                ")",
            ]);
        }
        message
    }
}

impl SeverityRule {
    fn message(&self, severity: Severity) -> Message<'_> {
        let mut message = message!["severity ", severity];
        message.extend(match self {
            Self::HighestRisk => message![" is the highest of these"],
            Self::BelowHighestRisk { highest, verdict } => message![
                " is one level below the highest of these, ",
                *highest,
                ", because the verdict is ",
                Part::plain(*verdict),
            ],
            Self::Supported {
                risk,
                title,
                highest,
            } => message![
                " is two levels below that of ",
                risk,
                " (",
                Part::quote(title),
                ", ",
                Part::plain(*highest),
                "), the most severe open risk whose treatment the control supports",
            ],
            Self::NoOpenRisk => message![
                ": the control neither treats an open risk directly here nor supports its treatment"
            ],
            Self::Risk => message![" is that of the risk"],
            Self::BelowRisk { highest } => {
                message![" is one level below that of the risk, ", *highest]
            }
        });
        message
    }
}
