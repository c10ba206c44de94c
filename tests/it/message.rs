//! Reasons, changes, causes and events are data: untrusted text in them cannot pass for an id, and
//! their JSON reads back as the same values.

use custody_controls::difference::trend::Trend;
use custody_controls::gap::{Reason, ReasonKind};
use custody_controls::message::{IdKind, Part};
use custody_controls::{AssessmentFiles, Catalog, Coverage, Date, Gap, Settings};
use custody_testing::generate::Case;
use custody_testing::{check, golden, json, measure};
use proptest::prelude::prop_assert_eq;
use serde::{Serialize, de::DeserializeOwned};

const EXAMPLES: [&str; 3] = ["cold-custody", "exchange", "small-firm"];

fn coverage(text: String, days: i32) -> Coverage {
    let assessment = AssessmentFiles::from_text("assessment.yaml", text)
        .resolve(Catalog::builtin())
        .unwrap_or_else(|faults| panic!("{faults}"));
    let day = assessment.period().to.plus_days(days);
    assessment.measure(&Settings::on(day))
}

fn example(name: &str, days: i32) -> Coverage {
    coverage(golden::read(&format!("examples/{name}.yaml")), days)
}

fn read_back<T: Serialize + DeserializeOwned>(value: &T) -> T {
    serde_json::from_str(&json(value)).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_json_of_the_examples_reads_back() {
    for name in EXAMPLES {
        let (now, later) = (example(name, 0), example(name, 400));
        for coverage in [&now, &later] {
            let gaps = coverage.gaps();
            assert_eq!(read_back(&gaps), gaps, "{name}");
            let steps = coverage.steps();
            assert_eq!(read_back(&steps), steps, "{name}");
        }
        let (before, after) = (now.report(), later.report());
        for difference in [after.since(&before), before.since(&after)] {
            assert_eq!(read_back(&difference), difference, "{name}");
        }
        let trend = Trend::of([&before, &after]);
        assert_eq!(read_back(&trend), trend, "{name}");
        let until = now.settings().as_of.plus_days(730);
        let forecast = now.assessment().forecast(now.settings(), until);
        assert_eq!(read_back(&forecast), forecast, "{name}");
        for gap in later.gaps() {
            let explanation = later.explain(&gap.id).unwrap();
            assert_eq!(read_back(&explanation), explanation, "{name}");
        }
    }
}

#[test]
fn the_json_of_gaps_and_forecasts_reads_back() {
    check(|case: &Case| {
        let (gaps, forecast) = measure(case, |coverage| {
            let until = coverage.settings().as_of.plus_days(365);
            let forecast = coverage.assessment().forecast(coverage.settings(), until);
            (coverage.gaps(), forecast)
        })?;
        prop_assert_eq!(&read_back(&gaps), &gaps);
        prop_assert_eq!(&read_back(&forecast), &forecast);
        Ok(())
    });
}

const NOTE: &str = "see `9.3.7.5-a` and `implemented`";

/// An example in which texts hold backticks around ids and words.
fn quoting() -> Coverage {
    let text = golden::read("examples/cold-custody.yaml");
    let found = "Fresh addresses for a split exist for the vault, not for the 212 archived keys.";
    let missing = format!("\"{NOTE}\"\n    note: \"{NOTE}\"");
    assert!(text.contains(found));
    coverage(text.replace(found, &missing), 0)
}

#[test]
fn untrusted_text_cannot_pass_for_an_id() {
    let gaps: Vec<Gap> = quoting().gaps();
    let is_about = |reason: &&Reason| matches!(&reason.kind, ReasonKind::Claim(claim) if claim.note.as_deref() == Some(NOTE));
    let mut reasons = gaps.iter().flat_map(|gap| &gap.because).filter(is_about);
    let reason = reasons.next().unwrap();
    let message = reason.message();
    let quotes = message.parts().iter();
    let quotes = quotes.filter(|part| **part == Part::Quote(NOTE.into()));
    assert_eq!(quotes.count(), 2, "{message:?}");
    for part in message.parts() {
        match part {
            Part::Text(text) => assert!(!text.contains('`'), "{message:?}"),
            Part::Id(IdKind::Control | IdKind::Subject, id) => assert_ne!(id, "9.3.7.5-a"),
            Part::Id(..) => panic!("{message:?}"),
            _ => {}
        }
    }
}

#[test]
fn the_words_of_every_part_are_in_the_plain_text() {
    for name in EXAMPLES {
        for gap in example(name, 400).gaps() {
            let reasons = gap.because.iter().map(Reason::message);
            for message in reasons.chain(gap.alternatives()) {
                let text: String = message.parts().iter().map(ToString::to_string).collect();
                assert_eq!(text, message.to_string());
                assert!(!text.contains("  ") && !text.starts_with(' '), "{text}");
            }
        }
    }
}

#[test]
fn days_are_counted_in_words() {
    let text = golden::read("examples/exchange.yaml");
    let due: Date = "2026-09-15".parse().unwrap();
    let assessment = AssessmentFiles::from_text("exchange.yaml", text)
        .resolve(Catalog::builtin())
        .unwrap();
    for (days, words) in [
        (-2, "it is due on 2026-09-15, in 2 days"),
        (-1, "it is due on 2026-09-15, tomorrow"),
        (0, "it is due on 2026-09-15, today"),
        (1, "it was due on 2026-09-15, yesterday"),
        (15, "it was due on 2026-09-15, 15 days ago"),
    ] {
        let settings = Settings::on(due.plus_days(days));
        let gaps = assessment.measure(&settings).gaps();
        let mut reasons = gaps.iter().flat_map(|gap| &gap.because);
        assert!(
            reasons.any(|reason| reason.to_string().contains(words)),
            "{words}"
        );
    }
}
