#!/usr/bin/env bash
# Compiles each combination of features that a user can choose, and the library for WebAssembly.
set -euo pipefail
cd "$(dirname "$0")/.."

check() {
    echo "+ cargo clippy $*"
    cargo clippy --quiet "$@" -- -D warnings
}
check --package custody-controls
check --package custody-controls --features schema
check --package custody-plan
check --package custody-plan --features schema
check --package custody-formats
check --package custody-workbook
for features in "" plan xlsx plan,xlsx; do
    check --package custody-cli --no-default-features --features "$features"
done
rustup target add wasm32-unknown-unknown
for package in custody-controls custody-formats custody-plan; do
    check --package "$package" --target wasm32-unknown-unknown
done
