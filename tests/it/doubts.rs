//! Doubts: each rule just inside and just outside, a second implementation of all rules, and
//! that no verdict depends on them.

use custody_controls::assessment::{
    Acceptance, Assessed, AssessmentDocument, Claim, Evidence, NarrowedClaim, Person, Provider,
    Quorum, SubjectId, Wallet, WalletFacts,
};
use custody_controls::catalog::{Control, ControlDetails};
use custody_controls::difference::baseline::Baseline;
use custody_controls::doubt::{
    DoubtCode, FEWEST_FOR_A_SHARE, LARGEST_SHARE_OF_ONE_ITEM, LONGEST_VALIDITY_DAYS,
};
use custody_controls::id::{ControlId, PersonId};
use custody_controls::taxonomy::{EvidenceKind, Status, Technique, Tier, Trait, Word};
use custody_controls::{AssessmentFiles, Catalog, Coverage, Date, Report, Settings, json};
use custody_testing::generate::{Case, Choices, parse};
use custody_testing::naive;
use custody_testing::{check, golden, measure, resolve, with};
use proptest::prelude::{prop_assert, prop_assert_eq};
use std::collections::BTreeSet;

const CONTROLS: [&str; 12] = [
    "9.2-a", "9.2-b", "9.2-c", "9.2-d", "9.2-e", "9.2-f", "9.3.1-a", "9.3.1-b", "9.3.1-c",
    "9.3.1-d", "9.3.4-a", "9.3.4-b",
];
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const DAY: &str = "2026-12-31";

/// An assessment without doubts: twelve claims, each with an item of its own.
fn honest() -> AssessmentDocument {
    let mut text = "assessment: a\ntitle: A\ncatalog: iso-tr-23576\ncustodian: { name: Adv AG }\n\
        period: { from: 2026-01-01, to: 2026-12-31 }\nassessors: [auditor]\n\
        people: { auditor: { name: A }, owner: { name: O }, board: { name: B } }\n\
        evidence_max_age: { log: 90 }\norganization: { channels: [] }\n\
        wallets: { hot: { tier: hot, traits: [hsm, multisig, backed-up], since: 2020-01-01 } }\nevidence:\n"
        .to_owned();
    for control in CONTROLS {
        text += &format!(
            "  e{control}: {{ title: E, kind: record, technique: examine, collected: 2026-06-01, \
             valid_until: 2027-05-31, locator: {control}.pdf }}\n"
        );
    }
    text += "claims:\n";
    for control in CONTROLS {
        text += &format!("  {control}: {{ status: implemented, evidence: [e{control}] }}\n");
    }
    let files = AssessmentFiles::from_text("a.yaml", text);
    files.documents()[0].clone()
}

fn coverage(document: AssessmentDocument, day: &str) -> Coverage {
    let assessment = document.resolve(Catalog::builtin()).unwrap();
    assessment.measure(&Settings::on(parse(day)))
}

/// The ids of the doubts after a change of the honest assessment.
fn after(change: impl FnOnce(&mut AssessmentDocument)) -> Vec<String> {
    on(DAY, change)
}

fn on(day: &str, change: impl FnOnce(&mut AssessmentDocument)) -> Vec<String> {
    let mut document = honest();
    change(&mut document);
    ids(&coverage(document, day))
}

fn ids(coverage: &Coverage) -> Vec<String> {
    let doubts = coverage.doubts();
    doubts.iter().map(|doubt| doubt.id.clone()).collect()
}

fn item(document: &mut AssessmentDocument) -> &mut Evidence {
    document.evidence.get_mut("e9.2-a").unwrap()
}

fn claim<'d>(document: &'d mut AssessmentDocument, control: &str) -> &'d mut Claim {
    document.claims.get_mut(control).unwrap().as_mut().unwrap()
}

#[test]
fn an_honest_assessment_has_no_doubts() {
    assert_eq!(after(|_| {}), Vec::<String>::new());
    for name in ["exchange", "cold-custody", "small-firm"] {
        let path = golden::path("examples").join(format!("{name}.yaml"));
        let files = AssessmentFiles::read([path]).unwrap();
        let assessment = files.resolve(Catalog::builtin()).unwrap();
        let settings = Settings::on(assessment.period().to);
        assert_eq!(
            ids(&assessment.measure(&settings)),
            Vec::<String>::new(),
            "{name}"
        );
    }
}

#[test]
fn one_item_behind_most_claims() {
    let share = |cited: usize| {
        after(|document| {
            for control in &CONTROLS[..cited] {
                claim(document, control).evidence = vec![parse("e9.2-a")];
            }
        })
    };
    assert_eq!(share(8), Vec::<String>::new());
    assert_eq!(share(9), ["one-item-behind-most-claims:e9.2-a"]);
    // The same file under another id, by its digest or its locator, is the same item.
    let same = |cited: usize, change: fn(&mut Evidence)| {
        after(|document| {
            for control in &CONTROLS[..cited] {
                change(document.evidence.get_mut(&*format!("e{control}")).unwrap());
            }
        })
    };
    let by_locator: fn(&mut Evidence) = |item| item.locator = "one.pdf".to_owned();
    let by_digest: fn(&mut Evidence) = |item| item.sha256 = Some(parse(&"ab".repeat(32)));
    // Neither another spelling nor a digest of its own makes it another file.
    let by_spelling: fn(&mut Evidence) = |item| {
        let spellings = [
            "a/one.pdf",
            "./a//One.pdf",
            "a/%6Fne.pdf",
            "a/one.pdf#page=2",
        ];
        let at = item.locator.len() + usize::from(item.locator.as_bytes()[3]);
        item.locator = spellings[at % spellings.len()].to_owned();
    };
    let by_both: fn(&mut Evidence) = |item| {
        if item.locator.len() % 2 == 0 {
            item.sha256 = Some(parse(&"ab".repeat(32)));
        }
        item.locator = "one.pdf".to_owned();
    };
    for change in [by_locator, by_digest, by_spelling, by_both] {
        assert_eq!(same(8, change), Vec::<String>::new());
        assert_eq!(same(9, change), ["one-item-behind-most-claims:e9.2-a"]);
    }
    // Few claims have no shares.
    let few = |kept: usize| {
        after(|document| {
            document.claims.truncate(kept);
            for claim in document.claims.values_mut().flatten() {
                claim.evidence = vec![parse("e9.2-a")];
            }
        })
    };
    assert_eq!(few(9), Vec::<String>::new());
    assert_eq!(few(10), ["one-item-behind-most-claims:e9.2-a"]);
}

#[test]
fn long_validity() {
    let until = |days: i32| {
        after(|document| {
            let item = item(document);
            item.valid_until = Some(item.collected.plus_days(days));
        })
    };
    assert_eq!(until(LONGEST_VALIDITY_DAYS), Vec::<String>::new());
    assert_eq!(until(LONGEST_VALIDITY_DAYS + 1), ["long-validity:e9.2-a"]);
    // Also by age.
    let by_age = |days: u32| {
        after(|document| {
            document.evidence_max_age.insert(EvidenceKind::Policy, days);
            let item = item(document);
            item.kind = EvidenceKind::Policy;
            item.valid_until = None;
        })
    };
    assert_eq!(by_age(1827), Vec::<String>::new());
    assert_eq!(by_age(1828), ["long-validity:e9.2-a"]);
}

#[test]
fn valid_until_overruled() {
    let until = |days: i32| {
        after(|document| {
            let item = item(document);
            item.kind = EvidenceKind::Log;
            item.valid_until = Some(item.collected.plus_days(days));
        })
    };
    assert_eq!(until(90), Vec::<String>::new());
    assert_eq!(until(91), ["valid-until-overruled:e9.2-a"]);
}

#[test]
fn empty_file() {
    let digest = |digest: &str| after(|document| item(document).sha256 = Some(parse(digest)));
    assert_eq!(digest(&EMPTY.replace('e', "f")), Vec::<String>::new());
    assert_eq!(digest(&EMPTY.to_uppercase()), ["empty-file:e9.2-a"]);
}

#[test]
fn collected_after_period() {
    let collected = |collected: &str, day: &str| {
        on(day, |document| item(document).collected = parse(collected))
    };
    assert_eq!(collected("2026-12-31", "2027-02-01"), Vec::<String>::new());
    assert_eq!(
        collected("2027-01-01", "2027-02-01"),
        ["collected-after-period:e9.2-a"]
    );
    // It shows nothing on the last day of the period, and nothing once it has expired.
    assert_eq!(collected("2027-01-01", DAY), Vec::<String>::new());
    assert_eq!(collected("2027-01-01", "2027-06-01"), Vec::<String>::new());
}

#[test]
fn assessed_after_period() {
    let assessed = |assessed: &str, day: &str| {
        let assessed = vec![Assessed::new(parse("auditor"), parse(assessed))];
        on(day, |document| {
            document.assessed = vec![Assessed::new(parse("auditor"), parse("2026-06-02"))];
            claim(document, "9.2-b").assessed = assessed;
        })
    };
    assert_eq!(assessed("2026-12-31", "2027-02-01"), Vec::<String>::new());
    assert_eq!(
        assessed("2027-01-01", "2027-02-01"),
        ["assessed-after-period:organization"]
    );
    // It is not known yet on the last day of the period.
    assert_eq!(assessed("2027-01-01", DAY), Vec::<String>::new());
}

#[test]
fn assessed_before_wallet() {
    let control = control_of_wallets();
    let assessed = |days: &[&str], day: &str, is_narrowed: bool| {
        let mut found = on(day, |document| {
            let assessed = days
                .iter()
                .map(|on| Assessed::new(parse("auditor"), parse(on)));
            let assessed: Vec<Assessed> = assessed.collect();
            document.wallets[0].since = Some(parse("2026-05-01"));
            let mut claim = Claim::default();
            if is_narrowed {
                let narrowed = with!(NarrowedClaim::new(Status::NotImplemented); assessed);
                claim.wallets.insert(parse("hot"), Some(narrowed));
            } else {
                claim = with!(Claim::new(Status::NotImplemented); assessed);
            }
            document.claims.insert(control.clone(), Some(claim));
        });
        // No other claim of the file states who assessed it.
        found.retain(|id| !id.starts_with("claim-without-"));
        found
    };
    let doubted = ["assessed-before-wallet:hot"];
    for is_narrowed in [true, false] {
        assert_eq!(assessed(&["2026-04-30"], DAY, is_narrowed), doubted);
        assert_eq!(
            assessed(&["2026-05-01"], DAY, is_narrowed),
            Vec::<String>::new()
        );
        let again = ["2026-04-30", "2026-06-01"];
        assert_eq!(assessed(&again, DAY, is_narrowed), Vec::<String>::new());
        assert_eq!(assessed(&again, "2026-05-31", is_narrowed), doubted);
        // Without a day, it is not known; and before the wallet holds keys, it is assessed as a plan.
        assert_eq!(assessed(&[], DAY, is_narrowed), Vec::<String>::new());
    }
}

/// A control of the built-in catalog that applies to every wallet.
fn control_of_wallets() -> ControlId {
    let control = Catalog::builtin().controls().find(|control| {
        control.subject.word() == "wallet" && control.when.among(control.subject) == "every wallet"
    });
    control.unwrap().id.clone()
}

fn about(wallet: &str) -> SubjectId {
    SubjectId::Wallet(parse(wallet))
}

#[test]
fn evidence_without_scope() {
    let control = control_of_wallets();
    let cited = |change: fn(&mut AssessmentDocument, &mut Claim)| {
        after(|document| {
            let mut warm = Wallet::new(Tier::Warm, document.wallets[0].traits.clone());
            warm.since = Some(parse("2020-01-01"));
            document.wallets.insert(parse("warm"), warm);
            let mut claim = Claim::new(Status::Implemented);
            claim.evidence = vec![parse("e9.2-a"), parse("e9.2-b")];
            document.evidence["e9.2-b"].covers = Some(["hot", "warm"].map(about).to_vec());
            change(document, &mut claim);
            document.claims.insert(control.clone(), Some(claim));
        })
    };
    let doubted = ["evidence-without-scope:e9.2-a"];
    assert_eq!(cited(|_, _| {}), doubted);
    let partial = cited(|_, claim| {
        claim.status = Some(Status::Partial);
        claim.missing = Some("The second half.".to_owned());
        claim.part_evidence = std::mem::take(&mut claim.evidence);
    });
    assert_eq!(partial, doubted);
    let not_doubted: [fn(&mut AssessmentDocument, &mut Claim); 5] = [
        // It states what it covers, or is general.
        |document, _| item(document).covers = Some(vec![about("warm")]),
        |document, _| item(document).kind = EvidenceKind::Procedure,
        // It is cited for one wallet.
        |document, _| document.wallets["warm"].until = Some(parse("2026-06-30")),
        |_, claim| {
            let own = NarrowedClaim::new(Status::NotImplemented);
            claim.wallets.insert(parse("warm"), Some(own));
        },
        // It shows what is missing.
        |_, claim| {
            claim.status = Some(Status::NotImplemented);
            claim.observations = std::mem::take(&mut claim.evidence);
        },
    ];
    for change in not_doubted {
        assert_eq!(cited(change), Vec::<String>::new());
    }
}

#[test]
fn claim_without_assessor_or_day() {
    let assessed = |change: fn(&mut AssessmentDocument)| {
        after(|document| {
            let auditor = Assessed::new(parse("auditor"), parse("2026-06-02"));
            claim(document, "9.2-b").assessed = vec![auditor];
            change(document);
        })
    };
    let both = [
        "claim-without-assessor:organization",
        "claim-without-day:organization",
    ];
    assert_eq!(assessed(|_| {}), both);
    let by: fn(&mut AssessmentDocument) = |document| {
        document.assessed = vec![with!(Assessed::default(); by: Some(parse("auditor")))];
    };
    assert_eq!(assessed(by), both[1..]);
    let on: fn(&mut AssessmentDocument) = |document| {
        document.assessed = vec![with!(Assessed::default(); on: Some(parse("2026-06-02")))];
    };
    assert_eq!(assessed(on), both[..1]);
    // No claim states it, or every claim does.
    let none = |document: &mut AssessmentDocument| claim(document, "9.2-b").assessed.clear();
    assert_eq!(assessed(none), Vec::<String>::new());
    let of_file = |document: &mut AssessmentDocument| {
        document.assessed = claim(document, "9.2-b").assessed.clone();
    };
    assert_eq!(assessed(of_file), Vec::<String>::new());
}

#[test]
fn assessed_by_owner() {
    let assessed = |owner: &str, all: &[(&str, &str)]| {
        after(|document| {
            document.people.insert(parse("o-again"), Person::new("o"));
            let assessed = all.iter();
            let assessed = assessed.map(|(by, on)| Assessed::new(parse(by), parse(on)));
            document.assessed = assessed.collect();
            claim(document, "9.2-b").owner = Some(parse(owner));
        })
    };
    let early = "2026-06-01";
    let doubted = ["assessed-by-owner:owner"];
    assert_eq!(assessed("owner", &[("owner", early)]), doubted);
    assert_eq!(assessed("owner", &[("o-again", early)]), doubted);
    let later = [("owner", early), ("auditor", "2027-01-01")];
    assert_eq!(assessed("owner", &later), doubted);
    let both = [("owner", early), ("auditor", DAY)];
    assert_eq!(assessed("owner", &both), Vec::<String>::new());
    let other = [("auditor", early)];
    assert_eq!(assessed("owner", &other), Vec::<String>::new());
    assert_eq!(assessed("owner", &[]), Vec::<String>::new());
}

#[test]
fn acceptance_without_day() {
    let accepted = |days: [Option<&str>; 2]| {
        after(|document| {
            let risks = Catalog::builtin().risks().map(|risk| risk.id.clone());
            for (risk, on) in risks.zip(days) {
                let mut acceptance = Acceptance::new("Rare.", parse("board"), parse(DAY));
                acceptance.on = on.map(parse);
                document.accepted_risks.insert(risk, acceptance);
            }
        })
    };
    let first = &Catalog::builtin().risks().next().unwrap().id;
    let day = Some("2026-03-01");
    let doubted = [format!("acceptance-without-day:{first}")];
    assert_eq!(accepted([None, day]), doubted);
    assert_eq!(accepted([day, day]), Vec::<String>::new());
    assert_eq!(accepted([None, None]), Vec::<String>::new());
}

#[test]
fn weak_evidence() {
    let is_critical = |control: &&Control| {
        let risks = control.directly.iter();
        let mut risks = risks.map(|id| Catalog::builtin().risk(id.as_str()).unwrap());
        risks.any(|risk| risk.severity.word() == "critical")
    };
    let of_critical = |critical: bool| {
        let catalog = Catalog::builtin();
        let found = catalog.controls().find(|control| {
            let techniques = &catalog.control_details(&control.id).unwrap().techniques;
            is_critical(control) == critical && techniques.contains(&Technique::Interview)
        });
        found.unwrap().id.clone()
    };
    let cited = |critical: bool, techniques: [Technique; 2], by: &str| {
        after(|document| {
            document.people.insert(parse("o-again"), Person::new("o"));
            let ids = ["e9.2-a", "e9.2-b"];
            for (id, technique) in ids.into_iter().zip(techniques) {
                document.evidence[id].technique = technique;
                document.evidence[id].by = Some(parse(by));
            }
            let mut claim = Claim::new(Status::Implemented);
            claim.evidence = ids.map(parse).to_vec();
            claim.owner = Some(parse("owner"));
            for control in ["9.2-a", "9.2-b"] {
                document.claims.shift_remove(control);
            }
            document.claims.insert(of_critical(critical), Some(claim));
        })
    };
    let doubted = [format!("weak-evidence:{}", of_critical(true))];
    let interviews = [Technique::Interview; 2];
    let papers = [Technique::Examine; 2];
    let paper_and_interview = [Technique::Examine, Technique::Interview];
    assert_eq!(cited(true, interviews, "auditor"), doubted);
    assert_eq!(cited(true, papers, "owner"), doubted);
    assert_eq!(cited(true, paper_and_interview, "o-again"), doubted);
    for (critical, techniques, by) in [
        (false, interviews, "auditor"),
        (true, papers, "auditor"),
        (true, paper_and_interview, "auditor"),
        (true, [Technique::Interview, Technique::Test], "owner"),
    ] {
        assert_eq!(cited(critical, techniques, by), Vec::<String>::new());
    }
}

/// A control of the built-in catalog by its details.
fn control_with(wanted: impl Fn(&ControlDetails) -> bool) -> String {
    let catalog = Catalog::builtin();
    let mut controls = catalog.controls().filter(|control| {
        control.subject.word() == "organization" && control.when.among(control.subject) == "always"
            || CONTROLS.contains(&control.id.as_str())
    });
    let found = controls.find(|control| wanted(catalog.control_details(&control.id).unwrap()));
    found.unwrap().id.to_string()
}

#[test]
fn other_kind() {
    let policy = control_with(|details| {
        let text = details.evidence.join(" ");
        ![
            "inspect", "observ", "site", "locat", "seal", "physical", "walk", "contract", "agree",
        ]
        .iter()
        .chain(&[
            "terms", "clause", "insur", "provider", "supplier", "vendor", "service",
        ])
        .chain(&["photo", "picture", "video", "recording", "camera"])
        .chain(&[
            "certif", "accredit", "validat", "evaluat", "qualif", "module", "device",
        ])
        .any(|part| text.contains(part))
            && details.techniques.contains(&Technique::Interview)
    });
    let with = |kind, status| {
        after(|document| {
            document.evidence_max_age.clear();
            item(document).kind = kind;
            let mut claim = Claim::new(status);
            claim.evidence = vec![parse("e9.2-a")];
            if status == Status::Inherited {
                document
                    .providers
                    .insert(parse("other"), Provider::new("Other"));
                claim.provider = Some(parse("other"));
            }
            document.claims.shift_remove("9.2-a");
            document.claims.insert(parse(&policy), Some(claim));
        })
    };
    let doubted = [format!("other-kind:{policy}")];
    for kind in EvidenceKind::values() {
        let is_other = [
            EvidenceKind::Photograph,
            EvidenceKind::Contract,
            EvidenceKind::Certificate,
        ]
        .contains(&kind);
        let expected = if is_other { &doubted[..] } else { &[] };
        assert_eq!(with(kind, Status::Implemented), expected, "{kind}");
    }
    assert_eq!(
        with(EvidenceKind::Contract, Status::Inherited),
        Vec::<String>::new()
    );
    assert_eq!(with(EvidenceKind::Photograph, Status::Inherited), doubted);
    // One item of a listed kind is enough.
    let both = after(|document| {
        item(document).kind = EvidenceKind::Photograph;
        let mut claim = Claim::new(Status::Implemented);
        claim.evidence = vec![parse("e9.2-a"), parse("e9.2-b")];
        document.claims.shift_remove("9.2-a");
        document.claims.insert(parse(&policy), Some(claim));
    });
    assert_eq!(both, Vec::<String>::new());
}

#[test]
fn other_technique() {
    let catalog = Catalog::builtin();
    let control = catalog
        .controls()
        .find(|control| {
            let techniques = &catalog.control_details(&control.id).unwrap().techniques;
            control.subject.word() == "wallet"
                && *techniques == [Technique::Examine, Technique::Test]
                && control.when.among(control.subject).contains("wallets")
        })
        .map(|control| control.id.clone())
        .unwrap();
    let with = |technique| {
        let mut found = after(|document| {
            // A claim that has no effect is a warning; it is doubted like any other.
            let mut claim = Claim::new(Status::Implemented);
            claim.evidence = vec![parse("e9.2-a")];
            item(document).technique = technique;
            document.claims.shift_remove("9.2-a");
            document.claims.insert(control.clone(), Some(claim));
        });
        found.retain(|id| !id.starts_with("weak-evidence:"));
        found
    };
    for technique in [Technique::Examine, Technique::Observe, Technique::Test] {
        assert_eq!(with(technique), Vec::<String>::new(), "{technique}");
    }
    assert_eq!(
        with(Technique::Interview),
        [format!("other-technique:{control}")]
    );
}

#[test]
fn wordless_justification() {
    let because = |text: &str| {
        after(|document| {
            let claim = claim(document, "9.2-b");
            claim.status = Some(Status::NotApplicable);
            claim.because = Some(text.to_owned());
        })
    };
    for text in [
        "-",
        "n/a",
        "N. A.",
        "x",
        "xxx",
        "…",
        "123",
        "None.",
        "not applicable",
        "tbd",
        "\u{3164}\u{115f}",
        "\u{1160}\u{ffa0}",
        "\u{ff4e}/\u{ff41}",
        "see note",
        "See above.",
        "as discussed",
        "To be confirmed",
        "Same as above; see attached.",
        "T.B.D.",
    ] {
        assert_eq!(because(text), ["wordless-justification:9.2-b"], "{text}");
    }
    for text in [
        "No API.",
        "対象外",
        "Outsourced",
        "None of our wallets has it.",
        "See the board minutes",
        "as agreed with FINMA",
    ] {
        assert_eq!(because(text), Vec::<String>::new(), "{text}");
    }
    let others = after(|document| {
        let alternative = claim(document, "9.2-b");
        alternative.status = Some(Status::Alternative);
        alternative.rationale = Some("-".to_owned());
        let partial = claim(document, "9.2-c");
        partial.status = Some(Status::Partial);
        partial.missing = Some("-".to_owned());
        partial.part_evidence = std::mem::take(&mut partial.evidence);
        let risk = Catalog::builtin().risks().next().unwrap().id.clone();
        let acceptance = Acceptance::new("-", parse("board"), parse(DAY));
        document.accepted_risks.insert(risk, acceptance);
    });
    assert_eq!(others.len(), 3, "{others:?}");
}

#[test]
fn mostly_excluded() {
    let cells = coverage(honest(), DAY).tally().denominator();
    let excluded_by = |wanted: u64, approver: Option<&str>| {
        after(|document| {
            document.claims.clear();
            let every = coverage(document.clone(), DAY);
            // Controls with several cells would overshoot.
            for cell in every.cells().take(usize::try_from(wanted).unwrap()) {
                let mut claim = Claim::new(Status::NotApplicable);
                claim.because = Some("It does not exist.".to_owned());
                claim.approved_by = approver.map(parse);
                document.claims.insert(cell.control.id.clone(), Some(claim));
            }
        })
    };
    let excluded = |wanted| excluded_by(wanted, Some("board"));
    assert_eq!(excluded(cells / 2), Vec::<String>::new());
    assert_eq!(excluded(cells / 2 + 1), ["mostly-excluded:organization"]);
    // An exclusion that is not confirmed counts as not assessed.
    assert_eq!(excluded_by(cells / 2 + 1, None), Vec::<String>::new());
}

#[test]
fn provider_is_custodian() {
    let named = |name: &str, is_used: bool| {
        after(|document| {
            document
                .providers
                .insert(parse("vendor"), Provider::new(name));
            if is_used {
                let claim = claim(document, "9.2-b");
                claim.status = Some(Status::Inherited);
                claim.provider = Some(parse("vendor"));
            }
        })
    };
    for name in ["ADV A.G.", "Adv Ltd.", "Adv", "Adv, Inc.", "ADV Co., Ltd"] {
        assert_eq!(
            named(name, true),
            ["provider-is-custodian:vendor"],
            "{name}"
        );
    }
    assert_eq!(named("Adv AG Holding", true), Vec::<String>::new());
    let by_id = after(|document| {
        let provider = Provider::new("Services");
        document.providers.insert(parse("adv-ag"), provider);
        let claim = claim(document, "9.2-b");
        claim.status = Some(Status::Inherited);
        claim.provider = Some(parse("adv-ag"));
    });
    assert_eq!(by_id, ["provider-is-custodian:adv-ag"]);
    assert_eq!(named("Adv Services AG", true), Vec::<String>::new());
    assert_eq!(named("Adv AG", false), Vec::<String>::new());
}

#[test]
fn quorum_of_one() {
    let quorum = |required, traits: &[Trait]| {
        after(|document| {
            let mut wallet = Wallet::new(Tier::Hot, traits.to_vec());
            wallet.since = Some(parse("2020-01-01"));
            wallet.facts =
                Some(with!(WalletFacts::default(); quorum: Some(Quorum { required, of: 3 })));
            document.wallets.insert(parse("hot"), wallet);
        })
    };
    let several = [Trait::Hsm, Trait::Multisig];
    assert_eq!(quorum(2, &several), Vec::<String>::new());
    assert_eq!(quorum(1, &several), ["quorum-of-one:hot"]);
    assert_eq!(
        quorum(1, &[Trait::Hsm, Trait::SecretSharing]),
        ["quorum-of-one:hot"]
    );
    // A wallet that does not claim several signers may have one.
    assert_eq!(quorum(1, &[Trait::Hsm]), Vec::<String>::new());
}

#[test]
fn wallet_without_since() {
    let doubts = after(|document| document.wallets[0].since = None);
    assert_eq!(doubts, ["wallet-without-since:hot"]);
}

#[test]
fn no_wallets() {
    assert_eq!(
        after(|document| document.wallets.clear()),
        ["no-wallets:organization"]
    );
    // A wallet that holds no keys any more is in no number.
    assert_eq!(
        after(|document| document.wallets[0].until = Some(parse("2020-12-31"))),
        ["no-wallets:organization"]
    );
}

#[test]
fn alike_wallets() {
    let traits = || vec![Trait::BackedUp, Trait::Multisig, Trait::Hsm];
    let second = |change: fn(&mut Wallet), own: Option<&str>| {
        after(|document| {
            let mut wallet = Wallet::new(Tier::Hot, traits());
            wallet.since = Some(parse("2020-01-01"));
            wallet.title = Some("Another title is no difference".to_owned());
            change(&mut wallet);
            document.wallets.insert(parse("warm"), wallet);
            if let Some(control) = own {
                let mut narrowed = NarrowedClaim::new(Status::NotImplemented);
                narrowed.note = Some("only here".to_owned());
                let claim = document.claims.entry(parse(control)).or_default();
                let claim = claim.get_or_insert_default();
                claim.wallets.insert(parse("warm"), Some(narrowed));
            }
        })
    };
    assert_eq!(second(|_| {}, None), ["alike-wallets:warm"]);
    assert_eq!(
        second(|wallet| wallet.tier = Tier::Warm, None),
        Vec::<String>::new()
    );
    assert_eq!(
        second(|wallet| wallet.traits.push(Trait::Paper.into()), None),
        Vec::<String>::new()
    );
    assert_eq!(
        second(|wallet| wallet.assets.push("BTC".to_owned()), None),
        Vec::<String>::new()
    );
    let facts: fn(&mut Wallet) = |wallet| wallet.facts = Some(WalletFacts::default());
    assert_eq!(second(facts, None), Vec::<String>::new());
    let catalog = Catalog::builtin();
    let mut controls = catalog.controls();
    let of_wallets = controls.find(|control| {
        control.subject.word() == "wallet" && control.when.among(control.subject) == "every wallet"
    });
    let own = of_wallets.unwrap().id.to_string();
    assert_eq!(second(|_| {}, Some(&own)), Vec::<String>::new());
}

#[test]
fn one_person() {
    let roles = |owner: &str, approver: &str| {
        after(|document| {
            // The same name under another id is the same person.
            document.people.insert(parse("a-again"), Person::new("a"));
            claim(document, "9.2-b").owner = Some(parse(owner));
            let control = Catalog::builtin().control("9.2-b").unwrap();
            let mut risks = Catalog::builtin().risks();
            let other = risks
                .find(|risk| !control.directly.contains(&risk.id))
                .unwrap();
            let acceptance = Acceptance::new("Rare.", parse(approver), parse(DAY));
            document.accepted_risks.insert(other.id.clone(), acceptance);
        })
    };
    assert_eq!(roles("auditor", "auditor"), ["one-person:auditor"]);
    assert_eq!(roles("auditor", "a-again"), ["one-person:auditor"]);
    assert_eq!(roles("a-again", "auditor"), ["one-person:auditor"]);
    assert_eq!(roles("auditor", "board"), Vec::<String>::new());
    assert_eq!(roles("owner", "auditor"), Vec::<String>::new());
}

// A second implementation, which searches everything anew for each entry.

/// A claim with its entry: its control, and its wallet if it is narrowed.
struct Said {
    entry: String,
    control: String,
    claim: NarrowedClaim,
}

fn said(document: &AssessmentDocument) -> Vec<Said> {
    let mut all = Vec::new();
    for (control, claim) in &document.claims {
        let Some(claim) = claim else { continue };
        if let Some(status) = claim.status {
            all.push(Said {
                entry: control.to_string(),
                control: control.to_string(),
                claim: claim.narrowed(status),
            });
        }
        for (wallet, own) in &claim.wallets {
            all.extend(own.clone().map(|claim| Said {
                entry: format!("{control}@{wallet}"),
                control: control.to_string(),
                claim,
            }));
        }
    }
    all
}

fn letters(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect()
}

fn has_no_words(text: &str) -> bool {
    let placeholders = "na notapplicable tbd tba tbc todo fixme";
    let fillers = "above agreed already and applicable as attached be below comment confirmed \
                   decided defined described determined discussed done idem is later mentioned nil \
                   no none not note notes nothing null ok per refer same see stated test the to yes";
    let plain = letters(text);
    let different: BTreeSet<char> = plain.chars().filter(|c| c.is_alphabetic()).collect();
    let is_filler = |word: &str| fillers.split_whitespace().any(|filler| filler == word);
    let spaced = text
        .to_lowercase()
        .replace(|c: char| !c.is_alphanumeric(), " ");
    different.len() < 2
        || placeholders.split(' ').any(|word| word == plain)
        || spaced.split_whitespace().all(is_filler)
}

/// A name without case, punctuation and its legal form.
fn firm(name: &str) -> String {
    let name = name.to_lowercase().replace('.', "");
    let name = name.replace(|c: char| !c.is_alphanumeric(), " ");
    let mut words: Vec<&str> = name.split_whitespace().collect();
    while let [
        _,
        ..,
        "ag" | "ltd" | "inc" | "co" | "gmbh" | "limited" | "llc" | "sa" | "plc",
    ] = words[..]
    {
        words.pop();
    }
    words.concat()
}

/// The last day on which a claim was assessed, until the day of the report.
fn assessed_on(case: &Case, claim: &NarrowedClaim) -> Option<Date> {
    let own = &claim.assessed;
    let of_file = &case.document.assessed;
    let assessed = if own.is_empty() { of_file } else { own };
    let days = assessed.iter().filter_map(|one| one.on);
    days.filter(|on| *on <= case.settings.as_of).max()
}

/// A person by name and organization.
fn named(person: &Person) -> (String, String) {
    let organization = person.organization.as_deref().unwrap_or_default();
    (letters(&person.name), letters(organization))
}

/// Who assessed which claims when, and what they cite.
fn assessed_and_cited(case: &Case, said: &[Said], found: &mut BTreeSet<String>) {
    let document = &case.document;
    let day = case.settings.as_of;
    let same = |one: &PersonId, other: &PersonId| {
        named(&document.people[one]) == named(&document.people[other])
    };
    let assessed = |said: &Said| {
        let own = said.claim.assessed.clone();
        if own.is_empty() {
            document.assessed.clone()
        } else {
            own
        }
    };
    let with = |has: fn(&Assessed) -> bool| {
        let claims = said.iter().filter(|said| assessed(said).iter().any(has));
        claims.count()
    };
    for (code, count) in [
        ("claim-without-assessor", with(|one| one.by.is_some())),
        ("claim-without-day", with(|one| one.on.is_some())),
    ] {
        if count != 0 && count != said.len() {
            found.insert(format!("{code}:organization"));
        }
    }
    for said in said {
        let until = assessed(said).into_iter();
        let until = until.filter(|one| one.on.is_none_or(|on| on <= day));
        let by: Vec<PersonId> = until.filter_map(|one| one.by).collect();
        if let Some(owner) = &said.claim.owner
            && !by.is_empty()
            && by.iter().all(|by| same(by, owner))
        {
            found.insert(format!("assessed-by-owner:{owner}"));
        }
        let control = case.catalog.control(&said.control).unwrap();
        let mut directly = control.directly.iter();
        let is_critical = directly
            .any(|risk| case.catalog.risk(risk.as_str()).unwrap().severity.word() == "critical");
        let shows = said
            .claim
            .evidence
            .iter()
            .map(|id| (id, &document.evidence[id]));
        let checks = case.settings.files.as_ref();
        let is_sound = |id: &str| {
            let check = checks.and_then(|files| files.checks.get(id));
            check.is_none_or(|check| check.objection().is_none())
        };
        let shows: Vec<&Evidence> = shows
            .filter(|(id, _)| is_sound(id.as_str()))
            .map(|(_, item)| item)
            .filter(|item| item.collected <= day && day <= last_day(document, item))
            .collect();
        let is_weak = |item: &&Evidence| {
            let by = item.by.as_ref().zip(said.claim.owner.as_ref());
            let is_of_owner = by.is_some_and(|(by, owner)| same(by, owner));
            item.technique.word() == "interview"
                || item.technique.word() == "examine" && is_of_owner
        };
        let is_in_place = said.claim.status.is_in_place();
        if is_in_place && is_critical && !shows.is_empty() && shows.iter().all(is_weak) {
            found.insert(format!("weak-evidence:{}", said.entry));
        }
    }
    for (control, claim) in &document.claims {
        let Some(claim) = claim else { continue };
        let plain = case
            .plain
            .controls
            .iter()
            .find(|plain| plain.id == control.as_str());
        let plain = plain.unwrap();
        let meant = document.wallets.iter().filter(|(id, wallet)| {
            let words = naive::words_of_wallet(&case.plain, document, id.as_str());
            wallet.since.is_none_or(|since| since <= day)
                && wallet.until.is_none_or(|until| day <= until)
                && !claim.wallets.contains_key(*id)
                && plain.subject == "wallet"
                && naive::holds(&plain.when, &words)
        });
        let backs = [&claim.evidence, &claim.part_evidence]
            .into_iter()
            .flatten();
        let is_excluded = claim.status == Some(Status::NotApplicable);
        if claim.status.is_none() || is_excluded || meant.count() < 2 {
            continue;
        }
        for id in backs {
            let item = &document.evidence[id];
            let general = ["policy", "procedure", "contract", "design-document"];
            if item.covers.is_none() && !general.contains(&item.kind.word()) {
                found.insert(format!("evidence-without-scope:{id}"));
            }
        }
    }
    let decided = document.accepted_risks.values();
    let has_days = decided.clone().any(|acceptance| acceptance.on.is_some());
    for (risk, acceptance) in &document.accepted_risks {
        if has_days && acceptance.on.is_none() {
            found.insert(format!("acceptance-without-day:{risk}"));
        }
    }
}

/// The wallets for which a claim was last assessed before they held keys.
fn assessed_too_early(case: &Case, found: &mut BTreeSet<String>) {
    for (id, wallet) in &case.document.wallets {
        let day = case.settings.as_of;
        let has_ended = wallet.until.is_some_and(|until| until < day);
        let Some(since) = wallet.since.filter(|since| *since <= day && !has_ended) else {
            continue;
        };
        let words = naive::words_of_wallet(&case.plain, &case.document, id.as_str());
        for control in &case.plain.controls {
            let applies = control.subject == "wallet" && naive::holds(&control.when, &words);
            let claim = case.document.claims.get(&*control.id).filter(|_| applies);
            let Some(Some(claim)) = claim else { continue };
            let claim = match claim.wallets.get(id) {
                Some(own) => own.clone(),
                None => claim.status.map(|status| claim.narrowed(status)),
            };
            let on = claim.and_then(|claim| assessed_on(case, &claim));
            if on.is_some_and(|on| on < since) {
                found.insert(format!("assessed-before-wallet:{id}"));
            }
        }
    }
}

fn last_day(document: &AssessmentDocument, item: &Evidence) -> Date {
    let age = document.evidence_max_age.get(&item.kind);
    let allowed = age.map(|days| item.collected.plus_days(i32::try_from(*days).unwrap()));
    item.valid_until.into_iter().chain(allowed).min().unwrap()
}

fn second(case: &Case) -> BTreeSet<String> {
    let document = &case.document;
    let said = said(document);
    let in_place: Vec<&Said> = said
        .iter()
        .filter(|said| said.claim.status.is_in_place())
        .collect();
    let mut found = BTreeSet::new();
    let mut files: Vec<(Option<String>, String)> = Vec::new();
    for (id, item) in &document.evidence {
        let until = last_day(document, item);
        if item.collected.days_until(until) > LONGEST_VALIDITY_DAYS {
            found.insert(format!("long-validity:{id}"));
        }
        if let (Some(days), Some(stated)) =
            (document.evidence_max_age.get(&item.kind), item.valid_until)
            && item.collected.days_until(stated) > i32::try_from(*days).unwrap()
        {
            found.insert(format!("valid-until-overruled:{id}"));
        }
        if item
            .sha256
            .as_ref()
            .is_some_and(|digest| digest.as_str() == EMPTY)
        {
            found.insert(format!("empty-file:{id}"));
        }
        let as_of = case.settings.as_of;
        let is_current = item.collected <= as_of && as_of <= until;
        if is_current && item.collected > document.period.unwrap().to {
            found.insert(format!("collected-after-period:{id}"));
        }
        let digest = item.sha256.as_ref();
        let locator = item.locator.to_lowercase();
        files.push((digest.map(|digest| digest.as_str().to_owned()), locator));
    }
    // Items are one file if they share a digest or a locator, or if others connect them.
    let mut group: Vec<usize> = (0..files.len()).collect();
    for _ in 0..files.len() {
        for one in 0..files.len() {
            for other in 0..files.len() {
                let same_digest = files[one].0.is_some() && files[one].0 == files[other].0;
                if same_digest || files[one].1 == files[other].1 {
                    let least = group[one].min(group[other]);
                    (group[one], group[other]) = (least, least);
                }
            }
        }
    }
    if let Some(checked) = &case.settings.files {
        let with = |words: &[&str]| {
            let checks = checked.checks.iter();
            checks
                .filter(|(_, check)| words.contains(&check.word()))
                .map(|(id, _)| id)
                .collect()
        };
        let present: Vec<_> = with(&["present"]);
        found.extend(
            present
                .iter()
                .map(|id| format!("evidence-file-without-hash:{id}")),
        );
        let absent: Vec<_> = with(&["missing", "other-case"]);
        let elsewhere: Vec<_> = with(&["not-checked", "other-system"]);
        if !absent.is_empty() && absent.len() + elsewhere.len() == checked.checks.len() {
            found.insert("no-evidence-file-found:organization".to_owned());
        }
    }
    let (part, whole) = LARGEST_SHARE_OF_ONE_ITEM;
    // By id, as reports have them.
    let mut sorted: Vec<_> = document.evidence.keys().collect();
    sorted.sort();
    let file_of = |id: &str| group[document.evidence.get_index_of(id).unwrap()];
    for id in &sorted {
        let first = sorted
            .iter()
            .find(|other| file_of(other.as_str()) == file_of(id.as_str()));
        let citing = in_place.iter().filter(|said| {
            let mut cited = said.claim.evidence.iter();
            cited.any(|other| file_of(other.as_str()) == file_of(id.as_str()))
        });
        let (citing, all) = (citing.count() as u64, in_place.len() as u64);
        if first == Some(id) && all >= FEWEST_FOR_A_SHARE && citing * whole > all * part {
            found.insert(format!("one-item-behind-most-claims:{id}"));
        }
    }
    for said in &said {
        let justified = [
            &said.claim.because,
            &said.claim.rationale,
            &said.claim.missing,
        ];
        if justified
            .into_iter()
            .flatten()
            .any(|text| has_no_words(text))
        {
            found.insert(format!("wordless-justification:{}", said.entry));
        }
    }
    for (risk, acceptance) in &document.accepted_risks {
        if has_no_words(&acceptance.because) {
            found.insert(format!("wordless-justification:{risk}"));
        }
    }
    for said in &in_place {
        let control = parse(&said.control);
        let details = case.catalog.control_details(&control).unwrap();
        let cited: Vec<&Evidence> = said
            .claim
            .evidence
            .iter()
            .map(|id| &document.evidence[id])
            .collect();
        let listed = |technique: Technique| {
            details.techniques.contains(&technique)
                || technique == Technique::Observe
                    && details.techniques.contains(&Technique::Examine)
        };
        if !cited.is_empty() && !cited.iter().any(|item| listed(item.technique)) {
            found.insert(format!("other-technique:{}", said.entry));
        }
    }
    let last = document.period.unwrap().to;
    let mut days = said
        .iter()
        .filter_map(|said| assessed_on(case, &said.claim));
    if days.any(|on| on > last) {
        found.insert("assessed-after-period:organization".to_owned());
    }
    assessed_too_early(case, &mut found);
    assessed_and_cited(case, &said, &mut found);
    providers_wallets_people((document, case.settings.as_of), &said, &mut found);
    found
}

fn providers_wallets_people(
    (document, day): (&AssessmentDocument, Date),
    said: &[Said],
    found: &mut BTreeSet<String>,
) {
    let custodian = firm(&document.custodian.as_ref().unwrap().name);
    for (id, provider) in &document.providers {
        let is_used = said
            .iter()
            .any(|said| said.claim.provider.as_ref() == Some(id));
        let named = [firm(&provider.name), firm(id.as_str())];
        if is_used && named.contains(&custodian) {
            found.insert(format!("provider-is-custodian:{id}"));
        }
    }
    let is_held = |wallet: &Wallet| {
        wallet.since.is_none_or(|since| since <= day)
            && wallet.until.is_none_or(|until| day <= until)
    };
    if !document.wallets.values().any(is_held) {
        found.insert("no-wallets:organization".to_owned());
    }
    let content = |id: &str| {
        let wallet = &document.wallets[id];
        let mut traits = wallet.traits.clone();
        traits.sort();
        let assets: BTreeSet<String> = wallet.assets.iter().map(|it| letters(it)).collect();
        let own: Vec<_> = document
            .claims
            .iter()
            .filter_map(|(control, claim)| {
                let mut own = claim.as_ref()?.wallets.get(id)?.clone();
                if let Some(own) = &mut own {
                    own.assessed.clear();
                    own.earlier.clear();
                }
                Some((control, own))
            })
            .collect();
        format!(
            "{:?} {traits:?} {assets:?} {:?} {own:?}",
            wallet.tier, wallet.facts
        )
    };
    let held = || {
        document
            .wallets
            .iter()
            .filter(|(_, wallet)| is_held(wallet))
    };
    for (id, wallet) in held() {
        if wallet.since.is_none() {
            found.insert(format!("wallet-without-since:{id}"));
        }
        let several = [Trait::Multisig, Trait::SecretSharing];
        let is_several = (wallet.traits.iter()).any(|word| several.iter().any(|one| word == one));
        let quorum = wallet.facts.as_ref().and_then(|facts| facts.quorum);
        if is_several && quorum.is_some_and(|quorum| quorum.required <= 1) {
            found.insert(format!("quorum-of-one:{id}"));
        }
        let mut others = held().map(|(id, _)| id).filter(|other| *other < id);
        if others.any(|other| content(other.as_str()) == content(id.as_str())) {
            found.insert(format!("alike-wallets:{id}"));
        }
    }
    for (id, person) in &document.people {
        let is_same = |other: &&PersonId| named(person) == named(&document.people[*other]);
        let ids: BTreeSet<_> = document.people.keys().filter(is_same).collect();
        let first = ids.iter().find(|id| document.assessors.contains(id));
        let owns = said.iter().any(|said| {
            said.claim
                .owner
                .as_ref()
                .is_some_and(|owner| ids.contains(owner))
        });
        let approves = document
            .accepted_risks
            .values()
            .any(|acceptance| ids.contains(&acceptance.approved_by));
        if first.is_some_and(|first| *first == id) && owns && approves {
            found.insert(format!("one-person:{id}"));
        }
    }
}

/// The case with some of what the rules look for.
fn doubtful(case: &Case, choices: &mut Choices<'_>) -> Case {
    case.with_document(|document| {
        for item in document.evidence.values_mut() {
            if choices.happens(1, 3) {
                item.technique = choices.one_of(&Technique::values()).unwrap();
            }
            if choices.happens(1, 2) {
                let people: Vec<PersonId> = document.people.keys().cloned().collect();
                item.by = choices.one_of(&people);
            }
            if choices.happens(1, 4) {
                let days = i32::try_from(choices.between(1826, 1830)).unwrap();
                item.valid_until = Some(item.collected.plus_days(days));
            }
            if choices.happens(1, 4) {
                let number = choices.below(2);
                item.locator = format!("evidence/{number}.pdf");
                item.sha256 = choices.happens(1, 3).then(|| parse(EMPTY));
            }
        }
        let texts = ["-", "n/a", "x", "No API.", "xxx"];
        for claim in document.claims.values_mut().flatten() {
            let text = choices.one_of(&texts).unwrap();
            let own = claim.wallets.values_mut().flatten();
            let own = own.flat_map(|own| [&mut own.because, &mut own.rationale, &mut own.missing]);
            let all = [&mut claim.because, &mut claim.rationale, &mut claim.missing];
            for stated in all.into_iter().chain(own).flatten() {
                text.clone_into(stated);
            }
        }
        for wallet in document.wallets.values_mut() {
            if choices.happens(1, 2) {
                wallet.tier = Tier::Hot;
            }
            if choices.happens(1, 3) {
                let required = u32::try_from(choices.between(1, 2)).unwrap();
                let quorum = Some(Quorum { required, of: 2 });
                wallet.facts = Some(with!(WalletFacts::default(); quorum));
            }
        }
        for provider in document.providers.values_mut() {
            if choices.happens(1, 3) {
                provider.name = String::from("HARBOUR custody-AG");
            }
        }
        for person in document.people.values_mut() {
            if choices.happens(1, 3) {
                person.name = String::from(choices.one_of(&["A. B.", "ab"]).unwrap());
            }
        }
        if let Some(period) = document.period.as_mut().filter(|_| choices.happens(1, 2)) {
            period.to = parse("2026-02-20");
        }
        if choices.happens(1, 2) {
            document.assessors = document.people.keys().take(2).cloned().collect();
        }
    })
}

#[test]
fn the_rules_and_a_second_implementation_agree() {
    check(|case| {
        let case = doubtful(case, &mut case.choices());
        let Ok(assessment) = case.document.clone().resolve(&case.catalog) else {
            return Err(custody_testing::not_applicable());
        };
        let coverage = assessment.measure(&case.settings);
        let found: BTreeSet<String> = ids(&coverage).into_iter().collect();
        // Kinds are compared with free text, and exclusions with the verdicts; both have tests of
        // their own.
        let others = found
            .iter()
            .filter(|id| !id.starts_with("other-kind:") && !id.starts_with("mostly-excluded:"))
            .cloned()
            .collect::<BTreeSet<_>>();
        prop_assert_eq!(others, second(&case));
        let (cells, excluded) = all_cells(&assessment, case.settings.as_of);
        prop_assert_eq!(
            found.contains("mostly-excluded:organization"),
            cells >= FEWEST_FOR_A_SHARE && excluded * 2 > cells
        );
        prop_assert_eq!(found.len(), coverage.doubts().len(), "ids are unique");
        Ok(())
    });
}

fn all_cells(assessment: &custody_controls::Assessment, day: Date) -> (u64, u64) {
    let tally = assessment.measure(&Settings::on(day)).tally();
    (tally.denominator() + tally.excluded, tally.excluded)
}

/// Verdicts, numbers and gaps are those of the same assessment without anything to doubt: nothing
/// in a report but its doubts depends on them.
#[test]
fn no_verdict_depends_on_a_doubt() {
    check(|case| {
        let changed = case.with_document(|document| {
            for item in document.evidence.values_mut() {
                item.technique = Technique::Interview;
                item.locator = "evidence/one.pdf".to_owned();
                item.sha256 = Some(parse(EMPTY));
            }
            for claim in document.claims.values_mut().flatten() {
                claim.because = claim.because.take().map(|_| "-".to_owned());
            }
            for provider in document.providers.values_mut() {
                provider.name = "Harbour Custody AG".to_owned();
            }
        });
        let before = resolve(case)?.measure(&case.settings).report();
        let after = resolve(&changed)?.measure(&case.settings).report();
        prop_assert_eq!(numbers(&before), numbers(&after));
        let verdicts = |report: &Report| -> Vec<_> {
            let rows = report.applicability.iter();
            rows.flat_map(|row| row.cells.iter().map(|cell| cell.verdict))
                .collect()
        };
        prop_assert_eq!(verdicts(&before), verdicts(&after));
        let gaps = |report: &Report| -> Vec<_> {
            let gaps = report.gaps.iter();
            gaps.map(|gap| (gap.id.clone(), gap.kind, gap.severity))
                .collect()
        };
        prop_assert_eq!(gaps(&before), gaps(&after));
        let doubts = measure(case, Coverage::doubts)?;
        prop_assert_eq!(&before.doubts, &doubts);
        prop_assert_eq!(before.summary.doubt_count(), doubts.len() as u64);
        prop_assert!(
            doubts
                .windows(2)
                .all(|pair| pair[0].code() <= pair[1].code())
        );
        Ok(())
    });
}

fn numbers(report: &Report) -> impl PartialEq + std::fmt::Debug + use<> {
    let summary = &report.summary;
    (
        summary.cells,
        summary.gaps.clone(),
        summary.risks.clone(),
        summary.overdue,
    )
}

#[test]
fn doubts_can_be_read_back() {
    let mut document = honest();
    item(&mut document).sha256 = Some(parse(EMPTY));
    document.wallets.clear();
    let report = coverage(document, DAY).report();
    let text = custody_testing::json(&report);
    let read: Report = serde_json::from_str(&text).unwrap();
    assert_eq!(read, report);
    assert_eq!(report.doubts.len(), 2);
    assert!(text.contains("the SHA-256 of `e9.2-a` is that of an empty file"));
}

#[test]
fn only_new_doubts_count_since_a_baseline() {
    let report = |change: fn(&mut AssessmentDocument)| {
        let mut document = honest();
        change(&mut document);
        coverage(document, DAY).report()
    };
    let one = report(|document| item(document).sha256 = Some(parse(EMPTY)));
    let two = report(|document| {
        item(document).sha256 = Some(parse(EMPTY));
        document.wallets.clear();
    });
    let mut stored = Vec::new();
    json::write(&one, &mut stored).unwrap();
    for baseline in [
        Baseline::of(&one),
        Baseline::from_json("b.json", &stored).unwrap(),
    ] {
        assert!(baseline.compare(&one).doubts.is_empty());
        let new = baseline.compare(&two).doubts;
        assert_eq!(new.len(), 1);
        assert_eq!(new[0].code, DoubtCode::NoWallets);
    }
    // A baseline without doubts, as before reports had them, accepts none.
    let mut old: serde_json::Value = serde_json::from_slice(&stored).unwrap();
    old.as_object_mut().unwrap().remove("doubts");
    let old = Baseline::from_json("b.json", old.to_string().as_bytes()).unwrap();
    assert_eq!(old.compare(&one).doubts.len(), 1);
}

/// An exclusion never improves the numbers by which a portfolio is sorted.
#[test]
fn an_exclusion_improves_no_rank() {
    check(|case| {
        let before = resolve(case)?.measure(&case.settings).report();
        let mut choices = case.choices();
        let changed = case.with_document(|document| {
            for claim in document.claims.values_mut() {
                if choices.happens(1, 3) {
                    let mut excluded = Claim::new(Status::NotApplicable);
                    excluded.because = Some("It does not exist.".to_owned());
                    *claim = Some(excluded);
                }
            }
        });
        let Ok(assessment) = changed.document.clone().resolve(&changed.catalog) else {
            return Err(custody_testing::not_applicable());
        };
        let after = assessment.measure(&changed.settings).report();
        let rank = |report: &Report| -> Vec<u64> {
            let gaps = &report.summary.without_exclusions.gaps;
            gaps.iter().take(1).map(|entry| entry.count).collect()
        };
        prop_assert!(rank(&after) >= rank(&before));
        let proven = |report: &Report| report.summary.without_exclusions.proven;
        prop_assert!(proven(&after).numerator <= proven(&before).numerator);
        prop_assert_eq!(proven(&after).denominator, proven(&before).denominator);
        Ok(())
    });
}
