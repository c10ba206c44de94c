//! The runner of all random tests.

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};

/// Runs a test on `cases` random cases. A failure is reported with the smallest case that shows it.
///
/// The cases are the same in each run, so that a result changes only if the code changes.
/// `PROPTEST_RNG_SEED` selects another series.
pub fn run<S: Strategy>(
    cases: u32,
    strategy: &S,
    test: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let mut config = Config {
        cases,
        max_global_rejects: cases.saturating_mul(20).max(1000),
        max_shrink_iters: 2_000,
        failure_persistence: None,
        ..Config::default()
    };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(23576);
    }
    let series = config.rng_seed;
    if let Err(failure) = TestRunner::new(config).run(strategy, test) {
        panic!("in series {series}: {failure}");
    }
}
