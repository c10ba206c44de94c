//! `custody set`: the claim on a control, changed or added.

use crate::draft::{Assessment, Target};
use crate::inputs::{self, Day};
use crate::view::words;
use crate::{Exit, Failure, output};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use custody_controls::authoring::{ClaimChange, ItemsChange};
use custody_controls::catalog::Catalog;
use custody_controls::id::{ControlId, EvidenceId, IdError, PersonId, ProviderId, WalletId};
use custody_controls::taxonomy::Status;
use std::path::Path;

/// The keys that `--remove` removes.
const REMOVABLE: [&str; 11] = [
    "evidence",
    "part_evidence",
    "observations",
    "rationale",
    "provider",
    "missing",
    "due",
    "because",
    "approved_by",
    "owner",
    "note",
];

fn removable() -> impl TypedValueParser<Value = &'static str> {
    PossibleValuesParser::new(REMOVABLE).try_map(|word| {
        let known = REMOVABLE.into_iter().find(|known| *known == word);
        known.ok_or("not a key of a claim")
    })
}

/// Set keys of the claims on controls, or add claims; everything else in the files stays as it is.
///
/// If the status of an assessed claim changes, --assessed-by and --on are required, and the former
/// claim is kept under `earlier`. docs/editing.md has the rules. Example: `custody set mine.yaml
/// 9.3.7.5-c --status partial --missing "Two of five signers approve unseen." --owner operations`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,
    /// The controls.
    #[arg(required = true, value_name = "CONTROL")]
    controls: Vec<ControlId>,
    /// Set the claim of this wallet instead of the general claim (repeatable).
    #[arg(long, value_name = "WALLET")]
    wallet: Vec<WalletId>,
    /// The status. It makes a claim of a proposal.
    #[arg(long, value_parser = words::<Status>())]
    status: Option<Status>,
    /// An evidence item to add (+ID) or to remove (-ID), or one of those that are listed from now on
    /// (ID) (repeatable).
    #[arg(long, value_name = "[+-]ID", value_parser = item, allow_hyphen_values = true)]
    evidence: Vec<Item>,
    /// The same for the evidence of the part that is in place.
    #[arg(long, value_name = "[+-]ID", value_parser = item, allow_hyphen_values = true)]
    part_evidence: Vec<Item>,
    /// The same for the evidence of the shortfall.
    #[arg(long, value_name = "[+-]ID", value_parser = item, allow_hyphen_values = true)]
    observations: Vec<Item>,
    /// What is in place instead, and why it is equivalent.
    #[arg(long, value_name = "TEXT")]
    rationale: Option<String>,
    /// Who provides the control.
    #[arg(long, value_name = "PROVIDER")]
    provider: Option<ProviderId>,
    /// What is not in place.
    #[arg(long, value_name = "TEXT")]
    missing: Option<String>,
    /// The day by which the control is to be in place: YYYY-MM-DD.
    #[arg(long, value_name = "DAY", value_parser = inputs::day)]
    due: Option<Day>,
    /// Why the subject of the control does not exist here.
    #[arg(long, value_name = "TEXT")]
    because: Option<String>,
    /// Who confirmed that the control is not applicable.
    #[arg(long, value_name = "PERSON")]
    approved_by: Option<PersonId>,
    /// Who is responsible.
    #[arg(long, value_name = "PERSON")]
    owner: Option<PersonId>,
    /// Remarks.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Remove this key (repeatable).
    #[arg(long, value_name = "KEY", value_parser = removable())]
    remove: Vec<&'static str>,
    /// Remove all keys that the status does not allow.
    #[arg(long, requires = "status")]
    remove_disallowed: bool,
    #[command(flatten)]
    assessment: Assessment,
    /// The former claim was never true: replace it without keeping it under `earlier`.
    #[arg(long, requires = "status")]
    correction: bool,
}

/// An evidence item in an argument, and what happens to it.
#[derive(Clone, Debug)]
enum Item {
    Added(EvidenceId),
    Removed(EvidenceId),
    Exactly(EvidenceId),
}

fn item(text: &str) -> Result<Item, IdError> {
    if let Some(id) = text.strip_prefix('+') {
        return id.parse().map(Item::Added);
    }
    match text.strip_prefix('-') {
        Some(id) => id.parse().map(Item::Removed),
        None => text.parse().map(Item::Exactly),
    }
}

fn items(argument: &str, items: &[Item]) -> Result<ItemsChange, Failure> {
    let mut change = ItemsChange::default();
    for item in items {
        match item {
            Item::Added(id) => change.added.push(id.clone()),
            Item::Removed(id) => change.removed.push(id.clone()),
            Item::Exactly(id) => change.exactly.get_or_insert_default().push(id.clone()),
        }
    }
    let is_edited = !change.added.is_empty() || !change.removed.is_empty();
    if change.exactly.is_some() && is_edited {
        let message = format!("`{argument}` has items with a sign and items without one");
        let help = "write `+` or `-` before each of them, or list all items without a sign";
        return Err(Failure::usage(message, Some(help.to_owned())));
    }
    Ok(change)
}

impl output::Files for Arguments {
    fn inputs(&self) -> Vec<&Path> {
        self.target.paths()
    }
}

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let assessed = arguments.assessment.resolve()?;
    let due = arguments.due.map(Day::resolve).transpose()?;
    let evidence = items("--evidence", &arguments.evidence)?;
    let part_evidence = items("--part-evidence", &arguments.part_evidence)?;
    let observations = items("--observations", &arguments.observations)?;
    let wallets: Vec<Option<&WalletId>> = if arguments.wallet.is_empty() {
        vec![None]
    } else {
        arguments.wallet.iter().map(Some).collect()
    };
    arguments.target.edit(catalog, |draft| {
        for control in &arguments.controls {
            for wallet in &wallets {
                let mut change = ClaimChange::new(control.clone());
                change.wallet = wallet.cloned();
                change.status = arguments.status;
                change.evidence = evidence.clone();
                change.part_evidence = part_evidence.clone();
                change.observations = observations.clone();
                change.rationale.clone_from(&arguments.rationale);
                change.provider.clone_from(&arguments.provider);
                change.missing.clone_from(&arguments.missing);
                change.due = due;
                change.because.clone_from(&arguments.because);
                change.approved_by.clone_from(&arguments.approved_by);
                change.owner.clone_from(&arguments.owner);
                change.note.clone_from(&arguments.note);
                change.removal.keys.extend(&arguments.remove);
                change.removal.disallowed = arguments.remove_disallowed;
                change.assessed.clone_from(&assessed);
                change.is_correction = arguments.correction;
                draft.set(&change);
            }
        }
    })
}
