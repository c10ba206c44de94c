//! Why something is not covered, and what would close it.
//!
//! A gap is one cell or one risk that falls short. It says *because* (the chain from the verdict to
//! the line in the file) and *closes if* (alternatives, each a set of changes of which none can be
//! left out).

mod parameter;
pub mod step;

pub(crate) use parameter::measured;
pub use parameter::{Asked, asks, authority};
pub use step::{Step, StepKind};

use crate::assessment::{
    Acceptance, AcceptanceFacts, Assertion, ClaimParts, Evidence, EvidenceFacts, Proposal,
    SubjectId,
};
use crate::catalog::Risk;
use crate::coverage::{Cell, Coverage, EvidenceStanding, RiskOutcome};
use crate::date::Date;
use crate::id::{ControlId, EvidenceId, PersonId, RiskId};
use crate::index::{EvidenceIndex, Grid, Position, RiskIndex, SubjectIndex};
use crate::source::Location;
use crate::taxonomy::{
    EvidenceState, FileCheck, Function, GapKind, RiskVerdict, Severity, Status, Verdict, Word,
};
use serde::Serialize;
use std::fmt::{self, Write};

/// One cell or one risk that falls short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Gap {
    /// Its id, the same in every report: `control@subject` for a cell, `risk@subject:kind` for a
    /// risk.
    pub id: String,
    /// How it falls short.
    pub kind: GapKind,
    /// How much it matters; `docs/coverage.md` has the rule.
    pub severity: Severity,
    /// The control, for a gap of a cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control: Option<ControlId>,
    /// The risk, for a gap of a risk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<RiskId>,
    /// Whom it is about.
    pub subject: SubjectId,
    /// What readers call the control or the risk.
    pub title: String,
    /// The clause that the control or the risk belongs to.
    pub clause: crate::id::ClauseNumber,
    /// The risks that stay open with it: those that the control treats directly.
    pub open_risks: Vec<RiskId>,
    /// The chain from the verdict to the line in the file.
    pub because: Vec<Reason>,
    /// Alternatives, each a set of changes that closes the gap when all of them are made.
    pub closes_if: Vec<Vec<Change>>,
    /// Who is responsible, where the claim says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// By when it is to be closed, where the claim says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Where the claim or the acceptance stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// The position of the control or the risk in the catalogue.
    #[serde(skip)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub(crate) position: usize,
}

impl Gap {
    /// Each alternative that closes the gap, in words.
    pub fn alternatives(&self) -> impl Iterator<Item = String> {
        self.closes_if.iter().map(|all| {
            let is_claim = matches!(
                all.first(),
                Some(Change::Confirm { .. } | Change::State { .. })
            );
            // Few are longer.
            let mut words = String::with_capacity(128);
            for (position, change) in all.iter().enumerate() {
                if position > 0 {
                    words.push_str(", and ");
                }
                if is_claim && position == 1 && matches!(change, Change::Cite { .. }) {
                    // Both are about one claim, which is named once.
                    words.push_str("cites current evidence");
                } else {
                    change.say(&mut words);
                }
            }
            words
        })
    }

    /// Whether the day by which it was to be closed has passed.
    pub fn is_overdue(&self, as_of: Date) -> bool {
        self.due.is_some_and(|due| due < as_of)
    }
}

/// A link of the chain from a verdict to a line in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Reason {
    /// What is so.
    pub text: String,
    /// The risk that makes the gap matter, where the link is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<RiskId>,
    /// Where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

impl Reason {
    fn new(text: String, location: Option<Location>) -> Self {
        Self {
            text,
            risk: None,
            location,
        }
    }
}

/// A change that helps to close a gap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "change", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Change {
    /// The claim on a cell says that the control is in place: `implemented`, `alternative` or
    /// `inherited`, with what these ask for.
    State {
        /// The control.
        control: ControlId,
        /// Whom the claim is about.
        subject: SubjectId,
        /// The keys of the claim that then have no meaning any more and have to go.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        without: Vec<&'static str>,
    },
    /// The proposal on a control is confirmed: somebody looks, and deletes its line `proposed`.
    Confirm {
        /// The control.
        control: ControlId,
    },
    /// The claim on a cell cites evidence that is current on the day.
    Cite {
        /// The control.
        control: ControlId,
        /// Whom the claim is about.
        subject: SubjectId,
    },
    /// The claim on a cell says `not-applicable` and why.
    Exclude {
        /// The control.
        control: ControlId,
        /// Whom the claim is about.
        subject: SubjectId,
    },
    /// An evidence item that has expired may be relied on until the day or longer.
    Renew {
        /// The item.
        evidence: EvidenceId,
        /// The day until which it must be valid.
        until: Date,
    },
    /// The day from which an evidence item speaks is reached.
    Await {
        /// The item.
        evidence: EvidenceId,
        /// The day from which it speaks.
        from: Date,
    },
    /// The file of an evidence item is put where its locator says.
    RestoreFile {
        /// The item.
        evidence: EvidenceId,
    },
    /// The file of an evidence item is the one that was collected, or its SHA-256 is corrected after
    /// somebody has looked.
    CorrectFile {
        /// The item.
        evidence: EvidenceId,
    },
    /// A risk is accepted, by somebody who may, until the day or longer.
    Accept {
        /// The risk.
        risk: RiskId,
        /// Whom the acceptance is about.
        subject: SubjectId,
        /// The day until which it must hold.
        until: Date,
    },
    /// Every direct control of a risk is effective.
    Treat {
        /// The risk.
        risk: RiskId,
        /// Whom it is about.
        subject: SubjectId,
    },
    /// A catalogue of your own has a control that treats the risk directly, and it is effective.
    AddControl {
        /// The risk.
        risk: RiskId,
    },
    /// The facts of wallets state what a parameter of the profile asks for, and meet it.
    Meet {
        /// What it asks for.
        asked: Asked,
    },
}

impl Change {
    /// Says it in words.
    fn say(&self, words: &mut String) {
        let _ = match self {
            Self::State {
                control,
                subject,
                without,
            } => {
                let says = "says `implemented`, `alternative` or `inherited`";
                the_claim(words, control, subject, says);
                match without.as_slice() {
                    [] => Ok(()),
                    keys => write!(words, " (without `{}`)", keys.join("` and `")),
                }
            }
            Self::Confirm { control } => write!(
                words,
                "the proposal on `{control}` is confirmed, by deleting its line `proposed`"
            ),
            Self::Cite { control, subject } => {
                the_claim(words, control, subject, "cites current evidence");
                Ok(())
            }
            Self::Exclude { control, subject } => {
                the_claim(words, control, subject, "says `not-applicable` and why");
                Ok(())
            }
            Self::Renew { evidence, until } => write!(
                words,
                "`{evidence}` is renewed and valid until {until} or longer"
            ),
            Self::Await { evidence, from } => {
                write!(words, "{from} is reached, from which `{evidence}` speaks")
            }
            Self::RestoreFile { evidence } => write!(
                words,
                "the file of `{evidence}` is put where its locator says"
            ),
            Self::CorrectFile { evidence } => write!(
                words,
                "the file of `{evidence}` is the one that was collected, or its digest is corrected"
            ),
            Self::Accept {
                risk,
                subject,
                until,
            } => write!(
                words,
                "`{risk}` is accepted for `{subject}` until {until} or longer"
            ),
            Self::Treat { risk, subject } => write!(
                words,
                "every direct control of `{risk}` is effective for `{subject}`"
            ),
            Self::AddControl { risk } => write!(
                words,
                "a control of your own catalogue treats `{risk}` directly and is effective"
            ),
            Self::Meet { asked } => write!(words, "{asked}"),
        };
    }
}

/// A report has hundreds of these, and to join texts is faster than to format them.
fn the_claim(words: &mut String, control: &ControlId, subject: &SubjectId, says: &str) {
    let (control, subject) = (control.as_str(), subject.as_str());
    words.extend(["the claim on `", control, "` for `", subject, "` ", says]);
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = String::new();
        self.say(&mut words);
        f.write_str(&words)
    }
}

impl Coverage {
    /// All gaps, the gravest first: by severity, then by the number of open risks that the control
    /// treats directly, then gaps of cells before gaps of risks, then in catalogue order, then by
    /// subject.
    pub fn gaps(&self) -> Vec<Gap> {
        let mut gaps: Vec<Gap> = self
            .cells()
            .filter_map(|cell| self.cell_gap(&cell))
            .collect();
        for (risk, subject, outcome) in self.outcomes() {
            gaps.extend(self.no_control(risk, &subject.id, outcome));
            gaps.extend(self.no_detection(risk, &subject.id, outcome));
            gaps.extend(self.acceptance_expired(risk, &subject.id, outcome));
        }
        gaps.sort_by_cached_key(|gap| {
            (
                std::cmp::Reverse(gap.severity),
                std::cmp::Reverse(gap.open_risks.len()),
                gap.kind.is_of_risk(),
                gap.position,
                gap.subject.clone(),
                gap.kind,
            )
        });
        gaps
    }

    /// The severity of each gap, as [`Coverage::gaps`] has them but in no order, and how many of them
    /// are overdue: for whoever asks for many days how much falls short, and not why.
    pub(crate) fn gap_severities(&self) -> (Vec<Severity>, u64) {
        let (catalog, subjects) = (self.assessment().catalog(), self.assessment().subjects());
        // Whether each risk is open for each subject; the organization's cells matter for all.
        let mut open: Grid<RiskIndex, SubjectIndex, bool> =
            Grid::filled(catalog.risks().len(), subjects.len(), false);
        let mut severities = Vec::new();
        for (risk, _, outcome) in self.outcomes() {
            if outcome.verdict.is_open() {
                open[(outcome.risk, SubjectIndex::ORGANIZATION)] = true;
                open[(outcome.risk, outcome.subject)] = true;
            }
            severities.extend(lacks_control(outcome).then_some(risk.severity));
            severities.extend(lacks_detection(outcome).then_some(risk.severity.one_step_lower()));
            let has_ended = self.ended_acceptance(outcome).is_some();
            severities.extend(has_ended.then_some(risk.severity));
        }
        let mut overdue = 0;
        for cell in self.cells() {
            if matches!(cell.verdict, Verdict::Effective | Verdict::Excluded) {
                continue;
            }
            let is_open = |risk: &&RiskIndex| open[(**risk, cell.index.subject)];
            let risks = cell.control.direct_risks.iter().filter(is_open);
            let highest = risks.map(|risk| catalog.risk_at(*risk).severity).max();
            severities.push(severity_of(cell.verdict, highest));
            let assertion = self.assessment().assertion_on(cell.index);
            let due = assertion.and_then(|assertion| self.assessment().parts(assertion).due);
            overdue += u64::from(due.is_some_and(|due| due < self.settings().as_of));
        }
        (severities, overdue)
    }

    fn cell_gap(&self, cell: &Cell<'_>) -> Option<Gap> {
        let assertion = self.assessment().assertion_on(cell.index);
        let parts = assertion.map(|assertion| self.assessment().parts(assertion));
        let kind = self.kind_of(cell.verdict, assertion, parts.as_ref())?;
        let open = self.open_risks(cell);
        let severity = severity_of(
            cell.verdict,
            open.iter().map(|(risk, _)| risk.severity).max(),
        );
        let mut because = self.why_the_verdict(cell, assertion, parts.as_ref());
        let proposal = self.proposal_of(cell);
        because.reserve_exact(open.len() + 1);
        for (risk, outcome) in &open {
            because.push(self.why_it_matters(risk, outcome));
        }
        because.push(Reason::new(
            why_the_severity(severity, cell.verdict, &open),
            None,
        ));
        Some(Gap {
            id: cell.name(),
            kind,
            severity,
            control: Some(cell.control.id.clone()),
            risk: None,
            subject: cell.subject.id.clone(),
            title: cell.control.title.clone(),
            clause: cell.control.clause.clone(),
            open_risks: open.iter().map(|(risk, _)| risk.id.clone()).collect(),
            because,
            closes_if: self.closes_cell(cell, assertion),
            owner: parts.and_then(|parts| parts.owner.cloned()),
            due: parts.and_then(|parts| parts.due),
            location: match proposal {
                Some(proposal) => proposal.location.clone(),
                None => assertion.and_then(|assertion| assertion.location.clone()),
            },
            position: cell.index.control.position(),
        })
    }

    /// The proposal that waits to be confirmed for a cell.
    fn proposal_of(&self, cell: &Cell<'_>) -> Option<&Proposal> {
        self.assessment().proposal_on(cell.index)
    }

    fn kind_of(
        &self,
        verdict: Verdict,
        assertion: Option<&Assertion>,
        parts: Option<&ClaimParts<'_>>,
    ) -> Option<GapKind> {
        let overdue = parts
            .and_then(|parts| parts.due)
            .is_some_and(|due| due < self.settings().as_of);
        let claimed = assertion.map(|assertion| self.claimed(assertion));
        match verdict {
            Verdict::Effective | Verdict::Excluded => None,
            Verdict::Unknown => Some(GapKind::NotAssessed),
            Verdict::Partial if claimed != Some(Verdict::Partial) => Some(GapKind::ParameterNotMet),
            Verdict::Unproven if claimed == Some(Verdict::Effective) => Some(GapKind::FactMissing),
            Verdict::Partial | Verdict::Absent if overdue => Some(GapKind::Overdue),
            Verdict::Partial => Some(GapKind::Partial),
            Verdict::Absent => Some(match assertion.map(|assertion| assertion.status) {
                Some(Status::Planned) => GapKind::Planned,
                _ => GapKind::NotImplemented,
            }),
            Verdict::Unproven => {
                let cited = assertion
                    .map(|assertion| self.assessment().cited_by(assertion))
                    .unwrap_or_default();
                let has = |wanted: fn(EvidenceStanding) -> bool| {
                    let mut standings = cited.iter().map(|item| self.evidence_at(*item));
                    standings.any(wanted)
                };
                Some(if has(|standing| standing.file == FileCheck::Mismatch) {
                    GapKind::EvidenceHashMismatch
                } else if has(|standing| standing.file == FileCheck::Missing) {
                    GapKind::EvidenceMissingFile
                } else if has(|standing| standing.state == EvidenceState::Expired) {
                    GapKind::EvidenceExpired
                } else if cited.is_empty() {
                    GapKind::Unproven
                } else {
                    GapKind::EvidenceNotYetValid
                })
            }
        }
    }

    /// The open risks that a cell treats directly, the gravest first, each with its worst outcome.
    fn open_risks(&self, cell: &Cell<'_>) -> Vec<(&Risk, RiskOutcome)> {
        let subject = cell.index.subject;
        let is_organization = subject == SubjectIndex::ORGANIZATION;
        let mut open: Vec<(&Risk, RiskOutcome)> = cell
            .control
            .direct_risks
            .iter()
            .filter_map(|position| {
                let all = self.outcomes_at(*position);
                let worst = if is_organization {
                    let open = all.iter().filter(|outcome| outcome.verdict.is_open());
                    *open.min_by_key(|outcome| outcome.verdict.rank())?
                } else {
                    // The outcomes of a risk are in the order of subjects.
                    let found = all.binary_search_by_key(&subject, |outcome| outcome.subject);
                    let outcome = all.get(found.ok()?)?;
                    Some(*outcome).filter(|outcome| outcome.verdict.is_open())?
                };
                Some((self.assessment().catalog().risk_at(*position), worst))
            })
            .collect();
        open.sort_by_key(|(risk, outcome)| {
            (
                std::cmp::Reverse(risk.severity),
                outcome.verdict.rank(),
                outcome.risk,
            )
        });
        open
    }

    fn why_the_verdict(
        &self,
        cell: &Cell<'_>,
        assertion: Option<&Assertion>,
        parts: Option<&ClaimParts<'_>>,
    ) -> Vec<Reason> {
        if let Some(proposal) = self.proposal_of(cell) {
            return vec![why_it_waits(proposal, &cell.control.id, &cell.subject.id)];
        }
        // A report has hundreds of these, and to join texts is faster than to format them.
        let (control, subject) = (cell.control.id.as_str(), cell.subject.id.as_str());
        let (Some(assertion), Some(parts)) = (assertion, parts) else {
            let nobody = ["nobody has looked at `", control, "` for `", subject, "`"].concat();
            let mut because = vec![Reason::new(nobody, None)];
            because.extend(self.why_the_parameters(cell));
            return because;
        };
        let status = assertion.status.word();
        let mut said = ["the claim on `", control, "` says `", status, "`"].concat();
        if assertion.narrowed.is_some() {
            said.extend([" for `", subject, "`"]);
        }
        if let Some(missing) = parts.missing {
            said.extend(["; missing: ", missing.trim_end_matches('.')]);
        }
        if let Some(due) = parts.due {
            let days = due.days_until(self.settings().as_of);
            let _ = match days {
                1.. => write!(said, "; it was due on {due}, {days} days ago"),
                0 => write!(said, "; it is due on {due}, today"),
                _ => write!(said, "; it is due on {due}, in {} days", -days),
            };
        }
        if let Some(note) = parts.note {
            said.extend(["; note: ", note]);
        }
        let mut because = vec![Reason::new(said, assertion.location.clone())];
        if self.claimed(assertion) == Verdict::Unproven {
            let cited = self.assessment().cited_by(assertion);
            if cited.is_empty() {
                because.push(Reason::new("it cites no evidence".to_owned(), None));
            }
            because.extend(cited.iter().map(|item| self.why_not_reliable(*item)));
        }
        because.extend(self.why_the_parameters(cell));
        because
    }

    fn why_not_reliable(&self, item: EvidenceIndex) -> Reason {
        let (id, evidence, facts) = self.assessment().evidence_at(item);
        let standing = self.evidence_at(item);
        let mut faults = Vec::new();
        match standing.state {
            EvidenceState::NotYetValid => faults.push(format!("speaks only from {}", facts.from)),
            EvidenceState::Expired => faults.push(self.validity_ended(evidence, facts)),
            EvidenceState::Current => {}
        }
        match standing.file {
            FileCheck::Missing => faults.push(format!(
                "has no file at `{}` in the folder",
                evidence.locator
            )),
            FileCheck::Mismatch => faults.push(format!(
                "has another SHA-256 than the file at `{}`",
                evidence.locator
            )),
            FileCheck::NotChecked | FileCheck::Present | FileCheck::Matches => {}
        }
        Reason::new(
            format!("`{id}` ({}) {}", evidence.title, faults.join(" and ")),
            facts.location.clone(),
        )
    }

    fn why_it_matters(&self, risk: &Risk, outcome: &RiskOutcome) -> Reason {
        let subject = self.assessment().subject(outcome.subject).id.as_str();
        let accepted = if outcome.accepted {
            ", and accepted"
        } else {
            ""
        };
        let (effective, all) = (outcome.direct.numerator, outcome.direct.denominator);
        let mut text = String::with_capacity(192);
        let parts = [
            "it directly treats `",
            risk.id.as_str(),
            "` (",
            &risk.title,
            ", ",
            risk.severity.word(),
            "), which is ",
            outcome.verdict.word(),
            " for `",
            subject,
            "`: ",
        ];
        text.extend(parts);
        let _ = write!(text, "{effective} of {all}");
        text.extend([" direct controls are effective", accepted]);
        Reason {
            risk: Some(risk.id.clone()),
            ..Reason::new(text, None)
        }
    }

    pub(crate) fn closes_cell(
        &self,
        cell: &Cell<'_>,
        assertion: Option<&Assertion>,
    ) -> Vec<Vec<Change>> {
        let (control, subject) = (cell.control.id.clone(), cell.subject.id.clone());
        let parts = assertion.map(|assertion| self.assessment().parts(assertion));
        let proposal = self.proposal_of(cell);
        let mut without = Vec::new();
        without.extend(proposal.map(|_| "proposed"));
        if let Some(parts) = parts.or_else(|| proposal.map(|proposal| proposal.claim.parts())) {
            let obsolete = [
                ("missing", parts.missing.is_some()),
                ("due", parts.due.is_some()),
            ];
            let written = obsolete.iter().filter(|(_, is_written)| *is_written);
            without.extend(written.map(|(key, _)| *key));
        }
        let state = Change::State {
            control: control.clone(),
            subject: subject.clone(),
            without,
        };
        let cite = Change::Cite {
            control: control.clone(),
            subject: subject.clone(),
        };
        let cited = assertion
            .map(|assertion| self.assessment().cited_by(assertion))
            .unwrap_or_default();
        let backed = assertion.is_some_and(|assertion| self.is_backed(assertion));
        let asked = self.meets(cell);
        let claimed = assertion.map_or(Verdict::Unknown, |assertion| self.claimed(assertion));
        let confirm = Change::Confirm {
            control: control.clone(),
        };
        let confirmed = proposal.map(|proposal| self.confirmed(proposal));
        let mut alternatives = match claimed {
            // Only parameters leave less of it.
            Verdict::Effective if asked.is_empty() => Vec::new(),
            Verdict::Effective => vec![Vec::new()],
            Verdict::Excluded => Vec::new(),
            Verdict::Unknown => match confirmed {
                Some(Confirmed::Effective) => vec![vec![confirm.clone()]],
                Some(Confirmed::Unproven) => vec![vec![confirm.clone(), cite]],
                None | Some(Confirmed::Open | Confirmed::Excluded) => vec![vec![state, cite]],
            },
            Verdict::Partial | Verdict::Absent if backed => vec![vec![state]],
            Verdict::Partial | Verdict::Absent => vec![vec![state, cite]],
            Verdict::Unproven => {
                let mut alternatives: Vec<Vec<Change>> =
                    cited.iter().filter_map(|item| self.mend(*item)).collect();
                alternatives.push(vec![cite]);
                alternatives
            }
        };
        for changes in &mut alternatives {
            changes.extend(asked.iter().cloned());
        }
        if claimed == Verdict::Unknown && matches!(confirmed, Some(Confirmed::Excluded)) {
            alternatives.insert(0, vec![confirm]);
        } else if claimed == Verdict::Unknown {
            alternatives.push(vec![Change::Exclude { control, subject }]);
        }
        alternatives
    }

    fn validity_ended(&self, evidence: &Evidence, facts: &EvidenceFacts) -> String {
        let (until, profile) = (facts.until, self.assessment().catalog().profile());
        let shortened = facts.shortened_by.as_ref().and_then(|id| {
            let parameter = profile?.parameters.get(id)?;
            Some((id, parameter))
        });
        if let Some((id, parameter)) = shortened {
            format!(
                "was collected on {} and could be relied on until {until}, because by the parameter `{id}` {} ({})",
                evidence.collected,
                asks(parameter.kind, parameter.figure),
                authority(parameter)
            )
        } else if evidence.valid_until.is_some() {
            format!("expired on {until}")
        } else {
            format!(
                "was collected on {} and could be relied on until {until}",
                evidence.collected
            )
        }
    }

    /// What a cell would come to if its proposal were confirmed as it stands.
    fn confirmed(&self, proposal: &Proposal) -> Confirmed {
        let claim = &proposal.claim;
        let backed = claim.evidence.iter().any(|id| {
            self.evidence(id.as_str())
                .is_some_and(EvidenceStanding::is_reliable)
        });
        let in_place = if backed {
            Confirmed::Effective
        } else {
            Confirmed::Unproven
        };
        let stray = [
            claim.missing.is_some(),
            claim.due.is_some(),
            claim.rationale.is_some() && claim.status != Some(Status::Alternative),
            claim.provider.is_some() && claim.status != Some(Status::Inherited),
            claim.because.is_some() && claim.status != Some(Status::NotApplicable),
        ];
        if stray.contains(&true) {
            return Confirmed::Open;
        }
        match claim.status {
            Some(Status::Implemented) => in_place,
            Some(Status::Alternative) if claim.rationale.is_some() => in_place,
            Some(Status::Inherited) if claim.provider.is_some() => in_place,
            Some(Status::NotApplicable) if claim.because.is_some() => Confirmed::Excluded,
            Some(
                Status::Alternative
                | Status::Inherited
                | Status::NotApplicable
                | Status::Partial
                | Status::Planned
                | Status::NotImplemented,
            )
            | None => Confirmed::Open,
        }
    }

    /// What makes an evidence item reliable.
    pub(crate) fn mend(&self, item: EvidenceIndex) -> Option<Vec<Change>> {
        let (id, _, facts) = self.assessment().evidence_at(item);
        let standing = self.evidence_at(item);
        let mut changes = Vec::new();
        match standing.state {
            EvidenceState::Expired => changes.push(Change::Renew {
                evidence: id.clone(),
                until: self.settings().as_of,
            }),
            EvidenceState::NotYetValid => changes.push(Change::Await {
                evidence: id.clone(),
                from: facts.from,
            }),
            EvidenceState::Current => {}
        }
        match standing.file {
            FileCheck::Missing => changes.push(Change::RestoreFile {
                evidence: id.clone(),
            }),
            FileCheck::Mismatch => changes.push(Change::CorrectFile {
                evidence: id.clone(),
            }),
            FileCheck::NotChecked | FileCheck::Present | FileCheck::Matches => {}
        }
        Some(changes)
    }

    fn accept(&self, risk: &Risk, subject: &SubjectId) -> Vec<Change> {
        vec![Change::Accept {
            risk: risk.id.clone(),
            subject: subject.clone(),
            until: self.settings().as_of,
        }]
    }

    fn no_control(&self, risk: &Risk, subject: &SubjectId, outcome: &RiskOutcome) -> Option<Gap> {
        if !lacks_control(outcome) {
            return None;
        }
        let mut gap = risk_gap(GapKind::NoControl, risk, subject, outcome);
        let supporting: Vec<String> = self
            .assessment()
            .catalog()
            .supporting_controls(risk)
            .map(|control| format!("`{}`", control.id))
            .collect();
        gap.because.push(Reason::new(
            format!(
                "the catalogue names no control that treats `{}` directly",
                risk.id
            ),
            None,
        ));
        gap.because.push(Reason::new(
            if supporting.is_empty() {
                "no control supports its treatment either".to_owned()
            } else {
                format!(
                    "its treatment is only supported, by {}",
                    supporting.join(", ")
                )
            },
            None,
        ));
        gap.because.push(Reason::new(
            format!("severity `{}` is that of the risk", gap.severity),
            None,
        ));
        gap.closes_if = vec![
            self.accept(risk, subject),
            vec![Change::AddControl {
                risk: risk.id.clone(),
            }],
        ];
        Some(gap)
    }

    fn no_detection(&self, risk: &Risk, subject: &SubjectId, outcome: &RiskOutcome) -> Option<Gap> {
        if !lacks_detection(outcome) {
            return None;
        }
        let mut gap = risk_gap(GapKind::NoDetection, risk, subject, outcome);
        let cells = self.direct_cells(outcome).into_iter();
        let mut detective: Vec<Cell<'_>> = cells
            .filter_map(|cell| self.cell(cell))
            .filter(|cell| {
                let is_detective = cell.control.functions.contains(&Function::Detective);
                is_detective && cell.verdict != Verdict::Excluded
            })
            .collect();
        detective.sort_by_key(|cell| cell.index.control);
        gap.because.push(Reason::new(
            format!("no detective control of `{}` is effective for `{subject}`: the event would go unnoticed", risk.id),
            None,
        ));
        for cell in detective {
            let (control, verdict, of) = (cell.control, cell.verdict, &cell.subject.id);
            let assertion = self.assessment().assertion_on(cell.index);
            gap.because.push(Reason::new(
                format!(
                    "`{}` ({}) is {verdict} for `{of}`",
                    control.id, control.title
                ),
                assertion.and_then(|assertion| assertion.location.clone()),
            ));
            // An exclusion would take the detective control away, not make it effective.
            let changes = self.closes_cell(&cell, assertion).into_iter();
            gap.closes_if.extend(changes.filter(|all| {
                !all.iter()
                    .any(|change| matches!(change, Change::Exclude { .. }))
            }));
        }
        parameter::leave_out_detours(&mut gap.closes_if);
        gap.because.push(Reason::new(
            format!(
                "severity `{}` is one step below that of the risk, `{}`",
                gap.severity, risk.severity
            ),
            None,
        ));
        gap.closes_if.push(self.accept(risk, subject));
        Some(gap)
    }

    /// The acceptance that ended before the day and leaves a risk open.
    fn ended_acceptance(&self, outcome: &RiskOutcome) -> Option<(&Acceptance, &AcceptanceFacts)> {
        let (_, acceptance, facts) = self.acceptance_of(outcome.risk, outcome.subject)?;
        let has_ended = acceptance.until < self.settings().as_of && outcome.verdict.is_open();
        has_ended.then_some((acceptance, facts))
    }

    fn acceptance_expired(
        &self,
        risk: &Risk,
        subject: &SubjectId,
        outcome: &RiskOutcome,
    ) -> Option<Gap> {
        let (acceptance, facts) = self.ended_acceptance(outcome)?;
        let mut gap = risk_gap(GapKind::AcceptanceExpired, risk, subject, outcome);
        gap.location.clone_from(&facts.location);
        gap.because.push(Reason::new(
            format!(
                "the acceptance of `{}` by `{}` ended on {}",
                risk.id, acceptance.approved_by, acceptance.until
            ),
            facts.location.clone(),
        ));
        gap.because.push(Reason::new(
            format!(
                "the risk is {} for `{subject}`: {} of {} direct controls are effective",
                outcome.verdict, outcome.direct.numerator, outcome.direct.denominator
            ),
            None,
        ));
        gap.because.push(Reason::new(
            format!("severity `{}` is that of the risk", gap.severity),
            None,
        ));
        gap.closes_if.push(self.accept(risk, subject));
        gap.closes_if.push(vec![if risk.has_direct_control() {
            Change::Treat {
                risk: risk.id.clone(),
                subject: subject.clone(),
            }
        } else {
            Change::AddControl {
                risk: risk.id.clone(),
            }
        }]);
        Some(gap)
    }
}

/// What a cell would come to if its proposal were confirmed as it stands.
enum Confirmed {
    Effective,
    Unproven,
    Excluded,
    /// It would be another gap, or something that it asks for is missing.
    Open,
}

fn why_it_waits(proposal: &Proposal, control: &ControlId, subject: &SubjectId) -> Reason {
    let status = proposal.claim.status.map_or("", Status::word);
    let said = format!(
        "nobody has looked at `{control}` for `{subject}`; a proposal that it is `{status}` waits to be confirmed, from {}",
        proposal.origin()
    );
    Reason::new(said, proposal.location.clone())
}

/// Whether no control treats the risk directly, and nobody has accepted that.
fn lacks_control(outcome: &RiskOutcome) -> bool {
    outcome.verdict == RiskVerdict::NoControl && !outcome.accepted
}

/// Whether a detective control is offered, none is effective, and nobody has accepted that.
fn lacks_detection(outcome: &RiskOutcome) -> bool {
    !outcome.depth.detects && outcome.detection_left && !outcome.accepted
}

/// A gap of a risk, before it says why.
fn risk_gap(kind: GapKind, risk: &Risk, subject: &SubjectId, outcome: &RiskOutcome) -> Gap {
    let severity = if kind == GapKind::NoDetection {
        risk.severity.one_step_lower()
    } else {
        risk.severity
    };
    Gap {
        id: format!("{}@{subject}:{kind}", risk.id),
        kind,
        severity,
        control: None,
        risk: Some(risk.id.clone()),
        subject: subject.clone(),
        title: risk.title.clone(),
        clause: risk.clause.clone(),
        open_risks: if outcome.verdict.is_open() {
            vec![risk.id.clone()]
        } else {
            Vec::new()
        },
        because: Vec::new(),
        closes_if: Vec::new(),
        owner: None,
        due: None,
        location: None,
        position: outcome.risk.position(),
    }
}

/// The highest severity among the open risks that the cell treats directly; one step lower where it
/// is partial or unproven; `low` where it only supports.
fn severity_of(verdict: Verdict, highest: Option<Severity>) -> Severity {
    match (highest, verdict) {
        (None, _) => Severity::Low,
        (Some(highest), Verdict::Partial | Verdict::Unproven) => highest.one_step_lower(),
        (
            Some(highest),
            Verdict::Absent | Verdict::Unknown | Verdict::Effective | Verdict::Excluded,
        ) => highest,
    }
}

fn why_the_severity(severity: Severity, verdict: Verdict, open: &[(&Risk, RiskOutcome)]) -> String {
    let highest = open.iter().map(|(risk, _)| risk.severity).max();
    let (start, severity) = ("severity `", severity.word());
    match highest.map(Severity::word) {
        None => [start, severity, "`: it treats no open risk directly here"].concat(),
        Some(highest) if matches!(verdict, Verdict::Partial | Verdict::Unproven) => {
            let (below, because) = (
                "` is one step below the highest of these, `",
                "`, because the cell is ",
            );
            [start, severity, below, highest, because, verdict.word()].concat()
        }
        Some(_) => [start, severity, "` is the highest of these"].concat(),
    }
}
