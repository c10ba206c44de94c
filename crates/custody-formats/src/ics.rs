//! iCalendar (RFC 5545), for calendars: a day-long event for everything that has to be renewed, with
//! an alarm before it, and one for the day on which the forecast itself ends.
//!
//! Times are those of the question: an event is stamped with the day of the forecast, and its UID is
//! made of the ids of the assessment and the entry. So the same question gives the same bytes, and a
//! calendar that reads a later forecast moves the events that it has instead of doubling them.

use custody_controls::forecast::{Forecast, Renewal};
use custody_controls::taxonomy::{Turn, Word};
use custody_controls::text::sanitize;
use std::fmt::{Display, Write};
use std::io;

/// The most octets of a line, without its break.
const LONGEST_LINE: usize = 75;

pub(super) fn write(forecast: &Forecast, out: &mut dyn io::Write) -> io::Result<()> {
    let facts = &forecast.facts;
    let mut calendar = Calendar { out };
    calendar.line("BEGIN", "VCALENDAR")?;
    calendar.line("VERSION", "2.0")?;
    calendar.line(
        "PRODID",
        format_args!(
            "-//custody-controls//custody-controls {}//EN",
            facts.program_version
        ),
    )?;
    calendar.line("CALSCALE", "GREGORIAN")?;
    calendar.line("METHOD", "PUBLISH")?;
    let name = text(&format!("{}: renewals", facts.title));
    calendar.line("NAME", &name)?;
    // Calendars knew this one before there was a standard for it.
    calendar.line("X-WR-CALNAME", &name)?;
    for renewal in &forecast.renewals {
        calendar.event(forecast, renewal)?;
    }
    calendar.end_of_forecast(forecast)?;
    calendar.line("END", "VCALENDAR")
}

/// A stranger's or our own text as a value of type TEXT. Line breaks of ours are kept.
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

/// Texts of strangers may hold line breaks, which would look like ours.
fn one_line(text: &str) -> String {
    sanitize(text).into_owned()
}

fn day(date: custody_controls::date::Date) -> String {
    date.to_string().replace('-', "")
}

struct Calendar<'o> {
    out: &'o mut dyn io::Write,
}

impl Calendar<'_> {
    /// A property, broken into lines of at most 75 octets, none of them within a character.
    fn line(&mut self, name: &str, value: impl Display) -> io::Result<()> {
        let line = format!("{name}:{value}");
        let mut rest = line.as_str();
        let mut room = LONGEST_LINE;
        while rest.len() > room {
            // A character has four octets at most, so one of them begins near.
            let end = (1..=room).rev().find(|end| rest.is_char_boundary(*end));
            let (head, tail) = rest.split_at(end.unwrap_or(rest.len()));
            self.out.write_all(head.as_bytes())?;
            self.out.write_all(b"\r\n ")?;
            rest = tail;
            // The blank at the beginning of the line counts.
            room = LONGEST_LINE - 1;
        }
        self.out.write_all(rest.as_bytes())?;
        self.out.write_all(b"\r\n")
    }

    fn event(&mut self, forecast: &Forecast, renewal: &Renewal) -> io::Result<()> {
        // No id holds a `/`, so that no two entries have one UID.
        let entry = format!("{}/{}", renewal.kind, renewal.entry.replace('@', "/"));
        let summary = summary(renewal);
        self.begin(
            forecast,
            &entry,
            renewal.day,
            &summary,
            &description(renewal),
        )?;
        if let Some(name) = &renewal.name {
            self.line("CONTACT", text(&one_line(name)))?;
        }
        self.line("CATEGORIES", renewal.kind.word())?;
        self.end(forecast, &summary)
    }

    fn end_of_forecast(&mut self, forecast: &Forecast) -> io::Result<()> {
        let title = one_line(&forecast.facts.title);
        let summary = format!("The forecast ends: {title}");
        let told = format!(
            "Made for {} until {}. What ends on this day or later is not in it.\n{}",
            forecast.facts.as_of,
            forecast.until,
            forecast.verdict()
        );
        self.begin(forecast, "forecast-ends", forecast.until, &summary, &told)?;
        self.line("CATEGORIES", "forecast-ends")?;
        self.end(forecast, &summary)
    }

    fn begin(
        &mut self,
        forecast: &Forecast,
        entry: &str,
        date: custody_controls::date::Date,
        summary: &str,
        description: &str,
    ) -> io::Result<()> {
        let assessment = &forecast.facts.assessment;
        self.line("BEGIN", "VEVENT")?;
        self.line("UID", format_args!("{assessment}/{entry}@custody-controls"))?;
        let stamp = day(forecast.facts.as_of);
        self.line("DTSTAMP", format_args!("{stamp}T000000Z"))?;
        self.line("DTSTART;VALUE=DATE", day(date))?;
        // An event ends before this day.
        self.line("DTEND;VALUE=DATE", day(date.next()))?;
        self.line("SUMMARY", text(summary))?;
        self.line("DESCRIPTION", text(description))?;
        self.line("TRANSP", "TRANSPARENT")
    }

    /// The alarm, as long before the day as the horizon is, and the end of the event.
    fn end(&mut self, forecast: &Forecast, summary: &str) -> io::Result<()> {
        let horizon = forecast.facts.as_of.days_until(forecast.facts.horizon_end);
        self.line("BEGIN", "VALARM")?;
        self.line("ACTION", "DISPLAY")?;
        self.line("TRIGGER", format_args!("-P{horizon}D"))?;
        self.line("DESCRIPTION", text(summary))?;
        self.line("END", "VALARM")?;
        self.line("END", "VEVENT")
    }
}

fn summary(renewal: &Renewal) -> String {
    let (entry, title) = (&renewal.entry, one_line(&renewal.title));
    match renewal.kind {
        Turn::EvidenceEnds | Turn::EvidenceBegins => format!("Renew {entry}: {title}"),
        Turn::AcceptanceEnds | Turn::AcceptanceBegins => {
            format!("Decide on accepting {entry} again: {title}")
        }
        Turn::DuePasses => format!("Due, {entry}: {title}"),
    }
}

fn description(renewal: &Renewal) -> String {
    let mut told = String::new();
    let falls = match renewal.kind {
        Turn::EvidenceEnds | Turn::EvidenceBegins => "Falls on the day after",
        Turn::AcceptanceEnds | Turn::AcceptanceBegins => "Open and not accepted on the day after",
        Turn::DuePasses => "Overdue on the day after",
    };
    list(&mut told, falls, &renewal.falls);
    list(
        &mut told,
        "Weakened, still proven by others",
        &renewal.weakens,
    );
    list(&mut told, "Risks that get worse", &renewal.risks);
    if let Some(kind) = renewal.evidence_kind {
        let _ = writeln!(told, "Kind: {kind}");
    }
    if let Some(locator) = &renewal.locator {
        let _ = writeln!(told, "Where: {}", one_line(locator));
    }
    if let Some(location) = &renewal.location {
        let _ = writeln!(told, "Written at {}", one_line(&location.to_string()));
    }
    told.truncate(told.trim_end().len());
    told
}

fn list<T: Display>(told: &mut String, heading: &str, items: &[T]) {
    if !items.is_empty() {
        let items: Vec<String> = items.iter().map(ToString::to_string).collect();
        let _ = writeln!(told, "{heading} ({}): {}", items.len(), items.join(", "));
    }
}
