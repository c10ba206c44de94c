//! What holds for every format: the same bytes from the same question, nothing but places told by the
//! order of a file, and nothing that a stranger writes gets out of its text.
//!
//! The tests go over `Format::values()`, so that a new format is held to this on its first day.

use custody_controls::taxonomy::Word;
use custody_controls::{AssessmentFiles, Catalog, Report, Settings};
use custody_formats::{
    CrosswalkFormat, DiagnosticFormat, DifferenceFormat, ForecastFormat, Format, PortfolioFormat,
    Render, TrendFormat,
};
use custody_testing::golden::{self, same};
use serde_json::Value;

const EXAMPLES: [&str; 3] = ["exchange", "cold-custody", "small-firm"];

/// The report of a text, for the last day of its period.
fn report(name: &str, text: String) -> Report {
    let assessment = AssessmentFiles::from_text(name, text)
        .resolve(Catalog::builtin())
        .unwrap_or_else(|faults| panic!("{faults}"));
    let settings = Settings::on(assessment.period().to);
    assessment.measure(&settings).report()
}

fn example(name: &str) -> Report {
    let file = format!("examples/{name}.yaml");
    report(&file, golden::read(&file))
}

fn render(report: &Report, format: Format) -> Vec<u8> {
    let mut bytes = Vec::new();
    report.write(format, &mut bytes).unwrap();
    assert!(!bytes.is_empty(), "{format} is empty");
    bytes
}

#[test]
fn rendered_twice_it_is_the_same_bytes() {
    for name in EXAMPLES {
        let (one, other) = (example(name), example(name));
        for format in Format::values() {
            let what = format!("{name} as {format}");
            same(&render(&one, format), &render(&one, format), &what);
            same(&render(&one, format), &render(&other, format), &what);
        }
    }
}

/// Takes away what tells where something stands: places, and the digests of the files.
fn without_places(report: &mut Report) {
    report.facts.files.clear();
    for gap in &mut report.gaps {
        gap.location = None;
        gap.because
            .iter_mut()
            .for_each(|reason| reason.location = None);
    }
    report
        .subjects
        .iter_mut()
        .for_each(|row| row.location = None);
    report
        .evidence
        .iter_mut()
        .for_each(|row| row.location = None);
    report
        .acceptances
        .iter_mut()
        .for_each(|row| row.location = None);
    let cells = report
        .applicability
        .iter_mut()
        .flat_map(|row| &mut row.cells);
    cells.for_each(|cell| cell.location = None);
}

/// The same mappings with their entries in another order: the last first, and what was in the middle
/// at the end.
fn shuffled(value: serde_yaml::Value, turn: usize) -> serde_yaml::Value {
    match value {
        serde_yaml::Value::Mapping(mapping) => {
            let mut entries: Vec<_> = mapping
                .into_iter()
                .map(|(key, value)| (key, shuffled(value, turn)))
                .collect();
            entries.reverse();
            let by = turn % entries.len().max(1);
            entries.rotate_left(by);
            serde_yaml::Value::Mapping(entries.into_iter().collect())
        }
        serde_yaml::Value::Sequence(items) => {
            items.into_iter().map(|item| shuffled(item, turn)).collect()
        }
        other => other,
    }
}

#[test]
fn the_order_of_entries_changes_nothing_but_places() {
    for name in EXAMPLES {
        let file = format!("examples/{name}.yaml");
        let text = golden::read(&file);
        let value: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        let mut written = report(&file, text);
        assert!(
            render(&written, Format::Json)
                .windows(6)
                .any(|w| w == b"\"line\"")
        );
        without_places(&mut written);
        for turn in [0, 1, 7] {
            let text = serde_yaml::to_string(&shuffled(value.clone(), turn)).unwrap();
            let mut other = report(&file, text);
            without_places(&mut other);
            for format in Format::values() {
                let (one, other) = (render(&written, format), render(&other, format));
                same(
                    &one,
                    &other,
                    &format!("{name} as {format}, turned by {turn}"),
                );
            }
            // What this test does not know as a place would be told here.
            let json = render(&other, Format::Json);
            assert!(!json.windows(6).any(|w| w == b"\"line\""));
        }
    }
}

/// What strangers write to be taken for something else than text.
fn hostile() -> Vec<String> {
    let controls: String = (1..0x20)
        .chain(0x7f..0xa0)
        .filter_map(char::from_u32)
        .collect();
    let mut texts: Vec<String> = [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "</td></tr></table>--><![CDATA[ x ]]> &amp; &#x202e; <?xml version='1.0'?>",
        "| a | b |\n# Heading\n\n- [click](https://example.org) ![x](y) `code` **bold** ~~no~~",
        "=1+1",
        "@SUM(A1:A9)",
        "+1+1",
        "-1+1|' /C calc'!A0",
        "\t=1+1",
        "\u{ff1d}1+1",
        "\u{ff0b}1 \u{ff0d}1 \u{ff20}SUM",
        "\"=1+1\", 'two'; \"three\"\r\nfour",
        "\u{1b}[31mred \u{1b}]8;;https://example.org\u{7}link\u{1b}]8;;\u{7} \u{9b}2J",
        "\u{202e}fdp.exe\u{202c} \u{2066}x\u{2069} \u{202a}y\u{202d}",
        "\u{feff}a\u{200b}b\u{2060}c\u{fffe}d\u{ffff}e\u{2028}f\u{2029}g\u{fdd0}\u{1ffff}",
        "משמורת של נכסים דיגיטליים",
        "حفظ الأصول الرقمية، شركة",
        "👩‍👩‍👧‍👦 🏴\u{e0067}\u{e0062}\u{e007f} ✔️",
        "#panic() $x^2$ \\input{/etc/passwd} %s %n {0} {{x}} ${HOME} `id` $(id)",
        "[link](javascript:alert(1)) [0](1) \\[ \\] {1}",
        "null",
        "true",
        "0x10",
        "1e5",
        "2026-01-01",
        "---",
        "...",
        "'",
        "\"",
        "\\",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push(controls);
    texts.push("x".repeat(10_000));
    texts
}

/// Puts hostile texts into every free text of an assessment and counts them.
fn poison(value: &mut Value, texts: &[String], turn: &mut usize) {
    const FREE: [&str; 11] = [
        "title",
        "name",
        "organization",
        "role",
        "service",
        "jurisdiction",
        "note",
        "rationale",
        "missing",
        "because",
        "locator",
    ];
    let next = |text: &mut String, turn: &mut usize| {
        text.clone_from(&texts[*turn % texts.len()]);
        *turn += 1;
    };
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                match value {
                    Value::String(text) if FREE.contains(&key.as_str()) => {
                        next(text, turn);
                        // A locator that could climb is refused before it reaches a report.
                        if key == "locator" && text.contains(['/', '\\', ':']) {
                            text.insert_str(0, "https://example.org/");
                        }
                    }
                    Value::Array(items) if key == "assets" => {
                        for item in items {
                            if let Value::String(text) = item {
                                next(text, turn);
                            }
                        }
                    }
                    other => poison(other, texts, turn),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, texts, turn)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// An example in which every free text is hostile, and so is the name of the file.
fn poisoned(name: &str, first: usize) -> Report {
    let files =
        AssessmentFiles::from_text("mine.yaml", golden::read(&format!("examples/{name}.yaml")));
    let mut value = serde_json::to_value(&files.documents()[0]).unwrap();
    let mut turn = first;
    let texts = hostile();
    poison(&mut value, &texts, &mut turn);
    assert!(
        turn - first > texts.len(),
        "{name} has {} free texts",
        turn - first
    );
    report("a:b/=1+1 <b>\u{202e}%20\u{1b}[31m.json", value.to_string())
}

/// Whether a character steers a terminal, turns the direction of writing or cannot be seen.
fn is_harmful(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}' | '\u{2028}' | '\u{2029}')
        || u32::from(c) & 0xfffe == 0xfffe
}

fn read_csv(text: &str, word: &str) {
    let mut table = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let width = table.headers().unwrap().len();
    assert_eq!(
        text.matches('\n').count(),
        text.matches("\r\n").count(),
        "{word}"
    );
    for row in table.records() {
        let row = row.unwrap_or_else(|error| panic!("{word}: {error}"));
        assert_eq!(row.len(), width, "{word}");
        for field in &row {
            let is_number = field.parse::<i64>().is_ok();
            let is_formula = field.starts_with([
                '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}',
                '\u{ff20}',
            ]);
            assert!(is_number || !is_formula, "{word}: {field}");
        }
    }
}

/// Reads all of an XML document: tags match, names and references are known, and attributes are
/// whole.
fn read_xml(text: &str, word: &str) {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    loop {
        match reader
            .read_event()
            .unwrap_or_else(|error| panic!("{word}: {error}"))
        {
            Event::Eof => break,
            Event::Start(element) | Event::Empty(element) => {
                for attribute in element.attributes() {
                    attribute.unwrap_or_else(|error| panic!("{word}: {error}"));
                }
            }
            Event::GeneralRef(name) => {
                let is_known =
                    name.is_char_ref() || matches!(&*name, "lt" | "gt" | "amp" | "quot" | "apos");
                assert!(is_known, "{word}: {name:?}");
            }
            _ => {}
        }
    }
}

/// Reads a document with the reader of its format; formats that are no text of a known kind have
/// readers in tests of their own.
fn read(format: Format, text: &str) {
    let word = format.word();
    if text.starts_with('{') && text.contains("\n{\"") || word.starts_with("ndjson") {
        for line in text.lines() {
            let value: Value =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{word}: {error}"));
            assert!(value.is_object(), "{word}");
        }
    } else if word.starts_with("csv") {
        read_csv(text, word);
    } else if text.starts_with("<?xml") {
        read_xml(text, word);
    } else if text.starts_with(['{', '[']) {
        serde_json::from_str::<Value>(text).unwrap_or_else(|error| panic!("{word}: {error}"));
    }
}

#[test]
fn hostile_texts_stay_texts() {
    for (name, first) in [("exchange", 0), ("cold-custody", 11), ("small-firm", 17)] {
        let report = poisoned(name, first);
        for format in Format::values() {
            let bytes = render(&report, format);
            if bytes.starts_with(b"PK") || bytes.starts_with(b"%PDF") {
                // A packed format has a reader in a test of its own.
                continue;
            }
            let text = String::from_utf8(bytes).unwrap_or_else(|error| panic!("{format}: {error}"));
            // Lines of CSV end as in Windows.
            let lines = if format.word().starts_with("csv") {
                text.replace("\r\n", "\n")
            } else {
                text.clone()
            };
            if let Some((at, c)) = lines.char_indices().find(|(_, c)| is_harmful(*c)) {
                let line = lines[..at].matches('\n').count() + 1;
                panic!("{name} as {format}, line {line}: {c:?} stands as it is");
            }
            read(format, &text);
        }
        // Programs read the very texts.
        let json: Value = serde_json::from_slice(&render(&report, Format::Json)).unwrap();
        assert_eq!(json, serde_json::to_value(&report).unwrap());
    }
}

#[test]
fn every_format_has_a_word_and_a_meaning() {
    fn words<W: Word>() {
        for (value, word) in W::values().into_iter().zip(W::words()) {
            assert_eq!(value.word(), *word);
            assert!(W::from_word(word).is_some());
            assert!(value.meaning().ends_with('.'), "{word}");
        }
    }
    words::<Format>();
    words::<ForecastFormat>();
    words::<CrosswalkFormat>();
    words::<DifferenceFormat>();
    words::<TrendFormat>();
    words::<PortfolioFormat>();
    words::<DiagnosticFormat>();
}
