//! Assessments: the claims of a custodian or its auditor on each control, and the evidence for
//! them.
//!
//! An [`AssessmentDocument`] is the authored form. An [`Assessment`] is the same, checked against a
//! catalog: every id is known, every exclusion is justified, and nothing contradicts itself. Only
//! [`AssessmentFiles::resolve`] and [`AssessmentDocument::resolve`] create one.

pub mod document;
mod files;
mod fix;
mod history;
mod locator;
mod merge;
mod parts;
mod resolve;
pub mod write;

pub use document::{
    Acceptance, Assessed, AssessmentDocument, Claim, ControlEfforts, Custodian, EarlierClaim,
    Efforts, Evidence, NarrowedClaim, Organization, Period, Person, Provider, Quorum,
    ReassessWithin, Sha256, Wallet, WalletFacts,
};
pub use fix::{Fixed, FixedFile};
pub use locator::{Locator, LocatorError};

pub(crate) use files::{Head, head};
pub(crate) use parts::ClaimParts;

use crate::catalog::Catalog;
use crate::date::Date;
use crate::diagnostic::{Diagnostic, Diagnostics, Level};
use crate::error::Result;
use crate::id::{ControlId, EvidenceId, PersonId, RiskId, WalletId};
use crate::index::{
    AcceptanceIndex, AssertionIndex, CellIndex, ControlIndex, EvidenceIndex, Grid, IndexVec,
    Position, ProposalIndex, RiskIndex, SubjectIndex, proven,
};
use crate::location::Location;
use crate::source::decode::{Decode, Reader};
use crate::source::{self, LeftOut, Sources};
use crate::taxonomy::{ClaimKey, Features, Relevance, Status, Tier};
use crate::validity::Validity;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// The id of the custodian as a whole; no wallet can have it.
pub const ORGANIZATION: &str = "organization";

/// The subject of a claim, a cell or a verdict.
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

impl<'de> serde::Deserialize<'de> for SubjectId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'_, str>::deserialize(deserializer)?;
        if text == ORGANIZATION {
            return Ok(Self::Organization);
        }
        let wallet = WalletId::new(&text).map_err(serde::de::Error::custom)?;
        Ok(Self::Wallet(wallet))
    }
}

impl Serialize for SubjectId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Decode for SubjectId {
    fn decode(node: source::NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        let (text, _) = reader.scalar(node, Self::wanted)?;
        if text == ORGANIZATION {
            return Some(Self::Organization);
        }
        WalletId::decode(node, reader).map(Self::Wallet)
    }

    fn wanted() -> String {
        format!("`{ORGANIZATION}` or the id of a wallet")
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

/// A subject of controls, the organization or a wallet, with the features that decide which
/// controls apply.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Subject {
    /// Its id.
    pub id: SubjectId,
    /// The tier of a wallet.
    pub tier: Option<Tier>,
    /// Channels of the organization, or tier and traits of a wallet, with those that its traits imply.
    pub features: Features,
    /// The figures about a wallet.
    pub facts: Option<WalletFacts>,
    /// The first day on which a wallet holds keys, if it is stated.
    pub since: Option<Date>,
    /// The last day on which a wallet holds keys, if it is stated.
    pub until: Option<Date>,
    /// Where the wallet is declared.
    pub location: Option<Location>,
    /// Where its facts are stated.
    pub(crate) facts_location: Option<Location>,
}

impl Subject {
    /// Whether there is the subject on a day: always for the organization, and for a wallet from its
    /// first day until its last one.
    pub fn exists_on(&self, day: Date) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Where its facts are stated, or where it is declared if it states none.
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
/// let diagnostics = files.resolve(Catalog::builtin()).unwrap_err();
/// let first = diagnostics.iter().find(|diagnostic| diagnostic.code.to_string() == "unknown-key").ok_or("no error")?;
/// assert_eq!(first.help.as_deref(), Some("did you mean `claims`?"));
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug)]
pub struct AssessmentFiles {
    sources: Sources,
    documents: Vec<AssessmentDocument>,
    diagnostics: Vec<Diagnostic>,
    /// Whether each file could be parsed, so that references can be checked.
    complete: bool,
    /// The entries of directories that are not read.
    left_out: Vec<LeftOut>,
}

impl AssessmentFiles {
    /// Reads one assessment from files, or from the files directly in a directory: JSON if a name
    /// ends in `.json`, otherwise YAML. Entries of a directory that are not read are in
    /// [`AssessmentFiles::left_out`]; those with the name of a document are also warnings.
    ///
    /// # Errors
    ///
    /// [`crate::Error::Read`], [`crate::Error::NoFile`] and [`crate::Error::TooManyFiles`]. Errors
    /// in the text of a file are reported by [`AssessmentFiles::resolve`].
    pub fn read<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>) -> Result<Self> {
        let paths: Vec<PathBuf> = paths.into_iter().map(Into::into).collect();
        let mut read = source::read(&paths, false)?;
        files::leave_out_foreign(&mut read);
        let mut files = Self::decode(read.sources, read.diagnostics);
        files.diagnostics.extend(files::warnings(&read.left_out));
        files.left_out = read.left_out;
        Ok(files)
    }

    /// The entries of directories that were not read, with the reasons.
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// The names and texts of the files that were read.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let sources = self.sources.iter();
        sources.map(|source| (&*source.name, source.text.as_str()))
    }

    /// The files with their trees.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &source::Source> {
        self.sources.iter()
    }

    /// Whether each file could be parsed.
    pub(crate) fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether the files could be read without an error, apart from what a catalog is needed for.
    pub(crate) fn has_no_errors(&self) -> bool {
        let mut levels = self.diagnostics.iter().map(Diagnostic::level);
        !levels.any(|level| level == Level::Error)
    }

    /// Reads one assessment from a text.
    pub fn from_text(name: &str, text: impl Into<Vec<u8>>) -> Self {
        Self::from_texts([(name, text.into())])
    }

    /// Reads one assessment from several texts, each with its name.
    pub fn from_texts<'n>(texts: impl IntoIterator<Item = (&'n str, Vec<u8>)>) -> Self {
        let mut sources = Sources::default();
        let mut diagnostics = Vec::new();
        for (name, text) in texts {
            diagnostics.extend(sources.add(name, text));
        }
        Self::decode(sources, diagnostics)
    }

    fn decode(sources: Sources, mut diagnostics: Vec<Diagnostic>) -> Self {
        let complete = diagnostics.is_empty();
        let mut documents = Vec::new();
        for (file, source) in sources.iter().enumerate() {
            let Some(root) = source.tree.root() else {
                continue;
            };
            let mut reader = Reader::new(source, u16::try_from(file).unwrap_or(u16::MAX));
            documents.extend(AssessmentDocument::decode(root, &mut reader));
            diagnostics.extend(reader.into_diagnostics());
        }
        Self {
            sources,
            documents,
            diagnostics,
            complete,
            left_out: Vec::new(),
        }
    }

    /// Checks the assessment against a catalog. The texts are not kept: call
    /// [`AssessmentFiles::names`] and [`AssessmentFiles::documents`] before if you need them.
    ///
    /// # Errors
    ///
    /// All errors and warnings of all files if there is an error. Warnings alone are in
    /// [`Assessment::warnings`].
    pub fn resolve(self, catalog: &Catalog) -> Result<Assessment, Diagnostics> {
        if !self.complete || self.documents.is_empty() {
            return Err(Diagnostics::sorted(self.diagnostics));
        }
        resolve::resolve(self.documents, &self.sources, self.diagnostics, catalog)
    }

    /// The names of the files, in the order in which they were read.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| &*source.name)
    }

    /// The document of each file, in the order in which they were read.
    pub fn documents(&self) -> &[AssessmentDocument] {
        &self.documents
    }
}

impl AssessmentDocument {
    /// Checks an assessment made in code against a catalog. The diagnostics have no locations.
    ///
    /// # Errors
    ///
    /// All errors and warnings if there is an error.
    pub fn resolve(self, catalog: &Catalog) -> Result<Assessment, Diagnostics> {
        resolve::resolve(vec![self], &Sources::default(), Vec::new(), catalog)
    }
}

/// An assessment that was checked against a catalog. A clone shares its data with the original.
#[derive(Clone, Debug)]
pub struct Assessment(Arc<Resolved>);

/// The data of an assessment, shared by all its clones.
#[derive(Debug)]
struct Resolved {
    catalog: Catalog,
    document: AssessmentDocument,
    header: Header,
    files: Vec<InputFile>,
    warnings: Diagnostics,
    /// The organization first, then wallets by id.
    subjects: IndexVec<SubjectIndex, Subject>,
    assertions: IndexVec<AssertionIndex, Assertion>,
    /// What assertions cite.
    cited: Vec<EvidenceIndex>,
    /// The proposals that have not been confirmed, in the order of ids.
    proposals: IndexMap<ControlId, Proposal>,
    cells: Grid<SubjectIndex, ControlIndex, CellClaim>,
    evidence: IndexVec<EvidenceIndex, EvidenceFacts>,
    acceptances: IndexVec<AcceptanceIndex, AcceptanceFacts>,
}

/// The header of an assessment.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) title: String,
    pub(crate) custodian: Custodian,
    pub(crate) period: Period,
}

/// A file that an assessment was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// What is known about a pair of a control and a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CellClaim {
    /// The control does not apply to the subject: there is no cell.
    OutOfScope,
    /// Not assessed.
    NoClaim,
    /// Not assessed; this proposal awaits confirmation.
    Proposed(ProposalIndex),
    /// What is claimed.
    Claimed(AssertionIndex),
}

/// A proposed claim that has not been confirmed. It is kept apart from claims, so that it is never
/// counted as one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Proposal {
    /// The proposed claim; its `proposed` key states where it comes from.
    pub claim: Claim,
    /// Its location.
    pub location: Option<Location>,
    /// The `assessed` of its file, which the claim has once it is confirmed.
    pub(crate) assessed: Vec<Assessed>,
    /// Where it comes from, shared by the gaps of all its cells.
    pub(crate) origin: Arc<str>,
}

impl Proposal {
    /// The keys of the claim that it becomes when it is confirmed.
    pub(crate) fn parts_if_confirmed(&self) -> ClaimParts<'_> {
        ClaimParts {
            assessed: &self.assessed,
            ..self.claim.parts()
        }
    }

    /// Where it comes from.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

/// A claim on a control, for all its subjects or for one wallet.
#[derive(Clone, Debug)]
pub(crate) struct Assertion {
    pub(crate) control: ControlIndex,
    /// The claim, by its position in the document.
    pub(crate) claim: usize,
    /// The wallet that it is narrowed to.
    pub(crate) narrowed: Option<Narrowed>,
    /// The position of an earlier claim among those that the claim which replaced it lists.
    pub(crate) nth_earlier: Option<usize>,
    /// The first day on which it counts. Without one, it counts on every day.
    pub(crate) from: Option<Date>,
    /// The earlier claims that it replaced, in the order of their first days: a run of assertions.
    pub(crate) earlier: std::ops::Range<usize>,
    pub(crate) status: Status,
    /// The items that may back it: a run of `cited`.
    pub(crate) evidence: std::ops::Range<usize>,
    /// These and the items that show the shortfall: a run of `cited`.
    pub(crate) cited: std::ops::Range<usize>,
    pub(crate) location: Option<Location>,
    pub(crate) texts: ClaimTexts,
}

/// The texts of a claim that reports repeat for each of its cells, which share them.
#[derive(Clone, Debug)]
pub(crate) struct ClaimTexts {
    pub(crate) note: Option<Arc<str>>,
    pub(crate) missing: Option<Arc<str>>,
    /// Of the key that explains its status.
    pub(crate) explanation: Option<Arc<str>>,
}

impl ClaimTexts {
    fn of(status: Status, parts: ClaimParts<'_>) -> Self {
        let missing = parts.missing.map(Arc::from);
        let explanation = match status.explained_by() {
            Some(ClaimKey::Missing) => missing.clone(),
            key => key.and_then(|key| parts.text(key)).map(Arc::from),
        };
        Self {
            note: parts.note.map(Arc::from),
            missing,
            explanation,
        }
    }
}

/// A wallet that a claim is narrowed to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Narrowed {
    pub(crate) subject: SubjectIndex,
    /// The narrower claim, by its position among those of the claim.
    pub(crate) claim: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct EvidenceFacts {
    /// The day from which it is valid.
    pub(crate) from: Date,
    /// The last day on which it is valid.
    pub(crate) until: Date,
    /// The parameter of the profile that makes this day earlier than the assessment does.
    pub(crate) shortened_by: Option<crate::id::ParameterId>,
    /// The subjects that it is about, in order, if it names them.
    pub(crate) covers: Option<Vec<SubjectIndex>>,
    /// Whether it is of a kind that shows something about single subjects.
    pub(crate) is_particular: bool,
    pub(crate) location: Option<Location>,
}

impl EvidenceFacts {
    pub(crate) fn validity(&self) -> Validity {
        Validity::new(self.from, self.until)
    }

    /// Whether it names a subject; none if it names no subjects at all.
    fn names(&self, subject: SubjectIndex) -> Option<bool> {
        let covers = self.covers.as_ref()?;
        Some(covers.binary_search(&subject).is_ok())
    }
}

impl Acceptance {
    /// The days on which it is in force: not before the day of the decision.
    pub fn validity(&self) -> Validity {
        Validity::new(self.from.or(self.on), self.until)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct AcceptanceFacts {
    pub(crate) risk: RiskIndex,
    pub(crate) location: Option<Location>,
}

impl From<Resolved> for Assessment {
    fn from(resolved: Resolved) -> Self {
        Self(Arc::new(resolved))
    }
}

impl Assessment {
    /// The catalog that the assessment was checked against.
    pub fn catalog(&self) -> &Catalog {
        &self.0.catalog
    }

    /// The merged document, with its entries in the order of their ids. Proposals are not among its
    /// claims.
    pub fn document(&self) -> &AssessmentDocument {
        &self.0.document
    }

    pub(crate) fn header(&self) -> &Header {
        &self.0.header
    }

    /// The period that the assessment covers.
    pub fn period(&self) -> Period {
        self.0.header.period
    }

    /// The organization, then the wallets by id.
    pub fn subjects(&self) -> &[Subject] {
        self.0.subjects.as_slice()
    }

    /// The indices of all subjects, in the same order.
    pub fn subject_indices(&self) -> impl ExactSizeIterator<Item = SubjectIndex> + use<> {
        self.0.subjects.indices()
    }

    /// The index of a subject by its id: `organization`, or the id of a wallet.
    pub fn subject_index(&self, id: &str) -> Option<SubjectIndex> {
        let mut subjects = self.0.subjects.enumerate();
        let found = subjects.find(|(_, subject)| subject.id.as_str() == id);
        found.map(|(index, _)| index)
    }

    /// A subject by an index of this assessment.
    pub(crate) fn subject(&self, index: SubjectIndex) -> &Subject {
        &self.0.subjects[index]
    }

    /// The warnings: entries that have no effect.
    pub fn warnings(&self) -> &Diagnostics {
        &self.0.warnings
    }

    /// The files that the assessment was read from.
    pub fn files(&self) -> &[InputFile] {
        &self.0.files
    }

    /// The proposals that have not been confirmed, in the order of ids. Their cells are unknown.
    pub fn proposals(&self) -> &IndexMap<ControlId, Proposal> {
        &self.0.proposals
    }

    /// Whether a control applies to any subject.
    pub(crate) fn applies(&self, control: ControlIndex) -> bool {
        let mut cells = self
            .subject_indices()
            .map(|subject| CellIndex { subject, control });
        cells.any(|cell| self.cell(cell) != CellClaim::OutOfScope)
    }

    /// The number of cells: pairs of a control and a subject to which it applies.
    pub fn cell_count(&self) -> usize {
        self.0
            .cells
            .values()
            .filter(|cell| **cell != CellClaim::OutOfScope)
            .count()
    }

    /// What is known of each (control, subject) pair.
    pub(crate) fn cells(&self) -> &Grid<SubjectIndex, ControlIndex, CellClaim> {
        &self.0.cells
    }

    /// What reports call a cell: `control@subject`.
    pub(crate) fn cell_name(&self, cell: CellIndex) -> String {
        let control = self.catalog().control_at(cell.control).id.as_str();
        [control, "@", self.subject(cell.subject).id.as_str()].concat()
    }

    /// The name of a person, who is declared in every assessment that was resolved.
    pub(crate) fn name_of<'p>(&'p self, id: &'p PersonId) -> &'p str {
        let person = self.0.document.people.get(id);
        person.map_or(id.as_str(), |person| person.name.as_str())
    }

    pub(crate) fn cell(&self, cell: CellIndex) -> CellClaim {
        self.0.cells[(cell.subject, cell.control)]
    }

    pub(crate) fn assertions(&self) -> &IndexVec<AssertionIndex, Assertion> {
        &self.0.assertions
    }

    /// The assertions other than those of earlier claims.
    pub(crate) fn current_assertions(&self) -> impl Iterator<Item = (AssertionIndex, &Assertion)> {
        let all = self.0.assertions.enumerate();
        all.filter(|(_, assertion)| assertion.nth_earlier.is_none())
    }

    pub(crate) fn assertion(&self, index: AssertionIndex) -> &Assertion {
        &self.0.assertions[index]
    }

    /// The index of what is claimed of a control for a subject.
    pub fn assertion_index_on(&self, cell: CellIndex) -> Option<AssertionIndex> {
        match self.cell(cell) {
            CellClaim::Claimed(assertion) => Some(assertion),
            CellClaim::NoClaim | CellClaim::Proposed(_) | CellClaim::OutOfScope => None,
        }
    }

    pub(crate) fn proposal_on(&self, cell: CellIndex) -> Option<&Proposal> {
        match self.cell(cell) {
            CellClaim::Proposed(proposal) => {
                Some(proven(self.0.proposals.get_index(proposal.position())).1)
            }
            CellClaim::NoClaim | CellClaim::Claimed(_) | CellClaim::OutOfScope => None,
        }
    }

    /// The evidence items that may back a claim.
    pub(crate) fn cited_by(&self, assertion: &Assertion) -> &[EvidenceIndex] {
        proven(self.0.cited.get(assertion.evidence.clone()))
    }

    /// All evidence items that a claim cites, also those that show the shortfall.
    pub(crate) fn all_cited_by(&self, assertion: &Assertion) -> &[EvidenceIndex] {
        proven(self.0.cited.get(assertion.cited.clone()))
    }

    /// The parts of a claim other than its status.
    pub(crate) fn parts(&self, assertion: &Assertion) -> ClaimParts<'_> {
        proven(self.0.document.parts(assertion))
    }

    /// When each evidence item is valid.
    pub(crate) fn evidence(&self) -> &IndexVec<EvidenceIndex, EvidenceFacts> {
        &self.0.evidence
    }

    pub(crate) fn evidence_at(
        &self,
        index: EvidenceIndex,
    ) -> (&EvidenceId, &Evidence, &EvidenceFacts) {
        let (id, evidence) = proven(self.0.document.evidence.get_index(index.position()));
        (id, evidence, &self.0.evidence[index])
    }

    /// Whether an evidence item can back a claim for a subject while it is reliable.
    pub(crate) fn relevance(&self, item: EvidenceIndex, subject: SubjectIndex) -> Relevance {
        let facts = &self.0.evidence[item];
        let since = self.subject(subject).since;
        Relevance::of(facts.is_particular, facts.from, facts.names(subject), since)
    }

    pub(crate) fn evidence_index(&self, id: &str) -> Option<EvidenceIndex> {
        let position = self.0.document.evidence.get_index_of(id);
        position.map(EvidenceIndex::at)
    }

    /// The accepted risks, in the order of ids.
    pub(crate) fn acceptances(&self) -> &IndexVec<AcceptanceIndex, AcceptanceFacts> {
        &self.0.acceptances
    }

    /// The acceptance of a risk.
    pub(crate) fn acceptance_index(&self, risk: &RiskId) -> Option<AcceptanceIndex> {
        let position = self.0.document.accepted_risks.get_index_of(risk);
        position.map(AcceptanceIndex::at)
    }

    pub(crate) fn acceptance(
        &self,
        index: AcceptanceIndex,
    ) -> (&RiskId, &Acceptance, &AcceptanceFacts) {
        let accepted = &self.0.document.accepted_risks;
        let (id, acceptance) = proven(accepted.get_index(index.position()));
        (id, acceptance, &self.0.acceptances[index])
    }
}
