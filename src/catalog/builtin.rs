//! The built-in catalog: the files under `controls/`, read and checked like any other catalog, then
//! packed at development time.
//!
//! Why packed: it has to be ready in less than half a millisecond, and reading 280 kB of YAML takes
//! far longer. `docs/performance.md` has the measurements. `controls/` remains the only source: a
//! test packs it again and compares, and `UPDATE=1 cargo test` writes the packs. The reference
//! model and the mappings to other frameworks make up half of the catalog, and no gap depends on
//! them. They are a separate pack, the annex, which is unpacked when needed.

use super::{Annex, Catalog, Resolved};
use crate::diagnostic::Diagnostics;
use std::path::Path;
use std::sync::{Arc, LazyLock};

static CATALOG: &[u8] = include_bytes!("builtin.postcard");
static ANNEX: &[u8] = include_bytes!("builtin-annex.postcard");

static BUILTIN: LazyLock<Catalog> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the pack is compared with `controls/` by tests/it/catalog.rs"
    )]
    postcard::from_bytes::<Resolved>(CATALOG)
        .expect("the built-in catalog is valid")
        .into()
});

static BUILTIN_ANNEX: LazyLock<Annex> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the pack is compared with `controls/` by tests/it/catalog.rs"
    )]
    postcard::from_bytes(ANNEX).expect("the built-in annex is valid")
});

static WARNINGS: LazyLock<Diagnostics> =
    LazyLock::new(|| super::check::crosswalk_warnings(Catalog::builtin()));

pub(super) fn warnings() -> &'static Diagnostics {
    &WARNINGS
}

pub(super) fn annex() -> &'static Annex {
    &BUILTIN_ANNEX
}

impl Catalog {
    /// The catalog of ISO/TR 23576:2020 that comes with this crate: 80 clauses, 79 risks, 190
    /// controls.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Packs a catalog in the two parts that are embedded. For the development of this crate.
    ///
    /// # Errors
    ///
    /// As [`Catalog::read`].
    #[doc(hidden)]
    pub fn pack(path: &Path) -> crate::error::Result<[Vec<u8>; 2]> {
        let Self(mut catalog) = Self::read(path)?;
        let annex = Arc::get_mut(&mut catalog).and_then(|catalog| catalog.annex.take());
        Ok([
            postcard::to_allocvec(&*catalog).unwrap_or_default(),
            postcard::to_allocvec(&*annex.unwrap_or_default()).unwrap_or_default(),
        ])
    }
}
