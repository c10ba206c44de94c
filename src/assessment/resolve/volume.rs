//! How much the reports on an assessment contain: the numbers of entries, of cells and of verdicts of
//! risks, and the texts that are repeated for each of these.

use super::Check;
use super::claims::Claims;
use crate::assessment::document::{Claim, Evidence};
use crate::assessment::{Assertion, CellClaim, ClaimParts, EvidenceFacts, Subject, SubjectId};
use crate::catalog::profile::Parameter;
use crate::diagnostic::Code;
use crate::id::ControlId;
use crate::index::{ControlIndex, EvidenceIndex, Grid, IndexVec, Position, SubjectIndex};
use crate::limits;
use crate::source::Step;
use crate::taxonomy::{Function, ParameterKind, SubjectKind, Tier};
use std::collections::BTreeMap;

/// What a report has for a cell or a verdict in addition to texts, in characters.
const ROW: u64 = 100;

/// What a report has for a citation in addition to texts, in characters: a reason, a change, two lists.
const CITATION: u64 = 300;

/// What analyses have for a cell of a control that treats a risk directly, in characters.
const LINK: u64 = 50;

/// The length of a text as formats write it: a character that has to be escaped takes up to six.
fn written(text: &str) -> u64 {
    let is_escaped = |byte: &u8| matches!(byte, b'"' | b'&' | b'\'' | b'<' | b'>' | b'\\' | ..b' ');
    let escaped = text.bytes().filter(is_escaped).count() as u64;
    text.len() as u64 + 5 * escaped
}

fn written_if(text: Option<&str>) -> u64 {
    text.map_or(0, written)
}

impl Check<'_, '_> {
    /// Whether there are more wallets or evidence items than are allowed, which is reported.
    pub(super) fn has_too_many_entries(&mut self) -> bool {
        let (wallets, evidence) = (&self.document.wallets, &self.document.evidence);
        let wallet = wallets.get_index(limits::WALLETS);
        let wallet = wallet.map(|(id, wallet)| (id.as_str(), wallet.place));
        let item = evidence.get_index(limits::EVIDENCE);
        let item = item.map(|(id, item)| (id.as_str(), item.place));
        let wallets = (
            "wallets",
            wallets.len(),
            limits::WALLETS,
            "group keys that are handled alike into one wallet",
        );
        let evidence = (
            "evidence items",
            evidence.len(),
            limits::EVIDENCE,
            "group files that were collected together into one item",
        );
        let mut has_too_many = false;
        for ((what, found, most, help), first) in [(wallets, wallet), (evidence, item)] {
            if let Some((id, place)) = first {
                let message = format!(
                    "expected at most {most} {what}, found {found}; `{id}` exceeds the limit"
                );
                let help = Some(help.to_owned());
                self.report(Code::LimitExceeded, place, &[], message, help);
                has_too_many = true;
            }
        }
        has_too_many
    }

    /// Whether there are more cells, or more verdicts of risks, than are allowed, which is reported.
    pub(super) fn has_too_many_cells(&mut self) -> bool {
        let wallets = || self.subjects.iter().skip(1);
        let organization = self.subjects.iter().take(1);
        let cells: usize = self
            .catalog
            .controls()
            .map(|control| {
                let applies = |subject: &&Subject| control.when.holds(subject.features);
                match control.subject {
                    SubjectKind::Organization => organization.clone().filter(applies).count(),
                    SubjectKind::Wallet => wallets().filter(applies).count(),
                }
            })
            .sum();
        let verdicts: usize = self
            .catalog
            .risks()
            .map(|risk| {
                if risk.is_per_wallet() {
                    let affected = |subject: &&Subject| risk.when.holds(subject.features);
                    wallets().filter(affected).count()
                } else {
                    1
                }
            })
            .sum();
        let most = limits::CELLS;
        let mut has_too_many = false;
        for (found, what) in [
            (
                cells,
                "pairs of a control and a subject to which it applies",
            ),
            (verdicts, "pairs of a risk and a subject that it affects"),
        ] {
            if found > most {
                let message = format!("expected at most {most} {what}, found {found}");
                let help = "group keys that are handled alike into one wallet, or use a catalog with \
                            fewer entries about wallets";
                let (route, help) = ([Step::Name("wallets")], Some(help.to_owned()));
                let place = self.document.place;
                self.report(Code::LimitExceeded, place, &route, message, help);
                has_too_many = true;
            }
        }
        has_too_many
    }

    /// Reports if the texts that reports repeat for cells and verdicts are longer than is allowed.
    pub(super) fn volume(
        &mut self,
        claims: &Claims,
        evidence: &IndexVec<EvidenceIndex, EvidenceFacts>,
    ) {
        let sources = self.diagnostics.sources.iter();
        let file = sources.map(|source| written(&source.name)).max();
        let row = ROW + file.unwrap_or_default() + self.of_header();
        let citation = CITATION + file.unwrap_or_default();
        let items = self.document.evidence.values().zip(evidence.iter());
        let items: IndexVec<EvidenceIndex, u64> = items
            .map(|(item, facts)| citation + self.of_item(item, facts))
            .collect();
        let of_assertion = |assertion: &Assertion| {
            let parts = self.document.parts(assertion);
            let cited = claims.cited.get(assertion.evidence.clone());
            let cited = cited.into_iter().flatten().map(|item| items[*item]);
            parts.map_or(0, of_parts) + cited.sum::<u64>()
        };
        // A report has either a claim or an earlier one in its place.
        let assertions: Vec<u64> = claims
            .assertions
            .iter()
            .map(|current| {
                let all = claims.assertions.as_slice();
                let earlier = all.get(current.earlier.clone()).unwrap_or_default();
                let all = earlier.iter().chain([current]).map(of_assertion);
                all.max().unwrap_or_default()
            })
            .collect();
        let proposals: Vec<u64> = self
            .proposals
            .values()
            .map(|proposal| written(proposal.origin()))
            .collect();
        let parameters = self.of_parameters();
        let mut total = 0_u64;
        let mut by_control: BTreeMap<ControlIndex, u64> = BTreeMap::new();
        // What the rows of each risk repeat about the cells of its direct controls.
        let mut direct: Grid<SubjectIndex, ControlIndex, u64> =
            Grid::filled(self.subjects.len(), self.catalog.controls().len(), 0);
        for (index, control) in self.catalog.indexed_controls() {
            let of_control =
                written(&control.title) + parameters.get(&control.id).copied().unwrap_or_default();
            let is_detective = control.functions.contains(&Function::Detective);
            let risks = control.directly.iter();
            let risks = risks.filter_map(|risk| self.catalog.risk(risk.as_str()));
            let risks: u64 = risks.map(|risk| ROW + written(&risk.title)).sum();
            for subject in self.subjects.indices() {
                let claimed = match claims.cells[(subject, index)] {
                    CellClaim::OutOfScope => continue,
                    CellClaim::NoClaim => 0,
                    CellClaim::Proposed(proposal) => {
                        proposals.get(proposal.position()).copied().unwrap_or(0)
                    }
                    CellClaim::Claimed(assertion) => {
                        assertions.get(assertion.position()).copied().unwrap_or(0)
                    }
                };
                let own = row + of_control + claimed + risks;
                *by_control.entry(index).or_default() += own;
                total = total.saturating_add(own);
                direct[(subject, index)] = LINK;
                if is_detective {
                    direct[(subject, index)] += ROW + of_control + claimed;
                }
            }
        }
        let of = |subject, controls: &[ControlIndex]| -> u64 {
            let controls = controls.iter();
            controls.map(|control| direct[(subject, *control)]).sum()
        };
        for risk in self.catalog.risks() {
            let of_organization = of(SubjectIndex::ORGANIZATION, &risk.links.direct_organization);
            let of_risk = row + written(&risk.title) + of_organization;
            if !risk.is_per_wallet() {
                total = total.saturating_add(of_risk);
                continue;
            }
            for (subject, entry) in self.subjects.enumerate().skip(1) {
                if risk.when.holds(entry.features) {
                    total = total.saturating_add(of_risk + of(subject, &risk.links.direct_wallet));
                }
            }
        }
        self.report_volume(total, &by_control);
    }

    fn report_volume(&mut self, found: u64, by_control: &BTreeMap<ControlIndex, u64>) {
        let most = limits::REPEATED;
        let longest = by_control.iter().max_by_key(|(_, of_control)| **of_control);
        let Some((control, of_control)) = longest.filter(|_| found > most) else {
            return;
        };
        let id = &self.catalog.control_at(*control).id;
        let claim = self.document.claims.get(id).and_then(Option::as_ref);
        let place = claim.map_or(self.document.place, |claim: &Claim| claim.place);
        let message = format!(
            "expected at most {most} characters of texts and citations, each counted for every cell \
             that it is about, found {found}; those of `{id}` take {of_control}"
        );
        let help = "shorten texts, cite fewer evidence items per claim, or group wallets that are \
                    handled alike";
        let help = Some(help.to_owned());
        self.report(Code::LimitExceeded, place, &[], message, help);
    }

    /// What each row of a table repeats about the whole assessment.
    fn of_header(&self) -> u64 {
        let custodian = self.document.custodian.as_ref();
        let of_custodian = custodian.map_or(0, |custodian| {
            written(&custodian.name) + written_if(custodian.jurisdiction.as_deref())
        });
        of_custodian + written_if(self.document.title.as_deref())
    }

    fn of_item(&self, item: &Evidence, facts: &EvidenceFacts) -> u64 {
        let profile = self.catalog.profile();
        let shortened_by = facts.shortened_by.as_ref();
        let bound = shortened_by.and_then(|id| profile?.parameters.get(id));
        written(&item.title)
            // Its locator, and the path within the evidence directory.
            + 2 * written(&item.locator)
            + bound.map_or(0, |parameter| written(&parameter.authority()))
    }

    /// By control, what its parameters repeat for each of its cells.
    fn of_parameters(&self) -> BTreeMap<ControlId, u64> {
        let of_facts = |subject: &Subject| {
            let facts = subject.facts.as_ref();
            let cited = facts.map_or(0, |facts| facts.evidence.len() as u64);
            ROW + cited * (ROW / 2)
        };
        let is_wallet = |subject: &&Subject| matches!(subject.id, SubjectId::Wallet(_));
        let mut all: BTreeMap<ControlId, u64> = BTreeMap::new();
        let profile = self.catalog.profile();
        for parameter in profile.into_iter().flat_map(|of| of.parameters.values()) {
            let Some(control) = &parameter.control else {
                continue;
            };
            let wallets = self.subjects.iter().filter(is_wallet);
            let facts: u64 = match parameter.kind {
                ParameterKind::LargestHotShare | ParameterKind::LargestOnlineShare => wallets
                    .filter(|wallet| wallet.tier != Some(Tier::Cold))
                    .map(of_facts)
                    .sum(),
                ParameterKind::SmallestQuorum
                | ParameterKind::SmallestNumberOfBackups
                | ParameterKind::SmallestBackupDistance => {
                    wallets.map(of_facts).max().unwrap_or_default()
                }
                ParameterKind::LargestEvidenceAge => 0,
            };
            *all.entry(control.clone()).or_default() += facts + of_bound(parameter);
        }
        all
    }
}

fn of_bound(parameter: &Parameter) -> u64 {
    ROW + written(&parameter.authority())
}

/// The texts of a claim.
fn of_parts(parts: ClaimParts<'_>) -> u64 {
    [parts.rationale, parts.missing, parts.because, parts.note]
        .into_iter()
        .map(written_if)
        .sum()
}
