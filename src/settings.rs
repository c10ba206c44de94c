//! The settings of an evaluation: the day, the wallets, and the results of checking the files of
//! evidence. No global state, no clock.

use crate::assessment::{Assessment, Subject, SubjectId};
use crate::date::Date;
use crate::diagnostic::suggest;
use crate::error::Error;
use crate::id::{EvidenceId, WalletId};
use crate::taxonomy::{FileCheck, Word};
use indexmap::IndexMap;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// The settings with which an assessment is evaluated.
///
/// ```
/// use custody_controls::Settings;
///
/// let settings = Settings::on("2026-09-30".parse()?).horizon(30).wallets(["cold".parse()?]);
/// assert_eq!(settings.horizon_end().to_string(), "2026-10-30");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// The day for which verdicts are given.
    pub as_of: Date,
    /// The number of days ahead within which expiring evidence and acceptances are listed; 90 by
    /// default.
    pub horizon: u32,
    /// The only wallets to evaluate; none for all wallets. The organization is always evaluated.
    pub wallets: Option<Vec<WalletId>>,
    /// The results of checking the files of evidence; none if they were not checked.
    pub files: Option<EvidenceFiles>,
}

/// The results of checking the files of evidence in a directory; see [`crate::verify`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EvidenceFiles {
    /// The directory, as it was given.
    pub directory: String,
    /// The result for each item. The file of an item that is not listed was not checked.
    pub checks: IndexMap<EvidenceId, FileCheck>,
    /// The canonical path of the regular file of each item that has one.
    pub paths: IndexMap<EvidenceId, PathBuf>,
}

impl EvidenceFiles {
    /// Results for a directory; none yet.
    pub fn new(directory: impl Into<String>) -> Self {
        Self {
            directory: directory.into(),
            checks: IndexMap::new(),
            paths: IndexMap::new(),
        }
    }

    /// Where the file of an item is looked for: its locator, within the directory as it was given.
    ///
    /// ```
    /// use custody_controls::settings::EvidenceFiles;
    ///
    /// let files = EvidenceFiles::new("firm/");
    /// assert_eq!(files.path("evidence/policy.pdf"), "firm/evidence/policy.pdf");
    /// ```
    pub fn path(&self, locator: &str) -> String {
        let directory = match self.directory.as_str() {
            "" | "." => return locator.to_owned(),
            directory => directory.strip_suffix('/').unwrap_or(directory),
        };
        [directory, "/", locator].concat()
    }

    /// How many files are verified by their SHA-256, and why the others are not, in words:
    /// `4 verified; not verified: 2 present, 1 other-system, 1 missing`.
    pub fn in_words(&self) -> String {
        files_in_words(FileCheck::values().into_iter().map(|check| {
            let checks = self.checks.values();
            (check, checks.filter(|one| **one == check).count() as u64)
        }))
    }

    /// Whether files were looked for and none was found. The directory is probably not the one in
    /// which the paths of locators begin.
    pub fn found_nothing(&self) -> bool {
        let local = self
            .checks
            .values()
            .filter(|check| !matches!(check, FileCheck::NotChecked | FileCheck::OtherSystem));
        let mut local = local.peekable();
        local.peek().is_some()
            && local.all(|check| matches!(check, FileCheck::Missing | FileCheck::OtherCase))
    }
}

/// The results of checking files in words: `4 verified; not verified: 2 present, 1 missing`.
pub(crate) fn files_in_words(counts: impl Iterator<Item = (FileCheck, u64)>) -> String {
    let counts: Vec<(FileCheck, u64)> = counts.filter(|(_, count)| *count > 0).collect();
    let is_verified = |entry: &&(FileCheck, u64)| entry.0 == FileCheck::Matches;
    let verified: u64 = counts
        .iter()
        .filter(is_verified)
        .map(|(_, count)| count)
        .sum();
    let others = counts.iter().filter(|entry| !is_verified(entry));
    let others: Vec<String> = others
        .map(|(check, count)| format!("{count} {check}"))
        .collect();
    if others.is_empty() {
        return format!("{verified} verified");
    }
    format!("{verified} verified; not verified: {}", others.join(", "))
}

impl Settings {
    /// All wallets on a day, with a horizon of 90 days and no files checked.
    pub fn on(day: Date) -> Self {
        Self {
            as_of: day,
            horizon: 90,
            wallets: None,
            files: None,
        }
    }

    /// The same with another horizon, in days.
    #[must_use]
    pub fn horizon(mut self, days: u32) -> Self {
        self.horizon = days;
        self
    }

    /// The same for some wallets only. The organization is always evaluated.
    #[must_use]
    pub fn wallets(mut self, wallets: impl IntoIterator<Item = WalletId>) -> Self {
        self.wallets = Some(wallets.into_iter().collect());
        self
    }

    /// The same for some wallets of an assessment only, by id.
    ///
    /// # Errors
    ///
    /// Fails if the assessment has no wallet with one of the ids.
    pub fn only<'n>(
        self,
        assessment: &Assessment,
        ids: impl IntoIterator<Item = &'n str>,
    ) -> Result<Self, UnknownWallet> {
        let declared = &assessment.document().wallets;
        let mut wallets = BTreeSet::new();
        for id in ids {
            let Some((wallet, _)) = declared.get_key_value(id) else {
                return Err(UnknownWallet {
                    id: id.to_owned(),
                    help: suggest(id, declared.keys().map(WalletId::as_str)),
                });
            };
            wallets.insert(wallet.clone());
        }
        Ok(self.wallets(wallets))
    }

    /// The same with the results of checking files of evidence; see [`crate::verify::files`].
    #[must_use]
    pub fn files(mut self, files: EvidenceFiles) -> Self {
        self.files = Some(files);
        self
    }

    /// The result of checking the file of an item.
    pub(crate) fn file_check(&self, id: &EvidenceId) -> FileCheck {
        let check = self.files.as_ref().and_then(|files| files.checks.get(id));
        check.copied().unwrap_or(FileCheck::NotChecked)
    }

    /// The last day of the horizon.
    pub fn horizon_end(&self) -> Date {
        self.as_of
            .plus_days(i32::try_from(self.horizon).unwrap_or(i32::MAX))
    }

    /// Whether a subject is evaluated: it is included, and it exists on the day.
    pub(crate) fn includes_subject(&self, subject: &Subject) -> bool {
        subject.exists_on(self.as_of) && self.includes(&subject.id)
    }

    /// Whether a subject is among those that are asked for.
    pub fn includes(&self, subject: &SubjectId) -> bool {
        is_included(subject, self.wallets.as_deref())
    }
}

/// An assessment has no wallet with an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the assessment has no wallet `{id}`")]
#[non_exhaustive]
pub struct UnknownWallet {
    /// The id.
    pub id: String,
    /// A similar id, if there is one.
    pub help: Option<String>,
}

impl From<UnknownWallet> for Error {
    fn from(error: UnknownWallet) -> Self {
        Self::Analysis(Box::new(error))
    }
}

/// Whether a subject is evaluated if only some wallets are, or all if none are named.
pub(crate) fn is_included(subject: &SubjectId, only: Option<&[WalletId]>) -> bool {
    match (subject, only) {
        (SubjectId::Wallet(wallet), Some(wallets)) => wallets.contains(wallet),
        (SubjectId::Wallet(_), None) | (SubjectId::Organization, _) => true,
    }
}
