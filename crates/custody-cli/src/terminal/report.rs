//! A report: how much is covered and proven, what is open, and the most severe gaps.

use super::gap;
use super::layout::{
    BOLD, DIM, PLAIN, Screen, at, hanging, heading, line, of, paint, paragraph, scope, style_of,
    table,
};
use custody_controls::coverage::Tally;
use custody_controls::doubt::Doubt;
use custody_controls::report::{AssessedCells, Report, SeverityCount};
use custody_controls::taxonomy::{EvidenceState, Verdict, Word};
use custody_controls::text::{count, sanitize};
use std::fmt::Write;

/// The report, with the most severe gaps in full.
pub(crate) fn write(report: &Report, screen: Screen, input: &str) -> String {
    let mut out = String::new();
    head(&mut out, report, screen);
    coverage(&mut out, report, screen);
    progress(&mut out, report, screen);
    open(&mut out, report, screen);
    gaps(&mut out, report, screen);
    doubts(&mut out, report, screen);
    foot(&mut out, report, screen, input);
    out
}

fn head(out: &mut String, report: &Report, screen: Screen) {
    let facts = &report.facts;
    let last_day = if facts.as_of == facts.period_to {
        ", the last day of the period"
    } else {
        ""
    };
    let title = format!("{}, as of {}{last_day}", facts.title, facts.as_of);
    paragraph(out, &title, ("", ""), screen.width, BOLD);
    let digest = facts
        .catalog_sha256
        .get(..12)
        .unwrap_or(&facts.catalog_sha256);
    let about = format!(
        "{}; period {} to {}; catalog {} {} ({}), SHA-256 {digest}…{}",
        facts.custodian,
        facts.period_from,
        facts.period_to,
        facts.catalog,
        facts.catalog_version,
        facts.catalog_standard,
        super::layout::origin(facts.catalog_origin),
    );
    paragraph(out, &about, ("", ""), screen.width, DIM);
    if let Some(profile) = &facts.profile {
        let text = format!("The profile {} {}.", facts.catalog, profile.scope);
        paragraph(out, &text, ("", ""), screen.width, PLAIN);
    }
    if let Some(remark) = report.remark_on_wallets() {
        paragraph(out, remark, ("", ""), screen.width, PLAIN);
    }
    let remark = "; evidence figures are for the whole assessment";
    scope(out, facts.only_wallets.as_deref(), remark, screen.width);
    if let Some(selection) = &report.selection {
        let text = selection.message().to_string();
        paragraph(out, &text, ("", ""), screen.width, BOLD);
    }
}

fn coverage(out: &mut String, report: &Report, screen: Screen) {
    let summary = &report.summary;
    heading(out, "Coverage");
    let _ = writeln!(
        out,
        "  proven    {:<20} {}",
        summary.proven.to_string(),
        bar(summary.cells, screen)
    );
    line(out, format_args!("  excluded  {}", summary.cells.excluded));
    line(out, format_args!("  unknown   {}", summary.unknown()));
    line(out, format_args!("  possible  {}", summary.possible));
    let counts: Vec<String> = Verdict::values()
        .into_iter()
        .map(|verdict| {
            let cells = summary.cells.count(verdict);
            format!("{} {cells} {verdict}", sign(verdict))
        })
        .collect();
    hanging(out, "  ", &counts.join(", "), screen.width, PLAIN);
    let rows = report.subjects.iter().map(|row| {
        let mut cells = vec![
            sanitize(row.subject.as_str()).into_owned(),
            row.tier.map(|tier| tier.to_string()).unwrap_or_default(),
            row.proven.to_string(),
            row.cells.excluded.to_string(),
            row.possible.to_string(),
        ];
        cells.extend(row.gaps.iter().map(|entry| entry.count.to_string()));
        cells
    });
    let headings = [
        "subject", "tier", "proven", "excluded", "possible", "critical", "high", "medium", "low",
    ];
    let table = table(screen.width, &headings, &rows.collect::<Vec<_>>());
    let _ = writeln!(out, "\n{table}");
}

/// How far the assessment itself is: what is not complete, and who assessed how much.
fn progress(out: &mut String, report: &Report, screen: Screen) {
    heading(out, "Progress of the assessment");
    let described = |cells: &AssessedCells| match cells.days_in_words() {
        days if days.is_empty() => cells.cells.to_string(),
        days => format!("{}, {days}", cells.cells),
    };
    let all = described(&report.summary.assessed);
    hanging(out, "  assessed  ", &all, screen.width, PLAIN);
    let parts = [
        ("families", &report.progress.families),
        ("subjects", &report.progress.subjects),
    ];
    for (name, rows) in parts {
        let open: Vec<String> = rows
            .iter()
            .filter(|row| row.is_incomplete())
            .map(|row| {
                let id = sanitize(row.id.as_deref().unwrap_or_default());
                format!("{id} {}", of(row.assessed.cells))
            })
            .collect();
        if !open.is_empty() {
            let lead = format!("  {name:<10}");
            let text = format!("not complete: {}", open.join(", "));
            hanging(out, &lead, &text, screen.width, PLAIN);
        }
    }
    for row in &report.progress.people {
        let name = row
            .id
            .as_ref()
            .map_or_else(|| row.title.clone(), |id| format!("{id}, {}", row.title));
        let text = format!("{}: {}", sanitize(&name), described(&row.assessed));
        hanging(out, "  by        ", &text, screen.width, PLAIN);
    }
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

/// The cells by verdict. A verdict with any cells has at least one character.
fn bar(cells: Tally, screen: Screen) -> String {
    let width = u64::from(screen.width.saturating_sub(36).clamp(10, 60));
    let total = cells.denominator();
    let mut bar = String::new();
    for verdict in Verdict::values()
        .into_iter()
        .filter(|verdict| *verdict != Verdict::Excluded)
    {
        let count = cells.count(verdict);
        let length = (count * width)
            .checked_div(total)
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
            let style = if entry.count > 0 {
                style_of(entry.severity)
            } else {
                DIM
            };
            paint(style, format_args!("{} {}", entry.count, entry.severity))
        })
        .collect::<Vec<_>>()
        .join(", ")
}

fn open(out: &mut String, report: &Report, screen: Screen) {
    let summary = &report.summary;
    heading(out, "Open gaps and risks");
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
            "            {} for cells, {of_risks} for risks",
            report.gaps.len() - of_risks
        ),
    );
    line(
        out,
        format_args!("            {}", summary.actions_in_words()),
    );
    let risks: Vec<String> = summary
        .risks
        .iter()
        .filter(|entry| entry.count > 0)
        .map(|entry| format!("{} {}", entry.count, entry.verdict))
        .collect();
    hanging(out, "  risks     ", &risks.join(", "), screen.width, PLAIN);
    worst(out, report, screen);
    evidence(out, report, screen);
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
    hanging(
        out,
        "  doubts    ",
        &summary.doubts_in_words(),
        screen.width,
        PLAIN,
    );
}

/// The open risks, the worst of them by name.
fn worst(out: &mut String, report: &Report, screen: Screen) {
    let lead = "            critical risks: ";
    let critical = report.summary.critical_risks.in_words();
    hanging(out, lead, &critical, screen.width, PLAIN);
    let worst: Vec<_> = report.worst_risks().collect();
    if worst.is_empty() {
        return;
    }
    let shown = worst.len().min(screen.entries);
    let title = format!("            worst risks ({shown} of {} open)", worst.len());
    line(out, format_args!("{title}"));
    for row in worst.iter().take(shown) {
        let subject = row
            .worst
            .as_ref()
            .map(|subject| format!(", worst for {subject}"))
            .unwrap_or_default();
        let text = format!(
            "{} {} {}: {}{subject}",
            row.severity, row.risk, row.title, row.verdict
        );
        let leads = ("            ", "              ");
        paragraph(out, &text, leads, screen.width, style_of(row.severity));
    }
}

fn evidence(out: &mut String, report: &Report, screen: Screen) {
    let summary = &report.summary;
    let text = format!(
        "{} reliable; {} expired, {} by {}",
        of(summary.evidence_current),
        summary.evidence_expired,
        count(summary.evidence_expiring, "more expires", "more expire"),
        report.facts.horizon_end
    );
    hanging(out, "  evidence  ", &text, screen.width, PLAIN);
    let not_yet = report.evidence_not_yet_valid();
    if not_yet > 0 {
        line(out, format_args!("            {not_yet} not yet valid"));
    }
    let text = format!("files: {}", report.evidence_files_in_words());
    let leads = ("            ", "              ");
    paragraph(out, &text, leads, screen.width, PLAIN);
    let next = report
        .evidence
        .iter()
        .find(|row| row.expiring && row.state == EvidenceState::Current);
    if let Some(row) = next {
        let text = format!(
            "next to expire: {} ({}), on {}",
            row.evidence, row.title, row.until
        );
        let leads = ("            ", "              ");
        paragraph(out, &text, leads, screen.width, PLAIN);
    }
}

fn gaps(out: &mut String, report: &Report, screen: Screen) {
    if report.gaps.is_empty() {
        heading(out, "No gaps");
        return;
    }
    let gaps = report.listed_gaps();
    let shown = gaps.len().min(screen.entries);
    let title = match &report.selection {
        None => format!("Most severe gaps ({shown} of {})", gaps.len()),
        Some(_) => format!("Most severe selected gaps ({shown} of {})", gaps.len()),
    };
    heading(out, &title);
    for gap in gaps.into_iter().take(screen.entries) {
        gap::brief(out, gap, screen.width);
    }
}

/// Doubts: the first entries of each code.
fn doubts(out: &mut String, report: &Report, screen: Screen) {
    if report.doubts.is_empty() {
        return;
    }
    heading(out, &format!("Doubts ({})", report.doubts.len()));
    for (code, group) in Doubt::by_code(&report.doubts) {
        line(out, format_args!("  {}", paint(BOLD, code)));
        for doubt in group.iter().take(screen.entries) {
            let text = format!("{}{}", doubt.message(), at(doubt.location.as_ref()));
            paragraph(out, &text, ("    ", "      "), screen.width, PLAIN);
        }
        super::layout::more(out, "    ", group.len(), screen.entries);
    }
}

/// Why a gate does not pass: the ids of doubts.
pub(crate) fn doubtful(ids: &[&str]) -> String {
    /// The number of ids that are printed.
    const SHOWN: usize = 10;
    let mut out = String::new();
    let count = count(ids.len() as u64, "doubt is", "doubts are");
    line(
        &mut out,
        format_args!("{count} covered by `--fail-on-doubt`:"),
    );
    for id in ids.iter().take(SHOWN) {
        line(&mut out, format_args!("  {}", sanitize(id)));
    }
    super::layout::more(&mut out, "  ", ids.len(), SHOWN);
    out
}

/// The command that explains the first gap under the same conditions.
fn foot(out: &mut String, report: &Report, screen: Screen, input: &str) {
    let Some(gap) = report.listed_gaps().into_iter().next() else {
        return;
    };
    let mut options = String::new();
    if report.facts.as_of != report.facts.period_to {
        let _ = write!(options, " --as-of {}", report.facts.as_of);
    }
    for wallet in report.facts.only_wallets.iter().flatten() {
        let _ = write!(options, " --wallet {wallet}");
    }
    let text = format!(
        "`custody explain {}{input}{options}` explains the first gap in full; `--format markdown` writes the full report.",
        gap.id
    );
    line(out, "");
    paragraph(out, &text, ("", ""), screen.width, DIM);
}
