//! A self-contained document for the Typst compiler, which makes a PDF of it: the template, and the
//! data as a single JSON string, so that untrusted text is never interpreted as markup.

mod glyphs;

use custody_controls::doubt::{Doubt, DoubtCode};
use custody_controls::gap::{Gap, Reason};
use custody_controls::location::Location;
use custody_controls::message::Message;
use custody_controls::report::{Brief, Report};
use custody_controls::taxonomy::{FileCheck, Word};
use custody_controls::text::sanitize;
use serde::{Serialize, Serializer};
use serde_json::ser::{CharEscape, Formatter};
use std::io;

/// The layout, a function of the data: what the documents have in common, and the rest of each.
const COMMON: &str = include_str!("typst/common.typ");
const REPORT: &str = include_str!("typst/report.typ");
const BRIEF: &str = include_str!("typst/brief.typ");

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let data = Data {
        kind: "Gap report",
        signatories: report.signatories(),
        headline: report.headline(),
        evidence_files: report.evidence_files_in_words(),
        critical_risks: report.summary.critical_risks.in_words(),
        against: FileCheck::values()
            .into_iter()
            .filter(|check| check.is_against())
            .collect(),
        sentences: Sentences(&report.gaps),
        catalog_remark: report.facts.catalog_origin.remark(),
        doubts: Doubt::by_code(&report.doubts).map(Doubts::of).collect(),
        report,
    };
    document(REPORT, &data, out)
}

pub(super) fn write_brief(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let brief = report.brief();
    let data = BriefData {
        kind: "Brief",
        headline: &brief.headline,
        catalog_remark: report.facts.catalog_origin.remark(),
        report: &brief,
    };
    document(BRIEF, &data, out)
}

fn document(rest: &str, data: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(COMMON.as_bytes())?;
    out.write_all(rest.as_bytes())?;
    out.write_all(b"\n#report(json(bytes(\"")?;
    data.serialize(&mut serde_json::Serializer::with_formatter(
        &mut *out, InString,
    ))?;
    out.write_all(b"\")))\n")
}

/// The argument of the template.
#[derive(Serialize)]
struct Data<'r> {
    kind: &'static str,
    signatories: Vec<String>,
    headline: String,
    evidence_files: String,
    /// How far critical risks are treated.
    critical_risks: String,
    /// The results of checking a file that rule out relying on an item.
    against: Vec<FileCheck>,
    sentences: Sentences<'r>,
    catalog_remark: Option<&'static str>,
    doubts: Vec<Doubts<'r>>,
    report: &'r Report,
}

/// The argument of the template of the short form.
#[derive(Serialize)]
struct BriefData<'r> {
    kind: &'static str,
    headline: &'r str,
    catalog_remark: Option<&'static str>,
    report: &'r Brief<'r>,
}

/// The doubts with a code.
#[derive(Serialize)]
struct Doubts<'r> {
    code: DoubtCode,
    meaning: String,
    rows: Vec<DoubtRow<'r>>,
}

/// A doubt in words, and where it is written.
#[derive(Serialize)]
struct DoubtRow<'r> {
    words: Message<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<&'r Location>,
}

impl<'r> Doubts<'r> {
    fn of((code, group): (DoubtCode, &'r [Doubt])) -> Self {
        let row = |doubt: &'r Doubt| DoubtRow {
            words: doubt.message(),
            location: doubt.location.as_ref(),
        };
        Self {
            code,
            meaning: code.meaning(),
            rows: group.iter().map(row).collect(),
        }
    }
}

/// The reasons of each gap and what closes it, as messages.
struct Sentences<'r>(&'r [Gap]);

impl Serialize for Sentences<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|gap| {
            let because: Vec<Message<'_>> = gap.because.iter().map(Reason::message).collect();
            let closes_if: Vec<Message<'_>> = gap.alternatives().collect();
            (because, closes_if)
        }))
    }
}

/// JSON within a string literal of Typst. Texts are sanitized, and characters that no font of the
/// compiler has are escaped.
struct InString;

impl InString {
    /// A backslash in a text: two in JSON, four in the string literal.
    const BACKSLASH: &'static [u8] = b"\\\\\\\\";

    fn escaped<W: io::Write + ?Sized>(writer: &mut W, c: char) -> io::Result<()> {
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
        // Fragments contain nothing that JSON escapes, but `sanitize` adds backslashes.
        let text = sanitize(fragment);
        let mut rest = &*text;
        while let Some(at) = rest.find(|c| c == '\\' || !glyphs::has(c)) {
            let (shown, other) = rest.split_at(at);
            writer.write_all(shown.as_bytes())?;
            let mut characters = other.chars();
            match characters.next() {
                Some('\\') => writer.write_all(Self::BACKSLASH)?,
                Some(c) => Self::escaped(writer, c)?,
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
            CharEscape::Backspace => Self::escaped(writer, '\u{8}'),
            CharEscape::FormFeed => Self::escaped(writer, '\u{c}'),
            CharEscape::AsciiControl(byte) => Self::escaped(writer, char::from(byte)),
        }
    }
}
