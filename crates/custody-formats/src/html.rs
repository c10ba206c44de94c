//! HTML, for people who read, print and sign: a single self-contained file without scripts or
//! external resources.
//!
//! The content security policy in its head allows only the style sheet of the page, by digest. Text
//! is escaped by the templates. Each section is written as soon as it is made.

mod appendix;
mod brief;
mod charts;
mod controls;
mod coverage;
mod doubts;
mod evidence;
mod front;
mod gaps;
mod index;
mod overview;
mod parts;
mod picture;
mod risks;
mod trend;

pub(super) use brief::write as write_brief;
pub(super) use overview::write as overview;
pub(super) use trend::write as write_trend;

use custody_controls::report::Report;
use index::Index;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use parts::text;
use std::io;

/// The style sheet, with rules for print, dark mode and narrow screens.
const STYLE: &str = include_str!("html/style.css");

/// The content security policy: only the style sheet with this digest. A test compares the digest.
const POLICY: &str = "default-src 'none'; style-src 'sha256-vwCzSx/pftWxHYCjmBzJvJEaC1yEtvqwOhrRVdXaQZ8='; base-uri 'none'; form-action 'none'";

/// The ids and titles of the sections.
const SECTIONS: [(&str, &str); 11] = [
    ("summary", "Executive summary"),
    ("scope", "Scope and method"),
    ("coverage", "Coverage"),
    ("risks", "Risks"),
    ("remediation", "Remediation"),
    ("doubts", "Doubts"),
    ("evidence", "Evidence"),
    ("applicability", "Statement of applicability"),
    ("findings", "Findings by clause"),
    ("acceptances", "Accepted risks"),
    ("appendix", "Appendices"),
];

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let index = Index::of(report);
    let mut page = Page { out, failure: None };
    let title = format!(
        "Gap report: {}, {}",
        custody_controls::text::sanitize(&report.facts.title),
        report.facts.as_of
    );
    page.put(head(
        &title,
        "Skip to the report",
        &report.facts.program_version,
        POLICY,
        &[STYLE],
    ));
    page.put(front::cover(report));
    page.put(front::contents());
    page.raw("<main id=\"main\">");
    front::summary(&mut page, report);
    front::scope(&mut page, report);
    coverage::section(&mut page, report, &index);
    risks::section(&mut page, report, &index);
    gaps::section(&mut page, report);
    doubts::section(&mut page, report);
    evidence::section(&mut page, report);
    controls::applicability(&mut page, report);
    controls::findings(&mut page, report, &index);
    appendix::acceptances(&mut page, report);
    appendix::section(&mut page, report);
    page.raw("</main></body></html>\n");
    page.failure.map_or(Ok(()), Err)
}

/// A page that is being written, with the first error of the writer.
struct Page<'o> {
    out: &'o mut dyn io::Write,
    failure: Option<io::Error>,
}

impl Page<'_> {
    fn put(&mut self, markup: Markup) {
        self.bytes(markup.into_string().as_bytes());
    }

    /// Constant markup, such as a closing tag.
    fn raw(&mut self, markup: &'static str) {
        self.bytes(markup.as_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        if self.failure.is_none() {
            self.failure = self.out.write_all(bytes).err();
        }
    }

    /// Begins a section; the caller writes `</section>`.
    fn section(&mut self, wanted: &str) {
        for (number, (id, title)) in (1..).zip(SECTIONS) {
            if id == wanted {
                self.begin(number, id, title);
            }
        }
    }

    fn begin(&mut self, number: usize, id: &str, title: &str) {
        self.put(html! {
            (PreEscaped(format!("<section id=\"{id}\">")))
            h2 { span.no { (number) } " " (title) }
        });
    }

    /// An element with an id as the target of links, and its content.
    fn entry(
        &mut self,
        element: &'static str,
        class: &'static str,
        (kind, name): (&'static str, &str),
        within: impl FnOnce(&mut Self),
    ) {
        self.put(html! {
            (PreEscaped("<")) (element) (PreEscaped(" class=\"")) (class)
            (PreEscaped("\" id=\"")) (kind) "-" (parts::Plain(name)) (PreEscaped("\">"))
        });
        within(self);
        for part in ["</", element, ">"] {
            self.raw(part);
        }
    }

    /// A table that scrolls within its own box if it is too wide.
    fn table(
        &mut self,
        caption: &str,
        class: &'static str,
        headings: &[&str],
        rows: impl IntoIterator<Item = Markup>,
    ) {
        self.put(html! {
            (PreEscaped("<div class=\"w\" tabindex=\"0\" role=\"region\" aria-label=\""))
            (caption)
            (PreEscaped(format!("\"><table class=\"{class}\">")))
            caption { (caption) }
            thead { tr { @for heading in headings { th scope="col" { (heading) } } } }
            (PreEscaped("<tbody>"))
        });
        for row in rows {
            self.put(row);
        }
        self.raw("</tbody></table></div>");
    }
}

/// The beginning of a page, before its content.
fn head(title: &str, skip: &str, program_version: &str, policy: &str, styles: &[&str]) -> Markup {
    html! {
        (DOCTYPE)
        (PreEscaped("<html lang=\"en\">"))
        head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(policy);
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="referrer" content="no-referrer";
            meta name="generator" content={ "custody-controls " (program_version) };
            title { (title) }
            style { @for style in styles { (PreEscaped(style)) } }
        }
        (PreEscaped("<body>"))
        a.skip href="#main" { (skip) }
        (charts::patterns())
    }
}

/// A text as a paragraph.
fn paragraph(words: &str) -> Markup {
    html! { p { (text(words)) } }
}
