//! Evidence items and their citations.

use super::Check;
use super::claims::Claims;
use crate::assessment::document::Evidence;
use crate::assessment::{ClaimParts, EvidenceFacts, Locator, LocatorError, SubjectId};
use crate::diagnostic::Code;
use crate::id::EvidenceId;
use crate::index::{EvidenceIndex, IndexVec, Position, SubjectIndex};
use crate::location::Place;
use crate::source::Step;
use crate::taxonomy::{ClaimKey, Word};

impl<'d> Check<'d, '_> {
    pub(super) fn evidence(&mut self) -> IndexVec<EvidenceIndex, EvidenceFacts> {
        let document = self.document;
        document
            .evidence
            .iter()
            .map(|(id, evidence)| self.validity(id, evidence))
            .collect()
    }

    /// When an evidence item is valid.
    fn validity(&mut self, id: &EvidenceId, evidence: &Evidence) -> EvidenceFacts {
        let place = evidence.place;
        if let Some(person) = &evidence.by {
            self.person(person, place, &[Step::Key("by")]);
        }
        if let Err(error) = Locator::parse(&evidence.locator) {
            let message = format!("`{}` {error}", evidence.locator);
            let (route, help) = ([Step::Key("locator")], Some(error.help().to_owned()));
            self.report(Code::MalformedLocator, place, &route, message, help);
            if error == LocatorError::Backslash {
                let path = evidence.locator.replace('\\', "/");
                self.diagnostics.replace(place, &route, &path);
            }
        }
        let by_age = self
            .document
            .evidence_max_age
            .get(&evidence.kind)
            .map(|days| {
                evidence
                    .collected
                    .plus_days(i32::try_from(*days).unwrap_or(i32::MAX))
            });
        let until = evidence.valid_until.into_iter().chain(by_age).min();
        if until.is_none()
            && !self.diagnostics.sources.has(place, "valid_until")
            && !self
                .diagnostics
                .keys("evidence_max_age")
                .contains(<&str>::from(evidence.kind))
        {
            let message = format!("`{id}` has no expiry date");
            let help = format!(
                "add `valid_until`, or a number of days for `{}` under `evidence_max_age`",
                evidence.kind
            );
            self.report(
                Code::EvidenceWithoutValidity,
                place,
                &[],
                message,
                Some(help),
            );
        }
        if let Some(until) = evidence
            .valid_until
            .filter(|until| *until < evidence.collected)
        {
            let message = format!(
                "`{id}` expires on {until}, before it was collected on {}",
                evidence.collected
            );
            self.report(
                Code::EvidenceEndsBeforeItBegins,
                place,
                &[Step::Key("valid_until")],
                message,
                Some("correct `collected` or `valid_until`".to_owned()),
            );
        }
        let until = until.unwrap_or(evidence.collected);
        let profile = self.catalog.profile();
        let shortened = profile
            .and_then(|profile| profile.largest_age(evidence.kind))
            .map(|(parameter, days)| {
                let days = i32::try_from(days).unwrap_or(i32::MAX);
                (parameter, evidence.collected.plus_days(days))
            })
            .filter(|(_, day)| *day < until);
        EvidenceFacts {
            from: evidence.collected,
            until: shortened.map_or(until, |(_, day)| day),
            shortened_by: shortened.map(|(parameter, _)| parameter.clone()),
            covers: self.covered(evidence),
            is_particular: evidence.kind.is_particular(),
            location: self.diagnostics.sources.locate(place),
        }
    }

    /// The subjects that an evidence item names, in order.
    fn covered(&mut self, evidence: &Evidence) -> Option<Vec<SubjectIndex>> {
        let (covers, place) = (evidence.covers.as_ref()?, evidence.place);
        self.repeated(covers, place, &[Step::Key("covers")]);
        let mut covered: Vec<SubjectIndex> = Vec::with_capacity(covers.len());
        for subject in covers {
            match subject {
                SubjectId::Organization => covered.push(SubjectIndex::ORGANIZATION),
                SubjectId::Wallet(wallet) => {
                    let route = [Step::Key("covers"), Step::Item(wallet.as_str(), 0)];
                    covered.extend(self.wallet(wallet, place, &route));
                }
            }
        }
        covered.sort_unstable();
        Some(covered)
    }

    /// The evidence that a claim lists under a key.
    pub(super) fn cited(
        &mut self,
        parts: ClaimParts<'d>,
        key: ClaimKey,
        place: Place,
    ) -> Vec<EvidenceIndex> {
        let items = parts.items(key);
        let mut cited = Vec::with_capacity(items.len());
        for id in items {
            let route = [Step::Key(key.word()), Step::Item(id.as_str(), 0)];
            cited.extend(self.evidence_item(id, place, &route));
        }
        if items.len() > 1 {
            self.repeated(items, place, &[Step::Key(key.word())]);
        }
        cited
    }

    pub(super) fn unused_evidence(&mut self, claims: &Claims) {
        let items = self.document.evidence.len();
        let mut used: IndexVec<EvidenceIndex, bool> = vec![false; items].into_iter().collect();
        let wallets = self.document.wallets.values();
        let facts = wallets.filter_map(|wallet| wallet.facts.as_ref());
        let stated: Vec<EvidenceIndex> = facts
            .flat_map(|facts| &facts.evidence)
            .filter_map(|item| {
                let position = self.document.evidence.get_index_of(item);
                position.map(EvidenceIndex::at)
            })
            .collect();
        for cited in claims
            .cited
            .iter()
            .chain(&claims.cited_for_nothing)
            .chain(&claims.proposed)
            .chain(&stated)
        {
            used[*cited] = true;
        }
        let document = self.document;
        for ((id, evidence), used) in document.evidence.iter().zip(used.iter()) {
            // It may be cited by an invalid claim, which has been reported already.
            let may_be_cited =
                self.has_errors && self.diagnostics.contains_word("claims", id.as_str());
            if !*used && !may_be_cited {
                let help = "cite it in a claim, or remove it".to_owned();
                self.report(
                    Code::UnusedEvidence,
                    evidence.place,
                    &[],
                    format!("no claim cites `{id}`"),
                    Some(help),
                );
            }
        }
    }
}
