//! Accepted risks, and what is needed to check and reproduce the report.

use super::parts::{day, list, place, risk, risk_verdict, severity, text};
use super::{Page, paragraph};
use custody_controls::report::Report;
use custody_controls::taxonomy::{
    EvidenceState, GapKind, RiskVerdict, Severity, Status, Verdict, Word,
};
use maud::{Markup, html};

pub(super) fn acceptances(page: &mut Page<'_>, report: &Report) {
    page.section("acceptances");
    if report.acceptances.is_empty() {
        page.put(paragraph("No risk is accepted."));
    } else {
        page.put(paragraph(
            "An acceptance does not change the measured verdict. When it expires, the risk is reported as a gap again.",
        ));
        page.table(
            "Accepted risks",
            "",
            &[
                "Risk", "In force", "From", "Until", "Approved by", "Justification", "Wallets",
                "Measured verdict", "Severity", "Location",
            ],
            report.acceptances.iter().map(|row| {
                html! {
                    tr {
                        th scope="row" { (risk(&row.risk)) " " (text(&row.title)) }
                        td { @if row.in_force { span.v.e { "✓ yes" } } @else { span.v.a { "✗ no" } } }
                        td { (day(row.from)) }
                        td.d { (row.until) }
                        td { (text(&row.approver)) }
                        td { (text(&row.because)) }
                        td { (list(&row.wallets, |wallet| html! { code { (wallet) } }, "all")) }
                        td { (risk_verdict(row.verdict)) }
                        td { (severity(row.severity)) }
                        td { (place(row.location.as_ref())) }
                    }
                }
            }),
        );
    }
    page.raw("</section>");
}

pub(super) fn section(page: &mut Page<'_>, report: &Report) {
    page.section("appendix");
    page.put(html! { h3 { "Input files" } });
    page.table(
        "Files and their digests",
        "",
        &["File", "Bytes", "SHA-256"],
        report.facts.files.iter().map(|file| {
            html! {
                tr {
                    th scope="row" { (text(&file.name)) }
                    td.n { (file.bytes) }
                    td { code { (file.sha256) } }
                }
            }
        }),
    );
    page.put(html! {
        h3 { "Glossary" }
        h4 { "Verdict of a control instance" } (glossary::<Verdict>())
        h4 { "Verdict of a risk" } (glossary::<RiskVerdict>())
        h4 { "Severity" } (glossary::<Severity>())
        h4 { "Status of a claim" } (glossary::<Status>())
        h4 { "State of evidence" } (glossary::<EvidenceState>())
        h4 { "Kind of gap" } (glossary::<GapKind>())
        h3 { "How to reproduce this report" }
        p {
            "custody-controls " (report.facts.program_version) " writes the same bytes from the files above and the catalog with the SHA-256 on the cover, as of "
            (report.facts.as_of) "."
        }
    });
    page.raw("</section>");
}

fn glossary<W: Word>() -> Markup {
    html! {
        dl.glossary {
            @for word in W::values() { div { dt { (word.word()) } dd { (word.meaning()) } } }
        }
    }
}
