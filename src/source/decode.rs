//! Tree → document, with every fault reported and none of them final: a decoder that meets a fault
//! says so and goes on with the next value.

use super::Source;
use super::tree::{Kind, NodeId, Span};
use crate::date::{Date, DateError};
use crate::diagnostic::{Code, Diagnostic, suggest, suggest_word};
use crate::id::IdError;
use crate::location::Place;
use crate::taxonomy::Word;
use indexmap::IndexMap;
use std::hash::Hash;

/// What can be decoded from a value.
pub(crate) trait Decode: Sized {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self>;

    /// What an author has to write where it is missing.
    fn wanted() -> String;

    /// Takes its place where it is missing or faulty, so that the rest of the record can be judged.
    fn stand_in() -> Option<Self> {
        None
    }

    /// Tells an entry of a mapping where its key stands.
    fn set_key(&mut self, _key: NodeId) {}
}

/// What can be the key of a mapping.
pub(crate) trait DecodeKey: Sized + Eq + Hash {
    fn decode_key(text: &str, at: NodeId, reader: &mut Reader<'_>) -> Option<Self>;
}

/// A file that is being decoded, and the faults found so far.
#[derive(Debug)]
pub(crate) struct Reader<'s> {
    source: &'s Source,
    file: u16,
    faults: Vec<Diagnostic>,
    /// The key of the entry that is being decoded.
    within: Option<NodeId>,
}

impl<'s> Reader<'s> {
    pub(crate) fn new(source: &'s Source, file: u16) -> Self {
        Self {
            source,
            file,
            faults: Vec::new(),
            within: None,
        }
    }

    /// Decodes the value of a key.
    fn decode<T: Decode>(&mut self, key: NodeId, value: NodeId) -> Option<T> {
        let outer = self.within.replace(key);
        let decoded = T::decode(value, self);
        self.within = outer;
        decoded
    }

    pub(crate) fn into_faults(self) -> Vec<Diagnostic> {
        self.faults
    }

    pub(crate) fn kind(&self, node: NodeId) -> Kind<'s> {
        self.source.tree.kind(node, &self.source.text)
    }

    fn span(&self, node: NodeId) -> Span {
        self.source.tree.span(node)
    }

    fn diagnose(&self, code: Code, node: NodeId, message: String) -> Diagnostic {
        let mut span = self.span(node);
        if let Kind::Mapping(_) | Kind::Sequence(_) = self.kind(node) {
            // A long value is pointed to by its first character.
            span.1 = span.0;
        }
        let mut diagnostic = Diagnostic::new(code, message).at(self.source.location(span));
        diagnostic.excerpt = self.source.excerpt(span);
        diagnostic
    }

    pub(crate) fn fault(
        &mut self,
        code: Code,
        node: NodeId,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        if self.is_full() {
            return;
        }
        let mut diagnostic = self.diagnose(code, node, message.into());
        diagnostic.help = help;
        self.faults.push(diagnostic);
    }

    /// Whether so many faults have been found that no more are told.
    pub(crate) fn is_full(&self) -> bool {
        self.faults.len() >= crate::limits::FAULTS
    }

    fn wrong_type(&mut self, node: NodeId, wanted: &str) {
        let help = match self.kind(node) {
            Kind::Scalar { text, plain: true } if wanted.starts_with("a mapping") => text
                .split_once(':')
                .filter(|(key, _)| !key.is_empty() && !key.contains(char::is_whitespace))
                .map(|(key, value)| {
                    let (key, value) = (shorten(key), shorten(value));
                    format!("write a space after the colon: `{key}: {value}`")
                }),
            Kind::Scalar { text, .. } if wanted == "a list" && !text.is_empty() => {
                Some(format!("write `[{}]`", shorten(text)))
            }
            Kind::Scalar { .. } | Kind::Sequence(_) | Kind::Mapping(_) => None,
        };
        let found = match self.kind(node) {
            Kind::Scalar {
                text: "" | "~" | "null",
                plain: true,
            } => "nothing".to_owned(),
            Kind::Scalar { text, .. } => format!("`{}`", shorten(text)),
            Kind::Sequence(_) => "a list".to_owned(),
            Kind::Mapping(_) => "a mapping".to_owned(),
        };
        self.fault(
            Code::WrongType,
            node,
            format!("{wanted} is wanted here, found {found}"),
            help,
        );
    }

    /// Whether nothing was written after the colon.
    pub(crate) fn is_nothing(&self, node: NodeId) -> bool {
        matches!(
            self.kind(node),
            Kind::Scalar {
                text: "" | "~" | "null",
                plain: true
            }
        )
    }

    /// A scalar and whether it is plain; what is wanted instead is only put in words where it is not one.
    fn scalar<W: AsRef<str>>(
        &mut self,
        node: NodeId,
        wanted: impl FnOnce() -> W,
    ) -> Option<(&'s str, bool)> {
        match self.kind(node) {
            Kind::Scalar { text, plain } if !(plain && matches!(text, "" | "~" | "null")) => {
                Some((text, plain))
            }
            Kind::Scalar { .. } | Kind::Sequence(_) | Kind::Mapping(_) => {
                self.wrong_type(node, wanted().as_ref());
                None
            }
        }
    }

    /// Parses a scalar, and reports what it is not.
    pub(crate) fn parse<T: std::str::FromStr>(
        &mut self,
        node: NodeId,
        wanted: &str,
        code: Code,
        help: impl Fn(&T::Err) -> String,
    ) -> Option<T> {
        let (text, _) = self.scalar(node, || wanted)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.fault(
                    code,
                    node,
                    format!("`{}` is not {wanted}", shorten(text)),
                    Some(help(&error)),
                );
                None
            }
        }
    }

    pub(crate) fn place(&self, node: NodeId) -> Place {
        Place::of_value(self.file, node)
    }

    /// Entries of a mapping; repeated keys are reported and left out.
    fn entries(&mut self, node: NodeId, wanted: &str) -> Option<Vec<(&'s str, NodeId, NodeId)>> {
        let Kind::Mapping(pairs) = self.kind(node) else {
            self.wrong_type(node, wanted);
            return None;
        };
        let mut entries: Vec<(&str, NodeId, NodeId)> = Vec::with_capacity(pairs.len() / 2);
        let mut seen: IndexMap<&str, NodeId> = IndexMap::new();
        for pair in pairs.chunks_exact(2) {
            let [key, value] = *pair else { continue };
            let Kind::Scalar { text, .. } = self.kind(key) else {
                self.wrong_type(key, "a word");
                continue;
            };
            // Most mappings are small, and a look at each entry is faster than a table.
            let first = if pairs.len() <= 32 {
                entries
                    .iter()
                    .find(|(name, ..)| *name == text)
                    .map(|(_, first, _)| *first)
            } else {
                let first = seen.get(text).copied();
                seen.entry(text).or_insert(key);
                first
            };
            if first.is_some() && self.is_full() {
                continue;
            }
            if let Some(first) = first {
                let first = self.source.location(self.span(first));
                let message = format!("`{}` stands here a second time", shorten(text));
                let diagnostic = self
                    .diagnose(Code::RepeatedKey, key, message)
                    .related("it stands here first", Some(first))
                    .help("keep one of them");
                self.faults.push(diagnostic);
                continue;
            }
            entries.push((text, key, value));
        }
        Some(entries)
    }
}

/// The keys of a record while it is being decoded.
pub(crate) struct Fields<'s> {
    node: NodeId,
    entries: Vec<(&'s str, NodeId, NodeId)>,
}

impl<'s> Fields<'s> {
    /// Opens a mapping whose keys are known, and reports those that are not.
    pub(crate) fn open(node: NodeId, known: &[&str], reader: &mut Reader<'s>) -> Option<Self> {
        let mut entries = reader.entries(node, "a mapping")?;
        entries.retain(|(key, at, _)| {
            let is_known = known.contains(key);
            if !is_known && !reader.is_full() {
                let message = format!("unknown key `{}`", shorten(key));
                let help = if key.starts_with(|c: char| c.is_ascii_digit()) {
                    Some("is it indented too far? it may belong one level higher".to_owned())
                } else {
                    suggest(key, known.iter().copied())
                };
                reader.fault(Code::UnknownKey, *at, message, help);
            }
            is_known
        });
        Some(Self { node, entries })
    }

    fn find(&self, key: &str) -> Option<(NodeId, NodeId)> {
        self.entries
            .iter()
            .find(|(name, ..)| *name == key)
            .map(|(_, key, value)| (*key, *value))
    }

    /// A key that must be there.
    pub(crate) fn required<T: Decode>(&self, key: &str, reader: &mut Reader<'_>) -> Option<T> {
        if let Some((key, value)) = self.find(key) {
            return reader.decode(key, value);
        }
        let help = Some(format!("add `{key}`: {}", T::wanted()));
        // A list has no key that could be named.
        let (at, message) = match reader.within.map(|within| (within, reader.kind(within))) {
            Some((within, Kind::Scalar { text, .. })) => {
                let message = format!("`{key}` is missing in `{}`", shorten(text));
                (within, message)
            }
            _ => (self.node, format!("`{key}` is missing here")),
        };
        reader.fault(Code::MissingKey, at, message, help);
        None
    }

    /// A key that may be left out.
    pub(crate) fn optional<T: Decode + Default>(
        &self,
        key: &str,
        reader: &mut Reader<'_>,
    ) -> Option<T> {
        self.find(key).map_or_else(
            || Some(T::default()),
            |(key, value)| reader.decode(key, value),
        )
    }
}

/// Declares how a document type is decoded: which of its fields must be there, and which may be left
/// out. A field `place` is filled in by whoever decodes the mapping that the record is an entry of.
///
/// A record is given up where a field that must be there is missing or faulty, unless something can
/// stand in for it; a faulty field that may be left out is left out, so that the rest of the record
/// can still be judged. A document with faults is never used for anything else.
macro_rules! record {
    ($name:ident { $($needed:ident),* $(,)? ; $($optional:ident),* $(,)? } $($place:ident $($certain:ident = $stand_in:expr)?)?) => {
        impl $crate::source::decode::Decode for $name {
            fn decode(
                node: $crate::source::NodeId,
                reader: &mut $crate::source::decode::Reader<'_>,
            ) -> Option<Self> {
                const KEYS: &[&str] =
                    &[$($(stringify!($certain),)?)? $(stringify!($needed),)* $(stringify!($optional)),*];
                let fields = $crate::source::decode::Fields::open(node, KEYS, reader)?;
                $($(let $certain = fields.required(stringify!($certain), reader);)?)?
                $(let $needed = fields.required(stringify!($needed), reader);)*
                $(let $optional = fields.optional(stringify!($optional), reader);)*
                Some(Self {
                    $($($certain: $certain.unwrap_or_else(|| $stand_in),)?)?
                    $($needed: $needed.or_else($crate::source::decode::Decode::stand_in)?,)*
                    $($optional: $optional.unwrap_or_default(),)*
                    $($place: reader.place(node),)?
                })
            }

            fn wanted() -> String {
                "a mapping".to_owned()
            }

            $(fn set_key(&mut self, key: $crate::source::NodeId) {
                self.$place = self.$place.with_key(key);
            })?
        }
    };
}
pub(crate) use record;

impl<T: Decode> Decode for Option<T> {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        if reader.is_nothing(node) {
            Some(None)
        } else {
            T::decode(node, reader).map(Some)
        }
    }

    fn wanted() -> String {
        T::wanted()
    }

    fn set_key(&mut self, key: NodeId) {
        if let Some(value) = self {
            value.set_key(key);
        }
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        let Kind::Sequence(items) = reader.kind(node) else {
            reader.wrong_type(node, "a list");
            return None;
        };
        let outer = reader.within.take();
        let decoded: Vec<Option<T>> = items.iter().map(|item| T::decode(*item, reader)).collect();
        reader.within = outer;
        Some(decoded.into_iter().flatten().collect())
    }

    fn wanted() -> String {
        "a list".to_owned()
    }
}

impl<K: DecodeKey, V: Decode> Decode for IndexMap<K, V> {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        let entries = reader.entries(node, "a mapping of ids")?;
        let mut map = Self::with_capacity(entries.len());
        for (text, key, value) in entries {
            let decoded_key = K::decode_key(text, key, reader);
            let decoded_value = reader.decode::<V>(key, value);
            if let (Some(decoded_key), Some(mut decoded_value)) = (decoded_key, decoded_value) {
                decoded_value.set_key(key);
                map.insert(decoded_key, decoded_value);
            }
        }
        Some(map)
    }

    fn wanted() -> String {
        "a mapping".to_owned()
    }
}

impl Decode for String {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        let (text, plain) = reader.scalar(node, || "a text")?;
        if plain && crate::id::is_read_as_other(text) {
            let message = format!(
                "`{}` is read as a number or a truth value; a text is wanted here",
                shorten(text)
            );
            reader.fault(
                Code::WrongType,
                node,
                message,
                Some(format!("put it in quotes: \"{}\"", shorten(text))),
            );
            return None;
        }
        if text.trim().is_empty() {
            reader.fault(Code::EmptyText, node, "this text is empty", None);
            return None;
        }
        Some(text.to_owned())
    }

    fn wanted() -> String {
        "a text".to_owned()
    }

    fn stand_in() -> Option<Self> {
        Some(Self::new())
    }
}

impl Decode for bool {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        match reader.scalar(node, || "`true` or `false`")? {
            ("true", true) => Some(true),
            ("false", true) => Some(false),
            _ => {
                reader.wrong_type(node, "`true` or `false`");
                None
            }
        }
    }

    fn wanted() -> String {
        "`true` or `false`".to_owned()
    }
}

impl Decode for u32 {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        let (text, plain) = reader.scalar(node, || "a whole number")?;
        let number = text.parse().ok().filter(|number| {
            plain && (1..=36_500).contains(number) && !text.starts_with(['+', '0'])
        });
        if number.is_none() {
            let message = format!("`{}` is not a whole number from 1 to 36500", shorten(text));
            let help = (!plain).then(|| "write a number without quotes".to_owned());
            reader.fault(Code::MalformedNumber, node, message, help);
        }
        number
    }

    fn wanted() -> String {
        "a whole number from 1 to 36500".to_owned()
    }
}

impl Decode for crate::figure::Figure {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        let (text, plain) = reader.scalar(node, || "a number")?;
        let figure = text.parse().ok().filter(|_| plain);
        if figure.is_none() {
            let largest = crate::figure::LARGEST_FIGURE;
            let message = format!(
                "`{}` is not a number from 0 to {largest} with at most two decimals",
                shorten(text)
            );
            let help = (!plain).then(|| "write a number without quotes".to_owned());
            reader.fault(Code::MalformedNumber, node, message, help);
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
                    DateError::NoSuchDay => format!("the calendar has no day `{text}`"),
                };
                let help = "write a date as `YYYY-MM-DD`, such as `2026-09-30`".to_owned();
                reader.fault(Code::MalformedDate, node, message, Some(help));
                None
            }
        }
    }

    fn wanted() -> String {
        "a date, such as `2026-09-30`".to_owned()
    }
}

/// Decodes a word of a vocabulary.
pub(crate) fn word<W: Word>(node: NodeId, reader: &mut Reader<'_>) -> Option<W> {
    let (text, _) = reader.scalar(node, || format!("a {}", W::VOCABULARY))?;
    word_of(text, node, reader)
}

fn word_of<W: Word>(text: &str, node: NodeId, reader: &mut Reader<'_>) -> Option<W> {
    let value = W::from_word(text);
    if value.is_none() && !reader.is_full() {
        let message = format!("unknown {} `{}`", W::VOCABULARY, shorten(text));
        reader.fault(Code::UnknownWord, node, message, suggest_word::<W>(text));
    }
    value
}

/// Decodes an id.
fn id<T: std::str::FromStr<Err = IdError>>(
    text: &str,
    called: &str,
    node: NodeId,
    reader: &mut Reader<'_>,
) -> Option<T> {
    match text.parse() {
        Ok(id) => Some(id),
        Err(error) => {
            let (code, message) = match error {
                IdError::Malformed if text.is_empty() => {
                    (Code::MalformedId, format!("an id ({called}) is empty"))
                }
                IdError::Malformed => (
                    Code::MalformedId,
                    format!("`{}` cannot be an id ({called})", shorten(text)),
                ),
                IdError::LooksLikeNumber => (
                    Code::IdLooksLikeNumber,
                    format!(
                        "`{}` looks like a number, a date or a truth value and cannot be an id ({called})",
                        shorten(text)
                    ),
                ),
            };
            reader.fault(code, node, message, Some(error.to_string()));
            None
        }
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
                let article = if Self::CALLED.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
                format!("the id of {article} {}", Self::CALLED)
            }
        }

        impl DecodeKey for crate::id::$id {
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
    ParameterId,
    AssessmentId,
    WalletId,
    EvidenceId,
    PersonId,
    ProviderId,
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
        "a clause number, in quotes where it has one dot".to_owned()
    }
}

impl DecodeKey for crate::id::ClauseNumber {
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
        let message = format!(
            "`{}` is read as a number; a clause number is wanted here",
            shorten(text)
        );
        reader.fault(
            Code::WrongType,
            node,
            message,
            Some(format!("put it in quotes: \"{}\"", shorten(text))),
        );
        return None;
    }
    text.parse()
        .map_err(|error: crate::id::ClauseNumberError| {
            reader.fault(
                Code::MalformedId,
                node,
                format!("`{}` is no clause number", shorten(text)),
                Some(error.to_string()),
            );
        })
        .ok()
}

/// What an author wrote, short enough for a message.
pub(crate) fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short.replace(['\n', '\r'], " ")
}
