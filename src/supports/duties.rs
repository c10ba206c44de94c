//! Duties that one person has for the same control instance.

use super::{Duty, DutyRow};
use crate::coverage::Coverage;
use crate::id::{PersonId, RiskId, WalletId};
use std::collections::{BTreeMap, BTreeSet};

/// People with conflicting duties: anyone who owns a control and also assesses it or collects its
/// evidence judges their own work.
pub(super) fn duties(coverage: &Coverage) -> Vec<DutyRow> {
    let assessment = coverage.assessment();
    let document = assessment.document();
    let assessors: BTreeSet<&PersonId> = document.assessors.iter().collect();
    // By risk, who accepts it, and for which wallets; for all subjects if there are none.
    let accepted = document.accepted_risks.iter();
    let accepted: BTreeMap<&RiskId, (&PersonId, BTreeSet<&str>)> = accepted
        .map(|(risk, acceptance)| {
            let wallets = acceptance.wallets.iter().map(WalletId::as_str);
            (risk, (&acceptance.approved_by, wallets.collect()))
        })
        .collect();
    let mut found: BTreeMap<(&PersonId, Vec<Duty>), Vec<String>> = BTreeMap::new();
    for cell in coverage.cells() {
        let Some(assertion) = coverage.assertion_on(cell.index) else {
            continue;
        };
        let mut duties: BTreeMap<&PersonId, BTreeSet<Duty>> = BTreeMap::new();
        if let Some(owner) = assessment.parts(assertion).owner {
            duties.entry(owner).or_default().insert(Duty::Owns);
        }
        for item in assessment.cited_by(assertion) {
            let (_, evidence, _) = assessment.evidence_at(*item);
            if let Some(by) = &evidence.by {
                duties.entry(by).or_default().insert(Duty::Evidences);
            }
        }
        for risk in &cell.control.directly {
            let is_meant = |(_, wallets): &&(&PersonId, BTreeSet<&str>)| {
                wallets.is_empty() || wallets.contains(cell.subject.id.as_str())
            };
            if let Some((approver, _)) = accepted.get(risk).filter(is_meant) {
                duties.entry(approver).or_default().insert(Duty::Approves);
            }
        }
        for (person, mut duties) in duties {
            // Collecting evidence is a task of assessors.
            let works = duties.contains(&Duty::Owns) || duties.contains(&Duty::Approves);
            if works && assessors.contains(person) {
                duties.insert(Duty::Assesses);
            }
            if duties.len() > 1 {
                let cell = cell.name();
                let duties: Vec<Duty> = duties.into_iter().collect();
                found.entry((person, duties)).or_default().push(cell);
            }
        }
    }
    let rows = found.into_iter().map(|((person, duties), cells)| DutyRow {
        person: person.clone(),
        name: assessment.name_of(person).to_owned(),
        duties,
        cells,
    });
    let mut rows: Vec<DutyRow> = rows.collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.duties.len()));
    rows
}
