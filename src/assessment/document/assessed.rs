//! Who assessed claims, on which days, and for how long that may be relied on.

use crate::date::Date;
use crate::id::PersonId;
use crate::location::Place;
use crate::source::NodeId;
use crate::source::decode::{Decode, Reader, record};
use crate::taxonomy::Severity;
use indexmap::IndexMap;
use serde::{Deserialize, Deserializer, Serialize};

/// One assessment of a claim: by whom, and on which day. At least one of them is stated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(
    feature = "schema",
    schemars(extend("anyOf" = [{ "required": ["by"] }, { "required": ["on"] }]))
)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Assessed {
    /// Who assessed the claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
    /// The day on which the claim was found to be correct as it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(#[alone] Assessed { ; by, on } place);

impl Assessed {
    /// An assessment by a person on a day.
    pub fn new(by: PersonId, on: Date) -> Self {
        Self {
            by: Some(by),
            on: Some(on),
            place: Place::default(),
        }
    }

    pub(crate) fn without_place(self) -> Self {
        let place = Place::default();
        Self { place, ..self }
    }

    /// The first day among several assessments, if any has a day.
    pub fn first_day(all: &[Self]) -> Option<Date> {
        all.iter().filter_map(|one| one.on).min()
    }

    /// The last day among several assessments that is not after another day.
    pub fn last_day(all: &[Self], not_after: Date) -> Option<Date> {
        let days = all.iter().filter_map(|one| one.on);
        days.filter(|on| *on <= not_after).max()
    }
}

/// A list of assessments, of which a single one may be written without the list.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum OneOrSeveral {
    One(Assessed),
    Several(Vec<Assessed>),
}

pub(super) fn one_or_several<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<Assessed>, D::Error> {
    OneOrSeveral::deserialize(deserializer).map(|read| match read {
        OneOrSeveral::One(one) => vec![one],
        OneOrSeveral::Several(several) => several,
    })
}

/// The number of days after its last assessment for which a claim may be relied on: from 1 to 36500.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum ReassessWithin {
    /// The same for all claims.
    Days(u32),
    /// By the most severe risk that the control treats directly. Claims on controls of other
    /// severities, and on controls that treat no risk directly, may be relied on without end.
    BySeverity(IndexMap<Severity, u32>),
}

impl ReassessWithin {
    /// The number of days for a control whose most severe directly treated risk has a severity.
    pub fn days(&self, severity: Option<Severity>) -> Option<u32> {
        match self {
            Self::Days(days) => Some(*days),
            Self::BySeverity(days) => days.get(&severity?).copied(),
        }
    }
}

impl Decode for ReassessWithin {
    fn decode(node: NodeId, reader: &mut Reader<'_>) -> Option<Self> {
        if reader.is_mapping(node) {
            IndexMap::decode(node, reader).map(Self::BySeverity)
        } else {
            u32::decode(node, reader).map(Self::Days)
        }
    }

    fn wanted() -> String {
        "a number of days, or a mapping of severities to numbers of days".to_owned()
    }
}
