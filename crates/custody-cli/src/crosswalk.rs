//! `custody crosswalk`: what the evidence shows for another framework.

use crate::inputs::{self, Input};
use crate::view::{View, views};
use crate::{Exit, Failure, output, terminal};
use custody_controls::catalog::{Catalog, NamedReference};
use custody_controls::crosswalk::{Crosswalk, CrosswalkError, ReferenceRow};
use custody_controls::diagnostic::suggest;
use custody_formats::{CrosswalkFormat, Render};
use std::path::PathBuf;

/// Report what the evidence shows for each reference of another framework.
///
/// A reference is a clause, control or requirement of the framework. A mapping means that a control
/// and a reference address the same subject, never that one covers the other.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    input: Input,
    /// Framework, such as iso-27002-2022, iso-27001 (its Annex A) or ccss-9.0; without an edition the
    /// latest one. `custody catalog frameworks` lists them.
    #[arg(long, value_name = "FRAMEWORK")]
    to: String,
    /// On the terminal, show only this reference, with each cell and its location (repeatable); may
    /// be written as in the framework, such as A.8.24.
    #[arg(long, value_name = "REFERENCE")]
    reference: Vec<String>,
    /// Output format.
    #[arg(long, value_parser = views::<CrosswalkFormat>(), default_value = "terminal")]
    format: View<CrosswalkFormat>,
    /// Write to this file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

output::files_of_input!(Arguments);

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let path = arguments.output.as_deref();
    refuse_unknown(&arguments.to, catalog)?;
    if matches!(arguments.format, View::Document(_)) && !arguments.reference.is_empty() {
        return Err(Failure::usage(
            "`--reference` requires `--format terminal`",
            Some("leave it out: the other formats list every reference".to_owned()),
        ));
    }
    inputs::evaluate(&arguments.input, path, catalog, |coverage| {
        let report = coverage.report();
        let crosswalk = report.crosswalk(catalog, &arguments.to).map_err(failure)?;
        match arguments.format {
            View::Document(format) => output::write_with(path, |out| crosswalk.write(format, out)),
            View::Terminal => {
                let named = named(&arguments.reference, &crosswalk, catalog)?;
                let width = output::width_for(path);
                output::write(path, &terminal::crosswalk(&crosswalk, width, &named))
            }
        }
    })
}

/// Refuses an unknown framework before any input is read.
pub(crate) fn refuse_unknown(name: &str, catalog: &Catalog) -> Result<(), Failure> {
    if catalog.framework(name).is_some() {
        return Ok(());
    }
    Err(failure(CrosswalkError::UnknownFramework {
        name: name.to_owned(),
        help: catalog.framework_help(name),
    }))
}

pub(crate) fn failure(error: CrosswalkError) -> Failure {
    let message = error.to_string();
    let help = if let CrosswalkError::UnknownFramework { help, .. } = error {
        help
    } else {
        None
    };
    let help = help.or_else(|| Some("`custody catalog frameworks` lists them".to_owned()));
    Failure::usage(message, help)
}

fn named<'c>(
    names: &[String],
    crosswalk: &'c Crosswalk,
    catalog: &Catalog,
) -> Result<Vec<&'c ReferenceRow>, Failure> {
    let framework = &crosswalk.framework.framework;
    let edition = catalog.framework(framework.as_str());
    let find = |name: &String| {
        let meant = edition.as_ref().map(|edition| edition.reference(name));
        if let Some(NamedReference::Withdrawn(reference)) = meant {
            let message = format!("`{framework}` withdrew its reference `{reference}`");
            return Err(Failure::usage(message, None));
        }
        let listed = match (&edition, meant) {
            (Some(edition), Some(NamedReference::Listed(reference))) => {
                crosswalk.reference(&edition.written(reference))
            }
            _ => None,
        };
        listed.ok_or_else(|| {
            let all = crosswalk.references.iter();
            let all = all.map(|row| row.reference.as_str());
            Failure::usage(
                format!("the catalog lists no reference `{name}` of `{framework}`"),
                suggest(name, all),
            )
        })
    };
    names.iter().map(find).collect()
}
