//! `custody schema`, `custody completions` and `custody man`: files for editors, shells and manuals.

use crate::{Exit, Failure, output};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use custody_controls::catalog::Catalog;
use custody_controls::schema::Document;
use custody_controls::taxonomy::Word;
use std::path::{Path, PathBuf};

/// A document type with a JSON Schema.
#[derive(Clone, Copy, Debug)]
enum Schema {
    Of(Document),
    #[cfg(feature = "plan")]
    Plan,
}

fn documents() -> impl TypedValueParser<Value = Schema> {
    let words = Document::words().iter().copied();
    #[cfg(feature = "plan")]
    let words = words.chain(["plan"]);
    PossibleValuesParser::new(words).try_map(|word| match Document::from_word(&word) {
        Some(document) => Ok(Schema::Of(document)),
        #[cfg(feature = "plan")]
        None if word == "plan" => Ok(Schema::Plan),
        None => Err("not a document type with a schema"),
    })
}

/// Print the JSON Schema of a document type, for editors and validators.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Document type.
    #[arg(value_parser = documents())]
    document: Schema,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl output::Files for Arguments {
    fn output(&self) -> Option<&Path> {
        self.output.as_deref()
    }
}

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let schema = match arguments.document {
        Schema::Of(document) => custody_controls::schema::schema(document, catalog),
        #[cfg(feature = "plan")]
        Schema::Plan => custody_plan::schema(),
    };
    let mut text = format!("{schema:#}");
    text.push('\n');
    output::write_document(arguments.output.as_deref(), &text)
}

/// Print the completion script for a shell.
#[derive(Debug, clap::Args)]
pub(crate) struct Completions {
    /// Shell.
    shell: clap_complete::Shell,
}

pub(crate) fn completions(
    arguments: &Completions,
    mut command: clap::Command,
) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "custody", &mut script);
    output::write_document(None, &String::from_utf8_lossy(&script))
}

/// Print the manual page, or write all manual pages to a directory.
#[derive(Debug, clap::Args)]
pub(crate) struct Manual {
    /// Existing directory for `custody.1`, `custody-gaps.1` and the other pages.
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Replace pages that exist.
    #[arg(long, requires = "folder")]
    force: bool,
}

pub(crate) fn manual(arguments: &Manual, command: clap::Command) -> Result<Exit, Failure> {
    let Some(folder) = &arguments.folder else {
        let page = clap_mangen::Man::new(command);
        return output::write_with(None, |out| page.render(out));
    };
    let mut command = command.disable_help_subcommand(true);
    command.build();
    let mut pages = Vec::new();
    add_pages(command, &mut pages);
    let path = |page: &clap_mangen::Man| folder.join(page.get_filename());
    for page in &pages {
        let path = path(page);
        output::refuse_existing(Some(&path), arguments.force)?;
        // The names are not chosen by the user, so nothing is written through links.
        if path.is_symlink() {
            let message = format!("`{}` is a link, not a page", path.display());
            let help = "remove the link, or pass another directory".to_owned();
            return Err(Failure::usage(message, Some(help)));
        }
    }
    for page in &pages {
        output::write_with(Some(&path(page)), |out| page.render(out))?;
    }
    Ok(Exit::Clean)
}

/// Adds the pages of a command and of its subcommands.
fn add_pages(command: clap::Command, pages: &mut Vec<clap_mangen::Man>) {
    for subcommand in command.get_subcommands().filter(|it| !it.is_hide_set()) {
        add_pages(subcommand.clone(), pages);
    }
    pages.push(clap_mangen::Man::new(command));
}
