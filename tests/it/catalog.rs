//! The law is whole: every file is loaded, every reference resolves, and the counts are those of the
//! source.

use custody_controls::catalog::OrDeclared;
use custody_controls::catalog::document::{ControlDocument, FamilyDocument};
use custody_controls::taxonomy::{
    Actor, Asset, ClauseKind, ComponentGroup, Confidence, Direction, Factor, FactorGroup, Feature,
    Function, Provenance, Severity, Strength, SubjectKind, Technique, Threat, TransitionKind, Word,
};
use custody_controls::{Catalog, CatalogDocument};
use custody_testing::examples::{PROFILES, profile};
use custody_testing::golden;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Write};
use std::path::{Path, PathBuf};

#[test]
fn the_packs_equal_the_files() {
    let packs = Catalog::pack(&golden::path("controls")).unwrap_or_else(|error| {
        if let custody_controls::Error::Invalid(faults) = &error {
            panic!("{faults}");
        }
        panic!("{error}");
    });
    for (name, pack) in ["builtin.postcard", "builtin-annex.postcard"]
        .into_iter()
        .zip(packs)
    {
        let path = golden::path("src/catalog").join(name);
        if golden::update() {
            std::fs::write(&path, &pack).unwrap();
        }
        assert!(
            std::fs::read(&path).unwrap() == pack,
            "{name}: `UPDATE=1 cargo test` packs `controls/` anew"
        );
    }
}

/// Every file under `controls/` at any depth, as another reader than ours sees it.
fn files() -> BTreeMap<PathBuf, CatalogDocument> {
    fn list(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                list(&path, files);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "yaml")
            {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    list(&golden::path("controls"), &mut files);
    files
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let document = serde_yaml::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path, document)
        })
        .collect()
}

/// The entries of a file, as `section` and id.
fn entries(document: &CatalogDocument) -> Vec<(&'static str, String)> {
    fn ids<K: Display, V>(map: &indexmap::IndexMap<K, V>) -> impl Iterator<Item = String> {
        map.keys().map(ToString::to_string)
    }
    let mut entries = Vec::new();
    entries.extend(
        document
            .catalog
            .iter()
            .map(|facts| ("catalog", facts.id.to_string())),
    );
    entries.extend(ids(&document.sources).map(|id| ("sources", id)));
    entries.extend(
        document
            .limits
            .iter()
            .map(|limit| ("limits", limit.clone())),
    );
    entries.extend(ids(&document.clauses).map(|id| ("clauses", id)));
    entries.extend(ids(&document.components).map(|id| ("components", id)));
    entries.extend(ids(&document.outside).map(|id| ("outside", id)));
    entries.extend(
        document
            .links
            .iter()
            .map(|link| ("links", format!("{link:?}"))),
    );
    entries.extend(ids(&document.key_types).map(|id| ("key_types", id)));
    entries.extend(ids(&document.key_states).map(|id| ("key_states", id)));
    entries.extend(
        document
            .key_transitions
            .iter()
            .map(|transition| ("key_transitions", format!("{transition:?}"))),
    );
    entries.extend(ids(&document.flows).map(|id| ("flows", id)));
    entries.extend(ids(&document.signature_key_matrix).map(|id| ("signature_key_matrix", id)));
    entries.extend(ids(&document.risks).map(|id| ("risks", id)));
    for (id, family) in &document.families {
        entries.push(("families", id.to_string()));
        entries.extend(ids(&family.controls).map(|id| ("controls", id)));
    }
    for (id, framework) in &document.frameworks {
        entries.push(("frameworks", id.to_string()));
        entries
            .extend(ids(&framework.references).map(|key| ("of framework", format!("{id} {key}"))));
    }
    entries.extend(ids(&document.references).map(|id| ("references", id)));
    entries.extend(ids(&document.terms).map(|id| ("terms", id)));
    entries
}

/// The entries of the catalog that is built in, in the same form.
fn loaded(catalog: &Catalog) -> BTreeSet<(&'static str, String)> {
    let model = catalog.model();
    let mut whole = CatalogDocument {
        catalog: Some(catalog.facts().clone()),
        sources: catalog.sources().clone(),
        limits: catalog.limits().to_vec(),
        clauses: catalog.clauses().clone(),
        components: model.components.clone(),
        outside: model.outside.clone(),
        links: model.links.clone(),
        key_types: model.key_types.clone(),
        key_states: model.key_states.clone(),
        key_transitions: model.key_transitions.clone(),
        flows: model.flows.clone(),
        signature_key_matrix: model.signature_key_matrix.clone(),
        ..CatalogDocument::default()
    };
    whole.frameworks.clone_from(catalog.frameworks());
    whole.references.clone_from(catalog.references());
    whole.terms.clone_from(catalog.terms());
    let mut loaded: BTreeSet<_> = entries(&whole).into_iter().collect();
    loaded.extend(catalog.risks().map(|risk| ("risks", risk.id.to_string())));
    loaded.extend(
        catalog
            .families()
            .map(|family| ("families", family.id.to_string())),
    );
    loaded.extend(
        catalog
            .controls()
            .map(|control| ("controls", control.id.to_string())),
    );
    loaded
}

#[test]
fn every_file_is_loaded_and_gives_something() {
    let loaded = loaded(Catalog::builtin());
    let mut written = BTreeSet::new();
    for (path, document) in files() {
        let entries = entries(&document);
        assert!(!entries.is_empty(), "{} gives nothing", path.display());
        for entry in entries {
            assert!(
                loaded.contains(&entry),
                "{}: {entry:?} is not loaded",
                path.display()
            );
            assert!(written.insert(entry.clone()), "{entry:?} stands twice");
        }
    }
    assert_eq!(written, loaded);
}

#[test]
fn every_file_is_named_after_what_it_holds() {
    for (path, document) in files() {
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let folder = path
            .parent()
            .unwrap()
            .file_name()
            .unwrap()
            .to_str()
            .unwrap();
        let held = entries(&document);
        let name = path.display();
        match folder {
            "families" => {
                assert_eq!(document.families.len(), 1, "{name}");
                assert_eq!(document.families.keys().next().unwrap().as_str(), stem);
                assert!(
                    held.iter()
                        .all(|(section, _)| matches!(*section, "families" | "controls"))
                );
            }
            "frameworks" => {
                assert_eq!(document.frameworks.len(), 1, "{name}");
                assert_eq!(document.frameworks.keys().next().unwrap().as_str(), stem);
                let only = |section: &str| matches!(section, "frameworks" | "of framework");
                assert!(held.iter().all(|(section, _)| only(section)), "{name}");
            }
            "risks" => {
                let clause = match stem {
                    "signature-keys" => "8.2.2",
                    "asset-data" => "8.2.3",
                    "suspension" => "8.2.4",
                    "external-factors" => "8.3",
                    _ => panic!("{name}: which clause is this about?"),
                }
                .parse()
                .unwrap();
                for (id, risk) in &document.risks {
                    assert!(risk.clause.is_within(&clause), "{name}: {id}");
                }
                assert!(
                    held.iter().all(|(section, _)| *section == "risks"),
                    "{name}"
                );
            }
            "controls" => match stem {
                "glossary" => assert!(held.iter().all(|(held, _)| *held == "terms"), "{name}"),
                "clauses" | "signature-key-matrix" | "references" => {
                    let section = stem.replace('-', "_");
                    assert!(held.iter().all(|(held, _)| *held == section), "{name}");
                }
                "catalog" | "model" => {}
                _ => panic!("{name}: what does this file hold?"),
            },
            _ => panic!("{name}: what is this folder for?"),
        }
    }
}

#[test]
fn ids_are_a_clause_and_a_letter() {
    let catalog = Catalog::builtin();
    let entries = catalog
        .risks()
        .map(|risk| (risk.id.as_str(), &risk.clause))
        .chain(
            catalog
                .controls()
                .map(|control| (control.id.as_str(), &control.clause)),
        );
    for (id, clause) in entries {
        let letter = id
            .strip_prefix(clause.as_str())
            .and_then(|rest| rest.strip_prefix('-'));
        assert!(
            letter.is_some_and(|letter| matches!(letter.as_bytes(), [b'a'..=b'z'])),
            "{id} of clause {clause}"
        );
    }
}

#[test]
fn the_counts_are_those_of_the_source() {
    let catalog = Catalog::builtin();
    let model = catalog.model();
    assert_eq!(catalog.clauses().len(), 80);
    assert_eq!(catalog.risks().len(), 80);
    assert_eq!(catalog.controls().len(), 190);
    assert_eq!(catalog.families().len(), 23);
    assert_eq!(model.components.len(), 19);
    assert_eq!(model.links.len(), 24);
    assert_eq!(model.key_types.len(), 4);
    assert_eq!(model.key_states.len(), 11);
    assert_eq!(model.key_transitions.len(), 24);
    assert_eq!(model.flows.len(), 5);
}

#[test]
fn the_clauses_are_those_of_the_public_outline() {
    let mut outline = String::new();
    for (number, clause) in Catalog::builtin().clauses() {
        let _ = writeln!(outline, "{number}\t{}", clause.title);
        assert_eq!(Catalog::builtin().clause_title(number), clause.title);
    }
    assert_eq!(outline, golden::read("tests/it/outline.txt"));
}

#[test]
fn the_signature_key_matrix_is_full_where_the_source_fills_it() {
    const THREATS: [Threat; 4] = [
        Threat::Loss,
        Threat::Leakage,
        Threat::Theft,
        Threat::UnauthorizedUse,
    ];
    let catalog = Catalog::builtin();
    let matrix = &catalog.model().signature_key_matrix;
    assert_eq!(matrix.len() * THREATS.len(), 56);
    let mut filled = 0;
    for (id, row) in matrix {
        for (threat, risk) in &row.cells {
            assert!(THREATS.contains(threat), "{id} names {threat}");
            let risk = catalog.risk(risk.as_str()).unwrap();
            assert!(
                risk.threats.contains(threat),
                "{id}: {} is no {threat}",
                risk.id
            );
            filled += 1;
        }
        // Theft and unauthorized use need malice; accidents cannot fill their cells.
        let malice = matches!(
            row.group,
            FactorGroup::IllegalOperation | FactorGroup::Intrusion
        );
        assert_eq!(row.cells.len(), if malice { 4 } else { 2 }, "{id}");
    }
    assert_eq!(filled, 44);
}

#[test]
fn what_the_source_leaves_uncovered_stays_uncovered() {
    let catalog = Catalog::builtin();
    let mut without = Vec::new();
    let mut only_supported = Vec::new();
    for risk in catalog.risks().filter(|risk| !risk.has_direct_control()) {
        if catalog.supporting_controls(risk).next().is_none() {
            without.push(risk.id.as_str());
        } else {
            only_supported.push(risk.id.as_str());
        }
    }
    assert_eq!(
        without,
        ["8.3.2-a", "8.3.2-b", "8.3.2-d", "8.3.2-e", "8.3.4-f"]
    );
    assert_eq!(only_supported, ["8.3.4-a", "8.3.4-b", "8.3.4-c", "8.3.4-d"]);
}

/// The words of a vocabulary that the catalog does not use.
fn unused<W: Word + Ord>(used: impl IntoIterator<Item = W>) -> Vec<&'static str> {
    let used: BTreeSet<W> = used.into_iter().collect();
    let unused = W::values()
        .into_iter()
        .filter(|value| !used.contains(value));
    unused.map(Word::word).collect()
}

#[test]
fn every_word_for_the_catalogue_is_used_in_it() {
    const NONE: [&str; 0] = [];
    let catalog = Catalog::builtin();
    let model = catalog.model();
    let risks: Vec<_> = catalog.risks().collect();
    let controls: Vec<_> = catalog.controls().collect();
    let about_risks: Vec<_> = risks
        .iter()
        .map(|risk| catalog.risk_details(&risk.id).unwrap())
        .collect();
    let about_controls: Vec<_> = controls
        .iter()
        .map(|control| catalog.control_details(&control.id).unwrap())
        .collect();
    assert_eq!(
        unused::<Threat>(risks.iter().flat_map(|r| r.threats.clone())),
        NONE
    );
    assert_eq!(
        unused::<Factor>(about_risks.iter().flat_map(|r| r.factors.clone())),
        NONE
    );
    assert_eq!(
        unused::<Actor>(about_risks.iter().flat_map(|r| r.actors.clone())),
        NONE
    );
    assert_eq!(
        unused::<Asset>(risks.iter().flat_map(|r| r.assets.clone())),
        NONE
    );
    assert_eq!(unused::<Severity>(risks.iter().map(|r| r.severity)), NONE);
    assert_eq!(
        unused::<SubjectKind>(controls.iter().map(|c| c.subject)),
        NONE
    );
    assert_eq!(
        unused::<Function>(controls.iter().flat_map(|c| c.functions.clone())),
        NONE
    );
    // No control asks for it; an assessor may have watched all the same, and evidence says so.
    assert_eq!(
        unused::<Technique>(about_controls.iter().flat_map(|c| c.techniques.clone())),
        ["observe"]
    );
    assert_eq!(
        unused::<Strength>(about_controls.iter().map(|c| c.strength)),
        NONE
    );
    // The word is for catalogs of other owners.
    let provenances = about_risks.iter().map(|r| r.provenance);
    assert_eq!(
        unused::<Provenance>(provenances.chain(about_controls.iter().map(|c| c.provenance))),
        ["own"]
    );
    assert_eq!(
        unused::<Confidence>(catalog.mappings().map(|mapping| mapping.confidence)),
        NONE
    );
    let when = risks
        .iter()
        .map(|r| &r.when)
        .chain(controls.iter().map(|c| &c.when));
    let features = when.flat_map(|when| when.alternatives().concat());
    let features = features.filter_map(|word| match word {
        OrDeclared::BuiltIn(feature) => Some(feature),
        OrDeclared::Declared(_) => None,
    });
    assert_eq!(unused::<Feature>(features), NONE);
    assert_eq!(
        unused::<ClauseKind>(catalog.clauses().values().map(|c| c.kind)),
        NONE
    );
    assert_eq!(
        unused::<ComponentGroup>(model.components.values().map(|c| c.group)),
        NONE
    );
    assert_eq!(
        unused::<Direction>(
            model
                .links
                .iter()
                .map(|link| link.direction.unwrap_or(Direction::Forward))
        ),
        NONE
    );
    assert_eq!(
        unused::<TransitionKind>(model.key_transitions.iter().map(|t| t.kind)),
        NONE
    );
    assert_eq!(
        unused::<FactorGroup>(model.signature_key_matrix.values().map(|row| row.group)),
        NONE
    );
}

#[test]
fn frameworks_have_an_edition_and_the_references_that_are_known() {
    let catalog = Catalog::builtin();
    let count = |id: &str| catalog.frameworks()[id].references.len();
    assert_eq!(count("iso-27002-2013"), 114);
    assert_eq!(count("iso-27002-2022"), 93);
    assert_eq!(count("ccss-9.0"), 41);
    let references = catalog.frameworks()["iso-27002-2022"].references.values();
    assert_eq!(references.filter(|reference| reference.new).count(), 11);
    for mapping in catalog.mappings() {
        let id = mapping.framework_id;
        assert!(!mapping.framework.edition.is_empty(), "{id} has no edition");
        assert!(
            mapping.framework.references.contains_key(mapping.reference),
            "{id} has no {}",
            mapping.reference
        );
    }
    for id in catalog.frameworks().keys() {
        let mut risks = catalog.risks();
        let is_reached = catalog.mappings().any(|mapping| mapping.framework_id == id)
            || risks.any(|risk| {
                let crosswalk = catalog.risk_crosswalk(&risk.id);
                crosswalk.is_some_and(|crosswalk| crosswalk.references.contains_key(id))
            });
        assert!(is_reached, "nothing leads to {id}");
    }
}

#[test]
fn a_control_follows_its_references_into_the_next_edition() {
    let catalog = Catalog::builtin();
    let earlier = &catalog.frameworks()["iso-27002-2013"];
    let later = &catalog.frameworks()["iso-27002-2022"];
    let mut reached = BTreeSet::new();
    for (number, reference) in &earlier.references {
        assert!(!reference.becomes.is_empty(), "{number} becomes nothing");
        for number in &reference.becomes {
            assert!(!later.references[number].new, "{number} is not new");
            reached.insert(number);
        }
    }
    let new = later
        .references
        .iter()
        .filter(|(_, reference)| reference.new);
    assert_eq!(reached.len() + new.count(), later.references.len());
    for control in catalog.controls() {
        let Some(crosswalk) = catalog.crosswalk(&control.id) else {
            continue;
        };
        let named = |id: &str| crosswalk.references.get(id).cloned().unwrap_or_default();
        let (old, new) = (named("iso-27002-2013"), named("iso-27002-2022"));
        for number in old
            .iter()
            .flat_map(|number| &earlier.references[number].becomes)
        {
            assert!(new.contains(number), "{} leaves {number} out", control.id);
        }
    }
}

/// What is left to look at in our own crosswalks: terminals that are designated for operation are no
/// mobile devices (6.2.1) and no unattended equipment (11.2.8), from which 8.1 came.
#[test]
fn the_crosswalks_are_sound_but_for_what_is_named_here() {
    let files = Catalog::read(golden::path("controls")).unwrap();
    for catalog in [Catalog::builtin(), &files] {
        let told: Vec<&str> = catalog
            .warnings()
            .iter()
            .map(|warning| warning.message.as_str())
            .collect();
        assert_eq!(
            told,
            [
                "`9.3.10.3-d` maps to `8.1` of `iso-27002-2022`, but to none of its predecessors in `iso-27002-2013`"
            ]
        );
    }
    let location = files
        .warnings()
        .iter()
        .next()
        .and_then(|warning| warning.location.clone());
    let location = location.unwrap();
    assert!(
        location.file.ends_with("communications-security.yaml"),
        "{location}"
    );
}

/// The ledger of ids: `tests/it/ids.txt` has every control and risk that was ever issued, in the built-in
/// catalog or in a profile beside the examples, with its title. Assessments of years ago name these ids, so none is ever taken back or given to another
/// thing.
#[test]
fn no_id_is_ever_taken_back() {
    const LEDGER: &str = "tests/it/ids.txt";
    let catalog = Catalog::builtin();
    let risks = catalog
        .risks()
        .map(|risk| (risk.id.as_str(), risk.title.as_str()));
    let controls = catalog
        .controls()
        .map(|control| (control.id.as_str(), control.title.as_str()));
    let mut now = BTreeMap::new();
    for (id, title) in risks.chain(controls) {
        assert!(
            now.insert(id, title).is_none(),
            "{id} is both a risk and a control"
        );
    }
    let profiles = PROFILES.map(profile);
    for profile in &profiles {
        let own = profile.profile().unwrap();
        let risks = own.own_risks.iter().map(AsRef::as_ref);
        for id in own.own_controls.iter().map(AsRef::as_ref).chain(risks) {
            let control = profile.control(id).map(|control| control.title.as_str());
            let title = control.or_else(|| Some(profile.risk(id)?.title.as_str()));
            let again = now.insert(id, title.unwrap());
            assert!(again.is_none(), "{id} is issued twice");
        }
    }
    let replaced: BTreeSet<&str> = catalog
        .controls()
        .filter_map(|control| catalog.control_details(&control.id))
        .flat_map(|details| &details.replaces)
        .map(AsRef::as_ref)
        .collect();
    for id in ["9.3.7.6-h", "9.3.7.2-o", "9.3.7.5-f"] {
        assert!(replaced.contains(id), "{id} was replaced once");
    }
    for id in &replaced {
        assert!(!now.contains_key(id), "{id} was replaced and is used again");
    }

    let mut ledger = std::fs::read_to_string(golden::path(LEDGER)).unwrap_or_default();
    if golden::update() {
        let known: BTreeSet<&str> = ledger
            .lines()
            .filter_map(|line| line.split('\t').next())
            .collect();
        let mut added = String::new();
        for (id, title) in now.iter().filter(|(id, _)| !known.contains(*id)) {
            let _ = writeln!(added, "{id}\t{title}");
        }
        if !added.is_empty() {
            ledger.push_str(&added);
            std::fs::write(golden::path(LEDGER), &ledger).unwrap();
        }
    }
    let mut issued = BTreeMap::new();
    for line in ledger.lines() {
        let (id, title) = line.split_once('\t').unwrap();
        assert!(
            issued.insert(id, title).is_none(),
            "{id} stands twice in the ledger"
        );
    }
    for (id, title) in &issued {
        match now.get(id) {
            Some(now) => assert_eq!(
                now, title,
                "{id} has got another title; say so in the ledger"
            ),
            None => assert!(
                replaced.contains(id),
                "{id} ({title}) is gone, and no control says that it `replaces` it"
            ),
        }
    }
    for id in now.keys() {
        assert!(
            issued.contains_key(id),
            "{id} is not in the ledger; `UPDATE=1 cargo test` adds it"
        );
    }
}

/// What was read by our reader from all files says the same as what another reader reads from each.
#[test]
fn the_catalogue_says_what_the_files_say() {
    let catalog = Catalog::builtin();
    let mut controls = 0;
    for (_, document) in files() {
        for (id, family) in &document.families {
            let FamilyDocument {
                title,
                controls: held,
                ..
            } = family;
            assert_eq!(catalog.family(id.as_str()).unwrap().title, *title);
            for (control_id, written) in held {
                let read = catalog.control(control_id.as_str()).unwrap();
                assert_eq!(read.family, *id);
                let details = catalog.control_details(control_id).unwrap();
                let again = ControlDocument {
                    clause: read.clause.clone(),
                    title: read.title.clone(),
                    statement: read.statement.clone(),
                    treats: custody_controls::catalog::document::Treats {
                        directly: read.directly.clone(),
                        supporting: read.supporting.clone(),
                    },
                    subject: read.subject,
                    when: read.when.alternatives().to_vec(),
                    functions: read.functions.clone(),
                    evidence: details.evidence.clone(),
                    techniques: details.techniques.clone(),
                    source: details.source.clone(),
                    strength: details.strength,
                    provenance: details.provenance,
                    replaces: details.replaces.clone(),
                    crosswalk: catalog.crosswalk(control_id).cloned(),
                    ..written.clone()
                };
                assert_eq!(again, *written, "{control_id}");
                controls += 1;
            }
        }
        for (id, written) in &document.risks {
            let read = catalog.risk(id.as_str()).unwrap();
            let details = catalog.risk_details(id).unwrap();
            let again = custody_controls::catalog::document::RiskDocument {
                clause: read.clause.clone(),
                title: read.title.clone(),
                severity: read.severity,
                threats: read.threats.clone(),
                factors: details.factors.clone(),
                actors: details.actors.clone(),
                assets: read.assets.clone(),
                when: read.when.alternatives().to_vec(),
                consequence: read.consequence.clone(),
                source: details.source.clone(),
                provenance: details.provenance,
                crosswalk: catalog.risk_crosswalk(id).cloned(),
                ..written.clone()
            };
            assert_eq!(again, *written, "{id}");
        }
    }
    assert_eq!(controls, catalog.controls().len());
}
