//! `custody check`: the errors and warnings of an assessment, and their fixes.

mod fix;

use crate::view::{View, views};
use crate::{Exit, Failure, diagnostics, inputs, output};
use custody_controls::assessment::{Assessment, AssessmentFiles};
use custody_controls::catalog::Catalog;
use custody_controls::diagnostic::{Diagnostic, Diagnostics, Fix};
use custody_controls::index::index;
use custody_controls::source::LeftOut;
use custody_controls::text::{count, sanitize};
use custody_controls::verify;
use custody_formats::{DiagnosticFormat, write_diagnostics};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Maximum number of entries of directories that are listed as not read.
const LEFT_OUT: usize = 20;

/// Check an assessment and report all errors and warnings, with their lines and how to repair them.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::EXIT_CODES)]
pub(crate) struct Arguments {
    /// The files of one assessment, or a directory that contains them.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Fix errors that can be corrected in only one way, then check the result.
    #[arg(long)]
    fix: bool,
    /// Show the changes that --fix would make, without writing them.
    #[arg(long, requires = "fix", conflicts_with = "format")]
    dry_run: bool,
    /// Verify the evidence files in this directory; nothing outside it is read.
    #[arg(long, value_name = "DIR")]
    verify_evidence: Option<PathBuf>,
    /// Output format.
    #[arg(long, value_parser = views::<DiagnosticFormat>(), default_value = "terminal")]
    format: View<DiagnosticFormat>,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl output::Files for Arguments {
    fn output(&self) -> Option<&Path> {
        self.output.as_deref()
    }

    fn inputs(&self) -> Vec<&Path> {
        self.files.iter().map(PathBuf::as_path).collect()
    }
}

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let path = arguments.output.as_deref();
    if arguments.fix {
        let files = AssessmentFiles::read(arguments.files.iter().cloned())?;
        let fixed = files.fix(catalog);
        if arguments.dry_run {
            return fix::show(&fixed, path);
        }
        fix::write(&fixed)?;
    }
    let files = AssessmentFiles::read(arguments.files.iter().cloned())?;
    let names: Vec<String> = files.names().map(str::to_owned).collect();
    let left_out = left_out(files.left_out());
    let result = match (files.resolve(catalog), &arguments.verify_evidence) {
        (Ok(assessment), Some(directory)) => {
            let files = inputs::verify_evidence(&assessment, directory)?;
            output::refuse_overwriting_files(path, files.paths.values().cloned())?;
            let found = verify::diagnostics(&assessment, &files);
            if found.has_errors() {
                Err(found)
            } else {
                Ok((assessment, found, Some(files)))
            }
        }
        (result, _) => result.map(|assessment| {
            let warnings = assessment.warnings().clone();
            (assessment, warnings, None)
        }),
    };
    if let View::Document(format) = arguments.format {
        let (found, exit) = match &result {
            Ok((_, warnings, _)) => (warnings, Exit::Clean),
            Err(found) => (found, Exit::Invalid),
        };
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let written = output::write_with(path, |out| write_diagnostics(found, format, &names, out));
        return exit.despite(written);
    }
    let (assessment, warnings, files) = match result {
        Ok(checked) => checked,
        Err(found) if path.is_some() => {
            return Exit::Invalid.despite(output::write(path, &diagnostics::show(&found)));
        }
        Err(found) => {
            diagnostics::print(&found);
            output::print_to_stderr(&left_out);
            output::print_to_stderr(&hint(&found));
            return Ok(Exit::Invalid);
        }
    };
    let mut text = String::new();
    if path.is_some() {
        text.push_str(&diagnostics::show(&warnings));
    } else {
        inputs::print_warnings(&warnings);
    }
    text.push_str(&left_out);
    text.push_str(&summary(&assessment));
    if let Some(files) = files {
        let _ = writeln!(text, "evidence files: {}", files.in_words());
    }
    output::write(path, &text)
}

/// The entries of directories that are not read.
fn left_out(entries: &[LeftOut]) -> String {
    let mut text = String::new();
    for entry in entries.iter().take(LEFT_OUT) {
        let name = sanitize(&entry.name);
        let _ = writeln!(text, "not read: {name} ({})", entry.omission);
    }
    let more = entries.len().saturating_sub(LEFT_OUT);
    if more > 0 {
        let more = count(more, "more entry", "more entries");
        let _ = writeln!(text, "not read: {more}");
    }
    text
}

/// How many of some diagnostics `--fix` repairs.
fn hint(found: &Diagnostics) -> String {
    let is_certain = |diagnostic: &&Diagnostic| diagnostic.fixes.iter().any(Fix::is_certain);
    match found.iter().filter(is_certain).count() {
        0 => String::new(),
        certain => format!("{certain} of them can be repaired with `--fix`\n"),
    }
}

/// What a valid assessment contains.
fn summary(assessment: &Assessment) -> String {
    let document = assessment.document();
    let count = |number: usize, one: &str| count(index(number), one, &format!("{one}s"));
    let mut text = format!(
        "no errors: {} on {}, {}, {}\n",
        count(document.claims.values().flatten().count(), "claim"),
        count(assessment.cell_count(), "control instance"),
        count(document.evidence.len(), "evidence item"),
        count(document.wallets.len(), "wallet")
    );
    let waiting = assessment.proposals().len();
    if waiting > 0 {
        let proposals = count(waiting, "proposal");
        let _ = writeln!(
            text,
            "{proposals} to confirm: each counts as unknown until its `proposed` line is deleted"
        );
    }
    text
}
