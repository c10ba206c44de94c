//! A crosswalk as Markdown: each reference of another framework, with the controls mapped to it and
//! their instances.

use super::escape::{code, codes, escape, origin};
use super::page::Page;
use custody_controls::coverage::Ratio;
use custody_controls::crosswalk::{Crosswalk, ForeignFramework, ReferenceRow, TouchingControl};
use custody_controls::report::Facts;
use custody_controls::taxonomy::Word;
use std::io;

pub(crate) fn write(crosswalk: &Crosswalk, out: &mut dyn io::Write) -> io::Result<()> {
    let mut out = Page::new(out);
    head(&mut out, crosswalk);
    overview(&mut out, crosswalk);
    for row in &crosswalk.references {
        if !row.controls.is_empty() {
            reference(&mut out, row);
        }
    }
    untouched(&mut out, crosswalk);
    if crosswalk.has_risks() {
        risks(&mut out, crosswalk);
    }
    out.heading(2, "How to read this crosswalk");
    for line in &crosswalk.method {
        out.line(format_args!("- {}", escape(line)));
    }
    out.finish()
}

fn head(out: &mut Page<'_>, crosswalk: &Crosswalk) {
    let (facts, framework) = (&crosswalk.facts, &crosswalk.framework);
    out.line(format_args!(
        "# Crosswalk to {} ({}): {}",
        escape(&framework.title),
        escape(&framework.edition),
        escape(&facts.title)
    ));
    about(out, facts, framework);
    out.gap();
    out.line(
        "**A mapping means that a control and a reference address the same subject, never that one covers the other.**",
    );
}

/// What was measured against which framework, and how far.
pub(super) fn about(out: &mut Page<'_>, facts: &Facts, framework: &ForeignFramework) {
    out.gap();
    out.line(format_args!(
        "Custodian: {}, as of {}. Assessment {}, catalog {} {}{}, framework {}.",
        escape(&facts.custodian),
        facts.as_of,
        code(&facts.assessment),
        code(&facts.catalog),
        escape(&facts.catalog_version),
        origin(facts.catalog_origin),
        code(&framework.framework)
    ));
    if let Some(wallets) = &facts.only_wallets {
        out.gap();
        out.line(format_args!(
            "Limited to the organization and {}.",
            codes(wallets)
        ));
    }
    if let Some(note) = &framework.note {
        out.gap();
        out.line(format_args!("About the references: {}", escape(note)));
    }
}

fn overview(out: &mut Page<'_>, crosswalk: &Crosswalk) {
    out.heading(2, "References by verdict");
    let rows = crosswalk.summary.iter();
    out.table(
        &["Verdict", ">References", "Meaning"],
        rows.map(|row| {
            let (verdict, count) = (row.verdict, row.count);
            vec![
                verdict.to_string(),
                count.to_string(),
                escape(&verdict.meaning()),
            ]
        }),
    );
    out.heading(2, "All references");
    out.table(
        &[
            "Reference",
            "Title",
            "Verdict",
            ">Effective instances",
            ">Excluded",
            "Confidence",
            ">Controls",
        ],
        crosswalk.references.iter().map(|row| {
            vec![
                code(&row.reference),
                row.title.as_deref().map(escape).unwrap_or_default(),
                row.verdict.to_string(),
                of(row.effective),
                row.cells.excluded.to_string(),
                row.confidence
                    .map(|word| word.to_string())
                    .unwrap_or_default(),
                row.controls.len().to_string(),
            ]
        }),
    );
}

/// A ratio without percentage: the controls that are mapped to a reference are not a share of it.
fn of(ratio: Ratio) -> String {
    format!("{} of {}", ratio.numerator, ratio.denominator)
}

fn reference(out: &mut Page<'_>, row: &ReferenceRow) {
    let title = row.title.as_deref().map(escape).unwrap_or_default();
    let name = format!("{} {title}", code(&row.reference));
    out.heading(3, format_args!("{}: {}", name.trim_end(), row.verdict));
    out.line(format_args!(
        "{} {}",
        of(row.effective),
        escape(&format!(
            "{} effective; {}.",
            instances(row.effective),
            row.remark
        ))
    ));
    out.gap();
    out.table(
        &[
            "Control",
            "Title",
            "Confidence",
            "Provenance",
            ">Effective instances",
            "Control instances",
        ],
        row.controls.iter().map(|control| {
            vec![
                code(&control.control),
                escape(&control.title),
                control.confidence.to_string(),
                control.provenance.to_string(),
                of(control.effective),
                cells(control),
            ]
        }),
    );
}

fn instances(ratio: Ratio) -> &'static str {
    if ratio.denominator == 1 {
        "control instance"
    } else {
        "control instances"
    }
}

fn cells(control: &TouchingControl) -> String {
    if control.subjects.is_empty() {
        return "not in scope".to_owned();
    }
    let cells = control.subjects.iter();
    let cells = cells.map(|cell| format!("{} {}", code(&cell.subject), cell.verdict));
    cells.collect::<Vec<_>>().join(", ")
}

fn untouched(out: &mut Page<'_>, crosswalk: &Crosswalk) {
    let rows: Vec<&ReferenceRow> = crosswalk.untouched().collect();
    if rows.is_empty() {
        return;
    }
    out.heading(2, "References without a mapped control");
    for row in rows {
        let title = row.title.as_deref().map(escape).unwrap_or_default();
        out.line(format_args!("- {} {title}", code(&row.reference)));
    }
}

/// The risks of each reference with their verdicts, and the references that are not addressed.
fn risks(out: &mut Page<'_>, crosswalk: &Crosswalk) {
    out.heading(2, "Mapped risks");
    let rows = crosswalk.references.iter();
    let rows = rows.flat_map(|row| row.risks.iter().map(move |risk| (row, risk)));
    out.table(
        &[
            "Reference",
            "Risk",
            "Title",
            "Severity",
            "Confidence",
            "Verdict",
            "Worst subject",
        ],
        rows.map(|(row, risk)| {
            vec![
                code(&row.reference),
                code(&risk.risk),
                escape(&risk.title),
                risk.severity.to_string(),
                risk.confidence.to_string(),
                risk.verdict.to_string(),
                risk.worst.as_ref().map(code).unwrap_or_default(),
            ]
        }),
    );
    out.heading(2, "References about which the assessment states nothing");
    for row in crosswalk.not_addressed() {
        let title = row.title.as_deref().map(escape).unwrap_or_default();
        out.line(format_args!(
            "- {} {title}: {}",
            code(&row.reference),
            row.verdict
        ));
    }
}
