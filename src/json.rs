//! JSON of results, indented, and without characters that could mislead a person who views it.

use crate::index::proven;
use crate::text::{all_bytes, is_harmful, is_visible_but};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};
use std::io;

/// A result that can be stored as JSON, and read again to compare, map or render it.
///
/// ```
/// use custody_controls::{AssessmentFiles, Catalog, Report, Settings, Stored};
///
/// let text = include_str!("../examples/small-firm.yaml");
/// let assessment = AssessmentFiles::from_text("small-firm.yaml", text).resolve(Catalog::builtin())?;
/// let september = assessment.measure(&Settings::on("2026-09-30".parse()?)).report().to_json();
/// let october = assessment.measure(&Settings::on("2026-10-31".parse()?)).report();
///
/// let difference = october.since(&Report::from_json(&september)?);
/// assert_eq!(difference.before.as_of.to_string(), "2026-09-30");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Stored: Serialize + DeserializeOwned {
    /// The identifier and version of the JSON form: the value of its `schema` key.
    const SCHEMA: &'static str;

    /// Reads a stored result.
    ///
    /// # Errors
    ///
    /// [`StoredError::OtherSchema`] for another kind of result and for another version of the form,
    /// [`StoredError::Malformed`] for any other text.
    fn from_json(text: &str) -> Result<Self, StoredError> {
        read(text)
    }

    /// Writes the result as JSON. [`Stored::from_json`] reads it again.
    ///
    /// # Errors
    ///
    /// Any error of the writer.
    fn write_json(&self, out: &mut dyn io::Write) -> io::Result<()> {
        write(self, out)
    }

    /// The result as JSON, ending in a line break.
    fn to_json(&self) -> String {
        in_memory(|out| self.write_json(out))
    }
}

/// Why a text is not a stored result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoredError {
    /// It is a result of another kind, or of another version of the form.
    #[error(
        "expected the schema `{expected}`, found `{found}`{}",
        hint(expected, found)
    )]
    OtherSchema {
        /// The schema that was expected.
        expected: &'static str,
        /// The schema that the text names.
        found: String,
    },
    /// It is not JSON of this form.
    #[error("expected JSON of the schema `{expected}`: {message}")]
    Malformed {
        /// The schema that was expected.
        expected: &'static str,
        /// What is wrong, with line and column.
        message: String,
    },
}

/// What to do with a result of the same kind in another version of the form.
pub(crate) fn hint(expected: &str, found: &str) -> &'static str {
    let version = |schema: &str| {
        let (kind, number) = schema.rsplit_once('/')?;
        Some((kind.to_owned(), number.parse::<u32>().ok()?))
    };
    let (Some((expected, this)), Some((kind, other))) = (version(expected), version(found)) else {
        return "";
    };
    if kind != expected {
        ""
    } else if other < this {
        ", which an earlier version of custody wrote; evaluate the assessment again"
    } else {
        ", which a later version of custody wrote; use that version"
    }
}

/// The part of a stored result that identifies its schema.
#[derive(Deserialize)]
struct Envelope {
    schema: String,
}

/// Reads a stored result. Its schema is compared first, so that a result of another version is
/// reported as such, whatever its content.
fn read<T: Stored>(text: &str) -> Result<T, StoredError> {
    let malformed = |error: serde_json::Error| StoredError::Malformed {
        expected: T::SCHEMA,
        message: error.to_string(),
    };
    let Envelope { schema } = serde_json::from_str(text).map_err(malformed)?;
    if schema == T::SCHEMA {
        serde_json::from_str(text).map_err(malformed)
    } else {
        Err(StoredError::OtherSchema {
            expected: T::SCHEMA,
            found: schema,
        })
    }
}

/// Writes indented JSON. Characters that could mislead a person are escaped; programs read the
/// exact text.
///
/// # Errors
///
/// Any error of the writer.
pub fn write(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let formatter = Harmless(PrettyFormatter::new());
    value.serialize(&mut Serializer::with_formatter(&mut *out, formatter))?;
    out.write_all(b"\n")
}

/// The same as a string.
pub(crate) fn to_text(value: &impl Serialize) -> String {
    in_memory(|out| write(value, out))
}

/// The text that is written to memory. Writing to memory cannot fail, and JSON is UTF-8.
fn in_memory(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> String {
    let mut bytes = Vec::new();
    proven(write(&mut bytes).ok());
    proven(String::from_utf8(bytes).ok())
}

/// Writes a text as JSON, as [`write()`] does. Most texts contain nothing to escape and are copied.
///
/// # Errors
///
/// Any error of the writer.
pub fn write_text(text: &str, out: &mut Vec<u8>) -> io::Result<()> {
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

/// Writes indented JSON with each entry of the top-level lists on one line. Escapes as [`write()`]
/// does.
///
/// # Errors
///
/// Any error of the writer.
pub fn write_entries(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let formatter = Harmless(Entries::default());
    value.serialize(&mut Serializer::with_formatter(&mut *out, formatter))?;
    out.write_all(b"\n")
}

/// A JSON layout in which only values up to a depth are on lines of their own.
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

/// JSON allows these line breaks, but viewers may not expect them.
fn breaks_line_or_harms(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}') || is_harmful(c)
}

/// A JSON layout that escapes all harmful characters in texts.
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
        // Lower bytes are escaped by JSON itself, or harmless.
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
