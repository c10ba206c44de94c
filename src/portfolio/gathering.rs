//! Gathering the results of assessments, in any order, into a portfolio.

use super::totals::sum;
use super::{
    FaultyInput, LeftOut, Member, Obstacle, OutputFile, Portfolio, RANKING, SCHEMA, Totals,
    in_order, same_id,
};
use crate::catalog::Catalog;
use crate::coverage::Tally;
use crate::id::ClauseNumber;
use crate::report::ClauseCoverage;
use crate::settings::Settings;
use crate::taxonomy::Tier;
use std::collections::BTreeMap;

/// The results of one thread. Gatherings can be [merged](Gathering::merge) in any order.
#[derive(Clone, Debug, Default)]
pub struct Gathering {
    members: Vec<(String, Member)>,
    faulty: Vec<FaultyInput>,
    left_out: Vec<LeftOut>,
}

impl Gathering {
    /// Adds an assessment with the name of the file or directory from which it was read.
    pub fn add(&mut self, name: impl Into<String>, member: Member) {
        self.members.push((name.into(), member));
    }

    /// Adds an invalid input.
    pub fn add_faulty(&mut self, input: FaultyInput) {
        self.faulty.push(input);
    }

    /// Adds a skipped entry.
    pub fn add_left_out(&mut self, entry: LeftOut) {
        self.left_out.push(entry);
    }

    /// The results of two threads together.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.members.extend(other.members);
        self.faulty.extend(other.faulty);
        self.left_out.extend(other.left_out);
        self
    }

    /// Moves assessments with the same id to the invalid inputs. Returns the files that were
    /// written for them, so that they can be removed.
    pub fn set_apart_repeated(&mut self) -> Vec<OutputFile> {
        let mut written = Vec::new();
        let mut by_id: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, member) in &self.members {
            let named = by_id.entry(same_id(&member.assessment)).or_default();
            named.push(name.clone());
        }
        let members = std::mem::take(&mut self.members);
        for (name, member) in members {
            let named = by_id.get(&same_id(&member.assessment));
            let others = named.map_or(0, |named| named.len() - 1);
            if others > 0 {
                let named = named.into_iter().flatten();
                let other = named.filter(|other| **other != name).min();
                let message = format!(
                    "duplicate assessment id `{}`, also used by `{}`{}",
                    member.assessment,
                    other.unwrap_or(&name),
                    match others {
                        1 => String::new(),
                        more => format!(" and {} more", more - 1),
                    }
                );
                let input = FaultyInput::without_place(name, Obstacle::RepeatedId, message);
                self.faulty.push(input);
                written.extend(member.outputs);
            } else {
                self.members.push((name, member));
            }
        }
        written
    }

    /// Sorts and sums up everything.
    pub fn into_portfolio(mut self, catalog: &Catalog, settings: &Settings) -> Portfolio {
        self.set_apart_repeated();
        let mut assessments: Vec<Member> =
            self.members.into_iter().map(|(_, member)| member).collect();
        assessments.sort_by(Member::rank);
        self.faulty.sort();
        self.left_out.sort();
        let mut totals = Totals::default();
        let mut clauses: BTreeMap<&ClauseNumber, Tally> = BTreeMap::new();
        let mut tiers: BTreeMap<Option<Tier>, (u64, Tally)> = BTreeMap::new();
        for member in &assessments {
            totals = totals.merge(&Totals::of(member));
            for row in &member.clauses {
                let cells = clauses.entry(&row.clause).or_default();
                *cells = sum(*cells, row.cells);
            }
            for row in &member.tiers {
                let (subjects, cells) = tiers.entry(row.tier).or_default();
                *subjects += row.subjects;
                *cells = sum(*cells, row.cells);
            }
        }
        let facts = catalog.facts();
        Portfolio {
            schema: SCHEMA.to_owned(),
            as_of: settings.as_of,
            horizon_end: settings.horizon_end(),
            catalog: facts.id.clone(),
            catalog_standard: facts.standard.clone(),
            catalog_version: facts.version.clone(),
            catalog_sha256: catalog.sha256().to_owned(),
            catalog_origin: catalog.origin(),
            program_version: env!("CARGO_PKG_VERSION").to_owned(),
            totals,
            clauses: clauses
                .into_iter()
                .map(|(clause, cells)| ClauseCoverage::of(clause, cells, catalog))
                .collect(),
            tiers: in_order(tiers),
            ranking: RANKING.to_owned(),
            overview: None,
            assessments,
            faulty: self.faulty,
            left_out: self.left_out,
        }
    }
}
