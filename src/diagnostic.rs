//! What is wrong with a *document*: faults that are shown with their place and a way to repair them.
//!
//! A diagnostic says why an assessment or a catalogue cannot be trusted as it stands. What an
//! assessment says about a custodian's shortcomings is never a diagnostic; that is a
//! [`crate::gap::Gap`].

use crate::location::Location;
use crate::taxonomy::{Word, schema_vocabulary};
use crate::text::sanitize;
use std::fmt;

schema_vocabulary! {
    /// What kind of fault a diagnostic reports. Codes are stable: a code never changes its meaning
    /// and is never used again for another one.
    ///
    /// May grow.
    #[non_exhaustive]
    Code, "fault code" {
        /// The file is not encoded as UTF-8. Repair: save it as UTF-8.
        NotUtf8,
        /// The text is not YAML. Repair: look at the marked place for an unclosed quote or bracket,
        /// a missing colon or space, or indentation that does not line up.
        NotYaml,
        /// The text is not JSON. Repair: look at the marked place for a missing comma or quote.
        NotJson,
        /// The file holds nothing. Repair: begin with `custody init`.
        EmptyDocument,
        /// The file holds more than one document. Repair: one document to a file.
        SeveralDocuments,
        /// The file is larger, deeper or repeats more than is allowed. Repair: keep large material
        /// outside and point to it; write out what aliases repeat.
        LimitExceeded,
        /// A YAML tag such as `!include` was used. Repair: leave it out; nothing is ever included or
        /// converted.
        TagNotAllowed,
        /// A YAML merge key (`<<`) was used. Repair: write the entries out.
        MergeKey,
        /// The document has no such key here. Repair: use one of the keys that the message offers.
        UnknownKey,
        /// The same key stands twice in one mapping. Repair: keep one of them.
        RepeatedKey,
        /// The same item stands twice in one list. Repair: keep one of them.
        RepeatedItem,
        /// A key that is needed is missing. Repair: add it.
        MissingKey,
        /// A value is of the wrong type: a list where a text is wanted, an unquoted number where a
        /// text is wanted, and the like. Repair: write what the message asks for.
        WrongType,
        /// A text that must say something is empty. Repair: say it, or leave the key out.
        EmptyText,
        /// A word is not one of the vocabulary. Repair: use one of the words that the message offers.
        UnknownWord,
        /// An id has a form that ids do not have. Repair: letters, digits, `.`, `-` and `_`, at most
        /// 64 characters, beginning with a letter or a digit.
        MalformedId,
        /// An id looks like a number, a date or a truth value, and other readers of YAML would take
        /// it for one. Repair: put a letter into it.
        IdLooksLikeNumber,
        /// An id is reserved. Repair: choose another one.
        ReservedId,
        /// A date is not written `YYYY-MM-DD`, or the calendar has no such day. Repair: write a day
        /// that exists.
        MalformedDate,
        /// A digest is not 64 hexadecimal digits. Repair: paste the output of `sha256sum`.
        MalformedHash,
        /// A locator is neither a relative path that stays within the folder of evidence nor an
        /// address. Repair: write a path such as `evidence/policy.pdf`, or `https://…`.
        MalformedLocator,
        /// A number, of days or of efforts, is not a whole number from 1 to 36500, or a figure is not one
        /// that the parameter or the fact can have. Repair: write one.
        MalformedNumber,
        /// The assessment is made against another catalogue than the one that is loaded. Repair:
        /// correct the id, or load the catalogue with `--catalog`.
        UnknownCatalog,
        /// The catalogue has no such control. Repair: correct the id; `custody catalog controls`
        /// lists them.
        UnknownControl,
        /// The catalogue has no such risk. Repair: correct the id; `custody catalog risks` lists
        /// them.
        UnknownRisk,
        /// The catalogue that is loaded is a profile, and leaves the control or the risk out, so what
        /// is said about it changes nothing; or it leaves out what only wallets of this tier need.
        /// Repair: remove what is said, or load the catalogue that the profile selects from.
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
        /// An entry names an entry of the catalogue that does not exist. Repair: correct the id.
        UnknownReference,
        /// A claim is narrowed to a wallet to which its control does not apply. Repair: leave the
        /// wallet out, or correct its tier and traits.
        ControlNotForWallet,
        /// A claim is made on a control that applies to no subject of this assessment, so it changes
        /// nothing. Repair: leave it out, or declare the trait or channel that brings it into scope.
        ClaimOutOfScope,
        /// A claim has neither a status nor a narrower claim for a wallet. Repair: give it a status,
        /// or leave everything after the colon out if nobody has looked.
        ClaimWithoutStatus,
        /// A claim is not-applicable and does not say why. Repair: add `because`.
        NotApplicableWithoutReason,
        /// A claim is alternative and does not say what is in place instead and why it is as good.
        /// Repair: add `rationale`.
        AlternativeWithoutRationale,
        /// A claim is inherited and does not name who provides the control. Repair: add `provider`.
        InheritedWithoutProvider,
        /// A claim is partial and does not say what is missing. Repair: add `missing`.
        PartialWithoutMissing,
        /// A claim is planned and is not committed to a date. Repair: add `due`.
        PlannedWithoutDate,
        /// A claim is planned and nobody is responsible. Repair: add `owner`.
        PlannedWithoutOwner,
        /// A key stands on a claim whose status gives it no meaning. Repair: remove the key or
        /// correct the status.
        KeyOutOfPlace,
        /// An evidence item may be relied on until a day before the one from which it speaks.
        /// Repair: correct `collected` or `valid_until`.
        EvidenceEndsBeforeItBegins,
        /// Nothing says how long an evidence item may be relied on. Repair: add `valid_until`, or an
        /// entry for its kind under `evidence_max_age`.
        EvidenceWithoutValidity,
        /// No claim cites an evidence item. Repair: cite it or remove it.
        UnusedEvidence,
        /// The period ends before it begins. Repair: correct `from` or `to`.
        PeriodEndsBeforeItBegins,
        /// An acceptance ends before it begins. Repair: correct `from` or `until`.
        AcceptanceEndsBeforeItBegins,
        /// A risk is accepted by the owner of a claim on a control that treats it directly. Repair:
        /// have somebody else approve it.
        AcceptedByClaimOwner,
        /// An acceptance names a wallet that cannot suffer the risk, or a wallet although the risk
        /// is one of the organization. Repair: leave the wallet out.
        RiskNotForWallet,
        /// A wallet has traits that cannot be together, or no kind of key store at all. Repair:
        /// declare all traits of the wallet, and only those.
        ImpossibleTraits,
        /// Two files, or two entries, say different things about the same subject. Repair: decide
        /// what is true and say it once.
        Conflict,
        /// The order in which controls are put in place goes in a circle. Repair: leave one of them
        /// out of `after`.
        CircularOrder,
        /// An id of a catalogue is used for two entries. Repair: choose another one.
        RepeatedId,
        /// A catalogue breaks one of its own rules. Repair: as the message says.
        InconsistentCatalog,
        /// What is named stands in another edition of the framework, and not in this one: numbers
        /// differ between editions. Repair: name the reference of this edition.
        ReferenceOfOtherEdition,
        /// A control has a crosswalk that leads nowhere: no framework, or a framework without a
        /// reference. Repair: name what it touches, or leave the crosswalk out.
        EmptyCrosswalk,
        /// Two editions of a framework do not fit together: a reference is marked `new` although an
        /// earlier one became it, or is not marked and nothing became it. Repair: correct `becomes`
        /// or `new`.
        EditionsDisagree,
        /// A control touches a reference of one edition of a framework, and none of those that it
        /// became, or that it came from, in the other edition. Repair: add what it touches there, or
        /// look again at what it touches here.
        EditionLeftOut,
        /// A table is not CSV: a quote is never closed, or a row has more or fewer cells than there
        /// are headings. Repair: put cells that hold the sign between cells in quotes.
        NotCsv,
        /// A statement of applicability has no column for something that is needed. Repair: head the
        /// column as the message says.
        MissingColumn,
        /// Two columns of a statement of applicability mean the same. Repair: keep one of them.
        RepeatedColumn,
    }
}

impl Code {
    /// How grave a fault of this kind is.
    pub fn level(self) -> Level {
        if matches!(
            self,
            Self::ClaimOutOfScope
                | Self::LeftOutByProfile
                | Self::UnusedEvidence
                | Self::EmptyCrosswalk
                | Self::EditionsDisagree
                | Self::EditionLeftOut
        ) {
            Level::Warning
        } else {
            Level::Error
        }
    }
}

schema_vocabulary! {
    /// How grave a fault is.
    ///
    /// Closed: a document can be used, or it cannot.
    Level, "level" {
        /// Something is said that changes nothing; the document can be used.
        Warning,
        /// The document cannot be used as it stands.
        Error,
    }
}

/// A fault of a document: what, where, and how to repair it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// What kind of fault it is.
    pub code: Code,
    /// What is wrong, in lower case; what the author wrote stands in backticks.
    pub message: String,
    /// How to repair it.
    pub help: Option<String>,
    /// Where it is; none for documents that were made in code.
    pub location: Option<Location>,
    /// Other places that the fault is about.
    pub related: Vec<Related>,
    /// The lines of the file that `location` touches, for display.
    #[serde(skip)]
    pub excerpt: Option<String>,
}

/// Another place that a diagnostic is about.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Related {
    /// What stands there.
    pub message: String,
    /// Where it is.
    pub location: Location,
}

impl Diagnostic {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            help: None,
            location: None,
            related: Vec::new(),
            excerpt: None,
        }
    }

    #[must_use]
    pub(crate) fn at(mut self, location: Location) -> Self {
        self.location = Some(location);
        self
    }

    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    #[must_use]
    pub(crate) fn related(
        mut self,
        message: impl Into<String>,
        location: Option<Location>,
    ) -> Self {
        if let Some(location) = location {
            self.related.push(Related {
                message: message.into(),
                location,
            });
        }
        self
    }

    /// How grave the fault is.
    pub fn level(&self) -> Level {
        self.code.level()
    }
}

/// The fault in a few lines, without the lines of the file. What the author wrote is made
/// [`sanitize`], so that it cannot steer a terminal or a log.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(location) = &self.location {
            write!(f, "{}: ", sanitize(&location.to_string()))?;
        }
        let message = sanitize(&self.message);
        write!(f, "{}[{}]: {message}", self.level(), self.code)?;
        for related in &self.related {
            let text = format!("{}: {}", related.location, related.message);
            write!(f, "\n  {}", sanitize(&text))?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {}", sanitize(help))?;
        }
        Ok(())
    }
}

/// All faults of a document, in the order of their places.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    pub(crate) fn sorted(mut diagnostics: Vec<Diagnostic>) -> Self {
        diagnostics.sort_by(|a, b| {
            (&a.location, a.code, &a.message).cmp(&(&b.location, b.code, &b.message))
        });
        diagnostics.dedup();
        Self(diagnostics)
    }

    /// Whether any of the faults is an error.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|diagnostic| diagnostic.level() == Level::Error)
    }

    /// The faults, in the order of their places.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// How many faults there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'d> IntoIterator for &'d Diagnostics {
    type Item = &'d Diagnostic;
    type IntoIter = std::slice::Iter<'d, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            diagnostic.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

/// The word of a list that is nearest to a word that is not in it, if any is near.
pub fn nearest<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    if word.len() > 64 {
        return None;
    }
    let lower = word.to_lowercase();
    words
        .into_iter()
        .take(crate::limits::NEAR_WORDS)
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= word.len().max(3) / 2)
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, candidate)| *distance <= (candidate.len().min(word.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Help that suggests the nearest word of a list, if any is near.
pub(crate) fn did_you_mean<'w>(
    word: &str,
    words: impl IntoIterator<Item = &'w str>,
) -> Option<String> {
    nearest(word, words).map(|near| format!("did you mean `{near}`?"))
}

/// Help that suggests the nearest word, or else lists all words if they are few.
pub fn suggest<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> Option<String> {
    let words: Vec<&str> = words.into_iter().take(crate::limits::NEAR_WORDS).collect();
    if let Some(help) = did_you_mean(word, words.iter().copied()) {
        return Some(help);
    }
    if words.is_empty() || words.len() > 20 {
        return None;
    }
    let list: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    Some(format!("use one of {}", list.join(", ")))
}

/// Help for a word that is not of a vocabulary.
pub fn suggest_word<W: Word>(word: &str) -> Option<String> {
    suggest(word, W::words().iter().copied())
}
