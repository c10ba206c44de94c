//! Assessments in which nothing, or little, is proven: no command reassures about them.

use crate::cli::within;
use custody_testing::golden;
use std::fs;
use std::path::Path;

/// What a command prints about a file, on one line.
fn printed(folder: &Path, arguments: &[&str]) -> String {
    let run = within(folder, arguments);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    run.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn starter(folder: &Path) {
    let wallet = "btc-hot=hot,hsm,multisig,backed-up";
    let period = ["--from", "2026-01-01", "--to", "2026-12-31"];
    let arguments = ["init", "--wallet", wallet, "-o", "mine.yaml"];
    let run = within(folder, &[&arguments[..], &period].concat());
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn supports_of_a_starter_have_nothing_to_lose() {
    let folder = tempfile::tempdir().unwrap();
    starter(folder.path());
    let text = printed(folder.path(), &["supports", "mine.yaml"]);
    assert!(
        text.contains("no control is effective or partly in place, so there is nothing to lose"),
        "{text}"
    );
    assert!(
        text.contains("no critical risk is treated, not even in part"),
        "{text}"
    );
    let run = within(
        folder.path(),
        &["explain", "btc-hot", "--in", "mine.yaml", "--if-lost"],
    );
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("there is nothing to lose"), "{}", run.err);
}

#[test]
fn a_forecast_of_a_starter_does_not_promise_that_anything_remains_proven() {
    let folder = tempfile::tempdir().unwrap();
    starter(folder.path());
    for format in ["terminal", "markdown"] {
        let text = printed(
            folder.path(),
            &[
                "forecast",
                "mine.yaml",
                "--until",
                "2028-12-31",
                "--format",
                format,
            ],
        );
        assert!(!text.contains("remains proven"), "{text}");
        assert!(
            text.contains(
                "No control instance is proven on 2026-12-31, so none can lose its proof. No critical risk is treated on the first day."
            ),
            "{text}"
        );
    }
}

/// A control that supports and treats no risk directly is proven, and one that treats a risk that is
/// not critical.
#[test]
fn what_is_proven_without_treating_a_critical_risk_is_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    starter(folder.path());
    let path = folder.path().join("mine.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let item = "evidence:\n  policy: { title: Policy, kind: policy, technique: examine, collected: 2026-11-01, valid_until: 2027-10-31, locator: p.pdf }\n";
    let claim = "\n  9.2-b: { status: implemented, evidence: [policy] }";
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| {
            let line = line.trim_start();
            !line.starts_with("evidence:") && !line.starts_with("9.2-b:")
        })
        .collect();
    let text = lines
        .join("\n")
        .replacen("\nclaims:", &format!("\n{item}claims:{claim}"), 1);
    fs::write(&path, text).unwrap();
    let supports = printed(folder.path(), &["supports", "mine.yaml"]);
    assert!(!supports.contains("there is nothing to lose"), "{supports}");
    assert!(
        supports.contains("no critical risk is treated, not even in part"),
        "{supports}"
    );
    let forecast = printed(
        folder.path(),
        &["forecast", "mine.yaml", "--until", "2027-06-30"],
    );
    assert!(
        forecast.contains("No critical risk is treated on the first day."),
        "{forecast}"
    );
}

#[test]
fn a_plan_names_titles_and_subjects_and_where_it_parts_from_the_gaps() {
    let folder = tempfile::tempdir().unwrap();
    starter(folder.path());
    let text = printed(folder.path(), &["plan", "mine.yaml", "--budget", "2"]);
    assert!(
        text.contains("assess `9.3.7.5-i` (Threshold tolerates loss or compromise of one holder) for btc-hot; effort 1"),
        "{text}"
    );
    assert!(
        text.contains("has to be implemented as well, with an effort of 5"),
        "{text}"
    );
    let gaps = within(folder.path(), &["gaps", "mine.yaml", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&gaps.out).unwrap();
    let first = report["gaps"][0]["id"].as_str().unwrap();
    let plan = within(
        folder.path(),
        &["plan", "mine.yaml", "--budget", "2", "--format", "json"],
    );
    let plan: serde_json::Value = serde_json::from_str(&plan.out).unwrap();
    let cells = plan["steps"][0]["cells"].as_array().unwrap();
    assert!(
        !cells.contains(&first.into()),
        "the example has no departure"
    );
    assert_eq!(plan["departure"]["gap"], first);
    assert_eq!(plan["departure"]["step"], 1);
    assert!(
        text.contains(&format!(
            "from step 1 on: of the gaps that a step can close, the next one in the report is `{first}`"
        )),
        "{text}"
    );
}

#[test]
fn a_plan_that_only_assesses_has_empty_claims_and_repeats_no_line() {
    let folder = tempfile::tempdir().unwrap();
    let wallets = [
        "--wallet",
        "hot=hot,hsm,multisig,backed-up",
        "--wallet",
        "cold=cold,hsm,multisig,backed-up",
    ];
    let rest = [
        "--from",
        "2026-01-01",
        "--to",
        "2026-12-31",
        "-o",
        "mine.yaml",
    ];
    let run = within(folder.path(), &[&["init"], &wallets[..], &rest].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    let run = within(
        folder.path(),
        &[
            "plan",
            "mine.yaml",
            "--target",
            "held=critical",
            "--begin",
            "2026-12-31",
            "--owner",
            "operations",
            "--format",
            "claims",
        ],
    );
    assert_eq!(run.code, 0, "{}", run.err);
    let comments: Vec<&str> = run
        .out
        .lines()
        .filter(|line| line.starts_with("# - "))
        .collect();
    assert!(comments.len() > 5, "{}", run.out);
    let mut distinct: Vec<&&str> = comments.iter().collect();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), comments.len(), "{}", run.out);
    assert!(
        comments
            .iter()
            .all(|line| line.contains(" for ") && line.contains('('))
    );
    let (_, claims) = run.out.split_once("\nclaims:\n").unwrap();
    let lines: Vec<&str> = claims.lines().collect();
    assert!(lines.len() > 5, "{claims}");
    assert!(lines.iter().all(|line| line.ends_with(':')), "{claims}");
}

/// The closing hint repeats the arguments, not the files behind them.
#[test]
fn the_hint_names_what_was_given_once() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("my firm");
    fs::create_dir(&inside).unwrap();
    starter(&inside);
    let text = printed(
        folder.path(),
        &["gaps", "my firm", "my firm", "--verify-evidence", "my firm"],
    );
    assert!(
        text.contains(" --in 'my firm' --verify-evidence 'my firm'` explains the first gap"),
        "{text}"
    );
}

/// Two definitions of an entry: the keys that differ are named.
#[test]
fn a_conflict_names_the_keys_that_differ() {
    let folder = tempfile::tempdir().unwrap();
    starter(folder.path());
    let text = "assessment: my-assessment\nwallets:\n  btc-hot: { tier: hot, traits: [backed-up, hsm, multisig], title: Hot }\n";
    fs::write(folder.path().join("other.yaml"), text).unwrap();
    let run = within(folder.path(), &["check", "mine.yaml", "other.yaml"]);
    assert!(
        run.err
            .contains("conflicting definitions of `btc-hot` in two files: `since`, `title` differ"),
        "{}",
        run.err
    );
}

/// A result on a catalog of somebody else states that on every screen.
#[test]
fn every_screen_states_that_the_catalog_is_not_the_built_in_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let text = golden::read("examples/profiles/cold-custody.yaml");
    fs::write(at.join("profile.yaml"), text).unwrap();
    let wallet = ["--wallet", "vault=cold,hsm,multisig,backed-up"];
    let rest = ["--from", "2026-01-01", "--to", "2026-12-31", "-o", "a.yaml"];
    let catalog = ["--catalog", "profile.yaml"];
    let run = within(at, &[&["init"][..], &wallet, &rest, &catalog].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    for command in [
        &["gaps", "a.yaml"][..],
        &["supports", "a.yaml"],
        &["crosswalk", "a.yaml", "--to", "iso-27002-2022"],
        &["forecast", "a.yaml", "--until", "2027-12-31"],
        &[
            "forecast",
            "a.yaml",
            "--until",
            "2027-12-31",
            "--format",
            "ics",
        ],
        &["plan", "a.yaml", "--target", "held=critical"],
        &["explain", "9.3.7.2-b", "--in", "a.yaml"],
        &["explain", "8.2.2.3-a", "--in", "a.yaml"],
        &["evidence", "list", "a.yaml"],
        &["evidence", "list", "a.yaml", "--format", "markdown"],
        &["diff", "a.yaml", "a.yaml"],
        &["trend", "a.yaml"],
        &["trend", "a.yaml", "--format", "markdown"],
        &["trend", "a.yaml", "--format", "html"],
    ] {
        let arguments = [command, &["--catalog", "profile.yaml"]].concat();
        // Lines of calendars are folded.
        let text = printed(at, &arguments).replace("\r\n ", "");
        assert!(
            text.contains("not the built-in catalog"),
            "{command:?}: {text}"
        );
    }
}
