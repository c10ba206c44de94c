//! Running properties on random cases.
//!
//! Every property is checked on 500 cases with small random catalogs, which cover many structures, and
//! on a few cases with the built-in catalog, which is large. `LAW_CASES` sets the number of small cases,
//! and the number of large ones is proportional to it; `PROPTEST_RNG_SEED` selects another series. Cases
//! to which a property does not apply are not counted. Continuous integration runs 10,000 cases, compiled
//! with optimization (`.ci/properties.sh`).

use crate::generate::{self, Case};
use crate::random;
use custody_controls::{Assessment, Coverage};
use proptest::prelude::{Strategy, TestCaseError};

pub type Checked<T = ()> = Result<T, TestCaseError>;

const SMALL_CASES: u32 = 500;
/// Number of small cases for each case with the built-in catalog.
const SMALL_CASES_PER_LARGE_CASE: u32 = 250;
/// The same, for the comparison of the two implementations.
pub const SMALL_CASES_PER_LARGE_CASE_OF_EQUALITY: u32 = 40;

pub fn small_cases() -> u32 {
    let wanted = std::env::var("LAW_CASES").ok();
    wanted.map_or(SMALL_CASES, |text| {
        text.parse().expect("`LAW_CASES` is a number")
    })
}

/// Checks a property on many small cases and some large ones.
pub fn check(property: impl Fn(&Case) -> Checked) {
    check_with(SMALL_CASES_PER_LARGE_CASE, property);
}

/// Like [`check`], with a different share of large cases.
pub fn check_with(small_per_large: u32, property: impl Fn(&Case) -> Checked) {
    let small = small_cases();
    run(small, generate::small(), &property);
    run(
        (small / small_per_large).max(1),
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

/// The rejection of a case to which the property does not apply.
pub fn not_applicable() -> TestCaseError {
    TestCaseError::reject("the property does not apply to the case")
}

pub fn resolve(case: &Case) -> Checked<Assessment> {
    case.document
        .clone()
        .resolve(&case.catalog)
        .map_err(|faults| TestCaseError::fail(faults.to_string()))
}

/// A value derived from the coverage that the engine computes.
pub fn measure<T>(case: &Case, derive: impl FnOnce(&Coverage) -> T) -> Checked<T> {
    let assessment = resolve(case)?;
    Ok(derive(&assessment.measure(&case.settings)))
}
