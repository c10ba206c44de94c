//! Collects the diagnostics of the documents that were read from some files.

use super::{Sources, Step};
use crate::diagnostic::{Code, Diagnostic};
use crate::limits;
use crate::location::Place;

/// The faults of the documents that were read from some files.
#[derive(Debug)]
pub(crate) struct Faults<'s> {
    pub(crate) sources: &'s Sources,
    pub(crate) list: Vec<Diagnostic>,
}

impl Faults<'_> {
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
        if !self.is_full() {
            self.list.push(diagnostic);
        }
    }

    /// Whether so many faults have been found that no more are told.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= limits::FAULTS
    }
}
