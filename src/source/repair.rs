//! What a scalar was meant to be, if that can be worked out.

use super::tree::{Kind, NodeId, Slot, Style};
use super::{Refusal, Source, Splice, Value, decode::shorten};
use crate::date::Date;
use crate::diagnostic::{Applicability, Edit, Fix, near};
use crate::id::is_read_as_other;
use crate::index::index;
use crate::location::TextRange;
use crate::taxonomy::synonym::Synonym;
use crate::taxonomy::{Channel, Status, Tier, Word};

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
    let point = trimmed
        .strip_suffix('%')
        .unwrap_or(trimmed)
        .trim_end()
        .replace(',', ".");
    if point != trimmed && is_valid(&point) {
        return Some((point, Applicability::Suggestion));
    }
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

/// A duration in years, months, weeks or days as a number of days: `1y`, `P1Y`, `12 months`.
pub(super) fn days(text: &str) -> Option<u32> {
    let text = text.trim().to_ascii_lowercase();
    let duration = text.strip_prefix('p').unwrap_or(&text);
    let unit = duration.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = duration.split_at_checked(unit)?;
    let number: u32 = number.parse().ok().filter(|number| *number <= 36_500)?;
    let days = match unit.trim() {
        "d" | "day" | "days" => number,
        "w" | "week" | "weeks" => number * 7,
        "m" | "month" | "months" if number.is_multiple_of(12) => number / 12 * 365,
        "m" | "month" | "months" => number * 30,
        "y" | "yr" | "year" | "years" => number * 365,
        _ => return None,
    };
    (1..=36_500).contains(&days).then_some(days)
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

/// A SHA-256 with a prefix, with separators between its bytes, or with a file name after it.
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

/// The entry that a scalar in place of a record is meant to be, if it can be the value of only one key
/// of the record.
pub(super) fn entry<'t>(text: &str, known: &[&'t str]) -> Option<(&'t str, Value, Applicability)> {
    fn word<W: Word>(text: &str) -> Option<(Value, Applicability)> {
        let word = near(text, W::words().iter().copied())?;
        Some((word.word.into(), word.applicability))
    }
    let text = text.trim();
    let single = |key: &'t str| {
        let (value, applicability) = match key {
            "status" => word::<Status>(text).or_else(|| {
                let status = Synonym::of::<Status>(text)?.word?;
                Some((status.into(), Applicability::Suggestion))
            })?,
            "tier" => word::<Tier>(text)?,
            "channels" => {
                let (channel, applicability) = word::<Channel>(text)?;
                (Value::List(vec![channel]), applicability)
            }
            "name" if !text.is_empty() && !is_read_as_other(text) => {
                (text.into(), Applicability::Certain)
            }
            _ => return None,
        };
        Some((key, value, applicability))
    };
    known.iter().find_map(|key| single(key))
}

/// A text without quotes that a comment cuts.
pub(super) struct Cut {
    pub(super) comment: TextRange,
    /// The text and the comment.
    pub(super) whole: TextRange,
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

    /// Replaces a scalar with the similar one of some words, unless the same mapping or list already has
    /// it.
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

    /// Puts a list or a mapping in place of a scalar.
    pub(super) fn become_value(&self, node: NodeId, new: &Value) -> Result<Vec<Splice>, Refusal> {
        let trail = self.tree.trail(node).ok_or(Refusal::NoSuchEntry)?;
        self.set(&trail, new)
    }

    /// The comment that cuts a text without quotes: its `#` has a blank before it and none after it.
    pub(super) fn cut(&self, node: NodeId) -> Option<Cut> {
        let (start, end) = self.tree.span(node);
        if self.tree.style(node) != Some(Style::Plain) || start == end {
            return None;
        }
        let rest = self.text.get(end as usize..)?;
        let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let comment = rest.get(blank..)?.strip_prefix('#').filter(|_| blank > 0)?;
        if !comment.starts_with(char::is_alphanumeric) {
            return None;
        }
        let comment = comment.lines().next()?;
        let comment = comment.split(" #").next().unwrap_or(comment).trim_end();
        let from = end + index(blank);
        let to = from + 1 + index(comment.len());
        Some(Cut {
            comment: TextRange::new(from, to),
            whole: TextRange::new(start, to),
        })
    }
}
