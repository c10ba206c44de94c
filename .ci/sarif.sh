#!/usr/bin/env bash
# Holds SARIF against Microsoft's Multitool with the rules of code scanning, and against the JSON
# Schema of the standard, and shows that both refuse broken files.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p "${CARGO_TARGET_DIR:-target}"
target="$(cd "${CARGO_TARGET_DIR:-target}" && pwd)"
folder="$target/ci-tools/sarif"
venv="$target/ci-tools/check-jsonschema-0.39.0"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

case "$(uname)" in
Darwin) system=darwin ;;
*) system=linux ;;
esac
multitool="$folder/node_modules/@microsoft/sarif-multitool-$system/Sarif.Multitool"
if ! [ -e "$multitool" ]; then
    npm install --prefix "$folder" --silent --ignore-scripts --no-audit --no-fund \
        "@microsoft/sarif-multitool-$system@5.7.0"
fi
chmod +x "$multitool"
# This package is taken for the schema that it carries and is not installed.
schema="$folder/sarif-2.1.0-rtm.5.json"
if ! [ -e "$schema" ]; then
    (cd "$work" && npm pack --silent @microsoft/jest-sarif@1.0.0-beta.0 >/dev/null && tar xzf ./*.tgz)
    cp "$work/package/lib/schemas/sarif-2.1.0-rtm.5.json" "$schema"
fi
echo "2d99159ae54a3eea97f81781cff48780548657c35949f4b7f25e99a2ba4de4f8  $schema" | sha256sum --check --quiet
if ! [ -x "$venv/bin/check-jsonschema" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check check-jsonschema==0.39.0
fi
cargo build --quiet
custody="$target/debug/custody"

cat >"$work/gate.py" <<'PYTHON'
"""Reads what the Multitool found: it exits with 0 whatever it finds."""

import json
import sys

with open(sys.argv[1]) as file:
    runs = json.load(file)["runs"]
assert len(runs) == 1, "not one run"
for notice in runs[0].get("invocations", [{}])[0].get("toolExecutionNotifications", []):
    assert notice.get("level") != "error", notice
found = [result for result in runs[0]["results"] if result.get("level", "warning") != "note"]
# The project has no page in the web yet that `informationUri` could name.
found = [result for result in found if result["message"].get("id") != "Warning_ProvideToolnformationUri"]
for result in found[:5]:
    print(result["ruleId"], json.dumps(result["message"]))
sys.exit(1 if found else 0)
PYTHON

# Both validators, each with its own answer.
# One pattern of the schema has a bracket too many, which only older readers of patterns forgive.
by_schema() {
    "$venv/bin/check-jsonschema" --regex-variant python --schemafile "$schema" "$@" >"$work/actual" 2>&1
}
by_multitool() {
    rm -f "$work/found.sarif"
    "$multitool" validate "$1" --output "$work/found.sarif" --log ForceOverwrite \
        --rule-kind 'Sarif;Ghas' --level 'Error;Warning;Note' --kind Fail >"$work/actual" 2>&1 || return 1
    python3 "$work/gate.py" "$work/found.sarif" >>"$work/actual" 2>&1
}

echo "gaps and faults"
for example in examples/*.yaml; do
    "$custody" gaps "$example" --format sarif --output "$work/$(basename "$example" .yaml).sarif"
    "$custody" check "$example" --format sarif --output "$work/$(basename "$example" .yaml)-check.sarif"
done
# Names and untrusted texts: what is no text in a URI, a link and control characters.
mkdir "$work/my files"
python3 - "$work/my files/Ü [1] #2%20.yaml" <<'PYTHON'
import sys

with open("examples/small-firm.yaml") as file:
    text = file.read()
hostile = '"[click](https://example.org) {0} \\e[31m \\u202e <b> 👩‍👩‍👧‍👦 ' + "x" * 9_000 + '"'
changed = text.replace("title: Customers' wallet at the sub-custodian", f"title: {hostile}")
changed = changed.replace("name: Oakmoor Custody Trust", f"name: {hostile}")
changed = changed.replace("title: Pebblewick Brokerage, first assessment", f"title: {hostile}")
assert changed.count("x" * 9_000) == 3, "the example has changed"
with open(sys.argv[1], "w") as file:
    file.write(changed)
PYTHON
(cd "$work" && "$custody" gaps "my files" --format sarif --output hostile.sarif)
faulty=0
for file in tests/cmd/faulty.yaml tests/invalid/*.yaml tests/invalid/*.json; do
    case "$file" in
    tests/invalid/catalog-*) continue ;;
    esac
    # Exits with 2 as the file is faulty, and with 0 where there are but warnings.
    status=0
    "$custody" check "$file" --format sarif --output "$work/one.sarif" || status=$?
    if [ "$status" -ne 2 ] && [ "$status" -ne 0 ]; then
        echo "$file: exit code $status" >&2
        exit 1
    fi
    mv "$work/one.sarif" "$work/faulty-$(basename "$file").sarif"
    faulty=$((faulty + 1))
done
if [ "$faulty" -lt 40 ]; then
    echo "only $faulty faulty files were found" >&2
    exit 1
fi
by_schema "$work"/*.sarif || { cat "$work/actual" >&2; exit 1; }
# The Multitool takes a second for each file, and one log may hold many runs.
python3 - "$work" <<'PYTHON'
import glob
import json
import sys

whole = None
for path in sorted(glob.glob(f"{sys.argv[1]}/faulty-*.sarif")):
    with open(path) as file:
        log = json.load(file)
    if whole is None:
        whole = log
    else:
        # All have the same rules, so that findings can stand in one run.
        assert whole["runs"][0]["tool"] == log["runs"][0]["tool"], path
        whole["runs"][0]["results"] += log["runs"][0]["results"]
with open(f"{sys.argv[1]}/faults.sarif", "w") as file:
    json.dump(whole, file)
PYTHON
for log in "$work"/{exchange,cold-custody,small-firm,hostile,faults,exchange-check}.sarif; do
    if ! by_multitool "$log"; then
        echo "$(basename "$log") is refused" >&2
        cat "$work/actual" >&2
        exit 1
    fi
done
echo "$faulty files with faults, 3 examples and a hostile one are taken"

echo "broken logs"
python3 - "$work" <<'PYTHON'
import json
import sys

work = sys.argv[1]
run = lambda log: log["runs"][0]
first = lambda log: run(log)["results"][0]
place = lambda log: first(log)["locations"][0]["physicalLocation"]
broken = {
    "schema": [
        lambda log: log.pop("version"),
        lambda log: first(log).pop("message"),
        lambda log: first(log).update(level="critical"),
        lambda log: place(log)["region"].update(startLine=0),
        lambda log: run(log).update(columnKind="bytes"),
        lambda log: first(log).update(fingerprint="x"),
    ],
    "multitool": [
        lambda log: first(log).pop("locations"),
        lambda log: first(log).update(ruleIndex=999),
        lambda log: place(log)["region"].update(startLine=0),
        lambda log: place(log)["artifactLocation"].update(uri="examples\\exchange yaml"),
        lambda log: first(log).pop("message"),
        lambda log: place(log)["region"].update(endLine=1),
    ],
}
for validator, changes in broken.items():
    for number, change in enumerate(changes):
        with open(f"{work}/exchange.sarif") as whole:
            log = json.load(whole)
        change(log)
        with open(f"{work}/broken-{validator}-{number}.sarif", "w") as file:
            json.dump(log, file)
PYTHON
refused=0
for validator in schema multitool; do
    for log in "$work"/broken-"$validator"-*.sarif; do
        if "by_$validator" "$log"; then
            echo "$(basename "$log") is broken, and the $validator takes it" >&2
            exit 1
        fi
        # A validator that fails for another reason has refused nothing.
        if ! grep -Eq 'Schema validation errors|^(SARIF|GH|GHAS|JSON)[0-9]+ ' "$work/actual"; then
            cat "$work/actual" >&2
            exit 1
        fi
        refused=$((refused + 1))
    done
done
echo "$refused broken logs are refused"
