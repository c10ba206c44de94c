//! The rules. Each visits every entry once, so the cost is nearly linear in the assessment.

use super::{
    Doubt, DoubtKind, FEWEST_FOR_A_SHARE, LARGEST_SHARE_OF_ONE_ITEM, LONGEST_VALIDITY_DAYS,
};
use crate::assessment::{
    Assertion, CellClaim, NarrowedClaim, ORGANIZATION, Subject, SubjectId, Wallet,
};
use crate::catalog::ControlDetails;
use crate::coverage::Coverage;
use crate::id::{ControlId, PersonId, ProviderId, WalletId};
use crate::index::{EvidenceIndex, IndexVec};
use crate::location::Location;
use crate::taxonomy::{
    ClaimKey, EvidenceKind, EvidenceState, FileCheck, Status, Technique, Trait, Verdict, Word,
};
use crate::text::{is_harmful, same_name};
use percent_encoding::percent_decode_str;
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// The SHA-256 of no bytes.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// What is written instead of a justification, without spaces and punctuation.
const PLACEHOLDERS: [&str; 7] = ["na", "notapplicable", "tbd", "tba", "tbc", "todo", "fixme"];

/// Words of which a placeholder consists: references to something unnamed, and promises.
const FILLERS: [&str; 39] = [
    "above",
    "agreed",
    "already",
    "and",
    "applicable",
    "as",
    "attached",
    "be",
    "below",
    "comment",
    "confirmed",
    "decided",
    "defined",
    "described",
    "determined",
    "discussed",
    "done",
    "idem",
    "is",
    "later",
    "mentioned",
    "nil",
    "no",
    "none",
    "not",
    "note",
    "notes",
    "nothing",
    "null",
    "ok",
    "per",
    "refer",
    "same",
    "see",
    "stated",
    "test",
    "the",
    "to",
    "yes",
];

/// Traits that mean that one signer or share is not enough.
const SEVERAL: [Trait; 2] = [Trait::Multisig, Trait::SecretSharing];

/// Parts of words by which the catalog asks for something that a photograph can show.
const SEEN: [&str; 12] = [
    "photo",
    "picture",
    "video",
    "recording",
    "camera",
    "inspect",
    "observ",
    "site",
    "locat",
    "seal",
    "physical",
    "walk",
];

/// Parts of words by which the catalog asks for a contract.
const AGREED: [&str; 9] = [
    "contract", "agree", "terms", "clause", "insur", "provider", "supplier", "vendor", "service",
];

/// Legal forms at the end of the names of firms.
const LEGAL_FORMS: [&str; 26] = [
    "ab",
    "ag",
    "as",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "kg",
    "kk",
    "limited",
    "llc",
    "llp",
    "ltd",
    "nv",
    "oy",
    "plc",
    "pte",
    "pty",
    "sa",
    "sarl",
    "se",
    "srl",
];

/// Parts of words by which the catalog asks for a certificate.
const CERTIFIED: [&str; 7] = [
    "certif", "accredit", "validat", "evaluat", "qualif", "module", "device",
];

impl Coverage {
    /// The doubts about the assessment, by code, then in the order of entries. It concerns the
    /// whole assessment, even if only some wallets are evaluated.
    pub fn doubts(&self) -> Vec<Doubt> {
        let mut found = Vec::new();
        self.doubt_evidence(&mut found);
        self.doubt_files(&mut found);
        self.doubt_shares(&mut found);
        self.doubt_scope(&mut found);
        self.doubt_claims(&mut found);
        self.doubt_wallets(&mut found);
        self.doubt_people(&mut found);
        self.doubt_assessed(&mut found);
        // A stable sort keeps the order of entries.
        found.sort_by_key(Doubt::code);
        found
    }

    fn doubt_evidence(&self, found: &mut Vec<Doubt>) {
        let assessment = self.assessment();
        let ages = &assessment.document().evidence_max_age;
        for index in assessment.evidence().indices() {
            let (id, evidence, facts) = assessment.evidence_at(index);
            let evidence_id = || id.clone();
            let mut add = |kind| found.push(doubt(id.as_str(), kind, facts.location.as_ref()));
            let days = facts.from.days_until(facts.until);
            if days > LONGEST_VALIDITY_DAYS {
                add(DoubtKind::LongValidity {
                    evidence: evidence_id(),
                    from: facts.from,
                    until: facts.until,
                    days,
                });
            }
            let by_age = ages.get(&evidence.kind).map(|days| {
                let days = i32::try_from(*days).unwrap_or(i32::MAX);
                evidence.collected.plus_days(days)
            });
            if let (Some(until), Some(by_age)) = (evidence.valid_until, by_age)
                && until > by_age
            {
                add(DoubtKind::ValidUntilOverruled {
                    evidence: evidence_id(),
                    kind: evidence.kind,
                    until,
                    by_age,
                });
            }
            let digest = evidence.sha256.as_ref();
            if digest.is_some_and(|digest| digest.as_str() == EMPTY) {
                add(DoubtKind::EmptyFile {
                    evidence: evidence_id(),
                });
            }
            let period_to = assessment.period().to;
            let is_current = self.evidence_at(index).state == EvidenceState::Current;
            if is_current && evidence.collected > period_to {
                add(DoubtKind::CollectedAfterPeriod {
                    evidence: evidence_id(),
                    collected: evidence.collected,
                    period_to,
                });
            }
        }
    }

    fn doubt_files(&self, found: &mut Vec<Doubt>) {
        let assessment = self.assessment();
        let Some(files) = &self.settings().files else {
            return;
        };
        let mut looked_for = Vec::new();
        for index in assessment.evidence().indices() {
            let (id, evidence, facts) = assessment.evidence_at(index);
            let path = files.path(&evidence.locator);
            let file = self.evidence_at(index).file;
            if file == FileCheck::Present {
                let kind = DoubtKind::EvidenceFileWithoutHash {
                    evidence: id.clone(),
                    path,
                };
                found.push(doubt(id.as_str(), kind, facts.location.as_ref()));
            } else if matches!(file, FileCheck::Missing | FileCheck::OtherCase) {
                looked_for.push((id, path));
            }
        }
        let items = looked_for.len() as u64;
        if files.found_nothing()
            && let Some((evidence, path)) = looked_for.into_iter().next()
        {
            let kind = DoubtKind::NoEvidenceFileFound {
                directory: files.directory.clone(),
                evidence: evidence.clone(),
                path,
                items,
            };
            found.push(doubt(ORGANIZATION, kind, None));
        }
    }

    fn doubt_shares(&self, found: &mut Vec<Doubt>) {
        let assessment = self.assessment();
        let first = self.first_of_files();
        let mut cited: IndexVec<EvidenceIndex, (u64, u64)> = first.iter().map(|_| (0, 0)).collect();
        for file in first.iter() {
            cited[*file].0 += 1;
        }
        let mut of = 0;
        for assertion in in_place(self) {
            of += 1;
            let files: BTreeSet<EvidenceIndex> = assessment
                .cited_by(assertion)
                .iter()
                .map(|item| first[*item])
                .collect();
            for file in files {
                cited[file].1 += 1;
            }
        }
        let (part, whole) = LARGEST_SHARE_OF_ONE_ITEM;
        for (index, (items, claims)) in cited.enumerate() {
            if of >= FEWEST_FOR_A_SHARE && claims * whole > of * part {
                let (id, _, facts) = assessment.evidence_at(index);
                let kind = DoubtKind::OneItemBehindMostClaims {
                    evidence: id.clone(),
                    items: *items,
                    claims: *claims,
                    of,
                };
                found.push(doubt(id.as_str(), kind, facts.location.as_ref()));
            }
        }
        let (mut excluded, mut cells) = (0_u64, 0_u64);
        let day = self.settings().as_of;
        for (subject, _, cell) in assessment.cells().entries() {
            if !assessment.subject(subject).exists_on(day) {
                continue;
            }
            let is_excluded = match cell {
                CellClaim::OutOfScope => continue,
                CellClaim::NoClaim | CellClaim::Proposed(_) => false,
                CellClaim::Claimed(index) => self.claimed(*index, subject) == Verdict::Excluded,
            };
            cells += 1;
            excluded += u64::from(is_excluded);
        }
        if cells >= FEWEST_FOR_A_SHARE && excluded * 2 > cells {
            let kind = DoubtKind::MostlyExcluded {
                excluded,
                of: cells,
            };
            found.push(doubt(ORGANIZATION, kind, None));
        }
    }

    /// For each item, the first one with the same file: with the same digest or locator, or
    /// connected to it by others that are.
    fn first_of_files(&self) -> IndexVec<EvidenceIndex, EvidenceIndex> {
        let assessment = self.assessment();
        let indices = || assessment.evidence().indices();
        let mut first: IndexVec<EvidenceIndex, EvidenceIndex> = indices().collect();
        let mut known: BTreeMap<(bool, String), EvidenceIndex> = BTreeMap::new();
        for index in indices() {
            let (_, evidence, _) = assessment.evidence_at(index);
            let digest = evidence.sha256.as_ref();
            let digest = digest.map(|digest| (true, digest.as_str().to_owned()));
            let locator = (false, same_file(&evidence.locator));
            for file in digest.into_iter().chain([locator]) {
                let other = *known.entry(file).or_insert(index);
                let (one, other) = (root(&first, index), root(&first, other));
                first[one.max(other)] = one.min(other);
            }
        }
        // Each item follows an earlier one, whose group is known by then.
        for index in indices() {
            first[index] = first[first[index]];
        }
        first
    }

    fn doubt_claims(&self, found: &mut Vec<Doubt>) {
        let assessment = self.assessment();
        for (_, assertion) in assessment.current_assertions() {
            let control = &assessment.catalog().control_at(assertion.control).id;
            let subject = assertion
                .narrowed
                .map(|narrowed| &assessment.subject(narrowed.subject).id);
            let entry = match subject {
                Some(subject) => [control.as_str(), "@", subject.as_str()].concat(),
                None => control.to_string(),
            };
            let location = assertion.location.as_ref();
            let kinds = if assertion.status.is_in_place() {
                self.doubt_cited(assertion, control, subject)
            } else {
                [None, None, None]
            };
            found.extend(
                kinds
                    .into_iter()
                    .flatten()
                    .map(|kind| doubt(&entry, kind, location)),
            );
            let explained_by = assertion.status.explained_by();
            let parts = assessment.parts(assertion);
            if let Some(key) = explained_by
                && parts.text(key).is_some_and(is_wordless)
            {
                let kind = DoubtKind::WordlessJustification {
                    control: Some(control.clone()),
                    subject: subject.cloned(),
                    risk: None,
                    key,
                };
                found.push(doubt(&entry, kind, location));
            }
        }
        for index in assessment.acceptances().indices() {
            let (risk, acceptance, facts) = assessment.acceptance(index);
            if is_wordless(&acceptance.because) {
                let kind = DoubtKind::WordlessJustification {
                    control: None,
                    subject: None,
                    risk: Some(risk.clone()),
                    key: ClaimKey::Because,
                };
                found.push(doubt(risk.as_str(), kind, facts.location.as_ref()));
            }
        }
    }

    /// Whether a claim that a control is in place cites evidence of the kinds and techniques that
    /// the catalog lists.
    fn doubt_cited(
        &self,
        assertion: &Assertion,
        control: &ControlId,
        subject: Option<&SubjectId>,
    ) -> [Option<DoubtKind>; 3] {
        let assessment = self.assessment();
        let cited = assessment.cited_by(assertion);
        let Some(details) = assessment
            .catalog()
            .control_details(control)
            .filter(|_| !cited.is_empty())
        else {
            return [None, None, None];
        };
        let items = || cited.iter().map(|item| assessment.evidence_at(*item).1);
        let is_inherited = assertion.status == Status::Inherited;
        let no_kind = items().all(|item| !lists_kind(details, item.kind, is_inherited));
        let no_technique = items().all(|item| !lists_technique(details, item.technique));
        [
            no_kind.then(|| DoubtKind::OtherKind {
                control: control.clone(),
                subject: subject.cloned(),
                cited: distinct(items().map(|item| item.kind)),
            }),
            no_technique.then(|| DoubtKind::OtherTechnique {
                control: control.clone(),
                subject: subject.cloned(),
                cited: distinct(items().map(|item| item.technique)),
                listed: details.techniques.clone(),
            }),
            self.doubt_strength(assertion, control, subject),
        ]
    }

    fn doubt_wallets(&self, found: &mut Vec<Doubt>) {
        let assessment = self.assessment();
        let document = assessment.document();
        let day = self.settings().as_of;
        let subjects = assessment.subjects().iter();
        let held: Vec<(&Subject, &WalletId, &Wallet)> = subjects
            .filter(|subject| subject.exists_on(day))
            .filter_map(|subject| match &subject.id {
                SubjectId::Wallet(id) => Some((subject, id, document.wallets.get(id)?)),
                SubjectId::Organization => None,
            })
            .collect();
        if held.is_empty() {
            found.push(doubt(ORGANIZATION, DoubtKind::NoWallets, None));
        }
        // The narrower claims of each wallet, by the position of the claim. Who assessed them, and
        // when, does not distinguish wallets.
        let mut narrowed: BTreeMap<&WalletId, Vec<_>> = BTreeMap::new();
        for (position, claim) in document.claims.values().enumerate() {
            for (wallet, own) in claim.iter().flat_map(|claim| &claim.wallets) {
                let own = own.clone().map(|own| NarrowedClaim {
                    assessed: Vec::new(),
                    earlier: Vec::new(),
                    ..own
                });
                narrowed.entry(wallet).or_default().push((position, own));
            }
        }
        let mut known: BTreeMap<String, &WalletId> = BTreeMap::new();
        for (subject, id, wallet) in held {
            if wallet.since.is_none() {
                let kind = DoubtKind::WalletWithoutSince { wallet: id.clone() };
                found.push(doubt(id.as_str(), kind, subject.location.as_ref()));
            }
            let quorum = wallet.facts.as_ref().and_then(|facts| facts.quorum);
            let several_by = SEVERAL
                .into_iter()
                .find(|several| subject.features.contains((*several).into()));
            if let Some(quorum) = quorum.filter(|quorum| quorum.required < 2)
                && let Some(several_by) = several_by
            {
                let kind = DoubtKind::QuorumOfOne {
                    wallet: id.clone(),
                    several_by,
                    required: quorum.required,
                    of: quorum.of,
                };
                found.push(doubt(id.as_str(), kind, subject.place_of_facts().as_ref()));
            }
            let assets = distinct(wallet.assets.iter().map(|asset| same_name(asset)));
            let content = crate::digest::of_json(&(
                wallet.tier,
                distinct(wallet.traits.iter()),
                assets,
                &wallet.facts,
                narrowed.get(id),
            ));
            if let Some(like) = known.get(&content) {
                let kind = DoubtKind::AlikeWallets {
                    wallet: id.clone(),
                    like: (*like).clone(),
                };
                found.push(doubt(id.as_str(), kind, subject.location.as_ref()));
            } else {
                known.insert(content, id);
            }
        }
    }

    fn doubt_people(&self, found: &mut Vec<Doubt>) {
        let assessment = self.assessment();
        let document = assessment.document();
        let mut owned: BTreeMap<&PersonId, u64> = BTreeMap::new();
        let mut inherited: BTreeMap<&ProviderId, (u64, Option<&Location>)> = BTreeMap::new();
        for (_, assertion) in assessment.current_assertions() {
            let parts = assessment.parts(assertion);
            if let Some(owner) = parts.owner {
                *owned.entry(owner).or_default() += 1;
            }
            if let Some(provider) = parts.provider {
                let first = (0, assertion.location.as_ref());
                inherited.entry(provider).or_insert(first).0 += 1;
            }
        }
        let custodian = firm(&assessment.header().custodian.name);
        for (id, provider) in &document.providers {
            let Some((claims, location)) = inherited.get(id) else {
                continue;
            };
            if [&provider.name, id.as_str()].map(firm).contains(&custodian) {
                let kind = DoubtKind::ProviderIsCustodian {
                    provider: id.clone(),
                    claims: *claims,
                };
                found.push(doubt(id.as_str(), kind, *location));
            }
        }
        let mut approved: BTreeMap<&PersonId, (u64, Option<&Location>)> = BTreeMap::new();
        for index in assessment.acceptances().indices() {
            let (_, acceptance, facts) = assessment.acceptance(index);
            let first = (0, facts.location.as_ref());
            approved.entry(&acceptance.approved_by).or_insert(first).0 += 1;
        }
        // The ids of each person, by name and organization.
        let mut people: BTreeMap<(String, String), Vec<&PersonId>> = BTreeMap::new();
        for (id, person) in &document.people {
            people.entry(person.identity()).or_default().push(id);
        }
        let assessors: BTreeSet<&PersonId> = document.assessors.iter().collect();
        let mut doubts: Vec<Doubt> = Vec::new();
        for ids in people.values() {
            let Some(person) = ids.iter().find(|id| assessors.contains(*id)) else {
                continue;
            };
            let owns = ids.iter().filter_map(|id| owned.get(id)).sum();
            let approvals = || ids.iter().filter_map(|id| approved.get(id));
            let acceptances = approvals().map(|(count, _)| count).sum();
            if owns > 0 && acceptances > 0 {
                let kind = DoubtKind::OnePerson {
                    person: (*person).clone(),
                    also: ids
                        .iter()
                        .filter(|id| *id != person)
                        .map(|id| (*id).clone())
                        .collect(),
                    owns,
                    approves: acceptances,
                };
                let location = approvals().find_map(|(_, location)| *location);
                doubts.push(doubt(person.as_str(), kind, location));
            }
        }
        doubts.sort_by(|one, other| one.id.cmp(&other.id));
        found.append(&mut doubts);
    }
}

pub(super) fn doubt(entry: &str, kind: DoubtKind, location: Option<&Location>) -> Doubt {
    Doubt {
        id: [kind.code().word(), ":", entry].concat(),
        kind,
        location: location.cloned(),
    }
}

/// The claims that a control is in place.
fn in_place(coverage: &Coverage) -> impl Iterator<Item = &Assertion> {
    let assertions = coverage.assessment().current_assertions();
    let assertions = assertions.map(|(_, assertion)| assertion);
    assertions.filter(|assertion| assertion.status.is_in_place())
}

/// The first item of a group: the one that is followed by itself.
fn root(first: &IndexVec<EvidenceIndex, EvidenceIndex>, mut index: EvidenceIndex) -> EvidenceIndex {
    while first[index] != index {
        index = first[index];
    }
    index
}

fn distinct<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.collect::<BTreeSet<T>>().into_iter().collect()
}

/// Whether the catalog lists a kind of evidence for a control. Its list is free text, so only kinds
/// that show little by themselves are compared; a list that is not in English is not compared.
fn lists_kind(details: &ControlDetails, kind: EvidenceKind, is_inherited: bool) -> bool {
    let parts: &[&str] = match kind {
        EvidenceKind::Photograph => &SEEN,
        EvidenceKind::Contract | EvidenceKind::Certificate if is_inherited => return true,
        EvidenceKind::Contract => &AGREED,
        EvidenceKind::Certificate => &CERTIFIED,
        EvidenceKind::InterviewNote => return details.techniques.contains(&Technique::Interview),
        EvidenceKind::Policy
        | EvidenceKind::Procedure
        | EvidenceKind::Record
        | EvidenceKind::Log
        | EvidenceKind::Configuration
        | EvidenceKind::DesignDocument
        | EvidenceKind::Observation
        | EvidenceKind::TestResult
        | EvidenceKind::ThirdPartyReport => return true,
    };
    details.evidence.iter().any(|listed| {
        let listed = listed.to_lowercase();
        !listed.is_ascii() || parts.iter().any(|part| listed.contains(part))
    })
}

/// Whether the catalog lists a technique for a control. Observation is a form of examination, as in
/// SP 800-53A.
fn lists_technique(details: &ControlDetails, technique: Technique) -> bool {
    let has = |technique| details.techniques.contains(&technique);
    has(technique) || technique == Technique::Observe && has(Technique::Examine)
}

/// Whether a justification contains no words: fewer than two different letters, or a placeholder.
fn is_wordless(text: &str) -> bool {
    let plain = same_name(text);
    let letters: BTreeSet<char> = plain.chars().filter(|c| c.is_alphabetic()).collect();
    letters.len() < 2
        || PLACEHOLDERS.contains(&plain.as_str())
        || words(text)
            .iter()
            .all(|word| FILLERS.contains(&word.as_str()))
}

/// The words of a text in the form of [`same_name`], divided at spaces and punctuation.
fn words(text: &str) -> Vec<String> {
    let text: String = text.nfkc().filter(|c| !is_harmful(*c)).collect();
    let words = text.split(|c: char| !c.is_alphanumeric()).map(same_name);
    words.filter(|word| !word.is_empty()).collect()
}

/// The name of a firm without its legal form, such as `AG`, at its end.
fn firm(name: &str) -> String {
    // `A.G.` is one word.
    let mut words = words(&name.replace('.', ""));
    while words.len() > 1
        && words
            .last()
            .is_some_and(|word| LEGAL_FORMS.contains(&word.as_str()))
    {
        words.pop();
    }
    words.concat()
}

/// A locator without what does not change the file: case, empty parts and `.` of a path, escapes of
/// percent signs, and the fragment after the name of a file.
fn same_file(locator: &str) -> String {
    let decoded = percent_decode_str(locator).decode_utf8_lossy();
    let file = match decoded.split_once('#') {
        Some((file, fragment)) if !fragment.contains('/') => {
            let name = file.rsplit('/').next().unwrap_or(file);
            let has_extension = name.contains('.') && !name.ends_with('.');
            if has_extension { file } else { &*decoded }
        }
        _ => &*decoded,
    };
    let folded: String = file.nfkc().flat_map(char::to_lowercase).collect();
    let parts = folded.split('/').filter(|part| !matches!(*part, "" | "."));
    parts.collect::<Vec<_>>().join("/")
}
