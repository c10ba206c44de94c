//! The words of statements: what a cell states.

use super::StatedStatus;
use crate::taxonomy::{Status, synonym};

/// Words for a status beside those of [`synonym::status`], in the form of [`plain`]. A proposal names
/// them, and a person confirms it.
const STATUSES: [(Status, &[&str]); 6] = [
    (
        Status::Implemented,
        &[
            "compliant",
            "fully compliant",
            "done",
            "complete",
            "completed",
        ],
    ),
    (
        Status::Alternative,
        &["compensating control", "compensated"],
    ),
    (
        Status::Partial,
        &[
            "partially",
            "partly",
            "partially in place",
            "partly in place",
            "partially compliant",
            "partly compliant",
        ],
    ),
    // Work in progress may be in place in part; `planned` is the more cautious status.
    (
        Status::Planned,
        &[
            "in progress",
            "work in progress",
            "ongoing",
            "under implementation",
            "being implemented",
            "to be implemented",
            "implementation planned",
            "scheduled",
        ],
    ),
    (
        Status::NotImplemented,
        &[
            "not started",
            "not in place",
            "not compliant",
            "non compliant",
            "noncompliant",
        ],
    ),
    (Status::NotApplicable, &["out of scope", "not in scope"]),
];

/// The recognized words for the applicability of a reference of which nothing else is stated.
const APPLICABLE: [&str; 3] = ["applicable", "included", "in scope"];

/// The recognized words for the absence of an assessment.
const UNSTATED: [&str; 12] = [
    "",
    "?",
    "not assessed",
    "not yet assessed",
    "to be assessed",
    "not evaluated",
    "not reviewed",
    "not tested",
    "unknown",
    "tbc",
    "tbd",
    "to be determined",
];

/// The recognized words for `yes` and `no`.
const ANSWERS: [(bool, &[&str]); 2] = [
    (true, &["yes", "y", "true", "x", "1", "✓"]),
    (false, &["no", "n", "false", "0"]),
];

/// What a cell under the heading of a status states; none if that is not known. `yes` and `no` are
/// answers to the heading `implemented` only.
pub(super) fn status(cell: &str, is_question: bool) -> Option<StatedStatus> {
    let word = plain(cell);
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
    let word = plain(cell);
    match answer(&word) {
        Some(true) => Some(StatedStatus::Applicable),
        Some(false) => Some(StatedStatus::Status(Status::NotApplicable)),
        None => status_of(&word)
            .map(StatedStatus::Status)
            .or_else(|| without(&word)),
    }
}

/// Whether a heading asks whether a reference is implemented.
pub(super) fn is_question(heading: &str) -> bool {
    plain_heading(heading) == "implemented"
}

fn without(word: &str) -> Option<StatedStatus> {
    if APPLICABLE.contains(&word) {
        Some(StatedStatus::Applicable)
    } else {
        UNSTATED.contains(&word).then_some(StatedStatus::Unstated)
    }
}

/// A text in the form of [`synonym::plain`], without check marks beside words.
pub(super) fn plain(text: &str) -> String {
    let is_mark = |c: char| matches!(c, '✓' | '✔' | '✅' | '☑' | '\u{fe0f}');
    let words = text.replace(
        |c: char| is_mark(c) || matches!(c, '\u{2011}'..='\u{2014}'),
        " ",
    );
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
    let mut known = STATUSES.iter();
    let found = known.find(|(_, words)| words.contains(&word));
    let found = found.map(|(status, _)| *status);
    synonym::status(word).or(found).or_else(|| share(word))
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
    let mut known = ANSWERS.iter();
    let found = known.find(|(_, words)| words.contains(&word));
    found.map(|(answer, _)| *answer)
}
