//! What was stored as JSON is read again as it was, and can be analysed without its assessment.

use custody_controls::crosswalk::{Crosswalk, StatementOfApplicability};
use custody_controls::difference::baseline::Baseline;
use custody_controls::difference::trend::Trend;
use custody_controls::explanation::Explanation;
use custody_controls::json::StoredError;
use custody_controls::portfolio::{FaultyInput, Gathering, Member, Portfolio};
use custody_controls::supports::Supports;
use custody_controls::{Catalog, Difference, Forecast, Report, Settings, Stored};
use custody_testing::examples::{EXAMPLES, example, of_text};
use custody_testing::{check, golden, measure};
use proptest::prelude::{TestCaseError, prop_assert_eq};

const DAYS: [&str; 3] = ["2026-06-30", "2026-09-30", "2027-03-31"];

/// What is read again is equal, and gives the same bytes.
#[track_caller]
fn survives<T: Stored + PartialEq + std::fmt::Debug>(result: &T) -> T {
    let text = result.to_json();
    let read = T::from_json(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(&read, result);
    assert!(read.to_json() == text);
    read
}

#[test]
fn every_result_of_the_examples_is_read_as_it_was_written() {
    let catalog = Catalog::builtin();
    let mut gathering = Gathering::default();
    for name in EXAMPLES {
        let file = format!("examples/{name}.yaml");
        let files = custody_controls::AssessmentFiles::read([golden::path(&file)]).unwrap();
        let assessment = files.resolve(catalog).unwrap();
        let mut reports = Vec::new();
        for day in DAYS {
            let settings = Settings::on(day.parse().unwrap());
            let coverage = assessment.measure(&settings);
            let report = survives::<Report>(&coverage.report());
            survives::<Supports>(&coverage.supports(2));
            for gap in report.gaps.iter().step_by(9) {
                survives::<Explanation>(&coverage.explain(&gap.id).unwrap());
            }
            let until = settings.as_of.plus_days(365);
            survives::<Forecast>(&assessment.forecast(&settings, until));
            for framework in catalog.frameworks().keys() {
                let crosswalk = report.crosswalk(catalog, framework.as_str()).unwrap();
                survives::<Crosswalk>(&crosswalk);
                let statement = report.statement_of_applicability(catalog, framework.as_str());
                survives::<StatementOfApplicability>(&statement.unwrap());
            }
            reports.push(report);
        }
        for (before, after) in reports.iter().zip(&reports[1..]) {
            survives::<Difference>(&after.since(before));
        }
        survives::<Trend>(&Trend::of(&reports));
        gathering.add(file, Member::new(&reports[1], 0, Vec::new()));
    }
    gathering.add_faulty(FaultyInput::unreadable("gone.yaml", "no such file"));
    let settings = Settings::on(DAYS[1].parse().unwrap());
    survives::<Portfolio>(&gathering.into_portfolio(catalog, &settings));
}

#[test]
fn stored_reports_are_compared_and_mapped_without_their_assessment() {
    let stored = |name, day| {
        let report: Report = example(name, Some(day));
        let read = Report::from_json(&report.to_json()).unwrap();
        (report, read)
    };
    for name in EXAMPLES {
        let (before, stored_before) = stored(name, DAYS[1]);
        let (after, stored_after) = stored(name, DAYS[2]);
        assert_eq!(stored_after.since(&stored_before), after.since(&before));
        for framework in Catalog::builtin().frameworks().keys() {
            assert_eq!(
                stored_after.crosswalk(Catalog::builtin(), framework.as_str()),
                after.crosswalk(Catalog::builtin(), framework.as_str())
            );
        }
    }
}

#[test]
fn reports_of_profiles_and_of_random_assessments_are_read_as_they_were_written() {
    for profile in ["japan", "core"] {
        let catalog = Catalog::read(golden::path(&format!("examples/profiles/{profile}.yaml")));
        let catalog = catalog.unwrap();
        let text = golden::read("examples/exchange.yaml").replace(
            "catalog: iso-tr-23576",
            &format!("catalog: {}", catalog.facts().id),
        );
        let files = custody_controls::AssessmentFiles::from_text("exchange.yaml", text);
        if let Ok(assessment) = files.resolve(&catalog) {
            let settings = Settings::on(assessment.period().to);
            survives(&assessment.measure(&settings).report());
        }
    }
    check(|case| {
        let (report, supports) =
            measure(case, |coverage| (coverage.report(), coverage.supports(2)))?;
        let failed = |error: StoredError| TestCaseError::fail(error.to_string());
        let read = Report::from_json(&report.to_json()).map_err(failed)?;
        prop_assert_eq!(&read, &report);
        let read = Supports::from_json(&supports.to_json()).map_err(failed)?;
        prop_assert_eq!(&read, &supports);
        Ok(())
    });
}

#[test]
fn other_forms_are_refused_by_name() {
    let report = example("small-firm", None).to_json();
    let refused = |text: &str| Report::from_json(text).unwrap_err();

    let error = Forecast::from_json(&report).unwrap_err();
    let message =
        "expected the schema `custody-controls/forecast/2`, found `custody-controls/report/2`";
    assert_eq!(error.to_string(), message);
    let newer = report.replacen("custody-controls/report/2", "custody-controls/report/99", 1);
    let message = "expected the schema `custody-controls/report/2`, found \
                   `custody-controls/report/99`, which a later version of custody wrote; use that \
                   version";
    assert_eq!(refused(&newer).to_string(), message);
    // Of another version even if nothing else of it is understood.
    let error = refused("{\"gaps\": 7, \"schema\": \"custody-controls/report/99\"}");
    assert!(matches!(error, StoredError::OtherSchema { .. }), "{error}");
    for text in [
        "",
        "{}",
        "[]",
        "{\"schema\": 1}",
        &report[..report.len() / 2],
    ] {
        let error = refused(text);
        assert!(matches!(error, StoredError::Malformed { .. }), "{error}");
    }
    let message = refused("{\n  \"schema\": \"custody-controls/report/2\"\n}").to_string();
    let expected = "expected JSON of the schema `custody-controls/report/2`: missing field `facts` at line 3 column 1";
    assert_eq!(message, expected);
    // What a later version adds without another number is passed over.
    let more = report.replacen("\"schema\"", "\"added\": [1, {}], \"schema\"", 1);
    assert_eq!(
        Report::from_json(&more).unwrap(),
        example("small-firm", None)
    );
}

/// A report as it was stored before reports had doubts, exclusions and the origin of the catalog.
fn earlier(report: &Report) -> String {
    let mut stored: serde_json::Value = serde_json::from_str(&report.to_json()).unwrap();
    stored["schema"] = "custody-controls/report/1".into();
    for (part, key) in [
        ("", "doubts"),
        ("/summary", "doubts"),
        ("/summary", "without_exclusions"),
        ("/facts", "catalog_origin"),
    ] {
        let part = stored.pointer_mut(part).unwrap().as_object_mut().unwrap();
        assert!(part.remove(key).is_some(), "{key}");
    }
    stored.to_string()
}

/// A result is never read with keys that it does not have: it is refused by its number. A ratchet
/// needs none of them, except doubts, and then all doubts are new.
#[test]
fn results_of_an_earlier_version_are_refused_by_number() {
    let report = example("exchange", Some("2026-12-31"));
    assert!(!report.doubts.is_empty());
    let stored = earlier(&report);
    let message = "expected the schema `custody-controls/report/2`, found \
                   `custody-controls/report/1`, which an earlier version of custody wrote; \
                   evaluate the assessment again";
    assert_eq!(Report::from_json(&stored).unwrap_err().to_string(), message);
    let baseline = Baseline::from_json("stored.json", stored.as_bytes()).unwrap();
    let ratchet = baseline.compare(&report);
    assert_eq!(ratchet.unchanged, report.gaps.len() as u64);
    assert!(ratchet.worse.is_empty());
    assert_eq!(ratchet.doubts.len(), report.doubts.len());
}

#[test]
fn hostile_text_survives() {
    let title = "title: Pebblewick Brokerage, first assessment";
    let hostile = r#"title: "\u202e \u2028 \u0007 <b>\" ü""#;
    let text = golden::read("examples/small-firm.yaml").replace(title, hostile);
    let report = of_text("examples/small-firm.yaml", text, None);
    assert!(report.facts.title.starts_with('\u{202e}'));
    survives(&report);
}
