//! Forecasts in every format.

use custody_controls::forecast::Forecast;
use custody_controls::taxonomy::Word;
use custody_controls::{AssessmentFiles, Catalog, Settings};
use custody_formats::{ForecastFormat, Render};
use custody_testing::golden;
use std::collections::BTreeSet;

fn forecast(name: &str, text: String, days: i32) -> Forecast {
    let assessment = AssessmentFiles::from_text(name, text)
        .resolve(Catalog::builtin())
        .unwrap_or_else(|faults| panic!("{faults}"));
    let settings = Settings::on(assessment.period().to);
    assessment.forecast(&settings, settings.as_of.plus_days(days))
}

/// What a stranger may write where a title is asked for.
const HOSTILE: &str =
    r#""x\r\nEND:VEVENT\nBEGIN:VEVENT\nUID:other;\\,\u202e\e[31m 👩‍👩‍👧‍👦 <b>|` @everyone 老虎""#;

fn hostile() -> String {
    let text = golden::read("examples/small-firm.yaml");
    let long = format!("{}{}\"", HOSTILE.trim_end_matches('"'), "ü".repeat(3000));
    let hostile = text
        .replace("Registration letter and conditions", HOSTILE)
        .replace("Login settings of the customer page", &long)
        .replace(
            "title: Pebblewick Brokerage, first assessment",
            &format!("title: {HOSTILE}"),
        )
        // A locator has no backslash.
        .replace(
            "evidence/till/office-backup.md",
            &HOSTILE.replace(r"\\", ""),
        )
        .replace(
            "{ name: Software engineer,",
            &format!("{{ name: {HOSTILE},"),
        );
    assert_ne!(text, hostile);
    hostile
}

/// The lines of a calendar, put together again, each with its name and its value.
fn unfolded(calendar: &str) -> Vec<(String, String)> {
    for line in calendar.split_inclusive("\r\n") {
        assert!(line.ends_with("\r\n"), "{line:?}");
        assert!(line.len() <= 77, "{line:?}");
        let content = line.trim_end_matches("\r\n");
        assert!(!content.chars().any(char::is_control), "{line:?}");
    }
    let whole = calendar.replace("\r\n ", "");
    let lines = whole.lines().map(|line| {
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("{line:?}"));
        (name.to_owned(), value.to_owned())
    });
    lines.collect()
}

#[test]
fn a_calendar_has_an_event_for_each_renewal_whatever_strangers_write() {
    for (name, text) in [
        ("small-firm", golden::read("examples/small-firm.yaml")),
        ("exchange", golden::read("examples/exchange.yaml")),
        ("cold-custody", golden::read("examples/cold-custody.yaml")),
        ("hostile", hostile()),
    ] {
        let forecast = forecast(name, text, 730);
        let lines = unfolded(&forecast.render(ForecastFormat::Ics).unwrap());
        let values = |wanted: &str| {
            let lines = lines.iter().filter(|(name, _)| name == wanted);
            lines.map(|(_, value)| value.as_str()).collect::<Vec<_>>()
        };
        let mut open = Vec::new();
        for (name, value) in &lines {
            match name.as_str() {
                "BEGIN" => open.push(value),
                "END" => assert_eq!(open.pop(), Some(value)),
                name => assert!(
                    [
                        "VERSION",
                        "PRODID",
                        "CALSCALE",
                        "METHOD",
                        "NAME",
                        "X-WR-CALNAME",
                        "UID",
                        "DTSTAMP",
                        "DTSTART;VALUE=DATE",
                        "DTEND;VALUE=DATE",
                        "SUMMARY",
                        "DESCRIPTION",
                        "TRANSP",
                        "CONTACT",
                        "CATEGORIES",
                        "ACTION",
                        "TRIGGER",
                    ]
                    .contains(&name),
                    "{name}"
                ),
            }
        }
        assert!(open.is_empty());
        let mut days: Vec<String> = forecast
            .renewals
            .iter()
            .map(|renewal| renewal.day.to_string().replace('-', ""))
            .collect();
        assert!(days.len() > 10, "{name}");
        days.push(forecast.until.to_string().replace('-', ""));
        assert_eq!(values("DTSTART;VALUE=DATE"), days);
        let uids = values("UID");
        assert_eq!(uids.iter().collect::<BTreeSet<_>>().len(), days.len());
        assert!(uids.iter().all(|uid| uid.ends_with("@custody-controls")));
        let stamp = forecast.facts.as_of.to_string().replace('-', "");
        let stamp = format!("{stamp}T000000Z");
        assert!(values("DTSTAMP").iter().all(|told| *told == stamp));
        // An alarm never lies before the first day of the forecast.
        let first = forecast.facts.as_of;
        let days = forecast.renewals.iter().map(|renewal| renewal.day);
        let days = days.chain([forecast.until]);
        let triggers: Vec<String> = days
            .map(|day| format!("-P{}D", first.days_until(day).min(90)))
            .collect();
        assert!(triggers.iter().any(|trigger| trigger != "-P90D"));
        assert_eq!(values("TRIGGER"), triggers);
        // A comma or semicolon of a text is never that of a list.
        for value in values("SUMMARY").iter().chain(&values("DESCRIPTION")) {
            let mut chars = value.chars();
            while let Some(c) = chars.next() {
                assert!(!matches!(c, ',' | ';'), "{value}");
                if c == '\\' {
                    assert!(
                        matches!(chars.next(), Some('\\' | ',' | ';' | 'n')),
                        "{value}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_later_forecast_names_the_same_events() {
    let text = golden::read("examples/exchange.yaml");
    let uids = |text: &str| -> BTreeSet<String> {
        let calendar = forecast("exchange.yaml", text.to_owned(), 730)
            .render(ForecastFormat::Ics)
            .unwrap();
        let lines = unfolded(&calendar).into_iter();
        lines
            .filter(|(name, _)| name == "UID")
            .map(|(_, uid)| uid)
            .collect()
    };
    // Renewed by a month: another day, the same event.
    let renewed = text.replacen("valid_until: 2026-12-29", "valid_until: 2027-01-29", 1);
    assert_ne!(text, renewed);
    assert_eq!(uids(&text), uids(&renewed));
}

#[test]
fn markdown_and_json_keep_what_strangers_write_within_its_text() {
    let forecast = forecast("hostile.yaml", hostile(), 730);
    let markdown = forecast.render(ForecastFormat::Markdown).unwrap();
    assert!(!markdown.contains('\u{202e}') && !markdown.contains('\u{1b}'));
    assert!(!markdown.contains("<b>") && !markdown.contains(" @everyone"));
    let table = markdown.split("## What to renew").nth(1).unwrap();
    let rows = table
        .lines()
        .filter(|line| line.starts_with("| 20"))
        .count();
    assert_eq!(rows, forecast.renewals.len());
    let json = forecast.render(ForecastFormat::Json).unwrap();
    assert!(!json.contains('\u{202e}') && !json.contains('\u{1b}'));
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let title = value["facts"]["title"].as_str().unwrap();
    assert!(title.contains('\u{202e}') && title.contains("\r\nEND:VEVENT"));
}

#[test]
fn a_forecast_is_the_same_bytes_in_whatever_order_it_was_written() {
    let text = golden::read("examples/small-firm.yaml");
    let one = forecast("mine.yaml", text.clone(), 730);
    for format in ForecastFormat::values() {
        let other = forecast("mine.yaml", text.clone(), 730);
        assert_eq!(
            one.render(format).unwrap(),
            other.render(format).unwrap(),
            "{format}"
        );
    }
    // The order of evidence in the file.
    let (head, rest) = text.split_once("  oakmoor-report-2025:\n").unwrap();
    let (report, rest) = rest.split_once("  oakmoor-agreement:\n").unwrap();
    let (others, claims) = rest.split_once("\nclaims:\n").unwrap();
    let moved = format!(
        "{head}  oakmoor-agreement:\n{others}  oakmoor-report-2025:\n{report}\nclaims:\n{claims}"
    );
    assert_ne!(text, moved);
    let calendar = |text: String| {
        let mut calendar = unfolded(
            &forecast("mine.yaml", text, 730)
                .render(ForecastFormat::Ics)
                .unwrap(),
        );
        for (_, value) in &mut calendar {
            if let Some((told, _place)) = value.split_once("\\nDeclared at") {
                *value = told.to_owned();
            }
        }
        calendar
    };
    assert_eq!(calendar(text), calendar(moved));
}
