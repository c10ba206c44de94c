//! Traits that a catalog or a profile declares beside the built-in ones.

use super::document::TraitDocument;
use crate::diagnostic::suggest;
use crate::id::TraitId;
use crate::index::index;
use crate::limits;
use crate::source::NodeId;
use crate::source::decode::{Decode, Reader, unknown_word};
use crate::taxonomy::{Feature, Features, Tier, Trait, Word, WordError};
use indexmap::IndexMap;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A word of a vocabulary, or the id of a trait that a catalog declares: an `OrDeclared<Trait>` is
/// a trait of a wallet, and an `OrDeclared<Feature>` what the `when` of a control or a risk may name.
///
/// ```
/// use custody_controls::catalog::OrDeclared;
/// use custody_controls::taxonomy::Trait;
///
/// let hsm: OrDeclared<Trait> = "hsm".parse()?;
/// assert_eq!(hsm, Trait::Hsm);
/// let mpc: OrDeclared<Trait> = "mpc".parse()?;
/// assert!(matches!(&mpc, OrDeclared::Declared(id) if id.as_str() == "mpc"));
/// # Ok::<(), custody_controls::taxonomy::WordError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a word is in the vocabulary, or it is not"
)]
pub enum OrDeclared<W> {
    /// A word of the vocabulary.
    BuiltIn(W),
    /// A trait that the catalog of the document declares.
    Declared(TraitId),
}

impl<W: Word> OrDeclared<W> {
    /// The word, or the id.
    pub fn as_str(&self) -> &str {
        match self {
            Self::BuiltIn(word) => word.word(),
            Self::Declared(id) => id.as_str(),
        }
    }
}

impl<W> From<W> for OrDeclared<W> {
    fn from(word: W) -> Self {
        Self::BuiltIn(word)
    }
}

impl<W: Word> PartialEq<W> for OrDeclared<W> {
    fn eq(&self, word: &W) -> bool {
        matches!(self, Self::BuiltIn(own) if own == word)
    }
}

impl<W: Word> fmt::Display for OrDeclared<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<W: Word> FromStr for OrDeclared<W> {
    type Err = WordError;

    /// A word of the vocabulary, or any other id.
    fn from_str(text: &str) -> Result<Self, WordError> {
        W::from_word(text)
            .map(Self::BuiltIn)
            .or_else(|| TraitId::new(text).map(Self::Declared).ok())
            .ok_or_else(|| WordError::of::<W>(text))
    }
}

impl<W: Word + Serialize> Serialize for OrDeclared<W> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            _ if serializer.is_human_readable() => serializer.serialize_str(self.as_str()),
            Self::BuiltIn(word) => Ok::<&W, &TraitId>(word).serialize(serializer),
            Self::Declared(id) => Err::<&W, &TraitId>(id).serialize(serializer),
        }
    }
}

impl<'de, W: Word + Deserialize<'de>> Deserialize<'de> for OrDeclared<W> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            return text.parse().map_err(D::Error::custom);
        }
        // Packed: as small and as quick to read as the word alone.
        let packed = Result::<W, TraitId>::deserialize(deserializer)?;
        Ok(packed.map_or_else(Self::Declared, Self::BuiltIn))
    }
}

impl<W: Word + Decode> Decode for OrDeclared<W> {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        let (text, _) = reader.scalar(node, W::wanted)?;
        let value = text.parse().ok();
        if value.is_none() {
            unknown_word::<W>(text, node, reader);
        }
        value
    }

    fn wanted() -> String {
        W::wanted()
    }
}

#[cfg(feature = "schema")]
impl<W: Word + schemars::JsonSchema> schemars::JsonSchema for OrDeclared<W> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("{}OrDeclared", W::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let word = generator.subschema_for::<W>();
        let id = generator.subschema_for::<TraitId>();
        schemars::json_schema!({ "anyOf": [word, id] })
    }
}

/// A trait that a catalog declares, and what follows from it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DeclaredTrait {
    /// What the catalog says about it.
    pub document: TraitDocument,
    /// The tiers whose wallets can have it and everything that it implies.
    pub tiers: Vec<Tier>,
    /// It alone.
    pub(super) own: Features,
    /// It and everything that it implies.
    pub features: Features,
    /// What no wallet that has it can have.
    pub excluded: Features,
}

const _: () = assert!(limits::TRAITS <= Features::MOST_DECLARED);

/// The traits that a catalog declares, by id.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Traits(IndexMap<TraitId, DeclaredTrait>);

impl Traits {
    /// What follows from the traits of a document. What they refer to and do not declare is left
    /// out.
    pub(super) fn of(documents: &IndexMap<TraitId, TraitDocument>) -> Self {
        let mut traits = Self::default();
        for (position, (id, document)) in documents.iter().take(limits::TRAITS).enumerate() {
            let own = Features::declared(index(position));
            let declared = DeclaredTrait {
                document: document.clone(),
                tiers: Tier::values(),
                own,
                features: own,
                excluded: Features::default(),
            };
            traits.0.insert(id.clone(), declared);
        }
        // What is implied by what is implied, however long the chain, even in a circle.
        for _ in 0..traits.0.len() {
            for position in 0..traits.0.len() {
                let Some((_, declared)) = traits.0.get_index(position) else {
                    continue;
                };
                let features = traits.features(&declared.document.implies);
                if let Some((_, declared)) = traits.0.get_index_mut(position) {
                    declared.features = declared.features.with(features);
                }
            }
        }
        let all = traits.clone();
        for declared in traits.0.values_mut() {
            let features = declared.features;
            let implied = all.0.values().filter(|other| features.meets(other.own));
            for other in implied {
                let document = &other.document;
                let is_admitted =
                    |tier: &Tier| document.tiers.is_empty() || document.tiers.contains(tier);
                declared.tiers.retain(is_admitted);
                declared.excluded = declared.excluded.with(all.alone(&document.excludes));
            }
        }
        traits
    }

    /// The traits, in catalog order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&TraitId, &DeclaredTrait)> {
        self.0.iter()
    }

    /// A trait by its id.
    pub fn get(&self, id: &str) -> Option<&DeclaredTrait> {
        self.0.get(id)
    }

    /// The words, and everything that declared traits among them imply. A trait that is not declared
    /// adds nothing.
    pub fn features<W: Word + Into<Feature>>(&self, words: &[OrDeclared<W>]) -> Features {
        self.set(words, |declared| declared.features)
    }

    /// The words alone.
    pub(super) fn alone(&self, words: &[OrDeclared<Trait>]) -> Features {
        self.set(words, |declared| declared.own)
    }

    fn set<W: Word + Into<Feature>>(
        &self,
        words: &[OrDeclared<W>],
        of: impl Fn(&DeclaredTrait) -> Features,
    ) -> Features {
        words
            .iter()
            .fold(Features::default(), |set, word| match word {
                OrDeclared::BuiltIn(word) => set.with([*word].into_iter().collect()),
                OrDeclared::Declared(id) => set.with(self.0.get(id).map(&of).unwrap_or_default()),
            })
    }

    /// The tiers that a condition admits: those of a wallet that meets one of its alternatives.
    pub(super) fn tiers(&self, when: &[Vec<OrDeclared<Feature>>]) -> Vec<Tier> {
        let admits = |word: &OrDeclared<Feature>, tier: Tier| match word {
            OrDeclared::BuiltIn(word) => !word.is_tier() || *word == tier.into(),
            OrDeclared::Declared(id) => self
                .0
                .get(id)
                .is_none_or(|declared| declared.tiers.contains(&tier)),
        };
        let mut tiers = Tier::values();
        tiers.retain(|tier| {
            when.is_empty()
                || when
                    .iter()
                    .any(|all| all.iter().all(|word| admits(word, *tier)))
        });
        tiers
    }

    /// Whether a declared trait among some features excludes another one of them.
    pub(super) fn contradict(&self, features: Features) -> bool {
        let mut declared = self.0.values();
        declared.any(|declared| features.meets(declared.own) && features.meets(declared.excluded))
    }

    /// Help for a text that is not a trait.
    pub(crate) fn suggest<W: Word>(&self, text: &str) -> Option<String> {
        suggest(text, self.words::<W>())
    }

    /// The words of a vocabulary, then the declared traits.
    pub fn words<W: Word>(&self) -> impl Iterator<Item = &str> {
        let declared = self.0.keys().map(TraitId::as_str);
        W::words().iter().copied().chain(declared)
    }
}
