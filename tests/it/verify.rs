//! Files of evidence: locators mean the same on every machine, and each reason why a file is not
//! verified is told apart. Directories with unusual entries are compared with a naive reading of
//! the definition in `docs/coverage.md`.

use custody_controls::assessment::{Locator, LocatorError};
use custody_controls::diagnostic::Code;
use custody_controls::doubt::DoubtCode;
use custody_controls::settings::EvidenceFiles;
use custody_controls::taxonomy::{FileCheck, GapKind, Word};
use custody_controls::{Assessment, AssessmentFiles, Catalog, Settings, verify};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The SHA-256 of `test`.
const TEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn text_of(items: &[(String, Option<&str>)]) -> String {
    let mut text = "
assessment: firm
title: Firm
catalog: iso-tr-23576
custodian: { name: Firm }
period: { from: 2026-01-01, to: 2026-06-30 }
organization: { channels: [] }
wallets: { vault: { tier: cold, traits: [hardware-wallet] } }
evidence:
"
    .to_owned();
    for (number, (locator, sha256)) in items.iter().enumerate() {
        let locator = serde_json::to_string(locator).unwrap();
        let _ = write!(
            text,
            "  e{number}: {{ title: T, kind: record, technique: examine, collected: 2026-02-01, \
             valid_until: 2026-12-31, locator: {locator}"
        );
        if let Some(sha256) = sha256 {
            let _ = write!(text, ", sha256: \"{sha256}\"");
        }
        text.push_str(" }\n");
    }
    let cited: Vec<String> = (0..items.len())
        .map(|number| format!("e{number}"))
        .collect();
    let _ = writeln!(
        text,
        "claims: {{ 9.2-a: {{ status: implemented, evidence: [{}] }} }}",
        cited.join(", ")
    );
    text
}

fn assessment(items: &[(String, Option<&str>)]) -> Assessment {
    AssessmentFiles::from_text("firm.yaml", text_of(items))
        .resolve(Catalog::builtin())
        .unwrap()
}

/// The result for the only item.
fn check(directory: &Path, locator: &str, sha256: Option<&str>) -> FileCheck {
    let files = verify::files(&assessment(&[(locator.to_owned(), sha256)]), directory).unwrap();
    *files.checks.values().next().unwrap()
}

#[test]
fn a_locator_is_a_relative_path_or_a_uri() {
    for path in [
        "evidence/p.pdf",
        "./p.pdf",
        ".",
        "a//b/",
        "evidence/nothere.pdf#://",
        "evidence/a:b.pdf",
        "./note: x.pdf",
        "2026:07.pdf",
        "ü:x",
        "...",
        "a/..b",
        "p?.pdf",
        "%2e%2e/p.pdf",
        ":p",
    ] {
        assert_eq!(Locator::parse(path), Ok(Locator::Path(path)), "{path}");
    }
    for uri in [
        "https://wiki.example.org/p?id=1#a",
        "HTTPS://example.org",
        "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "ab:",
        "s3://bucket/key%20name",
        "https://[::1]/p",
    ] {
        assert_eq!(Locator::parse(uri), Ok(Locator::Uri(uri)), "{uri}");
    }
    for (text, error) in [
        ("/p.pdf", LocatorError::Absolute),
        ("//server/p.pdf", LocatorError::Absolute),
        ("\\\\server\\p.pdf", LocatorError::Absolute),
        ("\\p.pdf", LocatorError::Absolute),
        ("C:\\p.pdf", LocatorError::Drive),
        ("c:/p.pdf", LocatorError::Drive),
        ("c:p.pdf", LocatorError::Drive),
        ("x://y", LocatorError::Drive),
        ("..", LocatorError::ParentDirectory),
        ("../../../etc/passwd://", LocatorError::ParentDirectory),
        ("a/../../p.pdf", LocatorError::ParentDirectory),
        ("a\\..\\p.pdf", LocatorError::ParentDirectory),
        ("evidence\\p.pdf", LocatorError::Backslash),
        ("file:///p.pdf", LocatorError::FileUri),
        ("FILE:p.pdf", LocatorError::FileUri),
        ("https://example.org/a b", LocatorError::NotUri),
        ("https://example.org/ü", LocatorError::NotUri),
        ("note: x.pdf", LocatorError::NotUri),
        ("https://example.org/%zz", LocatorError::NotUri),
    ] {
        assert_eq!(Locator::parse(text), Err(error), "{text}");
    }
}

#[test]
fn names_are_compared_in_one_unicode_form_and_with_regard_to_case() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::create_dir(at.join("Pru\u{308}fung")).unwrap();
    fs::write(at.join("Pru\u{308}fung/Beri\u{301}cht.txt"), "test").unwrap();
    let is = |locator: &str| check(at, locator, Some(TEST));
    for locator in [
        "Prüfung/Berícht.txt",
        "Pru\u{308}fung/Berícht.txt",
        "Pru\u{308}fung/Beri\u{301}cht.txt",
    ] {
        assert_eq!(is(locator), FileCheck::Matches, "{locator}");
    }
    assert_eq!(is("prüfung/Berícht.txt"), FileCheck::OtherCase);
    assert_eq!(is("Prüfung/BERÍCHT.TXT"), FileCheck::OtherCase);
    assert_eq!(is("Prüfung/Bericht.txt"), FileCheck::Missing);
    fs::write(at.join("Pru\u{308}fung/Berícht.txt"), "test").unwrap();
    assert_eq!(is("Prüfung/Berícht.txt"), FileCheck::Ambiguous);
}

#[test]
fn an_assessment_is_not_evidence_of_itself() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let text = text_of(&[("copy.yaml".to_owned(), None)]);
    fs::write(at.join("copy.yaml"), &text).unwrap();
    assert_eq!(check(at, "copy.yaml", None), FileCheck::OwnInput);
    fs::write(at.join("copy.yaml"), text.replace("Firm", "Farm")).unwrap();
    assert_eq!(check(at, "copy.yaml", None), FileCheck::Present);
}

#[test]
fn what_is_not_verified_is_counted_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("right.pdf"), "test").unwrap();
    fs::write(at.join("changed.pdf"), "tested").unwrap();
    fs::create_dir(at.join("folder")).unwrap();
    let items = [
        ("right.pdf", Some(TEST)),
        ("right.pdf", None),
        ("changed.pdf", Some(TEST)),
        ("gone.pdf", Some(TEST)),
        ("folder", None),
        ("https://example.org/1", Some(TEST)),
    ];
    let items = items.map(|(locator, sha256)| (locator.to_owned(), sha256));
    let assessment = assessment(&items);
    let mut files = verify::files(&assessment, at).unwrap();
    files.directory = "firm".to_owned();
    assert!(!files.found_nothing());
    let codes: Vec<Code> = verify::diagnostics(&assessment, &files)
        .iter()
        .map(|diagnostic| {
            assert!(diagnostic.message.contains("`firm/"), "{diagnostic}");
            assert!(diagnostic.location.is_some() && diagnostic.help.is_some());
            diagnostic.code
        })
        .collect();
    assert_eq!(
        codes,
        [
            Code::EvidenceFileWithoutHash,
            Code::EvidenceHashMismatch,
            Code::EvidenceMissingFile,
            Code::EvidenceUnusableFile,
        ]
    );
    let settings = Settings::on("2026-06-30".parse().unwrap());
    let report = assessment.measure(&settings.clone().files(files)).report();
    assert_eq!(
        report.evidence_files_in_words(),
        "1 verified; not verified: 1 other-system, 1 present, 1 missing, 1 mismatch, 1 not-a-file"
    );
    let reliable: u64 = report
        .summary
        .evidence_files
        .iter()
        .map(|entry| entry.reliable)
        .sum();
    assert_eq!(reliable, report.summary.evidence_current.numerator);
    assert_eq!(reliable, 3);
    assert_eq!(report.facts.evidence_directory.as_deref(), Some("firm"));
    let doubts: Vec<&str> = report
        .doubts
        .iter()
        .map(|doubt| doubt.id.as_str())
        .collect();
    let expected = [
        "evidence-file-without-hash:e1",
        "wallet-without-since:vault",
    ];
    assert_eq!(doubts, expected);
    let unchecked = assessment.measure(&settings).report();
    assert_eq!(unchecked.evidence_files_in_words(), "not checked");
    assert!(unchecked.summary.evidence_files.is_empty());
}

#[test]
fn each_objection_to_a_file_is_a_gap_that_names_the_path() {
    let settings = Settings::on("2026-06-30".parse().unwrap());
    for check in FileCheck::values() {
        let assessment = assessment(&[("a/b.pdf".to_owned(), Some(TEST))]);
        let mut files = EvidenceFiles::new("firm");
        files.checks.insert("e0".parse().unwrap(), check);
        let report = assessment.measure(&settings.clone().files(files)).report();
        let gap = report
            .gaps
            .iter()
            .find(|gap| gap.id == "9.2-a@organization");
        let kind = match check {
            FileCheck::Mismatch => GapKind::EvidenceHashMismatch,
            FileCheck::Missing | FileCheck::OtherCase => GapKind::EvidenceMissingFile,
            check if check.is_against() => GapKind::EvidenceUnusableFile,
            _ => {
                assert!(gap.is_none(), "{check}");
                continue;
            }
        };
        let gap = gap.unwrap();
        assert_eq!(gap.kind, kind, "{check}");
        let because: Vec<String> = gap.because.iter().map(ToString::to_string).collect();
        let expected = format!("{} at `firm/a/b.pdf`", check.objection().unwrap());
        assert!(
            because.iter().any(|reason| reason.contains(&expected)),
            "{check}: {because:?}"
        );
    }
}

#[test]
fn a_directory_without_any_of_the_files_is_a_doubt() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let items = ["evidence/a.pdf", "https://example.org/1", "evidence/b.pdf"];
    let items = items.map(|locator| (locator.to_owned(), Some(TEST)));
    let assessment = assessment(&items);
    let settings = Settings::on("2026-06-30".parse().unwrap());
    let doubts = || {
        let files = verify::files(&assessment, at).unwrap();
        let doubts = assessment.measure(&settings.clone().files(files)).doubts();
        doubts
            .iter()
            .filter(|doubt| doubt.code() == DoubtCode::NoEvidenceFileFound)
            .map(|doubt| doubt.message().to_string())
            .collect::<Vec<_>>()
    };
    let found = doubts();
    assert_eq!(found.len(), 1);
    let path = format!("{}/evidence/a.pdf", at.to_str().unwrap());
    assert!(
        found[0].contains("none of 2 evidence files"),
        "{}",
        found[0]
    );
    assert!(found[0].contains(&path), "{}", found[0]);
    fs::create_dir(at.join("evidence")).unwrap();
    fs::write(at.join("evidence/b.pdf"), "tested").unwrap();
    assert!(doubts().is_empty());
}

#[test]
fn a_directory_that_cannot_be_read_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let assessment = assessment(&[("a.pdf".to_owned(), None)]);
    assert!(verify::files(&assessment, &folder.path().join("nowhere")).is_err());
    fs::write(folder.path().join("file"), "").unwrap();
    assert!(verify::files(&assessment, &folder.path().join("file")).is_err());
}

/// Directories with links, special files and names in several forms, against a naive reading.
#[cfg(unix)]
mod unusual {
    use super::{TEST, assessment, fs};
    use custody_controls::verify;
    use custody_testing::random::run;
    use proptest::collection::vec;
    use proptest::prelude::{Strategy, any, prop_assert_eq};
    use std::cell::RefCell;
    use std::collections::BTreeSet;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::path::{Path, PathBuf};

    /// Names, several of which look alike.
    const NAMES: [&str; 12] = [
        "a",
        "A",
        "b.pdf",
        "é",
        "e\u{301}",
        "É",
        "E\u{301}",
        "two words",
        "x:y",
        "-o",
        "ü.d",
        "u\u{308}.d",
    ];

    #[derive(Clone, Debug)]
    enum Entry {
        Right,
        Changed,
        Socket,
        Directory(Vec<(usize, Entry)>),
        /// A link to a path within the directory, by names.
        Link(Vec<usize>),
        LinkOut,
        LinkToRoot,
        Loop,
    }

    fn entry() -> impl Strategy<Value = Entry> {
        let leaf =
            (any::<u8>(), vec(any::<usize>(), 1..3)).prop_map(|(kind, path)| match kind % 9 {
                0..3 => Entry::Right,
                3 => Entry::Changed,
                4 => Entry::Socket,
                5 => Entry::Link(path),
                6 => Entry::LinkOut,
                7 => Entry::LinkToRoot,
                _ => Entry::Loop,
            });
        leaf.prop_recursive(3, 24, 6, |inner| {
            vec((any::<usize>(), inner), 0..6).prop_map(Entry::Directory)
        })
    }

    fn build(at: &Path, root: &Path, entries: &[(usize, Entry)]) {
        for (name, entry) in entries {
            let path = at.join(NAMES[name % NAMES.len()]);
            if path.symlink_metadata().is_ok() {
                continue;
            }
            match entry {
                Entry::Right => fs::write(path, "test").unwrap(),
                Entry::Changed => fs::write(path, "tested").unwrap(),
                // The path of a socket has a limit.
                Entry::Socket => drop(UnixListener::bind(path)),
                Entry::Directory(entries) => {
                    fs::create_dir(&path).unwrap();
                    build(&path, root, entries);
                }
                Entry::Link(names) => {
                    let mut target = root.to_path_buf();
                    target.extend(names.iter().map(|name| NAMES[name % NAMES.len()]));
                    symlink(target, path).unwrap();
                }
                Entry::LinkOut => symlink(root.parent().unwrap().join("outside"), path).unwrap(),
                Entry::LinkToRoot => symlink(root, path).unwrap(),
                Entry::Loop => symlink(&path, &path).unwrap(),
            }
        }
    }

    /// The composed form of the names above.
    fn composed(name: &str) -> String {
        name.replace("e\u{301}", "é")
            .replace("E\u{301}", "É")
            .replace("u\u{308}", "ü")
    }

    /// The result according to the definition: every directory is listed anew, and every file is read
    /// anew.
    fn naive(root: &Path, locator: &str, sha256: Option<&str>) -> &'static str {
        let mut here = root.to_path_buf();
        for name in locator.split('/').filter(|name| !["", "."].contains(name)) {
            let metadata = fs::metadata(&here).unwrap();
            if !metadata.is_dir() {
                return "missing";
            }
            let all: Vec<String> = fs::read_dir(&here)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            let same: Vec<&String> = all
                .iter()
                .filter(|other| composed(other) == composed(name))
                .collect();
            let [only] = same[..] else {
                let lower = composed(name).to_lowercase();
                return if !same.is_empty() {
                    "ambiguous"
                } else if all
                    .iter()
                    .any(|other| composed(other).to_lowercase() == lower)
                {
                    "other-case"
                } else {
                    "missing"
                };
            };
            here.push(only);
            match fs::canonicalize(&here) {
                Ok(found) if !found.starts_with(root) => return "outside",
                Ok(found) => here = found,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return "missing",
                Err(_) => return "unreadable",
            }
            let metadata = fs::metadata(&here).unwrap();
            if !metadata.is_dir() && !metadata.is_file() {
                return "not-a-file";
            }
        }
        if here.is_dir() {
            return "not-a-file";
        }
        match sha256 {
            None => "present",
            Some(_) if fs::read(here).unwrap() == b"test" => "matches",
            Some(_) => "mismatch",
        }
    }

    #[test]
    fn every_file_is_judged_as_the_definition_says() {
        let tree = vec((any::<usize>(), entry()), 1..8);
        let path = vec(any::<usize>(), 1..4);
        let items = vec((path, any::<bool>(), any::<u8>()), 1..24);
        let seen = RefCell::new(BTreeSet::new());
        run(200, &(tree, items), |(tree, items)| {
            let folder = tempfile::tempdir().unwrap();
            let base: PathBuf = folder.path().canonicalize().unwrap();
            fs::create_dir(base.join("outside")).unwrap();
            fs::write(base.join("outside/a"), "test").unwrap();
            let root = base.join("in");
            fs::create_dir(&root).unwrap();
            build(&root, &root, &tree);
            // Half of the locators begin with the path of an entry that is there.
            let items: Vec<(String, Option<&str>)> = items
                .into_iter()
                .map(|(names, has_hash, start)| {
                    let mut path: Vec<&str> =
                        names.iter().map(|name| NAMES[name % NAMES.len()]).collect();
                    if start % 2 == 0 {
                        let top = tree[start as usize / 2 % tree.len()].0;
                        path[0] = NAMES[top % NAMES.len()];
                    }
                    let separator = if start % 16 == 1 { "/./" } else { "/" };
                    let locator = ["./", &path.join(separator)].concat();
                    (locator, has_hash.then_some(TEST))
                })
                .collect();
            let files = verify::files(&assessment(&items), &root).unwrap();
            for ((locator, sha256), number) in items.iter().zip(0..) {
                let found = files.checks[format!("e{number}").as_str()];
                seen.borrow_mut().insert(found.to_string());
                prop_assert_eq!(
                    found.to_string(),
                    naive(&root, locator, *sha256),
                    "{}",
                    locator
                );
            }
            Ok(())
        });
        let all = [
            "ambiguous",
            "matches",
            "mismatch",
            "missing",
            "not-a-file",
            "other-case",
            "outside",
            "present",
            "unreadable",
        ];
        assert!(seen.into_inner().iter().eq(all));
    }
}
