//! The lines of a statement → proposals for the controls that map to their references, and what is
//! not imported.

use super::{StatedStatus, Statement, StatementLine};
use crate::assessment::write::{comment, entry, flow, section};
use crate::assessment::{Assessment, AssessmentDocument, Claim};
use crate::id::ControlId;
use crate::limits;
use crate::location::Location;
use crate::taxonomy::{ClaimKey, Confidence, Status};
use indexmap::IndexMap;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Proposals for an assessment. The cells of each are unknown until it is confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proposals {
    /// An assessment with the header and the wallets of the given one, and with proposals as its
    /// only claims. It can be read alone, or as another file of the given assessment.
    pub document: AssessmentDocument,
    /// What was not imported: columns, then references in the order of the statement, then controls
    /// in catalog order.
    pub not_imported: Vec<NotImported>,
    /// Where the proposals come from.
    from: String,
    /// The titles of the controls.
    titles: IndexMap<ControlId, String>,
}

/// An entry that was not imported, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotImported {
    /// The column or the reference of the statement, or the control of the catalog.
    pub what: String,
    /// The title of the reference, if it may be reproduced.
    pub title: Option<String>,
    /// Why.
    pub why: String,
    /// Its location in the statement.
    pub location: Option<Location>,
}

/// The statuses from the most to the least conservative. If several references map to a control,
/// the most conservative status is proposed. `not-applicable` is last, because it removes a cell
/// from all numbers.
const CONSERVATIVE_FIRST: [Status; 7] = [
    Status::NotImplemented,
    Status::Planned,
    Status::Partial,
    Status::Inherited,
    Status::Alternative,
    Status::Implemented,
    Status::NotApplicable,
];

/// A reference that a control maps to, and its line in the statement.
type Mapped<'s> = (&'s str, Option<&'s StatementLine>);

impl Statement {
    /// Proposes claims for the controls that map to references of the statement, for an assessment
    /// of the same custodian. Controls that have a claim there, or apply to none of its subjects,
    /// are not imported.
    pub fn propose(&self, like: &Assessment) -> Proposals {
        let header = like.document();
        let mut document = AssessmentDocument::new(header.assessment.clone());
        document.title.clone_from(&header.title);
        document.catalog.clone_from(&header.catalog);
        document.custodian.clone_from(&header.custodian);
        document.period = header.period;
        document.assessors.clone_from(&header.assessors);
        document.people.clone_from(&header.people);
        document.providers.clone_from(&header.providers);
        document
            .evidence_max_age
            .clone_from(&header.evidence_max_age);
        document.reassess_within.clone_from(&header.reassess_within);
        document.organization.clone_from(&header.organization);
        document.wallets.clone_from(&header.wallets);
        let mut proposals = Proposals {
            document,
            not_imported: Vec::new(),
            from: format!("{} ({})", self.name, self.framework),
            titles: IndexMap::new(),
        };
        for heading in &self.unread {
            proposals.not_imported.push(NotImported {
                what: format!("column {heading}"),
                title: None,
                why: "the heading is not recognized".to_owned(),
                location: None,
            });
        }
        proposals.not_imported.extend(self.skipped.iter().cloned());
        let mappings = self.mappings(like);
        let framework = like.catalog().frameworks().get(&self.framework);
        let connected: BTreeSet<&str> = mappings
            .values()
            .flat_map(|(_, mapped)| mapped.iter().map(|(reference, _)| *reference))
            .collect();
        for (reference, line) in &self.lines {
            let why = match line.stated {
                _ if !connected.contains(reference.as_str()) => {
                    "no control of the catalog maps to it"
                }
                StatedStatus::Unstated => "the statement gives no status",
                StatedStatus::Applicable => {
                    "it is applicable, but no implementation status is given"
                }
                StatedStatus::Status(_) => continue,
            };
            let known = framework.and_then(|framework| framework.references.get(reference));
            proposals.not_imported.push(NotImported {
                what: reference.clone(),
                title: known.and_then(|known| known.title.clone()),
                why: why.to_owned(),
                location: Some(line.location.clone()),
            });
        }
        for (control, (confidence, mapped)) in mappings {
            self.propose_one(like, control, confidence, &mapped, &mut proposals);
        }
        proposals
    }

    /// The references of the framework that each control maps to, in catalog order.
    fn mappings<'s>(
        &'s self,
        like: &'s Assessment,
    ) -> IndexMap<&'s ControlId, (Confidence, Vec<Mapped<'s>>)> {
        let mut mappings: IndexMap<&ControlId, (Confidence, Vec<Mapped<'_>>)> = IndexMap::new();
        for mapping in like.catalog().mappings() {
            if *mapping.framework_id == self.framework {
                let said = self.lines.get(mapping.reference);
                mappings
                    .entry(&mapping.control.id)
                    .or_insert_with(|| (mapping.confidence, Vec::new()))
                    .1
                    .push((mapping.reference, said));
            }
        }
        mappings
    }

    fn propose_one(
        &self,
        like: &Assessment,
        id: &ControlId,
        confidence: Confidence,
        mapped: &[Mapped<'_>],
        proposals: &mut Proposals,
    ) {
        let statuses = mapped.iter().filter_map(|(_, line)| status_of(*line));
        let Some(status) = statuses.min_by_key(|status| rank(*status)) else {
            return;
        };
        let Some(index) = like.catalog().control_index(id.as_str()) else {
            return;
        };
        let claimed = like.document().claims.get(id).and_then(Option::as_ref);
        let applicable = mapped.iter().filter(|(_, line)| is_applicable(*line));
        let applicable: Vec<&str> = applicable.map(|(reference, _)| *reference).collect();
        let why = if let Some(claim) = claimed {
            match claim.status {
                Some(claimed) if claimed == status => {
                    format!("the assessment already has a claim on it, which is `{claimed}` too")
                }
                Some(claimed) => format!(
                    "the assessment already has a claim on it, which is `{claimed}`; the statement would be `{status}`"
                ),
                None => "the assessment already has claims on it for single wallets".to_owned(),
            }
        } else if like.proposals().contains_key(id) {
            "the assessment already has a proposal for it".to_owned()
        } else if !like.applies(index) {
            "it applies to no subject of the assessment".to_owned()
        } else if status == Status::NotApplicable && !applicable.is_empty() {
            let excluded = mapped.iter().filter(|(_, line)| status_of(*line).is_some());
            let excluded: Vec<&str> = excluded.map(|(reference, _)| *reference).collect();
            format!(
                "of the references that it maps to, {} is not applicable, but {} is",
                excluded.join(", "),
                applicable.join(", ")
            )
        } else {
            let claim = self.claim(status, confidence, mapped);
            proposals.document.claims.insert(id.clone(), Some(claim));
            let title = like.catalog().control_at(index).title.clone();
            proposals.titles.insert(id.clone(), title);
            return;
        };
        proposals.not_imported.push(NotImported {
            what: id.to_string(),
            title: None,
            why,
            location: None,
        });
    }

    /// The proposal. A justification that explains the proposed status becomes the key for it; other
    /// justifications and remarks become a note.
    fn claim(&self, status: Status, confidence: Confidence, mapped: &[Mapped<'_>]) -> Claim {
        let mut stated = Vec::new();
        let mut unstated = Vec::new();
        let mut reasons = Vec::new();
        let mut notes = Vec::new();
        for (reference, line) in mapped {
            match line.map(|line| (line, line.stated)) {
                Some((line, StatedStatus::Status(word))) => {
                    let mut words = word.to_string();
                    if let Some(written) = &line.written {
                        let _ = write!(words, ": {written}");
                    }
                    if let Some(longer) = &line.unshortened {
                        let _ = write!(words, "; or {longer} without its zero");
                    }
                    stated.push(format!("{reference} ({words})"));
                }
                Some((_, StatedStatus::Applicable)) => {
                    stated.push(format!("{reference} (applicable)"));
                }
                Some((_, StatedStatus::Unstated)) | None => unstated.push(*reference),
            }
            let Some(line) = line.filter(|line| line.stated != StatedStatus::Unstated) else {
                continue;
            };
            let mut beside: Vec<&str> = line.inclusion.as_deref().into_iter().collect();
            let is_proposed = line.stated == StatedStatus::Status(status);
            for (reason, is_neutral) in [(&line.justification, true), (&line.exclusion, false)] {
                let Some(reason) = reason else { continue };
                // The reason is about the reference, so it stays attributed to it.
                if is_proposed && status == Status::NotApplicable {
                    reasons.push(format!("{} {reference}: {reason}", self.framework));
                } else if is_proposed && is_neutral && status == Status::Partial {
                    reasons.push(reason.clone());
                } else {
                    beside.push(reason);
                }
            }
            beside.extend(line.remark.as_deref());
            if !beside.is_empty() {
                notes.push(format!("{reference}: {}", beside.join("; ")));
            }
        }
        let mut proposed = format!("{} {}", self.framework, stated.join(", "));
        if !unstated.is_empty() {
            let _ = write!(proposed, "; no status for {}", unstated.join(", "));
        }
        let _ = write!(proposed, "; confidence of the mapping: {confidence}");
        if status == Status::NotApplicable {
            proposed.push_str(
                "; confirm it only if the control itself cannot apply here: a report counts it in no number",
            );
        }
        let reason = (!reasons.is_empty()).then(|| within_limit(reasons.join(" / ")));
        let mut claim = Claim::new(status);
        claim.proposed = Some(within_limit(proposed));
        claim.note = (!notes.is_empty()).then(|| within_limit(notes.join(" / ")));
        match status.explained_by() {
            Some(ClaimKey::Rationale) => claim.rationale = reason,
            Some(ClaimKey::Missing) => claim.missing = reason,
            Some(ClaimKey::Because) => claim.because = reason,
            _ => {}
        }
        claim
    }
}

/// The room for the remark that a text is cut, in characters.
const MARK: usize = 50;

/// A text of several cells, cut if it is longer than a text in an assessment may be.
fn within_limit(text: String) -> String {
    let length = text.chars().count();
    if length <= limits::TEXT {
        return text;
    }
    let kept: String = text.chars().take(limits::TEXT - MARK).collect();
    let cut = length - (limits::TEXT - MARK);
    format!("{kept} [cut here: {cut} more characters]")
}

fn status_of(line: Option<&StatementLine>) -> Option<Status> {
    match line?.stated {
        StatedStatus::Status(status) => Some(status),
        StatedStatus::Applicable | StatedStatus::Unstated => None,
    }
}

fn is_applicable(line: Option<&StatementLine>) -> bool {
    line.is_some_and(|line| line.stated == StatedStatus::Applicable)
}

/// The rank of a status; the lowest is the most conservative.
fn rank(status: Status) -> usize {
    let found = CONSERVATIVE_FIRST.iter().position(|word| *word == status);
    found.unwrap_or(CONSERVATIVE_FIRST.len())
}

impl Proposals {
    /// The number of controls with a proposal.
    pub fn len(&self) -> usize {
        self.document.claims.len()
    }

    /// Whether there are no proposals.
    pub fn is_empty(&self) -> bool {
        self.document.claims.is_empty()
    }

    /// The proposals as a file of an assessment, with what was not imported as comments at its end.
    pub fn to_yaml(&self) -> String {
        let document = &self.document;
        let mut out = format!(
            "# Proposals from a statement of applicability: {}.
# The cells of a proposal are unknown until it is confirmed: assess the control, then delete the line
# `proposed`. This file can be checked alone, or together with the assessment it was made for.
# yaml-language-server: $schema=./assessment.schema.json

",
            comment(&self.from)
        );
        entry(&mut out, "assessment", &document.assessment);
        entry(&mut out, "title", &document.title);
        entry(&mut out, "catalog", &document.catalog);
        entry(&mut out, "custodian", &document.custodian);
        entry(&mut out, "period", &document.period);
        entry(&mut out, "assessors", &document.assessors);
        entry(&mut out, "reassess_within", &document.reassess_within);
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
            let _ = writeln!(out, "  {control}:  # {}", comment(title));
            let claim = serde_json::to_value(claim).unwrap_or_default();
            // The line to delete comes first.
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
        if !self.not_imported.is_empty() {
            out.push_str("\n# Not imported:\n");
        }
        for NotImported {
            what,
            title,
            why,
            location,
        } in &self.not_imported
        {
            let title = title.as_ref().map(|title| format!(" {title}"));
            let place = location.as_ref().map(|location| format!(" ({location})"));
            let what = [Some(what.clone()), title, place];
            let what: String = what.into_iter().flatten().collect();
            let _ = writeln!(out, "#   {}", comment(&format!("{what}: {why}")));
        }
        out
    }
}
