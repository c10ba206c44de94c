#![doc = include_str!("../README.md")]
//!
//! # The rooms
//!
//! Data goes one way: `controls/` → [`catalog`]; files → [`assessment`] → [`coverage`] → [`gap`] and
//! [`report`] → [`render`]; two reports → [`difference`] → [`render`]. A room imports only from the
//! rooms before it; `docs/architecture.md` tells more.
//!
//! | room | what lives there |
//! |---|---|
//! | [`taxonomy`] | closed vocabularies: tiers, traits, statuses, verdicts, severities |
//! | [`id`], [`date`], [`figure`], [`text`], [`json`], [`digest`] | names of entries, calendar days, exact figures, texts made harmless to look at |
//! | [`location`], [`limits`], [`index`], [`validity`] | where something is in a file, how much a file may hold, positions, the days on which evidence holds |
//! | [`diagnostic`], [`error`] | what is wrong with a document |
//! | [`source`] | reading untrusted files, and the position of everything in them |
//! | [`edit`] | changing files: single entries, with every other byte as it was |
//! | [`catalog`] | risks and controls |
//! | [`assessment`] | claims and evidence |
//! | [`settings`], [`verify`] | the question that is asked, and looking at files of evidence |
//! | [`starter`] | a commented assessment to begin with |
//! | [`statement`] | statements of applicability of other frameworks, as proposals |
//! | [`coverage`] | verdicts and numbers |
//! | [`gap`] | what falls short, why, and what would close it |
//! | [`message`] | sentences as data: text, ids, days and quotations as separate parts |
//! | [`supports`] | what rests on what: single points of failure, cuts, duties that come together |
//! | [`report`] | the record, complete and in order |
//! | [`forecast`] | until when it holds if nothing is renewed, and what ends it |
//! | [`explanation`] | why a verdict is what it is, and the least that would lift it |
//! | `plan` | what to do next: the cheapest steps to a target, the most for a budget (feature `plan`) |
//! | [`crosswalk`] | what it says about other frameworks, in their words |
//! | [`difference`] | what changed between two records, and why |
//! | [`portfolio`] | many records side by side |
//! | [`glossary`] | the terms of reports and the words of every vocabulary |
//! | [`render`], [`schema`] | formats, and JSON Schemas |
//!
//! # Features
//!
//! `cli` (on by default) brings the program and everything that only it needs. Embedders turn it
//! off: `custody-controls = { version = "0.1", default-features = false }`.

pub mod assessment;
pub mod catalog;
pub mod coverage;
pub mod crosswalk;
pub mod date;
pub mod diagnostic;
pub mod difference;
pub mod digest;
pub mod edit;
pub mod error;
pub mod explanation;
pub mod figure;
pub mod forecast;
pub mod gap;
pub mod glossary;
pub mod id;
pub mod index;
pub mod json;
pub mod limits;
pub mod location;
pub mod message;
pub mod portfolio;
pub mod report;
#[cfg(feature = "schema")]
pub mod schema;
pub mod settings;
pub mod source;
pub mod starter;
pub mod statement;
pub mod supports;
pub mod taxonomy;
pub mod text;
pub mod validity;
pub mod verify;

pub use assessment::{Assessment, AssessmentDocument, AssessmentFiles};
pub use catalog::{Catalog, CatalogDocument};
pub use coverage::Coverage;
pub use crosswalk::Crosswalk;
pub use date::Date;
pub use diagnostic::{Diagnostic, Diagnostics};
pub use difference::Difference;
pub use error::{Error, Result};
pub use forecast::Forecast;
pub use gap::Gap;
pub use portfolio::Portfolio;
pub use report::Report;
pub use settings::Settings;
