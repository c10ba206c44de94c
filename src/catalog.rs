//! What can go wrong at a custodian of digital assets, and what should be in place.
//!
//! A [`Catalog`] is a [`CatalogDocument`] that was checked: every reference resolves, and every
//! rule of the format is met. The built-in one ([`Catalog::builtin`]) structures ISO/TR 23576:2020.
//! A catalog of your own is read and checked in the same way ([`Catalog::read`]), and so is a
//! [`profile`], which selects from a catalog and adds to it. The catalog does not know about
//! assessments.

pub mod bibliography;
mod build;
mod builtin;
mod check;
pub mod document;
mod editions;
mod missing;
mod named;
pub mod profile;
mod reference;
mod traits;
mod when;

pub use bibliography::{CatalogTerm, CitedDocument};
pub use document::CatalogDocument;
pub use named::NamedFramework;
pub use profile::{Profile, ProfileDocument};
pub use reference::NamedReference;
pub(crate) use reference::ReferenceReader;
pub use traits::{DeclaredTrait, OrDeclared, Traits};
pub use when::When;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::error::{Error, Result};
use crate::id::{ClauseNumber, ControlId, DocumentId, FamilyId, FrameworkId, RiskId, TermId};
use crate::index::{ControlIndex, Position, RiskIndex, proven};
use crate::source::decode::{Decode, Reader};
use crate::source::{self, Sources};
use crate::taxonomy::{
    Actor, Asset, CatalogOrigin, Confidence, Factor, Function, Provenance, Severity, Strength,
    SubjectKind, Technique, Threat,
};
use document::{
    CatalogFacts, CatalogSource, Clause, Component, ComponentLink, FactorRow, Flow, Framework,
    KeyState, KeyTransition, KeyType, OutsideParty,
};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// A catalog of risks and controls that was checked. A clone shares its data with the original.
///
/// ```
/// use custody_controls::Catalog;
///
/// let catalog = Catalog::builtin();
/// let control = catalog.control("9.3.7.3-a").ok_or("no such control")?;
/// assert_eq!(control.clause.as_str(), "9.3.7.3");
/// assert_eq!(catalog.controls().len(), 190);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug)]
pub struct Catalog(Arc<Resolved>);

/// What a catalog holds, shared by all its copies.
#[derive(Debug, Serialize, Deserialize)]
struct Resolved {
    facts: CatalogFacts,
    sha256: String,
    sources: IndexMap<crate::id::SourceId, CatalogSource>,
    limits: Vec<String>,
    clause_titles: IndexMap<ClauseNumber, String>,
    traits: Traits,
    risks: IndexMap<RiskId, Risk>,
    families: IndexMap<FamilyId, Family>,
    controls: IndexMap<ControlId, Control>,
    /// The warnings. Those of the built-in catalog are computed when needed.
    #[serde(skip)]
    warnings: OnceLock<Diagnostics>,
    /// The annex of the built-in catalog is unpacked when needed.
    #[serde(skip)]
    annex: OnceLock<Box<Annex>>,
    /// The selection, if it is a profile. A packed catalog never is.
    #[serde(skip)]
    profile: Option<Box<Profile>>,
}

/// The reference model, the details of entries, the mappings to other frameworks, the bibliography and the
/// glossary. No gap depends on them, so they are kept apart.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Annex {
    clauses: IndexMap<ClauseNumber, Clause>,
    model: Model,
    frameworks: IndexMap<FrameworkId, Framework>,
    risks: IndexMap<RiskId, RiskDetails>,
    controls: IndexMap<ControlId, ControlDetails>,
    references: IndexMap<DocumentId, CitedDocument>,
    terms: IndexMap<TermId, CatalogTerm>,
}

/// The reference model of a custodian (clauses 5.2 to 5.4 and 8.2.2.2).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Model {
    /// The functional components of a custodian's system.
    pub components: IndexMap<crate::id::ComponentId, Component>,
    /// Parties outside the model that the links connect to.
    pub outside: IndexMap<crate::id::ComponentId, OutsideParty>,
    /// The links between them.
    pub links: Vec<ComponentLink>,
    /// The types of keys.
    pub key_types: IndexMap<crate::id::KeyTypeId, KeyType>,
    /// The states of keys and seeds.
    pub key_states: IndexMap<crate::id::KeyStateId, KeyState>,
    /// The transitions between states.
    pub key_transitions: Vec<KeyTransition>,
    /// The transaction flows.
    pub flows: IndexMap<crate::id::FlowId, Flow>,
    /// The signature-key matrix: threat factors by threats.
    pub signature_key_matrix: IndexMap<crate::id::MatrixRowId, FactorRow>,
}

/// A risk: one way in which harm can occur (clause 8).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Risk {
    /// Its id.
    pub id: RiskId,
    /// The clause that it belongs to.
    pub clause: ClauseNumber,
    /// Its title.
    pub title: String,
    /// The severity of the stated consequence, not a level of risk.
    pub severity: Severity,
    /// What may happen.
    pub threats: Vec<Threat>,
    /// What is at stake.
    pub assets: Vec<Asset>,
    /// The only wallets to which it applies.
    pub when: When,
    /// The consequence for customers' assets.
    pub consequence: String,
    pub(crate) links: RiskLinks,
}

/// The factors, actors and provenance of a risk.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RiskDetails {
    /// Why it may happen.
    pub factors: Vec<Factor>,
    /// Who or what gives rise to it.
    pub actors: Vec<Actor>,
    /// Where the substance comes from.
    pub source: String,
    /// How the substance was found.
    pub provenance: Provenance,
    /// References of other frameworks that address the same subject.
    pub crosswalk: Option<document::ControlCrosswalk>,
}

/// The controls that treat a risk, by position in the catalog.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct RiskLinks {
    pub(crate) direct_wallet: Vec<ControlIndex>,
    pub(crate) direct_organization: Vec<ControlIndex>,
    pub(crate) supporting_wallet: Vec<ControlIndex>,
    pub(crate) supporting_organization: Vec<ControlIndex>,
}

impl Risk {
    /// Whether the risk is assessed per wallet: at least one wallet control treats it directly. Any
    /// other risk is assessed once, for the organization.
    pub fn is_per_wallet(&self) -> bool {
        !self.links.direct_wallet.is_empty()
    }

    /// Whether the catalog has at least one control that treats the risk directly.
    pub fn has_direct_control(&self) -> bool {
        self.is_per_wallet() || !self.links.direct_organization.is_empty()
    }
}

/// A family of controls: a chapter of the catalog.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Family {
    /// Its id.
    pub id: FamilyId,
    /// Its title.
    pub title: String,
}

/// A control: one thing that should be in place (clause 9).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Control {
    /// Its id.
    pub id: ControlId,
    /// The family that it belongs to.
    pub family: FamilyId,
    /// The clause that it belongs to.
    pub clause: ClauseNumber,
    /// Its title.
    pub title: String,
    /// What is to be in place.
    pub statement: String,
    /// Risks that it itself prevents, detects or corrects.
    pub directly: Vec<RiskId>,
    /// Risks whose treatment it supports.
    pub supporting: Vec<RiskId>,
    /// Whether it applies to the organization or to wallets.
    pub subject: SubjectKind,
    /// When it applies.
    pub when: When,
    /// How it acts on an event.
    pub functions: Vec<Function>,
    /// Positions of the risks of `directly` in the catalog.
    pub(crate) direct_risks: Vec<RiskIndex>,
    /// Positions of the risks of `supporting` in the catalog.
    pub(crate) supporting_risks: Vec<RiskIndex>,
}

/// Typical evidence, provenance and crosswalk of a control.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ControlDetails {
    /// Evidence that typically shows that it is in place.
    pub evidence: Vec<String>,
    /// Techniques by which an assessor typically obtains evidence.
    pub techniques: Vec<Technique>,
    /// Where the substance comes from.
    pub source: String,
    /// How strongly the source words it.
    pub strength: Strength,
    /// How the substance was found.
    pub provenance: Provenance,
    /// The ids of controls that it replaced.
    pub replaces: Vec<ControlId>,
    /// References of other frameworks that address the same subject.
    pub crosswalk: Option<document::ControlCrosswalk>,
}

/// A reference from a control to a framework.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Mapping<'c> {
    /// The control.
    pub control: &'c Control,
    /// The framework of the reference, including its edition.
    pub framework: &'c Framework,
    /// The id of that framework.
    pub framework_id: &'c FrameworkId,
    /// The number or short name within the framework.
    pub reference: &'c str,
    /// How far the mapping can be relied on.
    pub confidence: Confidence,
}

impl From<Resolved> for Catalog {
    fn from(resolved: Resolved) -> Self {
        Self(Arc::new(resolved))
    }
}

impl Catalog {
    /// Reads a catalog of your own: a file, or a directory with files at any depth, structured like
    /// the files under `controls/`. A file that begins with `profile` is a profile of the catalog
    /// in the other files, or of the built-in one if there are no other files.
    ///
    /// # Errors
    ///
    /// [`Error::Read`] and [`Error::NoFile`] if a file cannot be read or there is none,
    /// [`Error::Invalid`] with all errors if the files are not a valid catalog.
    pub fn read(path: impl Into<PathBuf>) -> Result<Self> {
        let read = source::read(&[path.into()], true)?;
        let catalog = Self::decode(&read.sources, read.diagnostics);
        catalog
            .and_then(|catalog| catalog.distinct(&read.sources))
            .map_err(Error::Invalid)
    }

    /// Reads a catalog from a text: JSON if the name ends in `.json`, otherwise YAML.
    ///
    /// # Errors
    ///
    /// All errors in the text.
    pub fn from_text(name: &str, text: impl Into<Vec<u8>>) -> Result<Self, Diagnostics> {
        Self::from_texts([(name, text.into())])
    }

    /// Reads a catalog from several texts, each with its name.
    ///
    /// # Errors
    ///
    /// All errors of the texts.
    pub fn from_texts<'n>(
        texts: impl IntoIterator<Item = (&'n str, Vec<u8>)>,
    ) -> Result<Self, Diagnostics> {
        let mut sources = Sources::default();
        let mut diagnostics = Vec::new();
        for (name, text) in texts {
            diagnostics.extend(sources.add(name, text));
        }
        Self::decode(&sources, diagnostics)?.distinct(&sources)
    }

    /// Rejects a catalog that has the id of the built-in one, but not its content.
    fn distinct(self, sources: &Sources) -> Result<Self, Diagnostics> {
        let builtin = Self::builtin();
        let id = &builtin.facts().id;
        let profile = self.profile();
        let base = profile.map(|profile| (&profile.base.id, profile.base_sha256.as_str()));
        // Case and punctuation do not distinguish ids for a reader.
        let letters = |id: &crate::id::CatalogId| {
            let letters = id.as_str().chars().filter(char::is_ascii_alphanumeric);
            letters.map(|c| c.to_ascii_lowercase()).collect::<String>()
        };
        let posing = [Some((&self.facts().id, self.sha256())), base]
            .into_iter()
            .flatten()
            .find(|(named, sha256)| letters(named) == letters(id) && *sha256 != builtin.sha256());
        let Some((named, found)) = posing else {
            return Ok(self);
        };
        let like = if named == id {
            ""
        } else {
            ", apart from case and punctuation,"
        };
        let message = format!(
            "`{named}` is{like} the id of the built-in catalog, which has other content: expected SHA-256 `{}`, found `{found}`",
            builtin.sha256()
        );
        let mut reserved = Diagnostic::new(Code::ReservedId, message);
        for source in sources.iter() {
            let (tree, text) = (&source.tree, source.text.as_str());
            let within = |node, key| tree.entry(text, node, key).map(|(_, value)| value);
            let stated = tree.root().and_then(|root| {
                let facts = within(root, "catalog").and_then(|facts| within(facts, "id"));
                facts.or_else(|| within(root, "profile"))
            });
            if let Some(stated) = stated {
                let message = std::mem::take(&mut reserved.message);
                reserved = source.diagnostic(Code::ReservedId, message, tree.span(stated));
                break;
            }
        }
        Err(Diagnostics::sorted(vec![reserved.help(
            "choose another id for your own catalog or profile, and name it under `catalog` in the assessment",
        )]))
    }

    /// Whether it is the built-in catalog: whether its canonical form is the same.
    pub fn is_builtin(&self) -> bool {
        self.sha256() == Self::builtin().sha256()
    }

    /// Where it comes from: built in, a profile of the built-in catalog, or neither.
    pub fn origin(&self) -> CatalogOrigin {
        let builtin = Self::builtin();
        match self.profile() {
            _ if self.is_builtin() => CatalogOrigin::BuiltIn,
            Some(profile) if profile.base_sha256 == builtin.sha256() => CatalogOrigin::Profile,
            Some(_) | None => CatalogOrigin::Own,
        }
    }

    fn decode(sources: &Sources, mut diagnostics: Vec<Diagnostic>) -> Result<Self, Diagnostics> {
        if !diagnostics.is_empty() {
            // The content of a file that cannot be parsed is unknown, so references cannot be
            // checked.
            return Err(Diagnostics::sorted(diagnostics));
        }
        let (document, profile) = gather(sources, &mut diagnostics);
        match (document, profile) {
            (document, None) => check::resolve(document.unwrap_or_default(), sources, diagnostics),
            (None, Some(profile)) => {
                profile::resolve(profile, Self::builtin(), sources, diagnostics)
            }
            (Some(document), Some(profile)) => {
                let base = check::resolve(document, sources, diagnostics)?;
                profile::resolve(profile, &base, sources, Vec::new())
            }
        }
    }

    /// The warnings about the catalog, which do not prevent its use. They have locations if the
    /// catalog was read from files.
    pub fn warnings(&self) -> &Diagnostics {
        self.0
            .warnings
            .get_or_init(|| check::crosswalk_warnings(self))
    }

    /// The metadata of the catalog.
    pub fn facts(&self) -> &CatalogFacts {
        &self.0.facts
    }

    /// The SHA-256 of the catalog's canonical form: the compact JSON of all its entries in catalog
    /// order. Layout and comments of the files do not change it; any change of content does.
    pub fn sha256(&self) -> &str {
        &self.0.sha256
    }

    /// The documents that the catalog is based on.
    pub fn sources(&self) -> &IndexMap<crate::id::SourceId, CatalogSource> {
        &self.0.sources
    }

    /// What the catalog does not cover.
    pub fn limits(&self) -> &[String] {
        &self.0.limits
    }

    /// The clauses, in the order of the standard.
    pub fn clauses(&self) -> &IndexMap<ClauseNumber, Clause> {
        &self.annex().clauses
    }

    /// The title of a clause; empty if there is no such clause.
    pub fn clause_title(&self, clause: &ClauseNumber) -> &str {
        self.0.clause_titles.get(clause).map_or("", String::as_str)
    }

    /// The traits of wallets that the catalog declares beside the built-in ones.
    pub fn traits(&self) -> &Traits {
        &self.0.traits
    }

    /// The reference model of a custodian.
    pub fn model(&self) -> &Model {
        &self.annex().model
    }

    /// All risks, in catalog order: by clause, then by id.
    pub fn risks(&self) -> impl ExactSizeIterator<Item = &Risk> {
        self.0.risks.values()
    }

    /// A risk by its id.
    pub fn risk(&self, id: &str) -> Option<&Risk> {
        self.0.risks.get(id)
    }

    /// All families, in catalog order.
    pub fn families(&self) -> impl ExactSizeIterator<Item = &Family> {
        self.0.families.values()
    }

    /// A family by its id.
    pub fn family(&self, id: &str) -> Option<&Family> {
        self.0.families.get(id)
    }

    /// All controls, in catalog order: by family, then by clause, then by id.
    pub fn controls(&self) -> impl ExactSizeIterator<Item = &Control> {
        self.0.controls.values()
    }

    /// A control by its id.
    pub fn control(&self, id: &str) -> Option<&Control> {
        self.0.controls.get(id)
    }

    /// The frameworks that crosswalks refer to.
    pub fn frameworks(&self) -> &IndexMap<FrameworkId, Framework> {
        &self.annex().frameworks
    }

    /// The factors, actors and provenance of a risk.
    pub fn risk_details(&self, risk: &RiskId) -> Option<&RiskDetails> {
        self.annex().risks.get(risk)
    }

    /// Typical evidence, provenance and crosswalk of a control.
    pub fn control_details(&self, control: &ControlId) -> Option<&ControlDetails> {
        self.annex().controls.get(control)
    }

    /// The details of a control of this catalog.
    pub(crate) fn details(&self, control: &Control) -> &ControlDetails {
        proven(self.annex().controls.get(&control.id))
    }

    /// The references of other frameworks that address the subject of a control.
    pub fn crosswalk(&self, control: &ControlId) -> Option<&document::ControlCrosswalk> {
        self.control_details(control)?.crosswalk.as_ref()
    }

    /// The framework with a name: an id, an id without its edition, or `iso-27001`, whose Annex A lists
    /// the controls of `iso-27002`. None if there is no such framework, or if the name may mean several
    /// editions that have numbers in common.
    ///
    /// ```
    /// use custody_controls::catalog::{Catalog, NamedReference};
    ///
    /// let annex = Catalog::builtin().framework("iso-27001").ok_or("missing")?;
    /// assert_eq!(annex.id.as_str(), "iso-27001-2022");
    /// assert_eq!(annex.listed_as.as_str(), "iso-27002-2022");
    /// assert_eq!(annex.reference("A.8.24"), NamedReference::Listed("8.24"));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn framework(&self, name: &str) -> Option<NamedFramework<'_>> {
        named::framework(self.frameworks(), name)
    }

    /// The references of other frameworks that address the subject of a risk.
    pub fn risk_crosswalk(&self, risk: &RiskId) -> Option<&document::ControlCrosswalk> {
        self.risk_details(risk)?.crosswalk.as_ref()
    }

    /// The reference of a framework that a text names, in the forms in which people write it, such as
    /// `A.5.15 Access control` for `5.15`. None if there is no such framework.
    ///
    /// ```
    /// use custody_controls::catalog::{Catalog, NamedReference};
    ///
    /// let named = Catalog::builtin().named_reference("nist-sp-800-53-r5", "AC-06 (5)");
    /// assert_eq!(named, Some(NamedReference::Listed("AC-6(5)")));
    /// ```
    pub fn named_reference(&self, framework: &str, written: &str) -> Option<NamedReference<'_>> {
        Some(self.framework(framework)?.reference(written))
    }

    /// The references that a text names, with their frameworks: of one framework if its name comes
    /// first, as in `ccss-9.0 1.01.1`; of Annex A of ISO/IEC 27001 if the text begins like `A.8.24`; or
    /// else of any framework.
    pub fn find_references(&self, written: &str) -> Vec<(NamedFramework<'_>, &str)> {
        named::references(self.frameworks(), written)
    }

    /// Help for a name that [`framework`](Self::framework) does not find.
    pub fn framework_help(&self, name: &str) -> Option<String> {
        named::help(self.frameworks(), name)
    }

    /// A repair if a text names a reference of another edition of a framework: the edition, and the
    /// successors or predecessors of the reference in this one. None if no other edition has it.
    pub(crate) fn in_other_edition(&self, id: &FrameworkId, written: &str) -> Option<String> {
        editions::in_other_edition(self.frameworks(), id, written)
    }

    fn annex(&self) -> &Annex {
        self.0.annex.get_or_init(builtin::annex)
    }

    /// The highest severity of the risks that a control treats directly, if it treats any.
    pub(crate) fn worst_direct_risk(&self, control: &Control) -> Option<Severity> {
        let treated = control.directly.iter();
        let risks = treated.filter_map(|risk| self.risk(risk.as_str()));
        risks.map(|risk| risk.severity).max()
    }

    /// The controls that treat a risk directly, in catalog order.
    pub fn direct_controls<'c>(&'c self, risk: &'c Risk) -> impl Iterator<Item = &'c Control> {
        let controls = Self::direct_indices(risk).into_iter();
        controls.map(|control| self.control_at(control))
    }

    /// The controls that treat a risk directly, in catalog order.
    pub(crate) fn direct_indices(risk: &Risk) -> Vec<ControlIndex> {
        in_order(&risk.links.direct_organization, &risk.links.direct_wallet)
    }

    /// The controls that support the treatment of a risk, in catalog order.
    pub fn supporting_controls<'c>(&'c self, risk: &'c Risk) -> impl Iterator<Item = &'c Control> {
        let links = &risk.links;
        let controls = in_order(&links.supporting_organization, &links.supporting_wallet);
        let controls = controls.into_iter();
        controls.map(|control| self.control_at(control))
    }

    /// All references from controls to frameworks, in catalog order.
    pub fn mappings(&self) -> impl Iterator<Item = Mapping<'_>> {
        self.controls().flat_map(move |control| {
            self.crosswalk(&control.id)
                .into_iter()
                .flat_map(move |crosswalk| {
                    crosswalk
                        .references
                        .iter()
                        .flat_map(move |(id, references)| {
                            let found = self.frameworks().get_key_value(id);
                            let (framework_id, framework) = proven(found);
                            references.iter().map(move |reference| Mapping {
                                control,
                                framework,
                                framework_id,
                                reference,
                                confidence: crosswalk.confidence,
                            })
                        })
                })
        })
    }

    pub(crate) fn control_at(&self, control: ControlIndex) -> &Control {
        proven(self.0.controls.get_index(control.position())).1
    }

    pub(crate) fn risk_at(&self, risk: RiskIndex) -> &Risk {
        proven(self.0.risks.get_index(risk.position())).1
    }

    /// The index of a control.
    pub fn control_index(&self, id: &str) -> Option<ControlIndex> {
        self.0.controls.get_index_of(id).map(ControlIndex::at)
    }

    pub(crate) fn risk_index(&self, id: &str) -> Option<RiskIndex> {
        self.0.risks.get_index_of(id).map(RiskIndex::at)
    }

    /// All controls, each with its index.
    pub(crate) fn indexed_controls(
        &self,
    ) -> impl ExactSizeIterator<Item = (ControlIndex, &Control)> {
        let controls = self.0.controls.values().enumerate();
        controls.map(|(position, control)| (ControlIndex::at(position), control))
    }

    /// All risks, each with its index.
    pub(crate) fn indexed_risks(&self) -> impl ExactSizeIterator<Item = (RiskIndex, &Risk)> {
        let risks = self.0.risks.values().enumerate();
        risks.map(|(position, risk)| (RiskIndex::at(position), risk))
    }
}

fn in_order(one: &[ControlIndex], other: &[ControlIndex]) -> Vec<ControlIndex> {
    let mut controls = [one, other].concat();
    controls.sort_unstable();
    controls
}

impl CatalogDocument {
    /// Checks a catalog made in code.
    ///
    /// # Errors
    ///
    /// All errors in the catalog.
    pub fn resolve(self) -> Result<Catalog, Diagnostics> {
        let sources = Sources::default();
        check::resolve(self, &sources, Vec::new())?.distinct(&sources)
    }
}

/// The content of the files of a catalog: a catalog, a profile, or both.
fn gather(
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> (Option<CatalogDocument>, Option<ProfileDocument>) {
    let (mut whole, mut profile) = (None::<CatalogDocument>, None::<ProfileDocument>);
    for (file, source) in sources.iter().enumerate() {
        let Some(root) = source.tree.root() else {
            continue;
        };
        let mut reader = Reader::new(source, u16::try_from(file).unwrap_or(u16::MAX));
        let mut again = Vec::new();
        let has = |key: &&str| source.tree.entry(&source.text, root, key).is_some();
        if ["profile", "select", "except"].iter().any(has) {
            if let Some(read) = ProfileDocument::decode(root, &mut reader) {
                if profile.is_some() {
                    again.push(("profile", read.profile.to_string()));
                } else {
                    profile = Some(read);
                }
            }
        } else if let Some(part) = CatalogDocument::decode(root, &mut reader) {
            let whole = whole.get_or_insert_default();
            whole.merge(part, |section, id| again.push((section, id)));
        }
        diagnostics.extend(reader.into_diagnostics());
        for (section, id) in again {
            let message = format!("`{id}` under `{section}` is also defined in another file");
            diagnostics.push(
                Diagnostic::new(Code::RepeatedId, message)
                    .at(crate::location::Location::start_of(&source.name))
                    .help("keep one of the definitions"),
            );
        }
    }
    (whole, profile)
}
