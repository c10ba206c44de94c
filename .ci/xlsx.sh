#!/usr/bin/env bash
# Reads the workbooks back with an independent reader: the numbers are those of the JSON
# report, days are days, and no untrusted text is a formula.
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
venv="$target/ci-tools/openpyxl-3.1.5"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

if ! [ -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import openpyxl' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5
fi

python3 .ci/print/hostile.py >"$work/hostile.yaml"
for assessment in examples/*.yaml "$work/hostile.yaml"; do
    name="$work/$(basename "$assessment" .yaml)"
    cargo run --quiet -- gaps "$assessment" --format json --output "$name.json"
    cargo run --quiet -- gaps "$assessment" --format xlsx --output "$name.xlsx"
    cargo run --quiet -- gaps "$assessment" --format xlsx >"$name.again.xlsx"
    cmp "$name.xlsx" "$name.again.xlsx"
    cargo run --quiet -- soa "$assessment" --to iso-27001 --format json --output "$name.soa.json"
    cargo run --quiet -- soa "$assessment" --to iso-27001 --format xlsx --output "$name.soa.xlsx"
done
"$venv/bin/python" .ci/print/xlsx.py "$work"/*.json
