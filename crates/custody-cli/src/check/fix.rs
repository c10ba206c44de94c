//! `custody check --fix`: the certain fixes, written to the files or shown as a diff.

use crate::{Exit, Failure, changes, diagnostics, output};
use custody_controls::assessment::Fixed;
use custody_controls::index::index;
use custody_controls::text::{count, sanitize};
use std::fmt::Write as _;
use std::path::Path;

/// Writes the files that the fixes change.
pub(super) fn write(fixed: &Fixed) -> Result<(), Failure> {
    changes::write(&fixed.files)?;
    output::print_to_stderr(&summary(fixed, "fixed"));
    Ok(())
}

/// Shows what the fixes would change, and what would be left.
pub(super) fn show(fixed: &Fixed, path: Option<&Path>) -> Result<Exit, Failure> {
    let written = changes::show(&fixed.files, path);
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
