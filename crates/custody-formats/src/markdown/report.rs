//! The complete report.

use super::annexes;
use super::escape::{at_start, code, codes, escape, origin, place, sentence, severities};
use super::page::Page;
use crate::words::depth;
use custody_controls::coverage::{Ratio, Tally};
use custody_controls::date::Date;
use custody_controls::doubt::Doubt;
use custody_controls::gap::Gap;
use custody_controls::report::{AssessedCells, Report, RiskRow};
use custody_controls::taxonomy::{RiskVerdict, Verdict, Word};
use std::fmt::Write;
use std::io;

pub(crate) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Page::new(out);
    title(&mut out, report);
    facts(&mut out, report);
    summary(&mut out, report);
    coverage(&mut out, report);
    progress(&mut out, report);
    risks(&mut out, report);
    gaps(&mut out, report);
    doubts(&mut out, report);
    annexes::evidence(&mut out, report);
    annexes::applicability(&mut out, report);
    annexes::acceptances(&mut out, report);
    annexes::not_covered(&mut out, report);
    annexes::method(&mut out, report);
    out.finish()
}

fn title(out: &mut Page<'_>, report: &Report) {
    out.line(format_args!(
        "# Gap report: {}",
        escape(&report.facts.title)
    ));
}

fn facts(out: &mut Page<'_>, report: &Report) {
    let facts = &report.facts;
    out.heading(2, "Facts");
    let mut rows = vec![
        (
            "Custodian",
            match &facts.jurisdiction {
                Some(jurisdiction) => {
                    format!("{} ({})", escape(&facts.custodian), escape(jurisdiction))
                }
                None => escape(&facts.custodian),
            },
        ),
        ("Assessment", code(&facts.assessment)),
        (
            "Period",
            format!("{} to {}", facts.period_from, facts.period_to),
        ),
        ("As of", facts.as_of.to_string()),
        (
            "Assessors",
            facts
                .assessors
                .iter()
                .map(|name| escape(name))
                .collect::<Vec<_>>()
                .join("; "),
        ),
        (
            "Catalog",
            format!(
                "{} ({}), {}, version {}{}",
                escape(&facts.catalog_title),
                code(&facts.catalog),
                escape(&facts.catalog_standard),
                escape(&facts.catalog_version),
                origin(facts.catalog_origin)
            ),
        ),
        ("Catalog SHA-256", code(&facts.catalog_sha256)),
        (
            "Program",
            format!("custody-controls {}", facts.program_version),
        ),
    ];
    if let Some(profile) = &facts.profile {
        let base = format!("version {}", escape(&profile.base_version));
        rows.push(("Profile", format!("{}, {base}", escape(&profile.scope))));
        rows.push(("Base SHA-256", code(&profile.base_sha256)));
    }
    if let Some(wallets) = &facts.only_wallets {
        rows.push(("Only wallets", codes(wallets)));
    }
    if let Some(selection) = &report.selection {
        rows.push(("Filters", sentence(&selection.message())));
    }
    for file in &facts.files {
        rows.push((
            "File",
            format!(
                "{}, {} bytes, SHA-256 {}",
                escape(&file.name),
                file.bytes,
                code(&file.sha256)
            ),
        ));
    }
    out.table(
        &["", ""],
        rows.into_iter()
            .map(|(key, value)| vec![key.to_owned(), value]),
    );
}

fn summary(out: &mut Page<'_>, report: &Report) {
    let summary = &report.summary;
    out.heading(2, "Summary");
    out.line(format_args!(
        "**Proven {}; {}. Unknown {}. Possible {}.** The difference is unproven or unknown.",
        summary.proven,
        summary.cells.excluded_in_words(),
        summary.unknown(),
        summary.possible
    ));
    out.gap();
    out.table(
        &["", ">"],
        [
            ("Gaps by severity", severities(&summary.gaps)),
            ("Gaps by action", summary.actions_in_words()),
            (
                "Risks by verdict",
                summary
                    .risks
                    .iter()
                    .map(|entry| format!("{} {}", entry.count, entry.verdict))
                    .collect::<Vec<_>>()
                    .join(", "),
            ),
            ("Critical risks", summary.critical_risks.in_words()),
            (
                "Reliable evidence items",
                summary.evidence_current.to_string(),
            ),
            ("Evidence files", report.evidence_files_in_words()),
            ("Evidence expired", summary.evidence_expired.to_string()),
            (
                "Evidence that expires within the horizon",
                format!(
                    "{} (until {})",
                    summary.evidence_expiring, report.facts.horizon_end
                ),
            ),
            (
                "Acceptances in force",
                summary.acceptances_in_force.to_string(),
            ),
            ("Overdue gaps", summary.overdue.to_string()),
            ("Doubts", summary.doubts_in_words()),
        ]
        .into_iter()
        .map(|(key, value)| vec![key.to_owned(), value]),
    );
}

fn tally_row(name: Vec<String>, cells: Tally, proven: Ratio, possible: Ratio) -> Vec<String> {
    let mut row = name;
    row.extend([proven.to_string(), possible.to_string()]);
    row.extend(
        Verdict::values()
            .into_iter()
            .map(|verdict| cells.count(verdict).to_string()),
    );
    row
}

fn coverage(out: &mut Page<'_>, report: &Report) {
    let counts = [
        ">Proven",
        ">Possible",
        ">Effective",
        ">Unproven",
        ">Partial",
        ">Absent",
        ">Unknown",
        ">Excluded",
    ];
    out.heading(2, "Coverage by clause");
    out.table(
        &[&["Clause", "Title"], &counts[..]].concat(),
        report.clauses.iter().map(|row| {
            tally_row(
                vec![row.clause.to_string(), escape(&row.title)],
                row.cells,
                row.proven,
                row.possible,
            )
        }),
    );
    out.heading(2, "Coverage by wallet");
    out.table(
        &[
            &["Subject", "Title", "Tier", "Traits"],
            &counts[..],
            &["Gaps"],
        ]
        .concat(),
        report.subjects.iter().map(|row| {
            let name = vec![
                code(&row.subject),
                escape(&row.title),
                row.tier.map(|tier| tier.to_string()).unwrap_or_default(),
                row.traits
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", "),
            ];
            let mut cells = tally_row(name, row.cells, row.proven, row.possible);
            cells.push(severities(&row.gaps));
            cells
        }),
    );
}

fn progress(out: &mut Page<'_>, report: &Report) {
    out.heading(2, "Progress of the assessment");
    let assessed = report.summary.assessed;
    out.line(format_args!(
        "{} control instances have been assessed{}.",
        assessed.cells,
        days(&assessed)
    ));
    for (part, rows) in report.progress.parts() {
        out.gap();
        out.table(
            &[part, "Title", ">Assessed", ">From", ">To", ">Without a day"],
            rows.iter().map(|row| {
                let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
                vec![
                    row.id.as_ref().map(code).unwrap_or_default(),
                    escape(&row.title),
                    row.assessed.cells.to_string(),
                    day(row.assessed.first),
                    day(row.assessed.last),
                    row.assessed.undated.to_string(),
                ]
            }),
        );
    }
}

fn days(assessed: &AssessedCells) -> String {
    match assessed.days_in_words() {
        days if days.is_empty() => days,
        days => format!(", {days}"),
    }
}

fn risks(out: &mut Page<'_>, report: &Report) {
    out.heading(2, "Risks");
    out.line("The verdict of a risk is that of its worst subject. The columns after it count the effective controls for that subject. Risks are sorted by severity, the most severe first, then by verdict, the worst first.");
    out.gap();
    out.table(
        &[
            "Verdict",
            "Risk",
            "Title",
            "Severity",
            "Worst subject",
            ">Direct",
            ">Supporting",
            "Depth",
            "Remark",
        ],
        report.risks.iter().map(risk_row),
    );
}

fn risk_row(row: &RiskRow) -> Vec<String> {
    let worst = row
        .subjects
        .iter()
        .find(|subject| Some(&subject.subject) == row.worst.as_ref());
    let of = |ratio: Ratio| format!("{} of {}", ratio.numerator, ratio.denominator);
    let mut remarks: Vec<String> = worst
        .and_then(|worst| worst.remark.clone())
        .into_iter()
        .collect();
    let accepted: Vec<String> = row
        .subjects
        .iter()
        .filter_map(|subject| {
            subject
                .accepted_until
                .map(|until| format!("accepted for {} until {until}", subject.subject))
        })
        .collect();
    remarks.extend(accepted);
    vec![
        row.verdict.to_string(),
        code(&row.risk),
        escape(&row.title),
        row.severity.to_string(),
        row.worst.as_ref().map(code).unwrap_or_default(),
        worst.map(|worst| of(worst.direct)).unwrap_or_default(),
        worst.map(|worst| of(worst.supporting)).unwrap_or_default(),
        worst
            .filter(|_| row.verdict != RiskVerdict::NoControl)
            .map(|worst| depth(worst.depth, "none"))
            .unwrap_or_default(),
        remarks.join("; "),
    ]
}

fn gaps(out: &mut Page<'_>, report: &Report) {
    out.heading(2, "Gaps");
    let gaps = report.listed_gaps();
    if gaps.is_empty() {
        out.line("None.");
    }
    let mut severity = None;
    for gap in &gaps {
        if severity != Some(gap.severity) {
            severity = Some(gap.severity);
            let count = gaps
                .iter()
                .filter(|other| other.severity == gap.severity)
                .count();
            out.heading(3, format_args!("Severity {} ({count})", gap.severity));
        }
        gap_entry(out, gap);
    }
}

fn doubts(out: &mut Page<'_>, report: &Report) {
    out.heading(2, "Doubts");
    if report.doubts.is_empty() {
        out.line("None.");
        return;
    }
    out.line("Doubts are reasons to ask; they change no verdict, number or gap.");
    for (doubted, group) in Doubt::by_code(&report.doubts) {
        out.heading(3, format_args!("{} ({})", code(doubted), group.len()));
        out.line(escape(&doubted.meaning()));
        out.gap();
        out.table(
            &["Doubt", "Location"],
            group
                .iter()
                .map(|doubt| vec![sentence(&doubt.message()), place(doubt.location.as_ref())]),
        );
    }
}

fn gap_entry(out: &mut Page<'_>, gap: &Gap) {
    out.heading(4, format_args!("{} {}", code(&gap.id), escape(&gap.title)));
    let mut line = format!("*{}*, clause {}", gap.kind, gap.clause);
    if let Some(owner) = &gap.owner {
        let _ = write!(line, ", owner {}", code(owner));
    }
    if let Some(due) = gap.due {
        let _ = write!(line, ", due {due}");
    }
    if let Some(location) = &gap.location {
        let _ = write!(line, ", at {}", escape(&location.to_string()));
    }
    out.line(line);
    out.gap();
    out.line("Because:");
    out.gap();
    for reason in &gap.because {
        let at = reason
            .location
            .as_ref()
            .map(|location| format!(" ({})", escape(&location.to_string())))
            .unwrap_or_default();
        out.line(format_args!(
            "- {}{at}",
            at_start(&sentence(&reason.message()))
        ));
    }
    out.gap();
    out.line("Closes if:");
    out.gap();
    for (index, alternative) in gap.alternatives().enumerate() {
        let or = if index > 0 { "or: " } else { "" };
        out.line(format_args!("- {or}{}", sentence(&alternative)));
    }
}
