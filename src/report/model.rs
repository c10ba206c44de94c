//! The signature-key matrix and the reference model, with verdicts and open risks.

use super::SeverityCount;
use crate::id::{ComponentId, MatrixRowId, RiskId};
use crate::taxonomy::{Asset, ComponentGroup, FactorGroup, RiskVerdict, Threat};
use serde::{Deserialize, Serialize};

/// The signature-key matrix: threat factors by threats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SignatureKeyMatrix {
    /// The columns.
    pub threats: Vec<Threat>,
    /// The rows, in catalog order.
    pub rows: Vec<MatrixRow>,
}

/// A threat factor of the signature-key matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MatrixRow {
    /// The id of the row.
    pub row: MatrixRowId,
    /// The group of the factor.
    pub group: FactorGroup,
    /// The factor.
    pub factor: String,
    /// The cells of the row, in the order of the columns; threats that do not apply are left out.
    pub cells: Vec<MatrixCell>,
}

/// A cell of the signature-key matrix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MatrixCell {
    /// The threat.
    pub threat: Threat,
    /// The risk to which the cell belongs.
    pub risk: RiskId,
    /// The verdict of the risk for its worst subject.
    pub verdict: RiskVerdict,
}

/// The reference model of a custodian with open risks by component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ReferenceModel {
    /// The functional components, in catalog order.
    pub components: Vec<ComponentRow>,
    /// External parties to which components are linked, in catalog order.
    pub outside: Vec<OutsideRow>,
    /// The flows between components and parties, in catalog order.
    pub links: Vec<LinkRow>,
    /// Open risks that belong to no component, in the order of the risks.
    pub elsewhere: Vec<RiskId>,
}

/// A component of the reference model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ComponentRow {
    /// The id of the component.
    pub component: ComponentId,
    /// The title.
    pub title: String,
    /// The part of the system to which the component belongs.
    pub group: ComponentGroup,
    /// The function of the component.
    pub summary: String,
    /// The assets that the component holds or handles; empty if the catalog states none.
    pub assets: Vec<Asset>,
    /// The open risks to these assets, in the order of the risks.
    pub open_risks: Vec<RiskId>,
    /// The open risks by severity, the most severe first.
    pub severities: Vec<SeverityCount>,
}

/// An external party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct OutsideRow {
    /// The id of the party.
    pub party: ComponentId,
    /// The title.
    pub title: String,
}

/// A flow between two components, or between a component and an external party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LinkRow {
    /// The origin.
    pub from: ComponentId,
    /// The destination.
    pub to: ComponentId,
    /// Whether the flow is in both directions.
    pub both_ways: bool,
    /// What is carried, if the catalog states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carries: Option<String>,
}
