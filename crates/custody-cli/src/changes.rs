//! Files that a command changes: written all together, or shown as a diff.

use crate::{Exit, Failure, output};
use anstyle::{AnsiColor, Style};
use custody_controls::assessment::FixedFile;
use custody_controls::error::Error;
use custody_controls::text::sanitize;
use similar::{ChangeTag, TextDiff};
use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

/// Writes the files: all of them, or none if one cannot be written.
pub(crate) fn write(files: &[FixedFile]) -> Result<(), Failure> {
    for file in files {
        refuse_changed(file)?;
    }
    for file in files {
        output::write_with(Some(&path(file)), |out| {
            out.write_all(file.after.as_bytes())
        })?;
    }
    Ok(())
}

/// Shows what would change.
pub(crate) fn show(files: &[FixedFile], path: Option<&Path>) -> Result<Exit, Failure> {
    if output::is_standard_output(path) && io::stdout().is_terminal() {
        return output::write(path, &coloured(files));
    }
    output::write_with(path, |out| {
        for file in files {
            let diff = TextDiff::from_lines(&file.before, &file.after);
            let mut diff = diff.unified_diff();
            let name = sanitize(&file.name);
            write!(out, "{}", diff.header(&name, &name))?;
        }
        Ok(())
    })
}

/// The path of a file; a name `-` is a file here, and not standard output.
fn path(file: &FixedFile) -> PathBuf {
    Path::new(".").join(&file.name)
}

/// Refuses a file that has changed since it was read, or that may not be changed.
fn refuse_changed(file: &FixedFile) -> Result<(), Failure> {
    let path = path(file);
    let failed = |source| Error::Read {
        path: PathBuf::from(&file.name),
        source,
    };
    if std::fs::read(&path).map_err(failed)? != file.before.as_bytes() {
        let message = format!("`{}` has changed since it was read", file.name);
        let help = "no file was changed; run the command again";
        return Err(Failure::usage(message, Some(help.to_owned())));
    }
    if std::fs::metadata(&path)
        .map_err(failed)?
        .permissions()
        .readonly()
    {
        return Err(Failure::Write {
            path: Some(PathBuf::from(&file.name)),
            source: io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"),
        });
    }
    Ok(())
}

/// The changes as a diff in colour, safe to show on a terminal.
fn coloured(files: &[FixedFile]) -> String {
    let mut text = String::new();
    for file in files {
        let name = sanitize(&file.name);
        let _ = write!(text, "--- {name}\n+++ {name}\n");
        let diff = TextDiff::from_lines(&file.before, &file.after);
        for hunk in diff.unified_diff().iter_hunks() {
            let _ = writeln!(text, "{}", hunk.header());
            for change in hunk.iter_changes() {
                let (mark, colour) = match change.tag() {
                    ChangeTag::Equal => (' ', None),
                    ChangeTag::Delete => ('-', Some(AnsiColor::Red.into())),
                    ChangeTag::Insert => ('+', Some(AnsiColor::Green.into())),
                };
                let style = Style::new().fg_color(colour);
                let line = sanitize(change.value().trim_end_matches(['\r', '\n']));
                let _ = writeln!(text, "{style}{mark}{line}{style:#}");
            }
        }
    }
    text
}
