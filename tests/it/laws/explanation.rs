//! What would lift a verdict, held against assessments in which it is really done, and against all
//! sets of steps where there are few.

use custody_controls::Coverage;
use custody_controls::explanation::{ALTERNATIVES, Lift, RiskReason};
use custody_controls::gap::{Change, Step, StepKind};
use custody_controls::taxonomy::{RiskVerdict, Verdict};
use custody_testing::change::make;
use custody_testing::generate::Case;
use custody_testing::{Checked, check, measure, not_applicable};
use proptest::prelude::{prop_assert, prop_assert_eq};
use std::collections::BTreeSet;

fn changes<'s>(steps: impl IntoIterator<Item = &'s Step>) -> Vec<&'s Change> {
    steps.into_iter().flat_map(|step| &step.changes).collect()
}

fn verdict_after(case: &Case, row: &RiskReason, changes: &[&Change]) -> Checked<RiskVerdict> {
    measure(&make(case, changes), |coverage| {
        let outcome = coverage.outcome_of(row.risk.risk.as_str(), row.risk.subject.as_str());
        outcome.map(|outcome| outcome.verdict)
    })
    .map(|verdict| verdict.expect("the risk is still judged"))
}

/// All verdicts of one risk, chosen by the case.
fn some_risk(case: &Case) -> Checked<Vec<RiskReason>> {
    let mut choices = case.choices();
    measure(case, |coverage| {
        let risks: Vec<String> = coverage
            .outcomes()
            .filter(|(.., outcome)| outcome.verdict.is_open())
            .map(|(risk, ..)| risk.id.to_string())
            .collect();
        let id = choices.one_of(&risks);
        id.and_then(|id| coverage.explain(&id))
            .map(|why| why.risks)
            .unwrap_or_default()
    })
}

/// Each way lifts the verdict as far as it says, and no step of it can be left out.
#[test]
fn a_way_lifts_a_verdict_and_less_does_not() {
    check(|case| {
        let risks = some_risk(case)?;
        let mut lifts = risks
            .iter()
            .flat_map(|row| row.lifts.iter().map(move |lift| (row, lift)));
        let first = lifts.next().ok_or_else(not_applicable)?;
        let rest: Vec<(&RiskReason, &Lift)> = lifts.take(3).collect();
        for (row, lift) in std::iter::once(first).chain(rest) {
            prop_assert!(!lift.alternatives.is_empty());
            for way in lift.alternatives.iter().take(3) {
                let steps: Vec<&Step> = lift.always.iter().chain(way).collect();
                let all = changes(steps.iter().copied());
                let reached = verdict_after(case, row, &all)?;
                prop_assert!(reached.rank() >= lift.to.rank(), "{reached}: {row:?}");
                for left_out in 0..steps.len() {
                    let mut fewer = steps.clone();
                    fewer.remove(left_out);
                    let reached = verdict_after(case, row, &changes(fewer))?;
                    prop_assert!(
                        reached.rank() < lift.to.rank(),
                        "{reached} without {:?}: {row:?}",
                        steps[left_out]
                    );
                }
            }
        }
        Ok(())
    });
}

/// Where all ways are told, there is no other: every set of steps that makes all cells effective holds
/// one of them.
#[test]
fn no_way_is_missed() {
    check(|case| {
        let risks = some_risk(case)?;
        let row = risks.first().ok_or_else(not_applicable)?;
        let open: BTreeSet<&str> = row
            .cells
            .iter()
            .filter(|cell| !matches!(cell.verdict, Verdict::Effective | Verdict::Excluded))
            .map(|cell| cell.cell.as_str())
            .collect();
        let mut steps = measure(case, Coverage::steps)?;
        for step in &mut steps {
            let keeps: Vec<bool> = step
                .cells
                .iter()
                .map(|it| open.contains(it.as_str()))
                .collect();
            if step.kind == StepKind::Prove {
                let mut keep = keeps.iter();
                step.changes
                    .retain(|_| *keep.next().expect("a change for each cell"));
            }
            step.cells.retain(|cell| open.contains(cell.as_str()));
        }
        steps.retain(|step| !step.cells.is_empty());
        if steps.len() > 9 {
            return Err(not_applicable());
        }
        let sets = (0..1_usize << steps.len()).map(|mask| -> Vec<&Step> {
            let chosen = steps
                .iter()
                .enumerate()
                .filter(|(at, _)| mask >> at & 1 == 1);
            chosen.map(|(_, step)| step).collect()
        });
        let closes = |set: &[&Step]| {
            let closed = set.iter().flat_map(|step| &step.cells);
            let closed: BTreeSet<&str> = closed.map(String::as_str).collect();
            open.iter().filter(|cell| closed.contains(*cell)).count()
        };
        let minimal = |enough: &dyn Fn(&[&Step]) -> bool| -> BTreeSet<Vec<Step>> {
            let sets = sets.clone().filter(|set| {
                enough(set)
                    && (0..set.len()).all(|left_out| {
                        let mut fewer = set.clone();
                        fewer.remove(left_out);
                        !enough(&fewer)
                    })
            });
            sets.map(|set| {
                let mut set: Vec<Step> = set.into_iter().cloned().collect();
                set.sort();
                set
            })
            .collect()
        };
        for lift in &row.lifts {
            let wanted = if lift.to == RiskVerdict::Treated {
                minimal(&|set| closes(set) == open.len())
            } else {
                minimal(&|set| closes(set) > 0)
            };
            let told: BTreeSet<Vec<Step>> = lift
                .alternatives
                .iter()
                .map(|way| {
                    let mut steps: Vec<Step> = lift.always.iter().chain(way).cloned().collect();
                    steps.sort();
                    steps
                })
                .collect();
            prop_assert_eq!(told.len(), lift.alternatives.len(), "a way is told twice");
            if lift.complete {
                prop_assert_eq!(told, wanted);
            } else {
                prop_assert!(told.len() == ALTERNATIVES && told.is_subset(&wanted));
            }
        }
        Ok(())
    });
}
