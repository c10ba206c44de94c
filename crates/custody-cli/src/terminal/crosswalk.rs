//! A crosswalk: a line for each reference of another framework that a control is mapped to, and the
//! references without a mapped control.

use super::layout::{BOLD, DIM, PLAIN, at, catalog, hanging, heading, line, of, paragraph, scope};
use custody_controls::coverage::Ratio;
use custody_controls::crosswalk::{Crosswalk, ReferenceRow};
use custody_controls::text::sanitize;

/// The crosswalk; only the references in `named`, in full, if there are any.
pub(crate) fn write(crosswalk: &Crosswalk, width: u16, named: &[&ReferenceRow]) -> String {
    let mut out = String::new();
    let (facts, framework) = (&crosswalk.facts, &crosswalk.framework);
    let title = format!(
        "{}, as of {}, mapped to {} ({})",
        facts.title, facts.as_of, framework.title, framework.edition
    );
    paragraph(&mut out, &title, ("", ""), width, BOLD);
    catalog(&mut out, facts.catalog_origin, width);
    scope(&mut out, facts.only_wallets.as_deref(), "", width);
    let text = "A mapping means that a control and a reference address the same subject, never that one covers the other.";
    paragraph(&mut out, text, ("", ""), width, DIM);
    if !named.is_empty() {
        for row in named {
            in_full(&mut out, row, width);
        }
        return out;
    }
    heading(&mut out, "References by verdict");
    let counts = crosswalk.summary.iter().filter(|row| row.count > 0);
    let counts: Vec<String> = counts
        .map(|row| format!("{} {}", row.count, row.verdict))
        .collect();
    hanging(&mut out, "  ", &counts.join(", "), width, PLAIN);
    heading(&mut out, "References with mapped controls");
    let text = "Reference, verdict, effective cells, confidence; each control with effective cells / cells (0/0 if it is excluded or does not apply)";
    hanging(&mut out, "  ", text, width, DIM);
    for row in &crosswalk.references {
        if !row.controls.is_empty() {
            brief(&mut out, row, width);
        }
    }
    untouched(&mut out, crosswalk, width);
    if crosswalk.has_risks() {
        risks(&mut out, crosswalk, width);
    }
    let text = "`--reference` shows the cells of a reference with their locations; `--format markdown` and `--format json` write the full crosswalk.";
    line(&mut out, "");
    paragraph(&mut out, text, ("", ""), width, DIM);
    out
}

/// Reference, verdict, cells, confidence, and each control with its cells. Cells are not shown as a
/// percentage, since the controls that are mapped to a reference are not shares of it.
fn brief(out: &mut String, row: &ReferenceRow, width: u16) {
    let confidence = row
        .confidence
        .map(|word| word.to_string())
        .unwrap_or_default();
    let reference = sanitize(&row.reference);
    let lead = format!(
        "  {reference:<10} {:<13} {:<10} {confidence:<6}  ",
        row.verdict.to_string(),
        of(row.effective)
    );
    let controls = row.controls.iter();
    let controls: Vec<String> = controls
        .map(|control| {
            let Ratio {
                numerator,
                denominator,
            } = control.effective;
            format!("{} ({numerator}/{denominator})", control.control)
        })
        .collect();
    hanging(out, &lead, &controls.join(", "), width, PLAIN);
}

fn in_full(out: &mut String, row: &ReferenceRow, width: u16) {
    let title = row.title.as_deref().unwrap_or_default();
    let name = format!("{} {title}", row.reference);
    heading(out, &sanitize(name.trim_end()));
    let confidence = row
        .confidence
        .map(|word| format!("; lowest confidence of a mapping: {word}"))
        .unwrap_or_default();
    let verdict = format!(
        "{}, effective cells {}{confidence}. {}{}.",
        row.verdict,
        of(row.effective),
        row.remark.get(..1).unwrap_or_default().to_uppercase(),
        row.remark.get(1..).unwrap_or_default()
    );
    hanging(out, "  ", &verdict, width, PLAIN);
    if !row.risks.is_empty() {
        hanging(out, "  risks  ", &verdicts(row), width, PLAIN);
    }
    for control in &row.controls {
        let name = format!(
            "{} {}: {} (confidence {}, {})",
            control.control,
            control.title,
            if control.subjects.is_empty() {
                "does not apply here".to_owned()
            } else {
                of(control.effective)
            },
            control.confidence,
            control.provenance
        );
        paragraph(out, &name, ("  ", "    "), width, BOLD);
        for cell in &control.subjects {
            let lead = format!("    {:<10}", cell.verdict.to_string());
            let text = format!("{}{}", cell.subject, at(cell.location.as_ref()));
            paragraph(out, &text, (&lead, "      "), width, PLAIN);
        }
    }
}

/// The risks of each reference with their verdicts, and the references that are not addressed.
fn risks(out: &mut String, crosswalk: &Crosswalk, width: u16) {
    heading(out, "Mapped risks");
    for row in crosswalk
        .references
        .iter()
        .filter(|row| !row.risks.is_empty())
    {
        let reference = sanitize(&row.reference);
        let lead = format!("  {reference:<10} ");
        hanging(out, &lead, &verdicts(row), width, PLAIN);
    }
    let rows = crosswalk.not_addressed();
    let rows: Vec<String> = rows
        .map(|row| format!("{} ({})", row.reference, row.verdict))
        .collect();
    heading(
        out,
        &format!(
            "References about which the assessment states nothing ({})",
            rows.len()
        ),
    );
    let list = if rows.is_empty() {
        "none".to_owned()
    } else {
        rows.join(", ")
    };
    hanging(out, "  ", &list, width, PLAIN);
}

fn verdicts(row: &ReferenceRow) -> String {
    let risks = row.risks.iter();
    let risks: Vec<String> = risks
        .map(|risk| format!("{} {}", risk.risk, risk.verdict))
        .collect();
    risks.join(", ")
}

fn untouched(out: &mut String, crosswalk: &Crosswalk, width: u16) {
    let rows: Vec<&str> = crosswalk
        .untouched()
        .map(|row| row.reference.as_str())
        .collect();
    heading(
        out,
        &format!(
            "References without a mapped control ({} of {})",
            rows.len(),
            crosswalk.references.len()
        ),
    );
    let list = if rows.is_empty() {
        "none".to_owned()
    } else {
        rows.join(", ")
    };
    hanging(out, "  ", &list, width, PLAIN);
    if let Some(note) = &crosswalk.framework.note {
        let note = format!("List of references: {note}");
        hanging(out, "  ", &note, width, DIM);
    }
}
