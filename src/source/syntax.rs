//! Why a text is not YAML, in the terms of its author: most often, text that needs quotes.

use super::{Failure, too_deep};
use crate::diagnostic::Code;
use serde_saphyr::granit_parser::ScanError;
use std::ops::Range;

/// What the parser reports, with a message and help for the author.
pub(super) fn failure(text: &str, error: &ScanError) -> Failure {
    let at = error.marker().byte_offset().unwrap_or(text.len());
    let at = at.min(text.len());
    let info = error.info();
    if info.contains("nesting") || info.contains("recursion") || info.contains("depth") {
        return too_deep(at);
    }
    if info == "unclosed quote" || info.contains("multiline quoted scalar") {
        let at = opening_quote(text, at);
        return Failure::new(Code::NotYaml, at, "missing closing quote")
            .help("close it with the quote character that it starts with");
    }
    if info.contains("unknown escape") {
        return unknown_escape(text, at);
    }
    let here = text.get(at..).unwrap_or_default();
    if info.contains("tab") {
        // The parser reports where the text around a tab begins.
        let at = at + here.find('\t').unwrap_or(0);
        return Failure::new(Code::NotYaml, at, "tab instead of spaces").help("indent with spaces");
    }
    in_brackets(text, at, &info).unwrap_or_else(|| elsewhere(text, at, &info))
}

/// A failure outside of brackets, or one that has nothing to do with them.
fn elsewhere(text: &str, at: usize, info: &str) -> Failure {
    let here = text.get(at..).unwrap_or_default();
    let quote = |message: String, needs_quotes: &str| {
        let help = format!("put text that {needs_quotes} in quotes");
        in_quotes(Failure::new(Code::NotYaml, at, message), text, at, &help)
    };
    let explained: [(&str, &str, &str); 11] = [
        (
            "did not find expected key",
            "expected a key, indented like the entries before it",
            "correct the indentation of this line or of the line before it",
        ),
        (
            "'-' indicator",
            "expected an item that starts with `-`, indented like the items before it",
            "correct the indentation of this line or of the line before it",
        ),
        (
            "directive",
            "a line must not start with `%`",
            "remove the line, or put the text in quotes",
        ),
        (
            "block sequence entries",
            "unexpected `-`",
            "start a list on a new line, or put text that starts with `-` in quotes",
        ),
        (
            "simple key expected",
            "expected a colon after the key",
            "write a colon and a space between key and value",
        ),
        (
            "mapping keys are not allowed",
            "unexpected `?`",
            "put text that starts with `?` in quotes",
        ),
        (
            "comments must be separated",
            "expected a space before `#`",
            "write a space before a comment, or put the text in quotes",
        ),
        (
            "scanning a block scalar",
            "expected a line break after `|` or `>`",
            "write the text on the next line, indented, or put it in quotes",
        ),
        (
            "trailing content",
            "unexpected text after the closing quote",
            "put the whole text in quotes, and write a quote character within it twice",
        ),
        (
            "document",
            "unexpected `---` or `...`",
            "write one document per file",
        ),
        (
            "bracket",
            "unexpected closing bracket",
            "remove it, or put text that contains a bracket in quotes",
        ),
    ];
    if info.contains("mapping values are not allowed") {
        let message = "unexpected `: ` in a value without quotes".to_owned();
        return quote(message, "contains a colon and a space");
    }
    if info.contains("unknown anchor") {
        let word = here.split(|c: char| c.is_whitespace() || matches!(c, ',' | '}' | ']'));
        let word = word
            .into_iter()
            .next()
            .unwrap_or_default()
            .replace('`', "'");
        let message = format!("the alias `{word}` repeats an anchor that does not exist");
        return quote(message, "starts with `*`");
    }
    if let Some((_, message, help)) = explained.iter().find(|(part, ..)| info.contains(part)) {
        return Failure::new(Code::NotYaml, at, *message).help(*help);
    }
    match here
        .chars()
        .next()
        .filter(|c| matches!(c, '@' | '%' | '`' | '*' | '&' | '-' | '?'))
    {
        Some('`') => quote(
            "a value must not start with a backtick".to_owned(),
            "starts with a backtick",
        ),
        Some(c) => quote(
            format!("a value without quotes must not start with `{c}`"),
            &format!("starts with `{c}`"),
        ),
        None => {
            let message = format!("invalid YAML: {}", info.trim_end_matches('.'));
            let help = "check for an unclosed quote or bracket, a missing colon, or indentation that does not line up";
            Failure::new(Code::NotYaml, at, message).help(help)
        }
    }
}

/// A failure within brackets: an unclosed bracket, or a text that contains what separates entries.
fn in_brackets(text: &str, at: usize, info: &str) -> Option<Failure> {
    // An unclosed bracket is reported at the bracket, and everything behind it is within it.
    let at = if info.contains("unclosed") {
        text.len()
    } else {
        at
    };
    let flow = Flow::before(text, at);
    let here = text.get(at..).unwrap_or_default();
    if info.contains("mismatched") && here.starts_with('[') {
        let failure = Failure::new(Code::NotYaml, at, "missing closing `]`");
        return Some(failure.help("close it with `]`"));
    }
    let (open, bracket) = *flow.open.last()?;
    let close = if bracket == '{' { '}' } else { ']' };
    if let Some(comment) = flow.comment {
        let help = "put text that contains a space and `#` in quotes";
        let message = format!("a comment starts here, so `{bracket}` is not closed");
        let failure = Failure::new(Code::NotYaml, comment, message);
        return Some(in_quotes(failure, text, comment, help));
    }
    let next = here.trim_start().chars().next();
    let is_later = text
        .get(open..at)
        .is_some_and(|between| between.contains('\n'));
    let line_start = text.get(..at)?.rfind('\n').map_or(0, |line| line + 1);
    let line = text.get(line_start..)?.lines().next().unwrap_or_default();
    let begins_entry = line
        .trim_start()
        .split_once(':')
        .is_some_and(|(key, _)| is_key(key));
    if next.is_none() || is_later && begins_entry {
        let line_end = open
            + text
                .get(open..)?
                .find(['\n', '\r'])
                .unwrap_or(text.len() - open);
        let written = text.get(open..line_end)?.trim_end();
        let end = open + written.len();
        let closing = if written.len() > 1 && bracket == '{' {
            " }"
        } else {
            &close.to_string()
        };
        return Some(
            Failure::new(Code::NotYaml, open, format!("missing closing `{close}`"))
                .help(format!("close it with `{close}`"))
                .repair(format!("add `{close}`"), end..end, closing),
        );
    }
    let separates = matches!(next, Some(':' | '{' | '}' | '[' | ']'));
    let is_separator = info.contains("did not find expected ','")
        || info.contains("expected ',' or ']'")
        || info.contains("mismatched")
        || info.contains("mapping values");
    if !is_separator {
        return None;
    }
    let found = match next {
        Some('`') | None => "other text".to_owned(),
        Some(c) if separates => format!("`{c}`"),
        Some(_) => "more text".to_owned(),
    };
    let message = format!("expected `,` or `{close}`, found {found}");
    let help = match next {
        Some(':') => "put text that contains a colon and a space in quotes",
        _ if separates => "put text that contains brackets or braces in quotes",
        _ => "write a comma between entries, or put the text in quotes",
    };
    Some(in_quotes(
        Failure::new(Code::NotYaml, at, message),
        text,
        at,
        help,
    ))
}

fn unknown_escape(text: &str, at: usize) -> Failure {
    // The parser reports where the quoted text begins, or where the escape sequence is.
    let start = if text.get(at..).is_some_and(|here| here.starts_with('"')) {
        at
    } else {
        opening_quote(text, at)
    };
    let content = text.get(start + 1..).unwrap_or_default();
    let content = content.split(['"', '\n', '\r']).next().unwrap_or_default();
    let failure = Failure::new(
        Code::NotYaml,
        start,
        "unknown escape sequence in double quotes",
    )
    .help("write a backslash twice, or use single quotes");
    let is_whole = text
        .get(start + 1 + content.len()..)
        .is_some_and(|rest| rest.starts_with('"'));
    if content.contains('\'') || !is_whole {
        return failure;
    }
    failure.repair(
        "use single quotes",
        start..start + content.len() + 2,
        format!("'{content}'"),
    )
}

/// Adds help, and the repair that puts the value around an offset in quotes.
fn in_quotes(failure: Failure, text: &str, at: usize, help: &str) -> Failure {
    let Some(value) = value_around(text, at) else {
        return failure.help(help);
    };
    let written = text.get(value.clone()).unwrap_or_default();
    let quoted = quoted(written);
    let failure = if written.contains('`') || written.chars().count() > 60 {
        failure.help(help)
    } else {
        failure.help(format!("{help}: `{quoted}`"))
    };
    failure.repair("put the text in quotes", value, quoted)
}

/// A text in quotes: single ones if it contains what double ones would change.
pub(super) fn quoted(text: &str) -> String {
    if text.contains(['"', '\\']) {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        format!("\"{text}\"")
    }
}

fn is_key(text: &str) -> bool {
    let is_of_key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    !text.is_empty() && text.chars().all(is_of_key)
}

/// The value without quotes on the line of an offset: from the last key before the offset to the
/// next key, to the closing bracket, or to the end of the line.
fn value_around(text: &str, at: usize) -> Option<Range<usize>> {
    let line_start = text.get(..at)?.rfind('\n').map_or(0, |line| line + 1);
    let line = text.get(line_start..)?.lines().next()?;
    let at = at - line_start;
    let mut keys = Vec::new();
    for (colon, _) in line.match_indices(": ") {
        let before = line.get(..colon).unwrap_or_default();
        let start = before.rfind(|c: char| c.is_whitespace() || matches!(c, '{' | ','));
        let start = start.map_or(0, |start| start + 1);
        let ahead = before.get(..start).unwrap_or_default().trim_end();
        let begins = ahead.is_empty() || ahead.ends_with(['{', ',', '-']);
        if begins && is_key(before.get(start..).unwrap_or_default()) {
            keys.push((ahead.len(), colon + 2));
        }
    }
    let position = keys.iter().rposition(|(_, value)| *value <= at + 1)?;
    let (_, start) = *keys.get(position)?;
    let is_flow = line.get(..start)?.contains('{');
    let end = match keys.get(position + 1) {
        Some((next, _)) => *next,
        None if is_flow => line
            .rfind('}')
            .filter(|end| *end >= start)
            .unwrap_or(line.len()),
        None => line.len(),
    };
    let value = line.get(start..end)?;
    let is_comment = |(hash, _): &(usize, &str)| start + hash + 1 > at;
    let comment = value.match_indices(" #").find(is_comment);
    let value = comment.map_or(value, |(hash, _)| value.get(..hash).unwrap_or_default());
    let value_start = start + value.len() - value.trim_start().len();
    let value = value.trim_start().trim_end_matches([' ', ',', '\t']);
    let is_plain = !value.is_empty() && !value.starts_with(['"', '\'', '|', '>', '{']);
    let start = line_start + value_start;
    is_plain.then(|| start..start + value.len())
}

/// The brackets that are open at an offset.
#[derive(Default)]
struct Flow {
    /// Each with its offset.
    open: Vec<(usize, char)>,
    /// A comment within them that looks like text.
    comment: Option<usize>,
}

impl Flow {
    fn before(text: &str, at: usize) -> Self {
        let mut flow = Self::default();
        let mut start = 0;
        // The indentation of the entry whose block of text is being skipped.
        let mut block: Option<usize> = None;
        for line in text.get(..at).unwrap_or_default().split_inclusive('\n') {
            let indent = line.len() - line.trim_start_matches(' ').len();
            let is_text = block.is_some_and(|block| indent > block || line.trim().is_empty());
            if !is_text {
                flow.line(line, start);
                let header = line.rsplit(' ').next().unwrap_or_default().trim_end();
                let is_header = matches!(header, "|" | ">" | "|-" | ">-" | "|+" | ">+");
                block = (is_header && flow.open.is_empty()).then_some(indent);
            }
            start += line.len();
        }
        flow
    }

    fn line(&mut self, line: &str, start: usize) {
        let mut quote = None;
        let mut before = ' ';
        let mut begins_value = true;
        for (offset, c) in line.char_indices() {
            match (quote, c) {
                (Some(open), _) => quote = (open != c).then_some(open),
                (None, '"' | '\'') if begins_value => quote = Some(c),
                (None, '#') if before.is_whitespace() => {
                    let comment = line.get(offset + 1..).unwrap_or_default();
                    let is_text =
                        comment.starts_with(char::is_alphanumeric) || comment.contains(['}', ']']);
                    if !self.open.is_empty() && is_text {
                        self.comment.get_or_insert(start + offset);
                    }
                    return;
                }
                (None, '{' | '[') if begins_value || !self.open.is_empty() => {
                    self.open.push((start + offset, c));
                }
                (None, '}' | ']') => {
                    self.open.pop();
                    if self.open.is_empty() {
                        self.comment = None;
                    }
                }
                _ => {}
            }
            begins_value = matches!(c, '{' | '[' | ',')
                || c.is_whitespace() && (begins_value || matches!(before, ':' | '-' | ','));
            before = c;
        }
    }
}

/// Where a quoted text begins that does not end before an offset.
fn opening_quote(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    let begins = |(quote, _): &(usize, char)| {
        let ahead = before.get(..*quote).unwrap_or_default();
        ahead.is_empty() || ahead.ends_with([' ', '\n', '[', '{', ','])
    };
    let mut quotes = before
        .char_indices()
        .filter(|(_, c)| matches!(c, '"' | '\''));
    quotes.rfind(begins).map_or(at, |(quote, _)| quote)
}
