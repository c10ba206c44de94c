//! The kinds of errors and warnings, and how each is repaired.

use crate::taxonomy::schema_vocabulary;

schema_vocabulary! {
    /// What kind of error or warning a diagnostic reports. Codes are stable: a code never changes
    /// its meaning and is never reused for another one.
    ///
    /// May grow.
    #[non_exhaustive]
    Code, "diagnostic code" {
        /// The file is not encoded as UTF-8. Repair: save it as UTF-8.
        NotUtf8,
        /// The text is not YAML. Repair: check the marked position for an unclosed quote or bracket,
        /// a missing colon or space, or indentation that does not line up.
        NotYaml,
        /// The text is not JSON. Repair: check the marked position for a missing comma or quote.
        NotJson,
        /// The file is empty. Repair: start with `custody init`.
        EmptyDocument,
        /// The file holds more than one document. Repair: write one document per file.
        SeveralDocuments,
        /// The file is larger, more deeply nested or more repetitive than is allowed. Repair: keep
        /// large material in other files and refer to it; write out what aliases repeat.
        LimitExceeded,
        /// A YAML tag such as `!include` was used. Repair: remove it; nothing is ever included or
        /// converted.
        TagNotAllowed,
        /// A YAML merge key (`<<`) was used. Repair: write the entries out.
        MergeKey,
        /// The key is unknown at this position. Repair: use one of the keys that the message lists.
        UnknownKey,
        /// The same key occurs twice in one mapping. Repair: keep one of them.
        RepeatedKey,
        /// The same item occurs twice in one list. Repair: keep one of them.
        RepeatedItem,
        /// A required key is missing. Repair: add it.
        MissingKey,
        /// A value is of the wrong type, such as a list instead of a string, or an unquoted number
        /// instead of a string. Repair: write what the message expects.
        WrongType,
        /// A comment cuts off unquoted text: in `Pentest #12`, YAML reads `#12` as a comment.
        /// Repair: put the text in quotes, or write a space after `#` if it is a comment.
        TextCutByComment,
        /// A required text is empty. Repair: write the text, or remove the key.
        EmptyText,
        /// A word is not in the vocabulary. Repair: use one of the words that the message lists.
        UnknownWord,
        /// An id is malformed. Repair: use letters, digits, `.`, `-` and `_`, at most 64 characters,
        /// starting with a letter or a digit.
        MalformedId,
        /// An id looks like a number, a date or a boolean, and other YAML readers would read it as
        /// one. Repair: add a letter to it.
        IdLooksLikeNumber,
        /// An id is reserved. Repair: choose another one.
        ReservedId,
        /// A date is not in the form `YYYY-MM-DD`, or does not exist in the calendar. Repair: write
        /// an existing date.
        MalformedDate,
        /// A digest is not 64 hexadecimal digits. Repair: paste the output of `sha256sum`.
        MalformedHash,
        /// A locator is neither a relative path within the evidence directory nor an absolute URI: it
        /// is an absolute path, begins with a drive letter, contains `..` or a backslash, is a `file:`
        /// URI, or begins like a URI and is none. Repair: write a path such as `evidence/policy.pdf`,
        /// or `https://…`.
        MalformedLocator,
        /// A number of days or an effort is not a whole number from 1 to 36500, or a figure is not
        /// one that the parameter or fact can have. Repair: write a number in range.
        MalformedNumber,
        /// The assessment targets a catalog other than the one that is loaded. Repair: correct the
        /// id, or load the catalog with `--catalog`.
        UnknownCatalog,
        /// The catalog has no such control. Repair: correct the id; `custody catalog controls` lists
        /// all controls.
        UnknownControl,
        /// The catalog has no such risk. Repair: correct the id; `custody catalog risks` lists all
        /// risks.
        UnknownRisk,
        /// The loaded catalog is a profile that leaves this control or risk out, so the entry has no
        /// effect; or the profile leaves out what only wallets of this tier need. Repair: remove the entry,
        /// or load the catalog that the profile selects from.
        LeftOutByProfile,
        /// The assessment declares no such wallet. Repair: correct the id or declare the wallet.
        UnknownWallet,
        /// The assessment declares no such evidence item. Repair: correct the id or declare the
        /// item under `evidence`.
        UnknownEvidence,
        /// The assessment declares no such person. Repair: correct the id or declare the person
        /// under `people`.
        UnknownPerson,
        /// The assessment declares no such provider. Repair: correct the id or declare the provider
        /// under `providers`.
        UnknownProvider,
        /// An entry refers to a catalog entry that does not exist. Repair: correct the id.
        UnknownReference,
        /// A claim is narrowed to a wallet to which its control does not apply. Repair: remove the
        /// wallet from the claim, or correct its tier and traits.
        ControlNotForWallet,
        /// A claim is made on a control that applies to no subject of this assessment, so it has no
        /// effect. Repair: remove it, or declare the trait or channel that brings it into scope.
        ClaimOutOfScope,
        /// A claim has neither a status nor a narrower claim for a wallet. Repair: add a status, or
        /// leave the value empty if the control has not been assessed.
        ClaimWithoutStatus,
        /// A claim is `not-applicable` without a reason. Repair: add `because`.
        NotApplicableWithoutReason,
        /// A claim is `alternative` without stating what is in place instead and why it is equivalent.
        /// Repair: add `rationale`.
        AlternativeWithoutRationale,
        /// A claim is `inherited` without naming who provides the control. Repair: add `provider`.
        InheritedWithoutProvider,
        /// A claim is `partial` without stating what is missing. Repair: add `missing`.
        PartialWithoutMissing,
        /// A claim is `planned` without a due date. Repair: add `due`.
        PlannedWithoutDate,
        /// A claim is `planned` without a responsible person. Repair: add `owner`.
        PlannedWithoutOwner,
        /// A key is not allowed with the status of its claim. Repair: remove the key or correct the
        /// status.
        KeyOutOfPlace,
        /// A claim that something is missing cites `evidence`. Repair: rename the key to
        /// `observations` if the items show what is missing, or to `part_evidence` if they show the
        /// part of a partial control that is in place.
        EvidenceOfShortfall,
        /// An earlier claim, or the claim that replaced it, does not state the day from which it counts.
        /// Repair: add `on` to its `assessed`.
        EarlierClaimWithoutDay,
        /// An earlier claim counts from the same day as another one, or not from an earlier day than
        /// the claim that replaced it. Repair: correct the first `on` of one of them.
        EarlierClaimNotEarlier,
        /// An evidence item expires before it was collected. Repair: correct `collected` or
        /// `valid_until`.
        EvidenceEndsBeforeItBegins,
        /// An evidence item has no expiry date. Repair: add `valid_until`, or an entry for its kind
        /// under `evidence_max_age`.
        EvidenceWithoutValidity,
        /// The evidence directory has no file at the locator of an evidence item, or only one whose
        /// name differs in upper and lower case. Repair: store the file there, or correct `locator`.
        EvidenceMissingFile,
        /// The file of an evidence item does not have the SHA-256 that the item states. Repair:
        /// restore the file that was collected, or review the file and correct `sha256`.
        EvidenceHashMismatch,
        /// The file of an evidence item cannot be used: it is not a regular file, a link leads outside
        /// the evidence directory, it cannot be read, it is a file of the assessment itself, or
        /// several names differ only in their Unicode form. Repair: store a regular file there that
        /// can be read, or correct `locator`.
        EvidenceUnusableFile,
        /// An evidence item has a file and states no SHA-256, so nothing shows that the file is the
        /// one that was collected. Repair: add `sha256` with the output of `sha256sum`.
        EvidenceFileWithoutHash,
        /// No claim cites an evidence item. Repair: cite it or remove it.
        UnusedEvidence,
        /// An assessment has no wallets, so that all controls and risks of wallets are out of scope.
        /// Repair: add `wallets`, or read the file that declares them as well.
        NoWallets,
        /// A file in a directory has the extension of a document but is not read: it is hidden, is a
        /// link to a place outside of the directory, is not a regular file, or has no key of an
        /// assessment. Repair: pass it by name, or move it elsewhere.
        SkippedFile,
        /// A wallet ends before it begins. Repair: correct `since` or `until`.
        WalletEndsBeforeItBegins,
        /// The period ends before it starts. Repair: correct `from` or `to`.
        PeriodEndsBeforeItBegins,
        /// An acceptance ends before it starts. Repair: correct `from` or `until`.
        AcceptanceEndsBeforeItBegins,
        /// An acceptance begins or ends before the day on which it was decided. Repair: correct `on`,
        /// `from` or `until`.
        AcceptanceBeforeDecision,
        /// A risk is accepted by the owner of a claim on a control that treats it directly. Repair:
        /// have someone else approve it.
        AcceptedByClaimOwner,
        /// An acceptance names a wallet to which the risk does not apply, or names a wallet
        /// although the risk applies only to the organization. Repair: remove the wallet.
        RiskNotForWallet,
        /// A wallet has traits that exclude each other, or no kind of key store. Repair: declare all
        /// traits of the wallet, and only those.
        ImpossibleTraits,
        /// Two files, or two entries, contradict each other. Repair: keep the correct definition and
        /// remove the other.
        Conflict,
        /// The order in which controls are to be implemented is circular. Repair: remove one of them
        /// from `after`.
        CircularOrder,
        /// An id of a catalog is used for two entries. Repair: choose another one.
        RepeatedId,
        /// A catalog is inconsistent. Repair: follow the help of the message.
        InconsistentCatalog,
        /// A reference belongs to another edition of the framework: numbers differ between editions.
        /// Repair: use the reference of this edition.
        ReferenceOfOtherEdition,
        /// A trait that a catalog declares has the id of a built-in tier, trait or channel. Repair:
        /// choose another id.
        TraitShadowsWord,
        /// A trait that a catalog declares implies itself, through others or directly. Repair: remove
        /// one of them from `implies`.
        CircularTraits,
        /// No wallet can have a trait that a catalog declares: it requires what it excludes, or the
        /// traits that it implies leave no tier. Repair: correct `implies`, `excludes` or `tiers`.
        TraitContradictsItself,
        /// A control has a crosswalk without a framework, or with a framework without a reference.
        /// Repair: add references, or remove the crosswalk.
        EmptyCrosswalk,
        /// Two editions of a framework disagree: a reference is marked `new` although it has a
        /// predecessor, or is not marked `new` and has none. Repair: correct `becomes` or `new`.
        EditionsDisagree,
        /// A control maps to a reference of one edition of a framework, but to none of its successors
        /// or predecessors in the other edition. Repair: add a reference of that edition, or
        /// correct the mapping.
        EditionLeftOut,
        /// A table is not CSV: a quote is not closed, or a row has more or fewer cells than there
        /// are headings. Repair: put cells that contain the delimiter in quotes.
        NotCsv,
        /// A statement of applicability lacks a required column. Repair: add a column with the
        /// heading that the message names.
        MissingColumn,
        /// Two columns of a statement of applicability have the same meaning. Repair: keep one of them.
        RepeatedColumn,
        /// A reference in a statement of applicability may have lost its last zero in a spreadsheet:
        /// `5.1` may be `5.10`. Repair: compare with the original, and format the
        /// column as text.
        AmbiguousReference,
        /// The document has the format of another tool, such as OSCAL. Repair: pass an assessment or a
        /// catalog; export statuses as CSV for `custody import`.
        ForeignDocument,
    }
}

impl Code {
    /// Whether a diagnostic of this kind is an error or a warning.
    pub fn level(self) -> Level {
        if matches!(
            self,
            Self::ClaimOutOfScope
                | Self::LeftOutByProfile
                | Self::UnusedEvidence
                | Self::EvidenceFileWithoutHash
                | Self::TextCutByComment
                | Self::NoWallets
                | Self::SkippedFile
                | Self::EmptyCrosswalk
                | Self::EditionsDisagree
                | Self::EditionLeftOut
                | Self::AmbiguousReference
        ) {
            Level::Warning
        } else {
            Level::Error
        }
    }
}

schema_vocabulary! {
    /// How severe a diagnostic is.
    ///
    /// Closed: a document can be used, or it cannot.
    Level, "level" {
        /// An entry has no effect; the document can be used.
        Warning,
        /// The document cannot be used as it is.
        Error,
    }
}
