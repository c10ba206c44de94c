//! Evidence: how fresh it is, and what rests on it.

use super::words::{Plain, cell, count, list, place, ratio, state, text, word};
use super::{Page, charts};
use crate::report::{EvidenceRow, Report};
use crate::taxonomy::FileCheck;
use maud::{Markup, html};

pub(super) fn section(page: &mut Page<'_>, report: &Report) {
    page.section("evidence");
    let summary = &report.summary;
    page.put(html! {
        p {
            (ratio(summary.evidence_current)) " items may be relied on. "
            (count(summary.evidence_expired, "has expired", "have expired")) "; "
            (count(summary.evidence_expiring, "more expires by ", "more expire by ")) (report.facts.horizon_end) ". "
            (files(report))
        }
    });
    if report.evidence.is_empty() {
        page.raw("<p>No evidence is cited.</p></section>");
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
        "Evidence by the last day on which it may be relied on",
        "",
        &[
            "Evidence",
            "What it is",
            "State",
            "Collected",
            "Until",
            "Days left",
            "File",
            "Place",
            "Cited by",
        ],
        report.evidence.iter().map(entry),
    );
    page.raw("</section>");
}

/// Whether somebody has looked into the files.
pub(super) fn files(report: &Report) -> &'static str {
    if report.facts.evidence_files_checked {
        "The files of evidence were looked at."
    } else {
        "The files of evidence were not looked at."
    }
}

fn entry(row: &EvidenceRow) -> Markup {
    html! {
        tr id={ "evidence-" (Plain(row.evidence.as_str())) } {
            th scope="row" { (Plain(row.evidence.as_str())) }
            td {
                (text(&row.title)) " "
                span.note { (word(row.kind)) ", " (word(row.technique)) @if let Some(by) = &row.by { ", by " (text(by.as_str())) } }
            }
            td {
                (state(row.state))
                @if row.expiring { " " span.v.p { "◐ expiring" } }
            }
            td.d { (row.collected) }
            td.d { (row.until) }
            td.n { (row.days_left) }
            td {
                span.f { (text(&row.locator)) } " "
                span.note {
                    @if row.sha256.is_some() { "with SHA-256" } @else { "without SHA-256" }
                    @if row.file != FileCheck::NotChecked { ", " (word(row.file)) }
                }
            }
            td { (place(row.location.as_ref())) }
            td {
                @if row.cited_by.is_empty() {
                    "no cell"
                } @else {
                    details {
                        summary { (count(row.cited_by.len(), "cell", "cells")) }
                        (list(&row.cited_by, |id| cell(id), ""))
                    }
                }
            }
        }
    }
}
