//! The efforts of steps.

use super::task::{Step, StepKind};
use crate::assessment::{ControlEfforts, Efforts};

/// The effort of a step by kind, unless the assessment states another under `efforts`. Efforts are
/// in the unit of the assessment. That of assessing is the effort of finding out: a control that is
/// found to be missing takes an effort of its own to implement.
pub const DEFAULT_EFFORTS: [(StepKind, u32); 5] = [
    (StepKind::Renew, 1),
    (StepKind::Prove, 1),
    (StepKind::Complete, 3),
    (StepKind::Assess, 1),
    (StepKind::Implement, 5),
];

impl Step {
    /// The effort of the step: the one that is stated for its evidence item or its control, or else
    /// that of its [kind](StepKind::effort).
    pub fn effort(&self, efforts: &Efforts) -> u64 {
        let control = self.control.as_ref();
        let control = control.and_then(|id| efforts.controls.get(id));
        let evidence = self.evidence.as_ref();
        let evidence = evidence.and_then(|id| efforts.evidence.get(id)).copied();
        let own = evidence.or_else(|| self.kind.of_control(control?));
        own.map_or_else(|| self.kind.effort(efforts), u64::from)
    }
}

impl StepKind {
    /// The effort of steps of this kind without an effort of their own: as stated for all of them,
    /// or the [default](DEFAULT_EFFORTS).
    pub fn effort(self, efforts: &Efforts) -> u64 {
        let stated = match self {
            Self::Renew => efforts.renew,
            Self::Prove => efforts.prove,
            Self::Complete => efforts.complete,
            Self::Assess => efforts.assess,
            Self::Implement => efforts.implement,
        };
        let default = || DEFAULT_EFFORTS.iter().find(|(kind, _)| *kind == self);
        let effort = stated.or_else(|| default().map(|(_, effort)| *effort));
        u64::from(effort.unwrap_or(1))
    }

    fn of_control(self, control: &ControlEfforts) -> Option<u32> {
        match self {
            Self::Renew => None,
            Self::Prove => control.prove,
            Self::Complete => control.complete,
            Self::Assess => control.assess,
            Self::Implement => control.implement,
        }
    }
}
