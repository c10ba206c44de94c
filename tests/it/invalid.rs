//! What is wrong with a file is said in full, at its place and with a way to repair it.
//!
//! Every file and folder of `tests/invalid` is read, and all that is said about it equals the `.txt`
//! beside it. `UPDATE=1 cargo test` writes those anew; the difference is then read in review. In a
//! file that holds `#!`, a line that ends in `#!` and codes has exactly those faults, and no other
//! line has any: `UPDATE` does not change that.

use custody_controls::diagnostic::{Code, Diagnostic, Diagnostics};
use custody_controls::source::Location;
use custody_controls::statement::Statement;
use custody_controls::taxonomy::Word;
use custody_controls::{AssessmentFiles, Catalog, Error};
use custody_testing::golden;
use std::collections::BTreeSet;
use std::path::Path;

const FOLDER: &str = "tests/invalid";

/// Codes whose message first names the very text that the fault marks.
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
struct Case {
    stem: String,
    files: Vec<File>,
}

struct File {
    name: String,
    text: String,
}

impl Case {
    fn load(path: &Path) -> Self {
        let mut files: Vec<File> = if path.is_dir() {
            entries(path).iter().map(|path| File::load(path)).collect()
        } else {
            vec![File::load(path)]
        };
        let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if stem.starts_with("catalog-") && path.is_dir() {
            // A catalogue in several files is read from its folder, and called by its path.
            for file in &mut files {
                file.name = format!("{FOLDER}/{stem}/{}", file.name);
            }
        }
        Self { stem, files }
    }

    fn is_catalog(&self) -> bool {
        self.stem.starts_with("catalog-")
    }

    /// Whether it is a statement of applicability of ISO/IEC 27002:2022.
    fn is_statement(&self) -> bool {
        self.stem.starts_with("statement-")
    }

    fn faults(&self) -> Diagnostics {
        if self.is_statement() {
            let file = &self.files[0];
            let (name, text) = (&file.name, file.text.as_str());
            Statement::from_text(name, text, "iso-27002-2022", Catalog::builtin())
                .err()
                .unwrap_or_default()
        } else if self.is_catalog() {
            self.faults_of_catalog()
        } else {
            self.faults_of_assessment()
        }
    }

    fn faults_of_catalog(&self) -> Diagnostics {
        let read = match self.files.as_slice() {
            [file] => Catalog::from_text(&file.name, file.text.as_str()).map_err(Error::Faulty),
            _ => Catalog::read(format!("{FOLDER}/{}", self.stem)),
        };
        match read {
            Ok(catalog) => catalog.warnings().clone(),
            Err(Error::Faulty(faults)) => faults,
            Err(other) => panic!("{}: {other}", self.stem),
        }
    }

    fn faults_of_assessment(&self) -> Diagnostics {
        let texts = self
            .files
            .iter()
            .map(|file| (file.name.as_str(), file.text.clone().into_bytes()));
        let files = AssessmentFiles::from_texts(texts);
        let named = files
            .documents()
            .iter()
            .find_map(|document| document.catalog.as_ref());
        let core = crate::profile::profile("core");
        let catalog = if named == Some(&core.facts().id) {
            &core
        } else {
            Catalog::builtin()
        };
        match files.resolve(catalog) {
            Ok(assessment) => assessment.warnings().clone(),
            Err(faults) => faults,
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

    /// The lines that say which faults they have, with the codes.
    fn announced(&self) -> BTreeSet<(String, u32, String)> {
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

/// What a folder holds, in the order of names.
fn entries(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

fn cases() -> Vec<Case> {
    entries(&golden::path(FOLDER))
        .iter()
        .filter(|path| path.extension().is_none_or(|extension| extension != "txt"))
        .map(|path| Case::load(path))
        .collect()
}

/// Whether a text is what stands between the first two backticks of a message.
fn names(message: &str, text: &str) -> bool {
    let named = message.split('`').nth(1).unwrap_or_default();
    named
        .strip_suffix('…')
        .map_or(text == named, |beginning| text.starts_with(beginning))
}

/// A text without what stands in backticks.
fn unquoted(message: &str) -> String {
    message.split('`').step_by(2).collect::<Vec<_>>().join("·")
}

/// The files that cannot be kept as texts, with all that is said about them.
fn encodings() -> [(&'static str, Vec<u8>, &'static str); 4] {
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
        (
            "latin1.yaml",
            latin1(text),
            "latin1.yaml:2:9: error[not-utf8]: the file is not UTF-8\n  help: save the file as UTF-8",
        ),
        (
            "latin1.json",
            latin1("{\"title\": \"Zürich\"}"),
            "latin1.json:1:13: error[not-utf8]: the file is not UTF-8\n  help: save the file as UTF-8",
        ),
        (
            "little.yaml",
            utf16(u16::to_le_bytes),
            "little.yaml:1:1: error[not-utf8]: the file is not UTF-8\n  help: the file is UTF-16; save it as UTF-8",
        ),
        (
            "big.yaml",
            utf16(u16::to_be_bytes),
            "big.yaml:1:1: error[not-utf8]: the file is not UTF-8\n  help: the file is UTF-16; save it as UTF-8",
        ),
    ]
}

#[test]
fn each_file_is_said_to_be_wrong_as_expected() {
    let mut problems = Vec::new();
    let mut expectations = BTreeSet::new();
    for case in cases() {
        let name = format!("{FOLDER}/{}.txt", case.stem);
        let faults = case.faults();
        if faults.is_empty() {
            problems.push(format!("{} has no fault", case.stem));
        }
        let said = format!("{faults}\n");
        if golden::update() {
            golden::equal(&name, &said);
        }
        let expected = std::fs::read_to_string(golden::path(&name)).unwrap_or_default();
        if expected != said {
            problems.push(format!("{name}\n--- expected\n{expected}--- said\n{said}"));
        }
        assert!(expectations.insert(name), "{} stands twice", case.stem);
    }
    for path in entries(&golden::path(FOLDER)) {
        let name = path.file_name().unwrap().to_str().unwrap();
        if name.ends_with(".txt") && !expectations.contains(&format!("{FOLDER}/{name}")) {
            problems.push(format!("{name} belongs to no file"));
        }
    }
    assert_none(&problems);
}

#[test]
fn a_file_that_is_not_utf8_is_said_to_be_so() {
    for (name, bytes, expected) in encodings() {
        let faults = AssessmentFiles::from_text(name, bytes)
            .resolve(Catalog::builtin())
            .unwrap_err();
        assert_eq!(faults.to_string(), expected);
    }
}

#[test]
fn each_code_has_a_file_and_each_file_a_code() {
    let mut problems = Vec::new();
    let mut shown: BTreeSet<Code> = BTreeSet::new();
    for case in cases() {
        let codes: BTreeSet<Code> = case.faults().iter().map(|fault| fault.code).collect();
        match case.code() {
            Some(code) if codes == BTreeSet::from([code]) => drop(shown.insert(code)),
            None if case.stem.contains("several-") => {}
            _ => problems.push(format!("{} has {codes:?}", case.stem)),
        }
    }
    let binary = AssessmentFiles::from_texts(encodings().map(|(name, bytes, _)| (name, bytes)));
    let faults = binary.resolve(Catalog::builtin()).unwrap_err();
    shown.extend(faults.iter().map(|fault| fault.code));
    let all: BTreeSet<Code> = Code::values().into_iter().collect();
    for code in all.difference(&shown) {
        problems.push(format!("no file is named for `{code}`"));
    }
    assert_none(&problems);
}

#[test]
fn the_announced_lines_are_the_faulty_ones() {
    let mut problems = Vec::new();
    for case in cases() {
        let announced: BTreeSet<_> = case.files.iter().flat_map(File::announced).collect();
        if announced.is_empty() {
            continue;
        }
        let faults = case.faults();
        let found: BTreeSet<_> = faults.iter().filter_map(line_and_code).collect();
        for missed in announced.difference(&found) {
            problems.push(format!("{}: not said: {missed:?}", case.stem));
        }
        for noise in found.difference(&announced) {
            problems.push(format!("{}: said for nothing: {noise:?}", case.stem));
        }
    }
    assert_none(&problems);
}

fn line_and_code(fault: &Diagnostic) -> Option<(String, u32, String)> {
    let location = fault.location.as_ref()?;
    Some((
        location.file.to_string(),
        location.line,
        fault.code.to_string(),
    ))
}

#[test]
fn many_different_faults_are_said_in_one_pass() {
    let all = cases();
    let case = all
        .iter()
        .find(|case| case.stem == "several-faults")
        .unwrap();
    let faults = case.faults();
    let codes: BTreeSet<Code> = faults.iter().map(|fault| fault.code).collect();
    assert!(codes.len() >= 25, "{codes:?}");
}

#[test]
fn a_fault_marks_the_text_that_its_message_names() {
    let mut problems = Vec::new();
    for case in cases() {
        for fault in &case.faults() {
            if !NAMES_WHAT_IT_MARKS.contains(&fault.code) {
                continue;
            }
            // Where something is said twice, both places say it.
            let is_said_twice = matches!(fault.code, Code::RepeatedKey | Code::Conflict);
            let related = fault.related.iter().filter(|_| is_said_twice);
            let places = fault.location.iter();
            for place in places.chain(related.map(|related| &related.location)) {
                let marked = case.marked(place).unwrap_or_default();
                if !names(&fault.message, marked.trim_matches('"')) {
                    problems.push(format!("{fault}\n  marks `{marked}` at {place}"));
                }
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn every_fault_has_a_place_in_its_file() {
    let mut problems = Vec::new();
    for case in cases() {
        for fault in &case.faults() {
            let Some(location) = &fault.location else {
                problems.push(format!("{}: without a place: {fault}", case.stem));
                continue;
            };
            let related = fault.related.iter().map(|related| &related.location);
            let is_placed = std::iter::once(location)
                .chain(related)
                .all(|location| case.holds(location));
            if !is_placed {
                problems.push(format!("not within the file: {fault}"));
            }
            let excerpt = fault
                .excerpt
                .as_deref()
                .and_then(|text| text.lines().next());
            if excerpt.is_some_and(|first| first != case.line(location)) {
                problems.push(format!("shows {excerpt:?}: {fault}"));
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn messages_and_helps_are_written_alike() {
    let mut problems = Vec::new();
    for case in cases() {
        for fault in &case.faults() {
            let related = fault.related.iter().map(|related| &related.message);
            for text in std::iter::once(&fault.message)
                .chain(&fault.help)
                .chain(related)
            {
                problems.extend(ill_written(text).map(|why| format!("{why}: {fault}")));
            }
        }
    }
    assert_none(&problems);
}

/// What is not well written about a text: lower case, no full stop at the end, no name of a type, no
/// words of a crate that leak through.
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
        Some("quotes nothing".to_owned())
    } else if let Some(leak) = LEAKS.iter().find(|leak| text.contains(**leak)) {
        Some(format!("says `{leak}`"))
    } else {
        wrong_article.map(|pair| format!("`a {}`", pair[1]))
    }
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
