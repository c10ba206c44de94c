#!/usr/bin/env bash
# Runs the tests with 10,000 random cases for each property. What the cases call is compiled with
# optimization, which `cargo test` leaves out because the first test would start later.
set -euo pipefail
cd "$(dirname "$0")/.."
settings=()
for package in custody-controls custody-formats custody-plan custody-testing; do
    settings+=(--config "profile.test.package.$package.opt-level=2")
done
LAW_CASES="${LAW_CASES:-10000}" cargo "${settings[@]}" test --quiet --tests "$@"
