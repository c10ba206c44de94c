//! Results of an evaluation. `docs/coverage.md` defines them.

use super::schema_vocabulary;

schema_vocabulary! {
    /// The verdict on a cell, which is a control for one subject, on a day. The order is
    /// `effective > unproven > partial > absent = unknown`; `excluded` is not in the order.
    ///
    /// Closed: every cell counts towards exactly one of them.
    Verdict, "verdict" {
        /// The control or an equivalent is in place, and at least one evidence item is current.
        Effective,
        /// The control is claimed to be in place, but no evidence item is current.
        Unproven,
        /// Partly in place.
        Partial,
        /// Planned or not in place.
        Absent,
        /// Not assessed, or said not to be applicable without a confirmation.
        Unknown,
        /// Not applicable, with a justification that somebody independent has confirmed. The cell is
        /// left out of the denominator and listed by name.
        Excluded,
    }
}

schema_vocabulary! {
    /// The verdict on a risk for one subject, on a day, over the cells of the controls that treat
    /// it directly; excluded cells are left out.
    ///
    /// Closed: every risk has exactly one of them for each subject.
    RiskVerdict, "risk verdict" {
        /// Every control that treats the risk directly is effective.
        Treated,
        /// Some controls that treat the risk directly are effective, or partial with evidence of that
        /// part, but not all are effective.
        PartlyTreated,
        /// At least one control that treats the risk directly is claimed to be in place, at least in
        /// part, and no evidence shows that any of them is.
        Unproven,
        /// No control that treats the risk directly is claimed to be in place, not even in part.
        Untreated,
        /// No control that treats the risk directly has been assessed.
        Unknown,
        /// The catalog has no control that treats the risk directly.
        NoControl,
        /// Controls that treat the risk directly apply here, and all of them are excluded by claims.
        ExcludedByClaim,
        /// The catalog has controls that treat the risk directly, but none of them applies here.
        OutOfScope,
    }
}

impl RiskVerdict {
    /// Whether the risk is still open: not treated, or not known to be.
    pub fn is_open(self) -> bool {
        match self {
            Self::PartlyTreated
            | Self::Unproven
            | Self::Untreated
            | Self::Unknown
            | Self::NoControl => true,
            Self::Treated | Self::ExcludedByClaim | Self::OutOfScope => false,
        }
    }

    /// Whether no control is shown to treat the risk, not even in part.
    pub fn is_without_treatment(self) -> bool {
        match self {
            Self::Untreated | Self::NoControl | Self::Unknown | Self::Unproven => true,
            Self::PartlyTreated | Self::Treated | Self::ExcludedByClaim | Self::OutOfScope => false,
        }
    }

    /// Whether controls that treat the risk directly apply and are not excluded, or the catalog has
    /// none.
    pub fn is_in_scope(self) -> bool {
        self.is_open() || self == Self::Treated
    }

    /// The rank from worst to best. The verdict on a risk over several subjects is the worst one.
    pub fn rank(self) -> u8 {
        match self {
            Self::Untreated => 0,
            Self::NoControl => 1,
            Self::Unknown => 2,
            Self::Unproven => 3,
            Self::PartlyTreated => 4,
            Self::Treated => 5,
            Self::ExcludedByClaim => 6,
            Self::OutOfScope => 7,
        }
    }
}

schema_vocabulary! {
    /// The verdict on a reference of another framework, on a day, over the cells of all controls
    /// that map to it; excluded cells are left out. The order is `proven > partly-proven > unproven
    /// > partial > absent = unknown`; the others are not in the order. No verdict means that the
    /// reference is fully covered: a mapping states that two texts address the same subject, and
    /// nothing more.
    ///
    /// Closed: every reference has exactly one of them.
    ForeignVerdict, "verdict of a foreign reference" {
        /// Every cell mapped to it is effective.
        Proven,
        /// Some cells mapped to it are effective, but not all.
        PartlyProven,
        /// Every cell mapped to it is claimed to be in place, but none is proven.
        Unproven,
        /// At least one cell mapped to it is claimed to be in place, fully or in part; not all are
        /// claimed to be in place, and none is proven.
        Partial,
        /// No cell mapped to it is in place, not even in part, and at least one has been assessed.
        Absent,
        /// No cell mapped to it has been assessed.
        Unknown,
        /// Every cell mapped to it is excluded, with a justification.
        Excluded,
        /// Controls of the catalog map to it, but none of them applies here.
        OutOfScope,
        /// No control of the catalog maps to it, so the assessment shows nothing about it.
        Untouched,
    }
}

impl ForeignVerdict {
    /// The rank from worst to best; none for those that are not in the order.
    pub fn rank(self) -> Option<u8> {
        match self {
            Self::Proven => Some(4),
            Self::PartlyProven => Some(3),
            Self::Unproven => Some(2),
            Self::Partial => Some(1),
            Self::Absent | Self::Unknown => Some(0),
            Self::Excluded | Self::OutOfScope | Self::Untouched => None,
        }
    }
}

schema_vocabulary! {
    /// Whether a reference of another framework is applicable, as far as the controls that are mapped
    /// to it show.
    ///
    /// Closed: something in the scope of a mapped control exists, does not exist, or is not known.
    Applicability, "applicability of a foreign reference" {
        /// A control that is mapped to it applies here, so what both address exists here.
        Applicable,
        /// Every instance of the controls that are mapped to it is excluded, with a justification and
        /// a confirmation. Whether the rest of the reference is applicable is not known.
        Excluded,
        /// Not known: no control is mapped to it, none of them applies, or they are said not to be
        /// applicable without a confirmation.
        Undecided,
    }
}

schema_vocabulary! {
    /// Where a day is relative to a validity period, such as that of an evidence item.
    ///
    /// Closed: a day is before, within or after a period.
    EvidenceState, "evidence state" {
        /// The day is before the first day on which the item is valid.
        NotYetValid,
        /// The item is valid on the day.
        Current,
        /// The day is after the last day on which the item is valid.
        Expired,
    }
}

schema_vocabulary! {
    /// Whether an evidence item can back a claim for a subject while it is current.
    ///
    /// May grow.
    #[non_exhaustive]
    Relevance, "relevance of evidence" {
        /// It can.
        Relevant,
        /// It cannot: it names the subjects that it is about, and this one is not among them.
        OtherSubject,
        /// It cannot: it is of a general kind, such as a policy, which alone never backs a claim for
        /// a wallet that states since when it holds keys.
        General,
        /// It cannot: it was collected before the wallet held keys, and does not name the wallet.
        BeforeSubject,
    }
}

schema_vocabulary! {
    /// The result of checking the file of an evidence item.
    ///
    /// May grow.
    #[non_exhaustive]
    FileCheck, "file check" {
        /// The file was not checked.
        NotChecked,
        /// The locator is an address in another system, which is never accessed. The file was not
        /// checked.
        OtherSystem,
        /// The file exists; the item states no SHA-256 to compare with, so the file is not verified.
        Present,
        /// The file exists and has the SHA-256 that the item states: it is verified.
        Matches,
        /// The directory has no such file.
        Missing,
        /// The directory has no such file, but one whose name differs in upper and lower case. Some
        /// systems take it for the same file and others do not.
        OtherCase,
        /// The file exists and has another SHA-256.
        Mismatch,
        /// The locator names a directory, a pipe, a socket or a device. It was not opened.
        NotAFile,
        /// A link leads outside the given directory. It was not followed.
        Outside,
        /// The file, or a directory on the way to it, cannot be read.
        Unreadable,
        /// The file is one of the files of the assessment: a claim is not evidence of itself.
        OwnInput,
        /// Several files have this name, in different Unicode forms that look the same.
        Ambiguous,
    }
}

impl FileCheck {
    /// Whether the result rules out relying on the item.
    pub fn is_against(self) -> bool {
        self.objection().is_some()
    }

    /// Why the item may not be relied on, as the end of a sentence about the item, which may continue
    /// with the path; none if the result does not rule out relying on it.
    pub fn objection(self) -> Option<&'static str> {
        match self {
            Self::NotChecked | Self::OtherSystem | Self::Present | Self::Matches => None,
            Self::Missing => Some("has no file"),
            Self::OtherCase => Some("has only a file whose name differs in upper and lower case"),
            Self::Mismatch => Some("has a SHA-256 that differs from that of the file"),
            Self::NotAFile => Some("has a directory or a special file instead of a regular file"),
            Self::Outside => Some("has a link that leads outside the evidence directory"),
            Self::Unreadable => Some("has a file that cannot be read"),
            Self::OwnInput => Some("has a file of the assessment itself as its file"),
            Self::Ambiguous => {
                Some("has several files whose names differ only in their Unicode form")
            }
        }
    }
}

schema_vocabulary! {
    /// Why a cell or a risk falls short.
    ///
    /// May grow.
    #[non_exhaustive]
    GapKind, "gap kind" {
        /// The control has not been assessed. Closes if it is claimed with current evidence, or is
        /// justified as not applicable.
        NotAssessed,
        /// The control is claimed not to be applicable, and no independent person has confirmed it.
        /// Closes if it is confirmed, or if the control is put in place, with current evidence.
        ExclusionUnconfirmed,
        /// The control is not in place. Closes if it is put in place, with current evidence.
        NotImplemented,
        /// The due date of the control has not passed. Closes if it is put in place,
        /// with current evidence.
        Planned,
        /// The due date of the control has passed. Closes if it is put in place,
        /// with current evidence; a new date does not close it.
        Overdue,
        /// The control is partly in place. Closes if all of it is, with current evidence.
        Partial,
        /// The control is claimed to be in place, but no evidence is cited. Closes if current
        /// evidence is cited.
        Unproven,
        /// The control is claimed to be in place, but the cited evidence has expired. Closes if an
        /// item is renewed or a current one is cited.
        EvidenceExpired,
        /// The control is claimed to be in place, but the cited evidence is not valid until a later
        /// day.
        EvidenceNotYetValid,
        /// The control is claimed to be in place, but the file of the cited evidence is missing.
        EvidenceMissingFile,
        /// The control is claimed to be in place, but the file of the cited evidence is not the one
        /// that was collected.
        EvidenceHashMismatch,
        /// The control is claimed to be in place, but the file of the cited evidence cannot be used:
        /// it is not a regular file, is outside the evidence directory, cannot be read, is a file of
        /// the assessment itself, or its name is ambiguous.
        EvidenceUnusableFile,
        /// The control is claimed to be in place, but the cited evidence is not about the subject: it
        /// names others, or is only of a general kind although the wallet states since when it holds
        /// keys. Closes if current evidence about the subject is cited.
        EvidenceNotAboutSubject,
        /// The control is claimed to be in place, but the cited evidence was collected before the
        /// wallet held keys, and does not name it. Closes if it is collected again, or if evidence
        /// about the wallet is cited.
        EvidenceBeforeSubject,
        /// The control is claimed to be in place or not to be applicable, but the last assessment of
        /// the claim is older than `reassess_within` allows. Closes if the claim is assessed again.
        AssessmentStale,
        /// The control is claimed to be in place, but the facts stated for the wallet, or for all
        /// such wallets together, do not meet a parameter of the profile. Closes if they do.
        ParameterNotMet,
        /// The control is claimed to be in place, but a fact that a parameter of the profile needs
        /// is not stated. Closes if it is stated and meets the parameter.
        FactMissing,
        /// The acceptance of a risk that is not treated has expired. Closes if it is renewed or the
        /// risk is treated.
        AcceptanceExpired,
        /// The catalog has no control that treats the risk directly. Closes if the risk is
        /// accepted, or a control of your own treats it.
        NoControl,
        /// The catalog has detective controls for the risk, but none of them is effective: the
        /// event would go undetected. Closes if one of them is effective, or the risk is accepted.
        NoDetection,
    }
}

impl GapKind {
    /// Whether the gap belongs to a risk rather than to a cell.
    pub fn is_of_risk(self) -> bool {
        match self {
            Self::AcceptanceExpired | Self::NoControl | Self::NoDetection => true,
            Self::NotAssessed
            | Self::ExclusionUnconfirmed
            | Self::NotImplemented
            | Self::Planned
            | Self::Overdue
            | Self::Partial
            | Self::Unproven
            | Self::EvidenceExpired
            | Self::EvidenceNotYetValid
            | Self::EvidenceMissingFile
            | Self::EvidenceHashMismatch
            | Self::EvidenceUnusableFile
            | Self::EvidenceNotAboutSubject
            | Self::EvidenceBeforeSubject
            | Self::AssessmentStale
            | Self::ParameterNotMet
            | Self::FactMissing => false,
        }
    }
}

schema_vocabulary! {
    /// What has to be done about a gap first.
    ///
    /// Closed: what falls short is known to be missing, is claimed without proof, or is unknown.
    Action, "action" {
        /// Put in place what is known to be missing, or accept the risk.
        Repair,
        /// Show with evidence or facts that what is claimed is so.
        Prove,
        /// Find out whether the control is in place.
        Assess,
    }
}

impl GapKind {
    /// The place among gaps of the same severity: 1 for what comes first. Known shortfalls come
    /// before missing proof, and missing proof before what has not been assessed;
    /// `docs/coverage.md` has the table.
    pub fn rank(self) -> u8 {
        match self {
            Self::Overdue
            | Self::EvidenceHashMismatch
            | Self::ParameterNotMet
            | Self::NotImplemented
            | Self::Partial => 1,
            Self::Planned | Self::AcceptanceExpired | Self::NoDetection | Self::NoControl => 2,
            Self::EvidenceExpired
            | Self::EvidenceMissingFile
            | Self::EvidenceUnusableFile
            | Self::AssessmentStale => 3,
            Self::Unproven
            | Self::EvidenceNotYetValid
            | Self::EvidenceNotAboutSubject
            | Self::EvidenceBeforeSubject
            | Self::FactMissing => 4,
            Self::ExclusionUnconfirmed | Self::NotAssessed => 5,
        }
    }

    /// What has to be done about the gap first.
    pub fn action(self) -> Action {
        match self.rank() {
            1 | 2 => Action::Repair,
            3 | 4 => Action::Prove,
            _ => Action::Assess,
        }
    }
}

schema_vocabulary! {
    /// What happens on a day by itself, so that verdicts or gaps may change.
    ///
    /// Closed: evidence, acceptances, wallets and assessments begin and end, and due dates pass.
    EventKind, "event kind" {
        /// The day before was the last day on which an evidence item is valid.
        EvidenceEnds,
        /// The day before was the last day on which an acceptance of a risk is in force.
        AcceptanceEnds,
        /// A control was due on the day before and is not in place; its gaps are overdue.
        DuePasses,
        /// An evidence item is valid from this day on.
        EvidenceBegins,
        /// An acceptance of a risk is in force from this day on.
        AcceptanceBegins,
        /// The day before was the last day on which a wallet holds keys.
        WalletEnds,
        /// A wallet holds keys from this day on.
        WalletBegins,
        /// The day before was the last day on which the last assessment of a claim may be relied on.
        AssessmentEnds,
        /// A claim counts, or may be relied on again, from this day on, on which it is assessed.
        AssessmentBegins,
    }
}
