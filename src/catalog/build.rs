//! [`CatalogDocument`] → [`Catalog`].

use super::document::{CatalogDocument, RiskDocument};
use super::{
    Annex, Catalog, Control, ControlDetails, Family, Model, Profile, Resolved, Risk, RiskDetails,
    RiskLinks, Traits, When,
};
use crate::diagnostic::Diagnostics;
use crate::id::{ControlId, RiskId};
use crate::index::{ControlIndex, Position, RiskIndex, proven};
use crate::taxonomy::SubjectKind;
use indexmap::IndexMap;

/// Catalog order: clauses by number, risks by clause and id, families by `order`, controls by
/// clause and id.
pub(super) fn put_in_order(document: &mut CatalogDocument) {
    document.clauses.sort_unstable_keys();
    document.traits.sort_unstable_keys();
    document
        .risks
        .sort_by(|a, x, b, y| (&x.clause, a).cmp(&(&y.clause, b)));
    document
        .families
        .sort_by(|a, x, b, y| (x.order, a).cmp(&(y.order, b)));
    for family in document.families.values_mut() {
        family
            .controls
            .sort_by(|a, x, b, y| (&x.clause, a).cmp(&(&y.clause, b)));
    }
    document.signature_key_matrix.sort_unstable_keys();
    document.frameworks.sort_unstable_keys();
    document.references.sort_unstable_keys();
    document.terms.sort_unstable_keys();
}

/// The SHA-256 of a document in catalog order.
pub(super) fn digest(document: &CatalogDocument) -> String {
    crate::digest::of_json(document)
}

/// A valid document → the catalog.
pub(super) fn build(
    document: CatalogDocument,
    sha256: String,
    warnings: Diagnostics,
    profile: Option<Profile>,
) -> Option<Catalog> {
    let traits = Traits::of(&document.traits);
    let clause_titles = document
        .clauses
        .iter()
        .map(|(number, clause)| (number.clone(), clause.title.clone()))
        .collect();
    let mut annex = Annex {
        clauses: document.clauses,
        model: Model {
            components: document.components,
            outside: document.outside,
            links: document.links,
            key_types: document.key_types,
            key_states: document.key_states,
            key_transitions: document.key_transitions,
            flows: document.flows,
            signature_key_matrix: document.signature_key_matrix,
        },
        frameworks: document.frameworks,
        references: document.references,
        terms: document.terms,
        ..Annex::default()
    };
    let mut risks: IndexMap<RiskId, Risk> = IndexMap::with_capacity(document.risks.len());
    for (id, risk) in document.risks {
        let (entry, details) = build_risk(id.clone(), risk, &traits);
        annex.risks.insert(id.clone(), details);
        risks.insert(id, entry);
    }
    let count = document
        .families
        .values()
        .map(|family| family.controls.len())
        .sum();
    let mut controls: IndexMap<ControlId, Control> = IndexMap::with_capacity(count);
    let mut families = IndexMap::with_capacity(document.families.len());
    for (family_id, family) in document.families {
        for (id, control) in family.controls {
            let index = ControlIndex::at(controls.len());
            let direct_risks = link(&mut risks, &control.treats.directly, |links| match control
                .subject
            {
                SubjectKind::Wallet => links.direct_wallet.push(index),
                SubjectKind::Organization => links.direct_organization.push(index),
            });
            let supporting_risks =
                link(
                    &mut risks,
                    &control.treats.supporting,
                    |links| match control.subject {
                        SubjectKind::Wallet => links.supporting_wallet.push(index),
                        SubjectKind::Organization => links.supporting_organization.push(index),
                    },
                );
            let entry = Control {
                id: id.clone(),
                family: family_id.clone(),
                clause: control.clause,
                title: control.title,
                statement: control.statement,
                directly: control.treats.directly,
                supporting: control.treats.supporting,
                subject: control.subject,
                when: When::new(control.when, &traits),
                functions: control.functions,
                direct_risks,
                supporting_risks,
            };
            let details = ControlDetails {
                evidence: control.evidence,
                techniques: control.techniques,
                source: control.source,
                strength: control.strength,
                provenance: control.provenance,
                replaces: control.replaces,
                crosswalk: control.crosswalk,
            };
            annex.controls.insert(id.clone(), details);
            controls.insert(id, entry);
        }
        families.insert(
            family_id.clone(),
            Family {
                id: family_id,
                title: family.title,
            },
        );
    }
    Some(Catalog::from(Resolved {
        facts: document.catalog?,
        sha256,
        sources: document.sources,
        limits: document.limits,
        clause_titles,
        traits,
        risks,
        families,
        controls,
        warnings: warnings.into(),
        annex: Box::new(annex).into(),
        profile: profile.map(Box::new),
    }))
}

fn build_risk(id: RiskId, risk: RiskDocument, traits: &Traits) -> (Risk, RiskDetails) {
    let details = RiskDetails {
        factors: risk.factors,
        actors: risk.actors,
        source: risk.source,
        provenance: risk.provenance,
        crosswalk: risk.crosswalk,
    };
    let entry = Risk {
        id,
        clause: risk.clause,
        title: risk.title,
        severity: risk.severity,
        threats: risk.threats,
        assets: risk.assets,
        when: When::new(risk.when, traits),
        consequence: risk.consequence,
        links: RiskLinks::default(),
    };
    (entry, details)
}

fn link(
    risks: &mut IndexMap<RiskId, Risk>,
    ids: &[RiskId],
    mut add: impl FnMut(&mut RiskLinks),
) -> Vec<RiskIndex> {
    ids.iter()
        .map(|id| {
            let (position, _, risk) = proven(risks.get_full_mut(id));
            add(&mut risk.links);
            RiskIndex::at(position)
        })
        .collect()
}
