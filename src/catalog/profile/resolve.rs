//! [`ProfileDocument`] + its base → [`Catalog`], or all errors.
//!
//! 1. The base is converted to a document, and the profile's own entries are added; the result is
//!    checked like any other catalog.
//! 2. A control of the base stays if it is selected and not excluded. A risk of the base stays if
//!    it is not deselected by id, and if a control that treats it directly stays or the base has none:
//!    a profile never makes it look as if the catalog had no control for a risk. The profile's own
//!    entries stay.
//! 3. What stays is built like any other catalog, and what was left out is listed.

use super::select::narrow;
use super::{Profile, ProfileDocument};
use crate::catalog::Catalog;
use crate::catalog::build::{build, put_in_order};
use crate::catalog::check::CatalogCheck;
use crate::catalog::document::{
    CatalogDocument, CatalogFacts, ControlDocument, FamilyDocument, RiskDocument, Treats,
};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Level};
use crate::id::{ControlId, FamilyId, RiskId};
use crate::index::index;
use crate::location::Place;
use crate::source::{Collector, Sources};
use indexmap::IndexMap;

pub(in crate::catalog) fn resolve(
    mut document: ProfileDocument,
    base: &Catalog,
    sources: &Sources,
    diagnostics: Vec<Diagnostic>,
) -> Result<Catalog, Diagnostics> {
    document.parameters.sort_unstable_keys();
    let mut check = CatalogCheck {
        is_complete: diagnostics.iter().all(|one| one.level() != Level::Error),
        diagnostics: Collector::new(sources, diagnostics),
    };
    check.base(&document, base);
    check.names(&document, base);
    let own = Own::of(&document);
    check.is_new(&document, base);
    let mut whole = authored(base);
    let families = index(whole.families.len());
    for family in document.families.values_mut() {
        family.order = family.order.saturating_add(families);
    }
    let added = CatalogDocument {
        sources: std::mem::take(&mut document.sources),
        limits: std::mem::take(&mut document.limits),
        clauses: std::mem::take(&mut document.clauses),
        traits: std::mem::take(&mut document.traits),
        risks: std::mem::take(&mut document.risks),
        families: std::mem::take(&mut document.families),
        frameworks: std::mem::take(&mut document.frameworks),
        ..CatalogDocument::default()
    };
    // Entries that both have were reported above, with their locations.
    whole.merge(added, |_, _| {});
    put_in_order(&mut whole);
    check.document(&whole);
    // Warnings without a location are about the base, which has them itself.
    let is_ours = |diagnostic: &Diagnostic| {
        diagnostic.location.is_some() || diagnostic.code.level() == Level::Error
    };
    check.diagnostics.list.retain(is_ours);
    let (controls_left_out, risks_left_out) = narrow(&mut whole, &document, &own);
    check.what_is_left(&document, &whole, &own, &risks_left_out);
    check.parameters(&document, &whole, &controls_left_out);
    let diagnostics = Diagnostics::sorted(check.diagnostics.list);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let facts = base.facts();
    whole.catalog = Some(CatalogFacts {
        id: document.profile,
        title: document.title,
        standard: facts.standard.clone(),
        edition: facts.edition.clone(),
        version: document.version,
        published: document.published,
        note: document.note,
    });
    let profile = Profile {
        base: facts.clone(),
        base_sha256: base.sha256().to_owned(),
        select: document.select,
        except: document.except,
        controls_left_out,
        risks_left_out,
        own_controls: own.controls,
        own_risks: own.risks,
        parameters: document.parameters,
    };
    // Of the content, in catalog order, so that layout and order of the file have no effect.
    let sha256 = crate::digest::of_json(&(
        base.sha256(),
        &whole,
        &profile.select,
        &profile.except,
        &profile.parameters,
    ));
    build(whole, sha256, diagnostics, Some(profile)).ok_or_else(|| {
        Diagnostics::sorted(vec![Diagnostic::new(
            Code::InconsistentCatalog,
            "the profile has no metadata",
        )])
    })
}

/// The profile's own entries.
pub(super) struct Own {
    pub(super) controls: Vec<ControlId>,
    pub(super) risks: Vec<RiskId>,
}

impl Own {
    fn of(document: &ProfileDocument) -> Self {
        let controls = document
            .families
            .values()
            .flat_map(|family| family.controls.keys());
        Self {
            controls: controls.cloned().collect(),
            risks: document.risks.keys().cloned().collect(),
        }
    }
}

/// A catalog as it could have been authored in one file.
fn authored(base: &Catalog) -> CatalogDocument {
    let annex = base.annex();
    let mut document = CatalogDocument {
        catalog: None,
        sources: base.sources().clone(),
        limits: base.limits().to_vec(),
        clauses: annex.clauses.clone(),
        components: annex.model.components.clone(),
        outside: annex.model.outside.clone(),
        links: annex.model.links.clone(),
        key_types: annex.model.key_types.clone(),
        key_states: annex.model.key_states.clone(),
        key_transitions: annex.model.key_transitions.clone(),
        flows: annex.model.flows.clone(),
        signature_key_matrix: annex.model.signature_key_matrix.clone(),
        frameworks: annex.frameworks.clone(),
        references: annex.references.clone(),
        terms: annex.terms.clone(),
        ..CatalogDocument::default()
    };
    let traits = base.traits().iter();
    document.traits = traits
        .map(|(id, declared)| (id.clone(), declared.document.clone()))
        .collect();
    for risk in base.risks() {
        let Some(details) = annex.risks.get(&risk.id) else {
            continue;
        };
        let entry = RiskDocument {
            clause: risk.clause.clone(),
            title: risk.title.clone(),
            severity: risk.severity,
            threats: risk.threats.clone(),
            factors: details.factors.clone(),
            actors: details.actors.clone(),
            assets: risk.assets.clone(),
            when: risk.when.alternatives().to_vec(),
            consequence: risk.consequence.clone(),
            source: details.source.clone(),
            provenance: details.provenance,
            crosswalk: details.crosswalk.clone(),
            place: Place::default(),
        };
        document.risks.insert(risk.id.clone(), entry);
    }
    let mut families: IndexMap<FamilyId, FamilyDocument> = base
        .families()
        .zip(1..)
        .map(|(family, order)| {
            let entry = FamilyDocument {
                title: family.title.clone(),
                order,
                controls: IndexMap::new(),
                place: Place::default(),
            };
            (family.id.clone(), entry)
        })
        .collect();
    for control in base.controls() {
        let (Some(family), Some(details)) = (
            families.get_mut(&control.family),
            annex.controls.get(&control.id),
        ) else {
            continue;
        };
        let entry = ControlDocument {
            clause: control.clause.clone(),
            title: control.title.clone(),
            statement: control.statement.clone(),
            treats: Treats {
                directly: control.directly.clone(),
                supporting: control.supporting.clone(),
            },
            subject: control.subject,
            when: control.when.alternatives().to_vec(),
            functions: control.functions.clone(),
            evidence: details.evidence.clone(),
            techniques: details.techniques.clone(),
            source: details.source.clone(),
            strength: details.strength,
            provenance: details.provenance,
            replaces: details.replaces.clone(),
            crosswalk: details.crosswalk.clone(),
            place: Place::default(),
        };
        family.controls.insert(control.id.clone(), entry);
    }
    document.families = families;
    document
}
