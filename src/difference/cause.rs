//! Why a gap is not as it was: the causes as data.
//!
//! A gap follows from what is written (claims, evidence, acceptances, wallets), from the catalog, and
//! from the settings (the day, the wallets that are included, the evidence files). Each of these is
//! compared if it decides about the gap. If both an entry and the day changed, each is compared with
//! the other one unchanged, and is a cause only if it matters.

mod acceptance;
mod cell;
mod evidence;
mod risk;
mod search;
mod words;

pub(super) use search::causes;

use crate::assessment::SubjectId;
use crate::date::Date;
use crate::id::{ControlId, EvidenceId, ParameterId, RiskId};
use crate::location::Location;
use crate::message::{Message, as_text};
use crate::taxonomy::{
    EvidenceState, FileCheck, ParameterStanding, Relevance, RiskVerdict, Severity, Status,
    schema_vocabulary,
};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// Declares the kinds of causes, and the data of each.
macro_rules! causes {
    ($($(#[doc = $doc:literal])+ $variant:ident { $($fields:tt)* },)+) => {
        schema_vocabulary! {
            /// Why a gap is not as it was.
            ///
            /// May grow.
            #[non_exhaustive]
            CauseKind, "cause" { $($(#[doc = $doc])+ $variant,)+ }
        }

        /// What changed, with the entries that it is about.
        ///
        /// `control`, `subject`, `evidence`, `risk` and `parameter` are the ids of these entries;
        /// `before` and `after` are the values in the earlier and in the later report.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(tag = "kind", rename_all = "kebab-case")]
        #[non_exhaustive]
        #[allow(missing_docs, reason = "the fields are described above")]
        pub enum CauseDetail {
            $($(#[doc = $doc])+ $variant { $($fields)* },)+
        }

        impl CauseDetail {
            /// Its kind.
            pub fn kind(&self) -> CauseKind {
                match self {
                    $(Self::$variant { .. } => CauseKind::$variant,)+
                }
            }
        }
    };
}

causes! {
    /// A claim was added: before, the control had not been assessed for the subject.
    ClaimAdded { control: ControlId, subject: SubjectId, after: Status },
    /// The claim was removed.
    ClaimRemoved { control: ControlId, subject: SubjectId, before: Status },
    /// The claim has a different status.
    StatusChanged { control: ControlId, subject: SubjectId, before: Status, after: Status },
    /// The wallet has a claim of its own now.
    ClaimNarrowed { control: ControlId, subject: SubjectId },
    /// The wallet no longer has a claim of its own; the general claim applies.
    ClaimWidened { control: ControlId, subject: SubjectId },
    /// The claim has a different due date.
    DueChanged {
        control: ControlId,
        subject: SubjectId,
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<Date>,
        #[serde(skip_serializing_if = "Option::is_none")]
        after: Option<Date>,
    },
    /// The due date has passed in the meantime.
    DuePassed {
        control: ControlId,
        subject: SubjectId,
        before: Date,
        #[serde(skip_serializing_if = "Option::is_none")]
        after: Option<Date>,
    },
    /// The exclusion is confirmed by somebody independent in one report only.
    ConfirmationChanged { control: ControlId, subject: SubjectId, confirmed: bool },
    /// The last assessment of the claim may be relied on until another day: it was assessed again, or the
    /// limit changed. None if it states no day that is required.
    AssessmentChanged {
        control: ControlId,
        subject: SubjectId,
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<Date>,
        #[serde(skip_serializing_if = "Option::is_none")]
        after: Option<Date>,
    },
    /// The last day on which the assessment of the claim may be relied on has passed in the meantime.
    AssessmentEnded { control: ControlId, subject: SubjectId, until: Date },
    /// The claim cites an item that it did not cite before.
    EvidenceAdded { evidence: EvidenceId, control: ControlId, subject: SubjectId },
    /// The claim no longer cites an item.
    EvidenceRemoved { evidence: EvidenceId, control: ControlId, subject: SubjectId },
    /// A cited item is valid for longer.
    EvidenceRenewed { evidence: EvidenceId, before: Days, after: Days },
    /// The validity of a cited item was shortened.
    EvidenceShortened { evidence: EvidenceId, before: Days, after: Days },
    /// The last day of the validity of a cited item has passed in the meantime.
    EvidenceExpired {
        evidence: EvidenceId,
        before: EvidenceState,
        after: EvidenceState,
        until: Date,
    },
    /// The first day of the validity of a cited item has come in the meantime.
    EvidenceBegan {
        evidence: EvidenceId,
        before: EvidenceState,
        after: EvidenceState,
        from: Date,
    },
    /// Checking the file of a cited item gives a different result.
    FileChanged { evidence: EvidenceId, before: FileCheck, after: FileCheck },
    /// A cited item can back claims for the subject in one report only: the subjects that it names, the
    /// day on which it was collected, or the first day of the wallet changed.
    RelevanceChanged {
        evidence: EvidenceId,
        subject: SubjectId,
        before: Relevance,
        after: Relevance,
    },
    /// The risk is accepted for the subject.
    AcceptanceAdded { risk: RiskId, subject: SubjectId, after: Date },
    /// The acceptance for the subject was removed.
    AcceptanceRemoved { risk: RiskId, subject: SubjectId, before: Date },
    /// The facts of wallets compare differently with a parameter of the profile: the facts, or what the
    /// parameter requires, changed.
    FactsChanged {
        control: ControlId,
        subject: SubjectId,
        parameter: ParameterId,
        before: ParameterStanding,
        after: ParameterStanding,
    },
    /// The dates of the acceptance have changed.
    AcceptanceChanged { risk: RiskId, before: Date, after: Date },
    /// The last day of the acceptance has passed in the meantime.
    AcceptanceEnded { risk: RiskId, before: Date, after: Date },
    /// The first day of the acceptance has come in the meantime.
    AcceptanceBegan { risk: RiskId, before: Date, after: Date },
    /// The wallet was added.
    SubjectAdded { subject: SubjectId },
    /// The wallet was removed.
    SubjectRemoved { subject: SubjectId },
    /// The wallet holds keys on one of the days only: from `since` until `until`.
    WalletDays {
        subject: SubjectId,
        #[serde(skip_serializing_if = "Option::is_none")]
        since: Option<Date>,
        #[serde(skip_serializing_if = "Option::is_none")]
        until: Option<Date>,
    },
    /// The subject has another tier, other traits or channels, so that other controls apply.
    SubjectChanged {
        subject: SubjectId,
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        after: Option<String>,
    },
    /// The wallet is included in one report and not in the other.
    ScopeChanged { subject: SubjectId, included: bool },
    /// The control was added to the catalog.
    ControlAdded { control: ControlId },
    /// The control was removed from the catalog.
    ControlRemoved { control: ControlId },
    /// The catalog changed the control: where it applies, how it acts, or what it treats.
    ControlChanged {
        control: ControlId,
        #[serde(flatten)]
        change: ControlChange,
    },
    /// The risk was added to the catalog.
    RiskAdded { risk: RiskId },
    /// The risk was removed from the catalog.
    RiskRemoved { risk: RiskId },
    /// The catalog gives the risk another severity.
    SeverityChanged { risk: RiskId, before: Severity, after: Severity },
    /// The catalog changed the risk: which controls treat it, or which subjects it can affect.
    RiskChanged { risk: RiskId, change: RiskChange },
    /// A risk that the control treats directly is open now.
    RiskOpened { risk: RiskId, subject: SubjectId, before: RiskVerdict, after: RiskVerdict },
    /// A risk that the control treats directly is no longer open.
    RiskClosed { risk: RiskId, subject: SubjectId, before: RiskVerdict, after: RiskVerdict },
    /// The day of the later report is before that of the earlier one.
    DayMovedBack {
        #[serde(flatten)]
        matter: DayMatter,
    },
    /// The claim or the acceptance is written at another place; nothing else changed.
    PlaceChanged {
        gap: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        before: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        after: Option<String>,
    },
}

/// What the catalog changed about a control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum ControlChange {
    /// Where it applies.
    Applies {
        /// Where it applied.
        before: String,
        /// Where it applies now.
        after: String,
    },
    /// Whether it treats a risk directly.
    Treats {
        /// The risk.
        risk: RiskId,
        /// Whether it treats the risk directly now.
        treats: bool,
    },
    /// Whether it is detective.
    Detects {
        /// Whether it is detective now.
        detective: bool,
    },
}

/// What the catalog changed about a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RiskChange {
    /// The controls that treat it directly.
    DirectControls,
    /// The subjects that it can affect.
    Subjects,
}

/// What is different on an earlier day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum DayMatter {
    /// A due date has not passed yet.
    Due {
        /// The control.
        control: ControlId,
        /// The subject.
        subject: SubjectId,
        /// The due date in the earlier report.
        before: Date,
        /// The due date in the later report.
        #[serde(skip_serializing_if = "Option::is_none")]
        after: Option<Date>,
    },
    /// The validity of an evidence item.
    Evidence {
        /// The item.
        evidence: EvidenceId,
        /// Its state in the earlier report.
        before: EvidenceState,
        /// Its state in the later report.
        after: EvidenceState,
        /// The state that it has on the earlier day, if nothing else changed.
        state: EvidenceState,
    },
    /// An acceptance is in force on one of the days only.
    Acceptance {
        /// The risk.
        risk: RiskId,
        /// Its last day in the earlier report.
        before: Date,
        /// Its last day in the later report.
        after: Date,
    },
}

/// The first and the last day of the validity of an evidence item. Its JSON form is
/// `2026-01-01 to 2026-12-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Days {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
}

const TO: &str = " to ";

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{TO}{}", self.from, self.until)
    }
}

impl Serialize for Days {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
        let days = text.split_once(TO).and_then(|(from, until)| {
            Some(Self {
                from: from.parse().ok()?,
                until: until.parse().ok()?,
            })
        });
        days.ok_or_else(|| {
            serde::de::Error::custom("expected two days, such as `2026-01-01 to 2026-12-31`")
        })
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Days {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Days".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "The first and the last day of a period: `YYYY-MM-DD to YYYY-MM-DD`.",
        })
    }
}

/// A cause, and what it is about.
///
/// Its JSON form has its plain text in addition to its data, and the name of the entry as `about`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Cause {
    /// What changed.
    #[serde(flatten)]
    pub detail: CauseDetail,
    /// Where it is written; in the earlier report, if it is not in the later one.
    pub location: Option<Location>,
}

/// A cause, in words and as data.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Cause"))]
pub(super) struct Form<'c> {
    /// What it is about: the id of a cell, an evidence item, a control, a risk, a subject or a gap.
    about: String,
    /// The cause in words.
    #[serde(serialize_with = "as_text")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    text: Message<'c>,
    #[serde(flatten)]
    detail: &'c CauseDetail,
    /// Where it is written; in the earlier report, if it is not in the later one.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<&'c Location>,
}

impl Serialize for Cause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let form = Form {
            about: self.about(),
            text: self.message(),
            detail: &self.detail,
            location: self.location.as_ref(),
        };
        form.serialize(serializer)
    }
}

impl Cause {
    /// Its kind.
    pub fn kind(&self) -> CauseKind {
        self.detail.kind()
    }

    /// The name of what it is about: the id of a cell (`control@subject`), an evidence item, a
    /// control, a risk, a subject or a gap.
    pub fn about(&self) -> String {
        self.detail.about()
    }

    /// The cause in words.
    pub fn message(&self) -> Message<'_> {
        self.detail.message()
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message().fmt(f)
    }
}

impl CauseDetail {
    fn about(&self) -> String {
        match self {
            Self::ClaimAdded {
                control, subject, ..
            }
            | Self::ClaimRemoved {
                control, subject, ..
            }
            | Self::StatusChanged {
                control, subject, ..
            }
            | Self::ClaimNarrowed { control, subject }
            | Self::ClaimWidened { control, subject }
            | Self::DueChanged {
                control, subject, ..
            }
            | Self::DuePassed {
                control, subject, ..
            }
            | Self::FactsChanged {
                control, subject, ..
            }
            | Self::ConfirmationChanged {
                control, subject, ..
            }
            | Self::AssessmentChanged {
                control, subject, ..
            }
            | Self::AssessmentEnded {
                control, subject, ..
            }
            | Self::DayMovedBack {
                matter: DayMatter::Due {
                    control, subject, ..
                },
            } => format!("{control}@{subject}"),
            Self::EvidenceAdded { evidence, .. }
            | Self::EvidenceRemoved { evidence, .. }
            | Self::EvidenceRenewed { evidence, .. }
            | Self::EvidenceShortened { evidence, .. }
            | Self::EvidenceExpired { evidence, .. }
            | Self::EvidenceBegan { evidence, .. }
            | Self::FileChanged { evidence, .. }
            | Self::RelevanceChanged { evidence, .. }
            | Self::DayMovedBack {
                matter: DayMatter::Evidence { evidence, .. },
            } => evidence.to_string(),
            Self::AcceptanceAdded { risk, .. }
            | Self::AcceptanceRemoved { risk, .. }
            | Self::AcceptanceChanged { risk, .. }
            | Self::AcceptanceEnded { risk, .. }
            | Self::AcceptanceBegan { risk, .. }
            | Self::RiskAdded { risk }
            | Self::RiskRemoved { risk }
            | Self::SeverityChanged { risk, .. }
            | Self::RiskChanged { risk, .. }
            | Self::RiskOpened { risk, .. }
            | Self::RiskClosed { risk, .. }
            | Self::DayMovedBack {
                matter: DayMatter::Acceptance { risk, .. },
            } => risk.to_string(),
            Self::SubjectAdded { subject }
            | Self::SubjectRemoved { subject }
            | Self::WalletDays { subject, .. }
            | Self::SubjectChanged { subject, .. }
            | Self::ScopeChanged { subject, .. } => subject.to_string(),
            Self::ControlAdded { control }
            | Self::ControlRemoved { control }
            | Self::ControlChanged { control, .. } => control.to_string(),
            Self::PlaceChanged { gap, .. } => gap.clone(),
        }
    }
}
