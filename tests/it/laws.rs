//! The laws of `docs/coverage.md`, as properties of the engine.
//!
//! [`engine_and_naive_agree`] compares everything that the engine says with a second, naive
//! implementation ([`crate::naive`]); nine tests hold one law each, and [`profile`] those of profiles.
//! `custody_testing::properties` says how many cases each of them runs over.
//!
//! `docs/coverage.md` leaves some readings open. Those that are taken here are named where they
//! matter: at [`law_1_improving_never_lowers`], [`law_3_order_changes_nothing_but_locations`],
//! [`law_9_removing_a_wallet_changes_no_other_one`], in [`change`] (what it is to make a change), and
//! in [`crate::naive`] (which cells support a risk of the organization, and where gaps of risks are
//! listed).

mod catalog;
mod claims;
mod explanation;
mod profile;
mod supports;

use custody_controls::assessment::{
    AssessmentDocument, AssessmentFiles, Claim, NarrowedClaim, Subject,
};
use custody_controls::coverage::{Depth, RiskOutcome, Tally};
use custody_controls::gap::Change;
use custody_controls::taxonomy::{EvidenceState, RiskVerdict, Status, Verdict, Word};
use custody_controls::{Assessment, Coverage, Date, Report};
use custody_testing::generate::{self, Case, Choices};
use custody_testing::naive::{self, Answer, Bounds, Gap, ORGANIZATION, Outcome};
use custody_testing::with;
use custody_testing::{
    Checked, SMALL_CASES_PER_LARGE_CASE_OF_EQUALITY, change, check, check_with, citations,
    improvement, json, measure, not_applicable, remove_wallet, resolve,
};
use indexmap::IndexMap;
use proptest::prelude::{TestCaseError, prop_assert, prop_assert_eq};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

/// What the engine says, in the words of the naive side.
fn answer(coverage: &Coverage) -> Answer {
    let cells = coverage.cells().map(|cell| {
        (
            key(&cell.control.id, cell.subject),
            cell.verdict.to_string(),
        )
    });
    let risks: BTreeMap<_, _> = coverage
        .outcomes()
        .map(|(risk, subject, outcome)| (key(&risk.id, subject), plain(outcome)))
        .collect();
    let report = coverage.report();
    let critical = report.summary.critical_risks;
    let tally = coverage.tally();
    let counts = Verdict::values()
        .into_iter()
        .map(|verdict| (verdict.to_string(), tally.count(verdict)));
    Answer {
        cells: cells.collect(),
        tally: counts.filter(|(_, count)| *count > 0).collect(),
        bounds: Bounds {
            proven: tally.proven().numerator,
            possible: tally.possible().numerator,
            denominator: tally.denominator(),
        },
        risks,
        worst: worst(&report),
        order_of_risks: report
            .risks
            .iter()
            .map(|row| row.risk.to_string())
            .collect(),
        critical: [
            critical.treated,
            critical.prevented_and_detected,
            critical.by_something,
            critical.by_nothing,
        ],
        gaps: gaps(coverage),
    }
}

fn key(id: &impl ToString, subject: &Subject) -> (String, String) {
    (id.to_string(), subject.id.to_string())
}

fn plain(outcome: &RiskOutcome) -> Outcome {
    let depth = [
        ("preventive", outcome.depth.prevents),
        ("detective", outcome.depth.detects),
        ("corrective", outcome.depth.corrects),
    ];
    Outcome {
        verdict: outcome.verdict.to_string(),
        direct: (outcome.direct.numerator, outcome.direct.denominator),
        supporting: (outcome.supporting.numerator, outcome.supporting.denominator),
        depth: depth
            .iter()
            .filter(|(_, has)| *has)
            .map(|(word, _)| (*word).to_owned())
            .collect(),
        detection_offered: outcome.detection_offered,
        accepted: outcome.accepted,
    }
}

/// The verdict of the subject that the report names as the worst.
fn worst(report: &Report) -> BTreeMap<String, String> {
    let rows = report.risks.iter();
    let named = rows.filter_map(|row| {
        let named = row.worst.as_ref()?;
        let mut subjects = row.subjects.iter();
        let subject = subjects.find(|subject| subject.subject == *named)?;
        Some((row.risk.to_string(), subject.verdict.to_string()))
    });
    named.collect()
}

fn gaps(coverage: &Coverage) -> Vec<Gap> {
    let plain = |gap: custody_controls::Gap| Gap {
        id: gap.id,
        kind: gap.kind.to_string(),
        severity: gap.severity.to_string(),
        open_risks: if gap.risk.is_none() {
            gap.open_risks.iter().map(ToString::to_string).collect()
        } else {
            BTreeSet::new()
        },
    };
    coverage.gaps().into_iter().map(plain).collect()
}

/// Gaps without order, and the order without the kinds of gaps of risks, which the document does not
/// order.
fn order_aside(answer: &mut Answer) -> Vec<String> {
    let subject_of = |gap: &Gap| gap.id.split(':').next().unwrap_or_default().to_owned();
    let order = answer.gaps.iter().map(subject_of).collect();
    answer.gaps.sort_by(|one, other| one.id.cmp(&other.id));
    order
}

#[test]
fn engine_and_naive_agree() {
    check_with(SMALL_CASES_PER_LARGE_CASE_OF_EQUALITY, |case| {
        let mut engine = measure(case, answer)?;
        let mut naive = naive::evaluate(&case.plain, &case.document, &case.settings);
        let orders = (order_aside(&mut engine), order_aside(&mut naive));
        prop_assert_eq!(&engine.cells, &naive.cells);
        prop_assert_eq!(&engine.risks, &naive.risks);
        prop_assert_eq!(&engine.gaps, &naive.gaps);
        prop_assert_eq!(engine, naive);
        prop_assert_eq!(orders.0, orders.1);
        Ok(())
    });
}

// Law 1.

fn rank(verdict: Verdict) -> Option<u8> {
    match verdict {
        Verdict::Effective => Some(3),
        Verdict::Unproven => Some(2),
        Verdict::Partial => Some(1),
        Verdict::Absent | Verdict::Unknown => Some(0),
        Verdict::Excluded => None,
    }
}

/// The order of risk verdicts as that of cells has it: as absent equals unknown, untreated equals
/// unknown.
fn level(verdict: RiskVerdict) -> u8 {
    if verdict == RiskVerdict::Unknown {
        RiskVerdict::Untreated.rank()
    } else {
        verdict.rank()
    }
}

/// Monotone: improving one claim, adding current evidence, or extending a validity never lowers a
/// verdict or a proven count; removing never raises one.
///
/// The definition of the verdict of a risk keeps this in two readings only, and `docs/coverage.md`
/// should say so: `untreated` and `unknown` of a risk are equal, as `absent` and `unknown` of a cell
/// are; and if the improvement leads from a backed partial claim to `unproven`, the verdicts of risks
/// are left aside. [`improving_without_proof_lowers_a_risk`] shows both.
#[test]
fn law_1_improving_never_lowers() {
    check(|case| {
        let (worse, better) = improvement(case, &mut case.choices())?;
        measure(&worse, |worse| {
            measure(&better, |better| is_no_worse(worse, better))
        })???;
        Ok(())
    });
}

fn is_no_worse(worse: &Coverage, better: &Coverage) -> Checked {
    let mut stops_at_unproven = false;
    for (before, after) in worse.cells().zip(better.cells()) {
        let cell = (
            &before.control.id,
            &before.subject.id,
            before.verdict,
            after.verdict,
        );
        prop_assert!(rank(before.verdict) <= rank(after.verdict), "{:?}", cell);
        prop_assert_eq!(
            before.verdict == Verdict::Excluded,
            after.verdict == Verdict::Excluded
        );
        stops_at_unproven |= worse.verdict_for_risks(before.index()) == Some(Verdict::Partial)
            && after.verdict == Verdict::Unproven;
    }
    prop_assert!(worse.tally().proven().numerator <= better.tally().proven().numerator);
    for ((risk, subject, before), (_, _, after)) in worse.outcomes().zip(better.outcomes()) {
        let whose = (&risk.id, &subject.id, before, after);
        prop_assert!(
            before.direct.numerator <= after.direct.numerator,
            "{:?}",
            whose
        );
        prop_assert!(
            before.supporting.numerator <= after.supporting.numerator,
            "{:?}",
            whose
        );
        prop_assert!(
            stops_at_unproven || level(before.verdict) <= level(after.verdict),
            "{:?}",
            whose
        );
        prop_assert!(is_within(before.depth, after.depth), "{:?}", whose);
    }
    Ok(())
}

fn is_within(one: Depth, other: Depth) -> bool {
    one.prevents <= other.prevents && one.detects <= other.detects && one.corrects <= other.corrects
}

/// What law 1 leaves aside, and why: for a risk, a part that is shown to be in place counts more than
/// all of it without proof.
#[test]
fn improving_without_proof_lowers_a_risk() {
    let said = |status| Some(NarrowedClaim::new(status));
    let verdict = |claim: Option<NarrowedClaim>| {
        let mut case = generate::with_one_claim_of_two(claim);
        change::collect(&mut case.document, case.settings.as_of);
        let look = |coverage: &Coverage| coverage.outcomes().next().map(|row| row.2.verdict);
        measure(&case, look).expect("the document is valid")
    };
    let partial =
        said(Status::Partial).map(|claim| with!(claim; missing: Some("The rest.".to_owned())));
    let shown = partial
        .clone()
        .map(|claim| with!(claim; part_evidence: vec![generate::parse("fresh-0")]));
    assert_eq!(verdict(None), Some(RiskVerdict::Unknown));
    assert_eq!(
        verdict(said(Status::NotImplemented)),
        Some(RiskVerdict::Untreated)
    );
    assert_eq!(verdict(shown), Some(RiskVerdict::PartlyTreated));
    assert_eq!(verdict(partial), Some(RiskVerdict::Unproven));
    assert_eq!(
        verdict(said(Status::Implemented)),
        Some(RiskVerdict::Unproven)
    );
}

// Law 2.

/// Proven ≤ possible ≤ denominator, everywhere.
#[test]
fn law_2_proven_is_within_possible_is_within_the_denominator() {
    check(|case| {
        measure(case, |coverage| {
            let mut groups: BTreeMap<String, Tally> = BTreeMap::new();
            for cell in coverage.cells() {
                let (control, subject) = (&cell.control.id, &cell.subject.id);
                let family = &cell.control.family;
                for group in [
                    format!("{control}"),
                    format!("@{subject}"),
                    format!("{family}@{subject}"),
                ] {
                    groups.entry(group).or_default().add(cell.verdict);
                }
            }
            bounds_hold(coverage.tally())?;
            let report = coverage.report();
            prop_assert_eq!(report.summary.cells, coverage.tally());
            groups.extend(
                report
                    .clauses
                    .iter()
                    .map(|row| (row.clause.to_string(), row.cells)),
            );
            groups.extend(
                report
                    .subjects
                    .iter()
                    .map(|row| (row.subject.to_string(), row.cells)),
            );
            for tally in groups.into_values() {
                bounds_hold(tally)?;
            }
            let critical = report.summary.critical_risks;
            let treated = report.summary.critical_risks_treated;
            prop_assert_eq!(
                (critical.treated, critical.all()),
                (treated.numerator, treated.denominator)
            );
            prop_assert_eq!(
                critical.by_nothing,
                report.summary.critical_risks_without_treatment
            );
            let mut ratios = vec![
                report.summary.critical_risks_treated,
                report.summary.evidence_current,
            ];
            for (_, _, outcome) in coverage.outcomes() {
                ratios.extend([outcome.direct, outcome.supporting]);
            }
            for ratio in ratios {
                prop_assert!(ratio.numerator <= ratio.denominator);
                percentage_holds(ratio)?;
            }
            Ok(())
        })?
    });
}

fn bounds_hold(tally: Tally) -> Checked {
    prop_assert!(tally.proven().numerator <= tally.possible().numerator);
    prop_assert!(tally.possible().numerator <= tally.denominator());
    prop_assert_eq!(tally.proven().denominator, tally.denominator());
    prop_assert_eq!(tally.possible().denominator, tally.denominator());
    percentage_holds(tally.proven())?;
    percentage_holds(tally.possible())
}

/// Rounded down; not applicable where there is nothing; 100 only where all is counted.
fn percentage_holds(ratio: custody_controls::coverage::Ratio) -> Checked {
    match ratio.percent() {
        None => prop_assert_eq!(ratio.denominator, 0),
        Some(percent) => {
            prop_assert!(percent * ratio.denominator <= ratio.numerator * 100);
            prop_assert!(ratio.numerator * 100 < (percent + 1) * ratio.denominator);
            prop_assert_eq!(percent == 100, ratio.numerator == ratio.denominator);
        }
    }
    Ok(())
}

// Law 3.

/// The order of entries, files and keys changes nothing but the locations.
///
/// The items of lists count as entries. The one exception is the evidence that a claim cites: its
/// order is the order in which the gap gives reasons and alternatives, and changes nothing else.
#[test]
fn law_3_order_changes_nothing_but_locations() {
    check(|case| {
        let mut choices = case.choices();
        let files = shuffled_files(&case.document, &mut choices);
        let assessment = files
            .resolve(&case.catalog)
            .map_err(|faults| TestCaseError::fail(faults.to_string()))?;
        let other = everything_but_locations(&assessment.measure(&case.settings));
        are_equal(&measure(case, everything_but_locations)?, &other)?;
        prop_assert_eq!(warnings(&resolve(case)?), warnings(&assessment));
        let other = case.with_document(|document| {
            for list in citations(document) {
                choices.shuffle(list);
            }
        });
        prop_assert_eq!(measure(case, answer)?, measure(&other, answer)?);
        Ok(())
    });
}

fn shuffled_files(document: &AssessmentDocument, choices: &mut Choices<'_>) -> AssessmentFiles {
    let parts = split(&shuffle(document, choices), choices);
    let parts = parts.iter().enumerate();
    let texts = parts.map(|(number, part)| write(number, part, choices.happens(1, 6)));
    let texts: Vec<(String, Vec<u8>)> = texts.collect();
    AssessmentFiles::from_texts(
        texts
            .iter()
            .map(|(name, text)| (name.as_str(), text.clone())),
    )
}

fn warnings(assessment: &Assessment) -> BTreeSet<String> {
    assessment
        .warnings()
        .iter()
        .map(|warning| format!("{}: {}", warning.code, warning.message))
        .collect()
}

fn write(number: usize, document: &AssessmentDocument, as_yaml: bool) -> (String, Vec<u8>) {
    if as_yaml {
        let text = serde_yaml::to_string(document).expect("a document can be written");
        (format!("{number}.yaml"), text.into_bytes())
    } else {
        let text = serde_json::to_vec(document).expect("a document can be written");
        (format!("{number}.json"), text)
    }
}

/// The report but for places and the files themselves.
fn everything_but_locations(coverage: &Coverage) -> Value {
    let mut report = serde_json::to_value(coverage.report()).expect("a report can be written");
    take_locations(&mut report);
    report
}

/// Compares reports; a failure shows their entries.
fn are_equal(one: &Value, other: &Value) -> Checked {
    if one != other {
        prop_assert_eq!(entries(one), entries(other));
    }
    Ok(())
}

/// The entries of all sections.
fn entries(report: &Value) -> Vec<String> {
    let sections = report.as_object().into_iter().flatten();
    let entries = sections.flat_map(|(name, section)| match section.as_array() {
        Some(items) => items.iter().map(|item| format!("{name}: {item}")).collect(),
        None => vec![format!("{name}: {section}")],
    });
    entries.collect()
}

fn take_locations(value: &mut Value) {
    if let Some(object) = value.as_object_mut() {
        object.remove("location");
        object.remove("files");
        object.values_mut().for_each(take_locations);
    } else if let Some(items) = value.as_array_mut() {
        items.iter_mut().for_each(take_locations);
    }
}

fn shuffle_entries<K: Hash + Eq, V>(map: &mut IndexMap<K, V>, choices: &mut Choices<'_>) {
    let mut entries: Vec<(K, V)> = std::mem::take(map).into_iter().collect();
    choices.shuffle(&mut entries);
    map.extend(entries);
}

fn shuffle(document: &AssessmentDocument, choices: &mut Choices<'_>) -> AssessmentDocument {
    let mut document = document.clone();
    choices.shuffle(&mut document.assessed);
    for claim in document.claims.values_mut().flatten() {
        shuffle_entries(&mut claim.wallets, choices);
        choices.shuffle(&mut claim.assessed);
        choices.shuffle(&mut claim.earlier);
        for narrower in claim.wallets.values_mut().flatten() {
            choices.shuffle(&mut narrower.assessed);
            choices.shuffle(&mut narrower.earlier);
        }
    }
    for wallet in document.wallets.values_mut() {
        choices.shuffle(&mut wallet.traits);
    }
    for item in document.evidence.values_mut() {
        if let Some(covers) = &mut item.covers {
            choices.shuffle(covers);
        }
    }
    for acceptance in document.accepted_risks.values_mut() {
        choices.shuffle(&mut acceptance.wallets);
    }
    if let Some(organization) = &mut document.organization {
        choices.shuffle(&mut organization.channels);
    }
    shuffle_entries(&mut document.people, choices);
    shuffle_entries(&mut document.providers, choices);
    shuffle_entries(&mut document.evidence_max_age, choices);
    shuffle_entries(&mut document.wallets, choices);
    shuffle_entries(&mut document.evidence, choices);
    shuffle_entries(&mut document.claims, choices);
    shuffle_entries(&mut document.accepted_risks, choices);
    document
}

/// Deals entries out to parts; now and then the same entry to two of them.
fn deal<K: Hash + Eq + Clone, V: Clone>(
    whole: &IndexMap<K, V>,
    parts: &mut [AssessmentDocument],
    section: impl Fn(&mut AssessmentDocument) -> &mut IndexMap<K, V>,
    choices: &mut Choices<'_>,
) {
    for (id, entry) in whole {
        let copies = if choices.happens(1, 6) { 2 } else { 1 };
        for _ in 0..copies {
            let part = choices.below(parts.len());
            section(&mut parts[part]).insert(id.clone(), entry.clone());
        }
    }
}

/// One document as two or three files.
fn split(document: &AssessmentDocument, choices: &mut Choices<'_>) -> Vec<AssessmentDocument> {
    let count = choices.between(2, 3);
    let mut parts: Vec<_> = (0..count)
        .map(|_| AssessmentDocument::new(document.assessment.clone()))
        .collect();
    deal(
        &document.people,
        &mut parts,
        |part| &mut part.people,
        choices,
    );
    deal(
        &document.providers,
        &mut parts,
        |part| &mut part.providers,
        choices,
    );
    deal(
        &document.evidence_max_age,
        &mut parts,
        |part| &mut part.evidence_max_age,
        choices,
    );
    deal(
        &document.wallets,
        &mut parts,
        |part| &mut part.wallets,
        choices,
    );
    deal(
        &document.evidence,
        &mut parts,
        |part| &mut part.evidence,
        choices,
    );
    deal(
        &document.accepted_risks,
        &mut parts,
        |part| &mut part.accepted_risks,
        choices,
    );
    for (id, claim) in &document.claims {
        if let Some(claim) = claim {
            split_claim(id, claim, &mut parts, choices);
        } else {
            let part = choices.below(count);
            parts[part].claims.insert(id.clone(), None);
        }
    }
    split_heading(document, &mut parts, choices);
    parts
}

fn split_heading(
    document: &AssessmentDocument,
    parts: &mut [AssessmentDocument],
    choices: &mut Choices<'_>,
) {
    let mut pick = || choices.below(parts.len());
    let picks = [pick(), pick(), pick(), pick(), pick(), pick(), pick()];
    parts[picks[0]].title.clone_from(&document.title);
    parts[picks[1]].catalog.clone_from(&document.catalog);
    parts[picks[2]].custodian.clone_from(&document.custodian);
    parts[picks[3]].period = document.period;
    parts[picks[4]].assessors.clone_from(&document.assessors);
    parts[picks[5]]
        .organization
        .clone_from(&document.organization);
    parts[picks[6]]
        .reassess_within
        .clone_from(&document.reassess_within);
    // It applies to the claims of one file only.
    for part in parts {
        part.assessed.clone_from(&document.assessed);
    }
}

/// The wide part to one file, each narrower one to some file.
fn split_claim(
    id: &custody_controls::id::ControlId,
    claim: &Claim,
    parts: &mut [AssessmentDocument],
    choices: &mut Choices<'_>,
) {
    if claim.status.is_some() {
        let wide = with!(claim.clone(); wallets: IndexMap::new());
        let part = choices.below(parts.len());
        parts[part].claims.insert(id.clone(), Some(wide));
    }
    for (wallet, narrower) in &claim.wallets {
        let part = choices.below(parts.len());
        let part = parts[part]
            .claims
            .entry(id.clone())
            .or_default()
            .get_or_insert_default();
        part.wallets.insert(wallet.clone(), narrower.clone());
    }
}

// Law 4.

/// Same input, same as-of day → the same bytes. The tests of the formats hold this for each of them.
#[test]
fn law_4_same_input_gives_the_same_bytes() {
    check(|case| {
        prop_assert_eq!(measure(case, bytes)?, measure(&case.clone(), bytes)?);
        Ok(())
    });
}

fn bytes(coverage: &Coverage) -> (String, String) {
    let outcomes: Vec<_> = coverage.outcomes().map(|(_, _, outcome)| outcome).collect();
    (format!("{outcomes:?}"), json(&coverage.report()))
}

// Law 5.

/// Not-applicable and out-of-scope never count as effective; unknown never counts as proven.
#[test]
fn law_5_what_is_excluded_or_unknown_is_never_effective() {
    check(|case| {
        measure(case, |coverage| counts_are_of_claims(case, coverage))??;
        excluding_proves_nothing(case)?;
        claims_out_of_scope_count_nowhere(case)
    });
}

fn counts_are_of_claims(case: &Case, coverage: &Coverage) -> Checked {
    let (mut in_place, mut effective) = (0, 0);
    for cell in coverage.cells() {
        let claim = change::in_force(case, cell.control.id.as_str(), cell.subject.id.as_str());
        let status = claim.map(|claim| claim.status);
        in_place += u64::from(status.is_some_and(Status::is_in_place));
        effective += u64::from(cell.verdict == Verdict::Effective);
        let is_exclusion = status == Some(Status::NotApplicable);
        let is_unknown = cell.verdict == Verdict::Unknown;
        prop_assert_eq!(
            cell.verdict == Verdict::Excluded || is_unknown,
            is_exclusion || status.is_none()
        );
        prop_assert!(!is_unknown || is_exclusion || status.is_none());
        prop_assert!(cell.verdict != Verdict::Effective || status.is_some_and(Status::is_in_place));
    }
    prop_assert_eq!(coverage.tally().proven().numerator, effective);
    prop_assert!(effective <= in_place);
    for (_, _, outcome) in coverage.outcomes() {
        if !outcome.verdict.is_in_scope() {
            prop_assert_eq!(
                (outcome.direct.numerator, outcome.direct.denominator),
                (0, 0)
            );
            prop_assert_eq!(outcome.depth, Depth::default());
        }
        prop_assert!(outcome.verdict != RiskVerdict::Treated || outcome.direct.numerator > 0);
    }
    Ok(())
}

/// Excluding a cell takes it out of all counts and puts it into none.
fn excluding_proves_nothing(case: &Case) -> Checked {
    let mut choices = case.choices();
    let cells: Vec<_> = measure(case, |coverage| {
        let cells = coverage
            .cells()
            .filter(|cell| cell.verdict != Verdict::Excluded);
        cells
            .map(|cell| {
                (
                    cell.control.id.clone(),
                    cell.subject.id.clone(),
                    cell.verdict,
                )
            })
            .collect()
    })?;
    let Some((control, subject, verdict)) = choices.one_of(&cells) else {
        return Ok(());
    };
    let without = Vec::new();
    let exclude = Change::Exclude {
        control: control.clone(),
        subject: subject.clone(),
        without,
    };
    let assess = Change::Assess { control, subject };
    let excluded = change::make(case, &[&exclude, &assess]);
    let was_effective = u64::from(verdict == Verdict::Effective);
    measure(case, |before| {
        measure(&excluded, |after| {
            let (before_tally, after_tally) = (before.tally(), after.tally());
            prop_assert_eq!(
                before_tally.effective - was_effective,
                after_tally.effective
            );
            prop_assert_eq!(before_tally.denominator() - 1, after_tally.denominator());
            prop_assert_eq!(before_tally.excluded + 1, after_tally.excluded);
            for ((_, _, one), (_, _, other)) in before.outcomes().zip(after.outcomes()) {
                prop_assert!(one.direct.numerator >= other.direct.numerator);
                prop_assert!(one.direct.numerator - other.direct.numerator <= was_effective);
                prop_assert!(is_within(other.depth, one.depth));
            }
            Ok(())
        })
    })??
}

fn claims_out_of_scope_count_nowhere(case: &Case) -> Checked {
    let applying: BTreeSet<_> = resolve(case)?
        .subjects()
        .iter()
        .flat_map(|subject| {
            let is_wallet = subject.tier.is_some();
            case.catalog
                .controls()
                .filter(move |control| (control.subject.to_string() == "wallet") == is_wallet)
                .filter(|control| control.when.holds(subject.features))
                .map(|control| control.id.clone())
        })
        .collect();
    let outside = case
        .catalog
        .controls()
        .find(|control| !applying.contains(&control.id));
    let Some(outside) = outside else {
        return Ok(());
    };
    let claimed = case.with_document(|document| {
        let mut claim = NarrowedClaim::new(Status::Implemented);
        claim
            .evidence
            .push(change::collect(document, case.settings.as_of));
        change::set_general_claim(document, &outside.id, claim);
    });
    let mut before = measure(case, answer)?;
    let mut after = measure(&claimed, answer)?;
    prop_assert_eq!(order_aside(&mut before), order_aside(&mut after));
    prop_assert_eq!(before, after);
    Ok(())
}

// Law 6.

/// An acceptance or an evidence item changes its verdict exactly on the day after `until` or
/// `valid_until`.
#[test]
fn law_6_verdicts_change_exactly_when_something_begins_or_ends() {
    check(|case| {
        let edges = generate::edges(&case.document);
        let edge = case.choices().one_of(&edges).ok_or_else(not_applicable)?;
        let assessment = resolve(case)?;
        for day in [edge.previous(), edge] {
            let today = case.with_settings(|settings| settings.as_of = day).settings;
            let tomorrow = case
                .with_settings(|settings| settings.as_of = day.next())
                .settings;
            let today = assessment.measure(&today);
            let tomorrow = assessment.measure(&tomorrow);
            evidence_is_current_within_its_days(case, &today)?;
            cells_change_with_their_evidence(case, &today, &tomorrow)?;
            acceptances_hold_within_their_days(case, &today)?;
        }
        Ok(())
    });
}

fn evidence_is_current_within_its_days(case: &Case, coverage: &Coverage) -> Checked {
    let day = coverage.settings().as_of;
    for (id, item) in &case.document.evidence {
        let expected = if day < item.collected {
            EvidenceState::NotYetValid
        } else if day <= generate::last_day(&case.document, item) {
            EvidenceState::Current
        } else {
            EvidenceState::Expired
        };
        prop_assert_eq!(
            coverage
                .evidence(id.as_str())
                .map(|standing| standing.state),
            Some(expected)
        );
    }
    Ok(())
}

/// A cell changes overnight only if an item that it rests on ends today or begins tomorrow; and it
/// does change if nothing else speaks for it.
fn cells_change_with_their_evidence(case: &Case, today: &Coverage, tomorrow: &Coverage) -> Checked {
    let day = today.settings().as_of;
    let against = |id: &custody_controls::id::EvidenceId| {
        let files = case.settings.files.as_ref();
        files
            .and_then(|files| files.checks.get(id))
            .is_some_and(|file| file.is_against())
    };
    // A wallet may begin or end overnight.
    let both = today.cells().filter_map(|before| {
        let (control, subject) = (before.control.id.as_str(), before.subject.id.as_str());
        let after = tomorrow.verdict(control, subject)?;
        Some((before, after))
    });
    for (before, after) in both {
        // A claim may begin or become stale overnight, and the person who approved it may assess it,
        // which the second implementation knows.
        let days = |day: Date| {
            let case = case.with_settings(|settings| settings.as_of = day);
            let counts = change::in_force(
                &case,
                before.control.id.as_str(),
                before.subject.id.as_str(),
            );
            let control = case.plain.controls.iter();
            let control = control
                .clone()
                .find(|one| one.id == before.control.id.as_str());
            let is_stale = counts.as_ref().is_some_and(|claim| {
                control.is_some_and(|control| {
                    naive::is_stale_claim(&case.plain, &case.document, control, claim, day)
                })
            });
            let is_approved = counts
                .as_ref()
                .is_some_and(|claim| naive::is_approved_claim(&case.document, claim, day));
            (counts, is_stale, is_approved)
        };
        let counted = days(day);
        let (claim, is_stale, _) = &counted;
        if *is_stale || counted != days(day.next()) {
            continue;
        }
        let claim = claim.clone();
        let Some(claim) = claim.filter(|claim| claim.status.is_in_place()) else {
            prop_assert_eq!(before.verdict, after);
            continue;
        };
        let mut relied_on = claim
            .evidence
            .iter()
            .filter(|id| !against(id))
            .filter(|id| {
                let subject = before.subject.id.as_str();
                naive::says_nothing_about(&case.document, id.as_str(), subject).is_none()
            })
            .map(|id| &case.document.evidence[id]);
        let last_day = |item| generate::last_day(&case.document, item);
        let ends = relied_on.clone().any(|item| last_day(item) == day);
        let begins = relied_on.clone().any(|item| item.collected == day.next());
        prop_assert!(before.verdict == after || ends || begins);
        let is_alone = relied_on.clone().count() == 1;
        if is_alone && ends {
            prop_assert_eq!(
                (before.verdict, after),
                (Verdict::Effective, Verdict::Unproven)
            );
        }
        if is_alone && begins {
            let backed = relied_on
                .next()
                .is_some_and(|item| last_day(item) >= day.next());
            prop_assert!(
                !backed || (before.verdict, after) == (Verdict::Unproven, Verdict::Effective),
                "{}: {} then {after}",
                before.name(),
                before.verdict
            );
        }
    }
    Ok(())
}

fn acceptances_hold_within_their_days(case: &Case, coverage: &Coverage) -> Checked {
    let day = coverage.settings().as_of;
    let gaps: BTreeSet<String> = coverage.gaps().into_iter().map(|gap| gap.id).collect();
    for (risk, subject, outcome) in coverage.outcomes() {
        let acceptance = case
            .document
            .accepted_risks
            .get(&risk.id)
            .filter(|acceptance| {
                let mut wallets = acceptance.wallets.iter();
                acceptance.wallets.is_empty()
                    || wallets.any(|wallet| wallet.as_str() == subject.id.as_str())
            });
        let is_in_force = acceptance
            .is_some_and(|it| it.from.or(it.on).is_none_or(|from| from <= day) && day <= it.until);
        prop_assert_eq!(outcome.accepted, is_in_force);
        let has_ended = acceptance.is_some_and(|acceptance| acceptance.until < day);
        let id = format!("{}@{}:acceptance-expired", risk.id, subject.id);
        prop_assert_eq!(gaps.contains(&id), has_ended && outcome.verdict.is_open());
    }
    Ok(())
}

// Law 7.

/// An assessment compared with itself has no differences: gaps and outcomes are those of a second
/// evaluation.
#[test]
fn law_7_an_assessment_does_not_differ_from_itself() {
    check(|case| {
        let (one, other) = (resolve(case)?, resolve(case)?);
        let one = one.measure(&case.settings);
        let other = other.measure(&case.settings);
        prop_assert_eq!(one.gaps(), other.gaps());
        prop_assert_eq!(one.report(), other.report());
        prop_assert!(
            one.outcomes()
                .map(|(_, _, outcome)| outcome)
                .eq(other.outcomes().map(|(_, _, outcome)| outcome))
        );
        prop_assert_eq!(one.tally(), other.tally());
        Ok(())
    });
}

// Law 8.

/// Making all changes that one alternative of a gap's *closes if* names closes that gap; making
/// fewer does not.
#[test]
fn law_8_an_alternative_closes_its_gap_and_nothing_less_does() {
    check(alternatives_close);
}

/// One of the gaps of a case is closed by each of its alternatives, and by nothing less.
fn alternatives_close(case: &Case) -> Checked {
    let mut choices = case.choices();
    let mut by_kind: BTreeMap<String, Vec<custody_controls::Gap>> = BTreeMap::new();
    for gap in measure(case, all_gaps)? {
        by_kind.entry(gap.kind.to_string()).or_default().push(gap);
    }
    let kinds: Vec<String> = by_kind.keys().cloned().collect();
    let kind = choices.one_of(&kinds).ok_or_else(not_applicable)?;
    let gap = choices.one_of(&by_kind[&kind]).ok_or_else(not_applicable)?;
    prop_assert!(!gap.closes_if.is_empty(), "{} cannot be closed", gap.id);
    // A control cannot be added to the built-in catalog, nor here to a profile.
    let is_possible = |changes: &&Vec<Change>| {
        !((case.is_builtin || case.catalog.profile().is_some())
            && changes
                .iter()
                .any(|change| matches!(change, Change::AddControl { .. })))
    };
    for changes in gap.closes_if.iter().filter(is_possible) {
        for part in parts(changes) {
            let is_whole = part.len() == changes.len();
            let changed = change::make(case, &part);
            let is_closed = !measure(&changed, |coverage| has_gap(coverage, &gap.id))?;
            let story = format!(
                "{} ({}) after {part:?} of {:?}",
                gap.id, gap.kind, gap.closes_if
            );
            prop_assert_eq!(is_closed, is_whole, "{}", story);
            // If wallets begin or end until then, other facts count.
            let day = awaited_day(&part).filter(|_| is_whole);
            if let Some(day) = day.filter(|day| has_the_same_wallets(case, *day)) {
                let awaited =
                    change::make(&case.with_settings(|settings| settings.as_of = day), &part);
                prop_assert!(
                    !measure(&awaited, |coverage| has_gap(coverage, &gap.id))?,
                    "{}",
                    story
                );
            }
        }
    }
    Ok(())
}

/// Whether the wallets that hold keys on the day of a case are those that do on another day, and the
/// same claims count.
fn has_the_same_wallets(case: &Case, day: Date) -> bool {
    let document = &case.document;
    let claims = document.claims.values().flatten();
    let assessed = claims.flat_map(|claim| {
        let narrowed = claim.wallets.values().flatten();
        let narrowed = narrowed.flat_map(|narrowed| &narrowed.assessed);
        claim.assessed.iter().chain(narrowed)
    });
    let mut days = assessed.chain(&document.assessed).filter_map(|one| one.on);
    let counts_later = days.any(|on| case.settings.as_of < on && on <= day);
    if document.reassess_within.is_some() || counts_later {
        return false;
    }
    let exists = |wallet: &custody_controls::assessment::Wallet, day: Date| {
        wallet.since.is_none_or(|since| since <= day)
            && wallet.until.is_none_or(|until| day <= until)
    };
    let mut wallets = case.document.wallets.values();
    wallets.all(|wallet| exists(wallet, case.settings.as_of) == exists(wallet, day))
}

/// The day that changes wait for, if they wait at all.
fn awaited_day(changes: &[&Change]) -> Option<Date> {
    let days = changes.iter().filter_map(|change| {
        if let Change::Await { from, .. } = change {
            Some(*from)
        } else {
            None
        }
    });
    days.max()
}

fn all_gaps(coverage: &Coverage) -> Vec<custody_controls::Gap> {
    coverage.gaps()
}

fn has_gap(coverage: &Coverage, id: &str) -> bool {
    coverage.gaps().iter().any(|gap| gap.id == id)
}

/// All subsets of a few changes; of many the whole and those that lack one.
fn parts(changes: &[Change]) -> Vec<Vec<&Change>> {
    let count = changes.len();
    let pick = |wanted: &dyn Fn(usize) -> bool| -> Vec<&Change> {
        changes
            .iter()
            .enumerate()
            .filter(|(index, _)| wanted(*index))
            .map(|(_, change)| change)
            .collect()
    };
    if count <= 4 {
        (0..1_usize << count)
            .map(|set| pick(&|index| set & (1 << index) != 0))
            .collect()
    } else {
        (0..=count)
            .map(|without| pick(&|index| index != without))
            .collect()
    }
}

// Law 9.

/// Removing a wallet never changes another wallet's verdicts, nor those of the organization.
///
/// Supporting cells of wallets are counted beside a risk of the organization, so that one count does
/// change; and what is open for any wallet weighs on the organization's cells.
#[test]
fn law_9_removing_a_wallet_changes_no_other_one() {
    check(|case| {
        let wallets: Vec<String> = case
            .document
            .wallets
            .keys()
            .map(ToString::to_string)
            .collect();
        let gone = case.choices().one_of(&wallets).ok_or_else(not_applicable)?;
        let without = case
            .with_document(|document| remove_wallet(document, &gone))
            .with_settings(|settings| {
                if let Some(wanted) = &mut settings.wallets {
                    wanted.retain(|wallet| wallet.as_str() != gone);
                }
            });
        let mut before = measure(case, answer)?;
        let after = measure(&without, answer)?;
        before.cells.retain(|(_, subject), _| *subject != gone);
        before.risks.retain(|(_, subject), _| *subject != gone);
        prop_assert_eq!(&before.cells, &after.cells);
        prop_assert_eq!(
            without_support(before.risks.clone()),
            without_support(after.risks.clone())
        );
        prop_assert_eq!(
            gaps_of_others(&before, &gone),
            gaps_of_others(&after, &gone)
        );
        Ok(())
    });
}

/// Outcomes without the supporting cells of the organization, among which those of wallets count.
fn without_support(
    mut risks: BTreeMap<(String, String), Outcome>,
) -> BTreeMap<(String, String), Outcome> {
    for ((_, subject), outcome) in &mut risks {
        if subject == ORGANIZATION {
            outcome.supporting = (0, 0);
        }
    }
    risks
}

/// Gaps that are not of a wallet. What an open risk of any wallet weighs on the organization's cells
/// may go with the wallet, so there only the kinds stay.
fn gaps_of_others(answer: &Answer, gone: &str) -> BTreeMap<String, (String, Option<String>)> {
    let mut gaps = BTreeMap::new();
    for gap in &answer.gaps {
        let subject = gap.id.split(['@', ':']).nth(1).unwrap_or_default();
        if subject != gone {
            let severity = (subject != ORGANIZATION).then(|| gap.severity.clone());
            gaps.insert(gap.id.clone(), (gap.kind.clone(), severity));
        }
    }
    gaps
}
