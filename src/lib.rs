#![doc = include_str!("../README.md")]
//!
//! # Modules
//!
//! Data flows one way: `controls/` → [`catalog`]; files → [`assessment`] → [`coverage`] → [`gap`] and
//! [`report`]; two reports → [`difference`]. A module uses only modules of lower layers;
//! `docs/architecture.md` describes the layers and the decisions behind them.
//!
//! | module | content |
//! |---|---|
//! | [`taxonomy`] | vocabularies: tiers, traits, statuses, verdicts, severities |
//! | [`id`], [`date`], [`figure`], [`text`], [`json`], [`digest`] | names of entries, calendar dates, exact figures, untrusted text made safe to display, JSON of results, SHA-256 |
//! | [`location`], [`limits`], [`index`], [`validity`] | locations in files, limits of input, typed indices, periods of validity |
//! | [`diagnostic`], [`error`] | errors and warnings about documents, with their repairs; why nothing could be computed |
//! | [`source`] | reading untrusted files, and the position of everything in them |
//! | [`edit`] | changing single entries of a file and keeping every other byte |
//! | [`catalog`] | risks, controls and the links between them |
//! | [`assessment`] | claims and evidence |
//! | [`settings`], [`verify`] | the as-of date and the wallets; verifying files of evidence |
//! | [`authoring`] | changes of an assessment by their meaning, as edits of its files; house style |
//! | [`starter`] | a commented assessment to begin with |
//! | [`statement`] | statements of applicability of other frameworks, as proposals |
//! | [`coverage`] | verdicts and numbers |
//! | [`gap`] | shortfalls, their reasons, and what would close them |
//! | [`message`] | sentences as data: text, ids, dates and quotations as separate parts |
//! | [`supports`] | single points of failure, minimal sets, duties of one person |
//! | [`register`] | evidence items, with what rests on each of them |
//! | [`todo`](mod@todo) | what to do next: gaps with who closes them, by which step and by when |
//! | [`doubt`] | what an honest assessment does not have |
//! | [`report`] | the complete result, owned and in a defined order |
//! | [`forecast`] | how long proven coverage lasts if nothing is renewed, and what ends it |
//! | [`explanation`] | why a verdict is what it is, and the least that would raise it |
//! | [`crosswalk`] | what the evidence shows for each reference of another framework |
//! | [`bibliography`] | the documents that a catalog cites, with their states |
//! | [`difference`] | what changed between two reports, and why |
//! | [`portfolio`] | many reports together |
//! | [`glossary`] | the terms of reports and the words of every vocabulary |
//! | [`facade`] | JSON in, JSON out, for programs in other languages |
//! | `schema` | JSON Schemas (feature `schema`) |
//!
//! Formats are in `custody-formats` and `custody-workbook`, plans in `custody-plan`, the program in
//! `custody-cli`.
//!
//! # Features
//!
//! None is on by default. `schema` brings JSON Schemas of documents and results, and
//! `schemars::JsonSchema` on their types.

pub mod assessment;
pub mod authoring;
pub mod bibliography;
pub mod catalog;
pub mod coverage;
pub mod crosswalk;
pub mod date;
pub mod diagnostic;
pub mod difference;
pub mod digest;
pub mod doubt;
pub mod edit;
pub mod error;
pub mod explanation;
pub mod facade;
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
pub mod register;
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
pub mod todo;
pub mod validity;
pub mod verify;

pub use assessment::{Assessment, AssessmentDocument, AssessmentFiles};
pub use bibliography::Bibliography;
pub use catalog::{Catalog, CatalogDocument};
pub use coverage::Coverage;
pub use crosswalk::Crosswalk;
pub use date::Date;
pub use diagnostic::{Diagnostic, Diagnostics};
pub use difference::Difference;
pub use doubt::Doubt;
pub use error::{Error, Result};
pub use forecast::Forecast;
pub use gap::Gap;
pub use json::Stored;
pub use portfolio::Portfolio;
pub use report::Report;
pub use settings::Settings;
pub use todo::Todo;
