//! `custody evidence add` and `custody evidence renew`.

use crate::draft::{Target, subject};
use crate::inputs::{self, Day};
use crate::view::words;
use crate::{Exit, Failure};
use custody_controls::assessment::{Evidence, Sha256, SubjectId};
use custody_controls::authoring::Renewal;
use custody_controls::catalog::Catalog;
use custody_controls::id::{EvidenceId, PersonId};
use custody_controls::taxonomy::{EvidenceKind, Technique};
use custody_controls::verify;
use std::path::{Path, PathBuf};

/// Add an evidence item; everything else in the files stays as it is.
///
/// Example: `custody evidence add mine.yaml --id key-policy-v4 --title "Key management policy, version
/// 4" --kind policy --technique examine --collected 2026-09-02 --valid-until 2027-09-01 --locator
/// evidence/key-policy-v4.pdf --hash .`
#[derive(Debug, clap::Args)]
#[command(after_help = crate::EXIT_CODES)]
pub(super) struct Add {
    #[command(flatten)]
    target: Target,
    /// The id of the item.
    #[arg(long, value_name = "ID")]
    id: EvidenceId,
    /// Its title.
    #[arg(long, value_name = "TEXT")]
    title: String,
    /// What kind of evidence it is.
    #[arg(long, value_parser = words::<EvidenceKind>())]
    kind: EvidenceKind,
    /// How it was obtained.
    #[arg(long, value_parser = words::<Technique>())]
    technique: Technique,
    /// The day of collection: YYYY-MM-DD or `today` (in UTC).
    #[arg(long, value_name = "DAY", value_parser = inputs::day)]
    collected: Day,
    /// The last day on which it is valid [default: as `evidence_max_age` determines].
    #[arg(long, value_name = "DAY", value_parser = inputs::day)]
    valid_until: Option<Day>,
    /// Where it is stored: a relative path, or an address in another system.
    #[arg(long, value_name = "PATH")]
    locator: String,
    #[command(flatten)]
    digest: Digest,
    /// A subject that it is about: a wallet, or `organization` (repeatable).
    #[arg(long, value_name = "SUBJECT", value_parser = subject)]
    covers: Vec<SubjectId>,
    /// Who produced or collected it.
    #[arg(long, value_name = "PERSON")]
    by: Option<PersonId>,
    /// Remarks.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

/// Renew an evidence item: state its new day of collection, and its new location if that changes.
///
/// The claims that cite it rest on the new evidence; reports of days before --collected no longer
/// count the item. To keep both, add an item and cite it with `custody set`.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::EXIT_CODES)]
pub(super) struct Renew {
    #[command(flatten)]
    target: Target,
    /// The item.
    #[arg(value_name = "ID")]
    id: EvidenceId,
    /// The new day of collection: YYYY-MM-DD or `today` (in UTC).
    #[arg(long, value_name = "DAY", value_parser = inputs::day)]
    collected: Day,
    /// The new last day on which it is valid; required if the item has one.
    #[arg(long, value_name = "DAY", value_parser = inputs::day)]
    valid_until: Option<Day>,
    /// Remove the last day, so that `evidence_max_age` determines it.
    #[arg(long, conflicts_with = "valid_until")]
    without_valid_until: bool,
    /// The new location, if it changes.
    #[arg(long, value_name = "PATH")]
    locator: Option<String>,
    #[command(flatten)]
    digest: Digest,
    /// Remove the digest.
    #[arg(long, conflicts_with_all = ["sha256", "hash"])]
    without_sha256: bool,
}

/// The digest of a file of evidence.
#[derive(Debug, clap::Args)]
struct Digest {
    /// The SHA-256 of the file.
    #[arg(long, value_name = "DIGEST")]
    sha256: Option<Sha256>,
    /// Compute the SHA-256 of the file, whose path begins in this directory; nothing outside it is
    /// read.
    #[arg(long, value_name = "DIR", conflicts_with = "sha256")]
    hash: Option<PathBuf>,
}

impl Digest {
    fn of(&self, locator: &str) -> Result<Option<Sha256>, Failure> {
        let Some(directory) = &self.hash else {
            return Ok(self.sha256.clone());
        };
        verify::sha256(directory, locator)?
            .map(Some)
            .map_err(|check| {
                let objection = check.objection().unwrap_or("is in another system");
                let message = format!("the file `{locator}` {objection}");
                let help = "correct `--locator` or `--hash`, or state `--sha256`";
                Failure::usage(message, Some(help.to_owned()))
            })
    }
}

impl Add {
    pub(super) fn paths(&self) -> Vec<&Path> {
        self.target.paths()
    }

    pub(super) fn run(&self, catalog: &Catalog) -> Result<Exit, Failure> {
        let collected = self.collected.resolve()?;
        let title = self.title.as_str();
        let locator = self.locator.as_str();
        let mut item = Evidence::new(title, self.kind, self.technique, collected, locator);
        item.valid_until = self.valid_until.map(Day::resolve).transpose()?;
        item.sha256 = self.digest.of(locator)?;
        item.by.clone_from(&self.by);
        item.covers = (!self.covers.is_empty()).then(|| self.covers.clone());
        item.note.clone_from(&self.note);
        self.target
            .edit(catalog, |draft| draft.add_evidence(&self.id, item))
    }
}

impl Renew {
    pub(super) fn paths(&self) -> Vec<&Path> {
        self.target.paths()
    }

    pub(super) fn run(&self, catalog: &Catalog) -> Result<Exit, Failure> {
        let mut renewal = Renewal::new(self.id.clone(), self.collected.resolve()?);
        renewal.valid_until = self.valid_until.map(Day::resolve).transpose()?;
        renewal.locator.clone_from(&self.locator);
        renewal.without_valid_until = self.without_valid_until;
        renewal.without_sha256 = self.without_sha256;
        renewal.sha256 = match (&self.locator, &self.digest.hash) {
            (None, Some(_)) => {
                let message = "`--hash` needs `--locator`, the path of the new file";
                return Err(Failure::usage(message, None));
            }
            (Some(locator), _) => self.digest.of(locator)?,
            (None, None) => self.digest.sha256.clone(),
        };
        self.target
            .edit(catalog, |draft| draft.renew_evidence(&renewal))
    }
}
