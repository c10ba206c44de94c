//! The cover, the summary, which fits on one page, and the scope and method.

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
                (fact("Catalog", &html! { (text(&facts.catalog_title)) " (" code { (facts.catalog) } "), version " (text(&facts.catalog_version)) }))
                @if let Some(profile) = &facts.profile {
                    (fact("Profile", &html! { (text(&profile.scope)) ", version " (text(&profile.base_version)) "; see " a href="#limits" { "limits" } }))
                    (fact("Base SHA-256", &html! { code { (profile.base_sha256) } }))
                }
                (fact("Written by", &html! { "custody-controls " (facts.program_version) }))
                @if let Some(wallets) = &facts.only_wallets {
                    (fact("Only wallets", &html! { (list(wallets, |wallet| html! { code { (wallet) } }, "none")) }))
                }
                (fact("Catalog SHA-256", &html! { code { (facts.catalog_sha256) } }))
                @match facts.files.as_slice() {
                    [] => {}
                    [file] => (fact("Assessment SHA-256", &html! { code { (file.sha256) } })),
                    files => (fact("Assessment files", &html! { (files.len()) " files; see " a href="#appendix" { "appendices" } })),
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

/// What is written if no risk lacks a direct control.
const DIRECT_CONTROL_FOR_EVERY_RISK: &str = "The catalog has a direct control for every risk.";

/// The number of risks in the summary.
const WORST: usize = 5;

pub(super) fn summary(page: &mut Page<'_>, report: &Report) {
    let risks = report.risks.iter();
    let open: Vec<&RiskRow> = risks.filter(|row| row.verdict.is_open()).collect();
    page.section("summary");
    page.put(html! {
        (headline(report, &open))
        (figures(report))
        (charts::bar("Control instances by verdict", report.summary.cells, 22))
        (charts::legend(Some(report.summary.cells)))
        p.note {
            "A control instance is a control applied to one wallet or to the organization. "
            (excluded_instances(report))
        }
        h3 { "The worst risks" }
        ol.worst {
            @for row in open.iter().take(WORST) { li { (worst(row)) } }
        }
        @if open.is_empty() {
            p { "No risk is open." }
        } @else if open.len() > WORST {
            p.note { "The first " (WORST) " of " (open.len()) " open risks, by verdict, then by severity; see " a href="#risks" { "risks" } " for all." }
        }
        h3 { "What is not covered" }
        p {
            @if report.not_covered.is_empty() {
                (DIRECT_CONTROL_FOR_EVERY_RISK)
            } @else {
                "The catalog has no direct control for "
                (count(report.not_covered.len(), "risk", "risks")) ": "
                (list(&report.not_covered, |row| risk(&row.risk), "none")) "."
            }
            " Subjects that the catalog does not cover are listed under " a href="#limits" { "limits" } "."
        }
    });
    numbers(page, report);
    page.put(html! {
        h3 { "Signatures" }
        p.note {
            "By signing, the signatories confirm that they have read this report as of the date on its cover. The report is not a certificate. "
            (evidence::files(report)) " For the meaning of the numbers and the limits of the catalog, see "
            a href="#scope" { "scope and method" } "."
        }
        div.sign {
            @for role in ["For the custodian", "Assessor", "Supervisor"] {
                p { span { (role) } span { "Name, place, date" } }
            }
        }
    });
    page.raw("</section>");
}

/// How many control instances are excluded, with a link to their list.
fn excluded_instances(report: &Report) -> Markup {
    html! {
        @match report.summary.cells.excluded {
            0 => "None is excluded.",
            1 => { "1 excluded instance is not counted; see " a href="#excluded" { "scope" } "." },
            excluded => { (excluded) " excluded instances are not counted; see " a href="#excluded" { "scope" } "." },
        }
    }
}

/// The result in a few sentences.
fn headline(report: &Report, open: &[&RiskRow]) -> Markup {
    let summary = &report.summary;
    let is_accepted = |row: &&&RiskRow| {
        let mut subjects = row.subjects.iter();
        subjects.any(|subject| subject.accepted_until.is_some())
    };
    let accepted = open.iter().filter(is_accepted).count();
    html! {
        p.lead {
            @if summary.proven.denominator == 0 {
                "Nothing is in scope: no control applies to a subject of this assessment."
            } @else {
                b { (ratio(summary.proven)) } " control instances are effective, proven by evidence that is current"
                @if !report.facts.evidence_files_checked { " by its dates (evidence files were not checked)" }
                ". If everything unproven or not yet assessed turned out to be in place, it would be "
                b { (ratio(summary.possible)) } ". "
                (open.len()) " of " (count(report.risks.len(), "risk", "risks")) " "
                (if open.len() == 1 { "is" } else { "are" }) " open"
                @if accepted > 0 { ", " (accepted) " of them with an acceptance in force" }
                ". "
                (of(summary.critical_risks_treated)) " critical "
                (if summary.critical_risks_treated.denominator == 1 { "risk" } else { "risks" }) " "
                (if summary.critical_risks_treated.numerator == 1 { "is" } else { "are" })
                " treated for every affected subject."
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
            (figure("Proven", "#coverage", summary.proven, &html! { "control instances effective, with current evidence" }))
            (figure("Critical gaps", if critical > 0 { "#gaps-critical" } else { "#remediation" },
                Ratio { numerator: critical, denominator: report.gaps.len() as u64 },
                &html! { "of all gaps; " (summary.overdue) " of any severity overdue" }))
            (figure("Not assessed", "#coverage", of_cells(summary.cells.unknown), &html! { "control instances not yet assessed" }))
            (figure("Evidence expired", "#evidence", of_evidence(summary.evidence_expired),
                &html! { "evidence items; " (summary.evidence_expiring) " more by " (report.facts.horizon_end) }))
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
                ": " (of(there.direct)) " direct " (if there.direct.denominator == 1 { "control" } else { "controls" }) " effective" @if others > 0 { " each" }
            }
        }
    }
}

/// The same numbers as a table, and more of them.
fn numbers(page: &mut Page<'_>, report: &Report) {
    let summary = &report.summary;
    let row = |name: &str, link: &str, value: Markup| html! { tr { th scope="row" { a href=(link) { (name) } } td { (value) } } };
    let mut rows = vec![
        row("Proven", "#coverage", ratio(summary.proven)),
        row("Possible", "#coverage", ratio(summary.possible)),
        row(
            "Control instances by verdict",
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
            "Gaps without an owner",
            "#remediation",
            html! { (report.gaps.iter().filter(|gap| gap.owner.is_none()).count()) },
        ),
        row(
            "Gaps without a due date",
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
            "Critical risks treated",
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
            "Evidence not yet valid",
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
        row("Overdue gaps", "#remediation", html! { (summary.overdue) }),
    ]);
    page.raw("<details><summary>All numbers as a table</summary>");
    page.table("All numbers", "", &["Number", "Value"], rows);
    page.raw("</details>");
}

pub(super) fn scope(page: &mut Page<'_>, report: &Report) {
    page.section("scope");
    page.table(
        "Assessed subjects",
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
        h3 { "How the numbers are computed" }
        ul { @for rule in &report.method { li { (text(rule)) } } }
        h3 #limits { "Limits" }
        (paragraph("The catalog does not cover:"))
        ul { @for limit in &report.limits { li { (text(limit)) } } }
        h3 { "Risks without a direct control" }
    });
    if report.not_covered.is_empty() {
        page.put(paragraph(DIRECT_CONTROL_FOR_EVERY_RISK));
    } else {
        page.table(
            "Risks for which the catalog has no direct control",
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

/// The excluded control instances, which are not counted, with their justification.
fn excluded(page: &mut Page<'_>, report: &Report) {
    page.put(html! { h3 #excluded { "Excluded control instances" } });
    if report.summary.cells.excluded == 0 {
        page.put(paragraph("None."));
        return;
    }
    page.table(
        "Control instances claimed not to be applicable",
        "",
        &["Control", "Subject", "Justification", "Evidence", "Location"],
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
