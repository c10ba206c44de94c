//! The files that a document was read from: their names, texts and trees, and what they contain.

use super::lines::{LineIndex, columns};
use super::tree::{Kind, Span, Tree};
use super::{
    Failure, LONE_CARRIAGE_RETURN, SAVE_WITH_LINE_FEEDS, foreign, is_json, json,
    lone_carriage_return, yaml,
};
use crate::diagnostic::{Applicability, Code, Diagnostic, Edit, Fix};
use crate::index::index;
use crate::limits;
use crate::location::{Location, Place, TextRange, Utf16Columns};
use indexmap::IndexSet;
use std::sync::Arc;

/// A file as it was written: its name, its text and the tree of its values.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: Arc<str>,
    pub(crate) text: String,
    pub(crate) tree: Tree,
    pub(super) lines: LineIndex,
}

/// The files that one assessment or catalog was read from.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    files: Vec<Source>,
    bytes: u64,
}

impl Source {
    /// Parses a text. A name that ends in `.json` is read as JSON, any other as YAML.
    ///
    /// A text that cannot be parsed gives an empty tree and a diagnostic.
    pub(crate) fn parse(name: &str, bytes: Vec<u8>) -> (Self, Option<Diagnostic>) {
        let mut source = match Self::plain(name, bytes) {
            Ok(source) => source,
            Err(diagnostic) => return (Self::of_text(name, String::new()), Some(*diagnostic)),
        };
        let parsed = if let Some(at) = lone_carriage_return(&source.text) {
            let message = LONE_CARRIAGE_RETURN;
            let code = if is_json(name) {
                Code::NotJson
            } else {
                Code::NotYaml
            };
            Err(Failure::new(code, at, message).help(SAVE_WITH_LINE_FEEDS))
        } else if is_json(name) {
            json::parse(&source.text)
        } else {
            yaml::parse(&source.text)
        };
        match parsed {
            Ok(tree) => {
                source.tree = tree;
                (source, None)
            }
            Err(failure) => {
                let diagnostic = source.diagnose(failure);
                (source, Some(diagnostic))
            }
        }
    }

    /// A text that is not parsed: it has lines, but no tree.
    pub(crate) fn plain(name: &str, bytes: Vec<u8>) -> Result<Self, Box<Diagnostic>> {
        let text = String::from_utf8(bytes)
            .map_err(|error| not_utf8(name, error.as_bytes(), error.utf8_error().valid_up_to()))?;
        Ok(Self::of_text(name, text))
    }

    fn of_text(name: &str, text: String) -> Self {
        Self {
            name: name.into(),
            lines: LineIndex::new(&text),
            text,
            tree: Tree::default(),
        }
    }

    fn diagnose(&self, failure: Failure) -> Diagnostic {
        let at = index(failure.at);
        let mut diagnostic = self.diagnostic(failure.code, failure.message, (at, at));
        diagnostic.help = failure.help;
        diagnostic.fixes.extend(failure.repair.map(|repair| {
            let edit = Edit::new(&*self.name, repair.range, repair.text);
            Fix::new(repair.title, Applicability::Suggestion, vec![edit])
        }));
        diagnostic
    }

    /// A diagnostic that marks a range of bytes.
    pub(crate) fn diagnostic(
        &self,
        code: Code,
        message: impl Into<String>,
        span: Span,
    ) -> Diagnostic {
        let (location, columns) = self.locate(span);
        let mut diagnostic = Diagnostic::new(code, message).at(location);
        diagnostic.range = Some(TextRange::from(span));
        diagnostic.utf16_columns = Some(columns);
        diagnostic.excerpt = self.excerpt(span);
        diagnostic
    }

    /// The top-level keys; none if the file is not a mapping.
    pub(crate) fn top_level_keys(&self) -> Option<Vec<&str>> {
        let root = self.tree.root()?;
        let is_mapping = matches!(self.tree.kind(root, &self.text), Kind::Mapping(_));
        is_mapping.then(|| self.tree.keys(root, &self.text))
    }

    /// The value of a top-level key, if it is not a mapping or list.
    pub(crate) fn scalar(&self, key: &str) -> Option<&str> {
        let (_, value) = self.tree.entry(&self.text, self.tree.root()?, key)?;
        match self.tree.kind(value, &self.text) {
            Kind::Scalar { text, .. } => Some(text),
            Kind::Sequence(_) | Kind::Mapping(_) => None,
        }
    }

    /// The keys of a top-level section, even if their entries have errors.
    fn keys(&self, section: &str) -> Vec<&str> {
        let (tree, text) = (&self.tree, self.text.as_str());
        let section = tree.root().and_then(|root| tree.entry(text, root, section));
        section
            .map(|(_, entries)| tree.keys(entries, text))
            .unwrap_or_default()
    }

    /// Line and column of a range of bytes, counted in characters from 1.
    pub(crate) fn location(&self, span: Span) -> Location {
        self.locate(span).0
    }

    fn locate(&self, span: Span) -> (Location, Utf16Columns) {
        let start = self.lines.position(&self.text, span.0);
        let within = TextRange::from(span).of(&self.text).unwrap_or_default();
        let (end_line, end_column, utf16_end) = if within.contains('\n') {
            let end = self.lines.position(&self.text, span.1);
            (end.line, end.column, end.utf16_column)
        } else {
            let (characters, units) = columns(within);
            let end = (start.column + characters, start.utf16_column + units);
            (start.line, end.0, end.1)
        };
        let location = Location {
            file: self.name.clone(),
            line: start.line,
            column: start.column,
            end_line,
            end_column,
        };
        let columns = Utf16Columns {
            start: start.utf16_column,
            end: utf16_end,
        };
        (location, columns)
    }

    /// The lines of a range of bytes, at most three, if they fit on a screen.
    fn excerpt(&self, span: Span) -> Option<String> {
        let line = |offset| self.lines.position(&self.text, offset).line;
        let (first, last) = (line(span.0), line(span.1.max(span.0)));
        let last = last.min(first + 2);
        let start = self.lines.start(first)?;
        let end = self.lines.start(last + 1).unwrap_or(self.text.len());
        if end - start > 2_000 {
            return None;
        }
        let excerpt = self.text.get(start..end)?.trim_end_matches(['\n', '\r']);
        if lone_carriage_return(excerpt).is_some() {
            return None;
        }
        let excerpt = excerpt.strip_prefix('\u{feff}').unwrap_or(excerpt);
        Some(excerpt.to_owned())
    }
}

impl Sources {
    /// Parses a text and adds it; what cannot be parsed is added empty, with a diagnostic.
    pub(crate) fn add(&mut self, name: &str, bytes: Vec<u8>) -> Option<Diagnostic> {
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        if self.bytes > limits::BYTES {
            return Some(too_large(name));
        }
        if self.files.len() == limits::FILES {
            let message = format!("at most {} files are allowed", limits::FILES);
            let start = Location::start_of(name);
            let help = "divide the files between fewer, larger ones";
            let diagnostic = Diagnostic::new(Code::LimitExceeded, message).at(start);
            return Some(diagnostic.help(help));
        }
        let (mut source, mut diagnostic) = Source::parse(name, bytes);
        if let Some(refused) = foreign::refuse(&source) {
            source.tree = Tree::default();
            diagnostic = Some(refused);
        }
        self.files.push(source);
        diagnostic
    }

    /// How many bytes may still be added.
    pub(super) fn remaining(&self) -> u64 {
        limits::BYTES.saturating_sub(self.bytes)
    }

    pub(crate) fn get(&self, file: u16) -> Option<&Source> {
        self.files.get(usize::from(file))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Source> {
        self.files.iter()
    }

    /// Removes the files that fail a test, unless all do. Returns their names.
    pub(crate) fn retain(&mut self, is_kept: impl Fn(&Source) -> bool) -> Vec<String> {
        let (kept, removed): (Vec<Source>, Vec<Source>) = std::mem::take(&mut self.files)
            .into_iter()
            .partition(is_kept);
        if kept.is_empty() {
            self.files = removed;
            return Vec::new();
        }
        self.files = kept;
        removed
            .into_iter()
            .map(|source| source.name.to_string())
            .collect()
    }

    /// The location of an entry, if it was read from a file.
    pub(crate) fn locate(&self, place: Place) -> Option<Location> {
        let spot = place.spot()?;
        let source = self.get(spot.file)?;
        Some(source.location(source.tree.span(spot.key)))
    }

    /// Whether the entry at a place has a key, even if its value has an error.
    pub(crate) fn has(&self, place: Place, key: &str) -> bool {
        place.spot().is_some_and(|spot| {
            self.get(spot.file)
                .is_some_and(|source| source.tree.entry(&source.text, spot.value, key).is_some())
        })
    }

    /// Whether the mapping at the end of a route has a key, even if its value has an error.
    pub(crate) fn has_within(&self, place: Place, route: &[&str], key: &str) -> bool {
        place.spot().is_some_and(|spot| {
            self.get(spot.file).is_some_and(|source| {
                let (tree, text) = (&source.tree, source.text.as_str());
                let mut here = Some(spot.value);
                for step in route {
                    let within = here.and_then(|here| tree.entry(text, here, step));
                    here = within.map(|(_, value)| value);
                }
                here.is_some_and(|here| tree.entry(text, here, key).is_some())
            })
        })
    }

    /// Whether some file has a value for a top-level key, even if it has an error.
    pub(crate) fn has_value(&self, key: &str) -> bool {
        self.iter().any(|source| {
            let (tree, text) = (&source.tree, source.text.as_str());
            tree.root()
                .and_then(|root| tree.entry(text, root, key))
                .is_some_and(|(_, value)| !tree.is_nothing(value, text))
        })
    }

    /// Whether the list at the end of a route has more items than were understood.
    pub(crate) fn holds_more(&self, place: Place, route: &[&str], understood: usize) -> bool {
        place.spot().is_some_and(|spot| {
            self.get(spot.file).is_some_and(|source| {
                let mut here = Some(spot.value);
                for key in route {
                    let within = here.and_then(|here| source.tree.entry(&source.text, here, key));
                    here = within.map(|(_, value)| value);
                }
                here.is_some_and(|list| source.tree.item_count(list, &source.text) != understood)
            })
        })
    }

    /// Whether the value of a key of an entry is a text; true of an entry that was not read from a file.
    pub(crate) fn says(&self, place: Place, key: &str, text: &str) -> bool {
        let Some((spot, source)) = place
            .spot()
            .and_then(|spot| Some((spot, self.get(spot.file)?)))
        else {
            return true;
        };
        let value = source.tree.entry(&source.text, spot.value, key);
        let value = value.map(|(_, value)| source.tree.kind(value, &source.text));
        matches!(value, Some(Kind::Scalar { text: found, .. }) if found == text)
    }

    /// The keys of a top-level section in all files, even if their entries have errors.
    pub(crate) fn keys(&self, section: &str) -> IndexSet<&str> {
        let keys_of = |source| Source::keys(source, section);
        self.iter().flat_map(keys_of).collect()
    }

    /// All words that occur anywhere in a top-level section of any file.
    pub(crate) fn words(&self, section: &str) -> IndexSet<&str> {
        let mut words = IndexSet::new();
        for source in self.iter() {
            let (tree, text) = (&source.tree, source.text.as_str());
            let section = tree.root().and_then(|root| tree.entry(text, root, section));
            if let Some((_, value)) = section {
                tree.add_words(value, text, &mut words);
            }
        }
        words
    }
}

pub(super) fn too_large(name: &str) -> Diagnostic {
    let message = "the files of an assessment or catalog exceed 16 MiB in total";
    Diagnostic::new(Code::LimitExceeded, message)
        .at(Location::start_of(name))
        .help("keep large material outside of the file and refer to it with `locator`")
}

/// The text of a file that is read without a tree.
pub(crate) fn utf8<'b>(name: &str, bytes: &'b [u8]) -> Result<&'b str, Box<Diagnostic>> {
    std::str::from_utf8(bytes).map_err(|error| Box::new(not_utf8(name, bytes, error.valid_up_to())))
}

/// Whether a text begins with the byte order mark of UTF-16.
fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
}

/// What a file is by its first bytes if it is not text, and whether it may have sheets.
fn kind_of_file(bytes: &[u8]) -> Option<(&'static str, bool)> {
    match bytes {
        [b'P', b'K', 3, 4, ..] => Some(("a ZIP archive, such as a workbook (XLSX, ODS)", true)),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some((
            "a file of an old office program, such as a workbook (XLS)",
            true,
        )),
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(("a PDF", false)),
        [0x1f, 0x8b, ..] => Some(("a gzip archive", false)),
        _ => None,
    }
}

fn not_utf8(name: &str, bytes: &[u8], valid: usize) -> Diagnostic {
    if let Some((kind, has_sheets)) = kind_of_file(bytes) {
        let message = format!("expected text in UTF-8, found {kind}");
        let help = if has_sheets {
            "save the sheet as CSV (UTF-8), which `custody import` reads"
        } else {
            "save its content as a text file"
        };
        let start = Location::start_of(name);
        return Diagnostic::new(Code::NotUtf8, message).at(start).help(help);
    }
    // What comes before is UTF-8, so it has lines and columns.
    let before = bytes.get(..valid).unwrap_or_default();
    let before = Source::of_text(name, String::from_utf8_lossy(before).into_owned());
    let at = index(valid);
    let help = if is_utf16(bytes) {
        "the file is UTF-16; save it as UTF-8"
    } else {
        "save the file as UTF-8"
    };
    let mut diagnostic = before.diagnostic(Code::NotUtf8, "the file is not UTF-8", (at, at));
    diagnostic.excerpt = None;
    diagnostic.help(help)
}
