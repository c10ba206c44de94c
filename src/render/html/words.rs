//! Words, signs and links. Every verdict has its word and its sign; colour only repeats them.

use super::index::Index;
use crate::assessment::SubjectId;
use crate::coverage::Ratio;
use crate::date::Date;
use crate::gap::Gap;
use crate::id::{ControlId, EvidenceId, RiskId};
use crate::legible::all_bytes;
pub(super) use crate::legible::count;
use crate::render::legible;
use crate::report::SeverityCount;
use crate::source::Location;
use crate::taxonomy::{EvidenceState, RiskVerdict, Severity, Verdict, Word};
use maud::{Markup, Render, html};
use std::borrow::Cow;
use std::fmt::Display;

/// A word of more bytes may be broken anywhere, so that it does not stretch its table.
const LONGEST_WORD: usize = 32;

/// A stranger's text. What is not plain ASCII may be written from right to left, and is kept from
/// turning its surroundings.
pub(super) fn text(text: &str) -> Text<'_> {
    Text(legible(text))
}

/// A text that is written where it stands, since a page has many thousands of them.
pub(super) struct Text<'t>(Cow<'t, str>);

impl Render for Text<'_> {
    fn render_to(&self, page: &mut String) {
        let text = self.0.as_ref();
        let (before, after) = match (text.is_ascii(), has_long_word(text)) {
            (true, false) => ("", ""),
            (true, true) => ("<span class=\"z\">", "</span>"),
            (false, false) => ("<bdi>", "</bdi>"),
            (false, true) => ("<bdi class=\"z\">", "</bdi>"),
        };
        page.push_str(before);
        put(page, text);
        page.push_str(after);
    }
}

/// Most texts have nothing in them to escape, and are copied as they are.
fn put(page: &mut String, text: &str) {
    if all_bytes(text, |byte| !matches!(byte, b'&' | b'<' | b'>' | b'"')) {
        page.push_str(text);
    } else {
        text.render_to(page);
    }
}

/// Whether a word is so long that it may be broken anywhere. From the last space among as many bytes as a
/// word may have, the search goes on behind it, so that it looks at few of them.
fn has_long_word(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let Some(window) = rest.get(..=LONGEST_WORD) {
        let Some(space) = window.iter().rposition(u8::is_ascii_whitespace) else {
            return true;
        };
        rest = rest.get(space + 1..).unwrap_or_default();
    }
    false
}

/// A link to an entry of the report, written where it stands.
pub(super) struct Link<'l> {
    kind: &'static str,
    name: &'l str,
}

impl Render for Link<'_> {
    fn render_to(&self, page: &mut String) {
        page.push_str("<a href=\"#");
        page.push_str(self.kind);
        page.push('-');
        put(page, self.name);
        page.push_str("\">");
        put(page, self.name);
        page.push_str("</a>");
    }
}

/// What our own words put between backticks, with strangers' texts in between. What names an entry
/// of the report leads to it.
pub(super) fn prose<'p>(words: &'p str, index: &'p Index<'p>) -> Prose<'p> {
    Prose { words, index }
}

/// Words of ours, with links.
pub(super) struct Prose<'p> {
    words: &'p str,
    index: &'p Index<'p>,
}

impl Render for Prose<'_> {
    fn render_to(&self, page: &mut String) {
        for (position, part) in self.words.split('`').enumerate() {
            if position % 2 == 0 {
                text(part).render_to(page);
            } else if let Some(kind) = self.index.kind(part) {
                Link { kind, name: part }.render_to(page);
            } else if is_code(part) {
                page.push_str("<code>");
                put(page, part);
                page.push_str("</code>");
            } else {
                page.push('`');
                text(part).render_to(page);
                page.push('`');
            }
        }
    }
}

fn is_code(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | ':' | ' '))
}

pub(super) fn control(id: &ControlId) -> Link<'_> {
    Link {
        kind: "control",
        name: id.as_str(),
    }
}

pub(super) fn risk(id: &RiskId) -> Link<'_> {
    Link {
        kind: "risk",
        name: id.as_str(),
    }
}

pub(super) fn evidence(id: &EvidenceId) -> Link<'_> {
    Link {
        kind: "evidence",
        name: id.as_str(),
    }
}

pub(super) fn subject(id: &SubjectId) -> Link<'_> {
    Link {
        kind: "subject",
        name: id.as_str(),
    }
}

pub(super) fn gap(gap: &Gap) -> Link<'_> {
    Link {
        kind: "gap",
        name: &gap.id,
    }
}

/// Some links, or the word for none.
pub(super) fn list<'i, T, L: Render>(
    items: &'i [T],
    link: impl Fn(&'i T) -> L,
    none: &str,
) -> Markup {
    html! {
        @if items.is_empty() { (none) }
        @for (position, item) in items.iter().enumerate() {
            @if position > 0 { ", " }
            (link(item))
        }
    }
}

/// Words with a comma between them.
pub(super) fn words<T: Display>(items: &[T]) -> String {
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

pub(super) fn place(location: Option<&Location>) -> Markup {
    html! {
        @if let Some(location) = location { span.f { (text(&location.to_string())) } }
    }
}

pub(super) fn day(date: Option<Date>) -> Markup {
    html! { @if let Some(date) = date { span.d { (date) } } }
}

/// `250 of 389`, and how many of a hundred that is.
pub(super) fn ratio(ratio: Ratio) -> Markup {
    html! {
        @if let Some(percent) = ratio.percent() {
            (of(ratio)) " " span.d { "(" (percent) " %)" }
        } @else {
            "–"
        }
    }
}

pub(super) fn of(ratio: Ratio) -> Markup {
    html! { span.d { (ratio.numerator) " of " (ratio.denominator) } }
}

/// The letter by which the style sheet knows a verdict, and its sign.
pub(super) fn sign(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Effective => ("e", "✓"),
        Verdict::Unproven => ("u", "≈"),
        Verdict::Partial => ("p", "◐"),
        Verdict::Absent => ("a", "✗"),
        Verdict::Unknown => ("k", "?"),
        Verdict::Excluded => ("x", "–"),
    }
}

/// The letter by which the style sheet knows the verdict of a risk, and its sign.
pub(super) fn risk_sign(verdict: RiskVerdict) -> (&'static str, &'static str) {
    match verdict {
        RiskVerdict::Treated => ("e", "✓"),
        RiskVerdict::PartlyTreated => ("p", "◐"),
        RiskVerdict::Untreated => ("a", "✗"),
        RiskVerdict::Unknown => ("k", "?"),
        RiskVerdict::NoControl => ("n", "∅"),
        RiskVerdict::OutOfScope => ("x", "–"),
    }
}

fn severity_sign(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Critical => ("a", "◆"),
        Severity::High => ("p", "▲"),
        Severity::Medium => ("k", "■"),
        Severity::Low => ("x", "·"),
    }
}

fn tag((letter, sign): (&'static str, &'static str), word: &str) -> Markup {
    html! { span class={ "v " (letter) } { (sign) " " (word) } }
}

pub(super) fn verdict(verdict: Verdict) -> Markup {
    tag(sign(verdict), verdict.word())
}

pub(super) fn risk_verdict(verdict: RiskVerdict) -> Markup {
    tag(risk_sign(verdict), verdict.word())
}

pub(super) fn severity(severity: Severity) -> Markup {
    tag(severity_sign(severity), severity.word())
}

pub(super) fn state(state: EvidenceState) -> Markup {
    let sign = match state {
        EvidenceState::Current => ("e", "✓"),
        EvidenceState::NotYetValid => ("k", "…"),
        EvidenceState::Expired => ("a", "✗"),
    };
    tag(sign, state.word())
}

/// `2 critical, 10 high`, without what is nought.
pub(super) fn severities(counts: &[SeverityCount]) -> Markup {
    let some: Vec<&SeverityCount> = counts.iter().filter(|entry| entry.count > 0).collect();
    list(
        &some,
        |entry| html! { span.d { (entry.count) " " (entry.severity) } },
        "none",
    )
}
