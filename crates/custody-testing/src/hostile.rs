//! Hostile texts, which a medium may interpret as something other than text, and documents in which
//! every text is one of them.

use crate::golden;
use custody_controls::AssessmentFiles;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Texts that a medium may interpret as something other than text.
pub fn texts() -> Vec<String> {
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
        "::error file=a,line=1::pwned",
        " \t::add-mask::a ::set-output name=x::y and ::stop-commands::z",
        "##[error]pwned ##vso[task.setvariable variable=a]b ##teamcity[buildStop] ###[group]",
        "long words so that a line of a log is wrapped somewhere here and the next one begins with \
         ::error::a ::error::b ::error::c ::error::d ::error::e ::error::f ::error::g ::error::h",
        "  =1+1",
        "\"=1+1\"",
        "\u{200e}@SUM(A1:A9)",
        "x;=HYPERLINK(1)",
        "x; \"=1+1\";\t+1+1;;-1",
        "5.10",
        "-0.5",
        "00123",
        "x\n    status: implemented\n    note: y # z",
        "a: b # c, [d]",
        "- a",
        "*a &b !c ? d | > % `",
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
    texts.push("x".repeat(9_900));
    texts
}

/// The keys of an assessment whose values are free text, by its schema: strings other than
/// words, ids, dates and digests, which have definitions of their own. A new key is included.
fn free_keys() -> BTreeSet<String> {
    fn is_free(schema: &Value) -> bool {
        schema["type"] == "string"
            && ["enum", "format", "const"]
                .iter()
                .all(|key| schema.get(key).is_none())
    }
    fn collect(schema: &Value, keys: &mut BTreeSet<String>) {
        match schema {
            Value::Object(entries) => {
                for (key, property) in schema["properties"].as_object().into_iter().flatten() {
                    if is_free(property) || is_free(&property["items"]) {
                        keys.insert(key.clone());
                    }
                }
                entries.values().for_each(|entry| collect(entry, keys));
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, keys)),
            _ => {}
        }
    }
    let schema = serde_json::from_str(&golden::read("schemas/assessment.schema.json")).unwrap();
    let mut keys = BTreeSet::new();
    collect(&schema, &mut keys);
    keys
}

/// Replaces every free text of an assessment.
struct Poison<'t> {
    free: BTreeSet<String>,
    found: BTreeSet<String>,
    texts: &'t [String],
    turn: usize,
}

impl Poison<'_> {
    fn replace(&mut self, key: &str, text: &mut String) {
        text.clone_from(&self.texts[self.turn % self.texts.len()]);
        self.turn += 1;
        // Most texts are refused as a locator, so they reach reports as the name of a file.
        if key == "locator" {
            *text = ["./", &text.replace('\\', "|").replace("..", "::")].concat();
        }
    }

    fn walk(&mut self, value: &mut Value) {
        match value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    let is_free = self.free.contains(key);
                    match value {
                        Value::String(text) if is_free => {
                            self.found.insert(key.clone());
                            self.replace(key, text);
                        }
                        Value::Array(items) if is_free => {
                            self.found.insert(key.clone());
                            for item in items {
                                if let Value::String(text) = item {
                                    self.replace(key, text);
                                }
                            }
                        }
                        other => self.walk(other),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.walk(item)),
            _ => {}
        }
    }
}

/// The example `exchange` as JSON with these texts, starting with the one at index `first`, in every
/// free text that an assessment can have.
pub fn document(texts: &[String], first: usize) -> Value {
    let text = golden::read("examples/exchange.yaml");
    let files = AssessmentFiles::from_text("exchange.yaml", text);
    let mut value = serde_json::to_value(&files.documents()[0]).unwrap();
    // Keys that the example lacks.
    value["efforts"]["unit"] = json!("days");
    let claims = value["claims"].as_object_mut().unwrap();
    let claim = claims
        .values_mut()
        .find(|claim| claim["status"] == "implemented");
    claim.unwrap()["proposed"] = json!("iso-27002-2022 5.10");
    let mut poison = Poison {
        free: free_keys(),
        found: BTreeSet::new(),
        texts,
        turn: first,
    };
    poison.walk(&mut value);
    assert_eq!(
        poison.found, poison.free,
        "the example has every key of the schema"
    );
    assert!(poison.turn - first > texts.len(), "every text is used");
    value
}

/// Hostile file names.
pub const FILE_NAMES: [&str; 6] = [
    "a\u{1b}]0;title\u{7}\u{1b}[2J\u{9b}2J\u{202e}b\u{200b}.yaml",
    "x\n::error::pwned.yaml",
    "::error file=a::pwned.yaml",
    " ::error::pwned.yaml",
    "##[error]pwned ##vso[a].yaml",
    "=1+1;=1+1, \"quoted\" <b>&amp; # c.yaml",
];

/// The first character that controls a terminal, changes the direction of writing or is invisible.
/// Line breaks, and the colours that the program itself uses, are allowed.
pub fn harmful(text: &str) -> Option<char> {
    let is_harmful = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}' | '\u{2028}' | '\u{2029}')
            || u32::from(c) & 0xfffe == 0xfffe
    };
    without_colours(text).chars().find(|c| is_harmful(*c))
}

/// Text without the sequences that set colours.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        match rest.strip_prefix('m') {
            Some(rest) => plain.push_str(rest),
            None => plain.extend(["\u{1b}[", part]),
        }
    }
    plain
}

/// The first line that a build server would interpret as a command: GitHub interprets `::` after blanks
/// at the beginning of a line, and others a word in brackets after `##` anywhere.
pub fn command(text: &str) -> Option<String> {
    let is_command = |line: &&str| {
        line.trim_start().starts_with("::")
            || line.match_indices("##").any(|(at, _)| {
                let name = line[at + 2..].split('[').next().unwrap();
                line[at + 2..].contains('[') && name.chars().all(|c| c.is_ascii_alphanumeric())
            })
    };
    let text = without_colours(text);
    text.split(['\n', '\r']).find(is_command).map(str::to_owned)
}
