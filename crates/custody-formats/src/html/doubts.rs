//! Doubts, by code.

use super::parts::{place, sentence};
use super::{Page, paragraph};
use custody_controls::doubt::Doubt;
use custody_controls::report::Report;
use custody_controls::taxonomy::Word;
use maud::html;

pub(super) fn section(page: &mut Page<'_>, report: &Report) {
    page.section("doubts");
    if report.doubts.is_empty() {
        page.put(paragraph("Nothing."));
    } else {
        page.put(paragraph(
            "Doubts are reasons to ask; they change no verdict, number or gap.",
        ));
    }
    for (code, group) in Doubt::by_code(&report.doubts) {
        page.put(html! {
            h3 id={ "doubts-" (code.word()) } { code { (code.word()) } " (" (group.len()) ")" }
            p { (code.meaning()) }
        });
        page.table(
            &format!("Doubts with the code {code}"),
            "",
            &["Doubt", "Location"],
            group.iter().map(|doubt| {
                html! {
                    tr {
                        td { (sentence(&doubt.message())) }
                        td { (place(doubt.location.as_ref())) }
                    }
                }
            }),
        );
    }
    page.raw("</section>");
}
