//! Random documents, in any layout that YAML and JSON have.

use serde_json::json;
use std::fmt::Write;

/// Choices that a random document and its changes are made of.
pub(super) struct Choices<'c> {
    pub(super) left: std::slice::Iter<'c, u16>,
    comments: usize,
    anchors: usize,
    /// The anchors that an alias may repeat.
    complete: Vec<usize>,
}

impl<'c> Choices<'c> {
    pub(super) fn of(choices: &'c [u16]) -> Self {
        Self {
            left: choices.iter(),
            comments: 0,
            anchors: 0,
            complete: Vec::new(),
        }
    }

    pub(super) fn below(&mut self, number: usize) -> usize {
        usize::from(self.left.next().copied().unwrap_or_default()) % number
    }

    pub(super) fn one_in(&mut self, number: usize) -> bool {
        self.below(number) == number - 1
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    fn comment(&mut self) -> String {
        self.comments += 1;
        format!("# note {}.", self.comments)
    }
}

const KEYS: [&str; 9] = [
    "title",
    "tier",
    "9.3.7.3-a",
    "traits",
    "evidence",
    "it's",
    "Zürich",
    "a b",
    "on",
];

/// A random document, in any layout that YAML has.
pub(super) fn yaml(choices: &mut Choices<'_>) -> String {
    let mut text = String::new();
    if choices.one_in(8) {
        text.push_str("---\n");
    }
    block_mapping(&mut text, 0, 0, choices);
    if choices.one_in(6) {
        let comment = choices.comment();
        let _ = writeln!(text, "{comment}");
    }
    if choices.one_in(6) {
        text.truncate(text.trim_end_matches('\n').len());
    }
    if choices.one_in(5) {
        text = text.replace('\n', "\r\n");
    }
    if choices.one_in(8) {
        text.insert(0, '\u{feff}');
    }
    text
}

fn lines_between(text: &mut String, indent: usize, choices: &mut Choices<'_>) {
    if choices.one_in(8) {
        text.push('\n');
    }
    if choices.one_in(6) {
        let comment = choices.comment();
        let _ = writeln!(text, "{:indent$}{comment}", "");
    }
}

fn end_line(text: &mut String, choices: &mut Choices<'_>) {
    if choices.one_in(4) {
        let comment = choices.comment();
        let _ = write!(text, " {comment}");
    }
    text.push('\n');
}

fn key(choices: &mut Choices<'_>, name: &str) -> String {
    let is_plain = name != "on";
    match choices.below(8) {
        6 if !name.contains('\'') => format!("'{name}'"),
        7 => format!("\"{name}\""),
        _ if is_plain => name.to_owned(),
        _ => format!("\"{name}\""),
    }
}

fn keys(choices: &mut Choices<'_>, most: usize) -> Vec<&'static str> {
    let mut keys = Vec::new();
    for _ in 0..=choices.below(most) {
        let key = choices.pick(&KEYS);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// Entries at a column; the text ends where the first key begins.
fn block_mapping(text: &mut String, indent: usize, depth: usize, choices: &mut Choices<'_>) {
    for (position, name) in keys(choices, 4).into_iter().enumerate() {
        if position > 0 || text.ends_with('\n') || text.is_empty() {
            lines_between(text, indent, choices);
            let _ = write!(text, "{:indent$}", "");
        }
        let _ = write!(text, "{}:", key(choices, name));
        block_value(text, indent, depth, true, choices);
    }
}

/// What follows a colon or a dash, with the line break at its end.
fn block_value(
    text: &mut String,
    indent: usize,
    depth: usize,
    in_mapping: bool,
    choices: &mut Choices<'_>,
) {
    let inner = indent + choices.pick(&[2, 2, 2, 4]);
    let kinds = if depth > 2 { 9 } else { 13 };
    match choices.below(kinds) {
        0 => {
            let _ = write!(text, " {}", scalar(choices, false));
            end_line(text, choices);
        }
        1 | 2 => {
            let anchor = anchor(text, choices);
            let _ = write!(text, " {}", scalar(choices, false));
            choices.complete.extend(anchor);
            end_line(text, choices);
        }
        3 => end_line(text, choices),
        4 => {
            let _ = write!(text, " {}", flow(choices, inner, depth));
            end_line(text, choices);
        }
        5 => {
            let header = choices.pick(&["|", ">-", "|-", "|+", ">"]);
            let _ = write!(text, " {header}");
            end_line(text, choices);
            for line in 0..=choices.below(2) {
                let _ = writeln!(text, "{:inner$}line {line} # not a comment", "");
            }
            if choices.one_in(3) {
                text.push('\n');
            }
        }
        6 => {
            let _ = writeln!(text, " several\n{:inner$}lines of text", "");
        }
        7 if !choices.complete.is_empty() => {
            let alias = choices.below(choices.complete.len());
            let _ = write!(text, " *a{}", choices.complete[alias]);
            end_line(text, choices);
        }
        8 => {
            let _ = write!(text, " \"quoted: {}\\u00e9\" ", choices.below(10));
            end_line(text, choices);
        }
        9 | 10 if in_mapping => {
            let anchor = anchor(text, choices);
            end_line(text, choices);
            block_mapping(text, inner, depth + 1, choices);
            choices.complete.extend(anchor);
        }
        9 | 10 => {
            text.push(' ');
            block_mapping(text, indent + 2, depth + 1, choices);
        }
        _ => {
            let column = if in_mapping && choices.one_in(2) {
                indent
            } else {
                inner
            };
            if in_mapping || choices.one_in(2) {
                end_line(text, choices);
                block_list(text, column, depth + 1, choices);
            } else {
                text.push(' ');
                block_list(text, indent + 2, depth + 1, choices);
            }
        }
    }
}

fn block_list(text: &mut String, indent: usize, depth: usize, choices: &mut Choices<'_>) {
    for position in 0..=choices.below(3) {
        if position > 0 || text.ends_with('\n') {
            lines_between(text, indent, choices);
            let _ = write!(text, "{:indent$}", "");
        }
        text.push('-');
        block_value(text, indent, depth, false, choices);
    }
}

fn anchor(text: &mut String, choices: &mut Choices<'_>) -> Option<usize> {
    choices.one_in(8).then(|| {
        choices.anchors += 1;
        let _ = write!(text, " &a{}", choices.anchors);
        choices.anchors
    })
}

fn scalar(choices: &mut Choices<'_>, flow: bool) -> String {
    let simple = [
        "hot",
        "two words",
        "2026-09-30",
        "12",
        "true",
        "null",
        "'it''s'",
        "\"a # b\"",
        "x#y",
        "https://example.org/a?b=c",
    ];
    let block = ["a, b", "[no", "word: \"x\"", "a {b}"];
    match choices.below(12) {
        10 if !flow => block[choices.below(2) * 3].replace("[no", "no]"),
        11 => String::from("\"𝕏 é\""),
        other => simple[other % simple.len()].to_owned(),
    }
}

/// A list or mapping in brackets, on one line or several.
fn flow(choices: &mut Choices<'_>, indent: usize, depth: usize) -> String {
    let is_mapping = choices.one_in(2);
    let (open, close) = if is_mapping { ("{", "}") } else { ("[", "]") };
    let count = choices.below(4);
    let names = keys(choices, 4);
    let names: Vec<Option<&str>> = if is_mapping {
        names.into_iter().take(count).map(Some).collect()
    } else {
        vec![None; count]
    };
    let count = names.len();
    let style = choices.below(4);
    let mut text = open.to_owned();
    for (position, name) in names.into_iter().enumerate() {
        match style {
            2 => {
                if choices.one_in(3) {
                    let _ = write!(text, " {}", choices.comment());
                }
                let _ = write!(text, "\n{:indent$}", "");
            }
            1 => text.push(' '),
            _ if position > 0 => text.push(' '),
            _ => {}
        }
        if let Some(name) = name {
            let _ = write!(text, "{}: ", key(choices, name));
        }
        if depth < 3 && choices.one_in(5) {
            text.push_str(&flow(choices, indent + 2, depth + 1));
        } else {
            text.push_str(&scalar(choices, true));
        }
        if position + 1 < count || count > 0 && choices.one_in(5) {
            text.push(',');
        }
    }
    match style {
        2 => {
            if choices.one_in(3) {
                let _ = write!(text, " {}", choices.comment());
            }
            let _ = write!(text, "\n{:indent$}", "");
        }
        1 => text.push(' '),
        _ => {}
    }
    text.push_str(close);
    text
}

/// A random JSON document, on one line or on several.
pub(super) fn json(choices: &mut Choices<'_>) -> String {
    let names = keys(choices, 4);
    let entries = names
        .into_iter()
        .map(|name| (name.to_owned(), json_value(choices, 0)));
    let document = serde_json::Value::Object(entries.collect());
    let text = if choices.one_in(3) {
        document.to_string()
    } else {
        serde_json::to_string_pretty(&document).unwrap()
    };
    match choices.below(3) {
        0 => text + "\n",
        1 => text.replace('\n', "\r\n"),
        _ => text,
    }
}

fn json_value(choices: &mut Choices<'_>, depth: usize) -> serde_json::Value {
    match choices.below(if depth > 2 { 5 } else { 8 }) {
        0 => json!("hot"),
        1 => json!(null),
        2 => json!(12),
        3 => json!(true),
        4 => json!("a \"quoted\" # word, 𝕏"),
        5 => json!(
            (0..choices.below(4))
                .map(|_| json_value(choices, depth + 1))
                .collect::<Vec<_>>()
        ),
        _ => {
            let names = keys(choices, 3);
            let entries = names
                .into_iter()
                .map(|name| (name.to_owned(), json_value(choices, depth + 1)));
            serde_json::Value::Object(entries.collect())
        }
    }
}
