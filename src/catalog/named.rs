//! Frameworks as people name them: with or without an edition, and Annex A of ISO/IEC 27001.

use super::document::Framework;
use super::editions::family_of;
use super::reference::{NamedReference, ReferenceReader};
use crate::diagnostic::suggest;
use crate::id::FrameworkId;
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// The standard whose Annex A lists the controls of [`OF_ANNEX`], edition by edition.
const ANNEX: &str = "iso-27001";
/// The standard whose controls that annex lists.
const OF_ANNEX: &str = "iso-27002";

/// An edition of a framework, by the name under which it was asked for.
///
/// Annex A of ISO/IEC 27001 has the controls of ISO/IEC 27002, with `A.` before their numbers. It has
/// no entry of its own in a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFramework<'c> {
    /// The id with its edition, such as `iso-27001-2022`.
    pub id: FrameworkId,
    /// The id in the catalog, such as `iso-27002-2022`.
    pub listed_as: &'c FrameworkId,
    /// The references and facts in the catalog.
    pub framework: &'c Framework,
}

impl<'c> NamedFramework<'c> {
    /// Whether it is Annex A of ISO/IEC 27001.
    pub fn is_annex(&self) -> bool {
        self.id != *self.listed_as
    }

    /// The title of the framework.
    pub fn title(&self) -> &'c str {
        if self.is_annex() {
            "ISO/IEC 27001, Annex A"
        } else {
            &self.framework.title
        }
    }

    /// A reference of the catalog as the framework writes it: `A.8.24` for `8.24` in an annex.
    pub fn written(&self, reference: &str) -> String {
        let before = if self.is_annex() { "A." } else { "" };
        format!("{before}{reference}")
    }

    /// The reference that a text names, in the forms in which people write it, such as
    /// `A.5.15 Access control` for `5.15`.
    pub fn reference(&self, written: &str) -> NamedReference<'c> {
        ReferenceReader::new(self.listed_as, self.framework).read(written)
    }
}

/// The framework with a name. A name without an edition means the latest one (like an undated
/// reference in a standard), unless two editions have a number in common: then a number could be of
/// either, and the name has no meaning.
pub(super) fn framework<'c>(
    frameworks: &'c IndexMap<FrameworkId, Framework>,
    name: &str,
) -> Option<NamedFramework<'c>> {
    let exactly = |name: &str| frameworks.get_key_value(name);
    if let Some((id, framework)) = exactly(name).or_else(|| latest(frameworks, name)) {
        return Some(NamedFramework {
            id: id.clone(),
            listed_as: id,
            framework,
        });
    }
    let listed_as = of_annex(name)?;
    let found = exactly(&listed_as).or_else(|| latest(frameworks, &listed_as));
    let (listed_as, framework) = found?;
    let edition = listed_as.as_str().strip_prefix(OF_ANNEX)?;
    Some(NamedFramework {
        id: FrameworkId::new(&format!("{ANNEX}{edition}")).ok()?,
        listed_as,
        framework,
    })
}

/// The references that a text names, with their frameworks: of one framework if its name comes first,
/// as in `ccss-9.0 1.01.1`; of Annex A if the text begins like `A.8.24`; or else of any framework.
pub(super) fn references<'c>(
    frameworks: &'c IndexMap<FrameworkId, Framework>,
    written: &str,
) -> Vec<(NamedFramework<'c>, &'c str)> {
    let listed = |framework: NamedFramework<'c>, written: &str| match framework.reference(written) {
        NamedReference::Listed(reference) => Some((framework, reference)),
        NamedReference::Withdrawn(_) | NamedReference::Several | NamedReference::Unlisted => None,
    };
    let words = written.split_once(char::is_whitespace);
    if let Some((name, rest)) = words
        && let Some(named) = framework(frameworks, name)
    {
        return listed(named, rest.trim_start()).into_iter().collect();
    }
    let after = written.strip_prefix("A.").unwrap_or_default();
    let is_of_annex = after.starts_with(|c: char| c.is_ascii_digit());
    let named = frameworks.keys().filter_map(|id| {
        let annex = id.as_str().strip_prefix(OF_ANNEX);
        match annex.filter(|_| is_of_annex) {
            Some(edition) => framework(frameworks, &format!("{ANNEX}{edition}")),
            None if is_of_annex => None,
            None => framework(frameworks, id.as_str()),
        }
    });
    named.filter_map(|named| listed(named, written)).collect()
}

/// The name of the standard whose controls Annex A of ISO/IEC 27001 lists, if it names the latter.
fn of_annex(name: &str) -> Option<String> {
    let edition = name.strip_prefix(ANNEX)?;
    let is_name = edition.is_empty() || edition.starts_with('-');
    is_name.then(|| format!("{OF_ANNEX}{edition}"))
}

/// The editions of a framework.
fn editions<'c>(
    frameworks: &'c IndexMap<FrameworkId, Framework>,
    name: &str,
) -> impl Iterator<Item = (&'c FrameworkId, &'c Framework)> {
    frameworks
        .iter()
        .filter(move |(id, _)| family_of(id) == name)
}

/// The latest edition of a framework, unless two of them have a number in common.
fn latest<'c>(
    frameworks: &'c IndexMap<FrameworkId, Framework>,
    name: &str,
) -> Option<(&'c FrameworkId, &'c Framework)> {
    let mut numbers = BTreeSet::new();
    let mut of_all = editions(frameworks, name).flat_map(|(_, edition)| edition.references.keys());
    if !of_all.all(|number| numbers.insert(number)) {
        return None;
    }
    editions(frameworks, name).max_by_key(|(_, edition)| edition.published)
}

/// Help for a name that no framework has: its editions, or a similar name.
pub(super) fn help(frameworks: &IndexMap<FrameworkId, Framework>, name: &str) -> Option<String> {
    let family = |name: &str| {
        let exact = editions(frameworks, name).next().is_some();
        let without = name.rsplit_once('-').map(|(family, _)| family.to_owned());
        if exact {
            Some(name.to_owned())
        } else {
            without.filter(|family| editions(frameworks, family).next().is_some())
        }
    };
    let listed_as = of_annex(name);
    let Some(of) = family(listed_as.as_deref().unwrap_or(name)) else {
        return suggest(name, frameworks.keys().map(FrameworkId::as_str));
    };
    let named: Vec<String> = editions(frameworks, &of)
        .map(|(id, _)| {
            let edition = id.as_str().strip_prefix(of.as_str()).unwrap_or_default();
            let family = listed_as.as_ref().map_or(of.as_str(), |_| ANNEX);
            format!("`{family}{edition}`")
        })
        .collect();
    Some(format!("use {}", named.join(" or ")))
}
