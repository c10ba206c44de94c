//! `custody catalog`: the entries of a catalog.

use crate::view::{View, views, words};
use crate::{Exit, Failure, diagnostics, output, terminal};
use custody_controls::catalog::{Catalog, CitedDocument, Control, Risk};
use custody_controls::diagnostic::suggest;
use custody_controls::id::{ClauseNumber, FrameworkId};
use custody_controls::taxonomy::{DocumentState, Function, Severity, SubjectKind, Threat};
use custody_controls::text::count;
use custody_controls::vocabulary;
use custody_formats::{BibliographyFormat, Render};
use std::collections::BTreeSet;
use std::fmt::Write;

vocabulary! {
    /// A section of a catalog.
    Section, "section" {
        /// Its metadata, and the number of its entries.
        Facts,
        /// Its warnings: crosswalks that omit a reference or an edition of a framework.
        Check,
        /// The clauses of the standard.
        Clauses,
        /// The families of controls.
        Families,
        /// The controls.
        Controls,
        /// The risks.
        Risks,
        /// The functional components of a custodian, and the data flows between them.
        Components,
        /// The types of keys, their states and the transitions between states.
        Keys,
        /// The flows of assets.
        Flows,
        /// The matrix of threat factors and threats for signature keys.
        Matrix,
        /// The frameworks that controls are mapped to.
        Frameworks,
        /// The documents that the catalog cites, and others near its subject, with their states.
        References,
        /// The terms of the field, with the documents that define them.
        Terms,
        /// What a profile selects from its base catalog, adds to it and leaves out.
        Profile,
        /// The words of every vocabulary, with their meanings.
        Words,
    }
}

/// List and filter the entries of the catalog; `custody explain ID` explains one.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Section to list.
    #[arg(value_parser = words::<Section>(), default_value = "facts")]
    section: Section,
    #[command(flatten)]
    filter: Filter,
    /// Write JSON instead of a table.
    #[arg(long)]
    json: bool,
    /// Format of the references.
    #[arg(long, value_parser = views::<BibliographyFormat>(), conflicts_with = "json")]
    format: Option<View<BibliographyFormat>>,
}

/// Which entries to list.
#[derive(Debug, clap::Args)]
pub(crate) struct Filter {
    /// List only controls of this family.
    #[arg(long)]
    family: Option<String>,
    /// List only entries of this clause and its subclauses.
    #[arg(long)]
    clause: Option<ClauseNumber>,
    /// List only controls that apply to this kind of subject.
    #[arg(long, value_parser = words::<SubjectKind>())]
    subject: Option<SubjectKind>,
    /// List only controls with this function.
    #[arg(long, value_parser = words::<Function>())]
    function: Option<Function>,
    /// List only risks of this severity.
    #[arg(long, value_parser = words::<Severity>())]
    severity: Option<Severity>,
    /// List only risks that involve this threat.
    #[arg(long, value_parser = words::<Threat>())]
    threat: Option<Threat>,
    /// List only controls that treat this risk directly or support its treatment.
    #[arg(long, value_name = "RISK")]
    treats: Option<String>,
    /// List only references in this state.
    #[arg(long, value_parser = words::<DocumentState>())]
    state: Option<DocumentState>,
    /// List only references whose publisher has this in its name, such as ITU-T or "TC 307".
    #[arg(long, value_name = "NAME")]
    body: Option<String>,
}

pub(crate) fn run(arguments: &Arguments, catalog: &Catalog) -> Result<Exit, Failure> {
    let Arguments {
        section,
        filter,
        json,
        format,
    } = arguments;
    filter.refuse_unsupported(*section, format.is_some())?;
    filter.refuse_unknown(catalog)?;
    if *section == Section::Check {
        return check(*json, catalog);
    }
    if *section == Section::Profile && catalog.profile().is_none() {
        let help = "load a profile with `--catalog`, such as `examples/profiles/core.yaml`";
        return Err(Failure::usage(
            format!("`{}` is not a profile", catalog.facts().id),
            Some(help.to_owned()),
        ));
    }
    let format = match (section, format, json) {
        (Section::References, Some(View::Document(format)), _) => Some(*format),
        (Section::References, None, true) => Some(BibliographyFormat::Json),
        _ => None,
    };
    if let Some(format) = format {
        let bibliography = catalog.bibliography(|document| filter.has_document(document));
        return output::write_with(None, |out| bibliography.write(format, out));
    }
    let listing = terminal::listing(*section, filter, catalog);
    if *json {
        return output::write_document(None, &listing.json());
    }
    output::write(None, &listing.table(output::width()))
}

/// The warnings of a catalog, with their locations. A catalog with errors is not loaded.
fn check(json: bool, catalog: &Catalog) -> Result<Exit, Failure> {
    let warnings = catalog.warnings();
    if json {
        return output::write_json(None, warnings);
    }
    let mut text = diagnostics::show(warnings);
    let frameworks = catalog.mappings().map(|mapping| mapping.framework_id);
    let frameworks: BTreeSet<&FrameworkId> = frameworks.collect();
    let _ = writeln!(
        text,
        "no errors: {} of {} to {}",
        count(catalog.mappings().count(), "mapping", "mappings"),
        count(catalog.controls().len(), "control", "controls"),
        count(frameworks.len(), "framework", "frameworks")
    );
    output::write(None, &text)
}

impl Filter {
    /// Refuses a filter that does not apply to a section, because the list would be longer than
    /// expected.
    fn refuse_unsupported(&self, section: Section, has_format: bool) -> Result<(), Failure> {
        use Section::{Clauses, Controls, References, Risks};
        let filters = [
            ("family", self.family.is_some(), &[Controls][..]),
            ("clause", self.clause.is_some(), &[Clauses, Controls, Risks]),
            ("subject", self.subject.is_some(), &[Controls]),
            ("function", self.function.is_some(), &[Controls]),
            ("severity", self.severity.is_some(), &[Risks]),
            ("threat", self.threat.is_some(), &[Risks]),
            ("treats", self.treats.is_some(), &[Controls]),
            ("state", self.state.is_some(), &[References]),
            ("body", self.body.is_some(), &[References]),
            ("format", has_format, &[References]),
        ];
        for (name, is_given, sections) in filters {
            if is_given && !sections.contains(&section) {
                let supported: Vec<String> = sections
                    .iter()
                    .map(|section| format!("`custody catalog {section} --{name} …`"))
                    .collect();
                return Err(Failure::usage(
                    format!("`--{name}` does not apply to {section}"),
                    Some(format!("use it with {}", supported.join(", "))),
                ));
            }
        }
        Ok(())
    }

    /// Refuses families, clauses and risks that the catalog does not have.
    fn refuse_unknown(&self, catalog: &Catalog) -> Result<(), Failure> {
        let unknown = |what: &str, name: &str, section: Section, near: Option<String>| {
            let help = near.unwrap_or_else(|| format!("`custody catalog {section}` lists them"));
            Err(Failure::usage(
                format!("unknown {what} `{name}`"),
                Some(help),
            ))
        };
        let family = self.family.as_deref();
        if let Some(family) = family.filter(|family| catalog.family(family).is_none()) {
            let near = suggest(family, catalog.families().map(|family| family.id.as_str()));
            return unknown("family", family, Section::Families, near);
        }
        let clause = self.clause.as_ref();
        if let Some(clause) = clause.filter(|clause| !catalog.clauses().contains_key(*clause)) {
            return unknown("clause", clause.as_str(), Section::Clauses, None);
        }
        let risk = self.treats.as_deref();
        if let Some(risk) = risk.filter(|risk| catalog.risk(risk).is_none()) {
            let near = suggest(risk, catalog.risks().map(|risk| risk.id.as_str()));
            return unknown("risk", risk, Section::Risks, near);
        }
        Ok(())
    }

    pub(crate) fn has_clause(&self, clause: &ClauseNumber) -> bool {
        self.clause
            .as_ref()
            .is_none_or(|wanted| clause.is_within(wanted))
    }

    pub(crate) fn has_control(&self, control: &Control) -> bool {
        self.has_clause(&control.clause)
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

    pub(crate) fn has_risk(&self, risk: &Risk) -> bool {
        self.has_clause(&risk.clause)
            && self
                .severity
                .is_none_or(|severity| risk.severity == severity)
            && self
                .threat
                .is_none_or(|threat| risk.threats.contains(&threat))
    }

    pub(crate) fn has_document(&self, document: &CitedDocument) -> bool {
        let body = document.body.to_lowercase();
        self.state.is_none_or(|state| document.state == state)
            && self
                .body
                .as_deref()
                .is_none_or(|wanted| body.contains(&wanted.to_lowercase()))
    }
}
