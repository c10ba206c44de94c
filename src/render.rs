//! The voice: a report in the form that suits its reader.
//!
//! Every format is a pure function of [`Report`], a file each; none of them filters, sorts or
//! computes, and none of them knows another. Text of strangers is made harmless by each writer in
//! the way of its format.

mod json;
mod legible;
mod markdown;
#[cfg(feature = "cli")]
pub mod terminal;
mod typst;
#[cfg(feature = "xlsx")]
mod xlsx;

pub use legible::legible;

use crate::report::Report;
use crate::taxonomy::vocabulary;

vocabulary! {
    /// The forms in which a report can be written by the library.
    Format, "format" {
        /// GitHub-flavoured Markdown, complete.
        Markdown,
        /// GitHub-flavoured Markdown that fits a screen, for a pull request: the numbers, the ten
        /// gravest gaps, what expires soon, the gravest open risks.
        MarkdownBrief,
        /// JSON, complete, in the shape that the published JSON Schema describes.
        Json,
        /// A source for the typst compiler, complete and self-contained, which makes a PDF of it.
        Typst,
        /// A workbook for spreadsheets (Office Open XML): summary, gaps, risks, statement of
        /// applicability, evidence. It is made of bytes, not of text.
        #[cfg(feature = "xlsx")]
        Xlsx,
    }
}

impl Format {
    /// Whether a report in this format is a text, in UTF-8.
    pub fn is_text(self) -> bool {
        match self {
            Self::Markdown | Self::MarkdownBrief | Self::Json | Self::Typst => true,
            #[cfg(feature = "xlsx")]
            Self::Xlsx => false,
        }
    }
}

impl Report {
    /// The report in a format that [is text](Format::is_text), ending in a line break. A workbook is
    /// none, and comes out empty: ask [`Report::to_bytes`] or [`Report::write`] for it.
    ///
    /// ```
    /// # use custody_controls::{AssessmentFiles, Catalog, Coverage, Report, Settings, render::Format};
    /// # let text = include_str!("../examples/small-firm.yaml");
    /// # let assessment = AssessmentFiles::from_text("small-firm.yaml", text).resolve(Catalog::builtin())?;
    /// # let settings = Settings::as_of("2026-09-30".parse()?);
    /// let report = Report::new(&Coverage::measure(&assessment, &settings));
    /// assert!(report.render(Format::Markdown).starts_with("# "));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn render(&self, format: Format) -> String {
        if format.is_text() {
            String::from_utf8(self.to_bytes(format)).unwrap_or_default()
        } else {
            String::new()
        }
    }

    /// The report in any format, as bytes; none where it is too large for the format, as one of more
    /// than a million gaps is for a workbook. [`Report::write`] says so.
    pub fn to_bytes(&self, format: Format) -> Vec<u8> {
        let mut bytes = Vec::new();
        // Nothing else stands in the way of writing to memory.
        if self.write(format, &mut bytes).is_err() {
            bytes.clear();
        }
        bytes
    }

    /// Writes the report in a format, as it comes, so that a large one is never in memory whole.
    ///
    /// Many small pieces are written; wrap a file in a [`std::io::BufWriter`].
    ///
    /// # Errors
    ///
    /// What the writer says, and that a workbook cannot hold so many rows.
    pub fn write(&self, format: Format, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        match format {
            Format::Markdown => markdown::write(self, out),
            Format::MarkdownBrief => markdown::write_brief(self, out),
            Format::Json => json::write(self, out),
            Format::Typst => typst::write(self, out),
            #[cfg(feature = "xlsx")]
            Format::Xlsx => xlsx::write(self, out),
        }
    }
}
