//! A screen that answers three questions: how far is it proven, what is open, what comes first.
//!
//! Colours are ANSI sequences in the text; whoever prints it removes them where they are not wanted.
//! Every colour says again what a word says already.

mod crosswalk;
mod difference;
mod explanation;
mod forecast;
#[cfg(feature = "plan")]
mod plan;
mod trend;

pub(crate) use crosswalk::write as write_crosswalk;
pub(crate) use difference::{ratchet, write as write_difference};
pub(crate) use explanation::write as write_explanation;
pub(crate) use forecast::write as write_forecast;
#[cfg(feature = "plan")]
pub(crate) use plan::write as write_plan;
pub(crate) use trend::write as write_trend;

use anstyle::{AnsiColor, Style};
use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};
use custody_controls::coverage::{Ratio, Tally};
use custody_controls::gap::{Gap, Reason};
use custody_controls::report::{Report, SeverityCount};
use custody_controls::taxonomy::{EvidenceState, FileCheck, RiskVerdict, Severity, Verdict, Word};
use custody_controls::text::sanitize;
use std::fmt::{Display, Write};

/// How much fits on the screen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// Columns.
    pub(crate) width: u16,
    /// How many gaps to show in full.
    pub(crate) gaps: usize,
}

impl Default for Screen {
    fn default() -> Self {
        Self {
            width: 100,
            gaps: 5,
        }
    }
}

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

fn style_of(severity: Severity) -> Style {
    match severity {
        Severity::Critical => Style::new().bold().fg_color(Some(AnsiColor::Red.into())),
        Severity::High => Style::new().fg_color(Some(AnsiColor::Red.into())),
        Severity::Medium => Style::new().fg_color(Some(AnsiColor::Yellow.into())),
        Severity::Low => Style::new(),
    }
}

/// The report on a screen.
pub(crate) fn write(report: &Report, screen: Screen) -> String {
    let mut out = String::new();
    head(&mut out, report, screen);
    proven(&mut out, report, screen);
    open(&mut out, report, screen);
    first(&mut out, report, screen);
    foot(&mut out, report, screen);
    out
}

fn line(out: &mut String, text: impl Display) {
    let _ = writeln!(out, "{text}");
}

fn head(out: &mut String, report: &Report, screen: Screen) {
    let facts = &report.facts;
    let last_day = if facts.as_of == facts.period_to {
        ", the last day of the period"
    } else {
        ""
    };
    let title = format!(
        "{}, as of {}{last_day}",
        sanitize(&facts.title),
        facts.as_of
    );
    paragraph(out, &title, ("", ""), screen.width, BOLD);
    let digest = facts
        .catalog_sha256
        .get(..12)
        .unwrap_or(&facts.catalog_sha256);
    let about = format!(
        "{}; period {} to {}; catalogue {} {} ({}), SHA-256 {digest}…",
        facts.custodian,
        facts.period_from,
        facts.period_to,
        facts.catalog,
        facts.catalog_version,
        facts.catalog_standard,
    );
    paragraph(out, &about, ("", ""), screen.width, DIM);
    if let Some(profile) = &facts.profile {
        let scope = format!("The profile {} {}.", facts.catalog, profile.scope);
        paragraph(out, &scope, ("", ""), screen.width, Style::new());
    }
    if let Some(wallets) = &facts.only_wallets {
        let wallets: Vec<&str> = wallets
            .iter()
            .map(custody_controls::id::WalletId::as_str)
            .collect();
        let scope = format!(
            "Only the organization and {}; evidence is that of the whole assessment.",
            wallets.join(", ")
        );
        paragraph(out, &scope, ("", ""), screen.width, Style::new());
    }
}

/// A paragraph of ours and of strangers, broken into lines that fit: what stands before its first
/// line, and before each of the others.
pub(crate) fn paragraph(
    out: &mut String,
    text: &str,
    leads: (&str, &str),
    width: u16,
    style: Style,
) {
    let width = usize::from(width).max(40);
    let mut current = leads.0.to_owned();
    let mut is_empty = true;
    for word in sanitize(text).split_whitespace() {
        if !is_empty && current.chars().count() + 1 + word.chars().count() > width {
            line(out, paint(style, &current));
            leads.1.clone_into(&mut current);
            is_empty = true;
        }
        if !is_empty {
            current.push(' ');
        }
        current.push_str(word);
        is_empty = false;
    }
    line(out, paint(style, &current));
}

/// A table without lines between its rows.
pub(crate) fn table(width: u16, headings: &[&str]) -> Table {
    let style = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));
    let mut table = Table::new();
    table
        .load_style(style)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width)
        .set_header(headings.to_vec());
    table
}

fn heading(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{}", paint(BOLD, text));
}

fn proven(out: &mut String, report: &Report, screen: Screen) {
    let summary = &report.summary;
    heading(out, "How far is it proven?");
    let _ = writeln!(
        out,
        "  proven    {:<20} {}",
        summary.proven.to_string(),
        bar(summary.cells, screen)
    );
    line(out, format_args!("  possible  {}", summary.possible));
    let counts: Vec<String> = Verdict::values()
        .into_iter()
        .map(|verdict| {
            format!(
                "{} {} {verdict}",
                sign(verdict),
                summary.cells.count(verdict)
            )
        })
        .collect();
    paragraph(
        out,
        &counts.join(", "),
        ("  ", "  "),
        screen.width,
        Style::new(),
    );
    let mut table = table(
        screen.width,
        &[
            "subject", "tier", "proven", "possible", "critical", "high", "medium", "low",
        ],
    );
    for row in &report.subjects {
        let mut cells = vec![
            sanitize(row.subject.as_str()).into_owned(),
            row.tier.map(|tier| tier.to_string()).unwrap_or_default(),
            row.proven.to_string(),
            row.possible.to_string(),
        ];
        cells.extend(row.gaps.iter().map(|entry| entry.count.to_string()));
        table.add_row(cells);
    }
    let _ = writeln!(out, "\n{}", table.trim_fmt());
}

fn sign(verdict: Verdict) -> char {
    match verdict {
        Verdict::Effective => '█',
        Verdict::Unproven => '▓',
        Verdict::Partial => '▒',
        Verdict::Absent => '░',
        Verdict::Unknown => '?',
        Verdict::Excluded => '-',
    }
}

/// The cells by verdict, each verdict with its sign. A verdict that occurs is never left out.
fn bar(cells: Tally, screen: Screen) -> String {
    let width = u64::from(screen.width.saturating_sub(36).clamp(10, 60));
    let total = cells.denominator();
    let mut bar = String::new();
    for verdict in Verdict::values()
        .into_iter()
        .filter(|verdict| *verdict != Verdict::Excluded)
    {
        let count = cells.count(verdict);
        let share = Ratio {
            numerator: count * width,
            denominator: total,
        };
        let length = share
            .numerator
            .checked_div(share.denominator)
            .unwrap_or(0)
            .max(u64::from(count > 0));
        bar.extend(std::iter::repeat_n(
            sign(verdict),
            usize::try_from(length).unwrap_or_default(),
        ));
    }
    bar
}

fn severities(counts: &[SeverityCount]) -> String {
    counts
        .iter()
        .map(|entry| {
            paint(
                if entry.count > 0 {
                    style_of(entry.severity)
                } else {
                    DIM
                },
                format_args!("{} {}", entry.count, entry.severity),
            )
        })
        .collect::<Vec<_>>()
        .join(", ")
}

fn open(out: &mut String, report: &Report, screen: Screen) {
    let summary = &report.summary;
    heading(out, "What is open?");
    let overdue = if summary.overdue > 0 {
        format!("; {} overdue", summary.overdue)
    } else {
        String::new()
    };
    line(
        out,
        format_args!("  gaps      {}{overdue}", severities(&summary.gaps)),
    );
    let of_risks = report
        .gaps
        .iter()
        .filter(|gap| gap.kind.is_of_risk())
        .count();
    line(
        out,
        format_args!(
            "            {} of cells that fall short, {of_risks} of risks",
            report.gaps.len() - of_risks
        ),
    );
    let risks: Vec<String> = summary
        .risks
        .iter()
        .filter(|entry| entry.count > 0)
        .map(|entry| format!("{} {}", entry.count, entry.verdict))
        .collect();
    line(out, format_args!("  risks     {}", risks.join(", ")));
    line(
        out,
        format_args!(
            "            critical risks treated everywhere: {}",
            of(summary.critical_risks_treated)
        ),
    );
    worst(out, report, screen);
    let evidence = format!(
        "{} may be relied on; {}, {} by {}",
        of(summary.evidence_current),
        custody_controls::text::count(summary.evidence_expired, "has expired", "have expired"),
        custody_controls::text::count(summary.evidence_expiring, "more expires", "more expire"),
        report.facts.horizon_end
    );
    let leads = ("  evidence  ", "            ");
    paragraph(out, &evidence, leads, screen.width, Style::new());
    let not_yet = report.evidence_not_yet_valid();
    if not_yet > 0 {
        line(
            out,
            format_args!("            {not_yet} speak only from a later day"),
        );
    }
    if report.facts.evidence_files_checked {
        line(out, format_args!("            files: {}", files(report)));
    }
    running_out(out, report, screen);
    let ended = report
        .acceptances
        .iter()
        .filter(|row| !row.in_force)
        .count();
    line(
        out,
        format_args!(
            "  accepted  {} in force, {ended} not in force",
            summary.acceptances_in_force
        ),
    );
}

/// The critical risks that nothing treats, as far as they fit.
fn worst(out: &mut String, report: &Report, screen: Screen) {
    let untreated = report.risks.iter().filter(|row| {
        row.severity == Severity::Critical
            && matches!(
                row.verdict,
                RiskVerdict::Untreated | RiskVerdict::Unknown | RiskVerdict::NoControl
            )
    });
    let untreated: Vec<_> = untreated.collect();
    if !untreated.is_empty() {
        line(
            out,
            format_args!(
                "            critical risks that nothing is shown to treat: {}",
                untreated.len()
            ),
        );
    }
    for row in untreated.iter().take(screen.gaps) {
        let subject = row
            .worst
            .as_ref()
            .map(|subject| format!(", worst for {subject}"))
            .unwrap_or_default();
        let text = format!("{} {}: {}{subject}", row.risk, row.title, row.verdict);
        paragraph(
            out,
            &text,
            ("            ", "              "),
            screen.width,
            style_of(row.severity),
        );
    }
    if untreated.len() > screen.gaps {
        line(
            out,
            format_args!("              … and {} more", untreated.len() - screen.gaps),
        );
    }
}

/// How the files of evidence were found.
fn files(report: &Report) -> String {
    let counts = FileCheck::values().into_iter().filter_map(|check| {
        let count = report
            .evidence
            .iter()
            .filter(|row| row.file == check)
            .count();
        (count > 0).then(|| format!("{count} {check}"))
    });
    counts.collect::<Vec<_>>().join(", ")
}

fn running_out(out: &mut String, report: &Report, screen: Screen) {
    let next = report
        .evidence
        .iter()
        .find(|row| row.expiring && row.state == EvidenceState::Current);
    if let Some(row) = next {
        let text = format!(
            "{} ({}) expires next, on {}",
            row.evidence, row.title, row.until
        );
        paragraph(
            out,
            &text,
            ("            ", "              "),
            screen.width,
            Style::new(),
        );
    }
}

fn of(ratio: Ratio) -> String {
    format!("{} of {}", ratio.numerator, ratio.denominator)
}

fn first(out: &mut String, report: &Report, screen: Screen) {
    let shown = report.gaps.len().min(screen.gaps);
    heading(
        out,
        &format!("What first? ({shown} of {} gaps)", report.gaps.len()),
    );
    for gap in report.gaps.iter().take(screen.gaps) {
        brief(out, gap, screen.width);
    }
    if report.gaps.is_empty() {
        line(out, "  nothing: no gap is left");
    }
}

/// A gap with all its reasons and what closes it.
pub(crate) fn entry(out: &mut String, gap: &Gap, width: u16) {
    name(out, gap, width);
    reasons(out, gap.because.iter(), width);
    closes(out, gap, width);
}

/// A gap with the reasons that lie in the file, and the risks that it leaves open by id.
fn brief(out: &mut String, gap: &Gap, width: u16) {
    name(out, gap, width);
    let of_the_file = gap.because.iter().enumerate().filter(|(index, reason)| {
        *index == 0 || reason.location.is_some() || gap.kind.is_of_risk()
    });
    reasons(out, of_the_file.map(|(_, reason)| reason).take(3), width);
    if !gap.open_risks.is_empty() {
        let risks: Vec<&str> = gap
            .open_risks
            .iter()
            .map(custody_controls::id::RiskId::as_str)
            .collect();
        paragraph(
            out,
            &risks.join(", "),
            ("    open risks ", INDENT),
            width,
            Style::new(),
        );
    }
    closes(out, gap, width);
}

const INDENT: &str = "               ";

fn name(out: &mut String, gap: &Gap, width: u16) {
    let kind = paint(
        style_of(gap.severity),
        format_args!("{} {}", gap.severity, gap.kind),
    );
    line(
        out,
        format_args!("  {kind}  {}", paint(BOLD, sanitize(&gap.id))),
    );
    paragraph(out, &gap.title, ("    ", "    "), width, Style::new());
}

fn reasons<'r>(out: &mut String, reasons: impl Iterator<Item = &'r Reason>, width: u16) {
    for (index, reason) in reasons.enumerate() {
        let at = reason
            .location
            .as_ref()
            .map(|location| format!(" ({location})"))
            .unwrap_or_default();
        let lead = if index == 0 {
            "    because    "
        } else {
            INDENT
        };
        paragraph(
            out,
            &format!("{}{at}", reason.text),
            (lead, INDENT),
            width,
            Style::new(),
        );
    }
}

fn closes(out: &mut String, gap: &Gap, width: u16) {
    for (index, alternative) in gap.alternatives().enumerate() {
        let lead = if index == 0 {
            "    closes if  "
        } else {
            "           or  "
        };
        paragraph(out, &alternative, (lead, INDENT), width, Style::new());
    }
}

fn foot(out: &mut String, report: &Report, screen: Screen) {
    let Some(gap) = report.gaps.first() else {
        return;
    };
    let files: Vec<&str> = report
        .facts
        .files
        .iter()
        .map(|file| file.name.as_str())
        .collect();
    line(out, "");
    let mut question = String::new();
    if report.facts.as_of != report.facts.period_to {
        let _ = write!(question, " --as-of {}", report.facts.as_of);
    }
    for wallet in report.facts.only_wallets.iter().flatten() {
        let _ = write!(question, " --wallet {wallet}");
    }
    if report.facts.evidence_files_checked {
        question.push_str(" --verify-evidence FOLDER");
    }
    let text = format!(
        "`custody explain {} --in {}{question}` tells all about a gap; `--format markdown` gives the whole report.",
        gap.id,
        files.join(" --in ")
    );
    paragraph(out, &text, ("", ""), screen.width, DIM);
}
