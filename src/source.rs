//! Reading what people wrote: text → tree of values, each of which knows where it stands.
//!
//! This is the only room that names the YAML crate. Files come from strangers, so the reader is
//! strict and bounded: one document to a file, no tags, no merge keys, no repeated keys, and limits
//! on size, depth, the number of values and what aliases may multiply (see [`limits`]). A tree is
//! decoded by `decode`, which reports every fault that it finds and goes on.

pub(crate) mod decode;
mod json;
mod location;
mod tree;
mod yaml;

pub use location::{Location, Place};
pub(crate) use tree::{NodeId, Step, Tree};
pub use yaml::write as yaml;

use crate::diagnostic::{Code, Diagnostic};
use crate::error::Error;
use smol_str::SmolStr;
use std::path::{Path, PathBuf};

/// How much a file may hold before it is refused. A real assessment has about 53 values to the
/// kilobyte, half of what is allowed, and its 200 claims with their evidence take 60 kB.
pub mod limits {
    /// How long all files of an assessment or catalogue may be together, in bytes: 16 MiB.
    pub const BYTES: u64 = 16 << 20;
    /// How long an earlier report may be that a later one is held against, in bytes: 64 MiB.
    pub const REPORT: u64 = 64 << 20;
    /// How deep mappings and lists may lie within each other.
    pub const DEPTH: usize = 16;
    /// How many entries a mapping or list may have; the largest real one has some hundreds.
    pub const ENTRIES: usize = 100_000;
    /// How many wallets an assessment may have: each of them has a cell for each control.
    pub const WALLETS: usize = 1_000;
    /// How many parameters a profile may have: each of them is held against each wallet.
    pub const PARAMETERS: usize = 100;
    /// How many faults are told; whoever has more repairs these and looks again.
    pub const FAULTS: usize = 1_000;
    /// Among how many words a near one is looked for.
    pub const NEAR_WORDS: usize = 2_000;
    /// The longest line, in bytes, whose columns are counted in characters; beyond, in bytes.
    pub const LINE: usize = 64 << 10;
    /// The number of files in one assessment or catalogue.
    pub const FILES: usize = 1_000;

    /// How many values a file of so many bytes may hold, those that aliases repeat included.
    pub fn values(bytes: usize) -> usize {
        50_000 + bytes / 10
    }

    /// How many bytes of text a file of so many bytes may hold, those that aliases repeat included.
    pub fn text(bytes: usize) -> usize {
        (1 << 20) + bytes * 4
    }

    /// How many aliases a file of so many bytes may hold.
    pub fn aliases(bytes: usize) -> usize {
        5_000 + bytes / 100
    }
}

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
    fn room(&self) -> u64 {
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

/// The faults of the documents that were read from some files.
#[derive(Debug)]
pub(crate) struct Faults<'s> {
    pub(crate) sources: &'s Sources,
    pub(crate) list: Vec<Diagnostic>,
}

impl Faults<'_> {
    /// A fault at the end of a route that begins at an entry.
    pub(crate) fn at(
        &self,
        code: Code,
        place: Place,
        route: &[Step<'_>],
        message: impl Into<String>,
    ) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(code, message);
        if let Some(spot) = place.spot()
            && let Some(source) = self.sources.get(spot.file)
        {
            let span = source.follow(spot.key, spot.value, route);
            diagnostic.location = Some(source.location(span));
            diagnostic.excerpt = source.excerpt(span);
        }
        diagnostic
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if !self.is_full() {
            self.list.push(diagnostic);
        }
    }

    /// Whether so many faults have been found that no more are told.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= limits::FAULTS
    }
}

/// Why a text could not be parsed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) at: usize,
}

impl Failure {
    pub(crate) fn new(code: Code, at: usize, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            help: None,
            at,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

fn too_many_entries(at: usize) -> Failure {
    let message = format!(
        "a mapping or list has more than {} entries",
        limits::ENTRIES
    );
    Failure::new(Code::LimitExceeded, at, message)
        .help("a real assessment has some hundreds; is this the right file?")
}

/// A byte offset in a file of at most 16 MiB.
pub fn index(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

pub(crate) fn is_json(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

fn too_large(name: &str) -> Diagnostic {
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

/// Reads files. A folder stands for the `.yaml`, `.yml` and `.json` files directly within it, or
/// within it at any depth where `deep` says so, in the order of their names.
///
/// # Errors
///
/// [`Error::Read`] where a path cannot be read, and [`Error::NoFile`] where a folder holds no such
/// file.
pub(crate) fn read(paths: &[PathBuf], deep: bool) -> Result<(Sources, Vec<Diagnostic>), Error> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = files.len();
            list(path, deep, 0, &mut files)?;
            if files.len() == before {
                return Err(Error::NoFile { path: path.clone() });
            }
        } else {
            files.push(path.clone());
        }
    }
    let mut sources = Sources::default();
    let mut faults = Vec::new();
    for path in files {
        let name = path.to_string_lossy().replace('\\', "/");
        match read_bounded(&path, sources.room())? {
            Some(bytes) => faults.extend(sources.add(&name, bytes)),
            None => faults.push(too_large(&name)),
        }
    }
    Ok((sources, faults))
}

/// The bytes of a file, or nothing where it is longer than is allowed.
pub(crate) fn read_bounded(path: &Path, longest: u64) -> Result<Option<Vec<u8>>, Error> {
    use std::io::Read;
    let failed = |source| Error::Read {
        path: path.to_path_buf(),
        source,
    };
    let file = std::fs::File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    if size > longest {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.take(longest + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok((bytes.len() as u64 <= longest).then_some(bytes))
}

fn list(folder: &Path, deep: bool, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let failed = |source| Error::Read {
        path: folder.to_path_buf(),
        source,
    };
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .map_err(failed)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(failed)?;
    entries.sort();
    for path in entries {
        let readable = path
            .extension()
            .and_then(|extension| extension.to_str())
            .is_some_and(|extension| matches!(extension, "yaml" | "yml" | "json"))
            && !path.to_string_lossy().ends_with(".schema.json");
        if path.is_dir() {
            if deep && depth < limits::DEPTH {
                list(&path, deep, depth + 1, files)?;
            }
        } else if readable {
            files.push(path);
        }
        if files.len() > limits::FILES {
            return Err(Error::TooManyFiles {
                path: folder.to_path_buf(),
            });
        }
    }
    Ok(())
}
