//! What changed between two reports, and why.
//!
//! A [`Difference`] is a pure function of two [`Report`]s: of one firm on two days, of two states of a
//! file, or of one state with two catalogs. It states whether each gap is new, closed, worse, better or
//! moved, and the causes: claims, evidence, acceptances, wallets, the catalog, the day. [`baseline`]
//! compares a report with a stored one, and [`trend`] compares many.

pub mod baseline;
mod cause;
mod record;
mod reused;
pub mod trend;
mod unstated;

pub use cause::{Cause, CauseDetail, CauseKind, ControlChange, DayMatter, Days, RiskChange};

use crate::assessment::InputFile;
use crate::coverage::Ratio;
use crate::date::Date;
use crate::gap::Gap;
use crate::id::{AssessmentId, CatalogId, ClauseNumber, RiskId, WalletId};
use crate::json::Stored;
use crate::location::Location;
use crate::report::{Report, Summary};
use crate::taxonomy::{
    CatalogOrigin, GapKind, RiskVerdict, Severity, Verdict, Word, schema_vocabulary,
};
use record::Record;
pub use reused::Reused;
use reused::Shortfalls;
use serde::{Deserialize, Serialize};
use std::cmp::{Ordering, Reverse};
use std::collections::BTreeSet;

/// The name and version of the JSON form of a difference. A change that breaks readers raises the
/// number.
pub const SCHEMA: &str = "custody-controls/difference/2";

schema_vocabulary! {
    /// How a gap or a risk changed.
    ///
    /// A gap is worse if its severity is higher; if that is equal, if the verdict of its cell is lower;
    /// if that is equal too, if it is overdue and was not.
    ///
    /// Closed: a gap or a risk appears, disappears, gets worse or better, or changes otherwise.
    Shift, "shift" {
        /// It did not exist before.
        New,
        /// It is more severe, its verdict is worse, or it is newly overdue.
        Worse,
        /// It is less severe, its verdict is better, or it is no longer overdue.
        Better,
        /// It no longer exists.
        Closed,
        /// Its severity is unchanged, but its kind or location has changed.
        Moved,
    }
}

impl Shift {
    /// The heading for what changed like this.
    pub fn title(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Worse => "Worse",
            Self::Better => "Better",
            Self::Closed => "Closed",
            Self::Moved => "Moved, or of another kind",
        }
    }

    /// The change if before and after are exchanged.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::New => Self::Closed,
            Self::Closed => Self::New,
            Self::Worse => Self::Better,
            Self::Better => Self::Worse,
            Self::Moved => Self::Moved,
        }
    }

    /// Whether something got worse, so that a ratchet fails.
    pub fn is_worse(self) -> bool {
        match self {
            Self::New | Self::Worse => true,
            Self::Better | Self::Closed | Self::Moved => false,
        }
    }
}

/// What changed between two reports, and why.
///
/// ```
/// use custody_controls::difference::{CauseKind, Shift};
/// use custody_controls::{AssessmentFiles, Catalog, Report, Settings};
///
/// let text = include_str!("../examples/exchange.yaml");
/// let assessment = AssessmentFiles::from_text("exchange.yaml", text).resolve(Catalog::builtin())?;
/// let on = |day: &str| -> Result<Report, Box<dyn std::error::Error>> {
///     Ok(assessment.measure(&Settings::on(day.parse()?)).report())
/// };
/// let difference = on("2026-12-31")?.since(&on("2026-09-30")?);
/// // Nothing was edited in between, so every change comes from the days.
/// let newly = difference.gaps.iter().filter(|gap| gap.change == Shift::New);
/// let expired = |gap: &custody_controls::difference::GapDifference| {
///     gap.causes.iter().any(|cause| cause.kind() == CauseKind::EvidenceExpired)
/// };
/// assert!(newly.clone().count() > 0 && newly.clone().any(expired));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Difference {
    /// [`SCHEMA`].
    pub schema: String,
    /// The earlier report.
    pub before: Side,
    /// The later report.
    pub after: Side,
    /// The numbers of both, side by side.
    pub summary: DifferenceSummary,
    /// Every gap that changed: new ones, then worse, better, closed and moved ones; of each the most
    /// severe first, then by id.
    pub gaps: Vec<GapDifference>,
    /// Every risk whose verdict changed, in the same order.
    pub risks: Vec<RiskDifference>,
    /// The control instances, as `control@subject`, that became effective although nothing was stated
    /// about them: a claim that the earlier report has backs another subject, or the same one, with no
    /// evidence that is new, renewed, newly valid or newly about it.
    #[serde(default)]
    pub unstated: Vec<String>,
    /// The evidence items that showed a shortfall in the earlier report and are cited as proof in the
    /// later one, although they are not newer than what showed the shortfall.
    #[serde(default)]
    pub reused: Vec<Reused>,
}

impl Stored for Difference {
    const SCHEMA: &'static str = SCHEMA;
}

/// The subject and the inputs of a report that is compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Side {
    /// The assessment.
    pub assessment: AssessmentId,
    /// Its title.
    pub title: String,
    /// The firm that is assessed.
    pub custodian: String,
    /// The day for which verdicts are given.
    pub as_of: Date,
    /// The catalog.
    pub catalog: CatalogId,
    /// The version of the catalog.
    pub catalog_version: String,
    /// The SHA-256 of the catalog's canonical form.
    pub catalog_sha256: String,
    /// Where the catalog comes from.
    pub catalog_origin: CatalogOrigin,
    /// The files that the assessment was read from, by name.
    pub files: Vec<InputFile>,
    /// The wallets that the report is limited to, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only_wallets: Option<Vec<WalletId>>,
    /// Whether the evidence files were checked.
    pub evidence_files_checked: bool,
}

impl Side {
    fn of(report: &Report) -> Self {
        let facts = &report.facts;
        Self {
            assessment: facts.assessment.clone(),
            title: facts.title.clone(),
            custodian: facts.custodian.clone(),
            as_of: facts.as_of,
            catalog: facts.catalog.clone(),
            catalog_version: facts.catalog_version.clone(),
            catalog_sha256: facts.catalog_sha256.clone(),
            catalog_origin: facts.catalog_origin,
            files: facts.files.clone(),
            only_wallets: facts.only_wallets.clone(),
            evidence_files_checked: facts.evidence_files_checked,
        }
    }
}

/// The numbers of two reports, side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DifferenceSummary {
    /// How many gaps are new, worse, better, closed and moved.
    pub changes: ShiftCounts,
    /// How many of the moved gaps only moved to another location.
    pub elsewhere: u64,
    /// How many gaps did not change.
    pub unchanged: u64,
    /// Cells in place and proven.
    pub proven: RatioDifference,
    /// Cells that are proven or may still turn out to be.
    pub possible: RatioDifference,
    /// Excluded cells, which neither of the two counts.
    pub excluded: CountDifference,
    /// Critical risks that are treated for each of their subjects.
    pub critical_risks_treated: RatioDifference,
    /// Reliable evidence items.
    pub evidence_current: RatioDifference,
    /// Gaps by severity, the most severe first.
    pub gaps: Vec<SeverityDifference>,
    /// Gaps whose due date has passed.
    pub overdue: CountDifference,
    /// Acceptances in force.
    pub acceptances_in_force: CountDifference,
    /// Doubts.
    pub doubts: CountDifference,
}

/// The number of gaps of each shift.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShiftCounts {
    /// Gaps that did not exist before.
    pub new: u64,
    /// Gaps that are worse than before.
    pub worse: u64,
    /// Gaps that are better than before.
    pub better: u64,
    /// Gaps that no longer exist.
    pub closed: u64,
    /// Gaps that are neither worse nor better, but of another kind or at another location.
    pub moved: u64,
}

impl ShiftCounts {
    /// Counts a gap.
    pub fn add(&mut self, shift: Shift) {
        match shift {
            Shift::New => self.new += 1,
            Shift::Worse => self.worse += 1,
            Shift::Better => self.better += 1,
            Shift::Closed => self.closed += 1,
            Shift::Moved => self.moved += 1,
        }
    }

    /// The number of gaps of a shift.
    pub fn count(self, shift: Shift) -> u64 {
        match shift {
            Shift::New => self.new,
            Shift::Worse => self.worse,
            Shift::Better => self.better,
            Shift::Closed => self.closed,
            Shift::Moved => self.moved,
        }
    }
}

/// A share before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RatioDifference {
    /// In the earlier report.
    pub before: Ratio,
    /// In the later report.
    pub after: Ratio,
}

/// A number before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CountDifference {
    /// In the earlier report.
    pub before: u64,
    /// In the later report.
    pub after: u64,
}

/// The number of gaps of a severity, before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SeverityDifference {
    /// The severity.
    pub severity: Severity,
    /// In the earlier report.
    pub before: u64,
    /// In the later report.
    pub after: u64,
}

/// A gap that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct GapDifference {
    /// Its id, the same in every report.
    pub id: String,
    /// How it changed.
    pub change: Shift,
    /// The title of the control or the risk.
    pub title: String,
    /// The clause that the control or the risk belongs to.
    pub clause: ClauseNumber,
    /// The gap as it was; none if it is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<GapState>,
    /// The gap as it is; none if it is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<GapState>,
    /// The verdict of the cell as it was; none if there was no cell, and for a gap of a risk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict_before: Option<Verdict>,
    /// The verdict of the cell as it is; none if there is no cell, and for a gap of a risk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict_after: Option<Verdict>,
    /// Why: at least one cause, in the order of their kinds, then of what they are about.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<cause::Form<'static>>"))]
    pub causes: Vec<Cause>,
}

impl GapDifference {
    /// The higher of the severities before and after.
    pub fn severity(&self) -> Severity {
        let sides = [&self.before, &self.after];
        let severities = sides.into_iter().flatten().map(|state| state.severity);
        severities.max().unwrap_or(Severity::Low)
    }

    /// Whether only the location changed.
    pub fn is_only_elsewhere(&self) -> bool {
        let mut causes = self.causes.iter();
        self.change == Shift::Moved && causes.all(|cause| cause.kind() == CauseKind::PlaceChanged)
    }
}

/// A gap on one side of a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct GapState {
    /// How it falls short.
    pub kind: GapKind,
    /// How much it matters.
    pub severity: Severity,
    /// Where the claim or the acceptance is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

impl GapState {
    fn of(gap: &Gap) -> Self {
        Self {
            kind: gap.kind,
            severity: gap.severity,
            location: gap.location.clone(),
        }
    }
}

/// A risk whose verdict changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RiskDifference {
    /// The risk.
    pub risk: RiskId,
    /// How it changed: new or closed if only one of the catalogs has it.
    pub change: Shift,
    /// Its title.
    pub title: String,
    /// The severity of its stated consequence, by the later report if that has it.
    pub severity: Severity,
    /// The verdict of its worst subject as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<RiskVerdict>,
    /// The verdict of its worst subject as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<RiskVerdict>,
}

/// What decides whether a gap is worse: the greater weight is worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Weight {
    pub(crate) severity: Severity,
    shortfall: u8,
    overdue: bool,
}

impl Weight {
    fn new(severity: Severity, verdict: Option<Verdict>, kind: GapKind) -> Self {
        Self {
            severity,
            shortfall: verdict.map_or(0, shortfall),
            overdue: kind == GapKind::Overdue,
        }
    }
}

/// The order of verdicts, from best to worst.
fn shortfall(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Effective | Verdict::Excluded => 0,
        Verdict::Unproven => 1,
        Verdict::Partial => 2,
        Verdict::Absent | Verdict::Unknown => 3,
    }
}

/// How a gap changed, by its weights; none if they are equal, or if it did not exist on either side.
fn shift(before: Option<Weight>, after: Option<Weight>) -> Option<Shift> {
    match (before, after) {
        (None, None) => None,
        (None, Some(_)) => Some(Shift::New),
        (Some(_), None) => Some(Shift::Closed),
        (Some(before), Some(after)) => match after.cmp(&before) {
            Ordering::Greater => Some(Shift::Worse),
            Ordering::Less => Some(Shift::Better),
            Ordering::Equal => None,
        },
    }
}

impl Report {
    /// What changed since an earlier report.
    pub fn since(&self, before: &Report) -> Difference {
        let after = self;
        let sides = (Record::of(before), Record::of(after));
        let ids: BTreeSet<&str> = sides
            .0
            .gaps
            .keys()
            .chain(sides.1.gaps.keys())
            .copied()
            .collect();
        let mut unchanged = 0;
        let mut gaps: Vec<GapDifference> = Vec::new();
        for id in ids {
            match gap(id, &sides.0, &sides.1) {
                Some(gap) => gaps.push(gap),
                None => unchanged += 1,
            }
        }
        gaps.sort_by(|a, b| {
            let key = |gap: &GapDifference| (gap.change, Reverse(gap.severity()));
            (key(a), &a.id).cmp(&(key(b), &b.id))
        });
        Difference {
            schema: SCHEMA.to_owned(),
            before: Side::of(before),
            after: Side::of(after),
            summary: summary(&before.summary, &after.summary, &gaps, unchanged),
            risks: risks(&sides.0, &sides.1),
            unstated: unstated::unstated(&sides.0, &sides.1),
            reused: Shortfalls::of(before).reused(after),
            gaps,
        }
    }
}

impl Difference {
    /// The gaps of a shift, the most severe first.
    pub fn of(&self, shift: Shift) -> impl Iterator<Item = &GapDifference> {
        self.gaps.iter().filter(move |gap| gap.change == shift)
    }

    /// The highest severity, in the later report, among gaps that are new or worse.
    pub fn highest_worse_severity(&self) -> Option<Severity> {
        let worse = self.gaps.iter().filter(|gap| gap.change.is_worse());
        worse
            .filter_map(|gap| gap.after.as_ref())
            .map(|state| state.severity)
            .max()
    }

    /// The whole difference in a sentence or two.
    pub fn headline(&self) -> String {
        let changes = self.summary.changes;
        let catalogs = [self.custodian_change(), self.catalog_change()];
        let catalogs: String = catalogs.into_iter().flatten().collect();
        let unstated = match self.unstated.len() {
            0 => String::new(),
            1 => " 1 control instance became effective although nothing was stated about it."
                .to_owned(),
            count => format!(
                " {count} control instances became effective although nothing was stated about them."
            ),
        };
        let reused = reused::sentence(&self.reused);
        if self.is_empty() && self.unstated.is_empty() && self.reused.is_empty() {
            return format!("Nothing changed.{catalogs}");
        }
        let moved = match (changes.moved, self.summary.elsewhere) {
            (0, _) => String::new(),
            (moved, 0) => format!(", {moved} of another kind"),
            (moved, all) if moved == all => format!(", {all} only moved"),
            (moved, some) => format!(", {} of another kind, {some} only moved", moved - some),
        };
        format!(
            "{}{moved}; {} unchanged.{unstated}{reused}{catalogs}",
            counts(changes),
            self.summary.unchanged
        )
    }

    /// The heading of the difference: the title of the assessment, or both if the custodians differ.
    pub fn title(&self) -> String {
        let (before, after) = (&self.before, &self.after);
        if before.custodian == after.custodian {
            return after.title.clone();
        }
        let named = |side: &Side| format!("{} ({})", side.title, side.custodian);
        format!("{} and {}", named(before), named(after))
    }

    /// That the custodians differ, in words, if they do.
    pub fn custodian_change(&self) -> Option<String> {
        let (before, after) = (&self.before, &self.after);
        (before.custodian != after.custodian).then(|| {
            format!(
                " The reports are about two custodians ({}, then {}), so differences are not changes over time.",
                before.custodian, after.custodian
            )
        })
    }

    /// That the catalogs differ, in words, if they do. Gaps with different catalogs are not
    /// comparable.
    pub fn catalog_change(&self) -> Option<String> {
        let (before, after) = (&self.before, &self.after);
        if before.catalog_sha256 == after.catalog_sha256 {
            return None;
        }
        let digest = |side: &Side| side.catalog_sha256.chars().take(12).collect::<String>();
        Some(format!(
            " The catalogs differ: {} {} (SHA-256 {}…), then {} {} (SHA-256 {}…).",
            before.catalog,
            before.catalog_version,
            digest(before),
            after.catalog,
            after.catalog_version,
            digest(after)
        ))
    }

    /// Whether neither gaps nor verdicts of risks changed.
    pub fn is_empty(&self) -> bool {
        self.gaps.is_empty() && self.risks.is_empty()
    }
}

/// `2 gaps are new, 0 worse, 1 better, 3 closed`.
fn counts(changes: ShiftCounts) -> String {
    let ShiftCounts {
        new,
        worse,
        better,
        closed,
        ..
    } = changes;
    let is = if new == 1 {
        "1 gap is"
    } else {
        &format!("{new} gaps are")
    };
    format!("{is} new, {worse} worse, {better} better, {closed} closed")
}

/// How a gap changed; none if it did not.
fn gap(id: &str, before: &Record<'_>, after: &Record<'_>) -> Option<GapDifference> {
    let (was, is) = (before.gaps.get(id).copied(), after.gaps.get(id).copied());
    let shown = is.or(was)?;
    let weight = |record: &Record<'_>, gap: Option<&Gap>| gap.map(|gap| record.weight(gap));
    let change = shift(weight(before, was), weight(after, is));
    let several = before.report.facts.files.len() > 1 && after.report.facts.files.len() > 1;
    let change = match (change, was, is) {
        (None, Some(was), Some(is)) => {
            let is_elsewhere = place(was, several) != place(is, several);
            (was.kind != is.kind || is_elsewhere).then_some(Shift::Moved)
        }
        (change, _, _) => change,
    }?;
    let verdict = |record: &Record<'_>| record.verdict(shown);
    Some(GapDifference {
        id: id.to_owned(),
        change,
        title: shown.title.clone(),
        clause: shown.clause.clone(),
        before: was.map(GapState::of),
        after: is.map(GapState::of),
        verdict_before: verdict(before),
        verdict_after: verdict(after),
        causes: cause::causes(before, after, shown, (was, is)),
    })
}

/// Where a gap is written. Versions of one file have different names, so the name of a file counts only
/// if both sides have several files, and then only what follows the last slash.
fn place(gap: &Gap, several: bool) -> Option<(&str, u32, u32)> {
    let location = gap.location.as_ref()?;
    let file = location.file.rsplit('/').next().unwrap_or_default();
    Some((
        if several { file } else { "" },
        location.line,
        location.column,
    ))
}

fn summary(
    before: &Summary,
    after: &Summary,
    gaps: &[GapDifference],
    unchanged: u64,
) -> DifferenceSummary {
    let ratio = |of: fn(&Summary) -> Ratio| RatioDifference {
        before: of(before),
        after: of(after),
    };
    let count = |of: fn(&Summary) -> u64| CountDifference {
        before: of(before),
        after: of(after),
    };
    let mut changes = ShiftCounts::default();
    for gap in gaps {
        changes.add(gap.change);
    }
    let mut severities = Severity::values();
    severities.sort_by_key(|severity| Reverse(*severity));
    let of_severity = |summary: &Summary, severity| {
        let found = summary.gaps.iter().find(|entry| entry.severity == severity);
        found.map_or(0, |entry| entry.count)
    };
    DifferenceSummary {
        changes,
        elsewhere: gaps.iter().filter(|gap| gap.is_only_elsewhere()).count() as u64,
        unchanged,
        proven: ratio(|summary| summary.proven),
        possible: ratio(|summary| summary.possible),
        excluded: count(|summary| summary.cells.excluded),
        critical_risks_treated: ratio(|summary| summary.critical_risks_treated),
        evidence_current: ratio(|summary| summary.evidence_current),
        gaps: severities
            .into_iter()
            .map(|severity| SeverityDifference {
                severity,
                before: of_severity(before, severity),
                after: of_severity(after, severity),
            })
            .collect(),
        overdue: count(|summary| summary.overdue),
        acceptances_in_force: count(|summary| summary.acceptances_in_force),
        doubts: count(Summary::doubt_count),
    }
}

fn risks(before: &Record<'_>, after: &Record<'_>) -> Vec<RiskDifference> {
    let ids: BTreeSet<&str> = before
        .risks
        .keys()
        .chain(after.risks.keys())
        .copied()
        .collect();
    let mut risks: Vec<RiskDifference> = ids
        .into_iter()
        .filter_map(|id| {
            let (was, is) = (before.risks.get(id).copied(), after.risks.get(id).copied());
            let shown = is.or(was)?;
            let change = match (was, is) {
                (None, _) => Shift::New,
                (_, None) => Shift::Closed,
                (Some(was), Some(is)) => match is.verdict.rank().cmp(&was.verdict.rank()) {
                    Ordering::Less => Shift::Worse,
                    Ordering::Greater => Shift::Better,
                    Ordering::Equal => return None,
                },
            };
            Some(RiskDifference {
                risk: shown.risk.clone(),
                change,
                title: shown.title.clone(),
                severity: shown.severity,
                before: was.map(|row| row.verdict),
                after: is.map(|row| row.verdict),
            })
        })
        .collect();
    risks.sort_by(|a, b| {
        let key = |risk: &RiskDifference| (risk.change, Reverse(risk.severity));
        (key(a), &a.risk).cmp(&(key(b), &b.risk))
    });
    risks
}
