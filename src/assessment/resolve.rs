//! [`AssessmentDocument`]s + [`Catalog`] → [`Assessment`], or all faults.

mod acceptances;
mod claims;
mod efforts;
mod evidence;
mod header;
mod lookup;
mod proposals;
mod scope;

use super::document::AssessmentDocument;
use super::{Assessment, InputFile, Proposal, Resolved, Subject, merge};
use crate::catalog::Catalog;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::id::ControlId;
use crate::index::{IndexVec, SubjectIndex};
use crate::source::{Faults, Place, Sources, Step};
use indexmap::IndexMap;
use sha2::{Digest, Sha256};

pub(super) fn resolve(
    mut documents: Vec<AssessmentDocument>,
    sources: &Sources,
    faults: Vec<Diagnostic>,
    catalog: &Catalog,
) -> Result<Assessment, Diagnostics> {
    let has_faults = !faults.is_empty();
    let mut faults = Faults {
        sources,
        list: faults,
    };
    // What a single file says is taken over and not copied.
    if documents.len() == 1
        && let Some(mut document) = documents.pop()
    {
        merge::put_in_order(&mut document);
        return check(document, None, faults, has_faults, catalog);
    }
    match merge::merge(&documents, &mut faults) {
        Some(whole) => check(whole, Some(&documents), faults, has_faults, catalog),
        None => Err(Diagnostics::sorted(faults.list)),
    }
}

/// What the files say, put together, and each by itself where they are several.
fn check(
    mut document: AssessmentDocument,
    documents: Option<&[AssessmentDocument]>,
    faults: Faults<'_>,
    has_faults: bool,
    catalog: &Catalog,
) -> Result<Assessment, Diagnostics> {
    let sources = faults.sources;
    let proposals = proposals::set_apart(&mut document, sources);
    let mut check = Check {
        catalog,
        documents: documents.unwrap_or(std::slice::from_ref(&document)),
        document: &document,
        proposals: &proposals,
        faults,
        subjects: IndexVec::default(),
        has_faults,
        looks: 0,
    };
    let header = check.header();
    if check.has_too_many_wallets() {
        // Each wallet has a cell for each control: what follows would take too long.
        return Err(Diagnostics::sorted(check.faults.list));
    }
    check.subjects();
    let evidence = check.evidence();
    let mut claims = check.claims();
    check.proposals(&mut claims);
    let acceptances = check.acceptances();
    check.efforts();
    check.unused_evidence(&claims);
    let (subjects, list) = (check.subjects, check.faults.list);
    let diagnostics = Diagnostics::sorted(list);
    // What is said of risks that a profile leaves out changes nothing.
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
    /// What the files say, each by itself.
    documents: &'d [AssessmentDocument],
    /// All of it put together.
    document: &'d AssessmentDocument,
    /// What is proposed, and no claim.
    proposals: &'d IndexMap<ControlId, Proposal>,
    faults: Faults<'d>,
    subjects: IndexVec<SubjectIndex, Subject>,
    /// Whether some of what the files say could not be understood.
    has_faults: bool,
    /// How often the files were searched.
    looks: usize,
}

impl Check<'_, '_> {
    fn fault(
        &mut self,
        code: Code,
        place: Place,
        route: &[Step<'_>],
        message: String,
        help: Option<String>,
    ) {
        let mut fault = self.faults.at(code, place, route, message);
        fault.help = help;
        self.faults.push(fault);
    }
}
