//! Doubts in words.

use super::{Doubt, DoubtKind};
use crate::assessment::SubjectId;
use crate::date::Date;
use crate::id::{ControlId, EvidenceId, PersonId, RiskId, WalletId};
use crate::message::{Message, Part, message};
use crate::taxonomy::{ClaimKey, EvidenceKind, Word};
use crate::text::count;

impl Doubt {
    /// The doubt in words.
    pub fn message(&self) -> Message<'_> {
        self.kind.message()
    }
}

impl DoubtKind {
    #[allow(clippy::too_many_lines, reason = "one sentence for each kind")]
    fn message(&self) -> Message<'_> {
        match self {
            Self::OneItemBehindMostClaims {
                evidence,
                items,
                claims,
                of,
            } => one_item(evidence, *items, *claims, *of),
            Self::LongValidity {
                evidence,
                from,
                until,
                days,
            } => message![
                evidence,
                " is valid from ",
                *from,
                " until ",
                *until,
                Part::made(format!(", for {days} days")),
            ],
            Self::ValidUntilOverruled {
                evidence,
                kind,
                until,
                by_age,
            } => overruled(evidence, *kind, *until, *by_age),
            Self::EmptyFile { evidence } => {
                message!["the SHA-256 of ", evidence, " is that of an empty file"]
            }
            Self::NoEvidenceFileFound {
                directory,
                evidence,
                path,
                items,
            } => no_file(directory, evidence, path, *items),
            Self::EvidenceFileWithoutHash { evidence, path } => without_hash(evidence, path),
            Self::EvidenceWithoutScope {
                evidence,
                claims,
                control,
                wallets,
            } => without_scope(evidence, *claims, control, *wallets),
            Self::CollectedAfterPeriod {
                evidence,
                collected,
                period_to,
            } => message![
                evidence,
                " was collected on ",
                *collected,
                ", after the end of the period on ",
                *period_to,
            ],
            Self::AssessedAfterPeriod {
                claims,
                control,
                subject,
                on,
                period_to,
            } => after_period(*claims, control, subject.as_ref(), (*on, *period_to)),
            Self::AssessedBeforeWallet {
                wallet,
                since,
                claims,
                control,
                on,
            } => before_wallet(wallet, *claims, control, (*on, *since)),
            Self::ClaimWithoutAssessor {
                claims,
                of,
                control,
                subject,
            } => without(*claims, *of, "by", claim(control, subject.as_ref())),
            Self::ClaimWithoutDay {
                claims,
                of,
                control,
                subject,
            } => without(*claims, *of, "on", claim(control, subject.as_ref())),
            Self::AssessedByOwner {
                person,
                claims,
                control,
                subject,
            } => by_owner(person, *claims, claim(control, subject.as_ref())),
            Self::OtherKind {
                control,
                subject,
                cited,
            } => {
                let mut message = claim(control, subject.as_ref());
                message.push(" cites only evidence of kind ");
                message.extend(words(cited));
                message.push(", which the catalog does not list for it");
                message
            }
            Self::OtherTechnique {
                control,
                subject,
                cited,
                listed,
            } => {
                let mut message = claim(control, subject.as_ref());
                message.push(" cites only evidence obtained by ");
                message.extend(words(cited));
                message.push("; the catalog lists ");
                message.extend(words(listed));
                message
            }
            Self::WeakEvidence {
                control,
                subject,
                interviews,
                papers_of_owner,
            } => weak(
                claim(control, subject.as_ref()),
                *interviews,
                *papers_of_owner,
            ),
            Self::WordlessJustification {
                control,
                subject,
                risk,
                key,
            } => wordless(*key, control.as_ref(), subject.as_ref(), risk.as_ref()),
            Self::MostlyExcluded { excluded, of } => message![
                *excluded,
                " of ",
                *of,
                " control instances are excluded as not applicable",
            ],
            Self::ProviderIsCustodian { provider, claims } => message![
                "the provider ",
                Part::Word(provider.as_str().into()),
                " has the name of the custodian; ",
                Part::made(count(*claims, "claim inherits", "claims inherit")),
                " from it",
            ],
            Self::QuorumOfOne {
                wallet,
                several_by,
                required,
                of,
            } => message![
                wallet,
                " has the trait ",
                *several_by,
                Part::made(format!(" and states a quorum of {required} of {of}")),
            ],
            Self::NoWallets => message!["no wallet holds keys on the reporting date"],
            Self::AlikeWallets { wallet, like } => message![
                wallet,
                " is identical to ",
                like,
                ": tier, traits, assets, facts and claims are the same",
            ],
            Self::WalletWithoutSince { wallet } => without_since(wallet),
            Self::AcceptanceWithoutDay { risk } => message![
                "the acceptance of ",
                risk,
                " has no ",
                Part::key("on"),
                ", so the day of the decision is not known",
            ],
            Self::OnePerson {
                person,
                also,
                owns,
                approves,
            } => one_person(person, also, *owns, *approves),
        }
    }
}

fn overruled(evidence: &EvidenceId, kind: EvidenceKind, until: Date, by_age: Date) -> Message<'_> {
    message![
        evidence,
        " states ",
        Part::key("valid_until"),
        " ",
        until,
        ", which has no effect: ",
        Part::key("evidence_max_age"),
        " for ",
        kind,
        " ends on ",
        by_age,
    ]
}

fn no_file<'m>(
    directory: &'m str,
    evidence: &'m EvidenceId,
    path: &'m str,
    items: u64,
) -> Message<'m> {
    message![
        "none of ",
        Part::made(count(items, "evidence file", "evidence files")),
        " was found in ",
        Part::Literal(directory.into()),
        ": that of ",
        evidence,
        " would be ",
        Part::Literal(path.into()),
    ]
}

fn without_hash<'m>(evidence: &'m EvidenceId, path: &'m str) -> Message<'m> {
    message![
        evidence,
        " has no ",
        Part::key("sha256"),
        ", so its file ",
        Part::Literal(path.into()),
        " is not verified",
    ]
}

fn without_scope<'m>(
    evidence: &'m EvidenceId,
    claims: u64,
    control: &'m ControlId,
    wallets: u64,
) -> Message<'m> {
    message![
        evidence,
        " has no ",
        Part::key("covers"),
        "; ",
        Part::made(count(claims, "claim cites", "claims cite")),
        " it for several wallets, such as the claim on ",
        control,
        Part::made(format!(" for {wallets} wallets")),
    ]
}

/// Claims of which `assessed` lacks a key.
fn without<'m>(claims: u64, of: u64, key: &'static str, first: Message<'m>) -> Message<'m> {
    let mut message = message![
        claims,
        " of ",
        Part::made(count(of, "claim has", "claims have")),
        " no ",
        Part::key(key),
        " in ",
        Part::key("assessed"),
        ", such as ",
    ];
    message.extend(first);
    message
}

fn by_owner<'m>(person: &'m PersonId, claims: u64, first: Message<'m>) -> Message<'m> {
    let mut message = message![
        person,
        " alone assessed ",
        Part::made(count(claims, "claim", "claims")),
        " that the same person owns, such as ",
    ];
    message.extend(first);
    message
}

fn weak(mut claim: Message<'_>, interviews: u64, papers_of_owner: u64) -> Message<'_> {
    let interviews = (interviews > 0).then(|| count(interviews, "interview", "interviews"));
    let papers = (papers_of_owner > 0)
        .then(|| count(papers_of_owner, "paper of its owner", "papers of its owner"));
    let items: Vec<String> = interviews.into_iter().chain(papers).collect();
    claim.push(" treats a critical risk and rests on ");
    claim.push(Part::made(items.join(" and ")));
    claim.push(" alone");
    claim
}

fn without_since(wallet: &WalletId) -> Message<'_> {
    message![
        wallet,
        " has no `since`, so the first day on which it holds keys is not known"
    ]
}

fn after_period<'m>(
    claims: u64,
    control: &'m ControlId,
    subject: Option<&'m SubjectId>,
    (on, period_to): (Date, Date),
) -> Message<'m> {
    let mut message = message![
        Part::made(count(claims, "claim was", "claims were")),
        " assessed after the end of the period on ",
        period_to,
        ", such as ",
    ];
    message.extend(claim(control, subject));
    message.extend(message![" on ", on]);
    message
}

fn before_wallet<'m>(
    wallet: &'m WalletId,
    claims: u64,
    control: &'m ControlId,
    (on, since): (Date, Date),
) -> Message<'m> {
    message![
        wallet,
        " holds keys since ",
        since,
        "; ",
        Part::made(count(claims, "claim about it was", "claims about it were")),
        " last assessed before, such as that on ",
        control,
        " on ",
        on,
    ]
}

fn one_item(evidence: &EvidenceId, items: u64, claims: u64, of: u64) -> Message<'_> {
    let mut message = message![evidence];
    message.extend(match items {
        0 | 1 => message![" is cited by "],
        2 => message![" and 1 other item with the same file are cited by "],
        _ => message![
            " and ",
            items - 1,
            " other items with the same file are cited by ",
        ],
    });
    message.extend(message![
        claims,
        " of ",
        of,
        " claims that a control is in place",
    ]);
    message
}

fn one_person<'m>(
    person: &'m PersonId,
    also: &'m [PersonId],
    owns: u64,
    approves: u64,
) -> Message<'m> {
    let mut message = message![person];
    if !also.is_empty() {
        message.push(" (also ");
        let others = also.iter().map(|other| message![other]);
        message.extend(Message::joined(others, ", "));
        message.push(")");
    }
    message.extend(message![
        " is an assessor, owns ",
        Part::made(count(owns, "claim", "claims")),
        " and approved ",
        Part::made(count(approves, "acceptance", "acceptances")),
    ]);
    message
}

fn claim<'m>(control: &'m ControlId, subject: Option<&'m SubjectId>) -> Message<'m> {
    let mut message = message!["the claim on ", control];
    if let Some(subject) = subject {
        message.extend(message![" for ", subject]);
    }
    message
}

fn wordless<'m>(
    key: ClaimKey,
    control: Option<&'m ControlId>,
    subject: Option<&'m SubjectId>,
    risk: Option<&'m RiskId>,
) -> Message<'m> {
    let mut message = message![key, " of "];
    match (control, risk) {
        (Some(control), _) => message.extend(claim(control, subject)),
        (None, Some(risk)) => message.extend(message!["the acceptance of ", risk]),
        (None, None) => {}
    }
    message.push(" contains no words");
    message
}

fn words<'m, W: Word>(words: &[W]) -> Message<'m> {
    Message::joined(words.iter().map(|word| message![*word]), ", ")
}
