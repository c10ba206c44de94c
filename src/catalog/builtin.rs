//! The built-in catalog: the files under `controls/`, read and checked like any other catalog, then
//! packed at development time.
//!
//! Why packed: it has to be ready in less than half a millisecond, and reading 280 kB of YAML takes
//! far longer. `docs/performance.md` has the measurements. `controls/` remains the only source: a
//! test packs it again and compares, and `UPDATE=1 cargo test` writes the packs. The reference
//! model and the mappings to other frameworks make up half of the catalog, and no gap depends on
//! them. They are a separate pack, the annex, which is unpacked when needed.

use super::document::ControlCrosswalk;
use super::{Annex, Catalog, ControlDetails, Resolved, RiskDetails};
use crate::error::{Error, Result};
use crate::index::{ControlIndex, Position};
use serde::de::DeserializeOwned;
use std::path::Path;
use std::sync::{Arc, LazyLock, OnceLock};

static CATALOG: &[u8] = include_bytes!("builtin.postcard");
static ANNEX: &[u8] = include_bytes!("builtin-annex.postcard");

static BUILTIN: LazyLock<Catalog> = LazyLock::new(|| whole(unpack(CATALOG)).into());

/// The annex of the built-in catalog.
pub(super) fn annex() -> Box<Annex> {
    Box::new(whole(unpack_annex(ANNEX, &BUILTIN.0)))
}

/// What the packs that are part of this crate hold.
fn whole<T>(unpacked: Result<T>) -> T {
    #[expect(
        clippy::expect_used,
        reason = "the packs are constants, which tests/it/catalog.rs unpacks and compares with `controls/`"
    )]
    unpacked.expect("the built-in catalog is whole")
}

fn unpack(bytes: &[u8]) -> Result<Resolved> {
    let catalog: Resolved = from_bytes(bytes)?;
    let (risks, controls) = (catalog.risks.len(), catalog.controls.len());
    let is_linked = catalog.risks.values().all(|risk| {
        let links = &risk.links;
        let mut all = [
            &links.direct_wallet,
            &links.direct_organization,
            &links.supporting_wallet,
            &links.supporting_organization,
        ]
        .into_iter()
        .flatten();
        all.all(|control: &ControlIndex| control.position() < controls)
    }) && catalog.controls.values().all(|control| {
        let mut treated = control.direct_risks.iter().chain(&control.supporting_risks);
        treated.all(|risk| risk.position() < risks)
            && catalog.families.contains_key(&control.family)
    });
    if is_linked {
        Ok(catalog)
    } else {
        Err(Error::internal(
            "a packed catalog refers to an entry that it does not have",
        ))
    }
}

fn unpack_annex(bytes: &[u8], catalog: &Resolved) -> Result<Annex> {
    let annex: Annex = from_bytes(bytes)?;
    let mut risks = catalog.risks.keys();
    let mut controls = catalog.controls.keys();
    let has_frameworks = |crosswalk: &Option<ControlCrosswalk>| {
        let references = crosswalk.iter();
        let mut frameworks = references.flat_map(|crosswalk| crosswalk.references.keys());
        frameworks.all(|id| annex.frameworks.contains_key(id))
    };
    let is_risk = |details: &RiskDetails| has_frameworks(&details.crosswalk);
    let is_control = |details: &ControlDetails| has_frameworks(&details.crosswalk);
    if risks.all(|id| annex.risks.get(id).is_some_and(is_risk))
        && controls.all(|id| annex.controls.get(id).is_some_and(is_control))
    {
        Ok(annex)
    } else {
        Err(Error::internal(
            "a packed annex lacks the details of an entry of its catalog",
        ))
    }
}

fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    postcard::from_bytes(bytes)
        .map_err(|error| Error::internal(format!("a packed catalog cannot be unpacked: {error}")))
}

fn to_bytes(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    postcard::to_allocvec(value)
        .map_err(|error| Error::internal(format!("a catalog cannot be packed: {error}")))
}

impl Catalog {
    /// The catalog of ISO/TR 23576:2020 that comes with this crate: 80 clauses, 80 risks, 190
    /// controls.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Packs a catalog in the two parts that are embedded. For the development of this crate.
    ///
    /// # Errors
    ///
    /// As [`Catalog::read`]; [`Error::Internal`] if it cannot be packed.
    #[doc(hidden)]
    pub fn pack(path: &Path) -> Result<[Vec<u8>; 2]> {
        let crate::source::Files {
            sources,
            diagnostics,
            ..
        } = crate::source::read(&[path.into()], true)?;
        let catalog = Self::decode(&sources, diagnostics).map_err(Error::Invalid)?;
        Ok([to_bytes(&*catalog.0)?, to_bytes(catalog.annex())?])
    }

    /// Unpacks a catalog from its two parts. For the development of this crate.
    ///
    /// # Errors
    ///
    /// [`Error::Internal`] if the parts are damaged.
    #[doc(hidden)]
    pub fn unpack([catalog, annex]: [&[u8]; 2]) -> Result<Self> {
        let mut catalog = unpack(catalog)?;
        let annex = unpack_annex(annex, &catalog)?;
        catalog.annex = OnceLock::from(Box::new(annex));
        Ok(Self(Arc::new(catalog)))
    }
}
