//! What an evaluation is asked: for which day and which wallets, and what the files of evidence
//! were found to be. No global state, no clock.

use crate::assessment::SubjectId;
use crate::date::Date;
use crate::id::{EvidenceId, WalletId};
use crate::taxonomy::FileCheck;
use indexmap::IndexMap;

/// The question that a report answers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// The day for which verdicts are given.
    pub as_of: Date,
    /// The number of days ahead within which expiring evidence and acceptances are listed; 90 by
    /// default.
    pub horizon: u32,
    /// The only wallets to evaluate; none for all wallets. The organization is always evaluated.
    pub wallets: Option<Vec<WalletId>>,
    /// The results of checking the files of evidence; see [`crate::verify`]. The file of an item
    /// that is not listed was not checked.
    pub files: IndexMap<EvidenceId, FileCheck>,
}

impl Settings {
    /// All wallets, as of a day, with a horizon of 90 days and no files checked.
    pub fn as_of(day: Date) -> Self {
        Self {
            as_of: day,
            horizon: 90,
            wallets: None,
            files: IndexMap::new(),
        }
    }

    /// The last day of the horizon.
    pub fn horizon_end(&self) -> Date {
        self.as_of
            .plus_days(i32::try_from(self.horizon).unwrap_or(i32::MAX))
    }

    /// Whether a subject is evaluated.
    pub fn includes(&self, subject: &SubjectId) -> bool {
        is_included(subject, self.wallets.as_deref())
    }
}

/// Whether a subject is evaluated if only some wallets are, or all if none are named.
pub(crate) fn is_included(subject: &SubjectId, only: Option<&[WalletId]>) -> bool {
    match (subject, only) {
        (SubjectId::Wallet(wallet), Some(wallets)) => wallets.contains(wallet),
        (SubjectId::Wallet(_), None) | (SubjectId::Organization, _) => true,
    }
}
