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
        self::faults("good.yaml", HEADER).len()
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
            "unused.yaml",
            format!(
                "evidence:\n{items}{claim}[bad id!, {}]\n    status: implemented\n",
                list(&|n| format!("f{n}x, "))
            ),
        ),
        (
            "no-age.yaml",
            format!(
                "evidence_max_age:\n{}evidence:\n{}",
                list(&|n| format!("  a{n}x: 1\n")),
                items.replace(", valid_until: 2027-01-01", "")
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

/// An assessment with so many wallets, with what stands under `claims`, and with evidence.
fn assessment(wallets: usize, evidence: usize, claims: &str) -> String {
    let list = |item: &dyn Fn(usize) -> String, count| (0..count).map(item).collect::<String>();
    let traits = "hsm, multisig, deterministic, backed-up, removable-media, online-backup, \
                  hardware-wallet, software-wallet, paper, secret-sharing, third-party";
    let wallets = list(
        &|n| format!("  w{n:04}: {{ tier: hot, traits: [{traits}] }}\n"),
        wallets,
    );
    let evidence = list(
        &|n| {
            format!(
                "  e{n:05}x: {{ title: Log, kind: log, technique: test, collected: 2026-07-01, \
                 valid_until: 2026-07-02, locator: log.csv }}\n"
            )
        },
        evidence,
    );
    let evidence = match evidence.as_str() {
        "" => "evidence: {}\n".to_owned(),
        items => format!("evidence:\n{items}"),
    };
    format!("{HEADER}wallets:\n{wallets}{evidence}claims:\n{claims}")
}

/// The diagnostics of [`Code::LimitExceeded`] about a text.
fn exceeded(text: String) -> Vec<Diagnostic> {
    let faults = faults("limits.yaml", text);
    let exceeded = faults
        .iter()
        .filter(|fault| fault.code == Code::LimitExceeded);
    exceeded.cloned().collect()
}

/// Holds that a text is refused because of one limit, that both numbers are named, and what marks it.
fn exceeds(text: String, expected: &str, line: u32) {
    let exceeded = exceeded(text);
    assert_eq!(exceeded.len(), 1, "{exceeded:?}");
    let message = &exceeded[0].message;
    assert!(message.contains(expected), "{message}");
    assert!(exceeded[0].help.is_some(), "{message}");
    assert_eq!(
        exceeded[0].location.as_ref().unwrap().line,
        line,
        "{message}"
    );
}

#[test]
fn a_text_has_a_bounded_number_of_characters() {
    // Characters, not bytes.
    let claim = |length: usize| {
        let note = "ü".repeat(length);
        assessment(
            1,
            0,
            &format!("  9.3.7.1-a: {{ status: not-implemented, note: {note} }}\n"),
        )
    };
    assert_eq!(exceeded(claim(limits::TEXT)), []);
    exceeds(
        claim(limits::TEXT + 1),
        "expected at most 10000 characters, found 10001",
        11,
    );
}

#[test]
fn an_assessment_has_a_bounded_number_of_evidence_items() {
    let most = limits::EVIDENCE;
    assert_eq!(exceeded(assessment(1, most, "")), []);
    exceeds(
        assessment(1, most + 1, ""),
        "expected at most 20000 evidence items, found 20001; `e20000x` exceeds the limit",
        u32::try_from(most).unwrap() + 10,
    );
}

#[test]
fn an_assessment_has_a_bounded_number_of_wallets() {
    assert_eq!(exceeded(assessment(limits::WALLETS, 0, "")), []);
    exceeds(
        assessment(limits::WALLETS + 1, 0, "  9.3.7.1-a:\n"),
        "expected at most 1000 wallets, found 1001; `w1000` exceeds the limit",
        1_008,
    );
}

/// A profile that adds controls about wallets and about the organization.
fn with_controls(of_wallets: usize, of_organization: usize) -> String {
    let mut text = "profile: mine\ntitle: Mine\ncatalog: iso-tr-23576\nversion: 0.1.0\n\
                    published: 2026-11-21\nfamilies:\n  own:\n    title: Own\n    order: 1\n    controls:\n"
        .to_owned();
    for (subject, count) in [("wallet", of_wallets), ("organization", of_organization)] {
        for n in 0..count {
            text.push_str(&format!(
                "      {subject}-{n}: {{ clause: \"9.3.7.1\", title: Own, statement: Own, subject: {subject}, \
                 treats: {{ supporting: [8.2.2.5-a] }}, functions: [preventive], evidence: [log], \
                 techniques: [test], source: own, strength: must, provenance: own }}\n"
            ));
        }
    }
    text
}

#[test]
fn a_catalog_has_a_bounded_number_of_controls() {
    let own = limits::CONTROLS - Catalog::builtin().controls().len();
    assert!(own >= 2_000);
    let catalog = |own| Catalog::from_text("mine.yaml", with_controls(own, 0));
    assert_eq!(catalog(own).unwrap().controls().len(), limits::CONTROLS);
    let faults = catalog(own + 1).unwrap_err();
    let fault = faults
        .iter()
        .find(|fault| fault.code == Code::LimitExceeded);
    let message = &fault.unwrap().message;
    assert!(
        message.contains("expected at most 2500 controls, found 2501"),
        "{message}"
    );
}

#[test]
fn an_assessment_has_a_bounded_number_of_cells() {
    let wallets = 100;
    let text = assessment(wallets, 0, "  9.3.7.1-a:\n");
    let files = |text: &str| AssessmentFiles::from_text("cells.yaml", text);
    let builtin = files(&text).resolve(Catalog::builtin()).unwrap();
    let left = limits::CELLS - builtin.cell_count();
    let catalog = |over| {
        let text = with_controls(left / wallets, left % wallets + over);
        Catalog::from_text("mine.yaml", text).unwrap()
    };
    let text = text.replace("catalog: iso-tr-23576", "catalog: mine");
    let most = files(&text).resolve(&catalog(0)).unwrap();
    assert_eq!(most.cell_count(), limits::CELLS);
    let faults = files(&text).resolve(&catalog(1)).unwrap_err();
    let codes: Vec<Code> = faults.iter().map(|fault| fault.code).collect();
    assert_eq!(codes, [Code::LimitExceeded], "{faults}");
    let message = faults.iter().next().unwrap().message.clone();
    assert!(
        message.contains("expected at most 100000 pairs"),
        "{message}"
    );
    assert!(message.contains("found 100001"), "{message}");
}

/// The number that a diagnostic found.
fn found(fault: &Diagnostic) -> u64 {
    let (_, after) = fault.message.split_once("found ").unwrap();
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

#[test]
fn what_reports_repeat_for_cells_is_bounded() {
    // A claim for each of 1,000 wallets, with a note and citations of the same items.
    let text = |notes: &[usize], cited: usize| {
        let items: Vec<String> = (0..cited).map(|n| format!("e{n:05}x")).collect();
        let claim = |(id, note): (&str, &usize)| {
            format!(
                "  {id}: {{ status: implemented, note: {}, evidence: [{}] }}\n",
                "x".repeat(*note),
                items.join(", ")
            )
        };
        let ids = ["9.3.7.1-a", "9.3.7.1-b", "9.3.7.2-a"];
        let claims: String = ids.into_iter().zip(notes).map(claim).collect();
        assessment(limits::WALLETS, cited.max(1), &claims)
    };
    let over = exceeded(text(&[10_000, 10_000, 10_000], 600));
    assert_eq!(over.len(), 1, "{over:?}");
    assert!(
        over[0].message.contains(&limits::REPEATED.to_string()),
        "{over:?}"
    );
    assert!(found(&over[0]) > limits::REPEATED, "{over:?}");
    assert_eq!(exceeded(text(&[10_000, 10_000, 10_000], 3)), []);
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
