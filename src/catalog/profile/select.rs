//! What a profile selects from its base, and what it leaves out.

use super::resolve::Own;
use super::{EntryLeftOut, Exception, ProfileDocument, Selection};
use crate::catalog::document::{CatalogDocument, ControlDocument};
use crate::catalog::traits::Traits;
use crate::id::{ControlId, FamilyId, RiskId};
use crate::taxonomy::{SubjectKind, Tier};
use indexmap::{IndexMap, IndexSet};

/// Removes what a profile leaves out from a catalog, and returns it.
pub(super) fn narrow(
    whole: &mut CatalogDocument,
    profile: &ProfileDocument,
    own: &Own,
) -> (
    IndexMap<ControlId, EntryLeftOut>,
    IndexMap<RiskId, EntryLeftOut>,
) {
    let (select, except) = (&profile.select, &profile.except);
    let controls = |document: &CatalogDocument, wanted: fn(&ControlDocument) -> bool| {
        let families = document.families.values();
        families
            .flat_map(|family| family.controls.values())
            .filter(|control| wanted(control))
            .flat_map(|control| control.treats.directly.iter().cloned())
            .collect::<IndexSet<RiskId>>()
    };
    let traits = Traits::of(&whole.traits);
    let had_direct = controls(whole, |_| true);
    let mut controls_left_out = IndexMap::new();
    for (family_id, family) in &mut whole.families {
        family.controls.retain(|id, control| {
            let stays = own.controls.contains(id)
                || select.wants(id, family_id, control, &traits)
                    && !except.names(id, family_id, control);
            if !stays {
                let left_out = EntryLeftOut {
                    clause: control.clause.clone(),
                    title: control.title.clone(),
                };
                controls_left_out.insert(id.clone(), left_out);
            }
            stays
        });
    }
    whole
        .families
        .retain(|_, family| !family.controls.is_empty());
    let have_direct = controls(whole, |_| true);
    let are_per_wallet = controls(whole, |control| control.subject == SubjectKind::Wallet);
    let mut risks_left_out = IndexMap::new();
    whole.risks.retain(|id, risk| {
        let is_wanted =
            own.risks.contains(id) || select.risks.is_empty() || select.risks.contains(id);
        let stays = is_wanted
            && !except.risks.contains(id)
            && (have_direct.contains(id) || !had_direct.contains(id));
        if !stays {
            let left_out = EntryLeftOut {
                clause: risk.clause.clone(),
                title: risk.title.clone(),
            };
            risks_left_out.insert(id.clone(), left_out);
        }
        // A risk for which only organization controls are left is assessed for the organization.
        if !are_per_wallet.contains(id) {
            risk.when.clear();
        }
        stays
    });
    let stays = |risk: &RiskId| !risks_left_out.contains_key(risk);
    for control in whole
        .families
        .values_mut()
        .flat_map(|family| family.controls.values_mut())
    {
        control.treats.directly.retain(stays);
        control.treats.supporting.retain(stays);
    }
    (controls_left_out, risks_left_out)
}

impl Selection {
    fn wants(
        &self,
        id: &ControlId,
        family: &FamilyId,
        control: &ControlDocument,
        traits: &Traits,
    ) -> bool {
        let treats = || {
            control
                .treats
                .directly
                .iter()
                .chain(&control.treats.supporting)
        };
        let clause = &control.clause;
        (self.clauses.is_empty() || self.clauses.iter().any(|wanted| clause.is_within(wanted)))
            && (self.families.is_empty() || self.families.contains(family))
            && (self.controls.is_empty() || self.controls.contains(id))
            && (self.risks.is_empty() || treats().any(|risk| self.risks.contains(risk)))
            && (self.functions.is_empty()
                || control
                    .functions
                    .iter()
                    .any(|function| self.functions.contains(function)))
            && (self.strengths.is_empty() || self.strengths.contains(&control.strength))
            && (self.tiers.is_empty() || can_need(control, &self.tiers, traits))
    }
}

impl Exception {
    fn names(&self, id: &ControlId, family: &FamilyId, control: &ControlDocument) -> bool {
        self.clauses
            .iter()
            .any(|clause| control.clause.is_within(clause))
            || self.families.contains(family)
            || self.controls.contains(id)
    }
}

/// Whether a control can apply to a wallet of one of these tiers. An organization control always can.
fn can_need(control: &ControlDocument, tiers: &[Tier], traits: &Traits) -> bool {
    let needed = traits.tiers(&control.when);
    control.subject == SubjectKind::Organization || tiers.iter().any(|tier| needed.contains(tier))
}
