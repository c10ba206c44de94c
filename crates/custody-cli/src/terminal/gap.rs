//! A gap with its reasons and with what would close it.

use super::layout::{BOLD, PLAIN, at, line, paint, paragraph, style_of};
use custody_controls::gap::{Gap, Reason};
use custody_controls::id::RiskId;
use custody_controls::text::sanitize;

/// Adds a gap with all its reasons.
pub(crate) fn write(out: &mut String, gap: &Gap, width: u16) {
    name(out, gap, width);
    reasons(out, gap.because.iter(), width);
    closes(out, gap, width);
}

/// Adds a gap with its main reasons, and the ids of the risks that it leaves open.
pub(super) fn brief(out: &mut String, gap: &Gap, width: u16) {
    name(out, gap, width);
    reasons(out, gap.main_reasons(), width);
    if !gap.open_risks.is_empty() {
        let risks: Vec<&str> = gap.open_risks.iter().map(RiskId::as_str).collect();
        let leads = ("    open risks ", INDENT);
        paragraph(out, &risks.join(", "), leads, width, PLAIN);
    }
    closes(out, gap, width);
}

const INDENT: &str = "               ";

fn name(out: &mut String, gap: &Gap, width: u16) {
    let kind = paint(
        style_of(gap.severity),
        format_args!("{} {}", gap.severity, gap.kind),
    );
    let id = paint(BOLD, sanitize(&gap.id));
    line(out, format_args!("  {kind}  {id}"));
    paragraph(out, &gap.title, ("    ", "    "), width, PLAIN);
}

fn reasons<'r>(out: &mut String, reasons: impl Iterator<Item = &'r Reason>, width: u16) {
    for (index, reason) in reasons.enumerate() {
        let lead = if index == 0 {
            "    because    "
        } else {
            INDENT
        };
        let text = format!("{reason}{}", at(reason.location.as_ref()));
        paragraph(out, &text, (lead, INDENT), width, PLAIN);
    }
}

fn closes(out: &mut String, gap: &Gap, width: u16) {
    for (index, alternative) in gap.alternatives().enumerate() {
        let lead = if index == 0 {
            "    closes if  "
        } else {
            "           or  "
        };
        paragraph(out, &alternative.to_string(), (lead, INDENT), width, PLAIN);
    }
}
