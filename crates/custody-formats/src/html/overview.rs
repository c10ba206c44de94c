//! The overview of a portfolio: a row for each assessment, the worst first, with links to the reports.

use super::parts::{count, of, ratio, severities, text};
use super::{Page, STYLE, charts, head};
use custody_controls::coverage::{Ratio, Tally};
use custody_controls::portfolio::{FaultyInput, Member, Obstacle, Portfolio};
use custody_controls::source::Location;
use custody_controls::taxonomy::{Severity, Tier, Word};
use maud::{Markup, html};
use std::io;

/// The style sheet of the overview, in addition to that of a report.
const MORE_STYLE: &str = include_str!("overview.css");

/// The content security policy: only the style sheet with this digest. A test compares the digest.
const POLICY: &str = "default-src 'none'; style-src 'sha256-44jdAni2xk1K3vTbW0h57C2bhOlAgA29cz2xWHxJZHA='; base-uri 'none'; form-action 'none'";

/// The ids and titles of the sections.
const SECTIONS: [(&str, &str); 6] = [
    ("faulty", "Invalid inputs"),
    ("totals", "Totals"),
    ("assessments", "Assessments"),
    ("clauses", "By clause"),
    ("tiers", "By tier"),
    ("files", "Files"),
];

pub(crate) fn write(portfolio: &Portfolio, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page { out, failure: None };
    let title = format!("Portfolio, {}", portfolio.as_of);
    page.put(head(
        &title,
        "Skip to the overview",
        &portfolio.program_version,
        POLICY,
        &[STYLE, MORE_STYLE],
    ));
    page.put(cover(portfolio));
    let sections = || {
        (1..).zip(
            SECTIONS
                .into_iter()
                .filter(|(id, _)| *id != "faulty" || !portfolio.faulty.is_empty()),
        )
    };
    page.put(html! {
        nav aria-label="Contents" {
            ol { @for (_, (id, title)) in sections() { li { a href={ "#" (id) } { (title) } } } }
        }
    });
    page.raw("<main id=\"main\" class=\"many\">");
    for (number, (id, title)) in sections() {
        page.begin(number, id, title);
        match id {
            "faulty" => faulty(&mut page, portfolio),
            "totals" => totals(&mut page, portfolio),
            "assessments" => assessments(&mut page, portfolio),
            "clauses" => clauses(&mut page, portfolio),
            "tiers" => tiers(&mut page, portfolio),
            _ => files(&mut page, portfolio),
        }
        page.raw("</section>");
    }
    page.raw("</main></body></html>\n");
    page.failure.map_or(Ok(()), Err)
}

fn cover(portfolio: &Portfolio) -> Markup {
    let fact = |name: &str, value: Markup| html! { div { dt { (name) } dd { (value) } } };
    html! {
        header {
            p.eyebrow { "Portfolio · " (text(&portfolio.catalog_standard)) }
            h1 {
                (count(portfolio.assessments.len(), "assessment", "assessments")) " of "
                (count(portfolio.custodians(), "custodian", "custodians"))
            }
            p.as-of { "As of " time datetime=(portfolio.as_of) { (portfolio.as_of) } }
            dl.facts {
                (fact("Catalog", html! { code { (portfolio.catalog) } ", version " (text(&portfolio.catalog_version)) }))
                (fact("Horizon", html! { span.d { "until " (portfolio.horizon_end) } }))
                (fact("Written by", html! { "custody-controls " (portfolio.program_version) }))
                (fact("Catalog SHA-256", html! { code { (portfolio.catalog_sha256) } }))
            }
        }
    }
}

fn faulty(page: &mut Page<'_>, portfolio: &Portfolio) {
    page.put(html! {
        p { "These inputs are not included in any number on this page." }
    });
    page.table(
        "Invalid inputs",
        "plain",
        &["File or directory", "Reason", "First error", "Location"],
        portfolio.faulty.iter().map(|input| {
            html! {
                tr {
                    th scope="row" { (text(&input.name)) }
                    td.t { (why(input)) }
                    td.t {
                        (text(&input.first.message))
                        @if let Some(code) = input.first.code { " " code { (code) } }
                    }
                    td.t { @if let Some(place) = place(input) { span.f { (text(&place)) } } @else { "–" } }
                }
            }
        }),
    );
}

fn why(input: &FaultyInput) -> Markup {
    let sign = |word: &str| html! { span.v.a { "✗ " (word) } };
    match input.obstacle {
        Obstacle::Faults => {
            let errors = usize::try_from(input.faults).unwrap_or(usize::MAX);
            html! { (sign("invalid")) ": " (count(errors, "error", "errors")) }
        }
        Obstacle::Unreadable => sign("cannot be read"),
        Obstacle::RepeatedId => sign("duplicate id"),
    }
}

fn place(input: &FaultyInput) -> Option<String> {
    let first = &input.first;
    let location = Location {
        file: first.file.as_deref()?.into(),
        line: first.line?,
        column: first.column?,
        end_line: first.line?,
        end_column: first.column?,
    };
    Some(location.to_string())
}

fn totals(page: &mut Page<'_>, portfolio: &Portfolio) {
    let totals = &portfolio.totals;
    page.put(html! { p.lead { (text(&portfolio.verdict())) } });
    page.put(charts::bar(
        "Control instances by verdict",
        totals.cells,
        22,
    ));
    page.put(charts::legend(Some(totals.cells)));
    let row =
        |name: &str, value: Markup| html! { tr { th scope="row" { (name) } td.t { (value) } } };
    page.table(
        "Totals of all assessments",
        "plain",
        &["Number", "Value"],
        [
            row("Proven", ratio(totals.proven)),
            row("Possible", ratio(totals.possible)),
            row("Gaps", severities(&totals.gaps)),
            row("Overdue gaps", html! { (totals.overdue) }),
            row(
                "Risks by verdict",
                html! {
                    @for (position, entry) in totals.risks.iter().enumerate() {
                        @if position > 0 { ", " } (entry.count) " " (entry.verdict)
                    }
                },
            ),
            row(
                "Critical risks treated",
                ratio(totals.critical_risks_treated),
            ),
            row(
                "Evidence that may be relied on",
                ratio(totals.evidence_current),
            ),
            row("Evidence expired", html! { (totals.evidence_expired) }),
            row(
                "Evidence that expires within the horizon",
                html! { (totals.evidence_expiring) },
            ),
            row(
                "Acceptances in force",
                html! { (totals.acceptances_in_force) },
            ),
            row(
                "Excluded control instances",
                html! { (totals.cells.excluded) },
            ),
        ],
    );
}

/// The custodian, with a link to the report and what distinguishes its assessments.
fn who(member: &Member, note: &Markup) -> Markup {
    html! {
        th scope="row" {
            @if let Some(report) = member.report() {
                // Only this character of a path has another meaning in a link.
                a href=(report.path.replace('%', "%25")) { (text(&member.custodian)) }
            } @else {
                (text(&member.custodian))
            }
            span.note { (note) }
        }
    }
}

fn title(member: &Member) -> Markup {
    html! {
        (text(&member.title))
        @if let Some(jurisdiction) = &member.jurisdiction { ", " (text(jurisdiction)) }
    }
}

fn id(member: &Member) -> Markup {
    html! { code { (member.assessment) } }
}

fn assessments(page: &mut Page<'_>, portfolio: &Portfolio) {
    page.put(html! { p.note { (portfolio.ranking) } (charts::legend(None)) });
    page.table(
        "Assessments, the worst first",
        "list",
        &[
            "Custodian",
            "Critical gaps",
            "High",
            "Medium",
            "Low",
            "Overdue",
            "Proven",
            "Possible",
            "Critical risks treated",
            "Evidence expired",
            "Evidence expiring",
            "Period",
        ],
        portfolio.assessments.iter().map(|member| {
            let summary = &member.summary;
            html! {
                tr {
                    (who(member, &html! { (title(member)) br; (id(member)) }))
                    @for severity in Severity::values().into_iter().rev() {
                        td.n { (number(member.gaps(severity), severity)) }
                    }
                    td.n { (summary.overdue) }
                    td.s {
                        (ratio(summary.proven))
                        (charts::bar(&format!("Control instances of {} by verdict", member.assessment), summary.cells, 10))
                    }
                    td.n {
                        (ratio(summary.possible))
                        @if summary.cells.unknown > 0 { span.note { (summary.cells.unknown) " not assessed" } }
                    }
                    td.n { (of(summary.critical_risks_treated)) }
                    td.n { (summary.evidence_expired) }
                    td.n { (summary.evidence_expiring) }
                    td.t {
                        span.d { (member.period_from) } " to " span.d { (member.period_to) }
                        (since(member, portfolio))
                    }
                }
            }
        }),
    );
}

/// How long ago the assessed period ended: claims may be outdated since.
fn since(member: &Member, portfolio: &Portfolio) -> Markup {
    let days = member.period_to.days_until(portfolio.as_of);
    html! {
        @if days > 0 { span.note { "ended " (count(days, "day", "days")) " earlier" } }
    }
}

/// A number of gaps; critical ones are highlighted.
fn number(count: u64, severity: Severity) -> Markup {
    html! {
        @if count > 0 && severity == Severity::Critical { span.v.a { "◆ " (count) } } @else { (count) }
    }
}

/// Proven control instances of all, with both bounds as a bar below.
fn share(cells: Tally) -> Markup {
    let proven = cells.proven();
    bounds(
        cells,
        &html! { (proven.numerator) "/" (proven.denominator) },
    )
}

/// The same in total as a percentage, since the numbers are too long for a column.
fn share_of_all(cells: Tally) -> Markup {
    bounds(
        cells,
        &html! { (cells.proven().percent().unwrap_or_default()) " %" },
    )
}

fn bounds(cells: Tally, words: &Markup) -> Markup {
    // Where each part of the bar ends, in tenths.
    let tenth = |numerator| {
        let share = Ratio {
            numerator,
            denominator: cells.denominator(),
        };
        share.percent().unwrap_or_default() / 10
    };
    let in_place = cells.effective + cells.unproven;
    html! {
        @if cells.denominator() == 0 {
            td.none { "–" }
        } @else {
            td class={ "s" (tenth(cells.effective)) " q" (tenth(in_place)) " r" (tenth(in_place + cells.unknown)) } { (words) }
        }
    }
}

/// The key of the bars of clauses and tiers.
fn bounds_key() -> Markup {
    html! {
        p.note { "Proven control instances of all, with a bar in tenths. A dash means that no control applies." }
        ul.key {
            @for (letter, meaning) in [("us", "proven"), ("ub", "unproven"), ("no", "not assessed"), ("a", "partial or absent")] {
                li { svg width="14" height="14" aria-hidden="true" { rect class=(letter) width="14" height="14" {} } " " (meaning) }
            }
        }
    }
}

fn clauses(page: &mut Page<'_>, portfolio: &Portfolio) {
    page.put(bounds_key());
    let headings: Vec<&str> = std::iter::once("Custodian")
        .chain(portfolio.clauses.iter().map(|row| row.clause.as_str()))
        .collect();
    let all = html! {
        tr.sum {
            th scope="row" { "Total" }
            @for row in &portfolio.clauses { (share_of_all(row.cells)) }
        }
    };
    let rows = portfolio.assessments.iter().map(|member| {
        html! {
            tr {
                (who(member, &id(member)))
                @for row in &portfolio.clauses { (share(member.cells_of_clause(&row.clause))) }
            }
        }
    });
    page.table(
        "Proven control instances by clause, the worst assessment first",
        "grid",
        &headings,
        std::iter::once(all).chain(rows),
    );
    page.put(html! { h3 { "Clauses" } });
    page.table(
        "Totals by clause",
        "plain r3",
        &["Clause", "Title", "Proven", "Possible"],
        portfolio.clauses.iter().map(|row| {
            html! {
                tr {
                    th scope="row" { (row.clause) }
                    td.t { (text(&row.title)) }
                    td { (ratio(row.proven)) }
                    td { (ratio(row.possible)) }
                }
            }
        }),
    );
}

fn tier_name(tier: Option<Tier>) -> &'static str {
    tier.map_or("organization", Word::word)
}

fn tiers(page: &mut Page<'_>, portfolio: &Portfolio) {
    page.put(bounds_key());
    let headings: Vec<&str> = std::iter::once("Custodian")
        .chain(portfolio.tiers.iter().map(|row| tier_name(row.tier)))
        .collect();
    let all = html! {
        tr.sum {
            th scope="row" { "Total" }
            @for row in &portfolio.tiers { (share_of_all(row.cells)) }
        }
    };
    let rows = portfolio.assessments.iter().map(|member| {
        html! {
            tr {
                (who(member, &id(member)))
                @for row in &portfolio.tiers {
                    (share(member.cells_of_tier(row.tier).map(|row| row.cells).unwrap_or_default()))
                }
            }
        }
    });
    page.table(
        "Proven control instances by tier, the worst assessment first",
        "grid tiers",
        &headings,
        std::iter::once(all).chain(rows),
    );
}

fn files(page: &mut Page<'_>, portfolio: &Portfolio) {
    let totals = &portfolio.totals;
    page.put(html! {
        p {
            "The directory of this page also contains tables of control instances ("
            (count(totals.cell_rows, "row", "rows")) " in " code { "cells" } "), risks ("
            (count(totals.risk_rows, "row", "rows")) " in " code { "risks" } ") and gaps ("
            (count(totals.gap_rows, "row", "rows")) " in " code { "gaps" } "). " code { "manifest.json" }
            " lists every file that was read or written, with its digest."
        }
    });
    if portfolio.left_out.is_empty() {
        return;
    }
    page.raw("<details><summary>");
    page.put(html! {
        (count(portfolio.left_out.len(), "entry was", "entries were")) " skipped"
    });
    page.raw("</summary>");
    page.table(
        "Skipped entries",
        "plain",
        &["File or directory", "Reason"],
        portfolio.left_out.iter().map(|entry| {
            html! {
                tr {
                    th scope="row" { (text(&entry.name)) }
                    td.t { (entry.omission.meaning()) }
                }
            }
        }),
    );
    page.raw("</details>");
}
