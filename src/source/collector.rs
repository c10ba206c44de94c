//! Collects the diagnostics of the documents that were read from some files.

use super::decode::shorten;
use super::tree::Target;
use super::{Source, Sources, Step, Value};
use crate::diagnostic::{Applicability, Code, Diagnostic, Fix, Level};
use crate::limits;
use crate::location::{Place, TextRange};
use indexmap::IndexSet;
use std::collections::BTreeMap;

/// The errors and warnings about the documents that were read from some files.
#[derive(Debug)]
pub(crate) struct Collector<'s> {
    pub(crate) sources: &'s Sources,
    pub(crate) list: Vec<Diagnostic>,
    /// How many of them are errors.
    errors: usize,
    /// By top-level section, the keys of its entries, even of invalid ones: collected once, so that
    /// no search for each of many entries passes through all of them.
    keys: BTreeMap<&'static str, IndexSet<&'s str>>,
    /// By top-level section, all words within it.
    words: BTreeMap<&'static str, IndexSet<&'s str>>,
}

impl<'s> Collector<'s> {
    pub(crate) fn new(sources: &'s Sources, list: Vec<Diagnostic>) -> Self {
        let errors = list.iter().filter(|one| one.level() == Level::Error);
        Self {
            errors: errors.count(),
            sources,
            list,
            keys: BTreeMap::new(),
            words: BTreeMap::new(),
        }
    }

    /// The keys of a top-level section in all files, even if their entries have errors.
    pub(crate) fn keys(&mut self, section: &'static str) -> &IndexSet<&'s str> {
        let sources = self.sources;
        let keys = self.keys.entry(section);
        keys.or_insert_with(|| sources.keys(section))
    }

    /// Whether a word occurs anywhere in a top-level section of some file.
    pub(crate) fn contains_word(&mut self, section: &'static str, word: &str) -> bool {
        let sources = self.sources;
        let words = self.words.entry(section);
        words
            .or_insert_with(|| sources.words(section))
            .contains(word)
    }

    /// A diagnostic at the end of a route that begins at an entry. If its repair is to remove what
    /// it marks, it has that fix.
    pub(crate) fn at(
        &self,
        code: Code,
        place: Place,
        route: &[Step<'_>],
        message: impl Into<String>,
    ) -> Diagnostic {
        let Some((source, target)) = self.target(place, route) else {
            return Diagnostic::new(code, message);
        };
        let mut diagnostic = source.diagnostic(code, message, source.mark(target.node));
        let removal = removal(code, route.last()).filter(|_| self.list.len() < limits::DIAGNOSTICS);
        diagnostic.fixes.extend(removal.and_then(|applicability| {
            let slot = match target.slot {
                Some(slot) => slot,
                None => *source.tree.trail(target.node)?.last()?,
            };
            // Without its only wallet, an acceptance would be one for all wallets.
            if code == Code::RiskNotForWallet && source.tree.len(slot.container) == 1 {
                return None;
            }
            let name = source.tree.key(slot).unwrap_or(target.node);
            let title = match (source.value(name), applicability) {
                (Value::Text(name), Applicability::Certain) => {
                    format!("remove the duplicate `{}`", shorten(&name))
                }
                (Value::Text(name), Applicability::Suggestion) => {
                    format!("remove `{}`", shorten(&name))
                }
                _ => "remove it".to_owned(),
            };
            source.fix(title, applicability, source.remove_slot(slot))
        }));
        diagnostic
    }

    fn target(&self, place: Place, route: &[Step<'_>]) -> Option<(&'s Source, Target)> {
        let spot = place.spot()?;
        let source = self.sources.get(spot.file)?;
        Some((source, source.follow(spot.key, spot.value, route)))
    }

    /// Adds a fix to the last diagnostic: the near one of some words in place of what it marks.
    pub(crate) fn correct<'w>(
        &mut self,
        place: Place,
        route: &[Step<'_>],
        words: impl IntoIterator<Item = &'w str>,
    ) {
        self.add_fix(place, route, |source, target| {
            source.correcting(target.node, words)
        });
    }

    /// Adds a fix to the last diagnostic: another word in place of what it marks.
    pub(crate) fn replace(&mut self, place: Place, route: &[Step<'_>], word: &str) {
        self.add_fix(place, route, |source, target| {
            source.rewriting(target.node, word, Applicability::Suggestion)
        });
    }

    /// Adds a fix to the last diagnostic: another key, certainly, in place of the one that it marks.
    pub(crate) fn rename(&mut self, place: Place, route: &[Step<'_>], key: &str) {
        self.add_fix(place, route, |source, target| {
            let title = format!("rename it to `{key}`");
            source.fix(
                title,
                Applicability::Certain,
                source.rename(target.slot?, key),
            )
        });
    }

    /// Adds a fix to the last diagnostic: a word at the end of the list that it marks.
    pub(crate) fn append(&mut self, place: Place, route: &[Step<'_>], word: &str) {
        self.add_fix(place, route, |source, target| {
            let slot = target.slot?;
            let mut trail = source.tree.trail(slot.container)?;
            trail.push(slot);
            let splices = source.push(&trail, &word.into());
            source.fix(format!("add `{word}`"), Applicability::Suggestion, splices)
        });
    }

    /// Adds a fix to the last diagnostic: an entry after the first one of a document.
    pub(crate) fn insert(&mut self, place: Place, key: &str, value: &str) {
        self.add_fix(place, &[], |source, _| {
            let entry = (key.to_owned(), value.into());
            let splices = source.insert(&[], Some(0), &[entry]);
            let splices = splices.map(|(splices, _)| splices);
            let title = format!("add `{key}: {value}`");
            source.fix(title, Applicability::Suggestion, splices)
        });
    }

    fn add_fix(
        &mut self,
        place: Place,
        route: &[Step<'_>],
        fix: impl FnOnce(&Source, Target) -> Option<Fix>,
    ) {
        if self.list.len() >= LATER {
            return;
        }
        let Some((source, target)) = self.target(place, route) else {
            return;
        };
        let range = TextRange::from(source.mark(target.node));
        let fix = fix(source, target);
        // It was not added if there are too many.
        let last = self.list.last_mut();
        if let Some(last) = last.filter(|last| last.range == Some(range)) {
            last.fixes.extend(fix);
        }
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        let is_error = diagnostic.level() == Level::Error;
        if self.list.len() >= limits::DIAGNOSTICS {
            let is_warning = |one: &Diagnostic| one.level() == Level::Warning;
            let last = self.list.iter().rposition(is_warning);
            let Some(last) = last.filter(|_| is_error) else {
                return;
            };
            self.list.remove(last);
        }
        self.errors += usize::from(is_error);
        self.list.push(diagnostic);
    }

    /// Whether so many errors have been found that no more are reported. Warnings make way for errors,
    /// which would otherwise remain unnoticed after them.
    pub(crate) fn is_full(&self) -> bool {
        self.errors >= limits::DIAGNOSTICS
    }
}

/// After this number of diagnostics, similar words are no longer suggested.
const LATER: usize = 100;

/// Whether a diagnostic is repaired by removing what it marks. A value of a key is never removed.
fn removal(code: Code, marked: Option<&Step<'_>>) -> Option<Applicability> {
    let is_value = matches!(marked, Some(Step::Key(_)));
    let is_status = matches!(marked, Some(Step::Name("status" | "references")));
    if is_value || is_status {
        return None;
    }
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most diagnostics are repaired in other ways"
    )]
    match code {
        Code::RepeatedItem => Some(Applicability::Certain),
        Code::KeyOutOfPlace
        | Code::ClaimOutOfScope
        | Code::ControlNotForWallet
        | Code::EmptyCrosswalk
        | Code::LeftOutByProfile
        | Code::RiskNotForWallet
        | Code::UnusedEvidence => Some(Applicability::Suggestion),
        _ => None,
    }
}
