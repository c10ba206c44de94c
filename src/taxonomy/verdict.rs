//! What coverage says: the words of `docs/coverage.md`.

use super::schema_vocabulary;

schema_vocabulary! {
    /// The verdict of a cell, on a day. The order is
    /// `effective > unproven > partial > absent = unknown`; `excluded` stands apart.
    Verdict, "verdict" {
        /// In place, or something as good is, and at least one evidence item is current.
        Effective,
        /// Said to be in place, and no evidence item is current.
        Unproven,
        /// Some of it is in place.
        Partial,
        /// Planned or not in place.
        Absent,
        /// Nobody has looked.
        Unknown,
        /// Not applicable, with a justification. It leaves the denominator and is listed by name.
        Excluded,
    }
}

schema_vocabulary! {
    /// The verdict of a risk for one subject, on a day, over the cells of the controls that treat it
    /// directly.
    RiskVerdict, "risk verdict" {
        /// Every such cell is effective.
        Treated,
        /// Some are effective or partial, and not all are effective.
        PartlyTreated,
        /// None is effective or partial.
        Untreated,
        /// Every such cell is unknown.
        Unknown,
        /// The catalogue names no control that treats the risk directly.
        NoControl,
        /// The catalogue names such controls, and none of them applies here.
        OutOfScope,
    }
}

impl RiskVerdict {
    /// Whether something remains to be done about the risk.
    pub fn is_open(self) -> bool {
        match self {
            Self::PartlyTreated | Self::Untreated | Self::Unknown | Self::NoControl => true,
            Self::Treated | Self::OutOfScope => false,
        }
    }

    /// The order from worst to best, by which a risk over several subjects is as good as its worst.
    pub fn rank(self) -> u8 {
        match self {
            Self::Untreated => 0,
            Self::NoControl => 1,
            Self::Unknown => 2,
            Self::PartlyTreated => 3,
            Self::Treated => 4,
            Self::OutOfScope => 5,
        }
    }
}

schema_vocabulary! {
    /// The verdict of a reference of another framework, on a day, over the cells of all controls that
    /// touch it; excluded cells are left out. The order is `proven > partly-proven > unproven >
    /// partial > absent = unknown`; the others stand apart. No word says that the reference is
    /// covered entirely: a mapping says that two texts touch the same subject, and no more.
    ForeignVerdict, "verdict of a foreign reference" {
        /// Every cell that touches it is effective.
        Proven,
        /// Some cells that touch it are effective, and not all are.
        PartlyProven,
        /// Every cell that touches it is said to be in place, and none is proven.
        Unproven,
        /// Some cell that touches it is said to be in place, at least in part, not all are said to be
        /// in place, and none is proven.
        Partial,
        /// No cell that touches it is in place, not even in part, and somebody has looked at one.
        Absent,
        /// Nobody has looked at any cell that touches it.
        Unknown,
        /// Every cell that touches it is excluded, with a justification.
        Excluded,
        /// Controls of the catalogue touch it, and none of them applies here.
        OutOfScope,
        /// No control of the catalogue touches it, so nothing here speaks about it.
        Untouched,
    }
}

impl ForeignVerdict {
    /// The order from worst to best; none for those that stand apart.
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
    /// What an evidence item is worth on a day.
    EvidenceState, "evidence state" {
        /// The day lies before the one from which the item speaks.
        NotYetValid,
        /// The item may be relied on.
        Current,
        /// The day lies after the last one on which the item may be relied on.
        Expired,
    }
}

schema_vocabulary! {
    /// What became of looking at the file of an evidence item.
    FileCheck, "file check" {
        /// Nobody looked, or the locator is an address in another system.
        NotChecked,
        /// The file is there; the item has no SHA-256 to compare.
        Present,
        /// The file is there and has the SHA-256 that the item names.
        Matches,
        /// The file is not there, or is not a regular file within the folder that was given.
        Missing,
        /// The file is there and has another SHA-256.
        Mismatch,
    }
}

impl FileCheck {
    /// Whether the file speaks against relying on the item.
    pub fn is_against(self) -> bool {
        match self {
            Self::Missing | Self::Mismatch => true,
            Self::NotChecked | Self::Present | Self::Matches => false,
        }
    }
}

schema_vocabulary! {
    /// Why a cell or a risk falls short.
    GapKind, "gap kind" {
        /// Nobody has looked at the control. Closes when somebody claims it and cites evidence, or
        /// justifies that it is not applicable.
        NotAssessed,
        /// The control is not in place. Closes when it is, with current evidence.
        NotImplemented,
        /// The control is committed to a day that has not passed. Closes when it is in place, with
        /// current evidence.
        Planned,
        /// The day to which the control was committed has passed. Closes when it is in place, with
        /// current evidence; another date does not close it.
        Overdue,
        /// Some of the control is in place. Closes when all of it is, with current evidence.
        Partial,
        /// The control is said to be in place and no evidence is cited. Closes when current evidence
        /// is.
        Unproven,
        /// The control is said to be in place, and what is cited has expired. Closes when an item is
        /// renewed or a current one is cited.
        EvidenceExpired,
        /// The control is said to be in place, and what is cited speaks only from a later day.
        EvidenceNotYetValid,
        /// The control is said to be in place, and the file that is cited is not where it should be.
        EvidenceMissingFile,
        /// The control is said to be in place, and the file that is cited is not the one that was
        /// collected.
        EvidenceHashMismatch,
        /// The control is said to be in place, and what is stated of the wallet, or of all such wallets
        /// together, does not meet a parameter of the profile. Closes when it does.
        ParameterNotMet,
        /// The control is said to be in place, and a fact that a parameter of the profile asks for is
        /// not stated. Closes when it is, and meets the parameter.
        FactMissing,
        /// The acceptance of a risk that is not treated has ended. Closes when it is renewed or the
        /// risk is treated.
        AcceptanceExpired,
        /// The catalogue names no control that treats the risk directly. Closes when the risk is
        /// accepted, or a control of your own treats it.
        NoControl,
        /// Detective controls are offered for the risk, and none of them is effective: the event
        /// would go unnoticed. Closes when one of them is effective, or the risk is accepted.
        NoDetection,
    }
}

impl GapKind {
    /// Whether the gap is one of a risk rather than of a cell.
    pub fn is_of_risk(self) -> bool {
        match self {
            Self::AcceptanceExpired | Self::NoControl | Self::NoDetection => true,
            Self::NotAssessed
            | Self::NotImplemented
            | Self::Planned
            | Self::Overdue
            | Self::Partial
            | Self::Unproven
            | Self::EvidenceExpired
            | Self::EvidenceNotYetValid
            | Self::EvidenceMissingFile
            | Self::EvidenceHashMismatch
            | Self::ParameterNotMet
            | Self::FactMissing => false,
        }
    }
}

schema_vocabulary! {
    /// What happens on a day of its own, so that verdicts or gaps may change.
    Turn, "turn" {
        /// An evidence item may be relied on for the last time on the day before.
        EvidenceEnds,
        /// An acceptance of a risk is in force for the last time on the day before.
        AcceptanceEnds,
        /// A control was due on the day before and is not in place; its gaps are overdue.
        DuePasses,
        /// An evidence item speaks from the day on.
        EvidenceBegins,
        /// An acceptance of a risk is in force from the day on.
        AcceptanceBegins,
    }
}
