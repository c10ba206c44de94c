//! The reference model and the signature-key matrix, with the verdicts of their risks.

use super::by_severity_of;
use crate::coverage::Coverage;
use crate::index::proven;
use crate::report::{
    ComponentRow, LinkRow, MatrixCell, MatrixRow, OutsideRow, ReferenceModel, RiskRow,
    SignatureKeyMatrix,
};
use crate::taxonomy::{Asset, Direction, RiskVerdict, Threat};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn signature_key_matrix(coverage: &Coverage, risks: &[RiskRow]) -> SignatureKeyMatrix {
    let verdicts: BTreeMap<&str, RiskVerdict> = risks
        .iter()
        .map(|row| (row.risk.as_str(), row.verdict))
        .collect();
    let matrix = &coverage.assessment().catalog().model().signature_key_matrix;
    // The columns of the standard are in the order in which its rows name the threats.
    let mut threats: Vec<Threat> = Vec::new();
    for threat in matrix.values().flat_map(|row| row.cells.keys()) {
        if !threats.contains(threat) {
            threats.push(*threat);
        }
    }
    let rows = matrix
        .iter()
        .map(|(id, row)| MatrixRow {
            row: id.clone(),
            group: row.group,
            factor: row.factor.clone(),
            cells: threats
                .iter()
                .filter_map(|threat| {
                    let risk = row.cells.get(threat)?;
                    // A profile may leave the risk out.
                    Some(MatrixCell {
                        threat: *threat,
                        risk: risk.clone(),
                        verdict: *verdicts.get(risk.as_str())?,
                    })
                })
                .collect(),
        })
        .collect();
    SignatureKeyMatrix { threats, rows }
}

pub(super) fn reference_model(coverage: &Coverage, risks: &[RiskRow]) -> ReferenceModel {
    let catalog = coverage.assessment().catalog();
    let model = catalog.model();
    let open: Vec<(&RiskRow, &[Asset])> = risks
        .iter()
        .filter(|row| row.verdict.is_open())
        .map(|row| {
            (
                row,
                proven(catalog.risk(row.risk.as_str())).assets.as_slice(),
            )
        })
        .collect();
    let components = model
        .components
        .iter()
        .map(|(id, component)| {
            let here = || {
                open.iter().filter_map(|(row, assets)| {
                    let is_here = assets.iter().any(|asset| component.assets.contains(asset));
                    is_here.then_some(*row)
                })
            };
            ComponentRow {
                component: id.clone(),
                title: component.title.clone(),
                group: component.group,
                summary: component.summary.clone(),
                assets: component.assets.clone(),
                open_risks: here().map(|row| row.risk.clone()).collect(),
                severities: by_severity_of(here().map(|row| row.severity)),
            }
        })
        .collect();
    let placed: BTreeSet<Asset> = model
        .components
        .values()
        .flat_map(|component| component.assets.iter().copied())
        .collect();
    ReferenceModel {
        components,
        outside: model
            .outside
            .iter()
            .map(|(id, party)| OutsideRow {
                party: id.clone(),
                title: party.title.clone(),
            })
            .collect(),
        links: model
            .links
            .iter()
            .map(|link| LinkRow {
                from: link.from.clone(),
                to: link.to.clone(),
                both_ways: link.direction == Some(Direction::Both),
                carries: link.carries.clone(),
            })
            .collect(),
        elsewhere: open
            .iter()
            .filter(|(_, assets)| !assets.iter().any(|asset| placed.contains(asset)))
            .map(|(row, _)| row.risk.clone())
            .collect(),
    }
}
