//! [`CatalogDocument`] → [`Catalog`], or all errors.

mod traits;

use super::Catalog;
use super::build::{build, digest, put_in_order};
use super::document::{CatalogDocument, ControlDocument, RiskDocument};
use super::editions::Editions;
use super::traits::{OrDeclared, Traits};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Level, did_you_mean};
use crate::id::{ClauseNumber, ComponentId, ControlId, KeyStateId, RiskId};
use crate::limits;
use crate::location::{Location, Place};
use crate::source::{Collector, Sources, Step};
use crate::taxonomy::{Feature, SubjectKind, Tier, Word};
use indexmap::{IndexMap, IndexSet};

pub(super) fn resolve(
    mut document: CatalogDocument,
    sources: &Sources,
    diagnostics: Vec<Diagnostic>,
) -> Result<Catalog, Diagnostics> {
    put_in_order(&mut document);
    let mut check = CatalogCheck {
        is_complete: diagnostics.iter().all(|one| one.level() != Level::Error),
        diagnostics: Collector::new(sources, diagnostics),
    };
    check.document(&document);
    if document.catalog.is_none() && !sources.has_value("catalog") {
        let mut diagnostic = Diagnostic::new(Code::MissingKey, "missing `catalog` section").help(
            "add `catalog: { id: …, title: …, standard: …, edition: …, version: …, published: … }`",
        );
        diagnostic.location = sources
            .iter()
            .next()
            .map(|source| Location::start_of(&source.name));
        check.diagnostics.push(diagnostic);
    }
    let found = Diagnostics::sorted(check.diagnostics.list);
    if found.has_errors() {
        return Err(found);
    }
    let sha256 = digest(&document);
    build(document, sha256, found, None).ok_or_else(|| {
        Diagnostics::sorted(vec![Diagnostic::new(
            Code::InconsistentCatalog,
            "the catalog has no `catalog` section",
        )])
    })
}

/// The warnings about a packed catalog. They have no locations.
pub(super) fn crosswalk_warnings(catalog: &Catalog) -> Diagnostics {
    let sources = Sources::default();
    let mut check = CatalogCheck {
        is_complete: true,
        diagnostics: Collector::new(&sources, Vec::new()),
    };
    let place = Place::default();
    let editions = Editions::all(catalog.frameworks());
    check.editions(&editions);
    let controls = catalog.controls();
    let controls = controls.map(|control| (control.id.as_str(), catalog.crosswalk(&control.id)));
    let risks = catalog.risks();
    let risks = risks.map(|risk| (risk.id.as_str(), catalog.risk_crosswalk(&risk.id)));
    for (id, crosswalk) in risks.chain(controls) {
        if let Some(crosswalk) = crosswalk {
            check.empty(id, crosswalk, place);
            check.both_editions(id, crosswalk, &editions, place);
        }
    }
    Diagnostics::sorted(check.diagnostics.list)
}

/// The sections whose entries are referenced by id.
const SECTIONS: [&str; 7] = [
    "clauses",
    "risks",
    "components",
    "outside",
    "key_states",
    "frameworks",
    "references",
];

pub(super) struct CatalogCheck<'s> {
    pub(super) diagnostics: Collector<'s>,
    /// Whether all entries of the files are valid. The content of an invalid entry is unknown, so
    /// the errors that may be due to it are not reported.
    pub(super) is_complete: bool,
}

impl CatalogCheck<'_> {
    pub(super) fn report(
        &mut self,
        code: Code,
        place: Place,
        message: impl Into<String>,
        help: &str,
    ) {
        self.report_at(code, (place, &[]), message, Some(help.to_owned()));
    }

    pub(super) fn report_at(
        &mut self,
        code: Code,
        (place, route): (Place, &[Step<'_>]),
        message: impl Into<String>,
        help: Option<String>,
    ) {
        if code == Code::InconsistentCatalog && !self.is_complete {
            return;
        }
        let mut diagnostic = self.diagnostics.at(code, place, route, message);
        diagnostic.help = help;
        self.diagnostics.push(diagnostic);
    }

    /// Reports a reference of an entry to an unknown one.
    pub(super) fn known<'k>(
        &mut self,
        owner: &str,
        what: &str,
        id: &str,
        is_known: bool,
        all: impl Iterator<Item = &'k str>,
        place: (Place, &[Step<'_>]),
    ) {
        if !is_known {
            let message = format!("`{owner}` refers to the unknown {what} `{id}`");
            self.unknown(message, id, all, place);
        }
    }

    /// Reports an unknown id, unless an invalid entry may declare it.
    pub(super) fn unknown<'k>(
        &mut self,
        message: String,
        id: &str,
        all: impl Iterator<Item = &'k str>,
        place: (Place, &[Step<'_>]),
    ) {
        if self.diagnostics.is_full() {
            return;
        }
        let may_be_declared = !self.is_complete
            && SECTIONS
                .into_iter()
                .any(|section| self.diagnostics.contains_word(section, id));
        if !may_be_declared {
            let all: Vec<&str> = all.collect();
            let help = did_you_mean(id, all.iter().copied())
                .unwrap_or_else(|| "correct the id, or add the entry to the catalog".to_owned());
            self.report_at(Code::UnknownReference, place, message, Some(help));
            self.diagnostics.correct(place.0, place.1, all);
        }
    }

    pub(super) fn document(&mut self, document: &CatalogDocument) {
        let traits = &Traits::of(&document.traits);
        self.words(document, traits);
        self.traits(document, traits);
        self.model(document);
        self.bibliography(document);
        let editions = Editions::all(&document.frameworks);
        self.editions(&editions);
        if self.has_too_many(document) {
            return;
        }
        let of_risks = document.risks.iter();
        let of_risks: IndexMap<&RiskId, Vec<Tier>> = of_risks
            .map(|(id, risk)| (id, traits.tiers(&risk.when)))
            .collect();
        let mut replaced: IndexSet<&ControlId> = IndexSet::new();
        let mut live: IndexSet<&ControlId> = IndexSet::new();
        for (id, risk) in &document.risks {
            self.risk(id, risk, (document, traits), &editions);
        }
        for (id, family) in &document.families {
            if family.controls.is_empty() {
                self.report(
                    Code::InconsistentCatalog,
                    family.place,
                    format!("the family `{id}` has no controls"),
                    "add a control, or remove the family",
                );
            }
            for (id, control) in &family.controls {
                self.control(id, control, (document, traits), &of_risks, &editions);
                if !live.insert(id) {
                    self.report(
                        Code::RepeatedId,
                        control.place,
                        format!("`{id}` is in two families"),
                        "list the control in one of them",
                    );
                }
                if document.risks.contains_key(id.as_str()) {
                    self.report(
                        Code::RepeatedId,
                        control.place,
                        format!("`{id}` is also the id of a risk"),
                        "choose another id",
                    );
                }
                for gone in &control.replaces {
                    if !replaced.insert(gone) {
                        self.report(
                            Code::RepeatedId,
                            control.place,
                            format!("`{gone}` is replaced twice"),
                            "keep it under `replaces` of one control",
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
                let message = format!("`{id}` was replaced, so its id must not be reused");
                self.report(
                    Code::RepeatedId,
                    control.place,
                    message,
                    "choose another id",
                );
            }
        }
        self.conditions_of_risks(document);
    }

    /// A risk that is limited to some wallets is assessed for wallets.
    fn conditions_of_risks(&mut self, document: &CatalogDocument) {
        let controls = document
            .families
            .values()
            .flat_map(|family| family.controls.values());
        let per_wallet: IndexSet<&RiskId> = controls
            .filter(|control| control.subject == SubjectKind::Wallet)
            .flat_map(|control| &control.treats.directly)
            .collect();
        for (id, risk) in document
            .risks
            .iter()
            .filter(|(_, risk)| !risk.when.is_empty())
        {
            if !per_wallet.contains(id) {
                let message = format!(
                    "`{id}` is limited to wallets by `when`, but no wallet control treats it directly"
                );
                self.report(
                    Code::InconsistentCatalog,
                    risk.place,
                    message,
                    "add a control for wallets that treats it directly, or remove `when`",
                );
            }
        }
    }

    fn risk(
        &mut self,
        id: &RiskId,
        risk: &RiskDocument,
        (document, traits): (&CatalogDocument, &Traits),
        editions: &[Editions<'_>],
    ) {
        let place = risk.place;
        let clauses = document.clauses.keys().map(ClauseNumber::as_str);
        self.known(
            id.as_str(),
            "clause",
            risk.clause.as_str(),
            document.clauses.contains_key(&risk.clause),
            clauses,
            (place, &[Step::Key("clause")]),
        );
        self.when(
            id.as_str(),
            (&risk.when, traits),
            SubjectKind::Wallet,
            place,
        );
        if let Some(crosswalk) = &risk.crosswalk {
            self.crosswalk(id.as_str(), crosswalk, document, editions, place);
        }
        for (key, empty) in [
            ("threats", risk.threats.is_empty()),
            ("factors", risk.factors.is_empty()),
            ("actors", risk.actors.is_empty()),
            ("assets", risk.assets.is_empty()),
        ] {
            if empty {
                self.report(
                    Code::InconsistentCatalog,
                    place,
                    format!("`{id}` has no {key}"),
                    &format!("add at least one entry under `{key}`"),
                );
            }
        }
    }

    /// Whether there are more controls or risks than are allowed, which is reported.
    fn has_too_many(&mut self, document: &CatalogDocument) -> bool {
        let controls = document
            .families
            .values()
            .flat_map(|family| &family.controls)
            .map(|(id, control)| (id.as_str(), control.place));
        let risks = document.risks.iter();
        let risks = risks.map(|(id, risk)| (id.as_str(), risk.place));
        let mut has_too_many = false;
        let all: [(&str, Vec<(&str, Place)>); 2] =
            [("controls", controls.collect()), ("risks", risks.collect())];
        for (what, entries) in all {
            let most = limits::CONTROLS;
            if let Some((id, place)) = entries.get(most) {
                let message = format!(
                    "expected at most {most} {what}, found {}; `{id}` exceeds the limit",
                    entries.len()
                );
                let help = "remove entries, or split the catalog into several";
                self.report(Code::LimitExceeded, *place, message, help);
                has_too_many = true;
            }
        }
        has_too_many
    }

    fn control(
        &mut self,
        id: &ControlId,
        control: &ControlDocument,
        (document, traits): (&CatalogDocument, &Traits),
        of_risks: &IndexMap<&RiskId, Vec<Tier>>,
        editions: &[Editions<'_>],
    ) {
        let place = control.place;
        let clauses = document.clauses.keys().map(ClauseNumber::as_str);
        self.known(
            id.as_str(),
            "clause",
            control.clause.as_str(),
            document.clauses.contains_key(&control.clause),
            clauses,
            (place, &[Step::Key("clause")]),
        );
        self.when(id.as_str(), (&control.when, traits), control.subject, place);
        let tiers = traits.tiers(&control.when);
        let in_directly: IndexSet<&RiskId> = control.treats.directly.iter().collect();
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
                let nth = usize::from(how == "directly" || !in_directly.contains(risk));
                let message = format!("`{id}` treats `{risk}` twice");
                let help = Some("keep one of them".to_owned());
                self.report_at(Code::RepeatedItem, (place, &item(nth)), message, help);
            }
            if control.subject == SubjectKind::Wallet
                && let Some(admitted) = of_risks.get(risk)
                && !tiers.iter().any(|tier| admitted.contains(tier))
            {
                let message = format!(
                    "no wallet meets the `when` of both `{id}` and `{risk}`, so the link has no effect"
                );
                self.report(
                    Code::InconsistentCatalog,
                    place,
                    message,
                    "correct one `when`, or remove the link",
                );
            }
        }
        for (key, name, empty) in [
            ("treats no risk", "treats", seen.is_empty()),
            (
                "has no functions",
                "functions",
                control.functions.is_empty(),
            ),
            ("has no evidence", "evidence", control.evidence.is_empty()),
            (
                "has no techniques",
                "techniques",
                control.techniques.is_empty(),
            ),
        ] {
            if empty {
                self.report(
                    Code::InconsistentCatalog,
                    place,
                    format!("`{id}` {key}"),
                    &format!("add at least one entry under `{name}`"),
                );
            }
        }
        if let Some(crosswalk) = &control.crosswalk {
            self.crosswalk(id.as_str(), crosswalk, document, editions, place);
        }
    }

    fn when(
        &mut self,
        id: &str,
        (when, traits): (&[Vec<OrDeclared<Feature>>], &Traits),
        subject: SubjectKind,
        place: Place,
    ) {
        for (index, all) in when.iter().enumerate() {
            // All alternatives that differ are few; so many others have been reported.
            if self.diagnostics.is_full() {
                return;
            }
            let set = traits.features(all);
            if all.is_empty() {
                self.report(
                    Code::InconsistentCatalog,
                    place,
                    format!("`{id}` has an empty alternative in `when`"),
                    "add features to the alternative, or remove it",
                );
            }
            for feature in all {
                let is_of_wallet = match feature {
                    OrDeclared::BuiltIn(feature) => feature.is_of_wallet(),
                    OrDeclared::Declared(_) => true,
                };
                if is_of_wallet != (subject == SubjectKind::Wallet) {
                    let subjects = match subject {
                        SubjectKind::Organization => "the organization",
                        SubjectKind::Wallet => "wallets",
                    };
                    let message = format!(
                        "`{id}` applies to {subjects}, so its `when` must not contain `{feature}`"
                    );
                    self.report(
                        Code::InconsistentCatalog,
                        place,
                        message,
                        "remove the feature, or correct `subject`",
                    );
                }
            }
            let is_tier = |feature: &&OrDeclared<Feature>| matches!(feature, OrDeclared::BuiltIn(feature) if feature.is_tier());
            if all.iter().filter(is_tier).count() > 1 {
                self.report(
                    Code::InconsistentCatalog,
                    place,
                    format!("`{id}` requires two tiers at once in `when`"),
                    "keep one tier, or write one alternative for each",
                );
            } else if traits.contradict(set) || traits.tiers(std::slice::from_ref(all)).is_empty() {
                let message = format!(
                    "no wallet can meet an alternative in `when` of `{id}`: the rules of the traits exclude it"
                );
                let route = [Step::Key("when"), Step::At(index)];
                let help = "remove the alternative, or correct the rules of the traits".to_owned();
                self.report_at(
                    Code::InconsistentCatalog,
                    (place, &route),
                    message,
                    Some(help),
                );
            }
            for (other_index, other) in when.iter().enumerate() {
                if index != other_index && set.contains_all(traits.features(other)) {
                    let message = format!(
                        "`{id}` has an alternative in `when` that another one makes redundant"
                    );
                    self.report(
                        Code::InconsistentCatalog,
                        place,
                        message,
                        "remove one of the two alternatives",
                    );
                }
            }
        }
    }

    pub(super) fn model(&mut self, document: &CatalogDocument) {
        let is_component = |id: &ComponentId| {
            document.components.contains_key(id) || document.outside.contains_key(id)
        };
        for link in &document.links {
            for (key, end) in [("from", &link.from), ("to", &link.to)] {
                let all = document
                    .components
                    .keys()
                    .chain(document.outside.keys())
                    .map(ComponentId::as_str);
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
                let all = document.key_states.keys().map(KeyStateId::as_str);
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
            let all = document.clauses.keys().map(ClauseNumber::as_str);
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
                        "`{id}` assigns `{threat}` to `{risk}`, which does not have this threat"
                    );
                    let help = Some(format!(
                        "remove `{threat}`, or add it to the threats of `{risk}`"
                    ));
                    self.report_at(Code::InconsistentCatalog, (row.place, &cell), message, help);
                }
            }
        }
    }
}
