//! The profile `modern-custody`: wallets that the words of the built-in catalog do not describe, and the
//! example that is assessed in full.

use custody_controls::catalog::{DeclaredTrait, OrDeclared};
use custody_controls::taxonomy::{Provenance, Strength, Verdict};
use custody_controls::{Assessment, AssessmentFiles, Catalog, Settings};
use custody_testing::examples::profile;
use custody_testing::golden;
use custody_testing::naive::{self, NaiveCatalog};
use std::collections::{BTreeMap, BTreeSet};

const PROFILE: &str = "examples/profiles/modern-custody.yaml";
const EXAMPLE: &str = "examples/modern-custody/custodian.yaml";

/// Set-ups of custodians: the tier, the traits, and controls that the set-up needs and that the built-in
/// words alone do not bring in, or bring in only if all of its traits are there.
const SETUPS: [(&str, &str, &[&str]); 14] = [
    (
        "hot, software-wallet, mpc, backed-up",
        "a threshold signature by software on several machines",
        &["mc-9.3.7.5-d", "mc-9.3.7.5-e"],
    ),
    (
        "hot, hsm, software-wallet, mpc, policy-engine, backed-up, online-backup",
        "a threshold signature with a module as one party and a co-signer that has rules",
        &["mc-9.3.7.5-b", "mc-9.3.6.2-b"],
    ),
    (
        "cold, hsm, backed-up, deterministic",
        "an offline module that wraps its keys out",
        &["mc-9.3.7.6-d", "mc-9.3.7.3-b"],
    ),
    (
        "hot, sub-custody",
        "payments through another custodian",
        &["mc-9.3.11-a", "mc-9.3.13.1-d"],
    ),
    (
        "cold, sub-custody",
        "reserves at another custodian",
        &["mc-9.3.11-c", "mc-9.3.11-d"],
    ),
    (
        "warm, multisig, hardware-wallet, smart-contract, backed-up, deterministic",
        "a contract wallet with hardware wallets as signers",
        &["mc-9.3.7.5-k", "mc-9.3.7.4-d", "9.3.7.4-e"],
    ),
    (
        "cold, dedicated-device, deterministic, backed-up, paper",
        "a phone without a network",
        &["mc-9.3.7.6-b", "mc-9.3.7.6-c"],
    ),
    (
        "hot, software-wallet, staking, deterministic, backed-up",
        "a validator",
        &["mc-9.3.7.2-c", "mc-9.3.7.3-a"],
    ),
    (
        "hot, software-wallet, bridge",
        "the administration of a bridge",
        &["mc-9.3.5-a", "mc-9.3.7.5-j", "mc-9.3.7.5-l"],
    ),
    ("cold, paper", "paper only", &["9.3.7.3-f", "mc-9.3.7.2-d"]),
    (
        "cold, secret-sharing, backed-up, removable-media, third-party",
        "shares on metal in the vaults of banks",
        &["9.3.7.3-f", "mc-9.3.6.2-f"],
    ),
    (
        "cold, hardware-wallet, deterministic, backed-up, removable-media, passphrase",
        "a hardware wallet with its seed on metal and a passphrase",
        &["9.3.7.3-f", "mc-9.3.7.3-c"],
    ),
    (
        "hot, hsm, third-party",
        "keys in the module of a cloud provider",
        &["mc-9.3.7.6-d", "9.3.11-b"],
    ),
    (
        "hot, software-wallet",
        "a hot wallet without a backup",
        &["9.3.7.2-k", "mc-9.3.7.1-a"],
    ),
];

fn assessed(catalog: &Catalog, words: &str) -> Assessment {
    let (tier, traits) = words.split_once(", ").unwrap();
    let text = format!(
        "assessment: mine\ntitle: Mine\ncatalog: modern-custody\ncustodian: {{ name: Mine }}\nperiod: {{ from: 2026-01-01, to: 2026-09-30 }}\norganization: {{ channels: [] }}\nwallets:\n  w: {{ tier: {tier}, traits: [{traits}] }}\n"
    );
    AssessmentFiles::from_text("mine.yaml", text)
        .resolve(catalog)
        .unwrap_or_else(|errors| panic!("{words}: {errors}"))
}

#[test]
fn fourteen_set_ups_are_declared_without_a_false_trait() {
    let catalog = profile("modern-custody");
    for (words, called, controls) in SETUPS {
        let assessment = assessed(&catalog, words);
        assert!(
            assessment.warnings().is_empty(),
            "{called}: {}",
            assessment.warnings()
        );
        let coverage = assessment.measure(&Settings::on("2026-09-30".parse().unwrap()));
        let cells: BTreeSet<&str> = coverage
            .cells()
            .filter(|cell| cell.subject.id.as_str() == "w")
            .map(|cell| cell.control.id.as_str())
            .collect();
        for control in controls {
            assert!(cells.contains(control), "{called} has no {control}");
        }
        let asks_for_reassembly = cells.contains("9.3.7.3-m") || cells.contains("9.3.7.5-h");
        assert!(
            !words.contains("mpc") || !asks_for_reassembly && !cells.contains("9.3.7.5-b"),
            "{called} is taken for shares or for a multisignature"
        );
    }
}

/// Nothing of the profile can be taken for a part of the Technical Report.
#[test]
fn every_entry_says_that_it_is_not_in_the_technical_report() {
    let catalog = profile("modern-custody");
    let base = Catalog::builtin();
    let mut named = BTreeSet::new();
    for control in catalog
        .controls()
        .filter(|control| base.control(control.id.as_str()).is_none())
    {
        let details = catalog.control_details(&control.id).unwrap();
        assert!(
            control
                .id
                .as_str()
                .starts_with(&format!("mc-{}-", control.clause)),
            "{}",
            control.id
        );
        assert_eq!(details.provenance, Provenance::Own, "{}", control.id);
        assert_eq!(details.strength, Strength::May, "{}", control.id);
        named.extend(sources(&catalog, &details.source));
    }
    for risk in catalog
        .risks()
        .filter(|risk| base.risk(risk.id.as_str()).is_none())
    {
        let details = catalog.risk_details(&risk.id).unwrap();
        assert!(
            risk.id
                .as_str()
                .starts_with(&format!("mc-{}-", risk.clause)),
            "{}",
            risk.id
        );
        assert_eq!(details.provenance, Provenance::Own, "{}", risk.id);
        assert!(risk.has_direct_control(), "{}", risk.id);
        named.extend(sources(&catalog, &details.source));
    }
    let own: BTreeSet<String> = catalog.sources().keys().map(ToString::to_string).collect();
    let of_base: BTreeSet<String> = base.sources().keys().map(ToString::to_string).collect();
    assert_eq!(named, &own - &of_base, "each source is used");
    let limit = "Nothing whose id begins with `mc-` is in ISO/TR 23576:2020 or its ancestor.";
    assert!(catalog.limits().iter().any(|own| own == limit));
}

fn sources(catalog: &Catalog, text: &str) -> Vec<String> {
    let ids = catalog.sources().keys().map(ToString::to_string);
    let words: BTreeSet<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '('))
        .collect();
    ids.filter(|id| words.contains(id.as_str())).collect()
}

/// Every trait is named by a control and by a risk, or it would change nothing.
#[test]
fn every_declared_trait_has_a_control_and_a_risk() {
    let catalog = profile("modern-custody");
    let names = |when: &custody_controls::catalog::When, id: &str| {
        let mut words = when.alternatives().iter().flatten();
        words.any(|word| matches!(word, OrDeclared::Declared(own) if own.as_str() == id))
    };
    let traits: Vec<(_, &DeclaredTrait)> = catalog.traits().iter().collect();
    assert!(traits.len() >= 8);
    for (id, _) in traits {
        let id = id.as_str();
        assert!(
            catalog.controls().any(|control| names(&control.when, id)),
            "{id}"
        );
        assert!(catalog.risks().any(|risk| names(&risk.when, id)), "{id}");
    }
}

fn example(catalog: &Catalog) -> Assessment {
    let assessment = AssessmentFiles::from_text(EXAMPLE, golden::read(EXAMPLE))
        .resolve(catalog)
        .unwrap_or_else(|errors| panic!("{errors}"));
    assert!(
        assessment.warnings().is_empty(),
        "{}",
        assessment.warnings()
    );
    assessment
}

#[test]
fn the_example_is_assessed_in_full_with_some_shortfalls() {
    let catalog = profile("modern-custody");
    let assessment = example(&catalog);
    let coverage = assessment.measure(&Settings::on(assessment.period().to));
    let mut verdicts: BTreeMap<Verdict, usize> = BTreeMap::new();
    for cell in coverage.cells() {
        *verdicts.entry(cell.verdict).or_default() += 1;
    }
    assert!(!verdicts.contains_key(&Verdict::Unknown), "{verdicts:?}");
    assert!(!verdicts.contains_key(&Verdict::Unproven), "{verdicts:?}");
    assert!(
        verdicts[&Verdict::Partial] >= 5 && verdicts[&Verdict::Absent] >= 5,
        "{verdicts:?}"
    );
    let used: BTreeSet<String> = assessment
        .document()
        .wallets
        .values()
        .flat_map(|wallet| wallet.traits.iter().map(ToString::to_string))
        .collect();
    let declared = catalog
        .traits()
        .iter()
        .filter(|(id, _)| used.contains(id.as_str()));
    assert!(declared.count() >= 6, "{used:?}");
}

/// The second implementation reads the traits and their rules from the file of the profile.
#[test]
fn engine_and_naive_agree_on_the_example() {
    let catalog = profile("modern-custody");
    let plain = NaiveCatalog::with_profile(PROFILE);
    let assessment = example(&catalog);
    let settings = Settings::on(assessment.period().to);
    let coverage = assessment.measure(&settings);
    let naive = naive::evaluate(&plain, assessment.document(), &settings);
    let cells: BTreeMap<_, _> = coverage
        .cells()
        .map(|cell| {
            let key = (cell.control.id.to_string(), cell.subject.id.to_string());
            (key, cell.verdict.to_string())
        })
        .collect();
    assert_eq!(cells, naive.cells);
    let risks: BTreeMap<_, _> = coverage
        .outcomes()
        .map(|(risk, subject, outcome)| {
            let key = (risk.id.to_string(), subject.id.to_string());
            (key, outcome.verdict.to_string())
        })
        .collect();
    let naive: BTreeMap<_, _> = naive
        .risks
        .into_iter()
        .map(|(key, outcome)| (key, outcome.verdict))
        .collect();
    assert_eq!(risks, naive);
}
