//! `custody fmt`: files in house style.

use crate::{Exit, Failure, changes, diagnostics, output};
use custody_controls::assessment::{AssessmentFiles, FixedFile};
use custody_controls::authoring::{NotFormatted, house_style};
use custody_controls::catalog::Catalog;
use custody_controls::text::sanitize;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Put files in house style: order of entries, indentation and line width; comments are kept.
///
/// The values stay the same. A file that cannot be formatted safely stays as it is, with the reason.
/// docs/editing.md describes the style.
#[derive(Debug, clap::Args)]
#[command(after_help = crate::exit_codes!("  1  --check: a file is not in house style\n"))]
pub(crate) struct Arguments {
    /// Files of assessments, or directories that contain them.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write nothing; list the files that are not in house style and exit with 1 if there are any.
    #[arg(long)]
    check: bool,
    /// Show the changes without writing them.
    #[arg(long, conflicts_with = "check")]
    dry_run: bool,
}

impl output::Files for Arguments {
    fn inputs(&self) -> Vec<&Path> {
        self.files.iter().map(PathBuf::as_path).collect()
    }
}

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let files = AssessmentFiles::read(arguments.files.iter().cloned())?;
    let mut changed = Vec::new();
    let mut refused = false;
    for (name, text) in files.texts() {
        match house_style(name, text, catalog) {
            Ok(house) if house.text == text => {}
            Ok(house) => changed.push(FixedFile::new(name, text, house.text)),
            Err(NotFormatted::Invalid(found)) => {
                diagnostics::print(&found);
                refused = true;
            }
            Err(reason) => {
                let message = format!("`{}` is not formatted: {reason}", sanitize(name));
                output::print_error(&message, None);
                refused = true;
            }
        }
    }
    let exit = if refused { Exit::Invalid } else { Exit::Clean };
    if arguments.check {
        let exit = if refused || changed.is_empty() {
            exit
        } else {
            Exit::Gaps
        };
        return exit.despite(output::write(None, &list(&changed, "not in house style")));
    }
    if arguments.dry_run {
        return exit.despite(changes::show(&changed, None));
    }
    changes::write(&changed)?;
    output::print_to_stderr(&list(&changed, "formatted"));
    Ok(exit)
}

fn list(files: &[FixedFile], what: &str) -> String {
    let mut text = String::new();
    for file in files {
        let _ = writeln!(text, "{what}: {}", sanitize(&file.name));
    }
    text
}
