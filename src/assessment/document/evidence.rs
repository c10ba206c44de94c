//! Evidence items.

use crate::assessment::SubjectId;
use crate::date::Date;
use crate::id::PersonId;
use crate::location::Place;
use crate::source::decode::record;
use crate::taxonomy::{EvidenceKind, Technique};
use serde::{Deserialize, Serialize};

/// An item of evidence. In OSCAL: an observation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Evidence {
    /// Its title.
    pub title: String,
    /// What kind of evidence it is.
    pub kind: EvidenceKind,
    /// How it was obtained.
    pub technique: Technique,
    /// The date of collection, from which the evidence is valid. In OSCAL: `collected`.
    pub collected: Date,
    /// The last day on which it is valid. If it is left out, `evidence_max_age` determines it. In
    /// OSCAL: `expires`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
    /// Where it is stored: a relative path within the evidence directory, with `/` between its parts,
    /// or an address in another system: an absolute URI (RFC 3986), except `file:`.
    #[cfg_attr(
        feature = "schema",
        schemars(regex(
            pattern = r"^((?![Ff][Ii][Ll][Ee]:)[A-Za-z][A-Za-z0-9+.-]+:([!#$&'()*+,./0-9:;=?@A-Z_a-z~\[\]-]|%[0-9A-Fa-f]{2})*|(?![A-Za-z][A-Za-z0-9+.-]*:)(?!/)(?!([^\\]*/)?\.\.(/|$))[^\\]*[^\s\\][^\\]*)$"
        ))
    )]
    pub locator: String,
    /// The SHA-256 of the file, 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256>,
    /// Who produced or collected it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
    /// The subjects that it is about: ids of wallets, and `organization`. If it is left out, it is
    /// about every subject of the claims that cite it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covers: Option<Vec<SubjectId>>,
    /// Remarks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
impl Evidence {
    /// An evidence item without an expiry date of its own.
    pub fn new(
        title: impl Into<String>,
        kind: EvidenceKind,
        technique: Technique,
        collected: Date,
        locator: impl Into<String>,
    ) -> Self {
        Self {
            title: title.into(),
            kind,
            technique,
            collected,
            valid_until: None,
            locator: locator.into(),
            sha256: None,
            by: None,
            covers: None,
            note: None,
            place: Place::default(),
        }
    }
}

record!(Evidence { title, kind, technique, collected, locator; valid_until, sha256, by, covers, note } place);

/// A SHA-256: 64 hexadecimal digits, in lower case.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Sha256(Box<str>);

/// The text is not a SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 is 64 hexadecimal digits")]
pub struct Sha256Error;

impl Sha256 {
    /// The digits, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Sha256 {
    type Err = Sha256Error;

    fn from_str(text: &str) -> Result<Self, Sha256Error> {
        if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            Ok(Self(text.to_ascii_lowercase().into()))
        } else {
            Err(Sha256Error)
        }
    }
}

impl std::fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Sha256 {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Sha256".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^[0-9a-fA-F]{64}$",
            "description": "A SHA-256: 64 hexadecimal digits.",
        })
    }
}

impl crate::source::decode::Decode for Sha256 {
    fn decode(
        node: crate::source::NodeId,
        reader: &mut crate::source::decode::Reader<'_>,
    ) -> Option<Self> {
        reader.parse(
            node,
            "a SHA-256",
            crate::diagnostic::Code::MalformedHash,
            |error: &Sha256Error| error.to_string(),
        )
    }

    fn wanted() -> String {
        "a SHA-256, 64 hexadecimal digits".to_owned()
    }
}
