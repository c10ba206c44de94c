//! Invalid files are refused with all diagnostics at once, each at its location and with a way to
//! correct the file.
//!
//! Every file and folder of `tests/invalid` is read. Its diagnostics are in
//! `tests/invalid/messages.txt`, by code; `UPDATE=1 cargo test` writes that file anew, and the
//! difference is then read in review. In a file with `#!`, a line that ends in `#!` and codes has exactly
//! these diagnostics, and no other line has any: `UPDATE` does not change that.

use custody_controls::diagnostic::{Code, Diagnostic, Diagnostics};
use custody_controls::location::Location;
use custody_controls::statement::Statement;
use custody_controls::taxonomy::Word;
use custody_controls::{AssessmentFiles, Catalog, Error};
use custody_testing::examples::profile;
use custody_testing::golden;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

const FOLDER: &str = "tests/invalid";

/// Codes whose message first names the very text that the diagnostic marks.
const NAMES_WHAT_IT_MARKS: [Code; 19] = [
    Code::UnknownKey,
    Code::RepeatedKey,
    Code::UnknownWord,
    Code::MalformedId,
    Code::IdLooksLikeNumber,
    Code::MalformedDate,
    Code::MalformedHash,
    Code::MalformedNumber,
    Code::UnknownCatalog,
    Code::UnknownControl,
    Code::UnknownRisk,
    Code::UnknownWallet,
    Code::UnknownEvidence,
    Code::UnknownPerson,
    Code::UnknownProvider,
    Code::KeyOutOfPlace,
    Code::UnusedEvidence,
    Code::AcceptedByClaimOwner,
    Code::Conflict,
];

/// A file of `tests/invalid`, or a folder whose files are read together.
pub(crate) struct Case {
    pub(crate) stem: String,
    pub(crate) files: Vec<File>,
    pub(crate) diagnostics: Diagnostics,
}

pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Case {
    fn load(path: &Path) -> Self {
        let mut files: Vec<File> = if path.is_dir() {
            entries(path).iter().map(|path| File::load(path)).collect()
        } else {
            vec![File::load(path)]
        };
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            // A catalog in several files is read from its folder, and named by its path.
            let is_catalog = stem.starts_with("catalog-");
            let folder = if is_catalog { FOLDER } else { "" };
            for file in &mut files {
                let name = format!("{folder}/{stem}/{}", file.name);
                name.trim_start_matches('/').clone_into(&mut file.name);
            }
        }
        let mut case = Self {
            stem,
            files,
            diagnostics: Diagnostics::default(),
        };
        case.diagnostics = case.diagnose();
        case
    }

    fn is_catalog(&self) -> bool {
        self.stem.starts_with("catalog-")
    }

    /// Whether it is a statement of applicability of ISO/IEC 27002:2022.
    pub(crate) fn is_statement(&self) -> bool {
        self.stem.starts_with("statement-")
    }

    pub(crate) fn diagnose(&self) -> Diagnostics {
        if self.is_statement() {
            let file = &self.files[0];
            let (name, text) = (&file.name, file.text.as_str());
            match Statement::from_text(name, text, "iso-27002-2022", Catalog::builtin()) {
                Ok(statement) => statement.warnings,
                Err(diagnostics) => diagnostics,
            }
        } else if self.is_catalog() {
            self.diagnostics_of_catalog()
        } else {
            self.diagnostics_of_assessment()
        }
    }

    fn diagnostics_of_catalog(&self) -> Diagnostics {
        let read = match self.files.as_slice() {
            [file] => Catalog::from_text(&file.name, file.text.as_str()).map_err(Error::Invalid),
            _ => Catalog::read(format!("{FOLDER}/{}", self.stem)),
        };
        match read {
            Ok(catalog) => catalog.warnings().clone(),
            Err(Error::Invalid(diagnostics)) => diagnostics,
            Err(other) => panic!("{}: {other}", self.stem),
        }
    }

    /// The files of an assessment, and the catalog that they name.
    pub(crate) fn assessment(&self) -> (AssessmentFiles, Catalog) {
        let texts = self
            .files
            .iter()
            .map(|file| (file.name.as_str(), file.text.clone().into_bytes()));
        let files = AssessmentFiles::from_texts(texts);
        let named = files
            .documents()
            .iter()
            .find_map(|document| document.catalog.as_ref());
        if named == Some(&CORE.facts().id) {
            (files, CORE.clone())
        } else {
            (files, Catalog::builtin().clone())
        }
    }

    fn diagnostics_of_assessment(&self) -> Diagnostics {
        let (files, catalog) = self.assessment();
        match files.resolve(&catalog) {
            Ok(assessment) => assessment.warnings().clone(),
            Err(diagnostics) => diagnostics,
        }
    }

    /// The code that the name of the file begins with.
    fn code(&self) -> Option<Code> {
        let stem = self.stem.strip_prefix("catalog-").unwrap_or(&self.stem);
        let stem = stem.strip_prefix("statement-").unwrap_or(stem);
        Code::values()
            .into_iter()
            .filter(|code| {
                stem.strip_prefix(code.word())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            })
            .max_by_key(|code| code.word().len())
    }

    /// Whether a location lies within its file.
    fn holds(&self, location: &Location) -> bool {
        let length = self.line(location).chars().count();
        let start = (location.line, location.column);
        (1..=length + 1).contains(&(location.column as usize))
            && start <= (location.end_line, location.end_column)
    }

    fn line(&self, location: &Location) -> &str {
        let file = self.files.iter().find(|file| file.name == *location.file);
        let file = file.unwrap_or_else(|| panic!("{location}: there is no such file"));
        let line = file.text.lines().nth(location.line as usize - 1);
        line.unwrap_or_default()
    }

    /// The text that a location marks, if it is within one line.
    fn marked(&self, location: &Location) -> Option<String> {
        let line = self.line(location);
        let length = location.end_column.checked_sub(location.column)?;
        (location.line == location.end_line).then(|| {
            line.chars()
                .skip(location.column as usize - 1)
                .take(length as usize)
                .collect()
        })
    }
}

impl File {
    fn load(path: &Path) -> Self {
        Self {
            name: path.file_name().unwrap().to_str().unwrap().to_owned(),
            text: std::fs::read_to_string(path).unwrap(),
        }
    }

    /// The lines that are marked with codes.
    fn marked(&self) -> BTreeSet<(String, u32, String)> {
        (1..)
            .zip(self.text.lines())
            .filter_map(|(line, text)| Some((line, text.split_once("#! ")?.1)))
            .flat_map(|(line, codes)| {
                codes
                    .split(' ')
                    .map(move |code| (self.name.clone(), line, code.to_owned()))
            })
            .collect()
    }
}

/// The entries of a folder, by name.
fn entries(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

static CORE: LazyLock<Catalog> = LazyLock::new(|| profile("core"));

pub(crate) static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    entries(&golden::path(FOLDER))
        .iter()
        .filter(|path| path.extension().is_none_or(|extension| extension != "txt"))
        .map(|path| Case::load(path))
        .collect()
});

/// Whether a text is between the first two backticks of a message.
fn names(message: &str, text: &str) -> bool {
    let named = message.split('`').nth(1).unwrap_or_default();
    named
        .strip_suffix('…')
        .map_or(text == named, |beginning| text.starts_with(beginning))
}

/// A text without what is in backticks.
fn unquoted(message: &str) -> String {
    message.split('`').step_by(2).collect::<Vec<_>>().join("·")
}

/// Files that cannot be kept as text, with the line and column of their diagnostic.
fn encodings() -> [(&'static str, Vec<u8>, (u32, u32)); 4] {
    let text = "assessment: harbour-2026-q3\ntitle: Zürich\n";
    let utf16 = |order: fn(u16) -> [u8; 2]| {
        std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(order)
            .collect()
    };
    let latin1 = |text: &str| {
        text.chars()
            .map(|character| u8::try_from(u32::from(character)).unwrap())
            .collect()
    };
    [
        ("latin1.yaml", latin1(text), (2, 9)),
        ("latin1.json", latin1("{\"title\": \"Zürich\"}"), (1, 13)),
        ("little.yaml", utf16(u16::to_le_bytes), (1, 1)),
        ("big.yaml", utf16(u16::to_be_bytes), (1, 1)),
    ]
}

/// All diagnostics of all files, by code and then by file.
#[test]
fn the_messages_are_as_committed() {
    let mut all: Vec<(&str, String)> = Vec::new();
    let mut add = |stem: &str, diagnostics: &Diagnostics| {
        assert!(!diagnostics.is_empty(), "{stem} is valid");
        all.extend(
            diagnostics
                .iter()
                .map(|diagnostic| (diagnostic.code.word(), diagnostic.to_string())),
        );
    };
    for case in CASES.iter() {
        add(&case.stem, &case.diagnostics);
    }
    for (name, bytes, _) in encodings() {
        let files = AssessmentFiles::from_text(name, bytes);
        add(name, &files.resolve(Catalog::builtin()).unwrap_err());
    }
    all.sort_by_key(|(code, _)| *code);
    let messages: Vec<String> = all.into_iter().map(|(_, message)| message).collect();
    golden::equal(
        &format!("{FOLDER}/messages.txt"),
        &(messages.join("\n") + "\n"),
    );
}

#[test]
fn a_file_that_is_not_utf8_is_refused_at_its_first_invalid_character() {
    for (name, bytes, place) in encodings() {
        let diagnostics = AssessmentFiles::from_text(name, bytes)
            .resolve(Catalog::builtin())
            .unwrap_err();
        let found: Vec<_> = diagnostics
            .iter()
            .map(|diagnostic| (diagnostic.code, diagnostic.location.as_ref().unwrap()))
            .map(|(code, location)| (code, (location.line, location.column)))
            .collect();
        assert_eq!(found, [(Code::NotUtf8, place)], "{name}");
    }
}

#[test]
fn each_code_has_a_file_and_each_file_a_code() {
    let mut problems = Vec::new();
    let mut shown: BTreeSet<Code> = BTreeSet::new();
    for case in CASES.iter() {
        let codes: BTreeSet<Code> = case
            .diagnostics
            .iter()
            .map(|diagnostic| diagnostic.code)
            .collect();
        match case.code() {
            Some(code) if codes == BTreeSet::from([code]) => drop(shown.insert(code)),
            None if case.stem.contains("several-") => {}
            _ => problems.push(format!("{} has {codes:?}", case.stem)),
        }
    }
    let binary = AssessmentFiles::from_texts(encodings().map(|(name, bytes, _)| (name, bytes)));
    let diagnostics = binary.resolve(Catalog::builtin()).unwrap_err();
    shown.extend(diagnostics.iter().map(|diagnostic| diagnostic.code));
    // Directories are read by the tests of the program, and files of evidence by `verify.rs`.
    shown.insert(Code::SkippedFile);
    shown.extend([
        Code::EvidenceMissingFile,
        Code::EvidenceHashMismatch,
        Code::EvidenceUnusableFile,
        Code::EvidenceFileWithoutHash,
    ]);
    let all: BTreeSet<Code> = Code::values().into_iter().collect();
    for code in all.difference(&shown) {
        problems.push(format!("no file is named for `{code}`"));
    }
    assert_none(&problems);
}

#[test]
fn the_marked_lines_have_exactly_their_diagnostics() {
    let mut problems = Vec::new();
    for case in CASES.iter() {
        let marked: BTreeSet<_> = case.files.iter().flat_map(File::marked).collect();
        if marked.is_empty() {
            continue;
        }
        let diagnostics = &case.diagnostics;
        let found: BTreeSet<_> = diagnostics.iter().filter_map(line_and_code).collect();
        for missed in marked.difference(&found) {
            problems.push(format!("{}: missing: {missed:?}", case.stem));
        }
        for noise in found.difference(&marked) {
            problems.push(format!("{}: unexpected: {noise:?}", case.stem));
        }
    }
    assert_none(&problems);
}

fn line_and_code(diagnostic: &Diagnostic) -> Option<(String, u32, String)> {
    let location = diagnostic.location.as_ref()?;
    Some((
        location.file.to_string(),
        location.line,
        diagnostic.code.to_string(),
    ))
}

#[test]
fn many_different_errors_are_reported_in_one_pass() {
    let case = CASES
        .iter()
        .find(|case| case.stem == "several-errors")
        .unwrap();
    let diagnostics = &case.diagnostics;
    let codes: BTreeSet<Code> = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.code)
        .collect();
    assert!(codes.len() >= 25, "{codes:?}");
}

#[test]
fn a_diagnostic_marks_the_text_that_its_message_names() {
    let mut problems = Vec::new();
    for case in CASES.iter() {
        for diagnostic in &case.diagnostics {
            if !NAMES_WHAT_IT_MARKS.contains(&diagnostic.code) {
                continue;
            }
            // A repeated key or a conflict has two places, and both are marked.
            let has_two_places = matches!(diagnostic.code, Code::RepeatedKey | Code::Conflict);
            let related = diagnostic.related.iter().filter(|_| has_two_places);
            let places = diagnostic.location.iter();
            for place in places.chain(related.map(|related| &related.location)) {
                let marked = case.marked(place).unwrap_or_default();
                if !names(&diagnostic.message, marked.trim_matches('"')) {
                    problems.push(format!("{diagnostic}\n  marks `{marked}` at {place}"));
                }
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn every_diagnostic_has_a_location_in_its_file() {
    let mut problems = Vec::new();
    for case in CASES.iter() {
        for diagnostic in &case.diagnostics {
            let Some(location) = &diagnostic.location else {
                problems.push(format!("{}: no location: {diagnostic}", case.stem));
                continue;
            };
            let related = diagnostic.related.iter().map(|related| &related.location);
            let is_placed = std::iter::once(location)
                .chain(related)
                .all(|location| case.holds(location));
            if !is_placed {
                problems.push(format!("outside of the file: {diagnostic}"));
            }
            let excerpt = diagnostic
                .excerpt
                .as_deref()
                .and_then(|text| text.lines().next());
            if excerpt.is_some_and(|first| first != case.line(location)) {
                problems.push(format!("shows {excerpt:?}: {diagnostic}"));
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn every_diagnostic_has_a_help() {
    let mut problems = Vec::new();
    for case in CASES.iter() {
        let without = case.diagnostics.iter().filter(|one| one.help.is_none());
        problems.extend(without.map(ToString::to_string));
    }
    assert_none(&problems);
}

#[test]
fn messages_and_helps_have_the_same_style() {
    let mut problems = Vec::new();
    for case in CASES.iter() {
        for diagnostic in &case.diagnostics {
            let related = diagnostic.related.iter().map(|related| &related.message);
            for text in std::iter::once(&diagnostic.message)
                .chain(&diagnostic.help)
                .chain(related)
            {
                problems.extend(ill_written(text).map(|why| format!("{why}: {diagnostic}")));
            }
        }
    }
    assert_none(&problems);
}

/// What is wrong with the style of a text: it begins in lower case and ends without a full stop, and
/// it has no names of types and no words of a dependency.
fn ill_written(text: &str) -> Option<String> {
    const LEAKS: [&str; 7] = [" at line ", "::", "serde", "Option", "Vec<", "u32", "..="];
    let plain = unquoted(text);
    let words: Vec<&str> = plain.split_whitespace().collect();
    let wrong_article = words
        .windows(2)
        .find(|pair| pair[0] == "a" && pair[1].starts_with(['a', 'e', 'i', 'o']));
    if plain.starts_with(char::is_uppercase) {
        Some("begins in upper case".to_owned())
    } else if plain.ends_with('.') {
        Some("ends in a full stop".to_owned())
    } else if text.matches('`').count() % 2 != 0 || text.contains("``") {
        Some("unpaired backticks".to_owned())
    } else if let Some(leak) = LEAKS.iter().find(|leak| text.contains(**leak)) {
        Some(format!("contains `{leak}`"))
    } else {
        wrong_article.map(|pair| format!("`a {}`", pair[1]))
    }
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
