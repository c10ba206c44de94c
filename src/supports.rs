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

use crate::assessment::SubjectId;
use crate::catalog::Risk;
use crate::coverage::{Coverage, EvidenceStanding, RiskOutcome};
use crate::date::Date;
use crate::id::{AssessmentId, PersonId, RiskId};
use crate::source::Location;
use crate::taxonomy::{RiskVerdict, Severity, Status, Verdict, schema_vocabulary};
use indexmap::IndexSet;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The name and version of the JSON form. A change that breaks readers raises the number.
pub const SCHEMA: &str = "custody-controls/supports/1";

/// The largest cut that is looked for: beyond it, the number of sets to look at grows too fast.
pub const LARGEST_CUT: usize = 4;

/// How many sets are looked at for one risk and subject before the search gives up and says so.
const SEARCHED: usize = 200_000;

schema_vocabulary! {
    /// What a verdict can rest on.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
            duties: duties(coverage),
        }
    }

    /// What the loss of one support would do; none where nothing rests on it.
    pub fn if_lost(coverage: &Coverage, support: &Support) -> Option<SupportRow> {
        let structure = Structure::of(coverage);
        let position = structure.supports.get_index_of(support)?;
        Some(structure.row(coverage, crate::source::index(position)))
    }

    /// Every support that some effective or partial cell rests on, in order of kind and id.
    pub fn all(coverage: &Coverage) -> Vec<Support> {
        let mut all: Vec<Support> = Structure::of(coverage).supports.into_iter().collect();
        all.sort();
        all
    }
}

/// A cell that holds, effective or partial, and what takes it away.
struct Holding {
    /// The subject and the control.
    position: (usize, u32),
    /// Supports of which the loss of any one is enough.
    any: Vec<u32>,
    /// Evidence that backs it; the loss of all is enough. Each item is lost by itself or with the
    /// person who collected it. None where the cell does not rest on evidence.
    backing: Option<Vec<(u32, Option<u32>)>>,
}

impl Holding {
    fn is_lost(&self, lost: &[u32]) -> bool {
        let is_gone = |support: u32| lost.contains(&support);
        self.any.iter().any(|support| is_gone(*support))
            || self.backing.as_ref().is_some_and(|backing| {
                backing
                    .iter()
                    .all(|(item, by)| is_gone(*item) || by.is_some_and(is_gone))
            })
    }

    /// Supports of which one must be lost if the cell is to be lost.
    fn next(&self, lost: &[u32]) -> Vec<u32> {
        let mut next = self.any.clone();
        let left = self.backing.iter().flatten().find(|(item, by)| {
            !lost.contains(item) && !by.is_some_and(|person| lost.contains(&person))
        });
        if let Some((item, by)) = left {
            next.push(*item);
            next.extend(by);
        }
        next
    }
}

struct Structure {
    supports: IndexSet<Support>,
    cells: Vec<Holding>,
    /// Positions in `cells`, by subject and control.
    by_position: BTreeMap<(usize, u32), usize>,
}

impl Structure {
    fn of(coverage: &Coverage) -> Self {
        let mut structure = Self {
            supports: IndexSet::new(),
            cells: Vec::new(),
            by_position: BTreeMap::new(),
        };
        let assessment = coverage.assessment();
        for cell in coverage.cells() {
            if !matches!(cell.verdict, Verdict::Effective | Verdict::Partial) {
                continue;
            }
            let (subject, control) = cell.position;
            let Some(assertion) = assessment.assertion_on(subject, control) else {
                continue;
            };
            let mut any = vec![structure.add(SupportKind::Control, cell.control.id.as_str())];
            if let SubjectId::Wallet(wallet) = &cell.subject.id {
                any.push(structure.add(SupportKind::Wallet, wallet.as_str()));
            }
            let parts = assessment.parts(assertion);
            if let Some(owner) = parts.and_then(|parts| parts.owner) {
                any.push(structure.add(SupportKind::Person, owner.as_str()));
            }
            if let Some(provider) = parts
                .and_then(|parts| parts.provider)
                .filter(|_| assertion.status == Status::Inherited)
            {
                any.push(structure.add(SupportKind::Provider, provider.as_str()));
            }
            let backing = (cell.verdict == Verdict::Effective).then(|| {
                let cited = assessment.cited_by(assertion).iter();
                let reliable = cited.filter(|item| {
                    let standing = coverage.evidence_at(**item);
                    standing.is_some_and(EvidenceStanding::is_reliable)
                });
                reliable
                    .filter_map(|item| {
                        let (id, evidence, _) = assessment.evidence_at(*item)?;
                        let by = evidence.by.as_ref();
                        Some((
                            structure.add(SupportKind::Evidence, id.as_str()),
                            by.map(|by| structure.add(SupportKind::Person, by.as_str())),
                        ))
                    })
                    .collect()
            });
            structure
                .by_position
                .insert(cell.position, structure.cells.len());
            structure.cells.push(Holding {
                position: cell.position,
                any,
                backing,
            });
        }
        structure
    }

    fn add(&mut self, kind: SupportKind, id: &str) -> u32 {
        let support = Support {
            kind,
            id: id.to_owned(),
        };
        crate::source::index(self.supports.insert_full(support).0)
    }

    fn named(&self, cut: &[u32]) -> Vec<Support> {
        let supports = cut.iter().filter_map(|support| self.support(*support));
        let mut named: Vec<Support> = supports.cloned().collect();
        named.sort();
        named
    }

    fn support(&self, position: u32) -> Option<&Support> {
        self.supports.get_index(position as usize)
    }

    fn names(&self, coverage: &Coverage, cells: &[usize]) -> Vec<String> {
        cells
            .iter()
            .filter_map(|cell| {
                let (subject, control) = self.cells.get(*cell)?.position;
                let assessment = coverage.assessment();
                let control = assessment.catalog().control_at(control)?;
                let subject = assessment.subjects().get(subject)?;
                Some(format!("{}@{}", control.id, subject.id))
            })
            .collect()
    }

    /// Every risk and subject that is held up by some cell, with these cells.
    fn holding<'c>(
        &'c self,
        coverage: &'c Coverage,
    ) -> impl Iterator<Item = (&'c Risk, &'c RiskOutcome, Vec<usize>)> {
        coverage.outcomes().filter_map(|(risk, _, outcome)| {
            let cells: Vec<usize> = coverage
                .direct_cells(outcome)
                .iter()
                .filter_map(|position| self.by_position.get(position).copied())
                .collect();
            (!cells.is_empty()).then_some((risk, outcome, cells))
        })
    }

    fn are_lost(&self, cells: &[usize], lost: &[u32]) -> bool {
        let mut holding = cells.iter().filter_map(|cell| self.cells.get(*cell));
        holding.all(|cell| cell.is_lost(lost))
    }

    /// All cuts up to a size, by size and then in order, and whether none can have been missed.
    fn cuts(&self, cells: &[usize], size: usize) -> (Vec<Vec<u32>>, bool) {
        let mut found = BTreeSet::new();
        let mut searched = 0;
        self.search(cells, size, &mut Vec::new(), &mut found, &mut searched);
        let mut cuts: Vec<Vec<u32>> = found
            .into_iter()
            .filter(|cut: &Vec<u32>| {
                (0..cut.len()).all(|left_out| {
                    let mut fewer = cut.clone();
                    fewer.remove(left_out);
                    !self.are_lost(cells, &fewer)
                })
            })
            .collect();
        cuts.sort_by_cached_key(|cut| (cut.len(), self.named(cut)));
        (cuts, searched < SEARCHED)
    }

    /// Whatever takes all cells away has to take one of what is next for some cell that is left.
    fn search(
        &self,
        cells: &[usize],
        size: usize,
        lost: &mut Vec<u32>,
        found: &mut BTreeSet<Vec<u32>>,
        searched: &mut usize,
    ) {
        *searched += 1;
        if *searched > SEARCHED {
            return;
        }
        let holding = cells.iter().filter_map(|cell| self.cells.get(*cell));
        let left = holding.filter(|cell| !cell.is_lost(lost));
        let Some(next) = left.map(|cell| cell.next(lost)).min_by_key(Vec::len) else {
            let mut cut = lost.clone();
            cut.sort_unstable();
            found.insert(cut);
            return;
        };
        if lost.len() == size {
            return;
        }
        for support in next {
            lost.push(support);
            self.search(cells, size, lost, found, searched);
            lost.pop();
        }
    }

    fn row(&self, coverage: &Coverage, support: u32) -> SupportRow {
        let lost = [support];
        let cells: Vec<usize> = (0..self.cells.len())
            .filter(|cell| self.are_lost(&[*cell], &lost))
            .collect();
        let (mut untreated, mut opened) = (Vec::new(), Vec::new());
        for (risk, outcome, holding) in self.holding(coverage) {
            if self.are_lost(&holding, &lost) {
                untreated.push(risk_at(coverage, risk, outcome));
            }
            let is_touched = holding.iter().any(|cell| self.are_lost(&[*cell], &lost));
            if outcome.verdict == RiskVerdict::Treated && is_touched {
                opened.push(risk_at(coverage, risk, outcome));
            }
        }
        untreated.sort_by_key(|risk| std::cmp::Reverse(risk.severity));
        opened.sort_by_key(|risk| std::cmp::Reverse(risk.severity));
        let named = self.support(support);
        let (title, location) = named
            .map(|named| facts(coverage, named))
            .unwrap_or_default();
        SupportRow {
            support: named.cloned().unwrap_or(Support {
                kind: SupportKind::Control,
                id: String::new(),
            }),
            title,
            location,
            cells: self.names(coverage, &cells),
            untreated,
            opened,
        }
    }

    fn single(&self, coverage: &Coverage) -> Vec<SupportRow> {
        let mut decisive = BTreeSet::new();
        for (_, _, cells) in self.holding(coverage) {
            let mut alone: Option<BTreeSet<u32>> = None;
            for cell in cells.iter().filter_map(|cell| self.cells.get(*cell)) {
                let takes: BTreeSet<u32> = cell
                    .next(&[])
                    .into_iter()
                    .filter(|support| cell.is_lost(&[*support]))
                    .collect();
                alone = Some(match alone {
                    None => takes,
                    Some(alone) => &alone & &takes,
                });
            }
            decisive.extend(alone.unwrap_or_default());
        }
        let mut rows: Vec<SupportRow> = decisive
            .into_iter()
            .map(|support| self.row(coverage, support))
            .collect();
        rows.sort_by(|a, b| {
            let weight = |row: &SupportRow| {
                let severities = row.untreated.iter().map(|risk| risk.severity);
                let mut severities: Vec<Severity> = severities.collect();
                severities.sort_unstable_by_key(|severity| std::cmp::Reverse(*severity));
                std::cmp::Reverse(severities)
            };
            (weight(a), &a.support).cmp(&(weight(b), &b.support))
        });
        rows
    }
}

pub fn risk_at(coverage: &Coverage, risk: &Risk, outcome: &RiskOutcome) -> RiskAt {
    let subjects = coverage.assessment().subjects();
    RiskAt {
        risk: risk.id.clone(),
        title: risk.title.clone(),
        severity: risk.severity,
        subject: subjects
            .get(outcome.subject as usize)
            .map_or(SubjectId::Organization, |subject| subject.id.clone()),
    }
}

/// What readers call a support, and where it is declared.
fn facts(coverage: &Coverage, support: &Support) -> (String, Option<Location>) {
    let assessment = coverage.assessment();
    let document = assessment.document();
    let id = support.id.as_str();
    match support.kind {
        SupportKind::Evidence => document
            .evidence
            .get_full(id)
            .and_then(|(position, ..)| assessment.evidence_at(crate::source::index(position)))
            .map(|(_, evidence, facts)| (evidence.title.clone(), facts.location.clone())),
        SupportKind::Control => assessment
            .catalog()
            .control(id)
            .map(|control| (control.title.clone(), None)),
        SupportKind::Person => document
            .people
            .get(id)
            .map(|person| (person.name.clone(), None)),
        SupportKind::Provider => document
            .providers
            .get(id)
            .map(|provider| (provider.name.clone(), None)),
        SupportKind::Wallet => document.wallets.get(id).map(|wallet| {
            let subjects = assessment.subjects();
            let subject = subjects.iter().find(|subject| subject.id.as_str() == id);
            (
                wallet.title.clone().unwrap_or_default(),
                subject.and_then(|subject| subject.location.clone()),
            )
        }),
    }
    .unwrap_or_default()
}

/// People who have more than one duty for one thing: whoever owns a control and brings the evidence
/// for it, or assesses it, judges their own work.
fn duties(coverage: &Coverage) -> Vec<DutyRow> {
    let assessment = coverage.assessment();
    let document = assessment.document();
    let mut found: BTreeMap<(&PersonId, Vec<Duty>), Vec<String>> = BTreeMap::new();
    for cell in coverage.cells() {
        let (subject, control) = cell.position;
        let Some(assertion) = assessment.assertion_on(subject, control) else {
            continue;
        };
        let mut duties: BTreeMap<&PersonId, BTreeSet<Duty>> = BTreeMap::new();
        let owner = assessment.parts(assertion).and_then(|parts| parts.owner);
        if let Some(owner) = owner {
            duties.entry(owner).or_default().insert(Duty::Owns);
        }
        for item in assessment.cited_by(assertion) {
            let by = assessment
                .evidence_at(*item)
                .and_then(|(_, evidence, _)| evidence.by.as_ref());
            if let Some(by) = by {
                duties.entry(by).or_default().insert(Duty::Evidences);
            }
        }
        for risk in &cell.control.directly {
            let acceptance = document.accepted_risks.get(risk).filter(|acceptance| {
                let wallets = &acceptance.wallets;
                wallets.is_empty()
                    || wallets
                        .iter()
                        .any(|wallet| wallet.as_str() == cell.subject.id.as_str())
            });
            if let Some(acceptance) = acceptance {
                duties
                    .entry(&acceptance.approved_by)
                    .or_default()
                    .insert(Duty::Approves);
            }
        }
        for (person, mut duties) in duties {
            // An assessor collects evidence; that is their task.
            let works = duties.contains(&Duty::Owns) || duties.contains(&Duty::Approves);
            if works && document.assessors.contains(person) {
                duties.insert(Duty::Assesses);
            }
            if duties.len() > 1 {
                let cell = cell.name();
                let duties: Vec<Duty> = duties.into_iter().collect();
                found.entry((person, duties)).or_default().push(cell);
            }
        }
    }
    let rows = found.into_iter().map(|((person, duties), cells)| DutyRow {
        person: person.clone(),
        name: document
            .people
            .get(person)
            .map(|person| person.name.clone())
            .unwrap_or_default(),
        duties,
        cells,
    });
    let mut rows: Vec<DutyRow> = rows.collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.duties.len()));
    rows
}
