//! [`Coverage`] → [`Report`]: adds titles, reasons and locations, and sorts everything.

mod model;
mod profile;

use super::progress::progress;
use super::{
    AcceptanceRow, ActionCount, ApplicabilityRow, AssessedCells, AssessedRow, CellParameter,
    CellRow, ClauseCoverage, ClauseTitle, CriticalRisks, EvidenceRow, Facts, FamilyCoverage,
    FileCheckCount, NotCovered, Report, RiskFamilyRow, RiskRow, RiskSubjectRow, SCHEMA,
    SeverityCount, SubjectCoverage, Summary, VerdictCount, WithoutExclusions,
};
use crate::assessment::{Assessed, Assessment, SubjectId};
use crate::catalog::{Catalog, Control, Risk};
use crate::coverage::{Cell, Coverage, Ratio, RiskOutcome, Tally};
use crate::doubt::DoubtCount;
use crate::gap::Gap;
use crate::id::{FamilyId, PersonId};
use crate::index::{CellIndex, ControlIndex, EvidenceIndex, IndexVec, RiskIndex, SubjectIndex};
use crate::taxonomy::{
    ClaimKey, EvidenceState, FileCheck, RiskVerdict, Severity, SubjectKind, Word,
};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The rule by which gaps are sorted.
const RANKING: &str = "Gaps are ranked by severity; then known shortfalls come first (to repair), then missing proof (to prove), then what has not been assessed (to assess); then by the number of open risks that the control treats directly, then gaps of control instances before gaps of risks, then in catalog order. No weights are used.";

pub(super) fn report(coverage: &Coverage) -> Report {
    let gaps = coverage.gaps();
    let risks = risks(coverage);
    let evidence = evidence(coverage);
    let acceptances = acceptances(coverage);
    let doubts = coverage.doubts();
    let (applicability, families) = (applicability(coverage), families(coverage));
    let subjects = subjects(coverage, &gaps);
    let (assessed, progress) = progress(coverage, &applicability, &families, &subjects);
    Report {
        schema: SCHEMA.to_owned(),
        facts: facts(coverage),
        summary: Summary {
            doubts: DoubtCount::of(&doubts),
            assessed,
            ..summary(coverage, &gaps, &risks, &evidence, &acceptances)
        },
        clauses: clauses(coverage),
        clause_titles: clause_titles(coverage),
        subjects,
        families,
        progress,
        signature_key_matrix: model::signature_key_matrix(coverage, &risks),
        model: model::reference_model(coverage, &risks),
        selection: None,
        ranking: RANKING.to_owned(),
        applicability,
        not_covered: not_covered(coverage),
        limits: profile::limits(coverage.assessment().catalog()),
        method: method(coverage),
        risks,
        gaps,
        doubts,
        evidence,
        acceptances,
    }
}

pub(super) fn facts(coverage: &Coverage) -> Facts {
    let (assessment, settings) = (coverage.assessment(), coverage.settings());
    let (document, header, catalog) = (
        assessment.document(),
        assessment.header(),
        assessment.catalog().facts(),
    );
    Facts {
        assessment: document.assessment.clone(),
        title: header.title.clone(),
        custodian: header.custodian.name.clone(),
        jurisdiction: header.custodian.jurisdiction.clone(),
        period_from: header.period.from,
        period_to: header.period.to,
        as_of: settings.as_of,
        horizon_end: settings.horizon_end(),
        assessors: document
            .assessors
            .iter()
            .map(|id| full_name(assessment, id))
            .collect(),
        catalog: catalog.id.clone(),
        catalog_title: catalog.title.clone(),
        catalog_standard: catalog.standard.clone(),
        catalog_edition: catalog.edition.clone(),
        catalog_version: catalog.version.clone(),
        catalog_sha256: assessment.catalog().sha256().to_owned(),
        catalog_origin: assessment.catalog().origin(),
        profile: assessment.catalog().profile().map(profile::facts),
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        files: assessment.files().to_vec(),
        only_wallets: settings.wallets.clone(),
        evidence_files_checked: settings.files.is_some(),
        evidence_directory: settings.files.as_ref().map(|files| files.directory.clone()),
    }
}

/// The name of a person, with the organization that they belong to.
fn full_name(assessment: &Assessment, id: &PersonId) -> String {
    let name = assessment.name_of(id);
    let person = assessment.document().people.get(id);
    match person.and_then(|person| person.organization.as_ref()) {
        Some(organization) => format!("{name}, {organization}"),
        None => name.to_owned(),
    }
}

fn by_severity<'g>(gaps: impl Iterator<Item = &'g Gap>) -> Vec<SeverityCount> {
    by_severity_of(gaps.map(|gap| gap.severity))
}

pub(super) fn by_severity_of(severities: impl Iterator<Item = Severity>) -> Vec<SeverityCount> {
    let mut counts: BTreeMap<Reverse<Severity>, u64> = Severity::values()
        .into_iter()
        .map(|severity| (Reverse(severity), 0))
        .collect();
    for severity in severities {
        *counts.entry(Reverse(severity)).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|(Reverse(severity), count)| SeverityCount { severity, count })
        .collect()
}

pub(super) fn by_verdict(verdicts: &[RiskVerdict]) -> Vec<VerdictCount> {
    let mut words = RiskVerdict::values();
    words.sort_by_key(|verdict| verdict.rank());
    words
        .into_iter()
        .map(|verdict| VerdictCount {
            verdict,
            count: count(verdicts, |entry| **entry == verdict),
        })
        .collect()
}

fn count<T>(items: impl IntoIterator<Item = T>, mut wanted: impl FnMut(&T) -> bool) -> u64 {
    items.into_iter().filter(|item| wanted(item)).count() as u64
}

fn summary(
    coverage: &Coverage,
    gaps: &[Gap],
    risks: &[RiskRow],
    evidence: &[EvidenceRow],
    acceptances: &[AcceptanceRow],
) -> Summary {
    let cells = coverage.tally();
    let verdicts: Vec<RiskVerdict> = risks.iter().map(|risk| risk.verdict).collect();
    let critical = || {
        risks
            .iter()
            .filter(|risk| risk.severity == Severity::Critical && risk.verdict.is_in_scope())
    };
    Summary {
        cells,
        proven: cells.proven(),
        possible: cells.possible(),
        assessed: AssessedCells::default(),
        gaps: by_severity(gaps.iter()),
        actions: ActionCount::of(gaps.iter().map(|gap| gap.kind.action())),
        risks: by_verdict(&verdicts),
        critical_risks_without_treatment: count(critical(), |risk| {
            risk.verdict.is_without_treatment()
        }),
        critical_risks: CriticalRisks::of(risks),
        critical_risks_treated: Ratio {
            numerator: count(critical(), |risk| risk.verdict == RiskVerdict::Treated),
            denominator: critical().count() as u64,
        },
        evidence_current: Ratio {
            numerator: count(evidence, |row| row.is_reliable()),
            denominator: evidence.len() as u64,
        },
        evidence_files: match coverage.settings().files {
            Some(_) => evidence_files(evidence),
            None => Vec::new(),
        },
        evidence_expired: count(evidence, |row| row.state == EvidenceState::Expired),
        evidence_expiring: count(evidence, |row| row.expiring),
        acceptances_in_force: count(acceptances, |row| row.in_force),
        overdue: count(gaps, |gap| gap.is_overdue(coverage.settings().as_of)),
        doubts: Vec::new(),
        without_exclusions: without_exclusions(coverage, gaps),
    }
}

fn evidence_files(evidence: &[EvidenceRow]) -> Vec<FileCheckCount> {
    let counts = FileCheck::values().into_iter().map(|check| FileCheckCount {
        check,
        count: count(evidence, |row| row.file == check),
        reliable: count(evidence, |row| row.file == check && row.is_reliable()),
    });
    counts.filter(|entry| entry.count > 0).collect()
}

fn without_exclusions(coverage: &Coverage, gaps: &[Gap]) -> WithoutExclusions {
    match coverage.without_exclusions() {
        None => WithoutExclusions {
            proven: coverage.tally().proven(),
            gaps: by_severity(gaps.iter()),
        },
        Some(coverage) => WithoutExclusions {
            proven: coverage.tally().proven(),
            gaps: by_severity_of(coverage.gap_severities().0.into_iter()),
        },
    }
}

/// The tallies of control instances by a key.
fn tallies<'c, K: Ord>(
    coverage: &'c Coverage,
    same: impl Fn(&Cell<'c>) -> &'c K,
) -> BTreeMap<&'c K, Tally> {
    let mut tallies: BTreeMap<&K, Tally> = BTreeMap::new();
    let mut cells = coverage.cells().peekable();
    while let Some(first) = cells.next() {
        // Equal keys are mostly adjacent.
        let key = same(&first);
        let tally = tallies.entry(key).or_default();
        tally.add(first.verdict);
        while let Some(next) = cells.next_if(|next| same(next) == key) {
            tally.add(next.verdict);
        }
    }
    tallies
}

fn clauses(coverage: &Coverage) -> Vec<ClauseCoverage> {
    let catalog = coverage.assessment().catalog();
    tallies(coverage, |cell| &cell.control.clause)
        .into_iter()
        .map(|(clause, cells)| ClauseCoverage::of(clause, cells, catalog))
        .collect()
}

fn clause_titles(coverage: &Coverage) -> Vec<ClauseTitle> {
    let catalog = coverage.assessment().catalog();
    let of_controls = catalog.controls().map(|control| &control.clause);
    let of_risks = catalog.risks().map(|risk| &risk.clause);
    let mut clauses: Vec<_> = of_controls.chain(of_risks).collect();
    clauses.sort();
    clauses.dedup();
    clauses
        .into_iter()
        .map(|clause| ClauseTitle {
            clause: clause.clone(),
            title: catalog.clause_title(clause).to_owned(),
        })
        .collect()
}

fn families(coverage: &Coverage) -> Vec<FamilyCoverage> {
    let tallies = tallies(coverage, |cell| &cell.control.family);
    let families = coverage.assessment().catalog().families();
    families
        .map(|family| {
            let cells = tallies.get(&family.id).copied().unwrap_or_default();
            FamilyCoverage {
                family: family.id.clone(),
                title: family.title.clone(),
                cells,
                proven: cells.proven(),
                possible: cells.possible(),
            }
        })
        .collect()
}

fn subjects(coverage: &Coverage, gaps: &[Gap]) -> Vec<SubjectCoverage> {
    let assessment = coverage.assessment();
    let tallies = tallies(coverage, |cell| &cell.subject.id);
    let mut gaps_of: BTreeMap<&SubjectId, Vec<&Gap>> = BTreeMap::new();
    for gap in gaps {
        gaps_of.entry(&gap.subject).or_default().push(gap);
    }
    assessment
        .subjects()
        .iter()
        .filter(|subject| coverage.settings().includes_subject(subject))
        .map(|subject| {
            let wallet = match &subject.id {
                SubjectId::Wallet(id) => assessment.document().wallets.get(id),
                SubjectId::Organization => None,
            };
            let cells = tallies.get(&subject.id).copied().unwrap_or_default();
            let mut traits = wallet
                .map(|wallet| wallet.traits.clone())
                .unwrap_or_default();
            traits.sort();
            SubjectCoverage {
                subject: subject.id.clone(),
                title: match wallet {
                    Some(wallet) => wallet
                        .title
                        .clone()
                        .unwrap_or_else(|| subject.id.to_string()),
                    None => assessment.header().custodian.name.clone(),
                },
                tier: subject.tier,
                traits,
                since: subject.since,
                until: subject.until,
                cells,
                proven: cells.proven(),
                possible: cells.possible(),
                gaps: by_severity(gaps_of.get(&subject.id).into_iter().flatten().copied()),
                location: subject.location.clone(),
            }
        })
        .collect()
}

fn risks(coverage: &Coverage) -> Vec<RiskRow> {
    let catalog = coverage.assessment().catalog();
    let mut rows: Vec<_> = catalog
        .indexed_risks()
        .map(|(index, risk)| (risk, coverage.outcomes_at(index)))
        .collect();
    // A stable sort keeps catalog order among equal risks.
    rows.sort_by_key(|(risk, outcomes)| {
        let worst = worst(outcomes);
        let rank = worst
            .map_or(RiskVerdict::OutOfScope, |worst| worst.verdict)
            .rank();
        let treated = worst.map(|worst| (share(worst.direct), worst.depth.count()));
        (Reverse(risk.severity), rank, treated)
    });
    let rows = rows.into_iter();
    rows.map(|(risk, outcomes)| risk_row(coverage, risk, outcomes))
        .collect()
}

/// A share in hundredths of a percent, rounded down.
fn share(of: Ratio) -> u64 {
    of.numerator * 10_000 / of.denominator.max(1)
}

fn worst(outcomes: &[RiskOutcome]) -> Option<&RiskOutcome> {
    outcomes.iter().min_by_key(|outcome| {
        // Among equal verdicts, the subject with the lowest share of effective direct controls is
        // the worst.
        (
            outcome.verdict.rank(),
            share(outcome.direct),
            outcome.subject,
        )
    })
}

fn risk_row(coverage: &Coverage, risk: &Risk, outcomes: &[RiskOutcome]) -> RiskRow {
    let assessment = coverage.assessment();
    let subject = |outcome: &RiskOutcome| assessment.subject(outcome.subject).id.clone();
    let worst = worst(outcomes);
    RiskRow {
        risk: risk.id.clone(),
        title: risk.title.clone(),
        clause: risk.clause.clone(),
        consequence: risk.consequence.clone(),
        severity: risk.severity,
        verdict: worst.map_or(RiskVerdict::OutOfScope, |outcome| outcome.verdict),
        worst: worst.map(subject),
        subjects: outcomes
            .iter()
            .map(|outcome| {
                let accepted = coverage
                    .acceptance_of(outcome.risk, outcome.subject)
                    .filter(|_| outcome.accepted);
                RiskSubjectRow {
                    subject: subject(outcome),
                    verdict: outcome.verdict,
                    direct: outcome.direct,
                    supporting: outcome.supporting,
                    depth: outcome.depth,
                    remark: remark(outcome).map(str::to_owned),
                    accepted_until: accepted.map(|(_, acceptance, _)| acceptance.until),
                    excluded_by: excluded_by(coverage, outcome),
                }
            })
            .collect(),
        families: families_of_risk(coverage, risk, outcomes),
        direct_controls: assessment
            .catalog()
            .direct_controls(risk)
            .map(|control| control.id.clone())
            .collect(),
        supporting_controls: assessment
            .catalog()
            .supporting_controls(risk)
            .map(|control| control.id.clone())
            .collect(),
    }
}

/// Who confirmed the exclusion of the direct controls that leaves a risk without any.
fn excluded_by(coverage: &Coverage, outcome: &RiskOutcome) -> Vec<PersonId> {
    if outcome.verdict != RiskVerdict::ExcludedByClaim {
        return Vec::new();
    }
    let assessment = coverage.assessment();
    let cells = coverage.direct_cells(outcome).into_iter();
    let approvers = cells.filter_map(|cell| {
        let assertion = coverage.assertion_on(cell)?;
        assessment.parts(assertion).approved_by
    });
    let approvers: BTreeSet<&PersonId> = approvers.collect();
    approvers.into_iter().cloned().collect()
}

/// The verdict of a risk within each family of controls that treat it directly.
fn families_of_risk(
    coverage: &Coverage,
    risk: &Risk,
    outcomes: &[RiskOutcome],
) -> Vec<RiskFamilyRow> {
    let catalog = coverage.assessment().catalog();
    if outcomes.is_empty() {
        return Vec::new();
    }
    // There are few families.
    let mut tallies: Vec<(&FamilyId, Tally)> = Vec::new();
    for index in Catalog::direct_indices(risk) {
        let control = catalog.control_at(index);
        let mut add = |subject: SubjectIndex| {
            let cell = CellIndex {
                subject,
                control: index,
            };
            let Some(verdict) = coverage.verdict_for_risks(cell) else {
                return;
            };
            let mut known = tallies.iter_mut();
            if let Some((_, cells)) = known.find(|(family, _)| *family == &control.family) {
                cells.add(verdict);
            } else {
                let mut cells = Tally::default();
                cells.add(verdict);
                tallies.push((&control.family, cells));
            }
        };
        match control.subject {
            // The instances of the organization are the same for every wallet and count once.
            SubjectKind::Organization => add(SubjectIndex::ORGANIZATION),
            SubjectKind::Wallet => {
                let subjects = outcomes.iter().map(|outcome| outcome.subject);
                subjects.for_each(add);
            }
        }
    }
    tallies
        .into_iter()
        .map(|(family, cells)| RiskFamilyRow {
            family: family.clone(),
            verdict: cells.risk_verdict(),
            direct: cells.proven(),
        })
        .collect()
}

fn remark(outcome: &RiskOutcome) -> Option<&'static str> {
    if outcome.depth.detects
        || matches!(
            outcome.verdict,
            RiskVerdict::NoControl | RiskVerdict::ExcludedByClaim | RiskVerdict::OutOfScope
        )
    {
        None
    } else if outcome.detection_left {
        Some("no detective control is effective")
    } else if outcome.detection_offered {
        Some("the detective controls are excluded")
    } else {
        Some("the catalog has no detective control for this risk")
    }
}

pub(super) fn evidence(coverage: &Coverage) -> Vec<EvidenceRow> {
    let (assessment, settings) = (coverage.assessment(), coverage.settings());
    let cited_by = cited_by(coverage);
    let mut rows: Vec<EvidenceRow> = cited_by
        .enumerate()
        .map(|(index, cited_by)| {
            let (id, evidence, facts) = assessment.evidence_at(index);
            let standing = coverage.evidence_at(index);
            EvidenceRow {
                evidence: id.clone(),
                title: evidence.title.clone(),
                kind: evidence.kind,
                technique: evidence.technique,
                collected: facts.from,
                until: facts.until,
                state: standing.state,
                days_left: settings.as_of.days_until(facts.until),
                expiring: standing.state == EvidenceState::Current
                    && facts.until <= settings.horizon_end(),
                file: standing.file,
                locator: evidence.locator.clone(),
                sha256: evidence
                    .sha256
                    .as_ref()
                    .map(|digest| digest.as_str().to_owned()),
                by: evidence.by.clone(),
                covers: evidence.covers.as_deref().map(sorted),
                cited_by: cited_by.clone(),
                location: facts.location.clone(),
            }
        })
        .collect();
    rows.sort_by(|a, b| (a.until, &a.evidence).cmp(&(b.until, &b.evidence)));
    rows
}

/// By evidence item, the control instances whose claims cite it, in their order.
fn cited_by(coverage: &Coverage) -> IndexVec<EvidenceIndex, Vec<String>> {
    let assessment = coverage.assessment();
    let items = assessment.evidence().iter();
    let mut cited: IndexVec<_, _> = items.map(|_| Vec::new()).collect();
    for cell in coverage.cells() {
        let Some(assertion) = coverage.assertion_on(cell.index) else {
            continue;
        };
        for item in assessment.all_cited_by(assertion) {
            cited[*item].push(cell.name());
        }
    }
    cited
}

fn applicability(coverage: &Coverage) -> Vec<ApplicabilityRow> {
    let assessment = coverage.assessment();
    let mut rows: IndexVec<ControlIndex, ApplicabilityRow> = assessment
        .catalog()
        .controls()
        .map(applicability_row)
        .collect();
    for cell in coverage.cells() {
        let row = &mut rows[cell.index.control];
        row.applies = true;
        let assertion = coverage.assertion_on(cell.index);
        let parts = assertion.map(|assertion| assessment.parts(assertion));
        let current = assessment.assertion_index_on(cell.index);
        let items = |key| parts.map_or_else(Vec::new, |parts| parts.items(key).to_vec());
        row.cells.push(CellRow {
            subject: cell.subject.id.clone(),
            verdict: cell.verdict,
            status: assertion.map(|assertion| assertion.status),
            narrowed: assertion.is_some_and(|assertion| assertion.narrowed.is_some()),
            explanation: assertion.and_then(|of| of.texts.explanation.clone()),
            note: assertion.and_then(|of| of.texts.note.clone()),
            provider: parts.and_then(|parts| parts.provider.cloned()),
            owner: parts.and_then(|parts| parts.owner.cloned()),
            due: parts.and_then(|parts| parts.due),
            evidence: items(ClaimKey::Evidence),
            part_evidence: items(ClaimKey::PartEvidence),
            observations: items(ClaimKey::Observations),
            assessed: parts.map_or_else(Vec::new, |parts| assessed(parts.assessed, coverage)),
            stale: current.is_some_and(|current| coverage.standing(current).is_stale),
            reassess_by: current.and_then(|current| {
                let in_force = coverage.standing(current).in_force?;
                assessment.reassess_by(in_force, coverage.settings().as_of)
            }),
            approved_by: parts.and_then(|parts| parts.approved_by.cloned()),
            parameters: coverage
                .parameters(&cell)
                .iter()
                .map(|finding| CellParameter {
                    parameter: finding.id.clone(),
                    standing: finding.standing,
                    fact: finding.fact,
                })
                .collect(),
            location: assertion.and_then(|assertion| assertion.location.clone()),
        });
    }
    rows.into_vec()
}

/// The assessments of a claim until the day of the report.
fn assessed(all: &[Assessed], coverage: &Coverage) -> Vec<AssessedRow> {
    let as_of = coverage.settings().as_of;
    let until = all.iter().filter(|one| one.on.is_none_or(|on| on <= as_of));
    let rows = until.map(|one| AssessedRow {
        by: one.by.clone(),
        on: one.on,
    });
    rows.collect()
}

fn applicability_row(control: &Control) -> ApplicabilityRow {
    ApplicabilityRow {
        control: control.id.clone(),
        title: control.title.clone(),
        statement: control.statement.clone(),
        clause: control.clause.clone(),
        family: control.family.clone(),
        subject: control.subject,
        functions: control.functions.clone(),
        applies: false,
        when: control.when.among(control.subject),
        directly: control.directly.clone(),
        supporting: control.supporting.clone(),
        cells: Vec::new(),
    }
}

fn acceptances(coverage: &Coverage) -> Vec<AcceptanceRow> {
    let assessment = coverage.assessment();
    let as_of = coverage.settings().as_of;
    let mut rows: Vec<(RiskIndex, AcceptanceRow)> = assessment
        .acceptances()
        .indices()
        .map(|index| {
            let (id, acceptance, facts) = assessment.acceptance(index);
            let risk = assessment.catalog().risk_at(facts.risk);
            let about: Vec<RiskOutcome> = coverage
                .outcomes_at(facts.risk)
                .iter()
                .filter(|outcome| {
                    coverage
                        .acceptance_of(outcome.risk, outcome.subject)
                        .is_some()
                })
                .copied()
                .collect();
            let row = AcceptanceRow {
                risk: id.clone(),
                title: risk.title.clone(),
                severity: risk.severity,
                verdict: worst(&about).map_or(RiskVerdict::OutOfScope, |outcome| outcome.verdict),
                because: acceptance.because.clone(),
                approved_by: acceptance.approved_by.clone(),
                approver: full_name(assessment, &acceptance.approved_by),
                from: acceptance.from.or(acceptance.on),
                until: acceptance.until,
                wallets: sorted(&acceptance.wallets),
                in_force: acceptance.validity().includes(as_of),
                location: facts.location.clone(),
            };
            (facts.risk, row)
        })
        .collect();
    rows.sort_by_key(|(risk, _)| *risk);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn sorted<T: Clone + Ord>(items: &[T]) -> Vec<T> {
    let mut items = items.to_vec();
    items.sort();
    items
}

fn not_covered(coverage: &Coverage) -> Vec<NotCovered> {
    let catalog = coverage.assessment().catalog();
    coverage
        .outcomes()
        .filter(|(risk, _, _)| !risk.has_direct_control())
        .map(|(risk, _, outcome)| NotCovered {
            risk: risk.id.clone(),
            title: risk.title.clone(),
            severity: risk.severity,
            supporting_controls: catalog
                .supporting_controls(risk)
                .map(|control| control.id.clone())
                .collect(),
            accepted: outcome.accepted,
        })
        .collect()
}

fn method(coverage: &Coverage) -> Vec<String> {
    let (catalog, settings) = (coverage.assessment().catalog().facts(), coverage.settings());
    let mut method = vec![
        format!("Verdicts hold as of {}. The same files give the same report for this date on every machine.", settings.as_of),
        "A control instance is a control and a subject to which it applies. Effective: claimed to be in place, and at least one cited evidence item is current. Unproven: claimed to be in place, without current evidence. Partial, absent: as claimed. Unknown: not assessed, or claimed not to be applicable without a confirmation. Excluded: not applicable, confirmed by a person who is not an assessor and neither owns nor assessed the claim.".to_owned(),
        "Proven counts effective instances. Possible counts effective, unproven and unknown instances. Both are relative to all instances that are not excluded; excluded instances are listed by name. Percentages are rounded down; 100 % means all.".to_owned(),
        "The verdict of a risk is determined by the controls that treat it directly: for each wallet if such a control applies to wallets, otherwise once for the organization. A risk is treated if all of their instances are effective, partly treated if some are effective or partial with evidence of that part, unproven if some are only claimed. Its verdict is that of its worst subject. Controls that only support its treatment are counted separately.".to_owned(),
        "The severity of a gap is the highest among the open risks that its control treats directly, one level lower if the instance is partial or unproven, and low if there is no such risk. A gap of a risk without a control, or whose acceptance has expired, has the severity of the risk; a gap of a risk that nothing would detect is one level lower.".to_owned(),
        RANKING.to_owned(),
        format!("{} is a Technical Report: its items are considerations, not requirements, and certification against it is not possible. Severities and the links between controls and risks are an analysis of the catalog.", catalog.standard),
    ];
    if let Some(profile) = coverage.assessment().catalog().profile() {
        method.extend(profile::parameters(profile));
    }
    if settings.files.is_none() {
        method.push(
            "Evidence files were not checked: an item counts as current on the basis of its dates alone."
                .to_owned(),
        );
    } else {
        method.push("Evidence files were checked: an item whose file is missing, cannot be used or has a different SHA-256 is not relied on. A file is verified only if it has the SHA-256 that its item states; a file without a stated SHA-256 and an address in another system are not verified.".to_owned());
    }
    method
}
