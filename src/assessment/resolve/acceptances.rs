//! Accepted risks.

use super::Check;
use crate::assessment::AcceptanceFacts;
use crate::assessment::document::Acceptance;
use crate::catalog::Risk;
use crate::diagnostic::{Code, suggest};
use crate::id::RiskId;
use crate::index::{AcceptanceIndex, IndexVec, RiskIndex};
use crate::source::{Place, Step};

impl<'c> Check<'_, 'c> {
    pub(super) fn acceptances(&mut self) -> IndexVec<AcceptanceIndex, AcceptanceFacts> {
        let document = self.document;
        let mut facts = IndexVec::default();
        for (id, acceptance) in &document.accepted_risks {
            let place = acceptance.place;
            self.person(&acceptance.approved_by, place, &[Step::Key("approved_by")]);
            if let Some(from) = acceptance.from.filter(|from| acceptance.until < *from) {
                let message = format!(
                    "the acceptance ends on {} before it begins on {from}",
                    acceptance.until
                );
                self.fault(
                    Code::AcceptanceEndsBeforeItBegins,
                    place,
                    &[Step::Key("until")],
                    message,
                    None,
                );
            }
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
                if !admitted && !self.is_unclear(subject) {
                    let message = if risk.is_per_wallet() {
                        format!("`{wallet}` cannot suffer `{id}`")
                    } else {
                        format!("`{id}` is judged for the organization, not per wallet")
                    };
                    self.fault(Code::RiskNotForWallet, place, &route, message, None);
                }
            }
            self.approver(id, risk, acceptance);
            facts.push(AcceptanceFacts {
                risk: index,
                location: self.faults.sources.locate(place),
            });
        }
        facts
    }

    pub(super) fn risk(&mut self, id: &RiskId, place: Place) -> Option<(RiskIndex, &'c Risk)> {
        let found = self
            .catalog
            .risk_index(id.as_str())
            .map(|index| (index, self.catalog.risk_at(index)));
        let profile = self.catalog.profile();
        if profile.is_some_and(|profile| profile.risks_left_out.contains_key(id)) {
            self.left_out("acceptance", id.as_str(), place, &[]);
        } else if found.is_none() && !self.faults.is_full() {
            let help = if self.catalog.control(id.as_str()).is_some() {
                Some("this is the id of a control; only risks are accepted".to_owned())
            } else {
                suggest(
                    id.as_str(),
                    self.catalog.risks().map(|risk| risk.id.as_str()),
                )
            };
            let help = help.or_else(|| Some("`custody catalog risks` lists all risks".to_owned()));
            self.fault(
                Code::UnknownRisk,
                place,
                &[],
                format!("unknown risk `{id}`"),
                help,
            );
        }
        found
    }

    /// The approver is not the owner of a claim on a control that treats the risk directly.
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
                .faults
                .at(Code::AcceptedByClaimOwner, place, &[Step::Key("owner")], "")
                .location;
            let message = format!(
                "`{approver}` accepts `{id}` and owns the claim on `{control}`, which treats it"
            );
            let fault = self
                .faults
                .at(
                    Code::AcceptedByClaimOwner,
                    acceptance.place,
                    &[Step::Key("approved_by")],
                    message,
                )
                .related("the claim that it owns", there)
                .help("have somebody else approve the acceptance");
            self.faults.push(fault);
        }
    }
}
