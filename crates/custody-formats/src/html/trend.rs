//! A trend as a page: proven and possible coverage over time, the open gaps of each report, and
//! tables with all numbers.

use super::parts::text;
use super::{POLICY, Page, STYLE, head};
use custody_controls::coverage::Ratio;
use custody_controls::date::Date;
use custody_controls::difference::trend::{Trend, TrendPoint};
use custody_controls::taxonomy::Severity;
use maud::{Markup, html};
use std::fmt::Write;
use std::io;

pub(crate) fn write(trend: &Trend, out: &mut dyn io::Write) -> io::Result<()> {
    let custodian = trend.title();
    let title = format!("Trend: {}", custody_controls::text::sanitize(&custodian));
    let mut page = Page { out, failure: None };
    page.put(head(
        &title,
        "Skip to the trend",
        env!("CARGO_PKG_VERSION"),
        POLICY,
        &[STYLE],
    ));
    page.put(cover(trend, &custodian));
    page.raw("<main id=\"main\"><section id=\"coverage\">");
    page.put(html! {
        h2 { "Coverage" }
        (chart(&trend.points))
        ul.key {
            li { svg width="14" height="14" aria-hidden="true" { rect.us width="14" height="14" {} } " proven" }
            li { svg width="14" height="14" aria-hidden="true" { rect.ub width="14" height="14" {} } " possible but not proven" }
        }
    });
    numbers(&mut page, trend);
    page.raw("</section><section id=\"gaps\">");
    page.put(html! {
        h2 { "Open gaps" }
        (columns(&trend.points))
        ul.key {
            @for (class, name) in FILLS {
                li { svg width="14" height="14" aria-hidden="true" { rect class=(class) width="14" height="14" {} } " " (name) }
            }
        }
    });
    gaps(&mut page, trend);
    page.raw("</section></main></body></html>\n");
    page.failure.map_or(Ok(()), Err)
}

fn cover(trend: &Trend, custodian: &str) -> Markup {
    let days = (trend.points.first().zip(trend.points.last()))
        .map(|(first, last)| (first.record.as_of, last.record.as_of));
    html! {
        header {
            p.eyebrow { "Trend of gap reports" }
            h1 { (text(custodian)) }
            @if let Some((first, last)) = days {
                p.as-of { "From " time datetime=(first) { (first) } " to " time datetime=(last) { (last) } }
            }
            @for caution in trend.cautions() { p { b { (text(&caution)) } } }
        }
    }
}

/// The width and height of the picture before it is stretched.
const WHOLE: u64 = 1000;

/// The positions of the points between the first and the last date, in thousandths.
fn along(points: &[TrendPoint]) -> Vec<u64> {
    let days = |from: Date, to: Date| u64::try_from(from.days_until(to)).unwrap_or(0);
    let (first, last) = match points {
        [] => return Vec::new(),
        [first, .., last] => (first.record.as_of, last.record.as_of),
        [only] => (only.record.as_of, only.record.as_of),
    };
    let whole = days(first, last);
    let at = |point: &TrendPoint| (days(first, point.record.as_of) * WHOLE).checked_div(whole);
    points.iter().map(|point| at(point).unwrap_or(0)).collect()
}

/// The corners of the area below a line.
fn area(points: &[TrendPoint], of: impl Fn(&TrendPoint) -> Ratio) -> String {
    let mut corners = format!("0,{WHOLE}");
    let mut height = WHOLE;
    let places = along(points);
    let end = places.last().copied().unwrap_or(0);
    for (point, place) in points.iter().zip(places) {
        let Ratio {
            numerator,
            denominator,
        } = of(point);
        height = WHOLE - (numerator * WHOLE).checked_div(denominator).unwrap_or(0);
        let _ = write!(corners, " {place},{height}");
    }
    if end < WHOLE {
        // All points have the same date, which is then as wide as the picture.
        let _ = write!(corners, " {WHOLE},{height}");
    }
    let _ = write!(corners, " {WHOLE},{WHOLE}");
    corners
}

fn tenths(thousandths: u64) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

/// The position of the picture within its frame, in thousandths of the width and in pixels.
const LEFT: u64 = 80;
const WIDTH: u64 = 900;
const TOP: u64 = 12;
const HEIGHT: u64 = 220;

fn chart(points: &[TrendPoint]) -> Markup {
    let places = along(points);
    html! {
        svg.time role="img" width="100%" height=(TOP + HEIGHT + 28) {
            title { "Proven and possible coverage over time" }
            desc {
                @for point in points {
                    (point.record.as_of) ": proven " (point.proven) ", " (point.excluded) " excluded, possible " (point.possible) ". "
                }
            }
            svg x=(tenths(LEFT)) y=(TOP) width=(tenths(WIDTH)) height=(HEIGHT) viewBox=(format!("0 0 {WHOLE} {WHOLE}")) preserveAspectRatio="none" {
                polygon.ub points=(area(points, |point| point.possible)) {}
                polygon.us points=(area(points, |point| point.proven)) {}
            }
            @for quarter in 0..=4_u64 {
                @let y = TOP + HEIGHT - quarter * HEIGHT / 4;
                line.mk x1=(tenths(LEFT)) x2=(tenths(LEFT + WIDTH)) y1=(y) y2=(y) {}
                text x=(tenths(LEFT)) dx="-6" y=(y + 4) text-anchor="end" { (quarter * 25) " %" }
            }
            @for place in &places {
                @let x = tenths(LEFT + place * WIDTH / WHOLE);
                line.l x1=(x) x2=(x) y1=(TOP + HEIGHT) y2=(TOP + HEIGHT + 5) {}
            }
            @for (day, place, anchor) in labels(points, &places) {
                text x=(tenths(LEFT + place * WIDTH / WHOLE)) y=(TOP + HEIGHT + 20) text-anchor=(anchor) { (day) }
            }
        }
    }
}

/// The dates below the picture: those for which there is space.
fn labels(points: &[TrendPoint], places: &[u64]) -> Vec<(Date, u64, &'static str)> {
    /// The space for a date on a phone.
    const SPACE: u64 = 260;
    let mut labels: Vec<(Date, u64, &'static str)> = Vec::new();
    let last = places.last().copied().unwrap_or(0);
    for (point, place) in points.iter().zip(places) {
        let is_free = labels
            .last()
            .is_none_or(|(_, before, _)| before + SPACE <= *place);
        let leaves_space = *place == last || *place + SPACE <= last || *place == 0;
        if is_free && leaves_space {
            let anchor = match *place {
                0 => "start",
                WHOLE => "end",
                _ => "middle",
            };
            labels.push((point.record.as_of, *place, anchor));
        }
    }
    labels
}

fn numbers(page: &mut Page<'_>, trend: &Trend) {
    let several = trend.custodians().len() > 1;
    let headings = [
        "As of",
        "Assessment",
        "Proven",
        "Excluded",
        "Possible",
        "Assessed",
        "Critical risks treated",
        "Evidence current",
        "Doubts",
    ];
    let rows = trend.points.iter().map(|point| {
        html! {
            tr {
                th scope="row" { span.d { (point.record.as_of) } }
                td { code { (point.record.assessment) } @if several { " (" (text(&point.record.custodian)) ")" } }
                td { (point.proven) }
                td { (point.excluded) }
                @for ratio in [point.possible, point.assessed, point.critical_risks_treated, point.evidence_current] {
                    td { (ratio) }
                }
                td { (point.doubts) }
            }
        }
    });
    page.table("Coverage by date", "r3", &headings, rows);
}

/// What fills the bars of gaps.
const FILLS: [(&str, &str); 3] = [("a", "critical"), ("p", "high"), ("k", "medium and low")];

fn shares(point: &TrendPoint) -> [u64; 3] {
    let mut shares = [0; 3];
    let [critical, high, others] = &mut shares;
    for entry in &point.gaps {
        match entry.severity {
            Severity::Critical => *critical += entry.count,
            Severity::High => *high += entry.count,
            Severity::Medium | Severity::Low => *others += entry.count,
        }
    }
    shares
}

/// A bar of gaps for each report.
fn columns(points: &[TrendPoint]) -> Markup {
    const ROW: usize = 24;
    /// Thousandths of the width: before the bars, and of the longest one.
    const FROM: u64 = 220;
    const LONGEST: u64 = 680;
    let most = points
        .iter()
        .map(|point| shares(point).iter().sum())
        .max()
        .unwrap_or(0)
        .max(1);
    html! {
        svg.clauses role="img" width="100%" height=(points.len() * ROW) {
            title { "Open gaps by report" }
            desc { "One bar for each report, split by severity, with the number of open gaps at its end. The table below has all numbers." }
            @for (position, point) in points.iter().enumerate() {
                @let y = position * ROW;
                @let of = shares(point);
                @let all: u64 = of.iter().sum();
                text x=(tenths(FROM)) dx="-8" y=(y + 15) text-anchor="end" { (point.record.as_of) }
                @for (number, (class, _)) in FILLS.iter().enumerate() {
                    @let before: u64 = of.iter().take(number).sum();
                    @let count = of.get(number).copied().unwrap_or(0);
                    @if count > 0 {
                        rect class=(class) x=(tenths(FROM + before * LONGEST / most)) y=(y + 3)
                            width=(tenths(count * LONGEST / most)) height=(ROW - 8) {}
                    }
                }
                text x=(tenths(FROM + all * LONGEST / most)) dx="6" y=(y + 15) { (all) }
            }
        }
    }
}

fn gaps(page: &mut Page<'_>, trend: &Trend) {
    let several = trend.custodians().len() > 1;
    let mut headings = vec!["As of", "Assessment"];
    let severities = trend
        .points
        .first()
        .map(|point| point.gaps.as_slice())
        .unwrap_or_default();
    headings.extend(
        severities
            .iter()
            .map(|entry| custody_controls::taxonomy::Word::word(entry.severity)),
    );
    headings.extend(["overdue", "new", "worse", "better", "closed"]);
    let rows = trend.points.iter().map(|point| {
        let since = point
            .since_previous
            .map(|since| [since.new, since.worse, since.better, since.closed]);
        html! {
            tr {
                th scope="row" { span.d { (point.record.as_of) } }
                td { code { (point.record.assessment) } @if several { " (" (text(&point.record.custodian)) ")" } }
                @for entry in &point.gaps { td { (entry.count) } }
                td { (point.overdue) }
                @if let Some(since) = since {
                    @for count in since { td { (count) } }
                } @else {
                    @for _ in 0..4 { td { "–" } }
                }
            }
        }
    });
    let caption = "Open gaps by date, and changes since the previous row";
    page.table(caption, "r3", &headings, rows);
}
