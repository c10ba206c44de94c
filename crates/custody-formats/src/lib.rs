//! Reports and other results of `custody-controls` in the formats that their readers use.
//!
//! Each format is a module of its own and a pure function of its input, such as [`Report`] or
//! [`Forecast`]. Formats do not filter, sort or compute, and do not depend on each other. Each
//! writer escapes untrusted text by the rules of its format.

mod csl;
mod csv;
mod html;
mod ics;
mod junit;
mod markdown;
mod ndjson;
mod sarif;
mod typst;
mod words;

pub use ics::{TodoCalendar, is_todo_calendar, todo_calendars};

use custody_controls::bibliography::Bibliography;
use custody_controls::crosswalk::{Crosswalk, StatementOfApplicability};
use custody_controls::diagnostic::Diagnostics;
use custody_controls::difference::Difference;
use custody_controls::difference::trend::Trend;
use custody_controls::forecast::Forecast;
use custody_controls::json;
use custody_controls::portfolio::Portfolio;
use custody_controls::register::EvidenceRegister;
use custody_controls::report::Report;
use custody_controls::taxonomy::Word;
use custody_controls::todo::Todo;
use custody_controls::vocabulary;
use std::io;

vocabulary! {
    /// The formats of a report.
    ///
    /// May grow.
    #[non_exhaustive]
    Format, "format" {
        /// GitHub-flavoured Markdown, complete.
        Markdown,
        /// GitHub-flavoured Markdown that fits on a screen, for a pull request: the numbers, the
        /// ten most severe gaps, the evidence that expires soon, the worst risks.
        MarkdownBrief,
        /// A single HTML file without scripts, complete, to read, print and sign.
        Html,
        /// A single HTML file without scripts of two printed pages, for a board: the worst risks, what is
        /// proven, what nobody has assessed, and what comes next.
        HtmlBrief,
        /// JSON, complete, as described by the published JSON Schema.
        Json,
        /// A complete, self-contained Typst document, to be compiled to PDF.
        Typst,
        /// A self-contained Typst document of two pages, for a board, to be compiled to PDF.
        TypstBrief,
        /// SARIF 2.1.0, for code scanning and editors: each gap at its line.
        Sarif,
        /// JUnit XML, for build servers: a test case for each control instance.
        Junit,
        /// CSV for spreadsheets: a row for each control instance.
        CsvCells,
        /// CSV for spreadsheets: a row for each risk and subject.
        CsvRisks,
        /// CSV for spreadsheets: a row for each gap.
        CsvGaps,
        /// CSV for spreadsheets: a row for each doubt.
        CsvDoubts,
        /// Newline-delimited JSON for databases: an object for each control instance.
        NdjsonCells,
        /// Newline-delimited JSON for databases: an object for each risk and subject.
        NdjsonRisks,
        /// Newline-delimited JSON for databases: an object for each gap.
        NdjsonGaps,
        /// Newline-delimited JSON for databases: an object for each doubt.
        NdjsonDoubts,
    }
}

vocabulary! {
    /// The formats of a forecast.
    ///
    /// May grow.
    #[non_exhaustive]
    ForecastFormat, "format of a forecast" {
        /// GitHub-flavoured Markdown, complete.
        Markdown,
        /// JSON, complete, as described by the published JSON Schema.
        Json,
        /// iCalendar: an all-day event with an alarm for everything that has to be renewed.
        Ics,
    }
}

vocabulary! {
    /// The formats of a crosswalk.
    ///
    /// May grow.
    #[non_exhaustive]
    CrosswalkFormat, "format of a crosswalk" {
        /// GitHub-flavoured Markdown, complete.
        Markdown,
        /// JSON, complete, as described by the published JSON Schema.
        Json,
        /// CSV for spreadsheets: a row for each reference and each control that is mapped to it.
        Csv,
    }
}

vocabulary! {
    /// The formats of a statement of applicability.
    ///
    /// May grow.
    #[non_exhaustive]
    StatementFormat, "format of a statement of applicability" {
        /// GitHub-flavoured Markdown: a table.
        Markdown,
        /// JSON, complete, as described by the published JSON Schema.
        Json,
        /// CSV for spreadsheets: a row for each reference.
        Csv,
    }
}

vocabulary! {
    /// The formats of a bibliography.
    ///
    /// May grow.
    #[non_exhaustive]
    BibliographyFormat, "format of a bibliography" {
        /// GitHub-flavoured Markdown: a list.
        Markdown,
        /// JSON, complete: an object for each document.
        Json,
        /// CSV for spreadsheets: a row for each document.
        Csv,
        /// CSL-JSON, which reference managers and citation processors read.
        CslJson,
    }
}

vocabulary! {
    /// The formats of the register of evidence.
    ///
    /// May grow.
    #[non_exhaustive]
    RegisterFormat, "format of the register of evidence" {
        /// GitHub-flavoured Markdown: a table.
        Markdown,
        /// JSON, complete, as described by the published JSON Schema.
        Json,
        /// CSV for spreadsheets: a row for each evidence item.
        Csv,
        /// Newline-delimited JSON for databases: an object for each evidence item.
        Ndjson,
    }
}

vocabulary! {
    /// The formats of a to-do list.
    ///
    /// May grow.
    #[non_exhaustive]
    TodoFormat, "format of a to-do list" {
        /// GitHub-flavoured Markdown: a table for each group.
        Markdown,
        /// JSON, complete, as described by the published JSON Schema.
        Json,
        /// CSV for spreadsheets: a row for each entry.
        Csv,
        /// Newline-delimited JSON for databases: an object for each entry.
        Ndjson,
    }
}

vocabulary! {
    /// The formats of diagnostics.
    ///
    /// May grow.
    #[non_exhaustive]
    DiagnosticFormat, "format of diagnostics" {
        /// A JSON array.
        Json,
        /// SARIF 2.1.0, for code scanning and editors: each error and warning at its place.
        Sarif,
    }
}

vocabulary! {
    /// The formats of a difference.
    ///
    /// May grow.
    #[non_exhaustive]
    DifferenceFormat, "format of differences" {
        /// GitHub-flavoured Markdown, for a pull request.
        Markdown,
        /// JSON, complete, as described by the published JSON Schema.
        Json,
    }
}

vocabulary! {
    /// The formats of a trend.
    ///
    /// May grow.
    #[non_exhaustive]
    TrendFormat, "format of trends" {
        /// GitHub-flavoured Markdown: a table.
        Markdown,
        /// A single HTML file without scripts: charts and their tables.
        Html,
        /// JSON, complete, as described by the published JSON Schema.
        Json,
    }
}

vocabulary! {
    /// The formats of a portfolio.
    ///
    /// May grow.
    #[non_exhaustive]
    PortfolioFormat, "format of a portfolio" {
        /// A single HTML file without scripts, to read and print, with links to the reports.
        Html,
        /// JSON, complete, as described by the published JSON Schema: the manifest.
        Json,
    }
}

/// A result that can be written in several formats.
///
/// Import this trait to call [`render`](Self::render) and [`write`](Self::write) on a [`Report`],
/// [`Forecast`], [`Crosswalk`], [`StatementOfApplicability`], [`Bibliography`], [`EvidenceRegister`],
/// [`Todo`], [`Difference`], [`Trend`] or [`Portfolio`]. The output depends on the result and the format
/// only: no clock, no locale, no environment. The same input gives the same bytes.
///
/// ```
/// # use custody_controls::{AssessmentFiles, Catalog, Settings};
/// use custody_formats::{Format, Render};
///
/// # let text = include_str!("../../../examples/small-firm.yaml");
/// # let assessment = AssessmentFiles::from_text("small-firm.yaml", text).resolve(Catalog::builtin())?;
/// # let settings = Settings::on("2026-09-30".parse()?);
/// let report = assessment.measure(&settings).report();
/// assert!(report.render(Format::Markdown)?.starts_with("# "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Render {
    /// The formats in which this result can be written.
    type Format: Word;

    /// Writes the result to `out`, ending in a line break.
    ///
    /// Output is written in many small pieces and never held in memory as a whole; wrap a file in a
    /// [`std::io::BufWriter`].
    ///
    /// # Errors
    ///
    /// Fails if `out` fails.
    fn write(&self, format: Self::Format, out: &mut dyn io::Write) -> io::Result<()>;

    /// Returns the result as a string, ending in a line break; a table without rows and without a
    /// header is empty.
    ///
    /// # Errors
    ///
    /// Fails if the format cannot represent the result.
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
            Format::HtmlBrief => html::write_brief(self, out),
            Format::Typst => typst::write(self, out),
            Format::TypstBrief => typst::write_brief(self, out),
            Format::Sarif => sarif::write(self, out),
            Format::Junit => junit::write(self, out),
            Format::CsvCells => csv::write(self.cell_records(), out),
            Format::CsvRisks => csv::write(self.risk_records(), out),
            Format::CsvGaps => csv::write(self.gap_records(), out),
            Format::CsvDoubts => csv::write(self.doubt_records(), out),
            Format::NdjsonCells => ndjson::write(self.cell_records(), out),
            Format::NdjsonRisks => ndjson::write(self.risk_records(), out),
            Format::NdjsonGaps => ndjson::write(self.gap_records(), out),
            Format::NdjsonDoubts => ndjson::write(self.doubt_records(), out),
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

impl Render for StatementOfApplicability {
    type Format = StatementFormat;

    fn write(&self, format: StatementFormat, out: &mut dyn io::Write) -> io::Result<()> {
        match format {
            StatementFormat::Markdown => markdown::write_statement(self, out),
            StatementFormat::Json => json::write(self, out),
            StatementFormat::Csv => csv::write(self.records(), out),
        }
    }
}

impl Render for Bibliography<'_> {
    type Format = BibliographyFormat;

    fn write(&self, format: BibliographyFormat, out: &mut dyn io::Write) -> io::Result<()> {
        match format {
            BibliographyFormat::Markdown => markdown::write_bibliography(self, out),
            BibliographyFormat::Json => json::write(self, out),
            BibliographyFormat::Csv => csv::write(self.entries.iter().copied(), out),
            BibliographyFormat::CslJson => csl::write(self, out),
        }
    }
}

impl Render for EvidenceRegister {
    type Format = RegisterFormat;

    fn write(&self, format: RegisterFormat, out: &mut dyn io::Write) -> io::Result<()> {
        match format {
            RegisterFormat::Markdown => markdown::write_register(self, out),
            RegisterFormat::Json => json::write(self, out),
            RegisterFormat::Csv => csv::write(self.records(), out),
            RegisterFormat::Ndjson => ndjson::write(self.records(), out),
        }
    }
}

impl Render for Todo {
    type Format = TodoFormat;

    fn write(&self, format: TodoFormat, out: &mut dyn io::Write) -> io::Result<()> {
        match format {
            TodoFormat::Markdown => markdown::write_todo(self, out),
            TodoFormat::Json => json::write(self, out),
            TodoFormat::Csv => csv::write(self.records(), out),
            TodoFormat::Ndjson => ndjson::write(self.records(), out),
        }
    }
}

/// Writes diagnostics to `out`. `files` are the names of the files that were read; a diagnostic
/// without a location is reported at the first of them.
///
/// # Errors
///
/// Fails if `out` fails.
pub fn write_diagnostics(
    diagnostics: &Diagnostics,
    format: DiagnosticFormat,
    files: &[&str],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    match format {
        DiagnosticFormat::Json => json::write(diagnostics, out),
        DiagnosticFormat::Sarif => sarif::write_diagnostics(diagnostics, files, out),
    }
}
