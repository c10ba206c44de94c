//! Changes of an assessment by their meaning, as edits of its files.
//!
//! A change is made twice: to the documents, and, as edits of single entries, to the texts. The texts
//! are then read again. If they do not give exactly the changed documents, or if the assessment has an
//! error that it did not have before, nothing is changed. `docs/editing.md` has the rules of each
//! change.

mod claim;
mod house;
mod reconcile;
mod record;

pub use claim::{ClaimChange, Confirmation, ItemsChange, Removal};
pub use house::{HouseStyle, NotFormatted, house_style};
pub use record::{Renewal, RiskAcceptance};

use crate::assessment::{AssessmentDocument, AssessmentFiles, FixedFile};
use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Diagnostics, Level, suggest};
use crate::edit::{Editor, Refusal};
use crate::id::WalletId;
use std::collections::BTreeMap;
use std::fmt;

/// What prevents a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstruction {
    /// An entry that is named does not exist.
    Unknown,
    /// The evidence item to add exists.
    Exists,
    /// The risk is accepted already.
    Accepted,
    /// Several files have the claim.
    SeveralFiles,
    /// The claim has keys that its new status does not allow.
    KeysNotAllowed,
    /// The claim was assessed, and it is not stated who assessed the one that replaces it.
    NotAssessed,
    /// The new claim has no status.
    NoStatus,
    /// The evidence item has keys that belong to the former evidence.
    OfFormerEvidence,
    /// The evidence item was collected later than the renewal.
    CollectedLater,
    /// The file cannot be edited there.
    Refused,
}

/// Why a change is not made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Objection {
    /// What prevents it.
    pub obstruction: Obstruction,
    /// What prevents it, in lower case.
    pub message: String,
    /// What to do instead.
    pub help: Option<String>,
}

impl Objection {
    fn new(obstruction: Obstruction, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            obstruction,
            message: message.into(),
            help: Some(help.into()),
        }
    }
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Why no file changes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// Changes that are not possible.
    Objections(Vec<Objection>),
    /// The errors that the changed assessment would have and the present one has not. Their locations
    /// are those of the changed files.
    Errors(Diagnostics),
}

/// What changes in the files of an assessment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Drafted {
    /// The files that change, in the order in which they were read.
    pub files: Vec<FixedFile>,
    /// What changes, in the order of the requests.
    pub notes: Vec<String>,
    /// The warnings that the changed assessment has and the present one has not.
    pub warnings: Diagnostics,
}

/// The files of an assessment, with changes that are not written yet.
///
/// ```
/// use custody_controls::authoring::{ClaimChange, Draft};
/// use custody_controls::taxonomy::Status;
/// use custody_controls::{AssessmentFiles, Catalog};
///
/// let text = "assessment: mine\nclaims:\n  9.3.7.3-a:   # to do\n";
/// let files = AssessmentFiles::from_text("mine.yaml", text);
/// let mut draft = Draft::new(files, Catalog::builtin()).map_err(|_| "not parsed")?;
/// let mut change = ClaimChange::new("9.3.7.3-a".parse()?);
/// change.status = Some(Status::Implemented);
/// draft.set(&change);
/// let drafted = draft.finish().map_err(|_| "rejected")?;
/// assert_eq!(
///     drafted.files[0].after,
///     "assessment: mine\nclaims:\n  9.3.7.3-a:   # to do\n    status: implemented\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Draft<'c> {
    catalog: &'c Catalog,
    files: Vec<DraftFile>,
    objections: Vec<Objection>,
    notes: Vec<String>,
}

/// A file: its text, what it contains, and what it is to contain.
#[derive(Debug)]
struct DraftFile {
    name: String,
    text: String,
    before: AssessmentDocument,
    after: AssessmentDocument,
}

impl<'c> Draft<'c> {
    /// The files of an assessment, without changes yet.
    ///
    /// # Errors
    ///
    /// All errors of the files, if one cannot be parsed.
    pub fn new(files: AssessmentFiles, catalog: &'c Catalog) -> Result<Self, Diagnostics> {
        let texts: Vec<(String, String)> = files
            .texts()
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .collect();
        let documents = files.documents().to_vec();
        if !files.is_complete() || documents.len() != texts.len() {
            return Err(files.resolve(catalog).err().unwrap_or_default());
        }
        let mut draft = Self {
            catalog,
            files: Vec::new(),
            objections: Vec::new(),
            notes: Vec::new(),
        };
        for ((name, text), document) in texts.into_iter().zip(documents) {
            if draft.files.iter().all(|file| file.name != name) {
                draft.files.push(DraftFile {
                    name,
                    text,
                    after: document.clone(),
                    before: document,
                });
            }
        }
        Ok(draft)
    }

    /// The document of each file with the changes, in the order in which they were read.
    pub fn documents(&self) -> impl Iterator<Item = &AssessmentDocument> {
        self.files.iter().map(|file| &file.after)
    }

    /// The files with the changes.
    ///
    /// # Errors
    ///
    /// A [`Rejection`] if a change is not possible, or if the result has an error that the present
    /// assessment has not.
    pub fn finish(self) -> Result<Drafted, Rejection> {
        let mut objections = self.objections;
        let mut texts = Vec::new();
        for file in &self.files {
            match file.edited(self.catalog) {
                Ok(text) => texts.push(text),
                Err(found) => objections.extend(found),
            }
        }
        if !objections.is_empty() {
            return Err(Rejection::Objections(objections));
        }
        let read = |texts: &mut dyn Iterator<Item = (&str, &str)>| {
            let texts: Vec<(&str, Vec<u8>)> = texts
                .map(|(name, text)| (name, text.as_bytes().to_vec()))
                .collect();
            AssessmentFiles::from_texts(texts)
        };
        let names = self.files.iter().map(|file| file.name.as_str());
        let after = read(&mut names.zip(texts.iter().map(String::as_str)));
        let intended = self.files.iter().map(|file| &file.after);
        if !after.is_complete() || !after.documents().iter().eq(intended) {
            return Err(Rejection::Objections(vec![Objection {
                obstruction: Obstruction::Refused,
                message: Refusal::Differs.to_string(),
                help: None,
            }]));
        }
        let files = self.files.iter();
        let before = read(&mut files.map(|file| (file.name.as_str(), file.text.as_str())));
        let warnings = new_diagnostics(before, after, self.catalog)?;
        let changed = self.files.into_iter().zip(texts);
        let changed = changed.filter(|(file, text)| file.text != *text);
        Ok(Drafted {
            files: changed
                .map(|(file, after)| FixedFile::new(file.name, file.text, after))
                .collect(),
            notes: self.notes,
            warnings,
        })
    }

    fn object(
        &mut self,
        obstruction: Obstruction,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.objections
            .push(Objection::new(obstruction, message, help));
    }

    /// The position of the file for a new entry: the one with the highest score, and among
    /// equal ones the first.
    fn file_with_most(&self, score: impl Fn(&AssessmentDocument) -> (usize, usize)) -> usize {
        let mut best = (0, (0, 0));
        for (position, file) in self.files.iter().enumerate() {
            let score = score(&file.after);
            if score > best.1 {
                best = (position, score);
            }
        }
        best.0
    }

    /// Objects to a wallet that no file declares.
    fn knows_wallet(&mut self, id: &WalletId) -> bool {
        let wallets: Vec<&WalletId> = self
            .documents()
            .flat_map(|document| document.wallets.keys())
            .collect();
        if wallets.contains(&id) {
            return true;
        }
        let help = suggest(id.as_str(), wallets.into_iter().map(WalletId::as_str));
        let help = help.unwrap_or_else(|| "declare it under `wallets`".to_owned());
        self.object(Obstruction::Unknown, format!("unknown wallet `{id}`"), help);
        false
    }

    fn name_of(&self, file: usize) -> &str {
        self.files.get(file).map_or("", |file| &file.name)
    }

    fn document(&mut self, file: usize) -> Option<&mut AssessmentDocument> {
        self.files.get_mut(file).map(|file| &mut file.after)
    }
}

impl DraftFile {
    /// The text with the edits that make the document what it is to be.
    fn edited(&self, catalog: &Catalog) -> Result<String, Vec<Objection>> {
        if self.before == self.after {
            return Ok(self.text.clone());
        }
        let editor = Editor::new(&self.name, self.text.as_str());
        let mut editor = editor.map_err(|found| {
            vec![Objection {
                obstruction: Obstruction::Refused,
                message: found.message,
                help: found.help,
            }]
        })?;
        let refused = reconcile::reconcile(&mut editor, (&self.before, &self.after), catalog);
        if refused.is_empty() {
            return Ok(editor.into_text());
        }
        let refused = refused.into_iter().map(|(path, refusal)| Objection {
            obstruction: Obstruction::Refused,
            message: format!("cannot edit `{path}` in `{}`: {refusal}", self.name),
            help: None,
        });
        Err(refused.collect())
    }
}

/// The warnings that only the second assessment has.
fn new_diagnostics(
    before: AssessmentFiles,
    after: AssessmentFiles,
    catalog: &Catalog,
) -> Result<Diagnostics, Rejection> {
    let found = |files: AssessmentFiles| match files.resolve(catalog) {
        Ok(assessment) => assessment.warnings().clone(),
        Err(found) => found,
    };
    let mut known: BTreeMap<(String, String), usize> = BTreeMap::new();
    let key = |one: &Diagnostic| (one.code.to_string(), one.message.clone());
    for diagnostic in &found(before) {
        *known.entry(key(diagnostic)).or_default() += 1;
    }
    let mut new = Vec::new();
    for diagnostic in &found(after) {
        match known.get_mut(&key(diagnostic)) {
            Some(left) if *left > 0 => *left -= 1,
            _ => new.push(Diagnostic {
                // Fixes are for the files as they are.
                fixes: Vec::new(),
                ..diagnostic.clone()
            }),
        }
    }
    let (errors, warnings): (Vec<_>, Vec<_>) =
        new.into_iter().partition(|one| one.level() == Level::Error);
    if errors.is_empty() {
        Ok(Diagnostics::sorted(warnings))
    } else {
        Err(Rejection::Errors(Diagnostics::sorted(errors)))
    }
}
