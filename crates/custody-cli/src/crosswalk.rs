//! `custody crosswalk`: what our evidence says about another framework, in its words.

use super::{Exit, Failure, gaps, output};
use crate::terminal;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use custody_controls::catalog::Catalog;
use custody_controls::crosswalk::{Crosswalk, CrosswalkError, ReferenceRow};
use custody_controls::diagnostic::suggest;
use custody_controls::report::Report;
use custody_controls::taxonomy::Word;
use custody_formats::{CrosswalkFormat, Render};
use std::path::PathBuf;

/// The forms in which the program can show a crosswalk.
#[derive(Clone, Copy, Debug)]
enum View {
    /// A screen: a line for each reference, or one in full.
    Terminal,
    /// A document.
    Document(CrosswalkFormat),
}

fn view() -> impl TypedValueParser<Value = View> {
    let words = ["terminal"]
        .into_iter()
        .chain(CrosswalkFormat::words().iter().copied());
    PossibleValuesParser::new(words.collect::<Vec<_>>())
        .map(|word| CrosswalkFormat::from_word(&word).map_or(View::Terminal, View::Document))
}

/// Tell what the evidence says about each reference of another framework, never more than that.
#[derive(Debug, clap::Args)]
#[command(after_help = super::EXIT_CODES)]
pub(super) struct Arguments {
    #[command(flatten)]
    input: gaps::Input,
    /// The framework, edition included; `custody catalog frameworks` lists them.
    #[arg(long, value_name = "FRAMEWORK")]
    to: String,
    /// Show only this reference on the terminal, with each cell and its place; may be repeated.
    #[arg(long, value_name = "REFERENCE")]
    reference: Vec<String>,
    /// The form of the crosswalk.
    #[arg(long, value_parser = view(), default_value = "terminal")]
    format: View,
    /// Write the crosswalk to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let path = arguments.output.as_deref();
    output::spares(path, &arguments.input.files)?;
    known(&arguments.to, catalog)?;
    if matches!(arguments.format, View::Document(_)) && !arguments.reference.is_empty() {
        return Err(Failure::asked(
            "`--reference` chooses what the terminal shows",
            Some("leave it out: the other forms have every reference".to_owned()),
        ));
    }
    let (files, question) = (&arguments.input.files, &arguments.input.question);
    gaps::evaluate(files, question, catalog, |coverage| {
        let report = Report::new(coverage);
        let crosswalk = Crosswalk::new(&report, catalog, &arguments.to).map_err(refused)?;
        match arguments.format {
            View::Document(format) => {
                output::deliver_with(path, |out| crosswalk.write(format, out))
            }
            View::Terminal => {
                let named = named(&arguments.reference, &crosswalk)?;
                let width = path.map_or_else(output::width, |_| 100);
                output::deliver(&terminal::write_crosswalk(&crosswalk, width, &named), path)
            }
        }
    })
}

/// Refuses a framework that the catalogue does not know, before anything is read.
pub(super) fn known(name: &str, catalog: &Catalog) -> Result<(), Failure> {
    if catalog.frameworks().contains_key(name) {
        return Ok(());
    }
    let all = catalog
        .frameworks()
        .keys()
        .map(custody_controls::id::FrameworkId::as_str);
    Err(refused(CrosswalkError::UnknownFramework {
        name: name.to_owned(),
        help: suggest(name, all),
    }))
}

fn refused(error: CrosswalkError) -> Failure {
    let message = error.to_string();
    let help = match error {
        CrosswalkError::UnknownFramework { help, .. } => help,
        _ => None,
    };
    let help = help.or_else(|| Some("`custody catalog frameworks` lists them".to_owned()));
    Failure::asked(message, help)
}

fn named<'c>(names: &[String], crosswalk: &'c Crosswalk) -> Result<Vec<&'c ReferenceRow>, Failure> {
    let find = |name: &String| {
        crosswalk.reference(name).ok_or_else(|| {
            let all = crosswalk
                .references
                .iter()
                .map(|row| row.reference.as_str());
            let framework = &crosswalk.framework.framework;
            Failure::asked(
                format!("`{framework}` has no reference `{name}`"),
                suggest(name, all),
            )
        })
    };
    names.iter().map(find).collect()
}
