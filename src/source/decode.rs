//! Tree → document, with every error reported: a decoder that finds an error goes on with the next
//! value.

mod scalars;

pub(crate) use scalars::unknown_word;

use super::tree::{Kind, NodeId, Slot, Span};
use super::{Refusal, Source, Splice, Value, repair, syntax};
use crate::diagnostic::{Applicability, Code, Diagnostic, Fix, near, suggest};

use crate::limits;
use crate::location::{Place, TextRange};
use indexmap::IndexMap;
use std::hash::Hash;

/// What can be decoded from a value.
pub(crate) trait Decode: Sized {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self>;

    /// What is expected if it is missing.
    fn wanted() -> String;

    /// Whether a list with one item may be written as the item alone.
    const MAY_BE_ALONE: bool = false;

    /// Takes its place if it is missing or has an error, so that the rest of the record can be
    /// checked.
    fn stand_in() -> Option<Self> {
        None
    }

    /// Notes the key of the entry of a mapping.
    fn set_key(&mut self, _key: NodeId) {}
}

/// What can be the key of a mapping.
pub(crate) trait DecodeKey: Sized + Eq + Hash {
    /// What the key is, such as "person id".
    const KEY: &'static str;

    fn decode_key(text: &str, at: NodeId, reader: &mut Reader<'_>) -> Option<Self>;
}

/// A file that is being decoded, and what was found so far.
#[derive(Debug)]
pub(crate) struct Reader<'s> {
    source: &'s Source,
    file: u16,
    diagnostics: Vec<Diagnostic>,
    /// How many of them are warnings.
    warnings: usize,
    /// The key of the entry that is being decoded.
    within: Option<NodeId>,
}

impl<'s> Reader<'s> {
    pub(crate) fn new(source: &'s Source, file: u16) -> Self {
        Self {
            source,
            file,
            diagnostics: Vec::new(),
            warnings: 0,
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

    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    pub(crate) fn kind(&self, node: NodeId) -> Kind<'s> {
        self.source.tree.kind(node, &self.source.text)
    }

    pub(crate) fn is_mapping(&self, node: NodeId) -> bool {
        matches!(self.kind(node), Kind::Mapping(_))
    }

    /// The key of the entry that is being decoded.
    fn key(&self) -> Option<&'s str> {
        match self.kind(self.within?) {
            Kind::Scalar { text, .. } => Some(text),
            Kind::Sequence(_) | Kind::Mapping(_) => None,
        }
    }

    fn span(&self, node: NodeId) -> Span {
        self.source.tree.span(node)
    }

    fn diagnose(&self, code: Code, node: NodeId, message: String) -> Diagnostic {
        self.source
            .diagnostic(code, message, self.source.mark(node))
    }

    pub(crate) fn report(
        &mut self,
        code: Code,
        node: NodeId,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        self.report_with(code, node, message, help, None);
    }

    /// Reports an error with a repair.
    fn report_with(
        &mut self,
        code: Code,
        node: NodeId,
        message: impl Into<String>,
        help: Option<String>,
        fix: Option<Fix>,
    ) {
        if self.is_full() {
            return;
        }
        let mut diagnostic = self.diagnose(code, node, message.into());
        diagnostic.help = help;
        diagnostic.fixes.extend(fix);
        self.diagnostics.push(diagnostic);
    }

    /// A repair that writes a scalar in another way.
    fn rewrite(&self, node: NodeId, new: &str, applicability: Applicability) -> Option<Fix> {
        self.source.rewriting(node, new, applicability)
    }

    /// A repair that puts the near one of some words in place of a scalar.
    fn correct<'w>(&self, node: NodeId, words: impl IntoIterator<Item = &'w str>) -> Option<Fix> {
        self.source.correcting(node, words)
    }

    fn fix(
        &self,
        title: String,
        applicability: Applicability,
        splices: Result<Vec<Splice>, Refusal>,
    ) -> Option<Fix> {
        self.source.fix(title, applicability, splices)
    }

    /// Whether so many errors have been found that no more are reported.
    pub(crate) fn is_full(&self) -> bool {
        self.diagnostics.len() >= limits::DIAGNOSTICS
    }

    fn wrong_type(&mut self, node: NodeId, wanted: &str) {
        let (help, fix) = self.retype(node, wanted);
        self.not_of_type(node, wanted, help, fix);
    }

    fn not_of_type(&mut self, node: NodeId, wanted: &str, help: String, fix: Option<Fix>) {
        let found = match self.kind(node) {
            _ if self.is_nothing(node) => "nothing".to_owned(),
            Kind::Scalar { text, .. } => format!("`{}`", shorten(text)),
            Kind::Sequence(_) => "a list".to_owned(),
            Kind::Mapping(_) => "a mapping".to_owned(),
        };
        let message = format!("expected {wanted}, found {found}");
        self.report_with(Code::WrongType, node, message, Some(help), fix);
    }

    /// How a value becomes a list, a boolean or a string.
    fn retype(&self, node: NodeId, wanted: &str) -> (String, Option<Fix>) {
        let is_list = wanted == "a list";
        if self.is_nothing(node) {
            let write = if is_list { "`[]`" } else { wanted };
            return (
                format!("write {write} after the colon, or remove the key"),
                None,
            );
        }
        let text = match self.kind(node) {
            Kind::Scalar { text, .. } => text,
            Kind::Mapping(_) if is_list => {
                return (
                    "write the items within `[` and `]`, separated by commas".to_owned(),
                    None,
                );
            }
            Kind::Mapping(_) if self.source.tree.is_flow(node) => {
                return (
                    format!("write {wanted}; put text that contains braces in quotes"),
                    None,
                );
            }
            Kind::Sequence(_) if self.source.tree.is_flow(node) => {
                return (format!("write {wanted} without brackets"), None);
            }
            Kind::Sequence(_) | Kind::Mapping(_) => {
                return (format!("write {wanted} on the line of the key"), None);
            }
        };
        if is_list && !text.is_empty() {
            let list = shorten(text);
            let fix = repair::list(text).and_then(|(items, applicability)| {
                let title = format!("write `[{list}]`");
                let list = items.iter().copied().collect();
                self.fix(title, applicability, self.source.become_value(node, &list))
            });
            return (format!("write `[{list}]`"), fix);
        }
        let fix = repair::boolean(text)
            .filter(|_| wanted == scalars::BOOLEAN)
            .and_then(|(boolean, applicability)| {
                let splices = self.source.requote(node, boolean, false);
                self.fix(format!("write `{boolean}`"), applicability, Ok(splices))
            });
        (format!("write {wanted}"), fix)
    }

    /// Reports a value that should be a record, and how the keys of the record are written.
    fn not_a_record(&mut self, node: NodeId, known: &[&str], required: &[&str]) {
        let wanted = "a mapping";
        let keys = match required {
            [] if known.contains(&"status") => &["status"],
            [] => known.get(..1).unwrap_or_default(),
            required => required,
        };
        let keys: Vec<String> = keys.iter().map(|key| format!("{key}: …")).collect();
        let example = format!("write a mapping such as `{{ {} }}`", keys.join(", "));
        let Kind::Scalar { text, plain } = self.kind(node) else {
            return self.not_of_type(node, wanted, example, None);
        };
        let colon = text.split_once(':').filter(|_| plain);
        if let Some((key, value)) = colon
            && known.contains(&key)
            && !value.is_empty()
        {
            let (key, value) = (shorten(key), shorten(value));
            let help = format!("write a space after the colon: `{key}: {value}`");
            let title = "write a space after the colon";
            let splices = self.source.space_out(node);
            let fix = self.fix(title.to_owned(), Applicability::Suggestion, splices);
            return self.not_of_type(node, wanted, help, fix);
        }
        let Some((key, value, applicability)) = repair::entry(text, known) else {
            return self.not_of_type(node, wanted, example, None);
        };
        let help = match &value {
            Value::List(_) => format!("write `{{ {key}: [{}] }}`", shorten(text)),
            Value::Text(value) => format!("write `{{ {key}: {} }}`", shorten(value)),
            Value::Literal(_) | Value::Mapping(_) => example,
        };
        let splices = self
            .source
            .become_value(node, &Value::mapping([(key, value)]));
        let fix = self.fix(help.clone(), applicability, splices);
        self.not_of_type(node, wanted, help, fix);
    }

    /// Warns if a comment cuts a text that has no quotes: `Pentest #12`.
    fn warn_of_cut(&mut self, node: NodeId) {
        if self.warnings >= limits::DIAGNOSTICS / 10 || self.is_full() {
            return;
        }
        let Some(cut) = self.source.cut(node) else {
            return;
        };
        let text = &self.source.text;
        let (comment, whole) = (cut.comment.of(text), cut.whole.of(text));
        let (comment, whole) = (comment.unwrap_or_default(), whole.unwrap_or_default());
        let quoted = syntax::quoted(whole);
        let message = format!("`{}` is read as a comment, not as text", shorten(comment));
        let help = format!(
            "put the text in quotes: `{}`; or write a space after `#`",
            shorten(&quoted)
        );
        let edits = vec![(cut.whole, quoted)];
        let title = "put the text in quotes".to_owned();
        let span = (cut.comment.start, cut.comment.end);
        let mut warning = self
            .source
            .diagnostic(Code::TextCutByComment, message, span);
        warning.help = Some(help.replace("``", "`"));
        warning
            .fixes
            .extend(self.fix(title, Applicability::Suggestion, Ok(edits)));
        self.warnings += 1;
        self.diagnostics.push(warning);
    }

    /// Whether nothing was written after the colon.
    pub(crate) fn is_nothing(&self, node: NodeId) -> bool {
        self.source.tree.is_nothing(node, &self.source.text)
    }

    /// A scalar and whether it is plain; what was expected is only put in words if it is not one.
    pub(crate) fn scalar<W: AsRef<str>>(
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

    /// Parses a scalar, and reports an error if that fails.
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
                let digest = repair::digest(text).filter(|_| code == Code::MalformedHash);
                let fix = digest
                    .and_then(|(digest, applicability)| self.rewrite(node, &digest, applicability));
                let message = format!("`{}` is not {wanted}", shorten(text));
                self.report_with(code, node, message, Some(help(&error)), fix);
                None
            }
        }
    }

    pub(crate) fn place(&self, node: NodeId) -> Place {
        Place::of_value(self.file, node)
    }

    /// Entries of a mapping; duplicate keys are reported and left out.
    fn entries(&mut self, pairs: &[NodeId], node: NodeId) -> Vec<(&'s str, NodeId, NodeId)> {
        let mut entries: Vec<(&str, NodeId, NodeId)> = Vec::with_capacity(pairs.len() / 2);
        let mut seen: IndexMap<&str, NodeId> = IndexMap::new();
        for (index, pair) in pairs.chunks_exact(2).enumerate() {
            let [key, value] = *pair else { continue };
            let Kind::Scalar { text, .. } = self.kind(key) else {
                self.wrong_type(key, "a string");
                continue;
            };
            // Most mappings are small, and comparing with each entry is faster than a table.
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
                let location = self.source.location(self.span(first));
                let message = format!("duplicate key `{}`", shorten(text));
                let mut diagnostic = self
                    .diagnose(Code::RepeatedKey, key, message)
                    .related("first defined here", Some(location))
                    .help("keep one of them");
                let container = node;
                diagnostic
                    .fixes
                    .extend(self.remove_repeated(Slot { container, index }, first));
                self.diagnostics.push(diagnostic);
                continue;
            }
            entries.push((text, key, value));
        }
        entries
    }

    /// Reports texts without quotes that commas divide into several entries, and takes these away.
    fn report_split_texts(
        &mut self,
        node: NodeId,
        entries: &mut Vec<(&'s str, NodeId, NodeId)>,
        known: &[&str],
    ) {
        if !self.source.tree.is_flow(node) || entries.iter().all(|(key, ..)| known.contains(key)) {
            return;
        }
        let is_part = |(key, at, value): &(&str, NodeId, NodeId), reader: &Self| {
            let is_plain = matches!(reader.kind(*at), Kind::Scalar { plain: true, .. });
            let (start, end) = reader.span(*value);
            let is_bare = start == end && reader.is_nothing(*value);
            is_plain && is_bare && !known.contains(key)
        };
        let mut kept: Vec<(&str, NodeId, NodeId)> = Vec::with_capacity(entries.len());
        // The last part of each divided text, by the position of its entry in `kept`.
        let mut divided: IndexMap<usize, Vec<NodeId>> = IndexMap::new();
        for entry in entries.drain(..) {
            let before = kept.last().filter(|(key, ..)| known.contains(key));
            let begins = before.is_some_and(|(.., value)| {
                matches!(self.kind(*value), Kind::Scalar { text, plain: true } if !text.is_empty())
            });
            match kept.len().checked_sub(1) {
                Some(last) if begins && is_part(&entry, self) => {
                    divided.entry(last).or_default().push(entry.1);
                }
                _ => kept.push(entry),
            }
        }
        for (position, parts) in &divided {
            if let (Some((key, _, value)), Some(first), Some(last)) =
                (kept.get(*position), parts.first(), parts.last())
            {
                self.report_split_text(key, *value, *first, *last);
            }
        }
        // What is left of the text is not its value.
        let mut position = 0;
        kept.retain(|_| {
            position += 1;
            !divided.contains_key(&(position - 1))
        });
        *entries = kept;
    }

    fn report_split_text(&mut self, key: &str, value: NodeId, first: NodeId, last: NodeId) {
        let Kind::Scalar { text: part, .. } = self.kind(first) else {
            return;
        };
        let whole = TextRange::new(self.span(value).0, self.span(last).1);
        let written = whole.of(&self.source.text).unwrap_or_default();
        let number = written.replace(',', ".");
        let is_number = first == last && number.parse::<crate::figure::Figure>().is_ok();
        let (help, new, title) = if is_number {
            let help = format!("write `{number}`, with a decimal point");
            (help, number, "write a decimal point")
        } else {
            let quoted = syntax::quoted(written);
            let help = format!("put the text of `{key}` in quotes: `{}`", shorten(&quoted));
            (help, quoted, "put the text in quotes")
        };
        let message = format!(
            "unknown key `{}`: the comma before it ends `{key}`",
            shorten(part)
        );
        let edits = Ok(vec![(whole, new)]);
        let fix = self.fix(title.to_owned(), Applicability::Suggestion, edits);
        self.report_with(Code::UnknownKey, first, message, Some(help), fix);
    }

    /// Renames a key to the near one, or else removes it.
    fn rename(&self, at: NodeId, key: &str, known: &[&str], present: &[&str]) -> Option<Fix> {
        match near(key, known.iter().copied()) {
            Some(near) if present.contains(&near.word) => None,
            Some(near) => self.rewrite(at, near.word, near.applicability),
            // It may be indented too far, and belong somewhere else.
            None if key.starts_with(|c: char| c.is_ascii_digit()) => None,
            None => {
                let trail = self.source.tree.trail(at)?;
                let splices = self.source.remove(&trail);
                self.fix(
                    format!("remove `{}`", shorten(key)),
                    Applicability::Suggestion,
                    splices,
                )
            }
        }
    }

    /// Removes an entry whose key already exists: certainly if its value is the same.
    fn remove_repeated(&self, slot: Slot, first: NodeId) -> Option<Fix> {
        let tree = &self.source.tree;
        let mut slots = tree.slots(slot.container);
        let first = slots.find(|slot| tree.key(*slot) == Some(first))?;
        let value = |slot| Some(self.source.value(tree.value(slot)?));
        let applicability = if value(first) == value(slot) {
            Applicability::Certain
        } else {
            Applicability::Suggestion
        };
        let title = "remove the duplicate".to_owned();
        self.fix(title, applicability, self.source.remove_slot(slot))
    }
}

/// The entries of a record while it is being decoded.
pub(crate) struct Fields<'s> {
    node: NodeId,
    entries: Vec<(&'s str, NodeId, NodeId)>,
}

impl<'s> Fields<'s> {
    /// Opens a mapping whose keys are known, and reports unknown ones.
    pub(crate) fn open(
        node: NodeId,
        known: &[&str],
        required: &[&str],
        reader: &mut Reader<'s>,
    ) -> Option<Self> {
        let Kind::Mapping(pairs) = reader.kind(node) else {
            reader.not_a_record(node, known, required);
            return None;
        };
        let mut entries = reader.entries(pairs, node);
        let present: Vec<&str> = entries.iter().map(|(key, ..)| *key).collect();
        reader.report_split_texts(node, &mut entries, known);
        entries.retain(|(key, at, _)| {
            let is_known = known.contains(key);
            if !is_known && !reader.is_full() {
                let message = format!("unknown key `{}`", shorten(key));
                let help = if key.starts_with(|c: char| c.is_ascii_digit()) {
                    Some("reduce the indentation if the entry belongs one level higher".to_owned())
                } else {
                    suggest(key, known.iter().copied())
                };
                let fix = reader.rename(*at, key, known, &present);
                reader.report_with(Code::UnknownKey, *at, message, help, fix);
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
        // An item of a list has no key to be named.
        let (at, message) = match reader.within.map(|within| (within, reader.kind(within))) {
            Some((within, Kind::Scalar { text, .. })) => {
                let message = format!("missing key `{key}` in `{}`", shorten(text));
                (within, message)
            }
            _ => (self.node, format!("missing key `{key}`")),
        };
        reader.report(Code::MissingKey, at, message, help);
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

/// Declares how a document type is decoded: which of its fields are required, and which are optional.
/// A field `place` is filled in when the mapping that the record is an entry of is decoded. With
/// `#[alone]`, a list with one record may be written as the record.
///
/// A record is dropped if a required field is missing or has an error, unless a default can replace
/// it; an optional field with an error is left out, so that the rest of the record can still be
/// checked. A document with errors is never used for anything else.
macro_rules! record {
    ($(#[$alone:ident])? $name:ident { $($needed:ident),* $(,)? ; $($optional:ident),* $(,)? } $($place:ident $($certain:ident = $stand_in:expr)?)?) => {
        impl $name {
            /// The keys of the mapping.
            pub(crate) const KEYS: &[&str] =
                &[$($(stringify!($certain),)?)? $(stringify!($needed),)* $(stringify!($optional)),*];
        }

        impl $crate::source::decode::Decode for $name {
            fn decode(
                node: $crate::source::NodeId,
                reader: &mut $crate::source::decode::Reader<'_>,
            ) -> Option<Self> {
                const REQUIRED: &[&str] = &[$($(stringify!($certain),)?)? $(stringify!($needed)),*];
                let fields = $crate::source::decode::Fields::open(node, Self::KEYS, REQUIRED, reader)?;
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

            $(const MAY_BE_ALONE: bool = {
                let $alone = true;
                $alone
            };)?

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
        let items = match reader.kind(node) {
            Kind::Sequence(items) => items,
            Kind::Scalar { .. } | Kind::Mapping(_) if T::MAY_BE_ALONE => &[node],
            Kind::Scalar { .. } | Kind::Mapping(_) => {
                reader.wrong_type(node, "a list");
                return None;
            }
        };
        let outer = reader.within.take();
        let decoded: Vec<Option<T>> = items.iter().map(|item| T::decode(*item, reader)).collect();
        reader.within = outer;
        Some(decoded.into_iter().flatten().collect())
    }

    fn wanted() -> String {
        format!("a list, each item {}", T::wanted())
    }
}

impl<K: DecodeKey, V: Decode> Decode for IndexMap<K, V> {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        let Kind::Mapping(pairs) = reader.kind(node) else {
            let key = scalars::with_article(K::KEY);
            let help = format!(
                "write each entry on its own line: {key}, a colon and {}",
                V::wanted()
            );
            reader.not_of_type(node, &format!("a mapping of {}s", K::KEY), help, None);
            return None;
        };
        let entries = reader.entries(pairs, node);
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

/// What an author wrote, short enough for a message.
pub(crate) fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short.replace(['\n', '\r'], " ")
}
