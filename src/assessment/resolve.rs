//! [`AssessmentDocument`]s + [`Catalog`] → [`Assessment`], or all errors.

mod acceptances;
mod assessed;
mod claims;
mod efforts;
mod evidence;
mod header;
mod lookup;
mod proposals;
mod scope;
mod volume;

use super::document::AssessmentDocument;
use super::{Assessed, Assessment, InputFile, Proposal, Resolved, Subject, merge};
use crate::catalog::Catalog;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Level};
use crate::id::ControlId;
use crate::index::{IndexVec, SubjectIndex};
use crate::location::Place;
use crate::source::{Collector, Sources, Step};
use indexmap::IndexMap;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

pub(super) fn resolve(
    mut documents: Vec<AssessmentDocument>,
    sources: &Sources,
    diagnostics: Vec<Diagnostic>,
    catalog: &Catalog,
) -> Result<Assessment, Diagnostics> {
    let has_errors = diagnostics.iter().any(|one| one.level() == Level::Error);
    let mut diagnostics = Collector::new(sources, diagnostics);
    let assessed = proposals::assessed_of_files(&documents);
    documents.iter_mut().for_each(merge::apply_assessed_of_file);
    // A single file is moved, not copied.
    if documents.len() == 1
        && let Some(mut document) = documents.pop()
    {
        merge::put_in_order(&mut document);
        return check((document, assessed), None, diagnostics, has_errors, catalog);
    }
    match merge::merge(&documents, &mut diagnostics) {
        Some(whole) => check(
            (whole, assessed),
            Some(&documents),
            diagnostics,
            has_errors,
            catalog,
        ),
        None => Err(Diagnostics::sorted(diagnostics.list)),
    }
}

/// Checks the merged document with the `assessed` of the file of each proposal; `documents` are the files that it was merged from, if there are
/// several.
fn check(
    (mut document, assessed): (AssessmentDocument, BTreeMap<ControlId, Vec<Assessed>>),
    documents: Option<&[AssessmentDocument]>,
    diagnostics: Collector<'_>,
    has_errors: bool,
    catalog: &Catalog,
) -> Result<Assessment, Diagnostics> {
    let sources = diagnostics.sources;
    let proposals = proposals::set_apart(&mut document, assessed, sources);
    let mut check = Check {
        catalog,
        documents: documents.unwrap_or(std::slice::from_ref(&document)),
        document: &document,
        proposals: &proposals,
        diagnostics,
        subjects: IndexVec::default(),
        has_errors,
        unclear: IndexVec::default(),
        is_scope_clear: false,
    };
    check.clause_numbers();
    let header = check.header();
    if check.has_too_many_entries() {
        // The other checks would take too long.
        return Err(Diagnostics::sorted(check.diagnostics.list));
    }
    check.subjects();
    if check.has_too_many_cells() {
        return Err(Diagnostics::sorted(check.diagnostics.list));
    }
    let evidence = check.evidence();
    let mut claims = check.claims();
    check.proposals(&mut claims);
    let acceptances = check.acceptances();
    check.efforts();
    check.unused_evidence(&claims);
    check.no_wallets();
    check.volume(&claims, &evidence);
    let (subjects, list) = (check.subjects, check.diagnostics.list);
    let diagnostics = Diagnostics::sorted(list);
    // Each claim has its own.
    document.assessed.clear();
    // Acceptances of risks that a profile leaves out have no effect.
    document
        .accepted_risks
        .retain(|id, _| catalog.risk(id.as_str()).is_some());
    match header {
        Some(header) if !diagnostics.has_errors() => Ok(Assessment::from(Resolved {
            catalog: catalog.clone(),
            header,
            files: files(sources),
            warnings: diagnostics,
            subjects,
            proposals,
            assertions: claims.assertions,
            cited: claims.cited,
            cells: claims.cells,
            evidence,
            acceptances,
            document,
        })),
        _ => Err(diagnostics),
    }
}

fn files(sources: &Sources) -> Vec<InputFile> {
    let mut files: Vec<InputFile> = sources
        .iter()
        .map(|source| InputFile {
            name: source.name.to_string(),
            bytes: source.text.len() as u64,
            sha256: crate::digest::hex(&Sha256::digest(source.text.as_bytes())),
        })
        .collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    files
}

struct Check<'d, 'c> {
    catalog: &'c Catalog,
    /// The document of each file.
    documents: &'d [AssessmentDocument],
    /// All of them, merged.
    document: &'d AssessmentDocument,
    /// The proposals, which are not among the claims.
    proposals: &'d IndexMap<ControlId, Proposal>,
    diagnostics: Collector<'d>,
    subjects: IndexVec<SubjectIndex, Subject>,
    /// Whether parts of the files are invalid, so that what they contain is unknown.
    has_errors: bool,
    /// Whether a trait of each subject is invalid, so that it is not known what applies to it.
    unclear: IndexVec<SubjectIndex, bool>,
    /// Whether all wallets, traits and channels are valid, so that it is known what applies.
    is_scope_clear: bool,
}

impl Check<'_, '_> {
    fn report(
        &mut self,
        code: Code,
        place: Place,
        route: &[Step<'_>],
        message: String,
        help: Option<String>,
    ) {
        let mut diagnostic = self.diagnostics.at(code, place, route, message);
        diagnostic.help = help;
        self.diagnostics.push(diagnostic);
    }
}
