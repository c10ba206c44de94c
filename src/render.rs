//! The voice: a report or a forecast in the form that suits its reader.
//!
//! Every format is a pure function of [`Report`] or [`Forecast`], a file each; none of them filters, sorts or
//! computes, and none of them knows another. Text of strangers is made harmless by each writer in
//! the way of its format.

mod csv;
mod html;
mod ics;
mod junit;
mod markdown;
mod ndjson;
mod sarif;
#[cfg(feature = "cli")]
pub mod terminal;
mod typst;
#[cfg(feature = "xlsx")]
mod xlsx;

pub use crate::legible::legible;

use crate::crosswalk::Crosswalk;
use crate::diagnostic::Diagnostics;
use crate::difference::Difference;
use crate::difference::trend::Trend;
use crate::forecast::Forecast;
use crate::portfolio::Portfolio;
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
        /// One HTML file without scripts, complete, to read, print and sign.
        Html,
        /// JSON, complete, in the shape that the published JSON Schema describes.
        Json,
        /// A source for the typst compiler, complete and self-contained, which makes a PDF of it.
        Typst,
        /// SARIF 2.1.0, for code scanning and editors: every gap at its line.
        Sarif,
        /// JUnit XML, for build servers: a test of every cell.
        Junit,
        /// A table of cells, for spreadsheets.
        CsvCells,
        /// A table of risks and subjects, for spreadsheets.
        CsvRisks,
        /// A table of gaps, for spreadsheets.
        CsvGaps,
        /// A table of cells, a JSON object a line, for databases.
        NdjsonCells,
        /// A table of risks and subjects, a JSON object a line, for databases.
        NdjsonRisks,
        /// A table of gaps, a JSON object a line, for databases.
        NdjsonGaps,
    }
}

vocabulary! {
    /// The forms in which a forecast can be written by the library.
    ForecastFormat, "format of a forecast" {
        /// GitHub-flavoured Markdown, complete.
        Markdown,
        /// JSON, complete, in the shape that the published JSON Schema describes.
        Json,
        /// iCalendar, for calendars: everything that has to be renewed, on its day, with an alarm.
        Ics,
    }
}

vocabulary! {
    /// The forms in which a crosswalk can be written by the library.
    CrosswalkFormat, "format of a crosswalk" {
        /// GitHub-flavoured Markdown, complete.
        Markdown,
        /// JSON, complete, in the shape that the published JSON Schema describes.
        Json,
        /// A table of references and the controls that touch them, for spreadsheets.
        Csv,
    }
}

vocabulary! {
    /// The forms in which the faults of a document can be written by the library.
    FaultFormat, "format of faults" {
        /// JSON, a list.
        Json,
        /// SARIF 2.1.0, for code scanning and editors: every fault at its place.
        Sarif,
    }
}

vocabulary! {
    /// The forms in which a difference can be written by the library.
    DifferenceFormat, "format of differences" {
        /// GitHub-flavoured Markdown, for a pull request.
        Markdown,
        /// JSON, complete, in the shape that the published JSON Schema describes.
        Json,
    }
}

vocabulary! {
    /// The forms in which a trend can be written by the library.
    TrendFormat, "format of trends" {
        /// GitHub-flavoured Markdown: a table.
        Markdown,
        /// One HTML file without scripts: a chart and its table.
        Html,
        /// JSON, complete, in the shape that the published JSON Schema describes.
        Json,
    }
}

vocabulary! {
    /// The forms in which a portfolio can be written by the library.
    PortfolioFormat, "format of a portfolio" {
        /// One HTML file without scripts, to read and print, with links to the reports.
        Html,
        /// JSON, complete, in the shape that the published JSON Schema describes: the manifest.
        Json,
    }
}

impl Portfolio {
    /// Writes the portfolio in a format, as it comes.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn write(
        &self,
        format: PortfolioFormat,
        out: &mut dyn std::io::Write,
    ) -> std::io::Result<()> {
        match format {
            PortfolioFormat::Html => html::overview(self, out),
            PortfolioFormat::Json => crate::legible::json_list(self, out),
        }
    }
}

impl Difference {
    /// Writes the difference in a format.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn write(
        &self,
        format: DifferenceFormat,
        out: &mut dyn std::io::Write,
    ) -> std::io::Result<()> {
        match format {
            DifferenceFormat::Markdown => markdown::write_difference(self, out),
            DifferenceFormat::Json => crate::legible::json(self, out),
        }
    }
}

impl Trend {
    /// Writes the trend in a format.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn write(&self, format: TrendFormat, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        match format {
            TrendFormat::Markdown => markdown::write_trend(self, out),
            TrendFormat::Html => html::write_trend(self, out),
            TrendFormat::Json => crate::legible::json(self, out),
        }
    }
}

impl Report {
    /// The report in a format, ending in a line break.
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
            Format::Html => html::write(self, out),
            Format::MarkdownBrief => markdown::write_brief(self, out),
            Format::Json => crate::legible::json(self, out),
            Format::Typst => typst::write(self, out),
            Format::Sarif => sarif::write(self, out),
            Format::Junit => junit::write(self, out),
            Format::CsvCells => csv::write(self.cell_records(), out),
            Format::CsvRisks => csv::write(self.risk_records(), out),
            Format::CsvGaps => csv::write(self.gap_records(), out),
            Format::NdjsonCells => ndjson::write(self.cell_records(), out),
            Format::NdjsonRisks => ndjson::write(self.risk_records(), out),
            Format::NdjsonGaps => ndjson::write(self.gap_records(), out),
        }
    }

    /// Writes a workbook for spreadsheets (Office Open XML, `.xlsx`): summary, gaps, risks, statement
    /// of applicability, evidence. It is compressed as a whole, so it is made in memory.
    ///
    /// # Errors
    ///
    /// What the writer says, and that a sheet cannot hold so many rows (1,048,576).
    #[cfg(feature = "xlsx")]
    pub fn write_workbook(&self, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        xlsx::write(self, out)
    }
}

impl Forecast {
    /// The forecast in a format, ending in a line break.
    pub fn render(&self, format: ForecastFormat) -> String {
        let mut bytes = Vec::new();
        // Nothing stands in the way of writing to memory, and every format is UTF-8.
        let _ = self.write(format, &mut bytes);
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// Writes the forecast in a format, as it comes.
    ///
    /// Many small pieces are written; wrap a file in a [`std::io::BufWriter`].
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn write(
        &self,
        format: ForecastFormat,
        out: &mut dyn std::io::Write,
    ) -> std::io::Result<()> {
        match format {
            ForecastFormat::Markdown => markdown::write_forecast(self, out),
            ForecastFormat::Json => crate::legible::json(self, out),
            ForecastFormat::Ics => ics::write(self, out),
        }
    }
}

impl Crosswalk {
    /// The crosswalk in a format, ending in a line break.
    pub fn render(&self, format: CrosswalkFormat) -> String {
        let mut bytes = Vec::new();
        // Nothing stands in the way of writing to memory, and every format is UTF-8.
        let _ = self.write(format, &mut bytes);
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// Writes the crosswalk in a format, as it comes.
    ///
    /// Many small pieces are written; wrap a file in a [`std::io::BufWriter`].
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn write(
        &self,
        format: CrosswalkFormat,
        out: &mut dyn std::io::Write,
    ) -> std::io::Result<()> {
        match format {
            CrosswalkFormat::Markdown => markdown::write_crosswalk(self, out),
            CrosswalkFormat::Json => crate::legible::json(self, out),
            CrosswalkFormat::Csv => csv::write(self.records(), out),
        }
    }
}

impl Diagnostics {
    /// Writes the faults of some files in a format. `files` names them; a fault without a place is
    /// told at the first of them.
    ///
    /// # Errors
    ///
    /// What the writer says.
    pub fn write(
        &self,
        format: FaultFormat,
        files: &[&str],
        out: &mut dyn std::io::Write,
    ) -> std::io::Result<()> {
        match format {
            FaultFormat::Json => crate::legible::json(self, out),
            FaultFormat::Sarif => sarif::faults(self, files, out),
        }
    }
}
