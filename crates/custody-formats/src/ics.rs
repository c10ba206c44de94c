//! iCalendar (RFC 5545): for a forecast, an all-day event for everything that has to be renewed, with
//! an alarm before it, and one for the date on which the forecast ends; for a to-do list, a calendar
//! for each person.
//!
//! Events are stamped with the as-of date, and their UID consists of the ids of the
//! assessment and the entry. So the same input gives the same bytes, and a calendar that imports a
//! later forecast moves existing events instead of duplicating them.

mod todo;

pub use todo::{TodoCalendar, is_todo_calendar, todo_calendars};

use custody_controls::date::Date;
use custody_controls::forecast::{Entry, Forecast, Renewal};
use custody_controls::report::Facts;
use custody_controls::taxonomy::{EventKind, Word};
use custody_controls::text::sanitize;
use std::fmt::{Display, Write};
use std::io;

/// The maximum length of a line in octets, without its line break.
const LONGEST_LINE: usize = 75;

pub(super) fn write(forecast: &Forecast, out: &mut dyn io::Write) -> io::Result<()> {
    let facts = &forecast.facts;
    let mut calendar = Calendar { out };
    calendar.head(facts, &format!("{}: renewals", facts.title))?;
    for renewal in &forecast.renewals {
        calendar.event(forecast, renewal)?;
    }
    calendar.end_of_forecast(forecast)?;
    calendar.line("END", "VCALENDAR")
}

/// A text as a value of type TEXT. Line breaks are kept; see [`one_line`] for untrusted text.
fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            escaped.push_str("\\n");
        }
        for c in sanitize(line).chars() {
            if matches!(c, '\\' | ';' | ',') {
                escaped.push('\\');
            }
            escaped.push(c);
        }
    }
    escaped
}

/// Untrusted text, without line breaks.
fn one_line(text: &str) -> String {
    sanitize(text).into_owned()
}

fn day(date: Date) -> String {
    date.to_string().replace('-', "")
}

struct Calendar<'o> {
    out: &'o mut dyn io::Write,
}

impl Calendar<'_> {
    fn head(&mut self, facts: &Facts, name: &str) -> io::Result<()> {
        self.line("BEGIN", "VCALENDAR")?;
        self.line("VERSION", "2.0")?;
        self.line(
            "PRODID",
            format_args!(
                "-//custody-controls//custody-controls {}//EN",
                facts.program_version
            ),
        )?;
        self.line("CALSCALE", "GREGORIAN")?;
        self.line("METHOD", "PUBLISH")?;
        let name = text(name);
        self.line("NAME", &name)?;
        // The name of the property before it was standardized.
        self.line("X-WR-CALNAME", &name)?;
        if let Some(remark) = facts.catalog_origin.remark() {
            let about = format!(
                "Catalog: {} {}, {remark}",
                one_line(&facts.catalog_title),
                one_line(&facts.catalog_version)
            );
            self.line("DESCRIPTION", text(&about))?;
            self.line("X-WR-CALDESC", text(&about))?;
        }
        Ok(())
    }

    /// A property, folded into lines of at most 75 octets, never within a character.
    fn line(&mut self, name: &str, value: impl Display) -> io::Result<()> {
        let line = format!("{name}:{value}");
        let mut rest = line.as_str();
        let mut room = LONGEST_LINE;
        while rest.len() > room {
            // A character has at most four octets, so a boundary is near.
            let end = (1..=room).rev().find(|end| rest.is_char_boundary(*end));
            let (head, tail) = rest.split_at(end.unwrap_or(rest.len()));
            self.out.write_all(head.as_bytes())?;
            self.out.write_all(b"\r\n ")?;
            rest = tail;
            // The space at the beginning of the line counts.
            room = LONGEST_LINE - 1;
        }
        self.out.write_all(rest.as_bytes())?;
        self.out.write_all(b"\r\n")
    }

    fn event(&mut self, forecast: &Forecast, renewal: &Renewal) -> io::Result<()> {
        // Ids contain no `/`, so that every entry has its own UID.
        let kind = renewal.kind;
        let entry = if let Entry::Claim {
            control,
            wallet: Some(wallet),
        } = &renewal.entry
        {
            format!("{kind}/{control}/{wallet}")
        } else {
            format!("{kind}/{}", renewal.entry)
        };
        let summary = summary(renewal);
        self.begin(
            &forecast.facts,
            &entry,
            renewal.day,
            &summary,
            &description(renewal),
        )?;
        if let Some(name) = &renewal.name {
            self.line("CONTACT", text(&one_line(name)))?;
        }
        self.line("CATEGORIES", renewal.kind.word())?;
        self.end(alarm(forecast, renewal.day), &summary)
    }

    fn end_of_forecast(&mut self, forecast: &Forecast) -> io::Result<()> {
        let title = one_line(&forecast.facts.title);
        let summary = format!("The forecast ends: {title}");
        let description = format!(
            "Forecast as of {} until {}. Anything that ends on that date or later is not included.\n{}",
            forecast.facts.as_of,
            forecast.until,
            forecast.headline()
        );
        self.begin(
            &forecast.facts,
            "forecast-ends",
            forecast.until,
            &summary,
            &description,
        )?;
        self.line("CATEGORIES", "forecast-ends")?;
        self.end(alarm(forecast, forecast.until), &summary)
    }

    fn begin(
        &mut self,
        facts: &Facts,
        entry: &str,
        date: Date,
        summary: &str,
        description: &str,
    ) -> io::Result<()> {
        let assessment = &facts.assessment;
        self.line("BEGIN", "VEVENT")?;
        self.line("UID", format_args!("{assessment}/{entry}@custody-controls"))?;
        let stamp = day(facts.as_of);
        self.line("DTSTAMP", format_args!("{stamp}T000000Z"))?;
        self.line("DTSTART;VALUE=DATE", day(date))?;
        // The end is exclusive.
        self.line("DTEND;VALUE=DATE", day(date.next()))?;
        self.line("SUMMARY", text(summary))?;
        self.line("DESCRIPTION", text(description))?;
        self.line("TRANSP", "TRANSPARENT")
    }

    /// The alarm, some days before the event, and the end of the event.
    fn end(&mut self, days: i32, summary: &str) -> io::Result<()> {
        self.line("BEGIN", "VALARM")?;
        self.line("ACTION", "DISPLAY")?;
        self.line("TRIGGER", format_args!("-P{days}D"))?;
        self.line("DESCRIPTION", text(summary))?;
        self.line("END", "VALARM")?;
        self.line("END", "VEVENT")
    }
}

/// The number of days before an event on which its alarm is: the horizon, but never before the first
/// day of the forecast, when it would have passed already.
fn alarm(forecast: &Forecast, date: Date) -> i32 {
    let as_of = forecast.facts.as_of;
    let horizon = as_of.days_until(forecast.facts.horizon_end);
    horizon.min(as_of.days_until(date)).max(0)
}

fn summary(renewal: &Renewal) -> String {
    let (entry, title) = (&renewal.entry, one_line(&renewal.title));
    match renewal.kind {
        EventKind::EvidenceEnds | EventKind::EvidenceBegins => format!("Renew {entry}: {title}"),
        EventKind::AcceptanceEnds | EventKind::AcceptanceBegins => {
            format!("Review acceptance of {entry}: {title}")
        }
        EventKind::DuePasses => format!("Due {entry}: {title}"),
        EventKind::WalletEnds | EventKind::WalletBegins => format!("Wallet {entry}: {title}"),
        EventKind::AssessmentEnds | EventKind::AssessmentBegins => {
            format!("Assess {entry} again: {title}")
        }
    }
}

fn description(renewal: &Renewal) -> String {
    let mut text = String::new();
    let falls = match renewal.kind {
        EventKind::EvidenceEnds | EventKind::EvidenceBegins => "No longer proven from the next day",
        EventKind::AcceptanceEnds | EventKind::AcceptanceBegins => {
            "Open and no longer accepted from the next day"
        }
        EventKind::DuePasses => "Overdue from the next day",
        EventKind::WalletEnds | EventKind::WalletBegins => "Other controls apply",
        EventKind::AssessmentEnds | EventKind::AssessmentBegins => {
            "Unproven or no longer excluded from the next day"
        }
    };
    list(&mut text, falls, &renewal.affected);
    list(
        &mut text,
        "Still proven, by other evidence",
        &renewal.loses_one_of_several,
    );
    list(&mut text, "Risks that get worse", &renewal.risks);
    if let Some(kind) = renewal.evidence_kind {
        let _ = writeln!(text, "Kind: {kind}");
    }
    if let Some(locator) = &renewal.locator {
        let _ = writeln!(text, "Locator: {}", one_line(locator));
    }
    if let Some(location) = &renewal.location {
        let _ = writeln!(text, "Declared at {}", one_line(&location.to_string()));
    }
    text.truncate(text.trim_end().len());
    text
}

fn list<T: Display>(text: &mut String, heading: &str, items: &[T]) {
    if !items.is_empty() {
        let items: Vec<String> = items.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "{heading} ({}): {}", items.len(), items.join(", "));
    }
}
