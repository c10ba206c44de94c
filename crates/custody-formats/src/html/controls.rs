//! Controls: the statement of applicability, and the findings by clause.

use super::Page;
use super::gaps::block;
use super::index::{Index, by_clause};
use super::parts::{
    Plain, alike, control, count, day, evidence, list, place, risk, sign, subject, text, verdict,
    word,
};
use custody_controls::report::{ApplicabilityRow, CellRow, Report};
use custody_controls::taxonomy::{Verdict, Word};
use maud::{Markup, html};

pub(super) fn applicability(page: &mut Page<'_>, report: &Report) {
    page.section("applicability");
    page.put(html! {
        p { "Every control of the catalog, in or out of scope, with the verdicts of its instances. The findings list each instance with its claim, evidence and location." }
    });
    page.table(
        "Statement of applicability",
        "",
        &[
            "Control",
            "Title",
            "Clause",
            "In scope",
            "Applies to",
            "Verdicts",
            "Evidence",
        ],
        report.applicability.iter().map(|row| {
            html! {
                tr {
                    th scope="row" { (control(&row.control)) }
                    td { (text(&row.title)) }
                    td { (Plain(row.clause.as_str())) }
                    td { (if row.applies { "yes" } else { "no" }) }
                    td { (text(&row.when)) }
                    td { (verdicts(row)) }
                    td.n { (row.cells.iter().map(|cell| cell.evidence.len() + cell.part_evidence.len() + cell.observations.len()).sum::<usize>()) }
                }
            }
        }),
    );
    page.raw("</section>");
}

fn verdicts(row: &ApplicabilityRow) -> Markup {
    let count = |verdict| {
        let cells = row.cells.iter();
        cells.filter(|cell| cell.verdict == verdict).count()
    };
    let counted: Vec<(Verdict, usize)> = Verdict::values()
        .into_iter()
        .map(|verdict| (verdict, count(verdict)))
        .filter(|(_, count)| *count > 0)
        .collect();
    let counted_as = |(verdict, count): &(Verdict, usize)| {
        html! { span.d { (sign(*verdict).1) " " (count) " " (word(*verdict)) } }
    };
    html! { (list(&counted, counted_as, "none in scope")) }
}

pub(super) fn findings(page: &mut Page<'_>, report: &Report, index: &Index<'_>) {
    page.section("findings");
    page.raw("<div class=\"two\">");
    for (clause, rows) in by_clause(report) {
        page.put(html! {
            h3 id={ "clause-" (clause) } { (clause) " " (text(index.clause_title(clause.as_str()))) }
        });
        for row in rows {
            entry(page, row, index);
        }
    }
    page.raw("</div></section>");
}

fn entry(page: &mut Page<'_>, row: &ApplicabilityRow, index: &Index<'_>) {
    let name = row.control.as_str();
    let gaps = index.gaps_of_control(name);
    page.entry("article", "b", ("control", name), |page| {
        page.put(html! {
            h4 { (Plain(name)) " " (text(&row.title)) }
            p { (text(&row.statement)) }
            p.note {
                "Family " (Plain(row.family.as_str())) "; " (list(&row.functions, |function| word(*function), "")) "; applies to " (text(&row.when))
            }
            p.note {
                "Treats directly: " (list(&row.directly, risk, "none"))
                ". Supports: " (list(&row.supporting, risk, "none")) "."
            }
            @if row.cells.is_empty() {
                p { span.v.x { "– out of scope" } " The control applies to no subject of this assessment." }
            } @else {
                ul.c { @for cells in alike(&row.cells, content) { (finding(&cells)) } }
            }
            @if !gaps.is_empty() {
                p.note { (count(gaps.len(), "gap", "gaps")) ":" }
            }
        });
        for gap in gaps {
            block(page, gap);
        }
    });
}

/// The content of a finding without its subject. Mostly one claim is about many wallets.
fn content(cell: &CellRow) -> impl PartialEq {
    (
        (cell.verdict, cell.status, cell.narrowed, cell.due),
        (&cell.explanation, &cell.note, &cell.provider, &cell.owner),
        (
            &cell.evidence,
            &cell.part_evidence,
            &cell.observations,
            &cell.approved_by,
            &cell.assessed,
            &cell.location,
        ),
    )
}

fn finding(cells: &[&CellRow]) -> Markup {
    let Some(cell) = cells.first() else {
        return Markup::default();
    };
    html! {
        li {
            span { (list(cells, |cell| subject(&cell.subject), "")) }
            span { (verdict(cell.verdict)) }
            span {
                @if let Some(status) = cell.status {
                    "claimed " (word(status))
                    @if cell.narrowed { " for this subject" }
                    @if let Some(provider) = &cell.provider { " by " (text(provider.as_str())) }
                    @if let Some(explanation) = &cell.explanation { " · " (text(explanation)) }
                    @if let Some(note) = &cell.note { " · note: " (text(note)) }
                    @if let Some(owner) = &cell.owner { " · owner " (text(owner.as_str())) }
                    @if cell.due.is_some() { " · due " (day(cell.due)) }
                    @if let Some(assessed) = cell.assessed_in_words() { " · " (text(&assessed)) }
                    @if let Some(person) = &cell.approved_by { " · approved by " (text(person.as_str())) }
                    @match (cell.part_evidence.as_slice(), cell.observations.as_slice()) {
                        ([], []) => { " · evidence: " (list(&cell.evidence, evidence, "none")) },
                        (part, observations) => {
                            @if !part.is_empty() { " · evidence of the part: " (list(part, evidence, "none")) }
                            @if !observations.is_empty() { " · observations: " (list(observations, evidence, "none")) }
                        },
                    }
                    @if cell.location.is_some() { " · " (place(cell.location.as_ref())) }
                } @else {
                    "not assessed"
                }
            }
        }
    }
}
