//! Cases whose controls are mapped to another framework.

use crate::generate::{Case, Choices, parse};
use custody_controls::CatalogDocument;
use custody_controls::catalog::document::{
    ControlCrosswalk as Mappings, Framework, FrameworkReference,
};
use custody_controls::location::Place;
use custody_controls::taxonomy::{Confidence, Word};
use indexmap::IndexMap;
use std::sync::Arc;

/// The id of the other framework.
pub const FRAMEWORK: &str = "other-2";
const REFERENCES: [&str; 5] = ["1", "2.1", "2.2", "10", "A(1)"];
/// A reference that the framework withdrew.
const WITHDRAWN: &str = "2.3";

/// Adds another framework, and mappings of some controls and risks to one or several of its references, with all
/// confidences.
pub fn with_framework(case: &Case, choices: &mut Choices<'_>) -> Case {
    if case.is_builtin {
        return case.clone();
    }
    let mut authored: CatalogDocument = (*case.authored).clone();
    let references =
        REFERENCES.map(|reference| (reference.to_owned(), FrameworkReference::default()));
    let framework = Framework {
        title: "Another framework".to_owned(),
        edition: "2".to_owned(),
        published: parse("2020-01-01"),
        publisher: "Others".to_owned(),
        note: None,
        references: references.into_iter().collect(),
        withdrawn: vec![WITHDRAWN.to_owned()],
        place: Place::default(),
    };
    authored.frameworks.insert(parse(FRAMEWORK), framework);
    let mappings = |mapped: Vec<&str>, confidence| {
        (!mapped.is_empty()).then(|| Mappings {
            confidence,
            references: IndexMap::from([(
                parse(FRAMEWORK),
                mapped.into_iter().map(str::to_owned).collect(),
            )]),
        })
    };
    for family in authored.families.values_mut() {
        for control in family.controls.values_mut() {
            let mapped = choices.some_of(&REFERENCES[..4], 1, 2);
            let confidence = choices.one_of(&Confidence::values());
            control.crosswalk = mappings(mapped, confidence.unwrap_or(Confidence::High));
        }
    }
    for risk in authored.risks.values_mut() {
        let mapped = choices.some_of(&REFERENCES[2..4], 1, 4);
        let confidence = choices.one_of(&Confidence::values());
        risk.crosswalk = mappings(mapped, confidence.unwrap_or(Confidence::High));
    }
    let mut made = case.clone();
    made.catalog = Arc::new(
        authored
            .clone()
            .resolve()
            .unwrap_or_else(|faults| panic!("{faults}")),
    );
    made.authored = Arc::new(authored);
    made
}
