//! What the parameters of a profile limit.

use super::schema_vocabulary;

schema_vocabulary! {
    /// What a parameter of a profile limits. Shares are shares, by value, of all assets held for
    /// customers.
    ///
    /// May grow.
    #[non_exhaustive]
    ParameterKind, "parameter kind" {
        /// The largest share, in percent, that all hot wallets may hold together. Each of them
        /// states its `share_of_assets`.
        LargestHotShare,
        /// The largest share, in percent, that all hot and warm wallets may hold together: all
        /// wallets whose keys are online or are brought online. Each of them states its
        /// `share_of_assets`.
        LargestOnlineShare,
        /// The smallest number of signers or share holders who together can move assets of a
        /// wallet: `required` of its `quorum`.
        SmallestQuorum,
        /// The smallest number of backups of a wallet's keys, not counting the keys in use: its
        /// `backups`.
        SmallestNumberOfBackups,
        /// The smallest distance, in kilometres, between any two places where keys or backups of a
        /// wallet are kept: its `backup_distance`.
        SmallestBackupDistance,
        /// The largest number of days after its collection for which evidence of a kind is valid.
        /// It can shorten the validity that the assessment states, but never extend it.
        LargestEvidenceAge,
    }
}

schema_vocabulary! {
    /// Whether the facts of a subject meet a parameter.
    ///
    /// Closed: a parameter is met, is not met, or cannot be decided.
    ParameterStanding, "parameter standing" {
        /// The facts meet it.
        Met,
        /// A fact needed to evaluate it is not stated.
        FactMissing,
        /// The facts do not meet it.
        NotMet,
    }
}
