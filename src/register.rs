//! The register of evidence: how long each item is valid, what rests on it, who renews it, and
//! whether its file is there and unchanged.

use crate::assessment::Assessment;
use crate::coverage::Coverage;
use crate::date::Date;
use crate::id::{ControlId, PersonId, WalletId};
use crate::index::{EvidenceIndex, IndexVec};
use crate::json::Stored;
use crate::report::rows::{EVIDENCE_SCHEMA, EvidenceRecord, place, row_of};
use crate::report::{EvidenceRow, Facts};
use crate::verify::UnlistedFiles;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The identifier and version of the JSON form. The number is raised by breaking changes.
pub const SCHEMA: &str = "custody-controls/evidence-register/1";

/// The evidence of an assessment as of a date.
///
/// ```
/// use custody_controls::{AssessmentFiles, Catalog, Settings};
///
/// let text = include_str!("../examples/small-firm.yaml");
/// let assessment = AssessmentFiles::from_text("small-firm.yaml", text).resolve(Catalog::builtin())?;
/// let settings = Settings::on("2026-09-30".parse()?);
/// let register = assessment.measure(&settings).evidence_register();
/// assert!(register.items.iter().any(|item| !item.falls.is_empty()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct EvidenceRegister {
    /// The value of [`SCHEMA`].
    pub schema: String,
    /// The assessment, the catalog and the settings.
    pub facts: Facts,
    /// The evidence items, by last valid date, then by id.
    pub items: Vec<RegisterItem>,
    /// The files of the evidence directory that no item names; none if they were not looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unlisted: Option<UnlistedFiles>,
}

impl Stored for EvidenceRegister {
    const SCHEMA: &'static str = SCHEMA;
}

/// An evidence item and what rests on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RegisterItem {
    /// The item, its validity and its file.
    #[serde(flatten)]
    pub row: EvidenceRow,
    /// Where its file was looked for: the locator within the evidence directory. None if files were
    /// not checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Who renews it: the person who collected it, or else the owners of the claims that cite it.
    pub renewed_by: Vec<Renewer>,
    /// The claims that cite it, as `control`, or `control@wallet` for a narrower claim.
    pub claims: Vec<String>,
    /// The controls whose proposals cite it.
    pub proposals: Vec<ControlId>,
    /// The wallets whose facts are based on it.
    pub wallets: Vec<WalletId>,
    /// The control instances that would no longer be effective, or no longer partial with evidence of
    /// that part, without it, as `control@subject`.
    pub falls: Vec<String>,
}

/// A person who renews an evidence item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Renewer {
    /// The person.
    pub person: PersonId,
    /// The name of the person.
    pub name: String,
}

impl RegisterItem {
    /// Whether nothing cites it: no claim, no proposal, and no facts of a wallet.
    pub fn is_unused(&self) -> bool {
        self.claims.is_empty() && self.proposals.is_empty() && self.wallets.is_empty()
    }

    /// Whether it has expired by the end of a day, or will have.
    pub fn expires_by(&self, day: Date) -> bool {
        self.row.until <= day
    }

    /// Whether it states no SHA-256 of its file.
    pub fn is_without_hash(&self) -> bool {
        self.row.sha256.is_none()
    }
}

impl Coverage {
    /// The evidence items, with what rests on each of them.
    pub fn evidence_register(&self) -> EvidenceRegister {
        let assessment = self.assessment();
        let files = self.settings().files.as_ref();
        let citing = Citing::of(assessment);
        let mut falls = self.falls();
        let items = EvidenceRow::all(self).into_iter().filter_map(|row| {
            let index = assessment.evidence_index(row.evidence.as_str())?;
            Some(RegisterItem {
                path: files.map(|files| files.path(&row.locator)),
                renewed_by: citing.renewers(assessment, index, row.by.as_ref()),
                claims: citing.claims[index].clone(),
                proposals: citing.proposals[index].clone(),
                wallets: citing.wallets[index].clone(),
                falls: std::mem::take(&mut falls[index]),
                row,
            })
        });
        EvidenceRegister {
            schema: SCHEMA.to_owned(),
            facts: Facts::of(self),
            items: items.collect(),
            unlisted: None,
        }
    }

    /// By item, the effective and the backed partial cells that no other cited item backs.
    fn falls(&self) -> IndexVec<EvidenceIndex, Vec<String>> {
        let assessment = self.assessment();
        let mut falls = per_item(assessment);
        for cell in self.cells() {
            if !self.holds(cell.index) {
                continue;
            }
            let Some(assertion) = self.assertion_on(cell.index) else {
                continue;
            };
            let cited = assessment.cited_by(assertion).iter();
            let mut backing = cited.filter(|item| self.backs(**item, cell.index.subject));
            if let (Some(item), None) = (backing.next(), backing.next()) {
                falls[*item].push(cell.name());
            }
        }
        falls
    }
}

fn per_item<T>(assessment: &Assessment) -> IndexVec<EvidenceIndex, Vec<T>> {
    let items = assessment.evidence().iter();
    items.map(|_| Vec::new()).collect()
}

/// By item, what cites it.
struct Citing<'a> {
    claims: IndexVec<EvidenceIndex, Vec<String>>,
    owners: IndexVec<EvidenceIndex, BTreeSet<&'a PersonId>>,
    proposals: IndexVec<EvidenceIndex, Vec<ControlId>>,
    wallets: IndexVec<EvidenceIndex, Vec<WalletId>>,
}

impl<'a> Citing<'a> {
    fn of(assessment: &'a Assessment) -> Self {
        let mut citing = Self {
            claims: per_item(assessment),
            owners: assessment
                .evidence()
                .iter()
                .map(|_| BTreeSet::new())
                .collect(),
            proposals: per_item(assessment),
            wallets: per_item(assessment),
        };
        for (_, assertion) in assessment.current_assertions() {
            let control = &assessment.catalog().control_at(assertion.control).id;
            let subject = assertion
                .narrowed
                .map(|narrowed| &assessment.subject(narrowed.subject).id);
            let name = match subject {
                Some(subject) => [control.as_str(), "@", subject.as_str()].concat(),
                None => control.to_string(),
            };
            let owner = assessment.parts(assertion).owner;
            for item in assessment.all_cited_by(assertion) {
                citing.claims[*item].push(name.clone());
                citing.owners[*item].extend(owner);
            }
        }
        for (control, proposal) in assessment.proposals() {
            let cited = proposal.claim.parts().cited();
            let items: BTreeSet<EvidenceIndex> = cited
                .filter_map(|id| assessment.evidence_index(id.as_str()))
                .collect();
            for item in items {
                citing.proposals[item].push(control.clone());
            }
        }
        for (id, wallet) in &assessment.document().wallets {
            let cited = wallet.facts.iter().flat_map(|facts| &facts.evidence);
            for item in cited.filter_map(|id| assessment.evidence_index(id.as_str())) {
                citing.wallets[item].push(id.clone());
            }
        }
        citing
    }

    fn renewers(
        &self,
        assessment: &Assessment,
        item: EvidenceIndex,
        by: Option<&PersonId>,
    ) -> Vec<Renewer> {
        let owners = self.owners[item].iter().copied();
        let people: Vec<&PersonId> = match by {
            Some(by) => vec![by],
            None => owners.collect(),
        };
        people
            .into_iter()
            .map(|person| Renewer {
                person: person.clone(),
                name: assessment.name_of(person).to_owned(),
            })
            .collect()
    }
}

impl EvidenceRegister {
    /// A row for each item.
    pub fn records(&self) -> impl Iterator<Item = EvidenceRecord<'_>> {
        self.items.iter().map(|item| self.record(item))
    }

    fn record<'r>(&'r self, item: &'r RegisterItem) -> EvidenceRecord<'r> {
        let row = &item.row;
        let (file, line, column) = place(row.location.as_ref());
        let texts = |texts: &'r [String]| texts.iter().map(|text| text.as_str().into()).collect();
        row_of!(
            self,
            EVIDENCE_SCHEMA,
            EvidenceRecord {
                evidence: &row.evidence,
                title: &row.title,
                kind: row.kind,
                technique: row.technique,
                collected: row.collected,
                until: row.until,
                state: row.state,
                days_left: row.days_left,
                locator: &row.locator,
                path: item.path.as_deref(),
                file_check: row.file,
                sha256: row.sha256.as_deref(),
                renewed_by: item
                    .renewed_by
                    .iter()
                    .map(|of| of.person.as_str().into())
                    .collect(),
                claims: texts(&item.claims),
                cells: row.cited_by.len() as u64,
                falling: item.falls.len() as u64,
                falls: texts(&item.falls),
                file,
                line,
                column,
                by: row.by.as_ref(),
                covers: row
                    .covers
                    .iter()
                    .flatten()
                    .map(|subject| subject.as_str().into())
                    .collect(),
            }
        )
    }
}
