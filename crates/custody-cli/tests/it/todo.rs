//! What to do next: filters that open no gate, and calendars that replace nothing of others.

use crate::cli::{CLEAN, FAULTY, Run, custody, folder, names, put, within};
use crate::plan::json;
use custody_testing::golden;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

const GAPS: i32 = 1;

#[test]
fn filters_state_what_they_leave_out_and_open_no_gate() {
    let file = "examples/exchange.yaml";
    let all = custody(&["gaps", file, "--fail-on", "critical"]).exits(GAPS);
    let filters: [&[&str]; 5] = [
        &["--severity", "low", "--kind", "assess", "--unowned"],
        &["--owner", "brandt"],
        &["--due-by", "2000-01-01"],
        &["--kind", "prove,assess"],
        &["--unowned", "--owner", "wallet-lead"],
    ];
    for filter in filters {
        let gaps = [&["gaps", file], filter].concat();
        for (gate, code) in [(&["--fail-on", "critical"][..], GAPS), (&[], CLEAN)] {
            custody(&[&gaps[..], gate].concat()).exits(code);
        }
        let list = [&["todo", file, "--as-of", "2026-09-30"], filter].concat();
        let todo = json(&list);
        let (listed, left_out) = (todo["entries"].as_array().unwrap().len(), &todo["left_out"]);
        assert_eq!(
            listed as u64 + left_out.as_u64().unwrap(),
            183,
            "{filter:?}"
        );
        let statement = format!("{listed} listed, {left_out} left out");
        for format in [
            &["terminal"][..],
            &["markdown"],
            &["markdown", "--brief"],
            &["html"],
        ] {
            let run = custody(&[&gaps[..], &["--format"], format].concat()).exits(CLEAN);
            // On the first screen.
            let screen: String = run
                .out
                .lines()
                .take(if format == ["html"] { 400 } else { 30 })
                .collect();
            assert!(
                screen.contains("Only gaps"),
                "{filter:?} {format:?}: {screen}"
            );
            let text = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(&statement), "{filter:?} {format:?}");
        }
        // Numbers are those of the whole report.
        let filtered = custody(&gaps).exits(CLEAN);
        let numbers = |text: &str| -> Vec<String> {
            let part = text.split("\nCoverage\n").nth(1).unwrap();
            let part = part.split("\nMost severe").next().unwrap();
            part.lines().map(str::to_owned).collect()
        };
        assert_eq!(numbers(&filtered.out), numbers(&all.out), "{filter:?}");
        for format in [
            "json",
            "sarif",
            "junit",
            "typst",
            "csv-gaps",
            "ndjson-gaps",
            "csv-cells",
        ] {
            let run = custody(&[&gaps[..], &["--format", format]].concat()).exits(FAULTY);
            assert!(run.err.contains("always has all gaps"), "{}", run.err);
        }
    }
    let run = custody(&["gaps", file, "--owner", "wallet-leed"]).exits(FAULTY);
    assert!(
        run.err.contains("did you mean `wallet-lead`?"),
        "{}",
        run.err
    );
}

#[test]
fn a_list_requires_a_day() {
    let run = custody(&["todo", "examples/small-firm.yaml"]).exits(FAULTY);
    assert!(run.err.contains("--as-of <DATE>"), "{}", run.err);
}

fn calendars(at: &Path, more: &[&str]) -> Run {
    let arguments = [
        "todo",
        "mine.yaml",
        "--as-of",
        "2026-09-30",
        "--format",
        "ics",
    ];
    within(at, &[&arguments[..], more].concat())
}

#[test]
fn calendars_replace_and_remove_only_what_was_written_before() {
    let folder = folder();
    let at = folder.path();
    put(at, "mine.yaml", golden::read("examples/small-firm.yaml"));
    let run = calendars(at, &[]).exits(FAULTY);
    assert!(run.err.contains("name it with `--output`"), "{}", run.err);
    let out = ["-o", "all/todo"];
    let run = calendars(at, &out).exits(CLEAN);
    let all = ["owner-compliance.ics", "owner-engineer.ics", "unowned.ics"];
    let into = at.join("all/todo");
    assert_eq!(names(&into), all);
    assert!(
        all.iter()
            .all(|file| run.out.contains(&format!("{file}: "))),
        "{}",
        run.out
    );
    let read = || all.map(|file| fs::read(into.join(file)).unwrap());
    let written = read();

    // The same again, another day, and a limited list that leaves the others alone.
    calendars(at, &out).exits(CLEAN);
    assert_eq!(read(), written);
    calendars(at, &[&out[..], &["--owner", "engineer"]].concat()).exits(CLEAN);
    assert_eq!(read(), written);

    // What somebody else has there is kept, and nothing is written.
    put(&into, "notes.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    put(&into, "unowned.txt", "keep");
    calendars(at, &out).exits(CLEAN);
    let cases: [fn(&Path); 4] = [
        |file| fs::write(file, "mine").unwrap(),
        |file| {
            let text = fs::read_to_string(file).unwrap();
            fs::write(file, text.replacen("SUMMARY:", "SUMMARY:My ", 1)).unwrap();
        },
        |file| {
            let moved = file.with_extension("moved");
            fs::rename(file, &moved).unwrap();
            symlink(moved, file).unwrap();
        },
        |file| {
            fs::remove_file(file).unwrap();
            fs::create_dir(file).unwrap();
        },
    ];
    for foreign in cases {
        let file = into.join("owner-engineer.ics");
        let others = ["owner-compliance.ics", "unowned.ics"].map(|name| into.join(name));
        for other in &others {
            fs::remove_file(other).unwrap();
        }
        foreign(&file);
        let run = calendars(at, &out).exits(FAULTY);
        assert!(run.err.contains("owner-engineer.ics"), "{}", run.err);
        assert!(
            others.iter().all(|other| !other.exists()),
            "something was written"
        );
        if file.is_dir() {
            fs::remove_dir(&file).unwrap();
        } else {
            fs::remove_file(&file).unwrap();
        }
        calendars(at, &out).exits(CLEAN);
        assert_eq!(read(), written);
    }

    // A person who has nothing left loses the calendar, and another assessment touches nothing.
    let text = golden::read("examples/small-firm.yaml");
    put(
        at,
        "mine.yaml",
        text.replace("assessment: pebblewick-2026", "assessment: other"),
    );
    calendars(at, &out).exits(FAULTY);
    assert_eq!(read(), written);
    put(
        at,
        "mine.yaml",
        text.replace("owner: engineer", "owner: compliance"),
    );
    let run = calendars(at, &out).exits(CLEAN);
    let left = names(&into);
    assert!(left.contains(&"notes.ics".to_owned()) && left.contains(&"unowned.txt".to_owned()));
    assert_eq!(
        left.contains(&all[1].to_owned()),
        !run.out.contains("owner-engineer.ics: removed")
    );
    assert!(
        left.iter().all(|name| !name.starts_with(".custody-")),
        "{left:?}"
    );
}
