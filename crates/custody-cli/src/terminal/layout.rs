//! The parts of every screen: styles, headings, wrapped paragraphs and tables.

use anstyle::{AnsiColor, Style};
use comfy_table::{ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};
use custody_controls::coverage::Ratio;
use custody_controls::id::WalletId;
use custody_controls::location::Location;
use custody_controls::taxonomy::{CatalogOrigin, Severity};
use custody_controls::text::sanitize;
use std::fmt::{Display, Write};
use textwrap::core::{Word, display_width};
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// How much to show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// Width in columns.
    pub(crate) width: u16,
    /// Maximum number of entries that are shown in full.
    pub(crate) entries: usize,
}

pub(crate) const PLAIN: Style = Style::new();
pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();

pub(crate) fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

pub(crate) fn style_of(severity: Severity) -> Style {
    match severity {
        Severity::Critical => Style::new().bold().fg_color(Some(AnsiColor::Red.into())),
        Severity::High => Style::new().fg_color(Some(AnsiColor::Red.into())),
        Severity::Medium => Style::new().fg_color(Some(AnsiColor::Yellow.into())),
        Severity::Low => PLAIN,
    }
}

pub(crate) fn line(out: &mut String, text: impl Display) {
    let _ = writeln!(out, "{text}");
}

pub(crate) fn heading(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{}", paint(BOLD, text));
}

/// A paragraph, sanitized and wrapped: what precedes its first line, and each of the others.
/// Words are not broken; texts in Chinese, Japanese or Korean are broken between characters.
pub(crate) fn paragraph(
    out: &mut String,
    text: &str,
    (first, rest): (&str, &str),
    width: u16,
    style: Style,
) {
    let text = sanitize(text);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let options = Options::new(usize::from(width).max(40))
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation)
        .word_separator(WordSeparator::Custom(words))
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    for wrapped in textwrap::wrap(&text, options) {
        line(out, paint(style, wrapped));
    }
}

/// A text whose long lines are wrapped, with its colours. Words are not broken.
pub(crate) fn wrapped(text: &str, width: u16) -> String {
    let mut out = String::with_capacity(text.len());
    for whole in text.split_inclusive('\n') {
        let content = whole.trim_end_matches('\n');
        if display_width(content) <= usize::from(width) {
            out.push_str(whole);
            continue;
        }
        let indent = " ".repeat(content.len() - content.trim_start().len() + 2);
        let options = Options::new(usize::from(width))
            .subsequent_indent(&indent)
            .break_words(false)
            .word_splitter(WordSplitter::NoHyphenation)
            .word_separator(WordSeparator::Custom(words))
            .wrap_algorithm(WrapAlgorithm::FirstFit);
        for wrapped in textwrap::wrap(content, options) {
            line(&mut out, wrapped);
        }
    }
    out
}

/// A paragraph whose lines are indented by what precedes the first one.
pub(crate) fn hanging(out: &mut String, lead: &str, text: &str, width: u16, style: Style) {
    let rest = " ".repeat(display_width(lead));
    paragraph(out, text, (lead, &rest), width, style);
}

/// The parts of a text between which a line may break: after spaces, and between wide characters,
/// except before punctuation that may not begin a line and after brackets that may not end one.
fn words(text: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    const NOT_FIRST: &str =
        "、。，．・：；？！」』）】〕〉》ーァィゥェォッャュョぁぃぅぇぉっゃゅょ々";
    const NOT_LAST: &str = "「『（【〔〈《";
    let is_wide = |c: char| display_width(c.encode_utf8(&mut [0; 4])) > 1;
    let mut words = Vec::new();
    let (mut start, mut before) = (0, None);
    for (at, c) in text.char_indices() {
        let breaks = match before {
            // A number and its unit are one word.
            Some(' ') => c != ' ' && c != '%',
            Some(before) => {
                is_wide(before)
                    && is_wide(c)
                    && !NOT_LAST.contains(before)
                    && !NOT_FIRST.contains(c)
            }
            None => false,
        };
        if breaks {
            words.extend(text.get(start..at).map(Word::from));
            start = at;
        }
        before = Some(c);
    }
    words.extend(text.get(start..).map(Word::from));
    Box::new(words.into_iter())
}

/// A table without lines between its rows. No word is broken: columns that do not fit beside the
/// others follow in further tables, each of which repeats the first column.
pub(crate) fn table(width: u16, headings: &[&str], rows: &[Vec<String>]) -> String {
    let cells = |column: usize| {
        let of_rows = rows.iter().filter_map(move |row| row.get(column));
        let heading = headings.get(column).copied().into_iter();
        heading.chain(of_rows.map(String::as_str))
    };
    let longest_word = |column: usize| {
        let all = cells(column).flat_map(words);
        let longest = all.map(|word| display_width(word.trim_end())).max();
        u16::try_from(longest.unwrap_or_default()).unwrap_or(u16::MAX)
    };
    let needed: Vec<u16> = (0..headings.len()).map(longest_word).collect();
    let first = needed.first().copied().unwrap_or_default();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut used = u16::MAX;
    for (column, needed) in needed.iter().enumerate().skip(1) {
        let more = needed.saturating_add(BETWEEN);
        used = used.saturating_add(more);
        match groups.last_mut() {
            Some(group) if used <= width => group.push(column),
            _ => {
                groups.push(vec![0, column]);
                used = first.saturating_add(BETWEEN).saturating_add(more);
            }
        }
    }
    let tables = groups.iter().map(|group| {
        let headings = group.iter().filter_map(|column| headings.get(*column));
        let mut table = empty_table();
        table.set_header(headings.copied());
        for row in rows {
            // Tables break at blanks, also at that between a number and its unit.
            let cells = group.iter().filter_map(|column| row.get(*column));
            table.add_row(cells.map(|cell| cell.replace(" %", "\u{a0}%")));
        }
        let mut least: u16 = 0;
        for (position, column) in group.iter().enumerate() {
            let word = needed.get(*column).copied().unwrap_or_default();
            // Columns are two blanks apart, so that wide tables need no second line.
            let padding = if position == 0 { (1, 1) } else { (0, 1) };
            let whole = word.saturating_add(padding.0 + padding.1);
            least = least.saturating_add(whole).saturating_add(1);
            if let Some(column) = table.column_mut(position) {
                column.set_padding(padding);
                column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(whole)));
            }
        }
        table.set_width(width.max(least));
        table.trim_fmt().replace("\u{a0}%", " %")
    });
    tables.collect::<Vec<_>>().join("\n\n")
}

/// The width between the words of two columns.
const BETWEEN: u16 = 2;

fn empty_table() -> Table {
    let style = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));
    let mut table = Table::new();
    table
        .load_style(style)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table
}

/// A ratio without its percentage.
pub(crate) fn of(ratio: Ratio) -> String {
    format!("{} of {}", ratio.numerator, ratio.denominator)
}

/// What to state after the name of a catalog, unless it is the built-in one.
pub(crate) fn origin(origin: CatalogOrigin) -> String {
    let remark = origin.remark();
    remark
        .map(|remark| format!("; {remark}"))
        .unwrap_or_default()
}

/// Adds that the catalog is not the built-in one, if it is not.
pub(crate) fn catalog(out: &mut String, origin: CatalogOrigin, width: u16) {
    if let Some(remark) = origin.remark() {
        paragraph(
            out,
            &format!("The catalog is {remark}."),
            ("", ""),
            width,
            PLAIN,
        );
    }
}

/// A location in parentheses, to be added to a text.
pub(crate) fn at(location: Option<&Location>) -> String {
    location
        .map(|location| format!(" ({location})"))
        .unwrap_or_default()
}

/// Adds the wallets to which a result is limited, if it is.
pub(crate) fn scope(out: &mut String, wallets: Option<&[WalletId]>, remark: &str, width: u16) {
    if let Some(wallets) = wallets {
        let wallets: Vec<&str> = wallets.iter().map(WalletId::as_str).collect();
        let text = format!(
            "Limited to the organization and {}{remark}.",
            wallets.join(", ")
        );
        paragraph(out, &text, ("", ""), width, PLAIN);
    }
}

/// Adds the number of entries of a list that are not shown, if any.
pub(crate) fn more(out: &mut String, lead: &str, all: usize, shown: usize) {
    if let Some(more) = all.checked_sub(shown).filter(|more| *more > 0) {
        let _ = writeln!(out, "{lead}… and {more} more");
    }
}
