//! Invariants of the links between the risks and the controls of every catalog and profile that is
//! shipped: no condition leaves a critical risk without a control, or a control without a risk.
//!
//! Whether an entry applies depends only on the tier and the traits of a wallet and on the channels of
//! the organization. One wallet is enough: a second one brings its own cells and risks and changes
//! neither those of the first nor those of the organization.
//!
//! Both invariants are checked for every combination that an assessment can declare, entry by entry:
//! each tier, each subset of the built-in traits and channels that the conditions of the entry and of
//! those linked to it name, and each set of the declared traits that have to do with these conditions, as
//! far as the rules of these traits allow. What no condition names changes nothing, and leaving a declared
//! trait out never breaks a rule of another one, so no other combination gives another result.

use custody_controls::Catalog;
use custody_controls::catalog::{Control, DeclaredTrait, OrDeclared, Risk, When};
use custody_controls::id::TraitId;
use custody_controls::taxonomy::{Feature, Features, Severity, Tier, Word};
use custody_testing::golden;
use std::collections::{BTreeMap, BTreeSet};

/// What is declared about a wallet and the organization.
struct Declaration {
    features: Features,
    words: String,
}

impl Declaration {
    fn applies(&self, control: &Control) -> bool {
        control.when.holds(self.features)
    }

    fn is_exposed_to(&self, risk: &Risk) -> bool {
        !risk.is_per_wallet() || risk.when.holds(self.features)
    }
}

/// All subsets, the empty one first.
fn subsets<T: Clone>(items: &[T]) -> impl Iterator<Item = Vec<T>> {
    let items = items.to_vec();
    (0_u32..1 << items.len()).map(move |bits| {
        let is_in = |(position, _): &(usize, &T)| bits & (1 << position) != 0;
        let chosen = items.iter().enumerate().filter(is_in);
        chosen.map(|(_, item)| item.clone()).collect()
    })
}

/// Each combination that matters for some conditions, as far as it can be declared.
fn declarations(catalog: &Catalog, conditions: &[&When]) -> Vec<Declaration> {
    let named: BTreeSet<OrDeclared<Feature>> = conditions
        .iter()
        .flat_map(|when| when.alternatives().iter().flatten().cloned())
        .collect();
    let built_in: Vec<Feature> = named
        .iter()
        .filter_map(|word| match word {
            OrDeclared::BuiltIn(feature) if !feature.is_tier() => Some(*feature),
            OrDeclared::BuiltIn(_) | OrDeclared::Declared(_) => None,
        })
        .collect();
    let of_named = named.iter().map(std::slice::from_ref);
    let of_named: Vec<Features> = of_named
        .map(|word| catalog.traits().features(word))
        .collect();
    let declared: Vec<(&TraitId, &DeclaredTrait)> = catalog
        .traits()
        .iter()
        .filter(|(_, declared)| of_named.iter().any(|word| declared.features.meets(*word)))
        .collect();
    let mut declarations = Vec::new();
    for set in subsets(&declared) {
        let implied = set
            .iter()
            .fold(Features::default(), |all, (_, one)| all.with(one.features));
        for chosen in subsets(&built_in) {
            let features = implied.with(chosen.iter().copied().collect());
            for tier in Tier::values() {
                let is_there =
                    |one: &&(&TraitId, &DeclaredTrait)| features.contains_all(one.1.features);
                let mut rules = declared.iter().filter(is_there);
                if rules
                    .all(|(_, rule)| rule.tiers.contains(&tier) && !features.meets(rule.excluded))
                {
                    let words = chosen.iter().map(|word| word.word());
                    let words = words.chain(set.iter().map(|(id, _)| id.as_str()));
                    declarations.push(Declaration {
                        features: features.with([tier].into_iter().collect()),
                        words: std::iter::once(tier.word())
                            .chain(words)
                            .collect::<Vec<_>>()
                            .join(", "),
                    });
                }
            }
        }
    }
    declarations
}

/// The entries that a declaration leaves alone, each with the first such declaration.
type Holes = BTreeMap<String, String>;

/// Critical risks that apply without a control that treats them directly, although the catalog has one.
fn risks_without_control(catalog: &Catalog) -> Holes {
    let risks = catalog
        .risks()
        .filter(|risk| risk.severity == Severity::Critical && risk.has_direct_control());
    let risks: Vec<(&Risk, Vec<&Control>)> = risks
        .map(|risk| (risk, catalog.direct_controls(risk).collect()))
        .collect();
    let mut holes = Holes::new();
    for (risk, controls) in &risks {
        let controls_when = controls.iter().map(|control| &control.when);
        let conditions: Vec<&When> = controls_when.chain([&risk.when]).collect();
        for declaration in declarations(catalog, &conditions) {
            let is_treated = || controls.iter().any(|control| declaration.applies(control));
            if declaration.is_exposed_to(risk) && !is_treated() {
                let hole = holes.entry(risk.id.to_string());
                hole.or_insert_with(|| declaration.words.clone());
            }
        }
    }
    holes
}

/// Controls that apply without any of the risks that they treat directly.
fn controls_without_risk(catalog: &Catalog) -> Holes {
    let controls: Vec<(&Control, Vec<&Risk>)> = catalog
        .controls()
        .map(|control| {
            let risks = control
                .directly
                .iter()
                .map(|id| catalog.risk(id.as_str()).unwrap());
            (control, risks.collect())
        })
        .filter(|(_, risks): &(_, Vec<&Risk>)| !risks.is_empty())
        .collect();
    let mut holes = Holes::new();
    for (control, risks) in &controls {
        let risks_when = risks.iter().map(|risk| &risk.when);
        let conditions: Vec<&When> = risks_when.chain([&control.when]).collect();
        for declaration in declarations(catalog, &conditions) {
            let has_risk = || risks.iter().any(|risk| declaration.is_exposed_to(risk));
            if declaration.applies(control) && !has_risk() {
                let hole = holes.entry(control.id.to_string());
                hole.or_insert_with(|| declaration.words.clone());
            }
        }
    }
    holes
}

/// The built-in catalog and every profile beside the examples.
fn shipped() -> Vec<Catalog> {
    let folder = std::fs::read_dir(golden::path("examples/profiles")).unwrap();
    let profiles = folder.map(|entry| Catalog::read(entry.unwrap().path()).unwrap());
    let catalogs: Vec<Catalog> = std::iter::once(Catalog::builtin().clone())
        .chain(profiles)
        .collect();
    assert!(catalogs.len() > 1);
    catalogs
}

/// A profile can leave out the only control for some wallets; it then names the risk in its limits.
#[test]
fn a_critical_risk_that_applies_has_a_direct_control_that_applies() {
    for catalog in shipped() {
        let id = catalog.facts().id.as_str();
        for (risk, declaration) in risks_without_control(&catalog) {
            let is_stated = catalog.limits().iter().any(|limit| limit.contains(&risk));
            assert!(is_stated, "{id}: {risk} for {declaration}");
        }
    }
}

#[test]
fn a_control_that_applies_has_a_direct_risk_that_applies() {
    for catalog in shipped() {
        let id = catalog.facts().id.as_str();
        assert_eq!(controls_without_risk(&catalog), Holes::new(), "{id}");
    }
}

/// Both invariants are broken by a condition that is too narrow, and the declaration is named.
#[test]
fn a_condition_that_is_too_narrow_is_found() {
    let catalog = |risk: &str, control: &str| {
        let text = format!(
            r#"
catalog: {{ id: house-rules, title: House rules, standard: House, edition: "1", version: "1", published: 2026-01-01 }}
clauses:
  "1": {{ title: Keys, kind: control, summary: What we require of keys. }}
risks:
  key-lost:
    {{ clause: "1", title: A key is lost, severity: critical, threats: [loss], factors: [operation-error],
      actors: [insider], assets: [signature-key], {risk} consequence: Assets cannot be moved., source: House,
      provenance: own }}
families:
  keys:
    title: Keys
    order: 1
    controls:
      two-backups:
        {{ clause: "1", title: Two backups, statement: Each key has two backups., treats: {{ directly: [key-lost] }},
          subject: wallet, {control} functions: [corrective], evidence: [vault register], techniques: [examine],
          source: House, strength: must, provenance: own }}
"#
        );
        Catalog::from_text("house.yaml", text).unwrap_or_else(|errors| panic!("{errors}"))
    };
    let hole = |id: &str, words: &str| Holes::from([(id.to_owned(), words.to_owned())]);
    let narrow = "when: [[cold, paper]],";

    let sound = catalog(narrow, narrow);
    assert_eq!(risks_without_control(&sound), Holes::new());
    assert_eq!(controls_without_risk(&sound), Holes::new());

    let bare_risk = catalog("", narrow);
    assert_eq!(risks_without_control(&bare_risk), hole("key-lost", "hot"));
    assert_eq!(controls_without_risk(&bare_risk), Holes::new());

    let bare_control = catalog(narrow, "when: [[cold]],");
    assert_eq!(risks_without_control(&bare_control), Holes::new());
    let found = controls_without_risk(&bare_control);
    assert_eq!(found, hole("two-backups", "cold"));
}
