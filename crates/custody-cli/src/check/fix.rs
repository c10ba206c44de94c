//! `custody check --fix`: the certain fixes, written to the files or shown as a diff.

use crate::{Exit, Failure, diagnostics, output};
use anstyle::{AnsiColor, Style};
use custody_controls::assessment::{Fixed, FixedFile};
use custody_controls::error::Error;
use custody_controls::index::index;
use custody_controls::text::{count, sanitize};
use similar::{ChangeTag, TextDiff};
use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

/// Writes the files that the fixes change: all of them, or none if one cannot be written.
pub(super) fn write(fixed: &Fixed) -> Result<(), Failure> {
    for file in &fixed.files {
        refuse_changed(file)?;
    }
    for file in &fixed.files {
        output::write_with(Some(&path(file)), |out| {
            out.write_all(file.after.as_bytes())
        })?;
    }
    output::print_to_stderr(&summary(fixed, "fixed"));
    Ok(())
}

/// Shows what the fixes would change, and what would be left.
pub(super) fn show(fixed: &Fixed, path: Option<&Path>) -> Result<Exit, Failure> {
    let written = if output::is_standard_output(path) && io::stdout().is_terminal() {
        output::write(path, &coloured(fixed))
    } else {
        output::write_with(path, |out| {
            for file in &fixed.files {
                let diff = TextDiff::from_lines(&file.before, &file.after);
                let mut diff = diff.unified_diff();
                let name = sanitize(&file.name);
                write!(out, "{}", diff.header(&name, &name))?;
            }
            Ok(())
        })
    };
    output::print_to_stderr(&summary(fixed, "would fix"));
    if !fixed.diagnostics.is_empty() {
        diagnostics::print(&fixed.diagnostics);
    }
    let verdict = if fixed.diagnostics.has_errors() {
        Exit::Invalid
    } else {
        Exit::Clean
    };
    verdict.despite(written)
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

/// What was fixed, and what was left out.
fn summary(fixed: &Fixed, verb: &str) -> String {
    let mut text = String::new();
    for fix in &fixed.applied {
        let file = fix.edits.first().map_or("", |edit| edit.file.as_str());
        let _ = writeln!(text, "{verb} {}: {}", sanitize(file), sanitize(&fix.title));
    }
    if fixed.applied.is_empty() {
        text.push_str("nothing to fix\n");
    }
    if fixed.left_out > 0 {
        let omitted = count(index(fixed.left_out), "fix", "fixes");
        let _ = writeln!(
            text,
            "{omitted} left out: there would be more errors than before; apply them by hand"
        );
    }
    text
}

/// The changes as a diff in colour, safe to show on a terminal.
fn coloured(fixed: &Fixed) -> String {
    let mut text = String::new();
    for file in &fixed.files {
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
