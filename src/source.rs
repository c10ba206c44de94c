//! Reading documents: text → tree of values, each with its position.
//!
//! Only this module reads YAML; [`crate::assessment::write`] writes it. Files are untrusted, so the
//! reader is strict and bounded: one document per file, no tags, no merge keys, no duplicate keys, and limits on
//! size, depth, the number of values and what aliases may multiply (see [`limits`]). A tree is
//! decoded by `decode`, which reports every error that it finds and goes on.

pub(crate) mod decode;
mod faults;
mod files;
mod json;
mod sources;
mod tree;
mod yaml;

pub use crate::index::index;
pub use crate::limits;
pub use crate::location::{Location, Place};
pub(crate) use faults::Faults;
pub use files::is_document;
pub(crate) use files::{read, read_bounded};
pub(crate) use sources::{Source, Sources};
pub(crate) use tree::{NodeId, Step};

use crate::diagnostic::Code;
use std::path::Path;

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

pub(crate) fn is_json(name: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}
