//! Words that people use in place of the words of a vocabulary.

use super::{Status, Trait, Word};

/// A text in lower case, with its words separated by single spaces.
pub(crate) fn plain(text: &str) -> String {
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, '_' | '-' | '.' | ':'));
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(" ").to_lowercase()
}

/// What people write for a status, as [`plain`] writes it.
struct StatusWords {
    status: Status,
    /// Words with the same meaning.
    same: &'static [&'static str],
    /// Words that a statement may have: a proposal quotes them, and a person confirms it.
    stated: &'static [&'static str],
    /// Words whose meaning is only near; a person decides.
    near: &'static [&'static str],
}

const STATUSES: [StatusWords; 7] = [
    StatusWords {
        status: Status::Implemented,
        same: &["implemented", "fully implemented", "in place"],
        stated: &[
            "compliant",
            "fully compliant",
            "done",
            "complete",
            "completed",
        ],
        near: &["effective", "ok"],
    },
    StatusWords {
        status: Status::Alternative,
        same: &["alternative"],
        stated: &["compensating control", "compensated"],
        near: &["compensating"],
    },
    StatusWords {
        status: Status::Inherited,
        same: &["inherited"],
        stated: &[],
        near: &["outsourced", "provider", "third party"],
    },
    StatusWords {
        status: Status::Partial,
        same: &["partial", "partially implemented", "partly implemented"],
        stated: &[
            "partially",
            "partly",
            "partially in place",
            "partly in place",
            "partially compliant",
            "partly compliant",
        ],
        near: &[],
    },
    StatusWords {
        status: Status::Planned,
        same: &["planned"],
        stated: &["to be implemented", "implementation planned", "scheduled"],
        near: &[],
    },
    StatusWords {
        status: Status::NotImplemented,
        same: &["not implemented"],
        stated: &[
            "not started",
            "not in place",
            "not compliant",
            "non compliant",
            "noncompliant",
        ],
        near: &["missing", "open", "absent"],
    },
    StatusWords {
        status: Status::NotApplicable,
        same: &["not applicable", "n/a", "na", "excluded"],
        stated: &["out of scope", "not in scope"],
        near: &["not relevant"],
    },
];

/// Words for work that has begun: a part of it may be in place, or none.
const BEGUN: &[&str] = &[
    "in progress",
    "work in progress",
    "wip",
    "started",
    "ongoing",
    "under implementation",
    "being implemented",
];

/// Words for a control that has not been assessed.
const NOT_ASSESSED: &[&str] = &[
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
    "todo",
    "to do",
];

/// Words for `yes` and `no`.
const ANSWERS: [(bool, &[&str]); 2] = [
    (true, &["yes", "y", "true"]),
    (false, &["no", "n", "false"]),
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

/// The status that a statement means by a word. For work that has begun, that is the more cautious
/// one of the two that it may mean.
pub(crate) fn stated_status(plain: &str) -> Option<Status> {
    let is_stated =
        |words: &&StatusWords| words.same.contains(&plain) || words.stated.contains(&plain);
    let stated = STATUSES.iter().find(is_stated).map(|words| words.status);
    stated.or_else(|| BEGUN.contains(&plain).then_some(Status::Planned))
}

/// The status that comes nearest to a word.
fn nearest_status(plain: &str) -> Option<Status> {
    let near = STATUSES.iter().find(|words| words.near.contains(&plain));
    let answered = |is_implemented| {
        if is_implemented {
            Status::Implemented
        } else {
            Status::NotImplemented
        }
    };
    stated_status(plain)
        .or_else(|| near.map(|words| words.status))
        .or_else(|| answer(plain).map(answered))
}

/// Whether a word means that a control has not been assessed.
pub(crate) fn is_not_assessed(plain: &str) -> bool {
    NOT_ASSESSED.contains(&plain)
}

/// What a word for `yes` or `no` means.
pub(crate) fn answer(plain: &str) -> Option<bool> {
    let found = ANSWERS.iter().find(|(_, words)| words.contains(&plain));
    found.map(|(answer, _)| *answer)
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
                 the catalog does not cover threshold signatures: note them in the assessment, or load a \
                 profile that declares a trait for them",
            );
        }
        if W::VOCABULARY != Status::VOCABULARY {
            return None;
        }
        if BEGUN.contains(&plain.as_str()) {
            return only("use `partial` if a part is in place, or else `planned`");
        }
        if is_not_assessed(&plain) {
            return only("leave the claim empty if the control has not been assessed");
        }
        let status = nearest_status(&plain)?.word();
        Some(Self {
            help: format!("did you mean `{status}`?"),
            word: Some(status),
        })
    }
}
