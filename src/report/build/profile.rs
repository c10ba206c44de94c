//! What a profile leaves out, so that nothing is hidden.

use crate::catalog::{Catalog, Profile};
use crate::report::{ControlLeftOut, ParameterRow, ProfileFacts, RiskLeftOut};
use std::fmt::Display;

pub(super) fn facts(profile: &Profile) -> ProfileFacts {
    ProfileFacts {
        base: profile.base.id.clone(),
        base_title: profile.base.title.clone(),
        base_version: profile.base.version.clone(),
        base_sha256: profile.base_sha256.clone(),
        scope: profile.scope().to_string(),
        controls_left_out: profile
            .controls_left_out
            .iter()
            .map(|(id, entry)| ControlLeftOut {
                control: id.clone(),
                title: entry.title.clone(),
                clause: entry.clause.clone(),
            })
            .collect(),
        risks_left_out: profile
            .risks_left_out
            .iter()
            .map(|(id, entry)| RiskLeftOut {
                risk: id.clone(),
                title: entry.title.clone(),
                clause: entry.clause.clone(),
            })
            .collect(),
        own_controls: profile.own_controls.clone(),
        own_risks: profile.own_risks.clone(),
        parameters: profile
            .parameters
            .iter()
            .map(|(id, parameter)| ParameterRow {
                parameter: id.clone(),
                kind: parameter.kind,
                figure: parameter.figure,
                control: parameter.control.clone(),
                evidence: parameter.evidence,
                jurisdiction: parameter.jurisdiction.clone(),
                source: parameter.source.title.clone(),
                publisher: parameter.source.publisher.clone(),
                citation: parameter.source.citation.clone(),
                url: parameter.source.url.clone(),
                date: parameter.date,
            })
            .collect(),
    }
}

/// The limits of the catalog, and everything that a profile leaves out.
pub(super) fn limits(catalog: &Catalog) -> Vec<String> {
    let mut limits = catalog.limits().to_vec();
    if let Some(profile) = catalog.profile() {
        let mut add = |what: &str, ids: Vec<String>| {
            if !ids.is_empty() {
                let (whose, base) = (&catalog.facts().id, &profile.base.id);
                let ids = ids.join(", ");
                limits.push(format!(
                    "The profile {whose} leaves out these {what} of {base}: {ids}."
                ));
            }
        };
        add("controls", words(profile.controls_left_out.keys()));
        add("risks", words(profile.risks_left_out.keys()));
    }
    limits
}

/// The rule of parameters, and what each parameter requires.
pub(super) fn parameters(profile: &Profile) -> Vec<String> {
    if profile.parameters.is_empty() {
        return Vec::new();
    }
    let mut rules = vec!["If the facts do not meet a parameter of the profile, the instances of its control are at most partial; if a fact is not stated, they are at most unproven. A maximum age of evidence shortens the validity that the assessment states and never extends it.".to_owned()];
    rules.extend(profile.parameters.iter().map(|(id, parameter)| {
        let whose = match (&parameter.control, parameter.evidence) {
            (Some(control), _) => format!(" for control {control}"),
            (None, Some(kind)) => format!(" for evidence of kind {kind}"),
            (None, None) => String::new(),
        };
        format!(
            "Parameter {id}{whose}: {} ({}).",
            parameter.requirement(),
            parameter.authority()
        )
    }));
    rules
}

fn words<T: Display>(ids: impl Iterator<Item = T>) -> Vec<String> {
    ids.map(|id| id.to_string()).collect()
}
