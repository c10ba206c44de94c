//! What next: the cheapest steps that reach a target, or the steps that reduce risk most within a
//! budget.
//!
//! The steps are those of [`Step::all`]; what each takes is said under `efforts` in the assessment,
//! or is one of [`DEFAULTS`]. The choice is an integer program: a variable for each step, exact whole
//! numbers, solved by branch and bound. Whatever the solver says is checked here in whole numbers
//! before it is told. A plan is optimal when the solver has proven that nothing takes less; where it
//! gave up before, the plan says what it could prove.

mod program;
mod schedule;

use custody_controls::assessment::{ControlEfforts, Efforts, SubjectId};
use custody_controls::coverage::{Coverage, Ratio, Tally};
use custody_controls::date::Date;
use custody_controls::gap::step::{Work, Works};
use custody_controls::gap::{Step, StepKind};
use custody_controls::id::{AssessmentId, PersonId, WalletId};
use custody_controls::source::Location;
use custody_controls::supports::{RiskAt, risk_at};
use custody_controls::taxonomy::{RiskVerdict, Severity, Verdict, Word};
use program::{Class, Found, Program};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// The name and version of the JSON form. A change that breaks readers raises the number.
pub const SCHEMA: &str = "custody-controls/plan/1";

/// The JSON Schema of the JSON form of a plan.
#[cfg(feature = "schema")]
pub fn schema() -> serde_json::Value {
    custody_controls::schema::schema_of_result::<Plan>(
        SCHEMA,
        "What to do next about the gaps of a digital asset custodian",
    )
}

/// What a step takes where nothing is said of it.
pub const DEFAULTS: [(StepKind, u32); 5] = [
    (StepKind::Renew, 1),
    (StepKind::Prove, 1),
    (StepKind::Complete, 3),
    (StepKind::Assess, 5),
    (StepKind::Implement, 5),
];

/// What a plan is to reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Every risk of this severity or a graver one is treated, for each subject.
    Treated(Severity),
    /// No risk of this severity or a graver one is untreated or unknown.
    Held(Severity),
    /// At least so many per cent of all cells are proven.
    Proven(u8),
    /// Every cell of a wallet is effective.
    Wallet(WalletId),
}

/// A text names no target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a target is `treated=SEVERITY` or `held=SEVERITY` with `low`, `medium`, `high` or `critical`, `proven=PERCENT` from 0 to 100, or `wallet=ID`"
)]
pub struct TargetError;

impl FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        let (key, value) = text.split_once('=').ok_or(TargetError)?;
        let severity = || Severity::from_word(value).ok_or(TargetError);
        match key {
            "treated" => Ok(Self::Treated(severity()?)),
            "held" => Ok(Self::Held(severity()?)),
            "proven" => {
                let percent = value.parse().ok().filter(|percent| *percent <= 100);
                percent.map(Self::Proven).ok_or(TargetError)
            }
            "wallet" => WalletId::new(value)
                .map(Self::Wallet)
                .map_err(|_| TargetError),
            _ => Err(TargetError),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Treated(severity) => write!(f, "treated={severity}"),
            Self::Held(severity) => write!(f, "held={severity}"),
            Self::Proven(percent) => write!(f, "proven={percent}"),
            Self::Wallet(wallet) => write!(f, "wallet={wallet}"),
        }
    }
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// A target names a wallet that the assessment does not have, or at which is not looked.
    #[error("there is no wallet `{0}` here")]
    UnknownWallet(WalletId),
    /// The solver found nothing, or something that does not hold when it is checked.
    #[error("no plan was found: {0}")]
    Unsolved(String),
}

/// A step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PlanStep {
    /// The step.
    #[serde(flatten)]
    pub step: Step,
    /// The severity of the gravest gap that it closes.
    pub severity: Severity,
    /// What it takes.
    pub effort: u64,
    /// The numbers of the steps that have to be taken before, counted from 1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<usize>,
    /// Who is responsible, where the claim says so; who collected it, for evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// By when it is done, where the plan has days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Where the claim or the evidence item stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// What a plan does for the risks of a severity.
///
/// A risk for a subject has two rungs to climb: from untreated or unknown to partly treated, and from
/// there to treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Reduction {
    /// The severity.
    pub severity: Severity,
    /// How many rungs the plan climbs.
    pub rungs: u64,
    /// How many rungs there are to climb.
    pub of: u64,
    /// How many rungs no plan within the budget exceeds that does as much for graver risks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound: Option<u64>,
}

/// A risk whose verdict the plan lifts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lifted {
    /// The risk and the subject.
    #[serde(flatten)]
    pub risk: RiskAt,
    /// The verdict as it is now.
    pub from: RiskVerdict,
    /// The verdict when all steps are taken.
    pub to: RiskVerdict,
}

/// Steps that reach a target, or that do most within a budget.
///
/// ```
/// use custody_plan::Plan;
/// use custody_controls::{AssessmentFiles, Catalog, Coverage, Settings};
///
/// let text = include_str!("../examples/exchange.yaml");
/// let assessment = AssessmentFiles::from_text("exchange.yaml", text).resolve(Catalog::builtin())?;
/// let coverage = Coverage::measure(&assessment, &Settings::as_of("2026-09-30".parse()?));
/// let plan = Plan::reaching(&coverage, &["held=critical".parse()?])?;
/// assert!(plan.optimal);
/// assert_eq!(plan.effort, plan.steps.iter().map(|step| step.effort).sum::<u64>());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Plan {
    /// [`SCHEMA`].
    pub schema: String,
    /// The assessment.
    pub assessment: AssessmentId,
    /// What readers call it.
    pub title: String,
    /// The day for which it holds.
    pub as_of: Date,
    /// What is to be reached, as it was asked; nothing where a budget was.
    pub targets: Vec<String>,
    /// The effort that may be spent, where a budget was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<u64>,
    /// What the efforts count, where the assessment says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What a step takes that has no effort of its own, by kind of step.
    pub defaults: BTreeMap<StepKind, u64>,
    /// What to do, in the order in which it can be done, the gravest first.
    pub steps: Vec<PlanStep>,
    /// What all steps take together.
    pub effort: u64,
    /// Below what no plan that does the same can fall; nothing where nothing could be proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<u64>,
    /// Whether it is proven that no plan is better.
    pub optimal: bool,
    /// What is proven now.
    pub proven_before: Ratio,
    /// What is proven when all steps are taken.
    pub proven_after: Ratio,
    /// What the plan does for risks, the gravest first.
    pub reductions: Vec<Reduction>,
    /// The risks whose verdict is lifted, the gravest first.
    pub lifted: Vec<Lifted>,
    /// Risks for which the catalogue has no direct control: no step lifts them, and no target
    /// includes them.
    pub beyond: Vec<RiskAt>,
}

/// A risk for a subject, and what stands between it and a better verdict.
struct Climb {
    risk: RiskAt,
    verdict: RiskVerdict,
    /// The cells of controls that treat it directly, as they are now.
    tally: Tally,
    /// Those that fall short.
    shortfalls: Vec<usize>,
}

impl Climb {
    /// Whether one effective cell more lifts it to `partly-treated`.
    fn is_not_held(&self) -> bool {
        matches!(self.verdict, RiskVerdict::Untreated | RiskVerdict::Unknown)
    }

    fn rungs(&self) -> u64 {
        u64::from(self.is_not_held()) + u64::from(self.verdict != RiskVerdict::Treated)
    }
}

/// What was found for a budget.
struct Most {
    chosen: Vec<bool>,
    /// How many rungs risks cannot exceed where graver ones climb as far as they can.
    bounds: BTreeMap<Severity, u64>,
    /// How much it takes at least to climb as far, where that is known.
    least: Option<u64>,
    /// Whether risks cannot climb further.
    is_proven: bool,
}

/// What is known before anything is chosen.
struct Question<'q> {
    coverage: &'q Coverage,
    works: Works,
    efforts: Vec<u64>,
    /// Works and the shortfalls that have to be effective before.
    after: Vec<(usize, usize)>,
    climbs: Vec<Climb>,
    beyond: Vec<RiskAt>,
}

impl Plan {
    /// The cheapest steps that reach all of some targets.
    ///
    /// # Errors
    ///
    /// [`PlanError::UnknownWallet`] where a target names none; [`PlanError::Unsolved`] where the
    /// solver fails, which no input is known to bring about.
    pub fn reaching(coverage: &Coverage, targets: &[Target]) -> Result<Self, PlanError> {
        let question = Question::new(coverage);
        let mut program = question.program();
        for target in targets {
            question.demand(target, &mut program)?;
        }
        let found = program.least()?;
        if let Some(target) = targets
            .iter()
            .find(|target| !question.is_reached(target, &found.chosen))
        {
            let message = format!("what the solver found does not reach `{target}`");
            return Err(PlanError::Unsolved(message));
        }
        let mut plan = question.plan(&found);
        plan.targets = targets.iter().map(ToString::to_string).collect();
        Ok(plan)
    }

    /// The steps that together take no more than a budget and reduce risk most: first that of
    /// critical risks, then that of high ones, and so on, and of these steps the cheapest.
    ///
    /// # Errors
    ///
    /// [`PlanError::Unsolved`] where the solver fails, which no input is known to bring about.
    pub fn within(coverage: &Coverage, budget: u64) -> Result<Self, PlanError> {
        let question = Question::new(coverage);
        let mut program = question.program();
        program.budget = Some(budget);
        let most = question.most(&mut program, &question.classes())?;
        let found = match most.least {
            Some(bound) => Found {
                chosen: most.chosen,
                bound,
            },
            None if most.is_proven => program.least()?,
            // There is no use in the least effort for what may not be the most.
            None => Found {
                chosen: question
                    .without_needless(most.chosen, |chosen| question.keeps(&program, chosen)),
                bound: 0,
            },
        };
        if !question.keeps(&program, &found.chosen) || !question.can_be_done(&found.chosen) {
            let message = "what the solver found does less than is possible".to_owned();
            return Err(PlanError::Unsolved(message));
        }
        let mut plan = question.plan(&found);
        plan.budget = Some(budget);
        plan.optimal &= most.is_proven;
        for reduction in &mut plan.reductions {
            reduction.bound = most
                .bounds
                .get(&reduction.severity)
                .copied()
                .or((reduction.of == 0).then_some(0));
        }
        Ok(plan)
    }
}

/// What a kind of step takes, by what is said of a control or of everything.
fn said(efforts: &Efforts, control: Option<&ControlEfforts>, kind: StepKind) -> Option<u32> {
    match kind {
        StepKind::Renew => efforts.renew,
        StepKind::Prove => control.and_then(|control| control.prove).or(efforts.prove),
        StepKind::Complete => control
            .and_then(|control| control.complete)
            .or(efforts.complete),
        StepKind::Assess => control
            .and_then(|control| control.assess)
            .or(efforts.assess),
        StepKind::Implement => control
            .and_then(|control| control.implement)
            .or(efforts.implement),
    }
}

fn default_of(kind: StepKind) -> u32 {
    let default = DEFAULTS.iter().find(|(of, _)| *of == kind);
    default.map_or(1, |(_, effort)| *effort)
}

impl<'q> Question<'q> {
    fn new(coverage: &'q Coverage) -> Self {
        let works = Works::of(coverage);
        let assessment = coverage.assessment();
        let efforts = assessment.document().efforts.clone().unwrap_or_default();
        let of_step = |step: &Step| {
            let control = step
                .control
                .as_ref()
                .and_then(|id| efforts.controls.get(id));
            let item = step
                .evidence
                .as_ref()
                .and_then(|id| efforts.evidence.get(id));
            let effort = item.copied().or_else(|| said(&efforts, control, step.kind));
            u64::from(effort.unwrap_or_else(|| default_of(step.kind)))
        };
        let of_steps = works.all.iter().map(|work| of_step(&work.step)).collect();
        let mut question = Self {
            coverage,
            efforts: of_steps,
            after: Vec::new(),
            climbs: Vec::new(),
            beyond: Vec::new(),
            works,
        };
        question.order(&efforts);
        question.look_at_risks();
        question
    }

    /// What has to wait for what.
    fn order(&mut self, efforts: &Efforts) {
        let assessment = self.coverage.assessment();
        for (at, work) in self.works.all.iter().enumerate() {
            if matches!(work.step.kind, StepKind::Renew | StepKind::Prove) {
                continue;
            }
            let control = work.step.control.as_ref();
            let Some(before) = control.and_then(|id| efforts.controls.get(id)) else {
                continue;
            };
            let shortfall = work
                .cells
                .first()
                .and_then(|cell| self.works.shortfalls.get(*cell));
            let Some(subject) = shortfall.map(|shortfall| shortfall.position.0) else {
                continue;
            };
            for id in &before.after {
                let Some(control) = assessment.catalog().control_position(id.as_str()) else {
                    continue;
                };
                let subjects = if subject == 0 {
                    0..assessment.subjects().len()
                } else {
                    subject..subject + 1
                };
                for subject in subjects.chain([0]) {
                    if let Some(waits) = self.works.by_position.get(&(subject, control)) {
                        self.after.push((at, *waits));
                    }
                }
            }
        }
        self.after.sort_unstable();
        self.after.dedup();
    }

    fn look_at_risks(&mut self) {
        for (risk, _, outcome) in self.coverage.outcomes() {
            let at = risk_at(self.coverage, risk, outcome);
            match outcome.verdict {
                RiskVerdict::NoControl => self.beyond.push(at),
                RiskVerdict::OutOfScope => {}
                RiskVerdict::Treated
                | RiskVerdict::PartlyTreated
                | RiskVerdict::Untreated
                | RiskVerdict::Unknown => {
                    let cells = self.coverage.direct_cells(outcome);
                    let mut tally = Tally::default();
                    for (subject, control) in &cells {
                        if let Some(verdict) = self.coverage.verdict_at(*subject, *control) {
                            tally.add(verdict);
                        }
                    }
                    let find = |cell: &(usize, u32)| self.works.by_position.get(cell).copied();
                    self.climbs.push(Climb {
                        risk: at,
                        verdict: outcome.verdict,
                        tally,
                        shortfalls: cells.iter().filter_map(find).collect(),
                    });
                }
            }
        }
        self.climbs
            .sort_by_key(|climb| std::cmp::Reverse(climb.risk.severity));
        self.beyond.sort_by_key(|at| std::cmp::Reverse(at.severity));
    }

    /// The works with which risks climb most: the gravest as far as they can, then the next as far as
    /// they can without loss to the gravest, and so on; and of such works those that take least.
    ///
    /// The gravest are looked at by themselves before, so that they come first even where the search for
    /// all is given up; then all, in as few searches as the solver's numbers allow.
    fn most(&self, program: &mut Program<'_>, classes: &[Class]) -> Result<Most, PlanError> {
        let mut most = Most {
            chosen: vec![false; self.efforts.len()],
            bounds: BTreeMap::new(),
            least: classes.is_empty().then_some(0),
            is_proven: true,
        };
        if let [gravest, _, ..] = classes {
            self.search(program, std::slice::from_ref(gravest), false, &mut most)?;
            program.keep.clear();
            most.is_proven = true;
        }
        let mut rest = classes;
        while !rest.is_empty() {
            let lengths = (1..=rest.len()).rev();
            let stage = lengths
                .flat_map(|length| [(length, length == rest.len()), (length, false)])
                .find(|(length, spares)| {
                    let now = rest.get(..*length).unwrap_or_default();
                    program.odometer(now, *spares).is_exact()
                });
            let (length, spares) = stage.unwrap_or((1, false));
            let (now, later) = rest.split_at(length);
            self.search(program, now, spares, &mut most)?;
            rest = later;
        }
        Ok(most)
    }

    /// Looks at some classes after graver ones, and keeps what is found.
    fn search(
        &self,
        program: &mut Program<'_>,
        now: &[Class],
        spares: bool,
        most: &mut Most,
    ) -> Result<(), PlanError> {
        let found = program.most(now, spares)?;
        let limit = program.limit();
        let reached = |chosen: &[bool]| -> Vec<u64> {
            let spare = spares.then(|| limit.saturating_sub(self.effort(chosen)));
            let of_classes = now.iter().map(|class| self.rungs(class.severity, chosen));
            of_classes.chain(spare).collect()
        };
        if self.keeps(program, &found.chosen) && reached(&found.chosen) >= reached(&most.chosen) {
            most.chosen = found.chosen;
        }
        let reached = reached(&most.chosen);
        let bounds = program.odometer(now, spares).digits(found.bound);
        for (class, (reached, bound)) in now.iter().zip(reached.iter().zip(&bounds)) {
            // How far less grave risks can climb is known only beside graver ones of which that is known.
            if most.is_proven {
                let of_class = most.bounds.entry(class.severity).or_insert(*bound);
                *of_class = (*of_class).min(*bound);
                most.is_proven = reached >= bound;
            }
            program.keep.push((class.clone(), *reached));
        }
        if spares && most.is_proven {
            let spare = bounds.last().copied().unwrap_or_default();
            most.least = Some(limit.saturating_sub(spare));
        }
        program.known = Some(most.chosen.clone());
        Ok(())
    }

    /// Whether risks climb as far as has to be kept, within the budget.
    fn keeps(&self, program: &Program<'_>, chosen: &[bool]) -> bool {
        let mut kept = program.keep.iter();
        kept.all(|(class, rungs)| self.rungs(class.severity, chosen) >= *rungs)
            && self.effort(chosen) <= program.limit()
    }

    /// The risks that can climb by severity, the gravest first.
    fn classes(&self) -> Vec<Class> {
        let mut gravest_first = Severity::values();
        gravest_first.sort_by_key(|severity| std::cmp::Reverse(*severity));
        let class = |severity| {
            let climbs = self.climbs.iter();
            let climbs = climbs
                .filter(|climb| climb.risk.severity == severity && !climb.shortfalls.is_empty());
            let climbs = climbs.map(|climb| program::Climb {
                is_held: !climb.is_not_held(),
                shortfalls: climb.shortfalls.clone(),
            });
            Class {
                severity,
                climbs: climbs.collect(),
            }
        };
        let classes = gravest_first.into_iter().map(class);
        classes.filter(|class| !class.climbs.is_empty()).collect()
    }

    fn program(&self) -> Program<'_> {
        Program {
            closing: &self.works.closing,
            efforts: &self.efforts,
            after: &self.after,
            required: BTreeSet::new(),
            one_of: Vec::new(),
            proven: 0,
            budget: None,
            keep: Vec::new(),
            known: None,
        }
    }

    fn demand(&self, target: &Target, program: &mut Program<'_>) -> Result<(), PlanError> {
        match target {
            Target::Treated(severity) => {
                let climbs = self.climbs.iter();
                for climb in climbs.filter(|climb| climb.risk.severity >= *severity) {
                    program.required.extend(&climb.shortfalls);
                }
            }
            Target::Held(severity) => {
                let climbs = self.climbs.iter();
                let open = climbs
                    .filter(|climb| climb.risk.severity >= *severity && climb.is_not_held())
                    .map(|climb| climb.shortfalls.clone());
                program.one_of.extend(open);
            }
            Target::Proven(_) => {
                let missing = self.missing(target);
                program.proven = program.proven.max(missing);
            }
            Target::Wallet(wallet) => {
                program.required.extend(self.of_wallet(wallet)?);
            }
        }
        Ok(())
    }

    /// How many more cells have to be effective for a share of them.
    fn missing(&self, target: &Target) -> u64 {
        let Target::Proven(percent) = target else {
            return 0;
        };
        let proven = self.coverage.tally().proven();
        let wanted = (proven.denominator * u64::from(*percent)).div_ceil(100);
        wanted.saturating_sub(proven.numerator)
    }

    fn of_wallet(&self, wallet: &WalletId) -> Result<Vec<usize>, PlanError> {
        let mut subjects = self.coverage.assessment().subjects().iter();
        let is_meant = |id: &SubjectId| matches!(id, SubjectId::Wallet(id) if id == wallet);
        let position = subjects.position(|subject| is_meant(&subject.id));
        let looked_at = self.coverage.settings().wallets.as_ref();
        match position {
            Some(position) if looked_at.is_none_or(|wallets| wallets.contains(wallet)) => {
                let all = self.works.shortfalls.iter().enumerate();
                Ok(all
                    .filter(|(_, shortfall)| shortfall.position.0 == position)
                    .map(|(at, _)| at)
                    .collect())
            }
            _ => Err(PlanError::UnknownWallet(wallet.clone())),
        }
    }

    /// The shortfalls that are effective when the chosen works are done.
    fn closed(&self, chosen: &[bool]) -> Vec<bool> {
        let is_chosen = |work: &usize| chosen.get(*work).copied().unwrap_or(false);
        let closing = self.works.closing.iter();
        closing.map(|works| works.iter().any(is_chosen)).collect()
    }

    fn effort(&self, chosen: &[bool]) -> u64 {
        let efforts = self.efforts.iter().zip(chosen);
        efforts
            .filter(|(_, is)| **is)
            .map(|(effort, _)| *effort)
            .sum()
    }

    /// The verdict of a risk when shortfalls are closed.
    fn verdict_after(&self, climb: &Climb, closed: &[bool]) -> RiskVerdict {
        let mut tally = climb.tally;
        for at in &climb.shortfalls {
            let shortfall = self.works.shortfalls.get(*at);
            let is_closed = closed.get(*at).copied().unwrap_or(false);
            let Some(shortfall) = shortfall.filter(|_| is_closed) else {
                continue;
            };
            let (subject, control) = shortfall.position;
            match self.coverage.verdict_at(subject, control) {
                Some(Verdict::Unproven) => tally.unproven -= 1,
                Some(Verdict::Partial) => tally.partial -= 1,
                Some(Verdict::Absent) => tally.absent -= 1,
                Some(Verdict::Unknown) => tally.unknown -= 1,
                Some(Verdict::Effective | Verdict::Excluded) | None => continue,
            }
            tally.effective += 1;
        }
        tally.risk_verdict()
    }

    fn is_reached(&self, target: &Target, chosen: &[bool]) -> bool {
        let closed = self.closed(chosen);
        let is_closed = |at: &usize| closed.get(*at).copied().unwrap_or(false);
        let all_of = |severity: Severity, is_good: fn(RiskVerdict) -> bool| {
            let climbs = self.climbs.iter();
            climbs
                .filter(|climb| climb.risk.severity >= severity)
                .all(|climb| is_good(self.verdict_after(climb, &closed)))
        };
        match target {
            Target::Treated(severity) => {
                all_of(*severity, |verdict| verdict == RiskVerdict::Treated)
            }
            Target::Held(severity) => all_of(*severity, |verdict| {
                matches!(verdict, RiskVerdict::Treated | RiskVerdict::PartlyTreated)
            }),
            Target::Proven(_) => {
                let count = closed.iter().filter(|is| **is).count();
                count as u64 >= self.missing(target)
            }
            Target::Wallet(wallet) => self
                .of_wallet(wallet)
                .is_ok_and(|cells| cells.iter().all(is_closed)),
        }
    }

    /// The chosen works without those that can be left out, the dearest first.
    fn without_needless(
        &self,
        mut chosen: Vec<bool>,
        keeps: impl Fn(&[bool]) -> bool,
    ) -> Vec<bool> {
        let mut dearest_first: Vec<usize> = (0..chosen.len()).collect();
        dearest_first.sort_by_key(|at| std::cmp::Reverse(self.efforts.get(*at).copied()));
        for at in dearest_first {
            let mut fewer = chosen.clone();
            let was_chosen = fewer.get_mut(at).is_some_and(std::mem::take);
            if was_chosen && self.can_be_done(&fewer) && keeps(&fewer) {
                chosen = fewer;
            }
        }
        chosen
    }

    /// Whether nothing that is chosen waits for what is not.
    fn can_be_done(&self, chosen: &[bool]) -> bool {
        let closed = self.closed(chosen);
        let is = |all: &[bool], at: usize| all.get(at).copied().unwrap_or(false);
        let mut after = self.after.iter();
        after.all(|(work, shortfall)| !is(chosen, *work) || is(&closed, *shortfall))
    }

    /// How many rungs the risks of a severity climb.
    fn rungs(&self, severity: Severity, chosen: &[bool]) -> u64 {
        let closed = self.closed(chosen);
        let climbs = self.climbs.iter();
        climbs
            .filter(|climb| climb.risk.severity == severity)
            .map(|climb| match self.verdict_after(climb, &closed) {
                RiskVerdict::Treated => climb.rungs(),
                RiskVerdict::PartlyTreated => u64::from(climb.is_not_held()),
                RiskVerdict::Untreated
                | RiskVerdict::Unknown
                | RiskVerdict::NoControl
                | RiskVerdict::OutOfScope => 0,
            })
            .sum()
    }

    fn plan(&self, found: &Found) -> Plan {
        let assessment = self.coverage.assessment();
        let efforts = assessment.document().efforts.clone().unwrap_or_default();
        let closed = self.closed(&found.chosen);
        let effort = self.effort(&found.chosen);
        let count = closed.iter().filter(|is| **is).count() as u64;
        let before = self.coverage.tally().proven();
        let lifted = self.climbs.iter().filter_map(|climb| {
            let to = self.verdict_after(climb, &closed);
            (to != climb.verdict).then(|| Lifted {
                risk: climb.risk.clone(),
                from: climb.verdict,
                to,
            })
        });
        let mut reductions: Vec<Reduction> = Severity::values()
            .into_iter()
            .map(|severity| Reduction {
                severity,
                rungs: self.rungs(severity, &found.chosen),
                of: self
                    .climbs
                    .iter()
                    .filter(|climb| climb.risk.severity == severity)
                    .map(Climb::rungs)
                    .sum(),
                bound: None,
            })
            .collect();
        reductions.sort_by_key(|reduction| std::cmp::Reverse(reduction.severity));
        Plan {
            schema: SCHEMA.to_owned(),
            assessment: assessment.document().assessment.clone(),
            title: assessment.document().title.clone().unwrap_or_default(),
            as_of: self.coverage.settings().as_of,
            targets: Vec::new(),
            budget: None,
            unit: efforts.unit.clone(),
            defaults: StepKind::values()
                .into_iter()
                .map(|kind| {
                    let effort = said(&efforts, None, kind).unwrap_or_else(|| default_of(kind));
                    (kind, u64::from(effort))
                })
                .collect(),
            steps: self.steps(&found.chosen),
            effort,
            at_least: Some(found.bound.min(effort)).filter(|bound| *bound > 0 || effort == 0),
            optimal: found.bound >= effort,
            proven_before: before,
            proven_after: Ratio {
                numerator: before.numerator + count,
                denominator: before.denominator,
            },
            reductions,
            lifted: lifted.collect(),
            beyond: self.beyond.clone(),
        }
    }

    /// The chosen works in the order in which they can be done: what others wait for first, then the
    /// gravest, then what takes least.
    fn steps(&self, chosen: &[bool]) -> Vec<PlanStep> {
        let gaps = self.coverage.gaps();
        let severities: BTreeMap<&str, Severity> = gaps
            .iter()
            .map(|gap| (gap.id.as_str(), gap.severity))
            .collect();
        let severity_of = |work: &Work| {
            let cells = work.step.cells.iter();
            let known = cells.filter_map(|cell| severities.get(cell.as_str()).copied());
            known.max().unwrap_or(Severity::Low)
        };
        let mut left: Vec<usize> = (0..self.works.all.len())
            .filter(|work| chosen.get(*work).copied().unwrap_or(false))
            .collect();
        left.sort_by_key(|at| {
            let work = self.works.all.get(*at);
            let severity = work.map_or(Severity::Low, severity_of);
            (
                std::cmp::Reverse(severity),
                self.efforts.get(*at).copied(),
                *at,
            )
        });
        let mut steps: Vec<PlanStep> = Vec::new();
        let mut number: BTreeMap<usize, usize> = BTreeMap::new();
        while !left.is_empty() {
            let waits = |at: usize| {
                self.before(at, chosen)
                    .iter()
                    .any(|before| !number.contains_key(before))
            };
            // There are no circles: an assessment that has some is faulty.
            let next = left.iter().position(|at| !waits(*at)).unwrap_or_default();
            let at = left.remove(next);
            number.insert(at, steps.len() + 1);
            let Some(work) = self.works.all.get(at) else {
                continue;
            };
            let before = self.before(at, chosen);
            let mut after: Vec<usize> = before
                .iter()
                .filter_map(|before| number.get(before).copied())
                .collect();
            after.sort_unstable();
            let (owner, location) = work.responsible(self.coverage.assessment(), &self.works);
            steps.push(PlanStep {
                step: work.step.clone(),
                severity: severity_of(work),
                effort: self.efforts.get(at).copied().unwrap_or_default(),
                after,
                owner,
                due: None,
                location,
            });
        }
        steps
    }

    /// The chosen works that have to be done before one.
    fn before(&self, at: usize, chosen: &[bool]) -> BTreeSet<usize> {
        let waits = self.after.iter().filter(|(work, _)| *work == at);
        waits
            .filter_map(|(_, shortfall)| self.works.closing.get(*shortfall))
            .flatten()
            .copied()
            .filter(|work| chosen.get(*work).copied().unwrap_or(false))
            .collect()
    }
}
