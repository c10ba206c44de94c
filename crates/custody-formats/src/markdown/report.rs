//! The complete report.

use super::escape::{at_start, code, codes, escape, place, sentence, severities};
use super::page::Page;
use custody_controls::coverage::{Depth, Ratio, Tally};
use custody_controls::gap::Gap;
use custody_controls::report::{Report, RiskRow};
use custody_controls::taxonomy::{EvidenceState, FileCheck, RiskVerdict, Verdict, Word};
use std::fmt::Write;
use std::io;

pub(crate) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Page::new(out);
    title(&mut out, report);
    facts(&mut out, report);
    summary(&mut out, report);
    coverage(&mut out, report);
    risks(&mut out, report);
    gaps(&mut out, report);
    evidence(&mut out, report);
    applicability(&mut out, report);
    acceptances(&mut out, report);
    not_covered(&mut out, report);
    method(&mut out, report);
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
                "{} ({}), {}, version {}",
                escape(&facts.catalog_title),
                code(&facts.catalog),
                escape(&facts.catalog_standard),
                escape(&facts.catalog_version)
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
        "**Proven {}. Possible {}.** The difference is unproven or not yet assessed.",
        summary.proven, summary.possible
    ));
    out.gap();
    out.table(
        &["", ">"],
        [
            ("Gaps by severity", severities(&summary.gaps)),
            (
                "Risks by verdict",
                summary
                    .risks
                    .iter()
                    .map(|entry| format!("{} {}", entry.count, entry.verdict))
                    .collect::<Vec<_>>()
                    .join(", "),
            ),
            (
                "Critical risks treated",
                summary.critical_risks_treated.to_string(),
            ),
            (
                "Evidence that may be relied on",
                summary.evidence_current.to_string(),
            ),
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

fn risks(out: &mut Page<'_>, report: &Report) {
    out.heading(2, "Risks by verdict");
    out.line("The verdict of a risk is that of its worst subject. The columns after it count the effective controls for that subject.");
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
        .and_then(|worst| worst.remark.map(str::to_owned))
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
            .map(|worst| depth(worst.depth))
            .unwrap_or_default(),
        remarks.join("; "),
    ]
}

fn depth(depth: Depth) -> String {
    let words = [
        (depth.prevents, "prevents"),
        (depth.detects, "detects"),
        (depth.corrects, "corrects"),
    ];
    let held: Vec<&str> = words
        .into_iter()
        .filter(|(held, _)| *held)
        .map(|(_, word)| word)
        .collect();
    if held.is_empty() {
        "none".to_owned()
    } else {
        held.join(", ")
    }
}

fn gaps(out: &mut Page<'_>, report: &Report) {
    out.heading(2, "Gaps");
    if report.gaps.is_empty() {
        out.line("None.");
    }
    let mut severity = None;
    for gap in &report.gaps {
        if severity != Some(gap.severity) {
            severity = Some(gap.severity);
            let count = report
                .gaps
                .iter()
                .filter(|other| other.severity == gap.severity)
                .count();
            out.heading(3, format_args!("Severity {} ({count})", gap.severity));
        }
        gap_entry(out, gap);
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

fn evidence(out: &mut Page<'_>, report: &Report) {
    let shown = |wanted: fn(&custody_controls::report::EvidenceRow) -> bool| {
        report
            .evidence
            .iter()
            .filter(move |row| wanted(row))
            .map(|row| {
                vec![
                    code(&row.evidence),
                    escape(&row.title),
                    row.kind.to_string(),
                    row.collected.to_string(),
                    row.until.to_string(),
                    row.days_left.to_string(),
                    match row.file {
                        FileCheck::NotChecked => String::new(),
                        FileCheck::Present
                        | FileCheck::Matches
                        | FileCheck::Missing
                        | FileCheck::Mismatch => row.file.to_string(),
                    },
                    row.cited_by.len().to_string(),
                    place(row.location.as_ref()),
                ]
            })
    };
    let headings = [
        "Evidence",
        "Title",
        "Kind",
        "Collected",
        "Until",
        ">Days left",
        "File",
        ">Instances",
        "Location",
    ];
    out.heading(2, "Evidence");
    out.line(format_args!(
        "{} of {} items may be relied on.",
        report.summary.evidence_current.numerator,
        report.evidence.len()
    ));
    for (heading, wanted) in [
        (
            "Expired",
            (|row| row.state == EvidenceState::Expired)
                as fn(&custody_controls::report::EvidenceRow) -> bool,
        ),
        ("Expires within the horizon", |row| row.expiring),
        ("Not yet valid", |row| {
            row.state == EvidenceState::NotYetValid
        }),
        ("File missing or changed", |row| row.file.is_against()),
    ] {
        if report.evidence.iter().any(wanted) {
            out.heading(3, heading);
            out.table(&headings, shown(wanted));
        }
    }
}

fn applicability(out: &mut Page<'_>, report: &Report) {
    out.heading(2, "Statement of applicability");
    out.table(
        &[
            "Control",
            "Title",
            "Clause",
            "Subject",
            "Verdict",
            "Status",
            "Explanation",
            "Evidence",
            "Owner",
            "Location",
        ],
        report.applicability.iter().flat_map(|row| {
            let name = [
                code(&row.control),
                escape(&row.title),
                row.clause.to_string(),
            ];
            let out_of_scope = (!row.applies).then(|| {
                let mut cells = name.to_vec();
                let reason = format!("applies to {}", row.when);
                cells.extend(["", "out of scope", "", &reason, "", "", ""].map(str::to_owned));
                cells
            });
            let in_scope = row.cells.iter().map(move |cell| {
                let mut cells = name.to_vec();
                let mut explanation: Vec<String> = cell
                    .explanation
                    .iter()
                    .chain(&cell.note)
                    .map(|text| escape(text))
                    .collect();
                explanation.extend(
                    cell.provider
                        .as_ref()
                        .map(|provider| format!("by {}", code(provider))),
                );
                explanation.extend(cell.due.map(|due| format!("due {due}")));
                cells.extend([
                    code(&cell.subject),
                    cell.verdict.to_string(),
                    cell.status
                        .map(|status| status.to_string())
                        .unwrap_or_default(),
                    explanation.join("; ").replace(".; ", ". "),
                    codes(&cell.evidence),
                    cell.owner.as_ref().map(code).unwrap_or_default(),
                    place(cell.location.as_ref()),
                ]);
                cells
            });
            out_of_scope.into_iter().chain(in_scope)
        }),
    );
}

fn acceptances(out: &mut Page<'_>, report: &Report) {
    out.heading(2, "Accepted risks");
    if report.acceptances.is_empty() {
        out.line("None.");
        return;
    }
    out.table(
        &[
            "Risk",
            "Title",
            "Severity",
            "Measured verdict",
            "In force",
            "From",
            "Until",
            "Wallets",
            "Approved by",
            "Justification",
            "Location",
        ],
        report.acceptances.iter().map(|row| {
            vec![
                code(&row.risk),
                escape(&row.title),
                row.severity.to_string(),
                row.verdict.to_string(),
                if row.in_force { "yes" } else { "no" }.to_owned(),
                row.from.map(|from| from.to_string()).unwrap_or_default(),
                row.until.to_string(),
                if row.wallets.is_empty() {
                    "all".to_owned()
                } else {
                    codes(&row.wallets)
                },
                escape(&row.approver),
                escape(&row.because),
                place(row.location.as_ref()),
            ]
        }),
    );
}

fn not_covered(out: &mut Page<'_>, report: &Report) {
    out.heading(2, "Not covered by the catalog");
    out.line("The catalog has no direct control for these risks:");
    out.gap();
    out.table(
        &[
            "Risk",
            "Title",
            "Severity",
            "Accepted",
            "Supporting controls",
        ],
        report.not_covered.iter().map(|row| {
            vec![
                code(&row.risk),
                escape(&row.title),
                row.severity.to_string(),
                if row.accepted { "yes" } else { "no" }.to_owned(),
                if row.supporting_controls.is_empty() {
                    "none".to_owned()
                } else {
                    codes(&row.supporting_controls)
                },
            ]
        }),
    );
    out.gap();
    out.line("The catalog has these limits:");
    out.gap();
    for limit in &report.limits {
        out.line(format_args!("- {}", at_start(&escape(limit))));
    }
}

fn method(out: &mut Page<'_>, report: &Report) {
    out.heading(2, "Method");
    for rule in &report.method {
        out.line(format_args!("- {}", at_start(&escape(rule))));
    }
}
