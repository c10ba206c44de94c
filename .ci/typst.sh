#!/usr/bin/env bash
# Makes PDFs of the typst reports, as PDF/A-2b and PDF/UA-1, which the compiler enforces; twice, for
# the same bytes; and reads them back with another tool.
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
venv="$target/ci-tools/typst-0.15.0"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

if ! [ -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import typst, pypdf' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check typst==0.15.0 pypdf==7.1.0
fi

python3 .ci/print/hostile.py >"$work/hostile.yaml"
for assessment in examples/*.yaml "$work/hostile.yaml"; do
    name="$work/$(basename "$assessment" .yaml)"
    cargo run --quiet -- gaps "$assessment" --format json --output "$name.json"
    cargo run --quiet -- gaps "$assessment" --format typst --output "$name.typ"
    cargo run --quiet -- gaps "$assessment" --brief --format typst --output "$name.brief.typ"
done
"$venv/bin/python" .ci/print/typst_pdf.py "$work"/*.json
