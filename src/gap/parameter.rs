//! What a parameter of a profile adds to the reasons of a gap, and to what closes it.

use super::{Change, Reason, ReasonKind};
use crate::assessment::SubjectId;
use crate::catalog::profile::{Parameter, measured, requirement};
use crate::coverage::{Cell, Coverage, ParameterFinding};
use crate::figure::Figure;
use crate::id::{ParameterId, WalletId};
use crate::message::{Message, Part, message};
use crate::taxonomy::{ParameterKind, ParameterStanding};
use serde::{Deserialize, Serialize, Serializer};

/// A parameter of the profile, and what it requires.
///
/// Its JSON form has the requirement in words in addition to the data.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Bound {
    /// The parameter.
    pub parameter: ParameterId,
    /// What it bounds.
    pub kind: ParameterKind,
    /// Its figure.
    pub figure: Figure,
    /// Where it comes from: jurisdiction, title, publisher, citation, address, day.
    pub authority: String,
}

/// A parameter of the profile, and what it requires in words.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Bound"))]
pub(crate) struct BoundForm<'b> {
    /// The parameter.
    parameter: &'b ParameterId,
    /// What it bounds.
    kind: ParameterKind,
    /// Its figure.
    figure: Figure,
    /// What it requires, in words.
    asks: String,
    /// Where it comes from: jurisdiction, title, publisher, citation, address, day.
    authority: &'b str,
}

impl Serialize for Bound {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let form = BoundForm {
            parameter: &self.parameter,
            kind: self.kind,
            figure: self.figure,
            asks: self.requirement(),
            authority: &self.authority,
        };
        form.serialize(serializer)
    }
}

impl Bound {
    pub(crate) fn of(id: &ParameterId, parameter: &Parameter) -> Self {
        Self {
            parameter: id.clone(),
            kind: parameter.kind,
            figure: parameter.figure,
            authority: parameter.authority(),
        }
    }

    /// What it requires, in words.
    pub fn requirement(&self) -> String {
        requirement(self.kind, self.figure)
    }
}

/// What a parameter of the profile requires of some facts, and what they are now.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Requirement {
    /// The parameter.
    pub parameter: ParameterId,
    /// What it bounds.
    pub kind: ParameterKind,
    /// Its figure.
    pub figure: Figure,
    /// The wallet, if it is about one wallet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wallet: Option<WalletId>,
    /// What follows from the facts now, if that does not meet it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Figure>,
    /// The wallets whose facts do not state it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<WalletId>,
}

impl Requirement {
    /// The required condition, in words.
    pub fn message(&self) -> Message<'_> {
        let mut message = Message::default();
        if !self.missing.is_empty() {
            message.push("the facts of ");
            let wallets = self.missing.iter().map(|wallet| message![wallet]);
            message.extend(Message::joined(wallets, " and "));
            message.extend(message![
                " state ",
                Part::key(fact_key(self.kind)),
                ", and "
            ]);
        }
        if let Some(wallet) = &self.wallet {
            message.extend(message!["for ", wallet, " "]);
        }
        message.push(Part::made(requirement(self.kind, self.figure)));
        if let Some(now) = self.now {
            let now = format!(" (now {})", measured(self.kind, now));
            message.push(Part::made(now));
        }
        message
    }
}

/// The key that states the fact that a parameter bounds.
pub(super) fn fact_key(kind: ParameterKind) -> &'static str {
    match kind {
        ParameterKind::LargestHotShare | ParameterKind::LargestOnlineShare => "share_of_assets",
        ParameterKind::SmallestQuorum => "quorum",
        ParameterKind::SmallestNumberOfBackups => "backups",
        ParameterKind::SmallestBackupDistance => "backup_distance",
        ParameterKind::LargestEvidenceAge => "collected",
    }
}

/// The parameters that a cell does not meet, or for which facts are not stated.
pub(super) fn falling_short<'c>(
    coverage: &'c Coverage,
    cell: &Cell<'_>,
) -> Vec<ParameterFinding<'c>> {
    let mut findings = coverage.parameters(cell);
    findings.retain(|finding| finding.standing != ParameterStanding::Met);
    findings
}

/// Why parameters lower the verdict of the claim.
pub(super) fn because(findings: &[ParameterFinding<'_>]) -> impl Iterator<Item = Reason> {
    findings.iter().flat_map(|finding| {
        let kind = finding.parameter.kind;
        let is_not_met = finding.standing == ParameterStanding::NotMet;
        let parameter = ReasonKind::Parameter {
            bound: Bound::of(finding.id, finding.parameter),
            standing: finding.standing,
            fact: finding.fact.filter(|_| is_not_met),
        };
        let facts = finding.stated.iter().map(move |(subject, fact)| {
            let facts = subject.facts.as_ref();
            let fact = ReasonKind::Fact {
                subject: subject.id.clone(),
                kind,
                fact: *fact,
                evidence: facts
                    .map(|facts| facts.evidence.clone())
                    .unwrap_or_default(),
            };
            Reason::new(fact, subject.place_of_facts())
        });
        std::iter::once(Reason::new(parameter, None)).chain(facts)
    })
}

/// What each fact that falls short has to meet. Of several parameters about one fact only the
/// tightest is named, because meeting it means meeting them all.
pub(super) fn meets(findings: &[ParameterFinding<'_>], subject: &SubjectId) -> Vec<Change> {
    let wallet = |subject: &SubjectId| match subject {
        SubjectId::Wallet(wallet) => Some(wallet.clone()),
        SubjectId::Organization => None,
    };
    let mut requirements: Vec<Requirement> = Vec::new();
    for finding in findings {
        let parameter = finding.parameter;
        let is_not_met = finding.standing == ParameterStanding::NotMet;
        let new = Requirement {
            parameter: finding.id.clone(),
            kind: parameter.kind,
            figure: parameter.figure,
            wallet: wallet(subject).filter(|_| !is_share(parameter.kind)),
            now: finding.fact.filter(|_| is_not_met),
            missing: finding.missing().filter_map(|of| wallet(&of.id)).collect(),
        };
        if requirements.iter().any(|old| implies(old, &new)) {
            continue;
        }
        requirements.retain(|old| !implies(&new, old));
        requirements.push(new);
    }
    let meet = |requirement| Change::Meet { requirement };
    requirements.into_iter().map(meet).collect()
}

/// Leaves out each alternative that requires all that a shorter one requires, and more: of two controls
/// that rest on the same evidence, one may have to meet a parameter as well.
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
        (Change::Meet { requirement: one }, Change::Meet { requirement: other }) => {
            one.wallet == other.wallet && implies(one, other)
        }
        _ => change == wanted,
    }
}

fn is_share(kind: ParameterKind) -> bool {
    matches!(
        kind,
        ParameterKind::LargestHotShare | ParameterKind::LargestOnlineShare
    )
}

/// Whether meeting the one means meeting the other.
fn implies(one: &Requirement, other: &Requirement) -> bool {
    if is_share(one.kind) && is_share(other.kind) {
        // Hot wallets are some of the hot and warm ones.
        let covers = one.kind == other.kind || one.kind == ParameterKind::LargestOnlineShare;
        covers && one.figure <= other.figure
    } else {
        one.kind == other.kind && one.figure >= other.figure
    }
}
