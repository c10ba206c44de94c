//! Efforts to close gaps.

use crate::id::{ControlId, EvidenceId};
use crate::location::Place;
use crate::source::decode::record;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// The effort to close gaps, each a whole number from 1 to 36500 of the same unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Efforts {
    /// The unit of the numbers, such as `days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// To renew an evidence item, or to correct its file. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renew: Option<u32>,
    /// To collect evidence for a claim that a control is in place. Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prove: Option<u32>,
    /// To complete a control that is partly in place, with its evidence. Default: 3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete: Option<u32>,
    /// To find out whether a control that has not been assessed is in place, with its evidence.
    /// Default: 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assess: Option<u32>,
    /// To put a control in place, with its evidence. Default: 5.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub implement: Option<u32>,
    /// To renew single evidence items.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub evidence: IndexMap<EvidenceId, u32>,
    /// Other efforts for single controls, for each subject to which they apply.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub controls: IndexMap<ControlId, ControlEfforts>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(Efforts { ; unit, renew, prove, complete, assess, implement, evidence, controls } place);

/// The effort to close the gaps of a control.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ControlEfforts {
    /// To collect evidence for a claim on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prove: Option<u32>,
    /// To complete it if it is partly in place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete: Option<u32>,
    /// To find out whether it is in place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assess: Option<u32>,
    /// To put it in place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub implement: Option<u32>,
    /// Controls that must be effective before it can be completed or put in place: for the same
    /// wallet, or for the organization.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<ControlId>,
    /// Where the entry was read from.
    #[serde(skip)]
    pub place: Place,
}
record!(ControlEfforts { ; prove, complete, assess, implement, after } place);
