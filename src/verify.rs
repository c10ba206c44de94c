//! Verification of the files of evidence: whether they exist and are the ones that were collected.
//!
//! A path is followed name by name through the listings of directories, and names are compared in
//! Unicode normalization form C and with regard to case, so that every system gives the same result.
//! Nothing outside the given directory is ever read: links are followed only within it. What is not a
//! regular file is never opened.

use crate::assessment::{Assessment, FixedFile, InputFile, Locator, Sha256};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::edit::{Editor, Pointer, Refusal};
use crate::error::{Error, Result};
use crate::id::EvidenceId;
use crate::limits;
use crate::settings::EvidenceFiles;
use crate::source::name_of;
use crate::taxonomy::FileCheck;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256 as Hasher};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

/// Checks the file of each evidence item in a directory. The result is for
/// [`crate::Settings::files`]. Each file is read at most once.
///
/// # Errors
///
/// [`Error::Read`] if the directory itself cannot be read. A file that cannot be read is a result.
pub fn files(assessment: &Assessment, directory: &Path) -> Result<EvidenceFiles> {
    let mut folder = Folder::open(directory).map_err(|source| Error::Read {
        path: directory.to_path_buf(),
        source,
    })?;
    let mut files = EvidenceFiles::new(name_of(directory));
    for (id, evidence) in &assessment.document().evidence {
        let check = match folder.look_up(&evidence.locator) {
            Target::Nothing(check) => check,
            Target::Directory(_) => FileCheck::NotAFile,
            Target::File(path) => {
                let stated = evidence.sha256.as_ref().map(Sha256::as_str);
                files.paths.insert(id.clone(), path.clone());
                folder.compare(path, stated, assessment.files())
            }
        };
        files.checks.insert(id.clone(), check);
    }
    Ok(files)
}

/// The warnings of an assessment, and what is wrong with the files of its evidence.
pub fn diagnostics(assessment: &Assessment, files: &EvidenceFiles) -> Diagnostics {
    let mut found: Vec<Diagnostic> = assessment.warnings().iter().cloned().collect();
    for index in assessment.evidence().indices() {
        let (id, evidence, facts) = assessment.evidence_at(index);
        let Some(check) = files.checks.get(id).copied() else {
            continue;
        };
        let path = files.path(&evidence.locator);
        let (code, objection, help) = match (check, check.objection()) {
            (FileCheck::Present, _) => (
                Code::EvidenceFileWithoutHash,
                "has no `sha256`, so nothing shows that it is the file",
                "add `sha256` with the output of `sha256sum`",
            ),
            (_, None) => continue,
            (FileCheck::Mismatch, Some(objection)) => (
                Code::EvidenceHashMismatch,
                objection,
                "restore the file that was collected, or review the file and correct `sha256`",
            ),
            (FileCheck::Missing | FileCheck::OtherCase, Some(objection)) => (
                Code::EvidenceMissingFile,
                objection,
                "store the file there, or correct `locator`",
            ),
            (_, Some(objection)) => (
                Code::EvidenceUnusableFile,
                objection,
                "store a regular file there that can be read, or correct `locator`",
            ),
        };
        let diagnostic = Diagnostic::new(code, format!("`{id}` {objection} at `{path}`"));
        let mut diagnostic = diagnostic.help(help);
        diagnostic.location.clone_from(&facts.location);
        found.push(diagnostic);
    }
    Diagnostics::sorted(found)
}

/// The files of an evidence directory that no evidence item names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UnlistedFiles {
    /// Their paths within the directory, in order; at most [`limits::UNLISTED`].
    pub files: Vec<String>,
    /// How many were found.
    pub count: u64,
    /// Whether the whole directory was searched: at most [`limits::ENTRIES`] entries are.
    pub complete: bool,
}

/// Searches a directory of evidence, and the directories in it, for regular files that no evidence
/// item names. Hidden entries, links and the files of the assessment itself are left out.
///
/// # Errors
///
/// [`Error::Read`] if the directory itself cannot be read.
pub fn unlisted(
    assessment: &Assessment,
    files: &EvidenceFiles,
    directory: &Path,
) -> Result<UnlistedFiles> {
    let failed = |source| Error::Read {
        path: directory.to_path_buf(),
        source,
    };
    let root = directory.canonicalize().map_err(failed)?;
    std::fs::read_dir(&root).map_err(failed)?;
    let named: BTreeSet<&Path> = files.paths.values().map(PathBuf::as_path).collect();
    let mut found = Vec::new();
    let mut left = limits::ENTRIES;
    let mut directories = vec![(root, String::new())];
    while let Some((path, name)) = directories.pop() {
        for entry in std::fs::read_dir(&path).into_iter().flatten().flatten() {
            let Some(rest) = left.checked_sub(1) else {
                directories.clear();
                break;
            };
            left = rest;
            let own = entry.file_name();
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if own.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let own = name_of(Path::new(&own));
            let name = if name.is_empty() {
                own
            } else {
                [&name, "/", &own].concat()
            };
            let path = entry.path();
            if kind.is_dir() {
                directories.push((path, name));
            } else if kind.is_file()
                && !named.contains(path.as_path())
                && !is_input(&path, assessment.files())
            {
                found.push(name);
            }
        }
    }
    found.sort();
    let count = found.len() as u64;
    found.truncate(limits::UNLISTED);
    Ok(UnlistedFiles {
        files: found,
        count,
        complete: left > 0,
    })
}

/// Whether a file has the content of one of the files of an assessment.
fn is_input(path: &Path, inputs: &[InputFile]) -> bool {
    let length = path.metadata().map(|metadata| metadata.len()).ok();
    inputs.iter().any(|input| Some(input.bytes) == length)
        && digest(path).is_ok_and(|found| inputs.iter().any(|input| input.sha256 == found))
}

/// The SHA-256 of the file that a locator names in a directory, or why there is none.
///
/// # Errors
///
/// [`Error::Read`] if the directory itself cannot be read.
pub fn sha256(directory: &Path, locator: &str) -> Result<std::result::Result<Sha256, FileCheck>> {
    let mut folder = Folder::open(directory).map_err(|source| Error::Read {
        path: directory.to_path_buf(),
        source,
    })?;
    Ok(match folder.look_up(locator) {
        Target::Nothing(check) => Err(check),
        Target::Directory(_) => Err(FileCheck::NotAFile),
        Target::File(path) => {
            let digest = digest(&path).ok().and_then(|digits| digits.parse().ok());
            digest.ok_or(FileCheck::Unreadable)
        }
    })
}

/// What adding missing digests changes in the files of an assessment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hashed {
    /// The files that change, in the order in which they were read.
    pub files: Vec<FixedFile>,
    /// The digests that are added, by item.
    pub added: Vec<AddedHash>,
    /// The entries that cannot be edited, with the reasons.
    pub refused: Vec<RefusedHash>,
}

/// A digest that is added to an evidence item.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddedHash {
    /// The item.
    pub evidence: EvidenceId,
    /// Its file: the locator within the evidence directory as it was given.
    pub path: String,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
}

/// An entry that cannot be edited.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedHash {
    /// The item.
    pub evidence: EvidenceId,
    /// The file that declares it.
    pub file: String,
    /// The reason.
    pub refusal: Refusal,
}

/// Adds `sha256` to each evidence item that states none and whose file is there. `texts` are the names
/// and texts of the files of the assessment; everything else in them stays as it is, byte for byte.
/// Nothing is written.
///
/// # Errors
///
/// [`Error::Invalid`] if a text cannot be parsed.
pub fn add_hashes<'t>(
    texts: impl IntoIterator<Item = (&'t str, &'t str)>,
    assessment: &Assessment,
    files: &EvidenceFiles,
) -> Result<Hashed> {
    let mut digests: BTreeMap<&Path, Option<String>> = BTreeMap::new();
    let mut hashed = Hashed::default();
    for (id, evidence) in &assessment.document().evidence {
        let (Some(path), Some(FileCheck::Present)) = (files.paths.get(id), files.checks.get(id))
        else {
            continue;
        };
        let sha256 = digests.entry(path).or_insert_with(|| digest(path).ok());
        if let Some(sha256) = sha256 {
            hashed.added.push(AddedHash {
                evidence: id.clone(),
                path: files.path(&evidence.locator),
                sha256: sha256.clone(),
            });
        }
    }
    for (name, before) in texts {
        hashed.edit(name, before)?;
    }
    let refused: BTreeSet<&EvidenceId> = hashed.refused.iter().map(|of| &of.evidence).collect();
    hashed
        .added
        .retain(|added| !refused.contains(&added.evidence));
    Ok(hashed)
}

impl Hashed {
    /// Adds the digests of the items that a file declares.
    fn edit(&mut self, name: &str, before: &str) -> Result<()> {
        let mut editor = Editor::new(name, before).map_err(|found| *found)?;
        let mut entries = Vec::new();
        let mut items = Vec::new();
        for added in &self.added {
            let at = format!("/evidence/{}", added.evidence).parse();
            let at: Pointer = at.map_err(|_| Error::internal("an id is part of a pointer"))?;
            if editor.contains(&at) {
                entries.push((at, added.sha256.as_str().into()));
                items.push(&added.evidence);
            }
        }
        let results = editor.insert_each(&entries, "sha256", &["locator", "sha256"]);
        for (evidence, result) in items.into_iter().zip(results) {
            if let Err(refusal) = result {
                self.refused.push(RefusedHash {
                    evidence: evidence.clone(),
                    file: name.to_owned(),
                    refusal,
                });
            }
        }
        let after = editor.into_text();
        if after != before && self.files.iter().all(|file| file.name != name) {
            self.files
                .push(FixedFile::new(name.to_owned(), before.to_owned(), after));
        }
        Ok(())
    }
}

/// The directory of evidence and what is known about its content.
struct Folder {
    /// The directories by position; the root is the first.
    directories: Vec<Listing>,
    /// The positions of directories, by their canonical paths.
    positions: BTreeMap<PathBuf, usize>,
    /// The SHA-256 of the files that were read, by their canonical paths.
    files: BTreeMap<PathBuf, io::Result<String>>,
}

/// A directory: the names of its entries.
#[derive(Default)]
struct Listing {
    path: PathBuf,
    /// By normalized name, the names as they are stored.
    names: BTreeMap<String, Vec<OsString>>,
    /// The normalized names in lower case.
    folded: BTreeSet<String>,
    is_unreadable: bool,
    /// By name, what was found behind it.
    known: BTreeMap<String, Target>,
}

/// What a name leads to.
#[derive(Clone)]
enum Target {
    Directory(usize),
    File(PathBuf),
    Nothing(FileCheck),
}

impl Folder {
    fn open(directory: &Path) -> io::Result<Self> {
        let root = directory.canonicalize()?;
        // The error of the root is not that of an item.
        std::fs::read_dir(&root)?;
        let mut folder = Self {
            directories: Vec::new(),
            positions: BTreeMap::new(),
            files: BTreeMap::new(),
        };
        folder.enter(root);
        Ok(folder)
    }

    fn look_up(&mut self, locator: &str) -> Target {
        match Locator::parse(locator) {
            Ok(Locator::Uri(_)) => Target::Nothing(FileCheck::OtherSystem),
            Ok(path) => self.find(path),
            // Resolving an assessment refuses such locators.
            Err(_) => Target::Nothing(FileCheck::Outside),
        }
    }

    /// Follows a path name by name.
    fn find(&mut self, path: Locator<'_>) -> Target {
        let mut here = Target::Directory(0);
        for name in path.names() {
            here = match here {
                Target::Directory(position) => self.step(position, name),
                Target::File(_) => return Target::Nothing(FileCheck::Missing),
                nothing @ Target::Nothing(_) => return nothing,
            };
        }
        here
    }

    /// What a name in a directory leads to.
    fn step(&mut self, position: usize, name: &str) -> Target {
        let Some(listing) = self.directories.get(position) else {
            return Target::Nothing(FileCheck::Missing);
        };
        if let Some(known) = listing.known.get(name) {
            return known.clone();
        }
        let target = match listing.path_of(name) {
            Ok(path) => self.target(&path),
            Err(check) => Target::Nothing(check),
        };
        if let Some(listing) = self.directories.get_mut(position) {
            listing.known.insert(name.to_owned(), target.clone());
        }
        target
    }

    fn target(&mut self, path: &Path) -> Target {
        let found = path
            .canonicalize()
            .and_then(|path| Ok((path.metadata()?, path)));
        let (metadata, path) = match found {
            Ok(found) => found,
            // A link to nothing.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Target::Nothing(FileCheck::Missing);
            }
            Err(_) => return Target::Nothing(FileCheck::Unreadable),
        };
        let root = self.directories.first().map(|root| &root.path);
        if !root.is_some_and(|root| path.starts_with(root)) {
            Target::Nothing(FileCheck::Outside)
        } else if metadata.is_dir() {
            Target::Directory(self.enter(path))
        } else if metadata.is_file() {
            Target::File(path)
        } else {
            Target::Nothing(FileCheck::NotAFile)
        }
    }

    /// The position of a directory, which is listed when it is first entered.
    fn enter(&mut self, path: PathBuf) -> usize {
        if let Some(position) = self.positions.get(&path) {
            return *position;
        }
        let position = self.directories.len();
        self.positions.insert(path.clone(), position);
        self.directories.push(Listing::read(path));
        position
    }

    fn compare(&mut self, path: PathBuf, stated: Option<&str>, inputs: &[InputFile]) -> FileCheck {
        let length = path.metadata().map(|metadata| metadata.len());
        let is_like_input = inputs
            .iter()
            .any(|input| length.as_ref().ok() == Some(&input.bytes));
        if stated.is_none() && !is_like_input {
            // Not read, but it can be.
            return match File::open(&path) {
                Ok(_) => FileCheck::Present,
                Err(_) => FileCheck::Unreadable,
            };
        }
        let known = self
            .files
            .entry(path)
            .or_insert_with_key(|path| digest(path));
        let Ok(found) = known else {
            return FileCheck::Unreadable;
        };
        if inputs.iter().any(|input| input.sha256 == *found) {
            return FileCheck::OwnInput;
        }
        match stated {
            None => FileCheck::Present,
            Some(stated) if stated == found => FileCheck::Matches,
            Some(_) => FileCheck::Mismatch,
        }
    }
}

impl Listing {
    fn read(path: PathBuf) -> Self {
        let mut listing = Self::default();
        let entries = std::fs::read_dir(&path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        listing.is_unreadable = entries.is_err();
        for entry in entries.into_iter().flatten() {
            let name = entry.file_name();
            // A locator is UTF-8, so other names are not meant.
            let Some(normal) = name.to_str().map(normal) else {
                continue;
            };
            listing.folded.insert(normal.to_lowercase());
            listing.names.entry(normal).or_default().push(name);
        }
        listing.path = path;
        listing
    }

    /// The path of the entry that a name means, or why there is none.
    fn path_of(&self, name: &str) -> std::result::Result<PathBuf, FileCheck> {
        let normal = normal(name);
        match self.names.get(&normal).map(Vec::as_slice) {
            Some([stored]) => Ok(self.path.join(stored)),
            Some(_) => Err(FileCheck::Ambiguous),
            None if self.is_unreadable => Err(FileCheck::Unreadable),
            None if self.folded.contains(&normal.to_lowercase()) => Err(FileCheck::OtherCase),
            None => Err(FileCheck::Missing),
        }
    }
}

/// A name in Unicode normalization form C.
fn normal(name: &str) -> String {
    name.nfc().collect()
}

/// The SHA-256 of a file, up to the length that it had when it was opened.
fn digest(path: &Path) -> io::Result<String> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut file = file.take(length);
    let mut hasher = Hasher::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            break;
        }
        hasher.update(buffer.get(..count).unwrap_or_default());
    }
    Ok(crate::digest::hex(&hasher.finalize()))
}
