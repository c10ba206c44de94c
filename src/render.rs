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
    }
}

impl Report {
    /// The report in a format, as a text that ends in a line break.
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
        let mut bytes = Vec::new();
        // Nothing stands in the way of writing to memory, and every format is UTF-8.
        let _ = self.write(format, &mut bytes);
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// Writes the report in a format, as it comes, so that a large one is never in memory whole.
    ///
    /// Many small pieces are written; wrap a file in a [`std::io::BufWriter`].
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn write(&self, format: Format, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        match format {
            Format::Markdown => markdown::write(self, out),
            Format::MarkdownBrief => markdown::write_brief(self, out),
            Format::Json => json::write(self, out),
            Format::Typst => typst::write(self, out),
        }
    }
}
