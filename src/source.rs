//! Reading documents: text → tree of values, each with its position.
//!
//! Only this module reads YAML; [`crate::assessment::write`] writes it. Files are untrusted, so the
//! reader is strict and bounded: one document per file, no tags, no merge keys, no duplicate keys,
//! and limits on size, depth, the number of values and what aliases may multiply (see [`crate::limits`]).
//! A tree is decoded by `decode`, which reports every error that it finds and goes on.

mod collector;
pub(crate) mod decode;
mod files;
mod foreign;
mod json;
mod layout;
mod lines;
mod outline;
mod pointer;
mod print;
mod repair;
mod sources;
mod splice;
mod syntax;
mod tree;
mod value;
mod yaml;

pub(crate) use collector::Collector;
pub(crate) use files::{Files, list, name_of, read, read_bounded};
pub use files::{LeftOut, Omission, documents, is_document};
pub use lines::{LineIndex, TextPosition};
pub use outline::{Outline, Part, Position, ValueKind};
pub use pointer::{Pointer, PointerError};
pub(crate) use sources::{Source, Sources, utf8};
pub use splice::Refusal;
pub(crate) use splice::Splice;
pub(crate) use tree::{NodeId, Slot, Step};
pub use value::Value;
pub(crate) use value::{double_quoted, yaml_entry};

use crate::diagnostic::Code;
use crate::index::index;
use crate::limits;
use crate::location::TextRange;
use std::path::Path;

/// How a text that could not be parsed may be repaired.
#[derive(Debug)]
pub(crate) struct Repair {
    pub(crate) title: String,
    pub(crate) range: TextRange,
    pub(crate) text: String,
}

/// Why a text could not be parsed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) repair: Option<Repair>,
    pub(crate) at: usize,
}

impl Failure {
    pub(crate) fn new(code: Code, at: usize, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            help: None,
            repair: None,
            at,
        }
    }

    /// Adds a repair that is only a suggestion.
    pub(crate) fn repair(
        mut self,
        title: impl Into<String>,
        range: std::ops::Range<usize>,
        text: impl Into<String>,
    ) -> Self {
        self.repair = Some(Repair {
            title: title.into(),
            range: TextRange::new(index(range.start), index(range.end)),
            text: text.into(),
        });
        self
    }

    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        self.help_if(&help.into())
    }

    /// Adds help that is not empty.
    fn help_if(mut self, help: &str) -> Self {
        self.help = (!help.is_empty()).then(|| help.to_owned());
        self
    }
}

fn empty(at: usize) -> Failure {
    Failure::new(Code::EmptyDocument, at, "empty file")
        .help("write a starter with `custody init`, or remove the file")
}

/// What is wrong with a carriage return without a line feed.
pub(crate) const LONE_CARRIAGE_RETURN: &str =
    "the line ends with a carriage return without a line feed";

/// How to repair it.
pub(crate) const SAVE_WITH_LINE_FEEDS: &str =
    "save the file with Unix (LF) or Windows (CRLF) line endings";

/// A carriage return without a line feed: other programs count lines in another way.
fn lone_carriage_return(text: &str) -> Option<usize> {
    let mut found = text.match_indices('\r').map(|(at, _)| at);
    found.find(|at| {
        !text
            .get(at + 1..)
            .is_some_and(|rest| rest.starts_with('\n'))
    })
}

fn too_deep(at: usize) -> Failure {
    Failure::new(
        Code::LimitExceeded,
        at,
        format!(
            "lists and mappings are nested more than {} levels deep",
            limits::DEPTH
        ),
    )
    .help("an assessment has at most 6 levels; check the brackets and the indentation")
}

fn too_many_entries(at: usize) -> Failure {
    let message = format!(
        "a mapping or list has more than {} entries",
        limits::ENTRIES
    );
    Failure::new(Code::LimitExceeded, at, message)
        .help("a real assessment has some hundreds; is this the right file?")
}

pub(crate) fn is_json(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}
