//! Accepted risks, and what a reader needs to check the report.

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
            "An acceptance never changes the measured verdict. When it ends, the risk is open again.",
        ));
        page.table(
            "Accepted risks",
            "",
            &[
                "Risk", "In force", "From", "Until", "Approved by", "Because", "Wallets",
                "Measured verdict", "Severity", "Place",
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
    page.put(html! { h3 { "What was read" } });
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
        h4 { "Verdict of a control for a subject" } (glossary::<Verdict>())
        h4 { "Verdict of a risk" } (glossary::<RiskVerdict>())
        h4 { "Severity" } (glossary::<Severity>())
        h4 { "What a claim says" } (glossary::<Status>())
        h4 { "Evidence" } (glossary::<EvidenceState>())
        h4 { "Kind of gap" } (glossary::<GapKind>())
        h3 { "How to make this report again" }
        p {
            "custody-controls " (report.facts.program_version) " makes the same bytes from the files above, with the catalogue of the SHA-256 on the cover, for "
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
