//! Risks: by family of controls, in the matrix of the standard, in the reference model, and one by
//! one.

use super::gaps::block;
use super::index::Index;
use super::parts::{
    Plain, alike, control, count, day, list, of, risk, risk_sign, risk_verdict, severity,
    severity_mark, subject, text, word,
};
use super::{Page, picture};
use crate::words::depth;
use custody_controls::report::{Report, RiskRow, RiskSubjectRow};
use custody_controls::taxonomy::{RiskVerdict, Severity, Word};
use maud::{Markup, html};

pub(super) fn section(page: &mut Page<'_>, report: &Report, index: &Index<'_>) {
    page.section("risks");
    heat_map(page, report);
    matrix(page, report);
    picture::components(page, report);
    page.put(html! {
        h3 { "Individual risks" }
        p { "The verdict of a risk is that of its worst subject. Risks are sorted by severity, the most severe first, then by verdict, the worst first, then in catalog order." }
    });
    page.raw("<div class=\"two\">");
    for row in &report.risks {
        entry(page, row, index);
    }
    page.raw("</div></section>");
}

/// The key of verdicts and severities.
fn key() -> Markup {
    html! {
        ul.key { @for verdict in RiskVerdict::values() { li { (risk_verdict(verdict)) } } }
        ul.key { @for grade in Severity::values().into_iter().rev() { li { (severity(grade)) } } }
    }
}

fn heat_map(page: &mut Page<'_>, report: &Report) {
    page.raw("<div class=\"wide\">");
    page.put(html! {
        h3 { "Risks by families of controls" }
        p {
            "Risks are sorted by severity, then by verdict, the worst first. The verdict of a risk takes all families into account and is that of the worst subject. The columns of the families count only their own controls that treat the risk directly, over all affected subjects: the sign of the verdict, and how many instances are effective. For example, ◐ 0/1 means that the only instance is partly in place, and ✗ 0/1 that it is absent or unproven."
        }
        (key())
    });
    let used: Vec<_> = report
        .families
        .iter()
        .filter(|family| {
            report.risks.iter().any(|risk| {
                risk.families
                    .iter()
                    .any(|cell| cell.family == family.family)
            })
        })
        .collect();
    page.raw("<div class=\"w\" tabindex=\"0\" role=\"region\" aria-label=\"Risks by families of controls\"><table class=\"h\">");
    page.put(html! {
        caption { "Risks by families of controls" }
        thead {
            tr {
                th scope="col" { "Risk" }
                th scope="col" { "Verdict" }
                @for family in &used { th scope="col" { span { (text(&family.title)) } } }
            }
        }
    });
    page.raw("<tbody>");
    for row in &report.risks {
        page.put(html! {
            tr {
                th scope="row" { (severity_mark(row.severity)) " " (risk(&row.risk)) " " (text(&row.title)) }
                td { (risk_verdict(row.verdict)) }
                @for family in &used {
                    @if let Some(cell) = row.families.iter().find(|cell| cell.family == family.family) {
                        @let (letter, sign) = risk_sign(cell.verdict);
                        td class=(letter) {
                            (sign) span.o { " " (word(cell.verdict)) " " }
                            " " (cell.direct.numerator) "/" (cell.direct.denominator)
                        }
                    } @else {
                        td {}
                    }
                }
            }
        });
    }
    page.raw("</tbody></table></div></div>");
}

fn matrix(page: &mut Page<'_>, report: &Report) {
    let matrix = &report.signature_key_matrix;
    if matrix.rows.is_empty() {
        return;
    }
    let cells: usize = matrix.rows.iter().map(|row| row.cells.len()).sum();
    page.put(html! {
        h3 { "The signature-key matrix" }
        p {
            "Clause 8.2.2.2 combines " (count(matrix.rows.len(), "threat factor", "threat factors")) " with "
            (count(matrix.threats.len(), "threat", "threats")) " to signature keys; "
            (count(cells, "combination applies", "combinations apply"))
            ". Each belongs to a risk and has the verdict of that risk."
        }
    });
    let mut headings = vec!["Threat factor"];
    headings.extend(matrix.threats.iter().map(|threat| threat.word()));
    let mut group = None;
    page.table(
        "Signature-key matrix",
        "m",
        &headings,
        matrix.rows.iter().map(|row| {
            let is_new = group != Some(row.group);
            group = Some(row.group);
            html! {
                tr class=[is_new.then_some("first")] {
                    th scope="row" { @if is_new { span.note { (row.group) } " " } (text(&row.factor)) }
                    @for threat in &matrix.threats {
                        @if let Some(cell) = row.cells.iter().find(|cell| cell.threat == *threat) {
                            td class=(risk_sign(cell.verdict).0) {
                                (risk_sign(cell.verdict).1) " " (word(cell.verdict)) " " (risk(&cell.risk))
                            }
                        } @else {
                            td { span.note { "does not apply" } }
                        }
                    }
                }
            }
        }),
    );
}

fn entry(page: &mut Page<'_>, row: &RiskRow, index: &Index<'_>) {
    let name = row.risk.as_str();
    page.entry("details", "b", ("risk", name), |page| {
        page.put(html! {
            summary {
                (risk_verdict(row.verdict)) " " (severity(row.severity)) " "
                b { (Plain(name)) " " (text(&row.title)) }
            }
            p { (text(&row.consequence)) }
            p.note { "Clause " (row.clause) }
            @if !row.subjects.is_empty() {
                ul.c { @for there in alike(&row.subjects, outcome_of) { (outcome(&there, row.verdict)) } }
            }
            p { "Direct controls: " (list(&row.direct_controls, control, "none")) "." }
            p { "Supporting controls: " (list(&row.supporting_controls, control, "none")) "." }
        });
        for gap in index.gaps_of_risk(name) {
            block(page, gap);
        }
    });
}

/// The content of an outcome without its subject.
fn outcome_of(row: &RiskSubjectRow) -> impl PartialEq {
    (
        (row.verdict, row.direct, row.supporting, row.depth),
        (&row.remark, row.accepted_until),
    )
}

fn outcome(rows: &[&RiskSubjectRow], verdict: RiskVerdict) -> Markup {
    let Some(row) = rows.first() else {
        return Markup::default();
    };
    html! {
        li {
            span { (list(rows, |row| subject(&row.subject), "")) }
            span { (risk_verdict(row.verdict)) }
            span {
                (of(row.direct)) " direct and " (of(row.supporting)) " supporting controls effective"
                @if verdict != RiskVerdict::NoControl { "; " (depth(row.depth, "nothing prevents, detects or corrects it")) }
                @if let Some(remark) = &row.remark { "; " (text(remark)) }
                @if row.accepted_until.is_some() { "; accepted until " (day(row.accepted_until)) }
            }
        }
    }
}
