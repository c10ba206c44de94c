//! A difference between two reports: what became worse first, each gap with its causes and its
//! locations in both assessments.

use super::layout::{
    BOLD, DIM, PLAIN, Screen, at, hanging, heading, line, more, of, paint, paragraph, style_of,
};
use custody_controls::difference::baseline::Ratchet;
use custody_controls::difference::{Difference, GapDifference, GapState, Reused, Shift, Side};
use custody_controls::taxonomy::{Verdict, Word};
use custody_controls::text::sanitize;
use std::fmt::{Display, Write};

/// The difference. The maximum number of entries applies to each kind of change.
pub(crate) fn write(difference: &Difference, screen: Screen) -> String {
    let mut out = String::new();
    head(&mut out, difference, screen);
    numbers(&mut out, difference);
    unstated(&mut out, difference, screen);
    reused(&mut out, &difference.reused, screen);
    for shift in Shift::values() {
        gaps(&mut out, difference, shift, screen);
    }
    risks(&mut out, difference, screen);
    out
}

fn head(out: &mut String, difference: &Difference, screen: Screen) {
    paragraph(out, &difference.title(), ("", ""), screen.width, BOLD);
    for (lead, side) in [
        ("  before  ", &difference.before),
        ("  after   ", &difference.after),
    ] {
        paragraph(out, &about(side), (lead, "          "), screen.width, DIM);
    }
    line(out, "");
    paragraph(out, &difference.headline(), ("", ""), screen.width, BOLD);
}

fn about(side: &Side) -> String {
    let files: Vec<&str> = side.files.iter().map(|file| file.name.as_str()).collect();
    let digest = side.catalog_sha256.get(..12).unwrap_or_default();
    let mut about = format!(
        "{} as of {}, {}, catalog {} {} ({digest}…{})",
        side.assessment,
        side.as_of,
        files.join(", "),
        side.catalog,
        side.catalog_version,
        super::layout::origin(side.catalog_origin)
    );
    if let Some(wallets) = &side.only_wallets {
        let wallets: Vec<&str> = wallets
            .iter()
            .map(custody_controls::id::WalletId::as_str)
            .collect();
        let _ = write!(
            about,
            ", limited to the organization and {}",
            wallets.join(", ")
        );
    }
    about
}

fn numbers(out: &mut String, difference: &Difference) {
    let summary = &difference.summary;
    let change = |before: &dyn Display, after: &dyn Display| format!("{before} → {after}");
    let mut rows = vec![
        (
            "proven",
            change(&summary.proven.before, &summary.proven.after),
        ),
        (
            "excluded",
            change(&summary.excluded.before, &summary.excluded.after),
        ),
        (
            "possible",
            change(&summary.possible.before, &summary.possible.after),
        ),
    ];
    let gaps: Vec<String> = (summary.gaps.iter())
        .map(|entry| format!("{} → {} {}", entry.before, entry.after, entry.severity))
        .collect();
    rows.push(("gaps", gaps.join(", ")));
    let treated = summary.critical_risks_treated;
    rows.push((
        "risks",
        format!(
            "critical risks treated for every subject: {}",
            change(&of(treated.before), &of(treated.after))
        ),
    ));
    let evidence = summary.evidence_current;
    rows.push((
        "evidence",
        format!(
            "reliable items: {}",
            change(&of(evidence.before), &of(evidence.after))
        ),
    ));
    let doubts = summary.doubts;
    rows.push(("doubts", change(&doubts.before, &doubts.after)));
    for (name, text) in rows {
        line(out, format_args!("  {name:<9} {text}"));
    }
}

/// The control instances that became effective although nothing was stated about them.
fn unstated(out: &mut String, difference: &Difference, screen: Screen) {
    let cells = &difference.unstated;
    if cells.is_empty() {
        return;
    }
    let title = "Effective although nothing was stated about them";
    heading(out, &format!("{title} ({})", cells.len()));
    for cell in cells.iter().take(screen.entries) {
        line(out, format_args!("  {}", sanitize(cell)));
    }
    more(out, "  ", cells.len(), screen.entries);
}

/// The evidence items that showed a shortfall and are now cited as proof.
fn reused(out: &mut String, reused: &[Reused], screen: Screen) {
    if reused.is_empty() {
        return;
    }
    let title = "Cited as proof, showed the shortfall before, and not newer";
    heading(out, &format!("{title} ({})", reused.len()));
    for one in reused.iter().take(screen.entries) {
        let (cell, item) = (sanitize(&one.cell), sanitize(one.evidence.as_str()));
        line(out, format_args!("  {cell}  {item}"));
    }
    more(out, "  ", reused.len(), screen.entries);
}

fn gaps(out: &mut String, difference: &Difference, shift: Shift, screen: Screen) {
    let gaps: Vec<&GapDifference> = difference
        .of(shift)
        .filter(|gap| !gap.is_only_elsewhere())
        .collect();
    if gaps.is_empty() {
        return;
    }
    heading(out, &format!("{} ({})", shift.title(), gaps.len()));
    for gap in gaps.iter().take(screen.entries) {
        entry(out, gap, screen.width);
    }
    more(out, "  ", gaps.len(), screen.entries);
}

const INDENT: &str = "            ";

fn entry(out: &mut String, gap: &GapDifference, width: u16) {
    let change = paint(style_of(gap.severity()), gap.change.word());
    line(
        out,
        format_args!("  {change}  {}", paint(BOLD, sanitize(&gap.id))),
    );
    paragraph(out, &gap.title, ("    ", "    "), width, PLAIN);
    let sides = [
        ("    before  ", gap.before.as_ref(), gap.verdict_before),
        ("    after   ", gap.after.as_ref(), gap.verdict_after),
    ];
    for (lead, state, verdict) in sides {
        paragraph(out, &describe(state, verdict), (lead, INDENT), width, PLAIN);
    }
    for (index, cause) in gap.causes.iter().enumerate() {
        let lead = if index == 0 { "    because " } else { INDENT };
        let location = at(cause.location.as_ref());
        let text = format!("{}: {cause}{location}", cause.kind());
        paragraph(out, &text, (lead, INDENT), width, PLAIN);
    }
}

/// A gap on one side, or the verdict of its cell if there is no gap.
fn describe(state: Option<&GapState>, verdict: Option<Verdict>) -> String {
    match (state, verdict) {
        (Some(state), _) => {
            let location = at(state.location.as_ref());
            format!("{} {}{location}", state.severity, state.kind)
        }
        (None, Some(verdict)) => format!("no gap: {verdict}"),
        (None, None) => "no gap".to_owned(),
    }
}

fn risks(out: &mut String, difference: &Difference, screen: Screen) {
    if difference.risks.is_empty() {
        return;
    }
    heading(
        out,
        &format!("Changed risk verdicts ({})", difference.risks.len()),
    );
    for risk in difference.risks.iter().take(screen.entries) {
        let word = |verdict: Option<custody_controls::taxonomy::RiskVerdict>| {
            verdict.map_or("–", Word::word)
        };
        let (was, is) = (word(risk.before), word(risk.after));
        let text = format!(
            "{}  {} {}: {was} → {is}",
            risk.change, risk.risk, risk.title
        );
        paragraph(
            out,
            &text,
            ("  ", "    "),
            screen.width,
            style_of(risk.severity),
        );
    }
    more(out, "  ", difference.risks.len(), screen.entries);
}

/// The changes since a baseline: a summary, and the gaps that are new or worse.
pub(crate) fn baseline(ratchet: &Ratchet, screen: Screen) -> String {
    let mut out = String::new();
    heading(&mut out, "Since the baseline");
    hanging(&mut out, "  ", &ratchet.headline(), screen.width, PLAIN);
    for gap in ratchet.worse.iter().take(screen.entries) {
        let name = paint(
            style_of(gap.severity),
            format_args!("{} {}", gap.change, gap.severity),
        );
        line(&mut out, format_args!("    {name}  {}", sanitize(&gap.id)));
    }
    more(&mut out, "    ", ratchet.worse.len(), screen.entries);
    reused(&mut out, &ratchet.reused, screen);
    out
}
