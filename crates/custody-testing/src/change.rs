//! Applying a [`Change`] to a case: what the *closes if* of a gap requires.
//!
//! | change | effect on the case |
//! |---|---|
//! | `State` | the claim that governs the cell, or the proposal for it, becomes `implemented` and keeps its evidence; for a wallet as a narrower claim, so that no other cell changes |
//! | `Confirm` | the line `proposed` of the claim is deleted |
//! | `Cite` | an item that is collected on the day is added to that claim; nothing if no claim can cite it |
//! | `Cover` | the item names the subject too; if it named none, it names all of them |
//! | `Exclude` | that claim becomes `not-applicable`, with a reason, and is approved |
//! | `Assess` | that claim was assessed on the as-of day as well; nothing if there is no claim |
//! | `Approve` | that claim is approved by a person who owns no claim and is not an assessor; nothing if it excludes nothing |
//! | `Renew` | the item is valid until the day that the change states, and not longer; it is collected on the first day that the change states, if it states one |
//! | `Await` | the item is valid from the as-of date; on a later as-of date, other periods would begin and end too, so that would be more than this change (invariant 8 tests that date as well) |
//! | `RestoreFile`, `ProvideFile`, `CorrectFile` | the file exists and has the recorded digest |
//! | `Accept` | the risk is accepted for the subject until the day that the change states |
//! | `Treat` | `State`, `Cite`, `Assess` and `Meet` for every direct cell that is not excluded |
//! | `Meet` | the wallets that count state a share of 0, or the figure that the parameter requires if they state less |
//! | `AddControl` | a control about the organization that treats the risk directly is added to the catalog, and is claimed with current evidence |

use super::generate::{self, Case, parse};
use crate::{naive, with};
use custody_controls::Date;
use custody_controls::assessment::{
    Acceptance, Assessed, AssessmentDocument, Claim, Evidence, NarrowedClaim, ORGANIZATION, Quorum,
    SubjectId,
};
use custody_controls::catalog::document::FamilyDocument;
use custody_controls::figure::Figure;
use custody_controls::gap::Change;
use custody_controls::id::{ControlId, EvidenceId, PersonId, RiskId, WalletId};
use custody_controls::location::Place;
use custody_controls::taxonomy::{
    ClaimKey, EvidenceKind, FileCheck, ParameterKind, Status, Technique, Tier,
};
use indexmap::IndexMap;
use std::sync::Arc;

/// The general part of a claim as a narrowed claim.
pub fn wide_part(claim: &Claim) -> Option<NarrowedClaim> {
    // A proposal is not a claim.
    let status = claim.status.filter(|_| claim.proposed.is_none());
    let mut wide = NarrowedClaim::new(status?);
    wide.evidence.clone_from(&claim.evidence);
    wide.part_evidence.clone_from(&claim.part_evidence);
    wide.observations.clone_from(&claim.observations);
    wide.rationale.clone_from(&claim.rationale);
    wide.provider.clone_from(&claim.provider);
    wide.missing.clone_from(&claim.missing);
    wide.due = claim.due;
    wide.because.clone_from(&claim.because);
    wide.approved_by.clone_from(&claim.approved_by);
    wide.owner.clone_from(&claim.owner);
    wide.assessed.clone_from(&claim.assessed);
    wide.earlier.clone_from(&claim.earlier);
    Some(wide)
}

/// The claim that determines the verdict of a cell.
pub fn governing(
    document: &AssessmentDocument,
    control: &str,
    subject: &str,
) -> Option<NarrowedClaim> {
    let claim = document.claims.get(control)?.as_ref()?;
    let mut governing = match claim.wallets.get(subject) {
        Some(narrower) => narrower.clone(),
        None => wide_part(claim),
    }?;
    if governing.assessed.is_empty() {
        // The default of the file.
        governing.assessed.clone_from(&document.assessed);
    }
    Some(governing)
}

/// What counts on the as-of day of the claim that governs a cell, or else what will count.
fn counting(case: &Case, control: &str, subject: &str) -> Option<NarrowedClaim> {
    in_force(case, control, subject).or_else(|| {
        let current = governing(&case.document, control, subject)?;
        Some(with!(current; earlier: Vec::new()))
    })
}

/// What counts on the as-of day of the claim that governs a cell.
pub fn in_force(case: &Case, control: &str, subject: &str) -> Option<NarrowedClaim> {
    let current = governing(&case.document, control, subject)?;
    let day = case.settings.as_of;
    let begins = |assessed: &[Assessed]| Assessed::first_day(assessed);
    if begins(&current.assessed).is_none_or(|first| first <= day) {
        return Some(current);
    }
    let begun = current.earlier.iter();
    let begun = begun.filter(|former| begins(&former.assessed).is_none_or(|first| first <= day));
    let former = begun.max_by_key(|former| begins(&former.assessed))?;
    let first = begins(&former.assessed);
    let older = current.earlier.iter();
    let older = older
        .filter(|other| begins(&other.assessed) < first)
        .cloned();
    let former = former.clone();
    Some(with!(
        NarrowedClaim::new(former.status);
        evidence: former.evidence,
        part_evidence: former.part_evidence,
        observations: former.observations,
        rationale: former.rationale,
        provider: former.provider,
        missing: former.missing,
        due: former.due,
        because: former.because,
        approved_by: former.approved_by,
        owner: former.owner,
        note: former.note,
        assessed: former.assessed,
        earlier: older.collect(),
    ))
}

/// What a proposal takes over of its file once it is confirmed.
fn of_file(document: &AssessmentDocument, control: &ControlId) -> Option<Vec<Assessed>> {
    let claim = document.claims.get(control)?.as_ref()?;
    let is_proposal = claim.proposed.is_some() && !document.assessed.is_empty();
    is_proposal.then(|| document.assessed.clone())
}

/// The day of the default of the file is not that of a new claim.
fn undated() -> Vec<Assessed> {
    vec![with!(Assessed::default(); by: Some(parse(generate::ASSESSOR)))]
}

/// The proposal for a cell that has no claim.
fn proposed(
    document: &AssessmentDocument,
    control: &ControlId,
    subject: &str,
) -> Option<NarrowedClaim> {
    let claim = document.claims.get(control)?.as_ref()?;
    claim.proposed.as_ref()?;
    let is_narrowed = claim.wallets.contains_key(subject);
    let status = claim.status.filter(|_| !is_narrowed)?;
    let mut before = NarrowedClaim::new(status);
    before.evidence.clone_from(&claim.evidence);
    before.owner.clone_from(&claim.owner);
    before.assessed = of_file(document, control).unwrap_or_else(undated);
    Some(with_status(Some(before), Status::Implemented))
}

/// Sets the claim for one cell and no other.
pub fn set_claim(
    document: &mut AssessmentDocument,
    control: &ControlId,
    subject: &str,
    said: NarrowedClaim,
) {
    let claim = document
        .claims
        .entry(control.clone())
        .or_default()
        .get_or_insert_default();
    if subject == ORGANIZATION {
        generate::widen(claim, said);
    } else {
        claim.wallets.insert(parse(subject), Some(said));
    }
}

/// Sets the claim for every cell of a control that has no narrower claim.
pub fn set_general_claim(
    document: &mut AssessmentDocument,
    control: &ControlId,
    said: NarrowedClaim,
) {
    let claim = document
        .claims
        .entry(control.clone())
        .or_default()
        .get_or_insert_default();
    generate::widen(claim, said);
}

/// Adds an evidence item that is current on a day.
pub fn collect(document: &mut AssessmentDocument, day: Date) -> EvidenceId {
    let id: EvidenceId = parse(&format!("fresh-{}", document.evidence.len()));
    let mut item = Evidence::new(
        "A document",
        EvidenceKind::Log,
        Technique::Examine,
        day,
        format!("evidence/{id}.pdf"),
    );
    item.valid_until = Some(day);
    document.evidence.insert(id.clone(), item);
    id
}

/// A claim that a control is in place, with the evidence that the previous claim cited.
pub fn in_place(before: Option<NarrowedClaim>) -> NarrowedClaim {
    match before {
        Some(claim) if claim.status.is_in_place() => claim,
        other => with_status(other, Status::Implemented),
    }
}

/// A claim with another status. Of the previous claim, it keeps only the keys that every status
/// allows, and its evidence if that was not about an exclusion.
pub fn with_status(before: Option<NarrowedClaim>, status: Status) -> NarrowedClaim {
    let mut claim = NarrowedClaim::new(status);
    claim.assessed = undated();
    if let Some(before) = before {
        let shows_other = before.status == Status::NotApplicable && status.is_in_place();
        if status.allows(ClaimKey::Evidence) && !shows_other {
            claim.evidence = before.evidence;
        }
        claim.owner = before.owner;
        claim.note = before.note;
        claim.assessed = before.assessed;
        claim.earlier = before.earlier;
    }
    claim
}

/// States facts that meet a parameter, and changes no other fact. Other
/// parameters remain met, because no figure gets weaker.
fn meet(case: &mut Case, kind: ParameterKind, figure: Figure, about: Option<&WalletId>) {
    for (id, wallet) in &mut case.document.wallets {
        let counts = match kind {
            ParameterKind::LargestHotShare => wallet.tier == Tier::Hot,
            ParameterKind::LargestOnlineShare => wallet.tier != Tier::Cold,
            _ => about == Some(id),
        };
        if !counts {
            continue;
        }
        let facts = wallet.facts.get_or_insert_default();
        match kind {
            ParameterKind::SmallestQuorum => {
                let required = figure.floor();
                let all = Quorum {
                    required,
                    of: required,
                };
                facts.quorum = facts
                    .quorum
                    .filter(|held| held.required >= required)
                    .or(Some(all));
            }
            ParameterKind::SmallestNumberOfBackups => {
                facts.backups = facts.backups.max(Some(figure));
            }
            ParameterKind::SmallestBackupDistance => {
                facts.backup_distance = facts.backup_distance.max(Some(figure));
            }
            _ => facts.share_of_assets = Some(Figure::whole(0)),
        }
    }
}

/// Applies changes, those of claims before those of the entries that they cite.
pub fn make(case: &Case, changes: &[&Change]) -> Case {
    let mut made = case.clone();
    let (claims, others): (Vec<&Change>, Vec<&Change>) = changes.iter().partition(|change| {
        matches!(
            change,
            Change::State { .. }
                | Change::Confirm { .. }
                | Change::Exclude { .. }
                | Change::Approve { .. }
        )
    });
    for change in claims.into_iter().chain(others) {
        make_one(&mut made, change);
    }
    made
}

fn make_one(case: &mut Case, change: &Change) {
    match change {
        Change::Confirm { control } => {
            let claim = case
                .document
                .claims
                .get_mut(control)
                .and_then(Option::as_mut);
            claim.expect("there is a proposal").proposed = None;
        }
        Change::State {
            control, subject, ..
        } => state(case, control, subject.as_str()),
        Change::Cite {
            control, subject, ..
        } => cite(case, control, subject.as_str()),
        Change::Exclude {
            control, subject, ..
        } => exclude(case, control, subject.as_str()),
        Change::Assess { control, subject } => assess(case, control, subject.as_str()),
        Change::Approve { control, subject } => approve(case, control, subject.as_str()),
        Change::Cover { evidence, subject } => cover(case, evidence, subject),
        Change::Renew {
            evidence,
            until,
            from,
        } => {
            let profile = case.catalog.profile();
            let item = &mut case.document.evidence[evidence];
            item.valid_until = Some(*until);
            item.collected = from.map_or(item.collected, |from| item.collected.max(from));
            let ages = &case.document.evidence_max_age;
            if ages.contains_key(&item.kind)
                || profile.is_some_and(|profile| profile.largest_age(item.kind).is_some())
            {
                // The age of such evidence is limited, so it is collected anew.
                item.collected = item.collected.max(case.settings.as_of);
            }
        }
        Change::Await { evidence, .. } => {
            case.document.evidence[evidence].collected = case.settings.as_of;
        }
        Change::RestoreFile { evidence }
        | Change::ProvideFile { evidence }
        | Change::CorrectFile { evidence } => {
            find_file(case, evidence);
        }
        Change::Accept {
            risk,
            subject,
            until,
        } => accept(case, risk, subject, *until),
        Change::Treat { risk, subject } => treat(case, risk, subject.as_str()),
        Change::AddControl { risk } => add_control(case, risk),
        Change::Meet { requirement } => meet(
            case,
            requirement.kind,
            requirement.figure,
            requirement.wallet.as_ref(),
        ),
        other => panic!("the properties cannot apply {other:?}"),
    }
}

fn state(case: &mut Case, control: &ControlId, subject: &str) {
    let before = counting(case, control.as_str(), subject);
    let before = before.or_else(|| proposed(&case.document, control, subject));
    let claim = in_place(before);
    set_claim(&mut case.document, control, subject, claim);
}

fn cite(case: &mut Case, control: &ControlId, subject: &str) {
    let claim = counting(case, control.as_str(), subject);
    if let Some(mut claim) = claim.filter(|claim| claim.status.allows(ClaimKey::Evidence)) {
        claim
            .evidence
            .push(collect(&mut case.document, case.settings.as_of));
        set_claim(&mut case.document, control, subject, claim);
    }
}

/// An item that names no subjects is about all of them.
fn cover(case: &mut Case, evidence: &EvidenceId, subject: &SubjectId) {
    let wallets = case.document.wallets.keys().cloned().map(SubjectId::Wallet);
    let all: Vec<SubjectId> = std::iter::once(SubjectId::Organization)
        .chain(wallets)
        .collect();
    let covers = case.document.evidence[evidence].covers.get_or_insert(all);
    if !covers.contains(subject) {
        covers.push(subject.clone());
    }
}

fn exclude(case: &mut Case, control: &ControlId, subject: &str) {
    let before = counting(case, control.as_str(), subject);
    let of_file = of_file(&case.document, control).filter(|_| before.is_none());
    let mut claim = with_status(before, Status::NotApplicable);
    claim.assessed = of_file.unwrap_or(claim.assessed);
    claim.because = Some("There is none.".to_owned());
    set_claim(&mut case.document, control, subject, claim);
    approve(case, control, subject);
}

/// Somebody assesses the claim on a cell on the as-of day.
fn assess(case: &mut Case, control: &ControlId, subject: &str) {
    let day = case.settings.as_of;
    if let Some(mut claim) = counting(case, control.as_str(), subject) {
        // The person who approved an exclusion must not assess it as well.
        let mut assessors = generate::OWNERS.into_iter().map(parse::<PersonId>);
        let assessor = assessors.find(|id| claim.approved_by.as_ref() != Some(id));
        let further = Assessed::new(assessor.expect("there are two"), day);
        let is_same = |one: &Assessed| (&one.by, one.on) == (&further.by, further.on);
        if !claim.assessed.iter().any(is_same) {
            claim.assessed.push(further);
        }
        set_claim(&mut case.document, control, subject, claim);
    }
}

/// Somebody who owns no claim and is no assessor confirms an exclusion; nothing if there is none.
fn approve(case: &mut Case, control: &ControlId, subject: &str) {
    let claim = counting(case, control.as_str(), subject);
    if let Some(mut claim) = claim.filter(|claim| claim.status == Status::NotApplicable) {
        claim.approved_by = Some(parse(generate::APPROVER));
        set_claim(&mut case.document, control, subject, claim);
    }
}

fn find_file(case: &mut Case, evidence: &EvidenceId) {
    let has_digest = case.document.evidence[evidence].sha256.is_some();
    let check = if has_digest {
        FileCheck::Matches
    } else {
        FileCheck::Present
    };
    let files = case.settings.files.get_or_insert_default();
    files.checks.insert(evidence.clone(), check);
}

fn accept(case: &mut Case, risk: &RiskId, subject: &SubjectId, until: Date) {
    let wallet = match subject {
        SubjectId::Organization => None,
        SubjectId::Wallet(wallet) => Some(wallet.clone()),
    };
    let entry = case.document.accepted_risks.entry(risk.clone());
    let acceptance = entry.or_insert_with(|| {
        let mut acceptance = Acceptance::new("Rare.", parse(generate::APPROVER), until);
        acceptance.wallets.extend(wallet.clone());
        acceptance
    });
    acceptance.until = acceptance.until.max(until);
    acceptance.from = acceptance.from.filter(|from| *from <= until);
    acceptance.on = acceptance.on.filter(|on| *on <= until);
    if let Some(wallet) = wallet
        && !acceptance.wallets.is_empty()
        && !acceptance.wallets.contains(&wallet)
    {
        acceptance.wallets.push(wallet);
    }
}

fn treat(case: &mut Case, risk: &RiskId, subject: &str) {
    let mut cells = Vec::new();
    for control in case
        .catalog
        .controls()
        .filter(|control| control.directly.contains(risk))
    {
        let kind = control.subject.to_string();
        let whose = if kind == ORGANIZATION {
            ORGANIZATION
        } else {
            subject
        };
        cells.push((control.id.clone(), whose.to_owned()));
    }
    let assessment = case
        .document
        .clone()
        .resolve(&case.catalog)
        .expect("the document is valid");
    let coverage = assessment.measure(&case.settings);
    cells.retain(|(control, whose)| {
        let verdict = coverage
            .verdict(control.as_str(), whose)
            .map(|verdict| verdict.to_string());
        verdict.is_some_and(|verdict| verdict != "excluded" && verdict != "effective")
    });
    for (control, whose) in cells {
        state(case, &control, &whose);
        cite(case, &control, &whose);
        assess(case, &control, &whose);
        meet_all(case, &control, &whose);
    }
}

/// Meets all parameters of a control for a subject, the tightest last.
fn meet_all(case: &mut Case, control: &ControlId, subject: &str) {
    let catalog = Arc::clone(&case.catalog);
    let Some(profile) = catalog.profile() else {
        return;
    };
    let mut parameters: Vec<_> = profile.parameters.values().collect();
    parameters.sort_by_key(|parameter| parameter.figure);
    for parameter in parameters {
        if parameter.control.as_ref() == Some(control) {
            let wallet = (subject != ORGANIZATION).then(|| parse(subject));
            meet(case, parameter.kind, parameter.figure, wallet.as_ref());
        }
    }
}

fn add_control(case: &mut Case, risk: &RiskId) {
    let control = naive::Control {
        id: "control-added".to_owned(),
        clause: generate::CLAUSE.to_owned(),
        family: "added".to_owned(),
        family_order: 3,
        subject: ORGANIZATION.to_owned(),
        when: Vec::new(),
        directly: vec![risk.to_string()],
        supporting: Vec::new(),
        functions: vec!["preventive".to_owned()],
    };
    let id: ControlId = parse(&control.id);
    let family = FamilyDocument {
        title: "A family".to_owned(),
        order: 3,
        controls: IndexMap::from([(id.clone(), generate::author_control(&control))]),
        place: Place::default(),
    };
    let authored = Arc::make_mut(&mut case.authored);
    authored.families.insert(parse(&control.family), family);
    case.catalog = Arc::new(authored.clone().resolve().expect("the catalog is valid"));
    Arc::make_mut(&mut case.plain).controls.push(control);
    state(case, &id, ORGANIZATION);
    cite(case, &id, ORGANIZATION);
    assess(case, &id, ORGANIZATION);
}
