//! Lines, headings and tables of a Markdown document, written as they are made.

use std::fmt::{Display, Write};
use std::io;

/// A document that is being written, with the first error of the writer.
pub(super) struct Page<'o> {
    out: &'o mut dyn io::Write,
    /// Whether the last line is empty.
    blank: bool,
    /// The line that is being written.
    line: String,
    failure: Option<io::Error>,
}

impl<'o> Page<'o> {
    pub(super) fn new(out: &'o mut dyn io::Write) -> Self {
        Self {
            out,
            blank: true,
            line: String::new(),
            failure: None,
        }
    }

    pub(super) fn finish(self) -> io::Result<()> {
        self.failure.map_or(Ok(()), Err)
    }

    /// Writes a line without trailing spaces, which would be a line break in Markdown.
    pub(super) fn line(&mut self, line: impl Display) {
        self.line.clear();
        let _ = write!(self.line, "{line}");
        let length = self.line.trim_end().len();
        self.line.truncate(length);
        self.line.push('\n');
        if self.failure.is_none() {
            self.failure = self.out.write_all(self.line.as_bytes()).err();
        }
        self.blank = false;
    }

    /// Writes an empty line unless the last line is empty.
    pub(super) fn gap(&mut self) {
        if !self.blank {
            self.line("");
            self.blank = true;
        }
    }

    pub(super) fn heading(&mut self, level: usize, heading: impl Display) {
        self.gap();
        self.line(format_args!("{} {heading}", "#".repeat(level)));
        self.gap();
    }

    /// Writes a table. Columns whose heading begins with `>` are aligned right.
    pub(super) fn table(&mut self, headings: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        let names: Vec<&str> = headings
            .iter()
            .map(|heading| heading.trim_start_matches('>'))
            .collect();
        let rules: Vec<&str> = headings
            .iter()
            .map(|heading| {
                if heading.starts_with('>') {
                    "---:"
                } else {
                    "---"
                }
            })
            .collect();
        self.line(format_args!("| {} |", names.join(" | ")));
        self.line(format_args!("| {} |", rules.join(" | ")));
        for row in rows {
            let cells: Vec<&str> = row.iter().map(|cell| cell.trim()).collect();
            self.line(format_args!("| {} |", cells.join(" | ")));
        }
    }
}
