//! The documents that the catalog cites have entries, with states that agree with each other.

use custody_controls::Catalog;
use custody_controls::catalog::CatalogDocument;
use custody_controls::taxonomy::DocumentState;
use std::collections::BTreeSet;

/// What begins the name of a document in a source.
const MARKS: [&str; 14] = [
    "I-D", "ISO", "IEC", "ITU", "X.1", "CCSS", "NIST", "SP 800", "FIPS", "RFC", "IEEE", "BIP",
    "EIP", "circular",
];

/// The texts of the built-in catalog that name documents, each with the entry that has it.
fn sources(catalog: &Catalog) -> Vec<(String, String)> {
    let mut sources = Vec::new();
    for risk in catalog.risks() {
        let details = catalog.risk_details(&risk.id).unwrap();
        sources.push((risk.id.to_string(), details.source.clone()));
    }
    for control in catalog.controls() {
        let details = catalog.control_details(&control.id).unwrap();
        sources.push((control.id.to_string(), details.source.clone()));
    }
    let model = catalog.model();
    for (id, component) in &model.components {
        sources.push((id.to_string(), component.source.clone()));
    }
    for (id, key) in &model.key_types {
        sources.push((id.to_string(), key.source.clone()));
    }
    for (id, flow) in &model.flows {
        sources.push((id.to_string(), flow.source.clone()));
    }
    sources
}

/// What is left of a text without the names of documents that have an entry.
fn without_names(text: &str, catalog: &Catalog) -> String {
    let forms = catalog
        .cited_in(text)
        .flat_map(|(_, document)| &document.cited_as);
    let mut forms: Vec<&String> = forms.collect();
    // `I-D` is also the beginning of `I-D-07`.
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms.iter().fold(text.to_owned(), |text, form| {
        text.replace(form.as_str(), "")
    })
}

#[test]
fn a_document_that_the_catalog_cites_has_an_entry() {
    let catalog = Catalog::builtin();
    for (id, source) in sources(catalog) {
        let rest = without_names(&source, catalog);
        let unknown: Vec<&str> = MARKS
            .into_iter()
            .filter(|mark| rest.contains(mark))
            .collect();
        assert!(
            unknown.is_empty(),
            "{id}: no entry for {unknown:?} in `{source}`"
        );
        let is_ours = source.starts_with("inferred");
        assert!(
            is_ours || catalog.cited_in(&source).next().is_some(),
            "{id}: `{source}`"
        );
    }
    let ids = catalog.sources().keys().map(ToString::to_string);
    for id in ids.chain(catalog.frameworks().keys().map(ToString::to_string)) {
        let cited: Vec<_> = catalog.cited_in(&id).collect();
        assert_eq!(cited.len(), 1, "{id} is the name of one document");
    }
}

#[test]
fn a_citation_of_an_unknown_document_is_found() {
    let catalog = Catalog::builtin();
    for (text, rest) in [
        ("I-D-07 §6.1; I-D-02 §9.2", " §6.1;  §9.2"),
        ("I-D-06 §6.1", "I-D-06 §6.1"),
        (
            "ISO/IEC 27002:2005 12.3 via I-D-07 §7",
            "ISO/IEC 27002:2005 12.3 via  §7",
        ),
        ("CCSS v8.1 1.01", "CCSS v8.1 1.01"),
    ] {
        assert_eq!(without_names(text, catalog), rest);
    }
}

#[test]
fn a_form_that_names_a_document_is_used() {
    let catalog = Catalog::builtin();
    let mut texts: Vec<String> = sources(catalog).into_iter().map(|(_, text)| text).collect();
    texts.extend(catalog.sources().keys().map(ToString::to_string));
    texts.extend(catalog.frameworks().keys().map(ToString::to_string));
    let bases = catalog
        .clauses()
        .values()
        .filter_map(|clause| clause.basis.clone());
    texts.extend(bases);
    for (id, document) in catalog.references() {
        for form in &document.cited_as {
            assert!(
                texts.iter().any(|text| text.contains(form.as_str())),
                "{id}: {form}"
            );
        }
    }
}

#[test]
fn a_document_that_is_replaced_is_no_longer_in_force() {
    let references = Catalog::builtin().references();
    for (id, document) in references {
        for replaced in &document.replaces {
            let state = references[replaced].state;
            let is_over = matches!(
                state,
                DocumentState::Superseded | DocumentState::Withdrawn | DocumentState::Expired
            );
            assert!(is_over, "{id} replaces {replaced}, which is {state}");
        }
        if !document.became.is_empty() {
            let state = document.state;
            let is_over = !matches!(state, DocumentState::Published | DocumentState::InForce);
            assert!(is_over, "{id} became another document and is {state}");
        }
        assert!(!document.found_in.is_empty(), "{id}: nowhere found");
        let is_published = matches!(
            document.state,
            DocumentState::Published | DocumentState::InForce | DocumentState::UnderRevision
        );
        let is_living = ["linddun", "seal-frameworks"].contains(&id.as_str());
        assert!(
            document.date.is_some() || !is_published || is_living,
            "{id}: no date"
        );
    }
}

#[test]
fn a_term_is_found_by_each_of_its_names() {
    let catalog = Catalog::builtin();
    for (id, term) in catalog.terms() {
        for name in term.also.iter().chain([&term.term, &id.to_string()]) {
            for name in [name.clone(), name.to_uppercase(), name.replace(' ', "-")] {
                let found = catalog.term(&name).map(|(id, _)| id);
                assert_eq!(found, Some(id), "{name}");
            }
        }
    }
    assert_eq!(catalog.term("no such term"), None);
}

#[test]
fn a_profile_keeps_the_bibliography_and_the_terms_of_its_base() {
    let text = "
profile: backups
title: Backups of keys only
catalog: iso-tr-23576
version: 0.1.0
published: 2026-11-21
select: { families: [key-backup] }
";
    let profile = Catalog::from_text("backups.yaml", text).unwrap();
    let builtin = Catalog::builtin();
    assert_eq!(profile.references(), builtin.references());
    assert_eq!(profile.terms(), builtin.terms());
}

#[test]
fn a_catalog_without_references_is_written_without_the_key() {
    let json = serde_json::to_value(CatalogDocument::default()).unwrap();
    let keys: BTreeSet<&String> = json.as_object().unwrap().keys().collect();
    for key in ["references", "terms"] {
        assert!(!keys.contains(&key.to_owned()), "{key}");
    }
}
