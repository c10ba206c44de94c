//! Differences and trends in every format.

use custody_controls::Report;
use custody_controls::difference::ShiftCounts;
use custody_controls::difference::trend::Trend;
use custody_controls::taxonomy::Word;
use custody_formats::{DifferenceFormat, Format, Render, TrendFormat};
use custody_testing::examples::{EXAMPLES, example, of_text};
use custody_testing::golden;

/// What moved only to another line is one line of the document.
#[test]
fn what_only_moved_is_one_line() {
    for name in EXAMPLES {
        let file = format!("examples/{name}.yaml");
        let text = golden::read(&file);
        let lower = text.replacen("\nevidence:\n", "\n# A line more.\nevidence:\n", 1);
        let before = of_text("before.yaml", text, None);
        let after = of_text("after.yaml", lower, None);
        let difference = after.since(&before);
        let told = difference.render(DifferenceFormat::Markdown).unwrap();
        assert!(!told.contains("### "), "{told}");
        assert!(told.contains("only moved"), "{told}");
    }
}

/// A trend as a page: the policy is that of the report, nothing is asked of the network, and the
/// table has the numbers.
#[test]
fn a_trend_is_a_page_that_runs_nothing() {
    let days = ["2026-06-30", "2026-09-30", "2026-12-31", "2027-03-31"];
    let reports = days.map(|day| example("exchange", Some(day)));
    let trend = Trend::of(&reports);
    let page = trend.render(TrendFormat::Html).unwrap();
    let policy = |page: &str| {
        page.split("Content-Security-Policy")
            .nth(1)
            .unwrap()
            .split('>')
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        policy(&page),
        policy(&reports[0].render(Format::Html).unwrap())
    );
    assert!(!page.contains("<script") && !page.contains("://"), "{page}");
    for point in &trend.points {
        assert!(
            page.contains(&format!("<td>{}</td>", point.proven)),
            "{}",
            point.proven
        );
    }
    // The polygon of what is proven begins and ends on the ground and has a corner for each day.
    let corners: Vec<&str> = page
        .split("class=\"us\" points=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .split(' ')
        .collect();
    assert_eq!(corners.len(), days.len() + 2, "{corners:?}");
    let height = |report: &Report| {
        1000 - report.summary.proven.numerator * 1000 / report.summary.proven.denominator
    };
    for (corner, report) in corners[1..].iter().zip(&reports) {
        assert!(
            corner.ends_with(&format!(",{}", height(report))),
            "{corner}"
        );
    }
    for one in [Trend::of(&reports[..1]), Trend::of(&reports[..0])] {
        for format in TrendFormat::values() {
            assert!(!one.render(format).unwrap().is_empty());
        }
    }
}

/// Texts of strangers stay texts in every form.
#[test]
fn hostile_texts_stay_texts_in_comparisons() {
    let text = golden::read("tests/html/hostile.yaml");
    let before = of_text("a/<b>|\u{202e}.yaml", text.clone(), None);
    let after = of_text("b|`x`.yaml", text, Some("2030-01-01"));
    let (difference, trend) = (after.since(&before), Trend::of([&before, &after]));
    assert!(!difference.gaps.is_empty());
    let mut texts: Vec<String> = DifferenceFormat::values()
        .into_iter()
        .map(|format| difference.render(format).unwrap())
        .collect();
    texts.extend(
        TrendFormat::values()
            .into_iter()
            .map(|format| trend.render(format).unwrap()),
    );
    for text in texts {
        let harmful = text.chars().find(|c| {
            (c.is_control() && *c != '\n')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        });
        assert_eq!(harmful, None);
        assert!(text.starts_with('{') || !text.contains("<script"));
    }
}

/// Reports about two custodians are named as two in the heading, the title and the text.
#[test]
fn two_custodians_are_never_shown_as_one() {
    let (one, other) = (example("small-firm", None), example("exchange", None));
    let names = [&one.facts.custodian, &other.facts.custodian];
    let trend = Trend::of([&one, &other, &one]);
    // What the other custodian lacks is not new, and what the first one lacks is not closed.
    let since = |at: usize| trend.points[at].since_previous;
    let first = trend
        .points
        .iter()
        .position(|point| point.since_previous.is_some());
    let last = trend
        .points
        .iter()
        .rposition(|point| point.record.custodian == *names[0]);
    assert_eq!((trend.points.len(), first), (3, last));
    assert_eq!(since(last.unwrap()), Some(ShiftCounts::default()));
    for format in TrendFormat::values() {
        let text = trend.render(format).unwrap();
        assert!(names.iter().all(|name| text.contains(*name)), "{text}");
        if format == TrendFormat::Json {
            continue;
        }
        assert!(
            text.contains("The reports are about 2 custodians"),
            "{text}"
        );
        if format == TrendFormat::Html {
            for part in ["<title>", "<h1>"] {
                let heading = text.split(part).nth(1).unwrap();
                let heading = heading.split("</").next().unwrap();
                assert!(
                    names.iter().all(|name| heading.contains(*name)),
                    "{heading}"
                );
            }
        }
    }
    let difference = other.since(&one);
    assert!(names.iter().all(|name| difference.title().contains(*name)));
    let headline = difference.headline();
    assert!(
        headline.contains("The reports are about two custodians"),
        "{headline}"
    );
    let alone = Trend::of([&one, &one]);
    assert_eq!(
        (alone.title(), alone.cautions()),
        (one.facts.custodian.clone(), Vec::new())
    );
}
