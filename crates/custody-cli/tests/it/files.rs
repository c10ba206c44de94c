//! One rule decides which files make an assessment, and every entry of a directory is read or listed.

use crate::cli::{CLEAN, FAULTY, Run, UNAVAILABLE, folder, put, within};
use custody_testing::{golden, random};
use proptest::collection::vec;
use proptest::prelude::any;
use serde_json::Value;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const DAY: &str = "2026-09-30";
const SECRET: &str = "root-of-another-directory";

/// A name of an entry, and whether it is that of a document.
const NAMES: [(&[u8], bool); 26] = [
    (b"part.yaml", true),
    (b"part.yml", true),
    (b"PART.YAML", true),
    (b"two words.yaml", true),
    (b"a\\b.yaml", true),
    (b"-o.yaml", true),
    (b"a:b.yml", true),
    (b"c\xe9.yaml", true),
    (b"c\xef\xbf\xbd.yaml", true),
    (b"c\\xE9.yml", true),
    ("日本.yaml".as_bytes(), true),
    (b"copy (1).yaml", true),
    (b"a~.yaml", true),
    (b".part.yaml", false),
    (b"._part.yaml", false),
    (b".#part.yaml", false),
    (b"#part.yaml#", false),
    (b"part.yaml~", false),
    (b"part.yaml.bak", false),
    (b"part.yaml.orig", false),
    (b".part.yaml.swp", false),
    (b"Thumbs.db", false),
    (b".DS_Store", false),
    (b"part.schema.json", false),
    (b"notes.md", false),
    (b"yaml", false),
];

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    /// A file with a part of the assessment.
    Part,
    /// A file of another program.
    Compose,
    /// A report of this program.
    Report,
    LinkWithin,
    LinkOut,
    LinkUp,
    Dangling,
    Pipe,
    Socket,
    LinkToDevice,
    EmptyFolder,
    FolderOfNotes,
}

const ENTRIES: [Entry; 12] = [
    Entry::Part,
    Entry::Compose,
    Entry::Report,
    Entry::LinkWithin,
    Entry::LinkOut,
    Entry::LinkUp,
    Entry::Dangling,
    Entry::Pipe,
    Entry::Socket,
    Entry::LinkToDevice,
    Entry::EmptyFolder,
    Entry::FolderOfNotes,
];

impl Entry {
    fn lay(self, at: &Path) {
        let link = |target: &str| symlink(target, at).unwrap();
        match self {
            Self::Part => std::fs::write(at, "assessment: pebblewick-2026\n").unwrap(),
            Self::Compose => std::fs::write(at, "services: { web: { image: x } }\n").unwrap(),
            Self::Report => std::fs::write(
                at,
                "{\"schema\": \"custody-controls/report/2\", \"evidence\": []}",
            )
            .unwrap(),
            Self::LinkWithin => link("head.yaml"),
            Self::LinkOut => link("../../secret.yaml"),
            Self::LinkUp => link(".."),
            Self::Dangling => link("nowhere.yaml"),
            Self::Pipe => assert!(Command::new("mkfifo").arg(at).status().unwrap().success()),
            Self::Socket => drop(UnixListener::bind(at).unwrap()),
            Self::LinkToDevice => link("/dev/zero"),
            Self::EmptyFolder => std::fs::create_dir(at).unwrap(),
            Self::FolderOfNotes => {
                std::fs::create_dir(at).unwrap();
                std::fs::write(at.join("notes.md"), SECRET).unwrap();
            }
        }
    }

    fn is_read(self, is_document: bool) -> bool {
        is_document && matches!(self, Self::Part | Self::LinkWithin)
    }
}

/// A name as reports have it.
fn shown(name: &[u8]) -> String {
    let mut text = String::new();
    for chunk in name.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02X}");
        }
    }
    text
}

/// Runs the program, which must never wait.
#[expect(
    clippy::disallowed_methods,
    reason = "the time that a run takes is tested"
)]
fn quick(inside: &Path, arguments: &[&str]) -> Run {
    let begun = Instant::now();
    let run = within(inside, arguments);
    assert!(begun.elapsed() < Duration::from_secs(60), "{arguments:?}");
    for text in [&run.out, &run.err] {
        assert!(!text.contains(SECRET), "{arguments:?}: {text}");
    }
    run
}

fn names(list: &Value, folder: &str) -> BTreeSet<String> {
    let list = list.as_array().unwrap().iter();
    list.map(|entry| entry["name"].as_str().unwrap().to_owned())
        .filter_map(|name| name.strip_prefix(folder).map(str::to_owned))
        .collect()
}

fn manifest(inside: &Path, output: &str) -> Value {
    let path = inside.join(format!("{output}/as_of={DAY}/manifest.json"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn small() -> String {
    golden::read("examples/small-firm.yaml")
}

#[test]
fn every_entry_of_a_folder_is_read_or_listed() {
    random::run(10, &vec(any::<(u8, u8)>(), 1..9), |numbers| {
        let folder = folder();
        let inside = folder.path();
        put(inside, "in/firm/head.yaml", small());
        put(inside, "secret.yaml", format!("title: {SECRET}\n"));
        let firm = inside.join("in/firm");
        let mut all = BTreeSet::from(["head.yaml".to_owned()]);
        let mut read = all.clone();
        for (name, entry) in &numbers {
            let (name, is_document) = NAMES[usize::from(*name) % NAMES.len()];
            let entry = ENTRIES[usize::from(*entry) % ENTRIES.len()];
            // Names that look the same are tried in a test of their own.
            if !all.insert(shown(name)) {
                continue;
            }
            entry.lay(&firm.join(OsStr::from_bytes(name)));
            if entry.is_read(is_document) {
                read.insert(shown(name));
            }
        }
        let left_out: BTreeSet<String> = all.difference(&read).cloned().collect();

        let gaps = quick(inside, &["gaps", "in/firm", "--format", "json"]).exits(CLEAN);
        let report: Value = serde_json::from_str(&gaps.out).unwrap();
        assert_eq!(names(&report["facts"]["files"], "in/firm/"), read);
        let check = quick(inside, &["check", "in/firm"]).exits(CLEAN);
        let listed: BTreeSet<String> = check
            .out
            .lines()
            .filter_map(|line| line.strip_prefix("not read: in/firm/"))
            .map(|line| line.rsplit_once(" (").unwrap().0.to_owned())
            .collect();
        assert_eq!(listed, left_out);
        for (given, output) in [("in", "out"), ("in/firm", "flat")] {
            let arguments = [
                "portfolio",
                given,
                "--as-of",
                DAY,
                "--reports",
                "none",
                "-o",
                output,
            ];
            quick(inside, &arguments).exits(CLEAN);
            let manifest = manifest(inside, output);
            let members = manifest["assessments"].as_array().unwrap();
            assert_eq!(members.len(), 1, "{given}");
            assert_eq!(names(&members[0]["inputs"], "in/firm/"), read, "{given}");
            assert_eq!(
                names(&manifest["left_out"], "in/firm/"),
                left_out,
                "{given}"
            );
        }
        Ok(())
    });
}

/// An argument is read if it names a regular file, whatever its name, and refused at once otherwise.
#[test]
fn an_argument_is_read_or_refused_at_once() {
    let folder = folder();
    let inside = folder.path();
    put(inside, "secret.yaml", small());
    let firm = inside.join("in");
    std::fs::create_dir(&firm).unwrap();
    for (name, _) in NAMES {
        // What ends in `.json` is read as JSON.
        if name.ends_with(b".json") {
            continue;
        }
        std::fs::write(firm.join(OsStr::from_bytes(name)), small()).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_custody"));
        let file = Path::new("in").join(OsStr::from_bytes(name));
        let output = command.arg("check").arg(file).current_dir(inside).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(CLEAN), "{}", shown(name));
    }
    symlink("../secret.yaml", firm.join("link.yaml")).unwrap();
    within(inside, &["check", "in/link.yaml"]).exits(CLEAN);
    Entry::Pipe.lay(&firm.join("pipe.yaml"));
    Entry::Socket.lay(&firm.join("socket.yaml"));
    for special in [
        "in/pipe.yaml",
        "in/socket.yaml",
        "/dev/zero",
        "/dev/tty",
        "/dev/null",
    ] {
        for arguments in [
            &["check", special] as &[&str],
            &["gaps", special],
            &["gaps", "secret.yaml", special],
            &["gaps", "secret.yaml", "--catalog", special],
            &["gaps", "secret.yaml", "--baseline", special],
            &["diff", "secret.yaml", special],
            &[
                "diff",
                "secret.yaml",
                "secret.yaml",
                "--catalog-before",
                special,
            ],
            &[
                "import",
                special,
                "--from",
                "iso-27002-2022",
                "--like",
                "secret.yaml",
            ],
            &[
                "import",
                "secret.yaml",
                "--from",
                "iso-27002-2022",
                "--like",
                special,
            ],
            &["explain", "9.2-b", "--in", special],
            &["portfolio", special, "--as-of", DAY, "-o", "out"],
        ] {
            let run = quick(inside, arguments).exits(UNAVAILABLE);
            let told = run.err.contains("expected a regular file") || special == "/dev/tty";
            assert!(told, "{arguments:?}: {}", run.err);
        }
    }
    // What is open already is read.
    let script = "\"$0\" check <(cat secret.yaml) && cat secret.yaml | \"$0\" check /dev/stdin";
    let status = Command::new("bash")
        .args(["-c", script, env!("CARGO_BIN_EXE_custody")])
        .current_dir(inside)
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn inputs_whose_names_look_the_same_both_stay() {
    let folder = folder();
    let inside = folder.path();
    std::fs::create_dir(inside.join("in")).unwrap();
    for (name, id) in [
        (&b"cr\xe9dit.yaml"[..], "one"),
        (b"cr\xef\xbf\xbddit.yaml", "two"),
        (b"cr\\xE9dit.yaml", "three"),
        (b"a\\b.yaml", "four"),
    ] {
        let text = small().replace("assessment: pebblewick-2026", &format!("assessment: {id}"));
        std::fs::write(inside.join("in").join(OsStr::from_bytes(name)), text).unwrap();
    }
    let five = small().replace("assessment: pebblewick-2026", "assessment: five");
    put(inside, "in/a/b.yaml", five);
    let arguments = [
        "portfolio",
        "in",
        "--as-of",
        DAY,
        "--reports",
        "none",
        "-o",
        "out",
    ];
    quick(inside, &arguments).exits(CLEAN);
    let manifest = manifest(inside, "out");
    assert_eq!(manifest["assessments"].as_array().unwrap().len(), 5);
}

/// A forgotten file does not give a complete report in silence.
#[test]
fn files_with_one_id_belong_together() {
    let folder = folder();
    let inside = folder.path();
    let text = small();
    let (head, rest) = text.split_at(text.find("\nwallets:").unwrap() + 1);
    let id = "assessment: pebblewick-2026\n";
    put(inside, "in/10-head.yaml", head);
    put(inside, "in/20-rest.yaml", format!("{id}{rest}"));
    put(inside, "whole.yaml", &text);
    let numbers = |given: &[&str], output: &str| {
        let arguments = ["--as-of", DAY, "--reports", "none", "-o", output];
        let arguments = [&["portfolio"], given, &arguments].concat();
        quick(inside, &arguments).exits(CLEAN);
        manifest(inside, output)["totals"].clone()
    };
    let whole = numbers(&["whole.yaml"], "whole");
    assert_eq!(numbers(&["in"], "folder"), whole);
    assert_eq!(
        numbers(&["in/20-rest.yaml", "in/10-head.yaml"], "files"),
        whole
    );
    assert_eq!(numbers(&["in", "in/10-head.yaml"], "both"), whole);

    // Without the wallets there is a warning, wherever the file is read.
    for command in ["check", "gaps"] {
        let run = quick(inside, &[command, "in/10-head.yaml"]).exits(CLEAN);
        assert!(
            run.err.contains("warning[no-wallets]"),
            "{command}: {}",
            run.err
        );
    }
    // A file without an id is an error of the assessment beside it, and no contradiction.
    put(inside, "in/20-rest.yaml", rest);
    for arguments in [
        &["check", "in"] as &[&str],
        &["gaps", "in"],
        &["portfolio", "in", "--as-of", DAY, "-o", "out"],
    ] {
        let run = quick(inside, arguments).exits(FAULTY);
        assert!(
            run.err.contains("missing key `assessment`"),
            "{arguments:?}: {}",
            run.err
        );
        assert!(!run.err.contains("conflict"), "{arguments:?}: {}", run.err);
    }
    let manifest = manifest(inside, "out");
    assert_eq!(manifest["assessments"], serde_json::json!([]));
    assert_eq!(
        names(&manifest["faulty"], "in/"),
        BTreeSet::from(["10-head.yaml".to_owned()])
    );
    // Beside two assessments it belongs to none of them.
    let other = text.replace("assessment: pebblewick-2026", "assessment: other");
    put(inside, "in/10-head.yaml", &text);
    put(inside, "in/30-other.yaml", other);
    quick(inside, &["portfolio", "in", "--as-of", DAY, "-o", "out"]).exits(FAULTY);
    let manifest = self::manifest(inside, "out");
    assert_eq!(manifest["assessments"].as_array().unwrap().len(), 2);
    assert_eq!(
        names(&manifest["faulty"], "in/"),
        BTreeSet::from(["20-rest.yaml".to_owned()])
    );
}

/// Files are left out by content only if they have no key of an assessment, not even a misspelled one.
#[test]
fn a_file_with_any_key_of_an_assessment_is_read() {
    let folder = folder();
    let inside = folder.path();
    put(inside, "in/head.yaml", small());
    let schema: Value =
        serde_json::from_str(&golden::read("schemas/assessment.schema.json")).unwrap();
    let keys = schema["properties"].as_object().unwrap();
    assert!(keys.len() > 10);
    for key in keys
        .keys()
        .map(String::as_str)
        .chain(["claimss", "wallet", "evidense"])
    {
        put(inside, "in/part.yaml", format!("services: {{}}\n{key}:\n"));
        let run = quick(inside, &["check", "in"]).exits(FAULTY);
        assert!(
            run.err.contains("unknown key `services`"),
            "{key}: {}",
            run.err
        );
    }
    put(inside, "in/part.yaml", "services: {}\n");
    let run = quick(inside, &["check", "in"]).exits(CLEAN);
    assert!(
        run.err
            .contains("warning[skipped-file]: `in/part.yaml` is not read"),
        "{}",
        run.err
    );
    // So does a file with nothing but comments.
    for text in ["", "# draft\n", "---\n# draft\n\n", "{}\n"] {
        put(inside, "in/part.yaml", text);
        let run = quick(inside, &["check", "in"]).exits(CLEAN);
        assert!(
            run.err
                .contains("warning[skipped-file]: `in/part.yaml` is not read"),
            "{text:?}: {}",
            run.err
        );
        let arguments = ["portfolio", "in", "--as-of", DAY, "-o", "beside"];
        quick(inside, &arguments).exits(CLEAN);
        std::fs::remove_dir_all(inside.join("beside")).unwrap();
    }
    put(inside, "in/part.yaml", "services: {}\n");
    // If nothing else is there, it is not passed over.
    put(inside, "alone/part.yaml", "services: {}\n");
    quick(inside, &["check", "alone"]).exits(FAULTY);
    quick(inside, &["portfolio", "alone", "--as-of", DAY, "-o", "out"]).exits(FAULTY);
}
