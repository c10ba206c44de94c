//! The page: every entry has its anchor and every link leads somewhere, texts of strangers come out
//! as texts, and the numbers are those of the report. A browser, a checker of HTML and axe-core look
//! at the same pages in `.ci/html.sh`.

use custody_controls::taxonomy::{Verdict, Word};
use custody_controls::{AssessmentFiles, Catalog, Report, Settings};
use custody_formats::{Format, Render};
use custody_testing::golden;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

const HOSTILE: &str = "tests/html/hostile.yaml";

const PAGES: [&str; 4] = [
    "examples/exchange.yaml",
    "examples/cold-custody.yaml",
    "examples/small-firm.yaml",
    HOSTILE,
];

/// A report and its page.
fn page(file: &str) -> (Report, String) {
    let files = AssessmentFiles::from_text(file, golden::read(file));
    let assessment = files
        .resolve(Catalog::builtin())
        .unwrap_or_else(|faults| panic!("{faults}"));
    let settings = Settings::on(assessment.period().to);
    let report = assessment.measure(&settings).report();
    let page = report.render(Format::Html).unwrap();
    (report, page)
}

/// Everything that stands between a mark and the next quotation mark.
fn after<'p>(page: &'p str, mark: &str) -> Vec<&'p str> {
    page.split(mark)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

/// The tags of a page, without `<` and `>`. A text holds neither, or this finds a tag that is none.
fn tags(page: &str) -> Vec<&str> {
    let start = page.find("</style>").unwrap();
    page[start..]
        .split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap())
        .collect()
}

/// What a reader sees between two marks, without markup.
fn seen(page: &str, from: &str, to: &str) -> String {
    let start = page.find(from).unwrap_or_else(|| panic!("{from}"));
    let end = page[start..].find(to).unwrap_or_else(|| panic!("{to}")) + start;
    let mut words = String::new();
    for piece in page[start..end].split('<').skip(1) {
        words.push(' ');
        words.push_str(piece.split_once('>').unwrap().1);
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_entry_has_its_anchor_and_every_link_leads_somewhere() {
    for file in PAGES {
        let (report, page) = page(file);
        let ids = after(&page, " id=\"");
        let known: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), known.len(), "{file} has an id twice");
        let mut wanted: Vec<String> = Vec::new();
        wanted.extend(report.gaps.iter().map(|gap| format!("gap-{}", gap.id)));
        wanted.extend(report.risks.iter().map(|row| format!("risk-{}", row.risk)));
        let controls = &report.applicability;
        wanted.extend(
            controls
                .iter()
                .map(|row| format!("control-{}", row.control)),
        );
        let evidence = &report.evidence;
        wanted.extend(
            evidence
                .iter()
                .map(|row| format!("evidence-{}", row.evidence)),
        );
        let subjects = &report.subjects;
        wanted.extend(
            subjects
                .iter()
                .map(|row| format!("subject-{}", row.subject)),
        );
        for id in &wanted {
            assert!(
                known.contains(id.as_str()),
                "{file}: nothing has the id {id}"
            );
        }
        for kind in ["gap-", "risk-", "control-", "evidence-", "subject-"] {
            let made = known.iter().filter(|id| id.starts_with(kind)).count();
            let due = wanted.iter().filter(|id| id.starts_with(kind)).count();
            assert_eq!(made, due, "{file}: {kind}");
        }
        let links = after(&page, " href=\"");
        assert!(links.len() > 500, "{file} has {} links", links.len());
        for link in links {
            let target = link.strip_prefix('#');
            let leads = target.is_some_and(|target| known.contains(target));
            assert!(leads, "{file}: {link} leads nowhere");
        }
    }
}

#[test]
fn every_region_has_a_name_of_its_own() {
    for file in PAGES {
        let (_, page) = page(file);
        let names = after(&page, " role=\"region\" aria-label=\"");
        let distinct: BTreeSet<&str> = names.iter().copied().collect();
        assert!(names.len() > 5, "{file} has {} regions", names.len());
        assert_eq!(names.len(), distinct.len(), "{file}: {names:?}");
    }
}

#[test]
fn a_gap_leads_to_its_control_its_risks_its_evidence_and_its_line() {
    let (report, page) = page("examples/exchange.yaml");
    for gap in &report.gaps {
        let start = page.find(&format!("id=\"gap-{}\"", gap.id)).unwrap();
        let block = &page[start..start + page[start..].find("</details>").unwrap()];
        let leads = |kind: &str, id: &str| block.contains(&format!("href=\"#{kind}-{id}\""));
        if let Some(control) = &gap.control {
            assert!(leads("control", control.as_str()), "{}: {control}", gap.id);
        }
        for risk in &gap.open_risks {
            assert!(leads("risk", risk.as_str()), "{}: {risk}", gap.id);
        }
        if let Some(location) = &gap.location {
            assert!(block.contains(&location.to_string()), "{}", gap.id);
        }
        for change in gap.closes_if.iter().flatten() {
            if let custody_controls::gap::Change::Renew { evidence, .. } = change {
                assert!(
                    leads("evidence", evidence.as_str()),
                    "{}: {evidence}",
                    gap.id
                );
            }
        }
    }
}

#[test]
fn texts_of_strangers_are_texts() {
    /// The elements that the page is made of.
    const ELEMENTS: &str = "html head meta title style body a svg defs pattern rect circle marker \
        path header main nav section article p h1 h2 h3 h4 time dl div dt dd ol ul li code br b \
        span bdi desc text line table caption thead tbody tr th td details summary";
    let (_, page) = page(HOSTILE);
    let elements: BTreeSet<&str> = ELEMENTS.split_whitespace().collect();
    for tag in tags(&page) {
        let name = tag
            .trim_start_matches('/')
            .split([' ', '\n'])
            .next()
            .unwrap();
        assert!(elements.contains(name), "<{tag}>");
        // Outside of quotation marks stand names only.
        let names = tag
            .split('"')
            .step_by(2)
            .flat_map(|part| part.split(' ').skip(1));
        for attribute in names {
            let acts = ["on", "style", "src", "form", "action"];
            assert!(
                !acts.iter().any(|act| attribute.starts_with(act)),
                "<{tag}>"
            );
        }
    }
    assert_eq!(page.matches("<title>Gap report").count(), 1);
    assert_eq!(page.matches("<style").count(), 1);
    assert_eq!(page.matches("<h1").count(), 1);
    for shown in [
        "&lt;script&gt;document.title='broken'&lt;/script&gt;",
        "&quot;&gt;&lt;img src=x onerror=alert(1)&gt; &amp; Sons' ''&amp;lt;quoted&amp;gt;''",
        "&lt;/title&gt;&lt;base href=https://example.org/&gt;",
        "&lt;/style&gt;&lt;/svg&gt;&lt;style&gt;*{display:none}&lt;/style&gt;",
        "\\u{202e}gnp.exe\\u{202c} \\u{2066}hidden\\u{2069}",
        "&lt;a href='javascript:alert(1)'&gt;",
        "--&gt; ]]&gt; &lt;!-- &lt;![CDATA[ &lt;?php ?&gt;",
        "\\u{7}",
        // What is written from right to left is kept from turning what stands beside it.
        "<bdi>محمد بن سعيد, חברה (1999) בע&quot;מ</bdi>",
        "<bdi>\u{1f469}\u{200d}\u{1f52c} Ada",
        // A word that is too long for any line may be broken.
        &format!("<span class=\"z\">{}</span>", "W".repeat(10_000)),
    ] {
        assert!(page.contains(shown), "{shown:.80} is not shown");
    }
}

#[test]
fn the_numbers_are_those_of_the_report() {
    for file in PAGES {
        let (report, page) = page(file);
        let numbers = seen(&page, "<caption>All numbers</caption>", "</table>");
        let summary = &report.summary;
        let mut sentences = vec![
            format!("Proven {}", summary.proven),
            format!("Possible {}", summary.possible),
            format!("Reliable evidence items {}", summary.evidence_current),
            format!("Evidence expired {}", summary.evidence_expired),
            format!("Acceptances in force {}", summary.acceptances_in_force),
            format!("Overdue gaps {}", summary.overdue),
        ];
        let word = |(count, word): (u64, &str)| format!("{count} {word}");
        let verdicts = Verdict::values().into_iter();
        sentences.extend(verdicts.map(|v| word((summary.cells.count(v), v.word()))));
        let risks = summary.risks.iter();
        sentences.extend(risks.map(|entry| word((entry.count, entry.verdict.word()))));
        let gaps = summary.gaps.iter();
        sentences.extend(gaps.map(|entry| word((entry.count, entry.severity.word()))));
        for sentence in sentences {
            let sentence = sentence.replace("not applicable", "–");
            assert!(
                numbers.contains(&sentence),
                "{file}: {sentence} in {numbers}"
            );
        }
        // Each table of coverage adds up to the whole.
        for caption in [
            "Coverage by clause",
            "Coverage by wallet",
            "Coverage by family",
        ] {
            let start = page.find(&format!("<caption>{caption}</caption>")).unwrap();
            let table = &page[start..start + page[start..].find("</table>").unwrap()];
            let mut sums = [0; 6];
            for row in table.split("<tr>").skip(2) {
                let cells: Vec<&str> = row.split("<td>").collect();
                for (sum, cell) in sums.iter_mut().zip(&cells[cells.len() - 6..]) {
                    let number = cell.split('<').next().unwrap();
                    *sum += number.parse::<u64>().unwrap_or_else(|_| panic!("{row}"));
                }
            }
            let whole: Vec<u64> = Verdict::values()
                .into_iter()
                .map(|verdict| summary.cells.count(verdict))
                .collect();
            assert_eq!(sums.to_vec(), whole, "{file}: {caption}");
        }
    }
}

#[test]
fn the_pictures_show_what_the_standard_has() {
    let (report, page) = page("examples/exchange.yaml");
    let matrix = &report.signature_key_matrix;
    let cells: usize = matrix.rows.iter().map(|row| row.cells.len()).sum();
    assert_eq!(
        (matrix.rows.len(), matrix.threats.len(), cells),
        (14, 4, 44)
    );
    let shown = seen(&page, "<caption>Signature-key matrix</caption>", "</table>");
    assert_eq!(shown.matches("does not apply").count(), 14 * 4 - 44);
    assert_eq!(
        (report.model.components.len(), report.model.links.len()),
        (19, 24)
    );
    let titles = after(&page, "<svg").len();
    let hidden = page.matches("aria-hidden=\"true\"").count();
    let named = page.matches("role=\"img\"").count();
    assert_eq!(
        titles,
        hidden + named,
        "each picture is named or an ornament"
    );
    assert_eq!(page.matches("<desc>").count(), named);
    // Every open risk sits in a component or is listed as sitting in none.
    let placed: BTreeSet<_> = report
        .model
        .components
        .iter()
        .flat_map(|row| &row.open_risks)
        .chain(&report.model.elsewhere)
        .collect();
    let open = report.risks.iter().filter(|row| row.verdict.is_open());
    assert_eq!(placed.len(), open.count());
}

#[test]
fn the_policy_allows_the_style_sheet_and_nothing_else() {
    let (report, page) = page("examples/small-firm.yaml");
    for page in [page, report.render(Format::HtmlBrief).unwrap()] {
        of_its_style_sheet(&page);
    }
}

fn of_its_style_sheet(page: &str) {
    let style = page
        .split_once("<style>")
        .unwrap()
        .1
        .split_once("</style>")
        .unwrap()
        .0;
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        base64(&Sha256::digest(style))
    );
    assert!(
        page.contains(&format!("content=\"{policy}\"")),
        "crates/custody-formats/src/html.rs or html/brief.rs has to say\n{policy}"
    );
}

/// The short form leads with the worst risks, states what is not proven, and is short: nothing in it is
/// a link, and an assessment with many entries makes it no longer than a few pages.
#[test]
fn the_short_form_is_short_and_stands_alone() {
    for file in PAGES {
        let (report, whole) = page(file);
        let brief = report.render(Format::HtmlBrief).unwrap();
        let links = tags(&brief);
        let links: Vec<_> = links.iter().filter(|tag| tag.starts_with("a ")).collect();
        assert_eq!(links, [&"a class=\"skip\" href=\"#main\""], "{file}");
        assert!(
            brief.len() * 5 < whole.len(),
            "{file}: {} bytes",
            brief.len()
        );
        let at = |text: &str| brief.find(text).unwrap_or_else(|| panic!("{file}: {text}"));
        let order = [
            "The worst risks",
            "What is proven",
            "What nobody has assessed",
        ];
        assert!(order.map(at).is_sorted(), "{file}");
        for row in report.worst_risks().take(7) {
            at(&format!("<code>{}</code>", row.risk));
        }
        let assessed = report.summary.assessed.cells;
        let section = seen(
            &brief,
            "<h2>What nobody has assessed",
            "<h2>What comes next",
        );
        let text = format!("{assessed} control instances have been assessed");
        assert!(section.contains(&text), "{file}: {section}");
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = three
            .iter()
            .chain(&[0, 0])
            .take(3)
            .fold(0, |bits, byte| bits << 8 | usize::from(*byte));
        for place in 0..4 {
            let digit = DIGITS[bits >> (18 - 6 * place) & 63];
            text.push(if place > three.len() {
                '='
            } else {
                char::from(digit)
            });
        }
    }
    text
}
