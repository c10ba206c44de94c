//! One self-contained source for the typst compiler, which makes a PDF of it: the template, and the
//! data as one JSON text, so that no stranger's text is ever read as markup.

mod glyphs;

use custody_controls::gap::Gap;
use custody_controls::report::Report;
use custody_controls::text::sanitize;
use serde::{Serialize, Serializer};
use serde_json::ser::{CharEscape, Formatter};
use std::io;

/// The layout, a function of the data.
const TEMPLATE: &str = include_str!("typst/report.typ");

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let data = Data {
        verdict: report.verdict(),
        closes_if: ClosesIf(&report.gaps),
        report,
    };
    out.write_all(TEMPLATE.as_bytes())?;
    out.write_all(b"\n#report(json(bytes(\"")?;
    data.serialize(&mut serde_json::Serializer::with_formatter(
        &mut *out, InString,
    ))?;
    out.write_all(b"\")))\n")
}

/// What the template is a function of.
#[derive(Serialize)]
struct Data<'r> {
    verdict: String,
    closes_if: ClosesIf<'r>,
    report: &'r Report,
}

/// What closes each gap, in words.
struct ClosesIf<'r>(&'r [Gap]);

impl Serialize for ClosesIf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            self.0
                .iter()
                .map(|gap| gap.alternatives().collect::<Vec<String>>()),
        )
    }
}

/// JSON within a string of typst. Texts are sanitized, and what no font of the compiler can show
/// is written out.
struct InString;

impl InString {
    /// A backslash of the text: two in JSON, four in the string.
    const BACKSLASH: &'static [u8] = b"\\\\\\\\";

    fn unshown<W: io::Write + ?Sized>(writer: &mut W, c: char) -> io::Result<()> {
        writer.write_all(Self::BACKSLASH)?;
        write!(writer, "u{{{:x}}}", u32::from(c))
    }
}

impl Formatter for InString {
    fn begin_string<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\\\"")
    }

    fn end_string<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\\\"")
    }

    fn write_string_fragment<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // The serializer has cut the text where JSON escapes something; `sanitize` adds backslashes.
        let text = sanitize(fragment);
        let mut rest = &*text;
        while let Some(at) = rest.find(|c| c == '\\' || !glyphs::has(c)) {
            let (shown, other) = rest.split_at(at);
            writer.write_all(shown.as_bytes())?;
            let mut characters = other.chars();
            match characters.next() {
                Some('\\') => writer.write_all(Self::BACKSLASH)?,
                Some(c) => Self::unshown(writer, c)?,
                None => {}
            }
            rest = characters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        match escape {
            CharEscape::Quote => writer.write_all(b"\\\\\\\""),
            CharEscape::ReverseSolidus => writer.write_all(Self::BACKSLASH),
            CharEscape::Solidus => writer.write_all(b"/"),
            CharEscape::LineFeed | CharEscape::CarriageReturn | CharEscape::Tab => {
                writer.write_all(b" ")
            }
            CharEscape::Backspace => Self::unshown(writer, '\u{8}'),
            CharEscape::FormFeed => Self::unshown(writer, '\u{c}'),
            CharEscape::AsciiControl(byte) => Self::unshown(writer, char::from(byte)),
        }
    }
}
