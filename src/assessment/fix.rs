//! Applying the certain fixes of an assessment's files.

use super::AssessmentFiles;
use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostics, Edit, Fix};
use crate::edit;
use std::collections::BTreeMap;

/// How many times the files are checked again after fixes: enough for fixes that each reveal another
/// one.
const ROUNDS: usize = 20;

/// How many fixes are tried one by one if all together would reveal errors.
const SINGLE: usize = 50;

/// What the certain fixes of an assessment change.
#[derive(Clone, Debug, serde::Serialize)]
#[non_exhaustive]
pub struct Fixed {
    /// The files that change, in the order in which they were read.
    pub files: Vec<FixedFile>,
    /// The fixes that were applied, in the order of their positions, round by round. Their edits
    /// belong to the text of their round.
    pub applied: Vec<Fix>,
    /// How many certain fixes were left out, because the files would have more errors with them: a
    /// fix can reveal errors that could not be found before.
    pub left_out: usize,
    /// The remaining errors and warnings of the files with the fixes.
    pub diagnostics: Diagnostics,
}

/// A file that fixes change.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct FixedFile {
    /// Its name, as it was given.
    pub name: String,
    /// Its text as it was read.
    pub before: String,
    /// Its text with the fixes.
    pub after: String,
}

impl FixedFile {
    /// A file that changes.
    pub fn new(
        name: impl Into<String>,
        before: impl Into<String>,
        after: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            before: before.into(),
            after: after.into(),
        }
    }
}

/// The texts of the files, with their names.
type Texts = Vec<(String, String)>;

impl AssessmentFiles {
    /// Applies the fixes that are certain until none is left. Nothing is written.
    ///
    /// No fix is applied that leaves the files with more errors than before, or while a file cannot
    /// be parsed.
    ///
    /// ```
    /// use custody_controls::{AssessmentFiles, Catalog};
    ///
    /// let text = "assessment: mine\ntitle: 2026   # the year\n";
    /// let fixed = AssessmentFiles::from_text("mine.yaml", text).fix(Catalog::builtin());
    /// assert_eq!(fixed.files[0].after, "assessment: mine\ntitle: \"2026\"   # the year\n");
    /// assert_eq!(fixed.applied[0].title, "put `2026` in quotes");
    /// ```
    pub fn fix(self, catalog: &Catalog) -> Fixed {
        let is_complete = self.complete;
        let sources = self.sources.iter();
        let original: Texts = sources
            .map(|source| (source.name.to_string(), source.text.clone()))
            .collect();
        let mut state = State {
            texts: original.clone(),
            diagnostics: check(self, catalog),
        };
        let mut applied = Vec::new();
        let mut left_out = 0;
        for _ in 0..if is_complete { ROUNDS } else { 0 } {
            let fixes = compatible(&state.diagnostics);
            if fixes.is_empty() {
                break;
            }
            if let Some(next) = state.with(&fixes, catalog) {
                state = next;
                applied.extend(fixes);
                continue;
            }
            // Some of the fixes reveal errors: the others are found one by one. Positions change
            // with each of them, so the next round begins after the first.
            let mut single = fixes.iter().take(SINGLE);
            let found = single.find_map(|fix| Some((fix, state.with([fix], catalog)?)));
            let Some((fix, next)) = found else {
                left_out = fixes.len();
                break;
            };
            applied.push(fix.clone());
            state = next;
        }
        let mut files: Vec<FixedFile> = Vec::new();
        for ((name, before), (_, after)) in original.into_iter().zip(state.texts) {
            if before != after && files.iter().all(|file| file.name != name) {
                files.push(FixedFile::new(name, before, after));
            }
        }
        Fixed {
            files,
            applied,
            left_out,
            diagnostics: state.diagnostics,
        }
    }
}

/// The texts and what is wrong with them.
struct State {
    texts: Texts,
    diagnostics: Diagnostics,
}

impl State {
    /// The state with some fixes; none if it cannot be parsed or has more errors.
    fn with<'f>(
        &self,
        fixes: impl IntoIterator<Item = &'f Fix>,
        catalog: &Catalog,
    ) -> Option<Self> {
        let mut edits: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
        for edit in fixes.into_iter().flat_map(|fix| &fix.edits) {
            edits.entry(edit.file.as_str()).or_default().push(edit);
        }
        let texts = self.texts.iter().map(|(name, text)| {
            // A file that is given twice is edited twice.
            let edits = edits.get(name.as_str()).into_iter().flatten().copied();
            Ok((name.clone(), edit::apply(text, edits)?))
        });
        let texts: Texts = texts.collect::<Result<_, edit::Refusal>>().ok()?;
        let bytes = |text: &String| text.clone().into_bytes();
        let named = texts
            .iter()
            .map(|(name, text)| (name.as_str(), bytes(text)));
        let read = AssessmentFiles::from_texts(named);
        if !read.complete {
            return None;
        }
        let diagnostics = check(read, catalog);
        let is_better = diagnostics.error_count() <= self.diagnostics.error_count();
        (is_better && texts != self.texts).then_some(Self { texts, diagnostics })
    }
}

fn check(files: AssessmentFiles, catalog: &Catalog) -> Diagnostics {
    match files.resolve(catalog) {
        Ok(assessment) => assessment.warnings().clone(),
        Err(diagnostics) => diagnostics,
    }
}

/// The certain fixes that change different parts of the files: of two that do not, the first one.
fn compatible(diagnostics: &Diagnostics) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = Vec::new();
    let mut taken: Vec<&Edit> = Vec::new();
    for diagnostic in diagnostics {
        let Some(fix) = diagnostic.fixes.iter().find(|fix| fix.is_certain()) else {
            continue;
        };
        let collides = |edit: &Edit| {
            taken
                .iter()
                .any(|other| other.file == edit.file && edit::collide(other.range, edit.range))
        };
        if !fix.edits.iter().any(collides) {
            taken.extend(&fix.edits);
            fixes.push(fix.clone());
        }
    }
    fixes
}
