//! What the evidence says in the words of other frameworks: equal to a naive second implementation,
//! monotone, and never more than the cells that touch a reference have come to.

use custody_controls::crosswalk::{Crosswalk, CrosswalkError};
use custody_controls::taxonomy::{Applicability, Confidence, ForeignVerdict, Status, Verdict};
use custody_controls::{AssessmentFiles, Catalog, Report, Settings};
use custody_testing::framework::{FRAMEWORK, with_framework};
use custody_testing::generate::{self, Case, Choices};
use custody_testing::golden;
use custody_testing::naive;
use custody_testing::{Checked, check, improvement, resolve, run};
use proptest::prelude::{prop_assert, prop_assert_eq};
use std::collections::{BTreeMap, BTreeSet};

/// The framework to ask about.
fn framework(case: &Case, choices: &mut Choices<'_>) -> String {
    let all: Vec<String> = case
        .catalog
        .frameworks()
        .keys()
        .map(ToString::to_string)
        .collect();
    choices.one_of(&all).unwrap()
}

fn crosswalk(case: &Case, framework: &str) -> Checked<(Crosswalk, Report)> {
    let assessment = resolve(case)?;
    let report = assessment.measure(&case.settings).report();
    Ok((report.crosswalk(&case.catalog, framework).unwrap(), report))
}

/// What the naive side says of a reference: verdict, confidence, and by control how many cells are
/// effective, of how many that are not excluded.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    verdict: String,
    confidence: Option<String>,
    controls: BTreeMap<String, (usize, usize)>,
}

/// By sets of words, over the verdicts of the naive implementation.
fn naively(case: &Case, framework: &str) -> BTreeMap<String, Said> {
    let cells = naive::evaluate(&case.plain, &case.document, &case.settings).cells;
    let references = case.catalog.frameworks()[framework].references.keys();
    references
        .map(|reference| {
            let mut words: Vec<&str> = Vec::new();
            let mut controls = BTreeMap::new();
            let (mut applying, mut all) = (Vec::new(), Vec::new());
            for control in case.catalog.controls() {
                // Of the control itself, and of the risks that it treats directly.
                let of_risks = control.directly.iter();
                let of_risks = of_risks.filter_map(|risk| case.catalog.risk_crosswalk(risk));
                let all_mappings = case.catalog.crosswalk(&control.id).into_iter();
                let confidences: Vec<Confidence> = all_mappings
                    .chain(of_risks)
                    .filter(|mappings| {
                        let named = mappings.references.get(framework);
                        named.is_some_and(|named| named.contains(reference))
                    })
                    .map(|mappings| mappings.confidence)
                    .collect();
                let ranks = [Confidence::Low, Confidence::Medium, Confidence::High];
                let weakest = ranks.into_iter().find(|rank| confidences.contains(rank));
                let Some(weakest) = weakest else {
                    continue;
                };
                let own: Vec<&str> = cells
                    .iter()
                    .filter(|((id, _), _)| id == control.id.as_str())
                    .map(|(_, verdict)| verdict.as_str())
                    .collect();
                let left = own.iter().filter(|word| **word != "excluded").count();
                let effective = own.iter().filter(|word| **word == "effective").count();
                controls.insert(control.id.to_string(), (effective, left));
                all.push(weakest.to_string());
                if !own.is_empty() {
                    applying.push(weakest.to_string());
                }
                words.extend(own);
            }
            let rests_on = if applying.is_empty() { all } else { applying };
            let weakest = ["low", "medium", "high"]
                .into_iter()
                .find(|word| rests_on.iter().any(|confidence| confidence == word));
            let said = Said {
                verdict: word_for(&words, controls.is_empty()).to_owned(),
                confidence: weakest.map(str::to_owned),
                controls,
            };
            (reference.clone(), said)
        })
        .collect()
}

fn word_for(words: &[&str], is_untouched: bool) -> &'static str {
    let set: BTreeSet<&str> = words
        .iter()
        .copied()
        .filter(|word| *word != "excluded")
        .collect();
    let only = |word| set == BTreeSet::from([word]);
    if is_untouched {
        "untouched"
    } else if words.is_empty() {
        "out-of-scope"
    } else if set.is_empty() {
        "excluded"
    } else if only("effective") {
        "proven"
    } else if set.contains("effective") {
        "partly-proven"
    } else if only("unproven") {
        "unproven"
    } else if set.contains("unproven") || set.contains("partial") {
        "partial"
    } else if only("unknown") {
        "unknown"
    } else {
        "absent"
    }
}

#[test]
fn a_crosswalk_and_a_naive_one_agree() {
    check(|case| {
        let mut choices = case.choices();
        let case = with_framework(case, &mut choices);
        let asked = framework(&case, &mut choices);
        let (crosswalk, _) = crosswalk(&case, &asked)?;
        let said: BTreeMap<String, Said> = crosswalk
            .references
            .iter()
            .map(|row| {
                let of = |ratio: custody_controls::coverage::Ratio| {
                    let part = |number| usize::try_from(number).unwrap();
                    (part(ratio.numerator), part(ratio.denominator))
                };
                let controls = row.controls.iter();
                let said = Said {
                    verdict: row.verdict.to_string(),
                    confidence: row.confidence.map(|word| word.to_string()),
                    controls: controls
                        .map(|control| (control.control.to_string(), of(control.effective)))
                        .collect(),
                };
                (row.reference.clone(), said)
            })
            .collect();
        prop_assert_eq!(said.len(), crosswalk.references.len());
        prop_assert_eq!(said, naively(&case, &asked));
        for row in &crosswalk.summary {
            let rows = crosswalk.references.iter();
            let count = rows
                .filter(|reference| reference.verdict == row.verdict)
                .count();
            prop_assert_eq!(count as u64, row.count);
        }
        Ok(())
    });
}

/// What the law of monotony says of cells holds for references: improving a claim, adding evidence or
/// extending a validity never lowers a verdict, and moves none out of those that are in an order.
#[test]
fn improving_never_lowers_a_foreign_verdict() {
    check(|case| {
        let mut choices = case.choices();
        let case = with_framework(case, &mut choices);
        let asked = framework(&case, &mut choices);
        let (worse, better) = improvement(&case, &mut choices)?;
        let (before, _) = crosswalk(&worse, &asked)?;
        let (after, _) = crosswalk(&better, &asked)?;
        for (before, after) in before.references.iter().zip(&after.references) {
            let (low, high) = (before.verdict, after.verdict);
            prop_assert_eq!(low.rank().is_some(), high.rank().is_some());
            prop_assert!(
                low.rank() <= high.rank(),
                "{low} {high} {}",
                before.reference
            );
            prop_assert!(low.rank().is_some() || low == high);
            prop_assert_eq!(before.confidence, after.confidence);
            prop_assert!(before.effective.numerator <= after.effective.numerator);
        }
        Ok(())
    });
}

/// A reference is proven only where each cell that touches it is effective, excluded ones left out,
/// and there is one; and the confidence is never better than that of any mapping that applies.
#[test]
fn nothing_is_proven_unless_every_cell_that_touches_it_is() {
    check(|case| {
        let mut choices = case.choices();
        let case = with_framework(case, &mut choices);
        let asked = framework(&case, &mut choices);
        let (crosswalk, report) = crosswalk(&case, &asked)?;
        for row in &crosswalk.references {
            let cells: Vec<Verdict> = report
                .applicability
                .iter()
                .filter(|control| {
                    let control = case.catalog.control(control.control.as_str()).unwrap();
                    let of_risks = control.directly.iter();
                    let of_risks = of_risks.filter_map(|risk| case.catalog.risk_crosswalk(risk));
                    let own = case.catalog.crosswalk(&control.id).into_iter();
                    own.chain(of_risks).any(|mappings| {
                        let named = mappings.references.get(asked.as_str());
                        named.is_some_and(|named| named.contains(&row.reference))
                    })
                })
                .flat_map(|control| control.cells.iter().map(|cell| cell.verdict))
                .filter(|verdict| *verdict != Verdict::Excluded)
                .collect();
            let all =
                !cells.is_empty() && cells.iter().all(|verdict| *verdict == Verdict::Effective);
            let some = cells.contains(&Verdict::Effective);
            prop_assert_eq!(row.verdict == ForeignVerdict::Proven, all);
            prop_assert_eq!(row.verdict == ForeignVerdict::PartlyProven, some && !all);
            for control in &row.controls {
                if !control.subjects.is_empty() {
                    prop_assert!(row.confidence >= Some(control.confidence));
                }
            }
            prop_assert_eq!(
                row.controls.is_empty(),
                row.verdict == ForeignVerdict::Untouched
            );
            prop_assert!(row.controls.is_empty() || row.remark.contains("mapped"));
        }
        Ok(())
    });
}

#[test]
fn an_unknown_framework_and_another_catalogue_are_refused() {
    let text = golden::read("examples/small-firm.yaml");
    let assessment = AssessmentFiles::from_text("mine", text)
        .resolve(Catalog::builtin())
        .unwrap();
    let settings = Settings::on(assessment.period().to);
    let mut report = assessment.measure(&settings).report();
    let error = report
        .crosswalk(Catalog::builtin(), "iso-27002-2021")
        .unwrap_err();
    let CrosswalkError::UnknownFramework {
        help: Some(help), ..
    } = &error
    else {
        panic!("{error:?}");
    };
    assert_eq!(help, "use `iso-27002-2013` or `iso-27002-2022`");
    report.facts.catalog_sha256 = "0".repeat(64);
    let error = report
        .crosswalk(Catalog::builtin(), "iso-27002-2022")
        .unwrap_err();
    assert!(error.to_string().contains("(000000000000…)"), "{error}");
}

/// A statement of applicability has every reference of the framework in its order, and its
/// applicability is the one that a recount of the claims finds.
#[test]
fn a_statement_of_applicability_and_a_recount_agree() {
    check(|case| {
        let mut choices = case.choices();
        let case = with_framework(case, &mut choices);
        let asked = framework(&case, &mut choices);
        let (crosswalk, report) = crosswalk(&case, &asked)?;
        let statement = report
            .statement_of_applicability(&case.catalog, &asked)
            .unwrap();
        let listed: Vec<&String> = case.catalog.frameworks()[asked.as_str()]
            .references
            .keys()
            .collect();
        let own: Vec<&String> = statement
            .references
            .iter()
            .map(|row| &row.reference)
            .collect();
        prop_assert_eq!(own, listed);
        for (row, of_crosswalk) in statement.references.iter().zip(&crosswalk.references) {
            prop_assert_eq!(row.status, of_crosswalk.verdict);
            prop_assert_eq!(row.effective, of_crosswalk.effective);
            // One cell after the other, over the report.
            let (mut here, mut out, mut said) = (0, 0, 0);
            let (mut evidence, mut owners) = (BTreeSet::new(), BTreeSet::new());
            for control in &report.applicability {
                // A control is mapped by itself, or by the risks that it treats directly.
                let treated = &case
                    .catalog
                    .control(control.control.as_str())
                    .unwrap()
                    .directly;
                let of_risks = treated.iter();
                let of_risks = of_risks.filter_map(|risk| case.catalog.risk_crosswalk(risk));
                let own = case.catalog.crosswalk(&control.control).into_iter();
                let mut named = own
                    .chain(of_risks)
                    .filter_map(|mappings| mappings.references.get(asked.as_str()));
                if !named.any(|named| named.contains(&row.reference)) {
                    continue;
                }
                prop_assert!(row.controls.contains(&control.control));
                for cell in &control.cells {
                    match (cell.verdict, cell.status) {
                        (Verdict::Excluded, _) => out += 1,
                        (_, Some(Status::NotApplicable)) => said += 1,
                        _ => {
                            here += 1;
                            evidence.extend(cell.evidence.iter().chain(&cell.part_evidence));
                            owners.extend(&cell.owner);
                        }
                    }
                }
            }
            let wanted = match (here, out, said) {
                (1.., _, _) => Applicability::Applicable,
                (0, 1.., 0) => Applicability::Excluded,
                _ => Applicability::Undecided,
            };
            prop_assert_eq!(row.applicability, wanted, "{}", row.reference);
            prop_assert_eq!(row.excluded, out);
            prop_assert_eq!(row.reason.contains(" is excluded for "), out > 0);
            prop_assert_eq!(row.reason.contains("not confirmed"), said > 0);
            prop_assert!(row.evidence.iter().map(|of| &of.evidence).eq(evidence));
            prop_assert!(row.owners.iter().eq(owners));
            prop_assert!(!row.reason.is_empty());
        }
        let counted: u64 = statement.summary.iter().map(|row| row.count).sum();
        prop_assert_eq!(counted, statement.references.len() as u64);
        Ok(())
    });
}

/// A name without an edition means the latest one, unless two editions have a number in common.
#[test]
fn a_framework_has_the_names_that_people_use() {
    let catalog = Catalog::builtin();
    let named = |name: &str| {
        let framework = catalog.framework(name)?;
        let written = framework.written("x");
        Some(format!(
            "{} {} {written}",
            framework.id, framework.listed_as
        ))
    };
    for (name, wanted) in [
        ("iso-27001", "iso-27001-2022 iso-27002-2022 A.x"),
        ("iso-27001-2013", "iso-27001-2013 iso-27002-2013 A.x"),
        ("iso-27002", "iso-27002-2022 iso-27002-2022 x"),
        ("ccss", "ccss-9.0 ccss-9.0 x"),
        ("nist-sp-800-53", "nist-sp-800-53-r5 nist-sp-800-53-r5 x"),
    ] {
        assert_eq!(named(name).as_deref(), Some(wanted), "{name}");
    }
    for name in [
        "",
        "iso",
        "iso-2700",
        "iso-27001x",
        "iso-27001-2005",
        "nist",
    ] {
        assert_eq!(named(name), None, "{name}");
        assert!(catalog.framework_help(name).is_some(), "{name}");
    }
    // Two editions with a number in common: which one is meant has to be asked.
    run(1, generate::small(), |case| {
        let mut choices = case.choices();
        let case = with_framework(case, &mut choices);
        prop_assert!(case.catalog.framework("other").is_some());
        let mut authored = (*case.authored).clone();
        let same = authored.frameworks[FRAMEWORK].clone();
        authored.frameworks.insert("other-3".parse().unwrap(), same);
        let catalog = authored.resolve().unwrap();
        prop_assert!(catalog.framework("other").is_none());
        prop_assert!(catalog.framework("other-3").is_some());
        let help = catalog.framework_help("other");
        prop_assert_eq!(help.as_deref(), Some("use `other-2` or `other-3`"));
        Ok(())
    });
}

/// A text names a reference of one framework, or of each that has it.
#[test]
fn a_reference_is_found_as_it_is_written() {
    let catalog = Catalog::builtin();
    let found = |written: &str| -> Vec<String> {
        let found = catalog.find_references(written).into_iter();
        let found = found.map(|(of, reference)| format!("{} {}", of.id, of.written(reference)));
        found.collect()
    };
    for (written, wanted) in [
        ("A.8.24", vec!["iso-27001-2022 A.8.24"]),
        ("A.9.1.1", vec!["iso-27001-2013 A.9.1.1"]),
        ("8.24", vec!["iso-27002-2022 8.24"]),
        ("iso-27001 8.24", vec!["iso-27001-2022 A.8.24"]),
        ("AC-06 (5)", vec!["nist-sp-800-53-r5 AC-6(5)"]),
        ("8.2", vec!["iso-27002-2022 8.2", "nist-sp-800-57-1-r5 8.2"]),
        ("nist-sp-800-57-1-r5 8.2", vec!["nist-sp-800-57-1-r5 8.2"]),
        ("A.99.1", vec![]),
        ("", vec![]),
    ] {
        assert_eq!(found(written), wanted, "{written}");
    }
}

/// The threats to which no risk is mapped, or of whose risks nothing was assessed, are named.
#[test]
fn the_threats_that_an_assessment_does_not_address_are_listed() {
    let of = |name: &str| {
        let text = golden::read(&format!("examples/{name}.yaml"));
        let assessment = AssessmentFiles::from_text(name, text)
            .resolve(Catalog::builtin())
            .unwrap();
        let settings = Settings::on(assessment.period().to);
        let report = assessment.measure(&settings).report();
        let crosswalk = report
            .crosswalk(Catalog::builtin(), "itu-t-x.1401")
            .unwrap();
        for row in &crosswalk.references {
            for mapped in &row.risks {
                let risk = report.risks.iter().find(|risk| risk.risk == mapped.risk);
                assert_eq!(risk.unwrap().verdict, mapped.verdict);
            }
        }
        crosswalk
    };
    let exchange = of("exchange");
    let silent: Vec<&str> = exchange
        .not_addressed()
        .map(|row| row.reference.as_str())
        .collect();
    assert_eq!(silent, ["x1401-n2", "x1401-n3"]);
    let lost = exchange.reference("x1401-d3").unwrap();
    assert_eq!(lost.risks.len(), 8);
    assert!(exchange.has_risks() && !exchange.reference("6.1").unwrap().controls.is_empty());
    let custody = of("cold-custody");
    assert!(custody.not_addressed().count() >= 2);
}
