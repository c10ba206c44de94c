//! The formats for people who print and pass on: the short Markdown, the typst source, the workbook.
//! What only a foreign reader can tell is told in `.ci/`.

use custody_controls::assessment::{Claim, Person};
use custody_controls::gap::Reason;
use custody_controls::id::{ControlId, PersonId};
use custody_controls::message::Message;
use custody_controls::portfolio::{Gathering, Member};
use custody_controls::report::CriticalRisks;
use custody_controls::taxonomy::{Status, SubjectKind, Word};
use custody_controls::{Assessment, AssessmentFiles, Catalog, Report, Settings};
use custody_formats::{Format, Render};
use custody_testing::golden;

const ASSESSMENTS: [&str; 4] = [
    "examples/exchange.yaml",
    "examples/cold-custody.yaml",
    "examples/small-firm.yaml",
    "tests/print/hostile.yaml",
];

fn report(file: &str) -> Report {
    let text = golden::read(file).replace("LONG", &"long | <b> #panic() ".repeat(500));
    let files = AssessmentFiles::from_text(file, text);
    let assessment = files
        .resolve(Catalog::builtin())
        .unwrap_or_else(|faults| panic!("{faults}"));
    let settings = Settings::on(assessment.period().to);
    assessment.measure(&settings).report()
}

#[test]
fn the_short_form_is_short_and_has_the_numbers() {
    for file in ASSESSMENTS {
        let report = report(file);
        let brief = report.render(Format::MarkdownBrief).unwrap();
        let lines = brief.lines().count();
        assert!(lines <= 60 && brief.len() < 30_000, "{file}: {lines} lines");
        for number in [
            report.summary.proven,
            report.summary.possible,
            report.summary.evidence_current,
        ] {
            assert!(brief.contains(&format!("| {number} |\n")), "{file}");
        }
        assert!(
            brief.contains(&report.summary.critical_risks.in_words()),
            "{file}"
        );
        for entry in &report.summary.gaps {
            let told = format!("{} {}", entry.count, entry.severity);
            assert!(brief.contains(&told), "{file}: {told}");
        }
        let shown: Vec<&str> = brief
            .lines()
            .filter_map(|line| line.strip_prefix("| ")?.split(" | ").nth(2))
            .filter_map(|cell| cell.strip_prefix('`')?.strip_suffix('`'))
            .collect();
        let gravest: Vec<&str> = report.gaps.iter().take(10).map(|gap| &*gap.id).collect();
        assert_eq!(shown, gravest, "{file}");
        for risk in report.worst_risks().take(5) {
            let told = format!("- {}, {}: `{}` ", risk.severity, risk.verdict, risk.risk);
            assert!(brief.contains(&told), "{file}: {told}");
        }
        assert!(brief.contains("--format markdown"), "{file}");
    }
}

#[test]
fn the_short_form_counts_what_it_leaves_out() {
    let mut report = report("examples/exchange.yaml");
    let told = format!("\n… and {} more.\n", report.gaps.len() - 10);
    assert!(
        report
            .render(Format::MarkdownBrief)
            .unwrap()
            .contains(&told)
    );
    report.gaps.truncate(10);
    report.evidence.clear();
    assert!(
        !report
            .render(Format::MarkdownBrief)
            .unwrap()
            .contains(" more.\n")
    );
    report.gaps.clear();
    assert!(
        report
            .render(Format::MarkdownBrief)
            .unwrap()
            .contains("\nNone.\n")
    );
}

#[test]
fn the_headline_counts_open_gaps() {
    let mut report = report("examples/exchange.yaml");
    assert_eq!(
        report.headline(),
        "Coverage is proven for 265 of 414 (64 %), unknown for 38 of 414 (9 %), possible for 338 of 414 (81 %); 6 excluded. 183 gaps are open, 30 of them critical and 5 overdue. Of 34 critical risks: 1 treated, 15 partly treated with prevention and detection, 14 partly treated otherwise, 4 not shown to be treated."
    );
    let ends_in = |report: &Report, end: &str| {
        let headline = report.headline();
        assert!(headline.ends_with(end), "{headline}");
    };
    report.summary.critical_risks = CriticalRisks::default();
    report.gaps.truncate(1);
    report.summary.gaps[0].count = 1;
    ends_in(&report, ". 1 critical gap is open and overdue.");
    report.summary.gaps[0].count = 0;
    report.summary.overdue = 0;
    ends_in(&report, ". 1 gap is open.");
    report.gaps.push(report.gaps[0].clone());
    ends_in(&report, ". 2 gaps are open, none of them critical.");
    report.summary.overdue = 1;
    ends_in(
        &report,
        ". 2 gaps are open, none of them critical, 1 overdue.",
    );
    report.summary.possible = report.summary.proven;
    report.gaps.clear();
    assert_eq!(
        report.headline(),
        "Coverage is proven for 265 of 414 (64 %); 6 excluded. No gap is open."
    );
    report.summary.cells = custody_controls::coverage::Tally::default();
    assert_eq!(report.headline(), "No control applies. No gap is open.");
}

/// If every instance is excluded, controls apply, and no ratio of coverage exists.
#[test]
fn headlines_state_that_every_instance_is_excluded() {
    let name = "examples/small-firm.yaml";
    let files = AssessmentFiles::from_text(name, golden::read(name));
    let mut document = files.documents()[0].clone();
    let mut excluded = Claim::new(Status::NotApplicable);
    excluded.because = Some("None here.".to_owned());
    let board: PersonId = "independent-board".parse().unwrap();
    document.people.insert(board.clone(), Person::new("Board"));
    excluded.approved_by = Some(board);
    let controls = Catalog::builtin().controls();
    document.claims = controls
        .map(|control| (control.id.clone(), Some(excluded.clone())))
        .collect();
    document.efforts = None;
    let applies = |id: &ControlId, assessment: &Assessment| {
        let mut subjects = assessment.subjects().iter();
        let control = Catalog::builtin().control(id.as_str()).unwrap();
        subjects.any(|subject| {
            let is_wallet = subject.tier.is_some();
            (control.subject == SubjectKind::Wallet) == is_wallet
                && control.when.holds(subject.features)
        })
    };
    let before = files.resolve(Catalog::builtin()).unwrap();
    document.claims.retain(|id, _| applies(id, &before));
    let assessment = document.resolve(Catalog::builtin()).unwrap();
    let settings = Settings::on(assessment.period().to);
    let report = assessment.measure(&settings).report();
    let forecast = assessment.forecast(&settings, settings.as_of.plus_days(30));
    let mut gathering = Gathering::default();
    gathering.add(name, Member::new(&report, 0, Vec::new()));
    let portfolio = gathering.into_portfolio(Catalog::builtin(), &settings);
    for headline in [
        report.headline(),
        report.render(Format::MarkdownBrief).unwrap(),
        report.render(Format::Html).unwrap(),
        report.render(Format::Typst).unwrap(),
        forecast.headline().to_string(),
        portfolio.headline(),
    ] {
        assert!(
            headline.contains("All 205 control instances are excluded."),
            "{headline}"
        );
        assert!(!headline.contains("No control applies"), "{headline}");
        assert!(!headline.contains("no control applies to"), "{headline}");
    }
}

#[test]
fn no_line_of_markdown_ends_in_a_blank() {
    for file in ASSESSMENTS {
        for format in [Format::Markdown, Format::MarkdownBrief] {
            let text = report(file).render(format).unwrap();
            let line = text.lines().find(|line| line.trim_end() != *line);
            assert_eq!(line, None, "{file}");
            // Nothing wakes up: each of these is in the hostile assessment.
            for alive in [
                "<b>", "<script", "<img", "![i]", "@octocat", "| | |", "\u{202e}",
            ] {
                assert!(!text.contains(alive), "{file}: {alive}");
            }
        }
    }
}

#[test]
fn the_words_of_formats_are_stable() {
    for (format, word) in [
        (Format::Markdown, "markdown"),
        (Format::MarkdownBrief, "markdown-brief"),
        (Format::Json, "json"),
        (Format::Typst, "typst"),
    ] {
        assert_eq!(format.word(), word);
        assert_eq!(Format::from_word(word), Some(format));
    }
}

/// The typst source, cut where the data begin: the template, and what the compiler reads as a string.
fn typst(report: &Report) -> (String, String) {
    let source = report.render(Format::Typst).unwrap();
    let (template, rest) = source.split_once("\n#report(json(bytes(\"").unwrap();
    let data = rest.strip_suffix("\")))\n").unwrap();
    let mut read = String::new();
    let mut characters = data.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => {
                let escaped = characters.next().unwrap();
                assert!(matches!(escaped, '\\' | '"'), "\\{escaped}");
                read.push(escaped);
            }
            '"' => panic!("the string ends early: {}", characters.as_str()),
            _ => read.push(c),
        }
    }
    (template.to_owned(), read)
}

#[test]
fn the_typst_source_is_the_template_and_data() {
    let part = |name: &str| golden::read(&format!("crates/custody-formats/src/typst/{name}.typ"));
    let template = [part("common"), part("report")].concat();
    for file in ASSESSMENTS {
        let report = report(file);
        let (above, data) = typst(&report);
        assert_eq!(above, template, "{file}");
        let mut data: serde_json::Value = serde_json::from_str(&data).unwrap();
        assert_eq!(data["headline"], report.headline());
        let lines = data["signatories"].as_array().unwrap();
        let people = report.facts.assessors.len();
        assert!(lines.len() >= people + 2, "{file}");
        assert_eq!(
            data["sentences"].as_array().unwrap().len(),
            report.gaps.len()
        );
        // But for texts that no font can show, the data are the report.
        if file != "tests/print/hostile.yaml" {
            let json: serde_json::Value =
                serde_json::from_str(&report.render(Format::Json).unwrap()).unwrap();
            assert_eq!(data["report"].take(), json, "{file}");
            let sentences = report.gaps.iter().map(|gap| {
                let because: Vec<Message<'_>> = gap.because.iter().map(Reason::message).collect();
                (because, gap.alternatives().collect::<Vec<_>>())
            });
            let sentences = serde_json::to_value(sentences.collect::<Vec<_>>()).unwrap();
            assert_eq!(data["sentences"], sentences, "{file}");
        }
    }
}

#[test]
fn what_no_font_can_show_is_written_out() {
    let mut report = report("tests/print/hostile.yaml");
    report.facts.custodian = "Zoë \"鍵\" \\ \u{1f510}\u{202e}\u{7} €\nשלום \u{ad6d}".to_owned();
    let (_, data) = typst(&report);
    let data: serde_json::Value = serde_json::from_str(&data).unwrap();
    assert_eq!(
        data["report"]["facts"]["custodian"],
        "Zoë \"\\u{9375}\" \\ \\u{1f510}\\u{202e}\\u{7} € שלום \\u{ad6d}"
    );
    let title = "</title><script>alert(1)</script> #panic(\"t\") *bold* | =1+1 & <b>";
    assert_eq!(data["report"]["facts"]["title"], title);
}

#[test]
fn every_format_ends_in_a_line_break() {
    let report = report("examples/small-firm.yaml");
    for format in Format::values() {
        let text = report.render(format).unwrap();
        // A table of nothing has no line at all.
        let is_of_nothing = format == Format::NdjsonDoubts && report.doubts.is_empty();
        assert_eq!(text.ends_with('\n'), !is_of_nothing, "{format}");
    }
}
