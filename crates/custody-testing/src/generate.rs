//! Random catalogs, assessments and settings.
//!
//! Everything is generated from a list of numbers. Each number makes one choice, and 0 is the simplest
//! alternative. Proptest therefore shrinks a case by lowering numbers, and every smaller case is valid.

use crate::naive::{self, Control, DeclaredTrait, NaiveCatalog, Risk, When};
use crate::with;
use custody_controls::assessment::{
    Acceptance, Assessed, Claim, Custodian, EarlierClaim, Evidence, NarrowedClaim, Organization,
    Period, Person, Provider, ReassessWithin, SubjectId, Wallet,
};
use custody_controls::catalog::OrDeclared;
use custody_controls::catalog::document::{
    CatalogFacts, Clause, ControlDocument, FamilyDocument, RiskDocument, TraitDocument, Treats,
};
use custody_controls::id::EvidenceId;
use custody_controls::location::Place;
use custody_controls::settings::EvidenceFiles;
use custody_controls::taxonomy::{
    Actor, Asset, Channel, ClaimKey, ClauseKind, EvidenceKind, Factor, Feature, FileCheck,
    Function, Provenance, Severity, Status, Strength, Technique, Threat, Tier, Trait, Word,
};
use custody_controls::{AssessmentDocument, Catalog, CatalogDocument, Date, Settings};
use indexmap::IndexMap;
use proptest::strategy::Strategy;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

/// The number of random numbers reserved for the choices of the property itself, and for each
/// generated entry.
const NUMBERS_PER_PROPERTY: usize = 160;
const NUMBERS_PER_PROPERTY_OF_LARGE_CASES: usize = 1200;
const NUMBERS_PER_CATALOG: usize = 4 * NUMBERS_PER_RISK + 6 * NUMBERS_PER_CONTROL + 3;
const NUMBERS_PER_RISK: usize = 9;
const NUMBERS_PER_CONTROL: usize = 22;
const NUMBERS_PER_WALLET: usize = 21;
const NUMBERS_PER_ITEM: usize = 14;
const NUMBERS_PER_SETTINGS: usize = 20;
const NUMBERS_PER_ACCEPTANCE: usize = 11;
const NUMBERS_PER_CLAIM: usize = 50;
const NUMBERS_PER_SMALL_CASE: usize =
    NUMBERS_PER_CATALOG + 4 * NUMBERS_PER_ACCEPTANCE + 6 * NUMBERS_PER_CLAIM + NUMBERS_FOR_THE_REST;
const NUMBERS_PER_LARGE_CASE: usize =
    100 * NUMBERS_PER_ACCEPTANCE + 190 * NUMBERS_PER_CLAIM + NUMBERS_FOR_THE_REST;
const NUMBERS_FOR_THE_REST: usize =
    5 * NUMBERS_PER_WALLET + 8 * NUMBERS_PER_ITEM + NUMBERS_PER_SETTINGS + 40;

/// The day around which all generated dates are, near the end of a February.
const MIDDLE: &str = "2026-03-02";

pub const APPROVER: &str = "board";
pub const OWNERS: [&str; 2] = ["keller", "operations"];
/// The assessor of every file.
pub const ASSESSOR: &str = OWNERS[0];
const PROVIDER: &str = "north-vault";
pub const CLAUSE: &str = "9.2";

/// Random numbers, consumed one by one; 0 when all are consumed.
#[derive(Debug)]
pub struct Choices<'n> {
    numbers: &'n [u16],
}

impl<'n> Choices<'n> {
    pub fn new(numbers: &'n [u16]) -> Self {
        Self { numbers }
    }

    /// The next `count` numbers, for one entry: however many of them it consumes, the next entry
    /// begins at the same number.
    fn part(&mut self, count: usize) -> Self {
        let (part, rest) = self.numbers.split_at(count.min(self.numbers.len()));
        self.numbers = rest;
        Self { numbers: part }
    }

    /// A number below a bound; 0 if the bound is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let Some((number, rest)) = self.numbers.split_first() else {
            return 0;
        };
        self.numbers = rest;
        (usize::from(*number) * bound) >> 16
    }

    pub fn between(&mut self, first: usize, last: usize) -> usize {
        first + self.below(last + 1 - first)
    }

    /// True in `times` of `of` cases.
    pub fn happens(&mut self, times: usize, of: usize) -> bool {
        self.below(of) >= of - times
    }

    pub fn one_of<T: Clone>(&mut self, items: &[T]) -> Option<T> {
        let index = self.below(items.len());
        items.get(index).cloned()
    }

    /// A selection of the items, each with a probability of `times` in `of`.
    pub fn some_of<T: Clone>(&mut self, items: &[T], times: usize, of: usize) -> Vec<T> {
        items
            .iter()
            .filter(|_| self.happens(times, of))
            .cloned()
            .collect()
    }

    /// A day at most `before` days before and `after` days after another one.
    fn day_around(&mut self, day: Date, before: i32, after: i32) -> Date {
        let span = usize::try_from(before + after).expect("a span is at least 0");
        let days = i32::try_from(self.below(span + 1)).expect("a span is short");
        day.plus_days(days - before)
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// An assessment, its catalog, and the settings with which it is evaluated.
#[derive(Clone)]
pub struct Case {
    /// The catalog in the form of the naive implementation.
    pub plain: Arc<NaiveCatalog>,
    /// The catalog as an authored document.
    pub authored: Arc<CatalogDocument>,
    /// The catalog in the form of the engine.
    pub catalog: Arc<Catalog>,
    pub is_builtin: bool,
    pub document: AssessmentDocument,
    pub settings: Settings,
    property_numbers: Vec<u16>,
}

impl Case {
    /// The random numbers for the choices of the property itself.
    pub fn choices(&self) -> Choices<'_> {
        Choices::new(&self.property_numbers)
    }

    pub fn with_settings(&self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut case = self.clone();
        change(&mut case.settings);
        case
    }

    pub fn with_document(&self, change: impl FnOnce(&mut AssessmentDocument)) -> Self {
        let mut case = self.clone();
        change(&mut case.document);
        case
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_builtin {
            writeln!(f, "the built-in catalog")?;
        } else {
            for risk in &self.plain.risks {
                writeln!(f, "{risk:?}")?;
            }
            for control in &self.plain.controls {
                writeln!(f, "{control:?}")?;
            }
        }
        writeln!(f, "{:?}", self.settings)?;
        f.write_str(&serde_yaml::to_string(&self.document).unwrap_or_default())
    }
}

/// Cases with small random catalogs.
pub fn small() -> impl Strategy<Value = Case> {
    numbers(NUMBERS_PER_PROPERTY + NUMBERS_PER_SMALL_CASE).prop_map(|numbers| {
        let (property_numbers, rest) = numbers.split_at(NUMBERS_PER_PROPERTY);
        let mut choices = Choices::new(rest);
        let plain = small_catalog(&mut choices.part(NUMBERS_PER_CATALOG));
        let authored = author(&plain);
        let catalog = authored
            .clone()
            .resolve()
            .unwrap_or_else(|faults| panic!("{faults}\n{plain:#?}"));
        let (document, settings) = assess(&plain, &mut choices, (3, 4));
        Case {
            plain: Arc::new(plain),
            authored: Arc::new(authored),
            catalog: Arc::new(catalog),
            is_builtin: false,
            document,
            settings,
            property_numbers: property_numbers.to_vec(),
        }
    })
}

struct Builtin {
    plain: Arc<NaiveCatalog>,
    catalog: Arc<Catalog>,
}

static BUILTIN: LazyLock<Builtin> = LazyLock::new(|| Builtin {
    plain: Arc::new(NaiveCatalog::builtin()),
    catalog: Arc::new(Catalog::builtin().clone()),
});

/// Cases with the built-in catalog.
pub fn builtin() -> impl Strategy<Value = Case> {
    numbers(NUMBERS_PER_PROPERTY_OF_LARGE_CASES + NUMBERS_PER_LARGE_CASE).prop_map(|numbers| {
        let (property_numbers, rest) = numbers.split_at(NUMBERS_PER_PROPERTY_OF_LARGE_CASES);
        let mut choices = Choices::new(rest);
        let share = choices
            .one_of(&[(1, 12), (1, 2), (11, 12)])
            .unwrap_or((1, 2));
        let (document, settings) = assess(&BUILTIN.plain, &mut choices, share);
        Case {
            plain: Arc::clone(&BUILTIN.plain),
            authored: Arc::default(),
            catalog: Arc::clone(&BUILTIN.catalog),
            is_builtin: true,
            document,
            settings,
            property_numbers: property_numbers.to_vec(),
        }
    })
}

/// Two controls about the organization that treat one risk directly, and a claim on the first.
pub fn with_one_claim_of_two(claim: Option<NarrowedClaim>) -> Case {
    let control = |number: usize| Control {
        id: format!("control-{number}"),
        clause: CLAUSE.to_owned(),
        family: "late".to_owned(),
        family_order: 2,
        subject: naive::ORGANIZATION.to_owned(),
        when: Vec::new(),
        directly: vec!["risk-0".to_owned()],
        supporting: Vec::new(),
        functions: vec!["preventive".to_owned()],
    };
    let risk = Risk {
        id: "risk-0".to_owned(),
        clause: CLAUSE.to_owned(),
        severity: "high".to_owned(),
        when: Vec::new(),
    };
    let plain = NaiveCatalog {
        risks: vec![risk],
        controls: vec![control(0), control(1)],
        parameters: Vec::new(),
        traits: declared_traits(),
    };
    let authored = author(&plain);
    let mut document = heading(&plain, &mut Choices::new(&[]));
    add_wallets(&plain, &mut document, &mut Choices::new(&[]));
    let claim = claim.map(|said| {
        let mut claim = Claim::default();
        widen(&mut claim, said);
        claim
    });
    document.claims.insert(parse("control-0"), claim);
    Case {
        plain: Arc::new(plain),
        catalog: Arc::new(authored.clone().resolve().expect("the catalog is valid")),
        authored: Arc::new(authored),
        is_builtin: false,
        document,
        settings: Settings::on(parse(MIDDLE)),
        property_numbers: Vec::new(),
    }
}

fn numbers(count: usize) -> impl Strategy<Value = Vec<u16>> {
    proptest::collection::vec(proptest::num::u16::ANY, count)
}

// Catalogs.

const CLAUSES: [&str; 4] = ["8.2", "8.10", "9.2", "9.10"];
const SEVERITIES: [&str; 4] = ["low", "critical", "medium", "high"];
const FUNCTIONS: [&str; 3] = ["preventive", "detective", "corrective"];
const WORDS_OF_WALLETS: [&str; 7] = [
    "hot",
    "cold",
    "multisig",
    "hsm",
    "backed-up",
    "mpc",
    "bridge",
];
const WORDS_OF_ORGANIZATIONS: [&str; 2] = ["customer-web", "customer-api"];

fn words(items: &[&str]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

/// The traits that every small catalog declares, so that a wallet can be moved from one to another.
fn declared_traits() -> BTreeMap<String, DeclaredTrait> {
    let declared = |tiers: &[&str], implies: &[&str], excludes: &[&str]| DeclaredTrait {
        tiers: words(tiers),
        implies: words(implies),
        excludes: words(excludes),
    };
    BTreeMap::from([
        (
            "bridge".to_owned(),
            declared(&["hot", "warm"], &["mpc", "hsm"], &[]),
        ),
        ("mpc".to_owned(), declared(&[], &[], &["multisig"])),
        (
            "staking".to_owned(),
            declared(&[], &["backed-up"], &["bridge"]),
        ),
    ])
}

fn small_catalog(choices: &mut Choices<'_>) -> NaiveCatalog {
    let mut catalog = NaiveCatalog {
        traits: declared_traits(),
        ..NaiveCatalog::default()
    };
    for number in 0..choices.between(1, 4) {
        let choices = &mut choices.part(NUMBERS_PER_RISK);
        let risk = Risk {
            id: format!("risk-{number}"),
            clause: choices.one_of(&words(&CLAUSES[..2])).unwrap_or_default(),
            severity: choices.one_of(&words(&SEVERITIES)).unwrap_or_default(),
            when: small_when(&catalog, choices, &WORDS_OF_WALLETS, 1),
        };
        catalog.risks.push(risk);
    }
    let risks: Vec<String> = catalog.risks.iter().map(|risk| risk.id.clone()).collect();
    let of_wallets = choices.one_of(&[1, 2, 3, 0]).unwrap_or(1);
    for number in 0..choices.between(1, 6) {
        let choices = &mut choices.part(NUMBERS_PER_CONTROL);
        let control = small_control(&catalog, number, &risks, of_wallets, choices);
        catalog.controls.push(control);
    }
    keep_only_possible_conditions(&mut catalog);
    catalog.put_in_order();
    catalog
}

fn small_control(
    catalog: &NaiveCatalog,
    number: usize,
    risks: &[String],
    of_wallets: usize,
    choices: &mut Choices<'_>,
) -> Control {
    let is_of_wallet = choices.happens(of_wallets, 3);
    let in_second_family = choices.happens(1, 3);
    let (subject, words_of_subject) = if is_of_wallet {
        ("wallet", &WORDS_OF_WALLETS[..])
    } else {
        ("organization", &WORDS_OF_ORGANIZATIONS[..])
    };
    let (directly, supporting) = small_links(risks, choices);
    let mut functions = choices.some_of(&FUNCTIONS, 1, 2);
    if functions.is_empty() {
        functions.push("preventive");
    }
    Control {
        id: format!("control-{number}"),
        clause: choices.one_of(&words(&CLAUSES[2..])).unwrap_or_default(),
        family: if in_second_family { "early" } else { "late" }.to_owned(),
        family_order: if in_second_family { 1 } else { 2 },
        subject: subject.to_owned(),
        when: small_when(catalog, choices, words_of_subject, 2),
        directly,
        supporting,
        functions: words(&functions),
    }
}

/// The risks that a control treats directly and those that it supports: at least one.
fn small_links(risks: &[String], choices: &mut Choices<'_>) -> (Vec<String>, Vec<String>) {
    let (mut directly, mut supporting) = (Vec::new(), Vec::new());
    let first = choices.one_of(risks);
    for risk in risks {
        let is_needed = Some(risk) == first.as_ref();
        match choices.below(4) {
            0 | 1 if is_needed => directly.push(risk.clone()),
            0 => {}
            1 | 2 => directly.push(risk.clone()),
            _ => supporting.push(risk.clone()),
        }
    }
    (directly, supporting)
}

/// Usually no condition; otherwise alternatives of which none makes another one redundant and each is
/// one that a subject can meet.
fn small_when(
    catalog: &NaiveCatalog,
    choices: &mut Choices<'_>,
    words_of_subject: &[&str],
    times_of_3: usize,
) -> When {
    let mut when: Vec<BTreeSet<String>> = Vec::new();
    if choices.happens(times_of_3, 3) {
        for _ in 0..choices.between(1, 2) {
            let mut all = BTreeSet::new();
            for _ in 0..choices.between(1, 2) {
                all.extend(choices.one_of(&words(words_of_subject)));
            }
            let is_impossible = catalog.tiers_of(&all).is_empty();
            let whole = catalog.with_implied(&all);
            let is_redundant = when.iter().any(|other| {
                let other = catalog.with_implied(other);
                other.is_subset(&whole) || whole.is_subset(&other)
            });
            if !is_impossible && !is_redundant {
                when.push(all);
            }
        }
    }
    when.into_iter()
        .map(|all| all.into_iter().collect())
        .collect()
}

/// Removes the condition of a risk unless a wallet control treats it directly and every wallet control
/// that is linked to it can apply together with it.
fn keep_only_possible_conditions(catalog: &mut NaiveCatalog) {
    let plain = catalog.clone();
    let tiers = |all: &Vec<String>| plain.tiers_of(&all.iter().cloned().collect());
    let fit = |one: &Vec<String>, other: &Vec<String>| !tiers(one).is_disjoint(&tiers(other));
    for index in 0..catalog.risks.len() {
        let risk = &catalog.risks[index];
        let is_possible = catalog.controls.iter().all(|control| {
            let is_linked =
                control.directly.contains(&risk.id) || control.supporting.contains(&risk.id);
            !is_linked
                || control.subject != "wallet"
                || control.when.is_empty()
                || control
                    .when
                    .iter()
                    .any(|one| risk.when.iter().any(|other| fit(one, other)))
        });
        if !is_possible || !catalog.is_per_wallet(risk) {
            catalog.risks[index].when.clear();
        }
    }
}

pub fn parse<T: FromStr<Err: fmt::Debug>>(text: &str) -> T {
    text.parse().expect("the text is well-formed")
}

fn parse_all<T: FromStr<Err: fmt::Debug>>(texts: &[String]) -> Vec<T> {
    texts.iter().map(|text| parse(text)).collect()
}

fn parse_when(when: &When) -> Vec<Vec<OrDeclared<Feature>>> {
    when.iter().map(|all| parse_all(all)).collect()
}

static FRAME: LazyLock<CatalogDocument> = LazyLock::new(|| {
    let clause = Clause {
        title: "A clause".to_owned(),
        kind: ClauseKind::values()[0],
        summary: "A summary.".to_owned(),
        ancestor_section: None,
        basis: None,
    };
    CatalogDocument {
        catalog: Some(CatalogFacts {
            id: parse("own"),
            title: "A catalog of its own".to_owned(),
            standard: "None".to_owned(),
            edition: "1".to_owned(),
            version: "1".to_owned(),
            published: parse("2026-01-01"),
            note: None,
        }),
        clauses: CLAUSES
            .iter()
            .map(|number| (parse(number), clause.clone()))
            .collect(),
        ..CatalogDocument::default()
    }
});

/// A catalog as an authored document, with its entries in reverse order.
fn author(plain: &NaiveCatalog) -> CatalogDocument {
    let mut document = FRAME.clone();
    for (id, declared) in plain.traits.iter().rev() {
        document.traits.insert(parse(id), author_trait(declared));
    }
    for risk in plain.risks.iter().rev() {
        document.risks.insert(parse(&risk.id), author_risk(risk));
    }
    for control in plain.controls.iter().rev() {
        let family = document
            .families
            .entry(parse(&control.family))
            .or_insert_with(|| FamilyDocument {
                title: "A family".to_owned(),
                order: u32::try_from(control.family_order).expect("an order is small"),
                controls: IndexMap::new(),
                place: Place::default(),
            });
        family
            .controls
            .insert(parse(&control.id), author_control(control));
    }
    document
}

fn author_trait(declared: &DeclaredTrait) -> TraitDocument {
    TraitDocument {
        title: "A trait".to_owned(),
        meaning: "A wallet like that.".to_owned(),
        tiers: parse_all(&declared.tiers),
        implies: parse_all(&declared.implies),
        excludes: parse_all(&declared.excludes),
        place: Place::default(),
    }
}

fn author_risk(risk: &Risk) -> RiskDocument {
    RiskDocument {
        clause: parse(&risk.clause),
        title: "A risk".to_owned(),
        severity: parse(&risk.severity),
        threats: vec![Threat::Theft],
        factors: vec![Factor::Regulatory],
        actors: vec![Actor::System],
        assets: vec![Asset::SignatureKey],
        when: parse_when(&risk.when),
        consequence: "Loss.".to_owned(),
        source: "none".to_owned(),
        provenance: Provenance::values()[0],
        crosswalk: None,
        place: Place::default(),
    }
}

pub fn author_control(control: &Control) -> ControlDocument {
    ControlDocument {
        clause: parse(&control.clause),
        title: "A control".to_owned(),
        statement: "It is in place.".to_owned(),
        treats: Treats {
            directly: parse_all(&control.directly),
            supporting: parse_all(&control.supporting),
        },
        subject: parse(&control.subject),
        when: parse_when(&control.when),
        functions: parse_all::<Function>(&control.functions),
        evidence: vec!["a record".to_owned()],
        techniques: vec![Technique::Examine],
        source: "none".to_owned(),
        strength: Strength::values()[0],
        provenance: Provenance::values()[0],
        replaces: Vec::new(),
        crosswalk: None,
        place: Place::default(),
    }
}

// Assessments.

const KINDS: [EvidenceKind; 3] = [
    EvidenceKind::Log,
    EvidenceKind::Policy,
    EvidenceKind::Record,
];
const WALLETS: [&str; 5] = ["vault", "b-wallet", "btc-hot", "a-wallet", "zz-cold"];

/// An assessment and settings, with claims on a share of the controls.
fn assess(
    plain: &NaiveCatalog,
    choices: &mut Choices<'_>,
    share: (usize, usize),
) -> (AssessmentDocument, Settings) {
    let mut document = heading(plain, choices);
    add_wallets(plain, &mut document, choices);
    add_evidence(&mut document, choices);
    let author = Author {
        evidence: document.evidence.keys().map(ToString::to_string).collect(),
        in_place_of_6: choices.one_of(&[3, 6, 5, 1]).unwrap_or(3),
    };
    let settings_choices = &mut choices.part(NUMBERS_PER_SETTINGS);
    Author::accept_risks(plain, &mut document, choices);
    author.claim_controls(choices, plain, &mut document, share);
    let settings = random_settings(&document, settings_choices);
    (document, settings)
}

fn heading(plain: &NaiveCatalog, choices: &mut Choices<'_>) -> AssessmentDocument {
    let mut document = AssessmentDocument::new(parse("harbour"));
    let is_builtin = plain
        .controls
        .iter()
        .all(|control| !control.id.starts_with("control-"));
    document.title = Some("Harbour Custody".to_owned());
    document.catalog = Some(parse(if is_builtin { "iso-tr-23576" } else { "own" }));
    document.custodian = Some(Custodian::new("Harbour Custody AG"));
    document.period = Some(Period {
        from: parse("2026-01-01"),
        to: parse("2026-03-31"),
    });
    document.assessors = vec![parse(OWNERS[0])];
    document.people = OWNERS
        .iter()
        .chain([&APPROVER])
        .map(|id| (parse(id), Person::new(*id)))
        .collect();
    document
        .providers
        .insert(parse(PROVIDER), Provider::new("North Vault"));
    let channels = choices.some_of(&Channel::values(), 1, 2);
    document.organization = Some(Organization::new(channels));
    if choices.happens(1, 3) {
        document.assessed = assessed(choices, None);
    }
    document.reassess_within = match choices.below(3) {
        0 => None,
        1 => Some(ReassessWithin::Days(some_days(choices))),
        _ => Some(ReassessWithin::BySeverity(
            choices
                .some_of(&Severity::values(), 1, 2)
                .into_iter()
                .map(|severity| (severity, some_days(choices)))
                .collect(),
        )),
    };
    // No severity at all is written as nothing.
    document
        .reassess_within
        .take_if(|within| matches!(within, ReassessWithin::BySeverity(days) if days.is_empty()));
    document
}

/// From 1 to 60 days.
fn some_days(choices: &mut Choices<'_>) -> u32 {
    u32::try_from(choices.between(1, 60)).expect("a number of days is small")
}

/// One or two assessments, some without a day or a person; the first one on a day, if it is given.
fn assessed(choices: &mut Choices<'_>, first: Option<Date>) -> Vec<Assessed> {
    let day = first.unwrap_or_else(|| choices.day_around(parse(MIDDLE), 40, 20));
    let mut all = vec![Assessed::new(parse(OWNERS[0]), day)];
    match choices.below(4) {
        0 | 1 => {}
        2 => {
            let later = choices.day_around(day, 0, 40).next();
            all.push(Assessed::new(parse(OWNERS[1]), later));
        }
        _ if first.is_none() => all[0].on = None,
        _ => all[0].by = None,
    }
    all
}

/// A claim that another one replaced, with its days.
pub fn earlier(claim: NarrowedClaim, assessed: Vec<Assessed>) -> EarlierClaim {
    with!(
        EarlierClaim::new(claim.status);
        evidence: claim.evidence,
        part_evidence: claim.part_evidence,
        observations: claim.observations,
        rationale: claim.rationale,
        provider: claim.provider,
        missing: claim.missing,
        due: claim.due,
        because: claim.because,
        approved_by: claim.approved_by,
        owner: claim.owner,
        note: claim.note,
        assessed,
    )
}

fn add_wallets(plain: &NaiveCatalog, document: &mut AssessmentDocument, choices: &mut Choices<'_>) {
    let choices = &mut choices.part(1 + 5 * NUMBERS_PER_WALLET);
    for id in &WALLETS[..choices.one_of(&[1, 2, 3, 4, 5, 1, 2, 2]).unwrap_or(1)] {
        let choices = &mut choices.part(NUMBERS_PER_WALLET);
        let tier = choices.one_of(&Tier::values()).unwrap_or(Tier::Hot);
        let traits = possible_traits(plain, tier, choices);
        let mut wallet = Wallet::new(tier, traits);
        let middle: Date = parse(MIDDLE);
        wallet.since = choices
            .happens(1, 2)
            .then(|| choices.day_around(middle, 60, 10));
        let first = wallet.since.unwrap_or(middle.plus_days(-40));
        wallet.until = choices
            .happens(1, 4)
            .then(|| choices.day_around(first, 0, 80));
        document.wallets.insert(parse(id), wallet);
    }
}

/// At least one kind of key store, backup media only with backups, and declared traits that are possible
/// beside the tier and the others.
fn possible_traits(
    plain: &NaiveCatalog,
    tier: Tier,
    choices: &mut Choices<'_>,
) -> Vec<OrDeclared<Trait>> {
    let stores = [
        Trait::Hsm,
        Trait::HardwareWallet,
        Trait::SoftwareWallet,
        Trait::Paper,
        Trait::ThirdParty,
    ];
    let others = [Trait::Multisig, Trait::SecretSharing, Trait::Deterministic];
    let media = [Trait::RemovableMedia, Trait::OnlineBackup];
    let store = choices.one_of(&stores).unwrap_or(Trait::Hsm);
    let mut traits = vec![store];
    traits.extend(
        choices
            .some_of(&stores, 1, 5)
            .into_iter()
            .filter(|other| *other != store),
    );
    traits.extend(choices.some_of(&others, 1, 2));
    if choices.happens(1, 2) {
        traits.push(Trait::BackedUp);
        traits.extend(choices.some_of(&media, 1, 3));
    }
    let mut traits: Vec<OrDeclared<Trait>> = traits.into_iter().map(Into::into).collect();
    let mut words: BTreeSet<String> = traits.iter().map(ToString::to_string).collect();
    words.insert(tier.to_string());
    for id in plain.traits.keys() {
        words.insert(id.clone());
        if choices.happens(1, 3) && !plain.tiers_of(&words).is_empty() {
            traits.push(parse(id));
        } else {
            words.remove(id);
        }
    }
    traits
}

fn add_evidence(document: &mut AssessmentDocument, choices: &mut Choices<'_>) {
    let choices = &mut choices.part(7 + 8 * NUMBERS_PER_ITEM);
    for kind in KINDS {
        if choices.happens(1, 2) {
            let age = choices.between(1, 60);
            document
                .evidence_max_age
                .insert(kind, u32::try_from(age).expect("an age is small"));
        }
    }
    let middle: Date = parse(MIDDLE);
    for number in 0..choices.below(9) {
        let choices = &mut choices.part(NUMBERS_PER_ITEM);
        let kind = choices.one_of(&KINDS).unwrap_or(EvidenceKind::Log);
        let collected = choices.day_around(middle, 40, 20);
        let needs_end = !document.evidence_max_age.contains_key(&kind) || choices.happens(1, 2);
        let mut item = Evidence::new(
            "A document",
            kind,
            Technique::Examine,
            collected,
            format!("evidence/{number}.pdf"),
        );
        item.valid_until = needs_end.then(|| choices.day_around(collected, 0, 60));
        item.sha256 = choices.happens(1, 2).then(|| parse(&"ab".repeat(32)));
        if choices.happens(1, 3) {
            let wallets = document.wallets.keys().cloned().map(SubjectId::Wallet);
            let subjects: Vec<SubjectId> = std::iter::once(SubjectId::Organization)
                .chain(wallets)
                .collect();
            item.covers = Some(choices.some_of(&subjects, 1, 2));
        }
        // The order of ids is not the order of the file.
        document
            .evidence
            .insert(parse(&format!("item-{}", 9 - number)), item);
    }
}

/// Writes claims and acceptances.
struct Author {
    evidence: Vec<String>,
    /// How many of six claims state that the control is in place.
    in_place_of_6: usize,
}

impl Author {
    fn accept_risks(
        plain: &NaiveCatalog,
        document: &mut AssessmentDocument,
        choices: &mut Choices<'_>,
    ) {
        let middle: Date = parse(MIDDLE);
        for risk in &plain.risks {
            let choices = &mut choices.part(NUMBERS_PER_ACCEPTANCE);
            if !choices.happens(1, 3) {
                continue;
            }
            let until = choices.day_around(middle, 30, 30);
            let from = choices
                .happens(1, 2)
                .then(|| choices.day_around(until, 40, 0));
            let affected: Vec<_> = document
                .wallets
                .keys()
                .filter(|wallet| {
                    naive::holds(
                        &risk.when,
                        &naive::words_of_wallet(plain, document, wallet.as_str()),
                    )
                })
                .cloned()
                .collect();
            let wallets = if plain.is_per_wallet(risk) {
                choices.some_of(&affected, 1, 2)
            } else {
                Vec::new()
            };
            let mut acceptance = Acceptance::new("Rare.", parse(APPROVER), until);
            acceptance.from = from;
            acceptance.on = choices
                .happens(1, 2)
                .then(|| choices.day_around(from.unwrap_or(until), 20, 0));
            acceptance.wallets = wallets;
            document.accepted_risks.insert(parse(&risk.id), acceptance);
        }
    }

    fn claim_controls(
        &self,
        choices: &mut Choices<'_>,
        plain: &NaiveCatalog,
        document: &mut AssessmentDocument,
        share: (usize, usize),
    ) {
        for control in &plain.controls {
            let choices = &mut choices.part(NUMBERS_PER_CLAIM);
            if !choices.happens(share.0, share.1) {
                continue;
            }
            let wallets: Vec<String> = document
                .wallets
                .keys()
                .map(ToString::to_string)
                .filter(|wallet| {
                    control.subject == "wallet"
                        && naive::holds(
                            &control.when,
                            &naive::words_of_wallet(plain, document, wallet),
                        )
                })
                .collect();
            let claim = self.claim(choices, &wallets);
            document.claims.insert(parse(&control.id), claim);
        }
    }

    /// A claim on a control that applies to these wallets.
    fn claim(&self, choices: &mut Choices<'_>, wallets: &[String]) -> Option<Claim> {
        if choices.happens(1, 8) {
            return None;
        }
        let mut claim = Claim::default();
        if !wallets.is_empty() {
            for wallet in choices.some_of(wallets, 1, 3) {
                let is_null = choices.happens(1, 6);
                let narrower = (!is_null).then(|| self.assessed_claim(choices));
                claim.wallets.insert(parse(&wallet), narrower);
            }
        }
        let narrows = claim.wallets.values().any(Option::is_some);
        if !narrows || !choices.happens(1, 4) {
            widen(&mut claim, self.assessed_claim(choices));
        }
        Some(claim)
    }

    /// A claim, some with the days on which it was assessed, and of these some with earlier claims.
    fn assessed_claim(&self, choices: &mut Choices<'_>) -> NarrowedClaim {
        let mut claim = self.narrowed(choices);
        if choices.happens(1, 2) {
            claim.assessed = assessed(choices, None);
        }
        if let Some(mut day) = Assessed::first_day(&claim.assessed) {
            for _ in 0..choices.one_of(&[0, 0, 1, 2]).unwrap_or(0) {
                day = choices.day_around(day, 20, 0).plus_days(-1);
                let former = self.narrowed(choices);
                let former = earlier(former, assessed(choices, Some(day)));
                claim.earlier.push(former);
            }
        }
        claim
    }

    /// A status with the keys that it requires and some of those that it allows.
    fn narrowed(&self, choices: &mut Choices<'_>) -> NarrowedClaim {
        let middle: Date = parse(MIDDLE);
        let mut claim = NarrowedClaim::new(self.status(choices));
        let cited: Vec<EvidenceId> = parse_all(&choices.some_of(&self.evidence, 1, 3));
        // Half of what a partial claim cites shows the part that is in place.
        let shows_part = claim.status == Status::Partial && choices.happens(1, 2);
        if shows_part {
            claim.part_evidence = cited;
        } else if claim.status.allows(ClaimKey::Evidence) {
            claim.evidence = cited;
        } else {
            claim.observations = cited;
        }
        let due = choices
            .happens(1, 2)
            .then(|| choices.day_around(middle, 30, 30));
        if choices.happens(1, 4) {
            claim.owner = choices.one_of(&OWNERS).map(parse);
        }
        match claim.status {
            Status::Implemented => {}
            Status::Alternative => claim.rationale = Some("Equivalent.".to_owned()),
            Status::Inherited => claim.provider = Some(parse(PROVIDER)),
            Status::Partial => {
                claim.missing = Some("The rest.".to_owned());
                claim.due = due;
            }
            Status::Planned => {
                claim.due = due.or(Some(middle));
                claim.owner = Some(parse(OWNERS[1]));
            }
            Status::NotImplemented => claim.due = due,
            Status::NotApplicable => {
                claim.because = Some("There is none.".to_owned());
                let approvers = [
                    Some(APPROVER),
                    Some(APPROVER),
                    Some(OWNERS[0]),
                    Some(OWNERS[1]),
                    None,
                ];
                claim.approved_by = choices.one_of(&approvers).flatten().map(parse);
            }
        }
        claim
    }

    fn status(&self, choices: &mut Choices<'_>) -> Status {
        let in_place = [Status::Implemented, Status::Alternative, Status::Inherited];
        let other = [
            Status::Partial,
            Status::Planned,
            Status::NotImplemented,
            Status::NotApplicable,
        ];
        let statuses = if choices.happens(6 - self.in_place_of_6, 6) {
            &other[..]
        } else {
            &in_place[..]
        };
        choices.one_of(statuses).unwrap_or(Status::Implemented)
    }
}

/// Gives the general part of a claim the content of a narrowed one.
pub fn widen(claim: &mut Claim, said: NarrowedClaim) {
    claim.proposed = None;
    claim.status = Some(said.status);
    claim.evidence = said.evidence;
    claim.part_evidence = said.part_evidence;
    claim.observations = said.observations;
    claim.rationale = said.rationale;
    claim.provider = said.provider;
    claim.missing = said.missing;
    claim.due = said.due;
    claim.because = said.because;
    claim.approved_by = said.approved_by;
    claim.owner = said.owner;
    claim.note = said.note;
    claim.assessed = said.assessed;
    claim.earlier = said.earlier;
}

/// Settings, usually for a day on which something begins or ends.
fn random_settings(document: &AssessmentDocument, choices: &mut Choices<'_>) -> Settings {
    let anywhere = choices.day_around(parse(MIDDLE), 30, 30);
    let near_an_edge = choices.happens(2, 3);
    let edge = choices.one_of(&edges(document)).unwrap_or(anywhere);
    let near = choices.day_around(edge, 1, 1);
    let mut settings = Settings::on(if near_an_edge { near } else { anywhere });
    if choices.happens(1, 6) {
        let ids: Vec<_> = document.wallets.keys().cloned().collect();
        settings.wallets = Some(choices.some_of(&ids, 1, 2));
    }
    if choices.happens(1, 2) {
        let mut files = EvidenceFiles::new("evidence");
        for (id, item) in &document.evidence {
            let has_digest = item.sha256.is_some();
            let mut checks = FileCheck::values();
            checks.retain(|check| match check {
                FileCheck::Matches | FileCheck::Mismatch => has_digest,
                FileCheck::Present => !has_digest,
                _ => true,
            });
            // Half of the results are for relying on the item.
            let want_against = choices.happens(1, 2);
            checks.retain(|check| check.is_against() == want_against);
            let check = choices.one_of(&checks).map(|check| (id.clone(), check));
            files.checks.extend(check);
        }
        settings.files = Some(files);
    }
    settings
}

/// The last day on which an evidence item is valid.
pub fn last_day(document: &AssessmentDocument, item: &Evidence) -> Date {
    let age = document.evidence_max_age.get(&item.kind).copied();
    let allowed = age.map(|age| {
        let age = i32::try_from(age).expect("an age is small");
        item.collected.plus_days(age)
    });
    let last = item.valid_until.into_iter().chain(allowed).min();
    last.expect("an item has a last day")
}

/// Days on which something begins, ends or is due.
pub fn edges(document: &AssessmentDocument) -> Vec<Date> {
    let mut edges = Vec::new();
    for wallet in document.wallets.values() {
        edges.extend([wallet.since, wallet.until].into_iter().flatten());
    }
    for item in document.evidence.values() {
        edges.extend([item.collected, last_day(document, item)]);
    }
    for acceptance in document.accepted_risks.values() {
        edges.extend(acceptance.from);
        edges.extend(acceptance.on);
        edges.push(acceptance.until);
    }
    edges.extend(document.assessed.iter().filter_map(|one| one.on));
    for claim in document.claims.values().flatten() {
        edges.extend(claim.due);
        let mut assessed: Vec<&Assessed> = claim.assessed.iter().collect();
        assessed.extend(claim.earlier.iter().flat_map(|former| &former.assessed));
        for narrower in claim.wallets.values().flatten() {
            edges.extend(narrower.due);
            assessed.extend(&narrower.assessed);
            assessed.extend(narrower.earlier.iter().flat_map(|former| &former.assessed));
        }
        edges.extend(assessed.into_iter().filter_map(|one| one.on));
    }
    edges
}
