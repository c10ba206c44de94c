//! [`CatalogDocument`] → [`Catalog`], or all faults: every reference resolves and every rule of the
//! format holds.

use super::document::{CatalogDocument, Crosswalk, Framework};
use super::{
    Annex, Catalog, Control, ControlDetails, Family, Model, Risk, RiskDetails, RiskLinks, When,
};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, nearest};
use crate::id::{ControlId, FrameworkId, RiskId};
use crate::source::{Faults, Location, Place, Sources, Step};
use crate::taxonomy::{Feature, Features, SubjectKind, Tier, Word};
use indexmap::{IndexMap, IndexSet};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
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
    let found = Diagnostics::sorted(check.faults.list);
    if found.has_errors() {
        return Err(found);
    }
    let sha256 = digest(&document);
    build(document, sha256, found).ok_or_else(|| {
        Diagnostics::sorted(vec![Diagnostic::new(
            Code::InconsistentCatalog,
            "the catalogue says nothing of itself",
        )])
    })
}

/// What should be looked at in a catalogue that was packed. It has no places.
pub(super) fn look_again(catalog: &Catalog) -> Diagnostics {
    let mut check = Check {
        is_whole: true,
        faults: Faults {
            sources: &Sources::default(),
            list: Vec::new(),
        },
    };
    let place = Place::default();
    let editions = Editions::all(catalog.frameworks());
    check.editions(&editions);
    for control in catalog.controls() {
        if let Some(crosswalk) = catalog.crosswalk(&control.id) {
            check.empty(&control.id, crosswalk, place);
            check.both_editions(&control.id, crosswalk, &editions, place);
        }
    }
    Diagnostics::sorted(check.faults.list)
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
    crate::digest::hex(&Sha256::digest(&canonical))
}

/// A document that holds all rules → the catalogue.
pub(super) fn build(
    document: CatalogDocument,
    sha256: String,
    warnings: Diagnostics,
) -> Option<Catalog> {
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
        warnings: Some(Box::new(warnings)),
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
        let editions = Editions::all(&document.frameworks);
        self.editions(&editions);
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
                self.control(id, control, document, &editions);
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
        editions: &[Editions<'_>],
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
            self.crosswalk(id, crosswalk, document, editions, place);
        }
    }

    fn crosswalk(
        &mut self,
        id: &ControlId,
        crosswalk: &Crosswalk,
        document: &CatalogDocument,
        editions: &[Editions<'_>],
        place: Place,
    ) {
        self.empty(id, crosswalk, place);
        self.both_editions(id, crosswalk, editions, place);
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
                let known = known || self.faults.is_full();
                if !known
                    && let Some(help) =
                        in_other_edition(&document.frameworks, framework_id, reference)
                {
                    let message = format!(
                        "`{reference}`, which `{id}` names, is no reference of `{framework_id}`"
                    );
                    let code = Code::ReferenceOfOtherEdition;
                    self.fault_at(code, (place, &item(0)), message, Some(help));
                } else if !known {
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

    /// A crosswalk leads somewhere.
    fn empty(&mut self, id: &ControlId, crosswalk: &Crosswalk, place: Place) {
        if !self.is_whole {
            return;
        }
        if crosswalk.references.is_empty() {
            let message = format!("the crosswalk of `{id}` leads nowhere");
            let route = [Step::Key("crosswalk"), Step::Name("references")];
            self.fault_at(Code::EmptyCrosswalk, (place, &route), message, None);
        }
        for (framework, references) in &crosswalk.references {
            if references.is_empty() {
                let message = format!(
                    "`{framework}` stands in the crosswalk of `{id}`, and no reference of it"
                );
                let route = [
                    Step::Key("crosswalk"),
                    Step::Key("references"),
                    Step::Name(framework.as_str()),
                ];
                self.fault_at(Code::EmptyCrosswalk, (place, &route), message, None);
            }
        }
    }

    /// A control that touches a reference of one edition touches one of those that it became, or that
    /// it came from, in the next or the earlier one, if it leads to that edition at all.
    fn both_editions(
        &mut self,
        id: &ControlId,
        crosswalk: &Crosswalk,
        editions: &[Editions<'_>],
        place: Place,
    ) {
        for pair in editions {
            let (earlier_id, later_id) = (pair.earlier_id, pair.later_id);
            let named = |framework: &FrameworkId| crosswalk.references.get(framework);
            let (Some(old), Some(new)) = (named(earlier_id), named(later_id)) else {
                continue;
            };
            let set = |references: &'_ [String]| -> BTreeSet<String> {
                references.iter().cloned().collect()
            };
            let (old_ones, new_ones) = (set(old), set(new));
            for reference in old {
                let became = pair.earlier.references.get(reference);
                let became = became.map_or(&[][..], |known| &known.becomes);
                if !became.is_empty() && !became.iter().any(|later| new_ones.contains(later)) {
                    let message = format!(
                        "`{id}` touches `{reference}` of `{earlier_id}`, and of `{later_id}` nothing that it became"
                    );
                    let help = format!("it became {}", list(became));
                    self.left_out(place, earlier_id, reference, message, help);
                }
            }
            for reference in new {
                let is_new = pair.later.references.get(reference);
                let is_new = is_new.is_none_or(|known| known.new);
                let from = pair.from(reference);
                if !is_new
                    && !from.is_empty()
                    && !from.iter().any(|earlier| old_ones.contains(*earlier))
                {
                    let message = format!(
                        "`{id}` touches `{reference}` of `{later_id}`, and of `{earlier_id}` nothing that it came from"
                    );
                    let help = format!("it came from {}", list(from.iter().copied()));
                    self.left_out(place, later_id, reference, message, help);
                }
            }
        }
    }

    fn left_out(
        &mut self,
        place: Place,
        framework: &FrameworkId,
        reference: &str,
        message: String,
        help: String,
    ) {
        let route = [
            Step::Key("crosswalk"),
            Step::Key("references"),
            Step::Key(framework.as_str()),
            Step::Item(reference, 0),
        ];
        self.fault_at(Code::EditionLeftOut, (place, &route), message, Some(help));
    }

    /// What a reference became stands in the next edition and is not new there, and what is not new
    /// there came from somewhere.
    fn editions(&mut self, editions: &[Editions<'_>]) {
        if !self.is_whole {
            return;
        }
        for pair in editions {
            let (earlier_id, earlier) = (pair.earlier_id, pair.earlier);
            let (later_id, later) = (pair.later_id, pair.later);
            let mut is_told = false;
            for (reference, known) in &earlier.references {
                for became in &known.becomes {
                    is_told = true;
                    let route = [
                        Step::Key("references"),
                        Step::Key(reference),
                        Step::Key("becomes"),
                        Step::Item(became, 0),
                    ];
                    let at = (earlier.place, &route[..]);
                    match later.references.get(became) {
                        None => {
                            let all = later.references.keys().map(String::as_str);
                            let what = format!("reference of `{later_id}`");
                            let whose = format!("{earlier_id} {reference}");
                            self.known(&whose, &what, became, false, all, at);
                        }
                        Some(known) if known.new => {
                            let message = format!(
                                "`{reference}` of `{earlier_id}` became `{became}`, which is said to be new in `{later_id}`"
                            );
                            self.fault_at(Code::EditionsDisagree, at, message, None);
                        }
                        Some(_) => {}
                    }
                }
            }
            for (reference, known) in later.references.iter().filter(|_| is_told) {
                if !known.new && pair.from(reference).is_empty() {
                    let message = format!(
                        "`{reference}` of `{later_id}` is not said to be new, and nothing of `{earlier_id}` became it"
                    );
                    let route = [Step::Key("references"), Step::Name(reference)];
                    self.fault_at(Code::EditionsDisagree, (later.place, &route), message, None);
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

/// What a framework is called without its edition, which stands after the last `-` of its id.
fn family_of(id: &FrameworkId) -> &str {
    let id = id.as_str();
    id.rsplit_once('-').map_or(id, |(family, _)| family)
}

/// An edition of a framework and the next one that the catalogue has.
struct Editions<'f> {
    earlier_id: &'f FrameworkId,
    earlier: &'f Framework,
    later_id: &'f FrameworkId,
    later: &'f Framework,
    /// The references of the earlier one that became each of the later one.
    from: BTreeMap<&'f str, Vec<&'f String>>,
}

impl<'f> Editions<'f> {
    fn all(frameworks: &'f IndexMap<FrameworkId, Framework>) -> Vec<Self> {
        let mut families: BTreeMap<&str, Vec<(&FrameworkId, &Framework)>> = BTreeMap::new();
        for (id, framework) in frameworks {
            families
                .entry(family_of(id))
                .or_default()
                .push((id, framework));
        }
        let mut all = Vec::new();
        for family in families.values_mut() {
            family.sort_by_key(|(_, framework)| framework.published);
            for (earlier_id, earlier) in family.iter() {
                let next =
                    family.partition_point(|(_, other)| other.published <= earlier.published);
                let Some((later_id, later)) = family.get(next) else {
                    continue;
                };
                let mut from: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
                for (reference, known) in &earlier.references {
                    for became in &known.becomes {
                        from.entry(became).or_default().push(reference);
                    }
                }
                all.push(Self {
                    earlier_id,
                    earlier,
                    later_id,
                    later,
                    from,
                });
            }
        }
        all
    }

    /// What one of the later edition came from.
    fn from(&self, reference: &str) -> &[&'f String] {
        self.from.get(reference).map_or(&[], Vec::as_slice)
    }
}

/// Which other edition of a framework has a reference, and what it became or came from, in words.
pub(super) fn in_other_edition(
    frameworks: &IndexMap<FrameworkId, Framework>,
    id: &FrameworkId,
    reference: &str,
) -> Option<String> {
    let (other_id, other) = frameworks.iter().find(|(other_id, other)| {
        *other_id != id
            && family_of(other_id) == family_of(id)
            && other.references.contains_key(reference)
    })?;
    let mut help = format!("it is a reference of `{other_id}`");
    let known = other.references.get(reference)?;
    for pair in Editions::all(frameworks) {
        let came = pair.from(reference);
        if pair.earlier_id == other_id && pair.later_id == id && !known.becomes.is_empty() {
            let _ = write!(help, ", and became {}", list(&known.becomes));
        } else if pair.earlier_id == id && pair.later_id == other_id && !came.is_empty() {
            let _ = write!(help, ", and came from {}", list(came.iter().copied()));
        }
    }
    Some(help)
}

fn list<'r>(references: impl IntoIterator<Item = &'r String>) -> String {
    let quoted = references
        .into_iter()
        .map(|reference| format!("`{reference}`"));
    quoted.collect::<Vec<_>>().join(", ")
}
