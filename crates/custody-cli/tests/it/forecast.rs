//! `custody forecast`.

use custody_controls::taxonomy::Word;
use custody_controls::{AssessmentFiles, Catalog, Forecast, Settings};
use custody_formats::{ForecastFormat, Render};
use custody_testing::golden;
use std::fmt::Write;
use std::process::{Command, Output};

fn run(arguments: &[&str], zone: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_custody"))
        .args(arguments)
        .current_dir(golden::path(""))
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

fn forecast(name: &str, text: String, days: i32) -> Forecast {
    let assessment = AssessmentFiles::from_text(name, text)
        .resolve(Catalog::builtin())
        .unwrap_or_else(|faults| panic!("{faults}"));
    let settings = Settings::on(assessment.period().to);
    assessment.forecast(&settings, settings.as_of.plus_days(days))
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
        golden::equal(&format!("tests/cmd/forecast-{name}.txt"), &text);
    }
}

#[test]
fn documents_are_those_of_the_library_wherever_they_are_made() {
    for (name, _) in EXAMPLES {
        let file = format!("examples/{name}.yaml");
        let forecast = forecast(&file, golden::read(&file), 365);
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
            let made = forecast.render(format).unwrap();
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
        (&["--until", "2026-09-29"] as &[_], "before its first day"),
        (
            &["--until", "2026-09-30", "--as-of", "2026-10-01"],
            "before its first day",
        ),
        (
            &["--until", "2066-09-30"],
            "or an earlier date to `--until`",
        ),
        (&["--until", "soon"], "YYYY-MM-DD"),
        (&["--until", "2027-02-30"], "no such day"),
        (
            &["--until", "2027-09-30", "--wallet", "tilt"],
            "did you mean `till`?",
        ),
        (
            &["--until", "2027-09-30", "--output", small],
            "is an input file",
        ),
        (&[], "--until <DATE>"),
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
    assert!(one.contains("nothing expires or is due"));
}

/// Each command of the worked examples prints the lines that stand below it, in their order; `…` stands
/// for lines that are left out.
#[test]
fn the_worked_examples_are_what_the_program_says() {
    let text = golden::read("docs/reasoning.md");
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
        ("2026-10-31", 5),
        ("2026-12-07", 4),
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
            "unproven",
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
