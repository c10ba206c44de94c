//! The files that a document was read from: their names, texts and trees, and what is where in them.

use super::tree::Tree;
use super::{Failure, is_json, json, yaml};
use crate::diagnostic::{Code, Diagnostic};
use crate::index::index;
use crate::limits;
use crate::location::{Location, Place};
use smol_str::SmolStr;

/// A file as it was written: its name, its text and the tree of its values.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: SmolStr,
    pub(crate) text: String,
    pub(crate) tree: Tree,
    line_starts: Vec<u32>,
}

/// The files that one assessment or catalogue was read from.
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
        let mut source = Self {
            name: name.into(),
            text: String::new(),
            tree: Tree::default(),
            line_starts: line_starts(""),
        };
        let fault = match String::from_utf8(bytes) {
            Ok(text) => {
                source.line_starts = line_starts(&text);
                source.text = text;
                let parsed = if is_json(name) {
                    json::parse(&source.text)
                } else {
                    yaml::parse(&source.text)
                };
                match parsed {
                    Ok(tree) => {
                        source.tree = tree;
                        None
                    }
                    Err(failure) => Some(source.diagnose(failure)),
                }
            }
            Err(error) => Some(not_utf8(
                name,
                error.as_bytes(),
                error.utf8_error().valid_up_to(),
            )),
        };
        (source, fault)
    }

    /// A text that is no tree: where its lines are is known, and nothing else.
    pub(crate) fn plain(name: &str, bytes: Vec<u8>) -> Result<Self, Box<Diagnostic>> {
        let text = String::from_utf8(bytes)
            .map_err(|error| not_utf8(name, error.as_bytes(), error.utf8_error().valid_up_to()))?;
        Ok(Self {
            name: name.into(),
            line_starts: line_starts(&text),
            text,
            tree: Tree::default(),
        })
    }

    fn diagnose(&self, failure: Failure) -> Diagnostic {
        let span = (index(failure.at), index(failure.at));
        let mut diagnostic = Diagnostic::new(failure.code, failure.message).at(self.location(span));
        diagnostic.excerpt = self.excerpt(span);
        diagnostic.help = failure.help;
        diagnostic
    }

    /// The keys of a top-level section, be their entries faulty or not.
    fn keys(&self, section: &str) -> Vec<&str> {
        let (tree, text) = (&self.tree, self.text.as_str());
        let section = tree.root().and_then(|root| tree.entry(text, root, section));
        section
            .map(|(_, entries)| tree.keys(entries, text))
            .unwrap_or_default()
    }

    /// Line and column of a span of bytes, counted in characters from 1.
    pub(crate) fn location(&self, span: (u32, u32)) -> Location {
        let (line, column) = self.position(span.0);
        let within = self
            .text
            .get(span.0 as usize..span.1 as usize)
            .unwrap_or_default();
        let (end_line, end_column) = if within.contains('\n') {
            self.position(span.1)
        } else {
            let count = if within.len() > limits::LINE {
                within.len()
            } else {
                within.chars().count()
            };
            (line, column + index(count))
        };
        Location {
            file: self.name.clone(),
            line,
            column,
            end_line,
            end_column,
        }
    }

    fn position(&self, at: u32) -> (u32, u32) {
        let line = self.line_starts.partition_point(|start| *start <= at);
        let start = line
            .checked_sub(1)
            .and_then(|i| self.line_starts.get(i))
            .copied()
            .unwrap_or(0);
        let mut before = self
            .text
            .get(start as usize..at as usize)
            .unwrap_or_default();
        if start == 0 {
            before = before.strip_prefix('\u{feff}').unwrap_or(before);
        }
        let before_count = if before.len() > limits::LINE {
            before.len()
        } else {
            before.chars().count()
        };
        (index(line), index(before_count + 1))
    }

    /// The lines that a span touches, at most three of them and none longer than a screen or two.
    pub(crate) fn excerpt(&self, span: (u32, u32)) -> Option<String> {
        let (first, _) = self.position(span.0);
        let (last, _) = self.position(span.1.max(span.0));
        let last = last.min(first + 2);
        let start = *self.line_starts.get(first.checked_sub(1)? as usize)? as usize;
        let end = self
            .line_starts
            .get(last as usize)
            .map_or(self.text.len(), |next| *next as usize);
        if end - start > 2_000 {
            return None;
        }
        let excerpt = self.text.get(start..end)?.trim_end_matches(['\n', '\r']);
        let excerpt = excerpt.strip_prefix('\u{feff}').unwrap_or(excerpt);
        Some(excerpt.to_owned())
    }
}

fn line_starts(text: &str) -> Vec<u32> {
    let breaks = memchr::memchr_iter(b'\n', text.as_bytes());
    let after_breaks = breaks.map(|at| index(at + 1));
    std::iter::once(0).chain(after_breaks).collect()
}

impl Sources {
    /// Parses a text and adds it; what cannot be parsed is added empty, with a diagnostic.
    pub(crate) fn add(&mut self, name: &str, bytes: Vec<u8>) -> Option<Diagnostic> {
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        if self.bytes > limits::BYTES {
            return Some(too_large(name));
        }
        let (source, fault) = Source::parse(name, bytes);
        self.files.push(source);
        fault
    }

    /// How many bytes may still be added.
    pub(super) fn room(&self) -> u64 {
        limits::BYTES.saturating_sub(self.bytes)
    }

    pub(crate) fn get(&self, file: u16) -> Option<&Source> {
        self.files.get(usize::from(file))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Source> {
        self.files.iter()
    }

    /// Where an entry stands, if it was read from a file.
    pub(crate) fn locate(&self, place: Place) -> Option<Location> {
        let spot = place.spot()?;
        let source = self.get(spot.file)?;
        Some(source.location(source.tree.span(spot.key)))
    }

    /// Whether the entry that was read from a place has a key, be its value faulty or not.
    pub(crate) fn has(&self, place: Place, key: &str) -> bool {
        place.spot().is_some_and(|spot| {
            self.get(spot.file)
                .is_some_and(|source| source.tree.entry(&source.text, spot.value, key).is_some())
        })
    }

    /// Whether the mapping that a route leads to has a key, be its value faulty or not.
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

    /// Whether some file says something under a top-level key, be it faulty or not.
    pub(crate) fn say(&self, key: &str) -> bool {
        self.iter().any(|source| {
            let (tree, text) = (&source.tree, source.text.as_str());
            tree.root()
                .and_then(|root| tree.entry(text, root, key))
                .is_some_and(|(_, value)| !tree.is_nothing(value, text))
        })
    }

    /// Whether the list that a route leads to holds more than was understood of it.
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

    /// The keys of a top-level section in all files, be their entries faulty or not.
    pub(crate) fn keys(&self, section: &str) -> Vec<&str> {
        let keys_of = |source| Source::keys(source, section);
        self.iter().flat_map(keys_of).collect()
    }

    /// Whether a word stands anywhere within a top-level section of some file.
    pub(crate) fn name_within(&self, section: &str, word: &str) -> bool {
        self.iter().any(|source| {
            let (tree, text) = (&source.tree, source.text.as_str());
            let section = tree.root().and_then(|root| tree.entry(text, root, section));
            section.is_some_and(|(_, value)| tree.holds_word(value, text, word))
        })
    }

    /// Whether some file has an entry of this key in a top-level section, be it faulty or not.
    pub(crate) fn mention(&self, section: &str, key: &str) -> bool {
        self.iter().any(|source| {
            source
                .tree
                .root()
                .and_then(|root| source.tree.entry(&source.text, root, section))
                .is_some_and(|(_, entries)| source.tree.entry(&source.text, entries, key).is_some())
        })
    }
}

pub(super) fn too_large(name: &str) -> Diagnostic {
    let message = "the files of an assessment or catalogue are longer than 16 MiB together";
    Diagnostic::new(Code::LimitExceeded, message)
        .at(Location::start_of(name))
        .help("keep large material out of the file and point to it with `locator`")
}

fn not_utf8(name: &str, bytes: &[u8], valid: usize) -> Diagnostic {
    let before = bytes.get(..valid).unwrap_or_default();
    let line = String::from_utf8_lossy(before).matches('\n').count() + 1;
    let start = before
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |i| i + 1);
    let column = String::from_utf8_lossy(before.get(start..).unwrap_or_default())
        .chars()
        .count()
        + 1;
    let (line, column) = (index(line), index(column));
    let help = if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        "the file is UTF-16; save it as UTF-8"
    } else {
        "save the file as UTF-8"
    };
    Diagnostic::new(Code::NotUtf8, "the file is not UTF-8")
        .at(Location {
            file: name.into(),
            line,
            column,
            end_line: line,
            end_column: column,
        })
        .help(help)
}
