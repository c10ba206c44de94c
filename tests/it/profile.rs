//! Profiles are ordinary catalogs, and hide nothing.

use custody_controls::diagnostic::Code;
use custody_controls::difference::CauseKind;
use custody_controls::gap::Gap;
use custody_controls::taxonomy::{Strength, Word};
use custody_controls::{AssessmentFiles, Catalog, Report, Settings};
use custody_testing::examples::{PROFILES, against_profile, profile};
use custody_testing::golden;
use std::collections::BTreeSet;

#[test]
fn each_entry_of_the_base_is_there_or_named_as_left_out() {
    let base = Catalog::builtin();
    for name in PROFILES {
        let catalog = profile(name);
        let profile = catalog.profile().unwrap();
        assert_eq!(catalog.facts().id.as_str(), name);
        assert_eq!(profile.base_sha256, base.sha256());
        for control in base.controls() {
            let id = control.id.as_str();
            let is_there = catalog.control(id).is_some();
            assert_ne!(
                is_there,
                profile.controls_left_out.contains_key(id),
                "{name}: {id}"
            );
        }
        for risk in base.risks() {
            let id = risk.id.as_str();
            let is_there = catalog.risk(id).is_some();
            assert_ne!(
                is_there,
                profile.risks_left_out.contains_key(id),
                "{name}: {id}"
            );
        }
        for risk in catalog.risks().filter(|risk| !risk.has_direct_control()) {
            let whole = base.risk(risk.id.as_str()).unwrap();
            assert!(
                !whole.has_direct_control(),
                "{name} made {} seem forgotten",
                risk.id
            );
        }
    }
}

#[test]
fn the_examples_select_what_they_say() {
    let core = profile("core");
    for control in core.controls() {
        let details = core.control_details(&control.id).unwrap();
        assert_eq!(details.strength, Strength::Must, "{}", control.id);
    }
    assert_eq!(core.controls().len(), 123);
    let cold = profile("cold-custody");
    assert!(
        cold.control("9.3.7.1-b").is_none(),
        "a control of hot wallets"
    );
    assert!(cold.family("customer-access").is_none());
    assert!(cold.family("offline-keys").is_some());
    let japan = profile("japan");
    assert_eq!(japan.controls().len(), 192);
    assert_eq!(japan.controls().last().unwrap().id.as_str(), "jp-63-11-2");
}

#[test]
fn a_profile_without_selection_gives_the_report_of_its_base() {
    let text = "profile: same\ntitle: The same\ncatalog: iso-tr-23576\nversion: 0.1.0\npublished: 2026-11-21\n";
    let catalog = Catalog::from_text("same.yaml", text).unwrap();
    for example in ["exchange", "cold-custody", "small-firm"] {
        let whole = serde_json::to_value(against_profile(example, Catalog::builtin())).unwrap();
        let mut same = serde_json::to_value(against_profile(example, &catalog)).unwrap();
        let facts = same["facts"].as_object_mut().unwrap();
        assert!(facts.remove("profile").is_some());
        for name in [
            "catalog",
            "catalog_title",
            "catalog_version",
            "catalog_sha256",
            "catalog_origin",
            "files",
        ] {
            facts.insert(name.to_owned(), whole["facts"][name].clone());
        }
        assert!(same == whole, "{example}");
    }
}

#[test]
fn a_profile_of_a_catalogue_of_ones_own_lies_in_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let own = golden::read("tests/invalid/catalog-repeated-item.yaml")
        .replace("[1.1-a, 1.1-a]", "[1.1-a]")
        .replace("[\"8.13\", \"8.13\"]", "[\"8.13\"]");
    std::fs::write(folder.path().join("house.yaml"), own).unwrap();
    let text = "profile: less\ntitle: Less\ncatalog: house-rules\nversion: 0.1.0\npublished: 2026-11-21\nselect: { families: [key-backup] }\n";
    std::fs::write(folder.path().join("less.yaml"), text).unwrap();
    let catalog = Catalog::read(folder.path()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(catalog.facts().id.as_str(), "less");
    assert_eq!(catalog.profile().unwrap().base.id.as_str(), "house-rules");
    assert_eq!(catalog.controls().len(), 1);
}

#[test]
fn json_and_yaml_say_the_same() {
    for name in PROFILES {
        let text = golden::read(&format!("examples/profiles/{name}.yaml"));
        let value: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        let json = Catalog::from_text("profile.json", value.to_string())
            .unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(json.sha256(), profile(name).sha256());
    }
}

#[test]
fn the_digest_changes_with_what_is_selected() {
    let text = |more: &str| {
        format!(
            "profile: mine\ntitle: Mine\ncatalog: iso-tr-23576\nversion: 0.1.0\npublished: 2026-11-21\n{more}"
        )
    };
    let digest = |more: &str| {
        let catalog = Catalog::from_text("mine.yaml", text(more)).unwrap();
        catalog.sha256().to_owned()
    };
    let digests: BTreeSet<String> = [
        "",
        "select: { strengths: [must] }",
        "select: { strengths: [may] }",
        "except: { controls: [9.3.7.1-b] }",
    ]
    .map(digest)
    .into();
    assert_eq!(digests.len(), 4);
    assert!(!digests.contains(Catalog::builtin().sha256()));
}

const JAPAN: &str = "tests/cmd/japan.yaml";

/// The report of the worked case, with changes of its text.
fn kaede(catalog: &Catalog, changes: &[(&str, &str)]) -> Report {
    let mut text = golden::read(JAPAN);
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    let files = AssessmentFiles::from_text("mine.yaml", text);
    let assessment = files
        .resolve(catalog)
        .unwrap_or_else(|faults| panic!("{faults}"));
    let settings = Settings::on(assessment.period().to);
    assessment.measure(&settings).report()
}

fn gap<'r>(report: &'r Report, id: &str) -> Option<&'r Gap> {
    report.gaps.iter().find(|gap| gap.id == id)
}

const OF_HOT: &str = "jp-27-2@btc-hot";
const OF_WARM: &str = "jp-27-2@eth-warm";

#[test]
fn a_parameter_that_is_not_met_makes_a_gap_for_each_wallet_that_counts() {
    let report = kaede(&profile("japan"), &[]);
    for id in [OF_HOT, OF_WARM] {
        let gap = gap(&report, id).unwrap();
        assert_eq!(gap.kind.word(), "parameter-not-met");
        let because: Vec<String> = gap.because.iter().map(ToString::to_string).collect();
        let all = because.join("\n");
        for part in [
            "at most 5 %",
            "it is 5.75 %",
            "Japan",
            "article 27, paragraph 2",
            "2024-04-01",
        ] {
            assert!(all.contains(part), "{part}: {all}");
        }
        let places: Vec<String> = gap
            .because
            .iter()
            .filter(|reason| reason.to_string().contains("share_of_assets"))
            .map(|reason| reason.location.as_ref().unwrap().line.to_string())
            .collect();
        assert_eq!(places, ["12", "16"]);
        let closes: Vec<String> = (gap.alternatives())
            .map(|alternative| alternative.to_string())
            .collect();
        assert_eq!(
            closes,
            ["the share of assets in hot and warm wallets is at most 5 % (now 5.75 %)"]
        );
    }
    assert!(gap(&report, "jp-27-2@vault").is_none());
}

#[test]
fn a_parameter_that_is_met_to_the_hundredth_makes_none() {
    let japan = profile("japan");
    let report = kaede(&japan, &[("share_of_assets: 4.5", "share_of_assets: 3.75")]);
    assert!(gap(&report, OF_HOT).is_none());
    let report = kaede(&japan, &[("share_of_assets: 4.5", "share_of_assets: 3.76")]);
    assert_eq!(
        gap(&report, OF_WARM).unwrap().kind.word(),
        "parameter-not-met"
    );
}

#[test]
fn a_fact_that_is_not_stated_is_a_gap_of_its_own() {
    let silent = [(
        "facts: { share_of_assets: 1.25, evidence: [balances] }",
        "assets: [ETH]",
    )];
    let report = kaede(&profile("japan"), &silent);
    for id in [OF_HOT, OF_WARM] {
        let gap = gap(&report, id).unwrap();
        assert_eq!(gap.kind.word(), "fact-missing");
        let closes: Vec<String> = (gap.alternatives())
            .map(|alternative| alternative.to_string())
            .collect();
        assert_eq!(
            closes,
            [
                "the facts of `eth-warm` state `share_of_assets`, and the share of assets in hot and warm wallets is at most 5 %"
            ]
        );
    }
}

/// The numbers that `docs/profiles.md` derives by hand.
#[test]
fn the_worked_case_comes_out_as_it_is_written() {
    let text = golden::read("docs/profiles.md");
    let japan = profile("japan");
    let rows: [(&[(&str, &str)], &str); 5] = [
        (&[], "as it stands"),
        (
            &[("share_of_assets: 4.5", "share_of_assets: 3.75")],
            "3.75 instead of 4.5",
        ),
        (
            &[(
                "facts: { share_of_assets: 1.25, evidence: [balances] }",
                "assets: [ETH]",
            )],
            "no facts of `eth-warm`",
        ),
        (
            &[
                ("share_of_assets: 4.5", "share_of_assets: 5.5"),
                (
                    "facts: { share_of_assets: 1.25, evidence: [balances] }",
                    "assets: [ETH]",
                ),
            ],
            "5.5 instead of 4.5, no facts of `eth-warm`",
        ),
        (
            &[(
                "jp-27-2: { status: implemented, evidence: [balances] }",
                "jp-27-2: { status: not-implemented }",
            )],
            "`not-implemented`",
        ),
    ];
    for (changes, name) in rows {
        let report = kaede(&japan, changes);
        let row = report
            .applicability
            .iter()
            .find(|row| row.control.as_str() == "jp-27-2")
            .unwrap();
        let verdict = row.cells[0].verdict;
        let kind = gap(&report, OF_HOT).map_or("none".to_owned(), |gap| format!("`{}`", gap.kind));
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("| {name} |")))
            .unwrap_or_else(|| panic!("{name}"));
        assert!(
            line.ends_with(&format!("| `{verdict}` | {kind} |")),
            "{line}: {verdict}, {kind}"
        );
    }
}

#[test]
fn a_difference_names_facts_as_its_cause() {
    let japan = profile("japan");
    let before = kaede(&japan, &[("share_of_assets: 4.5", "share_of_assets: 3.75")]);
    let difference = kaede(&japan, &[]).since(&before);
    let new = difference.gaps.iter().find(|gap| gap.id == OF_HOT).unwrap();
    let kinds: Vec<CauseKind> = new
        .causes
        .iter()
        .map(custody_controls::difference::Cause::kind)
        .collect();
    assert_eq!(kinds, [CauseKind::FactsChanged]);
    assert_eq!(
        new.causes[0].to_string(),
        "parameter `jp-online-share` is not met; it was met before"
    );
}

#[test]
fn a_largest_age_shortens_a_validity_and_says_so() {
    let text = golden::read("examples/profiles/japan.yaml").replace(
        "parameters:\n",
        "parameters:\n  books:\n    { kind: largest-evidence-age, evidence: record, figure: 7, jurisdiction: Kaede, source: { title: Manual, publisher: Kaede, citation: chapter 2 }, date: 2026-01-01 }\n",
    );
    let catalog =
        Catalog::from_text("japan.yaml", text).unwrap_or_else(|faults| panic!("{faults}"));
    let collected = [
        ("collected: 2026-09-30", "collected: 2026-09-22"),
        ("share_of_assets: 4.5", "share_of_assets: 1"),
    ];
    let report = kaede(&catalog, &collected);
    let gap = gap(&report, OF_HOT).unwrap();
    assert_eq!(gap.kind.word(), "evidence-expired");
    let all: Vec<String> = gap.because.iter().map(ToString::to_string).collect();
    let all = all.join("\n");
    assert!(
        all.contains("until 2026-09-29, under parameter `books`"),
        "{all}"
    );
    let fresh = [("share_of_assets: 4.5", "share_of_assets: 1")];
    assert!(self::gap(&kaede(&catalog, &fresh), OF_HOT).is_none());
}

#[test]
fn a_figure_is_printed_as_it_is_read() {
    use custody_controls::figure::Figure;
    for hundredths in 0..=20_000_u32 {
        let written = format!("{}.{:02}", hundredths / 100, hundredths % 100);
        let figure: Figure = written.parse().unwrap();
        let printed = figure.to_string();
        assert_eq!(printed.parse::<Figure>().unwrap(), figure, "{written}");
        assert!(
            written.starts_with(printed.as_str()),
            "{written}: {printed}"
        );
        let json = serde_json::to_string(&figure).unwrap();
        assert_eq!(json, printed);
        assert_eq!(serde_json::from_str::<Figure>(&json).unwrap(), figure);
    }
    for text in [
        "", "-1", "+1", "01", ".5", "5.", "1.234", "1e1", "36500.01", "5 %", "٣",
    ] {
        assert!(text.parse::<Figure>().is_err(), "{text}");
    }
}

#[test]
fn a_wallet_of_a_tier_that_is_not_selected_is_a_warning() {
    let cold = profile("cold-custody");
    let text = golden::read(JAPAN).replace("catalog: japan", "catalog: cold-custody");
    let text = text.replace("claims:\n  jp-27-2:", "claims:\n  9.3.7.3-a:");
    let files = AssessmentFiles::from_text("mine.yaml", text);
    let assessment = files
        .resolve(&cold)
        .unwrap_or_else(|faults| panic!("{faults}"));
    let warned: Vec<String> = assessment
        .warnings()
        .iter()
        .filter(|fault| fault.code == Code::LeftOutByProfile)
        .map(|fault| fault.message.clone())
        .collect();
    assert_eq!(
        warned,
        [
            "`btc-hot` is hot, but the profile `cold-custody` leaves out controls that only hot wallets need",
            "`eth-warm` is warm, but the profile `cold-custody` leaves out controls that only warm wallets need",
        ]
    );
}

/// A profile with declared traits, whose only control is for wallets with one of them.
const TRAITS: &str = "
profile: mine
title: Mine
catalog: iso-tr-23576
version: 0.1.0
published: 2026-11-21
traits:
  mpc: { title: Threshold, meaning: A key is never whole., tiers: [hot, warm], excludes: [multisig] }
  bridge: { title: Bridge, meaning: Keys of a bridge., implies: [mpc, hsm] }
families:
  own:
    title: More
    order: 1
    controls:
      own-a:
        clause: \"9.3.7\"
        title: Shares are refreshed
        statement: Shares are refreshed every quarter.
        treats: { directly: [8.2.2.3-a] }
        subject: wallet
        when: [[mpc]]
        functions: [preventive]
        evidence: [log of refreshes]
        techniques: [examine]
        source: Security manual, chapter 2
        strength: must
        provenance: own
";

fn with_wallets(wallets: &str) -> AssessmentFiles {
    let text = format!(
        "assessment: mine\ntitle: Mine\ncatalog: mine\ncustodian: {{ name: Mine }}\nperiod: {{ from: 2026-01-01, to: 2026-12-31 }}\norganization: {{ channels: [] }}\nwallets:\n{wallets}"
    );
    AssessmentFiles::from_text("mine.yaml", text)
}

#[test]
fn a_declared_trait_brings_in_what_names_it_and_what_it_implies() {
    let catalog =
        Catalog::from_text("mine.yaml", TRAITS).unwrap_or_else(|errors| panic!("{errors}"));
    let files =
        with_wallets("  a: { tier: hot, traits: [bridge] }\n  b: { tier: hot, traits: [hsm] }\n");
    let report = files
        .resolve(&catalog)
        .unwrap_or_else(|errors| panic!("{errors}"))
        .measure(&Settings::on("2026-06-30".parse().unwrap()))
        .report();
    let gaps: BTreeSet<String> = report.gaps.iter().map(|gap| gap.id.clone()).collect();
    let has_gap = |id: &str| gaps.contains(id);
    assert!(has_gap("own-a@a") && !has_gap("own-a@b"));
    // Of modules, which a bridge implies.
    assert!(has_gap("9.3.7.6-c@a") && has_gap("9.3.7.6-c@b"));
    let traits: Vec<String> = report
        .subjects
        .iter()
        .map(|row| format!("{:?}", row.traits))
        .collect();
    assert_eq!(traits, ["[]", "[Declared(\"bridge\")]", "[BuiltIn(Hsm)]"]);
}

#[test]
fn the_rules_of_declared_traits_hold_for_wallets() {
    let catalog =
        Catalog::from_text("mine.yaml", TRAITS).unwrap_or_else(|errors| panic!("{errors}"));
    let messages = |traits: &str| -> Vec<String> {
        let errors = with_wallets(&format!("  a: {traits}\n"))
            .resolve(&catalog)
            .unwrap_err();
        errors
            .iter()
            .map(|error| format!("{}: {}", error.code, error.message))
            .collect()
    };
    assert_eq!(
        messages("{ tier: cold, traits: [hsm, bridge] }"),
        ["impossible-traits: `a` is cold, but has `bridge`"]
    );
    assert_eq!(
        messages("{ tier: hot, traits: [multisig, bridge] }"),
        ["impossible-traits: `a` has `bridge` and `multisig`, which exclude each other"]
    );
    assert_eq!(
        messages("{ tier: hot, traits: [hsm, brige] }"),
        ["unknown-word: unknown trait `brige`"]
    );
    let twice = messages("{ tier: hot, traits: [bridge, bridge] }");
    assert_eq!(twice, ["repeated-item: duplicate item `bridge`"]);
}

#[test]
fn a_trait_of_the_base_cannot_be_declared_again() {
    let folder = tempfile::tempdir().unwrap();
    let own = golden::read("tests/invalid/catalog-repeated-item.yaml")
        .replace("[1.1-a, 1.1-a]", "[1.1-a]")
        .replace("[\"8.13\", \"8.13\"]", "[\"8.13\"]");
    let own =
        format!("{own}\ntraits:\n  mpc: {{ title: Threshold, meaning: A key is never whole. }}\n");
    std::fs::write(folder.path().join("house.yaml"), own).unwrap();
    let profile = |traits: &str| {
        let text = format!(
            "profile: less\ntitle: Less\ncatalog: house-rules\nversion: 0.1.0\npublished: 2026-11-21\ntraits:\n  {traits}\n"
        );
        std::fs::write(folder.path().join("less.yaml"), text).unwrap();
        Catalog::read(folder.path())
    };
    let again = profile("mpc: { title: Threshold, meaning: Another one. }").unwrap_err();
    assert!(
        again
            .to_string()
            .contains("`mpc` is already the id of an entry of `house-rules`"),
        "{again}"
    );
    let more = profile("bridge: { title: Bridge, meaning: Keys of a bridge., implies: [mpc] }");
    let more = more.unwrap_or_else(|error| panic!("{error}"));
    let ids: Vec<&str> = more.traits().iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["bridge", "mpc"]);
}
