//! Files come from strangers: whatever is in them ends in a clear fault, never in a panic, and never
//! takes more time or memory than the size of the file gives reason for.
//!
//! Speed is never a timed test. A test whose file would exhaust the machine if a limit were missing
//! shows by ending that the limit is there.

use custody_controls::diagnostic::{Code, Diagnostic, Diagnostics};
use custody_controls::limits;
use custody_controls::{AssessmentFiles, Catalog};
use custody_testing::golden;
use custody_testing::random::run;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::Index;
use proptest::test_runner::TestCaseError;
use std::path::PathBuf;

const HEADER: &str = "\
assessment: harbour-2026-q3
title: Harbour Custody, third quarter 2026
catalog: iso-tr-23576
custodian: { name: Harbour Custody AG }
period: { from: 2026-07-01, to: 2026-09-30 }
organization: { channels: [] }
";

fn faults(name: &str, text: impl Into<Vec<u8>>) -> Diagnostics {
    match AssessmentFiles::from_text(name, text).resolve(Catalog::builtin()) {
        Ok(assessment) => assessment.warnings().clone(),
        Err(faults) => faults,
    }
}

/// The only fault of a text.
fn fault(name: &str, text: impl Into<Vec<u8>>) -> Diagnostic {
    let faults = faults(name, text);
    assert_eq!(faults.len(), 1, "{faults}");
    faults.iter().next().unwrap().clone()
}

/// Holds that a text is refused for one reason, and at which line and column.
fn refused(name: &str, text: impl Into<Vec<u8>>, code: Code, line: u32, column: u32) {
    let fault = fault(name, text);
    let location = fault.location.as_ref().unwrap();
    assert_eq!(
        (fault.code, location.line, location.column),
        (code, line, column),
        "{fault}"
    );
}

/// Line and column of the only fault of a text.
fn place(name: &str, text: impl Into<Vec<u8>>) -> (u32, u32, u32, u32) {
    let location = fault(name, text).location.unwrap();
    (
        location.line,
        location.column,
        location.end_line,
        location.end_column,
    )
}

/// A path for a file that only one test writes.
fn temporary(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Lists of aliases of lists of aliases, nine to each.
fn billion_laughs() -> String {
    let mut text = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, before) in ('b'..='l').zip('a'..) {
        let aliases = vec![format!("*{before}"); 9].join(", ");
        text.push_str(&format!("{name}: &{name} [{aliases}]\n"));
    }
    text
}

#[test]
fn aliases_that_multiply_values_are_refused() {
    refused("laughs.yaml", billion_laughs(), Code::LimitExceeded, 5, 28);
    let long_list = format!(
        "a: &a [{}x]\nb:\n{}",
        "x, ".repeat(3_000),
        "  - *a\n".repeat(3_000)
    );
    let fault = fault("list.yaml", long_list);
    assert_eq!(fault.code, Code::LimitExceeded, "{fault}");
}

#[test]
fn aliases_that_multiply_text_are_refused() {
    let people: String = (1..1_000).map(|n| format!("  p{n}: *p\n")).collect();
    let text = format!(
        "{HEADER}people:\n  p0: &p {{ name: \"{}\" }}\n{people}",
        "x".repeat(200_000)
    );
    let fault = fault("text.yaml", text);
    assert_eq!(fault.code, Code::LimitExceeded, "{fault}");
}

#[test]
fn too_many_aliases_are_refused() {
    let text = format!(
        "a: &a x\nb: [{}x]\n",
        "*a, ".repeat(limits::aliases(40_000) + 100)
    );
    let fault = fault("aliases.yaml", text);
    assert_eq!(fault.code, Code::LimitExceeded, "{fault}");
}

#[test]
fn an_alias_of_itself_is_refused() {
    refused("self.yaml", "a: &a [*a]\n", Code::NotYaml, 1, 8);
    refused("self.yaml", "&a\nb: *a\n", Code::NotYaml, 2, 4);
}

#[test]
fn merge_bombs_are_refused() {
    let bomb = "a: &a {x: 1}\n".to_owned() + &"b: {<<: [*a, *a]}\n".repeat(1_000);
    refused("merge.yaml", bomb, Code::MergeKey, 2, 5);
}

#[test]
fn deep_values_are_refused() {
    let depth = 100_000;
    refused("list.yaml", "[".repeat(depth), Code::LimitExceeded, 1, 17);
    refused("dash.yaml", "- ".repeat(depth), Code::LimitExceeded, 1, 33);
    refused("colon.yaml", ": ".repeat(depth), Code::LimitExceeded, 1, 33);
    refused("map.yaml", "{a: ".repeat(depth), Code::LimitExceeded, 1, 65);
    refused(
        "both.yaml",
        "[{a: ".repeat(depth),
        Code::LimitExceeded,
        1,
        41,
    );
    refused("key.yaml", "? ".repeat(depth), Code::WrongType, 1, 3);
    refused("keys.yaml", "{".repeat(depth), Code::LimitExceeded, 1, 17);
    let lines: String = (0..2_000)
        .map(|n| format!("{}a:\n", " ".repeat(n)))
        .collect();
    refused("lines.yaml", lines, Code::LimitExceeded, 17, 17);
}

#[test]
fn as_deep_as_is_allowed_is_read() {
    for name in ["deep.yaml", "deep.json"] {
        let text = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let allowed = faults(name, text(limits::DEPTH));
        let codes: Vec<Code> = allowed.iter().map(|fault| fault.code).collect();
        assert_eq!(codes, [Code::WrongType], "{name}");
        refused(name, text(limits::DEPTH + 1), Code::LimitExceeded, 1, 17);
    }
}

#[test]
fn deep_json_is_refused() {
    let list = "[".repeat(100_000) + &"]".repeat(100_000);
    let map = "{\"a\":".repeat(100_000) + "1" + &"}".repeat(100_000);
    refused("list.json", list, Code::LimitExceeded, 1, 17);
    refused("map.json", map, Code::LimitExceeded, 1, 81);
    let unclosed = fault("unclosed.json", "[".repeat(100_000));
    assert!(
        matches!(unclosed.code, Code::NotJson | Code::LimitExceeded),
        "{unclosed}"
    );
}

#[test]
fn characters_that_are_no_text_are_refused() {
    refused("nul.yaml", "assessment: a\0b\n", Code::NotYaml, 1, 14);
    refused("nul.yaml", "\0", Code::NotYaml, 1, 1);
    let json = fault("nul.json", "{\"assessment\": \"a\0b\"}");
    assert_eq!(json.code, Code::NotJson, "{json}");
    refused(
        "binary.yaml",
        [0x7f, b'E', b'L', b'F', 0x02, 0xc3, 0x28],
        Code::NotUtf8,
        1,
        6,
    );
    refused(
        "surrogate.yaml",
        [b'a', b'\n', 0xed, 0xa0, 0x80],
        Code::NotUtf8,
        2,
        1,
    );
    let little: Vec<u8> = "assessment: a"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let big: Vec<u8> = "assessment: a"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    refused("little.yaml", little, Code::NotYaml, 1, 2);
    refused("big.yaml", big, Code::NotYaml, 1, 1);
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    for (name, text) in [
        ("mark.yaml", "\u{feff}assessment: [a]\n"),
        ("plain.yaml", "assessment: [a]\n"),
    ] {
        let faults = faults(name, text);
        let first = faults.iter().find(|fault| fault.code == Code::WrongType);
        let location = first.and_then(|fault| fault.location.as_ref()).unwrap();
        assert_eq!((location.line, location.column), (1, 13), "{faults}");
    }
    let faults = faults("mark.json", "\u{feff}{\"assessment\": [\"a\"]}");
    let first = faults.iter().find(|fault| fault.code == Code::WrongType);
    let location = first.and_then(|fault| fault.location.as_ref()).unwrap();
    assert_eq!((location.line, location.column), (1, 16), "{faults}");
    assert_eq!(
        self::faults("good.yaml", format!("\u{feff}{HEADER}")).len(),
        0
    );
    let document = |text: String| {
        let files = AssessmentFiles::from_text("good.yaml", text);
        files.documents().to_vec()
    };
    assert_eq!(
        document(format!("\u{feff}{HEADER}")),
        document(HEADER.to_owned())
    );
}

#[test]
fn lines_may_end_as_in_windows() {
    let unix = format!("{HEADER}assessors: [zoe]\npeople:\n  anna: {{ name: Anna }}\n");
    let windows = unix.replace('\n', "\r\n");
    assert_eq!(place("unix.yaml", unix.as_str()), (7, 13, 7, 16));
    assert_eq!(place("windows.yaml", windows.as_str()), (7, 13, 7, 16));
    let read = |text: &str| {
        AssessmentFiles::from_text("a.yaml", text)
            .documents()
            .to_vec()
    };
    assert_eq!(read(&unix), read(&windows));
}

#[test]
fn columns_are_counted_in_characters() {
    let with =
        |name: &str| format!("{HEADER}people:\n  anna: {{ name: \"{name}\", rle: chair }}\n");
    assert_eq!(place("ascii.yaml", with("Anna")), (8, 25, 8, 28));
    assert_eq!(place("umlaut.yaml", with("Ännä")), (8, 25, 8, 28));
    assert_eq!(place("wide.yaml", with("安娜安娜")), (8, 25, 8, 28));
    assert_eq!(place("emoji.yaml", with("🔐🗝🔑🧊")), (8, 25, 8, 28));
    assert_eq!(place("tab.yaml", with("An\tn")), (8, 25, 8, 28));
    // A family of four and three joiners: seven characters.
    assert_eq!(
        place("joined.yaml", with("👨\u{200d}👩\u{200d}👧\u{200d}👦")),
        (8, 28, 8, 31)
    );
    let json = "{\"assessment\": \"harbour\", \"ти́тул\": 1}";
    let faults = faults("wide.json", json);
    let unknown = faults
        .iter()
        .find(|fault| fault.code == Code::UnknownKey)
        .unwrap();
    let location = unknown.location.as_ref().unwrap();
    assert_eq!((location.column, location.end_column), (27, 35), "{faults}");
}

#[test]
fn tabs_that_indent_are_refused_with_help() {
    let text = format!("{HEADER}people:\n\tanna: {{ name: Anna }}\n");
    let fault = fault("tab.yaml", text);
    assert_eq!(fault.code, Code::NotYaml, "{fault}");
    assert_eq!(fault.help.as_deref(), Some("indent with spaces"), "{fault}");
    assert_eq!(fault.location.unwrap().line, 8);
}

#[test]
fn quotes_and_brackets_that_are_not_closed_are_refused() {
    let long = "x".repeat(1_000_000);
    refused(
        "double.yaml",
        format!("title: \"{long}"),
        Code::NotYaml,
        1,
        8,
    );
    refused(
        "single.yaml",
        format!("title: '{long}"),
        Code::NotYaml,
        1,
        8,
    );
    refused("list.yaml", format!("title: [{long}"), Code::NotYaml, 1, 8);
    refused("map.yaml", format!("title: {{{long}"), Code::NotYaml, 1, 8);
    let json = fault("double.json", format!("{{\"title\": \"{long}"));
    assert_eq!(json.code, Code::NotJson, "{json}");
}

#[test]
fn a_text_that_is_too_large_is_refused() {
    let size = 17 << 20;
    refused("large.yaml", vec![b'#'; size], Code::LimitExceeded, 1, 1);
    refused("large.json", vec![b' '; size], Code::LimitExceeded, 1, 1);
    let largest = usize::try_from(limits::BYTES).unwrap();
    refused(
        "largest.yaml",
        vec![b'#'; largest],
        Code::EmptyDocument,
        1,
        1,
    );
}

#[test]
fn a_mapping_or_list_has_a_bounded_number_of_entries() {
    let list = |count: usize| format!("[{}]", vec!["1"; count].join(",          "));
    let over = limits::ENTRIES + 1;
    let yaml = format!("claims: {}", list(over));
    refused("list.yaml", yaml, Code::LimitExceeded, 1, 9);
    let json = format!("{{\"claims\": {}}}", list(over));
    refused("list.json", json, Code::LimitExceeded, 1, 12);
    let allowed = format!("claims: {}", list(limits::ENTRIES));
    let allowed = AssessmentFiles::from_text("list.yaml", allowed);
    let faults = allowed.resolve(Catalog::builtin()).unwrap_err();
    let mut codes = faults.iter().map(|fault| fault.code);
    assert!(codes.all(|code| code != Code::LimitExceeded), "{faults}");
}

#[test]
fn a_file_that_is_too_large_is_refused_by_its_size() {
    let path = temporary("hostile-sparse.yaml");
    std::fs::File::create(&path)
        .unwrap()
        .set_len(1 << 30)
        .unwrap();
    let files = AssessmentFiles::read([&path]).unwrap();
    std::fs::remove_file(&path).unwrap();
    let faults = files.resolve(Catalog::builtin()).unwrap_err();
    let codes: Vec<Code> = faults.iter().map(|fault| fault.code).collect();
    assert_eq!(codes, [Code::LimitExceeded], "{faults}");
}

#[test]
fn a_file_too_large_among_others_hides_nothing_of_them() {
    let large = temporary("hostile-large.yaml");
    let small = temporary("hostile-small.yaml");
    std::fs::File::create(&large)
        .unwrap()
        .set_len(1 << 30)
        .unwrap();
    std::fs::write(&small, format!("{HEADER}claimz: {{}}\n")).unwrap();
    let files = AssessmentFiles::read([&large, &small]).unwrap();
    std::fs::remove_file(&large).unwrap();
    std::fs::remove_file(&small).unwrap();
    let faults = files.resolve(Catalog::builtin()).unwrap_err();
    let codes: Vec<Code> = faults.iter().map(|fault| fault.code).collect();
    assert_eq!(codes, [Code::LimitExceeded, Code::UnknownKey], "{faults}");
}

#[test]
fn a_list_of_too_many_values_is_refused() {
    for name in ["long.yaml", "long.json"] {
        let text = format!("[{}\"x\"]", "1,".repeat(25_000_000));
        let fault = fault(name, text);
        assert_eq!(fault.code, Code::LimitExceeded, "{fault}");
    }
}

#[test]
fn the_faults_that_are_shown_are_bounded() {
    for (name, text) in many_faults(200_000) {
        let count = faults(name, text).len();
        assert!(
            (1..=limits::DIAGNOSTICS).contains(&count),
            "{name}: {count}"
        );
    }
}

/// Files in which nearly everything is wrong: on lines of their own, and all on one.
fn many_faults(count: usize) -> Vec<(&'static str, String)> {
    let list = |item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<String>();
    vec![
        ("keys.yaml", list(&|n| format!("k{n}: 1\n"))),
        (
            "line.yaml",
            format!("{{{}}}", list(&|n| format!("k{n}: 1, "))),
        ),
        (
            "line.json",
            format!("{{{}\"k\":1}}", list(&|n| format!("\"k{n}\":1,"))),
        ),
        ("same.yaml", list(&|_| "title: a\n".to_owned())),
        (
            "same.json",
            format!("{{{}\"k\":1}}", list(&|_| "\"k\":1,".to_owned())),
        ),
        (
            "ids.yaml",
            format!(
                "{HEADER}people:\n{}",
                list(&|n| format!("  p {n}: {{ name: Anna }}\n"))
            ),
        ),
    ]
}

#[test]
fn a_reference_that_leads_nowhere_is_cheap_among_many_entries() {
    let people: String = (0..20_000)
        .map(|n| format!("  p{n}x: {{ name: Anna }}\n"))
        .collect();
    let nowhere: String = (0..20_000).map(|n| format!("  - q{n}y\n")).collect();
    let text = format!("{HEADER}people:\n{people}assessors:\n{nowhere}");
    let count = faults("nowhere.yaml", text).len();
    assert!((1..=limits::DIAGNOSTICS).contains(&count), "{count}");
}

/// Files in which something is sought for each of many entries among many entries.
fn many_among_many(count: usize) -> Vec<(&'static str, String)> {
    let list = |item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<String>();
    let item = "title: Log, kind: log, technique: test, collected: 2026-07-01, \
                valid_until: 2027-01-01, locator: log.csv";
    let claim = "claims:\n  9.3.7.1-a:\n    evidence: ";
    let cited = list(&|n| format!("e{n}x, "));
    let items = list(&|n| format!("  e{n}x: {{ {item} }}\n"));
    let of_bad = list(&|n| format!("  e{n}x: {{ {item}, by: bad }}\n"));
    let people = list(&|n| format!("  p{n}x: {{ name: Anna }}\n"));
    let long = |letter: &str, n: usize| format!("{}{n:08}", letter.repeat(56));
    let few = 0..2_000;
    let of_long_names: String = few
        .clone()
        .map(|n| format!("  {}: {{ name: Anna }}\n", long("p", n)))
        .collect();
    let long_names: String = few.map(|n| format!("  - {}\n", long("q", n))).collect();
    vec![
        (
            "faulty-person.yaml",
            format!("people:\n{people}  bad: {{}}\nevidence:\n{of_bad}"),
        ),
        (
            "same-item.yaml",
            format!(
                "evidence:\n  e: {{ {item} }}\n{claim}[{}]\n    status: implemented\n",
                "e, ".repeat(count)
            ),
        ),
        (
            "faulty-claim.yaml",
            format!("evidence:\n{items}{claim}[{cited}]\n    status: done\n"),
        ),
        (
            "cited-last.yaml",
            format!(
                "evidence:\n{items}{claim}[{}]\n    status: done\n",
                list(&|n| format!("f{n}x, "))
            ),
        ),
        (
            "long-names.yaml",
            format!("people:\n{of_long_names}assessors:\n{long_names}"),
        ),
    ]
}

#[test]
fn nothing_is_sought_among_all_entries_for_each_entry() {
    for (name, text) in many_among_many(20_000) {
        let faults = faults(name, format!("{HEADER}{text}"));
        let count = faults.len();
        assert!(
            (1..=limits::DIAGNOSTICS).contains(&count),
            "{name}: {count}"
        );
    }
}

#[test]
fn a_sound_file_on_one_line_is_read_as_any_other() {
    let assessment = |count: usize| {
        let title = "long ".repeat(200);
        let wallet = |n: usize| {
            format!("\"w{n:04}\":{{\"title\":\"{title}\",\"tier\":\"hot\",\"traits\":[\"hsm\"]}}")
        };
        let wallets: Vec<String> = (0..count).map(wallet).collect();
        let text = format!(
            "{{\"assessment\":\"harbour\",\"title\":\"Harbour\",\"catalog\":\"iso-tr-23576\",\
             \"custodian\":{{\"name\":\"Harbour\"}},\"period\":{{\"from\":\"2026-07-01\",\
             \"to\":\"2026-09-30\"}},\"organization\":{{\"channels\":[]}},\"wallets\":{{{}}}}}",
            wallets.join(",")
        );
        AssessmentFiles::from_text("line.json", text)
    };
    let most = assessment(limits::WALLETS);
    let most = most.resolve(Catalog::builtin()).unwrap();
    assert_eq!(most.subjects().len(), limits::WALLETS + 1);
    let over = assessment(limits::WALLETS + 1);
    let faults = over.resolve(Catalog::builtin()).unwrap_err();
    let codes: Vec<Code> = faults.iter().map(|fault| fault.code).collect();
    assert_eq!(codes, [Code::LimitExceeded], "{faults}");
    assert!(
        faults.to_string().contains("`w1000` exceeds the limit"),
        "{faults}"
    );
}

#[test]
fn repeated_keys_of_json_are_refused() {
    let text = "{\n  \"assessment\": \"a\",\n  \"title\": \"b\",\n  \"title\": \"c\"\n}";
    let faults = faults("twice.json", text);
    let twice = faults
        .iter()
        .find(|fault| fault.code == Code::RepeatedKey)
        .unwrap();
    let places = (twice.location.as_ref().unwrap(), &twice.related[0].location);
    assert_eq!((places.0.line, places.0.column), (4, 3), "{twice}");
    assert_eq!((places.1.line, places.1.column), (3, 3), "{twice}");
    // The same key, one of them with an escape.
    let text = "{\"title\": \"b\", \"t\\u0069tle\": \"c\"}";
    let faults = self::faults("escaped.json", text);
    assert!(
        faults.iter().any(|fault| fault.code == Code::RepeatedKey),
        "{faults}"
    );
}

/// What is done to a file by somebody who means ill, or by a bad connection.
#[derive(Clone, Debug)]
enum Change {
    Cut(Index),
    Delete(Index, u8),
    Insert(Index, Vec<u8>),
    Repeat(Index, u8),
    Replace(Index, u8),
}

const TOKENS: [&str; 26] = [
    "*a ", "&a ", "&a", "<<: ", "[", "]", "{", "}", "\"", "'", "\t", "!x ", "🔐", "\0", "? ", "- ",
    ": ", "|\n", ">-\n", "\r", "\n", "#", "%", "---\n", "\u{feff}", "\u{2028}",
];

fn change() -> impl Strategy<Value = Change> {
    let token = proptest::sample::select(TOKENS.map(|token| token.as_bytes().to_vec()).to_vec());
    prop_oneof![
        1 => any::<Index>().prop_map(Change::Cut),
        3 => (any::<Index>(), any::<u8>()).prop_map(|(at, length)| Change::Delete(at, length)),
        6 => (any::<Index>(), token).prop_map(|(at, token)| Change::Insert(at, token)),
        3 => (any::<Index>(), any::<u8>()).prop_map(|(at, length)| Change::Repeat(at, length)),
        3 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Replace(at, byte)),
    ]
}

impl Change {
    fn make(&self, text: &mut Vec<u8>) {
        if text.is_empty() {
            return;
        }
        let end = |at: usize, length: u8| (at + usize::from(length)).min(text.len());
        match self {
            Self::Cut(at) => text.truncate(at.index(text.len())),
            Self::Delete(at, length) => {
                let at = at.index(text.len());
                text.drain(at..end(at, *length));
            }
            Self::Insert(at, token) => {
                let at = at.index(text.len());
                text.splice(at..at, token.iter().copied());
            }
            Self::Repeat(at, length) => {
                let at = at.index(text.len());
                let part = text[at..end(at, *length)].to_vec();
                text.splice(at..at, part);
            }
            Self::Replace(at, byte) => {
                let at = at.index(text.len());
                text[at] = *byte;
            }
        }
    }
}

/// Reads a text in every way, and holds that each fault lies within it.
fn survives(text: &[u8]) -> Result<(), TestCaseError> {
    for name in ["hostile.yaml", "hostile.json"] {
        let mut all = vec![faults(name, text)];
        all.extend(Catalog::from_text(name, text).err());
        let lines = text.iter().filter(|byte| **byte == b'\n').count() + 1;
        for fault in all.iter().flatten() {
            let within = fault.location.as_ref().is_none_or(|location| {
                (1..=lines).contains(&(location.line as usize))
                    && (location.line, location.column) <= (location.end_line, location.end_column)
            });
            if !within || fault.message.is_empty() {
                return Err(TestCaseError::fail(fault.to_string()));
            }
        }
    }
    Ok(())
}

#[test]
fn no_bytes_make_the_reader_panic() {
    let bytes = prop_oneof![
        vec(any::<u8>(), 0..400),
        vec(proptest::sample::select(TOKENS.to_vec()), 0..60)
            .prop_map(|tokens| tokens.concat().into_bytes()),
        ".{0,200}".prop_map(String::into_bytes),
    ];
    run(2_000, &bytes, |bytes| survives(&bytes));
}

#[test]
fn no_change_of_a_sound_file_makes_the_reader_panic() {
    let sound = golden::read("examples/exchange.yaml").into_bytes();
    let changes = vec(change(), 1..8);
    run(2_000, &changes, |changes| {
        let mut text = sound.clone();
        for change in &changes {
            change.make(&mut text);
        }
        survives(&text)
    });
}
