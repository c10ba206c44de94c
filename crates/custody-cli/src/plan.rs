//! `custody plan`: the cheapest steps to a target, or the most for a budget.

use super::{Exit, Failure, gaps, output};
use crate::terminal;
use custody_controls::assessment;
use custody_controls::catalog::Catalog;
use custody_controls::coverage::Coverage;
use custody_controls::date::Date;
use custody_controls::id::PersonId;
use custody_controls::vocabulary;
use custody_controls::{diagnostic, json, text};
use custody_plan::{Plan, PlanError, Target};
use std::fmt::Write;
use std::path::PathBuf;

vocabulary! {
    /// The forms in which plans are told.
    View, "form" {
        /// For people.
        Terminal,
        /// For programs; `custody schema plan` describes it.
        Json,
        /// The claims that say by whom and by when, ready to take the place of those that are there.
        Claims,
    }
}

/// Find the cheapest steps that reach a target, or those that reduce risk most within a budget.
#[derive(Debug, clap::Args)]
#[command(after_help = super::EXIT_CODES, group = clap::ArgGroup::new("aim").required(true).multiple(true))]
pub(super) struct Arguments {
    #[command(flatten)]
    input: gaps::Input,
    /// What to reach: `treated=SEVERITY` (each risk of this severity or a graver one is treated),
    /// `held=SEVERITY` (none of them is untreated or unknown), `proven=PERCENT` (of all cells) or `wallet=ID`
    /// (each cell of it is effective). May be repeated: all of them are reached.
    #[arg(long, value_name = "TARGET", group = "aim")]
    target: Vec<Target>,
    /// Reduce risk most, the gravest first, with an effort of at most so much.
    #[arg(long, value_name = "EFFORT", conflicts_with = "target", group = "aim")]
    budget: Option<u32>,
    /// Give each step a day by which it is done, beginning on this one: YYYY-MM-DD. Efforts are days
    /// then, and everybody takes one step after the other.
    #[arg(long, value_name = "DAY")]
    begin: Option<Date>,
    /// Who takes the steps that nobody is responsible for.
    #[arg(long, value_name = "PERSON", requires = "begin")]
    owner: Option<PersonId>,
    /// The form.
    #[arg(long, value_parser = super::words::<View>(), default_value = "terminal")]
    format: View,
    /// Write to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// How many steps and lifted risks the terminal shows.
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    first: usize,
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let path = arguments.output.as_deref();
    output::spares(path, &arguments.input.files)?;
    let (files, question) = (&arguments.input.files, &arguments.input.question);
    gaps::evaluate(files, question, catalog, |coverage| {
        let plan = planned(arguments, coverage)?;
        match arguments.format {
            View::Json => output::deliver_with(path, |out| json::write(&plan, out)),
            View::Claims => output::deliver(&claims(&plan, arguments, coverage)?, path),
            View::Terminal => {
                let width = path.map_or_else(output::width, |_| 100);
                output::deliver(&terminal::write_plan(&plan, width, arguments.first), path)
            }
        }
    })
}

fn planned(arguments: &Arguments, coverage: &Coverage) -> Result<Plan, Failure> {
    let people = &coverage.assessment().document().people;
    if let Some(owner) = arguments
        .owner
        .as_ref()
        .filter(|owner| !people.contains_key(*owner))
    {
        let near = diagnostic::nearest(owner.as_str(), people.keys().map(PersonId::as_str));
        let help = near.map_or_else(
            || "declare the person under `people`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(Failure::asked(
            format!("unknown person `{owner}`"),
            Some(help),
        ));
    }
    let plan = match arguments.budget {
        Some(budget) => Plan::within(coverage, u64::from(budget)),
        None => Plan::reaching(coverage, &arguments.target),
    };
    let plan = plan.map_err(|error| match &error {
        PlanError::UnknownWallet(wallet) => {
            let wallets = coverage.assessment().document().wallets.keys();
            let near = diagnostic::nearest(
                wallet.as_str(),
                wallets.map(custody_controls::id::WalletId::as_str),
            );
            // A wallet that is there is only not looked at.
            let help = near.map(|near| {
                if near == wallet.as_str() {
                    "`--wallet` leaves it out".to_owned()
                } else {
                    format!("did you mean `{near}`?")
                }
            });
            Failure::asked(error.to_string(), help)
        }
        _ => Failure::asked(error.to_string(), None),
    })?;
    let is_days = |unit: &String| matches!(unit.trim(), "day" | "days");
    if let Some(unit) = plan
        .unit
        .as_ref()
        .filter(|unit| arguments.begin.is_some() && !is_days(unit))
    {
        return Err(Failure::asked(
            format!(
                "the efforts of this assessment are counted in `{unit}`, and a plan with days needs days"
            ),
            Some(
                "say `unit: days` under `efforts`, and the efforts in days, or leave `--begin` out"
                    .to_owned(),
            ),
        ));
    }
    let as_of = coverage.settings().as_of;
    if let Some(begin) = arguments.begin.filter(|begin| *begin < as_of) {
        return Err(Failure::asked(
            format!("a plan as of {as_of} cannot begin on {begin}, which is earlier"),
            Some("name a later day with `--begin`, or an earlier one with `--as-of`".to_owned()),
        ));
    }
    Ok(match arguments.begin {
        Some(begin) => plan.scheduled(begin, arguments.owner.as_ref()),
        None => plan,
    })
}

/// The claims to paste, with what they are not about as a comment.
fn claims(plan: &Plan, arguments: &Arguments, coverage: &Coverage) -> Result<String, Failure> {
    if arguments.begin.is_none() {
        return Err(Failure::asked(
            "claims of a plan need days".to_owned(),
            Some("name the first day with `--begin`".to_owned()),
        ));
    }
    let nobodys = plan
        .steps
        .iter()
        .filter(|step| step.owner.is_none())
        .count();
    if nobodys > 0 {
        let steps = text::count(nobodys, "step", "steps");
        return Err(Failure::asked(
            format!("nobody is responsible for {steps} of this plan"),
            Some("name who takes them with `--owner`".to_owned()),
        ));
    }
    let claims = plan.claims(coverage.assessment());
    let mut text = format!(
        "# A plan of {} for {}: these entries take the place of those under `claims`.\n",
        plan.as_of, plan.assessment
    );
    for step in &plan.steps {
        let is_claimed = step
            .step
            .control
            .as_ref()
            .is_some_and(|id| claims.contains_key(id));
        if let (false, Some(owner), Some(due)) = (is_claimed, &step.owner, step.due) {
            let _ = writeln!(text, "# - {} by {due}: {owner}", step.step.title());
        }
    }
    let claims = assessment::write::claims(&claims);
    text.push_str(&claims.map_err(|message| Failure::asked(message, None))?);
    Ok(text)
}
