//! What a statement says of references → proposals for the controls that touch them, and what is left
//! out by name.

use super::{Said, Statement, StatementLine};
use crate::assessment::write::{entry, flow, section};
use crate::assessment::{Assessment, AssessmentDocument, Claim};
use crate::id::ControlId;
use crate::source::Location;
use crate::taxonomy::{ClaimKey, Confidence, Status};
use crate::text::sanitize;
use indexmap::IndexMap;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Proposals for an assessment: each counts as unknown until somebody confirms it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proposals {
    /// An assessment of its own: what the one that was given says of itself, with nothing but
    /// proposals as its claims, so that it can be read alone or as a further file of the other one.
    pub document: AssessmentDocument,
    /// What was not imported: columns, then references in the order of the statement, then controls in
    /// catalogue order.
    pub left_out: Vec<LeftOut>,
    /// Where the proposals come from.
    from: String,
    /// What readers call the controls.
    titles: IndexMap<ControlId, String>,
}

/// What was not imported, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// The column or the reference of the statement, or the control of the catalogue.
    pub what: String,
    /// Why.
    pub why: String,
    /// Where the statement says something of it.
    pub location: Option<Location>,
}

/// The order in which words are careful: the first one of what several references say is proposed.
/// `not-applicable` comes last, since it takes a cell out of all numbers.
const CARE: [Status; 7] = [
    Status::NotImplemented,
    Status::Planned,
    Status::Partial,
    Status::Inherited,
    Status::Alternative,
    Status::Implemented,
    Status::NotApplicable,
];

/// A reference that a control touches, and what the statement says of it.
type Touched<'s> = (&'s str, Option<&'s StatementLine>);

impl Statement {
    /// Proposes claims for the controls that touch what the statement speaks about, for an assessment
    /// of the same custodian. Controls that it claims, or that apply to nothing there, are left out.
    pub fn propose(&self, like: &Assessment) -> Proposals {
        let said = like.document();
        let mut document = AssessmentDocument::new(said.assessment.clone());
        document.title.clone_from(&said.title);
        document.catalog.clone_from(&said.catalog);
        document.custodian.clone_from(&said.custodian);
        document.period = said.period;
        document.assessors.clone_from(&said.assessors);
        document.people.clone_from(&said.people);
        document.providers.clone_from(&said.providers);
        document.evidence_max_age.clone_from(&said.evidence_max_age);
        document.organization.clone_from(&said.organization);
        document.wallets.clone_from(&said.wallets);
        let mut proposals = Proposals {
            document,
            left_out: Vec::new(),
            from: format!("{} ({})", self.name, self.framework),
            titles: IndexMap::new(),
        };
        for heading in &self.unread {
            proposals.left_out.push(LeftOut {
                what: format!("column {heading}"),
                why: "its heading is none of those that are understood".to_owned(),
                location: None,
            });
        }
        let touching = self.touching(like);
        let connected: BTreeSet<&str> = touching
            .values()
            .flat_map(|(_, touched)| touched.iter().map(|(reference, _)| *reference))
            .collect();
        for (reference, line) in &self.lines {
            let why = match line.said {
                _ if !connected.contains(reference.as_str()) => {
                    "no control of the catalogue touches it"
                }
                Said::Nothing => "the statement says nothing of it",
                Said::Applicable => "it is applicable, and nothing says how far it is implemented",
                Said::Status(_) => continue,
            };
            proposals.left_out.push(LeftOut {
                what: reference.clone(),
                why: why.to_owned(),
                location: Some(line.location.clone()),
            });
        }
        for (control, (confidence, touched)) in touching {
            self.propose_one(like, control, confidence, &touched, &mut proposals);
        }
        proposals
    }

    /// The references of the framework that each control touches, in catalogue order.
    fn touching<'s>(
        &'s self,
        like: &'s Assessment,
    ) -> IndexMap<&'s ControlId, (Confidence, Vec<Touched<'s>>)> {
        let mut touching: IndexMap<&ControlId, (Confidence, Vec<Touched<'_>>)> = IndexMap::new();
        for mapping in like.catalog().mappings() {
            if *mapping.framework_id == self.framework {
                let said = self.lines.get(mapping.reference);
                touching
                    .entry(&mapping.control.id)
                    .or_insert_with(|| (mapping.confidence, Vec::new()))
                    .1
                    .push((mapping.reference, said));
            }
        }
        touching
    }

    fn propose_one(
        &self,
        like: &Assessment,
        id: &ControlId,
        confidence: Confidence,
        touched: &[Touched<'_>],
        proposals: &mut Proposals,
    ) {
        let statuses = touched.iter().filter_map(|(_, line)| status_of(*line));
        let Some(status) = statuses.min_by_key(|status| care(*status)) else {
            return;
        };
        let Some(index) = like.catalog().control_index(id.as_str()) else {
            return;
        };
        let is_claimed = like.document().claims.get(id).is_some_and(Option::is_some);
        let why = if is_claimed {
            "the assessment claims it already"
        } else if like.proposals().contains_key(id) {
            "the assessment has a proposal for it already"
        } else if !like.applies(index) {
            "it applies to nothing in the assessment"
        } else {
            let claim = self.claim(status, confidence, touched);
            proposals.document.claims.insert(id.clone(), Some(claim));
            let title = like.catalog().control_at(index).title.clone();
            proposals.titles.insert(id.clone(), title);
            return;
        };
        proposals.left_out.push(LeftOut {
            what: id.to_string(),
            why: why.to_owned(),
            location: None,
        });
    }

    /// The proposal itself. What the statement gives as a reason for the status that is proposed
    /// stands where a claim has it; everything else is a note.
    fn claim(&self, status: Status, confidence: Confidence, touched: &[Touched<'_>]) -> Claim {
        let mut said = Vec::new();
        let mut silent = Vec::new();
        let mut reasons = Vec::new();
        let mut notes = Vec::new();
        for (reference, line) in touched {
            let Some(word) = status_of(*line) else {
                silent.push(*reference);
                continue;
            };
            said.push(format!("{reference} ({word})"));
            let Some(line) = line else { continue };
            let mut beside: Vec<&str> = Vec::new();
            match &line.justification {
                Some(reason) if word == status && status.explained_by().is_some() => {
                    reasons.push(reason.as_str());
                }
                Some(reason) => beside.push(reason),
                None => {}
            }
            beside.extend(line.remark.as_deref());
            if !beside.is_empty() {
                notes.push(format!("{reference}: {}", beside.join("; ")));
            }
        }
        let mut proposed = format!("{} {}", self.framework, said.join(", "));
        if !silent.is_empty() {
            let _ = write!(proposed, "; it says nothing of {}", silent.join(", "));
        }
        let _ = write!(proposed, "; confidence of the mapping: {confidence}");
        let reason = (!reasons.is_empty()).then(|| reasons.join(" / "));
        let mut claim = Claim::new(status);
        claim.proposed = Some(proposed);
        claim.note = (!notes.is_empty()).then(|| notes.join(" / "));
        match status.explained_by() {
            Some(ClaimKey::Rationale) => claim.rationale = reason,
            Some(ClaimKey::Missing) => claim.missing = reason,
            Some(ClaimKey::Because) => claim.because = reason,
            Some(ClaimKey::Proposed | ClaimKey::Provider | ClaimKey::Due | ClaimKey::Owner)
            | None => {}
        }
        claim
    }
}

fn status_of(line: Option<&StatementLine>) -> Option<Status> {
    match line?.said {
        Said::Status(status) => Some(status),
        Said::Applicable | Said::Nothing => None,
    }
}

/// How careful a word is; the lowest is the most careful.
fn care(status: Status) -> usize {
    let found = CARE.iter().position(|word| *word == status);
    found.unwrap_or(CARE.len())
}

impl Proposals {
    /// How many controls have a proposal.
    pub fn len(&self) -> usize {
        self.document.claims.len()
    }

    /// Whether nothing is proposed.
    pub fn is_empty(&self) -> bool {
        self.document.claims.is_empty()
    }

    /// The proposals as a file of an assessment, with what was left out as comments at its end.
    pub fn to_yaml(&self) -> String {
        let document = &self.document;
        let mut out = format!(
            "# Proposals from a statement of applicability: {}. Each counts as unknown
# until somebody confirms it, by looking and then deleting its line `proposed`. This file can be
# checked alone, or together with the assessment that it was made for.
# yaml-language-server: $schema=./assessment.schema.json

",
            sanitize(&self.from)
        );
        entry(&mut out, "assessment", &document.assessment);
        entry(&mut out, "title", &document.title);
        entry(&mut out, "catalog", &document.catalog);
        entry(&mut out, "custodian", &document.custodian);
        entry(&mut out, "period", &document.period);
        entry(&mut out, "assessors", &document.assessors);
        section(&mut out, "people", &document.people);
        section(&mut out, "providers", &document.providers);
        entry(&mut out, "evidence_max_age", &document.evidence_max_age);
        entry(&mut out, "organization", &document.organization);
        section(&mut out, "wallets", &document.wallets);
        if document.claims.is_empty() {
            out.push_str("\nclaims: {}\n");
        } else {
            out.push_str("\nclaims:\n");
        }
        for (control, claim) in &document.claims {
            let title = self.titles.get(control).map_or("", String::as_str);
            let _ = writeln!(out, "  {control}:  # {}", sanitize(title));
            let claim = serde_json::to_value(claim).unwrap_or_default();
            // The line that is to be deleted comes first.
            let keys = [
                "proposed",
                "status",
                "rationale",
                "missing",
                "because",
                "note",
            ];
            for key in keys {
                if let Some(value) = claim.get(key) {
                    let _ = writeln!(out, "    {key}: {}", flow(value));
                }
            }
        }
        if !self.left_out.is_empty() {
            out.push_str("\n# Not imported:\n");
        }
        for LeftOut {
            what,
            why,
            location,
        } in &self.left_out
        {
            let place = location.as_ref().map(|location| format!(" ({location})"));
            let place = place.unwrap_or_default();
            let _ = writeln!(out, "#   {}: {why}", sanitize(&format!("{what}{place}")));
        }
        out
    }
}
