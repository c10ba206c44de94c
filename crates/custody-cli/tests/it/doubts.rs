//! Doubts, and catalogs that pose as the built-in one: gates, and the first screen of every
//! format.

use custody_testing::golden;
use std::fs;
use std::path::Path;

fn custody(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let run = crate::cli::within(folder, arguments);
    (run.code, run.out, run.err)
}

/// A catalog with one control that every firm meets.
fn catalog(id: &str) -> String {
    format!(
        "catalog: {{ id: {id}, title: Considerations, standard: \"ISO/TR 23576:2020\", edition: \"2020\", version: 0.1.0, published: 2026-11-21 }}
clauses:
  \"9.3.7\": {{ title: Key management, kind: control, summary: Of keys. }}
risks:
  8.2.2.3-a: {{ clause: \"9.3.7\", title: A key is lost, severity: critical, threats: [loss], factors: [operation-error], actors: [insider], assets: [signature-key], consequence: Loss., source: House, provenance: own }}
families:
  keys:
    title: Keys
    order: 1
    controls:
      9.3.7.5-c: {{ clause: \"9.3.7\", title: Being, statement: The firm exists., treats: {{ directly: [8.2.2.3-a] }}, subject: wallet, functions: [preventive, detective, corrective], evidence: [record], techniques: [examine], source: House, strength: must, provenance: own }}
"
    )
}

const ITEM: &str = "e: { title: e, kind: log, technique: examine, collected: 2026-01-01, valid_until: 2027-01-01, locator: e.txt }";

fn assessment(catalog: &str, evidence: &str, status: &str) -> String {
    let cited = if status == "implemented" {
        "evidence"
    } else {
        "observations"
    };
    format!(
        "assessment: firm
title: Firm
catalog: {catalog}
custodian: {{ name: Firm }}
period: {{ from: 2026-01-01, to: 2026-12-31 }}
organization: {{ channels: [] }}
wallets: {{ hot: {{ tier: hot, traits: [hsm, multisig, backed-up], since: 2026-01-01 }} }}
evidence:
  {evidence}
claims:
  9.3.7.5-c: {{ status: {status}, {cited}: [e] }}
"
    )
}

#[test]
fn a_catalog_cannot_have_the_id_of_the_built_in_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("posing.yaml"), catalog("iso-tr-23576")).unwrap();
    let text = assessment("iso-tr-23576", ITEM, "implemented");
    fs::write(at.join("a.yaml"), text).unwrap();
    let (code, out, err) = custody(at, &["gaps", "a.yaml", "--catalog", "posing.yaml"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("error[reserved-id]"), "{err}");
    assert!(err.contains("posing.yaml:1:16"), "{err}");
    // Nor can the base of a profile, nor a profile of another catalog.
    let profile = |id: &str, base: &str| {
        format!("profile: {id}\ntitle: P\ncatalog: {base}\nversion: 0.1.0\npublished: 2026-11-21\n")
    };
    for (id, base) in [("own", "iso-tr-23576"), ("iso-tr-23576", "house")] {
        let both = at.join(format!("{id}-{base}"));
        fs::create_dir(&both).unwrap();
        fs::write(both.join("catalog.yaml"), catalog(base)).unwrap();
        fs::write(both.join("profile.yaml"), profile(id, base)).unwrap();
        let (code, _, err) = custody(at, &["catalog", "--catalog", both.to_str().unwrap()]);
        assert_eq!(code, 2, "{id} {base}: {err}");
        assert!(err.contains("reserved-id"), "{err}");
    }
    // Nor can a catalog whose id differs only in case or punctuation.
    for id in ["ISO-TR-23576", "iso-tr.23576", "isotr23576", "Iso_Tr_23576"] {
        fs::write(at.join("posing.yaml"), catalog(id)).unwrap();
        let (code, _, err) = custody(at, &["catalog", "--catalog", "posing.yaml"]);
        assert_eq!(code, 2, "{id}: {err}");
        assert!(err.contains("apart from case and punctuation"), "{err}");
    }
    // The files of the built-in catalog are the built-in catalog.
    let controls = golden::path("controls");
    let (code, out, err) = custody(
        at,
        &["gaps", "a.yaml", "--catalog", controls.to_str().unwrap()],
    );
    assert_eq!(code, 0, "{err}");
    assert!(!out.contains("not the built-in catalog"));
}

const FORMATS: [&str; 7] = [
    "terminal", "markdown", "html", "typst", "json", "sarif", "junit",
];

/// The output of `gaps` in each format, and in the short form.
fn in_each_format(at: &Path, more: &[&str]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for format in FORMATS {
        let arguments = [&["gaps", "a.yaml", "--format", format], more].concat();
        all.push((format.to_owned(), custody(at, &arguments).1));
    }
    let arguments = [&["gaps", "a.yaml", "--format", "markdown", "--brief"], more].concat();
    all.push(("brief".to_owned(), custody(at, &arguments).1));
    all
}

#[test]
fn every_format_names_a_catalog_that_is_not_built_in() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("own.yaml"), catalog("own")).unwrap();
    fs::write(at.join("a.yaml"), assessment("own", ITEM, "implemented")).unwrap();
    for (format, text) in in_each_format(at, &["--catalog", "own.yaml"]) {
        let expected = if format == "json" {
            "\"catalog_origin\":\"own\""
        } else {
            "not the built-in catalog"
        };
        let text = text.replace("\": \"", "\":\"");
        assert!(text.contains(expected), "{format}: {text}");
    }
    let portfolio = [
        "portfolio",
        "a.yaml",
        "--catalog",
        "own.yaml",
        "--as-of",
        "2026-12-31",
    ];
    let (code, _, err) = custody(at, &[&portfolio[..], &["--output", "all"]].concat());
    assert_eq!(code, 0, "{err}");
    let page = fs::read_to_string(at.join("all/as_of=2026-12-31/index.html")).unwrap();
    assert!(page.contains("not the built-in catalog"));
}

#[test]
fn every_format_shows_what_to_doubt() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let long = ITEM.replace("2027-01-01", "9999-12-31");
    let text = assessment("iso-tr-23576", &long, "implemented");
    fs::write(at.join("a.yaml"), text).unwrap();
    for (format, text) in in_each_format(at, &[]) {
        assert!(text.contains("long-validity"), "{format}");
        assert!(format == "junit" || text.contains("9999-12-31"), "{format}");
    }
}

#[test]
fn a_gate_fails_on_doubts() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let write = |name: &str, evidence: &str| {
        let text = assessment("iso-tr-23576", evidence, "implemented");
        fs::write(at.join(name), text).unwrap();
    };
    write("honest.yaml", ITEM);
    write("long.yaml", &ITEM.replace("2027-01-01", "9999-12-31"));
    write("both.yaml", &ITEM.replace("2027-01-01", "9999-12-31").replace(
        "locator: e.txt",
        "locator: e.txt, sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ));
    let run = |file: &str, options: &[&str]| custody(at, &[&["gaps", file], options].concat());
    for (file, option, expected) in [
        ("honest.yaml", "--fail-on-doubt", 0),
        ("long.yaml", "--fail-on-doubt", 1),
        ("long.yaml", "--fail-on-doubt=long-validity", 1),
        ("long.yaml", "--fail-on-doubt=empty-file", 0),
        ("long.yaml", "--fail-on-doubt=empty-file,long-validity", 1),
        ("long.yaml", "--fail-on-doubt=any", 1),
        ("long.yaml", "--fail-on-doubt=shyness", 2),
    ] {
        let (code, _, err) = run(file, &[option]);
        assert_eq!(code, expected, "{file} {option}: {err}");
        assert_eq!(code == 1, err.contains("long-validity:e"), "{err}");
    }
    // Without the option, doubts never fail a gate.
    assert_eq!(run("both.yaml", &[]).0, 0);
    let stored = ["--format", "json", "--output", "long.json"];
    assert_eq!(run("long.yaml", &stored).0, 0);
    let since = |file: &str, more: &[&str]| {
        let options = [&["--baseline", "long.json", "--format", "json"], more].concat();
        let (code, _, err) = run(file, &options);
        (code, err)
    };
    assert_eq!(since("long.yaml", &["--fail-on-doubt"]).0, 0);
    assert_eq!(since("both.yaml", &[]).0, 0);
    let (code, err) = since("both.yaml", &["--fail-on-doubt"]);
    assert_eq!(code, 1);
    assert!(
        err.contains("empty-file:e") && !err.contains("long-validity:e"),
        "{err}"
    );
    assert_eq!(since("both.yaml", &["--fail-on-doubt=long-validity"]).0, 0);
    // Every code is explained.
    let (code, out, _) = custody(at, &["explain", "long-validity"]);
    assert_eq!(code, 0);
    assert!(out.contains("more than five years"), "{out}");
}

#[test]
fn another_catalog_does_not_pass_a_gate() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("own.yaml"), catalog("own")).unwrap();
    let milder = catalog("own").replace("critical", "low");
    fs::write(at.join("milder.yaml"), milder).unwrap();
    fs::write(
        at.join("a.yaml"),
        assessment("own", ITEM, "not-implemented"),
    )
    .unwrap();
    let gaps = |catalog: &str, more: &[&str]| {
        let (code, out, err) = custody(
            at,
            &[&["gaps", "a.yaml", "--catalog", catalog], more].concat(),
        );
        (code, format!("{out}{err}"))
    };
    let stored = ["--format", "json", "--output", "before.json"];
    assert_eq!(gaps("own.yaml", &stored).0, 0);
    let since = ["--baseline", "before.json"];
    assert_eq!(gaps("own.yaml", &since).0, 0);
    for format in ["terminal", "json"] {
        let (code, text) = gaps("milder.yaml", &[&since[..], &["--format", format]].concat());
        assert_eq!(code, 1);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            text.contains("The catalog differs from that of the baseline"),
            "{text}"
        );
    }
    let diff = [
        "diff",
        "a.yaml",
        "a.yaml",
        "--catalog-before",
        "own.yaml",
        "--catalog",
        "milder.yaml",
    ];
    for format in ["terminal", "markdown"] {
        let (_, out, _) = custody(at, &[&diff[..], &["--format", format]].concat());
        assert!(out.contains("The catalogs differ"), "{out}");
    }
    let (_, _, err) = custody(
        at,
        &[&diff[..], &["--format", "json", "--fail-on-worse"]].concat(),
    );
    assert!(err.contains("The catalogs differ"), "{err}");
}

/// A firm that excludes what it lacks is not ranked before one that admits it.
#[test]
fn excluding_improves_no_place_in_a_portfolio() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let admits = assessment("iso-tr-23576", ITEM, "implemented")
        .replace("assessment: firm", "assessment: b-admits")
        + "  9.3.7.5-a: { status: not-implemented }\n";
    let excludes = admits
        .replace(
            "custodian:",
            "people: { board: { name: Board } }\ncustodian:",
        )
        .replace("assessment: b-admits", "assessment: a-excludes")
        .replace(
            "status: not-implemented",
            "status: not-applicable, because: Not here., approved_by: board",
        );
    fs::write(at.join("admits.yaml"), admits).unwrap();
    fs::write(at.join("excludes.yaml"), excludes).unwrap();
    let arguments = [
        "portfolio",
        "admits.yaml",
        "excludes.yaml",
        "--as-of",
        "2026-12-31",
        "--output",
        "all",
    ];
    let (code, _, err) = custody(at, &arguments);
    assert_eq!(code, 0, "{err}");
    let day = at.join("all/as_of=2026-12-31");
    let manifest = fs::read_to_string(day.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let members = manifest["assessments"].as_array().unwrap();
    let gaps = |member: &serde_json::Value, of: &str| {
        let summary = &member["summary"];
        let list = if of.is_empty() {
            &summary["gaps"]
        } else {
            &summary[of]["gaps"]
        };
        list[0]["count"].as_u64().unwrap()
    };
    // Equal but for the exclusion, they are in the order of their ids.
    assert_eq!(members[0]["assessment"], "a-excludes");
    assert!(gaps(&members[0], "") < gaps(&members[1], ""));
    assert_eq!(
        gaps(&members[1], "without_exclusions"),
        gaps(&members[0], "without_exclusions")
    );
    let page = fs::read_to_string(day.join("index.html")).unwrap();
    assert!(page.contains("<th scope=\"col\">Excluded</th>"));
}
