//! Terms that describe risks (clause 8).

use super::schema_vocabulary;

schema_vocabulary! {
    /// What may happen to an asset.
    ///
    /// May grow.
    #[non_exhaustive]
    Threat, "threat" {
        /// A secret or customer information becomes known to someone who is not authorized to know
        /// it. It can happen without malice.
        Leakage,
        /// Something is destroyed or becomes unusable.
        Loss,
        /// Proceeds of crime pass through the custodian.
        MoneyLaundering,
        /// A service or an operation is interrupted.
        Outage,
        /// Someone poses as someone else.
        Spoofing,
        /// Data or a message is changed without authorization.
        Tampering,
        /// Someone takes what does not belong to them. It requires malice.
        Theft,
        /// A key is used for a transaction that no authorized person intended. It requires malice.
        UnauthorizedUse,
    }
}

schema_vocabulary! {
    /// Why a threat materializes.
    ///
    /// May grow.
    #[non_exhaustive]
    Factor, "factor" {
        /// The environment of a distributed ledger: chain splits, prices, other participants.
        Ecosystem,
        /// Fire, water, earthquake, power failure and similar events.
        Environmental,
        /// Malice of an authorized person. In the signature-key matrix this includes end users, who
        /// are authorized in the sense of the source.
        InsiderMalice,
        /// A mistake in operation.
        OperationError,
        /// Malice of outsiders other than spoofing, including privilege escalation without stolen
        /// credentials.
        OutsiderMalice,
        /// A decision by an authority.
        Regulatory,
        /// Use of stolen credentials of an authorized person.
        Spoofing,
        /// A failure of another organization.
        ThirdParty,
        /// A system behaves in an unintended way.
        UnintendedBehavior,
    }
}

schema_vocabulary! {
    /// Who or what gives rise to a risk: the risk source of ISO 31000.
    ///
    /// May grow.
    #[non_exhaustive]
    Actor, "actor" {
        /// A bank that holds the custodian's accounts.
        Bank,
        /// The participants in a distributed ledger network.
        DltNetwork,
        /// A customer, or anyone who uses a customer's access.
        EndUser,
        /// An outsider without authorization.
        ExternalAttacker,
        /// A person with authority within the custodian.
        Insider,
        /// An internet service provider, or a state with power over networks.
        IspState,
        /// Natural hazards.
        Nature,
        /// An operator or administrator of the custodian's system.
        OperatorAdmin,
        /// Another custodian or exchange.
        OtherCustodian,
        /// A supervisor, a court or another authority.
        Regulator,
        /// Anyone who makes, sells or ships a device or software.
        Supplier,
        /// The system itself.
        System,
        /// Another organization that a service depends on.
        ThirdParty,
    }
}

schema_vocabulary! {
    /// What is at stake.
    ///
    /// May grow.
    #[non_exhaustive]
    Asset, "asset" {
        /// The records of who holds which assets.
        AssetData,
        /// A copy of a key or a seed, kept for recovery.
        BackupKey,
        /// The custodian's own node of a distributed ledger network.
        BlockchainNode,
        /// The custodian's system as a whole.
        CustodianSystem,
        /// A customer's account with the custodian.
        CustomerAccount,
        /// The assets held for customers.
        CustomerAssets,
        /// What a customer proves their identity with.
        CustomerCredential,
        /// Information about customers.
        CustomerInformation,
        /// A device that holds keys and signs.
        HardwareWallet,
        /// The key that protects the confidentiality of a signature key at rest.
        KeyEncryptionKey,
        /// One share of a divided key.
        KeyShare,
        /// The random value from which a deterministic wallet derives its keys.
        MasterSeed,
        /// The custodian's reputation.
        Reputation,
        /// The availability of the service to customers.
        ServiceAvailability,
        /// The private key that signs transactions.
        SignatureKey,
        /// The function that signs with a key.
        SigningFunction,
        /// The function that creates unsigned transactions.
        TransactionGenerator,
        /// A transaction before it is signed.
        UnsignedTransaction,
    }
}

schema_vocabulary! {
    /// The severity of the stated consequence of a risk for customers' assets, as if no control
    /// existed. It is the severity of the stated consequence, not a level of risk in the sense of
    /// ISO 31000: likelihood, cost to the custodian and size of the wallet are left out. If a risk
    /// has several outcomes, the worst stated one counts.
    ///
    /// Our own judgement, not from ISO/TR 23576 or its ancestor. The order is
    /// `low < medium < high < critical`.
    ///
    /// Closed: a scale of four.
    Severity, "severity" {
        /// An inconvenience to customers, who have other ways to act or to be reached.
        Low,
        /// Customers cannot use or move their assets for a time, or their data are disclosed, while
        /// the assets themselves remain.
        Medium,
        /// Loss limited to individual customers, deposits or kinds of asset; or a wrong record, login
        /// or view of the ledger that leads to such a loss; or a persistent weakness that makes a
        /// critical event markedly more likely.
        High,
        /// Irreversible loss of customers' assets or of the ability to move them; or a lost or
        /// exposed key or seed, or a wrong transfer, that leads to it without a further failure.
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
