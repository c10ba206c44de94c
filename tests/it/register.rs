//! The register of evidence: what rests on each item is recounted by losing the item, and digests are
//! added without changing anything else.

use custody_controls::settings::EvidenceFiles;
use custody_controls::taxonomy::FileCheck;
use custody_controls::{Assessment, AssessmentFiles, Catalog, Coverage, Settings, verify};
use custody_testing::{check, measure, resolve};
use proptest::prelude::{prop_assert, prop_assert_eq};
use std::collections::BTreeSet;
use std::fs;

/// The SHA-256 of `test`.
const TEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// The cells that are effective, or partial with evidence of that part.
fn holding(coverage: &Coverage) -> BTreeSet<String> {
    let cells = coverage.cells();
    cells
        .filter(|cell| coverage.holds(cell.index()))
        .map(|cell| cell.name())
        .collect()
}

#[test]
fn what_falls_with_an_item_is_no_longer_effective_once_it_is_lost() {
    check(|case| {
        let assessment = resolve(case)?;
        let coverage = assessment.measure(&case.settings);
        let before = holding(&coverage);
        let register = coverage.evidence_register();
        prop_assert_eq!(register.items.len(), case.document.evidence.len());
        for item in &register.items {
            let id = &item.row.evidence;
            let mut settings = case.settings.clone();
            let files = settings.files.get_or_insert_with(EvidenceFiles::default);
            files.checks.insert(id.clone(), FileCheck::Missing);
            let after = holding(&assessment.measure(&settings));
            let lost: BTreeSet<String> = before.difference(&after).cloned().collect();
            let falls: BTreeSet<String> = item.falls.iter().cloned().collect();
            prop_assert_eq!(falls, lost, "{}", id);
            let claims = case.document.claims.iter();
            let citing: BTreeSet<String> = claims
                .filter_map(|(control, claim)| Some((control, claim.as_ref()?)))
                .filter(|(_, claim)| claim.proposed.is_none())
                .flat_map(|(control, claim)| {
                    let lists = [&claim.evidence, &claim.part_evidence, &claim.observations];
                    let wide = claim.status.is_some() && lists.iter().any(|list| list.contains(id));
                    let narrow = claim.wallets.iter().filter(|(_, own)| {
                        own.as_ref().is_some_and(|own| {
                            let lists = [&own.evidence, &own.part_evidence, &own.observations];
                            lists.iter().any(|list| list.contains(id))
                        })
                    });
                    let narrow = narrow.map(move |(wallet, _)| format!("{control}@{wallet}"));
                    narrow.chain(wide.then(|| control.to_string()))
                })
                .collect();
            let claims: BTreeSet<String> = item.claims.iter().cloned().collect();
            prop_assert_eq!(claims, citing, "{}", id);
            prop_assert_eq!(
                item.expires_by(case.settings.as_of),
                item.row.days_left <= 0,
                "{}",
                id
            );
            if let Some(by) = &item.row.by {
                prop_assert!(item.renewed_by.iter().map(|of| &of.person).eq([by]));
            }
        }
        let sorted = register.items.windows(2).all(|pair| {
            (pair[0].row.until, &pair[0].row.evidence) < (pair[1].row.until, &pair[1].row.evidence)
        });
        prop_assert!(sorted);
        let text = custody_testing::json(&register);
        prop_assert_eq!(serde_json::from_str(&text).ok(), Some(register));
        measure(case, |_| ())
    });
}

/// Two files of one assessment, with comments and both styles.
const MAIN: &str = r#"assessment: firm
title: Firm
catalog: iso-tr-23576
custodian: { name: Firm }
period: { from: 2026-01-01, to: 2026-06-30 }
organization: { channels: [] }
wallets: { vault: { tier: cold, traits: [hardware-wallet] } }
people: { eve: { name: Eve } }
evidence:
  # Kept by Eve.
  block:
    title: "Block"   # quoted
    kind: record
    technique: examine
    collected: 2026-02-01
    valid_until: 2026-12-31
    locator: block.pdf
    by: eve
  flow: { title: Flow, kind: record, technique: examine, collected: 2026-02-01, valid_until: 2026-03-31, locator: deep/flow.pdf } # ours
  away: { title: Away, kind: record, technique: examine, collected: 2026-02-01, valid_until: 2026-12-31, locator: "https://example.org/1" }
  gone: { title: Gone, kind: record, technique: examine, collected: 2026-02-01, valid_until: 2026-12-31, locator: gone.pdf }
"#;

const CLAIMS: &str = "assessment: firm
evidence:
  stated:
    title: Stated
    kind: record
    technique: examine
    collected: 2026-02-01
    valid_until: 2026-12-31
    locator: block.pdf
    sha256: 0000000000000000000000000000000000000000000000000000000000000000
claims:
  9.2-a: { status: implemented, evidence: [block], owner: eve }
  9.2-b: { status: implemented, evidence: [flow, away, gone, stated] }
";

fn texts() -> [(&'static str, &'static str); 2] {
    [("main.yaml", MAIN), ("claims.yaml", CLAIMS)]
}

fn assessment() -> Assessment {
    let texts = texts().map(|(name, text)| (name, text.as_bytes().to_vec()));
    let files = AssessmentFiles::from_texts(texts);
    files.resolve(Catalog::builtin()).unwrap()
}

#[test]
fn digests_are_added_and_everything_else_stays() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::create_dir(at.join("deep")).unwrap();
    fs::write(at.join("block.pdf"), "test").unwrap();
    fs::write(at.join("deep/flow.pdf"), "test").unwrap();
    fs::write(at.join("deep/other.pdf"), "other").unwrap();
    fs::write(at.join(".hidden"), "hidden").unwrap();
    fs::write(at.join("main.yaml"), MAIN).unwrap();
    let assessment = assessment();
    let files = verify::files(&assessment, at).unwrap();
    let hashed = verify::add_hashes(texts(), &assessment, &files).unwrap();
    assert!(hashed.refused.is_empty());
    let added: Vec<&str> = hashed.added.iter().map(|of| of.evidence.as_str()).collect();
    assert_eq!(added, ["block", "flow"]);
    assert_eq!(hashed.files.len(), 1);
    let expected = MAIN
        .replace(
            "    locator: block.pdf\n",
            &format!("    locator: block.pdf\n    sha256: {TEST}\n"),
        )
        .replace(
            "locator: deep/flow.pdf }",
            &format!("locator: deep/flow.pdf, sha256: {TEST} }}"),
        );
    assert_eq!(hashed.files[0].name, "main.yaml");
    assert_eq!(hashed.files[0].before, MAIN);
    assert_eq!(hashed.files[0].after, expected);
    // A second time, there is nothing to add.
    let texts = [("main.yaml", expected.as_str()), ("claims.yaml", CLAIMS)];
    let bytes = texts.map(|(name, text)| (name, text.as_bytes().to_vec()));
    let assessment = AssessmentFiles::from_texts(bytes)
        .resolve(Catalog::builtin())
        .unwrap();
    let files = verify::files(&assessment, at).unwrap();
    assert_eq!(files.checks["block"], FileCheck::Matches);
    let again = verify::add_hashes(texts, &assessment, &files).unwrap();
    assert!(again.added.is_empty() && again.files.is_empty());
}

#[test]
fn files_that_no_item_names_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::create_dir_all(at.join("deep/.git")).unwrap();
    for (name, text) in [
        ("block.pdf", "test"),
        ("b.pdf", "b"),
        ("deep/a.pdf", "a"),
        ("deep/.git/config", "x"),
        (".hidden", "x"),
        ("main.yaml", MAIN),
    ] {
        fs::write(at.join(name), text).unwrap();
    }
    let assessment = assessment();
    let files = verify::files(&assessment, at).unwrap();
    let unlisted = verify::unlisted(&assessment, &files, at).unwrap();
    assert_eq!(unlisted.files, ["b.pdf", "deep/a.pdf"]);
    assert_eq!((unlisted.count, unlisted.complete), (2, true));
}

#[test]
fn the_register_names_what_rests_on_an_item_and_who_renews_it() {
    let assessment = assessment();
    let settings = Settings::on("2026-06-30".parse().unwrap());
    let register = assessment.measure(&settings).evidence_register();
    let ids: Vec<&str> = register
        .items
        .iter()
        .map(|item| item.row.evidence.as_str())
        .collect();
    assert_eq!(ids, ["flow", "away", "block", "gone", "stated"]);
    let item = |id: &str| {
        let mut items = register.items.iter();
        items.find(|item| item.row.evidence.as_str() == id).unwrap()
    };
    assert_eq!(item("flow").row.days_left, -91);
    assert_eq!(item("block").claims, ["9.2-a"]);
    assert_eq!(item("block").falls, ["9.2-a@organization"]);
    assert_eq!(item("block").renewed_by[0].name, "Eve");
    // Three items back the other claim, so nothing falls with one of them.
    assert!(item("away").falls.is_empty() && !item("away").is_unused());
    assert!(item("stated").renewed_by.is_empty());
    assert!(!item("stated").is_without_hash() && item("gone").is_without_hash());
}
