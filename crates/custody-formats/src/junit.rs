//! JUnit XML, for build servers: a suite for each clause and a test case for each control instance.
//! An instance passes if it is effective, is skipped if it is excluded, and fails otherwise. Gaps
//! of risks do not belong to an instance and are only reported by other formats.

use custody_controls::gap::Gap;
use custody_controls::report::{ApplicabilityRow, CellRow, ClauseCoverage, Report};
use custody_controls::taxonomy::{Verdict, Word};
use custody_controls::text::sanitize;
use quick_xml::events::{BytesDecl, BytesStart, BytesText, Event};
use quick_xml::writer::Writer;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;

type Gaps<'r> = BTreeMap<&'r str, &'r Gap>;

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let gaps: Gaps<'_> = report
        .gaps
        .iter()
        .map(|gap| (gap.id.as_str(), gap))
        .collect();
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut suites = BytesStart::new("testsuites");
    suites.push_attribute(("name", &*sanitize(&report.facts.title)));
    counts(&mut suites, report.summary.cells);
    xml.write_event(Event::Start(suites))?;
    for clause in &report.clauses {
        suite(&mut xml, report, clause, &gaps)?;
    }
    xml.write_event(Event::End(BytesStart::new("testsuites").to_end()))?;
    xml.get_mut().write_all(b"\n")
}

fn counts(element: &mut BytesStart<'_>, cells: custody_controls::coverage::Tally) {
    let all: u64 = Verdict::values()
        .into_iter()
        .map(|verdict| cells.count(verdict))
        .sum();
    let skipped = cells.count(Verdict::Excluded);
    let failed = all - skipped - cells.count(Verdict::Effective);
    element.push_attribute(("tests", &*all.to_string()));
    element.push_attribute(("failures", &*failed.to_string()));
    element.push_attribute(("errors", "0"));
    element.push_attribute(("skipped", &*skipped.to_string()));
    element.push_attribute(("time", "0"));
}

fn suite(
    xml: &mut Writer<&mut dyn io::Write>,
    report: &Report,
    clause: &ClauseCoverage,
    gaps: &Gaps<'_>,
) -> io::Result<()> {
    let mut element = BytesStart::new("testsuite");
    let name = format!("{} {}", clause.clause, sanitize(&clause.title));
    element.push_attribute(("name", &*name));
    counts(&mut element, clause.cells);
    let timestamp = format!("{}T00:00:00", report.facts.as_of);
    element.push_attribute(("timestamp", &*timestamp));
    xml.write_event(Event::Start(element))?;
    properties(xml, report)?;
    let class = format!("{}.{}", report.facts.catalog, clause.clause);
    for row in &report.applicability {
        if row.clause == clause.clause {
            for cell in &row.cells {
                case(xml, &class, row, cell, gaps)?;
            }
        }
    }
    xml.write_event(Event::End(BytesStart::new("testsuite").to_end()))
}

/// What the results of a suite rest on.
fn properties(xml: &mut Writer<&mut dyn io::Write>, report: &Report) -> io::Result<()> {
    let origin = report.facts.catalog_origin.remark();
    let catalog = format!(
        "{} {}, {}",
        report.facts.catalog,
        sanitize(&report.facts.catalog_version),
        origin.unwrap_or("the built-in catalog")
    );
    let doubts = report.summary.doubts_in_words();
    let properties = BytesStart::new("properties");
    xml.write_event(Event::Start(properties.borrow()))?;
    for (name, value) in [("catalog", catalog), ("doubts", doubts)] {
        let mut property = BytesStart::new("property");
        property.push_attribute(("name", name));
        property.push_attribute(("value", &*value));
        xml.write_event(Event::Empty(property))?;
    }
    xml.write_event(Event::End(properties.to_end()))
}

fn case(
    xml: &mut Writer<&mut dyn io::Write>,
    class: &str,
    row: &ApplicabilityRow,
    cell: &CellRow,
    gaps: &Gaps<'_>,
) -> io::Result<()> {
    let name = format!("{}@{}", row.control, cell.subject);
    let mut element = BytesStart::new("testcase");
    element.push_attribute(("classname", class));
    element.push_attribute(("name", &*name));
    element.push_attribute(("time", "0"));
    if let Some(location) = &cell.location {
        element.push_attribute(("file", &*sanitize(&location.file)));
        element.push_attribute(("line", &*location.line.to_string()));
    }
    let gap = match cell.verdict {
        Verdict::Effective => return xml.write_event(Event::Empty(element)),
        Verdict::Excluded => {
            let mut skipped = BytesStart::new("skipped");
            let reason = cell.explanation.as_deref().unwrap_or_default();
            skipped.push_attribute(("message", &*sanitize(reason)));
            xml.write_event(Event::Start(element))?;
            return end_case(xml, Event::Empty(skipped));
        }
        Verdict::Unproven | Verdict::Partial | Verdict::Absent | Verdict::Unknown => {
            gaps.get(name.as_str()).copied()
        }
    };
    xml.write_event(Event::Start(element))?;
    let mut failure = BytesStart::new("failure");
    failure.push_attribute(("type", cell.verdict.word()));
    let message = match gap {
        Some(gap) => format!("{}, {}: {}", gap.kind, gap.severity, sanitize(&row.title)),
        None => sanitize(&row.title).into_owned(),
    };
    failure.push_attribute(("message", &*message));
    xml.write_event(Event::Start(failure))?;
    xml.write_event(Event::Text(BytesText::new(
        &gap.map(reasons).unwrap_or_default(),
    )))?;
    end_case(xml, Event::End(BytesStart::new("failure").to_end()))
}

fn end_case(xml: &mut Writer<&mut dyn io::Write>, last: Event<'_>) -> io::Result<()> {
    xml.write_event(last)?;
    xml.write_event(Event::End(BytesStart::new("testcase").to_end()))
}

/// A line for each reason and each alternative of a gap.
fn reasons(gap: &Gap) -> String {
    let mut text = String::new();
    for reason in &gap.because {
        let _ = write!(text, "because {}", sanitize(&reason.to_string()));
        if let Some(location) = &reason.location {
            let _ = write!(text, " ({})", sanitize(&location.to_string()));
        }
        text.push('\n');
    }
    for (index, alternative) in gap.alternatives().enumerate() {
        let or = if index > 0 { "or " } else { "" };
        let _ = writeln!(text, "closes if {or}{}", sanitize(&alternative.to_string()));
    }
    text
}
