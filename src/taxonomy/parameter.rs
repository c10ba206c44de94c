//! What profiles give figures to.

use super::schema_vocabulary;

schema_vocabulary! {
    /// What a parameter of a profile bounds. Shares are of all assets that are held for customers, by
    /// value.
    ParameterKind, "parameter kind" {
        /// The most, in percent, that all hot wallets hold together. Each of them states its
        /// `share_of_assets`.
        LargestHotShare,
        /// The most, in percent, that all hot and warm wallets hold together: all whose keys are online
        /// or are brought online. Each of them states its `share_of_assets`.
        LargestOnlineShare,
        /// The least number of signers or share holders who together move assets of a wallet: `required`
        /// of its `quorum`.
        SmallestQuorum,
        /// The least number of backups of a wallet's keys, beside the keys in use: its `backups`.
        SmallestNumberOfBackups,
        /// The least distance, in kilometres, between any two places where keys or backups of a wallet
        /// are kept: its `backup_distance`.
        SmallestBackupDistance,
        /// The most days after its collection for which evidence of a kind may be relied on. It
        /// shortens what the assessment says, and never lengthens it.
        LargestEvidenceAge,
    }
}

schema_vocabulary! {
    /// How the facts of a subject stand to a parameter.
    ParameterStanding, "parameter standing" {
        /// The facts meet it.
        Met,
        /// A fact that decides about it is not stated.
        FactMissing,
        /// The facts do not meet it.
        NotMet,
    }
}
