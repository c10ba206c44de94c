//! The program as a user meets it: exit codes, files that are whole or not there, and screens that a
//! person can read in `tests/cmd/`.

use custody_controls::schema::Document;
use custody_controls::taxonomy::{Channel, Features, SubjectKind, Tier, Trait, Word};
use custody_controls::{AssessmentFiles, Catalog};
use custody_formats::{Format, Render};
use custody_testing::examples::example;
use custody_testing::golden;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

pub(crate) const CLEAN: i32 = 0;
const GAPS: i32 = 1;
pub(crate) const FAULTY: i32 = 2;
pub(crate) const UNAVAILABLE: i32 = 3;
const INTERNAL: i32 = 4;

/// What a run of the program came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The program, in a surrounding that says nothing about terminals.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_custody"));
    command.args(arguments).current_dir(golden::path(""));
    for name in [
        "NO_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "COLUMNS",
        "LINES",
        "TERM",
        "CI",
    ] {
        command.env_remove(name);
    }
    command
}

pub(crate) fn finish(mut command: Command) -> Run {
    let output = command.output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the program in the folder of the repository.
pub(crate) fn custody(arguments: &[&str]) -> Run {
    finish(program(arguments))
}

/// Runs the program in another folder.
pub(crate) fn within(inside: &Path, arguments: &[&str]) -> Run {
    let mut command = program(arguments);
    command.current_dir(inside);
    finish(command)
}

impl Run {
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        self
    }

    /// What was printed by a run from which nothing was heard on standard error.
    #[track_caller]
    pub(crate) fn clean(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (CLEAN, ""), "{}", self.out);
        self.out
    }

    #[track_caller]
    fn json(self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Holds what the program shows equal to a file that people read.
    #[track_caller]
    fn shows(&self, name: &str, arguments: &[&str]) {
        let mut text = String::from("$ custody");
        for argument in arguments {
            let _ = write!(text, " {argument}");
        }
        let _ = write!(text, "\n{}{}", self.out, self.err);
        let _ = writeln!(text, "[exit code {}]", self.code);
        golden::equal(&format!("tests/cmd/{name}.txt"), &text);
    }
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A file in a folder, and its path as an argument.
pub(crate) fn put(folder: &Path, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The names in a folder, so that nothing is left behind unseen.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A catalog of one risk of severity `high` and one control, and an assessment in which the
/// control is proven or absent.
fn small_world(folder: &Path, status: &str) -> (String, String) {
    let catalog = put(
        folder,
        "house.yaml",
        r#"
catalog: { id: house, title: House, standard: House, edition: "1", version: "1", published: 2026-01-01 }
clauses: { "1": { title: Keys, kind: control, summary: Keys. } }
risks:
  key-lost:
    { clause: "1", title: A key is lost, severity: high, threats: [loss], factors: [operation-error],
      actors: [insider], assets: [signature-key], consequence: Nothing moves., source: House, provenance: own }
families:
  keys:
    title: Keys
    order: 1
    controls:
      backups:
        { clause: "1", title: Backups, statement: Each key has backups., treats: { directly: [key-lost] },
          subject: wallet, functions: [detective], evidence: [register], techniques: [examine],
          source: House, strength: must, provenance: own }
"#,
    );
    let cited = if status == "implemented" {
        "evidence"
    } else {
        "observations"
    };
    let assessment = put(
        folder,
        "mine.yaml",
        format!(
            "
assessment: mine
title: Mine
catalog: house
custodian: {{ name: Example }}
period: {{ from: 2026-01-01, to: 2026-06-30 }}
organization: {{ channels: [] }}
wallets: {{ vault: {{ tier: cold, traits: [hardware-wallet] }} }}
evidence:
  register:
    {{ title: Register, kind: record, technique: examine, collected: 2026-02-01, valid_until: 2026-12-31, locator: r.pdf }}
claims: {{ backups: {{ status: {status}, {cited}: [register] }} }}
"
        ),
    );
    (catalog, assessment)
}

#[test]
fn screens_are_as_people_read_them() {
    for (name, arguments) in [
        ("gaps-exchange", &["gaps", "examples/exchange.yaml"] as &[_]),
        ("gaps-cold-custody", &["gaps", "examples/cold-custody.yaml"]),
        ("gaps-small-firm", &["gaps", "examples/small-firm.yaml"]),
        (
            "gaps-modern-custody",
            &[
                "--catalog",
                "examples/profiles/modern-custody.yaml",
                "gaps",
                "examples/modern-custody/custodian.yaml",
            ],
        ),
        (
            "explain-trait",
            &[
                "--catalog",
                "examples/profiles/modern-custody.yaml",
                "explain",
                "bridge",
            ],
        ),
        (
            "explain-declared",
            &[
                "--catalog",
                "examples/profiles/modern-custody.yaml",
                "explain",
                "mc-9.3.7.5-h@usdc-bridge",
                "--in",
                "examples/modern-custody/custodian.yaml",
            ],
        ),
        ("check", &["check", "tests/cmd/faulty.yaml"]),
        ("explain-control", &["explain", "9.3.7.5-c"]),
        ("explain-risk", &["explain", "8.2.2.5-c"]),
        (
            "explain-gap",
            &[
                "explain",
                "9.3.7.5-c@evm-warm",
                "--in",
                "examples/exchange.yaml",
            ],
        ),
        (
            "profile",
            &[
                "--catalog",
                "examples/profiles/cold-custody.yaml",
                "catalog",
                "profile",
            ],
        ),
        (
            "profile-parameter",
            &[
                "--catalog",
                "examples/profiles/japan.yaml",
                "explain",
                "jp-27-2@btc-hot",
                "--in",
                "tests/cmd/japan.yaml",
            ],
        ),
        (
            "profile-parameter-met",
            &[
                "--catalog",
                "examples/profiles/japan.yaml",
                "explain",
                "jp-27-2@btc-hot",
                "--in",
                "tests/cmd/japan-met.yaml",
            ],
        ),
        ("supports", &["supports", "examples/small-firm.yaml"]),
        (
            "evidence-list",
            &[
                "evidence",
                "list",
                "examples/small-firm.yaml",
                "--expires-within",
                "120",
            ],
        ),
        (
            "plan-target",
            &[
                "plan",
                "examples/exchange.yaml",
                "--target",
                "held=high",
                "--begin",
                "2026-11-02",
            ],
        ),
        (
            "plan-budget",
            &["plan", "examples/cold-custody.yaml", "--budget", "20"],
        ),
        (
            "plan-claims",
            &[
                "plan",
                "examples/exchange.yaml",
                "--target",
                "held=critical",
                "--begin",
                "2026-11-02",
                "--owner",
                "wallet-lead",
                "--format",
                "claims",
            ],
        ),
        (
            "plan-working-days",
            &[
                "plan",
                "examples/exchange.yaml",
                "--target",
                "held=high",
                "--begin",
                "2026-11-06",
                "--owner",
                "wallet-lead",
                "--working-days",
                "--first",
                "4",
            ],
        ),
        (
            "todo-exchange",
            &[
                "todo",
                "examples/exchange.yaml",
                "--as-of",
                "2026-09-30",
                "--first",
                "8",
            ],
        ),
        (
            "todo-by-owner",
            &[
                "todo",
                "examples/exchange.yaml",
                "--as-of",
                "2026-09-30",
                "--due-by",
                "2026-11-30",
                "--by-owner",
                "--first",
                "2",
            ],
        ),
        (
            "gaps-filtered",
            &[
                "gaps",
                "examples/exchange.yaml",
                "--owner",
                "vault-manager",
                "--kind",
                "prove",
                "--first",
                "2",
            ],
        ),
        (
            "explain-why",
            &["explain", "8.2.2.4-j", "--in", "examples/exchange.yaml"],
        ),
        (
            "crosswalk",
            &[
                "crosswalk",
                "examples/exchange.yaml",
                "--to",
                "ccss-9.0",
                "--wallet",
                "btc-cold",
            ],
        ),
        (
            "soa",
            &[
                "soa",
                "examples/small-firm.yaml",
                "--to",
                "iso-27001",
                "--wallet",
                "till",
            ],
        ),
        (
            "soa-markdown",
            &[
                "soa",
                "examples/small-firm.yaml",
                "--to",
                "ccss-9.0",
                "--format",
                "markdown",
            ],
        ),
        ("explain-reference", &["explain", "A.8.2"]),
        (
            "crosswalk-unknown",
            &[
                "crosswalk",
                "examples/exchange.yaml",
                "--to",
                "iso-27002-2021",
            ],
        ),
        (
            "init",
            &[
                "init",
                "--wallet",
                "vault=cold,hardware-wallet,multisig,backed-up",
                "--from",
                "2026-01-01",
                "--to",
                "2026-12-31",
            ],
        ),
    ] {
        custody(arguments).shows(name, arguments);
    }
}

/// The help of every command, in one file that can be reviewed as a whole.
#[test]
fn help_is_as_people_read_it() {
    let top = custody(&["--help"]).clean();
    let (_, commands) = top.split_once("Commands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    let commands: Vec<&str> = commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.len() > 10, "{commands:?}");
    let mut text = format!("$ custody --help\n{top}");
    for command in commands {
        let help = custody(&[command, "--help"]).clean();
        let _ = write!(text, "\n$ custody {command} --help\n{help}");
    }
    golden::equal("tests/cmd/help.txt", &text);
}

/// Lines are measured in columns: characters of Chinese, Japanese and Korean take two of them, and
/// lines may be broken between them.
#[test]
fn wide_characters_take_two_columns() {
    let folder = folder();
    let (catalog, assessment) = small_world(folder.path(), "implemented");
    let title = "署名鍵の管理に関する評価、二〇二六年上半期。".repeat(4);
    let text = std::fs::read_to_string(&assessment).unwrap();
    let text = text.replace("title: Mine", &format!("title: {title}"));
    let assessment = put(folder.path(), "mine.yaml", text);
    let out = custody(&["gaps", &assessment, "--catalog", &catalog]).clean();
    let head = out.split("\n\n").next().unwrap();
    let lines: Vec<&str> = head.lines().collect();
    assert!(lines.len() > 2, "{head}");
    for line in &lines {
        assert!(textwrap::core::display_width(line) <= 100, "{line}");
        assert!(!line.starts_with(['、', '。']), "{line}");
    }
    assert!(lines.concat().contains(&title), "{head}");
}

#[test]
fn what_a_profile_leaves_out_is_explained_as_such() {
    let core = ["--catalog", "examples/profiles/core.yaml"];
    for id in ["9.3.7.5-i", "8.2.3-f"] {
        let run = custody(&[core[0], core[1], "explain", id]).exits(FAULTY);
        assert!(
            run.err.contains("the profile `core` leaves out"),
            "{}",
            run.err
        );
    }
    let run = custody(&["catalog", "profile"]).exits(FAULTY);
    assert!(
        run.err.contains("`iso-tr-23576` is not a profile"),
        "{}",
        run.err
    );
}

#[test]
fn gaps_exit_by_the_gravest_gap() {
    let folder = folder();
    let (catalog, open) = small_world(folder.path(), "not-implemented");
    let gaps = |more: &[&str]| {
        let mut arguments = vec!["gaps", &open, "--catalog", &catalog];
        arguments.extend(more);
        custody(&arguments)
    };
    let report = gaps(&["--format", "json"]).exits(CLEAN).json();
    assert_eq!(report["gaps"][0]["severity"], "high");
    gaps(&["--fail-on", "critical"]).exits(CLEAN);
    gaps(&["--fail-on", "high"]).exits(GAPS);
    gaps(&["--fail-on", "low"]).exits(GAPS);
    gaps(&["--fail-on", "grave"]).exits(FAULTY);

    let (catalog, closed) = small_world(folder.path(), "implemented");
    let clean = custody(&["gaps", &closed, "--catalog", &catalog, "--fail-on", "low"]);
    assert!(clean.exits(CLEAN).out.contains("1 of 1 (100 %)"));
}

#[test]
fn faulty_input_and_faulty_command_lines_exit_with_2() {
    let small = "examples/small-firm.yaml";
    for arguments in [
        &["check", "tests/cmd/faulty.yaml"] as &[_],
        &["gaps", "tests/cmd/faulty.yaml"],
        &["gaps", small, "examples/exchange.yaml"],
        &["gaps", small, "--wallet", "tills"],
        &["gaps", small, "--as-of", "2026-02-30"],
        &["gaps", small, "--as-of", "yesterday"],
        &["gaps", small, "--horizon", "-1"],
        &["gaps", small, "--format", "pdf"],
        &["gaps", small, "--brief"],
        &["gaps", small, "--format", "json", "--brief"],
        &["gaps", small, "--format", "markdown-brief"],
        &["gaps", small, "--catalog", small],
        &["import", "examples/small-firm-soa.csv"],
        &[
            "import",
            "examples/small-firm-soa.csv",
            "--from",
            "iso-27001-2005",
            "--like",
            small,
        ],
        &[
            "import",
            "examples/small-firm-soa.csv",
            "--from",
            "nist-csf-2.0",
            "--like",
            small,
        ],
        &["import", small, "--from", "iso-27002-2022", "--like", small],
        &[
            "import",
            "examples/small-firm-soa.csv",
            "--from",
            "iso-27002-2022",
            "--like",
            "tests/cmd/faulty.yaml",
        ],
        &["crosswalk", small],
        &["crosswalk", small, "--to", "iso-27001-2005"],
        &["soa", small, "--to", "iso"],
        &["soa", small],
        &["explain", "7.2"],
        &["explain", "A.8.24", "--in", small],
        &[
            "crosswalk",
            small,
            "--to",
            "ccss-9.0",
            "--reference",
            "1.01.9",
        ],
        &[
            "crosswalk",
            small,
            "--to",
            "ccss-9.0",
            "--reference",
            "1.01.1",
            "--format",
            "json",
        ],
        &["crosswalk", small, "--to", "ccss-9.0", "--output", small],
        &["gaps"],
        &["check"],
        &["explain"],
        &["explain", "9.3.7.33-a"],
        &["init"],
        &[
            "init",
            "--wallet",
            "vault",
            "--from",
            "2026-01-01",
            "--to",
            "2026-12-31",
        ],
        &[
            "init",
            "--wallet",
            "vault=tepid",
            "--from",
            "2026-01-01",
            "--to",
            "2026-12-31",
        ],
        &[
            "init",
            "--wallet",
            "vault=cold,hot,hsm",
            "--from",
            "2026-01-01",
            "--to",
            "2026-12-31",
        ],
        &[
            "init",
            "--wallet",
            "vault=cold",
            "--from",
            "2026-01-01",
            "--to",
            "2026-12-31",
        ],
        &[
            "init",
            "--wallet",
            "organization=cold,hsm",
            "--from",
            "2026-01-01",
            "--to",
            "2026-12-31",
        ],
        &[
            "init",
            "--wallet",
            "a=cold,hsm",
            "--wallet",
            "a=hot,hsm",
            "--from",
            "2026-01-01",
            "--to",
            "2026-12-31",
        ],
        &[
            "init",
            "--wallet",
            "a=cold,hsm",
            "--from",
            "2026-02-01",
            "--to",
            "2026-01-01",
        ],
        &["catalog", "check", "--family", "keys"],
        &["catalog", "control"],
        &["catalog", "controls", "--family", "key-backups"],
        &["catalog", "controls", "--treats", "8.2.2.3-z"],
        &["catalog", "controls", "--state", "draft"],
        &["catalog", "controls", "--format", "json"],
        &["catalog", "references", "--state", "gone"],
        &["catalog", "references", "--json", "--format", "csv"],
        &["schema", "assessments"],
        &["completions", "cmd"],
        &["frobnicate"],
        &[],
    ] {
        let run = custody(arguments).exits(FAULTY);
        assert_eq!(run.out, "", "{arguments:?}");
        assert_ne!(run.err, "", "{arguments:?}");
    }
}

/// Proposals are written whole and over nothing that somebody may have worked on, pass the check alone
/// and beside what they were made for, and change no number.
#[test]
fn a_statement_becomes_proposals_that_change_no_number() {
    let folder = folder();
    let mine = put(
        folder.path(),
        "mine.yaml",
        golden::read("examples/small-firm.yaml"),
    );
    let table = put(
        folder.path(),
        "soa.csv",
        golden::read("examples/small-firm-soa.csv"),
    );
    let made = folder.path().join("proposals.yaml");
    let made = made.to_str().unwrap();
    let import = |more: &[&str]| {
        let all = [
            "import",
            &table,
            "--from",
            "iso-27002-2022",
            "--like",
            &mine,
        ];
        custody(&[&all, more].concat())
    };
    let run = import(&["--output", made]).exits(CLEAN);
    assert_eq!(run.out, "");
    assert!(
        run.err.contains(" proposals from 20 references; "),
        "{}",
        run.err
    );
    assert_eq!(
        names(folder.path()),
        ["mine.yaml", "proposals.yaml", "soa.csv"]
    );
    let text = std::fs::read_to_string(made).unwrap();
    assert_eq!(import(&[]).exits(CLEAN).out, text);

    let there = import(&["--output", made]).exits(FAULTY);
    assert!(there.err.contains("already exists"), "{}", there.err);
    import(&["--output", made, "--force"]).exits(CLEAN);
    for input in [&mine, &table] {
        let before = std::fs::read(input).unwrap();
        let spared = import(&["--output", input, "--force"]).exits(FAULTY);
        assert!(spared.err.contains("is an input file"), "{}", spared.err);
        assert_eq!(std::fs::read(input).unwrap(), before);
    }

    let alone = custody(&["check", made]).clean();
    assert!(alone.contains(" to confirm: "), "{alone}");
    custody(&["check", &mine, made]).exits(CLEAN);
    let report = |files: &[&str]| {
        let all = [&["gaps"], files, &["--format", "json"]].concat();
        custody(&all).exits(CLEAN).json()
    };
    let (before, after) = (report(&[&mine]), report(&[&mine, made]));
    for part in [
        "summary",
        "clauses",
        "subjects",
        "families",
        "risks",
        "applicability",
    ] {
        assert_eq!(before[part], after[part], "{part}");
    }
    let waits = |report: &Value| report.to_string().contains("awaits confirmation");
    assert!(!waits(&before) && waits(&after));

    // One line less, and it is a claim.
    let confirmed: String = text
        .lines()
        .filter(|line| !line.starts_with("    proposed:"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let proposed = text.lines().count() - confirmed.lines().count();
    let confirmed = put(folder.path(), "confirmed.yaml", confirmed);
    let checked = custody(&["check", &confirmed]);
    assert!(proposed > 10);
    // What a status asks for is asked for now.
    assert!(
        checked.err.contains("planned-without-date"),
        "{}",
        checked.err
    );
}

/// A catalog of one's own is checked for crosswalks, and the built-in one tells what is left.
#[test]
fn a_catalogue_is_checked() {
    let own = "tests/invalid/catalog-edition-left-out.yaml";
    let told = custody(&["catalog", "check", "--catalog", own]).clean();
    assert_eq!(
        told.matches("warning[edition-left-out]").count(),
        2,
        "{told}"
    );
    assert!(
        told.contains(&format!("{own}:")) && told.contains("it became `5.1`"),
        "{told}"
    );
    let list = custody(&["catalog", "check", "--json", "--catalog", own])
        .exits(CLEAN)
        .json();
    assert_eq!(list.as_array().unwrap().len(), 2);
    let told = custody(&["catalog", "check"]).clean();
    assert!(told.contains("190 controls to 6 frameworks"), "{told}");
    custody(&[
        "catalog",
        "check",
        "--catalog",
        "tests/invalid/catalog-reference-of-other-edition.yaml",
    ])
    .exits(FAULTY);
}

#[test]
fn what_cannot_be_read_or_written_exits_with_3() {
    let folder = folder();
    let empty = folder.path().to_str().unwrap();
    let nowhere = folder.path().join("no/where.md");
    let nowhere = nowhere.to_str().unwrap();
    let small = "examples/small-firm.yaml";
    for arguments in [
        &["gaps", "no-such.yaml"] as &[_],
        &["gaps", empty],
        &["check", "no-such.yaml"],
        &["explain", "9.3.7.3-a", "--in", "no-such.yaml"],
        &["gaps", small, "--catalog", "no-such.yaml"],
        &["gaps", small, "--verify-evidence", "no-such-folder"],
        &["gaps", small, "--output", nowhere],
        &["gaps", small, "--output", empty],
        &["schema", "report", "--output", nowhere],
        &[
            "init",
            "--wallet",
            "a=cold,hsm",
            "--output",
            nowhere,
            "--from",
            "2026-01-01",
            "--to",
            "2026-12-31",
        ],
    ] {
        let run = custody(arguments).exits(UNAVAILABLE);
        assert_eq!(run.out, "", "{arguments:?}");
        assert!(run.err.starts_with("error: "), "{arguments:?}: {}", run.err);
    }
    assert_eq!(names(folder.path()), [""; 0]);
}

#[test]
fn a_broken_invariant_exits_with_4() {
    let mut command = program(&["gaps", "examples/small-firm.yaml"]);
    command.env("CUSTODY_TEST_INTERNAL_ERROR", "1");
    let run = finish(command).exits(INTERNAL);
    assert_eq!(run.out, "");
    assert!(
        run.err.starts_with("error: internal error at "),
        "{}",
        run.err
    );
    assert!(run.err.contains("please report it"), "{}", run.err);
}

#[test]
fn asking_for_help_or_the_version_is_no_fault() {
    assert!(custody(&["--help"]).clean().contains("Exit status:"));
    assert!(custody(&["gaps", "-h"]).clean().contains("--fail-on"));
    let version = format!("custody {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(custody(&["--version"]).clean(), version);
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let folder = folder();
    let target = folder.path().join("report.md");
    let output = target.to_str().unwrap();
    let gaps = |file: &str, more: &[&str]| {
        let mut arguments = vec!["gaps", file, "--format", "markdown", "--output", output];
        arguments.extend(more);
        custody(&arguments)
    };
    gaps("tests/cmd/faulty.yaml", &[]).exits(FAULTY);
    assert_eq!(names(folder.path()), [""; 0]);

    // A shut gate is a result: the report is there.
    assert_eq!(
        gaps("examples/small-firm.yaml", &["--fail-on", "low"])
            .exits(GAPS)
            .out,
        ""
    );
    let report = example("small-firm", None)
        .render(Format::Markdown)
        .unwrap();
    assert_eq!(std::fs::read_to_string(&target).unwrap(), report);

    std::fs::write(&target, "an old report").unwrap();
    gaps("tests/cmd/faulty.yaml", &[]).exits(FAULTY);
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "an old report");
    assert_eq!(gaps("examples/small-firm.yaml", &[]).clean(), "");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), report);
    assert_eq!(names(folder.path()), ["report.md"]);
}

#[test]
#[cfg(unix)]
fn no_file_is_read_and_written_at_once() {
    let folder = folder();
    let text = golden::read("examples/small-firm.yaml");
    let file = put(folder.path(), "mine.yaml", &text);
    let within = folder.path().to_str().unwrap();
    for arguments in [
        ["gaps", &file, "--output", &file],
        ["check", &file, "--output", &file],
        ["gaps", within, "--output", &file],
    ] {
        let run = custody(&arguments).exits(FAULTY);
        assert!(run.err.contains("is an input file"), "{run:?}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    }
    let starter = [
        "init",
        "--wallet",
        "a=hot,hsm",
        "--from",
        "2026-01-01",
        "--to",
        "2026-12-31",
    ];
    let starter = |more: &[&str]| custody(&[&starter[..], &["--output", &file], more].concat());
    let run = starter(&[]).exits(FAULTY);
    assert!(run.err.contains("already exists"), "{run:?}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    starter(&["--force"]).exits(CLEAN);
    assert!(
        std::fs::read_to_string(&file)
            .unwrap()
            .contains("Name of the firm")
    );
    let report = put(folder.path(), "report.md", "an older report");
    custody(&[
        "gaps",
        "examples/small-firm.yaml",
        "--format",
        "markdown",
        "-o",
        &report,
    ])
    .clean();
    assert!(std::fs::read_to_string(&report).unwrap().starts_with("# "));
}

#[test]
fn a_folder_that_is_not_there_is_told_by_the_name_that_was_given() {
    let run = custody(&[
        "gaps",
        "examples/small-firm.yaml",
        "-o",
        "no-such-folder/x.md",
    ]);
    let run = run.exits(UNAVAILABLE);
    assert!(
        run.err.contains("`no-such-folder/x.md`") && !run.err.contains(".custody-"),
        "{run:?}"
    );
}

#[test]
fn a_filter_that_does_not_choose_is_refused() {
    for (arguments, told) in [
        (
            ["controls", "--severity", "critical"],
            "custody catalog risks --severity",
        ),
        (
            ["controls", "--threat", "loss"],
            "custody catalog risks --threat",
        ),
        (
            ["risks", "--family", "multisignature"],
            "custody catalog controls --family",
        ),
        (
            ["risks", "--treats", "8.2.2.3-a"],
            "custody catalog controls --treats",
        ),
        (
            ["words", "--clause", "9.3"],
            "custody catalog clauses --clause",
        ),
        (["controls", "--clause", "99"], "custody catalog clauses"),
        (
            ["controls", "--family", "nonsense"],
            "custody catalog families",
        ),
        (
            ["controls", "--treats", "nonsense"],
            "custody catalog risks",
        ),
    ] {
        let run = custody(&[&["catalog"], &arguments[..]].concat()).exits(FAULTY);
        assert!(run.err.contains(told) && run.out.is_empty(), "{run:?}");
    }
}

#[test]
fn what_is_open_of_a_clause_a_family_and_a_risk_is_told() {
    let gaps = custody(&["gaps", "examples/exchange.yaml", "--format", "json"]).json();
    let gaps = gaps["gaps"].as_array().unwrap();
    let count = |of: &dyn Fn(&Value) -> bool| gaps.iter().filter(|gap| of(gap)).count();
    let of_clause = count(&|gap| {
        let clause = gap["clause"].as_str().unwrap();
        clause == "9.3.7" || clause.starts_with("9.3.7.")
    });
    let within = |risk: &'static str, subject: &'static str| {
        move |gap: &Value| {
            let open = gap["open_risks"].as_array().unwrap();
            gap["subject"] == subject && (gap["risk"] == risk || open.iter().any(|id| id == risk))
        }
    };
    let of_risk = count(&within("8.2.2.4-a", "alt-hot"));
    assert!(of_clause > 10 && of_risk > 1);
    for (id, count) in [("9.3.7", of_clause), ("8.2.2.4-a@alt-hot", of_risk)] {
        let out = custody(&["explain", id, "--in", "examples/exchange.yaml"]).clean();
        assert!(
            out.contains(&format!("{count} gaps as of 2026-09-30")),
            "{id}: {out}"
        );
    }
    let out = custody(&[
        "explain",
        "8.2.2.4-a@alt-hot",
        "--in",
        "examples/exchange.yaml",
    ])
    .clean();
    assert!(out.starts_with("`8.2.2.4-a` (Key leakage "), "{out}");
    let out = custody(&[
        "explain",
        "multisignature",
        "--in",
        "examples/exchange.yaml",
    ])
    .clean();
    assert!(out.contains(" gaps as of "), "{out}");
}

#[test]
fn a_file_is_as_readable_as_other_new_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let target = folder.path().join("mine.yaml");
    let arguments = [
        "init",
        "--wallet",
        "a=cold,hsm",
        "--from",
        "2026-01-01",
        "--to",
        "2026-12-31",
        "--force",
        "-o",
        target.to_str().unwrap(),
    ];
    let mode = || std::fs::metadata(&target).unwrap().permissions().mode() & 0o777;
    custody(&arguments).exits(CLEAN);
    assert_eq!(mode() & 0o600, 0o600);
    std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o640)).unwrap();
    custody(&arguments).exits(CLEAN);
    assert_eq!(mode(), 0o640);
}

#[test]
fn a_pipe_is_written_to_and_a_link_stays_a_link() {
    let folder = folder();
    let [pipe, link, target] = ["pipe", "link", "target"].map(|name| folder.path().join(name));
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()));
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read_to_string(pipe).unwrap()
    });
    let write = |path: &Path| {
        let path = path.to_str().unwrap();
        custody(&[
            "gaps",
            "examples/small-firm.yaml",
            "--format",
            "json",
            "-o",
            path,
        ])
        .clean();
    };
    write(&pipe);
    let piped = reader.join().unwrap();
    assert!(piped.starts_with('{') && piped.ends_with("}\n"));
    assert!(!std::fs::metadata(&pipe).unwrap().is_file());
    std::fs::write(&target, "").unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    write(&link);
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(std::fs::read_to_string(&target).unwrap(), piped);
}

#[test]
fn standard_output_can_be_named() {
    let arguments = ["gaps", "examples/small-firm.yaml", "--format", "json"];
    let plain = custody(&arguments).clean();
    let named = custody(&[&arguments[..], &["--output", "-"]].concat()).clean();
    assert!(plain == named && plain.ends_with("}\n"));
}

#[test]
fn only_the_wallets_that_were_asked_for_are_looked_at() {
    let arguments = [
        "gaps",
        "examples/exchange.yaml",
        "--format",
        "json",
        "--wallet",
    ];
    let report = custody(&[&arguments[..], &["btc-hot"]].concat())
        .exits(CLEAN)
        .json();
    let subjects = report["subjects"].as_array().unwrap();
    let ids: Vec<_> = subjects
        .iter()
        .map(|row| row["subject"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["organization", "btc-hot"]);
    assert_eq!(
        report["facts"]["only_wallets"],
        serde_json::json!(["btc-hot"])
    );
    for gap in report["gaps"].as_array().unwrap() {
        assert!(ids.contains(&gap["subject"].as_str().unwrap()), "{gap}");
    }

    let wrong = custody(&[&arguments[..], &["btc-hut"]].concat()).exits(FAULTY);
    assert!(
        wrong.err.contains("did you mean `btc-hot`?"),
        "{}",
        wrong.err
    );
}

#[test]
fn the_day_is_the_last_one_of_the_period_or_the_one_that_was_asked_for() {
    let report = |more: &[&str]| {
        let arguments = ["gaps", "examples/exchange.yaml", "--format", "json"];
        custody(&[&arguments[..], more].concat())
            .exits(CLEAN)
            .json()
    };
    let day = |report: &Value| report["facts"]["as_of"].as_str().unwrap().to_owned();
    assert_eq!(day(&report(&[])), "2026-09-30");
    let later = report(&["--as-of", "2027-09-30"]);
    assert_eq!(day(&later), "2027-09-30");
    let proven = |report: &Value| report["summary"]["cells"]["effective"].as_u64().unwrap();
    assert!(proven(&later) < proven(&report(&[])), "evidence expires");
    assert!(day(&report(&["--as-of", "today"])).len() == "2026-09-30".len());
}

#[test]
fn a_day_by_the_clock_is_noted_on_standard_error_only() {
    let gaps = |file: &str, more: &[&str]| {
        let run = custody(&[&["gaps", file, "--format", "json"], more].concat());
        (run.err, run.out)
    };
    let (note, report) = gaps("examples/exchange.yaml", &["--as-of", "today"]);
    let report: Value = serde_json::from_str(&report).unwrap();
    let day = report["facts"]["as_of"].as_str().unwrap();
    assert_eq!(note, format!("note: as of {day}, today in UTC\n"));

    let folder = TempDir::new().unwrap();
    let ahead = folder.path().join("ahead.yaml");
    let text = std::fs::read_to_string(golden::path("examples/small-firm.yaml")).unwrap();
    let period = text
        .lines()
        .find(|line| line.starts_with("period:"))
        .unwrap();
    let text = text.replace(period, "period: { from: 2026-07-01, to: 2999-12-31 }");
    std::fs::write(&ahead, text).unwrap();
    let ahead = ahead.to_str().unwrap();
    let (note, report) = gaps(ahead, &[]);
    assert!(
        note.contains("note: as of 2999-12-31, the last day of the period, which is in the future"),
        "{note}"
    );
    assert!(!report.contains("not come"), "{report}");
    let (note, same) = gaps(ahead, &["--as-of", "2999-12-31"]);
    assert_eq!((note.as_str(), same), ("", report));
}

#[test]
fn a_number_on_the_command_line_is_explained() {
    let file = "examples/exchange.yaml";
    for (arguments, expected) in [
        (
            &["plan", file, "--budget", "lots"][..],
            "expected a whole number",
        ),
        (&["plan", file, "--budget", "-1"], "expected a whole number"),
        (
            &["plan", file, "--budget", "10", "--first", "1.5"],
            "expected a whole number",
        ),
        (&["gaps", file, "--first", "all"], "expected a whole number"),
        (
            &["gaps", file, "--horizon", "1y"],
            "expected a whole number from 0 to 36500",
        ),
        (
            &["gaps", file, "--horizon", "-1"],
            "expected a whole number from 0 to 36500",
        ),
        (
            &["forecast", file, "--until", "2027-01-01", "--first", "x"],
            "expected a whole number",
        ),
        (
            &["diff", file, file, "--first", ""],
            "expected a whole number",
        ),
        (
            &["supports", file, "--size", "many"],
            "expected a whole number from 1 to",
        ),
        (
            &["supports", file, "--first", "x"],
            "expected a whole number",
        ),
        (
            &[
                "portfolio",
                ".",
                "--as-of",
                "today",
                "--output",
                "x",
                "--jobs",
                "0",
            ],
            "expected a whole number from 1 to 1024",
        ),
        (
            &[
                "portfolio",
                ".",
                "--as-of",
                "today",
                "--output",
                "x",
                "--horizon",
                "x",
            ],
            "expected a whole number from 0 to 36500",
        ),
    ] {
        let run = custody(arguments).exits(FAULTY);
        assert!(run.err.contains(expected), "{arguments:?}: {}", run.err);
        let words = ["invalid digit", "in string", "not in ", "..="];
        assert!(
            !words.iter().any(|word| run.err.contains(word)),
            "{arguments:?}: {}",
            run.err
        );
    }
}

/// An assessment with one claim for each item of evidence.
fn with_evidence(items: &[(&str, &str, Option<&str>)]) -> String {
    let mut text = "
assessment: evidence
title: Evidence
catalog: iso-tr-23576
custodian: { name: Example }
period: { from: 2026-01-01, to: 2026-06-30 }
organization: { channels: [] }
wallets: { vault: { tier: cold, traits: [hardware-wallet] } }
evidence:
"
    .to_owned();
    for (id, locator, sha256) in items {
        let _ = write!(
            text,
            "  {id}: {{ title: T, kind: record, technique: examine, collected: 2026-02-01, valid_until: 2026-12-31, locator: '{locator}'"
        );
        if let Some(sha256) = sha256 {
            let _ = write!(text, ", sha256: {sha256}");
        }
        text.push_str(" }\n");
    }
    text.push_str("claims:\n");
    let controls = Catalog::builtin()
        .controls()
        .filter(|control| control.subject == SubjectKind::Organization && control.when.is_always());
    for ((id, ..), control) in items.iter().zip(controls) {
        let _ = writeln!(
            text,
            "  {}: {{ status: implemented, evidence: [{id}] }}",
            control.id
        );
    }
    text
}

#[test]
fn files_of_evidence_are_looked_at_and_nothing_outside_of_their_folder() {
    // What `sha256sum` says of `test` without a line break.
    const TEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let folder = folder();
    let place = folder.path();
    put(place, "evidence/right.pdf", "test");
    put(place, "evidence/changed.pdf", "tested");
    put(place, "evidence/deep/down.pdf", "test");
    let outside = put(place, "outside.pdf", "test");
    std::fs::create_dir_all(place.join("evidence/folder.pdf")).unwrap();
    let mut items = vec![
        ("right", "right.pdf", Some(TEST), "matches"),
        ("upper", "./right.pdf", Some(TEST), "matches"),
        ("deep", "deep/down.pdf", Some(TEST), "matches"),
        ("no-digest", "changed.pdf", None, "present"),
        ("changed", "changed.pdf", Some(TEST), "mismatch"),
        ("gone", "gone.pdf", Some(TEST), "missing"),
        ("a-folder", "folder.pdf", None, "not-a-file"),
        (
            "elsewhere",
            "https://example.org/right.pdf",
            Some(TEST),
            "other-system",
        ),
    ];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&outside, place.join("evidence/leads-out.pdf")).unwrap();
        std::os::unix::fs::symlink("right.pdf", place.join("evidence/stays.pdf")).unwrap();
        std::os::unix::fs::symlink(place, place.join("evidence/parent")).unwrap();
        items.push(("leads-out", "leads-out.pdf", Some(TEST), "outside"));
        items.push(("leads-up", "parent/outside.pdf", Some(TEST), "outside"));
        items.push(("stays", "stays.pdf", Some(TEST), "matches"));
    }
    let written: Vec<_> = items
        .iter()
        .map(|(id, at, digest, _)| (*id, *at, *digest))
        .collect();
    let file = put(place, "mine.yaml", with_evidence(&written));
    let evidence = place.join("evidence");
    let arguments = ["gaps", &file, "--format", "json", "--verify-evidence"];
    let report = custody(&[&arguments[..], &[evidence.to_str().unwrap()]].concat())
        .exits(CLEAN)
        .json();
    assert_eq!(report["facts"]["evidence_files_checked"], true);
    let rows = report["evidence"].as_array().unwrap();
    let gaps = report["gaps"].as_array().unwrap();
    for (id, _, _, found) in items {
        let row = rows.iter().find(|row| row["evidence"] == id).unwrap();
        assert_eq!(row["file"], found, "{id}");
        let cell = &row["cited_by"][0];
        let gap = gaps
            .iter()
            .find(|gap| gap["id"] == *cell)
            .map(|gap| gap["kind"].as_str());
        let kind = match found {
            "mismatch" => Some(Some("evidence-hash-mismatch")),
            "missing" => Some(Some("evidence-missing-file")),
            "not-a-file" | "outside" => Some(Some("evidence-unusable-file")),
            _ => None,
        };
        assert_eq!(gap, kind, "{id}");
    }

    let climbing = [
        ("escape", "../outside.pdf", Some(TEST)),
        ("detour", "deep/../../outside.pdf", Some(TEST)),
        ("absolute", &*outside, Some(TEST)),
        ("drive", "C:/outside.pdf", Some(TEST)),
    ];
    let climbs = put(place, "climbs.yaml", with_evidence(&climbing));
    let run = custody(
        &[
            &["gaps", &climbs],
            &arguments[4..],
            &[evidence.to_str().unwrap()],
        ]
        .concat(),
    );
    let run = run.exits(FAULTY);
    assert_eq!(
        run.err.matches("error[malformed-locator]").count(),
        climbing.len()
    );

    let unseen = custody(&["gaps", &file, "--format", "json"])
        .exits(CLEAN)
        .json();
    assert_eq!(unseen["facts"]["evidence_files_checked"], false);
    let rows = unseen["evidence"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["file"] == "not-checked"));
}

#[test]
fn digests_of_evidence_are_added_on_request() {
    let folder = folder();
    let place = folder.path();
    put(place, "evidence/right.pdf", "test");
    put(place, "evidence/more.pdf", "more");
    let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let items = [
        ("a", "evidence/right.pdf", None),
        ("b", "https://example.org/b", None),
        ("c", "evidence/gone.pdf", None),
    ];
    let before = with_evidence(&items);
    put(place, "mine.yaml", &before);
    let text = || std::fs::read_to_string(place.join("mine.yaml")).unwrap();
    let hash = |more: &[&str]| {
        let arguments = ["evidence", "hash", "mine.yaml", "--verify-evidence", "."];
        within(place, &[&arguments[..], more].concat())
    };
    let run = hash(&["--dry-run"]).exits(CLEAN);
    assert!(
        run.out.contains(&format!(", sha256: {digest}")),
        "{}",
        run.out
    );
    assert!(
        run.err
            .contains("would add the SHA-256 of a (evidence/right.pdf)"),
        "{}",
        run.err
    );
    assert_eq!(text(), before);
    let run = hash(&[]).exits(CLEAN);
    assert_eq!(run.out, "");
    let counts =
        "evidence files before: 0 verified; not verified: 1 other-system, 1 present, 1 missing";
    assert!(run.err.contains(counts), "{}", run.err);
    let after = before.replacen(
        "locator: 'evidence/right.pdf'",
        &format!("locator: 'evidence/right.pdf', sha256: {digest}"),
        1,
    );
    assert_eq!(text(), after);
    let run = hash(&[]).exits(CLEAN);
    assert!(run.err.contains("no digest to add"), "{}", run.err);
    // The list has the items that match all filters, and the files that no item names.
    let list = |more: &[&str]| {
        let arguments = ["evidence", "list", "mine.yaml", "--format", "json"];
        within(place, &[&arguments[..], more].concat())
            .exits(CLEAN)
            .json()
    };
    let ids = |list: &serde_json::Value| -> Vec<String> {
        let items = list["items"].as_array().unwrap().iter();
        items
            .map(|item| item["evidence"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = list(&["--verify-evidence", "."]);
    assert_eq!(ids(&all), ["a", "b", "c"]);
    assert_eq!(
        all["unlisted"]["files"],
        serde_json::json!(["evidence/more.pdf"])
    );
    assert_eq!(all["items"][0]["file"], "matches");
    assert_eq!(ids(&list(&["--without-hash"])), ["b", "c"]);
    assert!(ids(&list(&["--unused"])).is_empty());
    assert!(ids(&list(&["--expires-within", "183"])).is_empty());
    assert_eq!(ids(&list(&["--expires-within", "184"])), ["a", "b", "c"]);
}

#[test]
fn check_compares_the_files_of_evidence() {
    let folder = folder();
    let place = folder.path();
    put(place, "evidence/right.pdf", "test");
    let right = Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
    let at = |name: &str, items: &[(&str, &str, Option<&str>)]| {
        put(place, name, with_evidence(items));
    };
    at("right.yaml", &[("a", "evidence/right.pdf", right)]);
    at(
        "some.yaml",
        &[
            ("a", "evidence/right.pdf", None),
            ("b", "https://example.org/b", right),
        ],
    );
    at(
        "wrong.yaml",
        &[
            ("a", "evidence/right.pdf", right),
            ("b", "evidence/gone.pdf", right),
        ],
    );
    let check = |file: &str, directory: &str, more: &[&str]| {
        let arguments = [&["check", file, "--verify-evidence", directory], more].concat();
        within(place, &arguments)
    };
    let run = check("right.yaml", ".", &[]).exits(CLEAN);
    assert!(
        run.out.ends_with("evidence files: 1 verified\n"),
        "{}",
        run.out
    );
    assert_eq!(run.err, "");
    let run = check("some.yaml", ".", &[]).exits(CLEAN);
    let counts = "evidence files: 0 verified; not verified: 1 other-system, 1 present\n";
    assert!(run.out.ends_with(counts), "{}", run.out);
    assert!(
        run.err.contains("warning[evidence-file-without-hash]"),
        "{}",
        run.err
    );
    let run = check("wrong.yaml", ".", &[]).exits(FAULTY);
    assert!(
        run.err.contains("error[evidence-missing-file]"),
        "{}",
        run.err
    );
    assert!(run.err.contains("`evidence/gone.pdf`"), "{}", run.err);
    assert!(!run.err.contains("note:"), "{}", run.err);
    let run = check("wrong.yaml", ".", &["--format", "json"]).exits(FAULTY);
    assert!(run.out.contains("\"evidence-missing-file\""), "{}", run.out);
    // The directory of evidence itself is not the one in which locators begin.
    for command in ["check", "gaps"] {
        let arguments = [command, "right.yaml", "--verify-evidence", "evidence"];
        let run = within(place, &arguments);
        let note = "note: no evidence file was found in `evidence`: that of `a` would be \
                    `evidence/evidence/right.pdf`";
        assert!(run.err.contains(note), "{}", run.err);
    }
    let run = within(
        place,
        &["gaps", "right.yaml", "--verify-evidence", "evidence"],
    );
    assert!(run.out.contains("no-evidence-file-found"), "{}", run.out);
    // An output never replaces a file of evidence.
    let run = check("right.yaml", ".", &["--output", "evidence/right.pdf"]);
    assert_ne!(run.code, CLEAN);
    assert_eq!(
        std::fs::read(place.join("evidence/right.pdf")).unwrap(),
        b"test"
    );
}

#[test]
fn escape_sequences_are_for_terminals_only() {
    let coloured = |name: &str, value: &str, arguments: &[&str]| {
        let mut command = program(arguments);
        command.env(name, value);
        let run = finish(command);
        (run.out + &run.err).contains('\u{1b}')
    };
    for arguments in [
        &["gaps", "examples/small-firm.yaml"] as &[_],
        &["check", "tests/cmd/faulty.yaml"],
        &["explain", "9.3.7.5-c"],
        &["explain", "nothing"],
        &["--help"],
    ] {
        // This is a pipe.
        assert!(!coloured("CUSTODY", "", arguments), "{arguments:?}");
        assert!(!coloured("NO_COLOR", "1", arguments), "{arguments:?}");
        assert!(coloured("CLICOLOR_FORCE", "1", arguments), "{arguments:?}");
    }
    // A file is never coloured.
    let folder = folder();
    let target = folder.path().join("gaps.txt");
    let output = target.to_str().unwrap();
    assert!(!coloured(
        "CLICOLOR_FORCE",
        "1",
        &["gaps", "examples/small-firm.yaml", "--output", output]
    ));
    assert!(!std::fs::read_to_string(&target).unwrap().contains('\u{1b}'));
}

#[test]
fn init_takes_the_traits_that_the_catalog_declares() {
    let starter = |catalog: &[&str], wallet: &str| {
        let period = ["--from", "2026-01-01", "--to", "2026-12-31"];
        custody(&[catalog, &["init", "--wallet", wallet], &period].concat())
    };
    let modern = &["--catalog", "examples/profiles/modern-custody.yaml"];
    let text = starter(modern, "w=hot,hsm,mpc").exits(CLEAN).out;
    assert!(text.contains("traits: [hsm, mpc]"), "{text}");
    assert!(text.contains("  mc-9.3.7.5-d:"), "{text}");
    let wrong = starter(modern, "w=hot,hsm,mcp").exits(FAULTY);
    assert!(wrong.err.contains("did you mean `mpc`?"), "{}", wrong.err);
    let cold = starter(modern, "w=cold,software-wallet,staking").exits(FAULTY);
    assert!(
        cold.err.contains("`w` is cold, but has `staking`"),
        "{}",
        cold.err
    );
    let unknown = starter(&[], "w=hot,hsm,mpc").exits(FAULTY);
    assert!(
        unknown.err.contains("unknown tier or trait `mpc`"),
        "{}",
        unknown.err
    );
}

#[test]
fn text_of_strangers_cannot_steer_the_terminal() {
    let folder = folder();
    let text = golden::read("examples/small-firm.yaml").replacen(
        "title: Till for small payouts",
        "title: \"Till \\u001b[2J\\u202e for small payouts",
        1,
    );
    let text = text.replacen("on the office computer", "on the office computer\"", 1);
    let file = put(folder.path(), "mine.yaml", text);
    for format in ["terminal", "markdown"] {
        let out = custody(&["gaps", &file, "--format", format]).clean();
        assert!(!out.contains(['\u{1b}', '\u{202e}']), "{format}");
    }
    // JSON is for programs and says what was written, but is harmless to look at, too.
    let out = custody(&["gaps", &file, "--format", "json"]).clean();
    assert!(!out.contains('\u{1b}'));
    let wrong = custody(&["explain", "\u{1b}[2J"]).exits(FAULTY);
    assert!(!wrong.err.contains('\u{1b}'), "{}", wrong.err);
}

#[test]
fn a_starter_is_in_order_and_has_only_the_controls_that_apply() {
    let sets: [(&[&str], &[&str]); 6] = [
        (&["vault=cold,hardware-wallet"], &[]),
        (&["hot=hot,hsm,deterministic"], &["customer-web"]),
        (
            &[
                "btc-hot=hot,hsm,multisig,backed-up",
                "deep=cold,paper,backed-up,secret-sharing",
            ],
            &["customer-web", "customer-api", "operator-remote"],
        ),
        (&["pool=warm,third-party"], &["operator-remote"]),
        (
            &[
                "all=warm,hsm,hardware-wallet,software-wallet,paper,multisig,secret-sharing,deterministic,backed-up,removable-media,online-backup,third-party",
            ],
            &["customer-api"],
        ),
        (
            &[
                "a=hot,software-wallet",
                "b=warm,software-wallet",
                "c=cold,software-wallet",
            ],
            &[],
        ),
    ];
    let catalog = Catalog::builtin();
    let folder = folder();
    for (wallets, channels) in sets {
        let mut arguments = vec![
            "init",
            "--custodian",
            "Say \"hello\": a # firm",
            "--from",
            "2026-01-01",
            "--to",
            "2026-12-31",
        ];
        arguments.extend(wallets.iter().flat_map(|wallet| ["--wallet", *wallet]));
        arguments.extend(channels.iter().flat_map(|channel| ["--channel", *channel]));
        let run = custody(&arguments).exits(CLEAN);
        // What is left out without channels is stated.
        let note = run
            .err
            .contains("left out, because no `--channel` is declared");
        assert_eq!(note, channels.is_empty(), "{}", run.err);
        let text = run.out;
        assert!(
            text.lines().all(|line| line.trim_end() == line),
            "{wallets:?}"
        );

        let file = put(folder.path(), "mine.yaml", &text);
        let checked = custody(&["check", &file]).clean();
        assert!(checked.starts_with("no errors: 0 claims on "), "{checked}");

        let subjects: Vec<Features> = wallets
            .iter()
            .map(|wallet| {
                let (_, words) = wallet.split_once('=').unwrap();
                let (tier, traits) = words.split_once(',').unwrap();
                let mut features: Features =
                    traits.split(',').filter_map(Trait::from_word).collect();
                features.insert(Tier::from_word(tier).unwrap().into());
                features
            })
            .collect();
        let channels: Features = channels
            .iter()
            .filter_map(|word| Channel::from_word(word))
            .collect();
        let applying: BTreeSet<&str> = catalog
            .controls()
            .filter(|control| match control.subject {
                SubjectKind::Organization => control.when.holds(channels),
                SubjectKind::Wallet => subjects.iter().any(|wallet| control.when.holds(*wallet)),
            })
            .map(|control| control.id.as_str())
            .collect();
        let files = AssessmentFiles::from_text("mine.yaml", text);
        let offered = files.documents()[0]
            .claims
            .keys()
            .map(AsRef::as_ref)
            .collect();
        assert_eq!(applying, offered, "{wallets:?}");
    }
}

#[test]
fn every_id_of_the_catalogue_and_every_word_is_explained() {
    let exchange = ["--in", "examples/exchange.yaml"];
    for (arguments, told) in [
        (
            &["9.3.7.5-c"] as &[_],
            "control 9.3.7.5-c: Each signer validates",
        ),
        (&["8.2.2.5-c"], "risk 8.2.2.5-c: Tampered signing software"),
        (&["8.3.2-a"], "treated by  no control of the catalog"),
        (
            &["9.3.7.5"],
            "clause 9.3.7.5: Key sharing and multisignatures",
        ),
        (&["9"], "clause 9: Consideration on security controls"),
        (&["multisignature"], "family multisignature: Key sharing"),
        (&["unknown-key"], "error unknown-key"),
        (&["unused-evidence"], "warning unused-evidence"),
        (
            &["effective"],
            "verdict: The control or an equivalent is in place",
        ),
        (&["hsm"], "trait: "),
        (&["overdue"], "gap kind: "),
        (
            &["9.3.7.5-c@evm-warm"],
            "`9.3.7.5-c@evm-warm` is the gap of `9.3.7.5-c` for `evm-warm`",
        ),
        (
            &["8.3.2-a@organization:no-control"],
            "no-control: The catalog has no control",
        ),
        (
            &[&["9.3.7.5-c@evm-warm"], &exchange[..]].concat(),
            "closes if",
        ),
        (
            &[&["9.3.7.5-c"], &exchange[..]].concat(),
            "9.3.7.5-c@evm-warm",
        ),
        (
            &[&["8.2.2.5-c"], &exchange[..]].concat(),
            "13 gaps as of 2026-09-30:",
        ),
    ] {
        let out = custody(&[&["explain"], arguments].concat()).clean();
        assert!(out.contains(told), "{arguments:?}: {out}");
    }
}

#[test]
fn every_listed_word_and_entry_can_be_explained() {
    // Each run is a process, so one of each kind is explained, and each word once.
    let rows = |section: &str| custody(&["catalog", section, "--json"]).exits(CLEAN).json();
    for (section, key) in [
        ("clauses", "clause"),
        ("families", "family"),
        ("controls", "control"),
        ("risks", "risk"),
    ] {
        let rows = rows(section);
        let last = rows.as_array().unwrap().last().unwrap()[key]
            .as_str()
            .unwrap()
            .to_owned();
        let out = custody(&["explain", &last]).clean();
        assert!(out.contains(&last), "{out}");
    }
    let words = rows("words");
    let mut seen = BTreeSet::new();
    for row in words.as_array().unwrap() {
        if seen.insert(row["vocabulary"].as_str().unwrap().to_owned()) {
            let word = row["word"].as_str().unwrap();
            custody(&["explain", word]).clean();
        }
    }
    assert!(seen.len() > 20, "{seen:?}");
}

#[test]
fn what_is_unknown_is_answered_with_something_near() {
    for (id, near) in [
        (
            "9.3.7.33-a",
            "the controls of `9.3.7` are in its clauses `9.3.7.1` (General)",
        ),
        (
            "9.3.7.5-x",
            "`9.3.7.5-a` (Key use authorized by several stakeholders), `9.3.7.5-b`",
        ),
        ("9.3.7.6-h", "`9.3.7.6-h` was replaced by `9.3.5-b`"),
        ("8.3.2-z", "the risks of clause `8.3.2` are `8.3.2-a`"),
        ("8.3.2.a", "did you mean `8.3.2-a`?"),
        ("5.4-z", "the controls of clause `5.4` are `5.4-a`"),
        ("unknown-keys", "did you mean `unknown-key`?"),
        ("efective", "did you mean `effective`?"),
        ("zzzzzzzzzzzz", "`custody catalog controls`"),
    ] {
        let run = custody(&["explain", id]).exits(FAULTY);
        assert!(run.err.contains(near), "{id}: {}", run.err);
        let run = custody(&["explain", id, "--in", "examples/small-firm.yaml"]).exits(FAULTY);
        assert!(run.err.contains(near), "{id}: {}", run.err);
    }
}

#[test]
fn for_whom_something_is_judged_is_told() {
    let asked = |id: &str| {
        let file = "examples/exchange.yaml";
        let run = custody(&["explain", id, "--in", file]).exits(FAULTY);
        run.err.replace('\n', " ")
    };
    let near = asked("8.2.2.3-e@btc-colt");
    assert!(
        near.contains("no cell, risk or gap named `8.2.2.3-e@btc-colt`")
            && near.contains("did you mean `8.2.2.3-e@btc-cold`?"),
        "{near}"
    );
    let far = asked("5.4-a@organization");
    assert!(
        far.contains("`5.4-a` applies to `alt-hot`, `btc-cold`"),
        "{far}"
    );
    let item = asked("key-inventory");
    assert!(
        item.contains("its kind is `evidence`")
            && item.contains("explain key-inventory --in FILE --if-lost"),
        "{item}"
    );
}

#[test]
fn a_plan_says_what_it_can_be_asked() {
    let run = custody(&["plan", "examples/exchange.yaml"]).exits(FAULTY);
    assert!(
        run.err.contains("--target") && run.err.contains("--budget"),
        "{}",
        run.err
    );
    let run = custody(&[
        "plan",
        "examples/exchange.yaml",
        "--target",
        "treated=grave",
    ])
    .exits(FAULTY);
    assert!(run.err.contains("`critical`"), "{}", run.err);
}

#[test]
fn the_catalogue_is_listed_and_filtered() {
    let count = |arguments: &[&str]| {
        let rows = custody(&[&["catalog", "--json"], arguments].concat())
            .exits(CLEAN)
            .json();
        rows.as_array().unwrap().len()
    };
    let catalog = Catalog::builtin();
    let model = catalog.model();
    for (section, entries) in [
        ("clauses", 80),
        ("families", catalog.families().len()),
        ("controls", 190),
        ("risks", 80),
        ("components", 19),
        ("keys", model.key_types.len() + model.key_states.len()),
        ("flows", model.flows.len()),
        ("matrix", 14),
        ("frameworks", 7),
        ("references", catalog.references().len()),
        ("terms", catalog.terms().len()),
    ] {
        assert_eq!(count(&[section]), entries, "{section}");
        let table = custody(&["catalog", section]).clean();
        assert!(
            table.ends_with(&format!("\n{entries} entries\n")),
            "{section}"
        );
        assert!(
            table.lines().all(|line| line.chars().count() <= 100),
            "{section}"
        );
    }
    assert!(count(&["facts"]) > 12 && count(&["words"]) > 100);
    let backups = catalog
        .controls()
        .filter(|control| control.family.as_str() == "key-backup");
    assert_eq!(
        count(&["controls", "--family", "key-backup"]),
        backups.count()
    );
    let critical = custody(&["catalog", "risks", "--severity", "critical", "--json"]).json();
    assert!(
        critical
            .as_array()
            .unwrap()
            .iter()
            .all(|risk| risk["severity"] == "critical")
    );
    let treating = count(&["controls", "--treats", "8.2.2.3-a"]);
    let risk = catalog.risk("8.2.2.3-a").unwrap();
    let linked = catalog.direct_controls(risk).count() + catalog.supporting_controls(risk).count();
    assert_eq!(treating, linked);
    assert!(
        count(&["controls", "--clause", "9.3.7"]) > count(&["controls", "--clause", "9.3.7.5"])
    );
    assert!(count(&["controls", "--subject", "wallet", "--function", "detective"]) > 0);
    assert!(count(&["risks", "--threat", "money-laundering"]) > 0);
}

#[test]
fn a_catalogue_of_ones_own_is_listed_and_explained() {
    let folder = folder();
    let (catalog, _) = small_world(folder.path(), "implemented");
    let out = custody(&["catalog", "controls", "--catalog", &catalog]).clean();
    assert!(out.ends_with("\n1 entry\n"), "{out}");
    let out = custody(&["--catalog", &catalog, "explain", "key-lost"]).clean();
    assert!(
        out.contains("treated by  backups Backups (detective)"),
        "{out}"
    );
    custody(&["--catalog", &catalog, "explain", "9.3.7.5-c"]).exits(FAULTY);
}

#[test]
fn schemas_are_those_of_the_library() {
    for document in Document::values() {
        let schema = custody(&["schema", document.word()]).exits(CLEAN).json();
        assert_eq!(
            schema,
            custody_controls::schema::schema(document, Catalog::builtin())
        );
    }
}

#[test]
fn shells_and_readers_are_served() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = custody(&["completions", shell]).clean();
        for word in ["gaps", "check", "init", "explain", "catalog", "fail-on"] {
            assert!(script.contains(word), "{shell} does not know {word}");
        }
    }
    let page = custody(&["man"]).clean();
    assert!(page.contains(".TH custody 1"), "{page}");
    assert!(page.contains("Exit status"), "{page}");
}

#[test]
fn faults_are_told_as_json_too() {
    let faults = custody(&["check", "--format", "json", "tests/cmd/faulty.yaml"]).exits(FAULTY);
    assert_eq!(faults.err, "");
    let faults = faults.json();
    let faults = faults.as_array().unwrap();
    assert!(faults.len() > 5);
    for fault in faults {
        assert_eq!(
            fault["location"]["file"], "tests/cmd/faulty.yaml",
            "{fault}"
        );
        assert!(fault["location"]["line"].as_u64() > Some(1), "{fault}");
    }
    let none = custody(&["check", "--format", "json", "examples/exchange.yaml"]).clean();
    assert_eq!(none, "[]\n");
}

#[test]
fn faults_are_written_to_files_in_each_form() {
    let folder = folder();
    for (format, begins) in [("terminal", "error["), ("json", "["), ("sarif", "{")] {
        let path = folder.path().join(format);
        let path = path.to_str().unwrap();
        let arguments = |file| ["check", file, "--format", format, "--output", path];
        let run = custody(&arguments("tests/cmd/faulty.yaml")).exits(FAULTY);
        assert_eq!((run.out.as_str(), run.err.as_str()), ("", ""), "{format}");
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.starts_with(begins), "{text}");
        assert!(
            text.contains("9.3.7.33-a") && !text.contains('\u{1b}'),
            "{text}"
        );
        assert_eq!(custody(&arguments("examples/exchange.yaml")).clean(), "");
        let text = std::fs::read_to_string(path).unwrap();
        assert!(!text.contains("error["), "{text}");
        assert_eq!(
            format == "terminal",
            text.starts_with("no errors: "),
            "{text}"
        );
    }
    assert_eq!(names(folder.path()), ["json", "sarif", "terminal"]);
    // A fault that is about no place is told at the first line of the first file.
    let empty = put(folder.path(), "empty.yaml", "assessment: mine\n");
    let log = custody(&["check", &empty, "--format", "sarif"])
        .exits(FAULTY)
        .json();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(results.len() > 3, "{results:?}");
    for result in results {
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.ends_with("/empty.yaml"), "{uri}");
        assert_eq!(place["region"]["startLine"], 1);
    }
}

#[test]
fn the_same_question_gets_the_same_bytes() {
    for format in ["terminal", "markdown", "json"] {
        let arguments = ["gaps", "examples/cold-custody.yaml", "--format", format];
        assert_eq!(custody(&arguments), custody(&arguments));
    }
}

#[test]
fn it_matters_not_where_the_program_is_run() {
    let arguments = |file| ["gaps", file, "--format", "json"];
    let here = custody(&arguments("examples/small-firm.yaml")).clean();
    let mut command = program(&arguments("small-firm.yaml"));
    command.current_dir(golden::path("examples"));
    let there = finish(command).clean();
    assert_eq!(
        here.replace("examples/small-firm.yaml", "small-firm.yaml"),
        there
    );

    // A folder stands for the files in it.
    let folder = folder();
    put(
        folder.path(),
        "mine.yaml",
        golden::read("examples/small-firm.yaml"),
    );
    let mut command = program(&arguments("."));
    command.current_dir(folder.path());
    let told = finish(command).clean();
    assert_eq!(told.replace("./mine.yaml", "small-firm.yaml"), there);
}

#[test]
fn several_files_and_a_folder_are_one_assessment() {
    let folder = folder();
    let text = golden::read("examples/small-firm.yaml");
    let (head, claims) = text.split_once("\nclaims:\n").unwrap();
    let head = put(folder.path(), "a.yaml", head);
    let id = "assessment: pebblewick-2026";
    assert!(text.contains(id));
    let claims = put(folder.path(), "b.yaml", format!("{id}\nclaims:\n{claims}"));
    let whole = custody(&["gaps", "examples/small-firm.yaml", "--format", "json"]).json();
    let reports = [
        custody(&["gaps", &head, &claims, "--format", "json"]).json(),
        custody(&["gaps", &claims, &head, "--format", "json"]).json(),
        custody(&["gaps", folder.path().to_str().unwrap(), "--format", "json"]).json(),
    ];
    for report in reports {
        assert_eq!(report["summary"], whole["summary"]);
        assert_eq!(report["facts"]["files"].as_array().unwrap().len(), 2);
    }
}

/// A reference of a crosswalk is read as `import` reads it.
#[test]
fn a_reference_of_a_crosswalk_may_be_written_as_in_its_framework() {
    let crosswalk = |framework: &str, reference: &str| {
        let small = "examples/small-firm.yaml";
        custody(&[
            "crosswalk",
            small,
            "--to",
            framework,
            "--reference",
            reference,
        ])
    };
    let plain = crosswalk("iso-27002-2022", "8.24").exits(CLEAN).out;
    for written in ["A.8.24", "a8.24", "A.8.24 Use of cryptography"] {
        assert_eq!(crosswalk("iso-27002-2022", written).exits(CLEAN).out, plain);
    }
    let withdrawn = crosswalk("nist-sp-800-53-r5", "AC-13").exits(FAULTY).err;
    assert!(withdrawn.contains("withdrew"), "{withdrawn}");
    let unlisted = crosswalk("nist-sp-800-53-r5", "AC-99").exits(FAULTY).err;
    assert!(unlisted.contains("lists no reference"), "{unlisted}");
    let annex = crosswalk("iso-27001", "A.8.24").exits(CLEAN).out;
    assert!(annex.contains("\nA.8.24\n") && annex.contains("ISO/IEC 27001, Annex A (2022)"));
    assert_eq!(crosswalk("iso-27001-2022", "8.24").exits(CLEAN).out, annex);
    let older = crosswalk("iso-27001", "A.9.1.1").exits(FAULTY).err;
    assert!(older.contains("lists no reference"), "{older}");
}

#[test]
fn references_are_selected_by_state_and_publisher_and_explained() {
    let ids = |arguments: &[&str]| {
        let run = custody(&[&["catalog", "references"], arguments].concat()).exits(CLEAN);
        let rows = run.json();
        let rows = rows.as_array().unwrap().iter();
        let ids: Vec<String> = rows
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .collect();
        ids
    };
    let all = ids(&["--json"]);
    assert_eq!(all.len(), Catalog::builtin().references().len());
    assert_eq!(ids(&["--format", "csl-json"]), all);
    let itu = ids(&["--body", "itu-t sg17", "--json"]);
    assert!(
        itu.contains(&"itu-t-x-1401".to_owned()) && itu.len() > 15,
        "{itu:?}"
    );
    let withdrawn = ids(&[
        "--state",
        "withdrawn",
        "--body",
        "TC 307",
        "--format",
        "json",
    ]);
    assert_eq!(withdrawn, ["iso-22739-2020"]);
    for (id, told) in [
        ("itu-t-x-1402", "X.sra-dlt"),
        ("iso-tr-23642", "iso-24875-2"),
        ("I-D-07", "i-d-vcgtf-07"),
        ("ccss-9.0", "2024-12-17"),
        ("8.3.2-c", "i-d-vcgtf-07"),
        ("signature key", "iso-tr-23576-2020"),
        ("MPC", "iso-iec-4922-1-2023"),
        ("withdrawn", "state of a document"),
    ] {
        let text = custody(&["explain", id]).clean();
        assert!(text.contains(told), "{id}: {text}");
    }
}
