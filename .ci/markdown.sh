#!/usr/bin/env bash
# Reads the Markdown reports, whole and short, with GitHub's own parser: tables keep their shape, no
# untrusted text becomes markup, and the numbers are those of the JSON report.
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
venv="$target/ci-tools/cmarkgfm-2025.10.22"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

if ! [ -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import cmarkgfm' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check cmarkgfm==2025.10.22
fi

python3 .ci/print/hostile.py >"$work/hostile.yaml"
for assessment in examples/*.yaml "$work/hostile.yaml"; do
    name="$work/$(basename "$assessment" .yaml)"
    cargo run --quiet -- gaps "$assessment" --format json --output "$name.json"
    cargo run --quiet -- gaps "$assessment" --format markdown --output "$name.md"
    cargo run --quiet -- gaps "$assessment" --format markdown --brief --output "$name.brief.md"
done
"$venv/bin/python" .ci/print/markdown.py "$work"/*.json
