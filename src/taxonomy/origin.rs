//! The provenance of catalog statements, and how far they can be relied on.

use super::schema_vocabulary;

schema_vocabulary! {
    /// Where the substance of an entry comes from. The text of ISO/TR 23576:2020 was not used; its
    /// public ancestor is an Internet-Draft (`I-D-07`, and `I-D-02` for an earlier revision).
    ///
    /// May grow.
    #[non_exhaustive]
    Provenance, "provenance" {
        /// Stated in the section of the Internet-Draft that corresponds to the clause.
        IdDirect,
        /// Stated elsewhere in the Internet-Draft, mostly in its clause 5, or only as a remark.
        IdContext,
        /// Stated only in revision 02 of the Internet-Draft.
        IdEarlierDraft,
        /// Follows from ISO/IEC 27002 or CCSS, to which the Internet-Draft refers in general terms.
        Derived,
        /// Our own inference.
        Inferred,
        /// Added by the owner of the catalog; not from ISO/TR 23576 or its ancestor.
        Own,
    }
}

schema_vocabulary! {
    /// How strongly the Internet-Draft words a control. A Technical Report contains no
    /// requirements, so this records the wording of the ancestor only.
    ///
    /// Closed: the keywords of requirement levels.
    Strength, "strength" {
        /// The ancestor says must, shall or required.
        Must,
        /// The ancestor says should, recommended, expected or effective.
        Should,
        /// The ancestor gives it as an example or an option, or has no wording for it.
        May,
    }
}

schema_vocabulary! {
    /// How far a mapping to another framework can be relied on. A mapping states that two texts
    /// address the same subject, never that they are equivalent.
    ///
    /// Closed: a scale of three.
    Confidence, "confidence" {
        /// The subject matter coincides, and the references were checked to exist.
        High,
        /// A reasonable analyst's mapping; the references were checked to exist.
        Medium,
        /// Partial or indirect overlap.
        Low,
    }
}

schema_vocabulary! {
    /// Where a catalog comes from.
    ///
    /// Closed: a catalog is built in, a profile of the built-in one, or neither.
    CatalogOrigin, "origin of a catalog" {
        /// The catalog of ISO/TR 23576:2020 that is part of this library, as its digest shows.
        BuiltIn,
        /// A profile of the built-in catalog, which may leave controls out and add others.
        Profile,
        /// Not the built-in catalog: another catalog, or a profile of one.
        Own,
    }
}

impl CatalogOrigin {
    /// What a report states with the name of the catalog, unless it is the built-in one.
    pub fn remark(self) -> Option<&'static str> {
        match self {
            Self::BuiltIn => None,
            Self::Profile => Some("a profile, not the built-in catalog"),
            Self::Own => Some("not the built-in catalog"),
        }
    }
}
