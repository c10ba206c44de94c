#!/usr/bin/env bash
# Compares the types of other packages in the public interface with .ci/interface/allowed.txt, and shows that
# a type that is not allowed is found. The documentation as JSON is not stable yet, hence the bootstrap variable.
set -euo pipefail
cd "$(dirname "$0")/.."
export RUSTC_BOOTSTRAP=1
documentation=()
for package in custody-controls custody-formats custody-workbook custody-plan; do
    cargo rustdoc --quiet --package "$package" --all-features --lib -- -Z unstable-options --output-format json
    documentation+=("${CARGO_TARGET_DIR:-target}/doc/${package//-/_}.json")
done
python3 .ci/interface/foreign.py .ci/interface/allowed.txt "${documentation[@]}"
work="$(mktemp)"
trap 'rm -f "$work"' EXIT
grep -v indexmap .ci/interface/allowed.txt >"$work"
if python3 .ci/interface/foreign.py "$work" "${documentation[@]}" >/dev/null; then
    echo "expected indexmap to be found" >&2
    exit 1
fi
