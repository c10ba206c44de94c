//! Phrases of several formats.

use custody_controls::coverage::Depth;

/// The first characters of a text, if it has more than these.
pub(crate) fn beginning(text: &str, characters: usize) -> Option<&str> {
    let (end, _) = text.char_indices().nth(characters)?;
    text.get(..end)
}

/// How the effective direct controls act, such as `prevents, detects`; `none` if there are none.
pub(crate) fn depth(depth: Depth, none: &'static str) -> String {
    let words = [
        (depth.prevents, "prevents"),
        (depth.detects, "detects"),
        (depth.corrects, "corrects"),
    ];
    let acts: Vec<&str> = words
        .into_iter()
        .filter_map(|(acts, word)| acts.then_some(word))
        .collect();
    if acts.is_empty() {
        none.to_owned()
    } else {
        acts.join(", ")
    }
}
