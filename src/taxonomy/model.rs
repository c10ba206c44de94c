//! Words of the reference model of clauses 5 to 8.

use super::schema_vocabulary;

schema_vocabulary! {
    /// What a clause of ISO/TR 23576:2020 is for.
    ClauseKind, "clause kind" {
        /// Describes the reference model (clause 5).
        Model,
        /// Names objectives and approaches (clauses 6 and 7).
        Objective,
        /// Describes risks (clause 8).
        Risk,
        /// Describes controls to consider (clause 9).
        Control,
    }
}

schema_vocabulary! {
    /// Which part of the custodian's system a functional component belongs to (clause 5.2).
    ComponentGroup, "component group" {
        /// What customers touch.
        Customer,
        /// Deposits, withdrawals and orders.
        Business,
        /// Data at rest: asset data, keys, addresses, credentials, audit logs.
        Store,
        /// What speaks with the distributed ledger.
        Ledger,
        /// What makes, signs and sends transactions.
        Signing,
        /// What operators and administrators touch.
        Operator,
        /// Signing and key management apart from the network.
        Offline,
    }
}

schema_vocabulary! {
    /// Which way something passes between two components.
    Direction, "direction" {
        /// From the first to the second.
        Forward,
        /// Either way.
        Both,
    }
}

schema_vocabulary! {
    /// What a line between two key states means.
    TransitionKind, "transition kind" {
        /// The key goes from one state to the other.
        Change,
        /// Being in the first state makes the second one possible.
        Enables,
        /// The key is renewed. The source draws these lines dashed and does not explain them; the
        /// word is our reading.
        Renewal,
    }
}

schema_vocabulary! {
    /// The groups of threat factors in the signature-key matrix (clause 8.2.2.2).
    FactorGroup, "factor group" {
        /// An authorized person, or somebody who poses as one, acts against the rules.
        IllegalOperation,
        /// Somebody from outside enters a function.
        Intrusion,
        /// A function behaves in a way that nobody intended.
        Unintended,
        /// A person makes a mistake.
        HumanError,
    }
}
