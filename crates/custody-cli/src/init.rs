//! `custody init`: a commented assessment to begin with.

use crate::view::words;
use crate::{Exit, Failure, output};
use custody_controls::catalog::{Catalog, OrDeclared};
use custody_controls::date::Date;
use custody_controls::diagnostic::suggest;
use custody_controls::id::{AssessmentId, WalletId};
use custody_controls::starter::{Starter, StarterWallet};
use custody_controls::taxonomy::{Channel, Tier, Trait, Word};
use custody_controls::text::count;
use std::path::{Path, PathBuf};

/// Write a commented starter assessment with an entry for each applicable control.
///
/// Example: `custody init --wallet btc-hot=hot,hsm,multisig,backed-up --channel customer-web
/// --from 2026-01-01 --to 2026-12-31 -o mine.yaml`
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// A wallet with its tier and all its traits (repeatable).
    #[arg(long, value_name = "ID=TIER,TRAIT,…", required = true)]
    wallet: Vec<String>,
    /// A channel by which customers or operators reach the system (repeatable).
    #[arg(long, value_parser = words::<Channel>())]
    channel: Vec<Channel>,
    /// Id of the assessment.
    #[arg(long, default_value = "my-assessment")]
    id: AssessmentId,
    /// Name of the custodian.
    #[arg(long, default_value = "Name of the firm")]
    custodian: String,
    /// First day of the reporting period, YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    from: Date,
    /// Last day of the reporting period, YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    to: Date,
    /// First day on which the wallets hold keys, YYYY-MM-DD; by default, the first day of the period.
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the output file if it exists.
    #[arg(long, requires = "output")]
    force: bool,
}

impl output::Files for Arguments {
    fn output(&self) -> Option<&Path> {
        self.output.as_deref()
    }
}

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    output::refuse_existing(arguments.output.as_deref(), arguments.force)?;
    let wallets = arguments
        .wallet
        .iter()
        .map(|text| wallet(text, arguments.since, catalog))
        .collect::<Result<Vec<_>, _>>()?;
    let period = (arguments.from, arguments.to);
    let mut starter = Starter::new(arguments.id.clone(), &arguments.custodian, period);
    starter.channels.clone_from(&arguments.channel);
    starter.wallets = wallets;
    let text = starter.to_yaml(catalog).map_err(|errors| {
        let messages: Vec<String> = errors.iter().map(|error| error.message.clone()).collect();
        let help = errors.iter().find_map(|error| error.help.clone());
        Failure::usage(messages.join("; "), help)
    })?;
    let written = output::write_document(arguments.output.as_deref(), &text)?;
    let omitted = starter.without_channel(catalog);
    if omitted > 0 && starter.channels.is_empty() {
        output::print_note(&format!(
            "{} left out, because no `--channel` is declared: {}",
            count(omitted, "control is", "controls are"),
            Channel::words().join(", ")
        ));
    }
    Ok(written)
}

fn wallet(text: &str, since: Option<Date>, catalog: &Catalog) -> Result<StarterWallet, Failure> {
    let example = || Some("for example `btc-hot=hot,hsm,multisig,backed-up`".to_owned());
    let (id, words) = text
        .split_once('=')
        .ok_or_else(|| Failure::usage(format!("wallet `{text}` has no tier"), example()))?;
    let id = WalletId::new(id).map_err(|error| {
        Failure::usage(
            format!("`{id}` is not a valid wallet id"),
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
        let known = catalog
            .traits()
            .words::<Trait>()
            .find(|known| *known == word);
        let known: Option<OrDeclared<Trait>> = known.and_then(|known| known.parse().ok());
        match (Tier::from_word(word), known) {
            (Some(tier), _) => tiers.push(tier),
            (None, Some(known)) => traits.push(known),
            (None, None) => {
                let all = Tier::words().iter().copied();
                let all = all.chain(catalog.traits().words::<Trait>());
                return Err(Failure::usage(
                    format!("unknown tier or trait `{word}`"),
                    suggest(word, all),
                ));
            }
        }
    }
    let [tier] = tiers.as_slice() else {
        return Err(Failure::usage(
            format!("wallet `{id}` must have exactly one tier: `hot`, `warm` or `cold`"),
            example(),
        ));
    };
    let mut wallet = StarterWallet::new(id, *tier, traits);
    wallet.since = since;
    Ok(wallet)
}
