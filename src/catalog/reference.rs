//! References as people write them: `A.5.15 Access control`, `AC-06 (5)` or `="5.10"` for `5.15`,
//! `AC-6(5)` and `5.10`. A text is read only if it has one meaning.

use super::document::Framework;
use crate::id::FrameworkId;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What a text names in an edition of a framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NamedReference<'f> {
    /// A reference that the catalog lists, in the form of the catalog.
    Listed(&'f str),
    /// A reference that the edition withdrew.
    Withdrawn(&'f str),
    /// Several references.
    Several,
    /// None that the catalog lists.
    Unlisted,
}

/// Words that may precede a reference, in addition to those of the framework's id. Annex A of
/// ISO/IEC 27001 has the numbers of ISO/IEC 27002.
const NAMES: [&str; 8] = [
    "A",
    "ANNEX",
    "CLAUSE",
    "CONTROL",
    "IEC",
    "REF",
    "REFERENCE",
    "SUBCATEGORY",
];

/// The part of a text that consists of letters only or of digits only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Token {
    /// In upper case.
    Word(String),
    /// Without leading zeros.
    Number(String),
}

impl Token {
    fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }
}

/// A text in tokens, each with its byte range.
struct Tokens<'t> {
    text: &'t str,
    list: Vec<Token>,
    ranges: Vec<Range<usize>>,
}

impl<'t> Tokens<'t> {
    fn of(text: &'t str) -> Self {
        let kind = |c: char| {
            if c.is_ascii_digit() {
                Some(true)
            } else {
                c.is_alphanumeric().then_some(false)
            }
        };
        let (mut tokens, mut ranges) = (Vec::new(), Vec::<Range<usize>>::new());
        let mut open: Option<(usize, bool)> = None;
        let ends = text.char_indices().map(|(at, c)| (at, kind(c)));
        for (at, kind) in ends.chain([(text.len(), None)]) {
            if let Some((start, is_number)) = open
                && kind != Some(is_number)
            {
                let part = text.get(start..at).unwrap_or_default();
                tokens.push(if is_number {
                    let digits = part.trim_start_matches('0');
                    Token::Number(if digits.is_empty() { "0" } else { digits }.to_owned())
                } else {
                    Token::Word(part.to_uppercase())
                });
                ranges.push(start..at);
                open = None;
            }
            if let (None, Some(is_number)) = (open, kind) {
                open = Some((at, is_number));
            }
        }
        Self {
            text,
            list: tokens,
            ranges,
        }
    }

    /// The text between a token and the next one.
    fn gap(&self, after: usize) -> &'t str {
        let end = self.ranges.get(after).map_or(0, |range| range.end);
        let next = self.ranges.get(after + 1).map(|range| range.start);
        self.text
            .get(end..next.unwrap_or(self.text.len()))
            .unwrap_or_default()
    }

    fn gaps(&self, range: Range<usize>) -> Vec<&'t str> {
        let last = range.end.saturating_sub(1);
        (range.start..last).map(|at| self.gap(at)).collect()
    }
}

/// A reference with the text between its tokens.
struct Known<'f> {
    reference: &'f str,
    gaps: Vec<&'f str>,
    is_withdrawn: bool,
}

/// The references of a framework, to read those that people write.
pub(crate) struct ReferenceReader<'f> {
    names: BTreeSet<Token>,
    /// None for what two references have in common.
    known: BTreeMap<Vec<Token>, Option<Known<'f>>>,
    longest: usize,
}

impl<'f> ReferenceReader<'f> {
    pub(crate) fn new(id: &FrameworkId, framework: &'f Framework) -> Self {
        let mut names: BTreeSet<Token> = Tokens::of(id.as_str()).list.into_iter().collect();
        names.extend(NAMES.map(|name| Token::Word(name.to_owned())));
        if names.contains(&Token::Number("27002".to_owned())) {
            names.insert(Token::Number("27001".to_owned()));
        }
        let mut reader = Self {
            names,
            known: BTreeMap::new(),
            longest: 0,
        };
        let listed = framework.references.keys().map(|key| (key, false));
        let withdrawn = framework.withdrawn.iter().map(|key| (key, true));
        for (reference, is_withdrawn) in listed.chain(withdrawn) {
            let tokens = Tokens::of(reference);
            let count = tokens.list.len();
            reader.longest = reader.longest.max(count);
            let known = Known {
                reference,
                gaps: tokens.gaps(0..count),
                is_withdrawn,
            };
            let entry = reader.known.entry(tokens.list);
            entry.and_modify(|both| *both = None).or_insert(Some(known));
        }
        reader
    }

    /// The reference that a text names, alone or followed by its title.
    pub(crate) fn read(&self, written: &str) -> NamedReference<'f> {
        let text = literal(written);
        let tokens = Tokens::of(text);
        let before = text.get(..tokens.ranges.first().map_or(0, |range| range.start));
        let is_opening = |c: char| c.is_whitespace() || matches!(c, '(' | '[' | '#' | '§');
        if !before.is_some_and(|before| before.chars().all(is_opening)) {
            return NamedReference::Unlisted;
        }
        for start in 0..tokens.list.len() {
            if let Some((known, end)) = self.longest_at(&tokens, start) {
                return if self.has_another(&tokens, end) {
                    NamedReference::Several
                } else if is_title(known.reference, &tokens, end) {
                    known.named()
                } else {
                    NamedReference::Unlisted
                };
            }
            let starts_with_word = !tokens.list.first().is_some_and(Token::is_number);
            let is_name = tokens.list.get(start);
            if !starts_with_word || !is_name.is_some_and(|token| self.names.contains(token)) {
                break;
            }
        }
        NamedReference::Unlisted
    }

    /// Whether all words of a heading are names of the framework, of this edition.
    pub(crate) fn is_name(&self, word: &str) -> bool {
        let tokens = Tokens::of(word).list;
        !tokens.is_empty() && tokens.iter().all(|token| self.names.contains(token))
    }

    /// The longest reference that begins at a token, and the token after it.
    fn longest_at(&self, tokens: &Tokens<'_>, start: usize) -> Option<(&Known<'f>, usize)> {
        let most = self.longest.min(tokens.list.len() - start);
        (1..=most).rev().find_map(|count| {
            let end = start + count;
            let known = self.known.get(tokens.list.get(start..end)?)?.as_ref()?;
            let gaps = tokens.gaps(start..end);
            let numbers = tokens.list.get(start..end)?.windows(2);
            let mut pairs = gaps.iter().zip(&known.gaps).zip(numbers);
            let is_same = pairs.all(|((written, own), pair)| {
                is_same_gap(written, own, pair.iter().all(Token::is_number))
            });
            is_same.then_some((known, end))
        })
    }

    /// Whether another reference, of more than one part, follows.
    fn has_another(&self, tokens: &Tokens<'_>, from: usize) -> bool {
        (from..tokens.list.len()).any(|start| {
            let found = self.longest_at(tokens, start);
            found.is_some_and(|(_, end)| end > start + 1)
        })
    }
}

impl<'f> Known<'f> {
    fn named(&self) -> NamedReference<'f> {
        if self.is_withdrawn {
            NamedReference::Withdrawn(self.reference)
        } else {
            NamedReference::Listed(self.reference)
        }
    }
}

/// A cell without the signs that make a spreadsheet keep a number as it is written.
fn literal(written: &str) -> &str {
    let text = written.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}')
    });
    let quoted = text.strip_prefix("=\"");
    let quoted = quoted.and_then(|text| text.strip_suffix('"'));
    quoted.unwrap_or_else(|| text.strip_prefix('\'').unwrap_or(text))
}

fn is_same_gap(written: &str, own: &str, between_numbers: bool) -> bool {
    match (own, between_numbers) {
        ("(", true) => matches!(written, "(" | " (" | "."),
        ("(", false) => matches!(written, "(" | " ("),
        (_, true) => written == own,
        (_, false) => matches!(written, "" | "." | "-" | " " | "\u{2011}" | "\u{2013}"),
    }
}

/// Whether nothing or a title follows a reference, and not a further part of a number.
fn is_title(reference: &str, tokens: &Tokens<'_>, end: usize) -> bool {
    let Some(last) = tokens.ranges.get(end - 1) else {
        return false;
    };
    let after = tokens.text.get(last.end..).unwrap_or_default();
    let after = if reference.ends_with(')') {
        after.strip_prefix(')').unwrap_or(after)
    } else {
        after
    };
    let mut signs = after.chars();
    let is_apart = match (signs.next(), signs.next()) {
        (None, _) => true,
        (Some('.' | ',' | ')' | ']'), next) => next.is_none_or(char::is_whitespace),
        (Some(first), _) => {
            first.is_whitespace() || matches!(first, ':' | ';' | '|' | '\u{2013}' | '\u{2014}')
        }
    };
    let title = after.trim_start_matches(|c: char| !c.is_alphanumeric());
    is_apart && !title.starts_with(|c: char| c.is_numeric())
}
