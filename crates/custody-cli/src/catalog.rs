//! `custody catalog`: what the catalogue holds.

use super::{Exit, Failure, output, words};
use crate::terminal;
use custody_controls::catalog::{Catalog, Control, Risk};
use custody_controls::diagnostic::suggest;
use custody_controls::glossary;
use custody_controls::id::ClauseNumber;
use custody_controls::taxonomy::{Function, Severity, SubjectKind, Threat};
use custody_controls::text::sanitize;
use custody_controls::vocabulary;
use serde_json::Value;
use std::fmt::{Display, Write};

vocabulary! {
    /// What can be listed of a catalogue.
    Section, "section" {
        /// Its own facts, and how many entries it has.
        Facts,
        /// What should be looked at in it: crosswalks that lead nowhere or leave an edition out.
        Check,
        /// The clauses of the standard.
        Clauses,
        /// The families of controls.
        Families,
        /// The controls.
        Controls,
        /// The risks.
        Risks,
        /// The functional components of a custodian, and what passes between them.
        Components,
        /// The types of keys, their states, and how they go from state to state.
        Keys,
        /// How assets move.
        Flows,
        /// The signature-key matrix of threat factors by threats.
        Matrix,
        /// The frameworks that crosswalks lead to.
        Frameworks,
        /// What a profile selects from its base, adds and leaves out.
        Profile,
        /// The words of the vocabularies and their meanings.
        Words,
    }
}

/// List and filter what the catalogue holds; `custody explain ID` shows one entry.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What to list.
    #[arg(value_parser = words::<Section>(), default_value = "facts")]
    section: Section,
    /// Only controls of this family.
    #[arg(long)]
    family: Option<String>,
    /// Only entries of this clause and the clauses within it.
    #[arg(long)]
    clause: Option<ClauseNumber>,
    /// Only controls about this kind of subject.
    #[arg(long, value_parser = words::<SubjectKind>())]
    subject: Option<SubjectKind>,
    /// Only controls with this function.
    #[arg(long, value_parser = words::<Function>())]
    function: Option<Function>,
    /// Only risks of this severity.
    #[arg(long, value_parser = words::<Severity>())]
    severity: Option<Severity>,
    /// Only risks of this threat.
    #[arg(long, value_parser = words::<Threat>())]
    threat: Option<Threat>,
    /// Only controls that treat this risk, directly or supporting.
    #[arg(long, value_name = "RISK")]
    treats: Option<String>,
    /// Write JSON instead of a table.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    arguments.fit()?;
    if let Some(family) = arguments
        .family
        .as_deref()
        .filter(|family| catalog.family(family).is_none())
    {
        let help = suggest(family, catalog.families().map(|family| family.id.as_str()))
            .or_else(|| Some("`custody catalog families` lists them".to_owned()));
        return Err(Failure::asked(format!("unknown family `{family}`"), help));
    }
    if let Some(clause) = arguments
        .clause
        .as_ref()
        .filter(|clause| !catalog.clauses().contains_key(*clause))
    {
        let help = "`custody catalog clauses` lists them".to_owned();
        return Err(Failure::asked(
            format!("unknown clause `{clause}`"),
            Some(help),
        ));
    }
    if let Some(risk) = arguments
        .treats
        .as_deref()
        .filter(|risk| catalog.risk(risk).is_none())
    {
        let help = suggest(risk, catalog.risks().map(|risk| risk.id.as_str()))
            .or_else(|| Some("`custody catalog risks` lists them".to_owned()));
        return Err(Failure::asked(format!("unknown risk `{risk}`"), help));
    }
    if arguments.section == Section::Check {
        return check(arguments, catalog);
    }
    if arguments.section == Section::Profile && catalog.profile().is_none() {
        let help = "load a profile with `--catalog`, such as `examples/profiles/core.yaml`";
        return Err(Failure::asked(
            format!("`{}` is no profile", catalog.facts().id),
            Some(help.to_owned()),
        ));
    }
    let list = arguments.list(catalog);
    let text = if arguments.json {
        list.json()
    } else {
        list.table()
    };
    output::deliver(&text, None)
}

/// A catalogue that can be used has no errors; warnings are told with their places.
fn check(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let warnings = catalog.warnings();
    let mut text = String::new();
    if arguments.json {
        text = serde_json::to_string_pretty(warnings).unwrap_or_default();
        text.push('\n');
        return output::deliver(&text, None);
    }
    text.push_str(&super::faults::show(warnings));
    let mappings = catalog.mappings().count();
    let _ = writeln!(
        text,
        "no errors: {mappings} mappings of {} controls to {} frameworks",
        catalog.controls().len(),
        catalog.frameworks().len()
    );
    output::deliver(&text, None)
}

struct List {
    headings: Vec<&'static str>,
    rows: Vec<Vec<Value>>,
}

impl List {
    fn new(headings: &[&'static str], rows: impl IntoIterator<Item = Vec<Value>>) -> Self {
        Self {
            headings: headings.to_vec(),
            rows: rows.into_iter().collect(),
        }
    }

    fn table(&self) -> String {
        let mut table = terminal::table(output::width(), &self.headings);
        for row in &self.rows {
            table.add_row(row.iter().map(|cell| sanitize(&shown(cell)).into_owned()));
        }
        let mut text = format!("{}\n", table.trim_fmt());
        let _ = writeln!(
            text,
            "{} {}",
            self.rows.len(),
            if self.rows.len() == 1 {
                "entry"
            } else {
                "entries"
            }
        );
        text
    }

    fn json(&self) -> String {
        let rows: Vec<serde_json::Map<String, Value>> = self
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

/// What stands in a cell of the table.
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

impl Arguments {
    /// Refuses a filter that does not choose among what is listed: a list that is longer than what
    /// was asked for misleads.
    fn fit(&self) -> Result<(), Failure> {
        use Section::{Clauses, Controls, Risks};
        let filters = [
            ("family", self.family.is_some(), &[Controls][..]),
            ("clause", self.clause.is_some(), &[Clauses, Controls, Risks]),
            ("subject", self.subject.is_some(), &[Controls]),
            ("function", self.function.is_some(), &[Controls]),
            ("severity", self.severity.is_some(), &[Risks]),
            ("threat", self.threat.is_some(), &[Risks]),
            ("treats", self.treats.is_some(), &[Controls]),
        ];
        for (name, is_given, sections) in filters {
            if is_given && !sections.contains(&self.section) {
                let fitting: Vec<String> = sections
                    .iter()
                    .map(|section| format!("`custody catalog {section} --{name} …`"))
                    .collect();
                return Err(Failure::asked(
                    format!("`--{name}` does not choose among {}", self.section),
                    Some(format!("it goes with {}", fitting.join(", "))),
                ));
            }
        }
        Ok(())
    }

    fn in_clause(&self, clause: &ClauseNumber) -> bool {
        self.clause
            .as_ref()
            .is_none_or(|wanted| clause.is_within(wanted))
    }

    fn wants_control(&self, control: &Control) -> bool {
        self.in_clause(&control.clause)
            && self
                .family
                .as_deref()
                .is_none_or(|family| control.family.as_str() == family)
            && self
                .subject
                .is_none_or(|subject| control.subject == subject)
            && self
                .function
                .is_none_or(|function| control.functions.contains(&function))
            && self.treats.as_deref().is_none_or(|risk| {
                control
                    .directly
                    .iter()
                    .chain(&control.supporting)
                    .any(|treated| treated.as_str() == risk)
            })
    }

    fn wants_risk(&self, risk: &Risk) -> bool {
        self.in_clause(&risk.clause)
            && self
                .severity
                .is_none_or(|severity| risk.severity == severity)
            && self
                .threat
                .is_none_or(|threat| risk.threats.contains(&threat))
    }

    fn list(&self, catalog: &Catalog) -> List {
        match self.section {
            Section::Facts | Section::Check => facts(catalog),
            Section::Clauses => List::new(
                &["clause", "title", "kind", "summary"],
                catalog
                    .clauses()
                    .iter()
                    .filter(|(number, _)| self.in_clause(number))
                    .map(|(number, clause)| {
                        vec![
                            text(number),
                            text(&clause.title),
                            text(clause.kind),
                            text(&clause.summary),
                        ]
                    }),
            ),
            Section::Families => List::new(
                &["family", "title", "controls"],
                catalog.families().map(|family| {
                    let controls = catalog
                        .controls()
                        .filter(|control| control.family == family.id)
                        .count();
                    vec![text(&family.id), text(&family.title), controls.into()]
                }),
            ),
            Section::Controls => List::new(
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
                    .filter(|control| self.wants_control(control))
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
            Section::Risks => List::new(
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
                    .filter(|risk| self.wants_risk(risk))
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
            Section::Flows => List::new(
                &["flow", "title", "steps"],
                catalog
                    .model()
                    .flows
                    .iter()
                    .map(|(id, flow)| vec![text(id), text(&flow.title), list(&flow.steps)]),
            ),
            Section::Matrix => matrix(catalog),
            Section::Frameworks => List::new(
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
                        catalog
                            .mappings()
                            .filter(|mapping| mapping.framework_id == id)
                            .count()
                            .into(),
                    ]
                }),
            ),
            Section::Profile => profile(catalog),
            Section::Words => List::new(
                &["vocabulary", "word", "meaning"],
                glossary::words().into_iter().map(|entry| {
                    vec![
                        text(entry.vocabulary),
                        text(entry.word),
                        text(entry.meaning),
                    ]
                }),
            ),
        }
    }
}

fn facts(catalog: &Catalog) -> List {
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
    List::new(
        &["fact", "value"],
        rows.into_iter().map(|(key, value)| vec![text(key), value]),
    )
}

fn profile(catalog: &Catalog) -> List {
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
            let asks = custody_controls::gap::asks(parameter.kind, parameter.figure);
            let about = match (&parameter.control, parameter.evidence) {
                (Some(control), _) => format!(", for {control}"),
                (None, Some(kind)) => format!(", for evidence of the kind {kind}"),
                (None, None) => String::new(),
            };
            let authority = custody_controls::gap::authority(parameter);
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
    List::new(&["entry", "name", "what"], rows)
}

fn components(catalog: &Catalog) -> List {
    let model = catalog.model();
    let links = |id: &custody_controls::id::ComponentId| {
        let links = model
            .links
            .iter()
            .filter(|link| link.from == *id || link.to == *id)
            .map(|link| {
                let arrow = match link.direction {
                    Some(custody_controls::taxonomy::Direction::Both) => "<->",
                    Some(custody_controls::taxonomy::Direction::Forward) | None => "->",
                };
                format!("{} {arrow} {}", link.from, link.to)
            });
        list(links)
    };
    List::new(
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

fn keys(catalog: &Catalog) -> List {
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
            text(format_args!("leads to: {}", leads.join(", "))),
        ]
    });
    List::new(&["entry", "id", "title", "what"], types.chain(states))
}

fn matrix(catalog: &Catalog) -> List {
    const THREATS: [Threat; 4] = [
        Threat::Loss,
        Threat::Leakage,
        Threat::Theft,
        Threat::UnauthorizedUse,
    ];
    List::new(
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
