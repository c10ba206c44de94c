//! Errors and warnings about documents on the terminal, with the lines that they mark.

use crate::{output, terminal};
use annotate_snippets::{AnnotationKind, Group, Level as Title, Origin, Renderer, Snippet};
use custody_controls::diagnostic::{Diagnostic, Diagnostics, Level};
use custody_controls::text::count;
use custody_controls::text::sanitize;
use std::fmt::Write as _;

/// Prints diagnostics and their number on standard error.
pub(super) fn print(diagnostics: &Diagnostics) {
    output::print_to_stderr(&show(diagnostics));
}

/// The first errors, up to a number.
pub(super) fn show_first(diagnostics: &Diagnostics, most: usize) -> String {
    let all = diagnostics.iter();
    let errors = all.filter(|diagnostic| diagnostic.level() == Level::Error);
    list(errors.take(most))
}

fn list<'d>(diagnostics: impl Iterator<Item = &'d Diagnostic>) -> String {
    let renderer = Renderer::styled();
    let mut text = String::new();
    for diagnostic in diagnostics {
        let _ = writeln!(text, "{}\n", renderer.render(&[group(diagnostic)]));
    }
    text
}

/// Diagnostics with the lines that they mark, and their number.
pub(super) fn show(diagnostics: &Diagnostics) -> String {
    let mut text = list(diagnostics.iter());
    let errors = diagnostics.error_count();
    let warnings = diagnostics.len() - errors;
    let mut sum: Vec<String> = Vec::new();
    if errors > 0 {
        sum.push(count(errors, "error", "errors"));
    }
    if warnings > 0 {
        sum.push(count(warnings, "warning", "warnings"));
    }
    if !sum.is_empty() {
        let sum = sum.join(", ");
        let _ = writeln!(text, "{sum}; `custody explain <code>` explains a code");
    }
    text
}

fn group(diagnostic: &Diagnostic) -> Group<'_> {
    let level = match diagnostic.level() {
        Level::Error => Title::ERROR,
        Level::Warning => Title::WARNING,
    };
    let code: &'static str = diagnostic.code.into();
    let title = level.primary_title(sanitize(&diagnostic.message)).id(code);
    let mut group = Group::with_title(title);
    if let Some(location) = &diagnostic.location {
        group = match &diagnostic.excerpt {
            Some(excerpt) => {
                // Each character is replaced by one, so that columns stay the same.
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
                        .path(sanitize(&location.file))
                        .annotation(AnnotationKind::Primary.span(start..end)),
                )
            }
            None => group.element(
                Origin::path(sanitize(&location.file))
                    .line(location.line as usize)
                    .char_column(location.column as usize),
            ),
        };
    }
    for related in &diagnostic.related {
        let text = format!("{}: {}", related.location, related.message);
        group = group.element(Title::NOTE.message(lines(&sanitize(&text))));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Title::HELP.message(lines(&sanitize(help))));
    }
    group
}

/// Text wrapped to fit behind its label.
fn lines(text: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    let width = output::width().saturating_sub(12);
    terminal::paragraph(&mut lines, text, ("", ""), width, anstyle::Style::new());
    lines.trim_end().to_owned()
}

/// A visible character in place of a harmful one.
fn visible(c: char) -> char {
    match sanitize(c.encode_utf8(&mut [0; 4])).as_ref() {
        _ if c == '\n' => c,
        " " => ' ',
        shown if shown.len() == c.len_utf8() => c,
        _ => '\u{fffd}',
    }
}

/// The byte offset of a column in a line of the excerpt.
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

/// The offset behind the character at an offset.
fn after(excerpt: &str, at: usize) -> usize {
    at + excerpt
        .get(at..)
        .and_then(|rest| rest.chars().next())
        .filter(|c| *c != '\n')
        .map_or(0, char::len_utf8)
}
