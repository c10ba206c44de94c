//! Words that describe risks (clause 8).

use super::schema_vocabulary;

schema_vocabulary! {
    /// What may happen to an asset.
    Threat, "threat" {
        /// A secret or customer information becomes known to somebody who should not know it. It
        /// can happen without malice.
        Leakage,
        /// Something is destroyed or becomes unusable.
        Loss,
        /// Proceeds of crime pass through the custodian.
        MoneyLaundering,
        /// A service or an operation stops.
        Outage,
        /// Somebody poses as somebody else.
        Spoofing,
        /// Data or a message is changed without authority.
        Tampering,
        /// Somebody takes something that is not theirs. It needs malice.
        Theft,
        /// A key is used for a transaction that nobody with authority wanted. It needs malice.
        UnauthorizedUse,
    }
}

schema_vocabulary! {
    /// Why a threat becomes real.
    Factor, "factor" {
        /// The surroundings of a distributed ledger: splits, prices, other participants.
        Ecosystem,
        /// Fire, water, earthquake, power and the like.
        Environmental,
        /// Malice of an authorized person. In the signature-key matrix this includes end users, who
        /// are authorized in the source's sense.
        InsiderMalice,
        /// A mistake in operating.
        OperationError,
        /// Malice of outsiders other than spoofing, privilege escalation without stolen credentials
        /// included.
        OutsiderMalice,
        /// A decision of an authority.
        Regulatory,
        /// Use of stolen credentials of an authorized person.
        Spoofing,
        /// A failure of another organization.
        ThirdParty,
        /// A system behaves in a way that nobody intended.
        UnintendedBehavior,
    }
}

schema_vocabulary! {
    /// Who or what brings a risk about.
    Actor, "actor" {
        /// A bank that holds the custodian's accounts.
        Bank,
        /// The participants of a distributed ledger network.
        DltNetwork,
        /// A customer, or whoever uses a customer's access.
        EndUser,
        /// Somebody from outside without authority.
        ExternalAttacker,
        /// A person with authority inside the custodian.
        Insider,
        /// An internet provider or a state with power over networks.
        IspState,
        /// Natural hazards.
        Nature,
        /// An operator or administrator of the custodian's system.
        OperatorAdmin,
        /// Another custodian or exchange.
        OtherCustodian,
        /// A supervisor, a court or another authority.
        Regulator,
        /// Whoever makes, sells or ships a device or software.
        Supplier,
        /// The system itself.
        System,
        /// Another organization that a service depends on.
        ThirdParty,
    }
}

schema_vocabulary! {
    /// What is at stake.
    Asset, "asset" {
        /// The records of who holds what.
        AssetData,
        /// A copy of a key or a seed kept for recovery.
        BackupKey,
        /// The custodian's own node of a ledger network.
        BlockchainNode,
        /// The custodian's system as a whole.
        CustodianSystem,
        /// A customer's account with the custodian.
        CustomerAccount,
        /// The assets held for customers.
        CustomerAssets,
        /// What a customer proves identity with.
        CustomerCredential,
        /// Information about customers.
        CustomerInformation,
        /// A device that holds keys and signs.
        HardwareWallet,
        /// The key that keeps a signature key confidential at rest.
        KeyEncryptionKey,
        /// One part of a divided key.
        KeyShare,
        /// The random value from which a deterministic wallet derives its keys.
        MasterSeed,
        /// The custodian's standing.
        Reputation,
        /// That customers can use the service.
        ServiceAvailability,
        /// The private key that signs transactions.
        SignatureKey,
        /// The function that signs with a key.
        SigningFunction,
        /// The function that builds unsigned transactions.
        TransactionGenerator,
        /// A transaction before it is signed.
        UnsignedTransaction,
    }
}

schema_vocabulary! {
    /// How bad the stated consequence of a risk is for customers' assets, as if no control existed.
    ///
    /// Our own judgement, not from ISO/TR 23576 or its ancestor. Likelihood, cost to the custodian
    /// and size of the wallet are left out; where a risk spans several outcomes the worst stated one
    /// counts. The order is `low < medium < high < critical`.
    Severity, "severity" {
        /// A nuisance to customers, who have other ways to act or to be reached.
        Low,
        /// Customers cannot use or move their assets for a time, or their data are disclosed, while
        /// the assets themselves remain.
        Medium,
        /// Loss limited to single customers, deposits or kinds of asset; or a wrong record, login or
        /// view of the ledger that leads to such a loss; or a standing weakness that makes a
        /// critical event markedly more likely.
        High,
        /// Irreversible loss of customers' assets or of the ability to move them, or a key, seed or
        /// wrong transfer that leads to it without a further failure.
        Critical,
    }
}

impl Severity {
    /// One step lower; `low` stays `low`.
    #[must_use]
    pub fn one_step_lower(self) -> Self {
        match self {
            Self::Critical => Self::High,
            Self::High => Self::Medium,
            Self::Medium | Self::Low => Self::Low,
        }
    }
}
