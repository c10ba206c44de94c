//! The cover, the summary that stands on one page, and what was looked at by which rules.

use super::parts::{
    count, list, of, place, ratio, risk, risk_verdict, severity, subject, text, words,
};
use super::{Page, SECTIONS, charts, evidence, paragraph};
use custody_controls::coverage::Ratio;
use custody_controls::report::{Report, RiskRow, RiskSubjectRow};
use custody_controls::taxonomy::{Severity, Verdict};
use maud::{Markup, html};

pub(super) fn cover(report: &Report) -> Markup {
    let facts = &report.facts;
    html! {
        header {
            p.eyebrow { "Gap report · " (text(&facts.catalog_standard)) }
            h1 { (text(&facts.title)) }
            p.as-of { "As of " time datetime=(facts.as_of) { (facts.as_of) } }
            dl.facts {
                (fact("Custodian", &html! {
                    (text(&facts.custodian))
                    @if let Some(jurisdiction) = &facts.jurisdiction { " (" (text(jurisdiction)) ")" }
                }))
                (fact("Assessed by", &html! {
                    @if facts.assessors.is_empty() { "not named" }
                    @for (position, name) in facts.assessors.iter().enumerate() {
                        @if position > 0 { br; }
                        (text(name))
                    }
                }))
                (fact("Period", &html! { span.d { (facts.period_from) " to " (facts.period_to) } }))
                (fact("Assessment", &html! { code { (facts.assessment) } }))
                (fact("Catalogue", &html! { (text(&facts.catalog_title)) " (" code { (facts.catalog) } "), version " (text(&facts.catalog_version)) }))
                @if let Some(profile) = &facts.profile {
                    (fact("Profile", &html! { (text(&profile.scope)) ", version " (text(&profile.base_version)) "; all of it stands under " a href="#limits" { "limits" } }))
                    (fact("Base SHA-256", &html! { code { (profile.base_sha256) } }))
                }
                (fact("Written by", &html! { "custody-controls " (facts.program_version) }))
                @if let Some(wallets) = &facts.only_wallets {
                    (fact("Only wallets", &html! { (list(wallets, |wallet| html! { code { (wallet) } }, "none")) }))
                }
                (fact("Catalogue SHA-256", &html! { code { (facts.catalog_sha256) } }))
                @match facts.files.as_slice() {
                    [] => {}
                    [file] => (fact("Assessment SHA-256", &html! { code { (file.sha256) } })),
                    files => (fact("Assessment files", &html! { (files.len()) " files, with their SHA-256 under " a href="#appendix" { "appendices" } })),
                }
            }
        }
    }
}

fn fact(name: &str, value: &Markup) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

pub(super) fn contents() -> Markup {
    html! {
        nav aria-label="Contents" {
            ol {
                @for (id, title) in SECTIONS { li { a href={ "#" (id) } { (title) } } }
            }
        }
    }
}

/// How many risks the summary names.
const WORST: usize = 5;

pub(super) fn summary(page: &mut Page<'_>, report: &Report) {
    let risks = report.risks.iter();
    let open: Vec<&RiskRow> = risks.filter(|row| row.verdict.is_open()).collect();
    page.section("summary");
    page.put(html! {
        (verdict(report, &open))
        (figures(report))
        (charts::bar("All cells by verdict", report.summary.cells, 22))
        (charts::legend(Some(report.summary.cells)))
        p.note {
            "These places are called cells: a control together with the wallet, or the organization, to which it applies. "
            (report.summary.cells.excluded) " excluded cells are in no number and listed under "
            a href="#excluded" { "scope" } "."
        }
        h3 { "The worst risks" }
        ol.worst {
            @for row in open.iter().take(WORST) { li { (worst(row)) } }
        }
        @if open.is_empty() {
            p { "No risk is open." }
        } @else if open.len() > WORST {
            p.note { "The first " (WORST) " of " (open.len()) " open risks, by verdict, then by severity. All of them are under " a href="#risks" { "risks" } "." }
        }
        h3 { "What is not covered" }
        p {
            "For " (count(report.not_covered.len(), "risk", "risks"))
            " the catalogue names no control that treats "
            (if report.not_covered.len() == 1 { "it" } else { "them" }) " directly: "
            (list(&report.not_covered, |row| risk(&row.risk), "none"))
            ". What it does not speak about at all is listed under " a href="#limits" { "limits" } "."
        }
    });
    numbers(page, report);
    page.put(html! {
        h3 { "Signatures" }
        p.note {
            "Who signs has read this report for the day stated on its cover. It describes and certifies nothing. "
            (evidence::files(report)) " What the numbers mean, and what the catalogue does not speak about, is said under "
            a href="#scope" { "scope and method" } "."
        }
        div.sign {
            @for role in ["For the custodian", "Assessor", "Supervisor"] {
                p { span { (role) } span { "Name, place, day" } }
            }
        }
    });
    page.raw("</section>");
}

/// The sentence that everything else explains.
fn verdict(report: &Report, open: &[&RiskRow]) -> Markup {
    let summary = &report.summary;
    let is_accepted = |row: &&&RiskRow| {
        let mut subjects = row.subjects.iter();
        subjects.any(|subject| subject.accepted_until.is_some())
    };
    let accepted = open.iter().filter(is_accepted).count();
    html! {
        p.lead {
            @if summary.proven.denominator == 0 {
                "Nothing was in scope, so nothing can be said."
            } @else {
                b { (ratio(summary.proven)) } " places where a control applies are in order and proven by evidence that is current"
                @if !report.facts.evidence_files_checked { " by its dates; its files were not looked at" }
                ". "
                "If all that lacks proof or that nobody has looked at were in order, it would be "
                b { (ratio(summary.possible)) } ". "
                (open.len()) " of " (report.risks.len()) " risks stay open"
                @if accepted > 0 { ", " (accepted) " of them with an acceptance in force" }
                ". Of the critical risks, "
                (of(summary.critical_risks_treated))
                @if summary.critical_risks_treated.numerator == 1 { " is treated wherever it can strike." }
                @else { " are treated wherever they can strike." }
            }
        }
    }
}

fn figures(report: &Report) -> Markup {
    let summary = &report.summary;
    let critical: u64 = summary
        .gaps
        .iter()
        .filter(|entry| entry.severity == Severity::Critical)
        .map(|entry| entry.count)
        .sum();
    let of_cells = |numerator| Ratio {
        numerator,
        denominator: summary.cells.denominator(),
    };
    let of_evidence = |numerator| Ratio {
        numerator,
        denominator: summary.evidence_current.denominator,
    };
    html! {
        dl.figures {
            (figure("Proven", "#coverage", summary.proven, &html! { "cells effective, with current evidence" }))
            (figure("Critical gaps", if critical > 0 { "#gaps-critical" } else { "#remediation" },
                Ratio { numerator: critical, denominator: report.gaps.len() as u64 },
                &html! { "of all gaps; " (summary.overdue) " of any severity overdue" }))
            (figure("Not assessed", "#coverage", of_cells(summary.cells.unknown), &html! { "cells nobody has looked at" }))
            (figure("Evidence expired", "#evidence", of_evidence(summary.evidence_expired),
                &html! { "items; " (summary.evidence_expiring) " more by " (report.facts.horizon_end) }))
        }
    }
}

fn figure(name: &str, link: &str, number: Ratio, words: &Markup) -> Markup {
    html! {
        div {
            dt { (name) }
            dd {
                a href=(link) { b { (number.numerator) } " of " (number.denominator) }
                span { (words) }
            }
        }
    }
}

fn worst(row: &RiskRow) -> Markup {
    let there = row
        .subjects
        .iter()
        .find(|subject| Some(&subject.subject) == row.worst.as_ref());
    html! {
        a href={ "#risk-" (row.risk) } { (text(&row.title)) }
        " " (severity(row.severity)) " " (risk_verdict(row.verdict))
        @if let Some(there) = there {
            @let is_alike = |other: &&RiskSubjectRow| (other.verdict, other.direct) == (there.verdict, there.direct);
            @let others = row.subjects.iter().filter(is_alike).count() - 1;
            span.note {
                "worst for " (subject(&there.subject))
                @if others > 0 { " and " (count(others, "other", "others")) }
                ": " (of(there.direct)) " direct controls effective" @if others > 0 { " each" }
            }
        }
    }
}

/// The same numbers as a table, with those that the picture has no room for.
fn numbers(page: &mut Page<'_>, report: &Report) {
    let summary = &report.summary;
    let row = |name: &str, link: &str, value: Markup| html! { tr { th scope="row" { a href=(link) { (name) } } td { (value) } } };
    let mut rows = vec![
        row("Proven", "#coverage", ratio(summary.proven)),
        row("Possible", "#coverage", ratio(summary.possible)),
        row(
            "Cells by verdict",
            "#coverage",
            html! { (charts::in_words(summary.cells)) ", " (summary.cells.excluded) " excluded" },
        ),
        row(
            "Gaps by severity",
            "#remediation",
            html! {
                @for (position, entry) in summary.gaps.iter().enumerate() {
                    @if position > 0 { ", " } (entry.count) " " (entry.severity)
                }
            },
        ),
        row(
            "Gaps that nobody is responsible for",
            "#remediation",
            html! { (report.gaps.iter().filter(|gap| gap.owner.is_none()).count()) },
        ),
        row(
            "Gaps without a day by which they are closed",
            "#remediation",
            html! { (report.gaps.iter().filter(|gap| gap.due.is_none()).count()) },
        ),
    ];
    rows.extend([
        row(
            "Risks by verdict",
            "#risks",
            html! {
                @for (position, entry) in summary.risks.iter().enumerate() {
                    @if position > 0 { ", " } (entry.count) " " (entry.verdict)
                }
            },
        ),
        row(
            "Critical risks treated wherever they can strike",
            "#risks",
            ratio(summary.critical_risks_treated),
        ),
        row(
            "Evidence that may be relied on",
            "#evidence",
            ratio(summary.evidence_current),
        ),
        row(
            "Evidence expired",
            "#evidence",
            html! { (summary.evidence_expired) },
        ),
        row(
            "Evidence that speaks only from a later day",
            "#evidence",
            html! { (report.evidence_not_yet_valid()) },
        ),
        row(
            "Evidence that expires within the horizon",
            "#evidence",
            html! { (summary.evidence_expiring) " (until " (report.facts.horizon_end) ")" },
        ),
        row(
            "Acceptances in force",
            "#acceptances",
            html! { (summary.acceptances_in_force) },
        ),
        row("Overdue", "#remediation", html! { (summary.overdue) }),
    ]);
    page.raw("<details><summary>All numbers as a table</summary>");
    page.table("The numbers", "", &["Number", "Value"], rows);
    page.raw("</details>");
}

pub(super) fn scope(page: &mut Page<'_>, report: &Report) {
    page.section("scope");
    page.table(
        "Who was looked at",
        "",
        &["Subject", "Title", "Tier", "Traits", "Declared at"],
        report.subjects.iter().map(|row| {
            html! {
                tr {
                    th scope="row" { (subject(&row.subject)) }
                    td { (text(&row.title)) }
                    td { @if let Some(tier) = row.tier { (tier) } @else { "–" } }
                    td { (words(&row.traits)) }
                    td { (place(row.location.as_ref())) }
                }
            }
        }),
    );
    page.put(html! {
        h3 { "How the numbers come about" }
        ul { @for rule in &report.method { li { (text(rule)) } } }
        h3 #limits { "Limits" }
        (paragraph("The catalogue does not speak about:"))
        ul { @for limit in &report.limits { li { (text(limit)) } } }
        h3 { "Risks without a control" }
    });
    if report.not_covered.is_empty() {
        page.put(paragraph(
            "The catalogue names a direct control for every risk.",
        ));
    } else {
        page.table(
            "Risks that the catalogue names no direct control for",
            "",
            &[
                "Risk",
                "Title",
                "Severity",
                "Accepted",
                "Supporting controls",
            ],
            report.not_covered.iter().map(|row| {
                html! {
                    tr {
                        th scope="row" { (risk(&row.risk)) }
                        td { (text(&row.title)) }
                        td { (severity(row.severity)) }
                        td { (if row.accepted { "yes" } else { "no" }) }
                        td { (list(&row.supporting_controls, super::parts::control, "none")) }
                    }
                }
            }),
        );
    }
    excluded(page, report);
    page.raw("</section>");
}

/// What is in no denominator, by name and with its justification.
fn excluded(page: &mut Page<'_>, report: &Report) {
    page.put(html! { h3 #excluded { "Excluded cells" } });
    if report.summary.cells.excluded == 0 {
        page.put(paragraph("None."));
        return;
    }
    page.table(
        "Cells that are said not to be applicable",
        "",
        &["Control", "Subject", "Because", "Evidence", "Place"],
        report.applicability.iter().flat_map(|row| {
            let cells = row.cells.iter();
            cells
                .filter(|cell| cell.verdict == Verdict::Excluded)
                .map(move |cell| {
                    html! {
                        tr {
                            th scope="row" { (super::parts::control(&row.control)) " " (text(&row.title)) }
                            td { (subject(&cell.subject)) }
                            td { @if let Some(because) = &cell.explanation { (text(because)) } }
                            td { (list(&cell.evidence, super::parts::evidence, "none")) }
                            td { (place(cell.location.as_ref())) }
                        }
                    }
                })
        }),
    );
}
