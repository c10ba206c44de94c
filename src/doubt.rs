//! Doubts: properties that an honest assessment does not have.
//!
//! A doubt changes no verdict, number or gap, and nothing that determines them reads it. It is a
//! reason to ask. `docs/doubts.md` states for each [`DoubtCode`] what an honest file looks like,
//! why the property is doubtful, and when it is fine. Doubts are data; their words are made on
//! demand, as a [`Message`].

mod assessed;
mod cited;
mod find;
mod words;

use crate::assessment::SubjectId;
use crate::date::Date;
use crate::id::{ControlId, EvidenceId, PersonId, ProviderId, RiskId, WalletId};
use crate::location::Location;
use crate::message::{Message, as_text};
use crate::taxonomy::{ClaimKey, EvidenceKind, Technique, Trait, schema_vocabulary};
use serde::{Deserialize, Serialize, Serializer};

/// Evidence that is valid for more days than this is doubted: five years, of which at most two are
/// leap years. Certificates of cryptographic modules are valid for five years.
pub const LONGEST_VALIDITY_DAYS: i32 = 5 * 365 + 2;

/// The share of claims that may cite the same file, as numerator and denominator. A small firm
/// that inherits most controls from one provider has one report that many claims cite.
pub const LARGEST_SHARE_OF_ONE_ITEM: (u64, u64) = (2, 3);

/// Shares of fewer claims or control instances than this are not doubted.
pub const FEWEST_FOR_A_SHARE: u64 = 10;

schema_vocabulary! {
    /// A reason to doubt an assessment. Codes are stable: a code never changes its meaning and is
    /// never reused for another one.
    ///
    /// May grow.
    #[non_exhaustive]
    DoubtCode, "doubt" {
        /// One evidence item, or one file under several ids, is cited by more than two thirds of
        /// the claims that a control is in place. An honest assessment cites many items. Fine if
        /// the item is the report of a provider from which most controls are inherited.
        OneItemBehindMostClaims,
        /// An evidence item is valid for more than five years. What was true then may no longer be
        /// true. Fine if the item certifies something that does not change.
        LongValidity,
        /// The `valid_until` of an item is later than `evidence_max_age` of the same assessment
        /// allows for its kind, so it has no effect. If the item is an exception for a reason, its
        /// kind needs no maximum age, or another one.
        ValidUntilOverruled,
        /// The SHA-256 of an evidence item is that of an empty file. An empty file proves nothing.
        EmptyFile,
        /// Evidence files were verified and none was found. Paths of locators probably begin in
        /// another directory than the one that was given.
        NoEvidenceFileFound,
        /// Evidence files were verified; the file of an item exists, but the item states no SHA-256,
        /// so nothing shows that it is the file that was collected. Add `sha256`.
        EvidenceFileWithoutHash,
        /// An evidence item of a particular kind has no `covers`, and a claim that applies to several
        /// wallets cites it, so nothing states about which of them it shows anything. State `covers`.
        EvidenceWithoutScope,
        /// An evidence item that is current was collected after the assessed period, so it shows
        /// nothing about the period. Fine if the assessment is continued; then extend its period.
        CollectedAfterPeriod,
        /// Claims were assessed after the assessed period, so the assessment shows how things were
        /// then, and not in the period. Fine if the assessment is continued; then extend its period.
        AssessedAfterPeriod,
        /// Claims about a wallet were last assessed before it held keys, so what they state was
        /// assessed for other wallets, or as a plan. Assess them for the wallet, and add an `on`.
        AssessedBeforeWallet,
        /// Claims do not state who assessed them, and other claims of the assessment do. Add `by` to
        /// their `assessed`, or to that of the file.
        ClaimWithoutAssessor,
        /// Claims do not state on which day they were assessed, and other claims of the assessment
        /// do, so they count on every day. Add `on` to their `assessed`, or to that of the file.
        ClaimWithoutDay,
        /// Claims were assessed by their owner and by nobody else. Assessors do not judge their own
        /// work. People with the same name and organization count as one.
        AssessedByOwner,
        /// All evidence items that a claim cites are of a kind that the catalog does not list for
        /// the control, such as a photograph of something invisible, or a contract or a certificate
        /// for work that the custodian itself does. Fine if the note of the claim explains it.
        OtherKind,
        /// All evidence items that a claim cites were obtained by a technique that the catalog does
        /// not list for the control, such as an interview instead of an examination of
        /// records. Fine if the note of the claim explains it.
        OtherTechnique,
        /// A claim on a control that treats a critical risk directly rests on interviews, or on papers
        /// that its owner produced, alone. Fine if nothing else can exist; otherwise, cite what
        /// somebody else examined, observed or tested.
        WeakEvidence,
        /// A justification contains no words: no letters, only one letter, possibly repeated, or a
        /// placeholder such as `n/a`. It cannot be checked. Write the reason.
        WordlessJustification,
        /// More than half of all control instances are excluded as not applicable. They do not
        /// count in any figure. Controls that cannot apply are out of scope by tier, traits and
        /// channels and need no exclusion. Fine if every justification is sound.
        MostlyExcluded,
        /// A provider from which controls are inherited has the name of the custodian. A custodian
        /// cannot inherit from itself. Fine if it is another legal entity; then name that entity.
        ProviderIsCustodian,
        /// A wallet that requires several signers or shares, by its traits, states a quorum of one.
        /// One person can move its assets. Correct the traits or the quorum.
        QuorumOfOne,
        /// The assessment has no wallets, or none that holds keys on the reporting date, so no control
        /// about wallets applies or can fail. Fine if the firm holds no keys at all.
        NoWallets,
        /// A wallet is identical to another one: tier, traits, assets, facts and claims are the same.
        /// Each copy adds control instances, so that the failures of other wallets weigh less.
        /// Declare keys that are handled in the same way as one wallet.
        AlikeWallets,
        /// A wallet has no `since`, so the first day on which it holds keys is not known, and evidence
        /// from before that day may back the claims about it. State `since`.
        WalletWithoutSince,
        /// The acceptance of a risk does not state the day of the decision, and other acceptances do.
        /// Add `on`.
        AcceptanceWithoutDay,
        /// The same person is an assessor, owns claims and approves acceptances. Nobody else has
        /// checked the work. People with the same name and organization count as one.
        OnePerson,
    }
}

/// A reason to doubt an assessment: one code and the entry that it is about.
///
/// Its JSON form has its plain text in addition to its data.
///
/// ```
/// use custody_controls::{AssessmentFiles, Catalog, Settings};
///
/// let text = include_str!("../examples/exchange.yaml");
/// let assessment = AssessmentFiles::from_text("exchange.yaml", text).resolve(Catalog::builtin())?;
/// let coverage = assessment.measure(&Settings::on("2026-09-30".parse()?));
/// assert!(coverage.doubts().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Doubt {
    /// Its id, the same in every report: `code:entry`.
    pub id: String,
    /// What is doubtful.
    #[serde(flatten)]
    pub kind: DoubtKind,
    /// Where it is written.
    pub location: Option<Location>,
}

/// A doubt, in words and as data.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Doubt"))]
pub(crate) struct Form<'d> {
    /// Its id, the same in every report: `code:entry`.
    id: &'d str,
    /// The doubt in words.
    #[serde(serialize_with = "as_text")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    text: Message<'d>,
    #[serde(flatten)]
    kind: &'d DoubtKind,
    /// Where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<&'d Location>,
}

impl Serialize for Doubt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let form = Form {
            id: &self.id,
            text: self.message(),
            kind: &self.kind,
            location: self.location.as_ref(),
        };
        form.serialize(serializer)
    }
}

impl Doubt {
    /// Its code.
    pub fn code(&self) -> DoubtCode {
        self.kind.code()
    }

    /// The doubts of a report by code, in the order of codes. No group is empty.
    pub fn by_code(doubts: &[Self]) -> impl Iterator<Item = (DoubtCode, &[Self])> {
        let groups = doubts.chunk_by(|one, other| one.code() == other.code());
        groups.filter_map(|group| Some((group.first()?.code(), group)))
    }
}

/// What is doubtful, and the numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "code", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DoubtKind {
    /// Most claims cite the same evidence item.
    OneItemBehindMostClaims {
        /// The item; the first one, if several have the same file.
        evidence: EvidenceId,
        /// The number of items that have the same SHA-256, or, without one, the same locator.
        items: u64,
        /// The claims that a control is in place and that cite it.
        claims: u64,
        /// All claims that a control is in place.
        of: u64,
    },
    /// An item is valid for many years.
    LongValidity {
        /// The item.
        evidence: EvidenceId,
        /// The first day of its validity.
        from: Date,
        /// The last day of its validity.
        until: Date,
        /// The number of days between them.
        days: i32,
    },
    /// `valid_until` is later than `evidence_max_age` allows.
    ValidUntilOverruled {
        /// The item.
        evidence: EvidenceId,
        /// Its kind.
        kind: EvidenceKind,
        /// The last day that it states.
        until: Date,
        /// The last day according to `evidence_max_age`, which counts.
        by_age: Date,
    },
    /// The SHA-256 is that of an empty file.
    EmptyFile {
        /// The item.
        evidence: EvidenceId,
    },
    /// None of the evidence files was found.
    NoEvidenceFileFound {
        /// The directory in which they were looked for, as it was given.
        directory: String,
        /// The first item.
        evidence: EvidenceId,
        /// Where its file was looked for.
        path: String,
        /// The number of items whose files were looked for.
        items: u64,
    },
    /// The file of an item exists, and the item states no SHA-256.
    EvidenceFileWithoutHash {
        /// The item.
        evidence: EvidenceId,
        /// Where the file is.
        path: String,
    },
    /// An item of a particular kind has no `covers`, and is cited for several wallets.
    EvidenceWithoutScope {
        /// The item.
        evidence: EvidenceId,
        /// The number of claims about several wallets that cite it.
        claims: u64,
        /// The control of the first one.
        control: ControlId,
        /// The number of wallets to which that one applies on the date.
        wallets: u64,
    },
    /// A current item was collected after the period.
    CollectedAfterPeriod {
        /// The item.
        evidence: EvidenceId,
        /// The day on which it was collected.
        collected: Date,
        /// The last day of the period.
        period_to: Date,
    },
    /// Claims were assessed after the period.
    AssessedAfterPeriod {
        /// The number of claims.
        claims: u64,
        /// The control of the first one.
        control: ControlId,
        /// Its wallet, if it is about this one only.
        #[serde(skip_serializing_if = "Option::is_none")]
        subject: Option<SubjectId>,
        /// The day on which it was assessed last.
        on: Date,
        /// The last day of the period.
        period_to: Date,
    },
    /// Claims about a wallet were last assessed before it held keys.
    AssessedBeforeWallet {
        /// The wallet.
        wallet: WalletId,
        /// The first day on which it holds keys.
        since: Date,
        /// The number of claims.
        claims: u64,
        /// The control of the first one.
        control: ControlId,
        /// The day on which it was assessed last.
        on: Date,
    },
    /// Claims do not state who assessed them, and others do.
    ClaimWithoutAssessor {
        /// The number of claims.
        claims: u64,
        /// The number of all claims.
        of: u64,
        /// The control of the first one.
        control: ControlId,
        /// Its wallet, if it is about this one only.
        #[serde(skip_serializing_if = "Option::is_none")]
        subject: Option<SubjectId>,
    },
    /// Claims do not state on which day they were assessed, and others do.
    ClaimWithoutDay {
        /// The number of claims.
        claims: u64,
        /// The number of all claims.
        of: u64,
        /// The control of the first one.
        control: ControlId,
        /// Its wallet, if it is about this one only.
        #[serde(skip_serializing_if = "Option::is_none")]
        subject: Option<SubjectId>,
    },
    /// Claims were assessed by their owner and by nobody else.
    AssessedByOwner {
        /// The owner.
        person: PersonId,
        /// The number of claims.
        claims: u64,
        /// The control of the first one.
        control: ControlId,
        /// Its wallet, if it is about this one only.
        #[serde(skip_serializing_if = "Option::is_none")]
        subject: Option<SubjectId>,
    },
    /// A claim cites only evidence of kinds that the catalog does not list.
    OtherKind {
        /// The control.
        control: ControlId,
        /// The wallet, if the claim is about this one only.
        #[serde(skip_serializing_if = "Option::is_none")]
        subject: Option<SubjectId>,
        /// The kinds of the cited items.
        cited: Vec<EvidenceKind>,
    },
    /// A claim cites only evidence obtained by techniques that the catalog does not list.
    OtherTechnique {
        /// The control.
        control: ControlId,
        /// The wallet, if the claim is about this one only.
        #[serde(skip_serializing_if = "Option::is_none")]
        subject: Option<SubjectId>,
        /// The techniques of the cited items.
        cited: Vec<Technique>,
        /// The techniques that the catalog lists.
        listed: Vec<Technique>,
    },
    /// A claim on a critical risk rests on interviews and on papers of its owner alone.
    WeakEvidence {
        /// The control.
        control: ControlId,
        /// The wallet, if the claim is about this one only.
        #[serde(skip_serializing_if = "Option::is_none")]
        subject: Option<SubjectId>,
        /// The number of items that may be relied on and were obtained by interview.
        interviews: u64,
        /// The number of all other items that may be relied on: papers that the owner produced.
        papers_of_owner: u64,
    },
    /// A justification contains no words. About either a control or a risk.
    WordlessJustification {
        /// The control, for a claim.
        #[serde(skip_serializing_if = "Option::is_none")]
        control: Option<ControlId>,
        /// The wallet, if the claim is about this one only.
        #[serde(skip_serializing_if = "Option::is_none")]
        subject: Option<SubjectId>,
        /// The risk, for an acceptance.
        #[serde(skip_serializing_if = "Option::is_none")]
        risk: Option<RiskId>,
        /// The key of the justification.
        key: ClaimKey,
    },
    /// More than half of all control instances are excluded.
    MostlyExcluded {
        /// The excluded control instances.
        excluded: u64,
        /// All control instances.
        of: u64,
    },
    /// A provider has the name of the custodian.
    ProviderIsCustodian {
        /// The provider.
        provider: ProviderId,
        /// The claims that inherit from it.
        claims: u64,
    },
    /// A wallet that requires several signers or shares states a quorum of one.
    QuorumOfOne {
        /// The wallet.
        wallet: WalletId,
        /// The trait that requires several.
        #[serde(rename = "trait")]
        several_by: Trait,
        /// The stated number that is required.
        required: u32,
        /// The stated total.
        of: u32,
    },
    /// The assessment has no wallets that hold keys on the reporting date.
    NoWallets,
    /// A wallet is identical to another one.
    AlikeWallets {
        /// The wallet.
        wallet: WalletId,
        /// The first wallet, by id, that it does not differ from.
        like: WalletId,
    },
    /// A wallet has no `since`, so the first day on which it holds keys is not known.
    WalletWithoutSince {
        /// The wallet.
        wallet: WalletId,
    },
    /// An acceptance has no day, and others have.
    AcceptanceWithoutDay {
        /// The risk.
        risk: RiskId,
    },
    /// The same person assesses, owns and approves.
    OnePerson {
        /// The assessor.
        person: PersonId,
        /// Other ids of people with the same name and organization.
        also: Vec<PersonId>,
        /// The claims that the person owns.
        owns: u64,
        /// The acceptances that the person approved.
        approves: u64,
    },
}

impl DoubtKind {
    /// The code.
    pub fn code(&self) -> DoubtCode {
        match self {
            Self::OneItemBehindMostClaims { .. } => DoubtCode::OneItemBehindMostClaims,
            Self::LongValidity { .. } => DoubtCode::LongValidity,
            Self::ValidUntilOverruled { .. } => DoubtCode::ValidUntilOverruled,
            Self::EmptyFile { .. } => DoubtCode::EmptyFile,
            Self::NoEvidenceFileFound { .. } => DoubtCode::NoEvidenceFileFound,
            Self::EvidenceFileWithoutHash { .. } => DoubtCode::EvidenceFileWithoutHash,
            Self::EvidenceWithoutScope { .. } => DoubtCode::EvidenceWithoutScope,
            Self::CollectedAfterPeriod { .. } => DoubtCode::CollectedAfterPeriod,
            Self::AssessedAfterPeriod { .. } => DoubtCode::AssessedAfterPeriod,
            Self::AssessedBeforeWallet { .. } => DoubtCode::AssessedBeforeWallet,
            Self::ClaimWithoutAssessor { .. } => DoubtCode::ClaimWithoutAssessor,
            Self::ClaimWithoutDay { .. } => DoubtCode::ClaimWithoutDay,
            Self::AssessedByOwner { .. } => DoubtCode::AssessedByOwner,
            Self::OtherKind { .. } => DoubtCode::OtherKind,
            Self::OtherTechnique { .. } => DoubtCode::OtherTechnique,
            Self::WeakEvidence { .. } => DoubtCode::WeakEvidence,
            Self::WordlessJustification { .. } => DoubtCode::WordlessJustification,
            Self::MostlyExcluded { .. } => DoubtCode::MostlyExcluded,
            Self::ProviderIsCustodian { .. } => DoubtCode::ProviderIsCustodian,
            Self::QuorumOfOne { .. } => DoubtCode::QuorumOfOne,
            Self::NoWallets => DoubtCode::NoWallets,
            Self::AlikeWallets { .. } => DoubtCode::AlikeWallets,
            Self::WalletWithoutSince { .. } => DoubtCode::WalletWithoutSince,
            Self::AcceptanceWithoutDay { .. } => DoubtCode::AcceptanceWithoutDay,
            Self::OnePerson { .. } => DoubtCode::OnePerson,
        }
    }
}

/// The number of doubts with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DoubtCount {
    /// The code.
    pub code: DoubtCode,
    /// The number.
    pub count: u64,
}

impl DoubtCount {
    /// The number of doubts of each code that occurs, in the order of codes.
    pub fn of(doubts: &[Doubt]) -> Vec<Self> {
        Doubt::by_code(doubts)
            .map(|(code, group)| Self {
                code,
                count: group.len() as u64,
            })
            .collect()
    }
}
