//! A second, naive implementation of the coverage definition, deliberately without any code of the
//! engine.
//!
//! Written from `docs/coverage.md` and `docs/format.md` alone, with strings, maps and loops. Days are
//! strings, because `YYYY-MM-DD` sorts like dates; words are those of the documents. The built-in
//! catalog is read from the files under `controls/` with a different YAML reader, never from its packed
//! form. The two implementations share only the authored document ([`AssessmentDocument`]).
//!
//! Two interpretations that the documents leave open: for a risk that is assessed for the organization,
//! the supporting cells of all wallets count as well; and in the list of gaps, a gap of a risk has one
//! open risk, its own.

use custody_controls::assessment::{Claim, NarrowedClaim, ReassessWithin};
use custody_controls::{AssessmentDocument, Date, Settings};
use serde_yaml::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub const ORGANIZATION: &str = "organization";
const TIERS: [&str; 3] = ["hot", "warm", "cold"];
const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];
const RISK_VERDICTS_FROM_WORST: [&str; 8] = [
    "untreated",
    "no-control",
    "unknown",
    "unproven",
    "partly-treated",
    "treated",
    "excluded-by-claim",
    "out-of-scope",
];

/// Alternatives, each a set of words that must all apply; none means always.
pub type When = Vec<Vec<String>>;

/// The part of a catalog on which coverage depends.
#[derive(Clone, Debug, Default)]
pub struct NaiveCatalog {
    /// In catalog order.
    pub risks: Vec<Risk>,
    /// In catalog order.
    pub controls: Vec<Control>,
    /// The parameters of a profile.
    pub parameters: Vec<Parameter>,
    /// The traits that it declares.
    pub traits: BTreeMap<String, DeclaredTrait>,
}

/// A trait that a catalog declares.
#[derive(Clone, Debug)]
pub struct DeclaredTrait {
    /// Every tier if it is empty.
    pub tiers: Vec<String>,
    pub implies: Vec<String>,
    pub excludes: Vec<String>,
}

/// A figure that a profile requires.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub kind: String,
    /// In hundredths.
    pub figure: u64,
    /// The control, or the kind of evidence.
    pub about: String,
}

#[derive(Clone, Debug)]
pub struct Risk {
    pub id: String,
    pub clause: String,
    pub severity: String,
    pub when: When,
}

#[derive(Clone, Debug)]
pub struct Control {
    pub id: String,
    pub clause: String,
    pub family: String,
    pub family_order: u64,
    pub subject: String,
    pub when: When,
    pub directly: Vec<String>,
    pub supporting: Vec<String>,
    pub functions: Vec<String>,
}

/// The coverage of an assessment on a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Verdicts by control and subject.
    pub cells: BTreeMap<(String, String), String>,
    /// The number of cells with each verdict; verdicts without cells are left out.
    pub tally: BTreeMap<String, u64>,
    /// The numerators of proven and possible, and their denominator.
    pub bounds: Bounds,
    /// Outcomes by risk and subject.
    pub risks: BTreeMap<(String, String), Outcome>,
    /// The worst verdict of each risk that is assessed for any subject.
    pub worst: BTreeMap<String, String>,
    /// Risks, in the order of reports.
    pub order_of_risks: Vec<String>,
    /// Critical risks in scope: treated, held with prevention and detection, by something, by nothing.
    pub critical: [u64; 4],
    /// Gaps, in the order of reports.
    pub gaps: Vec<Gap>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    pub proven: u64,
    pub possible: u64,
    pub denominator: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub verdict: String,
    /// k of n.
    pub direct: (u64, u64),
    /// k of n.
    pub supporting: (u64, u64),
    /// The functions of effective direct cells: `preventive`, `detective` and `corrective`.
    pub depth: BTreeSet<String>,
    /// Whether a detective direct control applies.
    pub detection_offered: bool,
    pub accepted: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub id: String,
    pub kind: String,
    pub severity: String,
    /// For a gap of a cell: the open risks that the control treats directly.
    pub open_risks: BTreeSet<String>,
}

/// The subjects of cells and verdicts.
struct Subject {
    id: String,
    words: BTreeSet<String>,
}

/// The claim that determines the verdict of a cell.
struct Said {
    status: String,
    /// What may show that the control, or a part of it, is in place.
    evidence: Vec<String>,
    due: Option<String>,
    owner: Option<String>,
    approved_by: Option<String>,
    /// By whom and on which day it was assessed, as far as stated.
    assessed: Vec<(Option<String>, Option<String>)>,
}

struct Cell {
    verdict: String,
    /// The verdict that counts for risks.
    for_risks: String,
    /// The kind of its gap, if it has one.
    gap: Option<String>,
}

/// Cells by control and subject.
type Cells = BTreeMap<(String, String), Cell>;

impl NaiveCatalog {
    /// The built-in catalog, from its source files.
    pub fn builtin() -> Self {
        let mut catalog = Self::default();
        let root = crate::golden::path("controls");
        for file in yaml_files(&root) {
            let text = std::fs::read_to_string(&file).expect("a catalog file is readable");
            catalog.add(&serde_yaml::from_str(&text).expect("a catalog file is YAML"));
        }
        catalog.put_in_order();
        catalog
    }

    /// The built-in catalog with the entries of a profile that leaves nothing out.
    pub fn with_profile(file: &str) -> Self {
        let mut catalog = Self::builtin();
        let families = catalog.controls.iter().map(|control| control.family_order);
        let last = families.max().expect("the catalog has controls");
        let mut own = Self::default();
        let text = crate::golden::read(file);
        own.add(&serde_yaml::from_str(&text).expect("a profile is YAML"));
        for control in &mut own.controls {
            control.family_order += last;
        }
        catalog.risks.append(&mut own.risks);
        catalog.controls.append(&mut own.controls);
        catalog.traits.append(&mut own.traits);
        catalog.put_in_order();
        catalog
    }

    /// Words of a wallet, with everything that they imply.
    pub fn with_implied(&self, words: &BTreeSet<String>) -> BTreeSet<String> {
        let mut all = words.clone();
        loop {
            let declared = all.iter().filter_map(|word| self.traits.get(word));
            let implied: Vec<String> = declared.flat_map(|one| one.implies.clone()).collect();
            let before = all.len();
            all.extend(implied);
            if all.len() == before {
                return all;
            }
        }
    }

    /// The tiers that a wallet with these words can have; none if they exclude each other.
    pub fn tiers_of(&self, words: &BTreeSet<String>) -> BTreeSet<String> {
        let all = self.with_implied(words);
        let declared: Vec<&DeclaredTrait> = all
            .iter()
            .filter_map(|word| self.traits.get(word))
            .collect();
        let mut excluded = declared.iter().flat_map(|one| &one.excludes);
        if excluded.any(|word| all.contains(word)) {
            return BTreeSet::new();
        }
        let named: Vec<&str> = TIERS
            .into_iter()
            .filter(|tier| all.contains(*tier))
            .collect();
        let may_be = |tier: &&str| {
            named.iter().all(|other| other == tier)
                && declared
                    .iter()
                    .all(|one| one.tiers.is_empty() || one.tiers.iter().any(|own| own == tier))
        };
        TIERS
            .into_iter()
            .filter(may_be)
            .map(ToOwned::to_owned)
            .collect()
    }

    fn add(&mut self, file: &Value) {
        for (id, declared) in entries(file, "traits") {
            let declared = DeclaredTrait {
                tiers: texts(declared, "tiers"),
                implies: texts(declared, "implies"),
                excludes: texts(declared, "excludes"),
            };
            self.traits.insert(id, declared);
        }
        for (id, risk) in entries(file, "risks") {
            self.risks.push(Risk {
                id,
                clause: text(risk, "clause"),
                severity: text(risk, "severity"),
                when: alternatives(risk),
            });
        }
        for (family, entry) in entries(file, "families") {
            let order = entry["order"].as_u64().expect("a family has an order");
            for (id, control) in entries(entry, "controls") {
                self.controls.push(Control {
                    id,
                    clause: text(control, "clause"),
                    family: family.clone(),
                    family_order: order,
                    subject: text(control, "subject"),
                    when: alternatives(control),
                    directly: texts(&control["treats"], "directly"),
                    supporting: texts(&control["treats"], "supporting"),
                    functions: texts(control, "functions"),
                });
            }
        }
    }

    /// Risks by clause and id; controls by family, clause and id.
    pub fn put_in_order(&mut self) {
        self.risks
            .sort_by_key(|risk| (clause_groups(&risk.clause), risk.id.clone()));
        self.controls.sort_by_key(|control| {
            let family = (control.family_order, control.family.clone());
            (family, clause_groups(&control.clause), control.id.clone())
        });
    }

    fn direct(&self, risk: &Risk) -> Vec<&Control> {
        self.controls
            .iter()
            .filter(|control| control.directly.contains(&risk.id))
            .collect()
    }

    fn supporting(&self, risk: &Risk) -> Vec<&Control> {
        self.controls
            .iter()
            .filter(|control| control.supporting.contains(&risk.id))
            .collect()
    }

    /// Whether a risk is assessed per wallet: at least one wallet control treats it directly.
    pub fn is_per_wallet(&self, risk: &Risk) -> bool {
        self.direct(risk)
            .iter()
            .any(|control| control.subject == "wallet")
    }
}

/// The part of a catalog that a profile selects; an empty set selects everything.
pub fn narrowed(
    catalog: &NaiveCatalog,
    controls: &BTreeSet<String>,
    risks: &BTreeSet<String>,
    functions: &BTreeSet<String>,
    without: &BTreeSet<String>,
) -> NaiveCatalog {
    let mut left = NaiveCatalog {
        traits: catalog.traits.clone(),
        ..NaiveCatalog::default()
    };
    for control in &catalog.controls {
        let treated = [control.directly.clone(), control.supporting.clone()].concat();
        let has_risk = treated.iter().any(|risk| risks.contains(risk));
        let has_function = control
            .functions
            .iter()
            .any(|word| functions.contains(word));
        if without.contains(&control.id)
            || !controls.is_empty() && !controls.contains(&control.id)
            || !risks.is_empty() && !has_risk
            || !functions.is_empty() && !has_function
        {
            continue;
        }
        left.controls.push(control.clone());
    }
    for risk in &catalog.risks {
        let is_named = risks.is_empty() || risks.contains(&risk.id);
        let was_there = !catalog.direct(risk).is_empty();
        let is_left = left
            .controls
            .iter()
            .any(|control| control.directly.contains(&risk.id));
        if is_named && (is_left || !was_there) {
            left.risks.push(risk.clone());
        }
    }
    let ids: BTreeSet<String> = left.risks.iter().map(|risk| risk.id.clone()).collect();
    for control in &mut left.controls {
        control.directly.retain(|risk| ids.contains(risk));
        control.supporting.retain(|risk| ids.contains(risk));
    }
    left
}

fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a catalog folder is readable") {
        let path = entry.expect("a catalog folder is readable").path();
        if path.is_dir() {
            files.extend(yaml_files(&path));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push(path);
        }
    }
    files
}

fn entries<'v>(value: &'v Value, key: &str) -> Vec<(String, &'v Value)> {
    let Some(mapping) = value.get(key).and_then(Value::as_mapping) else {
        return Vec::new();
    };
    mapping
        .iter()
        .map(|(id, entry)| (id.as_str().expect("an id is a text").to_owned(), entry))
        .collect()
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().expect("expected a string").to_owned()
}

fn text_list(value: &Value) -> Vec<String> {
    let items = value.as_sequence().expect("expected a list");
    items
        .iter()
        .map(|item| item.as_str().expect("expected a string").to_owned())
        .collect()
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    value.get(key).map(text_list).unwrap_or_default()
}

fn alternatives(value: &Value) -> When {
    let Some(when) = value.get("when") else {
        return Vec::new();
    };
    when.as_sequence()
        .expect("`when` is a list")
        .iter()
        .map(text_list)
        .collect()
}

fn clause_groups(clause: &str) -> Vec<u64> {
    clause
        .split('.')
        .map(|group| group.parse().expect("a clause is numbers"))
        .collect()
}

/// Whether words meet one of the alternatives.
pub fn holds(when: &When, words: &BTreeSet<String>) -> bool {
    when.is_empty()
        || when
            .iter()
            .any(|all| all.iter().all(|word| words.contains(word)))
}

/// Whether a wallet holds keys on a day.
fn exists(document: &AssessmentDocument, wallet: &str, day: &str) -> bool {
    let entry = &document.wallets[wallet];
    let since = entry.since.map(|since| since.to_string());
    let until = entry.until.map(|until| until.to_string());
    since.is_none_or(|since| *since <= *day) && until.is_none_or(|until| *day <= *until)
}

/// Why an item of evidence says nothing about a subject: `other`, `general` or `before`; nothing if
/// it does.
pub fn says_nothing_about(
    document: &AssessmentDocument,
    id: &str,
    subject: &str,
) -> Option<&'static str> {
    const GENERAL: [&str; 4] = ["policy", "procedure", "contract", "design-document"];
    let item = &document.evidence[id];
    let since = document
        .wallets
        .get(subject)
        .and_then(|wallet| wallet.since)
        .map(|since| since.to_string());
    if let Some(covers) = &item.covers
        && !covers.iter().any(|covered| covered.to_string() == subject)
    {
        return Some("other");
    }
    let since = since?;
    if GENERAL.contains(&item.kind.to_string().as_str()) {
        Some("general")
    } else if item.covers.is_none() && item.collected.to_string() < since {
        Some("before")
    } else {
        None
    }
}

/// The words that describe a wallet, with those that they imply; none if there is no such wallet.
pub fn words_of_wallet(
    catalog: &NaiveCatalog,
    document: &AssessmentDocument,
    wallet: &str,
) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    if let Some(entry) = document.wallets.get(wallet) {
        words.insert(entry.tier.to_string());
        words.extend(entry.traits.iter().map(ToString::to_string));
    }
    catalog.with_implied(&words)
}

fn words_of_organization(document: &AssessmentDocument) -> BTreeSet<String> {
    let channels = document
        .organization
        .iter()
        .flat_map(|organization| &organization.channels);
    channels.map(ToString::to_string).collect()
}

/// The organization, then the wallets that are assessed, by id.
fn subjects(
    catalog: &NaiveCatalog,
    document: &AssessmentDocument,
    settings: &Settings,
) -> Vec<Subject> {
    let mut subjects = vec![Subject {
        id: ORGANIZATION.to_owned(),
        words: words_of_organization(document),
    }];
    let wallets: BTreeSet<String> = document.wallets.keys().map(ToString::to_string).collect();
    for id in wallets {
        let is_wanted = settings
            .wallets
            .as_ref()
            .is_none_or(|wanted| wanted.iter().any(|wallet| wallet.as_str() == id));
        if is_wanted && exists(document, &id, &settings.as_of.to_string()) {
            let words = words_of_wallet(catalog, document, &id);
            subjects.push(Subject { id, words });
        }
    }
    subjects
}

fn applies(control: &Control, subject: &Subject) -> bool {
    let kind = if subject.id == ORGANIZATION {
        "organization"
    } else {
        "wallet"
    };
    control.subject == kind && holds(&control.when, &subject.words)
}

macro_rules! said {
    ($claim:expr, $status:expr) => {
        Said {
            status: $status.to_string(),
            evidence: match $status.to_string().as_str() {
                "partial" => strings(&$claim.part_evidence),
                _ => strings(&$claim.evidence),
            },
            due: $claim.due.map(|due| due.to_string()),
            owner: $claim.owner.as_ref().map(ToString::to_string),
            approved_by: $claim.approved_by.as_ref().map(ToString::to_string),
            assessed: $claim
                .assessed
                .iter()
                .map(|one| {
                    let by = one.by.as_ref().map(ToString::to_string);
                    (by, one.on.map(|on| on.to_string()))
                })
                .collect(),
        }
    };
}

fn strings<T: ToString>(items: &[T]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

/// A claim after those that it replaced, in any order.
fn wide(claim: &Claim) -> Vec<Said> {
    let Some(status) = claim.status else {
        return Vec::new();
    };
    let earlier = claim
        .earlier
        .iter()
        .map(|former| said!(former, former.status));
    earlier.chain([said!(claim, status)]).collect()
}

fn narrow(claim: &NarrowedClaim) -> Vec<Said> {
    let earlier = claim
        .earlier
        .iter()
        .map(|former| said!(former, former.status));
    earlier.chain([said!(claim, claim.status)]).collect()
}

/// The first day on which it was assessed.
fn first_day(said: &Said) -> Option<String> {
    said.assessed.iter().filter_map(|(_, on)| on.clone()).min()
}

/// What counts on a day: what began last until then.
fn in_force(versions: Vec<Said>, day: &str) -> Option<Said> {
    let begun = versions
        .into_iter()
        .filter(|said| first_day(said).is_none_or(|first| *first <= *day));
    begun.max_by_key(first_day)
}

/// For how many days an assessment of a claim on a control may be relied on.
fn days_to_rely(
    catalog: &NaiveCatalog,
    document: &AssessmentDocument,
    control: &Control,
) -> Option<u32> {
    match document.reassess_within.as_ref()? {
        ReassessWithin::Days(days) => Some(*days),
        ReassessWithin::BySeverity(days) => {
            let treated = catalog.risks.iter();
            let treated = treated.filter(|risk| control.directly.contains(&risk.id));
            let worst = treated.max_by_key(|risk| rank_of_severity(&risk.severity))?;
            let mut days = days.iter();
            let found = days.find(|(severity, _)| severity.to_string() == worst.severity);
            found.map(|(_, days)| *days)
        }
        other => panic!("{other:?} is not known"),
    }
}

/// Whether the last assessment of a claim on a control until a day is too old, or has no day.
pub fn is_stale_claim(
    catalog: &NaiveCatalog,
    document: &AssessmentDocument,
    control: &Control,
    claim: &NarrowedClaim,
    day: Date,
) -> bool {
    let days = days_to_rely(catalog, document, control);
    let said = said!(claim, claim.status);
    is_stale(days, &said, &day.to_string())
}

/// Whether an independent person approved a claim as an exclusion until a day.
pub fn is_approved_claim(document: &AssessmentDocument, claim: &NarrowedClaim, day: Date) -> bool {
    is_approved(document, &said!(claim, claim.status), &day.to_string())
}

/// Whether the last assessment until a day is too old, or has no day.
fn is_stale(days: Option<u32>, said: &Said, day: &str) -> bool {
    let Some(days) = days else {
        return false;
    };
    let until = said.assessed.iter().filter_map(|(_, on)| on.clone());
    let last = until.filter(|on| **on <= *day).max();
    last.is_none_or(|last| *days_later(&last, days) < *day)
}

/// Whether two ids are those of one person: letters and digits of the names and of the organizations
/// are the same.
fn is_one_person(document: &AssessmentDocument, one: &str, other: &str) -> bool {
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let who = |id: &str| {
        let person = &document.people[id];
        let organization = person.organization.clone().unwrap_or_default();
        (plain(&person.name), plain(&organization))
    };
    one == other || who(one) == who(other)
}

/// Whether somebody approved an exclusion who does not own it, is not an assessor, and has not assessed it
/// until a day.
fn is_approved(document: &AssessmentDocument, said: &Said, day: &str) -> bool {
    let Some(approver) = &said.approved_by else {
        return false;
    };
    let until = said.assessed.iter();
    let until = until.filter(|(_, on)| on.as_ref().is_none_or(|on| **on <= *day));
    let mut assessors: Vec<String> = until.filter_map(|(by, _)| by.clone()).collect();
    assessors.extend(strings(&document.assessors));
    let mut others = assessors.into_iter().chain(said.owner.clone());
    others.all(|other| !is_one_person(document, &other, approver))
}

/// A narrower claim takes precedence for its wallet; an empty entry means not assessed.
/// The document with the default of the file written out in each claim.
fn with_default(document: &AssessmentDocument) -> AssessmentDocument {
    let mut written = document.clone();
    for claim in written.claims.values_mut().flatten() {
        for narrower in claim.wallets.values_mut().flatten() {
            if narrower.assessed.is_empty() {
                narrower.assessed.clone_from(&document.assessed);
            }
        }
        if claim.proposed.is_none() && claim.assessed.is_empty() {
            claim.assessed.clone_from(&document.assessed);
        }
    }
    written
}

fn said(document: &AssessmentDocument, control: &str, subject: &str, day: &str) -> Option<Said> {
    let claim = document.claims.get(control)?.as_ref()?;
    let versions = match claim.wallets.get(subject) {
        Some(narrower) => narrower.as_ref().map(narrow).unwrap_or_default(),
        None => wide(claim),
    };
    in_force(versions, day)
}

fn length_of_month(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The day `days` days later, counted one by one.
fn days_later(day: &str, days: u32) -> String {
    let mut numbers = day
        .split('-')
        .map(|number| number.parse::<u32>().expect("a day is numbers"));
    let mut number = || numbers.next().expect("a day has three numbers");
    let (mut year, mut month, mut day) = (number(), number(), number());
    for _ in 0..days {
        day += 1;
        if day > length_of_month(year, month) {
            (month, day) = (month + 1, 1);
        }
        if month > 12 {
            (year, month) = (year + 1, 1);
        }
    }
    format!("{year:04}-{month:02}-{day:02}")
}

/// The last day on which an evidence item is valid.
fn last_day(document: &AssessmentDocument, id: &str) -> String {
    let item = &document.evidence[id];
    let written = item.valid_until.map(|day| day.to_string());
    let age = document.evidence_max_age.get(&item.kind);
    let allowed = age.map(|age| days_later(&item.collected.to_string(), *age));
    let last = written.into_iter().chain(allowed).min();
    last.expect("an item has a last day")
}

/// The state of an evidence item on a day.
pub fn evidence_state(document: &AssessmentDocument, id: &str, day: &str) -> &'static str {
    if *day < *document.evidence[id].collected.to_string() {
        "not-yet-valid"
    } else if *day > *last_day(document, id) {
        "expired"
    } else {
        "current"
    }
}

fn file_check(settings: &Settings, id: &str) -> String {
    settings
        .files
        .as_ref()
        .and_then(|files| files.checks.get(id))
        .map_or_else(|| "not-checked".to_owned(), ToString::to_string)
}

fn may_be_relied_on(document: &AssessmentDocument, settings: &Settings, id: &str) -> bool {
    let file = file_check(settings, id);
    let is_current = evidence_state(document, id, &settings.as_of.to_string()) == "current";
    is_current && ["not-checked", "other-system", "present", "matches"].contains(&file.as_str())
}

fn why_unproven(
    document: &AssessmentDocument,
    settings: &Settings,
    evidence: &[String],
    subject: &str,
) -> &'static str {
    let is_of = |wanted: &[&str]| {
        evidence.iter().any(|id| {
            may_be_relied_on(document, settings, id)
                && says_nothing_about(document, id, subject)
                    .is_some_and(|why| wanted.contains(&why))
        })
    };
    let day = settings.as_of.to_string();
    if evidence.is_empty() {
        "unproven"
    } else if evidence
        .iter()
        .any(|id| file_check(settings, id) == "mismatch")
    {
        "evidence-hash-mismatch"
    } else if evidence
        .iter()
        .any(|id| ["missing", "other-case"].contains(&file_check(settings, id).as_str()))
    {
        "evidence-missing-file"
    } else if evidence.iter().any(|id| {
        let unusable = [
            "not-a-file",
            "outside",
            "unreadable",
            "own-input",
            "ambiguous",
        ];
        unusable.contains(&file_check(settings, id).as_str())
    }) {
        "evidence-unusable-file"
    } else if evidence
        .iter()
        .any(|id| evidence_state(document, id, &day) == "expired")
    {
        "evidence-expired"
    } else if is_of(&["before"]) {
        "evidence-before-subject"
    } else if is_of(&["other", "general"]) {
        "evidence-not-about-subject"
    } else {
        "evidence-not-yet-valid"
    }
}

fn cell(
    document: &AssessmentDocument,
    settings: &Settings,
    said: Option<Said>,
    subject: &str,
    days_to_rely: Option<u32>,
) -> Cell {
    let Some(said) = said else {
        return Cell {
            verdict: "unknown".to_owned(),
            for_risks: "unknown".to_owned(),
            gap: Some("not-assessed".to_owned()),
        };
    };
    let due = said.due.as_ref();
    let is_overdue = due.is_some_and(|due| *due < settings.as_of.to_string());
    let unless_overdue = |kind: &'static str| Some(if is_overdue { "overdue" } else { kind });
    let day = settings.as_of.to_string();
    let is_stale = is_stale(days_to_rely, &said, &day);
    let cites_proof = said.evidence.iter().any(|id| {
        may_be_relied_on(document, settings, id)
            && says_nothing_about(document, id, subject).is_none()
    });
    let is_backed = cites_proof && !is_stale;
    let is_approved = is_approved(document, &said, &day);
    let (verdict, gap) = match said.status.as_str() {
        "implemented" | "alternative" | "inherited" if is_backed => ("effective", None),
        "implemented" | "alternative" | "inherited" if cites_proof => {
            ("unproven", Some("assessment-stale"))
        }
        "implemented" | "alternative" | "inherited" => (
            "unproven",
            Some(why_unproven(document, settings, &said.evidence, subject)),
        ),
        "partial" => ("partial", unless_overdue("partial")),
        "planned" => ("absent", unless_overdue("planned")),
        "not-implemented" => ("absent", unless_overdue("not-implemented")),
        "not-applicable" if is_approved && is_stale => ("unknown", Some("assessment-stale")),
        "not-applicable" if is_approved => ("excluded", None),
        "not-applicable" => ("unknown", Some("exclusion-unconfirmed")),
        other => panic!("{other} is not a status"),
    };
    Cell {
        verdict: verdict.to_owned(),
        for_risks: match verdict {
            "partial" if !is_backed => "unproven".to_owned(),
            verdict => verdict.to_owned(),
        },
        gap: gap.map(ToOwned::to_owned),
    }
}

/// A figure as it is written, in hundredths.
pub fn hundredths(figure: &impl ToString) -> u64 {
    let text = figure.to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{decimals:0<2}")
        .parse()
        .expect("a figure is digits")
}

/// What a wallet states for a parameter.
fn stated(document: &AssessmentDocument, wallet: &str, kind: &str) -> Option<u64> {
    let facts = document.wallets.get(wallet)?.facts.as_ref()?;
    match kind {
        "largest-hot-share" | "largest-online-share" => {
            facts.share_of_assets.as_ref().map(hundredths)
        }
        "smallest-quorum" => facts.quorum.map(|quorum| u64::from(quorum.required) * 100),
        "smallest-number-of-backups" => facts.backups.as_ref().map(hundredths),
        "smallest-backup-distance" => facts.backup_distance.as_ref().map(hundredths),
        other => panic!("{other} is not a parameter about facts"),
    }
}

/// `met`, `not-met` or `fact-missing`.
fn standing(
    document: &AssessmentDocument,
    day: &str,
    parameter: &Parameter,
    subject: &str,
) -> &'static str {
    let kind = parameter.kind.as_str();
    let mut wallets: Vec<String> = Vec::new();
    for (id, wallet) in &document.wallets {
        let tier = wallet.tier.to_string();
        let counts = match kind {
            "largest-hot-share" => tier == "hot",
            "largest-online-share" => tier != "cold",
            _ => id.as_str() == subject,
        };
        let is_shared = kind.starts_with("largest");
        if counts && (!is_shared || exists(document, id.as_str(), day)) {
            wallets.push(id.to_string());
        }
    }
    let facts: Vec<Option<u64>> = wallets
        .iter()
        .map(|wallet| stated(document, wallet, kind))
        .collect();
    let sum: u64 = facts.iter().flatten().sum();
    let says_something = facts.iter().any(Option::is_some);
    let is_broken = if kind.starts_with("largest") {
        sum > parameter.figure
    } else {
        says_something && sum < parameter.figure
    };
    if is_broken {
        "not-met"
    } else if facts.iter().any(Option::is_none) {
        "fact-missing"
    } else {
        "met"
    }
}

/// The verdict of a cell after the parameters of its control have been applied.
fn bounded(
    catalog: &NaiveCatalog,
    document: &AssessmentDocument,
    day: &str,
    control: &str,
    subject: &str,
    cell: Cell,
) -> Cell {
    let mut standings: Vec<&str> = Vec::new();
    for parameter in &catalog.parameters {
        if parameter.kind != "largest-evidence-age" && parameter.about == control {
            standings.push(standing(document, day, parameter, subject));
        }
    }
    let lowered = |verdict: &str, gap: &str| Cell {
        verdict: verdict.to_owned(),
        // Without evidence, nothing shows the part that is in place either.
        for_risks: match cell.verdict.as_str() {
            "unproven" => "unproven".to_owned(),
            _ => verdict.to_owned(),
        },
        gap: Some(gap.to_owned()),
    };
    let is_high = ["effective", "unproven"].contains(&cell.verdict.as_str());
    if standings.contains(&"not-met") && is_high {
        lowered("partial", "parameter-not-met")
    } else if standings.contains(&"fact-missing") && cell.verdict == "effective" {
        lowered("unproven", "fact-missing")
    } else {
        cell
    }
}

/// The document with the last day of each item written out, and no later than parameters allow.
fn aged(catalog: &NaiveCatalog, document: &AssessmentDocument) -> AssessmentDocument {
    let mut aged = document.clone();
    for (id, item) in &mut aged.evidence {
        for parameter in &catalog.parameters {
            if parameter.kind == "largest-evidence-age" && parameter.about == item.kind.to_string()
            {
                let days = u32::try_from(parameter.figure / 100).expect("days are few");
                let allowed = days_later(&item.collected.to_string(), days);
                let written = item
                    .valid_until
                    .map_or_else(|| last_day(document, id.as_str()), |day| day.to_string());
                let last = allowed.min(written);
                item.valid_until = Some(last.parse().expect("a day"));
            }
        }
    }
    aged
}

fn all_cells(
    catalog: &NaiveCatalog,
    document: &AssessmentDocument,
    settings: &Settings,
    subjects: &[Subject],
) -> Cells {
    let mut cells = Cells::new();
    for subject in subjects {
        for control in &catalog.controls {
            if applies(control, subject) {
                let day = settings.as_of.to_string();
                let said = said(document, &control.id, &subject.id, &day);
                let key = (control.id.clone(), subject.id.clone());
                let days = days_to_rely(catalog, document, control);
                let alone = cell(document, settings, said, &subject.id, days);
                let cell = bounded(catalog, document, &day, &control.id, &subject.id, alone);
                cells.insert(key, cell);
            }
        }
    }
    cells
}

/// The cells of controls that count for a subject, excluded ones left out: for a wallet its own and
/// those of the organization, for the organization all. Each with the verdict that counts for risks.
///
/// If a risk is assessed for the organization, no wallet control treats it directly, so the cells of
/// wallets can only be supporting ones.
fn counting<'k>(
    cells: &'k Cells,
    controls: &[&'k Control],
    subject: &str,
) -> Vec<(&'k Control, &'k str)> {
    let mut counting = Vec::new();
    for control in controls {
        for ((_, whose), cell) in of_control(cells, control) {
            let counts = whose == ORGANIZATION || subject == ORGANIZATION || whose == subject;
            if counts && cell.verdict != "excluded" {
                counting.push((*control, cell.for_risks.as_str()));
            }
        }
    }
    counting
}

/// The cells of one control.
fn of_control<'k>(
    cells: &'k Cells,
    control: &Control,
) -> impl Iterator<Item = (&'k (String, String), &'k Cell)> {
    let id = control.id.clone();
    let first = (id.clone(), String::new());
    cells
        .range(first..)
        .take_while(move |((control, _), _)| *control == id)
}

fn effective_of(cells: &[(&Control, &str)]) -> (u64, u64) {
    (
        cells
            .iter()
            .filter(|(_, verdict)| *verdict == "effective")
            .count() as u64,
        cells.len() as u64,
    )
}

fn risk_verdict(
    names_direct_controls: bool,
    applied: bool,
    cells: &[(&Control, &str)],
) -> &'static str {
    let any = |wanted: &str| cells.iter().any(|(_, verdict)| *verdict == wanted);
    let all = |wanted: &str| cells.iter().all(|(_, verdict)| *verdict == wanted);
    if !names_direct_controls {
        "no-control"
    } else if cells.is_empty() && applied {
        "excluded-by-claim"
    } else if cells.is_empty() {
        "out-of-scope"
    } else if all("effective") {
        "treated"
    } else if any("effective") || any("partial") {
        "partly-treated"
    } else if all("unknown") {
        "unknown"
    } else if any("unproven") {
        "unproven"
    } else {
        "untreated"
    }
}

/// From when and until when a risk is accepted for a subject, if ever.
fn acceptance(
    document: &AssessmentDocument,
    risk: &str,
    subject: &str,
) -> Option<(String, String)> {
    let acceptance = document.accepted_risks.get(risk)?;
    let is_meant = acceptance.wallets.is_empty()
        || acceptance
            .wallets
            .iter()
            .any(|wallet| wallet.as_str() == subject);
    let from = acceptance
        .from
        .or(acceptance.on)
        .map(|from| from.to_string())
        .unwrap_or_default();
    is_meant.then(|| (from, acceptance.until.to_string()))
}

fn outcome(
    catalog: &NaiveCatalog,
    document: &AssessmentDocument,
    settings: &Settings,
    cells: &Cells,
    risk: &Risk,
    subject: &str,
) -> Outcome {
    let day = settings.as_of.to_string();
    let direct_controls = catalog.direct(risk);
    let direct = counting(cells, &direct_controls, subject);
    let mut depth = BTreeSet::new();
    for (control, verdict) in &direct {
        if *verdict == "effective" {
            depth.extend(control.functions.iter().cloned());
        }
    }
    Outcome {
        verdict: risk_verdict(
            !direct_controls.is_empty(),
            direct_controls.iter().any(|control| {
                let mut whose = of_control(cells, control).map(|((_, whose), _)| whose);
                whose.any(|whose| whose == ORGANIZATION || whose == subject)
            }),
            &direct,
        )
        .to_owned(),
        direct: effective_of(&direct),
        supporting: effective_of(&counting(cells, &catalog.supporting(risk), subject)),
        depth,
        detection_offered: detection_applies(cells, &direct_controls, subject),
        accepted: acceptance(document, &risk.id, subject)
            .is_some_and(|(from, until)| from <= day && day <= until),
    }
}

fn is_detective(control: &Control) -> bool {
    control
        .functions
        .iter()
        .any(|function| function == "detective")
}

/// Whether a detective direct control applies, excluded or not.
fn detection_applies(cells: &Cells, direct: &[&Control], subject: &str) -> bool {
    direct.iter().any(|control| {
        let whose = if control.subject == ORGANIZATION {
            ORGANIZATION
        } else {
            subject
        };
        is_detective(control) && cells.contains_key(&(control.id.clone(), whose.to_owned()))
    })
}

/// The subjects for which a risk is assessed.
fn judged_for<'s>(
    catalog: &NaiveCatalog,
    risk: &Risk,
    subjects: &'s [Subject],
) -> Vec<&'s Subject> {
    let is_per_wallet = catalog.is_per_wallet(risk);
    let is_meant = |subject: &&Subject| {
        if is_per_wallet {
            subject.id != ORGANIZATION && holds(&risk.when, &subject.words)
        } else {
            subject.id == ORGANIZATION
        }
    };
    subjects.iter().filter(is_meant).collect()
}

fn is_open(verdict: &str) -> bool {
    [
        "untreated",
        "no-control",
        "unknown",
        "unproven",
        "partly-treated",
    ]
    .contains(&verdict)
}

fn rank_of_severity(severity: &str) -> usize {
    SEVERITIES
        .iter()
        .position(|word| *word == severity)
        .expect("a severity is one of four")
}

/// The places of the kinds of gaps among those of the same severity.
fn place_of_kind(kind: &str) -> usize {
    const PLACES: [&[&str]; 5] = [
        &[
            "overdue",
            "evidence-hash-mismatch",
            "parameter-not-met",
            "not-implemented",
            "partial",
        ],
        &[
            "planned",
            "acceptance-expired",
            "no-detection",
            "no-control",
        ],
        &[
            "evidence-expired",
            "evidence-missing-file",
            "evidence-unusable-file",
            "assessment-stale",
        ],
        &[
            "unproven",
            "evidence-not-yet-valid",
            "evidence-not-about-subject",
            "evidence-before-subject",
            "fact-missing",
        ],
        &["exclusion-unconfirmed", "not-assessed"],
    ];
    PLACES
        .iter()
        .position(|kinds| kinds.contains(&kind))
        .expect("every kind has a place")
}

fn one_step_below(severity: &str) -> String {
    SEVERITIES[rank_of_severity(severity).saturating_sub(1)].to_owned()
}

/// A gap with the keys that determine its position in the list.
struct Placed {
    gap: Gap,
    of_risk: bool,
    position: usize,
    subject: usize,
}

fn cell_gaps(
    catalog: &NaiveCatalog,
    subjects: &[Subject],
    cells: &Cells,
    risks: &BTreeMap<(String, String), Outcome>,
) -> Vec<Placed> {
    let severities: BTreeMap<&str, &str> = catalog
        .risks
        .iter()
        .map(|risk| (risk.id.as_str(), risk.severity.as_str()))
        .collect();
    let mut open: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for ((risk, subject), outcome) in risks {
        if is_open(&outcome.verdict) {
            open.entry(risk).or_default().insert(subject);
        }
    }
    let mut gaps = Vec::new();
    for (position, control) in catalog.controls.iter().enumerate() {
        for (index, subject) in subjects.iter().enumerate() {
            let Some(cell) = cells.get(&(control.id.clone(), subject.id.clone())) else {
                continue;
            };
            let Some(kind) = &cell.gap else { continue };
            let is_open_here = |risk: &&String| {
                open.get(risk.as_str()).is_some_and(|whom| {
                    subject.id == ORGANIZATION || whom.contains(subject.id.as_str())
                })
            };
            let open_risks: BTreeSet<String> = control
                .directly
                .iter()
                .filter(is_open_here)
                .cloned()
                .collect();
            let highest = open_risks
                .iter()
                .map(|risk| severities[risk.as_str()])
                .max_by_key(|it| rank_of_severity(it));
            let is_lower = cell.verdict == "partial" || cell.verdict == "unproven";
            // A risk that is assessed for the organization is open for all subjects.
            let is_open_for_any = |risk: &&String| {
                open.get(risk.as_str()).is_some_and(|whom| {
                    subject.id == ORGANIZATION
                        || whom.contains(subject.id.as_str())
                        || whom.contains(ORGANIZATION)
                })
            };
            let supported = control.supporting.iter().filter(is_open_for_any);
            let supported = supported
                .map(|risk| severities[risk.as_str()])
                .max_by_key(|it| rank_of_severity(it));
            let severity = match (highest, supported) {
                (Some(highest), _) if is_lower => one_step_below(highest),
                (Some(highest), _) => highest.to_owned(),
                (None, Some(supported)) => one_step_below(&one_step_below(supported)),
                (None, None) => "low".to_owned(),
            };
            let id = format!("{}@{}", control.id, subject.id);
            let gap = Gap {
                id,
                kind: kind.clone(),
                severity,
                open_risks,
            };
            gaps.push(Placed {
                gap,
                of_risk: false,
                position,
                subject: index,
            });
        }
    }
    gaps
}

fn risk_gap_kinds(
    catalog: &NaiveCatalog,
    document: &AssessmentDocument,
    settings: &Settings,
    cells: &Cells,
    risk: &Risk,
    subject: &str,
    outcome: &Outcome,
) -> Vec<(&'static str, String)> {
    let direct = counting(cells, &catalog.direct(risk), subject);
    let detective: Vec<_> = direct
        .into_iter()
        .filter(|(control, _)| is_detective(control))
        .collect();
    let none_detects = detective.iter().all(|(_, verdict)| *verdict != "effective");
    let has_ended = acceptance(document, &risk.id, subject)
        .is_some_and(|(_, until)| until < settings.as_of.to_string());
    let mut kinds = Vec::new();
    if outcome.verdict == "no-control" && !outcome.accepted {
        kinds.push(("no-control", risk.severity.clone()));
    }
    if !detective.is_empty() && none_detects && !outcome.accepted {
        kinds.push(("no-detection", one_step_below(&risk.severity)));
    }
    if has_ended && is_open(&outcome.verdict) {
        kinds.push(("acceptance-expired", risk.severity.clone()));
    }
    kinds
}

fn risk_gaps(
    catalog: &NaiveCatalog,
    document: &AssessmentDocument,
    settings: &Settings,
    subjects: &[Subject],
    cells: &Cells,
    risks: &BTreeMap<(String, String), Outcome>,
) -> Vec<Placed> {
    let mut gaps = Vec::new();
    for (position, risk) in catalog.risks.iter().enumerate() {
        for (index, subject) in subjects.iter().enumerate() {
            let Some(outcome) = risks.get(&(risk.id.clone(), subject.id.clone())) else {
                continue;
            };
            for (kind, severity) in risk_gap_kinds(
                catalog,
                document,
                settings,
                cells,
                risk,
                &subject.id,
                outcome,
            ) {
                let id = format!("{}@{}:{kind}", risk.id, subject.id);
                let gap = Gap {
                    id,
                    kind: kind.to_owned(),
                    severity,
                    open_risks: BTreeSet::new(),
                };
                gaps.push(Placed {
                    gap,
                    of_risk: true,
                    position,
                    subject: index,
                });
            }
        }
    }
    gaps
}

fn bounds(tally: &BTreeMap<String, u64>) -> Bounds {
    let count = |verdict: &str| tally.get(verdict).copied().unwrap_or_default();
    Bounds {
        proven: count("effective"),
        possible: count("effective") + count("unproven") + count("unknown"),
        denominator: tally.values().sum::<u64>() - count("excluded"),
    }
}

/// The worst verdict of each risk over its subjects.
pub fn worst(risks: &BTreeMap<(String, String), Outcome>) -> BTreeMap<String, String> {
    let rank = |verdict: &str| {
        RISK_VERDICTS_FROM_WORST
            .iter()
            .position(|word| *word == verdict)
    };
    let mut worst: BTreeMap<String, String> = BTreeMap::new();
    for ((risk, _), outcome) in risks {
        let so_far = worst
            .entry(risk.clone())
            .or_insert_with(|| outcome.verdict.clone());
        if rank(&outcome.verdict) < rank(so_far) {
            so_far.clone_from(&outcome.verdict);
        }
    }
    worst
}

/// The outcomes of a risk for its subjects.
fn outcomes_of<'r>(
    risks: &'r BTreeMap<(String, String), Outcome>,
    risk: &Risk,
) -> Vec<&'r Outcome> {
    let of_risk = risks.iter().filter(|((id, _), _)| *id == risk.id);
    of_risk.map(|(_, outcome)| outcome).collect()
}

/// The risks by severity, verdict, share of effective direct cells and depth of the worst subject.
fn order_of_risks(
    catalog: &NaiveCatalog,
    risks: &BTreeMap<(String, String), Outcome>,
) -> Vec<String> {
    let rank = |verdict: &str| {
        let mut words = RISK_VERDICTS_FROM_WORST.iter();
        words.position(|word| *word == verdict).unwrap()
    };
    let share = |(k, n): (u64, u64)| (k * 10_000).checked_div(n).unwrap_or_default();
    let mut keyed = Vec::new();
    for (position, risk) in catalog.risks.iter().enumerate() {
        let outcomes = outcomes_of(risks, risk);
        let least = outcomes
            .iter()
            .map(|outcome| rank(&outcome.verdict))
            .min()
            .unwrap_or_else(|| rank("out-of-scope"));
        let worst = outcomes
            .iter()
            .filter(|outcome| rank(&outcome.verdict) == least);
        let smallest = worst.clone().map(|outcome| share(outcome.direct)).min();
        // The first by id of those with the smallest share.
        let named = worst
            .clone()
            .find(|outcome| Some(share(outcome.direct)) == smallest);
        let depth = named.map(|outcome| outcome.depth.len());
        let severity = std::cmp::Reverse(rank_of_severity(&risk.severity));
        keyed.push((severity, least, smallest, depth, position, risk.id.clone()));
    }
    keyed.sort();
    keyed.into_iter().map(|(.., id)| id).collect()
}

/// Critical risks in scope by how far they are treated for the subject for which that is least.
fn critical(catalog: &NaiveCatalog, risks: &BTreeMap<(String, String), Outcome>) -> [u64; 4] {
    let mut counts = [0; 4];
    for risk in catalog
        .risks
        .iter()
        .filter(|risk| risk.severity == "critical")
    {
        let held = |outcome: &&Outcome| match outcome.verdict.as_str() {
            "excluded-by-claim" | "out-of-scope" => None,
            "treated" => Some(0),
            "partly-treated" => {
                let has = |function: &str| outcome.depth.contains(function);
                Some(if has("preventive") && has("detective") {
                    1
                } else {
                    2
                })
            }
            _ => Some(3),
        };
        if let Some(held) = outcomes_of(risks, risk).iter().filter_map(held).max() {
            counts[held] += 1;
        }
    }
    counts
}

/// Coverage by its definition.
pub fn evaluate(
    catalog: &NaiveCatalog,
    document: &AssessmentDocument,
    settings: &Settings,
) -> Answer {
    let document = &with_default(&aged(catalog, document));
    let subjects = subjects(catalog, document, settings);
    let cells = all_cells(catalog, document, settings, &subjects);
    let mut tally = BTreeMap::new();
    for cell in cells.values() {
        *tally.entry(cell.verdict.clone()).or_insert(0) += 1;
    }
    let mut risks = BTreeMap::new();
    for risk in &catalog.risks {
        for subject in judged_for(catalog, risk, &subjects) {
            let outcome = outcome(catalog, document, settings, &cells, risk, &subject.id);
            risks.insert((risk.id.clone(), subject.id.clone()), outcome);
        }
    }
    let mut gaps = cell_gaps(catalog, &subjects, &cells, &risks);
    gaps.extend(risk_gaps(
        catalog, document, settings, &subjects, &cells, &risks,
    ));
    gaps.sort_by_key(|placed| {
        let severity = std::cmp::Reverse(rank_of_severity(&placed.gap.severity));
        let open = std::cmp::Reverse(if placed.of_risk {
            1
        } else {
            placed.gap.open_risks.len()
        });
        (
            severity,
            place_of_kind(&placed.gap.kind),
            open,
            placed.of_risk,
            placed.position,
            placed.subject,
        )
    });
    Answer {
        bounds: bounds(&tally),
        tally,
        worst: worst(&risks),
        order_of_risks: order_of_risks(catalog, &risks),
        critical: critical(catalog, &risks),
        risks,
        gaps: gaps.into_iter().map(|placed| placed.gap).collect(),
        cells: cells
            .into_iter()
            .map(|(key, cell)| (key, cell.verdict))
            .collect(),
    }
}
