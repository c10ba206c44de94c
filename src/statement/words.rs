//! The words of statements: what a cell states.

use super::StatedStatus;
use crate::taxonomy::{Status, synonym};

/// The recognized words for the applicability of a reference of which nothing else is stated.
const APPLICABLE: [&str; 3] = ["applicable", "included", "in scope"];

/// Marks in place of `yes` and `no`.
const MARKS: [(bool, &[&str]); 2] = [(true, &["x", "1", "✓"]), (false, &["0"])];

/// What a cell under the heading of a status states; none if that is not known. `yes` and `no` are
/// answers to the heading `implemented` only.
pub(super) fn status(cell: &str, is_question: bool) -> Option<StatedStatus> {
    let word = word_of(cell)?;
    let answered = answer(&word).filter(|_| is_question).map(|is_implemented| {
        if is_implemented {
            Status::Implemented
        } else {
            Status::NotImplemented
        }
    });
    let status = status_of(&word).or(answered);
    status.map(StatedStatus::Status).or_else(|| without(&word))
}

/// What a cell under the heading of the applicability states; none if that is not known.
pub(super) fn applicability(cell: &str) -> Option<StatedStatus> {
    let word = word_of(cell)?;
    match answer(&word) {
        Some(true) => Some(StatedStatus::Applicable),
        Some(false) => Some(StatedStatus::Status(Status::NotApplicable)),
        None => status_of(&word)
            .map(StatedStatus::Status)
            .or_else(|| without(&word)),
    }
}

/// A cell in the form of [`plain`]; none if a sign before its first word may change what it states,
/// such as the minus sign of `-100 %`.
fn word_of(cell: &str) -> Option<String> {
    let marks_removed = cell.trim_start_matches(|c: char| is_mark(c) || c.is_whitespace());
    let has_words = cell.contains(char::is_alphanumeric);
    let begins_with_sign = marks_removed.starts_with(|c: char| is_dash(c) || "_-.:".contains(c));
    (!has_words || !begins_with_sign).then(|| plain(cell))
}

fn is_mark(c: char) -> bool {
    matches!(c, '✓' | '✔' | '✅' | '☑' | '\u{fe0f}')
}

fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Whether a heading asks whether a reference is implemented.
pub(super) fn is_question(heading: &str) -> bool {
    plain_heading(heading) == "implemented"
}

fn without(word: &str) -> Option<StatedStatus> {
    if APPLICABLE.contains(&word) {
        Some(StatedStatus::Applicable)
    } else {
        let is_unstated = word.is_empty() || synonym::is_not_assessed(word);
        is_unstated.then_some(StatedStatus::Unstated)
    }
}

/// A text in the form of [`synonym::plain`], without check marks beside words.
pub(super) fn plain(text: &str) -> String {
    let words = text.replace(|c: char| is_mark(c) || is_dash(c), " ");
    let words = synonym::plain(&words);
    if words.is_empty() && text.contains(is_mark) {
        return "✓".to_owned();
    }
    words
}

/// A heading in the form of [`plain`], without the remark in brackets at its end and without signs.
pub(super) fn plain_heading(text: &str) -> String {
    let mut rest = text.trim().trim_end_matches(is_sign);
    for (open, close) in [('(', ')'), ('[', ']')] {
        let inner = rest.strip_suffix(close);
        let before = inner.and_then(|inner| inner.rsplit_once(open));
        if let Some((before, _)) = before.filter(|(before, _)| !before.trim().is_empty()) {
            rest = before;
        }
    }
    plain(&rest.replace('#', " no ").replace(is_sign, " "))
}

fn is_sign(c: char) -> bool {
    matches!(c, '?' | '*' | '!') || c.is_whitespace()
}

fn status_of(word: &str) -> Option<Status> {
    synonym::stated_status(word).or_else(|| share(word))
}

/// The status of a share, such as `60 %`.
fn share(word: &str) -> Option<Status> {
    match word.strip_suffix('%')?.trim_end().parse::<u8>().ok()? {
        0 => Some(Status::NotImplemented),
        1..100 => Some(Status::Partial),
        100 => Some(Status::Implemented),
        _ => None,
    }
}

fn answer(word: &str) -> Option<bool> {
    let marked = MARKS.iter().find(|(_, marks)| marks.contains(&word));
    synonym::answer(word).or(marked.map(|(answer, _)| *answer))
}
