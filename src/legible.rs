//! A stranger's text made harmless for people to look at.

use std::borrow::Cow;
use std::fmt::Write;

/// The text with line breaks and tabs as spaces, and with every character that steers a terminal,
/// turns the direction of writing or cannot be seen written out, as `\u{202e}`.
///
/// ```
/// use custody_controls::legible::legible;
///
/// assert_eq!(legible("two\nlines"), "two lines");
/// assert_eq!(legible("red \u{1b}[31m"), "red \\u{1b}[31m");
/// ```
pub fn legible(text: &str) -> Cow<'_, str> {
    if !text
        .chars()
        .any(|c| c.is_whitespace() && c != ' ' || is_harmful(c))
    {
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

fn is_harmful(c: char) -> bool {
    match c {
        '\n' | '\r' | '\t' => false,
        // Overrides and isolates turn text around, and some characters cannot be seen; marks of
        // direction and joiners belong to scripts and emoji and stay.
        '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{200b}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fdd0}'..='\u{fdef}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => true,
        // The last two of each plane are no characters, and XML does not allow them.
        _ => c.is_control() || u32::from(c) & 0xfffe == 0xfffe,
    }
}
