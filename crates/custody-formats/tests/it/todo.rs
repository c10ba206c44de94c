//! To-do lists as calendars.

use custody_controls::gap::Criteria;
use custody_controls::{AssessmentFiles, Catalog, Settings, Todo};
use custody_formats::{TodoCalendar, is_todo_calendar, todo_calendars};
use custody_testing::golden;
use std::collections::BTreeSet;

fn list() -> Todo {
    let file = "examples/exchange.yaml";
    let files = AssessmentFiles::from_text(file, golden::read(file));
    let assessment = files.resolve(Catalog::builtin()).unwrap();
    let coverage = assessment.measure(&Settings::on("2026-09-30".parse().unwrap()));
    coverage.todo(&Criteria::default())
}

fn text(calendar: &TodoCalendar) -> String {
    let text = String::from_utf8(calendar.bytes.clone()).unwrap();
    for line in text.split_inclusive("\r\n") {
        assert!(line.ends_with("\r\n") && line.len() <= 77, "{line:?}");
    }
    text.replace("\r\n ", "")
}

#[test]
fn each_entry_is_in_the_calendar_of_one_person() {
    let todo = list();
    let calendars = todo_calendars(&todo).unwrap();
    let entries: usize = calendars.iter().map(|calendar| calendar.entries).sum();
    assert_eq!(entries, todo.entries.len());
    let mut ids = BTreeSet::new();
    for calendar in &calendars {
        let text = text(calendar);
        let of_calendar = todo.entries.iter().filter(|entry| {
            let file = entry.person().map(|person| format!("owner-{person}.ics"));
            file.as_deref().unwrap_or("unowned.ics") == calendar.file
        });
        let mut dated = 0;
        let mut undated = 0;
        for entry in of_calendar {
            let id = entry.gap.id.replace('@', "/");
            let uid = format!("UID:quillmere-2026-q3/todo/{id}@custody-controls\r\n");
            assert_eq!(text.contains(&uid), entry.gap.due.is_some(), "{id}");
            let Some(due) = entry.gap.due else {
                undated += 1;
                continue;
            };
            dated += 1;
            let event = text.split(&uid).nth(1).unwrap();
            let event = event.split("END:VEVENT").next().unwrap();
            // What is overdue is due today.
            let day = due.max(todo.facts.as_of).to_string().replace('-', "");
            assert!(
                event.contains(&format!("DTSTART;VALUE=DATE:{day}\r\n")),
                "{event}"
            );
            assert_eq!(
                event.contains("SUMMARY:Overdue"),
                entry.is_overdue(),
                "{event}"
            );
        }
        assert_eq!(calendar.entries, dated + undated);
        let events = text.matches("BEGIN:VEVENT").count();
        assert_eq!(
            events,
            dated + usize::from(undated > 0),
            "{}",
            calendar.file
        );
        for uid in text.lines().filter(|line| line.starts_with("UID:")) {
            assert!(ids.insert(uid.to_owned()), "{uid} is in two calendars");
        }
    }
}

#[test]
fn a_calendar_is_recognized_unless_it_is_changed_or_of_another_assessment() {
    let todo = list();
    let other = "other".parse().unwrap();
    for calendar in todo_calendars(&todo).unwrap() {
        let bytes = &calendar.bytes;
        let assessment = &todo.facts.assessment;
        assert!(is_todo_calendar(bytes, assessment), "{}", calendar.file);
        assert!(!is_todo_calendar(bytes, &other));
        for at in [0, bytes.len() / 2, bytes.len() - 1, bytes.len() - 30] {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(!is_todo_calendar(&changed, assessment), "byte {at}");
            assert!(!is_todo_calendar(&bytes[..at], assessment), "cut at {at}");
        }
    }
}

/// File systems may not distinguish upper and lower case, and a person may be named like our files.
#[test]
fn calendars_have_different_names_in_every_file_system() {
    let mut todo = list();
    let people = ["Ops", "ops", "oPs", "unowned", "con", "ops-2", "a."];
    let owned = todo
        .entries
        .iter_mut()
        .filter_map(|entry| entry.responsible.as_mut());
    for (responsible, person) in owned.zip(people.into_iter().cycle()) {
        responsible.person = person.parse().unwrap();
    }
    let calendars = todo_calendars(&todo).unwrap();
    assert_eq!(calendars.len(), people.len() + 1);
    let names: BTreeSet<String> = calendars.iter().map(|of| of.file.to_lowercase()).collect();
    assert_eq!(names.len(), calendars.len());
    for name in names {
        assert!(
            name == "unowned.ics" || name.starts_with("owner-"),
            "{name}"
        );
    }
    let files: Vec<&str> = calendars.iter().map(|of| of.file.as_str()).collect();
    assert!(
        files.contains(&"owner-oPs~2.ics") && files.contains(&"owner-ops~3.ics"),
        "{files:?}"
    );
}
