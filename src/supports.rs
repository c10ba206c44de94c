//! Single points of failure: evidence, controls, people, providers and wallets whose loss would
//! leave a risk without treatment.
//!
//! A *support* is something on which verdicts depend. If it is *lost*,
//!
//! - an evidence item may no longer be relied on;
//! - the instances of a control, those for a wallet, and those inherited from a provider are
//!   absent;
//! - the instances that a person owns are absent. Evidence that this person collected remains: what
//!   was recorded does not cease to be so because its collector leaves.
//!
//! A risk is left without treatment for a subject if no instance of the controls that treat it
//! directly remains effective, or partial with evidence of that part. A *cut* is a minimal set of
//! supports whose loss together leaves a risk without treatment. All cuts up to a given size are found; a cut of size one is a single point of
//! failure. A wallet is in no cut, since the risks that are judged for it would be lost with it by
//! definition.

mod cuts;
mod duties;

use crate::assessment::SubjectId;
use crate::coverage::Coverage;
use crate::date::Date;
use crate::id::{AssessmentId, PersonId, RiskId};
use crate::json::Stored;
use crate::location::Location;
use crate::taxonomy::{CatalogOrigin, RiskVerdict, Severity, schema_vocabulary};
use cuts::{CutRows, Structure};
use serde::{Deserialize, Serialize};
use std::fmt;

pub use cuts::risk_at;

/// The identifier and version of the JSON form. The number is raised by breaking changes.
pub const SCHEMA: &str = "custody-controls/supports/3";

/// The largest size of cuts that can be requested, since the number of sets grows exponentially.
pub const LARGEST_CUT: usize = 4;

schema_vocabulary! {
    /// The kinds of support.
    ///
    /// Closed: verdicts depend on no other entries of an assessment.
    SupportKind, "kind of support" {
        /// An evidence item.
        Evidence,
        /// A control, for all subjects to which it applies.
        Control,
        /// A person, with the claims that they own.
        Person,
        /// A third party from which controls are inherited.
        Provider,
        /// A wallet, with all controls that apply to it.
        Wallet,
    }
}

schema_vocabulary! {
    /// A duty of a person for a control instance.
    ///
    /// May grow.
    #[non_exhaustive]
    Duty, "duty" {
        /// Is one of the assessors.
        Assesses,
        /// Owns the claim, and is therefore responsible for the control.
        Owns,
        /// Collected evidence that the claim cites.
        Evidences,
        /// Approved the acceptance of a risk that the control treats directly.
        Approves,
    }
}

/// Something on which verdicts depend.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Support {
    /// The kind of support.
    pub kind: SupportKind,
    /// The id.
    pub id: String,
}

impl fmt::Display for Support {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.kind, self.id)
    }
}

/// A risk and an affected subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RiskAt {
    /// The id of the risk.
    pub risk: RiskId,
    /// The title.
    pub title: String,
    /// The severity of the risk.
    pub severity: Severity,
    /// The affected subject.
    pub subject: SubjectId,
}

/// A support and the effect of its loss.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SupportRow {
    /// The support.
    pub support: Support,
    /// The title.
    pub title: String,
    /// The location of the declaration; absent for controls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The control instances that would no longer be effective, or partial with evidence of that part,
    /// as `control@subject`.
    pub cells: Vec<String>,
    /// The risks that nothing would be shown to treat any more, the most severe first.
    pub without_treatment: Vec<RiskAt>,
    /// The risks that would no longer be treated, the most severe first.
    pub opened: Vec<RiskAt>,
}

/// The cuts of a risk for a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CutRow {
    /// The risk and the subject.
    #[serde(flatten)]
    pub risk: RiskAt,
    /// The current verdict.
    pub verdict: RiskVerdict,
    /// The instances of controls that treat the risk directly which are effective, or partial with
    /// evidence of that part.
    pub holding: Vec<String>,
    /// All cuts up to the requested size, the smallest first.
    pub cuts: Vec<Vec<Support>>,
    /// Whether all cuts up to this size were found. The search is only stopped if a risk depends on
    /// very many supports, or if very many risks do.
    pub complete: bool,
}

/// A person with conflicting duties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DutyRow {
    /// The id of the person.
    pub person: PersonId,
    /// The name of the person.
    pub name: String,
    /// The duties for the same control instances.
    pub duties: Vec<Duty>,
    /// The control instances, as `control@subject`.
    pub cells: Vec<String>,
}

/// The supports of the verdicts of an assessment.
///
/// ```
/// use custody_controls::{AssessmentFiles, Catalog, Settings};
///
/// let text = include_str!("../examples/exchange.yaml");
/// let assessment = AssessmentFiles::from_text("exchange.yaml", text).resolve(Catalog::builtin())?;
/// let coverage = assessment.measure(&Settings::on("2026-09-30".parse()?));
/// let supports = coverage.supports(2);
/// assert!(supports.cuts.iter().all(|row| row.cuts.iter().all(|cut| cut.len() <= 2)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Supports {
    /// The value of [`SCHEMA`].
    pub schema: String,
    /// The id of the assessment.
    pub assessment: AssessmentId,
    /// The title.
    pub title: String,
    /// The date as of which verdicts are given.
    pub as_of: Date,
    /// Where the catalog comes from.
    pub catalog_origin: CatalogOrigin,
    /// The maximum size of cuts, as requested.
    pub size: usize,
    /// The supports whose loss alone would leave a risk without treatment, sorted by the severity, then the
    /// number of these risks.
    pub single: Vec<SupportRow>,
    /// Risks that are treated or partly treated and have a cut, the most severe first.
    pub cuts: Vec<CutRow>,
    /// Critical risks that have no cut up to this size, of all that are treated or partly treated.
    pub critical_without_cut: usize,
    /// Control instances that are effective, or partial with evidence of that part: what can be lost.
    pub holding: usize,
    /// Pairs of a risk and a subject that are treated or partly treated.
    pub held: usize,
    /// Those of critical risks among them.
    pub critical_held: usize,
    /// The size of the smallest cut of a critical risk; absent if there is none up to this size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub smallest: Option<usize>,
    /// People with conflicting duties.
    pub duties: Vec<DutyRow>,
}

impl Stored for Supports {
    const SCHEMA: &'static str = SCHEMA;
}

impl Coverage {
    /// Finds the supports of the verdicts of an assessment, with all cuts up to a size of at most
    /// [`LARGEST_CUT`].
    pub fn supports(&self, size: usize) -> Supports {
        let size = size.clamp(1, LARGEST_CUT);
        let structure = Structure::of(self);
        let CutRows {
            rows: mut cuts,
            held,
            critical_held,
            critical_without_cut,
        } = structure.cut_rows(self, size);
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
        let facts = self.assessment();
        Supports {
            schema: SCHEMA.to_owned(),
            assessment: facts.document().assessment.clone(),
            title: facts.header().title.clone(),
            as_of: self.settings().as_of,
            catalog_origin: facts.catalog().origin(),
            size,
            single: structure.single(self),
            cuts,
            critical_without_cut,
            holding: structure.cells.len(),
            held,
            critical_held,
            smallest,
            duties: duties::duties(self),
        }
    }

    /// The effect of the loss of a support; `None` if nothing depends on it.
    pub fn if_lost(&self, support: &Support) -> Option<SupportRow> {
        let structure = Structure::of(self);
        let index = structure.index_of(support)?;
        Some(structure.row_of(self, index))
    }

    /// All supports on which an effective or a backed partial cell depends, by kind and id.
    pub fn all_supports(&self) -> Vec<Support> {
        let mut all: Vec<Support> = Structure::of(self).supports.into_iter().collect();
        all.sort();
        all
    }
}
