//! How controls treat risks, and what may be said about them.

use super::schema_vocabulary;

schema_vocabulary! {
    /// Whom a control is about.
    SubjectKind, "subject" {
        /// The custodian as a whole; there is exactly one.
        Organization,
        /// A wallet: a group of signature keys that are handled alike.
        Wallet,
    }
}

schema_vocabulary! {
    /// How a control acts on an event.
    Function, "function" {
        /// It keeps the event from happening, or makes it less likely.
        Preventive,
        /// It makes the event known.
        Detective,
        /// It limits the harm or restores what was lost.
        Corrective,
    }
}

schema_vocabulary! {
    /// What a claim says about a control.
    ///
    /// A control without a claim is *unknown*: nobody has looked.
    Status, "status" {
        /// In place as stated. Rests on evidence.
        Implemented,
        /// A comparable control is in place instead. Needs a `rationale`, rests on evidence.
        Alternative,
        /// Provided by a named third party. Needs a `provider`, rests on evidence such as the
        /// provider's report.
        Inherited,
        /// Some of it is in place. Needs `missing`: what is not.
        Partial,
        /// Not in place, and committed to a date. Needs `due` and `owner`.
        Planned,
        /// Not in place.
        NotImplemented,
        /// The subject of the control does not exist here. Needs `because`.
        NotApplicable,
    }
}

impl Status {
    /// Whether the status says that the control, or something as good, is in place.
    pub fn is_in_place(self) -> bool {
        match self {
            Self::Implemented | Self::Alternative | Self::Inherited => true,
            Self::Partial | Self::Planned | Self::NotImplemented | Self::NotApplicable => false,
        }
    }
}
