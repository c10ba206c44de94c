//! Words that people use in place of the words of a vocabulary.

use super::{Status, Trait, Word};

/// A text in lower case, with its words separated by single spaces.
pub(crate) fn plain(text: &str) -> String {
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, '_' | '-' | '.' | ':'));
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(" ").to_lowercase()
}

/// Other words for a status, as [`plain`] writes them, that have the same meaning.
const STATUSES: [(Status, &[&str]); 7] = [
    (
        Status::Implemented,
        &["implemented", "fully implemented", "in place"],
    ),
    (Status::Alternative, &["alternative"]),
    (Status::Inherited, &["inherited"]),
    (
        Status::Partial,
        &["partial", "partially implemented", "partly implemented"],
    ),
    (Status::Planned, &["planned"]),
    (Status::NotImplemented, &["not implemented"]),
    (
        Status::NotApplicable,
        &["not applicable", "n/a", "na", "excluded"],
    ),
];

/// Words whose meaning is near to that of a status; a person decides.
const NEAR_STATUSES: [(Status, &[&str]); 6] = [
    (
        Status::Implemented,
        &[
            "done",
            "yes",
            "y",
            "true",
            "complete",
            "completed",
            "compliant",
            "effective",
            "ok",
        ],
    ),
    (
        Status::Alternative,
        &["compensated", "compensating", "compensating control"],
    ),
    (
        Status::Inherited,
        &["outsourced", "provider", "third party"],
    ),
    (
        Status::Partial,
        &["partially", "partly", "partially compliant"],
    ),
    (
        Status::NotImplemented,
        &[
            "no",
            "n",
            "false",
            "missing",
            "open",
            "absent",
            "non compliant",
            "not compliant",
            "not started",
        ],
    ),
    (Status::NotApplicable, &["not relevant", "out of scope"]),
];

/// Words of which each may be one of two statuses.
const BEGUN: &[&str] = &[
    "in progress",
    "ongoing",
    "started",
    "wip",
    "work in progress",
];

/// Words for a control that has not been assessed.
const NOT_ASSESSED: &[&str] = &[
    "not assessed",
    "not tested",
    "unknown",
    "tbd",
    "tbc",
    "todo",
    "to do",
    "?",
];

/// Words for threshold signatures.
const THRESHOLD: &[&str] = &[
    "mpc",
    "tss",
    "mpc tss",
    "mpc wallet",
    "multi party computation",
    "threshold",
    "threshold signature",
    "threshold signatures",
];

/// The status that a word means.
pub(crate) fn status(plain: &str) -> Option<Status> {
    of(&STATUSES, plain)
}

fn of(words: &[(Status, &[&str])], plain: &str) -> Option<Status> {
    let mut all = words.iter();
    let found = all.find(|(_, words)| words.contains(&plain));
    found.map(|(status, _)| *status)
}

/// Help for a word that people use in place of one of a vocabulary.
pub(crate) struct Synonym {
    pub(crate) help: String,
    /// The word to use, if it is only one.
    pub(crate) word: Option<&'static str>,
}

impl Synonym {
    /// The synonym in the vocabulary `W`, if the word is one.
    pub(crate) fn of<W: Word>(word: &str) -> Option<Self> {
        let plain = plain(word);
        let only = |help: &str| {
            let help = help.to_owned();
            Some(Self { help, word: None })
        };
        if W::VOCABULARY == Trait::VOCABULARY && THRESHOLD.contains(&plain.as_str()) {
            return only(
                "list the traits of what holds the key shares, such as `hsm` or `software-wallet`; \
                 the catalog does not cover threshold signatures, so note them in the assessment",
            );
        }
        if W::VOCABULARY != Status::VOCABULARY {
            return None;
        }
        if BEGUN.contains(&plain.as_str()) {
            return only("use `partial` if a part is in place, or else `planned`");
        }
        if NOT_ASSESSED.contains(&plain.as_str()) {
            return only("leave the claim empty if the control has not been assessed");
        }
        let status = status(&plain)
            .or_else(|| of(&NEAR_STATUSES, &plain))?
            .word();
        Some(Self {
            help: format!("did you mean `{status}`?"),
            word: Some(status),
        })
    }
}
