//! `custody explain`: one id, told in full.

use super::{Exit, Failure, View, gaps, output};
use crate::terminal;
use custody_controls::assessment::ORGANIZATION;
use custody_controls::catalog::{Catalog, Control, Risk};
use custody_controls::coverage::Coverage;
use custody_controls::diagnostic::{Code, Level, nearest};
use custody_controls::explanation::Explanation;
use custody_controls::gap::Gap;
use custody_controls::glossary;
use custody_controls::supports::{Support, Supports};
use custody_controls::taxonomy::{GapKind, SubjectKind, Word};
use custody_controls::text::sanitize;
use std::fmt::Write;
use std::path::PathBuf;

/// Tell all about a control, a risk, a clause, a gap, a fault code or a word.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The id, such as 9.3.7.3-a, 8.2.2.3-a, 9.3.7, 9.3.7.3-a@btc-hot, unknown-key or effective.
    #[arg(value_name = "ID")]
    id: String,
    /// The files of the assessment that the gap belongs to.
    #[arg(long = "in", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Tell what would fall if this evidence item, control, person, provider or wallet were lost.
    #[arg(long, requires = "files")]
    if_lost: bool,
    #[command(flatten)]
    question: gaps::Question,
    /// The form; `custody schema explanation` describes the JSON.
    #[arg(long, value_parser = super::words::<View>(), default_value = "terminal", requires = "files")]
    format: View,
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let id = arguments.id.as_str();
    if arguments.format == View::Json {
        return json(arguments, catalog);
    }
    if arguments.if_lost {
        return if_lost(arguments, catalog);
    }
    if !arguments.files.is_empty() {
        return in_assessment(arguments, catalog);
    }
    let text = entry(id, catalog)
        .or_else(|| gap_id(id, catalog))
        .ok_or_else(|| unknown(id, catalog))?;
    output::deliver(&text, None)
}

fn entry(id: &str, catalog: &Catalog) -> Option<String> {
    catalog
        .control(id)
        .map(|entry| control(entry, catalog))
        .or_else(|| catalog.risk(id).map(|entry| risk(entry, catalog)))
        .or_else(|| clause(id, catalog))
        .or_else(|| family(id, catalog))
        .or_else(|| source(id, catalog))
        .or_else(|| framework(id, catalog))
        .or_else(|| code(id))
        .or_else(|| word(id))
}

fn unknown(id: &str, catalog: &Catalog) -> Failure {
    if let Some(profile) = catalog.profile() {
        let control = profile.controls_left_out.get(id);
        if let Some(entry) = control.or_else(|| profile.risks_left_out.get(id)) {
            let message = format!(
                "`{id}` ({}) is left out by the profile `{}`",
                entry.title,
                catalog.facts().id
            );
            let help = format!("load `{}`, which the profile selects from", profile.base.id);
            return Failure::asked(message, Some(help));
        }
    }
    let words = glossary::words();
    let known = catalog
        .controls()
        .map(|control| control.id.as_str())
        .chain(catalog.risks().map(|risk| risk.id.as_str()))
        .chain(
            catalog
                .clauses()
                .keys()
                .map(custody_controls::id::ClauseNumber::as_str),
        )
        .chain(catalog.families().map(|family| family.id.as_str()))
        .chain(
            catalog
                .sources()
                .keys()
                .map(custody_controls::id::SourceId::as_str),
        )
        .chain(
            catalog
                .frameworks()
                .keys()
                .map(custody_controls::id::FrameworkId::as_str),
        )
        .chain(words.iter().map(|entry| entry.word));
    let help = nearest(id, known).map_or_else(
        || "`custody catalog controls`, `custody catalog risks` and `custody catalog words` list what can be explained".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Failure::asked(format!("nothing is called `{id}`"), Some(help))
}

/// What rests on a support, by its id.
fn if_lost(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let id = arguments.id.as_str();
    gaps::evaluate(&arguments.files, &arguments.question, catalog, |coverage| {
        let as_of = coverage.settings().as_of;
        let all = Supports::all(coverage);
        let named: Vec<_> = all.iter().filter(|support| support.id == id).collect();
        if named.is_empty() {
            let near = nearest(id, all.iter().map(|support| support.id.as_str()));
            let help = near.map_or_else(
                || "name an evidence item, a control, a person, a provider or a wallet".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!("nothing rests on `{id}` as of {as_of}");
            return Err(Failure::asked(message, Some(help)));
        }
        let mut text = format!("As of {as_of}, if this is lost:\n\n");
        for support in named {
            if let Some(row) = Supports::if_lost(coverage, support) {
                super::supports::single(&mut text, &row, usize::MAX);
            }
        }
        output::deliver(&text, None)
    })
}

/// The explanation for programs; of a support that is lost, what its loss would do.
fn json(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let id = arguments.id.as_str();
    gaps::evaluate(&arguments.files, &arguments.question, catalog, |coverage| {
        if arguments.if_lost {
            let all = Supports::all(coverage);
            let named = all.iter().filter(|support| support.id == id);
            let rows: Vec<_> = named
                .filter_map(|support| Supports::if_lost(coverage, support))
                .collect();
            return written(&rows);
        }
        let why = Explanation::of(coverage, id).ok_or_else(|| {
            let message = format!("`{id}` names no control and no risk that is judged here");
            let help = "only these are explained as JSON".to_owned();
            Failure::asked(message, Some(help))
        })?;
        written(&why)
    })
}

fn written(value: &impl serde::Serialize) -> Result<Exit, Failure> {
    output::deliver_with(None, |out| custody_controls::json::write(value, out))
}

/// What is known of an id in one assessment: a gap in full, or all gaps of a control or a risk.
fn in_assessment(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let id = arguments.id.as_str();
    gaps::evaluate(&arguments.files, &arguments.question, catalog, |coverage| {
        let gaps = coverage.gaps();
        let chosen: Vec<_> = gaps
            .iter()
            .filter(|gap| is_about(gap, id, catalog))
            .collect();
        let as_of = coverage.settings().as_of;
        let (about, subject) = id
            .split_once('@')
            .map_or((id, ORGANIZATION), |(about, rest)| {
                (about, rest.split(':').next().unwrap_or(rest))
            });
        let verdict = coverage.verdict(about, subject);
        let outcome = coverage.outcome_of(about, subject);
        let told = entry(about, catalog);
        if chosen.is_empty() && told.is_none() {
            let support = Supports::all(coverage)
                .into_iter()
                .find(|support| support.id == id);
            return Err(match support {
                Some(support) => what_rests_on_it(&support),
                None => unknown(id, catalog),
            });
        }
        if chosen.is_empty() && verdict.is_none() && outcome.is_none() && id.contains('@') {
            let message = format!("no cell, no risk and no gap is called `{id}` as of {as_of}");
            let help = where_judged(coverage, about, subject);
            return Err(Failure::asked(message, help));
        }
        let mut text = String::new();
        if let Some(why) = Explanation::of(coverage, id) {
            terminal::write_explanation(&mut text, &why, output::width());
        }
        match (chosen.len(), verdict) {
            (0, Some(verdict)) => {
                let _ = writeln!(
                    text,
                    "no gap: `{about}` is {verdict} for `{subject}` as of {as_of}\n"
                );
            }
            (0, None) => {
                let _ = writeln!(text, "no gap is open here as of {as_of}\n");
            }
            (1, _) => {
                let _ = writeln!(text, "As of {as_of}:\n");
            }
            (count, _) => {
                let _ = writeln!(text, "{count} gaps as of {as_of}:\n");
            }
        }
        for gap in &chosen {
            terminal::entry(&mut text, gap, output::width());
            text.push('\n');
        }
        text.push_str(&told.unwrap_or_default());
        output::deliver(&text, None)
    })
}

/// What is no control and no risk is explained by what it holds up.
fn what_rests_on_it(support: &Support) -> Failure {
    let (kind, id) = (support.kind, &support.id);
    let message =
        format!("`{id}` names no control, no risk and no gap; it is of the kind `{kind}`");
    let help = format!("`custody explain {id} --in FILE --if-lost` tells what rests on it");
    Failure::asked(message, Some(help))
}

/// For whom a control or a risk is judged, where it is not for the subject that was named.
fn where_judged(coverage: &Coverage, about: &str, subject: &str) -> Option<String> {
    let cells = coverage
        .cells()
        .filter(|cell| cell.control.id.as_str() == about)
        .map(|cell| cell.subject.id.as_str());
    let risks = coverage
        .outcomes()
        .filter(|(risk, _, _)| risk.id.as_str() == about)
        .map(|(_, subject, _)| subject.id.as_str());
    let judged: Vec<&str> = cells.chain(risks).collect();
    if let Some(near) = nearest(subject, judged.iter().copied()) {
        return Some(format!("did you mean `{about}@{near}`?"));
    }
    let names = judged.join("`, `");
    (!judged.is_empty()).then(|| format!("`{about}` is judged for `{names}`"))
}

/// Whether a gap is what an id names, or is about it: a control, a risk, a clause, a family, or a risk
/// for a subject.
fn is_about(gap: &Gap, id: &str, catalog: &Catalog) -> bool {
    let (about, subject) = id.split_once('@').unzip();
    let is_subject = subject.is_none_or(|subject| gap.subject.as_str() == subject);
    let about = about.unwrap_or(id);
    let control = gap.control.as_ref();
    let is_of_control = subject.is_none()
        && control.is_some_and(|control| {
            let family = catalog
                .control(control.as_str())
                .map(|control| &control.family);
            control.as_str() == about || family.is_some_and(|family| family.as_str() == about)
        });
    let is_of_risk = gap.risk.as_ref().is_some_and(|risk| risk.as_str() == about)
        || gap.open_risks.iter().any(|risk| risk.as_str() == about);
    let is_of_clause = custody_controls::id::ClauseNumber::new(about)
        .is_ok_and(|clause| subject.is_none() && gap.clause.is_within(&clause));
    gap.id == id || is_of_control || is_subject && is_of_risk || is_of_clause
}

/// What can be said of the id of a gap without its assessment.
fn gap_id(id: &str, catalog: &Catalog) -> Option<String> {
    let (about, rest) = id.split_once('@')?;
    let told = entry(about, catalog)?;
    let (subject, kind) = rest
        .split_once(':')
        .map_or((rest, None), |(subject, kind)| (subject, Some(kind)));
    let mut text = format!(
        "`{}` is the gap of `{}` for `{}`.\n",
        sanitize(id),
        sanitize(about),
        sanitize(subject)
    );
    if let Some(kind) = kind.and_then(GapKind::from_word) {
        let _ = writeln!(text, "{kind}: {}", kind.meaning());
    }
    let _ = writeln!(
        text,
        "`custody explain {} --in FILE` tells why it is open and what would close it.\n",
        sanitize(id)
    );
    text.push_str(&told);
    Some(text)
}

/// Lines of `key: value`, wrapped.
struct Sheet(String);

impl Sheet {
    fn new(title: &str) -> Self {
        let bold = anstyle::Style::new().bold();
        Self(format!("{bold}{}{bold:#}\n\n", sanitize(title)))
    }

    fn paragraph(&mut self, text: &str) {
        self.wrap("", text, 0);
        self.0.push('\n');
    }

    fn fact(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.wrap(&format!("{key:<12}"), value, 12);
        }
    }

    fn wrap(&mut self, first: &str, text: &str, indent: usize) {
        let leads = (first, &*" ".repeat(indent));
        terminal::paragraph(
            &mut self.0,
            text,
            leads,
            output::width(),
            anstyle::Style::new(),
        );
    }
}

fn join<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    items
        .into_iter()
        .map(|item| item.to_string())
        .collect::<Vec<_>>()
        .join(", ")
}

fn control(control: &Control, catalog: &Catalog) -> String {
    let mut sheet = Sheet::new(&format!("control {}: {}", control.id, control.title));
    sheet.paragraph(&control.statement);
    let titled = |risk: &custody_controls::id::RiskId| {
        let title = catalog
            .risk(risk.as_str())
            .map(|risk| format!(" {} ({})", risk.title, risk.severity));
        format!("{risk}{}", title.unwrap_or_default())
    };
    let clause_title = catalog.clause_title(&control.clause);
    sheet.fact("clause", &format!("{} {clause_title}", control.clause));
    sheet.fact("family", control.family.as_str());
    sheet.fact("applies to", &control.when.among(control.subject));
    for risk in &control.directly {
        sheet.fact("treats", &titled(risk));
    }
    sheet.fact("supports", &join(&control.supporting));
    sheet.fact("functions", &join(&control.functions));
    if let Some(details) = catalog.control_details(&control.id) {
        for evidence in &details.evidence {
            sheet.fact("evidence", evidence);
        }
        sheet.fact("techniques", &join(&details.techniques));
        let origin = format!(
            "{} ({}, {})",
            details.source, details.strength, details.provenance
        );
        sheet.fact("source", &origin);
        sheet.fact("replaces", &join(&details.replaces));
        if let Some(crosswalk) = &details.crosswalk {
            for (framework, references) in &crosswalk.references {
                sheet.fact("crosswalk", &format!("{framework}: {}", join(references)));
            }
            sheet.fact("confidence", crosswalk.confidence.word());
        }
    }
    sheet.0
}

fn risk(risk: &Risk, catalog: &Catalog) -> String {
    let mut sheet = Sheet::new(&format!("risk {}: {}", risk.id, risk.title));
    sheet.paragraph(&risk.consequence);
    let clause_title = catalog.clause_title(&risk.clause);
    sheet.fact("clause", &format!("{} {clause_title}", risk.clause));
    sheet.fact(
        "severity",
        &format!("{}: {}", risk.severity, risk.severity.meaning()),
    );
    let judged = if risk.is_per_wallet() {
        match risk.when.among(SubjectKind::Wallet) {
            all if risk.when.is_always() => format!("for {all}"),
            some => format!("for each of the {some}"),
        }
    } else {
        "once, for the organization".to_owned()
    };
    sheet.fact("judged", &judged);
    sheet.fact("threats", &join(&risk.threats));
    let details = catalog.risk_details(&risk.id);
    if let Some(details) = details {
        sheet.fact("factors", &join(&details.factors));
        sheet.fact("actors", &join(&details.actors));
    }
    sheet.fact("assets", &join(&risk.assets));
    for control in catalog.direct_controls(risk) {
        sheet.fact(
            "treated by",
            &format!(
                "{} {} ({})",
                control.id,
                control.title,
                join(&control.functions)
            ),
        );
    }
    if !risk.has_direct_control() {
        sheet.fact("treated by", "no control of the catalogue");
    }
    sheet.fact(
        "supported",
        &join(catalog.supporting_controls(risk).map(|control| &control.id)),
    );
    if let Some(details) = details {
        sheet.fact(
            "source",
            &format!("{} ({})", details.source, details.provenance),
        );
    }
    sheet.0
}

fn clause(id: &str, catalog: &Catalog) -> Option<String> {
    let number = custody_controls::id::ClauseNumber::new(id).ok()?;
    let clause = catalog.clauses().get(&number)?;
    let mut sheet = Sheet::new(&format!("clause {number}: {}", clause.title));
    sheet.paragraph(&clause.summary);
    sheet.fact(
        "kind",
        &format!("{}: {}", clause.kind, clause.kind.meaning()),
    );
    sheet.fact("basis", clause.basis.as_deref().unwrap_or_default());
    for risk in catalog
        .risks()
        .filter(|risk| risk.clause.is_within(&number))
    {
        sheet.fact(
            "risk",
            &format!("{} {} ({})", risk.id, risk.title, risk.severity),
        );
    }
    for control in catalog
        .controls()
        .filter(|control| control.clause.is_within(&number))
    {
        sheet.fact("control", &format!("{} {}", control.id, control.title));
    }
    Some(sheet.0)
}

fn family(id: &str, catalog: &Catalog) -> Option<String> {
    let family = catalog.family(id)?;
    let mut sheet = Sheet::new(&format!("family {}: {}", family.id, family.title));
    for control in catalog
        .controls()
        .filter(|control| control.family == family.id)
    {
        sheet.fact("control", &format!("{} {}", control.id, control.title));
    }
    Some(sheet.0)
}

fn source(id: &str, catalog: &Catalog) -> Option<String> {
    let source = catalog.sources().get(id)?;
    let mut sheet = Sheet::new(&format!("source {id}: {}", source.title));
    sheet.fact(
        "date",
        &source.date.map(|date| date.to_string()).unwrap_or_default(),
    );
    sheet.fact("note", source.note.as_deref().unwrap_or_default());
    Some(sheet.0)
}

fn framework(id: &str, catalog: &Catalog) -> Option<String> {
    let framework = catalog.frameworks().get(id)?;
    let mut sheet = Sheet::new(&format!("framework {id}: {}", framework.title));
    sheet.fact("edition", &framework.edition);
    sheet.fact("published", &framework.published.to_string());
    sheet.fact("publisher", &framework.publisher);
    sheet.fact("note", framework.note.as_deref().unwrap_or_default());
    sheet.fact("references", &framework.references.len().to_string());
    Some(sheet.0)
}

fn code(id: &str) -> Option<String> {
    let code = Code::from_word(id)?;
    let level = match code.level() {
        Level::Error => "the document cannot be used as it stands",
        Level::Warning => "the document can be used",
    };
    let mut sheet = Sheet::new(&format!("fault {code} ({})", code.level()));
    sheet.paragraph(&code.meaning());
    sheet.fact("level", level);
    Some(sheet.0)
}

fn word(id: &str) -> Option<String> {
    let mut words = glossary::words();
    words.retain(|entry| entry.word == id);
    let mut sheet = Sheet::new(words.first()?.word);
    for entry in words {
        sheet.paragraph(&format!("{}: {}", entry.vocabulary, entry.meaning));
    }
    Some(sheet.0)
}
