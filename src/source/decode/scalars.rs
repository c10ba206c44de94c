//! Strings, numbers, booleans, dates, words and ids.

use super::{Decode, DecodeKey, Reader, shorten};
use crate::date::{Date, DateError, PartialDate};
use crate::diagnostic::{Applicability, Code, NumberForId, suggest_word};
use crate::id::{EvidenceId, IdError, PersonId, ProviderId, WalletId};
use crate::limits;
use crate::source::repair;
use crate::source::tree::{Kind, NodeId};
use crate::taxonomy::synonym::Synonym;
use crate::taxonomy::{EvidenceKind, Severity, Word};

impl Reader<'_> {
    /// Reports a plain scalar that YAML does not read as a string.
    fn not_a_string(&mut self, node: NodeId, text: &str, wanted: &str) {
        let short = shorten(text);
        let message = format!("expected {wanted}; `{short}` is read as {}", read_as(text));
        let title = format!("put `{short}` in quotes");
        let splices = self.source.requote(node, text, true);
        let fix = self.fix(title, Applicability::Certain, Ok(splices));
        let help = Some(format!("put it in quotes: \"{short}\""));
        self.report_with(Code::WrongType, node, message, help, fix);
    }

    fn too_long(&mut self, node: NodeId, text: &str) {
        let (most, found) = (limits::TEXT, text.chars().count());
        let message = format!("expected at most {most} characters, found {found}");
        let help = "shorten the text; keep long material outside of the file and refer to it";
        self.report(Code::LimitExceeded, node, message, Some(help.to_owned()));
    }

    /// Reports a scalar that is not a number, with the number that it is probably meant to be.
    fn not_a_number(&mut self, node: NodeId, wanted: &str, is_valid: impl Fn(&str) -> bool) {
        let Kind::Scalar { text, plain } = self.kind(node) else {
            return;
        };
        let days = repair::days(text).filter(|_| wanted == DAYS);
        let number = days
            .map(|days| (days.to_string(), Applicability::Suggestion))
            .or_else(|| repair::number(text, is_valid));
        let help = match &number {
            Some((number, _)) if days.is_some() => format!("write days: `{number}`"),
            Some((number, Applicability::Suggestion)) => format!("write `{number}`"),
            Some(_) if !plain => "write a number without quotes".to_owned(),
            _ => format!("write {wanted}"),
        };
        let fix = number.and_then(|(number, applicability)| {
            let splices = self.source.requote(node, &number, false);
            self.fix(format!("write `{number}`"), applicability, Ok(splices))
        });
        let message = format!("expected {wanted}, found `{}`", shorten(text));
        self.report_with(Code::MalformedNumber, node, message, Some(help), fix);
    }
}

/// What YAML readers take a plain scalar for that is not a string.
fn read_as(text: &str) -> &'static str {
    match text.to_ascii_lowercase().as_str() {
        "" | "~" | "null" => "null",
        "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" => "a boolean",
        _ => "a number",
    }
}

/// Whether a text has more characters than [`limits::TEXT`].
fn is_too_long(text: &str) -> bool {
    text.len() > limits::TEXT && text.chars().count() > limits::TEXT
}

impl Decode for String {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        let (text, plain) = reader.scalar(node, || "a string")?;
        if plain && crate::id::is_read_as_other(text) {
            reader.not_a_string(node, text, "a string");
            return None;
        }
        if text.trim().is_empty() {
            reader.report(
                Code::EmptyText,
                node,
                "empty string",
                Some("write the text, or remove the key".to_owned()),
            );
            return None;
        }
        if is_too_long(text) {
            reader.too_long(node, text);
            return None;
        }
        reader.warn_of_cut(node);
        Some(text.to_owned())
    }

    fn wanted() -> String {
        "a string".to_owned()
    }

    fn stand_in() -> Option<Self> {
        Some(Self::new())
    }
}

pub(super) const BOOLEAN: &str = "`true` or `false`";

impl Decode for bool {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        match reader.scalar(node, || BOOLEAN)? {
            ("true", true) => Some(true),
            ("false", true) => Some(false),
            _ => {
                reader.wrong_type(node, BOOLEAN);
                None
            }
        }
    }

    fn wanted() -> String {
        BOOLEAN.to_owned()
    }
}

const WHOLE: &str = "a whole number from 1 to 36500";

const DAYS: &str = "a number of days from 1 to 36500";

impl Decode for u32 {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        let is_of_days = reader.key().is_some_and(|key| {
            let is_word =
                EvidenceKind::from_word(key).is_some() || Severity::from_word(key).is_some();
            is_word || key == "reassess_within"
        });
        let wanted = if is_of_days { DAYS } else { WHOLE };
        let (text, plain) = reader.scalar(node, || wanted)?;
        let in_range = |text: &str| {
            text.parse()
                .ok()
                .filter(|number| (1..=36_500).contains(number))
        };
        let number = in_range(text).filter(|_| plain && !text.starts_with(['+', '0']));
        if number.is_none() {
            reader.not_a_number(node, wanted, |text| in_range(text).is_some());
        }
        number
    }

    fn wanted() -> String {
        WHOLE.to_owned()
    }
}

impl Decode for crate::figure::Figure {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        let (text, plain) = reader.scalar(node, || "a number")?;
        let figure = text.parse().ok().filter(|_| plain);
        if figure.is_none() {
            let largest = crate::figure::LARGEST_FIGURE;
            let wanted = match reader.key() {
                Some("share_of_assets") => {
                    "a percentage from 0 to 100 with at most two decimals".to_owned()
                }
                _ => format!("a number from 0 to {largest} with at most two decimals"),
            };
            reader.not_a_number(node, &wanted, |text| text.parse::<Self>().is_ok());
        }
        figure
    }

    fn wanted() -> String {
        "a number with at most two decimals".to_owned()
    }

    fn stand_in() -> Option<Self> {
        Some(Self::default())
    }
}

impl Decode for Date {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        let (text, _) = reader.scalar(node, || "a date")?;
        match text.parse() {
            Ok(date) => Some(date),
            Err(error) => {
                let message = match error {
                    DateError::Form => format!("`{}` is not a date", shorten(text)),
                    DateError::NoSuchDay => format!("`{text}` is not a valid date"),
                };
                let help = "write a date as `YYYY-MM-DD`, such as `2026-09-30`".to_owned();
                let fix = repair::date(text).and_then(|(date, applicability)| {
                    reader.rewrite(node, &date.to_string(), applicability)
                });
                reader.report_with(Code::MalformedDate, node, message, Some(help), fix);
                None
            }
        }
    }

    fn wanted() -> String {
        "a date, such as `2026-09-30`".to_owned()
    }
}

impl Decode for PartialDate {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        let help = |_: &DateError| "write `YYYY`, `YYYY-MM` or `YYYY-MM-DD`".to_owned();
        reader.parse(node, "a year, a month or a day", Code::MalformedDate, help)
    }

    fn wanted() -> String {
        "a year, a month or a day, such as `2026-09`".to_owned()
    }
}

/// Decodes a word of a vocabulary.
pub(crate) fn word<W: Word>(node: NodeId, reader: &mut Reader<'_>) -> Option<W> {
    let (text, _) = reader.scalar(node, || with_article(W::VOCABULARY))?;
    word_of(text, node, reader)
}

fn word_of<W: Word>(text: &str, node: NodeId, reader: &mut Reader<'_>) -> Option<W> {
    let value = W::from_word(text);
    if value.is_none() {
        unknown_word::<W>(text, node, reader);
    }
    value
}

/// Reports a text that is not a word of a vocabulary.
pub(crate) fn unknown_word<W: Word>(text: &str, node: NodeId, reader: &mut Reader<'_>) {
    if reader.is_full() {
        return;
    }
    let message = format!("unknown {} `{}`", W::VOCABULARY, shorten(text));
    let (help, fix) = if let Some(Synonym { help, word }) = Synonym::of::<W>(text) {
        let fix = word.and_then(|word| reader.rewrite(node, word, Applicability::Suggestion));
        (Some(help), fix)
    } else {
        let fix = reader.correct(node, W::words().iter().copied());
        (suggest_word::<W>(text), fix)
    };
    reader.report_with(Code::UnknownWord, node, message, help, fix);
}

/// Decodes an id.
fn id<T: std::str::FromStr<Err = IdError>>(
    text: &str,
    called: &'static str,
    node: NodeId,
    reader: &mut Reader<'_>,
) -> Option<T> {
    match text.parse() {
        Ok(id) => Some(id),
        Err(_) if reader.is_full() || reader.is_declared_elsewhere(called, text, node) => None,
        Err(error) => {
            let (code, message) = match error {
                IdError::Malformed if text.is_empty() => {
                    (Code::MalformedId, format!("empty {called} id"))
                }
                IdError::Malformed => (
                    Code::MalformedId,
                    format!("`{}` is not a valid {called} id", shorten(text)),
                ),
                IdError::LooksLikeNumber => (
                    Code::IdLooksLikeNumber,
                    format!(
                        "`{}` is not a valid {called} id: {}",
                        shorten(text),
                        no_name(text)
                    ),
                ),
            };
            let trimmed = text.trim();
            let fix = (trimmed != text && trimmed.parse::<T>().is_ok())
                .then(|| reader.rewrite(node, trimmed, Applicability::Certain))
                .flatten();
            let help = match error {
                IdError::Malformed => error.to_string(),
                IdError::LooksLikeNumber => format!(
                    "choose an id that is not a number, a date or a boolean, such as `{called}-1`"
                )
                .replace("evidence item", "evidence"),
            };
            let mut diagnostic = reader.diagnose(code, node, message).help(help);
            diagnostic.fixes.extend(fix);
            diagnostic.number = (error == IdError::LooksLikeNumber).then(|| NumberForId {
                number: text.into(),
                called,
            });
            reader.diagnostics.push(diagnostic);
            None
        }
    }
}

/// Why a text that looks like a number is not a name.
fn no_name(text: &str) -> String {
    if crate::id::is_read_as_other(text) {
        format!("it is read as {}", read_as(text))
    } else if text.parse::<Date>().is_ok() {
        "it is read as a date".to_owned()
    } else {
        "it has no letter".to_owned()
    }
}

macro_rules! decode_ids {
    ($($id:ident),+ $(,)?) => {$(
        impl Decode for crate::id::$id {
            fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
                let (text, _) = reader.scalar(node, Self::wanted)?;
                id(text, Self::CALLED, node, reader)
            }

            fn wanted() -> String {
                format!("the id of {}", with_article(Self::CALLED))
            }
        }

        impl DecodeKey for crate::id::$id {
            const KEY: &'static str = Self::CALLED_ID;

            fn decode_key(text: &str, at: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
                id(text, Self::CALLED, at, reader)
            }
        }
    )+};
}

decode_ids!(
    CatalogId,
    SourceId,
    FamilyId,
    ControlId,
    RiskId,
    MatrixRowId,
    ComponentId,
    KeyTypeId,
    KeyStateId,
    FlowId,
    FrameworkId,
    DocumentId,
    TermId,
    ParameterId,
    AssessmentId,
    WalletId,
    EvidenceId,
    PersonId,
    ProviderId,
    TraitId,
);

macro_rules! decode_words {
    ($($word:ident),+ $(,)?) => {$(
        impl Decode for crate::taxonomy::$word {
            fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
                word(node, reader)
            }

            fn wanted() -> String {
                let words: Vec<String> =
                    Self::words().iter().map(|word| format!("`{word}`")).collect();
                format!("one of {}", words.join(", "))
            }
        }

        impl DecodeKey for crate::taxonomy::$word {
            const KEY: &'static str = <Self as Word>::VOCABULARY;

            fn decode_key(text: &str, at: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
                word_of(text, at, reader)
            }
        }
    )+};
}

decode_words!(
    Tier,
    Trait,
    Channel,
    Feature,
    EvidenceKind,
    Technique,
    ClauseKind,
    ComponentGroup,
    Direction,
    TransitionKind,
    FactorGroup,
    Provenance,
    Strength,
    Confidence,
    Certainty,
    DocumentKind,
    DocumentState,
    ParameterKind,
    Threat,
    Factor,
    Actor,
    Asset,
    Severity,
    SubjectKind,
    Function,
    Status,
);

impl Decode for crate::id::ClauseNumber {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        let (text, plain) = reader.scalar(node, || "a clause number")?;
        clause(text, plain, node, reader)
    }

    fn wanted() -> String {
        "a clause number, in quotes if it has one dot".to_owned()
    }
}

impl DecodeKey for crate::id::ClauseNumber {
    const KEY: &'static str = "clause number";

    fn decode_key(text: &str, at: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        let plain = matches!(reader.kind(at), Kind::Scalar { plain: true, .. });
        clause(text, plain, at, reader)
    }
}

fn clause(
    text: &str,
    plain: bool,
    node: NodeId,
    reader: &mut Reader<'_>,
) -> Option<crate::id::ClauseNumber> {
    if plain && crate::id::is_read_as_other(text) {
        reader.not_a_string(node, text, "a clause number");
        return None;
    }
    text.parse()
        .map_err(|error: crate::id::ClauseNumberError| {
            reader.report(
                Code::MalformedId,
                node,
                format!("`{}` is not a clause number", shorten(text)),
                Some(error.to_string()),
            );
        })
        .ok()
}

/// A noun with its article.
pub(super) fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {noun}")
}

impl Reader<'_> {
    /// Whether an invalid id is the key of another entry, so that it is reported there and not at
    /// each use.
    pub(crate) fn is_declared_elsewhere(&self, called: &str, id: &str, node: NodeId) -> bool {
        let section = match called {
            PersonId::CALLED => "people",
            ProviderId::CALLED => "providers",
            WalletId::CALLED => "wallets",
            EvidenceId::CALLED => "evidence",
            _ => return false,
        };
        let (tree, text) = (&self.source.tree, self.source.text.as_str());
        let entries = tree.root().and_then(|root| tree.entry(text, root, section));
        let declared = entries.and_then(|(_, entries)| tree.entry(text, entries, id));
        declared.is_some_and(|(key, _)| key != node)
    }
}
