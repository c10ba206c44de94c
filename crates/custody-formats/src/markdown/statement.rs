//! A statement of applicability as Markdown: a table of all references in the order of the framework.

use super::crosswalk::about;
use super::escape::{code, codes, escape};
use super::page::Page;
use custody_controls::crosswalk::{
    StatementEvidence, StatementOfApplicability, StatementReference,
};
use std::io;

pub(crate) fn write(
    statement: &StatementOfApplicability,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut out = Page::new(out);
    let (facts, framework) = (&statement.facts, &statement.framework);
    out.line(format_args!(
        "# Statement of applicability, {} ({}): {}",
        escape(&framework.title),
        escape(&framework.edition),
        escape(&facts.title)
    ));
    about(&mut out, facts, framework);
    out.gap();
    out.line(format_args!("**{}**", statement.headline()));
    out.gap();
    out.table(
        &[
            "Reference",
            statement.title_heading(),
            "Applicability",
            "Reason",
            "Status",
            ">Effective instances",
            ">Excluded",
            "Evidence",
            "Owners",
        ],
        statement.references.iter().map(row),
    );
    out.heading(2, "How to read this statement");
    for line in &statement.method {
        out.line(format_args!("- {}", escape(line)));
    }
    out.finish()
}

fn row(row: &StatementReference) -> Vec<String> {
    let evidence: Vec<String> = row.evidence.iter().map(evidence).collect();
    vec![
        code(&row.reference),
        row.title.as_deref().map(escape).unwrap_or_default(),
        row.applicability.to_string(),
        escape(&row.reason),
        row.status.to_string(),
        // Not a percentage: the mapped controls are not a share of the reference.
        format!(
            "{} of {}",
            row.effective.numerator, row.effective.denominator
        ),
        row.excluded.to_string(),
        evidence.join(", "),
        codes(&row.owners),
    ]
}

fn evidence(item: &StatementEvidence) -> String {
    let objection = item.objection();
    let objection = objection
        .map(|text| format!(" ({text})"))
        .unwrap_or_default();
    format!("{}{objection}", code(&item.evidence))
}
