#!/usr/bin/env bash
# Compiles all published crates with the oldest Rust that Cargo.toml promises, whichever toolchain is the
# default here.
set -euo pipefail
cd "$(dirname "$0")/.."
oldest="$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)"
if [ -z "$oldest" ]; then
    echo "expected a rust-version in Cargo.toml" >&2
    exit 1
fi
rustup toolchain install --profile minimal --no-self-update "$oldest"
# In a target folder of its own, or the two compilers would take turns in compiling everything.
CARGO_TARGET_DIR=target/oldest-rust cargo "+$oldest" check --quiet --locked
echo "all crates compile with Rust $oldest"
