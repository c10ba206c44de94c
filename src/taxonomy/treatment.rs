//! How controls treat risks, and what a claim can state about them.

use super::schema_vocabulary;

schema_vocabulary! {
    /// What a control applies to.
    ///
    /// Closed: every cell belongs to the organization or to a wallet.
    SubjectKind, "subject" {
        /// The custodian as a whole; there is exactly one.
        Organization,
        /// A wallet: a group of signature keys that are handled alike. ISO 22739 uses the word for
        /// the application that manages keys.
        Wallet,
    }
}

schema_vocabulary! {
    /// How a control acts on an event: the control types of ISO/IEC 27002:2022.
    ///
    /// Closed: the depth of treatment counts exactly these.
    Function, "function" {
        /// It prevents the event, or makes it less likely.
        Preventive,
        /// It detects the event.
        Detective,
        /// It limits the harm or restores what was lost.
        Corrective,
    }
}

schema_vocabulary! {
    /// The status that a claim states for a control. The words are those of OSCAL's implementation
    /// status, with `inherited` and `not-implemented` added.
    ///
    /// A control without a claim is *unknown*: it has not been assessed.
    ///
    /// Closed: every verdict is derived from the status.
    Status, "status" {
        /// In place as stated. Rests on evidence.
        Implemented,
        /// A comparable control is in place instead. Requires `rationale` and rests on evidence.
        Alternative,
        /// Provided by a named third party. Requires `provider` and rests on evidence, such as the
        /// provider's report.
        Inherited,
        /// Partly in place. Requires `missing`: what is not in place. What is in place rests on
        /// `part_evidence`.
        Partial,
        /// Not yet in place, but scheduled for a date. Requires `due` and `owner`.
        Planned,
        /// Not in place.
        NotImplemented,
        /// The subject of the control does not exist here. Requires `because`, and counts only once
        /// somebody independent has confirmed it (`approved_by`).
        NotApplicable,
    }
}

schema_vocabulary! {
    /// A key of a claim other than its status. [`Status::requires`] and [`Status::allows`] have the
    /// rules.
    ///
    /// May grow.
    #[non_exhaustive]
    ClaimKey, "claim key" {
        /// Where a proposal comes from. A claim with this key is a proposal and awaits
        /// confirmation.
        Proposed,
        /// What is in place instead, and why it is equivalent.
        Rationale,
        /// Who provides the control.
        Provider,
        /// What is not in place.
        Missing,
        /// The date by which the control is to be in place.
        Due,
        /// Why the subject of the control does not exist here.
        Because,
        /// Who is responsible.
        Owner,
        /// The evidence that the control, or what replaces it, is in place, or that its subject does
        /// not exist here.
        Evidence,
        /// The evidence of the part that is in place.
        PartEvidence = "part_evidence",
        /// The evidence of the shortfall. It never backs a claim.
        Observations,
        /// Who confirmed that the subject of the control does not exist here: neither the owner nor
        /// an assessor of the claim.
        ApprovedBy = "approved_by",
    }
}

impl Status {
    /// Whether the status means that the control, or an equivalent, is in place.
    pub fn is_in_place(self) -> bool {
        match self {
            Self::Implemented | Self::Alternative | Self::Inherited => true,
            Self::Partial | Self::Planned | Self::NotImplemented | Self::NotApplicable => false,
        }
    }

    /// The keys that a claim with this status must have. Evidence is not among them: a claim
    /// without it is valid, but it is not backed. Neither is `approved_by`: an exclusion without it is
    /// valid, but it is not confirmed.
    ///
    /// ```
    /// use custody_controls::taxonomy::{ClaimKey, Status};
    ///
    /// assert_eq!(Status::Planned.requires(), [ClaimKey::Due, ClaimKey::Owner]);
    /// assert!(Status::Partial.allows(ClaimKey::Due));
    /// assert!(!Status::Implemented.allows(ClaimKey::Due));
    /// ```
    pub fn requires(self) -> &'static [ClaimKey] {
        match self {
            Self::Implemented | Self::NotImplemented => &[],
            Self::Alternative => &[ClaimKey::Rationale],
            Self::Inherited => &[ClaimKey::Provider],
            Self::Partial => &[ClaimKey::Missing],
            Self::Planned => &[ClaimKey::Due, ClaimKey::Owner],
            Self::NotApplicable => &[ClaimKey::Because],
        }
    }

    /// Whether a claim with this status may have a key. Every claim may be proposed and have an
    /// owner, and what is not in place may be due. What shows a shortfall has another key than what
    /// shows that something is in place, so that changing only the status never makes it proof.
    pub fn allows(self, key: ClaimKey) -> bool {
        match key {
            ClaimKey::Proposed | ClaimKey::Owner => true,
            ClaimKey::Due | ClaimKey::Observations => self.is_shortfall(),
            ClaimKey::Evidence => !self.is_shortfall(),
            ClaimKey::PartEvidence => self == Self::Partial,
            ClaimKey::ApprovedBy => self == Self::NotApplicable,
            ClaimKey::Rationale | ClaimKey::Provider | ClaimKey::Missing | ClaimKey::Because => {
                self.requires().contains(&key)
            }
        }
    }

    /// Whether the control is claimed not to be in place, or only in part.
    pub fn is_shortfall(self) -> bool {
        matches!(self, Self::Partial | Self::Planned | Self::NotImplemented)
    }

    /// The key whose text explains the status, if it has one.
    pub fn explained_by(self) -> Option<ClaimKey> {
        match self {
            Self::Alternative => Some(ClaimKey::Rationale),
            Self::Partial => Some(ClaimKey::Missing),
            Self::NotApplicable => Some(ClaimKey::Because),
            Self::Implemented | Self::Inherited | Self::Planned | Self::NotImplemented => None,
        }
    }
}
