//! Bars and lines, drawn with rectangles. Each picture has a title and a description; a table next
//! to it has its numbers.

use super::parts::{count, list, of, sign, text};
use custody_controls::coverage::Tally;
use custody_controls::date::Date;
use custody_controls::report::{EvidenceRow, Report};
use custody_controls::taxonomy::{EvidenceState, Verdict, Word};
use maud::{Markup, Render, html};

/// The verdicts in a bar, which does not include excluded control instances.
pub(super) const SHARES: [Verdict; 5] = [
    Verdict::Effective,
    Verdict::Unproven,
    Verdict::Partial,
    Verdict::Absent,
    Verdict::Unknown,
];

/// The patterns that fill bars in addition to colour, for all pictures of the page.
pub(super) fn patterns() -> Markup {
    html! {
        svg.defs width="0" height="0" aria-hidden="true" focusable="false" {
            defs {
                pattern id="fill-u" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect.ub width="6" height="6" {}
                    rect.us width="2" height="6" {}
                }
                pattern id="fill-p" width="6" height="6" patternUnits="userSpaceOnUse" {
                    rect.pb width="6" height="6" {}
                    circle.ps cx="3" cy="3" r="1.2" {}
                }
                pattern id="fill-k" width="6" height="6" patternUnits="userSpaceOnUse" {
                    rect.kb width="6" height="6" {}
                    rect.ks width="6" height="1" y="3" {}
                }
                marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse" {
                    path.ah d="M0 0L8 4L0 8z" {}
                }
            }
        }
    }
}

/// A share of a whole as part of the width of the picture, in hundredths of a percent.
fn percent(part: u64, whole: u64) -> Share {
    Share(part * 10_000 / whole.max(1))
}

/// The result of [`percent`].
struct Share(u64);

impl Render for Share {
    fn render_to(&self, page: &mut String) {
        (self.0 / 100).render_to(page);
        page.push('.');
        (self.0 / 10 % 10).render_to(page);
        (self.0 % 10).render_to(page);
        page.push('%');
    }
}

/// The rectangles of a bar that is as wide as the picture.
fn shares(cells: Tally, height: usize) -> Markup {
    let mut before = 0;
    let bars: Vec<(Verdict, u64, u64)> = SHARES
        .into_iter()
        .map(|verdict| {
            let here = before;
            before += cells.count(verdict);
            (verdict, here, cells.count(verdict))
        })
        .collect();
    let whole = cells.denominator();
    html! {
        @for (verdict, here, count) in bars {
            @if count > 0 {
                rect class=(sign(verdict).0) x=(percent(here, whole))
                    width=(percent(count, whole)) height=(height) {}
            }
        }
    }
}

/// `8 effective, 2 unproven, …`.
pub(super) fn in_words(cells: Tally) -> Markup {
    let counted = |verdict: &Verdict| {
        let word = verdict.word();
        count(cells.count(*verdict), word, word)
    };
    html! { (list(&SHARES, counted, "")) }
}

/// A bar of control instances by verdict.
pub(super) fn bar(title: &str, cells: Tally, height: usize) -> Markup {
    html! {
        svg.bar role="img" width="100%" height=(height) {
            title { (title) }
            desc { (in_words(cells)) " of " (cells.denominator()) }
            (shares(cells, height))
        }
    }
}

/// The key of the bars, with numbers for a single bar.
pub(super) fn legend(cells: Option<Tally>) -> Markup {
    html! {
        ul.key {
            @for verdict in SHARES {
                li {
                    svg width="14" height="14" aria-hidden="true" { rect class=(sign(verdict).0) width="14" height="14" {} }
                    " "
                    @if let Some(cells) = cells { b { (cells.count(verdict)) } " " }
                    (sign(verdict).1) " " (verdict.word())
                }
            }
        }
    }
}

/// Coverage by clause: a bar each, with the ratio of effective control instances.
pub(super) fn clauses(report: &Report) -> Markup {
    html! {
        ul.clauses {
            @for row in &report.clauses {
                li {
                    a href={ "#clause-" (row.clause) } { (row.clause) }
                    span { (text(&row.title)) }
                    (bar(&format!("Control instances of clause {} by verdict", row.clause), row.cells, 15))
                    (of(row.proven))
                }
            }
        }
    }
}

/// The period of time that a picture shows.
struct Axis {
    from: Date,
    days: u64,
}

impl Axis {
    fn over(report: &Report) -> Self {
        let mut days = vec![report.facts.as_of, report.facts.horizon_end];
        for row in &report.evidence {
            days.extend([row.collected, row.until]);
        }
        let from = days.iter().copied().min().unwrap_or(report.facts.as_of);
        let to = days.iter().copied().max().unwrap_or(report.facts.as_of);
        Self {
            from,
            days: between(from, to).max(1),
        }
    }

    fn at(&self, day: Date) -> Share {
        percent(between(self.from, day), self.days)
    }

    fn length(&self, from: Date, to: Date) -> Share {
        percent(between(from, to), self.days)
    }

    /// The first days of quarters, or of every year or every few years if the period is long.
    fn marks(&self) -> Vec<Date> {
        let first = self.from.year();
        let last = self.from.plus_days(i32::try_from(self.days).unwrap_or(0));
        let years = last.year().saturating_sub(first) + 1;
        let months: &[u8] = if years <= 3 { &[1, 4, 7, 10] } else { &[1] };
        let step = usize::from((years - 1) / 10 + 1);
        (first..=last.year())
            .step_by(step)
            .flat_map(|year| {
                months
                    .iter()
                    .filter_map(move |month| Date::new(year, *month, 1).ok())
            })
            .filter(|day| self.from <= *day && *day <= last)
            .collect()
    }
}

fn between(from: Date, to: Date) -> u64 {
    u64::try_from(from.days_until(to)).unwrap_or(0)
}

/// The validity of each evidence item: a line each, in the order of the table.
pub(super) fn timeline(report: &Report) -> Markup {
    /// The height above the lines, for dates.
    const HEAD: usize = 36;
    let axis = Axis::over(report);
    // Lines are thinner if there are many items; the table has the dates.
    let pitch = (480 / report.evidence.len().max(1)).clamp(2, 7);
    let height = HEAD + report.evidence.len() * pitch + 4;
    let (as_of, horizon) = (report.facts.as_of, report.facts.horizon_end);
    let is_late = between(axis.from, as_of) * 2 > axis.days;
    html! {
        svg.time role="img" width="100%" height=(height) {
            title { "Validity of evidence over time" }
            desc {
                "One line for each evidence item, from its collection to its last valid date, in the order of the table below. A vertical line marks " (as_of)
                "; the shaded area ends on " (horizon) ", the end of the horizon. Items whose line ends before the mark have expired."
            }
            rect.hz x=(axis.at(as_of)) y="18" width=(axis.length(as_of, horizon)) height=(height - 18) {}
            @for mark in axis.marks() {
                line.mk x1=(axis.at(mark)) x2=(axis.at(mark)) y1="24" y2=(height) {}
                @if between(axis.from, mark) * 100 < axis.days * 88 {
                    text x=(axis.at(mark)) y="32" dx="3" { (format!("{:04}-{:02}", mark.year(), mark.month())) }
                }
            }
            @for (position, row) in report.evidence.iter().enumerate() {
                (life(&axis, row, HEAD + position * pitch, pitch))
            }
            line.now x1=(axis.at(as_of)) x2=(axis.at(as_of)) y1="14" y2=(height) {}
            text.nl x=(axis.at(as_of)) y="12" dx=(if is_late { "-4" } else { "4" }) text-anchor=(if is_late { "end" } else { "start" }) { "as of " (as_of) }
        }
    }
}

fn life(axis: &Axis, row: &EvidenceRow, y: usize, pitch: usize) -> Markup {
    let letter = match row.state {
        EvidenceState::Expired => "a",
        EvidenceState::NotYetValid => "k",
        EvidenceState::Current if row.expiring => "p",
        EvidenceState::Current => "e",
    };
    html! {
        rect class=(letter) x=(axis.at(row.collected)) y=(y) width=(axis.length(row.collected, row.until))
            height=(pitch.saturating_sub(2).max(1)) {}
    }
}
