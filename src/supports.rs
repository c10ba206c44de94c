//! What rests on what: evidence, controls, people, providers and wallets whose loss would leave a
//! risk untreated.
//!
//! A *support* is something that verdicts rest on. When it is *lost*,
//!
//! - an evidence item may not be relied on any more;
//! - the cells of a control, of a wallet, and those that are inherited from a provider, are absent;
//! - the cells that a person owns are absent, and the evidence that this person collected may not be
//!   relied on any more.
//!
//! A risk loses its treatment for a subject when none of the cells of controls that treat it directly
//! is effective or partial any more: its verdict is `untreated`. A *cut* is a set of supports whose
//! loss together does that, while the loss of fewer of them does not. All cuts up to a size are
//! found, none is missed; a cut of one is a single point of failure.

mod cuts;
mod duties;

use crate::assessment::SubjectId;
use crate::coverage::Coverage;
use crate::date::Date;
use crate::id::{AssessmentId, PersonId, RiskId};
use crate::location::Location;
use crate::taxonomy::{RiskVerdict, Severity, schema_vocabulary};
use cuts::Structure;
use serde::{Deserialize, Serialize};
use std::fmt;

pub use cuts::risk_at;

/// The name and version of the JSON form. A change that breaks readers raises the number.
pub const SCHEMA: &str = "custody-controls/supports/1";

/// The largest cut that is looked for: beyond it, the number of sets to look at grows too fast.
pub const LARGEST_CUT: usize = 4;

schema_vocabulary! {
    /// What a verdict can rest on.
    ///
    /// Closed: verdicts rest on no other entries of an assessment.
    SupportKind, "kind of support" {
        /// An evidence item.
        Evidence,
        /// A control, wherever it applies.
        Control,
        /// A person: the claims that they own and the evidence that they collected.
        Person,
        /// A third party from whom controls are inherited.
        Provider,
        /// A wallet: all controls that are about it.
        Wallet,
    }
}

schema_vocabulary! {
    /// What a person can have to do with one thing.
    ///
    /// May grow.
    #[non_exhaustive]
    Duty, "duty" {
        /// Is one of the assessors.
        Assesses,
        /// Owns the claim: is responsible for the control.
        Owns,
        /// Collected evidence that the claim rests on.
        Evidences,
        /// Approved the acceptance of a risk that the control treats directly.
        Approves,
    }
}

/// Something that verdicts rest on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Support {
    /// What it is.
    pub kind: SupportKind,
    /// Its id.
    pub id: String,
}

impl fmt::Display for Support {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.kind, self.id)
    }
}

/// A risk and whom it is judged for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RiskAt {
    /// The risk.
    pub risk: RiskId,
    /// What readers call it.
    pub title: String,
    /// How grave it is.
    pub severity: Severity,
    /// Whom it is judged for.
    pub subject: SubjectId,
}

/// A support and what its loss alone would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SupportRow {
    /// The support.
    pub support: Support,
    /// What readers call it.
    pub title: String,
    /// Where it is declared; none for controls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The cells that would not be effective or partial any more, as `control@subject`.
    pub cells: Vec<String>,
    /// The risks that would be untreated and are not now, the gravest first.
    pub untreated: Vec<RiskAt>,
    /// The risks that would not be treated any more and are now, the gravest first.
    pub opened: Vec<RiskAt>,
}

/// The cuts of a risk for a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CutRow {
    /// The risk and the subject.
    #[serde(flatten)]
    pub risk: RiskAt,
    /// The verdict as it is now.
    pub verdict: RiskVerdict,
    /// The cells of controls that treat it directly and hold now, effective or partial.
    pub holding: Vec<String>,
    /// Every cut up to the size that was looked for, the smallest first.
    pub cuts: Vec<Vec<Support>>,
    /// Whether all cuts of this size were found. Only where a risk rests on very many supports is
    /// the search given up.
    pub complete: bool,
}

/// A person who has more than one duty for one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DutyRow {
    /// The person.
    pub person: PersonId,
    /// What readers call them.
    pub name: String,
    /// The duties that come together in the same cells.
    pub duties: Vec<Duty>,
    /// Where they come together, as `control@subject`.
    pub cells: Vec<String>,
}

/// What the verdicts of an assessment rest on.
///
/// ```
/// use custody_controls::supports::Supports;
/// use custody_controls::{AssessmentFiles, Catalog, Coverage, Settings};
///
/// let text = include_str!("../examples/exchange.yaml");
/// let assessment = AssessmentFiles::from_text("exchange.yaml", text).resolve(Catalog::builtin())?;
/// let coverage = Coverage::measure(&assessment, &Settings::as_of("2026-09-30".parse()?));
/// let supports = Supports::new(&coverage, 2);
/// assert!(supports.cuts.iter().all(|row| row.cuts.iter().all(|cut| cut.len() <= 2)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Supports {
    /// [`SCHEMA`].
    pub schema: String,
    /// The assessment.
    pub assessment: AssessmentId,
    /// What readers call it.
    pub title: String,
    /// The day for which it holds.
    pub as_of: Date,
    /// The size up to which cuts were looked for.
    pub size: usize,
    /// Every support whose loss alone would leave a risk untreated: the one with the gravest risks
    /// first, then the one with the most.
    pub single: Vec<SupportRow>,
    /// Every risk and subject that holds now and has a cut, the gravest first.
    pub cuts: Vec<CutRow>,
    /// Of the critical risks that hold now, how many have no cut of this size.
    pub critical_without_cut: usize,
    /// The size of the smallest cut of a critical risk; none where there is none of this size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smallest: Option<usize>,
    /// People who have more than one duty for one thing.
    pub duties: Vec<DutyRow>,
}

impl Supports {
    /// What the verdicts of an assessment rest on, with all cuts up to a size, which is at most
    /// [`LARGEST_CUT`].
    pub fn new(coverage: &Coverage, size: usize) -> Self {
        let size = size.clamp(1, LARGEST_CUT);
        let structure = Structure::of(coverage);
        let mut cuts = Vec::new();
        let mut critical_without_cut = 0;
        for (risk, outcome, cells) in structure.holding(coverage) {
            let (found, complete) = structure.cuts(&cells, size);
            if found.is_empty() && complete {
                critical_without_cut += usize::from(risk.severity == Severity::Critical);
                continue;
            }
            cuts.push(CutRow {
                risk: risk_at(coverage, risk, outcome),
                verdict: outcome.verdict,
                holding: structure.names(coverage, &cells),
                cuts: found.iter().map(|cut| structure.named(cut)).collect(),
                complete,
            });
        }
        cuts.sort_by_key(|row| {
            (
                std::cmp::Reverse(row.risk.severity),
                row.cuts.first().map_or(usize::MAX, Vec::len),
            )
        });
        let smallest = cuts
            .iter()
            .filter(|row| row.risk.severity == Severity::Critical)
            .filter_map(|row| row.cuts.first().map(Vec::len))
            .min();
        let facts = coverage.assessment();
        Self {
            schema: SCHEMA.to_owned(),
            assessment: facts.document().assessment.clone(),
            title: facts.header().title.clone(),
            as_of: coverage.settings().as_of,
            size,
            single: structure.single(coverage),
            cuts,
            critical_without_cut,
            smallest,
            duties: duties::duties(coverage),
        }
    }

    /// What the loss of one support would do; none where nothing rests on it.
    pub fn if_lost(coverage: &Coverage, support: &Support) -> Option<SupportRow> {
        let structure = Structure::of(coverage);
        let index = structure.index_of(support)?;
        Some(structure.row(coverage, index))
    }

    /// Every support that some effective or partial cell rests on, in order of kind and id.
    pub fn all(coverage: &Coverage) -> Vec<Support> {
        let mut all: Vec<Support> = Structure::of(coverage).supports.into_iter().collect();
        all.sort();
        all
    }
}
