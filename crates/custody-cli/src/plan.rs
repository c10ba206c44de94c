//! `custody plan`: the cheapest steps to a target, or the most effective steps within a budget.

use crate::inputs::{self, Input};
use crate::terminal::{self, Screen};
use crate::view::{View, number, views};
use crate::{Exit, Failure, output};
use custody_controls::assessment::write;
use custody_controls::catalog::Catalog;
use custody_controls::coverage::Coverage;
use custody_controls::date::Date;
use custody_controls::diagnostic::nearest;
use custody_controls::gap::{StepKind, UnknownPerson};
use custody_controls::id::{PersonId, WalletId};
use custody_controls::text::{count, sanitize, without_log_commands};
use custody_controls::vocabulary;
use custody_plan::{Days, Plan, PlanError, Target};
use std::fmt::Write;
use std::path::PathBuf;

vocabulary! {
    /// A document format of plans.
    PlanFormat, "format" {
        /// JSON, as `custody schema plan` describes it.
        Json,
        /// The claims on the controls of the plan, to replace the present ones: with owners and due
        /// dates, or empty if a control is only assessed.
        Claims,
    }
}

/// Find the cheapest steps to a target, or the most effective steps within a budget.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::EXIT_CODES, group = clap::ArgGroup::new("aim").required(true).multiple(true))]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// Target to reach (repeatable): `treated=SEVERITY` (every risk of this severity or higher is
    /// treated), `held=SEVERITY` (each of them is at least partly treated), `proven=PERCENT` (of all
    /// cells) or `wallet=ID` (every cell of the wallet is effective).
    #[arg(long, value_name = "TARGET", group = "aim")]
    target: Vec<Target>,
    /// Reduce risk as far as possible within this effort, the most severe risks first.
    #[arg(long, value_name = "EFFORT", allow_negative_numbers = true, value_parser = number::<u32>(0..=u64::from(u32::MAX)), conflicts_with = "target", group = "aim")]
    budget: Option<u32>,
    /// Schedule the steps from this date, YYYY-MM-DD: efforts are in days, and each owner takes one
    /// step at a time.
    #[arg(long, value_name = "DATE")]
    begin: Option<Date>,
    /// Count efforts in working days: Monday to Friday, including public holidays.
    #[arg(long, requires = "begin")]
    working_days: bool,
    /// Default owner for steps without one.
    #[arg(long, value_name = "PERSON", requires = "begin")]
    owner: Option<PersonId>,
    /// Output format; `claims` requires `--begin`.
    #[arg(long, value_parser = views::<PlanFormat>(), default_value = "terminal")]
    format: View<PlanFormat>,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Maximum number of steps and of raised risk verdicts shown on the terminal.
    #[arg(long, value_name = "COUNT", default_value_t = 20, allow_negative_numbers = true, value_parser = number::<usize>(0..=u64::MAX))]
    first: usize,
}

output::files_of_input!(Arguments);

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let path = arguments.output.as_deref();
    inputs::evaluate(&arguments.input, path, catalog, |coverage| {
        let plan = plan(arguments, coverage)?;
        match arguments.format {
            View::Document(PlanFormat::Json) => output::write_json(path, &plan),
            View::Document(PlanFormat::Claims) => {
                output::write_document(path, &claims(&plan, arguments, coverage)?)
            }
            View::Terminal => {
                let screen = Screen {
                    width: output::width_for(path),
                    entries: arguments.first,
                };
                output::write(path, &terminal::plan(&plan, screen))
            }
        }
    })
}

fn plan(arguments: &Arguments, coverage: &Coverage) -> Result<Plan, Failure> {
    if let Some(owner) = &arguments.owner {
        UnknownPerson::check(coverage.assessment(), owner)?;
    }
    let plan = match arguments.budget {
        Some(budget) => Plan::within(coverage, u64::from(budget)),
        None => Plan::reaching(coverage, &arguments.target),
    };
    let plan = plan.map_err(|error| failure(error, coverage))?;
    let Some(begin) = arguments.begin else {
        return Ok(plan);
    };
    let is_days = |unit: &&String| matches!(unit.trim(), "day" | "days");
    if let Some(unit) = plan.unit.as_ref().filter(|unit| !is_days(unit)) {
        return Err(Failure::usage(
            format!("`--begin` requires efforts in days; this assessment has them in `{unit}`"),
            Some(
                "set `unit: days` under `efforts` and convert the efforts, or leave out `--begin`"
                    .to_owned(),
            ),
        ));
    }
    let as_of = coverage.settings().as_of;
    if begin < as_of {
        return Err(Failure::usage(
            format!("the plan would begin on {begin}, before its reporting date {as_of}"),
            Some("pass a later date to `--begin`, or an earlier one to `--as-of`".to_owned()),
        ));
    }
    let days = if arguments.working_days {
        Days::Working
    } else {
        Days::Calendar
    };
    Ok(plan.scheduled(begin, arguments.owner.as_ref(), days))
}

fn failure(error: PlanError, coverage: &Coverage) -> Failure {
    let PlanError::UnknownWallet(wallet) = &error else {
        return Failure::Input(error.into());
    };
    let wallets = coverage.assessment().document().wallets.keys();
    let near = nearest(wallet.as_str(), wallets.map(WalletId::as_str));
    let help = near.map(|near| {
        // The wallet exists, but the question is limited to others.
        if near == wallet.as_str() {
            format!("`--wallet` excludes it; add `--wallet {near}`")
        } else {
            format!("did you mean `{near}`?")
        }
    });
    Failure::usage(error.to_string(), help)
}

/// The planned claims as YAML, with the other steps as comments.
fn claims(plan: &Plan, arguments: &Arguments, coverage: &Coverage) -> Result<String, Failure> {
    if arguments.begin.is_none() {
        return Err(Failure::usage(
            "`--format claims` requires `--begin`",
            Some("planned claims have due dates".to_owned()),
        ));
    }
    let without_owner = plan.steps.iter().filter(|step| step.owner.is_none());
    let without_owner = without_owner.count();
    if without_owner > 0 {
        return Err(Failure::usage(
            format!(
                "{} no owner",
                count(
                    without_owner,
                    "step of the plan has",
                    "steps of the plan have"
                )
            ),
            Some("set a default owner with `--owner`".to_owned()),
        ));
    }
    let claims = plan.claims(coverage.assessment());
    let mut text = format!(
        "# Plan of {} for {}: these entries replace those under `claims`.\n",
        plan.as_of, plan.assessment
    );
    for step in &plan.steps {
        let is_claimed = step
            .step
            .control
            .as_ref()
            .is_some_and(|id| claims.contains_key(id));
        let is_claimed = is_claimed && step.step.kind != StepKind::Assess;
        if let (false, Some(owner), Some(due)) = (is_claimed, &step.owner, step.due) {
            let step = step.describe();
            let _ = writeln!(
                text,
                "# - by {due}, {owner}: {}",
                without_log_commands(&sanitize(&step))
            );
        }
    }
    if claims.is_empty() {
        let why = if plan.steps.is_empty() {
            "the plan has no steps"
        } else {
            "steps that prove or renew, and those on proposals, change no claim before they are done"
        };
        let _ = writeln!(text, "# No entries: {why}.");
    } else if plan.steps.iter().any(|of| of.step.kind == StepKind::Assess) {
        text.push_str("# Empty claims are to be filled in once the control is assessed.\n");
    }
    let claims = write::claims(&claims).map_err(|message| Failure::usage(message, None))?;
    text.push_str(&claims);
    Ok(text)
}
