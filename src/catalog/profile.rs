//! A profile: a selection from a catalog, with entries of its own.
//!
//! A [`ProfileDocument`] is the authored form. Together with the catalog that it selects from, its
//! base, it resolves to an ordinary [`Catalog`], so that everything downstream works unchanged. The
//! entries that it leaves out are listed ([`Profile`]), so that no report on the profile can be
//! mistaken for a report on the whole catalog.

mod check;
mod document;
mod parameters;
mod resolve;
mod select;
mod words;

pub use document::{Exception, Parameter, ParameterSource, ProfileDocument, Selection};

use super::Catalog;
use super::document::CatalogFacts;
use crate::diagnostic::Diagnostics;
use crate::id::{ClauseNumber, ControlId, ParameterId, RiskId};
use crate::source::Sources;
use crate::taxonomy::{EvidenceKind, ParameterKind};
use crate::text::count;
use indexmap::IndexMap;
use std::fmt;

pub(super) use resolve::resolve;
pub(crate) use words::{measured, requirement};

/// The selection of a catalog that is a profile, and what it leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {
    /// The metadata of the base.
    pub base: CatalogFacts,
    /// The SHA-256 of the base's canonical form.
    pub base_sha256: String,
    /// What it selects.
    pub select: Selection,
    /// What it leaves out of the selection.
    pub except: Exception,
    /// The controls of the base that it leaves out, in catalog order.
    pub controls_left_out: IndexMap<ControlId, EntryLeftOut>,
    /// The risks of the base that it leaves out, in catalog order.
    pub risks_left_out: IndexMap<RiskId, EntryLeftOut>,
    /// Its own controls.
    pub own_controls: Vec<ControlId>,
    /// Its own risks.
    pub own_risks: Vec<RiskId>,
    /// Its parameters, by id.
    pub parameters: IndexMap<ParameterId, Parameter>,
}

/// An entry of the base that a profile leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EntryLeftOut {
    /// The clause that it belongs to.
    pub clause: ClauseNumber,
    /// Its title.
    pub title: String,
}

impl Profile {
    /// What it leaves out, in numbers: `leaves out 67 controls and 12 risks of iso-tr-23576`.
    pub fn scope(&self) -> impl fmt::Display {
        Scope(self)
    }

    /// The largest age in days for which evidence of a kind is valid, and the parameter that sets
    /// it.
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
        let controls = |number: usize| count(number, "control", "controls");
        let risks = |number: usize| count(number, "risk", "risks");
        write!(
            f,
            "leaves out {} and {} of {}",
            controls(profile.controls_left_out.len()),
            risks(profile.risks_left_out.len()),
            profile.base.id
        )?;
        let own = (profile.own_controls.len(), profile.own_risks.len());
        if own != (0, 0) {
            write!(
                f,
                ", and adds {} and {} of its own",
                controls(own.0),
                risks(own.1)
            )?;
        }
        Ok(())
    }
}

impl Catalog {
    /// The selection and what it leaves out, if the catalog is a profile.
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
    /// Checks a profile made in code against the catalog that it selects from.
    ///
    /// # Errors
    ///
    /// All errors in the profile.
    pub fn resolve(self, base: &Catalog) -> Result<Catalog, Diagnostics> {
        resolve(self, base, &Sources::default(), Vec::new())
    }
}
