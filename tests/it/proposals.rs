//! Proposals: they count as nothing until somebody confirms them, and what a statement of
//! applicability becomes is what a naive reader would make of it.

use custody_controls::assessment::{Claim, ORGANIZATION};
use custody_controls::gap::Change;
use custody_controls::statement::{Proposals, Statement};
use custody_controls::taxonomy::{ClaimKey, GapKind, Status, Verdict, Word};
use custody_controls::{
    AssessmentDocument, AssessmentFiles, Catalog, Coverage, Forecast, Gap, Report, Settings,
};
use custody_testing::change;
use custody_testing::framework::{FRAMEWORK, with_framework};
use custody_testing::generate::{self, Case, Choices};
use custody_testing::golden;
use custody_testing::{Checked, check, measure, not_applicable, resolve};
use proptest::prelude::{TestCaseError, prop_assert, prop_assert_eq};
use serde_yaml::{Mapping, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Nothing depends on when claims were assessed: a proposal has no day of its own, and takes over that
/// of its file once it is confirmed.
fn undate(document: &mut AssessmentDocument) {
    document.assessed.clear();
    document.reassess_within = None;
    for claim in document.claims.values_mut().flatten() {
        claim.assessed.clear();
        claim.earlier.clear();
        for narrowed in claim.wallets.values_mut().flatten() {
            narrowed.assessed.clear();
            narrowed.earlier.clear();
        }
    }
}

/// Proposals for controls that nobody claims, and beside claims that only narrow.
fn with_proposals(case: &Case, choices: &mut Choices<'_>) -> Case {
    let evidence: Vec<_> = case.document.evidence.keys().cloned().collect();
    let provider = case.document.providers.keys().next().cloned();
    let day = case.settings.as_of;
    let controls: Vec<_> = case
        .catalog
        .controls()
        .map(|control| control.id.clone())
        .collect();
    case.with_document(|document| {
        for id in controls {
            let entry = document.claims.entry(id).or_default();
            let is_claimed = entry.as_ref().is_some_and(|claim| claim.status.is_some());
            if is_claimed || choices.happens(1, 3) {
                continue;
            }
            let claim = entry.get_or_insert_default();
            claim.proposed = Some("other-2 2.1 (implemented)".to_owned());
            claim.status = choices.one_of(&Status::values());
            claim.evidence = choices.some_of(&evidence, 1, 3);
            // A proposal may have keys that its status does not allow.
            let mut has = |key| {
                let fits = claim
                    .status
                    .is_some_and(|status| status.requires().contains(&key));
                choices.happens(1, if fits { 2 } else { 8 })
            };
            let text = "As written.".to_owned();
            claim.because = has(ClaimKey::Because).then(|| text.clone());
            claim.rationale = has(ClaimKey::Rationale).then(|| text.clone());
            claim.missing = has(ClaimKey::Missing).then(|| text.clone());
            claim.due = has(ClaimKey::Due).then_some(day);
            claim.provider = provider.clone().filter(|_| has(ClaimKey::Provider));
        }
    })
}

/// The report without what a proposal may say: why a cell is unknown, where, and what would close it.
fn numbers(case: &Case) -> Checked<Report> {
    let assessment = resolve(case)?;
    let mut report = assessment.measure(&case.settings).report();
    for gap in &mut report.gaps {
        gap.because.clear();
        gap.closes_if.clear();
        gap.location = None;
    }
    Ok(report)
}

#[test]
fn adding_proposals_changes_no_verdict_and_no_number() {
    check(|case| {
        let proposed = with_proposals(case, &mut case.choices());
        prop_assert_eq!(numbers(case)?, numbers(&proposed)?);
        // Nothing else that is told of an assessment changes either.
        let supports = |case| measure(case, |coverage| coverage.supports(1));
        prop_assert_eq!(supports(case)?, supports(&proposed)?);
        let until = case.settings.as_of.plus_days(60);
        let forecast = |case: &Case| -> Checked<Forecast> {
            Ok(resolve(case)?.forecast(&case.settings, until))
        };
        prop_assert_eq!(forecast(case)?, forecast(&proposed)?);
        let assessment = resolve(&proposed)?;
        let claims = assessment.document().claims.values().flatten();
        prop_assert!(claims.into_iter().all(|claim| claim.proposed.is_none()));
        let written = proposed.document.claims.values().flatten();
        let written = written.filter(|claim| claim.proposed.is_some()).count();
        prop_assert_eq!(assessment.proposals().len(), written);
        Ok(())
    });
}

/// Deleting the lines `proposed` of a file makes it the file that somebody would have written.
#[test]
fn confirming_is_deleting_one_line() {
    check(|case| {
        let proposed = case.with_document(|document| {
            for claim in document.claims.values_mut().flatten() {
                if claim.status.is_some() {
                    claim.proposed = Some("other-2 2.1 (partial), 10 (planned)".to_owned());
                }
            }
        });
        let text = serde_yaml::to_string(&proposed.document).unwrap();
        let read = AssessmentFiles::from_text("mine.yaml", text.as_str());
        prop_assert_eq!(&read.documents()[0], &proposed.document);
        let lines = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("proposed:"));
        let text: String = lines.flat_map(|line| [line, "\n"]).collect();
        let read = AssessmentFiles::from_text("mine.yaml", text.as_str());
        prop_assert_eq!(&read.documents()[0], &case.document);
        let confirmed = read
            .resolve(&case.catalog)
            .map_err(|faults| TestCaseError::fail(faults.to_string()))?;
        let verdicts = |coverage: &Coverage| -> Vec<Verdict> {
            coverage.cells().map(|cell| cell.verdict).collect()
        };
        let found = verdicts(&confirmed.measure(&case.settings));
        prop_assert_eq!(found, measure(case, verdicts)?);
        Ok(())
    });
}

/// Law 8 for gaps that a proposal waits at: each alternative is enough, and fewer of its changes are
/// not.
#[test]
fn what_closes_the_gap_of_a_proposal_is_enough_and_no_more() {
    check(|case| {
        let mut choices = case.choices();
        let proposed = with_proposals(case, &mut choices);
        let names = |change: &Change| {
            matches!(change, Change::Confirm { .. })
                || matches!(change, Change::State { without, .. } if without.contains(&ClaimKey::Proposed))
        };
        let waits = |gap: &Gap| gap.control.is_some() && gap.closes_if.iter().flatten().any(names);
        let waiting: Vec<_> = measure(&proposed, |coverage| {
            coverage.gaps().into_iter().filter(waits).collect()
        })?;
        let Some(gap) = choices.one_of(&waiting) else {
            return Err(not_applicable());
        };
        prop_assert_eq!(gap.kind.to_string(), "not-assessed");
        prop_assert!(gap.because[0].to_string().contains("awaits confirmation"));
        let is_open = |case: &Case| {
            measure(case, |coverage| {
                coverage.gaps().iter().any(|open| open.id == gap.id)
            })
        };
        for all in &gap.closes_if {
            let changes: Vec<&Change> = all.iter().collect();
            prop_assert!(!is_open(&change::make(&proposed, &changes))?, "{:?}", all);
            for left_out in 0..all.len() {
                let mut fewer = changes.clone();
                fewer.remove(left_out);
                prop_assert!(is_open(&change::make(&proposed, &fewer))?, "{:?}", fewer);
            }
        }
        Ok(())
    });
}

/// What somebody leaves out who follows *closes if*.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LeftOut {
    Nothing,
    /// The change at a position.
    Change(usize),
    /// A key that the change at a position has deleted.
    Key(usize, ClaimKey),
}

fn must_delete(change: &Change) -> &[ClaimKey] {
    match change {
        Change::State { without, .. } | Change::Exclude { without, .. } => without,
        _ => &[],
    }
}

/// The entry of a file by which a cell goes, written if there is none.
fn entry_of<'f>(file: &'f mut Value, control: &str, subject: &str) -> &'f mut Mapping {
    fn at<'m>(mapping: &'m mut Mapping, key: &str) -> &'m mut Mapping {
        let value = mapping.entry(key.into()).or_insert(Value::Null);
        if value.is_null() {
            *value = Value::Mapping(Mapping::new());
        }
        value.as_mapping_mut().unwrap()
    }
    let wide = at(at(file.as_mapping_mut().unwrap(), "claims"), control);
    let is_narrowed = wide
        .get("wallets")
        .is_some_and(|wallets| wallets.get(subject).is_some());
    if is_narrowed || (subject != ORGANIZATION && !wide.contains_key("status")) {
        at(at(wide, "wallets"), subject)
    } else {
        wide
    }
}

/// The file after each change about a claim was followed word by word: these keys are deleted, the
/// status is written with what it requires, and nothing else is touched.
fn followed(case: &Case, changes: &[Change], status: Status, left_out: LeftOut) -> String {
    let is_left_out = |position| left_out == LeftOut::Change(position);
    let followed = changes.iter().enumerate();
    let followed = followed.filter(|(position, _)| !is_left_out(*position));
    let is_of_claim = |change: &Change| {
        matches!(
            change,
            Change::State { .. }
                | Change::Exclude { .. }
                | Change::Confirm { .. }
                | Change::Cite { .. }
        )
    };
    let others: Vec<&Change> = followed
        .clone()
        .map(|(_, change)| change)
        .filter(|change| !is_of_claim(change))
        .collect();
    let mut document = change::make(case, &others).document;
    let fresh = change::collect(&mut document, case.settings.as_of);
    let mut file = serde_yaml::to_value(&document).unwrap();
    for (position, change) in followed {
        let to = match change {
            Change::State { .. } => status,
            _ => Status::NotApplicable,
        };
        match change {
            Change::State {
                control, subject, ..
            }
            | Change::Exclude {
                control, subject, ..
            } => {
                let entry = entry_of(&mut file, control.as_str(), subject.as_str());
                for key in must_delete(change) {
                    if left_out != LeftOut::Key(position, *key) {
                        assert!(entry.remove(key.word()).is_some(), "{key} is deleted");
                    }
                }
                entry.insert("status".into(), to.word().into());
                for key in to.requires() {
                    let text = match key {
                        ClaimKey::Provider => {
                            case.document.providers.keys().next().unwrap().as_str()
                        }
                        _ => "As it is.",
                    };
                    entry.insert(key.word().into(), text.into());
                }
                if to == Status::NotApplicable {
                    entry.insert("approved_by".into(), generate::APPROVER.into());
                }
            }
            Change::Confirm { control } => {
                let entry = entry_of(&mut file, control.as_str(), ORGANIZATION);
                assert!(entry.remove("proposed").is_some());
            }
            Change::Cite {
                control, subject, ..
            } => {
                let entry = entry_of(&mut file, control.as_str(), subject.as_str());
                let cited = entry
                    .entry("evidence".into())
                    .or_insert(Value::Sequence(Vec::new()));
                cited.as_sequence_mut().unwrap().push(fresh.as_str().into());
            }
            _ => {}
        }
    }
    serde_yaml::to_string(&file).unwrap()
}

/// Law 8, word by word: a file in which each key is deleted that *closes if* names has no faults and
/// no gap; if a change or a key is left out, the gap is open or the file is not accepted.
#[test]
fn what_closes_a_gap_can_be_followed_word_by_word() {
    check(|case| {
        let mut choices = case.choices();
        let case = with_proposals(&case.with_document(undate), &mut choices);
        let mut by_kind: BTreeMap<GapKind, Vec<Gap>> = BTreeMap::new();
        for gap in measure(&case, Coverage::gaps)? {
            by_kind.entry(gap.kind).or_default().push(gap);
        }
        let kinds: Vec<_> = by_kind.keys().copied().collect();
        let kind = choices.one_of(&kinds).ok_or_else(not_applicable)?;
        let gap = choices.one_of(&by_kind[&kind]).ok_or_else(not_applicable)?;
        let is_written = |change: &Change| {
            matches!(
                change,
                Change::State { .. } | Change::Exclude { .. } | Change::Confirm { .. }
            )
        };
        // Whether the gap of the file is closed, or what is wrong with the file.
        let outcome = |text: String| {
            let read = AssessmentFiles::from_text("mine.yaml", text);
            let resolved = read.resolve(&case.catalog);
            resolved.map(|assessment| {
                let coverage = assessment.measure(&case.settings);
                !coverage.gaps().iter().any(|open| open.id == gap.id)
            })
        };
        for changes in &gap.closes_if {
            if !changes.iter().any(is_written) {
                continue;
            }
            for status in [Status::Implemented, Status::Alternative, Status::Inherited] {
                if status == Status::Inherited && case.document.providers.is_empty() {
                    continue;
                }
                let text = followed(&case, changes, status, LeftOut::Nothing);
                let story = format!("{} {changes:?} as {status}\n{text}", gap.id);
                match outcome(text) {
                    Ok(is_closed) => prop_assert!(is_closed, "{}", story),
                    Err(faults) => prop_assert!(false, "{}\n{}", faults, story),
                }
            }
            let keys = changes.iter().enumerate().flat_map(|(position, change)| {
                let keys = must_delete(change).iter();
                // Evidence of an exclusion is no fault under another status; a person deletes it.
                let keys = keys.filter(|key| **key != ClaimKey::Evidence);
                keys.map(move |key| LeftOut::Key(position, *key))
            });
            let fewer = (0..changes.len()).map(LeftOut::Change).chain(keys);
            for left_out in fewer {
                let text = followed(&case, changes, Status::Implemented, left_out);
                let story = format!("{} {changes:?}\n{text}", gap.id);
                prop_assert!(!outcome(text).unwrap_or(false), "{}", story);
            }
        }
        Ok(())
    });
}

// Statements of applicability.

/// What rows of a table state, by reference: the words, and what they mean to a naive reader.
const ROWS: [(&str, &str, Option<&str>); 10] = [
    ("yes", "implemented", Some("implemented")),
    ("yes", "partially implemented", Some("partial")),
    ("", "planned", Some("planned")),
    ("y", "not-implemented", Some("not-implemented")),
    ("no", "", Some("not-applicable")),
    ("no", "not applicable", Some("not-applicable")),
    ("yes", "", Some("applicable")),
    ("", "", None),
    ("yes", "inherited", Some("inherited")),
    ("n/a", "not implemented", Some("not-applicable")),
];

/// From the most careful word to the least careful one.
const CARE: [&str; 7] = [
    "not-implemented",
    "planned",
    "partial",
    "inherited",
    "alternative",
    "implemented",
    "not-applicable",
];

fn table(
    choices: &mut Choices<'_>,
    references: &[String],
) -> (String, BTreeMap<String, Option<&'static str>>) {
    let sign = choices.one_of(&[',', ';', '\t']).unwrap_or(',');
    let mut text = format!("Status{sign}Control{sign}Applicable{sign}Owner{sign}Justification\r\n");
    let mut said = BTreeMap::new();
    for reference in choices.some_of(references, 2, 3) {
        let (applicable, status, meaning) = choices.one_of(&ROWS).unwrap();
        let reason = choices
            .one_of(&["", "\"a \"\"b\"\", c; d\"", "none\u{202e}"])
            .unwrap_or("");
        text.push_str(&format!(
            "{status}{sign}{reference}{sign}{applicable}{sign}Ops{sign}{reason}\r\n"
        ));
        said.insert(reference, meaning);
    }
    (text, said)
}

fn imported(case: &Case, text: &str, framework: &str) -> Checked<Proposals> {
    let statement = Statement::from_text("soa.csv", text, framework, &case.catalog)
        .map_err(|faults| TestCaseError::fail(format!("{faults}\n{text}")))?;
    prop_assert_eq!(&statement.unread, &["Owner"]);
    Ok(statement.propose(&resolve(case)?))
}

/// The most careful word of all that a control touches, where the assessment claims nothing and the
/// control applies; and the file that is written is read as it was meant, alone and beside the other.
#[test]
fn an_import_is_what_a_naive_reader_makes_of_it() {
    check(|case| {
        let mut choices = case.choices();
        let case = with_framework(case, &mut choices);
        let framework = if case.is_builtin {
            "iso-27002-2022"
        } else {
            FRAMEWORK
        };
        let references: Vec<String> = case.catalog.frameworks()[framework]
            .references
            .keys()
            .cloned()
            .collect();
        let (text, said) = table(&mut choices, &references);
        if said.is_empty() {
            return Err(not_applicable());
        }
        let proposals = imported(&case, &text, framework)?;

        // A proposal is about every day of the period, whenever the wallets begin and end.
        let lasting = case.with_document(|document| {
            for wallet in document.wallets.values_mut() {
                wallet.since = None;
                wallet.until = None;
            }
        });
        let applying: BTreeSet<String> = measure(&lasting, |coverage| {
            let cells = custody_controls::Assessment::subjects(coverage.assessment());
            let controls = coverage.assessment().catalog().controls();
            controls
                .filter(|control| {
                    cells.iter().any(|subject| {
                        coverage_has(&lasting, control.id.as_str(), subject.id.as_str())
                    })
                })
                .map(|control| control.id.to_string())
                .collect()
        })?;
        let mut wanted = BTreeMap::new();
        let mut touched = BTreeSet::new();
        for control in case.catalog.controls() {
            let Some(mappings) = case.catalog.crosswalk(&control.id) else {
                continue;
            };
            let named = mappings
                .references
                .get(framework)
                .cloned()
                .unwrap_or_default();
            touched.extend(named.iter().cloned());
            let words: Vec<&str> = named
                .iter()
                .filter_map(|reference| *said.get(reference)?)
                .collect();
            let careful = CARE.into_iter().find(|word| words.contains(word));
            let careful =
                careful.filter(|word| *word != "not-applicable" || !words.contains(&"applicable"));
            let is_claimed = case
                .document
                .claims
                .get(&control.id)
                .is_some_and(Option::is_some);
            if let (Some(word), false, true) =
                (careful, is_claimed, applying.contains(control.id.as_str()))
            {
                wanted.insert(control.id.to_string(), word.to_owned());
            }
        }
        let made: BTreeMap<String, String> = proposals
            .document
            .claims
            .iter()
            .map(|(id, claim)| {
                (
                    id.to_string(),
                    claim.as_ref().unwrap().status.unwrap().to_string(),
                )
            })
            .collect();
        prop_assert_eq!(made, wanted);
        for (reference, meaning) in &said {
            let is_left_out = proposals
                .not_imported
                .iter()
                .any(|entry| entry.what == *reference);
            prop_assert_eq!(
                is_left_out,
                !touched.contains(reference) || matches!(meaning, None | Some("applicable"))
            );
        }

        let yaml = proposals.to_yaml();
        let turned = '\u{202e}';
        prop_assert!(!yaml.contains(turned));
        let alone = AssessmentFiles::from_text("proposals.yaml", yaml.as_str());
        let faults = |faults: custody_controls::Diagnostics| {
            TestCaseError::fail(format!("{faults}\n{yaml}"))
        };
        prop_assert_eq!(&alone.documents()[0], &proposals.document);
        let resolved = alone.resolve(&case.catalog).map_err(faults)?;
        prop_assert!(resolved.warnings().is_empty());
        prop_assert_eq!(resolved.proposals().len(), proposals.len());
        let document = serde_yaml::to_string(&case.document).unwrap();
        let both = [
            ("mine.yaml", document.into_bytes()),
            ("proposals.yaml", yaml.clone().into_bytes()),
        ];
        let both = AssessmentFiles::from_texts(both);
        let both = both.resolve(&case.catalog).map_err(faults)?;
        let tally = both.measure(&case.settings).tally();
        prop_assert_eq!(tally, numbers(&case)?.summary.cells);
        prop_assert_eq!(both.proposals().len(), proposals.len());
        Ok(())
    });
}

/// Whether a control applies to a subject, by a measure of the whole assessment.
fn coverage_has(case: &Case, control: &str, subject: &str) -> bool {
    let everything = Settings::on(case.settings.as_of);
    let assessment = case.document.clone().resolve(&case.catalog).unwrap();
    assessment
        .measure(&everything)
        .verdict(control, subject)
        .is_some()
}

/// A claim beside a proposal, in another file, is the claim.
#[test]
fn a_proposal_yields_to_a_claim_in_another_file() {
    let head = "assessment: mine\ntitle: Mine\ncatalog: iso-tr-23576\ncustodian: { name: Mine }
period: { from: 2026-01-01, to: 2026-06-30 }\norganization: { channels: [] }\n";
    let file = |claim: &str| format!("{head}claims:\n  9.3.3-a: {claim}\n").into_bytes();
    let proposal = "{ proposed: somewhere, status: implemented }";
    let claim = "{ status: not-implemented }";
    for (one, other) in [(proposal, claim), (claim, proposal)] {
        let files = AssessmentFiles::from_texts([("a.yaml", file(one)), ("b.yaml", file(other))]);
        let assessment = files.resolve(Catalog::builtin()).unwrap();
        assert!(assessment.proposals().is_empty());
        let settings = Settings::on("2026-06-30".parse().unwrap());
        let coverage = assessment.measure(&settings);
        assert_eq!(
            coverage.verdict("9.3.3-a", "organization"),
            Some(Verdict::Absent)
        );
    }
    let other = "{ proposed: elsewhere, status: partial }";
    let files = AssessmentFiles::from_texts([("a.yaml", file(proposal)), ("b.yaml", file(other))]);
    let faults = files.resolve(Catalog::builtin()).unwrap_err();
    assert!(faults.iter().any(|fault| fault.code.word() == "conflict"));
}

/// The example is a statement of the example's firm, and what it becomes is committed.
#[test]
fn the_example_becomes_what_is_committed() {
    let like = golden::read("examples/small-firm.yaml");
    let like = AssessmentFiles::from_text("examples/small-firm.yaml", like);
    let like = like.resolve(Catalog::builtin()).unwrap();
    let table = golden::read("examples/small-firm-soa.csv");
    let statement = Statement::from_text(
        "examples/small-firm-soa.csv",
        table,
        "iso-27002-2022",
        Catalog::builtin(),
    )
    .unwrap();
    let proposals = statement.propose(&like);
    assert!(!proposals.is_empty() && !proposals.not_imported.is_empty());
    golden::equal("tests/cmd/import.yaml", &proposals.to_yaml());
    let claims = proposals.document.claims.values().flatten();
    assert!(
        claims
            .into_iter()
            .all(|claim: &Claim| claim.proposed.is_some())
    );
    let read = AssessmentFiles::from_text("p.yaml", proposals.to_yaml());
    assert_eq!(read.documents()[0], proposals.document);
}

/// Whatever stands before a reference in its row, a fault marks the reference itself.
#[test]
fn a_fault_marks_its_cell_whatever_stands_around_it() {
    let cell = proptest::string::string_regex("[a,;\"\n\t é]{0,6}").unwrap();
    let row = (cell, proptest::bool::ANY);
    let rows = proptest::collection::vec(row, 1..6);
    custody_testing::run(2_000, rows, |rows| {
        let mut text = String::from("\u{feff}Title,Control,Status\r\n");
        let mut wanted = Vec::new();
        for (number, (before, is_quoted)) in rows.iter().enumerate() {
            text.push_str(&format!("\"{}\",", before.replace('"', "\"\"")));
            let quote = if *is_quoted { "\"" } else { "" };
            text.push_str(quote);
            let so_far = text.trim_start_matches('\u{feff}');
            let line = so_far.matches('\n').count() + 1;
            let column = so_far.rsplit('\n').next().unwrap().chars().count() + 1;
            wanted.push((line, column, format!("x{number}")));
            text.push_str(&format!("x{number}{quote},implemented\n"));
        }
        let catalog = Catalog::builtin();
        let faults = Statement::from_text("soa.csv", text, "iso-27002-2022", catalog).unwrap_err();
        let told: Vec<(usize, usize, String)> = faults
            .iter()
            .map(|fault| {
                let place = fault.location.as_ref().unwrap();
                assert_eq!(
                    (place.end_line, place.end_column),
                    (place.line, place.column + 2)
                );
                let named = fault.message.split('`').nth(1).unwrap().to_owned();
                (place.line as usize, place.column as usize, named)
            })
            .collect();
        prop_assert_eq!(told, wanted);
        Ok(())
    });
}

/// No text makes the reader stumble, and each fault has a place.
#[test]
fn any_text_is_read_or_refused() {
    let text = proptest::string::string_regex(
        "(Control|Status|5\\.1|yes|[,;\"\t\r\n a\u{feff}\u{e9}]){0,30}",
    )
    .unwrap();
    custody_testing::run(5_000, text, |text| {
        let read = Statement::from_text(
            "soa.csv",
            text.as_str(),
            "iso-27002-2022",
            Catalog::builtin(),
        );
        if let Err(faults) = read {
            prop_assert!(!faults.is_empty());
            for fault in &faults {
                prop_assert!(fault.location.is_some());
            }
        }
        Ok(())
    });
    let wide = format!("Control,Status{}\n", ",x".repeat(2_000));
    let long = "Control,Status\n".to_owned() + &"5.1,planned\n".repeat(100_002);
    for text in [wide, long] {
        let faults = Statement::from_text("soa.csv", text, "iso-27002-2022", Catalog::builtin())
            .unwrap_err();
        let codes: Vec<String> = faults.iter().map(|fault| fault.code.to_string()).collect();
        assert_eq!(codes, ["limit-exceeded"]);
    }
    let latin = Statement::from_text(
        "soa.csv",
        vec![0x43, 0xe9],
        "iso-27002-2022",
        Catalog::builtin(),
    );
    assert_eq!(
        latin.unwrap_err().to_string().matches("not-utf8").count(),
        1
    );
}
