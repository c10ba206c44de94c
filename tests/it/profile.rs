//! Profiles are ordinary catalogues, and hide nothing.

#![cfg(test)]

use crate::committed;
use custody_controls::render::Format;
use custody_controls::taxonomy::{Strength, Word};
use custody_controls::{AssessmentFiles, Catalog, Coverage, Report, Settings};
use std::collections::BTreeSet;

const PROFILES: [&str; 3] = ["core", "cold-custody", "japan"];

pub(crate) fn profile(name: &str) -> Catalog {
    let file = format!("examples/profiles/{name}.yaml");
    Catalog::from_text(&file, committed::read(&file)).unwrap_or_else(|faults| panic!("{faults}"))
}

/// The report of an example that says it is made against a profile.
fn report(example: &str, catalog: &Catalog) -> Report {
    let text = committed::read(&format!("examples/{example}.yaml"));
    let named = format!("catalog: {}", catalog.facts().id);
    let text = text.replacen("catalog: iso-tr-23576", &named, 1);
    let files = AssessmentFiles::from_text("mine.yaml", text);
    let assessment = files
        .resolve(catalog)
        .unwrap_or_else(|faults| panic!("{faults}"));
    let settings = Settings::as_of(assessment.period().to);
    Report::new(&Coverage::measure(&assessment, &settings))
}

#[test]
fn each_entry_of_the_base_is_there_or_named_as_left_out() {
    let base = Catalog::builtin();
    for name in PROFILES {
        let catalog = profile(name);
        let profile = catalog.profile().unwrap();
        assert_eq!(catalog.facts().id.as_str(), name);
        assert_eq!(profile.base_sha256, base.sha256());
        for control in base.controls() {
            let id = control.id.as_str();
            let is_there = catalog.control(id).is_some();
            assert_ne!(
                is_there,
                profile.controls_left_out.contains_key(id),
                "{name}: {id}"
            );
        }
        for risk in base.risks() {
            let id = risk.id.as_str();
            let is_there = catalog.risk(id).is_some();
            assert_ne!(
                is_there,
                profile.risks_left_out.contains_key(id),
                "{name}: {id}"
            );
        }
        for risk in catalog.risks().filter(|risk| !risk.has_direct_control()) {
            let whole = base.risk(risk.id.as_str()).unwrap();
            assert!(
                !whole.has_direct_control(),
                "{name} made {} seem forgotten",
                risk.id
            );
        }
    }
}

#[test]
fn the_examples_select_what_they_say() {
    let core = profile("core");
    for control in core.controls() {
        let details = core.control_details(&control.id).unwrap();
        assert_eq!(details.strength, Strength::Must, "{}", control.id);
    }
    assert_eq!(core.controls().len(), 123);
    let cold = profile("cold-custody");
    assert!(
        cold.control("9.3.7.1-b").is_none(),
        "a control of hot wallets"
    );
    assert!(cold.family("customer-access").is_none());
    assert!(cold.family("offline-keys").is_some());
    let japan = profile("japan");
    assert_eq!(japan.controls().len(), 192);
    assert_eq!(japan.controls().last().unwrap().id.as_str(), "jp-63-11-2");
}

#[test]
fn a_report_names_what_its_profile_leaves_out_in_every_long_format() {
    for name in PROFILES {
        let catalog = profile(name);
        let report = report("exchange", &catalog);
        let profile = report.facts.profile.clone().unwrap();
        let left_out: BTreeSet<String> = profile
            .controls_left_out
            .iter()
            .map(|entry| entry.control.to_string())
            .chain(
                profile
                    .risks_left_out
                    .iter()
                    .map(|entry| entry.risk.to_string()),
            )
            .collect();
        assert_eq!(left_out.is_empty(), name == "japan");
        for format in [Format::Json, Format::Markdown, Format::Html, Format::Typst] {
            let text = report.render(format);
            for id in &left_out {
                assert!(text.contains(id), "{name} as {format} hides {id}");
            }
        }
        let numbers = format!("leaves out {} control", profile.controls_left_out.len());
        for format in Format::values() {
            let is_long = matches!(
                format,
                Format::Markdown
                    | Format::MarkdownBrief
                    | Format::Html
                    | Format::Typst
                    | Format::Json
            );
            let text = report.render(format).replace("\n", " ");
            assert!(!is_long || text.contains(&numbers), "{name} as {format}");
        }
    }
}

#[test]
fn a_profile_without_selection_gives_the_report_of_its_base() {
    let text = "profile: same\ntitle: The same\ncatalog: iso-tr-23576\nversion: 0.1.0\npublished: 2026-11-21\n";
    let catalog = Catalog::from_text("same.yaml", text).unwrap();
    for example in ["exchange", "cold-custody", "small-firm"] {
        let whole = serde_json::to_value(report(example, Catalog::builtin())).unwrap();
        let mut same = serde_json::to_value(report(example, &catalog)).unwrap();
        let facts = same["facts"].as_object_mut().unwrap();
        assert!(facts.remove("profile").is_some());
        for name in [
            "catalog",
            "catalog_title",
            "catalog_version",
            "catalog_sha256",
            "files",
        ] {
            facts.insert(name.to_owned(), whole["facts"][name].clone());
        }
        assert!(same == whole, "{example}");
    }
}

#[test]
fn a_profile_of_a_catalogue_of_ones_own_lies_in_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let own = committed::read("tests/invalid/catalog-repeated-item.yaml")
        .replace("[1.1-a, 1.1-a]", "[1.1-a]")
        .replace("[\"8.13\", \"8.13\"]", "[\"8.13\"]");
    std::fs::write(folder.path().join("house.yaml"), own).unwrap();
    let text = "profile: less\ntitle: Less\ncatalog: house-rules\nversion: 0.1.0\npublished: 2026-11-21\nselect: { families: [key-backup] }\n";
    std::fs::write(folder.path().join("less.yaml"), text).unwrap();
    let catalog = Catalog::read(folder.path()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(catalog.facts().id.as_str(), "less");
    assert_eq!(catalog.profile().unwrap().base.id.as_str(), "house-rules");
    assert_eq!(catalog.controls().len(), 1);
}

#[test]
fn json_and_yaml_say_the_same() {
    for name in PROFILES {
        let text = committed::read(&format!("examples/profiles/{name}.yaml"));
        let value: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        let json = Catalog::from_text("profile.json", value.to_string())
            .unwrap_or_else(|faults| panic!("{faults}"));
        assert_eq!(json.sha256(), profile(name).sha256());
    }
}

#[test]
fn the_digest_changes_with_what_is_selected() {
    let text = |more: &str| {
        format!(
            "profile: mine\ntitle: Mine\ncatalog: iso-tr-23576\nversion: 0.1.0\npublished: 2026-11-21\n{more}"
        )
    };
    let digest = |more: &str| {
        let catalog = Catalog::from_text("mine.yaml", text(more)).unwrap();
        catalog.sha256().to_owned()
    };
    let digests: BTreeSet<String> = [
        "",
        "select: { strengths: [must] }",
        "select: { strengths: [may] }",
        "except: { controls: [9.3.7.1-b] }",
    ]
    .map(digest)
    .into();
    assert_eq!(digests.len(), 4);
    assert!(!digests.contains(Catalog::builtin().sha256()));
}
