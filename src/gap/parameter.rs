//! What a parameter of a profile adds to the reasons of a gap, and to what closes it.

use super::{Change, Reason};
use crate::assessment::{SubjectId, WalletFacts};
use crate::catalog::profile::Parameter;
use crate::coverage::{Cell, Coverage, ParameterFinding};
use crate::figure::Figure;
use crate::id::{ParameterId, WalletId};
use crate::taxonomy::{ParameterKind, ParameterStanding};
use serde::Serialize;
use std::fmt;

/// What a parameter asks for, and what is so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Asked {
    /// The parameter.
    pub parameter: ParameterId,
    /// What it bounds.
    pub kind: ParameterKind,
    /// Its figure.
    pub figure: Figure,
    /// Whom it is about, where it is about one wallet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wallet: Option<WalletId>,
    /// What is stated now, where it is not enough or too much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Figure>,
    /// The wallets whose facts do not state it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<WalletId>,
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [first, rest @ ..] = self.missing.as_slice() {
            write!(f, "the facts of `{first}`")?;
            for wallet in rest {
                write!(f, " and `{wallet}`")?;
            }
            write!(f, " state `{}`, and ", fact(self.kind))?;
        }
        if let Some(wallet) = &self.wallet {
            write!(f, "for `{wallet}` ")?;
        }
        write!(f, "{}", asks(self.kind, self.figure))?;
        match self.now {
            Some(now) => write!(f, " (now {})", measured(self.kind, now)),
            None => Ok(()),
        }
    }
}

/// The key that states the fact.
fn fact(kind: ParameterKind) -> &'static str {
    match kind {
        ParameterKind::LargestHotShare | ParameterKind::LargestOnlineShare => "share_of_assets",
        ParameterKind::SmallestQuorum => "quorum",
        ParameterKind::SmallestNumberOfBackups => "backups",
        ParameterKind::SmallestBackupDistance => "backup_distance",
        ParameterKind::LargestEvidenceAge => "collected",
    }
}

/// A figure with its unit.
pub(crate) fn measured(kind: ParameterKind, figure: Figure) -> String {
    match kind {
        ParameterKind::LargestHotShare | ParameterKind::LargestOnlineShare => format!("{figure} %"),
        ParameterKind::SmallestBackupDistance => format!("{figure} km"),
        ParameterKind::LargestEvidenceAge => format!("{figure} days"),
        ParameterKind::SmallestQuorum | ParameterKind::SmallestNumberOfBackups => {
            figure.to_string()
        }
    }
}

/// What has to be so.
pub fn asks(kind: ParameterKind, figure: Figure) -> String {
    let measured = measured(kind, figure);
    match kind {
        ParameterKind::LargestHotShare => {
            format!("the share of assets in hot wallets is at most {measured}")
        }
        ParameterKind::LargestOnlineShare => {
            format!("the share of assets in hot and warm wallets is at most {measured}")
        }
        ParameterKind::SmallestQuorum => format!("the quorum is at least {measured}"),
        ParameterKind::SmallestNumberOfBackups => {
            format!("the number of backups is at least {measured}")
        }
        ParameterKind::SmallestBackupDistance => {
            format!("the distance between keys and backups is at least {measured}")
        }
        ParameterKind::LargestEvidenceAge => {
            format!("the age of the evidence is at most {measured}")
        }
    }
}

/// Where a parameter comes from.
pub fn authority(parameter: &Parameter) -> String {
    let source = &parameter.source;
    let mut parts = vec![
        parameter.jurisdiction.clone(),
        source.title.clone(),
        source.publisher.clone(),
    ];
    parts.extend(source.citation.clone());
    parts.extend(source.url.clone());
    parts.push(parameter.date.to_string());
    parts.join(", ")
}

impl Coverage {
    /// Why parameters leave less of a verdict than the claim would give.
    pub(super) fn why_the_parameters(&self, cell: &Cell<'_>) -> Vec<Reason> {
        let mut because = Vec::new();
        for finding in self.falling_short(cell) {
            let parameter = finding.parameter;
            let found = match (finding.standing, finding.fact) {
                (ParameterStanding::NotMet, Some(now)) => {
                    format!("it is {}", measured(parameter.kind, now))
                }
                _ => "not all facts that it needs are stated".to_owned(),
            };
            let text = format!(
                "by the parameter `{}`, {}, and {found} ({})",
                finding.id,
                asks(parameter.kind, parameter.figure),
                authority(parameter)
            );
            because.push(Reason::new(text, None));
            for (subject, stated) in &finding.stated {
                let key = fact(parameter.kind);
                let text = match stated {
                    Some(figure) => format!(
                        "`{}` states `{key}` as {}, {}",
                        subject.id,
                        measured(parameter.kind, *figure),
                        resting_on(subject.facts.as_ref())
                    ),
                    None => format!("`{}` does not state `{key}`", subject.id),
                };
                because.push(Reason::new(text, subject.place_of_facts()));
            }
        }
        because
    }

    fn falling_short<'c>(&'c self, cell: &Cell<'_>) -> Vec<ParameterFinding<'c>> {
        let mut findings = self.parameters(cell);
        findings.retain(|finding| finding.standing != ParameterStanding::Met);
        findings
    }

    /// What has to be so for each fact that falls short. Of several parameters about one fact only
    /// the tightest is named, because whoever meets it meets them all.
    pub(super) fn meets(&self, cell: &Cell<'_>) -> Vec<Change> {
        let mut asked: Vec<Asked> = Vec::new();
        for finding in self.falling_short(cell) {
            let parameter = finding.parameter;
            let wallet = |subject: &SubjectId| match subject {
                SubjectId::Wallet(wallet) => Some(wallet.clone()),
                SubjectId::Organization => None,
            };
            let is_not_met = finding.standing == ParameterStanding::NotMet;
            let new = Asked {
                parameter: finding.id.clone(),
                kind: parameter.kind,
                figure: parameter.figure,
                wallet: wallet(&cell.subject.id).filter(|_| !is_share(parameter.kind)),
                now: finding.fact.filter(|_| is_not_met),
                missing: finding.missing().filter_map(|of| wallet(&of.id)).collect(),
            };
            if asked.iter().any(|old| implies(old, &new)) {
                continue;
            }
            asked.retain(|old| !implies(&new, old));
            asked.push(new);
        }
        asked
            .into_iter()
            .map(|asked| Change::Meet { asked })
            .collect()
    }
}

/// Leaves out each alternative that asks for all that a shorter one asks for, and for more: of two
/// controls that rest on the same evidence, one may have to meet a parameter besides.
pub(super) fn leave_out_detours(alternatives: &mut Vec<Vec<Change>>) {
    let all = alternatives.clone();
    alternatives.retain(|changes| {
        !all.iter().any(|shorter| {
            let is_asked = |wanted: &Change| changes.iter().any(|change| brings(change, wanted));
            shorter.len() < changes.len() && shorter.iter().all(is_asked)
        })
    });
}

/// Whether making one change makes the other one.
fn brings(change: &Change, wanted: &Change) -> bool {
    match (change, wanted) {
        (Change::Meet { asked: one }, Change::Meet { asked: other }) => {
            one.wallet == other.wallet && implies(one, other)
        }
        _ => change == wanted,
    }
}

fn resting_on(facts: Option<&WalletFacts>) -> String {
    match facts.map(|facts| facts.evidence.as_slice()) {
        None | Some([]) => "and cites no evidence".to_owned(),
        Some(items) => {
            let items: Vec<String> = items.iter().map(|item| format!("`{item}`")).collect();
            format!("and cites {}", items.join(", "))
        }
    }
}

fn is_share(kind: ParameterKind) -> bool {
    matches!(
        kind,
        ParameterKind::LargestHotShare | ParameterKind::LargestOnlineShare
    )
}

/// Whether whoever meets the one meets the other.
fn implies(one: &Asked, other: &Asked) -> bool {
    if is_share(one.kind) && is_share(other.kind) {
        // Hot wallets are some of the hot and warm ones.
        let covers = one.kind == other.kind || one.kind == ParameterKind::LargestOnlineShare;
        covers && one.figure <= other.figure
    } else {
        one.kind == other.kind && one.figure >= other.figure
    }
}
