//! Plans as a user meets them: first things on which all commands agree or of which they state why not,
//! no line twice, claims that can be pasted, and days.

use crate::cli::{CLEAN, FAULTY, custody, folder, names, put, within};
use custody_testing::golden;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// The JSON that a run prints.
pub(crate) fn json(arguments: &[&str]) -> Value {
    let run = custody(&[arguments, &["--format", "json"]].concat()).exits(CLEAN);
    serde_json::from_str(&run.out).unwrap()
}

/// The examples and the incidents, each with the last day of its period.
fn assessments() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for folder in ["examples", "examples/incidents"] {
        for name in names(&golden::path(folder)) {
            if name.ends_with(".yaml") {
                let file = format!("{folder}/{name}");
                let run = custody(&["gaps", &file, "--format", "json"]).exits(CLEAN);
                let report: Value = serde_json::from_str(&run.out).unwrap();
                let day = report["facts"]["as_of"].as_str().unwrap().to_owned();
                all.push((file, day));
            }
        }
    }
    assert!(all.len() >= 6, "{all:?}");
    all
}

/// What a run prints, on one line.
fn printed(arguments: &[&str]) -> String {
    let run = custody(arguments).exits(CLEAN);
    run.out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn first_things_agree_or_the_first_difference_is_named() {
    for (file, day) in assessments() {
        let common = [file.as_str(), "--as-of", &day];
        let gaps = json(&[&["gaps"], &common[..]].concat());
        let gaps = gaps["gaps"].as_array().unwrap();
        let id = |gap: &Value| gap["id"].as_str().unwrap().to_owned();
        let title = |gap: &Value| gap["title"].as_str().unwrap().to_owned();

        let todo = [&["todo"], &common[..]].concat();
        let list = json(&todo);
        let entries = list["entries"].as_array().unwrap();
        let parts = entries.iter().zip(gaps).find(|(a, b)| a["id"] != b["id"]);
        let text = printed(&todo);
        match parts {
            None => assert!(list.get("departure").is_none(), "{file}"),
            Some((entry, gap)) => {
                let named = format!(
                    "What is overdue comes first; `custody gaps` sorts by severity and action. The two orders differ from entry {} on: the next gap in the report is `{}` ({})",
                    entry["number"],
                    id(gap),
                    title(gap)
                );
                assert!(text.contains(&named), "{file}: {text}");
            }
        }

        for aim in [["--target", "held=critical"], ["--budget", "12"]] {
            let plan = [&["plan"], &common[..], &aim[..]].concat();
            let made = json(&plan);
            let steps = made["steps"].as_array().unwrap();
            // The next gap of the report that a step can close, for each step.
            let mut closed: Vec<Value> = Vec::new();
            let mut open = gaps.iter().filter(|gap| gap.get("risk").is_none());
            let parts = steps.iter().zip(1..).find_map(|(step, number)| {
                let next = open.find(|gap| !closed.contains(&gap["id"]))?;
                let cells = step["cells"].as_array().unwrap();
                closed.extend(cells.iter().cloned());
                (!cells.contains(&next["id"])).then_some((number, next))
            });
            let text = printed(&plan);
            match parts {
                None => assert!(made.get("departure").is_none(), "{file} {aim:?}"),
                Some((number, gap)) => {
                    let named = format!(
                        "The two orders differ from step {number} on: of the gaps that a step can close, the next one in the report is `{}` ({})",
                        id(gap),
                        title(gap)
                    );
                    assert!(text.contains(&named), "{file} {aim:?}: {text}");
                }
            }
        }
    }
}

/// The steps that a plan prints, each on one line and without its number.
fn steps_of(text: &str) -> Vec<String> {
    let mut steps: Vec<String> = Vec::new();
    let part = text.split("Steps in order\n").last().unwrap();
    let part = part.split("\n\nImproved").next().unwrap();
    for line in part.lines() {
        let (number, rest) = line.split_at_checked(5).unwrap_or((line, ""));
        let is_step = number.trim().parse::<u32>().is_ok();
        if is_step || line.starts_with("# - ") {
            steps.push(if is_step {
                rest.to_owned()
            } else {
                line.to_owned()
            });
        } else if let (Some(step), true) = (steps.last_mut(), line.starts_with("       ")) {
            step.push(' ');
            step.push_str(line.trim());
        }
    }
    steps
}

#[test]
fn a_plan_prints_no_line_twice_and_states_what_it_assumes_first() {
    for (file, day) in assessments() {
        for more in [
            &["--target", "held=critical"][..],
            &["--target", "treated=high"],
            &["--budget", "12"],
            &[
                "--target",
                "held=critical",
                "--begin",
                &day,
                "--owner",
                "?",
                "--format",
                "claims",
            ],
        ] {
            let people = json(&["gaps", &file, "--as-of", &day]);
            let mut arguments = vec!["plan", &file, "--as-of", &day];
            arguments.extend(more);
            // Any person of the assessment.
            let mut owners = people["gaps"].as_array().unwrap().iter();
            let owner = owners.find_map(|gap| gap["owner"].as_str());
            match (arguments.iter().position(|it| *it == "?"), owner) {
                (None, _) => arguments.extend(["--first", "1000"]),
                (Some(at), Some(owner)) => arguments[at] = owner,
                (Some(_), None) => continue,
            }
            let run = custody(&arguments).exits(CLEAN);
            let steps = steps_of(&run.out);
            assert!(!steps.is_empty(), "{arguments:?}: {}", run.out);
            let distinct: BTreeSet<&String> = steps.iter().collect();
            assert_eq!(distinct.len(), steps.len(), "{arguments:?}: {}", run.out);
            if more.contains(&"claims") {
                continue;
            }
            let assesses = run.out.contains("assess `");
            let before_steps = run.out.split("Steps in order").next().unwrap();
            let first = before_steps
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            let first = first.split(". ").next().unwrap();
            let assumes = first.contains("assumed to find");
            assert_eq!(assumes, assesses, "{arguments:?}: {first}");
        }
    }
}

/// Replaces the claims of an assessment by those of a plan.
fn pasted(text: &str, claims: &str) -> String {
    let mut document: serde_yaml::Value = serde_yaml::from_str(text).unwrap();
    let plan: serde_yaml::Value = serde_yaml::from_str(claims).unwrap();
    let entries = plan["claims"].as_mapping().unwrap().clone();
    assert!(!entries.is_empty(), "{claims}");
    let all = document["claims"].as_mapping_mut().unwrap();
    for (control, claim) in entries {
        all.insert(control, claim);
    }
    serde_yaml::to_string(&document).unwrap()
}

#[test]
fn claims_of_a_plan_can_be_pasted_even_if_it_only_assesses() {
    let folder = folder();
    let at = folder.path();
    let wallets = [
        "init",
        "--wallet",
        "hot=hot,hsm,multisig,backed-up",
        "--wallet",
        "cold=cold,hsm,multisig,backed-up",
        "--from",
        "2026-01-01",
        "--to",
        "2026-12-31",
        "-o",
        "starter.yaml",
    ];
    within(at, &wallets).exits(CLEAN);
    put(at, "exchange.yaml", golden::read("examples/exchange.yaml"));
    for (file, owner) in [
        ("starter.yaml", "operations"),
        ("exchange.yaml", "wallet-lead"),
    ] {
        let text = fs::read_to_string(at.join(file)).unwrap();
        let before = within(at, &["gaps", file, "--format", "ndjson-cells"]).exits(CLEAN);
        let arguments = [
            "plan",
            file,
            "--target",
            "held=critical",
            "--begin",
            "2026-12-31",
            "--owner",
            owner,
            "--format",
            "claims",
        ];
        let claims = within(at, &arguments).exits(CLEAN).out;
        assert!(
            claims
                .lines()
                .any(|line| line.ends_with(':') && line != "claims:"),
            "{claims}"
        );
        assert!(
            claims.contains("# Empty claims are to be filled in"),
            "{claims}"
        );
        put(at, "pasted.yaml", pasted(&text, &claims));
        within(at, &["check", "pasted.yaml"]).exits(CLEAN);
        let after = within(at, &["gaps", "pasted.yaml", "--format", "ndjson-cells"]).exits(CLEAN);
        let verdicts = |rows: &str| -> Vec<[Value; 3]> {
            let rows = rows.lines().map(|row| serde_json::from_str(row).unwrap());
            rows.map(|row: Value| ["control", "subject", "verdict"].map(|key| row[key].clone()))
                .collect()
        };
        assert_eq!(verdicts(&before.out), verdicts(&after.out), "{file}");
    }
}

#[test]
fn working_days_are_monday_to_friday() {
    let plan = [
        "plan",
        "examples/exchange.yaml",
        "--target",
        "held=critical",
        "--begin",
        "2026-11-06",
        "--owner",
        "wallet-lead",
    ];
    let days = |more: &[&str]| -> Vec<String> {
        let plan = json(&[&plan[..], more].concat());
        let steps = plan["steps"].as_array().unwrap().iter();
        steps
            .map(|step| step["due"].as_str().unwrap().to_owned())
            .collect()
    };
    // 2026-11-06 is a Friday. The owner takes steps one after the other.
    assert_eq!(
        days(&[]),
        [
            "2026-11-07",
            "2026-11-08",
            "2026-11-09",
            "2026-11-10",
            "2026-11-15",
            "2026-11-07",
            "2026-11-16"
        ]
    );
    let working = days(&["--working-days"]);
    assert_eq!(
        working,
        [
            "2026-11-09",
            "2026-11-10",
            "2026-11-11",
            "2026-11-12",
            "2026-11-19",
            "2026-11-09",
            "2026-11-20"
        ]
    );
    let text = printed(&[&plan[..], &["--working-days"]].concat());
    assert!(
        text.contains("Efforts are working days: Monday to Friday"),
        "{text}"
    );
    let run = custody(&[
        "plan",
        "examples/exchange.yaml",
        "--budget",
        "2",
        "--working-days",
    ]);
    assert_eq!(run.code, FAULTY, "{}", run.out);
}
