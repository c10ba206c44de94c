//! A profile: a selection from a catalogue, with entries of one's own.
//!
//! A [`ProfileDocument`] is what was written. Together with the catalogue that it selects from, its
//! base, it resolves to an ordinary [`Catalog`], so that everything downstream works unchanged. What
//! it leaves out is remembered by name ([`Profile`]), so that no report made against it can be read
//! as if it were made against the whole.

mod document;
mod resolve;

pub use document::{Exception, Parameter, ParameterSource, ProfileDocument, Selection};

use super::Catalog;
use super::document::CatalogFacts;
use crate::diagnostic::Diagnostics;
use crate::id::{ClauseNumber, ControlId, ParameterId, RiskId};
use crate::source::Sources;
use crate::taxonomy::{EvidenceKind, ParameterKind};
use indexmap::IndexMap;
use std::fmt;

pub(super) use resolve::resolve;

/// What a catalogue that is a profile was made of, and what it leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {
    /// What the base says of itself.
    pub base: CatalogFacts,
    /// The SHA-256 of the base's canonical form.
    pub base_sha256: String,
    /// What it selects.
    pub select: Selection,
    /// What it leaves out of that.
    pub except: Exception,
    /// The controls of the base that it leaves out, in catalogue order.
    pub controls_left_out: IndexMap<ControlId, LeftOut>,
    /// The risks of the base that it leaves out, in catalogue order.
    pub risks_left_out: IndexMap<RiskId, LeftOut>,
    /// Its own controls.
    pub own_controls: Vec<ControlId>,
    /// Its own risks.
    pub own_risks: Vec<RiskId>,
    /// The figures that it asks for, by id.
    pub parameters: IndexMap<ParameterId, Parameter>,
}

/// An entry of the base that a profile leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// The clause that it belongs to.
    pub clause: ClauseNumber,
    /// What readers call it.
    pub title: String,
}

impl Profile {
    /// What it leaves out, in numbers: `leaves out 67 of 190 controls and 12 of 79 risks of …`.
    pub fn scope(&self) -> impl fmt::Display {
        Scope(self)
    }

    /// For how many days evidence of a kind may be relied on at most, and which parameter says so.
    pub fn largest_age(&self, kind: EvidenceKind) -> Option<(&ParameterId, u32)> {
        let ages = self.parameters.iter().filter(|(_, parameter)| {
            parameter.kind == ParameterKind::LargestEvidenceAge && parameter.evidence == Some(kind)
        });
        ages.map(|(id, parameter)| (id, parameter.figure.floor()))
            .min_by_key(|(_, days)| *days)
    }
}

struct Scope<'p>(&'p Profile);

impl fmt::Display for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scope(profile) = self;
        let count = |count: usize, word: &str| {
            let plural = if count == 1 { "" } else { "s" };
            format!("{count} {word}{plural}")
        };
        write!(
            f,
            "leaves out {} and {} of {}",
            count(profile.controls_left_out.len(), "control"),
            count(profile.risks_left_out.len(), "risk"),
            profile.base.id
        )?;
        let own = (profile.own_controls.len(), profile.own_risks.len());
        if own != (0, 0) {
            write!(
                f,
                ", and adds {} and {} of its own",
                count(own.0, "control"),
                count(own.1, "risk")
            )?;
        }
        Ok(())
    }
}

impl Catalog {
    /// What the catalogue was made of and what it leaves out, where it is a profile.
    ///
    /// ```
    /// use custody_controls::Catalog;
    ///
    /// let text = "
    /// profile: backups
    /// title: Backups of keys only
    /// catalog: iso-tr-23576
    /// version: 0.1.0
    /// published: 2026-11-21
    /// select: { families: [key-backup] }
    /// ";
    /// let catalog = Catalog::from_text("backups.yaml", text)?;
    /// assert_eq!(catalog.facts().id.as_str(), "backups");
    /// assert_eq!(catalog.controls().len(), 14);
    ///
    /// let profile = catalog.profile().ok_or("no profile")?;
    /// assert_eq!(profile.base.id.as_str(), "iso-tr-23576");
    /// assert_eq!(profile.controls_left_out.len(), 190 - 14);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn profile(&self) -> Option<&Profile> {
        self.0.profile.as_deref()
    }
}

impl ProfileDocument {
    /// Checks a profile made in code against the catalogue that it selects from.
    ///
    /// # Errors
    ///
    /// All faults of the profile.
    pub fn resolve(self, base: &Catalog) -> Result<Catalog, Diagnostics> {
        resolve(self, base, &Sources::default(), Vec::new())
    }
}
