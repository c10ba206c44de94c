//! Duties that one person has for the same control instance.

use super::{Duty, DutyRow};
use crate::coverage::Coverage;
use crate::id::PersonId;
use std::collections::{BTreeMap, BTreeSet};

/// People with conflicting duties: anyone who owns a control and also assesses it or collects its
/// evidence judges their own work.
pub(super) fn duties(coverage: &Coverage) -> Vec<DutyRow> {
    let assessment = coverage.assessment();
    let document = assessment.document();
    let mut found: BTreeMap<(&PersonId, Vec<Duty>), Vec<String>> = BTreeMap::new();
    for cell in coverage.cells() {
        let Some(assertion) = assessment.assertion_on(cell.index) else {
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
            let acceptance = document.accepted_risks.get(risk).filter(|acceptance| {
                let wallets = &acceptance.wallets;
                wallets.is_empty()
                    || wallets
                        .iter()
                        .any(|wallet| wallet.as_str() == cell.subject.id.as_str())
            });
            if let Some(acceptance) = acceptance {
                duties
                    .entry(&acceptance.approved_by)
                    .or_default()
                    .insert(Duty::Approves);
            }
        }
        for (person, mut duties) in duties {
            // Collecting evidence is a task of assessors.
            let works = duties.contains(&Duty::Owns) || duties.contains(&Duty::Approves);
            if works && document.assessors.contains(person) {
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
