//! How the facts of wallets compare with the parameters of a profile, and how that lowers verdicts.

use crate::assessment::{Assessment, Subject};
use crate::catalog::profile::Parameter;
use crate::date::Date;
use crate::figure::Figure;
use crate::id::ParameterId;
use crate::index::{ControlIndex, Grid, SubjectIndex};
use crate::taxonomy::{ParameterKind, ParameterStanding, Tier, Verdict};

/// How the facts compare with a parameter for the control of a cell.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ParameterFinding<'a> {
    /// The id of the parameter.
    pub id: &'a ParameterId,
    /// The parameter.
    pub parameter: &'a Parameter,
    /// Whether the facts meet the parameter.
    pub standing: ParameterStanding,
    /// The stated fact; the sum if several wallets count together.
    pub fact: Option<Figure>,
    /// The wallets whose facts count, with the fact of each.
    pub stated: Vec<(&'a Subject, Option<Figure>)>,
}

impl ParameterFinding<'_> {
    /// The wallets that do not state the fact.
    pub fn missing(&self) -> impl Iterator<Item = &Subject> {
        let silent = self.stated.iter().filter(|(_, fact)| fact.is_none());
        silent.map(|(subject, _)| *subject)
    }
}

/// How the facts of a subject compare with the parameters for a control.
pub(super) fn findings<'a>(
    assessment: &'a Assessment,
    day: Date,
    subject: SubjectIndex,
    control: &str,
) -> Vec<ParameterFinding<'a>> {
    let Some(profile) = assessment.catalog().profile() else {
        return Vec::new();
    };
    let of_control = profile.parameters.iter().filter(|(_, parameter)| {
        let named = parameter.control.as_ref();
        named.is_some_and(|named| named.as_str() == control)
    });
    of_control
        .map(|(id, parameter)| finding(assessment, day, subject, id, parameter))
        .collect()
}

fn finding<'a>(
    assessment: &'a Assessment,
    day: Date,
    subject: SubjectIndex,
    id: &'a ParameterId,
    parameter: &'a Parameter,
) -> ParameterFinding<'a> {
    let subjects = assessment.subjects();
    let count = |subject: &'a Subject| (subject, fact_of(subject, parameter.kind));
    let stated: Vec<(&Subject, Option<Figure>)> = match parameter.kind {
        ParameterKind::LargestHotShare | ParameterKind::LargestOnlineShare => subjects
            .iter()
            .filter(|subject| subject.exists_on(day) && holds_share(subject, parameter.kind))
            .map(count)
            .collect(),
        ParameterKind::SmallestQuorum
        | ParameterKind::SmallestNumberOfBackups
        | ParameterKind::SmallestBackupDistance => {
            vec![count(assessment.subject(subject))]
        }
        ParameterKind::LargestEvidenceAge => Vec::new(),
    };
    let is_silent = stated.iter().any(|(_, fact)| fact.is_none());
    let known = stated.iter().filter_map(|(_, fact)| *fact);
    let fact = known.reduce(Figure::plus);
    let violates = fact.is_some_and(|fact| {
        if is_upper_bound(parameter.kind) {
            fact > parameter.figure
        } else {
            fact < parameter.figure
        }
    });
    // The facts of some wallets may already exceed the figure, regardless of the others.
    let standing = if violates {
        ParameterStanding::NotMet
    } else if is_silent {
        ParameterStanding::FactMissing
    } else {
        ParameterStanding::Met
    };
    ParameterFinding {
        id,
        parameter,
        standing,
        fact,
        stated,
    }
}

fn is_upper_bound(kind: ParameterKind) -> bool {
    match kind {
        ParameterKind::LargestHotShare
        | ParameterKind::LargestOnlineShare
        | ParameterKind::LargestEvidenceAge => true,
        ParameterKind::SmallestQuorum
        | ParameterKind::SmallestNumberOfBackups
        | ParameterKind::SmallestBackupDistance => false,
    }
}

/// Whether the holdings of a wallet count for a parameter about shares.
fn holds_share(subject: &Subject, kind: ParameterKind) -> bool {
    match subject.tier {
        Some(Tier::Hot) => true,
        Some(Tier::Warm) => kind == ParameterKind::LargestOnlineShare,
        Some(Tier::Cold) | None => false,
    }
}

fn fact_of(subject: &Subject, kind: ParameterKind) -> Option<Figure> {
    let facts = subject.facts.as_ref()?;
    match kind {
        ParameterKind::LargestHotShare | ParameterKind::LargestOnlineShare => facts.share_of_assets,
        ParameterKind::SmallestQuorum => facts.quorum.map(|quorum| Figure::whole(quorum.required)),
        ParameterKind::SmallestNumberOfBackups => facts.backups,
        ParameterKind::SmallestBackupDistance => facts.backup_distance,
        ParameterKind::LargestEvidenceAge => None,
    }
}

/// Lowers the verdicts of cells as required by parameters.
pub(super) fn cap(
    assessment: &Assessment,
    day: Date,
    cells: &mut Grid<SubjectIndex, ControlIndex, Option<Verdict>>,
) {
    let catalog = assessment.catalog();
    let parameters = catalog.profile().map(|profile| &profile.parameters);
    for (id, parameter) in parameters.into_iter().flatten() {
        let control = parameter.control.as_ref();
        let Some(control) = control.and_then(|named| catalog.control_index(named.as_str())) else {
            continue;
        };
        // Facts that count together have the same result for every subject.
        let mut together = None;
        for subject in assessment.subject_indices() {
            if let Some(verdict) = &mut cells[(subject, control)] {
                let standing = together
                    .unwrap_or_else(|| finding(assessment, day, subject, id, parameter).standing);
                *verdict = capped(*verdict, standing);
                if is_upper_bound(parameter.kind) {
                    together = Some(standing);
                }
            }
        }
    }
}

/// The verdict of a claim in a cell in which parameters leave an effective claim at `highest`.
pub(super) fn at_most(highest: Verdict, claimed: Verdict) -> Verdict {
    let standing = match highest {
        Verdict::Partial => ParameterStanding::NotMet,
        Verdict::Unproven => ParameterStanding::FactMissing,
        Verdict::Effective | Verdict::Absent | Verdict::Unknown | Verdict::Excluded => {
            ParameterStanding::Met
        }
    };
    capped(claimed, standing)
}

/// The verdict after a parameter, which never raises it. Excluded, absent and unknown remain
/// unchanged.
fn capped(verdict: Verdict, standing: ParameterStanding) -> Verdict {
    match (standing, verdict) {
        (ParameterStanding::NotMet, Verdict::Effective | Verdict::Unproven) => Verdict::Partial,
        (ParameterStanding::FactMissing, Verdict::Effective) => Verdict::Unproven,
        (
            ParameterStanding::Met | ParameterStanding::FactMissing | ParameterStanding::NotMet,
            Verdict::Effective
            | Verdict::Unproven
            | Verdict::Partial
            | Verdict::Absent
            | Verdict::Unknown
            | Verdict::Excluded,
        ) => verdict,
    }
}
