//! Commands that edit an assessment.

use crate::cli::{CLEAN, FAULTY, UNAVAILABLE, custody, folder, names, put, within};
use custody_testing::golden;
use std::fmt::Write;
use std::path::Path;

const FILE: &str = "tests/cmd/authoring.yaml";

/// The arguments of a command line; quotes hold blanks together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (position, part) in line.split('"').enumerate() {
        if position % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// A session in a folder: each command with what it prints, and what it changes in the file.
fn session(inside: &Path, commands: &[&str]) -> String {
    let mut text = String::new();
    for command in commands {
        let words = words(command);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let run = within(inside, &words);
        let _ = write!(text, "$ custody {command}\n{}{}", run.out, run.err);
        let _ = writeln!(text, "[exit code {}]\n", run.code);
    }
    text
}

#[test]
fn an_assessment_is_edited_as_people_read_it() {
    let folder = folder();
    let inside = folder.path();
    put(inside, "mine.yaml", golden::read(FILE));
    put(inside, "evidence/policy.pdf", "policy");
    let shown = session(
        inside,
        &[
            "set mine.yaml 9.3.7.5-zz 9.3.7.5-c --status partial --wallet valt",
            "set mine.yaml 9.3.7.5-c --status partial",
            "set mine.yaml 9.3.7.5-d --status implemented --evidence +signing-lgo",
            "set mine.yaml 9.3.7.5-c --status partial --missing \"Two of five sign unseen.\" --remove-disallowed --part-evidence +signing-log --assessed-by keller --on 2026-06-01 --dry-run",
            "set mine.yaml 9.3.7.5-c --status partial --missing \"Two of five sign unseen.\" --remove-disallowed --part-evidence +signing-log --assessed-by keller --on 2026-06-01",
            "set mine.yaml 9.3.7.5-d 9.3.7.5-e --status planned --owner operations --due 2026-10-01",
            "set mine.yaml 9.3.9.3-e --evidence signing-log --evidence +restore-test",
            "set mine.yaml 9.3.9.3-e --evidence +signing-log",
            "set mine.yaml 9.3.9.3-e --evidence -signing-log --note \"Tested twice.\"",
            "evidence add mine.yaml --id key-policy --title \"Key policy, version 4\" --kind policy --technique examine --collected 2026-05-02 --valid-until 2027-05-01 --locator evidence/policy.pdf --hash . --covers organization",
            "evidence renew mine.yaml restore-test --collected 2026-08-01",
            "evidence renew mine.yaml restore-test --collected 2026-08-01 --valid-until 2027-01-31",
            "accept mine.yaml 8.3.2-a --by board --until 2027-03-31 --because \"Two services watch for route hijacks.\" --on 2026-06-24",
            "accept mine.yaml 8.3.2-a --by board --until 2027-06-30 --because Again",
            "confirm mine.yaml 9.3.7.5-d --assessed-by keller --on 2026-06-01",
            "confirm mine.yaml --all --assessed-by keller --on 2026-06-01",
            "fmt mine.yaml --check",
            "fmt mine.yaml",
            "fmt mine.yaml --check",
            "check mine.yaml",
        ],
    );
    golden::equal("tests/cmd/authoring.txt", &shown);
    let after = std::fs::read_to_string(inside.join("mine.yaml")).unwrap();
    golden::equal("tests/cmd/authoring-after.yaml", &after);
    assert_eq!(names(inside), ["evidence", "mine.yaml"]);
}

#[test]
fn nothing_is_written_on_an_error_or_with_a_dry_run() {
    let folder = folder();
    let text = golden::read(FILE);
    let file = put(folder.path(), "mine.yaml", &text);
    let set = ["set", &file, "9.3.7.5-d", "--status"];
    custody(&[&set[..], &["partial"]].concat()).exits(FAULTY);
    custody(&[&set[..], &["implemented", "--dry-run"]].concat()).exits(CLEAN);
    for mixed in [["+signing-log", "restore-test"], ["-x", "+"]] {
        let [one, other] = mixed;
        let items = ["implemented", "--evidence", one, "--evidence", other];
        custody(&[&set[..], &items].concat()).exits(FAULTY);
    }
    custody(&[&set[..], &["implemented", "--on", "2026-06-01"]].concat()).exits(FAULTY);
    custody(&["fmt", &file, "--dry-run"]).exits(CLEAN);
    custody(&[
        "confirm",
        &file,
        "--assessed-by",
        "keller",
        "--on",
        "2026-06-01",
    ])
    .exits(FAULTY);
    custody(&["set", "missing.yaml", "9.3.7.5-d", "--status", "planned"]).exits(UNAVAILABLE);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_folder_is_one_assessment_and_json_is_edited_too() {
    let folder = folder();
    let inside = folder.path();
    put(inside, "a.yaml", golden::read(FILE));
    let claims =
        "{\n  \"assessment\": \"mine\",\n  \"claims\": {\n    \"9.3.10.3-a\": null\n  }\n}\n";
    put(inside, "b.json", claims);
    let folder = inside.to_str().unwrap();
    let set = |control| custody(&["set", folder, control, "--status", "implemented"]).exits(CLEAN);
    set("9.3.10.3-a");
    set("9.3.10.3-b");
    set("9.3.7.5-d");
    let json = std::fs::read_to_string(inside.join("b.json")).unwrap();
    let read: serde_json::Value = serde_json::from_str(&json).unwrap();
    for control in ["9.3.10.3-a", "9.3.10.3-b"] {
        assert_eq!(read["claims"][control]["status"], "implemented", "{json}");
    }
    let yaml = std::fs::read_to_string(inside.join("a.yaml")).unwrap();
    let old = "  9.3.7.5-d:                  # not assessed yet\n";
    let new = format!("{old}    status: implemented\n");
    assert_eq!(yaml, golden::read(FILE).replacen(old, &new, 1));
    let json = inside.join("b.json");
    custody(&["fmt", json.to_str().unwrap()]).exits(FAULTY);
}

#[cfg(unix)]
#[test]
fn links_and_modes_are_kept() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let target = put(folder.path(), "kept/target.yaml", golden::read(FILE));
    let link = folder.path().join("link.yaml");
    std::os::unix::fs::symlink(&target, &link).unwrap();
    let link_name = link.to_str().unwrap();
    let mode = |mode| std::fs::set_permissions(&target, std::fs::Permissions::from_mode(mode));
    mode(0o440).unwrap();
    let set = ["set", link_name, "9.3.7.5-d", "--status", "implemented"];
    custody(&set).exits(UNAVAILABLE);
    mode(0o640).unwrap();
    custody(&set).exits(CLEAN);
    custody(&["fmt", link_name]).exits(CLEAN);
    assert!(link.symlink_metadata().unwrap().is_symlink());
    let kept = std::fs::metadata(&target).unwrap().permissions().mode() & 0o777;
    assert_eq!(kept, 0o640);
    assert_eq!(names(&folder.path().join("kept")), ["target.yaml"]);
}
