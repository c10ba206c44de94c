//! The entries that `custody explain` describes: controls, risks, clauses, families, sources and
//! frameworks of a catalog, diagnostic codes and words.

use super::layout::{BOLD, PLAIN, hanging, paint, paragraph};
use custody_controls::catalog::document::ControlCrosswalk;
use custody_controls::catalog::{Catalog, CitedDocument, Control, NamedFramework, Risk, When};
use custody_controls::date::PartialDate;
use custody_controls::diagnostic::{Code, Level};
use custody_controls::glossary;
use custody_controls::id::{ClauseNumber, RiskId};
use custody_controls::taxonomy::{SubjectKind, Word};
use custody_controls::text::sanitize;
use std::fmt::Display;

/// The entry with an id: of the catalog, a diagnostic code or a word. Nothing if there is none.
pub(crate) fn write(id: &str, catalog: &Catalog, width: u16) -> Option<String> {
    let mut sheet = Sheet {
        text: String::new(),
        width,
    };
    let found = if let Some(entry) = catalog.control(id) {
        control(&mut sheet, entry, catalog);
        true
    } else if let Some(entry) = catalog.risk(id) {
        risk(&mut sheet, entry, catalog);
        true
    } else {
        clause(&mut sheet, id, catalog).is_some()
            || family(&mut sheet, id, catalog).is_some()
            || source(&mut sheet, id, catalog).is_some()
            || framework(&mut sheet, id, catalog).is_some()
            || document(&mut sheet, id, catalog).is_some()
            || code(&mut sheet, id).is_some()
            || declared_trait(&mut sheet, id, catalog).is_some()
            || term_or_word(&mut sheet, id, catalog)
    };
    found.then_some(sheet.text)
}

/// A reference of another framework and the controls that are mapped to it.
pub(crate) fn reference(
    framework: &NamedFramework<'_>,
    reference: &str,
    catalog: &Catalog,
    width: u16,
) -> String {
    let mut sheet = Sheet {
        text: String::new(),
        width,
    };
    let known = framework.framework.references.get(reference);
    let title = known.and_then(|known| known.title.as_deref());
    let name = format!(
        "{} {}",
        framework.written(reference),
        title.unwrap_or_default()
    );
    sheet.title(&format!("reference {}", name.trim_end()));
    let edition = &framework.framework.edition;
    let title = format!("{}, {} ({edition})", framework.id, framework.title());
    sheet.fact("framework", &title);
    let becomes = known.map(|known| join(&known.becomes));
    sheet.fact("becomes", &becomes.unwrap_or_default());
    let mapped = catalog.mappings().filter(|mapping| {
        mapping.framework_id == framework.listed_as && mapping.reference == reference
    });
    let mut is_mapped = false;
    for mapping in mapped {
        is_mapped = true;
        let control = mapping.control;
        let text = format!("{} (confidence {})", control.title, mapping.confidence);
        sheet.fact(control.id.as_str(), &text);
    }
    if !is_mapped {
        sheet.fact(
            "controls",
            "none is mapped to it, so nothing is known about it",
        );
    }
    sheet.text
}

/// A title, paragraphs, and lines of `key  value`.
struct Sheet {
    text: String,
    width: u16,
}

impl Sheet {
    fn title(&mut self, title: &str) {
        self.text.push_str(&paint(BOLD, sanitize(title)));
        self.text.push_str("\n\n");
    }

    fn paragraph(&mut self, text: &str) {
        paragraph(&mut self.text, text, ("", ""), self.width, PLAIN);
        self.text.push('\n');
    }

    /// A fact, or nothing if it is empty.
    fn fact(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            let lead = format!("{key:<12}");
            hanging(&mut self.text, &lead, value, self.width, PLAIN);
        }
    }
}

fn crosswalk(sheet: &mut Sheet, crosswalk: Option<&ControlCrosswalk>) {
    if let Some(crosswalk) = crosswalk {
        for (framework, references) in &crosswalk.references {
            sheet.fact("crosswalk", &format!("{framework}: {}", join(references)));
        }
        sheet.fact("confidence", crosswalk.confidence.word());
    }
}

/// The documents that a text names, such as the source of an entry.
fn cited(sheet: &mut Sheet, text: &str, catalog: &Catalog) {
    for (id, document) in catalog.cited_in(text) {
        sheet.fact("reference", &format!("{id}: {}", document.citation()));
    }
}

fn join<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    items.join(", ")
}

fn control(sheet: &mut Sheet, control: &Control, catalog: &Catalog) {
    sheet.title(&format!("control {}: {}", control.id, control.title));
    sheet.paragraph(&control.statement);
    let titled = |risk: &RiskId| {
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
        cited(sheet, &details.source, catalog);
        sheet.fact("replaces", &join(&details.replaces));
        crosswalk(sheet, details.crosswalk.as_ref());
    }
}

fn risk(sheet: &mut Sheet, risk: &Risk, catalog: &Catalog) {
    sheet.title(&format!("risk {}: {}", risk.id, risk.title));
    sheet.paragraph(&risk.consequence);
    let clause_title = catalog.clause_title(&risk.clause);
    sheet.fact("clause", &format!("{} {clause_title}", risk.clause));
    sheet.fact(
        "severity",
        &format!("{}: {}", risk.severity, risk.severity.meaning()),
    );
    let subjects = if risk.is_per_wallet() {
        risk.when.among(SubjectKind::Wallet)
    } else {
        "the organization".to_owned()
    };
    sheet.fact("applies to", &subjects);
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
        sheet.fact("treated by", "no control of the catalog");
    }
    sheet.fact(
        "supporting",
        &join(catalog.supporting_controls(risk).map(|control| &control.id)),
    );
    if let Some(details) = details {
        sheet.fact(
            "source",
            &format!("{} ({})", details.source, details.provenance),
        );
        cited(sheet, &details.source, catalog);
        crosswalk(sheet, details.crosswalk.as_ref());
    }
}

fn clause(sheet: &mut Sheet, id: &str, catalog: &Catalog) -> Option<()> {
    let number = ClauseNumber::new(id).ok()?;
    let clause = catalog.clauses().get(&number)?;
    sheet.title(&format!("clause {number}: {}", clause.title));
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
    Some(())
}

fn family(sheet: &mut Sheet, id: &str, catalog: &Catalog) -> Option<()> {
    let family = catalog.family(id)?;
    sheet.title(&format!("family {}: {}", family.id, family.title));
    for control in catalog
        .controls()
        .filter(|control| control.family == family.id)
    {
        sheet.fact("control", &format!("{} {}", control.id, control.title));
    }
    Some(())
}

fn source(sheet: &mut Sheet, id: &str, catalog: &Catalog) -> Option<()> {
    let source = catalog.sources().get(id)?;
    sheet.title(&format!("source {id}: {}", source.title));
    sheet.fact(
        "date",
        &source.date.map(|date| date.to_string()).unwrap_or_default(),
    );
    sheet.fact("note", source.note.as_deref().unwrap_or_default());
    cited(sheet, id, catalog);
    Some(())
}

fn framework(sheet: &mut Sheet, id: &str, catalog: &Catalog) -> Option<()> {
    let named = catalog.framework(id)?;
    let framework = named.framework;
    sheet.title(&format!("framework {}: {}", named.id, named.title()));
    sheet.fact("edition", &framework.edition);
    sheet.fact("published", &framework.published.to_string());
    sheet.fact("publisher", &framework.publisher);
    sheet.fact("note", framework.note.as_deref().unwrap_or_default());
    sheet.fact("references", &framework.references.len().to_string());
    if named.is_annex() {
        let text = format!(
            "those of {}, with `A.` before their numbers",
            named.listed_as
        );
        sheet.fact("written as", &text);
    }
    cited(sheet, id, catalog);
    Some(())
}

fn document(sheet: &mut Sheet, id: &str, catalog: &Catalog) -> Option<()> {
    let document = catalog.references().get(id)?;
    sheet.title(&format!("reference {id}: {}", document.name()));
    if let Some(relation) = &document.relation {
        sheet.paragraph(relation);
    }
    let date = |date: Option<PartialDate>| date.map(|date| date.to_string()).unwrap_or_default();
    sheet.fact("edition", document.edition.as_deref().unwrap_or_default());
    sheet.fact("date", &date(document.date));
    sheet.fact("body", &document.body);
    let state = format!("{}: {}", document.dated_state(), document.state.meaning());
    sheet.fact("state", &state);
    sheet.fact("stage", document.stage.as_deref().unwrap_or_default());
    let certainty = document.certainty;
    sheet.fact(
        "certainty",
        &format!("{certainty}: {}", certainty.meaning()),
    );
    sheet.fact("drafted as", &join(&document.drafts));
    let others = [
        ("became", &document.became),
        ("replaces", &document.replaces),
    ];
    for (key, others) in others {
        for other in others {
            let named = catalog.references().get(other);
            let citation = named.map(CitedDocument::citation).unwrap_or_default();
            sheet.fact(key, &format!("{other}: {citation}"));
        }
    }
    sheet.fact("found in", &document.found_in.join("; "));
    sheet.fact("note", document.note.as_deref().unwrap_or_default());
    Some(())
}

fn code(sheet: &mut Sheet, id: &str) -> Option<()> {
    let code = Code::from_word(id)?;
    let effect = match code.level() {
        Level::Error => "the document is rejected",
        Level::Warning => "the document is accepted",
    };
    sheet.title(&format!("{} {code}", code.level()));
    sheet.paragraph(&code.meaning());
    sheet.fact("effect", effect);
    Some(())
}

fn declared_trait(sheet: &mut Sheet, id: &str, catalog: &Catalog) -> Option<()> {
    let declared = catalog.traits().get(id)?;
    let document = &declared.document;
    sheet.title(&format!("trait {id}: {}", document.title));
    sheet.paragraph(&document.meaning);
    sheet.fact("tiers", &join(&declared.tiers));
    sheet.fact("implies", &join(&document.implies));
    sheet.fact("excludes", &join(&document.excludes));
    let names = |when: &When| {
        let mut words = when.alternatives().iter().flatten();
        words.any(|word| word.as_str() == id)
    };
    let controls = catalog.controls().filter(|control| names(&control.when));
    sheet.fact("controls", &join(controls.map(|control| &control.id)));
    let risks = catalog.risks().filter(|risk| names(&risk.when));
    sheet.fact("risks", &join(risks.map(|risk| &risk.id)));
    Some(())
}

/// A term of the field and a word of a vocabulary may have the same name.
fn term_or_word(sheet: &mut Sheet, id: &str, catalog: &Catalog) -> bool {
    let term = catalog.term(id).map(|(_, term)| term);
    let mut words = glossary::words();
    words.retain(|entry| entry.word == id);
    if let Some(term) = term {
        sheet.title(&term.term);
        sheet.paragraph(&term.meaning);
    } else if let Some(entry) = words.first() {
        sheet.title(&entry.word);
    }
    for entry in &words {
        sheet.paragraph(&format!("{}: {}", entry.vocabulary, entry.meaning));
    }
    if let Some(term) = term {
        sheet.fact("also", &join(&term.also));
        for id in &term.defined_in {
            let document = catalog.references().get(id);
            let citation = document.map(CitedDocument::citation).unwrap_or_default();
            sheet.fact("defined in", &format!("{id}: {citation}"));
        }
    }
    term.is_some() || !words.is_empty()
}
