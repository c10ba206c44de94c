//! [`CatalogDocument`] → [`Catalog`], or all faults: every reference resolves and every rule of the
//! format holds.

use super::document::{CatalogDocument, Crosswalk};
use super::{
    Annex, Catalog, Control, ControlDetails, Family, Model, Risk, RiskDetails, RiskLinks, When,
};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::id::{ControlId, RiskId};
use crate::source::{Faults, Location, Place, Sources, Step};
use crate::taxonomy::{Feature, Features, SubjectKind, Tier, Word};
use indexmap::{IndexMap, IndexSet};
use sha2::{Digest, Sha256};
use std::fmt::Write;

pub(super) fn resolve(
    mut document: CatalogDocument,
    sources: &Sources,
    faults: Vec<Diagnostic>,
) -> Result<Catalog, Diagnostics> {
    put_in_order(&mut document);
    let mut check = Check {
        is_whole: faults.is_empty(),
        faults: Faults {
            sources,
            list: faults,
        },
    };
    check.document(&document);
    if document.catalog.is_none() && !sources.say("catalog") {
        let message = "`catalog` is missing: the catalogue says nothing of itself";
        let mut fault = Diagnostic::new(Code::MissingKey, message);
        fault.location = sources
            .iter()
            .next()
            .map(|source| Location::start_of(&source.name));
        check.faults.push(fault);
    }
    if !check.faults.list.is_empty() {
        return Err(Diagnostics::sorted(check.faults.list));
    }
    let sha256 = digest(&document);
    build(document, sha256).ok_or_else(|| {
        Diagnostics::sorted(vec![Diagnostic::new(
            Code::InconsistentCatalog,
            "the catalogue says nothing of itself",
        )])
    })
}

/// Catalogue order: clauses by number, risks by clause and id, families by `order`, controls by
/// clause and id.
pub(super) fn put_in_order(document: &mut CatalogDocument) {
    document.clauses.sort_unstable_keys();
    document
        .risks
        .sort_by(|a, x, b, y| (&x.clause, a).cmp(&(&y.clause, b)));
    document
        .families
        .sort_by(|a, x, b, y| (x.order, a).cmp(&(y.order, b)));
    for family in document.families.values_mut() {
        family
            .controls
            .sort_by(|a, x, b, y| (&x.clause, a).cmp(&(&y.clause, b)));
    }
    document.signature_key_matrix.sort_unstable_keys();
    document.frameworks.sort_unstable_keys();
}

/// The SHA-256 of a document in catalogue order.
fn digest(document: &CatalogDocument) -> String {
    let canonical = serde_json::to_vec(document).unwrap_or_default();
    hex(&Sha256::digest(&canonical))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// A document that holds all rules → the catalogue.
pub(super) fn build(document: CatalogDocument, sha256: String) -> Option<Catalog> {
    let clause_titles = document
        .clauses
        .iter()
        .map(|(number, clause)| (number.clone(), clause.title.clone()))
        .collect();
    let mut annex = Annex {
        clauses: document.clauses,
        model: Model {
            components: document.components,
            outside: document.outside,
            links: document.links,
            key_types: document.key_types,
            key_states: document.key_states,
            key_transitions: document.key_transitions,
            flows: document.flows,
            signature_key_matrix: document.signature_key_matrix,
        },
        frameworks: document.frameworks,
        ..Annex::default()
    };
    let mut risks: IndexMap<RiskId, Risk> = document
        .risks
        .into_iter()
        .map(|(id, risk)| {
            let details = RiskDetails {
                factors: risk.factors,
                actors: risk.actors,
                source: risk.source,
                provenance: risk.provenance,
            };
            annex.risks.insert(id.clone(), details);
            let entry = Risk {
                id: id.clone(),
                clause: risk.clause,
                title: risk.title,
                severity: risk.severity,
                threats: risk.threats,
                assets: risk.assets,
                when: When::new(risk.when),
                consequence: risk.consequence,
                links: RiskLinks::default(),
            };
            (id, entry)
        })
        .collect();
    let count = document
        .families
        .values()
        .map(|family| family.controls.len())
        .sum();
    let mut controls: IndexMap<ControlId, Control> = IndexMap::with_capacity(count);
    let mut families = IndexMap::with_capacity(document.families.len());
    for (family_id, family) in document.families {
        for (id, control) in family.controls {
            let position = crate::source::index(controls.len());
            let direct_risks = link(&mut risks, &control.treats.directly, |links| match control
                .subject
            {
                SubjectKind::Wallet => links.direct_wallet.push(position),
                SubjectKind::Organization => links.direct_organization.push(position),
            });
            link(
                &mut risks,
                &control.treats.supporting,
                |links| match control.subject {
                    SubjectKind::Wallet => links.supporting_wallet.push(position),
                    SubjectKind::Organization => links.supporting_organization.push(position),
                },
            );
            let entry = Control {
                id: id.clone(),
                family: family_id.clone(),
                clause: control.clause,
                title: control.title,
                statement: control.statement,
                directly: control.treats.directly,
                supporting: control.treats.supporting,
                subject: control.subject,
                when: When::new(control.when),
                functions: control.functions,
                direct_risks,
            };
            let details = ControlDetails {
                evidence: control.evidence,
                techniques: control.techniques,
                source: control.source,
                strength: control.strength,
                provenance: control.provenance,
                replaces: control.replaces,
                crosswalk: control.crosswalk,
            };
            annex.controls.insert(id.clone(), details);
            controls.insert(id, entry);
        }
        families.insert(
            family_id.clone(),
            Family {
                id: family_id,
                title: family.title,
            },
        );
    }
    Some(Catalog {
        facts: document.catalog?,
        sha256,
        sources: document.sources,
        limits: document.limits,
        clause_titles,
        risks,
        families,
        controls,
        annex: Some(Box::new(annex)),
        profile: None,
    })
}

fn link(
    risks: &mut IndexMap<RiskId, Risk>,
    ids: &[RiskId],
    mut add: impl FnMut(&mut RiskLinks),
) -> Vec<u32> {
    ids.iter()
        .filter_map(|id| {
            let (position, _, risk) = risks.get_full_mut(id)?;
            add(&mut risk.links);
            Some(crate::source::index(position))
        })
        .collect()
}

/// Where what other entries name is declared.
const SECTIONS: [&str; 6] = [
    "clauses",
    "risks",
    "components",
    "outside",
    "key_states",
    "frameworks",
];

pub(super) struct Check<'s> {
    pub(super) faults: Faults<'s>,
    /// Whether everything that stands in the files was understood. Where it was not, what a faulty
    /// entry would have said is unknown, and only what it is certain to lack is told.
    pub(super) is_whole: bool,
}

impl Check<'_> {
    pub(super) fn fault(&mut self, code: Code, place: Place, message: impl Into<String>) {
        self.fault_with(code, place, message, None);
    }

    fn fault_with(
        &mut self,
        code: Code,
        place: Place,
        message: impl Into<String>,
        help: Option<String>,
    ) {
        self.fault_at(code, (place, &[]), message, help);
    }

    pub(super) fn fault_at(
        &mut self,
        code: Code,
        (place, route): (Place, &[Step<'_>]),
        message: impl Into<String>,
        help: Option<String>,
    ) {
        if code == Code::InconsistentCatalog && !self.is_whole {
            return;
        }
        let mut fault = self.faults.at(code, place, route, message);
        fault.help = help;
        self.faults.push(fault);
    }

    pub(super) fn known<'k>(
        &mut self,
        whose: &str,
        what: &str,
        id: &str,
        known: bool,
        all: impl Iterator<Item = &'k str>,
        place: (Place, &[Step<'_>]),
    ) {
        let mut sections = SECTIONS.iter();
        let is_mentioned =
            !self.is_whole && sections.any(|section| self.faults.sources.name_within(section, id));
        if !known && !is_mentioned {
            let help = nearest(id, all).map(|near| format!("did you mean `{near}`?"));
            let message = format!("`{whose}` names the unknown {what} `{id}`");
            self.fault_at(Code::UnknownReference, place, message, help);
        }
    }

    pub(super) fn document(&mut self, document: &CatalogDocument) {
        self.model(document);
        let mut replaced: IndexSet<&ControlId> = IndexSet::new();
        let mut live: IndexSet<&ControlId> = IndexSet::new();
        for (id, risk) in &document.risks {
            let place = risk.place;
            let clauses = document.clauses.keys().map(crate::id::ClauseNumber::as_str);
            self.known(
                id.as_str(),
                "clause",
                risk.clause.as_str(),
                document.clauses.contains_key(&risk.clause),
                clauses,
                (place, &[Step::Key("clause")]),
            );
            self.when(id.as_str(), &risk.when, SubjectKind::Wallet, place);
            for (key, empty) in [
                ("threats", risk.threats.is_empty()),
                ("factors", risk.factors.is_empty()),
                ("actors", risk.actors.is_empty()),
                ("assets", risk.assets.is_empty()),
            ] {
                if empty {
                    self.fault(
                        Code::InconsistentCatalog,
                        place,
                        format!("`{id}` has no {key}"),
                    );
                }
            }
        }
        for (id, family) in &document.families {
            if family.controls.is_empty() {
                self.fault(
                    Code::InconsistentCatalog,
                    family.place,
                    format!("the family `{id}` holds no control"),
                );
            }
            for (id, control) in &family.controls {
                self.control(id, control, document);
                if !live.insert(id) {
                    self.fault(
                        Code::RepeatedId,
                        control.place,
                        format!("`{id}` stands in two families"),
                    );
                }
                if document.risks.contains_key(id.as_str()) {
                    self.fault(
                        Code::RepeatedId,
                        control.place,
                        format!("`{id}` is the id of a risk too"),
                    );
                }
                for gone in &control.replaces {
                    if !replaced.insert(gone) {
                        self.fault(
                            Code::RepeatedId,
                            control.place,
                            format!("`{gone}` is replaced twice"),
                        );
                    }
                }
            }
        }
        for (id, control) in document
            .families
            .values()
            .flat_map(|family| &family.controls)
        {
            if replaced.contains(id) {
                let message = format!("`{id}` was replaced; its id is not used again");
                self.fault(Code::RepeatedId, control.place, message);
            }
        }
        for (id, risk) in document
            .risks
            .iter()
            .filter(|(_, risk)| !risk.when.is_empty())
        {
            let per_wallet = document
                .families
                .values()
                .flat_map(|family| family.controls.values())
                .any(|control| {
                    control.subject == SubjectKind::Wallet && control.treats.directly.contains(id)
                });
            if !per_wallet {
                let message = format!(
                    "`{id}` names wallets with `when`, but no control about wallets treats it directly"
                );
                self.fault(Code::InconsistentCatalog, risk.place, message);
            }
        }
    }

    fn control(
        &mut self,
        id: &ControlId,
        control: &super::document::ControlDocument,
        document: &CatalogDocument,
    ) {
        let place = control.place;
        let clauses = document.clauses.keys().map(crate::id::ClauseNumber::as_str);
        self.known(
            id.as_str(),
            "clause",
            control.clause.as_str(),
            document.clauses.contains_key(&control.clause),
            clauses,
            (place, &[Step::Key("clause")]),
        );
        self.when(id.as_str(), &control.when, control.subject, place);
        let mut seen: IndexSet<&RiskId> = IndexSet::new();
        let directly = control
            .treats
            .directly
            .iter()
            .map(|risk| ("directly", risk));
        let supporting = control.treats.supporting.iter();
        for (how, risk) in directly.chain(supporting.map(|risk| ("supporting", risk))) {
            let list = [Step::Key("treats"), Step::Key(how)];
            let item = |nth| [list[0], list[1], Step::Item(risk.as_str(), nth)];
            let risks = document.risks.keys().map(RiskId::as_str);
            self.known(
                id.as_str(),
                "risk",
                risk.as_str(),
                document.risks.contains_key(risk),
                risks,
                (place, &item(0)),
            );
            if !seen.insert(risk) {
                // The second time in the same list, or the first time in the other one.
                let nth = usize::from(how == "directly" || !control.treats.directly.contains(risk));
                let message = format!("`{id}` treats `{risk}` twice");
                self.fault_at(Code::RepeatedItem, (place, &item(nth)), message, None);
            }
            if control.subject == SubjectKind::Wallet
                && let Some(entry) = document.risks.get(risk)
                && !can_meet(&control.when, &entry.when)
            {
                let message = format!(
                    "no wallet fits both `{id}` and `{risk}`, so the link would never count"
                );
                self.fault(Code::InconsistentCatalog, place, message);
            }
        }
        for (key, empty) in [
            ("treats no risk", seen.is_empty()),
            ("has no functions", control.functions.is_empty()),
            ("has no evidence", control.evidence.is_empty()),
            ("has no techniques", control.techniques.is_empty()),
        ] {
            if empty {
                self.fault(Code::InconsistentCatalog, place, format!("`{id}` {key}"));
            }
        }
        if let Some(crosswalk) = &control.crosswalk {
            self.crosswalk(id, crosswalk, document, place);
        }
    }

    fn crosswalk(
        &mut self,
        id: &ControlId,
        crosswalk: &Crosswalk,
        document: &CatalogDocument,
        place: Place,
    ) {
        for (framework_id, references) in &crosswalk.references {
            let Some(framework) = document.frameworks.get(framework_id) else {
                let all = document
                    .frameworks
                    .keys()
                    .map(crate::id::FrameworkId::as_str);
                self.known(
                    id.as_str(),
                    "framework",
                    framework_id.as_str(),
                    false,
                    all,
                    (
                        place,
                        &[
                            Step::Key("crosswalk"),
                            Step::Key("references"),
                            Step::Name(framework_id.as_str()),
                        ],
                    ),
                );
                continue;
            };
            let mut seen: IndexSet<&str> = IndexSet::new();
            for reference in references {
                let item = |nth| {
                    [
                        Step::Key("crosswalk"),
                        Step::Key("references"),
                        Step::Key(framework_id.as_str()),
                        Step::Item(reference, nth),
                    ]
                };
                let known = framework.references.contains_key(reference);
                if !known {
                    let all = framework.references.keys().map(String::as_str);
                    let what = format!("reference of `{framework_id}`");
                    self.known(id.as_str(), &what, reference, known, all, (place, &item(0)));
                }
                if !seen.insert(reference) {
                    let message = format!("`{id}` names `{reference}` of `{framework_id}` twice");
                    self.fault_at(Code::RepeatedItem, (place, &item(1)), message, None);
                }
            }
        }
    }

    fn when(&mut self, id: &str, when: &[Vec<Feature>], subject: SubjectKind, place: Place) {
        let tiers: Features = Tier::values().into_iter().collect();
        for (index, all) in when.iter().enumerate() {
            let set: Features = all.iter().copied().collect();
            if all.is_empty() {
                self.fault(
                    Code::InconsistentCatalog,
                    place,
                    format!("`{id}` has an empty alternative in `when`"),
                );
            }
            for feature in all {
                if feature.is_of_wallet() != (subject == SubjectKind::Wallet) {
                    let message = format!(
                        "`{id}` is about the {subject}, so its `when` cannot name `{feature}`"
                    );
                    self.fault(Code::InconsistentCatalog, place, message);
                }
            }
            if all
                .iter()
                .filter(|feature| tiers.contains(**feature))
                .count()
                > 1
            {
                self.fault(
                    Code::InconsistentCatalog,
                    place,
                    format!("`{id}` asks for two tiers at once in `when`"),
                );
            }
            for (other_index, other) in when.iter().enumerate() {
                if index != other_index && set.contains_all(other.iter().copied().collect()) {
                    let message = format!(
                        "`{id}` has an alternative in `when` that another one makes redundant"
                    );
                    self.fault(Code::InconsistentCatalog, place, message);
                }
            }
        }
    }

    fn model(&mut self, document: &CatalogDocument) {
        let is_component = |id: &crate::id::ComponentId| {
            document.components.contains_key(id) || document.outside.contains_key(id)
        };
        for link in &document.links {
            for (key, end) in [("from", &link.from), ("to", &link.to)] {
                let all = document
                    .components
                    .keys()
                    .chain(document.outside.keys())
                    .map(crate::id::ComponentId::as_str);
                self.known(
                    "links",
                    "component",
                    end.as_str(),
                    is_component(end),
                    all,
                    (link.place, &[Step::Key(key)]),
                );
            }
        }
        for transition in &document.key_transitions {
            for (key, end) in [("from", &transition.from), ("to", &transition.to)] {
                let all = document
                    .key_states
                    .keys()
                    .map(crate::id::KeyStateId::as_str);
                self.known(
                    "key_transitions",
                    "key state",
                    end.as_str(),
                    document.key_states.contains_key(end),
                    all,
                    (transition.place, &[Step::Key(key)]),
                );
            }
        }
        let described = document
            .components
            .iter()
            .map(|(id, component)| (id.as_str(), &component.clause, component.place))
            .chain(
                document
                    .key_types
                    .iter()
                    .map(|(id, key)| (id.as_str(), &key.clause, key.place)),
            )
            .chain(
                document
                    .flows
                    .iter()
                    .map(|(id, flow)| (id.as_str(), &flow.clause, flow.place)),
            );
        for (id, clause, place) in described {
            let all = document.clauses.keys().map(crate::id::ClauseNumber::as_str);
            self.known(
                id,
                "clause",
                clause.as_str(),
                document.clauses.contains_key(clause),
                all,
                (place, &[Step::Key("clause")]),
            );
        }
        for (id, row) in &document.signature_key_matrix {
            for (threat, risk) in &row.cells {
                let cell = [Step::Key("cells"), Step::Key(threat.word())];
                let Some(entry) = document.risks.get(risk) else {
                    let all = document.risks.keys().map(RiskId::as_str);
                    self.known(
                        id.as_str(),
                        "risk",
                        risk.as_str(),
                        false,
                        all,
                        (row.place, &cell),
                    );
                    continue;
                };
                if !entry.threats.contains(threat) {
                    let message = format!(
                        "`{id}` rolls {threat} up to `{risk}`, which is not a risk of {threat}"
                    );
                    self.fault_at(Code::InconsistentCatalog, (row.place, &cell), message, None);
                }
            }
        }
    }
}

/// Whether some wallet can meet an alternative of both; two tiers cannot hold together.
fn can_meet(one: &[Vec<Feature>], other: &[Vec<Feature>]) -> bool {
    let tiers: Features = Tier::values().into_iter().collect();
    let always = [Vec::new()];
    let one = if one.is_empty() { &always[..] } else { one };
    let other = if other.is_empty() { &always[..] } else { other };
    one.iter().any(|a| {
        other.iter().any(|b| {
            let named: IndexSet<Feature> = a
                .iter()
                .chain(b)
                .copied()
                .filter(|feature| tiers.contains(*feature))
                .collect();
            named.len() < 2
        })
    })
}
