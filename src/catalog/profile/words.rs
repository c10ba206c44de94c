//! What parameters of a profile require, and where they come from, in words.

use super::Parameter;
use crate::figure::Figure;
use crate::taxonomy::ParameterKind;

impl Parameter {
    /// What it requires: `the quorum is at least 3`.
    pub fn requirement(&self) -> String {
        requirement(self.kind, self.figure)
    }

    /// Where it comes from: jurisdiction, title, publisher, citation, address, day.
    pub fn authority(&self) -> String {
        let source = &self.source;
        let mut parts = vec![
            self.jurisdiction.clone(),
            source.title.clone(),
            source.publisher.clone(),
        ];
        parts.extend(source.citation.clone());
        parts.extend(source.url.clone());
        parts.push(self.date.to_string());
        parts.join(", ")
    }
}

/// A figure with its unit.
pub(crate) fn measured(kind: ParameterKind, figure: Figure) -> String {
    match kind {
        ParameterKind::LargestHotShare | ParameterKind::LargestOnlineShare => format!("{figure} %"),
        ParameterKind::SmallestBackupDistance => format!("{figure} km"),
        ParameterKind::LargestEvidenceAge if figure == Figure::whole(1) => "1 day".to_owned(),
        ParameterKind::LargestEvidenceAge => format!("{figure} days"),
        ParameterKind::SmallestQuorum | ParameterKind::SmallestNumberOfBackups => {
            figure.to_string()
        }
    }
}

/// What a parameter requires, in words.
pub(crate) fn requirement(kind: ParameterKind, figure: Figure) -> String {
    let measured = measured(kind, figure);
    match kind {
        ParameterKind::LargestHotShare => {
            format!("the share of assets in hot wallets is at most {measured}")
        }
        ParameterKind::LargestOnlineShare => {
            format!("the share of assets in hot and warm wallets is at most {measured}")
        }
        ParameterKind::SmallestQuorum => format!("the quorum is at least {measured}"),
        ParameterKind::SmallestNumberOfBackups => {
            format!("the number of backups is at least {measured}")
        }
        ParameterKind::SmallestBackupDistance => {
            format!("the distance between keys and backups is at least {measured}")
        }
        ParameterKind::LargestEvidenceAge => {
            format!("the age of the evidence is at most {measured}")
        }
    }
}
