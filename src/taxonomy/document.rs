//! Cited documents: what they are, and their state.

use super::schema_vocabulary;

schema_vocabulary! {
    /// What a cited document is.
    ///
    /// May grow.
    #[non_exhaustive]
    DocumentKind, "kind of document" {
        /// A standard, a specification, a recommendation or a draft of one.
        Standard,
        /// A technical report, guidance, slides, or another document that is not a standard.
        Report,
    }
}

schema_vocabulary! {
    /// The state of a cited document on the day for which it was looked up. It is not updated by
    /// itself.
    ///
    /// May grow.
    #[non_exhaustive]
    DocumentState, "state of a document" {
        /// Published and neither withdrawn nor replaced.
        Published,
        /// Published, and its publisher states that it is in force.
        InForce,
        /// Published and still valid, while its publisher prepares a new edition.
        UnderRevision,
        /// A draft or a work item: not yet published, or published for comments only.
        Draft,
        /// A draft whose validity has ended without publication as a standard.
        Expired,
        /// Replaced by a newer edition or another document.
        Superseded,
        /// Withdrawn by its publisher.
        Withdrawn,
        /// A planned document of which no publication was found.
        NotPublished,
        /// A document whose state was not found.
        Unknown,
    }
}

schema_vocabulary! {
    /// How certain the facts about a cited document are.
    ///
    /// Closed: a scale of three.
    Certainty, "certainty" {
        /// Its publisher states them, or the publisher's own bibliographic data do.
        High,
        /// One secondary source, or two facts that we joined.
        Medium,
        /// By elimination or from memory; not seen in a source.
        Low,
    }
}
