//! Texts, signs and links. Each verdict has a word and a sign; colour only repeats them.

use custody_controls::assessment::SubjectId;
use custody_controls::coverage::Ratio;
use custody_controls::date::Date;
use custody_controls::gap::Gap;
use custody_controls::id::{ControlId, EvidenceId, RiskId};
use custody_controls::location::Location;
use custody_controls::message::{IdKind, Message, Part};
use custody_controls::report::SeverityCount;
use custody_controls::taxonomy::{
    CatalogOrigin, EvidenceState, RiskVerdict, Severity, Verdict, Word,
};
use custody_controls::text::sanitize;
use custody_controls::text::{all_bytes, is_visible_but};
use maud::{Markup, Render, html};
use std::fmt::{Display, Write};

/// A word of more bytes may be broken anywhere, so that it does not widen its table.
const LONGEST_WORD: usize = 32;

/// Untrusted text. Text that is not ASCII may be written from right to left, and is isolated from
/// its surroundings.
pub(super) fn text(text: &str) -> Text<'_> {
    Text(text)
}

/// A text, rendered without an intermediate string, since a page has many thousands of them.
pub(super) struct Text<'t>(&'t str);

impl Render for Text<'_> {
    fn render_to(&self, page: &mut String) {
        // Nearly all texts are copied unchanged.
        if is_plain(self.0) && !has_long_word(self.0) {
            page.push_str(self.0);
            return;
        }
        let text = sanitize(self.0);
        let (before, after) = match (text.is_ascii(), has_long_word(&text)) {
            (true, false) => ("", ""),
            (true, true) => ("<span class=\"z\">", "</span>"),
            (false, false) => ("<bdi>", "</bdi>"),
            (false, true) => ("<bdi class=\"z\">", "</bdi>"),
        };
        page.push_str(before);
        put(page, &text);
        page.push_str(after);
    }
}

/// A word of a vocabulary, which contains nothing to escape.
pub(super) fn word(word: impl Word) -> Constant {
    Constant(word.word())
}

/// The result of [`word`].
pub(super) struct Constant(&'static str);

impl Render for Constant {
    fn render_to(&self, page: &mut String) {
        page.push_str(self.0);
    }
}

/// An id or a number of a clause, without markup.
pub(super) struct Plain<'t>(pub(super) &'t str);

impl Render for Plain<'_> {
    fn render_to(&self, page: &mut String) {
        put(page, self.0);
    }
}

/// Whether a text contains nothing to escape or sanitize.
fn is_plain(text: &str) -> bool {
    all_bytes(text, |byte| is_visible_but(byte, b"&<>\""))
}

fn put(page: &mut String, text: &str) {
    if is_plain(text) {
        page.push_str(text);
    } else {
        text.render_to(page);
    }
}

/// Whether a text has a word that is so long that it may be broken anywhere. The search continues
/// after the last space of each window of that length, so that it visits few bytes.
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

/// A link to an entry of the report.
pub(super) struct Link<'l> {
    kind: &'static str,
    name: &'l str,
}

impl Render for Link<'_> {
    fn render_to(&self, page: &mut String) {
        page.push_str("<a href=\"#");
        page.push_str(self.kind);
        page.push('-');
        let start = page.len();
        put(page, self.name);
        let end = page.len();
        page.push_str("\">");
        page.extend_from_within(start..end);
        page.push_str("</a>");
    }
}

/// A message. Ids of controls, risks and evidence items link to their entries.
pub(super) fn sentence<'m>(message: &'m Message<'m>) -> Sentence<'m> {
    Sentence(message)
}

/// The result of [`sentence`].
pub(super) struct Sentence<'m>(&'m Message<'m>);

impl Render for Sentence<'_> {
    fn render_to(&self, page: &mut String) {
        for part in self.0.parts() {
            match part {
                Part::Text(words) => put(page, words),
                Part::Id(IdKind::Control, id) => link("control", id).render_to(page),
                Part::Id(IdKind::Risk, id) => link("risk", id).render_to(page),
                Part::Id(IdKind::Evidence, id) => link("evidence", id).render_to(page),
                Part::Id(_, code) | Part::Word(code) | Part::Literal(code) => {
                    page.push_str("<code>");
                    text(code).render_to(page);
                    page.push_str("</code>");
                }
                Part::Quote(quote) => text(quote).render_to(page),
                Part::Day(_) | _ => put(page, &part.to_string()),
            }
        }
    }
}

fn link<'l>(kind: &'static str, name: &'l str) -> Link<'l> {
    Link { kind, name }
}

/// A control of which only the id is known.
pub(super) fn control_named(name: &str) -> Link<'_> {
    link("control", name)
}

pub(super) fn control(id: &ControlId) -> Link<'_> {
    link("control", id.as_str())
}

pub(super) fn risk(id: &RiskId) -> Link<'_> {
    link("risk", id.as_str())
}

pub(super) fn evidence(id: &EvidenceId) -> Link<'_> {
    link("evidence", id.as_str())
}

pub(super) fn subject(id: &SubjectId) -> Link<'_> {
    link("subject", id.as_str())
}

pub(super) fn gap(gap: &Gap) -> Link<'_> {
    link("gap", &gap.id)
}

/// Links separated by commas, or a word if there are none.
pub(super) fn list<'i, T, L: Render, F: Fn(&'i T) -> L>(
    items: &'i [T],
    link: F,
    none: &'static str,
) -> List<'i, T, F> {
    List { items, link, none }
}

/// The result of [`list`].
pub(super) struct List<'i, T, F> {
    items: &'i [T],
    link: F,
    none: &'static str,
}

impl<'i, T, L: Render, F: Fn(&'i T) -> L> Render for List<'i, T, F> {
    fn render_to(&self, page: &mut String) {
        if self.items.is_empty() {
            put(page, self.none);
        }
        for (position, item) in self.items.iter().enumerate() {
            if position > 0 {
                page.push_str(", ");
            }
            (self.link)(item).render_to(page);
        }
    }
}

/// Rows with equal content as groups, in the order of the first row of each.
pub(super) fn alike<'r, T, S: PartialEq>(
    rows: &'r [T],
    content: impl Fn(&'r T) -> S,
) -> Vec<Vec<&'r T>> {
    let mut groups: Vec<Vec<&T>> = Vec::new();
    for row in rows {
        let is_same = |group: &&mut Vec<&'r T>| {
            let first = group.first();
            first.is_some_and(|first| content(first) == content(row))
        };
        match groups.iter_mut().find(is_same) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

/// Words separated by commas.
pub(super) fn words<T: Display>(items: &[T]) -> String {
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

pub(super) fn place(location: Option<&Location>) -> Place<'_> {
    Place(location)
}

/// A location in a file.
pub(super) struct Place<'l>(Option<&'l Location>);

impl Render for Place<'_> {
    fn render_to(&self, page: &mut String) {
        if let Some(location) = self.0 {
            page.push_str("<span class=\"f\">");
            text(&location.file).render_to(page);
            page.push(':');
            location.line.render_to(page);
            page.push(':');
            location.column.render_to(page);
            page.push_str("</span>");
        }
    }
}

pub(super) fn day(date: Option<Date>) -> Day {
    Day(date)
}

/// A date.
pub(super) struct Day(Option<Date>);

impl Render for Day {
    fn render_to(&self, page: &mut String) {
        if let Some(date) = self.0 {
            let _ = write!(page, "<span class=\"d\">{date}</span>");
        }
    }
}

/// `265 of 411 (64 %)`.
pub(super) fn ratio(ratio: Ratio) -> Markup {
    html! {
        @if let Some(percent) = ratio.percent() {
            (of(ratio)) " " span.d { "(" (percent) " %)" }
        } @else {
            "–"
        }
    }
}

/// A number and the word for one or for many.
pub(super) fn count<N: Render + From<u8> + PartialEq>(
    number: N,
    one: &'static str,
    many: &'static str,
) -> Count<N> {
    let word = if number == N::from(1) { one } else { many };
    Count { number, word }
}

/// The result of [`count`].
pub(super) struct Count<N> {
    number: N,
    word: &'static str,
}

impl<N: Render> Render for Count<N> {
    fn render_to(&self, page: &mut String) {
        self.number.render_to(page);
        page.push(' ');
        page.push_str(self.word);
    }
}

pub(super) fn of(ratio: Ratio) -> Of {
    Of(ratio)
}

/// `265 of 411`.
pub(super) struct Of(Ratio);

impl Render for Of {
    fn render_to(&self, page: &mut String) {
        page.push_str("<span class=\"d\">");
        self.0.numerator.render_to(page);
        page.push_str(" of ");
        self.0.denominator.render_to(page);
        page.push_str("</span>");
    }
}

/// What to state after the name of a catalog, unless it is the built-in one.
pub(super) fn origin(origin: CatalogOrigin) -> Markup {
    html! { @if let Some(remark) = origin.remark() { "; " b { (remark) } } }
}

/// The class of a verdict in the style sheet, and its sign.
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

/// The class of the verdict of a risk in the style sheet, and its sign.
pub(super) fn risk_sign(verdict: RiskVerdict) -> (&'static str, &'static str) {
    match verdict {
        RiskVerdict::Treated => ("e", "✓"),
        RiskVerdict::PartlyTreated => ("p", "◐"),
        RiskVerdict::Unproven => ("u", "≈"),
        RiskVerdict::Untreated => ("a", "✗"),
        RiskVerdict::Unknown => ("k", "?"),
        RiskVerdict::NoControl => ("n", "∅"),
        RiskVerdict::ExcludedByClaim => ("x", "⊘"),
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

/// A word with its sign and its class in the style sheet.
pub(super) struct Tag {
    sign: (&'static str, &'static str),
    word: &'static str,
}

impl Render for Tag {
    fn render_to(&self, page: &mut String) {
        let (letter, sign) = self.sign;
        for part in ["<span class=\"v ", letter, "\">", sign, " "] {
            page.push_str(part);
        }
        page.push_str(self.word);
        page.push_str("</span>");
    }
}

pub(super) fn verdict(verdict: Verdict) -> Tag {
    Tag {
        sign: sign(verdict),
        word: verdict.word(),
    }
}

pub(super) fn risk_verdict(verdict: RiskVerdict) -> Tag {
    Tag {
        sign: risk_sign(verdict),
        word: verdict.word(),
    }
}

pub(super) fn severity(severity: Severity) -> Tag {
    Tag {
        sign: severity_sign(severity),
        word: severity.word(),
    }
}

/// The sign of a severity, with its word for screen readers.
pub(super) fn severity_mark(severity: Severity) -> Markup {
    html! { (severity_sign(severity).1) span.o { " " (severity.word()) " " } }
}

pub(super) fn state(state: EvidenceState) -> Tag {
    let sign = match state {
        EvidenceState::Current => ("e", "✓"),
        EvidenceState::NotYetValid => ("k", "…"),
        EvidenceState::Expired => ("a", "✗"),
    };
    Tag {
        sign,
        word: state.word(),
    }
}

/// `2 critical, 10 high`, without severities that do not occur.
pub(super) fn severities(counts: &[SeverityCount]) -> Markup {
    let some: Vec<&SeverityCount> = counts.iter().filter(|entry| entry.count > 0).collect();
    let count =
        |entry: &&SeverityCount| html! { span.d { (entry.count) " " (word(entry.severity)) } };
    html! { (list(&some, count, "none")) }
}
