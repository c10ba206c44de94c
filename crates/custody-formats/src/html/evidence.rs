//! Evidence: its validity, and the control instances that cite it.

use super::parts::{Plain, control_named, count, list, place, ratio, state, text, word};
use super::{Page, charts};
use custody_controls::report::{EvidenceRow, Report};
use custody_controls::taxonomy::FileCheck;
use indexmap::IndexMap;
use maud::{Markup, html};

pub(super) fn section(page: &mut Page<'_>, report: &Report) {
    page.section("evidence");
    let summary = &report.summary;
    page.put(html! {
        p {
            (ratio(summary.evidence_current)) " evidence items are reliable. "
            (count(summary.evidence_expired, "item has expired", "items have expired")) "; "
            (count(summary.evidence_expiring, "more expires by ", "more expire by ")) (report.facts.horizon_end) ". "
            (files(report))
        }
    });
    if report.evidence.is_empty() {
        page.raw("<p>The assessment has no evidence.</p></section>");
        return;
    }
    page.put(html! {
        ul.key {
            @for (letter, word) in [("e", "current"), ("p", "expires within the horizon"), ("a", "expired"), ("k", "not yet valid")] {
                li { svg width="14" height="14" aria-hidden="true" { rect class=(letter) width="14" height="14" {} } " " (word) }
            }
        }
        (charts::timeline(report))
    });
    page.table(
        "Evidence by its last valid date",
        "ev",
        &[
            "Evidence",
            "Description",
            "State",
            "Collected",
            "Until",
            "Days left",
            "Cited by",
        ],
        report.evidence.iter().map(entry),
    );
    page.raw("</section>");
}

/// Whether the evidence files were checked, and with which results.
pub(super) fn files(report: &Report) -> Markup {
    html! {
        @match &report.facts.evidence_directory {
            Some(directory) => {
                "Evidence files were checked in " code { (text(directory)) } ": " (report.evidence_files_in_words()) "."
            }
            None => "Evidence files were not checked.",
        }
    }
}

/// The controls whose claims cite the item, each with its subjects.
fn by_control(row: &EvidenceRow) -> IndexMap<&str, Vec<&str>> {
    let mut controls: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for cell in &row.cited_by {
        let (control, subject) = cell.split_once('@').unwrap_or((cell, ""));
        controls.entry(control).or_default().push(subject);
    }
    controls
}

fn entry(row: &EvidenceRow) -> Markup {
    html! {
        tr id={ "evidence-" (Plain(row.evidence.as_str())) } {
            th scope="row" { (Plain(row.evidence.as_str())) }
            td {
                (text(&row.title)) " "
                span.note { (word(row.kind)) ", " (word(row.technique)) @if let Some(by) = &row.by { ", by " (text(by.as_str())) } @if let Some(covers) = &row.covers { "; about " (list(covers, |subject| text(subject.as_str()), "nothing")) } }
                div {
                    span.f { (text(&row.locator)) } " "
                    span.note {
                        @if row.sha256.is_some() { "with SHA-256" } @else { "without SHA-256" }
                        @if row.file != FileCheck::NotChecked { ", " (word(row.file)) }
                        @if row.location.is_some() { "; declared at " (place(row.location.as_ref())) }
                    }
                }
            }
            td {
                (state(row.state))
                @if row.expiring { " " span.v.p { "◐ expiring" } }
            }
            td.d { (row.collected) }
            td.d { (row.until) }
            td.n { (row.days_left) }
            td {
                @if row.cited_by.is_empty() {
                    "not cited"
                } @else {
                    details {
                        summary { (count(row.cited_by.len(), "control instance", "control instances")) }
                        @for (position, (control, subjects)) in by_control(row).iter().enumerate() {
                            @if position > 0 { "; " }
                            (control_named(control)) " for " (list(subjects, |subject| text(subject), ""))
                        }
                    }
                }
            }
        }
    }
}
