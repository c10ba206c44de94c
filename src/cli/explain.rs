//! `custody explain`: one id, told in full.

use super::{Exit, Failure, gaps, output};
use crate::assessment::ORGANIZATION;
use crate::catalog::{Catalog, Control, Risk};
use crate::diagnostic::{Code, Level, nearest};
use crate::render::{legible, terminal};
use crate::taxonomy::{
    Actor, Asset, Channel, ClauseKind, ComponentGroup, Confidence, Direction, EvidenceKind,
    EvidenceState, Factor, FactorGroup, FileCheck, Function, GapKind, Provenance, RiskVerdict,
    Severity, Status, Strength, SubjectKind, Technique, Threat, Tier, Trait, TransitionKind,
    Verdict, Word,
};
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
    #[command(flatten)]
    question: gaps::Question,
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let id = arguments.id.as_str();
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
        .or_else(|| code(id))
        .or_else(|| word(id))
}

fn unknown(id: &str, catalog: &Catalog) -> Failure {
    let words = all_words();
    let known = catalog
        .controls()
        .map(|control| control.id.as_str())
        .chain(catalog.risks().map(|risk| risk.id.as_str()))
        .chain(
            catalog
                .clauses()
                .keys()
                .map(crate::id::ClauseNumber::as_str),
        )
        .chain(catalog.families().map(|family| family.id.as_str()))
        .chain(Code::words().iter().copied())
        .chain(
            words
                .iter()
                .filter_map(|row| row.get(1).map(String::as_str)),
        );
    let help = nearest(id, known).map_or_else(
        || "`custody catalog controls`, `custody catalog risks` and `custody catalog words` list what can be explained".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Failure::asked(format!("nothing is called `{id}`"), Some(help))
}

/// What is known of an id in one assessment: a gap in full, or all gaps of a control or a risk.
fn in_assessment(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let id = arguments.id.as_str();
    gaps::evaluate(&arguments.files, &arguments.question, catalog, |coverage| {
        let gaps = coverage.gaps();
        let chosen: Vec<_> = gaps
            .iter()
            .filter(|gap| {
                gap.id == id
                    || gap
                        .control
                        .as_ref()
                        .is_some_and(|control| control.as_str() == id)
                    || gap.risk.as_ref().is_some_and(|risk| risk.as_str() == id)
                    || gap.open_risks.iter().any(|risk| risk.as_str() == id)
            })
            .collect();
        let mut text = String::new();
        let about = id.split(['@', ':']).next().unwrap_or(id);
        if chosen.is_empty() {
            let (control, subject) = id.split_once('@').unwrap_or((id, ORGANIZATION));
            let verdict = coverage.verdict(control, subject);
            let Some(told) = entry(about, catalog) else {
                return Err(unknown(id, catalog));
            };
            match verdict {
                Some(verdict) => {
                    let _ = writeln!(
                        text,
                        "no gap: `{control}` is {verdict} for `{subject}` as of {}\n",
                        coverage.settings().as_of
                    );
                }
                None if id.contains('@') => {
                    let names = gaps.iter().map(|gap| gap.id.as_str());
                    let help = nearest(id, names).map(|near| format!("did you mean `{near}`?"));
                    let message = format!(
                        "no cell and no gap is called `{id}` as of {}",
                        coverage.settings().as_of
                    );
                    return Err(Failure::asked(message, help));
                }
                None => {
                    let _ = writeln!(
                        text,
                        "no gap is open here as of {}\n",
                        coverage.settings().as_of
                    );
                }
            }
            text.push_str(&told);
            return output::deliver(&text, None);
        }
        let _ = writeln!(text, "As of {}:\n", coverage.settings().as_of);
        for gap in &chosen {
            terminal::entry(&mut text, gap, output::width());
            text.push('\n');
        }
        if let Some(told) = entry(about, catalog) {
            text.push_str(&told);
        }
        output::deliver(&text, None)
    })
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
        legible(id),
        legible(about),
        legible(subject)
    );
    if let Some(kind) = kind.and_then(GapKind::from_word) {
        let _ = writeln!(text, "{kind}: {}", kind.meaning());
    }
    let _ = writeln!(
        text,
        "`custody explain {} --in FILE` tells why it is open and what would close it.\n",
        legible(id)
    );
    text.push_str(&told);
    Some(text)
}

/// Lines of `key: value`, wrapped.
struct Sheet(String);

impl Sheet {
    fn new(title: &str) -> Self {
        let bold = anstyle::Style::new().bold();
        Self(format!("{bold}{}{bold:#}\n\n", legible(title)))
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
    let titled = |risk: &crate::id::RiskId| {
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
    let number = crate::id::ClauseNumber::new(id).ok()?;
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

macro_rules! vocabularies {
    ($($word:ident),+ $(,)?) => {
        /// All words of all vocabularies: vocabulary, word, meaning.
        pub(super) fn all_words() -> Vec<Vec<String>> {
            let mut rows = Vec::new();
            $(rows.extend($word::values().into_iter().map(|word| {
                vec![$word::VOCABULARY.to_owned(), word.word().to_owned(), word.meaning()]
            }));)+
            rows
        }
    };
}

vocabularies!(
    Status,
    Verdict,
    RiskVerdict,
    GapKind,
    Severity,
    EvidenceKind,
    Technique,
    EvidenceState,
    FileCheck,
    Tier,
    Trait,
    Channel,
    SubjectKind,
    Function,
    Threat,
    Factor,
    Actor,
    Asset,
    Provenance,
    Strength,
    Confidence,
    ClauseKind,
    ComponentGroup,
    FactorGroup,
    TransitionKind,
    Direction,
    Level,
    Code,
);

fn word(id: &str) -> Option<String> {
    let rows: Vec<Vec<String>> = all_words()
        .into_iter()
        .filter(|row| row.get(1).is_some_and(|word| word == id))
        .collect();
    let first = rows.first()?.get(1)?.clone();
    let mut sheet = Sheet::new(&first);
    for row in rows {
        if let [vocabulary, _, meaning] = row.as_slice() {
            sheet.paragraph(&format!("{vocabulary}: {meaning}"));
        }
    }
    Some(sheet.0)
}
