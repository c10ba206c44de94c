#!/usr/bin/env bash
# Runs the tests of the packages that have properties with 10,000 random cases for each property. What
# the cases call is compiled with optimization, which `cargo test` leaves out because the first test
# would start later. The program is started as a whole by its tests, which have no random cases.
set -euo pipefail
cd "$(dirname "$0")/.."
settings=()
for package in custody-controls custody-formats custody-plan custody-testing; do
    settings+=(--config "profile.test.package.$package.opt-level=2")
done
packages=(--package custody-controls --package custody-formats --package custody-plan)
LAW_CASES="${LAW_CASES:-10000}" cargo "${settings[@]}" test --quiet --tests "${packages[@]}" "$@"
