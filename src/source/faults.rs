//! Collects the diagnostics of the documents that were read from some files.

use super::{Sources, Step};
use crate::diagnostic::{Code, Diagnostic, Level};
use crate::limits;
use crate::location::Place;

/// The faults of the documents that were read from some files.
#[derive(Debug)]
pub(crate) struct Faults<'s> {
    pub(crate) sources: &'s Sources,
    pub(crate) list: Vec<Diagnostic>,
    /// How many of them are errors.
    errors: usize,
}

impl<'s> Faults<'s> {
    pub(crate) fn new(sources: &'s Sources, list: Vec<Diagnostic>) -> Self {
        let errors = list.iter().filter(|one| one.level() == Level::Error);
        Self {
            errors: errors.count(),
            sources,
            list,
        }
    }

    /// A fault at the end of a route that begins at an entry.
    pub(crate) fn at(
        &self,
        code: Code,
        place: Place,
        route: &[Step<'_>],
        message: impl Into<String>,
    ) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(code, message);
        if let Some(spot) = place.spot()
            && let Some(source) = self.sources.get(spot.file)
        {
            let span = source.follow(spot.key, spot.value, route);
            diagnostic.location = Some(source.location(span));
            diagnostic.excerpt = source.excerpt(span);
        }
        diagnostic
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        let is_error = diagnostic.level() == Level::Error;
        if self.list.len() >= limits::FAULTS {
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
    /// which would otherwise stay unnoticed behind them.
    pub(crate) fn is_full(&self) -> bool {
        self.errors >= limits::FAULTS
    }
}
