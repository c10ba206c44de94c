//! `custody confirm`: proposals that have been assessed become claims.

use crate::draft::Target;
use crate::inputs::{self, Day};
use crate::{Exit, Failure, output};
use custody_controls::assessment::Assessed;
use custody_controls::authoring::Confirmation;
use custody_controls::catalog::Catalog;
use custody_controls::id::{ControlId, PersonId};
use std::path::Path;

/// Confirm proposals that have been assessed: they become claims.
///
/// Removes the line `proposed` of each proposal and adds who assessed it. Example: `custody confirm
/// proposals.yaml 9.3.7.5-c --assessed-by keller --on 2026-09-08`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,
    /// The controls whose proposals are confirmed.
    #[arg(
        value_name = "CONTROL",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    controls: Vec<ControlId>,
    /// Confirm all proposals.
    #[arg(long)]
    all: bool,
    /// Who assessed the controls.
    #[arg(long, value_name = "PERSON")]
    assessed_by: PersonId,
    /// The day of that assessment: YYYY-MM-DD or `today` (in UTC).
    #[arg(long, value_name = "DAY", value_parser = inputs::day)]
    on: Day,
}

impl output::Files for Arguments {
    fn inputs(&self) -> Vec<&Path> {
        self.target.paths()
    }
}

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let assessed = Assessed::new(arguments.assessed_by.clone(), arguments.on.resolve()?);
    let controls = (!arguments.all).then(|| arguments.controls.clone());
    let confirmation = Confirmation::new(controls, assessed);
    arguments
        .target
        .edit(catalog, |draft| draft.confirm(&confirmation))
}
