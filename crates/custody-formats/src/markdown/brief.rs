//! The short form for pull requests, which fits on a screen.

use super::escape::{code, codes, escape, origin, place, sentence, severities};
use super::page::Page;
use crate::words::beginning;
use custody_controls::gap::Gap;
use custody_controls::report::Report;
use std::io;

/// The maximum number of entries of each kind; the full report has all of them.
const SHOWN: usize = 10;

/// The maximum number of evidence items and of risks.
const FEW: usize = 5;

/// The maximum length of a text, in characters.
const CHARACTERS: usize = 160;

pub(crate) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Page::new(out);
    head(&mut out, report);
    gaps(&mut out, report);
    expiring(&mut out, report);
    risks(&mut out, report);
    doubts(&mut out, report);
    not_covered(&mut out, report);
    full_report(&mut out, report);
    out.finish()
}

/// Untrusted text, shortened if it is long.
fn short(text: &str) -> String {
    match beginning(text, CHARACTERS) {
        None => escape(text),
        Some(beginning) => format!("{}…", escape(beginning)),
    }
}

/// The number of entries that are not shown.
fn remainder(out: &mut Page<'_>, all: usize, shown: usize) {
    if all > shown {
        out.gap();
        out.line(format_args!("… and {} more.", all - shown));
    }
}

fn head(out: &mut Page<'_>, report: &Report) {
    let (facts, summary) = (&report.facts, &report.summary);
    out.line(format_args!(
        "## Gap report: {}, as of {}",
        short(&facts.title),
        facts.as_of
    ));
    out.gap();
    out.line(format_args!("**{}**", report.headline()));
    if let Some(profile) = &facts.profile {
        let scope = short(&profile.scope);
        out.gap();
        out.line(format_args!("Profile {}: {scope}.", code(&facts.catalog)));
    }
    if let Some(wallets) = &facts.only_wallets {
        out.gap();
        out.line(format_args!(
            "Limited to the organization and {}.",
            codes(wallets.iter().take(SHOWN))
        ));
        remainder(out, wallets.len(), SHOWN);
    }
    if let Some(selection) = &report.selection {
        out.gap();
        out.line(sentence(&selection.message()));
    }
    out.gap();
    out.table(
        &["", ">"],
        [
            (
                "Proven: in place, with current evidence",
                summary.proven.to_string(),
            ),
            (
                "Excluded as not applicable, in no ratio",
                summary.cells.excluded.to_string(),
            ),
            (
                "Unknown: not assessed, or exclusion not confirmed",
                summary.unknown().to_string(),
            ),
            (
                "Possible: if everything unproven or unknown is in place",
                summary.possible.to_string(),
            ),
            ("Critical risks", summary.critical_risks.in_words()),
            (
                "Reliable evidence items",
                summary.evidence_current.to_string(),
            ),
            ("Evidence files", report.evidence_files_in_words()),
            ("Doubts", summary.doubts_in_words()),
        ]
        .map(|(name, number)| vec![name.to_owned(), number]),
    );
}

fn gaps(out: &mut Page<'_>, report: &Report) {
    out.heading(
        3,
        format_args!(
            "Gaps: {}; {}",
            severities(&report.summary.gaps),
            report.summary.actions_in_words()
        ),
    );
    let gaps = report.listed_gaps();
    if gaps.is_empty() {
        out.line("None.");
        return;
    }
    out.table(
        &["Severity", "Kind", "Gap", "Title", "Closes if", "Location"],
        gaps.iter().take(SHOWN).map(|gap| {
            vec![
                gap.severity.to_string(),
                gap.kind.to_string(),
                code(&gap.id),
                short(&gap.title),
                closes_if(gap),
                place(gap.location.as_ref()),
            ]
        }),
    );
    remainder(out, gaps.len(), SHOWN);
}

/// The first way to close a gap, and how many others there are.
fn closes_if(gap: &Gap) -> String {
    let first = gap.alternatives().next().unwrap_or_default();
    let others = match gap.closes_if.len() {
        0 | 1 => String::new(),
        2 => " (or 1 other way)".to_owned(),
        all => format!(" (or {} other ways)", all - 1),
    };
    format!("{}{others}", sentence(&first))
}

fn expiring(out: &mut Page<'_>, report: &Report) {
    let rows: Vec<_> = report.evidence.iter().filter(|row| row.expiring).collect();
    out.heading(
        3,
        format_args!(
            "Evidence: {} expired, {} by {}",
            report.summary.evidence_expired,
            match report.summary.evidence_expiring {
                1 => "1 more expires".to_owned(),
                count => format!("{count} more expire"),
            },
            report.facts.horizon_end
        ),
    );
    for row in rows.iter().take(FEW) {
        out.line(format_args!(
            "- {}: {} ({})",
            row.until,
            code(&row.evidence),
            short(&row.title)
        ));
    }
    remainder(out, rows.len(), FEW);
}

fn risks(out: &mut Page<'_>, report: &Report) {
    let rows: Vec<_> = report.worst_risks().collect();
    let (shown, open) = (rows.len().min(FEW), rows.len());
    out.heading(3, format_args!("Worst risks: {shown} of {open} open"));
    for row in rows.iter().take(shown) {
        let worst = row
            .worst
            .as_ref()
            .map(|subject| format!(", worst for {}", code(subject)))
            .unwrap_or_default();
        out.line(format_args!(
            "- {}, {}: {} {}{worst}",
            row.severity,
            row.verdict,
            code(&row.risk),
            short(&row.title)
        ));
    }
}

fn doubts(out: &mut Page<'_>, report: &Report) {
    if report.doubts.is_empty() {
        return;
    }
    out.heading(3, format_args!("Doubts: {}", report.doubts.len()));
    for doubt in report.doubts.iter().take(SHOWN) {
        let place = place(doubt.location.as_ref());
        let place = Some(place).filter(|place| !place.is_empty());
        let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
        let (code, text) = (code(doubt.code()), sentence(&doubt.message()));
        out.line(format_args!("- {code}: {text}{place}"));
    }
    remainder(out, report.doubts.len(), SHOWN);
}

fn not_covered(out: &mut Page<'_>, report: &Report) {
    out.heading(3, "Not covered");
    let accepted = report.not_covered.iter().filter(|row| row.accepted).count();
    out.line(format_args!(
        "- Risks without a direct control in the catalog: {}, of which accepted: {accepted}",
        report.not_covered.len()
    ));
    out.line(format_args!(
        "- Limits of the catalog, listed in the full report: {}",
        report.limits.len()
    ));
    out.line(format_args!(
        "- Control instances that are unknown: {}; excluded with a justification: {}",
        report.summary.cells.unknown, report.summary.cells.excluded
    ));
    out.line(format_args!(
        "- Risk acceptances in force: {}",
        report.summary.acceptances_in_force
    ));
}

fn full_report(out: &mut Page<'_>, report: &Report) {
    let facts = &report.facts;
    out.gap();
    out.line(format_args!(
        "Full report, with the reasons for each gap: `custody gaps FILE --as-of {} --format markdown`. Generated by custody-controls {} with catalog {} {}{}.",
        facts.as_of,
        escape(&facts.program_version),
        code(&facts.catalog),
        short(&facts.catalog_version),
        origin(facts.catalog_origin),
    ));
}
