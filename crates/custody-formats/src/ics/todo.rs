//! A to-do list as calendars, one for each person: an event for each entry with a due date, and one
//! for all entries without.

use super::{Calendar, one_line};
use custody_controls::digest::hex;
use custody_controls::id::AssessmentId;
use custody_controls::taxonomy::Action;
use custody_controls::text::count;
use custody_controls::todo::{Todo, TodoEntry};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;

/// The number of entries without a due date that an event lists.
const LISTED: usize = 100;

/// The number of days before a due date on which the alarm is.
const ALARM: i32 = 7;

/// The property by which a calendar is recognized: a digest of the assessment and of all lines before.
const SEAL: &str = "X-CUSTODY-CONTROLS-SHA256";

/// The last line.
const END: &[u8] = b"END:VCALENDAR\r\n";

/// The calendar of a person, or of what nobody is responsible for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TodoCalendar {
    /// The name of its file, `owner-ID.ics` or `unowned.ics`. Names differ in more than upper and lower
    /// case.
    pub file: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// The number of entries.
    pub entries: usize,
}

/// The calendars of a to-do list, by person; what nobody is responsible for comes last.
///
/// An entry with a due date is an all-day event on that day, or on the as-of date if it is overdue.
/// All entries without a due date are one event on the as-of date.
///
/// # Errors
///
/// Fails if memory cannot be written to, which does not happen.
pub fn todo_calendars(todo: &Todo) -> io::Result<Vec<TodoCalendar>> {
    let todo = todo.clone().by_owner();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut calendars = Vec::new();
    for entries in todo.groups() {
        let file = match entries.first().and_then(TodoEntry::person) {
            None => "unowned.ics".to_owned(),
            Some(person) => {
                let name = format!("owner-{person}");
                let alike = names.entry(name.to_lowercase()).or_default();
                *alike += 1;
                // No id contains this character.
                let number = match *alike {
                    1 => String::new(),
                    number => format!("~{number}"),
                };
                format!("{name}{number}.ics")
            }
        };
        calendars.push(TodoCalendar {
            file,
            bytes: calendar(&todo, entries)?,
            entries: entries.len(),
        });
    }
    Ok(calendars)
}

/// Whether a file is a calendar that [`todo_calendars`] made for an assessment and that nobody has
/// changed since.
pub fn is_todo_calendar(bytes: &[u8], assessment: &AssessmentId) -> bool {
    let sealed = bytes.strip_suffix(END);
    let content = sealed.and_then(|sealed| {
        let line = seal(b"", assessment).len();
        sealed.split_at_checked(sealed.len().checked_sub(line)?)
    });
    content.is_some_and(|(content, line)| line == seal(content, assessment).as_bytes())
}

/// The line that seals the content of a calendar.
fn seal(content: &[u8], assessment: &AssessmentId) -> String {
    let mut digest = Sha256::new();
    digest.update(assessment.as_str());
    digest.update(b"\n");
    digest.update(content);
    let digest = digest.finalize();
    format!("{SEAL}:{}\r\n", hex(digest.get(..16).unwrap_or_default()))
}

fn calendar(todo: &Todo, entries: &[TodoEntry]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut calendar = Calendar { out: &mut bytes };
    let responsible = entries.first().and_then(|of| of.responsible.as_ref());
    let name = responsible.map_or("nobody", |of| of.name.as_str());
    let facts = &todo.facts;
    let title = format!("{}: to do, {}", one_line(&facts.title), one_line(name));
    calendar.head(facts, &title)?;
    for entry in entries {
        if let Some(due) = entry.gap.due {
            let summary = summary(entry);
            let id = format!("todo/{}", entry.gap.id.replace('@', "/"));
            let description = description(todo, entry);
            let day = due.max(facts.as_of);
            calendar.begin(facts, &id, day, &summary, &description)?;
            calendar.line("CATEGORIES", entry.gap.kind.action())?;
            let days = entry.days_left.unwrap_or_default();
            calendar.end(days.clamp(0, ALARM), &summary)?;
        }
    }
    let undated: Vec<&TodoEntry> = entries.iter().filter(|of| of.gap.due.is_none()).collect();
    if !undated.is_empty() {
        let gaps = count(undated.len() as u64, "gap", "gaps");
        let summary = format!("{gaps} without a due date");
        let person = responsible.map_or("", |of| of.person.as_str());
        let id = format!("todo-without-due-date/{person}");
        let description = list(&undated);
        calendar.begin(facts, &id, facts.as_of, &summary, &description)?;
        calendar.line("CATEGORIES", "without-due-date")?;
        calendar.end(0, &summary)?;
    }
    let line = seal(&bytes, &facts.assessment);
    bytes.extend_from_slice(line.as_bytes());
    bytes.extend_from_slice(END);
    Ok(bytes)
}

fn summary(entry: &TodoEntry) -> String {
    let gap = &entry.gap;
    let action = match gap.kind.action() {
        Action::Repair => "Repair",
        Action::Prove => "Prove",
        Action::Assess => "Assess",
    };
    let overdue = if entry.is_overdue() { "Overdue: " } else { "" };
    format!("{overdue}{action} {}: {}", gap.id, one_line(&gap.title))
}

fn description(todo: &Todo, entry: &TodoEntry) -> String {
    let gap = &entry.gap;
    let due = entry.due_in_words().unwrap_or_default();
    let mut text = format!("Severity {}, {}, {due}\n", gap.severity, gap.kind);
    if let Some(of) = todo.step(entry) {
        let effort = todo.effort_in_words(of.effort);
        let step = of.step.title().to_string();
        let _ = writeln!(
            text,
            "Step: {}; effort {}",
            one_line(&step),
            one_line(&effort)
        );
    }
    for reason in &gap.because {
        let _ = writeln!(text, "Because {}", one_line(&reason.to_string()));
    }
    for (index, alternative) in gap.alternatives().enumerate() {
        let lead = if index == 0 { "Closes if" } else { "or if" };
        let _ = writeln!(text, "{lead} {}", one_line(&alternative.to_string()));
    }
    if let Some(location) = &gap.location {
        let _ = writeln!(text, "Declared at {}", one_line(&location.to_string()));
    }
    text.truncate(text.trim_end().len());
    text
}

fn list(entries: &[&TodoEntry]) -> String {
    let mut text = String::new();
    for TodoEntry { gap, .. } in entries.iter().take(LISTED) {
        let (action, title) = (gap.kind.action(), one_line(&gap.title));
        let _ = writeln!(text, "{}, to {action}: {} {title}", gap.severity, gap.id);
    }
    let more = entries.len().saturating_sub(LISTED);
    if more > 0 {
        let _ = writeln!(text, "and {more} more");
    }
    text.truncate(text.trim_end().len());
    text
}
