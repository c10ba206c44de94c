//! Sheets with a frozen header, a filter, typed values and colours for verdicts and severities.

use custody_controls::date::Date;
use custody_controls::text::sanitize;
use rust_xlsxwriter::{
    Chart, ChartFormat, ChartLegendPosition, ChartSolidFill, ChartType, Color,
    ConditionalFormatCell, ConditionalFormatCellRule, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Workbook, XlsxError,
};
use std::fmt::Write;

/// The maximum length of a text in a cell, in UTF-16 code units.
const CELL: usize = 32_767;

/// The height of a line, in points.
const LINE: f64 = 15.0;

/// The maximum height of a row, in points.
const ROW: f64 = 409.0;

/// The number of characters beside each other on a printed page at full size: A4, landscape.
const PAGE: u16 = 145;

/// The smallest scale in percent at which text of 11 points is readable on paper: 8 points.
const SCALE: u16 = 73;

/// The number of bars of a chart.
pub(super) const BARS: u32 = 40;

/// The content of a cell.
#[derive(Debug)]
pub(super) enum Value {
    Nothing,
    Text(String),
    Number(f64),
    Day(Date),
}

impl Value {
    /// A constant word.
    pub(super) fn word(word: &str) -> Self {
        Self::Text(word.to_owned())
    }

    /// A text that may contain untrusted text.
    pub(super) fn text(text: impl AsRef<str>) -> Self {
        match text.as_ref() {
            "" => Self::Nothing,
            text => Self::Text(fitting(text)),
        }
    }

    /// Texts, one per line.
    pub(super) fn lines(texts: impl IntoIterator<Item = String>) -> Self {
        let texts: Vec<String> = texts.into_iter().map(|text| shown(&text)).collect();
        Self::Text(cut(texts.join("\n")))
    }

    pub(super) fn number(number: impl Into<f64>) -> Self {
        Self::Number(number.into())
    }

    /// A count. Sheets only have floating-point numbers, which are exact for all 32-bit integers.
    pub(super) fn count(count: u64) -> Self {
        u32::try_from(count).map_or_else(|_| Self::Text(count.to_string()), Self::number)
    }
}

/// A sanitized text that fits into a cell.
pub(super) fn fitting(text: &str) -> String {
    cut(shown(text))
}

/// The text without control characters and the two code points that XML excludes.
fn shown(text: &str) -> String {
    sanitize(text)
        .replace('\u{fffe}', "\\u{fffe}")
        .replace('\u{ffff}', "\\u{ffff}")
}

fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The text, or as much of it as fits into a cell, with the number of missing characters.
fn cut(mut text: String) -> String {
    // There are never more code units than bytes.
    if text.len() <= CELL || units(&text) <= CELL {
        return text;
    }
    // Leaves enough space for the note on missing characters.
    let room = CELL - 64;
    let mut taken = 0;
    let end = text.char_indices().find_map(|(at, c)| {
        taken += c.len_utf16();
        (taken > room).then_some(at)
    });
    if let Some(end) = end {
        let missing = text.get(end..).map_or(0, |rest| rest.chars().count());
        text.truncate(end);
        let _ = write!(text, "… [cut here: {missing} more characters]");
    }
    text
}

/// A date of a spreadsheet; there are none before 1900.
pub(super) fn excel(day: Date) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_ymd(day.year(), day.month(), day.day())
}

/// A column: its name, its width in characters, and its format.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    name: &'static str,
    width: u16,
    wraps: bool,
    repeated: bool,
    role: Role,
}

/// What the cells of a column are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Content,
    /// Words that are coloured.
    Graded,
    /// Remarks of those who work with the sheet.
    Remark,
}

impl Column {
    pub(super) const fn new(name: &'static str, width: u16) -> Self {
        Self {
            name,
            width,
            wraps: false,
            repeated: false,
            role: Role::Content,
        }
    }

    /// A column of long texts.
    pub(super) const fn wide(name: &'static str, width: u16) -> Self {
        Self {
            wraps: true,
            ..Self::new(name, width)
        }
    }

    /// An empty column for those who work with the sheet, which stays editable if the sheet is
    /// protected. Nothing reads it back.
    pub(super) const fn remark(name: &'static str) -> Self {
        Self {
            role: Role::Remark,
            ..Self::wide(name, 40)
        }
    }

    /// The same column, repeated on each printed page if a sheet is wider than one: it names the row.
    pub(super) const fn repeated(self) -> Self {
        Self {
            repeated: true,
            ..self
        }
    }

    /// The number of lines of a value, estimated rather too high than too low. Some programs do not
    /// compute row heights and would show the first line only.
    fn lines(&self, value: &Value) -> u32 {
        let Value::Text(text) = value else { return 1 };
        if !self.wraps {
            return 1;
        }
        // Words are not broken, so lines are not filled completely.
        let room = u32::from(self.width)
            .saturating_sub(u32::from(self.width) / 16)
            .max(1);
        text.lines()
            .map(|line| {
                let widths = line.chars().map(|c| if c < '\u{1100}' { 1 } else { 2 });
                widths.sum::<u32>().div_ceil(room).max(1)
            })
            .sum::<u32>()
            .max(1)
    }

    /// A column of verdicts, severities or states, which are coloured.
    pub(super) const fn graded(name: &'static str, width: u16) -> Self {
        Self {
            role: Role::Graded,
            ..Self::new(name, width)
        }
    }
}

/// Words with their text colour and background colour.
const GRADES: [(&[&str], &str, &str); 5] = [
    (
        &["critical", "untreated", "absent", "expired", "mismatch"],
        "#9C0006",
        "#FFC7CE",
    ),
    (&["high", "no-control", "missing"], "#8A3B00", "#FCDDC3"),
    (
        &[
            "medium",
            "partial",
            "partly-treated",
            "partly-proven",
            "not-yet-valid",
        ],
        "#6B5200",
        "#FFEB9C",
    ),
    (&["unknown", "unproven", "undecided"], "#3F4750", "#E3E6EA"),
    (
        &["effective", "treated", "proven", "current", "matches"],
        "#0B5A2A",
        "#C6EFCE",
    ),
];

/// The sheets of a workbook and their cell formats.
pub(super) struct Sheets<'w> {
    workbook: &'w mut Workbook,
    header: Format,
    line: Format,
    wrapped: Format,
    day: Format,
    unlocked: Format,
}

impl<'w> Sheets<'w> {
    pub(super) fn new(workbook: &'w mut Workbook) -> Self {
        let line = Format::new().set_align(FormatAlign::Top);
        Self {
            workbook,
            header: Format::new()
                .set_bold()
                .set_background_color("#1D2733")
                .set_font_color(Color::White)
                .set_border_bottom(FormatBorder::Thin)
                .set_align(FormatAlign::Top),
            wrapped: line.clone().set_text_wrap(),
            day: line.clone().set_num_format("yyyy-mm-dd"),
            unlocked: line.clone().set_text_wrap().set_unlocked(),
            line,
        }
    }

    /// Adds a sheet.
    pub(super) fn add(
        &mut self,
        name: &str,
        columns: &[Column],
        rows: impl IntoIterator<Item = Vec<Value>>,
    ) -> Result<(), XlsxError> {
        let sheet = self.workbook.add_worksheet().set_name(name)?;
        for (at, column) in (0..).zip(columns) {
            sheet.set_column_width(at, column.width)?;
            sheet.write_string_with_format(0, at, column.name, &self.header)?;
        }
        let mut last = 0;
        for (number, row) in (1..).zip(rows) {
            last = number;
            let lines = columns
                .iter()
                .zip(&row)
                .map(|(column, value)| column.lines(value));
            if let Some(lines) = lines.max().filter(|lines| *lines > 1) {
                sheet.set_row_height(number, (LINE * f64::from(lines)).min(ROW))?;
            }
            let cells = row
                .into_iter()
                .chain(std::iter::repeat_with(|| Value::Nothing));
            for ((at, column), value) in (0..).zip(columns).zip(cells) {
                let format = if column.wraps {
                    &self.wrapped
                } else {
                    &self.line
                };
                match value {
                    Value::Nothing if column.role == Role::Remark => {
                        sheet.write_blank(number, at, &self.unlocked)?;
                    }
                    Value::Nothing => {}
                    Value::Text(text) => {
                        sheet.write_string_with_format(number, at, text, format)?;
                    }
                    Value::Number(value) => {
                        sheet.write_number_with_format(number, at, value, format)?;
                    }
                    Value::Day(day) => {
                        if let Ok(excel) = excel(day) {
                            sheet.write_datetime_with_format(number, at, &excel, &self.day)?;
                        } else {
                            sheet.write_string_with_format(number, at, day.to_string(), format)?;
                        }
                    }
                }
            }
        }
        let width = u16::try_from(columns.len().saturating_sub(1)).unwrap_or_default();
        sheet.autofilter(0, 0, last, width)?;
        sheet.set_freeze_panes(1, 0)?;
        sheet.set_repeat_rows(0, 0)?;
        for (at, _) in (0..).zip(columns).filter(|(_, column)| column.repeated) {
            sheet.set_repeat_columns(at, at)?;
        }
        let (scale, breaks) = pages(columns);
        sheet.set_vertical_page_breaks(&breaks)?;
        // Paper size 9 is A4; margins are in inches.
        sheet
            .set_landscape()
            .set_paper_size(9)
            .set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3)
            .set_footer("&L&A&RPage &P of &N")
            .set_print_scale(scale);
        for (at, _) in (0..)
            .zip(columns)
            .filter(|(_, column)| column.role == Role::Graded)
        {
            for (words, letters, ground) in GRADES {
                for word in words {
                    let rule = ConditionalFormatCell::new()
                        .set_rule(ConditionalFormatCellRule::EqualTo(*word))
                        .set_format(
                            Format::new()
                                .set_font_color(letters)
                                .set_background_color(ground),
                        );
                    sheet.add_conditional_format(1, at, last.max(1), at, &rule)?;
                }
            }
        }
        Ok(())
    }
    /// Adds a bar chart to the last sheet: the control instances of each row by verdict. Each series is
    /// a column with its colour, and `names` is the column with the names of the bars.
    pub(super) fn chart(
        &mut self,
        title: &str,
        (sheet, names): (&str, u16),
        (first, last): (u32, u32),
        series: &[(u16, &'static str)],
        place: u32,
    ) -> Result<(), XlsxError> {
        let mut chart = Chart::new(ChartType::BarStacked);
        chart.title().set_name(title);
        for (column, colour) in series {
            chart
                .add_series()
                .set_name((sheet, 0, *column))
                .set_categories((sheet, first, names, last, names))
                .set_values((sheet, first, *column, last, *column))
                .set_format(
                    ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(*colour)),
                )
                .set_gap(40);
        }
        // The first row is the uppermost bar.
        chart.y_axis().set_major_gridlines(false);
        chart.x_axis().set_reverse();
        chart.legend().set_position(ChartLegendPosition::Bottom);
        let bars = last - first + 1;
        chart.set_width(900).set_height(140 + 24 * bars);
        let Ok(charts) = self.workbook.worksheet_from_name(CHARTS) else {
            return Ok(());
        };
        charts.insert_chart(place, 0, &chart)?;
        Ok(())
    }

    /// Adds the sheet of charts, which prints on pages in portrait.
    pub(super) fn charts(&mut self) -> Result<(), XlsxError> {
        let sheet = self.workbook.add_worksheet().set_name(CHARTS)?;
        sheet
            .set_paper_size(9)
            .set_print_fit_to_pages(1, 0)
            .set_screen_gridlines(false);
        Ok(())
    }
}

/// The name of the sheet of charts.
const CHARTS: &str = "Charts";

/// The scale in percent at which a sheet is printed, never below [`SCALE`], and the columns that begin
/// a further page.
fn pages(columns: &[Column]) -> (u16, Vec<u32>) {
    let characters: u16 = columns.iter().map(|column| column.width).sum();
    if characters <= PAGE {
        return (100, Vec::new());
    }
    let fitting = PAGE * 100 / characters;
    if fitting >= SCALE {
        return (fitting, Vec::new());
    }
    let room = PAGE * 100 / SCALE;
    let repeated: u16 = columns
        .iter()
        .filter(|column| column.repeated)
        .map(|column| column.width)
        .sum();
    let (mut breaks, mut used) = (Vec::new(), 0);
    for (at, column) in (0..).zip(columns) {
        if used > 0 && used + column.width > room {
            breaks.push(at);
            used = repeated;
        }
        used += column.width;
    }
    (SCALE, breaks)
}
