//! What a profile leaves out, so that it cannot hide anything.

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

/// What the catalogue does not speak about, and, where it is a profile, all that it leaves out.
pub(super) fn limits(catalog: &Catalog) -> Vec<String> {
    let mut limits = catalog.limits().to_vec();
    if let Some(profile) = catalog.profile() {
        let mut tell = |what: &str, ids: Vec<String>| {
            if !ids.is_empty() {
                let (whose, base) = (&catalog.facts().id, &profile.base.id);
                let ids = ids.join(", ");
                limits.push(format!(
                    "The profile {whose} leaves out these {what} of {base}: {ids}."
                ));
            }
        };
        tell("controls", words(profile.controls_left_out.keys()));
        tell("risks", words(profile.risks_left_out.keys()));
    }
    limits
}

/// The rule of parameters, and what each of them asks for.
pub(super) fn parameters(profile: &Profile) -> Vec<String> {
    if profile.parameters.is_empty() {
        return Vec::new();
    }
    let mut rules = vec!["A cell whose control has a parameter of the profile that the facts do not meet is at most partial, and one for which a fact is not stated at most unproven. A largest age of evidence shortens what the assessment says, and never lengthens it.".to_owned()];
    rules.extend(profile.parameters.iter().map(|(id, parameter)| {
        let whose = match (&parameter.control, parameter.evidence) {
            (Some(control), _) => format!(", for the control {control}"),
            (None, Some(kind)) => format!(", for evidence of the kind {kind}"),
            (None, None) => String::new(),
        };
        format!(
            "By the parameter {id}{whose}, {} ({}).",
            parameter.requirement(),
            parameter.authority()
        )
    }));
    rules
}

fn words<T: Display>(ids: impl Iterator<Item = T>) -> Vec<String> {
    ids.map(|id| id.to_string()).collect()
}
