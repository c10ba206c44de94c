//! How far the assessment itself is: which control instances have been assessed, by whom, and since
//! when.

use super::{ApplicabilityRow, CellRow, FamilyCoverage, SubjectCoverage};
use crate::coverage::{Coverage, Ratio};
use crate::date::Date;
use crate::id::PersonId;
use crate::taxonomy::Verdict;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How many control instances have been assessed, and on which days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AssessedCells {
    /// Control instances that have been assessed, of all: those whose verdict is not `unknown`. An
    /// excluded instance has been assessed.
    pub cells: Ratio,
    /// The first day on which the claim on one of them was assessed, if any states a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Date>,
    /// The last such day until the date of the report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Date>,
    /// Assessed instances whose claim states no day.
    pub undated: u64,
}

impl AssessedCells {
    /// Counts an instance, and the days of those of its assessments that are meant.
    fn add<'r>(&mut self, cell: &CellRow, days: impl Iterator<Item = &'r Date>) {
        self.cells.denominator += 1;
        if cell.verdict != Verdict::Unknown {
            self.count(days);
        }
    }

    fn count<'r>(&mut self, days: impl Iterator<Item = &'r Date>) {
        self.cells.numerator += 1;
        let mut is_dated = false;
        for day in days {
            is_dated = true;
            self.first = Some(self.first.map_or(*day, |first| first.min(*day)));
            self.last = self.last.max(Some(*day));
        }
        self.undated += u64::from(!is_dated);
    }

    /// The days in words: `from 2026-08-03 to 2026-09-14, 2 without a day`. Empty if nothing has been
    /// assessed.
    pub fn days_in_words(&self) -> String {
        let days = match (self.first, self.last) {
            (Some(first), Some(last)) if first == last => format!("on {first}"),
            (Some(first), Some(last)) => format!("from {first} to {last}"),
            _ => String::new(),
        };
        match (days.is_empty(), self.undated) {
            (_, 0) => days,
            (true, _) => "on days that are not stated".to_owned(),
            (false, undated) => format!("{days}, {undated} without a day"),
        }
    }
}

/// How far the assessment is, by family of controls, by subject and by person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Progress {
    /// By family of controls, in catalog order.
    pub families: Vec<ProgressRow>,
    /// By subject: the organization, then wallets by id.
    pub subjects: Vec<ProgressRow>,
    /// By who assessed the claims, by id, including assessors who assessed none; last, without an id,
    /// what nobody is named for. An instance that several people assessed counts for each of them.
    pub people: Vec<ProgressRow>,
}

/// How many of the control instances of a family or subject have been assessed, or how many of all by
/// a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ProgressRow {
    /// The id of the family, subject or person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The title of the family or subject, or the name of the person.
    pub title: String,
    /// How many have been assessed, and on which days.
    #[serde(flatten)]
    pub assessed: AssessedCells,
}

impl Progress {
    /// The parts with their names.
    pub fn parts(&self) -> [(&'static str, &[ProgressRow]); 3] {
        [
            ("Family", &self.families),
            ("Subject", &self.subjects),
            ("Assessed by", &self.people),
        ]
    }
}

impl ProgressRow {
    /// Whether something has not been assessed.
    pub fn is_incomplete(&self) -> bool {
        self.assessed.cells.numerator < self.assessed.cells.denominator
    }
}

/// The progress of an assessment: in all, and by family, subject and person.
pub(super) fn progress(
    coverage: &Coverage,
    controls: &[ApplicabilityRow],
    families: &[FamilyCoverage],
    subjects: &[SubjectCoverage],
) -> (AssessedCells, Progress) {
    let mut all = AssessedCells::default();
    let mut of_family: BTreeMap<&str, AssessedCells> = BTreeMap::new();
    let mut of_subject: BTreeMap<&str, AssessedCells> = BTreeMap::new();
    let assessors = coverage.assessment().document().assessors.iter();
    let mut of_person: BTreeMap<Option<&PersonId>, AssessedCells> = assessors
        .map(|person| (Some(person), AssessedCells::default()))
        .collect();
    for control in controls {
        let family = of_family.entry(control.family.as_str()).or_default();
        for cell in &control.cells {
            let days = || cell.assessed.iter().filter_map(|one| one.on.as_ref());
            all.add(cell, days());
            family.add(cell, days());
            let subject = of_subject.entry(cell.subject.as_str()).or_default();
            subject.add(cell, days());
            if cell.verdict == Verdict::Unknown {
                continue;
            }
            let named: BTreeSet<&PersonId> = cell
                .assessed
                .iter()
                .filter_map(|one| one.by.as_ref())
                .collect();
            for person in &named {
                let own = cell.assessed.iter();
                let own = own.filter(|one| one.by.as_ref() == Some(*person));
                let days = own.filter_map(|one| one.on.as_ref());
                of_person.entry(Some(*person)).or_default().count(days);
            }
            if named.is_empty() {
                of_person.entry(None).or_default().count(days());
            }
        }
    }
    let row = |id: &str, title: &str, found: &BTreeMap<&str, AssessedCells>| ProgressRow {
        id: Some(id.to_owned()),
        title: title.to_owned(),
        assessed: found.get(id).copied().unwrap_or_default(),
    };
    // People by id; what nobody is named for comes last.
    let nobody = of_person.remove(&None).map(|assessed| (None, assessed));
    let people = of_person.into_iter().chain(nobody);
    let progress = Progress {
        families: families
            .iter()
            .map(|family| row(family.family.as_str(), &family.title, &of_family))
            .collect(),
        subjects: subjects
            .iter()
            .map(|subject| row(subject.subject.as_str(), &subject.title, &of_subject))
            .collect(),
        people: people
            .map(|(person, mut assessed)| {
                assessed.cells.denominator = all.cells.denominator;
                ProgressRow {
                    id: person.map(ToString::to_string),
                    title: match person {
                        Some(person) => coverage.assessment().name_of(person).to_owned(),
                        None => "nobody named".to_owned(),
                    },
                    assessed,
                }
            })
            .collect(),
    };
    (all, progress)
}
