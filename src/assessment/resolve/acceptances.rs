//! Accepted risks.

use super::Check;
use crate::assessment::AcceptanceFacts;
use crate::assessment::document::Acceptance;
use crate::catalog::Risk;
use crate::diagnostic::Code;
use crate::id::RiskId;
use crate::index::{AcceptanceIndex, IndexVec};
use crate::source::Step;

impl Check<'_, '_> {
    pub(super) fn acceptances(&mut self) -> IndexVec<AcceptanceIndex, AcceptanceFacts> {
        let document = self.document;
        let mut facts = IndexVec::default();
        for (id, acceptance) in &document.accepted_risks {
            let place = acceptance.place;
            self.person(&acceptance.approved_by, place, &[Step::Key("approved_by")]);
            if let Some(from) = acceptance.from.filter(|from| acceptance.until < *from) {
                let message = format!(
                    "the acceptance ends on {}, before it begins on {from}",
                    acceptance.until
                );
                self.report(
                    Code::AcceptanceEndsBeforeItBegins,
                    place,
                    &[Step::Key("until")],
                    message,
                    Some("correct `from` or `until`".to_owned()),
                );
            }
            self.decided(acceptance);
            self.repeated(&acceptance.wallets, place, &[Step::Key("wallets")]);
            let Some((index, risk)) = self.risk(id, place) else {
                continue;
            };
            for wallet in &acceptance.wallets {
                let route = [Step::Key("wallets"), Step::Item(wallet.as_str(), 0)];
                let Some(subject) = self.wallet(wallet, place, &route) else {
                    continue;
                };
                let admitted =
                    risk.is_per_wallet() && risk.when.holds(self.subjects[subject].features);
                if !admitted && !self.unclear[subject] {
                    let message = if risk.is_per_wallet() {
                        format!("`{id}` does not apply to `{wallet}`")
                    } else {
                        format!("`{id}` is assessed for the organization, not per wallet")
                    };
                    let help = Some(format!("remove `{wallet}` from `wallets`"));
                    self.report(Code::RiskNotForWallet, place, &route, message, help);
                }
            }
            self.approver(id, risk, acceptance);
            facts.push(AcceptanceFacts {
                risk: index,
                location: self.diagnostics.sources.locate(place),
            });
        }
        facts
    }

    /// An acceptance begins on the day of the decision or later, and ends later still.
    fn decided(&mut self, acceptance: &Acceptance) {
        let Some(on) = acceptance.on else {
            return;
        };
        let (key, verb, day) = match acceptance.from {
            Some(from) => ("from", "begins", from),
            None => ("until", "ends", acceptance.until),
        };
        if day < on {
            let message = format!("the acceptance {verb} on {day}, before it was decided on {on}");
            let (code, route) = (Code::AcceptanceBeforeDecision, [Step::Key(key)]);
            let help = Some(format!("correct `on` or `{key}`"));
            self.report(code, acceptance.place, &route, message, help);
        }
    }

    /// The approver must not own a claim on a control that treats the risk directly.
    pub(super) fn approver(&mut self, id: &RiskId, risk: &Risk, acceptance: &Acceptance) {
        let approver = &acceptance.approved_by;
        let mut owned = None;
        for control in self.catalog.direct_controls(risk) {
            let Some(Some(claim)) = self.document.claims.get(&control.id) else {
                continue;
            };
            let mut owners = std::iter::once((claim.owner.as_ref(), claim.place)).chain(
                claim
                    .wallets
                    .values()
                    .flatten()
                    .map(|narrower| (narrower.owner.as_ref(), narrower.place)),
            );
            if let Some((_, place)) = owners.find(|(owner, _)| *owner == Some(approver)) {
                owned = Some((control.id.clone(), place));
                break;
            }
        }
        if let Some((control, place)) = owned {
            let there = self
                .diagnostics
                .at(Code::AcceptedByClaimOwner, place, &[Step::Key("owner")], "")
                .location;
            let message = format!(
                "`{approver}` approves the acceptance of `{id}` but owns the claim on `{control}`, which treats it"
            );
            let diagnostic = self
                .diagnostics
                .at(
                    Code::AcceptedByClaimOwner,
                    acceptance.place,
                    &[Step::Key("approved_by")],
                    message,
                )
                .related(format!("the owner of the claim on `{control}`"), there)
                .help("have someone else approve the acceptance");
            self.diagnostics.push(diagnostic);
        }
    }
}
