//! What a scalar was meant to be, if that can be worked out.

use super::tree::{Kind, NodeId, Slot};
use super::{Refusal, Source, Splice, Value, decode::shorten};
use crate::date::Date;
use crate::diagnostic::{Applicability, Edit, Fix, near};
use crate::index::index;
use crate::location::TextRange;

/// A date in another form. Year, month and day in this order are certain; a time is cut off, and a
/// day that can only be a day comes first, as suggestions.
pub(super) fn date(text: &str) -> Option<(Date, Applicability)> {
    let text = text.trim();
    let only_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if text.len() == 8 && only_digits(text) {
        let parts = (text.get(..4)?, text.get(4..6)?, text.get(6..)?);
        return Some((day(parts.0, parts.1, parts.2)?, Applicability::Certain));
    }
    if let Some((date, rest)) = text.split_at_checked(10)
        && rest.starts_with(['T', 't', ' '])
    {
        return Some((date.parse().ok()?, Applicability::Suggestion));
    }
    let separator = text.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(separator, '-' | '/' | '.') {
        return None;
    }
    let parts: Vec<&str> = text.split(separator).collect();
    let [first, second, third] = *parts else {
        return None;
    };
    if first.len() == 4 {
        return Some((day(first, second, third)?, Applicability::Certain));
    }
    // `31.12.2026` has one meaning only, `3.9.2026` has two.
    let is_day = first.parse::<u8>().is_ok_and(|number| number > 12);
    let date = day(third, second, first).filter(|_| is_day && third.len() == 4);
    Some((date?, Applicability::Suggestion))
}

fn day(year: &str, month: &str, day: &str) -> Option<Date> {
    let two = |part: &str| (1..=2).contains(&part.len()).then(|| format!("{part:0>2}"));
    format!("{year}-{}-{}", two(month)?, two(day)?).parse().ok()
}

/// A number in quotes, with a sign, with decimals that are zero, or with leading zeros. Leading zeros
/// are only a suggestion, because some YAML readers take them for octal numbers.
pub(super) fn number(
    text: &str,
    is_valid: impl Fn(&str) -> bool,
) -> Option<(String, Applicability)> {
    let trimmed = text.trim();
    let number = trimmed.strip_prefix('+').unwrap_or(trimmed);
    let number = match number.split_once('.') {
        Some((whole, decimals)) if decimals.bytes().all(|b| b == b'0') => whole,
        _ => number,
    };
    let is_octal = number.starts_with('0') && number != "0" && !number.starts_with("0.");
    let (number, applicability) = if is_octal {
        (number.trim_start_matches('0'), Applicability::Suggestion)
    } else {
        (number, Applicability::Certain)
    };
    let begins_with_digit = number.starts_with(|c: char| c.is_ascii_digit());
    (begins_with_digit && is_valid(number)).then(|| (number.to_owned(), applicability))
}

/// A boolean in quotes or capitals, or another word for one.
pub(super) fn boolean(text: &str) -> Option<(&'static str, Applicability)> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Some(("true", Applicability::Certain)),
        "false" => Some(("false", Applicability::Certain)),
        "yes" | "on" | "y" => Some(("true", Applicability::Suggestion)),
        "no" | "off" | "n" => Some(("false", Applicability::Suggestion)),
        _ => None,
    }
}

/// The items of a list that was written without brackets: certainly one item if it is one word.
pub(super) fn list(text: &str) -> Option<(Vec<&str>, Applicability)> {
    let is_word = |item: &&str| {
        let mut chars = item.chars();
        chars.next().is_some_and(char::is_alphanumeric)
            && chars.all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let items: Vec<&str> = text.split(',').map(str::trim).collect();
    if !items.iter().all(is_word) {
        return None;
    }
    let applicability = if items.len() == 1 {
        Applicability::Certain
    } else {
        Applicability::Suggestion
    };
    Some((items, applicability))
}

/// A SHA-256 with a prefix, with separators between its bytes, or with a file name behind it.
pub(super) fn digest(text: &str) -> Option<(String, Applicability)> {
    let text = text.trim().to_ascii_lowercase();
    let text = text.strip_prefix("sha256").unwrap_or(&text);
    let text = text.trim_start_matches([':', '-', '=', ' ']);
    let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    let joined = text.replace([':', ' ', '-'], "");
    if is_digest(&joined) {
        return Some((joined, Applicability::Certain));
    }
    let first = text.split_whitespace().next()?;
    is_digest(first).then(|| (first.to_owned(), Applicability::Suggestion))
}

impl Source {
    /// A fix of this file; none if it cannot be made safely.
    pub(crate) fn fix(
        &self,
        title: impl Into<String>,
        applicability: Applicability,
        splices: Result<Vec<Splice>, Refusal>,
    ) -> Option<Fix> {
        let edits = splices.ok()?.into_iter();
        let edits = edits.map(|(range, text)| Edit::new(&*self.name, range, text));
        Some(Fix::new(title, applicability, edits.collect()))
    }

    /// Writes a scalar in another way.
    pub(crate) fn rewriting(
        &self,
        node: NodeId,
        new: &str,
        applicability: Applicability,
    ) -> Option<Fix> {
        let title = match self.value(node) {
            Value::Text(old) | Value::Literal(old) => {
                format!("replace `{}` with `{new}`", shorten(&old))
            }
            Value::List(_) | Value::Mapping(_) => return None,
        };
        self.fix(title, applicability, self.rewrite(node, new))
    }

    /// Puts the near one of some words in place of a scalar, unless it is beside it already.
    pub(crate) fn correcting<'w>(
        &self,
        node: NodeId,
        words: impl IntoIterator<Item = &'w str>,
    ) -> Option<Fix> {
        let (Value::Text(word) | Value::Literal(word)) = self.value(node) else {
            return None;
        };
        let near = near(&word, words)?;
        let slot = *self.tree.trail(node)?.last()?;
        let is_key = self.tree.key(slot) == Some(node);
        let is_beside = (is_key || !self.tree.is_mapping(slot.container))
            && self.tree.slots(slot.container).any(|slot| {
                let other = if is_key {
                    self.tree.key(slot)
                } else {
                    self.tree.value(slot)
                };
                let text = other.map(|other| self.tree.kind(other, &self.text));
                matches!(text, Some(Kind::Scalar { text, .. }) if text == near.word)
            });
        // Two keys cannot be the same; of two items that certainly are, one is removed then.
        if is_beside && (is_key || near.applicability == Applicability::Suggestion) {
            return None;
        }
        self.rewriting(node, near.word, near.applicability)
    }

    /// Removes an entry or item.
    pub(crate) fn remove_slot(&self, slot: Slot) -> Result<Vec<Splice>, Refusal> {
        let mut trail = self
            .tree
            .trail(slot.container)
            .ok_or(Refusal::NoSuchEntry)?;
        trail.push(slot);
        self.remove(&trail)
    }

    /// Writes a space after the first colon of a plain scalar that has a line of its own.
    pub(super) fn space_out(&self, node: NodeId) -> Result<Vec<Splice>, Refusal> {
        let span = TextRange::from(self.tree.span(node));
        let written = span.of(&self.text).unwrap_or_default();
        let colon = written.find(':').ok_or(Refusal::Layout)?;
        let before = self.text.get(..span.start as usize).unwrap_or_default();
        let before = before.rsplit('\n').next().unwrap_or_default();
        if written.contains('\n') || !before.trim().is_empty() {
            return Err(Refusal::Layout);
        }
        let at = span.start + index(colon + 1);
        Ok(vec![(TextRange::new(at, at), " ".to_owned())])
    }

    /// Makes a list of a scalar.
    pub(super) fn become_list(&self, node: NodeId, items: &[&str]) -> Result<Vec<Splice>, Refusal> {
        let trail = self.tree.trail(node).ok_or(Refusal::NoSuchEntry)?;
        self.set(&trail, &items.iter().copied().collect())
    }
}
