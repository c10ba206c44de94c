//! Doubts in words.

use super::{Doubt, DoubtKind};
use crate::assessment::SubjectId;
use crate::id::ControlId;
use crate::message::{Message, Part, message};
use crate::taxonomy::Word;

impl Doubt {
    /// The doubt in words.
    pub fn message(&self) -> Message<'_> {
        self.kind.message()
    }
}

impl DoubtKind {
    fn message(&self) -> Message<'_> {
        match self {
            Self::OneItemBehindMostClaims {
                evidence,
                items,
                claims,
                of,
            } => {
                let mut message = message![evidence];
                if *items > 1 {
                    message.extend(message![
                        " and ",
                        items - 1,
                        if *items == 2 {
                            " other item with the same file are cited by "
                        } else {
                            " other items with the same file are cited by "
                        },
                    ]);
                } else {
                    message.push(" is cited by ");
                }
                message.extend(message![
                    *claims,
                    " of ",
                    *of,
                    " claims that a control is in place"
                ]);
                message
            }
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
            Self::MaxAgeOverruled {
                evidence,
                kind,
                until,
                by_age,
            } => message![
                evidence,
                " is valid until ",
                *until,
                "; with ",
                Part::key("evidence_max_age"),
                " for ",
                *kind,
                ", it would be valid until ",
                *by_age,
            ],
            Self::EmptyFile { evidence } => {
                message!["the SHA-256 of ", evidence, " is that of an empty file"]
            }
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
            Self::WordlessJustification {
                control,
                subject,
                risk,
                key,
            } => {
                let mut message = message![*key, " of "];
                if let Some(control) = control {
                    message.extend(claim(control, subject.as_ref()));
                }
                if let Some(risk) = risk {
                    message.extend(message!["the acceptance of ", risk]);
                }
                message.push(" has no words");
                message
            }
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
                *claims,
                if *claims == 1 {
                    " claim inherits from it"
                } else {
                    " claims inherit from it"
                },
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
            Self::NoWallets => message!["the assessment has no wallets"],
            Self::AlikeWallets { wallet, like } => message![
                wallet,
                " differs from ",
                like,
                " in nothing: tier, traits, assets, facts and claims are the same",
            ],
            Self::OnePerson {
                person,
                also,
                owns,
                approves,
            } => {
                let mut message = message![person];
                if !also.is_empty() {
                    message.push(" (also ");
                    let others = also.iter().map(|other| message![other]);
                    message.extend(Message::joined(others, ", "));
                    message.push(")");
                }
                message.extend(message![
                    " is an assessor, owns ",
                    *owns,
                    if *owns == 1 { " claim" } else { " claims" },
                    " and approved ",
                    *approves,
                    if *approves == 1 {
                        " acceptance"
                    } else {
                        " acceptances"
                    },
                ]);
                message
            }
        }
    }
}

fn claim<'m>(control: &'m ControlId, subject: Option<&'m SubjectId>) -> Message<'m> {
    let mut message = message!["the claim on ", control];
    if let Some(subject) = subject {
        message.extend(message![" for ", subject]);
    }
    message
}

fn words<'m, W: Word>(words: &[W]) -> Message<'m> {
    Message::joined(words.iter().map(|word| message![*word]), ", ")
}
