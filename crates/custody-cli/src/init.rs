//! `custody init`: a commented assessment to begin with.

use super::{Exit, Failure, output};
use custody_controls::catalog::Catalog;
use custody_controls::date::Date;
use custody_controls::diagnostic::suggest;
use custody_controls::id::{AssessmentId, WalletId};
use custody_controls::starter::{Starter, StarterWallet};
use custody_controls::taxonomy::{Channel, Tier, Trait, Word};
use std::path::PathBuf;

/// Write a commented starter for the wallets that you name, with only the controls that apply.
///
/// A wallet is named with its tier and all its traits:
/// `custody init --wallet btc-hot=hot,hsm,multisig,backed-up --channel customer-web --from 2026-01-01
/// --to 2026-12-31 -o mine.yaml`
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A wallet: its id, `=`, its tier and all its traits; may be repeated.
    #[arg(long, value_name = "ID=TIER,TRAIT,…", required = true)]
    wallet: Vec<String>,
    /// A channel by which customers or operators reach the system; may be repeated.
    #[arg(long, value_parser = super::words::<Channel>())]
    channel: Vec<Channel>,
    /// The id of the assessment.
    #[arg(long, default_value = "my-assessment")]
    id: AssessmentId,
    /// The name of the custodian.
    #[arg(long, default_value = "Name of the firm")]
    custodian: String,
    /// The first day of the period, YYYY-MM-DD.
    #[arg(long, value_name = "DAY")]
    from: Date,
    /// The last day of the period, YYYY-MM-DD.
    #[arg(long, value_name = "DAY")]
    to: Date,
    /// Write to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file that `--output` names, if it is there already.
    #[arg(long, requires = "output")]
    force: bool,
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    output::is_free(arguments.output.as_deref(), arguments.force)?;
    let wallets = arguments
        .wallet
        .iter()
        .map(|text| wallet(text))
        .collect::<Result<Vec<_>, _>>()?;
    let period = (arguments.from, arguments.to);
    let mut starter = Starter::new(arguments.id.clone(), &arguments.custodian, period);
    starter.channels.clone_from(&arguments.channel);
    starter.wallets = wallets;
    let text = starter.to_yaml(catalog).map_err(|errors| {
        let messages: Vec<String> = errors.iter().map(|error| error.message.clone()).collect();
        let help = errors.iter().find_map(|error| error.help.clone());
        Failure::asked(messages.join("; "), help)
    })?;
    output::deliver(&text, arguments.output.as_deref())
}

fn wallet(text: &str) -> Result<StarterWallet, Failure> {
    let form = || Some("name a wallet like `btc-hot=hot,hsm,multisig,backed-up`".to_owned());
    let (id, words) = text
        .split_once('=')
        .ok_or_else(|| Failure::asked(format!("`{text}` names no tier and no traits"), form()))?;
    let id = WalletId::new(id).map_err(|error| {
        Failure::asked(
            format!("`{id}` cannot be the id of a wallet"),
            Some(error.to_string()),
        )
    })?;
    let mut tiers = Vec::new();
    let mut traits = Vec::new();
    for word in words
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
    {
        match (Tier::from_word(word), Trait::from_word(word)) {
            (Some(tier), _) => tiers.push(tier),
            (None, Some(declared)) => traits.push(declared),
            (None, None) => {
                let all = Tier::words().iter().chain(Trait::words()).copied();
                return Err(Failure::asked(
                    format!("unknown tier or trait `{word}`"),
                    suggest(word, all),
                ));
            }
        }
    }
    let [tier] = tiers.as_slice() else {
        return Err(Failure::asked(
            format!("`{id}` needs one tier: `hot`, `warm` or `cold`"),
            form(),
        ));
    };
    Ok(StarterWallet::new(id, *tier, traits))
}
