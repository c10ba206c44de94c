//! Law 4 of `docs/coverage.md`, for every format.

use custody_controls::Coverage;
use custody_controls::taxonomy::Word;
use custody_formats::{Format, Render};
use custody_testing::{check, measure};
use proptest::prelude::prop_assert_eq;

/// Same input, same as-of day → the same bytes in every format, on every machine.
#[test]
fn law_4_same_input_gives_the_same_bytes_in_every_format() {
    check(|case| {
        prop_assert_eq!(measure(case, bytes)?, measure(&case.clone(), bytes)?);
        Ok(())
    });
}

/// Everything that can be written about a coverage, in every format.
fn bytes(coverage: &Coverage) -> Vec<Vec<u8>> {
    let report = coverage.report();
    let formats = Format::values().into_iter();
    formats
        .map(|format| report.render(format).unwrap().into_bytes())
        .collect()
}
