//! Texts as Markdown: escaped, as code, and in lists.

use custody_controls::location::Location;
use custody_controls::message::{Message, Part};
use custody_controls::report::SeverityCount;
use custody_controls::taxonomy::CatalogOrigin;
use custody_controls::text::sanitize;
use std::fmt::Display;

/// Untrusted text, escaped so that nothing in it is interpreted as markup, link or mention.
pub(super) fn escape(text: &str) -> String {
    let text = sanitize(text);
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut rest = &*text;
    while let Some(at) = rest.bytes().position(may_be_markup) {
        let (before, from) = rest.split_at(at);
        escaped.push_str(before);
        let mut after = from.chars();
        let c = after.next().unwrap_or_default();
        rest = after.as_str();
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // `://` and `@` turn addresses into links.
            ':' if rest.starts_with("//") => escaped.push_str("\\:"),
            ':' => escaped.push(':'),
            // GitHub finds mentions and issues after Markdown has been processed. A backslash does
            // not prevent that; an empty comment does.
            '@' | '#' if rest.starts_with(|c: char| c.is_alphanumeric()) => {
                escaped.push('\\');
                escaped.push(c);
                escaped.push_str("<!-- -->");
            }
            _ => {
                escaped.push('\\');
                escaped.push(c);
            }
        }
    }
    escaped.push_str(rest);
    // Addresses without a scheme also become links.
    for (address, text) in [("www.", "www\\."), ("WWW.", "WWW\\.")] {
        if escaped.contains(address) {
            escaped = escaped.replace(address, text);
        }
    }
    escaped
}

/// Whether a byte is one of the characters that [`escape`] handles.
fn may_be_markup(byte: u8) -> bool {
    matches!(
        byte,
        b'&' | b'<'
            | b'>'
            | b':'
            | b'@'
            | b'#'
            | b'\\'
            | b'`'
            | b'*'
            | b'_'
            | b'['
            | b']'
            | b'|'
            | b'~'
            | b'$'
    )
}

/// Escaped text for the beginning of a line or list item, where `-` or `1.` would begin a list.
pub(super) fn at_start(escaped: &str) -> String {
    // Four spaces would begin a code block.
    let escaped = escaped.trim_start();
    let digits = escaped.chars().take_while(char::is_ascii_digit).count();
    let (number, rest) = escaped.split_at(digits);
    if escaped.starts_with(['-', '+', '=']) {
        format!("\\{escaped}")
    } else if digits > 0 && rest.starts_with(['.', ')']) {
        format!("{number}\\{rest}")
    } else {
        escaped.to_owned()
    }
}

/// A message, with its ids, words and literals as code.
pub(super) fn sentence(message: &Message<'_>) -> String {
    let mut marked = String::new();
    for part in message.parts() {
        marked.push_str(&match part {
            Part::Id(_, text) | Part::Word(text) | Part::Literal(text) => code(text),
            Part::Text(_) | Part::Quote(_) | Part::Day(_) | _ => escape(&part.to_string()),
        });
    }
    marked
}

/// A text as code. What would end the code or the cell of a table is escaped text instead.
pub(super) fn code(text: impl Display) -> String {
    let text = text.to_string();
    if text.is_empty() || text.contains(['`', '|', '<', '>', '&']) {
        return escape(&text);
    }
    format!("`{}`", sanitize(&text))
}

pub(super) fn codes<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(code).collect::<Vec<_>>().join(", ")
}

/// What to state after the name of a catalog, unless it is the built-in one.
pub(super) fn origin(origin: CatalogOrigin) -> String {
    let remark = origin.remark();
    remark
        .map(|remark| format!(", **{remark}**"))
        .unwrap_or_default()
}

pub(super) fn place(location: Option<&Location>) -> String {
    location
        .map(|location| escape(&location.to_string()))
        .unwrap_or_default()
}

pub(super) fn severities(counts: &[SeverityCount]) -> String {
    counts
        .iter()
        .map(|entry| format!("{} {}", entry.count, entry.severity))
        .collect::<Vec<_>>()
        .join(", ")
}
