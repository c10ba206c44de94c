//! What a difference says holds: its laws over random pairs of assessments, a second, naive
//! implementation that finds the same, and causes that name what was really changed.
//!
//! A pair is a random case of [`custody_testing::generate`] and the same case with some of its parts taken from a
//! second one: the day, the wallets that are looked at, the files, claims, evidence, acceptances,
//! wallets, the catalog, or all of it.

use custody_controls::Coverage;
use custody_controls::Report;
use custody_controls::difference::baseline::Baseline;
use custody_controls::difference::trend::Trend;
use custody_controls::difference::{CauseKind, Difference, Shift};
use custody_controls::taxonomy::Word;
#[cfg(feature = "schema")]
use custody_controls::{
    Catalog,
    schema::{Document, schema},
};
use custody_testing::examples::{EXAMPLES, example, of_text};
use custody_testing::generate::{Case, Choices, small};
use custody_testing::golden;
use custody_testing::naive;
use custody_testing::{Checked, json, measure, remove_wallet, resolve, run, small_cases};
use proptest::prelude::{Strategy, TestCaseError, prop_assert, prop_assert_eq};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Edit {
    Day,
    Scope,
    Files,
    Claims,
    Evidence,
    Acceptances,
    Traits,
    Days,
    RemovedWallet,
    NaiveCatalog,
    Everything,
}

const EDITS: [Edit; 11] = [
    Edit::Day,
    Edit::Claims,
    Edit::Evidence,
    Edit::Acceptances,
    Edit::Traits,
    Edit::Days,
    Edit::RemovedWallet,
    Edit::NaiveCatalog,
    Edit::Files,
    Edit::Scope,
    Edit::Everything,
];

struct Pair {
    before: Case,
    after: Case,
    edits: BTreeSet<Edit>,
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?}", self.edits)?;
        writeln!(f, "before {:?}", self.before)?;
        write!(f, "after {:?}", self.after)
    }
}

/// Pairs with one to three edits between them.
fn pairs() -> impl Strategy<Value = Pair> {
    (small(), small()).prop_map(|(before, other)| {
        let mut choices = before.choices();
        let count = choices.between(1, 3);
        let edits: BTreeSet<Edit> = (0..count).filter_map(|_| choices.one_of(&EDITS)).collect();
        let mut after = before.clone();
        for edit in &edits {
            apply(*edit, &mut after, &other, &mut choices);
        }
        mend(&mut after);
        Pair {
            before,
            after,
            edits,
        }
    })
}

fn apply(edit: Edit, case: &mut Case, other: &Case, choices: &mut Choices<'_>) {
    let (document, from) = (&mut case.document, &other.document);
    match edit {
        Edit::Day => case.settings.as_of = other.settings.as_of,
        Edit::Scope => {
            let ids: Vec<_> = document.wallets.keys().cloned().collect();
            case.settings.wallets = Some(choices.some_of(&ids, 1, 2));
        }
        Edit::Files => case.settings.files.clone_from(&other.settings.files),
        Edit::Claims => {
            let controls: BTreeSet<_> = document
                .claims
                .keys()
                .chain(from.claims.keys())
                .cloned()
                .collect();
            for control in controls {
                match (choices.below(3), from.claims.get(&control)) {
                    (0, _) => {}
                    (_, Some(claim)) => {
                        document.claims.insert(control, claim.clone());
                    }
                    (_, None) => {
                        document.claims.shift_remove(&control);
                    }
                }
            }
        }
        Edit::Evidence => {
            for (kind, days) in &from.evidence_max_age {
                document.evidence_max_age.insert(*kind, *days);
            }
            for (id, item) in &mut document.evidence {
                if let Some(new) = from.evidence.get(id) {
                    item.collected = new.collected;
                    item.valid_until = Some(custody_testing::generate::last_day(from, new));
                    item.covers.clone_from(&new.covers);
                }
            }
        }
        Edit::Acceptances => {
            document.accepted_risks.clone_from(&from.accepted_risks);
        }
        Edit::Traits => {
            for (id, wallet) in &mut document.wallets {
                if let Some(new) = from.wallets.get(id) {
                    wallet.tier = new.tier;
                    wallet.traits.clone_from(&new.traits);
                }
            }
            document.organization.clone_from(&from.organization);
        }
        Edit::Days => {
            for (id, wallet) in &mut document.wallets {
                if let Some(new) = from.wallets.get(id) {
                    (wallet.since, wallet.until) = (new.since, new.until);
                }
            }
        }
        Edit::RemovedWallet => {
            let ids: Vec<String> = document.wallets.keys().map(ToString::to_string).collect();
            if let Some(gone) = choices.one_of(&ids).filter(|_| ids.len() > 1) {
                remove_wallet(document, &gone);
            }
        }
        Edit::NaiveCatalog => {
            case.plain = Arc::clone(&other.plain);
            case.authored = Arc::clone(&other.authored);
            case.catalog = Arc::clone(&other.catalog);
        }
        Edit::Everything => *case = other.clone(),
    }
}

/// Takes away what the parts of two cases say that cannot be said together.
fn mend(case: &mut Case) {
    let (plain, document) = (Arc::clone(&case.plain), &mut case.document);
    let words: BTreeMap<String, BTreeSet<String>> = (document.wallets.keys())
        .map(|id| {
            (
                id.to_string(),
                naive::words_of_wallet(&plain, document, id.as_str()),
            )
        })
        .collect();
    for item in document.evidence.values_mut() {
        if let Some(covers) = &mut item.covers {
            covers.retain(|subject| {
                subject.as_str() == naive::ORGANIZATION || words.contains_key(subject.as_str())
            });
        }
    }
    let evidence: BTreeSet<_> = document.evidence.keys().cloned().collect();
    document.claims.retain(|id, _| {
        plain
            .controls
            .iter()
            .any(|control| control.id == id.as_str())
    });
    for (id, entry) in &mut document.claims {
        let control = plain
            .controls
            .iter()
            .find(|control| control.id == id.as_str())
            .unwrap();
        let Some(claim) = entry else { continue };
        claim.wallets.retain(|wallet, _| {
            let applies = words
                .get(wallet.as_str())
                .is_some_and(|words| naive::holds(&control.when, words));
            control.subject == "wallet" && applies
        });
        claim.evidence.retain(|id| evidence.contains(id));
        for narrowed in claim.wallets.values_mut().flatten() {
            narrowed.evidence.retain(|id| evidence.contains(id));
        }
        let says_something = claim.status.is_some() || claim.wallets.values().any(Option::is_some);
        if !says_something {
            *entry = None;
        }
    }
    document.accepted_risks.retain(|id, acceptance| {
        let Some(risk) = plain.risks.iter().find(|risk| risk.id == id.as_str()) else {
            return false;
        };
        let was_for_all = acceptance.wallets.is_empty();
        acceptance.wallets.retain(|wallet| {
            let suffers = words
                .get(wallet.as_str())
                .is_some_and(|words| naive::holds(&risk.when, words));
            plain.is_per_wallet(risk) && suffers
        });
        was_for_all || !acceptance.wallets.is_empty()
    });
}

fn report(case: &Case) -> Checked<Report> {
    resolve(case).map_err(|fault| TestCaseError::reject(fault.to_string()))?;
    measure(case, Coverage::report)
}

fn difference(pair: &Pair) -> Checked<(Report, Report, Difference)> {
    let (before, after) = (report(&pair.before)?, report(&pair.after)?);
    let difference = after.since(&before);
    Ok((before, after, difference))
}

#[test]
fn an_assessment_has_no_difference_from_itself() {
    run(small_cases(), small(), |case| {
        let (one, other) = (
            measure(case, Coverage::report)?,
            measure(case, Coverage::report)?,
        );
        let difference = other.since(&one);
        prop_assert!(difference.is_empty(), "{:?}", difference);
        prop_assert_eq!(difference.summary.unchanged, one.gaps.len() as u64);
        prop_assert_eq!(difference.headline(), "Nothing changed.");
        Ok(())
    });
}

/// Exchanging the sides exchanges new and closed, worse and better, before and after; what is closed
/// taken away and what is new added makes the later gaps of the earlier ones; the numbers are those
/// of the reports; and whatever changed has a cause.
#[test]
fn a_difference_is_whole_and_the_same_from_both_sides() {
    run(small_cases(), pairs(), |pair| {
        let (before, after, difference) = difference(pair)?;
        let back = before.since(&after);
        let told: BTreeMap<_, _> = difference
            .gaps
            .iter()
            .map(|gap| {
                let abouts: BTreeSet<_> = gap
                    .causes
                    .iter()
                    .map(custody_controls::difference::Cause::about)
                    .collect();
                let sides = (
                    &gap.before,
                    &gap.after,
                    gap.verdict_before,
                    gap.verdict_after,
                );
                (&gap.id, (gap.change.reversed(), sides, abouts))
            })
            .collect();
        let told_back: BTreeMap<_, _> = back
            .gaps
            .iter()
            .map(|gap| {
                let abouts: BTreeSet<_> = gap
                    .causes
                    .iter()
                    .map(custody_controls::difference::Cause::about)
                    .collect();
                let sides = (
                    &gap.after,
                    &gap.before,
                    gap.verdict_after,
                    gap.verdict_before,
                );
                (&gap.id, (gap.change, sides, abouts))
            })
            .collect();
        prop_assert_eq!(told, told_back);
        let risks: BTreeSet<_> = (difference.risks.iter())
            .map(|row| (&row.risk, row.change.reversed(), row.before, row.after))
            .collect();
        let risks_back: BTreeSet<_> = (back.risks.iter())
            .map(|row| (&row.risk, row.change, row.after, row.before))
            .collect();
        prop_assert_eq!(risks, risks_back);

        let ids = |report: &Report| -> BTreeSet<String> {
            report.gaps.iter().map(|gap| gap.id.clone()).collect()
        };
        let mut gaps = ids(&before);
        for closed in difference.of(Shift::Closed) {
            prop_assert!(gaps.remove(&closed.id), "{} was not there", closed.id);
        }
        for new in difference.of(Shift::New) {
            prop_assert!(gaps.insert(new.id.clone()), "{} was there", new.id);
        }
        prop_assert_eq!(gaps, ids(&after));

        let summary = &difference.summary;
        prop_assert_eq!(summary.proven.before, before.summary.proven);
        prop_assert_eq!(summary.proven.after, after.summary.proven);
        prop_assert_eq!(summary.possible.before, before.summary.possible);
        prop_assert_eq!(summary.possible.after, after.summary.possible);
        let in_both = summary.changes.worse
            + summary.changes.better
            + summary.changes.moved
            + summary.unchanged;
        prop_assert_eq!(in_both + summary.changes.closed, before.gaps.len() as u64);
        prop_assert_eq!(in_both + summary.changes.new, after.gaps.len() as u64);
        for gap in &difference.gaps {
            prop_assert!(!gap.causes.is_empty(), "{} has no cause", gap.id);
            // Nothing stands anywhere here, so nothing is only elsewhere.
            let is_place = |kind| kind == CauseKind::PlaceChanged;
            prop_assert!(
                !gap.causes.iter().any(|cause| is_place(cause.kind())),
                "{:?}",
                gap
            );
        }
        Ok(())
    });
}

/// What a careful reader would say who has both lists of gaps and the order of weights.
#[test]
fn a_naive_reader_finds_the_same() {
    const SEVERITIES: [&str; 4] = ["low", "medium", "high", "critical"];
    const VERDICTS: [&[&str]; 3] = [&["unproven"], &["partial"], &["absent", "unknown"]];
    type Weights = BTreeMap<String, (String, [usize; 3])>;
    fn weights(case: &Case) -> (naive::Answer, Weights) {
        let answer = naive::evaluate(&case.plain, &case.document, &case.settings);
        let weigh = |gap: &naive::Gap| {
            let severity = SEVERITIES
                .iter()
                .position(|word| *word == gap.severity)
                .unwrap();
            let key = gap.id.split_once('@').unwrap();
            let verdict = answer.cells.get(&(key.0.to_owned(), key.1.to_owned()));
            let verdict = verdict.map_or(0, |verdict| {
                1 + VERDICTS
                    .iter()
                    .position(|words| words.contains(&verdict.as_str()))
                    .unwrap()
            });
            let weight = [severity, verdict, usize::from(gap.kind == "overdue")];
            (gap.id.clone(), (gap.kind.clone(), weight))
        };
        let weights = answer.gaps.iter().map(weigh).collect();
        (answer, weights)
    }
    run(small_cases(), pairs(), |pair| {
        let (_, _, difference) = difference(pair)?;
        let ((answer_before, before), (answer_after, after)) =
            (weights(&pair.before), weights(&pair.after));
        let mut expected = BTreeMap::new();
        for (id, (kind, weight)) in &after {
            let change = match before.get(id) {
                None => "new",
                Some((_, old)) if weight > old => "worse",
                Some((_, old)) if weight < old => "better",
                Some((old, _)) if old != kind => "moved",
                Some(_) => continue,
            };
            expected.insert(id.clone(), change.to_owned());
        }
        for id in before.keys().filter(|id| !after.contains_key(*id)) {
            expected.insert(id.clone(), "closed".to_owned());
        }
        let found: BTreeMap<String, String> = (difference.gaps.iter())
            .map(|gap| (gap.id.clone(), gap.change.to_string()))
            .collect();
        prop_assert_eq!(found, expected);
        let bounds =
            |ratio: custody_controls::coverage::Ratio| (ratio.numerator, ratio.denominator);
        for (answer, side) in [
            (&answer_before.bounds, difference.summary.proven.before),
            (&answer_after.bounds, difference.summary.proven.after),
        ] {
            prop_assert_eq!((answer.proven, answer.denominator), bounds(side));
        }
        Ok(())
    });
}

/// Where only one thing was changed, only that is named, and what follows from it.
#[test]
fn causes_name_what_was_changed() {
    use CauseKind as C;
    const CLAIMS: &[CauseKind] = &[
        C::ClaimAdded,
        C::ClaimRemoved,
        C::StatusChanged,
        C::ClaimNarrowed,
        C::ClaimWidened,
        C::DueChanged,
        C::EvidenceAdded,
        C::EvidenceRemoved,
        C::ConfirmationChanged,
        C::AssessmentChanged,
        C::AssessmentEnded,
    ];
    const ACCEPTANCES: &[CauseKind] = &[
        C::AcceptanceAdded,
        C::AcceptanceRemoved,
        C::AcceptanceChanged,
    ];
    let seen = std::cell::RefCell::new(BTreeSet::new());
    run(small_cases(), pairs(), |pair| {
        let (before, after, difference) = difference(pair)?;
        for cause in difference.gaps.iter().flat_map(|gap| &gap.causes) {
            seen.borrow_mut().insert(cause.kind());
        }
        if pair.edits.len() > 1 {
            return Ok(());
        }
        let own: &[&[CauseKind]] = match pair.edits.first() {
            None | Some(Edit::Everything) => return Ok(()),
            Some(Edit::Day) if before.facts.as_of <= after.facts.as_of => &[
                &[
                    C::DuePassed,
                    C::EvidenceExpired,
                    C::EvidenceBegan,
                    C::AcceptanceEnded,
                    C::AcceptanceBegan,
                    C::WalletDays,
                ],
                // Another version of a claim counts.
                CLAIMS,
            ],
            Some(Edit::Day) => &[&[C::DayMovedBack, C::WalletDays], CLAIMS],
            Some(Edit::Scope) => &[&[C::ScopeChanged]],
            Some(Edit::Files) => &[&[C::FileChanged]],
            Some(Edit::Claims) => &[CLAIMS],
            Some(Edit::Evidence) => &[&[
                C::EvidenceRenewed,
                C::EvidenceShortened,
                C::RelevanceChanged,
            ]],
            // A report does not list wallets that begin later or have ended.
            Some(Edit::Days) => &[&[
                C::WalletDays,
                C::RelevanceChanged,
                C::SubjectAdded,
                C::SubjectRemoved,
            ]],
            Some(Edit::Acceptances) => &[ACCEPTANCES],
            // An acceptance of one wallet goes with what makes it one that can suffer the risk.
            Some(Edit::Traits) => &[&[C::SubjectChanged], ACCEPTANCES],
            Some(Edit::RemovedWallet) => &[&[C::SubjectRemoved], ACCEPTANCES],
            Some(Edit::NaiveCatalog) => &[
                &[
                    C::ControlAdded,
                    C::ControlRemoved,
                    C::ControlChanged,
                    C::RiskAdded,
                    C::RiskRemoved,
                    C::RiskChanged,
                    C::SeverityChanged,
                ],
                CLAIMS,
                ACCEPTANCES,
            ],
        };
        for gap in &difference.gaps {
            for cause in &gap.causes {
                let follows = matches!(cause.kind(), C::RiskOpened | C::RiskClosed);
                let is_own = own.iter().any(|kinds| kinds.contains(&cause.kind()));
                prop_assert!(follows || is_own, "{:?}: {:?}", pair.edits, gap);
            }
        }
        Ok(())
    });
    // What a test never sees it does not test.
    let unseen: Vec<CauseKind> = CauseKind::values()
        .into_iter()
        .filter(|kind| !seen.borrow().contains(kind) && *kind != CauseKind::PlaceChanged)
        // Without a profile nothing is asked of facts; tests/it/profile.rs has this cause.
        .filter(|kind| *kind != CauseKind::FactsChanged)
        .collect();
    assert!(small_cases() < 10_000 || unseen.is_empty(), "{unseen:?}");
}

/// A ratchet over the written form of the earlier report says what the difference says.
#[test]
fn a_ratchet_says_what_the_difference_says() {
    run(small_cases(), pairs(), |pair| {
        let (before, after, difference) = difference(pair)?;
        let kept = json(&before);
        let baseline = Baseline::from_json("kept.json", kept.as_bytes())
            .map_err(|faults| TestCaseError::fail(faults.to_string()))?;
        let ratchet = baseline.compare(&after);
        prop_assert_eq!(ratchet.changes, difference.summary.changes);
        prop_assert_eq!(ratchet.unchanged, difference.summary.unchanged);
        prop_assert_eq!(
            ratchet.highest_severity(),
            difference.highest_worse_severity()
        );
        let worse: BTreeSet<_> = ratchet
            .worse
            .iter()
            .map(|gap| (&gap.id, gap.change))
            .collect();
        let of_difference: BTreeSet<_> = (difference.gaps.iter())
            .filter(|gap| gap.change.is_worse())
            .map(|gap| (&gap.id, gap.change))
            .collect();
        prop_assert_eq!(worse, of_difference);
        prop_assert_eq!(&ratchet.reused, &difference.reused);
        prop_assert_eq!(Baseline::of(&before).compare(&after), ratchet.clone());
        let trend = Trend::of([&before, &after]);
        prop_assert_eq!(trend.points.len(), 2);
        if before.facts.as_of < after.facts.as_of {
            prop_assert_eq!(trend.points[1].since_previous, Some(ratchet.changes));
        }
        Ok(())
    });
}

/// A claim on a control of wallets, with the wallets and the rest of the file as text.
fn of_wallets(wallets: &str, evidence: &str, claim: &str) -> Report {
    let text = format!(
        "assessment: a\ntitle: A\ncatalog: iso-tr-23576\ncustodian: {{ name: A }}\n\
         period: {{ from: 2026-01-01, to: 2026-12-31 }}\nassessors: [p]\n\
         people: {{ p: {{ name: P }} }}\norganization: {{ channels: [] }}\n\
         wallets: {{ {wallets} }}\nevidence: {{ {evidence} }}\nclaims: {{ 9.3.7.2-f: {claim} }}\n"
    );
    of_text("a.yaml", text, None)
}

fn item(id: &str, collected: &str) -> String {
    format!(
        "{id}: {{ title: E, kind: record, technique: examine, collected: {collected}, \
         valid_until: 2027-06-30, locator: {id}.pdf }}"
    )
}

const ONE: &str = "one: { tier: hot, traits: [hsm], since: 2025-01-01 }";

/// Cells of an added wallet that nothing was stated about are listed, unless it states `since`.
#[test]
fn what_became_effective_without_a_statement_is_listed() {
    let evidence = item("e", "2026-03-01");
    let claim = "{ status: implemented, evidence: [e] }";
    let before = of_wallets(ONE, &evidence, claim);
    let added = |wallet: &str, evidence: &str| {
        let after = of_wallets(&format!("{ONE}, {wallet}"), evidence, claim);
        after.since(&before)
    };
    let two = "two: { tier: hot, traits: [hsm] }";
    let difference = added(two, &evidence);
    assert_eq!(difference.unstated, ["9.3.7.2-f@two"]);
    assert!(
        difference
            .headline()
            .contains("nothing was stated about it")
    );
    let two = "two: { tier: hot, traits: [hsm], since: 2026-05-01 }";
    assert!(added(two, &evidence).unstated.is_empty());
    // It becomes effective by evidence that names it, which is a statement.
    let naming = evidence.replace(" }", ", covers: [one, two] }");
    let difference = added(two, &naming);
    assert!(difference.unstated.is_empty());
    assert!(!difference.gaps.iter().any(|gap| gap.id == "9.3.7.2-f@two"));
}

/// An item that showed a shortfall and is cited as proof afterwards is named, unless it is newer.
#[test]
fn evidence_of_a_shortfall_that_becomes_proof_is_named() {
    let old = [item("e", "2026-03-01"), item("f", "2026-05-01")].join(", ");
    let missing = "{ status: not-implemented, observations: [e, f] }";
    let part = "{ status: partial, missing: Half., part_evidence: [e], observations: [f] }";
    let proof = "{ status: implemented, evidence: [e] }";
    let named = |earlier: &str, evidence: &str, claim: &str| {
        let before = of_wallets(ONE, &old, earlier);
        let after = of_wallets(ONE, evidence, claim);
        let difference = after.since(&before);
        assert_eq!(
            Baseline::of(&before).compare(&after).reused,
            difference.reused
        );
        let names = difference.headline().contains("is now cited as proof");
        assert_eq!(names, !difference.reused.is_empty());
        let reused = difference.reused.iter();
        let reused = reused.map(|one| format!("{} {}", one.cell, one.evidence));
        reused.collect::<Vec<_>>()
    };
    for earlier in [missing, part] {
        assert_eq!(named(earlier, &old, proof), ["9.3.7.2-f@one e"]);
        // Collected again, and not after the newest of them.
        let again = old.replace("2026-03-01", "2026-05-01");
        assert_eq!(named(earlier, &again, proof), ["9.3.7.2-f@one e"]);
        let newer = old.replace("2026-03-01", "2026-05-02");
        assert!(named(earlier, &newer, proof).is_empty());
        assert!(named(earlier, &old, earlier).is_empty());
    }
    let other = format!("{old}, {}", item("g", "2026-06-01"));
    let proof = "{ status: implemented, evidence: [g] }";
    assert!(named(missing, &other, proof).is_empty());
}

// Files, the program, and what strangers give as a baseline.

/// Lines that move down move nothing but places, and are told as that.
#[test]
fn what_only_stands_elsewhere_is_told_as_that() {
    for name in EXAMPLES {
        let file = format!("examples/{name}.yaml");
        let text = golden::read(&file);
        let lower = text.replacen("\nevidence:\n", "\n# A line more.\nevidence:\n", 1);
        assert_ne!(text, lower);
        let before = of_text("before.yaml", text, None);
        let after = of_text("after.yaml", lower, None);
        let difference = after.since(&before);
        assert!(difference.gaps.len() > 5, "{name}");
        assert!(difference.risks.is_empty());
        for gap in &difference.gaps {
            assert!(gap.is_only_elsewhere(), "{gap:?}");
            let lines = [&gap.before, &gap.after].map(|side| {
                let location = side.as_ref().unwrap().location.as_ref();
                location.unwrap().line
            });
            assert_eq!(lines[0] + 1, lines[1]);
        }
        assert_eq!(difference.summary.elsewhere, difference.gaps.len() as u64);
    }
}

#[test]
fn the_examples_have_no_difference_from_themselves_and_one_from_later() {
    for name in EXAMPLES {
        let now = example(name, None);
        assert!(example(name, None).since(&now).is_empty());
        let later = example(name, Some("2027-12-31"));
        let difference = later.since(&now);
        assert!(difference.summary.changes.new > 0, "{name}");
        assert!(difference.gaps.iter().all(|gap| !gap.causes.is_empty()));
        let is_of_days = |kind| {
            matches!(
                kind,
                CauseKind::EvidenceExpired
                    | CauseKind::AssessmentEnded
                    | CauseKind::EvidenceBegan
                    | CauseKind::DuePassed
                    | CauseKind::AcceptanceEnded
                    | CauseKind::AcceptanceBegan
                    | CauseKind::RiskOpened
                    | CauseKind::RiskClosed
            )
        };
        for cause in difference.gaps.iter().flat_map(|gap| &gap.causes) {
            assert!(is_of_days(cause.kind()), "{cause:?}");
            assert!(!cause.to_string().is_empty());
        }
    }
}

/// Differences and trends have every key of their schemas and no other.
#[cfg(feature = "schema")]
#[test]
fn records_have_the_shape_of_their_schemas() {
    let (now, later) = (
        example("exchange", None),
        example("exchange", Some("2027-03-31")),
    );
    let difference = later.since(&now);
    let trend = Trend::of([&later, &now]);
    for (document, text) in [
        (Document::Difference, json(&difference)),
        (Document::Trend, json(&trend)),
    ] {
        let schema = schema(document, Catalog::builtin());
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(schema["properties"]["schema"]["const"], value["schema"]);
        custody_testing::shape::shaped(&value, &schema, &document.to_string());
    }
    assert_eq!(trend.points[0].record.as_of, now.facts.as_of);
}

#[test]
fn hostile_baselines_end_in_a_clear_fault() {
    let kept = json(&example("small-firm", None));
    let with = |from: &str, to: &str| {
        assert!(kept.contains(from), "{from}");
        kept.replacen(from, to, 1).into_bytes()
    };
    let of_a_gap = |from: &str, to: &str| {
        let (before, gaps) = kept.split_once("\n  \"gaps\": [").unwrap();
        assert!(gaps.contains(from), "{from}");
        let gaps = gaps.replacen(from, to, 1);
        format!("{before}\n  \"gaps\": [{gaps}").into_bytes()
    };
    let deep = format!(
        "{{\"schema\":\"custody-controls/report/2\",\"x\":{}",
        "[".repeat(1_000_000)
    );
    for (text, code, told) in [
        (b"".to_vec(), "not-json", "EOF"),
        (b"assessment: mine\n".to_vec(), "not-json", "expected value"),
        (b"\xff\xfe{}".to_vec(), "not-utf8", "UTF-16"),
        (b"[]".to_vec(), "wrong-type", "expected"),
        (b"{}".to_vec(), "missing-key", "missing key `schema`"),
        (b"{\"schema\": 1}".to_vec(), "wrong-type", "invalid type"),
        (
            with("report/2", "report/3"),
            "unknown-word",
            "found `custody-controls/report/3`, which a later version of custody wrote",
        ),
        (
            with("report/2", "report/0"),
            "unknown-word",
            "found `custody-controls/report/0`, which an earlier version of custody wrote",
        ),
        (
            with("report/2", "difference/1"),
            "unknown-word",
            "difference/1",
        ),
        // What is not read is passed over without going into it, however deep it is.
        (deep.into_bytes(), "not-json", "EOF"),
        (
            kept.as_bytes()[..kept.len() / 2].to_vec(),
            "not-json",
            "EOF",
        ),
        (
            with("\n  \"gaps\": [", "\n  \"gapes\": ["),
            "missing-key",
            "missing field `gaps`",
        ),
        (
            with("\n  \"gaps\": [", "\n  \"gaps\": [],\n  \"gaps\": ["),
            "wrong-type",
            "duplicate field `gaps`",
        ),
        (
            of_a_gap("\"severity\": \"", "\"severity\": \"quite-"),
            "unknown-word",
            "unknown variant",
        ),
        (
            of_a_gap("\"id\": \"", "\"id\": [], \"x\": \""),
            "wrong-type",
            "invalid type",
        ),
        (
            with("\"as_of\": \"2", "\"as_of\": \"x"),
            "wrong-type",
            "YYYY-MM-DD",
        ),
        (
            with(
                "\"applicability\": [",
                "\"applicability\": [], \"others\": [",
            ),
            "unknown-reference",
            "cell",
        ),
        (vec![b' '; (64 << 20) + 1], "limit-exceeded", "64 MiB"),
    ] {
        let faults = Baseline::from_json("kept.json", &text).unwrap_err();
        let fault = faults.iter().next().unwrap();
        let shown = fault.to_string();
        assert_eq!(fault.code.to_string(), code, "{shown}");
        assert!(shown.contains(told), "{told}: {shown}");
        assert!(
            fault
                .help
                .as_deref()
                .is_some_and(|help| help.contains("--format json"))
        );
    }
    let mut twice: Value = serde_json::from_str(&kept).unwrap();
    let again = twice["gaps"][0].clone();
    twice["gaps"].as_array_mut().unwrap().push(again);
    let faults = Baseline::from_json("kept.json", twice.to_string().as_bytes()).unwrap_err();
    assert!(faults.to_string().contains("duplicate gap"), "{faults}");
}
