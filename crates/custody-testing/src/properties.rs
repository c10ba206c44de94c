//! Running properties over random cases.
//!
//! Every property runs over 500 random cases with small random catalogs, where structures are explored
//! densely, and over a few with the built-in catalog, which is large. `LAW_CASES` sets another number of
//! small cases, and the large ones follow; `PROPTEST_RNG_SEED` another series. A case to which a property
//! does not apply is not counted. The continuous integration runs 10,000, compiled with optimization
//! (`.ci/properties.sh`).

use crate::generate::{self, Case};
use crate::random;
use custody_controls::{Assessment, Coverage};
use proptest::prelude::{Strategy, TestCaseError};

pub type Checked<T = ()> = Result<T, TestCaseError>;

const SMALL_CASES: u32 = 500;
/// Small cases for each case over the built-in catalog.
const SMALL_CASES_PER_LARGE_CASE: u32 = 250;
/// The same for the comparison of two implementations.
pub const SMALL_CASES_PER_LARGE_CASE_OF_EQUALITY: u32 = 40;

pub fn small_cases() -> u32 {
    let wanted = std::env::var("LAW_CASES").ok();
    wanted.map_or(SMALL_CASES, |text| {
        text.parse().expect("`LAW_CASES` is a number")
    })
}

/// Looks at many small cases and some large ones.
pub fn check(property: impl Fn(&Case) -> Checked) {
    check_with(SMALL_CASES_PER_LARGE_CASE, property);
}

/// As [`check`], with another share of large cases.
pub fn check_with(small_for_each_large: u32, property: impl Fn(&Case) -> Checked) {
    let small = small_cases();
    run(small, generate::small(), &property);
    run(
        (small / small_for_each_large).max(1),
        generate::builtin(),
        &property,
    );
}

pub fn run<T: std::fmt::Debug>(
    cases: u32,
    strategy: impl Strategy<Value = T>,
    property: impl Fn(&T) -> Checked,
) {
    random::run(cases, &strategy, |case| property(&case));
}

pub fn nothing_to_say() -> TestCaseError {
    TestCaseError::reject("the property does not apply to the case")
}

pub fn resolve(case: &Case) -> Checked<Assessment> {
    case.document
        .clone()
        .resolve(&case.catalog)
        .map_err(|faults| TestCaseError::fail(faults.to_string()))
}

/// Looks at what the engine measures.
pub fn measure<T>(case: &Case, look: impl FnOnce(&Coverage) -> T) -> Checked<T> {
    let assessment = resolve(case)?;
    Ok(look(&assessment.measure(&case.settings)))
}
