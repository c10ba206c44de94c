//! A crosswalk on a screen: a line for each reference of another framework that something touches,
//! and whatever nothing touches.

use super::{BOLD, DIM, heading, line, paragraph};
use anstyle::Style;
use custody_controls::coverage::Ratio;
use custody_controls::crosswalk::{Crosswalk, ReferenceRow};

/// The crosswalk on a screen of a width. References that are named are shown in full, and no others.
pub(crate) fn write(crosswalk: &Crosswalk, width: u16, named: &[&ReferenceRow]) -> String {
    let mut out = String::new();
    let (facts, framework) = (&crosswalk.facts, &crosswalk.framework);
    let title = format!(
        "{}, as of {}, in the words of {} ({})",
        facts.title, facts.as_of, framework.title, framework.edition
    );
    paragraph(&mut out, &title, ("", ""), width, BOLD);
    if let Some(wallets) = &facts.only_wallets {
        let wallets: Vec<&str> = wallets
            .iter()
            .map(custody_controls::id::WalletId::as_str)
            .collect();
        let scope = format!("Only the organization and {}.", wallets.join(", "));
        paragraph(&mut out, &scope, ("", ""), width, Style::new());
    }
    let text = "A mapping says that a control and a reference touch the same subject, never that one covers the other.";
    paragraph(&mut out, text, ("", ""), width, DIM);
    if !named.is_empty() {
        for row in named {
            in_full(&mut out, row, width);
        }
        return out;
    }
    heading(&mut out, "How many references have which verdict?");
    let counts = crosswalk.summary.iter().filter(|row| row.count > 0);
    let counts: Vec<String> = counts
        .map(|row| format!("{} {}", row.count, row.verdict))
        .collect();
    paragraph(
        &mut out,
        &counts.join(", "),
        ("  ", "  "),
        width,
        Style::new(),
    );
    heading(
        &mut out,
        "What do the cells that touch each reference come to?",
    );
    let text = "Reference, verdict, effective cells, confidence; each control (effective cells / cells, 0/0 where it is excluded or applies to nothing)";
    paragraph(&mut out, text, ("  ", "  "), width, DIM);
    for row in &crosswalk.references {
        if !row.controls.is_empty() {
            brief(&mut out, row, width);
        }
    }
    untouched(&mut out, crosswalk, width);
    let text = "`--reference` shows the cells of a reference with their places, `--format markdown` and `--format json` tell all.";
    line(&mut out, "");
    paragraph(&mut out, text, ("", ""), width, DIM);
    out
}

/// So many of so many, without a share: what touches a reference is no share of it.
fn of(ratio: Ratio) -> String {
    format!("{} of {}", ratio.numerator, ratio.denominator)
}

/// Reference, verdict, cells, confidence, and each control with its cells.
fn brief(out: &mut String, row: &ReferenceRow, width: u16) {
    let confidence = row
        .confidence
        .map(|word| word.to_string())
        .unwrap_or_default();
    let reference = super::sanitize(&row.reference);
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
    let indent = " ".repeat(lead.chars().count());
    paragraph(
        out,
        &controls.join(", "),
        (&lead, &indent),
        width,
        Style::new(),
    );
}

fn in_full(out: &mut String, row: &ReferenceRow, width: u16) {
    let title = row.title.as_deref().unwrap_or_default();
    let name = format!("{} {title}", row.reference);
    heading(out, &super::sanitize(name.trim_end()));
    let confidence = row
        .confidence
        .map(|word| format!("; the weakest mapping has the confidence {word}"))
        .unwrap_or_default();
    let said = format!(
        "{}, effective cells {}{confidence}. {}{}.",
        row.verdict,
        of(row.effective),
        row.remark.get(..1).unwrap_or_default().to_uppercase(),
        row.remark.get(1..).unwrap_or_default()
    );
    paragraph(out, &said, ("  ", "  "), width, Style::new());
    for control in &row.controls {
        let name = format!(
            "{} {}: {} (confidence {}, {})",
            control.control,
            control.title,
            if control.subjects.is_empty() {
                "applies to nothing here".to_owned()
            } else {
                of(control.effective)
            },
            control.confidence,
            control.provenance
        );
        paragraph(out, &name, ("  ", "    "), width, BOLD);
        for cell in &control.subjects {
            let place = cell
                .location
                .as_ref()
                .map(|location| format!(" ({location})"))
                .unwrap_or_default();
            let lead = format!("    {:<10}", cell.verdict.to_string());
            let text = format!("{}{place}", cell.subject);
            paragraph(out, &text, (&lead, "      "), width, Style::new());
        }
    }
}

fn untouched(out: &mut String, crosswalk: &Crosswalk, width: u16) {
    let rows: Vec<&str> = crosswalk
        .untouched()
        .map(|row| row.reference.as_str())
        .collect();
    heading(
        out,
        &format!(
            "What does nothing in the catalogue touch? ({} of {})",
            rows.len(),
            crosswalk.references.len()
        ),
    );
    let list = if rows.is_empty() {
        "each reference that the catalogue lists is touched".to_owned()
    } else {
        rows.join(", ")
    };
    paragraph(out, &list, ("  ", "  "), width, Style::new());
    if let Some(note) = &crosswalk.framework.note {
        paragraph(
            out,
            &format!("The list of references: {note}"),
            ("  ", "  "),
            width,
            DIM,
        );
    }
}
