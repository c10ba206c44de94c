//! What a plan is to reach.

use custody_controls::id::WalletId;
use custody_controls::taxonomy::{Severity, Word};
use std::fmt;
use std::str::FromStr;

/// What a plan is to reach, written as `treated=high`, `held=critical`, `proven=80` or
/// `wallet=btc-hot`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Every risk of this severity or higher is treated, for each subject.
    Treated(Severity),
    /// Every risk of this severity or higher is at least partly treated.
    Held(Severity),
    /// At least this percentage (0 to 100) of all control instances is proven.
    Proven(u8),
    /// Every control instance of a wallet is effective.
    Wallet(WalletId),
}

/// A string that is not a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected `treated=SEVERITY` or `held=SEVERITY` with `low`, `medium`, `high` or `critical`, `proven=PERCENT` from 0 to 100, or `wallet=ID`"
)]
pub struct TargetError;

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let (key, value) = text.split_once('=').ok_or(TargetError)?;
        let severity = || Severity::from_word(value).ok_or(TargetError);
        match key {
            "treated" => Ok(Self::Treated(severity()?)),
            "held" => Ok(Self::Held(severity()?)),
            "proven" => {
                let percent = value.parse().ok().filter(|percent| *percent <= 100);
                percent.map(Self::Proven).ok_or(TargetError)
            }
            "wallet" => WalletId::new(value)
                .map(Self::Wallet)
                .map_err(|_| TargetError),
            _ => Err(TargetError),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Treated(severity) => write!(f, "treated={severity}"),
            Self::Held(severity) => write!(f, "held={severity}"),
            Self::Proven(percent) => write!(f, "proven={percent}"),
            Self::Wallet(wallet) => write!(f, "wallet={wallet}"),
        }
    }
}
