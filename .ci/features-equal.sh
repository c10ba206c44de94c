#!/usr/bin/env bash
# Compares the features of all dependencies as `cargo run` and as `cargo test` build them. A development
# dependency that turns on one more feature of a shared dependency makes Cargo compile that one, and all
# that depends on it, a second time.
set -euo pipefail
cd "$(dirname "$0")/.."
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

list() {
    cargo tree --edges "$1" --prefix none --format '{p} {f}' | sed 's/ (\*)$//; s/ (.*)//' | sort -u
}
list normal,build >"$work/run"
list normal,build,dev >"$work/test"
if [ "$(wc -l <"$work/run")" -lt 50 ]; then
    echo "expected at least 50 dependencies, found $(wc -l <"$work/run")" >&2
    exit 1
fi
only_run="$(comm -23 "$work/run" "$work/test")"
if [ -n "$only_run" ]; then
    echo "cargo test builds these with other features than cargo run, so they are compiled twice:" >&2
    echo "$only_run" >&2
    echo "ask for the same features in the crate that uses them (see getrandom in crates/custody-cli/Cargo.toml)" >&2
    exit 1
fi
echo "$(wc -l <"$work/run") packages have the same features for cargo run and cargo test"
