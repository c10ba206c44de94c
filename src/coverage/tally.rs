//! Control instances counted by verdict, and parts of a whole.

use crate::taxonomy::{RiskVerdict, Verdict};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A part of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ratio {
    /// The part.
    pub numerator: u64,
    /// The whole.
    pub denominator: u64,
}

impl Ratio {
    /// The percentage, rounded down, so that 100 means all; `None` if the whole is zero.
    pub fn percent(self) -> Option<u64> {
        (u128::from(self.numerator) * 100)
            .checked_div(u128::from(self.denominator))
            .map(|percent| u64::try_from(percent).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.percent() {
            Some(percent) => write!(
                f,
                "{} of {} ({percent} %)",
                self.numerator, self.denominator
            ),
            None => f.write_str("not applicable"),
        }
    }
}

/// Control instances by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tally {
    /// In place, proven by current evidence.
    pub effective: u64,
    /// Claimed to be in place, not proven.
    pub unproven: u64,
    /// Partly in place.
    pub partial: u64,
    /// Not in place.
    pub absent: u64,
    /// Not assessed.
    pub unknown: u64,
    /// Not applicable, with a justification that was confirmed; not counted in any denominator.
    pub excluded: u64,
}

impl Tally {
    /// Adds an instance.
    pub fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Effective => self.effective += 1,
            Verdict::Unproven => self.unproven += 1,
            Verdict::Partial => self.partial += 1,
            Verdict::Absent => self.absent += 1,
            Verdict::Unknown => self.unknown += 1,
            Verdict::Excluded => self.excluded += 1,
        }
    }

    /// Removes an instance.
    pub(crate) fn remove(&mut self, verdict: Verdict) {
        let count = match verdict {
            Verdict::Effective => &mut self.effective,
            Verdict::Unproven => &mut self.unproven,
            Verdict::Partial => &mut self.partial,
            Verdict::Absent => &mut self.absent,
            Verdict::Unknown => &mut self.unknown,
            Verdict::Excluded => &mut self.excluded,
        };
        *count = count.saturating_sub(1);
    }

    /// The number of instances with a verdict.
    pub fn count(self, verdict: Verdict) -> u64 {
        match verdict {
            Verdict::Effective => self.effective,
            Verdict::Unproven => self.unproven,
            Verdict::Partial => self.partial,
            Verdict::Absent => self.absent,
            Verdict::Unknown => self.unknown,
            Verdict::Excluded => self.excluded,
        }
    }

    /// The number of instances that are not excluded.
    pub fn denominator(self) -> u64 {
        self.effective + self.unproven + self.partial + self.absent + self.unknown
    }

    /// The lower bound of coverage: effective instances, of all that are not excluded.
    pub fn proven(self) -> Ratio {
        Ratio {
            numerator: self.effective,
            denominator: self.denominator(),
        }
    }

    /// The upper bound of coverage: effective, unproven and unknown instances, of all that are not
    /// excluded. The difference between the bounds requires assessment or proof, not
    /// implementation.
    pub fn possible(self) -> Ratio {
        Ratio {
            numerator: self.effective + self.unproven + self.unknown,
            denominator: self.denominator(),
        }
    }

    /// How many instances are excluded, to be stated with the proven ones: `9 excluded`.
    pub fn excluded_in_words(self) -> String {
        match self.excluded {
            0 => "none excluded".to_owned(),
            excluded => format!("{excluded} excluded"),
        }
    }

    /// The sentence that replaces the bounds if no instance is counted: either no control applies, or
    /// every instance is excluded.
    pub fn uncounted_in_words(self) -> Option<String> {
        match (self.denominator(), self.excluded) {
            (0, 0) => Some("No control applies".to_owned()),
            (0, 1) => Some("The only control instance is excluded".to_owned()),
            (0, excluded) => Some(format!("All {excluded} control instances are excluded")),
            _ => None,
        }
    }

    /// The verdict of a risk if these are the instances of all controls that treat it directly, each
    /// with the verdict that [counts for risks](crate::Coverage::verdict_for_risks).
    pub fn risk_verdict(self) -> RiskVerdict {
        let cells = self.denominator();
        if cells == 0 {
            if self.excluded == 0 {
                RiskVerdict::OutOfScope
            } else {
                RiskVerdict::ExcludedByClaim
            }
        } else if self.effective == cells {
            RiskVerdict::Treated
        } else if self.effective + self.partial > 0 {
            RiskVerdict::PartlyTreated
        } else if self.unknown == cells {
            RiskVerdict::Unknown
        } else if self.unproven > 0 {
            RiskVerdict::Unproven
        } else {
            RiskVerdict::Untreated
        }
    }
}
