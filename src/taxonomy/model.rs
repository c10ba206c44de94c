//! Terms of the reference model of clauses 5 to 8.

use super::schema_vocabulary;

schema_vocabulary! {
    /// The purpose of a clause of ISO/TR 23576:2020.
    ///
    /// Closed: these are the purposes of the standard's clauses.
    ClauseKind, "clause kind" {
        /// Describes the reference model (clause 5).
        Model,
        /// States objectives and approaches (clauses 6 and 7).
        Objective,
        /// Describes risks (clause 8).
        Risk,
        /// Describes controls to consider (clause 9).
        Control,
    }
}

schema_vocabulary! {
    /// The part of the custodian's system that a functional component belongs to (clause 5.2).
    ///
    /// Closed: these are the parts of the reference model.
    ComponentGroup, "component group" {
        /// What customers use.
        Customer,
        /// Deposits, withdrawals and orders.
        Business,
        /// Data at rest: asset data, keys, addresses, credentials, audit logs.
        Store,
        /// The interface to the distributed ledger.
        Ledger,
        /// What creates, signs and sends transactions.
        Signing,
        /// What operators and administrators use.
        Operator,
        /// Signing and key management without a network connection.
        Offline,
    }
}

schema_vocabulary! {
    /// The direction of a link between two components.
    ///
    /// Closed: a link has no other direction.
    Direction, "direction" {
        /// From the first to the second.
        Forward,
        /// In both directions.
        Both,
    }
}

schema_vocabulary! {
    /// What a transition between two key states means.
    ///
    /// May grow.
    #[non_exhaustive]
    TransitionKind, "transition kind" {
        /// The key moves from one state to the other.
        Change,
        /// Being in the first state makes the second one possible.
        Enables,
        /// The key is renewed. The source draws these lines dashed and does not explain them; the
        /// term is our reading.
        Renewal,
    }
}

schema_vocabulary! {
    /// The groups of threat factors in the signature-key matrix (clause 8.2.2.2).
    ///
    /// Closed: these are the groups of the matrix.
    FactorGroup, "factor group" {
        /// An authorized person, or someone posing as one, acts against the rules.
        IllegalOperation,
        /// An outsider gains access to a function.
        Intrusion,
        /// A function behaves in an unintended way.
        Unintended,
        /// A person makes a mistake.
        HumanError,
    }
}
