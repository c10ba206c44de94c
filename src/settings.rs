//! What an evaluation is asked: for which day, for which wallets, and what was found of the files of
//! evidence. No globals, no clock.

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
    /// For how many days ahead evidence and acceptances that run out are named; 90 unless changed.
    pub horizon: u32,
    /// The only wallets to look at; all, where it is none. The organization is always looked at.
    pub wallets: Option<Vec<WalletId>>,
    /// What became of looking at the files of evidence; see [`crate::verify`]. An item that is not
    /// named was not looked at.
    pub files: IndexMap<EvidenceId, FileCheck>,
}

impl Settings {
    /// All wallets, as of a day, with a horizon of 90 days and no files looked at.
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
}
