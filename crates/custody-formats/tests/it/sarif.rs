//! What the validators of SARIF do not look at: that findings keep their identity when the file
//! around them changes, that regions are exact, and that rules are told.

use custody_controls::diagnostic::Code;
use custody_controls::doubt::DoubtCode;
use custody_controls::taxonomy::{GapKind, Severity, Word};
use custody_controls::{AssessmentFiles, Catalog, Report, Settings};
use custody_formats::{DiagnosticFormat, Format, Render, write_diagnostics};
use custody_testing::golden;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

fn report(name: &str, text: String) -> Report {
    let assessment = AssessmentFiles::from_text(name, text)
        .resolve(Catalog::builtin())
        .unwrap_or_else(|faults| panic!("{faults}"));
    assessment
        .measure(&Settings::on(assessment.period().to))
        .report()
}

fn run(report: &Report) -> Value {
    let log: Value = serde_json::from_str(&report.render(Format::Sarif).unwrap()).unwrap();
    log["runs"][0].clone()
}

/// The faults of a text.
fn faults(name: &str, text: impl Into<Vec<u8>>) -> Value {
    let files = AssessmentFiles::from_text(name, text);
    let faults = match files.resolve(Catalog::builtin()) {
        Ok(assessment) => assessment.warnings().clone(),
        Err(faults) => faults,
    };
    let mut bytes = Vec::new();
    let names = [name];
    write_diagnostics(&faults, DiagnosticFormat::Sarif, &names, &mut bytes).unwrap();
    let log: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(
        log["runs"][0]["results"].as_array().unwrap().len(),
        faults.len()
    );
    log["runs"][0].clone()
}

fn results(run: &Value) -> &[Value] {
    run["results"].as_array().unwrap()
}

fn fingerprint(result: &Value) -> &str {
    result["partialFingerprints"]["primaryLocationLineHash"]
        .as_str()
        .unwrap()
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

fn place(result: &Value) -> &Value {
    &result["locations"][0]["physicalLocation"]
}

#[test]
fn every_gap_is_a_finding_of_its_rule() {
    for name in ["exchange", "cold-custody", "small-firm"] {
        let file = format!("examples/{name}.yaml");
        let report = report(&file, golden::read(&file));
        let run = run(&report);
        assert_eq!(results(&run).len(), report.gaps.len());
        let mut fingerprints = BTreeSet::new();
        for (result, gap) in results(&run).iter().zip(&report.gaps) {
            let rule = number(&result["ruleIndex"]);
            assert_eq!(result["ruleId"], format!("gap/{}", gap.kind));
            assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
            assert_eq!(result["properties"]["gap"], gap.id.as_str());
            let level = match gap.severity {
                Severity::Critical | Severity::High => "error",
                Severity::Medium => "warning",
                Severity::Low => "note",
            };
            assert_eq!(result["level"], level, "{}", gap.id);
            let taxon = number(&result["taxa"][0]["index"]);
            let clause = &run["taxonomies"][0]["taxa"][taxon];
            assert_eq!(clause["id"], gap.clause.as_str());
            assert_ne!(clause["shortDescription"]["text"], ".", "{clause}");
            assert!(
                fingerprints.insert(fingerprint(result).to_owned()),
                "{}",
                gap.id
            );
            let region = &place(result)["region"];
            match &gap.location {
                Some(location) => {
                    let told: Vec<_> = ["startLine", "startColumn", "endLine", "endColumn"]
                        .map(|key| number(&region[key]))
                        .to_vec();
                    let wanted = [
                        location.line,
                        location.column,
                        location.end_line,
                        location.end_column,
                    ]
                    .map(|number| number as usize);
                    assert_eq!(told, wanted, "{}", gap.id);
                }
                None => assert_eq!(place(result)["artifactLocation"]["uri"], file.as_str()),
            }
        }
    }
}

#[test]
fn a_finding_is_the_same_wherever_it_stands() {
    let text = golden::read("examples/exchange.yaml");
    let here = run(&report("examples/exchange.yaml", text.clone()));
    let there = run(&report(
        "moved.yaml",
        format!("# A line.\n# Another line.\n{text}"),
    ));
    let by_gap = |run: &Value| -> BTreeMap<String, String> {
        let pairs = results(run).iter().map(|result| {
            let gap = result["properties"]["gap"].as_str().unwrap();
            (gap.to_owned(), fingerprint(result).to_owned())
        });
        pairs.collect()
    };
    assert_eq!(by_gap(&here), by_gap(&there));
    let line = |run: &Value| place(&results(run)[0])["region"]["startLine"].as_u64();
    assert_eq!(line(&here).map(|line| line + 2), line(&there));
    // What is another gap has another fingerprint, also in another assessment.
    let renamed = text.replace(
        "assessment: quillmere-2026-q3",
        "assessment: quillmere-2026-q4",
    );
    let other = by_gap(&run(&report("examples/exchange.yaml", renamed)));
    assert!(
        by_gap(&here)
            .iter()
            .all(|(gap, print)| other[gap] != *print)
    );

    let text = golden::read("tests/cmd/faulty.yaml");
    let prints = |text: String| -> Vec<String> {
        let run = faults("faulty.yaml", text);
        let prints = results(&run)
            .iter()
            .map(|result| fingerprint(result).to_owned());
        prints.collect()
    };
    let here = prints(text.clone());
    assert_eq!(here, prints(format!("# A line.\n{text}")));
    assert_eq!(here.iter().collect::<BTreeSet<_>>().len(), here.len());
}

/// A region is what an editor marks: columns count characters, and the end is after the last one.
#[test]
fn regions_are_exact() {
    let text = golden::read("tests/cmd/faulty.yaml")
        .replace("name: A. Keller", "name: \"Ä. 👩‍👩‍👧‍👦 Keller\", rôle: x");
    let run = faults("faulty.yaml", text.clone());
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let marked: BTreeSet<(String, String)> = results(&run)
        .iter()
        .map(|result| {
            let region = &place(result)["region"];
            let number = |key: &str| number(&region[key]);
            let line = text.lines().nth(number("startLine") - 1).unwrap();
            let (from, to) = (number("startColumn") - 1, number("endColumn") - 1);
            let marked = line.chars().skip(from).take(to - from).collect();
            (result["ruleId"].as_str().unwrap().to_owned(), marked)
        })
        .collect();
    for (rule, wanted) in [
        ("fault/unknown-key", "rôle"),
        ("fault/unknown-key", "claimss"),
        ("fault/unknown-person", "keler"),
        ("fault/unknown-control", "9.3.7.33-a"),
        ("fault/unknown-word", "implementd"),
        ("fault/malformed-date", "2026-02-30"),
        ("fault/unknown-wallet", "valt"),
    ] {
        let wanted = (rule.to_owned(), wanted.to_owned());
        assert!(
            marked.contains(&wanted),
            "{wanted:?} is not among {marked:?}"
        );
    }
}

#[test]
fn every_rule_has_help() {
    let gaps = run(&report(
        "mine.yaml",
        golden::read("examples/small-firm.yaml"),
    ));
    let faults = faults("faulty.yaml", "assessment: mine\n");
    let words: Vec<String> = GapKind::words()
        .iter()
        .map(|word| format!("gap/{word}"))
        .chain(
            DoubtCode::words()
                .iter()
                .map(|word| format!("doubt/{word}")),
        )
        .collect();
    let codes: Vec<String> = Code::words()
        .iter()
        .map(|word| format!("fault/{word}"))
        .collect();
    for (run, ids) in [(gaps, words), (faults, codes)] {
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let told: Vec<&str> = rules
            .iter()
            .map(|rule| rule["id"].as_str().unwrap())
            .collect();
        assert_eq!(told, ids);
        for rule in rules {
            assert!(rule["help"]["text"].as_str().unwrap().len() > 40, "{rule}");
            assert!(
                rule["help"]["markdown"]
                    .as_str()
                    .unwrap()
                    .contains("`custody explain ")
            );
            // One number for a kind of gap would hide the severity that each gap has by itself.
            assert!(rule["properties"].get("security-severity").is_none());
        }
    }
}

#[test]
fn names_of_files_are_references() {
    let text = "assessment: mine\nclaimss: {}\n";
    for (name, uri) in [
        ("mine.yaml", "mine.yaml"),
        ("./a/./b.yaml", "a/./b.yaml"),
        ("../b.yaml", "../b.yaml"),
        (
            "my files\\Ü [1] #2%20.yaml",
            "my%20files/%C3%9C%20%5B1%5D%20%232%2520.yaml",
        ),
        ("a:b.yaml", "a%3Ab.yaml"),
        ("/srv/a b.yaml", "file:///srv/a%20b.yaml"),
        ("C:\\a b.yaml", "file:///C:/a%20b.yaml"),
        ("\\\\host\\share\\a.yaml", "file://host/share/a.yaml"),
    ] {
        let run = faults(name, text);
        let told = &place(&results(&run)[0])["artifactLocation"]["uri"];
        assert_eq!(told, uri, "{name}");
    }
}

/// In a message, `[text](1)` is a link.
#[test]
fn strangers_write_no_links() {
    let text = golden::read("examples/small-firm.yaml").replace(
        "title: Till for small payouts, on the office computer",
        "title: Till\n    assetss: [x]",
    );
    let text = text.replace("assetss: [x]", "\"[click](https://example.org)\": x");
    let run = faults("mine.yaml", text);
    let messages: Vec<&str> = results(&run)
        .iter()
        .map(|result| result["message"]["text"].as_str().unwrap())
        .collect();
    assert!(
        messages
            .iter()
            .any(|text| text.contains("\\[click\\](https:")),
        "{messages:?}"
    );
    assert!(
        !messages.iter().any(|text| text.contains("click](")),
        "{messages:?}"
    );
}
