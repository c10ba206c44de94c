//! Gaps by severity, and each gap with its reasons.

use super::Page;
use super::parts::{self, Plain, count, day, place, sentence, severity, text, word};
use custody_controls::gap::{Gap, Reason};
use custody_controls::report::Report;
use maud::{Markup, html};

pub(super) fn section(page: &mut Page<'_>, report: &Report) {
    page.section("remediation");
    page.put(html! { p { (text(&report.ranking)) } });
    let listed = report.listed_gaps();
    if report.gaps.is_empty() {
        page.raw("<p>No gap is open.</p></section>");
        return;
    }
    page.put(html! { p { "Gaps by action: " (report.summary.actions_in_words()) "." } });
    if let Some(selection) = &report.selection {
        page.put(html! { p { b { (sentence(&selection.message())) } } });
    }
    let mut rank = 1;
    let mut is_first = true;
    for entry in &report.summary.gaps {
        let of_severity = |gap: &&&Gap| gap.severity == entry.severity;
        let gaps: Vec<&Gap> = listed.iter().filter(of_severity).copied().collect();
        if gaps.is_empty() {
            continue;
        }
        // The most severe gaps are expanded.
        page.raw(if is_first {
            "<details open>"
        } else {
            "<details>"
        });
        page.put(html! {
            summary {
                h3 id={ "gaps-" (entry.severity) } { (severity(entry.severity)) " " (count(gaps.len(), "gap", "gaps")) }
            }
        });
        is_first = false;
        page.table(
            &format!("Gaps of severity {}", entry.severity),
            "q",
            &["Rank", "Gap", "Title", "Kind", "Open risks", "Owner", "Due"],
            (rank..)
                .zip(&gaps)
                .map(|(rank, gap)| row(rank, gap, report)),
        );
        page.raw("</details>");
        rank += gaps.len();
    }
    page.raw("</section>");
}

fn row(rank: usize, gap: &Gap, report: &Report) -> Markup {
    html! {
        tr {
            td { (rank) }
            th scope="row" { (parts::gap(gap)) }
            td { (text(&gap.title)) }
            td { (word(gap.kind)) }
            td {
                @if gap.risk.is_some() {
                    "this risk"
                } @else if gap.open_risks.is_empty() {
                    "none directly"
                } @else {
                    (gap.open_risks.len())
                }
            }
            td { @if let Some(owner) = &gap.owner { (owner) } @else { "–" } }
            td {
                @if gap.due.is_some() { (day(gap.due)) } @else { "–" }
                @if gap.is_overdue(report.facts.as_of) { " " span.v.a { "⚑ overdue" } }
            }
        }
    }
}

/// A gap with its reasons, as part of the entry of its control or risk.
pub(super) fn block(page: &mut Page<'_>, gap: &Gap) {
    let is_at_reason = |reason: &Reason| reason.location == gap.location;
    page.entry("details", "g", ("gap", &gap.id), |page| {
        page.put(html! {
            summary { "Gap " (Plain(&gap.id)) " " (severity(gap.severity)) " " (word(gap.kind)) }
            p.note {
                "Subject " (parts::subject(&gap.subject))
                @if let Some(owner) = &gap.owner { ", owner " (text(owner.as_str())) }
                @if gap.due.is_some() { ", due " (day(gap.due)) }
                @if gap.location.is_some() && !gap.because.iter().any(is_at_reason) { ", at " (place(gap.location.as_ref())) }
            }
            p { "Because" }
            ul {
                @for reason in &gap.because {
                    li { (sentence(&reason.message())) @if reason.location.is_some() { " " (place(reason.location.as_ref())) } }
                }
            }
            p { "Closes if" }
            ul {
                @for (position, alternative) in gap.alternatives().enumerate() {
                    li {
                        @if position > 0 { "or " }
                        (sentence(&alternative))
                    }
                }
            }
        });
    });
}
