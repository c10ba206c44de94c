//! A forecast says of every day what the report of that day says; its calendar is one that others
//! can read; and `docs/reasoning.md` says what the program says.

#![cfg(test)]

use crate::committed;
use crate::laws::generate::{self, Case};
use crate::laws::{Checked, check, resolve};
use custody_controls::forecast::{Forecast, Numbers, Step};
use custody_controls::render::ForecastFormat;
use custody_controls::report::Summary;
use custody_controls::taxonomy::{RiskVerdict, Turn, Verdict, Word};
use custody_controls::{AssessmentFiles, Catalog, Coverage, Date, Report, Settings};
use proptest::prelude::{prop_assert, prop_assert_eq};
use std::collections::{BTreeMap, BTreeSet};

// The law.

/// What the forecast says of a day equals the report that is made as of that day, and no step is
/// without a change.
#[test]
fn on_every_day_the_forecast_is_the_report_of_that_day() {
    check(|case| {
        let mut choices = case.choices();
        let first = case.settings.as_of;
        let days = i32::try_from(choices.below(120)).unwrap();
        let until = first.plus_days(days);
        let assessment = resolve(case)?;
        let forecast = Forecast::new(&assessment, &case.settings, until);
        steps_follow_each_other(&forecast, first, until)?;
        what_ends_is_in_the_calendar(&forecast)?;

        // Any day, the last one, and days around one on which something begins or ends.
        let mut asked = vec![
            first.plus_days(i32::try_from(choices.below(120)).unwrap() % (days + 1)),
            until,
        ];
        if let Some(edge) = choices.one_of(&generate::edges(&case.document)) {
            asked.extend([edge, edge.next()]);
        }
        let start = Coverage::measure(&assessment, &case.settings);
        for day in asked {
            if day < first || until < day {
                prop_assert!(forecast.on(day).is_none());
                continue;
            }
            is_the_report_of(case, &forecast, &start, day)?;
        }
        Ok(())
    });
}

fn steps_follow_each_other(forecast: &Forecast, first: Date, until: Date) -> Checked {
    prop_assert_eq!(forecast.steps[0].day, first);
    prop_assert!(forecast.steps[0].causes.is_empty());
    prop_assert_eq!(forecast.steps[forecast.steps.len() - 1].until, until);
    for pair in forecast.steps.windows(2) {
        let [before, after] = pair else { continue };
        prop_assert_eq!(before.until.next(), after.day);
        prop_assert!(!after.causes.is_empty());
        // One acceptance may take the place of another on the same day.
        let is_swap = [Turn::AcceptanceEnds, Turn::AcceptanceBegins]
            .iter()
            .all(|kind| after.causes.iter().any(|cause| cause.kind == *kind));
        // An item that ends where another one begins leaves as many to rely on, and one more expired.
        prop_assert!(before.numbers != after.numbers || is_swap, "{:?}", after);
        for change in &after.cells {
            prop_assert!(change.from != change.to && !change.because.is_empty());
        }
        for change in &after.risks {
            prop_assert!(!change.subjects.is_empty() && !change.because.is_empty());
            for subject in &change.subjects {
                prop_assert!(subject.from != subject.to);
            }
        }
    }
    Ok(())
}

/// Every cause that ends something is an entry of the calendar, and what an entry lets fall is what
/// the step says.
fn what_ends_is_in_the_calendar(forecast: &Forecast) -> Checked {
    let begins = |kind: Turn| matches!(kind, Turn::EvidenceBegins | Turn::AcceptanceBegins);
    let causes = forecast.steps.iter().flat_map(|step| &step.causes);
    let ending: Vec<(Date, Turn, &str)> = causes
        .filter(|cause| !begins(cause.kind))
        .map(|cause| (cause.day, cause.kind, cause.entry.as_str()))
        .collect();
    let renewals: Vec<(Date, Turn, &str)> = forecast
        .renewals
        .iter()
        .map(|renewal| (renewal.day, renewal.kind, renewal.entry.as_str()))
        .collect();
    prop_assert_eq!(ending, renewals);
    for renewal in &forecast.renewals {
        if renewal.kind != Turn::EvidenceEnds {
            continue;
        }
        let step = forecast.on(renewal.day.next()).unwrap();
        let is_of = |ids: &[custody_controls::id::EvidenceId]| {
            ids.iter().any(|id| id.as_str() == renewal.entry)
        };
        let cells = step.cells.iter();
        let falls: Vec<String> = cells
            .filter(|change| change.from == Verdict::Effective && is_of(&change.because))
            .map(|change| format!("{}@{}", change.control, change.subject))
            .collect();
        prop_assert_eq!(&renewal.falls, &falls);
        prop_assert!(renewal.weakens.iter().all(|cell| !falls.contains(cell)));
        let risks = step.risks.iter();
        let worse: BTreeSet<_> = risks
            .filter(|change| change.to.rank() < change.from.rank() && is_of(&change.because))
            .map(|change| &change.risk)
            .collect();
        prop_assert_eq!(renewal.risks.iter().collect::<BTreeSet<_>>(), worse);
    }
    Ok(())
}

fn is_the_report_of(case: &Case, forecast: &Forecast, start: &Coverage<'_>, day: Date) -> Checked {
    let assessment = start.assessment();
    let settings = case.with_settings(|settings| settings.as_of = day).settings;
    let coverage = Coverage::measure(assessment, &settings);
    let report = Report::new(&coverage);
    let step = forecast.on(day).unwrap();
    has_the_numbers_of(&step.numbers, &report.summary)?;

    let passed: Vec<&Step> = forecast
        .steps
        .iter()
        .filter(|step| step.day <= day)
        .collect();
    // Cells: what they were on the first day, and every change since.
    let mut cells: BTreeMap<_, Verdict> = forecast
        .cells
        .iter()
        .map(|hold| ((hold.control.clone(), hold.subject.clone()), hold.verdict))
        .collect();
    for change in passed.iter().flat_map(|step| &step.cells) {
        let key = (change.control.clone(), change.subject.clone());
        prop_assert_eq!(cells.insert(key, change.to), Some(change.from));
    }
    let measured: BTreeMap<_, Verdict> = coverage
        .cells()
        .map(|cell| {
            let key = (cell.control.id.clone(), cell.subject.id.clone());
            (key, cell.verdict)
        })
        .collect();
    prop_assert_eq!(&cells, &measured);
    for hold in &forecast.cells {
        let verdict = measured[&(hold.control.clone(), hold.subject.clone())];
        if hold.until.is_none_or(|until| day <= until) {
            prop_assert_eq!(verdict, hold.verdict);
        }
        if hold.until.is_some_and(|until| day == until.next()) {
            prop_assert_eq!(Some(verdict), hold.then);
        }
        prop_assert_eq!(hold.until.is_some(), hold.then.is_some());
        prop_assert!(hold.then != Some(hold.verdict));
    }

    // Risks: the worst subject's, and every subject's.
    let mut worst: BTreeMap<_, RiskVerdict> = forecast
        .risks
        .iter()
        .map(|hold| (hold.risk.clone(), hold.verdict))
        .collect();
    let mut subjects: BTreeMap<_, RiskVerdict> = start
        .outcomes()
        .map(|(risk, subject, outcome)| ((risk.id.clone(), subject.id.clone()), outcome.verdict))
        .collect();
    for change in passed.iter().flat_map(|step| &step.risks) {
        prop_assert_eq!(
            worst.insert(change.risk.clone(), change.to),
            Some(change.from)
        );
        for subject in &change.subjects {
            let key = (change.risk.clone(), subject.subject.clone());
            prop_assert_eq!(subjects.insert(key, subject.to), Some(subject.from));
        }
    }
    for row in &report.risks {
        prop_assert_eq!(worst.get(&row.risk), Some(&row.verdict));
        for subject in &row.subjects {
            let key = (row.risk.clone(), subject.subject.clone());
            prop_assert_eq!(subjects.get(&key), Some(&subject.verdict));
        }
    }
    for hold in &forecast.risks {
        if hold.until.is_none_or(|until| day <= until) {
            prop_assert_eq!(worst[&hold.risk], hold.verdict);
        }
        if hold.until.is_some_and(|until| day == until.next()) {
            prop_assert_eq!(Some(worst[&hold.risk]), hold.then);
        }
        prop_assert_eq!(hold.until.is_some(), hold.then.is_some());
        prop_assert!(hold.then != Some(hold.verdict));
    }

    // The whole: what was proven on the first day.
    let was_proven = || {
        let cells = forecast.cells.iter();
        cells.filter(|hold| hold.verdict == Verdict::Effective)
    };
    let is_proven = |hold: &&custody_controls::forecast::CellHold| {
        measured[&(hold.control.clone(), hold.subject.clone())] == Verdict::Effective
    };
    let lost = was_proven().filter(|hold| !is_proven(hold)).count();
    if forecast.proven.until.is_none_or(|until| day <= until) {
        prop_assert_eq!(lost, 0);
    }
    if forecast.proven.until.map(Date::next) == Some(day) {
        prop_assert_eq!(lost as u64, forecast.proven.falls);
        prop_assert!(lost > 0 && !forecast.proven.because.is_empty());
    }
    Ok(())
}

fn has_the_numbers_of(numbers: &Numbers, summary: &Summary) -> Checked {
    prop_assert_eq!(numbers.cells, summary.cells);
    prop_assert_eq!(numbers.proven, summary.proven);
    prop_assert_eq!(numbers.possible, summary.possible);
    prop_assert_eq!(&numbers.risks, &summary.risks);
    prop_assert_eq!(
        numbers.critical_risks_treated,
        summary.critical_risks_treated
    );
    prop_assert_eq!(&numbers.gaps, &summary.gaps);
    prop_assert_eq!(numbers.overdue, summary.overdue);
    prop_assert_eq!(numbers.evidence_current, summary.evidence_current);
    prop_assert_eq!(numbers.evidence_expired, summary.evidence_expired);
    prop_assert_eq!(numbers.acceptances_in_force, summary.acceptances_in_force);
    Ok(())
}

/// The examples are small worlds of people, not of dice: every single day of two years.
#[test]
fn on_every_day_of_two_years_the_forecast_of_an_example_is_the_report() {
    let text = committed::read("examples/small-firm.yaml");
    let assessment = AssessmentFiles::from_text("small-firm.yaml", text)
        .resolve(Catalog::builtin())
        .unwrap();
    let mut settings = Settings::as_of(assessment.period().to);
    let until = settings.as_of.plus_days(730);
    let forecast = Forecast::new(&assessment, &settings, until);
    for day in std::iter::successors(Some(settings.as_of), |day| Some(day.next())).take(731) {
        settings.as_of = day;
        let report = Report::new(&Coverage::measure(&assessment, &settings));
        let numbers = &forecast.on(day).unwrap().numbers;
        has_the_numbers_of(numbers, &report.summary)
            .unwrap_or_else(|error| panic!("{day}: {error}"));
    }
    assert_eq!(forecast.on(until.next()), None);
    assert_eq!(forecast.on(forecast.facts.as_of.previous()), None);
}

#[test]
fn a_forecast_that_ends_before_it_begins_is_about_its_first_day() {
    let forecast = forecast(
        "small-firm",
        committed::read("examples/small-firm.yaml"),
        -1,
    );
    assert_eq!(forecast.until, forecast.facts.as_of);
    assert_eq!(forecast.steps.len(), 1);
    assert_eq!(forecast.proven.until, None);
    assert!(
        forecast
            .verdict()
            .contains("all of it stays so beyond 2026-09-30")
    );
}

// The formats.

fn forecast(name: &str, text: String, days: i32) -> Forecast {
    let assessment = AssessmentFiles::from_text(name, text)
        .resolve(Catalog::builtin())
        .unwrap_or_else(|faults| panic!("{faults}"));
    let settings = Settings::as_of(assessment.period().to);
    Forecast::new(&assessment, &settings, settings.as_of.plus_days(days))
}

/// What a stranger may write where a title is asked for.
const HOSTILE: &str =
    r#""x\r\nEND:VEVENT\nBEGIN:VEVENT\nUID:other;\\,\u202e\e[31m 👩‍👩‍👧‍👦 <b>|` @everyone 老虎""#;

fn hostile() -> String {
    let text = committed::read("examples/small-firm.yaml");
    let long = format!("{}{}\"", HOSTILE.trim_end_matches('"'), "ü".repeat(3000));
    let hostile = text
        .replace("Registration letter and conditions", HOSTILE)
        .replace("Login settings of the customer page", &long)
        .replace(
            "title: Pebblewick Brokerage, first assessment",
            &format!("title: {HOSTILE}"),
        )
        .replace("evidence/till/office-backup.md", HOSTILE)
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
        ("small-firm", committed::read("examples/small-firm.yaml")),
        ("exchange", committed::read("examples/exchange.yaml")),
        (
            "cold-custody",
            committed::read("examples/cold-custody.yaml"),
        ),
        ("hostile", hostile()),
    ] {
        let forecast = forecast(name, text, 730);
        let lines = unfolded(&forecast.render(ForecastFormat::Ics));
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
        assert!(values("TRIGGER").iter().all(|told| *told == "-P90D"));
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
    let text = committed::read("examples/exchange.yaml");
    let uids = |text: &str| -> BTreeSet<String> {
        let calendar = forecast("exchange.yaml", text.to_owned(), 730).render(ForecastFormat::Ics);
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
    let markdown = forecast.render(ForecastFormat::Markdown);
    assert!(!markdown.contains('\u{202e}') && !markdown.contains('\u{1b}'));
    assert!(!markdown.contains("<b>") && !markdown.contains(" @everyone"));
    let table = markdown.split("## What to renew").nth(1).unwrap();
    let rows = table
        .lines()
        .filter(|line| line.starts_with("| 20"))
        .count();
    assert_eq!(rows, forecast.renewals.len());
    #[cfg(feature = "cli")]
    {
        let screen = custody_controls::render::terminal::write_forecast(&forecast, 100, 99);
        assert!(!screen.contains('\u{202e}') && !screen.contains("\u{1b}[31m 👩"));
        assert!(screen.contains("\\u{1b}[31m"), "{screen}");
    }
    let json = forecast.render(ForecastFormat::Json);
    assert!(!json.contains('\u{202e}') && !json.contains('\u{1b}'));
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    let title = value["facts"]["title"].as_str().unwrap();
    assert!(title.contains('\u{202e}') && title.contains("\r\nEND:VEVENT"));
}

#[test]
fn a_forecast_is_the_same_bytes_in_whatever_order_it_was_written() {
    let text = committed::read("examples/small-firm.yaml");
    let one = forecast("mine.yaml", text.clone(), 730);
    for format in ForecastFormat::values() {
        let other = forecast("mine.yaml", text.clone(), 730);
        assert_eq!(one.render(format), other.render(format), "{format}");
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
        let mut calendar = unfolded(&forecast("mine.yaml", text, 730).render(ForecastFormat::Ics));
        for (_, value) in &mut calendar {
            if let Some((told, _place)) = value.split_once("\\nWritten at") {
                *value = told.to_owned();
            }
        }
        calendar
    };
    assert_eq!(calendar(text), calendar(moved));
}

// The program.

#[cfg(feature = "cli")]
mod program {
    use super::{committed, forecast};
    use custody_controls::render::ForecastFormat;
    use custody_controls::taxonomy::Word;
    use std::fmt::Write;
    use std::process::{Command, Output};

    fn run(arguments: &[&str], zone: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_custody"))
            .args(arguments)
            .current_dir(committed::path(""))
            .env_remove("CLICOLOR_FORCE")
            .env("TZ", zone)
            .output()
            .unwrap()
    }

    fn told(arguments: &[&str]) -> String {
        let output = run(arguments, "UTC");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    const EXAMPLES: [(&str, &str); 3] = [
        ("small-firm", "2027-09-30"),
        ("exchange", "2028-09-30"),
        ("cold-custody", "2028-06-30"),
    ];

    #[test]
    fn screens_are_as_people_read_them() {
        for (name, until) in EXAMPLES {
            let file = format!("examples/{name}.yaml");
            let screen = told(&["forecast", &file, "--until", until]);
            let mut text = format!("$ custody forecast {file} --until {until}\n{screen}");
            let _ = writeln!(text, "[exit code 0]");
            committed::equal(&format!("tests/cmd/forecast-{name}.txt"), &text);
        }
    }

    #[test]
    fn documents_are_those_of_the_library_wherever_they_are_made() {
        for (name, _) in EXAMPLES {
            let file = format!("examples/{name}.yaml");
            let forecast = forecast(&file, committed::read(&file), 365);
            let until = forecast.until.to_string();
            for format in ForecastFormat::values() {
                let arguments = [
                    "forecast",
                    &file,
                    "--until",
                    &until,
                    "--format",
                    format.word(),
                ];
                let made = forecast.render(format);
                assert_eq!(told(&arguments), made, "{name} as {format}");
                let elsewhere = run(&arguments, "Pacific/Auckland").stdout;
                assert_eq!(elsewhere, made.as_bytes(), "{name} as {format}");
            }
        }
    }

    #[test]
    fn a_last_day_that_cannot_be_is_refused_with_what_would_do() {
        let small = "examples/small-firm.yaml";
        for (arguments, complaint) in [
            (&["--until", "2026-09-29"] as &[_], "which is earlier"),
            (
                &["--until", "2026-09-30", "--as-of", "2026-10-01"],
                "which is earlier",
            ),
            (
                &["--until", "2066-09-30"],
                "name a day no later than 2046-10-",
            ),
            (&["--until", "soon"], "YYYY-MM-DD"),
            (&["--until", "2027-02-30"], "no such day"),
            (
                &["--until", "2027-09-30", "--wallet", "tilt"],
                "did you mean `till`?",
            ),
            (
                &["--until", "2027-09-30", "--output", small],
                "cannot be the output as well",
            ),
            (&[], "--until <DAY>"),
        ] {
            let all = [&["forecast", small], arguments].concat();
            let output = run(&all, "UTC");
            let err = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{arguments:?}: {err}");
            assert!(err.contains(complaint), "{arguments:?}: {err}");
            assert!(output.stdout.is_empty());
        }
        // A forecast of one day is one.
        let one = told(&["forecast", small, "--until", "2026-09-30"]);
        assert!(one.contains("nothing ends or falls due"));
    }

    /// Each command of the worked examples prints the lines that stand below it, in their order; `…` stands
    /// for lines that are left out.
    #[test]
    fn the_worked_examples_are_what_the_program_says() {
        let text = committed::read("docs/reasoning.md");
        let mut commands = 0;
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let Some(command) = line.strip_prefix("$ custody ") else {
                continue;
            };
            let arguments: Vec<&str> = command.split_whitespace().collect();
            let screen = told(&arguments);
            let mut rest = screen.lines();
            for wanted in lines.by_ref().take_while(|line| *line != "```") {
                assert!(
                    wanted == "…" || rest.any(|line| line == wanted),
                    "`custody {command}` does not say, in this order: {wanted}\n{screen}"
                );
            }
            commands += 1;
        }
        assert!(commands >= 6, "{commands} commands are told");
    }

    /// The numbers that `docs/reasoning.md` derives by hand, from the JSON of the same commands.
    #[test]
    fn the_worked_examples_come_to_the_same_numbers() {
        let json = |name: &str, until: &str| -> serde_json::Value {
            let file = format!("examples/{name}.yaml");
            let told = told(&["forecast", &file, "--until", until, "--format", "json"]);
            serde_json::from_str(&told).unwrap()
        };
        let small = json("small-firm", "2027-09-30");
        let proven: Vec<(&str, u64)> = small["steps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| {
                let proven = &step["numbers"]["proven"]["numerator"];
                (step["day"].as_str().unwrap(), proven.as_u64().unwrap())
            })
            .fold(Vec::new(), |mut kept, (day, proven)| {
                if kept.last().is_none_or(|(_, last)| *last != proven) {
                    kept.push((day, proven));
                }
                kept
            });
        let by_hand = [
            ("2026-09-30", 20),
            ("2026-10-31", 7),
            ("2026-12-07", 6),
            ("2027-03-01", 4),
            ("2027-04-04", 3),
            ("2027-04-05", 1),
            ("2027-04-07", 0),
        ];
        assert_eq!(proven, by_hand);

        for (name, until, risk, day, then, entry, falls, weakens) in [
            (
                "exchange",
                "2028-09-30",
                "8.3.3-a",
                "2026-10-20",
                "untreated",
                "fork-runbook",
                &["5.5.4.3-a@organization"] as &[_],
                &["5.5.4.2-a@organization"],
            ),
            (
                "cold-custody",
                "2028-06-30",
                "8.2.2.6-c",
                "2026-08-04",
                "partly-treated",
                "hardening-guide",
                &["9.3.7.6-f@btc-vault", "9.3.7.6-f@settlement"],
                &["9.3.10.4-g@organization"],
            ),
        ] {
            let forecast = json(name, until);
            let all = |key: &str| forecast[key].as_array().unwrap().clone();
            let hold = all("risks")
                .into_iter()
                .find(|hold| hold["risk"] == risk)
                .unwrap();
            assert_eq!(hold["verdict"], "treated");
            assert_eq!((&hold["until"], &hold["then"]), (&day.into(), &then.into()));
            assert_eq!(hold["because"].as_array().unwrap().len(), 1);
            assert_eq!(hold["because"][0]["entry"], entry);
            let renewals = all("renewals").into_iter();
            let [renewal] = &renewals
                .filter(|it| it["entry"] == entry)
                .collect::<Vec<_>>()[..]
            else {
                panic!("{entry} is renewed once");
            };
            assert_eq!(renewal["day"], day);
            assert_eq!(renewal["falls"], serde_json::json!(falls));
            assert_eq!(renewal["weakens"], serde_json::json!(weakens));
        }
    }
}
