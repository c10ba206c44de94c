//! The short form for a board: two printed pages. It stands alone, so nothing in it is a link.

use super::parts::{count, of, origin, ratio, risk_verdict, severity, text};
use super::{Page, STYLE, charts, head};
use crate::words::beginning;
use custody_controls::coverage::Ratio;
use custody_controls::report::{Beginning, Brief, ProgressRow, Report, RiskRow};
use custody_controls::text::sanitize;
use maud::{Markup, html};
use std::io;

/// The style sheet of the short form, in addition to that of a report.
const MORE_STYLE: &str = include_str!("brief.css");

/// The content security policy: only the style sheet with this digest. A test compares the digest.
const POLICY: &str = "default-src 'none'; style-src 'sha256-he0aG5ptlw2B5HHGKiTFWAPVO5zF50D1U9XnVG0Hvcc='; base-uri 'none'; form-action 'none'";

/// The maximum length of a text, in characters.
const CHARACTERS: usize = 110;

pub(crate) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let brief = report.brief();
    let facts = brief.facts;
    let mut page = Page { out, failure: None };
    let title = format!("Brief: {}, {}", sanitize(&facts.title), facts.as_of);
    let version = &facts.program_version;
    let styles = [STYLE, MORE_STYLE];
    page.put(head(&title, "Skip to the brief", version, POLICY, &styles));
    page.raw("<div class=\"brief\">");
    page.put(html! {
        header {
            p.eyebrow { "Brief for the board · " (short(&facts.custodian)) }
            h1 { (short(&facts.title)) }
            p.as-of { "As of " time datetime=(facts.as_of) { (facts.as_of) } }
            @if let Some(profile) = &facts.profile {
                p { "Profile " code { (facts.catalog) } ": " (text(&profile.scope)) "." }
            }
            @if let Some(wallets) = &facts.only_wallets {
                p { b { "Limited to the organization and " (count(wallets.len(), "wallet", "wallets")) "." } }
            }
        }
    });
    page.raw("<main id=\"main\">");
    risks(&mut page, &brief);
    proven(&mut page, &brief);
    not_assessed(&mut page, &brief);
    next(&mut page, &brief);
    limits(&mut page, &brief);
    page.raw("</main></div></body></html>\n");
    page.failure.map_or(Ok(()), Err)
}

/// Untrusted text, shortened if it is long.
fn short(whole: &str) -> Markup {
    html! {
        @match beginning(whole, CHARACTERS) {
            Some(beginning) => { (text(beginning)) "…" }
            None => { (text(whole)) }
        }
    }
}

/// How many entries are not shown.
fn more<T>(list: &Beginning<T>) -> Markup {
    html! { @if list.more > 0 { p.note { "… and " (list.more) " more; see the full report." } } }
}

fn risks(page: &mut Page<'_>, brief: &Brief<'_>) {
    let risks = &brief.worst_risks;
    page.raw("<section>");
    page.put(html! {
        p.lead { (text(&brief.headline)) }
        (figures(brief))
        h2 { "The worst risks" }
        @if risks.shown.is_empty() { p { "No risk is open." } }
    });
    if !risks.shown.is_empty() {
        let caption = format!("Open risks, by severity, then by verdict: {}", risks.all());
        let headings = [
            "Severity",
            "Verdict",
            "Risk",
            "Worst subject",
            "Direct controls effective",
        ];
        page.table(
            &caption,
            "plain",
            &headings,
            risks.shown.iter().map(|row| risk(row)),
        );
    }
    page.put(more(risks));
    page.raw("</section>");
}

fn risk(row: &RiskRow) -> Markup {
    let there = row
        .subjects
        .iter()
        .find(|of| Some(&of.subject) == row.worst.as_ref());
    html! {
        tr {
            th scope="row" { (severity(row.severity)) }
            td { (risk_verdict(row.verdict)) }
            td { (short(&row.title)) " " code { (row.risk) } span.note { " " (short(&row.consequence)) } }
            td { @if let Some(subject) = &row.worst { code { (text(subject.as_str())) } } }
            td { @if let Some(there) = there { (of(there.direct)) } }
        }
    }
}

fn figures(brief: &Brief<'_>) -> Markup {
    let summary = brief.summary;
    let figure = |name: &str, number: Ratio, words: &Markup| {
        html! { div { dt { (name) } dd { b { (number.numerator) } " of " (number.denominator) " " span { (words) } } } }
    };
    html! {
        dl.figures {
            (figure("Critical risks treated", summary.critical_risks_treated,
                &html! { (summary.critical_risks_without_treatment) " that no control is shown to treat" }))
            (figure("Proven", summary.proven, &html! { "control instances; " (summary.cells.excluded_in_words()) }))
            (figure("Unknown", summary.unknown(), &html! { "control instances" }))
            (figure("Evidence", summary.evidence_current, &html! { "reliable items; files: " (text(&brief.evidence_files)) }))
        }
    }
}

fn proven(page: &mut Page<'_>, brief: &Brief<'_>) {
    page.raw("<section>");
    page.put(html! {
        h2 { "What is proven" }
        (charts::bar("Control instances by verdict", brief.summary.cells, 18))
        (charts::legend(Some(brief.summary.cells)))
    });
    let headings = ["Subject", "Proven", "Unknown", "Excluded", "By verdict"];
    let rows = brief.subjects.shown.iter().map(|row| {
        html! {
            tr {
                th scope="row" { (short(&row.title)) }
                td { (ratio(row.proven)) }
                td { (row.cells.unknown) }
                td { (row.cells.excluded) }
                td { (charts::bar(&format!("Control instances of {} by verdict", row.subject), row.cells, 9)) }
            }
        }
    });
    page.table("Control instances by subject", "plain", &headings, rows);
    page.put(more(&brief.subjects));
    page.raw("</section>");
}

fn not_assessed(page: &mut Page<'_>, brief: &Brief<'_>) {
    let assessed = brief.summary.assessed;
    let days = assessed.days_in_words();
    page.raw("<section>");
    page.put(html! {
        h2 { "What nobody has assessed" }
        p {
            b { (ratio(assessed.cells)) } " control instances have been assessed"
            @if !days.is_empty() { ", " (days) } ". "
            @if brief.not_assessed.shown.is_empty() { "Nothing is left." } @else { "Not complete: " }
            @for (position, row) in brief.not_assessed.shown.iter().enumerate() {
                @if position > 0 { ", " } (short(&row.title)) " (" (of(row.assessed.cells)) ")"
            }
            @if brief.not_assessed.more > 0 { " and " (brief.not_assessed.more) " more families" }
            @if !brief.not_assessed.shown.is_empty() { "." }
        }
    });
    let headings = ["Assessed by", "Control instances", "Days"];
    let rows = brief.people.shown.iter().map(|row: &&ProgressRow| {
        html! {
            tr {
                th scope="row" { (short(&row.title)) }
                td { (of(row.assessed.cells)) }
                td { (row.assessed.days_in_words()) }
            }
        }
    });
    page.table("Assessments by person", "plain", &headings, rows);
    page.put(more(&brief.people));
    page.raw("</section>");
}

fn next(page: &mut Page<'_>, brief: &Brief<'_>) {
    let summary = brief.summary;
    page.raw("<section>");
    page.put(html! {
        h2 { "What comes next" }
        p {
            "Overdue gaps: " (brief.overdue.all()) " of "
            (summary.actions.iter().map(|entry| entry.count).sum::<u64>())
            " (" (summary.actions_in_words()) "). "
            (count(summary.evidence_expired, "evidence item", "evidence items")) " expired, "
            (summary.evidence_expiring) " more by " (brief.facts.horizon_end) "."
        }
        ul {
            @for gap in &brief.overdue.shown {
                li {
                    @if let Some(due) = gap.due { "due " (due) ": " }
                    (short(&gap.title)) " " code { (text(&gap.id)) }
                    @if let Some(owner) = &gap.owner { ", " (text(owner.as_str())) }
                }
            }
            @for row in &brief.expiring.shown { li { "expires " (row.until) ": " (short(&row.title)) } }
            @let more = brief.overdue.more + brief.expiring.more;
            @if more > 0 { li { "… and " (more) " more" } }
        }
    });
    page.raw("</section>");
}

fn limits(page: &mut Page<'_>, brief: &Brief<'_>) {
    let (facts, summary) = (brief.facts, brief.summary);
    page.raw("<section>");
    page.put(html! {
        h2 { "What to bear in mind" }
        p {
            (count(summary.doubt_count(), "doubt", "doubts")) ". "
            (count(summary.cells.excluded, "control instance is", "control instances are")) " excluded, and "
            (count(summary.acceptances_in_force, "risk acceptance is", "risk acceptances are")) " in force. The catalog has no direct control for "
            (count(brief.not_covered, "risk", "risks")) " and states " (count(brief.limits, "limit", "limits")) " of its own. "
            "This is an extract of the full report, which has the reasons for each number. Catalog " code { (facts.catalog) } " "
            (short(&facts.catalog_version)) (origin(facts.catalog_origin)) ", custody-controls " (facts.program_version) "."
        }
        div.sign {
            @for role in ["For the board", "For the custodian", "Assessor"] {
                p { span { (role) } span { "Name, place, date" } }
            }
        }
    });
    page.raw("</section>");
}
