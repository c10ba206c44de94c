//! Commands that edit the files of an assessment: reading them, and writing the result or showing it.

use crate::inputs::Day;
use crate::{Exit, Failure, changes, diagnostics, inputs, output};
use custody_controls::assessment::{Assessed, AssessmentFiles, SubjectId};
use custody_controls::authoring::{Draft, Drafted, Obstruction, Rejection};
use custody_controls::catalog::Catalog;
use custody_controls::id::{IdError, PersonId};
use custody_controls::text::sanitize;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The files that a command edits.
#[derive(Debug, clap::Args)]
pub(crate) struct Target {
    /// The file to edit, or a directory that contains the files of the assessment.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A further file of the same assessment (repeatable).
    #[arg(long, value_name = "FILE")]
    with: Vec<PathBuf>,
    /// Show the changes without writing them.
    #[arg(long)]
    dry_run: bool,
}

impl Target {
    pub(crate) fn paths(&self) -> Vec<&Path> {
        let all = [&self.file].into_iter().chain(&self.with);
        all.map(PathBuf::as_path).collect()
    }

    /// Makes changes to the files and writes them, or shows them with `--dry-run`.
    pub(crate) fn edit(
        &self,
        catalog: &Catalog,
        change: impl FnOnce(&mut Draft<'_>),
    ) -> Result<Exit, Failure> {
        let files = AssessmentFiles::read(self.paths())?;
        let mut draft = Draft::new(files, catalog)?;
        change(&mut draft);
        match draft.finish() {
            Ok(drafted) => self.write(&drafted),
            Err(rejection) => Ok(reject(&rejection)),
        }
    }

    fn write(&self, drafted: &Drafted) -> Result<Exit, Failure> {
        let written = if self.dry_run {
            changes::show(&drafted.files, None)
        } else {
            changes::write(&drafted.files)?;
            Ok(Exit::Clean)
        };
        let mut text = String::new();
        if self.dry_run && !drafted.notes.is_empty() {
            text.push_str("no file was changed; without `--dry-run`:\n");
        }
        for note in &drafted.notes {
            let _ = writeln!(text, "{}", sanitize(note));
        }
        output::print_to_stderr(&text);
        inputs::print_warnings(&drafted.warnings);
        Exit::Clean.despite(written)
    }
}

/// Prints why no file was changed.
fn reject(rejection: &Rejection) -> Exit {
    match rejection {
        Rejection::Errors(found) => {
            diagnostics::print(found);
            output::print_to_stderr(
                "no file was changed, because the result would have these errors\n",
            );
        }
        Rejection::Objections(objections) => {
            for objection in objections {
                let help = help(objection.obstruction).or(objection.help.as_deref());
                let help = help.map(sanitize);
                output::print_error(&sanitize(&objection.message), help.as_deref());
            }
        }
        other => output::print_error(&format!("{other:?}"), None),
    }
    Exit::Invalid
}

/// The arguments that remove an obstruction.
fn help(obstruction: Obstruction) -> Option<&'static str> {
    Some(match obstruction {
        Obstruction::KeysNotAllowed => {
            "pass `--remove KEY` for each of them, or `--remove-disallowed`"
        }
        Obstruction::NotAssessed => {
            "pass `--assessed-by` and `--on`, and the former claim is kept under `earlier`; or \
             `--correction` if it was never true"
        }
        Obstruction::Accepted => "pass `--replace` to replace the acceptance",
        Obstruction::NoStatus => "pass `--status`",
        Obstruction::OfFormerEvidence => {
            "pass the new one, or `--without-valid-until` or `--without-sha256`"
        }
        Obstruction::Unknown
        | Obstruction::Exists
        | Obstruction::SeveralFiles
        | Obstruction::CollectedLater
        | Obstruction::Refused
        | _ => return None,
    })
}

/// Who assessed something, and on which day.
#[derive(Debug, clap::Args)]
pub(crate) struct Assessment {
    /// Who found the claim, with its changes, to be correct.
    #[arg(long, value_name = "PERSON", requires = "on")]
    assessed_by: Option<PersonId>,
    /// The day of that assessment: YYYY-MM-DD or `today` (in UTC).
    #[arg(long, value_name = "DAY", value_parser = inputs::day, requires = "assessed_by")]
    on: Option<Day>,
}

impl Assessment {
    pub(crate) fn resolve(&self) -> Result<Option<Assessed>, Failure> {
        let (Some(by), Some(on)) = (&self.assessed_by, self.on) else {
            return Ok(None);
        };
        Ok(Some(Assessed::new(by.clone(), on.resolve()?)))
    }
}

/// A subject as the value of an argument.
pub(crate) fn subject(text: &str) -> Result<SubjectId, IdError> {
    if text == custody_controls::assessment::ORGANIZATION {
        return Ok(SubjectId::Organization);
    }
    text.parse().map(SubjectId::Wallet)
}
