//! The annexes of the complete report: evidence, the statement of applicability, accepted risks,
//! what is not covered, and the method.

use super::escape::{at_start, code, codes, escape, place};
use super::page::Page;
use custody_controls::report::{CellRow, EvidenceRow, Report};
use custody_controls::taxonomy::{EvidenceState, FileCheck};

pub(super) fn evidence(out: &mut Page<'_>, report: &Report) {
    let shown = |wanted: fn(&EvidenceRow) -> bool| {
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
                    if row.file == FileCheck::NotChecked {
                        String::new()
                    } else {
                        row.file.to_string()
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
        "{} of {} items are reliable. Evidence files: {}.",
        report.summary.evidence_current.numerator,
        report.evidence.len(),
        report.evidence_files_in_words()
    ));
    for (heading, wanted) in [
        (
            "Expired",
            (|row| row.state == EvidenceState::Expired) as fn(&EvidenceRow) -> bool,
        ),
        ("Expires within the horizon", |row| row.expiring),
        ("Not yet valid", |row| {
            row.state == EvidenceState::NotYetValid
        }),
        ("File missing, unusable or changed", |row| {
            row.file.is_against()
        }),
    ] {
        if report.evidence.iter().any(wanted) {
            out.heading(3, heading);
            out.table(&headings, shown(wanted));
        }
    }
}

pub(super) fn applicability(out: &mut Page<'_>, report: &Report) {
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
                explanation.extend(cell.assessed_in_words());
                explanation.extend(
                    cell.approved_by
                        .as_ref()
                        .map(|person| format!("approved by {}", code(person))),
                );
                cells.extend([
                    code(&cell.subject),
                    cell.verdict.to_string(),
                    cell.status
                        .map(|status| status.to_string())
                        .unwrap_or_default(),
                    explanation.join("; ").replace(".; ", ". "),
                    cited(cell),
                    cell.owner.as_ref().map(code).unwrap_or_default(),
                    place(cell.location.as_ref()),
                ]);
                cells
            });
            out_of_scope.into_iter().chain(in_scope)
        }),
    );
}

pub(super) fn acceptances(out: &mut Page<'_>, report: &Report) {
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

pub(super) fn not_covered(out: &mut Page<'_>, report: &Report) {
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

pub(super) fn method(out: &mut Page<'_>, report: &Report) {
    out.heading(2, "Method");
    for rule in &report.method {
        out.line(format_args!("- {}", at_start(&escape(rule))));
    }
}

/// The evidence items that a claim cites, by what they show.
fn cited(cell: &CellRow) -> String {
    let lists = [
        ("", &cell.evidence),
        ("part: ", &cell.part_evidence),
        ("observed: ", &cell.observations),
    ];
    let lists = lists.iter().filter(|(_, items)| !items.is_empty());
    let lists: Vec<String> = lists
        .map(|(label, items)| format!("{label}{}", codes(items.iter())))
        .collect();
    lists.join("; ")
}
