//! Who assessed claims, on which days, and the claims that they replaced.

use super::Check;
use crate::assessment::{Assessed, ClaimParts};
use crate::diagnostic::Code;
use crate::limits;
use crate::location::Place;
use crate::source::Step;

impl Check<'_, '_> {
    /// The `assessed` of a claim or a file, at a place.
    pub(super) fn assessed(&mut self, assessed: &[Assessed], place: Place) {
        // Those of the file are checked once, in its header. They have no place in its claims.
        let is_own = |one: &&Assessed| one.place.spot().is_some() || place.spot().is_none();
        let mut own: Vec<&Assessed> = assessed.iter().filter(is_own).collect();
        if self.has_too_many("assessed", own.len(), limits::ASSESSED, place) {
            return;
        }
        for one in &own {
            if let Some(by) = &one.by {
                self.person(by, one.place, &[Step::Key("by")]);
            }
            let has = |key| self.diagnostics.sources.has(one.place, key);
            if one.by.is_none() && one.on.is_none() && !has("by") && !has("on") {
                let message = "expected `by`, `on` or both, found neither".to_owned();
                let help = Some("add who assessed the claim, and on which day".to_owned());
                self.report(Code::MissingKey, one.place, &[], message, help);
            }
        }
        own.sort_by_key(|one| (one.on, &one.by));
        for pair in own.windows(2) {
            if let [one, other] = pair
                && one == other
            {
                let message = "duplicate item: the same `by` and `on`".to_owned();
                let help = Some("keep one of them".to_owned());
                self.report(Code::RepeatedItem, other.place, &[], message, help);
            }
        }
    }

    /// The claims that a claim replaced: each has a day of its own, and begins before the claim.
    pub(super) fn replaced(&mut self, parts: ClaimParts<'_>, place: Place) {
        let earlier = parts.earlier;
        if earlier.is_empty() || self.has_too_many("earlier", earlier.len(), limits::EARLIER, place)
        {
            return;
        }
        let replaced = Assessed::first_day(parts.assessed);
        if replaced.is_none() && !self.has_invalid_day(parts.assessed, place) {
            let message = "`earlier` requires the day from which the claim itself counts";
            let help = Some("add `on` to `assessed` of the claim".to_owned());
            let (code, route) = (Code::EarlierClaimWithoutDay, [Step::Name("earlier")]);
            self.report(code, place, &route, message.to_owned(), help);
        }
        let mut before = None;
        for former in earlier {
            let Some(from) = Assessed::first_day(&former.assessed) else {
                if !self.has_invalid_day(&former.assessed, former.place) {
                    let message = "the earlier claim has no day from which it counts".to_owned();
                    let help = Some("add `on` to its `assessed`".to_owned());
                    let code = Code::EarlierClaimWithoutDay;
                    self.report(code, former.place, &[], message, help);
                }
                continue;
            };
            let message = if before.replace(from) == Some(from) {
                Some(format!("two earlier claims count from {from}"))
            } else {
                let is_later = |day: &_| *day <= from;
                replaced.filter(is_later).map(|day| {
                    format!(
                        "the earlier claim counts from {from}, and the claim that replaced it \
                         from {day}"
                    )
                })
            };
            if let Some(message) = message {
                let help = Some("correct the first `on` of one of them".to_owned());
                let code = Code::EarlierClaimNotEarlier;
                let route = [Step::Key("assessed")];
                self.report(code, former.place, &route, message, help);
            }
        }
    }

    /// Whether a day may be stated in a way that is invalid, which has been reported already.
    fn has_invalid_day(&self, assessed: &[Assessed], place: Place) -> bool {
        let sources = self.diagnostics.sources;
        if assessed.is_empty() {
            return sources.has(place, "assessed");
        }
        let mut days = assessed.iter();
        days.any(|one| one.on.is_none() && sources.has(one.place, "on"))
    }

    fn has_too_many(&mut self, key: &str, found: usize, most: usize, place: Place) -> bool {
        let has_too_many = found > most;
        if has_too_many {
            let message = format!("expected at most {most} items in `{key}`, found {found}");
            let help = Some("keep the most recent ones".to_owned());
            let route = [Step::Name(key)];
            self.report(Code::LimitExceeded, place, &route, message, help);
        }
        has_too_many
    }
}
