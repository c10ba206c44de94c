//! The arguments that name an assessment and the question about it, and the way from its files to
//! coverage.

use crate::view::number;
use crate::{Failure, diagnostics, output};
use custody_controls::assessment::{Assessment, AssessmentFiles};
use custody_controls::catalog::Catalog;
use custody_controls::coverage::Coverage;
use custody_controls::date::{Date, DateError};
use custody_controls::diagnostic::Diagnostics;
use custody_controls::settings::{EvidenceFiles, Settings};
use custody_controls::verify;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// An assessment and the question about it.
#[derive(Debug, clap::Args)]
pub(crate) struct Input {
    /// The files of one assessment, or a directory that contains them.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) question: Question,
}

impl Input {
    /// The arguments with which `explain` reads the same files, as they were given, each once.
    pub(crate) fn as_arguments(&self) -> String {
        let mut named: Vec<&Path> = Vec::new();
        let mut arguments = String::new();
        for file in &self.files {
            if !named.contains(&file.as_path()) {
                named.push(file);
                arguments.push_str(" --in ");
                arguments.push_str(&quoted(file));
            }
        }
        if let Some(folder) = &self.question.verify_evidence {
            arguments.push_str(" --verify-evidence ");
            arguments.push_str(&quoted(folder));
        }
        arguments
    }
}

/// A path as an argument of a shell.
fn quoted(path: &Path) -> String {
    let path = path.to_string_lossy();
    let is_plain = |c: char| c.is_alphanumeric() || "-_./\\:@+,".contains(c);
    if !path.is_empty() && path.chars().all(is_plain) {
        return path.into_owned();
    }
    format!("'{}'", path.replace('\'', "'\\''"))
}

/// The question about an assessment.
#[derive(Debug, clap::Args)]
pub(crate) struct Question {
    /// Reporting date: YYYY-MM-DD or `today` (in UTC) [default: the last day of the period].
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Day>,
    /// Limit the report to this wallet and the organization (repeatable).
    #[arg(long, value_name = "WALLET")]
    wallet: Vec<String>,
    /// Verify the evidence files in this directory; nothing outside it is read.
    #[arg(long, value_name = "DIR")]
    verify_evidence: Option<PathBuf>,
    /// Report evidence and acceptances that expire within this many days.
    #[arg(long, value_name = "DAYS", default_value_t = 90, allow_negative_numbers = true, value_parser = number::<u32>(0..=36_500))]
    horizon: u32,
}

impl Question {
    /// The directory in which files of evidence are verified.
    pub(crate) fn evidence_directory(&self) -> Option<&Path> {
        self.verify_evidence.as_deref()
    }

    /// All wallets on a date, without verifying evidence files.
    pub(crate) fn on(day: Option<Day>) -> Self {
        Self {
            as_of: day,
            wallet: Vec::new(),
            verify_evidence: None,
            horizon: 90,
        }
    }
}

/// A date on the command line.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Day {
    Today,
    On(Date),
}

pub(crate) fn day(text: &str) -> Result<Day, String> {
    if text == "today" {
        return Ok(Day::Today);
    }
    text.parse()
        .map(Day::On)
        .map_err(|error: DateError| format!("{error}, or `today`"))
}

impl Day {
    pub(crate) fn resolve(self) -> Result<Date, Failure> {
        match self {
            Self::On(day) => Ok(day),
            Self::Today => {
                let today = today()?;
                note_once(format!("as of {today}, today in UTC"));
                Ok(today)
            }
        }
    }
}

/// Prints a note on standard error, once for each text. Notes are never part of a result.
fn note_once(text: String) {
    static PRINTED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let mut printed = PRINTED.lock().unwrap_or_else(PoisonError::into_inner);
    if !printed.contains(&text) {
        output::print_note(&text);
        printed.insert(text);
    }
}

/// The last day of the period, with a note if that day is in the future.
fn last_day(day: Date) -> Date {
    if let Ok(today) = today()
        && today < day
    {
        note_once(format!(
            "as of {day}, the last day of the period, which is in the future: today is {today} in UTC; \
             `--as-of today` reports the present state"
        ));
    }
    day
}

/// Today in UTC. The clock is read only here: if the user passes `today`, and for a note on standard
/// error if the reporting date is in the future.
#[expect(
    clippy::disallowed_methods,
    reason = "the user passed `today`, or a note is printed"
)]
fn today() -> Result<Date, Failure> {
    let seconds = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .ok()
        .and_then(|passed| i32::try_from(passed.as_secs() / 86_400).ok())
        .ok_or_else(|| Failure::usage("the system clock is wrong", None))?;
    let epoch: Date = "1970-01-01"
        .parse()
        .map_err(|error: DateError| Failure::usage(error.to_string(), None))?;
    Ok(epoch.plus_days(seconds))
}

/// Reads and checks an assessment, computes its coverage, and passes that on.
pub(crate) fn evaluate<T>(
    input: &Input,
    output: Option<&Path>,
    catalog: &Catalog,
    then: impl FnOnce(&Coverage) -> Result<T, Failure>,
) -> Result<T, Failure> {
    evaluate_files(&input.files, &input.question, catalog, |coverage| {
        if let Some(files) = &coverage.settings().files {
            output::refuse_overwriting_files(output, files.paths.values().cloned())?;
        }
        then(coverage)
    })
}

/// [`evaluate`] for files that are named by another argument.
pub(crate) fn evaluate_files<T>(
    files: &[PathBuf],
    question: &Question,
    catalog: &Catalog,
    then: impl FnOnce(&Coverage) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let files = AssessmentFiles::read(files.iter().cloned())?;
    let assessment = files.resolve(catalog)?;
    print_warnings(assessment.warnings());
    let mut settings = Settings::on(match question.as_of {
        None => last_day(assessment.period().to),
        Some(day) => day.resolve()?,
    });
    settings.horizon = question.horizon;
    if !question.wallet.is_empty() {
        let ids = question.wallet.iter().map(String::as_str);
        settings = settings
            .only(&assessment, ids)
            .map_err(|error| Failure::usage(error.to_string(), error.help))?;
    }
    if let Some(folder) = &question.verify_evidence {
        settings.files = Some(verify_evidence(&assessment, folder)?);
    }
    then(&assessment.measure(&settings))
}

/// Checks the files of evidence, with a note if none is found.
pub(crate) fn verify_evidence(
    assessment: &Assessment,
    directory: &Path,
) -> Result<EvidenceFiles, Failure> {
    let files = verify::files(assessment, directory)?;
    let evidence = &assessment.document().evidence;
    let mut looked_for = files.checks.iter().filter(|(_, check)| check.is_against());
    if files.found_nothing()
        && let Some((id, _)) = looked_for.next()
        && let Some(first) = evidence.get(id)
    {
        note_once(format!(
            "no evidence file was found in `{}`: that of `{id}` would be `{}`; `--verify-evidence` \
             names the directory in which the paths of locators begin",
            files.directory,
            files.path(&first.locator)
        ));
    }
    Ok(files)
}

/// Prints warnings to standard error; they do not prevent a result.
pub(crate) fn print_warnings(warnings: &Diagnostics) {
    if !warnings.is_empty() {
        diagnostics::print(warnings);
    }
}
