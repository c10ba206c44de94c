//! The terms of reports and the words of every vocabulary, each with its meaning.

use crate::catalog::Catalog;
use crate::diagnostic::{Code, Level};
use crate::difference::{CauseKind, Shift};
use crate::doubt::DoubtCode;
use crate::gap::StepKind;
use crate::supports::{Duty, SupportKind};
use crate::taxonomy::{
    Action, Actor, Applicability, Asset, CatalogOrigin, Certainty, Channel, ClauseKind,
    ComponentGroup, Confidence, Direction, DocumentKind, DocumentState, EventKind, EvidenceKind,
    EvidenceState, Factor, FactorGroup, FileCheck, ForeignVerdict, Function, GapKind,
    ParameterKind, ParameterStanding, Provenance, RiskVerdict, Severity, Status, Strength,
    SubjectKind, Technique, Threat, Tier, Trait, TransitionKind, Verdict, Word,
};
use std::borrow::Cow;

crate::vocabulary! {
    /// A term that reports use.
    ///
    /// May grow.
    #[non_exhaustive]
    Term, "term" {
        /// A control instance: a control applied to one subject, the organization or a wallet. Every
        /// coverage figure counts cells.
        Cell,
        /// What a cell is about: the organization or one of its wallets.
        Subject,
        /// The share of cells that are effective: the claim states that the control is in place,
        /// and evidence that is valid on the reporting date supports it. Excluded cells do not
        /// count.
        Proven,
        /// The share of cells that could still turn out to be effective: those that are, those
        /// whose claim lacks valid evidence (unproven), and those that have not been assessed
        /// (unknown). Excluded cells do not count.
        Possible,
        /// A cell or a risk that falls short, with the reasons and with what would close it.
        Gap,
        /// Of a risk: untreated, partly treated or not known to be treated, for at least one
        /// subject. Accepting a risk does not close it.
        Open,
        /// How much a gap matters: the highest severity among the open risks that the control
        /// treats directly, one level lower if the cell is partial or unproven, and low if the
        /// control only supports. The gap of a risk has the severity of the risk.
        Severity,
        /// What effective controls do against a risk: prevent, detect or correct.
        Depth,
        /// In a crosswalk: how certain it is that a control and a reference address the same
        /// subject.
        Confidence,
        /// The number of days ahead for which a report lists expiring evidence and acceptances;
        /// set with `--horizon`.
        Horizon,
        /// The share of cells with each verdict; `docs/coverage.md` has the definition.
        Coverage,
    }
}

/// A word and its meaning.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Entry {
    /// The vocabulary that the word belongs to, such as `tier`.
    pub vocabulary: &'static str,
    /// The word, as files and reports spell it.
    pub word: Cow<'static, str>,
    /// Its meaning, in a sentence or two.
    pub meaning: String,
}

fn entries<W: Word>() -> impl Iterator<Item = Entry> {
    W::values().into_iter().map(|word| Entry {
        vocabulary: W::VOCABULARY,
        word: word.word().into(),
        meaning: word.meaning(),
    })
}

/// The words of every vocabulary, then the traits that a catalog declares.
pub fn words_with(catalog: &Catalog) -> Vec<Entry> {
    let declared = catalog.traits().iter().map(|(id, declared)| Entry {
        vocabulary: Trait::VOCABULARY,
        word: id.to_string().into(),
        meaning: declared.document.meaning.clone(),
    });
    words().into_iter().chain(declared).collect()
}

/// The terms that reports use.
pub fn terms() -> Vec<Entry> {
    entries::<Term>().collect()
}

macro_rules! vocabularies {
    ($($word:ident),+ $(,)?) => {
        /// The terms that reports use, then every word of every vocabulary. A word that several
        /// vocabularies share has an entry in each of them.
        ///
        /// ```
        /// use custody_controls::glossary;
        ///
        /// let words = glossary::words();
        /// let hot = words.iter().find(|entry| entry.word == "hot").ok_or("missing")?;
        /// assert_eq!(hot.vocabulary, "tier");
        /// # Ok::<(), &str>(())
        /// ```
        pub fn words() -> Vec<Entry> {
            let mut all = terms();
            $(all.extend(entries::<$word>());)+
            all
        }
    };
}

vocabularies!(
    SupportKind,
    Duty,
    Status,
    Verdict,
    RiskVerdict,
    ForeignVerdict,
    Applicability,
    GapKind,
    Action,
    Severity,
    EvidenceKind,
    Technique,
    EvidenceState,
    FileCheck,
    EventKind,
    Tier,
    Trait,
    Channel,
    SubjectKind,
    Function,
    Threat,
    Factor,
    Actor,
    Asset,
    Provenance,
    Strength,
    Confidence,
    DocumentKind,
    DocumentState,
    Certainty,
    ClauseKind,
    ComponentGroup,
    FactorGroup,
    TransitionKind,
    Direction,
    Level,
    Code,
    Shift,
    CauseKind,
    ParameterKind,
    ParameterStanding,
    CatalogOrigin,
    DoubtCode,
    StepKind,
);
