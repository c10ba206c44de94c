//! A stranger's text made harmless for people to look at.

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};
use std::borrow::Cow;
use std::fmt::Display;
use std::fmt::Write as _;
use std::io;

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
    // Nearly all texts are of these characters only.
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

/// Whether all bytes of a text are of a kind. They are looked at in blocks, which the machine does for
/// all bytes of a block at once; the last block overlaps the one before it.
pub(crate) fn all_bytes(text: &str, is: impl Fn(u8) -> bool + Copy) -> bool {
    let bytes = text.as_bytes();
    all_of_blocks::<16>(bytes, is)
        .or_else(|| all_of_blocks::<8>(bytes, is))
        .unwrap_or_else(|| bytes.iter().all(|byte| is(*byte)))
}

/// Nothing where there are fewer bytes than a block has.
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

/// Whether a byte is a character of ASCII that can be seen, or a space, and none of some others. It
/// makes no choices on the way, so that it can be asked of many bytes at once.
pub(crate) fn is_visible_but(byte: u8, others: &[u8]) -> bool {
    let hidden = u8::from(!(b' '..=b'~').contains(&byte));
    let equal = others.iter().map(|other| u8::from(byte == *other));
    equal.fold(hidden, |any, one| any | one) == 0
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// A number and the word that belongs to it.
pub(crate) fn count<N: Copy + Display + PartialEq + From<u8>>(
    number: N,
    one: &str,
    many: &str,
) -> String {
    let word = if number == N::from(1) { one } else { many };
    format!("{number} {word}")
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

/// Writes JSON over several lines. What is harmful to look at is escaped, so that programs read the very
/// text and people are not misled.
pub(crate) fn json(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let formatter = Harmless(PrettyFormatter::new());
    value.serialize(&mut Serializer::with_formatter(&mut *out, formatter))?;
    out.write_all(b"\n")
}

/// Writes a text as JSON, as [`json`] does. Most texts have nothing in them to escape, and are copied as
/// they are.
pub(crate) fn json_text(text: &str, out: &mut Vec<u8>) -> io::Result<()> {
    let is_plain = all_bytes(text, |byte| is_visible_but(byte, b"\"\\"));
    if !is_plain {
        let formatter = Harmless(CompactFormatter);
        return Ok(text.serialize(&mut Serializer::with_formatter(out, formatter))?);
    }
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
    Ok(())
}

/// Writes JSON over several lines, with each entry of the lists of a document on one line, as
/// [`json`] does.
pub(crate) fn json_list(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let formatter = Harmless(Entries::default());
    value.serialize(&mut Serializer::with_formatter(&mut *out, formatter))?;
    out.write_all(b"\n")
}

/// A layout of JSON with what lies at most this deep on lines of its own.
#[derive(Default)]
struct Entries {
    depth: usize,
    is_empty: bool,
}

impl Entries {
    const DEEPEST: usize = 2;

    fn begin<W: ?Sized + io::Write>(&mut self, out: &mut W, mark: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.is_empty = true;
        out.write_all(mark)
    }

    fn entry<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.is_empty = false;
        if !first {
            out.write_all(b",")?;
        }
        match self.depth {
            1 => out.write_all(b"\n  "),
            Self::DEEPEST => out.write_all(b"\n    "),
            _ if first => Ok(()),
            _ => out.write_all(b" "),
        }
    }

    fn end<W: ?Sized + io::Write>(&mut self, out: &mut W, mark: &[u8]) -> io::Result<()> {
        if self.depth <= Self::DEEPEST && !self.is_empty {
            out.write_all(if self.depth == 1 { b"\n" } else { b"\n  " })?;
        }
        self.depth = self.depth.saturating_sub(1);
        self.is_empty = false;
        out.write_all(mark)
    }
}

impl Formatter for Entries {
    fn begin_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.entry(out, first)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.entry(out, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }
}

/// JSON may hold these line breaks as they are; what shows its lines may not expect them.
fn breaks_line_or_harms(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}') || is_harmful(c)
}

/// A layout of JSON whose texts hold no harmful character as it is.
struct Harmless<F>(F);

macro_rules! as_laid_out {
    ($($name:ident($($argument:ident: $kind:ty),*);)+) => {$(
        fn $name<W: ?Sized + io::Write>(&mut self, out: &mut W, $($argument: $kind),*) -> io::Result<()> {
            self.0.$name(out, $($argument),*)
        }
    )+};
}

impl<F: Formatter> Formatter for Harmless<F> {
    as_laid_out! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
    }

    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        // What is below is escaped by JSON itself, or harmless.
        let is_plain = all_bytes(rest, |byte| byte < 0x7f);
        while !is_plain && let Some(at) = rest.find(breaks_line_or_harms) {
            let (before, from) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            let mut after = from.chars();
            for unit in after
                .next()
                .unwrap_or_default()
                .encode_utf16(&mut [0; 2])
                .iter()
            {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = after.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::{all_bytes, is_visible_but};

    /// Against a look at each byte, with one byte of another kind at each place of texts that have
    /// less than a block, blocks, and a rest.
    #[test]
    fn blocks_of_bytes_are_judged_like_each_byte() {
        let is_one_of_few =
            |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'<' && byte != b'&';
        for length in 0..=50 {
            let plain =
                "The key is split; no part leaves its room alone, or unseen."[..length].to_owned();
            assert!(
                all_bytes(&plain, |byte| is_visible_but(byte, b"<&")),
                "{plain}"
            );
            for at in 0..length {
                for other in ["<", "&", "\n", "\u{7f}", "\0", "~", " ", ">"] {
                    let mut text = plain.clone();
                    text.replace_range(at..=at, other);
                    let naive = text.bytes().all(is_one_of_few);
                    let judged = all_bytes(&text, |byte| is_visible_but(byte, b"<&"));
                    assert_eq!(judged, naive, "{text:?}");
                }
            }
        }
    }
}
