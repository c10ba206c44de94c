//! iCalendar (RFC 5545): an all-day event for everything that has to be renewed, with an alarm
//! before it, and one for the date on which the forecast ends.
//!
//! Events are stamped with the date of the forecast, and their UID consists of the ids of the
//! assessment and the entry. So the same input gives the same bytes, and a calendar that imports a
//! later forecast moves existing events instead of duplicating them.

use custody_controls::forecast::{Entry, Forecast, Renewal};
use custody_controls::taxonomy::{EventKind, Word};
use custody_controls::text::sanitize;
use std::fmt::{Display, Write};
use std::io;

/// The maximum length of a line in octets, without its line break.
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
    // The name of the property before it was standardized.
    calendar.line("X-WR-CALNAME", &name)?;
    if let Some(remark) = facts.catalog_origin.remark() {
        let about = format!(
            "Catalog: {} {}, {remark}",
            one_line(&facts.catalog_title),
            one_line(&facts.catalog_version)
        );
        calendar.line("DESCRIPTION", text(&about))?;
        calendar.line("X-WR-CALDESC", text(&about))?;
    }
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

fn day(date: custody_controls::date::Date) -> String {
    date.to_string().replace('-', "")
}

struct Calendar<'o> {
    out: &'o mut dyn io::Write,
}

impl Calendar<'_> {
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
        self.end(forecast, renewal.day, &summary)
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
            forecast,
            "forecast-ends",
            forecast.until,
            &summary,
            &description,
        )?;
        self.line("CATEGORIES", "forecast-ends")?;
        self.end(forecast, forecast.until, &summary)
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
        // The end is exclusive.
        self.line("DTEND;VALUE=DATE", day(date.next()))?;
        self.line("SUMMARY", text(summary))?;
        self.line("DESCRIPTION", text(description))?;
        self.line("TRANSP", "TRANSPARENT")
    }

    /// The alarm and the end of the event. The alarm precedes the event by the horizon, but is never
    /// before the first day of the forecast, when it would have passed already.
    fn end(
        &mut self,
        forecast: &Forecast,
        date: custody_controls::date::Date,
        summary: &str,
    ) -> io::Result<()> {
        let as_of = forecast.facts.as_of;
        let horizon = as_of.days_until(forecast.facts.horizon_end);
        let horizon = horizon.min(as_of.days_until(date)).max(0);
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
        EventKind::EvidenceEnds | EventKind::EvidenceBegins => format!("Renew {entry}: {title}"),
        EventKind::AcceptanceEnds | EventKind::AcceptanceBegins => {
            format!("Review acceptance of {entry}: {title}")
        }
        EventKind::DuePasses => format!("Due {entry}: {title}"),
        EventKind::WalletEnds | EventKind::WalletBegins => format!("Wallet {entry}: {title}"),
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
