//! Output formats: the terminal, or a document.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use custody_controls::taxonomy::Word;
use custody_controls::vocabulary;
use std::ops::RangeInclusive;

/// An output format of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View<F> {
    /// Text for a terminal.
    Terminal,
    /// A document in a format of its own.
    Document(F),
}

vocabulary! {
    /// The document format of results that have no other.
    Json, "format" {
        /// JSON, as `custody schema` describes it.
        Json,
    }
}

/// The words `terminal` and those of a vocabulary of formats as the values of an argument.
pub(crate) fn views<F: Word + Send + Sync>() -> impl TypedValueParser<Value = View<F>> {
    let words = ["terminal"].into_iter().chain(F::words().iter().copied());
    PossibleValuesParser::new(words.collect::<Vec<_>>())
        .map(|word| F::from_word(&word).map_or(View::Terminal, View::Document))
}

/// An output format of a command that also writes workbooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ViewOrWorkbook<F> {
    /// Text for a terminal.
    Terminal,
    /// A document in a format of its own.
    Document(F),
    /// A workbook.
    #[cfg(feature = "xlsx")]
    Workbook,
}

#[cfg(feature = "xlsx")]
pub(crate) const WORKBOOK: &str = "xlsx";

/// The words `terminal`, those of a vocabulary of formats that are listed, and that of workbooks as the
/// values of an argument.
pub(crate) fn views_or_workbook<F: Word + Send + Sync>(
    is_listed: impl Fn(&str) -> bool,
) -> impl TypedValueParser<Value = ViewOrWorkbook<F>> {
    let formats = F::words().iter().copied();
    let words = ["terminal"]
        .into_iter()
        .chain(formats.filter(|word| is_listed(word)));
    #[cfg(feature = "xlsx")]
    let words = words.chain([WORKBOOK]);
    PossibleValuesParser::new(words.collect::<Vec<_>>()).map(|word| {
        #[cfg(feature = "xlsx")]
        if word == WORKBOOK {
            return ViewOrWorkbook::Workbook;
        }
        F::from_word(&word).map_or(ViewOrWorkbook::Terminal, ViewOrWorkbook::Document)
    })
}

/// The words of a vocabulary as the values of an argument.
pub(crate) fn words<W: Word + Send + Sync>() -> impl TypedValueParser<Value = W> {
    PossibleValuesParser::new(W::words())
        .try_map(|word| W::from_word(&word).ok_or("not a word of the vocabulary"))
}

/// A whole number in a range as the value of an argument.
pub(crate) fn number<N>(
    range: RangeInclusive<u64>,
) -> impl Fn(&str) -> Result<N, String> + Clone + Send + Sync + 'static
where
    N: TryFrom<u64> + Clone + Send + Sync + 'static,
{
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        let number = number.and_then(|number| N::try_from(number).ok());
        number.ok_or_else(|| match (range.start(), range.end()) {
            (0, most) if *most >= u64::from(u32::MAX) => "expected a whole number".to_owned(),
            (least, most) => format!("expected a whole number from {least} to {most}"),
        })
    }
}
