//! `custody evidence`: the register of evidence, and changes of its items.

mod edit;

use crate::inputs::{self, Input};
use crate::terminal::{self, Screen};
use crate::view::{View, number, views};
use crate::{Exit, Failure, changes, output};
use clap::{Args, Subcommand};
use custody_controls::assessment::AssessmentFiles;
use custody_controls::catalog::Catalog;
use custody_controls::settings::EvidenceFiles;
use custody_controls::text::sanitize;
use custody_controls::verify::{self, Hashed};
use custody_formats::{RegisterFormat, Render};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// List evidence, what rests on it and who renews it; add and renew items and their digests.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(List),
    Add(edit::Add),
    Renew(edit::Renew),
    Hash(Hash),
}

/// List each evidence item: how long it is valid, what rests on it, who renews it, and its file.
///
/// With --verify-evidence, files of that directory that no item names are listed as well. Several
/// filters select the items that match all of them.
#[derive(Debug, Args)]
#[command(after_help = crate::EXIT_CODES)]
struct List {
    #[command(flatten)]
    input: Input,
    /// Only items that have expired, or expire within this many days.
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true, value_parser = number::<u32>(0..=36_500))]
    expires_within: Option<u32>,
    /// Only items that no claim, no proposal and no facts of a wallet cite.
    #[arg(long)]
    unused: bool,
    /// Only items without `sha256`.
    #[arg(long)]
    without_hash: bool,
    /// Maximum number of items and files shown in full on the terminal.
    #[arg(long, value_name = "COUNT", default_value_t = 10, allow_negative_numbers = true, value_parser = number::<usize>(0..=u64::MAX))]
    first: usize,
    /// Output format; `custody schema evidence-register` describes the JSON.
    #[arg(long, value_parser = views::<RegisterFormat>(), default_value = "terminal")]
    format: View<RegisterFormat>,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Add `sha256` to each evidence item that has none and whose file is in the directory.
///
/// Everything else in the files of the assessment stays as it is. A digest that is stated is never
/// changed.
#[derive(Debug, Args)]
#[command(after_help = crate::EXIT_CODES)]
struct Hash {
    /// The files of one assessment, or a directory that contains them.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The directory in which the paths of locators begin; nothing outside it is read.
    #[arg(long, value_name = "DIR")]
    verify_evidence: PathBuf,
    /// Show the changes without writing them.
    #[arg(long)]
    dry_run: bool,
}

impl output::Files for Arguments {
    fn output(&self) -> Option<&Path> {
        match &self.command {
            Command::List(list) => list.output.as_deref(),
            Command::Add(_) | Command::Renew(_) | Command::Hash(_) => None,
        }
    }

    fn inputs(&self) -> Vec<&Path> {
        let files = match &self.command {
            Command::List(list) => &list.input.files,
            Command::Hash(hash) => &hash.files,
            Command::Add(add) => return add.paths(),
            Command::Renew(renew) => return renew.paths(),
        };
        files.iter().map(PathBuf::as_path).collect()
    }
}

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    match &arguments.command {
        Command::List(arguments) => list(arguments, catalog),
        Command::Add(arguments) => arguments.run(catalog),
        Command::Renew(arguments) => arguments.run(catalog),
        Command::Hash(arguments) => hash(arguments, catalog),
    }
}

fn list(arguments: &List, catalog: &Catalog) -> Result<Exit, Failure> {
    let path = arguments.output.as_deref();
    inputs::evaluate(&arguments.input, path, catalog, |coverage| {
        let mut register = coverage.evidence_register();
        if let Some(directory) = arguments.input.question.evidence_directory()
            && let Some(files) = &coverage.settings().files
        {
            let unlisted = verify::unlisted(coverage.assessment(), files, directory)?;
            register.unlisted = Some(unlisted);
        }
        if let Some(days) = arguments.expires_within {
            let days = i32::try_from(days).unwrap_or(i32::MAX);
            let day = register.facts.as_of.plus_days(days);
            register.items.retain(|item| item.expires_by(day));
        }
        register.items.retain(|item| {
            (!arguments.unused || item.is_unused())
                && (!arguments.without_hash || item.is_without_hash())
        });
        match arguments.format {
            View::Document(format) => output::write_with(path, |out| register.write(format, out)),
            View::Terminal => {
                let screen = Screen {
                    width: output::width_for(path),
                    entries: arguments.first,
                };
                output::write(path, &terminal::register(&register, screen))
            }
        }
    })
}

fn hash(arguments: &Hash, catalog: &Catalog) -> Result<Exit, Failure> {
    let files = AssessmentFiles::read(arguments.files.iter().cloned())?;
    let texts: Vec<(String, String)> = files
        .texts()
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    let assessment = files.resolve(catalog)?;
    inputs::print_warnings(assessment.warnings());
    let checked = inputs::verify_evidence(&assessment, &arguments.verify_evidence)?;
    let texts = texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    let hashed = verify::add_hashes(texts, &assessment, &checked)?;
    if arguments.dry_run {
        let written = changes::show(&hashed.files, None);
        output::print_to_stderr(&summary(&hashed, &checked, "would add"));
        return Exit::Clean.despite(written);
    }
    changes::write(&hashed.files)?;
    output::print_to_stderr(&summary(&hashed, &checked, "added"));
    Ok(Exit::Clean)
}

/// The digests that are added, and the results of checking the files before.
fn summary(hashed: &Hashed, checked: &EvidenceFiles, verb: &str) -> String {
    let mut text = String::new();
    for added in &hashed.added {
        let path = sanitize(&added.path);
        let _ = writeln!(text, "{verb} the SHA-256 of {} ({path})", added.evidence);
    }
    for refused in &hashed.refused {
        let file = sanitize(&refused.file);
        let _ = writeln!(
            text,
            "left out {} in {file}: {}",
            refused.evidence, refused.refusal
        );
    }
    if hashed.added.is_empty() {
        text.push_str("no digest to add\n");
    }
    let _ = writeln!(text, "evidence files before: {}", checked.in_words());
    text
}
