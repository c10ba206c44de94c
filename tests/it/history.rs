//! Which claims count on a day, and until when their assessments may be relied on.

use custody_controls::assessment::{Assessed, AssessmentDocument};
use custody_controls::index::{CellIndex, SubjectIndex};
use custody_controls::taxonomy::Status;
use custody_controls::{Assessment, AssessmentFiles, Catalog, Date};
use custody_testing::generate::{Case, parse};
use custody_testing::{check, resolve};
use proptest::prelude::prop_assert_eq;

const HEADER: &str = "assessment: a\ntitle: A\ncatalog: iso-tr-23576\ncustodian: { name: C }\n\
    period: { from: 2026-01-01, to: 2026-12-31 }\norganization: { channels: [] }\n\
    people: { ann: { name: Ann }, bob: { name: Bob } }\nassessors: [ann]\n\
    wallets: { hot: { tier: hot, traits: [hsm], since: 2020-01-01 } }\n";

fn assessment(rest: &str) -> Assessment {
    let files = AssessmentFiles::from_text("a.yaml", format!("{HEADER}{rest}"));
    files.resolve(Catalog::builtin()).unwrap()
}

fn cell(assessment: &Assessment, control: &str) -> CellIndex {
    CellIndex {
        subject: SubjectIndex::ORGANIZATION,
        control: assessment.catalog().control_index(control).unwrap(),
    }
}

/// The status that is claimed of a control for the organization on each of some days.
fn statuses(assessment: &Assessment, control: &str, days: &[&str]) -> Vec<Option<Status>> {
    let current = assessment.assertion_index_on(cell(assessment, control));
    let in_force = |day: &&str| assessment.assertion_in_force(current?, parse(day));
    let days = days.iter().map(in_force);
    days.map(|found| found.map(|index| assessment.status(index)))
        .collect()
}

#[test]
fn a_claim_counts_from_its_first_day_and_earlier_ones_before() {
    let assessment = assessment(
        "claims:\n  9.2-a:\n    status: implemented\n    \
         assessed: [{ on: 2026-06-01 }, { by: ann, on: 2026-03-01 }, { by: bob }]\n    earlier:\n    \
         - { status: partial, missing: M, assessed: { on: 2026-02-01 } }\n    \
         - { status: not-implemented, assessed: [{ on: 2026-01-10 }, { on: 2026-01-20 }] }\n",
    );
    let days = [
        "2026-01-09",
        "2026-01-10",
        "2026-01-31",
        "2026-02-01",
        "2026-02-28",
        "2026-03-01",
    ];
    let (absent, partial) = (Some(Status::NotImplemented), Some(Status::Partial));
    let expected = [
        None,
        absent,
        absent,
        partial,
        partial,
        Some(Status::Implemented),
    ];
    assert_eq!(statuses(&assessment, "9.2-a", &days), expected);
}

#[test]
fn a_claim_without_a_day_counts_on_every_day() {
    let rest = "claims:\n  9.2-a: { status: implemented, assessed: { by: ann } }\n";
    let found = statuses(&assessment(rest), "9.2-a", &["1990-01-01"]);
    assert_eq!(found, [Some(Status::Implemented)]);
}

/// The days on which a claim was last assessed, and until which that may be relied on.
fn days(assessment: &Assessment, control: &str, day: &str) -> (Option<Date>, Option<Date>) {
    let index = assessment
        .assertion_index_on(cell(assessment, control))
        .unwrap();
    let day = parse(day);
    (
        assessment.last_assessed(index, day),
        assessment.reassess_by(index, day),
    )
}

#[test]
fn an_assessment_may_be_relied_on_for_a_number_of_days() {
    let claims = "claims:\n  9.2-a: { status: implemented, assessed: [{ on: 2026-03-01 }, \
         { on: 2026-06-01 }] }\n  9.2-b: { status: implemented }\n";
    let on = |day: &str| Some(parse::<Date>(day));
    let within = assessment(&format!("reassess_within: 30\n{claims}"));
    assert_eq!(days(&within, "9.2-a", "2026-02-28"), (None, None));
    assert_eq!(
        days(&within, "9.2-a", "2026-05-31"),
        (on("2026-03-01"), on("2026-03-31"))
    );
    assert_eq!(
        days(&within, "9.2-a", "2026-06-01"),
        (on("2026-06-01"), on("2026-07-01"))
    );
    assert_eq!(days(&within, "9.2-b", "2026-06-01"), (None, None));
    let without = assessment(claims);
    assert_eq!(
        days(&without, "9.2-a", "2026-06-01"),
        (on("2026-06-01"), None)
    );
}

/// The number of days is that of the most severe risk that the control treats directly.
#[test]
fn severities_may_have_numbers_of_days_of_their_own() {
    let catalog = Catalog::builtin();
    let text = "reassess_within: { low: 10, medium: 20, critical: 40 }\n";
    let within = assessment(text);
    let mut found = std::collections::BTreeSet::new();
    for control in catalog.controls() {
        let risks = control.directly.iter();
        let severities =
            risks.map(|risk| catalog.risk(risk.as_str()).unwrap().severity.to_string());
        let severities: Vec<String> = severities.collect();
        let has = |word: &str| severities.iter().any(|severity| severity == word);
        let expected = if has("critical") {
            Some(40)
        } else if has("high") {
            None
        } else if has("medium") {
            Some(20)
        } else {
            has("low").then_some(10)
        };
        let index = catalog.control_index(control.id.as_str()).unwrap();
        assert_eq!(within.reassess_within(index), expected, "{}", control.id);
        found.insert(expected);
    }
    assert!(found.len() > 2, "{found:?}");
}

#[test]
fn each_file_has_its_own_default() {
    let first = format!(
        "{HEADER}assessed: {{ by: ann, on: 2026-03-01 }}\nclaims:\n  9.2-a: {{ status: implemented }}\n  \
         9.2-b: {{ status: implemented, assessed: {{ by: bob }} }}\n"
    );
    let second = "assessment: a\nassessed: [{ by: bob, on: 2026-04-01 }]\nclaims:\n  \
         9.2-c: { status: implemented }\n";
    let third = "assessment: a\nclaims:\n  9.2-d: { status: implemented }\n";
    let texts = [
        ("1.yaml", first.as_str()),
        ("2.yaml", second),
        ("3.yaml", third),
    ];
    let files = AssessmentFiles::from_texts(texts.map(|(name, text)| (name, text.into())));
    let assessment = files.resolve(Catalog::builtin()).unwrap();
    let document = assessment.document();
    let assessed = |control: &str| document.claims[control].as_ref().unwrap().assessed.clone();
    assert_eq!(
        assessed("9.2-a"),
        [Assessed::new(parse("ann"), parse("2026-03-01"))]
    );
    assert_eq!(assessed("9.2-b")[0].on, None);
    assert_eq!(
        assessed("9.2-c"),
        [Assessed::new(parse("bob"), parse("2026-04-01"))]
    );
    assert_eq!(assessed("9.2-d"), []);
    // What each claim says itself needs no default.
    assert_eq!(document.assessed, []);
}

/// Searches anew, from the definition: the status of a control for a subject on a day.
fn claimed(
    document: &AssessmentDocument,
    control: &str,
    subject: &str,
    day: Date,
) -> Option<Status> {
    let claim = document.claims.get(control)?.as_ref()?;
    let claim = match claim.wallets.get(subject) {
        Some(own) => own.clone()?,
        None => claim.narrowed(claim.status?),
    };
    let own = [&document.assessed, &claim.assessed][usize::from(!claim.assessed.is_empty())];
    let mut all = vec![(claim.status, own)];
    all.extend(
        claim
            .earlier
            .iter()
            .map(|former| (former.status, &former.assessed)),
    );
    let begun = all.into_iter().filter_map(|(status, assessed)| {
        let first = assessed.iter().filter_map(|one| one.on).min();
        (first.is_none() || first <= Some(day)).then_some((first, status))
    });
    // A claim without days is alone.
    begun
        .max_by_key(|(first, _)| *first)
        .map(|(_, status)| status)
}

#[test]
fn the_claim_in_force_is_that_of_the_definition() {
    check(|case: &Case| {
        let assessment = resolve(case)?;
        let day = case.settings.as_of;
        for cell in assessment.measure(&case.settings).cells() {
            let index = CellIndex {
                subject: assessment.subject_index(cell.subject.id.as_str()).unwrap(),
                control: case
                    .catalog
                    .control_index(cell.control.id.as_str())
                    .unwrap(),
            };
            let current = assessment.assertion_index_on(index);
            let found = current.and_then(|current| assessment.assertion_in_force(current, day));
            let (control, subject) = (cell.control.id.as_str(), cell.subject.id.as_str());
            prop_assert_eq!(
                found.map(|index| assessment.status(index)),
                claimed(&case.document, control, subject, day),
                "{}@{}",
                control,
                subject
            );
        }
        Ok(())
    });
}
