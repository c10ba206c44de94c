//! [`AssessmentDocument`]s + [`Catalog`] → [`Assessment`], or all faults.

use super::document::{
    Acceptance, AssessmentDocument, Claim, ControlEfforts, Evidence, NarrowedClaim, Wallet,
};
use super::{
    AcceptanceFacts, Assertion, Assessment, CellClaim, ClaimParts, EvidenceFacts, Header,
    InputFile, ORGANIZATION, Proposal, Subject, SubjectId, merge,
};
use crate::catalog::{Catalog, Control, Risk};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, suggest};
use crate::figure::Figure;
use crate::id::{ControlId, EvidenceId, PersonId, RiskId, WalletId};
use crate::source::{Faults, Location, Place, Sources, Step, index, limits};
use crate::taxonomy::{Features, Status, SubjectKind, Tier, Trait};
use indexmap::{IndexMap, IndexSet};
use sha2::{Digest, Sha256};

pub(super) fn resolve<'c>(
    documents: &[AssessmentDocument],
    sources: &Sources,
    faults: Vec<Diagnostic>,
    catalog: &'c Catalog,
) -> Result<Assessment<'c>, Diagnostics> {
    let has_faults = !faults.is_empty();
    let mut faults = Faults {
        sources,
        list: faults,
    };
    match merge::merge(documents, &mut faults) {
        Some(whole) => check(whole, Some(documents), faults, has_faults, catalog),
        None => Err(Diagnostics::sorted(faults.list)),
    }
}

/// One document, with which nothing has to be put together.
pub(super) fn resolve_one<'c>(
    mut document: AssessmentDocument,
    sources: &Sources,
    faults: Vec<Diagnostic>,
    catalog: &'c Catalog,
) -> Result<Assessment<'c>, Diagnostics> {
    merge::put_in_order(&mut document);
    let has_faults = !faults.is_empty();
    let list = faults;
    check(
        document,
        None,
        Faults { sources, list },
        has_faults,
        catalog,
    )
}

/// What the files say, put together, and each by itself where they are several.
fn check<'c>(
    mut document: AssessmentDocument,
    documents: Option<&[AssessmentDocument]>,
    faults: Faults<'_>,
    has_faults: bool,
    catalog: &'c Catalog,
) -> Result<Assessment<'c>, Diagnostics> {
    let sources = faults.sources;
    let proposals = set_apart(&mut document, sources);
    let mut check = Check {
        catalog,
        documents: documents.unwrap_or(std::slice::from_ref(&document)),
        document: &document,
        proposals: &proposals,
        faults,
        subjects: Vec::new(),
        has_faults,
        looks: 0,
    };
    let header = check.header();
    if check.has_too_many_wallets() {
        // Each wallet has a cell for each control: what follows would take too long.
        return Err(Diagnostics::sorted(check.faults.list));
    }
    check.subjects();
    let evidence = check.evidence();
    let mut claims = check.claims();
    check.proposals(&mut claims);
    let acceptances = check.acceptances();
    check.efforts();
    check.unused_evidence(&claims);
    let (subjects, list) = (check.subjects, check.faults.list);
    let diagnostics = Diagnostics::sorted(list);
    // What is said of risks that a profile leaves out changes nothing.
    document
        .accepted_risks
        .retain(|id, _| catalog.risk(id.as_str()).is_some());
    match header {
        Some(header) if !diagnostics.has_errors() => Ok(Assessment {
            catalog,
            header,
            files: files(sources),
            warnings: diagnostics,
            subjects,
            proposals,
            assertions: claims.assertions,
            cited: claims.cited,
            cells: claims.cells,
            evidence,
            acceptances,
            document,
        }),
        _ => Err(diagnostics),
    }
}

/// Takes the proposals out of the claims, so that nobody can take them for claims.
fn set_apart(
    document: &mut AssessmentDocument,
    sources: &Sources,
) -> IndexMap<ControlId, Proposal> {
    let mut proposals = IndexMap::new();
    for (id, entry) in &mut document.claims {
        let Some(claim) = entry.take_if(|claim| claim.proposed.is_some()) else {
            continue;
        };
        let wallets = claim.wallets.clone();
        if !wallets.is_empty() {
            // What is narrowed to wallets was claimed.
            *entry = Some(Claim {
                wallets,
                place: claim.place,
                ..Claim::default()
            });
        }
        let location = sources.locate(claim.place);
        let claim = Claim {
            wallets: IndexMap::new(),
            ..claim
        };
        proposals.insert(id.clone(), Proposal { claim, location });
    }
    let is_left =
        |id: &ControlId, claim: &Option<Claim>| claim.is_some() || !proposals.contains_key(id);
    document.claims.retain(|id, claim| is_left(id, claim));
    proposals
}

fn files(sources: &Sources) -> Vec<InputFile> {
    let mut files: Vec<InputFile> = sources
        .iter()
        .map(|source| InputFile {
            name: source.name.to_string(),
            bytes: source.text.len() as u64,
            sha256: crate::digest::hex(&Sha256::digest(source.text.as_bytes())),
        })
        .collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

/// The traits that say where the keys of a wallet are.
const STORES: [Trait; 5] = [
    Trait::Hsm,
    Trait::HardwareWallet,
    Trait::SoftwareWallet,
    Trait::Paper,
    Trait::ThirdParty,
];

struct Check<'d, 'c> {
    catalog: &'c Catalog,
    /// What the files say, each by itself.
    documents: &'d [AssessmentDocument],
    /// All of it put together.
    document: &'d AssessmentDocument,
    /// What is proposed, and no claim.
    proposals: &'d IndexMap<ControlId, Proposal>,
    faults: Faults<'d>,
    subjects: Vec<Subject>,
    /// Whether some of what the files say could not be understood.
    has_faults: bool,
    /// How often the files were searched.
    looks: usize,
}

#[derive(Default)]
struct Claims {
    assertions: Vec<Assertion>,
    cited: Vec<u32>,
    /// What only proposals cite.
    proposed: Vec<u32>,
    cells: Vec<CellClaim>,
    /// What is cited by claims on controls that a profile leaves out.
    cited_for_nothing: Vec<u32>,
}

impl<'d, 'c> Check<'d, 'c> {
    fn fault(
        &mut self,
        code: Code,
        place: Place,
        route: &[Step<'_>],
        message: String,
        help: Option<String>,
    ) {
        let mut fault = self.faults.at(code, place, route, message);
        fault.help = help;
        self.faults.push(fault);
    }

    fn header(&mut self) -> Option<Header> {
        let document = self.document;
        for (key, help) in [
            ("title", "add what readers call the assessment"),
            ("catalog", "add `catalog: iso-tr-23576`"),
            ("custodian", "add `custodian: { name: … }`"),
            (
                "period",
                "add `period: { from: YYYY-MM-DD, to: YYYY-MM-DD }`",
            ),
            (
                "organization",
                "add `organization: { channels: [] }` with all channels",
            ),
        ] {
            let is_there = match key {
                "title" => document.title.is_some(),
                "catalog" => document.catalog.is_some(),
                "custodian" => document.custodian.is_some(),
                "period" => document.period.is_some(),
                _ => document.organization.is_some(),
            };
            // What is there but faulty has been reported already.
            if !is_there && !self.faults.sources.say(key) {
                let (message, help) = (format!("`{key}` is missing"), Some(help.to_owned()));
                self.fault(
                    Code::MissingKey,
                    document.place,
                    &[Step::Name(key)],
                    message,
                    help,
                );
            }
        }
        for document in self.documents {
            self.header_of(document);
        }
        Some(Header {
            title: document.title.clone()?,
            custodian: document.custodian.clone()?,
            period: document.period?,
        })
    }

    /// What one file says of the assessment.
    fn header_of(&mut self, document: &'d AssessmentDocument) {
        let place = document.place;
        let loaded = &self.catalog.facts().id;
        // Where two files name different catalogues, that is the fault.
        let named = document
            .catalog
            .as_ref()
            .filter(|_| document.catalog == self.document.catalog);
        if let Some(named) = named.filter(|named| *named != loaded) {
            let message = format!(
                "the assessment is made against `{named}`, and the catalogue that is loaded is `{loaded}`"
            );
            let help = suggest(named.as_str(), [loaded.as_str()])
                .filter(|help| help.starts_with("did"))
                .unwrap_or_else(|| "load the other catalogue with `--catalog`".to_owned());
            self.fault(
                Code::UnknownCatalog,
                place,
                &[Step::Key("catalog")],
                message,
                Some(help),
            );
        }
        if let Some(period) = document.period.filter(|period| period.to < period.from) {
            let message = format!(
                "the period ends on {} before it begins on {}",
                period.to, period.from
            );
            self.fault(
                Code::PeriodEndsBeforeItBegins,
                place,
                &[Step::Key("period"), Step::Key("to")],
                message,
                Some("correct `from` or `to`".to_owned()),
            );
        }
        self.repeated(&document.assessors, place, &[Step::Key("assessors")]);
        for person in &document.assessors {
            self.person(
                person,
                place,
                &[Step::Key("assessors"), Step::Item(person.as_str(), 0)],
            );
        }
        if let Some(organization) = &document.organization {
            self.repeated(
                &organization.channels,
                place,
                &[Step::Key("organization"), Step::Key("channels")],
            );
        }
    }

    fn repeated<T: Eq + std::hash::Hash + std::fmt::Display>(
        &mut self,
        items: &[T],
        place: Place,
        route: &[Step<'_>],
    ) {
        let mut seen: IndexMap<&T, usize> = IndexMap::with_capacity(items.len());
        for value in items {
            if self.faults.is_full() {
                return;
            }
            let nth = seen.entry(value).and_modify(|nth| *nth += 1).or_insert(0);
            if *nth > 0 {
                let text = value.to_string();
                let mut route = route.to_vec();
                route.push(Step::Item(&text, *nth));
                let message = format!("`{text}` stands in this list twice");
                self.fault(Code::RepeatedItem, place, &route, message, None);
            }
        }
    }

    /// A reference to an entry of a section of the assessment.
    fn reference<'w>(
        &mut self,
        (code, what, section): (Code, &str, &str),
        id: &str,
        all: impl Iterator<Item = &'w str>,
        place: Place,
        route: &[Step<'_>],
    ) {
        // An entry that is there but faulty has been reported already.
        if self.faults.is_full() || !self.may_look() || self.faults.sources.mention(section, id) {
            return;
        }
        // Whoever has so many faults is not helped by a near word for each.
        let near = if self.faults.list.len() < 100 {
            let faulty = self.faults.sources.keys(section).into_iter();
            let mut known: IndexSet<&str> =
                faulty.filter(|id| EvidenceId::new(id).is_ok()).collect();
            for id in all {
                known.insert(id);
            }
            known.sort_unstable();
            suggest(id, known)
        } else {
            None
        };
        let help = match near {
            Some(near) if near.starts_with("use one") => {
                format!("{near}, or declare it under `{section}`")
            }
            Some(near) => near,
            None => format!("declare it under `{section}`"),
        };
        self.fault(
            code,
            place,
            route,
            format!("unknown {what} `{id}`"),
            Some(help),
        );
    }

    fn person(&mut self, person: &PersonId, place: Place, route: &[Step<'_>]) {
        let people = &self.document.people;
        if !people.contains_key(person) {
            let all = people.keys().map(PersonId::as_str);
            self.reference(
                (Code::UnknownPerson, "person", "people"),
                person.as_str(),
                all,
                place,
                route,
            );
        }
    }

    fn wallet(&mut self, wallet: &WalletId, place: Place, route: &[Step<'_>]) -> Option<usize> {
        let position = self.document.wallets.get_index_of(wallet);
        if position.is_none() {
            let all = self.document.wallets.keys().map(WalletId::as_str);
            self.reference(
                (Code::UnknownWallet, "wallet", "wallets"),
                wallet.as_str(),
                all,
                place,
                route,
            );
        }
        position.map(|position| position + 1)
    }

    fn subjects(&mut self) {
        let channels = self
            .document
            .organization
            .as_ref()
            .map(|organization| organization.channels.as_slice());
        self.subjects.push(Subject {
            id: SubjectId::Organization,
            tier: None,
            features: channels.unwrap_or_default().iter().copied().collect(),
            facts: None,
            location: None,
            facts_location: None,
        });
        self.shares();
        for (id, wallet) in &self.document.wallets {
            self.traits(id, wallet);
            let mut features: Features = wallet.traits.iter().copied().collect();
            features.insert(wallet.tier.into());
            let location = self.faults.sources.locate(wallet.place);
            let facts_location = self.facts(id, wallet);
            self.tier(id, wallet);
            self.subjects.push(Subject {
                id: SubjectId::Wallet(id.clone()),
                tier: Some(wallet.tier),
                features,
                facts: wallet.facts.clone(),
                location,
                facts_location,
            });
        }
    }

    fn traits(&mut self, id: &WalletId, wallet: &Wallet) {
        if id.as_str() == ORGANIZATION {
            let message = format!(
                "a wallet cannot be called `{ORGANIZATION}`, which stands for the custodian as a whole"
            );
            self.fault(Code::ReservedId, wallet.place, &[], message, None);
        }
        self.repeated(&wallet.traits, wallet.place, &[Step::Key("traits")]);
        let has = |wanted: Trait| wallet.traits.contains(&wanted);
        // A trait that could not be understood may be what seems to be missing.
        let is_understood =
            !self
                .faults
                .sources
                .holds_more(wallet.place, &["traits"], wallet.traits.len());
        if is_understood && !STORES.into_iter().any(has) {
            let message = format!("`{id}` has no kind of key store");
            let stores = STORES.map(|store| format!("`{store}`")).join(", ");
            let help = format!("say where its keys are: add one of {stores}");
            self.fault(
                Code::ImpossibleTraits,
                wallet.place,
                &[Step::Key("traits")],
                message,
                Some(help),
            );
        }
        for backup in [Trait::OnlineBackup, Trait::RemovableMedia] {
            if is_understood && has(backup) && !has(Trait::BackedUp) {
                let message = format!("`{id}` has `{backup}` without `{}`", Trait::BackedUp);
                let help = format!("add `{}` or remove `{backup}`", Trait::BackedUp);
                self.fault(
                    Code::ImpossibleTraits,
                    wallet.place,
                    &[Step::Key("traits")],
                    message,
                    Some(help),
                );
            }
        }
    }

    /// A profile that selects by tier lacks what only wallets of other tiers need.
    fn tier(&mut self, id: &WalletId, wallet: &Wallet) {
        let profile = self.catalog.profile();
        let tiers = profile.map(|profile| profile.select.tiers.as_slice());
        let is_left_out = |tiers: &&[Tier]| !tiers.is_empty() && !tiers.contains(&wallet.tier);
        if tiers.as_ref().is_some_and(is_left_out) {
            let message = format!(
                "`{id}` is {}, and the profile `{}` leaves out controls that only such wallets need",
                wallet.tier,
                self.catalog.facts().id
            );
            let help = "use a profile that selects this tier too".to_owned();
            let route = [Step::Key("tier")];
            self.fault(
                Code::LeftOutByProfile,
                wallet.place,
                &route,
                message,
                Some(help),
            );
        }
    }

    /// Wallets together hold no more than all assets. Told at the first wallet, by id, with which it gets too much.
    fn shares(&mut self) {
        let mut sum = Figure::whole(0);
        for (id, wallet) in &self.document.wallets {
            let facts = wallet.facts.as_ref();
            let Some(share) = facts.and_then(|facts| facts.share_of_assets) else {
                continue;
            };
            sum = sum.plus(share);
            if share > Figure::whole(100) {
                return;
            }
            if sum > Figure::whole(100) {
                let route = [Step::Key("facts"), Step::Key("share_of_assets")];
                let message = format!(
                    "with `{share}` for `{id}` the shares of assets add up to {sum} %, which is more than all"
                );
                let help = "each is the percentage of all assets in custody that this wallet holds";
                let help = Some(help.to_owned());
                self.fault(Code::MalformedNumber, wallet.place, &route, message, help);
                return;
            }
        }
    }

    /// What is stated of a wallet is possible, and rests on evidence that is there. Tells where.
    fn facts(&mut self, id: &WalletId, wallet: &'d Wallet) -> Option<Location> {
        let (facts, place) = (wallet.facts.as_ref()?, wallet.place);
        if let Some(share) = facts
            .share_of_assets
            .filter(|share| *share > Figure::whole(100))
        {
            let route = [Step::Key("facts"), Step::Key("share_of_assets")];
            let message = format!("`{share}` is not a percentage from 0 to 100");
            self.fault(Code::MalformedNumber, place, &route, message, None);
        }
        if let Some(backups) = facts.backups.filter(|backups| !backups.is_whole()) {
            let route = [Step::Key("facts"), Step::Key("backups")];
            let message = format!("`{backups}` is not a whole number from 0 to 36500");
            self.fault(Code::MalformedNumber, place, &route, message, None);
        }
        if let Some(quorum) = facts.quorum.filter(|quorum| quorum.of < quorum.required) {
            let route = [
                Step::Key("facts"),
                Step::Key("quorum"),
                Step::Key("required"),
            ];
            let message = format!(
                "`{}` is more than the {} signers or share holders that `{id}` has",
                quorum.required, quorum.of
            );
            self.fault(Code::MalformedNumber, place, &route, message, None);
        }
        for item in &facts.evidence {
            if !self.document.evidence.contains_key(item) {
                let all = self.document.evidence.keys().map(EvidenceId::as_str);
                let route = [
                    Step::Key("facts"),
                    Step::Key("evidence"),
                    Step::Item(item.as_str(), 0),
                ];
                let what = (Code::UnknownEvidence, "evidence item", "evidence");
                self.reference(what, item.as_str(), all, place, &route);
            }
        }
        let route = [Step::Key("facts"), Step::Key("evidence")];
        self.repeated(&facts.evidence, place, &route);
        let route = [Step::Name("facts")];
        self.faults
            .at(Code::MalformedNumber, place, &route, "")
            .location
    }

    fn evidence(&mut self) -> Vec<EvidenceFacts> {
        let document = self.document;
        document
            .evidence
            .iter()
            .map(|(id, evidence)| self.evidence_item(id, evidence))
            .collect()
    }

    fn evidence_item(&mut self, id: &EvidenceId, evidence: &Evidence) -> EvidenceFacts {
        let place = evidence.place;
        if let Some(person) = &evidence.by {
            self.person(person, place, &[Step::Key("by")]);
        }
        if !evidence.has_sound_locator() {
            let message = format!("`{}` leads out of the folder of evidence", evidence.locator);
            let help = "write a relative path, such as `evidence/policy.pdf`, or an address of another system, such as `https://…`";
            let (route, help) = ([Step::Key("locator")], Some(help.to_owned()));
            self.fault(Code::MalformedLocator, place, &route, message, help);
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
        let until = evidence.valid_until.or(by_age);
        if until.is_none()
            && !self.faults.sources.has(place, "valid_until")
            && !self
                .faults
                .sources
                .mention("evidence_max_age", evidence.kind.into())
        {
            let message = format!("nothing says how long `{id}` may be relied on");
            let help = format!(
                "add `valid_until`, or the days for `{}` under `evidence_max_age`",
                evidence.kind
            );
            self.fault(
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
                "`{id}` may be relied on until {until}, before it speaks from {}",
                evidence.collected
            );
            self.fault(
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
            location: self.faults.sources.locate(place),
        }
    }

    fn claims(&mut self) -> Claims {
        let controls = self.catalog.controls().len();
        let mut claims = Claims {
            cells: vec![CellClaim::OutOfScope; controls * self.subjects.len()],
            ..Claims::default()
        };
        for (position, control) in self.catalog.controls().enumerate() {
            for (subject, entry) in self.subjects.iter().enumerate() {
                let is_organization = entry.id == SubjectId::Organization;
                let applies = is_organization == (control.subject == SubjectKind::Organization)
                    && control.when.holds(entry.features);
                if applies && let Some(cell) = claims.cells.get_mut(subject * controls + position) {
                    *cell = CellClaim::NoClaim;
                }
            }
        }
        let document = self.document;
        for (id, claim) in &document.claims {
            let Some(position) = self.catalog.control_position(id.as_str()) else {
                if self.is_left_out(id) {
                    self.left_out_control(id, claim.as_ref(), &mut claims);
                } else {
                    self.unknown_control(id, claim.as_ref());
                }
                continue;
            };
            if let (Some(claim), Some(control)) = (claim, self.catalog.control_at(position)) {
                self.claim(control, position, claim, &mut claims);
            }
        }
        claims
    }

    /// Proposals are checked loosely: what they name is to be there, and what a status asks for is
    /// asked for when they are confirmed.
    fn proposals(&mut self, claims: &mut Claims) {
        let controls = self.catalog.controls().len();
        let (document, proposals) = (self.document, self.proposals);
        for (nth, (id, proposal)) in proposals.iter().enumerate() {
            let (claim, place) = (&proposal.claim, proposal.claim.place);
            let narrowed = document.claims.get(id).and_then(Option::as_ref);
            let Some(position) = self.catalog.control_position(id.as_str()) else {
                if narrowed.is_none() {
                    self.unknown_control(id, Some(claim));
                }
                continue;
            };
            if claim.status.is_none() && !self.faults.sources.has(place, "status") {
                let message = format!("the proposal on `{id}` has no status");
                let help = Some("add `status`, or remove the proposal".to_owned());
                self.fault(Code::ClaimWithoutStatus, place, &[], message, help);
            }
            self.named(claim.parts(), place);
            let cited = self.cited(claim.parts(), place);
            claims.proposed.extend(cited);
            for (subject, entry) in self.subjects.iter().enumerate() {
                let is_narrowed = narrowed.is_some_and(|claim| match &entry.id {
                    SubjectId::Wallet(wallet) => claim.wallets.contains_key(wallet),
                    SubjectId::Organization => false,
                });
                let cell = claims.cells.get_mut(subject * controls + position as usize);
                if let Some(cell) = cell.filter(|cell| **cell == CellClaim::NoClaim && !is_narrowed)
                {
                    *cell = CellClaim::Proposed(index(nth));
                }
            }
        }
    }

    fn has_too_many_wallets(&mut self) -> bool {
        let Some((id, wallet)) = self.document.wallets.get_index(limits::WALLETS) else {
            return false;
        };
        let message = format!(
            "an assessment has at most {} wallets; `{id}` is one too many",
            limits::WALLETS
        );
        let help = "a wallet is a group of keys that are handled alike: put such keys together";
        let (place, help) = (wallet.place, Some(help.to_owned()));
        self.fault(Code::LimitExceeded, place, &[], message, help);
        true
    }

    fn is_left_out(&self, id: &ControlId) -> bool {
        let profile = self.catalog.profile();
        profile.is_some_and(|profile| profile.controls_left_out.contains_key(id))
    }

    fn left_out_control(&mut self, id: &ControlId, claim: Option<&Claim>, claims: &mut Claims) {
        let (place, route) = self.place_of_claim(id, claim);
        self.left_out("claim", id.as_str(), place, &route);
        let cited = claim.iter().flat_map(|claim| {
            let narrowed = claim.wallets.values().flatten();
            claim
                .evidence
                .iter()
                .chain(narrowed.flat_map(|narrower| &narrower.evidence))
        });
        let evidence = &self.document.evidence;
        let positions = cited.filter_map(|item| evidence.get_index_of(item).map(index));
        claims.cited_for_nothing.extend(positions);
    }

    fn left_out(&mut self, what: &str, id: &str, place: Place, route: &[Step<'_>]) {
        let Some(profile) = self.catalog.profile() else {
            return;
        };
        let message = format!(
            "`{id}` is left out by the profile `{}`, so the {what} changes nothing",
            self.catalog.facts().id
        );
        let help = format!(
            "remove the {what}, or load `{}`, which the profile selects from",
            profile.base.id
        );
        self.fault(Code::LeftOutByProfile, place, route, message, Some(help));
    }

    fn place_of_claim<'i>(
        &mut self,
        id: &'i ControlId,
        claim: Option<&Claim>,
    ) -> (Place, Vec<Step<'i>>) {
        match claim {
            Some(claim) => (claim.place, vec![]),
            None => (
                self.home(|document| document.claims.contains_key(id)),
                vec![Step::Key("claims"), Step::Name(id.as_str())],
            ),
        }
    }

    fn unknown_control(&mut self, id: &ControlId, claim: Option<&Claim>) {
        if self.faults.is_full() {
            return;
        }
        let (place, route) = self.place_of_claim(id, claim);
        self.no_control(id, place, &route);
    }

    fn no_control(&mut self, id: &ControlId, place: Place, route: &[Step<'_>]) {
        let help = if self.catalog.risk(id.as_str()).is_some() {
            Some("this is the id of a risk; claims are made on controls".to_owned())
        } else {
            suggest(
                id.as_str(),
                self.catalog.controls().map(|control| control.id.as_str()),
            )
        };
        let help =
            help.or_else(|| Some("`custody catalog controls` lists all controls".to_owned()));
        self.fault(
            Code::UnknownControl,
            place,
            route,
            format!("unknown control `{id}`"),
            help,
        );
    }

    /// Whether the files may be searched once more for something that could not be understood; a
    /// thousand searches are enough for anybody.
    fn may_look(&mut self) -> bool {
        self.looks += 1;
        self.looks <= limits::FAULTS
    }

    /// Whether all wallets, traits and channels could be understood, so that what applies is known.
    fn is_scope_clear(&self) -> bool {
        if !self.has_faults {
            return true;
        }
        let sources = self.faults.sources;
        let wallets = &self.document.wallets;
        let channels_are_clear = self.documents.iter().all(|document| {
            let channels = document
                .organization
                .as_ref()
                .map_or(0, |entry| entry.channels.len());
            !sources.holds_more(document.place, &["organization", "channels"], channels)
        });
        sources
            .keys("wallets")
            .iter()
            .all(|key| wallets.contains_key(*key))
            && (1..self.subjects.len()).all(|subject| !self.is_unclear(subject))
            && channels_are_clear
    }

    /// Whether some trait of a wallet could not be understood, so that what applies is not known.
    fn is_unclear(&self, subject: usize) -> bool {
        let wallet = subject
            .checked_sub(1)
            .and_then(|position| self.document.wallets.get_index(position));
        wallet.is_some_and(|(_, wallet)| {
            self.faults
                .sources
                .holds_more(wallet.place, &["traits"], wallet.traits.len())
        })
    }

    /// The place of the file that says something.
    fn home(&self, says: impl Fn(&AssessmentDocument) -> bool) -> Place {
        let home = self.documents.iter().find(|document| says(document));
        home.map_or(self.document.place, |document| document.place)
    }

    fn claim(&mut self, control: &Control, position: u32, claim: &'d Claim, claims: &mut Claims) {
        let controls = self.catalog.controls().len();
        let subjects = self.subjects.len();
        let cells = (0..subjects).map(|subject| subject * controls + position as usize);
        let in_scope: Vec<usize> = cells
            .filter(|cell| claims.cells.get(*cell) == Some(&CellClaim::NoClaim))
            .collect();
        if in_scope.is_empty() && self.is_scope_clear() {
            let message = format!(
                "`{}` applies to nothing here, so this claim changes nothing",
                control.id
            );
            let help = format!("it applies to {}", control.when.among(control.subject));
            self.fault(Code::ClaimOutOfScope, claim.place, &[], message, Some(help));
        }
        let has_status = claim.status.is_some() || self.faults.sources.has(claim.place, "status");
        if !has_status
            && claim.wallets.is_empty()
            && !self.faults.sources.has(claim.place, "wallets")
        {
            let help =
                "add `status`; or leave everything after the colon out, if nobody has looked"
                    .to_owned();
            let message = format!("the claim on `{}` has no status", control.id);
            self.fault(
                Code::ClaimWithoutStatus,
                claim.place,
                &[],
                message,
                Some(help),
            );
        }
        if let Some(status) = claim.status {
            let assertion =
                self.assertion(position, None, status, claim.parts(), claim.place, claims);
            for cell in &in_scope {
                if let Some(cell) = claims.cells.get_mut(*cell) {
                    *cell = CellClaim::Claimed(assertion);
                }
            }
        } else if !has_status {
            self.without_status(control, claim);
        }
        let narrowed = self.narrower(control, position, claim, claims);
        if claim.status.is_some() && !in_scope.is_empty() && narrowed == in_scope.len() {
            let message = format!(
                "each wallet has a narrower claim on `{}`, so the wider one changes nothing",
                control.id
            );
            self.fault(
                Code::ClaimOutOfScope,
                claim.place,
                &[Step::Name("status")],
                message,
                None,
            );
        }
    }

    /// Puts narrower claims in the place of the wider one, and counts the wallets that have one.
    fn narrower(
        &mut self,
        control: &Control,
        position: u32,
        claim: &'d Claim,
        claims: &mut Claims,
    ) -> usize {
        let controls = self.catalog.controls().len();
        let mut narrowed = 0;
        for (wallet, narrower) in &claim.wallets {
            let (place, route) = match narrower {
                Some(said) => (said.place, vec![]),
                None => (
                    self.home(|document| {
                        let claim = document.claims.get(&control.id).and_then(Option::as_ref);
                        claim.is_some_and(|claim| claim.wallets.contains_key(wallet))
                    }),
                    vec![
                        Step::Key("claims"),
                        Step::Key(control.id.as_str()),
                        Step::Key("wallets"),
                        Step::Name(wallet.as_str()),
                    ],
                ),
            };
            let Some(subject) = self.wallet(wallet, place, &route) else {
                continue;
            };
            let cell = subject * controls + position as usize;
            if claims
                .cells
                .get(cell)
                .is_none_or(|cell| *cell == CellClaim::OutOfScope)
            {
                if self.is_unclear(subject) {
                    continue;
                }
                let message = format!("`{}` does not apply to `{wallet}`", control.id);
                let help = match control.subject {
                    SubjectKind::Organization => {
                        "it is about the organization as a whole".to_owned()
                    }
                    SubjectKind::Wallet => {
                        format!("it applies to wallets that are: {}", control.when)
                    }
                };
                self.fault(
                    Code::ControlNotForWallet,
                    place,
                    &route,
                    message,
                    Some(help),
                );
                continue;
            }
            narrowed += 1;
            let said = narrower
                .as_ref()
                .map_or(CellClaim::NoClaim, |narrower: &NarrowedClaim| {
                    let (subject, status) = (Some(index(subject)), narrower.status);
                    CellClaim::Claimed(self.assertion(
                        position,
                        subject,
                        status,
                        narrower.parts(),
                        narrower.place,
                        claims,
                    ))
                });
            if let Some(cell) = claims.cells.get_mut(cell) {
                *cell = said;
            }
        }
        narrowed
    }

    fn assertion(
        &mut self,
        control: u32,
        narrowed: Option<u32>,
        status: Status,
        parts: ClaimParts<'d>,
        place: Place,
        claims: &mut Claims,
    ) -> u32 {
        self.parts(status, parts, place);
        let start = index(claims.cited.len());
        claims.cited.extend(self.cited(parts, place));
        claims.assertions.push(Assertion {
            control,
            narrowed,
            status,
            evidence: start..index(claims.cited.len()),
            location: self.faults.sources.locate(place),
        });
        index(claims.assertions.len() - 1)
    }

    /// The positions of what a claim cites.
    fn cited(&mut self, parts: ClaimParts<'d>, place: Place) -> Vec<u32> {
        let mut cited = Vec::with_capacity(parts.evidence.len());
        for id in parts.evidence {
            if let Some(evidence) = self.document.evidence.get_index_of(id) {
                cited.push(index(evidence));
            } else {
                let all = self.document.evidence.keys().map(EvidenceId::as_str);
                let route = [Step::Key("evidence"), Step::Item(id.as_str(), 0)];
                self.reference(
                    (Code::UnknownEvidence, "evidence item", "evidence"),
                    id.as_str(),
                    all,
                    place,
                    &route,
                );
            }
        }
        if parts.evidence.len() > 1 {
            self.repeated(parts.evidence, place, &[Step::Key("evidence")]);
        }
        cited
    }

    /// What a status needs, and what has no meaning beside it.
    fn parts(&mut self, status: Status, parts: ClaimParts<'_>, place: Place) {
        let needs = |status: Status| -> &[(Code, &str, &str)] {
            match status {
                Status::Implemented | Status::NotImplemented => &[],
                Status::Alternative => &[(
                    Code::AlternativeWithoutRationale,
                    "rationale",
                    "what is in place instead and why it is as good",
                )],
                Status::Inherited => &[(
                    Code::InheritedWithoutProvider,
                    "provider",
                    "who provides the control",
                )],
                Status::Partial => &[(
                    Code::PartialWithoutMissing,
                    "missing",
                    "what is not in place",
                )],
                Status::Planned => &[
                    (
                        Code::PlannedWithoutDate,
                        "due",
                        "by when it is to be in place",
                    ),
                    (Code::PlannedWithoutOwner, "owner", "who is responsible"),
                ],
                Status::NotApplicable => &[(
                    Code::NotApplicableWithoutReason,
                    "because",
                    "why its subject does not exist here",
                )],
            }
        };
        let written = [
            ("rationale", parts.rationale.is_some()),
            ("provider", parts.provider.is_some()),
            ("missing", parts.missing.is_some()),
            ("due", parts.due.is_some()),
            ("because", parts.because.is_some()),
            ("owner", parts.owner.is_some()),
        ];
        for (code, key, meaning) in needs(status) {
            // A key that is there but faulty has been reported already.
            if written.contains(&(key, false)) && !self.faults.sources.has(place, key) {
                let message = format!("a claim that is `{status}` says {meaning}");
                self.fault(
                    *code,
                    place,
                    &[Step::Key("status")],
                    message,
                    Some(format!("add `{key}`")),
                );
            }
        }
        for (key, is_written) in written {
            let has_meaning = match key {
                "owner" => true,
                "due" => matches!(
                    status,
                    Status::Partial | Status::Planned | Status::NotImplemented
                ),
                _ => needs(status).iter().any(|(_, needed, _)| *needed == key),
            };
            if is_written && !has_meaning {
                let message = format!("`{key}` has no meaning on a claim that is `{status}`");
                self.fault(
                    Code::KeyOutOfPlace,
                    place,
                    &[Step::Name(key)],
                    message,
                    Some("remove it or correct the status".to_owned()),
                );
            }
        }
        self.named(parts, place);
    }

    /// The people and providers that a claim names.
    fn named(&mut self, parts: ClaimParts<'_>, place: Place) {
        if let Some(owner) = parts.owner {
            self.person(owner, place, &[Step::Key("owner")]);
        }
        if let Some(provider) = parts.provider
            && !self.document.providers.contains_key(provider)
        {
            let all = self
                .document
                .providers
                .keys()
                .map(crate::id::ProviderId::as_str);
            let what = (Code::UnknownProvider, "provider", "providers");
            self.reference(
                what,
                provider.as_str(),
                all,
                place,
                &[Step::Key("provider")],
            );
        }
    }

    /// A claim that only narrows says nothing else.
    fn without_status(&mut self, control: &Control, claim: &Claim) {
        let parts = claim.parts();
        let says = parts.rationale.is_some()
            || parts.provider.is_some()
            || parts.missing.is_some()
            || parts.due.is_some()
            || parts.because.is_some()
            || parts.owner.is_some()
            || parts.note.is_some()
            || !parts.evidence.is_empty();
        if says && !claim.wallets.is_empty() {
            let message = format!(
                "the claim on `{}` says something and has no status",
                control.id
            );
            let help = "add `status`, or move what it says to the wallets".to_owned();
            self.fault(
                Code::ClaimWithoutStatus,
                claim.place,
                &[],
                message,
                Some(help),
            );
        }
    }

    fn acceptances(&mut self) -> Vec<AcceptanceFacts> {
        let document = self.document;
        let mut facts = Vec::with_capacity(document.accepted_risks.len());
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
            let Some((position, risk)) = self.risk(id, place) else {
                continue;
            };
            for wallet in &acceptance.wallets {
                let route = [Step::Key("wallets"), Step::Item(wallet.as_str(), 0)];
                let Some(subject) = self.wallet(wallet, place, &route) else {
                    continue;
                };
                let admitted = risk.is_per_wallet()
                    && self
                        .subjects
                        .get(subject)
                        .is_some_and(|subject| risk.when.holds(subject.features));
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
                risk: position,
                location: self.faults.sources.locate(place),
            });
        }
        facts
    }

    /// What it takes to close gaps.
    fn efforts(&mut self) {
        let Some(efforts) = &self.document.efforts else {
            return;
        };
        for id in efforts.evidence.keys() {
            if !self.document.evidence.contains_key(id) {
                let all = self.document.evidence.keys().map(EvidenceId::as_str);
                self.reference(
                    (Code::UnknownEvidence, "evidence item", "evidence"),
                    id.as_str(),
                    all,
                    efforts.place,
                    &[Step::Key("evidence"), Step::Name(id.as_str())],
                );
            }
        }
        for (id, control) in &efforts.controls {
            let place = control.place;
            if self.is_nowhere(id) {
                self.no_control(id, place, &[]);
            }
            self.repeated(&control.after, place, &[Step::Key("after")]);
            for before in &control.after {
                let route = [Step::Key("after"), Step::Item(before.as_str(), 0)];
                if self.is_nowhere(before) {
                    self.no_control(before, place, &route);
                }
            }
        }
        self.circles(&efforts.controls);
    }

    /// Whether a control is neither in the catalogue nor left out of it by a profile.
    fn is_nowhere(&self, id: &ControlId) -> bool {
        let is_known = self.catalog.control(id.as_str()).is_some() || self.is_left_out(id);
        !is_known && !self.faults.is_full()
    }

    /// Controls of which each has to wait for the next.
    fn circles(&mut self, controls: &'d IndexMap<ControlId, ControlEfforts>) {
        // What waits for nothing that is left can be done; what is left at the end waits in circles.
        let mut waits: IndexMap<&ControlId, usize> = controls.keys().map(|id| (id, 0)).collect();
        let mut waiting: IndexMap<&ControlId, Vec<&ControlId>> = IndexMap::new();
        for (id, control) in controls {
            for before in control.after.iter().filter(|id| controls.contains_key(*id)) {
                waiting.entry(before).or_default().push(id);
                *waits.entry(id).or_default() += 1;
            }
        }
        let ready = waits.iter().filter(|(_, count)| **count == 0);
        let mut ready: Vec<&ControlId> = ready.map(|(id, _)| *id).collect();
        while let Some(id) = ready.pop() {
            for next in waiting.get(id).into_iter().flatten() {
                let count = waits.entry(next).or_default();
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.push(next);
                }
            }
        }
        let left = waits.into_iter().filter(|(_, count)| *count > 0);
        let left: IndexSet<&ControlId> = left.map(|(id, _)| id).collect();
        let mut seen: IndexSet<&ControlId> = IndexSet::new();
        for start in &left {
            // From any of them, one comes into a circle by going on.
            let mut way: IndexSet<&ControlId> = IndexSet::new();
            let mut at = *start;
            while seen.insert(at) {
                way.insert(at);
                let next = controls.get(at).and_then(|control| {
                    let mut waits = control.after.iter();
                    waits.find_map(|id| left.get(id).copied())
                });
                at = next.unwrap_or(at);
            }
            // Where it ends on a way that was gone before, that circle has been told.
            let Some(circle) = way.get_index_of(at) else {
                continue;
            };
            let mut names: Vec<&str> = way.iter().skip(circle).map(|id| id.as_str()).collect();
            let Some(first) = names.iter().min().copied() else {
                continue;
            };
            if self.faults.is_full() {
                return;
            }
            let turn = names.iter().position(|name| *name == first);
            names.rotate_left(turn.unwrap_or_default());
            let Some(control) = controls.get(first) else {
                continue;
            };
            let next = names.get(1).copied().unwrap_or(first);
            let message = format!(
                "`{first}` waits for itself: `{}` → `{first}`",
                names.join("` → `")
            );
            let route = [Step::Key("after"), Step::Item(next, 0)];
            let help = Some("leave one of them out of `after`".to_owned());
            self.fault(Code::CircularOrder, control.place, &route, message, help);
        }
    }

    fn risk(&mut self, id: &RiskId, place: Place) -> Option<(u32, &'c Risk)> {
        let found = self
            .catalog
            .risk_position(id.as_str())
            .and_then(|position| Some((position, self.catalog.risk_at(position)?)));
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
    fn approver(&mut self, id: &RiskId, risk: &Risk, acceptance: &Acceptance) {
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

    fn unused_evidence(&mut self, claims: &Claims) {
        let mut used = vec![false; self.document.evidence.len()];
        let wallets = self.document.wallets.values();
        let facts = wallets.filter_map(|wallet| wallet.facts.as_ref());
        let stated: Vec<u32> = facts
            .flat_map(|facts| &facts.evidence)
            .filter_map(|item| self.document.evidence.get_index_of(item).map(index))
            .collect();
        for cited in claims
            .cited
            .iter()
            .chain(&claims.cited_for_nothing)
            .chain(&claims.proposed)
            .chain(&stated)
        {
            if let Some(used) = used.get_mut(*cited as usize) {
                *used = true;
            }
        }
        let document = self.document;
        for ((id, evidence), used) in document.evidence.iter().zip(used) {
            // What cites it may be faulty, and has been reported already.
            let may_be_cited =
                || self.has_faults && self.faults.sources.name_within("claims", id.as_str());
            if !used && !may_be_cited() {
                let help = "cite it in the `evidence` of a claim, or remove it".to_owned();
                self.fault(
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
