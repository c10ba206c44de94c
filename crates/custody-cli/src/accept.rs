//! `custody accept`: the acceptance of a risk.

use crate::draft::Target;
use crate::inputs::{self, Day};
use crate::{Exit, Failure, output};
use custody_controls::assessment::Acceptance;
use custody_controls::authoring::RiskAcceptance;
use custody_controls::catalog::Catalog;
use custody_controls::id::{PersonId, RiskId, WalletId};
use std::path::Path;

/// Accept a risk until a day; everything else in the files stays as it is.
///
/// Example: `custody accept mine.yaml 8.3.2-a --by board --until 2027-03-31 --because "Two services
/// watch for route hijacks."`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,
    /// The risk.
    #[arg(value_name = "RISK")]
    risk: RiskId,
    /// Accept it for this wallet only (repeatable).
    #[arg(long, value_name = "WALLET")]
    wallet: Vec<WalletId>,
    /// Who approved the acceptance.
    #[arg(long, value_name = "PERSON")]
    by: PersonId,
    /// The last day of the acceptance: YYYY-MM-DD.
    #[arg(long, value_name = "DAY", value_parser = inputs::day)]
    until: Day,
    /// Why the risk is accepted.
    #[arg(long, value_name = "TEXT")]
    because: String,
    /// The day of the decision: YYYY-MM-DD or `today` (in UTC).
    #[arg(long, value_name = "DAY", value_parser = inputs::day)]
    on: Option<Day>,
    /// The first day of the acceptance, if it does not begin with the decision.
    #[arg(long, value_name = "DAY", value_parser = inputs::day)]
    from: Option<Day>,
    /// Replace the present acceptance of the risk.
    #[arg(long)]
    replace: bool,
}

impl output::Files for Arguments {
    fn inputs(&self) -> Vec<&Path> {
        self.target.paths()
    }
}

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let until = arguments.until.resolve()?;
    let because = arguments.because.as_str();
    let mut acceptance = Acceptance::new(because, arguments.by.clone(), until);
    acceptance.on = arguments.on.map(Day::resolve).transpose()?;
    acceptance.from = arguments.from.map(Day::resolve).transpose()?;
    acceptance.wallets.clone_from(&arguments.wallet);
    let mut request = RiskAcceptance::new(arguments.risk.clone(), acceptance);
    request.replaces = arguments.replace;
    arguments
        .target
        .edit(catalog, |draft| draft.accept(&request))
}
