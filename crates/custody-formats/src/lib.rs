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
mod typst;

use custody_controls::crosswalk::Crosswalk;
use custody_controls::diagnostic::Diagnostics;
use custody_controls::difference::Difference;
use custody_controls::difference::trend::Trend;
use custody_controls::forecast::Forecast;
use custody_controls::json;
use custody_controls::portfolio::Portfolio;
use custody_controls::report::Report;
use custody_controls::taxonomy::Word;
use custody_controls::vocabulary;
use std::io;

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

/// A result that can be written in several formats.
///
/// ```
/// # use custody_controls::{AssessmentFiles, Catalog, Coverage, Report, Settings};
/// use custody_formats::{Format, Render};
///
/// # let text = include_str!("../../../examples/small-firm.yaml");
/// # let assessment = AssessmentFiles::from_text("small-firm.yaml", text).resolve(Catalog::builtin())?;
/// # let settings = Settings::as_of("2026-09-30".parse()?);
/// let report = Report::new(&Coverage::measure(&assessment, &settings));
/// assert!(report.render(Format::Markdown)?.starts_with("# "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Render {
    /// The formats of this result.
    type Format: Word;

    /// Writes the result in a format piece by piece, so that a large one is never in memory as a
    /// whole. There are many small pieces; wrap a file in a [`std::io::BufWriter`].
    ///
    /// # Errors
    ///
    /// The error of the writer.
    fn write(&self, format: Self::Format, out: &mut dyn io::Write) -> io::Result<()>;

    /// The result in a format, ending in a line break.
    ///
    /// # Errors
    ///
    /// A format that cannot represent the result.
    fn render(&self, format: Self::Format) -> io::Result<String> {
        let mut bytes = Vec::new();
        self.write(format, &mut bytes)?;
        String::from_utf8(bytes).map_err(io::Error::other)
    }
}

impl Render for Report {
    type Format = Format;

    fn write(&self, format: Format, out: &mut dyn io::Write) -> io::Result<()> {
        match format {
            Format::Markdown => markdown::write(self, out),
            Format::Html => html::write(self, out),
            Format::MarkdownBrief => markdown::write_brief(self, out),
            Format::Json => json::write(self, out),
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
}

impl Render for Portfolio {
    type Format = PortfolioFormat;

    fn write(&self, format: PortfolioFormat, out: &mut dyn io::Write) -> io::Result<()> {
        match format {
            PortfolioFormat::Html => html::overview(self, out),
            PortfolioFormat::Json => json::write_entries(self, out),
        }
    }
}

impl Render for Difference {
    type Format = DifferenceFormat;

    fn write(&self, format: DifferenceFormat, out: &mut dyn io::Write) -> io::Result<()> {
        match format {
            DifferenceFormat::Markdown => markdown::write_difference(self, out),
            DifferenceFormat::Json => json::write(self, out),
        }
    }
}

impl Render for Trend {
    type Format = TrendFormat;

    fn write(&self, format: TrendFormat, out: &mut dyn io::Write) -> io::Result<()> {
        match format {
            TrendFormat::Markdown => markdown::write_trend(self, out),
            TrendFormat::Html => html::write_trend(self, out),
            TrendFormat::Json => json::write(self, out),
        }
    }
}

impl Render for Forecast {
    type Format = ForecastFormat;

    fn write(&self, format: ForecastFormat, out: &mut dyn io::Write) -> io::Result<()> {
        match format {
            ForecastFormat::Markdown => markdown::write_forecast(self, out),
            ForecastFormat::Json => json::write(self, out),
            ForecastFormat::Ics => ics::write(self, out),
        }
    }
}

impl Render for Crosswalk {
    type Format = CrosswalkFormat;

    fn write(&self, format: CrosswalkFormat, out: &mut dyn io::Write) -> io::Result<()> {
        match format {
            CrosswalkFormat::Markdown => markdown::write_crosswalk(self, out),
            CrosswalkFormat::Json => json::write(self, out),
            CrosswalkFormat::Csv => csv::write(self.records(), out),
        }
    }
}

/// Writes the diagnostics of some files in a format. `files` names the files; a diagnostic without a
/// location is placed at the first of them.
///
/// # Errors
///
/// The error of the writer.
pub fn write_diagnostics(
    diagnostics: &Diagnostics,
    format: FaultFormat,
    files: &[&str],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        FaultFormat::Json => json::write(diagnostics, out),
        FaultFormat::Sarif => sarif::faults(diagnostics, files, out),
    }
}
