//! Random layouts of assessments.

use custody_controls::AssessmentDocument;
use custody_testing::generate::Choices;
use serde_json::Value;

/// An assessment as somebody may have written it: keys in any order, in brackets or not, with comments
/// in many places, with any line ends.
pub(super) fn yaml(document: &AssessmentDocument, choices: &mut Choices<'_>) -> String {
    let value = serde_json::to_value(document).unwrap();
    let mut writer = Writer {
        text: String::new(),
        comments: 0,
        choices,
    };
    let Value::Object(entries) = value else {
        panic!("an assessment is a mapping");
    };
    writer.mapping(entries.into_iter().collect(), 0);
    let mut text = writer.text;
    if choices.happens(1, 6) {
        text.truncate(text.trim_end_matches('\n').len());
    }
    if choices.happens(1, 5) {
        text = text.replace('\n', "\r\n");
    }
    text
}

struct Writer<'w, 'n> {
    text: String,
    comments: usize,
    choices: &'w mut Choices<'n>,
}

impl Writer<'_, '_> {
    fn comment(&mut self) -> String {
        self.comments += 1;
        format!("# note {}.", self.comments)
    }

    fn own_line(&mut self, indent: usize) {
        if self.choices.happens(1, 12) {
            self.text.push('\n');
        }
        if self.choices.happens(1, 10) {
            let comment = self.comment();
            self.text.push_str(&format!("{:indent$}{comment}\n", ""));
        }
    }

    fn end_line(&mut self) {
        if self.choices.happens(1, 10) {
            let comment = self.comment();
            self.text.push_str(&format!("   {comment}"));
        }
        self.text.push('\n');
    }

    fn mapping(&mut self, mut entries: Vec<(String, Value)>, indent: usize) {
        if self.choices.happens(1, 3) {
            self.choices.shuffle(&mut entries);
        }
        for (key, value) in entries {
            self.own_line(indent);
            self.text
                .push_str(&format!("{:indent$}{}:", "", scalar(&key)));
            self.value(value, indent);
        }
    }

    /// A value after its key, with the end of the line.
    fn value(&mut self, value: Value, indent: usize) {
        let is_block = !self.choices.happens(1, 3);
        let further = if self.choices.happens(1, 4) { 4 } else { 2 };
        match value {
            Value::Null => self.end_line(),
            Value::Object(entries) if is_block && !entries.is_empty() => {
                self.end_line();
                self.mapping(entries.into_iter().collect(), indent + further);
                if self.choices.happens(1, 12) {
                    self.own_line(indent + further);
                }
            }
            Value::Array(items) if is_block && !items.is_empty() => {
                self.end_line();
                let indent = if self.choices.happens(1, 3) {
                    indent
                } else {
                    indent + further
                };
                for item in items {
                    self.own_line(indent);
                    self.text.push_str(&format!("{:indent$}-", ""));
                    match item {
                        Value::Object(entries) if self.choices.happens(1, 2) => {
                            let start = self.text.len();
                            self.mapping(entries.into_iter().collect(), indent + 2);
                            let block = self.text.split_off(start);
                            // What is before the first key goes above the dash.
                            let key = block
                                .lines()
                                .position(|line| {
                                    !line.trim().is_empty() && !line.trim().starts_with('#')
                                })
                                .unwrap();
                            let mut lines = block.lines().skip(key);
                            self.text.push(' ');
                            self.text.push_str(lines.next().unwrap().trim_start());
                            self.text.push('\n');
                            for line in lines {
                                self.text.push_str(line);
                                self.text.push('\n');
                            }
                        }
                        item => {
                            self.text.push(' ');
                            self.text.push_str(&flow(&item));
                            self.end_line();
                        }
                    }
                }
            }
            Value::String(text) if self.choices.happens(1, 4) && is_plain_text(&text) => {
                let inner = indent + further;
                self.text.push_str(&format!(" >-\n{:inner$}{text}\n", ""));
            }
            value => {
                self.text.push(' ');
                self.text.push_str(&flow(&value));
                self.end_line();
            }
        }
    }
}

fn is_plain_text(text: &str) -> bool {
    text.contains(' ') && text.chars().all(|c| c.is_alphanumeric() || c == ' ')
}

fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) => {
            let entries = entries.iter();
            let entries: Vec<String> = entries
                .map(|(key, value)| format!("{}: {}", scalar(key), flow(value)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

fn scalar(text: &str) -> String {
    let is_word = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        && !["yes", "no", "on", "off", "true", "false", "null", "y", "n"].contains(&text);
    if is_word {
        text.to_owned()
    } else {
        serde_json::to_string(text).unwrap()
    }
}
