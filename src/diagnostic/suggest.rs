//! The word that was probably meant.

use super::Applicability;
use crate::limits;
use crate::taxonomy::Word;

/// A known word that is similar to an unknown one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Near<'w> {
    /// The known word.
    pub word: &'w str,
    /// Certain if both words are the same but for case, `_` or spaces instead of `-`, and spaces
    /// around them.
    pub applicability: Applicability,
}

/// The one word of a list that is nearest to a word that is not in it. None if no word is near, or
/// if several are equally near. A number such as `9.3.7.5-x` is near only to one with the same
/// letters and digits.
///
/// ```
/// use custody_controls::diagnostic::{Applicability, near};
///
/// let tiers = ["hot", "warm", "cold"];
/// let found = near("Warm", tiers).ok_or("none")?;
/// assert_eq!((found.word, found.applicability), ("warm", Applicability::Certain));
/// assert_eq!(near("wrm", tiers).map(|near| near.applicability), Some(Applicability::Suggestion));
/// assert_eq!(near("tepid", tiers), None);
/// # Ok::<(), &str>(())
/// ```
pub fn near<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> Option<Near<'w>> {
    let mut words = by_distance(word, words);
    words.sort_by_key(|(distance, _)| *distance);
    let same = plain(word);
    let mut equal = words.iter().filter(|(_, near)| plain(near) == same);
    if let Some((_, word)) = equal.next() {
        let applicability = Applicability::Certain;
        return equal.next().is_none().then_some(Near {
            word,
            applicability,
        });
    }
    let (distance, word) = *words.first()?;
    let is_only = words.get(1).is_none_or(|(other, _)| *other > distance);
    is_only.then_some(Near {
        word,
        applicability: Applicability::Suggestion,
    })
}

/// A word as it is compared to decide whether another one is the same but for its spelling.
fn plain(word: &str) -> String {
    word.trim().to_lowercase().replace(['_', ' '], "-")
}

/// The letters and digits of a word.
fn squeezed(word: &str) -> String {
    let letters = word.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// The similar words of a list, each with its distance.
fn by_distance<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> Vec<(usize, &'w str)> {
    if word.len() > 64 {
        return Vec::new();
    }
    let lower = word.to_lowercase();
    // Another number is another entry, however near it is.
    let only_same = word.contains('.') && word.starts_with(|c: char| c.is_ascii_digit());
    let same = squeezed(word);
    words
        .into_iter()
        .take(limits::NEAR_WORDS)
        .filter(|candidate| !only_same || squeezed(candidate) == same)
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= word.len().max(3) / 2)
        .filter_map(|candidate| {
            let most = (candidate.len().min(word.len()) / 3).max(1);
            let other = candidate.to_lowercase();
            if least_distance(&lower, &other) > most {
                return None;
            }
            let distance = strsim::damerau_levenshtein(&lower, &other);
            (distance <= most).then_some((distance, candidate))
        })
        .collect()
}

/// A lower bound of the edit distance, quick to compute: how many characters of one word the other
/// one lacks, wherever they are. Each edit changes at most one.
fn least_distance(one: &str, other: &str) -> usize {
    let mut surplus = [0_i32; 64];
    for (text, sign) in [(one, 1), (other, -1)] {
        for c in text.chars() {
            if let Some(count) = surplus.get_mut(u32::from(c) as usize % 64) {
                *count += sign;
            }
        }
    }
    let sum = |sign: i32| {
        let counts = surplus.iter().map(|count| (count * sign).max(0));
        usize::try_from(counts.sum::<i32>()).unwrap_or_default()
    };
    sum(1).max(sum(-1))
}

/// The word of a list that is nearest to a word that is not in it, if any is near; the first one if
/// several are equally near.
pub fn nearest<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    by_distance(word, words)
        .into_iter()
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Help that suggests the nearest word of a list, if any is near.
pub(crate) fn did_you_mean<'w>(
    word: &str,
    words: impl IntoIterator<Item = &'w str>,
) -> Option<String> {
    nearest(word, words).map(|near| format!("did you mean `{near}`?"))
}

/// Help that suggests the nearest word, or else lists all words if they are few.
pub fn suggest<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> Option<String> {
    let words: Vec<&str> = words.into_iter().take(limits::NEAR_WORDS).collect();
    if let Some(help) = did_you_mean(word, words.iter().copied()) {
        return Some(help);
    }
    if words.is_empty() || words.len() > 20 {
        return None;
    }
    let list: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    let lead = if list.len() == 1 { "use" } else { "use one of" };
    Some(format!("{lead} {}", list.join(", ")))
}

/// Help for a word that is not in a vocabulary.
pub fn suggest_word<W: Word>(word: &str) -> Option<String> {
    suggest(word, W::words().iter().copied())
}
