//! `custody check`: faults only.

use super::{Exit, Failure, faults, inputs, output};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use custody_controls::assessment::AssessmentFiles;
use custody_controls::catalog::Catalog;
use custody_controls::error::Error;
use custody_controls::taxonomy::Word;
use custody_formats::{DiagnosticFormat, write_diagnostics};
use std::fmt::Write;
use std::path::PathBuf;

/// The forms in which the program can show faults.
#[derive(Clone, Copy, Debug)]
enum View {
    /// A screen, each fault with the lines that it is about.
    Terminal,
    /// A document.
    Document(DiagnosticFormat),
}

fn view() -> impl TypedValueParser<Value = View> {
    let words = ["terminal"]
        .into_iter()
        .chain(DiagnosticFormat::words().iter().copied());
    PossibleValuesParser::new(words.collect::<Vec<_>>())
        .map(|word| DiagnosticFormat::from_word(&word).map_or(View::Terminal, View::Document))
}

/// Check an assessment and show all faults, with their places and how to repair them.
#[derive(Debug, clap::Args)]
#[command(after_help = super::EXIT_CODES)]
pub(super) struct Arguments {
    /// The files of one assessment, or a folder with them.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The form in which faults are shown.
    #[arg(long, value_parser = view(), default_value = "terminal")]
    format: View,
    /// Write what is found to a file instead of the terminal.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    output::refuse_overwriting_input(arguments.output.as_deref(), &arguments.files)?;
    let files = AssessmentFiles::read(arguments.files.iter().cloned())?;
    let names: Vec<String> = files.names().map(str::to_owned).collect();
    let result = files.resolve(catalog);
    let path = arguments.output.as_deref();
    if let View::Document(format) = arguments.format {
        let (faults, exit) = match &result {
            Ok(assessment) => (assessment.warnings(), Exit::Clean),
            Err(faults) => (faults, Exit::Invalid),
        };
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        output::write_with(path, |out| write_diagnostics(faults, format, &names, out))?;
        return Ok(exit);
    }
    let assessment = match result {
        Ok(assessment) => assessment,
        Err(faults) if path.is_some() => {
            output::write(path, &faults::show(&faults))?;
            return Ok(Exit::Invalid);
        }
        Err(faults) => return Err(Error::Invalid(faults).into()),
    };
    let mut text = String::new();
    if path.is_some() {
        text.push_str(&faults::show(assessment.warnings()));
    } else {
        inputs::print_warnings(assessment.warnings());
    }
    let document = assessment.document();
    let count = |number: usize, one: &str| {
        custody_controls::text::count(
            custody_controls::source::index(number),
            one,
            &format!("{one}s"),
        )
    };
    let _ = writeln!(
        text,
        "no errors: {} on {}, {}, {}",
        count(document.claims.values().flatten().count(), "claim"),
        count(assessment.cell_count(), "cell"),
        count(document.evidence.len(), "evidence item"),
        count(document.wallets.len(), "wallet")
    );
    let waiting = assessment.proposals().len();
    if waiting > 0 {
        let proposals = count(waiting, "proposal");
        let _ = writeln!(
            text,
            "{proposals} to be confirmed: each counts as unknown until its line `proposed` is deleted"
        );
    }
    output::write(path, &text)
}
