//! `custody explain`: an entry of the catalog, a diagnostic code or a term; in an assessment, a gap
//! or the derivation of a verdict.

use crate::inputs::{self, Question};
use crate::view::{Json, View, views};
use crate::{Exit, Failure, output, terminal};
use custody_controls::assessment::ORGANIZATION;
use custody_controls::catalog::Catalog;
use custody_controls::coverage::Coverage;
use custody_controls::diagnostic::nearest;
use custody_controls::gap::Gap;
use custody_controls::glossary;
use custody_controls::id::{ClauseNumber, DocumentId, FrameworkId, SourceId, TermId};
use custody_controls::supports::Support;
use custody_controls::taxonomy::{ClauseKind, GapKind, Word};
use custody_controls::text::{count, sanitize};
use std::fmt::Write;
use std::path::PathBuf;

/// Explain a control, risk, clause, gap, diagnostic code, term, document or reference of a framework.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What to explain, such as 9.3.7.3-a, 8.2.2.3-a, 9.3.7, 9.3.7.3-a@btc-hot, unknown-key, effective,
    /// A.8.24 or "ccss-9.0 1.01.1".
    #[arg(value_name = "ID")]
    id: String,
    /// Explain the gaps and verdicts of this assessment: a file or a directory (repeatable).
    #[arg(long = "in", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Show what would no longer be covered if this evidence item, control, person, provider or
    /// wallet were lost.
    #[arg(long, requires = "files")]
    if_lost: bool,
    #[command(flatten)]
    question: Question,
    /// Output format; `custody schema explanation` describes the JSON.
    #[arg(long, value_parser = views::<Json>(), default_value = "terminal", requires = "files")]
    format: View<Json>,
}

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let id = arguments.id.as_str();
    if arguments.files.is_empty() {
        let text = entry(id, catalog)
            .or_else(|| gap_id(id, catalog))
            .or_else(|| reference(id, catalog))
            .ok_or_else(|| unknown(id, catalog))?;
        return output::write(None, &text);
    }
    let (files, question) = (&arguments.files, &arguments.question);
    inputs::evaluate_files(files, question, catalog, |coverage| {
        match (arguments.format, arguments.if_lost) {
            (View::Terminal, false) => in_assessment(id, coverage, catalog),
            (View::Terminal, true) => if_lost(id, coverage),
            (View::Document(Json::Json), false) => explanation_as_json(id, coverage),
            (View::Document(Json::Json), true) => losses_as_json(id, coverage),
        }
    })
}

fn entry(id: &str, catalog: &Catalog) -> Option<String> {
    terminal::entry(id, catalog, output::width())
}

/// A reference of another framework, if the id names exactly one.
fn reference(id: &str, catalog: &Catalog) -> Option<String> {
    match catalog.find_references(id).as_slice() {
        [(framework, reference)] => {
            let width = output::width();
            Some(terminal::reference(framework, reference, catalog, width))
        }
        _ => None,
    }
}

fn unknown(id: &str, catalog: &Catalog) -> Failure {
    let named = catalog.find_references(id);
    if let [(framework, reference)] = named.as_slice() {
        let message = format!("`{id}` is a reference of another framework");
        let (framework, reference) = (&framework.id, framework.written(reference));
        let help = format!(
            "`custody crosswalk FILE --to {framework} --reference {reference}` shows what is mapped to it"
        );
        return Failure::usage(message, Some(help));
    }
    if !named.is_empty() {
        let named = named.iter();
        let named: Vec<String> = named
            .map(|(framework, reference)| {
                format!("`{} {}`", framework.id, framework.written(reference))
            })
            .collect();
        let message = format!("`{id}` is a reference of several frameworks");
        return Failure::usage(message, Some(format!("use {}", named.join(" or "))));
    }
    if let Some(profile) = catalog.profile() {
        let control = profile.controls_left_out.get(id);
        if let Some(entry) = control.or_else(|| profile.risks_left_out.get(id)) {
            let message = format!(
                "the profile `{}` leaves out `{id}` ({})",
                catalog.facts().id,
                entry.title
            );
            let help = format!("load `{}`, the base of the profile", profile.base.id);
            return Failure::usage(message, Some(help));
        }
    }
    let is_number = id.contains('.') && id.starts_with(|c: char| c.is_ascii_digit());
    if is_number && let Some(help) = help_with_number(id, catalog) {
        return Failure::usage(format!("no entry named `{id}`"), Some(help));
    }
    let words = glossary::words_with(catalog);
    let known = catalog
        .controls()
        .map(|control| control.id.as_str())
        .chain(catalog.risks().map(|risk| risk.id.as_str()))
        .chain(catalog.clauses().keys().map(ClauseNumber::as_str))
        .chain(catalog.families().map(|family| family.id.as_str()))
        .chain(catalog.sources().keys().map(SourceId::as_str))
        .chain(catalog.frameworks().keys().map(FrameworkId::as_str))
        .chain(catalog.references().keys().map(DocumentId::as_str))
        .chain(catalog.terms().keys().map(TermId::as_str))
        .chain(words.iter().map(|entry| entry.word.as_ref()));
    let help = nearest(id, known).map_or_else(
        || "`custody catalog controls`, `custody catalog risks` and `custody catalog words` list what can be explained".to_owned(),
        did_you_mean,
    );
    Failure::usage(format!("no entry named `{id}`"), Some(help))
}

/// Help for the number of a control or a risk: its clause decides which one is meant.
fn help_with_number(id: &str, catalog: &Catalog) -> Option<String> {
    let number = id.split('-').next().unwrap_or(id);
    let mut clauses = catalog.clauses().iter();
    let clause = clauses.rfind(|(clause, _)| {
        ClauseNumber::new(number).is_ok_and(|number| number.is_within(clause))
    });
    let kind = match clause?.1.kind {
        ClauseKind::Risk => ClauseKind::Risk,
        // Some controls are in clauses of the reference model.
        ClauseKind::Model | ClauseKind::Objective | ClauseKind::Control => ClauseKind::Control,
    };
    catalog.help_with_id(kind, id)
}

fn did_you_mean(near: &str) -> String {
    format!("did you mean `{near}`?")
}

/// The supports with an id. There are several if, for example, a person and a wallet share it.
fn supports(id: &str, coverage: &Coverage) -> Vec<Support> {
    let mut supports = coverage.all_supports();
    supports.retain(|support| support.id == id);
    supports
}

/// The effects of losing a support.
fn if_lost(id: &str, coverage: &Coverage) -> Result<Exit, Failure> {
    let as_of = coverage.settings().as_of;
    let lost = supports(id, coverage);
    if lost.is_empty() {
        let all = coverage.all_supports();
        let near = nearest(id, all.iter().map(|support| support.id.as_str()));
        let help = match near {
            _ if all.is_empty() => {
                "no control is effective or partly in place, so there is nothing to lose".to_owned()
            }
            Some(near) => did_you_mean(near),
            None => "name an evidence item, a control, a person, a provider or a wallet".to_owned(),
        };
        let message = format!("nothing depends on `{id}` as of {as_of}");
        return Err(Failure::usage(message, Some(help)));
    }
    let mut text = String::new();
    let origin = coverage.assessment().catalog().origin();
    terminal::catalog(&mut text, origin, output::width());
    let _ = writeln!(text, "If lost, as of {as_of}:\n");
    for support in &lost {
        if let Some(row) = coverage.if_lost(support) {
            terminal::loss(&mut text, &row, usize::MAX, output::width());
        }
    }
    output::write(None, &text)
}

fn losses_as_json(id: &str, coverage: &Coverage) -> Result<Exit, Failure> {
    let lost = supports(id, coverage);
    let rows: Vec<_> = lost
        .iter()
        .filter_map(|support| coverage.if_lost(support))
        .collect();
    output::write_json(None, &rows)
}

fn explanation_as_json(id: &str, coverage: &Coverage) -> Result<Exit, Failure> {
    let explanation = coverage.explain(id).ok_or_else(|| {
        let message = format!("`{id}` is not a control or risk of this assessment");
        let help = "only controls and risks are explained as JSON".to_owned();
        Failure::usage(message, Some(help))
    })?;
    output::write_json(None, &explanation)
}

/// An id in an assessment: a gap in full, or all gaps of a control, risk, clause or family, and the
/// entry itself.
fn in_assessment(id: &str, coverage: &Coverage, catalog: &Catalog) -> Result<Exit, Failure> {
    let width = output::width();
    let as_of = coverage.settings().as_of;
    let gaps = coverage.gaps();
    let gaps: Vec<_> = gaps
        .iter()
        .filter(|gap| is_about(gap, id, catalog))
        .collect();
    let (about, subject) = id
        .split_once('@')
        .map_or((id, ORGANIZATION), |(about, rest)| {
            (about, rest.split(':').next().unwrap_or(rest))
        });
    let verdict = coverage.verdict(about, subject);
    let outcome = coverage.outcome_of(about, subject);
    let entry = entry(about, catalog);
    if gaps.is_empty() && entry.is_none() {
        let support = supports(id, coverage);
        return Err(support
            .first()
            .map_or_else(|| unknown(id, catalog), only_a_support));
    }
    if gaps.is_empty() && verdict.is_none() && outcome.is_none() && id.contains('@') {
        let message = format!("no cell, risk or gap named `{id}` as of {as_of}");
        let help = applicable_subjects(coverage, about, subject);
        return Err(Failure::usage(message, help));
    }
    let mut text = String::new();
    terminal::catalog(&mut text, catalog.origin(), width);
    if let Some(explanation) = coverage.explain(id) {
        terminal::explanation(&mut text, &explanation, width);
    }
    let _ = match (gaps.len(), verdict) {
        (0, Some(verdict)) => writeln!(
            text,
            "no gap: `{about}` is {verdict} for `{subject}` as of {as_of}\n"
        ),
        (0, None) => writeln!(text, "no gap as of {as_of}\n"),
        (open, _) => writeln!(text, "{} as of {as_of}:\n", count(open, "gap", "gaps")),
    };
    for gap in gaps {
        terminal::gap(&mut text, gap, width);
        text.push('\n');
    }
    text.push_str(&entry.unwrap_or_default());
    output::write(None, &text)
}

/// A support that is neither a control nor a risk is explained by the effects of its loss.
fn only_a_support(support: &Support) -> Failure {
    let (kind, id) = (support.kind, &support.id);
    let message = format!("`{id}` is not a control, risk or gap; its kind is `{kind}`");
    let help = format!("`custody explain {id} --in FILE --if-lost` shows what depends on it");
    Failure::usage(message, Some(help))
}

/// The subjects that a control or risk applies to, if it does not apply to the given one.
fn applicable_subjects(coverage: &Coverage, about: &str, subject: &str) -> Option<String> {
    let cells = coverage
        .cells()
        .filter(|cell| cell.control.id.as_str() == about)
        .map(|cell| cell.subject.id.as_str());
    let risks = coverage
        .outcomes()
        .filter(|(risk, _, _)| risk.id.as_str() == about)
        .map(|(_, subject, _)| subject.id.as_str());
    let subjects: Vec<&str> = cells.chain(risks).collect();
    if let Some(near) = nearest(subject, subjects.iter().copied()) {
        return Some(format!("did you mean `{about}@{near}`?"));
    }
    let names = subjects.join("`, `");
    (!subjects.is_empty()).then(|| format!("`{about}` applies to `{names}`"))
}

/// Whether a gap has an id, or is about it: a control, risk, clause or family, or a risk for a
/// subject.
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
    let is_of_clause = ClauseNumber::new(about)
        .is_ok_and(|clause| subject.is_none() && gap.clause.is_within(&clause));
    gap.id == id || is_of_control || is_subject && is_of_risk || is_of_clause
}

/// The id of a gap without its assessment.
fn gap_id(id: &str, catalog: &Catalog) -> Option<String> {
    let (about, rest) = id.split_once('@')?;
    let entry = entry(about, catalog)?;
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
        "`custody explain {} --in FILE` explains why it is open and what would close it.\n",
        sanitize(id)
    );
    text.push_str(&entry);
    Some(text)
}
