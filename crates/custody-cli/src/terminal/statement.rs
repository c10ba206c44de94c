//! A statement of applicability: the references in the order of the framework, each with its reason.

use super::layout::{
    BOLD, DIM, PLAIN, catalog, hanging, heading, line, of, paint, paragraph, scope,
};
use custody_controls::crosswalk::{StatementOfApplicability, StatementReference};
use custody_controls::taxonomy::ForeignVerdict;
use custody_controls::text::sanitize;

/// The statement. References to which no control is mapped are listed by number only.
pub(crate) fn write(statement: &StatementOfApplicability, width: u16) -> String {
    let mut out = String::new();
    let (facts, framework) = (&statement.facts, &statement.framework);
    let title = format!(
        "{}, as of {}, statement of applicability for {} ({})",
        facts.title, facts.as_of, framework.title, framework.edition
    );
    paragraph(&mut out, &title, ("", ""), width, BOLD);
    catalog(&mut out, facts.catalog_origin, width);
    scope(&mut out, facts.only_wallets.as_deref(), "", width);
    paragraph(&mut out, &statement.headline(), ("", ""), width, PLAIN);
    for rule in statement.method.iter().take(2) {
        paragraph(&mut out, rule, ("", ""), width, DIM);
    }
    let mut untouched = Vec::new();
    heading(&mut out, "References with mapped controls");
    for row in &statement.references {
        if row.status == ForeignVerdict::Untouched {
            untouched.push(row.reference.as_str());
        } else {
            reference(&mut out, row, width);
        }
    }
    if !untouched.is_empty() {
        let text = format!(
            "References without a mapped control, undecided ({})",
            untouched.len()
        );
        heading(&mut out, &text);
        hanging(&mut out, "  ", &untouched.join(", "), width, PLAIN);
    }
    if let Some(note) = &framework.note {
        line(&mut out, "");
        hanging(
            &mut out,
            "  ",
            &format!("About the references: {note}"),
            width,
            DIM,
        );
    }
    let text = "`--format markdown`, `csv` and `xlsx` write a table of all references; `custody crosswalk --reference` shows the instances of one.";
    line(&mut out, "");
    paragraph(&mut out, text, ("", ""), width, DIM);
    out
}

fn reference(out: &mut String, row: &StatementReference, width: u16) {
    let name = format!(
        "{} {}",
        row.reference,
        row.title.as_deref().unwrap_or_default()
    );
    let name = paint(BOLD, sanitize(name.trim_end()));
    line(
        out,
        format_args!("  {name}: {}, {}", row.applicability, row.status),
    );
    let mut add = |lead: &str, text: &str| {
        let lead = format!("      {lead:<11}");
        paragraph(out, text, (&lead, "                 "), width, PLAIN);
    };
    add("because", &row.reason);
    if row.effective.denominator > 0 {
        add("effective", &of(row.effective));
    }
    let evidence: Vec<String> = row
        .evidence
        .iter()
        .map(|item| match item.objection() {
            Some(objection) => format!("{} ({objection})", item.evidence),
            None => item.evidence.to_string(),
        })
        .collect();
    if !evidence.is_empty() {
        add("evidence", &evidence.join(", "));
    }
    let owners: Vec<String> = row.owners.iter().map(ToString::to_string).collect();
    if !owners.is_empty() {
        add("owner", &owners.join(", "));
    }
}
