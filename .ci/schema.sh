#!/usr/bin/env bash
# Holds the committed JSON Schemas against an independent validator: it takes the examples,
# the catalogue and the reports, and refuses broken documents.
set -euo pipefail
cd "$(dirname "$0")/.."
target="${CARGO_TARGET_DIR:-target}"
venv="$target/ci-tools/check-jsonschema-0.39.0"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

if ! [ -x "$venv/bin/check-jsonschema" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check check-jsonschema==0.39.0
fi
validate() {
    "$venv/bin/check-jsonschema" --schemafile "schemas/$1.schema.json" "${@:2}"
}

echo "the schemas are schemas"
"$venv/bin/check-jsonschema" --check-metaschema schemas/*.schema.json

echo "assessments"
validate assessment examples/*.yaml tests/cmd/import.yaml

echo "an assessment with the traits of a profile"
modern=examples/profiles/modern-custody.yaml
cargo run --quiet -- --catalog "$modern" schema assessment --output "$work/modern.schema.json"
"$venv/bin/check-jsonschema" --schemafile "$work/modern.schema.json" examples/modern-custody/*.yaml

echo "the catalogue, $(find controls -name '*.yaml' | wc -l) files"
find controls -name '*.yaml' -print0 | sort -z | xargs -0 \
    "$venv/bin/check-jsonschema" --schemafile schemas/catalog.schema.json

echo "profiles"
validate profile examples/profiles/*.yaml

echo "reports"
for example in examples/*.yaml; do
    cargo run --quiet -- gaps "$example" --format json --output "$work/$(basename "$example" .yaml).json"
done
cargo run --quiet -- --catalog "$modern" gaps examples/modern-custody/custodian.yaml --format json --output "$work/modern-custody.json"
rm "$work/modern.schema.json"
validate report "$work"/*.json

echo "crosswalks"
mkdir "$work/crosswalks"
for framework in iso-27002-2022 ccss-9.0; do
    cargo run --quiet -- crosswalk examples/small-firm.yaml --to "$framework" --format json \
        --output "$work/crosswalks/$framework.json"
done
validate crosswalk "$work"/crosswalks/*.json

echo "differences and trends"
mkdir "$work/compared"
for example in examples/*.yaml; do
    name="$work/compared/$(basename "$example" .yaml)"
    cargo run --quiet -- diff "$example" "$example" --as-of 2027-03-31 --format json --output "$name-difference.json"
    cargo run --quiet -- trend "$example" --as-of 2026-06-30 --as-of 2027-03-31 --format json --output "$name-trend.json"
done
cargo run --quiet -- diff examples/small-firm.yaml examples/exchange.yaml --format json --output "$work/compared/other-difference.json"
validate difference "$work"/compared/*-difference.json
validate trend "$work"/compared/*-trend.json

echo "rows"
# The validator takes a list for a document, so its library reads the lines.
cat >"$work/rows.py" <<'PYTHON'
import json
import sys

import jsonschema

with open(sys.argv[1]) as file:
    validator = jsonschema.Draft7Validator(json.load(file), format_checker=jsonschema.FormatChecker())
count = 0
for path in sys.argv[2:]:
    with open(path) as file:
        for line in file:
            row = json.loads(line)
            validator.validate(row)
            count += 1
    # A row of another shape is refused: what is there is needed, and of a type.
    for column in row:
        for wrong in ({k: v for k, v in row.items() if k != column}, row | {column: {}}):
            if validator.is_valid(wrong):
                sys.exit(f"a row with a broken `{column}` is taken")
print(f"{count} rows of {sys.argv[1]} are valid")
PYTHON
for row in cell risk gap; do
    for example in examples/*.yaml; do
        cargo run --quiet -- gaps "$example" --format "ndjson-${row}s" --output "$work/$(basename "$example" .yaml)-$row.ndjson"
    done
    "$venv/bin/python" "$work/rows.py" "schemas/$row-row.schema.json" "$work"/*-"$row".ndjson
done

# What is wrong with the shape of a document is refused; what is wrong with its references is for
# `custody check`.
echo "broken documents"
refused=0
refuse() {
    local schema="$1" file="$2"
    if validate "$schema" "$file" >"$work/actual" 2>&1; then
        echo "$file is broken, and the schema takes it" >&2
        exit 1
    fi
    # A validator that fails for another reason has refused nothing.
    if ! grep -q 'Schema validation errors were encountered' "$work/actual"; then
        cat "$work/actual" >&2
        exit 1
    fi
    refused=$((refused + 1))
}
for file in tests/invalid/{unknown-key,unknown-word,wrong-type,malformed,missing-key,id-looks-like-number}*.{yaml,json} \
    tests/invalid/{unknown-control,unknown-risk,empty-text}*.yaml \
    tests/invalid/{alternative,inherited,partial,planned,not-applicable}-without-*.yaml; do
    # Which names may stand under `efforts` is left to the program.
    case "$file" in *-efforts.yaml) continue ;; esac
    [ -e "$file" ] || continue
    case "$(basename "$file")" in
    missing-key-header.yaml | missing-key-nothing-after-colon.yaml) ;; # may stand in another file of the assessment
    wrong-type-truth-value-for-text.yaml) ;;                           # YAML 1.2 reads `no` as a text
    unknown-word-max-age.yaml) ;;                                      # the schema leaves these keys open
    malformed-number-shares.yaml) ;;                                   # a schema cannot add up
    *) refuse assessment "$file" ;;
    esac
done
for file in tests/invalid/catalog-{unknown-key,unknown-word,wrong-type,malformed-id,missing-key-nested}*.yaml; do
    [ -e "$file" ] || continue
    refuse catalog "$file"
done
for file in tests/invalid/catalog-{unknown-key,unknown-word}-profile*.yaml \
    tests/invalid/catalog-{unknown-word,missing-key-nested}-parameter.yaml \
    tests/invalid/catalog-malformed-number-figure.yaml; do
    refuse profile "$file"
done
# A report of another shape is refused, too.
python3 - "$work" <<'PYTHON'
import json, sys

work = sys.argv[1]
for number, change in enumerate((
    lambda report: report.pop("gaps"),
    lambda report: report["summary"].update(proven="265 of 411"),
    lambda report: report["gaps"][0].update(kind="odd"),
    lambda report: report["facts"].update(as_of="30.09.2026"),
)):
    with open(f"{work}/small-firm.json") as whole, open(f"{work}/broken-{number}.json", "w") as broken:
        report = json.load(whole)
        change(report)
        json.dump(report, broken)
PYTHON
for file in "$work"/broken-*.json; do
    refuse report "$file"
done
# Neither is a difference or a trend of another shape taken.
python3 - "$work/compared" <<'PYTHON'
import json, sys

work = sys.argv[1]
for name, kind, changes in (
    ("exchange-difference", "difference", (
        lambda difference: difference.pop("gaps"),
        lambda difference: difference["gaps"][0].update(change="odd"),
        lambda difference: difference["gaps"][0]["causes"][0].update(kind="odd"),
    )),
    ("exchange-trend", "trend", (
        lambda trend: trend["points"][0].pop("proven"),
        lambda trend: trend.update(schema="custody-controls/trend/0"),
    )),
):
    for number, change in enumerate(changes):
        with open(f"{work}/{name}.json") as whole, open(f"{work}/broken-{number}-{kind}.json", "w") as broken:
            record = json.load(whole)
            change(record)
            json.dump(record, broken)
PYTHON
for kind in difference trend; do
    for file in "$work"/compared/broken-*-"$kind".json; do
        refuse "$kind" "$file"
    done
done
if [ "$refused" -lt 30 ]; then
    echo "only $refused broken documents were tried" >&2
    exit 1
fi
echo "$refused broken documents are refused"
