//! [`ProfileDocument`] + its base → [`Catalog`], or all errors.
//!
//! 1. The base is converted to a document, and the profile's own entries are added; the result is
//!    checked like any other catalog.
//! 2. A control of the base stays if it is selected and not excepted. A risk of the base stays if
//!    it is not deselected by id, and if a control that treats it directly stays or the base has none:
//!    a profile never makes it look as if the catalog had no control for a risk. The profile's own
//!    entries stay.
//! 3. What stays is built like any other catalog, and what was left out is listed.

use super::{EntryLeftOut, Exception, Parameter, Profile, ProfileDocument, Selection};
use crate::catalog::Catalog;
use crate::catalog::build::{build, put_in_order};
use crate::catalog::check::CatalogCheck;
use crate::catalog::document::{
    CatalogDocument, CatalogFacts, ControlDocument, FamilyDocument, RiskDocument, Treats,
};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Level, did_you_mean, suggest};
use crate::figure::Figure;
use crate::id::{ClauseNumber, ControlId, FamilyId, ParameterId, RiskId};
use crate::source::{Faults, Place, Sources, Step, index, limits};
use crate::taxonomy::{Feature, ParameterKind, SubjectKind, Tier};
use indexmap::{IndexMap, IndexSet};

pub(in crate::catalog) fn resolve(
    mut document: ProfileDocument,
    base: &Catalog,
    sources: &Sources,
    faults: Vec<Diagnostic>,
) -> Result<Catalog, Diagnostics> {
    document.parameters.sort_unstable_keys();
    let mut check = CatalogCheck {
        is_complete: faults.is_empty(),
        faults: Faults::new(sources, faults),
    };
    check.base(&document, base);
    check.names(&document, base);
    let own = Own::of(&document);
    check.is_new(&document, base);
    let mut whole = authored(base);
    let families = index(whole.families.len());
    for family in document.families.values_mut() {
        family.order = family.order.saturating_add(families);
    }
    let added = CatalogDocument {
        sources: std::mem::take(&mut document.sources),
        limits: std::mem::take(&mut document.limits),
        clauses: std::mem::take(&mut document.clauses),
        risks: std::mem::take(&mut document.risks),
        families: std::mem::take(&mut document.families),
        frameworks: std::mem::take(&mut document.frameworks),
        ..CatalogDocument::default()
    };
    // Entries that both have were reported above, with their locations.
    whole.merge(added, |_, _| {});
    put_in_order(&mut whole);
    check.document(&whole);
    // Warnings without a location are about the base, which has them itself.
    let is_ours =
        |fault: &Diagnostic| fault.location.is_some() || fault.code.level() == Level::Error;
    check.faults.list.retain(is_ours);
    let (controls_left_out, risks_left_out) = narrow(&mut whole, &document, &own);
    check.what_is_left(&document, &whole, &own, &risks_left_out);
    check.parameters(&document, &whole, &controls_left_out);
    let diagnostics = Diagnostics::sorted(check.faults.list);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let facts = base.facts();
    whole.catalog = Some(CatalogFacts {
        id: document.profile,
        title: document.title,
        standard: facts.standard.clone(),
        edition: facts.edition.clone(),
        version: document.version,
        published: document.published,
        note: document.note,
    });
    let profile = Profile {
        base: facts.clone(),
        base_sha256: base.sha256().to_owned(),
        select: document.select,
        except: document.except,
        controls_left_out,
        risks_left_out,
        own_controls: own.controls,
        own_risks: own.risks,
        parameters: document.parameters,
    };
    // Of the content, in catalog order, so that layout and order of the file have no effect.
    let sha256 = crate::digest::of_json(&(
        base.sha256(),
        &whole,
        &profile.select,
        &profile.except,
        &profile.parameters,
    ));
    build(whole, sha256, diagnostics, Some(profile)).ok_or_else(|| {
        Diagnostics::sorted(vec![Diagnostic::new(
            Code::InconsistentCatalog,
            "the profile has no metadata",
        )])
    })
}

/// The profile's own entries.
struct Own {
    controls: Vec<ControlId>,
    risks: Vec<RiskId>,
}

impl Own {
    fn of(document: &ProfileDocument) -> Self {
        let controls = document
            .families
            .values()
            .flat_map(|family| family.controls.keys());
        Self {
            controls: controls.cloned().collect(),
            risks: document.risks.keys().cloned().collect(),
        }
    }
}

/// A catalog as it could have been authored in one file.
fn authored(base: &Catalog) -> CatalogDocument {
    let annex = base.annex();
    let mut document = CatalogDocument {
        catalog: None,
        sources: base.sources().clone(),
        limits: base.limits().to_vec(),
        clauses: annex.clauses.clone(),
        components: annex.model.components.clone(),
        outside: annex.model.outside.clone(),
        links: annex.model.links.clone(),
        key_types: annex.model.key_types.clone(),
        key_states: annex.model.key_states.clone(),
        key_transitions: annex.model.key_transitions.clone(),
        flows: annex.model.flows.clone(),
        signature_key_matrix: annex.model.signature_key_matrix.clone(),
        frameworks: annex.frameworks.clone(),
        ..CatalogDocument::default()
    };
    for risk in base.risks() {
        let Some(details) = annex.risks.get(&risk.id) else {
            continue;
        };
        let entry = RiskDocument {
            clause: risk.clause.clone(),
            title: risk.title.clone(),
            severity: risk.severity,
            threats: risk.threats.clone(),
            factors: details.factors.clone(),
            actors: details.actors.clone(),
            assets: risk.assets.clone(),
            when: risk.when.alternatives().to_vec(),
            consequence: risk.consequence.clone(),
            source: details.source.clone(),
            provenance: details.provenance,
            place: Place::default(),
        };
        document.risks.insert(risk.id.clone(), entry);
    }
    let mut families: IndexMap<FamilyId, FamilyDocument> = base
        .families()
        .zip(1..)
        .map(|(family, order)| {
            let entry = FamilyDocument {
                title: family.title.clone(),
                order,
                controls: IndexMap::new(),
                place: Place::default(),
            };
            (family.id.clone(), entry)
        })
        .collect();
    for control in base.controls() {
        let (Some(family), Some(details)) = (
            families.get_mut(&control.family),
            annex.controls.get(&control.id),
        ) else {
            continue;
        };
        let entry = ControlDocument {
            clause: control.clause.clone(),
            title: control.title.clone(),
            statement: control.statement.clone(),
            treats: Treats {
                directly: control.directly.clone(),
                supporting: control.supporting.clone(),
            },
            subject: control.subject,
            when: control.when.alternatives().to_vec(),
            functions: control.functions.clone(),
            evidence: details.evidence.clone(),
            techniques: details.techniques.clone(),
            source: details.source.clone(),
            strength: details.strength,
            provenance: details.provenance,
            replaces: details.replaces.clone(),
            crosswalk: details.crosswalk.clone(),
            place: Place::default(),
        };
        family.controls.insert(control.id.clone(), entry);
    }
    document.families = families;
    document
}

/// Removes what a profile leaves out from a catalog, and returns it.
fn narrow(
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
    let had_direct = controls(whole, |_| true);
    let mut controls_left_out = IndexMap::new();
    for (family_id, family) in &mut whole.families {
        family.controls.retain(|id, control| {
            let stays = own.controls.contains(id)
                || select.wants(id, family_id, control) && !except.names(id, family_id, control);
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
    fn wants(&self, id: &ControlId, family: &FamilyId, control: &ControlDocument) -> bool {
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
            && (self.tiers.is_empty() || self.tiers.iter().any(|tier| can_need(control, *tier)))
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

/// Whether a control can apply to a wallet of a tier. An organization control always can.
fn can_need(control: &ControlDocument, tier: Tier) -> bool {
    let mine = Feature::from(tier);
    control.subject == SubjectKind::Organization
        || control.when.is_empty()
        || control.when.iter().any(|all| {
            all.iter()
                .all(|feature| *feature == mine || !feature.is_tier())
        })
}

impl CatalogCheck<'_> {
    /// The base is the catalog that the profile names.
    fn base(&mut self, document: &ProfileDocument, base: &Catalog) {
        let loaded = &base.facts().id;
        // A missing or invalid key has been reported already.
        if self.is_complete && document.catalog != *loaded {
            let message = format!(
                "the profile selects from catalog `{}`, but `{loaded}` is loaded",
                document.catalog
            );
            let help =
                did_you_mean(document.catalog.as_str(), [loaded.as_str()]).unwrap_or_else(|| {
                    "put the profile into the directory of that catalog, and load the directory"
                        .to_owned()
                });
            self.fault_at(
                Code::UnknownCatalog,
                (document.place, &[Step::Key("catalog")]),
                message,
                Some(help),
            );
            let route = [Step::Key("catalog")];
            self.faults
                .correct(document.place, &route, [loaded.as_str()]);
        }
        if document.profile == *loaded {
            let message =
                format!("`{loaded}` is also the id of the catalog that the profile selects from");
            let place = (document.place, &[Step::Key("profile")][..]);
            let help = Some("choose another id".to_owned());
            self.fault_at(Code::RepeatedId, place, message, help);
        }
    }

    /// The selection and the exception refer to entries of the base.
    fn names(&mut self, document: &ProfileDocument, base: &Catalog) {
        let (select, except) = (&document.select, &document.except);
        for (section, place, clauses, families, controls, risks) in [
            (
                "select",
                select.place,
                &select.clauses,
                &select.families,
                &select.controls,
                &select.risks,
            ),
            (
                "except",
                except.place,
                &except.clauses,
                &except.families,
                &except.controls,
                &except.risks,
            ),
        ] {
            let all = base.clauses().keys().map(ClauseNumber::as_str);
            self.listed((section, "clause", "clauses"), clauses, all, place);
            let all = base.families().map(|family| family.id.as_str());
            self.listed((section, "family", "families"), families, all, place);
            let all = base.controls().map(|control| control.id.as_str());
            self.listed((section, "control", "controls"), controls, all, place);
            let all = base.risks().map(|risk| risk.id.as_str());
            self.listed((section, "risk", "risks"), risks, all, place);
        }
        self.once("select", "functions", &select.functions, select.place);
        self.once("select", "strengths", &select.strengths, select.place);
        self.once("select", "tiers", &select.tiers, select.place);
    }

    fn listed<'k, T: std::fmt::Display + Eq + std::hash::Hash>(
        &mut self,
        (section, what, key): (&str, &str, &str),
        items: &[T],
        all: impl Iterator<Item = &'k str>,
        place: Place,
    ) {
        let all: IndexSet<&str> = if items.is_empty() {
            IndexSet::new()
        } else {
            all.collect()
        };
        for item in items {
            let name = item.to_string();
            if !all.contains(name.as_str()) {
                let route = [Step::Key(key), Step::Item(&name, 0)];
                let message = format!("`{section}` refers to the unknown {what} `{name}`");
                let help = suggest(&name, all.iter().copied());
                self.fault_at(Code::UnknownReference, (place, &route), message, help);
                self.faults.correct(place, &route, all.iter().copied());
            }
        }
        self.once(section, key, items, place);
    }

    fn once<T: std::fmt::Display + Eq + std::hash::Hash>(
        &mut self,
        section: &str,
        key: &str,
        items: &[T],
        place: Place,
    ) {
        let mut seen: IndexSet<&T> = IndexSet::new();
        for item in items {
            if !seen.insert(item) {
                let name = item.to_string();
                let route = [Step::Key(key), Step::Item(&name, 1)];
                let message = format!("duplicate item `{name}` in `{section}`");
                let help = Some("keep one of them".to_owned());
                self.fault_at(Code::RepeatedItem, (place, &route), message, help);
            }
        }
    }

    /// The base has no entries with the ids of the profile's own.
    fn is_new(&mut self, document: &ProfileDocument, base: &Catalog) {
        let id = &base.facts().id;
        let mut taken: Vec<(&str, Place)> = Vec::new();
        for (risk, entry) in &document.risks {
            if base.risk(risk.as_str()).is_some() || base.control(risk.as_str()).is_some() {
                taken.push((risk.as_str(), entry.place));
            }
        }
        for (family, entry) in &document.families {
            if base.family(family.as_str()).is_some() {
                taken.push((family.as_str(), entry.place));
            }
        }
        for (name, place) in taken {
            let message = format!("`{name}` is already the id of an entry of `{id}`");
            self.fault_at(Code::RepeatedId, (place, &[]), message, None);
        }
        let sections = [
            (
                "sources",
                taken_of(document.sources.keys(), |key| {
                    base.sources().contains_key(key.as_str())
                }),
            ),
            (
                "clauses",
                taken_of(document.clauses.keys(), |key| {
                    base.clauses().contains_key(key)
                }),
            ),
            (
                "frameworks",
                taken_of(document.frameworks.keys(), |key| {
                    base.frameworks().contains_key(key.as_str())
                }),
            ),
        ];
        for (section, names) in sections {
            for name in names {
                let route = [Step::Key(section), Step::Name(&name)];
                let message = format!("`{name}` is already the id of an entry of `{id}`");
                self.fault_at(Code::RepeatedId, (document.place, &route), message, None);
            }
        }
    }

    /// Something is selected, and the profile's own entries do not depend on what it leaves out.
    fn what_is_left(
        &mut self,
        document: &ProfileDocument,
        left: &CatalogDocument,
        own: &Own,
        risks_left_out: &IndexMap<RiskId, EntryLeftOut>,
    ) {
        // A selection of unknown entries has been reported already.
        if left.families.is_empty() && self.faults.list.is_empty() {
            let message = format!("`{}` selects no control and adds none", document.profile);
            self.fault_at(
                Code::InconsistentCatalog,
                (document.place, &[Step::Key("select")]),
                message,
                None,
            );
        }
        for risk in own
            .risks
            .iter()
            .filter(|risk| risks_left_out.contains_key(*risk))
        {
            let message = format!("`{risk}` is both added and left out");
            let route = [Step::Key("risks"), Step::Item(risk.as_str(), 0)];
            self.fault_at(
                Code::InconsistentCatalog,
                (document.except.place, &route),
                message,
                None,
            );
        }
        let controls = left.families.values().flat_map(|family| &family.controls);
        for (id, control) in controls.filter(|(id, _)| own.controls.contains(id)) {
            if control.treats.directly.is_empty() && control.treats.supporting.is_empty() {
                let message = format!("`{id}` treats only risks that the profile leaves out");
                self.fault_at(
                    Code::InconsistentCatalog,
                    (control.place, &[Step::Key("treats")]),
                    message,
                    None,
                );
            }
        }
    }
}

impl CatalogCheck<'_> {
    /// Each parameter has the keys that its kind requires, and belongs to a control of the profile.
    fn parameters(
        &mut self,
        document: &ProfileDocument,
        left: &CatalogDocument,
        controls_left_out: &IndexMap<ControlId, EntryLeftOut>,
    ) {
        if let Some((id, parameter)) = document.parameters.get_index(limits::PARAMETERS) {
            let most = limits::PARAMETERS;
            let message = format!("expected at most {most} parameters; `{id}` exceeds the limit");
            self.fault(Code::LimitExceeded, parameter.place, message);
        }
        for (id, parameter) in document.parameters.iter().take(limits::PARAMETERS) {
            self.shape(id, parameter);
            self.figure(parameter);
            if let Some(control) = &parameter.control
                && parameter.kind != ParameterKind::LargestEvidenceAge
            {
                self.bounded(id, parameter, control, left, controls_left_out);
            }
        }
    }

    fn shape(&mut self, id: &ParameterId, parameter: &Parameter) {
        let (kind, place) = (parameter.kind, parameter.place);
        let of_evidence = kind == ParameterKind::LargestEvidenceAge;
        let keys = [
            ("control", parameter.control.is_some(), !of_evidence),
            ("evidence", parameter.evidence.is_some(), of_evidence),
        ];
        for (key, is_written, is_needed) in keys {
            // A key with an invalid value has been reported already.
            if is_needed && !is_written && !self.faults.sources.has(place, key) {
                let message = format!("kind `{kind}` requires `{key}` in `{id}`");
                let help = match key {
                    "control" => "add `control`: the control that it belongs to",
                    _ => "add `evidence`: the kind of evidence whose age it limits",
                };
                self.fault_at(
                    Code::MissingKey,
                    (place, &[]),
                    message,
                    Some(help.to_owned()),
                );
            } else if is_written && !is_needed {
                let message = format!("`{key}` is not allowed with kind `{kind}`");
                let help = Some("remove it or correct the kind".to_owned());
                self.fault_at(
                    Code::KeyOutOfPlace,
                    (place, &[Step::Name(key)]),
                    message,
                    help,
                );
            }
        }
        let (source, has) = (&parameter.source, |key| {
            let route = ["source"];
            self.faults.sources.has_within(place, &route, key)
        });
        if source.citation.is_none() && source.url.is_none() && !has("citation") && !has("url") {
            let message = format!("missing `citation` in the source of `{id}`");
            let help = "add `citation`: the passage of the text, or `url`: its address";
            let route = [Step::Key("source")];
            self.fault_at(
                Code::MissingKey,
                (place, &route),
                message,
                Some(help.to_owned()),
            );
        }
    }

    fn figure(&mut self, parameter: &Parameter) {
        let figure = parameter.figure;
        let (is_valid, expected) = match parameter.kind {
            ParameterKind::LargestHotShare | ParameterKind::LargestOnlineShare => {
                (figure <= Figure::whole(100), "a percentage from 0 to 100")
            }
            ParameterKind::SmallestBackupDistance => {
                (figure > Figure::whole(0), "a distance of more than 0 km")
            }
            ParameterKind::SmallestQuorum
            | ParameterKind::SmallestNumberOfBackups
            | ParameterKind::LargestEvidenceAge => (
                figure.is_whole() && figure > Figure::whole(0),
                "a whole number from 1 to 36500",
            ),
        };
        // An invalid figure has been reported already, and was replaced by 0.
        if !is_valid && (self.is_complete || figure > Figure::whole(0)) {
            let message = format!("expected {expected}, found `{figure}`");
            let place = (parameter.place, &[Step::Key("figure")][..]);
            self.fault_at(Code::MalformedNumber, place, message, None);
        }
    }

    fn bounded(
        &mut self,
        id: &ParameterId,
        parameter: &Parameter,
        control: &ControlId,
        left: &CatalogDocument,
        controls_left_out: &IndexMap<ControlId, EntryLeftOut>,
    ) {
        let route = [Step::Key("control")];
        let place = (parameter.place, &route[..]);
        let mut controls = left.families.values().flat_map(|family| &family.controls);
        let Some((_, entry)) = controls.find(|(named, _)| *named == control) else {
            if controls_left_out.contains_key(control) {
                let message =
                    format!("`{id}` belongs to `{control}`, which the profile leaves out");
                self.fault_at(Code::InconsistentCatalog, place, message, None);
            } else {
                let controls = left
                    .families
                    .values()
                    .flat_map(|family| family.controls.keys());
                let all = controls.map(ControlId::as_str);
                self.known(id.as_str(), "control", control.as_str(), false, all, place);
            }
            return;
        };
        let is_per_wallet = matches!(
            parameter.kind,
            ParameterKind::SmallestQuorum
                | ParameterKind::SmallestNumberOfBackups
                | ParameterKind::SmallestBackupDistance
        );
        if is_per_wallet && entry.subject == SubjectKind::Organization {
            let message =
                format!("`{id}` limits wallets, but `{control}` applies to the organization");
            self.fault_at(Code::InconsistentCatalog, place, message, None);
        }
    }
}

fn taken_of<'k, K: std::fmt::Display + 'k>(
    keys: impl Iterator<Item = &'k K>,
    is_taken: impl Fn(&K) -> bool,
) -> Vec<String> {
    keys.filter(|key| is_taken(key))
        .map(ToString::to_string)
        .collect()
}
