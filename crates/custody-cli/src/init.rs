//! `custody init`: a commented starter for the wallets that are named, with only the controls that
//! apply to them.

use super::{Exit, Failure, output};
use custody_controls::catalog::{Catalog, Control};
use custody_controls::date::Date;
use custody_controls::diagnostic::suggest;
use custody_controls::id::{AssessmentId, WalletId};
use custody_controls::taxonomy::{Channel, Features, SubjectKind, Tier, Trait, Word};
use std::fmt::Write;
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

struct Wallet {
    id: WalletId,
    tier: Tier,
    traits: Vec<Trait>,
    features: Features,
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    output::is_free(arguments.output.as_deref(), arguments.force)?;
    let wallets = arguments
        .wallet
        .iter()
        .map(|text| wallet(text))
        .collect::<Result<Vec<_>, _>>()?;
    let text = starter(arguments, &wallets, catalog);
    // The starter keeps the rules that it is meant to teach.
    custody_controls::assessment::AssessmentFiles::from_text("starter.yaml", text.as_str())
        .resolve(catalog)
        .map_err(|faults| {
            let messages: Vec<String> = faults.iter().map(|fault| fault.message.clone()).collect();
            let help = faults.iter().find_map(|fault| fault.help.clone());
            Failure::asked(messages.join("; "), help)
        })?;
    output::deliver(&text, arguments.output.as_deref())
}

fn wallet(text: &str) -> Result<Wallet, Failure> {
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
    let mut features: Features = traits.iter().copied().collect();
    features.insert((*tier).into());
    Ok(Wallet {
        id,
        tier: *tier,
        traits,
        features,
    })
}

fn join<T: ToString>(items: &[T]) -> String {
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Words as lines of a comment.
fn comment(words: &[&str]) -> String {
    let mut lines = vec!["#  ".to_owned()];
    for (index, word) in words.iter().enumerate() {
        let end = if index + 1 < words.len() { "," } else { "." };
        if lines
            .last()
            .is_some_and(|line| line.len() + word.len() > 96)
        {
            lines.push("#  ".to_owned());
        }
        if let Some(line) = lines.last_mut() {
            let _ = write!(line, " {word}{end}");
        }
    }
    lines.join("\n")
}

/// A text as a YAML scalar.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn starter(arguments: &Arguments, wallets: &[Wallet], catalog: &Catalog) -> String {
    let mut out = format!(
        "# An assessment of a digital asset custodian. `custody check` shows what is wrong with it,
# `custody gaps` what is open. For completion and hover in your editor:
#   custody schema assessment --output assessment.schema.json
# yaml-language-server: $schema=./assessment.schema.json

assessment: {id}
title: {title}
catalog: {catalog}
custodian: {{ name: {custodian} }}
period: {{ from: {from}, to: {to} }}

# Who assesses, and everyone that claims, evidence and acceptances name.
assessors: [lead]
people:
  lead: {{ name: Lead assessor }}
  operations: {{ name: Head of operations }}

# For how many days evidence of a kind may be relied on, where the item has no `valid_until`.
evidence_max_age: {{ policy: 400, procedure: 400, record: 200, log: 60, configuration: 120, test-result: 365 }}

# All channels: customer-web, customer-api, operator-remote.{absent}
organization:
  channels: [{channels}]

# All wallets, each with its tier and all its traits; a trait that is left out says that the wallet
# does not have it. Traits:
{traits}
wallets:
",
        id = arguments.id,
        title = quoted(&format!("{}, {} to {}", arguments.custodian, arguments.from, arguments.to)),
        catalog = catalog.facts().id,
        custodian = quoted(&arguments.custodian),
        from = arguments.from,
        to = arguments.to,
        absent = absent_channels(arguments, catalog),
        channels = join(&arguments.channel),
        traits = comment(Trait::words()),
    );
    for wallet in wallets {
        let _ = writeln!(
            out,
            "  {}: {{ tier: {}, traits: [{}] }}",
            wallet.id,
            wallet.tier,
            join(&wallet.traits)
        );
    }
    out.push_str(
        "
# What claims rest on. An example, to be replaced:
#   key-policy-v4:
#     title: Key management policy, version 4
#     kind: policy
#     technique: examine
#     collected: 2026-09-02
#     locator: evidence/key-policy-v4.pdf
#     by: lead
evidence: {}

# What is said about each control. Nothing after the colon says that nobody has looked. Fill in like
# this, and narrow where a wallet differs:
#   9.3.7.1-a:
#     status: implemented      # alternative, inherited, partial, planned, not-implemented, not-applicable
#     evidence: [key-policy-v4]
#     wallets:
#       some-wallet: { status: partial, missing: What is not in place. }
# `custody explain 9.3.7.1-a` tells all about a control.
claims:
",
    );
    let channels: Features = arguments.channel.iter().copied().collect();
    for family in catalog.families() {
        let controls: Vec<(&Control, Vec<&str>)> = catalog
            .controls()
            .filter(|control| control.family == family.id)
            .filter_map(|control| {
                subjects(control, channels, wallets).map(|subjects| (control, subjects))
            })
            .collect();
        if controls.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n  # {}", family.title);
        for (control, subjects) in controls {
            let only = match control.subject {
                SubjectKind::Wallet if subjects.len() < wallets.len() => {
                    format!(" ({})", subjects.join(", "))
                }
                SubjectKind::Wallet | SubjectKind::Organization => String::new(),
            };
            let _ = writeln!(out, "  {}:  # {}{only}", control.id, control.title);
        }
    }
    out.push_str(
        "
# Risks that are knowingly kept, such as those that the catalogue offers no control for:
#   8.3.2-a:
#     because: Two independent services watch for route hijacks.
#     approved_by: operations    # not the owner of a claim on a control that treats the risk
#     until: 2026-12-31
accepted_risks: {}
",
    );
    out
}

/// How many controls are left out because a channel is not declared.
fn absent_channels(arguments: &Arguments, catalog: &Catalog) -> String {
    let declared: Features = arguments.channel.iter().copied().collect();
    let left_out = catalog
        .controls()
        .filter(|control| {
            control.subject == SubjectKind::Organization && !control.when.holds(declared)
        })
        .count();
    match left_out {
        0 => String::new(),
        count => format!(
            "
# {count} controls are left out below because they are about channels that are not declared here."
        ),
    }
}

/// The subjects to which a control applies; none where it applies to nothing.
fn subjects<'w>(
    control: &Control,
    channels: Features,
    wallets: &'w [Wallet],
) -> Option<Vec<&'w str>> {
    match control.subject {
        SubjectKind::Organization => control.when.holds(channels).then(Vec::new),
        SubjectKind::Wallet => {
            let fitting: Vec<&str> = wallets
                .iter()
                .filter(|wallet| control.when.holds(wallet.features))
                .map(|wallet| wallet.id.as_str())
                .collect();
            (!fitting.is_empty()).then_some(fitting)
        }
    }
}
