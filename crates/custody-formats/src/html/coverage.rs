//! Coverage by clause, by wallet and by family of controls.

use super::Page;
use super::charts::{self, SHARES};
use super::index::Index;
use super::parts::{count, gap, list, ratio, severities, sign, text, words};
use custody_controls::coverage::{Ratio, Tally};
use custody_controls::report::{Report, SubjectCoverage};
use custody_controls::taxonomy::{Verdict, Word};
use maud::{Markup, html};

pub(super) fn section(page: &mut Page<'_>, report: &Report, index: &Index<'_>) {
    page.section("coverage");
    page.put(html! {
        h3 { "By clause" }
        (charts::legend(None))
        (charts::clauses(report))
    });
    page.raw("<details><summary>Coverage by clause as a table</summary>");
    page.table(
        "Coverage by clause",
        "r3",
        &headings(&["Clause", "Title"]),
        report.clauses.iter().map(|row| {
            html! {
                tr {
                    th scope="row" { a href={ "#clause-" (row.clause) } { (row.clause) } }
                    td { (text(&row.title)) }
                    (numbers(row.proven, row.possible, row.cells))
                }
            }
        }),
    );
    page.raw("</details>");
    page.put(html! { h3 { "By wallet" } div.strips { @for row in &report.subjects { (strip(row, index)) } } });
    page.raw("<details><summary>Coverage by wallet as a table</summary>");
    page.table(
        "Coverage by wallet",
        "r3",
        &headings(&["Subject", "Gaps"]),
        report.subjects.iter().map(|row| {
            html! {
                tr {
                    th scope="row" { (super::parts::subject(&row.subject)) }
                    td { (severities(&row.gaps)) }
                    (numbers(row.proven, row.possible, row.cells))
                }
            }
        }),
    );
    page.raw("</details><details><summary>Coverage by family of controls as a table</summary>");
    page.table(
        "Coverage by family",
        "r2",
        &headings(&["Family"]),
        report.families.iter().map(|row| {
            html! {
                tr {
                    th scope="row" { (text(&row.title)) }
                    (numbers(row.proven, row.possible, row.cells))
                }
            }
        }),
    );
    page.raw("</details>");
    progress(page, report);
    page.raw("</section>");
}

/// How far the assessment itself is.
fn progress(page: &mut Page<'_>, report: &Report) {
    let assessed = report.summary.assessed;
    let days = assessed.days_in_words();
    page.put(html! {
        h3 { "Progress of the assessment" }
        p {
            b { (ratio(assessed.cells)) } " control instances have been assessed"
            @if !days.is_empty() { ", " (days) } "."
        }
    });
    for (part, rows) in report.progress.parts() {
        page.table(
            &format!("Assessed instances: {}", part.to_lowercase()),
            "r2",
            &[part, "Assessed", "Days"],
            rows.iter().map(|row| {
                html! {
                    tr {
                        th scope="row" {
                            (text(&row.title))
                            @if let Some(id) = &row.id { " " code { (text(id)) } }
                        }
                        td { (ratio(row.assessed.cells)) }
                        td { (row.assessed.days_in_words()) }
                    }
                }
            }),
        );
    }
}

fn headings(first: &[&'static str]) -> Vec<&'static str> {
    let verdicts = Verdict::values().into_iter().map(Word::word);
    first
        .iter()
        .copied()
        .chain(["proven", "possible"])
        .chain(verdicts)
        .collect()
}

fn numbers(proven: Ratio, possible: Ratio, cells: Tally) -> Markup {
    html! {
        td { (ratio(proven)) }
        td { (ratio(possible)) }
        @for verdict in Verdict::values() { td { (cells.count(verdict)) } }
    }
}

/// A wallet or the organization.
fn strip(row: &SubjectCoverage, index: &Index<'_>) -> Markup {
    let gaps = index.gaps_of_subject(row.subject.as_str());
    html! {
        article.strip id={ "subject-" (row.subject) } {
            h4 { (text(&row.title)) " " code { (row.subject) } }
            p.note {
                @if let Some(tier) = row.tier { b { (tier) } }
                @if !row.traits.is_empty() { " · " (words(&row.traits)) }
                @if let Some(since) = row.since { " · holds keys since " (since) }
                @if let Some(until) = row.until { " · until " (until) }
                @if row.tier.is_none() { "the organization as a whole" }
            }
            (charts::bar(&format!("Control instances of {} by verdict", row.subject), row.cells, 14))
            p.counts {
                @for verdict in SHARES {
                    span { (sign(verdict).1) " " (row.cells.count(verdict)) " " (verdict.word()) }
                }
            }
            p { "Proven " (ratio(row.proven)) ", " (row.cells.excluded_in_words()) ", possible " (ratio(row.possible)) ". Gaps: " (severities(&row.gaps)) "." }
            @if !gaps.is_empty() {
                details {
                    summary { (count(gaps.len(), "gap", "gaps")) ", the most severe first" }
                    p.ids { (list(gaps, |entry| gap(entry), "")) }
                }
            }
        }
    }
}
