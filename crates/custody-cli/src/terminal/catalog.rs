//! The sections of a catalog as tables, and the same rows as JSON.

use super::layout::table;
use crate::catalog::{Filter, Section};
use custody_controls::catalog::Catalog;
use custody_controls::glossary;
use custody_controls::id::{ComponentId, FrameworkId};
use custody_controls::taxonomy::{Direction, Threat};
use custody_controls::text::{count, sanitize};
use serde_json::{Map, Value};
use std::fmt::Display;

/// Rows under headings.
pub(crate) struct Listing {
    headings: Vec<&'static str>,
    rows: Vec<Vec<Value>>,
}

impl Listing {
    fn new(headings: &[&'static str], rows: impl IntoIterator<Item = Vec<Value>>) -> Self {
        Self {
            headings: headings.to_vec(),
            rows: rows.into_iter().collect(),
        }
    }

    pub(crate) fn table(&self, width: u16) -> String {
        let texts = |row: &Vec<Value>| {
            let cells = row.iter();
            cells
                .map(|cell| sanitize(&shown(cell)).into_owned())
                .collect()
        };
        let rows: Vec<Vec<String>> = self.rows.iter().map(texts).collect();
        let entries = count(rows.len(), "entry", "entries");
        format!("{}\n{entries}\n", table(width, &self.headings, &rows))
    }

    pub(crate) fn json(&self) -> String {
        let rows: Vec<Map<String, Value>> = self
            .rows
            .iter()
            .map(|row| {
                let pairs = self.headings.iter().zip(row);
                pairs
                    .map(|(heading, cell)| (heading.replace(' ', "_"), cell.clone()))
                    .collect()
            })
            .collect();
        let mut text = serde_json::to_string_pretty(&rows).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// The text of a table cell.
fn shown(cell: &Value) -> String {
    match cell {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => cell.to_string(),
    }
}

fn text(text: impl Display) -> Value {
    Value::String(text.to_string())
}

fn list<T: Display>(items: impl IntoIterator<Item = T>) -> Value {
    Value::Array(items.into_iter().map(text).collect())
}

/// The entries of a section that pass a filter.
pub(crate) fn listing(section: Section, filter: &Filter, catalog: &Catalog) -> Listing {
    match section {
        Section::Facts | Section::Check => facts(catalog),
        Section::Clauses => clauses(filter, catalog),
        Section::Families => families(catalog),
        Section::Controls => Listing::new(
            &[
                "control",
                "title",
                "subject",
                "applies to",
                "functions",
                "strength",
            ],
            catalog
                .controls()
                .filter(|control| filter.has_control(control))
                .map(|control| {
                    vec![
                        text(&control.id),
                        text(&control.title),
                        text(control.subject),
                        text(control.when.among(control.subject)),
                        list(&control.functions),
                        catalog
                            .control_details(&control.id)
                            .map_or(Value::Null, |details| text(details.strength)),
                    ]
                }),
        ),
        Section::Risks => Listing::new(
            &[
                "risk",
                "title",
                "severity",
                "threats",
                "direct controls",
                "supporting controls",
            ],
            catalog
                .risks()
                .filter(|risk| filter.has_risk(risk))
                .map(|risk| {
                    vec![
                        text(&risk.id),
                        text(&risk.title),
                        text(risk.severity),
                        list(&risk.threats),
                        catalog.direct_controls(risk).count().into(),
                        catalog.supporting_controls(risk).count().into(),
                    ]
                }),
        ),
        Section::Components => components(catalog),
        Section::Keys => keys(catalog),
        Section::Flows => Listing::new(
            &["flow", "title", "steps"],
            catalog
                .model()
                .flows
                .iter()
                .map(|(id, flow)| vec![text(id), text(&flow.title), list(&flow.steps)]),
        ),
        Section::Matrix => matrix(catalog),
        Section::Frameworks => Listing::new(
            &[
                "framework",
                "title",
                "edition",
                "published",
                "references",
                "mappings",
            ],
            catalog.frameworks().iter().map(|(id, framework)| {
                vec![
                    text(id),
                    text(&framework.title),
                    text(&framework.edition),
                    text(framework.published),
                    framework.references.len().into(),
                    mappings_to(id, catalog).into(),
                ]
            }),
        ),
        Section::References => references(filter, catalog),
        Section::Terms => terms(catalog),
        Section::Profile => profile(catalog),
        Section::Words => Listing::new(
            &["vocabulary", "word", "meaning"],
            glossary::words_with(catalog).into_iter().map(|entry| {
                vec![
                    text(entry.vocabulary),
                    text(entry.word),
                    text(entry.meaning),
                ]
            }),
        ),
    }
}

fn clauses(filter: &Filter, catalog: &Catalog) -> Listing {
    let clauses = catalog.clauses().iter();
    let clauses = clauses.filter(|(number, _)| filter.has_clause(number));
    Listing::new(
        &["clause", "title", "kind", "summary"],
        clauses.map(|(number, clause)| {
            vec![
                text(number),
                text(&clause.title),
                text(clause.kind),
                text(&clause.summary),
            ]
        }),
    )
}

/// The references of a framework that controls and risks are mapped to, one by one.
fn mappings_to(id: &FrameworkId, catalog: &Catalog) -> usize {
    let controls = catalog.mappings();
    let controls = controls.filter(|mapping| mapping.framework_id == id);
    let risks = catalog.risks();
    let risks = risks.filter_map(|risk| catalog.risk_crosswalk(&risk.id)?.references.get(id));
    controls.count() + risks.map(Vec::len).sum::<usize>()
}

fn references(filter: &Filter, catalog: &Catalog) -> Listing {
    let bibliography = catalog.bibliography(|document| filter.has_document(document));
    Listing::new(
        &["reference", "title", "date", "state", "as of"],
        bibliography.entries.iter().map(|entry| {
            let document = entry.document;
            vec![
                text(entry.id),
                text(&document.title),
                document.date.map_or(Value::Null, text),
                text(document.state),
                document.as_of.map_or(Value::Null, text),
            ]
        }),
    )
}

fn terms(catalog: &Catalog) -> Listing {
    Listing::new(
        &["term", "also", "meaning", "defined in"],
        catalog.terms().values().map(|term| {
            vec![
                text(&term.term),
                list(&term.also),
                text(&term.meaning),
                list(&term.defined_in),
            ]
        }),
    )
}

fn families(catalog: &Catalog) -> Listing {
    Listing::new(
        &["family", "title", "controls"],
        catalog.families().map(|family| {
            let controls = catalog.controls();
            let controls = controls.filter(|control| control.family == family.id);
            vec![
                text(&family.id),
                text(&family.title),
                controls.count().into(),
            ]
        }),
    )
}

fn facts(catalog: &Catalog) -> Listing {
    let facts = catalog.facts();
    let mut rows = vec![
        ("id", text(&facts.id)),
        ("title", text(&facts.title)),
        ("standard", text(&facts.standard)),
        ("edition", text(&facts.edition)),
        ("version", text(&facts.version)),
        ("published", text(facts.published)),
        ("sha256", text(catalog.sha256())),
        ("clauses", catalog.clauses().len().into()),
        ("components", catalog.model().components.len().into()),
        ("risks", catalog.risks().len().into()),
        ("controls", catalog.controls().len().into()),
        ("families", catalog.families().len().into()),
        ("frameworks", catalog.frameworks().len().into()),
    ];
    if let Some(profile) = catalog.profile() {
        rows.push(("profile of", text(&profile.base.id)));
        rows.push(("scope", text(profile.scope())));
    }
    rows.extend(facts.note.iter().map(|note| ("note", text(note))));
    rows.extend(
        catalog
            .sources()
            .iter()
            .map(|(id, source)| ("source", text(format_args!("{id}: {}", source.title)))),
    );
    rows.extend(catalog.limits().iter().map(|limit| ("limit", text(limit))));
    Listing::new(
        &["fact", "value"],
        rows.into_iter().map(|(key, value)| vec![text(key), value]),
    )
}

fn profile(catalog: &Catalog) -> Listing {
    let mut rows = Vec::new();
    if let Some(profile) = catalog.profile() {
        let mut add = |entry: &str, name: Value, what: Value| {
            rows.push(vec![text(entry), name, what]);
        };
        let base = &profile.base;
        let version = format!("{}, version {}", base.title, base.version);
        add("base", text(&base.id), text(version));
        let (select, except) = (&profile.select, &profile.except);
        for (entry, key, words) in [
            ("select", "clauses", list(&select.clauses)),
            ("select", "families", list(&select.families)),
            ("select", "controls", list(&select.controls)),
            ("select", "risks", list(&select.risks)),
            ("select", "functions", list(&select.functions)),
            ("select", "strengths", list(&select.strengths)),
            ("select", "tiers", list(&select.tiers)),
            ("except", "clauses", list(&except.clauses)),
            ("except", "families", list(&except.families)),
            ("except", "controls", list(&except.controls)),
            ("except", "risks", list(&except.risks)),
        ] {
            if words != Value::Array(Vec::new()) {
                add(entry, text(key), words);
            }
        }
        for control in profile
            .own_controls
            .iter()
            .filter_map(|id| catalog.control(id.as_str()))
        {
            add("own control", text(&control.id), text(&control.title));
        }
        for risk in profile
            .own_risks
            .iter()
            .filter_map(|id| catalog.risk(id.as_str()))
        {
            add("own risk", text(&risk.id), text(&risk.title));
        }
        for (id, parameter) in &profile.parameters {
            let asks = parameter.requirement();
            let about = match (&parameter.control, parameter.evidence) {
                (Some(control), _) => format!(", for {control}"),
                (None, Some(kind)) => format!(", for evidence of the kind {kind}"),
                (None, None) => String::new(),
            };
            let authority = parameter.authority();
            add(
                "parameter",
                text(id),
                text(format_args!("{asks}{about} ({authority})")),
            );
        }
        for (id, entry) in &profile.controls_left_out {
            add("left out", text(id), text(&entry.title));
        }
        for (id, entry) in &profile.risks_left_out {
            add("left out", text(id), text(&entry.title));
        }
    }
    Listing::new(&["entry", "name", "content"], rows)
}

fn components(catalog: &Catalog) -> Listing {
    let model = catalog.model();
    let links = |id: &ComponentId| {
        let links = model
            .links
            .iter()
            .filter(|link| link.from == *id || link.to == *id)
            .map(|link| {
                let arrow = match link.direction {
                    Some(Direction::Both) => "<->",
                    Some(Direction::Forward) | None => "->",
                };
                format!("{} {arrow} {}", link.from, link.to)
            });
        list(links)
    };
    Listing::new(
        &["component", "title", "group", "summary", "links"],
        model.components.iter().map(|(id, component)| {
            vec![
                text(id),
                text(&component.title),
                text(component.group),
                text(&component.summary),
                links(id),
            ]
        }),
    )
}

fn keys(catalog: &Catalog) -> Listing {
    let model = catalog.model();
    let types = model.key_types.iter().map(|(id, key)| {
        vec![
            text("type"),
            text(id),
            text(&key.title),
            text(format_args!("{}; {}", key.form, key.purpose)),
        ]
    });
    let states = model.key_states.iter().map(|(id, state)| {
        let leads: Vec<String> = model
            .key_transitions
            .iter()
            .filter(|transition| transition.from == *id)
            .map(|transition| format!("{} ({})", transition.to, transition.kind))
            .collect();
        vec![
            text("state"),
            text(id),
            text(format_args!("{} {}", state.subject, state.state)),
            text(format_args!("transitions to: {}", leads.join(", "))),
        ]
    });
    Listing::new(&["entry", "id", "title", "details"], types.chain(states))
}

fn matrix(catalog: &Catalog) -> Listing {
    const THREATS: [Threat; 4] = [
        Threat::Loss,
        Threat::Leakage,
        Threat::Theft,
        Threat::UnauthorizedUse,
    ];
    Listing::new(
        &[
            "row",
            "group",
            "factor",
            "loss",
            "leakage",
            "theft",
            "unauthorized use",
        ],
        catalog
            .model()
            .signature_key_matrix
            .iter()
            .map(|(id, row)| {
                let mut cells = vec![text(id), text(row.group), text(&row.factor)];
                let risk = |threat: &Threat| row.cells.get(threat).map_or(Value::Null, text);
                cells.extend(THREATS.iter().map(risk));
                cells
            }),
    )
}
