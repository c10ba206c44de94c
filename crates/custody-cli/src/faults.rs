//! Faults of documents on the terminal, with the lines that they are about.

use crate::terminal;
use annotate_snippets::{AnnotationKind, Group, Level as Title, Origin, Renderer, Snippet};
use custody_controls::diagnostic::{Diagnostic, Diagnostics, Level};
use custody_controls::text::count;
use custody_controls::text::sanitize;
use std::fmt::Write as _;
use std::io::Write;

/// Shows all faults on standard error and counts them.
pub(super) fn tell(faults: &Diagnostics) {
    let _ = anstream::stderr().write_all(show(faults).as_bytes());
}

/// The first errors as they are shown, at most so many.
pub(super) fn show_first(faults: &Diagnostics, most: usize) -> String {
    let errors = faults.iter().filter(|fault| fault.level() == Level::Error);
    list(errors.take(most))
}

fn list<'f>(faults: impl Iterator<Item = &'f Diagnostic>) -> String {
    let renderer = Renderer::styled();
    let mut text = String::new();
    for fault in faults {
        let _ = writeln!(text, "{}\n", renderer.render(&[group(fault)]));
    }
    text
}

/// All faults as they are shown, and their count.
pub(super) fn show(faults: &Diagnostics) -> String {
    let mut text = list(faults.iter());
    let errors = faults
        .iter()
        .filter(|fault| fault.level() == Level::Error)
        .count();
    let warnings = faults.len() - errors;
    let mut sum: Vec<String> = Vec::new();
    if errors > 0 {
        sum.push(count(errors, "error", "errors"));
    }
    if warnings > 0 {
        sum.push(count(warnings, "warning", "warnings"));
    }
    if !sum.is_empty() {
        let _ = writeln!(
            text,
            "{}; `custody explain <code>` tells more about a code",
            sum.join(", ")
        );
    }
    text
}

fn group(fault: &Diagnostic) -> Group<'_> {
    let level = match fault.level() {
        Level::Error => Title::ERROR,
        Level::Warning => Title::WARNING,
    };
    let code: &'static str = fault.code.into();
    let mut group = Group::with_title(level.primary_title(sanitize(&fault.message)).id(code));
    if let Some(location) = &fault.location {
        group = match &fault.excerpt {
            Some(excerpt) => {
                // Tabs and other characters are kept in number, so that columns stay true.
                let excerpt: String = excerpt.chars().map(visible).collect();
                let start = offset(&excerpt, 0, location.column);
                let lines = (location.end_line - location.line) as usize;
                let end = offset(&excerpt, lines, location.end_column).max(start);
                let end = if end == start {
                    after(&excerpt, start)
                } else {
                    end
                };
                group.element(
                    Snippet::source(excerpt)
                        .line_start(location.line as usize)
                        .path(location.file.as_str())
                        .annotation(AnnotationKind::Primary.span(start..end)),
                )
            }
            None => group.element(
                Origin::path(location.file.as_str())
                    .line(location.line as usize)
                    .char_column(location.column as usize),
            ),
        };
    }
    for related in &fault.related {
        let text = format!("{}: {}", related.location, related.message);
        group = group.element(Title::NOTE.message(lines(&sanitize(&text))));
    }
    if let Some(help) = &fault.help {
        group = group.element(Title::HELP.message(lines(&sanitize(help))));
    }
    group
}

/// A text in lines that fit beside what stands before it.
fn lines(text: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    let width = super::output::width().saturating_sub(12);
    terminal::paragraph(&mut lines, text, ("", ""), width, anstyle::Style::new());
    lines.trim_end().to_owned()
}

/// A character that takes the place of one that must not be shown, so that columns stay true.
fn visible(c: char) -> char {
    match sanitize(c.encode_utf8(&mut [0; 4])).as_ref() {
        _ if c == '\n' => c,
        " " => ' ',
        shown if shown.len() == c.len_utf8() => c,
        _ => '\u{fffd}',
    }
}

/// The byte of a column of a line of the excerpt.
fn offset(excerpt: &str, line: usize, column: u32) -> usize {
    let start: usize = excerpt.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = excerpt.get(start..).unwrap_or_default();
    let rest = rest.split('\n').next().unwrap_or_default();
    let within = rest
        .char_indices()
        .nth(column.saturating_sub(1) as usize)
        .map_or(rest.len(), |(at, _)| at);
    start + within
}

/// The byte after the character at a byte.
fn after(excerpt: &str, at: usize) -> usize {
    at + excerpt
        .get(at..)
        .and_then(|rest| rest.chars().next())
        .filter(|c| *c != '\n')
        .map_or(0, char::len_utf8)
}
