//! When a control or a risk applies.

use super::traits::{OrDeclared, Traits};
use crate::taxonomy::{Feature, Features, SubjectKind};
use serde::{Deserialize, Serialize};

/// When a control or a risk applies: alternatives, each a list of features that a subject must all
/// have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    alternatives: Vec<Features>,
    words: Vec<Vec<OrDeclared<Feature>>>,
}

impl When {
    pub(super) fn new(words: Vec<Vec<OrDeclared<Feature>>>, traits: &Traits) -> Self {
        let alternatives = words.iter().map(|all| traits.features(all)).collect();
        Self {
            alternatives,
            words,
        }
    }

    /// Whether it applies to a subject with these features.
    pub fn holds(&self, features: Features) -> bool {
        self.alternatives.is_empty()
            || self
                .alternatives
                .iter()
                .any(|all| features.contains_all(*all))
    }

    /// Whether it applies to every subject.
    pub fn is_always(&self) -> bool {
        self.alternatives.is_empty()
    }

    /// The subjects to which it applies, in words: `every wallet`, `cold wallets with paper`, `the
    /// organization with operator-remote`.
    pub fn among(&self, subject: SubjectKind) -> String {
        if self.is_always() {
            return match subject {
                SubjectKind::Organization => "the organization".to_owned(),
                SubjectKind::Wallet => "every wallet".to_owned(),
            };
        }
        let is_tier = |word: &&OrDeclared<Feature>| matches!(word, OrDeclared::BuiltIn(feature) if feature.is_tier());
        let mut text = String::new();
        for (position, words) in self.words.iter().enumerate() {
            if position > 0 {
                text.push_str(", or ");
            }
            match (subject, words.iter().find(is_tier)) {
                (SubjectKind::Organization, _) => text.push_str("the organization"),
                (SubjectKind::Wallet, Some(tier)) => text.extend([tier.as_str(), " wallets"]),
                (SubjectKind::Wallet, None) => text.push_str("wallets"),
            }
            let others = words.iter().filter(|word| !is_tier(word));
            for (position, other) in others.enumerate() {
                text.push_str(if position == 0 { " with " } else { " and " });
                text.push_str(other.as_str());
            }
        }
        text
    }

    /// The alternatives as authored; none means always.
    pub fn alternatives(&self) -> &[Vec<OrDeclared<Feature>>] {
        &self.words
    }
}

impl std::fmt::Display for When {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_always() {
            return f.write_str("always");
        }
        for (index, all) in self.words.iter().enumerate() {
            if index > 0 {
                f.write_str(", or ")?;
            }
            for (index, feature) in all.iter().enumerate() {
                if index > 0 {
                    f.write_str(" and ")?;
                }
                write!(f, "{feature}")?;
            }
        }
        Ok(())
    }
}
