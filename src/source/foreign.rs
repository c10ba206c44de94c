//! Documents of other tools, recognized by their top-level keys.

use super::Source;
use crate::diagnostic::{Code, Diagnostic};

/// The top-level keys of OSCAL documents that nothing else has.
const OSCAL: [&str; 6] = [
    "assessment-plan",
    "assessment-results",
    "component-definition",
    "mapping-collection",
    "plan-of-action-and-milestones",
    "system-security-plan",
];

/// The one error of a document in the form of another tool, whose keys would each be unknown.
pub(super) fn refuse(source: &Source) -> Option<Diagnostic> {
    let (key, kind) = recognized(source)?;
    let (at, _) = source.tree.entry(&source.text, source.tree.root()?, key)?;
    let message = format!("expected an assessment or a catalog, found {kind}");
    let help = "pass an assessment or a catalog; `custody import` reads statuses that were exported as CSV";
    let span = source.tree.span(at);
    Some(
        source
            .diagnostic(Code::ForeignDocument, message, span)
            .help(help),
    )
}

/// The key by which the form is recognized, and the name of the form.
fn recognized(source: &Source) -> Option<(&'static str, String)> {
    let has = |key: &str| has(source, &[key]);
    if let Some(key) = OSCAL.into_iter().find(|key| has(key)) {
        return Some((key, format!("an OSCAL document (`{key}`)")));
    }
    for key in ["catalog", "profile"] {
        if self::has(source, &[key, "uuid"]) && self::has(source, &[key, "metadata"]) {
            return Some((key, format!("an OSCAL document (`{key}`)")));
        }
    }
    if has("schema_version") && (has("satisfies") || has("documentation_complete")) {
        return Some(("schema_version", "an OpenControl component".to_owned()));
    }
    if has("schema_version") && has("certifications") {
        return Some(("schema_version", "an OpenControl project".to_owned()));
    }
    if has("urn") && has("ref_id") && (has("objects") || has("locale")) {
        return Some(("urn", "a library of CISO Assistant".to_owned()));
    }
    if has("runs") && has("$schema") {
        return Some(("runs", "a SARIF log".to_owned()));
    }
    let is_result = has("schema") && has("facts") && !has("assessment");
    is_result.then(|| ("schema", "a result of custody, not its input".to_owned()))
}

/// Whether the mapping at the end of a route of keys exists.
fn has(source: &Source, route: &[&str]) -> bool {
    let mut here = source.tree.root();
    for key in route {
        let entry = here.and_then(|here| source.tree.entry(&source.text, here, key));
        here = entry.map(|(_, value)| value);
    }
    here.is_some()
}
