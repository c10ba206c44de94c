//! The facade answers with the bytes that the program prints.

use custody_controls::facade;
use custody_testing::examples::EXAMPLES;
use custody_testing::golden;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::process::Command;

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow)]
    ok: &'a RawValue,
}

fn printed(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_custody"));
    let output = command
        .args(arguments)
        .args(["--format", "json"])
        .current_dir(golden::path(""))
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn same(answer: &str, arguments: &[&str]) {
    let answer: Answer<'_> =
        serde_json::from_str(answer).unwrap_or_else(|error| panic!("{error}: {answer}"));
    let printed = printed(arguments);
    assert!(
        answer.ok.get() == printed.trim_end(),
        "{arguments:?}\n{}\n{printed}",
        answer.ok
    );
}

#[test]
fn the_facade_answers_with_what_the_program_prints() {
    let day = "2026-09-30";
    for name in EXAMPLES {
        let file = format!("examples/{name}.yaml");
        let file = file.as_str();
        let files = json!([{ "name": file, "text": golden::read(file) }]);
        let request = |more: Value| -> String {
            let mut request = json!({ "files": files });
            let object = request.as_object_mut().unwrap();
            object.extend(more.as_object().unwrap().clone());
            request.to_string()
        };
        let settings = json!({ "as_of": day, "horizon": 30 });
        let asked = ["--as-of", day, "--horizon", "30"];
        let with = |command: &[&'static str], more: &[&'static str]| -> Vec<String> {
            let arguments = command.iter().copied().chain([file]);
            let arguments = arguments.chain(asked).chain(more.iter().copied());
            arguments.map(str::to_owned).collect()
        };
        let same_as = |answer: &str, arguments: &[String]| {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            same(answer, &arguments);
        };

        same(&facade::check(&request(json!({}))), &["check", file]);
        same(&facade::report(&request(json!({}))), &["gaps", file]);
        same_as(
            &facade::report(&request(json!({ "settings": settings }))),
            &with(&["gaps"], &[]),
        );
        same_as(
            &facade::supports(&request(json!({ "settings": settings, "size": 3 }))),
            &with(&["supports"], &["--size", "3"]),
        );
        let until = json!({ "settings": settings, "until": "2027-12-31" });
        same_as(
            &facade::forecast(&request(until)),
            &with(&["forecast"], &["--until", "2027-12-31"]),
        );
        let framework = json!({ "settings": settings, "framework": "iso-27002-2022" });
        same_as(
            &facade::crosswalk(&request(framework)),
            &with(&["crosswalk"], &["--to", "iso-27002-2022"]),
        );
        let framework = json!({ "settings": settings, "framework": "iso-27001" });
        same_as(
            &facade::statement_of_applicability(&request(framework)),
            &with(&["soa"], &["--to", "iso-27001"]),
        );
        for id in ["9.3.7.3-a", "8.2.2.3-b"] {
            let explain = json!({ "settings": { "as_of": day }, "id": id });
            same(
                &facade::explain(&request(explain)),
                &["explain", id, "--in", file, "--as-of", day],
            );
        }
        let criteria = json!({ "severity": "high", "actions": ["repair", "prove"] });
        let todo = json!({ "settings": settings, "criteria": criteria, "by_owner": true });
        same_as(
            &facade::todo(&request(todo)),
            &with(
                &["todo"],
                &["--severity", "high", "--kind", "repair,prove", "--by-owner"],
            ),
        );
        let plan = json!({ "settings": settings, "targets": ["held=critical"] });
        same_as(
            &custody_plan::facade::plan(&request(plan)),
            &with(&["plan"], &["--target", "held=critical"]),
        );
        let plan = json!({ "settings": settings, "budget": 20 });
        same_as(
            &custody_plan::facade::plan(&request(plan)),
            &with(&["plan"], &["--budget", "20"]),
        );

        let source = |day: &str| json!({ "files": files, "settings": { "as_of": day } });
        let (before, after) = (source("2026-06-30"), source(day));
        let arguments = [
            "diff",
            file,
            file,
            "--as-of-before",
            "2026-06-30",
            "--as-of",
            day,
        ];
        let request = json!({ "before": before, "after": after });
        same(&facade::diff(&request.to_string()), &arguments);
        let request = json!({ "reports": [before, after] });
        let arguments = ["trend", file, "--as-of", "2026-06-30", "--as-of", day];
        same(&facade::trend(&request.to_string()), &arguments);

        // The same from stored reports.
        let stored = |day| -> Value {
            serde_json::from_str(&printed(&["gaps", file, "--as-of", day])).unwrap()
        };
        let request = json!({
            "before": { "report": stored("2026-06-30") },
            "after": { "report": stored(day) },
        });
        let arguments = [
            "diff",
            file,
            file,
            "--as-of-before",
            "2026-06-30",
            "--as-of",
            day,
        ];
        same(&facade::diff(&request.to_string()), &arguments);
        let request = json!({ "report": stored(day), "framework": "iso-27002-2022" });
        let arguments = ["crosswalk", file, "--as-of", day, "--to", "iso-27002-2022"];
        same(&facade::crosswalk(&request.to_string()), &arguments);
    }
}

#[test]
fn errors_of_files_are_those_of_the_program() {
    let file = "tests/invalid/unknown-key.yaml";
    let files = json!([{ "name": file, "text": golden::read(file) }]);
    let request = json!({ "files": files }).to_string();
    same(&facade::check(&request), &["check", file]);
    let answer: Value = serde_json::from_str(&facade::report(&request)).unwrap();
    let printed: Value = serde_json::from_str(&printed(&["check", file])).unwrap();
    assert_eq!(answer["error"]["kind"], "invalid");
    assert_eq!(answer["error"]["diagnostics"], printed);
}

#[test]
fn a_catalog_of_the_request_is_used() {
    let profile = "examples/profiles/core.yaml";
    let text = golden::read("examples/exchange.yaml");
    let text = text.replace("catalog: iso-tr-23576", "catalog: core");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("exchange.yaml");
    std::fs::write(&path, &text).unwrap();
    let file = path.to_str().unwrap();
    let catalog = json!([{ "name": profile, "text": golden::read(profile) }]);
    let files = json!([{ "name": file, "text": text }]);
    let request = json!({ "files": files, "catalog": catalog }).to_string();
    same(
        &facade::report(&request),
        &["gaps", file, "--catalog", profile],
    );
}
