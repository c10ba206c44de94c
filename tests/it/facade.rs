//! The facade refuses what is wrong by name, and never panics. That it answers as the program does is
//! tested beside the program.

use custody_controls::{facade, limits};
use custody_testing::examples::example;
use custody_testing::golden;
use proptest::prelude::{Strategy, any, prop_assert};
use serde_json::{Value, json};

type Function = fn(&str) -> String;

const FUNCTIONS: [(&str, Function); 10] = [
    ("check", facade::check),
    ("report", facade::report),
    ("explain", facade::explain),
    ("supports", facade::supports),
    ("forecast", facade::forecast),
    ("crosswalk", facade::crosswalk),
    ("statement", facade::statement_of_applicability),
    ("diff", facade::diff),
    ("trend", facade::trend),
    ("todo", facade::todo),
];

fn files() -> Value {
    let file = "examples/small-firm.yaml";
    json!([{ "name": file, "text": golden::read(file) }])
}

/// The kind and the message of a failure.
#[track_caller]
fn refused(answer: &str) -> (String, String) {
    let answer: Value = serde_json::from_str(answer).unwrap();
    assert!(answer.get("ok").is_none(), "{answer}");
    let failure = &answer["error"];
    assert!(failure["diagnostics"].is_array(), "{answer}");
    let text = |key: &str| failure[key].as_str().unwrap().to_owned();
    (text("kind"), text("message"))
}

fn kind(answer: &str) -> String {
    refused(answer).0
}

#[test]
fn what_is_no_request_is_refused() {
    for (name, function) in FUNCTIONS {
        for request in [
            "",
            "{",
            "[]",
            "null",
            "\u{0}",
            "{\"files\": 7}",
            "{\"other\": 1}",
        ] {
            assert_eq!(kind(&function(request)), "request", "{name}: {request}");
        }
    }
    let unknown = json!({ "files": files(), "framework": "x" }).to_string();
    let (_, message) = refused(&facade::report(&unknown));
    assert!(
        message.starts_with("unknown field `framework`"),
        "{message}"
    );
    let long = " ".repeat(limits::REQUEST + 1);
    let (_, message) = refused(&facade::report(&long));
    assert!(message.starts_with("a request is at most"), "{message}");
    let none = json!({ "files": [] }).to_string();
    assert_eq!(kind(&facade::report(&none)), "request");
}

#[test]
fn what_does_not_exist_is_unknown() {
    let files = files();
    let wallet = json!({ "files": files, "settings": { "wallets": ["safe"] } });
    assert_eq!(
        refused(&facade::report(&wallet.to_string())),
        (
            "unknown".to_owned(),
            "the assessment has no wallet `safe`".to_owned()
        )
    );
    let id = json!({ "files": files, "id": "9.9-a" }).to_string();
    assert_eq!(kind(&facade::explain(&id)), "unknown");
    let framework = json!({ "files": files, "framework": "iso-27002-2021" }).to_string();
    let answer = facade::crosswalk(&framework);
    assert_eq!(kind(&answer), "unknown");
    assert!(
        answer.contains("use `iso-27002-2013` or `iso-27002-2022`"),
        "{answer}"
    );
}

#[test]
fn figures_outside_of_their_range_are_refused() {
    let files = files();
    for size in [0, 5] {
        let request = json!({ "files": files, "size": size }).to_string();
        assert_eq!(kind(&facade::supports(&request)), "request");
    }
    let horizon = json!({ "files": files, "settings": { "horizon": 36_501 } }).to_string();
    assert_eq!(kind(&facade::report(&horizon)), "request");
    for until in ["2020-01-01", "2090-01-01"] {
        let request = json!({ "files": files, "until": until }).to_string();
        assert_eq!(kind(&facade::forecast(&request)), "request");
    }
}

#[test]
fn stored_reports_are_checked() {
    let report = serde_json::to_value(example("small-firm", None)).unwrap();
    let diff = |before: &Value| {
        let request = json!({ "before": before, "after": { "report": report } });
        facade::diff(&request.to_string())
    };
    let answer: Value = serde_json::from_str(&diff(&json!({ "report": report }))).unwrap();
    assert_eq!(answer["ok"]["gaps"], json!([]));
    let mut other = report.clone();
    other["schema"] = "custody-controls/report/99".into();
    let (kind_of, message) = refused(&diff(&json!({ "report": other })));
    assert_eq!(kind_of, "request");
    assert!(
        message.contains("which a later version of custody wrote"),
        "{message}"
    );
    let both = json!({ "report": report, "files": files() });
    assert_eq!(kind(&diff(&both)), "request");
    let both = json!({ "report": report, "settings": {} });
    assert_eq!(kind(&diff(&both)), "request");

    // A report of another catalog cannot be mapped with this one.
    let mut other = report.clone();
    other["facts"]["catalog_sha256"] = "0".repeat(64).into();
    let request = json!({ "report": other, "framework": "iso-27002-2022" }).to_string();
    assert_eq!(kind(&facade::crosswalk(&request)), "analysis");
}

#[test]
fn errors_of_files_come_with_their_diagnostics() {
    let name = "tests/invalid/unknown-key.yaml";
    let invalid = json!([{ "name": name, "text": golden::read(name) }]);
    let request = json!({ "files": invalid }).to_string();
    let answer: Value = serde_json::from_str(&facade::report(&request)).unwrap();
    assert_eq!(answer["error"]["kind"], "invalid");
    let diagnostics = &answer["error"]["diagnostics"];
    assert_eq!(diagnostics[0]["location"]["file"], name);
    let checked: Value = serde_json::from_str(&facade::check(&request)).unwrap();
    assert_eq!(&checked["ok"], diagnostics);
    // A faulty catalog is a failure of a check, too: the assessment was not checked.
    let request = json!({ "files": files(), "catalog": invalid }).to_string();
    assert_eq!(kind(&facade::check(&request)), "invalid");
    // The limits are those of files on disk.
    let many: Vec<Value> = (0..=limits::FILES)
        .map(|number| json!({ "name": format!("{number}.yaml"), "text": "" }))
        .collect();
    let answer = facade::report(&json!({ "files": many }).to_string());
    assert!(answer.contains("limit-exceeded"), "{answer}");
}

#[test]
fn a_broken_invariant_is_an_internal_error() {
    let answer = facade::answer("{}", |_: Value| panic!("broken by a test"));
    assert_eq!(kind(&answer), "internal");
}

#[test]
fn no_request_makes_the_facade_panic() {
    let text = golden::read("examples/small-firm.yaml");
    let requests = (any::<(usize, usize, String)>(), 0..FUNCTIONS.len()).prop_map(
        move |((from, length, inserted), function)| {
            let from = text.floor_char_boundary(from % text.len());
            let end = text.floor_char_boundary((from + length % 40).min(text.len()));
            let mut text = text.clone();
            text.replace_range(from..end.max(from), &inserted);
            let files = json!([{ "name": "a.yaml", "text": text }]);
            let side = json!({ "files": files });
            let request = match FUNCTIONS[function].0 {
                "explain" => json!({ "files": files, "id": inserted }),
                "forecast" => json!({ "files": files, "until": "2027-01-01" }),
                "crosswalk" | "statement" => json!({ "files": files, "framework": inserted }),
                "diff" => json!({ "before": side, "after": side }),
                "trend" => json!({ "reports": [side] }),
                _ => side,
            };
            (function, request.to_string())
        },
    );
    custody_testing::run(300, requests, |(function, request)| {
        let answer = FUNCTIONS[*function].1(request);
        prop_assert!(!answer.contains("\"internal\""), "{answer}");
        prop_assert!(serde_json::from_str::<Value>(&answer).is_ok());
        Ok(())
    });
}
