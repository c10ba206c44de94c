//! Reports of `custody-controls` as workbooks (Office Open XML, `.xlsx`), which auditors filter,
//! sort and annotate.
//!
//! Texts are stored as strings and never become formulas; dates are dates and numbers are numbers.
//! A workbook is compressed as a whole, so it is built in memory.

mod coverage;
mod sheet;
mod statement;
mod todo;

pub use statement::write_statement;
pub use todo::write_todo;

use custody_controls::coverage::{Depth, Ratio};
use custody_controls::gap::Reason;
use custody_controls::location::Location;
use custody_controls::report::{
    ApplicabilityRow, CellRow, Facts, Report, RiskRow, RiskSubjectRow, Summary,
};
use custody_controls::taxonomy::{Verdict, Word};
use rust_xlsxwriter::{DocProperties, Workbook, XlsxError};
use sheet::{Column, Sheets, Value};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::io;

/// The heading of the empty column for auditors.
const REMARK: &str = "Auditor's remark";

/// Writes a report as a workbook with the sheets *Summary*, *Coverage*, *Charts*, *Gaps*, *Risks*,
/// *Statement of applicability*, *Evidence* and *Doubts*. The same report gives the same bytes.
///
/// # Errors
///
/// Fails if `out` fails, or if a sheet would have more than 1,048,576 rows.
pub fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(&workbook(report).map_err(io::Error::other)?)
}

fn workbook(report: &Report) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties("Gap report", &report.facts));
    let mut sheets = Sheets::new(&mut workbook);
    summary(&mut sheets, report)?;
    coverage::sheets(&mut sheets, report)?;
    gaps(&mut sheets, report)?;
    risks(&mut sheets, report)?;
    applicability(&mut sheets, report)?;
    evidence(&mut sheets, report)?;
    doubts(&mut sheets, report)?;
    workbook.save_to_buffer()
}

fn properties(kind: &str, facts: &Facts) -> DocProperties {
    let properties = DocProperties::new()
        .set_title(sheet::fitting(&format!("{kind}: {}", facts.title)))
        .set_company(sheet::fitting(&facts.custodian))
        .set_subject(format!("as of {}", facts.as_of));
    // Without a creation date of its own, the workbook would contain the current time.
    match sheet::excel(facts.as_of) {
        Ok(day) => properties.set_creation_datetime(&day),
        Err(_) => properties,
    }
}

fn yes(is: bool) -> Value {
    Value::word(if is { "yes" } else { "no" })
}

fn list<T: Display>(items: impl IntoIterator<Item = T>, between: &str) -> Value {
    let texts: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    Value::text(texts.join(between))
}

fn file(location: Option<&Location>) -> Value {
    location.map_or(Value::Nothing, |location| Value::text(&location.file))
}

fn line(location: Option<&Location>) -> Value {
    location.map_or(Value::Nothing, |location| Value::number(location.line))
}

fn share(group: &str, what: impl Display, ratio: Ratio) -> Vec<Value> {
    let percent = ratio.percent().map_or(Value::Nothing, Value::count);
    vec![
        Value::word(group),
        Value::text(what.to_string()),
        Value::count(ratio.numerator),
        Value::count(ratio.denominator),
        percent,
    ]
}

fn summary(sheets: &mut Sheets<'_>, report: &Report) -> Result<(), XlsxError> {
    let (facts, numbers) = (&report.facts, &report.summary);
    let row =
        |group: &str, what: &str, value: Value| vec![Value::word(group), Value::text(what), value];
    let fact = |what: &str, text: &str| row("Facts", what, Value::text(text));
    let mut rows = vec![
        row("Result", "Summary", Value::text(report.headline())),
        share("Coverage", "Proven", numbers.proven),
        row("Coverage", "Excluded", Value::count(numbers.cells.excluded)),
        share("Coverage", "Possible", numbers.possible),
        share("Coverage", "Assessed", numbers.assessed.cells),
        share(
            "Risks",
            "Critical risks treated",
            numbers.critical_risks_treated,
        ),
        share("Evidence", "May be relied on", numbers.evidence_current),
    ];
    rows.extend(counts(numbers));
    rows.extend([
        fact("Title", &facts.title),
        fact("Custodian", &facts.custodian),
        fact(
            "Jurisdiction",
            facts.jurisdiction.as_deref().unwrap_or_default(),
        ),
        fact("Assessment", facts.assessment.as_str()),
        row("Facts", "Period from", Value::Day(facts.period_from)),
        row("Facts", "Period to", Value::Day(facts.period_to)),
        row("Facts", "As of", Value::Day(facts.as_of)),
        row("Facts", "End of the horizon", Value::Day(facts.horizon_end)),
        row("Facts", "Assessors", list(&facts.assessors, "; ")),
        fact("Catalog", &facts.catalog_title),
        fact("Standard", &facts.catalog_standard),
        fact("Catalog version", &facts.catalog_version),
        fact("Catalog SHA-256", &facts.catalog_sha256),
        fact("Catalog origin", catalog_origin(report)),
        fact(
            "Program",
            &format!("custody-controls {}", facts.program_version),
        ),
        fact("Evidence files", &report.evidence_files_in_words()),
    ]);
    if let Some(profile) = &facts.profile {
        rows.push(fact("Profile", &profile.scope));
        rows.push(fact("Base SHA-256", &profile.base_sha256));
    }
    if let Some(wallets) = &facts.only_wallets {
        rows.push(row("Facts", "Only wallets", list(wallets, ", ")));
    }
    if let Some(selection) = &report.selection {
        let text = selection.message().to_string();
        rows.insert(
            1,
            row("Result", "Filters of the sheet Gaps", Value::text(text)),
        );
    }
    for file in &facts.files {
        let text = format!(
            "{}, {} bytes, SHA-256 {}",
            file.name, file.bytes, file.sha256
        );
        rows.push(fact("File", &text));
    }
    for risk in &report.not_covered {
        let what = format!("{} {}", risk.risk, risk.title);
        let remark = if risk.accepted {
            "no direct control; accepted"
        } else {
            "no direct control"
        };
        rows.push(row("Not covered", &what, Value::word(remark)));
    }
    rows.extend(
        report
            .limits
            .iter()
            .map(|limit| row("Not covered", "Limit of the catalog", Value::text(limit))),
    );
    rows.extend(
        report
            .method
            .iter()
            .map(|rule| row("Method", "", Value::text(rule))),
    );
    let columns = [
        Column::new("Group", 20),
        Column::wide("Item", 44),
        Column::wide("Value", 70),
        Column::new("Of", 8),
        Column::new("Percent", 10),
    ];
    sheets.add("Summary", &columns, rows)
}

/// The counts of the summary.
fn counts(numbers: &Summary) -> Vec<Vec<Value>> {
    let mut rows = Vec::new();
    let mut count = |group: &str, what: &str, count: u64| {
        rows.push(vec![
            Value::word(group),
            Value::text(what),
            Value::count(count),
        ]);
    };
    for verdict in Verdict::values() {
        count(
            "Control instances by verdict",
            verdict.word(),
            numbers.cells.count(verdict),
        );
    }
    for entry in &numbers.evidence_files {
        count("Evidence files by result", entry.check.word(), entry.count);
    }
    for entry in &numbers.gaps {
        count("Gaps by severity", entry.severity.word(), entry.count);
    }
    for entry in &numbers.actions {
        count("Gaps by action", entry.action.word(), entry.count);
    }
    let critical = numbers.critical_risks;
    for (name, number) in [
        ("Treated", critical.treated),
        (
            "Partly treated with prevention and detection",
            critical.prevented_and_detected,
        ),
        ("Partly treated otherwise", critical.by_something),
        ("Not shown to be treated", critical.by_nothing),
    ] {
        count("Critical risks", name, number);
    }
    for entry in &numbers.risks {
        count("Risks by verdict", entry.verdict.word(), entry.count);
    }
    count("Gaps", "Overdue", numbers.overdue);
    count("Evidence", "Expired", numbers.evidence_expired);
    count(
        "Evidence",
        "Expires within the horizon",
        numbers.evidence_expiring,
    );
    count(
        "Risks",
        "Acceptances in force",
        numbers.acceptances_in_force,
    );
    count("Doubts", "Doubts", numbers.doubt_count());
    for entry in &numbers.doubts {
        count("Doubts", entry.code.word(), entry.count);
    }
    rows
}

fn catalog_origin(report: &Report) -> &'static str {
    let remark = report.facts.catalog_origin.remark();
    remark.unwrap_or("the built-in catalog")
}

fn gaps(sheets: &mut Sheets<'_>, report: &Report) -> Result<(), XlsxError> {
    let columns = [
        Column::graded("Severity", 10),
        Column::new("Kind", 22),
        Column::new("Gap", 26).repeated(),
        Column::new("Control or risk", 16),
        Column::new("Subject", 18),
        Column::wide("Title", 40),
        Column::new("Clause", 10),
        Column::new("Open risks", 11),
        Column::wide("Because", 80),
        Column::wide("Closes if", 60),
        Column::new("Owner", 18),
        Column::new("Due", 11),
        Column::new("File", 24),
        Column::new("Line", 8),
        Column::wide("Ids of open risks", 30),
        Column::new("Action", 10),
        Column::remark(REMARK),
    ];
    let rows = report.listed_gaps().into_iter().map(|gap| {
        let control = gap.control.as_ref().map(ToString::to_string);
        let risk = gap.risk.as_ref().map(ToString::to_string);
        vec![
            Value::word(gap.severity.word()),
            Value::word(gap.kind.word()),
            Value::text(&gap.id),
            Value::text(control.or(risk).unwrap_or_default()),
            Value::text(gap.subject.to_string()),
            Value::text(&gap.title),
            Value::text(gap.clause.to_string()),
            Value::count(gap.open_risks.len() as u64),
            Value::lines(gap.because.iter().map(reason)),
            Value::lines(
                gap.alternatives()
                    .enumerate()
                    .map(|(index, way)| match index {
                        0 => way.to_string(),
                        _ => format!("or: {way}"),
                    }),
            ),
            gap.owner.as_ref().map_or(Value::Nothing, Value::text),
            gap.due.map_or(Value::Nothing, Value::Day),
            file(gap.location.as_ref()),
            line(gap.location.as_ref()),
            list(&gap.open_risks, ", "),
            Value::word(gap.kind.action().word()),
        ]
    });
    sheets.add("Gaps", &columns, rows)
}

fn reason(reason: &Reason) -> String {
    match &reason.location {
        Some(location) => format!("{reason} ({location})"),
        None => reason.to_string(),
    }
}

fn risks(sheets: &mut Sheets<'_>, report: &Report) -> Result<(), XlsxError> {
    let columns = [
        Column::graded("Verdict", 14),
        Column::graded("Severity", 10),
        Column::new("Risk", 12).repeated(),
        Column::wide("Title", 44),
        Column::new("Clause", 10),
        Column::new("Subject", 18),
        Column::new("Worst subject", 14),
        Column::new("Effective direct", 15),
        Column::new("All direct", 10),
        Column::new("Effective supporting", 18),
        Column::new("All supporting", 13),
        Column::new("Prevents", 10),
        Column::new("Detects", 10),
        Column::new("Corrects", 10),
        Column::wide("Remark", 34),
        Column::new("Accepted until", 15),
        Column::wide("Direct controls", 34),
        Column::wide("Supporting controls", 34),
        Column::remark(REMARK),
    ];
    // A risk without subjects has a row too.
    let rows = report.risks.iter().flat_map(|risk| {
        let no_subject = risk.subjects.is_empty().then_some(None);
        let subjects = risk.subjects.iter().map(Some);
        subjects
            .chain(no_subject)
            .map(|subject| risk_row(risk, subject))
    });
    sheets.add("Risks", &columns, rows)
}

fn risk_row(risk: &RiskRow, subject: Option<&RiskSubjectRow>) -> Vec<Value> {
    let of = |value: fn(&RiskSubjectRow) -> Value| subject.map_or(Value::Nothing, value);
    let Depth {
        prevents,
        detects,
        corrects,
    } = subject.map(|subject| subject.depth).unwrap_or_default();
    let held = |held: bool| subject.map_or(Value::Nothing, |_| yes(held));
    vec![
        Value::word(
            subject
                .map_or(risk.verdict, |subject| subject.verdict)
                .word(),
        ),
        Value::word(risk.severity.word()),
        Value::text(&risk.risk),
        Value::text(&risk.title),
        Value::text(risk.clause.to_string()),
        of(|subject| Value::text(subject.subject.to_string())),
        subject.map_or(Value::Nothing, |subject| {
            yes(risk.worst.as_ref() == Some(&subject.subject))
        }),
        of(|subject| Value::count(subject.direct.numerator)),
        of(|subject| Value::count(subject.direct.denominator)),
        of(|subject| Value::count(subject.supporting.numerator)),
        of(|subject| Value::count(subject.supporting.denominator)),
        held(prevents),
        held(detects),
        held(corrects),
        of(|subject| Value::text(subject.remark.as_deref().unwrap_or_default())),
        of(|subject| subject.accepted_until.map_or(Value::Nothing, Value::Day)),
        list(&risk.direct_controls, ", "),
        list(&risk.supporting_controls, ", "),
    ]
}

fn applicability(sheets: &mut Sheets<'_>, report: &Report) -> Result<(), XlsxError> {
    let columns = [
        Column::new("Control", 13).repeated(),
        Column::wide("Title", 44),
        Column::new("Clause", 10),
        Column::new("Family", 16),
        Column::new("In scope", 9),
        Column::new("Subject", 18),
        Column::graded("Verdict", 12),
        Column::new("Status", 16),
        Column::wide("Explanation", 50),
        Column::wide("Note", 50),
        Column::new("Provider", 18),
        Column::wide("Evidence", 30),
        Column::new("Owner", 18),
        Column::new("Due", 11),
        Column::new("File", 24),
        Column::new("Line", 8),
        Column::wide("Applies to", 40),
        Column::new("Assessed by", 18),
        Column::new("Last assessed", 13),
        Column::new("Reassess by", 12),
        Column::new("Approved by", 18),
        Column::remark(REMARK),
    ];
    let rows = report.applicability.iter().flat_map(|row| {
        let out_of_scope = (!row.applies).then_some(None);
        let cells = row.cells.iter().map(Some);
        cells
            .chain(out_of_scope)
            .map(|cell| applicability_row(row, cell))
    });
    sheets.add("Statement of applicability", &columns, rows)
}

fn applicability_row(row: &ApplicabilityRow, cell: Option<&CellRow>) -> Vec<Value> {
    let of = |value: fn(&CellRow) -> Option<Value>| cell.and_then(value).unwrap_or(Value::Nothing);
    vec![
        Value::text(&row.control),
        Value::text(&row.title),
        Value::text(row.clause.to_string()),
        Value::text(&row.family),
        yes(row.applies),
        of(|cell| Some(Value::text(cell.subject.to_string()))),
        of(|cell| Some(Value::word(cell.verdict.word()))),
        of(|cell| cell.status.map(|status| Value::word(status.word()))),
        of(|cell| cell.explanation.as_ref().map(Value::text)),
        of(|cell| cell.note.as_ref().map(Value::text)),
        of(|cell| cell.provider.as_ref().map(Value::text)),
        of(|cell| {
            let proof = cell.evidence.iter().chain(&cell.part_evidence);
            let proof = proof.map(ToString::to_string);
            let observed = cell
                .observations
                .iter()
                .map(|item| format!("observed: {item}"));
            let cited: Vec<String> = proof.chain(observed).collect();
            Some(list(&cited, ", "))
        }),
        of(|cell| cell.owner.as_ref().map(Value::text)),
        of(|cell| cell.due.map(Value::Day)),
        of(|cell| Some(file(cell.location.as_ref()))),
        of(|cell| Some(line(cell.location.as_ref()))),
        Value::text(&row.when),
        of(|cell| {
            let by = cell.assessed.iter().filter_map(|row| row.by.as_ref());
            let by: BTreeSet<String> = by.map(ToString::to_string).collect();
            Some(list(by, ", "))
        }),
        of(|cell| cell.last_assessed().map(Value::Day)),
        of(|cell| cell.reassess_by.map(Value::Day)),
        of(|cell| cell.approved_by.as_ref().map(Value::text)),
    ]
}

fn evidence(sheets: &mut Sheets<'_>, report: &Report) -> Result<(), XlsxError> {
    let columns = [
        Column::graded("State", 13),
        Column::new("Evidence", 24).repeated(),
        Column::wide("Title", 44),
        Column::new("Kind", 18),
        Column::new("Technique", 11),
        Column::new("Collected", 11),
        Column::new("Until", 11),
        Column::new("Days left", 10),
        Column::new("Expires within the horizon", 25),
        Column::graded("File check", 13),
        Column::wide("Locator", 40),
        Column::new("SHA-256", 16),
        Column::new("By", 16),
        Column::new("Instances", 10),
        Column::wide("Cited by", 50),
        Column::new("File", 24),
        Column::new("Line", 8),
        Column::wide("Covers", 30),
        Column::remark(REMARK),
    ];
    let rows = report.evidence.iter().map(|row| {
        vec![
            Value::word(row.state.word()),
            Value::text(&row.evidence),
            Value::text(&row.title),
            Value::word(row.kind.word()),
            Value::word(row.technique.word()),
            Value::Day(row.collected),
            Value::Day(row.until),
            Value::number(row.days_left),
            yes(row.expiring),
            Value::word(row.file.word()),
            Value::text(&row.locator),
            Value::text(row.sha256.as_deref().unwrap_or_default()),
            row.by.as_ref().map_or(Value::Nothing, Value::text),
            Value::count(row.cited_by.len() as u64),
            list(&row.cited_by, ", "),
            file(row.location.as_ref()),
            line(row.location.as_ref()),
            list(row.covers.iter().flatten(), ", "),
        ]
    });
    sheets.add("Evidence", &columns, rows)
}

fn doubts(sheets: &mut Sheets<'_>, report: &Report) -> Result<(), XlsxError> {
    let columns = [
        Column::new("Code", 26).repeated(),
        Column::wide("Doubt", 80),
        Column::wide("Meaning", 60),
        Column::new("Id", 40),
        Column::new("File", 24),
        Column::new("Line", 8),
        Column::remark(REMARK),
    ];
    let rows = report.doubts.iter().map(|doubt| {
        vec![
            Value::word(doubt.code().word()),
            Value::text(doubt.message().to_string()),
            Value::text(doubt.code().meaning()),
            Value::text(&doubt.id),
            file(doubt.location.as_ref()),
            line(doubt.location.as_ref()),
        ]
    });
    sheets.add("Doubts", &columns, rows)
}
