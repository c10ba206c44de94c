//! The claims: what a custodian or its auditor says about each control, and what that rests on.
//!
//! An [`AssessmentDocument`] is what was written. An [`Assessment`] is the same, proven against a
//! catalogue: every id is known, every exclusion is justified, nothing contradicts itself. Only
//! [`AssessmentFiles::resolve`] and [`AssessmentDocument::resolve`] make one.

pub mod document;
mod merge;
mod parts;
mod resolve;

pub use document::{
    Acceptance, AssessmentDocument, Claim, ControlEfforts, Custodian, Efforts, Evidence,
    NarrowedClaim, Organization, Period, Person, Provider, Quorum, Sha256, Wallet, WalletFacts,
};

use crate::catalog::Catalog;
use crate::date::Date;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::error::Result;
use crate::id::{ControlId, EvidenceId, WalletId};
use crate::source::decode::{Decode, Reader};
use crate::source::{self, Location, Sources};
use crate::taxonomy::{Features, Status, Tier};
use indexmap::IndexMap;
use serde::Serialize;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// The word for the custodian as a whole where subjects are named; no wallet can have it as its id.
pub const ORGANIZATION: &str = "organization";

/// Whom a claim, a cell or a verdict is about.
///
/// The order is the order of reports: the organization, then wallets by id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectId {
    /// The custodian as a whole.
    Organization,
    /// A wallet.
    Wallet(WalletId),
}

impl SubjectId {
    /// The id as it is written: `organization`, or the id of the wallet.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Organization => ORGANIZATION,
            Self::Wallet(id) => id.as_str(),
        }
    }
}

impl fmt::Display for SubjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for SubjectId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for SubjectId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SubjectId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "`organization` for the custodian as a whole, or the id of a wallet.",
        })
    }
}

/// Whom controls are about: the organization or a wallet, with what decides which controls apply.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Subject {
    /// Its id.
    pub id: SubjectId,
    /// The tier of a wallet.
    pub tier: Option<Tier>,
    /// Channels of the organization, or tier and traits of a wallet.
    pub features: Features,
    /// What is stated of a wallet in figures.
    pub facts: Option<WalletFacts>,
    /// Where the wallet is declared.
    pub location: Option<Location>,
    /// Where its facts are stated.
    pub(crate) facts_location: Option<Location>,
}

impl Subject {
    /// Where its facts are stated, or where it stands if it states none.
    pub(crate) fn place_of_facts(&self) -> Option<Location> {
        let stated = self.facts_location.as_ref();
        stated.or(self.location.as_ref()).cloned()
    }
}

/// The files of an assessment, as they were read.
///
/// ```
/// use custody_controls::{AssessmentFiles, Catalog};
///
/// let files = AssessmentFiles::from_text("mine.yaml", "assessment: mine\nclaimss: {}\n");
/// let faults = files.resolve(Catalog::builtin()).unwrap_err();
/// let first = faults.iter().find(|fault| fault.code.to_string() == "unknown-key").ok_or("no fault")?;
/// assert_eq!(first.help.as_deref(), Some("did you mean `claims`?"));
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug)]
pub struct AssessmentFiles {
    sources: Sources,
    documents: Vec<AssessmentDocument>,
    faults: Vec<Diagnostic>,
    /// Whether each file could be parsed, so that references can be judged.
    complete: bool,
}

impl AssessmentFiles {
    /// Reads one assessment from files, or from the files directly within a folder. Names that end
    /// in `.json` are read as JSON, all others as YAML.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Read`], [`crate::Error::NoFile`] and [`crate::Error::TooManyFiles`]; what is
    /// wrong with the text of a file is told by [`AssessmentFiles::resolve`].
    pub fn read<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>) -> Result<Self> {
        let paths: Vec<PathBuf> = paths.into_iter().map(Into::into).collect();
        let (sources, faults) = source::read(&paths, false)?;
        Ok(Self::decode(sources, faults))
    }

    /// Reads one assessment from a text.
    pub fn from_text(name: &str, text: impl Into<Vec<u8>>) -> Self {
        Self::from_texts([(name, text.into())])
    }

    /// Reads one assessment from several texts, each with its name.
    pub fn from_texts<'n>(texts: impl IntoIterator<Item = (&'n str, Vec<u8>)>) -> Self {
        let mut sources = Sources::default();
        let mut faults = Vec::new();
        for (name, text) in texts {
            faults.extend(sources.add(name, text));
        }
        Self::decode(sources, faults)
    }

    fn decode(sources: Sources, mut faults: Vec<Diagnostic>) -> Self {
        let complete = faults.is_empty();
        let mut documents = Vec::new();
        for (file, source) in sources.iter().enumerate() {
            let Some(root) = source.tree.root() else {
                continue;
            };
            let mut reader = Reader::new(source, u16::try_from(file).unwrap_or(u16::MAX));
            documents.extend(AssessmentDocument::decode(root, &mut reader));
            faults.extend(reader.into_faults());
        }
        Self {
            sources,
            documents,
            faults,
            complete,
        }
    }

    /// Checks the assessment against a catalogue. The texts are not kept: whoever needs
    /// [`AssessmentFiles::names`] or [`AssessmentFiles::documents`] asks before.
    ///
    /// # Errors
    ///
    /// All faults of all files. Warnings alone are no error; [`Assessment::warnings`] has them.
    pub fn resolve(self, catalog: &Catalog) -> Result<Assessment, Diagnostics> {
        if !self.complete || self.documents.is_empty() {
            return Err(Diagnostics::sorted(self.faults));
        }
        resolve::resolve(self.documents, &self.sources, self.faults, catalog)
    }

    /// The names of the files, in the order in which they were read.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| source.name.as_str())
    }

    /// What each file says, in the order in which they were read.
    pub fn documents(&self) -> &[AssessmentDocument] {
        &self.documents
    }
}

impl AssessmentDocument {
    /// Checks an assessment made in code against a catalogue. The faults have no places.
    ///
    /// # Errors
    ///
    /// All faults of the document.
    pub fn resolve(self, catalog: &Catalog) -> Result<Assessment, Diagnostics> {
        resolve::resolve(vec![self], &Sources::default(), Vec::new(), catalog)
    }
}

/// An assessment proven against a catalogue. A clone shares what the original holds.
#[derive(Clone, Debug)]
pub struct Assessment(Arc<Resolved>);

/// What an assessment holds, shared by all its copies.
#[derive(Debug)]
struct Resolved {
    catalog: Catalog,
    document: AssessmentDocument,
    header: Header,
    files: Vec<InputFile>,
    warnings: Diagnostics,
    /// The organization first, then wallets by id.
    subjects: Vec<Subject>,
    assertions: Vec<Assertion>,
    /// What assertions cite, as positions in `evidence`.
    cited: Vec<u32>,
    /// What was proposed and nobody has confirmed, in the order of ids.
    proposals: IndexMap<ControlId, Proposal>,
    /// By subject, then by control.
    cells: Vec<CellClaim>,
    evidence: Vec<EvidenceFacts>,
    acceptances: Vec<AcceptanceFacts>,
}

/// What every assessment says of itself.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) title: String,
    pub(crate) custodian: Custodian,
    pub(crate) period: Period,
}

/// A file that an assessment was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct InputFile {
    /// Its name, as it was given.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes.
    pub sha256: String,
}

/// What is known of a (control, subject) pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellClaim {
    /// The control does not apply to the subject: there is no cell.
    OutOfScope,
    /// Nobody has looked.
    NoClaim,
    /// Nobody has looked, and the proposal at this position waits to be confirmed.
    Proposed(u32),
    /// The position of what is said.
    Claimed(u32),
}

/// A claim that was proposed and that nobody has confirmed. It is kept apart from claims, so that
/// whoever counts these cannot count it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Proposal {
    /// What it would say; `proposed` tells where it comes from.
    pub claim: Claim,
    /// Where it stands.
    pub location: Option<Location>,
}

impl Proposal {
    /// Where it comes from.
    pub fn origin(&self) -> &str {
        self.claim.proposed.as_deref().unwrap_or_default()
    }
}

/// One thing said about one control, for all its subjects or for one wallet.
#[derive(Clone, Debug)]
pub(crate) struct Assertion {
    pub(crate) control: u32,
    /// The wallet that it is narrowed to.
    pub(crate) narrowed: Option<u32>,
    pub(crate) status: Status,
    /// A run of `cited`.
    pub(crate) evidence: std::ops::Range<u32>,
    pub(crate) location: Option<Location>,
}

#[derive(Clone, Debug)]
pub(crate) struct EvidenceFacts {
    /// The day from which it speaks.
    pub(crate) from: Date,
    /// The last day on which it may be relied on.
    pub(crate) until: Date,
    /// The parameter of the profile that makes this day earlier than the assessment does.
    pub(crate) shortened_by: Option<crate::id::ParameterId>,
    pub(crate) location: Option<Location>,
}

#[derive(Clone, Debug)]
pub(crate) struct AcceptanceFacts {
    pub(crate) risk: u32,
    pub(crate) location: Option<Location>,
}

/// The parts of a claim, wide or narrowed, that are the same for both.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClaimParts<'d> {
    pub(crate) rationale: Option<&'d str>,
    pub(crate) provider: Option<&'d crate::id::ProviderId>,
    pub(crate) missing: Option<&'d str>,
    pub(crate) due: Option<Date>,
    pub(crate) because: Option<&'d str>,
    pub(crate) owner: Option<&'d crate::id::PersonId>,
    pub(crate) note: Option<&'d str>,
    pub(crate) evidence: &'d [EvidenceId],
}

macro_rules! parts_of {
    ($claim:expr) => {
        ClaimParts {
            rationale: $claim.rationale.as_deref(),
            provider: $claim.provider.as_ref(),
            missing: $claim.missing.as_deref(),
            due: $claim.due,
            because: $claim.because.as_deref(),
            owner: $claim.owner.as_ref(),
            note: $claim.note.as_deref(),
            evidence: &$claim.evidence,
        }
    };
}

impl Claim {
    pub(crate) fn parts(&self) -> ClaimParts<'_> {
        parts_of!(self)
    }
}

impl NarrowedClaim {
    pub(crate) fn parts(&self) -> ClaimParts<'_> {
        parts_of!(self)
    }
}

impl From<Resolved> for Assessment {
    fn from(resolved: Resolved) -> Self {
        Self(Arc::new(resolved))
    }
}

impl Assessment {
    /// The catalogue that the assessment was proven against.
    pub fn catalog(&self) -> &Catalog {
        &self.0.catalog
    }

    /// What is said, all files put together, entries in the order of their ids. Proposals are not
    /// among its claims.
    pub fn document(&self) -> &AssessmentDocument {
        &self.0.document
    }

    pub(crate) fn header(&self) -> &Header {
        &self.0.header
    }

    /// The period that the assessment is about.
    pub fn period(&self) -> Period {
        self.0.header.period
    }

    /// The organization, then the wallets by id.
    pub fn subjects(&self) -> &[Subject] {
        &self.0.subjects
    }

    /// What is said that changes nothing.
    pub fn warnings(&self) -> &Diagnostics {
        &self.0.warnings
    }

    /// The files that the assessment was read from.
    pub fn files(&self) -> &[InputFile] {
        &self.0.files
    }

    /// What was proposed and nobody has confirmed, in the order of ids. It counts as unknown.
    pub fn proposals(&self) -> &IndexMap<ControlId, Proposal> {
        &self.0.proposals
    }

    /// Whether a control applies to any subject.
    pub(crate) fn applies(&self, control: u32) -> bool {
        (0..self.0.subjects.len())
            .any(|subject| self.cell(subject, control) != CellClaim::OutOfScope)
    }

    pub(crate) fn proposal(&self, position: u32) -> Option<&Proposal> {
        let entry = self.0.proposals.get_index(position as usize);
        entry.map(|(_, proposal)| proposal)
    }

    /// How many (control, subject) pairs there are to which the control applies.
    pub fn cell_count(&self) -> usize {
        self.0
            .cells
            .iter()
            .filter(|cell| **cell != CellClaim::OutOfScope)
            .count()
    }

    pub(crate) fn cell(&self, subject: usize, control: u32) -> CellClaim {
        let controls = self.0.catalog.controls().len();
        self.0
            .cells
            .get(subject * controls + control as usize)
            .copied()
            .unwrap_or(CellClaim::OutOfScope)
    }

    /// What is known of each (control, subject) pair, by subject and then by control.
    pub(crate) fn cells(&self) -> &[CellClaim] {
        &self.0.cells
    }

    pub(crate) fn assertions(&self) -> &[Assertion] {
        &self.0.assertions
    }

    pub(crate) fn acceptances(&self) -> &[AcceptanceFacts] {
        &self.0.acceptances
    }

    /// When each evidence item is valid, in the order of the document.
    pub(crate) fn evidence(&self) -> &[EvidenceFacts] {
        &self.0.evidence
    }

    pub(crate) fn assertion(&self, position: u32) -> Option<&Assertion> {
        self.0.assertions.get(position as usize)
    }

    /// What is said about a control for a subject.
    pub(crate) fn assertion_on(&self, subject: usize, control: u32) -> Option<&Assertion> {
        match self.cell(subject, control) {
            CellClaim::Claimed(position) => self.assertion(position),
            CellClaim::NoClaim | CellClaim::Proposed(_) | CellClaim::OutOfScope => None,
        }
    }

    pub(crate) fn proposal_on(&self, subject: usize, control: u32) -> Option<&Proposal> {
        match self.cell(subject, control) {
            CellClaim::Proposed(position) => self.proposal(position),
            CellClaim::NoClaim | CellClaim::Claimed(_) | CellClaim::OutOfScope => None,
        }
    }

    pub(crate) fn cited_by(&self, assertion: &Assertion) -> &[u32] {
        self.0
            .cited
            .get(assertion.evidence.start as usize..assertion.evidence.end as usize)
            .unwrap_or_default()
    }

    /// The words of a claim that stand beside its status.
    pub(crate) fn parts(&self, assertion: &Assertion) -> Option<ClaimParts<'_>> {
        let control = self.0.catalog.control_at(assertion.control)?;
        let claim = self.0.document.claims.get(&control.id)?.as_ref()?;
        match assertion.narrowed {
            None => Some(claim.parts()),
            Some(subject) => match &self.0.subjects.get(subject as usize)?.id {
                SubjectId::Wallet(wallet) => claim
                    .wallets
                    .get(wallet)?
                    .as_ref()
                    .map(NarrowedClaim::parts),
                SubjectId::Organization => None,
            },
        }
    }

    pub(crate) fn evidence_at(
        &self,
        position: u32,
    ) -> Option<(&EvidenceId, &Evidence, &EvidenceFacts)> {
        let (id, evidence) = self.0.document.evidence.get_index(position as usize)?;
        Some((id, evidence, self.0.evidence.get(position as usize)?))
    }
}
