//! `custody schema`, `custody completions`, `custody man`: what editors, shells and readers need.

use super::{Exit, Failure, output};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use custody_controls::catalog::Catalog;
use custody_controls::schema::Document;
use custody_controls::taxonomy::Word;
use std::path::PathBuf;

/// A document that has a JSON Schema.
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
        None => Err("not a document with a schema"),
    })
}

/// Write the JSON Schema of a document, for editors and validators.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The document.
    #[arg(value_parser = documents())]
    document: Schema,
    /// Write to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let schema = match arguments.document {
        Schema::Of(document) => custody_controls::schema::schema(document, catalog),
        #[cfg(feature = "plan")]
        Schema::Plan => custody_plan::schema(),
    };
    let mut text = format!("{schema:#}");
    text.push('\n');
    output::deliver(&text, arguments.output.as_deref())
}

/// Write the completion script of a shell.
#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    /// The shell.
    shell: clap_complete::Shell,
}

pub(super) fn completions(
    arguments: &Completions,
    mut command: clap::Command,
) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "custody", &mut script);
    output::deliver(&String::from_utf8_lossy(&script), None)
}

/// Write the manual page of the program, or all its pages into a folder.
#[derive(Debug, clap::Args)]
pub(super) struct Manual {
    /// The folder for `custody.1`, `custody-gaps.1` and the others; it must be there.
    folder: Option<PathBuf>,
}

pub(super) fn manual(arguments: &Manual, command: clap::Command) -> Result<Exit, Failure> {
    if let Some(folder) = &arguments.folder {
        return clap_mangen::generate_to(command, folder)
            .map(|()| Exit::Clean)
            .map_err(|source| Failure::Write {
                path: Some(folder.clone()),
                source,
            });
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(|source| Failure::Write { path: None, source })?;
    output::deliver(&String::from_utf8_lossy(&page), None)
}
