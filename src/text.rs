//! Untrusted text made safe to display, and small helpers for text.

use std::borrow::Cow;
use std::fmt::Display;
use std::fmt::Write as _;
use std::path::Path;
use unicode_normalization::UnicodeNormalization;

/// The text with line breaks and tabs as spaces, and with every character that controls a terminal,
/// changes the direction of writing or is invisible escaped, as `\u{202e}`.
///
/// ```
/// use custody_controls::text::sanitize;
///
/// assert_eq!(sanitize("two\nlines"), "two lines");
/// assert_eq!(sanitize("red \u{1b}[31m"), "red \\u{1b}[31m");
/// ```
pub fn sanitize(text: &str) -> Cow<'_, str> {
    // Nearly all texts consist of these characters only.
    let is_plain = all_bytes(text, |byte| is_visible_but(byte, b""));
    let is_harmless = || {
        let mut chars = text.chars();
        chars.all(|c| (c == ' ' || !c.is_whitespace()) && !is_harmful(c))
    };
    if is_plain || is_harmless() {
        return Cow::Borrowed(text);
    }
    let mut harmless = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_harmful(c) {
            let _ = write!(harmless, "\\u{{{:x}}}", u32::from(c));
        } else if c.is_whitespace() {
            harmless.push(' ');
        } else {
            harmless.push(c);
        }
    }
    Cow::Owned(harmless)
}

/// The name of a path as it may be shown: [sanitized](sanitize).
pub(crate) fn path_name(path: &Path) -> String {
    sanitize(&path.to_string_lossy()).into_owned()
}

/// The text of a log without what build servers interpret as commands: `::` at the beginning of a
/// line, also after blanks and colours (GitHub), and `##` before a word in brackets anywhere
/// (`##[error]` of GitHub, `##vso[…]` of Azure, `##teamcity[…]`). The first character of each is
/// escaped.
///
/// ```
/// use custody_controls::text::without_log_commands;
///
/// assert_eq!(without_log_commands("::error::x"), "\\u{3a}:error::x");
/// assert_eq!(without_log_commands("a::b ##[error]c"), "a::b \\u{23}#[error]c");
/// ```
pub fn without_log_commands(text: &str) -> Cow<'_, str> {
    if !text.contains("::") && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut inert = String::with_capacity(text.len() + 16);
    let (mut begins_line, mut in_colour) = (true, false);
    for (at, c) in text.char_indices() {
        let rest = text.get(at..).unwrap_or_default();
        if begins_line && rest.starts_with("::") || begins_log_command(rest) {
            let _ = write!(inert, "\\u{{{:x}}}", u32::from(c));
        } else {
            inert.push(c);
        }
        let continues = in_colour || c == '\u{1b}';
        in_colour = continues && c != 'm';
        begins_line = matches!(c, '\n' | '\r') || begins_line && (continues || c.is_whitespace());
    }
    Cow::Owned(inert)
}

/// Whether a text begins with `##` and a word in brackets, with or without a name before them.
pub(crate) fn begins_log_command(text: &str) -> bool {
    text.strip_prefix("##").is_some_and(|name| {
        name.trim_start_matches(|c: char| c.is_ascii_alphanumeric())
            .starts_with('[')
    })
}

/// Whether a condition is true for all bytes of a text. They are tested in blocks, so that the
/// processor can test all bytes of a block at once; the last block overlaps the previous one.
pub fn all_bytes(text: &str, is: impl Fn(u8) -> bool + Copy) -> bool {
    let bytes = text.as_bytes();
    all_of_blocks::<16>(bytes, is)
        .or_else(|| all_of_blocks::<8>(bytes, is))
        .unwrap_or_else(|| bytes.iter().all(|byte| is(*byte)))
}

/// None if there are fewer bytes than in a block.
fn all_of_blocks<const SIZE: usize>(bytes: &[u8], is: impl Fn(u8) -> bool + Copy) -> Option<bool> {
    let last = bytes.last_chunk::<SIZE>()?;
    let (blocks, _) = bytes.as_chunks::<SIZE>();
    let mut others = [0; SIZE];
    for block in blocks.iter().chain([last]) {
        for (other, byte) in others.iter_mut().zip(block) {
            *other |= u8::from(!is(*byte));
        }
    }
    Some(others == [0; SIZE])
}

/// Whether a byte is a printable ASCII character other than the given ones. It has no branches, so
/// that many bytes can be tested at once.
pub fn is_visible_but(byte: u8, others: &[u8]) -> bool {
    let hidden = u8::from(!(b' '..=b'~').contains(&byte));
    let equal = others.iter().map(|other| u8::from(byte == *other));
    equal.fold(hidden, |any, one| any | one) == 0
}

/// A number with a noun in the singular or plural.
pub fn count<N: Copy + Display + PartialEq + From<u8>>(number: N, one: &str, many: &str) -> String {
    let word = if number == N::from(1) { one } else { many };
    format!("{number} {word}")
}

pub(crate) fn is_harmful(c: char) -> bool {
    match c {
        '\n' | '\r' | '\t' => false,
        // Overrides and isolates reverse text, and some characters are invisible. Directional marks,
        // joiners and variation selectors are part of scripts and emoji and are kept.
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{200b}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fdd0}'..='\u{fdef}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{13430}'..='\u{1343f}'
        | '\u{16fe4}'
        | '\u{1d159}'
        | '\u{e0000}'..='\u{e00ff}'
        | '\u{e01f0}'..='\u{e0fff}' => true,
        // The last two code points of each plane are not characters; XML does not allow them.
        _ => c.is_control() || u32::from(c) & 0xfffe == 0xfffe,
    }
}

/// A text without case, spaces, punctuation, invisible letters and forms of the same letter.
pub(crate) fn same_name(text: &str) -> String {
    let letters = text
        .nfkc()
        .filter(|c| c.is_alphanumeric() && !is_harmful(*c));
    letters.flat_map(char::to_lowercase).collect()
}
