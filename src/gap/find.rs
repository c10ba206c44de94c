//! Finding gaps: which cells and risks fall short, how severely, and why.

use super::Gap;
use super::claim::{ClaimedCell, JudgedClaim};
use super::parameter::{self, Bound};
use super::reason::{
    Claimed, Due, ExpiryRule, IrrelevantEvidence, Reason, ReasonKind, SeverityRule,
    UnreliableEvidence,
};
use crate::catalog::Risk;
use crate::coverage::{Cell, Coverage, EvidenceStanding, RiskOutcome};
use crate::index::{CellIndex, EvidenceIndex, Grid, IndexVec, Position, RiskIndex, SubjectIndex};
use crate::taxonomy::{EvidenceState, FileCheck, GapKind, Relevance, Severity, Status, Verdict};
use std::cmp::Reverse;
use std::sync::Arc;

impl Coverage {
    /// All gaps, the most severe first: by severity, then by the [rank](GapKind::rank) of their kind,
    /// then by the number of open risks that the control treats directly, then gaps of cells before gaps
    /// of risks, then in the order of the catalog, then by subject.
    pub fn gaps(&self) -> Vec<Gap> {
        // Shared by the gaps of all cells whose claims cite the item.
        let items = self.assessment().evidence().indices();
        let unreliable: IndexVec<EvidenceIndex, Reason> =
            items.map(|item| self.why_not_reliable(item)).collect();
        // With the position of the control or the risk in the catalog.
        let mut gaps: Vec<(usize, Gap)> = self
            .cells()
            .filter_map(|cell| {
                Some((
                    cell.index.control.position(),
                    self.cell_gap(&cell, &unreliable)?,
                ))
            })
            .collect();
        for (risk, subject, outcome) in self.outcomes() {
            let of_risk = self.risk_gaps(risk, &subject.id, outcome).into_iter();
            gaps.extend(of_risk.map(|gap| (outcome.risk.position(), gap)));
        }
        gaps.sort_by_cached_key(|(position, gap)| {
            (
                Reverse(gap.severity),
                gap.kind.rank(),
                Reverse(gap.open_risks.len()),
                gap.kind.is_of_risk(),
                *position,
                gap.subject.clone(),
                gap.kind,
            )
        });
        gaps.into_iter().map(|(_, gap)| gap).collect()
    }

    /// The severity of each gap, as [`Coverage::gaps`] has them but in no order, and how many of them
    /// are overdue. A forecast measures many days and needs these numbers only.
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
            severities.extend(self.risk_gap_severities(risk, outcome));
        }
        let mut overdue = 0;
        for cell in self.cells() {
            let is_open = |risk| {
                let is_per_wallet = catalog.risk_at(risk).is_per_wallet();
                let of_wallet = open[(risk, cell.index.subject)];
                of_wallet || !is_per_wallet && open[(risk, SubjectIndex::ORGANIZATION)]
            };
            let Some(severity) = self.cell_severity(cell.index, cell.verdict, is_open) else {
                continue;
            };
            severities.push(severity);
            let assertion = self.assertion_on(cell.index);
            let due = assertion.and_then(|assertion| self.assessment().parts(assertion).due);
            overdue += u64::from(due.is_some_and(|due| due < self.settings().as_of));
        }
        (severities, overdue)
    }

    /// The severity of the gap of a cell, if it has one, by which risks are open for its subject.
    pub(crate) fn cell_severity(
        &self,
        cell: CellIndex,
        verdict: Verdict,
        is_open: impl Fn(RiskIndex) -> bool,
    ) -> Option<Severity> {
        if matches!(verdict, Verdict::Effective | Verdict::Excluded) {
            return None;
        }
        let control = self.assessment().catalog().control_at(cell.control);
        let highest = |risks: &[RiskIndex]| {
            let open = risks.iter().filter(|risk| is_open(**risk));
            let severities = open.map(|risk| self.assessment().catalog().risk_at(*risk).severity);
            severities.max()
        };
        Some(match highest(&control.direct_risks) {
            Some(highest) => of_direct(verdict, highest),
            None => of_supported(highest(&control.supporting_risks)),
        })
    }

    fn cell_gap(
        &self,
        cell: &Cell<'_>,
        unreliable: &IndexVec<EvidenceIndex, Reason>,
    ) -> Option<Gap> {
        if matches!(cell.verdict, Verdict::Effective | Verdict::Excluded) {
            return None;
        }
        let claimed = ClaimedCell::of(self, cell);
        let open = self.open_risks(cell);
        let (severity, rule) = self.severity_of(cell, &open);
        let mut because = self.why_the_verdict(&claimed, unreliable);
        because.reserve_exact(open.len() + 1);
        because.extend(
            open.iter()
                .map(|(risk, outcome)| self.matters(risk, outcome)),
        );
        because.push(Reason::new(ReasonKind::Severity { severity, rule }, None));
        let claim = claimed.in_force();
        Some(Gap {
            id: cell.name(),
            kind: self.kind_of(&claimed)?,
            severity,
            control: Some(cell.control.id.clone()),
            risk: None,
            subject: cell.subject.id.clone(),
            title: cell.control.title.clone(),
            clause: cell.control.clause.clone(),
            open_risks: open.iter().map(|(risk, _)| risk.id.clone()).collect(),
            because,
            closes_if: self.closes_cell(&claimed),
            owner: claim.and_then(|claim| claim.parts.owner.cloned()),
            due: claim.and_then(|claim| claim.parts.due),
            location: match claimed.proposal {
                Some(proposal) => proposal.location.clone(),
                None => claim.and_then(|claim| claim.assertion.location.clone()),
            },
        })
    }

    fn kind_of(&self, cell: &ClaimedCell<'_>) -> Option<GapKind> {
        let is_overdue = || {
            let due = cell.in_force().and_then(|claim| claim.parts.due);
            due.is_some_and(|due| due < self.settings().as_of)
        };
        Some(match cell.cell.verdict {
            Verdict::Effective | Verdict::Excluded => return None,
            Verdict::Unknown if cell.is_pending() => GapKind::NotAssessed,
            Verdict::Unknown if cell.is_unconfirmed_exclusion() => GapKind::ExclusionUnconfirmed,
            Verdict::Unknown if cell.if_assessed() == Verdict::Excluded => GapKind::AssessmentStale,
            Verdict::Unknown => GapKind::NotAssessed,
            Verdict::Partial if cell.claimed() != Verdict::Partial => GapKind::ParameterNotMet,
            Verdict::Unproven if cell.claimed() == Verdict::Effective => GapKind::FactMissing,
            Verdict::Unproven if cell.if_assessed() == Verdict::Effective => {
                GapKind::AssessmentStale
            }
            Verdict::Partial | Verdict::Absent if is_overdue() => GapKind::Overdue,
            Verdict::Partial => GapKind::Partial,
            Verdict::Absent => match cell.claim.map(|claim| claim.assertion.status) {
                Some(Status::Planned) => GapKind::Planned,
                _ => GapKind::NotImplemented,
            },
            Verdict::Unproven => {
                let cited = cell.claim.map(|claim| claim.cited).unwrap_or_default();
                self.kind_of_unproven(cited, cell.cell.index.subject)
            }
        })
    }

    fn kind_of_unproven(&self, cited: &[EvidenceIndex], subject: SubjectIndex) -> GapKind {
        let has = |wanted: fn(EvidenceStanding) -> bool| {
            let mut standings = cited.iter().map(|item| self.evidence_at(*item));
            standings.any(wanted)
        };
        if has(|standing| standing.file == FileCheck::Mismatch) {
            GapKind::EvidenceHashMismatch
        } else if has(|standing| matches!(standing.file, FileCheck::Missing | FileCheck::OtherCase))
        {
            GapKind::EvidenceMissingFile
        } else if has(|standing| standing.file.is_against()) {
            GapKind::EvidenceUnusableFile
        } else if has(|standing| standing.state == EvidenceState::Expired) {
            GapKind::EvidenceExpired
        } else if cited.is_empty() {
            GapKind::Unproven
        } else if has(EvidenceStanding::is_reliable) {
            let before = |item: &EvidenceIndex| {
                let relevance = self.assessment().relevance(*item, subject);
                self.evidence_at(*item).is_reliable() && relevance == Relevance::BeforeSubject
            };
            if cited.iter().any(before) {
                GapKind::EvidenceBeforeSubject
            } else {
                GapKind::EvidenceNotAboutSubject
            }
        } else {
            GapKind::EvidenceNotYetValid
        }
    }

    /// The open risks that a cell treats directly, the most severe first, each with its worst outcome.
    fn open_risks(&self, cell: &Cell<'_>) -> Vec<(&Risk, RiskOutcome)> {
        let subject = cell.index.subject;
        let mut open: Vec<(&Risk, RiskOutcome)> = cell
            .control
            .direct_risks
            .iter()
            .filter_map(|risk| {
                let worst = *self.open_outcome(*risk, subject)?;
                Some((self.assessment().catalog().risk_at(*risk), worst))
            })
            .collect();
        open.sort_by_key(|(risk, outcome)| {
            (Reverse(risk.severity), outcome.verdict.rank(), outcome.risk)
        });
        open
    }

    /// The severity of the gap of a cell, with the rule that it follows from.
    fn severity_of(
        &self,
        cell: &Cell<'_>,
        open: &[(&Risk, RiskOutcome)],
    ) -> (Severity, SeverityRule) {
        let verdict = cell.verdict;
        if let Some(highest) = open.iter().map(|(risk, _)| risk.severity).max() {
            let severity = of_direct(verdict, highest);
            let rule = match verdict {
                Verdict::Partial | Verdict::Unproven => {
                    SeverityRule::BelowHighestRisk { highest, verdict }
                }
                Verdict::Absent | Verdict::Unknown | Verdict::Effective | Verdict::Excluded => {
                    SeverityRule::HighestRisk
                }
            };
            return (severity, rule);
        }
        let supported = cell.control.supporting_risks.iter().filter(|risk| {
            let outcome = self.open_outcome(**risk, cell.index.subject);
            outcome.is_some()
        });
        let catalog = self.assessment().catalog();
        // Of equally severe ones, the first in the order of the catalog.
        let worst = supported
            .map(|risk| catalog.risk_at(*risk))
            .reduce(|first, risk| {
                if risk.severity > first.severity {
                    risk
                } else {
                    first
                }
            });
        let rule = worst.map_or(SeverityRule::NoOpenRisk, |risk| SeverityRule::Supported {
            risk: risk.id.clone(),
            title: risk.title.clone(),
            highest: risk.severity,
        });
        (of_supported(worst.map(|risk| risk.severity)), rule)
    }

    fn why_the_verdict(
        &self,
        cell: &ClaimedCell<'_>,
        unreliable: &IndexVec<EvidenceIndex, Reason>,
    ) -> Vec<Reason> {
        let (control, subject) = (&cell.cell.control.id, &cell.cell.subject.id);
        if let Some(proposal) = cell.proposal {
            let proposed = ReasonKind::Proposed {
                control: control.clone(),
                subject: subject.clone(),
                status: proposal.claim.status,
                origin: proposal.origin.clone(),
            };
            return vec![Reason::new(proposed, proposal.location.clone())];
        }
        let mut because = Vec::new();
        if let Some(claim) = cell.in_force() {
            let parts = claim.parts;
            let as_of = self.settings().as_of;
            let claimed = ReasonKind::Claim(Claimed {
                control: control.clone(),
                subject: claim.assertion.narrowed.map(|_| subject.clone()),
                status: claim.assertion.status,
                missing: claim.assertion.texts.missing.clone(),
                due: parts.due.map(|day| Due {
                    day,
                    days_left: as_of.days_until(day),
                }),
                note: claim.assertion.texts.note.clone(),
            });
            because.push(Reason::new(claimed, claim.assertion.location.clone()));
            if claim.standing.is_stale {
                because.push(self.why_stale(&claim));
            }
            if cell.is_unconfirmed_exclusion() {
                let unconfirmed = ReasonKind::NotConfirmed {
                    approved_by: parts.approved_by.cloned(),
                };
                because.push(Reason::new(unconfirmed, claim.assertion.location.clone()));
            }
            let is_stated = matches!(claim.verdict, Verdict::Unproven | Verdict::Partial);
            if is_stated && !self.cites_backing(claim.assertion, cell.cell.index.subject) {
                match (claim.cited, claim.verdict) {
                    ([], Verdict::Partial) => {
                        because.push(Reason::new(ReasonKind::NoPartEvidence, None));
                    }
                    ([], _) => because.push(Reason::new(ReasonKind::NoEvidence, None)),
                    _ => {}
                }
                for item in claim.cited {
                    if !self.evidence_at(*item).is_reliable() {
                        because.push(unreliable[*item].clone());
                    }
                    because.extend(self.why_not_relevant(*item, cell.cell.index.subject));
                }
            }
        } else {
            let not_assessed = ReasonKind::NotAssessed {
                control: control.clone(),
                subject: subject.clone(),
            };
            because.push(Reason::new(not_assessed, None));
            if let Some(claim) = cell.claim {
                let from = claim.assertion.from;
                let begins = from.map(|from| ReasonKind::ClaimBegins { from });
                because.extend(
                    begins.map(|begins| Reason::new(begins, claim.assertion.location.clone())),
                );
            }
        }
        because.extend(parameter::because(&cell.parameters));
        because
    }

    /// Why the last assessment of a claim may no longer be relied on.
    fn why_stale(&self, claim: &JudgedClaim<'_>) -> Reason {
        let assessment = self.assessment();
        let counts = claim.standing.in_force.unwrap_or(claim.index);
        let stale = ReasonKind::AssessmentStale {
            on: assessment.last_assessed(counts, self.settings().as_of),
            until: assessment.reassess_by(counts, self.settings().as_of),
        };
        Reason::new(stale, claim.assertion.location.clone())
    }

    fn why_not_reliable(&self, item: EvidenceIndex) -> Reason {
        let (id, evidence, facts) = self.assessment().evidence_at(item);
        let standing = self.evidence_at(item);
        let shortened_by = facts.shortened_by.as_ref().and_then(|id| {
            let profile = self.assessment().catalog().profile()?;
            Some(Bound::of(id, profile.parameters.get(id)?))
        });
        let files = self.settings().files.as_ref();
        let unreliable = UnreliableEvidence {
            evidence: id.clone(),
            title: evidence.title.clone(),
            state: standing.state,
            file: standing.file,
            locator: evidence.locator.clone(),
            path: files.map(|files| files.path(&evidence.locator)),
            collected: evidence.collected,
            from: facts.from,
            until: facts.until,
            expiry: if shortened_by.is_some() {
                ExpiryRule::Profile
            } else if evidence.valid_until == Some(facts.until) {
                ExpiryRule::Stated
            } else {
                ExpiryRule::Age
            },
            shortened_by,
        };
        let kind = ReasonKind::EvidenceNotReliable(Arc::new(unreliable));
        Reason::new(kind, facts.location.clone())
    }

    /// Why an evidence item cannot back a claim for a subject, if it cannot.
    fn why_not_relevant(&self, item: EvidenceIndex, subject: SubjectIndex) -> Option<Reason> {
        let assessment = self.assessment();
        let relevance = assessment.relevance(item, subject);
        if relevance == Relevance::Relevant {
            return None;
        }
        let (id, evidence, facts) = assessment.evidence_at(item);
        let subject = assessment.subject(subject);
        let kind = ReasonKind::EvidenceNotRelevant(IrrelevantEvidence {
            evidence: id.clone(),
            kind: evidence.kind,
            relevance,
            subject: subject.id.clone(),
            collected: evidence.collected,
            since: subject.since,
        });
        Some(Reason::new(kind, facts.location.clone()))
    }

    fn matters(&self, risk: &Risk, outcome: &RiskOutcome) -> Reason {
        let matters = ReasonKind::Matters {
            risk: risk.id.clone(),
            title: risk.title.clone(),
            severity: risk.severity,
            subject: self.assessment().subject(outcome.subject).id.clone(),
            verdict: outcome.verdict,
            direct: outcome.direct,
            accepted: outcome.accepted,
        };
        Reason::new(matters, None)
    }
}

/// The severity of a gap of a cell whose control directly treats open risks: the highest of theirs, one
/// level lower if the cell is partial or unproven.
fn of_direct(verdict: Verdict, highest: Severity) -> Severity {
    match verdict {
        Verdict::Partial | Verdict::Unproven => highest.one_step_lower(),
        Verdict::Absent | Verdict::Unknown | Verdict::Effective | Verdict::Excluded => highest,
    }
}

/// The severity of a gap of a cell whose control only supports the treatment of open risks: two levels
/// below the highest of theirs, `low` if there is none.
fn of_supported(highest: Option<Severity>) -> Severity {
    highest.map_or(Severity::Low, |highest| {
        highest.one_step_lower().one_step_lower()
    })
}
